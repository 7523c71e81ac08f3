//! 通知目录 · every directive with how far it has come, the latest first (D3).

use crate::odd::odd;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::Row;

/// Directives on one page.
const PAGE: i64 = 30;

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

struct Listed {
    no: String,
    title: String,
    issued_at: DateTime<Utc>,
    tasks: i64,
    closed: i64,
    overdue: i64,
    withdrawn: bool,
}

#[derive(Template)]
#[template(path = "directives/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Listed>,
    next: Option<String>,
    may_issue: bool,
    odd: String,
}

/// Every directive, the latest first.
pub async fn show(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let after = wanted
        .after
        .as_deref()
        .and_then(|text| text.split_once('~'))
        .and_then(|(at, no)| Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, no.to_owned())));
    let odd = odd([(wanted.after.as_deref(), after.is_some())]);
    let found = sqlx::query(
        "select d.no, d.title, d.issued_at, d.withdrawn_on is not null as withdrawn, count(a.no) as tasks,
                count(a.closed_on) as closed,
                count(a.no) filter (where a.due < $4) as overdue
           from (select no, title, issued_at, withdrawn_on
                   from directives
                  where $1::timestamptz is null
                     or (issued_at, no) < ($1, $2)
                  order by issued_at desc, no desc
                  limit $3) d
           left join assignments a on a.directive = d.no
          group by d.no, d.title, d.issued_at, d.withdrawn_on
          order by d.issued_at desc, d.no desc",
    )
    .bind(after.as_ref().map(|(at, _)| *at))
    .bind(after.as_ref().map_or("", |(_, no)| no))
    .bind(PAGE + 1)
    .bind(house.now().date())
    .fetch_all(house.pool())
    .await?;
    let mut rows: Vec<Listed> = found
        .iter()
        .map(|row| Listed {
            no: row.get("no"),
            title: row.get("title"),
            issued_at: row.get("issued_at"),
            tasks: row.get("tasks"),
            closed: row.get("closed"),
            overdue: row.get("overdue"),
            withdrawn: row.get("withdrawn"),
        })
        .collect();
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| is_more).map(|row| format!("{}~{}", row.issued_at.timestamp_micros(), row.no));
    let may_issue = shell.person.as_ref().is_some_and(|person| super::new::may(&house, person).is_ok());
    let page = ListPage { rows, next, may_issue, odd, shell };
    page::render(&page.shell, &page)
}
