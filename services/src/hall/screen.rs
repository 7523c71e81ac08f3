//! 大屏 · what hangs in the hall: numbers that are called, counters, how many wait; no name is there to be shown (B4.1). It runs for weeks: a
//! script fetches what is new and keeps the last picture while the line is down; without scripts the page is asked for again.

use super::number::{self, Counter};
use super::{Kind, centre};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use catalogue::{Catalogue, Centre};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use std::sync::Arc;

/// How often it is asked for, in seconds.
const EVERY: u32 = 5;
/// So many called numbers fit, and so many counters.
const CALLED: i64 = 6;
const COUNTERS: usize = 12;
const MISSING: i64 = 8;

#[derive(Template)]
#[template(path = "hall/screen.html")]
struct ScreenPage {
    shell: Shell,
    centre: Arc<Centre>,
    called: Vec<(String, String)>,
    missing: Vec<String>,
    waiting: Vec<(Kind, i64)>,
    counters: Vec<Counter>,
    more: usize,
    every: u32,
}

/// GET /centres/{centre}/screen
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(key): Path<String>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    let today = house.now().date();
    let mut conn = house.pool().acquire().await?;
    let called = number::shown(&mut conn, &key, today, CALLED).await?;
    let missing = number::missing(&mut conn, &key, today, MISSING).await?;
    let waiting = number::waiting(&mut conn, &key, today).await?;
    let mut counters = number::counters(&mut conn, &key, today).await?;
    drop(conn);
    let more = counters.len().saturating_sub(COUNTERS);
    counters.truncate(COUNTERS);
    let page = ScreenPage { centre, called, missing, waiting, counters, more, every: EVERY, shell };
    page::render(&page.shell, &page)
}
