//! 落实 · columns that are computed from the same variables do not take any values together. What is found of them is found
//! again by giving the variables values and running the very columns and cells, or it is not told as found.

use std::collections::BTreeMap;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelNumber, FeelType};
use serde_json::{Map, Value};

use super::linear::{Linear, Path, is_shared, solved, sources, variable, written};
use super::samples;
use super::search::Bounds;
use crate::model::grid::with_tested;
use crate::value::shown;

/// The most ways of giving values to what the columns do not settle.
const MAX_WAYS: usize = 16;

impl Bounds<'_> {
    /// The conditions that are computed from what another condition, or a chosen variable of the cells, is computed from.
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
            others || self.dimensions[*at].about.is_none() && meets(&of[*at], &chosen)
        };
        (0..of.len()).filter(is_tied).collect()
    }

    /// Variables for which the columns have the values at these places, as far as they can be turned round, and for which the
    /// rules that fit are as wanted: the witness. A value stands for all of its stretch, so where they contradict one another
    /// one of them may be another. `None` when nothing was found; that is no proof that there is nothing.
    pub(super) fn confirmed(&self, places: &[usize], wanted: &dyn Fn(&[bool]) -> bool) -> Option<Map<String, Value>> {
        let but = std::iter::once(None).chain(self.tied.iter().copied().map(Some));
        but.into_iter().find_map(|but| self.settled(places, but, wanted))
    }

    /// The same with the value of one condition left open.
    fn settled(&self, places: &[usize], but: Option<usize>, wanted: &dyn Fn(&[bool]) -> bool) -> Option<Map<String, Value>> {
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
        let mut needed = Vec::new();
        self.grid.columns.iter().for_each(|column| sources(self.grid, &column.tree, &mut needed));
        needed.sort();
        needed.dedup();
        let mut ways = vec![given];
        for path in needed {
            if ways[0].keys().any(|known| path.starts_with(known)) {
                continue;
            }
            let kind = self.grid.names.iter().find(|(name, _)| *name == path[0] && path.len() == 1).map(|(_, kind)| kind.clone());
            let mut tried = samples(&kind.unwrap_or(FeelType::Any));
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
        ways.into_iter().find_map(|given| self.holds(given, wanted))
    }

    /// What the table says of variables, told if it is as wanted.
    fn holds(&self, given: BTreeMap<Path, Feel>, wanted: &dyn Fn(&[bool]) -> bool) -> Option<Map<String, Value>> {
        let mut context = FeelContext::default();
        for (path, value) in &given {
            match path.as_slice() {
                [name] => context.set_entry(name, value.clone()),
                path => context.create_entries(path, value.clone()),
            }
        }
        let mut witness: Map<String, Value> = context.iter().map(|(name, value)| (name.to_string(), shown(value))).collect();
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
        let fits: Vec<bool> = if is_allowed { self.grid.rules.iter().map(fitting).collect() } else { Vec::new() };
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
