//! One approval, start to end, in both modes: `cargo run --release -- approval.bpmn instances`. Prints one JSON line per
//! mode, as the peers do.

use process::{Command, Definition, SimpleConditions, State, Vars, start, step};
use std::time::Instant;

/// The CPU time of this process so far, in seconds, as Linux keeps it: user and system time in hundredths.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

fn run(chart: &Definition, saved: bool) -> Result<(), Box<dyn std::error::Error>> {
    let keep = |state: State| -> Result<State, serde_json::Error> {
        if saved { serde_json::from_slice(&serde_json::to_vec(&state)?) } else { Ok(state) }
    };
    let (state, _) = start(chart, &Vars::new(), &SimpleConditions)?;
    let mut state = keep(state)?;
    let mut done = 0;
    while let Some(waiting) = state.waiting().into_iter().next() {
        let mut outputs = Vars::new();
        outputs.insert(format!("result_{}", waiting.node), "同意".into());
        let (next, _) = step(chart, &state, &Command::Complete { node: waiting.node, outputs }, &SimpleConditions)?;
        state = keep(next)?;
        done += 1;
    }
    if !state.is_ended() || done != 5 {
        return Err(format!("{done} tasks done, and not over").into());
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let chart = Definition::parse(&std::fs::read_to_string(arguments.next().ok_or("name a BPMN file")?)?)?;
    let count: u32 = arguments.next().map_or(Ok(100_000), |n| n.parse())?;
    for mode in ["memory", "saved"] {
        for _ in 0..count.min(1_000) {
            run(&chart, mode == "saved")?;
        }
        let (clock, cpu) = (Instant::now(), cpu_seconds());
        for _ in 0..count {
            run(&chart, mode == "saved")?;
        }
        let seconds = clock.elapsed().as_secs_f64();
        let used = cpu.zip(cpu_seconds()).map_or(seconds, |(before, after)| (after - before).max(0.01));
        let figures = serde_json::json!({
            "engine": "process", "version": env!("CARGO_PKG_VERSION"), "mode": mode, "instances": count, "user_tasks": count * 5,
            "seconds": (seconds * 1000.0).round() / 1000.0, "cpu_seconds": used,
            "instances_per_second": (f64::from(count) / seconds).round(),
            "instances_per_cpu_second": (f64::from(count) / used).round(),
        });
        println!("{figures}");
    }
    Ok(())
}
