//! 任务 · one assignment: what was asked, of whom, and how far it has come. The fold of its acts; `apply` is the only way it changes.

use super::{chase, duty, names};
use acts::{AssignmentAct, Clause, Entry, Figure, Handed, PlanStep, Settled, TimeNamed, UnitNamed};
use calendar::Calendar;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::{Moment, Stop, jobs};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeSet;

/// Where an assignment stands, for everybody to see (F146); the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Overdue,
    Waiting,
    Reported,
    Done,
    Closed,
    Withdrawn,
}

impl Standing {
    /// What a task that is followed can be, the worst first.
    pub const ALL: [Standing; 5] = [Standing::Overdue, Standing::Waiting, Standing::Reported, Standing::Done, Standing::Closed];

    pub fn key(self) -> &'static str {
        match self {
            Standing::Waiting => "waiting",
            Standing::Overdue => "overdue",
            Standing::Reported => "reported",
            Standing::Done => "done",
            Standing::Closed => "closed",
            Standing::Withdrawn => "withdrawn",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Standing::Waiting => "还没有报告",
            Standing::Overdue => "逾期",
            Standing::Reported => "已报进展",
            Standing::Done => "报告完成，等核实",
            Standing::Closed => "已办结",
            Standing::Withdrawn => "通知已撤回",
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Standing::Waiting | Standing::Withdrawn => "tag tag--wait",
            Standing::Overdue => "tag tag--stop",
            Standing::Reported => "tag",
            Standing::Done => "tag tag--half",
            Standing::Closed => "tag tag--ok",
        }
    }
    /// The bar before a clause of the notice.
    pub fn bar(self) -> &'static str {
        match self {
            Standing::Overdue => "clause clause--stop",
            Standing::Waiting => "clause clause--wait",
            Standing::Reported => "clause clause--run",
            Standing::Done => "clause clause--half",
            Standing::Closed => "clause clause--ok",
            Standing::Withdrawn => "clause",
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Figure>,
    /// The files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

impl Report {
    /// Whether it says that what a duty asks for is done.
    pub fn answers(&self, duty: &str) -> bool {
        self.is_on(duty) && self.met != Some(false)
    }
    /// Whether it names that duty; of what is only to be reported nothing more is asked.
    pub fn is_on(&self, duty: &str) -> bool {
        self.about.as_deref() == Some(duty)
    }
    /// Whether it speaks for the duty to report in whose turn it came, though it names none. Since it is asked which day a report is for,
    /// it speaks for the one that it names and for no other.
    pub fn is_general(&self) -> bool {
        self.met.is_none() && self.about.is_none()
    }
    /// Whether it says how far the task has come, and not only what was done in one turn of what returns.
    pub fn is_of_the_task(&self) -> bool {
        self.met.is_none() || self.done || !self.about.as_deref().is_some_and(|key| key.starts_with("every:"))
    }
    /// Whether what the clause asks for in the turn in which it came is done by it, though it names none: it says that the whole task is.
    /// Before that was asked every report that named nothing spoke for its turn.
    pub fn has_done_what_runs(&self) -> bool {
        match self.met {
            Some(_) => self.done,
            None => self.about.is_none(),
        }
    }
}

/// One version of a unit's plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub unit: String,
    pub version: u32,
    pub on: NaiveDate,
    pub goal: String,
    pub steps: Vec<PlanStep>,
}

impl Plan {
    pub fn zh(&self) -> String {
        format!("第 {} 版", self.version)
    }
}

/// A step that was reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    pub unit: String,
    pub step: u32,
    pub on: NaiveDate,
    pub text: String,
}

/// 商请 · a unit asked to take part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub by: String,
    pub participant: String,
    pub reason: String,
    pub on: NaiveDate,
    pub answer_by: NaiveDate,
    /// Whether it takes part, and what it said.
    pub answer: Option<(bool, String, NaiveDate)>,
}

impl Proposal {
    /// Whether it waits for an answer and is in time still.
    pub fn is_open(&self, today: NaiveDate) -> bool {
        self.answer.is_none() && today <= self.answer_by
    }
    pub fn joins(&self) -> bool {
        self.answer.as_ref().is_some_and(|(joins, ..)| *joins)
    }
}

