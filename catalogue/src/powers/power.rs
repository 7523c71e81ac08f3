//! 一项职权 · what is published of it, on any day, with every version and what changed between two (A2.2, B6.1; F018).

use super::facts::{Level, Operation, Origin, Power, Row, Standing};
use super::is_offered;
use super::law::{self, Cited, Law};
use crate::{Catalogue, Item, ItemKind, directory};
use askama::Template;
use authority::Act;
use axum::Json as JsonBody;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, wants_json};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    on: String,
    /// The version this one is compared with.
    with: Option<i32>,
    version: Option<i32>,
    #[serde(rename = "as")]
    form: Option<String>,
}

/// One version, with the days it is in force.
#[derive(sqlx::FromRow)]
struct Version {
    pub version: i32,
    change: String,
    effective_from: NaiveDate,
    effective_to: Option<NaiveDate>,
    standing: String,
    sample: bool,
    /// Taken back before its first day.
    recalled: bool,
    facts: Json<Row>,
    /// What the entry it was drawn from says otherwise, and since when.
    strays: Option<Vec<String>>,
    strays_from: Option<NaiveDate>,
}

impl Version {
    fn power(&self) -> &Power {
        &self.facts.0.power
    }
    fn standing(&self) -> Standing {
        Standing::of(&self.standing).unwrap_or(Standing::Cancelled)
    }
    fn holds(&self, on: NaiveDate) -> bool {
        self.effective_from <= on && self.effective_to.is_none_or(|to| on < to)
    }
    /// Its last day.
    fn until(&self) -> Option<NaiveDate> {
        self.effective_to.and_then(|to| to.pred_opt())
    }
    fn operation(&self) -> Operation {
        self.facts.0.operation
    }
    /// Whether it can be done to what this is: what has no body, or has its body in its code, is not handed down; only an answer of before is
    /// given again.
    fn may_be(&self, operation: Operation) -> bool {
        let power = self.power();
        match operation {
            Operation::HandDown => !power.is_entry() && power.entry.is_empty(),
            Operation::Decline => power.code == directory::law::answer_code(&power.entry, &power.region),
            _ => true,
        }
    }
    /// Whether an element has its place on the page: what is empty is told as missing, where it is to be published.
    fn says(&self, one: &Element) -> bool {
        let left_to_others = self.power().is_entry() || self.standing() == Standing::Absent;
        let is_optional = left_to_others || matches!(one.name, "目录行使层级" | "认领自" | "办理地点" | "收费");
        !one.said.is_empty() || !is_optional
    }
    fn into(&self) -> Option<&str> {
        self.facts.0.into.as_deref()
    }
}

/// Every version of a power, the latest first.
async fn versions_of(conn: &mut PgConnection, code: &str) -> Result<Vec<Version>, Stop> {
    Ok(sqlx::query_as(
        "select version, change, effective_from, effective_to, standing, sample, recalled, facts, strays, strays_from
           from power_versions
          where code = $1
          order by version desc",
    )
    .bind(code)
    .fetch_all(conn)
    .await?)
}

/// A line of what is published.
pub(super) struct Element {
    pub name: &'static str,
    pub said: String,
}

/// What is published of a power, element by element.
pub(super) fn elements(power: &Power, catalogue: &Catalogue) -> Vec<Element> {
    let region = catalogue.region_name(&power.region);
    let all = [
        ("类型", power.kind.zh().to_owned()),
        (if power.is_entry() { "主管部门" } else { "行使主体" }, power.agency.clone()),
        ("行政区划", if region.is_empty() { power.region.clone() } else { region }),
        ("行使层级", power.level.map_or("", Level::zh).to_owned()),
        ("权力来源", power.origin.map_or("", Origin::zh).to_owned()),
        ("行使内容", power.content.clone()),
        ("条件", power.conditions.clone()),
        ("期限", power.limit.clone()),
        ("监督措施", power.supervision.clone()),
        ("数据来源", power.source.clone()),
        ("目录行使层级", power.levels_text()),
        ("认领自", power.entry.clone()),
        ("办理地点", power.place.clone()),
        ("收费", power.fees.clone()),
    ];
    all.into_iter().map(|(name, said)| Element { name, said }).collect()
}

/// What differs between two versions.
pub(super) struct Difference {
    pub name: &'static str,
    pub before: String,
    pub after: String,
}

/// Element by element; what is the same is left out.
pub(super) fn compare(before: &Row, after: &Row, catalogue: &Catalogue) -> Vec<Difference> {
    let whole = |row: &Row| {
        let mut all = vec![
            Element { name: "名称", said: row.power.name.clone() },
            Element { name: "状态", said: row.operation.leads_to().zh().to_owned() },
        ];
        all.extend(elements(&row.power, catalogue));
        all.push(Element { name: "设定依据", said: row.power.bases_text() });
        all.push(Element { name: "运行流程图", said: row.power.process.clone() });
        all
    };
    let pairs = whole(before).into_iter().zip(whole(after));
    pairs
        .filter(|(before, after)| before.said != after.said)
        .map(|(before, after)| Difference { name: after.name, before: before.said, after: after.said })
        .collect()
}

