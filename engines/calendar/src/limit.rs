//! 期限 · how long the law gives.

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a limit counts. Which of them a statute means by 日 differs by statute (行政许可法 82, 行政强制法 69, 行政复议法 88 …);
/// that choice is made where the limit is written down, never here.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 工作日: days worked under the official calendar, make-up days included.
    WorkingDay,
    /// 日（自然日）: every day counts; a last day that is a rest day moves (CLK-02).
    CalendarDay,
    /// 月: ends on the corresponding day, or on the month's last day where there is none (民法典 202).
    Month,
    /// 年: as months.
    Year,
    /// 小时: runs from the instant of the event (民法典 201); see [`Limit::ends_at`]. A [`Clock`](crate::Clock), which knows days
    /// only, ends it on the last date it can reach and does not move it.
    Hour,
}

/// A length of time that the law or a promise gives: `20 个工作日`.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    /// How many units. Zero means the same day (即办).
    pub n: u32,
    /// What is counted.
    pub unit: Unit,
}

impl Limit {
    /// `n` working days (工作日).
    pub const fn working_days(n: u32) -> Limit {
        Limit { n, unit: Unit::WorkingDay }
    }
    /// `n` calendar days (日).
    pub const fn calendar_days(n: u32) -> Limit {
        Limit { n, unit: Unit::CalendarDay }
    }
    /// `n` months (月).
    pub const fn months(n: u32) -> Limit {
        Limit { n, unit: Unit::Month }
    }
    /// `n` years (年).
    pub const fn years(n: u32) -> Limit {
        Limit { n, unit: Unit::Year }
    }
    /// `n` hours (小时).
    pub const fn hours(n: u32) -> Limit {
        Limit { n, unit: Unit::Hour }
    }

    /// Whether it ends within what a clock may count: about 200 years. What nobody lives to see is a slip of the pen.
    pub const fn is_bounded(self) -> bool {
        let most = match self.unit {
            Unit::Year => 200,
            Unit::Month => 2_400,
            Unit::Hour => 1_000_000,
            Unit::WorkingDay | Unit::CalendarDay => 70_000,
        };
        self.n <= most
    }

    /// Reads an ISO 8601 duration of one part, as a chart writes it (`P20D`, `PT24H`, `P1M`, `P1Y`), where a day is counted in `days`.
    /// On the working calendar `P1D` is one working day and never 24 business hours (H07). Weeks, minutes and sums such as `P1DT2H` are
    /// refused: what they are on a working calendar the law does not say.
    pub fn from_iso8601(text: &str, days: Unit) -> Result<Limit, LimitError> {
        let no = || LimitError(text.chars().take(40).collect());
        let body = text.trim().strip_prefix('P').ok_or_else(no)?;
        let (body, time) = body.strip_prefix('T').map_or((body, false), |body| (body, true));
        let designator = body.chars().next_back().ok_or_else(no)?;
        let unit = match (time, designator) {
            (false, 'D') => days,
            (false, 'M') => Unit::Month,
            (false, 'Y') => Unit::Year,
            (true, 'H') => Unit::Hour,
            _ => return Err(no()),
        };
        let digits = &body[..body.len() - 1];
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(no());
        }
        Ok(Limit { n: digits.parse().map_err(|_| no())?, unit })
    }

    /// In English: `20 working days`, `1 month`.
    pub fn english(&self) -> String {
        let unit = match self.unit {
            Unit::WorkingDay => "working day",
            Unit::CalendarDay => "day",
            Unit::Month => "month",
            Unit::Year => "year",
            Unit::Hour => "hour",
        };
        let s = if self.n == 1 { "" } else { "s" };
        format!("{} {unit}{s}", self.n)
    }

    /// The instant at which the limit is over when its event happened at `at`: for hours `n` hours later (they run through rest
    /// days and through the night), otherwise 24:00 in Shanghai of the due date.
    pub fn ends_at(self, at: DateTime<Utc>, calendar: &crate::Calendar) -> DateTime<Utc> {
        if self.unit == Unit::Hour {
            return at.checked_add_signed(TimeDelta::hours(self.n.into())).unwrap_or(DateTime::<Utc>::MAX_UTC);
        }
        crate::end_of_day(calendar.due(crate::local_date(at), self).date)
    }

    /// How many calendar days the limit is long when it is counted from `from`; `None` for working days, whose number of calendar
    /// days only a calendar knows.
    pub(crate) fn length_from(self, from: NaiveDate) -> Option<u32> {
        let months = |n: u32| {
            let end = from.checked_add_months(Months::new(n)).unwrap_or(NaiveDate::MAX);
            (end - from).num_days() as u32
        };
        match self.unit {
            Unit::WorkingDay => None,
            Unit::CalendarDay => Some(self.n),
            Unit::Month => Some(months(self.n)),
            Unit::Year => Some(months(self.n.saturating_mul(12))),
            Unit::Hour => Some(self.n.div_ceil(24)),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::WorkingDay => "个工作日",
            Unit::CalendarDay => "日",
            Unit::Month => "个月",
            Unit::Year => "年",
            Unit::Hour => "小时",
        };
        write!(f, "{} {unit}", self.n)
    }
}

/// The text is not a limit.
#[derive(thiserror::Error, Serialize, Clone, Debug, PartialEq, Eq)]
#[error("“{0}”不是期限，应如“20 个工作日”“30 日”“6 个月”“1 年”“24 小时”，流程图中应如 P20D、PT24H、P6M、P1Y，只写一个单位")]
pub struct LimitError(pub String);

impl LimitError {
    /// The message in English.
    pub fn english(&self) -> String {
        format!(
            "“{}” is not a limit; write “20 个工作日”, “30 日”, “6 个月”, “1 年” or “24 小时”, in a chart P20D, PT24H, P6M or P1Y, in one unit",
            self.0
        )
    }
}

/// Reads what [`Display`](fmt::Display) writes, with or without the space, and the words that guides use (`15个自然日`, `20工作日`).
impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Limit, LimitError> {
        let no = || LimitError(text.chars().take(40).collect());
        let trimmed = text.trim();
        let digits = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
        let (n, unit) = trimmed.split_at(digits);
        let unit = match unit.trim_start() {
            "个工作日" | "工作日" => Unit::WorkingDay,
            "日" | "天" | "个自然日" | "自然日" => Unit::CalendarDay,
            "个月" | "月" => Unit::Month,
            "年" => Unit::Year,
            "小时" | "个小时" => Unit::Hour,
            _ => return Err(no()),
        };
        Ok(Limit { n: n.parse().map_err(|_| no())?, unit })
    }
}
