//! 为什么是空 · the smallest part of an expression that gives null, and which of its names is null or of the wrong type, in the
//! words of an official. The evaluator's own reasons are English and speak of its insides; none of them reaches a reader.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope};
use dsntk_feel_evaluator::limits::{aside, strict};
use dsntk_feel_parser::AstNode;
use dsntk_feel_parser::AstNode as N;

use crate::RuleError;
use crate::error::{cut, ours, said};
use crate::expression::prepare;
use crate::guard::children;
use crate::table::TESTED;

/// The steps one search for a reason may take.
const MAX_STEPS: u64 = 50_000;
/// The reasons looked for in one decision; a null in a loop would be looked into again and again.
const MAX_REASONS: u32 = 32;

thread_local! {
    static LEFT: Cell<u32> = const { Cell::new(MAX_REASONS) };
}

/// Runs one decision, in which reasons may be looked for.
pub(crate) fn afresh<T>(run: impl FnOnce() -> T) -> T {
    LEFT.set(MAX_REASONS);
    run()
}

/// An evaluator whose null comes with a reason of ours, where null stays unknown.
pub(crate) fn prepared(tree: &AstNode) -> Result<Evaluator, RuleError> {
    let (evaluator, tree) = (prepare(tree)?, tree.clone());
    Ok(Box::new(move |scope: &FeelScope| match evaluator(scope) {
        // A list that holds a null may be looked at further; only a null itself is an end.
        value @ Feel::Null(_) if strict() => explained(&tree, value, scope),
        value => value,
    }))
}

/// The same value; a null that has a reason has one of ours.
pub(crate) fn explained(tree: &AstNode, value: Feel, scope: &FeelScope) -> Feel {
    match &value {
        Feel::Null(Some(reason)) if !ours(reason) => match why(tree, scope) {
            Some(why) => Feel::Null(Some(said(why))),
            None => value,
        },
        // Of what computes, null is never what was meant.
        Feel::Null(None) if computes(tree) => match why(tree, scope) {
            Some(why) => Feel::Null(Some(said(why))),
            None => value,
        },
        Feel::List(values) if values.iter().any(has_reason) => match why(tree, scope) {
            Some(why) => Feel::Null(Some(said(why))),
            None => value,
        },
        _ => value,
    }
}

/// Whether an expression, or what an `if` chooses between, computes, so that it has a value whenever its parts have.
fn computes(tree: &AstNode) -> bool {
    match tree {
        N::Add(..) | N::Sub(..) | N::Mul(..) | N::Div(..) | N::Exp(..) | N::Neg(_) => true,
        N::Lt(..) | N::Le(..) | N::Gt(..) | N::Ge(..) | N::Between(..) | N::And(..) | N::Or(..) => true,
        N::If(_, then, otherwise) => {
            let is_value = |tree: &AstNode| matches!(tree, N::Numeric(..) | N::String(_) | N::Boolean(_)) || computes(tree);
            is_value(then) && is_value(otherwise)
        }
        _ => false,
    }
}

fn has_reason(value: &Feel) -> bool {
    match value {
        Feel::Null(reason) => reason.as_ref().is_some_and(|reason| !ours(reason)),
        Feel::List(values) => values.iter().any(has_reason),
        _ => false,
    }
}

/// How a text is made what the other side is, where it can be.
fn made_of(tree: &AstNode, text: &Feel, other: &Feel) -> Option<String> {
    let Feel::String(text) = text else { return None };
    let function = match other {
        Feel::Date(_) => "date",
        Feel::Time(_) => "time",
        Feel::DateTime(_) => "date and time",
        Feel::DaysAndTimeDuration(_) | Feel::YearsAndMonthsDuration(_) => "duration",
        _ => return None,
    };
    let made = AstNode::FunctionInvocation(
        Box::new(AstNode::Name(function.into())),
        Box::new(AstNode::PositionalParameters(vec![AstNode::String(text.clone())])),
    );
    let value = prepare(&made).ok()?(&FeelScope::default());
    (!value.is_null()).then(|| format!("{function}({})", written(tree)))
}

