//! 这一列 · cells that can be read and yet are no test of their column, or say something else than they seem to.

use super::days::dates;
use super::habits::{comparisons, is_grouped, numbers, ranges, words};
use super::marks::{comparing, is_number};
use super::{Habit, Place, Reads, example, misspelt};
use crate::Kind;
use crate::dmn::{literal_kinds, mentions_tested};
use crate::expression::prepare;
use crate::guard::{children, is_constant};
use dsntk_feel::FeelScope;
use dsntk_feel::values::Value as Feel;
use dsntk_feel_evaluator::limits::{locally, part};
use dsntk_feel_parser::AstNode;
use dsntk_feel_parser::AstNode as N;

/// The column that a cell stands in.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Its expression, as written and as read.
    pub(crate) text: &'a str,
    pub(crate) tree: &'a AstNode,
    pub(crate) kind: Kind,
}

/// Why a cell that can be read is no test of its column, or says something else than it seems to, with the remedy. `tests` is
/// what the parser made of it, before it is put over `?`.
///
/// By the standard a cell is an expression (DMN 1.5, grammar rule 13): where it has `?` in it, it is a condition; otherwise the
/// value of the column is compared with what it gives. So `x > 5` in the column x asks whether x is true or false, which no
/// number is, and a comparison within `and` is a range and no truth value.
pub(crate) fn reads_otherwise(tests: &AstNode, text: &str, column: Asked, reads: Reads) -> Option<String> {
    let all: Vec<&AstNode> = match tests {
        N::ExpressionList(all) | N::NegatedList(all) => all.iter().collect(),
        one => vec![one],
    };
    let shown = crate::error::cut(text.to_owned());
    let short = text.trim();
    let generic = || format!("“{shown}”不是判断：请写要比的值、区间如 [18..60)，或用 ? 代表这一列的值，如 ? >= 18 and ? < 60");
    // What a habit offers is told if it can be read, else that the cell is no test.
    let said = |habit: Option<Habit>| habit.filter(|habit| habit.meant.as_deref().is_none_or(reads)).map(|habit| habit.said);
    if all.iter().any(|test| compares_nothing(test) || joins_values(test)) {
        return misspelt(text, column.kind, Place::Test, reads).or_else(|| Some(generic()));
    }
    if let Some(own) = all.iter().find(|test| names_column(test, column.tree)) {
        let habit = match own {
            own if *own == column.tree => Habit::told(format!("“{shown}”就是这一列自己，总是相等；任意值请写 -")),
            N::Lt(a, _) | N::Le(a, _) | N::Gt(a, _) | N::Ge(a, _) | N::Eq(a, _) | N::Nq(a, _)
                if a.as_ref() == column.tree && all.len() == 1 =>
            {
                let rest = short.strip_prefix(column.text).map_or(short, str::trim);
                let named = column.text;
                Habit::offering(rest, format!("“{shown}”又写了这一列的 {named}，会拿判断的结果去比；请只写要比的，写成 {rest}"))
            }
            _ => {
                let (named, meant) = (column.text, short.replace(column.text, "?"));
                Habit::offering(
                    &meant,
                    format!("“{shown}”又写了这一列的 {named}，会拿判断的结果去比；请用 ? 代表它，写成 {meant}"),
                )
            }
        };
        return said(habit).or_else(|| Some(generic()));
    }
    if all.iter().any(|test| is_sum(test)) {
        let day = dates(short, &shown, column.kind, Place::Test);
        let is_day = day.is_some();
        if let Some(meant) = said(day).or_else(|| said(ranges(short, &shown))) {
            return Some(meant);
        }
        if is_day {
            return Some(format!("“{shown}”读作几个数相减或相除；要比日期，请把这一列改成日期"));
        }
    }
    if is_grouped(comparing(short).map_or(short, |(_, rest)| rest)) {
        return said(numbers(short, &shown)).or_else(|| Some(generic()));
    }
    if let [N::List(_)] = all.as_slice()
        && column.kind != Kind::Any
        && let Some(meant) = said(ranges(short, &shown))
    {
        return Some(meant);
    }
    if matches!(tests, N::ExpressionList(_)) && fits_everything(&all) {
        return said(comparisons(short, &shown))
            .or_else(|| Some(format!("“{shown}”里的逗号表示“或”，什么值都符合；要同时符合请写区间，如 [18..60)")));
    }
    if !matches!(column.kind, Kind::Any | Kind::Boolean) && all.iter().any(|test| is_condition(test) && !mentions_tested(test)) {
        return Some(format!("“{shown}”得出 true 或 false，与这一列的值比不了；请用 ? 代表这一列的值，或把它另立一列"));
    }
    let mut kinds = Vec::new();
    literal_kinds(tests, &mut kinds);
    if let Some(wrong) = kinds.into_iter().find(|found| column.kind != Kind::Any && *found != column.kind) {
        let habit = words(short, &shown, column.kind, Place::Test)
            .filter(|_| column.kind == Kind::Boolean)
            .or_else(|| dates(short, &shown, column.kind, Place::Test));
        return Some(said(habit).unwrap_or_else(|| of_another_kind(column.kind, wrong, &shown, Place::Test)));
    }
    let without_value = all.iter().find_map(|test| valueless(test))?;
    let habit = dates(short, &shown, column.kind, Place::Test);
    Some(said(habit).unwrap_or_else(|| format!("“{shown}”里的 {without_value} 算不出值，什么都比不了，请改正")))
}

