//! 整改要求 · what is to be put right, and within how many working days: the fields that several steps of a card ask (C3.3-21).

use super::case::field;
use super::course::{RECTIFY_DAYS, RECTIFY_MOST};
use acts::PutRight;
use calendar::Limit;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled, field_error};

const LONGEST: usize = 1000;

pub fn form(filled: &Filled, rule: &str, hint: &str) -> String {
    [filled.textarea(&field("what", rule), "整改什么", hint, 2), days(filled, rule)].concat()
}

pub fn days(filled: &Filled, rule: &str) -> String {
    let hint = format!("从今天起算，不填是 {RECTIFY_DAYS} 个工作日，最多 {RECTIFY_MOST} 个");
    filled.input(&field("within", rule), "几个工作日内整改", &hint, "text", "inputmode=\"numeric\"")
}

/// What is to be put right, where it is said.
pub fn read(posted: &Posted, rule: &str, errors: &mut Vec<FieldError>) -> Option<PutRight> {
    let what = fields::public_optional(posted, &field("what", rule), "整改什么", LONGEST, errors);
    let within = within(posted, rule, errors)?;
    (!what.is_empty()).then_some(PutRight { what, within })
}

/// The limit; the usual one where nothing is said.
pub fn within(posted: &Posted, rule: &str, errors: &mut Vec<FieldError>) -> Option<Limit> {
    let key = field("within", rule);
    let said = forms::text::fold_digits(posted.one(&key)).trim().to_owned();
    if said.is_empty() {
        return Some(Limit::working_days(RECTIFY_DAYS));
    }
    let days = said.parse().ok().filter(|days| (1..=RECTIFY_MOST).contains(days));
    if days.is_none() {
        let (zh, en) = (format!("请写 1 到 {RECTIFY_MOST} 的数"), format!("Enter a number from 1 to {RECTIFY_MOST}"));
        errors.push(field_error(&key, "几个工作日内整改", &zh, &en));
    }
    days.map(Limit::working_days)
}
