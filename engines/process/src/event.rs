//! 事件 · what one step did, in order. Replaying the events gives the path a case took on its chart (F022).

use crate::state::WaitKind;
use crate::words::Words;
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
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
    /// Ended from outside: withdrawn, or stopped by decision.
    Terminated {
        /// The ground given.
        reason: String,
    },
}
