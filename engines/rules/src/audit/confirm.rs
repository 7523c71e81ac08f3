//! 落实 · columns that are computed from the same variables do not take any values together. What is found of them is found
//! again by giving the variables values and running the very columns and cells, or it is not told as found.

use std::collections::BTreeMap;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelNumber, FeelType};
use dsntk_feel_parser::AstNode;
use serde_json::{Map, Value};

use super::linear::{Linear, Path, is_shared, solved, sources, variable, written};
use super::reach::Reach;
use super::search::{Bounds, Doubt};
use super::{DAY, Gap, samples};
use crate::RuleError;
use crate::model::grid::with_tested;
use crate::value::shown;

/// The most ways of giving values to what the columns do not settle.
const MAX_WAYS: usize = 64;

impl Bounds<'_> {
    /// The conditions that are computed from what another condition, or a chosen variable of the cells, is computed from, and
    /// those that are computed so that they may not take every value: `a * a` is never -1.
    pub(super) fn find_tied(&self) -> Vec<usize> {
        let of: Vec<Vec<Path>> = self
            .dimensions
            .iter()
            .map(|dimension| {
                let mut found = Vec::new();
                dimension.columns.iter().for_each(|column| sources(self.grid, &self.grid.columns[*column].tree, &mut found));
                found
            })
            .collect();
        let chosen: Vec<Path> = self.choice.iter().map(|(name, _)| vec![name.clone()]).collect();
        let meets = |one: &[Path], other: &[Path]| one.iter().any(|one| other.iter().any(|other| is_shared(one, other)));
        let is_tied = |at: &usize| {
            let others = of.iter().enumerate().any(|(other, paths)| other != *at && meets(&of[*at], paths));
            let is_computed = self.dimensions[*at].about.is_none();
            others || is_computed && (meets(&of[*at], &chosen) || !self.takes_all(*at))
        };
        (0..of.len()).filter(is_tied).collect()
    }

    /// Whether a condition that is computed takes every value: it is linear in its variables.
    fn takes_all(&self, at: usize) -> bool {
        let line = |column: &usize| Linear::read(&self.grid.columns[*column].tree, &|tree| variable(self.grid, tree), &written);
        self.dimensions[at].columns.iter().all(|column| line(column).is_some_and(|line| !line.factors.is_empty()))
    }

    /// Whether a condition that is computed is known to take every value that was tried for it, for it alone is computed from its
    /// variable.
    pub(super) fn takes_known(&self, at: usize) -> bool {
        let dimension = &self.dimensions[at];
        let of = |at: usize| {
            let mut found = Vec::new();
            self.dimensions[at]
                .columns
                .iter()
                .for_each(|column| sources(self.grid, &self.grid.columns[*column].tree, &mut found));
            found
        };
        let own = of(at);
        let shares = |other: usize| other != at && of(other).iter().any(|other| own.iter().any(|own| is_shared(own, other)));
        let is_chosen = self.choice.iter().any(|(name, _)| own.iter().any(|own| is_shared(own, &vec![name.clone()])));
        let tree = &self.grid.columns[dimension.columns[0]].tree;
        let is_exact = || Reach::of(self.grid, tree).is_some_and(|reach| reach.exact);
        dimension.about.is_none() && !is_chosen && !(0..self.dimensions.len()).any(shares) && is_exact()
    }

    /// Whether a condition is computed so that it may not take every value, and which ones it takes is not known.
    pub(super) fn may_miss(&self, at: usize) -> bool {
        let tree = &self.grid.columns[self.dimensions[at].columns[0]].tree;
        let mut own = Vec::new();
        sources(self.grid, tree, &mut own);
        // What names nothing that is known is told for that.
        !own.is_empty() && self.dimensions[at].about.is_none() && !self.takes_all(at) && Reach::of(self.grid, tree).is_none()
    }

    /// Whether variables were found for which the columns have these values and this rule fits.
    pub(super) fn is_alive(&self, places: &[usize], rule: usize) -> bool {
        let but = std::iter::once(None).chain(self.tied.iter().copied().map(Some));
        but.into_iter().any(|but| self.settled(places, but, Some(rule), &|fits| fits.contains(&true)).is_some())
    }

    /// Values of variables for which a column cannot be worked out, so that the table refuses them, such as 0 for the one that
    /// it divides by. One that cannot be told is doubted.
    pub(super) fn without_value(&self, doubt: &mut Doubt) -> Option<Gap> {
        self.dimensions.iter().filter(|dimension| dimension.about.is_none()).find_map(|dimension| {
            let column = dimension.columns[0];
            let tree = &self.grid.columns[column].tree;
            let mut own = Vec::new();
            sources(self.grid, tree, &mut own);
            let is_number = |path: &Path| self.kind(path) == Some(FeelType::Number);
            let mut divisors = Vec::new();
            gather_divisors(tree, &mut divisors);
            divisors.retain(|divisor| {
                let mut found = Vec::new();
                sources(self.grid, divisor, &mut found);
                !found.is_empty()
            });
            let mut needed = Vec::new();
            self.grid.columns.iter().for_each(|column| sources(self.grid, &column.tree, &mut needed));
            if own.is_empty() || !own.iter().all(is_number) || needed.iter().any(|path| self.kind(path).is_none()) {
                return None;
            }
            let mut starts: Vec<BTreeMap<Path, Feel>> = Vec::new();
            let mut is_open = false;
            for divisor in divisors {
                match Linear::read(divisor, &|tree| variable(self.grid, tree), &written) {
                    Some(linear) => starts.extend(
                        solved(&[(linear, FeelNumber::zero())])
                            .map(|at| at.into_iter().map(|(path, number)| (path, Feel::Number(number))).collect()),
                    ),
                    None => is_open = true,
                }
            }
            for number in [FeelNumber::zero(), -FeelNumber::one(), FeelNumber::one()] {
                starts.push(own.iter().map(|path| (path.clone(), Feel::Number(number))).collect());
            }
            let chosen = self.choice.iter().map(|(name, value)| (vec![name.clone()], value.clone()));
            let chosen: BTreeMap<Path, Feel> = chosen.collect();
            starts.iter_mut().for_each(|start| {
                chosen.iter().for_each(|(path, value)| {
                    start.entry(path.clone()).or_insert_with(|| value.clone());
                })
            });
            let refused =
                starts.into_iter().flat_map(|start| self.ways(start, &[])).find_map(|given| self.refuses(given, column));
            if refused.is_none() && is_open {
                doubt.tied_gap = true;
                doubt.tied.extend(dimension.columns.iter().copied());
            }
            refused.map(|witness| Gap { witness })
        })
    }

    /// The declared type of a variable.
    fn kind(&self, path: &Path) -> Option<FeelType> {
        let found = self.grid.names.iter().find(|(name, _)| *name == path[0] && path.len() == 1);
        found.map(|(_, kind)| kind.clone()).filter(|kind| *kind != FeelType::Any)
    }

    /// The variables as a witness, if this column is null for them and the table gives no answer for that.
    fn refuses(&self, given: BTreeMap<Path, Feel>, column: usize) -> Option<Map<String, Value>> {
        let (context, witness) = put(&given);
        self.scope.push(context);
        let is_null = (self.grid.columns[column].value)(self.scope).is_null();
        let refused = is_null && {
            let decided = self.grid.decided(self.scope, &mut Vec::new(), &mut Vec::new());
            matches!(decided, Err(RuleError::Null(_) | RuleError::NoRule))
        };
        self.scope.pop();
        refused.then_some(witness)
    }

    /// Variables for which the columns have the values at these places, as far as they can be turned round, and for which the
    /// rules that fit are as wanted: the witness. A value stands for all of its stretch, so where they contradict one another
    /// one of them may be another. `None` when nothing was found; that is no proof that there is nothing.
    pub(super) fn confirmed(&self, places: &[usize], wanted: &dyn Fn(&[bool]) -> bool) -> Option<Map<String, Value>> {
        let but = std::iter::once(None).chain(self.tied.iter().copied().map(Some));
        but.into_iter().find_map(|but| self.settled(places, but, None, wanted))
    }

    /// The same with the value of one condition left open, of one rule alone or of all.
    fn settled(
        &self,
        places: &[usize],
        but: Option<usize>,
        only: Option<usize>,
        wanted: &dyn Fn(&[bool]) -> bool,
    ) -> Option<Map<String, Value>> {
        let mut given: BTreeMap<Path, Feel> =
            self.choice.iter().map(|(name, value)| (vec![name.clone()], value.clone())).collect();
        let mut equations = Vec::new();
        for (at, (dimension, place)) in self.dimensions.iter().zip(places).enumerate() {
            if but == Some(at) {
                continue;
            }
            let value = dimension.value(*place);
            match (&dimension.about, value) {
                (Some(path), _) => drop(given.insert(path.clone(), value.clone())),
                (None, Feel::Number(number)) => {
                    let tree = &self.grid.columns[dimension.columns[0]].tree;
                    equations
                        .extend(Linear::read(tree, &|tree| variable(self.grid, tree), &written).map(|linear| (linear, *number)));
                }
                _ => {}
            }
        }
        // What is given is put in.
        for (linear, _) in &mut equations {
            let known: Vec<(Path, FeelNumber)> = linear
                .factors
                .keys()
                .filter_map(|path| match given.get(path) {
                    Some(Feel::Number(number)) => Some((path.clone(), *number)),
                    _ => None,
                })
                .collect();
            for (path, number) in known {
                let factor = linear.factors.remove(&path).unwrap_or_else(FeelNumber::zero);
                linear.constant += factor * number;
            }
        }
        for (path, number) in solved(&equations)? {
            given.entry(path).or_insert(Feel::Number(number));
        }
        let hints: Vec<Feel> = self.tied.iter().map(|at| self.dimensions[*at].value(places[*at]).clone()).collect();
        self.ways(given, &hints).into_iter().find_map(|given| self.holds(given, only, wanted))
    }

    /// What is given, with some values for every variable that is not; `hints` are what columns should come to.
    fn ways(&self, given: BTreeMap<Path, Feel>, hints: &[Feel]) -> Vec<BTreeMap<Path, Feel>> {
        let mut needed = Vec::new();
        self.grid.columns.iter().for_each(|column| sources(self.grid, &column.tree, &mut needed));
        needed.sort();
        needed.dedup();
        let mut ways = vec![given];
        for path in needed {
            if ways[0].keys().any(|known| path.starts_with(known)) {
                continue;
            }
            let kind = self.kind(&path).unwrap_or(FeelType::Any);
            let mut tried = samples(&kind);
            tried.extend(hints.iter().flat_map(|hint| turned(&kind, hint)));
            if tried.is_empty() {
                tried.push(Feel::Number(FeelNumber::zero()));
            }
            let with = |way: &BTreeMap<Path, Feel>, value: &Feel| {
                let mut way = way.clone();
                way.insert(path.clone(), value.clone());
                way
            };
            ways = tried.iter().flat_map(|value| ways.iter().map(|way| with(way, value)).collect::<Vec<_>>()).collect();
            ways.truncate(MAX_WAYS);
        }
        ways
    }

    /// What the table says of variables, told if it is as wanted.
    fn holds(
        &self,
        given: BTreeMap<Path, Feel>,
        only: Option<usize>,
        wanted: &dyn Fn(&[bool]) -> bool,
    ) -> Option<Map<String, Value>> {
        let (context, mut witness) = put(&given);
        self.scope.push(context);
        let seen: Vec<Feel> = self.grid.columns.iter().map(|column| (column.value)(self.scope)).collect();
        let is_allowed = self.grid.columns.iter().zip(&seen).all(|(column, value)| {
            !value.is_null()
                && column.allowed.as_ref().is_none_or(|allowed| with_tested(self.scope, value, || allowed.fits(self.scope)))
        });
        let fitting = |row: &crate::model::grid::Row| {
            let mut cells = row.cells.iter().zip(&seen);
            cells.all(|(cell, value)| cell.as_ref().is_none_or(|cell| with_tested(self.scope, value, || cell.fits(self.scope))))
        };
        let asked = match only {
            Some(rule) => &self.grid.rules[rule..=rule],
            None => &self.grid.rules[..],
        };
        let fits: Vec<bool> = if is_allowed { asked.iter().map(fitting).collect() } else { Vec::new() };
        self.scope.pop();
        if !is_allowed || !wanted(&fits) {
            return None;
        }
        for (column, value) in self.grid.columns.iter().zip(&seen) {
            if variable(self.grid, &column.tree).is_none() {
                witness.entry(column.label.clone()).or_insert(shown(value));
            }
        }
        Some(witness)
    }
}

