//! 重放 · the path a case took, from its events, on the very chart that was deployed (F022).

use crate::definition::{Definition, NodeKind};
use crate::event::Event;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What to mark on a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    /// Nodes done and flows taken.
    pub done: BTreeSet<String>,
    /// Nodes where the case is now; open sub-processes included.
    pub current: BTreeSet<String>,
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
}

impl Overlay {
    /// How far this node or flow has come.
    pub fn progress(&self, id: &str) -> Progress {
        if self.current.contains(id) {
            Progress::Now
        } else if self.done.contains(id) {
            Progress::Done
        } else {
            Progress::Ahead
        }
    }
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
            Event::Waiting { node, .. } if def.node(node).is_some_and(|n| n.kind != NodeKind::BoundaryEvent) => {
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
