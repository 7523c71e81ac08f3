//! A filled form of forty fields: how long its check takes beside reading the same data as JSON, and beside the JSON Schema.

use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};
use forms::{Answers, Form, Schema};
use serde_json::{Value, json};
use std::hint::black_box;

/// Ten fields four times over: four sections of an application.
fn form_and_data() -> (Form, Answers) {
    let mut fields = Vec::new();
    let mut answers = Answers::new();
    for section in 0..4 {
        for (key, kind, more, answer) in [
            ("name", "name", json!({}), json!("买买提·吐尔逊")),
            ("id", "resident_id", json!({}), json!("34010020990101003X")),
            ("code", "uscc", json!({}), json!("11340000123456788P")),
            ("mobile", "mobile", json!({}), json!("13800138000")),
            ("place", "region", json!({}), json!("341524")),
            ("address", "address", json!({}), json!("金寨县梅山镇红军大道 100 号")),
            ("sum", "money", json!({ "min": 0 }), json!("1234567.50")),
            ("area", "number", json!({ "decimals": 1, "unit": "平方米" }), json!(86.5)),
            ("day", "date", json!({ "min": "2000-01-01" }), json!("2025-07-01")),
            ("own", "yes_no", json!({}), json!(true)),
        ] {
            let key = format!("{key}_{section}");
            let mut field = json!({ "key": key, "label": key, "kind": kind, "required": true });
            field.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            if section > 0 && kind == "date" {
                field["when"] = json!({ "field": format!("own_{}", section - 1), "is": true });
            }
            fields.push(field);
            answers.insert(key, answer);
        }
    }
    let text = json!({ "key": "forty", "title": "四十项", "steps": [{ "key": "all", "title": "全部", "fields": fields }] });
    (Form::parse(&text.to_string()).expect("a good form"), answers)
}

fn check(c: &mut Criterion) {
    let today = NaiveDate::from_ymd_opt(2100, 1, 1).expect("a day");
    let (form, answers) = form_and_data();
    assert_eq!(form.fields().count(), 40);
    assert_eq!(form.check_all(&answers, today), []);
    let data = Value::Object(answers.clone());
    let text = data.to_string();
    let schema = Schema::compile(&form.schema()).expect("a good schema");
    let entered = form.entered("all", &answers);
    let mut group = c.benchmark_group("forty fields");
    group.bench_function("serde_json parse", |b| b.iter(|| serde_json::from_str::<Value>(black_box(&text)).expect("JSON")));
    group.bench_function("check_all", |b| b.iter(|| form.check_all(black_box(&answers), today)));
    group.bench_function("compiled JSON Schema", |b| b.iter(|| schema.is_valid(black_box(&data))));
    group.bench_function("read_step", |b| b.iter(|| form.read_step("all", black_box(&entered), today)));
    group.finish();
}

criterion_group!(benches, check);
criterion_main!(benches);
