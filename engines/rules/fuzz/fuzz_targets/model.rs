//! Any text as a DMN file: read, asked for every decision, checked, and the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::{Model, Table};
use serde_json::{Map, Value};

// A panic inside the parser or evaluator is an error of that one rule; let it come so far. Any other still ends the run.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |text: &str| {
    match Table::parse(text) {
        Ok(table) => {
            let ones = table.variables().iter().map(|variable| (variable.name.clone(), Value::from(1))).collect();
            let texts = table.variables().iter().map(|variable| (variable.name.clone(), Value::from("2026-11-25"))).collect();
            for facts in [ones, texts] {
                assert_eq!(table.decide(&facts), table.decide(&facts));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let Ok(model) = Model::parse(text) else { return };
    for decision in model.decisions() {
        let inputs = model.inputs(decision).unwrap_or_default();
        let all = |value: Value| -> Map<String, Value> { inputs.iter().map(|name| (name.clone(), value.clone())).collect() };
        let _ = model.decide(decision, &all(Value::Null), Some("2026-11-25"));
        let decide = || model.decide(decision, &all(Value::from(1)), None);
        assert_eq!(decide(), decide());
    }
    for audit in model.audit() {
        let rules = audit.overlaps.iter().flat_map(|overlap| overlap.rules).chain(audit.dead.iter().map(|dead| dead.rule));
        rules.for_each(|rule| assert!(rule > 0));
    }
});
