//! 读表 · what tables of matters say, matter by matter: which of its elements are there at all, and in which line. What is no element of
//! a matter is told, never passed over.

use super::draft::Part;
use super::sheet::{self, Of, Sheet};
use crate::tables::{self, Said};
use foundation::Stop;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Matters of one import.
pub const MOST_MATTERS: usize = 5000;

/// What is wrong, or noteworthy, in one cell, one line or one table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub table: String,
    /// As a spreadsheet counts, from 1; of JSON the matter, from 1. 0 for the whole table.
    pub line: usize,
    pub column: String,
    /// The name in addresses, where it is known.
    pub matter: String,
    pub said: String,
}

/// A line of a table: what it says by the ids of its columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub table: String,
    pub n: usize,
    /// “申请材料 3”, where the line is not one of its own table.
    pub within: String,
    pub cells: BTreeMap<&'static str, Said>,
}

impl Line {
    pub fn fault(&self, column: &str, said: impl Into<String>) -> Fault {
        let column = match (self.within.as_str(), column) {
            ("", column) => column.to_owned(),
            (within, "") => within.to_owned(),
            (within, column) => format!("{within} · {column}"),
        };
        Fault { table: self.table.clone(), line: self.n, column, matter: String::new(), said: said.into() }
    }
    fn text(&self, id: &str) -> String {
        let said = self.cells.get(id).map(Said::text).unwrap_or_default();
        forms::text::fold_digits(&said)
    }
}

/// What the tables say of one matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matter {
    pub slug: String,
    /// Its line in the table of the matters; of one that is not in it, where it is named first.
    pub line: Line,
    /// By the key of the group; a group that is not here is not spoken of.
    pub groups: BTreeMap<&'static str, Vec<Line>>,
    /// Groups that have a table in which the matter has no line.
    pub without: Vec<&'static str>,
    /// Its chart, form and guiding questions by their ids, as far as they are handed in; none where it is said that there are none.
    pub texts: BTreeMap<&'static str, Option<String>>,
}

/// What was handed in.
#[derive(Clone, Debug, Default)]
pub struct Handed {
    pub matters: Vec<Matter>,
    pub faults: Vec<Fault>,
    /// What was not read, and is said.
    pub notes: Vec<Fault>,
}

/// Reads files as one: all tables of a workbook, of a ZIP, or file by file. `named` finds a matter by its 实施编码.
pub fn read(files: &[(String, Vec<u8>)], named: impl Fn(&str) -> Option<String>) -> Result<Handed, Stop> {
    let mut reader = Reader { handed: Handed::default(), at: HashMap::new(), named, tables: Vec::new() };
    for (name, bytes) in files {
        let start = bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace() && ![0xEF, 0xBB, 0xBF].contains(byte));
        match start {
            Some(b'[' | b'{') => reader.json(bytes)?,
            _ => match tables::sheets(name, bytes).and_then(|sheets| Ok((sheets, tables::others(bytes)?))) {
                Ok((sheets, others)) => {
                    reader.book(sheets)?;
                    reader.texts(others);
                }
                Err(no) => reader.no(name, no.line, "", no.said),
            },
        }
    }
    let Reader { mut handed, tables, .. } = reader;
    if handed.matters.is_empty() && handed.faults.is_empty() {
        handed.faults.push(Fault { said: "表里一行也没有".into(), ..Fault::default() });
    }
    if handed.matters.len() > MOST_MATTERS {
        let said = format!("一次最多 {MOST_MATTERS} 个事项，请按部门分成几个");
        handed.faults.push(Fault { said, ..Fault::default() });
        handed.matters.truncate(MOST_MATTERS);
    }
    for matter in &mut handed.matters {
        matter.without = tables.iter().copied().filter(|group| !matter.groups.contains_key(group)).collect();
    }
    Ok(handed)
}

