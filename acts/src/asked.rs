//! 首问负责 · the acts on a question that somebody brought (B4.1, F069): who was asked first, each handing over and whether it was
//! accepted, and how it ended. What was asked and answered stays in the private body; who answers for it is public.

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How the question came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedWay {
    Counter,
    Phone,
    Written,
}

impl AskedWay {
    pub const ALL: [AskedWay; 3] = [AskedWay::Counter, AskedWay::Phone, AskedWay::Written];

    pub fn key(self) -> &'static str {
        match self {
            AskedWay::Counter => "counter",
            AskedWay::Phone => "phone",
            AskedWay::Written => "written",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            AskedWay::Counter => "当面问的",
            AskedWay::Phone => "打电话问的",
            AskedWay::Written => "写信、留言问的",
        }
    }
}

/// What was asked, and how to reach whoever asked, if they want to be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// What the asker was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum AskedAct {
    /// 首问: the officer who was asked answers for it from now on.
    FirstAsked {
        way: AskedWay,
        agency: String,
        /// The matter it is about, where it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        due: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Question>,
    },
    /// 转交: an offer to an agency. Whoever offers goes on answering for it.
    HandoverOffered { to: String, reason: String },
    /// 接手: only now somebody else answers for it.
    HandoverAccepted { from: String },
    /// 不接: it stays where it is.
    HandoverRefused { reason: String },
    /// 答复: what was said.
    Answered {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Told>,
    },
    /// 转为办件: the question became an application.
    BecameCase { case_no: String },
    /// 逾期: the day passed without an answer; found by the clock itself.
    Overdue { due: NaiveDate, agency: String },
}

impl ActBody for AskedAct {
    const SUBJECT: &'static str = "asked";
    fn ground(&self) -> Option<String> {
        Some("首问负责，2012年任务分解通知第一部分（二）4".into())
    }
}
