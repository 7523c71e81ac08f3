//! 一次式 · expressions that are linear in numbers: turned round exactly, so that a cell that computes cuts its values where
//! it changes its mind, and columns that are computed from one variable are looked at as one.

use std::collections::BTreeMap;

use dsntk_feel::{FeelNumber, FeelType, Name};
use dsntk_feel_parser::AstNode;

use super::Grid;

/// A variable, or an entry of one: `area`, `applicant.age`.
pub(super) type Path = Vec<Name>;

/// `a * x + b * y + … + constant`.
#[derive(Debug, Clone)]
pub(super) struct Linear {
    /// The factor of each variable, none of them nought.
    pub(super) factors: BTreeMap<Path, FeelNumber>,
    pub(super) constant: FeelNumber,
}

impl Linear {
    fn of(constant: FeelNumber) -> Linear {
        Linear { factors: BTreeMap::new(), constant }
    }

    /// Reads an expression. `variable` tells which parts are variables, `constant` the value of what holds none of them.
    pub(super) fn read(
        tree: &AstNode,
        variable: &dyn Fn(&AstNode) -> Option<Path>,
        constant: &dyn Fn(&AstNode) -> Option<FeelNumber>,
    ) -> Option<Linear> {
        if let Some(path) = variable(tree) {
            return Some(Linear { factors: BTreeMap::from([(path, FeelNumber::one())]), constant: FeelNumber::zero() });
        }
        let read = |tree: &AstNode| Linear::read(tree, variable, constant);
        match tree {
            AstNode::Neg(a) => Some(read(a)?.times(-FeelNumber::one())),
            AstNode::Add(a, b) => Some(read(a)?.plus(read(b)?)),
            AstNode::Sub(a, b) => Some(read(a)?.plus(read(b)?.times(-FeelNumber::one()))),
            AstNode::Mul(a, b) => match (read(a)?, read(b)?) {
                (a, b) if a.factors.is_empty() => Some(b.times(a.constant)),
                (a, b) if b.factors.is_empty() => Some(a.times(b.constant)),
                _ => None,
            },
            AstNode::Div(a, b) => {
                let (a, b) = (read(a)?, read(b)?);
                let divides = b.factors.is_empty() && !b.constant.is_zero();
                divides.then(|| Linear {
                    factors: a.factors.into_iter().map(|(path, factor)| (path, factor / b.constant)).collect(),
                    constant: a.constant / b.constant,
                })
            }
            other => constant(other).map(Linear::of),
        }
    }

    pub(super) fn plus(mut self, other: Linear) -> Linear {
        for (path, factor) in other.factors {
            let sum = self.factors.get(&path).map_or(factor, |own| *own + factor);
            self.factors.insert(path, sum);
        }
        self.factors.retain(|_, factor| !factor.is_zero());
        self.constant += other.constant;
        self
    }

    pub(super) fn times(mut self, by: FeelNumber) -> Linear {
        self.factors.values_mut().for_each(|factor| *factor *= by);
        self.factors.retain(|_, factor| !factor.is_zero());
        self.constant *= by;
        self
    }

    /// The one variable with its factor.
    pub(super) fn only(&self) -> Option<(&Path, FeelNumber)> {
        let mut factors = self.factors.iter();
        let (path, factor) = factors.next()?;
        factors.next().is_none().then_some((path, *factor))
    }

    /// Where it is nought, of an expression in one variable.
    pub(super) fn root(&self) -> Option<FeelNumber> {
        let (_, factor) = self.only()?;
        Some(-self.constant / factor)
    }
}

/// The value of a number that is written there.
pub(super) fn written(tree: &AstNode) -> Option<FeelNumber> {
    if !matches!(tree, AstNode::Numeric(..)) {
        return None;
    }
    match crate::expression::prepare(tree).ok()?(&dsntk_feel::FeelScope::default()) {
        dsntk_feel::values::Value::Number(number) => Some(number),
        _ => None,
    }
}

/// The variable that an expression is, and nothing else: a name, or a path into a variable that has entries of its own. What
/// follows the point of a day or a duration is computed from it.
pub(super) fn variable(grid: &Grid, tree: &AstNode) -> Option<Path> {
    let path = path(tree)?;
    let kind = grid.names.iter().find(|(name, _)| *name == path[0]).map(|(_, kind)| kind);
    match kind {
        Some(FeelType::Context(_) | FeelType::Any) => Some(path),
        Some(_) if path.len() == 1 => Some(path),
        _ => None,
    }
}

pub(super) fn path(tree: &AstNode) -> Option<Path> {
    match tree {
        AstNode::Name(name) | AstNode::QualifiedNameSegment(name) => Some(vec![name.clone()]),
        AstNode::QualifiedName(segments) => {
            let segments: Option<Vec<Path>> = segments.iter().map(path).collect();
            segments.map(|segments| segments.concat()).filter(|path| !path.is_empty())
        }
        AstNode::Path(before, name) => Some([path(before)?, path(name)?].concat()),
        _ => None,
    }
}

/// The variables an expression is computed from.
pub(super) fn sources(grid: &Grid, tree: &AstNode, found: &mut Vec<Path>) {
    let known = |name: &Name| grid.names.iter().any(|(known, _)| known == name);
    match path(tree) {
        Some(path) if known(&path[0]) => found.push(variable(grid, tree).unwrap_or_else(|| path[..1].to_vec())),
        _ => crate::guard::children(tree).into_iter().for_each(|child| sources(grid, child, found)),
    }
}

/// Whether one is the other, or within it.
pub(super) fn is_shared(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// Values of the variables for which every expression has the value wanted, by Gaussian elimination; what is left free is
/// nought. `None` where they contradict one another.
pub(super) fn solved(wanted: &[(Linear, FeelNumber)]) -> Option<BTreeMap<Path, FeelNumber>> {
    // Each as an expression that is nought.
    let mut open: Vec<Linear> = wanted.iter().map(|(linear, value)| linear.clone().plus(Linear::of(-*value))).collect();
    let mut done: Vec<(Path, Linear)> = Vec::new();
    while let Some(next) = open.pop() {
        let Some((path, factor)) = next.factors.iter().next().map(|(path, factor)| (path.clone(), *factor)) else {
            // What division rounds off is not told from a contradiction here; the table is asked in the end.
            if next.constant.abs() > FeelNumber::new(1, 20) {
                return None;
            }
            continue;
        };
        let mut own = next.times(-FeelNumber::one() / factor);
        own.factors.remove(&path);
        let put = |into: &mut Linear| {
            if let Some(factor) = into.factors.remove(&path) {
                *into = into.clone().plus(own.clone().times(factor));
            }
        };
        open.iter_mut().for_each(&put);
        done.iter_mut().for_each(|(_, linear)| put(linear));
        done.push((path, own));
    }
    let mut values = BTreeMap::new();
    for (path, linear) in done {
        for free in linear.factors.keys() {
            values.entry(free.clone()).or_insert_with(FeelNumber::zero);
        }
        values.insert(path, linear.constant);
    }
    Some(values)
}
