//! 领导责任 · the acts on the leadership record of a government or department (C1): who is responsible since when, what the executive
//! meeting heard, what was provided, and how much the work weighs in appraisal. Who heads a body is public by law (政府信息公开条例 第二十条), so the name is, too.

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who is responsible for openness and services in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Responsible {
    /// 第一责任人: the head of the body.
    First,
    /// 分管负责人: the deputy in charge.
    Deputy,
}

/// What is provided for the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provision {
    /// 经费, in 万元.
    Funding,
    /// 编制, in posts.
    Posts,
    /// 场所, in square metres.
    Premises,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum LeadershipAct {
    /// Somebody became responsible; who was before is so no longer.
    Appointed { responsible: Responsible, name: String, post: String, from: NaiveDate },
    /// 空缺 · nobody is responsible from that day on, until somebody is appointed.
    Vacated { responsible: Responsible, from: NaiveDate, reason: String },
    /// The executive meeting heard a report on the work.
    Heard { on: NaiveDate, meeting: String, decided: String },
    /// A year ended without: found by the clock itself (F122).
    HearingMissed { year: i32 },
    /// Funding, posts or premises of a year; the amount as a decimal number.
    Provided { year: i32, provision: Provision, amount: String, note: String },
    /// 考核权重: how much openness weighs in the performance appraisal of a year, in percent, as a decimal number, and the paper that
    /// says so (C1-01).
    Weighed { year: i32, percent: String, basis: String },
    /// 更正 · an entry says something wrong: it stays in the history, and what is said here counts instead; none where nothing of it
    /// counts. Of several on one entry the last holds.
    Amended {
        /// The id of the act that made the entry.
        entry: Uuid,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead: Option<Box<LeadershipAct>>,
    },
}

impl ActBody for LeadershipAct {
    const SUBJECT: &'static str = "leadership";
    fn ground(&self) -> Option<String> {
        match self {
            LeadershipAct::Weighed { .. } => Some("国办发〔2016〕80号".into()),
            _ => Some("皖办发〔2011〕37号，2012年任务分解通知第一部分（三）1".into()),
        }
    }
}
