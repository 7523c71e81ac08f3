//! A state from anywhere, or a fresh one, and commands from anywhere: each step is made or refused, and what comes of it can be
//! written down and read again. The first line is the number of a chart, the second a state (none: the start), then a command a line.
//! That the end is reached from where a state stands is proved by a move to the same version. On the chart of everything that takes
//! a second, so states standing at the same places are moved once in a run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use process::{Command, Definition, SimpleConditions, State, Vars, migrate, start, step, what_next};
use std::collections::{BTreeMap, HashSet};
use std::sync::{LazyLock, Mutex};

static CHARTS: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    [include_str!("../../examples/approval.bpmn"), include_str!("../charts/everything.bpmn")]
        .map(|text| Definition::parse(text).unwrap_or_else(|error| panic!("{error}")))
        .into()
});

/// Where states stood that have been moved.
static MOVED: LazyLock<Mutex<HashSet<Vec<String>>>> = LazyLock::new(Mutex::default);

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
    state.waiting();
    let stands = serde_json::to_value(&state).expect("serialises");
    let parts = ["tokens", "waits"].iter().filter_map(|list| stands[*list].as_array()).flatten();
    let mut places: Vec<String> = parts.map(|part| format!("{} {} {}", part["place"], part["node"], part["kind"])).collect();
    places.sort();
    places.push(chart.hash().to_owned());
    if MOVED.lock().expect("one thread").insert(places) {
        let _ = migrate(chart, chart, &state, &BTreeMap::new(), &SimpleConditions);
    }
});
