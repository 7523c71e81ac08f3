//! 看板 · the public page (A2.4, F028): today's figures, running and concluded cases with the newest first. Filters are GET
//! parameters, downloads are exactly the rows shown, and every row leads to its case and to its proof.

use super::figures::page::{Choice, Choices, choices, unknown};
use super::fold::{COLUMNS, Shown};
use ::figures::{Question, Tell, Told, tell};
use acts::Stage;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use calendar::start_of_day;
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use forms::regions::{codes_of, successor};
use foundation::page::table::{Cell, Format, Table, WANTED, whole};
use foundation::page::{self, Lang, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;

/// Rows on a page, and at most in a download.
const PAGE: i64 = 50;
const MOST: i64 = 1000;
/// A program that asks for the data may keep it for a moment, and so may whoever stands between.
const KEPT: &str = "public, max-age=5";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub agency: String,
    pub region: String,
    pub item: String,
    /// A stage, or `running`, `concluded`, `overdue`, or `moved` on this day.
    pub stage: String,
    /// Where the page before ended.
    pub after: String,
    pub rows: Option<i64>,
    #[serde(rename = "as")]
    pub form: Option<String>,
}

impl Wanted {
    /// The figures of these cases, of the last thirty days.
    fn question(&self, today: NaiveDate) -> Question {
        let (region, agency, item) = (self.region.clone(), self.agency.clone(), self.item.clone());
        Question { region, agency, item, ..Question::until(today) }
    }

    fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let rows = self.rows.map(|rows| rows.to_string()).unwrap_or_default();
        let own = [
            ("agency", self.agency.as_str()),
            ("region", self.region.as_str()),
            ("item", self.item.as_str()),
            ("stage", self.stage.as_str()),
            ("rows", rows.as_str()),
        ];
        let said: Vec<String> = own
            .iter()
            .chain(more)
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", encode(value)))
            .collect();
        match said.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{}", said.join("&")),
        }
    }
}

/// Cases by their latest act, the newest first; a page goes on where the one before ended, whatever happened since (H32).
pub async fn find(conn: &mut PgConnection, wanted: &Wanted, today: NaiveDate, limit: i64) -> Result<Vec<Shown>, Stop> {
    let after = wanted.after.split_once('~').and_then(|(at, no)| {
        let at = DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?;
        Some((at, no))
    });
    let sql = format!(
        "select {COLUMNS}
           from sunlight
          where ($1 = '' or agency = $1)
            and region ^@ any ($2)
            and ($3 = '' or item = $3)
            and ($4 = '' or stage = $4 or ($4 = 'running' and concluded_on is null) or ($4 = 'concluded' and concluded_on is not null)
                 or ($4 = 'overdue' and concluded_on is null and due < $8) or ($4 = 'moved' and changed_at >= $9))
            and changed_at <= coalesce($5, timestamptz 'infinity')
            and ($5 is null or changed_at < $5 or case_no > $6)
          order by changed_at desc, case_no
          limit $7"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(&wanted.agency)
        .bind(codes_of(&wanted.region))
        .bind(&wanted.item)
        .bind(&wanted.stage)
        .bind(after.map(|(at, _)| at))
        .bind(after.map_or("", |(_, no)| no))
        .bind(limit)
        .bind(today)
        .bind(start_of_day(today))
        .fetch_all(conn)
        .await?)
}

/// Today, how it stands, and the last thirty days; each with what it belongs with.
const TOLD: [Tell; 7] = [
    ("received", "今日收件", true, Some(("accepted", "今日受理"))),
    ("concluded", "今日办结", true, None),
    ("running", "", true, None),
    ("overdue", "", true, None),
    ("on-time-share", "", false, Some(("decided", "近 30 天办结"))),
    ("faster-than-law", "", false, None),
    ("content-share", "", false, Some(("rated", "近 30 天评价"))),
];

/// A row as it is shown.
pub(super) struct Row {
    pub(super) shown: Shown,
    pub(super) agency: String,
    pub(super) item: String,
    region: String,
    pub(super) stage: &'static str,
    tag: &'static str,
    pub(super) promise: &'static str,
    pub(super) late: bool,
    grade: &'static str,
}

pub(super) fn row(shown: Shown, catalogue: &Catalogue, today: NaiveDate, lang: &Lang) -> Row {
    let stage = shown.stage();
    let late = shown.is_late(today);
    Row {
        agency: catalogue.agency_name(&shown.agency).to_owned(),
        item: catalogue.item_name(&shown.item, lang),
        region: catalogue.region_name(&shown.region),
        stage: stage.map_or("", Stage::zh),
        tag: stage.map_or("tag", Stage::tag),
        promise: match (shown.due, late, shown.concluded_on) {
            (None, ..) => "",
            (_, true, None) => "已超承诺",
            (_, true, Some(_)) => "超承诺办结",
            (_, false, Some(_)) => "按承诺办结",
            (_, false, None) => "承诺期内",
        },
        late,
        grade: shown.grade.and_then(|grade| u8::try_from(grade).ok()).map_or("", acts::grade_name),
        shown,
    }
}

