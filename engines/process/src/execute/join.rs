//! 汇合 · joins of parallel and inclusive branches.
//!
//! Parallel: exactly one token from each incoming flow (H09). Inclusive, BPMN 2.0 table 13.3: enabled when some incoming
//! flow holds a token, and from no other token a path leads to an empty incoming flow unless one also leads from it to a
//! filled one, all without passing the gateway itself.

use super::{Run, joins};
use crate::definition::{Definition, Flow, Node, NodeKind};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Place, Token};
use std::collections::BTreeSet;

impl<'a> Run<'a> {
    /// Fires one join that is ready; whether there was one.
    pub(super) fn join_ready(&mut self) -> Result<bool, Refusal> {
        let mut candidates: Vec<(u64, &'a Node)> = Vec::new();
        for token in &self.state.tokens {
            let Place::Flow(flow) = &token.place else {
                continue;
            };
            let Some(node) = self.def.flow(flow).and_then(|f| self.def.node(&f.target)) else {
                continue;
            };
            if joins(node) && !candidates.iter().any(|(s, n)| *s == token.scope && n.id == node.id) {
                candidates.push((token.scope, node));
            }
        }
        for (scope, node) in candidates {
            let taken = match node.kind {
                NodeKind::ParallelGateway => self.parallel_ready(scope, node),
                _ => self.inclusive_ready(scope, node),
            };
            if let Some(taken) = taken {
                self.move_on()?;
                self.state.tokens.retain(|t| !taken.contains(&t.id));
                // What is left over on a flow stays there, to be counted in the next round of a loop.
                let id = self.state.next_id();
                self.state.tokens.push(Token { id, scope, place: Place::Node(node.id.clone()), surplus: false });
                self.events.push(Event::Entered { node: node.id.clone() });
                self.act(id, node)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn first_on(&self, scope: u64, flow: &str) -> Option<u64> {
        let on = |t: &&Token| t.scope == scope && matches!(&t.place, Place::Flow(f) if f == flow);
        self.state.tokens.iter().find(on).map(|t| t.id)
    }

    fn parallel_ready(&self, scope: u64, node: &Node) -> Option<Vec<u64>> {
        node.incoming.iter().map(|flow| self.first_on(scope, flow)).collect()
    }

    fn inclusive_ready(&self, scope: u64, node: &Node) -> Option<Vec<u64>> {
        let (filled, empty): (Vec<&String>, Vec<&String>) =
            node.incoming.iter().partition(|flow| self.first_on(scope, flow).is_some());
        let mut red = BTreeSet::new();
        for flow in empty.iter().filter_map(|id| self.def.flow(id)) {
            red.extend(upstream(self.def, node, flow));
        }
        let mut green = BTreeSet::new();
        for flow in filled.iter().filter_map(|id| self.def.flow(id)) {
            green.extend(upstream(self.def, node, flow));
        }
        let others = self.state.tokens.iter().filter(|t| t.scope == scope).map(|t| match &t.place {
            Place::Flow(id) | Place::Node(id) => id.as_str(),
        });
        let awaited = others
            .filter(|place| !node.incoming.iter().any(|f| f == place))
            .any(|place| red.contains(place) && !green.contains(place));
        if awaited {
            return None;
        }
        Some(filled.iter().filter_map(|flow| self.first_on(scope, flow)).collect())
    }
}

/// Flows and nodes from which a token can reach this flow without passing the gateway, the flow itself included. A
/// boundary event is reached from the activity it sits on.
pub(crate) fn upstream<'a>(def: &'a Definition, gateway: &Node, flow: &'a Flow) -> BTreeSet<&'a str> {
    let mut seen: BTreeSet<&str> = BTreeSet::from([flow.id.as_str()]);
    let mut todo = vec![flow.source.as_str()];
    while let Some(id) = todo.pop() {
        if id == gateway.id || !seen.insert(id) {
            continue;
        }
        let Some(node) = def.node(id) else { continue };
        todo.extend(node.attached_to.as_deref());
        for before in def.incoming(node) {
            if seen.insert(&before.id) {
                todo.push(&before.source);
            }
        }
    }
    seen
}
