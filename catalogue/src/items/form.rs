//! 改申请表 · the form that is filled in for a matter, edited page by page and question by question, without a word of its syntax.

use super::draft::{Draft, Edit, Shown};
use super::drafter::Drafter;
use super::facts::{answer_key, answer_label};
use super::rows;
use crate::Catalogue;
use crate::Item;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forms::{Answers, Form};
use foundation::Stop;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The form by which a page of a form is edited, with the data elements that an administrator keeps to choose from.
pub fn editor(catalogue: &Catalogue) -> Result<Form, Stop> {
    let mut form: Value = serde_json::from_str(include_str!("page.json"))?;
    let questions =
        form["steps"][0]["fields"].as_array_mut().and_then(|fields| fields.last_mut()).map(|group| &mut group["fields"]);
    let asked = questions.and_then(Value::as_array_mut).into_iter().flatten().find(|field| field["key"] == "fields__element");
    if let Some(field) = asked {
        let elements = catalogue.data_elements().iter();
        field["options"] = elements.map(|(key, (_, name))| json!({ "value": key, "label": name })).collect();
    }
    Form::parse(&form.to_string()).map_err(|fault| Stop::Fault(fault.to_string()))
}

fn value_of(draft: &Draft) -> Value {
    serde_json::from_str(&draft.form).unwrap_or_else(|_| json!({ "key": draft.slug, "title": draft.name(), "steps": [] }))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A page of the form on the list.
struct PageLine {
    key: String,
    title: String,
    questions: Vec<String>,
    materials: bool,
}

#[derive(Template)]
#[template(path = "items/form.html")]
struct ListPage {
    shell: Shell,
    draft: Draft,
    mark: String,
    pages: Vec<PageLine>,
    problems: Vec<(String, String)>,
    filled: Filled,
}

/// “第 2 页 · 第 3 个问题” for `steps[1].fields[2].label`.
fn place_in_words(place: &str, form: &Value) -> String {
    let number = |name: &str| -> Option<usize> {
        let rest = &place[place.find(&format!("{name}["))? + name.len() + 1..];
        rest.split(']').next()?.parse().ok()
    };
    let Some(page) = number("steps") else { return String::new() };
    let title = text(&form["steps"][page]["title"]);
    match number("fields") {
        Some(at) => format!("{title} · {}", text(&form["steps"][page]["fields"][at]["label"])),
        None => title,
    }
}

/// What cannot be read of a form, with its place in words.
fn problems(draft: &Draft) -> Vec<(String, String)> {
    let value = value_of(draft);
    let found = Form::parse(&draft.form).err().map(|fault| fault.problems).unwrap_or_default();
    found.into_iter().map(|problem| (place_in_words(&problem.place, &value), problem.reason)).collect()
}

fn draw_list(shell: Shell, draft: Draft, filled: Filled) -> Result<Response, Stop> {
    let value = value_of(&draft);
    let pages = value["steps"].as_array().into_iter().flatten().map(|step| PageLine {
        key: text(&step["key"]),
        title: text(&step["title"]),
        questions: step["fields"].as_array().into_iter().flatten().map(|field| text(&field["label"])).collect(),
        materials: step["materials"] == Value::Bool(true),
    });
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mark = draft.marked(Shown::Form, &filled);
    let page = ListPage { pages: pages.collect(), problems: problems(&draft), mark, draft, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /items/drafts/{id}/form
pub async fn list(at: Drafter, Held(held): Held, Path(id): Path<Uuid>) -> Result<Response, Stop> {
    let draft = at.draft(id).await?;
    let saved = Entered::from([("form_title".to_owned(), vec![text(&value_of(&draft)["title"])])]);
    let filled = at.shows(held, saved);
    draw_list(at.shell, draft, filled)
}

/// POST /items/drafts/{id}/form: pages added, moved and taken away, and what the form is called.
pub async fn arrange(at: Drafter, Path(id): Path<Uuid>, posted: Posted) -> Result<Response, Stop> {
    let opened = match at.opens(id, &posted, "/form", Shown::Form).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let mut form = value_of(&opened.draft);
    let mut errors = Vec::new();
    let title = posted.one("form_title").trim().to_owned();
    match title.as_str() {
        "" => errors.push(field_error("form_title", "申请表名称", "请写申请表名称", "Name the form")),
        _ => form["title"] = title.into(),
    }
    let mut steps = form["steps"].as_array().cloned().unwrap_or_default();
    let place = |key: &str| steps.iter().position(|step| step["key"] == key);
    match posted.one("then").split_once(':').unwrap_or((posted.one("then"), "")) {
        ("up", key) => {
            if let Some(at) = place(key).filter(|at| *at > 0) {
                steps.swap(at, at - 1);
            }
        }
        ("down", key) => {
            if let Some(at) = place(key).filter(|at| at + 1 < steps.len()) {
                steps.swap(at, at + 1);
            }
        }
        ("remove", key) => {
            // What was written on it goes with it: it is emptied first, question by question.
            let written = place(key).map_or(0, |at| steps[at]["fields"].as_array().map_or(0, Vec::len));
            match place(key) {
                Some(_) if written > 0 => {
                    let zh = format!("这一页还有 {written} 个问题。请先打开这一页，把问题删去");
                    errors.push(field_error("form_title", "申请表", &zh, "Remove the questions of this page first"));
                }
                Some(at) => drop(steps.remove(at)),
                None => {}
            }
        }
        ("add", _) => {
            let title = posted.one("page_title").trim().to_owned();
            let key = (1..).map(|n| format!("page{n}")).find(|key| place(key).is_none()).unwrap_or_default();
            match title.as_str() {
                "" => errors.push(field_error("page_title", "新一页的标题", "请写新一页的标题", "Name the new page")),
                // Before the page of the materials, which comes last.
                _ => {
                    let before = steps.iter().position(|step| step["materials"] == true).unwrap_or(steps.len());
                    steps.insert(before, json!({ "key": key, "title": title, "fields": [] }));
                }
            }
        }
        _ => {}
    }
    if !errors.is_empty() {
        let filled = Filled::new(at.shell.lang, posted.0, errors);
        return draw_list(at.shell, opened.draft, filled);
    }
    form["steps"] = Value::Array(steps);
    let leads_to = format!("/items/drafts/{id}/form");
    at.saves(opened, Edit { form: Some(serde_json::to_string_pretty(&form)?), ..Edit::default() }, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// The list of questions that a page or a group within it holds: `person`, or `person.holders` for the group `holders`.
fn questions_of<'v>(form: &'v mut Value, place: &str) -> Option<&'v mut Value> {
    let (page, group) = place.split_once('.').map_or((place, None), |(page, group)| (page, Some(group)));
    let step = form["steps"].as_array_mut()?.iter_mut().find(|step| step["key"] == page)?;
    if step["materials"] == true {
        return None;
    }
    match group {
        None => Some(step),
        Some(group) => step["fields"].as_array_mut()?.iter_mut().find(|field| field["key"] == group),
    }
}

/// The text of a page of a draft's form, or of a group on one; empty when there is none there.
pub(super) fn page_text(draft: &Draft, place: &str) -> String {
    let mut form = value_of(draft);
    questions_of(&mut form, place).map(|page| page.to_string()).unwrap_or_default()
}

/// Attributes that a question of this kind may have, of those that are edited.
fn has(kind: &str, attribute: &str) -> bool {
    match attribute {
        "options" => matches!(kind, "choice" | "choices"),
        "unit" => matches!(kind, "number" | "money"),
        "min" | "max" => matches!(kind, "number" | "money" | "choices" | "group"),
        "max_length" => matches!(kind, "text" | "textarea" | "name" | "address"),
        "example" | "source" | "element" => !matches!(kind, "group" | "declaration"),
        _ => true,
    }
}

/// The questions of a page as the editor asks for them.
fn entered(page: &Value, form: Option<&Form>) -> Answers {
    let mut answers = Answers::new();
    for (key, from) in [("title", if page["title"].is_string() { "title" } else { "label" }), ("intro", "intro")] {
        if page[from].is_string() {
            answers.insert(key.into(), page[from].clone());
        }
    }
    let rows = page["fields"].as_array().into_iter().flatten().enumerate().map(|(at, field)| {
        let mut row = Map::new();
        let mut put = |name: &str, value: Value| drop(row.insert(format!("fields__{name}"), value));
        for name in ["label", "kind", "hint", "example", "source", "element", "unit", "min", "max", "max_length", "key"] {
            let is_day = matches!(name, "min" | "max") && field["kind"] == "date";
            if !field[name].is_null() && !is_day {
                put(name, field[name].clone());
            }
        }
        put("required", Value::Bool(field["required"] == true));
        put("order", (at + 1).into());
        let options: Vec<String> =
            field["options"].as_array().into_iter().flatten().map(|option| text(&option["label"])).collect();
        if !options.is_empty() {
            put("options", options.join("\n").into());
        }
        if let Some(on) = field["when"]["field"].as_str() {
            let asked = form.and_then(|form| form.field(on));
            put("when", asked.map_or(on, |field| &field.label).into());
            put("is", answer_label(asked, &field["when"]["is"]).into());
        }
        Value::Object(row)
    });
    answers.insert("fields".into(), rows.collect());
    answers
}

/// Options by their labels; one that stays keeps what it is stored as, and so does one whose words alone were changed.
fn options(before: &Value, lines: &str) -> Value {
    let old: Vec<(String, String)> =
        before.as_array().into_iter().flatten().map(|option| (text(&option["value"]), text(&option["label"]))).collect();
    let old_labels: Vec<&str> = old.iter().map(|(_, label)| label.as_str()).collect();
    let labels: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut taken: Vec<String> = old.iter().map(|(value, _)| value.clone()).collect();
    let mut value_of = |label: &str| {
        let kept = old.iter().find(|(_, other)| rows::renamed(&old_labels, &labels, other) == Some(label));
        kept.map(|(value, _)| value.clone()).unwrap_or_else(|| {
            // Whoever ticks it ticks nothing else.
            if label.ends_with("都没有") && !taken.iter().any(|value| value == forms::Choice::NONE) {
                taken.push(forms::Choice::NONE.into());
                return forms::Choice::NONE.into();
            }
            let value = (1..).map(|n| format!("o{n}")).find(|value| !taken.contains(value)).unwrap_or_default();
            taken.push(value.clone());
            value
        })
    };
    labels.iter().map(|label| json!({ "value": value_of(label), "label": label })).collect()
}

/// Writes what the editor asked for into the page, keeping what it does not ask.
fn write(page: &mut Value, answers: &Answers, form: Option<&Form>, taken: &mut Vec<String>) {
    let is_group = page["kind"] == "group";
    let title = answers.get("title").cloned().unwrap_or_default();
    page[if is_group { "label" } else { "title" }] = title;
    if !is_group {
        match answers.get("intro").filter(|intro| intro.as_str().is_some_and(|intro| !intro.is_empty())) {
            Some(intro) => page["intro"] = intro.clone(),
            None => drop(page.as_object_mut().and_then(|page| page.shift_remove("intro"))),
        }
    }
    let before = page["fields"].as_array().cloned().unwrap_or_default();
    let rows = answers.get("fields").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut made = Vec::new();
    for row in &rows {
        let said = |name: &str| row[format!("fields__{name}")].clone();
        let key = said("key");
        let mut field = before.iter().find(|field| field["key"] == key && !key.is_null()).cloned().unwrap_or_else(|| {
            let key = (1..).map(|n| format!("q{n}")).find(|key| !taken.contains(key)).unwrap_or_default();
            taken.push(key.clone());
            json!({ "key": key })
        });
        let (kind, was) = (text(&said("kind")), text(&field["kind"]));
        for name in ["label", "kind", "hint", "example", "source", "element", "unit", "min", "max", "max_length"] {
            // The first and the last day of a date are not asked for: they stay.
            if matches!(name, "min" | "max") && kind == "date" && was == "date" {
                continue;
            }
            match said(name) {
                value if !value.is_null() && value != "" && has(&kind, name) => field[name] = value,
                _ => drop(field.as_object_mut().and_then(|field| field.shift_remove(name))),
            }
        }
        field["required"] = Value::Bool(said("required") == true);
        match has(&kind, "options") {
            true => field["options"] = options(&field["options"], said("options").as_str().unwrap_or_default()),
            false => drop(field.as_object_mut().and_then(|field| field.shift_remove("options"))),
        }
        if kind == "group" && !field["fields"].is_array() {
            field["fields"] = json!([]);
        }
        match said("when").as_str().filter(|on| !on.is_empty()) {
            Some(on) => {
                let asked = form.and_then(|form| form.fields().find(|field| field.label == on || field.key == on));
                let is = answer_key(asked, said("is").as_str().unwrap_or_default(), Value::Bool);
                field["when"] = json!({ "field": asked.map_or(on, |field| &field.key), "is": is });
            }
            None => drop(field.as_object_mut().and_then(|field| field.shift_remove("when"))),
        }
        made.push((said("order").as_u64(), field));
    }
    page["fields"] = rows::in_order(made).into();
}

/// A page of an item's form, or a group on one, as its editor shows it: for two versions to be compared.
pub struct Page {
    /// As in [`questions_of`].
    pub place: String,
    pub title: String,
    /// What the editor asks; where a question stands is told by their order alone.
    pub answers: Answers,
    /// The keys of its questions in their order, and how they read.
    pub keys: Vec<String>,
    pub labels: Vec<String>,
}

pub fn pages(item: &Item) -> Result<Vec<Page>, Stop> {
    let form: Value = serde_json::from_str(item.form.text())?;
    let page_of = |place: String, page: &Value| {
        let mut answers = entered(page, Some(&item.form));
        for row in answers.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
            row.as_object_mut().map(|row| row.shift_remove("fields__order"));
        }
        let each = |name: &str| page["fields"].as_array().into_iter().flatten().map(|field| text(&field[name])).collect();
        let title = page["title"].as_str().or(page["label"].as_str()).unwrap_or_default().to_owned();
        Page { place, title, answers, keys: each("key"), labels: each("label") }
    };
    let mut pages = Vec::new();
    for step in form["steps"].as_array().into_iter().flatten() {
        let place = text(&step["key"]);
        let groups = step["fields"].as_array().into_iter().flatten().filter(|field| field["kind"] == "group");
        let groups = groups.map(|group| page_of(format!("{place}.{}", text(&group["key"])), group)).collect::<Vec<_>>();
        pages.push(page_of(place, step));
        pages.extend(groups);
    }
    Ok(pages)
}

fn keys_of(form: &Value) -> Vec<String> {
    let fields = form["steps"].as_array().into_iter().flatten().flat_map(|step| step["fields"].as_array().into_iter().flatten());
    let with_inner = fields.flat_map(|field| std::iter::once(field).chain(field["fields"].as_array().into_iter().flatten()));
    with_inner.map(|field| text(&field["key"])).collect()
}

#[derive(Template)]
#[template(path = "items/page.html")]
struct EditPage {
    shell: Shell,
    draft: Draft,
    mark: String,
    place: String,
    title: String,
    fields: String,
    /// Groups on this page, which have pages of their own: their place and their name.
    groups: Vec<(String, String)>,
    problems: Vec<(String, String)>,
    filled: Filled,
}

fn draw(catalogue: &Catalogue, shell: Shell, draft: Draft, place: &str, filled: Filled) -> Result<Response, Stop> {
    let mut form = value_of(&draft);
    let page = questions_of(&mut form, place).ok_or(Stop::NotFound("页面"))?;
    let title = page["title"].as_str().or(page["label"].as_str()).unwrap_or_default().to_owned();
    let groups = page["fields"].as_array().into_iter().flatten().filter(|field| field["kind"] == "group");
    let groups = groups.map(|field| (format!("{place}.{}", text(&field["key"])), text(&field["label"]))).collect();
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = EditPage {
        fields: editor(catalogue)?.fields().map(|field| filled.field(field)).collect(),
        mark: draft.marked(Shown::Page(place), &filled),
        place: place.to_owned(),
        problems: problems(&draft).into_iter().filter(|(at, _)| at.starts_with(&title)).collect(),
        title,
        groups,
        draft,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /items/drafts/{id}/form/{step}
pub async fn show(
    at: Drafter,
    catalogue: Catalogue,
    Held(held): Held,
    Path((id, place)): Path<(Uuid, String)>,
) -> Result<Response, Stop> {
    let draft = at.draft(id).await?;
    let mut form = value_of(&draft);
    let page = questions_of(&mut form, &place).ok_or(Stop::NotFound("页面"))?;
    let saved = editor(&catalogue)?.entered("page", &entered(page, draft.application().as_ref()));
    let filled = at.shows(held, saved);
    draw(&catalogue, at.shell, draft, &place, filled)
}

/// POST /items/drafts/{id}/form/{step}
pub async fn save(
    at: Drafter,
    catalogue: Catalogue,
    Path((id, place)): Path<(Uuid, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let editor = editor(&catalogue)?;
    if let Some(entered) = editor.press(&posted.0, posted.one("then")) {
        let filled = at.filled(entered);
        return draw(&catalogue, at.shell.clone(), at.draft(id).await?, &place, filled);
    }
    let address = format!("/form/{}", page::encode(&place));
    let opened = match at.opens(id, &posted, &address, Shown::Page(&place)).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let mut reading = editor.read_step("page", &posted.0, at.house.now().date());
    reading.errors.extend(super::elements::f084_catch_alls(&posted));
    if !reading.errors.is_empty() {
        let filled = Filled::new(at.shell.lang, reading.entered, reading.errors);
        return draw(&catalogue, at.shell, opened.draft, &place, filled);
    }
    let mut form = value_of(&opened.draft);
    let mut taken = keys_of(&form);
    let page = questions_of(&mut form, &place).ok_or(Stop::NotFound("页面"))?;
    write(page, &reading.answers, opened.draft.application().as_ref(), &mut taken);
    let text = serde_json::to_string_pretty(&form)?;
    let leads_to = match Form::parse(&text) {
        Ok(_) => format!("/items/drafts/{id}/form"),
        Err(_) => format!("/items/drafts/{id}/form/{}", page::encode(&place)),
    };
    at.saves(opened, Edit { form: Some(text), ..Edit::default() }, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_1_every_question_survives_the_editor_of_its_page() {
        let catalogue = Catalogue::embedded().unwrap();
        for item in catalogue.items().iter() {
            let mut form: Value = serde_json::from_str(item.form.text()).unwrap();
            let keys: Vec<String> =
                item.form.steps().iter().filter(|step| !step.materials).map(|step| step.key.clone()).collect();
            for key in keys {
                let mut taken = keys_of(&form);
                let page = questions_of(&mut form, &key).unwrap();
                let answers = entered(page, Some(&item.form));
                write(page, &answers, Some(&item.form), &mut taken);
            }
            let again = Form::parse(&form.to_string()).unwrap();
            assert_eq!(again.steps(), item.form.steps(), "{}", item.slug);
            // What a browser sends back is one of what the editor offers: a source it does not know is lost on saving.
            for source in item.form.fields().filter_map(|field| field.source.as_deref()) {
                assert!(include_str!("page.json").contains(&format!("\"{source}\"")), "{}: {source}", item.slug);
            }
        }
    }

    #[test]
    fn b6_1_an_option_whose_words_change_is_stored_as_before() {
        let before = json!([{ "value": "own", "label": "自有" }, { "value": "rent", "label": "租赁" }]);
        assert_eq!(options(&before, "自有\n租的\n")[1], json!({ "value": "rent", "label": "租的" }));
        let more = options(&before, "借用\n自有\n租赁");
        assert_eq!((&more[0]["value"], &more[2]["value"]), (&json!("o1"), &json!("rent")));
    }
}
