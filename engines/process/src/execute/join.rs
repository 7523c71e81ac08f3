//! 汇合 · joins of parallel and inclusive branches.
//!
//! Parallel: exactly one token from each incoming flow (H09). Inclusive, BPMN 2.0 table 13.3: enabled when some incoming
//! flow holds a token, and from no other token a path leads to an empty incoming flow unless one also leads from it to a
//! filled one, all without passing the gateway itself.

use super::{Run, joins};
use crate::bits::Bits;
use crate::definition::NodeKind;
use crate::refusal::Refusal;
use crate::state::Place;

impl<'a> Run<'a> {
    /// Fires one join that is ready; whether there was one.
    pub(super) fn join_ready(&mut self) -> Result<bool, Refusal> {
        let mut candidates: Vec<(u64, usize)> = Vec::new();
        for token in &self.state.tokens {
            let Place::Flow(flow) = &token.place else {
                continue;
            };
            let Some((_, flow)) = self.def.flow_at(flow) else {
                continue;
            };
            if joins(&self.def.nodes[flow.to]) && !candidates.contains(&(token.scope, flow.to)) {
                candidates.push((token.scope, flow.to));
            }
        }
        for (scope, at) in candidates {
            let node = &self.def.nodes[at];
            let taken = match node.kind {
                NodeKind::ParallelGateway => self.parallel_ready(scope, at),
                _ => self.inclusive_ready(scope, at),
            };
            if let Some(taken) = taken {
                self.move_on()?;
                // What is left over on a flow stays there, to be counted in the next round of a loop.
                self.state.tokens.retain(|t| !taken.contains(&t.id));
                self.appear(scope, node)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn first_on(&self, scope: u64, flow: usize) -> Option<u64> {
        let key = &self.def.flows[flow].key;
        self.state.tokens.iter().find(|t| t.scope == scope && matches!(&t.place, Place::Flow(f) if f == key)).map(|t| t.id)
    }

    fn parallel_ready(&self, scope: u64, node: usize) -> Option<Vec<u64>> {
        self.def.nodes[node].ins.iter().map(|flow| self.first_on(scope, *flow)).collect()
    }

    fn inclusive_ready(&self, scope: u64, node: usize) -> Option<Vec<u64>> {
        let def = self.def;
        let size = def.nodes.len() + def.flows.len();
        let (mut red, mut green) = (Bits::of_size(size), Bits::of_size(size));
        let mut taken = Vec::new();
        for (flow, upstream) in def.upstream.get(&node)? {
            match self.first_on(scope, *flow) {
                Some(token) => {
                    taken.push(token);
                    green.add_all(upstream);
                }
                None => red.add_all(upstream),
            }
        }
        let awaited = self.state.tokens.iter().filter(|t| t.scope == scope).any(|t| {
            let place = match &t.place {
                Place::Flow(id) => match def.flow_at(id) {
                    Some((_, flow)) if flow.to == node => None,
                    Some((at, _)) => Some(def.nodes.len() + at),
                    None => None,
                },
                Place::Node(id) => def.node_index.get(&**id).copied(),
            };
            place.is_some_and(|p| red.has(p) && !green.has(p))
        });
        (!awaited).then_some(taken)
    }
}
