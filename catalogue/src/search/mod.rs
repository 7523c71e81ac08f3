//! 找事 · search by a citizen's own words (F157, F158, H35). Everything is folded to one written form; pairs of Han characters find
//! candidates whatever the segmenter thinks, and the words the segmenter sees decide the order. Every Latin word asked for must be
//! there; a single character is a query like any other. Words that mean the same stand for each other, and where nothing or little is
//! found, slips of writing are mended. What is found narrows by agency, region, theme and whom it serves.

mod facets;
mod index;
mod known;
pub(crate) mod misses;
mod misses_page;
mod slips;
mod synonyms;
mod words;

pub use facets::{Asked, Counts, Entry};
pub use index::{Index, Row, Rows};
pub(crate) use known::Words;
pub(crate) use misses::Answer;
pub(crate) use synonyms::FILE as SYNONYMS;
pub use synonyms::Synonyms;
pub(crate) use words::{LONGEST, database_words, grams_of, stood_for, warm};

use crate::Item;
use serde::Serialize;
use std::sync::Arc;

pub(crate) use misses_page::routes;

/// What a line of an item is; the better the line, the more a word in it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Name,
    Alias,
    Result,
    Theme,
    Agency,
    Region,
    Summary,
    Question,
    Code,
}

impl Field {
    fn weight(self) -> f64 {
        match self {
            Field::Name => 8.0,
            Field::Alias => 7.0,
            Field::Code => 7.0,
            Field::Result => 5.0,
            Field::Theme => 3.0,
            Field::Agency | Field::Region => 2.5,
            Field::Summary => 2.0,
            Field::Question => 1.5,
        }
    }
    fn zh(self) -> &'static str {
        match self {
            Field::Name => "名称",
            Field::Alias => "大家也叫",
            Field::Result => "办成后拿到",
            Field::Theme => "主题",
            Field::Agency => "实施机关",
            Field::Region => "办理地区",
            Field::Summary => "说明",
            Field::Question => "常见问题",
            Field::Code => "编码",
        }
    }
}

/// Why an item was found: the line and, in it, the words that matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// 名称, 大家也叫, 实施机关 …
    pub what: &'static str,
    /// The line in pieces; `true` where it matched.
    pub pieces: Vec<(String, bool)>,
    /// Words of the line that stood for other words of the question.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stood_for: Vec<StoodFor>,
}

/// Another word was found in the place of the one that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoodFor {
    pub said: String,
    pub here: String,
}

impl Reason {
    /// Which word stood for which, as a sentence.
    pub fn told(&self) -> Vec<String> {
        self.stood_for.iter().map(|one| format!("您说的“{}”，这里按“{}”找", one.said, one.here)).collect()
    }
}

/// One item found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub item: Arc<Item>,
    pub score: f64,
    /// The lines that speak best for it, at most two.
    pub why: Vec<Reason>,
}

/// What was found for a question.
#[derive(Clone, Debug)]
pub struct Found {
    /// How many, on all pages.
    pub total: usize,
    /// Those of this page, best first.
    pub hits: Vec<Hit>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// What was read in the place of the words as typed.
    pub instead: Option<String>,
    /// The question has no word that says a matter.
    pub vague: bool,
    /// What was found has little of what was asked: no matter here may be it.
    pub weak: bool,
    /// The places of the page from which on the matters may be needed as well.
    pub also: usize,
    /// Where to go, as the catalogue's administrator says it of these words.
    pub told: Option<String>,
    pub counts: Counts,
}
