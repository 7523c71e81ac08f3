//! 申诉 · the chief representative or the liaison of the agency appeals against a card that stands, once and in time (C3.3-20).

use super::answer::{self, Answer};
use super::card::Card;
use super::case::field;
use super::course::{Rejection, Step};
use acts::CardAct;
use authority::Act;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled};
use foundation::people::Person;

const LONGEST: usize = 4000;

pub struct Appeal(pub(super) String);

pub fn form(filled: &Filled, rule: &str) -> String {
    let hint = "写清不服的是什么、为什么。申诉只有一次，由没有经手这张牌的监察人员决定";
    filled.textarea(&field("appeal", rule), "申诉理由", hint, 4)
}

impl Answer for Appeal {
    const ACT: Act = Act::AppealCard;

    fn read(posted: &Posted, rule: &str, _: NaiveDate) -> Result<Appeal, Vec<FieldError>> {
        let mut errors = Vec::new();
        let blank = ("请写申诉理由", "Give the reason of the appeal");
        let said = fields::text(posted, &field("appeal", rule), "申诉理由", blank, LONGEST, &mut errors);
        if errors.is_empty() { Ok(Appeal(said)) } else { Err(errors) }
    }
    fn role(person: &Person) -> &'static str {
        answer::role_in_the_unit(person)
    }
    fn step(&self) -> Step {
        Step::Appeal
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        Ok(CardAct::Appealed { rule: card.rule.clone(), private: Some(self.0) })
    }
}
