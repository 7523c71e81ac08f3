//! 放假安排变动 · what a new arrangement does to limits that are running (H03, CLK-07). Open ones move and the reason goes with
//! them; concluded ones stay as they are.

use crate::{Calendar, Clock, Due};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// From one calendar to another. The differences are found once, so that a million clocks can be asked.
#[derive(Clone, Debug)]
pub struct Revision {
    before: Calendar,
    after: Calendar,
    /// Days that became worked or free, ascending.
    days: Vec<NaiveDate>,
    /// Years whose notice is new or another.
    years: Vec<i32>,
}

/// A due date that another calendar moves or makes certain (H03): what the act of recomputing records.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Under the earlier calendar.
    pub from: Option<Due>,
    /// Under the later one.
    pub to: Option<Due>,
    /// The days that became worked or free, between the event and the later of the two ends.
    pub days: Vec<NaiveDate>,
    /// The notices that say so, each once: what the act of recomputing cites. Where no day changed but the end became certain,
    /// the notices that made it so.
    pub sources: Vec<String>,
    /// [`Calendar::version`] of the later calendar.
    pub version: String,
}

impl Revision {
    /// What lies between two calendars.
    pub fn between(before: &Calendar, after: &Calendar) -> Revision {
        let years = before
            .years()
            .chain(after.years())
            .filter(|year| before.has_year(*year) != after.has_year(*year) || before.notice(*year) != after.notice(*year));
        let mut years: Vec<i32> = years.collect();
        years.sort_unstable();
        years.dedup();
        Revision { days: before.differences(after), years, before: before.clone(), after: after.clone() }
    }

    /// Days that became worked or free, ascending.
    pub fn days(&self) -> &[NaiveDate] {
        &self.days
    }

    /// Those of them from one day through another.
    fn days_in(&self, from: NaiveDate, through: NaiveDate) -> &[NaiveDate] {
        let before = |day: NaiveDate| self.days.partition_point(|one| *one < day);
        self.days.get(before(from)..self.days.partition_point(|one| *one <= through)).unwrap_or_default()
    }

    /// What it does to one clock: `None` when nothing, and for a concluded one.
    pub fn of(&self, clock: &Clock) -> Option<Change> {
        if clock.stopped.is_some() {
            return None;
        }
        let from = clock.due(&self.before);
        if from.is_some_and(|due| self.years.is_empty() && self.days_in(clock.start, due.date).is_empty()) {
            return None;
        }
        let to = clock.due(&self.after);
        if from == to {
            return None;
        }
        let end = from.iter().chain(&to).map(|due| due.date).max()?;
        let days = self.days_in(clock.start, end).to_vec();
        let mut sources: Vec<String> = Vec::new();
        let mut cite = |source: Option<String>| sources.extend(source.filter(|one| !sources.contains(one)));
        days.iter().for_each(|day| cite(self.after.day(*day).source));
        if days.is_empty() {
            // The last days of December are settled by the notice of the year that follows.
            let years = self.years.iter().filter(|year| (clock.start.year()..=end.year() + 1).contains(*year));
            years.for_each(|year| cite(self.after.notice(*year).map(str::to_owned)));
        }
        Some(Change { from, to, days, sources, version: self.after.version().to_owned() })
    }

    /// The clocks it moves or makes certain, each with its key and the reason, in the order given.
    pub fn changes<'a, K>(&self, clocks: impl IntoIterator<Item = (K, &'a Clock)>) -> impl Iterator<Item = (K, Change)> {
        clocks.into_iter().filter_map(|(key, clock)| Some((key, self.of(clock)?)))
    }
}

impl Change {
    /// The reason in a Chinese sentence, for the act and the letter.
    pub fn chinese(&self) -> String {
        let ends = match (self.from, self.to) {
            (Some(from), Some(to)) if from.date == to.date && to.provisional => {
                format!("届满日 {} 仍待放假安排公布确定", to.date)
            }
            (Some(from), Some(to)) if from.date == to.date => format!("届满日 {} 已经确定", to.date),
            (Some(from), Some(to)) => format!("届满日由 {} 改为 {}", from.date, to.date),
            (Some(from), None) => format!("届满日原为 {}，现因暂停未结束而未定", from.date),
            (None, Some(to)) => format!("届满日定为 {}", to.date),
            (None, None) => "届满日未定".to_owned(),
        };
        let days = match self.days.as_slice() {
            [] => String::new(),
            days => format!("，因 {} 的放假安排有变", listed(days, "、")),
        };
        let sources = match self.sources.as_slice() {
            [] => String::new(),
            sources => format!("（依据 {}）", sources.join("、")),
        };
        format!("{ends}{days}{sources}")
    }

    /// The same in English.
    pub fn english(&self) -> String {
        let ends = match (self.from, self.to) {
            (Some(from), Some(to)) if from.date == to.date && to.provisional => {
                format!("the end, {}, became provisional", to.date)
            }
            (Some(from), Some(to)) if from.date == to.date => format!("the end, {}, is certain now", to.date),
            (Some(from), Some(to)) => format!("the end moved from {} to {}", from.date, to.date),
            (Some(from), None) => format!("the end was {} and is unknown while a pause is open", from.date),
            (None, Some(to)) => format!("the end is {}", to.date),
            (None, None) => "the end is unknown".to_owned(),
        };
        let days = match self.days.as_slice() {
            [] => String::new(),
            days => format!(" because the arrangement of {} changed", listed(days, ", ")),
        };
        let sources = match self.sources.as_slice() {
            [] => String::new(),
            sources => format!(" ({})", sources.join(", ")),
        };
        format!("{ends}{days}{sources}")
    }
}

fn listed(days: &[NaiveDate], between: &str) -> String {
    days.iter().map(NaiveDate::to_string).collect::<Vec<_>>().join(between)
}
