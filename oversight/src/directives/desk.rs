//! 单位的桌面 · what one unit has to do with the tasks of all notices: the days that come near, what it is asked, what it leads and
//! takes part in (D2, D3-01).

use super::assignment::{self, Assignment, Standing};
use super::duty::{self, Duty, Left};
use super::propose::Asked;
use super::{names, propose, report};
use askama::Template;
use authority::{Act, Circumstance};
use axum::extract::{Query, State};
use axum::response::Response;
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;

/// Tasks on one page.
const PAGE: i64 = 60;

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

/// Something to be done by a day.
struct Due {
    address: String,
    heading: String,
    duty: Duty,
    left: Left,
}

struct Task {
    address: String,
    no: String,
    heading: String,
    standing: Standing,
    leads: bool,
}

#[derive(Template)]
#[template(path = "directives/desk.html")]
struct DeskPage {
    shell: Shell,
    unit: String,
    due: Vec<Due>,
    /// Where this unit is asked to take part: who asks, and by when it answers.
    asked: Vec<(String, String, String, chrono::NaiveDate)>,
    /// Where the notice names it and it can confirm or object.
    named: Vec<(String, String)>,
    tasks: Vec<Task>,
    next: Option<String>,
}

fn address(one: &Assignment) -> String {
    format!("/directives/{}/{}", one.directive, one.clause.seq)
}

pub async fn show(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::ReportProgress, &super::act::own_agency(&person), &Circumstance::default())?;
    let unit = person.agency.clone().unwrap_or_default();
    let mut conn = house.pool().acquire().await?;
    let after = wanted.after.unwrap_or_default();
    let mut all = assignment::of_unit(&mut conn, &[&unit, names::key(&unit)], &after, PAGE + 1).await?;
    drop(conn);
    let is_more = all.len() as i64 > PAGE;
    all.truncate(PAGE as usize);
    let next = all.last().filter(|_| is_more).map(|one| one.no.clone());
    let now = house.now();
    let mut due = Vec::new();
    let (mut asked, mut named) = (Vec::new(), Vec::new());
    for one in &all {
        let mine = |duty: &Duty| duty.units.iter().any(|name| names::same(name, &unit));
        due.extend(duty::left(one, &now).into_iter().filter(|(duty, _)| mine(duty)).map(|(duty, left)| Due {
            address: address(one),
            heading: one.clause.heading.clone(),
            left,
            duty,
        }));
        match propose::asked(&person, one) {
            Some(Asked::Proposed(proposal)) => {
                asked.push((address(one), one.clause.heading.clone(), proposal.by.clone(), proposal.answer_by));
            }
            Some(Asked::Named(_)) => named.push((address(one), one.clause.heading.clone())),
            None => {}
        }
    }
    due.sort_by_key(|due| due.duty.due);
    let tasks = all
        .iter()
        .map(|one| Task {
            address: address(one),
            no: one.no.clone(),
            heading: one.clause.heading.clone(),
            standing: one.standing(&now),
            leads: report::lead_of(&person, one).is_some(),
        })
        .collect();
    let page = DeskPage { unit, due, asked, named, tasks, next, shell };
    page::render(&page.shell, &page)
}
