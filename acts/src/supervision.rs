//! 电子监察 · the acts of supervision (C3.3).

use crate::ActBody;
use calendar::Limit;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Notice,
    Warning,
    Yellow,
    Red,
}

impl Colour {
    pub const ALL: [Colour; 4] = [Colour::Notice, Colour::Warning, Colour::Yellow, Colour::Red];

    pub fn of(key: &str) -> Option<Colour> {
        Colour::ALL.into_iter().find(|colour| colour.key() == key)
    }
    pub fn zh(self) -> &'static str {
        match self {
            Colour::Notice => "提示",
            Colour::Warning => "预警",
            Colour::Yellow => "黄牌",
            Colour::Red => "红牌",
        }
    }
    pub fn key(self) -> &'static str {
        match self {
            Colour::Notice => "notice",
            Colour::Warning => "warning",
            Colour::Yellow => "yellow",
            Colour::Red => "red",
        }
    }
    /// C3.3-19: a notice and a warning are read; a yellow and a red card are answered.
    pub fn is_answered(self) -> bool {
        matches!(self, Colour::Yellow | Colour::Red)
    }
    /// What it becomes when nothing is done about it; of a red card nothing worse, its case goes to accountability.
    pub fn worse(self) -> Option<Colour> {
        match self {
            Colour::Notice => Some(Colour::Warning),
            Colour::Warning => Some(Colour::Yellow),
            Colour::Yellow => Some(Colour::Red),
            Colour::Red => None,
        }
    }
}

/// 整改 · what is to be put right, and within what from the day it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutRight {
    pub what: String,
    pub within: Limit,
}

/// Whom a talk was held with, and what was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkPrivate {
    pub name: String,
    pub summary: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum CardAct {
    /// A rule was hit: the rule, the computation, the acts that prove it (C3.3-09, F135).
    Issued {
        rule: String,
        /// The version of the rule, and within what the agency explains; acts from before rules had versions do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Limit>,
        colour: Colour,
        agency: String,
        computation: String,
        evidence: Vec<i64>,
    },
    /// 陈述 · the agency's explanation, within three working days (C3.3-09).
    Explained { rule: String, private: Option<String> },
    /// The time to explain is over and nothing was said; by the clock.
    Unanswered { rule: String },
    /// 核实 · the supervisor's review; the outcome stays visible. Withdrawn by one alone is of before withdrawing took two.
    Reviewed {
        rule: String,
        upheld: bool,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rectify: Option<PutRight>,
    },
    /// 提议撤销 · one supervisor finds that the card should not stand.
    WithdrawalProposed { rule: String, reason: String },
    /// 确认撤销 · by another.
    WithdrawalConfirmed { rule: String, reason: String },
    /// 不同意撤销 · by another: the card stands.
    WithdrawalRefused {
        rule: String,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rectify: Option<PutRight>,
    },
    /// 申诉 · once, against a card that stands.
    Appealed { rule: String, private: Option<String> },
    /// What a supervisor who had no part in it makes of the appeal; granted, the card is proposed to be withdrawn.
    AppealDecided { rule: String, granted: bool, reason: String },
    /// 报整改 · what was put right, with the entries of the log that show it.
    Rectified {
        rule: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<i64>,
        private: Option<String>,
    },
    /// 验收 · put right, and closed.
    Accepted { rule: String, reason: String },
    /// 退回整改 · once, with a new day.
    SentBack { rule: String, reason: String, within: Limit },
    /// 升级 · not put right: by the clock, or by a supervisor with a reason. What was to be put right still is, from that day on.
    Escalated {
        rule: String,
        colour: Colour,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// 转入问责 · a red card that was not put right (C3.4-01).
    HeldToAccount {
        rule: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// 诫勉谈话 · by the leadership of openness with the discipline body; what is to be put right after it (C3.4-01, F138).
    Talked {
        rule: String,
        /// The office of whom it was held with.
        office: String,
        on: NaiveDate,
        leadership: String,
        discipline: String,
        rectify: PutRight,
        private: Option<TalkPrivate>,
    },
    /// 移送 · to the discipline body.
    Transferred { rule: String, to: String, document: String, on: NaiveDate, private: Option<String> },
    /// What that body answered.
    TransferAnswered { rule: String, document: String, on: NaiveDate, private: Option<String> },
}

impl CardAct {
    /// The rule of the card that the act is about.
    pub fn rule(&self) -> &str {
        match self {
            CardAct::Issued { rule, .. }
            | CardAct::Explained { rule, .. }
            | CardAct::Unanswered { rule }
            | CardAct::Reviewed { rule, .. }
            | CardAct::WithdrawalProposed { rule, .. }
            | CardAct::WithdrawalConfirmed { rule, .. }
            | CardAct::WithdrawalRefused { rule, .. }
            | CardAct::Appealed { rule, .. }
            | CardAct::AppealDecided { rule, .. }
            | CardAct::Rectified { rule, .. }
            | CardAct::Accepted { rule, .. }
            | CardAct::SentBack { rule, .. }
            | CardAct::Escalated { rule, .. }
            | CardAct::HeldToAccount { rule, .. }
            | CardAct::Talked { rule, .. }
            | CardAct::Transferred { rule, .. }
            | CardAct::TransferAnswered { rule, .. } => rule,
        }
    }
}

impl ActBody for CardAct {
    const SUBJECT: &'static str = "card";
    fn ground(&self) -> Option<String> {
        match self {
            CardAct::Issued { rule, .. } => Some(format!("监察规则 {rule}")),
            CardAct::HeldToAccount { .. } | CardAct::Transferred { .. } => Some("《行政许可法》第七十二条至第七十七条".into()),
            _ => None,
        }
    }
}

/// On a supervision rule, by its number: drafted by one person, published by another, ended by two with a reason (F137). The text is published
/// under its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RuleAct {
    /// 起草, or what the house brings.
    Drafted { version: i32, hash: String },
    /// 公布: from that moment on it binds, and the version before no longer.
    Published { version: i32, hash: String, from: DateTime<Utc>, reason: String },
    /// 提出停用, of the version that binds, with the day; somebody else ends it.
    EndAsked { version: i32, from: NaiveDate, reason: String },
    /// 不停用: what was asked is taken back, or not agreed to.
    EndDropped { version: i32 },
    /// 停用: from that moment on nothing is judged by it; what was stays.
    Ended { version: i32, from: DateTime<Utc>, reason: String },
    /// 撤回 of a draft that nobody published.
    Withdrawn { version: i32 },
}

impl ActBody for RuleAct {
    const SUBJECT: &'static str = "rule";
    fn ground(&self) -> Option<String> {
        Some("《行政许可法》第六十条".into())
    }
}
