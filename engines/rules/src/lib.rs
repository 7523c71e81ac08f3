//! 规则 · conditions and decision tables (B4.1, B6, B7.1): FEEL expressions and DMN tables over given values. Pure: a
//! rule sees what it is given and nothing else, not even today; the same values give the same answer for ever.
#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod audit;
mod beforehand;
mod blame;
mod cell;
mod dmn;
mod error;
mod expression;
mod guard;
mod model;
mod outcome;
mod prepared;
mod table;
#[cfg(test)]
mod tck;
mod value;
mod ways;
mod xml;

pub use audit::{Audit, Dead, Gap, Misread, Overlap, Undecided, audit, told};
pub use beforehand::{always, reads};
pub use error::RuleError;
pub use expression::{check, evaluate, holds};
pub use model::{Answer, Model, Refusal, Step};
pub use prepared::{Expression, Facts, Given, Scope, Shape};
pub use table::{Decision, HitPolicy, Input, Output, RuleRef, Table, Tried, Variable, WrittenRule};
pub use value::Kind;
pub use ways::ways;

/// The largest DMN text, in bytes.
pub const MAX_XML: usize = 1 << 20;

/// The longest expression, in bytes. About six hundred Chinese characters; longer rules belong in a table.
pub const MAX_LENGTH: usize = 2000;

/// The deepest nesting of an expression. Evaluation recurses once or twice a level, and a chain such as `a + b + c`
/// nests once for each operator.
pub const MAX_DEPTH: usize = 100;

/// The steps one evaluation may take, a table or a whole decision graph included: each operator, each iteration and each
/// part of a value is one. About a second of work.
pub const MAX_STEPS: u64 = 1_000_000;
