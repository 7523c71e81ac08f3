//! 演示用支付机构 · a provider of payments that behaves as real ones do, for demonstrations and tests: it has pages and books of its own, signs what it
//! says, and its payer chooses whether the notice comes at once, late, twice, forged or never. No money moves.

use super::provider::{Cashiers, Notice, Order, Provider, Standing, Statement, Unbelieved};
use super::settle::{NotTaken, take};
use acts::Money;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, Utc};
use foundation::held::Posted;
use foundation::jobs::{self, Job, Worker};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, Stop};
use futures::future::BoxFuture;
use ledger::{SigningKey, open_note, sign_note};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

pub struct Sandbox;

const KEY: &str = "sandbox";
/// The first line of what it signs.
const TITLE: &str = "sunlit-sandbox-payment/1";

/// Its own key, not that of the log.
fn key(house: &House) -> Result<SigningKey, Stop> {
    let mut hash = Sha256::new();
    hash.update(b"sunlit-sandbox-payment/1\0");
    hash.update(house.log_key().seed);
    SigningKey::from_seed("sandbox-payments", &hash.finalize().into()).map_err(|error| Stop::Fault(error.to_string()))
}

/// A notice as it is sent: a signed note of four lines.
pub fn written(house: &House, notice: &Notice) -> Result<String, Stop> {
    let at = notice.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let text =
        format!("{TITLE}\norder {}\namount {}\ntransaction {}\npaid {at}\n", notice.order, notice.amount, notice.transaction);
    sign_note(&text, &key(house)?).map_err(|error| Stop::Fault(error.to_string()))
}

impl Provider for Sandbox {
    fn key(&self) -> &'static str {
        KEY
    }

    fn name(&self) -> &'static str {
        "演示支付（不动真钱）"
    }

    fn open<'a>(&'a self, house: &'a House, order: &'a Order) -> BoxFuture<'a, Result<String, Stop>> {
        Box::pin(async move {
            sqlx::query(
                "insert into sandbox_payments (id, amount, subject, back)
                 values ($1, $2, $3, $4)
                 on conflict (id) do nothing",
            )
            .bind(order.id)
            .bind(order.amount.0)
            .bind(&order.subject)
            .bind(&order.back)
            .execute(house.pool())
            .await?;
            Ok(self.cashier(order.id))
        })
    }

    fn cashier(&self, order: Uuid) -> String {
        format!("/sandbox/pay/{order}")
    }

    fn read(&self, house: &House, body: &str) -> Result<Notice, Unbelieved> {
        let no = |why: &str| Unbelieved(format!("支付通知{why}，没有采信"));
        let key = key(house).map_err(|_| no("的公钥读不出来"))?.verifier();
        let (text, _) = open_note(body, &[key]).map_err(|_| no("的签名不对"))?;
        let mut lines = text.lines();
        let mut next = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).ok_or_else(|| no("缺少内容"));
        next(TITLE)?;
        let order = next("order ")?.parse().map_err(|_| no("的订单号读不出来"))?;
        let amount = Money::yuan(next("amount ")?).ok_or_else(|| no("的金额读不出来"))?;
        let transaction = next("transaction ")?.to_owned();
        let at = DateTime::parse_from_rfc3339(next("paid ")?).map_err(|_| no("的时间读不出来"))?.to_utc();
        Ok(Notice { order, amount, transaction, at })
    }

    fn standing<'a>(&'a self, house: &'a House, order: Uuid) -> BoxFuture<'a, Result<Standing, Stop>> {
        Box::pin(async move {
            let row: Option<Kept> = sqlx::query_as(
                "select id, amount, subject, back, state, paid_at, transaction
                   from sandbox_payments
                  where id = $1",
            )
            .bind(order)
            .fetch_optional(house.pool())
            .await?;
            Ok(row.map_or(Standing::Closed, |row| row.standing()))
        })
    }

    fn close<'a>(&'a self, house: &'a House, order: Uuid) -> BoxFuture<'a, Result<Standing, Stop>> {
        Box::pin(async move {
            sqlx::query("update sandbox_payments set state = 'closed' where id = $1 and state = 'open'")
                .bind(order)
                .execute(house.pool())
                .await?;
            self.standing(house, order).await
        })
    }

    fn give_back<'a>(&'a self, house: &'a House, order: Uuid) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let done = sqlx::query(
                "update sandbox_payments set returned_on = coalesce(returned_on, $2) where id = $1 and state = 'paid'",
            )
            .bind(order)
            .bind(house.now().date())
            .execute(house.pool())
            .await?;
            match done.rows_affected() {
                1 => Ok(()),
                _ => Err(Stop::Unavailable(format!("the sandbox has no payment {order} to give back"))),
            }
        })
    }

    fn statement<'a>(&'a self, house: &'a House, day: NaiveDate) -> BoxFuture<'a, Result<Statement, Stop>> {
        Box::pin(async move {
            let paid: Vec<Kept> = sqlx::query_as(
                "select id, amount, subject, back, state, paid_at, transaction
                   from sandbox_payments
                  where paid_on = $1
                  order by id",
            )
            .bind(day)
            .fetch_all(house.pool())
            .await?;
            let returned: Vec<Kept> = sqlx::query_as(
                "select id, amount, subject, back, state, paid_at, transaction
                   from sandbox_payments
                  where returned_on = $1
                  order by id",
            )
            .bind(day)
            .fetch_all(house.pool())
            .await?;
            let notices = |rows: Vec<Kept>| rows.iter().filter_map(Kept::notice).collect();
            Ok(Statement { paid: notices(paid), returned: notices(returned) })
        })
    }
}

