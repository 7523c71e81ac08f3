//! 告知听证权利 · where the decision touches great interests of the applicant and others, both are told beforehand that they may ask for a
//! hearing (许可法 47(1); B4.1-10). The clock runs on: only the hearing itself does not count.

use super::case::{Case, Rejection};
use super::hearing;
use super::officer::{OfficerAct, needed};
use acts::{CaseAct, Opinion};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::Filled;

pub struct OfferHearing {
    pub text: String,
}

impl OfficerAct for OfferHearing {
    const SLUG: &'static str = "offer-hearing";
    const TITLE: &'static str = "告知听证权利";
    const MEANS: &'static str =
        "直接关系申请人和别人重大利益的，决定以前要告知可以要求听证。申请人有五个工作日；期间照常计时，不能提交审查意见和决定。";
    const ACT: Act = Act::OfferHearing;
    const NODE: &'static str = "examine";

    /// Where the item has hearings, the chart a place for one, and nobody was told yet.
    fn is_offered(case: &Case, item: &Item) -> bool {
        let hears = item.special_procedures.iter().any(|special| acts::is_heard(&special.ground));
        case.waits_at(Self::NODE)
            && hears
            && item.process.node("await_testing").is_some()
            && case.hearing.is_none()
            && !hearing::was_held(case)
    }

    fn over(case: &Case) -> Option<Rejection> {
        case.hearing.as_ref().map(|_| Rejection::HearingOfferedBefore)
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        filled.textarea(
            "text",
            "拟作的决定和涉及的重大利益",
            "写给申请人看，印在告知书上。例：拟准予；油烟口距相邻住户不足 20 米",
            4,
        )
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<OfferHearing, Vec<FieldError>> {
        let mut errors = Vec::new();
        let text = needed(posted, "text", "拟作的决定和涉及的重大利益", "请写拟作的决定和涉及的重大利益", &mut errors);
        if errors.is_empty() { Ok(OfferHearing { text }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, _: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, Self::TITLE)?;
        if case.hearing.is_some() {
            return Err(Rejection::HearingOfferedBefore);
        }
        if hearing::was_held(case) {
            return Err(Rejection::HeardAlready);
        }
        Ok(vec![
            CaseAct::HearingOffered { until: hearing::b4_1_10_until(now), private: Some(Opinion { text: self.text.clone() }) },
            CaseAct::SealUsed { seal: "审批专用章".into(), document: "听证权利告知书".into() },
        ])
    }
}
