//! 收表 · tables that somebody hands in, as they are written: CSV in the encodings of office programs, XLSX sheet by sheet, and the CSV
//! files of a ZIP. Nothing is unpacked further, and nothing laid out larger, than a table of this house can be (F159).

use calamine::{DataRef, Reader as _, SheetVisible};
use chrono::NaiveDate;
use foundation::page::table::MOST_ROWS;
use std::io::{Cursor, Read};

/// Bytes of the largest file.
pub const LARGEST: usize = 16 << 20;
/// What it may unpack to.
const LARGEST_UNPACKED: u64 = 256 << 20;
/// Files in it.
const MOST_PARTS: usize = 2000;
/// Columns of the widest.
const MOST_COLUMNS: usize = 256;
/// Filled cells of all tables of a file together.
const MOST_CELLS: usize = 2_000_000;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Text(String),
    /// A cell that a spreadsheet keeps as a number, whatever it shows.
    Number(f64),
    /// A cell that it keeps as a day.
    Day(NaiveDate),
    /// Something that is computed when the table is opened, and says nothing by itself.
    Formula,
}

impl Said {
    pub fn empty() -> Said {
        Said::Text(String::new())
    }
    pub fn is_empty(&self) -> bool {
        matches!(self, Said::Text(text) if text.trim().is_empty())
    }
    /// As text, a number without the point that a spreadsheet puts behind it.
    pub fn text(&self) -> String {
        match self {
            Said::Text(text) => text.clone(),
            Said::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{}", *number as i64),
            Said::Number(number) => number.to_string(),
            Said::Day(day) => day.to_string(),
            Said::Formula => String::new(),
        }
    }
}

/// A table with its rows that say something, each with its number from 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub is_hidden: bool,
    /// First and last row of what is merged in it.
    pub merged: Vec<(usize, usize)>,
    pub rows: Vec<(usize, Vec<Said>)>,
}

/// Why a file cannot be read: the row, or 0 for the whole, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub line: usize,
    pub said: String,
}

impl Unreadable {
    fn whole(said: impl Into<String>) -> Unreadable {
        Unreadable { line: 0, said: said.into() }
    }
}

fn too_long() -> Unreadable {
    Unreadable::whole(format!("一次最多 {MOST_ROWS} 行，请按部门分成几个"))
}

/// The tables of a file, whichever it is; JSON is not read here.
pub fn sheets(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::whole("文件超过 16 MB，请按部门分成几个"));
    }
    match bytes.starts_with(b"PK\x03\x04") {
        false => Ok(vec![csv(name, bytes)?]),
        true => packed(bytes),
    }
}

/// The name of a table in a file: that of the file, without its folder and its ending.
fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim().to_owned()
}

/// Text as office programs save it.
fn decoded(bytes: &[u8]) -> Option<String> {
    let (encoding, bytes) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (encoding_rs::UTF_8, rest),
        [0xFF, 0xFE, rest @ ..] => (encoding_rs::UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => (encoding_rs::UTF_16BE, rest),
        _ if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, bytes),
        _ => (encoding_rs::GB18030, bytes),
    };
    let (text, is_wrong) = encoding.decode_without_bom_handling(bytes);
    (!is_wrong && !text.contains('\0')).then(|| text.into_owned())
}

/// Takes away what an export puts around text that a spreadsheet would run or shorten.
fn unguarded(text: &str) -> &str {
    let guards = |rest: &str| rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\'').starts_with(['=', '+', '-', '@']);
    match text.strip_prefix('\'') {
        Some(rest) if guards(rest) => rest,
        _ => text,
    }
}

pub fn csv(name: &str, bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let text = decoded(bytes).ok_or_else(|| Unreadable::whole("这不是 CSV、XLSX 或 JSON 表格；CSV 请存成 UTF-8"))?;
    let first = text.lines().next().unwrap_or_default();
    let tabs = first.contains('\t') && !first.contains(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let mut sheet = Sheet { name: stem(name), ..Sheet::default() };
    let mut left = MOST_CELLS;
    for (n, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|error| Unreadable {
            line: error.position().map_or(0, |at| at.line() as usize),
            said: "这一行读不出来，请检查引号是否成对".into(),
        })?;
        if sheet.rows.len() > MOST_ROWS {
            return Err(too_long());
        }
        let row: Vec<Said> = record.iter().take(MOST_COLUMNS).map(|cell| Said::Text(unguarded(cell).to_owned())).collect();
        left = left.checked_sub(row.len()).ok_or_else(too_long)?;
        if row.iter().any(|said| !said.is_empty()) {
            sheet.rows.push((n, row));
        }
    }
    Ok(sheet)
}

