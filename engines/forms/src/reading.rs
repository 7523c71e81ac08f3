//! 读表 · what a browser posted becomes answers (B4.1; F070, F073, H20). What was typed is kept to the letter beside
//! what was understood, so a person never types anything twice.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::definition::{Condition, Field, Form, Kind, Look, Step};
use crate::entry::{Read, as_typed, read, read_again, typed_as};
use crate::errors::{FieldError, Wrong, tell, tell_in_row};
use crate::groups::{posted_key, rows};
use crate::text::is_blank;

/// Answers by field key: text, numbers, true or false, lists; rows of a group as a list of objects. `null` is an answer
/// taken back.
pub type Answers = Map<String, Value>;

/// What was posted for one field or several: field key, then each value sent under it.
pub type Entered = BTreeMap<String, Vec<String>>;

/// One posted step, understood as far as it can be.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StepReading {
    /// Folded, typed values of this step. A value that needs mending is here as entered, so a draft keeps it. A
    /// field left empty, or not asked, is `null`: extending a draft with these answers takes the old ones back.
    pub answers: Answers,
    /// Exactly what was typed, to show again.
    pub entered: Entered,
    /// Everything to mend, in the order of the page.
    pub errors: Vec<FieldError>,
}

impl StepReading {
    /// Whether the person may go on.
    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// What is to be mended in one field.
    pub fn error_of(&self, field: &str) -> Option<&FieldError> {
        self.errors.iter().find(|error| error.field == field)
    }
}

/// A datum the house already knows, for a field that names it as its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Known {
    /// The field it fills.
    pub field: String,
    /// Where it comes from.
    pub source: String,
    /// The value, folded if it fits the field and as given if not.
    pub value: Value,
    /// What the field would say against it, if anything: then the person is asked instead.
    pub error: Option<FieldError>,
}

impl Condition {
    /// Whether an answer is one it waits for.
    pub fn holds(&self, answer: Option<&Value>) -> bool {
        match answer {
            Some(Value::Array(chosen)) => chosen.iter().any(|value| self.is.contains(value)),
            Some(value) => self.is.contains(value),
            None => false,
        }
    }
}

impl Form {
    /// Reads what was posted for one step. Fields whose condition looks at another step are taken as asked when
    /// something was sent for them; [`read_step_after`](Form::read_step_after) knows better. An unknown step, or one
    /// without fields, reads as nothing.
    pub fn read_step(&self, step: &str, raw: &Entered, today: NaiveDate) -> StepReading {
        self.read(step, raw, None, today)
    }

    /// Reads what was posted for one step, given the answers of the other steps.
    pub fn read_step_after(&self, step: &str, raw: &Entered, others: &Answers, today: NaiveDate) -> StepReading {
        self.read(step, raw, Some(others), today)
    }

    fn read(&self, step: &str, raw: &Entered, others: Option<&Answers>, today: NaiveDate) -> StepReading {
        let mut reading = StepReading::default();
        let Some(step) = self.step(step) else {
            return reading;
        };
        let step_asked = others.is_none_or(|others| self.step_is_asked(step, others));
        for field in &step.fields {
            let posted = Posted::of(field, raw);
            posted.keep(field, &mut reading.entered);
            let asked = step_asked
                && match (&field.when, others) {
                    (None, _) => true,
                    // A field of this step that is not asked has been read as null, and that is no answer.
                    (Some(when), _) if step.fields.iter().any(|here| here.key == when.field) => {
                        when.holds(reading.answers.get(&when.field))
                    }
                    (Some(_), Some(others)) => self.is_asked(field, others),
                    (Some(_), None) => posted.is_there(),
                };
            let mut value = Value::Null;
            if asked {
                let here = |key: &str| reading.answers.get(key).or_else(|| others?.get(key));
                let errors;
                (value, errors) = posted.read(self, field, here, today);
                reading.errors.extend(errors);
            }
            reading.answers.insert(field.key.clone(), value);
        }
        reading
    }

    /// Whether a field is asked, given the answers: its condition and that of its step hold, and so do those of the
    /// fields they look at. A field in a group is asked here as if its row were empty.
    pub fn is_asked(&self, field: &Field, answers: &Answers) -> bool {
        match self.0.index.get(&field.key) {
            Some(at) => self.is_asked_at(*at, answers),
            None => field.when.as_ref().is_none_or(|when| self.condition_holds(when, answers)),
        }
    }

    // Conditions only look back, and only so far (parse sees to it), so this ends soon.
    fn is_asked_at(&self, at: usize, answers: &Answers) -> bool {
        let place = &self.0.places[at];
        let step = &self.0.steps[place.step];
        let holds = |when: &Option<Condition>| when.as_ref().is_none_or(|when| self.condition_holds(when, answers));
        holds(&step.when) && holds(&step.fields[place.field].when)
    }

    fn condition_holds(&self, when: &Condition, answers: &Answers) -> bool {
        let earlier = self.0.index.get(&when.field);
        when.holds(answers.get(&when.field)) && earlier.is_some_and(|at| self.is_asked_at(*at, answers))
    }