/// What an inspection found, and how it was put right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub nth: u32,
    pub unit: String,
    pub on: NaiveDate,
    pub text: String,
    pub correct_by: NaiveDate,
    pub answer: Option<(String, NaiveDate)>,
    pub closed_on: Option<NaiveDate>,
    /// The answers that were sent back, and why, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<Returned>,
}

impl Finding {
    /// Since when it is to be put right: since it was found, or its answer was sent back.
    pub fn since(&self) -> NaiveDate {
        self.returned.last().map_or(self.on, |returned| returned.on)
    }
}

/// An answer to a finding that did not satisfy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    pub answer: String,
    pub reason: String,
    pub on: NaiveDate,
    /// When it had come, and by when it was to; what was returned before this was kept does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct_by: Option<NaiveDate>,
}

/// What a unit that the notice itself names as a participant said to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub participant: String,
    pub joins: bool,
    pub reason: String,
    pub on: NaiveDate,
    /// What the office decided on an objection: whether it is released, why, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<(bool, String, NaiveDate)>,
}

impl Answer {
    /// Whether it is an objection that the office has still to decide on.
    pub fn is_pending(&self) -> bool {
        !self.joins && self.decided.is_none()
    }
    pub fn is_released(&self) -> bool {
        self.decided.as_ref().is_some_and(|(released, ..)| *released)
    }
}

/// 请确认 · units that the notice names as participants: since when they are asked to confirm or object, and by which day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// The group whose members they are, as the office named them later, or the unit that took the place of another; none for those that
    /// the notice names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    pub on: NaiveDate,
    pub answer_by: NaiveDate,
}

/// A period of reporting that the office added after the issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportingAdded {
    pub time: TimeNamed,
    pub on: NaiveDate,
}

/// 重新督办 · a closing that the office took back: when, the day of that closing, by when lead units report again, and how many proposals
/// there had been, none of which waits for an answer any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reopening {
    pub at: DateTime<Utc>,
    pub closed_on: NaiveDate,
    pub report_by: NaiveDate,
    pub proposals: usize,
    /// What that closing had ended and is asked for again from this day on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anew: Vec<TimeNamed>,
}

/// 接手 · a lead unit that took the place of another, and when: what was over before that day is not its.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Took {
    pub unit: String,
    pub on: NaiveDate,
}

/// 核实过 · the office found a task done, and said what becomes of what was still to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    pub at: DateTime<Utc>,
    pub to_come: Vec<Settled>,
}

/// A day that the office set anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DaySet {
    pub duty: String,
    pub day: NaiveDate,
    pub on: NaiveDate,
}

/// How far a duty was told of: 0 to 2 are reminders, from 3 on it was chased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub duty: String,
    pub stage: u32,
    pub on: NaiveDate,
    pub units: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// `RW2012001-07`
    pub no: String,
    pub directive: String,
    pub clause: Clause,
    #[serde(default)]
    pub issued_on: Option<NaiveDate>,
    /// The province of the notice, where it is another than that of the table of agencies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// The last day for the report each lead unit owes.
    pub due: Option<NaiveDate>,
    /// To whom the notice says that units report; none where it names nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_to: Option<String>,
    /// The further days of reporting, and those that return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reporting: Vec<TimeNamed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reporting_added: Vec<ReportingAdded>,
    /// Who of the participants is asked to confirm, and by when; nobody in a task of before it was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named_by: Vec<Named>,
    pub reports: Vec<Report>,
    #[serde(default)]
    pub told: Vec<Told>,
    #[serde(default)]
    pub plans: Vec<Plan>,
    #[serde(default)]
    pub reached: Vec<Reached>,
    #[serde(default)]
    pub proposals: Vec<Proposal>,
    /// How often the office inspected.
    #[serde(default)]
    pub inspections: u32,
    #[serde(default)]
    pub findings: Vec<Finding>,
    #[serde(default)]
    pub answers: Vec<Answer>,
    #[serde(default)]
    pub days_set: Vec<DaySet>,
    /// Units that took the place of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub took: Vec<Took>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reopened: Vec<Reopening>,
    /// Since it was opened last; of before that, what was ended and stays so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified: Vec<Verified>,
    pub closed_on: Option<NaiveDate>,
    #[serde(default)]
    pub withdrawn_on: Option<NaiveDate>,
}

