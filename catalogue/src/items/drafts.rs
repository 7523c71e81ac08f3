//! 起草事项 · which matters are being drafted, and how far each has come.

use super::draft::{self, Draft, Part, Shown, Trouble};
use super::drafter::Drafter;
use super::{facts, shelf};
use crate::pages::guide::GuidePage;
use crate::powers::is_offered;
use crate::{Barred, Catalogue, Foundations, Item};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, once};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 50;
/// Characters of the longest name in addresses.
const LONGEST_SLUG: usize = 64;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    after: String,
    /// The matter that is to be changed.
    #[serde(default)]
    from: String,
    /// Where the next page of the matters without a counter begins.
    #[serde(default)]
    lost: String,
}

#[derive(Template)]
#[template(path = "items/drafts.html")]
struct ListPage {
    shell: Shell,
    drafts: Vec<Draft>,
    /// The matter that is to be changed, or whose form a new one takes.
    from: Option<Arc<Item>>,
    next: Option<String>,
    /// Matters whose counter is on record no more, or was closed with its centre, a page of them.
    lost: Vec<Arc<Item>>,
    next_lost: Option<String>,
    filled: Filled,
}

impl ListPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

pub async fn list(at: Drafter, catalogue: Catalogue, Held(held): Held, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let filled = at.filled(held.unwrap_or_default());
    draw(at, &catalogue, wanted, filled).await
}

