//! 规范版本 · in which words a JSON Schema is written. One of another draft would be read by rules that are not its own, and a
//! format nobody knows would check nothing while all believe that it does: both are refused when the schema is compiled, with
//! their place. That is what the vocabulary Format-Assertion asks (JSON Schema Validation 2020-12, 7.2.3). So are a type that
//! is none, a reference that leads nowhere and a pattern that cannot be run. All of them are told at once.

use std::collections::HashSet;

use serde_json::Value;

use crate::expansion::References;
use crate::formats::{FORMATS, SchemaFault};

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

/// The types of JSON.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];

/// Nobody mends more at once.
const MOST_TOLD: usize = 100;

/// What of a schema, with all within it, is not of our draft, names a format that is not checked, a type that is none or a
/// place that is not there, or is a pattern that cannot be run: each with its place. `pattern` tells whether one can. A schema
/// has been measured before, so it is no deeper than the stack.
pub(crate) fn faults(schema: &Value, pattern: &dyn Fn(&str) -> bool) -> Vec<SchemaFault> {
    let references = References::of(schema);
    let circular = references.circular(schema);
    let mut look = Look { references, circular, pattern, found: Vec::new() };
    look.schema(schema, &mut String::new());
    look.found
}

/// The keyword that the compiled schema has beside a format of ours: what is no text is told, where the standard would take a
/// number for good.
pub(crate) const AS_TEXT: &str = "writtenAsText";

/// The schema with that keyword.
pub(crate) fn with_texts(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let inside = |(keyword, value): (&String, &Value)| {
        let value = match (holds(keyword), value) {
            (Holds::One, schema) => with_texts(schema),
            (Holds::List, Value::Array(schemas)) => schemas.iter().map(with_texts).collect(),
            (Holds::Named, Value::Object(schemas)) => {
                schemas.iter().map(|(name, schema)| (name.clone(), with_texts(schema))).collect()
            }
            _ => value.clone(),
        };
        (keyword.clone(), value)
    };
    let mut keywords: serde_json::Map<String, Value> = keywords.iter().map(inside).collect();
    if keywords.get("format").and_then(Value::as_str).is_some_and(is_ours) && !keywords.contains_key("type") {
        keywords.insert(AS_TEXT.to_owned(), true.into());
    }
    Value::Object(keywords)
}

/// Whether a format is ours alone; the standard has `date` too, and says that a number passes it.
fn is_ours(format: &str) -> bool {
    format != "date" && FORMATS.iter().any(|(name, _)| *name == format)
}

struct Look<'a> {
    references: References<'a>,
    /// The parts that name themselves at the same place of the data.
    circular: HashSet<*const Value>,
    pattern: &'a dyn Fn(&str) -> bool,
    found: Vec<SchemaFault>,
}

impl Look<'_> {
    fn schema(&mut self, schema: &Value, place: &mut String) {
        let Value::Object(keywords) = schema else { return };
        if let Some(format) = keywords.get("format").and_then(Value::as_str).filter(|format| is_ours(format)) {
            self.found.extend(not_a_text(place, format, keywords));
        }
        if self.circular.contains(&std::ptr::from_ref(schema)) {
            self.found.push(goes_round(place));
        }
        for (keyword, value) in keywords {
            if self.found.len() >= MOST_TOLD {
                return;
            }
            within(place, keyword, |place| match (holds(keyword), value) {
                (Holds::One, schema) => self.schema(schema, place),
                (Holds::List, Value::Array(schemas)) => {
                    for (at, schema) in schemas.iter().enumerate() {
                        within(place, &at.to_string(), |place| self.schema(schema, place));
                    }
                }
                (Holds::Named, Value::Object(schemas)) => {
                    for (name, schema) in schemas {
                        within(place, name, |place| {
                            if keyword == "patternProperties" {
                                self.runs(place, name);
                            }
                            self.schema(schema, place);
                        });
                    }
                }
                _ => self.word(keyword, value, place),
            });
        }
    }

    /// A keyword that holds no schema.
    fn word(&mut self, keyword: &str, value: &Value, place: &str) {
        match (keyword, value) {
            ("$schema", Value::String(draft)) if draft.trim_end_matches('#') != DRAFT => {
                self.found.push(other_draft(place, draft));
            }
            ("format", Value::String(format)) if !is_known(format) => self.found.push(unknown_format(place, format)),
            ("type", Value::String(name)) if !TYPES.contains(&name.as_str()) => self.found.push(unknown_type(place, name)),
            ("type", Value::Array(names)) => {
                let unknown = names.iter().filter_map(Value::as_str).filter(|name| !TYPES.contains(name));
                self.found.extend(unknown.map(|name| unknown_type(place, name)));
            }
            ("pattern", Value::String(pattern)) => self.runs(place, pattern),
            ("$ref" | "$dynamicRef", Value::String(reference)) => self.leads(place, reference),
            _ => {}
        }
    }

    fn runs(&mut self, place: &str, pattern: &str) {
        if !(self.pattern)(pattern) {
            self.found.push(bad_pattern(place, pattern));
        }
    }

    fn leads(&mut self, place: &str, reference: &str) {
        if reference == DRAFT || reference.starts_with("https://json-schema.org/draft/2020-12/") {
            return;
        }
        if self.references.named(reference).is_empty() {
            self.found.push(leads_nowhere(place, reference));
        }
    }
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

fn fault(place: &str, zh: String, en: String) -> SchemaFault {
    SchemaFault { place: place.to_owned(), zh, en }
}

