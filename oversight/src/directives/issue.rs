//! 印发 · the office issues a notice: its text and what it makes of it become one act, and each clause an assignment (D1).

use super::assignment::{self, Assignment};
use super::chase;
use acts::{ActBody, Actor, ActorPrivate, Clause, DirectiveAct, Place, ReportDuty, Requirement, Subject, TimeNamed, UnitNamed};
use calendar::Calendar;
use chrono::{DateTime, Datelike, Utc};
use foundation::{Moment, Stop, record};
use notice::Notice;
use sha2::{Digest, Sha256};
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
            at: Some(place(duty.by.words.at)),
            read: None,
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

fn place(span: notice::Span) -> Place {
    Place { line: span.line, from: span.from, to: span.to }
}

fn clause(task: &notice::Assignment) -> Clause {
    let unit = |unit: &notice::Unit| UnitNamed {
        name: unit.name.clone(),
        collective: unit.collective,
        members: Vec::new(),
        at: Some(place(unit.at)),
    };
    let units = |units: &[notice::Unit]| units.iter().map(unit).collect();
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
            .map(|date| TimeNamed {
                words: date.words.text.clone(),
                kind: date.kind.name().into(),
                date: date.date,
                month: date.month,
                day: date.day,
                at: Some(place(date.words.at)),
            })
            .collect(),
        heading_at: task.headings.iter().rev().find(|heading| !heading.title.is_empty()).map(|heading| place(heading.at)),
        text_at: task.text_at.iter().copied().map(place).collect(),
        corrected: Vec::new(),
    }
}

fn subject(no: &str) -> Subject {
    Subject { kind: DirectiveAct::SUBJECT.into(), no: no.into() }
}

/// Issues it in the caller's transaction and returns its number, `RW2012001`. Each assignment begins with it, and the clock that
/// chases reports. A notice is issued once, whoever tries again.
pub async fn issue(
    conn: &mut PgConnection,
    act: DirectiveAct,
    by: (Actor, Option<ActorPrivate>),
    now: &Moment,
) -> Result<String, Stop> {
    let DirectiveAct::Issued { title, text, .. } = &act;
    let digest = hex::encode(Sha256::digest(text.join("\n")));
    // One at a time: the next sees this one's number and text.
    sqlx::query("lock table directives in share row exclusive mode").execute(&mut *conn).await?;
    let before: Option<String> =
        sqlx::query_scalar("select no from directives where digest = $1").bind(&digest).fetch_optional(&mut *conn).await?;
    if let Some(no) = before {
        return Err(Stop::Rejected(format!("这份通知已经印发过了，编号 {no}")));
    }
    let year = now.date().year();
    let last: Option<i32> = sqlx::query_scalar("select max(substr(no, 7)::int) from directives where no like $1 || '%'")
        .bind(format!("RW{year}"))
        .fetch_one(&mut *conn)
        .await?;
    let no = format!("RW{year}{:03}", last.unwrap_or(0) + 1);
    sqlx::query("insert into directives (no, title, issued_at, digest, state) values ($1, $2, $3, $4, $5)")
        .bind(&no)
        .bind(title)
        .bind(now.at)
        .bind(digest)
        .bind(Json(&act))
        .execute(&mut *conn)
        .await?;
    let entry = record::entry(subject(&no), now.at, by.0, by.1, act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    let DirectiveAct::Issued { clauses, report, .. } = entry.act;
    let due = report.map(|report| report.due);
    let begun: Vec<Assignment> = clauses.into_iter().map(|clause| Assignment::begin(&no, clause, due, now.date())).collect();
    assignment::save(conn, &begun, now).await?;
    chase::begin(conn, &begun, now).await?;
    Ok(no)
}

/// A directive as it was issued.
pub async fn find(conn: &mut PgConnection, no: &str) -> Result<(DirectiveAct, DateTime<Utc>), Stop> {
    let found: Option<(Json<DirectiveAct>, DateTime<Utc>)> =
        sqlx::query_as("select state, issued_at from directives where no = $1").bind(no).fetch_optional(conn).await?;
    found.map(|(act, at)| (act.0, at)).ok_or(Stop::NotFound("任务分解通知"))
}
