//! 中介服务 · the register of institutions that do intermediary services, and how one was chosen (B3.2; 优化营商环境条例 43).

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who pays for an intermediary service: whoever needs it (条例 43).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// A condition of the application: the applicant chooses and pays.
    Applicant,
    /// A technical service that the agency needs for its decision: chosen by competition, paid by the agency, never passed on.
    Agency,
}

impl Payer {
    pub fn zh(self) -> &'static str {
        match self {
            Payer::Applicant => "申请人自己选、自己付",
            Payer::Agency => "行政机关选、行政机关付",
        }
    }
}

/// An institution by its credit code and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Institution {
    pub uscc: String,
    pub name: String,
}

/// What an institution offers, at a price and within a limit that it published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    pub name: String,
    pub price: String,
    /// Working days it promises.
    pub days: u32,
}

/// What is on record of an institution; its number is its credit code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntermediaryFacts {
    pub name: String,
    pub address: String,
    pub phone: String,
    /// The key of the agency it belongs to or is led by, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<String>,
    /// What it may work by, and to which day; nothing where no qualification is asked for any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub qualification: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualified_until: Option<NaiveDate>,
    pub services: Vec<Offered>,
}

/// How an agency chose (条例 43: 应当通过竞争性方式选择).
pub const WAYS_TO_CHOOSE: [(&str, &str); 4] =
    [("tender", "招标"), ("quotes", "询价、比选"), ("draw", "公开随机抽取"), ("procurement", "其他政府采购竞争性方式")];

/// What the way is called; nothing for a key nobody knows.
pub fn way_to_choose(key: &str) -> &'static str {
    WAYS_TO_CHOOSE.iter().find(|(way, _)| *way == key).map_or("", |(_, name)| name)
}

/// 竞争性选择 · how an agency chose an institution: public, with the number of the record and why this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub way: String,
    pub record: String,
    pub reason: String,
}

/// On an institution of the register; its number is its credit code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum IntermediaryAct {
    /// 入册.
    Entered { facts: IntermediaryFacts, basis: String },
    /// 变更: all that is on record from now on.
    Changed { facts: IntermediaryFacts, basis: String },
    /// 出册: from the day after, nobody can engage it here.
    Ended { on: NaiveDate, reason: String },
}

impl ActBody for IntermediaryAct {
    const SUBJECT: &'static str = "intermediary";
    fn ground(&self) -> Option<String> {
        Some("《优化营商环境条例》第四十三条".into())
    }
}
