//! 活的通知 · a directive in public (D3, F143, F146): its own text with each clause coloured by where it stands, each task with
//! what was reported, and a table of who owes what. Everything is read from the fold of the acts.

use super::assignment::{self, Assignment, Standing};
use super::assignment::{Finding, Plan, Proposal};
use super::duty::{self, Duty};
use super::issue;
use super::marks::{self, Piece};
use super::names::{self, Named};
use super::{act, figure, inspect, plan, propose, report};
use acts::{AssignmentAct, DirectiveAct, Entry, Figure, PlanStep, ReportDuty};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::page::fields::Filled;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, Stop, record};
use serde::Deserialize;
use sqlx::Row;
use std::collections::BTreeMap;
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
        "select d.no, d.title, d.issued_at, count(a.no) as tasks,
                count(a.closed_on) as closed,
                count(a.no) filter (where a.closed_on is null and a.silent and a.due < $4) as overdue
           from (select no, title, issued_at
                   from directives
                  where $1::timestamptz is null
                     or (issued_at, no) < ($1, $2)
                  order by issued_at desc, no desc
                  limit $3) d
           left join assignments a on a.directive = d.no
          group by d.no, d.title, d.issued_at
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
        })
        .collect();
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| is_more).map(|row| format!("{}~{}", row.issued_at.timestamp_micros(), row.no));
    let may_issue = shell.person.as_ref().is_some_and(|person| super::new::may(&house, person).is_ok());
    let page = ListPage { rows, next, may_issue, shell };
    page::render(&page.shell, &page)
}

/// A line of the notice, and the tasks that stand in it.
struct Line {
    n: u32,
    pieces: Vec<Piece>,
    tasks: Vec<(u32, Standing)>,
}

/// The colour of a line is that of the task in it that stands worst.
impl Line {
    fn class(&self) -> &'static str {
        let worst = Standing::ALL.into_iter().find(|standing| self.tasks.iter().any(|(_, s)| s == standing));
        match worst {
            None => "clause",
            Some(Standing::Overdue) => "clause clause--stop",
            Some(Standing::Waiting) => "clause clause--wait",
            Some(Standing::Reported) => "clause clause--run",
            Some(Standing::Done | Standing::Closed) => "clause clause--ok",
        }
    }
}

/// A task in the table.
struct Task {
    one: Assignment,
    standing: Standing,
    /// The next day by which a lead unit owes something.
    next: Option<NaiveDate>,
    leads: String,
    participants: String,
}

impl Task {
    /// Steps of the plans in force: so many reached, of so many.
    fn steps(&self) -> (usize, usize) {
        let steps: Vec<_> =
            self.one.plans_in_force().flat_map(|plan| plan.steps.iter().map(|step| (&plan.unit, step.id))).collect();
        let reached = steps.iter().filter(|(unit, step)| self.one.has_reached(unit, *step)).count();
        (reached, steps.len())
    }
    fn findings(&self) -> usize {
        self.one.findings.iter().filter(|finding| finding.closed_on.is_none()).count()
    }
}

