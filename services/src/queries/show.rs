//! 谁能来查 · the public page: each body on record, what it may ask, on which ground and how long, how often it asked and was refused (个人信息保护法 7; F117);
//! one of them with its acts. And how a program asks.

use super::body::{self, Body, Month};
use super::keep::is_offered;
use super::law::fact_zh;
use acts::{QueryScope, QueryingBodyFacts};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::{Datelike, Months, NaiveDate};
use foundation::held::Held;
use foundation::log::act_name;
use foundation::page::fields::Filled;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::record::{self, Stored};
use foundation::{House, Stop};
use serde::Deserialize;
use uuid::Uuid;

const PAGE: i64 = 20;
/// Months of figures that are shown.
const MONTHS: u32 = 12;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    after: String,
    #[serde(rename = "as")]
    form: String,
}

/// A body with its figures of this month and of a year.
struct Row {
    body: Body,
    answered: i64,
    refused: i64,
}

#[derive(Template)]
#[template(path = "queries/list.html")]
struct ListPage {
    shell: Shell,
    catalogue: Catalogue,
    rows: Vec<Row>,
    next: Option<String>,
    may_keep: bool,
}

fn since(today: NaiveDate) -> NaiveDate {
    let first = today.with_day(1).unwrap_or(today);
    first.checked_sub_months(Months::new(MONTHS - 1)).unwrap_or(first)
}

/// What a scope lets be asked, in words.
fn scope_zh(scope: &QueryScope, catalogue: &Catalogue) -> String {
    let name = catalogue.item(&scope.item).map_or(scope.item.clone(), |item| item.name.clone());
    let facts: Vec<&str> = scope.facts.iter().map(|fact| fact_zh(fact)).collect();
    match facts.is_empty() {
        true => format!("{}“{name}”：有没有", scope.of.zh()),
        false => format!("{}“{name}”：有没有、{}", scope.of.zh(), facts.join("、")),
    }
}

impl ListPage {
    fn scopes(&self, body: &Body) -> Vec<String> {
        let scopes = body.known().map(|facts| facts.scope.as_slice()).unwrap_or_default();
        scopes.iter().map(|scope| scope_zh(scope, &self.catalogue)).collect()
    }
}

/// GET /queries
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let person = shell.person.as_ref();
    let may_keep = is_offered(&house, person, Act::KeepQueryingBody);
    let all = may_keep || is_offered(&house, person, Act::PublishQueryingBody);
    let mut conn = house.pool().acquire().await?;
    let format = Format::of(Some(wanted.form.as_str()));
    let limit = if format.is_some() { i64::MAX } else { PAGE + 1 };
    let mut found = body::page(&mut conn, &wanted.after, all && format.is_none(), limit).await?;
    let more = found.len() as i64 > PAGE && format.is_none();
    if format.is_none() {
        found.truncate(PAGE as usize);
    }
    let codes: Vec<&str> = found.iter().map(|body| body.uscc.as_str()).collect();
    let months = body::months(&mut conn, &codes, since(shell.now.date())).await?;
    drop(conn);
    if let Some(format) = format {
        return sheet(&found, &months).download(format, shell.lang);
    }
    let next = found.last().filter(|_| more).map(|last| format!("/queries?after={}", last.uscc));
    let sum = |body: &Body, of: fn(&Month) -> i32| {
        months.iter().filter(|month| month.body == body.uscc).map(|month| i64::from(of(month))).sum()
    };
    let rows = found
        .into_iter()
        .map(|body| Row { answered: sum(&body, |month| month.answered), refused: sum(&body, |month| month.refused), body })
        .collect();
    page::render(&shell.clone(), &ListPage { catalogue, rows, next, may_keep, shell })
}

