//! 读图 · BPMN 2.0 XML into a [`Definition`]. Any namespace prefix; ids are NCNames, so Chinese ids are legal and an id
//! with a space is refused with the line and the remedy (A2.2). What is merely not executable is read all the same.

mod diagram;
mod nodes;
mod place;

use crate::definition::{Definition, Flow, Kept, Node};
use crate::fault::ParseError;
use crate::words::Words;
use place::Lines;
use roxmltree::{Document, Node as Xml};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

pub(crate) const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
pub(crate) const SUNLIT: &str = "urn:sunlit:bpmn:1";

/// Sub-processes deeper than this are a mistake, and would exhaust the stack.
const DEEPEST: usize = 32;

/// What the walk through a process gathers.
struct Reading<'a, 'input> {
    lines: &'a Lines<'input>,
    /// Elements of the whole file by id, for references.
    by_id: &'a HashMap<&'a str, Xml<'a, 'input>>,
    /// The innermost lane of a node id.
    lane_of: BTreeMap<String, String>,
    lanes: Vec<String>,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
    kept: Vec<Kept>,
}

pub(crate) fn definition(xml: &str, key: Option<&str>) -> Result<Definition, ParseError> {
    let lines = Lines::of(xml);
    let document = Document::parse(xml).map_err(|error| {
        let at = error.pos();
        ParseError {
            element: None,
            line: at.row as usize,
            column: at.col as usize,
            reason: Words::new(format!("不是格式正确的 XML（{error}）"), format!("not well-formed XML ({error})")),
            remedy: Words::new("请用流程图软件重新导出 BPMN 2.0 文件", "export the file again as BPMN 2.0 from the modeler"),
        }
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
    let Reading { lanes, mut nodes, flows, kept, .. } = reading;

    let node_index = index(nodes.iter().map(|n| n.id.as_str()));
    let flow_index = index(flows.iter().map(|f| f.id.as_str()));
    // Flows are joined to nodes by sourceRef and targetRef: many tools leave out incoming and outgoing.
    for flow in &flows {
        if let Some(i) = node_index.get(&flow.source) {
            nodes[*i].outgoing.push(flow.id.clone());
        }
        if let Some(i) = node_index.get(&flow.target) {
            nodes[*i].incoming.push(flow.id.clone());
        }
    }
    let mut boundaries: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        if let Some(host) = &node.attached_to {
            boundaries.entry(host.clone()).or_default().push(i);
        }
    }

    Ok(Definition {
        hash: digest(xml),
        key: id.to_owned(),
        name: process_name(root, process),
        line: lines.line(process.range().start),
        documentation: documentation(process),
        processes: processes.iter().filter_map(|p| p.attribute("id")).map(str::to_owned).collect(),
        diagram: diagram::read(root, &nodes, &by_id),
        twins: twins(process, root, &lines),
        xml: xml.to_owned(),
        lanes,
        nodes,
        flows,
        node_index,
        flow_index,
        boundaries,
        kept,
    })
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

/// Every BPMN element by id; an id that is no NCName stops the reading.
fn ids<'a, 'i>(root: Xml<'a, 'i>, lines: &Lines) -> Result<HashMap<&'a str, Xml<'a, 'i>>, ParseError> {
    let mut by_id = HashMap::new();
    for node in root.descendants().filter(|n| n.is_element() && n.tag_name().namespace() == Some(BPMN)) {
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
