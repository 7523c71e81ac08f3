//! 活的通知 · a directive in public (D3, F143, F146): its own text with each clause coloured by where it stands, each task with
//! what was reported, and a table of who owes what. Everything is read from the fold of the acts.

use super::assignment::{self, Assignment, Finding, Plan, Proposal, Standing};
use super::duty::{self, Duty, Left};
use super::issue::{self, Directive};
use super::marks::{self, Piece};
use super::names::{self, Named};
use super::propose::Asked;
use super::{act, figure, inspect, plan, propose, report};
use acts::{AssignmentAct, Entry, Figure, Issued, Passed, PlanStep, ReportDuty, TimeNamed};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::held::Held;
use foundation::page::fields::Filled;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, Stop, record};
use serde::Deserialize;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Directives on one page.
const PAGE: i64 = 30;

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
    #[serde(rename = "as")]
    form: Option<String>,
    standing: Option<String>,
}

struct Listed {
    no: String,
    title: String,
    issued_at: DateTime<Utc>,
    tasks: i64,
    closed: i64,
    overdue: i64,
    withdrawn: bool,
}

#[derive(Template)]
#[template(path = "directives/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Listed>,
    next: Option<String>,
    may_issue: bool,
}

/// Every directive, the latest first.
pub async fn list(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let after = wanted
        .after
        .as_deref()
        .and_then(|text| text.split_once('~'))
        .and_then(|(at, no)| Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, no.to_owned())));
    let found = sqlx::query(
        "select d.no, d.title, d.issued_at, d.withdrawn_on is not null as withdrawn, count(a.no) as tasks,
                count(a.closed_on) as closed,
                count(a.no) filter (where a.closed_on is null and a.silent and a.due < $4) as overdue
           from (select no, title, issued_at, withdrawn_on
                   from directives
                  where $1::timestamptz is null
                     or (issued_at, no) < ($1, $2)
                  order by issued_at desc, no desc
                  limit $3) d
           left join assignments a on a.directive = d.no
          group by d.no, d.title, d.issued_at, d.withdrawn_on
          order by d.issued_at desc, d.no desc",
    )
    .bind(after.as_ref().map(|(at, _)| *at))
    .bind(after.as_ref().map_or("", |(_, no)| no))
    .bind(PAGE + 1)
    .bind(house.now().date())
    .fetch_all(house.pool())
    .await?;
    let mut rows: Vec<Listed> = found
        .iter()
        .map(|row| Listed {
            no: row.get("no"),
            title: row.get("title"),
            issued_at: row.get("issued_at"),
            tasks: row.get("tasks"),
            closed: row.get("closed"),
            overdue: row.get("overdue"),
            withdrawn: row.get("withdrawn"),
        })
        .collect();
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| is_more).map(|row| format!("{}~{}", row.issued_at.timestamp_micros(), row.no));
    let may_issue = shell.person.as_ref().is_some_and(|person| super::new::may(&house, person).is_ok());
    let page = ListPage { rows, next, may_issue, shell };
    page::render(&page.shell, &page)
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
        let worst = Standing::ALL.into_iter().find(|standing| self.tasks.iter().any(|(_, s, _)| s == standing));
        worst.map_or("clause", Standing::bar)
    }
}

/// A task in the table.
struct Task {
    one: Assignment,
    standing: Standing,
    /// What is owed first: what is late, then what comes, then what was over at the issue.
    next: Option<(Duty, Left)>,
    leads: String,
    participants: String,
}

impl Task {
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
    /// The times that the notice sets for it.
    fn times(&self) -> String {
        let times = &self.one.clause.times;
        let all = times.iter().enumerate().filter(|(_, time)| time.kind != "undated");
        all.map(|(at, time)| time_zh(time, self.one.clause.is_corrected_time(at))).collect::<Vec<_>>().join("；")
    }
    fn missed(&self) -> Option<&Duty> {
        self.next.as_ref().filter(|(_, left)| matches!(left, Left::Late(_))).map(|(duty, _)| duty)
    }
}

