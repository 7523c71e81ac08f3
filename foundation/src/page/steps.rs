//! 经过 · the acts on one subject as its page tells them, the latest first. Its template is `page/steps.html`, which asks the page for
//! `steps`.

use crate::{Stop, record};
use acts::{ActBody, Subject};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// One act, as it is told.
pub struct Step {
    pub at: DateTime<Utc>,
    /// Its number in the log, once it has one.
    pub n: Option<i64>,
    pub name: &'static str,
    pub said: String,
}

/// Every act on the subject; `told` names one and says what it says.
pub async fn steps_of<A: ActBody>(
    conn: &mut PgConnection,
    subject: &Subject,
    told: impl Fn(A) -> (&'static str, String),
) -> Result<Vec<Step>, Stop> {
    let mut steps = Vec::new();
    for stored in record::acts_of(conn, subject).await?.into_iter().rev() {
        let entry = stored.read::<A>()?;
        let (name, said) = told(entry.act);
        steps.push(Step { at: entry.at, n: stored.n, name, said });
    }
    Ok(steps)
}
