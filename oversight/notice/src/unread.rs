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
    /// It says who leads or takes part, in a writing that is not read.
    Who,
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
    /// A column of a table that holds no part of an assignment.
    Column,
    /// A list of units ends with 等 and does not say who else.
    OpenList,
    /// A unit is named twice in one task; it was read once.
    Twice,
    /// A note in brackets behind a unit is no part of its name.
    Note,
    /// 责任人, 联系人: no part of an assignment.
    Aside,
    /// Units that take part are named in a sentence, and where their names end is not sure.
    Participants,
    /// 春节前, 月初: a time whose last day is not written.
    NoDay,
    /// Where a time should stand, none can be read.
    NoTime,
    /// 每两年, 逢单月: a period that is not followed by itself.
    Period,
    /// A date without a year beside one of another year.
    WhichYear,
    /// It looks like a time, and which one it is is not sure.
    TimeUnclear,
    /// A deadline before the day of the signature.
    Past,
    /// A task has more times than a task can have.
    TooManyDates,
    /// A task has more units than a task can have.
    TooManyUnits,
    /// A unit whose name is not of the year of the notice.
    OtherYears,
    /// The end of a page of a PDF met the head of the next: one paragraph or two.
    PageEnd,
    /// What is around the notice on its page: menus, facts of the page, its foot.
    Around,
    /// Words that the file hides from its readers.
    Hidden,
    /// Marks that turn the direction of words: what the file shows is not what stands in it.
    Turned,
    /// A unit is named twice in one task, under two of its names.
    SameUnit,
    /// 分管领导, 联系人 in the words of a task.
    Person,
    /// 6月前后: about that time, and no day says when it ends.
    Roughly,
    /// It looks like a duty to report, and who, to whom or when is not read.
    Report,
    /// The number of a city or county begins with the character of another province.
    Province,
    /// 遇节假日提前: a time that the text itself moves to the working day before.
    Earlier,
    /// A cell stands across the columns of who leads and who takes part.
    Across,
    /// The text holds no task at all.
    NoTasks,
}

