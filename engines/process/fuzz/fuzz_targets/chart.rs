//! Any bytes: read or refused, and what is read is checked, proved, drawn, listed, run and given back byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use process::{Command, Definition, Lang, SimpleConditions, Vars, WaitKind, outline, replay, restore, start, step, svg, what_next};

fuzz_target!(|bytes: &[u8]| {
    let Ok(def) = Definition::read(bytes, None) else { return };
    assert_eq!(def.bytes(), bytes);
    let _ = (svg(&def, None, Lang::Zh), outline(&def, None));
    let Ok((mut state, mut events)) = start(&def, &Vars::new(), &SimpleConditions) else { return };
    let _ = def.sound();
    for turn in 0..20 {
        let waiting = state.waiting();
        let Some(wait) = waiting.get(turn % waiting.len().max(1)) else { break };
        let (node, outputs) = (wait.id.clone(), Vars::new());
        let command = match wait.kind {
            WaitKind::Message => Command::Message { name: wait.name.clone().unwrap_or_default(), key: None, outputs },
            WaitKind::Signal => Command::Signal { name: wait.name.clone().unwrap_or_default(), outputs },
            WaitKind::Timer => Command::TimerFired { node },
            WaitKind::Offered => Command::Begin { node },
            WaitKind::Incident | WaitKind::Condition => Command::Retry { node, outputs },
            WaitKind::Task | WaitKind::Service | WaitKind::Process => Command::Complete { node, outputs },
        };
        if let Ok((next, more)) = step(&def, &state, &command, &SimpleConditions) {
            state = next;
            events.extend(more);
        }
    }
    let _ = (replay(&def, &events), what_next(&def, &state));
    assert_eq!(restore(&def, &events, &SimpleConditions), Ok(state));
});