/// A row of its books.
#[derive(sqlx::FromRow)]
struct Kept {
    id: Uuid,
    amount: i64,
    subject: String,
    back: String,
    state: String,
    paid_at: Option<DateTime<Utc>>,
    transaction: Option<String>,
}

impl Kept {
    fn notice(&self) -> Option<Notice> {
        let (at, transaction) = (self.paid_at?, self.transaction.clone()?);
        Some(Notice { order: self.id, amount: Money(self.amount), transaction, at })
    }
    fn standing(&self) -> Standing {
        match (self.notice(), self.state.as_str()) {
            (Some(notice), _) => Standing::Paid(notice),
            (None, "open") => Standing::Open,
            _ => Standing::Closed,
        }
    }
}

async fn kept(conn: &mut PgConnection, order: Uuid) -> Result<Kept, Stop> {
    let row: Option<Kept> = sqlx::query_as(
        "select id, amount, subject, back, state, paid_at, transaction
           from sandbox_payments
          where id = $1
            for update",
    )
    .bind(order)
    .fetch_optional(conn)
    .await?;
    row.ok_or(Stop::NotFound("订单"))
}

/// What the payer may have it do.
const HABITS: [(&str, &str); 6] = [
    ("at_once", "付款，马上通知"),
    ("late", "付款，通知晚两分钟"),
    ("twice", "付款，同一个通知发两次"),
    ("forged", "付款，先发一个被人改过金额的通知"),
    ("lost", "付款，通知丢了"),
    ("fails", "付不成"),
];

#[derive(Template)]
#[template(path = "fees/sandbox.html")]
struct SandboxPage {
    shell: Shell,
    order: Uuid,
    amount: Money,
    subject: String,
    back: String,
    open: bool,
    filled: Filled,
}

impl SandboxPage {
    fn habits(&self) -> String {
        self.filled.choice("habit", "让它怎么做", "radio", &HABITS)
    }
}

