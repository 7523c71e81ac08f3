//! 期限的运行 · one legal limit while it runs. Four things can happen to it and are never mixed (CLK-10): a **pause** takes days out
//! ([`Clock::pause`]), a **restart** gives the full period again ([`Clock::restart`]), a **late start** is a later event day
//! ([`Clock::start`] with the day of acceptance), an **extension** adds days once ([`Clock::extend`]).

use crate::{Calendar, Change, Limit, Revision, Unit, closing_time, days::plus_days, end_of_day, statutory};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::{collections::HashSet, fmt, marker::PhantomData};

/// The most pauses, and the most extensions, that one clock takes: far more than any matter has, few enough that every answer comes
/// at once.
pub const MAX_ENTRIES: usize = 1_000;

/// One legal limit that runs, as stored in a case. It knows dates in Shanghai only, and never the day it is today: that, and the
/// calendar, are always given. A case has two of them, 法定 and 承诺, which run side by side (CLK-08).
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The day of the event, which is not counted (CLK-01).
    pub start: NaiveDate,
    /// What the law or the promise gives.
    pub limit: Limit,
    /// Time that does not count (CLK-09), in the order in which it was recorded; read with at most [`MAX_ENTRIES`].
    #[serde(default, deserialize_with = "few")]
    pub pauses: Vec<Pause>,
    /// Days added, in the order in which they were granted; read with at most [`MAX_ENTRIES`].
    #[serde(default, deserialize_with = "few")]
    pub extensions: Vec<Extension>,
    /// The day on which the matter was concluded.
    #[serde(default)]
    pub stopped: Option<NaiveDate>,
}

/// 特别程序 · a time that does not count (行政许可法 45). Each day on which a pause is open is not counted: the first and the last
/// one included. Counting resumes the day after it ends. Pauses that overlap take out each day once.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// 听证, 检验, 检测, 检疫, 鉴定, 专家评审 … Which grounds the law allows is not for the clock to say.
    pub ground: String,
    /// The article.
    pub basis: String,
    /// First day not counted.
    pub from: NaiveDate,
    /// Last day not counted; `None` while open.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

/// 延期 · days added by a decision.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// How much. In the limit's own unit it prolongs the limit; in another it counts from the limit's unshifted end (H06).
    pub by: Limit,
    /// The day of the decision.
    pub on: NaiveDate,
    /// Who decided.
    pub approver: String,
    /// Why.
    pub reason: String,
}

/// The last day of a limit.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Due {
    /// The last day, all of it (CLK-03).
    pub date: NaiveDate,
    /// A notice is not out yet that can still move it (CLK-07).
    pub provisional: bool,
    /// The rest day on which the count ended, where the last day moved on from there (CLK-02).
    pub shifted_from: Option<NaiveDate>,
}

impl Due {
    /// The first instant that is too late: 24:00 in Shanghai.
    pub fn instant(&self) -> DateTime<Utc> {
        end_of_day(self.date)
    }

    /// The first instant that is too late for what is handed over at a counter that closes at that time (民法典 203).
    pub fn instant_at_counter(&self, closes: NaiveTime) -> DateTime<Utc> {
        closing_time(self.date, closes)
    }

    /// Whether something done online, or posted, at that instant is in time (CLK-03). What is posted counts from the post office on.
    pub fn is_met_at(&self, at: DateTime<Utc>) -> bool {
        at < self.instant()
    }

    /// Whether something handed over at that instant, at a counter that closes at `closes`, is in time (CLK-03).
    pub fn is_met_at_counter(&self, at: DateTime<Utc>, closes: NaiveTime) -> bool {
        at < self.instant_at_counter(closes)
    }
}

/// Where a clock stands on a day.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Days gone, that day included: of `total` while in time, and further on when late, so that `used + left == total`.
    pub used: u32,
    /// Days left after that day; negative when late. Counted in working days where the limit ends in working days (a weekend right
    /// after the last day is already one day late), otherwise in days. 0 on the last day and on the rest days before a moved one.
    pub left: i64,
    /// Days of the limit with its extensions; months and years in the days they have, hours in days of 24.
    pub total: u32,
    /// The last day, if it can be known.
    pub due: Option<Due>,
    /// A notice is not out yet that can still change one of these numbers (CLK-07).
    #[serde(default)]
    pub provisional: bool,
    /// In one word.
    pub state: State,
}

