//! 任务分解 · directives (D1–D3): a notice that divides work among units goes in as it is and is followed to its last clause.
//!
//! ```text
//! a file ─notice─▶ new.rs, correct.rs ─▶ issue.rs (an act, and one assignment for each clause)
//!                                            │          duty.rs: what is owed by which day ─timer─▶ chase.rs
//!        plan.rs, propose.rs, report.rs (evidence.rs), inspect.rs, amend.rs ─act.rs─▶ assignment.rs (fold)
//!            └─▶ list.rs, living.rs, units.rs, task.rs (history.rs) for everybody, desk.rs for a unit, overdue.rs for supervision
//! ```

mod act;
mod address;
mod amend;
pub mod assignment;
mod chase;
mod correct;
pub mod demo;
mod desk;
pub mod duty;
mod evidence;
mod figure;
mod history;
mod inspect;
pub mod issue;
mod list;
mod living;
mod marks;
mod names;
mod new;
mod overdue;
mod plan;
mod propose;
mod report;
mod sequence;
mod task;
mod turns;
mod units;

pub use chase::KIND;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use foundation::jobs::Worker;
use foundation::{House, uploads};
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/directives", get(list::show))
        .route("/directives/new", get(new::show).post(new::send).layer(DefaultBodyLimit::max(new::LARGEST)))
        .route("/directives/mine", get(desk::show))
        .route("/supervision/directives", get(overdue::show))
        .route("/directives/{no}", get(living::directive))
        .route("/directives/{no}/units", get(units::show))
        .route("/directives/{no}/withdraw", get(living::kept).post(amend::withdraw))
        .route("/directives/{no}/{seq}", get(task::show))
        .route("/directives/{no}/{seq}/members", get(act::kept).post(amend::members))
        .route("/directives/{no}/{seq}/unit", get(act::kept).post(amend::unit))
        .route("/directives/{no}/{seq}/day", get(act::kept).post(amend::day))
        .route("/directives/{no}/{seq}/reporting", get(act::kept).post(amend::reporting))
        .route("/directives/{no}/{seq}/plan", get(plan::show).post(plan::send))
        .route("/directives/{no}/{seq}/reach", get(act::kept).post(plan::reach))
        .route("/directives/{no}/{seq}/propose", get(act::kept).post(propose::send))
        .route("/directives/{no}/{seq}/answer", get(act::kept).post(propose::answer))
        .route("/directives/{no}/{seq}/objection", get(act::kept).post(propose::decide_objection))
        .route("/directives/{no}/{seq}/report", get(act::kept).post(report::send))
        .route(
            "/directives/{no}/{seq}/report/files",
            post(evidence::upload).get(uploads::back).layer(DefaultBodyLimit::disable()),
        )
        .route("/directives/{no}/{seq}/report/files/{file}", any(evidence::resume))
        .route("/directives/{no}/{seq}/report/files/{file}/remove", post(evidence::remove))
        .route("/directives/{no}/{seq}/evidence/{file}", get(evidence::show))
        .route("/directives/{no}/{seq}/inspect", get(act::kept).post(inspect::send))
        .route("/directives/{no}/{seq}/finding", get(act::kept).post(inspect::answer))
        .route("/directives/{no}/{seq}/return", get(act::kept).post(inspect::send_back))
        .route("/directives/{no}/{seq}/settle", get(act::kept).post(inspect::settle))
        .route("/directives/{no}/{seq}/close", get(act::kept).post(report::close))
        .route("/directives/{no}/{seq}/reopen", get(act::kept).post(report::reopen))
}

pub fn workers() -> Vec<Arc<dyn Worker>> {
    vec![Arc::new(chase::Chase)]
}