    /// Why a field is not asked, given the answers; none if it is.
    pub(crate) fn unmet<'f>(&'f self, field: &'f Field, answers: &Answers) -> Option<&'f Condition> {
        let step = self.0.index.get(&field.key).map(|at| &self.0.steps[self.0.places[*at].step]);
        let conditions = step.and_then(|step| step.when.as_ref()).into_iter().chain(&field.when);
        conditions.into_iter().find(|when| !self.condition_holds(when, answers))
    }

    /// Whether a step is asked, given the answers.
    pub fn step_is_asked(&self, step: &Step, answers: &Answers) -> bool {
        step.when.as_ref().is_none_or(|when| self.condition_holds(when, answers))
    }

    /// The steps that are asked, given the answers, in order.
    pub fn steps_asked(&self, answers: &Answers) -> Vec<&Step> {
        self.steps().iter().filter(|step| self.step_is_asked(step, answers)).collect()
    }

    /// The fields of a step that are asked, given the answers.
    pub fn asked<'a>(&'a self, step: &'a Step, answers: &'a Answers) -> impl Iterator<Item = &'a Field> {
        step.fields.iter().filter(|field| self.is_asked(field, answers))
    }

    /// The fields a page of this step shows: all but those that an answer on another step rules out. What this page
    /// itself decides is shown, for without scripts it cannot appear later.
    pub fn shown<'a>(&'a self, step: &'a Step, answers: &'a Answers) -> impl Iterator<Item = &'a Field> {
        step.fields.iter().filter(move |field| {
            let mut looked_at = field.when.as_ref();
            loop {
                let Some(when) = looked_at else { return true };
                match step.fields.iter().find(|here| here.key == when.field) {
                    Some(here) => looked_at = here.when.as_ref(),
                    None => return self.condition_holds(when, answers),
                }
            }
        })
    }

    /// The answers that count: without those taken back, not asked, or of no field of this form.
    pub fn answered(&self, answers: &Answers) -> Answers {
        self.fields()
            .filter(|field| self.is_asked(field, answers))
            .filter_map(|field| Some((field.key.clone(), answers.get(&field.key)?.clone())))
            .filter(|(_, value)| !value.is_null())
            .collect()
    }

    /// Stored answers as a browser would have posted them, to show a step again.
    pub fn entered(&self, step: &str, answers: &Answers) -> Entered {
        let mut entered = Entered::new();
        let mut enter = |key: String, value: &Value| {
            let typed: Vec<String> = typed_as(value).into_iter().map(|text| text.into_owned()).collect();
            if !typed.is_empty() {
                entered.insert(key, typed);
            }
        };
        for field in self.step(step).map(|step| step.fields.as_slice()).unwrap_or_default() {
            match (field.kind, answers.get(&field.key)) {
                (_, None) => {}
                (Kind::Group, Some(Value::Array(list))) => {
                    for (at, row) in list.iter().enumerate() {
                        for inner in &field.fields {
                            if let Some(value) = row.get(&inner.key) {
                                enter(posted_key(&field.key, at, &inner.key), value);
                            }
                        }
                    }
                }
                (Kind::Group, Some(_)) => {}
                (_, Some(value)) => enter(field.key.clone(), value),
            }
        }
        entered
    }

    /// What was answered, by the data elements its fields ask for: what another form can be filled in with.
    pub fn elements(&self, answers: &Answers) -> BTreeMap<String, Value> {
        let answered = self.answered(answers);
        let named = self.fields().filter_map(|field| Some((field.element.clone()?, answered.get(&field.key)?.clone())));
        named.collect()
    }

    /// 共同申请人 · the field, the name and the number of everybody the answers name as applying together; numbers in capitals.
    pub fn applicants(&self, answers: &Answers) -> Vec<(&Field, String, String)> {
        let answered = self.answered(answers);
        let mut all = Vec::new();
        for field in self.fields() {
            let Some([name, number]) = &field.applicants else { continue };
            for row in answered.get(&field.key).and_then(Value::as_array).into_iter().flatten() {
                let (Some(name), Some(number)) = (row[name].as_str(), row[number].as_str()) else { continue };
                let number: String = crate::text::fold_digits(number).chars().filter(|c| !c.is_whitespace()).collect();
                all.push((field, crate::text::fold_text(name).trim().to_owned(), number.to_uppercase()));
            }
        }
        all
    }

    /// What of `data` fills which fields: by the source of a field (`account.name`), else by the data element it asks for. A datum that
    /// does not fit comes with what the field says against it; it is shown, not silently dropped.
    pub fn known(&self, data: &BTreeMap<String, Value>, today: NaiveDate) -> Vec<Known> {
        self.fields()
            .filter_map(|field| {
                let source = [&field.source, &field.element].into_iter().flatten().find(|name| data.contains_key(*name))?.clone();
                let given = data.get(&source)?;
                let (value, error) = match read_again(field, given, today) {
                    Read::Value(value) => (value, None),
                    Read::Empty => return None,
                    Read::Wrong(wrong) => (given.clone(), Some(tell(field, &wrong))),
                };
                Some(Known { field: field.key.clone(), source, value, error })
            })
            .collect()
    }

    /// Whether a field of a group is asked in a row, given the answers of the row before it and those of the form.
    pub(crate) fn is_asked_in_row<'v>(
        look: Option<Look>,
        field: &Field,
        row: &Answers,
        form: impl Fn(usize) -> Option<&'v Value>,
    ) -> bool {
        match (look, &field.when) {
            (Some(Look::Row(_)), Some(when)) => when.holds(row.get(&when.field)),
            (Some(Look::Form(at)), Some(when)) => when.holds(form(at)),
            _ => true,
        }
    }
}

