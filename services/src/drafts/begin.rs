//! 开始 · for whom, and whether a draft waits.

use super::{COLUMNS, Draft, KEPT_DAYS, Named, all_of, find, item_of, on_file, shared};
use crate::agents::consent::Consent;
use crate::cases::submit;
use acts::{About, Asks, Origin};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Barred, Catalogue, Foundations, Item, situations};
use chrono::Duration;
use foundation::held::{Posted, entered};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Organisation, Person};
use foundation::{House, Moment, SignedIn, Stop, files};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "drafts/begin.html")]
struct BeginPage {
    shell: Shell,
    item: Arc<Item>,
    /// For whom this person may apply: the organisations, and whether for oneself.
    organisations: Vec<Organisation>,
    oneself: bool,
    drafts: Vec<Begun>,
    /// Why nobody may begin.
    barred: Option<&'static str>,
    /// What was answered before beginning, as it is sent on; and as it reads.
    chosen: Vec<(String, String)>,
    told: Vec<(String, String)>,
    query: String,
}

/// A draft that waits, and for whom it is; nobody's name means oneself.
pub struct Begun {
    pub draft: Draft,
    pub whose: Option<String>,
    /// The agent who began it for the person.
    pub agent: Option<String>,
}

/// The drafts with the names of those they are for.
pub fn begun(drafts: Vec<Draft>, organisations: &[Organisation]) -> Vec<Begun> {
    let name = |id| organisations.iter().find(|o| o.id == id).map(|o| o.name.clone());
    drafts.into_iter().map(|draft| Begun { whose: draft.organisation.and_then(name), draft, agent: None }).collect()
}

/// What agents have begun for the person by a consent (B5).
pub async fn by_agents(house: &House, person: &Person, item: Option<&str>) -> Result<Vec<Begun>, Stop> {
    let made = shared::made(house, person, item, None).await?.into_iter();
    Ok(made.map(|made| Begun { draft: made.draft, whose: None, agent: Some(made.agent) }).collect())
}

/// GET …/apply: for whom, and whether a draft waits.
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    Query(named): Query<Named>,
    RawQuery(query): RawQuery,
) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    house.may(&person.principal(), Act::Apply, &Resource::Site, &Circumstance::default())?;
    if named.draft.is_some()
        && let Some(draft) = find(&house, &person, &slug, &named).await?
    {
        return Ok(Redirect::to(&draft.at(&next_step(&item, &draft))).into_response());
    }
    let drafts = all_of(&house, person.id, Some(&slug), None).await?;
    let mut organisations = people::organisations_of(house.pool(), person.id).await?;
    let mut drafts = begun(drafts, &organisations);
    drafts.extend(by_agents(&house, &person, Some(&slug)).await?);
    organisations.retain(|_| item.applies_to_organisations());
    let oneself = item.applies_to_people();
    let foundations = Foundations::of(&mut *house.pool().acquire().await?, [item.as_ref()]).await?;
    let barred = item.barred(house.now().date(), &foundations).map(Barred::zh);
    let query = query.unwrap_or_default();
    let chosen = entered(query.as_bytes());
    let answers = situations::read(&item, &chosen, house.now().date()).answers;
    let told = situations::asked(&item, &answers).into_iter();
    // Who acts is not taken along: that follows from a consent.
    let told = told
        .filter(|field| !submit::is_given(field))
        .filter_map(|field| Some((field.label.clone(), field.display(answers.get(&field.key)?))))
        .collect();
    let chosen = chosen.into_iter().filter(|(key, _)| answers.contains_key(key));
    let chosen = chosen.flat_map(|(key, values)| values.into_iter().map(move |value| (key.clone(), value))).collect();
    let page = BeginPage { organisations, oneself, drafts, barred, chosen, told, query, item, shell };
    page::render(&page.shell.clone(), &page)
}

/// The first step not seen yet, or the check page.
fn next_step(item: &Item, draft: &Draft) -> String {
    let steps = item.form.steps_asked(&draft.answers());
    steps.iter().find(|s| !draft.visited(&s.key)).map_or_else(|| "check".into(), |s| s.key.clone())
}

