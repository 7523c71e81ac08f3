//! 走不到 · what no case will ever come to, though every flow is joined: branches after a condition that always holds,
//! events nobody causes; and circles in which nothing is waited for, so that a case that comes in never comes out.

use super::Faults;
use crate::conditions::Conditions;
use crate::definition::{Definition, Flow, Node, NodeKind, Repeat, Trigger};
use crate::execute::best;
use crate::fault::Rule;
use crate::words::Words;
use std::collections::{BTreeSet, HashMap};

/// Conditions whose answer does not depend on the case.
pub(super) fn undecided(def: &Definition, language: &impl Conditions, faults: &mut Faults) {
    for node in &def.nodes {
        let mut ask = |text: &str| answer(text, (&node.id, &node.name, node.line), language, faults);
        match (&node.trigger, &node.repeats) {
            (Trigger::Condition(condition), _) if ask(&condition.text) == Some(false) => faults.node(
                node,
                Rule::Condition,
                ("等的条件永远不成立", "the condition it waits for never holds"),
                ("写出等到什么时候，或删去这个事件", "write what it waits for, or remove the event"),
            ),
            (_, Some(Repeat::Loop { again: Some(again), most: None, .. })) if ask(&again.text) == Some(true) => faults.node(
                node,
                Rule::Condition,
                ("循环的条件总成立，永远不停", "the condition of the loop always holds: it never stops"),
                ("写出什么时候再来一次，或写 loopMaximum", "write when it goes round again, or write loopMaximum"),
            ),
            _ => {}
        }
        branches(def, node, language, faults);
    }
}

/// An exclusive gateway takes the first flow whose condition holds; anything else every one, and the default when there is
/// none.
fn branches(def: &Definition, node: &Node, language: &impl Conditions, faults: &mut Faults) {
    let is_default = |flow: &Flow| node.default.as_ref() == Some(&flow.id);
    let exclusive = node.kind == NodeKind::ExclusiveGateway;
    let mut certain: Option<&Flow> = None;
    let (defaults, others): (Vec<&Flow>, Vec<&Flow>) = def.outgoing(node).partition(|flow| is_default(flow));
    for flow in others {
        let Some(condition) = &flow.condition else {
            certain = certain.or(Some(flow));
            continue;
        };
        if let Some(first) = certain.filter(|_| exclusive) {
            passed_over(flow, first, faults);
            continue;
        }
        match answer(condition, (&flow.id, &flow.name, flow.line), language, faults) {
            Some(true) => certain = certain.or(Some(flow)),
            Some(false) => {
                let reason = Words::new(
                    format!("条件“{condition}”永远不成立，这条连线永远走不到"),
                    format!("the condition “{condition}” never holds: the flow is never taken"),
                );
                let remedy = Words::new("写出什么时候走这条，或删去连线", "write when it is taken, or remove the flow");
                faults.add(&flow.id, &flow.name, flow.line, Rule::Condition, reason, remedy);
            }
            None => {}
        }
    }
    if let Some(first) = certain {
        defaults.into_iter().for_each(|flow| passed_over(flow, first, faults));
        return;
    }
    together(def, node, language, faults);
}

