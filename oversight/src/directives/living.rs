//! 活的通知 · a directive in public (D3, F143, F146): its own text with each clause coloured by where it stands, and a table of its
//! tasks. Everything is read from the fold of the acts.

use super::assignment::{self, Assignment, Standing};
use super::correct;
use super::duty::{self, Duty, Left, Missed};
use super::issue::{self, Directive};
use super::marks::{self, Piece};
use super::turns;
use crate::odd::odd;
use acts::{Beside, Corrected, Issued, Passed, ReportDuty, TimeNamed};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::held::Held;
use foundation::page::fields::Filled;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, filters, own};
use foundation::{House, Moment, Stop, record};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(rename = "as")]
    form: Option<String>,
    standing: Option<String>,
}

/// A line of the notice, and the tasks that stand in it: each with whether the office corrected it.
struct Line {
    n: u32,
    pieces: Vec<Piece>,
    tasks: Vec<(u32, Standing, bool)>,
    /// The day of reporting stands here, and the office corrected it.
    report_corrected: bool,
}

/// The colour of a line is that of the task in it that stands worst.
impl Line {
    fn class(&self) -> &'static str {
        self.tasks.iter().map(|(_, standing, _)| *standing).min().map_or("clause", Standing::bar)
    }
}

/// A task in the table.
struct Task {
    one: Assignment,
    standing: Standing,
    /// What is owed first: what is late, then what comes, then what was over at the issue.
    next: Option<(Duty, Left)>,
    /// What a lead unit met only after its day.
    missed: Vec<Missed>,
    /// What a participant is late with, and what it met late: its own, not the task’s.
    others_late: Vec<Duty>,
    others_missed: Vec<Missed>,
    leads: Vec<String>,
    participants: Vec<String>,
}

impl Task {
    fn leads_zh(&self) -> String {
        self.leads.join("、")
    }
    fn participants_zh(&self) -> String {
        self.participants.join("、")
    }
    /// Steps of the plans in force: so many reached, of so many.
    fn steps(&self) -> (usize, usize) {
        let all = self.one.plans_in_force().map(|plan| plan.steps.len()).sum();
        (all - self.one.open_steps().count(), all)
    }
    fn findings(&self) -> usize {
        self.one.findings.iter().filter(|finding| finding.closed_on.is_none()).count()
    }
    /// The first words of the task, which tell it from its neighbours under the same heading.
    fn gist(&self) -> String {
        const LONGEST: usize = 24;
        let text = self.one.clause.text.trim();
        let first = text.split(['，', '。', '；', '：', '\n']).find(|words| !words.trim().is_empty()).unwrap_or(text);
        let short: String = first.chars().take(LONGEST).collect();
        if short.len() < first.len() { short + "…" } else { short }
    }
    /// The times of its clause for the page, on which the words of the notice stay in every language.
    fn times(&self) -> String {
        self.times_in(&own)
    }
    fn times_in(&self, words: &dyn Fn(&str) -> String) -> String {
        let times = &self.one.clause.times;
        let all = times.iter().enumerate().filter(|(_, time)| time.kind != "undated");
        all.map(|(at, time)| time_zh(time, self.one.clause.is_corrected_time(at), words)).collect::<Vec<_>>().join("；")
    }
    fn late(&self) -> Option<&Duty> {
        self.next.as_ref().filter(|(_, left)| matches!(left, Left::Late(_))).map(|(duty, _)| duty)
    }
    /// The first day that was missed, whether it is late still or was met after it.
    fn missed_due(&self) -> Option<NaiveDate> {
        self.late().map(|duty| duty.due).into_iter().chain(self.missed.iter().map(|one| one.due)).min()
    }
    /// Everything missed: what is late now, and what was met late, with the day.
    fn missed_zh(&self) -> Option<String> {
        let all: Vec<String> = self.late().map(Duty::zh).into_iter().chain(self.missed.iter().map(Missed::zh)).collect();
        (!all.is_empty()).then(|| all.join("；"))
    }
}

impl Task {
    /// What participants are late with, or met late.
    fn others_zh(&self) -> Option<String> {
        let late = self.others_late.iter().map(|duty| format!("{}：{}（{}）", duty.about.zh(), duty.units.join("、"), duty.due));
        let all: Vec<String> = late.chain(self.others_missed.iter().map(Missed::zh)).collect();
        (!all.is_empty()).then(|| all.join("；"))
    }
}

/// 只是那一天 · a day that is named and is no deadline: nobody owes anything by it, and nobody is reminded.
pub(super) fn is_that_day_only(time: &TimeNamed) -> bool {
    time.kind == "on" && time.date.is_some()
}

