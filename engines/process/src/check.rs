//! 检查 · what stands in the way of running a chart: elements that are not executed, and structure. Linear in the size of
//! the chart. Whether every path can be finished (soundness in full) is a further question that this does not answer.

use crate::definition::{Definition, Flow, Node, NodeKind, Trigger};
use crate::execute::upstream;
use crate::fault::{Fault, Rule};
use crate::words::Words;
use std::collections::{BTreeSet, HashSet};

pub(crate) fn check(def: &Definition) -> Vec<Fault> {
    let mut faults = Faults { found: Vec::new() };
    for twin in &def.twins {
        let reason = Words::new(format!("id“{}”不止一处", twin.id), format!("the id “{}” is used more than once", twin.id));
        let remedy = Words::new("每个元素用自己的 id", "give every element an id of its own");
        faults.add(&twin.id, "", twin.line, Rule::Duplicate, reason, remedy);
    }
    for node in &def.nodes {
        executed(node, &mut faults);
        boundary(def, node, &mut faults);
        branching(def, node, &mut faults);
    }
    for flow in &def.flows {
        connected(def, flow, &mut faults);
        condition(def, flow, &mut faults);
    }
    starts(def, None, &def.key, &def.name, def.line, &mut faults);
    for node in def.nodes.iter().filter(|n| n.kind == NodeKind::SubProcess) {
        starts(def, Some(&node.id), &node.id, &node.name, node.line, &mut faults);
    }
    reach(def, &mut faults);
    mutual_waits(def, &mut faults);
    faults.found.sort_by(|a, b| (a.line, &a.element, a.rule).cmp(&(b.line, &b.element, b.rule)));
    faults.found
}

struct Faults {
    found: Vec<Fault>,
}

impl Faults {
    fn add(&mut self, element: &str, name: &str, line: usize, rule: Rule, reason: Words, remedy: Words) {
        let (element, name) = (element.to_owned(), name.to_owned());
        self.found.push(Fault { element, name, line, rule, reason, remedy });
    }

    fn node(&mut self, node: &Node, rule: Rule, reason: (&str, &str), remedy: (&str, &str)) {
        let (reason, remedy) = (Words::new(reason.0, reason.1), Words::new(remedy.0, remedy.1));
        self.add(&node.id, &node.name, node.line, rule, reason, remedy);
    }

    fn flow(&mut self, flow: &Flow, rule: Rule, reason: (&str, &str), remedy: (&str, &str)) {
        let (reason, remedy) = (Words::new(reason.0, reason.1), Words::new(remedy.0, remedy.1));
        self.add(&flow.id, &flow.name, flow.line, rule, reason, remedy);
    }
}

/// Elements and events that are shown but not executed.
fn executed(node: &Node, faults: &mut Faults) {
    use NodeKind::*;
    let not = Rule::NotExecuted;
    match node.kind {
        Task => faults.node(
            node,
            not,
            ("任务没有说明由谁办", "the task does not say who does it"),
            ("改为人工（userTask、manualTask）或系统（serviceTask）任务", "make it a userTask, manualTask or serviceTask"),
        ),
        ScriptTask => faults.node(
            node,
            not,
            ("脚本任务还不能执行", "script tasks are not executed"),
            ("改为规则任务（businessRuleTask）或系统任务（serviceTask）", "make it a businessRuleTask or serviceTask"),
        ),
        EventBasedGateway => faults.node(
            node,
            not,
            ("事件网关还不能执行", "event-based gateways are not executed"),
            ("改为带边界定时的接收任务", "use a receiveTask with a boundary timer"),
        ),
        ComplexGateway => faults.node(
            node,
            not,
            (
                "复杂网关的含义因软件而异，不执行",
                "complex gateways mean different things in different tools and are not executed",
            ),
            ("改为包容网关（inclusiveGateway）", "use an inclusiveGateway"),
        ),
        EventSubProcess => faults.node(
            node,
            not,
            ("事件子流程还不能执行", "event sub-processes are not executed"),
            ("改为边界事件和其后的步骤", "use a boundary event and steps after it"),
        ),
        Transaction => faults.node(
            node,
            not,
            (
                "事务子流程不执行：行政行为不能无痕撤销",
                "transactions are not executed: an administrative act cannot be undone without trace",
            ),
            ("改为普通子流程，撤销画成一个步骤", "use a plain sub-process and draw the withdrawal as a step"),
        ),
        AdHocSubProcess => faults.node(
            node,
            not,
            ("随意子流程还不能执行", "ad-hoc sub-processes are not executed"),
            ("改为并行网关下的各个任务", "use tasks between parallel gateways"),
        ),
        CallActivity => faults.node(
            node,
            not,
            ("调用其他流程还不能执行", "calling another process is not executed"),
            ("把它画成嵌入的子流程", "draw it as an embedded sub-process"),
        ),
        _ => {}
    }
    if node.repeats.is_some() {
        faults.node(
            node,
            not,
            ("重复执行的活动（多实例、循环）还不能执行", "repeated activities (multi-instance, loop) are not executed"),
            ("用并行网关列出各方，或用网关画出回路", "draw the parties between parallel gateways, or the loop with a gateway"),
        );
    }
    trigger(node, faults);
}

