//! 总览 · the live board (C3.3, F134): figures, running cases by urgency across agencies, cards by week. Filters are GET
//! parameters, so a saved filter is a saved address; downloads are exactly the rows shown.

use super::card;
use super::chart::{self, Week};
use super::places::{self, Places, Ranked};
use super::view::{self, COUNTED, Filter, Rail, Tools, address};
use super::watch::Watch;
use acts::{Colour, Stage};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header::HeaderName};
use axum::response::{IntoResponse, Response};
use calendar::start_of_day;
use catalogue::Catalogue;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use figures::{Question, Tell, Told, tell};
use forms::regions::codes_of;
use foundation::page::table::{Cell, Format, Table, WANTED, whole};
use foundation::page::{self, ClockView, Lang, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use serde::Deserialize;
use sqlx::postgres::PgArguments;
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};

/// Rows on a page, and at most in a download.
const PAGE: i64 = 50;
const MOST: i64 = 1000;
/// Days behind the figures of concluded cases.
const DAYS: u64 = 30;
const WEEKS: u64 = 8;
/// How often a big screen may ask for the page anew, in seconds.
const REFRESH: std::ops::RangeInclusive<u32> = 10..=3600;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    agency: String,
    region: String,
    /// Where it is handled: a centre, or a hall outside.
    place: String,
    /// A stage, or `running` (the default), `overdue`, `concluded`, `all`.
    stage: String,
    colour: String,
    /// Where the page before ended.
    after: String,
    rows: Option<i64>,
    refresh: Option<u32>,
    #[serde(rename = "as")]
    form: Option<String>,
}

impl Wanted {
    fn stages(&self) -> Vec<&'static str> {
        let one = Stage::of(&self.stage);
        let wanted = |stage: &Stage| match self.stage.as_str() {
            "all" => true,
            "concluded" => stage.is_concluded(),
            // `overdue` is running too.
            _ => one.map_or(!stage.is_concluded(), |one| one == *stage),
        };
        Stage::ALL.into_iter().filter(wanted).map(Stage::key).collect()
    }
    /// Where the page before ended.
    fn from(&self) -> Option<(NaiveDate, &str)> {
        self.after.split_once('~').and_then(|(day, no)| Some((day.parse().ok()?, no)))
    }
    /// Takes out what is no filter there is, and says so. A region may be named by the first digits of its code.
    fn settle(&mut self, catalogue: &Catalogue, places: &Places) -> String {
        let mut form = self.form.clone().unwrap_or_default();
        let known_form = Format::of(self.form.as_deref()).is_some();
        let known_stage =
            matches!(self.stage.as_str(), "running" | "overdue" | "concluded" | "all") || Stage::of(&self.stage).is_some();
        let known_region = view::is_region(catalogue, &self.region);
        let known_agency = view::offers(&view::agencies(catalogue, "").choices, &self.agency);
        let known_place = places.is(&self.place);
        let known_colour = view::offers(&view::colours(""), &self.colour);
        let known_after = self.from().is_some();
        view::settle([
            (&mut self.agency, known_agency),
            (&mut self.region, known_region),
            (&mut self.place, known_place),
            (&mut self.stage, known_stage),
            (&mut self.colour, known_colour),
            (&mut self.after, known_after),
            (&mut form, known_form),
        ])
    }
    fn address(&self, more: &[(&str, &str)]) -> String {
        let rows = self.rows.map(|rows| rows.to_string()).unwrap_or_default();
        let mut all = vec![
            ("agency", self.agency.as_str()),
            ("region", self.region.as_str()),
            ("place", self.place.as_str()),
            ("stage", self.stage.as_str()),
            ("colour", self.colour.as_str()),
            ("rows", rows.as_str()),
        ];
        all.extend_from_slice(more);
        address("/supervision/board", &all)
    }
    /// Cards of the same agency and region.
    fn cards(&self, more: &[(&str, &str)]) -> String {
        let mut all = vec![("agency", self.agency.as_str()), ("region", self.region.as_str())];
        all.extend_from_slice(more);
        address("/supervision/cards", &all)
    }
}

