//! 期限 · the numbers of the rules, each once: until when a bad rating is called back and put right, and what may be done when (C3.2).

use acts::{RatingStep, SetAside};
use calendar::{Calendar, NaiveDate};

/// Working days to call back whoever may be called back.
pub const CALL_BACK: u32 = 1;
/// To put right what is simple, or to explain.
pub const SIMPLE: u32 = 5;
/// To put right what is complex, by a day that was told with its reason.
pub const COMPLEX: u32 = 15;

/// C3.2-04 · the last day to call back.
pub fn c3_2_04_call_back_by(calendar: &Calendar, opened: NaiveDate) -> NaiveDate {
    calendar.add_working_days(opened, CALL_BACK)
}

/// C3.2-04 · the last day of what is simple.
pub fn c3_2_04_simple_by(calendar: &Calendar, opened: NaiveDate) -> NaiveDate {
    calendar.add_working_days(opened, SIMPLE)
}

/// C3.2-04 · the last day that a plan may name.
pub fn c3_2_04_complex_by(calendar: &Calendar, opened: NaiveDate) -> NaiveDate {
    calendar.add_working_days(opened, COMPLEX)
}

/// C3.2-03: whoever may be called back is called until reached, and so often at most. That three are enough is ours.
pub const C3_2_03_TRIES: u32 = 3;

/// Where an order stands: each of the columns of the table below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The rater may be called back.
    pub named: bool,
    pub called: bool,
    pub planned: bool,
    /// Put right or explained.
    pub answered: bool,
    pub set_aside: bool,
    /// Somebody asked that it not be counted, and nobody decided yet.
    pub asked: bool,
    /// The rater has said whether satisfied.
    pub said: bool,
    /// Not satisfied, and nobody reviewed that yet.
    pub disputed: bool,
}

/// What somebody wants to do, without its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    CallBack,
    Plan,
    Answer,
    AskSetAside(SetAside),
    DecideSetAside,
    State,
    SaySatisfied,
    Review,
    Overdue(RatingStep),
}

/// What the rules say no to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这张差评工单已经办结了")]
    Ended,
    #[error("这张差评工单还没有办结")]
    Running,
    #[error("这个差评已经决定不计入了")]
    NotCounted,
    #[error("留了可以联系的，先回访再往下办（国办发〔2019〕51号：实名差评回访率 100%）")]
    CallBackFirst,
    #[error("这个差评没有留可以联系，不用回访")]
    Anonymous,
    #[error("已经回访过了")]
    AlreadyCalled,
    #[error("改好的日子已经定过了，只能定一次")]
    AlreadyPlanned,
    #[error("改好的日子要在今天以后，最晚是立单后第 {} 个工作日", COMPLEX)]
    PlanTooLate,
    #[error("已经有人提出不计入，等决定")]
    AlreadyAsked,
    #[error("不计入已经决定过一次，不能再提")]
    DecidedBefore,
    #[error("没有等决定的不计入")]
    NothingAsked,
    #[error("满意不满意已经说过了")]
    AlreadySaid,
    #[error("没有等复核的不满意")]
    NothingDisputed,
    #[error("评价的是自己，可以看、可以陈述、可以申诉，不能自己办")]
    OwnRating,
    #[error("提出的人和决定的人要是两个人，不在一个单位")]
    SamePair,
    #[error("自己答复的，由别人复核")]
    OwnAnswer,
}

/// C3.2-03, C3.2-05 · what may follow what. A call-back comes first where the rater may be called; nothing waits for a proposal not to
/// count, and only what was answered is disputed.
pub fn c3_2_03_may(at: Standing, step: Step) -> Result<(), Rejection> {
    let open = !at.answered && !at.set_aside;
    let called = at.called || !at.named;
    let refused = match step {
        Step::DecideSetAside if !at.asked => Rejection::NothingAsked,
        Step::AskSetAside(_) | Step::State if at.set_aside => Rejection::NotCounted,
        Step::AskSetAside(SetAside::Mistaken | SetAside::Malicious) if at.answered => Rejection::Ended,
        Step::AskSetAside(_) if at.asked => Rejection::AlreadyAsked,
        Step::CallBack | Step::Plan | Step::Answer | Step::Overdue(_) if !open => Rejection::Ended,
        Step::CallBack if !at.named => Rejection::Anonymous,
        Step::CallBack if at.called => Rejection::AlreadyCalled,
        Step::Plan | Step::Answer if !called => Rejection::CallBackFirst,
        Step::Plan if at.planned => Rejection::AlreadyPlanned,
        Step::Overdue(RatingStep::CallBack) if called => Rejection::AlreadyCalled,
        Step::SaySatisfied if at.set_aside => Rejection::NotCounted,
        Step::SaySatisfied if !at.answered => Rejection::Running,
        Step::SaySatisfied if at.said => Rejection::AlreadySaid,
        Step::Review if !at.disputed => Rejection::NothingDisputed,
        _ => return Ok(()),
    };
    Err(refused)
}

