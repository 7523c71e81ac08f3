//! 网关 · exclusive, parallel and event-based branching, and which flows of a node are open. A branching without a way on
//! is an incident for an officer, never a silent end.

use super::{Run, undecided};
use crate::definition::{Flow, Node};
use crate::refusal::Refusal;
use crate::words::Words;

pub(super) fn no_way() -> Words {
    Words::new("没有一个条件成立，也没有默认去向", "no condition holds and there is no default")
}

impl<'a> Run<'a> {
    /// Exclusive: the first flow, in the order of the chart, whose condition holds; else the default.
    pub(super) fn choose(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let mut default = None;
        for at in &node.out {
            let flow = &self.def.flows[*at];
            if node.default.as_ref() == Some(&flow.id) {
                default = Some(*at);
                continue;
            }
            match self.holds(token, flow) {
                Ok(true) => return self.leave(token, node, &[*at]),
                Ok(false) => {}
                Err(why) => {
                    self.incident(token, node, why, false);
                    return Ok(());
                }
            }
        }
        match default {
            Some(flow) => return self.leave(token, node, &[flow]),
            None => self.incident(token, node, no_way(), false),
        }
        Ok(())
    }

    /// Parallel: every flow.
    pub(super) fn fork(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        self.leave(token, node, &node.out)
    }

    /// Event-based: the token stays, and waits for each of the events that follow; the first takes it on.
    pub(super) fn whichever_first(&mut self, token: u64, node: &'a Node) {
        for at in &node.out {
            let event = &self.def.nodes[self.def.flows[*at].to];
            if let Err(why) = self.expect(token, event) {
                self.state.waits.retain(|w| w.token != Some(token));
                self.incident(token, node, why, true);
                return;
            }
        }
    }

    /// Inclusive, and every node that is left: each flow whose condition holds; the default only when there is none.
    pub(super) fn open_flows(&self, token: u64, node: &'a Node) -> Result<Vec<usize>, Words> {
        let mut open = Vec::new();
        let mut default = None;
        for at in &node.out {
            let flow = &self.def.flows[*at];
            if node.default.as_ref() == Some(&flow.id) {
                default = Some(*at);
            } else if self.holds(token, flow)? {
                open.push(*at);
            }
        }
        if open.is_empty() {
            open.extend(default);
        }
        Ok(open)
    }

    fn holds(&self, token: u64, flow: &Flow) -> Result<bool, Words> {
        let Some(condition) = &flow.condition else {
            return Ok(true);
        };
        self.conditions.holds(condition, &self.view_of(token)).map_err(|why| undecided(condition, &why))
    }
}
