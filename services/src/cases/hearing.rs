//! 听证 · a hearing is a special procedure with rules of its own (许可法 47, 48; B4.1-10): a notice in time, somebody else in the chair,
//! a record that the decision follows.

use super::case::{Case, Pause, Rejection};
use super::officer::needed;
use acts::Hearing;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use serde::{Deserialize, Serialize};

/// 许可法 48(1)(1): time and place are told so many working days before.
const NOTICE_DAYS: u32 = 7;
/// 许可法 47(1): it is organised within so many working days.
const HELD_WITHIN: u32 = 20;

/// So many working days after it its record is made; the law names none, so it is what is usual.
const RECORD_DAYS: u32 = 5;

/// 许可法 47(1): it is asked for within so many days of being told, working days by article 82.
const ASKED_WITHIN: u32 = 5;

/// 听证权利 · until when a hearing may be asked for, and the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingRight {
    pub until: NaiveDate,
    pub answer: Option<HearingAnswer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingAnswer {
    pub wants: bool,
    pub on: NaiveDate,
}

/// The last day on which a hearing may be asked for, of what was told today.
pub fn b4_1_10_until(now: &Moment) -> NaiveDate {
    now.calendar.add_working_days(now.date(), ASKED_WITHIN)
}

/// Whether the applicant may still answer that day.
pub fn b4_1_10_open(case: &Case, today: NaiveDate) -> Result<(), Rejection> {
    match &case.hearing {
        // Whoever was first is named (F078).
        Some(right) if right.answer.is_some() => case.must_wait_at("", "答复要不要听证"),
        Some(right) if today > right.until => Err(Rejection::HearingRightOver(right.until)),
        Some(_) if !case.stage.is_concluded() => Ok(()),
        _ => Err(Rejection::NoHearingRight),
    }
}

/// Nothing is proposed or decided while a hearing may still be asked for, or was asked for and not held (许可法 47(1)).
pub fn b4_1_10_settled(case: &Case, now: &Moment) -> Result<(), Rejection> {
    let Some(right) = &case.hearing else { return Ok(()) };
    match right.answer {
        None if now.date() <= right.until => Err(Rejection::HearingRightOpen(right.until)),
        Some(answer) if answer.wants && !was_held(case) => {
            Err(Rejection::HearingOwed(now.calendar.add_working_days(answer.on, HELD_WITHIN)))
        }
        _ => Ok(()),
    }
}

/// By when a hearing that was asked for is held; none: nothing is owed.
pub fn b4_1_10_owed_by(case: &Case, now: &Moment) -> Option<NaiveDate> {
    match b4_1_10_settled(case, now) {
        Err(Rejection::HearingOwed(by)) => Some(by),
        _ => None,
    }
}

/// A hearing is not set while the applicant may still say whether to have one; one that was waived is held only where the agency finds that the
/// public interest asks for it, or the law always does (许可法 46, 47).
pub fn may_be_set(case: &Case, now: &Moment) -> Result<(), Rejection> {
    match &case.hearing {
        Some(HearingRight { until, answer: None }) if now.date() <= *until => Err(Rejection::HearingRightOpen(*until)),
        _ => Ok(()),
    }
}

/// Whether one was held already: nobody is asked afterwards.
pub fn was_held(case: &Case) -> bool {
    case.special.iter().any(|ground| acts::is_heard(ground))
}

/// When and where, and who presides.
pub struct Hear {
    pub hearing: Hearing,
    /// The name alone, without the post: it is held against those of the surveyors and of whoever examines.
    pub chair: String,
}

pub fn fields(filled: &Filled) -> String {
    [
        filled.input(
            "heard_on",
            "听证日期",
            "听证才填。要提前七个工作日通知，二十个工作日内举行",
            "text",
            "inputmode=\"numeric\" autocomplete=\"off\"",
        ),
        filled.input(
            "heard_at",
            "听证地点",
            "听证才填。例：县政务服务中心三楼听证室。除涉及国家秘密、商业秘密或者个人隐私外公开举行",
            "text",
            "",
        ),
        filled.input("chair", "主持人", "听证才填。审查这一件的人以外的人；申请人、利害关系人可以申请他回避", "text", ""),
    ]
    .concat()
}

pub fn read(posted: &Posted, today: NaiveDate, errors: &mut Vec<FieldError>) -> Option<Hear> {
    let on = calendar::parse_date(forms::text::fold_digits(posted.one("heard_on")).trim()).ok().filter(|on| *on > today);
    if on.is_none() {
        errors.push(field_error(
            "heard_on",
            "听证日期",
            "请写听证在哪一天举行，要在今天以后，例如 2026-12-15",
            "Enter the day of the hearing, after today, for example 2026-12-15",
        ));
    }
    let place = needed(posted, "heard_at", "听证地点", "请写听证在哪里举行", errors);
    let chair = forms::text::name_without_post(&needed(posted, "chair", "主持人", "请写听证由谁主持", errors));
    Some(Hear { hearing: Hearing { on: on?, place }, chair })
}

impl Hear {
    /// B4.1-10: told seven working days before, held within twenty, and not under whoever surveyed the case.
    pub fn may_be_held(&self, case: &Case, now: &Moment) -> Result<(), Rejection> {
        let first = now.calendar.add_working_days(now.date(), NOTICE_DAYS);
        // Twenty days from the asking; where they are nearly over, the notice comes first.
        let asked = case.hearing.as_ref().and_then(|right| right.answer).filter(|answer| answer.wants);
        let last = now.calendar.add_working_days(asked.map_or(now.date(), |answer| answer.on), HELD_WITHIN).max(first);
        if self.hearing.on < first {
            return Err(Rejection::HearingTooSoon(first));
        }
        if self.hearing.on > last {
            return Err(Rejection::HearingTooLate(last));
        }
        if case.surveyors.iter().any(|surveyor| forms::text::names(surveyor, &self.chair)) {
            Err(Rejection::ChairExamines)
        } else {
            Ok(())
        }
    }

    /// The time that is told must reach the hearing itself, and goes no further than twenty days and its record.
    pub fn is_within(&self, told_days: u32, now: &Moment) -> Result<(), Rejection> {
        let least = now.calendar.working_days_between(now.date(), self.hearing.on);
        match told_days {
            short if short < least => Err(Rejection::ToldTooShort(least)),
            long if long > HELD_WITHIN + RECORD_DAYS => Err(Rejection::ToldTooLong(HELD_WITHIN + RECORD_DAYS)),
            _ => Ok(()),
        }
    }

    /// Nobody presides who applies, or acts for whoever does, as far as the application names them (许可法 48(1)(3)).
    pub fn is_another(&self, case: &Case, item: &Item) -> Result<(), Rejection> {
        let theirs = super::experts::theirs(case, item);
        match theirs.iter().any(|name| forms::text::names(&self.chair, name) || forms::text::names(name, &self.chair)) {
            true => Err(Rejection::ChairInterested(self.chair.clone())),
            false => Ok(()),
        }
    }
}

/// A hearing ends when it was held, by its record (许可法 48(1)(5)).
pub fn concludes(pause: Option<&Pause>, without_record: bool, today: NaiveDate) -> Result<(), Rejection> {
    let Some(on) = pause.and_then(|pause| pause.heard_on) else { return Ok(()) };
    if today < on {
        return Err(Rejection::NotHeardYet(on));
    }
    if without_record { Err(Rejection::NoTranscript) } else { Ok(()) }
}
