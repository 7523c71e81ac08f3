//! 窗口工作台 · the counter's workbench (B4.1): the queue by deadline, one case with everything on it, and intake over the counter.

mod agree;
mod away;
mod desk;
mod intake;
mod people;
mod queue;
pub(crate) mod taken;
mod who;

pub use who::{card, card_fields, telephone};

use axum::Router;
use axum::routing::get;
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/counter", get(|| async { axum::response::Redirect::to("/counter/queue") }))
        .route("/counter/queue", get(queue::show))
        .route("/counter/intake", get(intake::choose))
        .route("/counter/intake/{slug}", get(intake::show).post(intake::send))
        .route("/counter/taken/{no}", get(taken::show))
        .route("/counter/people", get(people::show).post(people::send))
        .route("/counter/cases/{no}", get(desk::show))
}
