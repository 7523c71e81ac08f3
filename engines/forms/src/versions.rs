//! 换版 · two versions of one form compared, and answers carried from the old to the new (B6.1; F089). Nothing a person wrote
//! disappears silently: a report says what was kept, what moved, what was dropped and what is newly asked.

use std::collections::HashSet;
use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;

use crate::definition::{Field, Form, Kind, Step};
use crate::entry::{Read, read_again};
use crate::errors::{FieldError, Wrong, tell, tell_in_row};
use crate::reading::Answers;

/// What became of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Asked as before.
    Kept,
    /// Asked on another step or under another key.
    Moved,
    /// Asked in another way: another kind, other limits, other options, newly required.
    Changed,
    /// No longer asked.
    Dropped,
    /// Asked for the first time.
    New,
}

/// One field in two versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// What became of it.
    pub fate: Fate,
    /// Its label; the new one, if it is still asked.
    pub label: String,
    /// Its key in the old version; none if new.
    pub old: Option<String>,
    /// Its key in the new version; none if dropped.
    pub new: Option<String>,
    /// What is different, in Chinese, one phrase each.
    pub zh: Vec<String>,
    /// The same in English.
    pub en: Vec<String>,
}

/// What changed from one version of a form to another, in the order of the new one, then what was dropped.
///
/// ```
/// use forms::{Comparison, Fate, Form};
/// let form = |fields: &str| Form::parse(&format!(
///     r#"{{ "key": "f", "title": "表", "steps": [{{ "key": "a", "title": "一", "fields": [{fields}] }}] }}"#)).unwrap();
/// let old = form(r#"{ "key": "tel", "label": "电话", "kind": "phone" }"#);
/// let new = form(r#"{ "key": "mobile", "label": "手机", "kind": "mobile", "was": "tel" }, { "key": "mail", "label": "邮箱", "kind": "email" }"#);
/// let compared = Comparison::of(&old, &new);
/// assert_eq!(compared.changes[0].fate, Fate::Changed);
/// assert_eq!(compared.changes[1].fate, Fate::New);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Every field of either version.
    pub changes: Vec<Change>,
}

/// Answers carried to a new version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Migration {
    /// The answers of the new version. What the new version would refuse is kept as it was, to be mended.
    pub answers: Answers,
    /// What became of each field.
    pub comparison: Comparison,
    /// Answers no field of the new version takes, by their old keys, so that they are not lost; of a group, for each row
    /// what is no longer asked in it.
    pub left: Answers,
    /// What the person must mend, because the new version asks it otherwise, and what is newly demanded.
    pub errors: Vec<FieldError>,
}

impl Comparison {
    /// Compares two versions. A field is the same if it has the same data element, is said to have been the other
    /// (`was`), or has the same key; in this order, and each field once.
    pub fn of(old: &Form, new: &Form) -> Comparison {
        let pairs = pairs(old, new);
        let mut changes: Vec<Change> = pairs
            .iter()
            .map(|(before, (step, field))| match before {
                Some((was_on, was)) => change(was_on, was, step, field),
                None => Change::one_sided(Fate::New, field, format!("在“{}”", step.title), format!("on “{}”", step.title)),
            })
            .collect();
        let met: HashSet<&str> = pairs.iter().filter_map(|(old, _)| old.map(|(_, field)| field.key.as_str())).collect();
        let dropped = of_steps(old).filter(|(_, field)| !met.contains(field.key.as_str()));
        changes.extend(dropped.map(|(step, field)| {
            Change::one_sided(Fate::Dropped, field, format!("原来在“{}”", step.title), format!("was on “{}”", step.title))
        }));
        Comparison { changes }
    }

    /// The changes of one fate.
    pub fn with(&self, fate: Fate) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.fate == fate)
    }

    /// The report in Chinese.
    pub fn zh(&self) -> String {
        self.report(|change| &change.zh, ["照旧", "挪动", "改动", "不再问", "新增"], ["：", "；"])
    }

    /// The report in English.
    pub fn en(&self) -> String {
        self.report(|change| &change.en, ["Kept", "Moved", "Changed", "Dropped", "Newly asked"], [": ", "; "])
    }

    fn report(&self, words: impl Fn(&Change) -> &Vec<String>, names: [&str; 5], [colon, then]: [&str; 2]) -> String {
        let fates = [Fate::Kept, Fate::Moved, Fate::Changed, Fate::Dropped, Fate::New];
        let mut lines = Vec::new();
        for (fate, name) in fates.into_iter().zip(names) {
            let changes: Vec<&Change> = self.with(fate).collect();
            if changes.is_empty() {
                continue;
            }
            lines.push(format!("{name} {}", changes.len()));
            if fate == Fate::Kept {
                lines.push(format!("  {}", changes.iter().map(|change| change.label.as_str()).collect::<Vec<_>>().join("、")));
                continue;
            }
            lines.extend(changes.iter().map(|change| format!("  {}{colon}{}", change.label, words(change).join(then))));
        }
        lines.join("\n")
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh())
    }
}