/// Why an expression gives null; none where that is not found.
pub(crate) fn why(tree: &AstNode, scope: &FeelScope) -> Option<String> {
    let left = LEFT.get().checked_sub(1)?;
    LEFT.set(left);
    let looked = || catch_unwind(AssertUnwindSafe(|| Blame { scope }.of(tree))).ok().flatten();
    aside(MAX_STEPS, looked).map(cut)
}

struct Blame<'a> {
    scope: &'a FeelScope,
}

impl Blame<'_> {
    fn value(&self, tree: &AstNode) -> Feel {
        match prepare(tree) {
            Ok(evaluator) => evaluator(self.scope),
            Err(_) => Feel::Null(None),
        }
    }

    /// Why this part, which gives null, does.
    fn of(&self, tree: &AstNode) -> Option<String> {
        match tree {
            N::Null => Some("写着 null 的地方要有一个值".to_owned()),
            N::At(text) => Some(format!("@\"{text}\" 不是哪一天、哪个时刻，也不是一段时间")),
            N::Name(_) | N::QualifiedNameSegment(_) | N::QualifiedName(_) | N::Path(..) => self.name(tree),
            N::If(condition, then, otherwise) => match self.value(condition) {
                Feel::Boolean(true) => self.of(then),
                Feel::Boolean(false) => self.of(otherwise),
                value if value.is_null() => self.of(condition).or_else(|| Some("if 的条件没有值（null）".to_owned())),
                value => Some(format!("if 的条件 {} 不是 true 或 false", told(&value))),
            },
            N::FunctionInvocation(function, arguments) => {
                let arguments = values_of(arguments);
                if let Some(why) = self.first_null(&arguments) {
                    return Some(why);
                }
                let given = arguments.iter().map(|argument| told(&self.value(argument))).collect::<Vec<_>>().join("、");
                let function = written(function);
                Some(match given.is_empty() {
                    true => format!("{function}() 没有给出值"),
                    false => format!("{function}() 用不了 {given}"),
                })
            }
            N::And(a, b) | N::Or(a, b) => self.first_null(&[a, b]).or_else(|| {
                let wrong = [a, b].into_iter().map(|side| (side, self.value(side)));
                let wrong = wrong.into_iter().find(|(_, value)| !matches!(value, Feel::Boolean(_)));
                wrong.map(|(side, value)| format!("{}要得出 true 或 false，现在是{}", quoted(side), told(&value)))
            }),
            N::Add(a, b) => self.pair(a, b, "相加"),
            N::Sub(a, b) => self.pair(a, b, "相减"),
            N::Mul(a, b) => self.pair(a, b, "相乘"),
            N::Exp(a, b) => self.pair(a, b, "乘方"),
            N::Div(a, b) => match self.value(b) {
                Feel::Number(number) if number.is_zero() => {
                    self.first_null(&[a]).or_else(|| Some(format!("除数{}是 0", quoted(b))))
                }
                _ => self.pair(a, b, "相除"),
            },
            N::Lt(a, b) | N::Le(a, b) | N::Gt(a, b) | N::Ge(a, b) | N::Eq(a, b) | N::Nq(a, b) => self.pair(a, b, "比较"),
            N::Between(a, b, c) => {
                self.first_null(&[a, b, c]).or_else(|| self.pair(a, b, "比较")).or_else(|| self.pair(a, c, "比较"))
            }
            N::In(a, tests) => self.first_null(&[a]).or_else(|| self.tests(a, tests)),
            N::Neg(a) => self.first_null(&[a]).or_else(|| Some(format!("{}是{}，不能取负", quoted(a), told(&self.value(a))))),
            N::Filter(list, _) => self.first_null(&[list]),
            // What stands inside has names of its own, which have no value here.
            N::For(contexts, _) | N::Some(contexts, _) | N::Every(contexts, _) => {
                let lists = children(contexts).into_iter().flat_map(|context| children(context).into_iter().skip(1));
                self.first_null(&lists.collect::<Vec<_>>())
            }
            N::FunctionDefinition(..) | N::Context(_) => None,
            other => self.first_null(&children(other)),
        }
    }

    /// The reason of the first part that gives null.
    fn first_null(&self, parts: &[&AstNode]) -> Option<String> {
        parts.iter().find_map(|part| match self.value(part) {
            Feel::Null(Some(reason)) if ours(&reason) => Some(crate::error::because(Some(reason))),
            value if value.is_null() => self.of(part),
            Feel::List(values) if values.iter().any(has_reason) => self.of(part),
            _ => None,
        })
    }

    /// Why two values cannot be taken together.
    fn pair(&self, a: &AstNode, b: &AstNode, what: &str) -> Option<String> {
        self.first_null(&[a, b]).or_else(|| {
            let (one, other) = (self.value(a), self.value(b));
            if one.type_of() == other.type_of() {
                return Some(format!("{}与{}不能{what}，结果太大或没有定义", told(&one), told(&other)));
            }
            let named = |tree: &AstNode, value: &Feel| match tree {
                N::Numeric(..) | N::String(_) | N::Boolean(_) => told(value),
                tree => format!("“{}”（现为{}）", cut(written(tree)), told(value)),
            };
            let why = format!("{}与{}：类型不同，不能{what}", named(a, &one), named(b, &other));
            // A day that came as a text, as forms keep it, is to be made a day.
            let made = made_of(a, &one, &other).or_else(|| made_of(b, &other, &one));
            Some(made.map_or(why.clone(), |made| format!("{why}，请写成 {made}")))
        })
    }

    /// Why a value cannot be compared with what a cell names.
    fn tests(&self, tested: &AstNode, tests: &AstNode) -> Option<String> {
        match tests {
            N::ExpressionList(all) | N::NegatedList(all) | N::CommaList(all) => {
                all.iter().find_map(|one| self.tests(tested, one))
            }
            N::UnaryGe(a) | N::UnaryGt(a) | N::UnaryLe(a) | N::UnaryLt(a) | N::UnaryEq(a) | N::UnaryNe(a) => {
                self.compared(tested, a)
            }
            N::Range(a, b) => {
                let ends: Vec<&AstNode> = [a, b].into_iter().flat_map(|end| children(end)).collect();
                ends.iter().find_map(|end| self.compared(tested, end))
            }
            other => self.compared(tested, other),
        }
    }

    fn compared(&self, tested: &AstNode, with: &AstNode) -> Option<String> {
        self.first_null(&[with]).or_else(|| {
            let (one, other) = (self.value(tested), self.value(with));
            let differ = one.type_of() != other.type_of() && !matches!(other, Feel::List(_) | Feel::Range(..) | Feel::Boolean(_));
            if differ { self.pair(tested, with, "比较") } else { None }
        })
    }

    /// Which name of a path is null.
    fn name(&self, tree: &AstNode) -> Option<String> {
        let is_null = |tree: &AstNode| self.value(tree).is_null();
        let no_entry = |before: &AstNode, name: &AstNode| match self.value(before) {
            Feel::Context(entries) => match name {
                N::Name(key) | N::QualifiedNameSegment(key) if entries.contains_entry(key) => {
                    Some(format!("{}没有值（null），请先给它一个值", quoted(tree)))
                }
                name => Some(format!("{}里没有{}这一项", quoted(before), quoted(name))),
            },
            value => Some(format!("{}是{}，没有{}这一项", quoted(before), told(&value), quoted(name))),
        };
        match tree {
            N::Path(before, _) if is_null(before) => self.of(before),
            N::Path(before, name) => no_entry(before, name),
            N::QualifiedName(segments) => {
                let before = |length: usize| N::QualifiedName(segments[..length].to_vec());
                let length = (1..=segments.len()).find(|length| is_null(&before(*length)))?;
                match length {
                    1 => Some(format!("{}没有值（null），请先给它一个值", quoted(&segments[0]))),
                    length => no_entry(&before(length - 1), &segments[length - 1]),
                }
            }
            N::Name(name) if name.as_str() == TESTED => Some("这一格要比的值是空（null）".to_owned()),
            other => Some(format!("{}没有值（null），请先给它一个值", quoted(other))),
        }
    }
}

