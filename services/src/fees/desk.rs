//! 窗口收费 · one counter charges for all agencies (B4.1, F075): by the number of the case its bill is found, and what it asks for is taken in.

use super::payments::{self, Row, Till};
use super::provider::Cashiers;
use super::{check, settle, till};
use crate::cases::case::{self, Case, Rejection};
use crate::cases::deliver::Deliver;
use crate::cases::officer::{OfficerAct, role};
use crate::cases::run::{No, open};
use acts::{Bill, Money, PaidWay};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Item};
use chrono::{DateTime, NaiveDate, Utc};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

/// What is shown of today.
const TODAY: i64 = 50;
/// Characters of the number on a slip, and of the reason of a reversal.
const SLIP: usize = 40;
const REASON: usize = 200;

#[derive(Deserialize)]
pub struct Wanted {
    no: Option<String>,
}

/// The bill of one case, with as much of the case as taking the money needs.
struct Found {
    no: String,
    item: Arc<Item>,
    agency: String,
    bill: Option<Bill>,
    paid: Option<case::Paid>,
    /// Taken in by this person today, and nothing handed over yet.
    reversible: bool,
}

#[derive(Template)]
#[template(path = "fees/desk.html")]
struct DeskPage {
    shell: Shell,
    asked: String,
    found: Option<Found>,
    trouble: Option<String>,
    today: Vec<Row>,
    till: Till,
    counted: Option<(Money, Money, DateTime<Utc>)>,
    uncounted: Vec<NaiveDate>,
    filled: Filled,
    once: Uuid,
}

impl DeskPage {
    fn ways(&self) -> String {
        self.filled.choice("way", "怎么收的", "radio", &PaidWay::AT_COUNTER.map(|way| (way.key(), way.zh())))
    }
    fn is_wrong(&self, field: &str) -> bool {
        self.filled.errors.iter().any(|error| error.field == field)
    }
    /// The days whose till can be counted: today's, and those left over.
    fn days(&self) -> String {
        let mut days = vec![self.shell.now.date()];
        days.extend(&self.uncounted);
        let named: Vec<(String, String)> = days.iter().map(|day| (day.to_string(), self.shell.date(day))).collect();
        let choices: Vec<(&str, &str)> = named.iter().map(|(key, name)| (key.as_str(), name.as_str())).collect();
        self.filled.choice("day", "哪一天的账", "radio", &choices)
    }
}

/// The page is for those who take money in.
pub fn must_work(person: &SignedIn) -> Result<(), Stop> {
    match person.has_role("counter_officer") {
        true => Ok(()),
        false => Err(Stop::NotAllowed { reason: "收费由窗口工作人员办理。".into() }),
    }
}

