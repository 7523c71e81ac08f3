//! 守门 · what of FEEL a rule may use. An expression is walked before it runs, so that one written in malice or by
//! mistake ends in an error: it cannot read the clock, run for ever, fill the memory or overflow the stack, and a
//! misspelt name is found instead of being null.

use std::collections::BTreeSet;
use std::str::FromStr;

use dsntk_feel::Name;
use dsntk_feel::bif::Bif;
use dsntk_feel_parser::AstNode;

use crate::{MAX_DEPTH, MAX_LENGTH, RuleError};

/// Loops and filters in one expression. Each multiplies the work by the length of a list.
const MAX_LOOPS: usize = 2;

/// Names in a row, such as `a.b.c` or `a - b`. A name may have points, signs and spaces in it, so the parser tries every
/// stretch of a row, and its time grows with the cube of the row.
const MAX_ROW: usize = 60;
/// Words that end a row.
pub(crate) const KEYWORDS: [&str; 18] = [
    "if",
    "then",
    "else",
    "and",
    "or",
    "not",
    "true",
    "false",
    "null",
    "in",
    "for",
    "return",
    "some",
    "every",
    "satisfies",
    "between",
    "instance",
    "of",
];

/// Before parsing: length, rows of names, and brackets no deeper than the tree may be.
pub(crate) fn check_text(text: &str) -> Result<(), RuleError> {
    if text.len() > MAX_LENGTH {
        return Err(RuleError::TooLong(text.len()));
    }
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(RuleError::TooDeep);
        }
    }
    let mut row = 0;
    for part in text.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '?'))) {
        let word = part.trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '?')));
        if KEYWORDS.contains(&word) {
            row = 0;
        } else if word.starts_with(|c: char| !c.is_ascii_digit()) {
            row += 1;
        }
        if row > MAX_ROW {
            return Err(RuleError::forbidden(format!("一连 {MAX_ROW} 个以上的名称"), "请用括号分开，或拆成几条"));
        }
        if !part.ends_with(|c: char| c.is_alphanumeric() || c.is_whitespace() || "_?.+-*/'’".contains(c)) {
            row = 0;
        }
    }
    Ok(())
}

/// After parsing: depth, constructs, functions and names.
pub(crate) fn check_tree(tree: &AstNode, is_known: &dyn Fn(&str) -> bool) -> Result<(), RuleError> {
    Guard { is_known, bound: Vec::new(), in_filter: 0, loops: 0 }.node(tree, 0)
}

/// After parsing: depth alone. What a graph does beyond that is bounded by its steps.
pub(crate) fn check_depth(tree: &AstNode) -> Result<(), RuleError> {
    fn node(tree: &AstNode, depth: usize) -> Result<(), RuleError> {
        if depth > MAX_DEPTH {
            return Err(RuleError::TooDeep);
        }
        children(tree).into_iter().try_for_each(|child| node(child, depth + 1))
    }
    node(tree, 0)
}

struct Guard<'a> {
    is_known: &'a dyn Fn(&str) -> bool,
    /// Names of loops around this place.
    bound: Vec<String>,
    /// In a filter the entries of each element are names too, and which they are only the values tell.
    in_filter: usize,
    loops: usize,
}

