//! 服务 · cases from the first question to the rating (B): applications, acceptance, examination, decisions, delivery, certificates.

#![allow(clippy::too_many_arguments, reason = "a handler names all it reads from the request")]

mod account;
pub mod agents;
pub mod arrangements;
pub mod asked;
pub mod cases;
pub mod certificates;
pub mod counter;
pub mod delegations;
pub mod demo;
pub mod drafts;
pub mod fees;
mod flagged;
pub mod hall;
mod looks;
pub mod numbers;
pub mod queries;
pub mod relatives;
pub mod track;

use axum::Router;
use catalogue::Catalogue;
use foundation::House;
use foundation::jobs::Worker;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .merge(account::routes())
        .merge(agents::routes())
        .merge(arrangements::routes())
        .merge(drafts::routes())
        .merge(cases::routes())
        .merge(counter::routes())
        .merge(hall::routes())
        .merge(asked::routes())
        .merge(fees::routes())
        .merge(delegations::routes())
        .merge(relatives::routes())
        .merge(track::routes())
        .merge(looks::routes())
        .merge(queries::routes())
        .merge(certificates::routes())
}

pub fn workers(catalogue: &Catalogue, cashiers: &fees::Cashiers) -> Vec<Arc<dyn Worker>> {
    let mut workers: Vec<Arc<dyn Worker>> = vec![
        Arc::new(cases::deemed::DeemedAcceptance { catalogue: catalogue.clone() }),
        Arc::new(cases::renewed::DeemedRenewal { catalogue: catalogue.clone() }),
        Arc::new(certificates::expire::Expiry { catalogue: catalogue.clone() }),
        Arc::new(cases::recompute::Recompute),
        Arc::new(asked::Overdue),
    ];
    workers.extend(fees::workers(catalogue, cashiers));
    workers
}
