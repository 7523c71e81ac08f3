//! 方格 · agencies, matters or regions as tiles: how many decisions, how many late. Those with most come first and are larger; each opens on
//! what it is made of, down to the single case. Never an outline of a map.

use super::page::{Asked, Choices, choices, downloads, told};
use ::figures::{By, Counters, Figure, Group, Question};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use foundation::page::table::{Table, WANTED, whole};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;

/// Tiles on a page.
const PAGE: i64 = 60;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    by: String,
    /// Where the page before ended: so many decisions, and a key.
    after: String,
}

impl Wanted {
    pub fn after(&self) -> Option<(i64, &str)> {
        let (decided, key) = self.after.split_once('~')?;
        Some((decided.parse().ok()?, key))
    }
}

/// Where the next page goes on.
pub fn more(groups: &mut Vec<Group>, page: i64, here: &str) -> Option<String> {
    let is_more = groups.len() as i64 > page;
    groups.truncate(page as usize);
    let last = groups.last().filter(|_| is_more)?;
    Some(format!("{here}&after={}~{}", last.decided, encode(&last.key)))
}

struct Tile {
    name: String,
    group: Group,
    share: String,
    /// `big` where there are at least half as many as where there are most.
    size: &'static str,
    address: String,
}

/// What a tile opens on: what it is made of, and of a matter its decisions.
fn opens(by: By, key: &str, asked: &Question) -> String {
    let mut of = asked.clone();
    match by {
        By::Agency => of.agency = key.to_owned(),
        By::Item => of.item = key.to_owned(),
        By::Region => of.region = key.to_owned(),
    }
    match by {
        By::Agency => format!("/sunlight/tiles?by=item&{}", of.query()),
        By::Region => format!("/sunlight/tiles?by=agency&{}", of.query()),
        By::Item => format!("/sunlight/figures/decided?{}", of.query()),
    }
}

/// What an agency, a matter or a region is called.
pub fn name(by: By, key: &str, catalogue: &Catalogue, shell: &Shell) -> String {
    let name = match by {
        By::Agency => catalogue.agency_name(key).to_owned(),
        By::Item => catalogue.item_name(key, &shell.lang),
        By::Region => catalogue.region_name(key),
    };
    if name.is_empty() { key.to_owned() } else { name }
}

#[derive(Template)]
#[template(path = "sunlight/figures/tiles.html")]
struct TilesPage {
    shell: Shell,
    by: By,
    asked: Question,
    of: Vec<String>,
    choices: Choices,
    tiles: Vec<Tile>,
    entries: i64,
    more: Option<String>,
    downloads: [(&'static str, String); 3],
}

fn table(by: By, share: &Figure, groups: &[Group], catalogue: &Catalogue, shell: &Shell) -> Table {
    let row = |group: &Group| {
        vec![
            group.key.clone().into(),
            name(by, &group.key, catalogue, shell).into(),
            group.decided.into(),
            group.late.into(),
            group.value(share).text().into(),
        ]
    };
    let columns =
        vec![("key", "代号"), ("name", "名称"), ("decided", "已作决定"), ("late", "超承诺"), ("on_time_share", "按承诺办结率")];
    Table { name: share.zh.into(), columns, rows: groups.iter().map(row).collect() }
}

/// GET /sunlight/tiles
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    Query(wanted): Query<Wanted>,
    Query(wished): Query<Asked>,
) -> Result<Response, Stop> {
    let by = By::of(&wanted.by).unwrap_or(By::Agency);
    let asked = wished.question(&house, &catalogue).await?;
    let share = Figure::of("on-time-share").ok_or(Stop::NotFound("数字"))?;
    let mut counters = Counters::read(house.pool()).await?;
    let format = wished.format();
    let limit = if format.is_some() { WANTED } else { PAGE + 1 };
    let mut groups = counters.groups(by, &asked, wanted.after().filter(|_| format.is_none()), limit).await?;
    let entries = counters.entries;
    drop(counters);
    if let Some(format) = format {
        return table(by, share, &whole(groups)?, &catalogue, &shell).download(format, shell.lang);
    }
    let here = format!("/sunlight/tiles?by={}&{}", by.key(), asked.query());
    let more = more(&mut groups, PAGE, &here);
    let most = groups.iter().map(|group| group.decided).max().unwrap_or(0);
    let tile = |group: Group| Tile {
        name: name(by, &group.key, &catalogue, &shell),
        share: group.value(share).text(),
        size: if 2 * group.decided >= most { "big" } else { "small" },
        address: opens(by, &group.key, &asked),
        group,
    };
    let page = TilesPage {
        tiles: groups.into_iter().map(tile).collect(),
        of: told(&asked, &catalogue, &shell),
        choices: choices(&asked, &catalogue, &shell),
        by,
        entries,
        more,
        downloads: downloads(&here),
        asked,
        shell,
    };
    page::render(&page.shell, &page)
}
