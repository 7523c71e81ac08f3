//! 依申请公开 · the acts on a request for government information (A3.3; 政府信息公开条例 27–43): when it was received, what moved its clock, and
//! how it ended. What was asked, by whom, and the words of the answer stay in the private body.

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 提交方式 · how it came: what fixes the day of receipt (A3.3-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestWay {
    InPerson,
    Online,
    RegisteredPost,
    OrdinaryPost,
    Fax,
}

impl RequestWay {
    pub const ALL: [RequestWay; 5] =
        [RequestWay::InPerson, RequestWay::Online, RequestWay::RegisteredPost, RequestWay::OrdinaryPost, RequestWay::Fax];
    /// What somebody at the desk may enter.
    pub const AT_DESK: [RequestWay; 4] =
        [RequestWay::InPerson, RequestWay::RegisteredPost, RequestWay::OrdinaryPost, RequestWay::Fax];

    pub fn key(self) -> &'static str {
        match self {
            RequestWay::InPerson => "in_person",
            RequestWay::Online => "online",
            RequestWay::RegisteredPost => "registered_post",
            RequestWay::OrdinaryPost => "ordinary_post",
            RequestWay::Fax => "fax",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            RequestWay::InPerson => "当面提交",
            RequestWay::Online => "网上提交",
            RequestWay::RegisteredPost => "挂号信、快递",
            RequestWay::OrdinaryPost => "平信",
            RequestWay::Fax => "传真",
        }
    }
}

/// Who asks for what, and how they want to have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDetails {
    pub name: String,
    /// The document that shows who asks, with its number.
    pub identity: String,
    pub contact: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The information, by its name, number or whatever lets it be found.
    pub description: String,
    pub form: String,
    pub delivery: String,
}

/// 征求谁的意见: only the silence of a body that made the information with us is consent (A3.3-06, A3.3-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpinionOf {
    ThirdParty,
    CoAuthor,
}

/// 意见
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestOpinion {
    Agrees,
    Objects,
    Silent,
}

/// 答复的种类 (A3.3-08, A3.3-09, A3.3-10; 条例 35, 36, 38, 39).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestOutcome {
    Disclosed,
    PartlyDisclosed,
    AlreadyPublic,
    Refused,
    NotExisting,
    NotOurs,
    Repeated,
    OtherLaw,
    NeedsMaking,
    Publication,
    Petition,
    Excessive,
}

/// 不公开的理由 (A3.3-11; 条例 14–16). Each part that is withheld has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withholding {
    StateSecret,
    ForbiddenByLaw,
    PublicSafety,
    TradeSecret,
    Privacy,
    InternalAffairs,
    Deliberation,
    EnforcementFile,
}

/// A part that stays closed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    pub part: String,
    pub ground: Withholding,
}

/// Words that only the requester reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToRequester {
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Withheld>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RequestAct {
    /// 提出申请. Whether it came over the web or over a desk it is one act, with one number.
    Requested {
        way: RequestWay,
        agency: String,
        /// The day of receipt, where the way fixes it at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received: Option<NaiveDate>,
        /// The centre at whose intake point it was handed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        centre: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<RequestDetails>,
    },
    /// 双方确认收到: the day of receipt of what came by web, fax or ordinary post (条例 31).
    ReceiptConfirmed { on: NaiveDate },
    /// 告知补正, once and with its last day (条例 30).
    CorrectionAsked {
        until: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<ToRequester>,
    },
    /// 补正: the period begins anew.
    Corrected {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<ToRequester>,
    },
    /// 逾期不补正，视为放弃
    Abandoned { until: NaiveDate },
    /// 书面征求意见: the clock stands (条例 32–34).
    OpinionAsked {
        of: OpinionOf,
        until: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<ToRequester>,
    },
    /// 意见已回, or the fifteen days passed in silence.
    OpinionGiven {
        of: OpinionOf,
        opinion: RequestOpinion,
        on: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<ToRequester>,
    },
    /// 延长答复期限, with the approval of the head of the office of disclosure, the requester told (条例 33).
    Extended { approver: String, reason: String },
    /// 答复
    Answered {
        outcome: RequestOutcome,
        /// Why it is disclosed although a third party objects (条例 32).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        public_interest: Option<String>,
        /// The grounds of what is withheld.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        grounds: Vec<Withholding>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<ToRequester>,
    },
    /// 撤回申请
    Withdrawn,
    /// 逾期没有答复; found by the clock itself.
    Overdue { due: NaiveDate },
    /// A notice of holidays moved the last day (H03).
    LimitRecomputed { notice: String, due: NaiveDate },
}

impl ActBody for RequestAct {
    const SUBJECT: &'static str = "request";
    fn ground(&self) -> Option<String> {
        let article = match self {
            RequestAct::Requested { .. } => "政府信息公开条例第二十七条、第二十九条",
            RequestAct::ReceiptConfirmed { .. } => "政府信息公开条例第三十一条",
            RequestAct::CorrectionAsked { .. } | RequestAct::Corrected { .. } | RequestAct::Abandoned { .. } => {
                "政府信息公开条例第三十条"
            }
            RequestAct::OpinionAsked { of: OpinionOf::ThirdParty, .. }
            | RequestAct::OpinionGiven { of: OpinionOf::ThirdParty, .. } => "政府信息公开条例第三十二条、第三十三条",
            RequestAct::OpinionAsked { .. } | RequestAct::OpinionGiven { .. } => "政府信息公开条例第三十三条、第三十四条",
            RequestAct::Extended { .. } | RequestAct::Overdue { .. } | RequestAct::LimitRecomputed { .. } => {
                "政府信息公开条例第三十三条"
            }
            RequestAct::Answered { .. } => "政府信息公开条例第三十六条",
            RequestAct::Withdrawn => return None,
        };
        Some(article.into())
    }
}
