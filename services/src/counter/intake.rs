//! 收件登记 · an application handed over at the counter, typed in by the officer: one page, the same form, the same law (B4.1).

use super::agree::{self, MOBILE};
use super::away::{self, Comes};
use super::taken;
use super::who::{self, CARD_SEEN, Card, LICENCE_NAME, LICENCE_USCC, NAME, NUMBER};
use crate::cases::case::{self, Rejection};
use crate::cases::run::By;
use crate::cases::submit::{self, Application};
use crate::cases::together;
use crate::certificates::{ask, certificate};
use crate::hall;
use acts::{About, Asks, Channel, Handed, Party};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Foundations, Item};
use chrono::{DateTime, Utc};
use forms::{Entered, FieldError};
use foundation::held::{self, Held, Posted};
use foundation::looking::{self, Opened};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Person};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;
use serde_json::Map;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "counter/choose.html")]
struct ChoosePage {
    shell: Shell,
    items: Vec<Arc<Item>>,
    /// What the comprehensive counter takes in for the other agencies of its centre, with the name of each.
    others: Vec<(String, Vec<Arc<Item>>)>,
    /// How many matters of other agencies this officer takes in as well once a general counter is open.
    closed: usize,
}

impl ChoosePage {
    fn waits(&self) -> String {
        format!("您现在没有开着的综合窗口。开了以后，还能替同一中心的单位收 {} 种事项的件。", self.closed)
    }
}

pub async fn choose(State(house): State<House>, catalogue: Catalogue, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    house.may(
        &person.principal(),
        Act::RegisterAtCounter,
        &Resource::Agency { key: agency.clone() },
        &Circumstance { at_counter: true, ..Circumstance::default() },
    )?;
    let items = catalogue.items().iter().filter(|i| i.agency == agency).cloned().collect();
    let today = house.now().date();
    let counter = hall::counter_of(&mut *house.pool().acquire().await?, person.id, today).await?;
    let counter = counter.filter(|counter| counter.serves(hall::Kind::General));
    let elsewhere = catalogue.items();
    let elsewhere = elsewhere.iter().filter(|item| item.agency != agency && item.is_in_use());
    let (mut others, mut closed): (BTreeMap<String, Vec<Arc<Item>>>, usize) = (BTreeMap::new(), 0);
    match &counter {
        Some(counter) => {
            for item in elsewhere.filter(|item| catalogue.is_handled_in(item, &counter.centre, today)) {
                others.entry(catalogue.agency_name(&item.agency).to_owned()).or_default().push(item.clone());
            }
        }
        // Only a counter officer takes in for others; who may not is not sent to open one.
        None => {
            let how = Circumstance { at_counter: true, comprehensive: true, ..Circumstance::default() };
            let lets = |item: &Item| {
                let on = Resource::Agency { key: item.agency.clone() };
                house.may(&person.principal(), Act::RegisterAtCounter, &on, &how).is_ok()
            };
            let sits = hall::sits_at(&catalogue, &person, today);
            closed =
                elsewhere.filter(|item| sits.iter().any(|at| catalogue.is_handled_in(item, at, today)) && lets(item)).count();
        }
    }
    let others = others.into_iter().collect();
    page::render(&shell.clone(), &ChoosePage { items, others, closed, shell })
}

#[derive(Template)]
#[template(path = "counter/intake.html")]
struct IntakePage {
    shell: Shell,
    item: Arc<Item>,
    summary: String,
    who: String,
    steps: Vec<(String, String)>,
    papers: String,
    once: Uuid,
    wrong: bool,
    /// The number that the officer has called: the case goes with it.
    number: Option<String>,
    /// The certificate that whoever came asks something of.
    about: Option<About>,
    /// Why it was not registered, though nothing is wrong with the form.
    trouble: Option<String>,
    /// Whether a counter has to be opened first.
    open_first: bool,
}

/// What the page posts beside the form, and under names that no form can have: its keys have no hyphens.
const QUEUE_NUMBER: &str = "queue-number";
const PAPERS: &str = "papers-seen";
const CERTIFICATE: &str = "about-certificate";
const ASKS: &str = "about-asks";
const NO_TELEPHONE: &str = "card-no-telephone";

#[derive(Deserialize)]
pub struct Asked {
    certificate: Option<String>,
    asks: Option<String>,
}

