//! 结果格 · results that give nothing, or something else than they seem to, found before anything is decided (H13). What is written
//! without variables is worked out; of the rest the type is told where its form tells it.

use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelScope, Name};
use dsntk_feel_evaluator::limits::{locally, part, strictly};
use dsntk_feel_parser::AstNode;
use dsntk_feel_parser::AstNode as N;

use crate::cell::{Place, Reads, day_meant, misspelt, of_another_kind};
use crate::error::{because, cut};
use crate::expression::prepare;
use crate::guard::is_constant;
use crate::value::{is_of, written};
use crate::{Kind, MAX_STEPS, blame};

/// A result as it is written, and what its column takes.
pub(crate) struct Given<'a> {
    pub(crate) text: &'a str,
    pub(crate) tree: &'a AstNode,
    pub(crate) kind: Kind,
    /// The types of variables.
    pub(crate) known: &'a dyn Fn(&Name) -> Option<Kind>,
    /// The values that the column allows, as written, and whether one is among them.
    pub(crate) allowed: Option<Allowed<'a>>,
}

/// Allowed values as they are written, and whether one is among them.
pub(crate) type Allowed<'a> = (&'a str, &'a dyn Fn(&Feel) -> bool);

/// What is wrong with a result.
pub(crate) struct Wrong {
    pub(crate) reason: String,
    /// Whether it would give something else than it seems to; the others give nothing and are refused when their rule decides.
    pub(crate) misleads: bool,
}

/// What is wrong with a result, if it is known before anything is decided. `reads` tells whether another text would do.
pub(crate) fn wrong(given: &Given, reads: Reads) -> Option<Wrong> {
    let Given { text, tree, kind, .. } = *given;
    let shown = cut(text.trim().to_owned());
    let misleads = |reason: String| Some(Wrong { reason, misleads: true });
    let says_nothing = |reason: String| Some(Wrong { reason, misleads: false });
    if kind != Kind::Any && is_range(tree) {
        return misleads(format!("“{shown}”是一个范围，结果要写一个值；要给范围，请把下限和上限分两列写"));
    }
    if let Some(value) = sunk_range(tree) {
        let meant = day_meant(text, kind).filter(|(_, meant)| meant.is_empty() || reads(meant)).map(|(said, _)| said);
        return misleads(meant.unwrap_or_else(|| {
            format!("“{shown}”读作几个数相减，得 {value}；结果要写一个值，要给范围请把下限和上限分两列写，要相减请把差算好再写")
        }));
    }
    if let Some(found) = kind_of(tree, given.known)
        && kind != Kind::Any
        && found != kind
    {
        let reason = misspelt(text, kind, Place::Value, reads).filter(|_| is_constant(tree));
        return says_nothing(reason.unwrap_or_else(|| of_another_kind(kind, found, &shown, Place::Value)));
    }
    if *tree == N::Null || !is_constant(tree) {
        return None;
    }
    let run = prepare(tree).ok()?;
    let value = strictly(|| part(MAX_STEPS, || run(&FeelScope::default())));
    if value.is_null() {
        let why = strictly(|| blame::explained(tree, value, &FeelScope::default()));
        let why = if let Feel::Null(reason) = why { because(reason) } else { String::new() };
        let meant = day_meant(text, kind).filter(|(_, meant)| meant.is_empty() || reads(meant)).map(|(said, _)| said);
        return says_nothing(meant.unwrap_or_else(|| format!("“{shown}”算不出值：{why}，请改成一个算得出的值")));
    }
    if !is_of(kind, &value) {
        let (wanted, found) = (kind.name(), blame::kind(&value));
        return says_nothing(format!("这一列结果是{wanted}，“{shown}”得出的却是{found}，请改成一样"));
    }
    match given.allowed {
        Some((allowed, is_allowed)) if !locally(|| is_allowed(&value)) => {
            let (value, allowed) = (cut(written(&value)), cut(allowed.to_owned()));
            says_nothing(format!("结果 {value} 不在这一列允许的值 {allowed} 里，请写成其中之一，或把它补进允许的值"))
        }
        _ => None,
    }
}

