//! 政务服务中心 · service centres and what they cover (B2.1, B3.1, B4.4, B6.3): each centre a record with its sites, counters and divisions,
//! named by the rule; matters that stay outside with their review and approval, or without; three coverages, two concentrations and two
//! in-place, computed from the catalogue and the cases and opened to what is behind them.

mod agency;
mod bulletins;
mod bulletins_pages;
mod change;
pub mod close;
pub mod closing;
pub mod coverage;
mod decided;
pub mod demo;
mod desk;
mod facts;
mod figures;
mod list;
pub(crate) mod name;
pub mod offices;
mod open;
mod outside;
mod outside_pages;
pub(crate) mod record;
mod show;
mod standard;

use crate::versions::sha256;
use foundation::Stop;
use serde::Serialize;

/// What a page was drawn from, as it sends it back: whoever reviews or approves says so of what they read.
pub fn drawn_from(state: &impl Serialize) -> Result<String, Stop> {
    Ok(sha256(serde_json::to_string(state)?.as_bytes())[..16].to_owned())
}

/// Refuses what was said of something that is another now; a program that fills in a form without having drawn it says nothing.
pub fn is_as_drawn(seen: &str, state: &impl Serialize) -> Result<(), Stop> {
    match seen.is_empty() || seen == drawn_from(state)? {
        true => Ok(()),
        false => Err(Stop::Rejected("您打开这一页以后，登记的内容改过，这一次没有存。请重新打开，看过现在的内容再办。".into())),
    }
}

pub use decided::Decided;
pub(crate) use outside::hall_of;
pub use outside::{Place, places};
pub use record::is_open;

use axum::Router;
use axum::routing::{get, post};
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/centres", get(list::show))
        .route("/centres/new", get(open::show).post(open::send))
        .route("/centres/desk", get(desk::show))
        .route("/centres/outside", get(outside_pages::list))
        .route("/centres/outside/{item}", get(outside_pages::one))
        .route("/centres/outside/{item}/{what}", post(outside_pages::send).get(outside_pages::kept))
        .route("/centres/{centre}", get(show::show))
        .route("/centres/{centre}/coverage", get(show::coverage))
        .route("/centres/{centre}/agencies/{agency}", get(agency::show))
        .route("/bulletins", get(bulletins_pages::list))
        .route("/bulletins/{no}", get(bulletins_pages::one).post(bulletins_pages::withdraw))
        .route("/centres/{centre}/bulletins", get(bulletins_pages::new).post(bulletins_pages::send))
        .route("/centres/{centre}/outside", get(outside_pages::new).post(outside_pages::find))
        .route("/centres/{centre}/change/{step}", get(change::show).post(change::send))
}
