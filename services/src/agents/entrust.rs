//! 受托 · the agent, or a relative or friend, writes down what somebody entrusts, hands in the signed paper, and begins the applications it covers (F086).

use super::consent::{self, Consent};
use crate::drafts;
use acts::{AgentNamed, ConsentWay, Entrusted, Party, Relation};
use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Foundations, Item};
use chrono::Days;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::papers::{self, Asked};
use foundation::people::{self, Person};
use foundation::{House, Moment, SignedIn, Stop, files, once, uploads};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// The one paper of a consent.
const PAPER: &str = "signed";

/// Whose the photograph is.
pub fn owner(no: &str) -> String {
    format!("consent:{no}")
}

#[derive(Template)]
#[template(path = "agents/new.html")]
struct NewPage {
    shell: Shell,
    filled: Filled,
    items: Vec<Arc<Item>>,
    once: Uuid,
    /// Whoever writes it down works at no point: a relative or friend.
    kin: bool,
}

impl NewPage {
    fn relation(&self) -> String {
        self.filled.choice("relation", "您是他的", "radio", &Relation::ALL.map(|relation| (relation.key(), relation.zh())))
    }
    fn is_chosen(&self, slug: &str) -> bool {
        self.filled.entered.get("items").is_some_and(|chosen| chosen.iter().any(|one| one == slug))
    }
    fn ways(&self) -> String {
        self.filled.choice("way", "他怎样同意的", "radio", &ConsentWay::ALL.map(|way| (way.key(), way.zh())))
    }
    fn collects(&self) -> String {
        self.filled.choice("collects", "结果出来以后", "checkbox", &[("yes", "他同意由代办的人代领")])
    }
    fn wrong_items(&self) -> Option<String> {
        self.filled.errors.iter().find(|error| error.field == "items").map(|error| self.filled.said(error))
    }
}

/// What an agent helps people with: every matter that is for people and can be applied for today.
async fn matters(house: &House, catalogue: &Catalogue) -> Result<Vec<Arc<Item>>, Stop> {
    let mut items = catalogue.listed();
    items.retain(|item| item.applies_to_people());
    let foundations = Foundations::of(&mut *house.pool().acquire().await?, items.iter().map(AsRef::as_ref)).await?;
    items.retain(|item| item.barred(house.now().date(), &foundations).is_none());
    Ok(items)
}

async fn draw_new(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    person: &SignedIn,
    mut filled: Filled,
    once: Uuid,
) -> Result<Response, Stop> {
    let today = house.now().date();
    let in_a_month = today.checked_add_days(Days::new(30)).unwrap_or(today);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    filled.entered.entry("way".into()).or_insert_with(|| vec![ConsentWay::Paper.key().into()]);
    filled.entered.entry("until".into()).or_insert_with(|| vec![in_a_month.to_string()]);
    let page = NewPage { items: matters(house, catalogue).await?, kin: person.agent_point.is_none(), filled, once, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

#[derive(Deserialize)]
pub struct Wanted {
    /// The matter from whose page one came.
    item: Option<String>,
}

/// GET /agent/consents/new
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut entered = held.unwrap_or_default();
    if let Some(item) = wanted.item {
        entered.entry("items".into()).or_insert_with(|| vec![item]);
    }
    let filled = Filled::new(shell.lang, entered, Vec::new());
    draw_new(&house, &catalogue, shell, &person, filled, Uuid::new_v4()).await
}

fn not_together() -> FieldError {
    field_error(
        "card-number",
        "身份证号",
        "姓名和身份证号对不上，请照证件再看一遍",
        "The name and the number do not belong together; look at the card again",
    )
}

/// The person of this card: whoever is known by it, somebody an agent entered by it before, or somebody entered now. Only a counter verifies
/// a card: whoever an agent enters is unverified until the person comes to one, and keeps nobody from being known by the number.
async fn villager(
    conn: &mut PgConnection,
    (name, number, mobile): (&str, &str, &str),
    now: &Moment,
) -> Result<Result<Person, FieldError>, Stop> {
    if let Some(known) = people::holder(conn, number).await? {
        return Ok(match known.name == name {
            true => Ok(known),
            false => Err(not_together()),
        });
    }
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('villager:' || $1, 0))").bind(number).execute(&mut *conn).await?;
    let before: Option<Uuid> = sqlx::query_scalar(
        "select id
           from people
          where resident_id = $1
            and name = $2
            and walk_in
            and claimed_by is null
            and identity_verified_at is null
          order by created_at
          limit 1",
    )
    .bind(number)
    .bind(name)
    .fetch_optional(&mut *conn)
    .await?;
    let id = match before {
        Some(id) => id,
        None => {
            let new = people::New {
                login: format!("walk-in-{}", Uuid::now_v7().simple()),
                name: name.into(),
                resident_id: Some(number.into()),
                mobile: Some(mobile.into()).filter(|mobile: &String| !mobile.is_empty()),
                roles: vec!["citizen".into()],
                walk_in: true,
                ..people::New::default()
            };
            people::create(conn, new, now.at).await?
        }
    };
    people::find(conn, id).await?.map(Ok).ok_or(Stop::NotFound("申请人"))
}

