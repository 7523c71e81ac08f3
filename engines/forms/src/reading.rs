//! 读表 · what a browser posted becomes answers (B4.1; F070, F073, H20). What was typed is kept to the letter beside
//! what was understood, so a person never types anything twice.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::definition::{Field, Form, Kind, Step};
use crate::errors::{FieldError, Wrong, tell};
use crate::ids::{check_resident_id, check_uscc};
use crate::text::{fold_digits, fold_name, fold_text, read_date};

/// Answers by field key: text, numbers, true or false, lists. `null` is an answer taken back.
pub type Answers = Map<String, Value>;

/// What was posted for one field or several: field key, then each value sent under it.
pub type Entered = BTreeMap<String, Vec<String>>;

/// One posted step, understood as far as it can be.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StepReading {
    /// Folded, typed values of this step. A value that needs mending is here as entered, so a draft keeps it. A
    /// field left empty, or not asked, is `null`: extending a draft with these answers takes the old ones back.
    pub answers: Answers,
    /// Exactly what was typed, to show again.
    pub entered: Entered,
    /// Everything to mend, in the order of the page.
    pub errors: Vec<FieldError>,
}

impl StepReading {
    /// Whether the person may go on.
    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// What is to be mended in one field.
    pub fn error_of(&self, field: &str) -> Option<&FieldError> {
        self.errors.iter().find(|error| error.field == field)
    }
}

/// A datum the house already knows, for a field that names it as its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Known {
    /// The field it fills.
    pub field: String,
    /// Where it comes from.
    pub source: String,
    /// The value, folded if it fits the field and as given if not.
    pub value: Value,
    /// What the field would say against it, if anything: then the person is asked instead.
    pub error: Option<FieldError>,
}

impl Form {
    /// Reads what was posted for one step. Fields whose condition looks at another step are taken as asked when
    /// something was sent for them; [`read_step_after`](Form::read_step_after) knows better. An unknown step, or one
    /// without fields, reads as nothing.
    pub fn read_step(&self, step: &str, raw: &Entered, today: NaiveDate) -> StepReading {
        self.read(step, raw, None, today)
    }

    /// Reads what was posted for one step, given the answers of the other steps.
    pub fn read_step_after(&self, step: &str, raw: &Entered, others: &Answers, today: NaiveDate) -> StepReading {
        self.read(step, raw, Some(others), today)
    }

    fn read(&self, step: &str, raw: &Entered, others: Option<&Answers>, today: NaiveDate) -> StepReading {
        let mut reading = StepReading::default();
        let Some(step) = self.step(step) else {
            return reading;
        };
        let nothing = Vec::new();
        for field in &step.fields {
            let typed = raw.get(&field.key);
            if let Some(typed) = typed {
                reading.entered.insert(field.key.clone(), typed.clone());
            }
            let asked = match (&field.when, others) {
                (None, _) => true,
                (Some(when), _) if step.fields.iter().any(|here| here.key == when.field) => {
                    self.is_asked(field, &over(others, &reading.answers))
                }
                (Some(_), Some(others)) => self.is_asked(field, others),
                (Some(_), None) => typed.is_some(),
            };
            let mut value = Value::Null;
            if asked {
                let typed = typed.unwrap_or(&nothing);
                match read(field, typed, today) {
                    Read::Value(read) => value = read,
                    Read::Empty if field.required => reading.errors.push(tell(field, &Wrong::Missing)),
                    Read::Empty => {}
                    Read::Wrong(wrong) => {
                        value = as_typed(field, typed);
                        reading.errors.push(tell(field, &wrong));
                    }
                }
            }
            reading.answers.insert(field.key.clone(), value);
        }
        reading
    }

    /// Whether a field is asked, given the answers: its condition holds, and so does that of the field it looks at.
    pub fn is_asked(&self, field: &Field, answers: &Answers) -> bool {
        let Some(when) = &field.when else { return true };
        let holds = match answers.get(&when.field) {
            Some(Value::Array(chosen)) => chosen.iter().any(|value| when.is.contains(value)),
            Some(value) => when.is.contains(value),
            None => false,
        };
        // Conditions only look back (parse sees to it), so this ends.
        holds && self.field(&when.field).is_some_and(|earlier| self.is_asked(earlier, answers))
    }

