//! 更正 · an entry says something wrong: the office says what it should have said, or that nothing of it counts, and why. The entry and
//! its correction both stay in the history (C1-01).

use super::act;
use super::body::{self, Body};
use super::pages::{kind, told};
use acts::{Entry, LeadershipAct, Provision, Responsible};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "leadership/amend.html")]
struct AmendPage {
    shell: Shell,
    key: String,
    name: String,
    entry: Uuid,
    /// Which fields an entry of its kind has.
    kind: &'static str,
    what: &'static str,
    said: String,
    on: NaiveDate,
    /// Nothing of it counts as it is.
    gone: bool,
    once: Uuid,
    filled: Filled,
}

/// What an entry says, as its form holds it.
fn entered(act: &LeadershipAct) -> Entered {
    let responsible = |one: &Responsible| if *one == Responsible::First { "first" } else { "deputy" }.to_owned();
    let fields: Vec<(&str, String)> = match act {
        LeadershipAct::Appointed { responsible: of, name, post, from } => {
            vec![("responsible", responsible(of)), ("name", name.clone()), ("post", post.clone()), ("from", from.to_string())]
        }
        LeadershipAct::Vacated { responsible: of, from, reason } => {
            vec![("vacant_responsible", responsible(of)), ("vacant_from", from.to_string()), ("vacant_why", reason.clone())]
        }
        LeadershipAct::Heard { on, meeting, decided } => {
            vec![("on", on.to_string()), ("meeting", meeting.clone()), ("decided", decided.clone())]
        }
        LeadershipAct::Provided { year, provision, amount, note } => {
            let provision = match provision {
                Provision::Funding => "funding",
                Provision::Posts => "posts",
                Provision::Premises => "premises",
            };
            vec![("provision", provision.into()), ("year", year.to_string()), ("amount", amount.clone()), ("note", note.clone())]
        }
        LeadershipAct::Weighed { year, percent, basis } => {
            vec![("weight_year", year.to_string()), ("percent", percent.clone()), ("basis", basis.clone())]
        }
        LeadershipAct::HearingMissed { .. } | LeadershipAct::Amended { .. } => Vec::new(),
    };
    fields.into_iter().map(|(key, value)| (key.to_owned(), vec![value])).collect()
}

/// The entry that an address names, where it is one that can be corrected.
fn find<'a>(acts: &'a [Entry<LeadershipAct>], id: &str) -> Result<&'a Entry<LeadershipAct>, Stop> {
    let found = acts.iter().find(|entry| entry.id.to_string() == id);
    found.filter(|entry| act::reader(&entry.act).is_some()).ok_or(Stop::NotFound("记录"))
}

/// The form that corrects an entry, with what it says now.
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((key, entry)): Path<(String, String)>,
) -> Result<Response, Stop> {
    act::may(&house, &person)?;
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    draw(&house, &catalogue, shell, &key, &entry, again).await
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    key: &str,
    id: &str,
    again: Option<Filled>,
) -> Result<Response, Stop> {
    let agency = catalogue.agency(key).ok_or(Stop::NotFound("机关"))?;
    let acts = body::entries(&mut *house.pool().acquire().await?, key).await?;
    let entry = find(&acts, id)?;
    let counts = body::counts(&acts, entry);
    let (what, said) = told(counts.as_ref().unwrap_or(&entry.act));
    let filled = again.unwrap_or_else(|| Filled::new(shell.lang, entered(counts.as_ref().unwrap_or(&entry.act)), Vec::new()));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AmendPage {
        key: key.into(),
        name: agency.name.clone(),
        entry: entry.id,
        kind: kind(&entry.act),
        what,
        said,
        on: calendar::local_date(entry.at),
        gone: counts.is_none(),
        once: Uuid::new_v4(),
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((key, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    act::may(&house, &person)?;
    let form = posted.once()?;
    let leads_to = format!("/leadership/{key}");
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let body = body::lock(&mut tx, &key).await?;
    let acts = body::entries(&mut tx, &key).await?;
    let entry = find(&acts, &id)?;
    let now = house.now();
    let mut errors = Vec::new();
    let wanted = ("请写哪里错了、依据什么更正", "Say what was wrong and what the correction rests on");
    let reason = fields::public_text(&posted, "amended", "更正的理由", wanted, act::LONGEST, &mut errors);
    let read = act::reader(&entry.act).filter(|_| posted.one("then") == "instead");
    let instead = match read.map(|read| read(&posted, &Body::replayed(&key, &acts, Some(entry.id)), now.date())) {
        Some(Ok(act)) => Some(act),
        Some(Err(wrong)) => {
            errors.extend(wrong);
            None
        }
        None if posted.one("then") == "none" => None,
        None => {
            errors.push(field_error("then", "怎么更正", "请选怎么更正", "Choose how it is corrected"));
            None
        }
    };
    if !errors.is_empty() {
        tx.rollback().await?;
        let again = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, &key, &id, Some(again)).await;
    }
    if instead == body::counts(&acts, entry) {
        return Err(Stop::Rejected("和现在记的一样，没有什么要更正".into()));
    }
    let amended = LeadershipAct::Amended { entry: entry.id, reason, instead: instead.map(Box::new) };
    act::keep(&mut tx, body, amended, &person, &now).await?;
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}
