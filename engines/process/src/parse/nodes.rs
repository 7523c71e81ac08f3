//! 读节点 · nodes, flows and lanes of one process.

use super::{BPMN, DEEPEST, MOST_FLOWS, MOST_NODES, Reading, SUNLIT, child, documentation, is, local, text};
use crate::definition::{AdHoc, Expression, Flow, Inside, Kept, Node, NodeKind, Repeat, Script, Trigger};
use crate::fault::ParseError;
use crate::words::Words;
use roxmltree::Node as Xml;
use std::collections::BTreeMap;

/// What a BPMN element is in the flow; none for everything that is no node.
pub(super) fn kind(node: Xml) -> Option<NodeKind> {
    use NodeKind::*;
    if node.tag_name().namespace() != Some(BPMN) {
        return None;
    }
    Some(match node.tag_name().name() {
        "startEvent" => StartEvent,
        "endEvent" => EndEvent,
        "intermediateCatchEvent" => CatchEvent,
        "intermediateThrowEvent" => ThrowEvent,
        "boundaryEvent" => BoundaryEvent,
        "task" => Task,
        "userTask" => UserTask,
        "manualTask" => ManualTask,
        "serviceTask" => ServiceTask,
        "sendTask" => SendTask,
        "receiveTask" => ReceiveTask,
        "businessRuleTask" => BusinessRuleTask,
        "scriptTask" => ScriptTask,
        "exclusiveGateway" => ExclusiveGateway,
        "parallelGateway" => ParallelGateway,
        "inclusiveGateway" => InclusiveGateway,
        "eventBasedGateway" => EventBasedGateway,
        "complexGateway" => ComplexGateway,
        "subProcess" if truth(node, "triggeredByEvent", false) => EventSubProcess,
        "subProcess" => SubProcess,
        "transaction" => Transaction,
        "adHocSubProcess" => AdHocSubProcess,
        "callActivity" => CallActivity,
        _ => return None,
    })
}

fn truth(node: Xml, attribute: &str, default: bool) -> bool {
    node.attribute(attribute).map_or(default, |v| v == "true" || v == "1")
}

