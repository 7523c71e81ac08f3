//! 送达 · hand the result over (许可法 44).

use super::case::{Case, Rejection};
use super::chart;
use super::officer::OfficerAct;
use acts::{BY_AGENT, CaseAct, DELIVERY_WAYS};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

pub struct Deliver {
    pub way: String,
}

/// Whether the consent by which it was filed lets the agent collect the result.
fn may_collect(case: &Case) -> bool {
    case.agent.as_ref().is_some_and(|agent| agent.collects)
}

impl OfficerAct for Deliver {
    const SLUG: &'static str = "deliver";
    const TITLE: &'static str = "送达";
    const MEANS: &'static str = "登记怎样送到申请人手里。送达后请申请人评价。";
    const ACT: Act = Act::Deliver;
    const NODE: &'static str = "deliver";
    const KEY: Option<char> = Some('d');

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        let offered = |way: &str| match way {
            "account" => case.has_account(),
            BY_AGENT => may_collect(case),
            _ => true,
        };
        let ways: Vec<(&str, &str)> = DELIVERY_WAYS.into_iter().filter(|(way, _)| offered(way)).collect();
        filled.choice("way", "送达方式", "radio", &ways)
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<Deliver, Vec<FieldError>> {
        match DELIVERY_WAYS.iter().find(|(key, _)| *key == posted.one("way")) {
            Some((key, _)) => Ok(Deliver { way: (*key).to_owned() }),
            None => Err(vec![field_error("way", "送达方式", "请选送达方式", "Choose how it was delivered")]),
        }
    }

    fn by_consent(&self) -> bool {
        self.way == BY_AGENT
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "送达")?;
        if self.way == "account" && !case.has_account() {
            return Err(Rejection::NoAccount);
        }
        if self.way == BY_AGENT && !may_collect(case) {
            return Err(Rejection::NotForAgent);
        }
        if let Some(bill) = case.to_pay() {
            return Err(Rejection::Unpaid(bill.total));
        }
        let moved = chart::complete(case, item, Self::NODE, &[])?;
        Ok(vec![CaseAct::Delivered { way: self.way.clone(), moved }])
    }
}