impl Assignment {
    pub fn begin(directive: &str, clause: Clause, due: Option<NaiveDate>, issued_on: NaiveDate) -> Assignment {
        Assignment {
            no: number(directive, clause.seq),
            directive: directive.into(),
            clause,
            issued_on: Some(issued_on),
            province: None,
            due,
            report_to: None,
            reporting: Vec::new(),
            reporting_added: Vec::new(),
            named_by: Vec::new(),
            reports: Vec::new(),
            told: Vec::new(),
            plans: Vec::new(),
            reached: Vec::new(),
            proposals: Vec::new(),
            inspections: 0,
            findings: Vec::new(),
            answers: Vec::new(),
            days_set: Vec::new(),
            took: Vec::new(),
            reopened: Vec::new(),
            verified: Vec::new(),
            closed_on: None,
            withdrawn_on: None,
        }
    }

    /// Never fails and never asks the time.
    pub fn apply(&mut self, entry: &Entry<AssignmentAct>) {
        let on = calendar::local_date(entry.at);
        match entry.act.clone() {
            AssignmentAct::Planned { unit, version, goal, steps, .. } => {
                self.plans.push(Plan { unit, version, on, goal, steps });
            }
            AssignmentAct::Reached { unit, step, text } => self.reached.push(Reached { unit, step, on, text }),
            AssignmentAct::Proposed { unit, participant, reason, answer_by } => {
                self.proposals.push(Proposal { by: unit, participant, reason, on, answer_by, answer: None });
            }
            AssignmentAct::Answered { participant, joins, reason } => {
                let asked = |proposal: &&mut Proposal| proposal.participant == participant && proposal.answer.is_none();
                let ended = self.ended();
                match self.proposals[ended..].iter_mut().rev().find(asked) {
                    Some(proposal) => proposal.answer = Some((joins, reason, on)),
                    None => self.answers.push(Answer { participant, joins, reason, on, decided: None }),
                }
            }
            AssignmentAct::ObjectionDecided { participant, released, reason } => {
                let pending = |answer: &&mut Answer| answer.participant == participant && answer.is_pending();
                if let Some(answer) = self.answers.iter_mut().find(pending) {
                    answer.decided = Some((released, reason, on));
                }
            }
            AssignmentAct::Reported { unit, done, text, about, met, evidence, private, .. } => {
                let papers = private.map(|private| private.papers).unwrap_or_default();
                self.reports.push(Report { unit, at: entry.at, done, text, about, met, evidence, papers });
            }
            AssignmentAct::Reminded { duty, units, days, stage, .. } => {
                let before = || duty::REMINDERS.iter().position(|n| *n == days).unwrap_or_default() as u32;
                let stage = stage.unwrap_or_else(before);
                self.told.push(Told { duty, stage, on, units });
            }
            AssignmentAct::Chased { units, nth, duty, .. } => {
                self.told.push(Told { duty, stage: duty::REMINDERS.len() as u32 - 1 + nth, on, units });
            }
            AssignmentAct::Inspected { nth, text, unit, correct_by } => {
                self.inspections = nth;
                if let Some((unit, correct_by)) = unit.zip(correct_by) {
                    self.findings.push(Finding {
                        nth,
                        unit,
                        on,
                        text,
                        correct_by,
                        answer: None,
                        closed_on: None,
                        returned: Vec::new(),
                    });
                }
            }
            AssignmentAct::FindingAnswered { nth, text, .. } => {
                if let Some(finding) = self.findings.iter_mut().find(|finding| finding.nth == nth) {
                    finding.answer = Some((text, on));
                }
            }
            AssignmentAct::FindingReturned { nth, reason, correct_by } => {
                if let Some(finding) = self.findings.iter_mut().find(|finding| finding.nth == nth) {
                    let (answer, came) = finding.answer.take().unzip();
                    let before = Some(finding.correct_by);
                    finding.returned.push(Returned { answer: answer.unwrap_or_default(), reason, on, came, correct_by: before });
                    finding.correct_by = correct_by;
                    // What was told of the day before it was told of another day.
                    let duty = duty::finding_key(nth);
                    self.told.retain(|told| told.duty != duty);
                }
            }
            AssignmentAct::FindingClosed { nth, .. } => {
                if let Some(finding) = self.findings.iter_mut().find(|finding| finding.nth == nth) {
                    finding.closed_on = Some(on);
                }
            }
            AssignmentAct::MembersNamed { group, members, answer_by, .. } => {
                if let Some(answer_by) = answer_by {
                    self.named_by.retain(|named| named.group.as_ref() != Some(&group));
                    self.named_by.push(Named { group: Some(group.clone()), on, answer_by });
                }
                let of = self.clause.leads.iter_mut().chain(&mut self.clause.participants);
                of.filter(|unit| unit.name == group).for_each(|unit| unit.members.clone_from(&members));
            }
            AssignmentAct::UnitReplaced { unit, instead, answer_by, .. } => {
                if let (Some(answer_by), Some(instead)) = (answer_by, &instead) {
                    self.named_by.push(Named { group: Some(instead.clone()), on, answer_by });
                }
                self.took.extend(instead.clone().map(|unit| Took { unit, on }));
                // The new one is told of what it owes from the beginning.
                self.told.iter_mut().for_each(|told| told.units.retain(|told| !names::same(told, &unit)));
                self.told.retain(|told| !told.units.is_empty());
                for units in [&mut self.clause.leads, &mut self.clause.participants] {
                    for named in units.iter_mut() {
                        replace(&mut named.members, &unit, instead.as_ref());
                    }
                    match &instead {
                        Some(instead) => units.iter_mut().filter(|named| named.name == unit).for_each(|named| {
                            *named = UnitNamed { name: instead.clone(), ..UnitNamed::default() };
                        }),
                        None => units.retain(|named| named.name != unit),
                    }
                }
            }
            AssignmentAct::DaySet { duty, day, .. } => {
                // What was told of the day before it was told of another day.
                self.told.retain(|told| told.duty != duty);
                self.days_set.push(DaySet { duty, day, on });
            }
            AssignmentAct::ReportingAdded { time, .. } => self.reporting_added.push(ReportingAdded { time, on }),
            AssignmentAct::Closed { to_come, .. } => {
                if to_come.iter().all(|one| !one.carried) {
                    self.closed_on = Some(on);
                }
                if !to_come.is_empty() {
                    self.verified.push(Verified { at: entry.at, to_come });
                }
            }
            AssignmentAct::Reopened { report_by, anew, .. } => {
                let closed_on = self.closed_on.take().unwrap_or(on);
                // What the closing ended, in public and with its reason, stays ended where the office does not ask for it again.
                for verified in &mut self.verified {
                    verified.to_come.retain(|one| !one.carried && !anew.contains(&one.time));
                }
                self.verified.retain(|verified| !verified.to_come.is_empty());
                self.reopened.push(Reopening { at: entry.at, closed_on, report_by, proposals: self.proposals.len(), anew });
            }
            AssignmentAct::Withdrawn { .. } => self.withdrawn_on = Some(on),
        }
    }

