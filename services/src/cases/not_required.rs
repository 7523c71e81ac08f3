//! 不需要许可 · tell at once that nothing need be applied for (许可法 32(1)).

use super::case::{Case, Rejection};
use super::chart;
use super::officer::{OfficerAct, needed};
use acts::{CaseAct, Reasons};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::Filled;

pub struct NotRequired {
    pub reasons: String,
}

impl OfficerAct for NotRequired {
    const SLUG: &'static str = "not-required";
    const TITLE: &'static str = "告知不需要办";
    const MEANS: &'static str = "这件事依法不需要办这个许可。确认后出具告知书，写明理由和复议、诉讼的途径，这一件办结。";
    const ACT: Act = Act::FindNotRequired;
    const NODE: &'static str = "check_acceptance";

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        filled.textarea("reasons", "为什么不需要", "写给申请人看。例：只做餐饮服务，办食品经营许可就行", 4)
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<NotRequired, Vec<FieldError>> {
        let mut errors = Vec::new();
        let reasons = needed(posted, "reasons", "理由", "请写明为什么不需要办", &mut errors);
        if errors.is_empty() { Ok(NotRequired { reasons }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "告知不需要办")?;
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "not_required")])?;
        Ok(vec![
            CaseAct::NotRequired {
                basis: "《行政许可法》第三十二条第一款第一项".into(),
                moved,
                private: Some(Reasons { reasons: self.reasons.clone(), ..Reasons::default() }),
            },
            CaseAct::SealUsed { seal: "审批专用章".into(), document: "不需要办理告知书".into() },
        ])
    }
}
