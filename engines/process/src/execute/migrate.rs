//! 换版 · moving a case that is under way to another version of its chart. The rule in force at acceptance governs, so a
//! case ends on its version; moving it is an act with a basis of its own, and this says beforehand whether it can be done
//! and what it changes. Nothing is dropped in silence: a place that leads nowhere refuses the move (after Rinderle,
//! Reichert, Dadam 2004).

use super::Run;
use crate::conditions::Conditions;
use crate::definition::{Definition, Id, Node, NodeKind, Repeat, Trigger};
use crate::event::Event;
use crate::sound::{Flaw, Work, explore_from};
use crate::state::{Place, State, Wait, WaitKind};
use crate::timer::{Timing, limit_of};
use crate::words::{Lang, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::mem::discriminant;

/// What a move to another version comes to, in sentences for the officer who decides it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// Why it cannot be done; empty when it can.
    pub refused: Vec<Words>,
    /// Where the case stands, before and after.
    pub moved: Vec<Words>,
    /// Events that are listened for anew, no longer, or otherwise than before.
    pub listening: Vec<Words>,
    /// Limits and times that differ, at steps that are open and events that are waited for.
    pub limits: Vec<Words>,
}

impl Migration {
    /// Whether it can be done.
    pub fn holds(&self) -> bool {
        self.refused.is_empty()
    }

    /// All of it, a line each.
    pub fn tell(&self, lang: Lang) -> String {
        let parts = [
            (&self.refused, "不能换：", "refused: "),
            (&self.moved, "位置：", "stands: "),
            (&self.listening, "等候：", "listens: "),
            (&self.limits, "期限：", "limit: "),
        ];
        let line = |head: (&str, &str), words: &Words| match lang {
            Lang::Zh => format!("{}{}", head.0, words.zh),
            Lang::En => format!("{}{}", head.1, words.en),
        };
        let lines = parts.into_iter().flat_map(|(all, zh, en)| all.iter().map(move |w| line((zh, en), w)));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Moves a case from `old` to `new`. `plan` maps ids of elements, old to new; an id it does not name stays the same. The
/// state and the event of the move, or why not, with the report in either case.
pub fn migrate(
    old: &Definition,
    new: &Definition,
    state: &State,
    plan: &BTreeMap<String, String>,
    conditions: &dyn Conditions,
) -> (Option<(State, Vec<Event>)>, Migration) {
    let mut report = Migration::default();
    if !state.runs_on(old) {
        report.refused.push(Words::new("此件不是按原来这一版办的", "the case does not run on the old version"));
    }
    if state.is_ended() {
        report.refused.push(Words::new("此件已经办结，不再换版", "the case is over and stays as it is"));
    }
    let unfit = new.check_with(&conditions).len() + new.sound().len();
    if unfit > 0 {
        report.refused.push(Words::new(
            format!("新的一版有 {unfit} 处问题，不能运行"),
            format!("the new version has {unfit} faults and cannot run"),
        ));
    }
    if !report.holds() {
        return (None, report);
    }
    let mut moving = Moving { old, new, plan, report };
    moving.knows_the_plan();
    let mut run = Run::new(new, conditions, state.clone());
    run.state.definition = new.hash.clone();
    run.state.seq += 1;
    moving.places(&mut run.state);
    if moving.report.holds() {
        moving.waits(&mut run);
        run.events.push(Event::Migrated { from: old.hash.to_string(), to: new.hash.to_string(), plan: plan.clone() });
        moving.listen(&mut run, state);
        moving.reaches_the_end(&run.state);
        moving.goes_on(&mut run);
    }
    let Moving { report, .. } = moving;
    if report.holds() { (Some((run.state, run.events)), report) } else { (None, report) }
}

struct Moving<'a> {
    old: &'a Definition,
    new: &'a Definition,
    plan: &'a BTreeMap<String, String>,
    report: Migration,
}

impl<'a> Moving<'a> {
    fn map<'b>(&'b self, id: &'b str) -> &'b str {
        self.plan.get(id).map_or(id, String::as_str)
    }

