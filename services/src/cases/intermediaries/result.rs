//! 收到结果 · the institution handed in its result, or nothing came of it: its time ends that day (F066).

use super::{Door, Engagement, Side, case_for, of};
use crate::cases::case::{self, Case};
use crate::cases::officer::handed;
use crate::cases::run::perform_with;
use acts::{CaseAct, Handed, Payer, Report};
use askama::Template;
use authority::Circumstance;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::intermediaries::Rejection;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{Filled, field_error, past_date, text};
use foundation::page::{self, Shell, filters};
use foundation::papers::{self, Asked};
use foundation::{House, Moment, SignedIn, Stop, files, uploads};
use std::sync::Arc;
use uuid::Uuid;

/// Characters of the longest result.
const LONGEST: usize = 1000;
/// The one paper that may come with it.
const PAPER: &str = "report";

/// What came of an engagement.
pub struct HandIn {
    pub side: Side,
    pub nth: u32,
    pub on: NaiveDate,
    pub has_result: bool,
    /// What it says, or why nothing came of it; for those who see the whole case.
    pub said: String,
    pub files: Vec<Handed>,
}

/// What an agency pays, the agency takes in.
pub(super) fn may_hand_in(one: &Engagement, side: Side) -> bool {
    side == Side::Agency || one.paid_by == Payer::Applicant
}

/// Whoever chose and pays says that nothing came of it; for whoever has no account the counter does.
fn may_end_without(case: &Case, one: &Engagement, side: Side) -> bool {
    one.paid_by == side.payer() || side == Side::Agency && !case.has_account()
}

/// Ends an engagement: once, on a day it ran. What an agency pays, the agency takes in.
pub fn hand_in(case: &Case, _: &Item, result: &HandIn, now: &Moment) -> Result<Vec<CaseAct>, case::Rejection> {
    let one = case.engagements.iter().find(|one| one.nth == result.nth).ok_or(Rejection::NoSuchEngagement)?;
    if !may_hand_in(one, result.side) {
        return Err(Rejection::AgencyHandsIn.into());
    }
    if !result.has_result && !may_end_without(case, one, result.side) {
        return Err(Rejection::ApplicantEnds.into());
    }
    if let Some(finished) = one.finished {
        return Err(Rejection::Finished(finished.on).into());
    }
    if result.on < one.clock.start {
        return Err(Rejection::BeforeItBegan(one.clock.start).into());
    }
    let due = one.clock.due(&now.calendar).map(|due| due.date);
    Ok(vec![CaseAct::IntermediaryFinished {
        nth: one.nth,
        on: result.on,
        has_result: result.has_result,
        days: now.calendar.working_days_between(one.clock.start, result.on),
        late: due.is_some_and(|due| result.on > due),
        private: Some(Report { result: result.said.clone(), files: result.files.clone(), experts: Vec::new() }),
    }])
}

#[derive(Template)]
#[template(path = "cases/intermediaries/result.html")]
struct ResultPage {
    shell: Shell,
    case: Case,
    name: String,
    with: String,
    action: String,
    back: String,
    once: Uuid,
    summary: String,
    troubles: Vec<String>,
    asked: Vec<Asked>,
    fields: String,
}

fn page_of(side: Side, no: &str, nth: &str) -> String {
    format!("{}/engagements/{nth}", side.case(no))
}

/// Whose the papers are until the act takes them along.
fn owner(no: &str, nth: &str) -> String {
    format!("engagement:{no}:{nth}")
}

async fn asked(house: &House, no: &str, nth: &str) -> Result<Vec<Asked>, Stop> {
    let why = "把报告或者证明传上来，只有纸质的扫描或拍照；没有可以不传";
    papers::found(house, &owner(no, nth), vec![Asked::new(PAPER, "服务的结果", why, false)]).await
}

