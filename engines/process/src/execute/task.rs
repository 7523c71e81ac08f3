//! 任务 · userTask, manualTask, serviceTask, sendTask, businessRuleTask, receiveTask. A person's or a system's work is
//! waited for; what a system must do leaves as [`Event::Called`] and returns as a command.

use super::Run;
use crate::definition::{Node, NodeKind, Trigger};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Wait, WaitKind};

impl<'a> Run<'a> {
    pub(super) fn begin_task(&mut self, token: u64, node: &'a Node) {
        match node.kind {
            NodeKind::ServiceTask | NodeKind::SendTask | NodeKind::BusinessRuleTask => {
                self.events.push(Event::Called { node: node.id.clone() });
                self.wait(token, node, WaitKind::Service, None);
            }
            NodeKind::ReceiveTask => {
                let Trigger::Message(name) = &node.trigger else {
                    return;
                };
                self.wait(token, node, WaitKind::Message, Some(name.clone()));
            }
            _ => self.wait(token, node, WaitKind::Task, None),
        }
        self.listen(token, node);
    }

    /// The work of an activity is done. Its boundary waits go before the next token is made: a timer and a completion at
    /// the same instant have one winner.
    pub(super) fn done(&mut self, wait: Wait) -> Result<(), Refusal> {
        let def = self.def;
        let node = def.node(&wait.node).ok_or_else(|| Refusal::NoSuchNode(wait.node.clone()))?;
        let token = wait.token.ok_or_else(|| Refusal::NotWaiting(wait.node.clone()))?;
        self.state.waits.retain(|w| w.token != Some(token));
        self.pass(token, node)
    }
}
