//! 对账 · every day, what we booked beside what each provider has, and what each officer took in beside what was counted (F075): what a
//! provider has and we do not is booked then, and what does not agree stands on a page until people have looked at it.

use super::payments::{self, COUNTER, Row};
use super::provider::{Cashiers, Notice, Provider};
use super::settle::{self, Settled};
use super::till::{self, Counted};
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

/// Sets the comparisons of a day, early on the next. Its payload is the first day they were not set for.
const DAILY: &str = "fee_days";
/// Compares one day with one provider; its key is both, as `sandbox 2026-11-27`.
const ONE: &str = "fee_day";
/// Minutes past midnight in China at which the day before is compared: a provider's statement is ready by then.
const AT_MINUTES: i64 = 90;
/// Minutes after which a statement that could not be had is asked for again.
const AGAIN_MINUTES: i64 = 60;

/// One thing on which the two do not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// None where it is a whole till.
    pub order: Option<Uuid>,
    pub ours: Option<Money>,
    pub theirs: Option<Money>,
    /// What it is and what was done about it, in Chinese.
    pub what: String,
}

impl Difference {
    fn of(order: Uuid, ours: Option<Money>, theirs: Option<Money>, what: &str) -> Difference {
        Difference { order: Some(order), ours, theirs, what: what.into() }
    }
}

/// What stands on one side alone or differs, of two lists by the order: `(ours, theirs)` each.
fn beside<'a>(ours: &'a [Row], theirs: &'a [Notice]) -> Vec<(Option<&'a Row>, Option<&'a Notice>)> {
    let mut left: BTreeMap<Uuid, &Row> = ours.iter().map(|row| (row.id, row)).collect();
    let mut apart = Vec::new();
    for notice in theirs {
        match left.remove(&notice.order) {
            Some(row) if row.amount() == notice.amount && row.transaction.as_deref() == Some(&notice.transaction) => {}
            row => apart.push((row, Some(notice))),
        }
    }
    apart.extend(left.into_values().map(|row| (Some(row), None)));
    apart
}

/// What was paid, on both sides: what does not agree, and what only they have, which is to be booked.
fn compare(ours: &[Row], theirs: &[Notice]) -> (Vec<Difference>, Vec<Notice>) {
    let (mut differences, mut missed) = (Vec::new(), Vec::new());
    for apart in beside(ours, theirs) {
        match apart {
            (None, notice) => missed.extend(notice.cloned()),
            (Some(row), Some(notice)) => {
                let what = "两边的金额或者交易号不一样，请找支付机构核对";
                differences.push(Difference::of(row.id, Some(row.amount()), Some(notice.amount), what));
            }
            (Some(row), None) => {
                let what = "我们入了账，支付机构的对账单里没有，请找支付机构核对";
                differences.push(Difference::of(row.id, Some(row.amount()), None, what));
            }
        }
    }
    (differences, missed)
}

/// What went back, on both sides.
fn compare_returned(ours: &[Row], theirs: &[Notice]) -> Vec<Difference> {
    let told = |(row, notice): (Option<&Row>, Option<&Notice>)| {
        let what = match (row, notice) {
            (None, _) => "支付机构退回了，我们没有记退回，请找支付机构核对",
            (_, None) => "我们记了退回，支付机构的对账单里没有，请找支付机构核对",
            _ => "退回的金额或者交易号两边不一样，请找支付机构核对",
        };
        let order = row.map(|row| row.id).or(notice.map(|notice| notice.order))?;
        Some(Difference::of(order, row.map(Row::amount), notice.map(|notice| notice.amount), what))
    };
    beside(ours, theirs).into_iter().filter_map(told).collect()
}

/// What each officer took in beside what was counted.
fn compare_tills(tills: &[Counted]) -> Vec<Difference> {
    let mut differences = Vec::new();
    for till in tills {
        let Some((cash, card)) = till.counted else {
            let what = format!("{}还没有点账", till.name);
            differences.push(Difference { order: None, ours: Some(till.booked.total()), theirs: None, what });
            continue;
        };
        for (way, ours, theirs) in [("现金", till.booked.cash, cash), ("刷卡、扫码", till.booked.card, card)] {
            if ours != theirs {
                let what = format!("{}的{way}，点出来的和入账的不一样", till.name);
                differences.push(Difference { order: None, ours: Some(ours), theirs: Some(theirs), what });
            }
        }
    }
    differences
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.sum::<Money>().0
}

