//! 对照 · what tables say, beside the matters as they were published last: new, changed, unchanged, refused, each difference old and new
//! (B6.1-01). Only what would be drafted by hand can be imported: one reading, one set of errors, one check.

use super::compare::{self, Difference};
use super::draft::{self, Draft, Part, Texts, base_of, field_of};
use super::reading::{Fault, Handed, Line, Matter};
use super::sheet::{self, Column, Of, Sheet};
use super::{drafts, facts, publish};
use crate::fault::FileFault;
use crate::tables::Said;
use crate::versions::sha256;
use crate::{Catalogue, Item};
use chrono::{Days, NaiveDate};
use forms::{Answers, Field, FieldError, Form, Kind};
use foundation::Stop;
use foundation::page::table::Cell;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Matters that one change may touch.
pub const MOST_CHANGED: usize = 500;

/// The matters that tables name, as they were published last; none for a name that is taken and no longer offered.
pub type Latest = HashMap<String, Option<Arc<Item>>>;

/// A matter that gets a new version.
pub struct Changed {
    pub slug: String,
    pub name: String,
    /// The version before; none for a matter that is new.
    pub old: Option<Arc<Item>>,
    pub item: Item,
    pub differences: Vec<Difference>,
    /// Its line, for what is found wrong with it later.
    line: Line,
    lines: HashMap<&'static str, Vec<Line>>,
}

/// What became of an import.
#[derive(Default)]
pub struct Report {
    pub changed: Vec<Changed>,
    pub unchanged: usize,
    /// Matters with something wrong.
    pub refused: usize,
    pub faults: Vec<Fault>,
    pub notes: Vec<Fault>,
}

impl Report {
    /// Matters that there are none of yet.
    pub fn added(&self) -> usize {
        self.changed.iter().filter(|changed| changed.old.is_none()).count()
    }
    /// Whether there is something to draft, and nothing wrong.
    pub fn is_good(&self) -> bool {
        self.faults.is_empty() && !self.changed.is_empty()
    }
    /// Names exactly what would be drafted, and from what.
    pub fn digest(&self) -> String {
        let old = |changed: &Changed| changed.old.as_ref().map_or_else(|| "-".into(), |old| old.hash.clone());
        let pairs: Vec<(&str, String)> = self
            .changed
            .iter()
            .map(|changed| (changed.slug.as_str(), format!("{} {}", old(changed), changed.item.hash)))
            .collect();
        sha256(publish::versions(pairs.iter().map(|(slug, both)| (*slug, both.as_str()))).as_bytes())
    }
    /// Something is wrong with a changed matter that only shows beside the others.
    pub fn refuse(&mut self, at: usize, faults: Vec<FileFault>) {
        let Some(changed) = self.changed.get(at) else { return };
        let told = faults.into_iter().map(|fault| of_file(&fault, &changed.slug, &changed.line, &changed.lines));
        self.faults.extend(told.collect::<Vec<_>>());
    }
    /// The same in words, of the whole matter.
    pub fn refuse_whole(&mut self, at: usize, said: String) {
        let Some(changed) = self.changed.get(at) else { return };
        self.faults.push(Fault { matter: changed.slug.clone(), ..changed.line.fault("", said) });
    }
    /// Takes those with faults out of what would be drafted.
    pub fn settle(&mut self) {
        let faults = &self.faults;
        let before = self.changed.len();
        self.changed.retain(|changed| !faults.iter().any(|fault| fault.matter == changed.slug));
        self.refused += before - self.changed.len();
        self.faults.sort_by_key(|fault| fault.line);
    }
}

/// Holds what was handed in against the matters as they are.
pub fn matched(handed: Handed, catalogue: &Catalogue, latest: &Latest, today: NaiveDate) -> Result<Report, Stop> {
    let mut report = Report { faults: handed.faults, notes: handed.notes, ..Report::default() };
    for matter in handed.matters {
        let slug = matter.slug.clone();
        let is_wrong = report.faults.iter().any(|fault| fault.matter == slug);
        let judged = Judge { matter: &matter, catalogue, today, faults: Vec::new(), notes: Vec::new() }.judge(latest)?;
        let is_wrong = is_wrong || !judged.faults.is_empty();
        let of = |fault| Fault { matter: slug.clone(), ..fault };
        report.faults.extend(judged.faults.into_iter().map(of));
        report.notes.extend(judged.notes.into_iter().map(of));
        match judged.outcome {
            _ if is_wrong => report.refused += 1,
            Some(changed) => report.changed.push(changed),
            None => report.unchanged += 1,
        }
        if report.changed.len() > MOST_CHANGED {
            let said = format!("一次最多改 {MOST_CHANGED} 个事项，请按部门分成几个");
            report.faults.push(Fault { said, ..Fault::default() });
            break;
        }
    }
    report.faults.sort_by_key(|fault| fault.line);
    Ok(report)
}

struct Judged {
    outcome: Option<Changed>,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
}

/// What the line of a matter is laid over.
struct Begun {
    base: Value,
    texts: Texts,
    /// The version before; none for a matter that is new.
    old: Option<Arc<Item>>,
}

struct Judge<'m> {
    matter: &'m Matter,
    catalogue: &'m Catalogue,
    today: NaiveDate,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
}

