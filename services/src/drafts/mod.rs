//! 申请 · applying online in steps: a draft that survives an expired session and a lost browser, on any device (F070, H17);
//! the answers checked on one page, then sent once (F071).

mod begin;
pub(crate) mod on_file;
mod papers;
mod send;
mod shared;
mod step;
mod sweep;
mod typed;

pub use begin::{Begun, begun, by_agents, filled_in_for, for_somebody, on_certificate};
pub use sweep::BROOMS;

use crate::agents::{self, consent::Consent};
use crate::cases::case::errand;
use crate::certificates::ask;
use acts::{About, Asks, Handed};
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use catalogue::{Catalogue, Item};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use foundation::people::{self, Organisation, Person};
use foundation::{House, Moment, Stop, uploads};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/matters/{slug}/apply", get(begin::show).post(begin::start))
        .route("/matters/{slug}/apply/on-file", get(on_file::show).post(on_file::save))
        .route("/matters/{slug}/apply/{step}", get(step::show).post(step::save))
        .route(
            "/matters/{slug}/apply/materials/files",
            post(papers::upload).get(uploads::back).layer(DefaultBodyLimit::disable()),
        )
        .route("/matters/{slug}/apply/materials/files/{file}", any(papers::resume))
        .route("/matters/{slug}/apply/materials/files/{file}/remove", post(papers::remove))
}

/// Drafts are kept so long after the last save.
const KEPT_DAYS: i64 = 90;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Draft {
    pub id: Uuid,
    pub person: Uuid,
    pub item: String,
    pub answers: Value,
    pub visited: Value,
    pub organisation: Option<Uuid>,
    /// The consent by which an agent fills it in for somebody (B5).
    pub consent: Option<String>,
    /// The certificate it asks something of, and what.
    pub certificate: Option<String>,
    pub asks: Option<String>,
    pub case_no: Option<String>,
    pub saved_at: DateTime<Utc>,
    /// Which page wrote each step last.
    pages: Value,
    /// What came from what is on file.
    #[sqlx(json)]
    on_file: on_file::Kept,
}

const COLUMNS: &str =
    "select id, person, item, answers, visited, organisation, consent, certificate, asks, case_no, saved_at, pages, on_file
       from drafts";

impl Draft {
    pub fn answers(&self) -> Map<String, Value> {
        self.answers.as_object().cloned().unwrap_or_default()
    }
    /// Where a page of it is.
    fn at(&self, place: &str) -> String {
        format!("/matters/{}/apply/{place}?draft={}", self.item, self.id)
    }
    /// Where to go on.
    pub fn address(&self) -> String {
        format!("/matters/{}/apply?draft={}", self.item, self.id)
    }
    fn visited(&self, step: &str) -> bool {
        self.visited.as_array().is_some_and(|v| v.iter().any(|s| s == step))
    }
    /// What it asks of a certificate that is there.
    pub fn about(&self) -> Option<About> {
        let asks = Asks::of(self.asks.as_deref()?)?;
        Some(About { certificate: self.certificate.clone()?, asks })
    }
    pub fn owner(&self) -> String {
        format!("draft:{}", self.id)
    }
}

/// `?draft=…`: every page and form of a draft names it, so that one open in an old tab never writes into another.
#[derive(serde::Deserialize)]
struct Named {
    draft: Option<Uuid>,
}

/// The draft that is named, one's own or of the same affair; without a name the only one of one's own there is.
async fn find(house: &House, person: &Person, item: &str, named: &Named) -> Result<Option<Draft>, Stop> {
    let mut drafts = all_of(house, person.id, Some(item), named.draft).await?;
    if drafts.len() == 1 {
        return Ok(drafts.pop());
    }
    let Some(id) = named.draft else { return Ok(None) };
    if let Some(made) = shared::made(house, person, Some(item), Some(id)).await?.pop() {
        return Ok(Some(made.draft));
    }
    let which = shared::Which { id: Some(id), item: Some(item), whose: None };
    Ok(shared::entrusted(house.pool(), person.id, which, &house.now()).await?.pop())
}

/// The open drafts of a person, latest first: all of the person's own affairs, those for an item, or the one of this name.
pub async fn all_of(house: &House, person: Uuid, item: Option<&str>, id: Option<Uuid>) -> Result<Vec<Draft>, Stop> {
    let sql = format!(
        "{COLUMNS}
          where person = $1
            and case_no is null
            and saved_at > $2
            and ($3::text is null or item = $3)
            and (id = $4 or $4::uuid is null and consent is null)
          order by saved_at desc
          limit 20"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(person)
        .bind(house.now().at - Duration::days(KEPT_DAYS))
        .bind(item)
        .bind(id)
        .fetch_all(house.pool())
        .await?)
}