    /// An id of the plan that neither version knows would move nothing, and nobody would see it.
    fn knows_the_plan(&mut self) {
        let process = |def: &Definition, id: &str| def.processes().iter().any(|process| process == id);
        let known = |def: &Definition, id: &str| def.node(id).is_some() || def.flow(id).is_some() || process(def, id);
        for (from, to) in self.plan {
            if !known(self.old, from) || !known(self.new, to) {
                let (zh, en) = if known(self.old, from) { (to, "new") } else { (from, "old") };
                let version = if en == "old" { "原来" } else { "新" };
                self.report.refused.push(Words::new(
                    format!("对照表写了“{from}” → “{to}”，{version}的一版里没有“{zh}”"),
                    format!("the plan says “{from}” → “{to}”; the {en} version has no “{zh}”"),
                ));
            }
        }
    }

    /// Whether `new` is what `old` was: it bears the name the plan gives it, and is an event of the same kind.
    fn is_now(&self, old: &Node, new: &Node) -> bool {
        self.map(&old.id) == new.id && new.kind == old.kind && discriminant(&new.trigger) == discriminant(&old.trigger)
    }

    /// The node an open place is moved to: of the same kind, waiting for the same sort of thing, under the same parent.
    fn target(&mut self, id: &str) -> Option<&'a Node> {
        let old = self.old.node(id)?;
        let to = self.map(id).to_owned();
        let label = old.label();
        let Some(new) = self.new.node(&to) else {
            self.report.refused.push(Words::new(
                format!("此件停在“{label}”（{id}），新的一版没有“{to}”；请在对照表里写明它对应哪一步"),
                format!("the case stands at “{label}” ({id}); the new version has no “{to}”: map it to a step"),
            ));
            return None;
        };
        let parent = old.parent.as_deref().map(|p| self.map(p));
        let alike = new.kind == old.kind
            && discriminant(&new.trigger) == discriminant(&old.trigger)
            && new.parent.as_deref() == parent
            && new.repeats.as_ref().map(order) == old.repeats.as_ref().map(order);
        if alike && old.kind == NodeKind::CallActivity && !self.calls_the_same(old, new) {
            let called = |node: &Node| node.called.clone().unwrap_or_default();
            self.report.refused.push(Words::new(
                format!("“{label}”正在办它调用的流程“{}”，新的一版调用“{}”：在办的一半换不过去", called(old), called(new)),
                format!("“{label}” is in the process “{}” that it calls; the new version calls “{}”", called(old), called(new)),
            ));
            return None;
        }
        if !alike {
            self.report.refused.push(Words::new(
                format!("“{label}”（{id}）和新的“{}”（{to}）不是同一种步骤，或不在同一个子流程里", new.label()),
                format!("“{label}” ({id}) and the new “{}” ({to}) are not of one kind, or not in one sub-process", new.label()),
            ));
            return None;
        }
        Some(new)
    }

    /// Whether a call runs the same process in the same way: within the chart, or as a case of its own.
    fn calls_the_same(&self, old: &Node, new: &Node) -> bool {
        match (old.inside.nodes.is_empty(), new.inside.nodes.is_empty()) {
            // What the house runs goes on as it was begun.
            (true, true) => true,
            (false, false) => old.called.as_deref().map(|process| self.map(process)) == new.called.as_deref(),
            _ => false,
        }
    }

    fn places(&mut self, state: &mut State) {
        let mut taken: BTreeMap<(u64, &str), Id> = BTreeMap::new();
        for token in &mut state.tokens {
            match token.place.clone() {
                Place::Node(id) => {
                    if let Some(new) = self.target(&id) {
                        let first = taken.entry((token.scope, &new.id)).or_insert_with(|| id.clone());
                        if *first != id {
                            self.report.refused.push(Words::new(
                                format!("“{first}”和“{id}”都还没办完，对照表把两步并成了一步“{}”", new.label()),
                                format!("“{first}” and “{id}” are both open; the plan makes one step of them, “{}”", new.label()),
                            ));
                        }
                        self.stands(&id, new);
                        token.place = Place::Node(new.key.clone());
                    }
                }
                Place::Flow(id) => {
                    let to = self.map(&id).to_owned();
                    let join = self.old.flow(&id).map(|f| f.target.clone()).unwrap_or_default();
                    match (self.new.flow(&to), self.target(&join)) {
                        (Some(flow), Some(node)) if flow.target == node.id => token.place = Place::Flow(flow.key.clone()),
                        (_, None) => {}
                        _ => self.report.refused.push(Words::new(
                            format!("已经到达汇合处“{join}”的一路（{id}）在新的一版里没有对应的连线"),
                            format!("the branch ({id}) that has arrived at “{join}” has no flow in the new version"),
                        )),
                    }
                }
            }
        }
        for scope in &mut state.scopes {
            if let Some((id, _)) = &mut scope.element
                && let Some(new) = self.target(id)
            {
                *id = new.key.clone();
            }
            for id in &mut scope.undoing {
                if let Some(new) = self.target(id) {
                    *id = new.key.clone();
                }
            }
        }
        for undoable in &mut state.undoable {
            match (self.undone(&undoable.activity), self.undone(&undoable.by)) {
                (Some(activity), Some(by)) => (undoable.activity, undoable.by) = (activity, by),
                _ => {
                    let label = |id: &str| self.old.node(id).map_or(id, Node::label).to_owned();
                    let (done, by) = (label(&undoable.activity), label(&undoable.by));
                    self.report.refused.push(Words::new(
                        format!("“{done}”已经办完，以后还可能要由“{by}”撤回；新的一版没有这两步，请在对照表里写明"),
                        format!("“{done}” is done and may still be undone by “{by}”; map both to steps of the new version"),
                    ));
                }
            }
        }
    }

