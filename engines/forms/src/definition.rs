//! 表单定义 · one form as one JSON text (B4.1, B4.3). An administrator writes it, so a mistake is told with its
//! place and its remedy, and all mistakes at once.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::text::read_date;
use crate::wording::{catch_all, catch_all_in_option, catch_all_in_prose};

/// A form definition that holds together: kinds known, keys unique, conditions answerable, nothing asked for vaguely.
///
/// Cloning is cheap. A case keeps the [`hash`](Form::hash) of the form it was filled in on.
#[derive(Debug, Clone)]
pub struct Form(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    key: String,
    title: String,
    pub(crate) steps: Vec<Step>,
    text: String,
    hash: String,
    schema: Value,
    pub(crate) validator: jsonschema::Validator,
}

/// One page of a form: one group of questions, or the place where materials are handed in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Its name in the address.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// What the person reads before the questions.
    pub intro: Option<String>,
    /// The questions, in order; none on a materials step.
    pub fields: Vec<Field>,
    /// Whether this is where the materials of the service item are handed in.
    pub materials: bool,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its name in the answers, unique in the form.
    pub key: String,
    /// What the person reads, in Chinese.
    pub label: String,
    /// The label in English, where there is one.
    pub label_en: Option<String>,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// A line under the label.
    pub hint: Option<String>,
    /// Whether it must be answered, when it is asked at all.
    pub required: bool,
    /// An example of a good answer, shown in every error.
    pub example: Option<String>,
    /// Which known datum fills it, such as `account.name`.
    pub source: Option<String>,
    /// When it is asked; always, if absent.
    pub when: Option<Condition>,
    /// The unit of a number, such as 平方米.
    pub unit: Option<String>,
    /// The least number, or the fewest boxes of a `choices` field.
    pub min: Option<f64>,
    /// The greatest number, or the most boxes of a `choices` field.
    pub max: Option<f64>,
    /// The earliest date.
    pub earliest: Option<DateBound>,
    /// The latest date.
    pub latest: Option<DateBound>,
    /// Digits after the point: 0 for a number and 2 for money unless it says otherwise.
    pub decimals: u32,
    /// The most characters of a text.
    pub max_length: usize,
    /// What may be chosen.
    pub options: Vec<Choice>,
    /// The words a declaration declares.
    pub statement: Option<String>,
}

/// One thing that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// The end of a range of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateBound {
    /// The day the answer is given.
    Today,
    /// A fixed day.
    Day(NaiveDate),
}

impl DateBound {
    /// The day meant, when it is `today`.
    pub fn on(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Today => today,
            Self::Day(day) => day,
        }
    }
}

/// Asked only when an earlier field has one of these answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// The earlier field.
    pub field: String,
    /// Any of these answers; for a `choices` field, any of these among the chosen.
    pub is: Vec<Value>,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $name:literal),* $(,)?) => {
        /// The kinds of answer a field takes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[doc = $doc])* $kind),* }

        impl Kind {
            /// Every kind, for an editor to offer.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// The word in the definition.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$kind => $name),* }
            }
        }
    };
}

kinds! {
    /// One line.
    Text = "text",
    /// Several lines.
    Textarea = "textarea",
    /// A person's name.
    Name = "name",
    /// A mainland mobile number.
    Mobile = "mobile",
    /// Any telephone number: mobile, landline with area code, service number, or `+` and a country code.
    Phone = "phone",
    /// 公民身份号码.
    ResidentId = "resident_id",
    /// 统一社会信用代码.
    Uscc = "uscc",
    /// A number.
    Number = "number",
    /// An amount in yuan.
    Money = "money",
    /// A day.
    Date = "date",
    /// One of several.
    Choice = "choice",
    /// Any of several.
    Choices = "choices",
    /// 是 or 否.
    YesNo = "yes_no",
    /// An address.
    Address = "address",
    /// An email address.
    Email = "email",
    /// A statement to read and tick.
    Declaration = "declaration",
}

impl Kind {
    /// Whether the answer is chosen rather than written, so that an error says 请选.
    pub fn is_chosen(self) -> bool {
        matches!(self, Self::Choice | Self::Choices | Self::YesNo)
    }

    /// Whether the answer is written on one or more lines without a form of its own.
    pub fn is_free_text(self) -> bool {
        matches!(self, Self::Text | Self::Textarea | Self::Address)
    }

