//! 要素 · the elements of a matter as a form (X.2): the same fields are entered, told of when they are wrong, and compared between
//! two versions. A field's key is its place in the item's text, `promised_limit__n` for `promised_limit.n`; in the rows of a group it
//! begins with the key of the group.

use crate::{Agency, Catalogue, Centre};
use forms::{Answers, Field, Form, Kind};
use foundation::Stop;
use foundation::held::Entered;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// Lists that are entered one to a line.
pub const LINES: [&str; 5] = ["aliases", "aliases_en", "themes", "conditions", "not_for"];

/// What a text may carry beside its elements, and what follows from them: never left standing beside a changed element.
const DERIVED: [&str; 6] =
    ["kind_code", "served_codes", "case_kind_code", "scope_code", "forms_of_handling_codes", "exercise_level"];

/// The form by which a matter is drafted.
pub fn form() -> Result<Form, Stop> {
    static FORM: OnceLock<Form> = OnceLock::new();
    built_in(&FORM, include_str!("facts.json"))
}

/// A section of it with these answers, as its page shows them.
pub fn typed(step: &str, answers: &Answers) -> Entered {
    form().map(|form| form.entered(step, answers)).unwrap_or_default()
}

/// A form that is part of the program, read once.
pub fn built_in(read: &OnceLock<Form>, text: &str) -> Result<Form, Stop> {
    if let Some(form) = read.get() {
        return Ok(form.clone());
    }
    let form = Form::parse(text).map_err(|fault| Stop::Fault(fault.to_string()))?;
    Ok(read.get_or_init(|| form).clone())
}

fn at<'v>(item: &'v Value, key: &str) -> &'v Value {
    key.split("__").fold(item, |value, part| &value[part])
}

/// Puts a value at its place; without a value the place is empty.
fn put(item: &mut Value, key: &str, value: Option<Value>) {
    let mut parts: Vec<&str> = key.split("__").collect();
    let Some(last) = parts.pop() else { return };
    let mut place = item;
    for part in parts {
        if !place[part].is_object() {
            if value.is_none() {
                return;
            }
            place[part] = json!({});
        }
        place = &mut place[part];
    }
    let Some(object) = place.as_object_mut() else { return };
    match value {
        Some(value) => drop(object.insert(last.to_owned(), value)),
        None => drop(object.shift_remove(last)),
    }
}

/// What people call the things that a text names by their keys.
struct Names<'a> {
    catalogue: &'a Catalogue,
    /// The form that is filled in for the matter, where it can be read.
    form: Option<&'a Form>,
}

impl Names<'_> {
    fn agency(&self, key: &str) -> String {
        self.catalogue.agency_name(key).to_owned()
    }
    fn agency_key(&self, name: &str) -> String {
        let named = |agency: &&Agency| agency.name == name || agency.key == name;
        self.catalogue.agencies().iter().find(named).map_or_else(|| name.to_owned(), |agency| agency.key.clone())
    }
    fn centre_key(&self, name: &str) -> String {
        let named = |centre: &&std::sync::Arc<Centre>| centre.name == name || centre.key == name;
        self.catalogue.centres().iter().find(named).map_or_else(|| name.to_owned(), |centre| centre.key.clone())
    }
    fn counter(&self, centre: &str, key: &str) -> String {
        let centre = self.catalogue.centre(centre);
        let counter = centre.as_ref().and_then(|centre| centre.counters.iter().find(|counter| counter.key == key));
        counter.map_or_else(|| key.to_owned(), |counter| counter.name.clone())
    }
    fn counter_key(&self, centre: &str, name: &str) -> String {
        let centre = self.catalogue.centre(centre);
        let counters = centre.as_ref().map(|centre| centre.counters.as_slice()).unwrap_or_default();
        let bare = name.trim_end_matches('号');
        let found = counters.iter().find(|counter| counter.name == name || counter.key == name || counter.number == bare);
        found.map_or_else(|| name.to_owned(), |counter| counter.key.clone())
    }
    /// A question of the form, by its key or as it reads.
    fn question(&self, said: &str) -> String {
        let found = self.form.and_then(|form| form.fields().find(|field| field.key == said || field.label == said));
        found.map_or_else(|| said.to_owned(), |field| field.key.clone())
    }
    fn question_label(&self, key: &str) -> String {
        self.form.and_then(|form| form.field(key)).map_or_else(|| key.to_owned(), |field| field.label.clone())
    }
    fn field(&self, question: &str) -> Option<&Field> {
        self.form.and_then(|form| form.field(question))
    }
}