async fn draw(
    house: &House,
    shell: Shell,
    side: Side,
    case: Case,
    nth: &str,
    entered: Entered,
    (status, errors, troubles): (StatusCode, Vec<FieldError>, Vec<String>),
) -> Result<Response, Stop> {
    let one = of(&case, nth)?;
    let filled = Filled::new(shell.lang, entered, errors);
    let outcomes = [("result", "收到了结果"), ("none", "没有做成，不再委托这一家")];
    let outcomes = if may_end_without(&case, one, side) { &outcomes[..] } else { &outcomes[..1] };
    let fields = [
        filled.choice("outcome", "结果怎样", "radio", outcomes),
        filled.input("on", "收到或者结束的日期", "例如 2026-11-27", "text", "inputmode=\"numeric\""),
        filled.textarea("said", "结果说明", "报告编号和结论；没有做成的写为什么。不公开", 3),
    ]
    .concat();
    let with = one.provider.as_ref().or(one.other.as_ref()).map(|with| with.name.clone()).unwrap_or_default();
    let page = ResultPage {
        name: one.name.clone(),
        with,
        action: page_of(side, &case.no, nth),
        back: side.case(&case.no),
        once: Uuid::new_v4(),
        summary: filled.summary(),
        troubles,
        asked: asked(house, &case.no, nth).await?,
        fields,
        case,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// The case, while this engagement runs and is ended on this side.
async fn running(
    house: &House,
    catalogue: &Catalogue,
    person: &SignedIn,
    side: Side,
    no: &str,
    nth: &str,
) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = case_for(house, catalogue, person, side, no).await?;
    let one = of(&case, nth)?;
    if let Some(finished) = one.finished {
        return Err(Stop::Rejected(Rejection::Finished(finished.on).to_string()));
    }
    if !may_hand_in(one, side) {
        return Err(Stop::Rejected(Rejection::AgencyHandsIn.to_string()));
    }
    Ok((case, item))
}

/// GET …/engagements/{nth}
pub(super) async fn show<D: Door>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((no, nth)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let side = D::SIDE;
    let (case, _) = running(&house, &catalogue, &person, side, &no, &nth).await?;
    let entered = held.unwrap_or_else(|| Entered::from([("on".into(), vec![shell.now.date().to_string()])]));
    draw(&house, shell, side, case, &nth, entered, (StatusCode::OK, Vec::new(), Vec::new())).await
}

fn read(posted: &Posted, side: Side, nth: u32, today: NaiveDate) -> Result<HandIn, Vec<FieldError>> {
    let mut errors = Vec::new();
    let outcome = posted.one("outcome");
    if !["result", "none"].contains(&outcome) {
        errors.push(field_error("outcome", "结果怎样", "请选结果怎样", "Choose what came of it"));
    }
    let on = past_date(posted, "on", "收到或者结束的日期", today, &mut errors);
    let wanted = ("请写结果说明：报告编号和结论，或者为什么没有做成", "Say what the result is, or why there is none");
    let said = text(posted, "said", "结果说明", wanted, LONGEST, &mut errors);
    match (on, errors.is_empty()) {
        (Some(on), true) => Ok(HandIn { side, nth, on, has_result: outcome == "result", said, files: Vec::new() }),
        _ => Err(errors),
    }
}

/// POST …/engagements/{nth}
pub(super) async fn send<D: Door>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, nth)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let side = D::SIDE;
    let form = posted.once()?;
    let (case, _) = case_for(&house, &catalogue, &person, side, &no).await?;
    let number = of(&case, &nth)?.nth;
    let told = match read(&posted, side, number, house.now().date()) {
        Ok(told) => told,
        Err(errors) => {
            let wrong = (StatusCode::UNPROCESSABLE_ENTITY, errors, Vec::new());
            return draw(&house, shell, side, case, &nth, posted.0, wrong).await;
        }
    };
    let files: Vec<Handed> = asked(&house, &no, &nth).await?.into_iter().flat_map(|paper| paper.files).collect();
    let taken: Vec<Uuid> = files.iter().map(|file| file.file).collect();
    let told = HandIn { files, ..told };
    let done = perform_with(
        &house,
        &catalogue,
        &person,
        side.role(&person),
        &no,
        side.act(),
        &Circumstance { at_counter: side == Side::Agency, ..Circumstance::default() },
        form,
        format!("{}#intermediaries", side.case(&no)),
        |case, item, now| hand_in(case, item, &told, now),
        async |conn| files::hand_over(conn, &owner(&no, &nth), &handed(&no), &taken).await,
    )
    .await;
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(Stop::Rejected(why)) => {
            draw(&house, shell, side, case, &nth, posted.0, (StatusCode::CONFLICT, Vec::new(), vec![why])).await
        }
        Err(stop) => Err(stop),
    }
}

/// POST …/files
pub(super) async fn upload<D: Door>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, nth)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Stop> {
    let side = D::SIDE;
    let (case, _) = running(&house, &catalogue, &person, side, &no, &nth).await?;
    let keys = [PAPER.to_owned()];
    match uploads::receive(&house, &person, &owner(&no, &nth), &keys, request, &page_of(side, &no, &nth)).await? {
        Ok(answer) => Ok(answer),
        Err(uploads::Refused { troubles, typed }) => {
            let wrong = (StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), troubles);
            draw(&house, shell, side, case, &nth, typed, wrong).await
        }
    }
}

/// …/files/{file}: goes on with an upload that began above.
pub(super) async fn resume<D: Door>(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, nth, file)): Path<(String, String, Uuid)>,
    request: Request,
) -> Result<Response, Stop> {
    let side = D::SIDE;
    running(&house, &catalogue, &person, side, &no, &nth).await?;
    uploads::resume(&house, &person, &owner(&no, &nth), file, request).await
}

/// Takes a paper back before the act takes it along.
pub(super) async fn remove<D: Door>(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, nth, file)): Path<(String, String, Uuid)>,
    Posted(typed): Posted,
) -> Result<Response, Stop> {
    let side = D::SIDE;
    running(&house, &catalogue, &person, side, &no, &nth).await?;
    papers::let_go(&house, &owner(&no, &nth), file).await?;
    uploads::lead(&house, &person, &page_of(side, &no, &nth), typed).await
}