    /// The fields of a step that are asked, given the answers.
    pub fn asked<'a>(&'a self, step: &'a Step, answers: &'a Answers) -> impl Iterator<Item = &'a Field> {
        step.fields.iter().filter(|field| self.is_asked(field, answers))
    }

    /// The answers that count: without those taken back, not asked, or of no field of this form.
    pub fn answered(&self, answers: &Answers) -> Answers {
        self.fields()
            .filter(|field| self.is_asked(field, answers))
            .filter_map(|field| Some((field.key.clone(), answers.get(&field.key)?.clone())))
            .filter(|(_, value)| !value.is_null())
            .collect()
    }

    /// Stored answers as a browser would have posted them, to show a step again.
    pub fn entered(&self, step: &str, answers: &Answers) -> Entered {
        let fields = self.step(step).map(|step| step.fields.as_slice()).unwrap_or_default();
        fields
            .iter()
            .filter_map(|field| Some((field.key.clone(), typed_as(answers.get(&field.key)?))))
            .filter(|(_, typed)| !typed.is_empty())
            .collect()
    }

    /// Everything to mend before submission, with the step it is on, in the order of the form. Each answer is read
    /// once more, then the whole is checked against the [`schema`](Form::schema); what that finds is told in our
    /// words.
    pub fn check_all(&self, answers: &Answers, today: NaiveDate) -> Vec<(String, FieldError)> {
        let answers = self.answered(answers);
        let mut wrongs: BTreeMap<&str, Wrong> = BTreeMap::new();
        for field in self.fields().filter(|field| self.is_asked(field, &answers)) {
            let typed = answers.get(&field.key).map(typed_as).unwrap_or_default();
            match read(field, &typed, today) {
                Read::Empty if field.required => {
                    wrongs.insert(&field.key, Wrong::Missing);
                }
                Read::Wrong(wrong) => {
                    wrongs.insert(&field.key, wrong);
                }
                Read::Empty | Read::Value(_) => {}
            }
        }
        let whole = Value::Object(answers);
        for error in self.0.validator.iter_errors(&whole) {
            let (at, wrong) = match error.kind() {
                jsonschema::error::ValidationErrorKind::Required { property } => {
                    (property.as_str().map(str::to_owned), Wrong::Missing)
                }
                _ => (first_segment(error.instance_path().as_str()), Wrong::Malformed),
            };
            if let Some(field) = at.and_then(|key| self.field(&key)) {
                wrongs.entry(&field.key).or_insert(wrong);
            }
        }
        let mut told = Vec::new();
        for step in self.steps() {
            for field in &step.fields {
                if let Some(wrong) = wrongs.get(field.key.as_str()) {
                    told.push((step.key.clone(), tell(field, wrong)));
                }
            }
        }
        told
    }

    /// What of `data` (by source, such as `account.name`) fills which fields. A datum that does not fit comes with
    /// what the field says against it; it is shown, not silently dropped.
    pub fn known(&self, data: &BTreeMap<String, Value>, today: NaiveDate) -> Vec<Known> {
        self.fields()
            .filter_map(|field| {
                let source = field.source.clone()?;
                let given = data.get(&source)?;
                let (value, error) = match read(field, &typed_as(given), today) {
                    Read::Value(value) => (value, None),
                    Read::Empty => return None,
                    Read::Wrong(wrong) => (given.clone(), Some(tell(field, &wrong))),
                };
                Some(Known { field: field.key.clone(), source, value, error })
            })
            .collect()
    }
}

fn over(others: Option<&Answers>, here: &Answers) -> Answers {
    let mut all = others.cloned().unwrap_or_default();
    all.extend(here.clone());
    all
}

fn first_segment(pointer: &str) -> Option<String> {
    pointer.split('/').nth(1).map(str::to_owned)
}