/// A clock's state on a day.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The day lies before the event.
    NotStarted,
    /// Counting.
    Running,
    /// A pause is open on that day.
    Paused,
    /// The last day is over. A pause that comes after it changes nothing.
    Late,
    /// Concluded; whether in time, `left` tells.
    Stopped,
}

/// Why an event is refused. The message is for the person who entered it, [`field`](ClockError::field) for the form.
#[derive(thiserror::Error, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ClockError {
    /// Outside the years that can be computed.
    #[error("日期 {on} 不在可计算的范围（1990 年至 2100 年）")]
    Beyond {
        /// `start`, `from`, `to` or `on`.
        field: String,
        /// The date given.
        on: NaiveDate,
    },
    /// A limit nobody lives to see the end of ([`Limit::is_bounded`]).
    #[error("期限“{0}”太长，请核对数字和单位")]
    TooLong(Limit),
    /// Before the event that started the clock.
    #[error("日期 {on} 早于期限起算日 {start}")]
    BeforeStart {
        /// `from`, `to` or `on`.
        field: String,
        /// The date given.
        on: NaiveDate,
        /// The event day.
        start: NaiveDate,
    },
    /// Before something that is already recorded.
    #[error("日期 {on} 早于已记录的事项（{last}），不能倒填")]
    OutOfOrder {
        /// `from`, `to` or `on`.
        field: String,
        /// The date given.
        on: NaiveDate,
        /// The last recorded day.
        last: NaiveDate,
    },
    /// A pause that ends before it begins.
    #[error("暂停的截止日 {to} 早于开始日 {from}")]
    EndsBeforeItBegins {
        /// First day.
        from: NaiveDate,
        /// Last day given.
        to: NaiveDate,
    },
    /// Concluded: nothing more can happen to it.
    #[error("已于 {0} 办结，期限不再变动")]
    AlreadyStopped(NaiveDate),
    /// A pause on the same ground is open.
    #[error("“{0}”的暂停尚未结束")]
    AlreadyPaused(String),
    /// No open pause on that ground.
    #[error("没有以“{0}”为由的暂停可以结束")]
    NotPaused(String),
    /// An extension was granted before (CLK-10).
    #[error("已于 {0} 延期一次，不得再次延期")]
    AlreadyExtended(NaiveDate),
    /// The limit had run out before the extension was decided.
    #[error("期限已于 {due} 届满，{on} 不能再延期")]
    Expired {
        /// The last day.
        due: NaiveDate,
        /// The day of the decision.
        on: NaiveDate,
    },
    /// An extension by nothing.
    #[error("延长的期限不能为零")]
    NothingAdded,
    /// Something that must be said was not.
    #[error("{} 不能为空", chinese(.0))]
    Blank(String),
    /// More than [`MAX_ENTRIES`].
    #[error("{}已有 {MAX_ENTRIES} 项，不能再记；请核对是否误录", chinese(.0))]
    TooMany(String),
    /// The promise is longer than the law allows (CLK-08).
    #[error("承诺时限（{promised}）长于法定时限（{statutory}），请缩短承诺时限")]
    PromiseBeyondLaw {
        /// What is promised.
        promised: Limit,
        /// What the law gives.
        statutory: Limit,
    },
    /// The step could end after the whole.
    #[error("步骤“{step}”的时限（{limit}）超出整件的时限，届满日 {whole}；请缩短该步骤的时限")]
    StepBeyondWhole {
        /// The step's name.
        step: String,
        /// Its limit.
        limit: Limit,
        /// The last day of the whole.
        whole: NaiveDate,
    },
    /// The step is under way already.
    #[error("步骤“{0}”正在办理")]
    StepOpen(String),
    /// No such step is under way.
    #[error("没有正在办理的步骤“{0}”")]
    NoSuchStep(String),
    /// The period began anew on this ground before (公开条例 30: one notice of correction).
    #[error("已因“{0}”重新起算一次，不得再次重新起算")]
    AlreadyRestarted(String),
}

fn chinese(field: &str) -> &'static str {
    match field {
        "ground" => "暂停事由",
        "basis" => "法律依据",
        "approver" => "批准人",
        "reason" => "理由",
        "step" => "步骤名称",
        "pauses" => "暂停",
        "extensions" => "延期",
        "restarts" => "重新起算",
        "steps" => "步骤",
        _ => "此项",
    }
}

