//! 监察规则 · the rules as their reader is told them (C3.3). Public: whoever is measured may know by what.

use super::book::{self, Row};
use super::rules::{self, Text};
use super::view::{self, Rail};
use askama::Template;
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
        self.row.starts.filter(|starts| *starts > DateTime::UNIX_EPOCH)
    }
}

#[derive(Template)]
#[template(path = "supervision/rulebook.html")]
struct RulebookPage {
    shell: Shell,
    rail: Rail,
    lines: Vec<Line>,
    explain_days: u32,
    review_days: u32,
}

pub async fn get(State(house): State<House>, shell: Shell) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let rail = view::rail(&mut conn).await?;
    let rows = book::all(&mut conn).await?;
    drop(conn);
    let now = shell.now.at;
    let lines = rows.into_iter().filter(|row| row.is_current(now)).filter_map(Line::of).collect();
    let page = RulebookPage { rail, lines, explain_days: rules::EXPLAIN_WITHIN.n, review_days: rules::REVIEW_WITHIN.n, shell };
    page::render(&page.shell, &page)
}