/// Whether a result is a range and no value.
fn is_range(tree: &AstNode) -> bool {
    matches!(tree, N::Range(..) | N::UnaryGe(_) | N::UnaryGt(_) | N::UnaryLe(_) | N::UnaryLt(_) | N::UnaryEq(_) | N::UnaryNe(_))
}

/// The value of numbers that are taken from one another, where that is less than nothing or they look like a day: `1000-5000` and
/// `2026-12-31` are hardly meant so.
fn sunk_range(tree: &AstNode) -> Option<String> {
    fn depth(tree: &AstNode) -> Option<usize> {
        match tree {
            N::Numeric(..) => Some(0),
            N::Sub(a, b) if matches!(b.as_ref(), N::Numeric(..)) => Some(depth(a)? + 1),
            _ => None,
        }
    }
    let depth = depth(tree).filter(|depth| *depth > 0)?;
    let run = prepare(tree).ok()?;
    match run(&FeelScope::default()) {
        Feel::Number(number) if number.is_negative() || depth > 1 => Some(number.to_string()),
        _ => None,
    }
}

/// The type that an expression gives by its form, where that is plain.
pub(crate) fn kind_of(tree: &AstNode, known: &dyn Fn(&Name) -> Option<Kind>) -> Option<Kind> {
    let of = |tree: &AstNode| kind_of(tree, known);
    let is_number = |a: &AstNode, b: &AstNode| of(a) == Some(Kind::Number) && of(b) == Some(Kind::Number);
    match tree {
        N::String(_) => Some(Kind::Text),
        N::Numeric(..) => Some(Kind::Number),
        N::Boolean(_) => Some(Kind::Boolean),
        N::Name(name) => known(name).filter(|kind| *kind != Kind::Any),
        N::Neg(a) => of(a).filter(|kind| *kind == Kind::Number),
        N::Add(a, b) if of(a) == Some(Kind::Text) && of(b) == Some(Kind::Text) => Some(Kind::Text),
        N::Sub(a, b) if of(a) == Some(Kind::Date) && of(b) == Some(Kind::Date) => Some(Kind::DaysAndTime),
        N::Add(a, b) | N::Sub(a, b) | N::Mul(a, b) | N::Div(a, b) | N::Exp(a, b) if is_number(a, b) => Some(Kind::Number),
        N::Lt(..) | N::Le(..) | N::Gt(..) | N::Ge(..) | N::Eq(..) | N::Nq(..) | N::Between(..) | N::And(..) | N::Or(..) => {
            Some(Kind::Boolean)
        }
        N::If(_, a, b) => of(a).filter(|kind| of(b) == Some(*kind)),
        N::FunctionInvocation(function, _) => match function.as_ref() {
            N::Name(name) if known(name).is_none() => of_function(name.as_str()),
            _ => None,
        },
        _ => None,
    }
}

fn of_function(name: &str) -> Option<Kind> {
    Some(match name {
        "date" | "today" => Kind::Date,
        "time" => Kind::Time,
        "date and time" | "now" => Kind::DateTime,
        "years and months duration" => Kind::YearsAndMonths,
        "number" | "string length" | "sum" | "count" | "mean" | "floor" | "ceiling" | "decimal" | "round up" | "round down"
        | "round half up" | "round half down" | "modulo" | "sqrt" | "day of year" | "week of year" => Kind::Number,
        "string" | "substring" | "upper case" | "lower case" | "substring before" | "substring after" | "replace"
        | "string join" | "day of week" | "month of year" => Kind::Text,
        "contains" | "starts with" | "ends with" | "matches" | "list contains" | "not" => Kind::Boolean,
        _ => return None,
    })
}
