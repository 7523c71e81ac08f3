//! 可靠性 · whether every run of a chart can come to its end with nothing left over, and every step can occur (soundness,
//! van der Aalst 1998): proved before publication, scope by scope. A sub-process, a call or a repeated activity is one
//! node of its parent; conditions and events count as free choice; an event on a border that does not interrupt is taken
//! to happen once at most while its activity is under way, and where its branch never meets the main path it is proved by
//! itself. What can be told from the structure is told so (sequences, matching blocks, loops); the rest is explored marking
//! by marking, and the shortest run that shows a flaw is the answer.

mod explore;
mod graph;
mod reduce;

use crate::definition::{Definition, Node, NodeKind};
use crate::replay::Overlay;
use crate::words::{Lang, Words};
use explore::Found;
use graph::Graph;
use serde::{Deserialize, Serialize};
use std::fmt;

pub(crate) use explore::{Work, explore_from};

/// What is wrong with the runs of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// A join waits for a branch that never comes (deadlock).
    Stuck,
    /// Two branches that run at once meet where only one is expected (lack of synchronisation).
    Twice,
    /// From some point on the end can no longer be reached.
    Endless,
    /// No run ever comes here.
    Dead,
    /// Too many possibilities to look at: not proved, and so not to be published.
    Undecided,
}

/// One flaw, with the shortest run that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsound {
    /// What is wrong.
    pub flaw: Flaw,
    /// Id of the node where it shows.
    pub element: String,
    /// Its name; the id where it has none.
    pub name: String,
    /// Line in the text, from 1.
    pub line: usize,
    /// Nodes and flows passed on the way there, in order.
    pub run: Vec<String>,
    /// Nodes where something is still open when it shows, itself included.
    pub open: Vec<String>,
    /// What is wrong, in the words of an official.
    pub reason: Words,
    /// How to mend it.
    pub remedy: Words,
}

impl Unsound {
    /// The run on the chart: what was passed, what is open, and where it comes to grief.
    pub fn overlay(&self) -> Overlay {
        Overlay {
            done: self.run.iter().cloned().collect(),
            current: self.open.iter().filter(|id| **id != self.element).cloned().collect(),
            trouble: std::iter::once(self.element.clone()).collect(),
        }
    }

    /// One sentence for the page: place, the run in names, reason, remedy.
    pub fn tell(&self, def: &Definition, lang: Lang) -> String {
        let steps: Vec<&str> = self.run.iter().filter_map(|id| def.node(id)).map(Node::label).collect();
        let (reason, remedy) = (self.reason.tell(lang), self.remedy.tell(lang));
        match lang {
            Lang::Zh if steps.is_empty() => {
                format!("第 {} 行“{}”（{}）：{reason}。改法：{remedy}", self.line, self.name, self.element)
            }
            Lang::Zh => format!(
                "第 {} 行“{}”（{}）：{reason}。这样走就会出问题：{}。改法：{remedy}",
                self.line,
                self.name,
                self.element,
                steps.join(" → ")
            ),
            Lang::En => format!(
                "line {}, “{}” ({}): {reason}. A run that shows it: {}. To mend: {remedy}",
                self.line,
                self.name,
                self.element,
                steps.join(" → ")
            ),
        }
    }
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行“{}”（{}）：{}", self.line, self.name, self.element, self.reason.zh)
    }
}

impl Definition {
    /// Proves that every run can come to its end, or gives the flaws, one for each scope that has one; a chart that is not
    /// runnable ([`Definition::check`]) is not asked. Empty is proved. It is proved once, however often it is asked.
    pub fn sound(&self) -> Vec<Unsound> {
        self.flaws.get_or_init(|| self.flaws_in_all()).clone()
    }

