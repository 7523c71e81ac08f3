//! 亮牌列表 · every warning and card, newest first (C3.3-09, F135): the rule, how it was computed, and links to the entries of
//! the log that prove it. What came of a card stays beside it, and whose turn it is until when: it is the list of work of a supervisor, and an
//! agency sees its own (C3.3-24).

use super::affair;
use super::book::{self, Names};
use super::card;
use super::course::{Progress, Turn};
use super::places::Places;
use super::view::{self, COUNTED, Choice, Filter, Rail, Tools, address};
use acts::Colour;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use calendar::{end_of_day, parse_date, start_of_day};
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use forms::regions::codes_of;
use foundation::page::table::{Cell, Format, Table, WANTED, whole};
use foundation::page::{self, Lang, Shell, filters, translate};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;
use sqlx::postgres::PgArguments;
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};
use uuid::Uuid;

const PAGE: i64 = 30;
const MOST: i64 = 1000;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    agency: String,
    region: String,
    /// Where its matter is handled today.
    place: String,
    colour: String,
    rule: String,
    /// How far it has come, or `standing`: whatever was not withdrawn.
    progress: String,
    /// Whose turn it is (`unit`, `desk`), or `late`: whatever is past its day; or `open`: whatever is not settled.
    turn: String,
    /// The days on which it was issued, both included.
    from: String,
    to: String,
    after: String,
    rows: Option<i64>,
    #[serde(rename = "as")]
    form: Option<String>,
}

impl Wanted {
    /// Where the page before ended.
    fn before(&self) -> Option<(DateTime<Utc>, Uuid)> {
        let (at, id) = self.after.split_once('~')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
    }
    /// Takes out what is no filter there is, and says so. A rule may be named by its number within one that has several.
    fn settle(&mut self, catalogue: &Catalogue, places: Option<&Places>, rules: &Names) -> String {
        let mut form = self.form.clone().unwrap_or_default();
        let known_form = Format::of(self.form.as_deref()).is_some();
        let known_agency = view::offers(&view::agencies(catalogue, "").choices, &self.agency);
        let known_region = view::is_region(catalogue, &self.region);
        let known_place = places.is_some_and(|places| places.is(&self.place));
        let known_colour = view::offers(&view::colours(""), &self.colour);
        let is_of = |id: &str| self.rule.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        let known_rule = rules.iter().any(|(id, _)| is_of(id));
        let known_progress = view::offers(&progresses(""), &self.progress);
        let known_turn = view::offers(&turns(""), &self.turn);
        let (known_from, known_to) = (parse_date(&self.from).is_ok(), parse_date(&self.to).is_ok());
        let known_after = self.before().is_some();
        view::settle([
            (&mut self.agency, known_agency),
            (&mut self.region, known_region),
            (&mut self.place, known_place),
            (&mut self.colour, known_colour),
            (&mut self.rule, known_rule),
            (&mut self.progress, known_progress),
            (&mut self.turn, known_turn),
            (&mut self.from, known_from),
            (&mut self.to, known_to),
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
            ("colour", self.colour.as_str()),
            ("rule", self.rule.as_str()),
            ("progress", self.progress.as_str()),
            ("turn", self.turn.as_str()),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("rows", rows.as_str()),
        ];
        all.extend_from_slice(more);
        address("/supervision/cards", &all)
    }
}

fn turns(chosen: &str) -> Vec<Choice> {
    let turns = Turn::ALL.map(|turn| (turn.key(), turn.zh().to_owned()));
    view::choices(
        [("open", "还没有了结的".to_owned())].into_iter().chain(turns).chain([("late", "超期没有办的".to_owned())]),
        chosen,
    )
}

fn progresses(chosen: &str) -> Vec<Choice> {
    let all = Progress::ALL.map(|progress| (progress.key(), progress.zh().to_owned()));
    view::choices([("standing", "没有撤销的".to_owned())].into_iter().chain(all), chosen)
}

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    kind: String,
    case_no: String,
    agency: String,
    item: String,
    rule: String,
    version: Option<i32>,
    colour: String,
    issued_at: DateTime<Utc>,
    evidence: sqlx::types::Json<Vec<i64>>,
    computation: String,
    progress: String,
    due: Option<NaiveDate>,
    entry: Option<i64>,
}

