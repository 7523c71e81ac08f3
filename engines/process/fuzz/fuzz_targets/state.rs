//! A state from anywhere, or a fresh one, and commands from anywhere: each step is made or refused, and what comes of it can be
//! written down and read again. The first line is the number of a chart, the second a state (none: the start), then a command a line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use process::{Command, Definition, SimpleConditions, State, Vars, migrate, start, step, what_next};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static CHARTS: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    [include_str!("../../examples/approval.bpmn"), include_str!("../charts/everything.bpmn")]
        .map(|text| Definition::parse(text).unwrap_or_else(|error| panic!("{error}")))
        .into()
});

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let chart = &CHARTS[lines.next().and_then(|line| line.parse::<usize>().ok()).unwrap_or(0) % CHARTS.len()];
    let state = match lines.next().unwrap_or_default() {
        "" => start(chart, &Vars::new(), &SimpleConditions).expect("a good chart").0,
        line => match serde_json::from_str(&line.replace("HASH", chart.hash())) {
            Ok(state) => state,
            Err(_) => return,
        },
    };
    let mut state: State = state;
    for command in lines.take(50).filter_map(|line| serde_json::from_str::<Command>(line).ok()) {
        if let Ok((next, _)) = step(chart, &state, &command, &SimpleConditions) {
            let text = serde_json::to_string(&next).expect("serialises");
            assert_eq!(serde_json::from_str::<State>(&text).expect("as written"), next);
            state = next;
        }
    }
    what_next(chart, &state);
    let _ = (state.waiting(), migrate(chart, chart, &state, &BTreeMap::new(), &SimpleConditions));
});