fn other_draft(place: &str, draft: &str) -> SchemaFault {
    let draft = crate::formats::cut(draft);
    let zh = format!("“{draft}”是另一种规范，这里只认 2020-12；请按 2020-12 改写，把 $schema 写成 {DRAFT}，或者不写 $schema");
    let en =
        format!("“{draft}” is another dialect and only 2020-12 is read; rewrite it by 2020-12 with $schema {DRAFT}, or without");
    fault(place, zh, en)
}

fn unknown_format(place: &str, format: &str) -> SchemaFault {
    // Their plain kin take what these are written as on the wire.
    let kin = match format {
        "idn-hostname" => Some(("hostname", "xn--fiqs8s.cn")),
        "idn-email" => Some(("email", "wangmin@xn--fiqs8s.cn")),
        _ => None,
    };
    if let Some((plain, example)) = kin {
        return fault(
            place,
            format!("格式“{format}”（带汉字等的写法）这里不核对；请改成 {plain}，数据里把域名写成 xn-- 开头的形式，如 {example}"),
            format!(
                "the format “{format}” is not checked here; write {plain}, and the domain in its xn-- form, such as {example}"
            ),
        );
    }
    let ours: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
    let standard: Vec<&str> = STANDARD.into_iter().filter(|name| !ours.contains(name)).collect();
    let all = format!("{}、{}", ours.join("、"), standard.join("、"));
    let format = crate::formats::cut(format);
    let zh = format!("不认识格式“{format}”，写了也不会核对；请改成 {all} 中的一种，或者删去 format，用 pattern 写明");
    let en = format!(
        "the format “{format}” is not known and nothing would be checked; write one of {}, or remove it and give a pattern",
        all.replace('、', ", ")
    );
    fault(place, zh, en)
}

/// What a schema asks of a text as though it were a number.
fn not_a_text(place: &str, format: &str, keywords: &serde_json::Map<String, Value>) -> Vec<SchemaFault> {
    let is_number = |name: &Value| matches!(name.as_str(), Some("number" | "integer"));
    let typed =
        keywords.get("type").filter(|kind| is_number(kind) || kind.as_array().is_some_and(|all| all.iter().any(is_number)));
    let typed = typed.map(|_| {
        let zh = format!("格式“{format}”的值要写成文字（加引号），数字会丢掉位数；请把 type 改成 string");
        let en = format!("a value of the format “{format}” is written as text, for a number loses digits; make its type string");
        fault(&format!("{place}/type"), zh, en)
    });
    let bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
    let bounds = bounds.into_iter().filter(|bound| keywords.contains_key(*bound)).map(|bound| {
        let (zh, en) = match format {
            "amount" => (
                "请改成 amountMinimum 或 amountMaximum，值写成 \"3.00\"",
                "write amountMinimum or amountMaximum, such as \"3.00\"",
            ),
            _ => ("请删去", "remove it"),
        };
        let said = format!("{bound} 只管数字，管不到格式“{format}”的文字；{zh}");
        fault(
            &format!("{place}/{bound}"),
            said,
            format!("{bound} bounds numbers only, not a text of the format “{format}”; {en}"),
        )
    });
    typed.into_iter().chain(bounds).collect()
}

fn goes_round(place: &str) -> SchemaFault {
    let zh = "$ref 绕一圈指回这里，什么也不会核对；请断开其中一处，让它指到写了规则的地方".to_owned();
    let en =
        "$ref leads back here in a circle and nothing would be checked; break the circle where it should name rules".to_owned();
    fault(place, zh, en)
}

fn unknown_type(place: &str, name: &str) -> SchemaFault {
    let name = crate::formats::cut(name);
    let zh = format!("没有“{name}”这种类型；请改成 {} 中的一种", TYPES.join("、"));
    fault(place, zh, format!("there is no type “{name}”; write one of {}", TYPES.join(", ")))
}

fn bad_pattern(place: &str, pattern: &str) -> SchemaFault {
    let shown = crate::formats::cut(pattern);
    if ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| pattern.contains(look)) {
        return fault(
            place,
            format!(
                "样式“{shown}”用了前后查看（(?=、(?!、(?<=、(?<!），这里不支持；请去掉它，要同时符合几种样式就在 allOf 里各写一个 pattern，不许的样式写成 not 里的 pattern"
            ),
            format!(
                "the pattern “{shown}” uses look-around ((?=, (?!, (?<=, (?<!), which is not supported; remove it: what must fit several patterns has one in each part of allOf, and what must not fit has one within not"
            ),
        );
    }
    let zh = format!("“{shown}”不是能用的正则表达式，或者展开后太大；请核对括号、反斜杠和重复次数，不能用 \\1 这样的回指");
    let en = format!(
        "“{shown}” is no regular expression that can be used, or too large written out; check its brackets, backslashes and repetitions; back references such as \\1 are not supported"
    );
    fault(place, zh, en)
}

fn leads_nowhere(place: &str, reference: &str) -> SchemaFault {
    let shown = crate::formats::cut(reference);
    if reference.starts_with('#') {
        return fault(
            place,
            format!("$ref“{shown}”指的地方这份规则里没有；请核对它，如 #/$defs/person，或者补上那一处"),
            format!("$ref “{shown}” leads to no place in this schema; check it, such as #/$defs/person, or add the place"),
        );
    }
    fault(
        place,
        format!("$ref“{shown}”指到这份规则之外；这里不上网取，请把那一份抄进 $defs，改成 #/$defs/名称"),
        format!(
            "$ref “{shown}” leads out of this schema, and nothing is fetched; copy what it names into $defs and write #/$defs/name"
        ),
    )
}
