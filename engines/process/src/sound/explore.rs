//! 探索 · every marking that can be reached, nearest first, until a flaw shows.

use super::Flaw;
use super::graph::{Graph, Kind};
use crate::bits::Bits;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A flaw, and the run that shows it, as numbers of nodes and flows of the chart.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) flaw: Flaw,
    pub(crate) node: usize,
    pub(crate) run: Vec<usize>,
    pub(crate) open: Vec<usize>,
}

/// More than was to be looked at.
#[derive(Debug)]
pub(crate) struct TooMany;

/// Markings explored in one scope before the question is given up.
const MOST_MARKINGS: usize = 200_000;

/// What all markings of one scope may take, in words of 64 bits; a chart of up to 600 flows comes to [`MOST_MARKINGS`] first.
const MOST_WORDS: usize = 4_000_000;

/// The work one question may take, over all scopes: one for every move tried from a marking, and for every word it copies.
/// Some seconds.
#[derive(Debug)]
pub(crate) struct Work(usize);

impl Work {
    pub(crate) fn new() -> Work {
        Work(16_000_000)
    }

    /// Half of what is left, for one attempt; what it does not need comes back.
    pub(super) fn share<T>(&mut self, attempt: impl FnOnce(&mut Work) -> T) -> T {
        let mut half = Work(self.0 / 2);
        self.0 -= half.0;
        let found = attempt(&mut half);
        self.0 += half.0;
        found
    }

    fn spend(&mut self, work: usize) -> Result<(), TooMany> {
        self.0 = self.0.checked_sub(work).ok_or(TooMany)?;
        Ok(())
    }
}

/// Ways in which one node may be left.
const MOST_WAYS: usize = 1 << 12;

/// Branches of one split that takes some, of which every set is tried.
const MOST_SOME: usize = 12;

/// One thing that can happen.
struct Move {
    vertex: usize,
    takes: Vec<usize>,
    gives: Vec<usize>,
    /// An event that has happened once, by its edge; and those that are forgotten when their activity is over.
    once: Option<usize>,
    forgets: Vec<usize>,
    /// Everything else ends too.
    stops: bool,
}

/// How a marking was reached: from which, by which vertex, and the edges it gave.
type Step = (usize, usize, Vec<usize>);

struct Search<'a> {
    graph: &'a Graph,
    /// For each inclusive join, by vertex: the edges from which each of its edges can be reached without passing it.
    upstream: HashMap<usize, Vec<(usize, Bits)>>,
    markings: Vec<Bits>,
    before: Vec<Option<Step>>,
    known: HashMap<Bits, usize>,
    fired: HashSet<usize>,
}

pub(super) fn explore(graph: &Graph, work: &mut Work) -> Result<Option<Found>, TooMany> {
    let mut starts = Vec::new();
    for (v, vertex) in graph.vertices.iter().enumerate().filter(|(_, v)| v.kind == Kind::Start) {
        starts.extend(vertex.outs.iter().map(|e| (v, vec![*e])));
    }
    search(graph, starts, work)
}

/// From a marking of a case under way: the flows and nodes with a token, as the graph knows them.
pub(crate) fn explore_from(
    def: &crate::definition::Definition,
    roots: &[usize],
    nodes: &[usize],
    flows: &[usize],
    work: &mut Work,
) -> Result<Option<Found>, TooMany> {
    let (graph, _) = Graph::of(def, roots);
    let on_flow = |f: &usize| graph.edges.iter().position(|e| e.trace == [def.nodes.len() + f]);
    // A token in a node lies before what its work leaves by: for an activity with a border, before its exits.
    let in_node = |n: &usize| {
        let head = graph.vertices.iter().position(|v| v.node == *n && v.kind != Kind::Start)?;
        let border = def.boundaries.contains_key(&def.nodes[*n].id) && graph.vertices.get(head + 1).is_some_and(|v| v.node == *n);
        graph.vertices[if border { head + 1 } else { head }].ins.first().copied()
    };
    let marking: Vec<usize> = flows.iter().filter_map(on_flow).chain(nodes.iter().filter_map(in_node)).collect();
    search(&graph, vec![(0, marking)], work)
}

