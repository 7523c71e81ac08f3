//! 复议和诉讼 · whoever was refused may ask for reconsideration or sue: where, and until which day (B4.1-21; 行政复议法 20, 行政诉讼法 45, 46).
//! The letter and the page take it from here. What the applicant then did is told, not decided: it moves no step and no clock.

use super::case::{Case, Stage};
use acts::{Remedy, RemedyOutcome};
use calendar::{Calendar, Limit};
use catalogue::{Item, Remedies};
use chrono::NaiveDate;
use foundation::page::full_date_zh;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the applicant did against the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    pub nth: u32,
    pub way: Remedy,
    pub on: NaiveDate,
    /// Before whom, and under which number; gone after erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<acts::Sought>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

impl Sought {
    /// “行政复议，2026年11月27日提出”
    pub fn said(&self) -> String {
        sought_zh(self.way, self.on)
    }
    /// Before whom, and under which number.
    pub fn before(&self) -> Option<String> {
        self.told.as_ref().map(before_zh)
    }
    /// “行政复议：维持，或者驳回，2027年1月20日收到”
    pub fn came_to(&self) -> Option<String> {
        self.ended.map(|ended| ended_zh(self.way, ended.outcome, ended.on))
    }
}

/// What everybody reads of it.
pub fn sought_zh(way: Remedy, on: NaiveDate) -> String {
    format!("{}，{}提出", way.zh(), full_date_zh(on))
}

/// What everybody reads of its end.
pub fn ended_zh(way: Remedy, outcome: RemedyOutcome, on: NaiveDate) -> String {
    format!("{}：{}，{}收到", way.zh(), outcome.zh(), full_date_zh(on))
}

/// Before whom, for those whom it concerns.
pub fn before_zh(told: &acts::Sought) -> String {
    match &told.number {
        Some(number) => format!("{}，编号 {number}", told.body),
        None => told.body.clone(),
    }
}

/// How it ended, and on which day the applicant received that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub on: NaiveDate,
    pub outcome: RemedyOutcome,
}

/// The last day of each remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastDays {
    pub reconsideration: NaiveDate,
    pub court: NaiveDate,
}

/// Counted from the day on which the applicant received the decision: days and months of the calendar, a last day that is no working day
/// moves (CLK-01, CLK-02).
pub fn b4_1_21_last_days(received: NaiveDate, remedies: &Remedies, calendar: &Calendar) -> LastDays {
    let last = |limit| calendar.due(received, limit).date;
    LastDays {
        reconsideration: last(Limit::calendar_days(remedies.reconsideration_days)),
        court: last(Limit::months(remedies.litigation_months)),
    }
}

/// After a decision on reconsideration: the last day to sue.
pub fn b4_1_21_after_reconsideration(received: NaiveDate, calendar: &Calendar) -> NaiveDate {
    calendar.due(received, Limit::calendar_days(Remedies::AFTER_RECONSIDERATION_DAYS)).date
}

/// Whether the case ended with a refusal, of the matter or of acceptance.
pub fn is_refused(case: &Case) -> bool {
    case.decision.as_ref().is_some_and(|decision| !decision.granted)
}

/// The day on which the applicant received the refusal: a denial is delivered by an act of its own (B4.1-20); a refusal to accept arrives in
/// the account at once. `None`: nobody recorded it, the days run from when the paper is received.
pub fn b4_1_21_received_on(case: &Case) -> Option<NaiveDate> {
    let decision = case.decision.as_ref().filter(|decision| !decision.granted)?;
    match case.stage {
        Stage::RefusedAcceptance | Stage::NotRequired => case.has_account().then_some(decision.on),
        _ => case.delivered_on,
    }
}

/// The remedies in the words of a letter.
pub fn in_letter(item: &Item) -> Value {
    json!({
        "reconsideration_body": item.remedies.reconsideration_body,
        "reconsideration_days": item.remedies.reconsideration_days,
        "court": item.remedies.court,
        "litigation_months": item.remedies.litigation_months,
    })
}

/// What a page shows of the remedies.
pub struct Shown {
    /// Where, and within which time.
    pub reconsideration: String,
    pub court: String,
    pub last: Option<LastDays>,
    /// The last day to sue after a decision on reconsideration.
    pub then_court: Option<NaiveDate>,
    /// Whether whoever looks may say what was done, and how it ended.
    pub may_tell: bool,
    pub may_end: bool,
}

/// The remedies against what the case came to; nothing where nothing was refused.
pub fn shown(case: &Case, item: &Item, mine: bool, calendar: &Calendar) -> Option<Shown> {
    if !is_refused(case) {
        return None;
    }
    let reconsidered = case.remedies.iter().filter(|one| one.way == Remedy::Reconsideration);
    let received =
        reconsidered.filter_map(|one| one.ended).filter(|ended| ended.outcome.opens_court()).map(|ended| ended.on).max();
    let Remedies { reconsideration_body, reconsideration_days, court, litigation_months, .. } = &item.remedies;
    Some(Shown {
        reconsideration: format!("向{reconsideration_body}申请，从收到决定书、通知书的次日起算，{reconsideration_days} 日内"),
        court: format!("向{court}起诉，从收到决定书、通知书的次日起算，{litigation_months} 个月内"),
        last: b4_1_21_received_on(case).map(|on| b4_1_21_last_days(on, &item.remedies, calendar)),
        then_court: received.map(|on| b4_1_21_after_reconsideration(on, calendar)),
        may_tell: mine && super::seek_remedy::ways_left(case).next().is_some(),
        may_end: mine && case.remedies.iter().any(|one| one.ended.is_none()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_1_21_sixty_days_and_six_months_run_from_the_day_after_receipt_and_end_on_a_working_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let remedies = Remedies {
            reconsideration: String::new(),
            reconsideration_body: "金寨县人民政府".into(),
            reconsideration_days: 60,
            litigation: String::new(),
            litigation_months: 6,
            court: "金寨县人民法院".into(),
        };
        let last = |received: &str| b4_1_21_last_days(day(received), &remedies, &Calendar::china());
        // 60 days after 5 January 2026; 5 July is a Sunday.
        assert_eq!(last("2026-01-05"), LastDays { reconsideration: day("2026-03-06"), court: day("2026-07-06") });
        // The sixtieth day is Saturday 7 March; there is no 31st of June … a month without the day ends on its last.
        assert_eq!(last("2026-01-06").reconsideration, day("2026-03-09"));
        assert_eq!(last("2025-12-31").court, day("2026-06-30"));
        // Fifteen days after a decision on reconsideration: Sunday 15 March moves.
        assert_eq!(b4_1_21_after_reconsideration(day("2026-02-28"), &Calendar::china()), day("2026-03-16"));
    }
}
