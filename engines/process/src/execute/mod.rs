//! 执行 · one command runs until nothing can move by itself, taking tokens in a fixed order, so the same input gives the
//! same events. One file per family of BPMN elements.

mod ad_hoc;
mod boundary;
mod event;
mod gateway;
mod join;
mod migrate;
mod raise;
mod repeat;
mod scope;
mod task;
mod undo;

pub use migrate::{Migration, migrate};
pub(crate) use raise::best;

use crate::conditions::{Conditions, Vars};
use crate::definition::{Definition, Flow, Node, NodeKind};
use crate::event::{Event, How};
use crate::refusal::Refusal;
use crate::state::{Place, Scope, State, Token, Wait, WaitKind};
use crate::words::Words;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::VecDeque;

/// Moves in one command after which the chart is taken to run in a circle.
const MOST_MOVES: usize = 2_000;

/// Open tokens beyond which the chart is taken to multiply them without end.
pub(crate) const MOST_TOKENS: usize = 500;

/// Whether an activity may be repeated so often.
pub(crate) fn is_count(n: f64) -> bool {
    n.fract() == 0.0 && (0.0..=MOST_TOKENS as f64).contains(&n)
}

/// Scopes within scopes beyond which processes are taken to call each other without end.
const DEEPEST: usize = 32;

/// What comes from outside. Where a node is named, the id of a wait (`node#7`, see [`crate::Waiting`]) may stand instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// A task or service step is done, a called process has ended, or an officer closes an ad-hoc sub-process.
    Complete {
        /// Node id.
        node: String,
        /// What it found; written into the variables.
        outputs: Vars,
    },
    /// A task, a service step or a called process came to an error that the chart may take.
    Fail {
        /// Node id.
        node: String,
        /// The code of the error.
        error: String,
        /// What is known of it; written into the variables.
        outputs: Vars,
    },
    /// A message arrived. Of the steps that wait for this name, one that waits for this very key gets it, else the one that
    /// has waited longest for any; a step that waits for another key never does.
    Message {
        /// Name of the message.
        name: String,
        /// What the message is about, where several are under way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// What it carries; written into the variables.
        outputs: Vars,
    },
    /// A signal was given: everybody who waits for it hears it, be it nobody.
    Signal {
        /// Name of the signal.
        name: String,
        /// What it carries; written into the variables.
        outputs: Vars,
    },
    /// The time of this timer has come.
    TimerFired {
        /// Node id of the catch event, boundary event or start of an event sub-process.
        node: String,
    },
    /// An activity of an ad-hoc sub-process is begun.
    Begin {
        /// Node id of the activity.
        node: String,
    },
    /// An officer has mended what made an incident; the node is tried again.
    Retry {
        /// Node id.
        node: String,
        /// Corrected variables.
        outputs: Vars,
    },
    /// The whole process ends here: withdrawn, or stopped by decision.
    Terminate {
        /// The ground.
        reason: String,
    },
}

/// Begins a process at its start event without trigger, or at its only start event.
pub fn start(def: &Definition, vars: &Vars, conditions: &dyn Conditions) -> Result<(State, Vec<Event>), Refusal> {
    begin_at(def, None, vars, conditions)
}

/// Begins a process at a start event of its own choosing: when its message has come, or its time.
pub fn start_at(def: &Definition, node: &str, vars: &Vars, conditions: &dyn Conditions) -> Result<(State, Vec<Event>), Refusal> {
    begin_at(def, Some(node), vars, conditions)
}

fn begin_at(
    def: &Definition,
    at: Option<&str>,
    vars: &Vars,
    conditions: &dyn Conditions,
) -> Result<(State, Vec<Event>), Refusal> {
    if !def.faults.is_empty() {
        return Err(Refusal::NotRunnable(def.faults.clone()));
    }
    let starts = || def.top.nodes.iter().map(|i| &def.nodes[*i]).filter(|n| n.kind == NodeKind::StartEvent);
    let node = match at {
        Some(id) => starts().find(|n| n.id == id),
        None => def.top.start.map(|i| &def.nodes[i]).or_else(|| starts().next().filter(|_| starts().count() == 1)),
    };
    let node = node.ok_or_else(|| Refusal::NoSuchNode(at.unwrap_or("startEvent").to_owned()))?;
    let state = State {
        definition: def.hash.clone(),
        seq: 1,
        counter: 0,
        vars: vars.clone(),
        scopes: Vec::new(),
        tokens: Vec::new(),
        waits: Vec::new(),
        ended: None,
        last_end: None,
        undoable: Vec::new(),
    };
    let mut run = Run::new(def, conditions, state);
    run.events.push(Event::Begun { at: at.map(str::to_owned), vars: vars.clone() });
    let root = run.state.next_id();
    run.state.scopes.push(Scope { id: root, parent: None, element: None, rounds: None, undoing: Vec::new() });
    run.arm(root, None);
    run.begin(root, node)?;
    run.settle()?;
    Ok((run.state, run.events))
}