impl ClockError {
    /// The parameter that is wrong, by the name it has in this library.
    pub fn field(&self) -> &str {
        match self {
            ClockError::BeforeStart { field, .. } | ClockError::OutOfOrder { field, .. } | ClockError::Beyond { field, .. } => {
                field
            }
            ClockError::Blank(field) | ClockError::TooMany(field) => field,
            ClockError::EndsBeforeItBegins { .. } => "to",
            ClockError::AlreadyPaused(_) | ClockError::NotPaused(_) | ClockError::AlreadyRestarted(_) => "ground",
            ClockError::AlreadyStopped(_) | ClockError::Expired { .. } => "on",
            ClockError::AlreadyExtended(_) | ClockError::NothingAdded => "by",
            ClockError::PromiseBeyondLaw { .. } => "promised",
            ClockError::StepBeyondWhole { .. } | ClockError::TooLong(_) => "limit",
            ClockError::StepOpen(_) | ClockError::NoSuchStep(_) => "step",
        }
    }

    /// The message in English.
    pub fn english(&self) -> String {
        match self {
            ClockError::Beyond { on, .. } => format!("{on} is outside the years that can be computed (1990 to 2100)"),
            ClockError::TooLong(limit) => format!("the limit of {} is too long; check the number and the unit", limit.english()),
            ClockError::BeforeStart { on, start, .. } => {
                format!("{on} is before {start}, the day of the event")
            }
            ClockError::OutOfOrder { on, last, .. } => {
                format!("{on} is before {last}, which is already recorded; entries cannot be back-dated")
            }
            ClockError::EndsBeforeItBegins { from, to } => {
                format!("the pause would end on {to}, before it begins on {from}")
            }
            ClockError::AlreadyStopped(on) => {
                format!("concluded on {on}; the limit no longer changes")
            }
            ClockError::AlreadyPaused(ground) => {
                format!("the pause for “{ground}” has not ended yet")
            }
            ClockError::NotPaused(ground) => format!("there is no open pause for “{ground}”"),
            ClockError::AlreadyExtended(on) => {
                format!("extended once already, on {on}; it cannot be extended again")
            }
            ClockError::Expired { due, on } => {
                format!("the limit ended on {due}; it cannot be extended on {on}")
            }
            ClockError::NothingAdded => "the extension adds nothing".to_owned(),
            ClockError::Blank(field) => format!("{field} must not be empty"),
            ClockError::TooMany(field) => format!("there are {MAX_ENTRIES} {field} already; was one entered by mistake?"),
            ClockError::PromiseBeyondLaw { promised, statutory } => {
                format!("the promise of {} is longer than the {} of the law", promised.english(), statutory.english())
            }
            ClockError::StepBeyondWhole { step, limit, whole } => {
                format!("step “{step}” of {} could end after {whole}, the last day of the whole", limit.english())
            }
            ClockError::StepOpen(step) => format!("step “{step}” is under way already"),
            ClockError::NoSuchStep(step) => format!("no step “{step}” is under way"),
            ClockError::AlreadyRestarted(ground) => format!("the period began anew for “{ground}” already"),
        }
    }
}

/// Whether a day lies in the years that can be computed.
pub(crate) fn computable(field: &str, on: NaiveDate) -> Result<(), ClockError> {
    match statutory::YEARS.contains(&on.year()) {
        true => Ok(()),
        false => Err(ClockError::Beyond { field: field.to_owned(), on }),
    }
}

/// Whether a limit is one that people can mean.
pub(crate) fn bounded(limit: Limit) -> Result<(), ClockError> {
    if limit.is_bounded() { Ok(()) } else { Err(ClockError::TooLong(limit)) }
}

/// Pauses as disjoint spans in order. `None`: open.
pub(crate) type Spans = Vec<(NaiveDate, Option<NaiveDate>)>;

/// A stretch of the limit counted in one unit.
#[derive(Clone, Copy)]
pub(crate) struct Stretch {
    pub after: NaiveDate,
    pub unit: Unit,
    /// Days to count.
    pub days: u32,
    /// The day on which the last of them falls; `None` while an open pause hides it.
    pub end: Option<NaiveDate>,
}

impl Clock {
    /// A limit whose event happened on `start`. For a permit that is the day of acceptance, not of submission (late start).
    pub fn start(start: NaiveDate, limit: Limit) -> Clock {
        Clock { start, limit, pauses: Vec::new(), extensions: Vec::new(), stopped: None }
    }

