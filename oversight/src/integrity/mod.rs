//! 廉政风险防控 · integrity risk points on each step of each power, and early warning when the record comes to what a rule says is worth a look (A6, F054).
//! Points, levels and controls are public; a warning is for the person, the head of the unit and supervision, and accuses nobody.
//!
//! ```text
//! charts, definitions/integrity ─▶ rules.rs (as published) ─▶ points.rs (public pages), draft.rs (changed by one, published by another)
//! acts ─feed─▶ feed.rs (folds) ─▶ law.rs (worth a look?) ─▶ hit.rs (a row, an act, a hold) ─▶ desk.rs (said, agreed, closed)
//! ```

mod desk;
mod draft;
mod feed;
mod hit;
mod law;
mod points;
pub mod rules;

use axum::Router;
use axum::routing::get;
use catalogue::Catalogue;
use foundation::House;
use foundation::feed::Consumer;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/integrity", get(points::list))
        .route("/integrity/{slug}", get(points::show))
        .route("/integrity/{slug}/{node}", get(draft::get).post(draft::post))
        .route("/integrity/hits", get(desk::list))
        .route("/integrity/hits/{no}", get(desk::get).post(desk::post))
}

pub fn consumers(catalogue: &Catalogue) -> Vec<Arc<dyn Consumer>> {
    vec![Arc::new(feed::Integrity { catalogue: catalogue.clone() })]
}
