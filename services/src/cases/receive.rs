//! 收到补正 · who handed in at the counter supplements at the counter: the officer sees the papers the one notice named, and types
//! what was to be corrected (许可法 32(4)). The law is that of the applicant's own supplement.

use super::case::{Case, Rejection};
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
    const MEANS: &'static str = "申请人把告知书上列的都送到了窗口。补齐之日起，重新计算受理期限。";
    const ACT: Act = Act::Supplement;
    const NODE: &'static str = "await_correction";
    const KEY: Option<char> = Some('r');

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        let papers = papers(case);
        let options: Vec<(&str, &str)> = papers.iter().map(|m| (m.what.as_str(), m.label.as_str())).collect();
        let mut out = match options.is_empty() {
            true => String::new(),
            false => filled.choice("papers", "收到了哪些材料（勾选，纸质件当场核对后退回）", "checkbox", &options),
        };
        let mut shown = supplement::answered(case, item);
        shown.extend(filled.entered.clone());
        let filled = Filled { lang: filled.lang, entered: shown, errors: filled.errors.clone() };
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
        let seen = posted.all("papers");
        let left: Vec<&str> = papers(case).into_iter().filter(|m| !seen.contains(&m.what)).map(|m| m.label.as_str()).collect();
        if !left.is_empty() {
            let zh = format!("告知书上的要都收齐，还差：{}", left.join("、"));
            errors.push(field_error("papers", "收到的材料", &zh, "Everything the notice named must be there"));
        }
        added.materials = papers(case).into_iter().filter(|m| seen.contains(&m.what)).map(|m| Handed::seen(&m.what)).collect();
        if errors.is_empty() { Ok(Receive(added)) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        supplement::decide(case, item, &self.0, now)
    }
}
