//! 逐一试 · the same audit by running every cell on every value and comparing every two rules: what the quick one must equal.

use std::collections::HashSet;
use std::iter::once;

use dsntk_feel::FeelScope;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;
use crate::value::shown;

#[path = "../../tests/tables/mod.rs"]
mod tables;

struct Naive<'a> {
    grid: &'a Grid,
    scope: &'a FeelScope,
    conditions: Vec<(Condition, Vec<Feel>)>,
}

/// A value, the rules that fit it, and those that decide it were they alone.
type TriedValue = (Feel, Vec<bool>, Vec<bool>);

impl Naive<'_> {
    /// A value of a condition. Null comes twice: as a rule sees it that asks for it, and as one that takes it by `-`.
    fn fitting(&self, condition: &Condition, value: &Feel, takes: bool) -> TriedValue {
        let cells = |row: &crate::model::grid::Row| {
            let cells: Vec<&Cell> = condition.columns.iter().filter_map(|column| row.cells[*column].as_ref()).collect();
            let fits = |cell: &&Cell| with_tested(self.scope, value, || cell.fits(self.scope));
            let may = |cell: &&Cell| fits(cell) || cell.is_open(self.scope, value);
            match (value.is_null(), takes) {
                (true, true) => (cells.iter().all(may), cells.is_empty()),
                (true, false) => (cells.iter().all(fits), cells.iter().all(fits) && !cells.is_empty()),
                _ => (cells.iter().all(fits), cells.iter().all(fits)),
            }
        };
        let (fits, own) = self.grid.rules.iter().map(cells).unzip();
        (value.clone(), fits, own)
    }

    fn tried(&self) -> Vec<Vec<TriedValue>> {
        let of_condition = |(condition, values): &(Condition, Vec<Feel>)| {
            let mut nulls = 0;
            let tried = values.iter().map(|value| {
                nulls += usize::from(value.is_null());
                self.fitting(condition, value, nulls > 1)
            });
            tried.collect()
        };
        self.conditions.iter().map(of_condition).collect()
    }

    fn witness(&self, values: &[&Feel]) -> Map<String, Value> {
        let named = self.conditions.iter().zip(values);
        named.map(|((condition, _), value)| (condition.key.clone(), shown(value))).collect()
    }

    fn overlaps(&self) -> Vec<Overlap> {
        let (tried, rules) = (self.tried(), self.grid.rules.len());
        let pairs = (0..rules).flat_map(|one| (one + 1..rules).map(move |other| (one, other)));
        let overlaps = pairs.filter_map(|(one, other)| {
            let both = tried.iter().map(|values| {
                let sure = &values[..values.len() - 1];
                Some(&sure.iter().find(|(_, fits, _)| fits[one] && fits[other])?.0)
            });
            let witness = self.witness(&both.collect::<Option<Vec<_>>>()?);
            let agree =
                self.grid.policy == HitPolicy::Any && self.grid.given(one, self.scope) == self.grid.given(other, self.scope);
            (!agree).then_some(Overlap { rules: [one + 1, other + 1], witness })
        });
        overlaps.take(MOST).collect()
    }

    /// Values that none of the rules left fits, condition by condition; what has been left once is not gone into again.
    fn search<'t>(
        tried: &'t [Vec<TriedValue>],
        path: &[&'t Feel],
        left: &[bool],
        wanted: &impl Fn(&TriedValue) -> bool,
        seen: &mut HashSet<(usize, Vec<bool>)>,
        found: &mut Vec<Vec<&'t Feel>>,
    ) {
        if !left.contains(&true) {
            let rest = tried[path.len()..].iter().map(|values| Some(&values.iter().find(|value| wanted(value))?.0));
            if let Some(rest) = rest.collect::<Option<Vec<_>>>() {
                found.push(path.iter().copied().chain(rest).collect());
            }
            return;
        }
        let Some(values) = tried.get(path.len()) else { return };
        for (value, fits, _) in values.iter().filter(|value| wanted(value)) {
            let next: Vec<bool> = left.iter().zip(fits).map(|(left, fits)| *left && *fits).collect();
            if seen.insert((path.len(), next.clone())) {
                let path: Vec<&Feel> = path.iter().copied().chain(once(value)).collect();
                Naive::search(tried, &path, &next, wanted, seen, found);
            }
        }
    }

    fn gaps(&self) -> Vec<Gap> {
        let (tried, mut found) = (self.tried(), Vec::new());
        let wanted = |(value, ..): &TriedValue| !value.is_null();
        Naive::search(&tried, &[], &vec![true; self.grid.rules.len()], &wanted, &mut HashSet::new(), &mut found);
        found.iter().take(MOST).map(|values| Gap { witness: self.witness(values) }).collect()
    }

    /// Whether no rule fits these values.
    fn is_open(&self, gap: &Gap) -> bool {
        let tried = self.tried();
        let fits = |rule: usize| {
            self.conditions.iter().zip(&tried).all(|((condition, _), values)| {
                let is_its = |(value, fits, _): &TriedValue| fits[rule] && shown(value) == gap.witness[&condition.key];
                values.iter().any(is_its)
            })
        };
        !(0..self.grid.rules.len()).any(fits)
    }

    /// Dead rules with those that hide them.
    fn dead(&self) -> Vec<(usize, Vec<usize>)> {
        let (tried, rules) = (self.tried(), self.grid.rules.len());
        let rank = |rule: usize| self.grid.rank(&self.grid.given(rule, self.scope), self.scope);
        let comes_first = |other: usize, rule: usize| match self.grid.policy {
            HitPolicy::First => other < rule,
            HitPolicy::Priority => (rank(other), other) < (rank(rule), rule),
            _ => false,
        };
        // Rules that compute are left out, and take nothing from others for sure.
        let is_sampled = |(condition, _): &(Condition, Vec<Feel>), rule| {
            sampled(self.grid, condition, self.scope, &FeelContext::default(), false).0.has(rule)
        };
        let exact = |rule: usize| self.conditions.iter().all(|condition| !is_sampled(condition, rule));
        let mut dead = Vec::new();
        for rule in 0..rules {
            let fits_none = |values: &[TriedValue]| !values.iter().any(|(_, _, own)| own[rule]);
            let nowhere: Vec<usize> = (0..tried.len()).filter(|at| fits_none(&tried[*at])).collect();
            if !nowhere.is_empty() {
                if nowhere.iter().any(|at| !is_sampled(&self.conditions[*at], rule)) {
                    dead.push((rule + 1, Vec::new()));
                }
                continue;
            }
            let meets = |other: usize| tried.iter().all(|values| values.iter().any(|(_, fits, own)| own[rule] && fits[other]));
            let hiding: Vec<bool> = (0..rules).map(|other| comes_first(other, rule) && meets(other) && exact(other)).collect();
            let possible: Vec<Vec<TriedValue>> = (0..tried.len())
                .map(|at| {
                    let all = is_sampled(&self.conditions[at], rule);
                    tried[at].iter().filter(|(_, _, own)| all || own[rule]).cloned().collect()
                })
                .collect();
            let mut found = Vec::new();
            Naive::search(&possible, &[], &hiding, &|_| true, &mut HashSet::new(), &mut found);
            let mut decides = !found.is_empty();
            // Null that it takes by `-` and another asks for who fits there.
            let last = |at: usize| tried[at].len() - 1;
            let by_null = (0..tried.len()).filter(|at| tried[*at][last(*at)].2[rule] && !tried[*at][last(*at) - 1].2[rule]);
            let by_null = by_null.flat_map(|at| (0..rules).map(move |other| (at, other)));
            for (at, other) in by_null.filter(|(at, other)| {
                self.grid.policy == HitPolicy::Priority && *other != rule && tried[*at][last(*at) - 1].2[*other]
            }) {
                let places = |here: usize| match here == at {
                    true => vec![tried[at][last(at) - 1].clone()],
                    false => tried[here].iter().filter(|(_, fits, own)| own[rule] && fits[other]).cloned().collect(),
                };
                let together: Vec<Vec<TriedValue>> = (0..tried.len()).map(places).collect();
                let first: Vec<bool> = (0..rules).map(|other| comes_first(other, rule) && exact(other)).collect();
                let mut more = Vec::new();
                Naive::search(&together, &[], &first, &|_| true, &mut HashSet::new(), &mut more);
                decides |= !more.is_empty();
            }
            if !decides {
                dead.push((rule + 1, (0..rules).filter(|other| hiding[*other]).map(|other| other + 1).collect()));
            }
        }
        dead.truncate(MOST);
        dead
    }
}