impl Change {
    fn one_sided(fate: Fate, field: &Field, zh: String, en: String) -> Change {
        let key = Some(field.key.clone());
        let (old, new) = if fate == Fate::New { (None, key) } else { (key, None) };
        let (mut zh, mut en) = (vec![zh], vec![en]);
        if fate == Fate::New && field.required {
            zh.push("必填".to_owned());
            en.push("required".to_owned());
        }
        Change { fate, label: field.label.clone(), old, new, zh, en }
    }
}

impl Form {
    /// Carries the answers of an older version to this one, reading each once more as this version asks it.
    pub fn migrate(&self, old: &Form, answers: &Answers, today: NaiveDate) -> Migration {
        let mut carried = Answers::new();
        let mut left = Answers::new();
        let mut errors = Vec::new();
        let mut taken = HashSet::new();
        for (before, (_, field)) in pairs(old, self) {
            let Some((_, was)) = before else { continue };
            let Some(answer) = answers.get(&was.key).filter(|answer| !answer.is_null()) else { continue };
            // Rows cannot become one answer, nor one answer rows; the person answers anew with the old before the eyes.
            if (was.kind == Kind::Group) != (field.kind == Kind::Group) {
                continue;
            }
            taken.insert(was.key.as_str());
            if let (Kind::Group, Value::Array(rows)) = (field.kind, answer) {
                let (rows, lost) = carry_rows(field, rows, &mut errors, today);
                carried.insert(field.key.clone(), rows);
                left.extend(lost.map(|lost| (was.key.clone(), lost)));
                continue;
            }
            // What was chosen and is now written is written in the words that were chosen.
            let in_words = !was.options.is_empty() && field.options.is_empty();
            let answer = if in_words { Value::String(was.display(answer)) } else { answer.clone() };
            let several = field.kind != Kind::Choices && answer.as_array().is_some_and(|chosen| chosen.len() > 1);
            match read_again(field, &answer, today) {
                Read::Value(value) if !several => carried.insert(field.key.clone(), value),
                Read::Empty => None,
                read => {
                    let wrong = if let Read::Wrong(wrong) = read { wrong } else { Wrong::NotAnOption };
                    errors.push(tell(field, &wrong));
                    carried.insert(field.key.clone(), answer)
                }
            };
        }
        let told: HashSet<String> = errors.iter().map(|error| error.field.clone()).collect();
        let rest = self.check_all(&carried, today).into_iter().map(|(_, error)| error);
        errors.extend(rest.filter(|error| !told.contains(&error.field)));
        let not_taken = answers.iter().filter(|(key, value)| !value.is_null() && !taken.contains(key.as_str()));
        left.extend(not_taken.map(|(key, value)| (key.clone(), value.clone())));
        Migration { answers: carried, comparison: Comparison::of(old, self), left, errors }
    }
}

/// The rows as the new group asks them, and what of them it no longer asks.
fn carry_rows(group: &Field, rows: &[Value], errors: &mut Vec<FieldError>, today: NaiveDate) -> (Value, Option<Value>) {
    let (mut carried, mut lost) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        let (mut kept, mut left) = (Answers::new(), Answers::new());
        for (key, answer) in row.as_object().into_iter().flatten().filter(|(_, answer)| !answer.is_null()) {
            let Some(inner) = group.fields.iter().find(|inner| inner.key == *key) else {
                left.insert(key.clone(), answer.clone());
                continue;
            };
            match read_again(inner, answer, today) {
                Read::Value(value) => kept.insert(key.clone(), value),
                Read::Empty => None,
                Read::Wrong(wrong) => {
                    errors.push(tell_in_row(group, at, inner, &wrong));
                    kept.insert(key.clone(), answer.clone())
                }
            };
        }
        carried.push(Value::Object(kept));
        lost.push(Value::Object(left));
    }
    let any = lost.iter().any(|row| row.as_object().is_some_and(|row| !row.is_empty()));
    (Value::Array(carried), any.then_some(Value::Array(lost)))
}

