//! 条件 · conditions on flows. The language is FEEL and comes from outside through [`Conditions`]; [`SimpleConditions`]
//! is the small part of it that tests and examples need.

use serde_json::Value;
use std::collections::BTreeSet;

/// The most choices of values that are tried.
const MOST_TRIED: usize = 4096;

/// The variables of a case.
pub type Vars = serde_json::Map<String, Value>;

/// Whoever can say whether a condition holds.
pub trait Conditions {
    /// Whether the expression holds for these variables; an error is kept as an incident, never taken for “no”.
    fn holds(&self, expression: &str, vars: &Vars) -> Result<bool, String>;

    /// Whether the expression can be read, whatever the variables will be; the reason if not. Asked before publication
    /// ([`Definition::check_with`](crate::Definition::check_with)).
    fn reads(&self, expression: &str) -> Result<(), String> {
        let _ = expression;
        Ok(())
    }

    /// What a condition comes to whatever the variables will be (`1 = 2`, `true`): the answer, or why there never is one;
    /// none where it depends on them. Asked before publication, as [`reads`](Conditions::reads) is.
    fn always(&self, expression: &str) -> Option<Result<bool, String>> {
        let _ = expression;
        None
    }

    /// All the ways in which some conditions come out together whatever the variables will be (`n >= 10` and `n >= 20`: both, the
    /// first alone, neither), each in their order; none where that is not known. Asked before publication, as
    /// [`reads`](Conditions::reads) is.
    fn ways(&self, expressions: &[&str]) -> Option<Vec<Vec<bool>>> {
        let _ = expressions;
        None
    }

    /// The value of an expression: for scripts, lists of a repeated activity, keys of messages.
    fn value(&self, expression: &str, vars: &Vars) -> Result<Value, String> {
        let _ = vars;
        Err(format!("nobody here computes values: {expression}"))
    }
}

impl<T: Conditions + ?Sized> Conditions for &T {
    fn holds(&self, expression: &str, vars: &Vars) -> Result<bool, String> {
        (**self).holds(expression, vars)
    }

    fn value(&self, expression: &str, vars: &Vars) -> Result<Value, String> {
        (**self).value(expression, vars)
    }

    fn reads(&self, expression: &str) -> Result<(), String> {
        (**self).reads(expression)
    }

    fn always(&self, expression: &str) -> Option<Result<bool, String>> {
        (**self).always(expression)
    }

    fn ways(&self, expressions: &[&str]) -> Option<Vec<Vec<bool>>> {
        (**self).ways(expressions)
    }
}

/// `name = "text"`, `name = 12`, `name = true`, `name != null`, joined by `and` and `or`; a bare `name` must be a boolean.
/// `and` binds closer than `or`. A name without a value is `null`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimpleConditions;

impl Conditions for SimpleConditions {
    fn holds(&self, expression: &str, vars: &Vars) -> Result<bool, String> {
        let words = words(expression)?;
        let mut any = false;
        for clause in words.split(|w| *w == Word::Name("or")) {
            let mut all = true;
            for term in clause.split(|w| *w == Word::Name("and")) {
                all &= term_holds(term, vars).map_err(|why| format!("{why}: {expression}"))?;
            }
            any |= all;
        }
        Ok(any)
    }

    fn reads(&self, expression: &str) -> Result<(), String> {
        let words = words(expression)?;
        let value = |word: &Word<'_>| matches!(word, Word::Name(_) | Word::Literal(_));
        let read = |term: &[Word<'_>]| match term {
            [one] => value(one),
            [left, Word::Equal | Word::Unequal, right] => value(left) && value(right),
            _ => false,
        };
        match words.split(|w| *w == Word::Name("or") || *w == Word::Name("and")).all(read) {
            true => Ok(()),
            false => Err(format!("not understood: {expression}")),
        }
    }

    fn always(&self, expression: &str) -> Option<Result<bool, String>> {
        let free = |word: &Word<'_>| matches!(word, Word::Name(name) if *name != "and" && *name != "or");
        (!words(expression).ok()?.iter().any(free)).then(|| self.holds(expression, &Vars::new()))
    }

    fn ways(&self, expressions: &[&str]) -> Option<Vec<Vec<bool>>> {
        // Equality is all there is: beside what is written, one other value stands for all the rest.
        let (mut names, mut values) = (BTreeSet::new(), vec![Value::from("\u{1}"), Value::Bool(true), Value::Bool(false)]);
        for expression in expressions {
            self.reads(expression).ok()?;
            for word in words(expression).ok()? {
                match word {
                    Word::Name(name) if name != "and" && name != "or" => drop(names.insert(name)),
                    Word::Literal(value) if !values.contains(&value) => values.push(value),
                    _ => {}
                }
            }
        }
        // Names are compared with one another too: enough other values for all of them to differ.
        values.extend((1..names.len()).map(|n| Value::from(format!("\u{1}{n}"))));
        let all =
            u32::try_from(names.len()).ok().and_then(|names| values.len().checked_pow(names)).filter(|all| *all <= MOST_TRIED)?;
        let mut found = BTreeSet::new();
        for mut turn in 0..all {
            let mut vars = Vars::new();
            for name in &names {
                vars.insert((*name).to_owned(), values[turn % values.len()].clone());
                turn /= values.len();
            }
            // What is neither true nor false goes no way.
            let answers = expressions.iter().map(|expression| self.holds(expression, &vars)).collect::<Result<Vec<_>, _>>();
            found.extend(answers);
        }
        Some(found.into_iter().collect())
    }

