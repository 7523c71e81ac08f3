//! 投诉和举报 · the acts on a complaint, whichever way it came (C3.5): one number, one clock. Who complains, of whom, of which case and in
//! what words stays in the private body; the public reads where it stands and what was answered.

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 怎么来的
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintChannel {
    Web,
    Counter,
    Telephone,
}

impl ComplaintChannel {
    /// What somebody at a desk may enter.
    pub const AT_DESK: [ComplaintChannel; 2] = [ComplaintChannel::Telephone, ComplaintChannel::Counter];

    pub fn key(self) -> &'static str {
        match self {
            ComplaintChannel::Web => "web",
            ComplaintChannel::Counter => "counter",
            ComplaintChannel::Telephone => "telephone",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            ComplaintChannel::Web => "网上",
            ComplaintChannel::Counter => "窗口",
            ComplaintChannel::Telephone => "热线电话",
        }
    }
}

/// 诉求的种类: what fixes the limit (C3.5-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintKind {
    Help,
    Complaint,
    Report,
    Consultation,
    Suggestion,
}

impl ComplaintKind {
    pub const ALL: [ComplaintKind; 5] = [
        ComplaintKind::Help,
        ComplaintKind::Complaint,
        ComplaintKind::Report,
        ComplaintKind::Consultation,
        ComplaintKind::Suggestion,
    ];

    pub fn key(self) -> &'static str {
        match self {
            ComplaintKind::Help => "help",
            ComplaintKind::Complaint => "complaint",
            ComplaintKind::Report => "report",
            ComplaintKind::Consultation => "consultation",
            ComplaintKind::Suggestion => "suggestion",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            ComplaintKind::Help => "求助：事办不成",
            ComplaintKind::Complaint => "投诉",
            ComplaintKind::Report => "举报违法违纪",
            ComplaintKind::Consultation => "咨询",
            ComplaintKind::Suggestion => "建议",
        }
    }
}

/// 不归这里办的，该走哪条路 (C3.5-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherWay {
    Court,
    Arbitration,
    Reconsideration,
    Disclosure,
    Discipline,
    Petition,
}

/// 答复的结论
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintOutcome {
    Done,
    Justified,
    PartlyJustified,
    Unfounded,
    Explained,
    Adopted,
}

/// Who complains, about what: sealed (C3.5-05). Of an anonymous one the first three are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintDetails {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    pub text: String,
    /// What would tell the unit complained of who it was: read by nobody before the seal is opened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub secret: String,
    /// The case: whose it is, everybody in its office knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case_no: String,
    /// The post of whoever is complained of.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub post: String,
    /// Of a report: the agency and the matter, which the public is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// Words between the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub text: String,
}

/// 公开的问和答, written by whoever answers, beside the original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAnswer {
    pub asked: String,
    pub answered: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ComplaintAct {
    /// 提出
    Filed {
        channel: ComplaintChannel,
        kind: ComplaintKind,
        /// The agency it is about; of a report nobody is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        /// 作风: it is about how the agency or somebody there behaved, so that the agency does not handle it.
        conduct: bool,
        /// It is about an approval: a case, or a matter (C3.3-11).
        approval: bool,
        /// Somebody put a name to it.
        named: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<ComplaintDetails>,
    },
    /// 受理
    Accepted,
    /// 转办. Its clock goes on.
    Transferred {
        /// The agency; none is the desk of supervision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        reason: String,
    },
    /// 退回: the agency is not responsible.
    Returned { reason: String },
    /// 延期一次
    Extended { approver: String, reason: String },
    /// 答复
    Answered {
        outcome: ComplaintOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        published: Option<PublicAnswer>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 告知另一条路: what belongs to court, arbitration, reconsideration, disclosure or discipline.
    Directed {
        way: OtherWay,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 要求重办
    Reopened {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 评价
    Rated {
        /// 1 非常满意 to 5 非常不满意 (C3.2-01).
        grade: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 差评复核: justified, and so done again; or not.
    RatingReviewed { justified: bool, reason: String },
    /// 启封: who complained is shown to a desk.
    SealOpened {
        /// The agency to whose desk; none is the desk of supervision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        reason: String,
    },
    /// 逾期: found by the clock itself.
    Overdue { due: NaiveDate, acceptance: bool },
}

impl ActBody for ComplaintAct {
    const SUBJECT: &'static str = "complaint";
    fn ground(&self) -> Option<String> {
        let article = match self {
            ComplaintAct::Directed { .. } => "信访条例第三十一条",
            ComplaintAct::SealOpened { .. } => "信访条例第三十条",
            ComplaintAct::Rated { .. } | ComplaintAct::RatingReviewed { .. } => "国办发〔2019〕51号",
            _ => "皖政办秘〔2021〕65号、109号",
        };
        Some(article.into())
    }
}
