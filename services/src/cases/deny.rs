//! 不予许可 · deny in writing: facts, law, reasons, and how to have it reviewed (许可法 38, B4.1-08).

use super::case::{Case, Rejection};
use super::officer::{OfficerAct, needed};
use super::{basis, chart, head, hearing, joint, renewed};
use crate::certificates::denial_name;
use acts::{CaseAct, Handed, Reasons};
use authority::{Act, Circumstance};
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;

pub struct Deny {
    pub basis: String,
    pub facts: String,
    pub reasons: String,
    /// The head of the agency, where the counter may not decide alone.
    pub approver: Option<String>,
    /// What the head signed.
    pub papers: Vec<Handed>,
}

const LAW: &str = "《行政许可法》第三十八条第二款";

impl OfficerAct for Deny {
    const SLUG: &'static str = "deny";
    const TITLE: &'static str = "不予许可";
    const MEANS: &'static str = "要写明查明的事实、依据的条款和理由。决定书会告知复议六十日、诉讼六个月和受理的机关。";
    const ACT: Act = Act::Decide;
    const NODE: &'static str = "decide";
    const STOPS: bool = true;
    const KEY: Option<char> = Some('d');

    fn papers(case: &Case, item: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        head::papers(case, item)
    }

    fn with(self, papers: Vec<Handed>) -> Deny {
        Deny { papers, ..self }
    }

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        [
            joint::note(filled, case, item),
            filled.textarea("facts", "查明的事实", "例：现场核查时，内包装间没有洗手消毒设施", 4),
            basis::fields(filled, LAW, item),
            filled.textarea("reasons", "理由", "事实为什么不符合条款", 4),
            head::fields(filled, case, item),
            filled.choice("seal", "用章", "checkbox", &[("yes", "加盖审批专用章（电子印章）")]),
        ]
        .concat()
    }

    fn read(posted: &Posted, case: &Case, item: &Item, _: NaiveDate) -> Result<Deny, Vec<FieldError>> {
        let mut errors = Vec::new();
        let facts = needed(posted, "facts", "查明的事实", "请写查明的事实", &mut errors);
        let basis = basis::read(posted, LAW, item, &mut errors);
        let reasons = needed(posted, "reasons", "理由", "请写不予许可的理由", &mut errors);
        let approver = head::read(posted, case, item, &mut errors);
        if posted.one("seal") != "yes" {
            errors.push(field_error(
                "seal",
                "用章",
                "决定要加盖审批专用章才生效，请勾选用章",
                "The decision needs the approval seal",
            ));
        }
        if errors.is_empty() { Ok(Deny { basis, facts, reasons, approver, papers: Vec::new() }) } else { Err(errors) }
    }

    fn by(&self, person: &Person) -> Result<(), Rejection> {
        self.approver.as_deref().map_or(Ok(()), |approver| head::is_another(approver, &person.name))
    }

    fn circumstance(&self) -> Circumstance {
        head::circumstance(&self.approver, "deny")
    }

    fn may(person: &Person, case: &Case, _: &Item) -> Result<(), Rejection> {
        joint::f079_may_decide(person, case)
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "不予许可")?;
        hearing::b4_1_10_settled(case, now)?;
        joint::b4_2_02_settled(case, item)?;
        renewed::still_open(case, now)?;
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "deny"), ("decision", "deny")])?;
        Ok(vec![
            CaseAct::Denied {
                on: now.date(),
                basis: self.basis.clone(),
                went_back: Some(self.approver.is_some()),
                moved,
                private: Some(Reasons {
                    facts: self.facts.clone(),
                    reasons: self.reasons.clone(),
                    approver: self.approver.clone(),
                    competent: None,
                    papers: self.papers.clone(),
                }),
            },
            CaseAct::SealUsed { seal: "审批专用章".into(), document: denial_name(item).into() },
        ])
    }
}