/// Conditions that contradict themselves, and those of an exclusive gateway that never have their turn: whenever one holds, an
/// earlier one does. What is known beforehand has been told.
fn together(def: &Definition, node: &Node, language: &impl Conditions, faults: &mut Faults) {
    let is_default = |flow: &Flow| node.default.as_ref() == Some(&flow.id);
    let asked: Vec<(&Flow, &str)> = def
        .outgoing(node)
        .filter(|flow| !is_default(flow))
        .filter_map(|flow| Some((flow, flow.condition.as_deref()?)))
        .filter(|(_, condition)| language.always(condition).is_none())
        .collect();
    let mut silent = BTreeSet::new();
    for (flow, condition) in &asked {
        let ways = language.ways(&[condition]);
        if ways.is_some_and(|ways| ways.iter().all(|way| way == &[false])) {
            silent.insert(&flow.id);
            let reason = Words::new(
                format!("条件“{condition}”自相矛盾，什么值都不成立，这条连线永远走不到"),
                format!("the condition “{condition}” contradicts itself and holds for no value: the flow is never taken"),
            );
            let remedy =
                Words::new("改正条件里的数或文字，或删去连线", "mend the numbers or texts in the condition, or remove the flow");
            faults.add(&flow.id, &flow.name, flow.line, Rule::Condition, reason, remedy);
        }
    }
    if node.kind != NodeKind::ExclusiveGateway {
        return;
    }
    // Of several that cannot be told together, those before are asked one by one.
    for (at, (flow, condition)) in asked.iter().enumerate().filter(|(_, (flow, _))| !silent.contains(&flow.id)) {
        let before = &asked[..at];
        let hides = |others: &[(&Flow, &str)]| {
            let all: Vec<&str> = others.iter().map(|(_, condition)| *condition).chain([*condition]).collect();
            let is_behind = |way: &Vec<bool>| way.last() == Some(&false) || way[..way.len() - 1].contains(&true);
            !others.is_empty() && language.ways(&all).is_some_and(|ways| ways.iter().all(is_behind))
        };
        let hiding = before.iter().find(|other| hides(std::slice::from_ref(*other)));
        let reason = match hiding {
            Some((first, other)) => Words::new(
                format!("前面的连线“{}”的条件“{other}”成立时总先走它，轮不到这一条“{condition}”", first.label()),
                format!(
                    "whenever “{condition}” holds, so does “{other}” of the earlier flow “{}”: this one is never taken",
                    first.label()
                ),
            ),
            None if hides(before) => Words::new(
                format!("“{condition}”成立时，前面总有一条先成立，轮不到这一条"),
                format!("whenever “{condition}” holds, an earlier condition does: this flow is never taken"),
            ),
            None => continue,
        };
        let remedy = Words::new("把它移到前面，改正条件，或删去这一条", "move it to the front, mend a condition, or remove it");
        faults.add(&flow.id, &flow.name, flow.line, Rule::Unreachable, reason, remedy);
    }
    let all: Vec<&str> = asked.iter().map(|(_, condition)| *condition).collect();
    let is_never_left = !all.is_empty() && language.ways(&all).is_some_and(|ways| ways.iter().all(|way| way.contains(&true)));
    for flow in def.outgoing(node).filter(|flow| is_default(flow) && is_never_left) {
        let reason = Words::new(
            "别的连线合起来管了所有的值，缺省的这一条永远走不到",
            "the other flows take every value there is: the default is never taken",
        );
        let remedy =
            Words::new("改正那几条的条件；或把其中一条设为默认去向，删去这一条", "mend their conditions, or remove this one");
        faults.add(&flow.id, &flow.name, flow.line, Rule::Unreachable, reason, remedy);
    }
}

fn passed_over(flow: &Flow, first: &Flow, faults: &mut Faults) {
    let reason = match &first.condition {
        Some(condition) => Words::new(
            format!("另一条连线“{}”的条件“{condition}”总成立，轮不到这一条", first.label()),
            format!("the condition “{condition}” of another flow, “{}”, always holds: this one is never taken", first.label()),
        ),
        None => Words::new(
            format!("另一条连线“{}”没有条件，总要走，轮不到这一条", first.label()),
            format!("another flow, “{}”, has no condition and is always taken: this one never is", first.label()),
        ),
    };
    let remedy = Words::new("给那一条写出什么时候走，或删去这一条", "write when the other is taken, or remove this one");
    faults.add(&flow.id, &flow.name, flow.line, Rule::Unreachable, reason, remedy);
}

/// The answer that is known beforehand. That there is never one is a fault.
fn answer(text: &str, at: (&str, &str, usize), language: &impl Conditions, faults: &mut Faults) -> Option<bool> {
    // What cannot be read is told as that, once.
    language.reads(text).ok()?;
    match language.always(text)? {
        Ok(answer) => Some(answer),
        Err(why) => {
            let reason =
                Words::new(format!("条件“{text}”得不出是或否：{why}"), format!("“{text}” is neither true nor false: {why}"));
            let remedy =
                Words::new("写成能判断的条件，例如 outcome = \"accept\"", "write a condition, such as outcome = \"accept\"");
            faults.add(at.0, at.1, at.2, Rule::Condition, reason, remedy);
            None
        }
    }
}

/// Events on a border, and event sub-processes, that wait for an error or an escalation nobody within can raise. A
/// message, a signal or a time may come from outside; an error comes from work that fails and from ends that raise it, an
/// escalation from the chart alone.
pub(super) fn taken(def: &Definition, faults: &mut Faults) {
    let raised = |node: &Node| matches!(node.trigger, Trigger::Error(_) | Trigger::Escalation(_));
    let takers = || {
        let takes = |n: &&Node| matches!(n.kind, NodeKind::BoundaryEvent | NodeKind::StartEvent) && raised(n);
        def.nodes.iter().filter(takes)
    };
    if takers().next().is_none() {
        return;
    }
    let callers = callers(def);
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for node in &def.nodes {
        let raises = matches!(node.kind, NodeKind::EndEvent | NodeKind::ThrowEvent);
        match &node.trigger {
            Trigger::Escalation(code) if raises => rise(def, &callers, node, is_escalation, Some(code), &mut taken),
            Trigger::Error(code) if raises => rise(def, &callers, node, is_error, Some(code), &mut taken),
            _ if may_fail(node) => rise(def, &callers, node, is_error, None, &mut taken),
            _ => {}
        }
    }
    for node in takers().filter(|node| !taken.contains(node.id.as_str())) {
        let reason = if is_error(&node.trigger) {
            ("里面没有哪一步会出这个差错，这里永远走不到", "nothing within raises this error: no case ever comes here")
        } else {
            ("里面没有哪一步上报这件事，这里永远走不到", "nothing within escalates this: no case ever comes here")
        };
        let remedy = (
            "在里面画上抛出它的事件，代码写得一样；或删去",
            "draw an event within that raises it, with the same code; or remove it",
        );
        faults.node(node, Rule::Unreachable, reason, remedy);
    }
}

