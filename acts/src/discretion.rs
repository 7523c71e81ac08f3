//! 裁量 · the acts on discretion standards and on what is decided by them (A2.3).

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// On a standard; its number is its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DiscretionStandardAct {
    /// 公布裁量基准 (A2.3-01): the version that counts from a day on; the one before ends with it.
    Published {
        title: String,
        /// The body that made it.
        maker: String,
        basis: String,
        /// SHA-256 of the decision table, in hex.
        table: String,
        effective_from: NaiveDate,
        sample: bool,
    },
    /// 停止执行: the last day on which it counts.
    Ended { last_day: NaiveDate, because: String },
}

impl ActBody for DiscretionStandardAct {
    const SUBJECT: &'static str = "discretion_standard";
    fn ground(&self) -> Option<String> {
        Some("《行政处罚法》第三十四条；国办发〔2022〕27号".into())
    }
}

/// How a decision outside its tier was approved (A2.3-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationWay {
    /// The head of the agency approved.
    Head,
    /// It was discussed collectively.
    Collective,
    /// The body that made the standard approved.
    Maker,
}

impl DeviationWay {
    pub const ALL: [DeviationWay; 3] = [DeviationWay::Head, DeviationWay::Collective, DeviationWay::Maker];

    pub fn key(self) -> &'static str {
        match self {
            DeviationWay::Head => "head",
            DeviationWay::Collective => "collective",
            DeviationWay::Maker => "maker",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            DeviationWay::Head => "经本机关负责人批准",
            DeviationWay::Collective => "经本机关集体讨论决定",
            DeviationWay::Maker => "逐级报请制定机关批准",
        }
    }
}

/// Why a violation goes unpunished (A2.3-03): 行政处罚法 33 and 36, whole and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpunished {
    Minor,
    First,
    NoFault,
    Barred,
}

impl Unpunished {
    pub const ALL: [Unpunished; 4] = [Unpunished::Minor, Unpunished::First, Unpunished::NoFault, Unpunished::Barred];

    pub fn key(self) -> &'static str {
        match self {
            Unpunished::Minor => "minor",
            Unpunished::First => "first",
            Unpunished::NoFault => "no_fault",
            Unpunished::Barred => "barred",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Unpunished::Minor => "违法行为轻微并及时改正，没有造成危害后果（行政处罚法第三十三条第一款）",
            Unpunished::First => "初次违法且危害后果轻微并及时改正（行政处罚法第三十三条第一款）",
            Unpunished::NoFault => "当事人有证据足以证明没有主观过错（行政处罚法第三十三条第二款）",
            Unpunished::Barred => "超过追责期限（行政处罚法第三十六条）",
        }
    }
}

/// A decision that used discretion. Facts are those the table asks for; whose they are is in the file of the agency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DiscretionAct {
    Applied {
        /// The standard, its version and the digest of its table.
        standard: String,
        version: i32,
        table: String,
        /// 文号 of the decision.
        document: String,
        decided_on: NaiveDate,
        facts: Map<String, Value>,
        tier: String,
        least: Option<String>,
        most: Option<String>,
        /// What was decided; none when unpunished.
        amount: Option<String>,
        unit: String,
        /// The days of the limitation (行政处罚法 36), and whether life, health or financial safety were harmed.
        violation_ended: NaiveDate,
        found_on: NaiveDate,
        harm: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unpunished: Option<Unpunished>,
        /// Whether it keeps to its tier.
        inside: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        way: Option<DeviationWay>,
        /// Below all that the standard gives: one of the grounds of 行政处罚法 32 is there, and the reason says which.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        mitigated: bool,
        /// Why it does not keep to it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        private: Option<Approver>,
    },
}

/// Who approved; the way is public, the name is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approver {
    pub approver: String,
}

impl ActBody for DiscretionAct {
    const SUBJECT: &'static str = "discretion";
    fn ground(&self) -> Option<String> {
        Some("《行政处罚法》第三十四条；国办发〔2022〕27号".into())
    }
}
