//! 演示 · the notice of 2012, issued when it was, and half a year of reports as they might have come: on time, late, and never; and
//! what returns every year, to this year.

use super::issue::{self, Known};
use super::{act, assignment, chase, figure};
use acts::{AssignmentAct, Figure, InCharge, PlanPrivate, PlanStep};
use calendar::start_of_day;
use chrono::{Datelike, Duration, NaiveDate};
use foundation::people::Person;
use foundation::{House, Moment, Stop, record, work};
use notice::Notice;
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

/// The task that returns every year; it is never closed.
pub const YEARLY: u32 = 31;

/// The day on which it is reported each year that the executive meeting of the province has heard a report; the meeting was before it.
pub(crate) fn heard_reported(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 11, 12)
}

/// Of every seven tasks two are closed, one is said to be done, two go on, one is late and one silent.
pub fn manner(seq: u32) -> Manner {
    match seq % 7 {
        _ if seq == YEARLY => Manner::Reported,
        0 | 3 => Manner::Closed,
        1 => Manner::Done,
        2 | 5 => Manner::Reported,
        4 => Manner::Late,
        _ => Manner::Silent,
    }
}

fn at(house: &House, year: i32, month: u32, day: u32, hour: i64) -> Moment {
    let day = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    Moment::new(start_of_day(day) + Duration::hours(hour), house.time().calendar())
}

/// The task whose carrying out is told step by step, and the unit that leads it.
pub const TOLD: u32 = 4;
pub const UNIT: &str = "省经济和信息化委";

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2012, month, day).unwrap_or_default()
}

/// What the units and the office said and did with the task that is told step by step, day by day.
fn story() -> Vec<(NaiveDate, &'static str, AssignmentAct)> {
    let step = |id, name: &str, due, post: &str, after: &[u32]| PlanStep {
        id,
        name: name.into(),
        due,
        post: post.into(),
        after: after.to_vec(),
        after_others: Vec::new(),
    };
    let plan = |version, last| AssignmentAct::Planned {
        unit: UNIT.into(),
        version,
        goal: "全省电子政务平台按统一标准互联互通".into(),
        steps: vec![
            step(1, "摸清各单位系统现状", day(6, 8), "信息化推进处处长", &[]),
            step(2, "印发统一标准", day(7, 20), "信息化推进处处长", &[1]),
            step(3, "首批单位接入平台", last, "省信息中心主任", &[2]),
        ],
        private: Some(PlanPrivate {
            in_charge: [(1, "样例甲"), (2, "样例甲"), (3, "样例乙")]
                .map(|(step, name)| InCharge { step, name: name.into() })
                .into(),
        }),
    };
    let reached = |step, text: &str| AssignmentAct::Reached { unit: UNIT.into(), step, text: text.into() };
    let asks = |participant: &str, reason: &str, by| AssignmentAct::Proposed {
        unit: UNIT.into(),
        participant: participant.into(),
        reason: reason.into(),
        answer_by: by,
    };
    let answers = |participant: &str, joins, reason: &str| AssignmentAct::Answered {
        participant: participant.into(),
        joins,
        reason: reason.into(),
    };
    vec![
        (day(5, 14), UNIT, plan(1, day(9, 28))),
        (day(5, 14), UNIT, asks("省广电局", "协调线路接入", day(5, 21))),
        (day(5, 14), UNIT, asks("省统计局", "共用机房", day(5, 21))),
        (day(5, 16), "省广电局", answers("省广电局", true, "同意，由网络处对接。")),
        (day(5, 18), "省统计局", answers("省统计局", false, "机房只供统计业务使用。")),
        (day(6, 7), UNIT, reached(1, "37 个单位的系统已登记造册。")),
        (day(6, 11), UNIT, plan(2, day(10, 31))),
        (day(7, 18), UNIT, reached(2, "标准已印发，并在网站公布。")),
        (
            day(9, 5),
            OFFICE,
            AssignmentAct::Inspected {
                nth: 1,
                text: "抽查的 5 个单位中有 2 个没有按标准改造接口。".into(),
                unit: Some(UNIT.into()),
                correct_by: Some(day(9, 20)),
            },
        ),
        (
            day(9, 18),
            UNIT,
            AssignmentAct::FindingAnswered {
                nth: 1, unit: UNIT.into(), text: "2 个单位的接口已改造，附测试记录。".into()
            },
        ),
        (day(9, 25), OFFICE, AssignmentAct::FindingClosed { nth: 1, reason: "现场测试通过。".into() }),
        (
            day(10, 10),
            OFFICE,
            AssignmentAct::Inspected {
                nth: 2,
                text: "平台首页没有公布接入单位名单。".into(),
                unit: Some(UNIT.into()),
                correct_by: Some(day(10, 31)),
            },
        ),
        (day(10, 24), UNIT, reached(3, "首批 12 个单位已接入，运行正常。")),
        (day(10, 26), UNIT, AssignmentAct::FindingAnswered { nth: 2, unit: UNIT.into(), text: "名单已在平台首页公布。".into() }),
        (
            day(10, 27),
            OFFICE,
            AssignmentAct::FindingReturned {
                nth: 2,
                reason: "名单少了省直两个单位，也没有写更新日期。".into(),
                correct_by: day(10, 31),
            },
        ),
        (
            day(10, 29),
            UNIT,
            AssignmentAct::FindingAnswered {
                nth: 2, unit: UNIT.into(), text: "名单已补全，注明更新日期，每月更新。".into()
            },
        ),
        (day(10, 30), OFFICE, AssignmentAct::FindingClosed { nth: 2, reason: "打开首页，名单与台账一致。".into() }),
    ]
}

