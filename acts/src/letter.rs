//! 文书模板 · the words of what the house writes to people: proposed by the administrator, published by the legal office.

use crate::ActBody;
use serde::{Deserialize, Serialize};

/// On a change of one template, by its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum LetterAct {
    /// 送审.
    Proposed {
        /// The template, such as `grant`.
        letter: String,
        /// SHA-256 of the text that was in force, and of the one that is proposed.
        base: String,
        hash: String,
        reason: String,
    },
    /// 公布: from this moment on letters are written by it.
    Published { letter: String, hash: String },
    /// 退回, with the reason.
    Returned { reason: String },
    /// 撤回 by whoever proposed it.
    Withdrawn,
}

impl ActBody for LetterAct {
    const SUBJECT: &'static str = "letter_change";
    fn ground(&self) -> Option<String> {
        Some("行政许可法第三十八条".into())
    }
}
