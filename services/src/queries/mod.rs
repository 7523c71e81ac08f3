//! 联网核查 · queries of other bodies (B9, F117, F118): who may ask for which facts of a certificate or a case is on record and public; each query is
//! signed, answered once with no more than the record lets, and read by the person it was about, the refused ones too.

pub mod body;
pub mod find;
pub mod law;
mod receive;

use axum::Router;
use axum::routing::post;
use foundation::House;

/// The address of the interface, and of the page that says who may use it.
pub const ADDRESS: &str = "/queries";

pub fn routes() -> Router<House> {
    Router::new().route("/queries", post(receive::receive))
}
