//! 登记放假安排 · an administrator pastes the notice in its own words, sees what it changes, and confirms exactly that (CLK-06, H03).

use crate::cases::recompute;
use acts::{ActBody, ArrangementAct, Subject};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use calendar::{Announced, Calendar, NaiveDate, Revision, Row, RowKind, festival_english, read_announcement, statutory_holidays};
use chrono::{Datelike, Weekday};
use forms::FieldError;
use foundation::arrangements::{self, Arrangement};
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop, jobs, once, record};
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Longest title and address, in characters.
const LONGEST: usize = 300;

/// What is about to be recorded.
struct Notice {
    title: String,
    address: String,
    year: Option<i32>,
    rows: Vec<Row>,
}

impl Notice {
    fn after(&self, calendar: &Calendar) -> Calendar {
        arrangements::with(calendar, self.year, &self.address, &self.rows)
    }
}

/// Reads the form. A yearly notice comes once; what changes later comes without a year.
fn read(posted: &Posted, calendar: &Calendar) -> Result<Notice, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, label: &str, zh: &str, en: &str| errors.push(field_error(field, label, zh, en));
    let said = forms::text::fold_digits(posted.one("year").trim());
    let year: Option<i32> = match said.as_str() {
        "" => None,
        said => match said.trim_end_matches('年').parse() {
            Ok(year) if calendar::YEARS.contains(&year) => Some(year),
            _ => {
                wrong("year", "哪一年的安排", "年份请写四位数字，例如 2027", "Write the year in four figures, such as 2027");
                None
            }
        },
    };
    let yearly = posted.one("kind") != "change";
    let text = posted.one("text");
    let read = match read_announcement(text, year) {
        Ok(read) => read,
        Err(faults) => {
            for fault in faults.iter().take(20) {
                wrong("text", "通知正文", &fault.chinese(), &fault.english());
            }
            Announced::default()
        }
    };
    let year = year.or(read.year).filter(|_| yearly);
    match year {
        None if yearly && !read.rows.is_empty() => {
            wrong("year", "哪一年的安排", "请填是哪一年的放假安排", "Say of which year the arrangement is");
        }
        Some(year) if calendar.has_year(year) => {
            let zh = format!("{year} 年的安排已经登记过；后来有变动的，选“对已公布安排的变动”，只写变动的日子");
            let en = format!(
                "The arrangement of {year} is recorded already; choose a later change and write only the days that change"
            );
            wrong("year", "哪一年的安排", &zh, &en);
        }
        // The New Year may reach into the December before, and the last days of the year into January.
        Some(year) => {
            for row in read.rows.iter().filter(|row| (row.date.year() - year).abs() > 1) {
                let zh = format!("{} 不是 {year} 年的安排会有的日子", row.date);
                let en = format!("{} is no day that the arrangement of {year} would have", row.date);
                wrong("text", "通知正文", &zh, &en);
            }
        }
        None => {}
    }
    for (zh, en) in year.map(|year| amiss(year, &read.rows)).unwrap_or_default() {
        wrong("text", "通知正文", &zh, &en);
    }
    let title = match posted.one("title").trim() {
        "" => read.title.unwrap_or_default(),
        title => title.to_owned(),
    };
    if title.is_empty() || title.chars().count() > LONGEST {
        wrong("title", "通知名称", "请写通知的全称，不超过 300 字", "Enter the full title of the notice, 300 characters at most");
    }
    let address = posted.one("address").trim().to_owned();
    let opens = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    if !opens || address.chars().count() > LONGEST || address.contains(char::is_whitespace) {
        wrong(
            "address",
            "网址",
            "请写通知公布的网址，以 https:// 开头",
            "Enter the address where the notice is published, beginning with https://",
        );
    }
    if errors.is_empty() { Ok(Notice { title, address, year, rows: read.rows }) } else { Err(errors) }
}

/// What a yearly notice cannot be without, and cannot have: every statutory holiday is off, and only a weekend day is made up.
fn amiss(year: i32, rows: &[Row]) -> Vec<(String, String)> {
    if rows.is_empty() {
        return Vec::new();
    }
    let kind = |day: NaiveDate| rows.iter().find(|row| row.date == day).map(|row| row.kind);
    let weekend = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let mut found = Vec::new();
    let off = |day: NaiveDate| kind(day).map_or_else(|| weekend(day), |kind| kind == RowKind::Holiday);
    let lost = statutory_holidays(year).into_iter().filter(|(day, _)| !off(*day));
    let lost: Vec<(String, String)> = lost.map(|(day, name)| (format!("{day} {name}"), name)).collect();
    if !lost.is_empty() {
        let (days, names): (Vec<String>, Vec<String>) = lost.into_iter().unzip();
        let names = names.iter().map(|name| festival_english(name)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        found.push((
            format!("法定节假日没有放假：{}。通知可能没有贴全", days.join("、")),
            format!("Statutory holidays are not off: {}. The notice may be incomplete", names.join(", ")),
        ));
    }
    for row in rows.iter().filter(|row| row.kind == RowKind::Workday && !weekend(row.date)) {
        found.push((
            format!("{} 不是周六周日，本来就上班，不用调休", row.date),
            format!("{} is no weekend day and is worked anyway", row.date),
        ));
    }
    found
}

/// A day in the preview: what the notice says of it, and what it was.
struct Shown {
    day: NaiveDate,
    name: String,
    /// Whether it is worked now, and afterwards.
    was: bool,
    becomes: bool,
    /// The notice does not name it: it follows from the year being announced.
    unnamed: bool,
}

impl Shown {
    fn word(worked: bool) -> &'static str {
        if worked { "上班" } else { "放假" }
    }
    fn after(&self) -> &'static str {
        Shown::word(self.becomes)
    }
    fn against(&self) -> String {
        match (self.was == self.becomes, self.unnamed) {
            (true, _) => "不变".to_owned(),
            (false, false) => format!("原来{}", Shown::word(self.was)),
            (false, true) => format!("原来{}，通知没有提到", Shown::word(self.was)),
        }
    }
}