impl Judge<'_> {
    fn no(&mut self, line: &Line, column: &str, said: impl Into<String>) {
        self.faults.push(line.fault(column, said));
    }

    fn done(self, outcome: Option<Changed>) -> Judged {
        Judged { outcome, faults: self.faults, notes: self.notes }
    }

    fn judge(mut self, latest: &Latest) -> Result<Judged, Stop> {
        let matter = self.matter;
        let line = &matter.line;
        let present = latest.get(&matter.slug);
        let Some(Begun { base, texts, old }) = self.begun(present)? else { return Ok(self.done(None)) };
        let form = facts::form()?;
        let application = Form::parse(&texts.form).ok();
        let present = facts::answers_of(&base, self.catalogue, application.as_ref())?;
        // Of what is asked, in the one writing in which answers are kept.
        let present = form.read_data(&Value::Object(form.answered(&present)), self.today).answers;
        let mut said = present.clone();
        for column in &sheet::sheets()?[0].columns {
            let (Some(field), Some(cell)) = (column.field(), line.cells.get(column.id)) else { continue };
            self.overlay(&mut said, &present, column, field, line, cell);
        }
        for sheet in &sheet::sheets()?[1..] {
            let Some(group) = &sheet.group else { continue };
            match matter.groups.get(sheet.id) {
                Some(rows) => {
                    let rows = self.rows(sheet, group, rows, present.get(&group.key));
                    match rows.is_empty() {
                        true => drop(said.shift_remove(&group.key)),
                        false => drop(said.insert(group.key.clone(), rows.into())),
                    }
                }
                None if matter.without.contains(&sheet.id)
                    && line.cells.contains_key("version")
                    && present.contains_key(&group.key) =>
                {
                    let note = "这张表里没有这个事项的行，照原样保留；要全部去掉，留一行，只写网址名";
                    self.notes.push(Fault { table: sheet.name.into(), said: note.into(), ..Fault::default() });
                }
                None => {}
            }
        }
        self.leave_out(&form, &mut said, &present);
        let reading = form.read_data(&Value::Object(said), self.today);
        if let Some(old) = &old
            && self.faults.is_empty()
            && reading.answers == present
            && texts == Texts::of(old)
        {
            self.derived(old);
            return Ok(self.done(None));
        }
        for error in reading.errors {
            let fault = of_form(&error, line, &matter.groups);
            self.faults.push(fault);
        }
        let differences = self.build(base, reading.answers, &texts, old.as_deref())?;
        let Some((item, differences)) = differences else { return Ok(self.done(None)) };
        if let Some(old) = &old
            && line.cells.get("version").is_some_and(|said| !said.is_empty() && said.text().trim() != sheet::version(old))
        {
            self.no(line, "导出时的版本", "导出以后，这个事项公布了新的版本，照这份导入会把它改回去。请重新导出，再改一次");
        }
        let lines = matter.groups.iter().map(|(key, rows)| (*key, rows.clone())).collect();
        let (slug, name) = (matter.slug.clone(), item.name.clone());
        Ok(self.done(Some(Changed { slug, name, old, item, differences, line: line.clone(), lines })))
    }

    /// What is not asked any more goes with the answer that asked for it; what is said of it anew is told.
    fn leave_out(&mut self, form: &forms::Form, said: &mut Answers, present: &Answers) {
        let answers = form.read_data(&Value::Object(said.clone()), self.today).answers;
        for field in form.fields().filter(|field| !form.is_asked(field, &answers)) {
            let Some(value) = said.shift_remove(&field.key) else { continue };
            if present.get(&field.key) != Some(&value) {
                let asks = field.when.as_ref().and_then(|when| form.field(&when.field)).map_or("", |field| &field.label);
                let column =
                    sheet::sheets().ok().and_then(|sheets| sheets[0].of_field(&field.key)).map_or("", |column| column.name);
                self.no(&self.matter.line, column, format!("“{asks}”填“是”的时候才填这一列，请空着，或者改“{asks}”"));
            }
        }
    }

    /// What the line is laid over: the version that it changes, or the matter that a new one takes after, or nothing where a new one brings its
    /// own chart and form.
    fn begun(&mut self, present: Option<&Option<Arc<Item>>>) -> Result<Option<Begun>, Stop> {
        let handed = &self.matter.texts;
        let own = |id: &str| handed.get(id).cloned().flatten();
        if present.is_none()
            && self.like().is_empty()
            && drafts::is_slug(&self.matter.slug)
            && let (Some(process), Some(form)) = (own("process"), own("form"))
        {
            let texts = Texts { process, form, fit: own("fit") };
            return Ok(Some(Begun { base: serde_json::json!({ "slug": self.matter.slug }), texts, old: None }));
        }
        let Some((from, is_new)) = self.from(present) else { return Ok(None) };
        let mut texts = Texts::of(&from);
        texts.process = own("process").unwrap_or(texts.process);
        // What says the same in another writing is no other form.
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        texts.form = own("form").filter(|form| read(form) != read(&texts.form)).unwrap_or(texts.form);
        texts.fit = handed.get("fit").cloned().unwrap_or(texts.fit);
        let base = base_of(&from, &self.matter.slug)?;
        Ok(Some(Begun { base, texts, old: (!is_new).then_some(from) }))
    }

    /// The matter that a new one is said to take after.
    fn like(&self) -> String {
        self.matter.line.cells.get("like").map(|said| said.text().trim().to_owned()).unwrap_or_default()
    }

    /// The version that the line changes, or the matter that a new one takes after.
    fn from(&mut self, present: Option<&Option<Arc<Item>>>) -> Option<(Arc<Item>, bool)> {
        let (line, slug) = (&self.matter.line, &self.matter.slug);
        let like = self.like();
        match present {
            Some(Some(item)) => return Some((item.clone(), false)),
            Some(None) => {
                self.no(line, "网址名", format!("“{slug}”是一个不再提供的事项用过的名字，请换一个"));
                return None;
            }
            None => {}
        }
        if !drafts::is_slug(slug) {
            self.no(line, "网址名", "网址名用小写英文字母开头，只含小写字母、数字和连字符，例如 small-restaurant");
            return None;
        }
        if like.is_empty() {
            let said = format!(
                "没有网址名是“{slug}”的事项。核对网址名；新建的，在“参照事项”里写一个现有事项的网址名，照它的流程图和申请表，或者把自己的流程图和申请表一起交上来"
            );
            self.no(line, "网址名", said);
            return None;
        }
        let found = self.catalogue.item(&like).or_else(|| self.catalogue.by_code(&like));
        if found.is_none() {
            self.no(line, "参照事项", format!("没有网址名是“{like}”的事项"));
        }
        found.map(|item| (item, true))
    }

    /// Puts what a cell says over what the matter says.
    fn overlay(&mut self, said: &mut Answers, present: &Answers, column: &Column, field: &Field, line: &Line, cell: &Said) {
        match value_of(field, cell, present.get(&field.key)) {
            Ok(Some(value)) => drop(said.insert(field.key.clone(), value)),
            Ok(None) => drop(said.shift_remove(&field.key)),
            Err(no) => self.no(line, column.name, no),
        }
        if let (Kind::Date, Some(day)) = (field.kind, serial(cell)) {
            let said = format!("“{}”是表格软件存的日期数，读成 {day}", cell.text());
            self.notes.push(line.fault(column.name, said));
        }
    }

    /// The rows of a group. One that the matter has already keeps what its line does not speak of.
    fn rows(&mut self, sheet: &Sheet, group: &Field, lines: &[Line], present: Option<&Value>) -> Vec<Value> {
        let before: Vec<&Map<String, Value>> =
            present.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).collect();
        let mut rows = Vec::new();
        for line in lines {
            let is_as = |column: &Column, row: &Map<String, Value>| {
                let said = line.cells.get(column.id).filter(|said| !said.is_empty()).map(Said::text).unwrap_or_default();
                column.field().is_some_and(|field| row.get(&field.key).and_then(Value::as_str) == Some(said.trim()))
            };
            // By its key; else by its first element, and of several the one that says most of the same.
            let named = sheet.columns.iter().find(|column| column.field().is_some() && column.id != "key");
            let key = sheet.column("key");
            let keyed = before.iter().find(|row| key.is_some_and(|key| is_as(key, row)));
            let alike = before.iter().filter(|row| named.is_some_and(|named| is_as(named, row)));
            let alike = alike.max_by_key(|row| sheet.columns.iter().filter(|column| is_as(column, row)).count());
            let earlier = keyed.or(alike).copied();
            let mut row = Answers::new();
            let nothing = Answers::new();
            for column in &sheet.columns {
                let Some(field) = column.field() else { continue };
                match line.cells.get(column.id) {
                    Some(cell) => self.overlay(&mut row, earlier.unwrap_or(&nothing), column, field, line, cell),
                    None => {
                        let kept = earlier.and_then(|row| row.get(&field.key));
                        kept.map(|value| row.insert(field.key.clone(), value.clone()));
                    }
                }
            }
            // A new material gets its key where it is drafted; one that is named again has it already.
            let key = format!("{}__key", group.key);
            if let (false, Some(kept)) = (row.contains_key(&key), earlier.and_then(|row| row.get(&key))) {
                row.insert(key, kept.clone());
            }
            rows.push(Value::Object(row));
        }
        rows
    }

    /// The matter as it would be drafted, with what differs; none where nothing does, or where it cannot be built.
    fn build(
        &mut self,
        base: Value,
        answers: Answers,
        texts: &Texts,
        old: Option<&Item>,
    ) -> Result<Option<(Item, Vec<Difference>)>, Stop> {
        let (line, slug) = (&self.matter.line, self.matter.slug.as_str());
        let is_filled = self.faults.is_empty();
        let (item, faults) = Draft::of(slug, base, answers, texts).read(self.catalogue, is_filled)?;
        let lines: HashMap<&'static str, Vec<Line>> = self.matter.groups.iter().map(|(key, rows)| (*key, rows.clone())).collect();
        for fault in &faults.0 {
            let fault = of_file(fault, slug, line, &lines);
            if !self.faults.iter().any(|other| other.said == fault.said && other.column == fault.column) {
                self.faults.push(fault);
            }
        }
        let Some(item) = item else { return Ok(None) };
        self.derived(&item);
        if old.is_some_and(|old| old.facts == item.facts && *texts == Texts::of(old)) {
            return Ok(None);
        }
        let told = compare::told(old, &item, self.catalogue)?.parts.into_iter().flat_map(|(part, differences)| {
            differences.into_iter().map(move |difference| match part {
                Part::Facts => difference,
                part => Difference { name: format!("{} · {}", part.zh(), difference.name), ..difference },
            })
        });
        let differences = told.collect();
        Ok(Some((item, differences)))
    }

    /// What follows from the elements is not said otherwise.
    fn derived(&mut self, item: &Item) {
        let line = &self.matter.line;
        let Ok([main, ..]) = sheet::sheets() else { return };
        for column in &main.columns {
            let (Of::Derived(from), Some(cell)) = (&column.of, line.cells.get(column.id)) else { continue };
            let (is, said) = (sheet::derived(item, self.catalogue, from), cell.text());
            let bare = |text: &str| forms::text::fold_digits(text).trim_start_matches('0').to_owned();
            if !said.trim().is_empty() && bare(&said) != bare(&is) {
                let of = main.of_field(from).map_or("", |column| column.name);
                self.no(line, column.name, format!("这一列从“{of}”得出，是“{is}”。要改请改“{of}”"));
            }
        }
    }
}

