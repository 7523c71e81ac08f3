//! 复核亮牌 · a supervisor lets a card stand, and says what is to be put right by when; or proposes to withdraw it, which another
//! confirms (C3.3-09, C3.3-18, C3.3-21; 许可法 72). The reason is for everybody to read.

use super::answer::{Answer, public_reason};
use super::card::Card;
use super::case::field;
use super::course::{Rejection, Step};
use super::right;
use acts::{CardAct, PutRight};
use authority::Act;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

pub struct Review {
    pub(super) upheld: bool,
    /// Proposed of a card that stands: who reviewed at the same time as another does not mean that.
    pub(super) standing: bool,
    pub(super) reason: String,
    pub(super) rectify: Option<PutRight>,
}

/// To propose that a card which stands be withdrawn.
pub fn propose_form(filled: &Filled, rule: &str) -> String {
    let chosen = format!("<input type=\"hidden\" name=\"{}\" value=\"reconsidered\">", field("outcome", rule));
    [chosen, filled.textarea(&field("reason", rule), "理由", "理由公开。不写个人姓名和联系方式", 3)].concat()
}

pub fn form(filled: &Filled, rule: &str) -> String {
    let outcomes = [("upheld", "维持这张牌"), ("withdrawn", "提议撤销，由另一位监察人员确认")];
    [
        filled.choice(&field("outcome", rule), "结论", "radio", &outcomes),
        right::form(filled, rule, "维持黄牌、红牌的要写。撤销的不写"),
        filled.textarea(&field("reason", rule), "理由", "理由公开。不写个人姓名和联系方式", 3),
    ]
    .concat()
}

impl Answer for Review {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str, _: NaiveDate) -> Result<Review, Vec<FieldError>> {
        let mut errors = Vec::new();
        let outcome = field("outcome", rule);
        let upheld = posted.one(&outcome) == "upheld";
        let standing = posted.one(&outcome) == "reconsidered";
        if !upheld && !standing && posted.one(&outcome) != "withdrawn" {
            errors.push(field_error(&outcome, "结论", "请选维持还是撤销", "Choose whether the card stands"));
        }
        let rectify = if upheld { right::read(posted, rule, &mut errors) } else { None };
        let reason = public_reason(posted, rule, &mut errors);
        if errors.is_empty() { Ok(Review { upheld, standing, reason, rectify }) } else { Err(errors) }
    }
    fn step(&self) -> Step {
        match (self.upheld, self.standing) {
            (true, _) => Step::Uphold,
            (false, false) => Step::Propose,
            (false, true) => Step::Reconsider,
        }
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        let (rule, reason) = (card.rule.clone(), self.reason);
        if !self.upheld {
            return Ok(CardAct::WithdrawalProposed { rule, reason });
        }
        if self.rectify.is_none() && card.colour.is_answered() {
            return Err(Rejection::NothingToPutRight);
        }
        Ok(CardAct::Reviewed { rule, upheld: true, reason, rectify: self.rectify })
    }
}
