//! 窗口到岗 · which counters of a centre were staffed on a day, and how each agency did over the month (B2.2): derived from the counters that
//! officers opened and the numbers they handled, nothing is reported. Counters and agencies are named, people are not.

use super::{centre, counter_number};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use calendar::Calendar;
use catalogue::{Catalogue, Centre};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Before it there was no such thing.
const FIRST_YEAR: i32 = 1949;

/// A counter on record, or one that was opened without being on record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    pub number: String,
    pub name: String,
    pub agency: String,
    pub on_record: bool,
}

/// What happened at a counter on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Sat {
    pub day: NaiveDate,
    pub counter: String,
    pub agency: String,
    pub first: DateTime<Utc>,
    /// None while somebody sits there.
    pub last: Option<DateTime<Utc>>,
}

/// How an agency did at the counters of a centre over some days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appraised {
    pub agency: String,
    /// Counters on record.
    pub counters: i64,
    /// Days on which a counter had to be staffed, each counter counted, and those on which it was.
    pub owed: i64,
    pub kept: i64,
    /// Numbers that were handled, and how long they took together, in seconds.
    pub handled: i64,
    pub seconds: i64,
}

impl Appraised {
    /// Of a hundred; none where nothing was owed.
    fn rate(&self) -> Option<String> {
        (self.owed > 0).then(|| page::tenths(100 * self.kept, self.owed))
    }
    /// Minutes that a number took on average, rounded up.
    fn minutes(&self) -> Option<i64> {
        (self.handled > 0).then(|| (self.seconds + self.handled * 60 - 1) / (self.handled * 60))
    }
}

/// The counters on record from a day on, until the next version.
pub type Version = (NaiveDate, Vec<Counter>);

/// What is on record on a day.
fn of_day(versions: &[Version], day: NaiveDate) -> &[Counter] {
    versions.iter().rev().find(|(from, _)| *from <= day).map_or(&[], |(_, counters)| counters)
}

/// B2.2-01 · each counter that is on record on a working day of the calendar is owed by the agency that sits there by the record; a day on
/// which that agency opened it is kept. What was opened on a day of rest is more than was owed and is not counted. Numbers count for
/// the agency that sat there.
pub fn b2_2_01_appraised(
    versions: &[Version],
    sat: &[Sat],
    handled: &[(String, i64, i64)],
    (from, to): (NaiveDate, NaiveDate),
    calendar: &Calendar,
) -> Vec<Appraised> {
    let kept: BTreeSet<(NaiveDate, &str, &str)> =
        sat.iter().map(|sat| (sat.day, sat.counter.as_str(), sat.agency.as_str())).collect();
    let mut agencies: BTreeMap<&str, Appraised> = BTreeMap::new();
    for counter in of_day(versions, to) {
        agencies.entry(&counter.agency).or_default().counters += 1;
    }
    for day in from.iter_days().take_while(|day| *day <= to).filter(|day| calendar.is_working_day(*day)) {
        for counter in of_day(versions, day) {
            let one = agencies.entry(&counter.agency).or_default();
            one.owed += 1;
            one.kept += i64::from(kept.contains(&(day, counter.number.as_str(), counter.agency.as_str())));
        }
    }
    for (agency, numbers, seconds) in handled {
        let one = agencies.entry(agency).or_default();
        one.handled += numbers;
        one.seconds += seconds;
    }
    agencies.into_iter().map(|(agency, one)| Appraised { agency: agency.to_owned(), ..one }).collect()
}

/// What was on record of the counters of a centre, version by version; of several on one day the last.
async fn versions(conn: &mut PgConnection, centre: &str, until: NaiveDate) -> Result<Vec<Version>, Stop> {
    let rows: Vec<(NaiveDate, Json<acts::CentreFacts>)> = sqlx::query_as(
        "select from_day, facts
           from centre_versions
          where key = $1
            and from_day <= $2
          order by from_day, version",
    )
    .bind(centre)
    .bind(until)
    .fetch_all(conn)
    .await?;
    let one = |counter: acts::Counter| Counter {
        number: counter_number(&counter.number),
        name: counter.name,
        agency: counter.agency,
        on_record: true,
    };
    Ok(rows.into_iter().map(|(from, facts)| (from, facts.0.counters.into_iter().map(one).collect())).collect())
}

async fn sittings(conn: &mut PgConnection, centre: &str, (from, to): (NaiveDate, NaiveDate)) -> Result<Vec<Sat>, Stop> {
    Ok(sqlx::query_as(
        "select day, counter, agency, min(opened_at) as first,
                nullif(max(coalesce(closed_at, 'infinity')), 'infinity') as last
           from hall_sittings
          where centre = $1
            and day between $2 and $3
          group by day, counter, agency
          order by day, counter, agency",
    )
    .bind(centre)
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await?)
}