/// Where an error of the form is mended: in its line, or in that of its row.
fn of_form(error: &FieldError, line: &Line, groups: &std::collections::BTreeMap<&'static str, Vec<Line>>) -> Fault {
    let Ok(sheets) = sheet::sheets() else { return line.fault(&error.label, &error.zh) };
    let parts: Vec<&str> = error.field.split('.').collect();
    match parts.as_slice() {
        [group, row, inner] => {
            let own = sheets.iter().find(|sheet| sheet.id == *group);
            let column = own.and_then(|sheet| sheet.of_field(inner)).map_or(error.label.as_str(), |column| column.name);
            let at = row.parse().ok().and_then(|row: usize| groups.get(group)?.get(row));
            match at {
                Some(line) => line.fault(column, &error.zh),
                None => line.fault(&format!("{} · {column}", own.map_or("", |sheet| sheet.name)), &error.zh),
            }
        }
        [key, ..] => {
            let column = sheets[0].of_field(key).map(|column| column.name);
            let column = column.or_else(|| sheets.iter().find(|sheet| sheet.id == *key).map(|sheet| sheet.name));
            line.fault(column.unwrap_or(&error.label), &error.zh)
        }
        [] => line.fault(&error.label, &error.zh),
    }
}

/// The same for what the check of a text tells.
fn of_file(fault: &FileFault, slug: &str, line: &Line, groups: &HashMap<&'static str, Vec<Line>>) -> Fault {
    let told = |line: &Line, column: &str| Fault { matter: slug.to_owned(), ..line.fault(column, &fault.reason) };
    let part = Part::of(&fault.file);
    if part != Part::Facts {
        return told(line, part.zh());
    }
    let (Ok(sheets), Some((field, _))) = (sheet::sheets(), field_of(&fault.place)) else { return told(line, "") };
    let Some(sheet) = sheets.iter().find(|sheet| sheet.id == field.key) else {
        return told(line, sheets[0].of_field(&field.key).map_or("", |column| column.name));
    };
    let Some((row, inner)) = fault.place.split_once('[').and_then(|(_, rest)| rest.split_once(']')) else {
        return told(line, sheet.name);
    };
    let inner = inner.trim_start_matches('.').replace('.', "__");
    let column = sheet.column(&inner).map_or("", |column| column.name);
    match row.parse().ok().and_then(|row: usize| groups.get(sheet.id)?.get(row)) {
        Some(line) => told(line, column),
        None => told(line, format!("{} · {column}", sheet.name).trim_end_matches(" · ")),
    }
}