    pub fn reports_of<'a>(&'a self, unit: &'a str) -> impl DoubleEndedIterator<Item = &'a Report> {
        self.reports.iter().filter(move |report| report.unit == unit)
    }

    /// What each lead unit owes to whom the notice says, or to the office where it names nobody.
    pub fn report_zh(&self) -> String {
        let to = self.report_to.as_deref().unwrap_or("政务公开办");
        format!("向{to}报告进展")
    }

    /// Whether a report says how it stands now: one of before it was opened again does not.
    pub fn counts(&self, report: &Report) -> bool {
        self.reopened.last().is_none_or(|again| report.at >= again.at)
    }

    /// Whether it was closed on that day, and opened again later: nothing was owed then.
    pub fn was_closed(&self, day: NaiveDate) -> bool {
        self.reopened.iter().any(|again| (again.closed_on..calendar::local_date(again.at)).contains(&day))
    }

    /// How many of its proposals, from the first, a closing ended.
    pub fn ended(&self) -> usize {
        match self.is_over() {
            true => self.proposals.len(),
            false => self.reopened.last().map_or(0, |again| again.proposals),
        }
    }

    /// Whether nothing of it is owed any more.
    pub fn is_over(&self) -> bool {
        self.closed_on.or(self.withdrawn_on).is_some()
    }