/// A row for each month of each body.
fn sheet(bodies: &[Body], months: &[Month]) -> Table {
    let rows = months.iter().filter_map(|month| {
        let body = bodies.iter().find(|body| body.uscc == month.body)?;
        let facts = body.facts.as_ref()?;
        Some(vec![
            body.uscc.clone().into(),
            facts.name.clone().into(),
            body.standing().zh().into(),
            facts.basis.clone().into(),
            facts.purpose.clone().into(),
            month.month.format("%Y-%m").to_string().into(),
            i64::from(month.answered).into(),
            i64::from(month.refused).into(),
        ])
    });
    Table {
        name: "联网核查".into(),
        columns: vec![
            ("uscc", "统一社会信用代码"),
            ("name", "单位名称"),
            ("standing", "现在的状态"),
            ("basis", "依据"),
            ("purpose", "用途"),
            ("month", "月份"),
            ("answered", "答复"),
            ("refused", "拒绝"),
        ],
        rows: rows.collect(),
    }
}

#[derive(Template)]
#[template(path = "queries/one.html")]
struct OnePage {
    shell: Shell,
    catalogue: Catalogue,
    one: Body,
    months: Vec<Month>,
    acts: Vec<Stored>,
    filled: Filled,
    may_keep: bool,
    may_publish: bool,
    /// Proposed by whoever reads it.
    own: bool,
}

impl OnePage {
    /// What is in force, and for those who keep it what waits.
    fn parts(&self) -> Vec<(bool, &QueryingBodyFacts)> {
        let waiting = self.one.proposed.iter().filter(|_| self.may_keep || self.may_publish);
        self.one.facts.iter().map(|facts| (false, facts)).chain(waiting.map(|facts| (true, facts))).collect()
    }
    fn scope(&self, scope: &QueryScope) -> String {
        scope_zh(scope, &self.catalogue)
    }
    fn name_of(&self, act: &Stored) -> &'static str {
        act_name(&act.kind)
    }
    /// The public reason of an act, where it has one.
    fn reason(&self, act: &Stored) -> String {
        let body: serde_json::Value = serde_json::from_str(&act.public_body).unwrap_or_default();
        body["reason"].as_str().unwrap_or_default().to_owned()
    }
    fn again(&self) -> Uuid {
        Uuid::new_v4()
    }
}

pub async fn draw(house: &House, catalogue: Catalogue, shell: Shell, uscc: &str, filled: Filled) -> Result<Response, Stop> {
    let person = shell.person.as_ref();
    let may_keep = is_offered(house, person, Act::KeepQueryingBody);
    let may_publish = is_offered(house, person, Act::PublishQueryingBody);
    let mut conn = house.pool().acquire().await?;
    let one = body::find(&mut conn, uscc).await?.filter(|one| one.facts.is_some() || may_keep || may_publish);
    let one = one.ok_or(Stop::NotFound("来查的单位"))?;
    let months = body::months(&mut conn, &[uscc], since(shell.now.date())).await?;
    let mut acts = record::acts_of(&mut conn, &body::subject(uscc)).await?;
    drop(conn);
    acts.reverse();
    let own = person.is_some_and(|person| one.proposed_by == Some(person.id));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage { catalogue, one, months, acts, filled, may_keep, may_publish, own, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /queries/bodies/{uscc}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Path(uscc): Path<String>,
) -> Result<Response, Stop> {
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&house, catalogue, shell, &uscc, filled).await
}

/// GET /queries/{id}/receipt: that the act of a query is in the log; of whom it was, the leaf does not tell.
pub async fn receipt(State(house): State<House>, Path(id): Path<Uuid>) -> Result<Response, Stop> {
    let subject = acts::Subject { kind: "query".into(), no: id.to_string() };
    let stored = record::acts_of(&mut *house.pool().acquire().await?, &subject).await?;
    let act = stored.first().ok_or(Stop::NotFound("查询"))?;
    match act.n {
        Some(n) => Ok(Redirect::to(&format!("/log/receipt/{n}")).into_response()),
        None => Err(Stop::Rejected("正在写入公开日志，请过几秒再取".into())),
    }
}
