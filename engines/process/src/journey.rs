//! 下一步 · what a person may expect to happen next. The chart is read as a journey: sub-processes unfolded, loops cut
//! where they turn back. At a branching the flow marked `<sunlit:flow usual="true"/>` is followed; else the branch with
//! the most steps still ahead, the default among equals. It is an expectation: a step that every path passes is marked.

use crate::definition::{Definition, Node, NodeKind, Trigger};
use crate::event::Event;
use crate::state::{Place, State};
use crate::timer::Timing;
use calendar::{Calendar, Due, Limit, QuestionError, end_of_day, local_date, parse_date};
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A step that likely follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// Node id.
    pub node: String,
    /// Name, or the id of a node without one.
    pub name: String,
    /// The role that does it.
    pub lane: Option<String>,
    /// What it is.
    pub kind: NodeKind,
    /// Whether every path from here passes it.
    pub certain: bool,
}

/// The steps that likely follow, in order; those open now are not among them.
pub fn what_next(def: &Definition, state: &State) -> Vec<NextStep> {
    let journey = Journey::of(def);
    let mut now: Vec<usize> = Vec::new();
    for token in &state.tokens {
        let id = match &token.place {
            Place::Node(id) => Some(&**id),
            Place::Flow(flow) => def.flow(flow).map(|f| f.target.as_str()),
        };
        if let Some(i) = id.and_then(|id| def.node_index.get(id)) {
            // Where the inside of a sub-process stands says more than the sub-process.
            if !def.nodes[*i].kind.holds_nodes() {
                now.push(*i);
            }
        }
    }
    let certain: BTreeSet<usize> = now.iter().flat_map(|i| journey.musts[*i].iter().copied()).collect();
    let mut seen: BTreeSet<usize> = now.iter().copied().collect();
    let anywhere = BTreeSet::new();
    let mut todo: Vec<usize> = now.iter().flat_map(|i| journey.onward(def, *i, &anywhere)).collect();
    let mut steps: Vec<usize> = Vec::new();
    while let Some(i) = todo.pop() {
        if seen.insert(i) {
            if is_step(&def.nodes[i]) {
                steps.push(i);
            }
            todo.extend(journey.onward(def, i, &anywhere));
        }
    }
    steps.sort_by_key(|i| (journey.rank[*i], *i));
    steps.into_iter().map(|i| next_step(def, i, certain.contains(&i))).collect()
}

/// A task, or a call to another process.
fn is_step(node: &Node) -> bool {
    (node.kind.is_task() && !node.for_compensation) || node.kind == NodeKind::CallActivity
}

/// An event on the way that lets a length of time pass, or a day come.
fn is_time(node: &Node) -> bool {
    node.kind == NodeKind::CatchEvent && matches!(node.trigger, Trigger::Timer { .. })
}

/// A step, or a time that is waited for, of a case that would be accepted on a certain day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The step, or the event that waits for its time.
    pub step: NextStep,
    /// How long it may take, where the chart says so.
    pub limit: Option<Limit>,
    /// The day it begins at the latest.
    pub from: NaiveDate,
    /// The day it is done or its time has come, at the latest; none, where the chart gives it no limit.
    pub due: Option<NaiveDate>,
    /// A notice of holidays is not out yet that can still move it, or a step before it (CLK-07).
    #[serde(default)]
    pub provisional: bool,
}

/// “If accepted today, what happens when”: the likely steps in order, each as late as its limits allow, from the definition
/// alone. A step begins when the latest of those it follows is due; a length of time on the way (`P30D`) passes, a fixed day is
/// waited for. Days that the calendar cannot compute are refused.
pub fn forecast(def: &Definition, accepted: NaiveDate, calendar: &Calendar) -> Result<Vec<Planned>, QuestionError> {
    forecast_along(def, accepted, calendar, &[])
}

