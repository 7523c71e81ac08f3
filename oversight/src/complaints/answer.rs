//! 答复 · in writing, to whoever complained; without it nothing is closed (F140). Beside it stands what everybody may read, question and
//! answer in the words of whoever answers, with no personal data; of a report nothing but the figures is published.

use super::fold::Complaint;
use super::{law, seal};
use acts::{ComplaintAct, ComplaintOutcome, PublicAnswer, Said};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};

const LONGEST: usize = 5000;

pub fn read(complaint: &Complaint, posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let outcome = law::OUTCOMES.iter().find(|(_, key, _)| *key == posted.one("outcome")).map(|(outcome, ..)| *outcome);
    if outcome.is_none() {
        errors.push(field_error("outcome", "结论", "请选一个结论", "Choose an outcome"));
    }
    let wanted = ("请写答复的内容", "Enter the answer");
    let text = fields::text(posted, "answer", "答复的内容", wanted, LONGEST, errors);
    let published = (!complaint.is_report()).then(|| public(complaint, posted, errors));
    ComplaintAct::Answered { outcome: outcome.unwrap_or(ComplaintOutcome::Done), published, private: Some(Said { text }) }
}

/// The public words name nobody: no number of a person, and not the name, telephone or case of whoever asked.
fn public(complaint: &Complaint, posted: &Posted, errors: &mut Vec<FieldError>) -> PublicAnswer {
    let wanted = ("请写公开的问题：是什么事，不写是谁", "Enter the public question: what it is about, not whose");
    let asked = seal::public(complaint, posted, ("public_asked", "公开的问题"), wanted, 500, errors);
    let wanted = ("请写公开的答复", "Enter the public answer");
    let answered = seal::public(complaint, posted, ("public_answered", "公开的答复"), wanted, 2000, errors);
    PublicAnswer { asked, answered }
}
