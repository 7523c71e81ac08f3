//! 中介服务 · intermediary services (B3.2, F066): the law of what may be a condition, the public register of institutions, and what each was
//! engaged for, how long it took and how it was rated. Nobody is designated: the register only says who is there; whoever needs a
//! service chooses, and its order begins every day with another one.

pub mod demo;
mod engaged;
mod facts;
mod keep;
pub mod law;
mod list;
pub mod record;
mod show;

pub use engaged::{Engaged, Figures, figures};
pub use facts::code;
pub use law::Rejection;
pub use record::{Registered, find, offering};

use axum::Router;
use axum::routing::get;
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/intermediaries", get(list::show))
        .route("/intermediaries/new", get(keep::new).post(keep::enter))
        .route("/intermediaries/{uscc}", get(show::show))
        .route("/intermediaries/{uscc}/change", get(keep::change).post(keep::send))
        .route("/intermediaries/{uscc}/end", get(keep::back).post(keep::end))
}
