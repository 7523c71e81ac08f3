//! 展开 · how large a JSON Schema is once its references are written out. A schema of forty definitions, each naming the next
//! twice, is two kilobytes long and 2⁴⁰ subschemas large: it is refused before it is compiled.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// The most subschemas, those that references name counted each time.
const MOST: u64 = 100_000;
/// The most anchors and bases looked at for all references together.
const MOST_LOOKS: u64 = 100 * MOST;
/// The deepest chain of subschemas and references; compiling recurses through it.
const DEEPEST: usize = 500;

/// Whether a schema names itself; or why it is too large written out and what to do, in Chinese and in English.
pub(crate) fn names_itself(schema: &Value) -> Result<bool, (String, String)> {
    let references = References::of(schema);
    let mut written = Written { references, sizes: HashMap::new(), left: MOST_LOOKS, too_deep: false, names_itself: false };
    let size = written.size(schema, 0);
    if written.too_deep {
        return Err((
            format!("$ref 一个接一个超过 {DEEPEST} 层，请缩短"),
            format!("$ref follows $ref more than {DEEPEST} deep; shorten the chain"),
        ));
    }
    if size > MOST {
        return Err((
            format!("$ref 展开后超过 {MOST} 处，请减少 allOf、anyOf、oneOf 里对同一处的重复引用"),
            format!("written out, $ref makes more than {MOST} parts; name the same part less often in allOf, anyOf and oneOf"),
        ));
    }
    Ok(written.names_itself)
}

/// What the references of a schema may name.
pub(crate) struct References<'a> {
    anchors: Vec<(&'a str, &'a Value)>,
    /// The whole, and every part with an `$id` of its own.
    bases: Vec<(&'a str, &'a Value)>,
}

impl<'a> References<'a> {
    pub(crate) fn of(schema: &'a Value) -> References<'a> {
        let mut references = References { anchors: Vec::new(), bases: Vec::new() };
        if schema.get("$id").is_none_or(|id| !id.is_string()) {
            references.bases.push(("", schema));
        }
        references.gather(schema);
        references
    }

    fn gather(&mut self, node: &'a Value) {
        let inner: Vec<&'a Value> = match node {
            Value::Object(entries) => {
                for (key, value) in entries {
                    match (key.as_str(), value.as_str()) {
                        ("$anchor" | "$dynamicAnchor", Some(name)) => self.anchors.push((name, node)),
                        ("$id", Some(name)) => self.bases.push((name.trim_end_matches('#'), node)),
                        _ => {}
                    }
                }
                entries.values().collect()
            }
            Value::Array(items) => items.iter().collect(),
            _ => return,
        };
        inner.into_iter().for_each(|inner| self.gather(inner));
    }

    /// How many are looked at for a reference.
    fn looks(&self) -> u64 {
        (self.anchors.len() + self.bases.len()) as u64
    }

    /// What a reference may name. Where a base is not certain, all that could be meant are counted.
    pub(crate) fn named(&self, reference: &str) -> Vec<&'a Value> {
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = decoded(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchors.iter().filter(|(name, _)| *name == fragment).map(|(_, node)| *node).collect();
        }
        let meant = |id: &str| base.is_empty() || !id.is_empty() && (id.ends_with(base) || base.ends_with(id));
        self.bases.iter().filter(|(id, _)| meant(id)).filter_map(|(_, node)| node.pointer(&fragment)).collect()
    }
}

/// The keywords whose schemas look at the same place of the data as the schema they stand in.
const IN_PLACE: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

impl<'a> References<'a> {
    /// The parts that come back to themselves without going on in the data: what they ask is never told. A schema has been
    /// measured before, so the way is no deeper than the stack.
    pub(crate) fn circular(&self, schema: &'a Value) -> HashSet<*const Value> {
        let mut found = HashSet::new();
        let (mut open, mut known) = (vec![schema], HashMap::new());
        while let Some(node) = open.pop() {
            self.go_round(node, &mut known, &mut found);
            match node {
                Value::Object(entries) => open.extend(entries.values()),
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        found
    }

    /// `known` tells whether a part is done with; it is not while what it names is looked at.
    fn go_round(&self, node: &'a Value, known: &mut HashMap<*const Value, bool>, found: &mut HashSet<*const Value>) {
        let key = std::ptr::from_ref(node);
        match known.get(&key) {
            Some(true) => return,
            Some(false) => {
                found.insert(key);
                return;
            }
            None => {}
        }
        let Value::Object(entries) = node else { return };
        known.insert(key, false);
        for (keyword, value) in entries {
            match (keyword.as_str(), value) {
                ("$ref", Value::String(reference)) => {
                    if let [one] = self.named(reference)[..] {
                        self.go_round(one, known, found);
                    }
                }
                (word, Value::Array(inner)) if IN_PLACE.contains(&word) => {
                    inner.iter().for_each(|inner| self.go_round(inner, known, found));
                }
                (word, inner) if IN_PLACE.contains(&word) => self.go_round(inner, known, found),
                _ => {}
            }
        }
        known.insert(key, true);
    }
}

struct Written<'a> {
    references: References<'a>,
    /// How large each is; none yet for what is being measured.
    sizes: HashMap<*const Value, Option<u64>>,
    /// Anchors and bases that may still be looked at; when they are used up, the schema is too large.
    left: u64,
    too_deep: bool,
    names_itself: bool,
}

impl<'a> Written<'a> {
    /// Each subschema is measured once; one that refers to itself counts as one there, for it is compiled once.
    fn size(&mut self, node: &'a Value, depth: usize) -> u64 {
        if depth > DEEPEST {
            self.too_deep = true;
            return 1;
        }
        let key = std::ptr::from_ref(node);
        if let Some(known) = self.sizes.get(&key) {
            self.names_itself |= known.is_none();
            return known.unwrap_or(1);
        }
        let mut size = 0_u64;
        match node {
            Value::Object(entries) => {
                self.sizes.insert(key, None);
                size = 1;
                for (key, value) in entries {
                    let named = match (key.as_str(), value.as_str()) {
                        ("$ref" | "$dynamicRef" | "$recursiveRef", Some(reference)) => {
                            let looks = 1 + self.references.looks();
                            let Some(left) = self.left.checked_sub(looks) else { return MOST + 1 };
                            self.left = left;
                            self.references.named(reference)
                        }
                        _ => vec![value],
                    };
                    for inner in named {
                        size = size.saturating_add(self.size(inner, depth + 1));
                    }
                }
            }
            Value::Array(items) => {
                for inner in items {
                    size = size.saturating_add(self.size(inner, depth + 1));
                }
            }
            _ => return 0,
        }
        self.sizes.insert(key, Some(size));
        size
    }
}

/// `%24defs` as `$defs`.
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        match (*first, after.get(..2).and_then(hex)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
