//! 撤销 · compensation: what was done is undone by the activity joined to it, the last first (for withdrawing a decision
//! already served).

use super::Run;
use crate::definition::{Id, Node, NodeKind, Trigger};
use crate::refusal::Refusal;
use crate::state::Undoable;

impl<'a> Run<'a> {
    /// Keeps in mind that an activity was done that can be undone.
    pub(super) fn remember(&mut self, token: u64, node: &'a Node) {
        let def = self.def;
        let Some(scope) = self.state.token(token).map(|t| t.scope) else { return };
        for boundary in def.boundaries_of(&node.id).filter(|b| matches!(b.trigger, Trigger::Compensation(_))) {
            if let Some(by) = boundary.handler.as_deref().and_then(|id| def.node(id)) {
                self.state.undoable.push(Undoable { scope, activity: node.key.clone(), by: by.key.clone() });
            }
        }
    }

    /// What was done in a scope that closes can be undone from the scope around it.
    pub(super) fn inherit(&mut self, scope: u64, host: u64, node: &Node) {
        let Some(outer) = self.state.token(host).map(|t| t.scope) else { return };
        for undoable in self.state.undoable.iter_mut().filter(|u| u.scope == scope) {
            undoable.scope = outer;
            undoable.activity = node.key.clone();
        }
    }

    /// Undoes one activity, or all of the scope; the event goes on when all of it is undone.
    pub(super) fn undo(&mut self, token: u64, node: &'a Node, activity: &str) -> Result<(), Refusal> {
        let Some(own) = self.state.token(token).and_then(|t| self.state.scope(t.scope)) else { return Ok(()) };
        // From an event sub-process, what the scope around it has done.
        let holder = own.element.as_ref().and_then(|(id, _)| self.def.node(id));
        let around = own.parent.filter(|_| holder.is_some_and(|h| h.kind == NodeKind::EventSubProcess));
        let scope = around.unwrap_or(own.id);
        let meant = |u: &Undoable| u.scope == scope && (activity.is_empty() || &*u.activity == activity);
        let undoing: Vec<Id> = self.state.undoable.iter().filter(|u| meant(u)).map(|u| u.by.clone()).collect();
        self.state.undoable.retain(|u| !meant(u));
        if undoing.is_empty() {
            return self.undone(token, node);
        }
        let Some(inner) = self.open_scope(token, node)? else { return Ok(()) };
        if let Some(opened) = self.state.scopes.iter_mut().find(|s| s.id == inner) {
            opened.undoing = undoing;
        }
        self.close_if_empty(inner)
    }

    /// Everything is undone that was to be.
    pub(super) fn undone(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        if node.kind == NodeKind::EndEvent { self.ended(token, node) } else { self.pass(token, node) }
    }
}
