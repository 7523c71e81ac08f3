//! 比较版本 · what differs between two versions of a matter, in words, part by part (B6.1-01).

use super::draft::Part;
use super::{facts, form};
use crate::asked::plain;
use crate::{Catalogue, Item};
use forms::{Answers, Field, Form, Kind};
use foundation::Stop;
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
    /// Each part with what differs in it.
    pub parts: [(Part, Vec<Difference>); 4],
    /// The chart as it will run.
    pub svg: String,
    /// Why the list of powers would not let it be applied for.
    pub unlisted: Option<String>,
    /// It is a new service, about which no list of powers is asked: whoever reviews it is told.
    pub is_free: bool,
}

impl Told {
    /// Whether the chart is another than before.
    pub fn is_redrawn(&self) -> bool {
        self.parts.iter().any(|(part, lines)| *part == Part::Chart && !lines.is_empty())
    }

    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|(_, lines)| lines.is_empty())
    }
}

/// What is new or different in `new`. Whoever reviews it sees every part that is another text than before, though nothing of it that is
/// told in words has changed.
pub fn told(old: Option<&Item>, new: &Item, catalogue: &Catalogue) -> Result<Told, Stop> {
    let part = |part: Part, is_other: bool, mut lines: Vec<Difference>| {
        if is_other && lines.is_empty() {
            let after = "文字以外的写法有改动，请看原文".to_owned();
            lines.push(Difference { name: part.zh().to_owned(), before: String::new(), after });
        }
        (part, lines)
    };
    let parts = [
        part(Part::Facts, old.is_some_and(|old| old.facts != new.facts), elements(old, new, catalogue)?),
        part(Part::Form, old.is_some_and(|old| old.form.steps() != new.form.steps()), questions_asked(old, new, catalogue)?),
        part(
            Part::Chart,
            old.is_some_and(|old| old.process.hash() != new.process.hash()),
            pairs(old.map(steps).unwrap_or_default(), steps(new)),
        ),
        part(
            Part::Questions,
            old.is_some_and(|old| old.fit_text != new.fit_text),
            pairs(old.map(guide).unwrap_or_default(), guide(new)),
        ),
    ];
    Ok(Told {
        is_new: old.is_none(),
        name: new.name.clone(),
        parts,
        svg: process::svg(&new.process, None, process::Lang::Zh),
        unlisted: None,
        is_free: false,
    })
}

fn elements(old: Option<&Item>, new: &Item, catalogue: &Catalogue) -> Result<Vec<Difference>, Stop> {
    let answers =
        |item: &Item| -> Result<_, Stop> { facts::answers_of(&serde_json::from_str(&item.text)?, catalogue, Some(&item.form)) };
    let mut found = Vec::new();
    entered(&facts::form()?, &old.map(answers).transpose()?.unwrap_or_default(), &answers(new)?, &mut found);
    Ok(found)
}

/// What differs in the form that is filled in, as it is entered in its editor, page by page.
fn questions_asked(old: Option<&Item>, new: &Item, catalogue: &Catalogue) -> Result<Vec<Difference>, Stop> {
    let editor = form::editor(catalogue)?;
    let before = old.map(form::pages).transpose()?.unwrap_or_default();
    let after = form::pages(new)?;
    let titled = |pages: &[form::Page]| pages.iter().map(|page| page.title.clone()).collect::<Vec<_>>().join("、");
    let mut found = Vec::new();
    if titled(&before) != titled(&after) {
        found.push(Difference { name: "各页".into(), before: titled(&before), after: titled(&after) });
    }
    let nothing = Answers::new();
    for page in &after {
        let earlier = before.iter().find(|earlier| earlier.place == page.place);
        let mut lines = Vec::new();
        entered(&editor, earlier.map_or(&nothing, |earlier| &earlier.answers), &page.answers, &mut lines);
        if let Some(earlier) = earlier
            && is_reordered(&earlier.keys, &page.keys)
        {
            let labels = |page: &form::Page| page.labels.join("、");
            lines.push(Difference { name: "问题的次序".into(), before: labels(earlier), after: labels(page) });
        }
        found.extend(lines.into_iter().map(|line| Difference { name: format!("{} · {}", page.title, line.name), ..line }));
    }
    for gone in before.iter().filter(|earlier| !after.iter().any(|page| page.place == earlier.place)) {
        entered(&editor, &gone.answers, &nothing, &mut found);
    }
    Ok(found)
}

