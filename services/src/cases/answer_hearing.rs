//! 要不要听证 · the applicant, told of it, asks for a hearing or waives it (许可法 47(1); B4.1-10); whoever has no account does so at the
//! counter.

use super::applicant::ApplicantAct;
use super::case::{Case, Rejection};
use super::hearing;
use super::officer::OfficerAct;
use acts::{CaseAct, Opinion};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled, field_error};

/// Characters of the longest reason.
const LONGEST: usize = 2000;

/// The answer, and why.
pub struct Answer {
    pub wants: bool,
    pub why: String,
}

impl ApplicantAct for Answer {
    const SLUG: &'static str = "hearing";
    const TITLE: &'static str = "要不要听证";
    const MEANS: &'static str = "听证是当面把事实、证据和意见说清楚，不收费。";
    const FOLLOWS: &'static str =
        "要求了，二十个工作日内举行，听证的时间不算在办理时限里；不要求，就接着办。拟作的决定写在告知书里，在这一件的文书里看。";
    const SENDS: &'static str = "就这样答复";
    const BACK: &'static str = "返回，以后再说";
    const ACT: Act = Act::AnswerHearing;

    fn is_open(case: &Case, today: NaiveDate) -> bool {
        hearing::b4_1_10_open(case, today).is_ok()
    }

    fn until(case: &Case) -> Option<NaiveDate> {
        case.hearing.as_ref().map(|right| right.until)
    }

    fn fields(filled: &Filled, _: &Case) -> String {
        let choices = [("yes", "要求听证"), ("no", "不要求听证")];
        [
            filled.choice("wants", "要不要听证", "radio", &choices),
            filled.textarea("why", "想说明什么", "可以不写。写给办理的机关看，不公开", 4),
        ]
        .concat()
    }

    fn read(posted: &Posted) -> Result<Answer, Vec<FieldError>> {
        let mut errors = Vec::new();
        if !matches!(posted.one("wants"), "yes" | "no") {
            errors.push(field_error("wants", "要不要听证", "请选要不要听证", "Choose whether you want a hearing"));
        }
        let why = fields::optional(posted, "why", "想说明什么", LONGEST, &mut errors);
        if errors.is_empty() { Ok(Answer { wants: posted.one("wants") == "yes", why }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, _: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        hearing::b4_1_10_open(case, now.date())?;
        let why = Some(self.why.clone()).filter(|why| !why.is_empty());
        Ok(vec![CaseAct::HearingAnswered { wants: self.wants, private: why.map(|text| Opinion { text }) }])
    }
}

/// Whoever has no account says so at the counter.
pub struct AtCounter(Answer);

impl OfficerAct for AtCounter {
    const SLUG: &'static str = "answer-hearing";
    const TITLE: &'static str = "登记要不要听证";
    const MEANS: &'static str = "申请人没有账户，当面说要不要听证。";
    const ACT: Act = Act::OfferHearing;
    const NODE: &'static str = "examine";

    fn is_offered(case: &Case, _: &Item) -> bool {
        case.waits_at(Self::NODE) && !case.has_account() && case.hearing.as_ref().is_some_and(|right| right.answer.is_none())
    }

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        <Answer as ApplicantAct>::fields(filled, case)
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<AtCounter, Vec<FieldError>> {
        <Answer as ApplicantAct>::read(posted).map(AtCounter)
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        if case.has_account() {
            return Err(Rejection::OwnAccount);
        }
        self.0.decide(case, item, now)
    }
}
