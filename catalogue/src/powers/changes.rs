//! 变更公开 · every change of the list with its reviews, its rows, and a feed (B6.1–B6.2; F019, F091).

use super::change::{self, Change, Present, Stage};
use super::facts::{self, Operation, Row, Standing};
use super::power::{Difference, Element, compare, elements};
use super::{is_offered, recall};
use crate::Catalogue;
use crate::items::compare::Told;
use crate::items::publish;
use acts::{PowerChangeAct, Reviewer};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::held::Held;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, Step, encode, escape, filters};
use foundation::people::Person;
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::types::Json;
use std::collections::BTreeMap;
use std::fmt::Write;
use uuid::Uuid;

/// Changes on one page, and rows of one change.
const PAGE: i64 = 50;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    after: String,
    /// `open` for those that wait for somebody.
    #[serde(default)]
    only: String,
    /// The number of the first row.
    #[serde(default)]
    from: i64,
}

#[derive(Template)]
#[template(path = "powers/changes.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<(Change, DateTime<Utc>)>,
    works: bool,
    open: bool,
    next: Option<String>,
    may_draft: bool,
}

impl ListPage {
    /// The day on which it is in force, or was.
    fn begins(&self, change: &Change) -> Option<NaiveDate> {
        change.effective_from.filter(|_| change.stage != Stage::Recalled)
    }
    /// Whose turn it is.
    fn waits_for(&self, change: &Change) -> Option<&'static str> {
        (change.stage == Stage::UnderReview).then(|| change.next().map(Reviewer::zh)).flatten()
    }
}

/// Whether a person works on changes of the list: before one is published nobody else sees it (A3.4).
fn works_on(house: &House, person: Option<&Person>) -> bool {
    let acts = [
        Act::DraftPowerChange,
        Act::ReviewPowerOpenness,
        Act::ReviewPowerEstablishment,
        Act::ReviewPowerLegality,
        Act::PublishPowerChange,
    ];
    acts.into_iter().any(|act| is_offered(house, person, act))
}

/// Published changes, the latest first; for those who work on them also what waits for somebody, the longest waiting first.
pub async fn list(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let after = wanted
        .after
        .split_once('~')
        .and_then(|(at, no)| Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, no.to_owned())));
    let works = works_on(&house, shell.person.as_ref());
    let open = works && wanted.only == "open";
    let sql = match open {
        true => {
            "select state, drafted_at as at
               from power_changes
              where is_open
                and ($1::timestamptz is null or (drafted_at, no) > ($1, $2))
              order by drafted_at, no
              limit $3"
        }
        false => {
            "select state, published_at as at
               from power_changes
              where published_at is not null
                and ($1::timestamptz is null or (published_at, no) < ($1, $2))
              order by published_at desc, no desc
              limit $3"
        }
    };
    let mut rows: Vec<(Json<Change>, DateTime<Utc>)> = sqlx::query_as(sql)
        .bind(after.as_ref().map(|(at, _)| *at))
        .bind(after.as_ref().map_or("", |(_, no)| no))
        .bind(PAGE + 1)
        .fetch_all(house.pool())
        .await?;
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let page = ListPage {
        next: rows.last().filter(|_| is_more).map(|(row, at)| format!("{}~{}", at.timestamp_micros(), row.no)),
        may_draft: is_offered(&house, shell.person.as_ref(), Act::DraftPowerChange),
        rows: rows.into_iter().map(|(row, at)| (row.0, at)).collect(),
        works,
        open,
        shell,
    };
    page::render(&page.shell, &page)
}

/// A change as this reader may see it.
pub async fn shown(house: &House, person: Option<&Person>, no: &str) -> Result<Change, Stop> {
    let change = change::find(&mut *house.pool().acquire().await?, no).await?;
    match change.stage.is_public() || works_on(house, person) {
        true => Ok(change),
        false => Err(Stop::NotFound("变更")),
    }
}

