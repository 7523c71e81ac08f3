//! 检查 · what stands in the way of running a chart: elements that are not executed, and structure. Linear in the size of
//! the chart. Whether every path can be finished is asked by [`crate::sound`].

mod never;

use crate::bits::Bits;
use crate::conditions::Conditions;
use crate::definition::{Definition, Expression, Flow, Node, NodeKind, Repeat, Script, Trigger};
use crate::execute::{MOST_TOKENS, is_count};
use crate::fault::{Fault, Rule};
use crate::timer::limit_of;
use crate::words::Words;
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub(crate) fn check(def: &Definition) -> Vec<Fault> {
    let mut faults = Faults { found: def.strays.clone() };
    for twin in &def.twins {
        let reason = Words::new(format!("id“{}”不止一处", twin.id), format!("the id “{}” is used more than once", twin.id));
        let remedy = Words::new("每个元素用自己的 id", "give every element an id of its own");
        faults.add(&twin.id, "", twin.line, Rule::Duplicate, reason, remedy);
    }
    for node in &def.nodes {
        executed(def, node, &mut faults);
        boundary(def, node, &mut faults);
        branching(def, node, &mut faults);
    }
    for flow in &def.flows {
        connected(def, flow, &mut faults);
        condition(def, flow, &mut faults);
    }
    foreign(def, &mut faults);
    circles(def, &mut faults);
    starts(def, &mut faults);
    reach(def, &mut faults);
    mutual_waits(def, &mut faults);
    never::taken(def, &mut faults);
    never::at_rest(def, &mut faults);
    never::second(def, &mut faults);
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

/// Elements and events that are shown but not executed, and those that lack what they need.
fn executed(def: &Definition, node: &Node, faults: &mut Faults) {
    use NodeKind::*;
    let not = Rule::NotExecuted;
    match node.kind {
        Task => faults.node(
            node,
            not,
            ("任务没有说明由谁办", "the task does not say who does it"),
            ("改为人工（userTask、manualTask）或系统（serviceTask）任务", "make it a userTask, manualTask or serviceTask"),
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
        Transaction => faults.node(
            node,
            not,
            (
                "事务子流程不执行：行政行为不能无痕撤销",
                "transactions are not executed: an administrative act cannot be undone without trace",
            ),
            ("改为普通子流程，撤销画成补偿活动", "use a plain sub-process and draw the withdrawal as a compensation activity"),
        ),
        ScriptTask if node.script.is_none() => faults.node(
            node,
            Rule::Condition,
            ("脚本任务没有脚本", "the script task has no script"),
            ("写 script，语言用 FEEL", "write the script, in FEEL"),
        ),
        ScriptTask if node.script.as_ref().is_some_and(Script::has_nowhere_to_go) => faults.node(
            node,
            Rule::Condition,
            (
                "脚本的结果没有地方存：没有写明变量，也不是 {变量: 值}，办到这里就停住",
                "the script's result has nowhere to go: no variable is named and it is no {variable: value}; every case would stop here",
            ),
            (
                r#"在 sunlit:task 上写 result="变量"，或把脚本写成 {变量: 值}"#,
                r#"write result="variable" on sunlit:task, or the script as {variable: value}"#,
            ),
        ),
        EventBasedGateway => event_gateway(def, node, faults),
        EventSubProcess if !node.incoming.is_empty() || !node.outgoing.is_empty() => faults.node(
            node,
            Rule::Start,
            ("事件子流程由事件开始，不能有连线", "an event sub-process is begun by an event; no flow leads to or from it"),
            ("删去连线", "remove the flows"),
        ),
        AdHocSubProcess if !node.inside.nodes.iter().any(|i| def.nodes[*i].kind.is_activity()) => faults.node(
            node,
            Rule::Start,
            ("随意子流程里没有任务", "the ad-hoc sub-process has no activity"),
            ("在里面画上任务", "draw activities inside"),
        ),
        CallActivity => called(node, faults),
        _ => {}
    }
    if node.instantiate {
        faults.node(
            node,
            not,
            (
                "不能由网关或接收任务来开始流程（instantiate）",
                "a process is not begun by a gateway or receive task (instantiate)",
            ),
            ("改为消息开始事件", "use a message start event"),
        );
    }
    repeated(node, faults);
    if node.for_compensation && (!node.incoming.is_empty() || !node.outgoing.is_empty()) {
        faults.node(
            node,
            Rule::Boundary,
            ("撤销用的活动不能有连线", "no flow leads to or from an activity that is for compensation"),
            ("只用关联（association）从补偿边界事件连到它", "join it by an association from a compensation boundary event only"),
        );
    }
    trigger(def, node, faults);
    if let Some(limit) = node.extension.get("limit").filter(|_| !matches!(node.trigger, Trigger::Timer { .. }))
        && let Err(why) = limit_of(limit, node.extension.get("unit").map(String::as_str))
    {
        let remedy =
            Words::new("改正 sunlit:task 的 limit 和 unit，或都删去", "mend limit and unit of sunlit:task, or remove both");
        faults.add(&node.id, &node.name, node.line, Rule::Trigger, why, remedy);
    }
}

fn event_gateway(def: &Definition, node: &Node, faults: &mut Faults) {
    let waits = |n: &Node| match (n.kind, &n.trigger) {
        (NodeKind::CatchEvent, Trigger::Link(_)) => false,
        (NodeKind::CatchEvent, _) => true,
        (NodeKind::ReceiveTask, _) => def.boundaries_of(&n.id).next().is_none() && n.repeats.is_none(),
        _ => false,
    };
    let targets: Vec<Option<&Node>> = def.outgoing(node).map(|f| def.node(&f.target)).collect();
    if targets.len() < 2 || !targets.iter().all(|t| t.is_some_and(|n| waits(n) && n.incoming.len() == 1)) {
        faults.node(
            node,
            Rule::Branching,
            (
                "事件网关之后须是两个以上只由它连入的等待事件",
                "an event-based gateway leads to two or more events that wait, and that nothing else leads to",
            ),
            (
                "其后只接捕获事件或不带边界事件的接收任务",
                "lead it to catch events, or receive tasks without boundary events, only",
            ),
        );
    }
}

fn called(node: &Node, faults: &mut Faults) {
    if node.called.as_deref().is_none_or(str::is_empty) {
        faults.node(
            node,
            Rule::Trigger,
            ("没有说明调用哪个流程", "it does not say which process it calls"),
            ("用 calledElement 写明流程 id", "name the process by calledElement"),
        );
    }
}

/// A process that calls itself, directly or through others, would open scopes without end.
fn circles(def: &Definition, faults: &mut Faults) {
    let callers = || {
        let callers = def.nodes.iter().filter(|node| node.kind == NodeKind::CallActivity);
        callers.filter_map(|node| Some((node, root_of(def, node), node.called.as_deref()?)))
    };
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, own, key) in callers() {
        calls.entry(own).or_default().insert(key);
    }
    for (node, own, key) in callers() {
        let (mut seen, mut todo) = (HashSet::new(), vec![key]);
        while let Some(process) = todo.pop() {
            if seen.insert(process) {
                todo.extend(calls.get(process).into_iter().flatten());
            }
        }
        if seen.contains(own) {
            faults.node(
                node,
                Rule::NotExecuted,
                ("流程绕回来调用了自己", "the process calls itself in a circle"),
                ("把重复的部分画成回路", "draw what repeats as a loop"),
            );
        }
    }
}

/// The process a node lies in: a called one, or that of the chart.
fn root_of<'a>(def: &'a Definition, node: &'a Node) -> &'a str {
    let mut own: &str = &def.key;
    let mut parent = node.parent.as_deref();
    while let Some(id) = parent {
        own = id;
        parent = def.node(id).and_then(|node| node.parent.as_deref());
    }
    own
}

fn repeated(node: &Node, faults: &mut Faults) {
    let too_often = |count: &Expression| serde_json::from_str::<f64>(&count.text).is_ok_and(|n| !is_count(n));
    match &node.repeats {
        None => return,
        Some(Repeat::Multi { count: Some(count), .. }) if too_often(count) => {
            let reason = Words::new(
                format!("要重复 {} 次，最多 {MOST_TOKENS} 次，要是整数", count.text.trim()),
                format!("it repeats {} times; a whole number up to {MOST_TOKENS} is allowed", count.text.trim()),
            );
            let remedy = Words::new("改小 loopCardinality", "write a smaller loopCardinality");
            faults.add(&node.id, &node.name, node.line, Rule::Trigger, reason, remedy);
        }
        Some(Repeat::Multi { count, each, .. }) => {
            if count.is_none() && each.is_none() {
                faults.node(
                    node,
                    Rule::Trigger,
                    ("多实例没有写多少个、为谁", "the multi-instance does not say how many or for whom"),
                    ("写 loopCardinality，或 sunlit:each 的 in", "write loopCardinality, or in of sunlit:each"),
                );
            }
        }
        Some(Repeat::Loop { again, most, .. }) => {
            if again.is_none() && most.is_none() {
                faults.node(
                    node,
                    Rule::Trigger,
                    ("循环没有写到什么时候为止", "the loop does not say when it stops"),
                    ("写 loopCondition 或 loopMaximum", "write loopCondition or loopMaximum"),
                );
            }
        }
    }
    if !node.kind.is_activity() || node.kind == NodeKind::EventSubProcess {
        faults.node(
            node,
            Rule::NotExecuted,
            ("只有任务和子流程能重复", "only tasks and sub-processes can repeat"),
            ("删去循环标记", "remove the loop marker"),
        );
    }
}

/// An expression and where it stands.
struct Written<'a> {
    element: &'a str,
    name: &'a str,
    line: usize,
    text: &'a str,
    language: Option<&'a str>,
}

