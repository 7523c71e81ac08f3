//! 范围 · the process and its embedded sub-processes: opened by a token, closed when nothing inside is left.

use super::{Run, joins};
use crate::definition::Node;
use crate::event::{Event, How};
use crate::refusal::Refusal;
use crate::state::{Place, Scope, Token, Wait, WaitKind};
use crate::words::Words;

impl<'a> Run<'a> {
    /// Puts the first token of a scope into its start event.
    pub(super) fn begin(&mut self, scope: u64, parent: Option<&str>) -> Result<(), Refusal> {
        let start = self
            .def
            .nodes
            .iter()
            .find(|n| n.parent.as_deref() == parent && self.def.start_of(parent).is_some_and(|s| s.id == n.id));
        let Some(start) = start else {
            return Err(Refusal::NoSuchNode("startEvent".to_owned()));
        };
        let id = self.state.next_id();
        self.state.tokens.push(Token { id, scope, place: Place::Node(start.id.clone()), surplus: false });
        self.enter(id, start)
    }

    pub(super) fn open(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let Some(outer) = self.state.token(token).map(|t| t.scope) else {
            return Ok(());
        };
        let id = self.state.next_id();
        self.state.scopes.push(Scope { id, parent: Some(outer), element: Some((node.id.clone(), token)) });
        self.listen(token, node);
        self.begin(id, Some(&node.id))
    }

    /// Takes everything out of a scope, children first; the scope itself stays.
    pub(super) fn clear(&mut self, scope: u64) {
        let children: Vec<u64> = self.state.scopes.iter().filter(|s| s.parent == Some(scope)).map(|s| s.id).collect();
        for child in children {
            self.clear(child);
            self.state.scopes.retain(|s| s.id != child);
        }
        for token in self.state.tokens.iter().filter(|t| t.scope == scope) {
            if let Place::Node(node) = &token.place {
                self.events.push(Event::Cancelled { node: node.clone() });
            }
        }
        for wait in self.state.waits.iter().filter(|w| w.scope == scope && w.token.is_none()) {
            self.events.push(Event::Cancelled { node: wait.node.clone() });
        }
        self.state.tokens.retain(|t| t.scope != scope);
        self.state.waits.retain(|w| w.scope != scope);
    }

    /// Closes a scope in which nothing is left, and goes on in the one around it.
    pub(super) fn close_if_empty(&mut self, scope: u64) -> Result<(), Refusal> {
        if self.state.tokens.iter().any(|t| t.scope == scope) {
            return Ok(());
        }
        let Some(closed) = self.state.scope(scope).cloned() else {
            return Ok(());
        };
        self.state.scopes.retain(|s| s.id != scope);
        self.state.waits.retain(|w| w.scope != scope);
        match closed.element {
            None => {
                let end = self.state.last_end.take().unwrap_or_default();
                self.finish(How::Completed { end });
                Ok(())
            }
            Some((node, token)) => {
                let def = self.def;
                let node = def.node(&node).ok_or_else(|| Refusal::NoSuchNode(node.clone()))?;
                self.state.waits.retain(|w| w.token != Some(token));
                self.pass(token, node)
            }
        }
    }

    /// When all else is at rest: in a scope where nothing is waited for, tokens before a join can never go on. Those that
    /// came too often are taken away with a fault on record; a branch that never came is an incident. Whether anything
    /// changed.
    pub(super) fn sweep(&mut self) -> Result<bool, Refusal> {
        let scopes: Vec<u64> = self.state.scopes.iter().map(|s| s.id).collect();
        for scope in scopes {
            let inside: Vec<&Token> = self.state.tokens.iter().filter(|t| t.scope == scope).collect();
            let stuck = !inside.is_empty() && inside.iter().all(|t| matches!(t.place, Place::Flow(_)));
            if !stuck || self.state.waits.iter().any(|w| w.scope == scope) {
                continue;
            }
            let joins_here: Vec<&'a Node> = inside
                .iter()
                .filter_map(|t| match &t.place {
                    Place::Flow(flow) => self.def.flow(flow).and_then(|f| self.def.node(&f.target)),
                    Place::Node(_) => None,
                })
                .filter(|n| joins(n))
                .collect();
            if inside.iter().all(|t| t.surplus) {
                for node in joins_here {
                    self.events.push(Event::Fault {
                        node: node.id.clone(),
                        reason: Words::new(
                            "多出的到达没有去处，已清除",
                            "an arrival too many had nowhere to go and was taken away",
                        ),
                    });
                }
                self.state.tokens.retain(|t| t.scope != scope);
                self.close_if_empty(scope)?;
                return Ok(true);
            }
            let Some(node) = joins_here.first() else {
                continue;
            };
            self.events.push(Event::Fault {
                node: node.id.clone(),
                reason: Words::new("有分支永远不会到达这个汇合处", "a branch will never arrive at this join"),
            });
            let (id, since, kind) = (self.state.next_id(), self.state.seq, WaitKind::Incident);
            let node = node.id.clone();
            self.state.waits.push(Wait { id, token: None, scope, node: node.clone(), kind, name: None, since });
            self.events.push(Event::Waiting { node, kind });
            return Ok(true);
        }
        Ok(false)
    }
}