fn step(act: PowerChangeAct) -> (&'static str, String) {
    match act {
        PowerChangeAct::Drafted { item: Some(item), digest, .. } => {
            ("起草", format!("{item}，摘要 {}", &digest[..16.min(digest.len())]))
        }
        PowerChangeAct::Drafted { items, digest, .. } if !items.is_empty() => {
            ("起草", format!("{} 个事项，摘要 {}", items.len(), &digest[..16.min(digest.len())]))
        }
        PowerChangeAct::Drafted { rows, digest, .. } => ("起草", format!("{rows} 行，摘要 {}", &digest[..16.min(digest.len())])),
        PowerChangeAct::Reviewed { reviewer, passes: true, private } => {
            (reviewer.zh(), format!("通过。{}", private.unwrap_or_default()))
        }
        PowerChangeAct::Reviewed { reviewer, passes: false, private } => {
            (reviewer.zh(), format!("退回：{}", private.unwrap_or_default()))
        }
        PowerChangeAct::Published { effective_from, .. } => ("公布", format!("从 {effective_from} 起生效")),
        PowerChangeAct::Recalled { decision, reason } => ("生效前撤回", format!("凭 {decision}。{reason}")),
        PowerChangeAct::Withdrawn { private } => ("撤回", private.unwrap_or_default()),
    }
}

/// One row as its reviewers read it: what differs from the version before, or all that a new power says.
enum Said {
    Changed(Vec<Difference>),
    New(Vec<Element>),
}

impl Said {
    fn of(row: &Row, before: Option<&Present>, catalogue: &Catalogue) -> Said {
        let Some(before) = before else {
            let mut all = elements(&row.power, catalogue);
            all.push(Element { name: "设定依据", said: row.power.bases_text() });
            all.push(Element { name: "运行流程图", said: row.power.process.clone() });
            return Said::New(all);
        };
        let was = match before.standing {
            Standing::InUse => Operation::Change,
            Standing::Suspended => Operation::Suspend,
            Standing::Cancelled => Operation::Cancel,
            Standing::Merged => Operation::Merge,
            Standing::Absent => Operation::Decline,
        };
        let was = Row { operation: was, power: before.power.clone(), into: before.into.clone() };
        Said::Changed(compare(&was, row, catalogue))
    }
}

#[derive(Template)]
#[template(path = "powers/change.html")]
struct ChangePage {
    shell: Shell,
    change: Change,
    rows: Vec<Row>,
    /// What each row does, element by element.
    said: Vec<Said>,
    /// The number of the first row of the next page.
    next: Option<i64>,
    steps: Vec<Step>,
    /// What this reader may do now.
    reviews: Option<Reviewer>,
    publishes: bool,
    /// From when it can be in force.
    first_day: NaiveDate,
    withdraws: bool,
    /// It waits for its day and can be taken back.
    recalls: bool,
    /// It waits, and what has a later version is taken back there first.
    overtaken: Option<String>,
    redrafts: bool,
    filled: Filled,
    /// What it does to matters, each with its name in addresses.
    told: Vec<(String, Told)>,
    /// The last of the matters shown, where there are more.
    more: Option<String>,
}

impl ChangePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    /// Taking it back was tried, and something is missing.
    fn is_recalled_wrongly(&self) -> bool {
        self.recalls && !self.filled.errors.is_empty()
    }
    /// What the three offices said, in their order.
    fn offices(&self) -> Vec<(Reviewer, Option<&change::Review>)> {
        let said = |reviewer| self.change.reviews.iter().find(|review| review.reviewer == reviewer);
        Reviewer::ALL.into_iter().map(|reviewer| (reviewer, said(reviewer))).collect()
    }
    /// What it does to the one matter it was drafted for.
    fn only(&self) -> Option<&Told> {
        self.told.first().filter(|_| self.change.item.is_some()).map(|(_, told)| told)
    }
    fn said(&self, row: &usize) -> &Said {
        &self.said[*row]
    }
    /// Whether the list has a page of it already.
    fn is_listed(&self, row: &usize) -> bool {
        self.change.stage.is_public() || matches!(self.said[*row], Said::Changed(_))
    }
    fn missing(&self, row: &Row) -> String {
        row.missing().join("、")
    }
}

pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    draw(&house, &catalogue, shell, &no, (wanted.from, &wanted.after), None).await
}

