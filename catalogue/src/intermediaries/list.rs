//! 找中介服务机构 · the public register (B3.2): who is there, what it offers, and how it did. Its order favours nobody.

use super::engaged::{self, Figures};
use super::record::{self, Registered};
use crate::Catalogue;
use crate::powers::is_offered;
use askama::Template;
use authority::Act;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::collections::HashMap;

const PAGE: i64 = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// A service by its name.
    service: String,
    /// The place of the last one of the page before.
    after: String,
    #[serde(rename = "as")]
    form: String,
}

#[derive(Template)]
#[template(path = "intermediaries/list.html")]
struct ListPage {
    shell: Shell,
    asked: String,
    rows: Vec<(Registered, Figures)>,
    next: Option<String>,
    may_keep: bool,
    today: NaiveDate,
}

/// GET /intermediaries
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let today = shell.now.date();
    let asked = forms::text::fold_text(&wanted.service).trim().to_owned();
    let service = Some(asked.as_str()).filter(|asked| !asked.is_empty());
    let after = Some(wanted.after.as_str()).filter(|after| !after.is_empty());
    let mut conn = house.pool().acquire().await?;
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        let all = record::page(&mut conn, service, today, None, i64::MAX).await?;
        let codes: Vec<&str> = all.iter().map(|one| one.uscc.as_str()).collect();
        let figures = engaged::figures(&mut conn, &codes, today).await?;
        drop(conn);
        return table(&all, &figures, &catalogue).download(format, shell.lang);
    }
    let mut found = record::page(&mut conn, service, today, after, PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let codes: Vec<&str> = found.iter().map(|one| one.uscc.as_str()).collect();
    let mut figures = engaged::figures(&mut conn, &codes, today).await?;
    drop(conn);
    let next = found.last().filter(|_| more).map(|last| match service {
        Some(service) => format!("/intermediaries?service={}&after={}", encode(service), last.lot),
        None => format!("/intermediaries?after={}", last.lot),
    });
    let rows =
        found.into_iter().map(|one| (figures.remove(&one.uscc).unwrap_or_default(), one)).map(|(f, one)| (one, f)).collect();
    let may_keep = is_offered(&house, shell.person.as_ref(), Act::KeepIntermediary);
    page::render(&shell.clone(), &ListPage { asked, rows, next, may_keep, today, shell })
}

/// Those in the register, a row for each service, with the figures of the institution.
fn table(all: &[Registered], figures: &HashMap<String, Figures>, catalogue: &Catalogue) -> Table {
    let number = |number: Option<f64>| number.map_or(Cell::Empty, |number| Cell::Number((number * 10.0).round() / 10.0));
    let rows = all.iter().flat_map(|one| {
        let f = figures.get(&one.uscc).cloned().unwrap_or_default();
        one.facts.services.iter().map(move |offered| {
            vec![
                one.uscc.clone().into(),
                one.facts.name.clone().into(),
                one.facts.address.clone().into(),
                one.facts.phone.clone().into(),
                one.facts.belongs_to.as_deref().map(|key| catalogue.agency_name(key).to_owned()).into(),
                one.facts.qualification.clone().into(),
                one.facts.qualified_until.map(|until| until.to_string()).into(),
                offered.name.clone().into(),
                offered.price.clone().into(),
                i64::from(offered.days).into(),
                f.engaged.into(),
                f.finished.into(),
                f.in_time.into(),
                f.overdue.into(),
                number(f.days),
                f.rated.into(),
                number(f.points),
            ]
        })
    });
    Table {
        name: "中介服务机构".into(),
        columns: vec![
            ("uscc", "统一社会信用代码"),
            ("name", "机构名称"),
            ("address", "地址"),
            ("phone", "公开电话"),
            ("belongs_to", "属于或者由哪个机关主管"),
            ("qualification", "资质或者技术条件"),
            ("qualified_until", "资质有效到哪天"),
            ("service", "服务名称"),
            ("price", "收费标准"),
            ("days", "承诺时限"),
            ("engaged", "委托"),
            ("finished", "已经结束"),
            ("in_time", "按时"),
            ("overdue", "超时"),
            ("average_days", "平均工作日"),
            ("rated", "评价"),
            ("rating", "评价（满分 5）"),
        ],
        rows: rows.collect(),
    }
}
