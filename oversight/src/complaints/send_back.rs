//! 退回 · an agency that is not responsible sends it back to the desk of supervision, with its reason; the clock runs on.

use acts::ComplaintAct;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields;

pub fn read(posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let wanted = ("请写为什么不归本单位办", "Say why it is not for this agency");
    ComplaintAct::Returned { reason: fields::public_text(posted, "return_reason", "退回的理由", wanted, 300, errors) }
}
