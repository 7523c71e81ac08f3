//! 切点 · where the cells of a column cut its values, what they compare with, and the values that stand for the stretches between.

use super::linear::Linear;
use super::samples;
use crate::MAX_STEPS;
use crate::dmn::mentions_tested;
use crate::expression::prepare;
use crate::guard::{children, names};
use crate::model::Reader;
use crate::model::grid::Cell;
use crate::table::TESTED;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelNumber, FeelScope, FeelType, Name};
use dsntk_feel_evaluator::limits::part;
use dsntk_feel_parser::AstNode;
use dsntk_feel_temporal::{FeelDaysAndTimeDuration, FeelTime};
use std::collections::BTreeSet;

/// Where the cells of a column cut its values.
#[derive(Default)]
pub(super) struct Cuts<'c> {
    pub(super) values: Vec<Feel>,
    /// What it is compared with.
    pub(super) operands: Vec<&'c AstNode>,
    /// Whether a cell may change its mind elsewhere too.
    pub(super) uncertain: bool,
    /// Whether a cell asks for more than equality.
    pub(super) orders: bool,
    /// Whether the values are numbers, so that what is linear in them can be turned round.
    pub(super) numeric: bool,
}

impl<'c> Cuts<'c> {
    pub(super) fn add(&mut self, cell: &'c Cell, scope: &FeelScope) {
        self.tree(&cell.tree, scope);
    }

    pub(super) fn tree(&mut self, tree: &'c AstNode, scope: &FeelScope) {
        use AstNode::*;
        self.orders |= matches!(
            tree,
            UnaryGe(_) | UnaryGt(_) | UnaryLe(_) | UnaryLt(_) | Range(..) | Lt(..) | Le(..) | Gt(..) | Ge(..) | Between(..)
        );
        let is_tested = |tree: &AstNode| matches!(tree, Name(name) if name.as_str() == TESTED);
        match tree {
            In(tested, tests) if is_tested(tested) => self.tree(tests, scope),
            ExpressionList(all) | NegatedList(all) | CommaList(all) | PositionalParameters(all) => {
                all.iter().for_each(|one| self.tree(one, scope));
            }
            UnaryGe(a)
            | UnaryGt(a)
            | UnaryLe(a)
            | UnaryLt(a)
            | UnaryEq(a)
            | UnaryNe(a)
            | IntervalStart(a, _)
            | IntervalEnd(a, _) => {
                self.tree(a, scope);
            }
            Range(a, b) => {
                self.tree(a, scope);
                self.tree(b, scope);
            }
            And(a, b) | Or(a, b) if mentions_tested(tree) => {
                self.tree(a, scope);
                self.tree(b, scope);
            }
            Lt(a, b) | Le(a, b) | Gt(a, b) | Ge(a, b) | Eq(a, b) | Nq(a, b) if is_tested(a) && !mentions_tested(b) => {
                self.tree(b, scope);
            }
            Lt(a, b) | Le(a, b) | Gt(a, b) | Ge(a, b) | Eq(a, b) | Nq(a, b) if is_tested(b) && !mentions_tested(a) => {
                self.tree(a, scope);
            }
            Between(tested, a, b) if is_tested(tested) => {
                self.tree(a, scope);
                self.tree(b, scope);
            }
            FunctionInvocation(name, inner) if matches!(name.as_ref(), Name(name) if name.as_str() == "not") => {
                self.tree(inner, scope);
            }
            Irrelevant | Null => {}
            Lt(a, b) | Le(a, b) | Gt(a, b) | Ge(a, b) | Eq(a, b) | Nq(a, b) if self.turned(a, b, scope) => {}
            Between(tested, a, b) if self.turned(tested, a, scope) && self.turned(tested, b, scope) => {}
            _ if mentions_tested(tree) => {
                self.uncertain = true;
                children(tree).into_iter().for_each(|child| self.hint(child, scope));
            }
            operand => self.operand(operand, scope),
        }
    }

