//! 登记机构 · an authorised officer enters an institution, changes what is on record of it, and ends it: acts, each with its reason (B3.2).

use super::record::{self, Registered};
use super::{facts, show};
use crate::Catalogue;
use crate::centres::record::by;
use crate::powers::may;
use acts::IntermediaryAct;
use askama::Template;
use authority::Act;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error, public_text};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use uuid::Uuid;

/// Where a form says of which version it was drawn.
const VERSION: &str = "version";

#[derive(Template)]
#[template(path = "intermediaries/keep.html")]
struct KeepPage {
    shell: Shell,
    /// Nothing for one that is entered anew.
    one: Option<Registered>,
    version: String,
    action: String,
    fields: String,
    filled: Filled,
    once: Uuid,
}

fn draw(shell: Shell, one: Option<Registered>, version: String, filled: Filled) -> Result<Response, Stop> {
    let form = facts::form()?;
    let step = form.step(facts::STEP).ok_or(Stop::NotFound("页面"))?;
    let code = match &one {
        Some(_) => String::new(),
        None => filled.input("uscc", "统一社会信用代码", "18 位，照营业执照或者法人证书", "text", "autocomplete=\"off\""),
    };
    let own: String = step.fields.iter().map(|field| filled.field(field)).collect();
    let basis = filled.input("basis", "依据", "例：机构提交的登记表和资质证书，核对人。公开", "text", "maxlength=300");
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = KeepPage {
        action: one.as_ref().map_or("/intermediaries/new".into(), |one| format!("/intermediaries/{}/change", one.uscc)),
        fields: [code, own, basis].concat(),
        version,
        one,
        filled,
        once: Uuid::new_v4(),
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /intermediaries/new
pub async fn new(State(house): State<House>, shell: Shell, person: SignedIn, Held(held): Held) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepIntermediary)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(shell, None, String::new(), filled)
}

/// What was posted, or everything that is wrong with it.
fn read(
    posted: &Posted,
    catalogue: &Catalogue,
    today: chrono::NaiveDate,
) -> Result<Result<(acts::IntermediaryFacts, String), Vec<forms::FieldError>>, Stop> {
    let reading = facts::form()?.read_step(facts::STEP, &posted.0, today);
    let mut errors = reading.errors;
    let told = match errors.is_empty() {
        true => facts::put(&reading.answers, catalogue).unwrap_or_else(|wrong| {
            errors.extend(wrong);
            acts::IntermediaryFacts::default()
        }),
        false => acts::IntermediaryFacts::default(),
    };
    let wanted = ("请写依据：凭什么材料登记", "Say on what papers it rests");
    let basis = public_text(posted, "basis", "依据", wanted, 300, &mut errors);
    Ok(if errors.is_empty() { Ok((told, basis)) } else { Err(errors) })
}

/// POST /intermediaries/new
pub async fn enter(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepIntermediary)?;
    if let Some(entered) = facts::form()?.press(&posted.0, posted.one("then")) {
        let filled = Filled::new(shell.lang, entered, Vec::new());
        return draw(shell, None, String::new(), filled);
    }
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut errors = Vec::new();
    let uscc = facts::code(posted.one("uscc"), &mut errors).unwrap_or_default();
    if let Some(before) = record::lock(&mut tx, &uscc).await?.filter(|before| before.ended_on.is_none()) {
        let zh = format!("{}已经在名册上，请变更它的登记", before.facts.name);
        errors.push(field_error("uscc", "统一社会信用代码", &zh, "It is in the register already; change what is on record"));
    }
    match read(&posted, &catalogue, now.date())? {
        Ok((facts, basis)) if errors.is_empty() => {
            record::keep(&mut tx, &uscc, None, IntermediaryAct::Entered { facts, basis }, by(&person), &now).await?;
            let to = format!("/intermediaries/{uscc}");
            once::finish(&house, tx, person.id, form, &to).await?;
            return Ok(Redirect::to(&to).into_response());
        }
        Ok(_) => {}
        Err(wrong) => errors.extend(wrong),
    }
    tx.rollback().await?;
    let filled = Filled::new(shell.lang, posted.0, errors);
    draw(shell, None, String::new(), filled)
}

/// GET /intermediaries/{uscc}/change
pub async fn change(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(uscc): Path<String>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepIntermediary)?;
    let one = record::find(&mut *house.pool().acquire().await?, &uscc).await?.ok_or(Stop::NotFound("中介服务机构"))?;
    let (version, entered) = match held {
        Some(entered) => (entered.get(VERSION).and_then(|said| said.last()).cloned().unwrap_or_default(), entered),
        None => (one.version.to_string(), facts::form()?.entered(facts::STEP, &facts::answers(&one.facts, &catalogue))),
    };
    let filled = Filled::new(shell.lang, entered, Vec::new());
    draw(shell, Some(one), version, filled)
}

/// POST /intermediaries/{uscc}/change: of one that had ended, it is in the register again.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(uscc): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepIntermediary)?;
    let version = posted.one(VERSION).to_owned();
    if let Some(entered) = facts::form()?.press(&posted.0, posted.one("then")) {
        let one = record::find(&mut *house.pool().acquire().await?, &uscc).await?.ok_or(Stop::NotFound("中介服务机构"))?;
        let filled = Filled::new(shell.lang, entered, Vec::new());
        return draw(shell, Some(one), version, filled);
    }
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let one = record::lock(&mut tx, &uscc).await?.ok_or(Stop::NotFound("中介服务机构"))?;
    // Whoever was first is not overwritten by a page drawn before.
    if version != one.version.to_string() {
        return Err(Stop::Rejected(
            "您打开这一页以后，别人改过这家机构的登记，这一次没有存。请回到机构的页面，看过现在的登记再改。".into(),
        ));
    }
    match read(&posted, &catalogue, now.date())? {
        Ok((facts, _)) if facts == one.facts && one.ended_on.is_none() => {
            Err(Stop::Rejected("和现在登记的一样，没有要改的。".into()))
        }
        Ok((facts, basis)) => {
            record::keep(&mut tx, &uscc, Some(&one), IntermediaryAct::Changed { facts, basis }, by(&person), &now).await?;
            let to = format!("/intermediaries/{uscc}");
            once::finish(&house, tx, person.id, form, &to).await?;
            Ok(Redirect::to(&to).into_response())
        }
        Err(errors) => {
            tx.rollback().await?;
            let filled = Filled::new(shell.lang, posted.0, errors);
            draw(shell, Some(one), version, filled)
        }
    }
}

/// GET /intermediaries/{uscc}/end: where somebody comes back to who had to sign in first.
pub async fn back(_: SignedIn, Path(uscc): Path<String>) -> Redirect {
    Redirect::to(&format!("/intermediaries/{uscc}"))
}

/// POST /intermediaries/{uscc}/end
pub async fn end(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(uscc): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepIntermediary)?;
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let wanted = ("请写出册的理由", "Say why it is taken out of the register");
    let reason = public_text(&posted, "reason", "出册的理由", wanted, 200, &mut errors);
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return show::draw(&house, &catalogue, shell, &uscc, None, filled).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let one = record::lock(&mut tx, &uscc).await?.ok_or(Stop::NotFound("中介服务机构"))?;
    if one.ended_on.is_some() {
        return Err(Stop::Rejected("这家机构已经出册。".into()));
    }
    record::keep(&mut tx, &uscc, Some(&one), IntermediaryAct::Ended { on: now.date(), reason }, by(&person), &now).await?;
    let to = format!("/intermediaries/{uscc}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
