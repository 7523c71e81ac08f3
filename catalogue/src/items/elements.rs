//! 填要素 · one section of the elements of a matter; what is wrong is kept too, and told.

use super::draft::{Draft, Edit, Shown};
use super::drafter::Drafter;
use super::facts;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forms::FieldError;
use foundation::Stop;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use uuid::Uuid;

/// Another section: its key, its name, and whether it is this one.
struct Section {
    key: String,
    title: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "items/elements.html")]
struct ElementsPage {
    shell: Shell,
    draft: Draft,
    mark: String,
    step: String,
    title: String,
    intro: String,
    sections: Vec<Section>,
    fields: String,
    filled: Filled,
}

fn draw(shell: Shell, draft: Draft, step: &str, filled: Filled) -> Result<Response, Stop> {
    let form = facts::form()?;
    let answers = draft.answers();
    let this = form.step(step).ok_or(Stop::NotFound("步骤"))?;
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ElementsPage {
        title: this.title.clone(),
        intro: this.intro.clone().unwrap_or_default(),
        sections: form
            .steps()
            .iter()
            .map(|one| Section { key: one.key.clone(), title: one.title.clone(), current: one.key == step })
            .collect(),
        fields: form.shown(this, &answers).map(|field| filled.field(field)).collect(),
        mark: draft.marked(Shown::Elements(step), &filled),
        step: step.to_owned(),
        draft,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

pub async fn show(at: Drafter, Held(held): Held, Path((id, step)): Path<(Uuid, String)>) -> Result<Response, Stop> {
    let draft = at.draft(id).await?;
    let filled = at.shows(held, facts::typed(&step, &draft.answers()));
    draw(at.shell, draft, &step, filled)
}

/// Demands that name no paper, in a material, a condition, a question of the form or of guidance, are told where they are typed (F084).
pub(super) fn f084_catch_alls(posted: &Posted) -> Vec<FieldError> {
    let vague = |field: &str, value: &str| match field {
        "materials__name" => forms::catch_all_name(value),
        "materials__note" => forms::catch_all(value),
        "conditions" => value.lines().find_map(forms::catch_all_condition),
        // Of the form, of guidance, and what a rule of guidance says.
        "fields__label" | "label" | "advice" | "materials" => forms::catch_all(value),
        "fields__options" | "options" => value.lines().find_map(forms::catch_all_in_option),
        _ => None,
    };
    let told = |key: &String, value: &String| {
        let words = vague(key.rsplit('.').next().unwrap_or(key), value)?;
        let zh = format!("“{words}”没有说清是哪一样，请逐项写明");
        Some(field_error(key, "材料和条件", &zh, "It does not say which. Name each of them"))
    };
    posted.0.iter().flat_map(|(key, values)| values.iter().filter_map(move |value| told(key, value))).collect()
}

pub async fn save(at: Drafter, Path((id, step)): Path<(Uuid, String)>, posted: Posted) -> Result<Response, Stop> {
    let form = facts::form()?;
    let then = posted.one("then");
    if let Some(entered) = form.press(&posted.0, then) {
        let filled = at.filled(entered);
        return draw(at.shell.clone(), at.draft(id).await?, &step, filled);
    }
    let opened = match at.opens(id, &posted, &format!("/facts/{step}"), Shown::Elements(&step)).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let mut kept = opened.draft.answers();
    let mut reading = form.read_step_after(&step, &posted.0, &kept, at.house.now().date());
    reading.errors.extend(f084_catch_alls(&posted));
    kept.extend(reading.answers);
    let next = form.step_after(&step).filter(|_| then == "next").map(|next| format!("/facts/{}", next.key)).unwrap_or_default();
    // What is wrong is kept too: leaving and coming back finds it as it was typed.
    let leads_to = match reading.errors.is_empty() {
        true => format!("/items/drafts/{id}{next}"),
        false => format!("/items/drafts/{id}/facts/{step}"),
    };
    let draft = at.saves(opened, Edit { answers: Some(kept), ..Edit::default() }, &leads_to).await?;
    match reading.errors.is_empty() {
        true => Ok(Redirect::to(&leads_to).into_response()),
        false => draw(at.shell.clone(), draft, &step, Filled::new(at.shell.lang, reading.entered, reading.errors)),
    }
}
