//! Any text typed in any field: no panic, and what was understood is understood the same again.
#![no_main]

use forms::{Entered, Form, recognise};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

const FORM: &str = r#"{ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [
    { "key": "a", "label": "甲", "kind": "text" }, { "key": "b", "label": "乙", "kind": "textarea" },
    { "key": "c", "label": "丙", "kind": "name" }, { "key": "d", "label": "丁", "kind": "mobile" },
    { "key": "e", "label": "戊", "kind": "phone" }, { "key": "f", "label": "己", "kind": "resident_id" },
    { "key": "g", "label": "庚", "kind": "uscc" }, { "key": "h", "label": "辛", "kind": "number", "decimals": 3 },
    { "key": "i", "label": "壬", "kind": "money" }, { "key": "j", "label": "癸", "kind": "date" },
    { "key": "k", "label": "子", "kind": "email" }, { "key": "l", "label": "丑", "kind": "region" },
    { "key": "m", "label": "寅", "kind": "yes_no" },
    { "key": "n", "label": "卯", "kind": "group", "fields": [{ "key": "o", "label": "辰", "kind": "name" }, { "key": "p", "label": "巳", "kind": "money" }] }
] }] }"#;

fuzz_target!(|text: &str| {
    static FORM_READ: OnceLock<Form> = OnceLock::new();
    let form = FORM_READ.get_or_init(|| Form::parse(FORM).expect("a good form"));
    let today = chrono::NaiveDate::from_ymd_opt(2100, 1, 1).unwrap();
    let mut entered: Entered = form.fields().map(|field| (field.key.clone(), vec![text.to_owned()])).collect();
    entered.insert("n.0.o".to_owned(), vec![text.to_owned()]);
    entered.insert(text.to_owned(), vec!["1".to_owned()]);
    let reading = form.read_step("s", &entered, today);
    let again = form.read_step("s", &form.entered("s", &reading.answers), today);
    for field in form.fields().filter(|field| reading.error_of(&field.key).is_none()) {
        assert_eq!(again.answers[&field.key], reading.answers[&field.key], "{}", field.key);
    }
    form.press(&entered, text);
    let found = recognise(text, today);
    assert!(!found.valid || recognise(&found.number, today).valid, "{found:?}");
    let folded = forms::text::fold_name(text);
    assert_eq!(forms::text::fold_name(&folded), folded);
});
