//! 目录的一条 · one entry on any day: what it says, which places of its levels have drawn it, and which have not answered (A2.1).

use super::{Answered, Count, PAGE, day, places};
use crate::Catalogue;
use crate::powers::facts::{Level, Operation, Power, Row, Standing};
use crate::powers::is_offered;
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    on: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    after: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

impl Wanted {
    /// The same question without the page it is at, with this besides.
    fn to(&self, code: &str, more: &[(&str, &str)]) -> String {
        let own = [("on", self.on.as_str()), ("level", &self.level), ("answer", &self.answer)];
        let own = own.into_iter().filter(|(key, _)| !more.iter().any(|(other, _)| other == key));
        let said = own.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        let said: Vec<String> = said.map(|(key, value)| format!("{key}={}", encode(value))).collect();
        format!("/directory/{}?{}", encode(code), said.join("&"))
    }
}

/// The entry as it was that day.
#[derive(sqlx::FromRow)]
struct Version {
    version: i32,
    effective_from: NaiveDate,
    effective_to: Option<NaiveDate>,
    standing: String,
    sample: bool,
    facts: Json<Row>,
}

impl Version {
    fn power(&self) -> &Power {
        &self.facts.power
    }
    fn standing(&self) -> Standing {
        Standing::of(&self.standing).unwrap_or(Standing::Cancelled)
    }
    /// Its last day.
    fn until(&self) -> Option<NaiveDate> {
        self.effective_to.and_then(|to| to.pred_opt())
    }
}

async fn version_on(conn: &mut PgConnection, code: &str, on: NaiveDate) -> Result<Option<Version>, Stop> {
    Ok(sqlx::query_as(
        "select version, effective_from, effective_to, standing, sample, facts
           from power_versions
          where code = $1
            and levels is not null
            and effective_from <= $2
            and (effective_to is null or effective_to > $2)",
    )
    .bind(code)
    .bind(on)
    .fetch_optional(conn)
    .await?)
}

/// What a place answered.
#[derive(Clone, sqlx::FromRow)]
struct Answer {
    region: String,
    code: String,
    agency: String,
    standing: String,
    reason: String,
}

/// The answers of that day by the codes of their regions.
async fn answers_on(conn: &mut PgConnection, code: &str, on: NaiveDate) -> Result<HashMap<String, Vec<Answer>>, Stop> {
    let rows: Vec<Answer> = sqlx::query_as(
        "select region, code, agency, standing,
                case when standing = 'absent' then facts -> 'power' ->> 'content' else '' end as reason
           from power_versions
          where entry = $1
            and standing in ('in_use', 'suspended', 'absent')
            and effective_from <= $2
            and (effective_to is null or effective_to > $2)
          order by region, code",
    )
    .bind(code)
    .bind(on)
    .fetch_all(conn)
    .await?;
    let mut by_region: HashMap<String, Vec<Answer>> = HashMap::new();
    for row in rows {
        by_region.entry(row.region.clone()).or_default().push(row);
    }
    Ok(by_region)
}

/// A place that must answer, with what it has answered.
struct Place {
    code: String,
    level: Level,
    answered: Answered,
    answers: Vec<Answer>,
}

/// Every place of a level that the entry names, in order of their codes.
fn asked(catalogue: &Catalogue, entry: &Power, mut answers: HashMap<String, Vec<Answer>>) -> Vec<Place> {
    let mut all: Vec<Place> = Vec::new();
    for level in &entry.levels {
        for place in places(catalogue, &entry.region, *level) {
            let answers = answers.remove(&place.code).unwrap_or_default();
            let answered = match answers.first() {
                None => Answered::Missing,
                Some(_) if answers.iter().all(|one| one.standing == "absent") => Answered::Absent,
                Some(_) => Answered::Drawn,
            };
            all.push(Place { code: place.code.clone(), level: *level, answered, answers });
        }
    }
    all.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    all
}

fn count(places: &[Place], level: Level) -> Count {
    let of = |answered| places.iter().filter(|place| place.level == level && place.answered == answered).count();
    let (drawn, absent) = (of(Answered::Drawn), of(Answered::Absent));
    Count { all: drawn + absent + of(Answered::Missing), drawn, absent }
}

#[derive(Template)]
#[template(path = "directory/entry.html")]
struct EntryPage<'a> {
    shell: Shell,
    wanted: &'a Wanted,
    on: NaiveDate,
    shown: &'a Version,
    counts: Vec<(Level, Count)>,
    rows: Vec<Place>,
    names: HashMap<String, String>,
    next: Option<String>,
    may_draft: bool,
    operations: Vec<Operation>,
}

impl EntryPage<'_> {
    fn power(&self) -> &Power {
        self.shown.power()
    }
    fn to(&self, level: &str, answer: &str) -> String {
        self.wanted.to(&self.power().code, &[("level", level), ("answer", answer)])
    }
    fn table(&self, form: &str) -> String {
        self.wanted.to(&self.power().code, &[("as", form)])
    }
    fn answers(&self) -> [Answered; 3] {
        Answered::ALL
    }
    fn name(&self, place: &Place) -> &str {
        self.names.get(&place.code).map_or("", String::as_str)
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let on = day(&wanted.on, house.now().date())?;
    let mut conn = house.pool().acquire().await?;
    let shown = version_on(&mut conn, &code, on).await?.ok_or(Stop::NotFound("基本目录的条目"))?;
    let answers = answers_on(&mut conn, &code, on).await?;
    drop(conn);
    let places = asked(&catalogue, shown.power(), answers);
    let counts: Vec<(Level, Count)> = shown.power().levels.iter().map(|level| (*level, count(&places, *level))).collect();
    let (level, answer) = (Level::of(&wanted.level), Answered::of(&wanted.answer));
    let mut rows: Vec<Place> = places
        .into_iter()
        .filter(|place| level.is_none_or(|level| place.level == level))
        .filter(|place| answer.is_none_or(|answer| place.answered == answer))
        .filter(|place| place.code > wanted.after)
        .collect();
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        return table(&catalogue, rows).download(format, shell.lang);
    }
    let is_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let may_draft = is_offered(&house, shell.person.as_ref(), Act::DraftPowerChange);
    let page = EntryPage {
        next: rows.last().filter(|_| is_more).map(|place| wanted.to(&code, &[("after", &place.code)])),
        names: rows.iter().map(|place| (place.code.clone(), catalogue.region_name(&place.code))).collect(),
        operations: Operation::ALL
            .into_iter()
            .filter(|one| {
                may_draft && !matches!(one, Operation::HandDown | Operation::Decline) && one.fits(Some(shown.standing()))
            })
            .collect(),
        wanted: &wanted,
        on,
        counts,
        rows,
        may_draft,
        shown: &shown,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(catalogue: &Catalogue, rows: Vec<Place>) -> Table {
    let line = |place: Place| {
        let all = |of: fn(&Answer) -> &str| {
            place.answers.iter().map(of).filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        vec![
            place.code.clone().into(),
            catalogue.region_name(&place.code).into(),
            place.level.zh().into(),
            place.answered.zh().into(),
            all(|one| &one.code).into(),
            all(|one| &one.agency).into(),
            all(|one| &one.reason).into(),
        ]
    };
    Table {
        name: "各地认领".into(),
        columns: vec![
            ("region", "行政区划"),
            ("name", "名称"),
            ("level", "行使层级"),
            ("answered", "答复"),
            ("codes", "编码"),
            ("agencies", "行使主体"),
            ("reason", "不认领的理由"),
        ],
        rows: rows.into_iter().map(line).collect(),
    }
}
