//! 工作日历 · which days are worked (CLK-05 to CLK-07), and counting along them in constant time.

use crate::{CalendarError, Due, Limit, Unit, festival_english, read::in_range, statutory};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

/// What kind of day it is. Only [`Working`](DayKind::Working) and [`MakeUpWork`](DayKind::MakeUpWork) are counted as working days.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Monday to Friday, no holiday.
    Working,
    /// Saturday or Sunday, not worked.
    Weekend,
    /// 放假: off under the yearly arrangement, weekend days inside a holiday included.
    Holiday,
    /// 调休上班: a Saturday or Sunday that is worked.
    MakeUpWork,
}

impl DayKind {
    /// Whether the day is worked (CLK-05).
    pub fn is_working(self) -> bool {
        matches!(self, DayKind::Working | DayKind::MakeUpWork)
    }
}

/// One day, and where we know it from.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The date in Shanghai.
    pub date: NaiveDate,
    /// Worked or not, and why.
    pub kind: DayKind,
    /// The holiday, or the holiday that a make-up day belongs to: `国庆节`.
    pub name: Option<String>,
    /// A notice that may still change this day is not loaded (CLK-07). That is every day of a year without notice, and the last
    /// three of the year before it, which the New Year arrangement has reached into (2011, 2018, 2022).
    pub provisional: bool,
    /// The address of the notice that decides the day; `None` where no loaded notice does.
    pub source: Option<String>,
}

impl Day {
    /// [`name`](Day::name) in English.
    pub fn name_english(&self) -> Option<String> {
        self.name.as_deref().map(festival_english)
    }
}

/// What an arrangement says about a day.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// Off.
    Holiday,
    /// Worked.
    Workday,
    /// As its weekday says: takes back what an earlier arrangement said.
    Ordinary,
}

/// One line of an arrangement.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The day.
    pub date: NaiveDate,
    /// What becomes of it.
    pub kind: RowKind,
    /// The holiday it belongs to.
    pub name: String,
    /// The address of the notice it is in; `None`: that of the year's notice.
    #[serde(default)]
    pub source: Option<String>,
}

impl Row {
    /// A day off.
    pub fn holiday(date: NaiveDate, name: &str) -> Row {
        Row { date, kind: RowKind::Holiday, name: name.to_owned(), source: None }
    }
    /// A day that is worked.
    pub fn workday(date: NaiveDate, name: &str) -> Row {
        Row { date, kind: RowKind::Workday, name: name.to_owned(), source: None }
    }
    /// A day about which nothing is arranged any more.
    pub fn ordinary(date: NaiveDate) -> Row {
        Row { date, kind: RowKind::Ordinary, name: String::new(), source: None }
    }
    /// The same row, citing this notice.
    #[must_use]
    pub fn from_notice(mut self, address: &str) -> Row {
        self.source = Some(address.to_owned());
        self
    }
}

/// The official calendar of working days. Immutable; a clone shares its table. Total: a date outside 1990–2100 is taken by its
/// weekday alone, and results beyond what [`NaiveDate`] holds stop at its ends.
#[derive(Clone, Debug)]
pub struct Calendar(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rows: BTreeMap<NaiveDate, Row>,
    /// Year → address of its notice.
    years: BTreeMap<i32, Option<String>>,
    /// Years without a notice: the statutory days.
    statutory: BTreeMap<NaiveDate, String>,
    /// The days of the table in order.
    days: Vec<Counts>,
    /// `nth[k]`: day of the table that is its working day number `k + 1`.
    nth: Vec<u16>,
    version: String,
}

/// What one look at a day tells; eight bytes, so that a deadline touches few lines of memory.
#[derive(Clone, Copy, Debug)]
struct Counts {
    date: NaiveDate,
    /// Working days from day 0 through this one.
    worked: u16,
    /// Provisional days likewise.
    uncertain: u16,
}

/// 1990-01-01, a Monday, as days from the common era: the table's day 0.
const DAY_ZERO: i64 = 726_468;

/// The offsets of the first days of the table's years. Reading them is several times faster than dividing.
const YEARS: [i32; (statutory::LAST_YEAR - statutory::FIRST_YEAR + 1) as usize] = {
    let mut starts = [0; (statutory::LAST_YEAR - statutory::FIRST_YEAR + 1) as usize];
    let mut at = 1;
    while at < starts.len() {
        // No year of the table but 2000 and 2100 is divisible by 100: the one leaps, the other is the last.
        let leap = (statutory::FIRST_YEAR + at as i32 - 1) % 4 == 0;
        starts[at] = starts[at - 1] + if leap { 366 } else { 365 };
        at += 1;
    }
    starts
};

