//! 一项职权 · what is published of a power (A2.2; codes of X.1), how it is read from a table, and what of it is missing.

use super::law::Cited;
use crate::ItemKind;
use serde::{Deserialize, Serialize};

/// 行使层级 (GB/T 39046 A.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    National,
    Province,
    City,
    County,
    Township,
    Village,
    /// 分级管理
    Shared,
}

impl Level {
    /// In the order of their codes, 1 to 7.
    pub const ALL: [Level; 7] =
        [Level::National, Level::Province, Level::City, Level::County, Level::Township, Level::Village, Level::Shared];

    pub fn zh(self) -> &'static str {
        match self {
            Level::National => "国家级",
            Level::Province => "省级",
            Level::City => "市级",
            Level::County => "县级",
            Level::Township => "乡镇级",
            Level::Village => "村级",
            Level::Shared => "分级管理",
        }
    }

    /// Its code (GB/T 39046 A.2), 1 to 7.
    pub fn digit(self) -> char {
        char::from_digit(1 + self as u32, 10).unwrap_or('7')
    }

    /// Its name in tables of the database and in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Level::National => "national",
            Level::Province => "province",
            Level::City => "city",
            Level::County => "county",
            Level::Township => "township",
            Level::Village => "village",
            Level::Shared => "shared",
        }
    }

    pub fn of(key: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.key() == key)
    }
}

/// 权力来源: how the body came to the power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Statutory,
    HandedDown,
    AuthorisedFromAbove,
    AuthorisedByPeer,
    EntrustedFromAbove,
    EntrustedByPeer,
}

impl Origin {
    /// In the order of their codes, 1 to 6.
    pub const ALL: [Origin; 6] = [
        Origin::Statutory,
        Origin::HandedDown,
        Origin::AuthorisedFromAbove,
        Origin::AuthorisedByPeer,
        Origin::EntrustedFromAbove,
        Origin::EntrustedByPeer,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            Origin::Statutory => "法定本级行使",
            Origin::HandedDown => "上级下放",
            Origin::AuthorisedFromAbove => "上级授权",
            Origin::AuthorisedByPeer => "同级授权",
            Origin::EntrustedFromAbove => "上级委托",
            Origin::EntrustedByPeer => "同级委托",
        }
    }
}

/// What is published of one power. Elements may be empty: what a source does not give is counted as missing, never made up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Power {
    /// One code through all versions (F018).
    pub code: String,
    pub name: String,
    pub kind: ItemKind,
    /// 行使主体, by its name.
    pub agency: String,
    /// 行政区划, by its code.
    pub region: String,
    pub level: Option<Level>,
    pub origin: Option<Origin>,
    /// 行使内容
    pub content: String,
    /// 设定依据, as it is cited.
    pub bases: Vec<Cited>,
    pub conditions: String,
    /// 期限, in words: “自受理之日起20个工作日”.
    pub limit: String,
    /// 监督措施
    pub supervision: String,
    /// 运行流程图: the key of the process that runs, or where the chart is.
    pub process: String,
    /// Where the row was taken from.
    pub source: String,
    /// 基本目录: the levels that exercise it, where this is an entry of the directory; its agency is then the body that leads in the matter,
    /// and its region where the directory holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// 认领: the code of the entry it was drawn from; empty for a power of one's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entry: String,
    /// 办理地点
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// 收费
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fees: String,
}

impl Power {
    /// Whether it is an entry of the basic directory, and no power of one body.
    pub fn is_entry(&self) -> bool {
        !self.levels.is_empty()
    }

    /// The levels of an entry in one line.
    pub fn levels_text(&self) -> String {
        self.levels.iter().map(|level| level.zh()).collect::<Vec<_>>().join("、")
    }

    /// Those of the eight elements of publication that are empty (A2.2; A2.2-01). An entry of the directory leaves to those who draw it what is
    /// theirs to say.
    pub fn missing(&self) -> Vec<&'static str> {
        if self.is_entry() {
            return if self.bases.is_empty() { vec!["设定依据"] } else { Vec::new() };
        }
        let eight = [
            ("名称", self.name.is_empty()),
            ("行使主体", self.agency.is_empty()),
            ("行使内容", self.content.is_empty()),
            ("设定依据", self.bases.is_empty()),
            ("条件", self.conditions.is_empty()),
            ("期限", self.limit.is_empty()),
            ("监督措施", self.supervision.is_empty()),
            ("运行流程图", self.process.is_empty()),
        ];
        eight.into_iter().filter_map(|(name, empty)| empty.then_some(name)).collect()
    }

    /// 设定依据 in one line.
    pub fn bases_text(&self) -> String {
        super::law::text_of(&self.bases)
    }
}

/// What a change does to a power (B6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Add,
    /// 不认领: a place has no such matter as an entry of the directory speaks of, and says why.
    Decline,
    Change,
    /// 下放: another body has it from now on.
    HandDown,
    /// 合并 into another power of the list.
    Merge,
    Suspend,
    Resume,
    Cancel,
}

