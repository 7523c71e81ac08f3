//! 收费 · one counter charges for all (B4.1, F075; 许可法 58, 59): a grant makes the bill by the published standard, whoever is at home pays
//! through a provider of payments, whoever came pays at the counter, and every day is compared with what the provider has.
//!
//! Nothing is paid twice in the end: one order of a case is open at a time, a bill takes one payment, and what comes beyond it goes back
//! by itself. A provider's word is believed by its signature alone; where its word does not come, it is asked.

mod check;
mod days;
mod desk;
mod pay;
mod payments;
mod provider;
mod sandbox;
mod settle;
mod till;

pub use provider::{Cashiers, Notice, Order, Provider, Standing, Unbelieved};
pub use sandbox::{Sandbox, written};
pub use settle::collect;

use crate::cases::Case;
use axum::Router;
use axum::routing::{get, post};
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::House;
use foundation::jobs::Worker;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/cases/{no}/pay", post(pay::begin))
        .route("/cases/{no}/pay/{order}", get(pay::show).post(pay::ask))
        .route("/payments/{provider}/notices", post(pay::notice))
        .route("/counter/fees", get(desk::show))
        .route("/counter/fees/till", post(till::count))
        .route("/counter/fees/{no}", post(desk::collect))
        .route("/counter/fees/{no}/reverse", post(desk::reverse))
        .route("/supervision/fees", get(days::show))
}

/// The pages of the provider that the demonstration pays through.
pub fn sandbox_routes() -> Router<House> {
    Router::new().route("/sandbox/pay/{order}", get(sandbox::show).post(sandbox::pay))
}

pub fn workers(catalogue: &Catalogue, cashiers: &Cashiers) -> Vec<Arc<dyn Worker>> {
    let (catalogue, cashiers) = (catalogue.clone(), cashiers.clone());
    vec![
        Arc::new(check::Check { catalogue: catalogue.clone(), cashiers: cashiers.clone() }),
        Arc::new(check::GiveBack { catalogue: catalogue.clone(), cashiers: cashiers.clone() }),
        Arc::new(days::Days { cashiers: cashiers.clone() }),
        Arc::new(days::Day { catalogue: catalogue.clone(), cashiers: cashiers.clone() }),
        Arc::new(sandbox::Notices { catalogue, cashiers }),
    ]
}

pub use days::begin;

/// The day of a bill that nobody has paid, and how long it has waited.
pub fn waiting(case: &Case, today: NaiveDate) -> Option<(NaiveDate, String)> {
    let day = case.billed_on()?;
    Some((
        day,
        match (today - day).num_days() {
            ..=0 => "今天开始等缴费".into(),
            days => format!("等缴费 {days} 天"),
        },
    ))
}
