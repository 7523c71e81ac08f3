//! 备好的表达式 · an expression whose facts are known by name before any has a value: read once, and asked of one case after another.
//! A name that stands for nothing is told when it is written, behind a point too, and in the filter of a list.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use dsntk_feel::bif::Bif;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelNumber, FeelScope, Name};
use dsntk_feel_evaluator::limits::locally;
use dsntk_feel_parser::AstNode;
use dsntk_feel_parser::AstNode as N;
use dsntk_feel_temporal::{FeelDate, FeelDateTime};

use crate::expression::{Grammar, call, parse, prepare};
use crate::guard::{self, children};
use crate::{Kind, RuleError, beforehand, blame, value};

/// What there is to speak of, before it has values.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// One value.
    One(Kind),
    /// Several, each by its name.
    Facts(BTreeMap<String, Shape>),
    /// Any number of the same.
    List(Box<Shape>),
}

impl Shape {
    /// Several facts, each by its name.
    pub fn facts<'a>(entries: impl IntoIterator<Item = (&'a str, Shape)>) -> Shape {
        Shape::Facts(entries.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect())
    }

    /// A list of these.
    pub fn list(of: Shape) -> Shape {
        Shape::List(Box::new(of))
    }

    fn named(&self) -> Feel {
        match self {
            Shape::One(_) => Feel::Null(None),
            Shape::List(of) => of.named(),
            Shape::Facts(entries) => {
                let mut context = FeelContext::default();
                for (name, shape) in entries {
                    context.set_entry(&Name::from(name.as_str()), shape.named());
                }
                Feel::Context(context)
            }
        }
    }

    /// Of a list, what it is a list of.
    fn each(&self) -> &Shape {
        match self {
            Shape::List(of) => of.each(),
            other => other,
        }
    }

    fn entry(&self, name: &str) -> Option<&Shape> {
        match self.each() {
            Shape::Facts(entries) => entries.get(name),
            _ => None,
        }
    }
}

/// Facts with their values, put together one by one. A fact that is not known is null, never left out.
#[derive(Clone, Debug, Default)]
pub struct Facts(FeelContext);

impl Facts {
    fn put(mut self, name: &str, value: Feel) -> Facts {
        self.0.set_entry(&Name::from(name), value);
        self
    }
    /// True or false.
    pub fn truth(self, name: &str, value: bool) -> Facts {
        self.put(name, Feel::Boolean(value))
    }
    /// A text.
    pub fn text(self, name: &str, value: impl Into<String>) -> Facts {
        self.put(name, Feel::String(value.into()))
    }
    /// A number.
    pub fn number(self, name: &str, value: impl Into<Option<i64>>) -> Facts {
        self.put(name, value.into().map_or(Feel::Null(None), |n| Feel::Number(n.into())))
    }
    /// A number with decimals, as it is written.
    pub fn decimal(self, name: &str, value: &str) -> Facts {
        self.put(name, FeelNumber::from_str(value.trim()).map_or(Feel::Null(None), Feel::Number))
    }
    /// A day.
    pub fn day(self, name: &str, value: impl Into<Option<NaiveDate>>) -> Facts {
        self.put(name, value.into().and_then(feel_day).map_or(Feel::Null(None), Feel::Date))
    }
    /// A moment, in Chinese time.
    pub fn moment(self, name: &str, value: impl Into<Option<NaiveDateTime>>) -> Facts {
        self.put(name, value.into().and_then(feel_moment).map_or(Feel::Null(None), Feel::DateTime))
    }
    /// Numbers.
    pub fn numbers(self, name: &str, values: impl IntoIterator<Item = i64>) -> Facts {
        self.put(name, Feel::List(values.into_iter().map(|n| Feel::Number(n.into())).collect()))
    }
    /// Facts within facts.
    pub fn facts(self, name: &str, facts: Facts) -> Facts {
        self.put(name, Feel::Context(facts.0))
    }
    /// A list of facts.
    pub fn list(self, name: &str, each: impl IntoIterator<Item = Facts>) -> Facts {
        self.put(name, Feel::List(each.into_iter().map(|facts| Feel::Context(facts.0)).collect()))
    }

    /// What these are, for a test that says so of everything it gives: a null is any kind.
    pub fn shape(&self) -> Shape {
        fn of(value: &Feel) -> Shape {
            match value {
                Feel::Boolean(_) => Shape::One(Kind::Boolean),
                Feel::String(_) => Shape::One(Kind::Text),
                Feel::Number(_) => Shape::One(Kind::Number),
                Feel::Date(_) => Shape::One(Kind::Date),
                Feel::DateTime(_) => Shape::One(Kind::DateTime),
                Feel::List(values) => Shape::list(values.first().map_or(Shape::One(Kind::Any), of)),
                Feel::Context(entries) => {
                    Shape::Facts(entries.iter().map(|(name, value)| (name.as_str().to_owned(), of(value))).collect())
                }
                _ => Shape::One(Kind::Any),
            }
        }
        of(&Feel::Context(self.0.clone()))
    }
}

