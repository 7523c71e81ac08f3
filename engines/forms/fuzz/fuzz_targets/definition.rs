//! Any text as a definition, and any data as answers to it: no panic, and what a good form takes its schema takes.
#![no_main]

use forms::{Form, Schema};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (definition, answers) = text.split_once('\0').unwrap_or((text, "{}"));
    let today = chrono::NaiveDate::from_ymd_opt(2100, 1, 1).unwrap();
    let Ok(form) = Form::parse(definition) else { return };
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
    let carried = form.migrate(&form, &answers, today);
    carried.comparison.zh();
});