/// Numbers handled by each agency and counter: agency, counter, how many, how long together.
async fn handled(
    conn: &mut PgConnection,
    centre: &str,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(String, String, i64, i64)>, Stop> {
    Ok(sqlx::query_as(
        "select coalesce(s.agency, ''), n.counter, count(*),
                coalesce(sum(extract(epoch from n.ended_at - coalesce(n.began_at, n.called_at))), 0)::bigint
           from hall_numbers n
           left join lateral (
                select agency
                  from hall_sittings
                 where centre = n.centre
                   and day = n.day
                   and counter = n.counter
                   and opened_at <= coalesce(n.called_at, n.ended_at)
                 order by opened_at desc
                 limit 1
           ) s on true
          where n.centre = $1
            and n.day between $2 and $3
            and n.state = 'done'
            and n.counter is not null
          group by 1, 2",
    )
    .bind(centre)
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await?)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    day: String,
    #[serde(rename = "as")]
    form: String,
}

/// A counter on the day that is shown.
struct Row {
    counter: Counter,
    agency: String,
    /// Somebody of the agency that sits there by the record; of a counter that is not on record, whoever opened it.
    sat: Option<Sat>,
    /// Who else opened it.
    others: Vec<String>,
    handled: i64,
}

/// The time of day.
fn clock(at: DateTime<Utc>) -> String {
    at.with_timezone(&calendar::SHANGHAI).format("%H:%M").to_string()
}

#[derive(Template)]
#[template(path = "hall/presence.html")]
struct PresencePage {
    shell: Shell,
    centre: Arc<Centre>,
    day: NaiveDate,
    works: bool,
    before: NaiveDate,
    after: Option<NaiveDate>,
    rows: Vec<Row>,
    month: Vec<(Appraised, String)>,
    /// The days of the month that are over, up to the one that is shown.
    from: NaiveDate,
    to: NaiveDate,
    /// When the record of the centre begins, where that is later than the day.
    begins: Option<NaiveDate>,
}

impl PresencePage {
    fn staffed(&self) -> usize {
        self.rows.iter().filter(|row| row.counter.on_record && row.sat.is_some()).count()
    }
    /// Whether the day that is shown is over.
    fn is_over(&self) -> bool {
        self.day < self.shell.now.date()
    }
    fn clock(&self, at: &DateTime<Utc>) -> String {
        clock(*at)
    }
    fn on_record(&self) -> usize {
        self.rows.iter().filter(|row| row.counter.on_record).count()
    }
}

/// GET /centres/{centre}/presence
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    let today = shell.now.date();
    let day = match wanted.day.as_str() {
        "" => today,
        said => said
            .parse::<NaiveDate>()
            .ok()
            .filter(|day| day.year() >= FIRST_YEAR && *day <= today)
            .ok_or_else(|| Stop::Unreadable("日期请按 2012-06-30 这样写，不能晚于今天".into()))?,
    };
    let works = shell.now.calendar.is_working_day(day);
    // A day counts once it is over.
    let to = if day == today { day.pred_opt().unwrap_or(day) } else { day };
    let from = day.with_day(1).unwrap_or(day);
    let mut conn = house.pool().acquire().await?;
    let mut versions = versions(&mut conn, &key, day).await?;
    // After its last day nobody owes anything there.
    let after = centre.closing.as_ref().and_then(|closing| closing.last_day.succ_opt());
    versions.extend(after.map(|after| (after, Vec::new())));
    let begins: Option<NaiveDate> =
        sqlx::query_scalar("select min(from_day) from centre_versions where key = $1").bind(&key).fetch_one(&mut *conn).await?;
    let sat = sittings(&mut conn, &key, (from, day)).await?;
    let of_month = handled(&mut conn, &key, (from, to)).await?;
    let handled = handled(&mut conn, &key, (day, day)).await?;
    drop(conn);
    let sums: Vec<(String, i64, i64)> =
        of_month.into_iter().map(|(agency, _, numbers, seconds)| (agency, numbers, seconds)).collect();
    let name = |key: &str| catalogue.agency_name(key).to_owned();
    let month = b2_2_01_appraised(&versions, &sat, &sums, (from, to), &shell.now.calendar);
    let mut counters = of_day(&versions, day).to_vec();
    // What was opened and is not on record is shown beside the others.
    let known: BTreeSet<String> = counters.iter().map(|counter| counter.number.clone()).collect();
    let others = sat.iter().filter(|sat| sat.day == day && !known.contains(&sat.counter));
    counters.extend(others.map(|sat| Counter { number: sat.counter.clone(), agency: sat.agency.clone(), ..Counter::default() }));
    let row = |counter: Counter| {
        let here = || sat.iter().filter(|sat| sat.day == day && sat.counter == counter.number);
        let numbers = handled.iter().filter(|(_, at, ..)| *at == counter.number).map(|(_, _, numbers, _)| numbers).sum();
        Row {
            agency: name(&counter.agency),
            sat: here().find(|sat| sat.agency == counter.agency).cloned(),
            others: here().filter(|sat| sat.agency != counter.agency).map(|sat| name(&sat.agency)).collect(),
            handled: numbers,
            counter,
        }
    };
    let rows: Vec<Row> = counters.into_iter().map(row).collect();
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        return table(&rows, &month, (day, works), (from, to), &name, &shell).download(format, shell.lang);
    }
    let page = PresencePage {
        works,
        begins: begins.filter(|begins| *begins > day),
        before: day.pred_opt().unwrap_or(day),
        after: day.succ_opt().filter(|next| *next <= today),
        month: month.into_iter().map(|one| (name(&one.agency), one)).map(|(name, one)| (one, name)).collect(),
        rows,
        centre,
        day,
        from,
        to,
        shell,
    };
    page::render(&page.shell, &page)
}