/// Carries out one command, and everything that follows from it by itself.
pub fn step(
    def: &Definition,
    state: &State,
    command: &Command,
    conditions: &dyn Conditions,
) -> Result<(State, Vec<Event>), Refusal> {
    if !state.runs_on(def) {
        return Err(Refusal::OtherDefinition { running: state.definition.to_string(), given: def.hash.to_string() });
    }
    if state.is_ended() {
        return Err(Refusal::Ended);
    }
    let mut run = Run::new(def, conditions, state.clone());
    run.state.seq += 1;
    run.events.push(Event::Commanded { command: command.clone() });
    match command {
        Command::Complete { node, outputs } => {
            let wait = run.wait_at(node, &[WaitKind::Task, WaitKind::Service, WaitKind::Process])?;
            run.write(outputs);
            run.done(wait)?;
        }
        Command::Fail { node, error, outputs } => {
            let wait = run.wait_at(node, &[WaitKind::Task, WaitKind::Service, WaitKind::Process])?;
            run.write(outputs);
            run.fail(wait, error)?;
        }
        Command::Message { name, key, outputs } => {
            let wait = run.receiver(name, key.as_deref()).ok_or_else(|| Refusal::NoReceiver(name.clone()))?;
            run.write(outputs);
            run.happened(wait)?;
        }
        Command::Signal { name, outputs } => {
            run.write(outputs);
            run.signal(name)?;
        }
        Command::TimerFired { node } => {
            let wait = run.wait_at(node, &[WaitKind::Timer])?;
            run.happened(wait)?;
        }
        Command::Begin { node } => {
            let wait = run.wait_at(node, &[WaitKind::Offered])?;
            run.begin_offered(wait)?;
        }
        Command::Retry { node, outputs } => {
            let wait = run.wait_at(node, &[WaitKind::Incident])?;
            run.write(outputs);
            run.retry(wait)?;
        }
        Command::Terminate { reason } => run.stop(How::Terminated { reason: reason.clone() }),
    }
    run.settle()?;
    Ok((run.state, run.events))
}

/// Runs a whole history again: the state and the events it gives are the same every time.
pub fn rerun(
    def: &Definition,
    vars: &Vars,
    commands: &[Command],
    conditions: &dyn Conditions,
) -> Result<(State, Vec<Event>), Refusal> {
    let (mut state, mut events) = start(def, vars, conditions)?;
    for command in commands {
        let (next, more) = step(def, &state, command, conditions)?;
        state = next;
        events.extend(more);
    }
    Ok((state, events))
}

/// One command under way.
struct Run<'a> {
    def: &'a Definition,
    conditions: &'a dyn Conditions,
    state: State,
    events: Vec<Event>,
    moves: usize,
    /// Tokens on flows into something other than a join, oldest first, each with its flow.
    moving: VecDeque<(u64, usize)>,
    /// Scopes whose next round, or next activity that undoes, is being begun: what is done at once begins none by itself, so
    /// that a long row of them takes no deeper stack than one.
    beginning: Vec<u64>,
}

