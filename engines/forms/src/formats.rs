//! 格式 · JSON Schema (draft 2020-12) with formats of our own, for data that come by interface (B4.1). A schema is compiled
//! once; everything wrong with a document is told at once, each with its place, the fault and the remedy, in two languages.
//!
//! | format | a text that is |
//! |---|---|
//! | `cn-resident-id` | 公民身份号码: 18 characters, the last may be a capital X (X4-04) |
//! | `cn-uscc` | 统一社会信用代码: 18 characters, both check characters right (X4-01, X4-02) |
//! | `cn-region` | 行政区划: the six digits of a region in force |
//! | `cn-mobile`, `cn-phone` | a telephone number as we write it: `13800138000`, `0551-62600000` |
//! | `cn-name` | a person's name, any middle dot written U+00B7 (H21) |
//! | `amount` | an amount to the cent: `1200.50`; the keywords `amountMinimum` and `amountMaximum` bound it |
//! | `date` | a day of the calendar: `2025-07-01` |
//!
//! A format says what a value is, whoever sees it on whatever day; a form also knows today, and refuses a birth to come. Beside
//! ours stand the formats of the standard; one that is not known, or a schema of another draft, is refused when it is compiled.

use std::borrow::Cow;

use chrono::NaiveDate;
use jsonschema::error::{TypeKind, ValidationErrorKind as Fault};
use jsonschema::paths::Location;
use jsonschema::{Keyword, PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value};

use crate::decimal::Decimal;
use crate::definition::{Field, Kind};
use crate::dialect::{AS_TEXT, with_texts};
use crate::errors::{ErrorCode, FieldError, Wrong, tell};
use crate::ids::{check_resident_id, check_uscc};
use crate::regions::check_region;
use crate::text::read_date;

/// The formats, by name, with the kind of field that takes the same.
pub(crate) const FORMATS: [(&str, Kind); 8] = [
    ("cn-resident-id", Kind::ResidentId),
    ("cn-uscc", Kind::Uscc),
    ("cn-region", Kind::Region),
    ("cn-mobile", Kind::Mobile),
    ("cn-phone", Kind::Phone),
    ("cn-name", Kind::Name),
    ("amount", Kind::Money),
    ("date", Kind::Date),
];

/// A pattern that would need more memory than this is refused.
const PATTERN_BYTES: usize = 1024 * 1024;
/// Nobody mends more at once.
const MOST_TOLD: usize = 1000;
/// Nor so many places of a schema.
const MOST_FAULTS: usize = 100;
/// Nor reads of more ways to choose from.
const MOST_WAYS: usize = 5;
/// A text that another keyword makes one read anew is folded again, so many times at most.
const MOST_FOLDINGS: usize = 3;

/// How a text of this kind is written, or what is wrong with it.
fn written(kind: Kind, text: &str) -> Result<String, Wrong> {
    let some_day = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    match kind {
        Kind::ResidentId => check_resident_id(text, some_day).map(|id| id.number).map_err(Wrong::ResidentId),
        Kind::Uscc => check_uscc(text).map(|uscc| uscc.code).map_err(Wrong::Uscc),
        Kind::Region => check_region(text).map(|region| region.code.to_owned()).map_err(Wrong::Region),
        Kind::Mobile => crate::entry::mobile(text).map_err(Wrong::NotAMobile),
        Kind::Phone => crate::entry::phone(text).ok_or(Wrong::NotAPhone),
        Kind::Name => match crate::entry::name(text) {
            Ok(name) if name.is_empty() => Err(Wrong::NameEmpty),
            name => name.map(|name| name.into_owned()),
        },
        Kind::Money => match crate::entry::counted(text, Some("元"), true)? {
            amount if amount.decimals() <= 2 => Ok(amount.fixed(2)),
            _ => Err(Wrong::TooManyDecimals),
        },
        _ => read_date(text).map(crate::text::written).ok_or(Wrong::NotADate),
    }
}

/// `amountMinimum` or `amountMaximum`: a bound written as an amount is.
struct AmountBound {
    bound: Decimal,
    least: bool,
}

impl AmountBound {
    fn of<'a>(value: &'a Value, least: bool) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
        let bound = value.as_str().and_then(|text| text.parse().ok());
        let bound = bound.ok_or_else(|| ValidationError::schema("an amount is written as text, such as \"1200.50\""))?;
        Ok(Box::new(AmountBound { bound, least }))
    }
}

