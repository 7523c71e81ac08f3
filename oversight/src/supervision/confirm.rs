//! 确认撤销 · a second supervisor confirms that a card is withdrawn, or does not agree: then it stands (C3.3-19 to C3.3-23).

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

pub struct Confirm {
    pub(super) confirmed: bool,
    pub(super) reason: String,
    pub(super) rectify: Option<PutRight>,
}

pub fn form(filled: &Filled, rule: &str) -> String {
    let outcomes = [("confirmed", "同意撤销"), ("refused", "不同意，这张牌维持")];
    [
        filled.choice(&field("confirm", rule), "对提议的意见", "radio", &outcomes),
        right::form(filled, rule, "不同意撤销的要写；以前已经写过的可以不写"),
        filled.textarea(&field("reason", rule), "理由", "理由公开。不写个人姓名和联系方式", 3),
    ]
    .concat()
}

impl Answer for Confirm {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str, _: NaiveDate) -> Result<Confirm, Vec<FieldError>> {
        let mut errors = Vec::new();
        let key = field("confirm", rule);
        let confirmed = posted.one(&key) == "confirmed";
        if !confirmed && posted.one(&key) != "refused" {
            let (zh, en) = ("请选同意还是不同意撤销", "Choose whether the card is withdrawn");
            errors.push(field_error(&key, "对提议的意见", zh, en));
        }
        let rectify = if confirmed { None } else { right::read(posted, rule, &mut errors) };
        let reason = public_reason(posted, rule, &mut errors);
        if errors.is_empty() { Ok(Confirm { confirmed, reason, rectify }) } else { Err(errors) }
    }
    fn step(&self) -> Step {
        if self.confirmed { Step::Confirm } else { Step::Refuse }
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        let (rule, reason, rectify) = (card.rule.clone(), self.reason, self.rectify);
        if self.confirmed {
            return Ok(CardAct::WithdrawalConfirmed { rule, reason });
        }
        if rectify.is_none() && card.rectification.is_none() && card.colour.is_answered() {
            return Err(Rejection::NothingToPutRight);
        }
        Ok(CardAct::WithdrawalRefused { rule, reason, rectify })
    }
}
