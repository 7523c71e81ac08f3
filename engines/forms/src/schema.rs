//! JSON Schema (draft 2020-12) of a form's answers, for those who send them by interface. Its formats are those of
//! [`formats`](crate::formats); what a schema cannot say, such as a bound of today, the check of the form adds.

use serde_json::{Map, Value, json};

use crate::definition::{Condition, Field, Kind, Step};

/// A field of the form with the condition of its step.
type Asked<'a> = (&'a Field, Option<&'a Condition>);

pub(crate) fn of(key: &str, title: &str, steps: &[Step]) -> Value {
    let fields: Vec<Asked> = steps.iter().flat_map(|step| step.fields.iter().map(|field| (field, step.when.as_ref()))).collect();
    let mut rules = Vec::new();
    let mut always = Vec::new();
    for asked in fields.iter().filter(|(field, _)| field.required) {
        match conditions(*asked, &fields) {
            all if all.is_empty() => always.push(asked.0.key.as_str()),
            all => rules.push(json!({ "if": every(all), "then": { "required": [asked.0.key] } })),
        }
    }
    for (group, _) in fields.iter().filter(|(field, _)| field.kind == Kind::Group) {
        rules.extend(rules_of_rows(group, &fields));
    }
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:form:{key}"),
        "title": title,
        "type": "object",
        "properties": properties(fields.iter().map(|(field, _)| *field)),
        "required": always,
        "additionalProperties": false,
    });
    if !rules.is_empty() {
        schema["allOf"] = Value::Array(rules);
    }
    schema
}

fn properties<'a>(fields: impl Iterator<Item = &'a Field>) -> Map<String, Value> {
    fields.map(|field| (field.key.clone(), property(field))).collect()
}

fn every(mut all: Vec<Value>) -> Value {
    if all.len() == 1 { all.swap_remove(0) } else { json!({ "allOf": all }) }
}

/// All that must hold for a field to be asked: its condition, that of its step, and those of the fields they look at.
fn conditions((field, step): Asked, fields: &[Asked]) -> Vec<Value> {
    field.when.iter().chain(step).flat_map(|when| looks_at(when, fields)).collect()
}

fn looks_at(when: &Condition, fields: &[Asked]) -> Vec<Value> {
    let Some(on) = fields.iter().find(|(field, _)| field.key == when.field) else { return Vec::new() };
    let mut all = vec![holds(when, on.0)];
    all.extend(conditions(*on, fields));
    all
}

fn holds(when: &Condition, on: &Field) -> Value {
    let matches = match on.kind {
        Kind::Choices => json!({ "contains": { "enum": when.is } }),
        _ => json!({ "enum": when.is }),
    };
    json!({ "required": [when.field], "properties": { &when.field: matches } })
}

/// What must be answered in each row under conditions: of the same row, of the form, or of both.
fn rules_of_rows(group: &Field, fields: &[Asked]) -> Vec<Value> {
    let mut rules = Vec::new();
    for inner in group.fields.iter().filter(|inner| inner.required) {
        let (mut in_row, mut in_form) = (Vec::new(), Vec::new());
        let mut next = inner.when.as_ref();
        while let Some(when) = next {
            let sibling = group.fields.iter().find(|other| other.key == when.field);
            match sibling {
                Some(sibling) => in_row.push(holds(when, sibling)),
                None => in_form.extend(looks_at(when, fields)),
            }
            next = sibling.and_then(|sibling| sibling.when.as_ref());
        }
        if in_row.is_empty() && in_form.is_empty() {
            continue;
        }
        let answered = json!({ "required": [inner.key] });
        let each = if in_row.is_empty() { answered } else { json!({ "if": every(in_row), "then": answered }) };
        let rows = json!({ "properties": { &group.key: { "items": each } } });
        rules.push(if in_form.is_empty() { rows } else { json!({ "if": every(in_form), "then": rows }) });
    }
    rules
}

