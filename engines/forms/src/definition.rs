//! 表单定义 · one form as one JSON text (B4.1, B4.3). An administrator writes it, so a mistake is told with its
//! place and its remedy, and all mistakes at once.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::decimal::Decimal;
use crate::parse::Reader;

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
    /// Made when first asked for, and once.
    schema: OnceLock<Value>,
    /// Where each field of the form is and what it waits for, in the order of the form.
    pub(crate) places: Vec<Place>,
    /// Position in `places` by key.
    pub(crate) index: HashMap<String, usize>,
}

/// Where a field stands, with its conditions resolved, so that no check looks anything up by name twice.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) step: usize,
    pub(crate) field: usize,
    /// The fields its own condition and that of its step look at; each stands before it.
    pub(crate) when: Option<usize>,
    pub(crate) step_when: Option<usize>,
    /// For each field of a group, what its condition looks at.
    pub(crate) inner: Vec<Option<Look>>,
}

/// What the condition of a field in a group looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// A field of the form, by its position.
    Form(usize),
    /// A field of the same row, by its position.
    Row(usize),
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
    /// When the whole step is asked; always, if absent.
    pub when: Option<Condition>,
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
    /// The data element it asks for, such as `organisation.name`: what two forms share is asked once (F098), and what one form
    /// answered fills another in.
    pub element: Option<String>,
    /// The key it had in an earlier version of the form.
    pub was: Option<String>,
    /// The unit of a number, such as 平方米; of money 元, 万元 or 亿元.
    pub unit: Option<String>,
    /// The least number, the fewest boxes of a `choices` field or the fewest rows of a group. What is not required may be left out
    /// whole; what is begun must have so many.
    pub min: Option<Decimal>,
    /// The greatest number, the most boxes of a `choices` field or the most rows of a group.
    pub max: Option<Decimal>,
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
    /// What is asked in each row of a group.
    pub fields: Vec<Field>,
    /// Of a group whose rows are those who apply together (共同申请): the fields of the name and of the number.
    pub applicants: Option<[String; 2]>,
}

/// One thing that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// What an option that rules out all others (都没有) is stored as.
    pub const NONE: &'static str = "none";
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
    /// 行政区划, by code or name.
    Region = "region",
    /// Several fields asked again for each of several things, such as the shareholders of a company.
    Group = "group",
}

impl Field {
    /// A field of a kind with nothing else said.
    pub(crate) fn plain(kind: Kind, key: String, label: String) -> Field {
        Field {
            key,
            label,
            label_en: None,
            kind,
            hint: None,
            required: false,
            example: None,
            source: None,
            when: None,
            element: None,
            was: None,
            unit: None,
            min: None,
            max: None,
            earliest: None,
            latest: None,
            decimals: if kind == Kind::Money { 2 } else { 0 },
            max_length: kind.most_characters(),
            options: Vec::new(),
            applicants: None,
            statement: None,
            fields: Vec::new(),
        }
    }

    /// The unit people may write behind the number.
    pub fn unit_word(&self) -> Option<&str> {
        match self.kind {
            Kind::Money => Some(self.unit.as_deref().unwrap_or("元")),
            _ => self.unit.as_deref(),
        }
    }
}

impl Kind {
    /// Whether the answer is chosen rather than written, so that an error says 请选.
    pub fn is_chosen(self) -> bool {
        matches!(self, Self::Choice | Self::Choices | Self::YesNo)
    }

    /// Whether a condition may look at it.
    pub(crate) fn decides(self) -> bool {
        self.is_chosen() || self == Self::Declaration
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

    pub(crate) fn most_characters(self) -> usize {
        match self {
            Self::Name => 60,
            Self::Textarea => 2000,
            Self::Email => 254,
            _ => 200,
        }
    }

    /// The attributes a field of this kind may have, besides those every field may have.
    pub(crate) fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Text | Self::Textarea | Self::Address => &["max_length"],
            Self::Number => &["unit", "min", "max", "decimals"],
            Self::Money => &["unit", "min", "max", "decimals"],
            Self::Date => &["min", "max"],
            Self::Choice => &["options"],
            Self::Choices => &["options", "min", "max"],
            Self::Declaration => &["statement"],
            Self::Group => &["fields", "min", "max", "applicants"],
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
            Self::Region => "341524",
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
        let no = |place: String, reason: String| FormError { problems: vec![Problem { place, reason }] };
        if json.len() > MOST_BYTES {
            let reason = format!("表单定义最多 {MOST_BYTES} 字节，现在是 {} 字节，请拆成几张表", json.len());
            return Err(no("（最外层）".to_owned(), reason));
        }
        let value: Value = serde_json::from_str(json.trim_start_matches('\u{FEFF}')).map_err(|error| {
            let place = format!("第 {} 行第 {} 列", error.line(), error.column());
            no(place, "这里不合 JSON 写法，请检查引号、逗号和括号，如 {\"key\":\"name\"}".to_owned())
        })?;
        let mut reader = Reader::default();
        let (key, title, steps) = reader.form(&value);
        if !reader.problems.is_empty() {
            return Err(FormError { problems: reader.problems });
        }
        let hash = hex::encode(Sha256::digest(json.as_bytes()));
        let (places, index) = places(&steps);
        let schema = OnceLock::new();
        Ok(Form(Arc::new(Inner { key, title, steps, text: json.to_owned(), hash, schema, places, index })))
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
        self.0.index.get(key).map(|at| self.at(*at))
    }

    pub(crate) fn at(&self, position: usize) -> &Field {
        let place = &self.0.places[position];
        &self.0.steps[place.step].fields[place.field]
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
        self.0.schema.get_or_init(|| crate::schema::of(&self.0.key, &self.0.title, &self.0.steps)).clone()
    }
}

/// The longest text of a definition.
const MOST_BYTES: usize = 1024 * 1024;

fn places(steps: &[Step]) -> (Vec<Place>, HashMap<String, usize>) {
    let mut places = Vec::new();
    let mut index = HashMap::new();
    for (s, step) in steps.iter().enumerate() {
        for (f, field) in step.fields.iter().enumerate() {
            let at = |when: &Option<Condition>| when.as_ref().and_then(|when| index.get(&when.field).copied());
            let look = |inner: &Field| {
                let when = inner.when.as_ref()?;
                let row = field.fields.iter().position(|other| other.key == when.field);
                row.map(Look::Row).or_else(|| index.get(&when.field).copied().map(Look::Form))
            };
            let inner = field.fields.iter().map(look).collect();
            let place = Place { step: s, field: f, when: at(&field.when), step_when: at(&step.when), inner };
            index.insert(field.key.clone(), places.len());
            places.push(place);
        }
    }
    (places, index)
}

impl PartialEq for Form {
    fn eq(&self, other: &Form) -> bool {
        self.0.hash == other.0.hash
    }
}

impl Eq for Form {}
