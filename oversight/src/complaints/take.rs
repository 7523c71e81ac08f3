//! 登记 · what somebody says at a counter or to the hotline is entered by an officer, and goes into the same queue under the same clock
//! (F139). Its number and code are read out to whoever complained.

use super::file::{self, Asked};
use super::fold;
use acts::ComplaintChannel;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use uuid::Uuid;

fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::TakeComplaint, &Resource::Site, &Circumstance::default()).map(|_| ())
}

#[derive(Template)]
#[template(path = "complaints/take.html")]
struct TakePage {
    shell: Shell,
    catalogue: Catalogue,
    filled: Filled,
    once: Uuid,
}

impl TakePage {
    fn asked(&self) -> Asked<'_> {
        Asked { filled: &self.filled, catalogue: &self.catalogue }
    }
    fn channels(&self) -> String {
        let ways = ComplaintChannel::AT_DESK.map(|channel| (channel.key(), channel.zh()));
        self.filled.choice("channel", "怎么来的", "radio", &ways)
    }
}

fn draw(catalogue: Catalogue, shell: Shell, mut filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    filled.entered.entry("channel".into()).or_insert_with(|| vec![ComplaintChannel::Telephone.key().into()]);
    page::render_status(&shell.clone(), status, &TakePage { catalogue, filled, once, shell })
}

/// GET /complaints/desk/new
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    draw(catalogue, shell.clone(), Filled::new(shell.lang, held.unwrap_or_default(), Vec::new()), Uuid::new_v4())
}

/// POST /complaints/desk/new
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    mut posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    let channel = ComplaintChannel::AT_DESK.into_iter().find(|channel| channel.key() == posted.one("channel"));
    if channel.is_none() {
        errors.push(field_error("channel", "怎么来的", "请选怎么来的", "Choose how it came"));
    }
    file::about_case(&house, &catalogue, &mut posted, &mut errors).await?;
    let act = file::read(&catalogue, &posted, channel.unwrap_or(ComplaintChannel::Counter), &mut errors);
    if !errors.is_empty() {
        return draw(catalogue, shell.clone(), Filled::new(shell.lang, posted.0, errors), form);
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let by = (person.actor_as(&["counter_officer", "liaison", "openness_officer", "supervisor"]), Some(person.private()));
    let no = fold::begin(&mut tx, act, by, &house.now()).await?;
    let to = format!("/complaints/{no}/{}", house.lookup_code(&no));
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
