//! 事件 · intermediate catch and throw events, links, and ends.

use super::Run;
use crate::definition::{Node, Trigger};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::WaitKind;

impl<'a> Run<'a> {
    pub(super) fn catch(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        match &node.trigger {
            Trigger::Message(_) | Trigger::Timer { .. } | Trigger::Signal(_) | Trigger::Condition(_) => {
                if let Err(why) = self.expect(token, node) {
                    self.incident(token, node, why, true);
                }
                Ok(())
            }
            _ => self.pass(token, node),
        }
    }

    pub(super) fn throw(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        match &node.trigger {
            Trigger::Link(_) => self.jump(token, node),
            Trigger::Compensation(activity) => self.undo(token, node, activity),
            _ => {
                self.cause(token, node)?;
                self.pass(token, node)
            }
        }
    }

    pub(super) fn end(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        match &node.trigger {
            Trigger::Compensation(activity) => self.undo(token, node, activity),
            _ => self.ended(token, node),
        }
    }

    /// A path ends here.
    pub(super) fn ended(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        self.cause(token, node)?;
        let Some(scope) = self.gone(token, node) else {
            // What it caused took it away.
            return Ok(());
        };
        self.events.push(Event::Ended { node: node.id.clone() });
        self.state.last_end = Some(node.key.clone());
        match &node.trigger {
            Trigger::Error(code) => return self.error_in(scope, node, code),
            // Terminate ends its own scope and no other.
            Trigger::Terminate => self.clear(scope),
            _ => {}
        }
        self.close_if_empty(scope)
    }

    /// What a throw or end event causes besides going on: a message for outside, a signal for all, a call to those above.
    fn cause(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let thrown = |sort: &str, name: &str| Event::Thrown { node: node.id.clone(), sort: sort.into(), name: name.into() };
        match &node.trigger {
            Trigger::Message(name) => self.events.push(thrown("message", name)),
            Trigger::Signal(name) => {
                self.events.push(thrown("signal", name));
                self.signal(name)?;
            }
            Trigger::Escalation(code) => match self.escalate(token, node, code)? {
                true => {}
                false => self.events.push(thrown("escalation", code)),
            },
            _ => {}
        }
        Ok(())
    }

    /// Everybody who waits for the signal hears it.
    pub(super) fn signal(&mut self, name: &str) -> Result<(), Refusal> {
        let waits = self.state.waits.iter().filter(|w| w.kind == WaitKind::Signal && w.name.as_deref() == Some(name));
        let ids: Vec<u64> = waits.map(|w| w.id).collect();
        for id in ids {
            // One who hears it may take away another who waits.
            if let Some(wait) = self.state.waits.iter().find(|w| w.id == id).cloned() {
                self.happened(wait)?;
            }
        }
        Ok(())
    }

    /// From a link to the catch of the same name.
    fn jump(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let def = self.def;
        let Some(target) = def.link_target(node) else { return self.pass(token, node) };
        match self.gone(token, node) {
            Some(scope) => {
                self.move_on()?;
                self.appear(scope, target)
            }
            None => Ok(()),
        }
    }
}