    /// The full limit again, from the day on which the correction was received (公开条例 30). `self` stays as the record of what
    /// went before. A pause that is open goes on: what stopped the old period stops the new one.
    pub fn restart(&self, on: NaiveDate) -> Result<Clock, ClockError> {
        self.accepts("on", on)?;
        let open = self.pauses.iter().filter(|pause| pause.to.is_none());
        let pauses = open.map(|pause| Pause { from: on, ..pause.clone() }).collect();
        Ok(Clock { pauses, ..Clock::start(on, self.limit) })
    }

    /// Stops counting from the day `from` on, that day included.
    pub fn pause(&mut self, ground: impl Into<String>, basis: impl Into<String>, from: NaiveDate) -> Result<(), ClockError> {
        let (ground, basis) = (said("ground", ground)?, said("basis", basis)?);
        self.accepts("from", from)?;
        if self.pauses.iter().any(|pause| pause.ground == ground && pause.to.is_none()) {
            return Err(ClockError::AlreadyPaused(ground));
        }
        room("pauses", self.pauses.len() + 1)?;
        self.pauses.push(Pause { ground, basis, from, to: None });
        Ok(())
    }

    /// Ends the pause on that ground. `to` is the last day that is not counted.
    pub fn resume(&mut self, ground: &str, to: NaiveDate) -> Result<(), ClockError> {
        if let Some(on) = self.stopped {
            return Err(ClockError::AlreadyStopped(on));
        }
        let open = self
            .pauses
            .iter()
            .position(|pause| pause.ground == ground.trim() && pause.to.is_none())
            .ok_or_else(|| ClockError::NotPaused(ground.trim().to_owned()))?;
        let from = self.pauses[open].from;
        if to < from {
            return Err(ClockError::EndsBeforeItBegins { from, to });
        }
        self.accepts("to", to)?;
        self.pauses[open].to = Some(to);
        Ok(())
    }

    /// Adds time, once (CLK-10), with who decided and why. Whether the decision came in time needs a calendar:
    /// [`extend_in_time`](Clock::extend_in_time).
    pub fn extend(
        &mut self,
        by: Limit,
        on: NaiveDate,
        approver: impl Into<String>,
        reason: impl Into<String>,
    ) -> Result<(), ClockError> {
        match self.extensions.first() {
            Some(earlier) if self.stopped.is_none() => Err(ClockError::AlreadyExtended(earlier.on)),
            _ => self.extend_again(by, on, approver, reason),
        }
    }

    /// [`extend`](Clock::extend) where the law lets a limit be extended more than once. That it does is for the caller to know.
    pub fn extend_again(
        &mut self,
        by: Limit,
        on: NaiveDate,
        approver: impl Into<String>,
        reason: impl Into<String>,
    ) -> Result<(), ClockError> {
        let (approver, reason) = (said("approver", approver)?, said("reason", reason)?);
        if by.n == 0 {
            return Err(ClockError::NothingAdded);
        }
        self.accepts("on", on)?;
        room("extensions", self.extensions.len() + 1)?;
        self.extensions.push(Extension { by, on, approver, reason });
        Ok(())
    }

    /// [`extend`](Clock::extend), refused when the limit ran out before the decision: an extension cannot heal a delay.
    pub fn extend_in_time(
        &mut self,
        calendar: &Calendar,
        by: Limit,
        on: NaiveDate,
        approver: impl Into<String>,
        reason: impl Into<String>,
    ) -> Result<(), ClockError> {
        match self.due(calendar) {
            Some(due) if due.date < on && self.stopped.is_none() => Err(ClockError::Expired { due: due.date, on }),
            _ => self.extend(by, on, approver, reason),
        }
    }

    /// Concludes the matter. Pauses still open end with it.
    pub fn stop(&mut self, on: NaiveDate) -> Result<(), ClockError> {
        self.accepts("on", on)?;
        for pause in self.pauses.iter_mut().filter(|pause| pause.to.is_none()) {
            pause.to = Some(on);
        }
        self.stopped = Some(on);
        Ok(())
    }

    /// Whether a pause is open on that day, its first and last day included.
    pub fn is_paused(&self, on: NaiveDate) -> bool {
        self.pauses_on(on).next().is_some()
    }

    /// The pauses that are open on that day.
    pub fn pauses_on(&self, on: NaiveDate) -> impl Iterator<Item = &Pause> {
        self.pauses.iter().filter(move |pause| pause.from <= on && self.ended(pause).is_none_or(|to| on <= to))
    }