/// Draws the page, with what is wrong with what was sent.
pub async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    person: &SignedIn,
    asked: String,
    found: Option<(Case, Arc<Item>)>,
    mut filled: Filled,
    trouble: Option<String>,
    form: Uuid,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let day = house.now().date();
    filled.entered.entry("day".into()).or_insert_with(|| vec![day.to_string()]);
    let today = payments::of_officer(&mut conn, person.id, day, TODAY).await?;
    let sums = payments::till(&mut conn, person.id, day).await?;
    let counted = till::latest(&mut conn, person.id, day).await?;
    let uncounted = till::uncounted(&mut conn, person.id, day).await?;
    drop(conn);
    let status = match (&trouble, filled.errors.is_empty()) {
        (None, true) => StatusCode::OK,
        (Some(_), true) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let found = found.map(|(case, item)| Found {
        reversible: case.waits_at(Deliver::NODE) && today.iter().any(|row| row.case_no == case.no && row.is("paid")),
        agency: catalogue.agency_name(&case.agency).to_string(),
        no: case.no,
        item,
        bill: case.bill,
        paid: case.paid,
    });
    let page = DeskPage { asked, found, trouble, today, till: sums, counted, uncounted, filled, once: form, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /counter/fees?no=…
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let filled = Filled::empty(shell.lang);
    let asked = wanted.no.unwrap_or_default();
    let no = crate::track::tidy(&asked);
    let new = Uuid::new_v4();
    if no.is_empty() {
        must_work(&person)?;
        return draw(&house, &catalogue, shell, &person, asked, None, filled, None, new).await;
    }
    match open(&house, &catalogue, &person, Act::CollectFee, &no).await {
        Ok(found) => draw(&house, &catalogue, shell, &person, asked, Some(found), filled, None, new).await,
        Err(Stop::NotFound(_)) => {
            let trouble = "没有这个办件编号，请对照收件凭证再看一遍".to_owned();
            draw(&house, &catalogue, shell, &person, asked, None, filled, Some(trouble), new).await
        }
        Err(stop) => Err(stop),
    }
}

/// What the officer says was taken in.
struct Taken {
    way: PaidWay,
    slip: String,
}

fn read(posted: &Posted) -> Result<Taken, Vec<FieldError>> {
    let mut errors = Vec::new();
    let way = PaidWay::AT_COUNTER.into_iter().find(|way| way.key() == posted.one("way"));
    if way.is_none() {
        errors.push(field_error("way", "怎么收的", "请选怎么收的", "Choose how it was paid"));
    }
    let slip = fields::optional(posted, "slip", "凭条上的号码", SLIP, &mut errors);
    if way == Some(PaidWay::Card) && slip.is_empty() && errors.is_empty() {
        errors.push(field_error("slip", "凭条上的号码", "刷卡、扫码的，请填凭条上的号码", "Enter the number on the slip"));
    }
    match (way, errors.is_empty()) {
        (Some(way), true) => Ok(Taken { way, slip }),
        _ => Err(errors),
    }
}

/// POST /counter/fees/{no}
pub async fn collect(
    State(house): State<House>,
    catalogue: Catalogue,
    cashiers: Cashiers,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let found = open(&house, &catalogue, &person, Act::CollectFee, &no).await?;
    let taken = match read(&posted) {
        Ok(taken) => taken,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(&house, &catalogue, shell, &person, no, Some(found), filled, None, form).await;
        }
    };
    // Whoever paid online a moment ago shall not pay here too; a provider that cannot be asked keeps nobody from paying.
    let mut conn = house.pool().acquire().await?;
    let ordered = payments::open_of(&mut conn, &no).await?;
    drop(conn);
    if let Some(order) = ordered
        && let Err(why) = check::now(&house, &catalogue, &cashiers, order.id).await
    {
        tracing::warn!(order = %order.id, %why, "the provider cannot be asked before money is taken at the counter");
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let now = house.now();
    let who = (&*person, role(&person));
    match settle::collect(&mut tx, &house, &catalogue, who, &no, taken.way, &taken.slip, &now).await {
        Ok(()) => {}
        Err(No::Rejected(why)) => {
            tx.rollback().await?;
            let found = open(&house, &catalogue, &person, Act::CollectFee, &no).await?;
            let (errors, trouble) = match why {
                Rejection::SlipUsed => {
                    (vec![field_error("slip", "凭条上的号码", &why.to_string(), "Another payment of today has this slip")], None)
                }
                why => (Vec::new(), Some(why.to_string())),
            };
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(&house, &catalogue, shell, &person, no, Some(found), filled, trouble, Uuid::new_v4()).await;
        }
        Err(No::Stop(stop)) => return Err(stop),
    }
    let to = format!("/counter/fees?no={no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

/// POST /counter/fees/{no}/reverse
pub async fn reverse(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let found = open(&house, &catalogue, &person, Act::CollectFee, &no).await?;
    let mut errors = Vec::new();
    let reason =
        fields::text(&posted, "reason", "为什么撤销", ("请写明为什么撤销", "Say why it is taken back"), REASON, &mut errors);
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, &person, no, Some(found), filled, None, form).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let (now, who) = (house.now(), (&*person, role(&person)));
    match settle::reverse(&mut tx, &house, &catalogue, who, &no, &reason, &now).await {
        Ok(()) => {}
        Err(No::Rejected(why)) => {
            tx.rollback().await?;
            let found = open(&house, &catalogue, &person, Act::CollectFee, &no).await?;
            let filled = Filled::new(shell.lang, posted.0, Vec::new());
            return draw(&house, &catalogue, shell, &person, no, Some(found), filled, Some(why.to_string()), Uuid::new_v4())
                .await;
        }
        Err(No::Stop(stop)) => return Err(stop),
    }
    let to = format!("/counter/fees?no={no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