#[inline]
fn offset(date: NaiveDate) -> i64 {
    match YEARS.get((date.year() - statutory::FIRST_YEAR) as usize) {
        Some(start) => i64::from(*start) + i64::from(date.ordinal0()),
        None => i64::from(date.num_days_from_ce()) - DAY_ZERO,
    }
}

fn date_at(offset: i64) -> NaiveDate {
    i32::try_from(offset.saturating_add(DAY_ZERO)).ok().and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(if offset < 0 {
        NaiveDate::MIN
    } else {
        NaiveDate::MAX
    })
}

pub(crate) fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    let length = TimeDelta::try_days(days);
    length.and_then(|length| date.checked_add_signed(length)).unwrap_or(if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

/// Days from Monday to Friday from day 0 through `offset`; negative before it.
fn weekdays_through(offset: i64) -> i64 {
    (offset + 1).div_euclid(7) * 5 + (offset + 1).rem_euclid(7).min(5)
}

/// The day on which [`weekdays_through`] first reaches `k`.
fn nth_weekday(k: i64) -> i64 {
    (k - 1).div_euclid(5) * 7 + (k - 1).rem_euclid(5)
}

/// The index of a date that lies in the table.
fn at(date: NaiveDate) -> usize {
    offset(date) as usize
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The last days of a year that the next year's notice may arrange: New Year has begun on 29 December at the earliest.
const NEXT_YEARS_DAYS: usize = 3;

static CHINA: LazyLock<Calendar> = LazyLock::new(|| {
    Calendar::from_csv(include_str!("../data/holidays.csv"), include_str!("../data/holiday-notices.csv"))
        .expect("the embedded calendar is checked by the tests")
});

impl Calendar {
    /// The calendar that comes with this library: the yearly notices of 国务院办公厅 from 2008 on. Made once; later
    /// calls are free.
    pub fn china() -> Calendar {
        CHINA.clone()
    }

    /// This calendar with further rows: an extended holiday (H03), a holiday of one region. A row replaces what was said about its
    /// day; one outside 1990–2100 is left out. Years do not become final by it; see [`with_year`](Calendar::with_year).
    #[must_use]
    pub fn with(&self, rows: impl IntoIterator<Item = Row>) -> Calendar {
        let mut all = self.0.rows.clone();
        all.extend(rows.into_iter().map(|row| (row.date, row)));
        Calendar::build(all, self.0.years.clone())
    }

    /// This calendar with one more yearly notice: its rows, and the year (1990–2100) is no longer provisional.
    pub fn with_year(&self, year: i32, address: &str, rows: impl IntoIterator<Item = Row>) -> Result<Calendar, CalendarError> {
        in_range(year)?;
        let mut all = self.0.rows.clone();
        all.extend(rows.into_iter().map(|row| (row.date, row)));
        let mut years = self.0.years.clone();
        years.insert(year, Some(address.to_owned()).filter(|a| !a.is_empty()));
        Ok(Calendar::build(all, years))
    }

    pub(crate) fn build(mut rows: BTreeMap<NaiveDate, Row>, years: BTreeMap<i32, Option<String>>) -> Calendar {
        rows.retain(|date, _| in_range(date.year()).is_ok());
        // Day 0 is a Monday.
        let last = NaiveDate::from_ymd_opt(statutory::LAST_YEAR, 12, 31).expect("a date");
        let mut open: Vec<bool> = (0..=offset(last)).map(|day| day % 7 < 5).collect();
        let mut provisional = vec![false; open.len()];
        let mut statutory = BTreeMap::new();
        for year in statutory::FIRST_YEAR..=statutory::LAST_YEAR {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
            let (from, to) = (at(first), at(first) + if first.leap_year() { 366 } else { 365 });
            if !years.contains_key(&year) {
                provisional[from..to].fill(true);
                statutory.extend(statutory::days(year));
            } else if !years.contains_key(&(year + 1)) {
                provisional[to - NEXT_YEARS_DAYS..to].fill(true);
            }
        }
        for date in statutory.keys() {
            open[at(*date)] = false;
        }
        for (date, row) in &rows {
            open[at(*date)] = match row.kind {
                RowKind::Holiday => false,
                RowKind::Workday => true,
                RowKind::Ordinary => !is_weekend(*date),
            };
        }
        let (mut worked, mut uncertain) = (0, 0);
        let days = statutory::first_day().iter_days().zip(open.iter().zip(&provisional)).map(|(date, (open, provisional))| {
            worked += u16::from(*open);
            uncertain += u16::from(*provisional);
            Counts { date, worked, uncertain }
        });
        Calendar(Arc::new(Inner {
            version: version(&rows, &years),
            days: days.collect(),
            nth: (0..).zip(&open).filter(|(_, open)| **open).map(|(day, _)| day).collect(),
            statutory,
            rows,
            years,
        }))
    }

    /// Everything known about a day.
    pub fn day(&self, date: NaiveDate) -> Day {
        let inner = &*self.0;
        let kind = inner.kind(date);
        let row = inner.rows.get(&date);
        let name = match row {
            Some(row) => Some(row.name.clone()).filter(|name| !name.is_empty()),
            None => inner.statutory.get(&date).cloned(),
        };
        let provisional = self.any_provisional(plus_days(date, -1), date);
        let source = row.and_then(|row| row.source.clone()).or_else(|| {
            let named_new_year = row.is_some_and(|row| row.name == "元旦");
            // The last days of December are in the notice of the year whose New Year they belong to.
            let year = date.year() + i32::from(named_new_year && date.month() == 12);
            inner.years.get(&year).cloned().flatten().filter(|_| !provisional)
        });
        Day { date, kind, name, provisional, source }
    }

    /// Whether the day is worked (CLK-05): a make-up Saturday or Sunday is.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        let at = offset(date);
        self.rank(at) > self.rank(at - 1)
    }

    /// The `n`th working day after `start`, which itself is not counted (CLK-01). `n` = 0 gives `start`. Constant time.
    pub fn add_working_days(&self, start: NaiveDate, n: u32) -> NaiveDate {
        if n == 0 {
            return start;
        }
        self.date_at(self.select(self.rank(offset(start)) + i64::from(n)))
    }

    /// How many working days lie after `after` and not after `through`; 0 when `through` is not later. Constant time.
    pub fn working_days_between(&self, after: NaiveDate, through: NaiveDate) -> u32 {
        let days = self.rank(offset(through)) - self.rank(offset(after));
        u32::try_from(days).unwrap_or(0)
    }

    /// The first working day on or after `date`: `date` itself if it is worked.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        self.date_at(self.first_working(offset(date)))
    }

    /// The last working day on or before `date`: `date` itself if it is worked.
    pub fn previous_working_day(&self, date: NaiveDate) -> NaiveDate {
        self.date_at(self.select(self.rank(offset(date))))
    }

    /// The first of the last `n` working days up to and including `through`; `n` is at least 1.
    pub(crate) fn working_day_counting_back(&self, through: NaiveDate, n: u32) -> NaiveDate {
        self.date_at(self.select(self.rank(offset(through)) - i64::from(n) + 1))
    }

    /// The last day of an undisturbed limit whose event happened on `start`: CLK-01, and CLK-02 for all units but working days
    /// and hours. The same as `Clock::start(start, limit).due(calendar)`.
    pub fn due(&self, start: NaiveDate, limit: Limit) -> Due {
        let end = match limit.length_from(start) {
            None => self.add_working_days(start, limit.n),
            Some(days) => plus_days(start, days.into()),
        };
        self.due_from(start, end, [limit.unit])
    }

    /// What becomes of a limit that began on `start`, counted those units and ran out on `end`: a last day off moves (CLK-02),
    /// unless hours were all it counted. Where working days were counted every day on the way decides whether the result is
    /// provisional, otherwise only the end does, and for hours nothing.
    pub(crate) fn due_from(&self, start: NaiveDate, end: NaiveDate, units: impl IntoIterator<Item = Unit>) -> Due {
        let (mut only_hours, mut working_days) = (true, false);
        for unit in units {
            only_hours &= unit == Unit::Hour;
            working_days |= unit == Unit::WorkingDay;
        }
        if only_hours {
            return Due { date: end, provisional: false, shifted_from: None };
        }
        let ended = offset(end);
        let at = self.first_working(ended);
        let date = if at == ended { end } else { self.date_at(at) };
        // A limit of no days whose event fell on a working day looks at that day alone.
        let decided_after = if working_days { offset(start).min(ended - 1) } else { ended - 1 };
        Due { date, provisional: self.uncertain_between(decided_after, at), shifted_from: (at != ended).then_some(end) }
    }

    /// Whether a day after `after` and not after `through` is provisional (CLK-07): what [`add_working_days`](Self::add_working_days)
    /// and [`working_days_between`](Self::working_days_between) give over those days a notice may still change. Constant time.
    pub fn any_provisional(&self, after: NaiveDate, through: NaiveDate) -> bool {
        self.uncertain_between(offset(after), offset(through))
    }

    fn uncertain_between(&self, after: i64, through: i64) -> bool {
        let last = self.0.days.len() as i64 - 1;
        if after < -1 || through > last {
            return true;
        }
        let so_far = |at: i64| usize::try_from(at).map_or(0, |at| self.0.days[at].uncertain);
        through > after && so_far(through) > so_far(after)
    }

    /// Names this calendar's content: the years it holds and a fingerprint (FNV-1a, 64 bit) over every row, such as
    /// `2008-2026/1f6e0c5b9a3d7e42`. Equal content, equal version, on every machine; kept beside a due date it tells under
    /// which arrangement the date was computed. It is no protection against forgery.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// The years whose notice is loaded, ascending.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = i32> + '_ {
        self.0.years.keys().copied()
    }

    /// Whether the notice of that year is loaded.
    pub fn has_year(&self, year: i32) -> bool {
        self.0.years.contains_key(&year)
    }

    /// The address of a year's notice.
    pub fn notice(&self, year: i32) -> Option<&str> {
        self.0.years.get(&year)?.as_deref()
    }

    /// Every arranged day, by date.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.0.rows.values()
    }

    /// Every day from `from` through `through`, for a calendar page.
    pub fn days(&self, from: NaiveDate, through: NaiveDate) -> impl Iterator<Item = Day> + '_ {
        from.iter_days().take_while(move |date| *date <= through).map(|date| self.day(date))
    }

    /// Days on which this calendar and `other` do not agree about working or not: what to recompute after a change (H03).
    pub fn differences(&self, other: &Calendar) -> Vec<NaiveDate> {
        let statutory = |calendar: &Calendar| calendar.0.statutory.keys().copied().collect::<Vec<_>>();
        let candidates: BTreeSet<NaiveDate> =
            self.rows().chain(other.rows()).map(|row| row.date).chain(statutory(self)).chain(statutory(other)).collect();
        candidates.into_iter().filter(|date| self.is_working_day(*date) != other.is_working_day(*date)).collect()
    }

    /// Working days from day 0 through the offset; the table, continued by weekdays on both sides.
    #[inline]
    fn rank(&self, at: i64) -> i64 {
        match self.0.days.get(at as usize) {
            Some(day) => day.worked.into(),
            None if at < 0 => weekdays_through(at),
            None => self.0.nth.len() as i64 + weekdays_through(at) - weekdays_through(self.0.days.len() as i64 - 1),
        }
    }

    /// The offset of working day number `k`; the inverse of [`rank`](Calendar::rank).
    #[inline]
    fn select(&self, k: i64) -> i64 {
        match self.0.nth.get((k - 1) as usize) {
            Some(at) => (*at).into(),
            None if k <= 0 => nth_weekday(k),
            None => nth_weekday(k - self.0.nth.len() as i64 + weekdays_through(self.0.days.len() as i64 - 1)),
        }
    }

    /// The first working day on or after the offset.
    #[inline]
    fn first_working(&self, at: i64) -> i64 {
        self.select(self.rank(at - 1) + 1)
    }

    #[inline]
    fn date_at(&self, at: i64) -> NaiveDate {
        self.0.days.get(at as usize).map_or_else(|| date_at(at), |day| day.date)
    }
}

