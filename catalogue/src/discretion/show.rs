//! 一份裁量基准 · its tiers as they decide, its versions, and the table itself for any other engine to read (F024).

use super::standard::{self, Standard};
use crate::Catalogue;
use crate::powers::is_offered;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Stop};
use rules::{Table, WrittenRule};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "discretion/show.html")]
struct Page {
    shell: Shell,
    standard: Standard,
    versions: Vec<Standard>,
    agencies: String,
    heads: Vec<String>,
    /// Names in the table and what they stand for.
    names: Vec<(String, String)>,
    rules: Vec<WrittenRule>,
    decided: i64,
    outside: i64,
    in_force: bool,
    /// The last day of all that it rests on, when that is over.
    basis_ended: Option<NaiveDate>,
    may_apply: bool,
    may_keep: bool,
    filled: Filled,
}

impl Page {
    /// Since when it counts for earlier violations alone.
    fn earlier_since(&self) -> Option<NaiveDate> {
        self.basis_ended.and_then(|last| last.succ_opt())
    }
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    /// The cells of a rule in words, each with its heading.
    fn cells(&self, rule: &WrittenRule) -> Vec<(&str, String)> {
        let named = |text: String| in_words(&text, &self.names);
        let results = rule.results.iter().map(|text| named(result(text)));
        let cells = rule.tests.iter().map(|text| condition(text)).chain(results);
        self.heads.iter().map(String::as_str).zip(cells).collect()
    }
}

/// Whether a person decides by this standard: for an agency that it names.
pub(super) fn may_apply(house: &House, person: &Person, standard: &Standard) -> Result<String, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    house.may(&person.principal(), Act::ApplyDiscretion, &Resource::Agency { key: agency.clone() }, &Circumstance::default())?;
    match standard.agencies.contains(&agency) {
        true => Ok(agency),
        false => {
            Err(Stop::NotAllowed { reason: "您的单位不照这份裁量基准办。请从本单位的基准进入。".into() })
        }
    }
}

/// A condition as people read it: texts without their quotation marks, bounds in words, as the law counts them (以上 and 以下 include the
/// number).
fn condition(text: &str) -> String {
    let text = text.trim();
    let bound = |sign: &str, words: fn(&str) -> String| {
        let number = text.strip_prefix(sign)?.trim();
        number.parse::<forms::Decimal>().is_ok().then(|| words(number))
    };
    if let Some(said) = bound(">=", |n| format!("{n} 以上"))
        .or_else(|| bound("<=", |n| format!("{n} 以下")))
        .or_else(|| bound(">", |n| format!("超过 {n}")))
        .or_else(|| bound("<", |n| format!("不到 {n}")))
    {
        return said;
    }
    if text == "-" {
        return "不限".to_owned();
    }
    let inner = text.get(1..text.len().saturating_sub(1)).and_then(|inner| inner.split_once(".."));
    match inner.filter(|(from, to)| [from, to].iter().all(|n| n.trim().parse::<forms::Decimal>().is_ok())) {
        Some((from, to)) => {
            let from = if text.starts_with('[') { format!("{} 以上", from.trim()) } else { format!("超过 {}", from.trim()) };
            let to = if text.ends_with(']') { format!("{} 以下", to.trim()) } else { format!("不到 {}", to.trim()) };
            format!("{from}，{to}")
        }
        None => result(text),
    }
}

/// Names of facts as their headings; part of a longer word is none.
pub(super) fn in_words(text: &str, names: &[(String, String)]) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let end = rest[start..].find(|c| !is_word(c)).map_or(rest.len(), |at| start + at);
        let word = &rest[start..end];
        out.push_str(&rest[..start]);
        out.push_str(names.iter().find(|(name, _)| name == word).map_or(word, |(_, label)| label));
        rest = &rest[end..];
    }
    out + rest
}

/// A result as people read it.
fn result(text: &str) -> String {
    match text.trim() {
        "null" => "—".to_owned(),
        text => text.trim_matches('"').replace("\", \"", "、").replace("\",\"", "、").replace(" * ", " × "),
    }
}

pub(super) async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    code: &str,
    filled: Filled,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let versions = standard::versions(&mut conn, code).await?;
    let today = house.now().date();
    let standard =
        versions.iter().find(|one| one.is_in_force(today)).or(versions.first()).cloned().ok_or(Stop::NotFound("裁量基准"))?;
    let basis_ended = standard::basis_ends(&mut conn, &standard.basis).await?.filter(|last| *last < today);
    drop(conn);
    let table: Table = standard.table()?;
    let labels = |label: &str, name: &str| if label.is_empty() { name.to_owned() } else { label.to_owned() };
    let heads = table.inputs().iter().map(|input| labels(&input.label, &input.name)).collect::<Vec<_>>();
    let results = table.outputs().iter().map(|output| labels(&output.label, &output.name)).collect::<Vec<_>>();
    let in_force = standard.is_in_force(today);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let may_apply = shell.person.as_ref().is_some_and(|person| may_apply(house, person, &standard).is_ok());
    let page = Page {
        agencies: standard.agencies.iter().map(|key| catalogue.agency_name(key)).collect::<Vec<_>>().join("、"),
        names: table
            .inputs()
            .into_iter()
            .map(|input| (input.name, input.label.split('（').next().unwrap_or_default().to_owned()))
            .filter(|(_, label)| !label.is_empty())
            .collect(),
        heads: [heads, results].concat(),
        rules: table.written(),
        decided: versions.iter().map(|one| one.decided).sum(),
        outside: versions.iter().map(|one| one.outside).sum(),
        in_force,
        may_apply: may_apply && in_force,
        basis_ended,
        may_keep: is_offered(house, shell.person.as_ref(), Act::KeepDiscretion),
        versions,
        standard,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /discretion/{code}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(code): Path<String>,
) -> Result<Response, Stop> {
    let filled = Filled::empty(shell.lang);
    draw(&house, &catalogue, shell, &code, filled).await
}

#[derive(Deserialize)]
pub struct Asked {
    version: Option<i32>,
}

/// GET /discretion/{code}/table.dmn?version=1: the table of a version, the latest when none is named.
pub async fn table(State(house): State<House>, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Stop> {
    let versions = standard::versions(&mut *house.pool().acquire().await?, &code).await?;
    let found = versions.into_iter().find(|one| asked.version.is_none_or(|version| version == one.version));
    let found = found.ok_or(Stop::NotFound("裁量基准"))?;
    let name = format!("attachment; filename=\"{}-{}.dmn\"", found.code, found.version);
    let head = [(header::CONTENT_TYPE, "application/dmn+xml; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, found.dmn).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_3_01_conditions_read_as_the_law_writes_them() {
        let told = |text: &str| condition(text);
        assert_eq!(told("< 10000"), "不到 10000");
        assert_eq!(told(">= 10000"), "10000 以上");
        assert_eq!(told("[5..10)"), "5 以上，不到 10");
        assert_eq!(told("(5..10]"), "超过 5，10 以下");
        assert_eq!(told("\"甲\",\"乙\""), "甲、乙");
        assert_eq!(told("-"), "不限");
        assert_eq!(told("< other"), "< other");
        assert_eq!(told("[a..b]"), "[a..b]");
        assert_eq!(told("一"), "一");
        let names = [("a".to_owned(), "数量".to_owned())];
        assert_eq!(in_words("a * rate + a", &names), "数量 * rate + 数量");
        assert_eq!((result("goods_value * 13"), result("null")), ("goods_value × 13".into(), "—".into()));
    }
}
