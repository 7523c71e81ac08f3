//! 前置审批 · what must be approved before a matter can be applied for (B6.1; F090): without a basis in law or regulation it is listed
//! for cancelling, where it holds people up it is listed with its figures and a proposal.

pub(crate) mod law;
mod list;

use axum::Router;
use axum::routing::get;
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new().route("/priors", get(list::show))
}
