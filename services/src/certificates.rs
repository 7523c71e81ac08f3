//! 证照与文书 · certificates and official letters (许可法 38–39, X.5): each is derived from the act that issued it, as a PDF whose QR
//! code leads to the page that verifies it.

use crate::cases::case::{self, Case};
use crate::track::access;
use acts::{CaseAct, Entry};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::page::{self, Shell, filters, full_date_zh};
use foundation::record::Stored;
use foundation::{House, Moment, SignedIn, Stop};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/papers/{letter}", get(paper)).route("/certificates/{no}", get(verify))
}

/// The e-licence id of GB/T 36904: root, type, issuer, serial, version, check character.
pub fn licence_id(item: &Item, case_no: &str) -> String {
    let issuer = &item.code[..item.code.len().min(18)];
    let parts = [
        format!("{issuer}{}", &item.basic_code[item.basic_code.len().saturating_sub(3)..]),
        issuer.to_owned(),
        case_no.to_owned(),
        "001".to_owned(),
    ];
    let check = forms::ids::mod_37_36(&parts.concat());
    format!("1.2.156.3005.2.{}.{check}", parts.join("."))
}

/// A letter of a case, brought about by one of its acts.
pub struct Letter {
    /// Its name in the address: `pause`, and `pause-2` for the second of its kind.
    pub key: String,
    /// The template that draws it.
    template: &'static str,
    pub name: String,
    /// Where its act stands in the history.
    at: usize,
}

/// Which letters this history has brought about, oldest first; none once what they said of people is erased (F152).
pub fn letters(item: &Item, history: &[(Stored, Entry<CaseAct>)]) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::new();
    if history.iter().any(|(_, entry)| matches!(entry.act, CaseAct::PrivateErased { .. })) {
        return out;
    }
    for (at, (_, entry)) in history.iter().enumerate() {
        let templates: &[(&'static str, &str)] = match &entry.act {
            CaseAct::Submitted { .. } => &[("receipt", "收件凭证"), ("application", item.form.title())],
            // Corrected answers are applied for anew.
            CaseAct::Supplemented { private: Some(s), .. } if !s.answers.is_empty() => &[("application", item.form.title())],
            CaseAct::CorrectionRequested { .. } => &[("correction", "补正一次性告知书")],
            CaseAct::Accepted { .. } | CaseAct::DeemedAccepted { .. } => &[("acceptance", "受理通知书")],
            CaseAct::AcceptanceRefused { .. } => &[("refusal", "不予受理通知书")],
            CaseAct::ClockPaused { .. } => &[("pause", "特别程序告知书")],
            CaseAct::Granted { certificate_no: Some(_), .. } => &[("grant", "准予决定书"), ("certificate", &item.result.name)],
            CaseAct::Granted { .. } => &[("grant", "准予决定书")],
            CaseAct::Denied { .. } => &[("denial", "不予许可决定书")],
            _ => &[],
        };
        for (template, name) in templates {
            let before = out.iter().filter(|l| l.template == *template).count();
            let key = if before == 0 { (*template).to_owned() } else { format!("{template}-{}", before + 1) };
            out.push(Letter { key, template, name: (*name).to_owned(), at });
        }
    }
    out
}

/// “金寨市监许”: how the agency's decisions are numbered.
fn document_prefix(catalogue: &Catalogue, case: &Case) -> String {
    let name = catalogue.agency(&case.agency).map_or("", |a| a.short_name.as_str());
    format!("{}许", name.trim_end_matches('局'))
}

/// Numbers stand without spaces in letters: “8个工作日”.
fn tight(text: impl ToString) -> String {
    text.to_string().replace(' ', "")
}

