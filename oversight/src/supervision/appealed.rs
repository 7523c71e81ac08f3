//! 决定申诉 · by a supervisor who had no part in the card: it stands; or it is proposed to be withdrawn, and one more confirms (C3.3-20, C3.3-23).

use super::answer::{Answer, public_reason};
use super::card::Card;
use super::case::field;
use super::course::{Rejection, Step};
use acts::CardAct;
use authority::Act;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

pub struct DecideAppeal {
    pub(super) granted: bool,
    pub(super) reason: String,
}

pub fn form(filled: &Filled, rule: &str) -> String {
    let outcomes = [("rejected", "不成立，这张牌维持"), ("granted", "成立，提议撤销，由另一位监察人员确认")];
    [
        filled.choice(&field("granted", rule), "申诉成立不成立", "radio", &outcomes),
        filled.textarea(&field("reason", rule), "理由", "理由公开。不写个人姓名和联系方式", 3),
    ]
    .concat()
}

impl Answer for DecideAppeal {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str, _: NaiveDate) -> Result<DecideAppeal, Vec<FieldError>> {
        let mut errors = Vec::new();
        let key = field("granted", rule);
        let granted = posted.one(&key) == "granted";
        if !granted && posted.one(&key) != "rejected" {
            let (zh, en) = ("请选申诉成立还是不成立", "Choose whether the appeal is granted");
            errors.push(field_error(&key, "申诉成立不成立", zh, en));
        }
        let reason = public_reason(posted, rule, &mut errors);
        if errors.is_empty() { Ok(DecideAppeal { granted, reason }) } else { Err(errors) }
    }
    fn step(&self) -> Step {
        Step::Decide
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        Ok(CardAct::AppealDecided { rule: card.rule.clone(), granted: self.granted, reason: self.reason })
    }
}