impl Why {
    fn told(self) -> (&'static str, &'static str) {
        match self {
            Why::NoUnits => ("像是一项任务，但没有写明牵头单位", "looks like a task, but names no unit"),
            Why::NoLead => ("写明了参加单位，没有写明牵头单位", "names participants, but no lead"),
            Why::Who => (
                "写到了谁牵头、谁参加，但这样的写法读不准，没有读入，请核对",
                "says who leads or takes part, in a writing that is not read; it was left out, look it over",
            ),
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
            Why::Column => ("表格的这一列没有读入，请看一遍", "this column of the table was left out; look it over"),
            Why::OpenList => ("名单以“等”结尾，没有写明还有谁", "the list ends with “and others” and does not say who"),
            Why::Twice => ("同一项任务里这个单位写了两次，只读入一次", "this unit is named twice in one task; it was read once"),
            Why::Note => ("单位后面括号里的说明没有读入", "the note in brackets behind the unit was left out"),
            Why::Aside => ("不属于任务分工，没有读入", "no part of an assignment; it was left out"),
            Why::Participants => (
                "写明了会同或配合，但分不清单位名称到哪里为止，没有读入",
                "units take part, but where their names end is not sure; left out",
            ),
            Why::NoDay => ("没有写明到哪一天为止，请写明日期", "does not say which day it ends on; write the date"),
            Why::NoTime => ("此处应是时间，但无法识别", "a time should stand here, but none can be read"),
            Why::Period => (
                "不是每年、每半年、每季、每月、每周或每日，不能按期提醒，请另外写明日期",
                "not a yearly, half-yearly, quarterly, monthly, weekly or daily period; it cannot be reminded of, write the dates",
            ),
            Why::WhichYear => (
                "日期没有写明年份，前面写的又不是通知当年，分不清是哪一年，没有读入，请写明日期",
                "a date without its year beside one of another year; it was left out, write the date",
            ),
            Why::TimeUnclear => {
                ("像是时间，但不能读准，请写明日期", "looks like a time, but which one is not sure; write the date")
            }
            Why::Past => (
                "这一天在落款日期之前，可能不是完成时限，请核对",
                "this day is before that of the signature; it may be no deadline, look it over",
            ),
            Why::TooManyDates => {
                ("一项任务里的时间太多，从这里起没有读入", "too many times for one task; from here on they were left out")
            }
            Why::TooManyUnits => {
                ("一项任务里的单位太多，从这里起没有读入", "too many units for one task; from here on they were left out")
            }
            Why::OtherYears => {
                ("这个单位的名称不是通知那一年的，请核对名称和年份", "the unit had another name in the year of the notice")
            }
            Why::PageEnd => (
                "这里上一页的末尾和下一页的开头读成了一段，也可能是两段，请核对",
                "the end of a page and the head of the next were read as one paragraph; they may be two, look it over",
            ),
            Why::Around => (
                "像是网页上通知四周的文字（导航、页面信息、页脚），没有读入，请核对",
                "looks like what is around the notice on its page (menus, facts of the page, its foot); left out, look it over",
            ),
            Why::Hidden => (
                "原文件这里有隐藏或者划掉的文字，没有读入，请核对原文件",
                "the file hides words here or strikes them through; they were left out, look at the file",
            ),
            Why::Turned => (
                "原文件这里有改变文字方向的符号，显示的顺序和实际的顺序不同；符号已去掉，请核对原文件",
                "marks in the file turn the direction of words here, so that they show in another order than they stand; the marks were left out, look at the file",
            ),
            Why::SameUnit => (
                "同一项任务里两个名称是同一个单位，只能写一次，请改正",
                "two names in one task are those of one unit; it may be named only once, correct it",
            ),
            Why::Person => (
                "写着负责人、联系人，留在任务的文字里，印发就公开，请核对",
                "names who is in charge or to be called; it stays in the words of the task, which become public, look it over",
            ),
            Why::Roughly => {
                ("大约的时间，没有写明到哪一天为止，请写明日期", "about that time; which day it ends on is not written")
            }
            Why::Report => (
                "像是要按时报告，但没有读准谁报、报给谁、什么时候报，请核对；不补写就没有人会被提醒",
                "looks like a duty to report, but who, to whom or when is not sure; look it over, or nobody is reminded",
            ),
            Why::Province => ("说不准是哪个省的通知，请核对", "of which province the notice is is not sure; look it over"),
            Why::Earlier => (
                "写明遇节假日提前，这里的时间算不出提前到哪一天，仍按顺延算，请另外写明日期",
                "says that a rest day moves it back; to which day cannot be told here, and it is still moved on; write the date",
            ),
            Why::Across => (
                "这一格跨了牵头和配合两列，分不清谁牵头、谁配合，都按牵头读入，请核对",
                "this cell stands across the columns of leads and participants; all were read as leads, look it over",
            ),
            Why::NoTasks => (
                "没有读出任务，请核对这是不是任务分解通知：每项任务后面要写明牵头单位",
                "no task was found; is this a notice that divides tasks? Each must name who leads",
            ),
        }
    }

    /// At these words; of a very long piece its first ones.
    pub(crate) fn at(self, piece: Piece<'_>) -> Unread {
        self.of(piece.before(LONGEST).words())
    }

    /// At these words, for a reason of its own.
    pub(crate) fn because(self, piece: Piece<'_>, (zh, en): (&str, &str)) -> Unread {
        Unread { zh: zh.to_owned(), en: en.to_owned(), ..self.at(piece) }
    }

    pub(crate) fn of(self, words: crate::Words) -> Unread {
        let (zh, en) = self.told();
        Unread { why: self, words, zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// Characters that are shown of a place.
const LONGEST: usize = 200;
