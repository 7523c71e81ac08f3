//! 亮牌的经过 · what may follow what on a card, by whom and within what (C3.3-18 to C3.3-24; 许可法 72–77, 公开条例 52–53).
//!
//! ```text
//! issued ─▶ stated, or the time is over ─▶ stands ─▶ to put right ─▶ reported ─▶ closed
//!                       │                    │ ▲          │ ▲  └ sent back once ┘
//!                       ▼                    ▼ │          ▼ │ talk
//!              proposed to withdraw ◀── appealed    worse, at last accountable ─▶ transferred ─▶ closed
//! ```

use acts::CardAct;
use calendar::Limit;
use chrono::NaiveDate;
use foundation::Stop;
use uuid::Uuid;

/// C3.3-20: within what an agency appeals, and within what each thing that waits for a supervisor is done.
pub const APPEAL_WITHIN: Limit = Limit::working_days(5);
pub const DESK_WITHIN: Limit = Limit::working_days(5);
/// C3.3-21: within what something is put right where the supervisor does not say; and the most that may be given.
pub const RECTIFY_DAYS: u32 = 10;
pub const RECTIFY_MOST: u32 = 60;
/// C3.3-24: within what a red card that was not put right is talked about or transferred.
pub const ACCOUNT_WITHIN: Limit = Limit::working_days(10);

/// How far a card has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A notice or a warning: told, and nothing is owed.
    Told,
    Issued,
    Unanswered,
    Explained,
    Proposed,
    Upheld,
    Appealed,
    Rectifying,
    Rectified,
    Accountable,
    Transferred,
    Closed,
    Withdrawn,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Unit,
    Desk,
}

impl Turn {
    pub const ALL: [Turn; 2] = [Turn::Unit, Turn::Desk];
    pub fn key(self) -> &'static str {
        match self {
            Turn::Unit => "unit",
            Turn::Desk => "desk",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Turn::Unit => "要单位回应的",
            Turn::Desk => "要监察人员办的",
        }
    }
}

impl Progress {
    pub const ALL: [Progress; 13] = [
        Progress::Told,
        Progress::Issued,
        Progress::Unanswered,
        Progress::Explained,
        Progress::Proposed,
        Progress::Upheld,
        Progress::Appealed,
        Progress::Rectifying,
        Progress::Rectified,
        Progress::Accountable,
        Progress::Transferred,
        Progress::Closed,
        Progress::Withdrawn,
    ];
    pub fn of(key: &str) -> Option<Progress> {
        Progress::ALL.into_iter().find(|progress| progress.key() == key)
    }
    pub fn key(self) -> &'static str {
        match self {
            Progress::Told => "told",
            Progress::Issued => "issued",
            Progress::Unanswered => "unanswered",
            Progress::Explained => "explained",
            Progress::Proposed => "proposed",
            Progress::Upheld => "upheld",
            Progress::Appealed => "appealed",
            Progress::Rectifying => "rectifying",
            Progress::Rectified => "rectified",
            Progress::Accountable => "accountable",
            Progress::Transferred => "transferred",
            Progress::Closed => "closed",
            Progress::Withdrawn => "withdrawn",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Progress::Told => "已提醒，不用回应",
            Progress::Issued => "等单位说明",
            Progress::Unanswered => "到期没有说明，等复核",
            Progress::Explained => "已说明，等复核",
            Progress::Proposed => "提议撤销，等另一人确认",
            Progress::Upheld => "复核维持",
            Progress::Appealed => "单位申诉，等决定",
            Progress::Rectifying => "维持，等单位整改",
            Progress::Rectified => "已报整改，等验收",
            Progress::Accountable => "没有整改，转入问责",
            Progress::Transferred => "已移送，等答复",
            Progress::Closed => "办结",
            Progress::Withdrawn => "复核撤销",
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Progress::Issued | Progress::Rectifying => "tag tag--warn",
            Progress::Upheld | Progress::Unanswered | Progress::Accountable | Progress::Transferred => "tag tag--stop",
            Progress::Withdrawn | Progress::Told => "tag tag--wait",
            Progress::Closed => "tag tag--ok",
            _ => "tag",
        }
    }
    pub fn turn(self) -> Option<Turn> {
        match self {
            Progress::Issued | Progress::Rectifying => Some(Turn::Unit),
            Progress::Unanswered
            | Progress::Explained
            | Progress::Proposed
            | Progress::Appealed
            | Progress::Rectified
            | Progress::Accountable
            | Progress::Transferred => Some(Turn::Desk),
            Progress::Told | Progress::Upheld | Progress::Closed | Progress::Withdrawn => None,
        }
    }
    /// What is to be done next, as the page says it.
    pub fn next(self) -> &'static str {
        match self {
            Progress::Told | Progress::Closed | Progress::Withdrawn | Progress::Upheld => "",
            Progress::Issued => "单位说明情况",
            Progress::Unanswered | Progress::Explained => "监察人员复核",
            Progress::Proposed => "另一位监察人员确认或者不同意撤销",
            Progress::Appealed => "没有经手这张牌的监察人员决定申诉",
            Progress::Rectifying => "单位整改，报结果",
            Progress::Rectified => "监察人员验收，或者退回",
            Progress::Accountable => "诫勉谈话，或者移送",
            Progress::Transferred => "登记问责机关的答复",
        }
    }
}

