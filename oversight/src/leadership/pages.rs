//! 领导责任公开 · for everybody: who is responsible in each government and department, whether its executive meeting heard a report
//! each year, what was provided, and how much the work weighs in appraisal (C1-01, F122).

use super::body::{self, Body, Holder, Year};
use super::{act, appraises, has_meetings};
use crate::odd::odd;
use acts::{Entry, LeadershipAct, Provision, Responsible};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{Datelike, NaiveDate};
use foundation::held::Held;
use foundation::page::fields::Filled;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, Step, filters, own};
use foundation::{House, Stop};
use serde::Deserialize;
use uuid::Uuid;

fn responsible(one: Responsible) -> &'static str {
    match one {
        Responsible::First => "第一责任人",
        Responsible::Deputy => "分管负责人",
    }
}

/// What is provided, and in what it is counted.
fn provision(one: Provision) -> (&'static str, &'static str) {
    match one {
        Provision::Funding => ("经费", "万元"),
        Provision::Posts => ("编制", "名"),
        Provision::Premises => ("场所", "平方米"),
    }
}

struct Row {
    key: String,
    name: String,
    first: String,
    deputy: String,
    /// This year's hearing, where there is to be one.
    year: Option<Year>,
    missed: Vec<String>,
    /// This year's weight in appraisal, in percent.
    weight: Option<String>,
}

#[derive(Template)]
#[template(path = "leadership/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
    odd: String,
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(rename = "as")]
    form: Option<String>,
}

/// Every government and department the catalogue knows.
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let keys: Vec<&str> = catalogue.agencies().iter().map(|agency| agency.key.as_str()).collect();
    let bodies = body::of(&mut *house.pool().acquire().await?, &keys).await?;
    let today = house.now().date();
    let rows: Vec<Row> = catalogue
        .agencies()
        .iter()
        .map(|agency| {
            let empty = Body::default();
            let body = bodies.iter().find(|body| body.key == agency.key).unwrap_or(&empty);
            let named = |which| match body.holder(which, today) {
                Some(Holder { vacant: Some(_), .. }) => "空缺".to_owned(),
                Some(one) => format!("{} {}", one.post, one.name),
                None => String::new(),
            };
            let years = body.years(today);
            Row {
                key: agency.key.clone(),
                name: agency.name.clone(),
                first: named(Responsible::First),
                deputy: named(Responsible::Deputy),
                year: years.first().filter(|_| has_meetings(agency) && body.since.is_some()).map(|(_, year)| *year),
                missed: match has_meetings(agency) {
                    true => years.iter().filter(|(_, year)| *year == Year::Missed).map(|(year, _)| year.to_string()).collect(),
                    false => Vec::new(),
                },
                weight: body.weight(today.year()).map(ToOwned::to_owned),
            }
        })
        .collect();
    let format = Format::of(wanted.form.as_deref());
    let odd = odd([(wanted.form.as_deref(), format.is_some())]);
    if let Some(format) = format {
        return table(&rows).download(format, shell.lang);
    }
    let page = ListPage { rows, odd, shell };
    page::render(&page.shell, &page)
}

fn table(rows: &[Row]) -> Table {
    Table {
        name: "领导责任".into(),
        columns: vec![
            ("agency", "机关"),
            ("first", "第一责任人"),
            ("deputy", "分管负责人"),
            ("this_year", "今年常务会议"),
            ("missed", "没有听取的年度"),
            ("weight_percent", "今年考核权重（%）"),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.name.clone().into(),
                    row.first.clone().into(),
                    row.deputy.clone().into(),
                    row.year.map(|year| year.zh().to_owned()).into(),
                    row.missed.join("、").into(),
                    row.weight.clone().into(),
                ]
            })
            .collect(),
    }
}

/// The kind of an entry, as forms and addresses call it.
pub(super) fn kind(act: &LeadershipAct) -> &'static str {
    match act {
        LeadershipAct::Appointed { .. } => "appoint",
        LeadershipAct::Vacated { .. } => "vacate",
        LeadershipAct::Heard { .. } | LeadershipAct::HearingMissed { .. } => "hear",
        LeadershipAct::Provided { .. } => "provide",
        LeadershipAct::Weighed { .. } => "weigh",
        LeadershipAct::Amended { .. } => "amend",
    }
}

