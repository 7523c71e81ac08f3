//! What it costs to ask all rules of the house of one case that runs, beside reading its watch from its row, which whoever judges does first.

use acts::{Actor, CaseAct, Channel, Entry, Moved, Subject, Versions};
use calendar::{Calendar, Clock, Limit, local_date};
use chrono::{DateTime, Utc};
use oversight::supervision::published::Published;
use oversight::supervision::rules::{Inquiry, SHIPPED, Version};
use oversight::supervision::watch::Watch;
use serde_json::json;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn entry(at: DateTime<Utc>, act: CaseAct) -> Entry<CaseAct> {
    let subject = Subject { kind: "case".into(), no: "341524202609180000011".into() };
    foundation::record::entry(subject, at, Actor::system(), None, act)
}

/// Waits for staff at a step.
fn waits(node: &str, id: u64) -> Moved {
    let state = json!({ "definition": "", "seq": 1, "counter": id, "vars": {}, "scopes": [], "tokens": [],
                        "waits": [{ "id": id, "token": null, "scope": 0, "node": node, "kind": "task", "since": 1 }],
                        "ended": null, "last_end": null });
    Moved { state: serde_json::from_value(state).expect("a state"), took: Vec::new() }
}

/// A permit that was accepted an hour after it was applied for: eight working days are promised, the law gives ten.
fn running() -> Watch {
    let at: DateTime<Utc> = "2026-09-18T01:00:00Z".parse().expect("a moment");
    let day = local_date(at);
    let submitted = CaseAct::Submitted {
        item: "food-production-licence".into(),
        agency: "jinzhai-market".into(),
        region: "341524".into(),
        channel: Channel::Online,
        versions: Versions { item: "i".into(), process: "p".into(), form: "f".into() },
        acceptance: Clock::start(day, Limit::working_days(5)),
        moved: waits("check_acceptance", 1),
        queued: None,
        about: None,
        private: None,
    };
    let accepted = CaseAct::Accepted {
        received: day,
        promised: Clock::start(day, Limit::working_days(8)),
        statutory: Clock::start(day, Limit::working_days(10)),
        moved: waits("examine", 2),
    };
    let mut watch = Watch::begin(&entry(at, submitted), 100).expect("a submission begins a watch");
    watch.apply(&entry(at + chrono::Duration::hours(1), accepted), 101);
    watch
}

fn one<T>(times: u32, run: impl Fn() -> T) -> Duration {
    let began = Instant::now();
    (0..times).for_each(|_| drop(black_box(run())));
    began.elapsed() / times
}

fn main() {
    let (watch, calendar, steps) = (running(), Calendar::china(), Published::default());
    let versions: Vec<Version> = SHIPPED.iter().map(|(rule, _)| Version::always(rule.clone())).collect();
    let row = serde_json::to_string(&watch).expect("a row");
    let read = one(20_000, || serde_json::from_str::<Watch>(&row).expect("a watch"));
    let judged = one(5_000, || Inquiry::new(&versions, &watch, &steps, &calendar).find(&mut |_| ()).len());
    let ratio = judged.as_secs_f64() / read.as_secs_f64();
    println!(
        "{} rules asked of a running case: {judged:?}; its watch read from its row: {read:?}; ratio {ratio:.1}",
        versions.len()
    );
}
