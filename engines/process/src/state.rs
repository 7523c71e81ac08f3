//! 状态 · where a case stands. Its size follows what is open, not what has happened: history is the events. It
//! serialises as one value, with a sequence number for the optimistic lock.

use crate::conditions::Vars;
use crate::definition::{Definition, Id};
use crate::event::How;
use crate::execute::MOST_TOKENS;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use std::collections::HashMap;

/// The state of one running process. It is read only whole: whose parts do not fit together is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct State {
    /// Digest of the definition it runs on; a step with any other definition is refused.
    pub(crate) definition: Id,
    /// Commands applied so far; the start is 1.
    pub(crate) seq: u64,
    /// Ids given so far.
    pub(crate) counter: u64,
    pub(crate) vars: Vars,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) waits: Vec<Wait>,
    pub(crate) ended: Option<How>,
    /// The end event reached last.
    pub(crate) last_end: Option<Id>,
    /// Activities done that can still be undone, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) undoable: Vec<Undoable>,
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        State::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<State, D::Error> {
        let state = State::deserialize(deserializer)?;
        state
            .is_whole()
            .then_some(state)
            .ok_or_else(|| D::Error::custom("流程状态前后不符 the parts of the state do not fit together"))
    }
}

/// The process itself, an open sub-process, or the rounds of a repeated activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) id: u64,
    pub(crate) parent: Option<u64>,
    /// The activity and the token of the parent that sits in it; none for the process itself.
    pub(crate) element: Option<(Id, u64)>,
    /// The rounds of a repeated activity: each is a token in this scope, in the very node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rounds: Option<Box<Rounds>>,
    /// Activities that undo, still to be begun, last first; for a scope in which something is undone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) undoing: Vec<Id>,
}

/// How far the rounds of a repeated activity have come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rounds {
    /// How many there are to be; none when a condition decides.
    pub(crate) total: Option<u32>,
    pub(crate) begun: u32,
    pub(crate) done: u32,
    /// What each round is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) items: Vec<Value>,
}

/// An activity that was done and has another that undoes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Undoable {
    pub(crate) scope: u64,
    /// The activity, or the sub-process it was done in.
    pub(crate) activity: Id,
    /// What undoes it.
    pub(crate) by: Id,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) id: u64,
    pub(crate) scope: u64,
    pub(crate) place: Place,
    /// Came to a join over a flow that already held a token: not to be counted for another branch, and no reason to go
    /// on waiting when all else is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) surplus: bool,
    /// Which round of a repeated activity it is, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) round: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    /// On a flow, arriving at its target.
    Flow(Id),
    /// In a node.
    Node(Id),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    pub(crate) id: u64,
    /// The token that waits, or that sits in the activity whose boundary this is; none for a join that can never go on,
    /// for the start of an event sub-process and for what an ad-hoc sub-process offers.
    pub(crate) token: Option<u64>,
    pub(crate) scope: u64,
    pub(crate) node: Id,
    pub(crate) kind: WaitKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Id>,
    pub(crate) since: u64,
    /// Only a message with this key is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<Id>,
    /// For a condition: it holds already and has been heard. For an incident: the node had not begun its work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) flag: bool,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitKind {
    /// A person does a task.
    Task,
    /// A message of a certain name arrives.
    Message,
    /// A time comes; the caller keeps the clock.
    Timer,
    /// A system does a step.
    Service,
    /// An officer mends what went wrong, and tries again.
    Incident,
    /// A signal of a certain name is given.
    Signal,
    /// A condition comes to hold.
    Condition,
    /// Another process, run by the house as a case of its own, comes to its end.
    Process,
    /// An activity of an ad-hoc sub-process may be begun.
    Offered,
}

/// One open wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Id of the wait: the node and a counter, the same in every replay. A command may name it instead of the node, to
    /// tell the rounds of a repeated activity apart.
    pub id: String,
    /// Node id; for a boundary timer or message that of the boundary event.
    pub node: String,
    /// What is waited for.
    pub kind: WaitKind,
    /// The name of the message or signal; the process called.
    pub name: Option<String>,
    /// Only a message with this key is meant.
    pub key: Option<String>,
    /// Which round of a repeated activity it is, from 1.
    pub round: Option<u32>,
    /// Sequence number of the command that began it.
    pub since: u64,
}

impl State {
    /// What is waited for, oldest first.
    pub fn waiting(&self) -> Vec<Waiting> {
        self.waits
            .iter()
            .map(|w| Waiting {
                id: format!("{}#{}", w.node, w.id),
                node: w.node.to_string(),
                kind: w.kind,
                name: w.name.as_deref().map(str::to_owned),
                key: w.key.as_deref().map(str::to_owned),
                round: w.token.and_then(|t| self.token(t)).and_then(|t| t.round).map(|r| r + 1),
                since: w.since,
            })
            .collect()
    }

    /// Whether anything is waited for at this node.
    pub fn is_waiting_at(&self, node: &str) -> bool {
        self.waits.iter().any(|w| &*w.node == node)
    }

    /// Whether the process is over.
    pub fn is_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// How it came to its end.
    pub fn ended(&self) -> Option<&How> {
        self.ended.as_ref()
    }

    /// The variables of the case.
    pub fn vars(&self) -> &Vars {
        &self.vars
    }

    /// Commands applied so far; the start is 1. For the optimistic lock.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Digest of the definition it runs on.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// Whether it runs on exactly this definition.
    pub fn runs_on(&self, def: &Definition) -> bool {
        *self.definition == *def.hash
    }

    /// Open tokens and waits: what the size of the state follows.
    pub fn size(&self) -> usize {
        self.tokens.len() + self.waits.len() + self.scopes.len()
    }

    /// What was opened later has a higher number, so that whoever goes outwards from scope to scope comes to an end; and no
    /// number is about to run out.
    fn is_whole(&self) -> bool {
        let ends = |n: u32| n < u32::MAX / 2;
        // Rounds under way, by the scope they are in.
        let mut under_way: HashMap<u64, u32> = HashMap::new();
        for token in self.tokens.iter().filter(|token| token.round.is_some()) {
            *under_way.entry(token.scope).or_default() += 1;
        }
        let adds_up = |s: &Scope, r: &Rounds| {
            let open = under_way.get(&s.id).copied().unwrap_or(0);
            ends(r.begun) && r.done.checked_add(open).is_some_and(|rounds| rounds <= r.begun)
        };
        let scope = |s: &Scope| {
            s.id <= self.counter
                && s.parent.is_none_or(|parent| parent < s.id)
                && s.element.as_ref().is_none_or(|(_, token)| *token < s.id)
                && s.rounds.as_ref().is_none_or(|r| adds_up(s, r))
        };
        let token = |t: &Token| t.id <= self.counter && t.scope < t.id && t.round.is_none_or(ends);
        self.counter.max(self.seq) < u64::MAX / 2
            && self.scopes.len() <= 2 * MOST_TOKENS
            && self.scopes.iter().all(scope)
            && self.tokens.iter().all(token)
    }

    pub(crate) fn token(&self, id: u64) -> Option<&Token> {
        self.tokens.iter().find(|t| t.id == id)
    }

    pub(crate) fn scope(&self, id: u64) -> Option<&Scope> {
        self.scopes.iter().find(|s| s.id == id)
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}
