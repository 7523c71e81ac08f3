//! 找委托 · somebody without an account comes to a counter with the card, to take back what they entrusted to a relative or friend (许可法 29, 民法典
//! 173): found by the card, as its number alone is on no paper that an old person keeps. Shown are the consents for matters of the counter.

use super::consent::{self, Consent};
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
    /// What was found, with its matters in words; nothing before somebody was asked for.
    found: Option<Vec<(Consent, String)>>,
}

fn draw(shell: Shell, filled: Filled, found: Option<Vec<(Consent, String)>>) -> Result<Response, Stop> {
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
    let found = consent::of_card(&mut conn, (&card.name, &card.number), MOST).await?;
    drop(conn);
    let here = |slug: &str| catalogue.item(slug).is_some_and(|item| item.agency == agency);
    let comma = if shell.english() { ", " } else { "、" };
    let named = |consent: Consent| {
        let names: Vec<String> = consent.items.iter().map(|slug| catalogue.item_name(slug, &shell.lang)).collect();
        (consent, names.join(comma))
    };
    let found = found.into_iter().filter(|consent| consent.items.iter().any(|slug| here(slug)) && !consent.keeps_away(&person));
    let found = found.map(named).collect();
    draw(shell.clone(), Filled::new(shell.lang, posted.0, Vec::new()), Some(found))
}
