//! 事项表格 · matters as tables: one row for each, and a table for each thing of which a matter has several. Columns are the elements by
//! which a matter is drafted, under the names of the national list of fields where it has one (X.2), with our ids for programs. The chart, the
//! form and the guiding questions are texts of their own: files beside the tables of a ZIP, members of the object in JSON; a workbook, whose
//! cells are too short for them, goes without.

use super::draft::Part;
use super::facts;
use crate::{Catalogue, Item};
use forms::{Field, Kind};
use foundation::Stop;
use foundation::page::Lang;
use foundation::page::table::{Cell, Table};
use serde_json::{Map, Value};
use std::io::{Cursor, Write};
use std::sync::OnceLock;

/// What a column holds.
pub enum Of {
    /// The name in addresses, by which a matter is told from others.
    Slug,
    /// The 实施编码, in a table that has it only to tell matters apart; not exported.
    Code,
    /// The version that was exported.
    Version,
    /// Of a new matter, the one whose chart and form it takes; not exported.
    Like,
    /// Said for whoever reads the table; what stands there is not read.
    Reader,
    /// Follows from another element, by its id.
    Derived(&'static str),
    Element(Box<Field>),
}

pub struct Column {
    /// Of the element within its table: stable, for programs.
    pub id: &'static str,
    /// As it stands in the heading.
    pub name: &'static str,
    /// As the editor calls it.
    label: &'static str,
    pub of: Of,
}

impl Column {
    pub fn field(&self) -> Option<&Field> {
        match &self.of {
            Of::Element(field) => Some(field),
            _ => None,
        }
    }
    fn is_exported(&self) -> bool {
        !matches!(self.of, Of::Code | Of::Like)
    }
    pub fn is_called(&self, heading: &str) -> bool {
        [self.id, self.name, self.label].contains(&heading)
    }
    /// Whether it must be filled in.
    pub fn must(&self) -> &'static str {
        match self.field() {
            Some(field) if field.required => "必填",
            Some(_) => "可以空着",
            None => "",
        }
    }
    /// What is to be entered.
    pub fn wanted(&self) -> &'static str {
        match &self.of {
            Of::Slug => "网址里的名字，认事项用",
            Of::Code => "没有网址名的，写实施编码",
            Of::Version => "导出时的版本，不要改：导出以后事项公布了新版本的，会告诉您",
            Of::Like => "新建事项才填：照哪个事项的流程图和申请表，写它的网址名",
            Of::Reader => "给人看的，不读",
            Of::Derived(_) => "自动得出，不能改",
            Of::Element(field) => match field.kind {
                Kind::YesNo => "是或者否",
                Kind::Choice => "填其中一个",
                Kind::Choices => "填其中几个，用顿号隔开",
                Kind::Number => "整数",
                Kind::Date => "日期，如 2026-01-31",
                _ => "文字",
            },
        }
    }
    /// What may be chosen.
    pub fn options(&self) -> String {
        let options = self.field().map(|field| field.options.as_slice()).unwrap_or_default();
        options.iter().map(|option| option.label.as_str()).collect::<Vec<_>>().join("、")
    }
    pub fn hint(&self) -> &str {
        self.field().and_then(|field| field.hint.as_deref()).unwrap_or_default()
    }
}

/// A table: of the matters, or of one thing of which each has several.
pub struct Sheet {
    /// For programs: `items`, or the key of the group.
    pub id: &'static str,
    pub name: &'static str,
    label: &'static str,
    /// None for the table of the matters.
    pub group: Option<Field>,
    pub columns: Vec<Column>,
}

impl Sheet {
    pub fn is_called(&self, name: &str) -> bool {
        [self.id, self.name, self.label].into_iter().any(|own| {
            // “申请材料 (2)” is what a browser calls the second download.
            let rest = name.strip_prefix(own);
            rest.is_some_and(|rest| rest.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_'))
        })
    }
    pub fn column(&self, heading: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.is_called(heading))
    }
    /// The column of an element, by its key in the form.
    pub fn of_field(&self, key: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.field().is_some_and(|field| field.key == key))
    }
}

