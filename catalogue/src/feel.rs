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

    fn always(&self, expression: &str) -> Option<Result<bool, String>> {
        rules::always(expression).map(|answer| answer.map_err(|e| e.to_string()))
    }

    fn ways(&self, expressions: &[&str]) -> Option<Vec<Vec<bool>>> {
        rules::ways(expressions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_without_a_left_side_is_refused() {
        for bad in ["x = = 1", "x >= = 1", "= 1", "(> 3)", "x = (= 1)", "x > 1 and < 3", "if = 1 then true else false"] {
            assert!(Feel.reads(bad).is_err(), "{bad}");
        }
        for good in ["x = -1", "x in (= 1, > 3)", "x in > 3", "not(x = 1)", "x = \"= = \\\" = =\"", "list[x > 1] = 2"] {
            assert_eq!(Feel.reads(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn conditions_are_cut_where_they_compare() {
        assert_eq!(Feel.ways(&["n < 10 and n > 20"]), Some(vec![vec![false]]));
        let ways = Feel.ways(&["n >= 10", "n >= 20"]).unwrap();
        assert_eq!(ways, [[false, false], [true, false], [true, true]]);
        assert_eq!(Feel.ways(&["r = \"a\"", "r = \"a\""]), Some(vec![vec![false, false], vec![true, true]]));
        assert_eq!(Feel.ways(&["count(list) > 3"]), None);
    }

    #[test]
    fn a_condition_without_variables_is_decided_beforehand() {
        assert_eq!(Feel.always("1 = 2"), Some(Ok(false)));
        assert_eq!(Feel.always("not(false)"), Some(Ok(true)));
        assert!(matches!(Feel.always("\"accept\""), Some(Err(_))));
        assert_eq!(Feel.always("outcome = \"accept\""), None);
        assert_eq!(Feel.always("count([1, 2][item > least]) > 0"), None);
    }
}
