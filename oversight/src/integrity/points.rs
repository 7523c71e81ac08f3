//! 廉政风险防控公示 · the points of a matter, and of all matters by filters; for everybody.

use super::rules::{Changed, HitRule, Point};
use crate::supervision::view::{self, Choice, Filter};
use acts::{Control, RiskLevel};
use askama::Template;
use authority::{Act, Resource};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use catalogue::{Catalogue, Item};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::sync::Arc;

/// Matters on a page of the list.
const PAGE: usize = 10;

/// A point beside what its step is called.
pub struct Row {
    pub point: Point,
    pub step: String,
    /// Its version, where it was written here.
    pub version: Option<i32>,
}

/// The points of a matter as they bind, in the order of its chart.
pub fn rows(changed: &Changed, item: &Item) -> Vec<Row> {
    let named = |node: &str| item.process.node(node).map_or_else(|| node.to_owned(), |node| node.name.clone());
    changed.points(item).into_iter().map(|(point, version)| Row { step: named(&point.node), point, version }).collect()
}

struct Matter {
    item: Arc<Item>,
    agency: String,
    rows: Vec<Row>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    agency: String,
    level: String,
    control: String,
    after: String,
}

#[derive(Template)]
#[template(path = "integrity/list.html")]
struct ListPage {
    shell: Shell,
    filters: [Filter; 3],
    matters: Vec<Matter>,
    rules: Vec<(HitRule, Option<i32>)>,
    next: Option<String>,
    /// Whether there are warnings that this reader may see.
    handles: bool,
}

fn choices<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>, chosen: &str) -> Vec<Choice> {
    view::choices(all.into_iter().map(|(key, zh)| (key, zh.to_owned())), chosen)
}

/// GET /integrity
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let changed = Changed::read(&mut conn, house.now().at).await?;
    drop(conn);
    let (level, control) = (RiskLevel::of(&wanted.level), Control::of(&wanted.control));
    let mut items: Vec<Arc<Item>> = catalogue.items().iter().cloned().collect();
    items.retain(|item| (wanted.agency.is_empty() || item.agency == wanted.agency) && item.slug > wanted.after);
    items.sort_by(|a, b| a.slug.cmp(&b.slug));
    let matters = items.into_iter().filter_map(|item| {
        let mut rows = rows(&changed, &item);
        rows.retain(|row| level.is_none_or(|level| row.point.level == level));
        rows.retain(|row| control.is_none_or(|control| row.point.controls.contains(&control)));
        (!rows.is_empty()).then(|| Matter { agency: catalogue.agency_name(&item.agency).to_owned(), item, rows })
    });
    let mut matters: Vec<Matter> = matters.take(PAGE + 1).collect();
    let more = matters.len() > PAGE;
    matters.truncate(PAGE);
    let next = matters.last().filter(|_| more).map(|last| {
        let parameters = [
            ("agency", wanted.agency.as_str()),
            ("level", &wanted.level),
            ("control", &wanted.control),
            ("after", &last.item.slug),
        ];
        view::address("/integrity", &parameters)
    });
    let person = shell.person.as_ref();
    let page = ListPage {
        handles: person.is_some_and(|person| {
            let key = person.agency.clone().unwrap_or_default();
            view::is_allowed(&house, person, Act::HandleIntegrity, &Resource::Agency { key })
        }),
        filters: [
            view::agencies(&catalogue, &wanted.agency),
            Filter {
                key: "level",
                label: "风险等级",
                any: "全部等级",
                choices: choices(RiskLevel::ALL.iter().map(|level| (level.key(), level.zh())), &wanted.level),
            },
            Filter {
                key: "control",
                label: "防控措施",
                any: "全部措施",
                choices: choices(Control::ALL.iter().map(|control| (control.key(), control.zh())), &wanted.control),
            },
        ],
        rules: changed.rules(),
        matters,
        next,
        shell,
    };
    page::render(&page.shell, &page)
}

#[derive(Template)]
#[template(path = "integrity/show.html")]
struct ShowPage {
    shell: Shell,
    item: Arc<Item>,
    agency: String,
    rows: Vec<Row>,
    keeps: bool,
}

/// GET /integrity/{slug}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(slug): Path<String>,
) -> Result<Response, Stop> {
    let item = catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    let changed = Changed::read(&mut *house.pool().acquire().await?, house.now().at).await?;
    let on = Resource::Agency { key: item.agency.clone() };
    let page = ShowPage {
        keeps: shell.person.as_ref().is_some_and(|person| view::is_allowed(&house, person, Act::KeepIntegrity, &on)),
        agency: catalogue.agency_name(&item.agency).to_owned(),
        rows: rows(&changed, &item),
        item,
        shell,
    };
    page::render(&page.shell, &page)
}