/// One field, read.
pub(crate) enum Read {
    Empty,
    Value(Value),
    Wrong(Wrong),
}

impl From<Result<Value, Wrong>> for Read {
    fn from(read: Result<Value, Wrong>) -> Read {
        match read {
            Ok(value) => Read::Value(value),
            Err(wrong) => Read::Wrong(wrong),
        }
    }
}

pub(crate) fn read(field: &Field, typed: &[String], today: NaiveDate) -> Read {
    let filled: Vec<&str> = typed.iter().map(String::as_str).filter(|text| !fold_text(text).is_empty()).collect();
    let Some(first) = filled.first().copied() else {
        return Read::Empty;
    };
    match field.kind {
        Kind::Text | Kind::Address | Kind::Textarea => {
            let text = fold_text(first);
            let text = if field.kind == Kind::Textarea { text } else { text.replace(['\n', '\t'], " ") };
            fits(field, text).into()
        }
        Kind::Name => read_name(field, first),
        Kind::Mobile => match mobile(first) {
            Ok(number) => Read::Value(json!(number)),
            Err(digits) => Read::Wrong(Wrong::NotAMobile(digits)),
        },
        Kind::Phone => phone(first).map(|number| json!(number)).ok_or(Wrong::NotAPhone).into(),
        Kind::ResidentId => check_resident_id(first, today).map(|id| json!(id.number)).map_err(Wrong::ResidentId).into(),
        Kind::Uscc => check_uscc(first).map(|uscc| json!(uscc.code)).map_err(Wrong::Uscc).into(),
        Kind::Number | Kind::Money => number(field, first).into(),
        Kind::Date => date(field, typed, today).into(),
        Kind::Choice => match field.options.iter().find(|option| option.value == first.trim()) {
            Some(option) => Read::Value(json!(option.value)),
            None => Read::Wrong(Wrong::NotAnOption),
        },
        Kind::Choices => choices(field, &filled).into(),
        Kind::YesNo => match fold_digits(first).to_lowercase().as_str() {
            "yes" | "true" | "on" | "1" | "是" => Read::Value(json!(true)),
            "no" | "false" | "off" | "0" | "否" => Read::Value(json!(false)),
            _ => Read::Wrong(Wrong::NotAnOption),
        },
        Kind::Email => email(field, first).into(),
        // A box is ticked or it is not; anything but a tick is no declaration.
        Kind::Declaration => match fold_digits(first).to_lowercase().as_str() {
            "yes" | "true" | "on" | "1" | "是" => Read::Value(json!(true)),
            _ => Read::Empty,
        },
    }
}

fn fits(field: &Field, text: String) -> Result<Value, Wrong> {
    match text.chars().count() {
        n if n > field.max_length => Err(Wrong::TooLong(n)),
        _ => Ok(json!(text)),
    }
}

fn read_name(field: &Field, typed: &str) -> Read {
    let name = fold_name(typed);
    if name.is_empty() {
        return Read::Empty;
    }
    if let Some(odd) = name.chars().find(|c| !may_stand_in_a_name(*c)) {
        return Read::Wrong(Wrong::NameCharacter(odd));
    }
    if name.chars().all(|c| matches!(c, ' ' | '.' | '·' | '-' | '\'' | '\u{2018}' | '\u{2019}')) {
        return Read::Wrong(Wrong::NameEmpty);
    }
    fits(field, name).into()
}

/// A list of what no name has. A list of what names have would refuse the next character Unicode adds.
fn may_stand_in_a_name(c: char) -> bool {
    match c {
        ' ' | '.' | '-' | '\'' | '\u{2018}' | '\u{2019}' => true,
        c if c.is_ascii() => c.is_ascii_alphabetic(),
        '\u{2012}'..='\u{206F}' | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{FF61}'..='\u{FF64}' => false,
        '\u{2190}'..='\u{25CA}' | '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}' => false,
        '\u{FFE0}'..='\u{FFEF}' | '\u{FFF9}'..='\u{FFFF}' => false,
        c => !c.is_control() && !c.is_whitespace(),
    }
}

