//! 会签 · one more person of the agency looks at the case and signs, before it is decided (B4.2-02; F079).

use super::case::{Case, Rejection};
use super::joint;
use super::officer::{OfficerAct, needed};
use acts::{CaseAct, Signed};
use authority::Act;
use catalogue::{Item, JointWay};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;

pub struct Countersign {
    pub agrees: bool,
    pub opinion: String,
}

impl OfficerAct for Countersign {
    const SLUG: &'static str = "countersign";
    const TITLE: &'static str = "会签";
    const MEANS: &'static str =
        "写明会签意见，签一次，不能改。审查这一件的人不会签，会签的人不作决定；会签算在办理时限内，不暂停计时。";
    const ACT: Act = Act::Countersign;
    const NODE: &'static str = "decide";

    fn is_offered(case: &Case, item: &Item) -> bool {
        case.waits_at(Self::NODE) && joint::wants(JointWay::Signatures, case, item)
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        [
            filled.choice("agrees", "会签意见", "radio", &[("yes", "同意拟办意见"), ("no", "有不同意见")]),
            filled.textarea("opinion", "说明", "看了什么，依据是什么。只进案卷，不公开", 4),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<Countersign, Vec<FieldError>> {
        let mut errors = Vec::new();
        if !matches!(posted.one("agrees"), "yes" | "no") {
            errors.push(field_error("agrees", "会签意见", "请选会签意见", "Choose an opinion"));
        }
        let opinion = needed(posted, "opinion", "说明", "请写会签的说明", &mut errors);
        if errors.is_empty() { Ok(Countersign { agrees: posted.one("agrees") == "yes", opinion }) } else { Err(errors) }
    }

    fn may(person: &Person, case: &Case, _: &Item) -> Result<(), Rejection> {
        joint::f079_may_sign(person, case)
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, Self::TITLE)?;
        let of = joint::wanted(JointWay::Signatures, case, item, Self::TITLE)?;
        Ok(vec![CaseAct::Countersigned {
            number: case.signed.len() as u32 + 1,
            of,
            private: Some(Signed { agrees: self.agrees, text: self.opinion.clone() }),
        }])
    }
}
