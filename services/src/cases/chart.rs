//! 流程图 · asking the published chart where the case goes next (A2.2). Conditions on it are FEEL.

use super::case::{Case, Rejection};
use acts::Moved;
use catalogue::Item;
use process::{Command, Conditions, Event, Vars};
use serde_json::Value;

struct Feel;

impl Conditions for Feel {
    fn holds(&self, expression: &str, vars: &Vars) -> Result<bool, String> {
        rules::holds(expression, vars).map_err(|e| e.to_string())
    }
}

fn moved((state, events): (process::State, Vec<Event>)) -> Moved {
    let took = events
        .into_iter()
        .filter_map(|e| match e {
            Event::Left { node } => Some(node),
            Event::Took { flow } => Some(flow),
            Event::Ended { node } => Some(node),
            _ => None,
        })
        .collect();
    Moved { state, took }
}

fn vars(outputs: &[(&str, &str)]) -> Vars {
    outputs.iter().map(|(k, v)| ((*k).to_owned(), Value::String((*v).to_owned()))).collect()
}

/// Where a new case begins.
pub fn begin(item: &Item) -> Result<Moved, Rejection> {
    Ok(moved(process::start(&item.process, &Vars::new(), &Feel)?))
}

/// Completes the task `node`.
pub fn complete(case: &Case, item: &Item, node: &str, outputs: &[(&str, &str)]) -> Result<Moved, Rejection> {
    step(&case.process, item, Command::Complete { node: node.into(), outputs: vars(outputs) })
}

/// Something that was waited for has come.
pub fn message(case: &Case, item: &Item, name: &str) -> Result<Moved, Rejection> {
    step(&case.process, item, Command::Message { name: name.into(), outputs: Vars::new() })
}

/// The case ends here.
pub fn terminate(case: &Case, item: &Item, reason: &str) -> Result<Moved, Rejection> {
    step(&case.process, item, Command::Terminate { reason: reason.into() })
}

fn step(state: &process::State, item: &Item, command: Command) -> Result<Moved, Rejection> {
    Ok(moved(process::step(&item.process, state, &command, &Feel)?))
}