/// What is said of it wherever it is shown.
pub(super) const THAT_DAY_ONLY: &str = "只写了这一天，不作期限，没有人会被提醒";

/// A time of the notice: its words and the day, and whether the office corrected it.
fn time_zh(time: &TimeNamed, corrected: bool, words: &dyn Fn(&str) -> String) -> String {
    let words = if time.words.is_empty() { "核对时补的".to_owned() } else { words(&time.words) };
    let day = match (time.date, turns::returning_zh(time)) {
        (Some(day), _) => day.to_string(),
        (None, returning) => returning,
    };
    match (day.is_empty(), corrected) {
        (false, false) if is_that_day_only(time) => format!("{words}（{day}，只写了这一天，不作期限，没有人会被提醒）"),
        (true, false) => words,
        (true, true) => format!("{words}（已按更正）"),
        (false, false) => format!("{words} · {day}"),
        (false, true) => format!("{words}（已按更正：{day}）"),
    }
}

fn task(one: Assignment, now: &Moment) -> Task {
    let won = one.proposals.iter().filter(|proposal| proposal.joins()).map(|proposal| proposal.participant.clone());
    let named = one.clause.participants.iter().map(|unit| unit.name.clone()).filter(|name| !one.is_released(name));
    let (owed, others): (Vec<_>, Vec<_>) = duty::left(&one, now).into_iter().partition(|(duty, _)| duty.of_a_lead);
    let (missed, others_missed) = duty::missed(&one, &now.calendar).into_iter().partition(|missed| missed.is_of_a_lead(&one));
    Task {
        standing: one.standing(now),
        next: owed.into_iter().min_by_key(|(duty, left)| match left {
            Left::Late(_) => (0, duty.due),
            Left::Days(_) => (1, duty.due),
            Left::Stale | Left::TakenOver => (2, duty.due),
        }),
        missed,
        others_late: others.into_iter().filter(|(_, left)| matches!(left, Left::Late(_))).map(|(duty, _)| duty).collect(),
        others_missed,
        leads: one.clause.leads.iter().map(|unit| unit.name.clone()).collect(),
        participants: named.chain(won).collect(),
        one,
    }
}

fn tasks(all: Vec<Assignment>, now: &Moment) -> Vec<Task> {
    all.into_iter().map(|one| task(one, now)).collect()
}

#[derive(Template)]
#[template(path = "directives/directive.html")]
struct DirectivePage {
    shell: Shell,
    no: String,
    title: String,
    document_no: String,
    issuer: String,
    issued_at: DateTime<Utc>,
    /// The entries of the log in which it was issued, and withdrawn.
    receipts: Vec<i64>,
    withdrawn: Option<(NaiveDate, String)>,
    report: Option<ReportDuty>,
    reports: Vec<TimeNamed>,
    unread: Vec<Passed>,
    left_out: Vec<Passed>,
    corrected: Vec<Corrected>,
    unlisted: Vec<String>,
    beside: Vec<Beside>,
    counts: Vec<(Standing, usize)>,
    chosen: Option<Standing>,
    odd: String,
    tasks: Vec<Task>,
    lines: Vec<Line>,
    may_withdraw: bool,
    once: Uuid,
    filled: Filled,
}

impl DirectivePage {
    fn unread_zh(&self) -> String {
        format!("印发时有 {} 处没有读出", self.unread.len())
    }
    /// What was corrected of the head, or added to it: what it is called, and what had been read.
    fn head(&self) -> impl Iterator<Item = (&'static str, &str, bool)> {
        self.corrected.iter().map(|one| (correct::head_name(&one.field), one.read.as_str(), correct::is_added(&one.field)))
    }
    fn left_out_zh(&self) -> String {
        format!("印发时略去 {} 段，不作任务", self.left_out.len())
    }
}

