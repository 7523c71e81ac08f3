//! 变更登记 · whoever manages a centre, or the administrator, changes what is on record of it, section by section, each time with the basis (B2.1).

use super::offices::may;
use super::open::{basis_fields, known};
use super::{facts, record, show};
use crate::powers::may as is_admin;
use crate::{Catalogue, Centre};
use acts::CentreAct;
use askama::Template;
use authority::Act;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use std::sync::Arc;
use uuid::Uuid;

/// Where a form says of which version it was drawn.
const VERSION: &str = "version";

#[derive(Template)]
#[template(path = "centres/change.html")]
struct ChangePage {
    shell: Shell,
    centre: Arc<Centre>,
    version: String,
    step: String,
    title: String,
    intro: String,
    sections: Vec<(String, String, bool)>,
    fields: String,
    filled: Filled,
}

impl ChangePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn basis(&self) -> String {
        basis_fields(&self.filled)
    }
}

fn draw(shell: Shell, centre: Arc<Centre>, step: &str, version: String, filled: Filled) -> Result<Response, Stop> {
    let form = facts::form()?;
    let this = form.step(step).ok_or(Stop::NotFound("页面"))?;
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ChangePage {
        title: this.title.clone(),
        intro: this.intro.clone().unwrap_or_default(),
        sections: form.steps().iter().map(|one| (one.key.clone(), one.title.clone(), one.key == step)).collect(),
        fields: this.fields.iter().map(|field| filled.field(field)).collect(),
        step: step.to_owned(),
        version,
        centre,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /centres/{centre}/change/{step}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((key, step)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let centre = show::centre(&catalogue, &key)?;
    may(&house, &catalogue, &person, Act::KeepCentre, &centre)?;
    let found = record::find(&mut *house.pool().acquire().await?, &key).await?;
    let (version, told) = found.ok_or(Stop::NotFound("政务服务中心"))?;
    let (version, entered) = match held {
        Some(entered) => (entered.get(VERSION).and_then(|said| said.last()).cloned().unwrap_or_default(), entered),
        None => (version.to_string(), facts::form()?.entered(&step, &facts::answers(&told, &catalogue))),
    };
    let filled = Filled::new(shell.lang, entered, Vec::new());
    draw(shell, centre, &step, version, filled)
}

/// POST /centres/{centre}/change/{step}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((key, step)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let centre = show::centre(&catalogue, &key)?;
    may(&house, &catalogue, &person, Act::KeepCentre, &centre)?;
    let form = facts::form()?;
    let version = posted.one(VERSION).to_owned();
    if let Some(entered) = form.press(&posted.0, posted.one("then")) {
        let filled = Filled::new(shell.lang, entered, Vec::new());
        return draw(shell, centre, &step, version, filled);
    }
    form.step(&step).ok_or(Stop::NotFound("页面"))?;
    let once = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, once).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    record::alone(&mut tx).await?;
    let (present, before) = record::find(&mut tx, &key).await?.ok_or(Stop::NotFound("政务服务中心"))?;
    // Whoever was first is not overwritten by a page drawn before.
    if version != present.to_string() {
        return Err(Stop::Rejected(
            "您打开这一页以后，别人改过这个中心的登记，这一次没有存。请回到中心的页面，看过现在的登记再改。".into(),
        ));
    }
    let reading = form.read_step(&step, &posted.0, now.date());
    let mut errors = reading.errors.clone();
    let put = if errors.is_empty() { facts::put(&step, &reading.answers, &before, &catalogue) } else { Ok(before.clone()) };
    let after = put.unwrap_or_else(|wrong| {
        errors.extend(wrong);
        before.clone()
    });
    let (basis, from) = facts::basis(&posted, now.date(), &mut errors);
    // Whoever manages a centre neither chooses who reviews them nor changes days that are over.
    if is_admin(&house, &person, Act::KeepCentre).is_err() {
        if after.manager != before.manager {
            let zh = "管理机构要由管理员登记，请报管理员改";
            errors.push(field_error("manager", "管理机构", zh, "The managing body is entered by the administrator"));
        }
        if from < now.date() {
            let zh = "最早从今天起；以前的登记错了，请报管理员更正";
            errors.push(field_error(
                "from",
                "自哪天起",
                zh,
                "From today at the earliest; have the administrator correct days that are over",
            ));
        }
    }
    if !errors.is_empty() {
        tx.rollback().await?;
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(shell, centre, &step, version, filled);
    }
    if after == before {
        return Err(Stop::Rejected("和现在登记的一样，没有要改的。".into()));
    }
    let act = CentreAct::Changed { facts: after, basis, from };
    record::keep(&mut tx, &key, act, record::by(&person), &now).await?;
    let leads_to = format!("/centres/{key}");
    once::finish(&house, tx, person.id, once, &leads_to).await?;
    known(&house, &catalogue).await;
    Ok(Redirect::to(&leads_to).into_response())
}
