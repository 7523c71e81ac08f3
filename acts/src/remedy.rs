//! 救济 · the two ways to go against a decision (行政复议法, 行政诉讼法), and how they end.

use serde::{Deserialize, Serialize};

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// 行政复议.
    Reconsideration,
    /// 行政诉讼.
    Litigation,
}

impl Remedy {
    pub const ALL: [Remedy; 2] = [Remedy::Reconsideration, Remedy::Litigation];

    pub fn key(self) -> &'static str {
        match self {
            Remedy::Reconsideration => "reconsideration",
            Remedy::Litigation => "litigation",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Remedy::Reconsideration => "行政复议",
            Remedy::Litigation => "行政诉讼",
        }
    }
    /// By when the agency answers, from the day it receives the copy (行政复议法 54, 行政诉讼法 67).
    pub fn answered_zh(self) -> &'static str {
        match self {
            Remedy::Reconsideration => {
                "自收到申请书副本之日起十日（工作日）内书面答复，并提交作出决定的证据、依据（《行政复议法》第五十四条、第八十八条）"
            }
            Remedy::Litigation => "自收到起诉状副本之日起十五日内提交证据、依据和答辩状（《行政诉讼法》第六十七条）",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemedyOutcome {
    /// 维持, 驳回.
    Upheld,
    /// 撤销、变更、确认违法、责令履行.
    Corrected,
    /// 不予受理, 不予立案.
    NotTaken,
    /// 撤回, 调解, 终止.
    Ended,
}

impl RemedyOutcome {
    pub const ALL: [RemedyOutcome; 4] =
        [RemedyOutcome::Upheld, RemedyOutcome::Corrected, RemedyOutcome::NotTaken, RemedyOutcome::Ended];

    pub fn key(self) -> &'static str {
        match self {
            RemedyOutcome::Upheld => "upheld",
            RemedyOutcome::Corrected => "corrected",
            RemedyOutcome::NotTaken => "not_taken",
            RemedyOutcome::Ended => "ended",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            RemedyOutcome::Upheld => "维持，或者驳回",
            RemedyOutcome::Corrected => "撤销、变更、确认违法，或者责令重新处理",
            RemedyOutcome::NotTaken => "不予受理，或者不予立案",
            RemedyOutcome::Ended => "撤回、和解、调解，或者终止",
        }
    }
    /// Whether a decision on reconsideration was made, against which one may sue.
    pub fn opens_court(self) -> bool {
        matches!(self, RemedyOutcome::Upheld | RemedyOutcome::Corrected)
    }
}

/// Before whom, and under which number: somebody's own affair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}
