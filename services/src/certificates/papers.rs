//! 证照与文书 · certificates and the letters of cases (许可法 38–39, X.5): each is derived from the act that issued it, as a PDF whose QR code
//! leads to the page that verifies it.

use crate::cases::case::{self, Case, Decision};
use crate::cases::package::told;
use crate::cases::payout;
use crate::cases::remedies;
use crate::cases::run::read;
use crate::track::{must_see, shown_to};
use acts::{ActBody, Asks, CaseAct, Entry, Letters, Missing};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use calendar::Calendar;
use catalogue::{Catalogue, Item, Material, MaterialSource};
use foundation::looking::Opened;
use foundation::page::{self, full_date_zh};
use foundation::record::Stored;
use foundation::{House, SignedIn, Stop, log};
use serde_json::{Map, Value, json};

/// The e-licence id of GB/T 36904: root, type, issuer, serial, version, check character. The serial is the number of the certificate.
pub fn licence_id(item: &Item, serial: &str, version: u32) -> String {
    let issuer = &item.code[..item.code.len().min(18)];
    let parts = [
        format!("{issuer}{}", &item.basic_code[item.basic_code.len().saturating_sub(3)..]),
        issuer.to_owned(),
        serial.to_owned(),
        format!("{version:03}"),
    ];
    let check = forms::ids::mod_37_36(&parts.concat());
    format!("1.2.156.3005.2.{}.{check}", parts.join("."))
}

/// A letter of a case, brought about by one of its acts.
pub struct Letter {
    /// Its name in the address: `pause`, and `pause-2` for the second of its kind.
    pub key: String,
    /// The template that draws it.
    pub template: &'static str,
    pub name: String,
    /// Where its act stands in the history.
    pub at: usize,
}

/// Which letters this history has brought about, oldest first; none once what they said of people is erased (F152).
pub fn letters(item: &Item, history: &[(Stored, Entry<CaseAct>)]) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::new();
    if history.iter().any(|(_, entry)| matches!(entry.act, CaseAct::PrivateErased { .. })) {
        return out;
    }
    let owes = Case::fold(history.iter().map(|(_, entry)| entry)).is_some_and(|case| case.to_pay().is_some());
    for (at, (_, entry)) in history.iter().enumerate() {
        // What is taken back proves nothing any more.
        if matches!(entry.act, CaseAct::PaymentReversed { .. }) {
            out.retain(|letter| letter.template != "payment");
        }
        for (template, name) in templates(&entry.act, item) {
            // The decision is told at once; what it grants is handed over once paid.
            if owes && template == "certificate" {
                continue;
            }
            let before = out.iter().filter(|l| l.template == template).count();
            let key = if before == 0 { template.to_owned() } else { format!("{template}-{}", before + 1) };
            out.push(Letter { key, template, name: name.to_owned(), at });
        }
    }
    out
}

/// The templates that draw the letters of an act, each with the letter's name.
fn templates<'a>(act: &CaseAct, item: &'a Item) -> Vec<(&'static str, &'a str)> {
    match act {
        CaseAct::Submitted { .. } => vec![("receipt", "收件凭证"), ("application", item.form.title())],
        CaseAct::PartlySupplemented { .. } => vec![("receipt", "补正收件凭证")],
        // Corrected answers are applied for anew.
        CaseAct::Supplemented { private: Some(s), .. } if !s.answers.is_empty() => vec![("application", item.form.title())],
        CaseAct::Amended { .. } => vec![("application", item.form.title())],
        CaseAct::CorrectionRequested { .. } => vec![("correction", "补正一次性告知书")],
        CaseAct::Accepted { .. } | CaseAct::DeemedAccepted { .. } => vec![("acceptance", "受理通知书")],
        CaseAct::AcceptanceRefused { .. } => vec![("refusal", "不予受理通知书")],
        CaseAct::NotRequired { .. } => vec![("not_required", "不需要办理告知书")],
        CaseAct::ClockPaused { .. } => vec![("pause", "特别程序告知书")],
        CaseAct::Extended { .. } => vec![("extension", "延长办理期限告知书")],
        CaseAct::HearingOffered { .. } => vec![("hearing", "听证权利告知书")],
        CaseAct::Granted { certificate_no: Some(_), .. } => vec![("grant", grant_name(item)), ("certificate", &item.result.name)],
        CaseAct::DeemedRenewed { .. } => vec![("renewed", "视为准予延续通知书"), ("certificate", &item.result.name)],
        CaseAct::Granted { .. } => vec![("grant", grant_name(item))],
        CaseAct::Denied { .. } => vec![("denial", denial_name(item))],
        CaseAct::Paid { surplus: false, .. } => vec![("payment", "缴费凭证")],
        CaseAct::PaymentReturned { .. } => vec![("refund", "退款凭证")],
        // Acts from before do not say on which day it counts.
        CaseAct::Delivered { on: Some(_), .. } => vec![("delivery", "送达回证")],
        _ => vec![],
    }
}

