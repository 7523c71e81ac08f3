//! 监察规则 · the rules as their reader is told them (C3.3). Public: whoever is measured may know by what.

use super::book::{self, Row};
use super::rule;
use super::rules::{self, Text};
use super::view::{self, Rail};
use askama::Template;
use authority::{Act, Resource};
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};

/// A version as the list shows it.
struct Line {
    row: Row,
    text: Text,
}

impl Line {
    fn of(row: Row) -> Option<Line> {
        Some(Line { text: row.says()?, row })
    }
    /// Since when it binds, where that is a day of this record.
    fn since(&self) -> Option<DateTime<Utc>> {
        rule::since(&self.row)
    }
}

#[derive(Template)]
#[template(path = "supervision/rulebook.html")]
struct RulebookPage {
    shell: Shell,
    rail: Rail,
    lines: Vec<Line>,
    /// What is over, and what is not published yet.
    over: Vec<Line>,
    drafts: Vec<Line>,
    may_draft: bool,
    explain_days: u32,
    review_days: u32,
}

pub async fn get(State(house): State<House>, shell: Shell) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let rail = view::rail(&house, &mut conn, &shell).await?;
    let rows = book::all(&mut conn).await?;
    drop(conn);
    let now = shell.now.at;
    let (drafts, rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(Row::is_draft);
    let (current, past): (Vec<Row>, Vec<Row>) =
        rows.into_iter().filter(|row| row.starts.is_some()).partition(|row| row.is_current(now));
    let mut over: Vec<Row> = past.into_iter().filter(|row| !current.iter().any(|other| other.id == row.id)).collect();
    over.dedup_by(|a, b| a.id == b.id);
    let is_writer = |act| shell.person.as_ref().is_some_and(|person| view::is_allowed(&house, person, act, &Resource::Site));
    let lines = |rows: Vec<Row>| rows.into_iter().filter_map(Line::of).collect();
    let page = RulebookPage {
        rail,
        lines: lines(current),
        over: lines(over),
        drafts: lines(drafts),
        may_draft: is_writer(Act::DraftSupervisionRule),
        explain_days: rules::EXPLAIN_WITHIN.n,
        review_days: rules::REVIEW_WITHIN.n,
        shell,
    };
    page::render(&page.shell, &page)
}
