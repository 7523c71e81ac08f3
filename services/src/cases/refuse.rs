//! 不予受理 · refuse to accept: not this agency's matter (许可法 32(2)). Written, with reasons, remedies and the agency to go to.

use super::case::{Case, Rejection};
use super::officer::{OfficerAct, needed};
use super::{basis, chart};
use acts::{CaseAct, Reasons};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::Filled;

pub struct Refuse {
    pub basis: String,
    pub reasons: String,
    pub competent: Option<String>,
}

const LAW: &str = "《行政许可法》第三十二条第一款第二项";

impl OfficerAct for Refuse {
    const SLUG: &'static str = "refuse";
    const TITLE: &'static str = "不予受理";
    const MEANS: &'static str = "这件事不归本机关办。要写明依据、理由和应当去哪个机关，通知书上会告知复议和诉讼的途径。";
    const ACT: Act = Act::RefuseAcceptance;
    const NODE: &'static str = "check_acceptance";
    const STOPS: bool = true;

    fn fields(filled: &Filled, _: &Case, item: &Item) -> String {
        [
            basis::fields(filled, LAW, item),
            filled.textarea("reasons", "理由", "写给申请人看，说清楚为什么不归本机关办", 4),
            filled.input("competent", "应当向哪个机关申请", "例：安徽省市场监督管理局", "text", ""),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, item: &Item, _: NaiveDate) -> Result<Refuse, Vec<FieldError>> {
        let mut errors = Vec::new();
        let basis = basis::read(posted, LAW, item, &mut errors);
        let reasons = needed(posted, "reasons", "理由", "请写明不予受理的理由", &mut errors);
        let competent = needed(posted, "competent", "应当去的机关", "请填应当向哪个机关申请", &mut errors);
        if errors.is_empty() { Ok(Refuse { basis, reasons, competent: Some(competent) }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "不予受理")?;
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "refuse")])?;
        Ok(vec![
            CaseAct::AcceptanceRefused {
                basis: self.basis.clone(),
                competent_agency: None,
                moved,
                private: Some(Reasons { reasons: self.reasons.clone(), competent: self.competent.clone(), ..Reasons::default() }),
            },
            CaseAct::SealUsed { seal: "审批专用章".into(), document: "不予受理通知书".into() },
        ])
    }
}
