//! 表单 · forms as data (B4.1, B4.3): one JSON text says what is asked, and from it come the page, the reading of
//! what was posted, the sentences that tell a person what to mend, the check before submission and the JSON Schema
//! for interfaces. Pure: no database, no clock, no network; today is an argument.
#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod check;
mod decimal;
mod definition;
mod dialect;
mod display;
mod effort;
mod entry;
mod errors;
mod expansion;
pub mod formats;
pub mod groups;
pub mod ids;
mod interface;
mod masks;
mod numbers;
mod parse;
mod reading;
pub mod regions;
mod schema;
mod spotted;
pub mod text;
mod unite;
mod versions;
mod wording;

pub use decimal::{Decimal, DecimalError};
pub use definition::{Choice, Condition, DateBound, Field, Form, FormError, Kind, Problem, Step};
pub use entry::read_yuan;
pub use errors::{ErrorCode, FieldError};
pub use formats::{Schema, SchemaError, SchemaFault};
pub use interface::DataReading;
pub use numbers::{Number, NumberKind, recognise};
pub use reading::{Answers, Entered, Known, StepReading};
pub use spotted::{Spotted, spotted};
pub use unite::United;
pub use versions::{Change, Comparison, Fate, Migration};
pub use wording::{catch_all, catch_all_condition, catch_all_in_option, catch_all_name, is_article};