    /// Who leads, each unit once: those the notice names, and for a collective name those it means, once the office said who they are.
    pub fn leads(&self) -> Vec<&str> {
        let mut leads: Vec<&str> = Vec::new();
        for unit in self.clause.leads.iter().flat_map(meant) {
            if !leads.iter().any(|known| names::same(known, unit)) {
                leads.push(unit);
            }
        }
        leads
    }

    /// The single units that it names, who lead and who take part, groups by their members: those that the office can take out.
    pub fn single_units(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for name in self.clause.leads.iter().chain(&self.clause.participants).flat_map(meant) {
            if !notice::is_collective(name) && !all.contains(&name) && !self.is_released(name) {
                all.push(name);
            }
        }
        all
    }

    /// The groups it names of which the office has not said, or may say anew, whom they mean.
    pub fn groups(&self) -> impl Iterator<Item = &UnitNamed> {
        self.clause.leads.iter().chain(&self.clause.participants).filter(|unit| unit.collective)
    }

    /// The day that the office set anew for a duty, and when.
    pub fn day_set(&self, duty: &str) -> Option<(NaiveDate, NaiveDate)> {
        self.days_set.iter().rev().find(|set| set.duty == duty).map(|set| (set.day, set.on))
    }

    /// The lead units that have not reported.
    pub fn silent(&self) -> Vec<&str> {
        let mut leads = self.leads();
        leads.retain(|lead| !self.reports_of(lead).any(Report::is_of_the_task));
        leads
    }

    /// Since when a unit has the task that took it over from another; none where it has it by the notice.
    pub fn took_on(&self, unit: &str) -> Option<NaiveDate> {
        self.took.iter().rev().find(|took| names::same(&took.unit, unit)).map(|took| took.on)
    }

    /// What the office ended, each once: whoever opens the task again says what of it is asked for anew.
    pub fn all_ended(&self) -> Vec<&Settled> {
        let mut ended: Vec<&Settled> = Vec::new();
        for one in self.verified.iter().flat_map(|verified| &verified.to_come).filter(|one| !one.carried) {
            if !ended.iter().any(|known| known.time == one.time) {
                ended.push(one);
            }
        }
        ended
    }

    /// The day from which something returns that was asked for anew when the task was opened again; none where it was not.
    pub fn anew_from(&self, time: &TimeNamed) -> Option<NaiveDate> {
        let again = self.reopened.iter().rev().find(|again| again.anew.contains(time));
        again.map(|again| calendar::local_date(again.at))
    }

    /// Whether every lead unit said last that it is done.
    pub fn is_done(&self) -> bool {
        self.leads().iter().all(|lead| self.reports_of(lead).next_back().is_some_and(|report| report.done && self.counts(report)))
    }

    /// The steps of the plans in force that are not reached.
    pub fn open_steps(&self) -> impl Iterator<Item = &PlanStep> {
        let open = |plan: &Plan, step: &PlanStep| !self.has_reached(&plan.unit, step.id);
        self.plans_in_force().flat_map(move |plan| plan.steps.iter().filter(move |step| open(plan, step)))
    }

    /// The plan that a lead unit follows now. Each of joint leads has its own.
    pub fn plan(&self, unit: &str) -> Option<&Plan> {
        self.plans.iter().rev().find(|plan| plan.unit == unit)
    }

    pub fn plans_in_force(&self) -> impl Iterator<Item = &Plan> {
        self.leads().into_iter().filter_map(|lead| self.plan(lead))
    }

    pub fn has_reached(&self, unit: &str, step: u32) -> bool {
        self.reached.iter().any(|reached| reached.unit == unit && reached.step == step)
    }

