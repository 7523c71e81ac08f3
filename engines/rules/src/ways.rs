//! 几种可能 · in which ways some conditions come out together, whatever the variables are: for a chart, whose branches may never be
//! taken (B7.1). Comparisons of variables with what is written are cut like the cells of a table, so one value of each stretch
//! stands for all of it.

use std::collections::{BTreeMap, BTreeSet};

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelScope, Name};
use dsntk_feel_parser::AstNode;
use dsntk_feel_parser::AstNode as N;

use crate::audit::{numbers, texts};
use crate::beforehand::tree_of;
use crate::expression::{call, prepare, within};
use crate::value::written;

/// The most choices of values that are tried.
const MAX_TRIED: usize = 4096;

/// What a variable is compared with, and whether by more than equality.
#[derive(Default)]
struct Compared {
    with: Vec<Feel>,
    orders: bool,
}

/// All the ways in which these conditions come out, each in their order, the variables they name having any value of the type
/// they are compared with, whatever the others are: no other way comes about. `None` where that is not known: they do something else than compare variables with numbers, texts, true
/// or false, or there are too many variables.
///
/// ```
/// let ways = rules::ways(&["n >= 10", "n >= 20"]).unwrap();
/// assert!(ways.contains(&vec![true, false]) && !ways.contains(&vec![false, true]));
/// assert_eq!(rules::ways(&["n < 10 and n > 20"]), Some(vec![vec![false]]));
/// assert_eq!(rules::ways(&["string length(s) > 20"]), None);
/// ```
pub fn ways(conditions: &[&str]) -> Option<Vec<Vec<bool>>> {
    let trees = conditions.iter().map(|text| tree_of(text).ok()).collect::<Option<Vec<_>>>()?;
    let mut variables: BTreeMap<Name, Compared> = BTreeMap::new();
    trees.iter().all(|tree| condition(tree, &mut variables)).then_some(())?;
    let runs = trees.iter().map(prepare).collect::<Result<Vec<_>, _>>().ok()?;
    let mut choices = vec![FeelContext::default()];
    for (name, compared) in variables {
        let values = compared.values()?;
        if choices.len() * values.len() > MAX_TRIED {
            return None;
        }
        let with = |choice: &FeelContext, value: &Feel| {
            let mut choice = choice.clone();
            choice.set_entry(&name, value.clone());
            choice
        };
        choices = choices.iter().flat_map(|choice| values.iter().map(|value| with(choice, value)).collect::<Vec<_>>()).collect();
    }
    let mut found = BTreeSet::new();
    for choice in choices {
        let scope = FeelScope::from(choice);
        let answers = runs.iter().map(|run| match within(None, || call(run, &scope)) {
            Ok(Feel::Boolean(answer)) => Some(answer),
            _ => None,
        });
        found.insert(answers.collect::<Option<Vec<bool>>>()?);
    }
    Some(found.into_iter().collect())
}

impl Compared {
    /// One value of every stretch; none where it is compared with values of several types.
    fn values(self) -> Option<Vec<Feel>> {
        let kind = self.with.first()?.type_of();
        if self.with.iter().any(|value| value.type_of() != kind) {
            return None;
        }
        Some(match self.with[0] {
            Feel::Number(_) => numbers(&self.with, false),
            Feel::String(_) => {
                let mut seen = BTreeSet::new();
                let once = self.with.into_iter().filter(|value| seen.insert(written(value))).collect();
                texts(once, self.orders)
            }
            _ => vec![Feel::Boolean(true), Feel::Boolean(false)],
        })
    }
}

/// Reads a condition; `false` where it is anything but comparisons joined by and, or and not.
fn condition(tree: &AstNode, found: &mut BTreeMap<Name, Compared>) -> bool {
    match tree {
        N::Boolean(_) => true,
        N::Name(name) => add(name, Feel::Boolean(true), false, found),
        N::And(a, b) | N::Or(a, b) => condition(a, found) && condition(b, found),
        N::FunctionInvocation(function, arguments) => match (function.as_ref(), arguments.as_ref()) {
            (N::Name(not), N::PositionalParameters(all)) if not.as_str() == "not" => {
                matches!(all.as_slice(), [inner] if condition(inner, found))
            }
            _ => false,
        },
        N::Eq(a, b) | N::Nq(a, b) => compared(a, b, false, found),
        N::Lt(a, b) | N::Le(a, b) | N::Gt(a, b) | N::Ge(a, b) => compared(a, b, true, found),
        N::Between(a, b, c) => compared(a, b, true, found) && compared(a, c, true, found),
        N::In(a, tests) => test(a, tests, found),
        _ => false,
    }
}

/// What stands behind `in`.
fn test(tested: &AstNode, tests: &AstNode, found: &mut BTreeMap<Name, Compared>) -> bool {
    match tests {
        N::ExpressionList(all) | N::CommaList(all) | N::List(all) => all.iter().all(|one| test(tested, one, found)),
        N::UnaryGe(a) | N::UnaryGt(a) | N::UnaryLe(a) | N::UnaryLt(a) => compared(tested, a, true, found),
        N::UnaryEq(a) | N::UnaryNe(a) => compared(tested, a, false, found),
        N::Range(a, b) => [a, b].into_iter().all(|end| match end.as_ref() {
            N::IntervalStart(a, _) | N::IntervalEnd(a, _) => compared(tested, a, true, found),
            _ => false,
        }),
        plain => compared(tested, plain, false, found),
    }
}

/// A variable on one side, and what is written on the other.
fn compared(a: &AstNode, b: &AstNode, orders: bool, found: &mut BTreeMap<Name, Compared>) -> bool {
    match (a, b) {
        (N::Name(name), literal) | (literal, N::Name(name)) => {
            literal_of(literal).is_some_and(|value| add(name, value, orders, found))
        }
        _ => false,
    }
}

fn literal_of(tree: &AstNode) -> Option<Feel> {
    let plain = |tree: &AstNode| matches!(tree, N::Numeric(..) | N::String(_) | N::Boolean(_));
    let is_literal = plain(tree) || matches!(tree, N::Neg(inner) if matches!(inner.as_ref(), N::Numeric(..)));
    if !is_literal {
        return None;
    }
    call(&prepare(tree).ok()?, &FeelScope::default()).ok()
}

fn add(name: &Name, value: Feel, orders: bool, found: &mut BTreeMap<Name, Compared>) -> bool {
    let compared = found.entry(name.clone()).or_default();
    compared.orders |= orders;
    compared.with.push(value);
    true
}
