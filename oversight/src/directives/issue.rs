//! 印发 · the office issues a notice: its text and what it makes of it become one act, and each clause an assignment (D1).

use super::assignment::{self, Assignment};
use super::chase;
use acts::{Clause, DirectiveAct, Entry, ReportDuty, Requirement, Subject, TimeNamed, UnitNamed};
use calendar::Calendar;
use chrono::{DateTime, Datelike, Utc};
use foundation::{Moment, Stop, record};
use notice::Notice;
use sqlx::PgConnection;
use sqlx::types::Json;

/// What a notice says, in the words of the record. The day of a duty to report is kept as written beside the day it ends by the
/// counting rules: 2012-06-30 is a Saturday (D3-01, CLK-02).
pub fn act(notice: &Notice, calendar: &Calendar) -> DirectiveAct {
    let text = |words: &Option<notice::Words>| words.as_ref().map(|words| words.text.clone());
    let report = notice.reporting.iter().find_map(|duty| {
        Some(ReportDuty {
            who: duty.who.text.clone(),
            to: duty.to.text.clone(),
            words: duty.by.words.text.clone(),
            written: duty.by.date?,
            due: duty.by.due(calendar)?,
        })
    });
    DirectiveAct::Issued {
        title: text(&notice.title).unwrap_or_default(),
        document_no: text(&notice.document_no),
        issuer: text(&notice.issuer).unwrap_or_default(),
        signed: notice.signed.as_ref().and_then(|signed| signed.date),
        text: notice.source.lines.clone(),
        clauses: notice.assignments.iter().map(clause).collect(),
        requirements: notice
            .requirements
            .iter()
            .map(|asked| Requirement { path: asked.path.clone(), heading: asked.heading.clone(), text: asked.words.text.clone() })
            .collect(),
        report,
    }
}

fn clause(task: &notice::Assignment) -> Clause {
    let units = |units: &[notice::Unit]| {
        units.iter().map(|unit| UnitNamed { name: unit.name.clone(), collective: unit.collective }).collect()
    };
    let mut lines: Vec<u32> = task.text_at.iter().map(|at| at.line).collect();
    lines.dedup();
    Clause {
        seq: task.seq,
        path: task.path.clone(),
        section: task.section().into(),
        heading: task.heading.clone(),
        text: task.text.clone(),
        lines,
        leads: units(&task.lead_units),
        participants: units(&task.participating_units),
        times: task
            .dates
            .iter()
            .map(|date| TimeNamed { words: date.words.text.clone(), kind: date.kind.name().into(), date: date.date })
            .collect(),
    }
}

/// The next free number of that year: `RW2012001`.
pub async fn number(conn: &mut PgConnection, at: DateTime<Utc>) -> Result<String, Stop> {
    let year = calendar::local_date(at).year();
    sqlx::query("lock table directives in share row exclusive mode").execute(&mut *conn).await?;
    let last: Option<String> = sqlx::query_scalar("select max(no) from directives where starts_with(no, $1)")
        .bind(format!("RW{year}"))
        .fetch_one(conn)
        .await?;
    let last: u32 = last.and_then(|no| no[6..].parse().ok()).unwrap_or(0);
    Ok(format!("RW{year}{:03}", last + 1))
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: "directive".into(), no: no.into() }
}

/// Issues it in the caller's transaction. Each assignment begins with it, and the clock that chases reports.
pub async fn issue(conn: &mut PgConnection, entry: &Entry<DirectiveAct>, now: &Moment) -> Result<(), Stop> {
    let DirectiveAct::Issued { title, clauses, report, .. } = &entry.act;
    record::record(conn, std::slice::from_ref(entry)).await?;
    let no = &entry.subject.no;
    sqlx::query("insert into directives (no, title, issued_at, state) values ($1, $2, $3, $4)")
        .bind(no)
        .bind(title)
        .bind(entry.at)
        .bind(Json(&entry.act))
        .execute(&mut *conn)
        .await?;
    let due = report.as_ref().map(|report| report.due);
    for clause in clauses {
        let one = Assignment::begin(no, clause.clone(), due, entry.at);
        assignment::save(conn, &one, now.date()).await?;
        let (units, leads): (Vec<&str>, Vec<bool>) = clause
            .leads
            .iter()
            .map(|unit| (unit.name.as_str(), true))
            .chain(clause.participants.iter().map(|unit| (unit.name.as_str(), false)))
            .unzip();
        sqlx::query(
            "insert into assignment_units (assignment, unit, is_lead)
             select $1, unit, is_lead from unnest($2::text[], $3::boolean[]) as u (unit, is_lead)
             on conflict do nothing",
        )
        .bind(&one.no)
        .bind(units)
        .bind(leads)
        .execute(&mut *conn)
        .await?;
        chase::set(conn, &one, &now.calendar).await?;
    }
    Ok(())
}

/// A directive as it was issued.
pub async fn find(conn: &mut PgConnection, no: &str) -> Result<(DirectiveAct, DateTime<Utc>), Stop> {
    let found: Option<(Json<DirectiveAct>, DateTime<Utc>)> =
        sqlx::query_as("select state, issued_at from directives where no = $1").bind(no).fetch_optional(conn).await?;
    found.map(|(act, at)| (act.0, at)).ok_or(Stop::NotFound("任务分解通知"))
}
