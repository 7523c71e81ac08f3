//! 公开 · the wing of openness (A). What the public sees comes from the same feed of acts that staff work on; publishing is
//! not a second job.

#![allow(clippy::too_many_arguments, reason = "a handler names all it reads from the request")]

pub mod requests;
pub mod sunlight;

pub use sunlight::consumers;

use axum::Router;
use foundation::House;
use foundation::jobs::Worker;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    requests::routes().merge(sunlight::routes())
}

pub fn workers() -> Vec<Arc<dyn Worker>> {
    requests::workers()
}
