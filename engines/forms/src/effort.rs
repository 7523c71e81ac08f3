//! 核对要费的力 · how often a JSON Schema that names itself goes over the same part of a document. One that names itself twice
//! for the same items goes over them 2ⁿ times n levels down: that they fit is remembered, all that is wrong with them is not.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::expansion::References;

/// So many visits of subschemas to parts of a document are made, however many are the same.
const FREE: u64 = 200_000;
/// Beyond these, so many times the visits that differ.
const EACH: u64 = 8;
/// The most visits that are told apart.
const MOST_KNOWN: usize = 1_000_000;
/// The deepest nesting of visits that is followed.
const DEEPEST: usize = 2_000;

/// Whether telling all that is wrong with a document would go over the same parts of it again and again.
pub(crate) fn is_endless(schema: &Value, data: &Value) -> bool {
    let mut visits = Visits { references: References::of(schema), known: HashMap::new(), too_many: false };
    let all = visits.count(schema, data, 0);
    visits.too_many || all > FREE.max(EACH * visits.known.len() as u64)
}

struct Visits<'a> {
    references: References<'a>,
    /// The visits that each visit of a schema to a part of the document brings with it, itself counted.
    known: HashMap<(*const Value, *const Value), u64>,
    too_many: bool,
}

impl<'a> Visits<'a> {
    fn count(&mut self, schema: &'a Value, data: &'a Value, depth: usize) -> u64 {
        let Value::Object(keywords) = schema else { return 1 };
        let key = (std::ptr::from_ref(schema), std::ptr::from_ref(data));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        self.too_many |= depth > DEEPEST || self.known.len() >= MOST_KNOWN;
        if self.too_many {
            return 1;
        }
        // One that comes back to the same part is not gone into again there.
        self.known.insert(key, 1);
        let mut all = 1_u64;
        for (keyword, value) in keywords {
            for (schema, data) in self.brought(keywords, keyword, value, data) {
                all = all.saturating_add(self.count(schema, data, depth + 1));
            }
        }
        // Only one of the two is looked at.
        let mut branch = |keyword| keywords.get(keyword).map_or(0, |schema| self.count(schema, data, depth + 1));
        all = all.saturating_add(branch("then").max(branch("else")));
        self.known.insert(key, all);
        all
    }

    /// The schemas of a keyword with the parts they look at. Those of `if`, `not` and `contains` are only asked whether
    /// something fits, which is remembered.
    fn brought(
        &self,
        keywords: &'a Map<String, Value>,
        keyword: &str,
        value: &'a Value,
        data: &'a Value,
    ) -> Vec<(&'a Value, &'a Value)> {
        let listed = |keyword| keywords.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
        match (keyword, value, data) {
            ("$ref" | "$dynamicRef", Value::String(reference), _) => {
                self.references.named(reference).into_iter().map(|schema| (schema, data)).collect()
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas), _) => schemas.iter().map(|schema| (schema, data)).collect(),
            ("dependentSchemas", Value::Object(schemas), Value::Object(entries)) => {
                schemas.iter().filter(|(key, _)| entries.contains_key(*key)).map(|(_, schema)| (schema, data)).collect()
            }
            ("properties", Value::Object(schemas), Value::Object(entries)) => {
                schemas.iter().filter_map(|(key, schema)| Some((schema, entries.get(key)?))).collect()
            }
            // Which keys a pattern fits is not asked: it may be any.
            ("patternProperties", Value::Object(schemas), Value::Object(entries)) => {
                schemas.values().flat_map(|schema| entries.values().map(move |entry| (schema, entry))).collect()
            }
            ("additionalProperties" | "unevaluatedProperties", schema, Value::Object(entries)) => {
                let is_named = |key: &String| keywords.get("properties").is_some_and(|named| named.get(key).is_some());
                entries.iter().filter(|(key, _)| !is_named(key)).map(|(_, entry)| (schema, entry)).collect()
            }
            ("prefixItems", Value::Array(schemas), Value::Array(items)) => schemas.iter().zip(items).collect(),
            ("items" | "unevaluatedItems", schema, Value::Array(items)) => {
                items.iter().skip(listed("prefixItems")).map(|item| (schema, item)).collect()
            }
            _ => Vec::new(),
        }
    }
}