/// What an act is called, and what it says; of a correction [`steps`] says more.
pub(super) fn told(act: &LeadershipAct) -> (&'static str, String) {
    match act {
        LeadershipAct::Appointed { responsible: one, name, post, from } => {
            ("明确负责人", format!("{}：{} {}，从 {from} 起", responsible(*one), own(post), own(name)))
        }
        LeadershipAct::Vacated { responsible: one, from, reason } => {
            ("记空缺", format!("{}从 {from} 起空缺：{}", responsible(*one), own(reason)))
        }
        LeadershipAct::Heard { on, meeting, decided } => {
            ("常务会议听取汇报", format!("{on} 听取汇报，{}：{}", own(meeting), own(decided)))
        }
        LeadershipAct::HearingMissed { year } => ("全年没有听取汇报", format!("{year} 年没有常务会议听取汇报的记录，系统标出")),
        LeadershipAct::Provided { year, provision: one, amount, note } => {
            let (name, unit) = provision(*one);
            ("落实保障", format!("{year} 年{name} {amount} {unit}。{}", own(note)))
        }
        LeadershipAct::Weighed { year, percent, basis } => {
            ("定考核权重", format!("{year} 年政务公开在绩效考核里占 {percent}%。{}", own(basis)))
        }
        LeadershipAct::Amended { reason, .. } => ("更正", own(reason)),
    }
}

/// The history, the latest first: of a correction what it corrects, of an entry whether it was corrected.
fn steps(acts: &[(Option<i64>, Entry<LeadershipAct>)]) -> Vec<Step> {
    let said_of = |id: &Uuid| acts.iter().find(|(_, entry)| entry.id == *id).map(|(_, entry)| told(&entry.act).1);
    let is_amended =
        |id: Uuid| acts.iter().any(|(_, later)| matches!(&later.act, LeadershipAct::Amended { entry, .. } if *entry == id));
    let step = |(n, entry): &(Option<i64>, Entry<LeadershipAct>)| {
        let (name, said) = match &entry.act {
            LeadershipAct::Amended { entry: of, reason, instead } => {
                let was = said_of(of).unwrap_or_default();
                match instead {
                    Some(act) => ("更正", format!("“{was}”改为“{}”。理由：{}", told(act).1, own(reason))),
                    None => ("撤去一条", format!("“{was}”不算了。理由：{}", own(reason))),
                }
            }
            act => {
                let (name, said) = told(act);
                (name, if is_amended(entry.id) { format!("{said}（后来更正过）") } else { said })
            }
        };
        Step { at: entry.at, n: *n, name, said }
    };
    acts.iter().rev().map(step).collect()
}

#[derive(Template)]
#[template(path = "leadership/body.html")]
struct BodyPage {
    shell: Shell,
    key: String,
    name: String,
    body: Body,
    meets: bool,
    appraises: bool,
    years: Vec<(i32, Year)>,
    steps: Vec<Step>,
    /// The entries that can be corrected, the latest first: when each was made, and what it says.
    entries: Vec<(Uuid, NaiveDate, String)>,
    may: bool,
    filled: Filled,
}

impl BodyPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn duty(&self, one: &Responsible) -> &'static str {
        responsible(*one)
    }
    fn counted(&self, one: &Provision) -> (&'static str, &'static str) {
        provision(*one)
    }
    fn until(&self, holder: &Holder) -> Option<NaiveDate> {
        self.body.until(holder)
    }
    /// The form that was sent and has errors is open.
    fn is_open(&self, fields: &[&str]) -> bool {
        self.filled.errors.iter().any(|error| fields.contains(&error.field.as_str()))
    }
}

pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(key): Path<String>,
) -> Result<Response, Stop> {
    draw(&house, &catalogue, shell, &key, None).await
}

/// The page again, with what was typed before the session ended (H17).
pub async fn kept(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Path((key, _)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    draw(&house, &catalogue, shell, &key, again).await
}

pub async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    key: &str,
    again: Option<Filled>,
) -> Result<Response, Stop> {
    let agency = catalogue.agency(key).ok_or(Stop::NotFound("机关"))?;
    let mut conn = house.pool().acquire().await?;
    let body = body::find(&mut conn, key).await?;
    let acts = body::acts_of(&mut conn, key).await?;
    drop(conn);
    let may = shell.person.as_ref().is_some_and(|person| act::may(house, person).is_ok());
    let can_be = |(_, entry): &&(Option<i64>, Entry<LeadershipAct>)| may && act::reader(&entry.act).is_some();
    let entries = acts.iter().rev().filter(can_be);
    let meets = has_meetings(agency);
    let years = if meets && body.since.is_some() { body.years(house.now().date()) } else { Vec::new() };
    let filled = again.unwrap_or_else(|| Filled::empty(shell.lang));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = BodyPage {
        key: key.into(),
        name: agency.name.clone(),
        meets,
        appraises: appraises(agency),
        years,
        body,
        steps: steps(&acts),
        entries: entries.map(|(_, entry)| (entry.id, calendar::local_date(entry.at), told(&entry.act).1)).collect(),
        may,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}