/// What the national list of fields calls an element where the editor says it more plainly: GB/T 39046 table 4 and the exchange tables of
/// the national platform (X.2).
const NATIONAL: [(&str, &str); 46] = [
    ("agency", "实施主体"),
    ("region", "行政管辖"),
    ("themes", "服务主题"),
    ("delegation", "委托部门"),
    ("appointment", "是否预约"),
    ("delivery_by_post", "是否物流"),
    ("not_for", "不予受理情形"),
    ("conditions", "受理条件"),
    ("statutory_limit__n", "法定办结时限"),
    ("statutory_limit__unit", "法定办结时限单位"),
    ("statutory_limit__basis", "法定办结时限说明"),
    ("promised_limit__n", "承诺办结时限"),
    ("promised_limit__unit", "承诺办结时限单位"),
    ("acceptance_limit__unit", "受理时限单位"),
    ("acceptance_limit__basis", "受理时限说明"),
    ("delivery_limit__unit", "送达时限单位"),
    ("delivery_limit__basis", "送达时限说明"),
    ("fee__charged", "是否收费"),
    ("online_depth", "网上办理深度"),
    ("visits", "到办事现场次数"),
    ("visit_reason", "必须现场办理原因"),
    ("legal_basis", "设定依据"),
    ("legal_basis__law", "法律法规名称"),
    ("legal_basis__article", "条款号"),
    ("legal_basis__text", "条款内容"),
    ("legal_basis__in_force_from", "施行日期"),
    ("legal_basis__in_force_to", "失效日期"),
    ("special_procedures", "特别程序"),
    ("special_procedures__ground", "特别程序种类"),
    ("special_procedures__basis", "特别程序依据"),
    ("special_procedures__usual_days", "特别程序时限"),
    ("materials", "申请材料"),
    ("materials__name", "材料名称"),
    ("materials__required", "是否必备"),
    ("materials__form", "材料形式"),
    ("materials__source", "来源渠道"),
    ("materials__issuer", "出具机构"),
    ("materials__note", "填报须知"),
    ("materials__basis", "依据"),
    ("materials__acceptance_standard", "受理标准"),
    ("result__certificate", "证照内容"),
    ("fee__items", "收费项目"),
    ("fee__items__name", "收费项目名称"),
    ("fee__items__standard", "收费项目标准"),
    ("fee__items__basis", "收费项目依据"),
    ("faq", "常见问题"),
];

fn national<'l>(key: &str, label: &'l str) -> &'l str {
    NATIONAL.iter().find(|(own, _)| *own == key).map_or(label, |(_, name)| name)
}

/// Kept for as long as the program runs: there is one set of columns.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// The table of the matters, then those of what each has several of.
pub fn sheets() -> Result<&'static [Sheet], Stop> {
    static SHEETS: OnceLock<Vec<Sheet>> = OnceLock::new();
    if let Some(sheets) = SHEETS.get() {
        return Ok(sheets);
    }
    let form = facts::form()?;
    let plain = |id, name, of| Column { id, name, label: name, of };
    let element = |id: &str, field: &Field| {
        let label = kept(&field.label);
        Column { id: kept(id), name: national(&field.key, label), label, of: Of::Element(Box::new(field.clone())) }
    };
    let mut main = vec![plain("slug", "网址名", Of::Slug), plain("version", "导出时的版本", Of::Version)];
    main.extend(form.fields().filter(|field| field.kind != Kind::Group).map(|field| element(&field.key, field)));
    main.extend([
        plain("kind_code", "事项类型代码", Of::Derived("kind")),
        plain("agency_uscc", "实施主体统一社会信用代码", Of::Derived("agency")),
        plain("region_code", "行政管辖代码", Of::Derived("region")),
        plain("like", "参照事项", Of::Like),
    ]);
    let mut sheets = vec![Sheet { id: "items", name: "事项", label: "实施清单", group: None, columns: main }];
    for group in form.fields().filter(|field| field.kind == Kind::Group) {
        let mut columns =
            vec![plain("slug", "网址名", Of::Slug), plain("code", "实施编码", Of::Code), plain("matter", "事项名称", Of::Reader)];
        columns.extend(group.fields.iter().map(|field| element(facts::inner(group, field), field)));
        let label = kept(&group.label);
        let name = national(&group.key, label);
        sheets.push(Sheet { id: kept(&group.key), name, label, group: Some(group.clone()), columns });
    }
    Ok(SHEETS.get_or_init(|| sheets))
}