/// What the notice changes, for whoever is about to confirm it.
struct Preview {
    title: String,
    address: String,
    year: Option<i32>,
    /// Every day that it names or changes, in order.
    days: Vec<Shown>,
    /// Days that are worked now and will not be, or the other way round; and how many of them are over: limits that ended are looked
    /// at again, cards that were given stay.
    moved: usize,
    over: usize,
    /// Confirmed by this.
    version: String,
}

impl Preview {
    fn of(notice: Notice, now: &Moment) -> Preview {
        let before = &now.calendar;
        let after = notice.after(before);
        let moved = Revision::between(before, &after).days().to_vec();
        let Notice { title, address, year, rows } = notice;
        let all: BTreeSet<NaiveDate> = rows.iter().map(|row| row.date).chain(moved.iter().copied()).collect();
        let shown = |day: NaiveDate| {
            let row = rows.iter().find(|row| row.date == day);
            let name = row.map(|row| row.name.clone()).or_else(|| before.day(day).name).unwrap_or_default();
            let (was, becomes) = (before.is_working_day(day), after.is_working_day(day));
            Shown { day, name, was, becomes, unnamed: row.is_none() }
        };
        Preview {
            days: all.into_iter().map(shown).collect(),
            over: moved.iter().filter(|day| **day < now.date()).count(),
            moved: moved.len(),
            version: after.version().to_owned(),
            title,
            address,
            year,
        }
    }
}

#[derive(Template)]
#[template(path = "arrangements/load.html")]
struct Page {
    shell: Shell,
    filled: Filled,
    preview: Option<Preview>,
}

impl Page {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn kinds(&self) -> String {
        let options = [("year", "一年的放假安排（每年一份）"), ("change", "对已公布安排的变动（延长假期、临时调休）")];
        self.filled.choice("kind", "这份通知是", "radio", &options)
    }
}

fn draw(shell: Shell, filled: Filled, preview: Option<Preview>) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page { filled, preview, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

fn may(house: &House, person: &SignedIn) -> Result<(), Stop> {
    house.may(&person.principal(), Act::KeepCalendar, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// GET /calendar/new
pub async fn show(State(house): State<House>, shell: Shell, person: SignedIn, Held(held): Held) -> Result<Response, Stop> {
    may(&house, &person)?;
    let mut entered = held.unwrap_or_default();
    entered.entry("kind".into()).or_insert_with(|| vec!["year".into()]);
    let filled = Filled::new(shell.lang, entered, Vec::new());
    draw(shell, filled, None)
}

/// POST /calendar/new: shows what it changes; recorded once exactly that is confirmed.
pub async fn send(State(house): State<House>, shell: Shell, person: SignedIn, posted: Posted) -> Result<Response, Stop> {
    may(&house, &person)?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    // Another administrator's notice comes before this one, or after.
    arrangements::alone(&mut tx).await?;
    let kept = arrangements::all(&mut tx).await?.len() as i64;
    let now = Moment::new(house.now().at, house.time().calendar_of(&mut tx, kept).await?);
    let notice = match read(&posted, &now.calendar) {
        Ok(notice) => notice,
        Err(errors) => return draw(shell.clone(), Filled::new(shell.lang, posted.0, errors), None),
    };
    let confirmed = posted.one("confirm").to_owned();
    if confirmed.is_empty() || confirmed != notice.after(&now.calendar).version() {
        let filled = Filled::new(shell.lang, posted.0, Vec::new());
        return draw(shell, filled, Some(Preview::of(notice, &now)));
    }
    let (id, nth) = (Uuid::now_v7(), kept + 1);
    let Notice { title, address, year, rows } = notice;
    let act = ArrangementAct::Loaded { title: title.clone(), address: address.clone(), year, rows: rows.clone() };
    let subject = Subject { kind: ArrangementAct::SUBJECT.into(), no: id.to_string() };
    let entry = record::entry(subject, now.at, person.actor("administrator"), Some(person.private()), act);
    let position = record::record(&mut tx, std::slice::from_ref(&entry)).await?[0];
    let one = Arrangement { nth, id, position, year, title, address, days: Json(rows), loaded_at: now.at };
    arrangements::keep(&mut tx, &one).await?;
    recompute::begin(&mut tx, nth, &now).await?;
    let everywhere = now.at + recompute::EVERYWHERE;
    jobs::set(&mut tx, arrangements::RECOMPUTES_REQUESTS, &nth.to_string(), &serde_json::Value::Null, everywhere).await?;
    let leads_to = year.map_or_else(|| "/calendar".to_owned(), |year| format!("/calendar?year={year}"));
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    if let Err(stop) = house.time().keep_up(house.pool()).await {
        // It is recorded; within two seconds this instance counts by it too.
        tracing::warn!(%stop, "the arrangements of holidays could not be read");
    }
    Ok(Redirect::to(&leads_to).into_response())
}