    /// Turns a comparison of what is linear in the tested value round: `? * 2 > 10` cuts at 5. `false` where it is not.
    fn turned(&mut self, a: &'c AstNode, b: &'c AstNode, scope: &FeelScope) -> bool {
        if !self.numeric || !mentions_tested(a) && !mentions_tested(b) {
            return false;
        }
        let tested = |tree: &AstNode| matches!(tree, AstNode::Name(name) if name.as_str() == TESTED).then(|| vec![TESTED.into()]);
        let constant = |tree: &AstNode| {
            let evaluator = (!mentions_tested(tree)).then(|| prepare(tree).ok()).flatten()?;
            match part(MAX_STEPS, || evaluator(scope)) {
                Feel::Number(number) => Some(number),
                _ => None,
            }
        };
        let (Some(one), Some(other)) = (Linear::read(a, &tested, &constant), Linear::read(b, &tested, &constant)) else {
            return false;
        };
        let difference = one.plus(other.times(-FeelNumber::one()));
        // What is the same for every value cuts nowhere.
        let root = if difference.factors.is_empty() { Some(FeelNumber::zero()) } else { difference.root() };
        let Some(root) = root.filter(|root| root.abs() < FeelNumber::infinite()) else { return false };
        self.values.push(Feel::Number(root));
        [a, b].into_iter().for_each(|side| self.constants(side));
        true
    }

    /// What a cell that computes takes besides the tested value.
    pub(super) fn constants(&mut self, tree: &'c AstNode) {
        match tree {
            AstNode::Numeric(..) => {}
            tree if !mentions_tested(tree) => self.operands.push(tree),
            tree => children(tree).into_iter().for_each(|child| self.constants(child)),
        }
    }

    /// Literals inside a cell that computes with the tested value.
    pub(super) fn hint(&mut self, tree: &'c AstNode, scope: &FeelScope) {
        match tree {
            AstNode::String(_) | AstNode::Numeric(..) | AstNode::At(_) => self.operand(tree, scope),
            other => children(other).into_iter().for_each(|child| self.hint(child, scope)),
        }
    }

    pub(super) fn operand(&mut self, tree: &'c AstNode, scope: &FeelScope) {
        self.operands.push(tree);
        let Ok(evaluator) = prepare(tree) else { return };
        self.cut(part(MAX_STEPS, || evaluator(scope)));
    }

    pub(super) fn cut(&mut self, value: Feel) {
        match value {
            Feel::Null(_) => {}
            Feel::List(values) => values.into_iter().for_each(|value| self.cut(value)),
            Feel::Range(start, _, end, _) => {
                self.cut(*start);
                self.cut(*end);
            }
            value => self.values.push(value),
        }
    }
}

/// What cells compare with.
#[derive(Clone, Copy, Default)]
pub(super) struct Operands {
    /// Values that stay the same.
    pub(super) plain: bool,
    /// The one variable of a choice, so long before or after it.
    pub(super) shifted: bool,
    /// Anything else.
    pub(super) computed: bool,
    /// Whether the cell computes with the tested value, in a way that cannot be turned round.
    pub(super) uncertain: bool,
}

impl Operands {
    pub(super) fn of(cell: &Cell, scope: &FeelScope, choice: &FeelContext, exact: bool, numeric: bool) -> Operands {
        let mut cuts = Cuts { numeric, ..Cuts::default() };
        cuts.add(cell, scope);
        let mut operands = Operands { uncertain: cuts.uncertain, ..Operands::default() };
        for tree in cuts.operands {
            let mut mentioned = BTreeSet::new();
            names(tree, &mut mentioned);
            let varies = |name: &String| choice.contains_entry(&Name::from(name)) || ["today", "now"].contains(&name.as_str());
            match tree {
                _ if exact || !mentioned.iter().any(varies) => operands.plain = true,
                AstNode::Add(day, length) | AstNode::Sub(day, length) if is_day(day, choice) && is_literal(length) => {
                    operands.shifted = true;
                }
                day if is_day(day, choice) => operands.shifted = true,
                _ => operands.computed = true,
            }
        }
        operands
    }

