//! 查询 · the provider is asked about an order until it is paid or closed, so that a notice that never comes is missed by nobody; and what
//! came beyond a bill is given back.

use super::payments;
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

/// Asks the provider, and books what it says. Whether the order is still open then.
pub async fn ask(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    cashiers: &Cashiers,
    order: Uuid,
    now: &Moment,
) -> Result<bool, Stop> {
    let Some(row) = payments::find(conn, order).await?.filter(|row| row.is("open")) else { return Ok(false) };
    let Some(provider) = cashiers.of(&row.provider) else {
        return Err(Stop::Unavailable(format!("支付机构 {} 没有接通", row.provider)));
    };
    let case = crate::cases::case::find(conn, &row.case_no).await?;
    let over = now.at >= row.begun_at + Duration::hours(OPEN_HOURS) || case.paid.is_some();
    let standing = match over {
        true => provider.close(house, order).await?,
        false => provider.standing(house, order).await?,
    };
    match standing {
        Standing::Open => Ok(true),
        Standing::Closed => payments::closed(conn, order).await.map(|()| false),
        Standing::Paid(notice) => match settle::settle(conn, house, catalogue, &row.provider, &notice, now).await {
            Ok(_) => Ok(false),
            Err(Unsettled::Stop(stop)) => Err(stop),
            Err(why) => {
                tracing::error!(order = %order, %why, "a payment the provider confirms is not booked");
                Ok(true)
            }
        },
    }
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
            if ask(conn, house, &self.catalogue, &self.cashiers, order, now).await? {
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

/// Asks about the open order of a case at once: it was paid another way, and is to be closed.
pub async fn hurry(conn: &mut PgConnection, case_no: &str, now: &Moment) -> Result<(), Stop> {
    match payments::open_of(conn, case_no).await? {
        Some(row) => jobs::set(conn, CHECK, &row.id.to_string(), &Value::from(1), now.at).await,
        None => Ok(()),
    }
}
