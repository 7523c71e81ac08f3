//! 放假安排 · the notices recorded since the program was made, and the calendar that they give (CLK-06, CLK-07). Whatever reads the
//! record again counts each act by the notices recorded before it, so that history stays as it was (H03).

use crate::{House, Moment, Stop, TimeSource};
use calendar::{Calendar, Revision, Row};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use uuid::Uuid;

/// One notice, as it was recorded.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Arrangement {
    /// From 1, in the order in which they were recorded.
    pub nth: i64,
    pub id: Uuid,
    /// Of its act.
    pub position: i64,
    /// The year whose yearly arrangement it is; none for a later change.
    pub year: Option<i32>,
    pub title: String,
    pub address: String,
    pub days: Json<Vec<Row>>,
    pub loaded_at: DateTime<Utc>,
}

/// The job by which a notice moves open requests for information; its key is which notice it is, counted from 1.
pub const RECOMPUTES_REQUESTS: &str = "recompute_requests";

/// All of them, in their order; a few in a year.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Arrangement>, Stop> {
    Ok(sqlx::query_as("select nth, id, position, year, title, address, days, loaded_at from arrangements order by nth")
        .fetch_all(conn)
        .await?)
}

/// Waits for whoever records another one; to the end of the transaction.
pub async fn alone(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('arrangements', 0))").execute(conn).await?;
    Ok(())
}

/// Keeps one more; the caller is [`alone`].
pub async fn keep(conn: &mut PgConnection, one: &Arrangement) -> Result<(), Stop> {
    sqlx::query(
        "insert into arrangements (nth, id, position, year, title, address, days, loaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(one.nth)
    .bind(one.id)
    .bind(one.position)
    .bind(one.year)
    .bind(&one.title)
    .bind(&one.address)
    .bind(&one.days)
    .bind(one.loaded_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// What a notice does to limits, for whoever recomputes them: its title, what it moves, when it was recorded, and the present by every notice
/// there is. `nth` is the key of the job that recomputes.
pub struct Moves {
    pub title: String,
    pub revision: Revision,
    pub loaded_at: DateTime<Utc>,
    pub now: Moment,
}

impl Moves {
    pub async fn of(house: &House, conn: &mut PgConnection, nth: &str, now: &Moment) -> Result<Moves, Stop> {
        let nth: i64 = nth.parse().map_err(|_| Stop::Fault(format!("no notice is called {nth}")))?;
        let all = all(&mut *conn).await?;
        let Some(notice) = all.iter().find(|one| one.nth == nth) else {
            return Err(Stop::Fault(format!("there is no notice {nth}")));
        };
        let before = house.time().calendar_of(&mut *conn, nth - 1).await?;
        let revision = Revision::between(&before, &notice.on(&before));
        let now = Moment::new(now.at, house.time().calendar_of(&mut *conn, all.len() as i64).await?);
        Ok(Moves { title: notice.title.clone(), revision, loaded_at: notice.loaded_at, now })
    }
}

/// The calendar once such a notice is known too. A year the program does not hold leaves it as it is.
pub fn with(calendar: &Calendar, year: Option<i32>, address: &str, days: &[Row]) -> Calendar {
    let days = days.iter().cloned();
    match year {
        Some(year) => calendar.with_year(year, address, days).unwrap_or_else(|_| calendar.clone()),
        None => calendar.with(days.map(|row| row.from_notice(address))),
    }
}

impl Arrangement {
    /// The calendar once it is known too.
    pub fn on(&self, calendar: &Calendar) -> Calendar {
        with(calendar, self.year, &self.address, &self.days.0)
    }
}

impl TimeSource {
    /// Counts by what was recorded since this instance last looked; whether there was anything.
    pub async fn keep_up(&self, pool: &PgPool) -> Result<bool, Stop> {
        let recorded: i64 = sqlx::query_scalar("select coalesce(max(nth), 0) from arrangements").fetch_one(pool).await?;
        if recorded == self.known().0 {
            return Ok(false);
        }
        let mut conn = pool.acquire().await?;
        let all = all(&mut conn).await?;
        let calendar = all.iter().fold((**self.base()).clone(), |calendar, one| one.on(&calendar));
        self.know(all.len() as i64, Arc::new(calendar));
        Ok(true)
    }

    /// The calendar of the first `nth` notices.
    pub async fn calendar_of(&self, conn: &mut PgConnection, nth: i64) -> Result<Arc<Calendar>, Stop> {
        let (known, calendar) = self.known();
        if known == nth {
            return Ok(calendar);
        }
        let all = all(conn).await?;
        let first = all.iter().filter(|one| one.nth <= nth);
        Ok(Arc::new(first.fold((**self.base()).clone(), |calendar, one| one.on(&calendar))))
    }

    /// The calendar that was known when the log had reached this number.
    pub(crate) async fn calendar_at(&self, conn: &mut PgConnection, number: i64) -> Result<Arc<Calendar>, Stop> {
        let nth: i64 = sqlx::query_scalar(
            "select coalesce(max(a.nth), 0)
               from arrangements a
               join log_entries e on e.position = a.position
              where e.n < $1",
        )
        .bind(number)
        .fetch_one(&mut *conn)
        .await?;
        self.calendar_of(conn, nth).await
    }
}
