//! 公布的流程和标准 · what the version of an item that a case runs on publishes, as far as rules hold a case against it: the steps of its chart with
//! their limits, which of them no decision may go round, and its charges.

use acts::{BillLine, Money};
use calendar::Limit;
use catalogue::Item;
use process::{Definition, NodeKind};
use std::collections::{BTreeMap, BTreeSet};

/// A step of the chart that staff do.
#[derive(Clone, Debug, PartialEq)]
pub struct StepLimit {
    pub name: String,
    pub limit: Limit,
    /// Every way to a decision passes it.
    pub required: bool,
    /// It ends with the file going up to the body that decides (许可法 35, 43).
    pub forwards: bool,
}

/// One charge of the item; a fixed one says how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub name: String,
    pub standard: String,
    pub fixed: Option<Money>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// By node.
    pub steps: BTreeMap<String, StepLimit>,
    /// None where the version is not at hand: what is not known accuses nobody.
    pub charges: Option<Vec<Charge>>,
    pub permit: bool,
}

impl<const N: usize> From<[(String, StepLimit); N]> for Published {
    fn from(steps: [(String, StepLimit); N]) -> Published {
        Published { steps: steps.into(), ..Published::default() }
    }
}

impl Published {
    pub fn of(item: &Item) -> Published {
        let required = required(&item.process);
        let steps = item.process.nodes().iter().filter_map(|node| {
            let n = node.extension.get("limit")?.parse().ok()?;
            let limit = match node.extension.get("unit").map(String::as_str) {
                None | Some("working_day") => Limit::working_days(n),
                Some("calendar_day") => Limit::calendar_days(n),
                Some(_) => return None,
            };
            let forwards = node.extension.get("forwards").is_some_and(|said| said == "true");
            let step =
                StepLimit { name: node.label().to_owned(), limit, required: required.contains(node.id.as_str()), forwards };
            Some((node.id.clone(), step))
        });
        let charge = |fee: &catalogue::FeeItem| Charge {
            name: fee.name.clone(),
            standard: fee.standard.clone(),
            fixed: Money::yuan(fee.amount.trim()),
        };
        Published {
            steps: steps.collect(),
            charges: Some(item.fee.items.iter().filter(|_| item.fee.charged).map(charge).collect()),
            permit: item.is_permit(),
        }
    }

    /// Whether the standard has this line of a bill.
    pub fn has(&self, line: &BillLine) -> bool {
        let Some(charges) = &self.charges else { return true };
        let is_of = |charge: &Charge| {
            charge.name == line.name && charge.standard == line.standard && charge.fixed.is_none_or(|fixed| fixed == line.amount)
        };
        charges.iter().any(is_of)
    }
}

/// Steps of staff that lie on every way from the start to each step that decides; none where the chart leads there in a way not read here.
fn required(chart: &Definition) -> BTreeSet<&str> {
    let is_step = |node: &&process::Node| node.kind == NodeKind::UserTask && node.extension.contains_key("act");
    let decides = |node: &&process::Node| node.extension.get("act").is_some_and(|act| act == "decide");
    let decisions: Vec<&str> = chart.nodes().iter().filter(decides).map(|node| node.id.as_str()).collect();
    let all = reached(chart, None);
    if decisions.is_empty() || !decisions.iter().all(|id| all.contains(id)) {
        return BTreeSet::new();
    }
    let steps = chart.nodes().iter().filter(is_step).map(|node| node.id.as_str()).filter(|id| !decisions.contains(id));
    steps
        .filter(|id| {
            let round = reached(chart, Some(id));
            decisions.iter().all(|decision| !round.contains(decision))
        })
        .collect()
}

/// Nodes that flows lead to from the start, not through `closed`; what sits on a step is reached with it.
fn reached<'a>(chart: &'a Definition, closed: Option<&str>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let starts = chart.nodes().iter().filter(|node| node.kind == NodeKind::StartEvent);
    let mut next: Vec<&process::Node> = starts.collect();
    while let Some(node) = next.pop() {
        if closed == Some(node.id.as_str()) || !reached.insert(node.id.as_str()) {
            continue;
        }
        next.extend(node.outgoing.iter().filter_map(|flow| chart.node(&chart.flow(flow)?.target)));
        next.extend(chart.boundaries_of(&node.id));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c3_3_29_a_step_that_every_way_passes_is_required_and_no_other() {
        let item = testing::catalogue().item("food-production-licence").unwrap().clone();
        let required = required(&item.process);
        assert!(
            required.contains("check_acceptance") && required.contains("survey") && required.contains("examine"),
            "{required:?}"
        );
        assert!(!required.contains("decide") && !required.contains("deliver"), "{required:?}");
        let tests =
            item.process.nodes().iter().filter(|node| node.extension.get("act").is_some_and(|act| act == "record_testing"));
        for node in tests {
            assert!(!required.contains(node.id.as_str()), "a special procedure is not for every case");
        }
    }

    #[test]
    fn c3_3_29_every_matter_of_the_house_requires_its_acceptance() {
        for item in testing::catalogue().items().iter() {
            assert!(required(&item.process).contains("check_acceptance"), "{}", item.slug);
        }
    }
}
