//! 名目 · which figures there are, what each counts, and how it is worked out.

use super::Question;
use chrono::NaiveDate;
use foundation::page::tenths;
use serde::{Deserialize, Serialize};

/// What one act adds to one of the sums that figures are made of. Each has a day of its own, which the definition of the figure tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Received,
    /// Not concluded: taken back when it is.
    Running,
    Accepted,
    /// Not concluded, by its last promised day: taken back when it is concluded, and while nobody knows that day.
    Due,
    Concluded,
    OnTime,
    Late,
    /// Working days from acceptance to the decision, to the promised day, to the last day of the law.
    Used,
    Promised,
    Statutory,
    Content,
    Discontent,
    Warning,
    Yellow,
    Red,
}

impl Measure {
    pub const ALL: [Measure; 15] = [
        Measure::Received,
        Measure::Running,
        Measure::Accepted,
        Measure::Due,
        Measure::Concluded,
        Measure::OnTime,
        Measure::Late,
        Measure::Used,
        Measure::Promised,
        Measure::Statutory,
        Measure::Content,
        Measure::Discontent,
        Measure::Warning,
        Measure::Yellow,
        Measure::Red,
    ];

    /// The name in the database and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Measure::Received => "received",
            Measure::Running => "running",
            Measure::Accepted => "accepted",
            Measure::Due => "due",
            Measure::Concluded => "concluded",
            Measure::OnTime => "on_time",
            Measure::Late => "late",
            Measure::Used => "used",
            Measure::Promised => "promised",
            Measure::Statutory => "statutory",
            Measure::Content => "content",
            Measure::Discontent => "discontent",
            Measure::Warning => "warning",
            Measure::Yellow => "yellow",
            Measure::Red => "red",
        }
    }

    pub fn of(key: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|measure| measure.key() == key)
    }

    /// What an act counted as, on the list of those behind a figure.
    pub fn zh(self) -> &'static str {
        match self {
            Measure::Received => "收件",
            Measure::Running => "在办",
            Measure::Accepted => "受理",
            Measure::Due => "超期未办结",
            Measure::Concluded => "办结",
            Measure::OnTime => "按承诺",
            Measure::Late => "超承诺",
            Measure::Used => "实际用时",
            Measure::Promised => "承诺时限",
            Measure::Statutory => "法定时限",
            Measure::Content => "满意",
            Measure::Discontent => "不满意",
            Measure::Warning => "预警",
            Measure::Yellow => "黄牌",
            Measure::Red => "红牌",
        }
    }
}

/// How a figure comes of its sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Count,
    /// Of a hundred, with one decimal.
    Share,
    /// With one decimal.
    Average,
    /// What is left of the whole without the part, of a hundred, with one decimal; below nought where the part is more.
    Saved,
}

impl Kind {
    /// How a quotient of these sums is written.
    pub fn quotient(self, sum: i64, of: i64) -> String {
        match self {
            Kind::Saved => format!("1 − {sum} ÷ {of}"),
            _ => format!("{sum} ÷ {of}"),
        }
    }
}

/// One figure: a name that stays, its words, and the sums it is made of.
#[derive(Debug, PartialEq, Eq)]
pub struct Figure {
    pub key: &'static str,
    pub zh: &'static str,
    /// How it is computed, in a sentence.
    pub how: &'static str,
    pub kind: Kind,
    part: &'static [Measure],
    /// The whole, of a share or an average.
    of: &'static [Measure],
    days: Days,
}

/// Which days of its measures a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Days {
    /// From the first to the last that are asked for.
    Between,
    /// All to the last one, which is how something stands on that day.
    Until,
    /// All before the last one.
    Before,
}

const DECIDED: &[Measure] = &[Measure::OnTime, Measure::Late];
const RATED: &[Measure] = &[Measure::Content, Measure::Discontent];

