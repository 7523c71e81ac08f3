//! Values between JSON and FEEL. Dates in JSON are text; where a type is declared the text becomes a date, and where
//! none is, the rule says `date(birth)`.

use std::str::FromStr;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelNumber, FeelType, Name};
use dsntk_feel_evaluator::limits::in_chinese_time;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{RuleError, blame};

/// Values nested deeper than this are not taken in.
const MAX_NESTING: usize = 32;

/// The types a column of a table or a variable may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Not declared.
    Any,
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A day, in JSON `"2025-07-01"`.
    Date,
    /// A time of day.
    Time,
    /// A day with time.
    DateTime,
    /// Days and time, in JSON `"P20D"`.
    DaysAndTime,
    /// Years and months, in JSON `"P18Y"`.
    YearsAndMonths,
}

impl Kind {
    /// Reads a `typeRef` of DMN; `None` when it names no built-in type.
    pub(crate) fn of_type_ref(type_ref: &str) -> Option<Kind> {
        // A prefix such as feel: says only where the type is from.
        Some(match type_ref.rsplit_once(':').map_or(type_ref, |(_, name)| name).trim() {
            "" | "Any" => Kind::Any,
            "string" => Kind::Text,
            "number" => Kind::Number,
            "boolean" => Kind::Boolean,
            "date" => Kind::Date,
            "time" => Kind::Time,
            "date and time" | "dateTime" => Kind::DateTime,
            "days and time duration" | "dayTimeDuration" => Kind::DaysAndTime,
            "years and months duration" | "yearMonthDuration" => Kind::YearsAndMonths,
            _ => return None,
        })
    }

    /// What a type of a model is here.
    pub(crate) fn of_feel(kind: &FeelType) -> Kind {
        match kind {
            FeelType::String => Kind::Text,
            FeelType::Number => Kind::Number,
            FeelType::Boolean => Kind::Boolean,
            FeelType::Date => Kind::Date,
            FeelType::Time => Kind::Time,
            FeelType::DateTime => Kind::DateTime,
            FeelType::DaysAndTimeDuration => Kind::DaysAndTime,
            FeelType::YearsAndMonthsDuration => Kind::YearsAndMonths,
            _ => Kind::Any,
        }
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Any => "任意值",
            Kind::Text => "文字",
            Kind::Number => "数字",
            Kind::Boolean => "true 或 false",
            Kind::Date => "日期",
            Kind::Time => "时间",
            Kind::DateTime => "日期和时间",
            Kind::DaysAndTime => "天数",
            Kind::YearsAndMonths => "年月",
        }
    }

    /// What it is called, with an example.
    pub fn zh(self) -> &'static str {
        match self {
            Kind::Any => "任意值",
            Kind::Text => "文字，如 \"租赁\"",
            Kind::Number => "数字，如 86.5",
            Kind::Boolean => "true 或 false",
            Kind::Date => "日期，如 \"2025-07-01\"",
            Kind::Time => "时间，如 \"09:30:00\"",
            Kind::DateTime => "日期和时间，如 \"2025-07-01T09:30:00\"",
            Kind::DaysAndTime => "天数，如 \"P20D\"",
            Kind::YearsAndMonths => "年月，如 \"P18Y\"",
        }
    }
}

/// The variables as FEEL sees them.
pub(crate) fn context(vars: &Map<String, Value>) -> Result<FeelContext, RuleError> {
    let mut context = FeelContext::default();
    for (name, value) in vars {
        context.set_entry(&Name::from(name.as_str()), to_feel(name, value, 0)?);
    }
    Ok(context)
}

pub(crate) fn to_feel(name: &str, value: &Value, depth: usize) -> Result<Feel, RuleError> {
    let no = |reason: &str| RuleError::Value { name: name.to_owned(), reason: reason.to_owned() };
    if depth > MAX_NESTING {
        return Err(no("嵌套太深，请放平"));
    }
    Ok(match value {
        Value::Null => Feel::Null(None),
        Value::Bool(b) => Feel::Boolean(*b),
        Value::String(text) => Feel::String(text.clone()),
        Value::Number(number) => Feel::Number(FeelNumber::from_str(&number.to_string()).map_err(|_| no("请给数字，如 86.5"))?),
        Value::Array(values) => Feel::List(values.iter().map(|value| to_feel(name, value, depth + 1)).collect::<Result<_, _>>()?),
        Value::Object(entries) => {
            let mut context = FeelContext::default();
            for (key, value) in entries {
                context.set_entry(&Name::from(key.as_str()), to_feel(name, value, depth + 1)?);
            }
            Feel::Context(context)
        }
    })
}

/// Levels of names the parser is told of. It writes out every path, bare and with each of its beginnings, which doubles
/// at each level; a path through more levels is not read as one and gives null with its reason.
const MAX_NAMED: usize = 6;

