//! 说明亮牌 · the agency says what happened, once and before the review (C3.3-09). What it says may name people, so it is
//! private; that it spoke, and when, is public.

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

/// What an explanation may hold.
const LONGEST: usize = 4000;

pub struct Explain(pub(super) String);

pub fn form(filled: &Filled, rule: &str) -> String {
    let hint = "写清经过和原因。例：检验机构 10 月 9 日才出报告，已催办两次，附催办函。说明只能交一次";
    filled.textarea(&field("explanation", rule), "情况说明", hint, 4)
}

impl Answer for Explain {
    const ACT: Act = Act::ExplainCard;

    fn read(posted: &Posted, rule: &str, _: NaiveDate) -> Result<Explain, Vec<FieldError>> {
        let mut errors = Vec::new();
        let blank = ("请写情况说明", "Say what happened");
        let said = fields::text(posted, &field("explanation", rule), "情况说明", blank, LONGEST, &mut errors);
        if errors.is_empty() { Ok(Explain(said)) } else { Err(errors) }
    }
    fn role(person: &Person) -> &'static str {
        answer::role_in_the_unit(person)
    }
    fn step(&self) -> Step {
        Step::Explain
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        Ok(CardAct::Explained { rule: card.rule.clone(), private: Some(self.0) })
    }
}