struct Reader<F> {
    handed: Handed,
    /// Where a matter stands among those that were read.
    at: HashMap<String, usize>,
    named: F,
    /// Groups that have a table.
    tables: Vec<&'static str>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn no(&mut self, table: &str, line: usize, column: &str, said: impl Into<String>) {
        let fault = Fault { table: table.into(), line, column: column.into(), matter: String::new(), said: said.into() };
        self.handed.faults.push(fault);
    }

    fn note(&mut self, table: &str, said: impl Into<String>) {
        self.handed.notes.push(Fault { table: table.into(), said: said.into(), ..Fault::default() });
    }

    /// The matter that a line names.
    fn slug(&mut self, line: &Line) -> Option<String> {
        let slug = line.text("slug");
        if !slug.is_empty() {
            return Some(slug);
        }
        let code = line.text("code");
        let found = (self.named)(&code);
        if found.is_none() {
            let fault = match code.is_empty() {
                true => line.fault("网址名", "不能空着：写网址里的名字，或者实施编码"),
                false => line.fault("实施编码", format!("没有实施编码是“{code}”的事项。核对编码；新建的写“网址名”和“参照事项”")),
            };
            self.handed.faults.push(fault);
        }
        found
    }

    fn matter(&mut self, slug: String, line: &Line) -> &mut Matter {
        let handed = &mut self.handed;
        let at = *self.at.entry(slug.clone()).or_insert_with(|| {
            let line = Line { cells: BTreeMap::new(), ..line.clone() };
            handed.matters.push(Matter { slug, line, ..Matter::default() });
            handed.matters.len() - 1
        });
        &mut handed.matters[at]
    }

    fn book(&mut self, sheets: Vec<tables::Sheet>) -> Result<(), Stop> {
        let ours = sheet::sheets()?;
        let only = sheets.iter().filter(|sheet| !sheet.is_hidden && !sheet.rows.is_empty()).count() == 1;
        for mut read in sheets {
            if read.name == sheet::NOTES || read.rows.is_empty() {
                continue;
            }
            let by_name = ours.iter().find(|sheet| sheet.is_called(&read.name));
            let Some(sheet) = by_name.or_else(|| only.then(|| by_headings(ours, &read)).flatten()) else {
                self.note(&read.name, "不是事项的表，没有读");
                continue;
            };
            if read.is_hidden {
                self.no(&read.name, 0, "", "这张工作表是隐藏的，没有读。取消隐藏，或者删掉它，再传一次");
                continue;
            }
            for (first, last) in std::mem::take(&mut read.merged).into_iter().take(20) {
                let said = format!("第 {first} 行到第 {last} 行有合并的单元格。取消合并，每行都填全");
                self.no(sheet.name, first, "", said);
            }
            self.table(sheet, read)?;
        }
        Ok(())
    }

    fn table(&mut self, sheet: &'static Sheet, read: tables::Sheet) -> Result<(), Stop> {
        let mut rows = read.rows.into_iter();
        let Some((first, headings)) = rows.next() else { return Ok(()) };
        let mut columns = Vec::new();
        let mut is_good = true;
        for heading in &headings {
            let heading = heading.text().trim().to_owned();
            let column = sheet.column(&heading);
            if column.is_none() && !heading.is_empty() {
                is_good = false;
                let said = format!("没有“{heading}”这一列。第一行要是表头；先导出一份，照它的表头填");
                self.no(sheet.name, first, &heading, said);
            }
            if let Some(column) = column
                && columns.iter().flatten().any(|other: &&sheet::Column| other.id == column.id)
            {
                is_good = false;
                self.no(sheet.name, first, column.name, "这一列出现了两次");
            }
            columns.push(column);
        }
        let has = |id: &str| columns.iter().flatten().any(|column| column.id == id);
        if !has("slug") && !has("code") {
            is_good = false;
            self.no(sheet.name, first, "网址名", "缺少“网址名”这一列，或者“实施编码”这一列，认不出是哪个事项");
        }
        if !is_good {
            return Ok(());
        }
        if sheet.group.is_some() {
            self.tables.push(sheet.id);
        }
        for (n, row) in rows {
            let mut line = Line { table: sheet.name.into(), n, ..Line::default() };
            for (at, said) in row.into_iter().enumerate() {
                match columns.get(at).copied().flatten() {
                    Some(column) => drop(line.cells.insert(column.id, said)),
                    None if said.is_empty() => {}
                    None => self.no(sheet.name, n, "", format!("“{}”在表头以外，没有读", said.text())),
                }
            }
            // What a row leaves out at its end is empty, not missing.
            for column in columns.iter().flatten() {
                line.cells.entry(column.id).or_insert_with(Said::empty);
            }
            self.line(sheet, line);
        }
        Ok(())
    }

    fn line(&mut self, sheet: &'static Sheet, line: Line) {
        let Some(slug) = self.slug(&line) else { return };
        match &sheet.group {
            None => {
                let matter = self.matter(slug.clone(), &line);
                if !matter.line.cells.is_empty() {
                    let fault = Fault {
                        matter: slug,
                        ..line.fault("网址名", format!("和第 {} 行是同一个事项，只留一行", matter.line.n))
                    };
                    return self.handed.faults.push(fault);
                }
                matter.line = line;
            }
            Some(_) => {
                let says = sheet
                    .columns
                    .iter()
                    .any(|column| column.field().is_some() && line.cells.get(column.id).is_some_and(|said| !said.is_empty()));
                let rows = self.matter(slug, &line).groups.entry(sheet.id).or_default();
                if says {
                    rows.push(line);
                }
            }
        }
    }

    /// Files in the folder of a matter.
    fn texts(&mut self, files: Vec<(String, String)>) {
        for (name, said) in files {
            let mut parts = name.rsplit('/');
            let text = parts.next().and_then(|file| sheet::TEXTS.iter().find(|text| text.file == file));
            let (Some(text), Some(slug)) = (text, parts.next()) else { continue };
            let line = Line { table: name.clone(), ..Line::default() };
            self.matter(slug.to_owned(), &line).texts.insert(text.id, Some(said));
        }
    }

    fn json(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        const TABLE: &str = "JSON";
        if bytes.len() > tables::LARGEST {
            self.no(TABLE, 0, "", "文件超过 16 MB，请按部门分成几个");
            return Ok(());
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let all = match serde_json::from_slice(bytes) {
            Ok(Value::Array(all)) => all,
            Ok(Value::Object(mut one)) => match one.remove("items") {
                Some(Value::Array(all)) => all,
                _ => {
                    self.no(TABLE, 0, "", "JSON 要是一个数组，每项一个事项");
                    return Ok(());
                }
            },
            Ok(_) => {
                self.no(TABLE, 0, "", "JSON 要是一个数组，每项一个事项");
                return Ok(());
            }
            Err(error) => {
                self.no(TABLE, error.line(), "", format!("JSON 读不出来（第 {} 列）", error.column()));
                return Ok(());
            }
        };
        let sheets = sheet::sheets()?;
        for (n, one) in (1..).zip(all) {
            let mut line = Line { table: TABLE.into(), n, ..Line::default() };
            let before = self.handed.faults.len();
            let Value::Object(one) = one else {
                self.handed.faults.push(line.fault("", "这一项不是一个对象"));
                continue;
            };
            let mut groups = Vec::new();
            let mut texts = BTreeMap::new();
            for (key, value) in one {
                if let Some(text) = sheet::TEXTS.iter().find(|text| text.id == key) {
                    match value {
                        Value::String(said) => drop(texts.insert(text.id, Some(said))),
                        Value::Object(_) if text.part == Part::Form => drop(texts.insert(text.id, Some(value.to_string()))),
                        Value::Null if text.part == Part::Questions => drop(texts.insert(text.id, None)),
                        Value::Null => {}
                        _ => self.handed.faults.push(line.fault(text.part.zh(), "要是原文，放在引号里")),
                    }
                    continue;
                }
                if let Some(column) = sheets[0].column(&key) {
                    match said(&value) {
                        Some(said) => drop(line.cells.insert(column.id, said)),
                        None => self.handed.faults.push(line.fault(column.name, "要填文字、数、是非，或者文字的数组")),
                    }
                    continue;
                }
                match (sheets[1..].iter().find(|sheet| sheet.is_called(&key)), value) {
                    (Some(sheet), Value::Array(rows)) => groups.push((sheet, rows)),
                    (Some(sheet), Value::Null) => groups.push((sheet, Vec::new())),
                    (Some(sheet), _) => self.handed.faults.push(line.fault(sheet.name, "要是一个数组，每项一条")),
                    (None, _) => {
                        let said = format!("没有“{key}”这一列。先导出一份，照它的名字填");
                        self.handed.faults.push(line.fault(&key, said));
                    }
                }
            }
            let Some(slug) = self.slug(&line) else { continue };
            self.handed.faults[before..].iter_mut().for_each(|fault| fault.matter.clone_from(&slug));
            self.line(&sheets[0], line.clone());
            self.matter(slug.clone(), &line).texts.extend(texts);
            for (sheet, rows) in groups {
                self.matter(slug.clone(), &line).groups.entry(sheet.id).or_default();
                for (at, row) in (1..).zip(rows) {
                    let within = format!("{} {at}", sheet.name);
                    let mut own = Line { table: TABLE.into(), n, within, ..Line::default() };
                    let Value::Object(row) = row else {
                        self.handed.faults.push(own.fault("", "这一项不是一个对象"));
                        continue;
                    };
                    for (key, value) in row {
                        match (sheet.column(&key), said(&value)) {
                            (Some(column), Some(said)) => drop(own.cells.insert(column.id, said)),
                            (Some(column), None) => {
                                self.handed.faults.push(own.fault(column.name, "要填文字、数或者是非"));
                            }
                            (None, _) => self.handed.faults.push(own.fault(&key, format!("没有“{key}”这一列"))),
                        }
                    }
                    own.cells.insert("slug", Said::Text(slug.clone()));
                    self.line(sheet, own);
                }
            }
        }
        Ok(())
    }
}