/// The day that a spreadsheet means by a number.
fn serial(said: &Said) -> Option<NaiveDate> {
    let days = match said {
        Said::Number(number) if number.fract() == 0.0 => *number,
        Said::Text(text) => {
            let folded = forms::text::fold_digits(text);
            let five = folded.len() == 5 && folded.bytes().all(|b| b.is_ascii_digit());
            five.then(|| folded.parse().ok()).flatten()?
        }
        _ => return None,
    };
    // Between 1954 and 2118: a number of a date, not a year.
    let fits = (20_000.0..80_000.0).contains(&days);
    fits.then(|| NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days as u64))).flatten()
}

/// Elements in which digits stand that a spreadsheet takes for a number, and widens or shortens.
const OF_DIGITS: [&str; 4] = ["code", "basic_code", "consultation_phone", "supervision_phone"];

/// Codes of the national standard by which an option may be said (X.1).
const CODES: [(&str, &str, &str); 21] = [
    ("unit", "1", "working_day"),
    ("unit", "2", "calendar_day"),
    ("unit", "5", "month"),
    ("case_kind", "1", "on_the_spot"),
    ("case_kind", "2", "promised"),
    ("state", "1", "在用"),
    ("state", "2", "暂停"),
    ("state", "3", "取消"),
    ("served", "1", "natural_person"),
    ("served", "2", "enterprise"),
    ("served", "3", "public_institution"),
    ("served", "4", "social_organisation"),
    ("served", "5", "administrative_body"),
    ("served", "6", "other_organisation"),
    ("forms_of_handling", "1", "counter"),
    ("forms_of_handling", "2", "online"),
    ("forms_of_handling", "3", "mobile"),
    ("forms_of_handling", "4", "post"),
    ("result__kind", "1", "certificate"),
    ("result__kind", "2", "approval"),
    ("result__kind", "3", "other"),
];