/// POST …/apply: begins a draft, or begins again.
pub async fn start(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let foundations = Foundations::of(&mut *house.pool().acquire().await?, [item.as_ref()]).await?;
    if let Some(barred) = item.barred(house.now().date(), &foundations) {
        return Err(Stop::Rejected(barred.zh().into()));
    }
    let organisation: Option<Uuid> = posted.one("for").parse().ok();
    let owner = organisation.unwrap_or(person.id);
    house.may(&person.principal(), Act::Apply, &Resource::Draft { owner: owner.to_string() }, &Circumstance::default())?;
    let organisations = people::organisations_of(house.pool(), person.id).await?;
    let organisation_row = organisations.iter().find(|o| Some(o.id) == organisation);
    submit::serves(&item, organisation_row.is_some()).map_err(|no| Stop::Rejected(no.to_string()))?;
    let before = all_of(&house, person.id, Some(&slug), None)
        .await?
        .into_iter()
        .find(|draft| draft.organisation == organisation && draft.certificate.is_none());
    if let Some(draft) = before {
        if posted.one("again") != "yes" {
            return Ok(Redirect::to(&draft.at(&next_step(&item, &draft))));
        }
        discard(&house, &draft).await?;
    }
    let now = house.now();
    let facts = on_file::by_itself(&item, &person, organisation_row, now.date(), now.at);
    let mut answers = on_file::answers(&facts);
    // What was answered for guidance is kept, but for who applies and who acts: that is known.
    let guided = situations::read(&item, &posted.0, now.date()).answers;
    let given =
        |key: &str| facts.contains_key(key) && item.form.fields().any(|field| field.key == key && submit::is_given(field));
    answers.extend(guided.into_iter().filter(|(key, _)| !given(key)));
    let draft = Draft {
        id: Uuid::now_v7(),
        person: person.id,
        item: slug,
        answers: Value::Object(answers),
        visited: Value::Array(Vec::new()),
        organisation,
        consent: None,
        certificate: None,
        asks: None,
        case_no: None,
        saved_at: now.at,
        pages: Value::Object(Map::new()),
        on_file: facts.into(),
    };
    let mut conn = house.pool().acquire().await?;
    insert(&mut conn, &draft).await?;
    Ok(Redirect::to(&on_file::first(&mut conn, &catalogue, &item, &draft, now.date()).await?))
}

/// Its first step.
pub(super) fn first(item: &Item, draft: &Draft) -> String {
    draft.at(item.form.steps().first().map_or("check", |s| s.key.as_str()))
}

