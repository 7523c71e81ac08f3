//! 目录变更 · the acts on the list of powers, on the matters that people apply for, and on what both rest on (A2.1, B6.1). A change of the list is one act whether it
//! touches one power or a thousand: the act commits to its rows by their digest, and the rows are published beside it.

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 审核部门: who must have passed a change before it is published, in this order (2012 notice 一（一）2; A2.1-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reviewer {
    /// 政务公开办
    Openness,
    /// 机构编制部门
    Establishment,
    /// 法制部门 (now 司法行政部门)
    Legal,
}

impl Reviewer {
    /// The lawful order.
    pub const ALL: [Reviewer; 3] = [Reviewer::Openness, Reviewer::Establishment, Reviewer::Legal];

    pub fn zh(self) -> &'static str {
        match self {
            Reviewer::Openness => "政务公开办审核",
            Reviewer::Establishment => "机构编制部门审核",
            Reviewer::Legal => "法制部门审核",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum PowerChangeAct {
    /// Drafted, or drafted again after it was sent back: reviews begin anew. What it says is public once it is published (A3.4).
    Drafted {
        rows: u32,
        /// SHA-256 of the rows as they are published, in hex; of a matter, that of its version.
        digest: String,
        /// The matter that gets a new version, by its name in addresses; none for a change of the list of powers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        /// The matters that get new versions by a table that was imported; the digest is that of one line for each, name and version.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<String>,
        /// Of a list that shows what is possible, and is not in force here.
        sample: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Heading>,
    },
    /// Passed, or sent back with what is to be mended.
    Reviewed {
        reviewer: Reviewer,
        passes: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<String>,
    },
    /// In the list from that day on, with everything it says.
    Published { heading: Heading, effective_from: NaiveDate },
    /// Taken back after it was published and before its first day, by what document and why: what was in force before goes on.
    Recalled { decision: String, reason: String },
    /// Given up before it was published, and why.
    Withdrawn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<String>,
    },
}

/// What a change is called and what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub title: String,
    /// The document: a repealed law, a decision to delegate, a published list that is taken over.
    pub decision: String,
}

impl ActBody for PowerChangeAct {
    const SUBJECT: &'static str = "power_change";
    fn ground(&self) -> Option<String> {
        Some("2012年任务分解通知第一部分（一）2".into())
    }
}

/// 效力级别: what kind of text a basis is (A2.1-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// 法律
    Law,
    /// 行政法规
    AdministrativeRegulation,
    /// 国务院决定
    StateCouncilDecision,
    /// 地方性法规
    LocalRegulation,
    /// 省级政府规章
    ProvincialRule,
    /// 部门规章
    DepartmentRule,
    /// 规范性文件
    NormativeDocument,
}

impl Rank {
    pub const ALL: [Rank; 7] = [
        Rank::Law,
        Rank::AdministrativeRegulation,
        Rank::StateCouncilDecision,
        Rank::LocalRegulation,
        Rank::ProvincialRule,
        Rank::DepartmentRule,
        Rank::NormativeDocument,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            Rank::Law => "法律",
            Rank::AdministrativeRegulation => "行政法规",
            Rank::StateCouncilDecision => "国务院决定",
            Rank::LocalRegulation => "地方性法规",
            Rank::ProvincialRule => "省级政府规章",
            Rank::DepartmentRule => "部门规章",
            Rank::NormativeDocument => "规范性文件",
        }
    }
}

/// The acts on a law or other text that powers rest on, whole or by its articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum LawAct {
    /// What the text is and since when it is in force; said again, it corrects what was said before.
    Described { law: String, rank: Rank, in_force_from: NaiveDate },
    /// 废止: the last day on which the text, or one citation of its articles, is in force, and by what it ended.
    Repealed {
        law: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        article: Option<String>,
        last_day: NaiveDate,
        because: String,
    },
    /// A repeal that was recorded by mistake.
    RepealWithdrawn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        article: Option<String>,
        reason: String,
    },
}

impl ActBody for LawAct {
    const SUBJECT: &'static str = "law";
    fn ground(&self) -> Option<String> {
        Some("行政许可法第十四条至第十七条；2012年任务分解通知第一部分（一）2".into())
    }
}
