//! 每天核对 · each night the ratings that the log received on a day are counted again from the acts themselves, and held against what was
//! counted as they came (F132). What does not agree stands on the page.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

const KIND: &str = "rating_check";
const KEY: &str = "daily";
/// Minutes after midnight: what came in the last minute is numbered by then.
const AFTER: i64 = 10;

/// One day, counted twice.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Check {
    pub day: NaiveDate,
    pub acts: i64,
    pub counted: i64,
}

fn next(after: NaiveDate) -> DateTime<Utc> {
    calendar::end_of_day(after) + Duration::minutes(AFTER)
}

/// The first check is of the day on which the site starts.
pub async fn begin(pool: &PgPool, now: &Moment) -> Result<(), Stop> {
    jobs::set_once(&mut *pool.acquire().await?, KIND, KEY, &Value::Null, next(now.date())).await
}

/// Counts the days up to `last` that were not checked yet. A day on which nothing came has no row of its own, but the last.
pub async fn check(conn: &mut PgConnection, last: NaiveDate, now: &Moment) -> Result<(), Stop> {
    let checked: Option<NaiveDate> = sqlx::query_scalar("select max(day) from rating_checks").fetch_one(&mut *conn).await?;
    let first = checked.map_or(NaiveDate::default(), |day| day + Days::new(1));
    if first > last {
        return Ok(());
    }
    sqlx::query(
        "insert into rating_checks (day, acts, counted, checked_at)
         select day, sum(acts), sum(counted), $5
           from (select (at at time zone 'Asia/Shanghai')::date as day, 1 as acts, 0 as counted
                   from acts
                  where kind in ('case.rated', 'rating.given', 'complaint.rated')
                    and at >= $3
                    and at < $4
                 union all
                 select day, 0, received[1] + received[2] + received[3] + received[4] + received[5]
                   from rating_days
                  where day between $1 and $2
                 union all
                 select $2, 0, 0) as both_ways
          group by day
         on conflict (day) do nothing",
    )
    .bind(first)
    .bind(last)
    .bind(calendar::start_of_day(first))
    .bind(calendar::end_of_day(last))
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(())
}

/// All days up to the last that was checked: that day, and the sums; and the days that do not agree, the latest of them.
pub async fn found(conn: &mut PgConnection) -> Result<Option<(Check, Vec<NaiveDate>)>, Stop> {
    let all: Option<Check> = sqlx::query_as(
        "select max(day) as day, sum(acts)::bigint as acts, sum(counted)::bigint as counted
           from rating_checks
         having count(*) > 0",
    )
    .fetch_optional(&mut *conn)
    .await?;
    let apart = sqlx::query_scalar("select day from rating_checks where acts <> counted order by day desc limit 10");
    let apart: Vec<NaiveDate> = apart.fetch_all(conn).await?;
    Ok(all.map(|all| (all, apart)))
}

pub struct Daily;

impl Worker for Daily {
    fn kind(&self) -> &'static str {
        KIND
    }
    fn run<'a>(
        &'a self,
        _: &'a House,
        conn: &'a mut PgConnection,
        _: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            check(conn, now.date() - Days::new(1), now).await?;
            jobs::set(conn, KIND, KEY, &Value::Null, next(now.date())).await
        })
    }
}
