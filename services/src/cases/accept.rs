//! 受理 · accept an application (B4.1). The papers are complete; the promised and the statutory clock start together
//! (CLK-08). Whatever is missing is told in one notice instead, never one item at a time.

use super::case::{Case, Rejection};
use super::chart;
use super::officer::OfficerAct;
use super::together;
use acts::CaseAct;
use authority::Act;
use calendar::Clock;
use catalogue::{Item, MaterialSource};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::Filled;
use std::fmt::Write;

pub struct Accept {
    /// The counter has seen the signatures of those who apply together and have not agreed here.
    pub signed: bool,
}

/// Both limits from the same day, the promise that of the situation; it never outlasts the law (CLK-08, X.7-4).
pub fn clocks(item: &Item, case: &Case, from: NaiveDate) -> (Clock, Clock) {
    (Clock::start(from, item.promised_for(&case.answers)), Clock::start(from, item.statutory_limit))
}

/// Names of the required materials of which nothing has been handed in.
pub fn missing(case: &Case, item: &Item) -> Vec<String> {
    item.materials_for(&case.answers)
        .into_iter()
        .filter(|m| m.required && m.source == MaterialSource::Applicant && !case.materials.iter().any(|h| h.material == m.key))
        .map(|m| m.name.clone())
        .collect()
}

impl OfficerAct for Accept {
    const SLUG: &'static str = "accept";
    const TITLE: &'static str = "受理";
    const MEANS: &'static str = "材料齐全、符合法定形式。确认后出具受理通知书，盖审批专用章，从明天起算承诺时限和法定时限。";
    const ACT: Act = Act::Accept;
    const NODE: &'static str = "check_acceptance";
    const KEY: Option<char> = Some('a');

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        let missing = missing(case, item);
        let mut out = together::asks_signatures(filled, case);
        if missing.is_empty() {
            return out;
        }
        let _ = write!(
            out,
            r#"<div class="note note--sun" style="margin-top:1.5rem"><h2>{}</h2><p>{}</p></div>"#,
            filled.t(&format!("还缺 {} 份必需的材料", missing.len())),
            filled.t(&missing.join("、"))
        );
        out
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<Accept, Vec<FieldError>> {
        Ok(Accept { signed: posted.one("signed") == "yes" })
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "受理")?;
        let missing = missing(case, item);
        if !missing.is_empty() {
            return Err(Rejection::MaterialsMissing(missing));
        }
        let signed = together::signed(case, self.signed)?;
        let (promised, statutory) = clocks(item, case, now.date());
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "accept")])?;
        Ok(signed
            .into_iter()
            .chain([
                CaseAct::Accepted { received: case.acceptance.start, promised, statutory, moved },
                CaseAct::SealUsed { seal: "审批专用章".into(), document: "受理通知书".into() },
            ])
            .collect())
    }
}
