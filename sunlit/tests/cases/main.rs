//! 办件走通 · one approval, all the way, against real PostgreSQL; each test is named by the feature, rule or hard case it shows.

mod desk;
mod doors;
mod at_once;
mod entries;
mod journey;
mod ground;

use desk::{Desk, OK};
