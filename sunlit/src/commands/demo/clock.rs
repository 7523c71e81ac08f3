//! 演示的时钟 · moves forward only, and never over anything: whatever falls due on the way happens at its own instant.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use foundation::{House, Moment, Stop, work};
use std::sync::atomic::Ordering;
use tokio::sync::Mutex;

/// As far as the clock moves at once.
const FURTHEST_DAYS: i64 = 366;

/// Where somebody wants the clock.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    WorkingDays(u32),
    Date(NaiveDate),
}

/// Why the clock stays where it is.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMoved {
    #[error("日期请填年月日，例如 2026-12-31")]
    NoDate,
    #[error("时钟只能往前拨：请填今天以后的日期")]
    Backwards,
    #[error("一次最多往前拨一年：再远的请分几次拨")]
    TooFar,
}

impl Wanted {
    /// Reads the form: a number of working days, or a date written in any of the usual ways.
    pub fn read(days: &str, date: &str) -> Result<Wanted, NotMoved> {
        if let Ok(days) = days.parse::<u32>()
            && days > 0
        {
            return Ok(Wanted::WorkingDays(days));
        }
        let folded = forms::text::fold_digits(date);
        let numbers: Vec<u32> =
            folded.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).map_while(|p| p.parse().ok()).collect();
        let date = match numbers[..] {
            [whole] => NaiveDate::from_ymd_opt((whole / 10_000) as i32, whole / 100 % 100, whole % 100),
            [year, month, day] => NaiveDate::from_ymd_opt(year as i32, month, day),
            _ => None,
        };
        date.filter(|d| (1900..2200).contains(&d.year())).map(Wanted::Date).ok_or(NotMoved::NoDate)
    }

    /// The instant meant: that day, at the time of day it is now.
    pub fn target(&self, now: &Moment) -> Result<DateTime<Utc>, NotMoved> {
        let today = now.date();
        let day = match *self {
            Wanted::WorkingDays(days) if i64::from(days) > FURTHEST_DAYS => {
                return Err(NotMoved::TooFar);
            }
            Wanted::WorkingDays(days) => now.calendar.add_working_days(today, days),
            Wanted::Date(date) => date,
        };
        match (day - today).num_days() {
            ..=0 => Err(NotMoved::Backwards),
            days if days > FURTHEST_DAYS => Err(NotMoved::TooFar),
            days => Ok(now.at + Duration::days(days)),
        }
    }
}

/// One move at a time.
static MOVING: Mutex<()> = Mutex::const_new(());

/// Moves the clock to `target`, stopping at every job that falls due on the way. Returns by how many days it moved.
pub async fn advance(house: &House, target: DateTime<Utc>) -> Result<i64, Stop> {
    let _one = MOVING.lock().await;
    let from = house.now().date();
    work::settle(house).await?;
    loop {
        // Neither every day's sweep nor what keeps failing is an event to stop at.
        let due: Option<DateTime<Utc>> =
            sqlx::query_scalar("select min(run_at) from jobs where run_at <= $1 and attempts < 10 and kind <> 'sweep'")
                .bind(target)
                .fetch_one(house.pool())
                .await?;
        match due {
            Some(due) => {
                set(house, due).await?;
                work::settle(house).await?;
                // Another pass of the background may hold the last job for a moment.
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            None => break,
        }
    }
    set(house, target).await?;
    work::settle(house).await?;
    Ok((house.now().date() - from).num_days())
}

/// Puts the clock to an instant, never back. Sessions move with it: whoever is signed in stays so.
async fn set(house: &House, to: DateTime<Utc>) -> Result<(), Stop> {
    let Some(offset) = house.time().movable() else {
        return Err(Stop::NotFound("页面"));
    };
    let before = offset.load(Ordering::Relaxed);
    // One second more: the whole seconds of the offset must not leave the clock short of a due instant.
    let wanted = (to - Utc::now()).num_seconds() + 1;
    if wanted <= before {
        return Ok(());
    }
    let now = house.now().at;
    let mut tx = house.pool().begin().await?;
    sqlx::query("update demonstration set offset_seconds = greatest(offset_seconds, $1)").bind(wanted).execute(&mut *tx).await?;
    sqlx::query(
        "update sessions
            set created_at = created_at + make_interval(secs => $1),
                seen_at = seen_at + make_interval(secs => $1),
                expires_at = expires_at + make_interval(secs => $1)
          where ended_at is null
            and expires_at > $2",
    )
    .bind((wanted - before) as f64)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    offset.fetch_max(wanted, Ordering::Relaxed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::Calendar;
    use std::sync::Arc;

    fn at(text: &str) -> Moment {
        Moment::new(text.parse().unwrap(), Arc::new(Calendar::china()))
    }

    #[test]
    fn a_date_is_read_however_it_is_written() {
        let date = Wanted::Date(NaiveDate::from_ymd_opt(2026, 12, 31).unwrap());
        for text in ["2026-12-31", "2026/12/31", "２０２６／１２／３１", "2026年12月31日", "20261231"] {
            assert_eq!(Wanted::read("", text).as_ref(), Ok(&date), "{text}");
        }
        assert_eq!(Wanted::read("", "明天"), Err(NotMoved::NoDate));
        assert_eq!(Wanted::read("", "2026-02-30"), Err(NotMoved::NoDate));
        assert_eq!(Wanted::read("5", ""), Ok(Wanted::WorkingDays(5)));
    }

    #[test]
    fn the_clock_counts_working_days_and_never_goes_back() {
        // A Friday in Shanghai; the next working day is Monday.
        let friday = at("2026-11-27T02:00:00Z");
        assert_eq!(Wanted::WorkingDays(1).target(&friday).unwrap().to_rfc3339(), "2026-11-30T02:00:00+00:00");
        let day = |text: &str| Wanted::Date(text.parse().unwrap());
        assert_eq!(day("2026-11-27").target(&friday), Err(NotMoved::Backwards));
        assert_eq!(day("2025-11-27").target(&friday), Err(NotMoved::Backwards));
        assert!(day("2027-11-27").target(&friday).is_ok());
        assert_eq!(day("2028-01-01").target(&friday), Err(NotMoved::TooFar));
    }
}
