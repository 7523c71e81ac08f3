//! 入账 · what becomes of the provider's word that an order was paid. Said twice it counts once; said of a bill that was paid already, the
//! money goes back.

use super::check;
use super::payments::{self, Row};
use super::provider::{Cashiers, Notice, Unbelieved};
use crate::cases::case::{Case, Rejection};
use crate::cases::deliver::Deliver;
use crate::cases::officer::OfficerAct;
use crate::cases::run::{By, No, run};
use acts::{CaseAct, Money, PaidWay, Payment, Reversal};
use authority::{Act, Circumstance};
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::people::Person;
use foundation::{House, Moment, Stop, jobs};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// What was done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    Paid,
    /// The bill was paid already: it goes back.
    Surplus,
    /// It was said before.
    Again,
}

/// Why nothing was booked although the provider says so. Each is for people to look at.
#[derive(Debug, thiserror::Error)]
pub enum Unsettled {
    #[error("没有这个订单")]
    Unknown,
    #[error("金额不符：订单是 {ours} 元，通知里是 {theirs} 元，没有入账")]
    Amount { ours: Money, theirs: Money },
    #[error("这个订单已经由另一笔交易付过，这一笔没有入账")]
    OtherTransaction,
    #[error(transparent)]
    Stop(#[from] Stop),
}

impl From<sqlx::Error> for Unsettled {
    fn from(error: sqlx::Error) -> Unsettled {
        Unsettled::Stop(error.into())
    }
}

/// Whether a payment pays the bill, or comes beyond it (许可法 59). Only what the bill asks for is ever kept.
pub fn decide(case: &Case, amount: Money, way: PaidWay, payment: Payment) -> CaseAct {
    let surplus = case.paid.is_some() || case.bill.as_ref().is_none_or(|bill| bill.total != amount);
    CaseAct::Paid { amount, way, surplus, private: Some(payment) }
}

/// Books the notice, in the caller's transaction.
pub async fn settle(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    provider: &str,
    notice: &Notice,
    now: &Moment,
) -> Result<Settled, Unsettled> {
    let held: Option<Row> = payments::lock(conn, notice.order).await?;
    let row = held.filter(|row| row.provider == provider).ok_or(Unsettled::Unknown)?;
    if row.amount() != notice.amount {
        return Err(Unsettled::Amount { ours: row.amount(), theirs: notice.amount });
    }
    if let Some(before) = &row.transaction {
        return if *before == notice.transaction { Ok(Settled::Again) } else { Err(Unsettled::OtherTransaction) };
    }
    let payment = Payment { order: row.id, provider: provider.into(), transaction: notice.transaction.clone() };
    let mut surplus = false;
    let how = Circumstance::default();
    let done = run(conn, house, catalogue, By::System, &row.case_no, Act::CollectFee, &how, now, |case, _, _| {
        let act = decide(case, notice.amount, PaidWay::Online, payment);
        surplus = matches!(act, CaseAct::Paid { surplus: true, .. });
        Ok(vec![act])
    });
    done.await.map_err(|no| Unsettled::Stop(stop(no)))?;
    let state = if surplus { "surplus" } else { "paid" };
    payments::paid(conn, row.id, state, notice.at, &notice.transaction).await?;
    jobs::cancel(conn, check::CHECK, &row.id.to_string()).await?;
    if surplus {
        jobs::set(conn, check::GIVE_BACK, &row.id.to_string(), &Value::Null, now.at).await?;
    }
    Ok(if surplus { Settled::Surplus } else { Settled::Paid })
}

/// Why a notice was not taken.
pub enum NotTaken {
    Unbelieved(Unbelieved),
    Unsettled(Unsettled),
    Stop(Stop),
}

/// Reads and books what was sent in a provider's name, by whatever door it came.
pub async fn take(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    cashiers: &Cashiers,
    provider: &str,
    body: &str,
    now: &Moment,
) -> Result<Settled, NotTaken> {
    let known = cashiers.of(provider).ok_or(NotTaken::Stop(Stop::NotFound("支付机构")))?;
    let notice = known.read(house, body).map_err(|why| {
        tracing::warn!(provider, %why, "a notice of payment is not believed");
        NotTaken::Unbelieved(why)
    })?;
    settle(conn, house, catalogue, provider, &notice, now).await.map_err(|why| match why {
        Unsettled::Stop(stop) => NotTaken::Stop(stop),
        why => {
            tracing::error!(provider, order = %notice.order, %why, "a notice of payment is not booked");
            NotTaken::Unsettled(why)
        }
    })
}

/// Takes the bill in at a counter, in the caller's transaction; `slip` is the number on the slip of a card, empty for cash.
pub async fn collect(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    (person, role): (&Person, &'static str),
    no: &str,
    way: PaidWay,
    slip: &str,
    now: &Moment,
) -> Result<(), No> {
    let id = Uuid::new_v4();
    let transaction = if slip.is_empty() { id.to_string() } else { format!("{} {slip}", now.date()) };
    let payment = Payment { order: id, provider: payments::COUNTER.into(), transaction: transaction.clone() };
    let (how, mut amount) = (Circumstance::default(), Money(0));
    check::hold(conn, no).await?;
    run(conn, house, catalogue, By::Person(person, role), no, Act::CollectFee, &how, now, |case, _, _| {
        let bill = case.to_pay().ok_or(case.paid.map_or(Rejection::NothingToPay, |paid| Rejection::AlreadyPaid(paid.on)))?;
        amount = bill.total;
        Ok(vec![decide(case, bill.total, way, payment)])
    })
    .await?;
    if !payments::took_in(conn, id, no, way, amount, &transaction, person.id, now).await? {
        return Err(No::Rejected(Rejection::SlipUsed));
    }
    // Whoever has the provider's page open shall not pay it too.
    check::hurry(conn, no, now).await?;
    Ok(())
}

/// Takes back what was entered at a counter by mistake, in the caller's transaction: on the day it was taken in, by whoever took it in,
/// while nothing was handed over. The money is given back, or was never there; the bill is owed again.
pub async fn reverse(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    (person, role): (&Person, &'static str),
    no: &str,
    reason: &str,
    now: &Moment,
) -> Result<(), No> {
    let held = payments::lock_paid(conn, no).await?;
    let (how, by) = (Circumstance::default(), By::Person(person, role));
    run(conn, house, catalogue, by, no, Act::CollectFee, &how, now, |case, _, _| {
        let row = held.as_ref().ok_or(Rejection::NothingToPay)?;
        let act = reversal(case, row, person.id, reason, now.date())?;
        Ok(vec![act])
    })
    .await?;
    if let Some(row) = held {
        payments::reversed(conn, row.id, now.at).await?;
    }
    Ok(())
}

/// Whether this person may take the entry back on this day.
fn reversal(case: &Case, row: &Row, person: Uuid, reason: &str, today: NaiveDate) -> Result<CaseAct, Rejection> {
    if row.provider != payments::COUNTER {
        return Err(Rejection::PaidOnline);
    }
    if row.officer != Some(person) || row.paid_on != Some(today) {
        return Err(Rejection::OtherTill);
    }
    case.must_wait_at(Deliver::NODE, "撤销收费")?;
    let private = Some(Reversal { order: row.id, reason: reason.to_owned() });
    Ok(CaseAct::PaymentReversed { amount: row.amount(), way: row.way(), private })
}

/// Records that what came beyond the bill went back.
pub async fn gave_back(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    order: Uuid,
    now: &Moment,
) -> Result<(), Stop> {
    let Some(row) = payments::lock(conn, order).await?.filter(|row| row.is("surplus")) else { return Ok(()) };
    let transaction = row.transaction.clone().unwrap_or_default();
    let payment = Payment { order, provider: row.provider.clone(), transaction };
    let act = CaseAct::PaymentReturned { amount: row.amount(), private: Some(payment) };
    let how = Circumstance::default();
    let done = run(conn, house, catalogue, By::System, &row.case_no, Act::CollectFee, &how, now, |_, _, _| Ok(vec![act]));
    done.await.map_err(stop)?;
    payments::returned(conn, order, now.at).await
}

/// What cannot be said to the one who waits is a fault.
pub fn stop(no: No) -> Stop {
    match no {
        No::Stop(stop) => stop,
        No::Rejected(rejection) => Stop::Rejected(rejection.to_string()),
    }
}