#[derive(sqlx::FromRow)]
struct Found {
    case_no: String,
    key: NaiveDate,
    statutory_due: Option<NaiveDate>,
    submitted_at: DateTime<Utc>,
    watch: serde_json::Value,
    colour: Option<String>,
}

type Asking<'a, T> = QueryAs<'a, Postgres, T, PgArguments>;

/// The watched cases that are asked for: of the list, of its total, and of the numbers that lead here.
const ASKED: &str = "
    where w.stage = any ($1)
      and ($2 = '' or w.agency = $2)
      and w.region ^@ any ($3)
      and ($4 = '' or (select c.colour
                         from cards c
                        where c.case_no = w.case_no
                          and c.outcome is distinct from 'withdrawn'
                        order by array_position(array['red', 'yellow', 'warning', 'notice'], c.colour)
                        limit 1) = $4)
      and ($5::text[] is null or w.item = any ($5))
      and ($6::date is null or w.due < $6)";

/// A query of cases, `sql` with `{asked}` for the filters.
fn ask<'a, T>(sql: &str, wanted: &'a Wanted, items: &'a Option<Vec<&'a str>>, today: NaiveDate) -> Asking<'a, T>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    sqlx::query_as(AssertSqlSafe(sql.replace("{asked}", ASKED)))
        .bind(wanted.stages())
        .bind(&wanted.agency)
        .bind(codes_of(&wanted.region))
        .bind(&wanted.colour)
        .bind(items)
        .bind((wanted.stage == "overdue").then_some(today))
}

