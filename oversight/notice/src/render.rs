//! 写成通知 · a notice written from its assignments, in each layout that is read. Reading it gives the same assignments.

use crate::{Assignment, Heading, Notice, Unit};

/// How the units stand beside their task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// “（牵头责任单位：甲；主要参加单位：乙、丙）”
    Brackets,
    /// “牵头单位：甲。配合单位：乙、丙。”
    Sentences,
    /// The same on lines of their own.
    Lines,
    /// “由甲牵头，乙、丙配合。”
    Spoken,
    /// “（甲牵头，乙、丙配合）”
    SpokenInBrackets,
    /// A row for each, cells parted by tabs; the last number of a path is that of the row.
    Table,
}

impl Layout {
    /// All of them.
    pub const ALL: [Layout; 6] =
        [Layout::Brackets, Layout::Sentences, Layout::Lines, Layout::Spoken, Layout::SpokenInBrackets, Layout::Table];
}

impl Notice {
    /// Writes the notice with its tasks in that layout. Requirements and what was not read are left out.
    pub fn render(&self, layout: Layout) -> String {
        let mut text = String::new();
        let words = |words: &Option<crate::Words>| words.as_ref().map(|words| format!("{}\n", words.text)).unwrap_or_default();
        text += &words(&self.title);
        text += &words(&self.document_no);
        if !self.addressees.is_empty() {
            text += &format!("{}：\n", list(&self.addressees));
        }
        text += "现将有关任务分解通知如下：\n";
        let mut open: &[Heading] = &[];
        for assignment in &self.assignments {
            let headings = &assignment.headings;
            let kept = open.iter().zip(headings).take_while(|(a, b)| (&a.label, &a.title) == (&b.label, &b.title)).count();
            let new = if layout == Layout::Table || kept < headings.len() { kept } else { headings.len() };
            for heading in &headings[new..] {
                text += &number(&heading.label);
                text += &heading.title;
                // The number of a task itself stands before its words.
                if !heading.title.is_empty() {
                    text += "\n";
                }
            }
            if layout == Layout::Table && (open.is_empty() || new < headings.len()) {
                text += "序号\t工作任务\t牵头单位\t配合单位\t完成时限\n";
            }
            text += &task(assignment, layout);
            open = headings;
        }
        text += &words(&self.issuer);
        if let Some(signed) = &self.signed {
            text += &format!("{}\n", signed.words.text);
        }
        text
    }
}

/// A number as it stands before a paragraph.
fn number(label: &str) -> String {
    match label.chars().next() {
        Some('第' | '附') => format!("{label} "),
        Some('（' | '①'..='⑳') | None => label.to_owned(),
        Some(c) if c.is_ascii_digit() => format!("{label}．"),
        Some(_) => format!("{label}、"),
    }
}

fn list(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

fn task(assignment: &Assignment, layout: Layout) -> String {
    let Assignment { text, lead_units, participating_units, .. } = assignment;
    let (leads, others) = (list(lead_units), list(participating_units));
    // A date that the task does not say stands beside the units.
    let apart = assignment.dates.iter().map(|date| date.words.text.as_str()).find(|words| !text.contains(words));
    let with =
        |before: &str, words: &str, after: &str| if words.is_empty() { String::new() } else { format!("{before}{words}{after}") };
    let date = apart.unwrap_or_default();
    match layout {
        Layout::Brackets => {
            let (others, date) = (with("；主要参加单位：", &others, ""), with("；完成时限：", date, ""));
            format!("{text}（牵头责任单位：{leads}{others}{date}）\n")
        }
        Layout::Sentences => {
            let (others, date) = (with("配合单位：", &others, "。"), with("完成时限：", date, "。"));
            format!("{text}牵头单位：{leads}。{others}{date}\n")
        }
        Layout::Lines => {
            let (others, date) = (with("配合单位：", &others, "\n"), with("完成时限：", date, "\n"));
            format!("{text}\n牵头单位：{leads}\n{others}{date}")
        }
        Layout::Spoken | Layout::SpokenInBrackets => {
            let (others, date) = (with("，", &others, "配合"), with("，", date, "完成"));
            match layout {
                Layout::Spoken => format!("{text}由{leads}牵头{others}{date}。\n"),
                _ => format!("{text}（{leads}牵头{others}{date}）\n"),
            }
        }
        Layout::Table => {
            let label = assignment.path.rsplit('/').next().unwrap_or_default();
            format!("{label}\t{}\t{leads}\t{others}\t{date}\n", text.replace(['\t', '\n'], " "))
        }
    }
}
