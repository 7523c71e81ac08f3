//! 政务服务中心 · the acts on service centres and on the matters that stay outside them (B2.1, B3.1).

use crate::{ActBody, Money};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is on record of a centre. Its name is not: it follows from the region (B2.1-01).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentreFacts {
    pub region: String,
    /// The key of the agency that manages it.
    pub manager: String,
    pub address: String,
    pub phone: String,
    pub hours: String,
    /// 编制: posts of the management body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posts: Option<u32>,
    /// 年度经费, in the budget of its government.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Money>,
    /// 政府信息公开查阅场所: where, when, with what (公开条例 25).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reading_place: String,
    /// 政府信息公开申请受理点: the counter that takes requests in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub intake_point: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    #[serde(default)]
    pub counters: Vec<Counter>,
    /// 内设机构 that do approvals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub divisions: Vec<Division>,
}

/// 场所 · one building of a centre.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub name: String,
    pub address: String,
    /// In square metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<u32>,
}

/// 窗口.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    pub key: String,
    pub name: String,
    pub number: String,
    /// The key of the agency that sits there.
    pub agency: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub floor: String,
    /// How many people it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<u32>,
}

/// A division of an agency that does approvals, and where it sits (B6.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    pub agency: String,
    pub name: String,
    /// Whether it sits in the centre.
    pub inside: bool,
    /// The matters it handles; none: all that no other division of the agency has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}

/// 撤销、合并 · what was decided when a centre was closed, or merged into another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// What the rule called it that day.
    pub name: String,
    /// The last day on which it is open.
    pub last_day: NaiveDate,
    pub reason: String,
    /// 管理机构审核: who, and when.
    pub reviewed_by: String,
    pub reviewed_on: NaiveDate,
    /// 本级政府批准: who, when, and by which document.
    pub approved_by: String,
    pub approved_on: NaiveDate,
    pub document: String,
    /// Why the government approved it; nothing where its document alone was entered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approval: String,
    /// Where one goes instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Successor>,
}

/// The centre that goes on with what another did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    pub centre: String,
    /// What the rule called it that day.
    pub name: String,
    /// The counters that moved there: the key of the one that was closed, and of the one that stands for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counters: BTreeMap<String, String>,
}

/// 报请撤销、合并 · what the manager of a centre asks for, before anybody has looked at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingPlan {
    pub last_day: NaiveDate,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Successor>,
}

/// On a centre; its number is its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum CentreAct {
    /// 设立: `name` is what the rule made of the region that day.
    Established { name: String, facts: CentreFacts, basis: String, from: NaiveDate },
    /// 变更: all that is on record from now on.
    Changed { facts: CentreFacts, basis: String, from: NaiveDate },
    /// 撤销或者合并: what was on record stays as it was on its days.
    Closed(Closing),
    /// 负责人报请撤销或者合并.
    ClosingProposed(ClosingPlan),
    /// 管理机构审核; what it refuses ends there.
    ClosingReviewed { body: String, passes: bool, on: NaiveDate, reason: String },
    /// 本级政府不批准. What it approves is closed.
    ClosingDeclined { body: String, on: NaiveDate, document: String, reason: String },
}

impl ActBody for CentreAct {
    const SUBJECT: &'static str = "centre";
    fn ground(&self) -> Option<String> {
        match self {
            CentreAct::Established { basis, .. } | CentreAct::Changed { basis, .. } => Some(basis.clone()),
            CentreAct::Closed(closing) => Some(closing.document.clone()),
            CentreAct::ClosingProposed(_) | CentreAct::ClosingReviewed { .. } => Some("2012年任务分解通知第一部分（二）3".into()),
            CentreAct::ClosingDeclined { document, .. } => Some(document.clone()),
        }
    }
}

/// Why a matter may stay outside the centre (B3.1-01): a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsideGround {
    /// 涉密
    Secrecy,
    /// 场地限制
    Site,
}

impl OutsideGround {
    pub const ALL: [OutsideGround; 2] = [OutsideGround::Secrecy, OutsideGround::Site];

    pub fn key(self) -> &'static str {
        match self {
            OutsideGround::Secrecy => "secrecy",
            OutsideGround::Site => "site",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            OutsideGround::Secrecy => "涉密",
            OutsideGround::Site => "场地限制",
        }
    }
}

/// 部门大厅 · where an agency handles what stays outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hall {
    pub name: String,
    pub address: String,
}

/// On a matter that is not handled in the centre; its number is the key of the matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum OutsideAct {
    /// 报请不进中心: from a day to come, if it is approved by then.
    Asked { centre: String, agency: String, hall: Hall, from: NaiveDate, because: OutsideGround, reason: String },
    /// 登记中心外办理: it is there already. Nothing without one of the grounds is entered any more; what was is on record, and cannot be approved.
    Found {
        centre: String,
        agency: String,
        hall: Hall,
        since: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<OutsideGround>,
        reason: String,
    },
    /// 管理机构审核.
    Reviewed { body: String, passes: bool, on: NaiveDate, reason: String },
    /// 本级政府批准.
    Approved { body: String, passes: bool, on: NaiveDate, document: String, reason: String },
    /// 进驻中心: the last day outside was the day before.
    Returned { on: NaiveDate, basis: String },
}

impl ActBody for OutsideAct {
    const SUBJECT: &'static str = "outside_matter";
    fn ground(&self) -> Option<String> {
        match self {
            OutsideAct::Returned { basis, .. } => Some(basis.clone()),
            _ => Some("2012年任务分解通知第一部分（二）3".into()),
        }
    }
}
