//! 问期限 · one question and its whole answer: when is it due, and what was every day on the way. For a command, an interface, a page
//! that asks before there is a case.

use crate::explain::weekday;
use crate::{Calendar, Clock, ClockError, DayLine, Due, Extension, Limit, Pause, SHANGHAI, clock, statutory};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A limit from a day, with pauses and an extension.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The day of the event, which is not counted (CLK-01); from 1990 to 2100.
    pub start: NaiveDate,
    /// How long.
    pub limit: Limit,
    /// Times that do not count, in any order (CLK-09); they may overlap.
    #[serde(default)]
    pub pauses: Vec<Span>,
    /// Days, months … added, in the limit's own unit (CLK-10).
    #[serde(default)]
    pub extension: Option<u32>,
}

/// From one day through another, `2026-02-24..2026-02-27`; without an end, `2026-02-24..`, it is still open.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

/// The answer, with everything it rests on.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    #[serde(flatten)]
    pub question: Question,
    /// The last day; `None` while a pause is open.
    pub due: Option<NaiveDate>,
    /// The first instant that is too late: 24:00 of that day in Shanghai (CLK-03).
    pub ends_at: Option<DateTime<FixedOffset>>,
    /// The rest day on which the count ended, where the last day moved on from there (CLK-02).
    pub shifted_from: Option<NaiveDate>,
    /// A notice is not out yet that can still move it (CLK-07).
    pub provisional: bool,
    /// Pauses that begin after the last day, where nothing is left to pause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub too_late: Vec<Span>,
    /// [`Calendar::version`] under which it was computed.
    pub calendar: String,
    /// The notices that decide days on the way, each once.
    pub notices: Vec<String>,
    /// The answer in a Chinese sentence.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Every day from the event through the last, with its reason; at most [`MAX_LINES`](crate::MAX_LINES).
    pub days: Vec<DayLine>,
    /// How many days in the middle of the list were left out.
    pub days_left_out: u32,
}

/// Why a question has no answer.
#[derive(thiserror::Error, Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum QuestionError {
    /// Not a day as it is written here.
    #[error("“{0}”不是日期，应写作 2026-02-12")]
    Date(String),
    /// Not a time as it is written here.
    #[error("“{0}”不是起止日期，应写作 2026-02-24..2026-02-27；尚未结束的写作 2026-02-24..")]
    Span(String),
    /// The end lies outside what can be computed.
    #[error("{0}从 {1} 起算，届满日超出可计算的范围（至 2100-12-31），请核对数字和单位")]
    TooFar(Limit, NaiveDate),
    /// What happens to the limit cannot happen.
    #[error(transparent)]
    Clock(#[from] ClockError),
}

impl QuestionError {
    /// The message in English.
    pub fn english(&self) -> String {
        match self {
            QuestionError::Date(text) => format!("“{text}” is not a date; write it like 2026-02-12"),
            QuestionError::Span(text) => {
                format!("“{text}” is not a time; write it like 2026-02-24..2026-02-27, or 2026-02-24.. while it is open")
            }
            QuestionError::TooFar(limit, start) => {
                format!("{} from {start} end after 2100; check the number and the unit", limit.english())
            }
            QuestionError::Clock(error) => error.english(),
        }
    }
}

/// Reads a day written `2026-02-12`, and nothing else.
pub fn parse_date(text: &str) -> Result<NaiveDate, QuestionError> {
    let text = text.trim();
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    let no = || QuestionError::Date(text.chars().take(40).collect());
    if !shaped {
        return Err(no());
    }
    computable(text.parse().map_err(|_| no())?)
}

fn computable(date: NaiveDate) -> Result<NaiveDate, QuestionError> {
    clock::computable("date", date)?;
    Ok(date)
}

impl FromStr for Span {
    type Err = QuestionError;

    fn from_str(text: &str) -> Result<Span, QuestionError> {
        let (from, to) = text.split_once("..").ok_or_else(|| QuestionError::Span(text.chars().take(40).collect()))?;
        let to = match to.trim() {
            "" => None,
            to => Some(parse_date(to)?),
        };
        Ok(Span { from: parse_date(from)?, to })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "{}..{to}", self.from),
            None => write!(f, "{}..", self.from),
        }
    }
}

impl Question {
    /// A limit from a day, undisturbed.
    pub fn new(start: NaiveDate, limit: Limit) -> Question {
        Question { start, limit, pauses: Vec::new(), extension: None }
    }