/// C3.2-03 · by two people of two bodies: who asked that a rating not be counted does not decide it, nor does anybody of the agency rated.
pub fn c3_2_03_may_decide(
    (asker, askers): (Option<uuid::Uuid>, Option<&str>),
    (decider, deciders): (uuid::Uuid, Option<&str>),
    rated: &str,
) -> Result<(), Rejection> {
    let same_person = asker == Some(decider);
    let same_body = deciders.is_some_and(|body| body == rated || askers == Some(body));
    if same_person || same_body { Err(Rejection::SamePair) } else { Ok(()) }
}

pub fn ground_zh(ground: SetAside) -> &'static str {
    match ground {
        SetAside::Mistaken => "评错了，有证据",
        SetAside::Malicious => "恶意差评，有证据",
        SetAside::Appeal => "被评价人申诉",
    }
}

/// What the desk may put forward; an appeal is of whoever was rated.
pub const GROUNDS: [(&str, &str); 2] = [("mistaken", "评错了，有证据"), ("malicious", "恶意差评，有证据")];

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn c3_2_04_one_five_and_fifteen_working_days() {
        let china = Calendar::china();
        // Before the national holiday of 2025: 26, 28 (worked), 29, 30 September, 9 October.
        let opened = day("2025-09-25");
        assert_eq!(c3_2_04_call_back_by(&china, opened), day("2025-09-26"));
        assert_eq!(c3_2_04_simple_by(&china, opened), day("2025-10-09"));
        assert_eq!(c3_2_04_complex_by(&china, opened), day("2025-10-22"));
    }

    /// Each step at each of the places where an order may stand; `None` is yes.
    #[test]
    fn c3_2_03_what_may_follow_what() {
        use Rejection::*;
        let open = Standing { named: true, ..Standing::default() };
        let anonymous = Standing::default();
        let called = Standing { called: true, ..open };
        let planned = Standing { planned: true, ..called };
        let asked = Standing { asked: true, ..called };
        let answered = Standing { answered: true, ..called };
        let disputed = Standing { said: true, disputed: true, ..answered };
        let aside = Standing { set_aside: true, ..called };
        let (mistaken, appeal) = (Step::AskSetAside(SetAside::Mistaken), Step::AskSetAside(SetAside::Appeal));
        let table: [(Step, [Option<Rejection>; 8]); 8] = [
            // open, anonymous, called, planned, asked, answered, disputed, set aside
            (
                Step::CallBack,
                [
                    None,
                    Some(Anonymous),
                    Some(AlreadyCalled),
                    Some(AlreadyCalled),
                    Some(AlreadyCalled),
                    Some(Ended),
                    Some(Ended),
                    Some(Ended),
                ],
            ),
            (Step::Plan, [Some(CallBackFirst), None, None, Some(AlreadyPlanned), None, Some(Ended), Some(Ended), Some(Ended)]),
            (Step::Answer, [Some(CallBackFirst), None, None, None, None, Some(Ended), Some(Ended), Some(Ended)]),
            (mistaken, [None, None, None, None, Some(AlreadyAsked), Some(Ended), Some(Ended), Some(NotCounted)]),
            (appeal, [None, None, None, None, Some(AlreadyAsked), None, None, Some(NotCounted)]),
            (
                Step::DecideSetAside,
                [
                    Some(NothingAsked),
                    Some(NothingAsked),
                    Some(NothingAsked),
                    Some(NothingAsked),
                    None,
                    Some(NothingAsked),
                    Some(NothingAsked),
                    Some(NothingAsked),
                ],
            ),
            (
                Step::SaySatisfied,
                [
                    Some(Running),
                    Some(Running),
                    Some(Running),
                    Some(Running),
                    Some(Running),
                    None,
                    Some(AlreadySaid),
                    Some(NotCounted),
                ],
            ),
            (
                Step::Review,
                [
                    Some(NothingDisputed),
                    Some(NothingDisputed),
                    Some(NothingDisputed),
                    Some(NothingDisputed),
                    Some(NothingDisputed),
                    Some(NothingDisputed),
                    None,
                    Some(NothingDisputed),
                ],
            ),
        ];
        for (step, row) in table {
            for (at, told) in [open, anonymous, called, planned, asked, answered, disputed, aside].into_iter().zip(row) {
                assert_eq!(c3_2_03_may(at, step).err(), told, "{step:?} at {at:?}");
            }
        }
    }

    #[test]
    fn c3_2_03_two_people_of_two_bodies() {
        let (one, two) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        assert_eq!(c3_2_03_may_decide((Some(one), Some("a")), (two, None), "a"), Ok(()));
        assert_eq!(c3_2_03_may_decide((Some(one), Some("a")), (one, None), "a"), Err(Rejection::SamePair));
        assert_eq!(c3_2_03_may_decide((Some(one), Some("a")), (two, Some("a")), "a"), Err(Rejection::SamePair));
        assert_eq!(c3_2_03_may_decide((Some(one), Some("b")), (two, Some("b")), "a"), Err(Rejection::SamePair));
        assert_eq!(c3_2_03_may_decide((Some(one), Some("a")), (two, Some("c")), "a"), Ok(()));
    }
}
