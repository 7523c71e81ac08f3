//! What the engine's work costs: reading a chart, proving it, one approval start to end, drawing.

use criterion::{Criterion, criterion_group, criterion_main};
use process::{Command, Definition, Lang, SimpleConditions, State, Vars, start, step, svg};
use std::hint::black_box;

const APPROVAL: &str = include_str!("../bench/approval.bpmn");

fn approval(chart: &Definition, saved: bool) -> State {
    let keep = |state: State| match saved {
        true => serde_json::from_slice(&serde_json::to_vec(&state).expect("writes")).expect("reads"),
        false => state,
    };
    let mut state = keep(start(chart, &Vars::new(), &SimpleConditions).expect("starts").0);
    while let Some(waiting) = state.waiting().into_iter().next() {
        let command = Command::Complete { node: waiting.node, outputs: Vars::new() };
        state = keep(step(chart, &state, &command, &SimpleConditions).expect("goes on").0);
    }
    state
}

fn engine(c: &mut Criterion) {
    let chart = Definition::parse(APPROVAL).expect("reads");
    c.bench_function("approval in memory", |b| b.iter(|| approval(black_box(&chart), false)));
    c.bench_function("approval saved after every step", |b| b.iter(|| approval(black_box(&chart), true)));
    let large = include_str!("../tests/data/miwg/C.1.1.bpmn");
    c.bench_function("read a chart", |b| b.iter(|| Definition::parse(black_box(large))));
    c.bench_function("prove a chart", |b| b.iter(|| black_box(&chart).sound()));
    c.bench_function("draw a chart", |b| b.iter(|| svg(black_box(&chart), None, Lang::Zh)));
}

criterion_group!(benches, engine);
criterion_main!(benches);