fn values_of(arguments: &AstNode) -> Vec<&AstNode> {
    match arguments {
        N::NamedParameters(all) => all.iter().filter_map(|one| children(one).pop()).collect(),
        other => children(other),
    }
}

fn quoted(tree: &AstNode) -> String {
    format!("“{}”", cut(written(tree)))
}

/// An expression as people write it, as far as a reason needs it.
pub(crate) fn written(tree: &AstNode) -> String {
    let two = |a: &AstNode, sign: &str, b: &AstNode| format!("{} {sign} {}", written(a), written(b));
    match tree {
        N::Name(name) | N::QualifiedNameSegment(name) | N::ParameterName(name) => name.to_string(),
        N::QualifiedName(segments) => segments.iter().map(written).collect::<Vec<_>>().join("."),
        N::Path(before, name) => format!("{}.{}", written(before), written(name)),
        N::String(text) => format!("\"{text}\""),
        N::Boolean(value) => value.to_string(),
        N::Null => "null".to_owned(),
        N::Neg(a) => format!("-{}", written(a)),
        N::Add(a, b) => two(a, "+", b),
        N::Sub(a, b) => two(a, "-", b),
        N::Mul(a, b) => two(a, "*", b),
        N::Div(a, b) => two(a, "/", b),
        N::Exp(a, b) => two(a, "**", b),
        N::FunctionInvocation(function, arguments) => {
            let arguments = values_of(arguments).into_iter().map(written).collect::<Vec<_>>();
            format!("{}({})", written(function), arguments.join(", "))
        }
        N::Numeric(..) => prepare(tree).map(|value| value(&FeelScope::default()).to_string()).unwrap_or_default(),
        N::UnaryGt(a) => format!("> {}", written(a)),
        N::UnaryGe(a) => format!(">= {}", written(a)),
        N::UnaryLt(a) => format!("< {}", written(a)),
        N::UnaryLe(a) => format!("<= {}", written(a)),
        N::UnaryEq(a) => format!("= {}", written(a)),
        N::UnaryNe(a) => format!("!= {}", written(a)),
        N::Gt(a, b) => two(a, ">", b),
        N::Ge(a, b) => two(a, ">=", b),
        N::Lt(a, b) => two(a, "<", b),
        N::Le(a, b) => two(a, "<=", b),
        N::Eq(a, b) => two(a, "=", b),
        N::Nq(a, b) => two(a, "!=", b),
        N::And(a, b) => two(a, "and", b),
        N::Or(a, b) => two(a, "or", b),
        N::At(text) => format!("@\"{text}\""),
        _ => "…".to_owned(),
    }
}

