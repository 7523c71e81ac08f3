//! 真实数字 · what the record says of an item (ui §4): counted when asked, from concluded cases, never written down by
//! hand. Fewer than five cases are not told: they would say more of five people than of the item.

use ::figures::{Counters, Figure, Question};
use chrono::{Days, NaiveDate};
use foundation::page::tenths;
use foundation::{Moment, Stop};
use serde::Serialize;
use sqlx::PgPool;
use std::collections::HashMap;

/// Days the figures look back.
pub const DAYS: u64 = 90;
/// Fewer concluded cases than this tell nothing.
const FEWEST: usize = 5;
/// Cases that are read for one item; a busier one is told from its latest.
const MOST: i64 = 20_000;

/// What an item's concluded cases of the last 90 days say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemFigures {
    pub concluded: usize,
    /// Working days from submission to conclusion: half of the people waited no longer.
    pub half: u32,
    pub longest: u32,
    /// Those that had a promised day, and those of them that were in time.
    pub dued: usize,
    pub met: usize,
}

impl ItemFigures {
    /// Concluded in time, of those that had a promised day, in percent; `None` when none had one.
    pub fn in_time(&self) -> Option<String> {
        (self.dued > 0).then(|| tenths(100 * self.met as i64, self.dued as i64))
    }

    fn of(cases: &[(NaiveDate, NaiveDate, Option<NaiveDate>)], now: &Moment) -> Option<Self> {
        if cases.len() < FEWEST {
            return None;
        }
        let mut waited: Vec<u32> = cases.iter().map(|(from, to, _)| now.calendar.working_days_between(*from, *to)).collect();
        waited.sort_unstable();
        let dued: Vec<bool> = cases.iter().filter_map(|(_, to, due)| Some(*to <= (*due)?)).collect();
        Some(ItemFigures {
            concluded: cases.len(),
            half: waited[(waited.len() - 1) / 2],
            longest: waited[waited.len() - 1],
            dued: dued.len(),
            met: dued.into_iter().filter(|met| *met).count(),
        })
    }
}

/// The figures of one item; `None` when there are too few cases to tell.
pub async fn item_figures(pool: &PgPool, slug: &str, now: &Moment) -> Result<Option<ItemFigures>, Stop> {
    Ok(figures_of(pool, &[slug], now).await?.remove(slug))
}

/// The figures of several; those with too few cases to tell are left out.
pub async fn figures_of(pool: &PgPool, slugs: &[&str], now: &Moment) -> Result<HashMap<String, ItemFigures>, Stop> {
    let rows: Vec<(String, NaiveDate, NaiveDate, Option<NaiveDate>)> = sqlx::query_as(
        "select c.*
           from unnest($1::text[]) as of (item)
          cross join lateral (
                select item, (submitted_at at time zone 'Asia/Shanghai')::date, concluded_on, due
                  from cases
                 where item = of.item
                   and concluded_on > $2
                   and concluded_on <= $3
                 order by concluded_on desc
                 limit $4) c",
    )
    .bind(slugs)
    .bind(now.date() - Days::new(DAYS))
    .bind(now.date())
    .bind(MOST)
    .fetch_all(pool)
    .await?;
    let mut cases: HashMap<String, Vec<(NaiveDate, NaiveDate, Option<NaiveDate>)>> = HashMap::new();
    for (item, from, to, due) in rows {
        cases.entry(item).or_default().push((from, to, due));
    }
    Ok(cases.into_iter().filter_map(|(item, cases)| Some((item, ItemFigures::of(&cases, now)?))).collect())
}

/// What the record says of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TodayFigures {
    pub submitted: i64,
    pub concluded: i64,
    pub open: i64,
    /// The share of those decided in time within 90 days, as the sunlight board has it; `None` under five cases.
    pub in_time: Option<String>,
    /// The first of those days, and today.
    pub days: (NaiveDate, NaiveDate),
    pub yellow: i64,
    pub red: i64,
    /// Entries of the public log.
    pub entries: i64,
}

#[derive(sqlx::FromRow)]
struct TodayRow {
    submitted: i64,
    concluded: i64,
    open: i64,
    yellow: i64,
    red: i64,
    entries: i64,
}

pub async fn today_figures(pool: &PgPool, now: &Moment) -> Result<TodayFigures, Stop> {
    let today = now.date();
    let row: TodayRow = sqlx::query_as(
        "select (select count(*) from cases where submitted_at >= $1 and submitted_at < $2) as submitted,
                (select count(*) from cases where concluded_on = $3) as concluded,
                (select count(*) from cases where concluded_on is null) as open,
                (select count(*) from cards where colour = 'yellow' and issued_at >= $1 and issued_at < $2) as yellow,
                (select count(*) from cards where colour = 'red' and issued_at >= $1 and issued_at < $2) as red,
                (select coalesce(max(n) + 1, 0) from log_entries) as entries",
    )
    .bind(calendar::start_of_day(today))
    .bind(calendar::end_of_day(today))
    .bind(today)
    .fetch_one(pool)
    .await?;
    let days = (today - Days::new(DAYS - 1), today);
    let asked = Question::until(today).over(days.0, days.1);
    let share = match Figure::of("on-time-share") {
        Some(share) => Some(Counters::read(pool).await?.value(share, &asked).await?),
        None => None,
    };
    Ok(TodayFigures {
        submitted: row.submitted,
        concluded: row.concluded,
        open: row.open,
        in_time: share.filter(|share| share.of >= Some(FEWEST as i64)).map(|share| share.text()),
        days,
        yellow: row.yellow,
        red: row.red,
        entries: row.entries,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::Calendar;
    use std::sync::Arc;

    #[test]
    fn b4_3_figures_come_from_concluded_cases_and_few_are_not_told() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let at = calendar::start_of_day(day(25));
        let now = Moment::new(at, Arc::new(Calendar::china()));
        let case = |from, to| (day(from), day(to), Some(day(13)));
        let mut cases = vec![case(2, 3), case(2, 4), case(2, 6), case(2, 9)];
        assert_eq!(ItemFigures::of(&cases, &now), None);
        cases.push(case(2, 16));
        let told = ItemFigures::of(&cases, &now).unwrap();
        assert_eq!((told.concluded, told.half, told.longest), (5, 4, 10));
        assert_eq!(told.in_time().as_deref(), Some("80.0"));
    }
}
