//! 代办 · the acts of village agent points (B5): a point opens, an agent is named and leaves; somebody entrusts an agent with matters, and takes
//! it back; the subsidy of a month is closed. Who entrusted whom stays in the private body.

use crate::{ActBody, Handed, Money, Party};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A point, as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointFacts {
    pub name: String,
    /// 村级代码, 12 digits.
    pub region: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
}

/// Somebody who works at a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentNamed {
    pub person: Uuid,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum AgentPointAct {
    Opened {
        agency: String,
        facts: PointFacts,
    },
    /// Other hours, another address: what the public is told from now on.
    Described {
        facts: PointFacts,
    },
    /// Another township keeps it from now on.
    HandedOver {
        from: String,
        to: String,
        on: NaiveDate,
        reason: String,
    },
    AgentNamed {
        from: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<AgentNamed>,
    },
    AgentEnded {
        on: NaiveDate,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<AgentNamed>,
    },
}

impl ActBody for AgentPointAct {
    const SUBJECT: &'static str = "agent_point";
    fn ground(&self) -> Option<String> {
        Some("村级免费代办，2012年任务分解通知第一部分（二）4".into())
    }
}

/// 和委托人的关系 · what a relative or friend who is entrusted is to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Child,
    Spouse,
    Parent,
    Relative,
    Friend,
}

impl Relation {
    pub const ALL: [Relation; 5] = [Relation::Child, Relation::Spouse, Relation::Parent, Relation::Relative, Relation::Friend];

    pub fn key(self) -> &'static str {
        match self {
            Relation::Child => "child",
            Relation::Spouse => "spouse",
            Relation::Parent => "parent",
            Relation::Relative => "relative",
            Relation::Friend => "friend",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Relation::Child => "子女",
            Relation::Spouse => "配偶",
            Relation::Parent => "父母",
            Relation::Relative => "其他亲属",
            Relation::Friend => "朋友、邻居",
        }
    }
}

/// How a consent was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentWay {
    /// A paper with the signature, photographed.
    Paper,
    /// The person confirms it, signed in.
    Account,
}

impl ConsentWay {
    pub const ALL: [ConsentWay; 2] = [ConsentWay::Paper, ConsentWay::Account];

    pub fn key(self) -> &'static str {
        match self {
            ConsentWay::Paper => "paper",
            ConsentWay::Account => "account",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            ConsentWay::Paper => "签了名的委托书，拍照上传",
            ConsentWay::Account => "他在自己的账户里确认",
        }
    }
}

/// Who entrusts whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entrusted {
    pub person: Party,
    pub agent: AgentNamed,
    /// The number of the agent's point; none where it is a relative or friend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
    /// What a relative or friend is to the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

/// What somebody wrote, or was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ConsentAct {
    /// 委托: these matters, to that day, and whether the result may be collected too.
    Given {
        items: Vec<String>,
        until: NaiveDate,
        way: ConsentWay,
        collects: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Entrusted>,
    },
    /// 撤回: by the person, or at the township for a person who came.
    Revoked {},
    /// 投诉: on what was done by it.
    Complained {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Words>,
    },
    ComplaintAnswered {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Words>,
    },
}

impl ActBody for ConsentAct {
    const SUBJECT: &'static str = "consent";
    fn ground(&self) -> Option<String> {
        Some(match self {
            ConsentAct::Given { .. } => "《行政许可法》第二十九条".into(),
            ConsentAct::Revoked {} => "《个人信息保护法》第十五条".into(),
            _ => "村级免费代办，2012年任务分解通知第一部分（二）4".into(),
        })
    }
}

/// What one case adds to the subsidy of its agent, or takes from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubsidyLine {
    pub agent: Uuid,
    pub case_no: String,
    /// Counted before and found not to count: its amount is taken back.
    pub taken_back: bool,
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum SubsidyAct {
    /// 月度补贴关账: counted by this rule; what is found later goes into the next month.
    MonthClosed {
        agency: String,
        month: String,
        /// The digest of the rule.
        rule: String,
        agents: usize,
        cases: usize,
        total: Money,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Vec<SubsidyLine>>,
    },
    /// 不计补贴: this case is not counted, or no longer.
    NotCounted { agency: String, case_no: String, reason: String },
}

impl ActBody for SubsidyAct {
    const SUBJECT: &'static str = "agent_subsidy";
    fn ground(&self) -> Option<String> {
        Some("代办由财政补贴，2012年任务分解通知第一部分（二）4".into())
    }
}
