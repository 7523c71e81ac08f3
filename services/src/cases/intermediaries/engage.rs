//! 委托中介服务 · the applicant chooses an institution of the register or names another; the agency commissions what it needs itself, by
//! competition and at its own cost (优化营商环境条例 43). The limit of the service begins that day.

use super::{Door, Side, case_for};
use crate::cases::case::{self, Case};
use crate::cases::run::perform;
use acts::{CaseAct, Choice, Institution, Payer, WAYS_TO_CHOOSE};
use askama::Template;
use authority::Circumstance;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use calendar::{Clock, Limit};
use catalogue::intermediaries::law::{b3_2_01_is_another, b3_2_01_may_be_engaged, f066_days};
use catalogue::intermediaries::{self, Registered, Rejection};
use catalogue::{Catalogue, IntermediaryService, Item};
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{Filled, field_error, public_text};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Moment, SignedIn, Stop};
use std::sync::Arc;
use uuid::Uuid;

/// So many of the register are offered on the page, in the order of the day; others by their code.
const OFFERED: i64 = 20;
/// Characters of the longest name, and of what an agency says of its choice.
const LONGEST: usize = 100;
const LONGEST_REASON: usize = 500;

/// Whom one engages.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    Registered(Registered),
    /// Beside the register; that it is qualified is for whoever chooses to know.
    Other(Institution),
}

pub struct Engage {
    pub payer: Payer,
    pub service: String,
    pub chosen: Chosen,
    /// How an agency chose.
    pub choice: Option<Choice>,
}

/// The law of engaging (优化营商环境条例 43): whoever pays chooses; the limit is the institution's own promise, at most what is published.
pub fn engage(case: &Case, item: &Item, engage: &Engage, now: &Moment) -> Result<Vec<CaseAct>, case::Rejection> {
    if case.stage.is_concluded() {
        case.must_wait_at("", "委托中介服务")?;
    }
    let service = item.intermediary(&engage.service).ok_or_else(|| Rejection::NoSuchService(engage.service.clone()))?;
    match (service.paid_by, engage.payer) {
        (Payer::Agency, Payer::Applicant) => return Err(Rejection::AgencyPays(service.name.clone()).into()),
        (Payer::Applicant, Payer::Agency) => return Err(Rejection::ApplicantChooses(service.name.clone()).into()),
        _ => {}
    }
    if case.engagements.iter().any(|one| one.service == service.key && one.is_running()) {
        return Err(Rejection::StillRunning(service.name.clone()).into());
    }
    let code = match &engage.chosen {
        Chosen::Registered(one) => &one.uscc,
        Chosen::Other(one) => &one.uscc,
    };
    let applicant = case.applicant.as_ref().and_then(|party| party.identity.as_deref());
    b3_2_01_is_another(code, &item.code, applicant, service)?;
    let (provider, promised, other) = match &engage.chosen {
        Chosen::Registered(one) => {
            let days = b3_2_01_may_be_engaged(&one.facts, one.ended_on, &service.name, &case.agency, now.date())?;
            (Some(Institution { uscc: one.uscc.clone(), name: one.facts.name.clone() }), Some(days), None)
        }
        // Whom an agency chose is public; an applicant's own choice is the applicant's.
        Chosen::Other(one) if engage.payer == Payer::Agency => (Some(one.clone()), None, None),
        Chosen::Other(one) => (None, None, Some(one.clone())),
    };
    Ok(vec![CaseAct::IntermediaryEngaged {
        nth: case.engagements.len() as u32 + 1,
        service: service.key.clone(),
        name: service.name.clone(),
        paid_by: service.paid_by,
        clock: Clock::start(now.date(), Limit::working_days(f066_days(service.days, promised))),
        provider,
        choice: engage.choice.clone(),
        private: other,
    }])
}

#[derive(Template)]
#[template(path = "cases/intermediaries/engage.html")]
struct EngagePage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    service: IntermediaryService,
    side: Side,
    action: String,
    back: String,
    once: Uuid,
    summary: String,
    trouble: Option<String>,
    fields: String,
}

impl EngagePage {
    fn register(&self) -> String {
        format!("/intermediaries?service={}", encode(&self.service.name))
    }
}

fn page_of(side: Side, no: &str, service: &str) -> String {
    format!("{}/intermediaries/{service}", side.case(no))
}