/// Every expression of a chart: conditions, scripts, what repeats and what is gathered, keys of messages.
fn expressions(def: &Definition) -> impl Iterator<Item = Written<'_>> {
    let of_nodes = def.nodes.iter().flat_map(|node| {
        let mut all: Vec<&Expression> = match &node.repeats {
            None => Vec::new(),
            Some(Repeat::Multi { count, each, until, gather, .. }) => {
                count.iter().chain(each).chain(until).chain(gather.iter().map(|(what, _)| what)).collect()
            }
            Some(Repeat::Loop { again, .. }) => again.iter().collect(),
        };
        all.extend(node.script.as_ref().map(|script| &script.body));
        all.extend(node.ad_hoc.as_ref().and_then(|ad_hoc| ad_hoc.until.as_ref()));
        if let Trigger::Condition(condition) = &node.trigger {
            all.push(condition);
        }
        let written = all.into_iter().map(|e| (e.text.as_str(), e.language.as_deref()));
        let keys = node.extension.get("correlation").map(|key| (key.as_str(), None));
        written.chain(keys).map(|(text, language)| Written {
            element: &node.id,
            name: &node.name,
            line: node.line,
            text,
            language,
        })
    });
    let of_flows = def.flows.iter().filter_map(|flow| {
        let (text, language) = (flow.condition.as_deref()?, flow.language.as_deref());
        Some(Written { element: &flow.id, name: &flow.name, line: flow.line, text, language })
    });
    of_nodes.chain(of_flows)
}

