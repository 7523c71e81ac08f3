//! 裁量决定公开 · what was decided by the standards, newest first; those outside of their tier are marked and counted (F026).

use super::standard;
use crate::Catalogue;
use acts::{DeviationWay, Mitigation, Unpunished};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::page::table::{Format, Table, WANTED, whole};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

const PAGE: i64 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    pub agency: String,
    #[serde(default)]
    pub code: String,
    /// `outside`: those alone.
    #[serde(default)]
    pub only: String,
    /// Equal facts alone; see the report of consistency.
    #[serde(default)]
    pub facts: String,
    /// The digest of a table.
    #[serde(default)]
    pub table: String,
    /// `{microseconds}.{id}` of the last row of the page before.
    #[serde(default)]
    pub after: String,
    #[serde(default, rename = "as")]
    form: String,
}

impl Wanted {
    fn address(&self) -> String {
        [("agency", &self.agency), ("code", &self.code), ("only", &self.only), ("facts", &self.facts), ("table", &self.table)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
    fn is_filtered(&self) -> bool {
        !self.address().is_empty()
    }
}

#[derive(sqlx::FromRow)]
pub struct Row {
    id: Uuid,
    n: Option<i64>,
    pub code: String,
    pub violation: String,
    unit: String,
    pub agency: String,
    pub document: String,
    pub decided_on: NaiveDate,
    at: DateTime<Utc>,
    pub told: String,
    pub tier: String,
    least: Option<String>,
    most: Option<String>,
    amount: Option<String>,
    unpunished: Option<String>,
    pub inside: bool,
    way: Option<String>,
    mitigated: Option<String>,
    pub reason: String,
    /// What the approval rests on.
    paper: Option<String>,
}

impl Row {
    fn range(&self) -> String {
        standard::range(self.least.as_deref(), self.most.as_deref(), &self.unit)
    }
    fn decided(&self) -> String {
        match &self.amount {
            Some(amount) => format!("{amount} {}", self.unit),
            None => "不予处罚".to_owned(),
        }
    }
    /// Whether it keeps to its tier, and whether it is below all that the standard gives.
    fn kept(&self) -> &'static str {
        match (self.inside, &self.mitigated) {
            (true, _) => "在档次以内",
            (false, Some(_)) => "减轻处罚，低于基准的最低",
            (false, None) => "不在档次以内",
        }
    }
    /// The ground of the law for not punishing, and the way a deviation was approved.
    fn why(&self) -> String {
        let ground = Unpunished::ALL.into_iter().find(|ground| Some(ground.key()) == self.unpunished.as_deref());
        let way = DeviationWay::ALL.into_iter().find(|way| Some(way.key()) == self.way.as_deref());
        let below = Mitigation::ALL.into_iter().find(|ground| Some(ground.key()) == self.mitigated.as_deref());
        let said = ground.map(Unpunished::zh).into_iter().chain(below.map(Mitigation::zh)).chain(way.map(DeviationWay::zh));
        said.chain(self.paper.as_deref()).collect::<Vec<_>>().join("；")
    }
}

async fn find(conn: &mut PgConnection, wanted: &Wanted, most: i64) -> Result<Vec<Row>, Stop> {
    let mut sql: QueryBuilder<Postgres> = QueryBuilder::new(
        "select d.id, e.n, d.code, s.violation, s.unit, d.agency, d.document, d.decided_on, d.at, d.told, d.tier,
                d.least, d.most, d.amount, d.unpunished, d.inside, d.way, d.mitigated, d.reason, d.paper
           from discretion_decisions d
           join discretion_standards s on s.code = d.code and s.version = d.version
           left join log_entries e on e.position = d.position
          where true",
    );
    for (column, value) in
        [("d.agency", &wanted.agency), ("d.code", &wanted.code), ("d.facts_key", &wanted.facts), ("s.hash", &wanted.table)]
    {
        if !value.is_empty() {
            sql.push(format!(" and {column} = ")).push_bind(value.clone());
        }
    }
    if wanted.only == "outside" {
        sql.push(" and not d.inside");
    }
    if let Some((at, id)) = wanted.after.split_once('.')
        && let (Some(at), Ok(id)) = (at.parse().ok().and_then(DateTime::from_timestamp_micros), id.parse::<Uuid>())
    {
        sql.push(" and (d.at, d.id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    sql.push(" order by d.at desc, d.id desc limit ").push_bind(most);
    Ok(sql.build_query_as().fetch_all(conn).await?)
}

#[derive(Template)]
#[template(path = "discretion/decisions.html")]
struct ListPage {
    shell: Shell,
    wanted: Wanted,
    rows: Vec<(Row, String)>,
    next: Option<String>,
}

impl ListPage {
    fn to(&self, key: &str, value: &str) -> String {
        let address = self.wanted.address();
        let between = if address.is_empty() { "" } else { "&" };
        format!("/discretion/decisions?{address}{between}{key}={}", encode(value))
    }
}

/// GET /discretion/decisions
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        let rows = whole(find(&mut conn, &wanted, WANTED).await?)?;
        let row = |row: Row| {
            vec![
                row.document.clone().into(),
                row.decided_on.to_string().into(),
                catalogue.agency_name(&row.agency).into(),
                row.code.clone().into(),
                row.violation.clone().into(),
                row.told.clone().into(),
                row.tier.clone().into(),
                row.range().into(),
                row.decided().into(),
                row.kept().into(),
                row.why().into(),
                row.reason.clone().into(),
                row.n.into(),
            ]
        };
        return Table {
            name: "裁量决定".into(),
            columns: vec![
                ("document", "决定书文号"),
                ("decided_on", "决定日期"),
                ("agency", "单位"),
                ("code", "裁量基准"),
                ("violation", "违法行为"),
                ("facts", "事实"),
                ("tier", "档次"),
                ("range", "幅度"),
                ("decided", "决定"),
                ("inside", "是否在档次以内"),
                ("way", "依据或者批准"),
                ("reason", "理由"),
                ("entry", "日志条目"),
            ],
            rows: rows.into_iter().map(row).collect(),
        }
        .download(format, shell.lang);
    }
    let mut rows = find(&mut conn, &wanted, PAGE + 1).await?;
    drop(conn);
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.at.timestamp_micros(), row.id));
    let rows = rows.into_iter().map(|row| (catalogue.agency_name(&row.agency).to_owned(), row)).map(|(name, row)| (row, name));
    let page = ListPage { rows: rows.collect(), next, wanted, shell };
    page::render(&page.shell.clone(), &page)
}
