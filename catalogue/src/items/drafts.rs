//! 起草事项 · which matters are being drafted, and how far each has come.

use super::draft::{self, Draft, Part, Trouble};
use super::{facts, shelf};
use crate::pages::guide::GuidePage;
use crate::powers::{is_offered, may};
use crate::{Catalogue, Item, Repeals};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
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
}

#[derive(Template)]
#[template(path = "items/drafts.html")]
struct ListPage {
    shell: Shell,
    drafts: Vec<Draft>,
    items: Arc<Vec<Arc<Item>>>,
    next: Option<String>,
    filled: Filled,
}

impl ListPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn chosen(&self, key: &str) -> &str {
        self.filled.entered.get(key).and_then(|said| said.last()).map_or("", String::as_str)
    }
}

pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let mut filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    if !wanted.from.is_empty() {
        filled.entered.entry("from".into()).or_insert(vec![wanted.from.clone()]);
    }
    draw(&house, &catalogue, shell, &wanted.after, filled).await
}

async fn draw(house: &House, catalogue: &Catalogue, shell: Shell, after: &str, filled: Filled) -> Result<Response, Stop> {
    let after = after
        .split_once('~')
        .and_then(|(at, id)| Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?)));
    let mut drafts = draft::open(&mut *house.pool().acquire().await?, after, PAGE + 1).await?;
    let is_more = drafts.len() as i64 > PAGE;
    drafts.truncate(PAGE as usize);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ListPage {
        next: drafts.last().filter(|_| is_more).map(|last| format!("{}~{}", last.touched_at.timestamp_micros(), last.id)),
        drafts,
        items: catalogue.items(),
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// POST /items/drafts: a matter is changed, or a new one begun with the texts of another.
pub async fn begin(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    // What was published last, though it may begin tomorrow: a change of what is in force today would undo it.
    let from = match catalogue.item(posted.one("from")) {
        Some(item) => {
            let latest = shelf::latest(&mut *house.pool().acquire().await?, &item.slug).await?;
            match latest {
                Some(hash) => Some(catalogue.item_version(house.pool(), &item.slug, &hash).await?),
                None => Some(item),
            }
        }
        None => None,
    };
    if from.is_none() {
        errors.push(field_error("from", "事项", "请选一个事项", "Choose a matter"));
    }
    let slug = match posted.one("what") {
        "new" => {
            let slug = posted.one("slug").trim().to_owned();
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let is_name =
                slug.starts_with(|c: char| c.is_ascii_lowercase()) && slug.len() <= LONGEST_SLUG && slug.chars().all(fits);
            let mut conn = house.pool().acquire().await?;
            let taken: bool = sqlx::query_scalar("select exists (select from item_versions where slug = $1)")
                .bind(&slug)
                .fetch_one(&mut *conn)
                .await?;
            if !is_name {
                let zh = "网址里的名字用小写英文字母开头，只含小写字母、数字和连字符，例如 small-restaurant";
                errors.push(field_error(
                    "slug",
                    "网址里的名字",
                    zh,
                    "Small letters, digits and hyphens, beginning with a letter",
                ));
            } else if taken || slug == "drafts" {
                let zh = format!("已经有事项用“{slug}”这个名字，请换一个");
                errors.push(field_error("slug", "网址里的名字", &zh, "Another matter has this name; choose another"));
            }
            slug
        }
        _ => from.as_ref().map(|item| item.slug.clone()).unwrap_or_default(),
    };
    let Some(from) = from.filter(|_| errors.is_empty()) else {
        return draw(&house, &catalogue, shell.clone(), "", Filled::new(shell.lang, posted.0, errors)).await;
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let id = draft::begin(&mut tx, &catalogue, &from, &slug, person.id, house.now().at).await?;
    let leads_to = format!("/items/drafts/{id}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
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
    parts: Vec<PartLine>,
    /// Sections of the elements: name, address, what is wrong there.
    sections: Vec<PartLine>,
    troubles: Vec<Trouble>,
    can_be_shown: bool,
    filled: Filled,
}

impl DraftPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
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

pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(id): Path<Uuid>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    overview(&house, &catalogue, shell, id, filled).await
}

pub async fn overview(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    id: Uuid,
    mut filled: Filled,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let draft = draft::find(&mut conn, id).await?;
    let built = draft.built(&mut conn, catalogue, shell.now.date()).await?;
    if let Some(no) = &draft.change {
        let change = crate::powers::change::find(&mut conn, no).await?;
        filled.entered.entry("title".into()).or_insert(vec![change.heading.title]);
        filled.entered.entry("decision".into()).or_insert(vec![change.heading.decision]);
    }
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
    let page = DraftPage { draft, parts, sections, troubles, can_be_shown, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// The guide as everybody would read it.
pub async fn preview(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let mut conn = house.pool().acquire().await?;
    let draft = draft::find(&mut conn, id).await?;
    let item = match draft.built(&mut conn, &catalogue, shell.now.date()).await? {
        Ok(item) => item,
        Err(_) => return Ok(Redirect::to(&format!("/items/drafts/{id}")).into_response()),
    };
    let repeals = Repeals::of(&mut conn, [&item]).await?;
    page::render(&shell, &GuidePage::of(&catalogue, &item, &shell, None, &repeals))
}

pub async fn discard(
    State(house): State<House>,
    person: SignedIn,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let mut tx = house.pool().begin().await?;
    let draft = draft::lock_as_shown(&mut tx, id, posted.one("revision")).await?;
    draft::close(&mut tx, draft.id, None).await?;
    tx.commit().await?;
    Ok(Redirect::to("/items/drafts").into_response())
}

/// Whether the page of a matter offers its change.
pub fn offered(house: &House, shell: &Shell) -> bool {
    is_offered(house, shell.person.as_ref(), Act::DraftPowerChange)
}
