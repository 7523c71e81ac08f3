//! 清单表格 · the list of powers as a table: what is exported can be imported again and is the same (CSV, XLSX, JSON). Every
//! fault is told with its line and column, and nothing is taken by half.

use super::facts::{Level, Origin, Power, Row, Standing};
use super::law;
use crate::ItemKind;
pub use crate::tables::LARGEST;
use crate::tables::{self, Said, Unreadable};
use foundation::page::table::{Cell, MOST_ROWS, Table};
use serde_json::Value;
use std::collections::HashMap;

/// A column: its id in JSON and CSV for programs, its heading for people, the most characters of a cell.
pub struct Column {
    pub id: &'static str,
    pub heading: &'static str,
    longest: usize,
}

const fn column(id: &'static str, heading: &'static str, longest: usize) -> Column {
    Column { id, heading, longest }
}

pub const COLUMNS: [Column; 20] = [
    column("code", "编码", 64),
    column("name", "名称", 200),
    column("kind", "类型", 20),
    column("agency", "行使主体", 100),
    column("region", "行政区划", 12),
    column("level", "行使层级", 20),
    column("origin", "权力来源", 20),
    column("content", "行使内容", 4000),
    column("bases", "设定依据", 8000),
    column("conditions", "条件", 4000),
    column("limit", "期限", 400),
    column("supervision", "监督措施", 2000),
    column("process", "运行流程图", 200),
    column("standing", "状态", 20),
    column("into", "并入", 64),
    column("source", "数据来源", 400),
    column("levels", "目录行使层级", 60),
    column("entry", "认领自", 12),
    column("place", "办理地点", 400),
    column("fees", "收费", 1000),
];

/// What is wrong in one cell, or in a whole line when no column is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Of the table as a spreadsheet counts, from 1; the headings are line 1. 0 for the whole file.
    pub line: usize,
    /// The heading of the column.
    pub column: &'static str,
    pub said: String,
}

impl Fault {
    fn file(said: impl Into<String>) -> Fault {
        Fault { line: 0, column: "", said: said.into() }
    }
}

/// A line as it was read: cells by the ids of their columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub n: usize,
    cells: HashMap<&'static str, String>,
}

impl Line {
    /// A line that was typed into a form.
    pub fn of(said: impl Fn(&'static str) -> String) -> Line {
        Line { n: 0, cells: COLUMNS.iter().map(|column| (column.id, tidy(&said(column.id)))).collect() }
    }
    pub fn one(&self, id: &str) -> &str {
        self.cells.get(id).map_or("", String::as_str)
    }
    pub fn fault(&self, id: &str, said: impl Into<String>) -> Fault {
        let column = COLUMNS.iter().find(|column| column.id == id).map_or("", |column| column.heading);
        Fault { line: self.n, column, said: said.into() }
    }
}

/// A cell as it is kept: no blanks around it, lines ended one way, no control characters.
pub fn tidy(text: &str) -> String {
    let text = foundation::held::clean(text).replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    text.trim().to_owned()
}

/// Reads a table, whatever of the three it is.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, Fault> {
    if bytes.len() > LARGEST {
        return Err(Fault::file("文件超过 16 MB，请按部门分成几个"));
    }
    let start: Vec<u8> = bytes.iter().copied().skip_while(|byte| byte.is_ascii_whitespace()).take(4).collect();
    let lines = match () {
        () if start.first().is_some_and(|byte| matches!(byte, b'[' | b'{')) => from_json(bytes)?,
        () => from_sheet(bytes)?,
    };
    match lines.len() {
        0 => Err(Fault::file("表里一行也没有")),
        n if n > MOST_ROWS => Err(Fault::file(format!("一次最多 {MOST_ROWS} 行，请按部门分成几个"))),
        _ => Ok(lines),
    }
}

/// The id of a column by its id or heading.
fn id_of(heading: &str) -> Option<&'static str> {
    let heading = tidy(heading);
    COLUMNS.iter().find(|column| column.id == heading || column.heading == heading).map(|column| column.id)
}

