//! 收到补正 · who handed in at the counter supplements at the counter: the officer sees the papers the one notice named, and types
//! what was to be corrected (许可法 32(4)). What comes in parts is taken in parts, each with a receipt; the law is that of the applicant's own
//! supplement.

use super::case::{Case, Correction, Rejection};
use super::officer::OfficerAct;
use super::supplement;
use acts::{CaseAct, Handed, Missing, Supplement};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

pub struct Receive(Supplement);

/// The papers that the notice named.
fn papers(case: &Case) -> Vec<&Missing> {
    let missing = case.correction.iter().flat_map(|told| told.missing.iter().flatten());
    missing.filter(|m| m.as_field().is_none() && m.what != "form").collect()
}

impl OfficerAct for Receive {
    const SLUG: &'static str = "receive";
    const TITLE: &'static str = "收到补正材料";
    const MEANS: &'static str = "申请人把告知书上列的送到了窗口。只来一部分的也收下，出具凭证，其余的照告知书等到最后一天；补齐之日起，重新计算受理期限。";
    const ACT: Act = Act::Supplement;
    const NODE: &'static str = "await_correction";
    const KEY: Option<char> = Some('r');

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        let papers = papers(case);
        // What came before need not come again; it may, in the place of what is there.
        let came = |m: &Missing| case.correction.as_ref().is_some_and(|told| told.came.contains(&m.what));
        let label = |m: &Missing| if came(m) { format!("{}（已经收到过）", m.label) } else { m.label.clone() };
        let labels: Vec<String> = papers.iter().map(|m| label(m)).collect();
        let options: Vec<(&str, &str)> = papers.iter().zip(&labels).map(|(m, label)| (m.what.as_str(), label.as_str())).collect();
        let mut out = match options.is_empty() {
            true => String::new(),
            false => filled.choice("papers", "收到了哪些材料（勾选，纸质件当场核对后退回）", "checkbox", &options),
        };
        let mut shown = supplement::answered(case, item);
        shown.extend(filled.entered.clone());
        let filled = Filled::new(filled.lang, shown, filled.errors.clone());
        for (_, field) in supplement::fields(case, item) {
            out.push_str(&filled.field(field));
            if supplement::is_named(case, &field.key) {
                out.push_str(&supplement::keep(&filled, &field.key));
            }
        }
        out
    }

    fn read(posted: &Posted, case: &Case, item: &Item, today: NaiveDate) -> Result<Receive, Vec<FieldError>> {
        let (mut added, mut errors) = supplement::mended(case, item, posted, today);
        // What is to be mended and was not touched has not come yet: the rest of it is no reason to send somebody away with what came.
        let standing = supplement::answered(case, item);
        for (_, field) in supplement::fields(case, item).into_iter().filter(|(_, field)| supplement::is_named(case, &field.key)) {
            if supplement::is_untouched(field, &posted.0, &standing) {
                errors.retain(|error| !supplement::is_of(&error.field, field));
                added.answers.remove(&field.key);
            }
        }
        let seen = posted.all("papers");
        added.materials = papers(case).into_iter().filter(|m| seen.contains(&m.what)).map(|m| Handed::seen(&m.what)).collect();
        if errors.is_empty() && supplement::coming(case, &added) == 0 {
            let left: Vec<&str> = case.correction.iter().flat_map(Correction::left).map(|m| m.label.as_str()).collect();
            let zh = format!("请勾选收到了什么，或者照告知书改申请表，还差：{}", left.join("、"));
            errors.push(field_error("papers", "收到的材料", &zh, "Tick what came, or mend the form as the notice says"));
        }
        if errors.is_empty() { Ok(Receive(added)) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        supplement::b4_1_22_as_it_comes(case, item, &self.0, now)
    }
}
