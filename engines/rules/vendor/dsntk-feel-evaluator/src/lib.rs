//! Evaluator of FEEL expressions, from dsntk-feel-evaluator 0.3.0, without clock and without network; see README.md.

#![allow(clippy::all)]
#![deny(rustdoc::broken_intra_doc_links)]

#[macro_use]
extern crate dsntk_macros;

mod bifs;
mod builders;
mod errors;
mod evaluators;
mod filters;
mod iterations;
pub mod limits;
mod macros;

pub use crate::evaluators::*;
pub use crate::filters::FilterExpressionEvaluator;
pub use crate::iterations::{EveryExpressionEvaluator, ForExpressionEvaluator, SomeExpressionEvaluator};