fn number() -> impl Strategy<Value = String> {
    let at = 0..9i32;
    prop_oneof![
        2 => Just("-".to_owned()),
        3 => (at.clone(), 0..5i32).prop_map(|(a, n)| format!("[{a}..{})", a + n)),
        2 => (at.clone(), 1..5i32).prop_map(|(a, n)| format!("({a}..{}]", a + n)),
        1 => at.clone().prop_map(|a| format!("< {a}")),
        1 => at.clone().prop_map(|a| format!(">= {a}.5")),
        1 => at.clone().prop_map(|a| format!("not({a})")),
        1 => at.clone().prop_map(|a| format!("{a}, {}, > {}", a + 2, a + 4)),
        1 => at.clone().prop_map(|a| format!("? > {a} and ? != {}", a + 2)),
        1 => at.prop_map(|a| format!("modulo(?, 3) = {}", a % 3)),
        1 => Just("null".to_owned()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let at = prop::sample::select(vec!["甲", "乙", "丙", "丁"]);
    prop_oneof![
        1 => Just("-".to_owned()),
        3 => at.clone().prop_map(|a| format!("\"{a}\"")),
        1 => (at.clone(), at.clone()).prop_map(|(a, b)| format!("\"{a}\", \"{b}\"")),
        1 => at.clone().prop_map(|a| format!("not(\"{a}\")")),
        1 => at.prop_map(|a| format!("> \"{a}\"")),
    ]
}

fn day() -> impl Strategy<Value = String> {
    let at = (1..9u32).prop_map(|day| format!("date(\"2025-07-0{day}\")"));
    prop_oneof![
        1 => Just("-".to_owned()),
        2 => (at.clone(), at.clone()).prop_map(|(a, b)| format!("[{a}..{b}]")),
        1 => at.clone().prop_map(|a| format!("> {a}")),
        1 => at.prop_map(|a| a),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn f025_the_quick_audit_equals_trying_everything(
        rows in prop::collection::vec((number(), text(), day(), number(), 0..3usize), 0..9),
        policy in prop::sample::select(vec!["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT"]),
        columns in 1..5usize,
    ) {
        let mut sheet = tables::Sheet::of(policy);
        let asked = [("甲", "a", "number"), ("乙", "b", "string"), ("丙", "c", "date"), ("丁", "a", "number")];
        for (label, expression, kind) in &asked[..columns] {
            sheet = sheet.asks(label, expression, kind);
        }
        sheet = sheet.gives("r", "number").outcomes(0, "2,1,0");
        for (a, b, c, d, result) in &rows {
            let cells = [a, b, c, d].map(String::as_str);
            let result = result.to_string();
            sheet = sheet.rule(&[&cells[..columns], &[result.as_str()]].concat());
        }
        let model = Model::parse(&sheet.xml()).unwrap();
        let audit = model.audit().remove(0);
        prop_assert!(audit.unchecked.is_none(), "{:?}", audit.unchecked);

        let (_, grid) = model.grids().iter().next().unwrap();
        let scope = FeelScope::from(FeelContext::default());
        let values = |condition: Condition| {
            let values = values(grid, &condition, &scope, &mut Vec::new()).into_iter().chain([Feel::Null(None), Feel::Null(None)]).collect();
            (condition, values)
        };
        let naive = Naive { grid, scope: &scope, conditions: conditions(grid).into_iter().map(values).collect() };
        let (overlaps, gaps, all_dead) = strictly(|| (naive.overlaps(), naive.gaps(), naive.dead()));
        let one_alone = ["UNIQUE", "ANY"].contains(&policy);
        prop_assert_eq!(&audit.overlaps, &if one_alone { overlaps } else { Vec::new() });
        // What the naive search finds is among what is told; the rest of it is open too, each stretch of it once.
        if policy == "COLLECT" {
            prop_assert!(audit.gaps.is_empty());
        } else {
            prop_assert!(audit.gaps.len() == MOST || gaps.iter().all(|gap| audit.gaps.contains(gap)), "{:?} {:?}", gaps, audit.gaps);
            prop_assert_eq!(audit.gaps.is_empty(), gaps.is_empty());
            prop_assert!(audit.gaps.iter().all(|gap| naive.is_open(gap)), "{:?}", audit.gaps);
        }
        let dead: Vec<(usize, Vec<usize>)> = audit.dead.iter().map(|dead| (dead.rule, dead.hidden_by.clone())).collect();
        prop_assert_eq!(dead, all_dead);
    }
}