impl<'a> Run<'a> {
    fn new(def: &'a Definition, conditions: &'a dyn Conditions, state: State) -> Run<'a> {
        Run { def, conditions, state, events: Vec::with_capacity(12), moves: 0, moving: VecDeque::new(), beginning: Vec::new() }
    }

    /// Moves tokens, oldest first, until none can move; then conditions that came to hold are heard, and scopes that can
    /// never go on are told apart.
    fn settle(&mut self) -> Result<(), Refusal> {
        loop {
            while let Some((token, flow)) = self.moving.pop_front() {
                let def = self.def;
                // It may have been taken away since.
                if self.state.token(token).is_some_and(|t| matches!(&t.place, Place::Flow(f) if *f == def.flows[flow].key)) {
                    self.move_on()?;
                    self.enter(token, &def.nodes[def.flows[flow].to])?;
                }
            }
            // A join may be ready without an arrival: a token elsewhere ended, was diverted or interrupted.
            if self.join_ready()? || self.condition_met()? {
                continue;
            }
            if !self.sweep()? {
                return Ok(());
            }
        }
    }

    fn move_on(&mut self) -> Result<(), Refusal> {
        self.moves += 1;
        if self.moves <= MOST_MOVES && self.state.tokens.len() <= MOST_TOKENS {
            return Ok(());
        }
        let node = self.events.iter().rev().find_map(|e| match e {
            Event::Entered { node } => Some(node.clone()),
            _ => None,
        });
        Err(Refusal::Circling { node: node.unwrap_or_default(), moves: self.moves })
    }

    /// Makes a token that is in a node from the first, and does what the node does.
    fn appear(&mut self, scope: u64, node: &'a Node) -> Result<(), Refusal> {
        let id = self.state.next_id();
        self.state.tokens.push(Token { id, scope, place: Place::Node(node.key.clone()), surplus: false, round: None });
        self.enter(id, node)
    }

    /// Puts a token into a node and does what the node does.
    fn enter(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        self.place(token, Place::Node(node.key.clone()));
        self.events.push(Event::Entered { node: node.id.clone() });
        if node.repeats.is_some() { self.open_rounds(token, node) } else { self.act(token, node) }
    }

    /// What each family of elements does when a token is in it.
    fn act(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        use NodeKind::*;
        match node.kind {
            StartEvent | BoundaryEvent => self.pass(token, node),
            ThrowEvent => self.throw(token, node),
            CatchEvent => self.catch(token, node),
            EndEvent => self.end(token, node),
            UserTask | ManualTask | ServiceTask | SendTask | BusinessRuleTask | ReceiveTask => {
                self.begin_task(token, node);
                Ok(())
            }
            ScriptTask => self.script(token, node),
            ExclusiveGateway => self.choose(token, node),
            ParallelGateway => self.fork(token, node),
            InclusiveGateway => self.pass(token, node),
            EventBasedGateway => {
                self.whichever_first(token, node);
                Ok(())
            }
            SubProcess | EventSubProcess => self.open(token, node),
            CallActivity => self.call(token, node),
            AdHocSubProcess => self.offer(token, node),
            // check() refuses charts with these; a definition that changed under us must not fall silent.
            Task | ComplexGateway | Transaction => {
                let why = Words::new("这种元素不能执行", "this element is not executed");
                self.incident(token, node, why, true);
                Ok(())
            }
        }
    }

    /// Leaves a node over every flow that is open: all without a condition, those whose condition holds, or the default.
    fn pass(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        match self.open_flows(token, node) {
            Ok(flows) if flows.is_empty() && !node.out.is_empty() => {
                self.incident(token, node, gateway::no_way(), false);
                Ok(())
            }
            Ok(flows) => self.leave(token, node, &flows),
            Err(why) => {
                self.incident(token, node, why, false);
                Ok(())
            }
        }
    }

    /// Leaves a node over these flows; over none, this path ends here.
    fn leave(&mut self, token: u64, node: &'a Node, flows: &[usize]) -> Result<(), Refusal> {
        let Some(scope) = self.gone(token, node) else {
            return Ok(());
        };
        for flow in flows {
            self.put_on(scope, *flow);
        }
        if flows.is_empty() { self.close_if_empty(scope) } else { Ok(()) }
    }

    /// Takes a token out of the node whose work it has done; the scope it was in, if it was still there.
    fn gone(&mut self, token: u64, node: &Node) -> Option<u64> {
        let at = self.state.tokens.iter().position(|t| t.id == token)?;
        let scope = self.state.tokens.remove(at).scope;
        self.state.waits.retain(|w| w.token != Some(token));
        self.events.push(Event::Left { node: node.id.clone() });
        Some(scope)
    }

    /// Puts a new token on a flow. One more than a join can take there is a fault of the chart, and is said at once.
    fn put_on(&mut self, scope: u64, flow: usize) {
        let (at, flow) = (flow, &self.def.flows[flow]);
        self.events.push(Event::Took { flow: flow.id.clone() });
        let target = &self.def.nodes[flow.to];
        let place = Place::Flow(flow.key.clone());
        let waits_there = joins(target);
        let surplus = waits_there
            && target.kind == NodeKind::ParallelGateway
            && self.state.tokens.iter().any(|t| t.scope == scope && t.place == place);
        if surplus {
            self.events.push(Event::Fault {
                node: flow.target.clone(),
                reason: Words::new(
                    "同一分支多次到达汇合处；多出的一次不算作其他分支",
                    "one branch arrived at the join more than once; the extra arrival does not count for another branch",
                ),
            });
        }
        let id = self.state.next_id();
        self.state.tokens.push(Token { id, scope, place, surplus, round: None });
        if !waits_there {
            self.moving.push_back((id, at));
        }
    }

    fn place(&mut self, token: u64, place: Place) {
        if let Some(t) = self.state.tokens.iter_mut().find(|t| t.id == token) {
            t.place = place;
        }
    }

    fn wait(&mut self, token: u64, node: &Node, kind: WaitKind, name: Option<&str>) {
        if let Some(scope) = self.state.token(token).map(|t| t.scope) {
            self.wait_in(scope, Some(token), node, kind, name);
        }
    }

    fn wait_in(&mut self, scope: u64, token: Option<u64>, node: &Node, kind: WaitKind, name: Option<&str>) {
        let (id, since, name) = (self.state.next_id(), self.state.seq, name.map(Into::into));
        self.state.waits.push(Wait { id, token, scope, node: node.key.clone(), kind, name, since, key: None, flag: false });
        self.events.push(Event::Waiting { node: node.id.clone(), kind });
    }

    /// `redo`: the node has not done its work, and does it when it is tried again; else it could only not be left.
    fn incident(&mut self, token: u64, node: &Node, reason: Words, redo: bool) {
        self.events.push(Event::Fault { node: node.id.clone(), reason });
        self.wait(token, node, WaitKind::Incident, None);
        if let Some(wait) = self.state.waits.last_mut().filter(|w| w.token == Some(token)) {
            wait.flag = redo;
        }
    }

    fn retry(&mut self, wait: Wait) -> Result<(), Refusal> {
        // A join that can never go on has no token of its own to try again.
        let Some(token) = wait.token else {
            return Err(Refusal::NotWaiting(wait.node.to_string()));
        };
        let node = self.node(&wait.node)?;
        self.state.waits.retain(|w| w.id != wait.id);
        let opened = self.state.scopes.iter().find(|s| s.element.as_ref().is_some_and(|(_, t)| *t == token)).map(|s| s.id);
        match opened {
            Some(scope) if node.kind == NodeKind::AdHocSubProcess => self.ad_hoc_step(scope),
            Some(scope) => self.next_round(scope),
            None if wait.flag && node.repeats.is_some() && !self.is_round(token) => self.open_rounds(token, node),
            None if wait.flag || node.kind.is_gateway() => self.act(token, node),
            None => self.pass(token, node),
        }
    }

    fn node(&self, id: &str) -> Result<&'a Node, Refusal> {
        self.def.node(id).ok_or_else(|| Refusal::NoSuchNode(id.to_owned()))
    }

    /// The oldest wait at a node, or the very wait, that is of one of these kinds.
    fn wait_at(&self, node: &str, kinds: &[WaitKind]) -> Result<Wait, Refusal> {
        let (name, id) = match node.rsplit_once('#') {
            Some((name, id)) => (name, id.parse::<u64>().ok()),
            None => (node, None),
        };
        self.node(name)?;
        let found =
            self.state.waits.iter().find(|w| &*w.node == name && kinds.contains(&w.kind) && id.is_none_or(|id| w.id == id));
        found.cloned().ok_or_else(|| Refusal::NotWaiting(node.to_owned()))
    }

    fn write(&mut self, outputs: &Vars) {
        for (name, value) in outputs {
            self.state.vars.insert(name.clone(), value.clone());
        }
    }

    /// The variables a token sees: those of the case, and those of the rounds it is in.
    fn view(&self, scope: u64, round: Option<u32>) -> Cow<'_, Vars> {
        let mut view = Cow::Borrowed(&self.state.vars);
        let (mut scope, mut round) = (self.state.scope(scope), round);
        let mut seen: Vec<String> = Vec::new();
        while let Some(inner) = scope {
            if let Some(number) = round {
                for (name, value) in self.round_vars(inner, number) {
                    // What is further in hides what is further out.
                    if !seen.contains(&name) {
                        seen.push(name.clone());
                        view.to_mut().insert(name, value);
                    }
                }
            }
            let host = inner.element.as_ref().and_then(|(_, t)| self.state.token(*t));
            round = host.and_then(|t| t.round);
            scope = host.and_then(|t| self.state.scope(t.scope));
        }
        view
    }

    fn view_of(&self, token: u64) -> Cow<'_, Vars> {
        let token = self.state.token(token);
        self.view(token.map_or(0, |t| t.scope), token.and_then(|t| t.round))
    }

    /// Ends everything here and now.
    fn stop(&mut self, how: How) {
        if let Some(root) = self.state.scopes.first().map(|s| s.id) {
            self.clear(root);
        }
        self.state.scopes.clear();
        self.finish(how);
    }

    fn finish(&mut self, how: How) {
        self.state.undoable.clear();
        self.state.ended = Some(how.clone());
        self.events.push(Event::Finished { how });
    }
}

/// Why an expression gave nothing, as its language says it.
fn undecided(expression: &str, why: &str) -> Words {
    unfit(expression, why, why)
}

/// Why what an expression gave is of no use.
fn unfit(expression: &str, zh: &str, en: &str) -> Words {
    Words::new(format!("条件“{expression}”无法判断：{zh}"), format!("the condition “{expression}” cannot be decided: {en}"))
}

/// Whether tokens wait before this node for those of other flows.
fn joins(node: &Node) -> bool {
    matches!(node.kind, NodeKind::ParallelGateway | NodeKind::InclusiveGateway) && node.ins.len() > 1
}

impl Definition {
    fn flow_at(&self, key: &str) -> Option<(usize, &Flow)> {
        self.flow_index.get(key).map(|i| (*i, &self.flows[*i]))
    }
}
