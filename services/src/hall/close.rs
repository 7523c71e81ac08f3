//! 登记撤销 · the administrator puts on record that a centre was or will be closed, or merged into another (B2.1): whatever was done in its hall
//! was done before, and a township has given its village points to another keeper.

use super::{centre, number, propose};
use crate::agents;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::centres::close::{self, Happened};
use catalogue::{Catalogue, Centre};
use foundation::held::{Held, Posted};
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "hall/close.html")]
struct ClosePage {
    shell: Shell,
    centre: Arc<Centre>,
    reviewed_by: String,
    approved_by: String,
    filled: Filled,
    once: Uuid,
}

impl ClosePage {
    fn decision(&self) -> String {
        [
            plan(&self.filled),
            self.filled.input("reviewed_on", "审核日期", "按 2012-06-30 这样写", "text", "inputmode=numeric"),
            self.filled.input("approved_on", "批准日期", "按 2012-06-30 这样写", "text", "inputmode=numeric"),
            self.filled.input("document", "批准文号", "例：金政办〔2026〕8号。公开", "text", "maxlength=300"),
        ]
        .concat()
    }
    fn counters(&self) -> String {
        counters(&self.filled, &self.centre)
    }
}

/// The fields that say when it closes, why, and what goes on.
pub(super) fn plan(filled: &Filled) -> String {
    [
        filled.input("last_day", "最后开放的一天", "按 2012-06-30 这样写，可以是以后的一天", "text", "inputmode=numeric"),
        filled.textarea("reason", "撤销的原因", "公开。例：两镇合并，便民服务合到一处", 3),
        filled.input("successor", "接续的中心", "写中心的全称；没有的空着", "text", ""),
    ]
    .concat()
}

/// One field for each counter: where it goes.
pub(super) fn counters(filled: &Filled, centre: &Centre) -> String {
    let moves = |counter: &acts::Counter| {
        let label = format!("{} {}", counter.number, counter.name);
        filled.input(&close::field_of(&counter.key), &label, "", "text", "maxlength=10")
    };
    centre.counters.iter().map(moves).collect()
}

fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::KeepCentre, &Resource::Site, &Circumstance::default()).map(|_| ())
}

fn draw(catalogue: &Catalogue, shell: Shell, centre: Arc<Centre>, filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (reviewed_by, approved_by) = close::bodies(catalogue, &centre);
    let page = ClosePage { centre, reviewed_by, approved_by, filled, once, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /centres/{centre}/close
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(key): Path<String>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    if centre.closing.is_some() {
        return Ok(Redirect::to(&format!("/centres/{key}")).into_response());
    }
    // The administrator enters what was decided on paper; whoever asks, reviews or approves does it here.
    if may(&house, &person).is_err() {
        return propose::show(&house, &catalogue, shell, &person, centre, held).await;
    }
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&catalogue, shell, centre, filled, Uuid::new_v4())
}

/// The last thing that happened in a centre, which is held by the caller.
pub(super) async fn happened(conn: &mut PgConnection, key: &str) -> Result<Option<Happened>, Stop> {
    let on_record = close::begin(conn, key).await?;
    let in_the_hall = number::last_day(conn, key).await?;
    let in_the_hall = in_the_hall.map(|on| Happened { on, what: "有人取号或者开窗口" });
    Ok([on_record, in_the_hall].into_iter().flatten().max_by_key(|last| last.on))
}

/// POST /centres/{centre}/close
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(key): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let centre = centre(&catalogue, &key)?;
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let last = happened(&mut tx, &key).await?;
    let points = agents::kept_by(&mut tx, &catalogue, &centre).await?;
    let hinders = |closing: &acts::Closing, successor: Option<&Centre>| {
        close::b2_1_hinders(&centre, closing, successor, (last, points), now.date())
    };
    let closing = match close::read(&posted, &catalogue, &centre, now.date(), &hinders)? {
        Ok(closing) => closing,
        Err(errors) => {
            tx.rollback().await?;
            return draw(&catalogue, shell.clone(), centre, Filled::new(shell.lang, posted.0, errors), form);
        }
    };
    close::keep(&mut tx, &key, closing, &person, &now).await?;
    let leads_to = format!("/centres/{key}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    close::known(&house, &catalogue).await;
    Ok(Redirect::to(&leads_to).into_response())
}