impl Operation {
    pub const ALL: [Operation; 8] = [
        Operation::Add,
        Operation::Decline,
        Operation::Change,
        Operation::HandDown,
        Operation::Merge,
        Operation::Suspend,
        Operation::Resume,
        Operation::Cancel,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Operation::Add => "add",
            Operation::Decline => "decline",
            Operation::Change => "change",
            Operation::HandDown => "hand_down",
            Operation::Merge => "merge",
            Operation::Suspend => "suspend",
            Operation::Resume => "resume",
            Operation::Cancel => "cancel",
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Operation::Add => "新增",
            Operation::Decline => "不认领",
            Operation::Change => "变更",
            Operation::HandDown => "下放",
            Operation::Merge => "合并",
            Operation::Suspend => "暂停",
            Operation::Resume => "恢复",
            Operation::Cancel => "取消",
        }
    }

    /// How the power stands after it.
    pub fn leads_to(self) -> Standing {
        match self {
            Operation::Add | Operation::Change | Operation::HandDown | Operation::Resume => Standing::InUse,
            Operation::Decline => Standing::Absent,
            Operation::Merge => Standing::Merged,
            Operation::Suspend => Standing::Suspended,
            Operation::Cancel => Standing::Cancelled,
        }
    }

    /// Whether it can be done to a power that stands so; `None` for one that is not in the list.
    pub fn fits(self, before: Option<Standing>) -> bool {
        match (self, before) {
            (Operation::Add | Operation::Decline, None) => true,
            // The code of an answer follows from the entry and the place: taken back, it is given again under the same.
            (Operation::Decline, Some(Standing::Cancelled)) => true,
            (Operation::Add | Operation::Decline, Some(_)) | (_, None) => false,
            (Operation::Cancel, Some(Standing::Absent)) => true,
            (Operation::Resume, Some(standing)) => standing == Standing::Suspended,
            (Operation::Suspend, Some(standing)) => standing == Standing::InUse,
            (Operation::Change | Operation::HandDown | Operation::Merge | Operation::Cancel, Some(standing)) => {
                standing.is_listed()
            }
        }
    }
}

/// How a power stands in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    InUse,
    Suspended,
    Cancelled,
    Merged,
    /// 本地无此情形: a place answers an entry of the directory that it has no such matter.
    Absent,
}

impl Standing {
    pub const ALL: [Standing; 5] =
        [Standing::InUse, Standing::Suspended, Standing::Cancelled, Standing::Merged, Standing::Absent];

    pub fn key(self) -> &'static str {
        match self {
            Standing::InUse => "in_use",
            Standing::Suspended => "suspended",
            Standing::Cancelled => "cancelled",
            Standing::Merged => "merged",
            Standing::Absent => "absent",
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Standing::InUse => "在用",
            Standing::Suspended => "暂停",
            Standing::Cancelled => "取消",
            Standing::Merged => "已合并",
            Standing::Absent => "本地无此情形",
        }
    }

    pub fn tag(self) -> &'static str {
        match self {
            Standing::InUse => "tag tag--ok",
            Standing::Absent => "tag",
            Standing::Suspended => "tag tag--wait",
            Standing::Cancelled | Standing::Merged => "tag tag--stop",
        }
    }

    /// Still in the list, in use or not.
    pub fn is_listed(self) -> bool {
        matches!(self, Standing::InUse | Standing::Suspended)
    }

    pub fn of(key: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| standing.key() == key)
    }
}

/// One row of a change: what is done, and how the power will be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub operation: Operation,
    pub power: Power,
    /// The power it is merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
}

impl Row {
    /// Those of its elements of publication that are empty; an answer that a place has no such matter publishes none.
    pub fn missing(&self) -> Vec<&'static str> {
        match self.operation {
            Operation::Decline => Vec::new(),
            _ => self.power.missing(),
        }
    }

    /// Its line in the published rows.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The published rows, one a line.
pub fn lines(rows: &[Row]) -> String {
    rows.iter().map(|row| row.line() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_1_what_can_be_done_follows_from_how_a_power_stands() {
        use Operation::*;
        let fits = |before| Operation::ALL.into_iter().filter(|operation| operation.fits(before)).collect::<Vec<_>>();
        assert_eq!(fits(None), [Add, Decline]);
        assert_eq!(fits(Some(Standing::InUse)), [Change, HandDown, Merge, Suspend, Cancel]);
        assert_eq!(fits(Some(Standing::Suspended)), [Change, HandDown, Merge, Resume, Cancel]);
        assert_eq!(fits(Some(Standing::Cancelled)), [Decline], "a place may say again that it has no such matter");
        assert_eq!(fits(Some(Standing::Merged)), []);
        assert_eq!(fits(Some(Standing::Absent)), [Cancel]);
    }
}
