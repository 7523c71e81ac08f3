//! 一次一件 · what every act on a task has in common: one form is one act however often it is sent, the task is locked before it is
//! decided, and what a form lacks is told at its fields (D2, D3).

use super::address::TaskAt;
use super::assignment::{self, Assignment};
use super::{chase, evidence, plan, task};
use acts::{AssignmentAct, Entry};
use authority::{Act, Circumstance, Resource};
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::Shell;
use foundation::page::fields::{self, Filled, field_error};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use sqlx::PgConnection;

/// What any text of an officer may hold, in characters.
pub(super) const LONGEST: usize = 4000;

/// Why a form makes no act.
pub enum No {
    Fields(Vec<FieldError>),
    Stop(Stop),
}

impl From<Vec<FieldError>> for No {
    fn from(errors: Vec<FieldError>) -> No {
        No::Fields(errors)
    }
}

impl From<Stop> for No {
    fn from(stop: Stop) -> No {
        No::Stop(stop)
    }
}

impl No {
    pub fn rejected(why: impl Into<String>) -> No {
        No::Stop(Stop::Rejected(why.into()))
    }
}

/// The page a form stands on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Task,
    Plan,
}

/// Somebody at the form of a task.
pub struct Sent {
    pub house: House,
    pub catalogue: Catalogue,
    pub shell: Shell,
    pub person: SignedIn,
    pub no: String,
    pub seq: u32,
    pub posted: Posted,
}

impl FromRequest<House> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, house: &House) -> Result<Sent, Response> {
        let (mut parts, body) = request.into_parts();
        let stop = |stop: Stop| stop.into_response();
        let person = SignedIn::from_request_parts(&mut parts, house).await.map_err(IntoResponse::into_response)?;
        let shell = Shell::from_request_parts(&mut parts, house).await.map_err(stop)?;
        let catalogue = Catalogue::from_request_parts(&mut parts, house).await.map_err(IntoResponse::into_response)?;
        let TaskAt(no, seq) = TaskAt::from_request_parts(&mut parts, house).await.map_err(stop)?;
        let posted = Posted::from_request(Request::from_parts(parts, body), house).await.map_err(stop)?;
        Ok(Sent { house: house.clone(), catalogue, shell, person, no, seq, posted })
    }
}

impl Sent {
    /// Refuses whom the policies do not let do this for their own unit, or for the whole site.
    pub fn may(&self, act: Act, on: &Resource) -> Result<(), Stop> {
        self.house.may(&self.person.principal(), act, on, &Circumstance::default()).map(|_| ())
    }

    /// Decides and records one act. A task that is over takes none.
    pub async fn act(
        self,
        role: &'static str,
        form: Form,
        decide: impl FnOnce(&Person, &Assignment, &Posted, &Moment) -> Result<AssignmentAct, No> + Send,
    ) -> Result<Response, Stop> {
        self.decides(role, form, Over::Refused, false, once_only(decide)).await
    }

    /// The same on a task that was closed; one whose notice was withdrawn takes none either.
    pub async fn act_on_closed(
        self,
        role: &'static str,
        form: Form,
        decide: impl FnOnce(&Person, &Assignment, &Posted, &Moment) -> Result<AssignmentAct, No> + Send,
    ) -> Result<Response, Stop> {
        self.decides(role, form, Over::Closed, false, once_only(decide)).await
    }

    /// Decides and records one act on this task, and on every other of the notice that is `alike`, all in one transaction.
    pub async fn acts(
        self,
        role: &'static str,
        form: Form,
        alike: bool,
        decide: impl FnMut(&Person, &Assignment, &Posted, &Moment) -> Result<Option<AssignmentAct>, No> + Send,
    ) -> Result<Response, Stop> {
        self.decides(role, form, Over::Refused, alike, decide).await
    }

