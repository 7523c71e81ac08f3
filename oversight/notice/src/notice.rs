//! 任务分解通知 · what a notice says (D1). Every field keeps the place of the words it was read from.

use crate::{Date, Span, Unread, Words};
use serde::{Deserialize, Serialize};

/// A notice as it was read.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The title.
    pub title: Option<Words>,
    /// Who issued it. Several that sign on lines of their own stand side by side; the place is that of the first.
    pub issuer: Option<Words>,
    /// 文号: `皖政办〔2012〕18号`.
    pub document_no: Option<Words>,
    /// The day it was signed.
    pub signed: Option<Date>,
    /// To whom it is addressed.
    pub addressees: Vec<Unit>,
    /// Numbers of the documents it rests on.
    pub basis: Vec<Words>,
    /// The tasks, in their order.
    pub assignments: Vec<Assignment>,
    /// What it asks of everybody.
    pub requirements: Vec<Requirement>,
    /// Who reports to whom, and by when (D3).
    pub reporting: Vec<Reporting>,
    /// What could not be read, by line.
    pub unread: Vec<Unread>,
    /// The first and the last line of each block that is of the page around the notice, and was left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub around: Vec<[u32; 2]>,
    /// The text itself.
    pub source: Source,
}

impl Notice {
    /// The province whose body issued it, where it says so.
    pub fn province(&self) -> Option<&'static str> {
        let text = |words: &'_ Option<Words>| words.as_ref().map(|words| words.text.clone()).unwrap_or_default();
        crate::province(&text(&self.issuer), &text(&self.document_no), &text(&self.title))
    }
}

/// The text as it was taken out of the file.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// What the file turned out to be.
    pub format: Format,
    /// Its lines; [`Span::line`] counts them from 1. A row of a table is one line, its cells parted by tabs.
    pub lines: Vec<String>,
    /// What the file says of them beside their words.
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    pub marks: Marks,
}

impl Source {
    pub(crate) fn new(format: Format, lines: Vec<String>) -> Source {
        Source { format, lines, marks: Marks::default() }
    }
}

/// What a file says of its lines beside their words. Each list holds numbers of lines, from 1.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(default)]
pub struct Marks {
    /// Where it hides words from its readers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<u32>,
    /// Where a web page has a menu or a foot, which are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub around: Vec<u32>,
    /// Where a web page shows links and nothing else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<u32>,
    /// In which a cell of a table stands across columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub across: Vec<u32>,
    /// Out of which marks were taken that turn the direction of the words behind them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turned: Vec<u32>,
    /// In which a page of a PDF goes on with the one before it and may not, with the words that meet there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<(u32, String)>,
}

impl Marks {
    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        *self == Marks::default()
    }

    /// Those of so many lines.
    pub(crate) fn of(mut self, lines: usize) -> Marks {
        let is_line = |line: &u32| (1..=lines).contains(&(*line as usize));
        for marked in [&mut self.hidden, &mut self.around, &mut self.linked, &mut self.across, &mut self.turned] {
            marked.retain(is_line);
        }
        self.joined.retain(|(line, _)| is_line(line));
        self
    }
}

/// What a file turned out to be, told by its content.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text in UTF-8.
    #[default]
    Utf8,
    /// Text in UTF-16 of either order.
    Utf16,
    /// Text in GB18030, which holds GBK and GB2312.
    Gb18030,
    /// A Word document.
    Docx,
    /// A page of the web.
    Html,
    /// A PDF with a text layer.
    Pdf,
}

/// One task: the words of the notice that one clause of units closes.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// Its number in the notice, from 1.
    pub seq: u32,
    /// Its place in the hierarchy: `一/（一）/1`.
    pub path: String,
    /// Which paragraph under that heading, from 1.
    pub paragraph: u32,
    /// The headings above it, outermost first.
    pub headings: Vec<Heading>,
    /// The nearest heading that has words; empty where there is none.
    pub heading: String,
    /// The task, without the clause of units; several paragraphs are parted by line feeds.
    pub text: String,
    /// Where it stands, paragraph by paragraph.
    pub text_at: Vec<Span>,
    /// 牵头单位, in their order.
    pub lead_units: Vec<Unit>,
    /// 参加单位, in their order.
    pub participating_units: Vec<Unit>,
    /// Deadlines, starts and recurrences in it.
    pub dates: Vec<Date>,
}

