//! 登记 · an administrator puts a body on record or changes what it may ask; somebody else publishes it; it is suspended and ended (B9, F117).

use super::body::{self, Body, Rejection, f117_may_follow};
use super::{facts, show};
use acts::QueryingBodyAct;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error, public_text};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use uuid::Uuid;

const VERSION: &str = "version";

fn may(house: &House, person: &Person, act: Act) -> Result<(), Stop> {
    house.may(&person.principal(), act, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// Whether the page offers it to this person.
pub fn is_offered(house: &House, person: Option<&Person>, act: Act) -> bool {
    person.is_some_and(|person| may(house, person, act).is_ok())
}

#[derive(Template)]
#[template(path = "queries/keep.html")]
struct KeepPage {
    shell: Shell,
    one: Option<Body>,
    version: String,
    action: String,
    fields: String,
    filled: Filled,
    catalogue: Catalogue,
    once: Uuid,
}

fn draw(catalogue: Catalogue, shell: Shell, one: Option<Body>, version: String, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = KeepPage {
        action: one.as_ref().map_or("/queries/bodies/new".into(), |one| format!("/queries/bodies/{}/change", one.uscc)),
        fields: facts::draw(&filled, one.is_none()),
        version,
        one,
        filled,
        catalogue,
        once: Uuid::new_v4(),
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /queries/bodies/new
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepQueryingBody)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(catalogue, shell, None, String::new(), filled)
}

/// POST /queries/bodies/new
pub async fn enter(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepQueryingBody)?;
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut errors = Vec::new();
    let uscc = match forms::ids::check_uscc(posted.one("uscc")) {
        Ok(code) => code.code,
        Err(wrong) => {
            let label = "统一社会信用代码";
            errors.push(field_error("uscc", label, &wrong.zh(label, ""), &wrong.en(label, "")));
            String::new()
        }
    };
    let before = body::lock(&mut tx, &uscc).await?;
    if before.as_ref().is_some_and(|one| one.known().is_some()) {
        errors.push(field_error(
            "uscc",
            "统一社会信用代码",
            "这个单位登记过了，请在它的页面上改",
            "It is on record already; change it there",
        ));
    }
    match facts::read(&posted, &catalogue) {
        Ok(facts) if errors.is_empty() => {
            let by = (person.actor("administrator"), Some(person.private()));
            body::keep(&mut tx, &uscc, before.as_ref(), QueryingBodyAct::Proposed { facts }, by, &now).await?;
            let to = format!("/queries/bodies/{uscc}");
            once::finish(&house, tx, person.id, form, &to).await?;
            return Ok(Redirect::to(&to).into_response());
        }
        Ok(_) => {}
        Err(wrong) => errors.extend(wrong),
    }
    tx.rollback().await?;
    let filled = Filled::new(shell.lang, posted.0, errors);
    draw(catalogue, shell, None, String::new(), filled)
}

const NONE: Stop = Stop::NotFound("来查的单位");

/// GET /queries/bodies/{uscc}/change
pub async fn change(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(uscc): Path<String>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepQueryingBody)?;
    let one = body::find(&mut *house.pool().acquire().await?, &uscc).await?.ok_or(NONE)?;
    let latest = one.proposed.as_ref().or(one.facts.as_ref());
    let (version, entered) = match held {
        Some(entered) => (entered.get(VERSION).and_then(|said| said.last()).cloned().unwrap_or_default(), entered),
        None => (one.version.to_string(), latest.map(facts::entered).unwrap_or_default()),
    };
    let filled = Filled::new(shell.lang, entered, Vec::new());
    draw(catalogue, shell, Some(one), version, filled)
}

/// POST /queries/bodies/{uscc}/change: what is published stays until the change is.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(uscc): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepQueryingBody)?;
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let one = body::lock(&mut tx, &uscc).await?.ok_or(NONE)?;
    if posted.one(VERSION) != one.version.to_string() {
        return Err(changed_meanwhile());
    }
    match facts::read(&posted, &catalogue) {
        Ok(facts) if one.facts.as_ref() == Some(&facts) && one.proposed.is_none() => {
            Err(Stop::Rejected("和现在登记的一样，没有要改的。".into()))
        }
        Ok(facts) => {
            let by = (person.actor("administrator"), Some(person.private()));
            body::keep(&mut tx, &uscc, Some(&one), QueryingBodyAct::Proposed { facts }, by, &now).await?;
            let to = format!("/queries/bodies/{uscc}");
            once::finish(&house, tx, person.id, form, &to).await?;
            Ok(Redirect::to(&to).into_response())
        }
        Err(errors) => {
            tx.rollback().await?;
            let version = posted.one(VERSION).to_owned();
            let filled = Filled::new(shell.lang, posted.0, errors);
            draw(catalogue, shell, Some(one), version, filled)
        }
    }
}

fn changed_meanwhile() -> Stop {
    Stop::Rejected("您打开这一页以后，这个单位的登记变了，这一次没有办。请回到它的页面，看过现在的再办。".into())
}

/// GET /queries/bodies/{uscc}/{step}: where somebody comes back to who had to sign in first.
pub async fn back(_: SignedIn, Path((uscc, _)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/queries/bodies/{uscc}"))
}

/// POST /queries/bodies/{uscc}/{step}: published, returned, suspended, resumed, ended.
pub async fn step(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((uscc, step)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let publishes = matches!(step.as_str(), "publish" | "return");
    may(&house, &person, if publishes { Act::PublishQueryingBody } else { Act::KeepQueryingBody })?;
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let reason = match step.as_str() {
        "publish" => String::new(),
        _ => public_text(&posted, "reason", "理由", ("请写理由，公开", "Give a reason; it becomes public"), 200, &mut errors),
    };
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return show::draw(&house, catalogue, shell, &uscc, filled).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let one = body::lock(&mut tx, &uscc).await?.ok_or(NONE)?;
    let act = match step.as_str() {
        "publish" => QueryingBodyAct::Published { facts: one.proposed.clone().ok_or(Rejection::NothingProposed)? },
        "return" => QueryingBodyAct::Returned { reason },
        "suspend" => QueryingBodyAct::Suspended { reason },
        "resume" => QueryingBodyAct::Resumed { reason },
        "end" => QueryingBodyAct::Ended { reason },
        _ => return Err(Stop::NotFound("页面")),
    };
    f117_may_follow(Some(&one), &act, person.id, now.date())?;
    // What is published is what was seen on the page.
    if step == "publish" && posted.one(VERSION) != one.version.to_string() {
        return Err(changed_meanwhile());
    }
    let by = (person.actor_as(&["administrator", "legal_reviewer"]), Some(person.private()));
    body::keep(&mut tx, &uscc, Some(&one), act, by, &now).await?;
    let to = format!("/queries/bodies/{uscc}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