/// Variables as a scope, and as a witness.
fn put(given: &BTreeMap<Path, Feel>) -> (FeelContext, Map<String, Value>) {
    let mut context = FeelContext::default();
    for (path, value) in given {
        match path.as_slice() {
            [name] => context.set_entry(name, value.clone()),
            path => context.create_entries(path, value.clone()),
        }
    }
    let witness = context.iter().map(|(name, value)| (name.to_string(), shown(value))).collect();
    (context, witness)
}

/// What an expression divides by.
fn gather_divisors<'t>(tree: &'t AstNode, found: &mut Vec<&'t AstNode>) {
    if let AstNode::Div(_, by) = tree {
        found.push(by);
    }
    crate::guard::children(tree).into_iter().for_each(|child| gather_divisors(child, found));
}

/// Values of a type for which the usual ways to compute come to a value: itself, its opposite, its root, so many years and days
/// before, a text so long.
fn turned(kind: &FeelType, wanted: &Feel) -> Vec<Feel> {
    match (kind, wanted) {
        (FeelType::Number, Feel::Number(number)) => {
            let mut numbers = vec![*number, -*number, FeelNumber::zero()];
            numbers.extend(number.sqrt());
            let ten = FeelNumber::from(10);
            numbers.extend([1, 10, 100].iter().filter(|_| !number.is_zero()).map(|over| FeelNumber::from(*over) / *number));
            numbers.extend([*number * ten, *number / ten]);
            numbers.into_iter().map(Feel::Number).collect()
        }
        (FeelType::Date, Feel::Number(number)) => {
            let count = number.to_string();
            let whole = !count.contains(['.', 'E', 'e']);
            let back = ["Y", "M", "D"].iter().filter(|_| whole).map(|unit| {
                let (sign, count) = count.strip_prefix('-').map_or(("-", count.as_str()), |count| ("+", count));
                format!("date(\"{DAY}\") {sign} duration(\"P{count}{unit}\")")
            });
            let run =
                |text: String| crate::evaluate(&text, &Map::new()).ok()?.as_str().and_then(|day| crate::value::xsd(kind, day));
            back.filter_map(run).collect()
        }
        (FeelType::String, Feel::Number(number)) => {
            let long = (0..=64usize).find(|long| FeelNumber::from(*long) == *number);
            long.map(|long| Feel::String("甲".repeat(long))).into_iter().collect()
        }
        (_, wanted) if wanted.type_of() == *kind => vec![wanted.clone()],
        _ => Vec::new(),
    }
}
