//! 三位一体监控 · three views of one record (A2.5, F029): internal control, public sunlight and network supervision list the same acts of cases,
//! and the difference is computed. Each view is read from its own rows: the agencies' files from the acts, the public's from the numbered
//! entries of the log, supervision's from what its reader of the feed wrote down beside its watches.
//!
//! `compare` holds the three against one another, `page` shows it.

mod compare;
mod page;

pub use compare::{Counted, Odd, check};
pub(crate) use compare::{forget, seen};

use axum::Router;
use axum::routing::get;
use foundation::House;
use foundation::feed::Consumer;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new().route("/supervision/accord", get(page::get))
}

/// Compares as acts come, so that whoever asks finds it done.
pub fn consumers() -> Vec<Arc<dyn Consumer>> {
    vec![Arc::new(compare::Accord)]
}
