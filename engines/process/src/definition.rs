//! 流程定义 · a chart as read from BPMN 2.0. The XML text is the master: it is kept byte for byte, its digest names the
//! definition, and everything here only points into it (A2.2).

use crate::bits::Bits;
use crate::conditions::Conditions;
use crate::fault::{Fault, ParseError};
use crate::parse::Encoding;
use crate::picture::diagram::Diagram;
use crate::sound::Unsound;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// An id as the engine carries it about: copied without copying the text.
pub(crate) type Id = Arc<str>;

/// A chart: one process of a BPMN 2.0 file, with the text it was read from.
#[derive(Clone, Debug)]
pub struct Definition {
    pub(crate) xml: String,
    pub(crate) hash: Id,
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
    /// What is written in our namespace and read by nobody.
    pub(crate) strays: Vec<Fault>,
    pub(crate) diagram: Option<Diagram>,
    pub(crate) encoding: Encoding,
    /// What lies directly inside the process itself.
    pub(crate) top: Inside,
    /// For each inclusive join, by node: the places from which each incoming flow can be reached without passing it.
    pub(crate) upstream: HashMap<usize, Vec<(usize, Bits)>>,
    pub(crate) faults: Vec<Fault>,
    /// The flaws found by [`Definition::sound`], once it has been asked: a proof takes up to seconds.
    pub(crate) flaws: OnceLock<Vec<Unsound>>,
}

/// What lies directly inside a process, a sub-process or a process called in the same file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inside {
    /// Nodes, in document order.
    pub(crate) nodes: Vec<usize>,
    /// The start event without trigger.
    pub(crate) start: Option<usize>,
    /// Event sub-processes, each with its start event.
    pub(crate) events: Vec<(usize, usize)>,
}

impl Definition {
    /// Reads BPMN 2.0 XML. Of several processes it takes the first marked executable, else the first that has steps.
    pub fn parse(xml: &str) -> Result<Definition, ParseError> {
        crate::parse::definition(xml, None, Encoding::Utf8)
    }

    /// Reads one named process of a file that holds several (pools).
    pub fn parse_process(xml: &str, key: &str) -> Result<Definition, ParseError> {
        crate::parse::definition(xml, Some(key), Encoding::Utf8)
    }

    /// Reads a file as it lies on a disk: UTF-8 or UTF-16 by its byte order mark, else whatever its XML declaration says
    /// (UTF-8, UTF-16, GB18030, GBK, GB2312, ISO-8859-1, US-ASCII and the others browsers know). `key` names a process
    /// where the file holds several.
    pub fn read(bytes: &[u8], key: Option<&str>) -> Result<Definition, ParseError> {
        let (text, encoding) = crate::parse::decode(bytes)?;
        crate::parse::definition(&text, key, encoding)
    }

    /// The file as it lies on a disk, in the encoding it was read in.
    pub fn bytes(&self) -> Vec<u8> {
        self.encoding.encode(&self.xml)
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
        self.faults.clone()
    }

    /// The same, and every expression on the chart that `language` cannot read, or whose answer it knows beforehand: a
    /// condition with a typing error would else be an incident in the first case that comes to it, and one that always holds
    /// leaves the other branches to nobody.
    pub fn check_with(&self, language: &impl Conditions) -> Vec<Fault> {
        let mut faults = self.check();
        faults.extend(crate::check::check_with(self, language));
        faults
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
        node.out.iter().map(|i| &self.flows[*i])
    }