    /// Where what was done, or what undoes it, stands in the new version.
    fn undone(&self, id: &str) -> Option<Id> {
        let (old, new) = (self.old.node(id)?, self.new.node(self.map(id))?);
        (new.kind == old.kind && new.for_compensation == old.for_compensation).then(|| new.key.clone())
    }

    /// Where a place of the case is afterwards, and what differs for whoever works there.
    fn stands(&mut self, id: &str, new: &Node) {
        let Some(old) = self.old.node(id) else { return };
        let (was, is) = (old.label(), new.label());
        let line = Words::new(format!("“{was}”（{id}） → “{is}”（{}）", new.id), format!("“{was}” ({id}) → “{is}” ({})", new.id));
        // The rounds of a repeated activity all stand there.
        if self.report.moved.contains(&line) {
            return;
        }
        self.report.moved.push(line);
        let mut differs = |zh: &str, en: &str, before: Option<&str>, after: Option<&str>| {
            if before != after {
                let (zh_was, zh_is) = (before.unwrap_or("无"), after.unwrap_or("无"));
                let (en_was, en_is) = (before.unwrap_or("none"), after.unwrap_or("none"));
                self.report.moved.push(Words::new(
                    format!("“{is}”的{zh}由 {zh_was} 改为 {zh_is}"),
                    format!("{en} of “{is}” from {en_was} to {en_is}"),
                ));
            }
        };
        differs("办理角色", "role", old.lane.as_deref(), new.lane.as_deref());
        differs("行为", "act", old.act(), new.act());
        if old.repeats != new.repeats {
            self.report.moved.push(Words::new(
                format!("“{is}”办几次、什么时候算办完的写法不同：次数照已经开始的，办完的条件照新的"),
                format!("“{is}” is repeated otherwise: as often as was begun, until what the new version says"),
            ));
        }
        let (before, after) = (limit_told(old), limit_told(new));
        if before != after {
            self.report.limits.push(Words::new(
                format!("“{is}”由 {} 改为 {}；已用的时间照算", before.zh, after.zh),
                format!("“{is}” from {} to {}; time used stays used", before.en, after.en),
            ));
        }
    }

    /// Waits go where their node goes; one for what the new version does not wait for there is taken away, and said.
    fn waits(&mut self, run: &mut Run<'a>) {
        let mut kept: Vec<Wait> = Vec::new();
        for mut wait in std::mem::take(&mut run.state.waits) {
            let (Some(old), to) = (self.old.node(&wait.node), self.map(&wait.node).to_owned()) else { continue };
            let twin = kept.iter().any(|k| (k.token, k.scope, &*k.node, k.kind) == (wait.token, wait.scope, &*to, wait.kind));
            let new =
                self.new.node(&to).filter(|new| !twin && self.is_now(old, new) && self.is_waited_for(&run.state, &wait, new));
            let Some(new) = new else {
                self.report.listening.push(Words::new(
                    format!("不再等“{}”（{}）", old.label(), old.id),
                    format!("“{}” ({}) is no longer waited for", old.label(), old.id),
                ));
                continue;
            };
            wait.node = new.key.clone();
            if let Trigger::Message(name) | Trigger::Signal(name) = &new.trigger {
                wait.name = Some(name.as_str().into());
            }
            if let (Trigger::Condition(before), Trigger::Condition(after)) = (&old.trigger, &new.trigger)
                && before.text != after.text
            {
                // What was heard was another condition.
                wait.flag = false;
            }
            let correlation = |node: &Node| node.extension.get("correlation").cloned();
            if wait.kind == WaitKind::Message && correlation(old) != correlation(new) {
                let round = wait.token.and_then(|t| run.state.token(t)).and_then(|t| t.round);
                match run.key_of(new, &run.view(wait.scope, round)) {
                    Ok(key) => wait.key = key.map(Into::into),
                    Err(why) => self.cannot_listen(new, &why),
                }
            }
            self.heard_otherwise(old, new);
            kept.push(wait);
        }
        run.state.waits = kept;
    }

