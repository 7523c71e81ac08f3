//! 规范版本 · in which words a JSON Schema is written. One of another draft would be read by rules that are not its own, and a
//! format nobody knows would check nothing while all believe that it does: both are refused when the schema is compiled, with
//! their place. That is what the vocabulary Format-Assertion asks (JSON Schema Validation 2020-12, 7.2.3).

use serde_json::Value;

use crate::formats::{FORMATS, SchemaError};

/// The only draft.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The formats of the standard that are checked. Those of internationalised host names and mailboxes are not.
const STANDARD: [&str; 17] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// What a keyword holds: a schema, a list of them, or schemas by name. What others hold, such as the values of `enum`, is data.
enum Holds {
    One,
    List,
    Named,
    Data,
}

fn holds(keyword: &str) -> Holds {
    match keyword {
        "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "items"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Holds::One,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Holds::List,
        "$defs" | "definitions" | "dependentSchemas" | "patternProperties" | "properties" => Holds::Named,
        _ => Holds::Data,
    }
}

/// Whether a schema, with all within it, is of our draft and names only formats that are checked. A schema has been measured
/// before, so it is no deeper than the stack.
pub(crate) fn is_ours(schema: &Value) -> Result<(), SchemaError> {
    look(schema, &mut String::new())
}

fn look(schema: &Value, place: &mut String) -> Result<(), SchemaError> {
    let Value::Object(keywords) = schema else { return Ok(()) };
    for (keyword, value) in keywords {
        within(place, keyword, |place| match (holds(keyword), value) {
            (Holds::One, schema) => look(schema, place),
            (Holds::List, Value::Array(schemas)) => schemas
                .iter()
                .enumerate()
                .try_for_each(|(at, schema)| within(place, &at.to_string(), |place| look(schema, place))),
            (Holds::Named, Value::Object(schemas)) => {
                schemas.iter().try_for_each(|(name, schema)| within(place, name, |place| look(schema, place)))
            }
            _ => match (keyword.as_str(), value.as_str()) {
                ("$schema", Some(draft)) if draft.trim_end_matches('#') != DRAFT => Err(other_draft(place, draft)),
                ("format", Some(format)) if !is_known(format) => Err(unknown_format(place, format)),
                _ => Ok(()),
            },
        })?;
    }
    Ok(())
}

/// One step further down in the pointer, and back.
fn within<T>(place: &mut String, step: &str, look: impl FnOnce(&mut String) -> T) -> T {
    let here = place.len();
    place.push('/');
    place.push_str(&step.replace('~', "~0").replace('/', "~1"));
    let seen = look(place);
    place.truncate(here);
    seen
}

fn is_known(format: &str) -> bool {
    STANDARD.contains(&format) || FORMATS.iter().any(|(name, _)| *name == format)
}

fn other_draft(place: &str, draft: &str) -> SchemaError {
    let draft = crate::formats::cut(draft);
    SchemaError {
        place: place.to_owned(),
        zh: format!("“{draft}”是另一种规范，这里只认 2020-12；请按 2020-12 改写，把 $schema 写成 {DRAFT}，或者不写 $schema"),
        en: format!(
            "“{draft}” is another dialect and only 2020-12 is read; rewrite it by 2020-12 with $schema {DRAFT}, or without"
        ),
    }
}

fn unknown_format(place: &str, format: &str) -> SchemaError {
    let ours: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
    let standard: Vec<&str> = STANDARD.into_iter().filter(|name| !ours.contains(name)).collect();
    let all = format!("{}、{}", ours.join("、"), standard.join("、"));
    let format = crate::formats::cut(format);
    SchemaError {
        place: place.to_owned(),
        zh: format!("不认识格式“{format}”，写了也不会核对；请改成 {all} 中的一种，或者删去 format，用 pattern 写明"),
        en: format!(
            "the format “{format}” is not known and nothing would be checked; write one of {}, or remove it and give a pattern",
            all.replace('、', ", ")
        ),
    }
}