    pub(super) fn and(self, other: Operands) -> Operands {
        Operands {
            plain: self.plain || other.plain,
            shifted: self.shifted || other.shifted,
            computed: self.computed || other.computed,
            uncertain: self.uncertain || other.uncertain,
        }
    }
}

/// Whether an expression is a day, the one variable of a choice, or today where nothing is chosen.
fn is_day(tree: &AstNode, choice: &FeelContext) -> bool {
    if let AstNode::FunctionInvocation(name, _) = tree {
        return choice.is_empty() && matches!(name.as_ref(), AstNode::Name(name) if name.as_str() == "today");
    }
    let AstNode::Name(name) = tree else { return false };
    choice.len() == 1 && matches!(choice.get_entry(name), Some(Feel::Date(_) | Feel::DateTime(_)))
}

/// Whether an expression is `duration("P18Y")` or the like.
fn is_literal(tree: &AstNode) -> bool {
    match tree {
        AstNode::At(_) => true,
        AstNode::FunctionInvocation(_, parameters) => {
            matches!(parameters.as_ref(), AstNode::PositionalParameters(all) if matches!(all.as_slice(), [AstNode::String(_)]))
        }
        _ => false,
    }
}

/// Every cut, a number between each two, and one beyond each end.
pub(crate) fn numbers(cuts: &[Feel], whole: bool) -> Vec<Feel> {
    let mut cuts: Vec<FeelNumber> =
        cuts.iter().filter_map(|cut| if let Feel::Number(cut) = cut { Some(*cut) } else { None }).collect();
    cuts.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    cuts.dedup();
    let (Some(first), Some(last)) = (cuts.first(), cuts.last()) else { return vec![Feel::Number(0.into())] };
    let (one, two) = (FeelNumber::one(), FeelNumber::from(2));
    // One more or less is lost in a number of more digits than are kept: then twice as much, or nothing of it, lies beyond.
    let step = |at: &FeelNumber| if *at + one == *at || *at - one == *at { at.abs() } else { one };
    let mut numbers = vec![*first - step(first), *last + step(last)];
    numbers.extend(cuts.windows(2).map(|pair| pair[0] / two + pair[1] / two));
    numbers.extend(&cuts);
    if whole {
        let around = |number: &FeelNumber| [number.floor(0), number.ceiling(0)].into_iter().flatten().collect::<Vec<_>>();
        numbers = numbers.iter().flat_map(around).collect();
    }
    numbers.into_iter().map(Feel::Number).collect()
}

/// Whether an expression gives whole numbers only.
pub(super) fn is_whole(tree: &AstNode) -> bool {
    const WHOLE: [&str; 16] = [
        "years",
        "months",
        "days",
        "hours",
        "minutes",
        "seconds",
        "year",
        "month",
        "day",
        "weekday",
        "hour",
        "minute",
        "count",
        "string length",
        "day of year",
        "week of year",
    ];
    match tree {
        AstNode::Path(_, name) => is_whole(name),
        AstNode::QualifiedName(segments) => segments.len() > 1 && segments.last().is_some_and(is_whole),
        AstNode::FunctionInvocation(name, _) => {
            matches!(name.as_ref(), AstNode::Name(name) if ["floor", "ceiling"].contains(&name.as_str())) || is_whole(name)
        }
        AstNode::Name(name) | AstNode::QualifiedNameSegment(name) => WHOLE.contains(&name.as_str()),
        _ => false,
    }
}