/// What the letters of this act are drawn from now; nothing when there are none. `case` is the case with the act in it.
pub fn drawn_from(catalogue: &Catalogue, case: &Case, item: &Item, act: &CaseAct, calendar: &Calendar) -> Option<Letters> {
    if templates(act, item).is_empty() {
        return None;
    }
    Some(Letters {
        templates: catalogue.letters_hash(),
        agency: agency_name(catalogue, case),
        computed: computed(case, item, act, calendar),
    })
}

/// What a grant is called: only a permit is granted by a decision on a permit (许可法 38).
fn grant_name(item: &Item) -> &'static str {
    if item.is_permit() { "准予决定书" } else { "办理结果通知书" }
}

/// What a denial is called: only a permit is denied by a decision on a permit (许可法 38).
pub fn denial_name(item: &Item) -> &'static str {
    if item.is_permit() { "不予行政许可决定书" } else { "不予办理告知书" }
}

fn agency_name(catalogue: &Catalogue, case: &Case) -> String {
    catalogue.agency(&case.agency).map_or_else(|| case.agency.clone(), |a| a.name.clone())
}

/// What a letter says by the calendar.
fn computed(case: &Case, item: &Item, act: &CaseAct, calendar: &Calendar) -> Map<String, Value> {
    let by = |clock: &calendar::Clock| clock.due(calendar).map(|due| full_date_zh(due.date)).unwrap_or_default();
    let told = match act {
        CaseAct::Submitted { acceptance, .. } => json!({ "acceptance_due_text": by(acceptance) }),
        CaseAct::Accepted { promised, statutory, .. } | CaseAct::DeemedAccepted { promised, statutory, .. } => {
            json!({ "promised_date_text": by(promised), "statutory_date_text": by(statutory) })
        }
        CaseAct::ClockPaused { told_days, from, .. } => {
            let until = calendar.add_working_days(*from, *told_days);
            let standing = case.promised.as_ref().map(|promised| promised.standing(calendar, *from));
            json!({
                "pause_until_text": full_date_zh(until),
                "days_used": standing.as_ref().map(|standing| standing.used.to_string()),
                "days_left": standing.as_ref().map(|standing| standing.left.to_string()),
                "promised_date_text":
                    case.promised.as_ref().map(|promised| full_date_zh(promised.due_if_resumed_on(calendar, until).date)),
            })
        }
        CaseAct::Extended { .. } => {
            let before = |clock: &calendar::Clock| by(&calendar::Clock { extensions: Vec::new(), ..clock.clone() });
            json!({
                "promised_before_text": case.promised.as_ref().map(before),
                "promised_date_text": case.promised.as_ref().map(by),
                "statutory_before_text": case.statutory.as_ref().map(before),
                "statutory_date_text": case.statutory.as_ref().map(by),
            })
        }
        CaseAct::AcceptanceRefused { .. } | CaseAct::NotRequired { .. } | CaseAct::Delivered { .. } => {
            let received = remedies::b4_1_21_received_on(case);
            let last = received.map(|on| remedies::b4_1_21_last_days(on, &item.remedies, calendar));
            json!({
                "reconsideration_last_text": last.map(|last| full_date_zh(last.reconsideration)),
                "litigation_last_text": last.map(|last| full_date_zh(last.court)),
            })
        }
        _ => json!({}),
    };
    told.as_object().cloned().unwrap_or_default()
}

/// Numbers stand without spaces in letters: “8个工作日”.
fn tight(text: impl ToString) -> String {
    text.to_string().replace(' ', "")
}

