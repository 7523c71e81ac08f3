//! 首问负责 · whoever is asked first answers for it until another accepts (B4.1, F069; 2012年任务分解通知第一部分（二）4). A handing over is an
//! offer: refused or not answered, it stays where it is, and its day does not move. That the day is the next working day is ours; no rule of
//! law sets one.

mod desk;
pub(crate) mod fold;
mod follow;
mod overdue;

pub use overdue::Overdue;

use axum::Router;
use axum::routing::{get, post};
use foundation::House;

/// Working days to answer.
const DAYS: u32 = 1;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/asked", get(follow::find).post(follow::look))
        .route("/asked/{no}/{code}", get(follow::show))
        .route("/counter/asked", get(desk::list))
        .route("/counter/asked/new", get(desk::new).post(desk::begin))
        .route("/counter/asked/{no}", get(desk::one))
        .route("/counter/asked/{no}/{what}", post(desk::send))
        .route("/supervision/asked", get(overdue::list))
}