    /// The last day. `None` while an open pause makes it unknowable; a pause that opened after the last day does not. A pause on the
    /// working day to which rest days moved the end (CLK-02) holds it open like any other: the last day is the first working day after.
    pub fn due(&self, calendar: &Calendar) -> Option<Due> {
        if self.pauses.is_empty() && self.extensions.is_empty() {
            return Some(calendar.due(self.start, self.limit));
        }
        self.due_with(calendar, &self.spans(None))
    }

    /// The last day if every open pause ended on `to` (its last day not counted): what an applicant is told to expect. A pause that
    /// begins after `to` is taken to last one day.
    pub fn due_if_resumed_on(&self, calendar: &Calendar, to: NaiveDate) -> Due {
        self.due_with(calendar, &self.spans(Some(to))).unwrap_or_else(|| unreachable!("no pause is open"))
    }

    /// Where the clock stands at the end of `today`. A concluded clock stands as it stood on the day of conclusion.
    pub fn standing(&self, calendar: &Calendar, today: NaiveDate) -> Standing {
        let spans = self.spans(None);
        let stretches = self.stretches(calendar, &spans);
        let due = self.due_of(calendar, &spans, &stretches);
        let total: u32 = stretches.iter().fold(0, |sum, one| sum.saturating_add(one.days));
        let stopped = self.stopped.filter(|on| *on <= today);
        let as_of = stopped.unwrap_or(today);

        let late = due.filter(|due| due.date < as_of).map(|due| {
            let days = match stretches.last().map(|last| last.unit) {
                Some(Unit::WorkingDay) => calendar.working_days_between(due.date, as_of),
                _ => (as_of - due.date).num_days() as u32,
            };
            days.max(1)
        });
        let used = match late {
            Some(days) => total.saturating_add(days),
            None => stretches
                .iter()
                .map(|one| one.days.min(counted(calendar, &spans, one.unit, one.after, as_of)))
                .fold(0, u32::saturating_add),
        };
        let state = if stopped.is_some() {
            State::Stopped
        } else if today < self.start {
            State::NotStarted
        } else if late.is_some() {
            State::Late
        } else if self.is_paused(today) {
            State::Paused
        } else {
            State::Running
        };
        let counts_working_days = stretches.iter().any(|one| one.unit == Unit::WorkingDay);
        let provisional = due.is_some_and(|due| due.provisional)
            || (counts_working_days && as_of > self.start && calendar.any_provisional(self.start, as_of));
        Standing { used, left: i64::from(total) - i64::from(used), total, due, provisional, state }
    }

    /// What another calendar does to this clock: `None` when nothing, and for a concluded clock, which stays as it is (H03). For many
    /// clocks make one [`Revision`] and ask it.
    pub fn change(&self, before: &Calendar, after: &Calendar) -> Option<Change> {
        Revision::between(before, after).of(self)
    }

    /// Whether this could have come from the methods above: for a clock that was read from elsewhere.
    pub fn check(&self) -> Result<(), ClockError> {
        let not_before_start = |field: &str, on: NaiveDate| match on < self.start {
            true => Err(ClockError::BeforeStart { field: field.to_owned(), on, start: self.start }),
            false => Ok(()),
        };
        computable("start", self.start)?;
        bounded(self.limit)?;
        room("pauses", self.pauses.len())?;
        room("extensions", self.extensions.len())?;
        for (field, on) in self.pauses.iter().flat_map(|p| [("from", Some(p.from)), ("to", p.to)]).chain([("on", self.stopped)]) {
            on.map_or(Ok(()), |on| computable(field, on))?;
        }
        let mut open = HashSet::new();
        for pause in &self.pauses {
            said("ground", pause.ground.as_str())?;
            said("basis", pause.basis.as_str())?;
            not_before_start("from", pause.from)?;
            if let Some(to) = pause.to.filter(|to| *to < pause.from) {
                return Err(ClockError::EndsBeforeItBegins { from: pause.from, to });
            }
            if open.contains(pause.ground.as_str()) {
                return Err(ClockError::AlreadyPaused(pause.ground.clone()));
            }
            if pause.to.is_none() {
                open.insert(pause.ground.as_str());
            }
        }
        for extension in &self.extensions {
            said("approver", extension.approver.as_str())?;
            said("reason", extension.reason.as_str())?;
            not_before_start("on", extension.on)?;
            computable("on", extension.on)?;
            bounded(extension.by)?;
            if extension.by.n == 0 {
                return Err(ClockError::NothingAdded);
            }
        }
        match self.stopped {
            Some(on) if on < self.last_event() => {
                let (field, last) = ("on".to_owned(), self.last_event());
                Err(ClockError::OutOfOrder { field, on, last })
            }
            _ => Ok(()),
        }
    }