/// Expressions are FEEL.
fn foreign(def: &Definition, faults: &mut Faults) {
    for at in expressions(def).filter(|at| is_foreign(at.text, at.language)) {
        let reason = Words::new(format!("“{}”不是 FEEL 语言", at.text), format!("“{}” is not in FEEL", at.text));
        let remedy = Words::new("改写为 FEEL，例如 outcome = \"accept\"", "write it in FEEL, for example outcome = \"accept\"");
        faults.add(at.element, at.name, at.line, Rule::Condition, reason, remedy);
    }
}

/// What only the language tells: expressions that cannot be read, and conditions whose answer is known beforehand.
pub(crate) fn check_with(def: &Definition, language: &impl Conditions) -> Vec<Fault> {
    let mut faults = Faults { found: Vec::new() };
    unread(def, language, &mut faults);
    never::undecided(def, language, &mut faults);
    faults.found
}

/// FEEL that cannot be read.
fn unread(def: &Definition, language: &impl Conditions, faults: &mut Faults) {
    for at in expressions(def).filter(|at| !at.text.is_empty() && !is_foreign(at.text, at.language)) {
        if let Err(why) = language.reads(at.text) {
            let reason = Words::new(format!("“{}”读不懂：{why}", at.text), format!("“{}” cannot be read: {why}", at.text));
            let remedy =
                Words::new("照 FEEL 的写法改，例如 outcome = \"accept\"", "write it in FEEL, for example outcome = \"accept\"");
            faults.add(at.element, at.name, at.line, Rule::Condition, reason, remedy);
        }
    }
}

