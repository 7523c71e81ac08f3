//! 重放 · the path a case took, from its events, on the very chart that was deployed (F022).

use crate::conditions::Conditions;
use crate::definition::{Definition, Node, NodeKind};
use crate::event::Event;
use crate::execute::{start, start_at, step};
use crate::refusal::Refusal;
use crate::state::{State, WaitKind};
use crate::words::Words;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What to mark on a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    /// Nodes done and flows taken.
    pub done: BTreeSet<String>,
    /// Nodes where the case is now; open sub-processes included.
    pub current: BTreeSet<String>,
    /// Nodes and flows at fault: where a run comes to grief.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub trouble: BTreeSet<String>,
}

/// How far a node or flow has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Done at least once, and not under way now.
    Done,
    /// Under way.
    Now,
    /// Not yet.
    Ahead,
    /// Here the chart is at fault.
    Trouble,
}

impl Overlay {
    /// How far this node or flow has come.
    pub fn progress(&self, id: &str) -> Progress {
        if self.trouble.contains(id) {
            Progress::Trouble
        } else if self.current.contains(id) {
            Progress::Now
        } else if self.done.contains(id) {
            Progress::Done
        } else {
            Progress::Ahead
        }
    }
}

/// Why a history does not give a state again.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Broken {
    /// A step that was carried out then is refused now.
    #[error("第 {step} 步当时办成了，现在不能：{refusal}")]
    Refused {
        /// Which step, the start being the first.
        step: u64,
        /// Why it is refused.
        refusal: Refusal,
    },
    /// A step gives other events than are on record.
    #[error("{}", .0)]
    Differs(Words),
}

/// The state of a case from all its events, oldest first, the first being [`Event::Begun`]. What each step does is done
/// again, and must be what is on record: with the same conditions a history gives the same state, or says where it was
/// altered.
pub fn restore(def: &Definition, events: &[Event], conditions: &dyn Conditions) -> Result<State, Broken> {
    let begins = |e: &Event| matches!(e, Event::Begun { .. } | Event::Commanded { .. });
    let differs = |step: u64| {
        Broken::Differs(Words::new(
            format!("第 {step} 步的记录和重新推算的不一样"),
            format!("what is on record of step {step} is not what comes of it"),
        ))
    };
    let mut state: Option<State> = None;
    let mut rest = events;
    let mut number = 0;
    while let Some(first) = rest.first() {
        number += 1;
        let length = rest[1..].iter().position(begins).map_or(rest.len(), |at| at + 1);
        let done = match (first, &state) {
            (Event::Begun { at: None, vars }, None) => start(def, vars, conditions),
            (Event::Begun { at: Some(node), vars }, None) => start_at(def, node, vars, conditions),
            (Event::Commanded { command }, Some(state)) => step(def, state, command, conditions),
            _ => return Err(differs(number)),
        };
        let (next, again) = done.map_err(|refusal| Broken::Refused { step: number, refusal })?;
        if again != rest[..length] {
            return Err(differs(number));
        }
        (state, rest) = (Some(next), &rest[length..]);
    }
    state.ok_or_else(|| differs(1))
}

/// Replays all events of a case, oldest first. Ids that the chart does not have are left out.
pub fn replay(def: &Definition, events: &[Event]) -> Overlay {
    let mut overlay = Overlay::default();
    // The same node may be under way more than once.
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        match event {
            Event::Entered { node } if def.node(node).is_some() => *open.entry(node).or_default() += 1,
            Event::Left { node } => {
                if let Some(n) = open.get_mut(node.as_str()) {
                    *n = n.saturating_sub(1);
                }
                if def.node(node).is_some() {
                    overlay.done.insert(node.clone());
                }
            }
            Event::Cancelled { node } => {
                if let Some(n) = open.get_mut(node.as_str()) {
                    *n = n.saturating_sub(1);
                }
            }
            Event::Took { flow } if def.flow(flow).is_some() => {
                overlay.done.insert(flow.clone());
            }
            // A join that can never go on is where the case stands, though no token is in it.
            Event::Waiting { node, kind } if *kind != WaitKind::Offered && def.node(node).is_some_and(is_place) => {
                let n = open.entry(node).or_default();
                *n = (*n).max(1);
            }
            Event::Finished { .. } => open.clear(),
            _ => {}
        }
    }
    overlay.current = open.into_iter().filter(|(_, n)| *n > 0).map(|(id, _)| id.to_owned()).collect();
    overlay
}

/// Whether a case can stand here; what only listens is no place.
fn is_place(node: &Node) -> bool {
    !matches!(node.kind, NodeKind::BoundaryEvent | NodeKind::StartEvent)
}
