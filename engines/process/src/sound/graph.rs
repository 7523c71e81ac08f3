//! 图 · one scope of a chart as splits, joins and the edges between them, on which tokens lie.

use crate::definition::{Definition, Node, NodeKind, Trigger};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a vertex does with tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Where it begins: one of its edges gets the first token.
    Start,
    /// A path ends.
    End,
    /// Everything ends.
    Stop,
    /// One in, one out.
    Xor,
    /// All in, all out.
    And,
    /// What can come in, some out.
    Or,
    /// One in, one of these sets out.
    Sets(Vec<Vec<usize>>),
    /// An activity with events on its border that do not interrupt it: one in; one of `outs` out; while it lasts each of
    /// `extras` once besides.
    Spawn,
}

#[derive(Clone, Debug)]
pub(super) struct Vertex {
    pub(super) kind: Kind,
    /// The node of the chart it stands for.
    pub(super) node: usize,
    pub(super) ins: Vec<usize>,
    pub(super) outs: Vec<usize>,
    pub(super) extras: Vec<usize>,
    /// Of a split that takes some: the edge taken when no condition holds, and never with another.
    pub(super) default: Option<usize>,
    /// A token before it rests there until something comes from outside: work, a message, a time.
    pub(super) rests: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Nodes and flows of the chart passed on it, flows counted after the nodes.
    pub(super) trace: Vec<usize>,
    /// Within one node, between what it takes in and what it gives out: nothing rests there.
    pub(super) inner: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub(super) vertices: Vec<Vertex>,
    pub(super) edges: Vec<Edge>,
}

/// Sets of flows tried at a node that opens some of many; more are not listed.
const MOST_CHOICES: u32 = 10;

impl Graph {
    /// The part of a chart that is reached from these nodes, and the boundary events whose branches stand apart from it.
    pub(super) fn of(def: &Definition, roots: &[usize]) -> (Graph, Vec<usize>) {
        let main = reached(def, roots);
        // Branches of events that do not interrupt: apart when they never meet what is reached without them.
        let mut joined: BTreeSet<usize> = BTreeSet::new();
        let mut nodes = main.clone();
        let mut apart: BTreeSet<usize> = BTreeSet::new();
        loop {
            let borders = nodes.iter().flat_map(|i| def.boundaries.get(&def.nodes[*i].id).into_iter().flatten().copied());
            let new: Vec<usize> =
                borders.filter(|b| !def.nodes[*b].interrupting && !joined.contains(b) && !apart.contains(b)).collect();
            if new.is_empty() {
                break;
            }
            for boundary in new.into_iter().filter(|b| !undoes(&def.nodes[*b])) {
                let branch = reached(def, &[boundary]);
                if branch.is_disjoint(&nodes) {
                    apart.insert(boundary);
                } else {
                    joined.insert(boundary);
                    nodes.extend(branch);
                }
            }
            if nodes
                .iter()
                .flat_map(|i| def.boundaries.get(&def.nodes[*i].id).into_iter().flatten())
                .all(|b| def.nodes[*b].interrupting || joined.contains(b) || apart.contains(b) || undoes(&def.nodes[*b]))
            {
                break;
            }
        }
        let mut graph = Graph::default();
        let start = graph.vertex(Kind::Start, roots.first().copied().unwrap_or(0));
        let mut heads: BTreeMap<usize, usize> = BTreeMap::new();
        let mut tails: BTreeMap<usize, usize> = BTreeMap::new();
        for &i in &nodes {
            let (head, tail) = graph.node(def, i);
            heads.insert(i, head);
            tails.insert(i, tail);
        }
        for root in roots {
            graph.edge(start, heads[root], Vec::new());
        }
        for &i in &nodes {
            let node = &def.nodes[i];
            // Flows in the order of the chart, so that sets of flows can be told by their place.
            for flow in &node.out {
                if let (Some(tail), Some(head)) = (tails.get(&i), heads.get(&def.flows[*flow].to)) {
                    graph.edge(*tail, *head, vec![def.nodes.len() + flow]);
                }
            }
            if node.kind == NodeKind::ThrowEvent
                && let Some(to) = def.link_target(node).and_then(|n| def.node_index.get(&n.id)).and_then(|i| heads.get(i))
            {
                graph.edge(tails[&i], *to, Vec::new());
            }
        }
        // The way on of an activity with a border begins with which of its exits it takes.
        for (&i, &head) in &heads {
            for &b in def.boundaries.get(&def.nodes[i].id).into_iter().flatten() {
                let (Some(&to), host) = (heads.get(&b), graph.host_of(head)) else { continue };
                let edge = graph.edge(host, to, Vec::new());
                if !def.nodes[b].interrupting {
                    graph.vertices[host].outs.retain(|e| *e != edge);
                    graph.vertices[host].extras.push(edge);
                }
            }
        }
        graph.choices(def);
        (graph, apart.into_iter().collect())
    }

    /// The vertex after the merge of an activity that has a border.
    fn host_of(&self, head: usize) -> usize {
        let vertex = &self.vertices[head];
        match vertex.outs.first().map(|e| self.edges[*e].to) {
            Some(next) if self.vertices[next].node == vertex.node && self.vertices[head].kind == Kind::Xor => next,
            _ => head,
        }
    }

    pub(super) fn first(&self) -> usize {
        self.vertices.first().map_or(0, |v| v.node)
    }

    fn vertex(&mut self, kind: Kind, node: usize) -> usize {
        self.vertices.push(Vertex {
            kind,
            node,
            ins: Vec::new(),
            outs: Vec::new(),
            extras: Vec::new(),
            default: None,
            rests: false,
        });
        self.vertices.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize, trace: Vec<usize>) -> usize {
        self.edges.push(Edge { from, to, trace, inner: false });
        let edge = self.edges.len() - 1;
        self.vertices[from].outs.push(edge);
        self.vertices[to].ins.push(edge);
        edge
    }