fn is_error(trigger: &Trigger) -> bool {
    matches!(trigger, Trigger::Error(_))
}

fn is_escalation(trigger: &Trigger) -> bool {
    matches!(trigger, Trigger::Escalation(_))
}

/// Work that somebody reports as failed, with whatever code: what people and systems do, and a case of its own.
fn may_fail(node: &Node) -> bool {
    use NodeKind::*;
    matches!(node.kind, UserTask | ManualTask | ServiceTask | SendTask | BusinessRuleTask)
        || node.kind == CallActivity && node.inside.nodes.is_empty()
}

/// The call activities by what they call in this file.
fn callers(def: &Definition) -> HashMap<&str, Vec<&Node>> {
    let mut callers: HashMap<&str, Vec<&Node>> = HashMap::new();
    for node in def.nodes.iter().filter(|node| node.kind == NodeKind::CallActivity) {
        callers.entry(node.called.as_deref().unwrap_or_default()).or_default().push(node);
    }
    callers
}

/// Who takes what is raised at a node, scope by scope outwards, as at run time; with any code where none is given.
fn rise<'a>(
    def: &'a Definition,
    callers: &HashMap<&str, Vec<&'a Node>>,
    from: &'a Node,
    is: fn(&Trigger) -> bool,
    code: Option<&str>,
    taken: &mut BTreeSet<&'a str>,
) {
    let mut takes = |takers: Vec<&'a Node>| match code {
        Some(code) => best(takers.into_iter(), code).map(|taker| taken.insert(&taker.id)).is_some(),
        None => {
            taken.extend(takers.iter().map(|taker| taker.id.as_str()));
            takers.iter().any(|taker| matches!(&taker.trigger, Trigger::Error(code) if code.is_empty()))
        }
    };
    let (mut todo, mut seen) = (vec![from], BTreeSet::new());
    while let Some(node) = todo.pop() {
        if !seen.insert(&node.id) || takes(def.boundaries_of(&node.id).filter(|b| is(&b.trigger)).collect()) {
            continue;
        }
        let holders: Vec<Option<&Node>> = match node.parent.as_deref() {
            None => vec![None],
            Some(parent) => match def.node(parent) {
                Some(holder) => vec![Some(holder)],
                None => callers.get(parent).into_iter().flatten().map(|caller| Some(*caller)).collect(),
            },
        };
        for holder in holders {
            let beside = def.inside(holder).events.iter().filter(|(sub, _)| def.nodes[*sub].id != node.id);
            let starts = beside.map(|(_, start)| &def.nodes[*start]).filter(|start| is(&start.trigger));
            if !takes(starts.collect()) {
                todo.extend(holder);
            }
        }
    }
}

/// Circles without a step that is worked at or waited for: the variables are the same at every round, and so is the way.
pub(super) fn at_rest(def: &Definition, faults: &mut Faults) {
    let idle = idle(def);
    let next = |at: usize| {
        let node = &def.nodes[at];
        let link = if node.kind == NodeKind::ThrowEvent { def.link_target(node) } else { None };
        let links = link.and_then(|to| def.node_index.get(&to.id)).map(|to| (None, *to));
        let flows = node.out.iter().map(|flow| (Some(*flow), def.flows[*flow].to));
        flows.chain(links).filter(|(_, to)| idle.get(*to) == Some(&true)).collect::<Vec<_>>()
    };
    /// How far the walk has come with a node.
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Never,
        OnTheWay,
        Done,
    }
    /// A node of the walk with what is still ahead of it: the flow, if any, and the node it leads to.
    type Stop = (usize, Vec<(Option<usize>, usize)>);
    let mut seen = vec![Seen::Never; def.nodes.len()];
    for root in (0..def.nodes.len()).filter(|at| idle[*at]) {
        let mut way: Vec<Stop> = Vec::new();
        if seen[root] == Seen::Never {
            seen[root] = Seen::OnTheWay;
            way.push((root, next(root)));
        }
        while let Some((at, ahead)) = way.last_mut() {
            let at = *at;
            let Some((flow, to)) = ahead.pop() else {
                seen[at] = Seen::Done;
                way.pop();
                continue;
            };
            match seen[to] {
                Seen::Never => {
                    seen[to] = Seen::OnTheWay;
                    way.push((to, next(to)));
                }
                Seen::OnTheWay => goes_round(def, at, flow, to, faults),
                Seen::Done => {}
            }
        }
    }
}