    /// Who takes part because the notice says so: named in it, or meant by one of its collective names, and not released by the office.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        let all = self.clause.participants.iter().flat_map(|unit| std::iter::once(&unit.name).chain(&unit.members));
        all.map(String::as_str).filter(|name| !self.is_released(name))
    }

    /// Whether the office said that this, which returns or was to come, ends here.
    pub fn has_ended(&self, time: &TimeNamed) -> bool {
        self.verified.iter().flat_map(|verified| &verified.to_come).any(|one| !one.carried && one.time == *time)
    }

    /// What the office said last goes on, though the rest is done.
    pub fn carried(&self) -> impl Iterator<Item = &TimeNamed> {
        let last = self.verified.last().into_iter().flat_map(|verified| &verified.to_come);
        last.filter(|one| one.carried).map(|one| &one.time).filter(|time| !self.has_ended(time))
    }

    /// The single units that one of the lists of participants holds and that neither confirmed nor objected.
    pub fn unconfirmed(&self, asked: &Named) -> Vec<String> {
        let said = |name: &String| self.answers.iter().any(|answer| names::same(&answer.participant, name));
        let mut open = self.asked_by(asked);
        open.retain(|name| !said(name));
        open
    }

    /// The single units that one of the lists of participants asks to confirm or object. Whoever leads has nothing to confirm.
    pub fn asked_by(&self, asked: &Named) -> Vec<String> {
        // A group that was spelt out later, and a unit that took the place of another, have a day of their own.
        let own = |name: &str| self.named_by.iter().any(|later| later.group.as_deref() == Some(name));
        let of = |unit: &UnitNamed| match (&asked.group, unit.collective) {
            (None, false) => vec![unit.name.clone()],
            (None, true) if !own(&unit.name) => unit.members.clone(),
            (Some(group), true) if *group == unit.name => unit.members.clone(),
            (Some(name), _) => std::iter::once(&unit.name).chain(&unit.members).filter(|one| *one == name).cloned().collect(),
            _ => Vec::new(),
        };
        let leads = self.leads();
        let mut all: Vec<String> = self.clause.participants.iter().flat_map(of).collect();
        all.retain(|name| asked.group.as_ref() == Some(name) || !own(name));
        all.retain(|name| !leads.iter().any(|lead| names::same(lead, name)));
        all
    }

    /// Every duty to report beside the first: of the notice since it was issued, and what the office added since that day.
    pub fn all_reporting(&self, issued: NaiveDate) -> impl Iterator<Item = (&TimeNamed, NaiveDate)> {
        let added = self.reporting_added.iter().map(|added| (&added.time, added.on));
        self.reporting.iter().map(move |time| (time, issued)).chain(added)
    }

    /// Whether the office released a unit that the notice names.
    pub fn is_released(&self, name: &str) -> bool {
        self.answers.iter().any(|answer| answer.is_released() && names::same(&answer.participant, name))
    }

    /// The objections that the office has still to decide on.
    pub fn objections(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| answer.is_pending() && !self.is_over())
    }

    /// The proposal that was made anew to the same unit after the one at this place.
    pub fn made_anew(&self, at: usize) -> Option<&Proposal> {
        let one = self.proposals.get(at)?;
        self.proposals[at + 1..].iter().find(|later| names::same(&later.participant, &one.participant))
    }

    /// The proposals that wait for an answer, each with its place among all.
    pub fn unanswered(&self) -> impl Iterator<Item = (usize, &Proposal)> {
        let waits = |at: usize, one: &Proposal| one.answer.is_none() && self.made_anew(at).is_none();
        self.proposals.iter().enumerate().skip(self.ended()).filter(move |(at, one)| waits(*at, one))
    }

    /// Everybody who takes part: by the notice, or won by a lead unit.
    pub fn participants(&self) -> impl Iterator<Item = &str> {
        let won = self.proposals.iter().filter(|proposal| proposal.joins()).map(|proposal| proposal.participant.as_str());
        self.named().chain(won)
    }

    /// Every unit that has something to do with it, by the name of each year: for finding it on that unit's desk.
    pub fn units(&self) -> Vec<String> {
        if self.withdrawn_on.is_some() {
            return Vec::new();
        }
        let leads = self.clause.leads.iter().flat_map(|unit| std::iter::once(&unit.name).chain(&unit.members));
        let asked = self.unanswered().map(|(_, proposal)| proposal.participant.as_str());
        let names = leads.map(String::as_str).chain(self.participants()).chain(asked);
        let all: BTreeSet<String> = names.flat_map(|name| [name.to_owned(), names::key(name).to_owned()]).collect();
        all.into_iter().collect()
    }

    /// The earliest day that can be missed by which a lead unit still owes something, and that by which a participant does.
    pub fn next_due(&self, calendar: &Calendar, today: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let owed = duty::owed(self, calendar, today);
        let first = |of_a_lead| {
            let counts = |duty: &&duty::Duty| !duty.stale && duty.of_a_lead == of_a_lead;
            owed.iter().find(counts).map(|duty| duty.due)
        };
        (first(true), first(false))
    }

    /// Joint leads answer together: it stands where the last of them stands, and is late where any of them is: with a report, a date
    /// of the clause, a step or a correction. What a participant was asked is the participant's.
    pub fn standing(&self, now: &Moment) -> Standing {
        let today = now.date();
        let late = |duty: &duty::Duty| duty.is_late(today) && duty.of_a_lead;
        if self.withdrawn_on.is_some() {
            Standing::Withdrawn
        } else if self.closed_on.is_some() {
            Standing::Closed
        } else if duty::owed(self, &now.calendar, today).iter().any(late) {
            Standing::Overdue
        } else {
            // Of joint leads all must have said that it is done; one that said something is heard.
            let said: Vec<Standing> = self.leads().into_iter().map(|lead| self.said_by(lead)).collect();
            let all_done = said.iter().all(|one| *one == Standing::Done);
            match said.iter().max() {
                Some(Standing::Done) if !all_done => Standing::Reported,
                Some(most) => *most,
                None => Standing::Waiting,
            }
        }
    }

    /// Where one of its lead units stands, whatever the others owe.
    pub fn standing_of(&self, lead: &str, now: &Moment) -> Standing {
        let late = |duty: &duty::Duty| duty.is_late(now.date()) && duty.units.iter().any(|unit| unit == lead);
        match () {
            () if self.is_over() => self.standing(now),
            () if duty::owed(self, &now.calendar, now.date()).iter().any(late) => Standing::Overdue,
            () => self.said_by(lead),
        }
    }

    /// Whether the office has verified since that report, and something goes on.
    fn is_verified(&self, report: &Report) -> bool {
        self.verified.last().is_some_and(|verified| report.at <= verified.at)
    }

    fn said_by(&self, lead: &str) -> Standing {
        match self.reports_of(lead).next_back() {
            None => Standing::Waiting,
            Some(report) if report.done && self.counts(report) && !self.is_verified(report) => Standing::Done,
            Some(_) => Standing::Reported,
        }
    }
}

