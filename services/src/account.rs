//! 我的 · what somebody has under way: drafts, cases, what waits for a word of theirs (F028, F070, F074).

use crate::agents;
use crate::cases::case::{Case, Stage};
use crate::cases::{rate, together};
use crate::certificates::{Gone, Reminder, gone, reminders};
use crate::drafts;
use crate::fees;
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, people};
use serde::Deserialize;

pub fn routes() -> Router<House> {
    Router::new().route("/account", get(account))
}

struct MyCase {
    no: String,
    item: String,
    stage: Stage,
    due: Option<chrono::NaiveDate>,
    /// It waits for its fee: the day of the bill, and how long.
    billed: Option<(chrono::NaiveDate, String)>,
    who: String,
    /// It waits for the reader to say whether to apply together.
    joins: bool,
    /// It was over three days ago, and nobody rated it.
    unrated: bool,
}

struct MyDraft {
    item: String,
    begun: drafts::Begun,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    /// Consents that wait for a yes or no.
    waiting: i64,
    reminders: Vec<Reminder>,
    gone: Vec<Gone>,
    cases: Vec<MyCase>,
    next: Option<String>,
    drafts: Vec<MyDraft>,
    today: chrono::NaiveDate,
}

/// Cases on a page of “我的”.
const PAGE: i64 = 20;

/// My cases, those I file for others, and those in which I apply together with somebody, the latest in front: of each
/// applicant and of the filer a page at most is read, and all of the few one applies for together, by their own index (`offset 0`).
async fn mine(
    house: &House,
    person: &SignedIn,
    after: Option<(DateTime<Utc>, &str)>,
) -> Result<Vec<(DateTime<Utc>, serde_json::Value)>, Stop> {
    let mut owners = person.organisations.clone();
    owners.push(person.id);
    let (at, no) = after.unzip();
    Ok(sqlx::query_as(
        "select distinct on (submitted_at, case_no) submitted_at, state
           from (select mine.*
                   from unnest($1::uuid[]) as owner (id)
                  cross join lateral (select submitted_at, case_no, state
                                        from cases
                                       where applicant = owner.id
                                         and (submitted_at, case_no) < ($2, $3)
                                       order by submitted_at desc, case_no desc
                                       limit $4) as mine
                 union all
                 select filed.*
                   from unnest($1::uuid[]) as filer (id)
                  cross join lateral (select submitted_at, case_no, state
                                        from cases
                                       where filed_by = filer.id
                                         and consent is null
                                         and (submitted_at, case_no) < ($2, $3)
                                       order by submitted_at desc, case_no desc
                                       limit $4) as filed
                 union all
                 select joined.*
                   from (select submitted_at, case_no, state
                           from cases
                          where together @> array[$5::text]
                         offset 0) as joined
                  where (submitted_at, case_no) < ($2, $3)) as found
          order by submitted_at desc, case_no desc
          limit $4",
    )
    .bind(&owners)
    .bind(at.unwrap_or_else(|| house.now().at + chrono::Duration::days(1)))
    .bind(no.unwrap_or_default())
    .bind(PAGE + 1)
    .bind(together::own_token(person))
    .fetch_all(house.pool())
    .await?)
}

#[derive(Deserialize)]
struct Further {
    /// When the last case of the page before was handed in, in microseconds, and its number.
    after: Option<String>,
}

/// GET /account: my drafts and cases.
async fn account(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(further): Query<Further>,
) -> Result<Response, Stop> {
    let after = further.after.as_deref().and_then(|after| {
        let (at, no) = after.split_once('_')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, no))
    });
    let mut found = mine(&house, &person, after).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let last = found.last().map(|(at, _)| at.timestamp_micros()).unwrap_or_default();
    let now = house.now();
    let name = |slug: &str| catalogue.item_name(slug, &shell.lang);
    let own = together::own_token(&person);
    let cases = found.into_iter().map(|(_, state)| serde_json::from_value(state)).collect::<Result<Vec<Case>, _>>()?;
    let next = cases.last().filter(|_| more).map(|c| format!("/account?after={last}_{}", c.no));
    let cases = cases
        .into_iter()
        .map(|case| MyCase {
            item: name(&case.item),
            stage: case.stage,
            due: if case.stage.is_concluded() { None } else { case.due(&now.calendar) },
            billed: fees::waiting(&case, now.date()),
            joins: own.as_deref().is_some_and(|own| together::is_asked(&case, own)),
            unrated: rate::c3_2_04_invited(&case, now.date()),
            who: case.applicant.as_ref().map(|p| p.name.clone()).unwrap_or_default(),
            no: case.no,
        })
        .collect();
    let drafts = if after.is_none() { drafts::all_of(&house, person.id, None, None).await? } else { Vec::new() };
    let organisations = people::organisations_of(house.pool(), person.id).await?;
    let mut drafts = drafts::begun(drafts, &organisations);
    if after.is_none() {
        drafts.extend(drafts::by_agents(&house, &person, None).await?);
    }
    let drafts = drafts.into_iter().map(|begun| MyDraft { item: name(&begun.draft.item), begun }).collect();
    let (mut reminded, mut ended) = (Vec::new(), Vec::new());
    if after.is_none() {
        reminded = reminders(&house, &catalogue, &person, &shell).await?;
        ended = gone(&house, &catalogue, &person, &shell).await?;
    }
    let waiting = agents::consent::waiting(&mut *house.pool().acquire().await?, &person, now.date()).await?;
    let page = AccountPage { waiting, reminders: reminded, gone: ended, cases, next, drafts, today: now.date(), shell };
    page::render(&page.shell.clone(), &page)
}