/// What was chosen in answer to a question, as it reads: “租赁，借用”.
pub fn answer_label(question: Option<&Field>, is: &Value) -> String {
    let label = |value: &Value| {
        let text = match value {
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match (question.map(|field| field.kind), text.as_str()) {
            (Some(Kind::YesNo | Kind::Declaration), "yes") => "是".to_owned(),
            (Some(Kind::YesNo | Kind::Declaration), "no") => "否".to_owned(),
            _ => {
                let chosen = question.and_then(|field| field.options.iter().find(|option| option.value == text));
                chosen.map_or(text, |option| option.label.clone())
            }
        }
    };
    match is {
        Value::Array(several) => several.iter().map(label).collect::<Vec<_>>().join("，"),
        Value::Null => String::new(),
        one => label(one),
    }
}

/// The reverse; `yes_no` says how 是 and 否 are written where it stands.
pub fn answer_key(question: Option<&Field>, said: &str, yes_no: impl Fn(bool) -> Value) -> Value {
    let key = |said: &str| -> Value {
        match (question.map(|field| field.kind), said) {
            (Some(Kind::YesNo | Kind::Declaration), "是" | "yes" | "true") => yes_no(true),
            (Some(Kind::YesNo | Kind::Declaration), "否" | "no" | "false") => yes_no(false),
            _ => {
                let chosen = question.and_then(|field| field.options.iter().find(|o| o.label == said || o.value == said));
                chosen.map_or(said, |option| &option.value).into()
            }
        }
    };
    let options = question.map_or(&[][..], |field| &field.options);
    let parts_at = |c: char| matches!(c, '，' | ',' | '、') || c.is_whitespace();
    let (mut parts, mut rest): (Vec<Value>, _) = (Vec::new(), said.trim_matches(parts_at));
    while !rest.is_empty() {
        // A label may hold a comma itself: the longest that stands here whole is meant.
        let labels = options.iter().map(|option| option.label.as_str());
        let whole =
            labels.filter(|label| rest.strip_prefix(label).is_some_and(|after| after.is_empty() || after.starts_with(parts_at)));
        let end = match whole.map(str::len).max() {
            Some(end) => end,
            None => rest.find(['，', ',', '、']).unwrap_or(rest.len()),
        };
        parts.push(key(rest[..end].trim()));
        rest = rest[end..].trim_start_matches(parts_at);
    }
    match parts.len() {
        1 => parts.remove(0),
        _ => Value::Array(parts),
    }
}

/// The answers that an item's text gives to the form.
pub fn answers_of(item: &Value, catalogue: &Catalogue, application: Option<&Form>) -> Result<Answers, Stop> {
    let names = Names { catalogue, form: application };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut answers = Answers::new();
    for field in form()?.fields() {
        let value = at(item, &field.key);
        let answer = match field.key.as_str() {
            "extended" => Value::Bool(item["extension"].is_object()),
            "surveyed" => Value::Bool(item["survey"].is_object()),
            "agency" | "supervision_body" => names.agency(&text(value)).into(),
            "region" => {
                Some(catalogue.region_name(&text(value))).filter(|name| !name.is_empty()).unwrap_or_else(|| text(value)).into()
            }
            "centre" => catalogue.centre(&text(value)).map_or_else(|| text(value), |centre| centre.name.clone()).into(),
            "counter" => names.counter(&text(&item["centre"]), &text(value)).into(),
            key if LINES.contains(&key) => {
                let lines: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                lines.join("\n").into()
            }
            _ if field.kind == Kind::Group => {
                value.as_array().into_iter().flatten().map(|row| Value::Object(row_answers(row, field, &names))).collect()
            }
            _ if field.kind == Kind::YesNo && value.is_null() => Value::Bool(false),
            _ => value.clone(),
        };
        let is_empty = answer.is_null() || answer.as_str() == Some("") || answer.as_array().is_some_and(Vec::is_empty);
        if !is_empty {
            answers.insert(field.key.clone(), answer);
        }
    }
    Ok(answers)
}

/// The place of a field within its row.
pub fn inner<'f>(group: &Field, field: &'f Field) -> &'f str {
    field.key.strip_prefix(&group.key).and_then(|rest| rest.strip_prefix("__")).unwrap_or(&field.key)
}

