//! 任务分解 · the acts on a directive and its assignments (D1–D3): a notice that divides work among units, each clause of it
//! followed to its end. Units speak, not people: who spoke for a unit, and who is in charge of a step, stands in the private body.

use crate::{ActBody, Handed};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Words of the notice: characters `from..to` of a line, lines from 1, characters from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub line: u32,
    pub from: u32,
    pub to: u32,
}

/// A unit as the notice names it; a collective name stands for many until the office says which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitNamed {
    pub name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collective: bool,
    /// Who a collective name stands for in this task, as the office named them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Where it is read; none where the office added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// A time in the text of a clause: the words, and the day they mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeNamed {
    pub words: String,
    /// As the reader of notices calls it: `by`, `from`, `recurring-yearly`, `recurring-other`, `ongoing`, `undated`, …
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// Of what returns: the month of its period, from 1 (每年1月31日前: 1). None: the last of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<u32>,
    /// Of what returns: the day of that month (每月10日前: 10), of what returns weekly the day of the week from Monday (每周一: 1).
    /// A day that the month does not have is its last one. None: the last of the month or week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// A field that the office corrected before issuing, and what had been read there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// Of a task `heading`, `text`, `leads`, `participants`, `time-0`, `kind-0`, `deadline`; `added` for a task that was not read. Of the
    /// notice `title`, `issuer`, `document_no`, `signed`; `every` for a period of reporting that was added.
    pub field: String,
    pub read: String,
}

/// One task of a notice, as it was confirmed by the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Its number in the notice, from 1.
    pub seq: u32,
    /// 一/（一）/1
    pub path: String,
    pub section: String,
    pub heading: String,
    pub text: String,
    /// The lines of the notice it stands in, from 1.
    pub lines: Vec<u32>,
    pub leads: Vec<UnitNamed>,
    pub participants: Vec<UnitNamed>,
    pub times: Vec<TimeNamed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_at: Option<Place>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text_at: Vec<Place>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Corrected>,
}

impl Clause {
    /// Whether the office corrected what was read of this time.
    pub fn is_corrected_time(&self, at: usize) -> bool {
        self.corrected.iter().any(|one| one.field == format!("time-{at}") || one.field == format!("kind-{at}"))
    }

    /// Every place of the notice that a field of it was read from.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        let units = self.leads.iter().chain(&self.participants).filter_map(|unit| unit.at);
        units.chain(self.times.iter().filter_map(|time| time.at)).chain(self.heading_at).chain(self.text_at.iter().copied())
    }
}

/// The duty to report: the day as written, and the day it ends by the counting rules (CLK-02, D3-01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDuty {
    pub who: String,
    pub to: String,
    pub words: String,
    pub written: NaiveDate,
    pub due: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// The day that was read, where the office corrected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<NaiveDate>,
}

/// What a notice asks of everybody it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    pub path: String,
    pub heading: String,
    pub text: String,
    /// Where its words stand; what was issued before this was kept does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// What had been read, where the office cut it anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
}

/// Words of the notice that nothing was made of when it was issued: what the reader could not read, or a task that the office left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The line they stand in, from 1.
    pub line: u32,
    pub words: String,
    /// Why, in the words of the reader; empty where the office left a task out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// The same in English, where the reader has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

/// 另一份 · a notice in force of the same title that neither number nor day tells apart from the one that is issued: the office saw both
/// and says that they are two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    pub no: String,
    /// The digest of its words, without blanks.
    pub text: String,
}

/// A notice as it was issued: its own words, and what the office makes of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    pub title: String,
    pub document_no: Option<String>,
    pub issuer: String,
    pub signed: Option<NaiveDate>,
    /// The text, line by line.
    pub text: Vec<String>,
    pub clauses: Vec<Clause>,
    pub requirements: Vec<Requirement>,
    pub report: Option<ReportDuty>,
    /// The further days of reporting, and those that return: every lead unit says something by each of them. A single day is of the
    /// kind `report`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<TimeNamed>,
    /// What was not read, as the officer who issued it saw it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Passed>,
    /// Names of units and of members of a group that are in no row of the table of agencies: the office was asked, and says that there
    /// are such units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<String>,
    /// The day by which a unit that the notice names as a participant confirms or objects; none in the acts of before it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<NaiveDate>,
    /// What was read as a task and is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Passed>,
    /// What the office corrected of the head of the notice, and what had been read there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Corrected>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DirectiveAct {
    /// The office issued the notice.
    Issued(Box<Issued>),
    /// The office took back a notice that was issued by mistake; it stays to be read, and nothing of it is owed any more.
    Withdrawn { reason: String },
}

impl ActBody for DirectiveAct {
    const SUBJECT: &'static str = "directive";
    fn ground(&self) -> Option<String> {
        match self {
            DirectiveAct::Issued(issued) => issued.document_no.clone(),
            DirectiveAct::Withdrawn { .. } => None,
        }
    }
}

/// One step of a plan. In public a post is in charge of it, never a name (F028).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// Which step of its unit it is, through all versions of the plan, from 1.
    pub id: u32,
    pub name: String,
    pub due: NaiveDate,
    pub post: String,
    /// The steps of the same plan that must be reached before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<u32>,
    /// The steps of other units of the same task that must be reached before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after_others: Vec<StepOf>,
}

