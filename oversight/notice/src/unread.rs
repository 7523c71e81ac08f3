//! 未读懂之处 · what the reader could not read, named instead of guessed.

use crate::line::Piece;
use serde::{Deserialize, Serialize};

/// A place that was not understood.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What is wrong.
    pub why: Why,
    /// The words.
    #[serde(flatten)]
    pub words: crate::Words,
    /// The reason in Chinese, and what to do.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// The kinds of what is not understood.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It looks like a task, and no unit is named.
    NoUnits,
    /// Participants are named, and no lead.
    NoLead,
    /// Units are named, and no task stands before them.
    NoTask,
    /// A bracket with units is not closed on its line.
    OpenBracket,
    /// A number does not follow the one before it.
    NumberJump,
    /// A day or month that does not exist.
    NoSuchDate,
    /// A date without a year, in a notice without a date to take it from.
    NoYear,
    /// “6月前” may end with May or with June; the earlier day was taken.
    TwoDates,
    /// It may be one unit or two; it was left whole.
    OneUnitOrTwo,
    /// Between the marks of a list stands nothing that can be a unit.
    NoUnitName,
    /// A row of a table that does not have the cells of its head.
    Row,
}

impl Why {
    fn told(self) -> (&'static str, &'static str) {
        match self {
            Why::NoUnits => ("像是一项任务，但没有写明牵头单位", "looks like a task, but names no unit"),
            Why::NoLead => ("写明了参加单位，没有写明牵头单位", "names participants, but no lead"),
            Why::NoTask => ("写明了单位，但前面没有任务", "names units, but no task stands before them"),
            Why::OpenBracket => {
                ("括号没有闭合，单位读到行末为止，请核对", "a bracket is not closed; units were read to the end of the line")
            }
            Why::NumberJump => {
                ("编号与前面不连续，可能缺漏", "the number does not follow the one before; something may be missing")
            }
            Why::NoSuchDate => ("没有这一天，请核对日期", "there is no such day"),
            Why::NoYear => ("日期没有写年份，通知也没有落款日期可据以推定", "a date without a year, and the notice is not dated"),
            Why::TwoDates => (
                "“前”不含本月（年）还是含，写法不明，暂按较早的日期",
                "may mean before or by the end of it; the earlier day was taken",
            ),
            Why::OneUnitOrTwo => ("不能确定是一个单位还是两个，按原文保留", "may be one unit or two; kept as written"),
            Why::NoUnitName => ("此处应是单位名称，但无法识别", "a unit should stand here, but no name can be read"),
            Why::Row => ("表格此行的格数与表头不符", "this row does not have the cells of the table’s head"),
        }
    }

    pub(crate) fn at(self, piece: Piece<'_>) -> Unread {
        let (zh, en) = self.told();
        Unread { why: self, words: piece.words(), zh: zh.to_owned(), en: en.to_owned() }
    }
}
