//! 搜索的词 · the acts by which words that found nothing come to lead to a matter, or to a sentence that says where to go (A2.1, F158).

use crate::ActBody;
use serde::{Deserialize, Serialize};

/// On words; its number is the words themselves, folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum SearchWordsAct {
    /// Whoever searches for them sees this matter first.
    Led { item: String },
    /// They lead to it no more.
    Released { item: String },
    /// No matter here does it: whoever searches for them reads this sentence.
    Told { sentence: String },
    /// It is told no more.
    Untold { sentence: String },
}

impl ActBody for SearchWordsAct {
    const SUBJECT: &'static str = "search_words";
    fn ground(&self) -> Option<String> {
        None
    }
}
