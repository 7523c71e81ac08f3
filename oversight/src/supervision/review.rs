//! 复核亮牌 · a supervisor upholds a card or withdraws it, with a reason everybody may read (C3.3-09; 许可法 72). Either way it
//! stays visible. Nobody is judged before having been heard or having let the time pass.

use super::card;
use super::case::{self, Kept, field};
use super::explain::{again, location};
use super::view;
use acts::CardAct;
use authority::{Act, Circumstance};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use foundation::held::{Held, Posted};
use foundation::page::Shell;
use foundation::page::fields::{Filled, field_error};
use foundation::{House, SignedIn, Stop, once, record};
use serde_json::json;

const LONGEST: usize = 1000;

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

pub async fn post(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, rule)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let (outcome_key, reason_key) = (field("outcome", &rule), field("reason", &rule));
    let upheld = match posted.one(&outcome_key) {
        "upheld" => Some(true),
        "withdrawn" => Some(false),
        _ => None,
    };
    let reason = posted.one(&reason_key).trim().to_owned();
    let mut errors = Vec::new();
    if upheld.is_none() {
        errors.push(field_error(&outcome_key, "结论", "请选维持还是撤销", "Choose whether the card stands"));
    }
    match reason.chars().count() {
        0 => errors.push(field_error(&reason_key, "理由", "请写理由", "Give the reason")),
        n if n > LONGEST => errors.push(field_error(
            &reason_key,
            "理由",
            &format!("理由最多 {LONGEST} 字，现在 {n} 字"),
            &format!("At most {LONGEST} characters; now {n}"),
        )),
        _ => {}
    }
    let upheld = match upheld.filter(|_| errors.is_empty()) {
        Some(upheld) => upheld,
        None => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let kept = Kept { rule, filled, status };
            let wanted = case::Wanted::default();
            return case::draw(&house, shell, &catalogue, &person, &no, &wanted, Some(kept)).await;
        }
    };
    let form = posted.once()?;
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(Redirect::to(&before).into_response());
    }
    let now = house.now();
    let card = card::lock(&mut tx, &no, &rule).await?;
    let resource = view::resource(&mut tx, &catalogue, &no).await?;
    house.may(&person.principal(), Act::ReviewCard, &resource, &Circumstance::default())?;
    card.may_be_reviewed(&now)?;
    let act = CardAct::Reviewed { rule: rule.clone(), upheld, reason };
    let entry = record::entry(card::subject(&no), now.at, person.actor("supervisor"), Some(person.private()), act);
    record::record(&mut tx, std::slice::from_ref(&entry)).await?;
    sqlx::query("update cards set outcome = $3, reviewed = $4 where case_no = $1 and rule = $2")
        .bind(&no)
        .bind(&rule)
        .bind(if upheld { "upheld" } else { "withdrawn" })
        .bind(json!({ "at": now.at, "by": entry.by, "act": entry.id }))
        .execute(&mut *tx)
        .await?;
    let location = location(&no, &rule);
    once::answer(&mut tx, person.id, form, &location).await?;
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&location).into_response())
}
