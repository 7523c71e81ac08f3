//! 任务分解 · directives (D1–D3): a notice that divides work among units goes in as it is and is followed to its last clause.
//!
//! ```text
//! a file ─notice─▶ reading.rs ─▶ issue.rs (an act, and one assignment for each clause) ─timer─▶ chase.rs
//!                                     └─▶ report.rs, close.rs ─▶ assignment.rs (fold) ─▶ the living document
//! ```

pub mod assignment;
mod chase;
mod correct;
pub mod demo;
pub mod issue;
mod living;
mod marks;
mod names;
mod new;
mod report;

pub use chase::KIND;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use foundation::House;
use foundation::jobs::Worker;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/directives", get(living::list))
        .route("/directives/new", get(new::show).post(new::send).layer(DefaultBodyLimit::max(new::LARGEST)))
        .route("/directives/{no}", get(living::directive))
        .route("/directives/{no}/units", get(living::units))
        .route("/directives/{no}/{seq}", get(living::assignment))
        .route("/directives/{no}/{seq}/report", get(report::kept).post(report::send))
        .route("/directives/{no}/{seq}/close", get(report::kept).post(report::close))
}

pub fn workers() -> Vec<Arc<dyn Worker>> {
    vec![Arc::new(chase::Chase)]
}