impl Assignment {
    /// The first line of its text.
    pub fn line(&self) -> u32 {
        self.text_at.first().map_or(0, |at| at.line)
    }

    /// A short name: the heading of its own, or the first words of the task where the heading is that of a whole section.
    pub fn title(&self) -> String {
        let labels: Vec<&str> = self.headings.iter().map(|heading| heading.label.as_str()).collect();
        let own = self.headings.last().filter(|heading| !heading.title.is_empty() && labels.join("/") == self.path);
        if let Some(own) = own {
            return own.title.clone();
        }
        let stop = |c: char| matches!(c, '，' | ',' | '。' | '；' | ';' | '：' | ':' | '\n');
        let clauses = || self.text.split(stop).map(str::trim).filter(|clause| !clause.is_empty());
        // “2024年6月底前，公开……” says when before it says what.
        let is_time = |clause: &str| {
            self.dates.iter().any(|date| clause.starts_with(&date.words.text) && clause.len() <= date.words.text.len() + 6)
        };
        // 由省财政厅牵头: who does it, and not what; 遇节假日提前: what becomes of a time.
        let units = || self.lead_units.iter().chain(&self.participating_units);
        let is_who = |clause: &str| {
            let says = ["牵头", "负责", "配合", "参加"].iter().any(|verb| clause.ends_with(verb));
            says && units().any(|unit| clause.contains(&unit.name))
        };
        let is_rest = |clause: &str| ["遇节假日", "如遇", "逢节假日"].iter().any(|word| clause.starts_with(word));
        let names = |clause: &&str| !is_time(clause) && !is_who(clause) && !is_rest(clause);
        let first = clauses().find(names).or_else(|| clauses().next()).unwrap_or_default();
        // 清理水体 其中：…
        let first = first.strip_suffix("其中").map_or(first, str::trim_end);
        let short: String = first.chars().take(LONGEST_NAME).collect();
        if short.len() < first.len() { short + "…" } else { short }
    }

    /// The heading above the nearest one, where the two are apart: the section of the notice.
    pub fn section(&self) -> &str {
        let mut titled = self.headings.iter().rev().map(|heading| heading.title.as_str()).filter(|title| !title.is_empty());
        titled.next();
        titled.next().unwrap_or_default()
    }
}

/// Characters of the longest short name.
const LONGEST_NAME: usize = 30;

/// A number in the outline and the words beside it.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// The number as it goes into a path: `一`, `（一）`, `1`, `第三条`, `附件2`.
    pub label: String,
    /// The words; empty where the number stands before a task itself.
    pub title: String,
    /// Where number and words stand.
    pub at: Span,
}

/// A unit as the notice names it.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// The name as written.
    pub name: String,
    /// 统称: it names a group (`省政府各相关部门`), not one agency.
    pub collective: bool,
    /// Where.
    #[serde(flatten)]
    pub at: Span,
}

/// What the notice asks of everybody it names, outside the tasks.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirement {
    /// Its place in the hierarchy: `二/（三）`.
    pub path: String,
    /// Which paragraph under that heading, from 1.
    pub paragraph: u32,
    /// The nearest heading.
    pub heading: String,
    /// What is asked.
    #[serde(flatten)]
    pub words: Words,
    /// Who must do it, in the words of the notice.
    pub responsible: Option<Words>,
    /// To whom something is handed or reported.
    pub recipient: Option<Words>,
    /// When.
    pub dates: Vec<Date>,
}

/// A duty to report (D3).
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Reporting {
    /// Who reports.
    pub who: Words,
    /// To whom.
    pub to: Words,
    /// By when, or how often.
    pub by: Date,
}