    /// The keyboard a telephone should offer (`inputmode`).
    pub fn inputmode(self) -> Option<&'static str> {
        match self {
            Self::Mobile | Self::Phone => Some("tel"),
            Self::Number | Self::Money => Some("decimal"),
            Self::Email => Some("email"),
            _ => None,
        }
    }

    /// What a browser may fill in by itself (`autocomplete`).
    pub fn autocomplete(self) -> Option<&'static str> {
        match self {
            Self::Name => Some("name"),
            Self::Mobile | Self::Phone => Some("tel"),
            Self::Address => Some("street-address"),
            Self::Email => Some("email"),
            _ => None,
        }
    }

    fn most_characters(self) -> usize {
        match self {
            Self::Name => 60,
            Self::Textarea => 2000,
            Self::Email => 254,
            _ => 200,
        }
    }

    /// The attributes a field of this kind may have, besides those every field may have.
    fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Text | Self::Textarea | Self::Address => &["max_length"],
            Self::Number => &["unit", "min", "max", "decimals"],
            Self::Money => &["min", "max", "decimals"],
            Self::Date => &["min", "max"],
            Self::Choice => &["options"],
            Self::Choices => &["options", "min", "max"],
            Self::Declaration => &["statement"],
            _ => &[],
        }
    }

    /// The example of last resort, so that no error goes without one. The numbers are constructed; none is anyone's.
    pub(crate) fn usual_example(self) -> Option<&'static str> {
        Some(match self {
            Self::Name => "王敏",
            Self::Mobile => "13800138000",
            Self::Phone => "0551-62600000",
            Self::ResidentId => "34010020990101003X",
            Self::Uscc => "11340000123456788P",
            Self::Date => "2025-07-01",
            Self::Email => "wangmin@example.cn",
            Self::Money => "1200.50",
            Self::YesNo => "“是”",
            _ => return None,
        })
    }
}

/// All that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("表单定义有 {} 处要改：{}", problems.len(), problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))]
pub struct FormError {
    /// Each mistake, in the order of the text.
    pub problems: Vec<Problem>,
}

/// One mistake in a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{place}：{reason}")]
pub struct Problem {
    /// Where: `steps[0].fields[2].kind`, or line and column when it is not JSON.
    pub place: String,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl Form {
    /// Reads a definition. Every mistake in it is told at once, with its place (F084).
    pub fn parse(json: &str) -> Result<Form, FormError> {
        let value: Value = serde_json::from_str(json).map_err(|error| FormError {
            problems: vec![Problem {
                place: format!("第 {} 行第 {} 列", error.line(), error.column()),
                reason: "这里不合 JSON 写法，请检查引号、逗号和括号，如 {\"key\":\"name\"}".to_owned(),
            }],
        })?;
        let mut reader = Reader::default();
        let (key, title, steps) = reader.form(&value);
        if !reader.problems.is_empty() {
            return Err(FormError { problems: reader.problems });
        }
        let schema = crate::schema::of(&key, &title, &steps);
        let validator = jsonschema::draft202012::new(&schema).map_err(|error| FormError {
            problems: vec![Problem { place: "steps".to_owned(), reason: format!("不能据此生成校验规则：{error}") }],
        })?;
        let hash = hex::encode(Sha256::digest(json.as_bytes()));
        Ok(Form(Arc::new(Inner { key, title, steps, text: json.to_owned(), hash, schema, validator })))
    }

    /// The name of the form, unique among forms.
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// Its steps, in order.
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    /// One step by name.
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.0.steps.iter().find(|step| step.key == key)
    }

    /// The step after this one; `None` after the last or an unknown one.
    pub fn step_after(&self, key: &str) -> Option<&Step> {
        let at = self.0.steps.iter().position(|step| step.key == key)?;
        self.0.steps.get(at + 1)
    }

    /// One field by name, whichever step it is on.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().find(|field| field.key == key)
    }

    /// Every field, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.0.steps.iter().flat_map(|step| &step.fields)
    }

    /// SHA-256 of the text, in hex: which form exactly a case was filled in on.
    pub fn hash(&self) -> &str {
        &self.0.hash
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// A JSON Schema (draft 2020-12) of whole answers, for those who send applications by interface.
    pub fn schema(&self) -> Value {
        self.0.schema.clone()
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Form) -> bool {
        self.0.hash == other.0.hash
    }
}