/// A text that a matter consists of beside its elements.
pub struct Text {
    pub part: Part,
    /// In JSON, and in the text of the matter.
    pub id: &'static str,
    /// In a ZIP, within the folder of the matter.
    pub file: &'static str,
    /// As the matter has it; none where it has no guiding questions.
    of: fn(&Item) -> Option<&str>,
}

pub const TEXTS: [Text; 3] = [
    Text { part: Part::Chart, id: "process", file: "process.bpmn", of: |item| Some(item.process.xml()) },
    Text { part: Part::Form, id: "form", file: "form.json", of: |item| Some(item.form.text()) },
    Text { part: Part::Questions, id: "fit", file: "fit.dmn", of: |item| item.fit_text.as_deref() },
];

/// The table in which each column is explained.
pub const NOTES: &str = "说明";

/// The version of a matter as a table names it; never a number to a spreadsheet.
pub fn version(item: &Item) -> String {
    format!("v-{}", &item.hash[..12.min(item.hash.len())])
}

/// What follows from the elements of a matter, as its column shows it.
pub fn derived(item: &Item, catalogue: &Catalogue, from: &str) -> String {
    match from {
        "kind" => item.kind.code().to_owned(),
        "agency" => catalogue.agency(&item.agency).map(|agency| agency.uscc.clone()).unwrap_or_default(),
        "region" => item.region.clone(),
        _ => String::new(),
    }
}

/// An answer as it stands in a cell.
pub fn cell(field: &Field, answer: Option<&Value>) -> Cell {
    let label = |value: &Value| {
        let said = value.as_str().unwrap_or_default();
        field.options.iter().find(|option| option.value == said).map_or_else(|| said.to_owned(), |option| option.label.clone())
    };
    match (field.kind, answer) {
        (_, None | Some(Value::Null)) => Cell::Empty,
        (Kind::YesNo, Some(Value::Bool(yes))) => Cell::from(if *yes { "是" } else { "否" }),
        (Kind::Choice, Some(value)) => Cell::Text(label(value)),
        (Kind::Choices, Some(Value::Array(chosen))) => Cell::Text(chosen.iter().map(label).collect::<Vec<_>>().join("、")),
        (Kind::Number, Some(Value::Number(number))) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        (_, Some(Value::String(text))) if text.is_empty() => Cell::Empty,
        (_, Some(Value::String(text))) => Cell::Text(text.clone()),
        (_, Some(other)) => Cell::Text(other.to_string()),
    }
}

/// A matter with the answers it gives to the form.
struct Told<'i> {
    item: &'i Item,
    answers: forms::Answers,
}

impl Told<'_> {
    fn rows(&self, group: &Field) -> &[Value] {
        self.answers.get(&group.key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }
    fn cell(&self, column: &Column, catalogue: &Catalogue, row: Option<&Value>) -> Cell {
        match &column.of {
            Of::Slug => self.item.slug.as_str().into(),
            Of::Version => version(self.item).into(),
            Of::Reader => self.item.name.as_str().into(),
            Of::Derived(from) => derived(self.item, catalogue, from).into(),
            Of::Element(field) => match row {
                Some(row) => cell(field, row.get(&field.key)),
                None => cell(field, self.answers.get(&field.key)),
            },
            Of::Code | Of::Like => Cell::Empty,
        }
    }
}