    /// The vertices of a node: where its flows come in, and where they go out.
    fn node(&mut self, def: &Definition, i: usize) -> (usize, usize) {
        let node = &def.nodes[i];
        let join = match node.kind {
            NodeKind::ParallelGateway if node.ins.len() > 1 => Kind::And,
            NodeKind::InclusiveGateway if node.ins.len() > 1 => Kind::Or,
            NodeKind::EndEvent => match node.trigger {
                Trigger::Terminate | Trigger::Error(_) => Kind::Stop,
                _ => Kind::End,
            },
            _ if node.out.is_empty() && def.link_target(node).is_none() && def.boundaries_of(&node.id).all(undoes) => Kind::End,
            _ => Kind::Xor,
        };
        let head = self.vertex(join.clone(), i);
        self.vertices[head].rests = rests(node);
        if matches!(join, Kind::End | Kind::Stop) {
            return (head, head);
        }
        let borders: Vec<&Node> = def.boundaries_of(&node.id).filter(|b| !undoes(b)).collect();
        let mut last = head;
        if !borders.is_empty() {
            let spawns = borders.iter().any(|b| !b.interrupting);
            let host = self.vertex(if spawns { Kind::Spawn } else { Kind::Xor }, i);
            self.edge(last, host, Vec::new());
            self.vertices[head].rests = false;
            self.vertices[host].rests = true;
            last = self.vertex(if node.out.is_empty() { Kind::End } else { Kind::Xor }, i);
            let on = self.edge(host, last, Vec::new());
            self.edges[on].inner = true;
        }
        let split = match node.kind {
            NodeKind::ExclusiveGateway | NodeKind::EventBasedGateway => Kind::Xor,
            _ if node.out.len() < 2 => self.vertices[last].kind.clone(),
            NodeKind::ParallelGateway => Kind::And,
            _ if node
                .out
                .iter()
                .all(|f| def.flows[*f].condition.is_none() && node.default.as_ref() != Some(&def.flows[*f].id)) =>
            {
                Kind::And
            }
            NodeKind::InclusiveGateway if node.out.iter().all(|f| conditional(def, node, *f)) => Kind::Or,
            _ => Kind::Sets(Vec::new()),
        };
        if split != self.vertices[last].kind
            || (matches!(split, Kind::And | Kind::Or) && node.ins.len() > 1 && node.out.len() > 1)
        {
            let tail = self.vertex(split, i);
            let on = self.edge(last, tail, Vec::new());
            self.edges[on].inner = true;
            last = tail;
        }
        (head, last)
    }

    /// Lists the sets of edges that a node may open: all without a condition, any of those with one, the default alone.
    fn choices(&mut self, def: &Definition) {
        for vertex in &mut self.vertices {
            let node = &def.nodes[vertex.node];
            if vertex.kind == Kind::Or && vertex.outs.len() > 1 {
                let default = node.out.iter().position(|f| node.default.as_ref() == Some(&def.flows[*f].id));
                vertex.default = default.and_then(|at| vertex.outs.get(at).copied());
            }
            if !matches!(vertex.kind, Kind::Sets(_)) {
                continue;
            }
            let (mut always, mut sometimes, mut default) = (Vec::new(), Vec::new(), None);
            for (edge, flow) in vertex.outs.iter().zip(&node.out) {
                let flow = &def.flows[*flow];
                match (node.default.as_ref() == Some(&flow.id), &flow.condition) {
                    (true, _) => default = Some(*edge),
                    (_, Some(_)) => sometimes.push(*edge),
                    _ => always.push(*edge),
                }
            }
            let count = (sometimes.len() as u32).min(MOST_CHOICES);
            let mut sets: Vec<Vec<usize>> = Vec::new();
            for mask in 0..1_u32 << count {
                let some = sometimes.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1).map(|(_, e)| *e);
                let set: Vec<usize> = always.iter().copied().chain(some).collect();
                sets.push(if set.is_empty() { default.into_iter().collect() } else { set });
            }
            sets.retain(|s| !s.is_empty());
            vertex.kind = Kind::Sets(sets);
        }
    }
}

fn rests(node: &Node) -> bool {
    match node.kind {
        NodeKind::ScriptTask => false,
        NodeKind::CatchEvent => !matches!(node.trigger, Trigger::Link(_)),
        NodeKind::EventBasedGateway => true,
        kind => kind.is_activity(),
    }
}

fn conditional(def: &Definition, node: &Node, flow: usize) -> bool {
    def.flows[flow].condition.is_some() || node.default.as_ref() == Some(&def.flows[flow].id)
}

/// A compensation event is no way for a token.
fn undoes(node: &Node) -> bool {
    matches!(node.trigger, Trigger::Compensation(_))
}

/// Nodes reached over flows, links and events that interrupt.
fn reached(def: &Definition, roots: &[usize]) -> BTreeSet<usize> {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut todo: VecDeque<usize> = roots.iter().copied().collect();
    while let Some(i) = todo.pop_front() {
        if !seen.insert(i) {
            continue;
        }
        let node = &def.nodes[i];
        todo.extend(node.out.iter().map(|f| def.flows[*f].to).filter(|to| *to < def.nodes.len()));
        let borders = def.boundaries.get(&node.id).into_iter().flatten().copied();
        todo.extend(borders.filter(|b| def.nodes[*b].interrupting && !undoes(&def.nodes[*b])));
        if node.kind == NodeKind::ThrowEvent {
            todo.extend(def.link_target(node).and_then(|n| def.node_index.get(&n.id)));
        }
    }
    seen
}
