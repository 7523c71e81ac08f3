//! 电子监察 · the acts of supervision (C3.3).

use crate::ActBody;
use calendar::Limit;
use chrono::{DateTime, Utc};
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
    /// The agency's explanation, within three working days (C3.3-09).
    Explained { rule: String, private: Option<String> },
    /// The supervisor's review; the outcome stays visible.
    Reviewed { rule: String, upheld: bool, reason: String },
}

impl ActBody for CardAct {
    const SUBJECT: &'static str = "card";
    fn ground(&self) -> Option<String> {
        match self {
            CardAct::Issued { rule, .. } => Some(format!("监察规则 {rule}")),
            _ => None,
        }
    }
}

/// On a supervision rule, by its number: drafted by one person, published by another, ended with a reason (F137). The text is published
/// under its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RuleAct {
    /// 起草, or what the house brings.
    Drafted { version: i32, hash: String },
    /// 公布: from that moment on it binds, and the version before no longer.
    Published { version: i32, hash: String, from: DateTime<Utc>, reason: String },
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
