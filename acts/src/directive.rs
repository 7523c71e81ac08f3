//! 任务分解 · the acts on a directive and its assignments (D1–D3): a notice that divides work among units, each clause of it
//! followed to its end. All of it is public: units speak, not people; who spoke for a unit stands in the private body.

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A unit as the notice names it; a collective name stands for many until the office says which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitNamed {
    pub name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collective: bool,
}

/// A time in the text of a clause: the words, and the day they mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeNamed {
    pub words: String,
    /// As the reader of notices calls it: `by`, `from`, `recurring-yearly`, `undated`, …
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
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
}

/// The duty to report: the day as written, and the day it ends by the counting rules (CLK-02, D3-01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDuty {
    pub who: String,
    pub to: String,
    pub words: String,
    pub written: NaiveDate,
    pub due: NaiveDate,
}

/// What a notice asks of everybody it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    pub path: String,
    pub heading: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DirectiveAct {
    /// The office issued the notice: its own words, and what it makes of them.
    Issued {
        title: String,
        document_no: Option<String>,
        issuer: String,
        signed: Option<NaiveDate>,
        /// The text, line by line.
        text: Vec<String>,
        clauses: Vec<Clause>,
        requirements: Vec<Requirement>,
        report: Option<ReportDuty>,
    },
}

impl ActBody for DirectiveAct {
    const SUBJECT: &'static str = "directive";
    fn ground(&self) -> Option<String> {
        let DirectiveAct::Issued { document_no, .. } = self;
        document_no.clone()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum AssignmentAct {
    /// A lead unit said how far it has come (D3).
    Reported { unit: String, done: bool, text: String },
    /// The day passed without a report: chased by the clock itself (F145).
    Chased { units: Vec<String>, due: NaiveDate, nth: u32 },
    /// The office found it done; nobody else can close it.
    Closed { reason: String },
}

impl ActBody for AssignmentAct {
    const SUBJECT: &'static str = "assignment";
    fn ground(&self) -> Option<String> {
        None
    }
}
