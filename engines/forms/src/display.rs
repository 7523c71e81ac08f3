//! 核对 · an answer as the applicant checks it and the officer reads it (B4.1).

use chrono::Datelike;
use serde_json::Value;

use crate::definition::{Field, Form, Kind};
use crate::reading::plain;
use crate::text::read_date;

impl Form {
    /// An answer in words: the label of an option, a date written out, a number with its unit. What was entered and
    /// still needs mending is shown as entered; nothing is 未填.
    pub fn display(&self, field: &Field, value: &Value) -> String {
        field.display(value)
    }
}

impl Field {
    /// See [`Form::display`].
    pub fn display(&self, value: &Value) -> String {
        match (self.kind, value) {
            (_, Value::Null) => "未填".to_owned(),
            (Kind::Choices, Value::Array(chosen)) if chosen.is_empty() => "未选".to_owned(),
            (Kind::Choices, Value::Array(chosen)) => chosen.iter().map(|value| self.option(value)).collect::<Vec<_>>().join("、"),
            (Kind::Choice, Value::String(_)) => self.option(value),
            (Kind::Declaration, Value::Bool(true)) => "已阅读并勾选".to_owned(),
            (Kind::Declaration, Value::Bool(false)) => "未勾选".to_owned(),
            (_, Value::Bool(true)) => "是".to_owned(),
            (_, Value::Bool(false)) => "否".to_owned(),
            (Kind::Date, Value::String(text)) => match read_date(text) {
                Some(day) => format!("{} 年 {} 月 {} 日", day.year(), day.month(), day.day()),
                None => text.clone(),
            },
            (Kind::Money, Value::Number(number)) => {
                let amount = number.as_f64().unwrap_or_default();
                format!("{} 元", thousands(&format!("{amount:.*}", self.decimals as usize)))
            }
            (Kind::Number, Value::Number(number)) => {
                let amount = number.as_f64().map(plain).unwrap_or_else(|| number.to_string());
                match &self.unit {
                    Some(unit) => format!("{amount} {unit}"),
                    None => amount,
                }
            }
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }

    fn option(&self, value: &Value) -> String {
        let value = value.as_str().unwrap_or_default();
        let known = self.options.iter().find(|option| option.value == value);
        known.map_or_else(|| value.to_owned(), |option| option.label.clone())
    }
}

fn thousands(amount: &str) -> String {
    let (sign, amount) = amount.strip_prefix('-').map_or(("", amount), |rest| ("-", rest));
    let (whole, fraction) = amount.split_once('.').map_or((amount, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}