/// Issues the notice and lets half a year pass, and each year's report after it, everything in its order. Returns its number.
pub async fn seed(house: &House, officer: &Person) -> Result<String, Stop> {
    let issued = at(house, 2012, 5, 4, 10);
    let read = notice::read(NOTICE.as_bytes()).map_err(|trouble| Stop::Fault(trouble.to_string()))?;
    let mut tx = house.pool().begin().await?;
    let by = (officer.actor("openness_officer"), Some(officer.private()));
    let no = issue::issue(&mut tx, issue::act(&read, &issued.calendar), by, &issued).await?;
    tx.commit().await?;

    let tasks = assignment::all(&mut *house.pool().acquire().await?, &no).await?;
    let mut acts: Vec<(NaiveDate, u32, String, AssignmentAct)> =
        story().into_iter().map(|(on, who, act)| (on, TOLD, who.to_owned(), act)).collect();
    for task in &tasks {
        let seq = task.clause.seq;
        let (on, text, done) = match manner(seq) {
            Manner::Closed | Manner::Done => (day(6, 21), "任务已经完成，制度和目录已在网站公布。", true),
            Manner::Reported => (day(6, 21), "方案已经印发，正在各市县试行。", false),
            Manner::Late => (day(7, 24), "因人员调整报送迟了。工作按计划推进。", false),
            Manner::Silent => continue,
        };
        for lead in task.clause.leads.iter().filter(|lead| !lead.collective) {
            acts.push((on, seq, lead.name.clone(), says(&lead.name, text, done, None, None)));
        }
        if manner(seq) == Manner::Closed {
            let reason = "查看了网站和台账，与报告一致。".into();
            acts.push((day(10, 16), seq, OFFICE.into(), AssignmentAct::Closed { reason, to_come: Vec::new() }));
        }
    }
    // Everybody whom the notice names as a participant confirms in time.
    for task in &tasks {
        let named = task.named_by.iter().flat_map(|asked| task.unconfirmed(asked));
        let confirms = |participant| AssignmentAct::Answered { participant, joins: true, reason: String::new() };
        acts.extend(named.map(|unit| (day(5, 10), task.clause.seq, unit.clone(), confirms(unit))));
    }
    let this_year = house.now().date().year();
    for lead in tasks.iter().filter(|task| task.clause.seq == YEARLY).flat_map(|task| task.leads()) {
        let each = (2012..this_year).filter_map(heard_reported);
        acts.extend(each.map(|on| {
            let year = on.year();
            let text = format!("{year} 年省政府常务会议已听取工作汇报，会议纪要存档；各市、县听取的情况记在各自的责任记录里。");
            (on, YEARLY, lead.to_owned(), says(lead, &text, false, Some(format!("every:{year}-12-31")), None))
        }));
    }
    acts.sort_by_key(|(on, ..)| *on);
    let mut before = issued.at;
    for day in acts.chunk_by(|one, next| one.0 == next.0) {
        let now = Moment::new(start_of_day(day[0].0) + Duration::hours(10), house.time().calendar());
        work::relive(house, before, now.at).await?;
        let mut tx = house.pool().begin().await?;
        for (_, seq, who, act) in day {
            does(&mut tx, &assignment::number(&no, *seq), who, officer, act.clone(), &now).await?;
        }
        tx.commit().await?;
        before = now.at;
    }
    Ok(no)
}