fn table(rows: &[Row]) -> Table {
    let day = |day: Option<NaiveDate>| Cell::from(day.map(|day| day.to_string()));
    let local = |at: DateTime<Utc>| {
        let at = at.with_timezone(&calendar::SHANGHAI);
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    };
    let said = |text: &'static str| Cell::from((!text.is_empty()).then_some(text));
    Table {
        name: "阳光看板".into(),
        columns: vec![
            ("case_no", "办件编号"),
            ("item", "事项"),
            ("agency", "单位"),
            ("region", "区划"),
            ("stage", "环节"),
            ("submitted_on", "提交"),
            ("accepted_on", "受理"),
            ("due", "承诺办结"),
            ("concluded_on", "办结"),
            ("promise", "是否按承诺"),
            ("grade", "评价"),
            ("changed_at", "最近一步"),
            ("last_entry", "日志条目"),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.shown.case_no.clone().into(),
                    row.item.clone().into(),
                    row.agency.clone().into(),
                    row.region.clone().into(),
                    said(row.stage),
                    row.shown.submitted_on.to_string().into(),
                    day(row.shown.accepted_on),
                    day(row.shown.due),
                    day(row.shown.concluded_on),
                    said(row.promise),
                    said(row.grade),
                    local(row.shown.changed_at).into(),
                    row.shown.last_entry.into(),
                ]
            })
            .collect(),
    }
}

/// Whether there is or was a region of this code, or of one that is short for it: 3401 for 340100.
pub(super) fn is_region(catalogue: &Catalogue, code: &str) -> bool {
    !catalogue.region_name(&format!("{code:0<6}")).is_empty()
}

#[derive(Template)]
#[template(path = "sunlight/board.html")]
struct BoardPage {
    shell: Shell,
    figures: Vec<Told>,
    /// What is beside the board: a year, tiles, times, all figures.
    query: String,
    /// The same of a year.
    year: String,
    choices: Choices,
    stages: Vec<Choice>,
    region: String,
    region_name: String,
    /// Whether there is or was such a region, and what one became that is no more.
    region_known: bool,
    region_now: Option<String>,
    rows: Vec<Row>,
    /// What was asked for and is not there.
    unknown: Option<String>,
    more: Option<String>,
    first: Option<String>,
    feed: String,
    downloads: [(&'static str, String); 3],
}

pub async fn get(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let now = house.now();
    let format = Format::of(wanted.form.as_deref());
    // A download is whole, unless so many rows are asked for.
    let limit = match (wanted.rows, format) {
        (Some(rows), _) => rows.clamp(1, MOST),
        (None, Some(_)) => WANTED - 1,
        (None, None) => PAGE,
    };
    let today = now.date();
    let mut conn = house.pool().acquire().await?;
    let mut found = find(&mut conn, &wanted, today, limit + 1).await?;
    if wanted.rows.is_none() && format.is_some() {
        found = whole(found)?;
    }
    let is_more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let last = found.last().map(|row| format!("{}~{}", row.changed_at.timestamp_micros(), row.case_no));
    let rows: Vec<Row> = found.into_iter().map(|shown| row(shown, &catalogue, today, &shell.lang)).collect();
    if let Some(format) = format {
        let mut response = table(&rows).download(format, shell.lang)?;
        let kept = HeaderValue::from_static(KEPT);
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("Cookie"));
        return Ok(response);
    }
    let asked = wanted.question(today);
    let unknown = unknown(&mut conn, &asked, &catalogue).await?;
    drop(conn);
    let figures = tell(house.pool(), &TOLD, &asked).await?;
    let here = |form: &str| wanted.address("/sunlight", &[("after", &wanted.after), ("as", form)]);
    let groups = [("moved", "今天有进展"), ("running", "在办"), ("overdue", "超期未办结"), ("concluded", "已办结")];
    let page = BoardPage {
        figures,
        query: asked.query(),
        year: Wanted { stage: String::new(), rows: None, ..wanted.clone() }.address("/sunlight/year", &[]),
        choices: choices(&asked, &catalogue, &shell),
        stages: groups
            .into_iter()
            .chain(Stage::ALL.map(|stage| (stage.key(), stage.zh())))
            .map(|(key, zh)| Choice { value: key.into(), label: zh.into(), chosen: key == wanted.stage })
            .collect(),
        region_name: match wanted.region.is_empty() {
            true => String::new(),
            false => catalogue.region_name(&wanted.region),
        },
        region_known: is_region(&catalogue, &wanted.region),
        region_now: successor(&wanted.region).map(|now| now.full_name()),
        region: wanted.region.clone(),
        rows,
        unknown,
        more: last.filter(|_| is_more).map(|last| wanted.address("/sunlight", &[("after", &last)])),
        first: (!wanted.after.is_empty()).then(|| wanted.address("/sunlight", &[])),
        feed: wanted.address("/sunlight.atom", &[("in", if shell.english() { "en" } else { "" })]),
        downloads: [("CSV", here("csv")), ("XLSX", here("xlsx")), ("JSON", here("json"))],
        shell,
    };
    page::render(&page.shell, &page)
}
