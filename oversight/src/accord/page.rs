//! 三位一体监控的页面 · three counts and the entries that differ, for everybody; which case they belong to, for supervision.

use super::compare::{self, Counted, Known, Odd, Span};
use crate::supervision::view::{self, Filter};
use askama::Template;
use authority::{Act, Resource};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use calendar::parse_date;
use catalogue::Catalogue;
use chrono::Days;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, log};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Differences on a page.
const PAGE: i64 = 50;
/// Days shown where none are asked for.
const DAYS: u64 = 29;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    from: String,
    to: String,
    region: String,
    agency: String,
    kind: String,
    after: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

#[derive(Template)]
#[template(path = "accord/page.html")]
struct AccordPage {
    shell: Shell,
    catalogue: Catalogue,
    span: Span,
    total: Counted,
    known: Known,
    /// The three counts by kind of act, and by agency.
    kinds: Vec<(String, Counted)>,
    agencies: Vec<(String, Counted)>,
    filters: [Filter; 2],
    details: bool,
    next: Option<String>,
    json: String,
}

impl AccordPage {
    fn what(&self, kind: &str) -> &'static str {
        if kind.is_empty() { "不知道是什么行为" } else { log::act_name(kind) }
    }
    fn where_not(&self, odd: &Odd) -> Vec<&'static str> {
        let views = [(odd.internal, "内部控制"), (odd.disclosed, "阳光公开"), (odd.supervision, "网络监察")];
        views.into_iter().filter(|(there, _)| !there).map(|(_, name)| name).collect()
    }
    fn is_even(&self) -> bool {
        self.known.odd.is_empty() && self.total.is_even()
    }
}

fn grouped(known: &Known, by: impl Fn(&(String, String, Counted)) -> String) -> Vec<(String, Counted)> {
    let mut sums: BTreeMap<String, Counted> = BTreeMap::new();
    for row in &known.sums {
        let sum = sums.entry(by(row)).or_default();
        sum.internal += row.2.internal;
        sum.disclosed += row.2.disclosed;
        sum.supervision += row.2.supervision;
    }
    sums.into_iter().collect()
}

/// GET /supervision/accord
pub async fn get(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let now = house.now();
    let to = parse_date(wanted.to.trim()).unwrap_or(now.date());
    let from = parse_date(wanted.from.trim()).unwrap_or(to - Days::new(DAYS)).min(to);
    let span = Span { from, to, region: wanted.region, agency: wanted.agency, kind: wanted.kind };
    let mut tx = house.pool().begin().await?;
    let mut known = compare::ask(&mut tx, &span, wanted.after.parse().unwrap_or(-1), PAGE + 1, &now).await?;
    tx.commit().await?;
    let total = known.total();
    let details = shell.person.as_ref().is_some_and(|p| view::is_allowed(&house, p, Act::ViewSupervision, &Resource::Site));
    let more = known.odd.len() as i64 > PAGE;
    known.odd.truncate(PAGE as usize);
    if !details {
        for odd in &mut known.odd {
            odd.case_no.clear();
        }
    }
    let (day_from, day_to) = (span.from.to_string(), span.to.to_string());
    let asked =
        [("from", day_from.as_str()), ("to", &day_to), ("region", &span.region), ("agency", &span.agency), ("kind", &span.kind)];
    if wanted.form.as_deref() == Some("json") {
        let said = serde_json::json!({ "asked": span, "acts": total, "odd": known.odd, "not_compared": known.open });
        return Ok(Json(said).into_response());
    }
    let with = |key: &'static str, value: &str| {
        let parameters: Vec<(&str, &str)> = asked.into_iter().chain([(key, value)]).collect();
        view::address("/supervision/accord", &parameters)
    };
    let next = known.odd.last().filter(|_| more).map(|last| with("after", &last.position.to_string()));
    let page = AccordPage {
        kinds: grouped(&known, |row| row.1.clone()),
        agencies: grouped(&known, |row| row.0.clone()),
        filters: [view::regions(&catalogue, &span.region), view::agencies(&catalogue, &span.agency)],
        json: with("as", "json"),
        next,
        total,
        known,
        details,
        span,
        catalogue,
        shell,
    };
    page::render(&page.shell, &page)
}
