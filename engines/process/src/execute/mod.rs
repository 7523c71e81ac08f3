//! 执行 · one command runs until nothing can move by itself, taking tokens in a fixed order, so the same input gives the
//! same events. One file per family of BPMN elements.

mod boundary;
mod event;
mod gateway;
mod join;
mod scope;
mod task;

pub(crate) use join::upstream;

use crate::conditions::{Conditions, Vars};
use crate::definition::{Definition, Flow, Node, NodeKind};
use crate::event::{Event, How};
use crate::refusal::Refusal;
use crate::state::{Place, Scope, State, Token, Wait, WaitKind};
use crate::words::Words;
use serde::{Deserialize, Serialize};

/// Moves in one command after which the chart is taken to run in a circle.
const MOST_MOVES: usize = 2_000;

/// Open tokens beyond which the chart is taken to multiply them without end.
const MOST_TOKENS: usize = 500;

/// What comes from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// A task or service step is done.
    Complete {
        /// Node id.
        node: String,
        /// What it found; written into the variables.
        outputs: Vars,
    },
    /// A message arrived; the step that has waited longest for this name gets it.
    Message {
        /// Name of the message.
        name: String,
        /// What it carries; written into the variables.
        outputs: Vars,
    },
    /// The time of this timer has come.
    TimerFired {
        /// Node id of the catch event or boundary event.
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

/// Begins a process at its start event.
pub fn start(def: &Definition, vars: &Vars, conditions: &dyn Conditions) -> Result<(State, Vec<Event>), Refusal> {
    let faults = def.check();
    if !faults.is_empty() {
        return Err(Refusal::NotRunnable(faults));
    }
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
    };
    let mut run = Run { def, conditions, state, events: Vec::new(), moves: 0 };
    let root = run.state.next_id();
    run.state.scopes.push(Scope { id: root, parent: None, element: None });
    run.begin(root, None)?;
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
        return Err(Refusal::OtherDefinition { running: state.definition.clone(), given: def.hash.clone() });
    }
    if state.is_ended() {
        return Err(Refusal::Ended);
    }
    let mut run = Run { def, conditions, state: state.clone(), events: Vec::new(), moves: 0 };
    run.state.seq += 1;
    match command {
        Command::Complete { node, outputs } => {
            let wait = run.wait_at(node, &[WaitKind::Task, WaitKind::Service])?;
            run.write(outputs);
            run.done(wait)?;
        }
        Command::Message { name, outputs } => {
            let found = run.state.waits.iter().find(|w| w.kind == WaitKind::Message && w.name.as_ref() == Some(name));
            let wait = found.cloned().ok_or_else(|| Refusal::NoReceiver(name.clone()))?;
            run.write(outputs);
            run.happened(wait)?;
        }
        Command::TimerFired { node } => {
            let wait = run.wait_at(node, &[WaitKind::Timer])?;
            run.happened(wait)?;
        }
        Command::Retry { node, outputs } => {
            let wait = run.wait_at(node, &[WaitKind::Incident])?;
            run.write(outputs);
            run.retry(wait)?;
        }
        Command::Terminate { reason } => {
            let root = run.state.scopes.first().map(|s| s.id).unwrap_or_default();
            run.clear(root);
            run.state.scopes.clear();
            run.finish(How::Terminated { reason: reason.clone() });
        }
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
}