    /// The last day on which something is recorded, the conclusion apart.
    fn last_event(&self) -> NaiveDate {
        let pauses = self.pauses.iter().map(|pause| pause.to.unwrap_or(pause.from));
        let extensions = self.extensions.iter().map(|extension| extension.on);
        pauses.chain(extensions).fold(self.start, NaiveDate::max)
    }

    pub(crate) fn accepts(&self, field: &str, on: NaiveDate) -> Result<(), ClockError> {
        computable(field, on)?;
        let (field, last) = (field.to_owned(), self.last_event());
        match self.stopped {
            Some(stopped) => Err(ClockError::AlreadyStopped(stopped)),
            None if on < self.start => Err(ClockError::BeforeStart { field, on, start: self.start }),
            None if on < last => Err(ClockError::OutOfOrder { field, on, last }),
            None => Ok(()),
        }
    }

    fn ended(&self, pause: &Pause) -> Option<NaiveDate> {
        pause.to.or(self.stopped)
    }

    /// The pauses without their overlaps. `resumed`: the day on which open ones are taken to end.
    pub(crate) fn spans(&self, resumed: Option<NaiveDate>) -> Spans {
        if self.pauses.is_empty() {
            return Vec::new();
        }
        let spans = self.pauses.iter().map(|pause| {
            let to = self.ended(pause).or_else(|| resumed.map(|to| to.max(pause.from)));
            (pause.from, to)
        });
        let mut spans: Spans = spans.filter(|(from, to)| to.is_none_or(|to| *from <= to)).collect();
        // Entries are made in order; only a clock from elsewhere needs sorting.
        if !spans.is_sorted_by_key(|(from, _)| *from) {
            spans.sort_by_key(|(from, _)| *from);
        }
        spans.dedup_by(|(from, to), (_, end)| {
            let overlaps = end.is_none_or(|end| *from <= end);
            if overlaps {
                *end = end.and_then(|end| to.map(|to| to.max(end)));
            }
            overlaps
        });
        spans
    }

    /// The limit and its extensions, those in a row that count the same unit taken together: two months from 31 January end on
    /// 31 March, not on the 28th.
    pub(crate) fn stretches(&self, calendar: &Calendar, spans: &Spans) -> Vec<Stretch> {
        self.walk(calendar, spans).collect()
    }

    /// [`stretches`](Clock::stretches) one by one.
    fn walk(&self, calendar: &Calendar, spans: &Spans) -> impl Iterator<Item = Stretch> {
        let mut parts = self.parts().peekable();
        let mut after = Some(self.start);
        std::iter::from_fn(move || {
            let mut part = parts.next()?;
            while let Some(more) = parts.next_if(|next| next.unit == part.unit) {
                part.n = part.n.saturating_add(more.n);
            }
            let stretch = self.stretch(calendar, spans, after, part);
            after = stretch.end;
            Some(stretch)
        })
    }

    fn stretch(&self, calendar: &Calendar, spans: &Spans, after: Option<NaiveDate>, part: Limit) -> Stretch {
        let days = part.length_from(after.unwrap_or(self.start)).unwrap_or(part.n);
        let end = after.and_then(|after| reach(calendar, spans, part.unit, after, days));
        // What follows an end that is not known cannot have begun: nothing of it is counted.
        Stretch { after: after.unwrap_or(NaiveDate::MAX), unit: part.unit, days, end }
    }

    /// The limit, then its extensions.
    fn parts(&self) -> impl Iterator<Item = Limit> {
        std::iter::once(self.limit).chain(self.extensions.iter().map(|extension| extension.by))
    }

    /// Where the limit would have ended without its extensions, with the first of them, and so on: for each extension the end of the
    /// count before it and the last day.
    pub(crate) fn ends_before_extensions(&self, calendar: &Calendar, spans: &Spans) -> Vec<Option<(NaiveDate, NaiveDate)>> {
        let mut ends = Vec::with_capacity(self.extensions.len());
        let mut units: Vec<Unit> = Vec::new();
        let (mut after, mut part) = (Some(self.start), self.limit);
        for next in self.parts().skip(1) {
            let end = self.stretch(calendar, spans, after, part).end;
            if !units.contains(&part.unit) {
                units.push(part.unit);
            }
            ends.push(end.map(|end| {
                let due = self.ending(calendar, spans, end, units.iter().copied());
                (end, due.map_or(end, |due| due.date))
            }));
            if next.unit == part.unit {
                part.n = part.n.saturating_add(next.n);
            } else {
                (after, part) = (end, next);
            }
        }
        ends
    }