fn feel_day(day: NaiveDate) -> Option<FeelDate> {
    FeelDate::new(day.year(), day.month(), day.day())
}

fn feel_moment(at: NaiveDateTime) -> Option<FeelDateTime> {
    let small = |n: u32| u8::try_from(n).ok();
    FeelDateTime::local(
        at.year(),
        at.month(),
        at.day(),
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
        at.nanosecond().into(),
    )
}

/// The facts that expressions are asked of, one after another.
pub struct Scope(FeelScope);

impl Scope {
    /// Of these facts.
    pub fn of(facts: Facts) -> Scope {
        Scope(FeelScope::from(facts.0))
    }

    /// With more facts, while something is asked.
    pub fn with<T>(&self, more: Facts, ask: impl FnOnce(&Scope) -> T) -> T {
        self.0.push(more.0);
        let answer = ask(self);
        self.0.pop();
        answer
    }
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// No value.
    Nothing,
    /// True or false.
    Truth(bool),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A day.
    Day(NaiveDate),
    /// A moment, in Chinese time.
    Moment(NaiveDateTime),
    /// Several.
    List(Vec<Given>),
    /// Something that is none of these, by its kind.
    Other(&'static str),
}

impl Given {
    /// What kind of value it is, in Chinese.
    pub fn kind(&self) -> &'static str {
        match self {
            Given::Nothing => "空（没有值）",
            Given::Truth(_) => Kind::Boolean.name(),
            Given::Number(_) => Kind::Number.name(),
            Given::Text(_) => Kind::Text.name(),
            Given::Day(_) => Kind::Date.name(),
            Given::Moment(_) => Kind::DateTime.name(),
            Given::List(_) => "列表",
            Given::Other(kind) => kind,
        }
    }

    fn of(value: Feel) -> Given {
        match value {
            Feel::Null(_) => Given::Nothing,
            Feel::Boolean(held) => Given::Truth(held),
            Feel::Number(_) => Given::Number(match value::to_json(&value) {
                Ok(number) => number.to_string(),
                Err(_) => value.to_string(),
            }),
            Feel::String(text) => Given::Text(text),
            Feel::Date(date) => naive(&date).map_or(Given::Other("日期"), Given::Day),
            Feel::DateTime(at) => {
                let time = at.time();
                let clock = || {
                    let (h, m, s) = (time.hour().into(), time.minute().into(), time.second().into());
                    naive(&at.date())?.and_hms_nano_opt(h, m, s, time.nanos().try_into().ok()?)
                };
                clock().map_or(Given::Other("日期和时间"), Given::Moment)
            }
            Feel::List(values) => Given::List(values.into_iter().map(Given::of).collect()),
            other => Given::Other(blame::kind(&other)),
        }
    }
}

fn naive(date: &FeelDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year(), date.month(), date.day())
}

/// An expression, read and checked.
pub struct Expression {
    tree: AstNode,
    evaluator: Evaluator,
    names: BTreeSet<String>,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&blame::written(&self.tree))
    }
}

impl Expression {
    /// Reads it. Every name must be a fact; what a fact has no part of is told as well.
    ///
    /// ```
    /// use rules::{Expression, Facts, Given, Kind, Scope, Shape};
    /// let shape = Shape::facts([("limit", Shape::facts([("days", Shape::One(Kind::Number))]))]);
    /// let rule = Expression::new("limit.days > 20", &shape).unwrap();
    /// let scope = Scope::of(Facts::default().facts("limit", Facts::default().number("days", 30)));
    /// assert_eq!(rule.value(&scope), Ok(Given::Truth(true)));
    /// assert!(Expression::new("limit.dyas > 20", &shape).is_err());
    /// ```
    pub fn new(text: &str, shape: &Shape) -> Result<Expression, RuleError> {
        guard::check_text(text)?;
        let Feel::Context(named) = shape.named() else { return Err(RuleError::Fault) };
        let scope = beforehand::with(named, &beforehand::words(text, false));
        let tree = parse(Grammar::Expression, text, &scope, &|name| shape.entry(name).is_some())?;
        Paths { root: shape, bound: Vec::new(), filtered: Vec::new() }.node(&tree)?;
        let evaluator = prepare(&tree)?;
        let mut names = BTreeSet::new();
        guard::names(&tree, &mut names);
        Ok(Expression { tree, evaluator, names })
    }

