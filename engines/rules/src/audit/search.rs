//! 找 · overlaps, gaps and dead rules among the stretches of all conditions.

use std::collections::HashSet;

use dsntk_feel::FeelScope;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use serde_json::{Map, Value};

use super::dimension::{Dimension, Rules, Run};
use super::{Gap, MOST, Overlap, variable};
use crate::model::grid::Grid;
use crate::table::HitPolicy;
use crate::value::shown;

/// The most steps of comparing stretches and rules, for one table: a second or so.
const MAX_WORK: usize = 60_000_000;
/// What it counts to remember a set of rules, for each word of it: at most 15 MB are.
const REMEMBERED: usize = 32;

/// What the comparisons of one table have taken.
#[derive(Default)]
pub(super) struct Work(usize);

impl Work {
    fn add(&mut self, steps: usize) -> Result<(), String> {
        self.0 += steps;
        if self.0 > MAX_WORK {
            return Err("太大：要比较的规则和取值太多，请拆成几张表".to_owned());
        }
        Ok(())
    }
}

/// A rule that never decides.
pub(super) enum Never {
    /// No value of this condition fits it.
    Nowhere(usize),
    /// Other rules take all it fits.
    Hidden(Rules),
    /// It does not on the values tried, and may on others.
    Untried,
}

pub(super) struct Bounds<'a> {
    pub(super) grid: &'a Grid,
    pub(super) scope: &'a FeelScope,
    pub(super) choice: &'a FeelContext,
    pub(super) dimensions: &'a [Dimension],
}

impl Bounds<'_> {
    /// Values by name, the chosen ones of variables in cells among them.
    fn witness(&self, places: &[usize]) -> Map<String, Value> {
        let chosen = self.choice.iter().map(|(name, value)| (name.to_string(), value));
        let tried = self.dimensions.iter().zip(places).map(|(dimension, at)| (dimension.key.clone(), dimension.value(*at)));
        chosen.chain(tried).map(|(name, value)| (name, shown(value))).collect()
    }

    /// Results of a rule where the witness holds.
    fn results(&self, rule: usize, places: &[usize]) -> Vec<Feel> {
        let mut context = FeelContext::default();
        for (dimension, at) in self.dimensions.iter().zip(places) {
            if let Some(name) = variable(&self.grid.columns[dimension.columns[0]]) {
                context.set_entry(name, dimension.value(*at).clone());
            }
        }
        self.scope.push(context);
        let results = self.grid.given(rule, self.scope);
        self.scope.pop();
        results
    }

    /// The rules that may fit where this one does, by the condition that leaves the fewest: the others are still to ask.
    fn near(&self, rule: usize, work: &mut Work) -> Result<Rules, String> {
        let counted = self.dimensions.iter().map(|dimension| (dimension.count_meeting(rule), dimension));
        match counted.min_by_key(|(count, _)| *count) {
            Some((count, dimension)) => {
                work.add(count + self.grid.rules.len() / 64 + 1)?;
                Ok(dimension.meeting(rule))
            }
            None => Ok(Rules::all(self.grid.rules.len())),
        }
    }

    pub(super) fn overlaps(&self, found: &mut Vec<Overlap>, work: &mut Work) -> Result<(), String> {
        if !matches!(self.grid.policy, HitPolicy::Unique | HitPolicy::Any) {
            return Ok(());
        }
        for one in 0..self.grid.rules.len() {
            if found.len() >= MOST {
                return Ok(());
            }
            for other in self.near(one, work)?.members().filter(|other| *other > one) {
                if found.len() >= MOST {
                    return Ok(());
                }
                work.add(self.dimensions.iter().map(|dimension| dimension.runs(one).len() + dimension.runs(other).len()).sum())?;
                let both = self.dimensions.iter().map(|dimension| dimension.common(one, other));
                let Some(places) = both.collect::<Option<Vec<_>>>() else { continue };
                let agree = self.grid.policy == HitPolicy::Any && self.results(one, &places) == self.results(other, &places);
                let rules = [one + 1, other + 1];
                if !agree && found.iter().all(|overlap| overlap.rules != rules) {
                    found.push(Overlap { rules, witness: self.witness(&places) });
                }
            }
        }
        Ok(())
    }

    /// Values no rule fits, so many of them, where the table has no default.
    pub(super) fn gaps(&self, most: usize, work: &mut Work) -> Result<Vec<Gap>, String> {
        if self.grid.results.iter().all(|result| result.default.is_some()) {
            return Ok(Vec::new());
        }
        let known = self.dimensions.iter().map(Dimension::known).collect();
        let open = Search::run(self.dimensions, known, &Rules::all(self.grid.rules.len()), most, work)?;
        Ok(open.iter().map(|places| Gap { witness: self.witness(places) }).collect())
    }

    /// The rules that never decide, in their order.
    pub(super) fn dead(&self, work: &mut Work) -> Result<Vec<(usize, Never)>, String> {
        let rules = self.grid.rules.len();
        let mut order: Vec<usize> = (0..rules).collect();
        if self.grid.policy == HitPolicy::Priority {
            order.sort_by_cached_key(|rule| self.grid.rank(&self.grid.given(*rule, self.scope), self.scope));
        }
        let hides = matches!(self.grid.policy, HitPolicy::First | HitPolicy::Priority);
        let exact = |rule: usize| self.dimensions.iter().all(|dimension| !dimension.is_sampled(rule));
        let mut before = Rules::none(rules);
        let mut dead = Vec::new();
        for rule in order {
            let nowhere = |(_, dimension): &(usize, &Dimension)| dimension.runs(rule).is_empty();
            let nowhere: Vec<(usize, &Dimension)> = self.dimensions.iter().enumerate().filter(nowhere).collect();
            if let Some((at, _)) = nowhere.iter().find(|(_, dimension)| !dimension.is_sampled(rule)) {
                dead.push((rule, Never::Nowhere(*at)));
            } else if !nowhere.is_empty() {
                dead.push((rule, Never::Untried));
            } else if hides {
                let hiding = self.hiding(rule, &before, work)?;
                let own = self.dimensions.iter().map(|dimension| dimension.runs(rule).to_vec()).collect();
                if Search::run(self.dimensions, own, &hiding, 1, work)?.is_empty() {
                    let mut sure = hiding.clone();
                    hiding.members().filter(|other| !exact(*other)).for_each(|other| sure.remove(other));
                    let possible = self.dimensions.iter().map(|dimension| dimension.possible(rule)).collect();
                    let sure_hides = Search::run(self.dimensions, possible, &sure, 1, work)?.is_empty();
                    dead.push((rule, if sure_hides { Never::Hidden(sure) } else { Never::Untried }));
                }
            }
            before.insert(rule);
        }
        dead.sort_by_key(|(rule, _)| *rule);
        Ok(dead)
    }

    /// The rules among those before it that share values with a rule.
    fn hiding(&self, rule: usize, before: &Rules, work: &mut Work) -> Result<Rules, String> {
        let mut hiding = self.near(rule, work)?.and(before);
        for other in hiding.clone().members() {
            work.add(self.dimensions.iter().map(|dimension| dimension.runs(other).len()).sum())?;
            if !self.dimensions.iter().all(|dimension| dimension.meets(rule, other)) {
                hiding.remove(other);
            }
        }
        Ok(hiding)
    }
}

