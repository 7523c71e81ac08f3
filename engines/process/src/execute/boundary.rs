//! 边界事件 · what may happen while an activity is under way, interrupting it or not. A timer is a wait that the caller
//! fires. Error and escalation have no wait: whoever raises them looks for the border that takes them.

use super::{Run, undecided};
use crate::conditions::Vars;
use crate::definition::{Node, NodeKind, Trigger};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Place, Wait, WaitKind};
use crate::words::Words;
use serde_json::Value;

impl<'a> Run<'a> {
    /// Begins to listen on the border of an activity.
    pub(super) fn listen(&mut self, token: u64, host: &'a Node) {
        let def = self.def;
        if !def.boundaries.contains_key(&host.id) || self.is_round(token) {
            return;
        }
        for boundary in def.boundaries_of(&host.id) {
            if let Err(why) = self.expect(token, boundary) {
                self.events.push(Event::Fault { node: boundary.id.clone(), reason: why });
            }
        }
    }

    /// Makes a token wait for what an event waits for.
    pub(super) fn expect(&mut self, token: u64, event: &'a Node) -> Result<(), Words> {
        let Some(scope) = self.state.token(token).map(|t| t.scope) else { return Ok(()) };
        let key = self.key_of(event, &self.view_of(token))?;
        self.expect_in(scope, Some(token), event, key);
        Ok(())
    }

    pub(super) fn expect_in(&mut self, scope: u64, token: Option<u64>, event: &'a Node, key: Option<String>) {
        let (kind, name) = match &event.trigger {
            Trigger::Message(name) => (WaitKind::Message, Some(name.as_str())),
            Trigger::Signal(name) => (WaitKind::Signal, Some(name.as_str())),
            Trigger::Timer { .. } => (WaitKind::Timer, None),
            Trigger::Condition(_) => (WaitKind::Condition, None),
            _ => return,
        };
        self.wait_in(scope, token, event, kind, name);
        if let (Some(wait), Some(key)) = (self.state.waits.last_mut(), key) {
            wait.key = Some(key.into());
        }
    }

    /// Which message is meant, where several of one name are about: `<sunlit:task correlation="申请号"/>`, FEEL.
    pub(super) fn key_of(&self, event: &Node, vars: &Vars) -> Result<Option<String>, Words> {
        let Some(expression) = event.extension.get("correlation") else { return Ok(None) };
        match self.conditions.value(expression, vars) {
            Ok(Value::String(text)) => Ok(Some(text)),
            Ok(Value::Null) => Err(undecided(expression, "null")),
            Ok(other) => Ok(Some(other.to_string())),
            Err(why) => Err(undecided(expression, &why)),
        }
    }

    /// Who gets a message.
    pub(super) fn receiver(&self, name: &str, key: Option<&str>) -> Option<Wait> {
        let named = || self.state.waits.iter().filter(|w| w.kind == WaitKind::Message && w.name.as_deref() == Some(name));
        let meant = named().find(|w| key.is_some() && w.key.as_deref() == key);
        meant.or_else(|| named().find(|w| w.key.is_none())).cloned()
    }

    /// What a wait was for has happened: on the path, after an event-based gateway, on the border of an activity, or at
    /// the start of an event sub-process.
    pub(super) fn happened(&mut self, wait: Wait) -> Result<(), Refusal> {
        let node = self.node(&wait.node)?;
        match (node.kind, wait.token) {
            (NodeKind::StartEvent, _) => self.begin_event_sub_process(wait.scope, node),
            (NodeKind::BoundaryEvent, Some(host)) => {
                if node.interrupting {
                    self.cancel(host);
                } else {
                    self.heard(&wait, node);
                }
                self.appear(wait.scope, node)
            }
            (_, Some(token)) => {
                let at = self.state.token(token).map(|t| t.place.clone());
                if let Some(Place::Node(gateway)) = at.filter(|p| !matches!(p, Place::Node(id) if *id == node.key)) {
                    self.take_on(token, &gateway, node)?;
                }
                self.complete(token, node)
            }
            (_, None) => Err(Refusal::NotWaiting(wait.node.to_string())),
        }
    }

    /// From an event-based gateway to the event that came first.
    fn take_on(&mut self, token: u64, gateway: &str, event: &'a Node) -> Result<(), Refusal> {
        let gateway = self.node(gateway)?;
        self.state.waits.retain(|w| w.token != Some(token));
        self.events.push(Event::Left { node: gateway.id.clone() });
        if let Some(flow) = self.def.outgoing(gateway).find(|f| f.target == event.id) {
            self.events.push(Event::Took { flow: flow.id.clone() });
        }
        self.place(token, Place::Node(event.key.clone()));
        self.events.push(Event::Entered { node: event.id.clone() });
        Ok(())
    }

    /// A message or signal may come again; a time comes once, unless it is a cycle; a condition when it holds anew.
    pub(super) fn heard(&mut self, wait: &Wait, node: &Node) {
        match &node.trigger {
            Trigger::Message(_) | Trigger::Signal(_) => {}
            Trigger::Timer { sort, .. } if sort == "timeCycle" => {}
            Trigger::Condition(_) => {
                if let Some(w) = self.state.waits.iter_mut().find(|w| w.id == wait.id) {
                    w.flag = true;
                }
            }
            _ => self.state.waits.retain(|w| w.id != wait.id),
        }
    }

    /// Hears the oldest condition that has come to hold; whether there was one. One that cannot be decided does not hold
    /// yet: the variables it speaks of may not be known.
    pub(super) fn condition_met(&mut self) -> Result<bool, Refusal> {
        for at in 0..self.state.waits.len() {
            let wait = &self.state.waits[at];
            if wait.kind != WaitKind::Condition {
                continue;
            }
            let Trigger::Condition(condition) = &self.node(&wait.node)?.trigger else { continue };
            let round = wait.token.and_then(|t| self.state.token(t)).and_then(|t| t.round);
            let holds = self.conditions.holds(&condition.text, &self.view(wait.scope, round)).unwrap_or(false);
            if !holds {
                self.state.waits[at].flag = false;
            } else if !wait.flag {
                let wait = wait.clone();
                self.move_on()?;
                self.happened(wait)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes a token out of the activity it is in, with everything inside.
    pub(super) fn cancel(&mut self, token: u64) {
        let inner = self.state.scopes.iter().find(|s| s.element.as_ref().is_some_and(|(_, t)| *t == token));
        if let Some(inner) = inner.map(|s| s.id) {
            self.clear(inner);
            self.state.scopes.retain(|s| s.id != inner);
        }
        if let Some(Place::Node(node)) = self.state.token(token).map(|t| t.place.clone()) {
            self.events.push(Event::Cancelled { node: node.to_string() });
        }
        self.state.tokens.retain(|t| t.id != token);
        self.state.waits.retain(|w| w.token != Some(token));
    }
}