/// Of a place in a row that is part of a condition: where the condition's question stands, and whether this is its answer.
fn condition_of(place: &str) -> Option<(String, bool)> {
    let (condition, part) = place.rsplit_once("__").map_or(("", place), |(condition, part)| (condition, part));
    let question = if condition.is_empty() { "field".to_owned() } else { format!("{condition}__field") };
    match part {
        "field" => Some((question, false)),
        "is" => Some((question, true)),
        _ => None,
    }
}

fn row_answers(row: &Value, group: &Field, names: &Names) -> Map<String, Value> {
    let fields = group.fields.iter().filter_map(|field| {
        let place = inner(group, field);
        let value = at(row, place);
        let answer = match condition_of(place) {
            Some((_, false)) => value.as_str().map(|key| names.question_label(key).into()),
            Some((question, true)) => {
                let question = at(row, &question).as_str().unwrap_or_default();
                Some(answer_label(names.field(question), value).into()).filter(|_| !value.is_null())
            }
            _ if field.kind == Kind::YesNo && value.is_null() => Some(Value::Bool(false)),
            _ => Some(value.clone()).filter(|value| !value.is_null()),
        };
        Some((field.key.clone(), answer?)).filter(|(_, answer)| answer.as_str() != Some(""))
    });
    fields.collect()
}

/// The text of the item that the answers make of the text they were begun from. What the form does not ask stays as it is.
pub fn item_of(base: &Value, answers: &Answers, catalogue: &Catalogue, application: Option<&Form>) -> Result<Value, Stop> {
    let form = form()?;
    let names = Names { catalogue, form: application };
    let mut item = base.clone();
    for derived in DERIVED {
        put(&mut item, derived, None);
    }
    put(&mut item, "result__kind_code", None);
    for (flag, part) in [("extended", "extension"), ("surveyed", "survey")] {
        if answers.get(flag) != Some(&Value::Bool(true)) {
            put(&mut item, part, None);
        }
    }
    let centre = names.centre_key(answers.get("centre").and_then(Value::as_str).unwrap_or_default());
    for field in form.fields() {
        if matches!(field.key.as_str(), "extended" | "surveyed") {
            continue;
        }
        let answer = answers.get(&field.key).filter(|answer| !answer.is_null() && form.is_asked(field, answers)).cloned();
        let said = answer.as_ref().and_then(Value::as_str);
        let value = match (field.key.as_str(), said) {
            ("agency" | "supervision_body", Some(name)) => Some(names.agency_key(name).into()),
            ("region", Some(name)) => Some(catalogue.region_code(name).map_or(name, |code| code).into()),
            ("centre", Some(_)) => Some(centre.as_str().into()),
            ("counter", Some(name)) => Some(names.counter_key(&centre, name).into()),
            (key, said) if LINES.contains(&key) => {
                let lines = said.unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty());
                Some(lines.map(Value::from).collect())
            }
            _ if field.kind == Kind::Group => Some(rows_of(field, answer.as_ref(), at(base, &field.key), &names)),
            // Empty, it can still be read, and everything else that is wrong be told with it.
            (_, None)
                if field.required
                    && answer.is_none()
                    && field.when.is_none()
                    && matches!(field.kind, Kind::Text | Kind::Textarea) =>
            {
                Some("".into())
            }
            _ => answer.clone(),
        };
        if field.key.contains("__") && value.is_none() && !at(&item, field.key.split("__").next().unwrap_or_default()).is_object()
        {
            continue;
        }
        put(&mut item, &field.key, value);
    }
    if item["joint"]["way"].is_null() {
        put(&mut item, "joint", None);
    }
    // A survey without a limit of its own has none, rather than a unit of nothing.
    if item["survey"]["limit"]["n"].is_null() && item["survey"].is_object() {
        put(&mut item, "survey__limit", None);
    }
    for limit in ["renewal_by", "renewal_from"] {
        if item["result"][limit].is_object() && item["result"][limit]["n"].is_null() {
            put(&mut item, &format!("result__{limit}"), None);
        }
    }
    Ok(item)
}