/// What is said of a literal of another type than its column.
pub(crate) fn of_another_kind(kind: Kind, found: Kind, shown: &str, place: Place) -> String {
    // A number in a column of texts lacks its marks, a text in a column of numbers has them.
    let (_, operand) = comparing(shown).unwrap_or(("", shown));
    let bare_text = operand.trim_matches('"');
    let example = match (kind, found) {
        (Kind::Text, Kind::Number) if is_number(operand) => shown.replace(operand, &format!("\"{operand}\"")),
        (Kind::Number, Kind::Text) if is_number(bare_text) => shown.replace(operand, bare_text),
        _ => example(kind, place).to_owned(),
    };
    let (wanted, found) = (kind.name(), found.name());
    match place {
        Place::Test => format!("这一列是{wanted}，“{shown}”里却是{found}，请改成一样，如 {example}"),
        Place::Value => format!("这一列结果是{wanted}，“{shown}”却是{found}，请改成一样，如 {example}"),
    }
}

/// A part of a test, written without variables, that has no value: `date("2026-13-01")`, `1/0`.
fn valueless(test: &AstNode) -> Option<String> {
    match test {
        N::FunctionInvocation(..) | N::At(_) | N::Div(..) if is_constant(test) => {
            let value = prepare(test).ok().map(|run| locally(|| part(crate::MAX_STEPS, || run(&FeelScope::default()))))?;
            value.is_null().then(|| crate::blame::written(test))
        }
        other => children(other).into_iter().find_map(valueless),
    }
}

pub(crate) fn is_comparison(tree: &AstNode) -> bool {
    matches!(tree, N::UnaryGe(_) | N::UnaryGt(_) | N::UnaryLe(_) | N::UnaryLt(_) | N::UnaryEq(_) | N::UnaryNe(_))
}

/// Whether a comparison that has nothing before it stands where a value belongs: `> 5 and < 10`, `> 5 < 10`, `<> 3`.
fn compares_nothing(tree: &AstNode) -> bool {
    let takes_value = is_comparison(tree) || is_condition(tree) || is_arithmetic(tree);
    takes_value && children(tree).iter().any(|child| is_comparison(child) || compares_nothing(child))
}

/// Whether values are joined as if they were conditions: `"甲" or "乙"`.
fn joins_values(tree: &AstNode) -> bool {
    let is_value = |tree: &AstNode| matches!(tree, N::String(_) | N::Numeric(..) | N::Null | N::Range(..));
    match tree {
        N::And(a, b) | N::Or(a, b) => [a, b].iter().any(|side| is_value(side) || joins_values(side)),
        N::Sub(a, b) | N::Mul(a, b) | N::Div(a, b) => {
            [a, b].iter().any(|side| matches!(side.as_ref(), N::String(_)) || joins_values(side))
        }
        _ => false,
    }
}

/// Whether an expression is true or false by its form.
fn is_condition(tree: &AstNode) -> bool {
    matches!(
        tree,
        N::And(..)
            | N::Or(..)
            | N::Lt(..)
            | N::Le(..)
            | N::Gt(..)
            | N::Ge(..)
            | N::Eq(..)
            | N::Nq(..)
            | N::Between(..)
            | N::In(..)
            | N::InstanceOf(..)
            | N::Some(..)
            | N::Every(..)
    )
}

fn is_arithmetic(tree: &AstNode) -> bool {
    matches!(tree, N::Add(..) | N::Sub(..) | N::Mul(..) | N::Div(..) | N::Exp(..) | N::Neg(_))
}

/// Whether a test is a sum of numbers alone, such as `18-60` or `2025/1/1`, compared or not.
fn is_sum(tree: &AstNode) -> bool {
    fn of_numbers(tree: &AstNode) -> bool {
        matches!(tree, N::Numeric(..)) || is_arithmetic(tree) && children(tree).into_iter().all(of_numbers)
    }
    match tree {
        N::UnaryGe(a) | N::UnaryGt(a) | N::UnaryLe(a) | N::UnaryLt(a) | N::UnaryEq(a) | N::UnaryNe(a) => is_sum(a),
        N::Sub(..) | N::Div(..) => of_numbers(tree),
        N::Range(a, b) => [a, b].into_iter().flat_map(|end| children(end)).all(is_sum),
        _ => false,
    }
}

/// Whether a test names the expression of its own column, a name or a path.
fn names_column(tree: &AstNode, column: &AstNode) -> bool {
    matches!(column, N::Name(_) | N::QualifiedName(_) | N::Path(..))
        && (tree == column || children(tree).into_iter().any(|child| names_column(child, column)))
}

/// Whether of tests, one of which must hold, two leave nothing out: `>= 18, < 60`.
fn fits_everything(tests: &[&AstNode]) -> bool {
    let is_less = |a: &AstNode, b: &AstNode| {
        let less = N::Lt(Box::new(a.clone()), Box::new(b.clone()));
        // The names of variables have no value here, so only literals are compared.
        prepare(&less).is_ok_and(|less| less(&FeelScope::default()) == Feel::Boolean(true))
    };
    tests.iter().any(|one| {
        let (N::UnaryGe(from) | N::UnaryGt(from)) = one else { return false };
        tests.iter().any(|other| matches!(other, N::UnaryLe(to) | N::UnaryLt(to) if is_less(from, to)))
    })
}