/// POST /agent/consents/new
pub async fn prepare(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let now = house.now();
    let today = now.date();
    let point = person.agent_point.clone();
    let relation = Relation::ALL.into_iter().find(|relation| relation.key() == posted.one("relation"));
    let relation = relation.filter(|_| point.is_none());
    let mut errors: Vec<FieldError> = Vec::new();
    let card = crate::counter::card(&posted, today, &mut errors);
    let mobile = crate::counter::telephone(&posted, "mobile", &mut errors);
    let known = matters(&house, &catalogue).await?;
    let items: Vec<String> =
        known.iter().map(|item| item.slug.clone()).filter(|slug| posted.all("items").contains(slug)).collect();
    let until = fields::date(posted.one("until"), "until", "委托到哪天为止", &mut errors);
    let way = ConsentWay::ALL.into_iter().find(|way| way.key() == posted.one("way"));
    if way.is_none() {
        errors.push(field_error("way", "他怎样同意的", "请选他怎样同意的", "Choose how the consent is given"));
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut made = None;
    let known = people::holder(&mut tx, &card.number).await?;
    let account = known.as_ref().is_some_and(|known| !known.walk_in);
    // Whoever does not know the name learns nothing of the number.
    let another = known.as_ref().is_some_and(|known| known.name != card.name);
    let known = known.map(|known| known.id).filter(|_| !another);
    let who = (known, card.number.as_str(), account && !another);
    // Nothing is said of an account that nobody could look for yet.
    let looked = !card.number.is_empty() && !card.name.is_empty() && !another;
    let of_account = |no: &consent::Rejection| matches!(no, consent::Rejection::HasAccount | consent::Rejection::NoAccount);
    let all = consent::all_wrong(&person, who, relation, &items, until, way, today);
    errors.extend(another.then(not_together));
    errors.extend(all.iter().filter(|no| looked || !of_account(no)).map(wrong));
    if let (Some(until), Some(way), true) = (until, way, errors.is_empty()) {
        // Two forms at once: the second counts the first.
        once::alone(&mut tx, person.id).await?;
        let many = point.is_none() && consent::of_kin(&mut tx, person.id, today).await? >= consent::MOST_OF_KIN;
        match villager(&mut tx, (&card.name, &card.number, &mobile), &now).await? {
            _ if many => errors.push(wrong(&consent::Rejection::TooMany)),
            Err(error) => errors.push(error),
            Ok(villager) => {
                let party = Party {
                    id: villager.id,
                    name: villager.name.clone(),
                    identity: villager.resident_id.clone(),
                    mobile: Some(mobile).filter(|mobile| !mobile.is_empty()),
                    organisation: false,
                };
                let agent = AgentNamed { person: person.id, name: person.name.clone() };
                let entrusted = Entrusted { person: party, agent, point, relation, papers: Vec::new() };
                let collects = posted.one("collects") == "yes";
                made = Some(consent::prepare(&mut tx, (items, until, way, collects), entrusted, &now).await?);
            }
        }
    }
    let Some(no) = made else {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw_new(&house, &catalogue, shell, &person, filled, form).await;
    };
    let to = format!("/agent/consents/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

/// What the rule says no to, beside its field.
fn wrong(no: &consent::Rejection) -> FieldError {
    use consent::Rejection::*;
    let (field, label, en) = match no {
        Minor => {
            let en =
                "Whoever is not of age gives no consent: a guardian applies for them at a counter, with the household register";
            ("card-number", "身份证号", en.to_owned())
        }
        Oneself => ("card-number", "身份证号", "Nobody entrusts oneself; apply with your own account".to_owned()),
        NoItem => ("items", "办哪些事", "Choose at least one matter".to_owned()),
        Day(from, to) => ("until", "委托到哪天为止", format!("Enter a day from {from} to {to}")),
        NoRelation => ("relation", "您是他的", "Say what you are to the person".to_owned()),
        Unverified => {
            let en = "Have your own identity looked at first: take your card to any counter";
            ("card-name", "他的姓名", en.to_owned())
        }
        TooMany => {
            let en = format!("Nobody helps more than {} relatives or friends at once", consent::MOST_OF_KIN);
            ("card-name", "他的姓名", en)
        }
        HasAccount => ("way", "他怎样同意的", "The person has an account: it is confirmed there".to_owned()),
        _ => ("way", "他怎样同意的", "There is no verified account to confirm it in; use the signed paper".to_owned()),
    };
    field_error(field, label, &no.to_string(), &en)
}

#[derive(Template)]
#[template(path = "agents/one.html")]
struct OnePage {
    shell: Shell,
    consent: Consent,
    /// Slug and name of each matter, and whether it can be begun now.
    items: Vec<(String, String, bool)>,
    cases: Vec<(String, String, String)>,
    asked: Vec<Asked>,
    action: String,
    troubles: Vec<String>,
    once: Uuid,
    said: &'static str,
    tag: &'static str,
    /// How it still waits to be given; nothing when it does not.
    waits: Option<ConsentWay>,
}

/// The agent's own consent; over, its cases are seen no more.
async fn own(house: &House, person: &SignedIn, no: &str) -> Result<Consent, Stop> {
    let consent = consent::find(&mut *house.pool().acquire().await?, no).await?;
    match consent.entrusted.agent.person == person.id {
        true => Ok(consent),
        false => Err(Stop::NotAllowed { reason: "这份委托不是给您的".into() }),
    }
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    person: &SignedIn,
    consent: Consent,
    troubles: Vec<String>,
) -> Result<Response, Stop> {
    let today = house.now().date();
    let waits = consent.waits(today).ok();
    let asked = match waits {
        Some(ConsentWay::Paper) => {
            vec![Asked::new(PAPER, "签了名的委托书", "打印本页或者手写，他签名、写日期，拍清楚四个角", true)]
        }
        _ => Vec::new(),
    };
    let asked = papers::found(house, &owner(&consent.no), asked).await?;
    let name = |slug: &str| catalogue.item_name(slug, &shell.lang);
    let mut cases = Vec::new();
    if consent.in_force(today) {
        for (case_no, item, stage, _) in consent::cases(&mut *house.pool().acquire().await?, &consent.no).await? {
            cases.push((case_no, name(&item), acts::Stage::of(&stage).map_or("", acts::Stage::zh).to_owned()));
        }
    }
    let items = consent
        .items
        .iter()
        .map(|slug| (slug.clone(), name(slug), consent::is_entrusted(person, &consent, slug) && consent.in_force(today)))
        .collect();
    let status = if troubles.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage {
        action: format!("/agent/consents/{}", consent.no),
        said: consent.said(today),
        tag: consent.tag(today),
        items,
        cases,
        asked,
        troubles,
        once: Uuid::new_v4(),
        waits,
        consent,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /agent/consents/{no}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let consent = own(&house, &person, &no).await?;
    draw(&house, &catalogue, shell, &person, consent, Vec::new()).await
}

/// The agent's consent while it waits for its paper.
async fn waiting(house: &House, person: &SignedIn, no: &str) -> Result<Consent, Stop> {
    let consent = own(house, person, no).await?;
    match consent.waits(house.now().date())? {
        ConsentWay::Paper => Ok(consent),
        ConsentWay::Account => Err(consent::Rejection::OwnAccountOnly.into()),
    }
}

pub async fn upload(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    request: Request,
) -> Result<Response, Stop> {
    let consent = waiting(&house, &person, &no).await?;
    let back = format!("/agent/consents/{no}");
    match uploads::receive(&house, &person, &owner(&no), &[PAPER.to_owned()], request, &back).await? {
        Ok(answer) => Ok(answer),
        Err(refused) => draw(&house, &catalogue, shell, &person, consent, refused.troubles).await,
    }
}

/// …/files/{file}: goes on with an upload that began above.
pub async fn resume(
    State(house): State<House>,
    person: SignedIn,
    Path((no, file)): Path<(String, Uuid)>,
    request: Request,
) -> Result<Response, Stop> {
    waiting(&house, &person, &no).await?;
    uploads::resume(&house, &person, &owner(&no), file, request).await
}

pub async fn remove(
    State(house): State<House>,
    person: SignedIn,
    Path((no, file)): Path<(String, Uuid)>,
) -> Result<Redirect, Stop> {
    waiting(&house, &person, &no).await?;
    papers::let_go(&house, &owner(&no), file).await?;
    Ok(Redirect::to(&format!("/agent/consents/{no}")))
}

/// POST /agent/consents/{no}: with the signed paper, the consent is given.
pub async fn give(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    own(&house, &person, &no).await?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut consent = consent::lock(&mut tx, &no).await?;
    if consent.way == ConsentWay::Account {
        return Err(consent::Rejection::OwnAccountOnly.into());
    }
    consent.entrusted.papers = papers::handed(&mut *tx, &owner(&no), &[PAPER.to_owned()]).await?;
    // Whose card a counter has seen meanwhile says yes in the own account.
    let account = consent::has_account(&mut tx, consent.entrusted.person.id).await?;
    let may = match consent.is_to_kin() && account {
        true => Err(consent::Rejection::NowHasAccount),
        false => consent.may(&consent.giving(), house.now().date()),
    };
    if let Err(why) = may {
        drop(tx);
        return draw(&house, &catalogue, shell, &person, consent, vec![why.to_string()]).await;
    }
    let act = consent.giving();
    let by = (acts::Actor { role: consent.role().into(), agency: None, post: None }, person.private());
    consent::act(&mut tx, consent, by, act, &house.now()).await?;
    files::hand_in(&mut tx, &owner(&no)).await?;
    let to = format!("/agent/consents/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

/// POST …/drop: whoever is entrusted lets it be: what only waited is gone, what was given is taken back.
pub async fn drop_it(
    State(house): State<House>,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    own(&house, &person, &no).await?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let consent = consent::lock(&mut tx, &no).await?;
    match consent.state {
        consent::State::Prepared => consent::decline(&mut tx, consent).await?,
        _ => {
            let by = (acts::Actor { role: consent.role().into(), agency: None, post: None }, person.private());
            consent::act(&mut tx, consent, by, acts::ConsentAct::Revoked {}, &house.now()).await?;
        }
    }
    once::finish(&house, tx, person.id, form, "/agent").await?;
    Ok(Redirect::to("/agent").into_response())
}

/// POST …/begin: the application of one matter, filled in for the person.
pub async fn begin(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let item = catalogue.item(posted.one("item")).ok_or(Stop::NotFound("事项"))?;
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    let consent = consent::hold(&mut tx, &no, &person, &item.slug, now.date()).await?;
    // Two clicks begin one draft: whoever comes second finds it.
    once::alone(&mut tx, consent.entrusted.person.id).await?;
    let to = drafts::for_somebody(&mut tx, &item, &person, &consent, &now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&to))
}