fn damaged() -> Unreadable {
    Unreadable::whole("这个文件打不开，可能没有存完整，请重新另存一份")
}

/// A workbook, or a ZIP of CSV files.
fn packed(bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    // Unpacked once into nothing, to know that it ends.
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::whole("这个文件里装的东西太多，没有读"));
    }
    let mut left = LARGEST_UNPACKED;
    let (mut tables, mut has_texts) = (Vec::new(), false);
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|_| damaged())?;
        let name = file.name().map_err(|_| damaged())?.to_lowercase();
        if name.ends_with(".csv") && !name.starts_with("__macosx") {
            tables.push(at);
        }
        has_texts |= is_text(&name);
        left -= std::io::copy(&mut file.take(left), &mut std::io::sink()).map_err(|_| damaged())?;
        if left == 0 {
            return Err(Unreadable::whole("这个文件展开以后太大，没有读"));
        }
    }
    if archive.index_for_name("[Content_Types].xml").is_some() {
        return workbook(bytes);
    }
    if tables.is_empty() && !has_texts {
        return Err(Unreadable::whole("压缩包里没有 CSV 表格"));
    }
    let mut sheets = Vec::new();
    let mut rows = 0;
    for at in tables {
        let mut file = archive.by_index(at).map_err(|_| damaged())?;
        let name = file.name().map_err(|_| damaged())?.into_owned();
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|_| damaged())?;
        let sheet = csv(&name, &text)?;
        rows += sheet.rows.len();
        if rows > 4 * MOST_ROWS {
            return Err(too_long());
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Whether a file in a ZIP, by its name in small letters, is a text of a matter.
fn is_text(name: &str) -> bool {
    [".bpmn", ".json", ".dmn"].iter().any(|ending| name.ends_with(ending)) && !name.starts_with("__macosx")
}

/// What a ZIP holds beside its tables, by the whole name, in the encodings of text; nothing of another file. Called of what [`sheets`] has
/// read, which knows how much it unpacks to.
pub fn others(bytes: &[u8]) -> Result<Vec<(String, String)>, Unreadable> {
    let mut others = Vec::new();
    if !bytes.starts_with(b"PK\x03\x04") {
        return Ok(others);
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.index_for_name("[Content_Types].xml").is_some() {
        return Ok(others);
    }
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|_| damaged())?;
        let name = file.name().map_err(|_| damaged())?.replace('\\', "/");
        if !is_text(&name.to_lowercase()) || name.contains("..") {
            continue;
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|_| damaged())?;
        match decoded(&text) {
            Some(text) => others.push((name, text)),
            None => return Err(Unreadable::whole(format!("压缩包里的 {name} 不是文字，请存成 UTF-8"))),
        }
    }
    Ok(others)
}

