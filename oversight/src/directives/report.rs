//! 报进展 · a lead unit says how far it has come; the office closes what is done (D3). One form is one act, however often it is sent.

use super::assignment::{self, Assignment, Standing};
use super::{chase, living, names};
use acts::{AssignmentAct, Entry};
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{Held, Posted};
use foundation::page::Shell;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use sqlx::PgConnection;

/// What a report may hold, in characters.
const LONGEST: usize = 4000;

/// What a person may say to an assignment now.
#[derive(Clone, Copy, Default)]
pub struct May {
    pub report: bool,
    pub close: bool,
}

pub fn may(house: &House, person: &Person, assignment: &Assignment, now: &Moment) -> May {
    if assignment.closed_on.is_some() {
        return May::default();
    }
    let asks = |act, resource: &Resource| house.may(&person.principal(), act, resource, &Circumstance::default()).is_ok();
    May {
        report: unit_of(person, assignment).is_some() && asks(Act::ReportProgress, &own_agency(person)),
        close: assignment.standing(now.date()) == Standing::Done && asks(Act::CloseAssignment, &Resource::Site),
    }
}

/// The lead unit a person speaks for, by whatever name of the years that unit is known.
fn unit_of(person: &Person, assignment: &Assignment) -> Option<String> {
    let unit = person.agency.as_deref()?;
    assignment.clause.leads.iter().find(|lead| names::same(&lead.name, unit)).map(|lead| lead.name.clone())
}

fn own_agency(person: &Person) -> Resource {
    Resource::Agency { key: person.agency.clone().unwrap_or_default() }
}

/// One act on a locked assignment, in the caller's transaction.
pub(super) async fn keep(
    conn: &mut PgConnection,
    mut one: Assignment,
    entry: &Entry<AssignmentAct>,
    now: &Moment,
) -> Result<(), Stop> {
    record::record(conn, std::slice::from_ref(entry)).await?;
    one.apply(entry);
    assignment::save(conn, std::slice::from_ref(&one)).await?;
    chase::set(conn, &one, &now.calendar).await
}

fn text(posted: &Posted, label: &str, zh: &str, en: &str) -> Result<String, forms::FieldError> {
    let text = forms::text::fold_text(posted.one("text")).trim().to_owned();
    match text.chars().count() {
        0 => Err(field_error("text", label, zh, en)),
        n if n > LONGEST => Err(field_error(
            "text",
            label,
            &format!("{label}最多 {LONGEST} 字，现在 {n} 字"),
            &format!("At most {LONGEST} characters; now {n}"),
        )),
        _ => Ok(text),
    }
}

/// The page of the task again, with what was typed before the session ended (H17).
pub async fn kept(
    State(house): State<House>,
    shell: Shell,
    Held(held): Held,
    Path((no, seq)): Path<(String, u32)>,
) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    living::draw_assignment(&house, shell, &no, seq, again).await
}

pub async fn send(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path((no, seq)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::ReportProgress, &own_agency(&person), &Circumstance::default())?;
    let said = text(&posted, "进展", "请写做了什么、做到哪一步", "Say what was done and how far it has come");
    answer(&house, shell, &person, "liaison", &no, seq, posted, said, |person, one, posted, text| {
        let unit = unit_of(person, one).ok_or(Stop::NotAllowed { reason: "只有本任务的牵头单位报进展".into() })?;
        Ok(AssignmentAct::Reported { unit, done: posted.one("done") == "yes", text })
    })
    .await
}

pub async fn close(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path((no, seq)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::CloseAssignment, &Resource::Site, &Circumstance::default())?;
    let said = text(&posted, "核实意见", "请写核实了什么", "Say what was verified");
    let today = house.now().date();
    answer(&house, shell, &person, "openness_officer", &no, seq, posted, said, move |_, one, _, reason| {
        match one.standing(today) {
            Standing::Done => Ok(AssignmentAct::Closed { reason }),
            standing => Err(Stop::Rejected(format!("这项任务现在是“{}”，牵头单位都报告完成以后才能办结", standing.zh()))),
        }
    })
    .await
}

async fn answer(
    house: &House,
    shell: Shell,
    person: &SignedIn,
    role: &'static str,
    no: &str,
    seq: u32,
    posted: Posted,
    said: Result<String, forms::FieldError>,
    decide: impl FnOnce(&Person, &Assignment, &Posted, String) -> Result<AssignmentAct, Stop> + Send,
) -> Result<Response, Stop> {
    let text = match said {
        Ok(text) => text,
        Err(error) => {
            return living::draw_assignment(house, shell.clone(), no, seq, Some(Filled::new(shell.lang, posted.0, vec![error])))
                .await;
        }
    };
    let form = posted.once()?;
    let leads_to = format!("/directives/{no}/{seq}");
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(Redirect::to(&before).into_response());
    }
    let now = house.now();
    let one = assignment::lock(&mut tx, &assignment::number(no, seq)).await?;
    if let Some(on) = one.closed_on {
        return Err(Stop::Rejected(format!("这项任务已于 {on} 办结，不再收报告")));
    }
    let act = decide(person, &one, &posted, text)?;
    let entry = record::entry(chase::subject(&one.no), now.at, person.actor(role), Some(person.private()), act);
    keep(&mut tx, one, &entry, &now).await?;
    once::answer(&mut tx, person.id, form, &leads_to).await?;
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&leads_to).into_response())
}
