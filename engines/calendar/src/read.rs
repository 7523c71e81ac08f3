//! 放假安排的读入 · an arrangement as a file: two small tables anybody can keep in a spreadsheet. Every fault is told with its line.

use crate::{Calendar, Row, RowKind, statutory};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// The longest text that is read, in bytes. Every day of the 111 years with a long name and address needs less.
pub const LONGEST_CSV: usize = 8 << 20;

/// Why an arrangement cannot be loaded. Lines count from 1, the header included.
#[derive(thiserror::Error, Serialize, Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// Longer than [`LONGEST_CSV`].
    #[error("{file} 有 {bytes} 字节，超过 {LONGEST_CSV} 字节，不是放假安排；请只载入放假和调休上班的日子")]
    TooLong {
        /// `holidays` or `notices`.
        file: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// Not CSV, or a header that is not ours.
    #[error("{file} 不是所要求的 CSV（{why}）")]
    Csv {
        /// `holidays` or `notices`.
        file: &'static str,
        /// What the reader said.
        why: String,
    },
    /// A cell that cannot be read.
    #[error("{file} 第 {line} 行 {column} 栏“{value}”无法识别，{}", wanted(column).0)]
    Cell {
        /// `holidays` or `notices`.
        file: &'static str,
        /// Line in the file.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// What stands there, at most its first 40 characters.
        value: String,
    },
    /// The same day, or the same year, twice.
    #[error("{file} 第 {line} 行与前面重复：{value}；请只留一行")]
    Twice {
        /// `holidays` or `notices`.
        file: &'static str,
        /// Line in the file.
        line: u64,
        /// The date or year.
        value: String,
    },
    /// The counts of a year in the notices are not the rows there are.
    #[error("{year} 年通知应有放假 {expected_off} 日、上班 {expected_work} 日，实有 {off} 日、{work} 日；请对照通知补齐")]
    Count {
        /// The year.
        year: i32,
        /// Days off by the notices file.
        expected_off: usize,
        /// Make-up days by the notices file.
        expected_work: usize,
        /// Days off found.
        off: usize,
        /// Make-up days found.
        work: usize,
    },
    /// The year lies outside what the table holds (1990–2100).
    #[error("{0} 年不在可载入的范围（1990–2100 年）")]
    Year(i32),
}

impl CalendarError {
    /// The message in English.
    pub fn english(&self) -> String {
        match self {
            CalendarError::TooLong { file, bytes } => {
                format!("{file} has {bytes} bytes, more than {LONGEST_CSV}: load days off and make-up days only")
            }
            CalendarError::Csv { file, why } => format!("{file} is not the CSV it should be ({why})"),
            CalendarError::Cell { file, line, column, value } => {
                format!("{file}, line {line}, column {column}: “{value}” cannot be read; {}", wanted(column).1)
            }
            CalendarError::Twice { file, line, value } => format!("{file}, line {line}: {value} comes twice; keep one line"),
            CalendarError::Count { year, expected_off, expected_work, off, work } => format!(
                "the notice of {year} has {expected_off} days off and {expected_work} make-up days, the rows have {off} and {work}"
            ),
            CalendarError::Year(year) => format!("{year} is outside the years that can be loaded (1990 to 2100)"),
        }
    }
}

/// What a column holds, in both languages.
fn wanted(column: &str) -> (&'static str, &'static str) {
    match column {
        "date" => ("应如 2026-10-01，在 1990 至 2100 年之间", "a day from 1990 to 2100 such as 2026-10-01 is wanted"),
        "kind" => ("应为 holiday（放假）、workday（上班）或 ordinary（照常）", "holiday, workday or ordinary is wanted"),
        _ => ("应为整数", "a whole number is wanted"),
    }
}

const HOLIDAYS: &str = "holidays";
const NOTICES: &str = "notices";
const NOTICE_COLUMNS: [&str; 4] = ["year", "holidays", "makeup_workdays", "notice_address"];