async fn draw(
    house: &House,
    shell: Shell,
    side: Side,
    (case, item): (Case, Arc<Item>),
    service: &str,
    entered: Entered,
    (status, errors, trouble): (StatusCode, Vec<FieldError>, Option<String>),
    once: Uuid,
) -> Result<Response, Stop> {
    let service = item.intermediary(service).ok_or(Stop::NotFound("中介服务"))?.clone();
    let today = shell.now.date();
    let found = intermediaries::offering(&mut *house.pool().acquire().await?, &service.name, today, OFFERED).await?;
    let may = |one: &&Registered| b3_2_01_may_be_engaged(&one.facts, one.ended_on, &service.name, &case.agency, today).is_ok();
    let told = |one: &Registered| {
        let offered = one.facts.services.iter().find(|offered| offered.name == service.name);
        let terms = offered.map(|offered| format!("{}，{} 个工作日", offered.price, offered.days)).unwrap_or_default();
        (one.uscc.clone(), format!("{}：{terms}", one.facts.name))
    };
    let mut offered: Vec<(String, String)> = found.iter().filter(may).map(told).collect();
    offered.push(("other".into(), "另写一家（名册上没有列出来的，或者名册以外合格的）".into()));
    let offered: Vec<(&str, &str)> = offered.iter().map(|(code, said)| (code.as_str(), said.as_str())).collect();
    let filled = Filled::new(shell.lang, entered, errors);
    let mut fields = [
        filled.choice("institution", "委托哪一家", "radio", &offered),
        filled.input("uscc", "另写的机构：统一社会信用代码", "18 位；在名册上的，写代码就行", "text", "autocomplete=\"off\""),
        filled.input("name", "另写的机构：名称", "名册以外的要写全称", "text", "autocomplete=\"off\""),
    ]
    .concat();
    if side == Side::Agency {
        fields += &filled.choice("way", "怎样选的", "radio", &WAYS_TO_CHOOSE);
        fields += &filled.input("record", "选择记录的编号", "例：金市监采〔2026〕7号。公开", "text", "autocomplete=\"off\"");
        fields += &filled.textarea("reason", "为什么是这一家", "几家参加、比的是什么、这一家怎样。公开", 3);
    }
    let page = EngagePage {
        action: page_of(side, &case.no, &service.key),
        back: side.case(&case.no),
        once,
        summary: filled.summary(),
        trouble,
        fields,
        service,
        side,
        case,
        item,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// What was posted: whom, and how it was chosen. Everything wrong with it at once.
async fn read(house: &House, side: Side, service: &str, posted: &Posted) -> Result<Result<Engage, Vec<FieldError>>, Stop> {
    let mut errors = Vec::new();
    let label = "委托哪一家";
    let chosen = match posted.one("institution") {
        "" => {
            errors.push(field_error("institution", label, "请选委托哪一家", "Choose an institution"));
            None
        }
        "other" => {
            let uscc = intermediaries::code(posted.one("uscc"), &mut errors).unwrap_or_default();
            match intermediaries::find(&mut *house.pool().acquire().await?, &uscc).await? {
                Some(one) => Some(Chosen::Registered(one)),
                None => {
                    let wanted = ("名册上没有这家，请写它的全称", "It is not in the register; enter its full name");
                    let name = public_text(posted, "name", "机构名称", wanted, LONGEST, &mut errors);
                    Some(Chosen::Other(Institution { uscc, name }))
                }
            }
        }
        uscc => match intermediaries::find(&mut *house.pool().acquire().await?, uscc).await? {
            Some(one) => Some(Chosen::Registered(one)),
            None => {
                errors.push(field_error("institution", label, "名册上没有这家，请另选", "It is not in the register"));
                None
            }
        },
    };
    let choice = (side == Side::Agency).then(|| {
        let way = WAYS_TO_CHOOSE.iter().find(|(way, _)| *way == posted.one("way"));
        if way.is_none() {
            let zh = "请写明是怎样选的：要用竞争性的方式（优化营商环境条例第四十三条）";
            errors.push(field_error("way", "怎样选的", zh, "Say how it was chosen: it must be by competition"));
        }
        let wanted = ("请写选择记录的编号", "Enter the number of the record of the choice");
        let record = public_text(posted, "record", "选择记录的编号", wanted, LONGEST, &mut errors);
        let wanted = ("请写为什么是这一家", "Say why it is this one");
        let reason = public_text(posted, "reason", "为什么是这一家", wanted, LONGEST_REASON, &mut errors);
        Choice { way: way.map(|(way, _)| (*way).to_owned()).unwrap_or_default(), record, reason }
    });
    Ok(match (chosen, errors.is_empty()) {
        (Some(chosen), true) => Ok(Engage { payer: side.payer(), service: service.to_owned(), chosen, choice }),
        _ => Err(errors),
    })
}

/// GET …/intermediaries/{service}
pub(super) async fn show<D: Door>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((no, service)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let side = D::SIDE;
    let of = case_for(&house, &catalogue, &person, side, &no).await?;
    if of.0.stage.is_concluded() {
        return Ok(Redirect::to(&side.case(&no)).into_response());
    }
    let fine = (StatusCode::OK, Vec::new(), None);
    draw(&house, shell, side, of, &service, held.unwrap_or_default(), fine, Uuid::new_v4()).await
}

/// POST …/intermediaries/{service}
pub(super) async fn send<D: Door>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, service)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let side = D::SIDE;
    let form = posted.once()?;
    let of = case_for(&house, &catalogue, &person, side, &no).await?;
    let told = match read(&house, side, &service, &posted).await? {
        Ok(told) => told,
        Err(errors) => {
            let wrong = (StatusCode::UNPROCESSABLE_ENTITY, errors, None);
            return draw(&house, shell, side, of, &service, posted.0, wrong, form).await;
        }
    };
    let done = perform(
        &house,
        &catalogue,
        &person,
        side.role(&person),
        &no,
        side.act(),
        &Circumstance { at_counter: side == Side::Agency, ..Circumstance::default() },
        form,
        format!("{}#intermediaries", side.case(&no)),
        |case, item, now| engage(case, item, &told, now),
    )
    .await;
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(Stop::Rejected(why)) => {
            let no_more = (StatusCode::CONFLICT, Vec::new(), Some(why));
            draw(&house, shell, side, of, &service, posted.0, no_more, Uuid::new_v4()).await
        }
        Err(stop) => Err(stop),
    }
}
