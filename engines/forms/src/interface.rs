//! 接口来的数据 · data sent by interface are read as a page reads what is typed (B4.1; H20, H21): full-width digits, middle
//! dots, dates and telephones in another writing are folded by the very same reading, and what is kept is the one written form.
//! A text may stand wherever one would be typed. What is no text must be of the type of the answer: an amount sent as a JSON
//! number is refused, for it has been a float on its way.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::decimal::Decimal;
use crate::definition::{Field, Form, Kind};
use crate::entry::{Read, read};
use crate::errors::{FieldError, tell_not_asked, tell_unmet};
use crate::reading::Answers;

/// Nobody mends more at once.
const MOST_TOLD: usize = 1000;

/// What an interface sent, understood as far as it can be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataReading {
    /// The answers to fields of the form in their one written form, to be stored where there is nothing to mend. What is to be
    /// mended is here as sent; what says nothing, `null` or an empty text, is not.
    pub answers: Answers,
    /// Everything to mend, in the order of the form, what is not asked at the end.
    pub errors: Vec<FieldError>,
}

impl Form {
    /// Reads what an interface sent: an object of answers in which everything is asked. Everything wrong is told at once.
    pub fn read_data(&self, data: &Value, today: NaiveDate) -> DataReading {
        let Value::Object(sent) = data else {
            return DataReading { answers: Answers::new(), errors: vec![crate::check::not_an_object(self.title())] };
        };
        let answers = folded(self.fields(), sent, today);
        let mut errors: Vec<FieldError> = self.check_all(&answers, today).into_iter().map(|(_, error)| error).collect();
        for key in sent.keys() {
            match self.field(key) {
                Some(field) if answers.contains_key(key) => {
                    errors.extend(self.unmet(field, &answers).map(|when| tell_unmet(key.clone(), field, when)));
                }
                Some(_) => {}
                None => errors.push(tell_not_asked(key.clone())),
            }
            if errors.len() >= MOST_TOLD {
                break;
            }
        }
        DataReading { answers, errors }
    }
}

fn folded<'f>(fields: impl Iterator<Item = &'f Field>, sent: &Map<String, Value>, today: NaiveDate) -> Answers {
    fields.filter_map(|field| Some((field.key.clone(), fold(field, sent.get(&field.key)?, today)?))).collect()
}

/// One answer in its written form, or as sent where it cannot be understood; none where it says nothing.
fn fold(field: &Field, sent: &Value, today: NaiveDate) -> Option<Value> {
    let typed: Vec<&str> = match (field.kind, sent) {
        (_, Value::Null) => return None,
        (Kind::Group, Value::Array(rows)) => {
            // What is beyond the most rows is told and not read.
            let most = field.row_limits().1;
            return Some(
                rows.iter()
                    .enumerate()
                    .map(|(at, row)| if at < most { fold_row(field, row, today) } else { row.clone() })
                    .collect(),
            );
        }
        (Kind::Group, _) => return Some(sent.clone()),
        (_, Value::String(text)) => vec![text],
        (Kind::Choices, Value::Array(chosen)) => match chosen.iter().map(Value::as_str).collect() {
            Some(texts) => texts,
            None => return Some(sent.clone()),
        },
        // 12.0 is 12.
        (Kind::Number, Value::Number(_)) => return Some(Decimal::from_json(sent).map_or_else(|| sent.clone(), Decimal::to_json)),
        _ => return Some(sent.clone()),
    };
    match read(field, &typed, today) {
        Read::Value(value) => Some(value),
        Read::Empty => None,
        Read::Wrong(_) => Some(sent.clone()),
    }
}

fn fold_row(group: &Field, row: &Value, today: NaiveDate) -> Value {
    let Value::Object(sent) = row else { return row.clone() };
    let mut read = folded(group.fields.iter(), sent, today);
    // What is not asked stays, to be told.
    for (key, value) in sent.iter().filter(|(key, _)| !group.fields.iter().any(|inner| inner.key == **key)) {
        read.insert(key.clone(), value.clone());
    }
    Value::Object(read)
}
