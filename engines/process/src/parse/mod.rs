//! 读图 · BPMN 2.0 XML into a [`Definition`]. Any namespace prefix; ids are NCNames, so Chinese ids are legal and an id
//! with a space is refused with the line and the remedy (A2.2). What is merely not executable is read all the same.

mod diagram;
mod encoding;
mod nodes;
mod ours;
mod place;
mod twice;

use crate::bits::Bits;
use crate::definition::{Definition, Flow, Id, Inside, Kept, Node, NodeKind, Trigger};
use crate::fault::{Fault, ParseError, Rule};
use crate::words::Words;
use place::Lines;
use roxmltree::{Document, Node as Xml};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) use encoding::{Encoding, decode};
pub(crate) use place::ncname_remedy;

pub(crate) const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
pub(crate) const SUNLIT: &str = "urn:sunlit:bpmn:1";

/// Sub-processes deeper than this are a mistake, and would exhaust the stack.
const DEEPEST: usize = 32;

/// The largest file, in bytes: two hundred times a chart of a hundred steps with its drawing.
pub const MOST_BYTES: usize = 16 << 20;

/// Nodes, and flows, of one chart. Nobody reads a chart of two thousand steps; it is to be cut into several.
const MOST_NODES: usize = 2_000;
const MOST_FLOWS: usize = 6_000;

/// So many references that lead nowhere are told.
const MOST_WRONG: usize = 200;

/// The longest name or id, in bytes.
const MOST_NAME: usize = 10_000;

/// Attributes of one element; a reader compares each with each.
const MOST_ATTRIBUTES: usize = 1_000;

/// What the walk through a process gathers.
struct Reading<'a, 'input> {
    lines: &'a Lines<'input>,
    /// Elements of the whole file by id, for references.
    by_id: &'a HashMap<&'a str, Xml<'a, 'input>>,
    /// The innermost lane of a node id.
    lane_of: BTreeMap<String, Id>,
    lanes: Vec<String>,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
    kept: Vec<Kept>,
}

pub(crate) fn too_large() -> ParseError {
    ParseError {
        element: None,
        line: 1,
        column: 1,
        reason: Words::new(format!("文件超过 {MOST_BYTES} 字节"), format!("the file has more than {MOST_BYTES} bytes")),
        remedy: Words::new("把流程图拆成几个文件，用调用活动连接", "cut the chart into several files joined by call activities"),
    }
}

