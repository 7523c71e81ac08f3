//! 表单 · forms as data (B4.1, B4.3): one JSON text says what is asked, and from it come the page, the reading of
//! what was posted, the sentences that tell a person what to mend, the check before submission and the JSON Schema
//! for interfaces. Pure: no database, no clock, no network; today is an argument.
#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod definition;
mod display;
mod errors;
pub mod ids;
mod masks;
mod reading;
mod schema;
pub mod text;
mod wording;

pub use definition::{Choice, Condition, DateBound, Field, Form, FormError, Kind, Problem, Step};
pub use errors::{ErrorCode, FieldError};
pub use reading::{Answers, Entered, Known, StepReading};
pub use wording::catch_all;
