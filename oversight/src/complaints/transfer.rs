//! 转办 · to the agency responsible, its clock visible and running on. What is about the conduct of an agency never goes there.

use super::fold::Complaint;
use super::seal;
use acts::ComplaintAct;
use catalogue::Catalogue;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::field_error;

pub fn read(catalogue: &Catalogue, complaint: &Complaint, posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let to = Some(posted.one("to").to_owned()).filter(|to| !to.is_empty());
    if to.as_deref().is_some_and(|to| catalogue.agency(to).is_none()) {
        errors.push(field_error("to", "转给哪个单位", "请从列表里选", "Choose from the list"));
    }
    let wanted = ("请写为什么转", "Say why it is transferred");
    let reason = seal::public(complaint, posted, ("transfer_reason", "转办的理由"), wanted, 300, errors);
    ComplaintAct::Transferred { to, reason }
}
