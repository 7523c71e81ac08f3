//! 监督 · the wing that watches: electronic supervision over the acts of every other wing (C3.3), the directives whose
//! assignments are followed to their last clause (D1–D3), and the leadership record (C1), and the one channel of complaints (C3.5). It knows cases only from the feed and
//! never does anything to one: it warns, shows cards, and keeps what was answered.

#![allow(clippy::too_many_arguments, reason = "a handler names all it reads from the request")]

pub mod complaints;
pub mod directives;
pub mod leadership;
mod looks;
mod odd;
pub mod supervision;

pub use supervision::{begin, consumers};

use axum::Router;
use catalogue::Catalogue;
use foundation::House;
use foundation::jobs::Worker;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    supervision::routes()
        .merge(directives::routes())
        .merge(leadership::routes())
        .merge(complaints::routes())
        .merge(looks::routes())
}

pub fn workers(catalogue: &Catalogue) -> Vec<Arc<dyn Worker>> {
    supervision::workers(catalogue)
        .into_iter()
        .chain(directives::workers())
        .chain(leadership::workers())
        .chain(complaints::workers())
        .collect()
}
