//! 说明亮牌 · the agency says what happened, once and before the review (C3.3-09). What it says may name people, so it is
//! private; that it spoke, and when, is public.

use super::answer::Answer;
use super::card::{Card, Rejection};
use super::case::field;
use acts::CardAct;
use authority::Act;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields;
use foundation::people::Person;

/// What an explanation may hold.
const LONGEST: usize = 4000;

pub struct Explain(pub(super) String);

impl Answer for Explain {
    const ACT: Act = Act::ExplainCard;

    fn read(posted: &Posted, rule: &str) -> Result<Explain, Vec<FieldError>> {
        let mut errors = Vec::new();
        let blank = ("请写情况说明", "Say what happened");
        let said = fields::text(posted, &field("explanation", rule), "情况说明", blank, LONGEST, &mut errors);
        if errors.is_empty() { Ok(Explain(said)) } else { Err(errors) }
    }

    fn role(person: &Person) -> &'static str {
        if person.has_role("chief_representative") { "chief_representative" } else { "officer" }
    }

    fn may(card: &Card, _: &Moment) -> Result<(), Rejection> {
        card.may_be_explained()
    }

    fn act(self, rule: &str) -> CardAct {
        CardAct::Explained { rule: rule.into(), private: Some(self.0) }
    }
}
