//! 首页 · what a person came for first: find a matter, see how far it is, see what the house did today. Every figure is
//! counted from the record when the page is drawn.

use super::Card;
use crate::figures::{DAYS, TodayFigures, today_figures};
use crate::{Catalogue, Item};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{Days, Timelike};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, Stop};
use std::collections::HashMap;
use std::fmt::Write;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage<'a> {
    shell: &'a Shell,
    dial: String,
    /// The record knows which are asked for most; without cases they are only what can be done here.
    counted: bool,
    often: Vec<Card>,
    today: Option<TodayFigures>,
    at: String,
    people: Vec<Card>,
    organisations: Vec<Card>,
    themes: Vec<(String, usize)>,
    items: usize,
    definitions: usize,
    bases: usize,
}

pub async fn show(State(house): State<House>, catalogue: Catalogue, shell: Shell) -> Result<Response, Stop> {
    // The page stands without its figures: a person can still find and read a guide while the database is away.
    let today = told(today_figures(house.pool(), &shell.now).await);
    let asked = told(asked_for(&house, &shell.now).await).unwrap_or_default();
    let card = |item: &Item| Card::of(item, catalogue.agency_name(&item.agency), &shell.lang);
    let items = catalogue.listed();
    let mut often: Vec<_> = items.iter().collect();
    often.sort_by_key(|item| std::cmp::Reverse(asked.get(&item.slug).copied().unwrap_or(0)));
    let mut themes: Vec<(String, usize)> = Vec::new();
    for theme in items.iter().flat_map(|item| &item.themes) {
        match themes.iter_mut().find(|(name, _)| name == theme) {
            Some((_, count)) => *count += 1,
            None => themes.push((theme.clone(), 1)),
        }
    }
    let bases = items.iter().map(|item| item.legal_basis.len()).sum();
    let page = HomePage {
        dial: dial(&shell.now),
        counted: !asked.is_empty(),
        often: often.iter().take(6).map(|item| card(item)).collect(),
        today,
        at: shell.time(&shell.now.at),
        people: items.iter().filter(|i| i.applies_to_people()).map(|i| card(i)).collect(),
        organisations: items.iter().filter(|i| i.applies_to_organisations()).map(|i| card(i)).collect(),
        themes,
        items: items.len(),
        definitions: catalogue.count(),
        bases,
        shell: &shell,
    };
    page::render(&shell, &page)
}

fn told<T>(figures: Result<T, Stop>) -> Option<T> {
    figures.inspect_err(|stop| tracing::warn!(%stop, "figures left out")).ok()
}

/// Cases filed for each item in the last 90 days.
async fn asked_for(house: &House, now: &Moment) -> Result<HashMap<String, i64>, Stop> {
    let since = calendar::start_of_day(now.date() - Days::new(DAYS));
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select item, count(*)
           from cases
          where submitted_at >= $1
          group by item",
    )
    .bind(since)
    .fetch_all(house.pool())
    .await?;
    Ok(rows.into_iter().collect())
}

/// The sundial behind the search box; its sun stands where the hour puts it between six and eighteen. Decoration.
fn dial(now: &Moment) -> String {
    let local = now.at.with_timezone(&calendar::SHANGHAI);
    let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
    let angle = ((hour - 6.0) / 12.0).clamp(0.04, 0.96) * std::f64::consts::PI;
    let at = |radius: f64, angle: f64| (500.0 - radius * angle.cos(), 560.0 - radius * angle.sin());
    let mut out = String::from(r#"<svg class="hero__dial" viewBox="0 0 1000 560" aria-hidden="true" focusable="false">"#);
    for radius in [250, 330, 415, 505] {
        let _ = write!(out, r#"<path class="arc" d="M{} 560A{radius} {radius} 0 0 1 {} 560"/>"#, 500 - radius, 500 + radius);
    }
    for tick in 1..48 {
        let angle = std::f64::consts::PI * f64::from(tick) / 48.0;
        let long = tick % 4 == 0;
        let (x1, y1) = at(if long { 452.0 } else { 482.0 }, angle);
        let (x2, y2) = at(505.0, angle);
        let _ = write!(out, r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#);
    }
    let (x, y) = at(330.0, angle);
    let _ = write!(
        out,
        r#"<line x1="500" y1="560" x2="{x:.1}" y2="{y:.1}"/><circle class="glow" cx="{x:.1}" cy="{y:.1}" r="52"/><circle class="sun" cx="{x:.1}" cy="{y:.1}" r="22"/></svg>"#
    );
    out
}