/// Takes one name out of several, or puts another in its place.
fn replace(names: &mut Vec<String>, one: &str, instead: Option<&String>) {
    match instead {
        Some(instead) => names.iter_mut().filter(|name| *name == one).for_each(|name| name.clone_from(instead)),
        None => names.retain(|name| name != one),
    }
}

/// Whom a name of the notice means: itself, or the members of a collective name once they are named.
fn meant(unit: &UnitNamed) -> Vec<&str> {
    match unit.members.as_slice() {
        [] => vec![&unit.name],
        members => members.iter().map(String::as_str).collect(),
    }
}

/// `RW2012001-07`
pub fn number(directive: &str, seq: u32) -> String {
    format!("{directive}-{seq:02}")
}

/// Finds it and holds it, its timer first, to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Assignment, Stop> {
    jobs::hold(conn, chase::KIND, &[no]).await?;
    let state: Option<Json<Assignment>> =
        sqlx::query_scalar("select state from assignments where no = $1 for update").bind(no).fetch_optional(conn).await?;
    Ok(state.ok_or(Stop::NotFound("任务"))?.0)
}

/// The same of every assignment of a directive, in the order of their numbers.
pub async fn lock_all(conn: &mut PgConnection, directive: &str) -> Result<Vec<Assignment>, Stop> {
    let numbers: Vec<String> =
        sqlx::query_scalar("select no from assignments where directive = $1").bind(directive).fetch_all(&mut *conn).await?;
    jobs::hold(conn, chase::KIND, &numbers).await?;
    let rows: Vec<Json<Assignment>> =
        sqlx::query_scalar("select state from assignments where directive = $1 order by no for update")
            .bind(directive)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
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
pub async fn save(conn: &mut PgConnection, assignments: &[Assignment], now: &Moment) -> Result<(), Stop> {
    let (due, others): (Vec<_>, Vec<_>) = assignments.iter().map(|one| one.next_due(&now.calendar, now.date())).unzip();
    let corrections = |one: &Assignment| {
        let open = one.findings.iter().filter(|finding| finding.closed_on.is_none() && !one.is_over());
        open.map(|finding| finding.correct_by).min()
    };
    sqlx::query(
        "insert into assignments (no, directive, seq, due, others_due, closed_on, correct_by, units, state)
         select no, directive, seq, due, others_due, closed_on, correct_by,
                array(select jsonb_array_elements_text(units)), state
           from unnest($1::text[], $2::text[], $3::int[], $4::date[], $5::date[], $6::date[], $7::date[], $8::jsonb[], $9::jsonb[])
                as new (no, directive, seq, due, others_due, closed_on, correct_by, units, state)
         on conflict (no) do update
            set due = excluded.due,
                others_due = excluded.others_due,
                closed_on = excluded.closed_on,
                correct_by = excluded.correct_by,
                units = excluded.units,
                state = excluded.state",
    )
    .bind(assignments.iter().map(|one| one.no.as_str()).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| one.directive.as_str()).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| one.clause.seq as i32).collect::<Vec<_>>())
    .bind(due)
    .bind(others)
    .bind(assignments.iter().map(|one| one.closed_on).collect::<Vec<_>>())
    .bind(assignments.iter().map(corrections).collect::<Vec<_>>())
    .bind(assignments.iter().map(|one| Json(one.units())).collect::<Vec<_>>())
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