fn about(certificate: &str, asks: &str) -> Option<About> {
    let asks = Asks::of(asks)?;
    Some(About { certificate: certificate.to_owned(), asks })
}

/// What was posted of the certificate.
fn about_in(entered: &Entered) -> Option<About> {
    let one = |key: &str| entered.get(key).and_then(|given| given.last()).map_or("", String::as_str);
    about(one(CERTIFICATE), one(ASKS))
}

/// Who stands above the form: the applicant, whoever brings it. Where the agent is entered is said where the form asks for one.
fn who_fields(filled: &Filled, item: &Item) -> String {
    let (whose, hint) = match (item.applies_to_people(), item.form.fields().any(|field| field.key == "agent_name")) {
        (false, _) => ("姓名（来窗口的人）", "和证件一致"),
        (true, true) => (
            "姓名（申请人本人）",
            "和证件一致。别人代他来的，这里也填申请人，代他来的人填在下面表里代办（代理）那几项；替单位办的，填来窗口的人",
        ),
        (true, false) => ("姓名（申请人本人）", "和证件一致。别人代他来的，这里也填申请人；替单位办的，填来窗口的人"),
    };
    let mobile = filled.input(MOBILE, "手机号", "用来收通知和查询，座机也行，没有的空着", "text", "inputmode=\"tel\"");
    let options = [("yes", "申请人（和代他来的人）没有电话：有事寄信、请村里带话，或者他自己来问")];
    let none = match item.applies_to_people() {
        true => filled.choice(NO_TELEPHONE, "没有电话的", "checkbox", &options),
        false => String::new(),
    };
    [who::card_fields_again(filled, whose, hint), mobile, none, who::licence_fields(filled)].concat()
}