fn name(node: Xml) -> String {
    // Modelers write line breaks of the label into the attribute.
    node.attribute("name").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'i> Reading<'_, 'i> {
    /// Lanes, the inner ones last, so that they overrule the outer.
    pub(super) fn lanes_in(&mut self, holder: Xml<'_, 'i>, depth: usize) -> Result<(), ParseError> {
        self.not_too_deep(holder, depth)?;
        let sets = holder.children().filter(|n| is(*n, "laneSet") || is(*n, "childLaneSet"));
        for lane in sets.flat_map(|set| set.children().filter(|n| is(*n, "lane")).collect::<Vec<_>>()) {
            let mut label = name(lane);
            if label.is_empty() {
                label = lane.attribute("id").unwrap_or_default().to_owned();
            }
            let shared = crate::definition::Id::from(label.as_str());
            for reference in lane.children().filter(|n| is(*n, "flowNodeRef")) {
                self.lane_of.insert(text(reference), shared.clone());
            }
            self.lanes.push(label);
            self.lanes_in(lane, depth + 1)?;
        }
        Ok(())
    }

    /// The nodes and flows directly in a process or sub-process, and then those of its sub-processes.
    pub(super) fn scope(&mut self, holder: Xml<'_, 'i>, parent: Option<&str>, depth: usize) -> Result<(), ParseError> {
        self.not_too_deep(holder, depth)?;
        let inherited = parent.and_then(|id| self.lane_of.get(id).cloned());
        for element in holder.children().filter(|n| n.is_element() && n.tag_name().namespace() == Some(BPMN)) {
            let tag = element.tag_name().name();
            if let Some(kind) = kind(element) {
                let id = self.id_of(element)?;
                if let Some(lane) = &inherited {
                    self.lane_of.entry(id.clone()).or_insert_with(|| lane.clone());
                }
                let node = self.node(element, kind, id.clone(), parent);
                self.nodes.push(node);
                if kind.holds_nodes() {
                    self.lanes_in(element, depth + 1)?;
                    self.scope(element, Some(&id), depth + 1)?;
                }
                self.not_too_many(element, self.nodes.len(), MOST_NODES)?;
            } else if tag == "sequenceFlow" {
                let id = self.id_of(element)?;
                let flow = self.flow(element, id, parent);
                self.flows.push(flow);
                self.not_too_many(element, self.flows.len(), MOST_FLOWS)?;
            } else if KEPT.contains(&tag) {
                self.kept.push(Kept {
                    id: element.attribute("id").unwrap_or_default().to_owned(),
                    element: tag.to_owned(),
                    line: self.lines.line(element.range().start),
                });
            }
        }
        Ok(())
    }

    fn not_too_deep(&self, holder: Xml, depth: usize) -> Result<(), ParseError> {
        if depth <= DEEPEST {
            return Ok(());
        }
        Err(self.lines.error(
            holder,
            Words::new(format!("嵌套超过 {DEEPEST} 层"), format!("nested deeper than {DEEPEST} levels")),
            Words::new("请减少子流程或泳道的层数", "use fewer levels of sub-processes or lanes"),
        ))
    }

    fn not_too_many(&self, element: Xml, count: usize, most: usize) -> Result<(), ParseError> {
        if count <= most {
            return Ok(());
        }
        Err(self.lines.error(
            element,
            Words::new(format!("步骤或连线超过 {most} 个"), format!("more than {most} steps or flows")),
            Words::new("把流程图拆成几个流程，用调用活动连接", "cut the chart into several processes joined by call activities"),
        ))
    }

    fn id_of(&self, element: Xml) -> Result<String, ParseError> {
        element.attribute("id").map(str::to_owned).ok_or_else(|| {
            self.lines.error(
                element,
                Words::new("没有 id", "it has no id"),
                Words::new("给它加上不重复的 id", "give it an id of its own"),
            )
        })
    }

    fn node(&self, element: Xml<'_, 'i>, kind: NodeKind, id: String, parent: Option<&str>) -> Node {
        let interrupting = if kind == NodeKind::StartEvent { "isInterrupting" } else { "cancelActivity" };
        let of_kind = |wanted: NodeKind| kind == wanted;
        Node {
            name: name(element),
            kind,
            trigger: self.trigger(element),
            lane: self.lane_of.get(&id).map(|lane| lane.to_string()),
            documentation: documentation(element),
            extension: extension(element, "task"),
            line: self.lines.line(element.range().start),
            span: element.range(),
            element: element.tag_name().name().to_owned(),
            parent: parent.map(str::to_owned),
            incoming: Vec::new(),
            outgoing: Vec::new(),
            default: element.attribute("default").map(|d| d.trim().to_owned()),
            attached_to: element.attribute("attachedToRef").map(|r| local(r).to_owned()),
            interrupting: truth(element, interrupting, true),
            repeats: self.repeat(element),
            script: of_kind(NodeKind::ScriptTask).then(|| script(element)).flatten(),
            called: of_kind(NodeKind::CallActivity)
                .then(|| element.attribute("calledElement"))
                .flatten()
                .map(|c| local(c).to_owned()),
            ad_hoc: of_kind(NodeKind::AdHocSubProcess).then(|| AdHoc {
                sequential: element.attribute("ordering") == Some("Sequential"),
                until: child(element, "completionCondition").and_then(expression),
                cancel_rest: truth(element, "cancelRemainingInstances", true),
            }),
            for_compensation: truth(element, "isForCompensation", false),
            handler: of_kind(NodeKind::BoundaryEvent).then(|| self.handler(element)).flatten(),
            instantiate: truth(element, "instantiate", false),
            key: id.as_str().into(),
            out: Vec::new(),
            ins: Vec::new(),
            inside: Inside::default(),
            id,
        }
    }

    fn repeat(&self, element: Xml<'_, 'i>) -> Option<Repeat> {
        if let Some(multi) = child(element, "multiInstanceLoopCharacteristics") {
            // A list comes from a data input that names a variable, or from `<sunlit:each>`.
            let own = extension(multi, "each");
            let of = |name: &str| own.get(name).map(|text| Expression { text: plain(text), language: None });
            let referred = |name: &str| {
                let id = child(multi, name).map(text)?;
                let named = self.by_id.get(local(&id)).and_then(|n| n.attribute("name")).map(str::to_owned);
                Some(Expression { text: named.unwrap_or_else(|| local(&id).to_owned()), language: None })
            };
            let item =
                || child(multi, "inputDataItem").and_then(|n| n.attribute("name").or(n.attribute("id"))).map(str::to_owned);
            return Some(Repeat::Multi {
                sequential: truth(multi, "isSequential", false),
                count: child(multi, "loopCardinality").and_then(expression),
                each: of("in").or_else(|| referred("loopDataInputRef")),
                item: own.get("as").cloned().or_else(item),
                until: child(multi, "completionCondition").and_then(expression),
                gather: of("gather").zip(own.get("into").cloned()),
            });
        }
        child(element, "standardLoopCharacteristics").map(|again| Repeat::Loop {
            again: child(again, "loopCondition").and_then(expression),
            before: truth(again, "testBefore", false),
            most: again.attribute("loopMaximum").and_then(|n| n.trim().parse().ok()),
        })
    }

    /// The activity that an association joins to a compensation event.
    fn handler(&self, element: Xml<'_, 'i>) -> Option<String> {
        let id = element.attribute("id")?;
        let associations = element.parent()?.children().filter(|n| is(*n, "association"));
        associations
            .filter(|a| a.attribute("sourceRef").is_some_and(|r| local(r) == id))
            .find_map(|a| a.attribute("targetRef").map(|r| local(r).to_owned()))
    }

    fn trigger(&self, element: Xml<'_, 'i>) -> Trigger {
        if matches!(element.tag_name().name(), "receiveTask" | "sendTask") {
            return match element.attribute("messageRef") {
                Some(reference) => Trigger::Message(self.message(reference)),
                None => Trigger::None,
            };
        }
        let own = element
            .children()
            .filter(|n| n.is_element() && n.tag_name().namespace() == Some(BPMN))
            .filter(|n| n.tag_name().name().ends_with("EventDefinition"));
        let referred =
            element.children().filter(|n| is(*n, "eventDefinitionRef")).filter_map(|n| self.by_id.get(local(&text(n))).copied());
        let mut all = own.chain(referred);
        let Some(definition) = all.next() else {
            return Trigger::None;
        };
        if all.any(|other| other != definition) {
            return Trigger::Other("multipleEventDefinition".to_owned());
        }
        match definition.tag_name().name() {
            "messageEventDefinition" => {
                Trigger::Message(definition.attribute("messageRef").map(|r| self.message(r)).unwrap_or_default())
            }
            "timerEventDefinition" => definition
                .children()
                .find(|n| super::twice::TIMES.iter().any(|t| is(*n, t)))
                .map(|n| Trigger::Timer { sort: n.tag_name().name().to_owned(), text: text(n) })
                .unwrap_or(Trigger::Timer { sort: String::new(), text: String::new() }),
            "terminateEventDefinition" => Trigger::Terminate,
            "signalEventDefinition" => Trigger::Signal(self.referred(definition, "signalRef", "name")),
            "errorEventDefinition" => Trigger::Error(self.referred(definition, "errorRef", "errorCode")),
            "escalationEventDefinition" => Trigger::Escalation(self.referred(definition, "escalationRef", "escalationCode")),
            "conditionalEventDefinition" => {
                let empty = Expression { text: String::new(), language: None };
                Trigger::Condition(child(definition, "condition").and_then(expression).unwrap_or(empty))
            }
            "linkEventDefinition" => Trigger::Link(name(definition)),
            "compensateEventDefinition" => {
                Trigger::Compensation(definition.attribute("activityRef").map(local).unwrap_or_default().to_owned())
            }
            other => Trigger::Other(other.to_owned()),
        }
    }

    /// The name of a message: its `name`, else its id. Messages are matched by name.
    fn message(&self, reference: &str) -> String {
        let id = local(reference);
        let named = self.by_id.get(id).and_then(|n| n.attribute("name")).map(str::trim).filter(|n| !n.is_empty());
        named.unwrap_or(id).to_owned()
    }

    /// The code (or name) of what a definition refers to; its id where it has none; empty when it refers to nothing.
    fn referred(&self, definition: Xml, reference: &str, code: &str) -> String {
        let Some(id) = definition.attribute(reference).map(local) else { return String::new() };
        let coded = self.by_id.get(id).and_then(|n| n.attribute(code)).map(str::trim).filter(|n| !n.is_empty());
        coded.unwrap_or(id).to_owned()
    }

    fn flow(&self, element: Xml, id: String, parent: Option<&str>) -> Flow {
        let condition = child(element, "conditionExpression").and_then(expression);
        let (condition, language) = condition.map(|c| (Some(c.text), c.language)).unwrap_or_default();
        Flow {
            name: name(element),
            source: element.attribute("sourceRef").unwrap_or_default().trim().to_owned(),
            target: element.attribute("targetRef").unwrap_or_default().trim().to_owned(),
            condition,
            language,
            usual: extension(element, "flow").get("usual").is_some_and(|v| v == "true"),
            parent: parent.map(str::to_owned),
            line: self.lines.line(element.range().start),
            span: element.range(),
            key: id.as_str().into(),
            to: usize::MAX,
            id,
        }
    }
}

