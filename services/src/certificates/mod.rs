//! 证照 · certificates (许可法 8, 38, 39, 49, 50, 69, 70; B4.1-12, B4.1-18, B4.1-19): each is derived from the act that granted it and lives on by
//! acts of its own. Its holder files from it what he asks of it, the agency ends it on a ground of the law, the clock lets it expire; whoever
//! holds the paper reads at its address what it is worth today.

pub mod ask;
pub mod certificate;
pub mod end;
pub mod expire;
pub mod ground;
mod letter;
mod list;
mod mine;
mod papers;
pub mod term;
mod verify;

pub use certificate::{Certificate, Standing};
pub use papers::{Letter, denial_name, draw, drawn_from, letters, licence_id};

use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;
use foundation::{House, Stop};

pub fn routes() -> Router<House> {
    Router::new()
        .route("/cases/{no}/papers/{letter}", get(papers::paper))
        .route("/certificates/{no}", get(verify::show))
        .route("/account/certificates", get(mine::list))
        .route("/account/certificates/{no}", get(mine::one))
        .route("/account/certificates/{no}/ask", post(ask::begin))
        .route("/account/certificates/{no}/papers/{letter}", get(letter::paper))
        .route("/counter/certificates", get(list::show))
        .route("/counter/certificates/{no}", get(mine::at_the_counter))
        .route("/counter/certificates/{no}/{how}", get(end::show).post(end::send))
}

pub use mine::{Gone, Over, Reminder, gone, over, reminders};
pub use verify::{Worth, worth};

/// The rules of a certificate say no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这个证照{0}，不能再办延续、变更、补发、注销。还要做这件事的，请重新申请")]
    NotInForce(&'static str),
    #[error("这个证照长期有效，不用延续")]
    NoTerm,
    #[error("已经延续过了，新的有效期从 {0} 起，到时再办下一次")]
    RenewedAlready(NaiveDate),
    #[error("延续从 {0} 起才能申请，早了不收")]
    TooEarly(NaiveDate),
    #[error(
        "延续最晚要在 {last} 申请，已经过了（《行政许可法》第五十条）。证照用到 {valid_to} 为止；以后还要做这件事的，请现在就重新申请"
    )]
    TooLate { last: NaiveDate, valid_to: NaiveDate },
    #[error("已经交过{0}申请，还在办，办件编号 {1}。不用再交一次")]
    AskedAlready(&'static str, String),
    #[error("这个证照不是申请人的，不能替别人申请")]
    NotTheHolder,
    #[error("这一件在有效期届满前没有作出决定，法律已经作了决定：视为准予延续（《行政许可法》第五十条第二款）。不能再作别的决定")]
    LawHasDecided,
    #[error("{0}不改证照上的内容，“{1}”和原来的不一样；要改的，请申请变更")]
    Altered(&'static str, String),
    #[error("还没有到有效期届满的时候")]
    NotYetOver,
    #[error("这个证照{0}，不能{1}")]
    CannotEnd(&'static str, &'static str),
    #[error("这个证照没有这种情形：{0}")]
    NoSuchGround(&'static str),
    #[error("{0}以前要先告知持有人陈述、申辩的权利，并写明告知的日子和结果")]
    NotTold(&'static str),
    #[error("告知不能早于发证：这个证照是 {0} 发的")]
    ToldBeforeIssue(NaiveDate),
    #[error("告知以后要给五个工作日陈述、申辩，到 {0} 为止，还没有满")]
    TooSoonAfterTelling(NaiveDate),
    #[error("持有人作了陈述申辩的，要写明他说了什么、怎么复核的")]
    StatementMissing,
    #[error("吊销要写明处罚决定书的文号")]
    PenaltyMissing,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}