/// [`forecast`] along the way that a run took, by its events: where it chose, its choice stands for the likely one. What was gone
/// through twice is counted once.
pub fn forecast_along(
    def: &Definition,
    accepted: NaiveDate,
    calendar: &Calendar,
    run: &[Event],
) -> Result<Vec<Planned>, QuestionError> {
    let took: BTreeSet<&str> = run
        .iter()
        .filter_map(|event| match event {
            Event::Took { flow } => Some(flow.as_str()),
            _ => None,
        })
        .collect();
    parse_date(&accepted.to_string())?;
    let journey = Journey::of(def);
    let Some(start) =
        def.top.start.or_else(|| def.top.nodes.iter().copied().find(|i| def.nodes[*i].kind == NodeKind::StartEvent))
    else {
        return Ok(Vec::new());
    };
    let mut from: BTreeMap<usize, (NaiveDate, bool)> = BTreeMap::from([(start, (accepted, false))]);
    // Ways forward lead to a higher rank, so whatever comes before a node is known before it.
    let mut todo: BTreeSet<(usize, usize)> = BTreeSet::from([(journey.rank[start], start)]);
    let mut planned = Vec::new();
    while let Some((_, i)) = todo.pop_first() {
        let node = &def.nodes[i];
        let (begins, unsure) = from[&i];
        let timing = Timing::of(node).ok();
        let limit = match timing {
            Some(Timing::Limit(limit)) => Some(limit),
            _ => None,
        };
        let ends = timing.map(|timing| ends(timing, begins, calendar));
        if let Some(Err(no)) = ends.map(|due| parse_date(&due.date.to_string())) {
            return Err(limit.map_or(no, |limit| QuestionError::TooFar(limit, begins)));
        }
        let due = ends.map_or(begins, |due| due.date);
        let provisional = unsure || ends.is_some_and(|due| due.provisional);
        if is_step(node) || is_time(node) {
            let step = next_step(def, i, journey.musts[start].contains(&i));
            planned.push(Planned { step, limit, from: begins, due: ends.map(|_| due), provisional });
        }
        for to in journey.onward(def, i, &took) {
            if journey.rank[to] > journey.rank[i] {
                let (earliest, unsure) = from.entry(to).or_insert((due, provisional));
                (*earliest, *unsure) = ((*earliest).max(due), *unsure || provisional);
                todo.insert((journey.rank[to], to));
            }
        }
    }
    Ok(planned)
}

/// The last day of a time that begins to run on a day, at its very end.
fn ends(timing: Timing, begins: NaiveDate, calendar: &Calendar) -> Due {
    let last_moment = |end: chrono::DateTime<chrono::Utc>| end - TimeDelta::seconds(1);
    let date = match timing {
        Timing::Limit(limit) => return calendar.due(begins, limit),
        Timing::At(at) => local_date(last_moment(at)).max(begins),
        Timing::After { .. } => local_date(timing.due(last_moment(end_of_day(begins)), calendar)),
    };
    Due { date, provisional: false, shifted_from: None }
}

fn next_step(def: &Definition, i: usize, certain: bool) -> NextStep {
    let node = &def.nodes[i];
    NextStep { node: node.id.clone(), name: node.label().to_owned(), lane: node.lane.clone(), kind: node.kind, certain }
}

/// One way on from a node.
#[derive(Clone, Copy)]
struct Way<'d> {
    to: usize,
    /// The flow it goes along, if it is one.
    flow: Option<&'d str>,
    usual: bool,
    default: bool,
    /// Leads forward; ways back are cut for counting.
    forward: bool,
    /// Over an event on the border: counted for the order of things, never expected.
    aside: bool,
}

impl Way<'_> {
    fn to(to: usize) -> Self {
        Way { to, flow: None, usual: false, default: false, forward: true, aside: false }
    }

    fn expected(&self) -> bool {
        self.forward && !self.aside
    }
}

/// The chart unfolded into one graph over all nodes.
pub(crate) struct Journey<'d> {
    ways: Vec<Vec<Way<'d>>>,
    /// Longest way from a start, loops cut.
    pub(crate) rank: Vec<usize>,
    /// The most tasks still ahead on a way to the end, itself included; none when it only leads back.
    ahead: Vec<Option<usize>>,
    /// Tasks that every way from here passes, itself included.
    musts: Vec<BTreeSet<usize>>,
}

