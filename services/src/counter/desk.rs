//! 办件台 · one case as its officer sees it: the clock, the answers, the papers, what was done, and the acts that are possible now.

use super::queue::{Queue, Wanted, queue};
use crate::cases::officer::{self, Offer};
use crate::cases::{self, Case};
use crate::certificates::{Letter, letters};
use crate::track::{Event, events};
use acts::CaseAct;
use askama::Template;
use authority::Circumstance;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use catalogue::{Catalogue, Item};
use foundation::page::{self, ClockView, Shell, filters};
use foundation::{House, SignedIn, Stop};
use std::sync::Arc;

struct Paper {
    name: String,
    required: bool,
    source: &'static str,
    files: Vec<acts::Handed>,
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
    papers: Vec<Paper>,
    answers: Vec<(String, Vec<(String, String)>)>,
    events: Vec<Event>,
    offers: Vec<Offer>,
    letters: Vec<Letter>,
    risk: Option<String>,
    opinions: Vec<(String, String)>,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    mut shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let (case, item) = officer::open(&house, &catalogue, &person, &no).await?;
    let queue = match person.agency.as_deref() {
        Some(agency) if agency == case.agency => queue(&house, &catalogue, &person, &wanted, &shell.lang).await?,
        _ => return Err(Stop::NotAllowed { reason: "这一件归别的部门办".into() }),
    };
    let mut conn = house.pool().acquire().await?;
    let history = cases::case::history(&mut conn, &no).await?;
    drop(conn);
    let now = house.now();
    let papers = item
        .materials_for(&case.answers)
        .into_iter()
        .map(|m| Paper {
            name: m.name.clone(),
            required: m.required,
            source: m.source.zh(),
            files: case.materials.iter().filter(|h| h.material == m.key).cloned().collect(),
        })
        .collect();
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
                    let value = case.answers.get(&f.key).filter(|v| !v.is_null())?;
                    Some((f.label.clone(), item.form.display(f, value)))
                })
                .collect();
            (s.title.clone(), rows)
        })
        .collect();
    let how = Circumstance { at_counter: true, seal: true, head_approved: true, ..Circumstance::default() };
    let offers = cases::offered(&case, &item)
        .into_iter()
        .filter(|o| house.may(&person.principal(), o.act, &case.resource(&item), &how).is_ok())
        .collect();
    let risk =
        case.process.waiting().first().and_then(|w| item.process.node(&w.node)).and_then(|n| n.extension.get("risk").cloned());
    let opinions = history
        .iter()
        .filter_map(|(_, e)| match &e.act {
            CaseAct::Surveyed { private: Some(o), .. } => Some(("现场核查".to_owned(), o.text.clone())),
            CaseAct::Examined { private: Some(o), outcome, .. } => Some((
                match outcome.as_str() {
                    "propose_grant" => "审查意见：拟准予",
                    "propose_deny" => "审查意见：拟不准予",
                    _ => "送检验检测",
                }
                .to_owned(),
                o.text.clone(),
            )),
            CaseAct::Extended { private: Some(a), approver, .. } => {
                Some(("延长期限的批准人".to_owned(), format!("{} {approver}", a.name)))
            }
            CaseAct::ClockResumed { private: Some(r), .. } => Some(("检验检测结果".to_owned(), r.result.clone())),
            CaseAct::Supplemented { private: Some(s), .. } => {
                s.answers.get("supplement").and_then(|v| v.as_str()).map(|t| ("申请人补正说明".to_owned(), t.to_owned()))
            }
            _ => None,
        })
        .collect();
    shell.preferences.dense = true;
    let page = DeskPage {
        current: no.clone(),
        promised: case.promised.as_ref().map(|c| ClockView::new("承诺", c, &now)),
        acceptance: (case.stage == cases::Stage::Submitted).then(|| ClockView::new("受理", &case.acceptance, &now)),
        statutory_due: case.statutory.as_ref().and_then(|c| c.due(&now.calendar)).map(|d| d.date),
        papers,
        answers,
        events: events(&history, &catalogue, true),
        letters: letters(&item, &history),
        offers,
        risk,
        opinions,
        queue,
        case,
        item,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}