/// What every letter reads.
fn common(house: &House, catalogue: &Catalogue, case: &Case, item: &Item, entry: &Entry<CaseAct>) -> Value {
    let name = entry.letters.as_ref().map_or_else(|| agency_name(catalogue, case), |letters| letters.agency.clone());
    let party = case.applicant.as_ref();
    // A grant is verified on a page of its own, anything else on the page of the case, where its act is shown.
    let page =
        if matches!(entry.act, CaseAct::Granted { .. } | CaseAct::DeemedRenewed { .. }) { "certificates" } else { "cases" };
    let url = format!("{}/{page}/{}", house.site().origin, case.no);
    json!({
        "case_no": case.no,
        // A receipt, and a document from before there were numbers, goes by the number of the case.
        "doc_no": entry.document_no.as_ref().unwrap_or(&case.no),
        "item_name": item.name,
        "kind": if item.is_permit() { "permit" } else { "public_service" },
        "agency_name": name,
        "applicant_name": party.map_or("（个人信息已依法删除）", |p| p.name.as_str()),
        // Whom the result is for, where one person applies for another.
        "holder_name": item.certificate(&case.answers).into_iter().next().map(|(_, holder)| holder),
        "applicant_kind": if party.is_some_and(|p| p.organisation) { "organisation" } else { "person" },
        "applicant_id": party.and_then(|p| p.identity.as_deref()).map(forms::ids::mask_resident_id).unwrap_or_default(),
        "date_text": full_date_zh(calendar::local_date(entry.at)),
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

/// What has been received: the papers handed in or shown, and those that the form itself is. What the office looks at or fetches is
/// not received, and what is missing neither.
fn received(case: &Case, item: &Item) -> Vec<Value> {
    let there = |m: &&Material| match m.source {
        MaterialSource::Applicant => case.materials.iter().any(|handed| handed.material == m.key),
        MaterialSource::FilledIn => true,
        MaterialSource::Checked | MaterialSource::Fetched => false,
    };
    item.materials_for(&case.answers).into_iter().filter(there).map(|m| json!({ "name": m.name })).collect()
}

/// What a decision on a certificate that is there comes to.
fn content(case: &Case, item: &Item) -> Option<String> {
    let about = case.about.as_ref()?;
    let name = &item.result.name;
    Some(match about.asks {
        Asks::Renewal => format!("准予延续《{name}》，新的有效期从原来的届满以后接着算"),
        Asks::Change => format!("准予变更《{name}》，有效期不变，原来的一版不再使用"),
        Asks::Reissue => format!("补发《{name}》，有效期不变，原来的一版不再使用"),
        Asks::Cancellation => format!("照您的申请注销《{name}》，从今天起不再有效"),
    })
}

/// The data of one letter, from the acts up to its own: what came later changes no letter, and the same acts give the same bytes.
fn data(
    house: &House,
    catalogue: &Catalogue,
    item: &Item,
    history: &[(Stored, Entry<CaseAct>)],
    letter: &Letter,
    calendar: &Calendar,
) -> Option<(Value, chrono::DateTime<chrono::Utc>)> {
    let (stored, entry) = history.get(letter.at)?;
    let case = &Case::fold(history[..=letter.at].iter().map(|(_, e)| e))?;
    let submitted_text = full_date_zh(calendar::local_date(history.first()?.1.at));
    let accepted_text = case.accepted_on.map(full_date_zh).unwrap_or_default();
    let remedies = remedies::in_letter(item);
    let mut data = common(house, catalogue, case, item, entry);
    if letter.template == "application" {
        data["title"] = letter.name.clone().into();
        data["submitted_text"] = full_date_zh(calendar::local_date(entry.at)).into();
        data["steps"] = steps(item, &case.answers);
        return Some((data, entry.at));
    }
    let more = match &entry.act {
        CaseAct::Submitted { channel, .. } => {
            // A paper shown at the counter is on record without a file.
            let row = |m: &catalogue::Material, form: &str, note: &str, paper: bool| {
                let handed = case.materials.iter().filter(|h| h.material == m.key && !h.is_kept());
                let count = handed.filter(|h| h.file.is_nil() == paper).count();
                let row =
                    json!({ "name": m.name, "form": form, "count": count.to_string(), "source": "申请人提交", "note": note });
                (count > 0).then_some(row)
            };
            let kept = |m: &catalogue::Material| {
                let kept = case.materials.iter().find(|h| h.material == m.key && h.is_kept())?;
                Some(json!({ "name": m.name, "form": "原件", "count": "1", "source": "本机关存有", "note": kept.name }))
            };
            // What the form itself is was filled in, and so received.
            let form = |m: &catalogue::Material| {
                let filled = m.source == MaterialSource::FilledIn;
                filled.then(|| json!({ "name": m.name, "form": "填写", "count": "1", "source": "申请人提交", "note": "" }))
            };
            let rows = |m| [form(m), row(m, "纸质件", "核对后退回", true), row(m, "电子件", "", false), kept(m)];
            let asked = item.materials_for(&case.answers);
            let asked = |m: &&Material| m.source != MaterialSource::FilledIn || asked.iter().any(|one| one.key == m.key);
            let materials: Vec<Value> = item.materials.iter().filter(asked).flat_map(rows).flatten().collect();
            json!({
                "submitted_text": submitted_text,
                "channel": channel.zh(),
                "receiver": entry.by.post.clone().unwrap_or_else(|| "网上自动收件".into()),
                "materials": materials,
                "next": format!("查询码：{}", house.lookup_code(&case.no)),
                "log_entry": stored.n.map(|n| n.to_string()).unwrap_or_default(),
                "log_hash": stored.leaf().ok()?.hash().to_string(),
            })
        }
        CaseAct::PartlySupplemented { private, .. } => {
            let told = case.correction.as_ref();
            let label = |what: &str| {
                told.iter().flat_map(|told| told.missing.iter().flatten()).find(|m| m.what == what).map(|m| m.label.clone())
            };
            let row = |what: &str, form: &str, note: &str| {
                Some(json!({ "name": label(what)?, "form": form, "count": "1", "source": "申请人提交", "note": note }))
            };
            let part = private.as_ref();
            let papers = part.iter().flat_map(|part| &part.materials).filter_map(|h| row(&h.material, "纸质件", "核对后退回"));
            let mended =
                part.iter().flat_map(|part| part.answers.keys()).filter_map(|key| row(&Missing::field(key), "申请表", "已改"));
            let kept = part.iter().flat_map(|part| &part.kept).filter_map(|m| row(&m.what, "申请表", "说明没有错"));
            let left: Vec<&str> = told.iter().flat_map(|told| told.left()).map(|m| m.label.as_str()).collect();
            let until = told.and_then(|told| told.until).map(|day| format!("，最后一天是{}", full_date_zh(day)));
            json!({
                "submitted_text": full_date_zh(calendar::local_date(entry.at)),
                "channel": acts::Channel::Counter.zh(),
                "receiver": entry.by.post.clone().unwrap_or_default(),
                "materials": papers.chain(mended).chain(kept).collect::<Vec<_>>(),
                "next": format!("还要补：{}{}", left.join("、"), until.unwrap_or_default()),
                "log_entry": stored.n.map(|n| n.to_string()).unwrap_or_default(),
                "log_hash": stored.leaf().ok()?.hash().to_string(),
            })
        }
        CaseAct::Accepted { promised, .. } | CaseAct::DeemedAccepted { promised, .. } => json!({
            "submitted_text": submitted_text,
            "accepted_text": full_date_zh(promised.start),
            "basis": ["《中华人民共和国行政许可法》第三十二条"],
            "materials": received(case, item),
            "acceptance_limit_text": tight(item.acceptance_limit),
            "promised_limit_text": tight(promised.limit),
            "statutory_limit_text": tight(item.statutory_limit),
            "deemed": matches!(entry.act, CaseAct::DeemedAccepted { .. }),
            "excluded_text": "",
        }),
        CaseAct::CorrectionRequested { until, private, .. } => json!({
            "submitted_text": submitted_text,
            "materials": private.iter().flatten().map(|m| json!({ "name": m.label, "problem": m.why })).collect::<Vec<_>>(),
            "correction_due_text": until.map(full_date_zh),
            "ways": ["网上：登录后在“查进度”里点“补正材料”", format!("窗口：{}，电话 {}", item.place, item.consultation_phone)],
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
        CaseAct::NotRequired { basis, private, .. } => json!({
            "submitted_text": submitted_text,
            "reasons": private.iter().map(|r| r.reasons.clone()).collect::<Vec<_>>(),
            "basis": [basis],
            "remedies": remedies,
        }),
        CaseAct::Extended { added, approver, reason, private, .. } => json!({
            "accepted_text": accepted_text,
            "added_text": tight(added),
            "approver": approver,
            "reason": private.as_ref().and_then(|approval| approval.reason.as_ref()).unwrap_or(reason),
            "basis": [entry.act.ground()],
        }),
        CaseAct::HearingOffered { until, private } => json!({
            "accepted_text": accepted_text,
            "until_text": full_date_zh(*until),
            "why": private.as_ref().map(|why| &why.text),
            "ways": [
                "网上：登录后打开这一件，点“答复要不要听证”".to_owned(),
                format!("窗口：{}，电话 {}", item.place, item.consultation_phone),
            ],
        }),
        CaseAct::ClockPaused { ground, basis, told_days, from, pauses_promise, hearing, .. } => {
            // The examination that asked for it, recorded just before, says why and by whom.
            let why = history[..letter.at].iter().rev().find_map(|(_, e)| match &e.act {
                CaseAct::Examined { private, .. } => private.as_ref(),
                _ => None,
            });
            json!({
                "accepted_text": accepted_text,
                "ground": ground,
                "why": why.map(|why| &why.text),
                "heard_on_text": hearing.as_ref().map(|hearing| full_date_zh(hearing.on)),
                "heard_at": hearing.as_ref().map(|hearing| &hearing.place),
                "chair": why.and_then(|why| why.chair.as_ref()),
                "pause_from_text": full_date_zh(*from),
                "pause_days": told_days.to_string(),
                "pause_unit": "个工作日",
                "limit_text": if *pauses_promise { "办理期限" } else { "法定办理期限（承诺时限照常计算）" },
                "cost_text": "由行政机关承担，不向您收费",
                "basis": [basis],
            })
        }
        CaseAct::Granted { .. } | CaseAct::DeemedRenewed { .. } => {
            let decision = case.decision.as_ref()?;
            let Decision { certificate_no, valid_from, valid_to, certified: private, .. } = decision;
            let payout = private.as_ref().and_then(|certified| certified.payout.as_ref());
            let printed = certificate_no.is_some() || case.about.is_none() && payout.is_none();
            // A certificate from before items named their lines stays as it was printed then.
            let named = !item.result.certificate.is_empty();
            let fields: Vec<Value> = private
                .iter()
                .flat_map(|c| c.fields.iter())
                .filter(|(_, value)| named || value.as_str().is_some_and(|v| v.chars().count() <= 60))
                .take(if named { usize::MAX } else { 8 })
                .map(|(label, value)| json!({ "label": label, "value": value }))
                .collect();
            let law = entry.act.ground().filter(|_| item.is_permit()).into_iter().map(Value::String);
            let own = item.legal_basis.iter().filter(|b| b.decides).map(|b| json!({ "law": b.law, "article": b.article }));
            json!({
                "submitted_text": submitted_text,
                "accepted_text": accepted_text,
                "reason": private.as_ref().and_then(|c| c.reason.as_ref()),
                "basis": law.chain(own).collect::<Vec<_>>(),
                "content": match (content(case, item), payout.map(payout::in_letter)) {
                    (Some(content), Some(payout)) => Some(format!("{content}。{payout}")),
                    (content, payout) => content.or(payout),
                },
                "certificate_name": printed.then_some(&item.result.name),
                "certificate_no": certificate_no,
                "copy_kind": "正本",
                "fields": fields,
                "valid_from_text": valid_from.map(full_date_zh),
                "valid_to_text": valid_to.map(full_date_zh),
                "issued_text": full_date_zh(calendar::local_date(entry.at)),
                "collect_text": match (printed, case.has_account(), certificate_no) {
                    (false, ..) => "",
                    (true, true, Some(_)) => "电子证照送达后在您的账户里；要纸质证的，可到窗口领取或者免费邮寄",
                    (true, true, None) => "送达后在您的账户里；要纸质的，可到窗口领取或者免费邮寄",
                    (true, false, _) => "请到窗口领取，或者由我们免费邮寄",
                },
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
        CaseAct::Paid { amount, way, private, .. } => {
            let lines = case.bill.iter().flat_map(|bill| &bill.lines).map(|line| {
                json!({
                    "name": line.name, "standard": line.standard, "basis": line.basis, "amount": line.amount.to_string(),
                })
            });
            json!({
                "lines": lines.collect::<Vec<_>>(),
                "total": amount.to_string(),
                "capitals": amount.capitals(),
                "way": way.zh(),
                "transaction": private.as_ref().map(|payment| &payment.transaction),
                "seal_text": "收费专用章",
            })
        }
        CaseAct::PaymentReturned { amount, private } => json!({
            "amount": amount.to_string(),
            "capitals": amount.capitals(),
            "transaction": private.as_ref().map(|payment| &payment.transaction),
            "seal_text": "收费专用章",
        }),
        CaseAct::Delivered { way, on: Some(on), private, .. } => {
            let mail = case.mailed.as_ref().and_then(|mailed| mailed.mail.as_ref());
            let granted = case.decision.as_ref().is_some_and(|decision| decision.granted);
            json!({
                "delivered": if granted { item.result.name.as_str() } else { denial_name(item) },
                "way": acts::delivery_way(way),
                "delivered_on_text": full_date_zh(*on),
                "receiver": private.as_ref().map(|received| &received.by),
                "mail": mail.filter(|_| way == "post").map(|mail| format!("{} {}", mail.carrier, mail.number)),
            })
        }
        _ => return None,
    };
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
        // What was computed then; of acts that do not say, what is computed now.
        let told = entry.letters.as_ref().map(|letters| letters.computed.clone());
        data.extend(told.unwrap_or_else(|| computed(case, item, &entry.act, calendar)));
    }
    Some((data, entry.at))
}

/// GET /cases/{no}/papers/{letter}: the letter as PDF, for the applicant and for whoever works on the case; with `.json` at its end the act
/// behind it, word by word, as whoever is shown it verifies it offline (F119).
pub async fn paper(
    State(house): State<House>,
    catalogue: Catalogue,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path((no, letter)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let (key, signed) = match letter.strip_suffix(".json") {
        Some(key) => (key, true),
        None => (letter.trim_end_matches(".pdf"), false),
    };
    let (case, item) = read(&house, &catalogue, &no).await?;
    let history = case::history(&mut *house.pool().acquire().await?, &no).await?;
    let all = letters(&item, &history);
    let name = all.iter().find(|letter| letter.key == key).map(|letter| letter.name.clone()).unwrap_or_default();
    let seen = must_see(&house, &case, &item, person.as_ref(), &jar, (Opened::Letter, &name)).await?;
    let letter = shown_to(seen, &case, all).into_iter().find(|l| l.key == key).ok_or(Stop::NotFound("文书"))?;
    if signed {
        let (stored, entry) = &history[letter.at];
        let Some(mut disclosed) = log::disclose(&house, &[(stored, told(entry, seen))]).await? else {
            return Err(Stop::Rejected(log::BEING_WRITTEN.into()));
        };
        return Ok(signed_data(&format!("{no}-{key}"), &disclosed.remove(0)));
    }
    let pdf = draw(&house, &catalogue, &item, &history, &letter).await?;
    Ok(shown(&letter.name, &no, pdf))
}

/// Draws a letter of a case, in the templates of its day.
pub async fn draw(
    house: &House,
    catalogue: &Catalogue,
    item: &Item,
    history: &[(Stored, Entry<CaseAct>)],
    letter: &Letter,
) -> Result<Vec<u8>, Stop> {
    let calendar = house.now().calendar;
    let (data, at) = data(house, catalogue, item, history, letter, &calendar).ok_or(Stop::NotFound("文书"))?;
    let entry = &history[letter.at].1;
    let of_its_day = entry.letters.as_ref().map(|letters| letters.templates.as_str());
    render(house, catalogue, letter.template, data, (&letter.name, &entry.subject.no), at, of_its_day).await
}

/// 签名数据 · an act with its words, as a file of this name.
pub fn signed_data(name: &str, act: &ledger::Disclosure) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.json\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, act.encode()).into_response()
}

/// A letter as it is shown in a browser.
pub fn shown(name: &str, no: &str, pdf: Vec<u8>) -> Response {
    let file = format!("inline; filename=\"{no}.pdf\"; filename*=UTF-8''{}", page::encode(&format!("{name} {no}.pdf")));
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, file),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, pdf).into_response()
}

/// Draws a letter in the templates of its day. `named`: what it is called, and the number it goes by.
pub async fn render(
    house: &House,
    catalogue: &Catalogue,
    template: &'static str,
    data: Value,
    named: (&str, &str),
    at: chrono::DateTime<chrono::Utc>,
    of_its_day: Option<&str>,
) -> Result<Vec<u8>, Stop> {
    let title = format!("{} {}", named.0, named.1);
    let in_force = catalogue.templates();
    let earlier = match of_its_day.filter(|hash| *hash != in_force.hash) {
        Some(hash) => Some(documents::Letters::load(catalogue.letters_version(house.pool(), hash).await?)),
        None => None,
    };
    let drawn = tokio::task::spawn_blocking(move || {
        let local = at.with_timezone(&calendar::SHANGHAI).naive_local();
        earlier.as_ref().unwrap_or(&in_force.letters).render(template, &data, &title, local)
    });
    let pdf = drawn.await.map_err(|e| Stop::Fault(e.to_string()))?.map_err(|e| Stop::Fault(e.to_string()))?;
    Ok(pdf.bytes)
}
