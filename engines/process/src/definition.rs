//! 流程定义 · a chart as read from BPMN 2.0. The XML text is the master: it is kept byte for byte, its digest names the
//! definition, and everything here only points into it (A2.2).

use crate::fault::{Fault, ParseError};
use crate::picture::diagram::Diagram;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// A chart: one process of a BPMN 2.0 file, with the text it was read from.
#[derive(Clone, Debug)]
pub struct Definition {
    pub(crate) xml: String,
    pub(crate) hash: String,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) documentation: Option<String>,
    pub(crate) processes: Vec<String>,
    pub(crate) lanes: Vec<String>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) node_index: HashMap<String, usize>,
    pub(crate) flow_index: HashMap<String, usize>,
    /// Boundary events by the activity they sit on, in document order.
    pub(crate) boundaries: HashMap<String, Vec<usize>>,
    pub(crate) kept: Vec<Kept>,
    pub(crate) twins: Vec<Kept>,
    pub(crate) diagram: Option<Diagram>,
}

impl Definition {
    /// Reads BPMN 2.0 XML. Of several processes it takes the first marked executable, else the first that has steps.
    pub fn parse(xml: &str) -> Result<Definition, ParseError> {
        crate::parse::definition(xml, None)
    }

    /// Reads one named process of a file that holds several (pools).
    pub fn parse_process(xml: &str, key: &str) -> Result<Definition, ParseError> {
        crate::parse::definition(xml, Some(key))
    }

    /// The text as it was given, byte for byte.
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// SHA-256 of the text in lower-case hex: the name of exactly this version (F020).
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The process id.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The process name; the name of its pool, or the id, when it has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The documentation of the process.
    pub fn documentation(&self) -> Option<&str> {
        self.documentation.as_deref()
    }

    /// Ids of all processes in the file.
    pub fn processes(&self) -> &[String] {
        &self.processes
    }

    /// Lane names (roles) in the order of the file.
    pub fn lanes(&self) -> &[String] {
        &self.lanes
    }

    /// What stands in the way of running this chart; empty when it can run.
    pub fn check(&self) -> Vec<Fault> {
        crate::check::check(self)
    }

    /// All nodes in the order of the file, those of sub-processes included.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node with this id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.node_index.get(id).map(|i| &self.nodes[*i])
    }

    /// All sequence flows in the order of the file.
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// The flow with this id.
    pub fn flow(&self, id: &str) -> Option<&Flow> {
        self.flow_index.get(id).map(|i| &self.flows[*i])
    }

    /// Elements of the process that are kept and shown but take no part in running: data, annotations, groups.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// Boundary events attached to this activity.
    pub fn boundaries_of<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Node> + use<'a> {
        self.boundaries.get(id).into_iter().flatten().map(|i| &self.nodes[*i])
    }

    /// Nodes directly inside this sub-process, or of the process itself.
    pub fn children<'a>(&'a self, parent: Option<&'a str>) -> impl Iterator<Item = &'a Node> + 'a {
        self.nodes.iter().filter(move |n| n.parent.as_deref() == parent)
    }

    pub(crate) fn outgoing<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a Flow> + 'a {
        node.outgoing.iter().filter_map(|id| self.flow(id))
    }

    pub(crate) fn incoming<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a Flow> + 'a {
        node.incoming.iter().filter_map(|id| self.flow(id))
    }

    /// The start event from which a scope begins: the one without a trigger.
    pub(crate) fn start_of<'a>(&'a self, parent: Option<&'a str>) -> Option<&'a Node> {
        self.children(parent).find(|n| n.kind == NodeKind::StartEvent && n.trigger == Trigger::None)
    }
}

/// A step, event, gateway or sub-process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// BPMN id; may be Chinese.
    pub id: String,
    /// Name on the chart; empty when it has none.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// What an event waits for or causes; the message of a receive or send task.
    pub trigger: Trigger,
    /// Name of the innermost lane: the role that does it. Steps of a sub-process take the lane of the sub-process.
    pub lane: Option<String>,
    /// Text of `documentation`.
    pub documentation: Option<String>,
    /// Attributes of our `sunlit:task` under `extensionElements`: `act`, `limit`, `unit`, `basis`, `risk` and others.
    pub extension: BTreeMap<String, String>,
    /// Line in the text, from 1.
    pub line: usize,
    /// Where the element stands in the text, in bytes.
    pub span: Range<usize>,
    /// The BPMN element name as written: `userTask`.
    pub element: String,
    /// The sub-process it is in; none at the top.
    pub parent: Option<String>,
    /// Ids of flows that lead here, in document order.
    pub incoming: Vec<String>,
    /// Ids of flows that leave, in document order.
    pub outgoing: Vec<String>,
    /// The default flow of a branching.
    pub default: Option<String>,
    /// The activity a boundary event sits on.
    pub attached_to: Option<String>,
    /// A boundary event that ends the activity it sits on.
    pub interrupting: bool,
    /// `multiInstance` or `standardLoop` when the activity is repeated.
    pub repeats: Option<String>,
}

