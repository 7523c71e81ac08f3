//! 数字的页面 · the pages of the figures (`figures`): each with its words and the acts behind it, a year by days, tiles, times, and the screen of a
//! hall (A2.4, A2.5).

mod hall;
pub(super) mod page;
mod tiles;
mod times;
mod year;

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
