//! 一列条件 · a condition, the values tried for it, and the stretches of them that each rule fits.

use std::cmp::Ordering;
use std::collections::HashMap;

use dsntk_feel::FeelScope;
use dsntk_feel::values::Value as Feel;

use super::linear::Path;
use super::{Computing, Condition, Cuts, computed};
use crate::model::grid::{Cell, Grid, with_tested};

/// The most cells run on values, for one table.
const MAX_TRIES: usize = 400_000;
/// The largest index of a condition, in words of 64 rules: 64 MiB.
const MAX_WORDS: usize = 8 << 20;

/// A set of rules.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Rules(Vec<u64>);

impl Rules {
    pub(super) fn none(rules: usize) -> Rules {
        Rules(vec![0; rules.div_ceil(64)])
    }

    pub(super) fn all(rules: usize) -> Rules {
        let mut set = Rules::none(rules);
        (0..rules).for_each(|rule| set.insert(rule));
        set
    }

    pub(super) fn insert(&mut self, rule: usize) {
        self.0[rule / 64] |= 1 << (rule % 64);
    }

    pub(super) fn remove(&mut self, rule: usize) {
        self.0[rule / 64] &= !(1 << (rule % 64));
    }

    pub(super) fn has(&self, rule: usize) -> bool {
        self.0[rule / 64] >> (rule % 64) & 1 == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Its size in words of 64 rules.
    pub(super) fn words(&self) -> usize {
        self.0.len()
    }

    pub(super) fn and(&self, other: &Rules) -> Rules {
        Rules(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub(super) fn add(&mut self, other: &Rules) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    /// The rules in it, in their order.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

/// A stretch of places, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Run {
    fn and(self, other: Run) -> Option<Run> {
        let run = Run { first: self.first.max(other.first), last: self.last.min(other.last) };
        (run.first <= run.last).then_some(run)
    }
}

/// What two lists of runs share; both are in order.
pub(super) fn shared(one: &[Run], other: &[Run]) -> impl Iterator<Item = Run> {
    let (mut a, mut b) = (0, 0);
    std::iter::from_fn(move || {
        while let (Some(x), Some(y)) = (one.get(a), other.get(b)) {
            if x.last < y.last {
                a += 1
            } else {
                b += 1
            }
            if let Some(run) = x.and(*y) {
                return Some(run);
            }
        }
        None
    })
}

/// A condition and the values tried for it. Values that can be put in order are, so that what a cell says of them is told
/// by few stretches: `[1..5)` is a single one, whatever the other rules cut between.
pub(super) struct Dimension {
    /// Columns with this very expression.
    pub(super) columns: Vec<usize>,
    /// How a witness calls it.
    pub(super) key: String,
    /// The variable it is.
    pub(super) about: Option<Path>,
    /// The values of each column, where they are computed from the variable.
    computed: Option<Vec<Vec<Feel>>>,
    /// Values, equal ones once; null comes last, twice: once as a rule sees it that asks for null, once as one sees it that takes
    /// it by `-`. Beside the one, what compares with null is not true; before the other, it may be.
    values: Vec<Feel>,
    /// When each would be tried one after another: a witness is what comes first so.
    turns: Vec<usize>,
    /// For each power of two, the place of the earliest turn in the stretch of that length from each place on.
    earliest: Vec<Vec<u32>>,
    /// The places each rule fits; of the last, where it does not say no.
    runs: Vec<Vec<Run>>,
    /// The places where each rule decides, were it alone: of null only the one that it takes.
    own: Vec<Vec<Run>>,
    /// All runs with their rules, by their beginning.
    begun: Vec<(Run, usize)>,
    /// The rules that fit each place.
    fitting: Vec<Rules>,
    /// The rules that may fit elsewhere than where they were tried.
    sampled: Rules,
    /// The cells that compute with the tested value.
    computing: Computing,
    /// Their rules; all, if the allowed values do.
    computing_rules: Rules,
}

impl Dimension {
    /// Runs the cells of these columns on values. `tries` counts the cells run for the whole table.
    pub(super) fn new(
        grid: &Grid,
        scope: &FeelScope,
        condition: Condition,
        values: Vec<Feel>,
        sampled: Rules,
        computing: Computing,
        tries: &mut usize,
    ) -> Result<Dimension, String> {
        let rules = grid.rules.len();
        let mut places: Vec<(usize, Feel)> = values.into_iter().enumerate().filter(|(_, value)| !value.is_null()).collect();
        let ordered = places.windows(2).all(|pair| compare(&pair[0].1, &pair[1].1).is_some());
        if ordered {
            places.sort_by(|(_, a), (_, b)| compare(a, b).unwrap_or(Ordering::Equal));
            places.dedup_by(|(_, later), (_, earlier)| compare(later, earlier) == Some(Ordering::Equal));
        }
        let null = places.iter().map(|(turn, _)| turn + 1).max().unwrap_or(0);
        let (turns, values): (Vec<usize>, Vec<Feel>) =
            places.into_iter().chain([(null, Feel::Null(None)), (null + 1, Feel::Null(None))]).unzip();
        if values.len() * rules.div_ceil(64) > MAX_WORDS {
            return Err("太大：格子里的值太多，请拆成几张表".to_owned());
        }
        let of_column = |column: &usize| values.iter().map(|value| computed(grid, &condition, *column, scope, value)).collect();
        let computed: Option<Vec<Vec<Feel>>> = condition.folded.then(|| condition.columns.iter().map(of_column).collect());
        let (asked, taken) = (values.len() - 2, values.len() - 1);
        let everywhere = vec![Run { first: 0, last: taken }];
        let mut runs = vec![everywhere; rules];
        let mut asks = Rules::none(rules);
        for (at, column) in condition.columns.iter().enumerate() {
            let own = computed.as_ref().map_or(&values, |computed| &computed[at]);
            let rises = |pair: &[Feel]| compare(&pair[0], &pair[1]).is_some_and(Ordering::is_le);
            let ordered = ordered && (computed.is_none() || own[..asked].windows(2).all(rises));
            let mut known: HashMap<&str, (Vec<Run>, bool)> = HashMap::new();
            for (rule, row) in grid.rules.iter().enumerate() {
                let Some(cell) = &row.cells[*column] else { continue };
                let (fits, is_asking) = match known.get(cell.text.as_str()) {
                    Some(fits) => fits,
                    None => {
                        let bounds = bounds(cell, scope, &own[..taken], ordered, computed.is_some());
                        *tries += bounds.len();
                        if *tries > MAX_TRIES {
                            return Err(format!("太大：要试的格子超过 {MAX_TRIES} 次，请拆成几张表"));
                        }
                        let mut fits = runs_of(cell, scope, &own[..taken], &bounds);
                        let is_asking = fits.last().is_some_and(|run| run.last == asked);
                        if is_asking || cell.is_open(scope, &own[taken]) {
                            add(&mut fits, Run { first: taken, last: taken });
                        }
                        known.entry(cell.text.as_str()).or_insert((fits, is_asking))
                    }
                };
                runs[rule] = shared(&runs[rule], fits).collect();
                if *is_asking {
                    asks.insert(rule);
                }
            }
        }
        // Values that are listed are there: null is none of them, unless a cell asks for it.
        let takes_null = condition.columns.iter().all(|column| grid.columns[*column].allowed.is_none());
        let is_dash =
            |rule: usize| takes_null && condition.columns.iter().all(|column| grid.rules[rule].cells[*column].is_none());
        let own = |(rule, runs): (usize, &Vec<Run>)| {
            let mut own = known_of(runs, asked);
            let fits = |place| runs.iter().any(|run| run.first <= place && place <= run.last);
            match (asks.has(rule) && fits(asked), is_dash(rule)) {
                (true, _) => add(&mut own, Run { first: asked, last: asked }),
                (_, true) => own.push(Run { first: taken, last: taken }),
                _ => {}
            }
            own
        };
        let own: Vec<Vec<Run>> = runs.iter().enumerate().map(own).collect();
        let mut begun: Vec<(Run, usize)> =
            runs.iter().enumerate().flat_map(|(rule, runs)| runs.iter().map(move |run| (*run, rule))).collect();
        begun.sort_by_key(|(run, _)| run.first);
        let fitting = fitting(&begun, values.len(), rules);
        let mut computing_rules = Rules::none(rules);
        for (rule, _) in &computing {
            match rule {
                Some(rule) => computing_rules.insert(*rule),
                None => computing_rules = Rules::all(rules),
            }
        }
        let Condition { columns, key, about, .. } = condition;
        let earliest = earliest(&turns);
        Ok(Dimension {
            columns,
            key,
            about,
            computed,
            earliest,
            values,
            turns,
            runs,
            own,
            begun,
            fitting,
            sampled,
            computing,
            computing_rules,
        })
    }

    pub(super) fn value(&self, place: usize) -> &Feel {
        &self.values[place]
    }

    /// The values of the columns that are computed from the variable.
    pub(super) fn computed(&self, place: usize) -> impl Iterator<Item = (usize, &Feel)> {
        let columns = self.computed.iter().flatten().map(move |values| &values[place]);
        self.columns.iter().copied().zip(columns)
    }

    /// The cells that compute with the tested value.
    pub(super) fn computing(&self) -> &Computing {
        &self.computing
    }

    /// The rules of those cells.
    pub(super) fn computing_rules(&self) -> &Rules {
        &self.computing_rules
    }

    /// Whether two rules may fit the same value, were those that compute to fit any.
    pub(super) fn may_meet(&self, one: usize, other: usize) -> bool {
        let computes = |rule| self.computing_rules.has(rule);
        match (computes(one), computes(other)) {
            (false, false) => self.common(one, other).is_some(),
            (true, true) => true,
            (true, false) => !self.own[other].is_empty(),
            (false, true) => !self.own[one].is_empty(),
        }
    }

    /// Some places that both rules fit, what would be tried first coming first.
    pub(super) fn some_common(&self, one: usize, other: usize, most: usize) -> Vec<usize> {
        let mut places: Vec<usize> = self.both(one, other).flat_map(|run| run.first..=run.last).collect();
        places.sort_by_key(|place| self.turns[*place]);
        places.truncate(most);
        places
    }

    /// Some of the places where a rule decides, were it alone, what would be tried first coming first; none of them null.
    pub(super) fn some_own(&self, rule: usize, most: usize) -> Vec<usize> {
        let known = self.values.len() - 2;
        let mut places: Vec<usize> =
            self.own[rule].iter().flat_map(|run| run.first..=run.last).filter(|place| *place < known).collect();
        places.sort_by_key(|place| self.turns[*place]);
        places.truncate(most);
        places
    }

    /// The places where a rule decides, were it alone.
    pub(super) fn own(&self, rule: usize) -> &[Run] {
        &self.own[rule]
    }

    /// Where both rules fit for sure.
    fn both(&self, one: usize, other: usize) -> impl Iterator<Item = Run> {
        let taken = self.values.len() - 1;
        let but_taken = move |run: Run| (run.first < taken).then(|| Run { last: run.last.min(taken - 1), ..run });
        shared(&self.runs[one], &self.runs[other]).filter_map(but_taken)
    }

    /// The places a rule fits.
    pub(super) fn runs(&self, rule: usize) -> &[Run] {
        &self.runs[rule]
    }

    /// Whether a rule may fit elsewhere than where it was tried.
    pub(super) fn is_sampled(&self, rule: usize) -> bool {
        self.sampled.has(rule)
    }

    /// Null as a rule has it that asks for it; behind it stands null as `-` takes it.
    pub(super) fn asked(&self) -> Run {
        let at = self.values.len() - 2;
        Run { first: at, last: at }
    }

    /// The rules that ask for null.
    pub(super) fn asking(&self) -> impl Iterator<Item = usize> {
        let asked = self.asked();
        let asks = move |own: &Vec<Run>| own.iter().any(|run| run.first <= asked.first && asked.last <= run.last);
        self.own.iter().enumerate().filter(move |(_, own)| asks(own)).map(|(rule, _)| rule)
    }

    /// Whether a rule takes null by `-` alone.
    pub(super) fn takes_by_dash(&self, rule: usize) -> bool {
        let taken = self.values.len() - 1;
        let asked = self.asked().first;
        let has = |place: usize| self.own[rule].iter().any(|run| run.first <= place && place <= run.last);
        has(taken) && !has(asked)
    }

    /// The places a rule fits or may fit.
    pub(super) fn possible(&self, rule: usize) -> Vec<Run> {
        if self.is_sampled(rule) { vec![Run { first: 0, last: self.values.len() - 1 }] } else { self.own[rule].clone() }
    }

    /// All places but null.
    pub(super) fn known(&self) -> Vec<Run> {
        self.values.len().checked_sub(3).map(|last| Run { first: 0, last }).into_iter().collect()
    }

    /// The rules that fit a place.
    pub(super) fn fitting(&self, place: usize) -> &Rules {
        &self.fitting[place]
    }

    /// The place of a stretch that would be tried first.
    pub(super) fn earliest(&self, run: Run) -> usize {
        let level = (run.last - run.first + 1).ilog2() as usize;
        let row = &self.earliest[level];
        let (one, other) = (row[run.first] as usize, row[run.last + 1 - (1 << level)] as usize);
        if self.turns[one] <= self.turns[other] { one } else { other }
    }

    /// The same of several stretches.
    pub(super) fn earliest_of(&self, runs: impl Iterator<Item = Run>) -> Option<usize> {
        runs.map(|run| self.earliest(run)).min_by_key(|place| self.turns[*place])
    }

    /// The first place that would be tried which both rules fit.
    pub(super) fn common(&self, one: usize, other: usize) -> Option<usize> {
        self.earliest_of(self.both(one, other))
    }

    /// Whether another rule fits, or may, where this one decides.
    pub(super) fn meets(&self, rule: usize, other: usize) -> bool {
        shared(&self.own[rule], &self.runs[other]).next().is_some()
    }

    /// Whether a rule fits all of these places.
    pub(super) fn covers(&self, rule: usize, places: &[Run]) -> bool {
        let count = |runs: &mut dyn Iterator<Item = Run>| runs.map(|run| run.last - run.first + 1).sum::<usize>();
        count(&mut shared(&self.runs[rule], places)) == count(&mut places.iter().copied())
    }

    /// About how many rules [`meeting`](Dimension::meeting) gives.
    pub(super) fn count_meeting(&self, rule: usize) -> usize {
        self.own[rule].iter().map(|run| self.fitting[run.first].len() + self.begun_within(*run).len()).sum()
    }

    /// The rules that share a place with this one: those there where it begins, and those that begin while it lasts.
    pub(super) fn meeting(&self, rule: usize) -> Rules {
        let mut meeting = Rules::none(self.runs.len());
        for run in &self.own[rule] {
            meeting.add(&self.fitting[run.first]);
            self.begun_within(*run).iter().for_each(|(_, other)| meeting.insert(*other));
        }
        meeting
    }

    /// What begins after the first place of a stretch and no later than its last.
    fn begun_within(&self, run: Run) -> &[(Run, usize)] {
        let from = self.begun.partition_point(|(other, _)| other.first <= run.first);
        let to = self.begun.partition_point(|(other, _)| other.first <= run.last);
        &self.begun[from..to]
    }

    /// The runs of some rules, by their beginning.
    fn runs_of(&self, rules: &Rules) -> Vec<Run> {
        if 8 * rules.len() > self.runs.len() {
            return self.begun.iter().filter(|(_, rule)| rules.has(*rule)).map(|(run, _)| *run).collect();
        }
        let mut runs: Vec<Run> = rules.members().flat_map(|rule| self.runs[rule].iter().copied()).collect();
        runs.sort_by_key(|run| run.first);
        runs
    }

    /// The stretches of the wanted places on which none of some rules changes its mind, what would be tried first coming
    /// first. `work` grows by what it took.
    pub(super) fn stretches(&self, rules: &Rules, wanted: &[Run], work: &mut usize) -> Vec<Run> {
        let runs = self.runs_of(rules);
        let mut cuts: Vec<usize> = runs.iter().chain(wanted).flat_map(|run| [run.first, run.last + 1]).collect();
        *work += self.runs.len() / 8 + 16 * cuts.len();
        cuts.sort_unstable();
        cuts.dedup();
        let between: Vec<Run> = cuts.windows(2).map(|pair| Run { first: pair[0], last: pair[1] - 1 }).collect();
        let mut stretches: Vec<Run> = shared(&between, wanted).collect();
        stretches.sort_by_key(|run| self.turns[self.earliest(*run)]);
        stretches
    }

    /// The first of the wanted places that would be tried and fits none of some rules. `work` grows by what it took.
    pub(super) fn left_open(&self, rules: &Rules, wanted: &[Run], work: &mut usize) -> Option<usize> {
        let (mut holes, mut from) = (Vec::new(), 0);
        let runs = self.runs_of(rules);
        *work += self.runs.len() / 8 + runs.len() + wanted.len();
        for run in runs {
            if run.first > from {
                holes.push(Run { first: from, last: run.first - 1 });
            }
            from = from.max(run.last + 1);
        }
        if from < self.values.len() {
            holes.push(Run { first: from, last: self.values.len() - 1 });
        }
        self.earliest_of(shared(&holes, wanted))
    }
}

/// The order of two values of one kind, the same that FEEL compares by; none where it has none, or zones come in.
fn compare(a: &Feel, b: &Feel) -> Option<Ordering> {
    match (a, b) {
        (Feel::Number(a), Feel::Number(b)) => a.partial_cmp(b),
        (Feel::String(a), Feel::String(b)) => Some(a.cmp(b)),
        (Feel::Date(a), Feel::Date(b)) => Some(a.cmp(b)),
        (Feel::DaysAndTimeDuration(a), Feel::DaysAndTimeDuration(b)) => a.partial_cmp(b),
        (Feel::YearsAndMonthsDuration(a), Feel::YearsAndMonthsDuration(b)) => a.partial_cmp(b),
        _ => None,
    }
}

/// Where stretches begin on which a cell says the same; every place where that is not certain. Null is the last place. Values that are
/// computed may lie beside a cut, and on the other side of it, by what was rounded off: those next to one are looked at by themselves.
fn bounds(cell: &Cell, scope: &FeelScope, values: &[Feel], ordered: bool, computed: bool) -> Vec<usize> {
    let null = values.len() - 1;
    let known = &values[..null];
    let numeric = known.iter().all(|value| matches!(value, Feel::Number(_)));
    let mut cuts = Cuts { numeric, ..Cuts::default() };
    cuts.add(cell, scope);
    if !ordered || cuts.uncertain || !cuts.values.iter().all(is_plain) {
        return (0..values.len()).collect();
    }
    // A value of another kind is neither before nor after any of these.
    let of_kind = |cut: &&Feel| known.first().is_some_and(|value| compare(value, cut).is_some());
    let mut bounds = vec![0, null];
    for cut in cuts.values.iter().filter(of_kind) {
        bounds.push(known.partition_point(|value| compare(value, cut) == Some(Ordering::Less)));
        bounds.push(known.partition_point(|value| compare(value, cut) != Some(Ordering::Greater)));
    }
    if computed {
        let beside: Vec<usize> = bounds.iter().flat_map(|at| [at.saturating_sub(1), (at + 1).min(null)]).collect();
        bounds.extend(beside);
    }
    bounds.sort_unstable();
    bounds.dedup();
    bounds
}

fn is_plain(value: &Feel) -> bool {
    use Feel::*;
    matches!(
        value,
        Number(_) | String(_) | Boolean(_) | Date(_) | Time(_) | DateTime(_) | DaysAndTimeDuration(_) | YearsAndMonthsDuration(_)
    )
}

/// Runs up to a place.
fn known_of(runs: &[Run], end: usize) -> Vec<Run> {
    runs.iter().filter(|run| run.first < end).map(|run| Run { last: run.last.min(end - 1), ..*run }).collect()
}

/// Puts a run behind others.
fn add(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.last + 1 == run.first => last.last = run.last,
        _ => runs.push(run),
    }
}

/// Runs a cell on the first place of each stretch.
fn runs_of(cell: &Cell, scope: &FeelScope, values: &[Feel], bounds: &[usize]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let ends = bounds.iter().skip(1).copied().chain([values.len()]);
    for (first, end) in bounds.iter().copied().zip(ends) {
        if !with_tested(scope, &values[first], || cell.fits(scope)) {
            continue;
        }
        add(&mut runs, Run { first, last: end - 1 });
    }
    runs
}

/// The rules that fit each of so many places.
fn fitting(begun: &[(Run, usize)], places: usize, rules: usize) -> Vec<Rules> {
    let mut ended: Vec<(Run, usize)> = begun.to_vec();
    ended.sort_by_key(|(run, _)| run.last);
    let (mut begun, mut ended) = (begun.iter().peekable(), ended.iter().peekable());
    let mut now = Rules::none(rules);
    let at = |place| {
        while let Some((_, rule)) = ended.next_if(|(run, _)| run.last < place) {
            now.remove(*rule);
        }
        while let Some((_, rule)) = begun.next_if(|(run, _)| run.first == place) {
            now.insert(*rule);
        }
        now.clone()
    };
    (0..places).map(at).collect()
}

fn earliest(turns: &[usize]) -> Vec<Vec<u32>> {
    let mut rows: Vec<Vec<u32>> = vec![(0..turns.len() as u32).collect()];
    let mut half = 1;
    while 2 * half <= turns.len() {
        let row = &rows[rows.len() - 1];
        let first = |place: usize| {
            let (one, other) = (row[place], row[place + half]);
            if turns[one as usize] <= turns[other as usize] { one } else { other }
        };
        let next = (0..=turns.len() - 2 * half).map(first).collect();
        rows.push(next);
        half *= 2;
    }
    rows
}
