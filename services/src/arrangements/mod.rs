//! 放假安排 · the calendar by which every limit counts, open to all, and the recording of a notice that changes it (CLK-05 to CLK-07, F154).

mod load;
mod show;

use axum::Router;
use axum::routing::get;
use foundation::House;

pub fn routes() -> Router<House> {
    Router::new().route("/calendar", get(show::show)).route("/calendar/new", get(load::show).post(load::send))
}
