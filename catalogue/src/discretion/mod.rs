//! 裁量基准 · discretion cut into tiers (A2.3; F024–F027): a standard is a decision table that is checked before it binds and published with
//! its versions; the tier follows from the facts; whoever leaves it says why, somebody else approves, and it is flagged; equal facts decided
//! differently stand side by side.

mod apply;
mod approve;
mod consistency;
mod decisions;
pub mod demo;
mod law;
mod list;
mod publish;
mod show;
pub(crate) mod standard;

use axum::Router;
use axum::routing::{get, post};
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/discretion", get(list::show))
        .route("/discretion/new", get(publish::show).post(publish::send))
        .route("/discretion/decisions", get(decisions::show))
        .route("/discretion/consistency", get(consistency::show))
        .route("/discretion/approvals", get(approve::list))
        .route("/discretion/approvals/{id}", get(approve::show).post(approve::send))
        .route("/discretion/{code}", get(show::show))
        .route("/discretion/{code}/table.dmn", get(show::table))
        .route("/discretion/{code}/end", post(publish::end))
        .route("/discretion/{code}/apply", get(apply::show).post(apply::send))
}
