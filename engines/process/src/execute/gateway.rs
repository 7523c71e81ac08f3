//! 网关 · exclusive, parallel and inclusive branching, and which flows of a node are open. A branching without a way on is
//! an incident for an officer, never a silent end.

use super::Run;
use crate::definition::{Flow, Node};
use crate::refusal::Refusal;
use crate::words::Words;

pub(super) fn no_way() -> Words {
    Words::new("没有一个条件成立，也没有默认去向", "no condition holds and there is no default")
}

impl<'a> Run<'a> {
    /// Exclusive: the first flow, in the order of the chart, whose condition holds; else the default.
    pub(super) fn choose(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let mut chosen = None;
        for flow in self.def.outgoing(node) {
            if node.default.as_ref() == Some(&flow.id) {
                continue;
            }
            match self.holds(flow) {
                Ok(true) => {
                    chosen = Some(flow);
                    break;
                }
                Ok(false) => {}
                Err(why) => {
                    self.incident(token, node, why);
                    return Ok(());
                }
            }
        }
        match chosen.or_else(|| self.default_of(node)) {
            Some(flow) => self.leave(token, node, &[flow]),
            None => self.incident(token, node, no_way()),
        }
        Ok(())
    }

    /// Parallel: every flow.
    pub(super) fn fork(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let flows: Vec<&Flow> = self.def.outgoing(node).collect();
        self.leave(token, node, &flows);
        Ok(())
    }

    /// Inclusive: every flow whose condition holds; the default only when there is none.
    pub(super) fn choose_some(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        self.pass(token, node)
    }

    pub(super) fn open_flows(&self, node: &'a Node) -> Result<Vec<&'a Flow>, Words> {
        let mut open = Vec::new();
        for flow in self.def.outgoing(node) {
            if node.default.as_ref() != Some(&flow.id) && self.holds(flow)? {
                open.push(flow);
            }
        }
        if open.is_empty() {
            open.extend(self.default_of(node));
        }
        Ok(open)
    }

    fn default_of(&self, node: &'a Node) -> Option<&'a Flow> {
        node.default.as_ref().and_then(|id| self.def.flow(id))
    }

    fn holds(&self, flow: &Flow) -> Result<bool, Words> {
        let Some(condition) = &flow.condition else {
            return Ok(true);
        };
        self.conditions.holds(condition, &self.state.vars).map_err(|why| {
            Words::new(
                format!("条件“{condition}”无法判断：{why}"),
                format!("the condition “{condition}” cannot be decided: {why}"),
            )
        })
    }
}