/// The page again, with what was typed before the session ended (H17).
pub async fn kept(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Path((no, _)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    draw(&house, &catalogue, shell, &no, (0, ""), again).await
}

pub async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    no: &str,
    (from, after): (i64, &str),
    again: Option<Filled>,
) -> Result<Response, Stop> {
    let change = shown(house, shell.person.as_ref(), no).await?;
    let mut conn = house.pool().acquire().await?;
    let mut rows = change::rows_of(&mut conn, no, from, PAGE + 1).await?;
    let (told, more) = publish::told(&mut conn, house, catalogue, &change, after).await?;
    let steps = page::steps_of(&mut conn, &change::subject(no), step).await?;
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let codes: Vec<&str> = rows.iter().map(|row| row.power.code.as_str()).collect();
    let before = change::before(&mut conn, &change, &codes).await?;
    let said = rows.iter().map(|row| Said::of(row, before.get(&row.power.code), catalogue)).collect();
    let offered = |act| is_offered(house, shell.person.as_ref(), act);
    let publishes = change.stage == Stage::Passed && offered(Act::PublishPowerChange);
    let first_day = match publishes {
        true => change.first_day(change::newest(&mut conn, &change).await?.as_ref(), house.now().date()),
        false => house.now().date(),
    };
    let waits = change.stage == Stage::Published
        && change.effective_from.is_some_and(|from| house.now().date() < from)
        && offered(Act::PublishPowerChange);
    let overtaken = if waits { recall::overtaken(&mut conn, &change).await? } else { None };
    drop(conn);
    let filled = again.unwrap_or_else(|| {
        let entered = BTreeMap::from([("from".to_owned(), vec![first_day.to_string()])]);
        Filled::new(shell.lang, entered, Vec::new())
    });
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ChangePage {
        reviews: change.next().filter(|reviewer| change.stage == Stage::UnderReview && offered(super::review::act_of(*reviewer))),
        publishes,
        first_day,
        recalls: waits && overtaken.is_none(),
        overtaken: overtaken.filter(|_| waits),
        withdraws: change.stage.is_open() && offered(Act::DraftPowerChange),
        redrafts: change.stage == Stage::SentBack && offered(Act::DraftPowerChange),
        next: is_more.then_some(from.max(1) + PAGE),
        change,
        rows,
        said,
        steps,
        told,
        more,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// The rows as they were committed to: their SHA-256 is the digest of the act.
pub async fn rows(State(house): State<House>, shell: Shell, Path(no): Path<String>) -> Result<Response, Stop> {
    shown(&house, shell.person.as_ref(), &no).await?;
    let mut conn = house.pool().acquire().await?;
    let rows = change::rows_of(&mut conn, &no, 0, i64::MAX).await?;
    let kind = [(header::CONTENT_TYPE, "application/jsonl; charset=utf-8")];
    Ok((kind, facts::lines(&rows)).into_response())
}

/// The latest published changes as Atom (RFC 4287): whoever follows the list need not look.
pub async fn feed(State(house): State<House>) -> Result<Response, Stop> {
    let found: Vec<(Json<Change>, DateTime<Utc>)> = sqlx::query_as(
        "select state, published_at
           from power_changes
          where published_at is not null
          order by published_at desc, no desc
          limit 50",
    )
    .fetch_all(house.pool())
    .await?;
    let site = house.site();
    let origin = site.origin.trim_end_matches('/');
    let updated = found.first().map_or_else(|| house.now().at, |(_, at)| *at).to_rfc3339();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\n\
         <title>{} · 权责清单变更</title>\n<id>{origin}/powers/changes.atom</id>\n<updated>{updated}</updated>\n\
         <link rel=\"self\" href=\"{origin}/powers/changes.atom\"/>\n<link href=\"{origin}/powers/changes\"/>\n<author><name>{}</name></author>\n",
        escape(&site.name),
        escape(site.host_body.as_deref().unwrap_or(&site.name)),
    );
    for (change, at) in &found {
        let address = format!("{origin}/powers/changes/{}", encode(&change.no));
        let when = match (change.stage, change.effective_from) {
            (Stage::Recalled, _) => Stage::Recalled.zh().to_owned(),
            (_, day) => format!("从 {} 起生效", day.map(|day| day.to_string()).unwrap_or_default()),
        };
        let _ = writeln!(
            out,
            "<entry><title>{}</title><id>{address}</id><updated>{}</updated><link href=\"{address}\"/>\
             <summary>{}</summary></entry>",
            escape(&change.heading.title),
            at.to_rfc3339(),
            escape(&format!("{}；{} 行，{when}", change.heading.decision, change.rows)),
        );
    }
    out.push_str("</feed>\n");
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], out).into_response())
}
