//! 文书模板 · the templates of what the house writes to people: readable by everybody, edited in the browser by the administrator, tried
//! with sample data against what the law wants, published by the legal office. A letter keeps the templates of its day.

pub(crate) mod check;
mod law;
mod pages;
pub mod record;

pub use record::InForce;

use axum::Router;
use axum::routing::{get, post};
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/letters", get(pages::list))
        .route("/letters/changes/{no}", get(pages::one).post(pages::decide))
        .route("/letters/{letter}", get(pages::show))
        .route("/letters/{letter}/sample/{n}", get(pages::sample))
        .route("/letters/{letter}/change", get(pages::edit).post(pages::propose))
        .route("/letters/{letter}/preview", post(pages::preview))
}