/// The cards that are asked for: of the list, of its total, and of the numbers that lead here.
const ASKED: &str = "
    where ($1 = '' or c.agency = $1)
      and c.region ^@ any ($2)
      and ($3 = '' or c.colour = $3)
      and ($4 = '' or c.rule = $4 or starts_with(c.rule, $4 || '-'))
      and ($5 = '' or c.progress = $5 or ($5 = 'standing' and c.outcome is distinct from 'withdrawn'))
      and ($6 = '' or c.turn = $6)
      and ($7::date is null or c.due < $7)
      and c.issued_at >= coalesce($8, '-infinity'::timestamptz)
      and c.issued_at < coalesce($9, 'infinity'::timestamptz)
      and ($10::text[] is null or c.item = any ($10))";

type Asking<'a, T> = QueryAs<'a, Postgres, T, PgArguments>;

/// A query of cards, `sql` with `{cards}` for whence and `{asked}` for the filters.
fn ask<'a, T>(sql: &str, wanted: &'a Wanted, items: &'a Option<Vec<&str>>, today: NaiveDate) -> Asking<'a, T>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    let cards = if wanted.turn == "open" { "open_cards" } else { "cards" };
    let turn = if matches!(wanted.turn.as_str(), "open" | "late") { "" } else { wanted.turn.as_str() };
    sqlx::query_as(AssertSqlSafe(sql.replace("{cards}", cards).replace("{asked}", ASKED)))
        .bind(&wanted.agency)
        .bind(codes_of(&wanted.region))
        .bind(&wanted.colour)
        .bind(&wanted.rule)
        .bind(&wanted.progress)
        .bind(turn)
        .bind((wanted.turn == "late").then_some(today))
        .bind(parse_date(&wanted.from).ok().map(start_of_day))
        .bind(parse_date(&wanted.to).ok().map(end_of_day))
        .bind(items)
}

/// `items` are the matters of the place that is asked for.
async fn find(
    conn: &mut PgConnection,
    wanted: &Wanted,
    items: &Option<Vec<&str>>,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<Found>, Stop> {
    let (at, id) = wanted.before().unwrap_or((DateTime::<Utc>::MAX_UTC, Uuid::max()));
    // PostgreSQL's last instant is earlier than chrono's.
    let at = at.min(end_of_day(NaiveDate::from_ymd_opt(9999, 12, 30).unwrap_or_default()));
    let sql =
        "select c.id, c.kind, c.case_no, c.agency, c.item, c.rule, c.version, c.colour, c.issued_at, c.evidence, c.computation,
                      c.progress, c.due, e.n as entry
                 from {cards} c
                 left join log_entries e on e.position = c.position
                {asked}
                  and (c.issued_at, c.id) < ($11, $12)
                order by c.issued_at desc, c.id desc
                limit $13";
    Ok(ask(sql, wanted, items, today).bind(at).bind(id).bind(limit).fetch_all(conn).await?)
}

async fn count(conn: &mut PgConnection, wanted: &Wanted, items: &Option<Vec<&str>>, today: NaiveDate) -> Result<i64, Stop> {
    let sql = "select count(*) from (select 1 from {cards} c {asked} limit $11) x";
    let (count,) = ask(sql, wanted, items, today).bind(COUNTED + 1).fetch_one(conn).await?;
    Ok(count)
}

struct Row {
    case_no: String,
    colour: Colour,
    agency: String,
    item: String,
    rule: String,
    rule_name: String,
    rule_id: String,
    version: Option<i32>,
    computation: String,
    evidence: Vec<i64>,
    entry: Option<i64>,
    progress: Progress,
    due: Option<NaiveDate>,
    late: bool,
    issued_at: DateTime<Utc>,
}

impl Row {
    fn flag(&self) -> &'static str {
        card::flag(self.colour)
    }
}

fn row(found: &Found, catalogue: &Catalogue, rules: &Names, today: NaiveDate, lang: &Lang) -> Row {
    let (rule_id, rule_name) = rules.of(&found.rule);
    Row {
        case_no: found.case_no.clone(),
        colour: card::colour_of(&found.colour),
        agency: view::agency_name(catalogue, &found.agency),
        item: match found.kind.as_str() {
            "case" => catalogue.item_name(&found.item, lang),
            kind => translate(affair::name(kind), *lang),
        },
        rule: found.rule.clone(),
        rule_name: rule_name.to_owned(),
        rule_id: rule_id.to_owned(),
        version: found.version,
        computation: found.computation.clone(),
        evidence: found.evidence.0.clone(),
        entry: found.entry,
        progress: Progress::of(&found.progress).unwrap_or(Progress::Told),
        due: found.due,
        late: found.due.is_some_and(|due| due < today),
        issued_at: found.issued_at,
    }
}

