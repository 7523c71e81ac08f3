//! 延期 · once, with a reason that the complainant reads (C3.5-03).

use super::fold::Complaint;
use super::seal;
use acts::ComplaintAct;
use forms::FieldError;
use foundation::held::Posted;

pub fn read(complaint: &Complaint, posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let wanted = ("请写是谁批准的", "Name the post that approved it");
    let approver = seal::public(complaint, posted, ("approver", "批准人"), wanted, 100, errors);
    let wanted = ("请写为什么要延期", "Say why more time is needed");
    let reason = seal::public(complaint, posted, ("extend_reason", "延期的理由"), wanted, 300, errors);
    ComplaintAct::Extended { approver, reason }
}