fn search(graph: &Graph, starts: Vec<(usize, Vec<usize>)>, work: &mut Work) -> Result<Option<Found>, TooMany> {
    let mut search = Search {
        graph,
        upstream: upstream(graph),
        markings: Vec::new(),
        before: Vec::new(),
        known: HashMap::new(),
        fired: HashSet::new(),
    };
    for (_, edges) in starts {
        let mut marking = search.empty();
        for e in edges {
            if !marking.add(e) {
                return Ok(Some(search.flaw(Flaw::Twice, graph.vertices[graph.edges[e].to].node, None)));
            }
        }
        search.enter(marking, None);
    }
    // Which markings lead to which, backwards.
    let mut sources: Vec<Vec<usize>> = Vec::new();
    let mut at = 0;
    let words = search.empty().words();
    let most = MOST_MARKINGS.min(MOST_WORDS / words.max(1));
    while at < search.markings.len() {
        if search.markings.len() > most {
            return Err(TooMany);
        }
        let marking = search.markings[at].clone();
        let Some(moves) = search.moves(&marking) else { return Err(TooMany) };
        if moves.is_empty() && !search.is_over(&marking) {
            let join = search.waiting_join(&marking);
            return Ok(Some(search.flaw(Flaw::Stuck, join, Some(at))));
        }
        work.spend(moves.len() * (1 + words))?;
        for one in moves {
            search.fired.insert(one.vertex);
            let mut next = marking.clone();
            one.takes.iter().chain(&one.forgets).for_each(|e| next.take(*e));
            if one.stops {
                next.clear();
            }
            if let Some(once) = one.once {
                next.add(search.graph.edges.len() + once);
            }
            for e in &one.gives {
                // Twice on one way, or one piece of work begun twice at once.
                let to = &search.graph.vertices[search.graph.edges[*e].to];
                if !next.add(*e) || to.rests && to.ins.iter().any(|other| other != e && next.has(*other)) {
                    let node = search.graph.vertices[search.graph.edges[*e].to].node;
                    let id = search.markings.len();
                    search.markings.push(next.clone());
                    search.before.push(Some((at, one.vertex, one.gives.clone())));
                    return Ok(Some(search.flaw(Flaw::Twice, node, Some(id))));
                }
            }
            let to = search.enter(next, Some((at, one.vertex, one.gives)));
            if sources.len() <= to {
                sources.resize(to + 1, Vec::new());
            }
            sources[to].push(at);
        }
        at += 1;
    }
    Ok(search.endless(&sources).or_else(|| search.dead()))
}