/// Compares one day with one provider, books what was missed, and keeps what came out. Whether its statement could be had.
async fn close(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    provider: &dyn Provider,
    day: NaiveDate,
    now: &Moment,
) -> Result<bool, Stop> {
    let key = provider.key();
    let theirs = match provider.statement(house, day).await {
        Ok(theirs) => theirs,
        Err(why) => {
            tracing::error!(provider = key, %day, %why, "the statement of a day cannot be had");
            let (ours, returned) = (payments::of_day(conn, day, key).await?, payments::returned_on(conn, day, key).await?);
            let trouble = Some("对账单还取不到，每小时再取一次".into());
            keep(conn, Kept { trouble, ..Kept::ours(day, key, &ours, &returned) }, now.at).await?;
            return Ok(false);
        }
    };
    let (_, missed) = compare(&payments::of_day(conn, day, key).await?, &theirs.paid);
    let mut found = Vec::new();
    for notice in missed {
        let mut attempt = conn.begin().await?;
        let what = match settle::settle(&mut attempt, house, catalogue, key, &notice, now).await {
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
        found.push(Difference::of(notice.order, None, Some(notice.amount), &what));
    }
    let (ours, returned) = (payments::of_day(conn, day, key).await?, payments::returned_on(conn, day, key).await?);
    found.extend(compare(&ours, &theirs.paid).0);
    found.extend(compare_returned(&returned, &theirs.returned));
    let row = Kept {
        theirs: Some(theirs.paid.len() as i32),
        theirs_amount: Some(sum(theirs.paid.iter().map(|notice| notice.amount))),
        their_returned_amount: Some(sum(theirs.returned.iter().map(|notice| notice.amount))),
        differences: serde_json::to_value(found)?,
        ..Kept::ours(day, key, &ours, &returned)
    };
    keep(conn, row, now.at).await.map(|()| true)
}

/// Compares what the counters took in on a day with what was counted.
async fn close_counter(conn: &mut PgConnection, day: NaiveDate, at: DateTime<Utc>) -> Result<(), Stop> {
    let ours = payments::of_day(conn, day, COUNTER).await?;
    let tills = till::of_day(conn, day).await?;
    let counted = tills.iter().filter_map(|till| till.counted);
    let whole = tills.iter().all(|till| till.counted.is_some());
    let row = Kept {
        theirs: whole.then_some(ours.len() as i32),
        theirs_amount: whole.then(|| sum(counted.map(|(cash, card)| Money(cash.0 + card.0)))),
        differences: serde_json::to_value(compare_tills(&tills))?,
        ..Kept::ours(day, COUNTER, &ours, &[])
    };
    keep(conn, row, at).await
}

/// A day of one provider, as it is kept.
#[derive(sqlx::FromRow)]
struct Kept {
    day: NaiveDate,
    provider: String,
    ours: i32,
    ours_amount: i64,
    returned_amount: i64,
    theirs: Option<i32>,
    theirs_amount: Option<i64>,
    their_returned_amount: Option<i64>,
    differences: Value,
    trouble: Option<String>,
}

impl Kept {
    /// Our side of it.
    fn ours(day: NaiveDate, provider: &str, ours: &[Row], returned: &[Row]) -> Kept {
        Kept {
            day,
            provider: provider.into(),
            ours: ours.len() as i32,
            ours_amount: sum(ours.iter().map(Row::amount)),
            returned_amount: sum(returned.iter().map(Row::amount)),
            theirs: None,
            theirs_amount: None,
            their_returned_amount: None,
            differences: Value::Array(Vec::new()),
            trouble: None,
        }
    }
}

async fn keep(conn: &mut PgConnection, row: Kept, at: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query(
        "insert into fee_days (day, provider, ours, ours_amount, returned_amount, theirs, theirs_amount, their_returned_amount,
                               differences, trouble, compared_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (day, provider) do update
            set ours = excluded.ours,
                ours_amount = excluded.ours_amount,
                returned_amount = excluded.returned_amount,
                theirs = excluded.theirs,
                theirs_amount = excluded.theirs_amount,
                their_returned_amount = excluded.their_returned_amount,
                differences = excluded.differences,
                trouble = excluded.trouble,
                compared_at = excluded.compared_at",
    )
    .bind(row.day)
    .bind(&row.provider)
    .bind(row.ours)
    .bind(row.ours_amount)
    .bind(row.returned_amount)
    .bind(row.theirs)
    .bind(row.theirs_amount)
    .bind(row.their_returned_amount)
    .bind(&row.differences)
    .bind(&row.trouble)
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets the first comparison, once.
pub async fn begin(pool: &PgPool, now: &Moment) -> Result<(), Stop> {
    let today = now.date();
    jobs::set_once(&mut *pool.acquire().await?, DAILY, "daily", &Value::from(today.to_string()), next(today)).await
}

/// When a day is compared: early on the next.
fn next(day: NaiveDate) -> DateTime<Utc> {
    calendar::start_of_day(day + Count::new(1)) + Duration::minutes(AT_MINUTES)
}

/// Has a day of one provider compared now, be it anew.
pub async fn again(conn: &mut PgConnection, provider: &str, day: NaiveDate, at: DateTime<Utc>) -> Result<(), Stop> {
    jobs::set(conn, ONE, &format!("{provider} {day}"), &Value::Null, at).await
}

/// Sets the comparisons of all days that are over, each a job of its own: one that fails keeps no other from being made.
pub struct Days {
    pub cashiers: Cashiers,
}

impl Worker for Days {
    fn kind(&self) -> &'static str {
        DAILY
    }
    fn run<'a>(
        &'a self,
        _: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let today = now.date();
            let from: NaiveDate = job.payload.as_str().and_then(|day| day.parse().ok()).unwrap_or(today);
            for day in from.iter_days().take_while(|day| *day < today) {
                for provider in self.cashiers.iter().map(Provider::key).chain([COUNTER]) {
                    again(conn, provider, day, now.at).await?;
                }
            }
            jobs::set(conn, DAILY, &job.key, &Value::from(today.to_string()), next(today)).await
        })
    }
}

