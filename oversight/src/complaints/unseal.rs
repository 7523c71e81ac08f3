//! 启封 · opening the seal is an act: by whom the policies name, with a reason, and the complainant reads it (C3.5-05).

use super::fold::Complaint;
use super::seal;
use acts::ComplaintAct;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::field_error;

pub fn read(complaint: &Complaint, posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let to = match (posted.one("seal_to"), &complaint.desk) {
        ("supervision", _) => Some(None),
        ("desk", Some(desk)) => Some(Some(desk.clone())),
        _ => None,
    };
    if to.is_none() {
        errors.push(field_error("seal_to", "给哪个岗位看", "请选一项", "Choose one"));
    }
    let wanted = ("请写为什么要知道是谁，诉求人看得到", "Say why it must be known who it was; the complainant reads it");
    let reason = seal::public(complaint, posted, ("unseal_reason", "启封的理由"), wanted, 300, errors);
    ComplaintAct::SealOpened { to: to.flatten(), reason }
}
