//! 说明亮牌 · the agency says what happened, once and before the review (C3.3-09). What it says may name people, so it is
//! private; that it spoke, and when, is public.

use super::card;
use super::case::{self, Kept, field};
use super::view;
use acts::{CardAct, Entry};
use authority::{Act, Circumstance};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use foundation::held::{Entered, Held, Posted};
use foundation::page::Shell;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once, record};
use serde_json::json;

/// What an explanation may hold.
const LONGEST: usize = 4000;

/// The page again, with what was typed before the session ended.
pub async fn get(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    held: Held,
    Path((no, rule)): Path<(String, String)>,
) -> Result<Response, Stop> {
    again(&house, shell, &catalogue, &person, &no, rule, held.0).await
}

/// Shared with the review: both are forms on the page of the case.
pub async fn again(
    house: &House,
    shell: Shell,
    catalogue: &Catalogue,
    person: &Person,
    no: &str,
    rule: String,
    entered: Option<Entered>,
) -> Result<Response, Stop> {
    let Some(entered) = entered else {
        return Ok(Redirect::to(&location(no, &rule)).into_response());
    };
    let filled = Filled::new(shell.lang, entered, Vec::new());
    let kept = Kept { rule, filled, status: StatusCode::OK };
    let wanted = case::Wanted::default();
    case::draw(house, shell, catalogue, person, no, &wanted, Some(kept)).await
}

pub fn location(no: &str, rule: &str) -> String {
    format!("/supervision/cases/{no}#{rule}")
}

pub async fn post(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, rule)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let key = field("explanation", &rule);
    let text = posted.one(&key).trim().to_owned();
    let error = match text.chars().count() {
        0 => Some(field_error(&key, "情况说明", "请写情况说明", "Say what happened")),
        n if n > LONGEST => Some(field_error(
            &key,
            "情况说明",
            &format!("情况说明最多 {LONGEST} 字，现在 {n} 字"),
            &format!("At most {LONGEST} characters; now {n}"),
        )),
        _ => None,
    };
    if let Some(error) = error {
        let filled = Filled::new(shell.lang, posted.0, vec![error]);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let kept = Kept { rule, filled, status };
        let wanted = case::Wanted::default();
        return case::draw(&house, shell, &catalogue, &person, &no, &wanted, Some(kept)).await;
    }
    let form = posted.once()?;
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(Redirect::to(&before).into_response());
    }
    let now = house.now();
    // Lock, then authorise, then decide.
    let card = card::lock(&mut tx, &no, &rule).await?;
    let resource = view::resource(&mut tx, &catalogue, &no).await?;
    house.may(&person.principal(), Act::ExplainCard, &resource, &Circumstance::default())?;
    card.may_be_explained()?;
    let role = match person.has_role("chief_representative") {
        true => "chief_representative",
        false => "officer",
    };
    let act = CardAct::Explained { rule: rule.clone(), private: Some(text) };
    let subject = card::subject(&no);
    let entry: Entry<CardAct> = record::entry(subject, now.at, person.actor(role), Some(person.private()), act);
    record::record(&mut tx, std::slice::from_ref(&entry)).await?;
    sqlx::query("update cards set explained = $3 where case_no = $1 and rule = $2")
        .bind(&no)
        .bind(&rule)
        .bind(json!({ "at": now.at, "by": entry.by, "act": entry.id }))
        .execute(&mut *tx)
        .await?;
    let location = location(&no, &rule);
    once::answer(&mut tx, person.id, form, &location).await?;
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&location).into_response())
}