/// What a unit has to do with and is not closed, by number.
pub async fn of_unit(conn: &mut PgConnection, names: &[&str], after: &str, limit: i64) -> Result<Vec<Assignment>, Stop> {
    let rows: Vec<Json<Assignment>> = sqlx::query_scalar(
        "select state
           from assignments
          where units && $1::text[]
            and closed_on is null
            and no > $2
          order by no
          limit $3",
    )
    .bind(names)
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What a lead unit or a participant is late with, the longest first.
pub async fn late(
    conn: &mut PgConnection,
    today: NaiveDate,
    after: Option<(NaiveDate, &str)>,
    limit: i64,
) -> Result<Vec<Assignment>, Stop> {
    let (day, no) = after.unwrap_or((NaiveDate::default(), ""));
    let rows: Vec<Json<Assignment>> = sqlx::query_scalar(
        "select state
           from assignments
          where least(due, others_due) < $1
            and (least(due, others_due), no) > ($2, $3)
          order by least(due, others_due), no
          limit $4",
    )
    .bind(today)
    .bind(day)
    .bind(no)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What waits for the office: objections not decided on.
pub async fn asking(conn: &mut PgConnection, limit: i64) -> Result<Vec<Assignment>, Stop> {
    let rows: Vec<Json<Assignment>> = sqlx::query_scalar(
        r#"select state
           from assignments
          where closed_on is null
            and state @? '$.answers[*] ? (@.joins == false && !exists(@.decided))'
          order by no
          limit $1"#,
    )
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What has findings that are not put right, those due first.
pub async fn to_correct(conn: &mut PgConnection, limit: i64) -> Result<Vec<Assignment>, Stop> {
    let rows: Vec<Json<Assignment>> = sqlx::query_scalar(
        "select state
           from assignments
          where correct_by is not null
          order by correct_by, no
          limit $1",
    )
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
