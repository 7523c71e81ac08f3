//! 核对 · an answer as the applicant checks it and the officer reads it (B4.1).

use chrono::Datelike;
use serde_json::Value;

use crate::decimal::{Decimal, thousands};
use crate::definition::{Field, Form, Kind};
use crate::regions::Region;
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
            (Kind::Number | Kind::Money, Value::Number(_) | Value::String(_)) => match Decimal::from_json(value) {
                Some(amount) if self.kind == Kind::Money => {
                    format!("{} {}", thousands(&amount.fixed(self.decimals)), self.unit_word().unwrap_or_default())
                }
                Some(amount) => match &self.unit {
                    Some(unit) => format!("{amount} {unit}"),
                    None => amount.to_string(),
                },
                None => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            },
            (Kind::Region, Value::String(code)) => Region::find(code).map_or_else(|| code.clone(), |region| region.full_name()),
            (Kind::Group, Value::Array(rows)) => {
                let row = |(at, row): (usize, &Value)| format!("{}. {}", at + 1, self.display_row(row));
                rows.iter().enumerate().map(row).collect::<Vec<_>>().join("；")
            }
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }

    /// One row of a group in words: each field answered, with its label.
    pub fn display_row(&self, row: &Value) -> String {
        let answered =
            |field: &Field| Some(format!("{}：{}", field.label, field.display(row.get(&field.key).filter(|v| !v.is_null())?)));
        self.fields.iter().filter_map(answered).collect::<Vec<_>>().join("，")
    }

    fn option(&self, value: &Value) -> String {
        let value = value.as_str().unwrap_or_default();
        let known = self.options.iter().find(|option| option.value == value);
        known.map_or_else(|| value.to_owned(), |option| option.label.clone())
    }
}