impl<'a> Run<'a> {
    /// Moves tokens, oldest first, until none can move; then scopes that can never go on are told apart.
    fn settle(&mut self) -> Result<(), Refusal> {
        loop {
            while let Some((id, flow)) = self.arriving() {
                self.move_on()?;
                self.arrive(id, flow)?;
            }
            // A join may be ready without an arrival: a token elsewhere ended, was diverted or interrupted.
            if self.join_ready()? {
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

    /// The oldest token on a flow into something other than a join.
    fn arriving(&self) -> Option<(u64, &'a Flow)> {
        self.state.tokens.iter().find_map(|token| match &token.place {
            Place::Flow(flow) => {
                let flow = self.def.flow(flow)?;
                let target = self.def.node(&flow.target)?;
                (!joins(target)).then_some((token.id, flow))
            }
            Place::Node(_) => None,
        })
    }

    fn arrive(&mut self, token: u64, flow: &'a Flow) -> Result<(), Refusal> {
        let Some(node) = self.def.node(&flow.target) else {
            return Err(Refusal::NoSuchNode(flow.target.clone()));
        };
        self.enter(token, node)
    }

    /// Puts a token into a node and does what the node does.
    fn enter(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        self.place(token, Place::Node(node.id.clone()));
        self.events.push(Event::Entered { node: node.id.clone() });
        self.act(token, node)
    }

    /// What each family of elements does when a token is in it.
    fn act(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        use NodeKind::*;
        match node.kind {
            StartEvent | ThrowEvent => self.pass(token, node),
            CatchEvent => self.catch(token, node),
            EndEvent => self.end(token, node),
            UserTask | ManualTask | ServiceTask | SendTask | BusinessRuleTask | ReceiveTask => {
                self.begin_task(token, node);
                Ok(())
            }
            ExclusiveGateway => self.choose(token, node),
            ParallelGateway => self.fork(token, node),
            InclusiveGateway => self.choose_some(token, node),
            SubProcess => self.open(token, node),
            BoundaryEvent => self.pass(token, node),
            // check() refuses charts with these; a definition that changed under us must not fall silent.
            Task | ScriptTask | EventBasedGateway | ComplexGateway | EventSubProcess | Transaction | AdHocSubProcess
            | CallActivity => {
                let why = Words::new("这种元素还不能执行", "this element is not executed");
                self.incident(token, node, why);
                Ok(())
            }
        }
    }

    /// Leaves a node over every flow that is open: all without a condition, those whose condition holds, or the default.
    fn pass(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        match self.open_flows(node) {
            Ok(flows) if flows.is_empty() && !node.outgoing.is_empty() => {
                self.incident(token, node, gateway::no_way());
                Ok(())
            }
            Ok(flows) => {
                self.leave(token, node, &flows);
                Ok(())
            }
            Err(why) => {
                self.incident(token, node, why);
                Ok(())
            }
        }
    }

    fn leave(&mut self, token: u64, node: &'a Node, flows: &[&'a Flow]) {
        let Some(scope) = self.state.token(token).map(|t| t.scope) else {
            return;
        };
        self.state.tokens.retain(|t| t.id != token);
        self.state.waits.retain(|w| w.token != Some(token));
        self.events.push(Event::Left { node: node.id.clone() });
        for flow in flows {
            self.put_on(scope, flow);
        }
    }

    /// Puts a new token on a flow. One more than a join can take there is a fault of the chart, and is said at once.
    fn put_on(&mut self, scope: u64, flow: &'a Flow) {
        self.events.push(Event::Took { flow: flow.id.clone() });
        let target = self.def.node(&flow.target);
        let place = Place::Flow(flow.id.clone());
        let surplus = target.is_some_and(|t| t.kind == NodeKind::ParallelGateway && joins(t))
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
        self.state.tokens.push(Token { id, scope, place, surplus });
    }

    fn place(&mut self, token: u64, place: Place) {
        if let Some(t) = self.state.tokens.iter_mut().find(|t| t.id == token) {
            t.place = place;
        }
    }

    fn wait(&mut self, token: u64, node: &Node, kind: WaitKind, name: Option<String>) {
        let Some(scope) = self.state.token(token).map(|t| t.scope) else {
            return;
        };
        let id = self.state.next_id();
        let since = self.state.seq;
        self.state.waits.push(Wait { id, token: Some(token), scope, node: node.id.clone(), kind, name, since });
        self.events.push(Event::Waiting { node: node.id.clone(), kind });
    }

    fn incident(&mut self, token: u64, node: &Node, reason: Words) {
        self.events.push(Event::Fault { node: node.id.clone(), reason });
        self.wait(token, node, WaitKind::Incident, None);
    }

    fn retry(&mut self, wait: Wait) -> Result<(), Refusal> {
        // A join that can never go on has no token of its own to try again.
        let Some(token) = wait.token else {
            return Err(Refusal::NotWaiting(wait.node));
        };
        let def = self.def;
        let node = def.node(&wait.node).ok_or_else(|| Refusal::NoSuchNode(wait.node.clone()))?;
        self.state.waits.retain(|w| w.id != wait.id);
        // Only gateways decide on entering; everything else had done its part and could not leave.
        if node.kind.is_gateway() { self.act(token, node) } else { self.pass(token, node) }
    }

    /// The oldest wait at a node that is of one of these kinds.
    fn wait_at(&self, node: &str, kinds: &[WaitKind]) -> Result<Wait, Refusal> {
        if self.def.node(node).is_none() {
            return Err(Refusal::NoSuchNode(node.to_owned()));
        }
        let found = self.state.waits.iter().find(|w| w.node == node && kinds.contains(&w.kind));
        found.cloned().ok_or_else(|| Refusal::NotWaiting(node.to_owned()))
    }

    fn write(&mut self, outputs: &Vars) {
        for (name, value) in outputs {
            self.state.vars.insert(name.clone(), value.clone());
        }
    }

    fn finish(&mut self, how: How) {
        self.state.ended = Some(how.clone());
        self.events.push(Event::Finished { how });
    }
}

/// Whether tokens wait before this node for those of other flows.
fn joins(node: &Node) -> bool {
    matches!(node.kind, NodeKind::ParallelGateway | NodeKind::InclusiveGateway) && node.incoming.len() > 1
}