fn draw(
    mut shell: Shell,
    item: Arc<Item>,
    filled: Filled,
    once: Uuid,
    about: Option<About>,
    stop: Option<&Stop>,
) -> Result<Response, Stop> {
    shell.preferences.dense = true;
    let number = filled.entered.get(QUEUE_NUMBER).and_then(|given| given.last()).filter(|number| !number.is_empty()).cloned();
    let steps = item
        .form
        .steps()
        .iter()
        .filter(|s| !s.materials)
        .map(|s| (s.title.clone(), s.fields.iter().map(|f| filled.field(f)).collect()))
        .collect();
    let options: Vec<(&str, &str)> = item
        .materials
        .iter()
        .filter(|m| m.source == catalogue::MaterialSource::Applicant)
        .map(|m| (m.key.as_str(), m.name.as_str()))
        .collect();
    let papers = filled.choice(PAPERS, "收到了哪些材料（勾选，纸质件当场核对后退回）", "checkbox", &options);
    let status = match stop {
        Some(stop) => stop.status(),
        None if filled.errors.is_empty() => StatusCode::OK,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = IntakePage {
        summary: filled.summary(),
        who: who_fields(&filled, &item),
        steps,
        papers,
        once,
        wrong: status != StatusCode::OK,
        number,
        about,
        trouble: stop.map(Stop::told),
        open_first: stop.is_some_and(waits_for_a_counter),
        item,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

fn waits_for_a_counter(stop: &Stop) -> bool {
    matches!(stop, Stop::NotAllowed { reason } if reason == taken::OPEN_FIRST)
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    Held(held): Held,
) -> Result<Response, Stop> {
    let item = catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    let mut conn = house.pool().acquire().await?;
    if let Err(stop) = taken::may_register(&mut conn, &house, &catalogue, &person, &item).await {
        drop(conn);
        // Whoever comes back before the counter is open loses nothing by it.
        let Some(entered) = held.filter(|_| waits_for_a_counter(&stop)) else { return Err(stop) };
        let (once, about) = (Uuid::new_v4(), about_in(&entered));
        return again(&house, &person, shell, item, entered, Vec::new(), once, about, Some(stop)).await;
    }
    let foundations = Foundations::of(&mut conn, [item.as_ref()]).await?;
    let called = hall::current(&mut conn, person.id, house.now().date()).await?;
    drop(conn);
    if let Some(barred) = item.barred(house.now().date(), &foundations) {
        return Err(Stop::Rejected(barred.zh().into()));
    }
    let about = about(asked.certificate.as_deref().unwrap_or_default(), asked.asks.as_deref().unwrap_or_default())
        .or_else(|| held.as_ref().and_then(about_in));
    let mut entered = match (held, &about) {
        (Some(held), _) => held,
        (None, Some(about)) => known(&house, &person, &item, about).await?,
        (None, None) => Entered::default(),
    };
    if let Some(called) = called {
        entered.insert(QUEUE_NUMBER.into(), vec![called.number]);
    }
    draw(shell.clone(), item, Filled::new(shell.lang, entered, Vec::new()), Uuid::new_v4(), about, None)
}

/// What is on file of the certificate, for an officer who may see it.
async fn known(house: &House, person: &SignedIn, item: &Item, about: &About) -> Result<Entered, Stop> {
    let mut conn = house.pool().acquire().await?;
    let certificate = certificate::find(&mut conn, &about.certificate).await?;
    let case = certificate::case_of(&mut conn, &certificate, house.now().date()).await?;
    drop(conn);
    looking::look(house, person, &certificate.resource(item), Opened::Certificate, "").await?;
    let answers = ask::answers(&case, item, about.asks);
    let steps = item.form.steps().iter().filter(|step| !step.materials);
    let mut entered: Entered = steps.flat_map(|step| item.form.entered(&step.key, &answers)).collect();
    let party = certificate.holder.as_ref();
    let keys = match party.is_some_and(|party| party.organisation) {
        true => [LICENCE_NAME, LICENCE_USCC],
        false => [NAME, NUMBER],
    };
    for (key, value) in
        keys.into_iter().zip([party.map(|party| party.name.clone()), party.and_then(|party| party.identity.clone())])
    {
        if let Some(value) = value {
            entered.insert(key.into(), vec![value]);
        }
    }
    if let Some(mobile) = party.and_then(|party| party.mobile.clone()) {
        entered.insert(MOBILE.into(), vec![mobile]);
    }
    let papers = ask::kept(&case, item, &answers).into_iter().map(|kept| kept.material).collect();
    entered.insert(PAPERS.into(), papers);
    Ok(entered)
}

/// The person of this card: whoever is known by it, else somebody entered now, with nothing to sign in with. An account that only
/// declares the number gets nothing.
async fn walk_in(
    conn: &mut PgConnection,
    card: &Card,
    mobile: &str,
    seen_by: Option<&Person>,
    now: DateTime<Utc>,
) -> Result<Result<Person, FieldError>, Stop> {
    if let Some(known) = people::holder(conn, &card.number).await? {
        if known.name == card.name {
            return Ok(Ok(known));
        }
        let by = seen_by.map(|officer| (officer.actor("officer"), Some(officer.private())));
        let freed = match by {
            Some(by) => people::free_number(conn, &known, by, now).await?,
            None => false,
        };
        if !freed {
            let en = "This number is on file under another name; check the card";
            return Ok(Err(field_error(NAME, "姓名", people::UNDER_ANOTHER_NAME, en)));
        }
    }
    let new = people::New {
        login: format!("walk-in-{}", Uuid::now_v7().simple()),
        name: card.name.clone(),
        resident_id: Some(card.number.clone()),
        mobile: Some(mobile.to_owned()).filter(|mobile| !mobile.is_empty()),
        roles: vec!["citizen".into()],
        verified: true,
        walk_in: true,
        ..people::New::default()
    };
    let id = people::create(conn, new, now).await?;
    people::find(conn, id).await?.map(Ok).ok_or(Stop::NotFound("申请人"))
}

/// One's own agency goes on with the case; what was taken in for another ends with its slip.
fn leads_to(item: &Item, person: &Person, no: &str) -> String {
    let own = person.agency.as_deref() == Some(item.agency.as_str());
    format!("/counter/{}/{no}", if own { "cases" } else { "taken" })
}

/// What came of a form: a case, by the address it leads to, or what is wrong with it.
enum Sent {
    To(String),
    Wrong(Vec<FieldError>),
}

/// What was typed is on the page again, whatever the answer; where a counter has to be opened first, it is kept until the officer is back.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    mut posted: Posted,
) -> Result<Response, Stop> {
    let once = posted.once()?;
    let about = about_in(&posted.0);
    let item = catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    let (errors, stop) = match take_in(&house, &catalogue, &person, &item, &mut posted, once, about.clone()).await {
        Ok(Sent::To(address)) => return Ok(Redirect::to(&address).into_response()),
        Ok(Sent::Wrong(errors)) => (errors, None),
        Err(stop @ (Stop::NotAllowed { .. } | Stop::Rejected(_) | Stop::Unavailable(_) | Stop::Fault(_))) => {
            (Vec::new(), Some(stop))
        }
        Err(stop) => return Err(stop),
    };
    if let Some(ours @ (Stop::Unavailable(_) | Stop::Fault(_))) = &stop {
        tracing::error!(stop = %ours, "intake not registered");
    }
    again(&house, &person, shell, item, posted.0, errors, once, about, stop).await
}

/// The page again, with all that was typed; where a counter has to be opened first, it is kept as well.
async fn again(
    house: &House,
    person: &SignedIn,
    shell: Shell,
    item: Arc<Item>,
    entered: Entered,
    errors: Vec<FieldError>,
    once: Uuid,
    about: Option<About>,
    stop: Option<Stop>,
) -> Result<Response, Stop> {
    let address = format!("/counter/intake/{}", item.slug);
    let filled = Filled::new(shell.lang, entered.clone(), errors);
    let answer = draw(shell, item, filled, once, about, stop.as_ref())?;
    match stop.is_some_and(|stop| waits_for_a_counter(&stop)) {
        true => held::keep(house, person.id, &address, entered, answer).await,
        false => Ok(answer),
    }
}

async fn take_in(
    house: &House,
    catalogue: &Catalogue,
    person: &SignedIn,
    item: &Arc<Item>,
    posted: &mut Posted,
    once: Uuid,
    about: Option<About>,
) -> Result<Sent, Stop> {
    let how = taken::may_register(&mut *house.pool().acquire().await?, house, catalogue, person, item).await?;
    // A button that adds or removes a row shows the page again.
    if let Some(pressed) = item.form.press(&posted.0, posted.one("then")) {
        posted.0 = pressed;
        return Ok(Sent::Wrong(Vec::new()));
    }
    let now = house.now();
    let mut errors: Vec<FieldError> = Vec::new();
    let card = who::card(posted, now.date(), &mut errors);
    let mobile = who::telephone(posted, MOBILE, &mut errors);
    let licence = who::licence(posted, &mut errors);
    agree::fill(item, &mut posted.0, &card, &mobile, licence.is_some());
    let mut answers = Map::new();
    for step in item.form.steps().iter().filter(|s| !s.materials) {
        let reading = item.form.read_step_after(&step.key, &posted.0, &answers, now.date());
        errors.extend(reading.errors);
        answers.extend(reading.answers);
    }
    if licence.is_none() && mobile.is_empty() && posted.one(NO_TELEPHONE) == "yes" {
        errors.retain(|error| !submit::NoTelephone::AtCounter.excuses(item, error, &answers));
    }
    if let Err(no) = submit::serves(item, licence.is_some()) {
        let en = "This service is for organisations alone, or for people alone";
        errors.push(field_error(LICENCE_NAME, "单位名称", &no.to_string(), en));
    }
    // Who applies is the organisation of the licence, or else whoever the card is of.
    let own = licence.as_ref().map_or(card.number.as_str(), |licence| licence.uscc.as_str());
    if licence.is_none() {
        errors.extend(agree::differing(item, &answers, &card, &mobile));
        errors.extend(agree::own_agent(item, &answers, &card));
    }
    let known = |errors: &[FieldError], field: &str| errors.iter().any(|error| error.field == field);
    for error in together::wrong(item, &answers, Some(own).filter(|own| !own.is_empty()), now.date()) {
        if !known(&errors, &error.field) {
            errors.push(error);
        }
    }
    let mut tx = house.pool().begin().await?;
    foundation::once::alone(&mut tx, once).await?;
    if let Some(before) = case::of_form(&mut tx, once).await? {
        return Ok(Sent::To(leads_to(item, person, &before)));
    }
    let number = card.number.clone();
    let mut applicant = None;
    if person.resident_id.is_none() && card.name == forms::text::fold_name(&person.name) {
        let en = "The applicant has your name, and your card is not on record: a colleague takes this in";
        errors.push(field_error(NAME, "姓名", &Rejection::SameName.to_string(), en));
    }
    if errors.is_empty() {
        let seen = posted.one(CARD_SEEN) == "yes";
        match (walk_in(&mut tx, &card, &mobile, seen.then_some(person), now.at).await?, &licence) {
            (Ok(person), None) => {
                let own = Party {
                    name: card.name,
                    mobile: Some(mobile).filter(|mobile| !mobile.is_empty()),
                    ..submit::party_of(&person)
                };
                applicant = Some((own, None, person));
            }
            (Ok(person), Some(licence)) => match who::organisation(&mut tx, licence).await? {
                // Who hands it in follows this one case; to act for the organisation takes a mandate on record.
                Ok(organisation) => {
                    let party = submit::party_of_organisation(&organisation, Some(mobile).filter(|mobile| !mobile.is_empty()));
                    let known = submit::known(&party, Some(&organisation), submit::HandedIn::AtCounter);
                    errors = submit::unlike(item, &answers, &known, now.date());
                    if errors.is_empty() {
                        applicant = Some((party, Some(organisation), person));
                    }
                }
                Err(error) => errors.push(error),
            },
            (Err(error), _) => errors.push(error),
        }
    }
    let Some((applicant, organisation, handed_in_by)) = applicant else { return Ok(Sent::Wrong(errors)) };
    let named = together::named(item, &answers, None).into_iter().map(|one| one.number).chain(case::cards_in(&answers));
    let comes = Comes { applicant: applicant.id, by: handed_in_by.id, cards: named.chain([number]).collect() };
    away::may_take_in(house, person, &item.agency, &comes, &how)?;
    let known = |key: &&String| item.materials.iter().any(|m| m.key == **key);
    // Only the number that this officer has called now: one that is over or another's goes with nothing.
    let called = hall::current(&mut tx, person.id, now.date()).await?.filter(|called| called.number == posted.one(QUEUE_NUMBER));
    let seen = posted.all(PAPERS).iter().filter(known).map(|key| Handed::seen(key));
    let application = Application {
        applicant,
        organisation,
        filed_by: handed_in_by.id,
        account: !handed_in_by.walk_in,
        channel: Channel::Counter,
        answers,
        on_file: Default::default(),
        materials: seen.collect(),
        queued: called.as_ref().and_then(hall::Number::queued),
        about,
        agent: None,
    };
    let no = submit::run(&mut tx, house, catalogue, item, By::Person(person, "officer"), &application, once, &now).await?;
    if let Some(called) = called {
        hall::take_along(&mut tx, &called, &no, &now).await?;
    }
    tx.commit().await?;
    house.wake();
    Ok(Sent::To(leads_to(item, person, &no)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What stands in the attribute of each tag of a piece of a page.
    fn all<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
        html.split(&format!(" {attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn b4_1_no_two_inputs_of_any_intake_share_a_name_or_an_id() {
        let catalogue = Catalogue::embedded().unwrap();
        assert!(catalogue.items().len() > 20);
        for item in catalogue.items().iter() {
            let filled = Filled::default();
            let papers = filled.choice(PAPERS, "papers", "checkbox", &[("a", "a"), ("b", "b")]);
            let mut pieces = vec![include_str!("intake.html").to_owned(), papers];
            pieces.extend([NAME, NUMBER, MOBILE, LICENCE_NAME, LICENCE_USCC].map(|key| filled.input(key, "", "", "text", "")));
            pieces.extend(item.form.fields().map(|field| filled.field(field)));
            let header = who_fields(&filled, item);
            let people = item.applies_to_people();
            let asked =
                [NAME, NUMBER, MOBILE].into_iter().chain(people.then_some(NO_TELEPHONE)).chain([LICENCE_NAME, LICENCE_USCC]);
            assert_eq!(all(&header, "name"), asked.collect::<Vec<_>>(), "{}", item.slug);
            // The options of one question share its name, and no two questions do.
            let (mut names, mut ids): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
            for piece in &pieces {
                let own: BTreeSet<&str> = all(piece, "name").into_iter().filter(|name| *name != "then").collect();
                for name in own {
                    assert!(names.insert(name), "{}: {name} twice", item.slug);
                }
                for id in all(piece, "id") {
                    assert!(ids.insert(id), "{}: {id} twice", item.slug);
                }
            }
        }
    }
}
