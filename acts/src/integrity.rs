//! 廉政风险预警 · the acts on a hit of an integrity risk rule (A6, F054). In public stand the rule, the agency and the matter; whose acts it is about,
//! in which case and by which entries, only the file says: a hit is a reason to look, and accuses nobody.

use crate::ActBody;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// 风险等级 · how much would be lost at this step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    High,
    Middle,
    Low,
}

impl RiskLevel {
    pub const ALL: [RiskLevel; 3] = [RiskLevel::High, RiskLevel::Middle, RiskLevel::Low];

    pub fn of(key: &str) -> Option<RiskLevel> {
        RiskLevel::ALL.into_iter().find(|level| level.key() == key)
    }
    pub fn key(self) -> &'static str {
        match self {
            RiskLevel::High => "high",
            RiskLevel::Middle => "middle",
            RiskLevel::Low => "low",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            RiskLevel::High => "高",
            RiskLevel::Middle => "中",
            RiskLevel::Low => "低",
        }
    }
}

/// 防控措施 · what keeps a risk from becoming harm. The first two are held by the process itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    SecondPerson,
    Rotation,
    Discussion,
    HigherApproval,
    Random,
}

impl Control {
    pub const ALL: [Control; 5] =
        [Control::SecondPerson, Control::Rotation, Control::Discussion, Control::HigherApproval, Control::Random];

    pub fn of(key: &str) -> Option<Control> {
        Control::ALL.into_iter().find(|control| control.key() == key)
    }
    pub fn key(self) -> &'static str {
        match self {
            Control::SecondPerson => "second_person",
            Control::Rotation => "rotation",
            Control::Discussion => "discussion",
            Control::HigherApproval => "higher_approval",
            Control::Random => "random",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Control::SecondPerson => "双人",
            Control::Rotation => "轮岗",
            Control::Discussion => "集体讨论",
            Control::HigherApproval => "上级批准",
            Control::Random => "随机",
        }
    }
}

/// How a hit is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HitOutcome {
    Ordinary,
    ControlAdded,
    Supervision,
}

impl HitOutcome {
    pub const ALL: [HitOutcome; 3] = [HitOutcome::Ordinary, HitOutcome::ControlAdded, HitOutcome::Supervision];

    pub fn of(key: &str) -> Option<HitOutcome> {
        HitOutcome::ALL.into_iter().find(|outcome| outcome.key() == key)
    }
    pub fn key(self) -> &'static str {
        match self {
            HitOutcome::Ordinary => "ordinary",
            HitOutcome::ControlAdded => "control_added",
            HitOutcome::Supervision => "supervision",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            HitOutcome::Ordinary => "属于正常",
            HitOutcome::ControlAdded => "加了防控措施",
            HitOutcome::Supervision => "转监察人员看",
        }
    }
}

/// Whose acts it is about, with whom, in which case, by which entries of the log, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concerned {
    pub person: Uuid,
    pub name: String,
    /// The institution, agent, approver or relative beside it.
    pub other: String,
    /// The open case that it waits before, if any.
    pub case_no: String,
    pub evidence: Vec<i64>,
    pub words: String,
}

/// On a hit; its number is that of the hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum IntegrityAct {
    /// 预警: the record has come to what a rule says is worth a look.
    Warned {
        rule: String,
        agency: String,
        item: String,
        node: String,
        level: RiskLevel,
        controls: Vec<Control>,
        private: Option<Concerned>,
    },
    /// One more open case that the same hit waits before.
    Joined { private: Option<Concerned> },
    /// 本人说明.
    Stated { private: Option<String> },
    /// 第二人同意: somebody else has looked at the case and agrees that it goes on.
    Seconded { private: Option<String> },
    /// 办结, by somebody else, with the reason.
    Closed { outcome: HitOutcome, private: Option<String> },
}

impl ActBody for IntegrityAct {
    const SUBJECT: &'static str = "integrity";
    fn ground(&self) -> Option<String> {
        None
    }
}