/// What every letter reads.
fn common(house: &House, catalogue: &Catalogue, case: &Case, item: &Item, on: NaiveDate, doc_no: String) -> Value {
    let agency = catalogue.agency(&case.agency);
    let name = agency.map_or_else(|| case.agency.clone(), |a| a.name.clone());
    let party = case.applicant.as_ref();
    let url = format!("{}/certificates/{}", house.site().origin, case.no);
    json!({
        "case_no": case.no,
        "doc_no": doc_no,
        "item_name": item.name,
        "kind": if item.is_permit() { "permit" } else { "public_service" },
        "agency_name": name,
        "applicant_name": party.map_or("（个人信息已依法删除）", |p| p.name.as_str()),
        "applicant_kind": if party.is_some_and(|p| p.organisation) { "organisation" } else { "person" },
        "applicant_id": party.and_then(|p| p.identity.as_deref()).map(forms::ids::mask_resident_id).unwrap_or_default(),
        "date_text": full_date_zh(on),
        "seal_text": "审批专用章",
        "seal_owner": name,
        "verify_url": url,
        "qr_svg": page::qr(&url),
        "phone": item.consultation_phone,
        "supervision": item.supervision_phone,
    })
}

/// The answers as an application reads: step by step, in the words of the form.
fn steps(item: &Item, answers: &forms::Answers) -> Value {
    let rows = |step| {
        let asked = item.form.asked(step, answers);
        let rows = asked.filter_map(|f| {
            let value = answers.get(&f.key).filter(|v| !v.is_null())?;
            Some(json!({ "label": f.label, "value": item.form.display(f, value) }))
        });
        rows.collect::<Vec<_>>()
    };
    let steps = item.form.steps_asked(answers).into_iter().filter(|step| !step.materials);
    steps.map(|step| json!({ "title": step.title, "rows": rows(step) })).collect()
}

