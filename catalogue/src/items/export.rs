//! 导出事项 · the matters in force as tables, all of them or those of an agency, a region, a kind: open to everybody, and what a catalogue
//! administrator changes and imports again (A2.2, B6.1; F032, F159).

use super::sheet::{self, Form};
use crate::{Catalogue, Item, ItemKind};
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use foundation::Stop;
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, encode, filters, table};
use serde::Deserialize;
use std::sync::Arc;

/// What is asked for; what is empty does not narrow.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Wanted {
    /// By name or key.
    #[serde(default)]
    pub agency: String,
    /// By full name or code; those below it belong to it.
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub kind: String,
    /// 在用, 暂停 or 取消; without it all that are not cancelled.
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub theme: String,
    /// `person` or `company`.
    #[serde(default)]
    pub serves: String,
    #[serde(default, rename = "as")]
    pub form: String,
    /// One table of several.
    #[serde(default)]
    pub table: String,
}

/// What was asked for that is nothing here: the field, and a sentence.
pub type Unknown = (&'static str, &'static str, String);

const STATES: [&str; 3] = ["在用", "暂停", "取消"];

/// The matters that are asked for, by name.
pub fn found(catalogue: &Catalogue, wanted: &Wanted) -> Result<Vec<Arc<Item>>, Vec<Unknown>> {
    let mut unknown: Vec<Unknown> = Vec::new();
    let trimmed = |text: &str| text.trim().to_owned();
    let (agency, region) = (trimmed(&wanted.agency), trimmed(&wanted.region));
    let agencies = catalogue.agencies();
    let keyed = agencies.iter().find(|one| one.key == agency || one.name == agency).map(|one| one.key.as_str());
    if !agency.is_empty() && keyed.is_none() {
        unknown.push(("agency", "实施主体", format!("没有叫“{agency}”的单位，请写全称")));
    }
    let code = catalogue.region_code(&region);
    if !region.is_empty() && code.is_none() {
        unknown.push(("region", "行政区划", format!("没有叫“{region}”的地区，请从省写起，或者写代码")));
    }
    let kind = ItemKind::ALL.into_iter().find(|kind| [kind.key(), kind.zh(), kind.code()].contains(&wanted.kind.as_str()));
    if !wanted.kind.is_empty() && kind.is_none() {
        unknown.push(("kind", "事项类型", format!("没有“{}”这一类事项", wanted.kind)));
    }
    if !wanted.state.is_empty() && !STATES.contains(&wanted.state.as_str()) {
        unknown.push(("state", "事项状态", format!("没有“{}”这种状态，只有{}", wanted.state, STATES.join("、"))));
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let state = |item: &Item| match wanted.state.as_str() {
        "" => !item.is_cancelled(),
        "在用" => item.is_in_use(),
        state => item.state == state,
    };
    let serves = |item: &Item| match wanted.serves.as_str() {
        "person" => item.applies_to_people(),
        "company" => item.applies_to_organisations(),
        _ => true,
    };
    let fits = |item: &&Arc<Item>| {
        keyed.is_none_or(|key| item.agency == key)
            && code.is_none_or(|code| catalogue.regions().upwards(&item.region).contains(&code))
            && kind.is_none_or(|kind| item.kind == kind)
            && (wanted.theme.is_empty() || item.themes.contains(&wanted.theme))
            && state(item)
            && serves(item)
    };
    Ok(catalogue.items().iter().filter(fits).cloned().collect())
}

/// The same question, as an address in which something can be added.
pub fn address(wanted: &Wanted) -> String {
    let own = [
        ("agency", &wanted.agency),
        ("region", &wanted.region),
        ("kind", &wanted.kind),
        ("state", &wanted.state),
        ("theme", &wanted.theme),
        ("serves", &wanted.serves),
    ];
    let said = own.into_iter().filter(|(_, said)| !said.is_empty());
    let said: String = said.map(|(key, said)| format!("{key}={}&", encode(said))).collect();
    format!("/items/export?{said}")
}

#[derive(Template)]
#[template(path = "items/export.html")]
struct ExportPage {
    shell: Shell,
    filled: Filled,
    count: usize,
    address: String,
    sheets: &'static [sheet::Sheet],
}

impl ExportPage {
    fn kinds(&self) -> [ItemKind; 11] {
        ItemKind::ALL
    }
    fn states(&self) -> [&'static str; 3] {
        STATES
    }
    fn is_said(&self, key: &str, value: &str) -> bool {
        self.filled.entered.get(key).and_then(|said| said.last()).is_some_and(|said| said == value)
    }
}

/// GET /items/export
pub async fn show(catalogue: Catalogue, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let found = found(&catalogue, &wanted);
    let form = Form::of(&wanted.form, &wanted.table)?;
    match (found, form) {
        (Ok(items), Some(form)) => {
            let known = catalogue.clone();
            let body = tokio::task::spawn_blocking(move || sheet::file(&items, &known, form)).await;
            let body = body.map_err(|error| Stop::Fault(error.to_string()))??;
            let (kind, extension) = form.kind();
            let name = match form {
                Form::OneCsv(id) => sheet::sheets()?.iter().find(|sheet| sheet.id == id).map_or("事项", |sheet| sheet.name),
                _ => "事项",
            };
            Ok(table::attached(kind, name, extension, body))
        }
        (Err(unknown), Some(_)) => {
            Err(Stop::Unreadable(unknown.into_iter().map(|(.., said)| said).collect::<Vec<_>>().join("；")))
        }
        (found, None) => {
            let pairs =
                [("agency", &wanted.agency), ("region", &wanted.region), ("kind", &wanted.kind), ("state", &wanted.state)];
            let entered = pairs.into_iter().map(|(key, said)| (key.to_owned(), vec![said.clone()])).collect();
            let (count, errors) = match found {
                Ok(items) => (items.len(), Vec::new()),
                Err(unknown) => {
                    let told = |(key, label, zh): Unknown| field_error(key, label, &zh, &page::translate(&zh, page::Lang::En));
                    (0, unknown.into_iter().map(told).collect())
                }
            };
            let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let filled = Filled::new(shell.lang, entered, errors);
            let page = ExportPage { filled, count, address: address(&wanted), sheets: sheet::sheets()?, shell };
            page::render_status(&page.shell.clone(), status, &page)
        }
    }
}
