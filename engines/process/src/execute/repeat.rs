//! 重复 · multi-instance (会签, 并联审批) and loops. The activity holds a scope of rounds; each round is a token in the very
//! node, and sees its item and the counters beside the variables of the case.

use super::{MOST_TOKENS, Run, is_count, undecided, unfit};
use crate::definition::{Node, Repeat};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Place, Rounds, Scope, Token};
use crate::words::Words;
use serde_json::Value;

impl<'a> Run<'a> {
    pub(super) fn is_round(&self, token: u64) -> bool {
        self.state.token(token).is_some_and(|t| t.round.is_some())
    }

    pub(super) fn open_rounds(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let rounds = match self.rounds(token, node) {
            Ok(rounds) => rounds,
            Err(why) => {
                self.incident(token, node, why, true);
                return Ok(());
            }
        };
        let Some(scope) = self.open_scope(token, node)? else { return Ok(()) };
        if let Some(opened) = self.state.scopes.iter_mut().find(|s| s.id == scope) {
            opened.rounds = Some(Box::new(rounds));
        }
        self.listen(token, node);
        self.next_round(scope)
    }

    fn rounds(&self, token: u64, node: &Node) -> Result<Rounds, Words> {
        let Some(Repeat::Multi { count, each, .. }) = &node.repeats else { return Ok(Rounds::default()) };
        let view = self.view_of(token);
        let value = |text: &str| self.conditions.value(text, &view).map_err(|why| undecided(text, &why));
        let items = match each {
            Some(list) => match value(&list.text)? {
                Value::Array(items) => items,
                _ => return Err(unfit(&list.text, "不是列表", "not a list")),
            },
            None => Vec::new(),
        };
        let total = match (count, each) {
            (Some(count), _) => {
                let number = value(&count.text)?;
                let whole = number.as_f64().filter(|n| is_count(*n));
                whole.ok_or_else(|| unfit(&count.text, "不是合适的个数", "not a fitting number"))? as u32
            }
            (None, Some(list)) if items.len() > MOST_TOKENS => {
                return Err(unfit(&list.text, "列表太长", "the list is too long"));
            }
            (None, _) => items.len() as u32,
        };
        Ok(Rounds { total: Some(total), items, ..Rounds::default() })
    }

    /// What a round sees besides the variables of the case. The counters bear the names of BPMN 2.0, table 10.30, and
    /// those that older engines gave them.
    pub(super) fn round_vars(&self, scope: &Scope, round: u32) -> Vec<(String, Value)> {
        let Some(rounds) = &scope.rounds else { return Vec::new() };
        let mut vars: Vec<(String, Value)> = vec![("loopCounter".to_owned(), (round + 1).into())];
        let node = scope.element.as_ref().and_then(|(id, _)| self.def.node(id));
        if let Some(Repeat::Multi { item, .. }) = node.and_then(|n| n.repeats.as_ref()) {
            let total = rounds.total.unwrap_or(rounds.begun);
            let active = rounds.begun.saturating_sub(rounds.done);
            for (name, old, value) in [
                ("numberOfInstances", "nrOfInstances", total),
                ("numberOfActiveInstances", "nrOfActiveInstances", active),
                ("numberOfCompletedInstances", "nrOfCompletedInstances", rounds.done),
            ] {
                vars.push((name.to_owned(), value.into()));
                vars.push((old.to_owned(), value.into()));
            }
            if let (Some(name), Some(value)) = (item, rounds.items.get(round as usize)) {
                vars.push((name.clone(), value.clone()));
            }
        }
        vars
    }

