//! 裁量基准 · discretion cut into tiers (A2.3; F024–F027): a standard is a decision table that is checked before it binds and published with
//! its versions; the tier follows from the facts; whoever leaves it says why and who approved, and is flagged; equal facts decided
//! differently stand side by side.

mod apply;
mod consistency;
mod decisions;
pub mod demo;
mod law;
mod list;
mod publish;
mod show;
pub(crate) mod standard;

use crate::powers::sheet::MOST_ROWS;
use axum::Router;
use axum::routing::{get, post};
use foundation::{House, Stop};

pub fn routes() -> Router<House> {
    Router::new()
        .route("/discretion", get(list::show))
        .route("/discretion/new", get(publish::show).post(publish::send))
        .route("/discretion/decisions", get(decisions::show))
        .route("/discretion/consistency", get(consistency::show))
        .route("/discretion/{code}", get(show::show))
        .route("/discretion/{code}/table.dmn", get(show::table))
        .route("/discretion/{code}/end", post(publish::end))
        .route("/discretion/{code}/apply", get(apply::show).post(apply::send))
}

/// Rows that a download asks for: one more than it may have.
const WANTED: i64 = MOST_ROWS as i64 + 1;

/// A download is whole, or is refused.
fn whole<T>(rows: Vec<T>) -> Result<Vec<T>, Stop> {
    match rows.len() > MOST_ROWS {
        true => Err(Stop::Unreadable("超过 5 万项，请按单位或者区划分开下载".into())),
        false => Ok(rows),
    }
}
