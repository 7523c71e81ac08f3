//! 查询 · the provider is asked about an order until it is paid or closed, so that a notice that never comes is missed by nobody; and what
//! came beyond a bill is given back.

use super::payments::{self, Row};
use super::provider::{Cashiers, Standing};
use super::settle::{self, Unsettled};
use catalogue::Catalogue;
use chrono::Duration;
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// Asks about one order; its key is the order.
pub const CHECK: &str = "payment_check";
/// Gives back one payment; its key is the order.
pub const GIVE_BACK: &str = "payment_return";

/// Minutes from one question to the next; the last goes on.
const WAITS: [i64; 6] = [1, 2, 5, 15, 30, 60];
/// Hours in which an order can be paid.
pub const OPEN_HOURS: i64 = 24;

/// Sets the first question about a new order.
pub async fn begin(conn: &mut PgConnection, order: Uuid, now: &Moment) -> Result<(), Stop> {
    jobs::set(conn, CHECK, &order.to_string(), &json!(1), now.at + Duration::minutes(WAITS[0])).await
}

/// The order, if it is open with us, and whether it is over: paid another way, or too old.
async fn opened(conn: &mut PgConnection, cashiers: &Cashiers, order: Uuid, now: &Moment) -> Result<Option<(Row, bool)>, Stop> {
    let Some(row) = payments::find(conn, order).await?.filter(|row| row.is("open")) else { return Ok(None) };
    if cashiers.of(&row.provider).is_none() {
        return Err(Stop::Unavailable(format!("支付机构 {} 没有接通", row.provider)));
    }
    let case = crate::cases::case::find(conn, &row.case_no).await?;
    let over = now.at >= row.begun_at + Duration::hours(OPEN_HOURS) || case.paid.is_some();
    Ok(Some((row, over)))
}

/// What the provider says of it; an order that is over is closed there.
async fn said(house: &House, cashiers: &Cashiers, row: &Row, over: bool) -> Result<Standing, Stop> {
    let Some(provider) = cashiers.of(&row.provider) else { return Ok(Standing::Open) };
    match over {
        true => provider.close(house, row.id).await,
        false => provider.standing(house, row.id).await,
    }
}

/// Books what the provider said. Whether the order is still open then.
async fn book(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    row: &Row,
    said: Standing,
    now: &Moment,
) -> Result<bool, Stop> {
    match said {
        Standing::Open => Ok(true),
        Standing::Closed => payments::closed(conn, row.id).await.map(|()| false),
        Standing::Paid(notice) => match settle::settle(conn, house, catalogue, &row.provider, &notice, now).await {
            Ok(_) => Ok(false),
            Err(Unsettled::Stop(stop)) => Err(stop),
            Err(why) => {
                tracing::error!(order = %row.id, %why, "a payment the provider confirms is not booked");
                Ok(true)
            }
        },
    }
}

/// Asks about an order at once, for somebody who waits: no connection is held while the provider thinks.
pub async fn now(house: &House, catalogue: &Catalogue, cashiers: &Cashiers, order: Uuid) -> Result<(), Stop> {
    let moment = house.now();
    let mut conn = house.pool().acquire().await?;
    let found = opened(&mut conn, cashiers, order, &moment).await?;
    drop(conn);
    let Some((row, over)) = found else { return Ok(()) };
    let said = said(house, cashiers, &row, over).await?;
    if said == Standing::Open {
        return Ok(());
    }
    let mut tx = house.pool().begin().await?;
    // The timer first, as its worker does.
    jobs::hold(&mut tx, CHECK, &[order.to_string()]).await?;
    book(&mut tx, house, catalogue, &row, said, &moment).await?;
    tx.commit().await?;
    house.wake();
    Ok(())
}

pub struct Check {
    pub catalogue: Catalogue,
    pub cashiers: Cashiers,
}

impl Worker for Check {
    fn kind(&self) -> &'static str {
        CHECK
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let Ok(order) = job.key.parse() else { return Ok(()) };
            let Some((row, over)) = opened(conn, &self.cashiers, order, now).await? else { return Ok(()) };
            let said = said(house, &self.cashiers, &row, over).await?;
            if book(conn, house, &self.catalogue, &row, said, now).await? {
                let asked = job.payload.as_u64().unwrap_or(1) as usize;
                let wait = WAITS[asked.min(WAITS.len() - 1)];
                jobs::set(conn, CHECK, &job.key, &json!(asked + 1), now.at + Duration::minutes(wait)).await?;
            }
            Ok(())
        })
    }
}

pub struct GiveBack {
    pub catalogue: Catalogue,
    pub cashiers: Cashiers,
}

impl Worker for GiveBack {
    fn kind(&self) -> &'static str {
        GIVE_BACK
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let Ok(order) = job.key.parse::<Uuid>() else { return Ok(()) };
            let Some(row) = payments::find(conn, order).await?.filter(|row| row.is("surplus")) else { return Ok(()) };
            let Some(provider) = self.cashiers.of(&row.provider) else {
                return Err(Stop::Unavailable(format!("支付机构 {} 没有接通", row.provider)));
            };
            provider.give_back(house, order).await?;
            settle::gave_back(conn, house, &self.catalogue, order, now).await
        })
    }
}

/// Keeps the worker from the open order of a case to the end of the transaction: who takes the money holds the timer first, as it does.
pub async fn hold(conn: &mut PgConnection, case_no: &str) -> Result<(), Stop> {
    match payments::open_of(conn, case_no).await? {
        Some(row) => jobs::hold(conn, CHECK, &[row.id.to_string()]).await,
        None => Ok(()),
    }
}

/// Asks about the open order of a case at once: it was paid another way, and is to be closed.
pub async fn hurry(conn: &mut PgConnection, case_no: &str, now: &Moment) -> Result<(), Stop> {
    match payments::open_of(conn, case_no).await? {
        Some(row) => jobs::set(conn, CHECK, &row.id.to_string(), &Value::from(1), now.at).await,
        None => Ok(()),
    }
}