/// A notice from a file, issued into the demonstration as it is: its number, how many tasks it divides, and how
/// many places of it were not read. The one that is followed already is found again, with all that came of it.
pub async fn enter(house: &House, officer: &Person, notice: &Notice) -> Result<(String, usize, usize), Stop> {
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    let issued = issue::act(notice, &now.calendar);
    let (tasks, unread) = (issued.clauses.len(), issued.unread.len());
    let no = match issue::known(&mut tx, &issued).await? {
        Known::Same(before) => before.no,
        Known::Alike(alike) => {
            let issued = acts::Issued { beside: issue::beside(&alike), ..issued };
            issue::issue(&mut tx, issued, (officer.actor("openness_officer"), Some(officer.private())), &now).await?
        }
        Known::No => issue::issue(&mut tx, issued, (officer.actor("openness_officer"), Some(officer.private())), &now).await?,
    };
    tx.commit().await?;
    Ok((no, tasks, unread))
}

/// A report; `about` is the day of which it says that what was asked is done.
fn says(unit: &str, text: &str, done: bool, about: Option<String>, evidence: Option<Figure>) -> AssignmentAct {
    let met = Some(done || about.is_some());
    AssignmentAct::Reported { unit: unit.into(), done, text: text.into(), about, met, evidence, papers: 0, private: None }
}

async fn does(
    conn: &mut PgConnection,
    no: &str,
    who: &str,
    officer: &Person,
    act: AssignmentAct,
    now: &Moment,
) -> Result<(), Stop> {
    let one = assignment::lock(conn, no).await?;
    let entry = match who {
        OFFICE if !matches!(act, AssignmentAct::Reported { .. }) => {
            record::entry(chase::subject(no), now.at, officer.actor("openness_officer"), Some(officer.private()), act)
        }
        unit => {
            let by = acts::Actor { role: "liaison".into(), agency: Some(unit.into()), post: None };
            record::entry(chase::subject(no), now.at, by, None, act)
        }
    };
    act::keep(conn, vec![one], std::slice::from_ref(&entry), now).await
}

/// Once there is a year of cases: a report of today with a live figure as evidence.
pub async fn report_of_today(house: &House, no: &str, officer: &Person) -> Result<(), Stop> {
    let now = house.now();
    let today = now.date();
    let mut figure = Figure {
        key: "on_time".into(),
        agency: None,
        from: today - chrono::Days::new(90),
        to: today - chrono::Days::new(1),
        n: 0,
        of: 0,
    };
    let mut tx = house.pool().begin().await?;
    (figure.n, figure.of) = figure::compute(&mut tx, &[&figure]).await?.first().copied().unwrap_or_default();
    let act = says(UNIT, "平台运行平稳，近三个月网上办件按时办结情况见附的数字。", false, None, Some(figure));
    does(&mut tx, &assignment::number(no, TOLD), UNIT, officer, act, &now).await?;
    tx.commit().await?;
    Ok(())
}
