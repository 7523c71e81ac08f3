//! 电子监察 · electronic supervision (C3.3; F076, F134–F136). Every case is watched from its first act to its last. The
//! feed is folded into watches, a timer stands at the next moment a rule can be broken, and when it comes the card is
//! shown by itself, with the rule, the computation and the acts that prove it.
//!
//! ```text
//! acts ─feed─▶ watch.rs (fold) ─timer─▶ issue.rs (asks rules.rs) ─▶ a card and its act ─▶ explain.rs ─▶ review.rs
//! review.rs ─▶ report.rs ─▶ accept.rs, with appeal.rs, confirm.rs, talk.rs, transfer.rs beside: course.rs says what may follow what, timer.rs
//!              does what time alone brings about
//! draft.rs ─▶ trial.rs ─▶ rule.rs: publish ─▶ book.rs ─▶ retime.rs (brings timers forward)
//! ```

mod about;
mod accept;
pub mod affair;
mod answer;
mod appeal;
mod appealed;
mod board;
pub(crate) mod book;
mod card;
mod case;
mod chart;
mod confirm;
mod course;
pub mod demo;
mod draft;
mod explain;
pub mod facts;
mod issue;
mod list;
mod places;
pub mod published;
mod report;
mod retime;
mod review;
mod right;
mod rule;
mod rulebook;
pub mod rules;
mod talk;
mod timer;
mod transfer;
mod trial;
pub(crate) mod view;
pub mod watch;

pub use book::begin;
pub use issue::KIND;

use axum::Router;
use axum::routing::get;
use catalogue::Catalogue;
use foundation::House;
use foundation::feed::Consumer;
use foundation::jobs::Worker;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/supervision/board", get(board::get))
        .route("/supervision/cards", get(list::get))
        .route("/supervision/rules", get(rulebook::get))
        .route("/supervision/rules/new", get(draft::new).post(draft::post_new))
        .route("/supervision/rules/{id}/{version}", get(rule::get).post(rule::post))
        .route("/supervision/rules/{id}/{version}/change", get(draft::change).post(draft::post_change))
        .route("/supervision/trials/{id}", get(rule::trial))
        .route("/supervision/cases/{no}", get(case::get))
        .route("/supervision/cases/{no}/cards/{rule}/explain", answer::door::<explain::Explain>())
        .route("/supervision/cases/{no}/cards/{rule}/review", answer::door::<review::Review>())
        .route("/supervision/cases/{no}/cards/{rule}/confirm", answer::door::<confirm::Confirm>())
        .route("/supervision/cases/{no}/cards/{rule}/appeal", answer::door::<appeal::Appeal>())
        .route("/supervision/cases/{no}/cards/{rule}/decide-appeal", answer::door::<appealed::DecideAppeal>())
        .route("/supervision/cases/{no}/cards/{rule}/report", answer::door::<report::Report>())
        .route("/supervision/cases/{no}/cards/{rule}/accept", answer::door::<accept::Accept>())
        .route("/supervision/cases/{no}/cards/{rule}/talk", answer::door::<talk::Talk>())
        .route("/supervision/cases/{no}/cards/{rule}/transfer", answer::door::<transfer::Transfer>())
        .route("/supervision/cases/{no}/cards/{rule}/transfer-answer", answer::door::<transfer::Answered>())
}

/// What is derived from the feed: the watches. When a limit ends depends on the chart of the item, so it needs the catalogue.
pub fn consumers(catalogue: &Catalogue) -> Vec<Arc<dyn Consumer>> {
    vec![Arc::new(watch::Supervision { catalogue: catalogue.clone() })]
}

/// The timers. Limits of single steps are in the chart of the item, so the worker needs the catalogue.
pub fn workers(catalogue: &Catalogue) -> Vec<Arc<dyn Worker>> {
    vec![
        Arc::new(issue::Issue { catalogue: catalogue.clone() }),
        Arc::new(retime::Retime { catalogue: catalogue.clone() }),
        Arc::new(trial::Try { catalogue: catalogue.clone() }),
        Arc::new(timer::Passes),
    ]
}
