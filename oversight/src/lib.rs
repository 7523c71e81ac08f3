//! 监督 · the wing that watches: electronic supervision over the acts of every other wing (C3.3), the directives whose
//! assignments are followed to their last clause (D1–D3), the leadership record (C1), the one channel of complaints (C3.5) and the ratings of
//! those who were served (C3.2); `accord` holds the three views of the record against one another (A2.5), and
//! `integrity` the risk points of each step (A6). It knows cases only from the feed and
//! never does anything to one: it warns, shows cards, and keeps what was answered.

#![allow(clippy::too_many_arguments, reason = "a handler names all it reads from the request")]

pub mod accord;
pub mod complaints;
pub mod directives;
pub mod integrity;
pub mod leadership;
mod looks;
mod odd;
pub mod ratings;
pub mod supervision;

use axum::Router;
use catalogue::Catalogue;
use foundation::feed::Consumer;
use foundation::jobs::Worker;
use foundation::{House, Moment, Stop};
use sqlx::PgPool;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    supervision::routes()
        .merge(directives::routes())
        .merge(leadership::routes())
        .merge(complaints::routes())
        .merge(ratings::routes())
        .merge(looks::routes())
        .merge(accord::routes())
        .merge(integrity::routes())
}

pub fn workers(catalogue: &Catalogue) -> Vec<Arc<dyn Worker>> {
    supervision::workers(catalogue)
        .into_iter()
        .chain(directives::workers())
        .chain(leadership::workers())
        .chain(complaints::workers())
        .chain(ratings::workers())
        .collect()
}

/// What is derived from the feed.
pub fn consumers(catalogue: &Catalogue) -> Vec<Arc<dyn Consumer>> {
    supervision::consumers(catalogue)
        .into_iter()
        .chain(accord::consumers())
        .chain(integrity::consumers(catalogue))
        .chain(ratings::consumers())
        .collect()
}

/// What is there once the site starts: the rules, and the nightly count of ratings.
pub async fn begin(pool: &PgPool, now: &Moment) -> Result<(), Stop> {
    supervision::begin(pool, now).await?;
    ratings::begin(pool, now).await
}
