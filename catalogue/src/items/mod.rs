//! 事项 · matters are drafted in the browser, passed by the three offices, and published as versions (B6.1; F019, F082–F084, F089):
//! their elements, the form that is filled in, the chart that runs and the questions that lead to it, all in one change.

mod chart;
pub(crate) mod compare;
pub(crate) mod draft;
mod drafter;
pub(crate) mod drafts;
mod elements;
pub mod export;
pub(crate) mod facts;
pub(crate) mod form;
mod history;
pub mod import;
pub mod matched;
pub(crate) mod publish;
mod questions;
pub mod reading;
mod rows;
pub mod sheet;
pub mod shelf;
mod submit;

use crate::tables::LARGEST;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use foundation::House;

/// The largest chart that is taken.
const LARGEST_CHART: usize = 4 * 1024 * 1024;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/items/drafts", get(drafts::list).post(drafts::begin))
        .route("/items/drafts/{id}", get(drafts::one).post(submit::send))
        .route("/items/drafts/{id}/preview", get(drafts::preview))
        .route("/items/drafts/{id}/discard", get(drafts::one).post(drafts::discard))
        .route("/items/drafts/{id}/facts/{step}", get(elements::show).post(elements::save))
        .route("/items/drafts/{id}/form", get(form::list).post(form::arrange))
        .route("/items/drafts/{id}/form/{step}", get(form::show).post(form::save))
        .route("/items/drafts/{id}/chart", get(chart::show).post(chart::save).layer(DefaultBodyLimit::max(LARGEST_CHART)))
        .route("/items/drafts/{id}/chart/steps", get(chart::show).post(chart::save_steps))
        .route("/items/drafts/{id}/chart.bpmn", get(chart::text))
        .route("/items/drafts/{id}/questions", get(questions::show).post(questions::save))
        .route("/items/drafts/{id}/questions/rules", get(questions::show).post(questions::save_rules))
        .route("/items/export", get(export::show))
        .route("/items/import", get(import::show).post(import::send).layer(DefaultBodyLimit::max(LARGEST + (1 << 20))))
        .route("/items/imports/{id}", get(import::one).post(import::confirm))
        .route("/items/changes/{no}/redraft", post(submit::redraft))
        .route("/items/changes/{no}/{part}", get(publish::text))
        .route("/assets/chart/{*file}", get(chart::asset))
        .route("/matters/{slug}/versions", get(history::list))
        .route("/matters/{slug}/versions/{version}", get(history::one))
}
