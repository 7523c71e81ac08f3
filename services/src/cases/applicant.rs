//! 申请人办理 · what the acts of an applicant share that have a page of their own: its form, its handlers, and the once-only answer. The
//! counterpart of `officer.rs`.

use super::case::{Case, Rejection};
use super::run::{open, perform};
use acts::CaseAct;
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
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use std::sync::Arc;
use uuid::Uuid;

/// One act of an applicant on the own case.
pub trait ApplicantAct: Sized + Send + Sync + 'static {
    /// The last part of its address: `/cases/{no}/delivery`.
    const SLUG: &'static str;
    const TITLE: &'static str;
    /// What it is about, in one sentence.
    const MEANS: &'static str;
    /// What follows from it, where that needs saying.
    const FOLLOWS: &'static str = "";
    /// What the button says, and the way back.
    const SENDS: &'static str;
    const BACK: &'static str;
    const ACT: Act;

    /// Whether it can be done now.
    fn is_open(case: &Case, today: NaiveDate) -> bool;
    /// The last day on which it can be done, where there is one.
    fn until(_: &Case) -> Option<NaiveDate> {
        None
    }
    /// What stands in the form.
    fn filled(shell: &Shell, _: &Case, entered: Entered, errors: Vec<FieldError>) -> Filled {
        Filled::new(shell.lang, entered, errors)
    }
    /// Its form, as HTML.
    fn fields(filled: &Filled, case: &Case) -> String;
    /// Reads the form; says everything that is wrong with it at once (F073).
    fn read(posted: &Posted) -> Result<Self, Vec<FieldError>>;
    /// The law.
    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection>;
}

pub fn routes<A: ApplicantAct>() -> Router<House> {
    Router::new().route(&page_of::<A>("{no}"), get(show::<A>).post(send::<A>))
}

/// Where the page of the act is, on this case.
fn page_of<A: ApplicantAct>(no: &str) -> String {
    format!("/cases/{no}/{}", A::SLUG)
}

#[derive(Template)]
#[template(path = "cases/applicant.html")]
struct ActPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    title: &'static str,
    means: &'static str,
    follows: &'static str,
    sends: &'static str,
    back: &'static str,
    until: Option<NaiveDate>,
    action: String,
    once: Uuid,
    summary: String,
    trouble: Option<String>,
    fields: String,
}

fn draw<A: ApplicantAct>(
    shell: Shell,
    (case, item): (Case, Arc<Item>),
    entered: Entered,
    (status, errors, trouble): (StatusCode, Vec<FieldError>, Option<String>),
    once: Uuid,
) -> Result<Response, Stop> {
    let filled = A::filled(&shell, &case, entered, errors);
    let page = ActPage {
        title: A::TITLE,
        means: A::MEANS,
        follows: A::FOLLOWS,
        sends: A::SENDS,
        back: A::BACK,
        until: A::until(&case),
        action: page_of::<A>(&case.no),
        once,
        summary: filled.summary(),
        trouble,
        fields: A::fields(&filled, &case),
        case,
        item,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

async fn show<A: ApplicantAct>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = open(&house, &catalogue, &person, A::ACT, &no).await?;
    if !A::is_open(&case, shell.now.date()) {
        return Ok(Redirect::to(&case.url()).into_response());
    }
    let fine = (StatusCode::OK, Vec::new(), None);
    draw::<A>(shell, (case, item), held.unwrap_or_default(), fine, Uuid::new_v4())
}

async fn send<A: ApplicantAct>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let (case, item) = open(&house, &catalogue, &person, A::ACT, &no).await?;
    let act = match A::read(&posted) {
        Ok(act) => act,
        Err(errors) => {
            let wrong = (StatusCode::UNPROCESSABLE_ENTITY, errors, None);
            return draw::<A>(shell, (case, item), posted.0, wrong, form);
        }
    };
    let done = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        A::ACT,
        &Circumstance::default(),
        form,
        format!("{}#{}", case.url(), A::SLUG),
        |case, item, now| act.decide(case, item, now),
    )
    .await;
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(Stop::Rejected(why)) => {
            draw::<A>(shell, (case, item), posted.0, (StatusCode::CONFLICT, Vec::new(), Some(why)), Uuid::new_v4())
        }
        Err(stop) => Err(stop),
    }
}
