//! 对账 · every day, what we booked beside what each provider has (F075): what it has and we do not is booked then, and what does not agree stands on
//! a page until people have looked at it.

use super::payments::{self, COUNTER, Row};
use super::provider::{Cashiers, Notice, Provider};
use super::settle::{self, Settled};
use acts::Money;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{DateTime, Days as Count, Duration, NaiveDate, Utc};
use foundation::jobs::{self, Job, Worker};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{Acquire, PgConnection, PgPool};
use std::collections::BTreeMap;
use uuid::Uuid;

const KIND: &str = "fee_days";
/// Minutes past midnight in China at which the day before is compared: a provider's statement is ready by then.
const AT_MINUTES: i64 = 90;
/// So many days are made up for at once, after a site stood still.
const AT_MOST: i64 = 31;

/// One thing on which the two do not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub order: Uuid,
    pub ours: Option<Money>,
    pub theirs: Option<Money>,
    /// What was done about it, in Chinese.
    pub what: String,
}

/// Compares two sides of a day, both by the order. Pure: what only they have is returned to be booked.
fn compare(ours: &[Row], theirs: &[Notice]) -> (Vec<Difference>, Vec<Notice>) {
    let mut left: BTreeMap<Uuid, &Row> = ours.iter().map(|row| (row.id, row)).collect();
    let (mut differences, mut missed) = (Vec::new(), Vec::new());
    for notice in theirs {
        match left.remove(&notice.order) {
            None => missed.push(notice.clone()),
            Some(row) if row.amount() != notice.amount || row.transaction.as_deref() != Some(&notice.transaction) => {
                let what = "两边的金额或者交易号不一样，请找支付机构核对".into();
                let (ours, theirs) = (Some(row.amount()), Some(notice.amount));
                differences.push(Difference { order: notice.order, ours, theirs, what });
            }
            Some(_) => {}
        }
    }
    for row in left.into_values() {
        let what = "我们入了账，支付机构的对账单里没有，请找支付机构核对".into();
        differences.push(Difference { order: row.id, ours: Some(row.amount()), theirs: None, what });
    }
    (differences, missed)
}

/// Compares one day with one provider, books what was missed, and keeps what came out.
async fn close(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    provider: &dyn Provider,
    day: NaiveDate,
    now: &Moment,
) -> Result<(), Stop> {
    let theirs = provider.statement(house, day).await?;
    let (_, missed) = compare(&payments::of_day(conn, day, provider.key()).await?, &theirs);
    let mut found = Vec::new();
    for notice in missed {
        let mut attempt = conn.begin().await?;
        let what = match settle::settle(&mut attempt, house, catalogue, provider.key(), &notice, now).await {
            Ok(Settled::Paid | Settled::Again) => {
                attempt.commit().await?;
                "对账时才发现已经付了，已入账".to_owned()
            }
            Ok(Settled::Surplus) => {
                attempt.commit().await?;
                "对账时才发现多付了一笔，已入账，正在退回".to_owned()
            }
            Err(settle::Unsettled::Stop(stop)) => return Err(stop),
            Err(why) => {
                attempt.rollback().await?;
                format!("支付机构有，我们没有入账：{why}")
            }
        };
        found.push(Difference { order: notice.order, ours: None, theirs: Some(notice.amount), what });
    }
    let ours = payments::of_day(conn, day, provider.key()).await?;
    let (differences, _) = compare(&ours, &theirs);
    found.extend(differences);
    let sum = |amounts: Money| amounts.0;
    let row = Kept {
        day,
        provider: provider.key().into(),
        ours: ours.len() as i32,
        ours_amount: sum(ours.iter().map(Row::amount).sum()),
        theirs: Some(theirs.len() as i32),
        theirs_amount: Some(sum(theirs.iter().map(|notice| notice.amount).sum())),
        differences: serde_json::to_value(found)?,
    };
    keep(conn, row, now.at).await
}

/// A day of one provider, as it is kept.
#[derive(sqlx::FromRow)]
struct Kept {
    day: NaiveDate,
    provider: String,
    ours: i32,
    ours_amount: i64,
    theirs: Option<i32>,
    theirs_amount: Option<i64>,
    differences: Value,
}

