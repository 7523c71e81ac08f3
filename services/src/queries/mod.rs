//! 联网核查 · queries of other bodies (B9, F117, F118): who may ask for which facts of a certificate or a case is on record and public; each query is
//! signed, answered once with no more than the record lets, and read by the person it was about, the refused ones too.

pub mod body;
pub mod facts;
pub mod find;
mod keep;
pub mod law;
mod receive;
mod show;

use axum::Router;
use axum::routing::get;
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/queries", get(show::list).post(receive::receive))
        .route("/queries/{id}/receipt", get(show::receipt))
        .route("/queries/bodies/new", get(keep::new).post(keep::enter))
        .route("/queries/bodies/{uscc}", get(show::one))
        .route("/queries/bodies/{uscc}/change", get(keep::change).post(keep::send))
        .route("/queries/bodies/{uscc}/{step}", get(keep::back).post(keep::step))
}