/// Looks for values that none of some rules fits.
struct Search<'a> {
    dimensions: &'a [Dimension],
    /// The places of each condition that count.
    wanted: Vec<Vec<Run>>,
    /// The rules that fit all of them from each condition on: where one is left, nothing is open behind.
    covering: Vec<Rules>,
    /// Sets of rules met at a condition: what lies behind them is known.
    seen: HashSet<(usize, Rules)>,
    /// Whether no rule was left at a condition before.
    emptied: Vec<bool>,
    work: &'a mut Work,
    most: usize,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    /// All that is open to the rules, at most so many places of it.
    fn run<'a>(
        dimensions: &'a [Dimension],
        wanted: Vec<Vec<Run>>,
        rules: &Rules,
        most: usize,
        work: &'a mut Work,
    ) -> Result<Vec<Vec<usize>>, String> {
        let mut covering = Vec::new();
        let mut so_far = rules.clone();
        // Of a single condition it shows as soon as it is looked at.
        if dimensions.len() == 1 {
            so_far = Rules::none(so_far.words() * 64);
        }
        for (dimension, wanted) in dimensions.iter().zip(&wanted).rev() {
            for rule in so_far.clone().members() {
                work.add(dimension.runs(rule).len())?;
                if !dimension.covers(rule, wanted) {
                    so_far.remove(rule);
                }
            }
            covering.push(so_far.clone());
        }
        covering.reverse();
        let emptied = vec![false; dimensions.len()];
        let mut search = Search { dimensions, wanted, covering, seen: HashSet::new(), emptied, work, most, found: Vec::new() };
        search.from(&mut Vec::new(), rules)?;
        Ok(search.found)
    }

    /// Any value will do for what has not been looked at.
    fn complete(&mut self, path: &[usize]) {
        let rest = self.dimensions.iter().zip(&self.wanted).skip(path.len());
        let rest = rest.map(|(dimension, wanted)| dimension.earliest_of(wanted.iter().copied()));
        if let Some(rest) = rest.collect::<Option<Vec<_>>>() {
            self.found.push(path.iter().copied().chain(rest).collect());
        }
    }

    fn from(&mut self, path: &mut Vec<usize>, left: &Rules) -> Result<(), String> {
        let depth = path.len();
        if left.is_empty() {
            self.complete(path);
            return Ok(());
        }
        let Some(dimension) = self.dimensions.get(depth) else { return Ok(()) };
        let nothing_new = self.emptied[depth..].iter().all(|emptied| *emptied);
        if nothing_new || !left.and(&self.covering[depth]).is_empty() {
            return Ok(());
        }
        let mut steps = 0;
        // The last condition, or any will do: a place that all rules leave open is all there is to find.
        let is_last = depth + 1 == self.dimensions.len();
        if is_last || self.most == 1 {
            let open = dimension.left_open(left, &self.wanted[depth], &mut steps);
            self.work.add(steps)?;
            if let Some(place) = open {
                self.emptied[depth] = true;
                path.push(place);
                self.complete(path);
                path.pop();
            }
            if is_last || open.is_some() {
                return Ok(());
            }
        }
        let stretches = dimension.stretches(left, &self.wanted[depth], &mut steps);
        self.work.add(steps)?;
        for stretch in stretches {
            if self.found.len() >= self.most {
                return Ok(());
            }
            let next = left.and(dimension.fitting(stretch.first));
            self.work.add(next.words() + 16)?;
            let is_new = match next.is_empty() {
                true => !std::mem::replace(&mut self.emptied[depth], true),
                false => self.seen.insert((depth, next.clone())),
            };
            if is_new {
                self.work.add(next.words() * REMEMBERED)?;
                path.push(dimension.earliest(stretch));
                self.from(path, &next)?;
                path.pop();
            }
        }
        Ok(())
    }
}