fn rows_of(group: &Field, answer: Option<&Value>, before: &Value, names: &Names) -> Value {
    let rows = answer.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let said_of = |row: &Value, place: &str| row[format!("{}__{place}", group.key)].clone();
    let has_key = group.fields.iter().any(|field| inner(group, field) == "key");
    let mut used: Vec<String> = rows.iter().filter_map(|row| said_of(row, "key").as_str().map(str::to_owned)).collect();
    let row_of = |row: &Value| {
        let key = said_of(row, "key");
        let earlier = before.as_array().into_iter().flatten().find(|one| has_key && !key.is_null() && one["key"] == key);
        let mut made = earlier.cloned().unwrap_or_else(|| json!({}));
        for field in &group.fields {
            let place = inner(group, field);
            let said = row[&field.key].as_str();
            let value = match (condition_of(place), said) {
                (Some((_, false)), Some(said)) => Some(names.question(said).into()),
                (Some((question, true)), Some(said)) => {
                    let question = said_of(row, &question).as_str().map(|said| names.question(said));
                    let asked = names.field(question.as_deref().unwrap_or_default());
                    Some(answer_key(asked, said, |yes| if yes { "yes" } else { "no" }.into()))
                }
                (None, None) if place == "key" => {
                    let key = (1..).map(|n| format!("m{n}")).find(|key| !used.contains(key)).unwrap_or_default();
                    used.push(key.clone());
                    Some(key.into())
                }
                (_, None) if field.required && row[&field.key].is_null() && matches!(field.kind, Kind::Text | Kind::Textarea) => {
                    Some("".into())
                }
                _ => Some(row[&field.key].clone()).filter(|value| !value.is_null()),
            };
            put(&mut made, place, value);
        }
        // A part without what makes it one is none.
        for (part, needs) in [("when", "field"), ("also", "field"), ("promised_limit", "n"), ("prior", "law")] {
            if made[part][needs].is_null() {
                put(&mut made, part, None);
            }
        }
        made
    };
    rows.iter().map(row_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Facts;

    #[test]
    fn clk_09_the_form_names_the_grounds_of_the_law() {
        let form = form().unwrap();
        let ground = form.field("special_procedures").unwrap().fields.iter().find(|field| field.key.ends_with("__ground"));
        assert_eq!(ground.unwrap().hint.as_deref(), Some(acts::PAUSE_GROUNDS.join("、").as_str()));
    }

    #[test]
    fn x_2_every_element_survives_the_form_by_which_it_is_drafted() {
        let catalogue = Catalogue::embedded().unwrap();
        for item in catalogue.items().iter() {
            let text: Value = serde_json::from_str(&item.text).unwrap();
            let answers = answers_of(&text, &catalogue, Some(&item.form)).unwrap();
            let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
            assert_eq!(form().unwrap().check_all(&answers, today), Vec::new(), "{}", item.slug);
            let again = item_of(&text, &answers, &catalogue, Some(&item.form)).unwrap();
            assert_eq!(Facts::read(&again.to_string()).unwrap(), item.facts, "{}", item.slug);
        }
    }

    #[test]
    fn x_2_a_question_and_its_answer_are_named_as_they_read() {
        let catalogue = Catalogue::embedded().unwrap();
        let item = catalogue.item("elderly-card").unwrap();
        let text: Value = serde_json::from_str(&item.text).unwrap();
        let mut answers = answers_of(&text, &catalogue, Some(&item.form)).unwrap();
        assert_eq!(answers["materials"][3]["materials__when__field"], "这次是");
        assert_eq!(answers["counter"], catalogue.centre(&item.centre).unwrap().counters[0].name.as_str());
        answers["materials"][3]["materials__when__is"] = "补证（证丢了），第一次办".into();
        let row = answers["materials"][0].clone();
        let mut added = row;
        added["materials__key"] = Value::Null;
        answers["materials"].as_array_mut().unwrap().push(added);
        let made = item_of(&text, &answers, &catalogue, Some(&item.form)).unwrap();
        assert_eq!(made["materials"][3]["when"]["is"], json!(["reissue", "first"]));
        assert_eq!(made["materials"][8]["key"], "m1", "what is added gets a name of its own");
        assert!(made.get("kind_code").is_none());
    }
}
