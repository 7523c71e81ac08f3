#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod around;
mod clause;
mod csv;
mod dates;
mod doubts;
mod first;
mod head;
mod line;
mod mend;
mod near;
mod notice;
mod outline;
mod province;
mod reading;
mod render;
mod requirement;
mod source;
mod table;
mod trouble;
mod units;
mod unread;

pub use crate::csv::COLUMNS;
pub use dates::{Date, DateKind, returning};
pub use line::{Span, Words};
pub use near::near;
pub use notice::{Assignment, Format, Heading, Marks, Notice, Reporting, Requirement, Source, Unit};
pub use outline::place_of;
pub use province::{elsewhere, in_province, province};
pub use render::Layout;
pub use trouble::{LONGEST_FILE, LONGEST_TEXT, MOST_LINES, Trouble};
pub use units::{Agencies, Agency, OtherYears, Resolved, is_collective, is_of_leads};
pub use unread::{Unread, Why};

/// The date type of the signatures here.
pub use ::calendar::NaiveDate;

/// Reads a notice from the bytes of a file: text, .docx, a web page or a PDF with text, told by the content.
pub fn read(bytes: &[u8]) -> Result<Notice, Trouble> {
    Ok(reading::read(source::source(bytes)?, None))
}

/// Reads it as a notice signed on that day, whatever its own words say: times that follow from the signature follow from that day. What
/// [`Notice::signed`] holds stays what was read.
pub fn read_as_signed(bytes: &[u8], on: NaiveDate) -> Result<Notice, Trouble> {
    Ok(reading::read(source::source(bytes)?, Some(on)))
}

/// Reads the lines that were taken out of a file before, with the marks of that file: so nothing that was told of it is lost. `on` is
/// the day it was signed, where somebody knows better than its words.
pub fn read_again(text: &str, marks: Marks, on: Option<NaiveDate>) -> Result<Notice, Trouble> {
    let source = source::source(text.as_bytes())?;
    let marks = marks.of(source.lines.len());
    Ok(reading::read(Source { marks, ..source }, on))
}
