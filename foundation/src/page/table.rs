//! 表 · CSV, XLSX and JSON of exactly what a table shows. A cell is text or a number, and text never runs as a formula (H33, H34).

use crate::Stop;
use crate::page::{Lang, translate};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

/// Rows of the longest table, read or written.
pub const MOST_ROWS: usize = 50_000;

/// Rows that a download asks for: one more than it may have.
pub const WANTED: i64 = MOST_ROWS as i64 + 1;

/// A download is whole, or is refused.
pub fn whole<T>(rows: Vec<T>) -> Result<Vec<T>, Stop> {
    match rows.len() > MOST_ROWS {
        true => Err(Stop::Unreadable("超过 5 万项，请按单位或者区划分开下载".into())),
        false => Ok(rows),
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    /// Several, which a program reads one by one and a sheet shows in one cell.
    List(Vec<String>),
    Number(f64),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.into())
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}
impl From<Vec<String>> for Cell {
    fn from(all: Vec<String>) -> Cell {
        Cell::List(all)
    }
}
impl From<i64> for Cell {
    fn from(n: i64) -> Cell {
        Cell::Number(n as f64)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// Rows with stable column ids: (id, heading).
pub struct Table {
    pub name: String,
    pub columns: Vec<(&'static str, &'static str)>,
    pub rows: Vec<Vec<Cell>>,
}

/// What a `?as=` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Json,
}

impl Format {
    pub fn of(text: Option<&str>) -> Option<Format> {
        match text? {
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// Text that a spreadsheet would run gets an apostrophe in front, and so does text that looks as if it had got one; long numbers get a
/// tab behind so that they stay whole.
fn csv_text(text: &str) -> String {
    let risky = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\'').starts_with(['=', '+', '-', '@'])
        || text.starts_with(['\t', '\r', '\n']);
    let number_like = text.len() > 1 && text.chars().all(|c| c.is_ascii_digit()) && (text.len() > 11 || text.starts_with('0'));
    match (risky, number_like) {
        (true, _) => format!("'{text}"),
        (_, true) => format!("{text}\t"),
        _ => text.to_owned(),
    }
}

impl Table {
    pub fn csv(&self, lang: Lang) -> Result<Vec<u8>, Stop> {
        // The byte order mark is what makes a zh-CN spreadsheet read UTF-8.
        let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
        let fault = |e: csv::Error| Stop::Fault(e.to_string());
        writer.write_record(self.columns.iter().map(|c| translate(c.1, lang))).map_err(fault)?;
        for row in &self.rows {
            writer
                .write_record(row.iter().map(|cell| match cell {
                    Cell::Text(text) => csv_text(&translate(text, lang)),
                    Cell::List(all) => csv_text(&translate(&all.join("、"), lang)),
                    Cell::Number(n) => n.to_string(),
                    Cell::Empty => String::new(),
                }))
                .map_err(fault)?;
        }
        writer.into_inner().map_err(|e| Stop::Fault(e.to_string()))
    }

    pub fn json(&self) -> Value {
        Value::Array(
            self.rows
                .iter()
                .map(|row| {
                    let object: Map<String, Value> = self
                        .columns
                        .iter()
                        .zip(row)
                        .map(|((id, _), cell)| {
                            let value = match cell {
                                Cell::Text(text) => Value::String(text.clone()),
                                Cell::List(all) => Value::from(all.clone()),
                                Cell::Number(n) if n.fract() == 0.0 && n.abs() < 9e15 => Value::from(*n as i64),
                                Cell::Number(n) => Value::from(*n),
                                Cell::Empty => Value::Null,
                            };
                            ((*id).to_owned(), value)
                        })
                        .collect();
                    Value::Object(object)
                })
                .collect(),
        )
    }

    pub fn xlsx(&self, lang: Lang) -> Result<Vec<u8>, Stop> {
        let mut book = rust_xlsxwriter::Workbook::new();
        self.write(book.add_worksheet(), lang).map_err(|e| Stop::Fault(e.to_string()))?;
        book.save_to_buffer().map_err(|e| Stop::Fault(e.to_string()))
    }

    /// Several tables in one workbook, a sheet of its name for each.
    pub fn book(tables: &[Table], lang: Lang) -> Result<Vec<u8>, Stop> {
        let fault = |e: rust_xlsxwriter::XlsxError| Stop::Fault(e.to_string());
        let mut book = rust_xlsxwriter::Workbook::new();
        for table in tables {
            let sheet = book.add_worksheet();
            sheet.set_name(translate(&table.name, lang)).map_err(fault)?;
            table.write(sheet, lang).map_err(fault)?;
        }
        book.save_to_buffer().map_err(fault)
    }

    fn write(&self, sheet: &mut rust_xlsxwriter::Worksheet, lang: Lang) -> Result<(), rust_xlsxwriter::XlsxError> {
        let bold = rust_xlsxwriter::Format::new().set_bold();
        let text = rust_xlsxwriter::Format::new().set_num_format("@");
        for (c, (_, heading)) in self.columns.iter().enumerate() {
            sheet.write_string_with_format(0, c as u16, translate(heading, lang), &bold)?;
        }
        for (r, row) in self.rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                let at = (r as u32 + 1, c as u16);
                match cell {
                    Cell::Text(value) => sheet.write_string_with_format(at.0, at.1, translate(value, lang), &text)?,
                    Cell::List(all) => {
                        let value = translate(&all.join("、"), lang);
                        sheet.write_string_with_format(at.0, at.1, value, &text)?
                    }
                    Cell::Number(n) => sheet.write_number(at.0, at.1, *n)?,
                    Cell::Empty => continue,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        Ok(())
    }

    /// The download for one format, its words in the reader's language; JSON is for programs and stays as it is.
    pub fn download(&self, format: Format, lang: Lang) -> Result<Response, Stop> {
        let (kind, extension, body) = match format {
            Format::Csv => ("text/csv; charset=utf-8", "csv", self.csv(lang)?),
            Format::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", self.xlsx(lang)?),
            Format::Json => ("application/json; charset=utf-8", "json", serde_json::to_vec_pretty(&self.json())?),
        };
        Ok(attached(kind, &translate(&self.name, lang), extension, body))
    }
}

/// A file to be kept, under its name.
pub fn attached(kind: &str, name: &str, extension: &str, body: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}.{extension}", crate::page::encode(name));
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            name: "测试".into(),
            columns: vec![("title", "标题"), ("id", "证号"), ("amount", "金额")],
            rows: vec![
                vec!["=HYPERLINK(\"http://example.invalid\",\"x\")".into(), "342401200101010101".into(), Cell::Number(-1.0)],
                vec!["+1".into(), "001".into(), 7i64.into()],
                vec!["\t𠮷".into(), "".into(), Cell::Empty],
            ],
        }
    }