/// Every text that is named, and one that is not; where they are put in order, one before the first and one right after
/// each, too.
pub(crate) fn texts(cuts: Vec<Feel>, ordered: bool) -> Vec<Feel> {
    let mut named: Vec<String> =
        cuts.iter().filter_map(|cut| if let Feel::String(text) = cut { Some(text.clone()) } else { None }).collect();
    let mut other = "其他".to_owned();
    while named.contains(&other) {
        other.push('…');
    }
    let mut texts = cuts;
    texts.push(Feel::String(other));
    if ordered {
        named.sort();
        named.dedup();
        let next = named.iter().skip(1).map(Some).chain([None]);
        let after = named.iter().zip(next).filter_map(|(text, next)| {
            let mut right_after = ["…", "0", "\u{1}"].iter().map(|end| format!("{text}{end}"));
            right_after.find(|after| next.is_none_or(|next| after < next))
        });
        let before = named.first().filter(|first| !first.is_empty()).map(|_| String::new());
        texts.extend(after.chain(before).map(Feel::String));
    }
    texts
}

/// Every cut of a time or duration, and what lies right before and after it.
pub(super) fn neighbours(cuts: Vec<Feel>, kind: &FeelType) -> Vec<Feel> {
    let step = match kind {
        FeelType::Date => "P1D",
        FeelType::YearsAndMonthsDuration => "P1M",
        FeelType::DateTime | FeelType::Time | FeelType::DaysAndTimeDuration if !cuts.is_empty() => return moments(cuts),
        _ => return if cuts.is_empty() { vec![Feel::String("其他".to_owned())] } else { cuts },
    };
    if cuts.is_empty() {
        return samples(kind);
    }
    let mut context = FeelContext::default();
    context.set_null(Name::from("x"));
    let reader = Reader::new(FeelScope::from(context));
    let beside = |sign: &str| -> Option<Evaluator> {
        let tree = reader.expression(&format!("x {sign} duration(\"{step}\")"), "").ok()?;
        prepare(&tree).ok()
    };
    let (before, after) = (beside("-"), beside("+"));
    let mut values = Vec::new();
    for cut in cuts {
        reader.scope.set_value(&Name::from("x"), cut.clone());
        let beside = [&before, &after].into_iter().flatten().map(|beside| beside(&reader.scope));
        values.extend(beside.filter(|value| !value.is_null()));
        values.push(cut);
    }
    values
}

/// A second, in its smallest parts.
const SECOND: i64 = 1_000_000_000;

/// Every cut of a time that goes on below the second, and what lies a second and half a second before and after it; the very
/// next where cuts have fractions of seconds themselves.
fn moments(cuts: Vec<Feel>) -> Vec<Feel> {
    let mut steps = vec![-SECOND, SECOND, 0, -SECOND / 2, SECOND / 2];
    if cuts.iter().any(|cut| fraction(cut) != 0) {
        steps.extend([-1, 1]);
    }
    cuts.iter().flat_map(|cut| steps.iter().filter_map(|step| later(cut, *step))).collect()
}

/// What a time has beyond its whole seconds.
fn fraction(time: &Feel) -> i64 {
    match time {
        Feel::Time(time) => time.nanos() as i64,
        Feel::DateTime(moment) => moment.time().nanos() as i64,
        Feel::DaysAndTimeDuration(length) => length.as_nanos() % SECOND,
        _ => 0,
    }
}

/// A time so much later, if there is one: a day ends at midnight.
fn later(time: &Feel, step: i64) -> Option<Feel> {
    match time {
        Feel::Time(time) => {
            let at = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
            let at = at * SECOND + time.nanos() as i64 + step;
            let seconds = at.div_euclid(SECOND);
            let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            let nanos = at.rem_euclid(SECOND) as u64;
            (0..24 * 3600).contains(&seconds).then(|| Feel::Time(FeelTime::local(hour as u8, minute as u8, second as u8, nanos)))
        }
        Feel::DateTime(moment) => (moment.clone() + FeelDaysAndTimeDuration::from_n(step)).map(Feel::DateTime),
        Feel::DaysAndTimeDuration(length) => {
            Some(Feel::DaysAndTimeDuration(FeelDaysAndTimeDuration::from_n(length.as_nanos().checked_add(step)?)))
        }
        _ => None,
    }
}
