//! 数字 · the figures of the board (A2.4, A2.5): each is named, defined in words, and a pure function of public acts in the order of the log.
//! The same fold counts the feed into the counters of the site and the downloaded log on a journalist's machine, so that both come to the
//! same number, or one of them is wrong and it can be seen which. Every wing shows them, none has its own.
//!
//! `figure` has the list and their words, `fold` what each act adds, `recount` folds a whole log, `counts` keeps the counters, `told` reads
//! them for a page.

mod counts;
mod figure;
mod fold;
mod question;
mod recount;
mod told;

pub use counts::*;
pub use figure::{FIGURES, Figure, Kind, Measure, Value};
pub use fold::{Change, Followed};
pub use question::Question;
pub use recount::Recount;
pub use told::{Tell, Told, tell};

#[cfg(test)]
mod tests;