impl Inner {
    fn kind(&self, date: NaiveDate) -> DayKind {
        let weekend = is_weekend(date);
        match self.rows.get(&date).map(|row| row.kind) {
            Some(RowKind::Holiday) => DayKind::Holiday,
            Some(RowKind::Workday) if weekend => DayKind::MakeUpWork,
            Some(RowKind::Workday) => DayKind::Working,
            None if self.statutory.contains_key(&date) => DayKind::Holiday,
            _ if weekend => DayKind::Weekend,
            _ => DayKind::Working,
        }
    }
}

fn version(rows: &BTreeMap<NaiveDate, Row>, years: &BTreeMap<i32, Option<String>>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |text: &str| {
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (year, address) in years {
        eat(&year.to_string());
        eat(address.as_deref().unwrap_or(""));
    }
    for (date, row) in rows {
        eat(&date.to_string());
        eat(match row.kind {
            RowKind::Holiday => "holiday",
            RowKind::Workday => "workday",
            RowKind::Ordinary => "ordinary",
        });
        eat(&row.name);
        eat(row.source.as_deref().unwrap_or(""));
    }
    match (years.keys().next(), years.keys().next_back()) {
        (Some(first), Some(last)) => format!("{first}-{last}/{hash:016x}"),
        _ => format!("none/{hash:016x}"),
    }
}