    fn flaws_in_all(&self) -> Vec<Unsound> {
        let (mut flaws, mut work) = (Vec::new(), Work::new());
        for holder in std::iter::once(None).chain(self.nodes.iter().map(Some)) {
            // What a process calls is proved once, however often it is called.
            let again = holder.is_some_and(|h| {
                let same = |n: &&Node| n.kind == NodeKind::CallActivity && n.called == h.called;
                h.kind == NodeKind::CallActivity && self.nodes.iter().find(same).is_some_and(|first| first.id != h.id)
            });
            let inside = &self.inside(holder).nodes;
            if inside.is_empty() || again {
                continue;
            }
            let ad_hoc = holder.is_some_and(|h| h.kind == NodeKind::AdHocSubProcess);
            let begins = |n: &Node| {
                let offered = n.kind.is_activity() && n.ins.is_empty() && !n.for_compensation;
                if ad_hoc { offered && n.kind != NodeKind::EventSubProcess } else { n.kind == NodeKind::StartEvent }
            };
            let roots: Vec<usize> = inside.iter().copied().filter(|i| begins(&self.nodes[*i])).collect();
            let mut todo = vec![roots];
            while let Some(roots) = todo.pop() {
                let (graph, apart) = Graph::of(self, &roots);
                flaws.extend(self.flaw_in(graph, &mut work));
                todo.extend(apart.into_iter().map(|boundary| vec![boundary]));
            }
        }
        flaws.sort_by(|a, b| (a.line, &a.element, a.flaw).cmp(&(b.line, &b.element, b.flaw)));
        flaws.dedup();
        flaws
    }

    fn flaw_in(&self, graph: Graph, work: &mut Work) -> Option<Unsound> {
        let mut small = graph.clone();
        if small.reduce() {
            return None;
        }
        let found = match work.share(|work| explore::explore(&graph, work)) {
            Ok(found) => found,
            // What was folded together is passed in one move, so that the rest may still be looked at.
            Err(explore::TooMany) => match work.share(|work| explore::explore(&small, work)) {
                Ok(found) => found,
                Err(explore::TooMany) => {
                    Some(Found { flaw: Flaw::Undecided, node: graph.first(), run: Vec::new(), open: Vec::new() })
                }
            },
        };
        found.map(|found| self.say(found))
    }

    fn say(&self, found: Found) -> Unsound {
        let node = &self.nodes[found.node];
        let id = |mark: &usize| match self.nodes.get(*mark) {
            Some(node) => node.id.clone(),
            None => self.flows[mark - self.nodes.len()].id.clone(),
        };
        let (reason, remedy) = words(found.flaw, node);
        Unsound {
            flaw: found.flaw,
            element: node.id.clone(),
            name: node.label().to_owned(),
            line: node.line,
            run: found.run.iter().map(id).collect(),
            open: found.open.iter().map(|i| self.nodes[*i].id.clone()).collect(),
            reason,
            remedy,
        }
    }
}

fn words(flaw: Flaw, node: &Node) -> (Words, Words) {
    match flaw {
        Flaw::Stuck => (
            Words::new(
                "这里要等几路都到才往下走，但有一路永远不会来，事情会卡在这里",
                "all branches are waited for here, but one of them never comes: the case is stuck",
            ),
            Words::new(
                "前面是选一路走的，这里改为排他网关；前面是选几路走的，改为包容网关",
                "where the split before takes one branch, make this an exclusive gateway; where it takes some, an inclusive one",
            ),
        ),
        Flaw::Twice => (
            Words::new(
                format!("两路同时在办，却在“{}”各走各的，后面的步骤会被做两遍", node.label()),
                format!("two branches under way at once meet at “{}” without waiting: what follows is done twice", node.label()),
            ),
            Words::new(
                "在它前面用并行网关（或包容网关）把几路合起来",
                "join the branches before it by a parallel (or inclusive) gateway",
            ),
        ),
        Flaw::Endless => (
            Words::new("走到这里以后，再怎么办也到不了结束", "from here on the end can no longer be reached"),
            Words::new("给回路留一个出口，或改正汇合的网关", "give the loop a way out, or mend the joining gateway"),
        ),
        Flaw::Dead => (
            Words::new("无论怎么走都到不了这里", "no run ever comes here"),
            Words::new("改正通向它的网关，或删去它", "mend the gateways that lead to it, or remove it"),
        ),
        Flaw::Undecided => (
            Words::new(
                "可能的走法太多，没能证明每件事都能办完，不能发布",
                "there are too many possible runs to prove that every case can be finished: not to be published",
            ),
            Words::new(
                "把并行的部分画成成对的分支和汇合，或放进子流程",
                "draw parallel parts as matching splits and joins, or put them into sub-processes",
            ),
        ),
    }
}
