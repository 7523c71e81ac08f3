//! 填要素 · one section of the elements of a matter; what is wrong is kept too, and told.

use super::draft::{self, Draft, Edit};
use super::facts;
use crate::powers::may;
use askama::Template;
use authority::Act;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{Held, Posted};
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop};
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
        step: step.to_owned(),
        draft,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

pub async fn show(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((id, step)): Path<(Uuid, String)>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let draft = draft::find(&mut *house.pool().acquire().await?, id).await?;
    let entered = match held {
        Some(entered) => entered,
        None => facts::form()?.entered(&step, &draft.answers()),
    };
    draw(shell.clone(), draft, &step, Filled::new(shell.lang, entered, Vec::new()))
}

pub async fn save(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path((id, step)): Path<(Uuid, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let form = facts::form()?;
    let mut tx = house.pool().begin().await?;
    let mut draft = draft::lock_as_shown(&mut tx, id, posted.one("revision")).await?;
    let now = house.now();
    let answers = draft.answers();
    let then = posted.one("then").to_owned();
    let pressed = form.press(&posted.0, &then);
    let reading = form.read_step_after(&step, pressed.as_ref().unwrap_or(&posted.0), &answers, now.date());
    let mut kept = answers;
    kept.extend(reading.answers);
    draft::save(&mut tx, &mut draft, Edit { answers: Some(kept), ..Edit::default() }, person.id, now.at).await?;
    tx.commit().await?;
    if let Some(entered) = pressed {
        return draw(shell.clone(), draft, &step, Filled::new(shell.lang, entered, Vec::new()));
    }
    if !reading.errors.is_empty() {
        return draw(shell.clone(), draft, &step, Filled::new(shell.lang, reading.entered, reading.errors));
    }
    let next = form.step_after(&step).filter(|_| then == "next");
    Ok(Redirect::to(&match next {
        Some(next) => format!("/items/drafts/{id}/facts/{}", next.key),
        None => format!("/items/drafts/{id}"),
    })
    .into_response())
}