    pub(crate) fn incoming<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a Flow> + 'a {
        node.ins.iter().map(|i| &self.flows[*i])
    }

    /// What lies inside this node, or inside the process itself.
    pub(crate) fn inside<'a>(&'a self, holder: Option<&'a Node>) -> &'a Inside {
        holder.map_or(&self.top, |node| &node.inside)
    }

    /// What an ad-hoc sub-process offers: its activities to which no flow leads.
    pub(crate) fn offers<'a>(&'a self, holder: &'a Node) -> impl Iterator<Item = &'a Node> + 'a {
        let offered = |n: &&Node| n.kind.is_activity() && n.kind != NodeKind::EventSubProcess && n.ins.is_empty();
        self.inside(Some(holder)).nodes.iter().map(|i| &self.nodes[*i]).filter(offered).filter(|n| !n.for_compensation)
    }

    /// The link event that a link leads to: the catch of the same name in the same scope.
    pub(crate) fn link_target(&self, node: &Node) -> Option<&Node> {
        let Trigger::Link(name) = &node.trigger else { return None };
        self.nodes.iter().find(|n| {
            n.kind == NodeKind::CatchEvent && n.parent == node.parent && matches!(&n.trigger, Trigger::Link(l) if l == name)
        })
    }

    /// The start event from which a scope begins: the one without a trigger.
    pub(crate) fn start_of<'a>(&'a self, parent: Option<&'a str>) -> Option<&'a Node> {
        let holder = match parent {
            Some(id) => Some(self.node(id)?),
            None => None,
        };
        self.inside(holder).start.map(|i| &self.nodes[i])
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
    /// A boundary event that ends the activity it sits on, or the start of an event sub-process that ends its scope.
    pub interrupting: bool,
    /// How the activity is repeated.
    pub repeats: Option<Repeat>,
    /// What a script task computes.
    pub script: Option<Script>,
    /// The process a call activity calls, without prefix.
    pub called: Option<String>,
    /// How an ad-hoc sub-process is closed.
    pub ad_hoc: Option<AdHoc>,
    /// Done only to undo what was done (`isForCompensation`).
    pub for_compensation: bool,
    /// For a compensation event on a border: the activity that undoes, joined to it by an association.
    pub handler: Option<String>,
    /// Begins a process by itself (`instantiate`); not executed.
    pub instantiate: bool,
    pub(crate) key: Id,
    /// Flows that leave and lead here, by index.
    pub(crate) out: Vec<usize>,
    pub(crate) ins: Vec<usize>,
    pub(crate) inside: Inside,
}

/// How an activity is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Once for each of several (会签, 并联审批).
    Multi {
        /// One after another instead of all at once.
        sequential: bool,
        /// How many times, as FEEL.
        count: Option<Expression>,
        /// A list in FEEL; once for each of its items.
        each: Option<Expression>,
        /// The variable that holds the item.
        item: Option<String>,
        /// When this holds after one is done, the others are no longer waited for.
        until: Option<Expression>,
        /// What to gather from each, as FEEL, and the variable that gathers it.
        gather: Option<(Expression, String)>,
    },
    /// Again while a condition holds.
    Loop {
        /// The condition, FEEL.
        again: Option<Expression>,
        /// Asked before the first time too.
        before: bool,
        /// At most so many times.
        most: Option<u32>,
    },
}

/// A FEEL expression on the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The text, trimmed, without the leading `=` some modelers write.
    pub text: String,
    /// The language it declares, if any.
    pub language: Option<String>,
}

/// A script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// `scriptFormat` and the text.
    pub body: Expression,
    /// The variable that gets the value; without one a context is written entry by entry.
    pub result: Option<String>,
}

impl Script {
    /// Whether its value would be lost: no variable takes it, and it is not written as a context.
    pub(crate) fn has_nowhere_to_go(&self) -> bool {
        self.result.is_none() && !self.body.text.starts_with('{')
    }
}

/// How an ad-hoc sub-process is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdHoc {
    /// One activity at a time.
    pub sequential: bool,
    /// Closes it when it holds after an activity is done; without one an officer closes it.
    pub until: Option<Expression>,
    /// Takes away what is still open when it closes; otherwise it waits for that.
    pub cancel_rest: bool,
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

impl Flow {
    /// The name, or the id of a flow without one.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
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
    /// Computed by a FEEL script.
    ScriptTask,
    /// One of several paths.
    ExclusiveGateway,
    /// All paths at once; joined when each has arrived.
    ParallelGateway,
    /// Some paths; joined when no more can arrive.
    InclusiveGateway,
    /// Whichever event comes first.
    EventBasedGateway,
    /// Shown, not executed.
    ComplexGateway,
    /// An embedded sub-process.
    SubProcess,
    /// A sub-process begun by an event.
    EventSubProcess,
    /// Shown, not executed.
    Transaction,
    /// Activities begun as needed, in any order.
    AdHocSubProcess,
    /// Calls another process: of the same file, else run by the house as a case of its own.
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
    /// A signal, by its name: everybody who waits for it hears it.
    Signal(String),
    /// An error, by its code; empty for every error.
    Error(String),
    /// A call to those above, by its code; empty for every one.
    Escalation(String),
    /// A condition that comes to hold.
    Condition(Expression),
    /// A jump to the catch of the same name.
    Link(String),
    /// Undoing what was done: of one activity, by id, or of all in the scope when empty.
    Compensation(String),
    /// Any other event definition, by element name (`cancelEventDefinition`): shown, not executed.
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
    pub(crate) key: Id,
    /// The node it leads to, by index; `usize::MAX` when it leads to nothing.
    pub(crate) to: usize,
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