pub(crate) fn definition(xml: &str, key: Option<&str>, encoding: Encoding) -> Result<Definition, ParseError> {
    if xml.len() > MOST_BYTES {
        return Err(too_large());
    }
    let lines = Lines::of(xml);
    not_too_many_attributes(xml, &lines)?;
    let document = Document::parse(xml).map_err(|error| {
        let at = error.pos();
        let (reason, remedy) = match error {
            roxmltree::Error::DtdDetected => (
                Words::new(
                    "文件里有 DTD（<!DOCTYPE …>），DTD 和实体不接受",
                    "the file has a DTD (<!DOCTYPE …>): neither it nor entities are accepted",
                ),
                Words::new("删去 <!DOCTYPE …>，实体换成它代表的文字", "remove <!DOCTYPE …> and write out the entities"),
            ),
            error => (
                Words::new(format!("不是格式正确的 XML（{error}）"), format!("not well-formed XML ({error})")),
                Words::new("请用流程图软件重新导出 BPMN 2.0 文件", "export the file again as BPMN 2.0 from the modeler"),
            ),
        };
        ParseError { element: None, line: at.row as usize, column: at.col as usize, reason, remedy }
    })?;
    let root = document.root_element();
    if !is(root, "definitions") {
        return Err(lines.error(
            root,
            Words::new("不是 BPMN 2.0 文件：根元素应为 definitions", "not a BPMN 2.0 file: the root must be definitions"),
            Words::new(format!("根元素的命名空间应为 {BPMN}"), format!("the namespace of the root must be {BPMN}")),
        ));
    }

    let by_id = ids(root, &lines)?;
    let processes: Vec<Xml> = root.children().filter(|n| is(*n, "process")).collect();
    let process = choose(root, &processes, key, &lines)?;
    let Some(id) = process.attribute("id") else {
        return Err(lines.error(
            process,
            Words::new("流程没有 id", "the process has no id"),
            Words::new("给 process 加上 id，例如 id=\"行政许可\"", "give the process an id"),
        ));
    };

    let mut reading = Reading {
        lines: &lines,
        by_id: &by_id,
        lane_of: BTreeMap::new(),
        lanes: Vec::new(),
        nodes: Vec::new(),
        flows: Vec::new(),
        kept: Vec::new(),
    };
    reading.lanes_in(process, 0)?;
    reading.scope(process, None, 0)?;
    let called = reading.called_in_file(&processes, id)?;
    let Reading { lanes, mut nodes, mut flows, kept, .. } = reading;
    let node_index = index(nodes.iter().map(|n| n.id.as_str()));
    let flow_index = index(flows.iter().map(|f| f.id.as_str()));
    // Flows are joined to nodes by sourceRef and targetRef: many tools leave out incoming and outgoing.
    for (at, flow) in flows.iter_mut().enumerate() {
        if let Some(i) = node_index.get(&flow.source) {
            nodes[*i].outgoing.push(flow.id.clone());
            nodes[*i].out.push(at);
        }
        if let Some(i) = node_index.get(&flow.target) {
            nodes[*i].incoming.push(flow.id.clone());
            nodes[*i].ins.push(at);
            flow.to = *i;
        }
    }
    let mut boundaries: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        if let Some(host) = &node.attached_to {
            boundaries.entry(host.clone()).or_default().push(i);
        }
    }
    let insides = insides(&nodes);
    let inside = |holder: Option<&str>| insides.get(&holder.map(str::to_owned)).cloned().unwrap_or_default();
    for node in &mut nodes {
        if node.kind.holds_nodes() {
            node.inside = inside(Some(&node.id));
        } else if let Some(process) = node.called.as_deref().filter(|p| called.contains(*p)) {
            node.inside = inside(Some(process));
        }
    }

    let mut definition = Definition {
        hash: digest(xml).into(),
        key: id.to_owned(),
        name: process_name(root, process),
        line: lines.line(process.range().start),
        documentation: documentation(process),
        processes: processes.iter().filter_map(|p| p.attribute("id")).map(str::to_owned).collect(),
        diagram: diagram::read(root, &nodes, &by_id),
        twins: twins(process, root, &lines),
        strays: strays(&processes, id, &called, &by_id, &lines),
        xml: xml.to_owned(),
        top: inside(None),
        upstream: HashMap::new(),
        flaws: std::sync::OnceLock::new(),
        faults: Vec::new(),
        encoding,
        lanes,
        nodes,
        flows,
        node_index,
        flow_index,
        boundaries,
        kept,
    };
    definition.upstream = upstream(&definition);
    definition.faults = crate::check::check(&definition);
    Ok(definition)
}

/// What stands in our namespace in this process, or one that it calls, and is read by nobody.
///
/// Signals that are named and defined nowhere are told with it.
fn strays(processes: &[Xml], own: &str, called: &BTreeSet<String>, by_id: &HashMap<&str, Xml>, lines: &Lines) -> Vec<Fault> {
    let runs = |process: &&Xml| process.attribute("id").is_some_and(|id| id == own || called.contains(id));
    let all = processes.iter().filter(runs);
    let told = |process: &Xml| {
        ours::strays(*process, lines).into_iter().chain(undefined(*process, by_id, lines)).chain(twice::said(*process, lines))
    };
    all.flat_map(told).collect()
}

/// Signals that a reference names and nobody defines: a slip of the pen would wait for ever.
fn undefined(process: Xml, by_id: &HashMap<&str, Xml>, lines: &Lines) -> Vec<Fault> {
    let signals = process.descendants().filter(|node| is(*node, "signalEventDefinition"));
    let wrong = signals.filter_map(|definition| {
        let signal = local(definition.attribute("signalRef")?);
        if signal.is_empty() || by_id.get(signal).is_some_and(|element| is(*element, "signal")) {
            return None;
        }
        let owner = definition.parent_element()?;
        let said = |name: &str| owner.attribute(name).unwrap_or_default().to_owned();
        Some(Fault {
            element: said("id"),
            name: said("name"),
            line: lines.line(definition.range().start),
            rule: Rule::Trigger,
            reason: Words::new(
                format!("signalRef 指的信号“{signal}”没有定义"),
                format!("the signal “{signal}” that signalRef names is not defined"),
            ),
            remedy: Words::new(
                "在 definitions 下写出 <signal id=\"…\" name=\"…\"/>，或改成有的信号",
                "write <signal id=\"…\" name=\"…\"/> under definitions, or name one that is there",
            ),
        })
    });
    wrong.take(MOST_WRONG).collect()
}