    /// Whether the new version waits for this where the wait is, in a state whose places are moved already.
    fn is_waited_for(&self, state: &State, wait: &Wait, new: &Node) -> bool {
        let Some(token) = wait.token else {
            let holder = state.scope(wait.scope).and_then(|scope| scope.element.as_ref()).and_then(|(id, _)| self.new.node(id));
            return wait.kind == WaitKind::Incident || within(self.new, holder).any(|node| node.id == new.id);
        };
        let Some(Place::Node(at)) = state.token(token).map(|token| &token.place) else { return false };
        let Some(place) = self.new.node(at) else { return false };
        match place.id == new.id {
            true => wait.kind == WaitKind::Incident || place.kind != NodeKind::AdHocSubProcess || closes_by_hand(place),
            false => beside(self.new, place).any(|node| node.id == new.id),
        }
    }

    fn cannot_listen(&mut self, event: &Node, why: &Words) {
        self.report.refused.push(Words::new(
            format!("不能等“{}”（{}）：{}", event.label(), event.id, why.zh),
            format!("“{}” ({}) cannot be waited for: {}", event.label(), event.id, why.en),
        ));
    }

    /// What is still waited for, but by another name, for another time, or to another effect.
    fn heard_otherwise(&mut self, old: &Node, new: &Node) {
        let label = new.label();
        let listening = &mut self.report.listening;
        let mut differs = |(zh, en): (&str, &str), before: &str, after: &str| {
            if before != after {
                let some = |text: &str, none: &str| (if text.is_empty() { none } else { text }).to_owned();
                listening.push(Words::new(
                    format!("“{label}”的{zh}由 {} 改为 {}", some(before, "无"), some(after, "无")),
                    format!("{en} of “{label}” from {} to {}", some(before, "none"), some(after, "none")),
                ));
            }
        };
        match (&old.trigger, &new.trigger) {
            (Trigger::Message(before), Trigger::Message(after)) => differs(("消息", "message"), before, after),
            (Trigger::Signal(before), Trigger::Signal(after)) => differs(("信号", "signal"), before, after),
            (Trigger::Condition(before), Trigger::Condition(after)) => {
                differs(("条件", "condition"), &before.text, &after.text);
            }
            _ => {}
        }
        let correlation = |node: &Node| node.extension.get("correlation").cloned().unwrap_or_default();
        differs(("关联键", "correlation"), &correlation(old), &correlation(new));
        let called = |node: &Node| node.called.clone().unwrap_or_default();
        if called(old) != called(new) {
            let (was, is) = (called(old), called(new));
            listening.push(Words::new(
                format!("“{label}”改为调用“{is}”；这一件已经开始的“{was}”照办"),
                format!("“{label}” calls “{is}” now; “{was}”, begun for this case, goes on"),
            ));
        }
        if old.interrupting != new.interrupting {
            let (zh, en) = match new.interrupting {
                true => ("发生后结束它所在的步骤，原来不结束", "ends its step when it comes, and did not before"),
                false => ("发生后不再结束它所在的步骤", "no longer ends its step when it comes"),
            };
            listening.push(Words::new(format!("“{label}”{zh}"), format!("“{label}” {en}")));
        }
        let (before, after) = (time_told(old), time_told(new));
        if before != after {
            self.report.limits.push(Words::new(
                format!("“{label}”的时间由 {} 改为 {}；起算不变", before.zh, after.zh),
                format!("time of “{label}” from {} to {}; its beginning stays", before.en, after.en),
            ));
        }
    }