/// The data of one letter, from the acts up to its own: what came later changes no letter, and the same acts give the same bytes.
fn data(
    house: &House,
    catalogue: &Catalogue,
    item: &Item,
    history: &[(Stored, Entry<CaseAct>)],
    letter: &Letter,
    now: &Moment,
) -> Option<(Value, chrono::DateTime<chrono::Utc>)> {
    let (stored, entry) = history.get(letter.at)?;
    let case = &Case::fold(history[..=letter.at].iter().map(|(_, e)| e))?;
    let submitted_text = full_date_zh(calendar::local_date(history.first()?.1.at));
    let accepted_text = case.accepted_on.map(full_date_zh).unwrap_or_default();
    let remedies = json!({
        "reconsideration_body": item.remedies.reconsideration_body,
        "reconsideration_days": item.remedies.reconsideration_days,
        "court": item.remedies.court,
        "litigation_months": item.remedies.litigation_months,
    });
    let basis: Vec<Value> = item.legal_basis.iter().map(|b| json!({ "law": b.law, "article": b.article, "text": "" })).collect();
    let on = calendar::local_date(entry.at);
    let year = on.format("%Y");
    let serial = &case.no[14..20];
    let doc_no = format!("{}〔{year}〕{}号", document_prefix(catalogue, case), serial.trim_start_matches('0'));
    let mut data = common(house, catalogue, case, item, on, doc_no);
    if letter.template == "application" {
        data["title"] = letter.name.clone().into();
        data["submitted_text"] = full_date_zh(on).into();
        data["steps"] = steps(item, &case.answers);
        return Some((data, entry.at));
    }
    let cal = &now.calendar;
    let more = match &entry.act {
        CaseAct::Submitted { acceptance, channel, .. } => {
            let materials: Vec<Value> = item
                .materials
                .iter()
                .filter_map(|m| {
                    let count = case.materials.iter().filter(|h| h.material == m.key).count();
                    (count > 0).then(|| json!({ "name": m.name, "form": "电子件", "count": count.to_string(), "source": "申请人提交", "note": "" }))
                })
                .collect();
            json!({
                "submitted_text": submitted_text,
                "channel": channel.zh(),
                "receiver": entry.by.post.clone().unwrap_or_else(|| "网上自动收件".into()),
                "materials": materials,
                "acceptance_due_text": acceptance.due(cal).map(|d| full_date_zh(d.date)).unwrap_or_default(),
                "next": format!("窗口在{}内告诉您是否受理；材料有缺的，一次告知全部。到期没有告知的，自收到之日起就算受理。查询码：{}", tight(item.acceptance_limit), house.lookup_code(&case.no)),
                "log_entry": stored.n.map(|n| n.to_string()).unwrap_or_default(),
                "log_hash": stored.leaf().ok()?.hash().to_string(),
            })
        }
        CaseAct::Accepted { promised, statutory, .. } | CaseAct::DeemedAccepted { promised, statutory, .. } => json!({
            "submitted_text": submitted_text,
            "accepted_text": full_date_zh(promised.start),
            "basis": ["《中华人民共和国行政许可法》第三十二条"],
            "materials": item.materials_for(&case.answers).iter().map(|m| json!({ "name": m.name })).collect::<Vec<_>>(),
            "promised_limit_text": tight(item.promised_limit),
            "promised_date_text": promised.due(cal).map(|d| full_date_zh(d.date)).unwrap_or_default(),
            "statutory_limit_text": tight(item.statutory_limit),
            "statutory_date_text": statutory.due(cal).map(|d| full_date_zh(d.date)).unwrap_or_default(),
            "deemed": matches!(entry.act, CaseAct::DeemedAccepted { .. }),
            "excluded_text": "",
        }),
        CaseAct::CorrectionRequested { private, .. } => json!({
            "submitted_text": submitted_text,
            "materials": private.iter().flatten().map(|m| json!({ "name": m.label, "problem": m.why, "remedy": "", "basis": "" })).collect::<Vec<_>>(),
            "correction_due_text": "",
            "ways": ["网上：登录后在“查进度”里点“补正材料”", format!("窗口：{}", item.counter)],
            "basis": ["《中华人民共和国行政许可法》第三十二条第一款第四项"],
        }),
        CaseAct::AcceptanceRefused { basis, competent_agency, private, .. } => json!({
            "submitted_text": submitted_text,
            "reasons": private.iter().map(|r| r.reasons.clone()).collect::<Vec<_>>(),
            "basis": [basis],
            "competent_agency": competent_agency.as_ref().or(private.as_ref().and_then(|r| r.competent.as_ref())),
            "competent_contact": "",
            "remedies": remedies,
        }),
        CaseAct::ClockPaused { ground, basis, told_days, from, pauses_promise, .. } => {
            let promised = case.promised.as_ref()?;
            let until = cal.add_working_days(*from, *told_days);
            json!({
                "accepted_text": accepted_text,
                "ground": ground,
                "ground_detail": "",
                "institution": "",
                "pause_from_text": full_date_zh(*from),
                "pause_days": told_days.to_string(),
                "pause_unit": "个工作日",
                "pause_until_text": full_date_zh(until),
                "days_used": promised.standing(cal, *from).used.to_string(),
                "days_left": promised.standing(cal, *from).left.to_string(),
                "promised_date_text": full_date_zh(promised.due_if_resumed_on(cal, until).date),
                "limit_text": if *pauses_promise { "办理期限" } else { "法定办理期限（承诺时限照常计算）" },
                "cost_text": "由行政机关承担，不向您收费",
                "basis": [basis],
                "reasons": [],
            })
        }
        CaseAct::Granted { certificate_no, valid_from, valid_to, private, .. } => {
            let fields: Vec<Value> = private
                .iter()
                .flat_map(|c| c.fields.iter())
                .filter(|(_, value)| value.as_str().is_some_and(|v| v.chars().count() <= 60))
                .take(8)
                .map(|(label, value)| json!({ "label": label, "value": value }))
                .collect();
            json!({
                "submitted_text": submitted_text,
                "accepted_text": accepted_text,
                "facts": ["经审查，申请人的条件和材料符合法定要求"],
                "basis": basis,
                "content": item.name,
                "certificate_name": item.result.name,
                "certificate_no": certificate_no,
                "licence_id": certificate_no,
                "copy_kind": "正本",
                "fields": fields,
                "valid_from_text": valid_from.map(full_date_zh),
                "valid_to_text": valid_to.map(full_date_zh),
                "issued_text": full_date_zh(on),
                "collect_text": "电子证照已发到您的账户；要纸质证的，可到窗口领取或者免费邮寄",
                "duties": [],
                "notice": ["扫码可核验真伪和当前状态。电子证照与纸质证照有同等法律效力（《国务院关于在线政务服务的若干规定》第十条）。"],
                "remedies": remedies,
            })
        }
        CaseAct::Denied { basis, private, .. } => json!({
            "submitted_text": submitted_text,
            "accepted_text": accepted_text,
            "facts": private.iter().map(|r| r.facts.clone()).collect::<Vec<_>>(),
            "evidence": [],
            "basis": [basis],
            "reasons": private.iter().map(|r| r.reasons.clone()).collect::<Vec<_>>(),
            "remedies": remedies,
        }),
        _ => return None,
    };
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
    }
    Some((data, entry.at))
}

