//! Any text as a DMN file: read, asked for every decision, checked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|text: &str| {
    let _ = rules::Table::parse(text);
    if let Ok(model) = rules::Model::parse(text) {
        for decision in model.decisions() {
            let inputs = model.inputs(decision).unwrap_or_default();
            let nothing: Map<String, Value> = inputs.iter().map(|name| (name.clone(), Value::Null)).collect();
            let ones: Map<String, Value> = inputs.into_iter().map(|name| (name, Value::from(1))).collect();
            let _ = model.decide(decision, &nothing, Some("2026-11-25"));
            let _ = model.decide(decision, &ones, None);
        }
        let _ = model.audit();
    }
});
