//! Any bytes: read or refused, and what is read is given back byte for byte, checked, proved, drawn, listed, changed in one place,
//! run in a way the bytes decide, restored from its events and moved to itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use process::{
    Command, Definition, Edit, Lang, Overlay, Refusal, SimpleConditions, State, Vars, WaitKind, Waiting, forecast, migrate,
    outline, replay, restore, start, start_at, step, svg, what_next,
};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static CHINA: LazyLock<calendar::Calendar> = LazyLock::new(calendar::Calendar::china);

fuzz_target!(|bytes: &[u8]| {
    let def = match Definition::read(bytes, None) {
        Ok(def) => def,
        Err(error) => return assert!(!error.reason.zh.is_empty() && !error.remedy.zh.is_empty()),
    };
    assert_eq!(def.bytes(), bytes);
    assert_eq!(def.edit(&[]).expect("what reads reads again").bytes(), bytes);
    for key in def.processes() {
        let _ = Definition::read(bytes, Some(key));
    }
    let flaws = def.sound();
    drawn(&def, None);
    flaws.iter().for_each(|flaw| drawn(&def, Some(&flaw.overlay())));
    let _ = forecast(&def, "2026-11-25".parse().expect("a date"), &CHINA);
    change(&def);
    for node in def.nodes() {
        let _ = start_at(&def, &node.id, &Vars::new(), &SimpleConditions);
    }
    let Ok((state, events)) = start(&def, &Vars::new(), &SimpleConditions) else { return };
    assert!(def.check().is_empty());
    run(&def, state, events, bytes);
});

fn drawn(def: &Definition, path: Option<&Overlay>) {
    for lang in [Lang::Zh, Lang::En] {
        let picture = svg(def, path, lang);
        roxmltree::Document::parse(&picture).unwrap_or_else(|error| panic!("{error}: {picture}"));
        assert!(!picture.contains("NaN") || def.xml().contains("NaN"), "{picture}");
    }
    outline(def, path);
}

/// A name is changed in the text where it stands, and nowhere else.
fn change(def: &Definition) {
    let name = "甲 <&\"'> 乙\n";
    for node in def.nodes().iter().take(3) {
        let edit = Edit::Attribute { id: node.id.clone(), name: "name".into(), value: Some(name.into()) };
        let Ok(new) = def.edit(&[edit]) else { continue };
        assert_eq!(new.node(&node.id).expect("still there").name, name.trim());
        assert_eq!(new.nodes().len(), def.nodes().len());
        let limit =
            |value: Option<&str>| Edit::Extension { id: node.id.clone(), name: "limit".into(), value: value.map(Into::into) };
        let new = new.edit(&[limit(Some("5"))]).expect("a limit may stand on any element");
        assert_eq!(new.node(&node.id).expect("still there").extension["limit"], "5");
        let new = new.edit(&[limit(None)]).expect("and be taken away");
        assert!(!new.node(&node.id).expect("still there").extension.contains_key("limit"));
    }
    for flow in def.flows().iter().take(2) {
        let edit = Edit::Condition { flow: flow.id.clone(), text: "金额 < 5 & \"]]>\"".into() };
        if let Ok(new) = def.edit(&[edit]) {
            assert_eq!(new.flow(&flow.id).expect("still there").condition.as_deref(), Some("金额 < 5 & \"]]>\""));
        }
    }
}

fn run(def: &Definition, mut state: State, mut events: Vec<process::Event>, bytes: &[u8]) {
    let mut chance = bytes.iter().fold(7_u64, |sum, byte| sum.wrapping_mul(0x100_0000_01b3) ^ u64::from(*byte));
    for _ in 0..30 {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let waiting = state.waiting();
        let Some(wait) = waiting.get((chance >> 33) as usize % waiting.len().max(1)) else { break };
        match step(def, &state, &command(wait, chance >> 60), &SimpleConditions) {
            Ok((next, more)) => {
                let text = serde_json::to_string(&next).expect("serialises");
                assert_eq!(serde_json::from_str::<State>(&text).expect("as written"), next);
                state = next;
                events.extend(more);
            }
            Err(refusal) => assert!(!refusal.to_string().is_empty() && !matches!(refusal, Refusal::NotRunnable(_))),
        }
    }
    let path = replay(def, &events);
    drawn(def, Some(&path));
    what_next(def, &state);
    if let (Some((moved, _)), report) = migrate(def, def, &state, &BTreeMap::new(), &SimpleConditions) {
        assert_eq!(moved.waiting(), state.waiting());
        assert!(report.listening.is_empty() && report.limits.is_empty());
    }
    assert_eq!(restore(def, &events, &SimpleConditions), Ok(state));
}

fn command(wait: &Waiting, chance: u64) -> Command {
    let (node, outputs) = (wait.id.clone(), Vars::new());
    match wait.kind {
        WaitKind::Message => Command::Message { name: wait.name.clone().unwrap_or_default(), key: wait.key.clone(), outputs },
        WaitKind::Signal => Command::Signal { name: wait.name.clone().unwrap_or_default(), outputs },
        WaitKind::Timer => Command::TimerFired { node },
        WaitKind::Offered => Command::Begin { node },
        WaitKind::Incident | WaitKind::Condition => Command::Retry { node, outputs },
        _ if chance == 0 => Command::Fail { node, error: "E1".into(), outputs },
        WaitKind::Task | WaitKind::Service | WaitKind::Process => Command::Complete { node, outputs },
    }
}
