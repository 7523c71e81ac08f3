//! 好差评 · the rating of a visit that became no case, what is shown of raters' words, and the work order (差评工单) that each bad rating
//! opens (C3.2). The grade is public, so that anybody counts again; what was written and how to reach whoever wrote it is private.

use crate::{ActBody, Said, Subject};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// 从哪里评的
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingChannel {
    /// With an account. Acts from before say nothing else.
    #[default]
    Account,
    /// Without one, by the code of the receipt, at home or at the counter.
    Receipt,
    /// By the slip of a number that was served in the hall.
    Hall,
    /// Of the answer to a complaint.
    Complaint,
}

impl RatingChannel {
    pub const ALL: [RatingChannel; 4] =
        [RatingChannel::Account, RatingChannel::Receipt, RatingChannel::Hall, RatingChannel::Complaint];

    pub fn of(key: &str) -> Option<RatingChannel> {
        RatingChannel::ALL.into_iter().find(|channel| channel.key() == key)
    }
    pub fn key(self) -> &'static str {
        match self {
            RatingChannel::Account => "account",
            RatingChannel::Receipt => "receipt",
            RatingChannel::Hall => "hall",
            RatingChannel::Complaint => "complaint",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            RatingChannel::Account => "网上账户",
            RatingChannel::Receipt => "凭证上的查询码",
            RatingChannel::Hall => "大厅的号",
            RatingChannel::Complaint => "诉求的答复",
        }
    }
}

/// What a rater wrote, and the telephone of one who may be called back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingSaid {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
}

/// Acts on a rating; the subject is the number of what was rated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RatingAct {
    /// 一次一评: of a visit to a counter, by the number that was served there.
    Given {
        grade: u8,
        channel: RatingChannel,
        named: bool,
        centre: String,
        counter: String,
        agency: String,
        region: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        /// What was said, and the officer at the counter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<VisitSaid>,
    },
    /// 公布评价的话: looked at, with what names anybody blotted out.
    WordsShown { rating: Uuid, text: String },
    /// 不公布评价的话, and why.
    WordsKept { rating: Uuid, reason: String },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitSaid {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<RatingSaid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<Uuid>,
}

/// 不计入的理由 (C3.2-03, C3.2-05): a mistake, malice, or that whoever was rated asks for a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAside {
    Mistaken,
    Malicious,
    Appeal,
}

/// The step of an order that has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingStep {
    CallBack,
    Answer,
}

/// Whose rating it is and whom it rates: known to the order, told to nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatedBy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rater: Option<Uuid>,
    /// The officers who handled it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rated: Vec<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RatingOrderAct {
    /// 立单
    Opened {
        /// The act that gave the rating, and what was rated.
        rating: Uuid,
        of: Subject,
        grade: u8,
        channel: RatingChannel,
        named: bool,
        agency: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<RatedBy>,
    },
    /// 回访
    CalledBack {
        reached: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 复杂的：说明理由，定下改好的日子
    Planned { until: NaiveDate, reason: String },
    /// 改正
    Corrected {
        measure: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 诉求没有依据，作出解释
    Explained {
        basis: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 提出不计入
    SetAsideAsked {
        ground: SetAside,
        proof: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 决定计入不计入
    SetAsideDecided { set_aside: bool, reason: String },
    /// 被评价人陈述
    Stated {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 评价人说满意不满意
    Satisfied {
        satisfied: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Said>,
    },
    /// 复核评价人的不满意: justified, and so done again; or not.
    Reviewed { justified: bool, reason: String },
    /// 逾期: found by the clock itself.
    Overdue { step: RatingStep, due: NaiveDate },
}

const OPINION: &str = "国办发〔2019〕51号";

impl ActBody for RatingAct {
    const SUBJECT: &'static str = "rating";
    fn ground(&self) -> Option<String> {
        Some(OPINION.into())
    }
}

impl ActBody for RatingOrderAct {
    const SUBJECT: &'static str = "rating_order";
    fn ground(&self) -> Option<String> {
        Some(OPINION.into())
    }
}