async fn keep(conn: &mut PgConnection, row: Kept, at: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query(
        "insert into fee_days (day, provider, ours, ours_amount, theirs, theirs_amount, differences, compared_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (day, provider) do update
            set ours = excluded.ours,
                ours_amount = excluded.ours_amount,
                theirs = excluded.theirs,
                theirs_amount = excluded.theirs_amount,
                differences = excluded.differences,
                compared_at = excluded.compared_at",
    )
    .bind(row.day)
    .bind(&row.provider)
    .bind(row.ours)
    .bind(row.ours_amount)
    .bind(row.theirs)
    .bind(row.theirs_amount)
    .bind(&row.differences)
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets the first comparison, once.
pub async fn begin(pool: &PgPool, now: &Moment) -> Result<(), Stop> {
    sqlx::query("insert into jobs (kind, key, payload, run_at) values ($1, 'daily', $2, $3) on conflict do nothing")
        .bind(KIND)
        .bind(Value::from(now.date().to_string()))
        .bind(next(now.date()))
        .execute(pool)
        .await?;
    Ok(())
}

/// When a day is compared: early on the next.
fn next(day: NaiveDate) -> DateTime<Utc> {
    calendar::start_of_day(day + Count::new(1)) + Duration::minutes(AT_MINUTES)
}

/// Its payload is the first day that has not been compared yet.
pub struct Days {
    pub catalogue: Catalogue,
    pub cashiers: Cashiers,
}

impl Worker for Days {
    fn kind(&self) -> &'static str {
        KIND
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let today = now.date();
            let from: NaiveDate = job.payload.as_str().and_then(|day| day.parse().ok()).unwrap_or(today);
            let from = from.max(today - Duration::days(AT_MOST));
            for day in from.iter_days().take_while(|day| *day < today) {
                for provider in self.cashiers.iter() {
                    close(conn, house, &self.catalogue, provider, day, now).await?;
                }
                let ours = payments::of_day(conn, day, COUNTER).await?;
                let row = Kept {
                    day,
                    provider: COUNTER.into(),
                    ours: ours.len() as i32,
                    ours_amount: ours.iter().map(Row::amount).sum::<Money>().0,
                    theirs: None,
                    theirs_amount: None,
                    differences: Value::Array(Vec::new()),
                };
                keep(conn, row, now.at).await?;
            }
            jobs::set(conn, KIND, &job.key, &Value::from(today.to_string()), next(today)).await
        })
    }
}

const PAGE: i64 = 40;

#[derive(Deserialize)]
pub struct Wanted {
    before: Option<NaiveDate>,
}

/// A day of one provider, as it is read.
struct Shown {
    day: NaiveDate,
    name: &'static str,
    ours: i32,
    ours_amount: Money,
    theirs: Option<(i32, Money)>,
    differences: Vec<Difference>,
}

#[derive(Template)]
#[template(path = "fees/days.html")]
struct DaysPage {
    shell: Shell,
    days: Vec<Shown>,
    next: Option<NaiveDate>,
}

/// GET /supervision/fees
pub async fn show(
    State(house): State<House>,
    cashiers: Cashiers,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::ViewSupervision, &Resource::Site, &Circumstance::default())?;
    let before = wanted.before.unwrap_or(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default());
    let mut rows: Vec<Kept> = sqlx::query_as(
        "select day, provider, ours, ours_amount, theirs, theirs_amount, differences
           from fee_days
          where day < $1
          order by day desc, provider
          limit $2",
    )
    .bind(before)
    .bind(PAGE + 1)
    .fetch_all(house.pool())
    .await?;
    // A page ends with a whole day.
    let mut next = None;
    if rows.len() as i64 > PAGE {
        let last = rows.last().map(|row| row.day).unwrap_or_default();
        rows.retain(|row| row.day > last);
        next = rows.last().map(|row| row.day);
    }
    let days = rows.into_iter().map(|row| {
        Ok(Shown {
            day: row.day,
            name: cashiers.name(&row.provider),
            ours: row.ours,
            ours_amount: Money(row.ours_amount),
            theirs: row.theirs.zip(row.theirs_amount.map(Money)),
            differences: serde_json::from_value(row.differences)?,
        })
    });
    let days = days.collect::<Result<_, Stop>>()?;
    page::render(&shell.clone(), &DaysPage { days, next, shell })
}
