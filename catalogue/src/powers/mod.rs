//! 权责清单 · every administrative power with its basis (A2.1–A2.2, B6.1–B6.2; F016–F019, F023): drafted, passed by three offices,
//! published, changed, suspended, merged, cancelled, each a version with the document it rests on; any day can be asked what was in
//! force; a repeal flags at once everything that stood on it.

mod agencies;
pub mod change;
pub(crate) mod changes;
pub mod demo;
pub(crate) mod draft;
pub(crate) mod facts;
mod flagged;
pub(crate) mod import;
pub mod law;
mod laws;
pub(crate) mod list;
mod plausible;
mod power;
mod recall;
mod review;
pub(crate) mod sheet;

use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use foundation::people::Person;
use foundation::{House, Stop};
use sqlx::PgConnection;
use std::collections::HashMap;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/powers", get(list::show))
        .route("/powers/agencies", get(agencies::show))
        .route("/powers/flagged", get(flagged::show))
        .route("/powers/changes", get(changes::list))
        .route("/powers/changes.atom", get(changes::feed))
        .route("/powers/changes/{no}", get(changes::one))
        .route("/powers/changes/{no}/rows.jsonl", get(changes::rows))
        .route("/powers/changes/{no}/{what}", get(changes::kept).post(review::send))
        .route("/powers/new", get(draft::new).post(draft::send))
        .route("/powers/import", get(import::show).post(import::send).layer(DefaultBodyLimit::max(sheet::LARGEST + (1 << 20))))
        .route("/powers/{code}", get(power::show))
        .route("/powers/{code}/change", get(draft::change))
        .route("/laws", get(laws::list))
        .route("/laws/{key}", get(laws::one))
        .route("/laws/{key}/{what}", get(laws::kept).post(laws::send))
        .route("/laws/new", get(laws::new).post(laws::begin))
}

/// Whether a person may do this on the list; not about one power.
pub(crate) fn may(house: &House, person: &Person, act: Act) -> Result<(), Stop> {
    house.may(&person.principal(), act, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// The names of these powers, as they stand now.
pub(crate) async fn names(conn: &mut PgConnection, codes: &[&str]) -> Result<HashMap<String, String>, Stop> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select code, name from power_versions where code = any ($1) and effective_to is null")
            .bind(codes)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().collect())
}

/// The same for what a page offers.
pub(crate) fn is_offered(house: &House, person: Option<&Person>, act: Act) -> bool {
    person.is_some_and(|person| may(house, person, act).is_ok())
}
