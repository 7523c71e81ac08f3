//! Any text as a definition, and any data as answers to it: read or refused, and what a good form takes its schema takes, its next
//! version and a united form carry on, and a page shows and posts again.
#![no_main]

use forms::{Form, Schema, United};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (definition, answers) = text.split_once('\0').unwrap_or((text, "{}"));
    let today = chrono::NaiveDate::from_ymd_opt(2100, 1, 1).unwrap();
    let form = match Form::parse(definition) {
        Ok(form) => form,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert_eq!(form.text(), definition);
    let schema = Schema::compile(&form.schema()).expect("the schema of a good form compiles");
    let Ok(Value::Object(answers)) = serde_json::from_str(answers) else { return };
    let complete = form.check_all(&answers, today).is_empty();
    assert_eq!(complete, form.is_complete(&answers, today));
    if complete {
        assert!(schema.is_valid(&Value::Object(form.answered(&answers))), "{answers:?}");
    }
    for step in form.steps() {
        let entered = form.entered(&step.key, &answers);
        let reading = form.read_step_after(&step.key, &entered, &answers, today);
        for field in &step.fields {
            field.display(&reading.answers[&field.key]);
        }
    }
    let sent = form.read_data(&Value::Object(answers.clone()), today);
    let read = Value::Object(sent.answers);
    assert_eq!(Value::Object(form.read_data(&read, today).answers), read, "what is folded is read as itself");
    if sent.errors.is_empty() {
        assert!(schema.is_valid(&read), "{read}");
    }
    let carried = form.migrate(&form, &answers, today);
    let _ = (carried.comparison.zh(), carried.comparison.en());
    if complete {
        assert!(form.is_complete(&carried.answers, today), "{:?}", carried.answers);
    }
    if let Ok(united) = United::of("united", "合办", std::slice::from_ref(&form)) {
        united.check_all(&answers, today);
        united.answers_of(form.key(), &answers);
    }
});