/// Whether what both have stands in another order.
fn is_reordered(old: &[String], new: &[String]) -> bool {
    let both = |of: &[String], other: &[String]| of.iter().filter(|key| other.contains(key)).cloned().collect::<Vec<_>>();
    both(old, new) != both(new, old)
}

/// What differs between two sets of answers to a form.
fn entered(form: &Form, before: &Answers, after: &Answers, found: &mut Vec<Difference>) {
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
        rows(form, field, old, new, found);
    }
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

/// The steps of the chart, in words.
fn steps(item: &Item) -> Vec<(String, String)> {
    let told = |one: process::OutlineItem| {
        let mut said = vec![one.kind_word];
        said.extend(one.lane);
        let extension = item.process.node(&one.id).map(|node| &node.extension);
        for (key, name) in [("limit", "时限"), ("basis", "依据"), ("risk", "风险点")] {
            said.extend(extension.and_then(|said| said.get(key)).map(|value| format!("{name}：{value}")));
        }
        said.extend(one.next.into_iter().map(|(when, next)| match when.is_empty() {
            true => format!("→ {next}"),
            false => format!("{when} → {next}"),
        }));
        (one.name, said.join("；"))
    };
    process::outline(&item.process, None).into_iter().map(told).collect()
}

/// The guiding questions with their answers, and the rules, in words.
fn guide(item: &Item) -> Vec<(String, String)> {
    let inputs = item.fit.iter().flat_map(|fit| fit.inputs());
    let asked = inputs.map(|input| (input.label, input.allowed.iter().map(plain).collect::<Vec<_>>().join("、")));
    let rules = super::questions::rules_in_words(item).into_iter().enumerate();
    asked.chain(rules.map(|(n, said)| (format!("第 {} 条", n + 1), said))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_1_01_whoever_reviews_a_form_sees_every_word_of_it_that_changes() {
        let catalogue = Catalogue::embedded().unwrap();
        let old = catalogue.item("elderly-card").unwrap();
        let changed = |edit: &dyn Fn(&str) -> String| {
            let text = edit(old.form.text());
            let form = Form::parse(&text).unwrap();
            Item { form, ..old.parts().build(old.facts.clone(), super::super::draft::FILES, &mut Default::default()).unwrap() }
        };
        let lines = |new: &Item| {
            let [_, (_, form), _, _] = told(Some(&old), new, &catalogue).unwrap().parts;
            form.into_iter().map(|line| (line.name, line.before, line.after)).collect::<Vec<_>>()
        };
        assert_eq!(lines(&old), []);
        let worded = lines(&changed(&|text| text.replace("第一次办", "头一回办")));
        assert_eq!((worded.len(), worded[0].0.as_str()), (1, "要办哪一种 · 问题 · 这次是"));
        assert!(worded[0].1.contains("第一次办") && worded[0].2.contains("头一回办"), "{worded:?}");
        let hinted = lines(&changed(&|text| text.replace("写到村民组或者门牌。", "写到门牌。")));
        assert!(hinted[0].0.ends_with("现在的住址") && hinted[0].2.contains("写到门牌"), "{hinted:?}");
        let moved = changed(&|text| {
            let mut form: Value = serde_json::from_str(text).unwrap();
            form["steps"][0]["fields"].as_array_mut().unwrap().swap(0, 1);
            form.to_string()
        });
        assert_eq!(lines(&moved)[0].0, "要办证的老人 · 问题的次序");
    }
}