/// Every figure of the board.
pub const FIGURES: [Figure; 17] = [
    count("received", "收件", "在这些天里提交的申请，一件算一次，按提交那天（北京时间）计", &[Measure::Received]),
    count("accepted", "受理", "受理的和逾期未告知、视为受理的办件，按承诺时限起算的那天计", &[Measure::Accepted]),
    count(
        "concluded",
        "办结",
        "到了头的办件：准予、不予许可、视为准予延续、不予受理、不需要许可、撤回，按决定上写的那天计，没有决定的按行为那天计",
        &[Measure::Concluded],
    ),
    count("decided", "已作决定", "受理以后作出准予、不予许可决定的，和视为准予延续的办件，按决定上写的那天计", DECIDED),
    count("decided-on-time", "按承诺办结", "作出决定的办件里，决定那天不晚于承诺的最后一天的", &[Measure::OnTime]),
    count(
        "late",
        "超承诺办结",
        "作出决定的办件里，决定那天晚于承诺的最后一天的；最后一天按当时已经登记的放假安排计算，扣除暂停，加上延期",
        &[Measure::Late],
    ),
    ratio(
        "on-time-share",
        "按承诺办结率",
        "按承诺办结的件数，除以作出决定的件数，写成百分数，四舍五入到一位小数",
        Kind::Share,
        &[Measure::OnTime],
        DECIDED,
    ),
    ratio(
        "average-working-days",
        "平均用时",
        "作出决定的办件，从受理次日数到决定那天的工作日，承诺时限暂停的日子不算，合计后除以件数",
        Kind::Average,
        &[Measure::Used],
        DECIDED,
    ),
    ratio(
        "average-promised",
        "平均承诺时限",
        "作出决定的办件，从受理次日数到承诺的最后一天的工作日，承诺时限暂停的日子不算，合计后除以件数",
        Kind::Average,
        &[Measure::Promised],
        DECIDED,
    ),
    ratio(
        "average-statutory",
        "平均法定时限",
        "作出决定的办件，从受理次日数到法定的最后一天的工作日，法定时限暂停的日子不算，合计后除以件数",
        Kind::Average,
        &[Measure::Statutory],
        DECIDED,
    ),
    ratio(
        "faster-than-law",
        "比法定时限快",
        "作出决定的办件，一减去实际用的工作日合计除以法定时限的工作日合计，写成百分数，四舍五入到一位小数；慢了就是负数",
        Kind::Saved,
        &[Measure::Used],
        &[Measure::Statutory],
    ),
    Figure {
        key: "running",
        zh: "在办",
        how: "到那一天为止提交、在这份日志里还没有办结的办件",
        kind: Kind::Count,
        part: &[Measure::Running],
        of: &[],
        days: Days::Until,
    },
    Figure {
        key: "overdue",
        zh: "超期未办结",
        how: "在这份日志里还没有办结、承诺的最后一天在那一天以前的办件；正在暂停的不算",
        kind: Kind::Count,
        part: &[Measure::Due],
        of: &[],
        days: Days::Before,
    },
    count("warnings", "预警", "监察系统发出的预警，按发出那天计；复核后撤销的不算", &[Measure::Warning]),
    count("cards", "黄牌和红牌", "监察系统亮出的黄牌和红牌，按亮牌那天计；复核后撤销的不算", &[Measure::Yellow, Measure::Red]),
    count("rated", "评价", "在这些天里作出的评价，一件算一次，按评价那天计", RATED),
    ratio(
        "content-share",
        "好评率",
        "评为非常满意、满意、基本满意的，除以全部评价，按评价那天计，写成百分数，四舍五入到一位小数",
        Kind::Share,
        &[Measure::Content],
        RATED,
    ),
];

const fn count(key: &'static str, zh: &'static str, how: &'static str, part: &'static [Measure]) -> Figure {
    Figure { key, zh, how, kind: Kind::Count, part, of: &[], days: Days::Between }
}

const fn ratio(
    key: &'static str,
    zh: &'static str,
    how: &'static str,
    kind: Kind,
    part: &'static [Measure],
    of: &'static [Measure],
) -> Figure {
    Figure { key, zh, how, kind, part, of, days: Days::Between }
}

impl Figure {
    pub fn of(key: &str) -> Option<&'static Figure> {
        FIGURES.iter().find(|figure| figure.key == key)
    }

    /// The sums it is made of, each once.
    pub fn measures(&self) -> impl Iterator<Item = Measure> {
        self.part.iter().copied().chain(self.of.iter().copied().filter(|of| !self.part.contains(of)))
    }

    /// Those whose acts are listed behind it: each case once.
    pub fn behind(&self) -> &'static [Measure] {
        match self.kind {
            Kind::Share => self.of,
            Kind::Count | Kind::Average | Kind::Saved => self.part,
        }
    }

    /// The days of its measures that answer the question, both included.
    pub fn days(&self, asked: &Question) -> (NaiveDate, NaiveDate) {
        // The least day that PostgreSQL and JSON both know.
        let ever = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
        match self.days {
            Days::Between => (asked.from, asked.to),
            Days::Until => (ever, asked.to),
            Days::Before => (ever, asked.to.pred_opt().unwrap_or(asked.to)),
        }
    }

    /// Whether it tells how things stand on one day, and not what happened on several.
    pub fn is_standing(&self) -> bool {
        self.days != Days::Between
    }

    /// The figure of these sums; each is an amount and how many acts it rests on.
    pub fn value(&self, sums: impl Fn(Measure) -> (i64, i64)) -> Value {
        let all = |measures: &[Measure]| measures.iter().map(|measure| sums(*measure).0).sum();
        Value {
            kind: self.kind,
            sum: all(self.part),
            of: (!self.of.is_empty()).then(|| all(self.of)),
            acts: self.behind().iter().map(|measure| sums(*measure).1).sum(),
        }
    }
}

/// What a figure came to: whole numbers, so that two are equal or are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    kind: Kind,
    pub sum: i64,
    pub of: Option<i64>,
    /// The acts it rests on.
    pub acts: i64,
}

impl Value {
    /// As it is written on pages and told by the command; a dash where there is nothing to divide by.
    pub fn text(&self) -> String {
        match (self.kind, self.of) {
            (Kind::Count, _) | (_, None) => self.sum.to_string(),
            (_, Some(0)) => "—".into(),
            (Kind::Share, Some(of)) => tenths(100 * self.sum, of) + "%",
            (Kind::Average, Some(of)) => tenths(self.sum, of),
            (Kind::Saved, Some(of)) if self.sum > of => format!("-{}%", tenths(100 * (self.sum - of), of)),
            (Kind::Saved, Some(of)) => tenths(100 * (of - self.sum), of) + "%",
        }
    }

    /// How it comes of its sums, where it is a quotient.
    pub fn quotient(&self) -> Option<String> {
        self.of.map(|of| self.kind.quotient(self.sum, of))
    }
}
