//! 任务 · one assignment: what was asked, of whom, and how far it has come. The fold of its acts; `apply` is the only way it changes.

use acts::{AssignmentAct, Clause, Entry};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::Stop;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;

/// Where an assignment stands, for everybody to see (F146).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Waiting,
    Overdue,
    Reported,
    Done,
    Closed,
}

impl Standing {
    pub const ALL: [Standing; 5] = [Standing::Overdue, Standing::Waiting, Standing::Reported, Standing::Done, Standing::Closed];

    pub fn key(self) -> &'static str {
        match self {
            Standing::Waiting => "waiting",
            Standing::Overdue => "overdue",
            Standing::Reported => "reported",
            Standing::Done => "done",
            Standing::Closed => "closed",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Standing::Waiting => "还没有报告",
            Standing::Overdue => "逾期未报",
            Standing::Reported => "已报进展",
            Standing::Done => "报告完成，等核实",
            Standing::Closed => "已办结",
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Standing::Waiting => "tag tag--wait",
            Standing::Overdue => "tag tag--stop",
            Standing::Reported => "tag",
            Standing::Done | Standing::Closed => "tag tag--ok",
        }
    }
}

/// What a lead unit said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub unit: String,
    pub at: DateTime<Utc>,
    pub done: bool,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// `RW2012001-07`
    pub no: String,
    pub directive: String,
    pub clause: Clause,
    /// The last day for the report each lead unit owes.
    pub due: Option<NaiveDate>,
    pub reports: Vec<Report>,
    /// The days on which reports were chased, and the units that owed them.
    pub chased: Vec<(NaiveDate, Vec<String>)>,
    pub closed_on: Option<NaiveDate>,
}

impl Assignment {
    pub fn begin(directive: &str, clause: Clause, due: Option<NaiveDate>) -> Assignment {
        Assignment {
            no: number(directive, clause.seq),
            directive: directive.into(),
            clause,
            due,
            reports: Vec::new(),
            chased: Vec::new(),
            closed_on: None,
        }
    }

    /// Never fails and never asks the time.
    pub fn apply(&mut self, entry: &Entry<AssignmentAct>) {
        let on = calendar::local_date(entry.at);
        match &entry.act {
            AssignmentAct::Reported { unit, done, text } => {
                self.reports.push(Report { unit: unit.clone(), at: entry.at, done: *done, text: text.clone() });
            }
            AssignmentAct::Chased { units, .. } => self.chased.push((on, units.clone())),
            AssignmentAct::Closed { .. } => self.closed_on = Some(on),
        }
    }

    /// The lead units that have not reported.
    pub fn silent(&self) -> Vec<&str> {
        let leads = self.clause.leads.iter().map(|lead| lead.name.as_str());
        leads.filter(|lead| !self.reports.iter().any(|report| report.unit == *lead)).collect()
    }

    /// Joint leads answer together: it stands where the last of them stands.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        let last = |lead: &str| self.reports.iter().rev().find(|report| report.unit == lead);
        if self.closed_on.is_some() {
            Standing::Closed
        } else if !self.silent().is_empty() {
            if self.due.is_some_and(|due| today > due) { Standing::Overdue } else { Standing::Waiting }
        } else if self.clause.leads.iter().all(|lead| last(&lead.name).is_some_and(|report| report.done)) {
            Standing::Done
        } else {
            Standing::Reported
        }
    }
}

/// `RW2012001-07`
pub fn number(directive: &str, seq: u32) -> String {
    format!("{directive}-{seq:02}")
}

/// Finds it and holds it to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Assignment, Stop> {
    let state: Option<Json<Assignment>> =
        sqlx::query_scalar("select state from assignments where no = $1 for update").bind(no).fetch_optional(conn).await?;
    Ok(state.ok_or(Stop::NotFound("任务"))?.0)
}

/// Every assignment of a directive, in the order of the notice.
pub async fn all(conn: &mut PgConnection, directive: &str) -> Result<Vec<Assignment>, Stop> {
    let rows: Vec<Json<Assignment>> = sqlx::query_scalar("select state from assignments where directive = $1 order by seq")
        .bind(directive)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Keeps what came of these.
pub async fn save(conn: &mut PgConnection, assignments: &[Assignment]) -> Result<(), Stop> {
    sqlx::query(
        "insert into assignments (no, directive, seq, due, silent, closed_on, state)
         select * from unnest($1::text[], $2::text[], $3::int[], $4::date[], $5::boolean[], $6::date[], $7::jsonb[])
         on conflict (no) do update
            set silent = excluded.silent,
                closed_on = excluded.closed_on,
                state = excluded.state",
    )
    .bind(assignments.iter().map(|one| one.no.as_str()).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| one.directive.as_str()).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| one.clause.seq as i32).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| one.due).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| !one.silent().is_empty()).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| one.closed_on).collect::<Vec<_>>())
    .bind(assignments.iter().map(Json).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads one.
pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Assignment, Stop> {
    let state: Option<Json<Assignment>> =
        sqlx::query_scalar("select state from assignments where no = $1").bind(no).fetch_optional(conn).await?;
    Ok(state.ok_or(Stop::NotFound("任务"))?.0)
}
