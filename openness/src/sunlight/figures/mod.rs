//! 数字 · the figures of the board (A2.4, A2.5): each is named, defined in words, and a pure function of public acts in the order of the log.
//! The same fold counts the feed into the counters of the site and the downloaded log on a journalist's machine, so that both come to the
//! same number, or one of them is wrong and it can be seen which.
//!
//! `figure` has the list and their words, `fold` what each act adds, `recount` folds a whole log, `counts` keeps the counters.

pub mod counts;
mod figure;
mod fold;
mod hall;
pub(super) mod page;
mod question;
mod recount;
mod tiles;
mod times;
mod told;
mod year;

pub use counts::Figures;
pub use figure::{FIGURES, Figure, Kind, Measure, Value};
pub use fold::{Change, Followed};
pub use question::Question;
pub use recount::Recount;
pub use told::{Tell, Told, tell};

use axum::Router;
use axum::routing::get;
use foundation::House;

pub(super) fn routes() -> Router<House> {
    Router::new()
        .route("/sunlight/figures", get(page::list))
        .route("/sunlight/figures/{key}", get(page::show))
        .route("/sunlight/year", get(year::show))
        .route("/sunlight/tiles", get(tiles::show))
        .route("/sunlight/times", get(times::show))
        .route("/sunlight/hall", get(hall::show))
}

#[cfg(test)]
mod tests;
