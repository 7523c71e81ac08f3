//! 类型 · the item definitions of a file: what a value must look like, and which values are allowed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope, FeelType, Name};
use roxmltree::Node;
use serde_json::Value;

use super::build::{File, Reader};
use crate::error::{cut, said};
use crate::table::{TESTED, no};
use crate::value::{in_china, to_feel, wanted, written, xsd};
use crate::xml::{child, children, inner_text, text_of};
use crate::{Kind, RuleError, blame};

/// The most parts of one type, types it refers to written out. A type that doubles at each reference would fill the memory.
const MAX_PARTS: usize = 1000;
/// The deepest type.
const MAX_DEPTH: usize = 12;

/// A type with the values it allows.
pub(crate) struct Type {
    pub(crate) feel: FeelType,
    shape: Shape,
    allowed: Option<Evaluator>,
    /// The allowed values as written.
    pub(crate) listed: Option<String>,
    parts: usize,
}

enum Shape {
    Plain,
    List(Arc<Type>),
    Context(Vec<(Name, Arc<Type>)>),
}

impl Type {
    fn plain(feel: FeelType) -> Type {
        Type { feel, shape: Shape::Plain, allowed: None, listed: None, parts: 1 }
    }

    /// The value made to fit, or null with the reason.
    pub(crate) fn fit(&self, value: Feel) -> Feel {
        let value = match (&self.shape, value) {
            (_, null @ Feel::Null(_)) => return null,
            (Shape::Plain, value) => value.coerced(&self.feel),
            (Shape::List(items), Feel::List(values)) => {
                let values: Vec<Feel> = values.into_iter().map(|value| items.fit(value)).collect();
                match values.iter().find(|value| matches!(value, Feel::Null(Some(_)))) {
                    Some(null) => null.clone(),
                    None => Feel::List(values),
                }
            }
            (Shape::List(items), single) => match items.fit(single) {
                null @ Feel::Null(_) => null,
                single => Feel::List(vec![single]),
            },
            (Shape::Context(entries), Feel::Context(given)) => {
                let mut fitted = FeelContext::default();
                for (name, entry) in entries {
                    match given.get_entry(name) {
                        Some(value) => fitted.set_entry(name, entry.fit(value.clone())),
                        None => return Feel::Null(Some(said(format!("缺“{name}”这一项")))),
                    }
                }
                Feel::Context(fitted)
            }
            (Shape::Context(_), Feel::List(mut values)) if values.len() == 1 => return self.fit(values.remove(0)),
            (Shape::Context(_), other) => Feel::Null(Some(said(format!("要的是一个对象，不是{}", blame::kind(&other))))),
        };
        match &self.allowed {
            Some(allowed) if !value.is_null() => {
                let mut context = FeelContext::default();
                context.set_entry(&Name::from(TESTED), value.clone());
                if allowed(&FeelScope::from(context)).is_true() {
                    value
                } else {
                    Feel::Null(Some(said(format!("值 {} 不在允许的值里", cut(written(&value))))))
                }
            }
            _ => value,
        }
    }

    /// A value from JSON, where dates are text.
    pub(crate) fn take(&self, name: &str, value: &Value) -> Result<Feel, RuleError> {
        let no = || RuleError::Value { name: name.to_owned(), reason: wanted(Kind::of_feel(&self.feel), value) };
        match (&self.shape, value) {
            (Shape::Plain, Value::String(text)) => in_china(name, xsd(&self.feel, text).ok_or_else(no)?),
            (Shape::List(items), Value::Array(values)) => {
                Ok(Feel::List(values.iter().map(|value| items.take(name, value)).collect::<Result<_, _>>()?))
            }
            (Shape::Context(entries), Value::Object(given)) => {
                let mut context = FeelContext::default();
                for (key, value) in given {
                    let key = Name::from(key.as_str());
                    let entry = entries.iter().find(|(name, _)| *name == key);
                    let value = match entry {
                        Some((_, entry)) => entry.take(name, value)?,
                        None => to_feel(name, value, 0)?,
                    };
                    context.set_entry(&key, value);
                }
                Ok(Feel::Context(context))
            }
            _ => to_feel(name, value, 0),
        }
    }
}

/// The types of all files, each made when it is first named.
#[derive(Default)]
pub(crate) struct Types {
    made: HashMap<(usize, String), Option<Arc<Type>>>,
    /// Names in allowed values that nothing gives a value, with the type they stand in.
    pub(super) unknown: Vec<(String, RuleError)>,
}

impl Types {
    /// The type a reference in a file names.
    pub(crate) fn named(&mut self, files: &[File], file: usize, type_ref: Option<&str>) -> Result<Arc<Type>, RuleError> {
        self.find(files, file, type_ref.unwrap_or("Any"), 0)
    }

    fn find(&mut self, files: &[File], file: usize, type_ref: &str, depth: usize) -> Result<Arc<Type>, RuleError> {
        let type_ref = type_ref.trim();
        if let Some(feel) = built_in(type_ref.rsplit_once(':').map_or(type_ref, |(_, name)| name)) {
            return Ok(Arc::new(Type::plain(feel)));
        }
        let local = |name: &str| children(files[file].root, "itemDefinition").find(|item| item.attribute("name") == Some(name));
        let short = type_ref.rsplit_once(':').map_or(type_ref, |(_, name)| name);
        if let Some(item) = local(type_ref).or_else(|| local(short)) {
            return self.make(files, file, item, type_ref, depth);
        }
        if let Some((import, rest)) = type_ref.split_once('.')
            && let Some(other) = files[file].imported(files, import)
        {
            return self.find(files, other, rest, depth + 1);
        }
        Err(no(&format!("类型“{type_ref}”"), "没有定义，请用 string、number、boolean、date 等，或写出 itemDefinition"))
    }