fn table(title: &str, tasks: &[Task]) -> Table {
    let day = |day: Option<NaiveDate>| Cell::from(day.map(|day| day.to_string()));
    Table {
        name: title.into(),
        columns: vec![
            ("seq", "序号"),
            ("path", "位置"),
            ("heading", "标题"),
            ("text", "任务"),
            ("lead_units", "牵头单位"),
            ("participating_units", "参加单位"),
            ("times", "文中的时间"),
            ("due", "报告期限"),
            ("missed_due", "错过的期限"),
            ("missed", "错过了什么"),
            ("participants_late", "参加单位迟了的"),
            ("next_due", "下一个期限"),
            ("next_due_left", "离期限"),
            ("steps", "计划的步骤"),
            ("steps_reached", "做到的步骤"),
            ("open_findings", "没有销号的问题"),
            ("standing", "状态"),
            ("last_report", "最近一次报告"),
            ("closed_on", "办结"),
        ],
        rows: tasks
            .iter()
            .map(|task| {
                let clause = &task.one.clause;
                vec![
                    i64::from(clause.seq).into(),
                    clause.path.clone().into(),
                    clause.heading.clone().into(),
                    clause.text.clone().into(),
                    task.leads.clone().into(),
                    task.participants.clone().into(),
                    task.times_in(&str::to_owned).into(),
                    day(task.one.due),
                    day(task.missed_due()),
                    task.missed_zh().into(),
                    task.others_zh().into(),
                    day(task.next.as_ref().map(|(duty, _)| duty.due)),
                    task.next.as_ref().map(|(_, left)| left.zh()).into(),
                    (task.steps().1 as i64).into(),
                    (task.steps().0 as i64).into(),
                    (task.findings() as i64).into(),
                    task.standing.zh().into(),
                    day(task.one.reports.last().map(|report| calendar::local_date(report.at))),
                    day(task.one.closed_on),
                ]
            })
            .collect(),
    }
}

/// The living document.
pub async fn directive(
    State(house): State<House>,
    shell: Shell,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    draw(&house, shell, &no, Some(wanted), None).await
}

/// The page again, with what was typed before the session ended (H17).
pub async fn kept(State(house): State<House>, shell: Shell, Held(held): Held, Path(no): Path<String>) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    draw(&house, shell, &no, None, again).await
}

/// The page of a notice; `again` is a form on it that was not right.
pub(super) async fn draw(
    house: &House,
    shell: Shell,
    no: &str,
    wanted: Option<Wanted>,
    again: Option<Filled>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let Directive { issued, at: issued_at, withdrawn } = issue::find(&mut conn, no).await?;
    let all = assignment::all(&mut conn, no).await?;
    let receipts = record::acts_of(&mut conn, &issue::subject(no)).await?.into_iter().filter_map(|act| act.n).collect();
    drop(conn);
    let Issued { title, document_no, issuer, text, report, reports, unread, left_out, corrected, unlisted, beside, .. } = issued;
    let mut tasks = tasks(all, &house.now());
    let counts = Standing::ALL.map(|standing| (standing, tasks.iter().filter(|task| task.standing == standing).count())).to_vec();
    let mut here: BTreeMap<u32, Vec<(u32, Standing, bool)>> = BTreeMap::new();
    let mut marked: BTreeMap<u32, Vec<acts::Place>> = BTreeMap::new();
    for task in &tasks {
        let clause = &task.one.clause;
        for n in &clause.lines {
            here.entry(*n).or_default().push((clause.seq, task.standing, !clause.corrected.is_empty()));
        }
        clause.places().for_each(|place| marked.entry(place.line).or_default().push(place));
    }
    let report_corrected = report.as_ref().filter(|duty| duty.read.is_some()).and_then(|duty| duty.at).map(|at| at.line);
    let line = |(n, text): (u32, String)| Line {
        n,
        pieces: marks::pieces(&text, marked.remove(&n).unwrap_or_default()),
        tasks: here.remove(&n).unwrap_or_default(),
        report_corrected: report_corrected == Some(n),
    };
    let lines = (1..).zip(text).map(line).collect();
    let asked = |of: fn(&Wanted) -> &Option<String>| wanted.as_ref().and_then(|wanted| of(wanted).as_deref());
    let standing = asked(|wanted| &wanted.standing);
    let chosen = standing.and_then(|key| Standing::ALL.into_iter().find(|standing| standing.key() == key));
    if let Some(chosen) = chosen {
        tasks.retain(|task| task.standing == chosen);
    }
    let format = Format::of(asked(|wanted| &wanted.form));
    let odd = odd([(standing, chosen.is_some()), (asked(|wanted| &wanted.form), format.is_some())]);
    if let Some(format) = format {
        return table(&title, &tasks).download(format, shell.lang);
    }
    let may_issue = shell.person.as_ref().is_some_and(|person| super::new::may(house, person).is_ok());
    let wrong = again.as_ref().is_some_and(|again| !again.errors.is_empty());
    let page = DirectivePage {
        no: no.into(),
        title,
        document_no: document_no.unwrap_or_default(),
        issuer,
        issued_at,
        receipts,
        may_withdraw: may_issue && withdrawn.is_none(),
        withdrawn,
        report,
        reports,
        unread,
        left_out,
        corrected,
        unlisted,
        beside,
        counts,
        chosen,
        odd,
        tasks,
        lines,
        once: Uuid::new_v4(),
        filled: again.unwrap_or_else(|| Filled::empty(shell.lang)),
        shell,
    };
    page::render_status(&page.shell, if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}