impl Calendar {
    /// Reads an arrangement. `holidays` has the columns `date,kind,name` (`kind`: `holiday`, `workday` or `ordinary`) and may have
    /// `source`, the notice of that row where it is not the year's; `notices` has `year,holidays,makeup_workdays,notice_address`,
    /// where an empty count is not checked. A year not in `notices` is provisional.
    pub fn from_csv(holidays: &str, notices: &str) -> Result<Calendar, CalendarError> {
        let mut rows = BTreeMap::new();
        for (line, row) in read_rows(holidays)? {
            let date = row.date;
            if rows.insert(date, row).is_some() {
                let value = date.to_string();
                return Err(CalendarError::Twice { file: HOLIDAYS, line, value });
            }
        }
        let mut found: BTreeMap<i32, (usize, usize)> = BTreeMap::new();
        for row in rows.values() {
            let (off, work) = found.entry(row.date.year()).or_default();
            *off += usize::from(row.kind == RowKind::Holiday);
            *work += usize::from(row.kind == RowKind::Workday);
        }
        let mut years = BTreeMap::new();
        for (line, record) in records(NOTICES, notices, &NOTICE_COLUMNS)? {
            let cell =
                |at: usize| CalendarError::Cell { file: NOTICES, line, column: NOTICE_COLUMNS[at], value: shown(&record[at]) };
            let year: i32 = record[0].parse().map_err(|_| cell(0))?;
            in_range(year)?;
            let count = |at: usize| match record[at].as_str() {
                "" => Ok(None),
                text => text.parse().map(Some).map_err(|_| cell(at)),
            };
            let (off, work) = found.get(&year).copied().unwrap_or_default();
            let (expected_off, expected_work) = (count(1)?.unwrap_or(off), count(2)?.unwrap_or(work));
            if (expected_off, expected_work) != (off, work) {
                return Err(CalendarError::Count { year, expected_off, expected_work, off, work });
            }
            if years.insert(year, Some(record[3].clone()).filter(|address| !address.is_empty())).is_some() {
                let value = year.to_string();
                return Err(CalendarError::Twice { file: NOTICES, line, value });
            }
        }
        Ok(Calendar::build(rows, years))
    }
}

/// Reads rows as [`Calendar::from_csv`] does, for an administrator's upload. A day may come twice; [`Calendar::with`] keeps the
/// last.
pub fn parse_rows(csv: &str) -> Result<Vec<Row>, CalendarError> {
    Ok(read_rows(csv)?.into_iter().map(|(_, row)| row).collect())
}

pub(crate) fn in_range(year: i32) -> Result<(), CalendarError> {
    if statutory::YEARS.contains(&year) { Ok(()) } else { Err(CalendarError::Year(year)) }
}

fn read_rows(text: &str) -> Result<Vec<(u64, Row)>, CalendarError> {
    records(HOLIDAYS, text, &["date", "kind", "name"])?
        .into_iter()
        .map(|(line, record)| {
            let cell = |column, at: usize| CalendarError::Cell { file: HOLIDAYS, line, column, value: shown(&record[at]) };
            let date = NaiveDate::parse_from_str(&record[0], "%Y-%m-%d")
                .ok()
                .filter(|date| in_range(date.year()).is_ok())
                .ok_or_else(|| cell("date", 0))?;
            let kind = match record[1].as_str() {
                "holiday" => RowKind::Holiday,
                "workday" => RowKind::Workday,
                "ordinary" => RowKind::Ordinary,
                _ => return Err(cell("kind", 1)),
            };
            let source = record.get(3).filter(|source| !source.is_empty()).cloned();
            Ok((line, Row { date, kind, name: record[2].clone(), source }))
        })
        .collect()
}

fn shown(value: &str) -> String {
    value.chars().take(40).collect()
}

/// Data records with their lines. The header must start with `columns`; only `source` may follow in the holidays.
fn records(file: &'static str, text: &str, columns: &[&str]) -> Result<Vec<(u64, Vec<String>)>, CalendarError> {
    if text.len() > LONGEST_CSV {
        return Err(CalendarError::TooLong { file, bytes: text.len() });
    }
    let broken = |why: String| CalendarError::Csv { file, why };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| broken(e.to_string()))?.iter().collect::<Vec<_>>();
    let ours = header.strip_suffix(&["source"]).filter(|_| file == HOLIDAYS).unwrap_or(&header);
    if ours != columns {
        return Err(broken(format!("表头应为 {}", columns.join(","))));
    }
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|e| broken(e.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            Ok((line, record.iter().map(str::to_owned).collect()))
        })
        .collect()
}
