//! 演示 · the notice of 2012, issued when it was, and half a year of reports as they might have come: on time, late, and never.

use super::{act, assignment, chase, issue};
use acts::AssignmentAct;
use calendar::start_of_day;
use chrono::{Duration, NaiveDate};
use foundation::people::Person;
use foundation::{House, Moment, Stop, record, work};
use sqlx::PgConnection;

/// The notice as it is.
pub const NOTICE: &str = include_str!("../../../reference/notice-2012.txt");

/// The office that issues it and chases the reports.
pub const OFFICE: &str = "省政务公开办";

/// How the lead units of a task behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Reported in June, done by autumn, verified.
    Closed,
    /// Reported in June that it is done.
    Done,
    /// Reported in June, goes on.
    Reported,
    /// Reported when chased, three weeks late.
    Late,
    /// Never heard of.
    Silent,
}

/// Of every seven tasks two are closed, one is said to be done, two go on, one is late and one silent.
pub fn manner(seq: u32) -> Manner {
    match seq % 7 {
        0 | 3 => Manner::Closed,
        1 => Manner::Done,
        2 | 5 => Manner::Reported,
        4 => Manner::Late,
        _ => Manner::Silent,
    }
}

fn at(house: &House, year: i32, month: u32, day: u32, hour: i64) -> Moment {
    let day = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    Moment::new(start_of_day(day) + Duration::hours(hour), house.time().calendar().clone())
}

/// Issues the notice and lets half a year pass. Returns its number.
pub async fn seed(house: &House, officer: &Person) -> Result<String, Stop> {
    let issued = at(house, 2012, 5, 4, 10);
    let read = notice::read(NOTICE.as_bytes()).map_err(|trouble| Stop::Fault(trouble.to_string()))?;
    let mut tx = house.pool().begin().await?;
    let by = (officer.actor("openness_officer"), Some(officer.private()));
    let no = issue::issue(&mut tx, issue::act(&read, &issued.calendar), by, &issued).await?;
    tx.commit().await?;

    let tasks = assignment::all(&mut *house.pool().acquire().await?, &no).await?;
    let june = at(house, 2012, 6, 21, 9);
    let july = at(house, 2012, 7, 24, 15);
    let autumn = at(house, 2012, 10, 16, 11);
    let mut tx = house.pool().begin().await?;
    for task in &tasks {
        let (text, done) = match manner(task.clause.seq) {
            Manner::Closed | Manner::Done => ("任务已经完成，制度和目录已在网站公布。", true),
            Manner::Reported => ("方案已经印发，正在各市县试行。", false),
            Manner::Late | Manner::Silent => continue,
        };
        speak(&mut tx, &no, task.clause.seq, text, done, &june).await?;
    }
    tx.commit().await?;
    work::relive(house, issued.at, july.at).await?;
    let mut tx = house.pool().begin().await?;
    for task in &tasks {
        match manner(task.clause.seq) {
            Manner::Late => speak(&mut tx, &no, task.clause.seq, "因人员调整报送迟了。工作按计划推进。", false, &july).await?,
            Manner::Closed => {
                let act = AssignmentAct::Closed { reason: "查看了网站和台账，与报告一致。".into() };
                let one = assignment::lock(&mut tx, &assignment::number(&no, task.clause.seq)).await?;
                let entry = record::entry(
                    chase::subject(&one.no),
                    autumn.at,
                    officer.actor("openness_officer"),
                    Some(officer.private()),
                    act,
                );
                act::keep(&mut tx, one, &entry, &autumn).await?;
            }
            _ => {}
        }
    }
    tx.commit().await?;
    work::relive(house, july.at, autumn.at).await?;
    Ok(no)
}

/// Every lead unit of a task says the same.
async fn speak(conn: &mut PgConnection, no: &str, seq: u32, text: &str, done: bool, now: &Moment) -> Result<(), Stop> {
    let id = assignment::number(no, seq);
    let leads: Vec<String> = assignment::find(conn, &id)
        .await?
        .clause
        .leads
        .into_iter()
        .filter(|lead| !lead.collective)
        .map(|lead| lead.name)
        .collect();
    for unit in leads {
        let one = assignment::lock(conn, &id).await?;
        let by = acts::Actor { role: "liaison".into(), agency: Some(unit.clone()), post: None };
        let act = AssignmentAct::Reported { unit, done, text: text.into(), about: None, evidence: None };
        let entry = record::entry(chase::subject(&id), now.at, by, None, act);
        act::keep(conn, one, &entry, now).await?;
    }
    Ok(())
}
