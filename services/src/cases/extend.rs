//! 延长期限 · once and in time, approved by the head of the agency, the reason told (许可法 42, B4.1-04, CLK-10).

use super::case::{Case, Rejection, Stage};
use super::head;
use super::officer::{OfficerAct, needed, reasoned};
use acts::{Approval, CaseAct, Handed};
use authority::{Act, Circumstance};
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;

pub struct Extend {
    pub approver: String,
    pub post: String,
    pub reason: String,
    /// What the head signed.
    pub papers: Vec<Handed>,
}

/// Before either limit has run out: more time cannot heal a delay, of the promise no more than of the law.
pub fn clk_10_in_time(case: &Case, now: &Moment) -> Result<(), Rejection> {
    let over = [&case.promised, &case.statutory].into_iter().flatten().filter_map(|clock| clock.due(&now.calendar));
    match over.map(|due| due.date).find(|due| *due < now.date()) {
        Some(due) => Err(Rejection::PastExtending(due)),
        None => Ok(()),
    }
}

impl OfficerAct for Extend {
    const SLUG: &'static str = "extend";
    const TITLE: &'static str = "延长期限";
    const MEANS: &'static str = "只能延长一次，要经本机关负责人批准。确认后出具告知书，把理由和新的最后一天告诉申请人。";
    const ACT: Act = Act::Extend;
    const NODE: &'static str = "decide";

    fn is_offered(case: &Case, item: &Item) -> bool {
        case.stage == Stage::InReview && !case.extended && item.extension.is_some()
    }

    fn barred(case: &Case, _: &Item, now: &Moment) -> Option<Rejection> {
        clk_10_in_time(case, now).err()
    }

    fn papers(_: &Case, _: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        head::APPROVAL
    }

    fn with(self, papers: Vec<Handed>) -> Extend {
        Extend { papers, ..self }
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        [
            filled.input("approver", "批准的负责人", "姓名，不公开。例：王建国", "text", ""),
            filled.input("post", "负责人的职务", "写给申请人看，公开。例：局长", "text", ""),
            filled.textarea("reason", "延长的理由", "写给申请人看", 3),
            filled.choice("approved", "批准", "checkbox", &[("yes", "已经本机关负责人批准，批件已存入案卷")]),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<Extend, Vec<FieldError>> {
        let mut errors = Vec::new();
        let approver = needed(posted, "approver", "批准的负责人", "请填批准延期的负责人", &mut errors);
        let post = needed(posted, "post", "负责人的职务", "请填批准延期的负责人的职务", &mut errors);
        let reason = reasoned(posted, "reason", "理由", "请写延长的理由", &mut errors);
        if posted.one("approved") != "yes" {
            errors.push(field_error(
                "approved",
                "批准",
                "没有负责人批准不能延长，请先报批再勾选",
                "The head of the agency must approve first",
            ));
        }
        if errors.is_empty() { Ok(Extend { approver, post, reason, papers: Vec::new() }) } else { Err(errors) }
    }

    fn by(&self, person: &Person) -> Result<(), Rejection> {
        head::is_another(&self.approver, &person.name)
    }

    fn circumstance(&self) -> Circumstance {
        Circumstance { at_counter: true, head_approved: true, ..Circumstance::default() }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        if case.stage != Stage::InReview {
            case.must_wait_at("", "延长期限")?;
        }
        let extension = item.extension.as_ref().ok_or(Rejection::NoExtension)?;
        if case.extended {
            return Err(Rejection::AlreadyExtended);
        }
        clk_10_in_time(case, now)?;
        for clock in [&case.promised, &case.statutory].into_iter().flatten() {
            clock.clone().extend(extension.limit, now.date(), &self.post, &self.reason)?;
        }
        Ok(vec![
            CaseAct::Extended {
                added: extension.limit,
                on: now.date(),
                approver: self.post.clone(),
                reason: String::new(),
                private: Some(Approval {
                    name: self.approver.clone(),
                    reason: Some(self.reason.clone()),
                    papers: self.papers.clone(),
                }),
            },
            CaseAct::SealUsed { seal: "审批专用章".into(), document: "延长办理期限告知书".into() },
        ])
    }
}
