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
        rules::reads(expression).map_err(|e| e.to_string())?;
        match compares_nothing(expression) {
            Some(sign) => Err(format!("“{sign}”左边没有要比的值")),
            None => Ok(()),
        }
    }

    fn always(&self, expression: &str) -> Option<Result<bool, String>> {
        rules::always(expression).map(|answer| answer.map_err(|e| e.to_string()))
    }

    fn ways(&self, expressions: &[&str]) -> Option<Vec<Vec<bool>>> {
        rules::ways(expressions)
    }
}

/// The sign of a comparison that compares nothing, as in `x = = 1`. FEEL reads it, for `= 1` is a test as cells of a table
/// have them, and then it is neither true nor false in any case; where tests may stand (`x in (= 1, > 3)`) they stay.
fn compares_nothing(expression: &str) -> Option<&str> {
    const SIGNS: [&str; 6] = ["!=", "<=", ">=", "=", "<", ">"];
    const WORDS: [&str; 6] = ["and", "or", "if", "then", "else", "return"];
    // Whether what stands before, brackets aside, is something to compare or takes a test.
    let mut before = false;
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = if c == '"' {
            before = true;
            text_length(rest)
        } else if word > 0 {
            before = !WORDS.contains(&&rest[..word]);
            word
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            if !std::mem::replace(&mut before, false) {
                return Some(sign);
            }
            sign.len()
        } else {
            before = match c {
                '+' | '-' | '*' | '/' => false,
                '(' => before,
                _ => before || !c.is_whitespace(),
            };
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    None
}

/// The length of a text in quotation marks, with them.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_without_a_left_side_is_refused() {
        for bad in ["x = = 1", "x >= = 1", "= 1", "(> 3)", "x = (= 1)", "x > 1 and < 3", "if = 1 then true else false"] {
            assert!(Feel.reads(bad).is_err(), "{bad}");
        }
        for good in [
            "x = 1",
            "x = -1",
            "x in (= 1, > 3)",
            "x in > 3",
            "not(x = 1)",
            "x = \"= = \\\" = =\"",
            "list[x > 1] = 2",
            "（x）",
            "if x > 1 then y < 2 else z != 3",
            "date(day) >= date(\"2026-01-01\")",
            "some y in list satisfies y > 3",
        ] {
            assert_eq!(compares_nothing(good), None, "{good}");
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
