//! 表格文件 · a notice as CSV: one row for each task, each date in it, each requirement, and the document.

use crate::{Assignment, Date, Notice, Unit};
use calendar::Calendar;

/// The columns of [`Notice::csv`].
pub const COLUMNS: [&str; 20] = [
    "row_type",
    "seq",
    "path",
    "paragraph",
    "source_line",
    "section",
    "heading",
    "text",
    "lead_units",
    "participating_units",
    "date_text",
    "date_kind",
    "date",
    "responsible",
    "recipient",
    "assumed",
    "month",
    "day",
    "due",
    "why_moved",
];

#[derive(Default)]
struct Row {
    kind: &'static str,
    seq: u32,
    path: String,
    paragraph: u32,
    line: u32,
    section: String,
    heading: String,
    text: String,
    lead_units: String,
    participating_units: String,
    responsible: String,
    recipient: String,
}

impl Row {
    fn of(kind: &'static str, assignment: &Assignment) -> Row {
        Row {
            kind,
            seq: assignment.seq,
            path: assignment.path.clone(),
            paragraph: assignment.paragraph,
            line: assignment.line(),
            section: assignment.section().to_owned(),
            heading: assignment.heading.clone(),
            ..Row::default()
        }
    }

    fn write(self, date: Option<&Date>, csv: &mut csv::Writer<Vec<u8>>) -> Result<(), csv::Error> {
        let number = |n: u32| if n == 0 { String::new() } else { n.to_string() };
        let day = date.and_then(|date| date.date).map(|day| day.to_string()).unwrap_or_default();
        // Only where a rest day moves it.
        let moved = date.and_then(|date| date.moved(&Calendar::china()));
        let (due, why) = moved.map(|(due, why)| (due.to_string(), why)).unwrap_or_default();
        let turn = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let cells = [
            self.kind.to_owned(),
            number(self.seq),
            self.path,
            number(self.paragraph),
            number(self.line),
            self.section,
            self.heading,
            self.text,
            self.lead_units,
            self.participating_units,
            date.map(|date| date.words.text.clone()).unwrap_or_default(),
            date.map(|date| date.kind.name().to_owned()).unwrap_or_default(),
            day,
            self.responsible,
            self.recipient,
            date.filter(|date| date.year_assumed).map(|_| "year".to_owned()).unwrap_or_default(),
            turn(date.and_then(|date| date.month)),
            turn(date.and_then(|date| date.day)),
            due,
            why,
        ];
        csv.write_record(cells.map(harmless))
    }
}

/// A cell that a spreadsheet would run as a formula is text (H33).
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

fn names(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join(";")
}

impl Notice {
    /// The notice as CSV in UTF-8, with a header row of [`COLUMNS`] and `\n` line ends: rows `assignment`, then `deadline` for each
    /// date in them, `requirement`, and one `document`. Units are parted by `;`, in their order. Where a rest day moves a deadline, `due`
    /// and `why_moved` say to which day and why.
    pub fn csv(&self) -> String {
        let mut csv = csv::Writer::from_writer(Vec::new());
        self.rows(&mut csv).expect("writing to memory does not fail");
        String::from_utf8(csv.into_inner().expect("writing to memory does not fail")).expect("what was written is text")
    }

    fn rows(&self, csv: &mut csv::Writer<Vec<u8>>) -> Result<(), csv::Error> {
        csv.write_record(COLUMNS)?;
        for assignment in &self.assignments {
            let lead_units = names(&assignment.lead_units);
            let participating_units = names(&assignment.participating_units);
            let text = assignment.text.clone();
            Row { text, lead_units, participating_units, ..Row::of("assignment", assignment) }.write(None, csv)?;
        }
        for assignment in &self.assignments {
            for date in &assignment.dates {
                Row { responsible: names(&assignment.lead_units), ..Row::of("deadline", assignment) }.write(Some(date), csv)?;
            }
        }
        for (asked, seq) in self.requirements.iter().zip(1..) {
            let row = Row {
                kind: "requirement",
                seq,
                path: asked.path.clone(),
                paragraph: asked.paragraph,
                line: asked.words.at.line,
                heading: asked.heading.clone(),
                text: asked.words.text.clone(),
                responsible: asked.responsible.as_ref().map(|who| who.text.clone()).unwrap_or_default(),
                recipient: asked.recipient.as_ref().map(|to| to.text.clone()).unwrap_or_default(),
                ..Row::default()
            };
            row.write(asked.dates.first(), csv)?;
        }
        let row = Row {
            kind: "document",
            text: self.title.as_ref().map(|title| title.text.clone()).unwrap_or_default(),
            responsible: self.issuer.as_ref().map(|issuer| issuer.text.clone()).unwrap_or_default(),
            recipient: names(&self.addressees),
            ..Row::default()
        };
        row.write(self.signed.as_ref(), csv)
    }
}