impl<'d> Journey<'d> {
    pub(crate) fn of(def: &'d Definition) -> Journey<'d> {
        let count = def.nodes.len();
        let mut ways: Vec<Vec<Way<'d>>> = def.nodes.iter().map(|n| ways_of(def, n)).collect();
        for (i, node) in def.nodes.iter().enumerate() {
            if let Some(host) = node.attached_to.as_ref().and_then(|id| def.node_index.get(id)) {
                ways[*host].push(Way { aside: true, ..Way::to(i) });
            }
        }
        let order = cut_loops(def, &mut ways);
        let mut rank = vec![0; count];
        for &i in order.iter().rev() {
            for way in ways[i].iter().filter(|w| w.forward) {
                rank[way.to] = rank[way.to].max(rank[i] + 1);
            }
        }
        let mut ahead: Vec<Option<usize>> = vec![None; count];
        let mut musts: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
        for &i in &order {
            let task = is_step(&def.nodes[i]);
            let on: Vec<usize> = ways[i].iter().filter(|w| w.expected()).map(|w| w.to).collect();
            let furthest = on.iter().filter_map(|to| ahead[*to]).max();
            let ends = def.nodes[i].kind == NodeKind::EndEvent && def.nodes[i].parent.is_none();
            ahead[i] = if ends { Some(0) } else { furthest }.map(|n| n + usize::from(task));
            let mut branches = on.iter().filter(|to| ahead[**to].is_some()).map(|to| musts[*to].clone());
            let all = def.nodes[i].kind == NodeKind::ParallelGateway;
            let first = branches.next().unwrap_or_default();
            let mut must = branches.fold(first, |so_far, branch| {
                if all { so_far.union(&branch).copied().collect() } else { so_far.intersection(&branch).copied().collect() }
            });
            if task {
                must.insert(i);
            }
            musts[i] = must;
        }
        Journey { ways, rank, ahead, musts }
    }

    /// Where one goes on from here: where a run took flows, by those; else everywhere from a parallel gateway, else the likely way.
    fn onward(&self, def: &Definition, i: usize, took: &BTreeSet<&str>) -> Vec<usize> {
        let went = |way: &Way| match way.aside {
            true => def.nodes[way.to].outgoing.iter().any(|flow| took.contains(flow.as_str())),
            false => way.flow.is_some_and(|flow| took.contains(flow)),
        };
        let gone: Vec<usize> = self.ways[i].iter().filter(|way| went(way)).map(|way| way.to).collect();
        if !gone.is_empty() {
            return gone;
        }
        let ways: Vec<&Way> = self.ways[i].iter().filter(|w| !w.aside).collect();
        if matches!(def.nodes[i].kind, NodeKind::ParallelGateway) || ways.len() < 2 {
            return ways.iter().map(|w| w.to).collect();
        }
        let best = ways.iter().enumerate().max_by_key(|(at, w)| {
            let ahead = self.ahead[w.to].filter(|_| w.forward);
            (w.usual, ahead.map_or(0, |n| n + 1), w.default, std::cmp::Reverse(*at))
        });
        best.map(|(_, w)| w.to).into_iter().collect()
    }
}

fn ways_of<'d>(def: &'d Definition, node: &'d Node) -> Vec<Way<'d>> {
    if node.kind.holds_nodes()
        && let Some(start) = def.start_of(Some(&node.id))
    {
        return def.node_index.get(&start.id).map(|i| Way::to(*i)).into_iter().collect();
    }
    if node.kind == NodeKind::ThrowEvent
        && let Some(i) = def.link_target(node).and_then(|n| def.node_index.get(&n.id))
    {
        return vec![Way::to(*i)];
    }
    // An inner end goes on where its sub-process goes on.
    let mut from = node;
    while from.kind == NodeKind::EndEvent || from.id != node.id {
        match from.parent.as_deref().and_then(|id| def.node(id)) {
            Some(parent) => from = parent,
            None => break,
        }
        if !from.outgoing.is_empty() {
            break;
        }
    }
    def.outgoing(from)
        .filter_map(|flow| {
            let to = *def.node_index.get(&flow.target)?;
            let default = from.default.as_ref() == Some(&flow.id);
            Some(Way { flow: Some(&flow.id), usual: flow.usual, default, ..Way::to(to) })
        })
        .collect()
}

/// Marks ways that turn back, and gives all nodes with later ones first.
fn cut_loops(def: &Definition, ways: &mut [Vec<Way<'_>>]) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Closed,
    }
    let count = ways.len();
    let mut marks = vec![Mark::New; count];
    let mut order = Vec::with_capacity(count);
    let starts = (0..count).filter(|i| def.nodes[*i].kind == NodeKind::StartEvent && def.nodes[*i].parent.is_none());
    let roots: Vec<usize> = starts.chain(0..count).collect();
    for root in roots {
        if marks[root] != Mark::New {
            continue;
        }
        marks[root] = Mark::Open;
        let mut stack = vec![(root, 0)];
        while let Some((i, at)) = stack.pop() {
            let Some(way) = ways[i].get_mut(at) else {
                marks[i] = Mark::Closed;
                order.push(i);
                continue;
            };
            stack.push((i, at + 1));
            match marks[way.to] {
                Mark::Open => way.forward = false,
                Mark::Closed => {}
                Mark::New => {
                    marks[way.to] = Mark::Open;
                    let to = way.to;
                    stack.push((to, 0));
                }
            }
        }
    }
    order
}