/// Watched cases by urgency: the day on which the agency must act next, those without one last.
async fn find(
    conn: &mut PgConnection,
    wanted: &Wanted,
    items: &Option<Vec<&str>>,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<Found>, Stop> {
    let (day, no) = wanted.from().unwrap_or((NaiveDate::default(), ""));
    let sql = "select w.case_no, coalesce(w.due, date '9999-12-31') as key, w.statutory_due, w.submitted_at, w.watch, k.colour
                 from (select *
                         from watches w
                        {asked}
                          and (coalesce(w.due, date '9999-12-31'), w.case_no) > ($7, $8)
                        order by coalesce(w.due, date '9999-12-31'), w.case_no
                        limit $9) w
                 left join lateral (select c.colour
                                      from cards c
                                     where c.case_no = w.case_no
                                       and c.outcome is distinct from 'withdrawn'
                                     order by array_position(array['red', 'yellow', 'warning', 'notice'], c.colour)
                                     limit 1) k on true
                order by key, w.case_no";
    Ok(ask(sql, wanted, items, today).bind(day).bind(no).bind(limit).fetch_all(conn).await?)
}

async fn count(conn: &mut PgConnection, wanted: &Wanted, items: &Option<Vec<&str>>, today: NaiveDate) -> Result<String, Stop> {
    let sql = "select count(*) from (select 1 from watches w {asked} limit $7) x";
    let (count,) = ask(sql, wanted, items, today).bind(COUNTED + 1).fetch_one(conn).await?;
    Ok(view::total(count))
}

/// A number on the board and the list that it opens on.
struct Tile {
    name: &'static str,
    flag: &'static str,
    count: String,
    address: String,
    about: &'static str,
}

/// What stands in the cases and cards of the agency and the region; the list of cases is filtered further, these are not.
async fn tiles(conn: &mut PgConnection, wanted: &Wanted, today: NaiveDate) -> Result<[Tile; 5], Stop> {
    let mut cases = async |name, stage: &str, about| -> Result<Tile, Stop> {
        let (agency, region) = (wanted.agency.clone(), wanted.region.clone());
        let own = Wanted { agency, region, stage: stage.into(), ..Wanted::default() };
        Ok(Tile { name, flag: "", count: count(conn, &own, &None, today).await?, address: own.address(&[]), about })
    };
    let running = cases("在办", "running", "还没有办结").await?;
    let overdue = cases("在办已超期", "overdue", "受理或承诺期限已过").await?;
    let open = view::open_cards(conn, &wanted.agency, &wanted.region, today).await?;
    let card = |name, count: i64, colour: Colour, about| Tile {
        name,
        flag: if colour == Colour::Warning { "" } else { card::flag(colour) },
        count: count.to_string(),
        address: wanted.cards(&[("turn", "open"), ("colour", colour.key())]),
        about,
    };
    Ok([
        running,
        overdue,
        card("预警", open.warnings, Colour::Warning, "办件还在办"),
        card("黄牌", open.yellow, Colour::Yellow, "还没有了结"),
        card("红牌", open.red, Colour::Red, "还没有了结"),
    ])
}

/// The figures of the sunlight board that belong here.
const TOLD: [Tell; 3] = [
    ("received", "今日收件", true, Some(("accepted", "今日受理"))),
    ("on-time-share", "", false, Some(("decided", "近 30 天办结"))),
    ("faster-than-law", "", false, None),
];

async fn weeks(conn: &mut PgConnection, wanted: &Wanted, now: &Moment) -> Result<Vec<Week>, Stop> {
    let today = now.date();
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    Ok(sqlx::query_as(
        "select w.monday::date as monday,
                count(c.id) filter (where c.colour = 'warning') as warnings,
                count(c.id) filter (where c.colour = 'yellow') as yellow,
                count(c.id) filter (where c.colour = 'red') as red
           from generate_series($1::timestamp, $2::timestamp, interval '7 days') as w (monday)
           left join cards c
             on c.issued_at >= w.monday at time zone 'Asia/Shanghai'
            and c.issued_at < (w.monday + interval '7 days') at time zone 'Asia/Shanghai'
            and c.outcome is distinct from 'withdrawn'
            and ($3 = '' or c.agency = $3)
            and c.region ^@ any ($4)
          group by w.monday
          order by w.monday",
    )
    .bind((monday - Days::new(7 * (WEEKS - 1))).and_time(Default::default()))
    .bind(monday.and_time(Default::default()))
    .bind(&wanted.agency)
    .bind(codes_of(&wanted.region))
    .fetch_all(conn)
    .await?)
}

#[derive(sqlx::FromRow)]
pub struct AgencyRow {
    agency: String,
    running: i64,
    overdue: i64,
    yellow: i64,
    red: i64,
}

async fn agencies(conn: &mut PgConnection, wanted: &Wanted, now: &Moment) -> Result<Vec<AgencyRow>, Stop> {
    let today = now.date();
    Ok(sqlx::query_as(
        "select w.agency, w.running, w.overdue, coalesce(c.yellow, 0) as yellow, coalesce(c.red, 0) as red
           from (select agency,
                        count(*) filter (where concluded_on is null) as running,
                        count(*) filter (where concluded_on is null and due < $3) as overdue
                   from watches
                  where ($1 = '' or agency = $1)
                    and region ^@ any ($2)
                  group by agency) w
           left join (select agency,
                             count(*) filter (where colour = 'yellow') as yellow,
                             count(*) filter (where colour = 'red') as red
                        from cards
                       where issued_at >= $4
                         and outcome is distinct from 'withdrawn'
                         and region ^@ any ($2)
                       group by agency) c on c.agency = w.agency
          order by coalesce(c.red, 0) desc, coalesce(c.yellow, 0) desc, w.overdue desc, w.running desc, w.agency
          limit 20",
    )
    .bind(&wanted.agency)
    .bind(codes_of(&wanted.region))
    .bind(today)
    .bind(start_of_day(today - Days::new(DAYS)))
    .fetch_all(conn)
    .await?)
}

/// A row as it is shown.
struct Row {
    case_no: String,
    colour: Option<Colour>,
    agency: String,
    item: String,
    region: String,
    /// The hall of a matter that is handled outside the centre.
    hall: Option<String>,
    stage: Stage,
    due: Option<NaiveDate>,
    standing: String,
    late: bool,
    statutory_due: Option<NaiveDate>,
    submitted_on: NaiveDate,
}

impl Row {
    fn flag(&self) -> &'static str {
        self.colour.map_or("", card::flag)
    }
    fn word(&self) -> &'static str {
        self.colour.map_or("—", Colour::zh)
    }
}