    /// One round is done.
    pub(super) fn round_done(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let gathered = match &node.repeats {
            Some(Repeat::Multi { gather: Some((what, into)), .. }) => {
                Some((self.conditions.value(&what.text, &self.view_of(token)), what, into))
            }
            _ => None,
        };
        if let Some((value, what, into)) = gathered {
            match value {
                Ok(value) => match self.state.vars.get_mut(into) {
                    Some(Value::Array(list)) => list.push(value),
                    _ => drop(self.state.vars.insert(into.clone(), Value::Array(vec![value]))),
                },
                Err(why) => self.events.push(Event::Fault { node: node.id.clone(), reason: undecided(&what.text, &why) }),
            }
        }
        let number = self.state.token(token).and_then(|t| t.round);
        let Some(scope) = self.gone(token, node) else { return Ok(()) };
        if let Some(rounds) = self.state.scopes.iter_mut().find(|s| s.id == scope).and_then(|s| s.rounds.as_mut()) {
            rounds.done += 1;
        }
        let until = match &node.repeats {
            Some(Repeat::Multi { until: Some(until), .. }) => until,
            _ => return self.next_round(scope),
        };
        match self.conditions.holds(&until.text, &self.view(scope, number)) {
            Ok(true) => self.close_rounds(scope),
            Ok(false) => self.next_round(scope),
            Err(why) => {
                let host = self.state.scope(scope).and_then(|s| s.element.as_ref()).map(|(_, t)| *t);
                self.incident(host.unwrap_or(0), node, undecided(&until.text, &why), true);
                Ok(())
            }
        }
    }

    /// Begins what is to be begun now, or closes the rounds.
    pub(super) fn next_round(&mut self, scope: u64) -> Result<(), Refusal> {
        if self.beginning.contains(&scope) {
            return Ok(());
        }
        self.beginning.push(scope);
        let begun = self.begin_rounds(scope);
        self.beginning.retain(|s| *s != scope);
        begun
    }

    fn begin_rounds(&mut self, scope: u64) -> Result<(), Refusal> {
        loop {
            let Some(opened) = self.state.scope(scope) else { return Ok(()) };
            let (Some(rounds), Some((id, host))) = (&opened.rounds, &opened.element) else { return Ok(()) };
            let (begun, done, total, host) = (rounds.begun, rounds.done, rounds.total, *host);
            let node = self.node(id)?;
            let under_way = begun > done;
            let again = match &node.repeats {
                Some(Repeat::Multi { sequential, .. }) => begun < total.unwrap_or(0) && !(*sequential && under_way),
                Some(Repeat::Loop { .. }) if under_way => false,
                Some(Repeat::Loop { most: Some(most), .. }) if done >= *most => false,
                Some(Repeat::Loop { again, before, .. }) => match again {
                    _ if begun == 0 && !before => true,
                    None => true,
                    Some(condition) => match self.conditions.holds(&condition.text, &self.view(scope, Some(begun))) {
                        Ok(holds) => holds,
                        Err(why) => {
                            self.incident(host, node, undecided(&condition.text, &why), true);
                            return Ok(());
                        }
                    },
                },
                None => false,
            };
            if !again {
                return if under_way { Ok(()) } else { self.close_rounds(scope) };
            }
            self.move_on()?;
            if let Some(rounds) = self.state.scopes.iter_mut().find(|s| s.id == scope).and_then(|s| s.rounds.as_mut()) {
                rounds.begun += 1;
            }
            let token = self.state.next_id();
            let place = Place::Node(node.key.clone());
            self.state.tokens.push(Token { id: token, scope, place, surplus: false, round: Some(begun) });
            self.events.push(Event::Entered { node: node.id.clone() });
            self.act(token, node)?;
        }
    }

    /// All rounds are done, or those left are no longer waited for.
    fn close_rounds(&mut self, scope: u64) -> Result<(), Refusal> {
        let Some((id, host)) = self.state.scope(scope).and_then(|s| s.element.clone()) else { return Ok(()) };
        let node = self.node(&id)?;
        self.inherit(scope, host, node);
        self.clear(scope);
        self.state.scopes.retain(|s| s.id != scope);
        self.complete(host, node)
    }
}
