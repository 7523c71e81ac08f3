//! 验收整改 · a supervisor finds it put right and closes the card, sends it back once with a new day, or makes the card graver (C3.3-21, C3.3-22).

use super::answer::{Answer, public_reason};
use super::card::Card;
use super::case::field;
use super::course::{Rejection, Step};
use super::right;
use acts::CardAct;
use authority::Act;
use calendar::Limit;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

pub struct Accept {
    pub(super) verdict: Verdict,
    pub(super) reason: String,
}

pub enum Verdict {
    Accepted,
    SentBack(Limit),
    Graver,
}

/// Sent back once, made graver after that.
pub fn form(filled: &Filled, rule: &str, sent_back: bool) -> String {
    let key = field("verdict", rule);
    let accepted = ("accepted", "整改到位，这张牌办结");
    let reason = filled.textarea(&field("reason", rule), "理由", "理由公开。不写个人姓名和联系方式", 3);
    if sent_back {
        let verdicts = [accepted, ("graver", "还是没有整改到位，升级")];
        return [filled.choice(&key, "验收", "radio", &verdicts), reason].concat();
    }
    let verdicts = [accepted, ("back", "没有到位，退回再整改（只退一次）")];
    [filled.choice(&key, "验收", "radio", &verdicts), right::days(filled, rule), reason].concat()
}

impl Answer for Accept {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str, _: NaiveDate) -> Result<Accept, Vec<FieldError>> {
        let mut errors = Vec::new();
        let key = field("verdict", rule);
        let verdict = match posted.one(&key) {
            "accepted" => Some(Verdict::Accepted),
            "back" => right::within(posted, rule, &mut errors).map(Verdict::SentBack),
            "graver" => Some(Verdict::Graver),
            _ => {
                errors.push(field_error(&key, "验收", "请选整改到位没有", "Choose whether it was put right"));
                None
            }
        };
        let reason = public_reason(posted, rule, &mut errors);
        match verdict {
            Some(verdict) if errors.is_empty() => Ok(Accept { verdict, reason }),
            _ => Err(errors),
        }
    }
    fn step(&self) -> Step {
        match self.verdict {
            Verdict::Accepted => Step::Accept,
            Verdict::SentBack(_) => Step::SendBack,
            Verdict::Graver => Step::Escalate,
        }
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        let (rule, reason) = (card.rule.clone(), self.reason);
        Ok(match self.verdict {
            Verdict::Accepted => CardAct::Accepted { rule, reason },
            Verdict::SentBack(within) => CardAct::SentBack { rule, reason, within },
            Verdict::Graver => card.graver(Some(reason)),
        })
    }
}
