//! 核对全表 · everything to mend before submission (B4.1, F071, F073).
//!
//! An answer is good when reading it once more gives it back. That is no weaker than the form's JSON Schema, and a test holds
//! the two against each other; it knows today besides, and what it finds it tells in our words.

use chrono::NaiveDate;
use serde_json::Value;

use crate::decimal::Decimal;
use crate::definition::{Condition, Field, Form, Kind, Look};
use crate::entry::{Read, bounded, read_again};
use crate::errors::{ErrorCode, FieldError, Wrong, tell, tell_in_row, tell_not_asked, tell_unmet};
use crate::reading::{Answers, wrong_number_of_rows};

impl Form {
    /// Everything to mend before submission, with the step it is on, in the order of the form. Answers of no field of
    /// this form, or not asked, do not count.
    pub fn check_all(&self, answers: &Answers, today: NaiveDate) -> Vec<(String, FieldError)> {
        let mut told = Vec::new();
        self.check_each(answers, today, |step, error| {
            told.push((self.steps()[step].key.clone(), error));
            true
        });
        told
    }

    /// Whether [`check_all`](Form::check_all) would find nothing.
    pub fn is_complete(&self, answers: &Answers, today: NaiveDate) -> bool {
        let mut complete = true;
        self.check_each(answers, today, |_, _| {
            complete = false;
            false
        });
        complete
    }

    /// Tells `tell` each thing to mend until it has heard enough.
    fn check_each(&self, answers: &Answers, today: NaiveDate, mut tell_step: impl FnMut(usize, FieldError) -> bool) {
        let places = &self.0.places;
        // The answers that count, by position: asked, and not taken back.
        let mut counted: Vec<Option<&Value>> = Vec::with_capacity(places.len());
        for place in places {
            let step = &self.0.steps[place.step];
            let field = &step.fields[place.field];
            let holds = |at: Option<usize>, when: &Option<Condition>| match (at, when) {
                (Some(at), Some(when)) => when.holds(counted[at]),
                _ => true,
            };
            let asked = holds(place.step_when, &step.when) && holds(place.when, &field.when);
            let answer = answers.get(&field.key).filter(|answer| asked && !answer.is_null());
            counted.push(answer);
            let mut go_on = true;
            if asked {
                match (field.kind, answer) {
                    (Kind::Group, Some(answer)) => {
                        check_rows(field, answer, &place.inner, &counted, today, |error| {
                            go_on = go_on && tell_step(place.step, error);
                        });
                    }
                    (_, answer) => {
                        if let Some(wrong) = wrong_with(field, answer, today) {
                            go_on = tell_step(place.step, tell(field, &wrong));
                        }
                    }
                }
            }
            if !go_on {
                return;
            }
        }
    }
}

/// What is wrong with the answer to a field that is asked.
fn wrong_with(field: &Field, answer: Option<&Value>, today: NaiveDate) -> Option<Wrong> {
    let Some(answer) = answer else {
        return field.required.then_some(Wrong::Missing);
    };
    match (field.kind, answer) {
        (Kind::YesNo, Value::Bool(_)) => return None,
        // 12.0 is 12.
        (Kind::Number, Value::Number(_)) => {
            if let Some(number) = Decimal::from_json(answer) {
                return bounded(field, number).err();
            }
        }
        _ => {}
    }
    match read_again(field, answer, today) {
        Read::Wrong(wrong) => Some(wrong),
        Read::Empty if field.required => Some(Wrong::Missing),
        // Nothing is said by leaving it out or ticking no box, not by an empty text.
        Read::Empty => (field.kind != Kind::Choices || *answer != Value::Array(Vec::new())).then_some(Wrong::Blank),
        Read::Value(read) => {
            let good = match (field.kind, answer) {
                // The order of the page is kept by reading; another order says the same.
                (Kind::Choices, Value::Array(chosen)) => {
                    let known = chosen.iter().all(|value| read.as_array().is_some_and(|read| read.contains(value)));
                    known && read.as_array().map(Vec::len) == Some(chosen.len())
                }
                _ => read == *answer,
            };
            (!good).then_some(Wrong::Written(read, answer.is_string()))
        }
    }
}

fn check_rows(
    group: &Field,
    answer: &Value,
    looks: &[Option<Look>],
    counted: &[Option<&Value>],
    today: NaiveDate,
    mut hear: impl FnMut(FieldError),
) {
    let Value::Array(list) = answer else {
        return hear(tell(group, &Wrong::NotRows));
    };
    if let Some(wrong) = wrong_number_of_rows(group, list.len()) {
        hear(tell(group, &wrong));
    }
    // What is beyond the most rows has been told; a hundred thousand rows need not be told one by one.
    for (at, row) in list.iter().enumerate().take(group.row_limits().1) {
        let Value::Object(row) = row else {
            hear(tell(group, &Wrong::NotRows));
            continue;
        };
        let mut before = Answers::new();
        for (inner, look) in group.fields.iter().zip(looks) {
            let asked = Form::is_asked_in_row(*look, inner, &before, |at| counted[at]);
            let answer = row.get(&inner.key).filter(|answer| !answer.is_null());
            match (asked, answer) {
                (true, answer) => {
                    if let Some(wrong) = wrong_with(inner, answer, today) {
                        hear(tell_in_row(group, at, inner, &wrong));
                    }
                    if let Some(answer) = answer.filter(|_| inner.kind.decides()) {
                        before.insert(inner.key.clone(), answer.clone());
                    }
                }
                (false, Some(_)) => {
                    let key = crate::groups::posted_key(&group.key, at, &inner.key);
                    hear(match &inner.when {
                        Some(when) => tell_unmet(key, inner, when),
                        None => tell_not_asked(key),
                    });
                }
                (false, None) => {}
            }
        }
        for key in row.keys().filter(|key| !group.fields.iter().any(|inner| inner.key == **key)) {
            hear(tell_not_asked(crate::groups::posted_key(&group.key, at, key)));
        }
    }
}

pub(crate) fn not_an_object(title: &str) -> FieldError {
    FieldError {
        field: String::new(),
        label: title.to_owned(),
        code: ErrorCode::Malformed,
        zh: format!("“{title}”请发一个 JSON 对象，字段名作键，如 {{\"name\":\"王敏\"}}"),
        en: format!("Send “{title}” as one JSON object with the names of the fields, such as {{\"name\":\"王敏\"}}"),
    }
}