fn trigger(node: &Node, faults: &mut Faults) {
    use NodeKind::*;
    let executed = match (&node.kind, &node.trigger) {
        (_, Trigger::None) => !matches!(node.kind, CatchEvent | BoundaryEvent | ReceiveTask),
        (CatchEvent | BoundaryEvent | ReceiveTask, Trigger::Message(name)) => {
            if name.is_empty() {
                faults.node(
                    node,
                    Rule::Trigger,
                    ("没有说明等什么消息", "it does not say which message it waits for"),
                    ("用 messageRef 指明消息", "name the message by messageRef"),
                );
            }
            true
        }
        (CatchEvent | BoundaryEvent, Trigger::Timer { text, .. }) => {
            if text.is_empty() && !node.extension.contains_key("limit") {
                faults.node(
                    node,
                    Rule::Trigger,
                    ("定时没有写时间", "the timer has no time"),
                    (
                        "写 timeDuration，或用 sunlit:task 的 limit 写工作日期限",
                        "write timeDuration, or limit of sunlit:task for working days",
                    ),
                );
            }
            true
        }
        (EndEvent, Trigger::Terminate) => true,
        (kind, _) => !kind.is_event(),
    };
    if executed {
        return;
    }
    if node.kind == ReceiveTask {
        let reason = ("接收任务没有说明等什么消息", "the receive task does not say which message it waits for");
        faults.node(node, Rule::Trigger, reason, ("用 messageRef 指明消息", "name the message by messageRef"));
        return;
    }
    let what = match &node.trigger {
        Trigger::None => ("没有说明等什么的事件", "an event that does not say what it waits for"),
        Trigger::Message(_) => ("这里的消息事件", "a message event here"),
        Trigger::Timer { .. } => ("这里的定时事件", "a timer event here"),
        Trigger::Terminate => ("这里的终止事件", "a terminate event here"),
        Trigger::Other(_) => ("这类事件", "an event of this sort"),
    };
    let written = match &node.trigger {
        Trigger::Other(name) => format!("（{name}）"),
        _ => String::new(),
    };
    let reason = Words::new(format!("{}{written}还不能执行", what.0), format!("{}{written} is not executed", what.1));
    let remedy = Words::new(
        "能执行的有：无触发的开始、结束和经过；等待消息或时间的中间事件和边界事件；终止结束",
        "executed are: start, end and throw without trigger; catch and boundary events for a message or a time; the terminate end",
    );
    faults.add(&node.id, &node.name, node.line, Rule::NotExecuted, reason, remedy);
}

fn boundary(def: &Definition, node: &Node, faults: &mut Faults) {
    if node.kind != NodeKind::BoundaryEvent {
        return;
    }
    let host = node.attached_to.as_deref().and_then(|id| def.node(id));
    if !host.is_some_and(|h| h.kind.is_activity() && h.parent == node.parent) {
        faults.node(
            node,
            Rule::Boundary,
            ("边界事件没有附在同一层的任务或子流程上", "the boundary event is not attached to an activity of its own level"),
            ("用 attachedToRef 指明所附的任务", "name the activity by attachedToRef"),
        );
    }
    if !node.incoming.is_empty() {
        faults.node(
            node,
            Rule::Boundary,
            ("边界事件不能有流入", "no flow may lead to a boundary event"),
            ("删去流入的连线", "remove the flow"),
        );
    }
}

