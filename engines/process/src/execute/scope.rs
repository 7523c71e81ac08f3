//! 范围 · the process, its embedded sub-processes and the processes it calls: opened by a token, closed when nothing
//! inside is left.

use super::{DEEPEST, Run, joins};
use crate::definition::{Node, NodeKind};
use crate::event::{Event, How};
use crate::refusal::Refusal;
use crate::state::{Place, Scope, Token, Wait, WaitKind};
use crate::words::Words;

impl<'a> Run<'a> {
    /// Puts the first token of a scope into its start event.
    pub(super) fn begin(&mut self, scope: u64, start: &'a Node) -> Result<(), Refusal> {
        self.appear(scope, start)
    }

    pub(super) fn open(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let def = self.def;
        let own =
            node.inside.start.or_else(|| node.inside.nodes.iter().copied().find(|i| def.nodes[*i].kind == NodeKind::StartEvent));
        let Some(start) = own else {
            return Err(Refusal::NoSuchNode("startEvent".to_owned()));
        };
        let Some(id) = self.open_scope(token, node)? else { return Ok(()) };
        self.listen(token, node);
        self.arm(id, Some(node));
        self.begin(id, &def.nodes[start])
    }

    /// A process of the same file is run inside; any other is left to the house as a case of its own.
    pub(super) fn call(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        if !node.inside.nodes.is_empty() {
            return self.open(token, node);
        }
        self.events.push(Event::Called { node: node.id.clone() });
        self.wait(token, node, WaitKind::Process, node.called.as_deref());
        self.listen(token, node);
        Ok(())
    }

    pub(super) fn open_scope(&mut self, token: u64, node: &Node) -> Result<Option<u64>, Refusal> {
        let Some(outer) = self.state.token(token).map(|t| t.scope) else {
            return Ok(None);
        };
        let depth = std::iter::successors(self.state.scope(outer), |s| s.parent.and_then(|p| self.state.scope(p))).count();
        if depth > DEEPEST {
            return Err(Refusal::Circling { node: node.id.clone(), moves: self.moves });
        }
        let id = self.state.next_id();
        let element = Some((node.key.clone(), token));
        self.state.scopes.push(Scope { id, parent: Some(outer), element, rounds: None, undoing: Vec::new() });
        Ok(Some(id))
    }

    /// Begins to listen for the events that start event sub-processes of a scope.
    pub(super) fn arm(&mut self, scope: u64, holder: Option<&'a Node>) {
        let def = self.def;
        for (_, start) in &def.inside(holder).events {
            let start = &def.nodes[*start];
            match self.key_of(start, &self.view(scope, None)) {
                Ok(key) => self.expect_in(scope, None, start, key),
                Err(reason) => self.events.push(Event::Fault { node: start.id.clone(), reason }),
            }
        }
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
                self.events.push(Event::Cancelled { node: node.to_string() });
            }
        }
        for wait in self.state.waits.iter().filter(|w| w.scope == scope && w.token.is_none()) {
            self.events.push(Event::Cancelled { node: wait.node.to_string() });
        }
        self.state.tokens.retain(|t| t.scope != scope);
        self.state.waits.retain(|w| w.scope != scope);
        self.state.undoable.retain(|u| u.scope != scope);
    }

    /// Closes a scope in which nothing is left, and goes on in the one around it.
    pub(super) fn close_if_empty(&mut self, scope: u64) -> Result<(), Refusal> {
        let Some(at) = self.state.scopes.iter().position(|s| s.id == scope) else {
            return Ok(());
        };
        let holder = match &self.state.scopes[at].element {
            Some((id, token)) => Some((self.node(id)?, *token)),
            None => None,
        };
        if holder.is_some_and(|(n, _)| n.kind == NodeKind::AdHocSubProcess) && self.state.scopes[at].rounds.is_none() {
            return self.ad_hoc_step(scope);
        }
        // The rounds of a repeated activity are closed by their count, not by their emptiness.
        if self.state.scopes[at].rounds.is_some() || self.beginning.contains(&scope) {
            return Ok(());
        }
        self.beginning.push(scope);
        let empty = self.undo_next(scope);
        self.beginning.retain(|s| *s != scope);
        if !empty? {
            return Ok(());
        }
        self.state.scopes.retain(|s| s.id != scope);
        self.state.waits.retain(|w| w.scope != scope);
        match holder {
            None => {
                let end = self.state.last_end.take().map(|e| e.to_string()).unwrap_or_default();
                self.finish(How::Completed { end });
                Ok(())
            }
            Some((node, token)) if node.kind.is_event() => self.undone(token, node),
            Some((node, token)) => {
                self.inherit(scope, token, node);
                self.complete(token, node)
            }
        }
    }

    /// Begins what is still to be undone in a scope, as long as nothing is under way there; whether nothing is left.
    fn undo_next(&mut self, scope: u64) -> Result<bool, Refusal> {
        while !self.state.tokens.iter().any(|t| t.scope == scope) {
            let Some(opened) = self.state.scopes.iter_mut().find(|s| s.id == scope) else { return Ok(false) };
            let Some(next) = opened.undoing.pop() else { return Ok(true) };
            let next = self.node(&next)?;
            self.move_on()?;
            self.appear(scope, next)?;
        }
        Ok(false)
    }

    /// When all else is at rest: in a scope where nothing is waited for, tokens before a join can never go on. Those that
    /// came too often are taken away with a fault on record; a branch that never came is an incident. Whether anything
    /// changed.
    pub(super) fn sweep(&mut self) -> Result<bool, Refusal> {
        if !self.state.tokens.iter().any(|t| matches!(t.place, Place::Flow(_))) {
            return Ok(false);
        }
        let scopes: Vec<u64> = self.state.scopes.iter().map(|s| s.id).collect();
        for scope in scopes {
            let inside: Vec<&Token> = self.state.tokens.iter().filter(|t| t.scope == scope).collect();
            let stuck = !inside.is_empty() && inside.iter().all(|t| matches!(t.place, Place::Flow(_)));
            if !stuck || self.state.waits.iter().any(|w| w.scope == scope && w.kind == WaitKind::Incident) {
                continue;
            }
            let joins_here: Vec<&'a Node> = inside
                .iter()
                .filter_map(|t| match &t.place {
                    Place::Flow(flow) => self.def.flow_at(flow).map(|(_, f)| &self.def.nodes[f.to]),
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
            self.wait_in(scope, None, node, WaitKind::Incident, None);
            return Ok(true);
        }
        Ok(false)
    }

    pub(super) fn done(&mut self, wait: Wait) -> Result<(), Refusal> {
        let node = self.node(&wait.node)?;
        let token = wait.token.ok_or_else(|| Refusal::NotWaiting(wait.node.to_string()))?;
        if node.kind == NodeKind::AdHocSubProcess { self.close_ad_hoc(token) } else { self.complete(token, node) }
    }

    /// The work of an activity is done. Its boundary waits go before the next token is made: a timer and a completion at
    /// the same instant have one winner.
    pub(super) fn complete(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        self.state.waits.retain(|w| w.token != Some(token));
        if self.is_round(token) {
            return self.round_done(token, node);
        }
        self.remember(token, node);
        self.pass(token, node)
    }
}