/// One step of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Explain,
    /// By the clock: the time to explain is over.
    Lapse,
    Uphold,
    Propose,
    /// To propose it of a card that stands, knowing that it does.
    Reconsider,
    Confirm,
    Refuse,
    Appeal,
    Decide,
    Report,
    Accept,
    SendBack,
    Escalate,
    Talk,
    Transfer,
    Answer,
}

/// C3.3-18: what may follow what. What stands here for no progress may not be done in it.
pub const TABLE: [(Progress, &[Step]); 13] = [
    (Progress::Told, &[Step::Explain, Step::Uphold, Step::Propose]),
    (Progress::Issued, &[Step::Explain, Step::Lapse, Step::Uphold, Step::Propose]),
    // Whoever speaks late is still heard.
    (Progress::Unanswered, &[Step::Explain, Step::Uphold, Step::Propose]),
    (Progress::Explained, &[Step::Uphold, Step::Propose]),
    (Progress::Proposed, &[Step::Confirm, Step::Refuse]),
    (Progress::Upheld, &[Step::Appeal]),
    (Progress::Appealed, &[Step::Decide]),
    (Progress::Rectifying, &[Step::Appeal, Step::Report, Step::Escalate, Step::Reconsider, Step::Talk]),
    (Progress::Rectified, &[Step::Accept, Step::SendBack, Step::Escalate]),
    (Progress::Accountable, &[Step::Talk, Step::Transfer]),
    (Progress::Transferred, &[Step::Answer]),
    (Progress::Closed, &[]),
    (Progress::Withdrawn, &[]),
];

/// What may follow.
pub fn may_follow(progress: Progress) -> &'static [Step] {
    TABLE.iter().find(|(from, _)| *from == progress).map_or(&[], |(_, steps)| steps)
}

/// The step that an act is; its issue is none.
pub fn step_of(act: &CardAct) -> Option<Step> {
    Some(match act {
        CardAct::Issued { .. } => return None,
        CardAct::Explained { .. } => Step::Explain,
        CardAct::Unanswered { .. } => Step::Lapse,
        CardAct::Reviewed { upheld: true, .. } => Step::Uphold,
        CardAct::Reviewed { .. } | CardAct::WithdrawalConfirmed { .. } => Step::Confirm,
        CardAct::WithdrawalProposed { .. } => Step::Propose,
        CardAct::WithdrawalRefused { .. } => Step::Refuse,
        CardAct::Appealed { .. } => Step::Appeal,
        CardAct::AppealDecided { .. } => Step::Decide,
        CardAct::Rectified { .. } => Step::Report,
        CardAct::Accepted { .. } => Step::Accept,
        CardAct::SentBack { .. } => Step::SendBack,
        CardAct::Escalated { .. } | CardAct::HeldToAccount { .. } => Step::Escalate,
        CardAct::Talked { .. } => Step::Talk,
        CardAct::Transferred { .. } => Step::Transfer,
        CardAct::TransferAnswered { .. } => Step::Answer,
    })
}

impl Step {
    /// Whether it is the agency's, not of supervision or of the clock.
    pub fn is_of_the_unit(self) -> bool {
        matches!(self, Step::Explain | Step::Appeal | Step::Report)
    }
    /// Whether it judges if the card should stand. Of these one person does one.
    pub fn judges(self) -> bool {
        matches!(self, Step::Uphold | Step::Propose | Step::Reconsider | Step::Confirm | Step::Refuse | Step::Decide)
    }
}

/// Who takes a step: the person, and whether the same did an act in the case.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    pub person: Uuid,
    pub handled: bool,
}

/// The rules of cards say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这张牌已经复核过了，结论不能再改")]
    Reviewed,
    #[error("这张牌已经说明过了，说明只能交一次")]
    Explained,
    #[error("单位在{}前都可以说明，还没有说明的先不复核", foundation::page::full_date_zh(*.0))]
    MayStillExplain(NaiveDate),
    #[error("这张牌现在是“{}”，这一步不能办。刷新页面看现在该办什么", .0.zh())]
    NotNow(Progress),
    #[error("这张牌已经申诉过了，申诉只有一次")]
    Appealed,
    #[error("申诉的期限到{}为止，已经过了", foundation::page::full_date_zh(*.0))]
    TooLateToAppeal(NaiveDate),
    #[error("整改只退回一次，这次验收不了的升级")]
    SentBackBefore,
    #[error("整改还没有退回过，先退回一次，给一个新的日子")]
    NotSentBackYet,
    #[error("黄牌和红牌维持的，要写明整改什么")]
    NothingToPutRight,
    #[error("诫勉谈话针对红牌")]
    NotRed,
    #[error("这张牌已经谈过话了，还没有整改的移送")]
    TalkedBefore,
    #[error("日期早于{what}（{}），不会是那以后的事：请核对日期", foundation::page::full_date_zh(*.day))]
    Before { what: &'static str, day: NaiveDate },
    #[error("您经办过这个办件，要由没有经办过的监察人员来办")]
    HandledTheCase,
    #[error("您替单位回应过这张牌，要由别的监察人员来办")]
    SpokeForTheUnit,
    #[error("您已经对这张牌作过判断，这一步要由另一位监察人员来办")]
    JudgedBefore,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}