/// The table whose columns these headings are, where the file does not say it.
fn by_headings(ours: &'static [Sheet], read: &tables::Sheet) -> Option<&'static Sheet> {
    let (_, headings) = read.rows.first()?;
    let known = |sheet: &Sheet| {
        let named = |said: &&Said| {
            let column = sheet.column(said.text().trim());
            column.is_some_and(|column| !matches!(column.of, Of::Slug | Of::Code | Of::Reader))
        };
        headings.iter().filter(named).count()
    };
    // Of two that know as many, the table of the matters.
    ours.iter().rev().max_by_key(|sheet| known(sheet)).filter(|sheet| known(sheet) > 0)
}

/// A value of JSON as a cell would hold it.
fn said(value: &Value) -> Option<Said> {
    Some(match value {
        Value::Null => Said::empty(),
        Value::String(text) => Said::Text(text.clone()),
        Value::Bool(yes) => Said::Text(if *yes { "是" } else { "否" }.into()),
        Value::Number(number) => Said::Number(number.as_f64()?),
        Value::Array(all) => {
            let texts: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
            Said::Text(texts?.join("\n"))
        }
        Value::Object(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn handed(files: &[(&str, &str)]) -> Handed {
        let files: Vec<(String, Vec<u8>)> = files.iter().map(|(name, text)| ((*name).into(), text.as_bytes().to_vec())).collect();
        read(&files, |code| (code == "C1").then(|| "card".into())).unwrap()
    }

    #[test]
    fn b6_1_a_table_made_by_hand_may_have_a_few_columns_and_any_of_their_names() {
        let said = handed(&[
            ("我的表.csv", "实施编码,承诺时限\nC1,３\n"),
            ("申请材料 (2).csv", "网址名,材料名称\ncard,身份证\ncard,照片\nother,\n"),
        ]);
        assert_eq!(said.faults, []);
        let [card, other] = said.matters.as_slice() else { panic!("{said:?}") };
        assert_eq!((card.slug.as_str(), card.line.n), ("card", 2));
        assert_eq!(card.line.cells["promised_limit__n"].text(), "３");
        assert_eq!(card.groups["materials"].len(), 2);
        assert_eq!(other.groups["materials"], [], "a line that says nothing else empties it");
    }

    #[test]
    fn b6_1_what_no_matter_has_is_told_with_its_place() {
        let told = |csv: &str| handed(&[("事项.csv", csv)]).faults;
        assert_eq!(told("网址名,办结快慢\ncard,3\n")[0].column, "办结快慢");
        assert!(told("网址名,承诺时限,承诺办结时限\ncard,3,3\n")[0].said.contains("两次"));
        assert!(told("事项名称\n老年证\n")[0].said.contains("认不出"));
        let twice = told("网址名,承诺时限\ncard,3\ncard,4\n");
        assert_eq!((twice[0].line, twice[0].matter.as_str()), (3, "card"));
        assert!(told("网址名,承诺时限\ncard,3,9\n")[0].said.contains("表头以外"));
        assert!(told("实施编码,承诺时限\nX9,3\n")[0].said.contains("X9"));
        assert_eq!(told("网址名,承诺时限\n,3\n")[0].column, "网址名");
        assert_eq!(told("")[0].said, "表里一行也没有");
        let json = handed(&[("a.json", r#"[{"slug":"card","materials":[{"name":{}}],"x":1},3]"#)]).faults;
        let places: Vec<(usize, &str)> = json.iter().map(|fault| (fault.line, fault.column.as_str())).collect();
        assert_eq!(places, [(1, "x"), (1, "申请材料 1 · 材料名称"), (2, "")]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn b6_1_no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400), name in ".{0,20}") {
            let _ = read(&[(name, bytes)], |_| None);
        }
    }
}
