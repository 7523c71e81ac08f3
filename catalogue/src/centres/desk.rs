//! 中心的工作 · where whoever manages a centre, reviews or approves begins (B2.1): one's own centre, and what waits for a review or an approval.

use super::closing::{self, Proposal};
use super::list::within;
use super::outside::{self, Outside};
use super::{offices, show};
use crate::{Catalogue, Centre};
use askama::Template;
use authority::Act;
use axum::extract::{Query, State};
use axum::response::Response;
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;
use std::sync::Arc;

const PAGE: i64 = 30;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    after: String,
}

/// A matter outside, its name, its centre, and whether it waits for whoever looks.
struct Waits {
    one: Outside,
    name: String,
    centre: String,
    mine: bool,
}

#[derive(Template)]
#[template(path = "centres/desk.html")]
struct DeskPage {
    shell: Shell,
    /// The one that whoever looks manages, and whether it also keeps village points.
    own: Option<(Arc<Centre>, bool)>,
    reviews: bool,
    closings: Vec<(Arc<Centre>, Proposal, bool)>,
    matters: Vec<Waits>,
    next: Option<String>,
}

/// The centres for whose management body or government somebody speaks.
fn spoken_for(house: &House, catalogue: &Catalogue, person: &Person) -> Vec<(Arc<Centre>, bool, bool)> {
    let region = person.agency.as_deref().and_then(|key| catalogue.agency(key)).map(|agency| within(&agency.region).to_owned());
    let Some(region) = region.filter(|_| person.has_role("centre_reviewer")) else { return Vec::new() };
    let may = |act, centre: &Centre| offices::may(house, catalogue, person, act, centre).is_ok();
    let of = |centre: &Arc<Centre>| (centre.clone(), may(Act::ReviewCentre, centre), may(Act::ApproveCentre, centre));
    let below = catalogue.centres().iter().filter(|centre| centre.region.starts_with(&region)).map(of).collect::<Vec<_>>();
    below.into_iter().filter(|(_, reviews, approves)| *reviews || *approves).collect()
}

/// GET /centres/desk
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let own = match &person.centre {
        Some(key) => {
            let centre = show::centre(&catalogue, key)?;
            offices::may(&house, &catalogue, &person, Act::KeepCentre, &centre)?;
            Some(centre)
        }
        None => None,
    };
    let spoken = spoken_for(&house, &catalogue, &person);
    if own.is_none() && spoken.is_empty() {
        return Err(Stop::NotAllowed {
            reason: "这里是中心负责人、管理机构和本级政府办中心的事的地方".into()
        });
    }
    let keys: Vec<&str> = own.iter().chain(spoken.iter().map(|(centre, ..)| centre)).map(|centre| centre.key.as_str()).collect();
    let mut conn = house.pool().acquire().await?;
    let closings = closing::of_centres(&mut conn, &keys).await?;
    let mut matters = outside::lacking_of(&mut conn, (&keys, shell.now.date()), &wanted.after, PAGE + 1).await?;
    drop(conn);
    let more = matters.len() as i64 > PAGE;
    matters.truncate(PAGE as usize);
    let next = matters.last().filter(|_| more).map(|one| one.item.clone());
    let asked_of = |key: &str, passed: bool| {
        spoken.iter().any(|(centre, reviews, approves)| centre.key == key && if passed { *approves } else { *reviews })
    };
    let waits = |one: Outside| Waits {
        name: catalogue.item_name(&one.item, &shell.lang),
        centre: catalogue.centre(&one.centre).map_or(String::new(), |centre| centre.name.clone()),
        mine: one.because.is_some() && asked_of(&one.centre, one.review.as_ref().is_some_and(|review| review.passes)),
        one,
    };
    let closes = |(key, proposal): (String, Proposal)| {
        let mine = asked_of(&key, proposal.passed.is_some());
        Some((catalogue.centre(&key)?, proposal, mine))
    };
    let page = DeskPage {
        reviews: !spoken.is_empty(),
        closings: closings.into_iter().filter_map(closes).collect(),
        matters: matters.into_iter().map(waits).collect(),
        next,
        own: own.map(|centre| {
            let township = catalogue.agency(&centre.manager).is_some_and(|agency| agency.level == 5);
            (centre, township)
        }),
        shell,
    };
    page::render(&page.shell, &page)
}