    /// Whether the name stands in it, be it behind a point.
    pub fn mentions(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Its value. What cannot be worked out for want of a value is nothing.
    pub fn value(&self, scope: &Scope) -> Result<Given, RuleError> {
        locally(|| call(&self.evaluator, &scope.0)).map(Given::of)
    }

    /// Its value; what cannot be worked out is refused with the reason.
    pub fn explained(&self, scope: &Scope) -> Result<Given, RuleError> {
        locally(|| {
            let value = call(&self.evaluator, &scope.0)?;
            match blame::afresh(|| blame::explained(&self.tree, value, &scope.0)) {
                Feel::Null(reason @ Some(_)) => Err(RuleError::null(reason)),
                value => Ok(Given::of(value)),
            }
        })
    }
}

/// Follows names to what they stand for.
struct Paths<'s> {
    root: &'s Shape,
    /// Names of loops, with what each stands for where that is known.
    bound: Vec<(String, Option<&'s Shape>)>,
    /// What the lists are of whose filters we stand in.
    filtered: Vec<Option<&'s Shape>>,
}

impl<'s> Paths<'s> {
    /// What a part of an expression stands for, where that can be told.
    fn of(&self, node: &AstNode) -> Option<&'s Shape> {
        match node {
            N::Name(name) | N::QualifiedNameSegment(name) => self.named(name.as_str()),
            N::QualifiedName(segments) => {
                let mut names = segments.iter().filter_map(|segment| match segment {
                    N::Name(name) | N::QualifiedNameSegment(name) => Some(name.as_str()),
                    _ => None,
                });
                let first = self.named(names.next()?)?;
                names.try_fold(first, |shape, name| shape.entry(name))
            }
            N::Path(before, name) => match name.as_ref() {
                N::Name(name) => self.of(before)?.entry(name.as_str()),
                _ => None,
            },
            N::Filter(list, _) => self.of(list),
            N::EvaluatedExpression(inner) => self.of(inner),
            _ => None,
        }
    }