    #[test]
    fn h33_no_exported_cell_runs_as_a_formula_and_amounts_stay_numbers() {
        let csv = String::from_utf8(table().csv(Lang::Zh).unwrap()).unwrap();
        assert!(csv.contains("'=HYPERLINK") && csv.contains("'+1") && csv.contains("'\t𠮷"));
        assert!(csv.lines().nth(1).unwrap().ends_with(",-1"));
        assert_eq!(table().json()[0]["title"], "=HYPERLINK(\"http://example.invalid\",\"x\")");
        assert_eq!(table().json()[0]["amount"], -1);
    }

    #[test]
    fn f159_several_in_one_cell_are_an_array_to_a_program_and_one_text_in_a_sheet() {
        let units = vec!["省财政厅".to_owned(), "省审计厅".to_owned()];
        let table = Table {
            name: "测试".into(),
            columns: vec![("units", "单位")],
            rows: vec![vec![units.into()], vec![Vec::new().into()]],
        };
        assert_eq!(table.json()[0]["units"], serde_json::json!(["省财政厅", "省审计厅"]));
        assert_eq!(table.json()[1]["units"], serde_json::json!([]));
        assert!(String::from_utf8(table.csv(Lang::Zh).unwrap()).unwrap().contains("省财政厅、省审计厅"));
        assert!(table.xlsx(Lang::Zh).unwrap().starts_with(b"PK"));
    }

    #[test]
    fn h34_long_numbers_and_leading_zeros_stay_whole() {
        let csv = table().csv(Lang::Zh).unwrap();
        assert!(csv.starts_with(b"\xEF\xBB\xBF"));
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.contains("342401200101010101\t") && csv.contains("001\t") && csv.contains('𠮷'));
        assert!(table().xlsx(Lang::Zh).unwrap().starts_with(b"PK"));
    }
}