fn branching(def: &Definition, node: &Node, faults: &mut Faults) {
    if node.kind == NodeKind::StartEvent && !node.incoming.is_empty() {
        faults.node(
            node,
            Rule::Start,
            ("开始事件不能有流入", "no flow may lead to a start event"),
            ("把连线改到开始之后的步骤", "lead the flow to the step after the start"),
        );
    }
    if let Some(default) = &node.default
        && !node.outgoing.contains(default)
    {
        faults.node(
            node,
            Rule::Branching,
            ("默认去向不是从这里出去的连线", "the default is not a flow that leaves here"),
            ("把 default 改为一条流出的连线", "set default to a flow that leaves here"),
        );
    }
    let split = node.outgoing.len() > 1;
    let chooses = matches!(node.kind, NodeKind::ExclusiveGateway | NodeKind::InclusiveGateway) && split;
    let flows: Vec<&Flow> = def.outgoing(node).collect();
    if chooses && node.default.is_none() {
        faults.node(
            node,
            Rule::Branching,
            ("分支没有默认去向，条件都不成立时无路可走", "the branching has no default: nowhere to go when no condition holds"),
            ("用 default 指定一条连线", "name one flow by default"),
        );
    }
    for flow in flows {
        let default = node.default.as_ref() == Some(&flow.id);
        if chooses && !default && flow.condition.is_none() {
            faults.flow(
                flow,
                Rule::Branching,
                ("分支上的连线没有条件", "a branch has no condition"),
                ("写条件（conditionExpression），或设为默认去向", "write a conditionExpression, or make it the default"),
            );
        }
        if default && flow.condition.is_some() {
            faults.flow(
                flow,
                Rule::Branching,
                ("默认去向不能有条件", "the default cannot have a condition"),
                ("删去条件", "remove the condition"),
            );
        }
    }
}

fn connected(def: &Definition, flow: &Flow, faults: &mut Faults) {
    let (source, target) = (def.node(&flow.source), def.node(&flow.target));
    let (Some(source), Some(target)) = (source, target) else {
        faults.flow(
            flow,
            Rule::Dangling,
            ("连线的一端没有连到步骤", "one end of the flow is not joined to a step"),
            ("把两端连好，或删去连线", "join both ends, or remove the flow"),
        );
        return;
    };
    if source.parent != target.parent || source.parent != flow.parent {
        faults.flow(
            flow,
            Rule::Dangling,
            ("连线穿过了子流程的边界", "the flow crosses the border of a sub-process"),
            ("连到子流程本身", "join it to the sub-process itself"),
        );
    }
    if source.kind == NodeKind::EndEvent {
        faults.flow(
            flow,
            Rule::Dangling,
            ("结束事件不能有流出", "no flow may leave an end event"),
            ("删去连线，或改为中间事件", "remove the flow, or make it an intermediate event"),
        );
    }
}

fn condition(def: &Definition, flow: &Flow, faults: &mut Faults) {
    let Some(text) = &flow.condition else { return };
    let source = def.node(&flow.source).map(|n| n.kind);
    if matches!(source, Some(NodeKind::ParallelGateway | NodeKind::StartEvent | NodeKind::EventBasedGateway)) {
        faults.flow(
            flow,
            Rule::Condition,
            ("这里的连线不看条件", "conditions have no meaning here"),
            ("删去条件，或改用排他或包容网关", "remove the condition, or use an exclusive or inclusive gateway"),
        );
    }
    let foreign = text.contains("${") || text.contains("#{");
    let feel = |l: &String| l.is_empty() || l.to_ascii_lowercase().contains("feel");
    if foreign || !flow.language.as_ref().is_none_or(feel) {
        faults.flow(
            flow,
            Rule::Condition,
            ("条件不是 FEEL 语言", "the condition is not in FEEL"),
            ("改写为 FEEL，例如 outcome = \"accept\"", "write it in FEEL, for example outcome = \"accept\""),
        );
    }
}

