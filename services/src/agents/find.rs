//! 找委托 · somebody without an account comes to a counter with the card, to take back what they entrusted to a relative or friend (许可法 29, 民法典
//! 173): found by the card, as its number alone is on no paper that an old person keeps. Shown are those to relatives for matters of the counter,
//! and those to agents of the points that the township keeps; of others it is said where to go.

use super::consent::{self, Consent};
use super::point;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop};

/// So many are shown: nobody entrusts more people at once.
const MOST: i64 = 50;

#[derive(Template)]
#[template(path = "agents/find.html")]
struct FindPage {
    shell: Shell,
    summary: String,
    card: String,
    /// What was found; nothing before somebody was asked for.
    found: Option<Found>,
}

/// The consents of whoever bears a card.
struct Found {
    /// Those that are ended here, with their matters in words.
    here: Vec<(Consent, String)>,
    /// Where the others are.
    elsewhere: Vec<String>,
}

fn draw(shell: Shell, filled: Filled, found: Option<Found>) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let card = crate::counter::card_fields(&filled, "姓名（委托别人的人）", "和证件一致");
    let page = FindPage { summary: filled.summary(), card, found, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

fn may<'p>(house: &House, person: &'p SignedIn) -> Result<&'p str, Stop> {
    let agency = person.agency.as_deref().unwrap_or_default();
    match super::mine::at_counter(house, person, agency).allowed {
        true => Ok(agency),
        false => Err(Stop::NotAllowed { reason: "找委托要在窗口，看过他的身份证".into() }),
    }
}

/// GET /counter/consents
pub async fn show(State(house): State<House>, shell: Shell, person: SignedIn, Held(held): Held) -> Result<Response, Stop> {
    may(&house, &person)?;
    draw(shell.clone(), Filled::new(shell.lang, held.unwrap_or_default(), Vec::new()), None)
}

/// POST /counter/consents: by the card, which stands in no address.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let mut errors: Vec<FieldError> = Vec::new();
    let card = crate::counter::card(&posted, house.now().date(), &mut errors);
    if !errors.is_empty() {
        return draw(shell.clone(), Filled::new(shell.lang, posted.0, errors), None);
    }
    let mut conn = house.pool().acquire().await?;
    let all = consent::of_card(&mut conn, (&card.name, &card.number), MOST).await?;
    let keepers = point::keepers(&mut conn, all.iter().filter_map(|consent| consent.entrusted.point.clone()).collect()).await?;
    drop(conn);
    let comma = if shell.english() { ", " } else { "、" };
    let mut found = Found { here: Vec::new(), elsewhere: Vec::new() };
    for consent in all.into_iter().filter(|consent| !consent.keeps_away(&person)) {
        let items: Vec<_> = consent.items.iter().filter_map(|slug| catalogue.item(slug)).collect();
        let agencies: Vec<&str> = match &consent.entrusted.point {
            Some(point) => keepers.get(point).map(String::as_str).into_iter().collect(),
            None => items.iter().map(|item| item.agency.as_str()).collect(),
        };
        if agencies.contains(&agency) {
            let names: Vec<String> = consent.items.iter().map(|slug| catalogue.item_name(slug, &shell.lang)).collect();
            found.here.push((consent, names.join(comma)));
        } else {
            found.elsewhere.extend(agencies.into_iter().map(|agency| catalogue.agency_name(agency).to_owned()));
        }
    }
    found.elsewhere.sort();
    found.elsewhere.dedup();
    draw(shell.clone(), Filled::new(shell.lang, posted.0, Vec::new()), Some(found))
}
