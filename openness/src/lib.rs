//! 公开 · the wing of openness (A). What the public sees comes from the same feed of acts that staff work on; publishing is
//! not a second job.

pub mod sunlight;

pub use sunlight::{consumers, routes};
