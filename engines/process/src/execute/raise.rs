//! 差错与上报 · error and escalation look for whoever takes them, scope by scope outwards: the border of the activity,
//! then an event sub-process beside it. One with the very code goes before one that takes all.

use super::Run;
use crate::definition::{Node, NodeKind, Trigger};
use crate::event::{Event, How};
use crate::refusal::Refusal;
use crate::state::Wait;

impl<'a> Run<'a> {
    /// The work of a task came to an error.
    pub(super) fn fail(&mut self, wait: Wait, code: &str) -> Result<(), Refusal> {
        let node = self.node(&wait.node)?;
        let token = wait.token.ok_or_else(|| Refusal::NotWaiting(wait.node.to_string()))?;
        self.error_from(token, node, code)
    }

    /// An error raised in a scope by a token that is gone.
    pub(super) fn error_in(&mut self, scope: u64, node: &'a Node, code: &str) -> Result<(), Refusal> {
        if let Some(start) = self.event_sub_process(scope, node, |t| matches!(t, Trigger::Error(_)), code) {
            return self.begin_event_sub_process(scope, start);
        }
        match self.state.scope(scope).and_then(|s| s.element.clone()) {
            Some((host, token)) => {
                let host = self.node(&host)?;
                self.error_from(token, host, code)
            }
            None => {
                self.events.push(Event::Thrown { node: node.id.clone(), sort: "error".into(), name: code.into() });
                self.stop(How::Failed { error: code.into() });
                Ok(())
            }
        }
    }

    fn error_from(&mut self, token: u64, node: &'a Node, code: &str) -> Result<(), Refusal> {
        let (token, scope) = self.whole(token);
        match self.border(node, |t| matches!(t, Trigger::Error(_)), code) {
            Some(boundary) => {
                self.cancel(token);
                self.appear(scope, boundary)
            }
            None => self.error_in(scope, node, code),
        }
    }

    /// Whether somebody took it. The one who escalates goes on, unless who takes it interrupts.
    pub(super) fn escalate(&mut self, token: u64, node: &'a Node, code: &str) -> Result<bool, Refusal> {
        let is = |t: &Trigger| matches!(t, Trigger::Escalation(_));
        let (mut token, mut node) = (token, node);
        loop {
            let (whole, scope) = self.whole(token);
            if let Some(boundary) = self.border(node, is, code) {
                if boundary.interrupting {
                    self.cancel(whole);
                }
                self.appear(scope, boundary)?;
                return Ok(true);
            }
            if let Some(start) = self.event_sub_process(scope, node, is, code) {
                self.begin_event_sub_process(scope, start)?;
                return Ok(true);
            }
            let Some((host, outer)) = self.state.scope(scope).and_then(|s| s.element.clone()) else {
                return Ok(false);
            };
            (token, node) = (outer, self.node(&host)?);
        }
    }

    /// The token of the whole activity, of which this may be a round, and its scope.
    fn whole(&self, token: u64) -> (u64, u64) {
        let scope = self.state.token(token).map_or(0, |t| t.scope);
        match self.state.scope(scope).filter(|s| s.rounds.is_some()).and_then(|s| s.element.as_ref()) {
            Some((_, host)) => (*host, self.state.token(*host).map_or(0, |t| t.scope)),
            None => (token, scope),
        }
    }

    fn border(&self, node: &Node, is: impl Fn(&Trigger) -> bool, code: &str) -> Option<&'a Node> {
        let def = self.def;
        best(def.boundaries_of(&node.id).filter(|b| is(&b.trigger)), code)
    }

    /// The start of an event sub-process of this scope that takes it; not the one it was raised in.
    fn event_sub_process(&self, scope: u64, from: &Node, is: impl Fn(&Trigger) -> bool, code: &str) -> Option<&'a Node> {
        let def = self.def;
        let holder = self.state.scope(scope).and_then(|s| s.element.as_ref()).and_then(|(id, _)| def.node(id));
        let starts = def.inside(holder).events.iter().filter(|(sub, _)| def.nodes[*sub].id != from.id);
        best(starts.map(|(_, start)| &def.nodes[*start]).filter(|s| is(&s.trigger)), code)
    }

    /// Begins an event sub-process; an interrupting one takes everything else out of its scope.
    pub(super) fn begin_event_sub_process(&mut self, scope: u64, start: &'a Node) -> Result<(), Refusal> {
        let sub = self.node(start.parent.as_deref().unwrap_or_default())?;
        if sub.kind != NodeKind::EventSubProcess {
            return Err(Refusal::NotWaiting(start.id.clone()));
        }
        if start.interrupting {
            self.clear(scope);
        } else if let Some(wait) = self.state.waits.iter().find(|w| w.scope == scope && w.node == start.key).cloned() {
            self.heard(&wait, start);
        }
        self.appear(scope, sub)
    }
}

pub(crate) fn best<'a>(takers: impl Iterator<Item = &'a Node>, code: &str) -> Option<&'a Node> {
    let takers: Vec<&Node> = takers.collect();
    let taken = |node: &&Node| match &node.trigger {
        Trigger::Error(c) | Trigger::Escalation(c) => c.clone(),
        _ => String::new(),
    };
    let exact = takers.iter().find(|n| taken(n) == code);
    exact.or_else(|| takers.iter().find(|n| taken(n).is_empty())).copied()
}
