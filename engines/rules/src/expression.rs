//! 表达式 · one FEEL expression over given values (process conditions, B7.1; catalogue conditions, B6). Parsed once
//! and kept; guarded before it runs.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope, Name};
use dsntk_feel_evaluator::limits::{Ran, locally};
use dsntk_feel_parser::AstNode;
use serde_json::{Map, Value};

use crate::{RuleError, beforehand, blame, guard, value};

/// Whether a condition holds. Anything but true or false is an error with its reason; so is a name without a value,
/// for FEEL would take it as null and find `house != "rent"` true.
///
/// ```
/// use serde_json::json;
/// let vars = json!({ "area": 86.5, "house": "rent" });
/// let vars = vars.as_object().unwrap();
/// assert_eq!(rules::holds(r#"area >= 50 and house = "rent""#, vars), Ok(true));
/// assert!(rules::holds(r#"date(birth) < today()"#, vars).is_err());
/// ```
pub fn holds(expression: &str, vars: &Map<String, Value>) -> Result<bool, RuleError> {
    match run(expression, vars)? {
        Feel::Boolean(held) => Ok(held),
        Feel::Null(Some(reason)) => Err(RuleError::null(Some(reason))),
        Feel::Null(None) => {
            Err(RuleError::Null(format!("“{}”没有值（null），请先给它一个值", crate::error::cut(expression.trim().to_owned()))))
        }
        other => Err(RuleError::NotBoolean(blame::kind(&other).to_owned())),
    }
}

/// The value of an expression as JSON. A null that has a reason (a type that does not fit, a division by zero) is an
/// error; a null that was meant is null.
///
/// ```
/// use serde_json::json;
/// let vars = json!({ "base": 200, "area": 86.5 });
/// assert_eq!(rules::evaluate("base + area * 2", vars.as_object().unwrap()), Ok(json!(373)));
/// ```
pub fn evaluate(expression: &str, vars: &Map<String, Value>) -> Result<Value, RuleError> {
    value::to_json(&run(expression, vars)?)
}

/// Checks an expression where the names it may use are known but not yet their values: for an editor.
pub fn check(expression: &str, names: &[&str]) -> Result<(), RuleError> {
    let mut context = FeelContext::default();
    for name in names {
        context.set_null(Name::from(*name));
    }
    guard::check_text(expression)?;
    let scope = beforehand::with(context, &beforehand::words(expression, false));
    parse(Grammar::Expression, expression, &scope, &|name| names.contains(&name)).map(drop)
}

fn run(expression: &str, vars: &Map<String, Value>) -> Result<Feel, RuleError> {
    guard::check_text(expression)?;
    let scope = FeelScope::from(value::context(vars)?);
    let parsed = cached(expression, vars)?;
    let (tree, evaluator) = &*parsed;
    locally(|| {
        let value = call(evaluator, &scope)?;
        Ok(blame::afresh(|| blame::explained(tree, value, &scope)))
    })
}

/// How many parsed expressions are kept; the whole cache is dropped when it is full.
const MAX_CACHED: usize = 2048;

/// An expression, and how it runs.
type Parsed = Arc<(AstNode, Evaluator)>;
type Cache = HashMap<(String, String), Parsed>;
static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

fn cached(expression: &str, vars: &Map<String, Value>) -> Result<Parsed, RuleError> {
    // How an expression parses depends on the names around it: with `a-b` known, a-b is a name.
    let mut shape = String::new();
    shape_of(vars, &mut shape);
    let key = (expression.to_owned(), shape);
    if let Some(parsed) = CACHE.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(parsed.clone());
    }
    // The words of the expression are names to the parser, so that one without a value is told by itself and not as part of a long name.
    let scope = beforehand::with(value::named(vars), &beforehand::words(expression, false));
    let tree = parse(Grammar::Expression, expression, &scope, &|name| vars.contains_key(name))?;
    let evaluator = prepare(&tree)?;
    let parsed = Arc::new((tree, evaluator));
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= MAX_CACHED {
        cache.clear();
    }
    cache.insert(key, parsed.clone());
    Ok(parsed)
}

/// The names, nested ones too, that a parser sees.
fn shape_of(vars: &Map<String, Value>, shape: &mut String) {
    let mut names: Vec<&String> = vars.keys().collect();
    names.sort();
    for name in names {
        shape.push_str(name);
        shape.push('\u{1}');
        let mut inner = &vars[name];
        while let Value::Array(values) = inner
            && let Some(first) = values.first()
        {
            inner = first;
        }
        if let Value::Object(entries) = inner {
            shape.push('\u{2}');
            shape_of(entries, shape);
            shape.push('\u{3}');
        }
    }
}

/// The two grammars rules are written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// `area >= 50`.
    Expression,
    /// A cell of a table: `>= 50`, `"rent","lend"`, `-`.
    UnaryTests,
}

impl Grammar {
    fn parse(self, text: &str, scope: &FeelScope) -> Result<AstNode, impl std::fmt::Display + use<>> {
        match self {
            Grammar::Expression => dsntk_feel_parser::parse_expression(scope, text, false),
            Grammar::UnaryTests => dsntk_feel_parser::parse_unary_tests(scope, text, false),
        }
    }
}

/// Parses and guards.
pub(crate) fn parse(
    grammar: Grammar,
    text: &str,
    scope: &FeelScope,
    is_known: &dyn Fn(&str) -> bool,
) -> Result<AstNode, RuleError> {
    let tree = read(grammar, text, scope)?;
    guard::check_tree(&tree, is_known)?;
    Ok(tree)
}

/// Parses what is not too long.
pub(crate) fn read(grammar: Grammar, text: &str, scope: &FeelScope) -> Result<AstNode, RuleError> {
    guard::check_text(text)?;
    let reads = |text: &str| parsed(grammar, text, scope).is_some();
    let tree = catch_unwind(AssertUnwindSafe(|| grammar.parse(text, scope)));
    tree.map_err(|_| RuleError::Fault)?.map_err(|error| crate::error::syntax(error, text, &reads))
}

/// The tree of a text that can be read, whatever names it uses.
pub(crate) fn parsed(grammar: Grammar, text: &str, scope: &FeelScope) -> Option<AstNode> {
    guard::check_text(text).ok()?;
    let tree = catch_unwind(AssertUnwindSafe(|| grammar.parse(text, scope))).ok()?.ok()?;
    guard::check_depth(&tree).is_ok().then_some(tree)
}

pub(crate) fn prepare(tree: &AstNode) -> Result<Evaluator, RuleError> {
    catch_unwind(AssertUnwindSafe(|| dsntk_feel_evaluator::prepare(tree))).map_err(|_| RuleError::Fault)
}

/// Runs. A panic of the evaluator is a fault of this one rule, not of the process.
pub(crate) fn call(evaluator: &Evaluator, scope: &FeelScope) -> Result<Feel, RuleError> {
    within(None, || catch_unwind(AssertUnwindSafe(|| evaluator(scope))).map_err(|_| RuleError::Fault))
}

/// Runs all of something within [`MAX_STEPS`](crate::MAX_STEPS); `moment` is what `now()` and `today()` give.
pub(crate) fn within<T>(moment: Option<(Feel, Feel)>, run: impl FnOnce() -> Result<T, RuleError>) -> Result<T, RuleError> {
    match dsntk_feel_evaluator::limits::within(crate::MAX_STEPS, moment, run) {
        (result, Ran::Whole) => result,
        (_, Ran::OutOfSteps) => Err(RuleError::TooMuch),
        (_, Ran::WithoutMoment) => Err(RuleError::NoDay),
    }
}
