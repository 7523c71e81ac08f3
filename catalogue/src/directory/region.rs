//! 一地的实施清单 · what a place has drawn from the directory on any day, what it does not have, and what it has not answered (A2.1).

use super::{Answered, Count, PAGE, answers, day, kind_of, law};
use crate::Catalogue;
use crate::powers::facts::{Level, Row};
use crate::powers::is_offered;
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, MOST_ROWS, Table, whole};
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
    answer: String,
    #[serde(default)]
    after: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

impl Wanted {
    fn to(&self, region: &str, more: &[(&str, &str)]) -> String {
        let own = [("on", self.on.as_str()), ("answer", &self.answer)];
        let own = own.into_iter().filter(|(key, _)| !more.iter().any(|(other, _)| other == key));
        let said = own.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        let said: Vec<String> = said.map(|(key, value)| format!("{key}={}", encode(value))).collect();
        format!("/directory/regions/{}?{}", encode(region), said.join("&"))
    }
}

/// Where, at which level, on which day is asked.
struct Asked<'a> {
    region: &'a str,
    /// The codes of the place and of those above it: where a directory may hold that it must answer.
    above: Vec<&'a str>,
    level: Level,
    on: NaiveDate,
}

/// An entry that the place must answer.
#[derive(sqlx::FromRow)]
struct Listed {
    code: String,
    name: String,
    kind: String,
    answered: String,
}

impl Listed {
    fn kind(&self) -> &'static str {
        kind_of(&self.kind)
    }
    fn answered(&self) -> Answered {
        Answered::of(&self.answered).unwrap_or(Answered::Missing)
    }
}

/// The entries in use that name its level, in order of their codes.
async fn entries(
    conn: &mut PgConnection,
    asked: &Asked<'_>,
    answer: &str,
    after: &str,
    most: usize,
) -> Result<Vec<Listed>, Stop> {
    Ok(sqlx::query_as(
        "select e.code, e.name, e.kind, coalesce(a.answered, 'missing') as answered
           from power_versions e
          cross join lateral (select max(case v.standing when 'absent' then 'absent' else 'drawn' end) as answered
                                from power_versions v
                               where v.entry = e.code
                                 and v.region = $1
                                 and v.standing in ('in_use', 'suspended', 'absent')
                                 and v.effective_from <= $4
                                 and (v.effective_to is null or v.effective_to > $4)) a
          where e.levels is not null
            and e.region = any ($2)
            and $3 = any (e.levels)
            and e.standing = 'in_use'
            and not e.sample
            and e.effective_from <= $4
            and (e.effective_to is null or e.effective_to > $4)
            and e.code > $5
            and ($6 = '' or coalesce(a.answered, 'missing') = $6)
          order by e.code
          limit $7",
    )
    .bind(asked.region)
    .bind(&asked.above)
    .bind(asked.level.key())
    .bind(asked.on)
    .bind(after)
    .bind(answer)
    .bind(most as i64)
    .fetch_all(conn)
    .await?)
}

/// How many of them it has answered. Two directories may hold in one place: that of the province, and that of its city.
async fn count(conn: &mut PgConnection, asked: &Asked<'_>) -> Result<Count, Stop> {
    let entries = answers::entries_of(conn, asked.level, asked.on).await?;
    let all: i64 = entries.iter().filter(|(territory, _)| asked.above.contains(&territory.as_str())).map(|(_, n)| n).sum();
    let mut answered = answers::answered(conn, &[asked.region], asked.level, asked.on).await?;
    Ok(Count { all: all as usize, ..answered.remove(asked.region).unwrap_or_default() })
}

/// What the place has in its list for an entry.
#[derive(sqlx::FromRow)]
struct Answer {
    entry: String,
    code: String,
    agency: String,
    standing: String,
    facts: Json<Row>,
    strays: Vec<String>,
}

impl Answer {
    fn is_absent(&self) -> bool {
        self.standing == "absent"
    }
    fn reason(&self) -> &str {
        if self.is_absent() { &self.facts.power.content } else { "" }
    }
    fn limit(&self) -> &str {
        &self.facts.power.limit
    }
    fn place(&self) -> &str {
        &self.facts.power.place
    }
    fn fees(&self) -> &str {
        &self.facts.power.fees
    }
    /// What is its own to say, as far as it says it.
    fn local(&self) -> Vec<&str> {
        [self.limit(), self.place(), self.fees()].into_iter().filter(|said| !said.is_empty()).collect()
    }
}

