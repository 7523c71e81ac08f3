//! 阳光看板 · the sunlight board (A2.4, A2.5; F028, F029): every case while it runs and after, for everybody, without signing
//! in. Masked by construction (A3.4-06): the table behind it has no place for a name, a number of a person or a word of an
//! application, so there is nothing to blacken.

mod atom;
mod board;
mod figures;
mod fold;

pub use fold::Sunlight;

use axum::Router;
use axum::routing::get;
use foundation::House;
use foundation::feed::Consumer;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new().route("/sunlight", get(board::get)).route("/sunlight.atom", get(atom::get)).merge(figures::routes())
}

/// What is derived from the feed: the board's rows, and its figures.
pub fn consumers() -> Vec<Arc<dyn Consumer>> {
    vec![Arc::new(Sunlight), Arc::new(::figures::Figures)]
}