impl<'i> Keyword<'i> for AmountBound {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(self.bound.fixed(2))) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        // What is no amount is told by its format.
        let amount = instance.as_str().and_then(|text| text.parse::<Decimal>().ok());
        amount.is_none_or(|amount| if self.least { amount >= self.bound } else { amount <= self.bound })
    }
}

/// A format of ours is of texts: a number has lost its digits before it is looked at.
struct AsText;

impl<'i> Keyword<'i> for AsText {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom("text")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        !instance.is_number()
    }
}

/// A compiled JSON Schema.
///
/// ```
/// use forms::Schema;
/// use serde_json::json;
/// let schema = Schema::compile(&json!({ "properties": { "code": { "title": "信用代码", "format": "cn-uscc" } } })).unwrap();
/// assert!(schema.check(&json!({ "code": "11340000123456788P" })).is_empty());
/// let told = schema.check(&json!({ "code": "1134000012345678" }));
/// assert_eq!(told[0].zh, "信用代码请填 18 位，现在是 16 位，如 11340000123456788P");
/// ```
#[derive(Debug)]
pub struct Schema {
    text: Value,
    /// Whether a part of it is named within itself.
    names_itself: bool,
    validator: Validator,
}

/// Why a text is no JSON Schema that can be used, and what to do: everything at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("校验规则用不了：{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("；另外，"))]
pub struct SchemaError {
    /// Each fault, at most a hundred; there is at least one.
    pub faults: Vec<SchemaFault>,
}

/// One fault of a JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{zh}", at(place, "："))]
pub struct SchemaFault {
    /// Where in the schema, as a JSON pointer; empty for the whole.
    pub place: String,
    /// What is wrong with it and how to mend it.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

impl SchemaError {
    fn of((zh, en): (String, String)) -> SchemaError {
        SchemaError { faults: vec![SchemaFault { place: String::new(), zh, en }] }
    }

    /// The whole sentence in English.
    pub fn english(&self) -> String {
        let told = self.faults.iter().map(|fault| format!("{}{}", at(&fault.place, ": "), fault.en));
        format!("the schema cannot be used: {}", told.collect::<Vec<_>>().join("; besides, "))
    }

