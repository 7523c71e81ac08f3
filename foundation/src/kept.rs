//! 一件一号 · what is kept under a number of its own as the fold of its acts, beside cases: requests, questions, complaints.

use crate::jobs::{self, Job, Worker};
use crate::{House, Moment, Stop, log, record};
use acts::{ActBody, Actor, Entry, Subject};
use calendar::Calendar;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::future::Future;
use std::marker::PhantomData;

/// Reads the fold that a statement finds by its number; `what` is said not to be there.
pub async fn read<T>(conn: &mut PgConnection, sql: &'static str, no: &str, what: &'static str) -> Result<T, Stop>
where
    T: DeserializeOwned + Send + Unpin + 'static,
{
    let found: Option<Json<T>> = sqlx::query_scalar(sql).bind(no).fetch_optional(conn).await?;
    Ok(found.ok_or(Stop::NotFound(what))?.0)
}

/// One line of what happened, as everybody may see it.
pub struct Event {
    pub name: &'static str,
    pub at: DateTime<Utc>,
    pub role: String,
    pub agency: Option<String>,
    pub post: Option<String>,
    /// The agency it went to.
    pub to: Option<String>,
    /// What is public of it.
    pub said: String,
    pub n: Option<i64>,
}

/// What happened, oldest first; `told` says of each act where it went, and what is public of it.
pub async fn events<A: ActBody>(
    conn: &mut PgConnection,
    subject: &Subject,
    told: impl Fn(A) -> (Option<String>, String),
) -> Result<Vec<Event>, Stop> {
    let mut events = Vec::new();
    for stored in record::acts_of(conn, subject).await? {
        let entry: Entry<A> = stored.read()?;
        let (name, at, by) = (log::act_name(&stored.kind), entry.at, entry.by);
        let (to, said) = told(entry.act);
        events.push(Event { name, at, role: by.role, agency: by.agency, post: by.post, to, said, n: stored.n });
    }
    Ok(events)
}

/// What is moved on by the clock alone: one timer stands at its next moment, under its number.
pub trait Timed: Sized + Send + Sync + 'static {
    type Act: ActBody + Send;
    /// The timer's kind; its key is the number.
    const KIND: &'static str;
    fn no(&self) -> &str;
    /// When it is to be looked at again.
    fn rings(&self, calendar: &Calendar) -> Option<DateTime<Utc>>;
    /// What time alone brings about.
    fn of_itself(&self, now: &Moment) -> Option<Self::Act>;
    /// Reads it, held to the end of the transaction.
    fn lock(conn: &mut PgConnection, no: &str) -> impl Future<Output = Result<Self, Stop>> + Send;
    /// Records an act on it, keeps what that makes of it, and sets its timer.
    fn keep(
        self,
        conn: &mut PgConnection,
        entry: Entry<Self::Act>,
        calendar: &Calendar,
    ) -> impl Future<Output = Result<(), Stop>> + Send;
}

/// Sets the timer of what is locked, or takes it away.
pub async fn set_timer<T: Timed>(conn: &mut PgConnection, kept: &T, calendar: &Calendar) -> Result<(), Stop> {
    match kept.rings(calendar) {
        Some(at) => jobs::set(conn, T::KIND, kept.no(), &Value::Null, at).await,
        None => jobs::cancel(conn, T::KIND, kept.no()).await,
    }
}

/// The worker of these timers: what the moment brings is put on record in its second, once.
pub struct Passes<T>(PhantomData<fn() -> T>);

impl<T> Passes<T> {
    #[expect(clippy::new_without_default, reason = "it is only made to be registered")]
    pub fn new() -> Passes<T> {
        Passes(PhantomData)
    }
}

impl<T: Timed> Worker for Passes<T> {
    fn kind(&self) -> &'static str {
        T::KIND
    }
    fn run<'a>(
        &'a self,
        _: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let kept = T::lock(conn, &job.key).await?;
            match kept.of_itself(now) {
                Some(act) => {
                    let subject = Subject { kind: T::Act::SUBJECT.into(), no: kept.no().to_owned() };
                    let entry = record::entry(subject, now.at, Actor::system(), None, act);
                    kept.keep(conn, entry, &now.calendar).await
                }
                // The calendar moved it.
                None => set_timer(conn, &kept, &now.calendar).await,
            }
        })
    }
}