/// A value with its type: `文字 "甲"`.
fn told(value: &Feel) -> String {
    let shown = match value {
        Feel::List(_) | Feel::Context(_) | Feel::Range(..) | Feel::FunctionDefinition(..) => return kind(value).to_owned(),
        value => crate::value::written(value),
    };
    let shown: String = match shown.chars().count() > 40 {
        true => shown.chars().take(40).chain(['…']).collect(),
        false => shown,
    };
    format!("{} {shown}", kind(value))
}

/// What a value is called.
pub(crate) fn kind(value: &Feel) -> &'static str {
    match value {
        Feel::Null(_) => "空值（null）",
        Feel::String(_) => "文字",
        Feel::Number(_) => "数字",
        Feel::Boolean(_) => "true 或 false",
        Feel::Date(_) => "日期",
        Feel::Time(_) => "时刻",
        Feel::DateTime(_) => "日期和时刻",
        Feel::DaysAndTimeDuration(_) => "天数",
        Feel::YearsAndMonthsDuration(_) => "年月数",
        Feel::List(_) => "列表",
        Feel::Context(_) => "对象",
        Feel::Range(..) => "区间",
        Feel::UnaryGreater(_) | Feel::UnaryGreaterOrEqual(_) | Feel::UnaryLess(_) | Feel::UnaryLessOrEqual(_) => "区间",
        Feel::UnaryEqual(_) | Feel::UnaryNotEqual(_) => "区间",
        Feel::FeelType(_) => "类型",
        Feel::Transparent(value) => kind(value),
        _ => "函数",
    }
}