    /// What the new version waits for where the case now stands and the old one did not. What the old one waited for there
    /// and has come does not come again.
    fn listen(&mut self, run: &mut Run<'a>, before: &State) {
        let new = self.new;
        let mut added: Vec<&Node> = Vec::new();
        for token in run.state.tokens.clone().iter().filter(|t| t.round.is_none()) {
            let Place::Node(id) = &token.place else { continue };
            let Some(node) = new.node(id) else { continue };
            let Some(Place::Node(was)) = before.token(token.id).map(|t| &t.place) else { continue };
            let had: Vec<&Node> = self.old.node(was).into_iter().flat_map(|was| beside(self.old, was)).collect();
            self.raised(&had, node);
            for event in beside(new, node) {
                if had.iter().any(|old| self.is_now(old, event)) {
                    continue;
                }
                let waits = run.state.waits.len();
                match run.expect(token.id, event) {
                    Ok(()) if run.state.waits.len() > waits => added.push(event),
                    // Errors and escalations are raised, not waited for.
                    Ok(()) => {}
                    Err(why) => self.cannot_listen(event, &why),
                }
            }
            let closed = node.kind == NodeKind::AdHocSubProcess && closes_by_hand(node);
            if closed && !run.state.waits.iter().any(|w| w.token == Some(token.id) && *w.node == *node.id) {
                run.wait(token.id, node, WaitKind::Task, None);
                added.push(node);
            }
        }
        for scope in before.scopes.iter().filter(|s| s.rounds.is_none() && s.undoing.is_empty()) {
            // What interrupted the scope is all there is in it.
            if interrupted(self.old, before, scope.id) {
                continue;
            }
            let was = scope.element.as_ref().and_then(|(id, _)| self.old.node(id));
            let holder = was.and_then(|was| new.node(self.map(&was.id)));
            let had: Vec<&Node> = within(self.old, was).collect();
            for node in within(new, holder) {
                if had.iter().any(|old| self.is_now(old, node)) {
                    continue;
                }
                if node.kind != NodeKind::StartEvent {
                    run.wait_in(scope.id, None, node, WaitKind::Offered, None);
                    added.push(node);
                    continue;
                }
                let waits = run.state.waits.len();
                match run.key_of(node, &run.view(scope.id, None)) {
                    Ok(key) => run.expect_in(scope.id, None, node, key),
                    Err(why) => self.cannot_listen(node, &why),
                }
                if run.state.waits.len() > waits {
                    added.push(node);
                }
            }
        }
        self.report.listening.extend(added.into_iter().map(|event| {
            Words::new(
                format!("开始等“{}”（{}）", event.label(), event.id),
                format!("“{}” ({}) is now waited for", event.label(), event.id),
            )
        }));
    }

    /// Errors and escalations that the border of a step takes, or takes no more.
    fn raised(&mut self, had: &[&Node], host: &Node) {
        let is_raised = |node: &&Node| matches!(node.trigger, Trigger::Error(_) | Trigger::Escalation(_));
        let now: Vec<&Node> = self.new.boundaries_of(&host.id).filter(is_raised).collect();
        let gone = had.iter().copied().filter(is_raised).filter(|old| !now.iter().any(|new| self.is_now(old, new)));
        let come = now.iter().copied().filter(|new| !had.iter().any(|old| self.is_now(old, new)));
        let lines = gone
            .map(|node| (node, "不再接住", "no longer taken by"))
            .chain(come.map(|node| (node, "接住", "now taken by")))
            .map(|(node, zh, en)| {
                let (host, label) = (host.label(), node.label());
                Words::new(format!("“{host}”出的差错或上报{zh}于“{label}”"), format!("what “{host}” raises is {en} “{label}”"))
            });
        self.report.listening.extend(lines.collect::<Vec<_>>());
    }

    /// What follows from the move by itself: a condition that holds already, a join that need wait for nobody any more.
    fn goes_on(&mut self, run: &mut Run<'a>) {
        let before = run.events.len();
        if let Err(refusal) = run.settle() {
            self.report.refused.push(Words::new(refusal.tell(Lang::Zh), refusal.tell(Lang::En)));
            return;
        }
        for event in &run.events[before..] {
            if let Event::Entered { node } = event
                && let Some(node) = self.new.node(node)
            {
                let (label, id) = (node.label(), &node.id);
                let (zh, en) =
                    (format!("换版以后随即到“{label}”（{id}）"), format!("then goes on to “{label}” ({id}) by itself"));
                self.report.moved.push(Words::new(zh, en));
            }
        }
    }

