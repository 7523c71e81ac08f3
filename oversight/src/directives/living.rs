//! 活的通知 · a directive in public (D3, F143, F146): its own text with each clause coloured by where it stands, each task with
//! what was reported, and a table of who owes what. Everything is read from the fold of the acts.

use super::assignment::{self, Assignment, Standing};
use super::issue;
use super::marks::{self, Piece};
use super::names::{self, Named};
use super::report::{self, May};
use acts::{AssignmentAct, DirectiveAct, Entry, ReportDuty};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::page::fields::Filled;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, record};
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
    leads: String,
    participants: String,
}

fn names(units: &[acts::UnitNamed]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

fn tasks(all: Vec<Assignment>, today: NaiveDate) -> Vec<Task> {
    let task = |one: Assignment| Task {
        standing: one.standing(today),
        leads: names(&one.clause.leads),
        participants: names(&one.clause.participants),
        one,
    };
    all.into_iter().map(task).collect()
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
    let mut tasks = tasks(all, house.now().date());
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
    for task in tasks(all, house.now().date()) {
        let clause = &task.one.clause;
        for lead in &clause.leads {
            let owes = owed.entry(lead.name.clone()).or_default();
            owes.collective |= lead.collective;
            owes.leads.push((clause.seq, task.standing));
        }
        for participant in &clause.participants {
            let owes = owed.entry(participant.name.clone()).or_default();
            owes.collective |= participant.collective;
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
struct Step {
    at: DateTime<Utc>,
    n: Option<i64>,
    name: &'static str,
    who: String,
    said: String,
}

fn step(n: Option<i64>, entry: Entry<AssignmentAct>) -> Step {
    let (name, who, said) = match entry.act {
        AssignmentAct::Reported { unit, done, text } => (if done { "报告完成" } else { "报告进展" }, unit, text),
        AssignmentAct::Chased { units, due, nth } => {
            ("催办", "系统".into(), format!("{} 应报未报，第 {nth} 次催办，催：{}", due, units.join("、")))
        }
        AssignmentAct::Closed { reason } => ("核实办结", entry.by.agency.unwrap_or_default(), reason),
    };
    Step { at: entry.at, n, name, who, said }
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
    steps: Vec<Step>,
    silent: Vec<String>,
    may: May,
    once: Uuid,
    filled: Filled,
}

impl AssignmentPage {
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
    shell: Shell,
    Path((no, seq)): Path<(String, u32)>,
) -> Result<Response, Stop> {
    draw_assignment(&house, shell, &no, seq, None).await
}

/// The page of one task; `again` is a form that was not right, or that was kept while its sender signed in again.
pub(super) async fn draw_assignment(
    house: &House,
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
    for act in record::acts_of(&mut conn, &super::chase::subject(&id)).await? {
        steps.push(step(act.n, act.read()?));
    }
    drop(conn);
    steps.reverse();
    let now = house.now();
    let may = shell.person.as_ref().map_or_else(May::default, |person| report::may(house, person, &one, &now));
    let quoted = one.clause.lines.iter().filter_map(|n| Some((*n, text.get(n.checked_sub(1)? as usize)?.clone()))).collect();
    let on = signed.unwrap_or_else(|| calendar::local_date(issued_at));
    let named = |units: &[acts::UnitNamed]| units.iter().map(|unit| names::named(unit, on)).collect();
    let wrong = again.as_ref().is_some_and(|again| !again.errors.is_empty());
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = AssignmentPage {
        no: no.into(),
        leads: named(&one.clause.leads),
        participants: named(&one.clause.participants),
        silent: one.silent().into_iter().map(ToOwned::to_owned).collect(),
        task: Task {
            standing: one.standing(now.date()),
            leads: names(&one.clause.leads),
            participants: names(&one.clause.participants),
            one,
        },
        quoted,
        steps,
        may,
        once: Uuid::new_v4(),
        filled: again.unwrap_or_else(|| Filled { lang: shell.lang, ..Filled::default() }),
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}
