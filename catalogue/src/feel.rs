//! 条件的语言 · the FEEL of the house, for the conditions, scripts and lists on a chart.

use process::{Conditions, Vars};
use serde_json::Value;

/// Charts are checked with it before they are published, and run with it.
pub struct Feel;

impl Conditions for Feel {
    fn holds(&self, expression: &str, vars: &Vars) -> Result<bool, String> {
        rules::holds(expression, vars).map_err(|e| e.to_string())
    }

    fn value(&self, expression: &str, vars: &Vars) -> Result<Value, String> {
        rules::evaluate(expression, vars).map_err(|e| e.to_string())
    }

    fn reads(&self, expression: &str) -> Result<(), String> {
        rules::reads(expression).map_err(|e| e.to_string())
    }
}
