//! JSON Schema (draft 2020-12) of a form's answers, for interfaces and for the check before submission.

use serde_json::{Map, Value, json};

use crate::definition::{Condition, Field, Kind, Step};

pub(crate) fn of(key: &str, title: &str, steps: &[Step]) -> Value {
    let fields: Vec<&Field> = steps.iter().flat_map(|step| &step.fields).collect();
    let properties: Map<String, Value> = fields.iter().map(|field| (field.key.clone(), property(field))).collect();
    let always: Vec<&str> =
        fields.iter().filter(|field| field.required && field.when.is_none()).map(|field| field.key.as_str()).collect();
    let sometimes: Vec<Value> = fields
        .iter()
        .filter(|field| field.required)
        .filter_map(|field| field.when.as_ref().map(|when| (field, when)))
        .map(|(field, when)| json!({ "if": asked(when, &fields), "then": { "required": [field.key] } }))
        .collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:form:{key}"),
        "title": title,
        "type": "object",
        "properties": properties,
        "required": always,
        "additionalProperties": false,
    });
    if !sometimes.is_empty() {
        schema["allOf"] = Value::Array(sometimes);
    }
    schema
}

/// True of answers under which the field is asked. The field looked at must itself have been asked.
fn asked(when: &Condition, fields: &[&Field]) -> Value {
    let on = fields.iter().find(|field| field.key == when.field);
    let matches = match on.map(|field| field.kind) {
        Some(Kind::Choices) => json!({ "contains": { "enum": when.is } }),
        _ => json!({ "enum": when.is }),
    };
    let mut here = json!({ "required": [when.field], "properties": {} });
    here["properties"][&when.field] = matches;
    match on.and_then(|field| field.when.as_ref()) {
        Some(earlier) => json!({ "allOf": [here, asked(earlier, fields)] }),
        None => here,
    }
}

fn property(field: &Field) -> Value {
    let mut property = match field.kind {
        Kind::Text | Kind::Textarea | Kind::Address | Kind::Name => {
            json!({ "type": "string", "minLength": 1, "maxLength": field.max_length })
        }
        Kind::Email => {
            json!({ "type": "string", "maxLength": field.max_length, "pattern": "^[^@\\s]+@[^@\\s]+$" })
        }
        Kind::Mobile => json!({ "type": "string", "pattern": "^1[3-9][0-9]{9}$" }),
        Kind::Phone => json!({ "type": "string", "pattern": "^[+]?[0-9-]{5,24}$" }),
        Kind::ResidentId => json!({ "type": "string", "pattern": "^[0-9]{17}[0-9X]$" }),
        Kind::Uscc => json!({ "type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$" }),
        Kind::Date => {
            json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
        }
        Kind::Number | Kind::Money => {
            let mut number = json!({ "type": if field.decimals == 0 { "integer" } else { "number" } });
            // A bound that is a whole number is written as one: 1, not 1.0.
            let bound = |value: f64| {
                if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
            };
            for (keyword, value) in [("minimum", field.min), ("maximum", field.max)] {
                if let Some(value) = value {
                    number[keyword] = bound(value);
                }
            }
            number
        }
        Kind::Choice => json!({ "type": "string", "enum": values(field) }),
        Kind::Choices => {
            let least = field.min.map_or(usize::from(field.required), |min| min as usize);
            let mut list = json!({
                "type": "array", "uniqueItems": true, "minItems": least, "items": { "type": "string", "enum": values(field) },
            });
            if let Some(most) = field.max {
                list["maxItems"] = json!(most as usize);
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
    {
        property["examples"] = json!([example]);
    }
    property
}

fn values(field: &Field) -> Vec<&str> {
    field.options.iter().map(|option| option.value.as_str()).collect()
}