impl Search<'_> {
    fn empty(&self) -> Bits {
        Bits::of_size(self.graph.edges.len() * 2)
    }

    fn enter(&mut self, marking: Bits, before: Option<Step>) -> usize {
        if let Some(id) = self.known.get(&marking) {
            return *id;
        }
        let id = self.markings.len();
        self.known.insert(marking.clone(), id);
        self.markings.push(marking);
        self.before.push(before);
        id
    }

    fn is_over(&self, marking: &Bits) -> bool {
        !marking.iter().any(|e| e < self.graph.edges.len())
    }

    /// The sets of edges a vertex may give, once it has taken in what it needs. None when there are too many.
    fn ways(&self, v: usize) -> Option<Vec<Vec<usize>>> {
        let vertex = &self.graph.vertices[v];
        let outs = &vertex.outs;
        let own: Vec<Vec<usize>> = match &vertex.kind {
            Kind::End | Kind::Stop => vec![Vec::new()],
            Kind::Start | Kind::Xor | Kind::Spawn => outs.iter().map(|e| vec![*e]).collect(),
            Kind::And => vec![outs.clone()],
            Kind::Sets(sets) => sets.clone(),
            Kind::Or if outs.len() > MOST_SOME => return None,
            Kind::Or => {
                let default = outs.iter().position(|e| Some(*e) == vertex.default).map_or(0, |k| 1_u32 << k);
                let masks = (1..1_u32 << outs.len()).filter(|mask| mask & default == 0 || *mask == default);
                let set = |mask: u32| outs.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1).map(|(_, e)| *e).collect();
                masks.map(set).collect()
            }
        };
        // Nothing rests within a node: what is given there is given on.
        let mut ways = Vec::new();
        for set in own {
            let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
            for e in set {
                let given = if self.graph.edges[e].inner { self.ways(self.graph.edges[e].to)? } else { vec![vec![e]] };
                if sets.len() * given.len() > MOST_WAYS {
                    return None;
                }
                sets = sets.iter().flat_map(|one| given.iter().map(move |more| [one.as_slice(), more].concat())).collect();
            }
            ways.extend(sets);
            if ways.len() > MOST_WAYS {
                return None;
            }
        }
        Some(ways)
    }

    /// What can happen; a join that is ready goes first, as it does at run time. None when there are too many choices.
    fn moves(&self, marking: &Bits) -> Option<Vec<Move>> {
        let (mut joins, mut others) = (Vec::new(), Vec::new());
        let base = self.graph.edges.len();
        let tokens: Vec<usize> = marking.iter().filter(|e| *e < base).collect();
        let mut asked: BTreeSet<usize> = BTreeSet::new();
        let joins_at =
            |v: usize| self.graph.vertices[v].ins.len() > 1 && matches!(self.graph.vertices[v].kind, Kind::And | Kind::Or);
        // An inclusive join looks around when all that moves by itself has moved, as it does at run time.
        let moving = |e: &usize| !joins_at(self.graph.edges[*e].to) && !self.graph.vertices[self.graph.edges[*e].to].rests;
        let at_rest = !tokens.iter().any(moving);
        for &edge in &tokens {
            let v = self.graph.edges[edge].to;
            let vertex = &self.graph.vertices[v];
            let join = joins_at(v);
            if join {
                let ready = asked.insert(v)
                    && match vertex.kind {
                        Kind::And => vertex.ins.iter().all(|e| marking.has(*e)),
                        _ => at_rest && self.or_ready(v, &tokens, marking),
                    };
                if !ready {
                    continue;
                }
            }
            let takes: Vec<usize> =
                if join { vertex.ins.iter().copied().filter(|e| marking.has(*e)).collect() } else { vec![edge] };
            let forgets: Vec<usize> = vertex.extras.iter().map(|e| base + e).collect();
            let stops = vertex.kind == Kind::Stop;
            let moves = self.ways(v)?.into_iter().map(|gives| Move {
                vertex: v,
                takes: takes.clone(),
                gives,
                once: None,
                forgets: forgets.clone(),
                stops,
            });
            if join {
                joins.extend(moves)
            } else {
                others.extend(moves)
            }
            let fresh = vertex.extras.iter().filter(|e| !marking.has(base + **e));
            others.extend(fresh.map(|e| Move {
                vertex: v,
                takes: Vec::new(),
                gives: vec![*e],
                once: Some(*e),
                forgets: Vec::new(),
                stops: false,
            }));
        }
        Some(if joins.is_empty() { others } else { joins })
    }

    /// BPMN 2.0, table 13.3.
    fn or_ready(&self, v: usize, tokens: &[usize], marking: &Bits) -> bool {
        let (mut red, mut green) = (Bits::of_size(self.graph.edges.len()), Bits::of_size(self.graph.edges.len()));
        for (edge, up) in &self.upstream[&v] {
            if marking.has(*edge) { green.add_all(up) } else { red.add_all(up) }
        }
        !tokens.iter().any(|t| self.graph.edges[*t].to != v && red.has(*t) && !green.has(*t))
    }

    fn waiting_join(&self, marking: &Bits) -> usize {
        let at = marking.iter().find(|e| *e < self.graph.edges.len());
        at.map_or(0, |e| self.graph.vertices[self.graph.edges[e].to].node)
    }

    fn flaw(&self, flaw: Flaw, node: usize, at: Option<usize>) -> Found {
        let mut steps = Vec::new();
        let mut here = at;
        while let Some(id) = here {
            let Some((before, vertex, gives)) = &self.before[id] else { break };
            steps.push((*vertex, gives.clone()));
            here = Some(*before);
        }
        let mut run: Vec<usize> = Vec::new();
        for (vertex, gives) in steps.into_iter().rev() {
            let node = self.graph.vertices[vertex].node;
            if run.last() != Some(&node) {
                run.push(node);
            }
            for e in gives {
                run.extend(&self.graph.edges[e].trace);
            }
        }
        let mut open: Vec<usize> = match at {
            Some(id) => {
                let edges = self.markings[id].iter().filter(|e| *e < self.graph.edges.len());
                edges.map(|e| self.graph.vertices[self.graph.edges[e].to].node).collect()
            }
            None => Vec::new(),
        };
        open.sort_unstable();
        open.dedup();
        Found { flaw, node, run, open }
    }

    /// The nearest marking from which nothing leads to the end.
    fn endless(&self, sources: &[Vec<usize>]) -> Option<Found> {
        let mut good = vec![false; self.markings.len()];
        let mut todo: Vec<usize> = (0..self.markings.len()).filter(|i| self.is_over(&self.markings[*i])).collect();
        while let Some(i) = todo.pop() {
            if !std::mem::replace(&mut good[i], true) {
                todo.extend(sources.get(i).into_iter().flatten());
            }
        }
        let lost = good.iter().position(|g| !g)?;
        Some(self.flaw(Flaw::Endless, self.waiting_join(&self.markings[lost]), Some(lost)))
    }

    fn dead(&self) -> Option<Found> {
        let alive: HashSet<usize> = self.fired.iter().map(|v| self.graph.vertices[*v].node).collect();
        let live = |v: &&super::graph::Vertex| v.kind != Kind::Start && !v.ins.is_empty();
        let dead = self.graph.vertices.iter().filter(live).find(|v| !alive.contains(&v.node))?;
        Some(self.flaw(Flaw::Dead, dead.node, None))
    }
}