impl Eq for Form {}

/// Walks the JSON and gathers every mistake instead of stopping at the first.
#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
    /// Fields read so far, by key: kind and possible answers, for conditions to be checked against.
    earlier: BTreeMap<String, (Kind, Vec<String>)>,
}

const FIELD_ATTRIBUTES: [&str; 10] =
    ["key", "label", "label_en", "kind", "hint", "required", "example", "source", "when", "note"];

impl Reader {
    fn no(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.problems.push(Problem { place: place.into(), reason: reason.into() });
    }

    fn form(&mut self, value: &Value) -> (String, String, Vec<Step>) {
        let Some(form) = self.object(value, "（最外层）", &["key", "title", "steps"]) else {
            return Default::default();
        };
        let key = self.key(form, "", true);
        let title = self.words(form, "", "title", true).unwrap_or_default();
        let mut steps: Vec<Step> = Vec::new();
        match form.get("steps").and_then(Value::as_array) {
            Some(list) if !list.is_empty() => {
                for (at, step) in list.iter().enumerate() {
                    let place = format!("steps[{at}]");
                    let Some(step) = self.step(step, &place) else {
                        continue;
                    };
                    if steps.iter().any(|other| other.key == step.key) {
                        self.no(format!("{place}.key"), format!("步骤名“{}”重复了，请换一个", step.key));
                    }
                    if step.materials && steps.iter().any(|other| other.materials) {
                        self.no(format!("{place}.materials"), "一张表只有一个材料步骤，请删去这一个");
                    }
                    steps.push(step);
                }
            }
            _ => self.no("steps", "请写出步骤，至少一个"),
        }
        (key, title, steps)
    }

    fn step(&mut self, value: &Value, place: &str) -> Option<Step> {
        let step = self.object(value, place, &["key", "title", "intro", "fields", "materials"])?;
        let key = self.key(step, place, true);
        let title = self.words(step, place, "title", true).unwrap_or_default();
        let intro = self.prose(step, place, "intro");
        let materials = self.flag(step, place, "materials");
        let mut fields = Vec::new();
        match step.get("fields") {
            None => {}
            Some(Value::Array(list)) => {
                for (at, field) in list.iter().enumerate() {
                    fields.extend(self.field(field, &format!("{place}.fields[{at}]")));
                }
            }
            Some(_) => self.no(format!("{place}.fields"), "请写成一列字段，如 [{\"key\":\"name\"}]"),
        }
        let has_fields = step.get("fields").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        if has_fields == materials {
            self.no(place, "一个步骤要么写 fields（至少一个字段），要么写 \"materials\": true，请二选一");
        }
        Some(Step { key, title, intro, fields, materials })
    }

