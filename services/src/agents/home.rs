//! 代办台 · where the work of an agent, or of a relative or friend, begins: whom one helps, what is half filled in, what goes on (F086).

use super::consent::{self, Consent};
use super::point::{self, Point};
use crate::drafts::{self, Draft};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

const PAGE: i64 = 20;

#[derive(Deserialize)]
pub struct Wanted {
    /// When the last case of the page before was handed in, in microseconds, and its number.
    after: Option<String>,
    /// The last day and the number of the last consent of the page before.
    consent: Option<String>,
}

struct Going {
    no: String,
    item: String,
    who: String,
    stage: acts::Stage,
    waits: bool,
}

#[derive(Template)]
#[template(path = "agents/home.html")]
struct HomePage {
    shell: Shell,
    /// Where the agent works; a relative or friend works nowhere.
    point: Option<Point>,
    waiting: Vec<Consent>,
    consents: Vec<(Consent, String)>,
    more_consents: Option<String>,
    drafts: Vec<(Draft, String, String)>,
    cases: Vec<Going>,
    next: Option<String>,
    today: NaiveDate,
}

/// The cases an agent filed that a consent in force still covers, the latest in front.
async fn going(
    conn: &mut PgConnection,
    agent: Uuid,
    entrusted: &[String],
    after: Option<(DateTime<Utc>, &str)>,
    now: DateTime<Utc>,
) -> Result<Vec<(DateTime<Utc>, Value)>, Stop> {
    let (at, no) = after.unzip();
    Ok(sqlx::query_as(
        "select submitted_at, state
           from cases
          where agent = $1
            and applicant::text || '/' || item = any ($2)
            and (submitted_at, case_no) < ($3, $4)
          order by submitted_at desc, case_no desc
          limit $5",
    )
    .bind(agent)
    .bind(entrusted)
    .bind(at.unwrap_or(now + chrono::Duration::days(1)))
    .bind(no.unwrap_or_default())
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

/// GET /agent
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let now = house.now();
    let today = now.date();
    let after = wanted.after.as_deref().and_then(|after| {
        let (at, no) = after.split_once('_')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, no))
    });
    let from = wanted.consent.as_deref().and_then(|after| {
        let (day, no) = after.split_once('_')?;
        Some((calendar::parse_date(day).ok()?, no))
    });
    let from = from.unwrap_or((NaiveDate::MAX.min(today + chrono::Duration::days(100_000)), ""));
    let mut conn = house.pool().acquire().await?;
    let point = match &person.agent_point {
        Some(no) => Some(point::find(&mut conn, no).await?),
        None => None,
    };
    let first = (today + chrono::Duration::days(100_000), "");
    let waiting = consent::of_agent(&mut conn, person.id, &["prepared"], first, today, PAGE).await?;
    let mut given = consent::of_agent(&mut conn, person.id, &["given"], from, today, PAGE + 1).await?;
    let mut found = going(&mut conn, person.id, &person.entrusted, after, now.at).await?;
    drop(conn);
    let more = given.len() as i64 > PAGE;
    given.truncate(PAGE as usize);
    let more_consents = given.last().filter(|_| more).map(|last| format!("/agent?consent={}_{}", last.until, last.no));
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let last = found.last().map(|(at, _)| at.timestamp_micros()).unwrap_or_default();
    let cases =
        found.into_iter().map(|(_, state)| serde_json::from_value(state)).collect::<Result<Vec<crate::cases::Case>, _>>()?;
    let next = cases.last().filter(|_| more).map(|case| format!("/agent?after={last}_{}", case.no));
    let name = |slug: &str| catalogue.item_name(slug, &shell.lang);
    let cases = cases
        .into_iter()
        .map(|case| Going {
            item: name(&case.item),
            who: case.applicant.as_ref().map(|party| party.name.clone()).unwrap_or_default(),
            waits: case.waits_at("await_correction"),
            stage: case.stage,
            no: case.no,
        })
        .collect();
    // A draft whose consent is over is kept for when there is another, and shown no more.
    let whose: HashMap<&str, &Consent> = given.iter().map(|consent| (consent.no.as_str(), consent)).collect();
    let drafts = drafts::for_others(&house, person.id)
        .await?
        .into_iter()
        .filter_map(|draft| {
            let consent = whose.get(draft.consent.as_deref()?)?;
            let who = consent.entrusted.person.name.clone();
            Some((name(&draft.item), who, draft))
        })
        .map(|(item, who, draft)| (draft, item, who))
        .collect();
    let consents = given
        .into_iter()
        .map(|consent| {
            let names: Vec<String> = consent.items.iter().map(|slug| name(slug)).collect();
            let names = names.join(if shell.english() { ", " } else { "、" });
            (consent, names)
        })
        .collect();
    page::render(&shell.clone(), &HomePage { point, waiting, consents, more_consents, drafts, cases, next, today, shell })
}
