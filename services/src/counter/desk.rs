//! 办件台 · one case as its officer sees it: the clock, the answers, the papers, what was done, and the acts that are possible now.

use super::queue::{Queue, Wanted, queue};
use crate::agents::consent;
use crate::cases::intermediaries::{self, Side};
use crate::cases::officer::{self, Offer};
use crate::cases::run::read;
use crate::cases::{self, Case};
use crate::certificates::{Letter, letters};
use crate::drafts;
use crate::fees;
use crate::track::{Access, Event, events, shown_to};
use acts::{CaseAct, Certified, Reasons};
use askama::Template;
use authority::{Act, Circumstance};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use catalogue::{Catalogue, Foundations, Item, MaterialSource};
use foundation::integrity;
use foundation::looking::{self, Opened};
use foundation::page::{self, ClockView, Shell, filters};
use foundation::view::{self, Look};
use foundation::{House, SignedIn, Stop};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

struct Paper {
    name: String,
    source: &'static str,
    /// What the applicant owes and has not brought.
    owed: bool,
    /// Where the application stands that this paper was filled into.
    filled_in: Option<String>,
    files: Vec<acts::Handed>,
}

/// One answer as it stands, and what stood there before it was corrected.
struct Row {
    label: String,
    value: String,
    corrected: Option<String>,
    /// Where it is from, when its applicant did not type it; and what it says there, where the applicant says something else.
    source: Option<String>,
    there: Option<String>,
}

/// What one of the agency wrote, with the papers that came with it.
struct Opinion {
    title: String,
    text: String,
    papers: Vec<acts::Handed>,
}

#[derive(Template)]
#[template(path = "counter/desk.html")]
struct DeskPage {
    shell: Shell,
    queue: Queue,
    current: String,
    case: Case,
    item: Arc<Item>,
    promised: Option<ClockView>,
    acceptance: Option<ClockView>,
    statutory_due: Option<chrono::NaiveDate>,
    beyond_law: bool,
    deliver_by: Option<chrono::NaiveDate>,
    papers: Vec<Paper>,
    answers: Vec<(String, Vec<Row>)>,
    events: Vec<Event>,
    offers: Vec<Offer>,
    letters: Vec<Letter>,
    risk: Option<String>,
    /// What the record makes worth a look before it goes on (A6; F054).
    holds: Vec<integrity::Hold>,
    opinions: Vec<Opinion>,
    /// What its matter rests on and is in force no more (A2.1-04; F017).
    lapsed: Vec<String>,
    /// The day of a bill that is not paid, and how long it waits.
    billed: Option<(chrono::NaiveDate, String)>,
    /// How it stands with the consent by which an agent filed it.
    consent: Option<consent::Standing>,
    /// What is done outside for it.
    outside: intermediaries::Shown,
    /// Whether a certificate of another agency may be checked for it.
    checks: bool,
    /// How the files listed are to be looked at.
    looks: HashMap<Uuid, Look>,
}

