//! 找中介服务机构 · the public register (B3.2): who is there, what it offers, and how it did. Its order favours nobody.

use super::engaged::{self, Figures};
use super::record::{self, Registered};
use crate::powers::is_offered;
use askama::Template;
use authority::Act;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;

const PAGE: i64 = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// A service by its name.
    service: String,
    /// The place of the last one of the page before.
    after: String,
}

#[derive(Template)]
#[template(path = "intermediaries/list.html")]
struct ListPage {
    shell: Shell,
    asked: String,
    rows: Vec<(Registered, Figures)>,
    next: Option<String>,
    may_keep: bool,
    today: NaiveDate,
}

/// GET /intermediaries
pub async fn show(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let today = shell.now.date();
    let asked = forms::text::fold_text(&wanted.service).trim().to_owned();
    let service = Some(asked.as_str()).filter(|asked| !asked.is_empty());
    let after = Some(wanted.after.as_str()).filter(|after| !after.is_empty());
    let mut conn = house.pool().acquire().await?;
    let mut found = record::page(&mut conn, service, today, after, PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let codes: Vec<&str> = found.iter().map(|one| one.uscc.as_str()).collect();
    let mut figures = engaged::figures(&mut conn, &codes, today).await?;
    drop(conn);
    let next = found.last().filter(|_| more).map(|last| match service {
        Some(service) => format!("/intermediaries?service={}&after={}", encode(service), last.lot),
        None => format!("/intermediaries?after={}", last.lot),
    });
    let rows =
        found.into_iter().map(|one| (figures.remove(&one.uscc).unwrap_or_default(), one)).map(|(f, one)| (one, f)).collect();
    let may_keep = is_offered(&house, shell.person.as_ref(), Act::KeepIntermediary);
    page::render(&shell.clone(), &ListPage { asked, rows, next, may_keep, today, shell })
}