    /// Whether it is wrong as a whole, and not at a place.
    pub fn is_of_the_whole(&self) -> bool {
        self.faults.iter().any(|fault| fault.place.is_empty())
    }
}

fn at(place: &str, then: &str) -> String {
    if place.is_empty() { String::new() } else { format!("{place}{then}") }
}

impl Schema {
    /// Compiles a schema, once for as many documents as come. It is closed in itself: a reference to another place is
    /// refused, nothing is fetched. So is a format that is not known, and another draft than 2020-12.
    ///
    /// # Errors
    ///
    /// Everything wrong with the schema at once, each with its place: what is written in words of another draft, formats and
    /// types that are none, references that lead nowhere, patterns that cannot be run, and what the rules of JSON Schema for
    /// schemas refuse. A schema too large written out is refused as a whole.
    pub fn compile(schema: &Value) -> Result<Schema, SchemaError> {
        let names_itself = crate::expansion::names_itself(schema).map_err(SchemaError::of)?;
        let patterns = || PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
        let is_pattern = |pattern: &str| {
            let alone = serde_json::json!({ "pattern": pattern });
            jsonschema::draft202012::options().with_pattern_options(patterns()).build(&alone).is_ok()
        };
        let mut faults = crate::dialect::faults(schema, &is_pattern);
        for error in jsonschema::draft202012::meta::validator().iter_errors(schema).take(MOST_FAULTS) {
            let place = error.instance_path().as_str();
            // What is told already is told in better words.
            if !faults.iter().any(|fault| fault.place.starts_with(place)) {
                let (_, zh, en) = sentence(error.kind(), &error);
                faults.push(SchemaFault { place: place.to_owned(), zh: format!("请{zh}"), en });
            }
        }
        if !faults.is_empty() {
            return Err(SchemaError { faults });
        }
        let mut options = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false)
            .with_pattern_options(patterns())
            .with_keyword("amountMinimum", |_: &Map<String, Value>, value: &'_ Value, _: Location| AmountBound::of(value, true))
            .with_keyword("amountMaximum", |_: &Map<String, Value>, value: &'_ Value, _: Location| AmountBound::of(value, false))
            .with_keyword(AS_TEXT, |_: &Map<String, Value>, _: &'_ Value, _: Location| Ok(Box::new(AsText)));
        for (name, kind) in FORMATS {
            options = options.with_format(name, move |text: &str| written(kind, text).is_ok_and(|as_we_do| as_we_do == text));
        }
        match options.build(&with_texts(schema)) {
            Ok(validator) => Ok(Schema { text: schema.clone(), names_itself, validator }),
            Err(error) => {
                let (place, kind) = (error.instance_path().as_str().to_owned(), error.kind().keyword().to_owned());
                let zh = format!("这里用不了（{kind}）；请对照 JSON Schema 2020-12 改正那里");
                let en = format!("this cannot be used ({kind}); mend it by JSON Schema 2020-12");
                Err(SchemaError { faults: vec![SchemaFault { place, zh, en }] })
            }
        }
    }

    /// Reads a document as a page reads what is typed (H20, H21): every text that a format of ours understands in another
    /// writing is folded to the written form. Gives the document so folded, to be stored, and everything wrong with it.
    ///
    /// ```
    /// use forms::Schema;
    /// use serde_json::json;
    /// let schema = Schema::compile(&json!({ "properties": { "tel": { "format": "cn-mobile" } } })).unwrap();
    /// let (data, told) = schema.read(json!({ "tel": "１３８ ００１３ ８０００" }));
    /// assert_eq!((data, told.len()), (json!({ "tel": "13800138000" }), 0));
    /// ```
    pub fn read(&self, mut data: Value) -> (Value, Vec<FieldError>) {
        for _ in 0..MOST_FOLDINGS {
            let foldings: Vec<Folding> = match self.is_told(&data) {
                true => self.validator.iter_errors(&data).filter_map(|error| self.foldings(&error)).flatten().collect(),
                false => Vec::new(),
            };
            if foldings.is_empty() {
                break;
            }
            for (place, text) in foldings {
                if let Some(at) = data.pointer_mut(&place) {
                    *at = text.into();
                }
            }
        }
        let told = self.check(&data);
        (data, told)
    }

    /// Whether a document is good.
    pub fn is_valid(&self, data: &Value) -> bool {
        self.validator.is_valid(data)
    }

    /// Everything wrong with a document as it stands, at most a thousand things; what a format of ours understands is to be
    /// written as we write it. `field` is the place: keys and positions with points. Of a schema that names itself so that the
    /// same parts would be gone over without end, only that it does not fit.
    pub fn check(&self, data: &Value) -> Vec<FieldError> {
        let mut told = Vec::new();
        if !self.is_told(data) {
            told.extend((!self.is_valid(data)).then(|| self.unexplained()));
            return told;
        }
        for error in self.validator.iter_errors(data) {
            self.tell(&error, &mut told);
            if told.len() >= MOST_TOLD {
                break;
            }
        }
        told
    }

    /// Whether all that is wrong can be told place by place.
    fn is_told(&self, data: &Value) -> bool {
        !(self.names_itself && (self.is_valid(data) || crate::effort::is_endless(&self.text, data)))
    }

    fn unexplained(&self) -> FieldError {
        let label = self.text["title"].as_str().unwrap_or("数据").to_owned();
        let zh =
            format!("{label}不符合校验规则；规则里反复引用自己，逐处核对没有尽头，请把对同一处的几次引用并成一次，再核对一遍");
        let en = format!(
            "{label} does not fit the schema, which names itself again and again for the same parts, so that what is wrong cannot be told place by place; name each part once and check again"
        );
        FieldError { field: String::new(), label, code: ErrorCode::Malformed, zh, en }
    }

    fn tell(&self, error: &ValidationError, told: &mut Vec<FieldError>) {
        let field = dotted(error.instance_path().as_str());
        let keyword = error.schema_path().as_str();
        let holder = self.text.pointer(keyword.rsplit_once('/').map_or("", |(holder, _)| holder));
        let title = |schema: Option<&Value>| schema?.get("title")?.as_str().map(str::to_owned);
        let last = |field: &str| field.rsplit('.').next().filter(|key| !key.is_empty()).unwrap_or("数据").to_owned();
        let label = title(holder).unwrap_or_else(|| entry_of(last(&field)));
        let mut add = |field: String, label: String, code, (zh, en): (String, String)| {
            let en = match last(&field).parse::<usize>() {
                Ok(at) => en.replace(&label, &format!("Item {}", at + 1)),
                Err(_) => en,
            };
            told.push(FieldError { field, label, code, zh, en });
        };
        let within = |key: &str| if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") };
        match error.kind() {
            Fault::Required { property } if format!("{keyword}/").contains("/dependentRequired/") => {
                let key = property.as_str().unwrap_or_default();
                let above = keyword.rsplit_once("/dependentRequired").map_or("", |(above, _)| above);
                let schema = self.text.pointer(above);
                let named = |key: &str| {
                    let schema = schema.and_then(|holder| holder.get("properties")?.get(key));
                    title(schema).unwrap_or_else(|| key.to_owned())
                };
                let all = schema.and_then(|holder| holder.get("dependentRequired")?.as_object()).into_iter().flatten();
                let mut asking = all.filter(|(given, needed)| {
                    let asks = needed.as_array().is_some_and(|needed| needed.contains(property));
                    asks && error.instance().get(given.as_str()).is_some()
                });
                let (label, given) = (named(key), asking.next().map_or_else(String::new, |(given, _)| named(given)));
                let said = (format!("填了{given}，也请填{label}"), format!("With {given} given, enter {label} too"));
                add(within(key), label, ErrorCode::Missing, said);
            }
            Fault::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let label = title(holder.and_then(|holder| holder.get("properties")?.get(key))).unwrap_or_else(|| key.to_owned());
                let said = (format!("请填{label}（{}）", within(key)), format!("Enter {label} ({})", within(key)));
                add(within(key), label, ErrorCode::Missing, said);
            }
            Fault::AdditionalProperties { unexpected } | Fault::UnevaluatedProperties { unexpected } => {
                told.extend(unexpected.iter().map(|key| crate::errors::tell_not_asked(within(key))));
            }
            Fault::Format { format } => {
                let kind = FORMATS.iter().find(|(name, _)| name == format).map(|(_, kind)| *kind);
                let text = error.instance().as_str().unwrap_or_default();
                match kind.map(|kind| (kind, written(kind, text))) {
                    Some((kind, Err(wrong))) => told.push(tell(&Field::plain(kind, field, label), &wrong)),
                    Some((_, Ok(written))) => {
                        let said = (format!("{label}请写成 {written}"), format!("Write {label} as {written}"));
                        add(field, label, ErrorCode::Malformed, said);
                    }
                    None => {
                        let such = example(format);
                        let (such_zh, such_en) = match such {
                            "" => (String::new(), String::new()),
                            such => (format!("，如 {such}"), format!(", such as {such}")),
                        };
                        let said = (
                            format!("{label}请按“{format}”的写法填{such_zh}"),
                            format!("Write {label} as a “{format}”{such_en}"),
                        );
                        add(field, label, ErrorCode::Malformed, said);
                    }
                }
            }
            Fault::Contains => {
                let count = |key: &str| holder.and_then(|holder| holder.get(key)?.as_u64());
                let (least, most) = (count("minContains").unwrap_or(1), count("maxContains"));
                let wanted = short(holder.and_then(|holder| holder.get("contains")).unwrap_or(&Value::Null));
                let (zh, en) = match most {
                    Some(most) if most == least => (format!("正好 {least} 项"), format!("exactly {least}")),
                    Some(most) => (format!("{least} 至 {most} 项"), format!("{least} to {most}")),
                    None => (format!("至少 {least} 项"), format!("at least {least}")),
                };
                let said = (
                    format!("{label}里要有{zh}符合 {wanted}，请补上或者删去"),
                    format!("{label}: {en} of its items must fit {wanted}"),
                );
                add(field, label, ErrorCode::Malformed, said);
            }
            fault => {
                let (code, zh, en) = sentence(fault, error);
                add(field, label.clone(), code, (format!("{label}请{zh}"), format!("{label}: {en}")));
            }
        }
    }
}

/// What the last part of a place is called: an entry of a list by its rank.
fn entry_of(last: String) -> String {
    match last.parse::<usize>() {
        Ok(at) => format!("第 {} 项", at + 1),
        Err(_) => last,
    }
}

/// An example of a standard format.
fn example(format: &str) -> &'static str {
    match format {
        "time" => "09:30:00+08:00",
        "date-time" => "2026-11-27T09:30:00+08:00",
        "duration" => "P3D",
        "uuid" => "0197e2a4-5a3b-7c1d-8e2f-3a4b5c6d7e8f",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "hostname" => "www.example.cn",
        "uri" | "iri" => "https://www.example.cn/notice",
        "uri-reference" | "iri-reference" => "/notice",
        "uri-template" => "/notices/{no}",
        "json-pointer" => "/applicant/name",
        "relative-json-pointer" => "1/name",
        "regex" => "^[0-9]{6}$",
        _ => "",
    }
}

/// A place in a document, as a JSON pointer, and the text that is to stand there.
type Folding = (String, String);

impl Schema {
    /// The foldings that would mend a fault; none where they would not mend all of it. Of several ways, those of the first that
    /// foldings alone would satisfy. Of `contains`, those of the items that are to have a format of ours. What stands under `not`
    /// is never folded, for that would make a fault of what is none; nor are keys, for they are names.
    fn foldings(&self, error: &ValidationError) -> Option<Vec<Folding>> {
        let place = error.instance_path().as_str();
        let folded = |format: &str, place: String, text: &Value| {
            let (_, kind) = FORMATS.iter().find(|(name, _)| *name == format)?;
            Some((place, written(*kind, text.as_str()?).ok()?))
        };
        match error.kind() {
            Fault::Format { format } => Some(vec![folded(format, place.to_owned(), error.instance())?]),
            Fault::Contains => {
                let wanted = self.text.pointer(error.schema_path().as_str())?;
                let format = wanted.get("format")?.as_str()?;
                let items = error.instance().as_array()?.iter().enumerate();
                Some(items.filter_map(|(at, item)| folded(format, format!("{place}/{at}"), item)).collect())
            }
            Fault::AnyOf { context } | Fault::OneOfNotValid { context } => {
                let whole = |way: &Vec<ValidationError>| way.iter().map(|error| self.foldings(error)).collect::<Option<Vec<_>>>();
                context.iter().find_map(whole).map(|all| all.concat())
            }
            _ => None,
        }
    }
}

/// What to do, after the name of the place.
fn sentence(fault: &Fault, error: &ValidationError) -> (ErrorCode, String, String) {
    match fault {
        Fault::Type { kind } => {
            let types: Vec<String> = match kind {
                TypeKind::Single(one) => vec![one.to_string()],
                TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect(),
            };
            let zh: Vec<&str> = types.iter().map(|name| in_chinese(name)).collect();
            (ErrorCode::Malformed, format!("写成{}", zh.join("或")), format!("write {}", types.join(" or ")))
        }
        Fault::Enum { options } => {
            let options = short(options);
            (ErrorCode::NotAnOption, format!("从这些里选：{options}"), format!("choose one of {options}"))
        }
        Fault::Constant { expected_value } => {
            let only = short(expected_value);
            (ErrorCode::NotAnOption, format!("填 {only}"), format!("write {only}"))
        }
        Fault::Minimum { limit } => (ErrorCode::TooSmall, format!("填不小于 {limit} 的数"), format!("{limit} or more")),
        Fault::Maximum { limit } => (ErrorCode::TooLarge, format!("填不大于 {limit} 的数"), format!("{limit} or less")),
        Fault::ExclusiveMinimum { limit } => (ErrorCode::TooSmall, format!("填大于 {limit} 的数"), format!("more than {limit}")),
        Fault::ExclusiveMaximum { limit } => (ErrorCode::TooLarge, format!("填小于 {limit} 的数"), format!("less than {limit}")),
        Fault::Custom { keyword, message } if keyword == "amountMinimum" => {
            (ErrorCode::TooSmall, format!("填不小于 {message} 的金额"), format!("{message} or more"))
        }
        Fault::Custom { keyword, message } if keyword == "amountMaximum" => {
            (ErrorCode::TooLarge, format!("填不大于 {message} 的金额"), format!("{message} or less"))
        }
        Fault::Custom { keyword, .. } if keyword == AS_TEXT => (
            ErrorCode::Malformed,
            "写成文字（加引号），不写成数字".to_owned(),
            "write it as text in quotes, not as a number".to_owned(),
        ),
        Fault::MultipleOf { multiple_of } => {
            (ErrorCode::TooManyDecimals, format!("填 {multiple_of} 的倍数"), format!("a multiple of {multiple_of}"))
        }
        Fault::MinLength { limit } => {
            (ErrorCode::Missing, format!("至少写 {limit} 个字"), format!("at least {limit} characters"))
        }
        Fault::MaxLength { limit } => (ErrorCode::TooLong, format!("最多写 {limit} 个字"), format!("up to {limit} characters")),
        Fault::MinItems { limit } => (ErrorCode::TooFew, format!("至少写 {limit} 项"), format!("at least {limit} items")),
        Fault::MaxItems { limit } => (ErrorCode::TooMany, format!("最多写 {limit} 项"), format!("up to {limit} items")),
        Fault::MinProperties { limit } => (ErrorCode::TooFew, format!("至少写 {limit} 个键"), format!("at least {limit} keys")),
        Fault::MaxProperties { limit } => (ErrorCode::TooMany, format!("最多写 {limit} 个键"), format!("up to {limit} keys")),
        Fault::UniqueItems => (ErrorCode::Malformed, "去掉重复的项".to_owned(), "remove what is there twice".to_owned()),
        Fault::Pattern { pattern } => {
            (ErrorCode::Malformed, format!("按这个样式写：{pattern}"), format!("write it by the pattern {pattern}"))
        }
        Fault::AnyOf { context } | Fault::OneOfNotValid { context } => {
            let (zh, en) = alternatives(context, error.instance_path().as_str());
            (ErrorCode::Malformed, format!("照这些写法之一写：{zh}"), format!("follow one of these: {en}"))
        }
        Fault::OneOfMultipleValid { .. } => (
            ErrorCode::Malformed,
            "改成只符合一种写法，现在同时符合几种".to_owned(),
            "fit one of the forms allowed; this fits several".to_owned(),
        ),
        Fault::Not { schema } => {
            let not = short(schema);
            (ErrorCode::Malformed, format!("换一个值，不能符合 {not}"), format!("another value, one that does not fit {not}"))
        }
        Fault::Contains => (
            ErrorCode::Malformed,
            "核对各项，符合“contains”规则的项数不对".to_owned(),
            "the number of items that fit “contains” is not as asked".to_owned(),
        ),
        Fault::FalseSchema => {
            (ErrorCode::NotAsked, "删去，这里不能有内容".to_owned(), "remove it; nothing may stand here".to_owned())
        }
        Fault::PropertyNames { error } => {
            let key = short(error.instance());
            let (_, zh, en) = sentence(error.kind(), error);
            (ErrorCode::Malformed, format!("改键名 {key}：{zh}"), format!("rename the key {key}: {en}"))
        }
        Fault::Required { property } => {
            let key = short(property);
            (ErrorCode::Missing, format!("补上 {key}"), format!("add {key}"))
        }
        Fault::Format { format } => {
            let kind = FORMATS.iter().find(|(name, _)| name == format).map(|(_, kind)| *kind);
            let folded = kind.and_then(|kind| written(kind, error.instance().as_str()?).ok());
            let (zh, en) = match folded {
                Some(written) => (format!("写成 {written}"), format!("write {written}")),
                None => (format!("照“{format}”的写法写"), format!("write it as a “{format}”")),
            };
            (ErrorCode::Malformed, zh, en)
        }
        Fault::AdditionalItems { .. } | Fault::UnevaluatedItems { .. } => {
            (ErrorCode::TooMany, "删去多出来的项".to_owned(), "remove the items that are not asked".to_owned())
        }
        Fault::AdditionalProperties { unexpected } | Fault::UnevaluatedProperties { unexpected } => {
            let keys = unexpected.join("、");
            (ErrorCode::NotAsked, format!("删去 {keys}"), format!("remove {keys}"))
        }
        fault => (
            ErrorCode::Malformed,
            format!("按校验规则的“{}”改正", fault.keyword()),
            format!("mend it by the rule “{}”", fault.keyword()),
        ),
    }
}

/// What each of several ways would ask of what stands at a place, the first thing of each.
fn alternatives(ways: &[Vec<ValidationError<'static>>], at: &str) -> (String, String) {
    let mut said: Vec<(String, String)> = Vec::new();
    for error in ways.iter().filter_map(|way| way.first()) {
        let (_, zh, en) = sentence(error.kind(), error);
        let place = dotted(error.instance_path().as_str().strip_prefix(at).unwrap_or_default());
        let one = if place.is_empty() { (zh, en) } else { (format!("{place} {zh}"), format!("{place}: {en}")) };
        if said.len() < MOST_WAYS && !said.contains(&one) {
            said.push(one);
        }
    }
    let (zh, en): (Vec<String>, Vec<String>) = said.into_iter().unzip();
    (zh.join("；或"), en.join("; or "))
}

fn in_chinese(type_name: &str) -> &str {
    match type_name {
        "string" => "文字（加引号）",
        "number" => "数字（不加引号）",
        "integer" => "整数（不加引号）",
        "boolean" => "true 或 false",
        "array" => "一列 [ … ]",
        "object" => "对象 { … }",
        "null" => "null",
        other => other,
    }
}

/// A value on one short line.
pub(crate) fn short(value: &Value) -> String {
    cut(&value.to_string()).into_owned()
}

/// A text on one short line.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// `/holders/0/holder_name` as `holders.0.holder_name`.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~")
}
