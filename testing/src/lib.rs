//! 测试台 · a house that opens in milliseconds against real PostgreSQL. A test opens a [`Town`], sends a [`Client`] through its
//! doors and looks at the [`Page`]s; two towns never see each other, and nothing of one is left when its test ends, also by a panic.
//!
//! The wings test on a [`Town`] of their own routes ([`Town::of`]), telling its cases straight to the record (`story.rs`); the whole
//! site stands on one too ([`Town::new`]), in `sunlit/tests/cases/desk.rs`.

mod client;
mod cluster;
mod definitions;
mod story;
mod town;

pub use client::{Client, OK, Page};
pub use cluster::Database;
pub use definitions::{catalogue, changed, edited};
pub use story::{AGENCY, ITEM, at, waits};
pub use town::{Town, site};