/// The eleven digits, or how many digits there are.
fn mobile(typed: &str) -> Result<String, usize> {
    let bare: String = fold_digits(typed).chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let without = ["+86", "0086"].iter().find_map(|prefix| bare.strip_prefix(prefix)).unwrap_or(&bare);
    let number = if without.len() == 13 { without.strip_prefix("86").unwrap_or(without) } else { without };
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    if digits && number.len() == 11 && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..]) {
        return Ok(number.to_owned());
    }
    Err(number.chars().filter(char::is_ascii_digit).count())
}

fn phone(typed: &str) -> Option<String> {
    if let Ok(number) = mobile(typed) {
        return Some(number);
    }
    let folded = fold_digits(typed).to_lowercase();
    let marked = folded.replace("转", "-").replace("ext", "-").replace(['x', '(', ')', '.'], "-");
    let bare: String = marked.chars().filter(|c| !c.is_whitespace()).collect();
    let home = ["+86", "0086"].iter().find_map(|prefix| bare.strip_prefix(prefix));
    if home.is_none()
        && let Some(abroad) = bare.strip_prefix('+')
    {
        let digits: String = abroad.chars().filter(|c| *c != '-').collect();
        let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        return fits.then(|| format!("+{digits}"));
    }
    let mut parts: Vec<String> = home.unwrap_or(&bare).split('-').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    // From abroad the zero of the area code is left out: +86 551 6260 0000.
    if home.is_some() && parts.first().is_some_and(|first| !first.starts_with('0')) {
        parts[0].insert(0, '0');
    }
    let first = parts.first()?.clone();
    if !first.starts_with('0') {
        let whole: String = parts.concat();
        let service = match whole.as_bytes() {
            [b'4' | b'8', b'0', b'0', rest @ ..] => rest.len() == 7,
            [b'1' | b'9', rest @ ..] => matches!(rest.len(), 4 | 5),
            _ => false,
        };
        return service.then_some(whole);
    }
    let split = first.len() <= 4 && parts.len() > 1;
    let number = if split { format!("{first}{}", parts[1]) } else { first };
    let extension = &parts[if split { 2 } else { 1 }..];
    // 010 and 02x have three digits, every other area code four.
    let area = if number.starts_with("010") || number.starts_with("02") { 3 } else { 4 };
    let local = number.get(area..).filter(|local| matches!(local.len(), 7 | 8) && !local.starts_with('0'))?;
    match extension {
        [] => Some(format!("{}-{local}", &number[..area])),
        [extension] if extension.len() <= 6 => Some(format!("{}-{local}-{extension}", &number[..area])),
        _ => None,
    }
}

fn number(field: &Field, typed: &str) -> Result<Value, Wrong> {
    let mut text: String = fold_digits(typed).chars().filter(|c| !c.is_whitespace()).collect();
    // People write the unit although it stands beside the box.
    let unit = match field.kind {
        Kind::Money => Some("元"),
        _ => field.unit.as_deref(),
    };
    if let Some(bare) = unit.and_then(|unit| text.strip_suffix(&fold_digits(unit))) {
        text = bare.to_owned();
    }
    if field.kind == Kind::Money {
        text = text.trim_start_matches('¥').to_owned();
    }
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.to_owned()),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = without_thousands(whole).ok_or(Wrong::NotANumber)?;
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(&whole) || !is_digits(fraction) || whole.is_empty() && fraction.is_empty() {
        return Err(Wrong::NotANumber);
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if fraction.len() > field.decimals as usize {
        return Err(Wrong::TooManyDecimals);
    }
    // Fifteen significant digits pass through a JSON number unchanged.
    if whole.len() + fraction.len() > 15 {
        return Err(Wrong::TooLarge);
    }
    let sign = if negative { "-" } else { "" };
    let value: f64 = format!("{sign}{whole}.{fraction}0").parse().map_err(|_| Wrong::NotANumber)?;
    if field.min.is_some_and(|min| value < min) {
        return Err(Wrong::TooSmall);
    }
    if field.max.is_some_and(|max| value > max) {
        return Err(Wrong::TooLarge);
    }
    Ok(if fraction.is_empty() { json!(value as i64) } else { json!(value) })
}

