//! 依据没了的 · everything in force that stands on a text or article that has ended or soon will, or on an entry of the basic directory that now
//! says otherwise: a list of work, for all to see (A2.1-04; F017).

use super::is_offered;
use super::law::{self, Foundations};
use crate::directory::answers::{self, Stray};
use crate::discretion::standard;
use crate::{Catalogue, Item};
use askama::Template;
use authority::Act;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;

const PAGE: i64 = 50;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    after: String,
    /// Where the page of what strays from its entry begins.
    #[serde(default)]
    strays: String,
    #[serde(rename = "as")]
    form: Option<String>,
    /// `directory` for the table of what strays from its entry.
    #[serde(default)]
    of: String,
}

/// A power and one citation of it that ended.
#[derive(sqlx::FromRow)]
struct Flagged {
    pub code: String,
    pub name: String,
    pub agency: String,
    pub law: String,
    pub law_name: String,
    pub article: String,
    pub ended_on: NaiveDate,
    /// Whether anything else it stands on is in force that day, and once this one has ended.
    pub others: bool,
}

/// Powers whose version in force cites what has an end, in the order of that day.
async fn find(
    conn: &mut PgConnection,
    after: Option<(NaiveDate, &str, &str, &str)>,
    on: NaiveDate,
    most: i64,
) -> Result<Vec<Flagged>, Stop> {
    Ok(sqlx::query_as(
        "select v.code, v.name, v.agency, b.law, l.name as law_name, b.article, b.ended_on,
                exists (select from founding_bases o
                         where o.code = b.code
                           and o.version = b.version
                           and (o.until is null or o.until >= greatest($1, b.ended_on + 1))) as others
           from power_bases b
           join power_versions v on v.code = b.code and v.version = b.version
           join laws l on l.key = b.law
          where b.ended_on is not null
            and v.effective_to is null
            and v.standing in ('in_use', 'suspended')
            and ($2::date is null or (b.ended_on, b.code, b.law, b.article) > ($2, $3, $4, $5))
          order by b.ended_on, b.code, b.law, b.article
          limit $6",
    )
    .bind(on)
    .bind(after.map(|(day, ..)| day))
    .bind(after.map_or("", |(_, code, ..)| code))
    .bind(after.map_or("", |(.., law, _)| law))
    .bind(after.map_or("", |(.., article)| article))
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// A matter some of whose bases ended, or will.
struct FlaggedItem {
    pub item: Arc<Item>,
    /// Each with its last day, the earliest first.
    pub bases: Vec<(NaiveDate, String)>,
    /// The first day on which no new case is taken, where nothing else carries it.
    pub closed_from: Option<NaiveDate>,
    /// Cases that are under way; each shows it to its officer.
    pub running: i64,
}

/// How many cases of each of these matters are under way.
async fn running(conn: &mut PgConnection, items: &[FlaggedItem]) -> Result<HashMap<String, i64>, Stop> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select item, count(*)
           from cases
          where item = any ($1)
            and concluded_on is null
          group by item",
    )
    .bind(items.iter().map(|one| one.item.slug.as_str()).collect::<Vec<_>>())
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Matters that cite one of these texts where it ended.
fn items(catalogue: &Catalogue, foundations: &Foundations) -> Vec<FlaggedItem> {
    let mut flagged = Vec::new();
    for item in catalogue.items().iter() {
        let ends = |law: &str, article: &str| foundations.last_day(law, article);
        let mut bases: Vec<(NaiveDate, String)> = item
            .legal_basis
            .iter()
            .filter_map(|basis| {
                Some((ends(&basis.law, &basis.article)?, format!("《{}》{}", law::plain(&basis.law), basis.article)))
            })
            .collect();
        bases.sort();
        if !bases.is_empty() {
            let after = bases.iter().filter_map(|(last, _)| last.succ_opt());
            let closed_from = after.into_iter().find(|day| !item.basis_in_force(*day, foundations));
            flagged.push(FlaggedItem { item: item.clone(), bases, closed_from, running: 0 });
        }
    }
    flagged
}

#[derive(Template)]
#[template(path = "powers/flagged.html")]
struct FlaggedPage {
    shell: Shell,
    rows: Vec<Flagged>,
    items: Vec<FlaggedItem>,
    /// Discretion standards: code, title, citation, last day.
    standards: Vec<(String, String, String, NaiveDate)>,
    next: Option<String>,
    strays: Vec<Stray>,
    next_stray: Option<String>,
    today: NaiveDate,
    may_draft: bool,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let today = house.now().date();
    let after = match wanted.after.splitn(4, '~').collect::<Vec<_>>()[..] {
        [day, code, law, article] => day.parse().ok().map(|day| (day, code, law, article)),
        _ => None,
    };
    let mut conn = house.pool().acquire().await?;
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        if wanted.of == "directory" {
            return answers::table(answers::strays(&mut conn, None, i64::from(i32::MAX)).await?).download(format, shell.lang);
        }
        let rows = find(&mut conn, None, today, i64::from(i32::MAX)).await?;
        return table(rows).download(format, shell.lang);
    }
    let mut rows = find(&mut conn, after, today, PAGE + 1).await?;
    let after_stray = wanted.strays.split_once('~').and_then(|(day, code)| Some((day.parse().ok()?, code)));
    let mut strays = answers::strays(&mut conn, after_stray, PAGE + 1).await?;
    let foundations = Foundations::of(&mut conn, catalogue.items().iter().map(AsRef::as_ref)).await?;
    let mut items = if after.is_none() { items(&catalogue, &foundations) } else { Vec::new() };
    let counted = running(&mut conn, &items).await?;
    for one in &mut items {
        one.running = counted.get(&one.item.slug).copied().unwrap_or_default();
    }
    let standards = if after.is_none() { standard::flagged(&mut conn, today).await? } else { Vec::new() };
    drop(conn);
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let are_more_strays = strays.len() as i64 > PAGE;
    strays.truncate(PAGE as usize);
    let page = FlaggedPage {
        next_stray: strays
            .last()
            .filter(|_| are_more_strays)
            .map(|row| page::encode(&format!("{}~{}", row.strays_from, row.code))),
        strays,
        next: rows
            .last()
            .filter(|_| is_more)
            .map(|row| page::encode(&format!("{}~{}~{}~{}", row.ended_on, row.code, row.law, row.article))),
        items,
        may_draft: is_offered(&house, shell.person.as_ref(), Act::DraftPowerChange),
        standards,
        rows,
        today,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(rows: Vec<Flagged>) -> Table {
    Table {
        name: "依据失效的职权".into(),
        columns: vec![
            ("code", "编码"),
            ("name", "名称"),
            ("agency", "行使主体"),
            ("basis", "设定依据"),
            ("last_day", "最后一天"),
            ("others", "另有依据在效"),
        ],
        rows: rows
            .into_iter()
            .map(|row| {
                let others = if row.others { "是" } else { "否" };
                let basis = format!("{}{}", row.law_name, row.article);
                vec![
                    row.code.into(),
                    row.name.into(),
                    row.agency.into(),
                    basis.into(),
                    row.ended_on.to_string().into(),
                    others.into(),
                ]
            })
            .collect(),
    }
}