/// Cell by cell: a sheet whose only two cells are its corners is not laid out between them.
fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let kept: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let mut left = MOST_CELLS;
    let mut sheets = Vec::new();
    for (name, is_hidden) in kept {
        let merged = book.merge_cells_by_sheet_name(&name).map_err(|_| damaged())?;
        let merged = merged.into_iter().map(|area| (area.start.0 as usize + 1, area.end.0 as usize + 1)).collect();
        let mut sheet = Sheet { name: name.trim().to_owned(), is_hidden, merged, rows: Vec::new() };
        let mut cells = book.worksheet_cells_reader(&name).map_err(|_| damaged())?;
        while let Some(cell) = cells.next_cell_with_formula().map_err(|_| damaged())? {
            let (row, column) = (cell.pos.0 as usize + 1, cell.pos.1 as usize);
            let said = match cell.formula {
                Some(_) => Said::Formula,
                None => said(&cell.value),
            };
            if said.is_empty() {
                continue;
            }
            if column >= MOST_COLUMNS {
                return Err(Unreadable { line: row, said: format!("“{name}”超过 {MOST_COLUMNS} 列，没有读") });
            }
            left = left.checked_sub(1).ok_or_else(too_long)?;
            if sheet.rows.last().is_none_or(|(last, _)| *last != row) {
                if sheet.rows.len() > MOST_ROWS {
                    return Err(too_long());
                }
                sheet.rows.push((row, Vec::new()));
            }
            let Some((_, cells)) = sheet.rows.last_mut() else { continue };
            if cells.len() <= column {
                cells.resize(column + 1, Said::empty());
            }
            cells[column] = said;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn said(value: &DataRef) -> Said {
    match value {
        DataRef::Empty => Said::empty(),
        DataRef::Int(number) => Said::Number(*number as f64),
        DataRef::Float(number) => Said::Number(*number),
        DataRef::String(text) => Said::Text(text.clone()),
        DataRef::SharedString(text) => Said::Text((*text).to_owned()),
        DataRef::Bool(yes) => Said::Text(if *yes { "是" } else { "否" }.into()),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).filter(|_| at.is_datetime());
            day.map_or(Said::Number(at.as_f64()), Said::Day)
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Said::Text(text.clone()),
        DataRef::Error(error) => Said::Text(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Workbook)) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        fill(&mut book);
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn f159_a_sheet_with_two_far_corners_is_not_laid_out_between_them() {
        let bytes = book(|book| {
            let sheet = book.add_worksheet();
            sheet.write(0, 0, "编码").unwrap();
            sheet.write(1_048_575, 200, "x").unwrap();
        });
        let read = sheets("", &bytes).unwrap();
        assert_eq!(read[0].rows.len(), 2);
        assert_eq!(read[0].rows[1].0, 1_048_576);
        let wide = book(|book| drop(book.add_worksheet().write(0, 16_383, "x")));
        assert!(sheets("", &wide).unwrap_err().said.contains("列"));
    }

    #[test]
    fn f159_a_million_rows_are_told_and_not_read() {
        let csv = "编码\n1\n".repeat(500_000);
        assert!(sheets("x.csv", csv.as_bytes()).unwrap_err().said.contains("最多"));
    }

    #[test]
    fn f159_formulas_days_and_hidden_sheets_are_seen_as_what_they_are() {
        let bytes = book(|book| {
            let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
            let sheet = book.add_worksheet();
            sheet.write_formula(0, 0, "=1+1").unwrap();
            sheet.write_with_format(0, 1, 45_000, &day).unwrap();
            sheet.write(0, 2, 1.0).unwrap();
            sheet.merge_range(2, 0, 4, 0, "x", &rust_xlsxwriter::Format::new()).unwrap();
            book.add_worksheet().set_hidden(true).write(0, 0, "x").unwrap();
        });
        let read = sheets("", &bytes).unwrap();
        let day = NaiveDate::from_ymd_opt(2023, 3, 15).unwrap();
        assert_eq!(read[0].rows[0].1, [Said::Formula, Said::Day(day), Said::Number(1.0)]);
        assert_eq!(read[0].rows[0].1[2].text(), "1");
        assert_eq!((read[0].merged.as_slice(), read[1].is_hidden), (&[(3, 5)][..], true));
    }

    #[test]
    fn f159_the_encodings_of_office_programs_are_read_and_what_is_no_table_is_told() {
        let (gbk, ..) = encoding_rs::GB18030.encode("编码,名称\nA1,取水许可\n");
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("编码\t名称\nA1\t取水许可\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [gbk.as_ref(), &utf16, "\u{FEFF}编码,名称\nA1,取水许可\n".as_bytes()] {
            let sheet = csv("权责/清单.csv", bytes).unwrap();
            assert_eq!((sheet.name.as_str(), sheet.rows[1].1[1].text()), ("清单", "取水许可".into()));
        }
        for bytes in [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00\x00"[..], b"PK\x03\x04", b"%PDF-1.7\0\xFF"] {
            assert!(sheets("x", bytes).is_err());
        }
    }

    #[test]
    fn f159_what_unpacks_without_end_is_told() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("a.csv", zip::write::SimpleFileOptions::default()).unwrap();
        let zeros = vec![b'0'; 1 << 20];
        for _ in 0..257 {
            std::io::Write::write_all(&mut writer, &zeros).unwrap();
        }
        let bomb = writer.finish().unwrap().into_inner();
        assert!(bomb.len() < LARGEST);
        assert!(sheets("a.zip", &bomb).unwrap_err().said.contains("太大"));
    }
}
