//! 办件以外的牌 · what a card is about that is no case: its number, the acts on it by their names and days, and the course of its cards. What
//! was said in it stays on its own pages, and whose it is stays sealed.

use super::affair;
use super::book;
use super::card;
use super::case::{self, Kept, Reader, Shown};
use super::course::Hand;
use super::view::{self, Rail};
use askama::Template;
use authority::{Act, Resource};
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Stop, log};
use uuid::Uuid;

struct Line {
    n: i64,
    name: &'static str,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "supervision/about.html")]
struct AboutPage {
    shell: Shell,
    rail: Rail,
    name: &'static str,
    no: String,
    agency: String,
    public: String,
    cards: Vec<Shown>,
    acts: Vec<Line>,
    once: Uuid,
    errors: String,
}

/// The page, for whoever supervises or may answer for a card of it.
pub async fn draw(
    house: &House,
    shell: Shell,
    catalogue: &Catalogue,
    person: &Person,
    (kind, no): (&str, &str),
    kept: Option<Kept>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let acts = affair::history(&mut conn, kind, no).await?;
    let history = card::history(&mut conn, no).await?;
    let rail = view::rail(house, &mut conn, &shell).await?;
    let rules = book::names(&mut conn).await?;
    drop(conn);
    let cards = card::fold(&history, None);
    // It may have gone from one agency to another, and each answers for its own.
    let own = cards.iter().rev().find(|card| Some(&card.agency) == person.agency.as_ref());
    let agency = own.or(cards.last()).map(|card| card.agency.clone()).unwrap_or_default();
    let resource = view::beside(no, &agency);
    let hand = Hand { person: person.id, handled: affair::handled(&acts, person.id)? };
    let supervises = view::is_allowed(house, person, Act::ViewSupervision, &Resource::Site);
    let reader = Reader::of(house, person, &resource, hand, supervises);
    if !supervises && !reader.answers() {
        view::may_supervise(house, person)?;
    }
    let cards = cards.into_iter().filter(|card| supervises || card.agency == agency);
    let given = case::Given { catalogue, history: &history, rules: &rules, reader: &reader, names: false, kept: &kept };
    let cards = given.shown(cards.collect(), None, &shell.now, shell.lang);
    let (status, errors) = match &kept {
        Some(kept) => (kept.status, kept.filled.summary()),
        None => (StatusCode::OK, String::new()),
    };
    let line = |act: &foundation::record::Stored| Some(Line { n: act.n?, name: log::act_name(&act.kind), at: act.at });
    let page = AboutPage {
        rail,
        name: affair::name(kind),
        no: no.to_owned(),
        agency: view::agency_name(catalogue, &agency),
        public: affair::page(kind, no),
        cards,
        acts: acts.iter().rev().filter_map(line).collect(),
        once: Uuid::now_v7(),
        errors,
        shell,
    };
    page::render_status(&page.shell, status, &page)
}
