//! 找 · overlaps, gaps and dead rules among the stretches of all conditions.

use std::collections::{BTreeSet, HashSet};

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelScope, FeelType, Name};
use dsntk_feel_parser::AstNode;
use serde_json::{Map, Value};

use super::dimension::{Dimension, Rules, Run, shared};
use super::{Computing, Cuts, Gap, MOST, Overlap, literals, numbers, samples, texts};
use crate::guard::{is_constant, names};
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

impl Never {
    /// Under two choices of values for a variable.
    pub(super) fn and(self, other: Never) -> Never {
        match (self, other) {
            (Never::Untried, _) | (_, Never::Untried) => Never::Untried,
            (Never::Hidden(mut by), Never::Hidden(too)) => {
                by.add(&too);
                Never::Hidden(by)
            }
            (hidden @ Never::Hidden(_), _) | (_, hidden @ Never::Hidden(_)) => hidden,
            (nowhere, _) => nowhere,
        }
    }
}

/// What may be there, and was not shown.
#[derive(Default)]
pub(super) struct Doubt {
    /// An overlap, a gap, or a dead rule, where cells compute.
    pub(super) overlap: bool,
    pub(super) gap: bool,
    pub(super) dead: bool,
    /// An overlap or a gap at values that columns may not have together.
    pub(super) tied_overlap: bool,
    pub(super) tied_gap: bool,
    /// A rule that fits values which its column may never have.
    pub(super) tied_dead: bool,
    /// These columns.
    pub(super) tied: BTreeSet<usize>,
    /// Rules that must agree, whose results were compared on some values only.
    pub(super) differing: BTreeSet<(usize, usize)>,
    /// Rules whose place in the order of results is computed.
    pub(super) ranked: BTreeSet<usize>,
    /// The cells that compute.
    pub(super) computing: BTreeSet<(Option<usize>, usize)>,
}

/// How many values that two rules share are tried, of each condition that is tied to another.
const MOST_COMMON: usize = 6;
/// How many of them together.
const MOST_TOGETHER: usize = 256;

/// What it counts to run the results of two rules once.
const RUN: usize = 64;

/// What two rules say where both fit.
enum Agreement {
    Same,
    /// Not the same, with values that show it where the ones at hand do not.
    Differ(Option<Map<String, Value>>),
    /// Not known.
    Open,
}

pub(super) struct Bounds<'a> {
    pub(super) grid: &'a Grid,
    pub(super) scope: &'a FeelScope,
    pub(super) choice: &'a FeelContext,
    pub(super) dimensions: &'a [Dimension],
    /// The conditions that do not take any values together.
    pub(super) tied: Vec<usize>,
    /// Whether these are known to take any values nevertheless.
    takes_any: bool,
    /// The rules with a cell that computes.
    computing: Rules,
}