/// Lines from rows of cells, the first of which names the columns.
fn from_rows(mut rows: impl Iterator<Item = (usize, Vec<String>)>) -> Result<Vec<Line>, Fault> {
    let (_, headings) = rows.next().ok_or_else(|| Fault::file("表里一行也没有"))?;
    let ids: Vec<Option<&'static str>> = headings.iter().map(|heading| id_of(heading)).collect();
    let strange: Vec<&str> = headings
        .iter()
        .zip(&ids)
        .filter(|(heading, id)| id.is_none() && !heading.trim().is_empty())
        .map(|(h, _)| h.trim())
        .collect();
    if !strange.is_empty() {
        return Err(Fault {
            line: 1,
            column: "",
            said: format!("没有这样的列：{}。先导出一份清单，照它的表头填", strange.join("、")),
        });
    }
    for must in ["code", "name", "kind", "agency", "region"] {
        if !ids.contains(&Some(must)) {
            let heading = COLUMNS.iter().find(|column| column.id == must).map_or("", |column| column.heading);
            return Err(Fault { line: 1, column: heading, said: format!("缺少“{heading}”这一列") });
        }
    }
    for (at, id) in ids.iter().enumerate() {
        if id.is_some() && ids[..at].contains(id) {
            return Err(Fault { line: 1, column: "", said: format!("“{}”这一列出现了两次", headings[at].trim()) });
        }
    }
    let mut lines = Vec::new();
    for (n, row) in rows {
        if lines.len() > MOST_ROWS {
            break;
        }
        let mut line = Line { n, cells: HashMap::new() };
        for (id, cell) in ids.iter().zip(row) {
            if let Some(id) = id {
                line.cells.insert(id, tidy(&cell));
            }
        }
        if line.cells.values().any(|cell| !cell.is_empty()) {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// The first sheet of a workbook, or a CSV.
fn from_sheet(bytes: &[u8]) -> Result<Vec<Line>, Fault> {
    let told = |no: Unreadable| Fault { line: no.line, column: "", said: no.said };
    let sheet = tables::sheets("", bytes).map_err(told)?.into_iter().next().unwrap_or_default();
    if let Some((line, _)) = sheet.rows.iter().find(|(_, row)| row.contains(&Said::Formula)) {
        return Err(Fault { line: *line, column: "", said: "这一行有公式，请复制后粘贴成值再传".into() });
    }
    from_rows(sheet.rows.into_iter().map(|(n, row)| (n, row.iter().map(Said::text).collect())))
}

fn from_json(bytes: &[u8]) -> Result<Vec<Line>, Fault> {
    let read: Value = serde_json::from_slice(bytes).map_err(|error| Fault {
        line: error.line(),
        column: "",
        said: format!("JSON 读不出来（第 {} 列）", error.column()),
    })?;
    let rows = match read {
        Value::Array(rows) => rows,
        Value::Object(mut one) => match one.remove("powers") {
            Some(Value::Array(rows)) => rows,
            _ => return Err(Fault::file("JSON 要是一个数组，每项一个职权")),
        },
        _ => return Err(Fault::file("JSON 要是一个数组，每项一个职权")),
    };
    let mut lines = Vec::new();
    for (n, row) in (2..).zip(rows) {
        let Value::Object(row) = row else {
            return Err(Fault { line: n, column: "", said: "这一项不是一个对象".into() });
        };
        let mut line = Line { n, cells: HashMap::new() };
        for (key, value) in row {
            let Some(id) = id_of(&key) else {
                return Err(Fault {
                    line: n, column: "", said: format!("没有这样的列：{key}。先导出一份清单，照它的表头填")
                });
            };
            let text = match value {
                Value::Null => String::new(),
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                _ => return Err(line.fault(id, "要填文字")),
            };
            line.cells.insert(id, tidy(&text));
        }
        lines.push(line);
    }
    Ok(lines)
}

/// The row of a line, how it says the power stands, and what is wrong with it.
pub fn power_of(line: &Line, region_known: impl Fn(&str) -> bool) -> Result<(Power, Standing, Option<String>), Vec<Fault>> {
    let mut faults = Vec::new();
    let mut fault = |id: &str, said: String| faults.push(line.fault(id, said));
    for column in &COLUMNS {
        if line.one(column.id).chars().count() > column.longest {
            fault(column.id, format!("太长了，最多 {} 个字", column.longest));
        }
    }
    for must in ["code", "name", "agency", "region"] {
        if line.one(must).is_empty() {
            fault(must, "不能空着".into());
        }
    }
    let code = line.one("code");
    let is_code = code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && code.chars().any(|c| c.is_ascii_digit());
    if !code.is_empty() && !is_code {
        fault("code", "编码只能有字母、数字、横线和点，至少有一个数字".into());
    }
    let region = line.one("region");
    if !region.is_empty() && !region_known(region) {
        fault("region", format!("没有“{region}”这个行政区划代码"));
    }
    let kind = ItemKind::ALL.into_iter().find(|kind| [kind.zh(), kind.code(), kind.key()].contains(&line.one("kind")));
    if kind.is_none() {
        let names: Vec<&str> = ItemKind::ALL.into_iter().map(ItemKind::zh).collect();
        fault("kind", format!("要填这些里的一个：{}", names.join("、")));
    }
    let level = numbered(line.one("level"), &Level::ALL, Level::zh);
    let origin = numbered(line.one("origin"), &Origin::ALL, Origin::zh);
    if let Err(names) = &level {
        fault("level", format!("要填这些里的一个：{names}"));
    }
    if let Err(names) = &origin {
        fault("origin", format!("要填这些里的一个：{names}"));
    }
    let levels: Result<Vec<Level>, String> = line
        .one("levels")
        .split(['、', ',', '，', '；', '\n'])
        .map(str::trim)
        .filter(|said| !said.is_empty())
        .filter_map(|said| numbered(said, &Level::ALL, Level::zh).transpose())
        .collect();
    let levels = levels.map(|mut levels| {
        levels.sort_unstable();
        levels.dedup();
        levels
    });
    if let Err(names) = &levels {
        fault("levels", format!("要填这些里的一个或者几个：{names}"));
    }
    let standing = match line.one("standing") {
        "" => Some(Standing::InUse),
        said => Standing::ALL.into_iter().find(|standing| [standing.zh(), standing.key()].contains(&said)),
    };
    if standing.is_none() {
        let names: Vec<&str> = Standing::ALL.into_iter().map(Standing::zh).collect();
        fault("standing", format!("要填这些里的一个：{}", names.join("、")));
    }
    let into = Some(line.one("into")).filter(|into| !into.is_empty()).map(ToOwned::to_owned);
    if into.is_some() != (standing == Some(Standing::Merged)) && standing.is_some() {
        fault("into", "并入别的职权时填它的编码，状态填“已合并”；其他情况空着".into());
    }
    let text = |id: &str| line.one(id).to_owned();
    match (kind, level, origin, levels, standing) {
        (Some(kind), Ok(level), Ok(origin), Ok(levels), Some(standing)) if faults.is_empty() => {
            let power = Power {
                code: text("code"),
                name: text("name"),
                kind,
                agency: text("agency"),
                region: text("region"),
                level,
                origin,
                content: text("content"),
                bases: law::read(line.one("bases")),
                conditions: text("conditions"),
                limit: text("limit"),
                supervision: text("supervision"),
                process: text("process"),
                source: text("source"),
                levels,
                entry: text("entry"),
                place: text("place"),
                fees: text("fees"),
            };
            Ok((power, standing, into))
        }
        _ => Err(faults),
    }
}

/// One of a numbered list, by its name or number; nothing when it is empty; the names when it is none of them.
fn numbered<T: Copy>(said: &str, all: &[T], name: fn(T) -> &'static str) -> Result<Option<T>, String> {
    if said.is_empty() {
        return Ok(None);
    }
    let found = all.iter().enumerate().find(|(at, one)| name(**one) == said || said == (at + 1).to_string());
    match found {
        Some((_, one)) => Ok(Some(*one)),
        None => Err(all.iter().map(|one| name(*one)).collect::<Vec<_>>().join("、")),
    }
}

/// The cells of a power, in the order of the columns.
fn cells(row: &Row) -> Vec<Cell> {
    let power = &row.power;
    let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    vec![
        text(&power.code),
        text(&power.name),
        text(power.kind.zh()),
        text(&power.agency),
        text(&power.region),
        text(power.level.map_or("", Level::zh)),
        text(power.origin.map_or("", Origin::zh)),
        text(&power.content),
        text(&power.bases_text()),
        text(&power.conditions),
        text(&power.limit),
        text(&power.supervision),
        text(&power.process),
        text(row.operation.leads_to().zh()),
        text(row.into.as_deref().unwrap_or_default()),
        text(&power.source),
        text(&power.levels_text()),
        text(&power.entry),
        text(&power.place),
        text(&power.fees),
    ]
}

/// The table of these.
pub fn table(name: &str, rows: &[Row]) -> Table {
    Table {
        name: name.into(),
        columns: COLUMNS.iter().map(|column| (column.id, column.heading)).collect(),
        rows: rows.iter().map(cells).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::Operation;
    use super::*;
    use foundation::page::Lang;
    use proptest::prelude::*;

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let text = "['=+@a《》（）一二法条；\\-0-9\n\t\" ,]{0,14}".prop_map(|text| tidy(&text));
        let name = "['=@一二a0\"]{1,8}".prop_map(|text| format!("名{}", tidy(&text)));
        let some = (name, "[A-Z.-]{0,6}[0-9]{1,6}", 0usize..11, proptest::option::of(0usize..7), proptest::option::of(0usize..6));
        let more = (proptest::array::uniform10(text), proptest::collection::btree_set(0usize..7, 0..4), "([0-9]{12})?");
        let standing = proptest::sample::select(vec![Operation::Add, Operation::Suspend, Operation::Cancel, Operation::Merge]);
        let one = (some, more, standing).prop_map(|((name, code, kind, level, origin), more, operation)| {
            let ([agency, content, bases, conditions, limit, supervision, process, source, place, fees], levels, entry) = more;
            Row {
                operation,
                into: (operation == Operation::Merge).then(|| "X-1".to_owned()),
                power: Power {
                    code,
                    name,
                    kind: ItemKind::ALL[kind],
                    agency: format!("局{agency}"),
                    region: "341524".into(),
                    level: level.map(|at| Level::ALL[at]),
                    origin: origin.map(|at| Origin::ALL[at]),
                    content,
                    bases: law::read(&bases),
                    conditions,
                    limit,
                    supervision,
                    process,
                    source,
                    levels: levels.into_iter().map(|at| Level::ALL[at]).collect(),
                    entry,
                    place,
                    fees,
                },
            }
        });
        proptest::collection::vec(one, 1..6)
    }

    fn back(bytes: &[u8]) -> Vec<(Power, Standing, Option<String>)> {
        read(bytes).unwrap().iter().map(|line| power_of(line, |_| true).unwrap()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        /// Exported and imported again, in each of the three, every power is the same.
        #[test]
        fn a2_1_a_round_trip_loses_nothing(rows in rows()) {
            let wanted: Vec<_> = rows.iter().map(|row| (row.power.clone(), row.operation.leads_to(), row.into.clone())).collect();
            let table = table("权责清单", &rows);
            prop_assert_eq!(&back(&table.csv(Lang::Zh).unwrap()), &wanted);
            prop_assert_eq!(&back(&table.xlsx(Lang::Zh).unwrap()), &wanted);
            prop_assert_eq!(&back(&serde_json::to_vec(&table.json()).unwrap()), &wanted);
        }

        #[test]
        fn a2_1_no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }
    }

    #[test]
    fn a2_1_every_fault_of_a_line_is_told_with_its_column() {
        let csv = "编码,名称,类型,行使主体,行政区划,行使层级,状态\nA 1,,许可,,999999,很高,没有\n";
        let lines = read(csv.as_bytes()).unwrap();
        let faults = power_of(&lines[0], |code| code == "341524").unwrap_err();
        let columns: Vec<&str> = faults.iter().map(|fault| fault.column).collect();
        assert_eq!(columns, ["名称", "行使主体", "编码", "行政区划", "类型", "行使层级", "状态"]);
        assert!(faults.iter().all(|fault| fault.line == 2));
    }

    #[test]
    fn a2_1_a_table_without_its_columns_is_refused_by_their_names() {
        let told = |csv: &str| read(csv.as_bytes()).unwrap_err();
        assert_eq!(told("编码,名称,类型,行使主体\n").column, "行政区划");
        assert!(told("编码,名字\n").said.contains("名字"));
        assert!(told("编码,编码,名称,类型,行使主体,行政区划\n").said.contains("两次"));
        assert_eq!(told("").said, "表里一行也没有");
        assert!(told("PK\u{3}\u{4}").said.contains("打不开"));
        // 《GB18030》 as spreadsheets in Chinese save it.
        let (gbk, _, _) = encoding_rs::GB18030.encode("编码,名称,类型,行使主体,行政区划\nA1,取水许可,行政许可,水利局,341524\n");
        assert_eq!(back(&gbk)[0].0.name, "取水许可");
    }
}