pub struct Day {
    pub catalogue: Catalogue,
    pub cashiers: Cashiers,
}

impl Worker for Day {
    fn kind(&self) -> &'static str {
        ONE
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let Some((provider, day)) = job.key.split_once(' ') else { return Ok(()) };
            let Ok(day) = day.parse::<NaiveDate>() else { return Ok(()) };
            if provider == COUNTER {
                return close_counter(conn, day, now.at).await;
            }
            // One that is not contracted any more has no statement to compare with.
            let Some(known) = self.cashiers.of(provider) else { return Ok(()) };
            if !close(conn, house, &self.catalogue, known, day, now).await? {
                again(conn, provider, day, now.at + Duration::minutes(AGAIN_MINUTES)).await?;
            }
            Ok(())
        })
    }
}

const PAGE: i64 = 40;

#[derive(Deserialize)]
pub struct Wanted {
    before: Option<NaiveDate>,
}

/// One side of a day, as it is read.
struct Side {
    many: i32,
    amount: Money,
    returned: Money,
}

/// A day of one provider, as it is read.
struct Shown {
    day: NaiveDate,
    name: &'static str,
    ours: Side,
    theirs: Option<Side>,
    differences: Vec<Difference>,
    trouble: Option<String>,
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
        "select day, provider, ours, ours_amount, returned_amount, theirs, theirs_amount, their_returned_amount, differences, trouble
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
        let theirs = row.theirs.zip(row.theirs_amount).map(|(many, amount)| Side {
            many,
            amount: Money(amount),
            returned: Money(row.their_returned_amount.unwrap_or(0)),
        });
        Ok(Shown {
            day: row.day,
            name: cashiers.name(&row.provider),
            ours: Side { many: row.ours, amount: Money(row.ours_amount), returned: Money(row.returned_amount) },
            theirs,
            differences: serde_json::from_value(row.differences)?,
            trouble: row.trouble,
        })
    });
    let days = days.collect::<Result<_, Stop>>()?;
    page::render(&shell.clone(), &DaysPage { days, next, shell })
}
