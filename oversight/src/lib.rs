//! 监督 · the wing that watches (C3.3): electronic supervision over the acts of every other wing. It knows cases only from
//! the feed and never does anything to one: it warns, shows cards, and keeps what was answered.

pub mod supervision;

pub use supervision::{consumers, routes, workers};
