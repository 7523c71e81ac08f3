//! 待办 · an agency's cases by deadline. Filters are GET parameters, so a saved filter is a saved address (ui §4).

use crate::cases::{Case, Stage};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, ClockView, Lang, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;

#[derive(Deserialize, Default, Clone)]
pub struct Wanted {
    /// all · today · decide · correction · paused · done
    pub show: Option<String>,
    pub q: Option<String>,
    /// Where the next page begins: due date and number of the last row.
    pub after: Option<String>,
    #[serde(rename = "as")]
    pub format: Option<String>,
}

/// One case as a line of the queue.
pub struct Line {
    pub no: String,
    pub tail: String,
    pub who: String,
    pub item: String,
    pub stage: Stage,
    pub due: Option<NaiveDate>,
    pub svg: String,
    pub short: String,
    pub late: bool,
    pub next: String,
}

pub const PAGE: i64 = 20;

/// The tabs of the queue with their counts.
pub struct Tab {
    pub key: &'static str,
    pub name: &'static str,
    pub count: i64,
}

fn line(case: &Case, catalogue: &Catalogue, now: &Moment, lang: &Lang) -> Line {
    let clock = match case.stage {
        Stage::Submitted => Some(&case.acceptance),
        Stage::CorrectionRequested => None,
        _ => case.promised.as_ref(),
    };
    let view = clock.map(|c| ClockView::new("", c, now));
    let item = catalogue.item(&case.item);
    let next = item
        .and_then(|i| case.process.waiting().first().and_then(|w| i.process.node(&w.node)).map(|n| n.name.clone()))
        .unwrap_or_default();
    Line {
        tail: case.no.chars().skip(14).collect(),
        no: case.no.clone(),
        who: case.applicant.as_ref().map_or_else(|| "（个人信息已删除）".into(), |p| p.name.clone()),
        item: catalogue.item_name(&case.item, lang).to_owned(),
        stage: case.stage,
        due: case.due(&now.calendar),
        svg: view.as_ref().map(ClockView::svg).unwrap_or_default(),
        short: match (&view, case.stage) {
            (_, Stage::CorrectionRequested) => "等申请人".into(),
            (Some(v), stage) if !stage.is_concluded() => v.short(),
            _ => String::new(),
        },
        late: view.as_ref().is_some_and(|v| v.late() && !case.stage.is_concluded()),
        next,
    }
}

fn stages(show: &str) -> Vec<&'static str> {
    match show {
        "correction" => vec!["correction_requested"],
        "paused" => vec!["paused"],
        "done" => vec!["delivered", "refused_acceptance", "not_required", "withdrawn"],
        "deliver" => vec!["granted", "denied"],
        _ => vec!["submitted", "in_review", "granted", "denied"],
    }
}

