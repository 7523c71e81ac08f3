//! 回应亮牌 · what all steps of a card share that people take (C3.3-09, C3.3-18): a form on the page of the case, once however often it is sent,
//! and an act beside the card. Lock, then authorise, then decide.

use super::card::{self, Card};
use super::case::{self, Kept};
use super::course::{Hand, Rejection, Step};
use super::{affair, view};
use acts::{CardAct, CaseAct, Entry};
use authority::{Act, Circumstance};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{self, MethodRouter};
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a reason may hold.
const REASON: usize = 1000;

/// One way to answer a card.
pub trait Answer: Sized + Send + Sync + 'static {
    const ACT: Act;
    /// Reads the form; says everything that is wrong with it at once.
    fn read(posted: &Posted, rule: &str, today: NaiveDate) -> Result<Self, Vec<FieldError>>;
    /// The role in which the person does it.
    fn role(person: &Person) -> &'static str {
        let _ = person;
        "supervisor"
    }
    /// The step of the card's course that it is.
    fn step(&self) -> Step;
    /// Entries of the log that it names; each must be there.
    fn evidence(&self) -> &[i64] {
        &[]
    }
    /// What it makes of the card.
    fn decide(self, card: &Card) -> Result<CardAct, Rejection>;
}

/// C3.3-18, C3.3-23: the law of every answer. The card is as it is now, and the hand is of who answers.
pub fn decide<A: Answer>(answer: A, card: &Card, hand: &Hand, now: &Moment) -> Result<CardAct, Rejection> {
    let step = answer.step();
    card.may(step, now)?;
    card.may_by(step, hand)?;
    answer.decide(card)
}

pub fn role_in_the_unit(person: &Person) -> &'static str {
    ["chief_representative", "liaison"].into_iter().find(|role| person.has_role(role)).unwrap_or("officer")
}

/// A reason for everybody to read.
pub fn public_reason(posted: &Posted, rule: &str, errors: &mut Vec<FieldError>) -> String {
    let blank = ("请写理由", "Give the reason");
    fields::public_text(posted, &case::field("reason", rule), "理由", blank, REASON, errors)
}

/// What everybody reads of a card, by its field.
const PUBLIC: [(&str, &str); 6] = [
    ("reason", "理由"),
    ("what", "整改什么"),
    ("office", "和谁谈（职务）"),
    ("leadership", "由谁谈（职务）"),
    ("discipline", "由谁参加（职务）"),
    ("to", "移送给哪个机关"),
];

/// The first of these entries that the log does not have, or that is no act of this subject or of the agency (C3.3-21).
async fn foreign(conn: &mut PgConnection, entries: &[i64], no: &str, agency: &str) -> Result<Option<i64>, Stop> {
    Ok(sqlx::query_scalar(
        "select n from unnest($1::bigint[]) as n
          where not exists (select
                              from log_entries e
                              join acts a on a.position = e.position
                             where e.n = n.n
                               and (a.subject = $2 or a.agency = $3))
          limit 1",
    )
    .bind(entries)
    .bind(no)
    .bind(agency)
    .fetch_optional(conn)
    .await?)
}

/// Who answers: the person, and whether the same did an act in the case.
pub fn hand<'a>(person: Uuid, case: impl IntoIterator<Item = &'a Entry<CaseAct>>) -> Hand {
    let did = |entry: &Entry<CaseAct>| entry.person.as_ref().is_some_and(|by| by.person == person);
    Hand { person, handled: case.into_iter().any(did) }
}

/// The same, of whatever a card is about.
pub async fn hand_in(conn: &mut PgConnection, kind: &str, no: &str, person: Uuid) -> Result<Hand, Stop> {
    Ok(Hand { person, handled: affair::handled(&affair::history(conn, kind, no).await?, person)? })
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
    let answer = match A::read(&posted, &rule, shell.now.date()) {
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
    let kind = card::kind(&mut tx, &no).await?;
    let resource = match kind.as_str() {
        "case" => view::resource(&mut tx, &catalogue, &no).await?,
        _ => view::beside(&no, &card.agency),
    };
    house.may(&person.principal(), A::ACT, &resource, &Circumstance::default())?;
    let mut errors = Vec::new();
    if let Some(n) = foreign(&mut tx, answer.evidence(), &no, &card.agency).await? {
        let zh = format!("第 {n} 条不在日志里，或者不是这一件、也不是本单位的行为，请核对作证的条目");
        let en = format!("Entry {n} is not in the log, or is no act of this case or of your agency");
        errors.push(field_error(&case::field("evidence", &rule), "作证的日志条目", &zh, &en));
    }
    let names = affair::names(&affair::history(&mut tx, &kind, &no).await?)?;
    for (what, label) in PUBLIC {
        let key = case::field(what, &rule);
        fields::unnamed(posted.one(&key), &names, &key, label, &mut errors);
    }
    let hand = hand_in(&mut tx, &kind, &no, person.id).await?;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let decided = decide(answer, &card, &hand, &now);
    if let (Err(no), true) = (&decided, errors.is_empty()) {
        // Beside the first field of the form that was sent.
        let key = posted.0.keys().find(|key| key.ends_with(&case::field("", &rule))).cloned().unwrap_or_default();
        let zh = no.to_string();
        errors.push(field_error(&key, "亮牌", &zh, &page::translate(&zh, page::Lang::En)));
        status = StatusCode::CONFLICT;
    }
    let (Ok(act), true) = (decided, errors.is_empty()) else {
        tx.rollback().await?;
        let kept = Kept { rule, filled: Filled::new(shell.lang, posted.0, errors), status };
        return case::draw(&house, shell, &catalogue, &person, &no, &case::Wanted::default(), Some(kept)).await;
    };
    let entry = record::entry(card::subject(&no), now.at, person.actor(A::role(&person)), Some(person.private()), act);
    card::keep(&mut tx, card, &entry, &now.calendar).await?;
    let location = location(&no, &rule);
    once::finish(&house, tx, person.id, form, &location).await?;
    Ok(Redirect::to(&location).into_response())
}