impl Guard<'_> {
    fn node(&mut self, node: &AstNode, depth: usize) -> Result<(), RuleError> {
        if depth > MAX_DEPTH {
            return Err(RuleError::TooDeep);
        }
        let next = depth + 1;
        match node {
            AstNode::Name(name) | AstNode::QualifiedNameSegment(name) => self.name(name.as_str()),
            AstNode::QualifiedName(segments) => segments.first().map_or(Ok(()), |first| self.node(first, next)),
            // What follows the point is an entry of what stands before it.
            AstNode::Path(before, _) => self.node(before, next),
            AstNode::NamedParameter(_, value) => self.node(value, next),
            AstNode::FunctionInvocation(function, arguments) => {
                self.function(function)?;
                self.node(arguments, next)
            }
            AstNode::Filter(list, test) => {
                self.one_more_loop()?;
                self.node(list, next)?;
                self.in_filter += 1;
                let checked = self.node(test, next);
                self.in_filter -= 1;
                checked
            }
            AstNode::For(contexts, body) | AstNode::Some(contexts, body) | AstNode::Every(contexts, body) => {
                let outside = self.bound.len();
                self.bind(contexts, next)?;
                // What a `for` has found so far.
                self.bound.push("partial".to_owned());
                let checked = self.node(body, next);
                self.bound.truncate(outside);
                checked
            }
            AstNode::FunctionDefinition(..) | AstNode::FunctionBody(..) => {
                Err(RuleError::forbidden("function（自定义函数）", "它可以无限调用自己；请把算式直接写出来"))
            }
            AstNode::Context(_) => Err(RuleError::forbidden("{…}（上下文）", "请把中间结果做成变量或另一张表")),
            AstNode::Out(..) => Err(RuleError::forbidden("这种写法", "请写成普通表达式")),
            other => children(other).into_iter().try_for_each(|child| self.node(child, next)),
        }
    }

    fn name(&self, name: &str) -> Result<(), RuleError> {
        let bound = self.in_filter > 0 || name == "item" || self.bound.iter().any(|known| known == name);
        if bound || (self.is_known)(name) { Ok(()) } else { Err(RuleError::UnknownName(name.to_owned())) }
    }

    fn function(&self, function: &AstNode) -> Result<(), RuleError> {
        let name = match function {
            AstNode::Name(name) => name.as_str().to_owned(),
            AstNode::QualifiedName(segments) => match segments.as_slice() {
                [AstNode::QualifiedNameSegment(name)] => name.as_str().to_owned(),
                _ => return Err(RuleError::forbidden("这种函数调用", "请用 FEEL 自带的函数")),
            },
            _ => return Err(RuleError::forbidden("这种函数调用", "请用 FEEL 自带的函数")),
        };
        match name.as_str() {
            "now" | "today" => {
                let remedy = "同一条规则在不同日子会得出不同结果；请把日期作为变量传入，如 decision_date";
                Err(RuleError::forbidden(format!("{name}()"), remedy))
            }
            "range" => Err(RuleError::forbidden("range()", "请直接写区间，如 [1..10]")),
            _ if Bif::from_str(&name).is_ok() => Ok(()),
            _ => Err(RuleError::UnknownName(name)),
        }
    }

    fn one_more_loop(&mut self) -> Result<(), RuleError> {
        self.loops += 1;
        if self.loops > MAX_LOOPS {
            let remedy = format!("一条表达式最多用 {MAX_LOOPS} 次循环或筛选，请拆成几条");
            return Err(RuleError::forbidden("这么多 for、some、every 和 [筛选]", remedy));
        }
        Ok(())
    }

    fn bind(&mut self, contexts: &AstNode, depth: usize) -> Result<(), RuleError> {
        let (AstNode::IterationContexts(contexts) | AstNode::QuantifiedContexts(contexts)) = contexts else {
            return Err(RuleError::forbidden("这种循环", "请写成 for 名称 in 列表 return …"));
        };
        for context in contexts {
            self.one_more_loop()?;
            let name = match context {
                // How long a range is only its values tell; a long one ends when the steps are used up.
                AstNode::IterationContextInterval(name, from, to) => {
                    self.node(from, depth)?;
                    self.node(to, depth)?;
                    name
                }
                // The evaluator takes a range here for one value.
                AstNode::QuantifiedContext(_, list) if contains_range(list, 0)? => {
                    let remedy = "请在列表上判断；区间可以先写成列表，如 for i in 1..9 return i";
                    return Err(RuleError::forbidden("区间上的 some 和 every", remedy));
                }
                AstNode::IterationContextSingle(name, list) | AstNode::QuantifiedContext(name, list) => {
                    self.node(list, depth)?;
                    name
                }
                _ => return Err(RuleError::forbidden("这种循环", "请写成 for 名称 in 列表 return …")),
            };
            match name.as_ref() {
                AstNode::Name(name) | AstNode::ParameterName(name) => self.bound.push(name.as_str().to_owned()),
                _ => {
                    return Err(RuleError::forbidden("这种循环", "请写成 for 名称 in 列表 return …"));
                }
            }
        }
        Ok(())
    }
}