    /// The answer under that calendar.
    pub fn answer(&self, calendar: &Calendar) -> Result<Answer, QuestionError> {
        let clock = self.clock()?;
        let due = clock.due(calendar);
        // While a pause is open the days are told as far as they are known.
        let known = clock.pauses.iter().map(|pause| pause.to.unwrap_or(pause.from)).fold(self.start, NaiveDate::max);
        let through = due.map_or(known, |due| due.date);
        if computable(through).is_err() {
            return Err(QuestionError::TooFar(self.limit, self.start));
        }
        let days = clock.explain(calendar, through);
        let mut notices: Vec<String> = Vec::new();
        for source in days.iter().filter_map(|line| line.source.as_ref()) {
            if !notices.contains(source) {
                notices.push(source.clone());
            }
        }
        let provisional = due.map_or_else(|| days.iter().any(|line| line.provisional), |due| due.provisional);
        let begins_after = |due: Due| self.pauses.iter().copied().filter(|pause| pause.from > due.date).collect();
        let too_late: Vec<Span> = due.map(begins_after).unwrap_or_default();
        let (mut zh, mut en) = self.sentences(due, provisional);
        for pause in &too_late {
            zh.push_str(&format!("；暂停 {pause} 在届满以后，不起作用"));
            en.push_str(&format!("; the pause {pause} begins after the end and changes nothing"));
        }
        Ok(Answer {
            question: self.clone(),
            due: due.map(|due| due.date),
            ends_at: due.map(|due| due.instant().with_timezone(&SHANGHAI)),
            shifted_from: due.and_then(|due| due.shifted_from),
            provisional,
            too_late,
            calendar: calendar.version().to_owned(),
            notices,
            zh,
            en,
            days_left_out: (through - self.start).num_days() as u32 + 1 - days.len() as u32,
            days,
        })
    }

    /// The question as a clock; the error says what cannot be.
    fn clock(&self) -> Result<Clock, QuestionError> {
        let start = computable(self.start)?;
        let added = self.extension.map(|n| Limit { n, unit: self.limit.unit });
        if let Some(long) = [Some(self.limit), added].into_iter().flatten().find(|limit| !limit.is_bounded()) {
            return Err(QuestionError::TooFar(long, start));
        }
        let mut clock = Clock::start(start, self.limit);
        for span in &self.pauses {
            let (from, to) = (computable(span.from)?, span.to.map(computable).transpose()?);
            clock.pauses.push(Pause { ground: "暂停".to_owned(), basis: span.to_string(), from, to });
        }
        // Entries are checked as if they had been made in order.
        clock.pauses.sort_by_key(|pause| (pause.to.is_none(), pause.from));
        if let Some(by) = added {
            let said = || "所问".to_owned();
            // Nobody asked on which day it is decided: on none that is told.
            let on = NaiveDate::from_ymd_opt(statutory::LAST_YEAR, 12, 31).unwrap_or(NaiveDate::MAX);
            clock.extensions.push(Extension { by, on, approver: said(), reason: said() });
        }
        clock.check()?;
        Ok(clock)
    }

    fn sentences(&self, due: Option<Due>, provisional: bool) -> (String, String) {
        let mut zh = format!("自 {} 起 {}", self.start, self.limit);
        let mut en = format!("{} from {}", self.limit.english(), self.start);
        if let Some(n) = self.extension {
            let by = Limit { n, unit: self.limit.unit };
            zh.push_str(&format!("，延长 {by}"));
            en.push_str(&format!(", extended by {}", by.english()));
        }
        match due {
            Some(due) => {
                let (weekday, weekday_en) = weekday(due.date);
                zh.push_str(&format!("：{}（{weekday}）24 时届满", due.date));
                en.push_str(&format!(" end on {weekday_en}, {}, at 24:00", due.date));
                if let Some(end) = due.shifted_from {
                    zh.push_str(&format!("；末日 {end} 为休息日，顺延"));
                    en.push_str(&format!("; the last day, {end}, is a rest day and moves on"));
                }
            }
            None => {
                zh.push_str("：暂停尚未结束，届满日未定");
                en.push_str(": a pause is open, so the end is not known");
            }
        }
        if provisional {
            zh.push_str("（暂定：有关年度的放假安排尚未公布或载入，载入后可能变动）");
            en.push_str(" (provisional: a holiday notice is not loaded yet and may move it)");
        }
        (zh, en)
    }
}