fn goes_round(def: &Definition, at: usize, flow: Option<usize>, to: usize, faults: &mut Faults) {
    let (node, back) = (&def.nodes[at], &def.nodes[to]);
    let (id, name, line) = match flow.map(|flow| &def.flows[flow]) {
        Some(flow) => (&flow.id, &flow.name, flow.line),
        None => (&node.id, &node.name, node.line),
    };
    let reason = Words::new(
        format!("从这里绕回“{}”，一路上没有要办、要等的步骤：走进来就出不去，只会空转", back.label()),
        format!(
            "this leads back to “{}” without a step that is worked at or waited for: a case goes round for ever",
            back.label()
        ),
    );
    let remedy =
        Words::new("在回路里放一个任务或等待事件，或删去回路", "put a task or a waiting event into the circle, or remove it");
    faults.add(id, name, line, Rule::Idle, reason, remedy);
}

/// Nodes that a token passes in one go, by index. A join of several branches waits for the others; a script changes the
/// variables; a signal, an error or an escalation may end the round. Inner nodes stand after what they lie in.
fn idle(def: &Definition) -> Vec<bool> {
    use NodeKind::*;
    let mut idle = vec![false; def.nodes.len()];
    for (at, node) in def.nodes.iter().enumerate().rev() {
        idle[at] = match node.kind {
            ExclusiveGateway => true,
            InclusiveGateway | ParallelGateway => node.ins.len() < 2,
            StartEvent | EndEvent => node.trigger == Trigger::None,
            ThrowEvent => matches!(node.trigger, Trigger::None | Trigger::Message(_) | Trigger::Link(_)),
            CatchEvent => matches!(node.trigger, Trigger::Link(_)),
            SubProcess => node.repeats.is_none() && passes(def, node, &idle),
            _ => false,
        };
    }
    idle
}

/// Whether a way of idle nodes leads from the start of a sub-process to an end.
fn passes(def: &Definition, sub: &Node, idle: &[bool]) -> bool {
    let (mut todo, mut seen) = (Vec::from_iter(sub.inside.start), BTreeSet::new());
    while let Some(at) = todo.pop() {
        if idle.get(at) != Some(&true) || !seen.insert(at) {
            continue;
        }
        if def.nodes[at].kind == NodeKind::EndEvent {
            return true;
        }
        todo.extend(def.nodes[at].out.iter().map(|flow| def.flows[*flow].to));
    }
    false
}

/// Of two events that wait for the very same thing at one place, one always has it and the other never.
pub(super) fn second(def: &Definition, faults: &mut Faults) {
    for node in &def.nodes {
        let by_gateway = node.kind == NodeKind::EventBasedGateway;
        let waiting: Vec<&Node> = match by_gateway {
            true => def.outgoing(node).filter_map(|flow| def.node(&flow.target)).collect(),
            false => def.boundaries_of(&node.id).collect(),
        };
        let takes_all = |event: &Node| match event.trigger {
            Trigger::Message(_) | Trigger::Error(_) | Trigger::Escalation(_) => true,
            // Each that does not interrupt has its turn.
            Trigger::Signal(_) | Trigger::Condition(_) | Trigger::Timer { .. } => by_gateway || event.interrupting,
            _ => false,
        };
        for (at, event) in waiting.iter().enumerate().filter(|(_, event)| takes_all(event)) {
            let same = |other: &&&Node| {
                other.trigger == event.trigger && KEYS.iter().all(|key| other.extension.get(*key) == event.extension.get(*key))
            };
            let Some(first) = waiting[..at].iter().find(same) else { continue };
            let reason = Words::new(
                format!("和“{}”等的是同一件事，总是它先得到，轮不到这一个", first.id),
                format!("waits for the same as “{}”, which always has it first: this one never has its turn", first.id),
            );
            let remedy = Words::new(
                "改等别的消息、差错或时间；要按内容分开的，只留一个，在它后面分支",
                "let it wait for something else; to part by content keep one and branch after it",
            );
            faults.add(&event.id, &event.name, event.line, Rule::Trigger, reason, remedy);
        }
    }
}

/// What tells two waits for one thing apart.
const KEYS: [&str; 3] = ["correlation", "limit", "unit"];