fn names(units: &[acts::UnitNamed]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

fn task(one: Assignment, now: &Moment) -> Task {
    let won = one.proposals.iter().filter(|proposal| proposal.joins()).map(|proposal| proposal.participant.clone());
    let named = one.clause.participants.iter().map(|unit| unit.name.clone());
    Task {
        standing: one.standing(now),
        next: one.next_due(&now.calendar, now.date()),
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
    report: Option<ReportDuty>,
    counts: Vec<(Standing, usize)>,
    chosen: Option<Standing>,
    tasks: Vec<Task>,
    lines: Vec<Line>,
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
            ("due", "报告期限"),
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
                    day(task.one.due),
                    day(task.next),
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
    let mut conn = house.pool().acquire().await?;
    let (act, issued_at) = issue::find(&mut conn, &no).await?;
    let all = assignment::all(&mut conn, &no).await?;
    drop(conn);
    let DirectiveAct::Issued { title, document_no, issuer, text, report, .. } = act;
    let mut tasks = tasks(all, &house.now());
    let counts = Standing::ALL.map(|standing| (standing, tasks.iter().filter(|task| task.standing == standing).count())).to_vec();
    let mut here: BTreeMap<u32, Vec<(u32, Standing)>> = BTreeMap::new();
    let mut marked: BTreeMap<u32, Vec<acts::Place>> = BTreeMap::new();
    for task in &tasks {
        for n in &task.one.clause.lines {
            here.entry(*n).or_default().push((task.one.clause.seq, task.standing));
        }
        task.one.clause.places().for_each(|place| marked.entry(place.line).or_default().push(place));
    }
    let line = |(n, text): (u32, String)| Line {
        n,
        pieces: marks::pieces(&text, marked.remove(&n).unwrap_or_default()),
        tasks: here.remove(&n).unwrap_or_default(),
    };
    let lines = (1..).zip(text).map(line).collect();
    let chosen = wanted.standing.as_deref().and_then(|key| Standing::ALL.into_iter().find(|standing| standing.key() == key));
    if let Some(chosen) = chosen {
        tasks.retain(|task| task.standing == chosen);
    }
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        return table(&title, &tasks).download(format, shell.lang);
    }
    let page = DirectivePage {
        no,
        title,
        document_no: document_no.unwrap_or_default(),
        issuer,
        issued_at,
        report,
        counts,
        chosen,
        tasks,
        lines,
        shell,
    };
    page::render(&page.shell, &page)
}

/// What one unit owes.
#[derive(Default)]
struct Owes {
    leads: Vec<(u32, Standing)>,
    participates: Vec<u32>,
    collective: bool,
}

impl Owes {
    fn overdue(&self) -> usize {
        self.leads.iter().filter(|(_, standing)| *standing == Standing::Overdue).count()
    }
    fn open(&self) -> usize {
        self.leads.iter().filter(|(_, standing)| *standing != Standing::Closed).count()
    }
}

#[derive(Template)]
#[template(path = "directives/units.html")]
struct UnitsPage {
    shell: Shell,
    no: String,
    title: String,
    rows: Vec<(String, Owes)>,
}

/// Who owes what: the units with overdue reports first, then those that lead most.
pub async fn units(
    State(house): State<House>,
    shell: Shell,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let (DirectiveAct::Issued { title, .. }, _) = issue::find(&mut conn, &no).await?;
    let all = assignment::all(&mut conn, &no).await?;
    drop(conn);
    let mut owed: BTreeMap<String, Owes> = BTreeMap::new();
    for task in tasks(all, &house.now()) {
        let clause = &task.one.clause;
        for lead in &clause.leads {
            let owes = owed.entry(lead.name.clone()).or_default();
            owes.collective |= lead.collective;
            owes.leads.push((clause.seq, task.standing));
        }
        for participant in task.one.participants() {
            let owes = owed.entry(participant.to_owned()).or_default();
            owes.collective |= notice::is_collective(participant);
            owes.participates.push(clause.seq);
        }
    }
    let mut rows: Vec<(String, Owes)> = owed.into_iter().collect();
    rows.sort_by_key(|(_, owes)| {
        (std::cmp::Reverse(owes.overdue()), std::cmp::Reverse(owes.leads.len()), std::cmp::Reverse(owes.participates.len()))
    });
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        let list = |seqs: Vec<u32>| seqs.iter().map(u32::to_string).collect::<Vec<_>>().join("、");
        let table = Table {
            name: title.clone(),
            columns: vec![
                ("unit", "单位"),
                ("leads", "牵头"),
                ("overdue", "逾期未报"),
                ("open", "未办结"),
                ("participates", "参加"),
            ],
            rows: rows
                .iter()
                .map(|(unit, owes)| {
                    vec![
                        unit.clone().into(),
                        list(owes.leads.iter().map(|(seq, _)| *seq).collect()).into(),
                        (owes.overdue() as i64).into(),
                        (owes.open() as i64).into(),
                        list(owes.participates.clone()).into(),
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
        AssignmentAct::Reminded { words, units, due, days, .. } => {
            ("提醒", system(), format!("{due} 到期，还有 {days} 个工作日，提醒：{}。事项：{words}", units.join("、")))
        }
        AssignmentAct::Chased { units, due, nth, .. } => {
            ("催办", system(), format!("{} 应报未报，第 {nth} 次催办，催：{}", due, units.join("、")))
        }
        AssignmentAct::Inspected { text, unit: Some(unit), correct_by: Some(day), .. } => {
            ("检查发现问题", office(&entry), format!("由{unit}在 {day} 前整改：{text}"))
        }
        AssignmentAct::Inspected { text, .. } => ("检查", office(&entry), text),
        AssignmentAct::FindingAnswered { unit, text, .. } => ("报整改", unit, text),
        AssignmentAct::FindingClosed { reason, .. } => ("问题销号", office(&entry), reason),
        AssignmentAct::Closed { reason } => ("核实办结", office(&entry), reason),
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
    answer: Option<Proposal>,
    correct: Vec<Finding>,
    inspect: bool,
    settle: Vec<Finding>,
    close: bool,
    names: bool,
}

fn may(house: &House, person: &Person, one: &Assignment, now: &Moment) -> May {
    let asks = |act, on: &Resource| house.may(&person.principal(), act, on, &Circumstance::default()).is_ok();
    let own = act::own_agency(person);
    let lead = report::lead_of(person, one);
    let inspects = asks(Act::InspectAssignment, &Resource::Site);
    let plans = lead.is_some() && asks(Act::PlanAssignment, &own);
    if one.closed_on.is_some() {
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
        about: owed.into_iter().filter(|duty| reports && of_the_clause(duty)).collect(),
        report: reports,
        answer: propose::asked(person, one, now.date()).filter(|_| asks(Act::AnswerProposal, &own)).cloned(),
        correct: inspect::to_answer(person, one).filter(|_| asks(Act::AnswerFinding, &own)).cloned().collect(),
        inspect: inspects,
        settle: one.findings.iter().filter(settles).cloned().collect(),
        close: one.standing(now) == Standing::Done && asks(Act::CloseAssignment, &Resource::Site),
        names: inspects || plans,
    }
}

/// A plan in force with what became of its steps; the names only for those who may read the file.
struct Planned {
    plan: Plan,
    steps: Vec<(PlanStep, String, Option<NaiveDate>, bool)>,
    older: Vec<Plan>,
}

fn planned(one: &Assignment, names: &BTreeMap<(String, u32), String>, today: NaiveDate) -> Vec<Planned> {
    let plan = |plan: &Plan| Planned {
        steps: plan
            .steps
            .iter()
            .map(|step| {
                let reached = one.reached.iter().find(|reached| reached.unit == plan.unit && reached.step == step.id);
                let name = names.get(&(plan.unit.clone(), step.id)).cloned().unwrap_or_default();
                (step.clone(), name, reached.map(|reached| reached.on), reached.is_none() && step.due < today)
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
    /// What is owed, with the working days left; none where it is over.
    owed: Vec<(Duty, Option<u32>)>,
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
    fn units(&self) -> Vec<&str> {
        let leads = self.task.one.clause.leads.iter().map(|lead| lead.name.as_str());
        leads.chain(self.task.one.participants().filter(|name| !notice::is_collective(name))).collect()
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
    let (DirectiveAct::Issued { text, signed, .. }, issued_at) = issue::find(&mut conn, no).await?;
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
    let today = now.date();
    let left = |duty: Duty| {
        let left = (duty.due >= today).then(|| now.calendar.working_days_between(today, duty.due));
        (duty, left)
    };
    let quoted = one.clause.lines.iter().filter_map(|n| Some((*n, text.get(n.checked_sub(1)? as usize)?.clone()))).collect();
    let on = signed.unwrap_or_else(|| calendar::local_date(issued_at));
    let named = |units: &[acts::UnitNamed]| units.iter().map(|unit| names::named(unit, on)).collect();
    let wrong = again.as_ref().is_some_and(|again| !again.errors.is_empty());
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = AssignmentPage {
        no: no.into(),
        leads: named(&one.clause.leads),
        participants: named(&one.clause.participants),
        plans: planned(&one, &in_charge, today),
        owed: duty::owed(&one, &now.calendar, today).into_iter().map(left).collect(),
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
