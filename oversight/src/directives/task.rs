//! 一项任务 · one task in public: its words, who has it, the plan, what is owed, everything that was done, and the forms of whoever
//! may do something about it now (D2, D3).

use super::address::TaskAt;
use super::assignment::{self, Answer, Assignment, Finding, Plan, Proposal, Standing};
use super::duty::{self, About, Duty, Left, Missed};
use super::history::{Told, begun, told};
use super::issue::{self, Directive};
use super::living;
use super::names::{self, Named};
use super::propose::Asked;
use super::{act, chase, correct, evidence, figure, inspect, plan, propose, report, sequence, turns};
use acts::{Figure, Issued, PlanStep, TimeNamed};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::held::Entered;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::papers;
use foundation::people::Person;
use foundation::{House, Moment, Stop, record};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

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
    /// Whether the office may close it now, or why it cannot yet.
    close: Option<Result<(), report::Kept>>,
    /// What is still to come, and the office says what becomes of it when it closes.
    to_come: Vec<(TimeNamed, NaiveDate)>,
    /// Whether the office may open it again.
    reopen: bool,
    /// Whether the office can add a period of reporting.
    reporting: bool,
    objections: Vec<Answer>,
    names: bool,
    /// The groups of which the office can say whom they mean, and the days it can set anew.
    groups: Vec<String>,
    stale: Vec<Duty>,
    /// The units that the office can take out or replace.
    units: Vec<String>,
}

impl May {
    /// Whether a report on how far the task has come is what is owed: any report is one.
    fn owes_progress(&self) -> bool {
        self.about.iter().any(|duty| duty.about == About::Report)
    }
}

/// What a unit is asked to answer: by a lead unit, for a reason, until a day; or by the notice itself.
struct Ask {
    by: String,
    reason: String,
    until: Option<NaiveDate>,
    /// The day by which a unit that the notice names confirms or objects.
    confirm_by: Option<NaiveDate>,
}

