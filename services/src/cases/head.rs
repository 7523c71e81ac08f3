//! 授权到位 · what the chief representative may decide at the counter is written down in the item. What goes beyond it goes back to
//! the agency, whose head approves first (B4.2, F077). The name of the head is kept in the file.

use super::case::{Case, Rejection};
use super::officer::needed;
use authority::Circumstance;
use catalogue::Item;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

/// The paper of the approval, where the case needs one.
pub fn papers(case: &Case, item: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
    match item.is_ordinary(&case.answers) {
        true => &[],
        false => APPROVAL,
    }
}

/// What the head of the agency signed.
pub const APPROVAL: &[(&str, &str, &str)] = &[("approval", "负责人的批件", "把批件传上来。只进案卷，不公开")];

/// Asks for the approval, where the case needs one.
pub fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
    if item.is_ordinary(&case.answers) {
        return String::new();
    }
    [
        format!(
            r#"<div class="note note--sun" style="margin-top:1.5rem"><p>{}</p></div>"#,
            filled.t("这一件超出书面授权的范围，不能在窗口当场决定：要退回本机关，由机关负责人批准后决定。")
        ),
        filled.input("approver", "批准的负责人", "姓名和职务，只进案卷。例：王建国 局长", "text", ""),
        filled.choice("approved", "批准", "checkbox", &[("yes", "已退回本机关，经机关负责人批准，批件已存入案卷")]),
    ]
    .concat()
}

/// Who approved, where somebody must.
pub fn read(posted: &Posted, case: &Case, item: &Item, errors: &mut Vec<FieldError>) -> Option<String> {
    if item.is_ordinary(&case.answers) {
        return None;
    }
    if posted.one("approved") != "yes" {
        errors.push(field_error(
            "approved",
            "批准",
            "这一件超出书面授权的范围，没有机关负责人批准不能决定",
            "This goes beyond the written authority: the head of the agency must approve first",
        ));
    }
    Some(needed(posted, "approver", "批准的负责人", "请填批准的机关负责人", errors))
}

/// Nobody approves what they do themselves (许可法 42; B4.2).
pub fn is_another(approver: &str, own: &str) -> Result<(), Rejection> {
    match forms::text::names(approver, own) {
        true => Err(Rejection::ApprovesOwn),
        false => Ok(()),
    }
}

/// At the counter within the written authority; beyond it in the agency, with its head's approval.
pub fn circumstance(approver: &Option<String>, outcome: &str) -> Circumstance {
    Circumstance {
        at_counter: approver.is_none(),
        head_approved: approver.is_some(),
        seal: true,
        outcome: Some(outcome.into()),
        ..Circumstance::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_2_nobody_approves_what_they_do_themselves() {
        for own in ["王建", "王 建 局长", "王建（镇长）"] {
            assert_eq!(is_another(own, "王建"), Err(Rejection::ApprovesOwn), "{own}");
        }
        assert_eq!(is_another("王建国 局长", "王建"), Ok(()), "another whose name begins alike");
    }
}
