//! 原文 · the definitions themselves, byte for byte, with their digests (F020, F021): whoever doubts the guide reads what
//! runs, and computes the digest again.

use crate::{Catalogue, Item};
use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use foundation::Stop;
use serde_json::json;
use std::sync::Arc;

fn item_of(catalogue: &Catalogue, slug: &str) -> Result<Arc<Item>, Stop> {
    catalogue.item(slug).ok_or(Stop::NotFound("事项"))
}

/// A text with its digest as entity tag.
fn text(kind: &'static str, name: String, hash: &str, body: String) -> Response {
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::ETAG, format!("\"{hash}\"")),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (head, body).into_response()
}

const XML: &str = "application/xml; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

pub async fn process(catalogue: Catalogue, Path(slug): Path<String>) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let name = format!("{slug}.bpmn");
    Ok(text(XML, name, item.process.hash(), item.process.xml().to_owned()))
}

pub async fn drawing(catalogue: Catalogue, Path(slug): Path<String>) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let svg = process::svg(&item.process, None, process::Lang::Zh);
    let head = [(header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((head, svg).into_response())
}

pub async fn form(catalogue: Catalogue, Path(slug): Path<String>) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let name = format!("{slug}-form.json");
    Ok(text(JSON, name, item.form.hash(), item.form.text().to_owned()))
}

pub async fn table(catalogue: Catalogue, Path(slug): Path<String>) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let hash = item.fit.as_ref().map(rules::Table::hash).unwrap_or_default();
    let table = item.fit_text.clone().ok_or(Stop::NotFound("判断表"))?;
    Ok(text(XML, format!("{slug}-fit.dmn"), hash, table))
}

/// The situations as a decision table, made of the item's text: its digest is the item's.
pub async fn situations(catalogue: Catalogue, Path(slug): Path<String>) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let table = crate::situations::table(&item).ok_or(Stop::NotFound("情形"))?;
    Ok(text(XML, format!("{slug}-situations.dmn"), &item.text_hash, table))
}

pub async fn item(catalogue: Catalogue, Path(slug): Path<String>) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    Ok(text(JSON, format!("{slug}.json"), &item.text_hash, item.text.clone()))
}

/// Every digest of what an item runs on.
pub async fn definition(catalogue: Catalogue, Path(slug): Path<String>) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    Ok(Json(digests(&item)).into_response())
}

pub(super) fn digests(item: &Item) -> serde_json::Value {
    let address = |file: &str| format!("/matters/{}/{file}", item.slug);
    json!({
        "slug": item.slug,
        "digest": "SHA-256, hexadecimal, over the bytes at each address",
        "version": item.hash,
        "versions": item.versions(),
        "item": { "hash": item.text_hash, "address": address("item.json") },
        "process": { "key": item.process.key(), "hash": item.process.hash(), "address": address("process.bpmn") },
        "form": { "key": item.form.key(), "hash": item.form.hash(), "address": address("form.json") },
        "fit": item.fit.as_ref().map(|fit| json!({ "hash": fit.hash(), "address": address("fit.dmn") })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::catalogue;

    #[tokio::test]
    async fn f021_the_published_chart_is_the_text_that_runs_byte_for_byte() {
        for item in catalogue().items().iter() {
            let answer = process(catalogue().clone(), Path(item.slug.clone())).await.unwrap();
            assert_eq!(answer.headers()[header::ETAG], format!("\"{}\"", item.process.hash()));
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            assert_eq!(body, item.process.xml().as_bytes());
            // What comes back from another modeler reads as the same chart.
            let again = process::Definition::parse(std::str::from_utf8(&body).unwrap()).unwrap();
            assert_eq!(again.hash(), item.process.hash());
        }
    }

    #[tokio::test]
    async fn f020_every_address_of_the_digests_answers_with_that_digest() {
        let item = catalogue().item("elderly-card").unwrap();
        let told = digests(&item);
        let of = |part: &str| told[part]["hash"].as_str().unwrap().to_owned();
        let path = || Path(item.slug.clone());
        let answers = [
            (of("item"), super::item(catalogue().clone(), path()).await.unwrap()),
            (of("form"), form(catalogue().clone(), path()).await.unwrap()),
            (of("fit"), table(catalogue().clone(), path()).await.unwrap()),
        ];
        for (hash, answer) in answers {
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            assert_eq!(crate::versions::sha256(&body), hash);
        }
    }
}
