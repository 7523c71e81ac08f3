//! 移送 · what was not put right goes to the discipline body with a document, and what it answered is put on record; the card is closed by it
//! (C3.4-01; 许可法 72–77, 公开条例 52–53).

use super::answer::Answer;
use super::card::Card;
use super::case::field;
use super::course::{Rejection, Step};
use super::talk::not_before;
use acts::CardAct;
use authority::Act;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled};

const LONGEST: usize = 4000;
const SHORT: usize = 100;
const BLANK_NO: (&str, &str) = ("请写文号", "Enter the number of the document");

pub struct Transfer {
    pub(super) to: String,
    pub(super) document: String,
    pub(super) on: NaiveDate,
    pub(super) why: String,
}

pub fn form(filled: &Filled, rule: &str) -> String {
    let input = |what, label, hint| filled.input(&field(what, rule), label, hint, "text", "");
    [
        input("to", "移送给哪个机关", "公开。例：县纪委监委"),
        input("sent_document", "移送文号", "公开"),
        input("sent_on", "移送日期", "例：2026-10-20"),
        filled.textarea(&field("why", rule), "移送理由", "不公开。写清事实、依据的条款和责任人", 4),
    ]
    .concat()
}

impl Answer for Transfer {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str, today: NaiveDate) -> Result<Transfer, Vec<FieldError>> {
        let mut errors = Vec::new();
        let key = |what| field(what, rule);
        let body = ("请写移送给哪个机关", "Enter the body it goes to");
        let to = fields::public_text(posted, &key("to"), "移送给哪个机关", body, SHORT, &mut errors);
        let document = fields::public_text(posted, &key("sent_document"), "移送文号", BLANK_NO, SHORT, &mut errors);
        let on = fields::past_date(posted, &key("sent_on"), "移送日期", today, &mut errors);
        let reason = ("请写移送理由", "Give the reason of the transfer");
        let why = fields::text(posted, &key("why"), "移送理由", reason, LONGEST, &mut errors);
        match on {
            Some(on) if errors.is_empty() => Ok(Transfer { to, document, on, why }),
            _ => Err(errors),
        }
    }
    fn step(&self) -> Step {
        Step::Transfer
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        not_before(self.on, "上一步", card.since)?;
        let Transfer { to, document, on, why } = self;
        Ok(CardAct::Transferred { rule: card.rule.clone(), to, document, on, private: Some(why) })
    }
}

/// What the discipline body answered.
pub struct Answered {
    pub(super) document: String,
    pub(super) on: NaiveDate,
    pub(super) words: String,
}

pub fn answer_form(filled: &Filled, rule: &str) -> String {
    let input = |what, label, hint| filled.input(&field(what, rule), label, hint, "text", "");
    [
        input("answer_document", "答复文号", "公开"),
        input("answer_on", "答复日期", "例：2026-10-20"),
        filled.textarea(&field("answer", rule), "答复内容", "不公开", 4),
    ]
    .concat()
}

impl Answer for Answered {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str, today: NaiveDate) -> Result<Answered, Vec<FieldError>> {
        let mut errors = Vec::new();
        let key = |what| field(what, rule);
        let document = fields::public_text(posted, &key("answer_document"), "答复文号", BLANK_NO, SHORT, &mut errors);
        let on = fields::past_date(posted, &key("answer_on"), "答复日期", today, &mut errors);
        let said = ("请写答复内容", "Say what was answered");
        let words = fields::text(posted, &key("answer"), "答复内容", said, LONGEST, &mut errors);
        match on {
            Some(on) if errors.is_empty() => Ok(Answered { document, on, words }),
            _ => Err(errors),
        }
    }
    fn step(&self) -> Step {
        Step::Answer
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        not_before(self.on, "移送", card.transferred_on.unwrap_or(card.since))?;
        let Answered { document, on, words } = self;
        Ok(CardAct::TransferAnswered { rule: card.rule.clone(), document, on, private: Some(words) })
    }
}