impl DeskPage {
    fn look(&self, file: &Uuid) -> Look {
        self.looks.get(file).copied().unwrap_or(Look::Download)
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    mut shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    let on = case.resource(&item);
    let verdict = house.may(&person.principal(), Act::ViewCase, &on, &Circumstance::default());
    // Whoever may see it elsewhere works on it here no more than anybody.
    if verdict.is_ok() && person.agency.as_deref() != Some(case.agency.as_str()) {
        let why = "这一件归别的部门办";
        looking::came_to(&house, &person, &on, Opened::Desk, "", looking::Ground::refused(why)).await?;
        return Err(Stop::NotAllowed { reason: why.into() });
    }
    looking::look(&house, &person, &on, Opened::Desk, "").await?;
    let queue = queue(&house, &catalogue, &person, &wanted, &shell.lang).await?;
    let mut conn = house.pool().acquire().await?;
    let history = cases::case::history(&mut conn, &no).await?;
    let foundations = Foundations::of(&mut conn, [item.as_ref()]).await?;
    let holds = integrity::holds(&mut conn, &no).await?;
    drop(conn);
    let now = house.now();
    let consent = match &case.agent {
        Some(agent) => Some(consent::standing(&house, &agent.consent).await?),
        None => None,
    };
    let lapsed = match case.stage.is_concluded() {
        true => Vec::new(),
        false => item
            .without_basis(now.date(), &foundations)
            .into_iter()
            .map(|basis| format!("《{}》{}", basis.law, basis.article))
            .collect(),
    };
    let seen = if case.is_taken_by(person.id, house.now().date()) { Access::Taker } else { Access::Staff };
    let letters = shown_to(seen, &case, letters(&item, &history));
    let application = letters.iter().rev().find(|l| l.key.starts_with("application")).map(|l| l.key.clone());
    let papers: Vec<Paper> = item
        .materials_for(&case.answers)
        .into_iter()
        .map(|m| {
            let files: Vec<_> = case.materials.iter().filter(|h| h.material == m.key).cloned().collect();
            Paper {
                name: m.name.clone(),
                source: m.source.at_the_desk(),
                owed: m.required && m.source == MaterialSource::Applicant && files.is_empty(),
                filled_in: application.clone().filter(|_| m.source == MaterialSource::FilledIn),
                files,
            }
        })
        .collect();
    // A supplement and an amendment change answers.
    let sent = history.iter().find_map(|(_, e)| match &e.act {
        CaseAct::Submitted { private: Some(s), .. } => Some((s.answers.clone(), s.on_file.clone())),
        _ => None,
    });
    let (before, on_file) = sent.unwrap_or_default();
    let answers = item
        .form
        .steps()
        .iter()
        .filter(|s| !s.materials)
        .map(|s| {
            let rows = s
                .fields
                .iter()
                .filter_map(|f| {
                    let read = |of: &Map<String, Value>| Some(item.form.display(f, of.get(&f.key).filter(|v| !v.is_null())?));
                    let (now, before) = (read(&case.answers), read(&before));
                    let corrected = before.filter(|old| Some(old) != now.as_ref());
                    let fact = on_file.get(&f.key);
                    let named = |slug: &str| catalogue.item_name(slug, &shell.lang);
                    (now.is_some() || corrected.is_some()).then(|| Row {
                        source: fact.map(|fact| drafts::on_file::source_in_words(&fact.from, named)),
                        there: fact.map(|fact| item.form.display(f, &fact.value)).filter(|there| Some(there) != now.as_ref()),
                        label: f.label.clone(),
                        value: now.unwrap_or_default(),
                        corrected,
                    })
                })
                .collect();
            (s.title.clone(), rows)
        })
        .collect();
    let how = officer::best(&case, &item);
    let offers = cases::offered(&case, &item, &now)
        .into_iter()
        .filter(|o| house.may(&person.principal(), o.act, &case.resource(&item), &how).is_ok())
        .collect();
    let commissions = house.may(&person.principal(), Side::Agency.act(), &case.resource(&item), &how).is_ok();
    let checks = !case.stage.is_concluded()
        && house.may(&person.principal(), authority::Act::CheckCertificate, &case.resource(&item), &how).is_ok();
    let outside = intermediaries::shown(&case, &item, Side::Agency, true, commissions, &now);
    let risk =
        case.process.waiting().first().and_then(|w| item.process.node(&w.node)).and_then(|n| n.extension.get("risk").cloned());
    let opinions: Vec<Opinion> = history
        .iter()
        .filter_map(|(_, e)| {
            let (title, text) = said(&e.act)?;
            let papers = match &e.act {
                CaseAct::ClockResumed { private: Some(report), .. }
                | CaseAct::IntermediaryFinished { private: Some(report), .. } => report.files.clone(),
                act => act.papers().to_vec(),
            };
            Some(Opinion { title, text, papers })
        })
        .collect();
    let listed = papers.iter().flat_map(|paper| &paper.files).chain(opinions.iter().flat_map(|opinion| &opinion.papers));
    let listed = listed.chain(case.agent.iter().flat_map(|agent| &agent.papers)).map(|handed| handed.file);
    let looks = view::looks(&house, &listed.filter(|file| !file.is_nil()).collect::<Vec<_>>()).await?;
    shell.preferences.dense = true;
    let page = DeskPage {
        current: no.clone(),
        promised: case.promised.as_ref().map(|c| ClockView::new("承诺", c, &now)),
        acceptance: (case.stage == cases::Stage::Submitted).then(|| ClockView::new("受理", &case.acceptance, &now)),
        statutory_due: case.statutory.as_ref().and_then(|c| c.due(&now.calendar)).map(|d| d.date),
        beyond_law: cases::deliver::b4_1_04_beyond_law(&case, &now),
        deliver_by: cases::deliver::b4_1_20_late(&case, &item, &now),
        papers,
        answers,
        events: events(&history, &catalogue, Access::Staff),
        letters,
        offers,
        risk,
        holds,
        opinions,
        lapsed,
        billed: fees::waiting(&case, now.date()),
        consent,
        outside,
        checks,
        looks,
        queue,
        case,
        item,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

/// What an act says in words, for the people of the agency.
fn said(act: &CaseAct) -> Option<(String, String)> {
    match act {
        CaseAct::Surveyed { private: Some(f), .. } => {
            let there = if f.surveyors.is_empty() { String::new() } else { format!("{}到场：", f.surveyors.join("、")) };
            Some(("现场核查".to_owned(), format!("{there}{}", f.text)))
        }
        CaseAct::CertificateChecked { private: Some(checked) } => {
            Some(("核查证照".to_owned(), format!("{}。为什么查：{}", checked.zh(), checked.reason)))
        }
        CaseAct::Examined { private: Some(o), .. } => Some((
            match act.proposes_grant() {
                Some(true) => "审查意见：拟准予",
                Some(false) => "审查意见：拟不准予",
                None => "进入特别程序",
            }
            .to_owned(),
            o.text.clone(),
        )),
        CaseAct::HearingAnswered { wants, private: Some(why) } => {
            let name = if *wants { "申请人要求听证" } else { "申请人不要求听证" };
            Some((name.to_owned(), why.text.clone()))
        }
        CaseAct::Countersigned { private: Some(signed), .. } => {
            let name = if signed.agrees { "会签意见：同意" } else { "会签意见：有不同意见" };
            Some((name.to_owned(), signed.text.clone()))
        }
        CaseAct::Discussed { private: Some(d), .. } => {
            let name = if d.for_grant { "集体讨论：同意准予" } else { "集体讨论：不同意准予" };
            Some((name.to_owned(), format!("{}参加：{}", d.names.join("、"), d.text)))
        }
        CaseAct::Extended { private: Some(a), approver, .. } => {
            let reason = a.reason.as_ref().map_or(String::new(), |reason| format!("：{reason}"));
            Some(("延长期限的批准人".to_owned(), format!("{} {approver}{reason}", a.name)))
        }
        CaseAct::Granted { private: Some(Certified { approver: Some(who), .. }), .. }
        | CaseAct::Denied { private: Some(Reasons { approver: Some(who), .. }), .. } => {
            Some(("机关负责人批准".to_owned(), who.clone()))
        }
        CaseAct::ClockResumed { private: Some(r), .. } => {
            let signed =
                if r.experts.is_empty() { String::new() } else { format!("（签名的专家：{}）", r.experts.join("；")) };
            Some(("特别程序的结果".to_owned(), format!("{}{signed}", r.result)))
        }
        CaseAct::IntermediaryFinished { private: Some(r), .. } => Some(("中介服务的结果".to_owned(), r.result.clone())),
        CaseAct::Amended { private: Some(amended), .. } => Some(("申请人为什么更正".to_owned(), amended.why.clone())),
        CaseAct::Supplemented { private: Some(s), .. } | CaseAct::PartlySupplemented { private: Some(s), .. } => {
            let said = s.answers.get("supplement").and_then(|v| v.as_str()).map(ToOwned::to_owned);
            let kept = s.kept.iter().map(|m| format!("“{}”没有改：{}", m.label, m.why));
            let all: Vec<String> = said.into_iter().chain(kept).collect();
            (!all.is_empty()).then(|| ("申请人补正说明".to_owned(), all.join("；")))
        }
        _ => None,
    }
}
