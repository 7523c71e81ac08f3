//! 要求重办 · the complainant says what is missing, within the stated days of the answer (F140); the limit begins again.

use acts::{ComplaintAct, Said};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields;

pub fn read(posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let wanted = ("请写还缺什么", "Say what is missing");
    let text = fields::text(posted, "missing", "还缺什么", wanted, 2000, errors);
    ComplaintAct::Reopened { private: Some(Said { text }) }
}