fn told<'i>(items: &'i [impl AsRef<Item>], catalogue: &Catalogue) -> Result<Vec<Told<'i>>, Stop> {
    let form = facts::form()?;
    items
        .iter()
        .map(|item| {
            let item = item.as_ref();
            let answers = facts::answers_of(&serde_json::from_str(&item.text)?, catalogue, Some(&item.form))?;
            Ok(Told { item, answers: form.answered(&answers) })
        })
        .collect()
}

/// The tables of these matters, in the order of [`sheets`], and last what each column is.
pub fn tables(items: &[impl AsRef<Item>], catalogue: &Catalogue) -> Result<Vec<Table>, Stop> {
    let told = told(items, catalogue)?;
    let mut tables = Vec::new();
    for sheet in sheets()? {
        let shown: Vec<&Column> = sheet.columns.iter().filter(|column| column.is_exported()).collect();
        let cells = |of: &Told, row: Option<&Value>| shown.iter().map(|column| of.cell(column, catalogue, row)).collect();
        let rows = match &sheet.group {
            None => told.iter().map(|of| cells(of, None)).collect(),
            Some(group) => told.iter().flat_map(|of| of.rows(group).iter().map(|row| cells(of, Some(row)))).collect(),
        };
        let columns = shown.iter().map(|column| (column.id, column.name)).collect();
        tables.push(Table { name: sheet.name.into(), columns, rows });
    }
    tables.push(notes()?);
    Ok(tables)
}

fn notes() -> Result<Table, Stop> {
    let mut rows = vec![vec![
        Cell::from("—"),
        Cell::from("流程图、申请表、情形引导"),
        Cell::Empty,
        Cell::from("是压缩包里每个事项的文件夹、JSON 里的三项；XLSX 带不了。没有交上来的，导入时一个字也不动"),
    ]];
    rows.push(vec![
        Cell::from("—"),
        Cell::from("没有的列、没有的表"),
        Cell::Empty,
        Cell::from("照原样保留；一个事项的材料等全部去掉的，在那张表里留一行，只写网址名"),
    ]);
    for sheet in sheets()? {
        rows.extend(sheet.columns.iter().map(|column| {
            let wanted = [column.must(), column.wanted(), &column.options(), column.hint()];
            let wanted: Vec<&str> = wanted.into_iter().filter(|said| !said.is_empty()).collect();
            vec![Cell::from(sheet.name), Cell::from(column.name), Cell::from(column.id), wanted.join("；").into()]
        }));
    }
    Ok(Table {
        name: NOTES.into(), columns: vec![("table", "表"), ("column", "列"), ("id", "编号"), ("wanted", "填什么")], rows
    })
}

/// The same for programs: an object for each matter, what it has several of as arrays in it.
pub fn json(items: &[impl AsRef<Item>], catalogue: &Catalogue) -> Result<Value, Stop> {
    let mut all = Vec::new();
    for of in told(items, catalogue)? {
        let mut object = Map::new();
        for sheet in sheets()? {
            let shown = sheet.columns.iter().filter(|column| column.is_exported());
            let Some(group) = &sheet.group else {
                for column in shown {
                    object.insert(column.id.into(), value(&of, column, catalogue));
                }
                continue;
            };
            let fields: Vec<(&Column, &Field)> = shown.filter_map(|column| Some((column, column.field()?))).collect();
            let row = |row: &Value| -> Value {
                let said = |field: &Field| row.get(&field.key).cloned().unwrap_or(Value::Null);
                Value::Object(fields.iter().map(|(column, field)| (column.id.to_owned(), said(field))).collect())
            };
            object.insert(sheet.id.into(), of.rows(group).iter().map(row).collect());
        }
        object.extend(TEXTS.iter().map(|text| (text.id.to_owned(), (text.of)(of.item).into())));
        all.push(Value::Object(object));
    }
    Ok(Value::Array(all))
}