/// The names of variables, as the parser needs them; a list has the names of its first element.
pub(crate) fn named(vars: &Map<String, Value>) -> FeelContext {
    fn level(vars: &Map<String, Value>, depth: usize) -> FeelContext {
        let mut context = FeelContext::default();
        for (name, value) in vars {
            let mut inner = value;
            while let Value::Array(values) = inner
                && let Some(first) = values.first()
            {
                inner = first;
            }
            let name = Name::from(name.as_str());
            match inner {
                Value::Object(entries) if depth < MAX_NAMED => context.set_entry(&name, Feel::Context(level(entries, depth + 1))),
                _ => context.set_null(name),
            }
        }
        context
    }
    level(vars, 1)
}

/// A type as far as the parser is told of it.
pub(crate) fn named_type(feel: &FeelType) -> FeelType {
    fn level(feel: &FeelType, depth: usize) -> FeelType {
        match feel {
            FeelType::Context(entries) if depth < MAX_NAMED => {
                FeelType::Context(entries.iter().map(|(name, feel)| (name.clone(), level(feel, depth + 1))).collect())
            }
            FeelType::Context(_) => FeelType::Any,
            FeelType::List(items) => FeelType::List(Box::new(level(items, depth))),
            other => other.clone(),
        }
    }
    level(feel, 1)
}

/// The text of JSON as a value of the type; text where text or anything is wanted, `None` where it does not fit. A number
/// may be text too: a JSON number does not carry all digits.
pub(crate) fn xsd(feel: &FeelType, text: &str) -> Option<Feel> {
    match feel {
        FeelType::Number => FeelNumber::from_str(text.trim()).ok().map(Feel::Number),
        FeelType::Date => Feel::try_from_xsd_date(text).ok(),
        FeelType::Time => Feel::try_from_xsd_time(text).ok(),
        FeelType::DateTime => Feel::try_from_xsd_date_time(text).ok(),
        FeelType::DaysAndTimeDuration => {
            Feel::try_from_xsd_duration(text).ok().filter(|value| matches!(value, Feel::DaysAndTimeDuration(_)))
        }
        FeelType::YearsAndMonthsDuration => {
            Feel::try_from_xsd_duration(text).ok().filter(|value| matches!(value, Feel::YearsAndMonthsDuration(_)))
        }
        _ => Some(Feel::String(text.to_owned())),
    }
}

/// A time that is given, in Chinese time; refused where its zone cannot be turned into it.
pub(crate) fn in_china(name: &str, value: Feel) -> Result<Feel, RuleError> {
    match in_chinese_time(value) {
        Feel::Null(reason) => Err(RuleError::Value { name: name.to_owned(), reason: crate::error::because(reason) }),
        value => Ok(value),
    }
}

/// A variable of a declared type. `null` is of every type: nothing is known.
pub(crate) fn typed(name: &str, kind: Kind, value: &Value) -> Result<Feel, RuleError> {
    let feel = to_feel(name, value, 0)?;
    let no = || RuleError::Value { name: name.to_owned(), reason: wanted(kind, value) };
    match (kind, &feel) {
        (Kind::Any, _) | (_, Feel::Null(_)) => Ok(feel),
        (Kind::Number, Feel::String(text)) => xsd(&FeelType::Number, text).ok_or_else(no),
        (Kind::Text, Feel::String(_)) | (Kind::Number, Feel::Number(_)) | (Kind::Boolean, Feel::Boolean(_)) => Ok(feel),
        (Kind::Date, Feel::String(text)) => Feel::try_from_xsd_date(text).map_err(|_| no()),
        (Kind::Time, Feel::String(text)) => in_china(name, Feel::try_from_xsd_time(text).map_err(|_| no())?),
        (Kind::DateTime, Feel::String(text)) => in_china(name, Feel::try_from_xsd_date_time(text).map_err(|_| no())?),
        (Kind::DaysAndTime | Kind::YearsAndMonths, Feel::String(text)) => {
            Feel::try_from_xsd_duration(text).ok().filter(|value| is_of(kind, value)).ok_or_else(no)
        }
        _ => Err(no()),
    }
}

/// What is wanted where a value does not fit, and first that there is no such day, where it is written as one.
pub(crate) fn wanted(kind: Kind, value: &Value) -> String {
    let day = value.as_str().unwrap_or_default();
    let day = if kind == Kind::DateTime { day.split('T').next().unwrap_or_default() } else { day };
    let is_written = day.split('-').map(str::len).eq([4, 2, 2]) && day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match kind {
        Kind::Date | Kind::DateTime if is_written && Feel::try_from_xsd_date(day).is_err() => {
            format!("日历上没有 {day} 这一天，请给{}", kind.zh())
        }
        kind => format!("请给{}", kind.zh()),
    }
}