fn is_foreign(text: &str, language: Option<&str>) -> bool {
    let feel = |l: &str| l.is_empty() || l.to_ascii_lowercase().contains("feel");
    text.contains("${") || text.contains("#{") || !language.is_none_or(feel)
}

fn trigger(def: &Definition, node: &Node, faults: &mut Faults) {
    use NodeKind::*;
    if !node.kind.is_event() && node.kind != ReceiveTask {
        return;
    }
    let of_sub_process = node.parent.as_deref().and_then(|id| def.node(id));
    let by_event = of_sub_process.is_some_and(|n| n.kind == EventSubProcess);
    use Trigger as T;
    let executed = match (node.kind, &node.trigger) {
        (StartEvent, T::None) => !by_event,
        (StartEvent, T::Message(_) | T::Timer { .. } | T::Signal(_)) => by_event || of_sub_process.is_none(),
        (StartEvent, T::Condition(_) | T::Error(_) | T::Escalation(_)) => by_event,
        (EndEvent, T::None | T::Message(_) | T::Signal(_) | T::Error(_) | T::Escalation(_)) => true,
        (EndEvent, T::Terminate | T::Compensation(_)) => true,
        (ThrowEvent, T::None | T::Message(_) | T::Signal(_) | T::Escalation(_) | T::Link(_) | T::Compensation(_)) => true,
        (CatchEvent, T::Message(_) | T::Timer { .. } | T::Signal(_) | T::Condition(_) | T::Link(_)) => true,
        (BoundaryEvent, T::Message(_) | T::Timer { .. } | T::Signal(_) | T::Condition(_)) => true,
        (BoundaryEvent, T::Error(_) | T::Escalation(_) | T::Compensation(_)) => true,
        (ReceiveTask, T::Message(_)) => true,
        _ => false,
    };
    if executed {
        named(def, node, faults);
        return;
    }
    if node.kind == ReceiveTask {
        let reason = ("接收任务没有说明等什么消息", "the receive task does not say which message it waits for");
        faults.node(node, Rule::Trigger, reason, ("用 messageRef 指明消息", "name the message by messageRef"));
        return;
    }
    let what = match &node.trigger {
        T::None => ("没有说明等什么的事件", "an event that does not say what it waits for"),
        T::Message(_) => ("这里的消息事件", "a message event here"),
        T::Timer { .. } => ("这里的定时事件", "a timer event here"),
        T::Terminate => ("这里的终止事件", "a terminate event here"),
        T::Signal(_) => ("这里的信号事件", "a signal event here"),
        T::Error(_) => ("这里的差错事件", "an error event here"),
        T::Escalation(_) => ("这里的上报事件", "an escalation event here"),
        T::Condition(_) => ("这里的条件事件", "a conditional event here"),
        T::Link(_) => ("这里的链接事件", "a link event here"),
        T::Compensation(_) => ("这里的补偿事件", "a compensation event here"),
        T::Other(_) => ("这类事件", "an event of this sort"),
    };
    let written = match &node.trigger {
        T::Other(name) => format!("（{name}）"),
        _ => String::new(),
    };
    let reason = Words::new(format!("{}{written}不能执行", what.0), format!("{}{written} is not executed", what.1));
    let remedy = Words::new(
        "能执行的有：开始（无触发、消息、定时、信号），事件子流程的开始（消息、定时、信号、条件、差错、上报），\
         中间捕获（消息、定时、信号、条件、链接），抛出（无触发、消息、信号、上报、链接、补偿），\
         边界（消息、定时、信号、条件、差错、上报、补偿），结束（无触发、消息、信号、差错、上报、终止、补偿）",
        "executed are: start (none, message, timer, signal), start of an event sub-process (message, timer, signal, condition, \
         error, escalation), catch (message, timer, signal, condition, link), throw (none, message, signal, escalation, link, \
         compensation), boundary (message, timer, signal, condition, error, escalation, compensation), end (none, message, \
         signal, error, escalation, terminate, compensation)",
    );
    faults.add(&node.id, &node.name, node.line, Rule::NotExecuted, reason, remedy);
}

