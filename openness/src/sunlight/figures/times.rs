//! 用时 · how long each matter takes beside what was promised and what the law gives, in working days.

use super::page::{Asked, Choices, choices, downloads, told};
use super::tiles::{self, Wanted};
use ::figures::{By, Counters, Figure, Group, Question, Value};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use foundation::page::table::{Table, WANTED, whole};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};

/// Matters on a page.
const PAGE: i64 = 40;

/// The three times of the same decisions, the shortest first as a rule.
pub const TIMES: [(&str, &str); 3] =
    [("average-working-days", "实际用时"), ("average-promised", "承诺时限"), ("average-statutory", "法定时限")];

pub struct Bar {
    pub name: &'static str,
    pub value: String,
    /// Of a hundred, beside the longest on the page.
    pub width: i64,
    pub address: String,
}

pub struct Row {
    pub name: String,
    pub decided: i64,
    pub bars: Vec<Bar>,
}

/// Each matter with its three bars, all to one scale.
pub fn rows(groups: Vec<Group>, asked: &Question, catalogue: &Catalogue, shell: &Shell) -> Vec<Row> {
    let times: Vec<_> = TIMES.into_iter().filter_map(|(key, name)| Some((Figure::of(key)?, name))).collect();
    // In tenths of a day.
    let tenths = |value: &Value| 10 * value.sum / value.of.unwrap_or(0).max(1);
    let all = groups.iter().flat_map(|group| times.iter().map(|(figure, _)| tenths(&group.value(figure))));
    let most = all.max().unwrap_or(0).max(1);
    let row = |group: Group| {
        let of = Question { item: group.key.clone(), ..asked.clone() };
        let bar = |(figure, name): &(&'static Figure, &'static str)| {
            let value = group.value(figure);
            let address = format!("/sunlight/figures/{}?{}", figure.key, of.query());
            Bar { name, value: value.text(), width: 100 * tenths(&value) / most, address }
        };
        Row {
            name: tiles::name(By::Item, &group.key, catalogue, shell),
            decided: group.decided,
            bars: times.iter().map(bar).collect(),
        }
    };
    groups.into_iter().map(row).collect()
}

#[derive(Template)]
#[template(path = "sunlight/figures/times.html")]
struct TimesPage {
    shell: Shell,
    asked: Question,
    of: Vec<String>,
    choices: Choices,
    rows: Vec<Row>,
    entries: i64,
    more: Option<String>,
    downloads: [(&'static str, String); 3],
}

fn table(keys: &[String], rows: &[Row]) -> Table {
    let row = |(key, row): (&String, &Row)| {
        let own = [key.clone().into(), row.name.clone().into(), row.decided.into()];
        own.into_iter().chain(row.bars.iter().map(|bar| bar.value.clone().into())).collect()
    };
    let columns = vec![
        ("item", "代号"),
        ("name", "名称"),
        ("decided", "已作决定"),
        ("used", "实际用时"),
        ("promised", "承诺时限"),
        ("statutory", "法定时限"),
    ];
    Table { name: "用时".into(), columns, rows: keys.iter().zip(rows).map(row).collect() }
}

/// GET /sunlight/times
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    Query(wanted): Query<Wanted>,
    Query(wished): Query<Asked>,
) -> Result<Response, Stop> {
    let asked = wished.question(&house, &catalogue).await?;
    let mut counters = Counters::read(house.pool()).await?;
    let format = wished.format();
    let limit = if format.is_some() { WANTED } else { PAGE + 1 };
    let mut groups = counters.groups(By::Item, &asked, wanted.after().filter(|_| format.is_none()), limit).await?;
    let entries = counters.entries;
    drop(counters);
    if let Some(format) = format {
        let groups = whole(groups)?;
        let keys: Vec<String> = groups.iter().map(|group| group.key.clone()).collect();
        return table(&keys, &rows(groups, &asked, &catalogue, &shell)).download(format, shell.lang);
    }
    let here = format!("/sunlight/times?{}", asked.query());
    let more = tiles::more(&mut groups, PAGE, &here);
    let rows = rows(groups, &asked, &catalogue, &shell);
    let page = TimesPage {
        of: told(&asked, &catalogue, &shell),
        choices: choices(&asked, &catalogue, &shell),
        rows,
        entries,
        more,
        downloads: downloads(&here),
        asked,
        shell,
    };
    page::render(&page.shell, &page)
}
