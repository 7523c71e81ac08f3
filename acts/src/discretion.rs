//! 裁量 · the acts on discretion standards and on what is decided by them (A2.3).

use crate::{ActBody, Returned};
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

/// 减轻处罚 · why a penalty is below what the law gives (A2.3-02): 行政处罚法 30 to 32, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mitigation {
    Undone,
    Coerced,
    Confessed,
    Merit,
    Young,
    Impaired,
    Other,
}

impl Mitigation {
    pub const ALL: [Mitigation; 7] = [
        Mitigation::Undone,
        Mitigation::Coerced,
        Mitigation::Confessed,
        Mitigation::Merit,
        Mitigation::Young,
        Mitigation::Impaired,
        Mitigation::Other,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Mitigation::Undone => "undone",
            Mitigation::Coerced => "coerced",
            Mitigation::Confessed => "confessed",
            Mitigation::Merit => "merit",
            Mitigation::Young => "young",
            Mitigation::Impaired => "impaired",
            Mitigation::Other => "other",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Mitigation::Undone => "主动消除或者减轻违法行为危害后果（行政处罚法第三十二条第一项）",
            Mitigation::Coerced => "受他人胁迫或者诱骗实施违法行为（行政处罚法第三十二条第二项）",
            Mitigation::Confessed => "主动供述行政机关尚未掌握的违法行为（行政处罚法第三十二条第三项）",
            Mitigation::Merit => "配合行政机关查处违法行为有立功表现（行政处罚法第三十二条第四项）",
            Mitigation::Young => "已满十四周岁不满十八周岁（行政处罚法第三十条）",
            Mitigation::Impaired => "尚未完全丧失辨认或者控制能力的精神病人、智力残疾人（行政处罚法第三十一条）",
            Mitigation::Other => "法律、法规、规章规定的其他情形，理由里写明是哪一条（行政处罚法第三十二条第五项）",
        }
    }
}

/// What somebody finds by a standard on facts. Facts are those the table asks for; whose they are is in the file of the agency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// The standard, its version and the digest of its table.
    pub standard: String,
    pub version: i32,
    pub table: String,
    /// 文号 of the decision.
    pub document: String,
    pub facts: Map<String, Value>,
    pub tier: String,
    pub least: Option<String>,
    pub most: Option<String>,
    /// How much; none when unpunished.
    pub amount: Option<String>,
    pub unit: String,
    /// The days of the limitation (行政处罚法 36), and whether life, health or financial safety were harmed.
    pub violation_ended: NaiveDate,
    pub found_on: NaiveDate,
    pub harm: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpunished: Option<Unpunished>,
    /// How leaving its tier is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<DeviationWay>,
    /// Below all that the standard gives, and on which ground of the law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigated: Option<Mitigation>,
    /// Why it does not keep to its tier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// On one use of discretion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DiscretionAct {
    /// 报批: an officer would leave the tier and asks for it (A2.3-02). Nothing is decided yet, so that what is asked is not public
    /// (政府信息公开条例 16: 请示报告); all of it is with the decision.
    Proposed { standard: String, version: i32, table: String, private: Option<Ruling> },
    /// 退回: whoever approves does not, and says why.
    Returned { private: Option<Returned> },
    /// 撤回报批: whoever asked does so no more.
    Withdrawn {},
    /// A decision: by the officer within the tier, outside of it by whoever approved what was proposed.
    Applied {
        #[serde(flatten)]
        ruling: Ruling,
        decided_on: NaiveDate,
        /// Whether it keeps to its tier.
        inside: bool,
        /// 批件、纪要或者批复: the number of the paper that the approval rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<String>,
        private: Option<Approver>,
    },
}

/// Who approved or took part in the discussion; the way is public, the names are not.
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