/// Nodes by what they lie in.
fn insides(nodes: &[Node]) -> HashMap<Option<String>, Inside> {
    let mut insides: HashMap<Option<String>, Inside> = HashMap::new();
    let mut first_start: HashMap<&str, usize> = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        let inside = insides.entry(node.parent.clone()).or_default();
        inside.nodes.push(i);
        if node.kind == NodeKind::StartEvent {
            if node.trigger == Trigger::None && inside.start.is_none() {
                inside.start = Some(i);
            }
            if let Some(parent) = &node.parent {
                first_start.entry(parent).or_insert(i);
            }
        }
    }
    for (i, node) in nodes.iter().enumerate().filter(|(_, n)| n.kind == NodeKind::EventSubProcess) {
        if let Some(start) = first_start.get(node.id.as_str())
            && let Some(inside) = insides.get_mut(&node.parent)
        {
            inside.events.push((i, *start));
        }
    }
    insides
}

/// For each inclusive join and each of its incoming flows: the places (nodes by index, then flows) from which a token can
/// reach the flow without passing the gateway, the flow itself included. A boundary event is reached from the activity it
/// sits on, a link from its throw.
fn upstream(def: &Definition) -> HashMap<usize, Vec<(usize, Bits)>> {
    let size = def.nodes.len() + def.flows.len();
    let mut links: HashMap<usize, Vec<usize>> = HashMap::new();
    for (i, node) in def.nodes.iter().enumerate().filter(|(_, n)| n.kind == NodeKind::ThrowEvent) {
        if let Some(to) = def.link_target(node).and_then(|n| def.node_index.get(&n.id)) {
            links.entry(*to).or_default().push(i);
        }
    }
    let joins = def.nodes.iter().enumerate().filter(|(_, n)| n.kind == NodeKind::InclusiveGateway && n.ins.len() > 1);
    joins
        .map(|(gateway, join)| {
            let of = |flow: &usize| {
                let mut seen = Bits::of_size(size);
                seen.add(def.nodes.len() + flow);
                let mut todo: Vec<usize> = def.node_index.get(&def.flows[*flow].source).copied().into_iter().collect();
                while let Some(i) = todo.pop() {
                    if i == gateway || !seen.add(i) {
                        continue;
                    }
                    let node = &def.nodes[i];
                    todo.extend(node.attached_to.as_ref().and_then(|id| def.node_index.get(id)));
                    todo.extend(links.get(&i).into_iter().flatten());
                    for before in &node.ins {
                        if seen.add(def.nodes.len() + before) {
                            todo.extend(def.node_index.get(&def.flows[*before].source));
                        }
                    }
                }
                (*flow, seen)
            };
            (gateway, join.ins.iter().map(of).collect())
        })
        .collect()
}

/// Counts `=` inside tags, outside quotes.
fn not_too_many_attributes(xml: &str, lines: &Lines) -> Result<(), ParseError> {
    let (mut inside, mut quote, mut count) = (false, 0_u8, 0);
    for (at, byte) in xml.bytes().enumerate() {
        match (inside, quote, byte) {
            (false, _, b'<') => (inside, quote, count) = (true, 0, 0),
            (true, 0, b'"' | b'\'') => quote = byte,
            (true, 0, b'>') => inside = false,
            // A tag cannot begin inside a tag: it was text, or the file is broken.
            (true, 0, b'<') => count = 0,
            (true, 0, b'=') => {
                count += 1;
                if count > MOST_ATTRIBUTES {
                    return Err(ParseError {
                        element: None,
                        line: lines.line(at),
                        column: 1,
                        reason: Words::new(
                            format!("一个元素有 {MOST_ATTRIBUTES} 个以上的属性"),
                            format!("an element has more than {MOST_ATTRIBUTES} attributes"),
                        ),
                        remedy: Words::new(
                            "请用流程图软件重新导出 BPMN 2.0 文件",
                            "export the file again as BPMN 2.0 from the modeler",
                        ),
                    });
                }
            }
            (true, q, b) if q == b => quote = 0,
            _ => {}
        }
    }
    Ok(())
}

/// SHA-256 in lower-case hex.
fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn is(node: Xml, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(BPMN)
}

pub(crate) fn child<'a, 'i>(node: Xml<'a, 'i>, name: &str) -> Option<Xml<'a, 'i>> {
    node.children().find(|n| is(*n, name))
}

/// A QName reference without its prefix: `tns:message-id`.
pub(crate) fn local(reference: &str) -> &str {
    let reference = reference.trim();
    reference.rsplit_once(':').map_or(reference, |(_, name)| name)
}

/// All text below an element, with white space at the ends taken off.
pub(crate) fn text(node: Xml) -> String {
    let all: String = node.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect();
    all.trim().to_owned()
}

