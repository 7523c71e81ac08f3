//! 要不要听证 · the applicant, told of it, asks for a hearing or waives it (许可法 47(1); B4.1-10); whoever has no account does so at the
//! counter.

use super::case::{Case, Rejection};
use super::hearing;
use super::officer::OfficerAct;
use super::run::{open, perform};
use acts::{CaseAct, Opinion};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use std::sync::Arc;
use uuid::Uuid;

/// Characters of the longest reason.
const LONGEST: usize = 2000;

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/hearing", get(show).post(send))
}

/// The answer, and why.
pub struct Answer {
    pub wants: bool,
    pub why: String,
}

impl Answer {
    fn fields(filled: &Filled) -> String {
        let choices = [("yes", "要求听证"), ("no", "不要求听证")];
        [
            filled.choice("wants", "要不要听证", "radio", &choices),
            filled.textarea("why", "想说明什么", "可以不写。写给办理的机关看，不公开", 4),
        ]
        .concat()
    }

    fn read(posted: &Posted) -> Result<Answer, Vec<FieldError>> {
        let mut errors = Vec::new();
        if !matches!(posted.one("wants"), "yes" | "no") {
            errors.push(field_error("wants", "要不要听证", "请选要不要听证", "Choose whether you want a hearing"));
        }
        let why = posted.one("why").trim();
        if why.chars().count() > LONGEST {
            let zh = format!("说明最多写 {LONGEST} 个字");
            errors.push(field_error("why", "想说明什么", &zh, "The explanation is too long"));
        }
        if errors.is_empty() { Ok(Answer { wants: posted.one("wants") == "yes", why: why.to_owned() }) } else { Err(errors) }
    }

    pub fn decide(&self, case: &Case, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        hearing::b4_1_10_open(case, now.date())?;
        let why = Some(self.why.clone()).filter(|why| !why.is_empty());
        Ok(vec![CaseAct::HearingAnswered { wants: self.wants, private: why.map(|text| Opinion { text }) }])
    }
}

/// Whoever has no account says so at the counter.
pub struct AtCounter(Answer);

impl OfficerAct for AtCounter {
    const SLUG: &'static str = "answer-hearing";
    const TITLE: &'static str = "登记要不要听证";
    const MEANS: &'static str = "申请人没有账户，当面说要不要听证。";
    const ACT: Act = Act::OfferHearing;
    const NODE: &'static str = "examine";

    fn is_offered(case: &Case, _: &Item) -> bool {
        case.waits_at(Self::NODE) && !case.has_account() && case.hearing.as_ref().is_some_and(|right| right.answer.is_none())
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        Answer::fields(filled)
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<AtCounter, Vec<FieldError>> {
        Answer::read(posted).map(AtCounter)
    }

    fn decide(&self, case: &Case, _: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        if case.has_account() {
            return Err(Rejection::OwnAccount);
        }
        self.0.decide(case, now)
    }
}

#[derive(Template)]
#[template(path = "cases/answer_hearing.html")]
struct AnswerPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    once: Uuid,
    until: NaiveDate,
    summary: String,
    trouble: Option<String>,
    fields: String,
}

fn draw(
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    entered: Entered,
    wrong: (StatusCode, Vec<FieldError>, Option<String>),
    once: Uuid,
) -> Result<Response, Stop> {
    let (status, errors, trouble) = wrong;
    let filled = Filled::new(shell.lang, entered, errors);
    let until = case.hearing.as_ref().map(|right| right.until).ok_or(Stop::NotFound("听证"))?;
    let page = AnswerPage { once, until, summary: filled.summary(), trouble, fields: Answer::fields(&filled), case, item, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = open(&house, &catalogue, &person, Act::AnswerHearing, &no).await?;
    if hearing::b4_1_10_open(&case, house.now().date()).is_err() {
        return Ok(Redirect::to(&case.url()).into_response());
    }
    draw(shell, case, item, held.unwrap_or_default(), (StatusCode::OK, Vec::new(), None), Uuid::new_v4())
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let (case, item) = open(&house, &catalogue, &person, Act::AnswerHearing, &no).await?;
    let answer = match Answer::read(&posted) {
        Ok(answer) => answer,
        Err(errors) => return draw(shell, case, item, posted.0, (StatusCode::UNPROCESSABLE_ENTITY, errors, None), form),
    };
    let done = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        Act::AnswerHearing,
        &Circumstance::default(),
        form,
        case.url(),
        |case, _, now| answer.decide(case, now),
    )
    .await;
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(Stop::Rejected(why)) => draw(shell, case, item, posted.0, (StatusCode::CONFLICT, Vec::new(), Some(why)), form),
        Err(stop) => Err(stop),
    }
}
