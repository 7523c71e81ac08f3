//! 网上缴费 · the payer's way: the bill, the provider's page, and back; and the door where the provider says what was paid.

use super::payments;
use super::provider::{Cashiers, Order};
use super::settle::{NotTaken, take};
use super::{check, settle};
use crate::cases::case::{self, Case};
use crate::cases::run::read;
use crate::track::must_see;
use acts::Bill;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use catalogue::{Catalogue, Item};
use foundation::looking::Opened;
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, people};
use std::sync::Arc;
use uuid::Uuid;

async fn open(
    house: &House,
    catalogue: &Catalogue,
    no: &str,
    person: Option<&SignedIn>,
    jar: &CookieJar,
) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = read(house, catalogue, no).await?;
    must_see(house, &case, &item, person, jar, (Opened::Page, "")).await?;
    Ok((case, item))
}

/// POST /cases/{no}/pay: opens the order of the bill, or goes on with the one that is open.
pub async fn begin(
    State(house): State<House>,
    catalogue: Catalogue,
    cashiers: Cashiers,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (_, item) = open(&house, &catalogue, &no, person.as_ref(), &jar).await?;
    let provider =
        cashiers.first().ok_or_else(|| Stop::Rejected("网上缴费还没有接通，请到窗口缴费，带上办件编号就行。".into()))?;
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    // Held, so that two presses open one order.
    let case = case::lock(&mut tx, &no).await?;
    let bill = case.to_pay().ok_or_else(|| Stop::Rejected("这一件现在没有要缴的费用。".into()))?;
    let (id, amount) = match payments::open_of(&mut tx, &no).await? {
        Some(row) => (row.id, row.amount()),
        None => {
            let id = Uuid::new_v4();
            payments::begin(&mut tx, id, &no, provider.key(), bill.total, &now).await?;
            check::begin(&mut tx, id, &now).await?;
            (id, bill.total)
        }
    };
    tx.commit().await?;
    // Nothing of ours is held while the provider thinks; opened again, it is the same order.
    let back = format!("/cases/{no}/pay/{id}");
    provider.open(&house, &Order { id, amount, subject: item.name.clone(), back: back.clone() }).await?;
    Ok(Redirect::to(&back).into_response())
}

#[derive(Template)]
#[template(path = "fees/pay.html")]
struct PayPage {
    shell: Shell,
    no: String,
    item: Arc<Item>,
    bill: Bill,
    order: Uuid,
    state: String,
    provider: &'static str,
    cashier: String,
}

impl PayPage {
    fn is(&self, state: &str) -> bool {
        self.state == state
    }
}

/// GET /cases/{no}/pay/{order}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    cashiers: Cashiers,
    shell: Shell,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path((no, order)): Path<(String, Uuid)>,
) -> Result<Response, Stop> {
    let (case, item) = open(&house, &catalogue, &no, person.as_ref(), &jar).await?;
    let mut conn = house.pool().acquire().await?;
    let row = payments::find(&mut conn, order).await?.filter(|row| row.case_no == no).ok_or(Stop::NotFound("订单"))?;
    drop(conn);
    let page = PayPage {
        bill: case.bill.clone().ok_or(Stop::NotFound("缴费单"))?,
        provider: cashiers.name(&row.provider),
        cashier: cashiers.of(&row.provider).map(|provider| provider.cashier(order)).unwrap_or_default(),
        state: row.state,
        no,
        item,
        order,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

/// So often within the time tries are kept, an hour, a payer has the provider asked about one order; the site asks by itself besides.
const QUESTIONS: i64 = 20;

/// POST /cases/{no}/pay/{order}: the payer says it is paid; the provider is asked at once.
pub async fn ask(
    State(house): State<House>,
    catalogue: Catalogue,
    cashiers: Cashiers,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path((no, order)): Path<(String, Uuid)>,
) -> Result<Response, Stop> {
    open(&house, &catalogue, &no, person.as_ref(), &jar).await?;
    let mut conn = house.pool().acquire().await?;
    payments::find(&mut conn, order).await?.filter(|row| row.case_no == no).ok_or(Stop::NotFound("订单"))?;
    drop(conn);
    let key = format!("pay:{order}");
    people::count_try(house.pool(), &[(key.as_str(), QUESTIONS)], people::TRIES_KEPT_SECONDS, house.now().at).await?;
    check::now(&house, &catalogue, &cashiers, order).await?;
    Ok(Redirect::to(&format!("/cases/{no}/pay/{order}")).into_response())
}

/// POST /payments/{provider}/notices: what a provider says. It is believed by its signature, not by where it comes from; the same said
/// twice is answered alike.
pub async fn notice(
    State(house): State<House>,
    catalogue: Catalogue,
    cashiers: Cashiers,
    Path(provider): Path<String>,
    body: String,
) -> Result<Response, Stop> {
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    match take(&mut tx, &house, &catalogue, &cashiers, &provider, &body, &now).await {
        Ok(_) => {
            tx.commit().await?;
            house.wake();
            Ok((StatusCode::OK, "success").into_response())
        }
        Err(NotTaken::Stop(stop)) => Err(stop),
        Err(NotTaken::Unbelieved(why)) => Err(Stop::NotAllowed { reason: why.to_string() }),
        Err(NotTaken::Unsettled(settle::Unsettled::Unknown)) => Err(Stop::NotFound("订单")),
        Err(NotTaken::Unsettled(why)) => Err(Stop::Rejected(why.to_string())),
    }
}