async fn draw(at: Drafter, catalogue: &Catalogue, wanted: Wanted, filled: Filled) -> Result<Response, Stop> {
    let after = wanted
        .after
        .split_once('~')
        .and_then(|(at, id)| Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?)));
    let mut drafts = draft::open(&mut *at.house.pool().acquire().await?, after, PAGE + 1).await?;
    let is_more = drafts.len() as i64 > PAGE;
    drafts.truncate(PAGE as usize);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut lost = catalogue.listed();
    lost.retain(|item| item.slug > wanted.lost && catalogue.counter_of(item, at.shell.now.date()).is_none());
    lost.sort_by(|a, b| a.slug.cmp(&b.slug));
    let more_lost = lost.len() as i64 > PAGE;
    lost.truncate(PAGE as usize);
    let page = ListPage {
        next_lost: lost.last().filter(|_| more_lost).map(|item| item.slug.clone()),
        lost,
        next: drafts.last().filter(|_| is_more).map(|last| format!("{}~{}", last.touched_at.timestamp_micros(), last.id)),
        drafts,
        from: catalogue.item(&wanted.from),
        filled,
        shell: at.shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// POST /items/drafts: a matter is changed, or a new one begun with the texts of another.
pub async fn begin(at: Drafter, catalogue: Catalogue, posted: Posted) -> Result<Response, Stop> {
    let form = posted.once()?;
    let from = catalogue.item(posted.one("from")).ok_or(Stop::NotFound("事项"))?;
    let mut tx = match once::begin(&at.house, at.person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let slug = match posted.one("what") {
        "new" => {
            let slug = posted.one("slug").trim().to_owned();
            if let Some(error) = unfit(&mut tx, &slug).await? {
                let wanted = Wanted { from: from.slug.clone(), ..Wanted::default() };
                let filled = Filled::new(at.shell.lang, posted.0, vec![error]);
                return draw(at, &catalogue, wanted, filled).await;
            }
            slug
        }
        _ => from.slug.clone(),
    };
    // What was published last, though it may begin tomorrow: a change of what is in force today would undo it.
    let latest = match shelf::latest(&mut tx, &from.slug).await? {
        Some(hash) => catalogue.item_version(at.house.pool(), &from.slug, &hash).await?,
        None => from,
    };
    let id = draft::begin(&mut tx, &catalogue, &latest, &slug, at.person.id, at.house.now().at).await?;
    let leads_to = format!("/items/drafts/{id}");
    once::finish(&at.house, tx, at.person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// Whether a name may stand in addresses.
pub(super) fn is_slug(slug: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    slug.starts_with(|c: char| c.is_ascii_lowercase()) && slug.len() <= LONGEST_SLUG && slug.chars().all(fits)
}

/// Why a new matter cannot have this name in addresses.
async fn unfit(conn: &mut PgConnection, slug: &str) -> Result<Option<FieldError>, Stop> {
    const LABEL: &str = "网址里的名字";
    if !is_slug(slug) {
        let zh = "网址里的名字用小写英文字母开头，只含小写字母、数字和连字符，例如 small-restaurant";
        return Ok(Some(field_error("slug", LABEL, zh, "Small letters, digits and hyphens, beginning with a letter")));
    }
    let taken: bool = sqlx::query_scalar("select exists (select from item_versions where slug = $1 and not recalled)")
        .bind(slug)
        .fetch_one(conn)
        .await?;
    let zh = format!("已经有事项用“{slug}”这个名字，请换一个");
    Ok(taken.then(|| field_error("slug", LABEL, &zh, "Another matter has this name; choose another")))
}

/// One part on the overview.
struct PartLine {
    name: String,
    address: String,
    troubles: usize,
}

#[derive(Template)]
#[template(path = "items/draft.html")]
struct DraftPage {
    shell: Shell,
    draft: Draft,
    mark: String,
    parts: Vec<PartLine>,
    /// Sections of the elements: name, address, what is wrong there.
    sections: Vec<PartLine>,
    troubles: Vec<Trouble>,
    can_be_shown: bool,
    /// Why the list of powers would not let it be applied for.
    unlisted: Option<String>,
    filled: Filled,
}

impl DraftPage {
    fn address(&self, trouble: &Trouble) -> String {
        address(&self.draft, trouble.part, trouble.step.as_deref())
    }
}

/// Where a part of a draft is mended.
fn address(draft: &Draft, part: Part, step: Option<&str>) -> String {
    match part {
        Part::Facts => format!("/items/drafts/{}/facts/{}", draft.id, step.unwrap_or("name")),
        other => format!("/items/drafts/{}/{}", draft.id, other.key()),
    }
}

pub async fn one(at: Drafter, catalogue: Catalogue, Held(held): Held, Path(id): Path<Uuid>) -> Result<Response, Stop> {
    let filled = at.shows(held, Entered::new());
    overview(at, &catalogue, id, filled).await
}

pub async fn overview(at: Drafter, catalogue: &Catalogue, id: Uuid, mut filled: Filled) -> Result<Response, Stop> {
    let mut conn = at.house.pool().acquire().await?;
    let draft = draft::find(&mut conn, id).await?;
    let built = draft.built(&mut conn, catalogue, at.shell.now.date()).await?;
    if let Some(no) = &draft.change {
        let change = crate::powers::change::find(&mut conn, no).await?;
        filled.entered.entry("title".into()).or_insert(vec![change.heading.title]);
        filled.entered.entry("decision".into()).or_insert(vec![change.heading.decision]);
    }
    let unlisted = match &built {
        Ok(item) => {
            let foundations = Foundations::of(&mut conn, [item]).await?;
            item.unlisted(at.shell.now.date(), &foundations).map(Barred::to_mend)
        }
        Err(_) => None,
    };
    drop(conn);
    let can_be_shown = built.is_ok();
    let troubles = built.err().unwrap_or_default();
    let of = |part: Part| troubles.iter().filter(|trouble| trouble.part == part).count();
    let parts = Part::ALL
        .into_iter()
        .map(|part| PartLine { name: part.zh().to_owned(), address: address(&draft, part, None), troubles: of(part) })
        .collect();
    let sections = facts::form()?
        .steps()
        .iter()
        .map(|step| PartLine {
            name: step.title.clone(),
            address: address(&draft, Part::Facts, Some(&step.key)),
            troubles: troubles.iter().filter(|trouble| trouble.step.as_deref() == Some(&step.key)).count(),
        })
        .collect();
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mark = draft.marked(Shown::All, &filled);
    let page = DraftPage { mark, draft, parts, sections, troubles, can_be_shown, unlisted, filled, shell: at.shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// The guide as everybody would read it.
pub async fn preview(at: Drafter, catalogue: Catalogue, Path(id): Path<Uuid>) -> Result<Response, Stop> {
    let mut conn = at.house.pool().acquire().await?;
    let draft = draft::find(&mut conn, id).await?;
    let item = match draft.built(&mut conn, &catalogue, at.shell.now.date()).await? {
        Ok(item) => item,
        Err(_) => return Ok(Redirect::to(&format!("/items/drafts/{id}")).into_response()),
    };
    let foundations = Foundations::of(&mut conn, [&item]).await?;
    page::render(&at.shell, &GuidePage::of(&catalogue, &item, &at.shell, None, &foundations))
}

pub async fn discard(at: Drafter, Path(id): Path<Uuid>, posted: Posted) -> Result<Response, Stop> {
    let mut opened = match at.opens(id, &posted, "", Shown::All).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    draft::close(&mut opened.tx, id, None).await?;
    at.done(opened, "/items/drafts").await
}

/// Whether the page of a matter offers its change.
pub fn offered(house: &House, shell: &Shell) -> bool {
    is_offered(house, shell.person.as_ref(), Act::DraftPowerChange)
}
