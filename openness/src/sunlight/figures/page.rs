//! 怎么算的 · the page of one figure: what it is now, in words how it is computed, the acts it rests on, what to download, and the command by
//! which anybody computes it from the public log alone.

use super::super::board::is_region;
use ::figures::{Behind, Counters, FIGURES, Figure, Kind, Measure, Question, Value};
use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use calendar::parse_date;
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::page::table::{Cell, Format, Table, WANTED, whole};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// Acts on a page.
const PAGE: i64 = 50;

/// What a reader asks for, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub from: String,
    pub to: String,
    pub region: String,
    pub agency: String,
    pub item: String,
    /// Where the page before ended.
    after: String,
    #[serde(rename = "as")]
    form: Option<String>,
    /// Of a figure for a program: whether the numbers of the acts behind it come along, as of the same instant.
    numbers: bool,
}

impl Asked {
    /// What is not said is the last thirty days, of all. What cannot be meant is told, and never answered as if something else had been asked.
    pub async fn question(&self, house: &House, catalogue: &Catalogue) -> Result<Question, Stop> {
        let today = house.now().date();
        let day = |said: &str, usual: NaiveDate| match said.trim() {
            "" => Ok(usual),
            said => parse_date(said).map_err(|_| {
                let said: String = said.chars().take(40).collect();
                Stop::Unreadable(format!("“{said}”不是能算的日子，请写成 {today} 这样"))
            }),
        };
        let to = day(&self.to, today)?;
        let from = day(&self.from, Question::until(to).from)?;
        if from > to {
            return Err(Stop::Unreadable(format!("起始日 {from} 在截止日 {to} 后面，请把早的一天写在前面")));
        }
        let (region, agency, item) = (self.region.clone(), self.agency.clone(), self.item.clone());
        let question = Question { from, to, region, agency, item };
        if let Some(why) = unknown(&mut *house.pool().acquire().await?, &question, catalogue).await? {
            return Err(Stop::Unreadable(why));
        }
        if !self.region.is_empty() && !is_region(catalogue, &self.region) {
            let short: String = self.region.chars().take(40).collect();
            return Err(Stop::Unreadable(format!("没有代码是“{short}”的区划")));
        }
        Ok(question)
    }

    /// The table that a download asks for.
    pub fn format(&self) -> Option<Format> {
        Format::of(self.form.as_deref())
    }

    fn after(&self) -> Option<(NaiveDate, i64)> {
        let (day, n) = self.after.split_once('~')?;
        Some((parse_date(day).ok()?, n.parse().ok()?))
    }
}

/// That there is no such agency, or was never such a matter: one that has ended keeps its figures.
pub async fn unknown(conn: &mut PgConnection, asked: &Question, catalogue: &Catalogue) -> Result<Option<String>, Stop> {
    let short = |key: &str| key.chars().take(40).collect::<String>();
    if !asked.agency.is_empty() && catalogue.agency(&asked.agency).is_none() {
        return Ok(Some(format!("没有代号是“{}”的单位", short(&asked.agency))));
    }
    if asked.item.is_empty() || catalogue.item(&asked.item).is_some() {
        return Ok(None);
    }
    let was: bool =
        sqlx::query_scalar("select exists (select from item_versions where slug = $1)").bind(&asked.item).fetch_one(conn).await?;
    Ok((!was).then(|| format!("没有代号是“{}”的事项", short(&asked.item))))
}

/// Whose cases a figure is of, for a person; nothing where it is of all.
pub fn told(asked: &Question, catalogue: &Catalogue, shell: &Shell) -> Vec<String> {
    let mut said = Vec::new();
    if !asked.region.is_empty() {
        said.push(catalogue.region_name(&asked.region));
    }
    if !asked.agency.is_empty() {
        said.push(catalogue.agency_name(&asked.agency).to_owned());
    }
    if !asked.item.is_empty() {
        said.push(catalogue.item_name(&asked.item, &shell.lang));
    }
    said.retain(|name| !name.is_empty());
    said
}