fn plain(text: &str) -> String {
    text.trim().trim_start_matches('=').trim().to_owned()
}

/// An expression and its language; none when it is empty.
fn expression(element: Xml) -> Option<Expression> {
    let language = element.attribute("language").map(str::to_owned);
    Some(Expression { text: plain(&text(element)), language }).filter(|e| !e.text.is_empty())
}

fn script(element: Xml) -> Option<Script> {
    let body = Expression {
        text: plain(&text(child(element, "script")?)),
        language: element.attribute("scriptFormat").map(str::to_owned),
    };
    let result = extension(element, "task").get("result").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    Some(Script { body, result }).filter(|s| !s.body.text.is_empty())
}

/// Elements of a process that are shown but have no part in running.
const KEPT: [&str; 8] = [
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "textAnnotation",
    "association",
    "group",
    "ioSpecification",
    "property",
];

/// Attributes of `<sunlit:{name}>` under `extensionElements`.
fn extension(element: Xml, name: &str) -> BTreeMap<String, String> {
    child(element, "extensionElements")
        .into_iter()
        .flat_map(|e| e.children())
        .filter(|n| n.is_element() && n.tag_name().name() == name && n.tag_name().namespace() == Some(SUNLIT))
        .flat_map(|n| n.attributes())
        .map(|a| (a.name().to_owned(), a.value().to_owned()))
        .collect()
}
