//! 边界事件 · timers and messages on the border of an activity, interrupting it or not. A timer is a wait that the caller
//! fires.

use super::Run;
use crate::definition::{Node, NodeKind, Trigger};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Place, Token, Wait, WaitKind};

impl<'a> Run<'a> {
    /// Begins to listen on the border of an activity.
    pub(super) fn listen(&mut self, token: u64, host: &'a Node) {
        let def = self.def;
        for boundary in def.boundaries_of(&host.id) {
            match &boundary.trigger {
                Trigger::Message(name) => self.wait(token, boundary, WaitKind::Message, Some(name.clone())),
                Trigger::Timer { .. } => self.wait(token, boundary, WaitKind::Timer, None),
                Trigger::None | Trigger::Terminate | Trigger::Other(_) => {}
            }
        }
    }

    /// What a wait was for has happened: on the path, or on the border of an activity.
    pub(super) fn happened(&mut self, wait: Wait) -> Result<(), Refusal> {
        let def = self.def;
        let node = def.node(&wait.node).ok_or_else(|| Refusal::NoSuchNode(wait.node.clone()))?;
        if node.kind != NodeKind::BoundaryEvent {
            return self.done(wait);
        }
        let host = wait.token.ok_or_else(|| Refusal::NotWaiting(wait.node.clone()))?;
        if node.interrupting {
            self.cancel(host);
        } else if !repeats(node) {
            // A message may come again; a time comes once, unless it is a cycle.
            self.state.waits.retain(|w| w.id != wait.id);
        }
        let id = self.state.next_id();
        self.state.tokens.push(Token { id, scope: wait.scope, place: Place::Node(node.id.clone()), surplus: false });
        self.events.push(Event::Entered { node: node.id.clone() });
        self.pass(id, node)
    }

    /// Takes a token out of the activity it is in, with everything inside.
    pub(super) fn cancel(&mut self, token: u64) {
        let inner = self.state.scopes.iter().find(|s| s.element.as_ref().is_some_and(|(_, t)| *t == token));
        if let Some(inner) = inner.map(|s| s.id) {
            self.clear(inner);
            self.state.scopes.retain(|s| s.id != inner);
        }
        if let Some(Place::Node(node)) = self.state.token(token).map(|t| t.place.clone()) {
            self.events.push(Event::Cancelled { node });
        }
        self.state.tokens.retain(|t| t.id != token);
        self.state.waits.retain(|w| w.token != Some(token));
    }
}

fn repeats(node: &Node) -> bool {
    match &node.trigger {
        Trigger::Message(_) => true,
        Trigger::Timer { sort, .. } => sort == "timeCycle",
        _ => false,
    }
}