    fn make(&mut self, files: &[File], file: usize, item: Node, name: &str, depth: usize) -> Result<Arc<Type>, RuleError> {
        let key = (file, name.to_owned());
        match self.made.get(&key) {
            Some(Some(made)) => return Ok(made.clone()),
            Some(None) => return Err(no(&format!("类型“{name}”"), "引用了它自己，请拆开")),
            None => {}
        }
        self.made.insert(key.clone(), None);
        let made = Arc::new(self.item(files, file, item, depth)?);
        self.made.insert(key, Some(made.clone()));
        Ok(made)
    }

    fn item(&mut self, files: &[File], file: usize, item: Node, depth: usize) -> Result<Type, RuleError> {
        let name = item.attribute("name").unwrap_or_default();
        let place = format!("类型“{name}”");
        if depth > MAX_DEPTH {
            return Err(no(&place, format!("嵌套超过 {MAX_DEPTH} 层，请放平")));
        }
        let mut parts = 1;
        let components: Vec<Node> = children(item, "itemComponent").collect();
        let base = if let Some(function) = child(item, "functionItem") {
            let parameters = children(function, "parameters")
                .map(|parameter| {
                    Ok(self.find(files, file, parameter.attribute("typeRef").unwrap_or("Any"), depth + 1)?.feel.clone())
                })
                .collect::<Result<Vec<_>, RuleError>>()?;
            let result = self.find(files, file, function.attribute("outputTypeRef").unwrap_or("Any"), depth + 1)?;
            Type::plain(FeelType::Function(parameters, Box::new(result.feel.clone())))
        } else if components.is_empty() {
            let type_ref = child(item, "typeRef").map(text_of).unwrap_or_default();
            let found = self.find(files, file, if type_ref.is_empty() { "Any" } else { &type_ref }, depth + 1)?;
            parts += found.parts;
            match &found.shape {
                // An alias has the shape of what it names; its own allowed values come on top of those.
                Shape::Plain if found.allowed.is_none() => Type::plain(found.feel.clone()),
                _ => return self.over(found, item, &place, parts),
            }
        } else {
            let mut entries = Vec::new();
            let mut feel = BTreeMap::new();
            for component in components {
                let made = Arc::new(self.item(files, file, component, depth + 1)?);
                parts += made.parts;
                if parts > MAX_PARTS {
                    return Err(no(&place, format!("超过 {MAX_PARTS} 项，请拆开")));
                }
                let name = super::build::name(component.attribute("name").unwrap_or_default());
                feel.insert(name.clone(), made.feel.clone());
                entries.push((name, made));
            }
            Type { feel: FeelType::Context(feel), shape: Shape::Context(entries), allowed: None, listed: None, parts }
        };
        self.over(Arc::new(base), item, &place, parts)
    }

    /// What an item definition puts over its base: a collection of it, and the values allowed.
    fn over(&mut self, base: Arc<Type>, item: Node, place: &str, parts: usize) -> Result<Type, RuleError> {
        if parts > MAX_PARTS {
            return Err(no(place, format!("超过 {MAX_PARTS} 项，请拆开")));
        }
        let allowed = child(item, "allowedValues").or_else(|| child(item, "typeConstraint")).and_then(inner_text);
        let listed = allowed.clone().or_else(|| base.listed.clone());
        let mut tested = FeelContext::default();
        tested.set_null(Name::from(TESTED));
        let reader = Reader::new(FeelScope::from(tested));
        let allowed = allowed.map(|text| reader.test(&text, place)).transpose()?.flatten().map(|(test, _)| test);
        self.unknown.extend(reader.unknown_in(item.attribute("name").unwrap_or_default()));
        let is_collection = item.attribute("isCollection") == Some("true");
        let (feel, shape) = match (is_collection, &base.shape) {
            (true, _) => (FeelType::List(Box::new(base.feel.clone())), Shape::List(base)),
            (false, Shape::Plain) if base.allowed.is_none() => (base.feel.clone(), Shape::Plain),
            (false, Shape::Context(entries)) if base.allowed.is_none() => (base.feel.clone(), Shape::Context(entries.clone())),
            (false, Shape::List(items)) if base.allowed.is_none() => (base.feel.clone(), Shape::List(items.clone())),
            // Allowed values under allowed values: both hold.
            (false, _) => {
                let feel = base.feel.clone();
                let both: Evaluator = Box::new(move |scope: &FeelScope| {
                    let value = scope.get_value(&Name::from(TESTED)).unwrap_or(Feel::Null(None));
                    let inner = !base.fit(value).is_null();
                    Feel::Boolean(inner && allowed.as_ref().is_none_or(|allowed| allowed(scope).is_true()))
                });
                return Ok(Type { feel, shape: Shape::Plain, allowed: Some(both), listed, parts });
            }
        };
        Ok(Type { feel, shape, allowed, listed, parts })
    }
}

fn built_in(name: &str) -> Option<FeelType> {
    Some(match name {
        "" | "Any" | "function" => FeelType::Any,
        "context" => FeelType::Context(BTreeMap::new()),
        "list" => FeelType::List(Box::new(FeelType::Any)),
        "Null" => FeelType::Null,
        "string" => FeelType::String,
        "number" => FeelType::Number,
        "boolean" => FeelType::Boolean,
        "date" => FeelType::Date,
        "time" => FeelType::Time,
        "date and time" | "dateTime" => FeelType::DateTime,
        "days and time duration" | "dayTimeDuration" => FeelType::DaysAndTimeDuration,
        "years and months duration" | "yearMonthDuration" => FeelType::YearsAndMonthsDuration,
        _ => return None,
    })
}
