//! 邮件退回 · what came back is not delivered (B4.1-20): it is sent anew, or delivered another way.

use super::case::{Case, Rejection};
use super::officer::{OfficerAct, needed};
use acts::{CaseAct, Returned};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, past_date};

pub struct CameBack {
    pub on: NaiveDate,
    pub reason: String,
}

impl OfficerAct for CameBack {
    const SLUG: &'static str = "mail-returned";
    const TITLE: &'static str = "登记邮件退回";
    const MEANS: &'static str = "邮件没有人签收，退回来了。登记以后可以再寄，也可以换一种办法送达。";
    const ACT: Act = Act::Deliver;
    const NODE: &'static str = super::deliver::Deliver::NODE;
    const STOPS: bool = true;

    fn is_offered(case: &Case, _: &Item) -> bool {
        case.waits_at(Self::NODE) && case.mailed.is_some()
    }

    fn over(case: &Case) -> Option<Rejection> {
        case.mailed.is_none().then_some(Rejection::NotMailed)
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        [
            filled.input("on", "退回日期", "例如 2026-11-27", "text", "inputmode=\"numeric\""),
            filled.textarea("reason", "为什么退回", "写给申请人看。例：三次投递没有人接收，电话无人接听", 3),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, today: NaiveDate) -> Result<CameBack, Vec<FieldError>> {
        let mut errors = Vec::new();
        let on = past_date(posted, "on", "退回日期", today, &mut errors);
        let reason = needed(posted, "reason", "退回原因", "请写明为什么退回", &mut errors);
        match on {
            Some(on) if errors.is_empty() => Ok(CameBack { on, reason }),
            _ => Err(errors),
        }
    }

    fn decide(&self, case: &Case, _: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "登记邮件退回")?;
        let mailed = case.mailed.as_ref().ok_or(Rejection::NotMailed)?.on;
        if self.on < mailed {
            return Err(Rejection::ReceivedTooEarly { received: self.on, mailed });
        }
        Ok(vec![CaseAct::MailReturned { on: self.on, private: Some(Returned { reason: self.reason.clone() }) }])
    }
}
