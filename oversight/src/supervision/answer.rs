//! 回应亮牌 · what explaining and reviewing a card share (C3.3-09): a form on the page of the case, once however often it is sent,
//! and an act beside the card. Lock, then authorise, then decide.

use super::card::{self, Card, Rejection};
use super::case::{self, Kept};
use super::view;
use acts::{CardAct, Entry};
use authority::{Act, Circumstance};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{self, MethodRouter};
use catalogue::Catalogue;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::Shell;
use foundation::page::fields::Filled;
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};

/// One way to answer a card.
pub trait Answer: Sized + Send + Sync + 'static {
    const ACT: Act;
    /// Reads the form; says everything that is wrong with it at once.
    fn read(posted: &Posted, rule: &str) -> Result<Self, Vec<FieldError>>;
    fn role(person: &Person) -> &'static str;
    /// Whether the card can still be answered like this.
    fn may(card: &Card, now: &Moment) -> Result<(), Rejection>;
    fn act(self, rule: &str) -> CardAct;
}

pub fn door<A: Answer>() -> MethodRouter<House> {
    routing::get(get).post(post::<A>)
}

fn location(no: &str, rule: &str) -> String {
    format!("/supervision/cases/{no}#{rule}")
}

/// The page again, with what was typed before the session ended.
async fn get(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    held: Held,
    Path((no, rule)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let Some(entered) = held.0 else {
        return Ok(Redirect::to(&location(&no, &rule)).into_response());
    };
    let kept = Kept { rule, filled: Filled::new(shell.lang, entered, Vec::new()), status: StatusCode::OK };
    case::draw(&house, shell, &catalogue, &person, &no, &case::Wanted::default(), Some(kept)).await
}

async fn post<A: Answer>(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, rule)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let answer = match A::read(&posted, &rule) {
        Ok(answer) => answer,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            let kept = Kept { rule, filled, status: StatusCode::UNPROCESSABLE_ENTITY };
            return case::draw(&house, shell, &catalogue, &person, &no, &case::Wanted::default(), Some(kept)).await;
        }
    };
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let now = house.now();
    let card = card::lock(&mut tx, &no, &rule).await?;
    let resource = view::resource(&mut tx, &catalogue, &no).await?;
    house.may(&person.principal(), A::ACT, &resource, &Circumstance::default())?;
    A::may(&card, &now)?;
    let actor = person.actor(A::role(&person));
    let entry: Entry<CardAct> = record::entry(card::subject(&no), now.at, actor, Some(person.private()), answer.act(&rule));
    record::record(&mut tx, std::slice::from_ref(&entry)).await?;
    card::save(&mut tx, &entry).await?;
    let location = location(&no, &rule);
    once::finish(&house, tx, person.id, form, &location).await?;
    Ok(Redirect::to(&location).into_response())
}