async fn of_place(conn: &mut PgConnection, asked: &Asked<'_>, codes: &[&str]) -> Result<HashMap<String, Vec<Answer>>, Stop> {
    let rows: Vec<Answer> = sqlx::query_as(
        "select entry, code, agency, standing, facts,
                case when strays_from <= $3 then strays else '{}' end as strays
           from power_versions
          where region = $1
            and entry = any ($2)
            and standing in ('in_use', 'suspended', 'absent')
            and effective_from <= $3
            and (effective_to is null or effective_to > $3)
          order by entry, code",
    )
    .bind(asked.region)
    .bind(codes)
    .bind(asked.on)
    .fetch_all(conn)
    .await?;
    let mut by_entry: HashMap<String, Vec<Answer>> = HashMap::new();
    for row in rows {
        by_entry.entry(row.entry.clone()).or_default().push(row);
    }
    Ok(by_entry)
}

#[derive(Template)]
#[template(path = "directory/region.html")]
struct RegionPage<'a> {
    shell: Shell,
    wanted: &'a Wanted,
    region: &'a str,
    name: String,
    level: Level,
    on: NaiveDate,
    count: Count,
    rows: Vec<(Listed, Vec<Answer>)>,
    next: Option<String>,
    may_draft: bool,
}

impl RegionPage<'_> {
    fn answers(&self) -> [Answered; 3] {
        Answered::ALL
    }
    fn table(&self, form: &str) -> String {
        self.wanted.to(self.region, &[("as", form)])
    }
    fn to(&self, answer: &str) -> String {
        self.wanted.to(self.region, &[("answer", answer)])
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(region): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let on = day(&wanted.on, house.now().date())?;
    let known = catalogue.region(&region).is_some_and(|known| !known.is_helper());
    let level = law::level_of(&region).filter(|_| known).ok_or(Stop::NotFound("行政区划"))?;
    let asked = Asked { region: &region, above: catalogue.regions().upwards(&region), level, on };
    let answer = Answered::of(&wanted.answer).map_or("", Answered::key);
    let format = Format::of(wanted.form.as_deref());
    let most = if format.is_some() { MOST_ROWS } else { PAGE };
    let mut conn = house.pool().acquire().await?;
    let count = count(&mut conn, &asked).await?;
    let mut listed = entries(&mut conn, &asked, answer, &wanted.after, most + 1).await?;
    let is_more = listed.len() > most;
    if format.is_some() {
        listed = whole(listed)?;
    }
    listed.truncate(most);
    let codes: Vec<&str> = listed.iter().map(|one| one.code.as_str()).collect();
    let mut found = of_place(&mut conn, &asked, &codes).await?;
    drop(conn);
    let rows: Vec<(Listed, Vec<Answer>)> =
        listed.into_iter().map(|one| (found.remove(&one.code).unwrap_or_default(), one)).map(|(a, one)| (one, a)).collect();
    if let Some(format) = format {
        return table(rows).download(format, shell.lang);
    }
    let page = RegionPage {
        next: rows.last().filter(|_| is_more).map(|(row, _)| wanted.to(&region, &[("after", &row.code)])),
        name: catalogue.region_name(&region),
        may_draft: is_offered(&house, shell.person.as_ref(), Act::DraftPowerChange),
        wanted: &wanted,
        region: &region,
        level,
        on,
        count,
        rows,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(rows: Vec<(Listed, Vec<Answer>)>) -> Table {
    let line = |(row, answers): (Listed, Vec<Answer>)| {
        let all =
            |of: fn(&Answer) -> &str| answers.iter().map(of).filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        vec![
            row.code.clone().into(),
            row.name.clone().into(),
            row.kind().into(),
            row.answered().zh().into(),
            all(|one| &one.code).into(),
            all(|one| &one.agency).into(),
            all(Answer::limit).into(),
            all(Answer::place).into(),
            all(Answer::fees).into(),
            all(Answer::reason).into(),
        ]
    };
    Table {
        name: "实施清单".into(),
        columns: vec![
            ("entry", "基本编码"),
            ("name", "名称"),
            ("kind", "类型"),
            ("answered", "答复"),
            ("codes", "编码"),
            ("agencies", "行使主体"),
            ("limit", "期限"),
            ("place", "办理地点"),
            ("fees", "收费"),
            ("reason", "不认领的理由"),
        ],
        rows: rows.into_iter().map(line).collect(),
    }
}