type Placed<'a> = (&'a Step, &'a Field);

fn of_steps(form: &Form) -> impl Iterator<Item = Placed<'_>> {
    form.steps().iter().flat_map(|step| step.fields.iter().map(move |field| (step, field)))
}

/// Each field of the new version with the field it was in the old one.
fn pairs<'a>(old: &'a Form, new: &'a Form) -> Vec<(Option<Placed<'a>>, Placed<'a>)> {
    let mut taken: HashSet<&str> = HashSet::new();
    let mut found: Vec<(Option<Placed>, Placed)> = of_steps(new).map(|placed| (None, placed)).collect();
    let same: [fn(&Field, &Field) -> bool; 3] = [
        |was, is| was.element.is_some() && was.element == is.element,
        |was, is| is.was.as_ref() == Some(&was.key),
        |was, is| was.key == is.key,
    ];
    for same in same {
        for (before, (_, field)) in found.iter_mut().filter(|(before, _)| before.is_none()) {
            *before = of_steps(old).find(|(_, was)| !taken.contains(was.key.as_str()) && same(was, field));
            taken.extend(before.map(|(_, was)| was.key.as_str()));
        }
    }
    found
}

fn change(was_on: &Step, was: &Field, on: &Step, is: &Field) -> Change {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    let mut say = |chinese: String, english: String| {
        zh.push(chinese);
        en.push(english);
    };
    let moved = was_on.key != on.key || was.key != is.key;
    if was_on.key != on.key {
        say(format!("从“{}”挪到“{}”", was_on.title, on.title), format!("from “{}” to “{}”", was_on.title, on.title));
    }
    if was.key != is.key {
        say(format!("字段名 {} 改为 {}", was.key, is.key), format!("key {} is now {}", was.key, is.key));
    }
    let otherwise = asked_otherwise(was, is, &mut say);
    let fate = match (otherwise, moved) {
        (true, _) => Fate::Changed,
        (false, true) => Fate::Moved,
        (false, false) => Fate::Kept,
    };
    Change { fate, label: is.label.clone(), old: Some(was.key.clone()), new: Some(is.key.clone()), zh, en }
}

/// Says how a field is asked otherwise than before, and whether it is.
fn asked_otherwise(was: &Field, is: &Field, say: &mut impl FnMut(String, String)) -> bool {
    let mut differs = false;
    let mut said = |zh: String, en: String| {
        differs = true;
        say(zh, en);
    };
    if was.label != is.label {
        said(format!("原名“{}”", was.label), format!("was called “{}”", was.label));
    }
    if was.kind != is.kind {
        let (was, is) = (was.kind.as_str(), is.kind.as_str());
        said(format!("种类 {was} 改为 {is}"), format!("kind {was} is now {is}"));
    }
    if was.required != is.required {
        let (zh, en) = if is.required { ("改为必填", "now required") } else { ("改为可不填", "now optional") };
        said(zh.to_owned(), en.to_owned());
    }
    if was.when != is.when {
        said("什么时候问有变化".to_owned(), "asked under another condition".to_owned());
    }
    let limits = |field: &Field| (field.min, field.max, field.earliest, field.latest, field.decimals, field.max_length);
    if was.kind == is.kind && (limits(was) != limits(is) || was.unit != is.unit) {
        said("范围、位数或单位有变化".to_owned(), "other limits or unit".to_owned());
    }
    let lacking = |of: &Field, than: &Field| -> Vec<String> {
        let there = |label: &str| than.options.iter().any(|option| option.value == label);
        of.options.iter().filter(|option| !there(&option.value)).map(|option| option.label.clone()).collect()
    };
    if was.kind == is.kind {
        let (gone, added) = (lacking(was, is), lacking(is, was));
        if !gone.is_empty() {
            said(format!("去掉选项 {}", gone.join("、")), format!("without the options {}", gone.join(", ")));
        }
        if !added.is_empty() {
            said(format!("增加选项 {}", added.join("、")), format!("with the options {}", added.join(", ")));
        }
        let keys = |field: &Field| field.fields.iter().map(|inner| (inner.key.clone(), inner.kind)).collect::<Vec<_>>();
        if keys(was) != keys(is) {
            said("每一行问的有变化".to_owned(), "other fields in each row".to_owned());
        }
    }
    differs
}