impl Node {
    /// The name, or the id of a node without one.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// The legal act recorded on completing this step (`sunlit:task act`).
    pub fn act(&self) -> Option<&str> {
        self.extension.get("act").map(String::as_str)
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// Where a process or sub-process begins.
    StartEvent,
    /// Where one path ends; with [`Trigger::Terminate`] the whole scope.
    EndEvent,
    /// Waits on the path for a message or a time.
    CatchEvent,
    /// Passed on the path, causing something or only marking a milestone.
    ThrowEvent,
    /// Sits on an activity.
    BoundaryEvent,
    /// A task of no declared sort: shown, not executed.
    Task,
    /// Done by a person in the system.
    UserTask,
    /// Done by a person outside the system, and reported.
    ManualTask,
    /// Done by a system.
    ServiceTask,
    /// Sends something.
    SendTask,
    /// Waits for a message.
    ReceiveTask,
    /// Decided by a table (DMN).
    BusinessRuleTask,
    /// Computed by a script: shown, not executed.
    ScriptTask,
    /// One of several paths.
    ExclusiveGateway,
    /// All paths at once; joined when each has arrived.
    ParallelGateway,
    /// Some paths; joined when no more can arrive.
    InclusiveGateway,
    /// Whichever event comes first: shown, not executed.
    EventBasedGateway,
    /// Shown, not executed.
    ComplexGateway,
    /// An embedded sub-process.
    SubProcess,
    /// A sub-process begun by an event: shown, not executed.
    EventSubProcess,
    /// Shown, not executed.
    Transaction,
    /// Shown, not executed.
    AdHocSubProcess,
    /// Calls another process: shown, not executed.
    CallActivity,
}

impl NodeKind {
    /// A task, sub-process or call: something that can carry boundary events.
    pub fn is_activity(self) -> bool {
        self.is_task() || self.holds_nodes() || self == NodeKind::CallActivity
    }

    /// A single step of work.
    pub fn is_task(self) -> bool {
        use NodeKind::*;
        matches!(self, Task | UserTask | ManualTask | ServiceTask | SendTask | ReceiveTask | BusinessRuleTask | ScriptTask)
    }

    /// Start, end, intermediate and boundary events.
    pub fn is_event(self) -> bool {
        use NodeKind::*;
        matches!(self, StartEvent | EndEvent | CatchEvent | ThrowEvent | BoundaryEvent)
    }

    /// Gateways of every sort.
    pub fn is_gateway(self) -> bool {
        use NodeKind::*;
        matches!(self, ExclusiveGateway | ParallelGateway | InclusiveGateway | EventBasedGateway | ComplexGateway)
    }

    /// Sub-processes of every sort.
    pub fn holds_nodes(self) -> bool {
        use NodeKind::*;
        matches!(self, SubProcess | EventSubProcess | Transaction | AdHocSubProcess)
    }
}

/// What an event waits for, or causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Nothing.
    None,
    /// A message, by its name; empty when the chart gives none.
    Message(String),
    /// A time: the element it is in (`timeDuration`, `timeDate`, `timeCycle`) and its text.
    Timer {
        /// `timeDuration`, `timeDate` or `timeCycle`; empty when the chart gives none.
        sort: String,
        /// The text as written; for reading, the engine never computes with it.
        text: String,
    },
    /// Ends its whole scope.
    Terminate,
    /// Any other event definition, by element name (`signalEventDefinition`): shown, not executed.
    Other(String),
}

/// An arrow from node to node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// BPMN id; may be Chinese.
    pub id: String,
    /// Name on the chart; empty when it has none.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// Where it leads.
    pub target: String,
    /// The condition (FEEL), trimmed, without the leading `=` some modelers write.
    pub condition: Option<String>,
    /// The language the condition declares, if any.
    pub language: Option<String>,
    /// Marked as the usual way by `<sunlit:flow usual="true"/>`.
    pub usual: bool,
    /// The sub-process it is in; none at the top.
    pub parent: Option<String>,
    /// Line in the text, from 1.
    pub line: usize,
    /// Where the element stands in the text, in bytes.
    pub span: Range<usize>,
}

/// An element kept in the text and shown, but without part in running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// BPMN id; empty when it has none.
    pub id: String,
    /// The BPMN element name as written: `dataObject`.
    pub element: String,
    /// Line in the text, from 1.
    pub line: usize,
}