    async fn decides(
        self,
        role: &'static str,
        form: Form,
        over: Over,
        alike: bool,
        mut decide: impl FnMut(&Person, &Assignment, &Posted, &Moment) -> Result<Option<AssignmentAct>, No> + Send,
    ) -> Result<Response, Stop> {
        let Sent { house, catalogue, shell, person, no, seq, posted } = self;
        let key = posted.once()?;
        let leads_to = format!("/directives/{no}/{seq}");
        let mut tx = house.pool().begin().await?;
        if let Some(before) = once::answered(&mut tx, person.id, key).await? {
            return Ok(Redirect::to(&before).into_response());
        }
        let now = house.now();
        let number = assignment::number(&no, seq);
        let tasks = match alike {
            true => assignment::lock_all(&mut tx, &no).await?,
            false => vec![assignment::lock(&mut tx, &number).await?],
        };
        let (mut done, mut entries) = (Vec::new(), Vec::new());
        // What is refused is said on the page of the task, beside what was typed.
        let refuse = async |shell: Shell, posted: Posted, why: String| {
            task::draw_refused(&house, &catalogue, shell, (&no, seq), posted.0, why).await
        };
        for one in tasks {
            let is_this = one.no == number;
            let takes = over == Over::Closed && one.withdrawn_on.is_none();
            if one.is_over() && !takes {
                match (is_this, one.withdrawn_on) {
                    (true, withdrawn) => {
                        tx.rollback().await?;
                        let why = match withdrawn {
                            Some(on) => format!("这份通知已于 {on} 撤回，任务不再办"),
                            None => format!("这项任务已于 {} 办结，这一次没有记下", one.closed_on.unwrap_or_default()),
                        };
                        return refuse(shell, posted, why).await;
                    }
                    (false, _) => continue,
                }
            }
            let act = match decide(&person, &one, &posted, &now) {
                Ok(Some(act)) => act,
                Ok(None) => continue,
                Err(No::Stop(Stop::Rejected(why))) => {
                    tx.rollback().await?;
                    return refuse(shell, posted, why).await;
                }
                Err(No::Stop(stop)) => return Err(stop),
                Err(No::Fields(errors)) => {
                    tx.rollback().await?;
                    let again = Some(Filled::new(shell.lang, posted.0, errors));
                    return match form {
                        Form::Task => task::draw(&house, &catalogue, shell, &no, seq, again).await,
                        Form::Plan => plan::draw(&house, shell, &person, &no, seq, again).await,
                    };
                }
            };
            entries.push(record::entry(chase::subject(&one.no), now.at, person.actor(role), Some(person.private()), act));
            done.push(one);
        }
        if done.is_empty() {
            return Err(Stop::Rejected("没有一项任务是这样的，什么也没有记下".into()));
        }
        keep(&mut tx, done, &entries, &now).await?;
        evidence::take(&mut tx, &person, &entries).await?;
        once::finish(&house, tx, person.id, key, &leads_to).await?;
        Ok(Redirect::to(&leads_to).into_response())
    }
}

/// What becomes of an act on a task that is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Refused,
    /// It is decided on, where the task was closed.
    Closed,
}

/// A decision on one task, as one that is asked for each.
fn once_only(
    decide: impl FnOnce(&Person, &Assignment, &Posted, &Moment) -> Result<AssignmentAct, No> + Send,
) -> impl FnMut(&Person, &Assignment, &Posted, &Moment) -> Result<Option<AssignmentAct>, No> + Send {
    let mut once = Some(decide);
    move |person, one, posted, now| once.take().map(|decide| decide(person, one, posted, now)).transpose()
}

/// One act on each of these locked assignments, in the caller's transaction.
pub(super) async fn keep(
    conn: &mut PgConnection,
    mut tasks: Vec<Assignment>,
    entries: &[Entry<AssignmentAct>],
    now: &Moment,
) -> Result<(), Stop> {
    record::record(conn, entries).await?;
    tasks.iter_mut().zip(entries).for_each(|(one, entry)| one.apply(entry));
    assignment::save(conn, &tasks, now).await?;
    chase::set(conn, &tasks, now).await
}

/// A text that must be there. What an officer writes on a task becomes public.
pub(super) fn text(posted: &Posted, key: &str, label: &str, zh: &str, en: &str) -> Result<String, Vec<FieldError>> {
    let mut errors = Vec::new();
    let text = fields::public_text(posted, key, label, (zh, en), LONGEST, &mut errors);
    // Points and digits alone say nothing.
    if errors.is_empty() && text.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        errors.push(field_error(key, label, zh, en));
    }
    if errors.is_empty() { Ok(text) } else { Err(errors) }
}

/// A day that has not passed.
pub(super) fn day_to_come(posted: &Posted, key: &str, label: &str, today: NaiveDate) -> Result<NaiveDate, Vec<FieldError>> {
    let mut errors = Vec::new();
    match fields::date(posted.one(key), key, label, &mut errors) {
        Some(day) if day < today => {
            Err(vec![field_error(key, label, &format!("{label}不能早于今天"), "The date must not be earlier than today")])
        }
        Some(day) => Ok(day),
        None => Err(errors),
    }
}

pub(super) fn own_agency(person: &Person) -> Resource {
    Resource::Agency { key: person.agency.clone().unwrap_or_default() }
}

/// The page of the task again, with what was typed before the session ended (H17).
pub async fn kept(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    TaskAt(no, seq): TaskAt,
) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    task::draw(&house, &catalogue, shell, &no, seq, again).await
}