/// GET /cases/{no}/papers/{letter}: the letter as PDF, for the applicant and for whoever works on the case.
async fn paper(
    State(house): State<House>,
    catalogue: Catalogue,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path((no, letter)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let letter = letter.trim_end_matches(".pdf").to_owned();
    let mut conn = house.pool().acquire().await?;
    let case = case::find(&mut conn, &no).await?;
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    access(&house, &case, &item, person.as_ref(), &jar).must_be_whole(&no)?;
    let history = case::history(&mut conn, &no).await?;
    drop(conn);
    let now = house.now();
    let letter = letters(&item, &history).into_iter().find(|l| l.key == letter).ok_or(Stop::NotFound("文书"))?;
    let (data, at) = data(&house, &catalogue, &item, &history, &letter, &now).ok_or(Stop::NotFound("文书"))?;
    let title = format!("{} {no}", letter.name);
    let pdf = {
        let house = house.clone();
        tokio::task::spawn_blocking(move || {
            let local = at.with_timezone(&calendar::SHANGHAI).naive_local();
            house.letters().render(letter.template, &data, &title, local).map_err(|e| Stop::Fault(e.to_string()))
        })
        .await
        .map_err(|e| Stop::Fault(e.to_string()))??
    };
    let name = format!("inline; filename=\"{no}.pdf\"");
    Ok((
        [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
        ],
        pdf.bytes,
    )
        .into_response())
}

#[derive(Template)]
#[template(path = "certificates.html")]
struct CertificatePage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    agency: String,
    holder: String,
    n: Option<i64>,
    proven: bool,
    valid: bool,
}

/// GET /certificates/{no}: what the QR code on a letter or certificate leads to. Public, masked, and checked against the log.
async fn verify(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let case = case::find(&mut conn, &no).await?;
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    let history = case::history(&mut conn, &no).await?;
    drop(conn);
    let granted = history.iter().find(|(_, e)| matches!(e.act, CaseAct::Granted { .. }));
    let n = granted.or(history.last()).and_then(|(s, _)| s.n);
    let proven = match n {
        Some(n) => foundation::log::issue(&house, n).await?.verify(&house.log_key().signing()?.verifier()).is_ok(),
        None => false,
    };
    let today = house.now().date();
    let decision = case.decision.as_ref();
    let valid = decision.is_some_and(|d| d.granted && d.valid_to.is_none_or(|to| to >= today));
    let holder = match &case.applicant {
        Some(p) if p.organisation => p.name.clone(),
        Some(p) => forms::ids::mask_name(&p.name, false),
        None => "（个人信息已依法删除）".into(),
    };
    let agency = catalogue.agency(&case.agency).map_or_else(|| case.agency.clone(), |a| a.name.clone());
    let page = CertificatePage { agency, holder, n, proven, valid, case, item, shell };
    page::render(&page.shell.clone(), &page)
}
