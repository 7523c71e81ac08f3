//! 报整改 · the agency says what was put right, and names the entries of the log that show it (C3.3-21).

use super::answer::{self, Answer};
use super::card::Card;
use super::case::field;
use super::course::{Rejection, Step};
use acts::CardAct;
use authority::Act;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled, field_error};
use foundation::people::Person;

const LONGEST: usize = 4000;
const MOST: usize = 20;

pub struct Report {
    pub(super) words: String,
    pub(super) evidence: Vec<i64>,
}

pub fn form(filled: &Filled, rule: &str) -> String {
    [
        filled.textarea(&field("rectified", rule), "整改结果", "写清改了什么、怎么防止再发生", 4),
        filled.input(
            &field("evidence", rule),
            "作证的日志条目",
            "能证明整改的本件或者本单位的记录，写日志第几条，用空格分开，没有可以不填。这些号码公开",
            "text",
            "inputmode=\"numeric\"",
        ),
    ]
    .concat()
}

/// Numbers in any digits, parted by anything.
fn numbers(said: &str) -> Option<Vec<i64>> {
    let said = forms::text::fold_digits(said);
    let parts = said.split([' ', '　', ',', '，', '、', ';', '；', '\n']).filter(|part| !part.is_empty());
    let numbers: Option<Vec<i64>> = parts.map(|part| part.parse().ok().filter(|n| *n >= 0)).collect();
    numbers.filter(|numbers| numbers.len() <= MOST)
}

impl Answer for Report {
    const ACT: Act = Act::ExplainCard;

    fn read(posted: &Posted, rule: &str, _: NaiveDate) -> Result<Report, Vec<FieldError>> {
        let mut errors = Vec::new();
        let blank = ("请写整改结果", "Say what was put right");
        let words = fields::text(posted, &field("rectified", rule), "整改结果", blank, LONGEST, &mut errors);
        let key = field("evidence", rule);
        let evidence = numbers(posted.one(&key));
        if evidence.is_none() {
            let (zh, en) = (
                "请只写日志条目的号码，最多 20 个，用空格分开",
                "Enter numbers of log entries only, at most 20, with blanks between",
            );
            errors.push(field_error(&key, "作证的日志条目", zh, en));
        }
        if errors.is_empty() { Ok(Report { words, evidence: evidence.unwrap_or_default() }) } else { Err(errors) }
    }
    fn role(person: &Person) -> &'static str {
        answer::role_in_the_unit(person)
    }
    fn step(&self) -> Step {
        Step::Report
    }
    fn evidence(&self) -> &[i64] {
        &self.evidence
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        Ok(CardAct::Rectified { rule: card.rule.clone(), evidence: self.evidence, private: Some(self.words) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c3_3_21_entries_are_named_in_any_digits_and_parted_by_anything() {
        assert_eq!(numbers("１２、 7，9"), Some(vec![12, 7, 9]));
        assert_eq!(numbers(" "), Some(vec![]));
        assert_eq!(numbers("第7条"), None);
        assert_eq!(numbers("-1"), None);
        assert_eq!(numbers(&"1 ".repeat(21)), None);
    }
}