fn documentation(node: Xml) -> Option<String> {
    let parts: Vec<String> = node.children().filter(|n| is(*n, "documentation")).map(text).filter(|t| !t.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn index<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<String, usize> {
    let mut index = HashMap::new();
    for (i, id) in ids.enumerate() {
        index.entry(id.to_owned()).or_insert(i);
    }
    index
}

/// Every BPMN element by id; an id that is no NCName stops the reading, and so does a name that is a whole book: the name of
/// a lane or a message is kept with each step it is of.
fn ids<'a, 'i>(root: Xml<'a, 'i>, lines: &Lines) -> Result<HashMap<&'a str, Xml<'a, 'i>>, ParseError> {
    let mut by_id = HashMap::new();
    for node in root.descendants().filter(|n| n.is_element() && n.tag_name().namespace() == Some(BPMN)) {
        let named = ["id", "name", "errorCode", "escalationCode"].into_iter().filter_map(|name| node.attribute(name));
        if named.map(str::len).max() > Some(MOST_NAME) {
            return Err(lines.error(
                node,
                Words::new(format!("名称超过 {MOST_NAME} 字节"), format!("a name of more than {MOST_NAME} bytes")),
                Words::new("长的说明请写在 documentation 里", "put long explanations into documentation"),
            ));
        }
        if let Some(id) = node.attribute("id") {
            if let Some(remedy) = place::ncname_remedy(id) {
                return Err(lines.error(
                    node,
                    Words::new(format!("id“{id}”不合规则"), format!("the id “{id}” is not a valid name")),
                    remedy,
                ));
            }
            by_id.entry(id).or_insert(node);
        }
    }
    Ok(by_id)
}

impl<'a, 'i> Reading<'a, 'i> {
    /// Reads the processes of the same file that are called from what was read, and those called from these.
    fn called_in_file(&mut self, processes: &[Xml<'a, 'i>], own: &str) -> Result<BTreeSet<String>, ParseError> {
        let mut read: BTreeSet<String> = BTreeSet::new();
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            at += 1;
            let Some(key) = node.called.clone().filter(|key| key != own && !read.contains(key)) else { continue };
            if let Some(process) = processes.iter().find(|p| p.attribute("id") == Some(&key)) {
                self.lanes_in(*process, 0)?;
                self.scope(*process, Some(&key), 0)?;
                read.insert(key);
            }
        }
        Ok(read)
    }
}

/// Elements whose id was already taken, in our process.
fn twins(process: Xml, root: Xml, lines: &Lines) -> Vec<Kept> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    let all = || root.descendants().filter(|n| n.is_element() && n.tag_name().namespace() == Some(BPMN));
    for id in all().filter_map(|n| n.attribute("id")) {
        *count.entry(id).or_default() += 1;
    }
    process
        .descendants()
        .filter(|n| n.is_element() && n.tag_name().namespace() == Some(BPMN))
        .filter_map(|n| n.attribute("id").map(|id| (n, id)))
        .filter(|(_, id)| count[id] > 1)
        .map(|(n, id)| Kept { id: id.to_owned(), element: n.tag_name().name().to_owned(), line: lines.line(n.range().start) })
        .collect()
}

fn choose<'a, 'i>(
    root: Xml<'a, 'i>,
    processes: &[Xml<'a, 'i>],
    key: Option<&str>,
    lines: &Lines,
) -> Result<Xml<'a, 'i>, ParseError> {
    if let Some(key) = key {
        return processes.iter().find(|p| p.attribute("id") == Some(key)).copied().ok_or_else(|| {
            lines.error(
                root,
                Words::new(format!("文件里没有流程“{key}”"), format!("there is no process “{key}” in the file")),
                Words::new("请核对流程 id", "check the process id"),
            )
        });
    }
    let executable = |p: &&Xml| p.attribute("isExecutable").is_some_and(|v| v == "true" || v == "1");
    let has_steps = |p: &&Xml| p.children().any(|n| n.is_element() && nodes::kind(n).is_some());
    processes
        .iter()
        .filter(executable)
        .find(has_steps)
        .or_else(|| processes.iter().find(has_steps))
        .or_else(|| processes.first())
        .copied()
        .ok_or_else(|| {
            lines.error(
                root,
                Words::new("文件里没有流程", "there is no process in the file"),
                Words::new("文件至少要有一个 process 元素", "the file needs at least one process element"),
            )
        })
}

fn process_name(root: Xml, process: Xml) -> String {
    let id = process.attribute("id").unwrap_or_default();
    let own = process.attribute("name").map(str::trim).filter(|n| !n.is_empty());
    let pool = || {
        root.descendants()
            .filter(|n| is(*n, "participant"))
            .find(|n| n.attribute("processRef").is_some_and(|r| local(r) == id))
            .and_then(|n| n.attribute("name"))
            .map(str::trim)
            .filter(|n| !n.is_empty())
    };
    own.or_else(pool).unwrap_or(id).to_owned()
}
