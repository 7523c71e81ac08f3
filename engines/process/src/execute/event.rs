//! 事件 · intermediate catch events (message, timer) and end events (none, terminate).

use super::Run;
use crate::definition::{Node, Trigger};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::WaitKind;

impl<'a> Run<'a> {
    pub(super) fn catch(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        match &node.trigger {
            Trigger::Message(name) => self.wait(token, node, WaitKind::Message, Some(name.clone())),
            Trigger::Timer { .. } => self.wait(token, node, WaitKind::Timer, None),
            Trigger::None | Trigger::Terminate | Trigger::Other(_) => {
                return self.pass(token, node);
            }
        }
        Ok(())
    }

    pub(super) fn end(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let Some(scope) = self.state.token(token).map(|t| t.scope) else {
            return Ok(());
        };
        self.leave(token, node, &[]);
        self.events.push(Event::Ended { node: node.id.clone() });
        self.state.last_end = Some(node.id.clone());
        if node.trigger == Trigger::Terminate {
            // Terminate ends its own scope and no other.
            self.clear(scope);
        }
        self.close_if_empty(scope)
    }
}