fn starts(def: &Definition, parent: Option<&str>, id: &str, name: &str, line: usize, faults: &mut Faults) {
    let plain = |n: &&Node| n.kind == NodeKind::StartEvent && n.trigger == Trigger::None;
    let count = def.nodes.iter().filter(|n| n.parent.as_deref() == parent).filter(plain).count();
    let (reason, remedy) = match count {
        1 => return,
        0 => (
            Words::new("没有开始事件", "there is no start event"),
            Words::new("画一个无触发的开始事件", "draw a start event without trigger"),
        ),
        _ => (
            Words::new("开始事件不止一个", "there is more than one start event"),
            Words::new("只留一个开始，其后用网关分支", "keep one start and branch after it"),
        ),
    };
    faults.add(id, name, line, Rule::Start, reason, remedy);
}

/// Every node is reached from the start of its scope and reaches an end of it.
fn reach(def: &Definition, faults: &mut Faults) {
    let all = |node: &&Node| in_executed_scope(def, node);
    let mut forward: HashSet<&str> = HashSet::new();
    // Boundary events of a reached activity are reached. Every start counts: several are a fault of their own.
    let mut todo: Vec<&Node> = def.nodes.iter().filter(|n| n.kind == NodeKind::StartEvent).collect();
    while let Some(node) = todo.pop() {
        if !forward.insert(&node.id) {
            continue;
        }
        todo.extend(def.boundaries_of(&node.id));
        todo.extend(def.outgoing(node).filter_map(|f| def.node(&f.target)));
    }
    let mut backward: HashSet<&str> = HashSet::new();
    let mut todo: Vec<&Node> = def.nodes.iter().filter(|n| n.kind == NodeKind::EndEvent).collect();
    while let Some(node) = todo.pop() {
        if !backward.insert(&node.id) {
            continue;
        }
        if node.interrupting {
            todo.extend(node.attached_to.as_deref().and_then(|id| def.node(id)));
        }
        todo.extend(def.incoming(node).filter_map(|f| def.node(&f.source)));
    }
    for node in def.nodes.iter().filter(all) {
        // A boundary event that hangs on nothing has its own fault.
        if !forward.contains(node.id.as_str()) && node.kind != NodeKind::BoundaryEvent {
            faults.node(
                node,
                Rule::Unreachable,
                ("从开始走不到这里", "no path leads here from the start"),
                ("连上流入，或删去", "lead a flow here, or remove it"),
            );
        }
        if !backward.contains(node.id.as_str()) {
            faults.node(
                node,
                Rule::NoEnd,
                ("从这里走不到结束", "no path leads from here to an end"),
                ("连到后面的步骤或结束事件", "lead a flow to a later step or an end event"),
            );
        }
    }
}

/// Inside a sub-process that is not executed nothing further is said: the sub-process itself is refused.
fn in_executed_scope(def: &Definition, node: &Node) -> bool {
    let own = !matches!(node.kind, NodeKind::EventSubProcess);
    let mut parent = node.parent.as_deref();
    while let Some(node) = parent.and_then(|id| def.node(id)) {
        if node.kind != NodeKind::SubProcess {
            return false;
        }
        parent = node.parent.as_deref();
    }
    own
}

/// Two inclusive joins that can each hold back the other wait for ever under the standard.
fn mutual_waits(def: &Definition, faults: &mut Faults) {
    let gates: Vec<&Node> = def.nodes.iter().filter(|n| n.kind == NodeKind::InclusiveGateway && n.incoming.len() > 1).collect();
    let holds_back = |by: &Node, join: &Node| {
        let ups: Vec<BTreeSet<&str>> = def.incoming(join).map(|f| upstream(def, join, f)).collect();
        by.incoming.iter().any(|place| {
            let reaching = ups.iter().filter(|up| up.contains(place.as_str())).count();
            reaching > 0 && reaching < ups.len()
        })
    };
    for (i, one) in gates.iter().enumerate() {
        for other in &gates[i + 1..] {
            if holds_back(one, other) && holds_back(other, one) {
                faults.node(
                    other,
                    Rule::MutualWait,
                    ("两个包容汇合会互相等待", "two inclusive joins would wait for each other"),
                    ("把其中一个改为并行或排他网关", "make one of them a parallel or exclusive gateway"),
                );
            }
        }
    }
}
