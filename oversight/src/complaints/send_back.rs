//! 退回 · an agency that is not responsible sends it back to the desk of supervision, with its reason; the clock runs on.

use super::fold::Complaint;
use super::seal;
use acts::ComplaintAct;
use forms::FieldError;
use foundation::held::Posted;

pub fn read(complaint: &Complaint, posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let wanted = ("请写为什么不归本单位办", "Say why it is not for this agency");
    ComplaintAct::Returned { reason: seal::public(complaint, posted, ("return_reason", "退回的理由"), wanted, 300, errors) }
}