fn row(found: Found, catalogue: &Catalogue, places: &Places, now: &Moment, lang: &Lang) -> Result<Row, Stop> {
    let watch: Watch = serde_json::from_value(found.watch)?;
    let clock = watch.pressing().map(|clock| ClockView::new("", clock, now));
    let (standing, late) = match (&clock, watch.stage) {
        (_, Stage::CorrectionRequested) => ("等申请人".into(), false),
        (Some(clock), _) => (clock.short(), clock.late()),
        (None, _) => match watch.is_broken(&now.calendar) {
            true => ("超承诺办结".into(), true),
            false => ("已办结".into(), false),
        },
    };
    Ok(Row {
        case_no: found.case_no,
        colour: found.colour.as_deref().map(card::colour_of),
        agency: view::agency_name(catalogue, &watch.agency),
        item: catalogue.item_name(&watch.item, lang),
        region: catalogue.region_name(&watch.region),
        hall: places.hall(&watch.item).map(ToOwned::to_owned),
        stage: watch.stage,
        due: clock.and_then(|clock| clock.due),
        standing,
        late,
        statutory_due: found.statutory_due,
        submitted_on: calendar::local_date(found.submitted_at),
    })
}

fn table(rows: &[Row]) -> Table {
    let day = |day: Option<NaiveDate>| Cell::from(day.map(|day| day.to_string()));
    Table {
        name: "电子监察-办件".into(),
        columns: vec![
            ("case_no", "办件编号"),
            ("card", "牌"),
            ("agency", "单位"),
            ("item", "事项"),
            ("region", "区划"),
            ("hall", "部门大厅"),
            ("stage", "环节"),
            ("due", "本阶段到期"),
            ("standing", "剩余"),
            ("statutory_due", "法定到期"),
            ("submitted_on", "提交"),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.case_no.clone().into(),
                    Cell::from(row.colour.map(Colour::zh)),
                    row.agency.clone().into(),
                    row.item.clone().into(),
                    row.region.clone().into(),
                    Cell::from(row.hall.clone()),
                    row.stage.zh().into(),
                    day(row.due),
                    row.standing.clone().into(),
                    day(row.statutory_due),
                    row.submitted_on.to_string().into(),
                ]
            })
            .collect(),
    }
}

/// An agency with its numbers, each with the list that it opens on.
struct AgencyLine {
    name: String,
    numbers: [(i64, String); 4],
}

fn of_agency(row: AgencyRow, wanted: &Wanted, catalogue: &Catalogue, since: NaiveDate) -> AgencyLine {
    let of = Wanted { agency: row.agency, region: wanted.region.clone(), ..Wanted::default() };
    let since = since.to_string();
    let cards = |colour: Colour| of.cards(&[("progress", "standing"), ("colour", colour.key()), ("from", &since)]);
    AgencyLine {
        name: view::agency_name(catalogue, &of.agency),
        numbers: [
            (row.running, of.address(&[])),
            (row.overdue, of.address(&[("stage", "overdue")])),
            (row.yellow, cards(Colour::Yellow)),
            (row.red, cards(Colour::Red)),
        ],
    }
}

/// A week with its numbers, each with the list that it opens on.
fn of_week(week: Week, wanted: &Wanted) -> (Week, [(i64, String); 3]) {
    let (from, to) = (week.monday.to_string(), (week.monday + Days::new(6)).to_string());
    let cards =
        |colour: Colour| wanted.cards(&[("progress", "standing"), ("colour", colour.key()), ("from", &from), ("to", &to)]);
    let numbers = [(week.warnings, cards(Colour::Warning)), (week.yellow, cards(Colour::Yellow)), (week.red, cards(Colour::Red))];
    (week, numbers)
}

#[derive(Template)]
#[template(path = "supervision/board.html")]
struct BoardPage {
    shell: Shell,
    rail: Rail,
    tiles: [Tile; 5],
    figures: Vec<Told>,
    tools: Tools,
    odd: String,
    total: String,
    rows: Vec<Row>,
    more: Option<String>,
    first: Option<String>,
    weeks: Vec<(Week, [(i64, String); 3])>,
    chart: String,
    by_agency: Vec<AgencyLine>,
    by_place: Vec<Ranked>,
    refresh: Option<u32>,
    with_refresh: String,
    without_refresh: String,
}