    fn due_with(&self, calendar: &Calendar, spans: &Spans) -> Option<Due> {
        let last = self.walk(calendar, spans).last()?;
        self.ending(calendar, spans, last.end?, self.parts().map(|part| part.unit))
    }

    pub(crate) fn due_of(&self, calendar: &Calendar, spans: &Spans, stretches: &[Stretch]) -> Option<Due> {
        self.ending(calendar, spans, stretches.last()?.end?, self.parts().map(|part| part.unit))
    }

    /// What becomes of a count that ended on `end`: if that is a rest day, the last day is the first working day after it on which no
    /// pause is open (CLK-02, CLK-09). `None` while one is.
    fn ending(&self, calendar: &Calendar, spans: &Spans, end: NaiveDate, units: impl IntoIterator<Item = Unit>) -> Option<Due> {
        let mut due = calendar.due_from(self.start, end, units);
        if due.date == end {
            return Some(due);
        }
        for (from, to) in spans {
            if *from <= due.date && to.is_none_or(|to| due.date <= to) {
                due.date = calendar.next_working_day(plus_days((*to)?, 1));
                due.provisional |= calendar.any_provisional(end, due.date);
            }
        }
        Some(due)
    }
}

/// Whether so many entries are still few enough.
pub(crate) fn room(field: &str, entries: usize) -> Result<(), ClockError> {
    match entries <= MAX_ENTRIES {
        true => Ok(()),
        false => Err(ClockError::TooMany(field.to_owned())),
    }
}

/// A list as stored, refused before it is kept when it is too long.
pub(crate) fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Few<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {MAX_ENTRIES} entries")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
            let mut kept = Vec::new();
            while let Some(entry) = entries.next_element()? {
                if kept.len() == MAX_ENTRIES {
                    return Err(A::Error::invalid_length(kept.len() + 1, &self));
                }
                kept.push(entry);
            }
            Ok(kept)
        }
    }
    from.deserialize_seq(Few(PhantomData))
}

pub(crate) fn said(field: &str, text: impl Into<String>) -> Result<String, ClockError> {
    let text: String = text.into();
    match text.trim() {
        "" => Err(ClockError::Blank(field.to_owned())),
        trimmed if trimmed.len() == text.len() => Ok(text),
        trimmed => Ok(trimmed.to_owned()),
    }
}

/// Days of the unit after `after` and not after `through`, pauses apart.
fn days_between(calendar: &Calendar, unit: Unit, after: NaiveDate, through: NaiveDate) -> u32 {
    match unit {
        Unit::WorkingDay => calendar.working_days_between(after, through),
        _ => u32::try_from((through - after).num_days()).unwrap_or(0),
    }
}

/// Days of the unit counted after `after` and not after `through`: those on which no pause is open.
pub(crate) fn counted(calendar: &Calendar, spans: &Spans, unit: Unit, after: NaiveDate, through: NaiveDate) -> u32 {
    let mut days = days_between(calendar, unit, after, through);
    for (from, to) in spans {
        let begins = plus_days(*from, -1).max(after);
        let ends = to.map_or(through, |to| to.min(through));
        days -= days_between(calendar, unit, begins, ends);
    }
    days
}

/// The day on which the count after `after` reaches `days`.
fn reach(calendar: &Calendar, spans: &Spans, unit: Unit, after: NaiveDate, days: u32) -> Option<NaiveDate> {
    let step = |from: NaiveDate, n: u32| match unit {
        Unit::WorkingDay => calendar.add_working_days(from, n),
        _ => plus_days(from, n.into()),
    };
    if days == 0 {
        return Some(after);
    }
    let (mut at, mut left) = (after, days);
    for (from, to) in spans {
        if to.is_some_and(|to| to <= at) {
            continue;
        }
        let free = days_between(calendar, unit, at, plus_days(*from, -1));
        if left <= free {
            break;
        }
        left -= free;
        at = (*to)?;
    }
    Some(step(at, left))
}
