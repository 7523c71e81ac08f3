//! A state and a command from anywhere: a step is made or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use process::{Command, Definition, SimpleConditions, State, step, what_next};
use std::sync::LazyLock;

static CHART: LazyLock<Definition> =
    LazyLock::new(|| Definition::parse(include_str!("../../examples/approval.bpmn")).expect("reads"));

fuzz_target!(|text: &str| {
    let Some((state, command)) = text.split_once('\n') else { return };
    let state = state.replace("HASH", CHART.hash());
    let (Ok(state), Ok(command)) = (serde_json::from_str::<State>(&state), serde_json::from_str::<Command>(command)) else { return };
    let _ = (what_next(&CHART, &state), step(&CHART, &state, &command, &SimpleConditions));
});