pub async fn get(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    view::may_supervise(&house, &person)?;
    let now = house.now();
    let limit = wanted.rows.unwrap_or(PAGE).clamp(1, MOST);
    let mut conn = house.pool().acquire().await?;
    let places = Places::of(&catalogue, &catalogue::centres::places(&mut conn, now.date()).await?, now.date());
    let odd = wanted.settle(&catalogue, &places);
    let today = now.date();
    let items = places.items(&wanted.place);
    let told = |found: Found| row(found, &catalogue, &places, &now, &shell.lang);
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        wanted.after.clear();
        let all = whole(find(&mut conn, &wanted, &items, today, WANTED).await?)?;
        drop(conn);
        let rows: Vec<Row> = all.into_iter().map(told).collect::<Result<_, _>>()?;
        return table(&rows).download(format, shell.lang);
    }
    let mut found = find(&mut conn, &wanted, &items, today, limit + 1).await?;
    let is_more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let last = found.last().map(|row| format!("{}~{}", row.key, row.case_no));
    let total = count(&mut conn, &wanted, &items, today).await?;
    let tiles = tiles(&mut conn, &wanted, today).await?;
    let weeks = weeks(&mut conn, &wanted, &now).await?;
    let by_agency = agencies(&mut conn, &wanted, &now).await?;
    let counted = places::counted(&mut conn, (&wanted.agency, &wanted.region), today, today - Days::new(DAYS)).await?;
    let by_place = places::f064_rank(&places, &counted, (&wanted.agency, &wanted.region), today - Days::new(DAYS));
    let rail = view::rail(&house, &mut conn, &shell).await?;
    drop(conn);
    let asked = Question { agency: wanted.agency.clone(), region: wanted.region.clone(), ..Question::until(today) };
    let figures = tell(house.pool(), &TOLD, &asked).await?;

    let rows: Vec<Row> = found.into_iter().map(told).collect::<Result<_, _>>()?;
    let groups = [("all", "全部办件"), ("overdue", "在办已超期"), ("concluded", "已办结")];
    let stages = groups.map(|(key, zh)| (key, zh.to_owned()));
    let stages = stages.into_iter().chain(Stage::ALL.map(|stage| (stage.key(), stage.zh().to_owned())));
    let here = |key: &str, value: &str| wanted.address(&[("after", &wanted.after), (key, value)]);
    let seconds = wanted.refresh.filter(|seconds| REFRESH.contains(seconds));
    let page = BoardPage {
        rail,
        tiles,
        figures,
        tools: Tools {
            action: "/supervision/board",
            filters: vec![
                view::agencies(&catalogue, &wanted.agency),
                view::regions(&catalogue, &wanted.region),
                places.filter(&wanted.place),
                Filter { key: "stage", label: "环节", any: "在办", choices: view::choices(stages, &wanted.stage) },
                Filter { key: "colour", label: "亮牌", any: "不限", choices: view::colours(&wanted.colour) },
            ],
            days: None,
            downloads: view::downloads(|key, form| wanted.address(&[(key, form)])),
        },
        odd,
        total,
        more: last.filter(|_| is_more).map(|last| wanted.address(&[("after", &last)])),
        first: (!wanted.after.is_empty()).then(|| wanted.address(&[])),
        chart: chart::svg(&weeks, shell.lang),
        weeks: weeks.into_iter().map(|week| of_week(week, &wanted)).collect(),
        by_agency: by_agency.into_iter().map(|row| of_agency(row, &wanted, &catalogue, today - Days::new(DAYS))).collect(),
        by_place,
        rows,
        refresh: seconds,
        with_refresh: here("refresh", "60"),
        without_refresh: here("refresh", ""),
        shell,
    };
    let mut response = page::render(&page.shell, &page)?;
    if let Some(seconds) = seconds {
        // Only when asked for: a page that changes by itself takes the reading away from under the reader.
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(seconds));
    }
    Ok(response.into_response())
}
