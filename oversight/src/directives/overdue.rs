//! 督查 · everything that is late, reports and answers alike, and every finding that is not put right, of all notices, for those who supervise (D3, F145).

use super::assignment::{self, Assignment};
use super::duty::{self, Duty};
use crate::odd::odd;
use crate::supervision::view::{self, Rail};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use serde::Deserialize;

/// Rows on a page, and at most in a download.
const PAGE: i64 = 50;
const MOST: i64 = 1000;

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
    #[serde(rename = "as")]
    form: Option<String>,
}

/// What is late: of which task, what, by whom, since when, and how often it was chased.
struct Late {
    no: String,
    address: String,
    heading: String,
    what: &'static str,
    words: String,
    /// Whether the words are of the notice or of a unit.
    written: bool,
    units: Vec<String>,
    /// A participant is late, and the task is not.
    participant: bool,
    due: NaiveDate,
    days: u32,
    chased: usize,
}

/// A finding that is still open.
struct Open {
    address: String,
    heading: String,
    unit: String,
    text: String,
    correct_by: NaiveDate,
    late: bool,
    answered: bool,
}

/// A unit that the notice names and that would not take part.
struct Asking {
    address: String,
    heading: String,
    unit: String,
    reason: String,
    since: NaiveDate,
}

fn asking(one: &Assignment) -> impl Iterator<Item = Asking> {
    one.objections().map(|answer| Asking {
        address: format!("/directives/{}/{}", one.directive, one.clause.seq),
        heading: one.clause.heading.clone(),
        unit: answer.participant.clone(),
        reason: answer.reason.clone(),
        since: answer.on,
    })
}

#[derive(Template)]
#[template(path = "directives/overdue.html")]
struct OverduePage {
    shell: Shell,
    rail: Rail,
    late: Vec<Late>,
    open: Vec<Open>,
    /// What waits for the office: objections to decide on.
    asking: Vec<Asking>,
    more: bool,
    /// There are more that wait for the office.
    more_asked: bool,
    next: Option<String>,
    odd: String,
}

impl Late {
    /// Whether it was chased as often as the clock does.
    fn rests(&self) -> bool {
        self.chased >= duty::MOST as usize
    }
}

/// Everything of a task that somebody is late with: reports, dates of the clause, steps, corrections; answers and confirmations of those
/// who take part.
fn late(one: &Assignment, now: &Moment) -> impl Iterator<Item = Late> {
    let today = now.date();
    let owed = duty::owed(one, &now.calendar, today).into_iter();
    owed.filter(move |duty| duty.is_late(today)).map(move |duty| {
        let Duty { about, words, units, due, of_a_lead, .. } = &duty;
        Late {
            no: one.no.clone(),
            address: format!("/directives/{}/{}", one.directive, one.clause.seq),
            heading: one.clause.heading.clone(),
            what: about.zh(),
            words: words.clone(),
            written: duty.is_written(),
            units: units.clone(),
            participant: !of_a_lead,
            due: *due,
            days: now.calendar.working_days_between(*due, today),
            chased: duty::chases(one, &duty.key),
        }
    })
}

fn open(one: &Assignment, now: &Moment) -> impl Iterator<Item = Open> {
    let today = now.date();
    let late: Vec<String> =
        duty::owed(one, &now.calendar, today).into_iter().filter(|duty| duty.is_late(today)).map(|duty| duty.key).collect();
    one.findings.iter().filter(|finding| finding.closed_on.is_none()).map(move |finding| Open {
        address: format!("/directives/{}/{}", one.directive, one.clause.seq),
        heading: one.clause.heading.clone(),
        unit: finding.unit.clone(),
        text: finding.text.clone(),
        correct_by: finding.correct_by,
        late: late.contains(&duty::finding_key(finding.nth)),
        answered: finding.answer.is_some(),
    })
}

/// For supervisors, and for the office that inspects.
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let inspects = house.may(&person.principal(), Act::InspectAssignment, &Resource::Site, &Circumstance::default());
    if inspects.is_err() {
        view::may_supervise(&house, &person)?;
    }
    let format = Format::of(wanted.form.as_deref());
    let limit = if format.is_some() { MOST } else { PAGE };
    let after = wanted.after.as_deref().and_then(|text| text.split_once('~'));
    let after = after.and_then(|(day, no)| Some((calendar::parse_date(day).ok()?, no)));
    let odd = odd([(wanted.form.as_deref(), format.is_some()), (wanted.after.as_deref(), after.is_some())]);
    let now = house.now();
    let mut conn = house.pool().acquire().await?;
    let mut found = assignment::late(&mut conn, now.date(), after, limit + 1).await?;
    let is_more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let rows: Vec<Late> = found.iter().flat_map(|one| late(one, &now)).collect();
    // The next page goes on after the first day that the last task of this one misses.
    let next = found.last().filter(|_| is_more).and_then(|one| Some(format!("{}~{}", late(one, &now).next()?.due, one.no)));
    if let Some(format) = format {
        return table(&rows).download(format, shell.lang);
    }
    let to_correct = assignment::to_correct(&mut conn, PAGE + 1).await?;
    let asked = assignment::asking(&mut conn, PAGE + 1).await?;
    let rail = view::rail(&house, &mut conn, &shell).await?;
    drop(conn);
    let page = OverduePage {
        late: rows,
        open: to_correct.iter().take(PAGE as usize).flat_map(|one| open(one, &now)).collect(),
        asking: asked.iter().take(PAGE as usize).flat_map(asking).collect(),
        more: to_correct.len() as i64 > PAGE,
        more_asked: asked.len() as i64 > PAGE,
        next,
        odd,
        rail,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(rows: &[Late]) -> Table {
    Table {
        name: "逾期".into(),
        columns: vec![
            ("no", "编号"),
            ("heading", "任务"),
            ("what", "逾期的事"),
            ("words", "内容"),
            ("units", "单位"),
            ("units_are", "牵头还是参加"),
            ("due", "期限"),
            ("working_days", "逾期工作日"),
            ("chased", "催办次数"),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.no.clone().into(),
                    row.heading.clone().into(),
                    row.what.into(),
                    row.words.clone().into(),
                    row.units.clone().into(),
                    (if row.participant { "参加" } else { "牵头" }).into(),
                    row.due.to_string().into(),
                    i64::from(row.days).into(),
                    (row.chased as i64).into(),
                ]
            })
            .collect(),
    }
}
