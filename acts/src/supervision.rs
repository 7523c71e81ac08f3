//! 电子监察 · the acts of supervision (C3.3).

use crate::ActBody;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Warning,
    Yellow,
    Red,
}

impl Colour {
    pub fn zh(self) -> &'static str {
        match self {
            Colour::Warning => "预警",
            Colour::Yellow => "黄牌",
            Colour::Red => "红牌",
        }
    }
    pub fn key(self) -> &'static str {
        match self {
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
    Issued { rule: String, colour: Colour, agency: String, computation: String, evidence: Vec<i64> },
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