fn upstream(graph: &Graph) -> HashMap<usize, Vec<(usize, Bits)>> {
    let joins = graph.vertices.iter().enumerate().filter(|(_, v)| v.kind == Kind::Or && v.ins.len() > 1);
    joins
        .map(|(gateway, join)| {
            let of = |edge: &usize| {
                let mut seen = Bits::of_size(graph.edges.len());
                let mut todo = vec![*edge];
                while let Some(e) = todo.pop() {
                    if seen.add(e) && graph.edges[e].from != gateway {
                        todo.extend(&graph.vertices[graph.edges[e].from].ins);
                    }
                }
                (*edge, seen)
            };
            (gateway, join.ins.iter().map(of).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definition;

    /// So many branches at once, each of which also waits for the one before it, so that it has very many markings.
    fn entangled(branches: usize) -> Graph {
        let flow = |from: &str, to: &str| format!(r#"<sequenceFlow id="{from}-{to}" sourceRef="{from}" targetRef="{to}"/>"#);
        let mut inside = r#"<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="z"/><endEvent id="e"/>"#.to_owned();
        inside += &(flow("s", "f") + &flow("z", "e"));
        for i in 0..branches {
            let [a, split, join, b] = ["a", "p", "j", "b"].map(|name| format!("{name}{i}"));
            inside += &format!(
                r#"<userTask id="{a}"/><parallelGateway id="{split}"/><parallelGateway id="{join}"/><userTask id="{b}"/>{}"#,
                [flow("f", &a), flow(&a, &split), flow(&split, &join), flow(&join, &b), flow(&b, "z")].concat()
            );
            if i > 0 {
                inside += &flow(&format!("p{}", i - 1), &join);
            }
        }
        let xml = format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">{inside}</process></definitions>"#
        );
        let def = Definition::parse(&xml).expect("reads");
        assert_eq!(def.faults, []);
        Graph::of(&def, &[0]).0
    }

    #[test]
    fn what_takes_too_much_work_is_given_up() {
        assert!(matches!(explore(&entangled(4), &mut Work::new()), Ok(None)));
        let mut work = Work(1_000_000);
        assert!(explore(&entangled(4), &mut work).is_ok());
        // Of what is left the next scope gets its share, and no more.
        assert!(explore(&entangled(40), &mut work).is_err());
    }
}