impl Ask {
    fn of(asked: &Asked<'_>, owed: &[Duty]) -> Ask {
        match asked {
            Asked::Proposed(proposal) => Ask {
                by: proposal.by.clone(),
                reason: proposal.reason.clone(),
                until: Some(proposal.answer_by),
                confirm_by: None,
            },
            Asked::Named(name) => {
                let confirms = |duty: &&Duty| duty.about == About::Confirm && duty.units.iter().any(|unit| unit == name);
                let confirm_by = owed.iter().find(confirms).map(|duty| duty.due);
                Ask { by: String::new(), reason: String::new(), until: None, confirm_by }
            }
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
        let reopen = one.withdrawn_on.is_none() && asks(Act::CloseAssignment, &Resource::Site);
        return May { names: inspects || plans, reopen, ..May::default() };
    }
    let reports = lead.is_some() && asks(Act::ReportProgress, &own);
    let owed = duty::owed(one, &now.calendar, now.date());
    let of_the_clause = |duty: &Duty| duty.about.is_asked_about() && lead.as_ref().is_some_and(|lead| duty.units.contains(lead));
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
        answer: propose::asked(person, one)
            .filter(|_| asks(Act::AnswerProposal, &own))
            .as_ref()
            .map(|asked| Ask::of(asked, &owed)),
        correct: inspect::to_answer(person, one).filter(|_| asks(Act::AnswerFinding, &own)).cloned().collect(),
        inspect: inspects,
        settle: one.findings.iter().filter(settles).cloned().collect(),
        close: asks(Act::CloseAssignment, &Resource::Site).then(|| report::closes(one, now)),
        to_come: duty::to_come(one, &now.calendar, now.date()),
        reopen: false,
        reporting: issues,
        objections: one.objections().filter(|_| issues).cloned().collect(),
        names: inspects || plans,
        groups: one.groups().filter(|_| issues).map(|unit| unit.name.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        units: one.single_units().into_iter().filter(|_| issues).map(ToOwned::to_owned).collect(),
        stale: owed.into_iter().filter(|duty| issues && duty.stale).collect(),
    }
}

/// A plan in force with what became of its steps; the names only for those who may read the file.
struct Planned {
    plan: Plan,
    steps: Vec<(PlanStep, String, Option<NaiveDate>, bool)>,
    older: Vec<Plan>,
}

fn is_late(owed: &[(Duty, Left)], key: &str) -> bool {
    owed.iter().any(|(duty, left)| duty.key == key && matches!(left, Left::Late(_)))
}

fn planned(one: &Assignment, names: &BTreeMap<(String, u32), String>, owed: &[(Duty, Left)]) -> Vec<Planned> {
    let plan = |plan: &Plan| Planned {
        steps: plan
            .steps
            .iter()
            .map(|step| {
                let reached = one.reached.iter().find(|reached| reached.unit == plan.unit && reached.step == step.id);
                let name = names.get(&(plan.unit.clone(), step.id)).cloned().unwrap_or_default();
                let late = is_late(owed, &duty::step_key(&plan.unit, step.id));
                (step.clone(), name, reached.map(|reached| reached.on), late)
            })
            .collect(),
        older: one.plans.iter().rev().filter(|old| old.unit == plan.unit && old.version < plan.version).cloned().collect(),
        plan: plan.clone(),
    };
    one.plans_in_force().map(plan).collect()
}

impl Planned {
    /// What a step waits for: rows, as the page numbers them, and steps of other units.
    fn after(&self, one: &Assignment, step: &PlanStep) -> String {
        let row = |id: &u32| self.plan.steps.iter().position(|step| step.id == *id).map(|at| (at + 1).to_string());
        step.after.iter().filter_map(row).chain(sequence::of_others(one, step)).collect::<Vec<_>>().join("、")
    }
    /// The steps of other units that wait for it.
    fn waiting(&self, one: &Assignment, step: &PlanStep) -> String {
        sequence::waiting(one, &self.plan.unit, step.id).join("、")
    }
}

#[derive(Template)]
#[template(path = "directives/task.html")]
struct TaskPage {
    shell: Shell,
    no: String,
    one: Assignment,
    standing: Standing,
    leads: Vec<Named>,
    participants: Vec<Named>,
    quoted: Vec<(u32, String)>,
    plans: Vec<Planned>,
    owed: Vec<(Duty, Left)>,
    missed: Vec<Missed>,
    withdrawn: Option<(NaiveDate, String)>,
    steps: Vec<Told>,
    /// The files that wait for a report, and what was wrong with those just sent.
    asked: Vec<papers::Asked>,
    troubles: Vec<String>,
    may: May,
    agencies: Vec<(String, String)>,
    filled: Filled,
}

impl TaskPage {
    /// What was typed and is not kept: the words of people, and no choice or key of a form.
    fn typed(&self) -> Vec<&str> {
        let all = self.filled.entered.values().flatten().map(|value| value.trim());
        all.filter(|_| !self.troubles.is_empty()).filter(|value| !value.is_ascii() || value.contains(' ')).collect()
    }
    fn here(&self) -> String {
        format!("/directives/{}/{}", self.no, self.one.clause.seq)
    }
    fn report_page(&self) -> String {
        format!("{}/report", self.here())
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
    /// Of joint leads: who has reported, and who has not.
    fn said(&self) -> String {
        let (silent, leads) = (self.one.silent(), self.one.leads());
        let said: Vec<&str> = leads.into_iter().filter(|lead| !silent.contains(lead)).collect();
        match silent.is_empty() || said.is_empty() {
            true => String::new(),
            false => format!("已经报告：{}；还没有报告：{}", said.join("、"), silent.join("、")),
        }
    }
    fn place(&self) -> String {
        format!("第 {} 项", self.one.clause.seq)
    }
    /// The clause's times, each with whether the office corrected it.
    fn times(&self) -> Vec<(&TimeNamed, String, bool)> {
        let clause = &self.one.clause;
        let all = clause.times.iter().enumerate();
        all.map(|(at, time)| (time, turns::returning_zh(time), clause.is_corrected_time(at))).collect()
    }
    fn is_late(&self, finding: &Finding) -> bool {
        is_late(&self.owed, &duty::finding_key(finding.nth))
    }
    fn units(&self) -> Vec<&str> {
        self.one.leads().into_iter().chain(self.one.participants().filter(|name| !notice::is_collective(name))).collect()
    }
    /// Why the name of a unit that was asked is not of the year in which it was; empty where it is.
    fn doubt(&self, proposal: &Proposal) -> String {
        let unit = acts::UnitNamed { name: proposal.participant.clone(), ..acts::UnitNamed::default() };
        names::named(&unit, proposal.on).doubt
    }
    /// Whether a closing ended a proposal, by its place.
    fn has_ended(&self, at: &usize) -> bool {
        *at < self.one.ended()
    }
    /// Whether the clock chases a duty no more.
    fn rests(&self, duty: &Duty) -> bool {
        duty::chases(&self.one, &duty.key) >= duty::MOST as usize
    }
    fn is_open(&self, proposal: &Proposal) -> bool {
        proposal.is_open(self.shell.now.date())
    }
    /// The page on which the marks stand: the notice.
    fn words_of(&self) -> String {
        format!("/directives/{}", self.no)
    }
    /// The names typed as members of a group that are in no row of the table.
    fn unlisted_members(&self) -> String {
        let typed = self.filled.entered.get("members").and_then(|values| values.last()).map_or("", String::as_str);
        names::unlisted(correct::members(typed).iter().map(String::as_str), self.shell.now.date()).join("、")
    }
    /// The name typed as the one that takes the place of another, where it is in no row of the table.
    fn unlisted_instead(&self) -> String {
        let typed = self.filled.entered.get("instead").and_then(|values| values.last()).map_or("", String::as_str);
        names::unlisted(correct::members(typed).iter().map(String::as_str), self.shell.now.date()).join("、")
    }
    /// Why the office cannot close it yet.
    fn kept(&self) -> Option<&report::Kept> {
        self.may.close.as_ref().and_then(|closes| closes.as_ref().err())
    }
    /// Each field that the office corrected, with what had been read; or that it added, with nothing.
    fn corrected(&self) -> Vec<(&'static str, &str, bool)> {
        let field = |field: &str| match field {
            "heading" => "标题",
            "text" => "任务的文字",
            correct::ADDED => "任务",
            "leads" => "牵头单位",
            "participants" => "参加单位",
            _ => "时间",
        };
        let all = self.one.clause.corrected.iter();
        all.map(|one| (field(&one.field), one.read.as_str(), correct::is_added(&one.field))).collect()
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    TaskAt(no, seq): TaskAt,
) -> Result<Response, Stop> {
    draw(&house, &catalogue, shell, &no, seq, None).await
}

/// The page of one task; `again` is a form that was not right, or that was kept while its sender signed in again.
pub(super) async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    no: &str,
    seq: u32,
    again: Option<Filled>,
) -> Result<Response, Stop> {
    draw_with(house, catalogue, shell, no, seq, again, Vec::new()).await
}

/// The same, when what was sent is refused: the task has gone on since its page was opened.
pub(super) async fn draw_refused(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    (no, seq): (&str, u32),
    typed: Entered,
    why: String,
) -> Result<Response, Stop> {
    let again = Filled::new(shell.lang, typed, Vec::new());
    let mut page = draw_with(house, catalogue, shell, no, seq, Some(again), vec![why]).await?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

/// The same, with what was wrong with files that were sent.
pub(super) async fn draw_with(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    no: &str,
    seq: u32,
    again: Option<Filled>,
    troubles: Vec<String>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let Directive { issued: Issued { text, signed, .. }, at: issued_at, withdrawn } = issue::find(&mut conn, no).await?;
    let id = assignment::number(no, seq);
    let one = assignment::find(&mut conn, &id).await?;
    // The notice first: its issue is the first act of each of its tasks.
    let notice = record::acts_of(&mut conn, &issue::subject(no)).await?.into_iter().next();
    let mut steps: Vec<Told> = notice.map(|act| begun(act.n, act.at, act.agency)).into_iter().collect();
    let now = house.now();
    let may = shell.person.as_ref().map_or_else(May::default, |person| may(house, person, &one, &now));
    let opens = |unit: &str| shell.person.as_ref().is_some_and(|person| evidence::opens(house, person, unit));
    let mut in_charge = BTreeMap::new();
    for stored in record::acts_of(&mut conn, &chase::subject(&id)).await? {
        let entry = stored.read()?;
        if may.names {
            plan::names_of(&entry, &mut in_charge);
        }
        steps.push(told(stored.n, entry, &one, &opens));
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
    let asked = match &shell.person {
        Some(person) if may.report => evidence::asked(house, &id, person).await?,
        _ => Vec::new(),
    };
    let owed = duty::left(&one, &now);
    let quoted = one.clause.lines.iter().filter_map(|n| Some((*n, text.get(n.checked_sub(1)? as usize)?.clone()))).collect();
    let on = signed.unwrap_or_else(|| calendar::local_date(issued_at));
    let named = |units: &[acts::UnitNamed]| units.iter().map(|unit| names::named(unit, on)).collect();
    let taking_part = one.clause.participants.iter().filter(|unit| !one.is_released(&unit.name));
    let wrong = !troubles.is_empty() || again.as_ref().is_some_and(|again| !again.errors.is_empty());
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = TaskPage {
        no: no.into(),
        leads: named(&one.clause.leads),
        participants: taking_part.map(|unit| names::named(unit, on)).collect(),
        plans: planned(&one, &in_charge, &owed),
        owed,
        missed: duty::missed(&one, &now.calendar),
        withdrawn,
        agencies: catalogue.agencies().iter().map(|agency| (agency.key.clone(), agency.name.clone())).collect(),
        standing: one.standing(&now),
        one,
        quoted,
        steps,
        asked,
        troubles,
        may,
        filled: again.unwrap_or_else(|| Filled::empty(shell.lang)),
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}