impl<'a> Bounds<'a> {
    pub(super) fn new(grid: &'a Grid, scope: &'a FeelScope, choice: &'a FeelContext, dimensions: &'a [Dimension]) -> Bounds<'a> {
        let mut computing = Rules::none(grid.rules.len());
        dimensions.iter().for_each(|dimension| computing.add(dimension.computing_rules()));
        let bounds = Bounds { grid, scope, choice, dimensions, tied: Vec::new(), takes_any: false, computing };
        let tied = bounds.find_tied();
        let takes_any = tied.iter().all(|at| bounds.takes_known(*at));
        Bounds { tied, takes_any, ..bounds }
    }

    /// The cells that compute with the tested value.
    pub(super) fn computing(&self) -> Computing {
        self.dimensions.iter().flat_map(|dimension| dimension.computing().iter().copied()).collect()
    }

    /// Values by name, the chosen ones of variables in cells among them.
    fn witness(&self, places: &[usize]) -> Map<String, Value> {
        let mut witness: Map<String, Value> = self.choice.iter().map(|(name, value)| (name.to_string(), shown(value))).collect();
        for (dimension, at) in self.dimensions.iter().zip(places) {
            let computed: Vec<(usize, &Feel)> = dimension.computed(*at).collect();
            match &dimension.about {
                Some(path) if !computed.is_empty() => put(&mut witness, path, shown(dimension.value(*at))),
                _ => drop(witness.insert(dimension.key.clone(), shown(dimension.value(*at)))),
            }
            for (column, value) in computed {
                let column = &self.grid.columns[column];
                if super::linear::variable(self.grid, &column.tree).is_none() {
                    witness.entry(column.label.clone()).or_insert(shown(value));
                }
            }
        }
        witness
    }

    /// The values at these places as a finding shows them: of conditions that are tied to one another only what is found again
    /// with variables.
    fn shown(&self, places: &[usize], wanted: &dyn Fn(&[bool]) -> bool) -> Option<Map<String, Value>> {
        if self.tied.is_empty() {
            return Some(self.witness(places));
        }
        self.confirmed(places, wanted).or_else(|| self.takes_any.then(|| self.witness(places)))
    }

    /// Whether rules fit values that their column is not known to have: one that is computed so that it may not take every value,
    /// and for which no variables were found.
    pub(super) fn doubtful_dead(&self, dead: &[(usize, Never)], doubt: &mut Doubt, work: &mut Work) -> Result<(), String> {
        let open: Vec<usize> = self.tied.iter().copied().filter(|at| self.may_miss(*at)).collect();
        if open.is_empty() || doubt.tied_dead {
            return Ok(());
        }
        for rule in (0..self.grid.rules.len()).filter(|rule| dead.iter().all(|(dead, _)| dead != rule)) {
            let places = self.dimensions.iter().map(|dimension| dimension.earliest_of(dimension.own(rule).iter().copied()));
            let Some(places) = places.collect::<Option<Vec<_>>>() else { continue };
            let asks = |at: &usize| {
                let columns = &self.dimensions[*at].columns;
                columns.iter().any(|column| self.grid.rules[rule].cells[*column].is_some())
            };
            let mut ways = vec![places];
            for at in open.iter().copied().filter(asks) {
                // A rule that asks for null there is alive where the column has no value.
                let own = match self.dimensions[at].some_own(rule, MOST_COMMON) {
                    own if own.is_empty() => vec![ways[0][at]],
                    own => own,
                };
                let with = |way: &Vec<usize>, place: usize| {
                    let mut way = way.clone();
                    way[at] = place;
                    way
                };
                ways = ways.iter().flat_map(|way| own.iter().map(|place| with(way, *place)).collect::<Vec<_>>()).collect();
                ways.truncate(4 * MOST_COMMON);
            }
            work.add(RUN * ways.len())?;
            let is_null = |at: &usize| self.dimensions[*at].value(ways[0][*at]).is_null();
            if !open.iter().any(|at| asks(at) && !is_null(at)) || ways.iter().any(|way| self.is_alive(way, rule)) {
                continue;
            }
            doubt.tied_dead = true;
            doubt.tied.extend(open.iter().copied().filter(asks).flat_map(|at| self.dimensions[at].columns.iter().copied()));
        }
        Ok(())
    }

    fn tied_columns(&self) -> impl Iterator<Item = usize> {
        self.tied.iter().flat_map(|at| self.dimensions[*at].columns.iter().copied())
    }

    /// Whether rules that compute may fit what another rule fits, beyond what was found.
    pub(super) fn doubtful_overlaps(&self, found: &[Overlap], doubt: &mut Doubt, work: &mut Work) -> Result<(), String> {
        if !matches!(self.grid.policy, HitPolicy::Unique | HitPolicy::Any) || doubt.overlap {
            return Ok(());
        }
        for one in self.computing.members() {
            for other in (0..self.grid.rules.len()).filter(|other| *other != one) {
                work.add(self.dimensions.iter().map(|dimension| dimension.runs(one).len() + dimension.runs(other).len()).sum())?;
                let is_found = || found.iter().any(|overlap| overlap.rules == [one.min(other) + 1, one.max(other) + 1]);
                if self.dimensions.iter().all(|dimension| dimension.may_meet(one, other)) && !is_found() {
                    doubt.overlap = true;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether there are values that only rules which compute may fit.
    pub(super) fn doubtful_gaps(&self, doubt: &mut Doubt, work: &mut Work) -> Result<(), String> {
        if self.computing.is_empty() || doubt.gap || self.grid.results.iter().all(|result| result.default.is_some()) {
            return Ok(());
        }
        let mut sure = Rules::all(self.grid.rules.len());
        self.computing.members().for_each(|rule| sure.remove(rule));
        let known = self.dimensions.iter().map(Dimension::known).collect();
        doubt.gap = !Search::run(self.dimensions, known, &sure, 1, work)?.is_empty();
        Ok(())
    }

    /// Whether two rules that fit together say the same. What computes is run on values of every stretch that both fit, and on
    /// some values of the variables that only results name: a difference is shown, that there is none is not known.
    fn agreement(&self, one: usize, other: usize, places: &[usize], work: &mut Work) -> Result<Agreement, String> {
        let (given, too) = (&self.grid.rules[one].trees, &self.grid.rules[other].trees);
        let differing: Vec<(&AstNode, &AstNode)> = given.iter().zip(too).filter(|(a, b)| a != b).collect();
        let mut open: Vec<&AstNode> = Vec::new();
        differing.iter().for_each(|(a, b)| open.extend([*a, *b]));
        if open.is_empty() {
            return Ok(Agreement::Same);
        }
        let nothing = FeelContext::default();
        if open.iter().all(|tree| is_constant(tree)) {
            let same = self.results(one, places, &nothing) == self.results(other, places, &nothing);
            return Ok(if same { Agreement::Same } else { Agreement::Differ(None) });
        }
        // A column that says the same everywhere is enough for a difference.
        let is_different = |(at, (a, b)): (usize, (&AstNode, &AstNode))| {
            a != b && is_constant(a) && is_constant(b) && {
                let (own, others) = (self.results(one, places, &nothing), self.results(other, places, &nothing));
                own[at] != others[at]
            }
        };
        if given.iter().zip(too).enumerate().any(is_different) {
            return Ok(Agreement::Differ(None));
        }
        if !self.tied.is_empty() {
            return Ok(Agreement::Open);
        }
        let mut ways = vec![places.to_vec()];
        for (at, dimension) in self.dimensions.iter().enumerate() {
            let common = dimension.some_common(one, other, MOST_TOGETHER);
            let with = |way: &Vec<usize>, place: usize| {
                let mut way = way.clone();
                way[at] = place;
                way
            };
            ways = ways.iter().flat_map(|way| common.iter().map(|place| with(way, *place)).collect::<Vec<_>>()).collect();
            ways.truncate(MOST_TOGETHER);
        }
        let others = self.named_in_results(&open);
        for way in ways {
            for given in &others {
                work.add(RUN)?;
                let (own, theirs) = (self.results(one, &way, given), self.results(other, &way, given));
                // A null may come of a variable that has no value here.
                let is_known = !own.iter().chain(&theirs).any(Feel::is_null);
                if is_known && own != theirs {
                    let mut witness = self.witness(&way);
                    witness.extend(given.iter().map(|(name, value)| (name.to_string(), shown(value))));
                    return Ok(Agreement::Differ(Some(witness)));
                }
            }
        }
        Ok(Agreement::Open)
    }

    /// Values for the variables that results name and no condition is about.
    fn named_in_results(&self, results: &[&AstNode]) -> Vec<FeelContext> {
        let mut mentioned = BTreeSet::new();
        results.iter().for_each(|tree| names(tree, &mut mentioned));
        let is_about =
            |name: &Name| self.dimensions.iter().any(|dimension| dimension.about.as_ref().is_some_and(|path| path[0] == *name));
        let mut ways = vec![FeelContext::default()];
        for (name, kind) in &self.grid.names {
            if !mentioned.contains(name.as_str())
                || is_about(name)
                || self.choice.contains_entry(name)
                || self.scope.get_value(name).is_some()
            {
                continue;
            }
            let mut cuts = Cuts::default();
            results.iter().for_each(|tree| literals(tree, &mut cuts, self.scope));
            cuts.values.retain(|value| value.type_of() == *kind);
            let values = match kind {
                FeelType::Number if !cuts.values.is_empty() => numbers(&cuts.values, false),
                FeelType::String => texts(cuts.values, false),
                _ => cuts.values.into_iter().chain(samples(kind)).collect(),
            };
            let with = |way: &FeelContext, value: &Feel| {
                let mut way = way.clone();
                way.set_entry(name, value.clone());
                way
            };
            if !values.is_empty() {
                ways = values.iter().flat_map(|value| ways.iter().map(|way| with(way, value)).collect::<Vec<_>>()).collect();
                ways.truncate(MOST_TOGETHER / 4);
            }
        }
        ways
    }

    /// Results of a rule where the witness holds.
    fn results(&self, rule: usize, places: &[usize], given: &FeelContext) -> Vec<Feel> {
        let mut context = given.clone();
        for (dimension, at) in self.dimensions.iter().zip(places) {
            if let Some(path) = &dimension.about {
                context.create_entries(path, dimension.value(*at).clone());
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

    pub(super) fn overlaps(&self, found: &mut Vec<Overlap>, doubt: &mut Doubt, work: &mut Work) -> Result<(), String> {
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
                let rules = [one + 1, other + 1];
                if found.iter().any(|overlap| overlap.rules == rules) {
                    continue;
                }
                if self.grid.policy == HitPolicy::Any {
                    match self.agreement(one, other, &places, work)? {
                        Agreement::Same => continue,
                        Agreement::Open => {
                            doubt.differing.insert((one, other));
                            continue;
                        }
                        Agreement::Differ(Some(witness)) => {
                            found.push(Overlap { rules, witness });
                            continue;
                        }
                        Agreement::Differ(None) => {}
                    }
                }
                match self.together(one, other, places, work)? {
                    Some(witness) => found.push(Overlap { rules, witness }),
                    None => {
                        doubt.tied_overlap = true;
                        doubt.tied.extend(self.tied_columns());
                    }
                }
            }
        }
        Ok(())
    }

    /// Values that both rules fit, found again with variables where conditions are tied to one another.
    fn together(
        &self,
        one: usize,
        other: usize,
        places: Vec<usize>,
        work: &mut Work,
    ) -> Result<Option<Map<String, Value>>, String> {
        let both = |fits: &[bool]| fits[one] && fits[other];
        let mut ways = vec![places];
        for at in &self.tied {
            let common = self.dimensions[*at].some_common(one, other, MOST_COMMON);
            let with = |way: &Vec<usize>, place: usize| {
                let mut way = way.clone();
                way[*at] = place;
                way
            };
            ways = ways.iter().flat_map(|way| common.iter().map(|place| with(way, *place)).collect::<Vec<_>>()).collect();
            ways.truncate(MOST_TOGETHER);
        }
        for way in ways {
            work.add(16 * self.grid.rules.len() + 64)?;
            if let Some(witness) = self.shown(&way, &both) {
                return Ok(Some(witness));
            }
        }
        Ok(None)
    }

    /// Values no rule fits, so many of them, where the table has no default.
    pub(super) fn gaps(&self, most: usize, doubt: &mut Doubt, work: &mut Work) -> Result<Vec<Gap>, String> {
        if self.grid.results.iter().all(|result| result.default.is_some()) {
            return Ok(Vec::new());
        }
        let known = self.dimensions.iter().map(Dimension::known).collect();
        let open = Search::run(self.dimensions, known, &Rules::all(self.grid.rules.len()), most, work)?;
        let mut gaps = Vec::new();
        for places in open {
            match self.shown(&places, &|fits| !fits.contains(&true)) {
                Some(witness) => gaps.push(Gap { witness }),
                None => {
                    doubt.tied_gap = true;
                    doubt.tied.extend(self.tied_columns());
                }
            }
        }
        gaps.dedup();
        Ok(gaps)
    }

    /// The rules that never decide, in their order.
    pub(super) fn dead(&self, work: &mut Work) -> Result<Vec<(usize, Never)>, String> {
        let rules = self.grid.rules.len();
        let mut order: Vec<usize> = (0..rules).collect();
        if self.grid.policy == HitPolicy::Priority {
            order.sort_by_cached_key(|rule| self.grid.rank(&self.grid.given(*rule, self.scope), self.scope));
        }
        let hides = matches!(self.grid.policy, HitPolicy::First | HitPolicy::Priority);
        // Where a result is computed its rank is not known: the rule hides nothing and is not hidden.
        let is_ranked =
            |rule: usize| self.grid.policy != HitPolicy::Priority || self.grid.rules[rule].trees.iter().all(is_constant);
        let exact = |rule: usize| self.dimensions.iter().all(|dimension| !dimension.is_sampled(rule));
        let mut before = Rules::none(rules);
        let mut dead = Vec::new();
        for rule in order {
            let nowhere = |(_, dimension): &(usize, &Dimension)| dimension.own(rule).is_empty();
            let nowhere: Vec<(usize, &Dimension)> = self.dimensions.iter().enumerate().filter(nowhere).collect();
            if let Some((at, _)) = nowhere.iter().find(|(_, dimension)| !dimension.is_sampled(rule)) {
                dead.push((rule, Never::Nowhere(*at)));
            } else if !nowhere.is_empty() {
                dead.push((rule, Never::Untried));
            } else if hides && is_ranked(rule) {
                let hiding = self.hiding(rule, &before, work)?;
                let own = self.dimensions.iter().map(|dimension| dimension.own(rule).to_vec()).collect();
                let is_hidden = Search::run(self.dimensions, own, &hiding, 1, work)?.is_empty();
                if is_hidden && !self.decides_by_null(rule, &before, work)? {
                    let certain = |rules: &Rules| {
                        let mut sure = rules.clone();
                        rules.members().filter(|other| !exact(*other)).for_each(|other| sure.remove(other));
                        sure
                    };
                    let sure = certain(&hiding);
                    let possible = self.dimensions.iter().map(|dimension| dimension.possible(rule)).collect();
                    let sure_hides = Search::run(self.dimensions, possible, &sure, 1, work)?.is_empty()
                        && !self.decides_by_null(rule, &certain(&before), work)?;
                    dead.push((rule, if sure_hides { Never::Hidden(sure) } else { Never::Untried }));
                }
            }
            if is_ranked(rule) {
                before.insert(rule);
            }
        }
        dead.sort_by_key(|(rule, _)| *rule);
        Ok(dead)
    }

    /// Whether a rule takes a null by `-` that another rule, behind it, asks for: where that one fits, null is no longer unknown, so that
    /// cells which compare with it stop nobody (H13). Under FIRST the other is not come to.
    fn decides_by_null(&self, rule: usize, before: &Rules, work: &mut Work) -> Result<bool, String> {
        if self.grid.policy != HitPolicy::Priority {
            return Ok(false);
        }
        for (at, dimension) in self.dimensions.iter().enumerate().filter(|(_, dimension)| dimension.takes_by_dash(rule)) {
            for other in dimension.asking().filter(|other| *other != rule) {
                let wanted = self.dimensions.iter().enumerate().map(|(here, dimension)| match here == at {
                    true => vec![dimension.asked()],
                    false => shared(dimension.own(rule), dimension.runs(other)).collect(),
                });
                work.add(self.dimensions.iter().map(|dimension| dimension.runs(other).len()).sum())?;
                if !Search::run(self.dimensions, wanted.collect(), before, 1, work)?.is_empty() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
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

/// Puts a value where its path leads: `{"applicant": {"age": 17}}`.
fn put(into: &mut Map<String, Value>, path: &[Name], value: Value) {
    let [name, rest @ ..] = path else { return };
    if rest.is_empty() {
        into.insert(name.to_string(), value);
    } else if let Value::Object(inner) = into.entry(name.to_string()).or_insert_with(|| Value::Object(Map::new())) {
        put(inner, rest, value);
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
        let mut search = Search { dimensions, wanted, covering, seen: HashSet::new(), work, most, found: Vec::new() };
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
        if !left.and(&self.covering[depth]).is_empty() {
            return Ok(());
        }
        let mut steps = 0;
        // Any will do: a place that all rules leave open is all there is to find.
        if self.most == 1 {
            let open = dimension.left_open(left, &self.wanted[depth], &mut steps);
            self.work.add(steps)?;
            if let Some(place) = open {
                path.push(place);
                self.complete(path);
                path.pop();
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
            // Behind the same rules lies the same; each stretch that all leave open is a gap of its own.
            if next.is_empty() || self.seen.insert((depth, next.clone())) {
                self.work.add(next.words() * REMEMBERED)?;
                path.push(dimension.earliest(stretch));
                self.from(path, &next)?;
                path.pop();
            }
        }
        Ok(())
    }
}
