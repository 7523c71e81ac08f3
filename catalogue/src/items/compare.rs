//! 比较版本 · what differs between two versions of a matter, in words, part by part (B6.1-01).

use super::facts;
use crate::pages::fit::plain;
use crate::{Catalogue, Item};
use forms::{Comparison, Field, Form, Kind};
use foundation::Stop;
use foundation::page::Lang;
use process::Definition;
use serde_json::{Map, Value};

/// One element that differs; an empty side is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub name: String,
    pub before: String,
    pub after: String,
}

/// What differs between two versions.
pub struct Told {
    /// Whether there is no version before.
    pub is_new: bool,
    pub name: String,
    pub elements: Vec<Difference>,
    pub form: Vec<String>,
    pub form_en: Vec<String>,
    pub chart: Vec<Difference>,
    pub questions: Vec<Difference>,
    /// The chart as it will run.
    pub svg: String,
}

impl Told {
    /// The parts that are told line by line.
    pub fn parts(&self) -> [(&'static str, &[Difference]); 2] {
        [("流程图", &self.chart), ("情形引导", &self.questions)]
    }
    /// What changed in the form, in the reader's language.
    pub fn form_lines(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::Zh => &self.form,
            Lang::En => &self.form_en,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.elements.is_empty() && self.form.is_empty() && self.chart.is_empty() && self.questions.is_empty()
    }
}

/// What is new or different in `new`.
pub fn told(old: Option<&Item>, new: &Item, catalogue: &Catalogue) -> Result<Told, Stop> {
    let (form, form_en) = match old {
        Some(old) => {
            let compared = Comparison::of(&old.form, &new.form).changes;
            (
                compared.iter().flat_map(|change| change.zh.clone()).collect(),
                compared.into_iter().flat_map(|change| change.en).collect(),
            )
        }
        None => Default::default(),
    };
    Ok(Told {
        is_new: old.is_none(),
        name: new.name.clone(),
        elements: elements(old, new, catalogue)?,
        form,
        form_en,
        chart: old.map_or_else(Vec::new, |old| chart(&old.process, &new.process)),
        questions: old.map_or_else(Vec::new, |old| questions(old, new)),
        svg: process::svg(&new.process, None, process::Lang::Zh),
    })
}

fn elements(old: Option<&Item>, new: &Item, catalogue: &Catalogue) -> Result<Vec<Difference>, Stop> {
    let form = facts::form()?;
    let answers =
        |item: &Item| -> Result<_, Stop> { facts::answers_of(&serde_json::from_str(&item.text)?, catalogue, Some(&item.form)) };
    let before = old.map(answers).transpose()?.unwrap_or_default();
    let after = answers(new)?;
    let mut found = Vec::new();
    for field in form.fields() {
        let (old, new) = (before.get(&field.key), after.get(&field.key));
        if old == new {
            continue;
        }
        if field.kind != Kind::Group {
            let read = |value: Option<&Value>| value.map_or_else(String::new, |value| form.display(field, value));
            found.push(Difference { name: field.label.clone(), before: read(old), after: read(new) });
            continue;
        }
        rows(&form, field, old, new, &mut found);
    }
    Ok(found)
}

/// Rows that only one side has. One that was changed stands beside itself: the same key, else the same first answer.
fn rows(form: &Form, group: &Field, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Difference>) {
    let list = |side: Option<&Value>| -> Vec<Map<String, Value>> {
        side.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).cloned().collect()
    };
    let (mut before, after) = (list(old), list(new));
    let key = format!("{}__key", group.key);
    let is_key = |field: &Field| field.key == key;
    let name_of = |row: &Map<String, Value>| {
        let first = group.fields.iter().find(|field| !is_key(field) && row.contains_key(&field.key));
        first.map_or_else(String::new, |field| form.display(field, &row[&field.key]))
    };
    let said = |row: &Map<String, Value>, except: Option<&Map<String, Value>>| {
        let parts = group.fields.iter().filter(|field| !is_key(field)).filter_map(|field| {
            let value = row.get(&field.key);
            let differs = except.is_none_or(|other| other.get(&field.key) != value);
            (differs && (value.is_some() || except.is_some())).then(|| {
                format!("{}：{}", field.label, value.map_or_else(|| "（空）".to_owned(), |value| form.display(field, value)))
            })
        });
        parts.collect::<Vec<_>>().join("；")
    };
    for row in &after {
        let same = |other: &Map<String, Value>| match (row.get(&key), other.get(&key)) {
            (Some(key), Some(other)) => key == other,
            _ => name_of(row) == name_of(other),
        };
        let at = before.iter().position(|other| other == row).or_else(|| before.iter().position(same));
        let label = format!("{} · {}", group.label, name_of(row));
        match at.map(|at| before.remove(at)) {
            Some(other) if other == *row => {}
            Some(other) => {
                found.push(Difference { name: label, before: said(&other, Some(row)), after: said(row, Some(&other)) })
            }
            None => found.push(Difference { name: label, before: String::new(), after: said(row, None) }),
        }
    }
    for row in before {
        let name = format!("{} · {}", group.label, name_of(&row));
        found.push(Difference { name, before: said(&row, None), after: String::new() });
    }
}

fn chart(old: &Definition, new: &Definition) -> Vec<Difference> {
    let told = |definition: &Definition| -> Vec<(String, String)> {
        process::outline(definition, None)
            .into_iter()
            .map(|one| {
                let node = definition.node(&one.id);
                let mut said = vec![one.kind_word];
                said.extend(one.lane);
                for (key, value) in node.map(|node| node.extension.clone()).unwrap_or_default() {
                    let name = match key.as_str() {
                        "limit" => "时限",
                        "basis" => "依据",
                        "risk" => "风险点",
                        _ => continue,
                    };
                    said.push(format!("{name}：{value}"));
                }
                said.extend(
                    one.next
                        .into_iter()
                        .map(|(when, next)| if when.is_empty() { format!("→ {next}") } else { format!("{when} → {next}") }),
                );
                (one.name, said.join("；"))
            })
            .collect()
    };
    pairs(told(old), told(new))
}

fn questions(old: &Item, new: &Item) -> Vec<Difference> {
    let told = |item: &Item| -> Vec<(String, String)> {
        let Some(fit) = &item.fit else { return Vec::new() };
        let mut lines: Vec<(String, String)> = fit
            .inputs()
            .into_iter()
            .map(|input| (input.label, input.allowed.iter().map(plain).collect::<Vec<_>>().join("、")))
            .collect();
        lines.extend(
            super::questions::rules_in_words(item).into_iter().enumerate().map(|(n, said)| (format!("第 {} 条", n + 1), said)),
        );
        lines
    };
    if old.fit_text == new.fit_text { Vec::new() } else { pairs(told(old), told(new)) }
}

/// What two lists of named lines differ in.
fn pairs(old: Vec<(String, String)>, new: Vec<(String, String)>) -> Vec<Difference> {
    let mut found: Vec<Difference> = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|(name, after)| {
            let before = old.iter().find(|(other, _)| other == name).map_or_else(String::new, |(_, said)| said.clone());
            Difference { name: name.clone(), before, after: after.clone() }
        })
        .collect();
    let gone = old.into_iter().filter(|(name, _)| !new.iter().any(|(other, _)| other == name));
    found.extend(gone.map(|(name, before)| Difference { name, before, after: String::new() }));
    found
}
