//! 复核亮牌 · a supervisor upholds a card or withdraws it, with a reason everybody may read (C3.3-09; 许可法 72). Either way it
//! stays visible. Nobody is judged before having been heard or having let the time pass.

use super::answer::Answer;
use super::card::{Card, Rejection};
use super::case::field;
use acts::CardAct;
use authority::Act;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};
use foundation::people::Person;

const LONGEST: usize = 1000;

pub struct Review {
    pub(super) upheld: bool,
    pub(super) reason: String,
}

impl Answer for Review {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str) -> Result<Review, Vec<FieldError>> {
        let mut errors = Vec::new();
        let outcome = field("outcome", rule);
        let upheld = posted.one(&outcome) == "upheld";
        if !upheld && posted.one(&outcome) != "withdrawn" {
            errors.push(field_error(&outcome, "结论", "请选维持还是撤销", "Choose whether the card stands"));
        }
        let blank = ("请写理由", "Give the reason");
        let reason = fields::text(posted, &field("reason", rule), "理由", blank, LONGEST, &mut errors);
        if errors.is_empty() { Ok(Review { upheld, reason }) } else { Err(errors) }
    }

    fn role(_: &Person) -> &'static str {
        "supervisor"
    }

    fn may(card: &Card, now: &Moment) -> Result<(), Rejection> {
        card.may_be_reviewed(now)
    }

    fn act(self, rule: &str) -> CardAct {
        CardAct::Reviewed { rule: rule.into(), upheld: self.upheld, reason: self.reason }
    }
}