    /// A literal, or the value of a name.
    fn value(&self, expression: &str, vars: &Vars) -> Result<Value, String> {
        match words(expression)?.as_slice() {
            [Word::Name(name)] => Ok(vars.get(*name).cloned().unwrap_or(Value::Null)),
            [Word::Literal(value)] => Ok(value.clone()),
            _ => self.holds(expression, vars).map(Value::Bool),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Word<'a> {
    Name(&'a str),
    Literal(Value),
    Equal,
    Unequal,
}

fn words(text: &str) -> Result<Vec<Word<'_>>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let taken = if rest.starts_with("!=") {
            found.push(Word::Unequal);
            2
        } else if c == '=' {
            found.push(Word::Equal);
            1
        } else if c == '"' {
            let end = rest[1..].find('"').ok_or_else(|| format!("unclosed text: {text}"))?;
            found.push(Word::Literal(Value::String(rest[1..=end].to_owned())));
            end + 2
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "=!\"".contains(c)).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("unexpected {c}: {text}"));
            }
            let word = &rest[..end];
            found.push(match word {
                "true" => Word::Literal(Value::Bool(true)),
                "false" => Word::Literal(Value::Bool(false)),
                "null" => Word::Literal(Value::Null),
                _ if c.is_ascii_digit() || c == '-' => {
                    Word::Literal(Value::Number(word.parse().map_err(|_| format!("not a number: {word}"))?))
                }
                _ => Word::Name(word),
            });
            end
        };
        rest = rest[taken..].trim_start();
    }
    Ok(found)
}

fn term_holds(term: &[Word<'_>], vars: &Vars) -> Result<bool, String> {
    let value = |word: &Word<'_>| match word {
        Word::Name(name) => Ok(vars.get(*name).cloned().unwrap_or(Value::Null)),
        Word::Literal(value) => Ok(value.clone()),
        _ => Err("a value is missing".to_owned()),
    };
    match term {
        [one] => value(one)?.as_bool().ok_or_else(|| "neither true nor false".to_owned()),
        [left, Word::Equal, right] => Ok(same(&value(left)?, &value(right)?)),
        [left, Word::Unequal, right] => Ok(!same(&value(left)?, &value(right)?)),
        _ => Err("not understood".to_owned()),
    }
}

/// 1 and 1.0 are one number.
fn same(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(l), Some(r)) => l == r,
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_small_language_is_what_it_says() {
        let Value::Object(vars) = json!({"结论": "同意", "amount": 12, "urgent": true}) else { unreachable!() };
        let holds = |text: &str| SimpleConditions.holds(text, &vars);
        assert_eq!(holds(r#"结论 = "同意""#), Ok(true));
        assert_eq!(holds(r#"结论="不同意" or amount = 12.0 and urgent"#), Ok(true));
        assert_eq!(holds("amount != 12"), Ok(false));
        assert_eq!(holds("missing = null"), Ok(true));
        assert_eq!(holds("missing != null and urgent = true"), Ok(false));
        assert!(holds("amount >").is_err());
        assert!(holds("amount").is_err());
        assert!(holds(r#"结论 = "开"#).is_err());
        assert!(holds("").is_err());
        for text in ["amount >", "x =", "= 1", "x ~ 1", "x = 1 and", "a b", ""] {
            assert!(SimpleConditions.reads(text).is_err() && SimpleConditions.ways(&[text]).is_none(), "{text}");
        }
    }

    #[test]
    fn the_ways_of_conditions_are_all_there_are() {
        let ways = |all: &[&str]| SimpleConditions.ways(all).unwrap();
        assert_eq!(ways(&["x = 1 and x = 2"]), [[false]]);
        assert_eq!(ways(&["x = 1", "x = 1 or y = 2"]), [[false, false], [false, true], [true, true]]);
        let four = "甲 != 乙 and 甲 != 丙 and 甲 != 丁 and 乙 != 丙 and 乙 != 丁 and 丙 != 丁";
        assert_eq!(ways(&[four]), [[false], [true]]);
        assert_eq!(ways(&["urgent", "urgent = false"]), [[false, true], [true, false]]);
    }
}