/// Holds the draft to the end of the transaction, sent or not.
async fn lock(conn: &mut PgConnection, person: &Person, item: &str, id: Uuid, now: &Moment) -> Result<Option<Draft>, Stop> {
    let sql = format!("{COLUMNS} where person = $1 and item = $2 and id = $3 for update");
    let own: Option<Draft> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(person.id).bind(item).bind(id).fetch_optional(&mut *conn).await?;
    if own.is_some() {
        return Ok(own);
    }
    match shared::lock_made(conn, person, item, id, now).await? {
        Some(draft) => Ok(Some(draft)),
        None => shared::lock_entrusted(conn, person.id, item, id, now).await,
    }
}

fn item_of(catalogue: &Catalogue, slug: &str) -> Result<Arc<Item>, Stop> {
    catalogue.item(slug).ok_or(Stop::NotFound("事项"))
}

struct Open {
    catalogue: Catalogue,
    item: Arc<Item>,
    draft: Draft,
    organisation: Option<Organisation>,
    /// For whom an agent fills it in.
    consent: Option<Consent>,
    /// Papers of the certificate it asks something of, which need not be handed in again.
    kept: Vec<Handed>,
}

/// The drafts that a village agent has begun for others, and those others have begun, latest first.
pub async fn for_others(house: &House, agent: Uuid) -> Result<Vec<Draft>, Stop> {
    let sql = format!(
        "{COLUMNS}
          where person = $1
            and consent is not null
            and case_no is null
            and saved_at > $2
          order by saved_at desc
          limit 20"
    );
    let now = house.now();
    let since = now.at - Duration::days(KEPT_DAYS);
    let mut drafts: Vec<Draft> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(agent).bind(since).fetch_all(house.pool()).await?;
    drafts.extend(shared::entrusted(house.pool(), agent, shared::Which::default(), &now).await?);
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.saved_at));
    Ok(drafts)
}

/// The person's draft, or one of an affair that a consent makes common; nobody else signing in ever sees it, because drafts are found by person.
async fn open(house: &House, catalogue: &Catalogue, person: &Person, slug: &str, named: &Named) -> Result<Option<Open>, Stop> {
    let item = item_of(catalogue, slug)?;
    let Some(mut draft) = find(house, person, slug, named).await? else { return Ok(None) };
    let consent = match &draft.consent {
        Some(no) => Some(agents::consent::find(&mut *house.pool().acquire().await?, no).await?),
        None => None,
    };
    let owner = match &consent {
        Some(consent) => errand(consent.entrusted.person.id, slug),
        None => draft.organisation.unwrap_or(draft.person).to_string(),
    };
    house.may(&person.principal(), Act::ResumeDraft, &Resource::Draft { owner }, &Circumstance::default())?;
    let organisation = applies_for(house.pool(), person, &draft).await?;
    let helper = consent.as_ref().map(|consent| (person, consent));
    on_file::settle(&item, &mut draft, helper, &house.now());
    let kept = kept(&mut *house.pool().acquire().await?, &item, &draft, helper, house.now().date()).await?;
    Ok(Some(Open { catalogue: catalogue.clone(), item, draft, organisation, consent, kept }))
}

/// The papers that are there: those that a draft on a certificate goes on with, and the consent of whoever is helped.
async fn kept(
    conn: &mut PgConnection,
    item: &Item,
    draft: &Draft,
    helper: Option<(&Person, &Consent)>,
    today: NaiveDate,
) -> Result<Vec<Handed>, Stop> {
    if let Some((helper, consent)) = helper {
        let answers = draft.answers();
        let asked = item.materials_for(&answers);
        return Ok(consent.papers(helper).into_iter().filter(|paper| asked.iter().any(|m| m.key == paper.material)).collect());
    }
    let Some(about) = draft.about() else { return Ok(Vec::new()) };
    let ground = ask::ground(conn, about, today).await?;
    Ok(ask::kept(&ground.case, item, &draft.answers()))
}

/// The organisation the draft is for; refused once the person no longer acts for it.
async fn applies_for(pool: impl sqlx::PgExecutor<'_>, person: &Person, draft: &Draft) -> Result<Option<Organisation>, Stop> {
    let Some(id) = draft.organisation else { return Ok(None) };
    let mandated = people::organisations_of(pool, person.id).await?.into_iter().find(|o| o.id == id);
    let gone = || Stop::NotAllowed {
        reason: "这份草稿替一个单位填写，您现在没有替它办事的委托。请带委托书到窗口登记".into()
    };
    mandated.map(Some).ok_or_else(gone)
}

/// Forgets what the drafts of a case say; returns who owned their files.
pub async fn erase(conn: &mut PgConnection, case_no: &str) -> Result<Vec<String>, Stop> {
    let ids: Vec<Uuid> =
        sqlx::query_scalar("update drafts set answers = '{}', on_file = '{}', visited = '[]' where case_no = $1 returning id")
            .bind(case_no)
            .fetch_all(conn)
            .await?;
    Ok(ids.into_iter().map(|id| format!("draft:{id}")).collect())
}