/// What an event of an executed sort needs.
fn named(def: &Definition, node: &Node, faults: &mut Faults) {
    let waits = node.kind != NodeKind::EndEvent && node.kind != NodeKind::ThrowEvent;
    let lacks = |words: (&str, &str), remedy: (&str, &str), faults: &mut Faults| {
        faults.node(node, Rule::Trigger, words, remedy);
    };
    match &node.trigger {
        Trigger::Message(name) if name.is_empty() && waits => lacks(
            ("没有说明等什么消息", "it does not say which message it waits for"),
            ("用 messageRef 指明消息", "name the message by messageRef"),
            faults,
        ),
        Trigger::Signal(name) if name.is_empty() => lacks(
            ("没有说明是什么信号", "it does not say which signal"),
            ("用 signalRef 指明信号", "name the signal by signalRef"),
            faults,
        ),
        Trigger::Error(code) if code.is_empty() && !waits => lacks(
            ("没有说明是什么差错", "it does not say which error"),
            ("用 errorRef 指明差错", "name the error by errorRef"),
            faults,
        ),
        Trigger::Timer { text, .. } => {
            if let Some(limit) = node.extension.get("limit").filter(|_| !text.is_empty()) {
                let reason = Words::new(
                    format!("定时写了“{text}”，又写了期限 {limit}：别的软件照前一个走，这里照后一个走"),
                    format!(
                        "the timer says “{text}” and has the limit {limit}: others go by the first, this engine by the second"
                    ),
                );
                let remedy = Words::new("只留一个；按工作日算的留 limit", "keep one of them; for working days keep limit");
                faults.add(&node.id, &node.name, node.line, Rule::Trigger, reason, remedy);
            }
            if let Err(why) = crate::timer::Timing::of(node) {
                let remedy = Words::new(
                    "写 timeDuration（如 P30D），或用 sunlit:task 的 limit 写工作日期限",
                    "write timeDuration (such as P30D), or limit of sunlit:task for working days",
                );
                faults.add(&node.id, &node.name, node.line, Rule::Trigger, why, remedy);
            }
        }
        Trigger::Condition(condition) if condition.text.is_empty() => {
            lacks(("没有写条件", "it has no condition"), ("写 condition，语言用 FEEL", "write the condition, in FEEL"), faults)
        }
        Trigger::Link(name) => link(def, node, name, faults),
        Trigger::Compensation(activity) if !activity.is_empty() && !waits && def.node(activity).is_none() => lacks(
            ("要撤销的活动不在图上", "the activity to be undone is not on the chart"),
            ("用 activityRef 指明一个活动，或删去它以撤销全部", "name an activity by activityRef, or remove it to undo all"),
            faults,
        ),
        _ => {}
    }
}

fn link(def: &Definition, node: &Node, name: &str, faults: &mut Faults) {
    let same = |kind: NodeKind| {
        let link = |n: &&Node| matches!(&n.trigger, Trigger::Link(l) if l == name);
        def.nodes.iter().filter(move |n| n.kind == kind && n.parent == node.parent).filter(link).count()
    };
    let (joined, targets) = match node.kind {
        NodeKind::ThrowEvent => (!node.outgoing.is_empty(), same(NodeKind::CatchEvent)),
        _ => (!node.incoming.is_empty(), same(NodeKind::CatchEvent)),
    };
    if targets != 1 || name.is_empty() {
        faults.node(
            node,
            Rule::Dangling,
            ("同名的链接目标应当恰有一个", "a link leads to exactly one catch of its name"),
            ("给链接起名，同一层只留一个同名的捕获链接", "name the link and keep one catching link of that name on its level"),
        );
    }
    if joined {
        faults.node(
            node,
            Rule::Dangling,
            ("链接事件的这一侧不能有连线", "no flow joins this side of a link"),
            ("抛出链接不流出，捕获链接不流入", "none leaves a throwing link, none leads to a catching one"),
        );
    }
}

