//! 裁量基准公开 · every standard, for everybody (A2.3-01), in pages by code.

use super::standard;
use crate::powers::is_offered;
use askama::Template;
use authority::Act;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, Table, WANTED, whole};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;

const PAGE: i64 = 50;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    after: String,
    #[serde(default, rename = "as")]
    form: String,
}

/// The latest version of a standard.
#[derive(sqlx::FromRow)]
struct Listed {
    code: String,
    title: String,
    maker: String,
    violation: String,
    basis: String,
    sample: bool,
    effective_from: NaiveDate,
    last_day: Option<NaiveDate>,
    /// The last day of all that it rests on.
    #[sqlx(skip)]
    basis_until: Option<NaiveDate>,
}

impl Listed {
    /// Since when its basis is over, so that it counts for earlier violations alone (A2.3-04).
    fn earlier_since(&self, today: NaiveDate) -> Option<NaiveDate> {
        self.basis_until.filter(|last| *last < today).and_then(|last| last.succ_opt())
    }
    fn standing(&self, today: NaiveDate) -> (&'static str, &'static str) {
        match self.last_day {
            Some(last) if last < today => ("tag tag--off", "停止执行"),
            _ if self.earlier_since(today).is_some() => ("tag tag--off", "只用于早先的违法行为"),
            _ if self.effective_from > today => ("tag tag--wait", "还没有施行"),
            _ => ("tag tag--go", "正在执行"),
        }
    }
}

/// The version in force, or else the latest.
async fn find(conn: &mut PgConnection, after: &str, today: NaiveDate, most: i64) -> Result<Vec<Listed>, Stop> {
    let mut rows: Vec<Listed> = sqlx::query_as(
        "select distinct on (code) code, title, maker, violation, basis, sample, effective_from, last_day
           from discretion_standards
          where code > $1
          order by code, (effective_from <= $3 and (last_day is null or last_day >= $3)) desc, version desc
          limit $2",
    )
    .bind(after)
    .bind(most)
    .bind(today)
    .fetch_all(&mut *conn)
    .await?;
    let ends = standard::bases_end(conn, &rows.iter().map(|row| row.basis.as_str()).collect::<Vec<_>>()).await?;
    for (row, last) in rows.iter_mut().zip(ends) {
        row.basis_until = last;
    }
    Ok(rows)
}

#[derive(Template)]
#[template(path = "discretion/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Listed>,
    next: Option<String>,
    may_keep: bool,
}

impl ListPage {
    fn earlier_since(&self, row: &Listed) -> Option<NaiveDate> {
        row.earlier_since(self.shell.now.date())
    }
    fn standing(&self, row: &Listed) -> (&'static str, &'static str) {
        row.standing(self.shell.now.date())
    }
}

/// GET /discretion
pub async fn show(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let today = house.now().date();
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        let rows = whole(find(&mut conn, "", today, WANTED).await?)?;
        let row = |row: Listed| {
            let standing = row.standing(today).1;
            let last = row.last_day.map(|day| day.to_string());
            vec![
                row.code.into(),
                row.title.into(),
                row.maker.into(),
                row.violation.into(),
                row.basis.into(),
                row.effective_from.to_string().into(),
                last.into(),
                standing.into(),
                row.basis_until.map(|day| day.to_string()).into(),
                if row.sample { "样例" } else { "" }.into(),
            ]
        };
        return Table {
            name: "裁量基准".into(),
            columns: vec![
                ("code", "编号"),
                ("title", "名称"),
                ("maker", "制定机关"),
                ("violation", "违法行为"),
                ("basis", "依据"),
                ("effective_from", "施行日期"),
                ("last_day", "最后一天"),
                ("standing", "状态"),
                ("basis_until", "依据的最后一天"),
                ("sample", "样例"),
            ],
            rows: rows.into_iter().map(row).collect(),
        }
        .download(format, shell.lang);
    }
    let mut rows = find(&mut conn, &wanted.after, today, PAGE + 1).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let page = ListPage {
        next: rows.last().filter(|_| more).map(|row| encode(&row.code)),
        rows,
        may_keep: is_offered(&house, shell.person.as_ref(), Act::KeepDiscretion),
        shell,
    };
    page::render(&page.shell.clone(), &page)
}
