//! 办事 · the list of matters, and search by a person's own words with the reason each was found.

use super::Card;
use crate::{Catalogue, Reason};
use askama::Template;
use axum::Json;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use foundation::page::{self, Shell, filters};
use foundation::{Stop, wants_json};
use serde::Deserialize;
use serde_json::json;

/// Results on a page; whoever has more should say more.
const MOST: usize = 50;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

struct Found {
    card: Card,
    summary: String,
    why: Vec<Reason>,
}

#[derive(Template)]
#[template(path = "pages/matters.html")]
struct MattersPage<'a> {
    shell: &'a Shell,
    q: &'a str,
    found: Vec<Found>,
    /// Shown under an empty result: what there is at all.
    all: Vec<Found>,
}

impl MattersPage<'_> {
    /// Whether the words mean work that notices divide, which is no matter to apply for.
    fn asks_for_work(&self) -> bool {
        ["任务", "分解", "交办", "督查", "督办"].iter().any(|word| self.q.contains(word))
    }
}

pub async fn show(
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let q = wanted.q.trim();
    let hits = catalogue.search(q, MOST);
    if wanted.form.as_deref() == Some("json") || wants_json(&headers) {
        let told = |item: &crate::Item, why: &[Reason]| {
            json!({
                "slug": item.slug,
                "code": item.code,
                "name": item.name,
                "name_en": item.name_en,
                "kind": item.kind,
                "agency": catalogue.agency_name(&item.agency),
                "region": catalogue.region_name(&item.region),
                "address": format!("/matters/{}", item.slug),
                "why": why,
            })
        };
        let items: Vec<_> = match q {
            "" => catalogue.listed().iter().map(|item| told(item, &[])).collect(),
            _ => hits.iter().map(|hit| told(&hit.item, &hit.why)).collect(),
        };
        return Ok(Json(json!({ "q": q, "count": items.len(), "items": items })).into_response());
    }
    let found = |item: &crate::Item, why: Vec<Reason>| Found {
        card: Card::of(item, catalogue.agency_name(&item.agency), &shell.lang),
        summary: item.summary.clone(),
        why,
    };
    let items = catalogue.listed();
    let listed = || items.iter().map(|item| found(item, Vec::new()));
    let page = MattersPage {
        found: hits.into_iter().map(|hit| found(&hit.item, hit.why)).collect(),
        all: listed().collect(),
        q,
        shell: &shell,
    };
    page::render(&shell, &page)
}