fn table(rows: &[Row]) -> Table {
    let local = |at: DateTime<Utc>| {
        let at = at.with_timezone(&calendar::SHANGHAI);
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    };
    let evidence = |row: &Row| {
        let numbers: Vec<String> = row.evidence.iter().map(i64::to_string).collect();
        numbers.join(" ")
    };
    Table {
        name: "电子监察-亮牌".into(),
        columns: vec![
            ("colour", "牌"),
            ("case_no", "办件编号"),
            ("agency", "单位"),
            ("item", "事项"),
            ("rule", "规则"),
            ("rule_name", "规则名称"),
            ("computation", "怎么算的"),
            ("evidence", "作证的日志条目"),
            ("entry", "亮牌的日志条目"),
            ("progress", "状态"),
            ("due", "这一步的最后一天"),
            ("issued_at", "发牌时间"),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.colour.zh().into(),
                    row.case_no.clone().into(),
                    row.agency.clone().into(),
                    row.item.clone().into(),
                    row.rule.clone().into(),
                    row.rule_name.clone().into(),
                    row.computation.clone().into(),
                    evidence(row).into(),
                    Cell::from(row.entry),
                    row.progress.zh().into(),
                    Cell::from(row.due.map(|day| day.to_string())),
                    local(row.issued_at).into(),
                ]
            })
            .collect(),
    }
}

#[derive(Template)]
#[template(path = "supervision/list.html")]
struct ListPage {
    shell: Shell,
    rail: Rail,
    tools: Tools,
    odd: String,
    total: String,
    rows: Vec<Row>,
    more: Option<String>,
    first: Option<String>,
}

pub async fn get(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    // An agency sees its own, supervision all.
    let own = view::own_agency(&house, &person).map(ToOwned::to_owned);
    match &own {
        Some(key) => {
            let agency = Resource::Agency { key: key.clone() };
            house.may(&person.principal(), Act::ViewSupervision, &agency, &Circumstance::default())?;
        }
        None => view::may_supervise(&house, &person)?,
    }
    let limit = wanted.rows.unwrap_or(PAGE).clamp(1, MOST);
    let mut conn = house.pool().acquire().await?;
    let names = book::names(&mut conn).await?;
    let today = shell.now.date();
    // Every matter has a place; they are gone through when one is asked for, from the board.
    let places = match wanted.place.is_empty() {
        true => None,
        false => Some(Places::of(&catalogue, &catalogue::centres::places(&mut conn, today).await?, today)),
    };
    let odd = wanted.settle(&catalogue, places.as_ref(), &names);
    if let Some(own) = &own {
        wanted.agency.clone_from(own);
    }
    let items = places.as_ref().and_then(|places| places.items(&wanted.place));
    let told = |found: &Found| row(found, &catalogue, &names, today, &shell.lang);
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        wanted.after.clear();
        let all = whole(find(&mut conn, &wanted, &items, today, WANTED).await?)?;
        return table(&all.iter().map(told).collect::<Vec<_>>()).download(format, shell.lang);
    }
    let mut found = find(&mut conn, &wanted, &items, today, limit + 1).await?;
    let is_more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let rows: Vec<Row> = found.iter().map(told).collect();
    let total = view::total(count(&mut conn, &wanted, &items, today).await?);
    let rail = view::rail(&house, &mut conn, &shell).await?;
    drop(conn);
    let last = found.last().map(|row| format!("{}~{}", row.issued_at.timestamp_micros(), row.id));
    let here = |key: &str, value: &str| wanted.address(&[(key, value)]);
    let rules = view::choices(names.iter().map(|(id, name)| (id, name.to_owned())), &wanted.rule);
    let page = ListPage {
        rail,
        tools: Tools {
            action: "/supervision/cards",
            filters: vec![
                Filter { key: "turn", label: "轮到谁", any: "不限", choices: turns(&wanted.turn) },
                Filter { key: "colour", label: "牌", any: "不限", choices: view::colours(&wanted.colour) },
                Filter { key: "rule", label: "规则", any: "全部规则", choices: rules },
                Filter { key: "progress", label: "状态", any: "不限", choices: progresses(&wanted.progress) },
            ]
            .into_iter()
            .chain(own.is_none().then(|| view::agencies(&catalogue, &wanted.agency)))
            .chain([view::regions(&catalogue, &wanted.region)])
            .chain(places.as_ref().map(|places| places.filter(&wanted.place)))
            .collect(),
            days: Some([wanted.from.clone(), wanted.to.clone()]),
            downloads: view::downloads(here),
        },
        odd,
        total,
        rows,
        more: last.filter(|_| is_more).map(|last| wanted.address(&[("after", &last)])),
        first: (!wanted.after.is_empty()).then(|| wanted.address(&[])),
        shell,
    };
    page::render(&page.shell, &page)
}
