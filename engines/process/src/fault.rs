//! 缺陷 · why a chart cannot be read, or can be read but not run. Each says where (element and line), why, and how to
//! mend it: a chart is drawn by people who are not programmers.

use crate::words::{Lang, Words};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The text is not a BPMN 2.0 chart that can be held without guessing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The element at fault, as written (`process “Test 2”`), when there is one.
    pub element: Option<String>,
    /// Line in the text, from 1.
    pub line: usize,
    /// Column in the text, from 1, counted in characters.
    pub column: usize,
    /// What is wrong.
    pub reason: Words,
    /// How to mend it.
    pub remedy: Words,
}

impl ParseError {
    /// One sentence for the page: place, reason, remedy.
    pub fn tell(&self, lang: Lang) -> String {
        let (reason, remedy) = (self.reason.tell(lang), self.remedy.tell(lang));
        let element = self.element.as_deref().unwrap_or_default();
        match lang {
            Lang::Zh if element.is_empty() => {
                format!("第 {} 行：{reason}。改法：{remedy}", self.line)
            }
            Lang::Zh => format!("第 {} 行 {element}：{reason}。改法：{remedy}", self.line),
            Lang::En if element.is_empty() => {
                format!("line {}: {reason}. To mend: {remedy}", self.line)
            }
            Lang::En => format!("line {}, {element}: {reason}. To mend: {remedy}", self.line),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Lang::Zh))
    }
}

impl std::error::Error for ParseError {}

/// Which rule a chart breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// An element that this engine does not execute.
    NotExecuted,
    /// No start event, or more than one, in the process or a sub-process.
    Start,
    /// A flow that comes from or leads to nothing, or crosses the border of a sub-process.
    Dangling,
    /// No path leads here from the start.
    Unreachable,
    /// No path leads from here to an end.
    NoEnd,
    /// A branching without a default, or a branch without a condition.
    Branching,
    /// A condition in a language other than FEEL, or where none may be.
    Condition,
    /// A boundary event that is not attached to an activity.
    Boundary,
    /// A message or timer without its name or time.
    Trigger,
    /// Two elements with one id.
    Duplicate,
    /// Something in our own namespace that nobody reads, such as a misspelt attribute.
    Extension,
    /// A circle of branchings in which nothing is waited for.
    Idle,
    /// Two inclusive joins that would wait for each other for ever.
    MutualWait,
}

/// A chart that can be read and shown, but not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Id of the element at fault.
    pub element: String,
    /// Its name on the chart; empty when it has none.
    pub name: String,
    /// Line in the text, from 1.
    pub line: usize,
    /// The rule broken.
    pub rule: Rule,
    /// What is wrong.
    pub reason: Words,
    /// How to mend it.
    pub remedy: Words,
}

impl Fault {
    /// One sentence for the page: place, reason, remedy.
    pub fn tell(&self, lang: Lang) -> String {
        let label = if self.name.is_empty() { &self.element } else { &self.name };
        let (reason, remedy) = (self.reason.tell(lang), self.remedy.tell(lang));
        match lang {
            Lang::Zh => format!("第 {} 行“{label}”（{}）：{reason}。改法：{remedy}", self.line, self.element),
            Lang::En => format!("line {}, “{label}” ({}): {reason}. To mend: {remedy}", self.line, self.element),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Lang::Zh))
    }
}
