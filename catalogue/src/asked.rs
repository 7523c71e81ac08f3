//! 问事实 · what a decision table asks, as fields of a page, and what was filled in as its values again. Whoever lets a table decide on a page
//! asks here: whether a matter fits, which tier facts belong to.

use forms::{Decimal, FieldError};
use foundation::held::Entered;
use foundation::page::fields::{Filled, field_error};
use rules::{Input, Kind, Table};
use serde_json::{Map, Value};

/// Characters of the longest text that is a fact.
const LONGEST: usize = 200;

/// A value as it reads.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "是".into(),
        Value::Bool(false) => "否".into(),
        other => other.to_string(),
    }
}

/// The values of a question as words, with what is sent for each.
fn choices(input: &Input) -> Vec<(String, String)> {
    match input.kind {
        Kind::Boolean => vec![("yes".into(), "是".into()), ("no".into(), "否".into())],
        _ => input.allowed.iter().map(|value| (plain(value), plain(value))).collect(),
    }
}

/// The questions of a table as fields, each under its key.
pub fn fields(filled: &Filled, table: &Table, key: fn(&str) -> String) -> Vec<String> {
    table.inputs().iter().map(|input| field(filled, input, &key(&input.name))).collect()
}

fn field(filled: &Filled, input: &Input, key: &str) -> String {
    let choices = choices(input);
    let options: Vec<(&str, &str)> = choices.iter().map(|(value, text)| (value.as_str(), text.as_str())).collect();
    match (options.is_empty(), input.kind) {
        (false, _) => filled.choice(key, &input.label, "radio", &options),
        (true, Kind::Number) => filled.input(key, &input.label, "", "text", "inputmode=\"decimal\" maxlength=\"20\""),
        (true, Kind::Date) => filled.input(key, &input.label, "按 2012-06-30 这样写", "text", "inputmode=\"numeric\""),
        (true, _) => filled.input(key, &input.label, "", "text", "maxlength=\"200\""),
    }
}

fn value(input: &Input, text: &str) -> Option<Value> {
    let text = text.trim();
    match (input.allowed.as_slice(), input.kind) {
        (_, Kind::Boolean) => match text {
            "yes" => Some(true.into()),
            "no" => Some(false.into()),
            _ => None,
        },
        ([], Kind::Number) => {
            forms::text::fold_digits(text).replace([',', '，'], "").parse::<Decimal>().ok().map(Decimal::to_json)
        }
        ([], Kind::Date) => Some(forms::text::read_date(text)?.to_string().into()),
        ([], _) => (!text.is_empty() && text.chars().count() <= LONGEST).then(|| forms::text::fold_text(text).into()),
        (allowed, _) => allowed.iter().find(|value| plain(value) == text).cloned(),
    }
}

/// Reads the answers; says of each question that is open or cannot be read.
pub fn read(entered: &Entered, table: &Table, key: fn(&str) -> String) -> Result<Map<String, Value>, Vec<FieldError>> {
    let (mut values, mut errors) = (Map::new(), Vec::new());
    for input in table.inputs() {
        let key = key(&input.name);
        let text = entered.get(&key).and_then(|v| v.last()).map_or("", String::as_str);
        match value(&input, text) {
            Some(value) => drop(values.insert(input.name.clone(), value)),
            None => {
                let zh = match (choices(&input).is_empty(), input.kind) {
                    (false, _) => format!("请选“{}”", input.label),
                    (true, Kind::Number) => format!("“{}”请写成数字，例如 1200.50", input.label),
                    (true, Kind::Date) => format!("“{}”请按 2012-06-30 这样写", input.label),
                    (true, _) => format!("请填“{}”", input.label),
                };
                let en = format!("Please answer “{}”", input.label);
                errors.push(field_error(&key, &input.label, &zh, &en));
            }
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

/// The answers with their headings, as they read.
pub fn told(table: &Table, values: &Map<String, Value>) -> Vec<(String, String)> {
    let told = |input: Input| Some((input.label, plain(values.get(&input.name)?)));
    table.inputs().into_iter().filter_map(told).collect()
}
