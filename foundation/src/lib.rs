//! 基础 · what every wing stands on: record, feed, authority, people, database, jobs, files, pages, errors, testing.

pub mod arrangements;
pub mod bag;
pub mod caller;
pub mod codes;
pub mod db;
pub mod feed;
pub mod files;
mod heic;
pub mod held;
mod house;
pub mod jobs;
mod kind;
pub mod log;
pub mod metrics;
mod moment;
pub mod once;
pub mod page;
pub mod papers;
pub mod people;
mod program;
pub mod record;
pub mod scan;
pub mod sequencer;
pub mod serials;
pub mod sessions;
pub mod sign_in;
mod stop;
pub mod sweep;
pub mod uploads;
pub mod view;
pub mod witnesses;
pub mod work;

pub use house::{House, Parts, Site};
pub use moment::{Moment, TimeSource};
pub use sessions::SignedIn;
pub use stop::{Stop, Stopped, wants_json};
