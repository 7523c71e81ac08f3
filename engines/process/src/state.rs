//! 状态 · where a case stands. Its size follows what is open, not what has happened: history is the events. It
//! serialises as one value, with a sequence number for the optimistic lock.

use crate::conditions::Vars;
use crate::definition::Definition;
use crate::event::How;
use serde::{Deserialize, Serialize};

/// The state of one running process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Digest of the definition it runs on; a step with any other definition is refused.
    pub(crate) definition: String,
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
    pub(crate) last_end: Option<String>,
}

/// The process itself, or an open sub-process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) id: u64,
    pub(crate) parent: Option<u64>,
    /// The sub-process and the token of the parent that sits in it; none for the process itself.
    pub(crate) element: Option<(String, u64)>,
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
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    /// On a flow, arriving at its target.
    Flow(String),
    /// In a node.
    Node(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    pub(crate) id: u64,
    /// The token that waits, or that sits in the activity whose boundary this is; none for a join that can never go on.
    pub(crate) token: Option<u64>,
    pub(crate) scope: u64,
    pub(crate) node: String,
    pub(crate) kind: WaitKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) since: u64,
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
}

/// One open wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Id of the wait: the node and a counter, the same in every replay.
    pub id: String,
    /// Node id; for a boundary timer or message that of the boundary event.
    pub node: String,
    /// What is waited for.
    pub kind: WaitKind,
    /// The name of the message.
    pub name: Option<String>,
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
                node: w.node.clone(),
                kind: w.kind,
                name: w.name.clone(),
                since: w.since,
            })
            .collect()
    }

    /// Whether anything is waited for at this node.
    pub fn is_waiting_at(&self, node: &str) -> bool {
        self.waits.iter().any(|w| w.node == node)
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
        self.definition == def.hash
    }

    /// Open tokens and waits: what the size of the state follows.
    pub fn size(&self) -> usize {
        self.tokens.len() + self.waits.len() + self.scopes.len()
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