async fn insert(conn: &mut PgConnection, draft: &Draft) -> Result<(), Stop> {
    sqlx::query(
        "insert into drafts (id, person, item, answers, visited, organisation, consent, certificate, asks, saved_at, on_file)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(draft.id)
    .bind(draft.person)
    .bind(&draft.item)
    .bind(&draft.answers)
    .bind(&draft.visited)
    .bind(draft.organisation)
    .bind(&draft.consent)
    .bind(&draft.certificate)
    .bind(&draft.asks)
    .bind(draft.saved_at)
    .bind(Json(&draft.on_file))
    .execute(conn)
    .await?;
    Ok(())
}

/// Begins the application of whoever gave the consent, filled in by the agent; goes on with the one that is open, the agent's or the
/// person's own. The caller holds the consent. What the person told the agent for it is not asked again.
pub async fn for_somebody(
    conn: &mut PgConnection,
    item: &Item,
    agent: &Person,
    consent: &Consent,
    now: &Moment,
) -> Result<String, Stop> {
    submit::serves(item, false).map_err(|no| Stop::Rejected(no.to_string()))?;
    let foundations = Foundations::of(conn, [item]).await?;
    if let Some(barred) = item.barred(now.date(), &foundations) {
        return Err(Stop::Rejected(barred.zh().into()));
    }
    let sql = format!("{COLUMNS} where person = $1 and consent = $2 and item = $3 and case_no is null and saved_at > $4 limit 1");
    let begun: Option<Draft> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(agent.id)
        .bind(&consent.no)
        .bind(&item.slug)
        .bind(now.at - Duration::days(KEPT_DAYS))
        .fetch_optional(&mut *conn)
        .await?;
    let begun = match begun {
        Some(draft) => Some(draft),
        None => {
            let which = shared::Which { whose: Some(consent.entrusted.person.id), item: Some(&item.slug), id: None };
            shared::entrusted(&mut *conn, agent.id, which, now).await?.into_iter().next()
        }
    };
    if let Some(draft) = begun {
        return Ok(draft.at(&next_step(item, &draft)));
    }
    let party = &consent.entrusted.person;
    let whose =
        Person { name: party.name.clone(), resident_id: party.identity.clone(), mobile: party.mobile.clone(), ..agent.clone() };
    let mut facts = on_file::by_itself(item, &whose, None, now.date(), now.at);
    for fact in facts.values_mut() {
        fact.is.from = Origin::Consent { no: consent.no.clone() };
    }
    let draft = Draft {
        id: Uuid::now_v7(),
        person: agent.id,
        item: item.slug.clone(),
        answers: Value::Object(on_file::answers(&facts)),
        visited: Value::Array(Vec::new()),
        organisation: None,
        consent: Some(consent.no.clone()),
        certificate: None,
        asks: None,
        case_no: None,
        saved_at: now.at,
        pages: Value::Object(Map::new()),
        on_file: facts.into(),
    };
    insert(conn, &draft).await?;
    Ok(first(item, &draft))
}

/// What a form is filled in with for whoever gave a consent: who they are, and who acts for them.
pub fn filled_in_for(item: &Item, whose: &Person, helper: (&Person, &Consent), now: &Moment) -> Map<String, Value> {
    let mut answers = on_file::answers(&on_file::by_itself(item, whose, None, now.date(), now.at));
    answers.extend(on_file::acting(item, Some(helper), now.date()));
    answers
}

/// Begins an application on a certificate with the answers of its case; goes on with the one that is open. The caller holds the certificate.
/// What is complete as it stands is only looked at once more; a change is filled in from the first step.
pub async fn on_certificate(
    conn: &mut PgConnection,
    item: &Item,
    person: &Person,
    organisation: Option<Uuid>,
    about: &About,
    mut answers: Map<String, Value>,
    now: &Moment,
) -> Result<String, Stop> {
    let sql = format!("{COLUMNS} where person = $1 and certificate = $2 and asks = $3 and case_no is null");
    let begun: Option<Draft> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(person.id)
        .bind(&about.certificate)
        .bind(about.asks.key())
        .fetch_optional(&mut *conn)
        .await?;
    if let Some(draft) = begun {
        sqlx::query("update drafts set saved_at = $2 where id = $1").bind(draft.id).bind(now.at).execute(&mut *conn).await?;
        return Ok(draft.at(&next_step(item, &draft)));
    }
    let organisations = people::organisations_of(&mut *conn, person.id).await?;
    let organisation_row = organisations.iter().find(|o| Some(o.id) == organisation);
    // What the certificate says of a person stays, but for who applies and who acts. An organisation is as it is registered now.
    let mut facts = on_file::by_itself(item, person, organisation_row, now.date(), now.at);
    let given = |key: &str| item.form.fields().any(|field| field.key == key && submit::is_given(field));
    facts.retain(|field, fact| fact.is.from != Origin::Account || !answers.contains_key(field) || given(field));
    answers.extend(on_file::answers(&facts));
    let open: Vec<String> = item.form.check_all(&answers, now.date()).into_iter().map(|(step, _)| step).collect();
    let seen = item.form.steps_asked(&answers).into_iter().filter(|step| !open.contains(&step.key));
    let visited: Vec<Value> = match about.asks {
        Asks::Change => Vec::new(),
        _ => seen.map(|step| step.key.clone().into()).collect(),
    };
    let draft = Draft {
        id: Uuid::now_v7(),
        person: person.id,
        item: item.slug.clone(),
        answers: Value::Object(answers),
        visited: Value::Array(visited),
        organisation,
        consent: None,
        certificate: Some(about.certificate.clone()),
        asks: Some(about.asks.key().into()),
        case_no: None,
        saved_at: now.at,
        pages: Value::Object(Map::new()),
        on_file: facts.into(),
    };
    insert(conn, &draft).await?;
    Ok(draft.at(&next_step(item, &draft)))
}

/// Begun again: what was filled in before goes.
async fn discard(house: &House, draft: &Draft) -> Result<(), Stop> {
    let mut tx = house.pool().begin().await?;
    files::take_back(&mut *tx, &draft.owner(), None, house.now().at).await?;
    sqlx::query("delete from drafts where id = $1 and case_no is null").bind(draft.id).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}