/// What was posted for one field.
enum Posted<'a> {
    One(Option<&'a Vec<String>>),
    Rows(BTreeMap<usize, BTreeMap<&'a str, &'a Vec<String>>>),
}

impl<'a> Posted<'a> {
    fn of(field: &Field, raw: &'a Entered) -> Posted<'a> {
        match field.kind {
            Kind::Group => Posted::Rows(rows(&field.key, raw)),
            _ => Posted::One(raw.get(&field.key)),
        }
    }

    fn is_there(&self) -> bool {
        match self {
            Posted::One(typed) => typed.is_some(),
            Posted::Rows(rows) => !rows.is_empty(),
        }
    }

    fn keep(&self, field: &Field, entered: &mut Entered) {
        match self {
            Posted::One(typed) => entered.extend(typed.map(|typed| (field.key.clone(), typed.clone()))),
            Posted::Rows(rows) => {
                let typed = rows.iter().flat_map(|(at, row)| row.iter().map(move |(inner, typed)| (*at, *inner, *typed)));
                entered.extend(typed.map(|(at, inner, typed)| (posted_key(&field.key, at, inner), typed.clone())));
            }
        }
    }

    /// The value, and what is to be mended. `form` gives the answers of the fields before.
    fn read<'v>(
        &self,
        whole: &Form,
        field: &Field,
        form: impl Fn(&str) -> Option<&'v Value>,
        today: NaiveDate,
    ) -> (Value, Vec<FieldError>) {
        let rows = match self {
            Posted::Rows(rows) => rows,
            Posted::One(typed) => {
                let typed: Vec<&str> = typed.iter().flat_map(|typed| typed.iter()).map(String::as_str).collect();
                return match read(field, &typed, today) {
                    Read::Value(value) => (value, Vec::new()),
                    Read::Empty if field.required => (Value::Null, vec![tell(field, &Wrong::Missing)]),
                    Read::Empty => (Value::Null, Vec::new()),
                    Read::Wrong(wrong) => (as_typed(field, &typed), vec![tell(field, &wrong)]),
                };
            }
        };
        // A row in which nothing was written is no row.
        let written = |row: &BTreeMap<&str, &Vec<String>>| {
            let typed = |inner: &Field| row.get(inner.key.as_str()).is_some_and(|typed| typed.iter().any(|text| !is_blank(text)));
            field.fields.iter().any(typed)
        };
        let looks = whole.0.index.get(&field.key).map(|at| whole.0.places[*at].inner.as_slice()).unwrap_or_default();
        let at_key = |at: usize| form(&whole.at(at).key);
        let mut list = Vec::new();
        let mut errors = Vec::new();
        for (at, posted) in rows.iter().filter(|(_, row)| written(row)) {
            let mut row = Answers::new();
            for (inner, look) in field.fields.iter().zip(looks) {
                if !Form::is_asked_in_row(*look, inner, &row, at_key) {
                    continue;
                }
                let typed: Vec<&str> =
                    posted.get(inner.key.as_str()).map(|typed| typed.iter().map(String::as_str).collect()).unwrap_or_default();
                match read(inner, &typed, today) {
                    Read::Value(value) => {
                        row.insert(inner.key.clone(), value);
                    }
                    Read::Empty if inner.required => errors.push(tell_in_row(field, *at, inner, &Wrong::Missing)),
                    Read::Empty => {}
                    Read::Wrong(wrong) => {
                        row.insert(inner.key.clone(), as_typed(inner, &typed));
                        errors.push(tell_in_row(field, *at, inner, &wrong));
                    }
                }
            }
            // Where only what is not asked was written, the errors say what is; there is nothing yet to keep.
            if !row.is_empty() {
                list.push(Value::Object(row));
            }
        }
        if let Some(wrong) = wrong_number_of_rows(field, list.len()) {
            errors.insert(0, tell(field, &wrong));
        }
        (if list.is_empty() { Value::Null } else { Value::Array(list) }, errors)
    }
}

/// Whether a group has too few or too many rows.
pub(crate) fn wrong_number_of_rows(field: &Field, rows: usize) -> Option<Wrong> {
    match field.row_limits() {
        _ if rows == 0 => field.required.then_some(Wrong::Missing),
        (least, _) if rows < least => Some(Wrong::TooFew(least)),
        (_, most) if rows > most => Some(Wrong::TooMany(most)),
        _ => None,
    }
}