/// A step in the plan of a unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StepOf {
    pub unit: String,
    pub step: u32,
}

/// The names of those in charge, by step; only the file says them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPrivate {
    pub in_charge: Vec<InCharge>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InCharge {
    pub step: u32,
    pub name: String,
}

/// 佐证材料 · the files that came with a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPrivate {
    pub papers: Vec<Handed>,
}

/// A figure that the house computed from the record, as evidence of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// `on_time`, `concluded`, `days`
    pub key: String,
    /// The agency whose cases are counted; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// As computed when it was reported: so many, of so many cases.
    pub n: i64,
    pub of: i64,
}

/// 还没到的 · what becomes of something that returns, or of a day of reporting to come, when the office found a task done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub time: TimeNamed,
    /// It goes on as the notice says; otherwise it ends here.
    pub carried: bool,
    /// Why it ends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum AssignmentAct {
    /// A lead unit broke its part of the task down, or changed how (D2). Earlier versions stay in the record.
    Planned {
        unit: String,
        version: u32,
        goal: String,
        steps: Vec<PlanStep>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<PlanPrivate>,
    },
    /// A step of the plan was reached.
    Reached { unit: String, step: u32, text: String },
    /// 商请 · a lead unit asks another to take part (D2-01, F144).
    Proposed { unit: String, participant: String, reason: String, answer_by: NaiveDate },
    /// The unit that was asked confirms, or objects and says why.
    Answered { participant: String, joins: bool, reason: String },
    /// The office decided on the objection of a unit that the notice names: it is released, or it stays (D2-01).
    ObjectionDecided { participant: String, released: bool, reason: String },
    /// A lead unit said how far it has come (D3).
    Reported {
        unit: String,
        done: bool,
        text: String,
        /// The duty it answers, where it is not the notice's day of reporting.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<String>,
        /// Whether it says that what is asked by that day, or the whole task, is done. A report of before this was asked does not say
        /// so, and speaks for everything that returned in whose turn it came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        met: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Figure>,
        /// How many files came with it; what they are stands in the file alone.
        #[serde(default, skip_serializing_if = "is_none")]
        papers: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<ReportPrivate>,
    },
    /// A day comes near: the clock reminds those who owe something by it (D3-01).
    Reminded {
        duty: String,
        words: String,
        units: Vec<String>,
        due: NaiveDate,
        /// Working days left.
        days: u32,
        /// Which of the reminders of this duty it is, from 0. Before it was told, the days left said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<u32>,
    },
    /// The day passed without a report: chased by the clock itself (F145).
    Chased {
        units: Vec<String>,
        due: NaiveDate,
        nth: u32,
        #[serde(default = "report")]
        duty: String,
        /// What is owed; empty in the acts of before it was told.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// The office looked for itself; with a finding, a unit has until a day to put it right (D3).
    Inspected {
        nth: u32,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correct_by: Option<NaiveDate>,
    },
    /// The unit said how it put a finding right.
    FindingAnswered { nth: u32, unit: String, text: String },
    /// The answer does not satisfy: the office sends it back, says why, and sets a new day.
    FindingReturned { nth: u32, reason: String, correct_by: NaiveDate },
    /// The office saw that a finding is put right.
    FindingClosed { nth: u32, reason: String },
    /// The office said whom a collective name of the notice means in this task (F142).
    MembersNamed {
        group: String,
        members: Vec<String>,
        /// Those of them that are in no row of the table of agencies, as the office confirmed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unlisted: Vec<String>,
        /// The day by which they confirm or object, where the group takes part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer_by: Option<NaiveDate>,
    },
    /// 补一个按期的报告 · after the issue the office set a period in which each lead unit reports, and said why.
    ReportingAdded { time: TimeNamed, reason: String },
    /// 撤下单位, 改由 · after the issue the office took a unit out of the task that the notice names, or put another in its place, and said
    /// why: the notice named nobody, or the wrong one.
    UnitReplaced {
        unit: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead: Option<String>,
        reason: String,
        /// The new one, where it is in no row of the table of agencies, as the office confirmed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unlisted: Vec<String>,
        /// The day by which the new one confirms or objects, where it takes part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer_by: Option<NaiveDate>,
    },
    /// The office set a day anew for what was over when the notice was issued.
    DaySet { duty: String, day: NaiveDate, reason: String },
    /// The office found it done; nobody else can close it. Where something that was still to come is carried on, the task goes on for
    /// that.
    Closed {
        reason: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        to_come: Vec<Settled>,
    },
    /// 重新督办 · the office took a closing back: lead units report again by that day. What that closing ended stays ended, except `anew`.
    Reopened {
        reason: String,
        report_by: NaiveDate,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        anew: Vec<TimeNamed>,
    },
    /// The notice was withdrawn, and this task with it.
    Withdrawn { reason: String },
}

fn is_none(papers: &u32) -> bool {
    *papers == 0
}

/// Before dates of the clause were watched, only the notice's day of reporting was chased.
fn report() -> String {
    "report".into()
}

impl ActBody for AssignmentAct {
    const SUBJECT: &'static str = "assignment";
    fn ground(&self) -> Option<String> {
        None
    }
}