fn contains_range(node: &AstNode, depth: usize) -> Result<bool, RuleError> {
    if depth > MAX_DEPTH {
        return Err(RuleError::TooDeep);
    }
    if matches!(node, AstNode::Range(..)) {
        return Ok(true);
    }
    for child in children(node) {
        if contains_range(child, depth + 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The names in an expression of a model that nothing gives a value. In a filter any name may be an entry of an element.
pub(crate) fn unknown(tree: &AstNode, is_known: &dyn Fn(&Name) -> bool) -> Vec<Name> {
    let mut names = Names { is_known, bound: Vec::new(), in_filter: false, unknown: Vec::new() };
    names.node(tree);
    names.unknown
}

struct Names<'a> {
    is_known: &'a dyn Fn(&Name) -> bool,
    bound: Vec<Name>,
    in_filter: bool,
    unknown: Vec<Name>,
}

impl Names<'_> {
    fn node(&mut self, node: &AstNode) {
        let outside = self.bound.len();
        match node {
            AstNode::Name(name) | AstNode::QualifiedNameSegment(name) => {
                let known = self.in_filter || self.bound.contains(name) || (self.is_known)(name);
                if !known && Bif::from_str(&name.to_string()).is_err() && !self.unknown.contains(name) {
                    self.unknown.push(name.clone());
                }
            }
            AstNode::QualifiedName(segments) => segments.iter().take(1).for_each(|first| self.node(first)),
            AstNode::Path(before, _) | AstNode::InstanceOf(before, _) => self.node(before),
            AstNode::NamedParameter(_, value) => self.node(value),
            AstNode::Filter(list, test) => {
                self.node(list);
                let around = std::mem::replace(&mut self.in_filter, true);
                self.node(test);
                self.in_filter = around;
            }
            AstNode::For(contexts, body) | AstNode::Some(contexts, body) | AstNode::Every(contexts, body) => {
                self.node(contexts);
                self.bound.push(Name::from("partial"));
                self.node(body);
                self.bound.truncate(outside);
            }
            AstNode::IterationContexts(contexts) | AstNode::QuantifiedContexts(contexts) => {
                contexts.iter().for_each(|context| self.node(context));
            }
            AstNode::IterationContextSingle(name, list) | AstNode::QuantifiedContext(name, list) => {
                self.node(list);
                self.bind(name);
            }
            AstNode::IterationContextInterval(name, from, to) => {
                self.node(from);
                self.node(to);
                self.bind(name);
            }
            AstNode::FunctionDefinition(parameters, body) => {
                children(parameters).into_iter().flat_map(children).for_each(|name| self.bind(name));
                self.node(body);
                self.bound.truncate(outside);
            }
            // What is outside is not called.
            AstNode::FunctionBody(_, true) => {}
            AstNode::Context(entries) => {
                for entry in entries {
                    if let AstNode::ContextEntry(key, value) = entry {
                        // An entry that is a function may call itself.
                        self.bind(key);
                        self.node(value);
                    }
                }
                self.bound.truncate(outside);
            }
            other => children(other).into_iter().for_each(|child| self.node(child)),
        }
    }

    fn bind(&mut self, name: &AstNode) {
        if let AstNode::Name(name) | AstNode::ParameterName(name) | AstNode::ContextEntryKey(name) = name {
            self.bound.push(name.clone());
        }
    }
}

/// The names an expression mentions, those of functions among them.
pub(crate) fn names(tree: &AstNode, found: &mut BTreeSet<String>) {
    if let AstNode::Name(name) | AstNode::QualifiedNameSegment(name) = tree {
        found.insert(name.as_str().to_owned());
    }
    children(tree).into_iter().for_each(|child| names(child, found));
}

/// Whether an expression says the same whatever the variables are. A name is a function only where it is called: `date` alone is a variable.
pub(crate) fn is_constant(tree: &AstNode) -> bool {
    match tree {
        AstNode::Name(_) | AstNode::QualifiedNameSegment(_) => false,
        AstNode::FunctionInvocation(function, arguments) => {
            let same = |name: &Name| Bif::from_str(name.as_str()).is_ok() && !["now", "today"].contains(&name.as_str());
            matches!(function.as_ref(), AstNode::Name(name) if same(name)) && children(arguments).into_iter().all(is_constant)
        }
        other => children(other).into_iter().all(is_constant),
    }
}

pub(crate) fn children(node: &AstNode) -> Vec<&AstNode> {
    use AstNode::*;
    match node {
        At(_)
        | Boolean(_)
        | ContextEntryKey(_)
        | ContextTypeEntryKey(_)
        | FeelType(_)
        | Irrelevant
        | Name(_)
        | Null
        | Numeric(..)
        | ParameterName(_)
        | QualifiedNameSegment(_)
        | String(_) => Vec::new(),
        EvaluatedExpression(a)
        | Satisfies(a)
        | Neg(a)
        | ListType(a)
        | RangeType(a)
        | UnaryGe(a)
        | UnaryGt(a)
        | UnaryLe(a)
        | UnaryLt(a)
        | UnaryEq(a)
        | UnaryNe(a)
        | IntervalEnd(a, _)
        | IntervalStart(a, _)
        | FunctionBody(a, _) => vec![a],
        Add(a, b)
        | And(a, b)
        | ContextEntry(a, b)
        | ContextTypeEntry(a, b)
        | Div(a, b)
        | Eq(a, b)
        | Every(a, b)
        | Exp(a, b)
        | Filter(a, b)
        | For(a, b)
        | FormalParameter(a, b)
        | FunctionDefinition(a, b)
        | FunctionInvocation(a, b)
        | FunctionType(a, b)
        | Ge(a, b)
        | Gt(a, b)
        | In(a, b)
        | InstanceOf(a, b)
        | IterationContextSingle(a, b)
        | Le(a, b)
        | Lt(a, b)
        | Mul(a, b)
        | NamedParameter(a, b)
        | Nq(a, b)
        | Or(a, b)
        | Out(a, b)
        | Path(a, b)
        | QuantifiedContext(a, b)
        | Range(a, b)
        | Some(a, b)
        | Sub(a, b) => vec![a, b],
        Between(a, b, c) | If(a, b, c) | IterationContextInterval(a, b, c) => vec![a, b, c],
        CommaList(all)
        | Context(all)
        | ContextType(all)
        | ExpressionList(all)
        | FormalParameters(all)
        | IterationContexts(all)
        | List(all)
        | NamedParameters(all)
        | NegatedList(all)
        | ParameterTypes(all)
        | PositionalParameters(all)
        | QualifiedName(all)
        | QuantifiedContexts(all) => all.iter().collect(),
    }
}