fn property(field: &Field) -> Value {
    let mut property = match field.kind {
        Kind::Text | Kind::Textarea | Kind::Address => {
            json!({ "type": "string", "minLength": 1, "maxLength": field.max_length })
        }
        Kind::Name => json!({ "type": "string", "format": "cn-name", "minLength": 1, "maxLength": field.max_length }),
        Kind::Email => {
            json!({ "type": "string", "maxLength": field.max_length, "pattern": "^[^@\\s]+@[^@\\s]+$" })
        }
        Kind::Mobile => json!({ "type": "string", "format": "cn-mobile", "pattern": "^1[3-9][0-9]{9}$" }),
        Kind::Phone => json!({ "type": "string", "format": "cn-phone", "pattern": "^[+]?[0-9-]{5,24}$" }),
        Kind::ResidentId => json!({ "type": "string", "format": "cn-resident-id", "pattern": "^[0-9]{17}[0-9X]$" }),
        Kind::Uscc => json!({ "type": "string", "format": "cn-uscc", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$" }),
        Kind::Date => {
            json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
        }
        Kind::Region => json!({ "type": "string", "format": "cn-region", "pattern": "^[0-9]{6}$" }),
        Kind::Number => {
            let mut number = json!({ "type": if field.decimals == 0 { "integer" } else { "number" } });
            for (keyword, bound) in [("minimum", field.min), ("maximum", field.max)] {
                if let Some(bound) = bound {
                    number[keyword] = bound.to_json();
                }
            }
            number
        }
        Kind::Money => {
            let fraction = if field.decimals == 0 { String::new() } else { format!("[.][0-9]{{{}}}", field.decimals) };
            let mut money = json!({ "type": "string", "pattern": format!("^-?(0|[1-9][0-9]{{0,14}}){fraction}$") });
            if field.decimals == 2 {
                money["format"] = json!("amount");
            }
            for (keyword, bound) in [("amountMinimum", field.min), ("amountMaximum", field.max)] {
                if let Some(bound) = bound {
                    money[keyword] = json!(bound.fixed(field.decimals));
                }
            }
            money
        }
        Kind::Group => {
            let (least, most) = field.row_limits();
            let always = |inner: &&Field| inner.required && inner.when.is_none();
            json!({
                "type": "array", "minItems": least, "maxItems": most,
                "items": {
                    "type": "object",
                    "properties": properties(field.fields.iter()),
                    "required": field.fields.iter().filter(always).map(|inner| inner.key.as_str()).collect::<Vec<_>>(),
                    "additionalProperties": false,
                },
            })
        }
        Kind::Choice => json!({ "type": "string", "enum": values(field) }),
        Kind::Choices => {
            let least = field.min.map_or(usize::from(field.required), |min| min.count());
            let mut list = json!({
                "type": "array", "uniqueItems": true, "minItems": least, "items": { "type": "string", "enum": values(field) },
            });
            if let Some(most) = field.max {
                list["maxItems"] = json!(most.count());
            }
            if field.options.iter().any(|option| option.value == crate::Choice::NONE) {
                list["if"] = json!({ "contains": { "const": crate::Choice::NONE } });
                list["then"] = json!({ "maxItems": 1 });
            }
            list
        }
        Kind::YesNo => json!({ "type": "boolean" }),
        Kind::Declaration => json!({ "const": true }),
    };
    property["title"] = json!(field.label);
    if let Some(hint) = &field.hint {
        property["description"] = json!(hint);
    }
    if let Some(example) = &field.example
        && property["type"] == "string"
        && !matches!(field.kind, Kind::Choice | Kind::Region)
    {
        property["examples"] = json!([match (field.kind, example.parse::<crate::Decimal>()) {
            (Kind::Money, Ok(amount)) => amount.fixed(field.decimals),
            _ => example.clone(),
        }]);
    }
    property
}

fn values(field: &Field) -> Vec<&str> {
    field.options.iter().map(|option| option.value.as_str()).collect()
}