fn boundary(def: &Definition, node: &Node, faults: &mut Faults) {
    if node.kind != NodeKind::BoundaryEvent {
        return;
    }
    let host = node.attached_to.as_deref().and_then(|id| def.node(id));
    if !host.is_some_and(|h| h.kind.is_activity() && h.kind != NodeKind::EventSubProcess && h.parent == node.parent) {
        faults.node(
            node,
            Rule::Boundary,
            ("边界事件没有附在同一层的任务或子流程上", "the boundary event is not attached to an activity of its own level"),
            ("用 attachedToRef 指明所附的任务", "name the activity by attachedToRef"),
        );
    }
    match &node.trigger {
        Trigger::Error(_) if !node.interrupting => faults.node(
            node,
            Rule::Boundary,
            ("差错总是中断所附的活动", "an error always interrupts the activity"),
            ("去掉 cancelActivity=\"false\"", "remove cancelActivity=\"false\""),
        ),
        Trigger::Compensation(_) => {
            let handler = node.handler.as_deref().and_then(|id| def.node(id));
            if !node.outgoing.is_empty() || !handler.is_some_and(|h| h.for_compensation && h.kind.is_activity()) {
                faults.node(
                    node,
                    Rule::Boundary,
                    ("补偿事件没有用关联连到撤销用的活动", "the compensation event is not joined to an activity that undoes"),
                    (
                        "用 association 连到 isForCompensation=\"true\" 的活动，不用连线",
                        "join it by an association, not a flow, to an activity with isForCompensation=\"true\"",
                    ),
                );
            }
        }
        _ => {}
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
    if flow.condition.is_none() {
        return;
    }
    let source = def.node(&flow.source).map(|n| n.kind);
    if matches!(source, Some(NodeKind::ParallelGateway | NodeKind::StartEvent | NodeKind::EventBasedGateway)) {
        faults.flow(
            flow,
            Rule::Condition,
            ("这里的连线不看条件", "conditions have no meaning here"),
            ("删去条件，或改用排他或包容网关", "remove the condition, or use an exclusive or inclusive gateway"),
        );
    }
}

/// Each scope begins at one place.
fn starts(def: &Definition, faults: &mut Faults) {
    let of = |nodes: &[usize]| {
        let starts = nodes.iter().map(|i| &def.nodes[*i]).filter(|n| n.kind == NodeKind::StartEvent);
        let plain = starts.clone().filter(|n| n.trigger == Trigger::None).count();
        (starts.count(), plain)
    };
    let none = || {
        (
            Words::new("没有开始事件", "there is no start event"),
            Words::new("画一个无触发的开始事件", "draw a start event without trigger"),
        )
    };
    let several = || {
        (
            Words::new("开始事件不止一个", "there is more than one start event"),
            Words::new("只留一个无触发的开始，其后用网关分支", "keep one start without trigger and branch after it"),
        )
    };
    let (all, plain) = of(&def.top.nodes);
    let fault = if all == 0 { Some(none()) } else { (plain > 1).then(several) };
    if let Some((reason, remedy)) = fault {
        faults.add(&def.key, &def.name, def.line, Rule::Start, reason, remedy);
    }
    for node in &def.nodes {
        let (all, plain) = of(&node.inside.nodes);
        let fault = match node.kind {
            NodeKind::SubProcess if plain == 0 => Some(none()),
            NodeKind::SubProcess => (plain > 1).then(several),
            NodeKind::CallActivity if !node.inside.nodes.is_empty() && plain == 0 => Some(none()),
            NodeKind::CallActivity => (plain > 1).then(several),
            NodeKind::EventSubProcess if all != 1 => Some((
                Words::new("事件子流程要恰有一个开始事件", "an event sub-process has exactly one start event"),
                Words::new("留一个带触发的开始事件", "keep one start event with a trigger"),
            )),
            _ => None,
        };
        if let Some((reason, remedy)) = fault {
            faults.add(&node.id, &node.name, node.line, Rule::Start, reason, remedy);
        }
    }
}

/// Every node is reached from the start of its scope and reaches an end of it.
fn reach(def: &Definition, faults: &mut Faults) {
    let mut forward: HashSet<&str> = HashSet::new();
    // Boundary events of a reached activity are reached. Every start counts: several are a fault of their own.
    let mut todo: Vec<&Node> = def.nodes.iter().filter(|n| n.kind == NodeKind::StartEvent).collect();
    while let Some(node) = todo.pop() {
        if !forward.insert(&node.id) {
            continue;
        }
        todo.extend(def.boundaries_of(&node.id));
        todo.extend(def.outgoing(node).filter_map(|f| def.node(&f.target)));
        todo.extend(def.link_target(node).filter(|_| node.kind == NodeKind::ThrowEvent));
    }
    let is_link = |n: &Node| n.kind == NodeKind::ThrowEvent && matches!(n.trigger, Trigger::Link(_));
    let throws: Vec<&Node> = def.nodes.iter().filter(|n| is_link(n)).collect();
    let mut backward: HashSet<&str> = HashSet::new();
    let mut todo: Vec<&Node> = def.nodes.iter().filter(|n| n.kind == NodeKind::EndEvent).collect();
    while let Some(node) = todo.pop() {
        if !backward.insert(&node.id) {
            continue;
        }
        if node.kind == NodeKind::BoundaryEvent && node.interrupting {
            todo.extend(node.attached_to.as_deref().and_then(|id| def.node(id)));
        }
        if matches!(node.trigger, Trigger::Link(_)) {
            todo.extend(throws.iter().copied().filter(|t| def.link_target(t).is_some_and(|n| n.id == node.id)));
        }
        todo.extend(def.incoming(node).filter_map(|f| def.node(&f.source)));
    }
    for node in def.nodes.iter().filter(|n| flows_through(def, n)) {
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

/// Whether tokens are to pass here from a start to an end: not for what is begun by an event, as needed or to undo; and
/// inside a sub-process that is not executed nothing further is said, for the sub-process itself is refused.
fn flows_through(def: &Definition, node: &Node) -> bool {
    let aside = node.kind == NodeKind::EventSubProcess
        || node.for_compensation
        || (node.kind == NodeKind::BoundaryEvent && matches!(node.trigger, Trigger::Compensation(_)));
    let around = std::iter::successors(node.parent.as_deref().and_then(|id| def.node(id)), |n| {
        n.parent.as_deref().and_then(|id| def.node(id))
    });
    !aside && !around.into_iter().any(|n| matches!(n.kind, NodeKind::Transaction | NodeKind::AdHocSubProcess))
}

/// Two inclusive joins that can each hold back the other wait for ever under the standard.
fn mutual_waits(def: &Definition, faults: &mut Faults) {
    let size = def.nodes.len() + def.flows.len();
    // For each join the places from which some, but not all, of its flows can be reached.
    let mut gates: Vec<(usize, Bits)> = Vec::new();
    for (gate, _) in def.nodes.iter().enumerate().filter(|(i, _)| def.upstream.contains_key(i)) {
        let ups = &def.upstream[&gate];
        let mut some = Bits::of_size(size);
        for place in 0..size {
            let reaching = ups.iter().filter(|(_, up)| up.has(place)).count();
            if reaching > 0 && reaching < ups.len() {
                some.add(place);
            }
        }
        gates.push((gate, some));
    }
    let holds_back = |by: usize, some: &Bits| def.nodes[by].ins.iter().any(|flow| some.has(def.nodes.len() + flow));
    for (i, (one, one_some)) in gates.iter().enumerate() {
        for (other, other_some) in &gates[i + 1..] {
            if holds_back(*one, other_some) && holds_back(*other, one_some) {
                faults.node(
                    &def.nodes[*other],
                    Rule::MutualWait,
                    ("两个包容汇合会互相等待", "two inclusive joins would wait for each other"),
                    ("把其中一个改为并行或排他网关", "make one of them a parallel or exclusive gateway"),
                );
            }
        }
    }
}