/// One page of the queue; keyed by due date and number.
async fn list(conn: &mut PgConnection, agency: &str, wanted: &Wanted, today: NaiveDate) -> Result<Vec<Case>, Stop> {
    let show = wanted.show.as_deref().unwrap_or("all");
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    let (after_due, after_no) = match wanted.after.as_deref().and_then(|a| a.split_once('_')) {
        Some((due, no)) => (due.parse().unwrap_or(last), no.to_owned()),
        None => (NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default(), String::new()),
    };
    let q = wanted.q.as_deref().map(forms::text::fold_name).unwrap_or_default();
    let states: Vec<Value> = sqlx::query_scalar(
        "select state
           from cases
          where agency = $1
            and stage = any ($2)
            and (coalesce(due, $3), case_no) > ($4, $5)
            and ($6 <> 'today' or due <= $7)
            and ($8 = '' or case_no like '%' || $8 || '%' or state #>> '{applicant,name}' like '%' || $8 || '%')
          order by coalesce(due, $3), case_no
          limit $9",
    )
    .bind(agency)
    .bind(stages(show))
    .bind(last)
    .bind(after_due)
    .bind(after_no)
    .bind(show)
    .bind(today)
    .bind(q)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?;
    states.into_iter().map(|s| Ok(serde_json::from_value(s)?)).collect()
}

async fn tabs(conn: &mut PgConnection, agency: &str, today: NaiveDate) -> Result<Vec<Tab>, Stop> {
    let (all, due, correction, paused, deliver): (i64, i64, i64, i64, i64) = sqlx::query_as(
        "select count(*) filter (where stage in ('submitted', 'in_review', 'granted', 'denied')),
                count(*) filter (where stage in ('submitted', 'in_review', 'granted', 'denied') and due <= $2),
                count(*) filter (where stage = 'correction_requested'),
                count(*) filter (where stage = 'paused'),
                count(*) filter (where stage in ('granted', 'denied'))
           from cases
          where agency = $1
            and stage in ('submitted', 'in_review', 'granted', 'denied', 'correction_requested', 'paused')",
    )
    .bind(agency)
    .bind(today)
    .fetch_one(conn)
    .await?;
    Ok(vec![
        Tab { key: "all", name: "待我办", count: all },
        Tab { key: "today", name: "今天到期和已超", count: due },
        Tab { key: "correction", name: "补正中", count: correction },
        Tab { key: "paused", name: "暂停中", count: paused },
        Tab { key: "deliver", name: "待送达", count: deliver },
        Tab { key: "done", name: "已办结", count: -1 },
    ])
}

/// The queue beside a desk, or alone.
pub struct Queue {
    pub tabs: Vec<Tab>,
    pub show: String,
    pub q: String,
    pub lines: Vec<Line>,
    pub next: Option<String>,
    pub agency: String,
}

pub async fn queue(house: &House, catalogue: &Catalogue, person: &SignedIn, wanted: &Wanted, lang: &Lang) -> Result<Queue, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    house.may(&person.principal(), Act::ViewQueue, &Resource::Agency { key: agency.clone() }, &Circumstance::default())?;
    let now = house.now();
    let mut conn = house.pool().acquire().await?;
    let mut cases = list(&mut conn, &agency, wanted, now.date()).await?;
    let tabs = tabs(&mut conn, &agency, now.date()).await?;
    drop(conn);
    let more = cases.len() as i64 > PAGE;
    cases.truncate(PAGE as usize);
    let lines: Vec<Line> = cases.iter().map(|c| line(c, catalogue, &now, lang)).collect();
    let next = lines
        .last()
        .filter(|_| more)
        .map(|l| format!("{}_{}", l.due.map_or_else(|| "9999-12-31".into(), |d| d.to_string()), l.no));
    Ok(Queue {
        tabs,
        show: wanted.show.clone().unwrap_or_else(|| "all".into()),
        q: wanted.q.clone().unwrap_or_default(),
        lines,
        next,
        agency: catalogue.agency(&agency).map_or(agency, |a| a.name.clone()),
    })
}

#[derive(Template)]
#[template(path = "counter/queue.html")]
struct QueuePage {
    shell: Shell,
    queue: Queue,
    current: &'static str,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    mut shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let queue = queue(&house, &catalogue, &person, &wanted, &shell.lang).await?;
    if let Some(format) = Format::of(wanted.format.as_deref()) {
        let table = Table {
            name: format!("待办 {}", house.now().date()),
            columns: vec![
                ("case_no", "办件编号"),
                ("applicant", "申请人"),
                ("item", "事项"),
                ("stage", "状态"),
                ("step", "下一步"),
                ("due", "截止"),
            ],
            rows: queue
                .lines
                .iter()
                .map(|l| {
                    vec![
                        l.no.clone().into(),
                        l.who.clone().into(),
                        l.item.clone().into(),
                        l.stage.zh().into(),
                        l.next.clone().into(),
                        l.due.map_or(Cell::Empty, |d| Cell::Text(d.to_string())),
                    ]
                })
                .collect(),
        };
        return table.download(format, shell.lang);
    }
    shell.preferences.dense = true;
    page::render(&shell.clone(), &QueuePage { queue, current: "", shell })
}