/// A time of the notice: its words and the day, and whether the office corrected it.
fn time_zh(time: &TimeNamed, corrected: bool) -> String {
    let words = if time.words.is_empty() { "核对时补的" } else { &time.words };
    let day = match (time.date, duty::returning_zh(time)) {
        (Some(day), _) => day.to_string(),
        (None, returning) => returning,
    };
    match (day.is_empty(), corrected) {
        (true, false) => words.to_owned(),
        (true, true) => format!("{words}（已按更正）"),
        (false, false) => format!("{words}（{day}）"),
        (false, true) => format!("{words}（已按更正：{day}）"),
    }
}

fn names(units: &[acts::UnitNamed]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

/// What is owed of a task, with how long is left.
fn owed(one: &Assignment, now: &Moment) -> Vec<(Duty, Left)> {
    let duties = duty::owed(one, &now.calendar, now.date()).into_iter();
    duties.map(|duty| (Left::of(&duty, &now.calendar, now.date()), duty)).map(|(left, duty)| (duty, left)).collect()
}

fn task(one: Assignment, now: &Moment) -> Task {
    let won = one.proposals.iter().filter(|proposal| proposal.joins()).map(|proposal| proposal.participant.clone());
    let named = one.clause.participants.iter().map(|unit| unit.name.clone());
    Task {
        standing: one.standing(now),
        next: owed(&one, now).into_iter().min_by_key(|(duty, left)| match left {
            Left::Late(_) => (0, duty.due),
            Left::Days(_) => (1, duty.due),
            Left::Stale => (2, duty.due),
        }),
        leads: names(&one.clause.leads),
        participants: named.chain(won).collect::<Vec<_>>().join("、"),
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
    withdrawn: Option<(NaiveDate, String)>,
    report: Option<ReportDuty>,
    unread: Vec<Passed>,
    left_out: Vec<Passed>,
    counts: Vec<(Standing, usize)>,
    chosen: Option<Standing>,
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
            ("next_due", "下一个期限"),
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
                    task.times().into(),
                    day(task.one.due),
                    day(task.missed().map(|duty| duty.due)),
                    task.missed().map(Duty::zh).into(),
                    day(task.next.as_ref().map(|(duty, _)| duty.due)),
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
    drop(conn);
    let Issued { title, document_no, issuer, text, report, unread, left_out, .. } = issued;
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
    let corrected = report.as_ref().filter(|duty| duty.read.is_some()).and_then(|duty| duty.at).map(|at| at.line);
    let line = |(n, text): (u32, String)| Line {
        n,
        pieces: marks::pieces(&text, marked.remove(&n).unwrap_or_default()),
        tasks: here.remove(&n).unwrap_or_default(),
        report_corrected: corrected == Some(n),
    };
    let lines = (1..).zip(text).map(line).collect();
    let asked = |of: fn(&Wanted) -> &Option<String>| wanted.as_ref().and_then(|wanted| of(wanted).as_deref());
    let standing = asked(|wanted| &wanted.standing);
    let chosen = standing.and_then(|key| Standing::ALL.into_iter().find(|standing| standing.key() == key));
    if let Some(chosen) = chosen {
        tasks.retain(|task| task.standing == chosen);
    }
    if let Some(format) = Format::of(asked(|wanted| &wanted.form)) {
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
        may_withdraw: may_issue && withdrawn.is_none(),
        withdrawn,
        report,
        unread,
        left_out,
        counts,
        chosen,
        tasks,
        lines,
        once: Uuid::new_v4(),
        filled: again.unwrap_or_else(|| Filled { lang: shell.lang, ..Filled::default() }),
        shell,
    };
    page::render_status(&page.shell, if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

/// What one unit owes, by whatever names the notice calls it.
#[derive(Default)]
struct Owes {
    names: Vec<String>,
    owed: Vec<(u32, Duty, Left)>,
    leads: Vec<(u32, Standing)>,
    participates: Vec<u32>,
    collective: bool,
}

impl Owes {
    fn is_called(&mut self, name: &str) -> &mut Owes {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
        self.collective |= notice::is_collective(name);
        self
    }
    fn unit(&self) -> String {
        self.names.join("、")
    }
    /// In how many tasks it is late.
    fn overdue(&self) -> usize {
        let late = self.owed.iter().filter(|(.., left)| matches!(left, Left::Late(_)));
        late.map(|(seq, ..)| seq).collect::<BTreeSet<_>>().len()
    }
    fn open(&self) -> usize {
        self.leads.iter().filter(|(_, standing)| !matches!(standing, Standing::Closed | Standing::Withdrawn)).count()
    }
}

#[derive(Template)]
#[template(path = "directives/units.html")]
struct UnitsPage {
    shell: Shell,
    no: String,
    title: String,
    rows: Vec<Owes>,
}

/// Each unit once, those that are late first, then those that lead most.
fn by_unit(all: &[Assignment], now: &Moment) -> Vec<Owes> {
    let mut units: BTreeMap<String, Owes> = BTreeMap::new();
    let mut of = |name: &str, add: &mut dyn FnMut(&mut Owes)| {
        add(units.entry(names::key(name).to_owned()).or_default().is_called(name));
    };
    for one in all {
        let seq = one.clause.seq;
        for lead in one.leads() {
            let standing = one.standing_of(lead, now);
            of(lead, &mut |owes| owes.leads.push((seq, standing)));
        }
        for participant in one.participants() {
            of(participant, &mut |owes| {
                if owes.participates.last() != Some(&seq) {
                    owes.participates.push(seq);
                }
            });
        }
        for (duty, left) in owed(one, now) {
            for unit in duty.units.clone() {
                of(&unit, &mut |owes| owes.owed.push((seq, duty.clone(), left)));
            }
        }
    }
    let mut rows: Vec<Owes> = units.into_values().collect();
    rows.iter_mut().for_each(|owes| owes.owed.sort_by_key(|(seq, duty, left)| (*left == Left::Stale, duty.due, *seq)));
    rows.sort_by_key(|owes| {
        (std::cmp::Reverse(owes.overdue()), std::cmp::Reverse(owes.leads.len()), std::cmp::Reverse(owes.participates.len()))
    });
    rows
}

/// Who owes what.
pub async fn units(
    State(house): State<House>,
    shell: Shell,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let title = issue::find(&mut conn, &no).await?.issued.title;
    let all = assignment::all(&mut conn, &no).await?;
    drop(conn);
    let rows = by_unit(&all, &house.now());
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        let list = |seqs: Vec<u32>| seqs.iter().map(u32::to_string).collect::<Vec<_>>().join("、");
        let owes = |owes: &Owes| {
            let each = owes.owed.iter().map(|(seq, duty, _)| format!("{seq} {} {}", duty.due, duty.zh()));
            each.collect::<Vec<_>>().join("；")
        };
        let table = Table {
            name: title.clone(),
            columns: vec![
                ("unit", "单位"),
                ("leads", "牵头"),
                ("overdue", "逾期"),
                ("open", "未办结"),
                ("owes", "还要做的"),
                ("next_due", "最早的期限"),
                ("participates", "参加"),
            ],
            rows: rows
                .iter()
                .map(|row| {
                    vec![
                        row.unit().into(),
                        list(row.leads.iter().map(|(seq, _)| *seq).collect()).into(),
                        (row.overdue() as i64).into(),
                        (row.open() as i64).into(),
                        owes(row).into(),
                        row.owed.first().map(|(_, duty, _)| duty.due.to_string()).into(),
                        list(row.participates.clone()).into(),
                    ]
                })
                .collect(),
        };
        return table.download(format, shell.lang);
    }
    let page = UnitsPage { no, title, rows, shell };
    page::render(&page.shell, &page)
}

/// One act of an assignment, as it is told.
struct Told {
    at: DateTime<Utc>,
    n: Option<i64>,
    name: &'static str,
    who: String,
    said: String,
    /// A figure of the record that came with it: what it counts, as computed then, and as computed now.
    evidence: Option<(Figure, String, String)>,
}

fn told(n: Option<i64>, entry: Entry<AssignmentAct>, one: &Assignment) -> Told {
    let mut evidence = None;
    let step_name = |unit: &str, id: u32| {
        let all = one.plans.iter().rev().filter(|plan| plan.unit == unit).flat_map(|plan| &plan.steps);
        all.filter(|step| step.id == id).map(|step| step.name.clone()).next().unwrap_or_default()
    };
    let system = || "系统".to_owned();
    let office = |entry: &Entry<AssignmentAct>| entry.by.agency.clone().unwrap_or_default();
    let (name, who, said) = match entry.act.clone() {
        AssignmentAct::Planned { unit, version, goal, steps, .. } => {
            ("分解任务", unit, format!("第 {version} 版，共 {} 步。目标：{goal}", steps.len()))
        }
        AssignmentAct::Reached { unit, step, text } => {
            let name = step_name(&unit, step);
            ("做到一步", unit, format!("{name}：{text}"))
        }
        AssignmentAct::Proposed { unit, participant, reason, answer_by } => {
            ("商请参加", unit, format!("商请{participant}，{answer_by} 前答复：{reason}"))
        }
        AssignmentAct::Answered { participant, joins: true, reason } => ("同意参加", participant, reason),
        AssignmentAct::Answered { participant, joins: false, reason } => ("不参加", participant, reason),
        AssignmentAct::Reported { unit, done, text, evidence: figure, .. } => {
            evidence = figure.map(|figure| (figure.clone(), figure::told(&figure.key, figure.n, figure.of), String::new()));
            (if done { "报告完成" } else { "报告进展" }, unit, text)
        }
        AssignmentAct::Reminded { words, units, due, days: 0, .. } => {
            ("提醒", system(), format!("{due} 到期，就是今天，提醒：{}。事项：{words}", units.join("、")))
        }
        AssignmentAct::Reminded { words, units, due, days, .. } => {
            ("提醒", system(), format!("{due} 到期，还有 {days} 个工作日，提醒：{}。事项：{words}", units.join("、")))
        }
        AssignmentAct::Chased { units, due, nth, words, .. } if words.is_empty() => {
            ("催办", system(), format!("{due} 应报未报，第 {nth} 次催办，催：{}", units.join("、")))
        }
        AssignmentAct::Chased { units, due, nth, words, .. } => {
            ("催办", system(), format!("{due} 到期没有办，第 {nth} 次催办，催：{}。事项：{words}", units.join("、")))
        }
        AssignmentAct::Inspected { text, unit: Some(unit), correct_by: Some(day), .. } => {
            ("检查发现问题", office(&entry), format!("由{unit}在 {day} 前整改：{text}"))
        }
        AssignmentAct::Inspected { text, .. } => ("检查", office(&entry), text),
        AssignmentAct::FindingAnswered { unit, text, .. } => ("报整改", unit, text),
        AssignmentAct::FindingClosed { reason, .. } => ("问题销号", office(&entry), reason),
        AssignmentAct::MembersNamed { group, members } => {
            ("明确统称所指", office(&entry), format!("{group}指：{}", members.join("、")))
        }
        AssignmentAct::DaySet { duty, day, reason } => {
            let before = duty.split_once(':').map_or("报告期限", |(_, before)| before);
            ("重定期限", office(&entry), format!("{before} 改到 {day}：{reason}"))
        }
        AssignmentAct::Closed { reason } => ("核实办结", office(&entry), reason),
        AssignmentAct::Withdrawn { reason } => ("通知撤回", office(&entry), reason),
    };
    Told { at: entry.at, n, name, who, said, evidence }
}

/// What a person may do with an assignment now; everything else is not offered.
#[derive(Default)]
struct May {
    plan: bool,
    reach: Vec<PlanStep>,
    propose: bool,
    report: bool,
    about: Vec<Duty>,
    answer: Option<Ask>,
    correct: Vec<Finding>,
    inspect: bool,
    settle: Vec<Finding>,
    close: bool,
    names: bool,
    /// The groups of which the office can say whom they mean, and the days it can set anew.
    groups: Vec<String>,
    stale: Vec<Duty>,
}

/// What a unit is asked to answer: by a lead unit, for a reason, until a day; or by the notice itself.
struct Ask {
    by: String,
    reason: String,
    until: Option<NaiveDate>,
}

impl Ask {
    fn of(asked: &Asked<'_>) -> Ask {
        match asked {
            Asked::Proposed(proposal) => {
                Ask { by: proposal.by.clone(), reason: proposal.reason.clone(), until: Some(proposal.answer_by) }
            }
            Asked::Named(_) => Ask { by: String::new(), reason: String::new(), until: None },
        }
    }
}

fn may(house: &House, person: &Person, one: &Assignment, now: &Moment) -> May {
    let asks = |act, on: &Resource| house.may(&person.principal(), act, on, &Circumstance::default()).is_ok();
    let own = act::own_agency(person);
    let lead = report::lead_of(person, one);
    let inspects = asks(Act::InspectAssignment, &Resource::Site);
    let issues = asks(Act::IssueDirective, &Resource::Site);
    let plans = lead.is_some() && asks(Act::PlanAssignment, &own);
    if one.is_over() {
        return May { names: inspects || plans, ..May::default() };
    }
    let reports = lead.is_some() && asks(Act::ReportProgress, &own);
    let owed = duty::owed(one, &now.calendar, now.date());
    let of_the_clause = |duty: &Duty| {
        duty.about.is_of_the_notice()
            && duty.about != duty::About::Report
            && lead.as_ref().is_some_and(|lead| duty.units.contains(lead))
    };
    let settles = |finding: &&Finding| inspects && finding.answer.is_some() && finding.closed_on.is_none();
    May {
        plan: plans,
        reach: match &lead {
            Some(lead) if plans => plan::open_steps(one, lead).into_iter().cloned().collect(),
            _ => Vec::new(),
        },
        propose: lead.is_some() && asks(Act::ProposeParticipant, &own),
        about: owed.iter().filter(|duty| reports && of_the_clause(duty)).cloned().collect(),
        report: reports,
        answer: propose::asked(person, one, now.date()).filter(|_| asks(Act::AnswerProposal, &own)).as_ref().map(Ask::of),
        correct: inspect::to_answer(person, one).filter(|_| asks(Act::AnswerFinding, &own)).cloned().collect(),
        inspect: inspects,
        settle: one.findings.iter().filter(settles).cloned().collect(),
        close: one.is_done() && asks(Act::CloseAssignment, &Resource::Site),
        names: inspects || plans,
        groups: one.groups().filter(|_| issues).map(|unit| unit.name.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        stale: owed.into_iter().filter(|duty| issues && duty.stale).collect(),
    }
}

/// A plan in force with what became of its steps; the names only for those who may read the file.
struct Planned {
    plan: Plan,
    steps: Vec<(PlanStep, String, Option<NaiveDate>, bool)>,
    older: Vec<Plan>,
}

fn planned(one: &Assignment, names: &BTreeMap<(String, u32), String>, now: &Moment) -> Vec<Planned> {
    let plan = |plan: &Plan| Planned {
        steps: plan
            .steps
            .iter()
            .map(|step| {
                let reached = one.reached.iter().find(|reached| reached.unit == plan.unit && reached.step == step.id);
                let name = names.get(&(plan.unit.clone(), step.id)).cloned().unwrap_or_default();
                let late = |due| reached.is_none() && now.calendar.next_working_day(due) < now.date();
                (step.clone(), name, reached.map(|reached| reached.on), late(step.due))
            })
            .collect(),
        older: one.plans.iter().rev().filter(|old| old.unit == plan.unit && old.version < plan.version).cloned().collect(),
        plan: plan.clone(),
    };
    one.plans_in_force().map(plan).collect()
}

impl Planned {
    /// The rows, as the page numbers them, that a step waits for.
    fn after(&self, step: &PlanStep) -> String {
        let row = |id: &u32| self.plan.steps.iter().position(|step| step.id == *id).map(|at| (at + 1).to_string());
        step.after.iter().filter_map(row).collect::<Vec<_>>().join("、")
    }
}

#[derive(Template)]
#[template(path = "directives/assignment.html")]
struct AssignmentPage {
    shell: Shell,
    no: String,
    task: Task,
    leads: Vec<Named>,
    participants: Vec<Named>,
    quoted: Vec<(u32, String)>,
    plans: Vec<Planned>,
    owed: Vec<(Duty, Left)>,
    withdrawn: Option<(NaiveDate, String)>,
    steps: Vec<Told>,
    may: May,
    agencies: Vec<(String, String)>,
    filled: Filled,
}

impl AssignmentPage {
    fn here(&self) -> String {
        format!("/directives/{}/{}", self.no, self.task.one.clause.seq)
    }
    /// Whether a name has no English, and is marked as Chinese.
    fn stays_chinese(&self, name: &str) -> bool {
        self.shell.english() && self.shell.t(name) == name
    }
    /// A form of its own for each act: what one was answered is no answer to another.
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn chosen(&self, key: &str, value: &str) -> bool {
        self.filled.entered.get(key).is_some_and(|values| values.iter().any(|one| one == value))
    }
    fn error(&self, key: &str) -> String {
        let error = self.filled.errors.iter().find(|error| error.field == key);
        error.map_or_else(String::new, |error| self.filled.said(error))
    }
    fn agency(&self, figure: &Figure) -> &str {
        let key = figure.agency.as_deref();
        self.agencies.iter().find(|(known, _)| Some(known.as_str()) == key).map_or("全部机关", |(_, name)| name)
    }
    fn place(&self) -> String {
        format!("第 {} 项", self.task.one.clause.seq)
    }
    /// The clause's times, each with whether the office corrected it.
    fn times(&self) -> Vec<(&TimeNamed, String, bool)> {
        let clause = &self.task.one.clause;
        let all = clause.times.iter().enumerate();
        all.map(|(at, time)| (time, duty::returning_zh(time), clause.is_corrected_time(at))).collect()
    }
    fn is_late(&self, finding: &Finding) -> bool {
        let key = format!("finding:{}", finding.nth);
        self.owed.iter().any(|(duty, left)| duty.key == key && matches!(left, Left::Late(_)))
    }
    fn units(&self) -> Vec<&str> {
        self.task
            .one
            .leads()
            .into_iter()
            .chain(self.task.one.participants().filter(|name| !notice::is_collective(name)))
            .collect()
    }
    fn is_open(&self, proposal: &Proposal) -> bool {
        proposal.is_open(self.shell.now.date())
    }
    /// The page on which the marks stand: the notice.
    fn words_of(&self) -> String {
        format!("/directives/{}", self.no)
    }
    fn corrected(&self) -> Vec<(&'static str, &str)> {
        let field = |field: &str| match field {
            "heading" => "标题",
            "text" => "任务的文字",
            "added" => "补的任务",
            "leads" => "牵头单位",
            "participants" => "参加单位",
            _ => "时间",
        };
        self.task.one.clause.corrected.iter().map(|one| (field(&one.field), one.read.as_str())).collect()
    }
}

pub async fn assignment(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path((no, seq)): Path<(String, u32)>,
) -> Result<Response, Stop> {
    draw_assignment(&house, &catalogue, shell, &no, seq, None).await
}

/// The page of one task; `again` is a form that was not right, or that was kept while its sender signed in again.
pub(super) async fn draw_assignment(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    no: &str,
    seq: u32,
    again: Option<Filled>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let Directive { issued: Issued { text, signed, .. }, at: issued_at, withdrawn } = issue::find(&mut conn, no).await?;
    let id = assignment::number(no, seq);
    let one = assignment::find(&mut conn, &id).await?;
    let mut steps = Vec::new();
    let now = house.now();
    let may = shell.person.as_ref().map_or_else(May::default, |person| may(house, person, &one, &now));
    let mut in_charge = BTreeMap::new();
    for stored in record::acts_of(&mut conn, &super::chase::subject(&id)).await? {
        let entry = stored.read()?;
        if may.names {
            plan::names_of(&entry, &mut in_charge);
        }
        steps.push(told(stored.n, entry, &one));
    }
    steps.reverse();
    let figures: Vec<&Figure> = steps.iter().filter_map(|step| Some(&step.evidence.as_ref()?.0)).collect();
    if !figures.is_empty() {
        let computed = figure::compute(&mut conn, &figures).await?;
        for (evidence, (n, of)) in steps.iter_mut().filter_map(|step| step.evidence.as_mut()).zip(computed) {
            evidence.2 = figure::told(&evidence.0.key, n, of);
        }
    }
    drop(conn);
    let quoted = one.clause.lines.iter().filter_map(|n| Some((*n, text.get(n.checked_sub(1)? as usize)?.clone()))).collect();
    let on = signed.unwrap_or_else(|| calendar::local_date(issued_at));
    let named = |units: &[acts::UnitNamed]| units.iter().map(|unit| names::named(unit, on)).collect();
    let wrong = again.as_ref().is_some_and(|again| !again.errors.is_empty());
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = AssignmentPage {
        no: no.into(),
        leads: named(&one.clause.leads),
        participants: named(&one.clause.participants),
        plans: planned(&one, &in_charge, &now),
        owed: owed(&one, &now),
        withdrawn,
        agencies: catalogue.agencies().iter().map(|agency| (agency.key.clone(), agency.name.clone())).collect(),
        task: task(one, &now),
        quoted,
        steps,
        may,
        filled: again.unwrap_or_else(|| Filled { lang: shell.lang, ..Filled::default() }),
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}
