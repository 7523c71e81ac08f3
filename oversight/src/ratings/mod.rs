//! 好差评 · ratings (C3.2, F131–F133): what was rated in every channel is counted as it comes and shown by the day, one star beside five; a
//! bad one opens a work order that is called back, put right and answered within the limits of the rules, and a second pair of eyes looks
//! where the rater, or whoever was rated, does not agree.

mod board;
mod check;
pub mod demo;
mod desk;
mod feed;
mod law;
mod order;
mod record;
mod show;
mod timer;
mod words;

use axum::Router;
use axum::routing::{get, post};
use foundation::feed::Consumer;
use foundation::jobs::Worker;
use foundation::kept::Passes;
use foundation::{House, Moment, Stop};
use sqlx::PgPool;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/ratings", get(board::get))
        .route("/ratings/of/{rated}/{code}", get(show::with_code).post(show::send))
        .route("/ratings/orders/{no}", get(show::public))
        .route("/ratings/desk", get(desk::list))
        .route("/ratings/late", get(desk::late))
        .route("/ratings/desk/{no}", get(desk::one))
        .route("/ratings/desk/{no}/{what}", post(desk::send))
        .route("/ratings/words", get(words::list))
        .route("/ratings/words/{rating}", post(words::send))
}

/// What is derived from the feed: ratings, their count, their orders.
pub fn consumers() -> Vec<Arc<dyn Consumer>> {
    vec![Arc::new(feed::Ratings)]
}

pub fn workers() -> Vec<Arc<dyn Worker>> {
    vec![Arc::new(Passes::<order::Order>::new()), Arc::new(check::Daily)]
}

/// The nightly count is set.
pub async fn begin(pool: &PgPool, now: &Moment) -> Result<(), Stop> {
    check::begin(pool, now).await
}