fn value(of: &Told, column: &Column, catalogue: &Catalogue) -> Value {
    match &column.of {
        Of::Element(field) => {
            let said = of.answers.get(&field.key).cloned().unwrap_or(Value::Null);
            match said.as_str() {
                Some(text) if facts::LINES.contains(&field.key.as_str()) => text.lines().collect(),
                _ => said,
            }
        }
        _ => match of.cell(column, catalogue, None) {
            Cell::Text(text) => text.into(),
            _ => Value::Null,
        },
    }
}

/// How matters are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A ZIP with a file for each table, and a folder for each matter with its texts.
    Csv,
    /// One of the tables alone.
    OneCsv(&'static str),
    Xlsx,
    Json,
}

impl Form {
    pub fn of(form: &str, table: &str) -> Result<Option<Form>, Stop> {
        Ok(match (form, table) {
            ("csv", "") => Some(Form::Csv),
            ("csv", table) => {
                Some(Form::OneCsv(sheets()?.iter().map(|sheet| sheet.id).find(|id| *id == table).ok_or(Stop::NotFound("表"))?))
            }
            ("xlsx", _) => Some(Form::Xlsx),
            ("json", _) => Some(Form::Json),
            _ => None,
        })
    }
    /// Its media type and the ending of its name.
    pub fn kind(self) -> (&'static str, &'static str) {
        match self {
            Form::Csv => ("application/zip", "zip"),
            Form::OneCsv(_) => ("text/csv; charset=utf-8", "csv"),
            Form::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
            Form::Json => ("application/json; charset=utf-8", "json"),
        }
    }
}

/// These matters as a file; tables to be filled in and read again speak the language they are read in.
pub fn file(items: &[impl AsRef<Item>], catalogue: &Catalogue, form: Form) -> Result<Vec<u8>, Stop> {
    match form {
        Form::Json => Ok(serde_json::to_vec_pretty(&json(items, catalogue)?)?),
        Form::Xlsx => Table::book(&tables(items, catalogue)?, Lang::Zh),
        Form::OneCsv(id) => {
            let at = sheets()?.iter().position(|sheet| sheet.id == id).ok_or(Stop::NotFound("表"))?;
            tables(items, catalogue)?.swap_remove(at).csv(Lang::Zh)
        }
        Form::Csv => {
            let fault = |error: zip::result::ZipError| Stop::Fault(error.to_string());
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let mut put = |name: String, bytes: &[u8]| {
                zip.start_file(name, zip::write::SimpleFileOptions::default()).map_err(fault)?;
                zip.write_all(bytes).map_err(|error| Stop::Fault(error.to_string()))
            };
            for table in tables(items, catalogue)? {
                put(format!("{}.csv", table.name), &table.csv(Lang::Zh)?)?;
            }
            for item in items.iter().map(AsRef::as_ref) {
                for (text, said) in TEXTS.iter().filter_map(|text| Some((text, (text.of)(item)?))) {
                    put(format!("{}/{}", item.slug, text.file), said.as_bytes())?;
                }
            }
            Ok(zip.finish().map_err(fault)?.into_inner())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn x_2_every_column_has_a_name_of_its_own_and_every_national_name_its_element() {
        let mut keys = HashSet::new();
        for sheet in sheets().unwrap() {
            keys.extend(sheet.group.iter().map(|group| group.key.clone()));
            let mut seen = HashSet::new();
            for column in &sheet.columns {
                keys.extend(column.field().map(|field| field.key.clone()));
                let called: HashSet<&str> = [column.id, column.name, column.label].into();
                for name in called {
                    assert!(seen.insert(name), "{} has two columns called {name}", sheet.name);
                }
            }
        }
        for (key, _) in NATIONAL {
            assert!(keys.contains(key), "{key}");
        }
    }
}