fn draw(shell: Shell, kept: Kept, mut filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    filled.entered.entry("habit".into()).or_insert_with(|| vec!["at_once".into()]);
    let open = kept.state == "open";
    let page =
        SandboxPage { order: kept.id, amount: Money(kept.amount), subject: kept.subject, back: kept.back, open, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /sandbox/pay/{order}
pub async fn show(State(house): State<House>, shell: Shell, Path(order): Path<Uuid>) -> Result<Response, Stop> {
    let mut tx = house.pool().begin().await?;
    let kept = kept(&mut tx, order).await?;
    drop(tx);
    draw(shell.clone(), kept, Filled::empty(shell.lang))
}

/// Minutes by which a late notice comes late.
const LATE_MINUTES: i64 = 2;

/// POST: the payer pays, or does not manage to.
pub async fn pay(State(house): State<House>, shell: Shell, Path(order): Path<Uuid>, posted: Posted) -> Result<Response, Stop> {
    let mut tx = house.pool().begin().await?;
    let kept = kept(&mut tx, order).await?;
    let Some((habit, _)) = HABITS.into_iter().find(|(key, _)| *key == posted.one("habit")) else {
        let told = field_error("habit", "让它怎么做", "请选让它怎么做", "Choose what it does");
        return draw(shell.clone(), kept, Filled::new(shell.lang, posted.0, vec![told]));
    };
    let back = kept.back.clone();
    if habit == "fails" || kept.state != "open" {
        return Ok(Redirect::to(&back).into_response());
    }
    let now = house.now();
    let transaction = format!("SB{}", Uuid::new_v4().simple());
    sqlx::query("update sandbox_payments set state = 'paid', paid_at = $2, paid_on = $3, transaction = $4 where id = $1")
        .bind(order)
        .bind(now.at)
        .bind(now.date())
        .bind(&transaction)
        .execute(&mut *tx)
        .await?;
    let sends: &[(&str, i64)] = match habit {
        "late" => &[("true", LATE_MINUTES)],
        "twice" => &[("true", 0), ("again", 0)],
        "forged" => &[("forged", 0)],
        "lost" => &[],
        _ => &[("true", 0)],
    };
    for (kind, minutes) in sends {
        let at = now.at + Duration::minutes(*minutes);
        jobs::set(&mut tx, NOTICE, &format!("{order} {kind}"), &json!({ "tries": 0 }), at).await?;
    }
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&back).into_response())
}

/// Sends one notice; its key is the order and which of its notices it is.
const NOTICE: &str = "sandbox_notice";
/// Minutes after which a notice that was not taken is sent again.
const AGAIN_MINUTES: [i64; 4] = [1, 5, 15, 60];

pub struct Notices {
    pub catalogue: Catalogue,
    pub cashiers: Cashiers,
}

impl Worker for Notices {
    fn kind(&self) -> &'static str {
        NOTICE
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let Some((order, kind)) = job.key.split_once(' ') else { return Ok(()) };
            let Ok(order) = order.parse::<Uuid>() else { return Ok(()) };
            let Some(notice) = kept(conn, order).await?.notice() else { return Ok(()) };
            let mut body = written(house, &notice)?;
            if kind == "forged" {
                body = body.replace(&format!("amount {}", notice.amount), "amount 0.01");
            }
            let taken = take(conn, house, &self.catalogue, &self.cashiers, KEY, &body, now).await;
            let tries = job.payload["tries"].as_u64().unwrap_or(0) as usize;
            match taken {
                Ok(_) => Ok(()),
                Err(NotTaken::Stop(stop)) => Err(stop),
                // Whoever forges does not try again; whoever was not understood does, for a while.
                Err(NotTaken::Unbelieved(_)) => Ok(()),
                Err(NotTaken::Unsettled(_)) => match AGAIN_MINUTES.get(tries) {
                    Some(minutes) => {
                        let at = now.at + Duration::minutes(*minutes);
                        jobs::set(conn, NOTICE, &job.key, &json!({ "tries": tries + 1 }), at).await
                    }
                    None => Ok(()),
                },
            }
        })
    }
}
