//! 现场核查 · survey the site (B4.1-13): two staff at least. It never stops the clock: a survey is not among the eight
//! grounds of 行政许可法 45 (B4.1-07, F081).

use super::case::{Case, Rejection};
use super::chart;
use super::officer::{OfficerAct, needed};
use acts::{CaseAct, Opinion};
use authority::Act;
use catalogue::Item;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

/// 行政许可法 34: checking the substance needs two or more staff.
const LEAST_STAFF: u32 = 2;

pub struct Survey {
    pub staff: u32,
    pub passed: bool,
    pub findings: String,
}

impl OfficerAct for Survey {
    const SLUG: &'static str = "survey";
    const TITLE: &'static str = "登记现场核查";
    const MEANS: &'static str = "登记核查结果。现场核查算在办理时限内，不暂停计时。";
    const ACT: Act = Act::Survey;
    const NODE: &'static str = "survey";
    const KEY: Option<char> = Some('s');

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        [
            filled.input("staff", "到场核查人员", "几个人，至少 2 人", "text", "inputmode=\"numeric\""),
            filled.choice("passed", "核查结论", "radio", &[("yes", "符合要求"), ("no", "有不符合的地方")]),
            filled.textarea("findings", "核查情况", "看了哪里、看到什么、申请人怎么说", 5),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item) -> Result<Survey, Vec<FieldError>> {
        let mut errors = Vec::new();
        let staff = forms::text::fold_digits(posted.one("staff")).trim().parse().unwrap_or(0);
        if staff == 0 {
            errors.push(field_error("staff", "到场核查人员", "到场核查人员请填数字，例如 2", "Enter a number, for example 2"));
        }
        if !matches!(posted.one("passed"), "yes" | "no") {
            errors.push(field_error("passed", "核查结论", "请选核查结论", "Choose the result"));
        }
        let findings = needed(posted, "findings", "核查情况", "请写核查情况", &mut errors);
        if errors.is_empty() { Ok(Survey { staff, passed: posted.one("passed") == "yes", findings }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "登记现场核查")?;
        if self.staff < LEAST_STAFF {
            return Err(Rejection::TooFewStaff);
        }
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", if self.passed { "pass" } else { "fail" })])?;
        Ok(vec![CaseAct::Surveyed {
            staff: self.staff,
            passed: self.passed,
            moved,
            private: Some(Opinion { text: self.findings.clone() }),
        }])
    }
}