/// `1,234` and `1,234,567` lose their commas; `1,2` is not a number, for it may be meant as 1.2.
fn without_thousands(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let head = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty() && (!(1..=3).contains(&head.len()) || rest.iter().any(|group| group.len() != 3)) {
        return None;
    }
    Some(format!("{head}{}", rest.concat()))
}

/// One box, or three for year, month and day.
fn date(field: &Field, typed: &[String], today: NaiveDate) -> Result<Value, Wrong> {
    let day = match typed {
        [year, month, day] => read_date(&format!("{}-{}-{}", fold_digits(year), fold_digits(month), fold_digits(day))),
        _ => typed.iter().find(|text| !text.trim().is_empty()).and_then(|text| read_date(text)),
    };
    let day = day.ok_or(Wrong::NotADate)?;
    if let Some(earliest) = field.earliest.map(|bound| bound.on(today)).filter(|earliest| day < *earliest) {
        return Err(Wrong::TooEarly(earliest));
    }
    if let Some(latest) = field.latest.map(|bound| bound.on(today)).filter(|latest| day > *latest) {
        return Err(Wrong::TooLate(latest));
    }
    Ok(json!(day.format("%Y-%m-%d").to_string()))
}

fn choices(field: &Field, chosen: &[&str]) -> Result<Value, Wrong> {
    if chosen.iter().any(|value| !field.options.iter().any(|option| option.value == value.trim())) {
        return Err(Wrong::NotAnOption);
    }
    // In the order of the page, each once.
    let values: Vec<&str> = field
        .options
        .iter()
        .map(|option| option.value.as_str())
        .filter(|value| chosen.iter().any(|chosen| chosen.trim() == *value))
        .collect();
    if let Some(least) = field.min.map(|min| min as usize).filter(|least| values.len() < *least) {
        return Err(Wrong::TooFew(least));
    }
    if let Some(most) = field.max.map(|max| max as usize).filter(|most| values.len() > *most) {
        return Err(Wrong::TooMany(most));
    }
    Ok(json!(values))
}

fn email(field: &Field, typed: &str) -> Result<Value, Wrong> {
    let folded = fold_digits(typed);
    let (local, domain) = folded.split_once('@').ok_or(Wrong::NotAnEmail)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>' | '"' | '(' | ')');
    let labels: Vec<&str> = domain.split('.').collect();
    if local.is_empty() || folded.replacen('@', "", 1).contains(odd) || labels.len() < 2 || labels.contains(&"") {
        return Err(Wrong::NotAnEmail);
    }
    fits(field, format!("{local}@{}", domain.to_lowercase()))
}

/// What was typed, as far as a database will take it, for a draft to keep.
fn as_typed(field: &Field, typed: &[String]) -> Value {
    let clean = |text: &String| -> String { text.chars().filter(|c| *c != '\0').collect() };
    match (field.kind, typed) {
        (Kind::Choices, _) => json!(typed.iter().map(clean).collect::<Vec<_>>()),
        (Kind::Date, [_, _, _]) => json!(typed.iter().map(clean).collect::<Vec<_>>().join("-")),
        _ => json!(typed.iter().find(|text| !text.trim().is_empty()).map(clean).unwrap_or_default()),
    }
}

/// The reverse: what one would have typed to get this value.
fn typed_as(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Bool(true) => vec!["yes".to_owned()],
        Value::Bool(false) => vec!["no".to_owned()],
        Value::Number(number) => vec![match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            (None, Some(value)) => plain(value),
            (None, None) => number.to_string(),
        }],
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(typed_as).collect(),
        Value::Object(_) => vec![value.to_string()],
    }
}

/// A number as people write it: no exponent, no `.0`.
pub(crate) fn plain(value: f64) -> String {
    format!("{value}")
}
