//! 事件 · what one step did, in order. Replaying the events gives the path a case took on its chart (F022).

use crate::conditions::Vars;
use crate::execute::Command;
use crate::state::WaitKind;
use crate::words::Words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The process was begun: the first event of all.
    Begun {
        /// Node id of the start event; none for the start without trigger.
        at: Option<String>,
        /// The variables it was begun with.
        vars: Vars,
    },
    /// What came from outside: the first event of each later step.
    Commanded {
        /// The command.
        command: Command,
    },
    /// The case was moved to another version of its chart.
    Migrated {
        /// Digest it ran on.
        from: String,
        /// Digest it runs on now.
        to: String,
        /// Ids mapped, old to new.
        plan: BTreeMap<String, String>,
    },
    /// Something for the world outside: a message sent, a signal given, an escalation or an error nobody on the chart takes.
    Thrown {
        /// Node id.
        node: String,
        /// `message`, `signal`, `escalation` or `error`.
        sort: String,
        /// Its name or code.
        name: String,
    },
    /// A token came into a node.
    Entered {
        /// Node id.
        node: String,
    },
    /// A token left a node; its work there is done.
    Left {
        /// Node id.
        node: String,
    },
    /// A flow was taken.
    Took {
        /// Flow id.
        flow: String,
    },
    /// Something outside must happen before the case goes on from here. For a boundary timer or message the id is that of
    /// the boundary event.
    Waiting {
        /// Node id.
        node: String,
        /// What is waited for.
        kind: WaitKind,
    },
    /// A system is asked to do this step; it answers with [`crate::Command::Complete`].
    Called {
        /// Node id.
        node: String,
    },
    /// Work was taken away, unfinished: interrupted or terminated.
    Cancelled {
        /// Node id.
        node: String,
    },
    /// A path arrived at this end event.
    Ended {
        /// Node id of the end event.
        node: String,
    },
    /// Nothing is open any more: the process is over.
    Finished {
        /// How.
        how: How,
    },
    /// Something went wrong on the chart; an officer must look at it.
    Fault {
        /// Node id.
        node: String,
        /// What went wrong.
        reason: Words,
    },
}

/// How a process came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum How {
    /// Every path reached an end event; the last one is named.
    Completed {
        /// Node id of the end event reached last.
        end: String,
    },
    /// Ended by an error that nothing on the chart takes.
    Failed {
        /// Its code.
        error: String,
    },
    /// Ended from outside: withdrawn, or stopped by decision.
    Terminated {
        /// The ground given.
        reason: String,
    },
}
