#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod bits;
mod check;
mod conditions;
mod definition;
mod event;
mod execute;
mod fault;
mod journey;
mod outline;
mod parse;
mod patch;
mod picture;
mod refusal;
mod replay;
mod sound;
mod state;
mod timer;
mod words;

pub use conditions::{Conditions, SimpleConditions, Vars};
pub use definition::{AdHoc, Definition, Expression, Flow, Kept, Node, NodeKind, Repeat, Script, Trigger};
pub use event::{Event, How};
pub use execute::{Command, Migration, migrate, rerun, start, start_at, step};
pub use fault::{Fault, ParseError, Rule};
pub use journey::{NextStep, Planned, forecast, forecast_along, what_next};
pub use outline::{OutlineItem, outline, outline_in};
pub use parse::MOST_BYTES;
pub use patch::Edit;
pub use picture::svg;
pub use refusal::Refusal;
pub use replay::{Broken, Overlay, Progress, replay, restore};
pub use sound::{Flaw, Unsound};
pub use state::{State, WaitKind, Waiting};
pub use timer::Timing;
pub use words::{Lang, Words};