/// The month by agency as a table, with the counters of the day before it.
fn table(
    rows: &[Row],
    month: &[Appraised],
    (day, works): (NaiveDate, bool),
    (from, to): (NaiveDate, NaiveDate),
    name: &dyn Fn(&str) -> String,
    shell: &Shell,
) -> Table {
    let of_day = rows.iter().map(|row| {
        let sat = row.sat.as_ref();
        vec![
            shell.t("当天的窗口").into(),
            day.to_string().into(),
            row.counter.number.clone().into(),
            row.agency.clone().into(),
            sat.map(|sat| clock(sat.first)).into(),
            sat.and_then(|sat| sat.last).map(clock).into(),
            i64::from(works && row.counter.on_record).into(),
            i64::from(works && row.counter.on_record && sat.is_some()).into(),
            row.handled.into(),
            None::<i64>.into(),
        ]
    });
    let of_month = month.iter().map(|one| {
        vec![
            shell.t("本月的单位").into(),
            format!("{from}/{to}").into(),
            None::<String>.into(),
            name(&one.agency).into(),
            None::<String>.into(),
            None::<String>.into(),
            one.owed.into(),
            one.kept.into(),
            one.handled.into(),
            one.minutes().into(),
        ]
    });
    Table {
        name: "窗口到岗".into(),
        columns: vec![
            ("kind", "种类"),
            ("day", "日期"),
            ("counter", "窗口"),
            ("agency", "单位"),
            ("first", "开窗"),
            ("last", "关窗"),
            ("owed", "应到"),
            ("kept", "实到"),
            ("handled", "办了几个号"),
            ("minutes", "平均几分钟"),
        ],
        rows: of_day.chain(of_month).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b2_2_01_presence_counts_working_days_and_each_counter_once_a_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let counter = |number: &str, agency: &str| Counter {
            number: number.into(),
            name: String::new(),
            agency: agency.into(),
            on_record: true,
        };
        let sat = |on: &str, counter: &str| Sat { day: day(on), counter: counter.into(), agency: "a".into(), ..Sat::default() };
        let counters = vec![counter("B01", "a"), counter("B02", "a"), counter("B03", "b")];
        // 2026-11-23 is a Monday; the Saturday before is a day of rest.
        let all = [
            sat("2026-11-21", "B01"),
            sat("2026-11-23", "B01"),
            sat("2026-11-23", "B01"),
            sat("2026-11-24", "B01"),
            sat("2026-11-24", "B02"),
            // The counter of another agency, and one that is not on record.
            sat("2026-11-24", "B03"),
            sat("2026-11-24", "X9"),
        ];
        let span = (day("2026-11-21"), day("2026-11-24"));
        let versions = [(day("2026-01-01"), counters)];
        let found = b2_2_01_appraised(&versions, &all, &[("a".into(), 3, 600)], span, &Calendar::china());
        let of = |agency: &str| found.iter().find(|one| one.agency == agency).unwrap().clone();
        assert_eq!((of("a").counters, of("a").owed, of("a").kept, of("a").rate().as_deref()), (2, 4, 3, Some("75.0")));
        assert_eq!((of("a").handled, of("a").minutes()), (3, Some(4)));
        assert_eq!((of("b").owed, of("b").kept, of("b").minutes()), (2, 0, None));
        // On days of rest nothing is owed.
        let rest = (day("2026-11-21"), day("2026-11-22"));
        assert_eq!(b2_2_01_appraised(&versions, &all, &[], rest, &Calendar::china())[0].rate(), None);
        // A counter is owed from the day on that it is on record, and for the days it was.
        let changed = [(day("2026-11-23"), vec![counter("B01", "a")]), (day("2026-11-24"), vec![counter("B02", "a")])];
        let one = &b2_2_01_appraised(&changed, &all, &[], span, &Calendar::china())[0];
        assert_eq!((one.counters, one.owed, one.kept), (1, 2, 2));
    }
}