    fn field(&mut self, value: &Value, place: &str) -> Option<Field> {
        let Some(field) = value.as_object() else {
            self.no(place, "字段请写成对象，如 {\"key\":\"name\",\"label\":\"姓名\",\"kind\":\"name\"}");
            return None;
        };
        let key = self.key(field, place, false);
        let label = self.words(field, place, "label", true).unwrap_or_default();
        let word = field.get("kind").and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = Kind::ALL.iter().copied().find(|kind| kind.as_str() == word) else {
            let known = Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join("、");
            self.no(format!("{place}.kind"), format!("没有“{word}”这种字段，请从中选一种：{known}"));
            return None;
        };
        for attribute in field.keys() {
            let name = attribute.as_str();
            if !FIELD_ATTRIBUTES.contains(&name) && !kind.attributes().contains(&name) {
                let allowed = FIELD_ATTRIBUTES.iter().chain(kind.attributes()).copied().collect::<Vec<_>>().join("、");
                self.no(format!("{place}.{name}"), format!("{word} 字段没有“{name}”这一项，可用：{allowed}"));
            }
        }
        if self.earlier.contains_key(&key) {
            self.no(format!("{place}.key"), format!("字段名“{key}”重复了，请换一个；字段名在整张表里只用一次"));
        }
        let (earliest, latest) = match kind {
            Kind::Date => (self.day(field, place, "min"), self.day(field, place, "max")),
            _ => (None, None),
        };
        let (min, max) = match kind {
            Kind::Date => (None, None),
            _ => (self.number(field, place, "min"), self.number(field, place, "max")),
        };
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.no(format!("{place}.min"), format!("最小值 {min} 大于最大值 {max}，请对调"));
        }
        let decimals = match (field.get("decimals"), kind) {
            (None, Kind::Money) => 2,
            (None, _) => 0,
            (Some(value), _) => match value.as_u64() {
                Some(n) if n <= 6 => n as u32,
                _ => {
                    self.no(format!("{place}.decimals"), "小数位数请填 0 至 6，如 2");
                    0
                }
            },
        };
        let max_length = match field.get("max_length").map(|value| value.as_u64()) {
            None => kind.most_characters(),
            Some(Some(n)) if (1..=10_000).contains(&n) => n as usize,
            Some(_) => {
                self.no(format!("{place}.max_length"), "最多字数请填 1 至 10000，如 200");
                kind.most_characters()
            }
        };
        let options = match kind {
            Kind::Choice | Kind::Choices => self.options(field, place),
            _ => Vec::new(),
        };
        let statement = match kind {
            Kind::Declaration => self.prose(field, place, "statement"),
            _ => None,
        };
        let source = self.words(field, place, "source", false);
        if let Some(source) = &source
            && !source.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_'))
        {
            self.no(format!("{place}.source"), "来源请写成小写英文加点，如 account.name");
        }
        let when = self.condition(field, place);
        let read = Field {
            label_en: self.words(field, place, "label_en", false),
            hint: self.prose(field, place, "hint"),
            required: self.flag(field, place, "required"),
            example: self.words(field, place, "example", false),
            unit: self.words(field, place, "unit", false),
            key,
            label,
            kind,
            source,
            when,
            min,
            max,
            earliest,
            latest,
            decimals,
            max_length,
            options,
            statement,
        };
        let answers = match kind {
            Kind::YesNo => vec!["true".to_owned(), "false".to_owned()],
            Kind::Declaration => vec!["true".to_owned()],
            _ => read.options.iter().map(|option| option.value.clone()).collect(),
        };
        self.earlier.insert(read.key.clone(), (kind, answers));
        if let Some(example) = &read.example {
            self.example(&read, example, place);
        }
        Some(read)
    }

    /// An example that the field itself would refuse teaches the wrong thing.
    fn example(&mut self, field: &Field, example: &str, place: &str) {
        // A constructed resident number has a birth still to come, so its day is not held against it.
        let late = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        if field.kind.is_chosen() || matches!(field.kind, Kind::Declaration | Kind::Date) {
            return;
        }
        if let crate::reading::Read::Wrong(code) = crate::reading::read(field, &[example.to_owned()], late) {
            let told = crate::errors::tell(field, &code);
            self.no(format!("{place}.example"), format!("例子“{example}”自己就填不进去：{}", told.zh));
        }
    }

    fn condition(&mut self, field: &Map<String, Value>, place: &str) -> Option<Condition> {
        let value = field.get("when")?;
        let place = format!("{place}.when");
        let when = self.object(value, &place, &["field", "is"])?;
        let on = when.get("field").and_then(Value::as_str).unwrap_or_default();
        let is = match when.get("is") {
            Some(Value::Array(any)) => any.clone(),
            Some(one) => vec![one.clone()],
            None => Vec::new(),
        };
        let Some((kind, answers)) = self.earlier.get(on) else {
            self.no(format!("{place}.field"), format!("前面没有“{on}”这个字段，条件只能看排在前面的字段"));
            return None;
        };
        if !(kind.is_chosen() || *kind == Kind::Declaration) {
            self.no(format!("{place}.field"), format!("“{on}”不是选择题，条件只能看选择题"));
            return None;
        }
        let as_answer = |value: &Value| match (kind, value) {
            (Kind::YesNo | Kind::Declaration, Value::Bool(b)) => Some(b.to_string()),
            (Kind::Choice | Kind::Choices, Value::String(s)) => Some(s.clone()),
            _ => None,
        };
        let known = |value: &Value| as_answer(value).is_some_and(|answer| answers.contains(&answer));
        if is.is_empty() || !is.iter().all(known) {
            let reason = format!("请写“{on}”的答案之一：{}", answers.join("、"));
            self.no(format!("{place}.is"), reason);
            return None;
        }
        Some(Condition { field: on.to_owned(), is })
    }

    fn options(&mut self, field: &Map<String, Value>, place: &str) -> Vec<Choice> {
        let mut options: Vec<Choice> = Vec::new();
        let list = field.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (at, value) in list.iter().enumerate() {
            let place = format!("{place}.options[{at}]");
            let Some(option) = self.object(value, &place, &["value", "label"]) else {
                continue;
            };
            let label = self.string(option, &place, "label", true).unwrap_or_default();
            let value = self.words(option, &place, "value", true).unwrap_or_default();
            if let Some(vague) = catch_all_in_option(&label) {
                self.no(join(&place, "label"), vague_reason(&vague));
            }
            if options.iter().any(|other| other.value == value || other.label == label) {
                self.no(&place, format!("选项“{label}”（{value}）与前面的重复，请改"));
            }
            options.push(Choice { value, label });
        }
        if list.len() < 2 {
            self.no(format!("{place}.options"), "请写出至少两个选项，如 [{\"value\":\"own\",\"label\":\"自有\"}, …]");
        }
        options
    }

    fn object<'a>(&mut self, value: &'a Value, place: &str, allowed: &[&str]) -> Option<&'a Map<String, Value>> {
        let Some(object) = value.as_object() else {
            self.no(place, "这里请写成对象，如 {\"key\":\"…\"}");
            return None;
        };
        let unknown: HashSet<&str> =
            object.keys().map(String::as_str).filter(|key| !allowed.contains(key) && *key != "note").collect();
        for key in object.keys().filter(|key| unknown.contains(key.as_str())) {
            self.no(join(place, key), format!("没有“{key}”这一项，可用：{}", allowed.join("、")));
        }
        Some(object)
    }

    /// Keys of forms and steps stand in addresses, those of fields in rules, where a hyphen would be a minus.
    fn key(&mut self, object: &Map<String, Value>, place: &str, hyphens: bool) -> String {
        let key = object.get("key").and_then(Value::as_str).unwrap_or_default();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-' && hyphens;
        if !(key.starts_with(|c: char| c.is_ascii_lowercase()) && key.len() <= 64 && key.bytes().all(fits)) {
            let (join_with, example) = if hyphens { ("连字符", "food-licence") } else { ("下划线", "house_source") };
            let reason = format!("请用小写英文字母开头，只含小写字母、数字和{join_with}，最多 64 个字符，如 {example}");
            self.no(join(place, "key"), reason);
        }
        key.to_owned()
    }

    /// A short text such as a label, in which any vague demand is refused.
    fn words(&mut self, object: &Map<String, Value>, place: &str, name: &str, required: bool) -> Option<String> {
        let words = self.string(object, place, name, required)?;
        if matches!(name, "title" | "label" | "label_en")
            && let Some(vague) = catch_all(&words)
        {
            self.no(join(place, name), vague_reason(&vague));
        }
        Some(words)
    }

    /// Running text, in which only a demand is refused, not a promise.
    fn prose(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<String> {
        let prose = self.string(object, place, name, false)?;
        if let Some(vague) = catch_all_in_prose(&prose) {
            self.no(join(place, name), vague_reason(&vague));
        }
        Some(prose)
    }

    fn string(&mut self, object: &Map<String, Value>, place: &str, name: &str, required: bool) -> Option<String> {
        match object.get(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            None if !required => None,
            None => {
                self.no(join(place, name), "请填写这一项");
                None
            }
            Some(_) => {
                self.no(join(place, name), "请写成文字，放在引号里，不能留空");
                None
            }
        }
    }

    fn flag(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> bool {
        match object.get(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.no(join(place, name), "请写 true 或 false，不加引号");
                false
            }
        }
    }

    fn number(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<f64> {
        let value = object.get(name)?;
        if value.as_f64().is_none() {
            self.no(join(place, name), "请写成数字，不加引号，如 100");
        }
        value.as_f64()
    }

    fn day(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<DateBound> {
        let bound = match object.get(name)?.as_str() {
            Some("today") => Some(DateBound::Today),
            Some(text) => read_date(text).map(DateBound::Day),
            None => None,
        };
        if bound.is_none() {
            self.no(join(place, name), "请写成日期或 \"today\"，如 \"2025-07-01\"");
        }
        bound
    }
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() || place.starts_with('（') { name.to_owned() } else { format!("{place}.{name}") }
}

fn vague_reason(vague: &str) -> String {
    format!("“{vague}”没有说清要什么，请逐项写出名称，如“房屋租赁合同”")
}
