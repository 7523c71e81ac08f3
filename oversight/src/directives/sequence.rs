//! 先后 · what waits for what in a task: a step waits for others of its own plan, and for those of the units that lead with it. A step
//! that its unit has dropped from its plan keeps nobody waiting; that nobody waits for itself in the end is seen to whenever a plan is
//! made (D2).

use super::assignment::{Assignment, Plan};
use super::names;
use acts::{PlanStep, StepOf};
use std::collections::{BTreeMap, BTreeSet};

/// A step of the plan in force of a unit.
fn step<'a>(one: &'a Assignment, of: &StepOf) -> Option<&'a PlanStep> {
    one.plan(&of.unit)?.steps.iter().find(|step| step.id == of.step)
}

/// 省审计厅“拟目录”
fn named(unit: &str, step: &PlanStep) -> String {
    format!("{unit}“{}”", step.name)
}

/// The lead units beside this one that have a plan.
pub fn others<'a>(one: &'a Assignment, unit: &'a str) -> impl Iterator<Item = &'a Plan> {
    one.plans_in_force().filter(move |plan| plan.unit != unit)
}

/// What a step of a unit still waits for, in words; nothing once it can begin.
pub fn waits_for(one: &Assignment, unit: &str, of: &PlanStep) -> Vec<String> {
    let own = of.after.iter().map(|id| StepOf { unit: unit.into(), step: *id });
    let open = own.chain(of.after_others.iter().cloned()).filter(|of| !one.has_reached(&of.unit, of.step));
    open.filter_map(|of| Some(named(&of.unit, step(one, &of)?))).collect()
}

/// The steps of other units that a step waits for, as pages say them; one that its unit has dropped is left out.
pub fn of_others(one: &Assignment, of: &PlanStep) -> Vec<String> {
    of.after_others.iter().filter_map(|of| Some(named(&of.unit, step(one, of)?))).collect()
}

/// The steps of other units that wait for this one.
pub fn waiting(one: &Assignment, unit: &str, id: u32) -> Vec<String> {
    let waits = |step: &PlanStep| step.after_others.iter().any(|of| of.unit == unit && of.step == id);
    let steps = others(one, unit).flat_map(|plan| plan.steps.iter().map(move |step| (&plan.unit, step)));
    steps.filter(|(_, step)| waits(step)).map(|(unit, step)| named(unit, step)).collect()
}

/// The steps of other units as the form of a plan holds them: the unit, and the number its table gives the step.
pub fn entered(one: &Assignment, of: &PlanStep) -> String {
    let number = |of: &StepOf| one.plan(&of.unit)?.steps.iter().position(|step| step.id == of.step).map(|at| at + 1);
    let all = of.after_others.iter().filter_map(|of| Some(format!("{} {}", of.unit, number(of)?)));
    all.collect::<Vec<_>>().join("、")
}

/// Reads what [`entered`] writes: 省审计厅 1、省国资委 2; the first piece that means no step of another lead unit otherwise.
pub fn read(one: &Assignment, unit: &str, said: &str) -> Result<Vec<StepOf>, String> {
    let mut all = BTreeSet::new();
    let said = forms::text::fold_digits(said);
    for part in said.split(['、', '，', ',', '；', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let name = part.trim_end_matches('步').trim_end_matches(|c: char| c.is_ascii_digit());
        let number: Option<usize> = part[name.len()..].trim_end_matches('步').parse().ok();
        let name = name.trim_end_matches('第').trim();
        let plan = others(one, unit).find(|plan| names::same(&plan.unit, name));
        let of = plan.zip(number).and_then(|(plan, n)| Some((plan, plan.steps.get(n.checked_sub(1)?)?)));
        let (plan, step) = of.ok_or_else(|| part.to_owned())?;
        all.insert(StepOf { unit: plan.unit.clone(), step: step.id });
    }
    Ok(all.into_iter().collect())
}

/// A circle that the new plan of a unit would close through those of others: the steps of it one after another, the first of them the
/// unit's own.
pub fn circle(one: &Assignment, unit: &str, steps: &[PlanStep]) -> Option<(u32, String)> {
    let plans = others(one, unit).map(|plan| (plan.unit.as_str(), plan.steps.as_slice()));
    let all: BTreeMap<StepOf, &PlanStep> = plans
        .chain([(unit, steps)])
        .flat_map(|(unit, steps)| steps.iter().map(move |step| (StepOf { unit: unit.into(), step: step.id }, step)))
        .collect();
    let before = |of: &StepOf| {
        let step = all.get(of);
        let own = step.into_iter().flat_map(|step| &step.after).map(|id| StepOf { unit: of.unit.clone(), step: *id });
        own.chain(step.into_iter().flat_map(|step| step.after_others.iter().cloned())).collect::<Vec<_>>()
    };
    for first in steps.iter().filter(|step| !step.after_others.is_empty()) {
        let start = StepOf { unit: unit.into(), step: first.id };
        // Each step that it waits for in the end, with the one that waits for it.
        let mut behind: BTreeMap<StepOf, StepOf> = BTreeMap::new();
        let mut open = vec![start.clone()];
        while let Some(at) = open.pop() {
            for of in before(&at) {
                if of == start {
                    let mut chain = vec![start.clone(), at.clone()];
                    while let Some(next) = chain.last().and_then(|last| behind.get(last)) {
                        chain.push(next.clone());
                    }
                    chain[1..].reverse();
                    chain.dedup();
                    chain.push(start.clone());
                    let said = chain.iter().filter_map(|of| Some(named(&of.unit, all.get(of)?)));
                    return Some((first.id, said.collect::<Vec<_>>().join(" → ")));
                }
                if !behind.contains_key(&of) {
                    behind.insert(of.clone(), at.clone());
                    open.push(of);
                }
            }
        }
    }
    None
}

/// The first step of another unit that comes due after the one that waits for it.
pub fn too_late<'a>(one: &'a Assignment, of: &PlanStep) -> Option<(&'a str, &'a PlanStep)> {
    let others = of.after_others.iter().filter_map(|of| Some((one.plan(&of.unit)?.unit.as_str(), step(one, of)?)));
    others.into_iter().find(|(_, step)| step.due > of.due)
}
