//! 一件一号 · what is kept under a number of its own as the fold of its acts, beside cases: requests, questions, complaints.

use crate::{Stop, log, record};
use acts::{ActBody, Entry, Subject};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use sqlx::types::Json;

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
