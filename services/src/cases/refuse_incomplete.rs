//! 补正后仍不齐全，不予受理 · what the one notice asked for stayed incomplete, or never came by its last day (许可法 32(1)(4), (5) read the other
//! way round; B4.1-22). The law knows no giving up by silence: an officer decides, in writing, with remedies. Nobody names another agency.

use super::case::{Case, Correction, Rejection};
use super::officer::{OfficerAct, needed};
use super::{basis, chart};
use acts::{CaseAct, Missing, Reasons};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

/// Which of what was told is still not there, and why.
pub struct RefuseIncomplete {
    pub basis: String,
    /// Empty where nothing came at all.
    pub left: Vec<Missing>,
    pub reasons: String,
}

const LAW: &str = "《行政许可法》第三十二条第一款第五项";

/// Whether the supplement may be given up waiting for: its last day was told, and is over.
pub fn b4_1_22_over(told: &Correction, today: NaiveDate) -> Result<(), Rejection> {
    match told.until {
        Some(until) if today > until => Ok(()),
        Some(until) => Err(Rejection::StillSupplementing(until)),
        None => Err(Rejection::NoLastDayTold),
    }
}

fn never_came(case: &Case) -> bool {
    case.waits_at("await_correction")
}

fn told(case: &Case) -> impl Iterator<Item = &Missing> {
    case.correction.iter().flat_map(|told| told.missing.iter().flatten())
}

impl OfficerAct for RefuseIncomplete {
    const SLUG: &'static str = "refuse-incomplete";
    const TITLE: &'static str = "补正后仍不齐全，不予受理";
    const MEANS: &'static str = "告知书上要补的到期没有补，或者补了仍不齐全、不符合法定形式。只能照告知书上列的说，通知书会告知复议和诉讼的途径；申请人以后可以重新申请。";
    const ACT: Act = Act::RefuseAcceptance;
    const NODE: &'static str = "check_acceptance";
    const STOPS: bool = true;

    fn is_offered(case: &Case, _: &Item) -> bool {
        case.correction.is_some() && (case.waits_at(Self::NODE) || never_came(case))
    }

    fn over(case: &Case) -> Option<Rejection> {
        case.correction.is_none().then_some(Rejection::NothingTold)
    }

    fn barred(case: &Case, _: &Item, now: &Moment) -> Option<Rejection> {
        b4_1_22_over(case.correction.as_ref().filter(|_| never_came(case))?, now.date()).err()
    }

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        let left: Vec<(&str, &str)> = told(case).map(|m| (m.what.as_str(), m.label.as_str())).collect();
        [
            basis::fields(filled, LAW, item),
            if never_came(case) {
                String::new()
            } else {
                filled.choice("left", "告知过、仍没有补好的", "checkbox", &left)
            },
            filled.textarea("reasons", "理由", "写给申请人看，说清楚哪里仍不齐全、不符合法定形式；没有来补的，写怎样告知过", 4),
        ]
        .concat()
    }

    fn read(posted: &Posted, case: &Case, item: &Item, _: NaiveDate) -> Result<RefuseIncomplete, Vec<FieldError>> {
        let mut errors = Vec::new();
        let basis = basis::read(posted, LAW, item, &mut errors);
        let chosen = posted.all("left");
        let left: Vec<Missing> = told(case).filter(|m| !never_came(case) && chosen.contains(&m.what)).cloned().collect();
        if left.is_empty() && !never_came(case) {
            let (zh, en) = ("请勾选告知过、仍没有补好的，至少一样", "Choose what was told and is still not mended");
            errors.push(field_error("left", "仍没有补好的", zh, en));
        }
        let reasons = needed(posted, "reasons", "理由", "请写明不予受理的理由", &mut errors);
        if errors.is_empty() { Ok(RefuseIncomplete { basis, left, reasons }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        let Some(told) = &case.correction else { return Err(Rejection::NothingTold) };
        let (moved, why) = if never_came(case) {
            b4_1_22_over(told, now.date())?;
            let why = match told.came.is_empty() {
                true => "一次告知补正以后，到期没有补正".to_owned(),
                false => {
                    let left: Vec<&str> = told.left().map(|m| m.label.as_str()).collect();
                    format!("一次告知补正以后，到期只补了一部分，还差：{}", left.join("、"))
                }
            };
            (chart::terminate(case, item, "逾期没有补正")?, why)
        } else {
            case.must_wait_at(Self::NODE, "不予受理")?;
            let left: Vec<&str> = self.left.iter().map(|m| m.label.as_str()).collect();
            let why = format!("一次告知补正以后，仍不齐全或者不符合法定形式：{}", left.join("、"));
            (chart::complete(case, item, Self::NODE, &[("outcome", "refuse")])?, why)
        };
        Ok(vec![
            CaseAct::AcceptanceRefused {
                basis: self.basis.clone(),
                competent_agency: None,
                moved,
                private: Some(Reasons { reasons: format!("{why}。{}", self.reasons), ..Reasons::default() }),
            },
            CaseAct::SealUsed { seal: "审批专用章".into(), document: "不予受理通知书".into() },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_1_22_waiting_ends_only_after_the_last_day_that_was_told() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let told = |until| Correction { told_on: day("2026-11-02"), until, missing: None, came: Vec::new(), answered_on: None };
        let until = Some(day("2026-11-23"));
        assert!(matches!(b4_1_22_over(&told(until), day("2026-11-23")), Err(Rejection::StillSupplementing(_))));
        assert!(b4_1_22_over(&told(until), day("2026-11-24")).is_ok());
        assert!(matches!(b4_1_22_over(&told(None), day("2027-11-24")), Err(Rejection::NoLastDayTold)));
    }
}
