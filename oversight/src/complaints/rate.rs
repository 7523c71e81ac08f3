//! 评价 · five grades, one as easily given as the other (C3.2-01); once for each answer. A bad one goes to a second pair of eyes.

use acts::{ComplaintAct, Said};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};

pub fn read(posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let grade = acts::grade_of(posted.one("grade"));
    if grade.is_none() {
        errors.push(field_error("grade", "评价", "请选一项", "Choose one"));
    }
    let text = fields::optional(posted, "comment", "想说的话", 500, errors);
    let private = Some(Said { text }).filter(|said| !said.text.is_empty());
    ComplaintAct::Rated { grade: grade.unwrap_or_default(), private }
}