/// A citation with how it stands that day.
struct Basis {
    text: String,
    key: String,
    last_day: Option<NaiveDate>,
    because: String,
    holds: bool,
    /// The power can rest on it: it is no general law of procedure, nor, for a permit, known not to be able to create one.
    founds: bool,
}

impl Basis {
    fn of(cited: &Cited, kind: ItemKind, laws: &HashMap<String, Law>, on: NaiveDate) -> Basis {
        let key = cited.key();
        let law = laws.get(&key);
        let last_day = law.and_then(|law| law.last_day(&cited.article));
        let ended = law.and_then(|law| {
            let part = law.articles.get(&cited.article);
            law.ended.iter().chain(part).find(|ended| Some(ended.last_day) == last_day)
        });
        Basis {
            text: cited.text(),
            holds: last_day.is_none_or(|last| on <= last),
            founds: law::a2_1_04_founds(&cited.law)
                && (kind != ItemKind::Permit || law.and_then(|law| law.may_create_permit(on)) != Some(false)),
            because: ended.map(|ended| ended.because.clone()).unwrap_or_default(),
            last_day,
            key,
        }
    }
}

#[derive(Template)]
#[template(path = "powers/power.html")]
struct PowerPage<'a> {
    shell: Shell,
    on: NaiveDate,
    asked: bool,
    shown: &'a Version,
    versions: &'a [Version],
    elements: Vec<Element>,
    bases: Vec<Basis>,
    /// The matters that people apply for under this power.
    items: Vec<Arc<Item>>,
    /// The matter whose process is its flow chart.
    chart: Option<Arc<Item>>,
    compared: Option<(i32, Vec<Difference>)>,
    operations: Vec<Operation>,
    strays: Vec<String>,
    strays_from: Option<NaiveDate>,
}

impl PowerPage<'_> {
    fn is_absent(&self) -> bool {
        self.shown.standing() == Standing::Absent
    }
    fn power(&self) -> &Power {
        self.shown.power()
    }
    fn is_without_basis(&self) -> bool {
        self.shown.standing().is_listed() && !self.bases.iter().any(|basis| basis.holds && basis.founds)
    }
    fn before(&self, version: &Version) -> Option<i32> {
        self.versions.iter().filter(|one| !one.recalled).map(|one| one.version).find(|one| *one < version.version)
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let versions = versions_of(&mut conn, &code).await?;
    // A list that has basic codes alone has it under that.
    if versions.is_empty()
        && let Some(basic) = directory::law::basic_of(&code)
    {
        return Ok(Redirect::to(&format!("/powers/{basic}")).into_response());
    }
    let latest = versions.iter().find(|one| !one.recalled).or(versions.first()).ok_or(Stop::NotFound("职权"))?;
    let today = house.now().date();
    let on = match wanted.on.trim() {
        "" => today,
        said => forms::text::read_date(said).ok_or_else(|| Stop::Unreadable("日期请写年月日，如 2026-11-26".into()))?,
    };
    let shown = match wanted.version {
        Some(n) => versions.iter().find(|version| version.version == n),
        None => versions.iter().find(|version| version.holds(on)),
    };
    let shown = match shown {
        Some(shown) => shown,
        None if wanted.on.trim().is_empty() && wanted.version.is_none() => latest,
        None => return Err(Stop::NotFound("职权在那一天的版本")),
    };
    let keys: Vec<String> = shown.power().bases.iter().map(Cited::key).collect();
    let laws = law::of(&mut conn, &keys).await?;
    drop(conn);
    if wanted.form.as_deref() == Some("json") || wants_json(&headers) {
        let told = |version: &Version| {
            json!({
                "version": version.version,
                "change": version.change,
                "effective_from": version.effective_from,
                "effective_to": version.effective_to,
                "standing": version.standing,
                "sample": version.sample,
                "recalled": version.recalled,
                "power": version.power(),
                "into": version.into(),
            })
        };
        return Ok(JsonBody(
            json!({ "on": on, "shown": told(shown), "versions": versions.iter().map(told).collect::<Vec<_>>() }),
        )
        .into_response());
    }
    let compared = wanted.with.and_then(|n| versions.iter().find(|version| version.version == n));
    let may_draft = is_offered(&house, shell.person.as_ref(), Act::DraftPowerChange);
    let now_standing = latest.standing();
    let page = PowerPage {
        on,
        asked: !wanted.on.trim().is_empty(),
        elements: elements(shown.power(), &catalogue).into_iter().filter(|one| shown.says(one)).collect(),
        bases: shown.power().bases.iter().map(|cited| Basis::of(cited, shown.power().kind, &laws, on)).collect(),
        items: catalogue.items().iter().filter(|item| item.basic_code == code || item.code == code).cloned().collect(),
        chart: catalogue.items().iter().find(|item| item.process_key == shown.power().process).cloned(),
        compared: compared.map(|before| (before.version, compare(&before.facts, &shown.facts, &catalogue))),
        operations: Operation::ALL
            .into_iter()
            .filter(|one| may_draft && !latest.recalled && one.fits(Some(now_standing)) && latest.may_be(*one))
            .collect(),
        strays: latest.strays.clone().unwrap_or_default(),
        strays_from: latest.strays_from.filter(|_| shown.version == latest.version),
        versions: &versions,
        shown,
        shell,
    };
    page::render(&page.shell, &page)
}