/// An option by its name, its key or its national code.
fn option<'f>(field: &'f Field, said: &str) -> Option<&'f str> {
    let said = forms::text::fold_digits(said);
    let named = |option: &&forms::Choice| forms::text::fold_digits(&option.label) == said || option.value == said;
    if let Some(option) = field.options.iter().find(named) {
        return Some(&option.value);
    }
    let of = if field.key.ends_with("__unit") { "unit" } else { field.key.as_str() };
    let value = match of {
        "kind" => {
            let code = format!("{said:0>2}");
            crate::ItemKind::ALL.into_iter().find(|kind| kind.code() == code).map(crate::ItemKind::key)
        }
        of => CODES.iter().find(|(field, code, _)| *field == of && *code == said).map(|(.., value)| *value),
    }?;
    field.options.iter().map(|option| option.value.as_str()).find(|own| *own == value)
}

fn names(field: &Field) -> String {
    field.options.iter().map(|option| option.label.as_str()).collect::<Vec<_>>().join("、")
}

/// What a cell says of an element, beside what the matter says of it; none where it says nothing.
fn value_of(field: &Field, said: &Said, present: Option<&Value>) -> Result<Option<Value>, String> {
    if *said == Said::Formula {
        return Err("这一格是公式。复制后粘贴成值，再传一次".into());
    }
    let text = said.text();
    let shown = match sheet::cell(field, present) {
        Cell::Text(text) => text,
        Cell::Number(number) => Said::Number(number).text(),
        _ => String::new(),
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    if text == shown || text.trim() == shown {
        return Ok(present.cloned());
    }
    match field.kind {
        Kind::Choice => {
            option(field, &text).map(|value| Some(value.into())).ok_or_else(|| format!("要填这些里的一个：{}", names(field)))
        }
        Kind::Choices => {
            let parts = text.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
            let chosen: Option<Vec<Value>> = parts.map(|part| option(field, part).map(Value::from)).collect();
            chosen.map(|chosen| Some(chosen.into())).ok_or_else(|| format!("要填这些里的，几个用顿号隔开：{}", names(field)))
        }
        Kind::Date => Ok(Some(serial(said).map_or(text, |day| day.to_string()).into())),
        Kind::Number => match said {
            Said::Day(day) => Err(format!("这一格被表格软件改成了日期 {day}。把格式改成数字，重新填数")),
            _ => {
                let folded = forms::text::fold_digits(&text);
                // 8.0 is 8.
                let bare = folded.split_once('.').filter(|(_, rest)| !rest.is_empty() && rest.bytes().all(|b| b == b'0'));
                Ok(Some(bare.map_or(folded.as_str(), |(whole, _)| whole).into()))
            }
        },
        Kind::YesNo => Ok(Some(text.into())),
        _ => written(field, said, text, present.and_then(Value::as_str).unwrap_or_default()).map(|text| Some(text.into())),
    }
}

/// A text as it was meant; what a spreadsheet has made of it is told, for it cannot be undone.
fn written(field: &Field, said: &Said, text: String, present: &str) -> Result<String, String> {
    let folded = forms::text::fold_digits(&text);
    let is_of_digits = OF_DIGITS.contains(&field.key.as_str());
    let mend = "把这一列的格式设成文本，重新填一次";
    if let Said::Day(day) = said {
        return Err(format!("这一格被表格软件改成了日期 {day}。{mend}"));
    }
    let is_rounded = matches!(said, Said::Number(number) if number.abs() >= 1e15);
    let is_shortened = folded.split_once(['E', 'e']).is_some_and(|(head, power)| {
        power.starts_with('+')
            && power[1..].bytes().all(|b| b.is_ascii_digit())
            && head.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    });
    if is_rounded || is_shortened && (is_of_digits || matches!(said, Said::Number(_))) {
        return Err(format!("“{text}”被表格软件改成了约数，后面的位丢了。{mend}"));
    }
    let is_number = !folded.is_empty() && folded.bytes().all(|b| b.is_ascii_digit());
    if is_number && present.starts_with('0') && present.trim_start_matches('0') == folded {
        return Err(format!("前面的 0 被表格软件去掉了，现在是“{present}”。{mend}"));
    }
    let is_plain = folded.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    Ok(if is_of_digits && is_plain { folded } else { text })
}

/// Everything beside the tables that a changed matter must keep to, in two questions to the database.
pub async fn check(
    report: &mut Report,
    conn: &mut sqlx::PgConnection,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<(), Stop> {
    let items: Vec<&Item> = report.changed.iter().map(|changed| &changed.item).collect();
    let found = draft::check(conn, &items, catalogue, today).await?;
    for (at, faults) in found.into_iter().enumerate() {
        report.refuse(at, faults.0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::draft::FILES;
    use super::super::reading;
    use super::super::sheet::Form as FileForm;
    use super::*;
    use crate::fault::Faults;
    use crate::item::Facts;
    use crate::versions::Parts;
    use proptest::prelude::*;
    use std::io::{Cursor, Read as _, Write as _};
    use std::sync::LazyLock;

    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded().unwrap());

    const FORMS: [FileForm; 3] = [FileForm::Csv, FileForm::Xlsx, FileForm::Json];

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
    }

    fn named(form: FileForm) -> String {
        format!("f.{}", form.kind().1)
    }

    /// What becomes of files beside these matters.
    fn of(files: &[(String, Vec<u8>)], items: &[Arc<Item>]) -> Report {
        let code = |code: &str| items.iter().find(|item| item.code == code).map(|item| item.slug.clone());
        let handed = reading::read(files, code).unwrap();
        let latest = items.iter().map(|item| (item.slug.clone(), Some(item.clone()))).collect();
        matched(handed, &CATALOGUE, &latest, today()).unwrap()
    }

    fn of_csv(csv: &str) -> Report {
        of(&[("事项.csv".into(), csv.as_bytes().to_vec())], &CATALOGUE.items())
    }

    #[test]
    fn f159_b6_1_every_matter_of_the_demonstration_comes_back_unchanged_from_each_of_the_three() {
        let items = CATALOGUE.items();
        for form in FORMS {
            let bytes = sheet::file(&items, &CATALOGUE, form).unwrap();
            let report = of(&[(named(form), bytes)], &items);
            assert_eq!(report.faults, [], "{form:?}");
            assert_eq!(report.notes, [], "{form:?}");
            assert_eq!((report.unchanged, report.changed.len()), (items.len(), 0), "{form:?}");
        }
    }

    #[test]
    fn f159_b6_1_every_matter_moves_whole_to_a_house_that_has_none_of_them() {
        let items = CATALOGUE.items();
        for form in [FileForm::Csv, FileForm::Json] {
            let bytes = sheet::file(&items, &CATALOGUE, form).unwrap();
            let report = of(&[(named(form), bytes)], &[]);
            assert_eq!(report.faults, [], "{form:?}");
            assert_eq!(report.added(), items.len(), "{form:?}");
            for changed in &report.changed {
                let there = items.iter().find(|item| item.slug == changed.slug).unwrap();
                assert_eq!(changed.item.facts, there.facts, "{}", changed.slug);
                assert_eq!(Texts::of(&changed.item), Texts::of(there), "{}", changed.slug);
            }
        }
        // A workbook has no room for a chart.
        let bytes = sheet::file(&items, &CATALOGUE, FileForm::Xlsx).unwrap();
        assert!(of(&[("f.xlsx".into(), bytes)], &[]).faults.iter().any(|fault| fault.said.contains("流程图")));
    }

    #[test]
    fn b6_1_01_a_chart_a_form_and_sources_that_come_with_a_table_are_told_like_what_is_drafted() {
        let item = CATALOGUE.item("elderly-card").unwrap();
        let bytes = sheet::file(std::slice::from_ref(&item), &CATALOGUE, FileForm::Json).unwrap();
        let mut all: Value = serde_json::from_slice(&bytes).unwrap();
        let changed = |all: &Value| of(&[("a.json".into(), all.to_string().into_bytes())], &CATALOGUE.items());
        // The same form as an object is the same form.
        all[0]["form"] = serde_json::from_str(all[0]["form"].as_str().unwrap()).unwrap();
        let report = changed(&all);
        assert_eq!((report.faults.as_slice(), report.unchanged), (&[][..], 1));
        all[0]["form"]["steps"][0]["title"] = "哪位老人".into();
        all[0]["sources"][0]["title"] = "另一处".into();
        let report = changed(&all);
        assert_eq!(report.faults, []);
        let told: Vec<&str> = report.changed[0].differences.iter().map(|one| one.name.as_str()).collect();
        assert!(told.iter().any(|name| name.starts_with("来源")), "{told:?}");
        assert!(told.iter().any(|name| name.starts_with("申请表 · ")), "{told:?}");
        assert_eq!(report.changed[0].item.sources[0].title, "另一处");
        all[0]["process"] = "<x/>".into();
        let report = changed(&all);
        assert!(report.faults.iter().any(|fault| fault.column == "流程图" && fault.line == 1), "{:?}", report.faults);
        all[0]["process"] = 3.into();
        let report = changed(&all);
        assert!(report.faults.iter().any(|fault| fault.column == "流程图" && fault.said.contains("原文")));
        assert_eq!((report.refused, report.unchanged), (1, 0), "what is wrong with a matter is told of it");
        // Without its questions it is said to have none.
        all[0]["process"] = Value::Null;
        all[0]["fit"] = Value::Null;
        assert_eq!(changed(&all).changed[0].item.fit_text, None);
    }

    /// A matter of the demonstration with elements said otherwise, each as its editor would take it.
    fn matters() -> impl Strategy<Value = Arc<Item>> {
        let text = "['=+@a《》（）一二法条；、\\-0-9\n ,.\"]{0,24}";
        let edits = proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), text, 0i64..9), 1..12);
        (any::<prop::sample::Index>(), edits).prop_map(|(which, edits)| {
            let items = CATALOGUE.items();
            let item = &items[which.index(items.len())];
            let base: Value = serde_json::from_str(&item.text).unwrap();
            let form = facts::form().unwrap();
            let mut answers = facts::answers_of(&base, &CATALOGUE, Some(&item.form)).unwrap();
            let fields: Vec<Field> = form.fields().cloned().collect();
            for (at, row, text, number) in edits {
                let field = &fields[at.index(fields.len())];
                match answers.get_mut(&field.key) {
                    Some(Value::Array(rows)) if field.kind == Kind::Group && number == 0 && rows.len() > 1 => {
                        rows.remove(row.index(rows.len()));
                    }
                    Some(Value::Array(rows)) if field.kind == Kind::Group && !rows.is_empty() => {
                        let at = row.index(rows.len());
                        let inner = &field.fields[row.index(field.fields.len())];
                        if !inner.key.ends_with("__key") && !inner.key.ends_with("__field") && !inner.key.ends_with("__is") {
                            said(inner, &text, number)
                                .map(|value| rows[at].as_object_mut().unwrap().insert(inner.key.clone(), value));
                        }
                    }
                    _ if !["region", "agency", "supervision_body", "centre", "counter", "extended", "surveyed"]
                        .contains(&field.key.as_str()) =>
                    {
                        said(field, &text, number).map(|value| answers.insert(field.key.clone(), value));
                    }
                    _ => {}
                }
            }
            // Only what the editor takes can be published.
            let kept = form.read_data(&Value::Object(form.answered(&answers)), today());
            let good = if kept.errors.is_empty() {
                kept.answers
            } else {
                facts::answers_of(&base, &CATALOGUE, Some(&item.form)).unwrap()
            };
            let text = facts::item_of(&base, &good, &CATALOGUE, Some(&item.form)).unwrap().to_string();
            // A limit without its unit is taken by the editor, and told before it is published.
            let (text, facts) = match Facts::read(&text) {
                Ok(facts) => (text, facts),
                Err(_) => (item.text.clone(), item.facts.clone()),
            };
            let parts = Parts { item: &text, ..item.parts() };
            Arc::new(parts.build(facts, FILES, &mut Faults::default()).unwrap())
        })
    }

    fn said(field: &Field, text: &str, number: i64) -> Option<Value> {
        match field.kind {
            Kind::Text => Some(text.replace('\n', " ").into()),
            Kind::Textarea => Some(text.into()),
            Kind::Number => Some(number.into()),
            Kind::YesNo => Some((number % 2 == 0).into()),
            Kind::Choice => Some(field.options[number as usize % field.options.len()].value.as_str().into()),
            Kind::Date => Some(format!("20{number}0-01-0{}", number.max(1)).into()),
            Kind::Choices => Some(field.options.iter().take(1 + number as usize % 3).map(|one| one.value.as_str()).collect()),
            _ => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 64, ..ProptestConfig::default() })]
        /// Whatever a matter says, exported and imported again in each of the three it says the same.
        #[test]
        fn f159_b6_1_a_round_trip_of_any_matter_loses_nothing(item in matters()) {
            let items = [item];
            for form in FORMS {
                let bytes = sheet::file(&items, &CATALOGUE, form).unwrap();
                let report = of(&[(named(form), bytes)], &items);
                prop_assert_eq!(&report.faults, &[]);
                prop_assert_eq!((report.unchanged, report.changed.len()), (1, 0), "{:?}", form);
            }
        }
    }

    #[test]
    fn b6_1_01_a_limit_changed_in_a_table_is_one_difference_old_and_new() {
        for (name, promised, unit) in
            [("承诺时限", "６", "工作日"), ("承诺办结时限", "6.0", "1"), ("promised_limit__n", "6", "working_day")]
        {
            let report = of_csv(&format!("网址名,{name},承诺办结时限单位\nfood-production-licence,{promised},{unit}\n"));
            assert_eq!(report.faults, []);
            let changed = &report.changed[0];
            assert_eq!(changed.item.promised_limit.n, 6);
            let lines: Vec<_> =
                changed.differences.iter().map(|d| (d.name.as_str(), d.before.as_str(), d.after.as_str())).collect();
            assert_eq!(lines, [("承诺时限", "8", "6")]);
            let old = changed.old.as_ref().unwrap();
            assert_eq!(changed.item.process.hash(), old.process.hash());
            assert_eq!(changed.item.sources, old.sources);
        }
    }

    #[test]
    fn f084_b6_1_what_is_wrong_is_told_with_its_table_line_and_column() {
        let files = [
            ("事项.csv", "网址名,承诺时限,事项类型,施行\n"),
            ("申请材料.csv", "网址名,材料名称\nelderly-card,其他材料\nelderly-card,一寸近期免冠照片\n"),
        ];
        let files: Vec<(String, Vec<u8>)> =
            files.into_iter().map(|(name, text)| (name.into(), text.as_bytes().to_vec())).collect();
        let report = of(&files[..1], &CATALOGUE.items());
        assert_eq!((report.faults[0].line, report.faults[0].column.as_str()), (1, "施行"));
        let report = of(&files[1..], &CATALOGUE.items());
        let told: Vec<(&str, usize, &str)> =
            report.faults.iter().map(|fault| (fault.table.as_str(), fault.line, fault.column.as_str())).collect();
        // Another material needs what every material has; the known one keeps it.
        assert!(told.contains(&("申请材料", 2, "出具机构")), "{told:?}");
        assert!(told.iter().all(|(_, line, _)| *line == 2), "{told:?}");
        let csv = "网址名,承诺时限,事项类型,到办事现场次数,服务对象\nelderly-card,八,许可,1.5,个人、鬼\n";
        let report = of_csv(csv);
        let columns: Vec<&str> = report.faults.iter().map(|fault| fault.column.as_str()).collect();
        assert_eq!(columns, ["事项类型", "服务对象", "承诺办结时限", "到办事现场次数"]);
        assert_eq!((report.refused, report.changed.len()), (1, 0));
        let report = of_csv("网址名,承诺时限\nfood-production-licence,30\nnone,3\n");
        assert!(report.faults.iter().any(|fault| fault.matter == "none" && fault.said.contains("参照事项")));
    }

    #[test]
    fn f084_a_demand_that_names_no_paper_is_refused_in_its_row() {
        let csv = "网址名,编号,材料名称\nelderly-card,resident_id,其他材料\nelderly-card,photo,一寸近期免冠照片\n";
        let mut report = of(&[("申请材料.csv".into(), csv.as_bytes().to_vec())], &CATALOGUE.items());
        assert_eq!((report.faults.len(), report.changed.len()), (0, 1), "{:?}", report.faults);
        let mut faults = Faults::default();
        CATALOGUE.check(&report.changed[0].item, &mut faults);
        report.refuse(0, faults.0);
        let fault = report.faults.iter().find(|fault| fault.said.contains("没有说清")).unwrap();
        assert_eq!((fault.table.as_str(), fault.line, fault.column.as_str()), ("申请材料", 2, "材料名称"));
        report.settle();
        assert_eq!((report.refused, report.changed.len()), (1, 0));
    }

    #[test]
    fn h34_what_a_spreadsheet_has_made_of_codes_and_days_is_read_rightly_or_told() {
        let item = CATALOGUE.item("elderly-card").unwrap();
        let field = |key: &str| facts::form().unwrap().field(key).unwrap().clone();
        let code = field("basic_code");
        let of = |field: &Field, said: Said, present: &str| value_of(field, &said, Some(&present.into()));
        assert_eq!(of(&code, Said::Text("３４２０１１００１０００".into()), "1").unwrap(), Some("342011001000".into()));
        assert_eq!(of(&code, Said::Number(342_011_001_000.0), "1").unwrap(), Some("342011001000".into()));
        assert!(of(&code, Said::Number(119_001_000.0), "000119001000").unwrap_err().contains("前面的 0"));
        assert!(of(&field("code"), Said::Number(1.134e30), &item.code).unwrap_err().contains("约数"));
        assert!(of(&field("code"), Said::Text("1.134E+30".into()), &item.code).unwrap_err().contains("约数"));
        let day = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
        assert!(of(&field("counter"), Said::Day(day), "1-2").unwrap_err().contains("日期"));
        assert!(of(&field("visits"), Said::Day(day), "1").unwrap_err().contains("日期"));
        assert!(of(&field("name"), Said::Formula, "1").unwrap_err().contains("公式"));
        let basis = field("legal_basis");
        let from = basis.fields.iter().find(|field| field.kind == Kind::Date).unwrap();
        for said in [Said::Number(45_000.0), Said::Text("45000".into()), Said::Day(NaiveDate::from_ymd_opt(2023, 3, 15).unwrap())]
        {
            assert_eq!(of(from, said, "").unwrap(), Some("2023-03-15".into()));
        }
        let read = of_csv("网址名,行政管辖代码,实施主体统一社会信用代码\nelderly-card,340000,\n");
        assert!(read.faults[0].said.contains("341723109"), "{:?}", read.faults);
    }

    #[test]
    fn b6_1_a_new_matter_takes_after_another_and_says_the_rest() {
        let report = of_csv(
            "网址名,参照事项,事项名称,实施编码,基本编码\nbus-card,elderly-card,乘车卡,11341723K0000009X65342011009000,342011009000\n",
        );
        assert_eq!(report.faults, []);
        assert_eq!((report.added(), report.changed[0].item.name.as_str()), (1, "乘车卡"));
        let missing = of_csv("网址名,参照事项,事项名称\nbus-card,elderly-card,乘车卡\n");
        let columns: Vec<&str> = missing.faults.iter().map(|fault| fault.column.as_str()).collect();
        assert!(columns.contains(&"实施编码") && columns.contains(&"基本编码"), "{columns:?}");
        assert!(of_csv("网址名,参照事项\n老年卡,elderly-card\n").faults[0].said.contains("小写英文"));
    }

    #[test]
    fn b6_1_01_a_table_that_is_older_than_the_matter_is_told() {
        let items = CATALOGUE.items();
        let bytes = sheet::file(&[CATALOGUE.item("elderly-card").unwrap()], &CATALOGUE, FileForm::OneCsv("items")).unwrap();
        let csv = String::from_utf8(bytes).unwrap();
        let version = sheet::version(&CATALOGUE.item("elderly-card").unwrap());
        let older = csv.replace(&version, "v-000000000000").replace("年满 60 周岁", "满 60 周岁");
        let report = of(&[("事项.csv".into(), older.into_bytes())], &items);
        assert!(report.faults.iter().any(|fault| fault.column == "导出时的版本"), "{:?}", report.faults);
    }

    #[test]
    fn b6_1_rows_gone_from_a_table_are_kept_and_emptied_only_on_purpose() {
        let item = CATALOGUE.item("elderly-card").unwrap();
        let bytes = sheet::file(std::slice::from_ref(&item), &CATALOGUE, FileForm::Csv).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut without = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..zip.len() {
            let mut file = zip.by_index(at).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            if name == "常见问题.csv" {
                text = text.lines().next().unwrap().to_owned();
            }
            without.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            without.write_all(text.as_bytes()).unwrap();
        }
        let bytes = without.finish().unwrap().into_inner();
        let report = of(&[("f.zip".into(), bytes)], &CATALOGUE.items());
        assert_eq!((report.faults.len(), report.unchanged), (0, 1));
        assert_eq!(report.notes[0].table, "常见问题");
        let report = of(&[("常见问题.csv".into(), "网址名\nelderly-card\n".into())], &CATALOGUE.items());
        assert_eq!(report.changed[0].item.faq, []);
    }
}