/// What a table is to be had as, at this address.
pub fn downloads(here: &str) -> [(&'static str, String); 3] {
    [("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json")].map(|(name, form)| (name, format!("{here}&as={form}")))
}

/// An entry of a filter.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// The agencies, the matters and the regions that one may ask for.
pub struct Choices {
    pub agencies: Vec<Choice>,
    pub items: Vec<Choice>,
    pub regions: Vec<Choice>,
}

pub fn choices(asked: &Question, catalogue: &Catalogue, shell: &Shell) -> Choices {
    let items = catalogue.items();
    let agencies: BTreeSet<&str> = items.iter().map(|item| item.agency.as_str()).collect();
    // What is asked for may lie above them all, or be no more.
    let regions: BTreeSet<&str> =
        items.iter().map(|item| item.region.as_str()).chain([asked.region.as_str()]).filter(|code| !code.is_empty()).collect();
    let choice =
        |value: &str, label: &str, chosen: &str| Choice { value: value.into(), label: label.into(), chosen: value == chosen };
    Choices {
        agencies: agencies.into_iter().map(|key| choice(key, catalogue.agency_name(key), &asked.agency)).collect(),
        items: items.iter().map(|item| choice(&item.slug, item.name_in(&shell.lang), &asked.item)).collect(),
        regions: regions
            .into_iter()
            // A code may be short for one: 3401 for 340100.
            .map(|code| choice(code, &catalogue.region_name(&format!("{code:0<6}")), &asked.region))
            .filter(|one| !one.label.is_empty())
            .collect(),
    }
}

struct Row {
    behind: Behind,
    item: String,
    agency: String,
    region: String,
    what: &'static str,
}

#[derive(Template)]
#[template(path = "sunlight/figures/page.html")]
struct FigurePage {
    shell: Shell,
    figure: &'static Figure,
    value: Value,
    asked: Question,
    of: Vec<String>,
    choices: Choices,
    rows: Vec<Row>,
    entries: i64,
    command: String,
    more: Option<String>,
    first: Option<String>,
    downloads: [(&'static str, String); 4],
}

impl FigurePage {
    fn is_average(&self) -> bool {
        self.figure.kind == Kind::Average
    }
    /// Whether an act adds more than one to it.
    fn tells_amounts(&self) -> bool {
        matches!(self.figure.kind, Kind::Average | Kind::Saved)
    }
}

/// GET /sunlight/figures/{key}
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    Path(key): Path<String>,
    Query(wanted): Query<Asked>,
) -> Result<Response, Stop> {
    let figure = Figure::of(&key).ok_or(Stop::NotFound("数字"))?;
    let today = house.now().date();
    let asked = wanted.question(&house, &catalogue).await?;
    if figure.is_standing() && asked.to != today {
        // The counters know how things stand now; of another day they would tell what came of it since.
        let why = format!("“{}”说的是今天的情形，别的日子没有数。请去掉 to，或者写今天 {today}", figure.zh);
        return Err(Stop::Unreadable(why));
    }
    let mut counters = Counters::read(house.pool()).await?;
    let value = counters.value(figure, &asked).await?;
    let entries = counters.entries;
    let form = wanted.form.as_deref();
    if form == Some("json") {
        let mut said = json(figure, &asked, &value, entries);
        if wanted.numbers {
            // Of more than a download may have, the sums alone are held against the log.
            let behind = counters.behind(figure, &asked, None, WANTED).await?;
            if let Ok(behind) = whole(behind) {
                said["behind"] = behind.iter().map(|one| one.n).collect();
            }
        }
        return Ok(Json(said).into_response());
    }
    let list = Format::of(if form == Some("acts") { Some("json") } else { form });
    let limit = if list.is_some() { WANTED } else { PAGE + 1 };
    let mut behind = counters.behind(figure, &asked, wanted.after().filter(|_| list.is_none()), limit).await?;
    drop(counters);
    let row = |behind: Behind| Row {
        item: catalogue.item_name(&behind.item, &shell.lang),
        agency: catalogue.agency_name(&behind.agency).to_owned(),
        region: catalogue.region_name(&behind.region),
        what: behind.measure().map_or("", Measure::zh),
        behind,
    };
    if let Some(format) = list {
        let rows: Vec<Row> = whole(behind)?.into_iter().map(row).collect();
        return table(figure, &rows).download(format, shell.lang);
    }
    let is_more = behind.len() as i64 > PAGE;
    behind.truncate(PAGE as usize);
    let here = format!("/sunlight/figures/{}?{}", figure.key, asked.query());
    let last = behind.last().map(|last| format!("{here}&after={}~{}", last.day, last.n)).filter(|_| is_more);
    let origin = house.site().origin.trim_end_matches('/');
    let page = FigurePage {
        of: told(&asked, &catalogue, &shell),
        choices: choices(&asked, &catalogue, &shell),
        rows: behind.into_iter().map(row).collect(),
        command: format!("sunlit recompute {} --log {origin}/log {} --entries {entries}", figure.key, asked.options()),
        more: last,
        first: wanted.after().map(|_| here.clone()),
        downloads: [
            ("数字 JSON", format!("{here}&as=json")),
            ("行为 CSV", format!("{here}&as=csv")),
            ("行为 Excel", format!("{here}&as=xlsx")),
            ("行为 JSON", format!("{here}&as=acts")),
        ],
        figure,
        value,
        asked,
        entries,
        shell,
    };
    page::render(&page.shell, &page)
}

/// The figure for a program: the question as it was understood, the whole numbers, and how far the log had been read.
fn json(figure: &Figure, asked: &Question, value: &Value, entries: i64) -> serde_json::Value {
    serde_json::json!({
        "figure": figure.key,
        "name": figure.zh,
        "how": figure.how,
        "asked": asked,
        "entries": entries,
        "sum": value.sum,
        "of": value.of,
        "acts": value.acts,
        "value": value.text(),
    })
}

fn table(figure: &Figure, rows: &[Row]) -> Table {
    Table {
        name: figure.zh.into(),
        columns: vec![
            ("entry", "日志条目"),
            ("day", "计入哪天"),
            ("case_no", "办件编号"),
            ("item", "事项"),
            ("agency", "单位"),
            ("region", "区划"),
            ("counted_as", "算作"),
            ("amount", "计数"),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.behind.n.into(),
                    row.behind.day.to_string().into(),
                    row.behind.case_no.clone().into(),
                    row.item.clone().into(),
                    row.agency.clone().into(),
                    row.region.clone().into(),
                    Cell::from(row.what),
                    row.behind.amount.into(),
                ]
            })
            .collect(),
    }
}

struct Listed {
    figure: &'static Figure,
    value: Value,
    address: String,
}

#[derive(Template)]
#[template(path = "sunlight/figures/list.html")]
struct ListPage {
    shell: Shell,
    asked: Question,
    of: Vec<String>,
    figures: Vec<Listed>,
    entries: i64,
}

/// GET /sunlight/figures: every figure of these days and cases.
pub async fn list(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    Query(wanted): Query<Asked>,
) -> Result<Response, Stop> {
    let today = house.now().date();
    let asked = wanted.question(&house, &catalogue).await?;
    let mut counters = Counters::read(house.pool()).await?;
    let values = counters.values(&FIGURES, &asked).await?;
    let address = |figure: &Figure| format!("/sunlight/figures/{}?{}", figure.key, asked.query());
    let figures = FIGURES.iter().zip(values).map(|(figure, value)| Listed { figure, value, address: address(figure) });
    let figures = figures.filter(|one| asked.to == today || !one.figure.is_standing());
    let page =
        ListPage { figures: figures.collect(), of: told(&asked, &catalogue, &shell), entries: counters.entries, asked, shell };
    page::render(&page.shell, &page)
}
