//! 当日流水 · numbers that begin anew each day, for what people look up by hand.

use crate::Stop;
use chrono::NaiveDate;
use sqlx::PgConnection;

/// The next number of a day, `WT202611270001`: the word, the day, and a serial that begins anew with it. The row of the serial is held
/// until the caller commits, so that there is no gap and no double.
pub async fn of_day(conn: &mut PgConnection, word: &str, day: NaiveDate) -> Result<String, Stop> {
    let serial: i32 = sqlx::query_scalar(
        "insert into day_serials as s (word, day, last)
         values ($1, $2, 1)
         on conflict (word, day) do update
            set last = s.last + 1
         returning last",
    )
    .bind(word)
    .bind(day)
    .fetch_one(conn)
    .await?;
    Ok(format!("{word}{}{serial:04}", day.format("%Y%m%d")))
}
