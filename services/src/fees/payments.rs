//! 缴费的账 · the rows of payments; all SQL on them is here.

use acts::{Money, PaidWay};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::{Moment, Stop};
use sqlx::PgConnection;
use uuid::Uuid;

/// What takes the place of a provider where an officer took the money in.
pub const COUNTER: &str = "counter";

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: Uuid,
    pub case_no: String,
    pub provider: String,
    way: String,
    amount: i64,
    pub state: String,
    pub begun_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
    pub paid_on: Option<NaiveDate>,
    pub officer: Option<Uuid>,
    pub transaction: Option<String>,
}

impl Row {
    pub fn amount(&self) -> Money {
        Money(self.amount)
    }
    pub fn is(&self, state: &str) -> bool {
        self.state == state
    }
    pub fn way(&self) -> PaidWay {
        [PaidWay::Cash, PaidWay::Card].into_iter().find(|way| way.key() == self.way).unwrap_or(PaidWay::Online)
    }
}

/// What an officer took in on a day, by what lies in the till and what the slips come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Till {
    pub many: i64,
    pub cash: Money,
    pub card: Money,
}

impl Till {
    pub fn total(&self) -> Money {
        Money(self.cash.0 + self.card.0)
    }
    /// Adds the sum of one way; what is not cash has a slip.
    pub fn add(&mut self, way: &str, many: i64, sum: Money) {
        self.many += many;
        let part = if way == PaidWay::Cash.key() { &mut self.cash } else { &mut self.card };
        part.0 += sum.0;
    }
}

/// The order of a case that is open, if one is.
pub async fn open_of(conn: &mut PgConnection, case_no: &str) -> Result<Option<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, case_no, provider, way, amount, state, begun_at, paid_at, paid_on, officer, transaction
           from payments
          where case_no = $1
            and state = 'open'",
    )
    .bind(case_no)
    .fetch_optional(conn)
    .await?)
}

pub async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Option<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, case_no, provider, way, amount, state, begun_at, paid_at, paid_on, officer, transaction
           from payments
          where id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?)
}

/// The payment, held to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, case_no, provider, way, amount, state, begun_at, paid_at, paid_on, officer, transaction
           from payments
          where id = $1
            for update",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?)
}

/// A new order; the case is held by the caller, so that there is one at a time.
pub async fn begin(
    conn: &mut PgConnection,
    id: Uuid,
    case_no: &str,
    provider: &str,
    amount: Money,
    now: &Moment,
) -> Result<(), Stop> {
    sqlx::query(
        "insert into payments (id, case_no, provider, way, amount, begun_at)
         values ($1, $2, $3, 'online', $4, $5)",
    )
    .bind(id)
    .bind(case_no)
    .bind(provider)
    .bind(amount.0)
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(())
}

/// What an officer took in at a counter; nothing where another payment has this slip.
pub async fn took_in(
    conn: &mut PgConnection,
    id: Uuid,
    case_no: &str,
    way: PaidWay,
    amount: Money,
    slip: &str,
    officer: Uuid,
    now: &Moment,
) -> Result<bool, Stop> {
    let done = sqlx::query(
        "insert into payments (id, case_no, provider, way, amount, state, officer, begun_at, paid_at, paid_on, transaction)
         values ($1, $2, $3, $4, $5, 'paid', $6, $7, $7, $8, $9)
         on conflict (provider, transaction) where state <> 'reversed' do nothing",
    )
    .bind(id)
    .bind(case_no)
    .bind(COUNTER)
    .bind(way.key())
    .bind(amount.0)
    .bind(officer)
    .bind(now.at)
    .bind(now.date())
    .bind(slip)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An order that the provider says was paid.
pub async fn paid(conn: &mut PgConnection, id: Uuid, state: &str, at: DateTime<Utc>, transaction: &str) -> Result<(), Stop> {
    sqlx::query("update payments set state = $2, paid_at = $3, paid_on = $4, transaction = $5 where id = $1")
        .bind(id)
        .bind(state)
        .bind(at)
        .bind(calendar::local_date(at))
        .bind(transaction)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn closed(conn: &mut PgConnection, id: Uuid) -> Result<(), Stop> {
    sqlx::query("update payments set state = 'closed' where id = $1 and state = 'open'").bind(id).execute(conn).await?;
    Ok(())
}

pub async fn returned(conn: &mut PgConnection, id: Uuid, at: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query("update payments set state = 'returned', returned_at = $2, returned_on = $3 where id = $1")
        .bind(id)
        .bind(at)
        .bind(calendar::local_date(at))
        .execute(conn)
        .await?;
    Ok(())
}

/// What was entered at a counter by mistake.
pub async fn reversed(conn: &mut PgConnection, id: Uuid, at: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query("update payments set state = 'reversed', reversed_at = $2 where id = $1").bind(id).bind(at).execute(conn).await?;
    Ok(())
}

/// What paid the bill of a case, held to the end of the transaction.
pub async fn lock_paid(conn: &mut PgConnection, case_no: &str) -> Result<Option<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, case_no, provider, way, amount, state, begun_at, paid_at, paid_on, officer, transaction
           from payments
          where case_no = $1
            and state = 'paid'
          order by begun_at
          limit 1
            for update",
    )
    .bind(case_no)
    .fetch_optional(conn)
    .await?)
}

/// What an officer took in last, the latest first; what was reversed is among it.
pub async fn of_officer(conn: &mut PgConnection, officer: Uuid, on: NaiveDate, limit: i64) -> Result<Vec<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, case_no, provider, way, amount, state, begun_at, paid_at, paid_on, officer, transaction
           from payments
          where officer = $1
            and paid_on = $2
          order by paid_at desc, id
          limit $3",
    )
    .bind(officer)
    .bind(on)
    .bind(limit)
    .fetch_all(conn)
    .await?)
}

/// What one officer took in on a day, in whole.
pub async fn till(conn: &mut PgConnection, officer: Uuid, day: NaiveDate) -> Result<Till, Stop> {
    let sums: Vec<(String, i64, i64)> = sqlx::query_as(
        "select way, count(*), sum(amount)::bigint
           from payments
          where officer = $1
            and paid_on = $2
            and state <> 'reversed'
          group by way",
    )
    .bind(officer)
    .bind(day)
    .fetch_all(conn)
    .await?;
    let mut till = Till::default();
    for (way, many, sum) in sums {
        till.add(&way, many, Money(sum));
    }
    Ok(till)
}

/// All that was paid on a day through one provider, by the order; what was reversed was never paid.
pub async fn of_day(conn: &mut PgConnection, day: NaiveDate, provider: &str) -> Result<Vec<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, case_no, provider, way, amount, state, begun_at, paid_at, paid_on, officer, transaction
           from payments
          where paid_on = $1
            and provider = $2
            and state <> 'reversed'
          order by id",
    )
    .bind(day)
    .bind(provider)
    .fetch_all(conn)
    .await?)
}

/// All that went back on a day through one provider, by the order.
pub async fn returned_on(conn: &mut PgConnection, day: NaiveDate, provider: &str) -> Result<Vec<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, case_no, provider, way, amount, state, begun_at, paid_at, paid_on, officer, transaction
           from payments
          where returned_on = $1
            and provider = $2
          order by id",
    )
    .bind(day)
    .bind(provider)
    .fetch_all(conn)
    .await?)
}