    /// From where the case then stands every run must still come to its end.
    fn reaches_the_end(&mut self, state: &State) {
        let mut work = Work::new();
        for scope in state.scopes.iter().filter(|s| s.rounds.is_none() && s.undoing.is_empty()) {
            let holder = scope.element.as_ref().and_then(|(id, _)| self.new.node(id));
            if holder.is_some_and(|h| h.kind.is_event() || h.kind == NodeKind::AdHocSubProcess) {
                continue;
            }
            let inside = &self.new.inside(holder).nodes;
            let roots: Vec<usize> = inside.iter().copied().filter(|i| self.new.nodes[*i].kind == NodeKind::StartEvent).collect();
            let (mut nodes, mut flows) = (Vec::new(), Vec::new());
            for token in state.tokens.iter().filter(|t| t.scope == scope.id) {
                match &token.place {
                    Place::Node(id) => nodes.extend(self.new.node_index.get(&**id)),
                    Place::Flow(id) => flows.extend(self.new.flow_index.get(&**id)),
                }
            }
            let found = explore_from(self.new, &roots, &nodes, &flows, &mut work);
            let told = match found.map(|found| found.filter(|found| found.flaw != Flaw::Dead)) {
                // Where the case has already been it need not come again.
                Ok(None) => continue,
                Ok(Some(found)) => {
                    let stuck = self.new.nodes[found.node].label();
                    Words::new(format!("会卡在“{stuck}”"), format!("trouble at “{stuck}”"))
                }
                Err(_) => Words::new("分支太多，查不完", "too many ways to try them all"),
            };
            self.report.refused.push(Words::new(
                format!("从换版后的位置出发，不能保证办到结束：{}", told.zh),
                format!("from where the case would then stand the end is not sure to be reached: {}", told.en),
            ));
        }
    }
}

/// Multi-instance activities go one by one or all at once, loops one by one: what was begun in one way does not end in another.
fn order(repeat: &Repeat) -> Option<bool> {
    match repeat {
        Repeat::Multi { sequential, .. } => Some(*sequential),
        Repeat::Loop { .. } => None,
    }
}

/// What a chart waits for at a node beside the node's own work: on its border, and behind an event-based gateway.
fn beside<'d>(def: &'d Definition, node: &'d Node) -> impl Iterator<Item = &'d Node> {
    let behind = def.outgoing(node).filter(|_| node.kind == NodeKind::EventBasedGateway);
    def.boundaries_of(&node.id).chain(behind.filter_map(|flow| def.node(&flow.target)))
}

/// What a chart waits for within an open scope: starts of event sub-processes, and what an ad-hoc sub-process offers.
fn within<'d>(def: &'d Definition, holder: Option<&'d Node>) -> impl Iterator<Item = &'d Node> {
    let starts = def.inside(holder).events.iter().map(|(_, start)| &def.nodes[*start]);
    let ad_hoc = holder.filter(|node| node.kind == NodeKind::AdHocSubProcess);
    starts.chain(ad_hoc.into_iter().flat_map(|node| def.offers(node)))
}

/// Whether an ad-hoc sub-process is closed by an officer.
fn closes_by_hand(node: &Node) -> bool {
    node.ad_hoc.as_ref().is_none_or(|ad_hoc| ad_hoc.until.is_none())
}

/// Whether an interrupting event sub-process has taken everything else out of this scope.
fn interrupted(def: &Definition, state: &State, scope: u64) -> bool {
    state.tokens.iter().filter(|token| token.scope == scope).any(|token| match &token.place {
        Place::Node(id) => def.node(id).is_some_and(|node| {
            let starts = || node.inside.nodes.iter().map(|i| &def.nodes[*i]).filter(|n| n.kind == NodeKind::StartEvent);
            node.kind == NodeKind::EventSubProcess && starts().any(|start| start.interrupting)
        }),
        Place::Flow(_) => false,
    })
}

/// A limit as people say it; 无 where there is none.
fn limit_told(node: &Node) -> Words {
    let Some(limit) = node.extension.get("limit") else { return Words::new("无", "none") };
    let unit = node.extension.get("unit").map_or("working_day", String::as_str);
    match limit_of(limit, Some(unit)) {
        Ok(Timing::Limit(read)) => Words::new(read.to_string(), read.english()),
        _ => Words::new(limit, limit),
    }
}

/// When a timer is due, as its chart says it.
fn time_told(node: &Node) -> Words {
    let Trigger::Timer { text, .. } = &node.trigger else { return Words::new("", "") };
    if node.extension.contains_key("limit") { limit_told(node) } else { Words::new(text, text) }
}
