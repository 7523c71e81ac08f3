#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod check;
mod conditions;
mod definition;
mod event;
mod execute;
mod fault;
mod journey;
mod outline;
mod parse;
mod picture;
mod refusal;
mod replay;
mod state;
mod words;

pub use conditions::{Conditions, SimpleConditions, Vars};
pub use definition::{Definition, Flow, Kept, Node, NodeKind, Trigger};
pub use event::{Event, How};
pub use execute::{Command, rerun, start, step};
pub use fault::{Fault, ParseError, Rule};
pub use journey::{NextStep, what_next};
pub use outline::{OutlineItem, outline, outline_in};
pub use picture::svg;
pub use refusal::Refusal;
pub use replay::{Overlay, Progress, replay};
pub use state::{State, WaitKind, Waiting};
pub use words::{Lang, Words};
