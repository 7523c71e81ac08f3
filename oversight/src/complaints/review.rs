//! 差评复核 · somebody else than who answered says whether a bad rating is justified; then it is done again (C3.2-03, C3.5-03).

use super::fold::Complaint;
use super::seal;
use acts::ComplaintAct;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::field_error;

pub fn read(complaint: &Complaint, posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let justified = match posted.one("justified") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if justified.is_none() {
        errors.push(field_error("justified", "差评属不属实", "请选一项", "Choose one"));
    }
    let wanted = ("请写理由，诉求人看得到", "Give the reason; the complainant reads it");
    let reason = seal::public(complaint, posted, ("review_reason", "复核的理由"), wanted, 300, errors);
    ComplaintAct::RatingReviewed { justified: justified.unwrap_or(true), reason }
}