    fn named(&self, name: &str) -> Option<&'s Shape> {
        for each in self.filtered.iter().rev().copied().flatten() {
            if let Some(shape) = each.entry(name) {
                return Some(shape);
            }
        }
        if name == "item" {
            return self.filtered.last().copied().flatten();
        }
        match self.bound.iter().rev().find(|(bound, _)| bound == name) {
            Some((_, shape)) => *shape,
            None => self.root.entry(name),
        }
    }

    /// Whether a name may stand for something that nobody can tell beforehand.
    fn may_be(&self, name: &str) -> bool {
        let bound = name == "item" || name == "partial" || self.bound.iter().any(|(bound, _)| bound == name);
        bound || self.filtered.iter().any(Option::is_none) || Bif::from_str(name).is_ok()
    }

    fn step(&self, before: Option<&'s Shape>, written: &str, name: &str) -> Result<Option<&'s Shape>, RuleError> {
        match before.map(Shape::each) {
            Some(Shape::Facts(entries)) => match entries.get(name) {
                Some(shape) => Ok(Some(shape)),
                None => Err(RuleError::UnknownName(format!("{written}.{name}"))),
            },
            // Of a day one may ask the year.
            Some(Shape::One(Kind::Text | Kind::Number | Kind::Boolean)) => {
                Err(RuleError::UnknownName(format!("{written}.{name}")))
            }
            _ => Ok(None),
        }
    }

    fn node(&mut self, node: &AstNode) -> Result<(), RuleError> {
        match node {
            N::Name(name) | N::QualifiedNameSegment(name) => {
                let name = name.as_str();
                match self.named(name).is_some() || self.may_be(name) {
                    true => Ok(()),
                    false => Err(RuleError::UnknownName(name.to_owned())),
                }
            }
            N::QualifiedName(segments) => {
                let Some((first, rest)) = segments.split_first() else { return Ok(()) };
                self.node(first)?;
                let mut shape = self.of(first);
                let mut written = blame::written(first);
                for segment in rest {
                    let name = blame::written(segment);
                    shape = self.step(shape, &written, &name)?;
                    written = format!("{written}.{name}");
                }
                Ok(())
            }
            N::Path(before, name) => {
                self.node(before)?;
                match name.as_ref() {
                    N::Name(name) => self.step(self.of(before), &blame::written(before), name.as_str()).map(drop),
                    _ => Ok(()),
                }
            }
            N::FunctionInvocation(_, arguments) => self.node(arguments),
            N::NamedParameter(_, value) => self.node(value),
            N::InstanceOf(value, _) => self.node(value),
            N::Filter(list, test) => {
                self.node(list)?;
                self.filtered.push(self.of(list).map(Shape::each));
                let checked = self.node(test);
                self.filtered.pop();
                checked
            }
            N::For(contexts, body) | N::Some(contexts, body) | N::Every(contexts, body) => {
                let outside = self.bound.len();
                let checked = self.bind(contexts).and_then(|()| self.node(body));
                self.bound.truncate(outside);
                checked
            }
            other => children(other).into_iter().try_for_each(|child| self.node(child)),
        }
    }

    fn bind(&mut self, contexts: &AstNode) -> Result<(), RuleError> {
        for context in children(contexts) {
            let (name, shape) = match context {
                N::IterationContextSingle(name, list) | N::QuantifiedContext(name, list) => {
                    self.node(list)?;
                    (name, self.of(list).map(Shape::each))
                }
                N::IterationContextInterval(name, from, to) => {
                    self.node(from)?;
                    self.node(to)?;
                    (name, None)
                }
                _ => continue,
            };
            if let N::Name(name) | N::ParameterName(name) = name.as_ref() {
                self.bound.push((name.as_str().to_owned(), shape));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        let pause = || Shape::facts([("ground", Shape::One(Kind::Text)), ("from", Shape::One(Kind::Date))]);
        Shape::facts([
            ("limit", Shape::facts([("due", Shape::One(Kind::Date)), ("total", Shape::One(Kind::Number))])),
            ("pause", pause()),
            ("pauses", Shape::list(pause())),
        ])
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn scope() -> Scope {
        let pause = |ground: &str, from: &str| Facts::default().text("ground", ground).day("from", day(from));
        let pauses = [pause("检验", "2026-03-02"), pause("听证", "2026-03-09")];
        Scope::of(
            Facts::default()
                .facts("limit", Facts::default().day("due", day("2026-03-31")).number("total", 20))
                .list("pauses", pauses),
        )
    }

    #[test]
    fn b7_1_an_expression_is_read_once_and_asked_of_any_facts() {
        for (text, given) in [
            ("limit.due > date(\"2026-03-30\")", Given::Truth(true)),
            ("limit.due", Given::Day(day("2026-03-31"))),
            ("count(pauses[ground = \"检验\"])", Given::Number("1".into())),
            ("pauses[from > date(\"2026-03-05\")][1].ground", Given::Text("听证".into())),
            ("some p in pauses satisfies p.ground = \"招标\"", Given::Truth(false)),
            ("date and time(limit.due, time(\"09:30:00\"))", Given::Moment(day("2026-03-31").and_hms_opt(9, 30, 0).unwrap())),
            ("[limit.total, null]", Given::List(vec![Given::Number("20".into()), Given::Nothing])),
            ("limit.due.year", Given::Number("2026".into())),
            ("pauses.ground", Given::List(vec![Given::Text("检验".into()), Given::Text("听证".into())])),
        ] {
            let read = Expression::new(text, &shape()).unwrap_or_else(|no| panic!("{text}: {no}"));
            assert_eq!(read.value(&scope()), Ok(given), "{text}");
        }
        let read = Expression::new("pause.ground = \"检验\"", &shape()).unwrap();
        let facts = |ground: &str| Facts::default().facts("pause", Facts::default().text("ground", ground));
        assert_eq!(scope().with(facts("检验"), |scope| read.value(scope)), Ok(Given::Truth(true)));
        assert_eq!(scope().with(facts("听证"), |scope| read.value(scope)), Ok(Given::Truth(false)));
        assert!(read.mentions("ground") && !read.mentions("due"));
    }

    #[test]
    fn b7_1_a_name_that_stands_for_nothing_is_told_wherever_it_stands() {
        for (text, name) in [
            ("limt.due > date(\"2026-03-30\")", "limt"),
            ("limit.deu > date(\"2026-03-30\")", "limit.deu"),
            ("count(pauses[groud = \"检验\"]) > 1", "groud"),
            ("count(pauses[item.groud = \"检验\"]) > 1", "item.groud"),
            ("pauses[1].until", "….until"),
            ("some p in pauses satisfies p.until = null", "p.until"),
            ("limit.total.year", "limit.total.year"),
        ] {
            match Expression::new(text, &shape()) {
                Err(RuleError::UnknownName(told)) => assert_eq!(told.replace(' ', ""), name.replace(' ', ""), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert!(matches!(Expression::new("limit.due >", &shape()), Err(RuleError::Syntax(_))));
        assert!(matches!(Expression::new("limit.due > today()", &shape()), Err(RuleError::Forbidden { .. })));
    }

    #[test]
    fn b7_1_what_has_no_value_is_nothing_and_has_its_reason_where_it_is_asked_for() {
        let read = Expression::new("limit.due > pauses[9].from", &shape()).unwrap();
        assert_eq!(read.value(&scope()), Ok(Given::Nothing));
        assert!(matches!(read.explained(&scope()), Err(RuleError::Null(_))));
        let read = Expression::new("limit.due > limit.total", &shape()).unwrap();
        assert!(matches!(read.explained(&scope()), Err(RuleError::Null(_))));
    }
}
