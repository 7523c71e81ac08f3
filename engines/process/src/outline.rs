//! 大纲 · the chart as a list that says the same as the drawing: for screen readers, narrow screens and print.

use crate::definition::{Definition, Flow, Node, NodeKind, Trigger};
use crate::journey::Journey;
use crate::replay::{Overlay, Progress};
use crate::words::Lang;
use serde::{Deserialize, Serialize};

/// One node of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutlineItem {
    /// Node id.
    pub id: String,
    /// Its name; a word for what it is when it has none.
    pub name: String,
    /// The role that does it.
    pub lane: Option<String>,
    /// What it is.
    pub kind: NodeKind,
    /// A word for what it is, in the language of the list.
    pub kind_word: String,
    /// How far it has come.
    pub state: Progress,
    /// Where it leads: the condition (empty when none is needed) and the name of the next node.
    pub next: Vec<(String, String)>,
    /// How deep in sub-processes it is; 0 at the top.
    pub depth: usize,
    /// For a boundary event the name of the activity it sits on.
    pub attached_to: Option<String>,
}

/// The chart as a list in Chinese, in the order of the way from start to end.
pub fn outline(def: &Definition, overlay: Option<&Overlay>) -> Vec<OutlineItem> {
    outline_in(def, overlay, Lang::Zh)
}

/// The chart as a list in the language of the page.
pub fn outline_in(def: &Definition, overlay: Option<&Overlay>, lang: Lang) -> Vec<OutlineItem> {
    let journey = Journey::of(def);
    let mut order: Vec<usize> = (0..def.nodes.len()).collect();
    order.sort_by_key(|i| {
        // A boundary event stands right after its activity.
        let host = def.nodes[*i].attached_to.as_ref().and_then(|id| def.node_index.get(id));
        let at = host.copied().unwrap_or(*i);
        (journey.rank[at], at, host.is_some(), *i)
    });
    order
        .into_iter()
        .map(|i| {
            let node = &def.nodes[i];
            OutlineItem {
                id: node.id.clone(),
                name: shown_name(node, lang),
                lane: node.lane.clone(),
                kind: node.kind,
                kind_word: kind_word(node, lang).to_owned(),
                state: overlay.map_or(Progress::Ahead, |o| o.progress(&node.id)),
                next: def.outgoing(node).map(|flow| next(def, node, flow, lang)).collect(),
                depth: depth(def, node),
                attached_to: node.attached_to.as_deref().and_then(|id| def.node(id)).map(|n| shown_name(n, lang)),
            }
        })
        .collect()
}

fn next(def: &Definition, node: &Node, flow: &Flow, lang: Lang) -> (String, String) {
    let target = def.node(&flow.target).map(|n| shown_name(n, lang)).unwrap_or_default();
    (flow_label(node, flow, lang), target)
}

/// What to say of a flow: its name, else its condition, else that it is the default.
pub(crate) fn flow_label(node: &Node, flow: &Flow, lang: Lang) -> String {
    if !flow.name.is_empty() {
        return flow.name.clone();
    }
    if let Some(condition) = &flow.condition {
        return condition.clone();
    }
    match (node.default.as_ref() == Some(&flow.id) && node.outgoing.len() > 1, lang) {
        (false, _) => String::new(),
        (true, Lang::Zh) => "否则".to_owned(),
        (true, Lang::En) => "otherwise".to_owned(),
    }
}

fn depth(def: &Definition, node: &Node) -> usize {
    std::iter::successors(node.parent.as_deref(), |id| def.node(id).and_then(|n| n.parent.as_deref())).count()
}

/// The name of a node, or a word for what it is.
pub(crate) fn shown_name(node: &Node, lang: Lang) -> String {
    if node.name.is_empty() { kind_word(node, lang).to_owned() } else { node.name.clone() }
}

/// A word for what a node is.
pub(crate) fn kind_word(node: &Node, lang: Lang) -> &'static str {
    use NodeKind::*;
    let (zh, en) = match (node.kind, &node.trigger) {
        (StartEvent, _) => ("开始", "start"),
        (EndEvent, Trigger::Terminate) => ("终止", "terminate"),
        (EndEvent, Trigger::Error(_)) => ("出错结束", "error end"),
        (EndEvent, Trigger::Escalation(_)) => ("上报并结束", "escalation end"),
        (EndEvent, Trigger::Compensation(_)) => ("撤销并结束", "compensation end"),
        (EndEvent, _) => ("结束", "end"),
        (CatchEvent | BoundaryEvent, Trigger::Message(_)) => ("收到消息", "message arrives"),
        (CatchEvent | BoundaryEvent, Trigger::Timer { .. }) => ("到期", "time comes"),
        (CatchEvent | BoundaryEvent, Trigger::Signal(_)) => ("收到信号", "signal heard"),
        (CatchEvent | BoundaryEvent, Trigger::Condition(_)) => ("条件成立", "condition holds"),
        (CatchEvent | BoundaryEvent, Trigger::Error(_)) => ("出错", "error"),
        (CatchEvent | BoundaryEvent, Trigger::Escalation(_)) => ("上报", "escalation"),
        (CatchEvent | ThrowEvent, Trigger::Link(_)) => ("转接", "link"),
        (CatchEvent | BoundaryEvent, Trigger::Compensation(_)) => ("可撤销", "can be undone"),
        (CatchEvent | BoundaryEvent, _) => ("事件", "event"),
        (ThrowEvent, Trigger::Message(_)) => ("发出消息", "sends a message"),
        (ThrowEvent, Trigger::Signal(_)) => ("发出信号", "gives a signal"),
        (ThrowEvent, Trigger::Escalation(_)) => ("上报", "escalates"),
        (ThrowEvent, Trigger::Compensation(_)) => ("撤销已办", "undoes what was done"),
        (ThrowEvent, _) => ("经过", "milestone"),
        (Task, _) => ("任务", "task"),
        (UserTask, _) => ("人工办理", "done by a person"),
        (ManualTask, _) => ("线下办理", "done by hand"),
        (ServiceTask, _) => ("系统办理", "done by a system"),
        (SendTask, _) => ("发送", "send"),
        (ReceiveTask, _) => ("接收", "receive"),
        (BusinessRuleTask, _) => ("按规则判定", "decided by rule"),
        (ScriptTask, _) => ("脚本", "script"),
        (ExclusiveGateway, _) => ("选择其一", "one of"),
        (ParallelGateway, _) => ("并行", "all of"),
        (InclusiveGateway, _) => ("选择若干", "some of"),
        (EventBasedGateway, _) => ("先到者", "whichever comes first"),
        (ComplexGateway, _) => ("复杂网关", "complex gateway"),
        (SubProcess, _) => ("子流程", "sub-process"),
        (EventSubProcess, _) => ("事件子流程", "event sub-process"),
        (Transaction, _) => ("事务", "transaction"),
        (AdHocSubProcess, _) => ("随意子流程", "ad-hoc sub-process"),
        (CallActivity, _) => ("调用流程", "call another process"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
