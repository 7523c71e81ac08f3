//! Tests of the reader of notices, by the clause, feature or hard case they show.

mod anhui;
mod dates;
mod days;
mod files;
mod first;
mod fresh;
mod heads;
mod hostile;
mod layouts;
mod pages;
mod render;
mod reports;
mod stranger;
mod units;
mod unsure;
mod word;

use notice::{Assignment, Notice, Span, Unit};

/// The notice of 2012 as it was published.
pub const ANHUI: &str = include_str!("../../../../reference/notice-2012.txt");

/// Reads a text that must be readable.
pub fn read(text: &str) -> Notice {
    notice::read(text.as_bytes()).unwrap()
}

pub fn names(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join(";")
}

/// The words a span points to.
pub fn at(notice: &Notice, span: Span) -> String {
    let line = &notice.source.lines[span.line as usize - 1];
    line.chars().skip(span.from as usize).take((span.to - span.from) as usize).collect()
}

/// Path, words, leads, participants, and the dates with their kinds.
pub type Said = (String, String, String, String, Vec<(String, Option<String>)>);

/// What a task says, wherever it stands.
pub fn said(assignment: &Assignment) -> Said {
    (
        assignment.path.clone(),
        assignment.text.clone(),
        names(&assignment.lead_units),
        names(&assignment.participating_units),
        assignment.dates.iter().map(|date| (date.kind.name().to_owned(), date.date.map(|day| day.to_string()))).collect(),
    )
}

/// Every field of a notice must say what stands at its place.
pub fn assert_spans(notice: &Notice) {
    let mut pairs: Vec<(Span, String)> = Vec::new();
    for assignment in &notice.assignments {
        pairs.extend(assignment.text_at.iter().copied().zip(parts(notice, assignment)));
        pairs
            .extend(assignment.lead_units.iter().chain(&assignment.participating_units).map(|unit| (unit.at, unit.name.clone())));
        pairs.extend(assignment.dates.iter().map(|date| (date.words.at, date.words.text.clone())));
        for heading in &assignment.headings {
            assert!(at(notice, heading.at).ends_with(&heading.title), "{heading:?}");
        }
    }
    for asked in &notice.requirements {
        let words = [Some(&asked.words), asked.responsible.as_ref(), asked.recipient.as_ref()];
        pairs.extend(words.into_iter().flatten().map(|words| (words.at, words.text.clone())));
        pairs.extend(asked.dates.iter().map(|date| (date.words.at, date.words.text.clone())));
    }
    pairs.extend(
        notice
            .unread
            .iter()
            .filter(|unread| !unread.words.text.is_empty())
            .map(|unread| (unread.words.at, unread.words.text.clone())),
    );
    pairs.extend(notice.addressees.iter().map(|unit| (unit.at, unit.name.clone())));
    pairs.extend(notice.basis.iter().map(|words| (words.at, words.text.clone())));
    pairs.extend(notice.document_no.iter().map(|words| (words.at, words.text.clone())));
    // Of several that sign the place is that of the first.
    assert!(notice.issuer.iter().all(|words| words.text.starts_with(&at(notice, words.at))), "{:?}", notice.issuer);
    for (span, text) in pairs {
        assert_eq!(at(notice, span), text, "line {}", span.line);
    }
}

fn parts(notice: &Notice, assignment: &Assignment) -> Vec<String> {
    let parts: Vec<String> = assignment.text_at.iter().map(|span| at(notice, *span)).collect();
    let apart = assignment.text_at.windows(2).all(|pair| pair[0].line != pair[1].line);
    assert_eq!(parts.join(if apart { "\n" } else { "" }), assignment.text);
    parts
}