/// Whether a value has the type; null has every type.
pub(crate) fn is_of(kind: Kind, value: &Feel) -> bool {
    matches!(
        (kind, value),
        (Kind::Any, _)
            | (_, Feel::Null(_))
            | (Kind::Text, Feel::String(_))
            | (Kind::Number, Feel::Number(_))
            | (Kind::Boolean, Feel::Boolean(_))
            | (Kind::Date, Feel::Date(_))
            | (Kind::Time, Feel::Time(_))
            | (Kind::DateTime, Feel::DateTime(_))
            | (Kind::DaysAndTime, Feel::DaysAndTimeDuration(_))
            | (Kind::YearsAndMonths, Feel::YearsAndMonthsDuration(_))
    )
}

/// A value as FEEL writes it; a day before year 0 with a year of four digits, which it does not keep on its own.
/// Never in the words of the evaluator.
pub(crate) fn written(value: &Feel) -> String {
    match value {
        Feel::Null(_) => "null".to_owned(),
        Feel::List(values) => format!("[{}]", values.iter().map(written).collect::<Vec<_>>().join(", ")),
        Feel::Context(entries) => {
            let entry = |(name, value): (&Name, &Feel)| match name.is_empty() {
                true => format!("\"\": {}", written(value)),
                false => format!("{name}: {}", written(value)),
            };
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Feel::Range(start, from, end, to) => format!(
            "{}{}..{}{}",
            if from.closed() { '[' } else { '(' },
            if from.undefined() { String::new() } else { written(start) },
            if to.undefined() { String::new() } else { written(end) },
            if to.closed() { ']' } else { ')' },
        ),
        Feel::UnaryGreater(than) => format!("> {}", written(than)),
        Feel::UnaryGreaterOrEqual(than) => format!(">= {}", written(than)),
        Feel::UnaryLess(than) => format!("< {}", written(than)),
        Feel::UnaryLessOrEqual(than) => format!("<= {}", written(than)),
        Feel::UnaryEqual(with) => format!("= {}", written(with)),
        Feel::UnaryNotEqual(with) => format!("!= {}", written(with)),
        Feel::Transparent(value) => written(value),
        Feel::Boolean(_) | Feel::String(_) | Feel::Number(_) | Feel::Time(_) => value.to_string(),
        Feel::DaysAndTimeDuration(_) | Feel::YearsAndMonthsDuration(_) => value.to_string(),
        Feel::Date(_) | Feel::DateTime(_) => match dsntk_feel_evaluator::evaluate_string(value) {
            Feel::String(text) => text,
            _ => value.to_string(),
        },
        other => blame::kind(other).to_owned(),
    }
}

/// A value as it is shown beside a decision or a finding, `null` where it has none: a number that JSON would round is text,
/// which a number may be given as too.
pub(crate) fn shown(value: &Feel) -> Value {
    let exact = |number: &FeelNumber, shown: &Value| {
        shown.as_number().is_some_and(|shown| FeelNumber::from_str(&shown.to_string()).is_ok_and(|shown| shown == *number))
    };
    match (value, to_json(value).unwrap_or_default()) {
        (Feel::Number(number), json) if !exact(number, &json) => Value::String(number.to_string()),
        (Feel::List(values), _) => Value::Array(values.iter().map(shown).collect()),
        (Feel::Context(entries), _) => {
            Value::Object(entries.iter().map(|(name, value)| (name.as_str().to_owned(), shown(value))).collect())
        }
        (_, json) => json,
    }
}

/// A result as JSON. A null with a reason anywhere in it is a refusal.
pub(crate) fn to_json(value: &Feel) -> Result<Value, RuleError> {
    Ok(match value {
        Feel::Null(None) => Value::Null,
        Feel::Null(reason @ Some(_)) => return Err(RuleError::null(reason.clone())),
        Feel::Boolean(b) => Value::Bool(*b),
        Feel::String(text) => Value::String(text.clone()),
        Feel::Number(number) => {
            let text = number.to_string();
            // 86.50 is 86.5, and 12.0 is 12.
            let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            let exact = short.parse::<i64>().map(Value::from).ok();
            let near = || short.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number);
            exact.or_else(near).ok_or_else(|| RuleError::Null("数太大，JSON 写不下".to_owned()))?
        }
        Feel::Date(_) | Feel::DateTime(_) => Value::String(written(value)),
        Feel::Time(_) | Feel::DaysAndTimeDuration(_) | Feel::YearsAndMonthsDuration(_) => Value::String(value.to_string()),
        Feel::List(values) => Value::Array(values.iter().map(to_json).collect::<Result<_, _>>()?),
        Feel::Context(entries) => Value::Object(
            entries
                .iter()
                .map(|(name, value)| Ok((name.as_str().to_owned(), to_json(value)?)))
                .collect::<Result<_, RuleError>>()?,
        ),
        other => {
            return Err(RuleError::Null(format!("{}不能当作结果给出", blame::kind(other))));
        }
    })
}
