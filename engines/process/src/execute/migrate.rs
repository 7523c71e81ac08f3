//! 换版 · moving a case that is under way to another version of its chart. The rule in force at acceptance governs, so a
//! case ends on its version; moving it is an act with a basis of its own, and this says beforehand whether it can be done
//! and what it changes. Nothing is dropped in silence: a place that leads nowhere refuses the move (after Rinderle,
//! Reichert, Dadam 2004).

use super::Run;
use crate::conditions::Conditions;
use crate::definition::{Definition, Id, Node, NodeKind, Trigger};
use crate::event::Event;
use crate::sound::{Flaw, Work, explore_from};
use crate::state::{Place, State, Wait, WaitKind};
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
        let known = |def: &Definition, id: &str| def.node(id).is_some() || def.flow(id).is_some();
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

    /// Whether what is waited for at `old` is what `new` waits for: an event of the same kind at the same place.
    fn same(&self, old: &Node, new: &Node) -> bool {
        let goes = |from: Option<&str>, to: Option<&str>| from.map(|id| self.map(id)) == to;
        let holder = |def: &'a Definition, node: &Node| {
            node.parent.as_deref().and_then(|id| def.node(id)).and_then(|node| node.parent.as_deref())
        };
        new.kind == old.kind
            && discriminant(&new.trigger) == discriminant(&old.trigger)
            && goes(old.parent.as_deref(), new.parent.as_deref())
            && goes(holder(self.old, old), holder(self.new, new))
            && goes(old.attached_to.as_deref(), new.attached_to.as_deref())
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
            && new.repeats.as_ref().map(discriminant) == old.repeats.as_ref().map(discriminant);
        if !alike {
            self.report.refused.push(Words::new(
                format!("“{label}”（{id}）和新的“{}”（{to}）不是同一种步骤，或不在同一个子流程里", new.label()),
                format!("“{label}” ({id}) and the new “{}” ({to}) are not of one kind, or not in one sub-process", new.label()),
            ));
            return None;
        }
        Some(new)
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
            if let (Some(activity), Some(by)) = (self.target(&undoable.activity), self.target(&undoable.by)) {
                (undoable.activity, undoable.by) = (activity.key.clone(), by.key.clone());
            }
        }
    }

    fn stands(&mut self, id: &str, new: &Node) {
        let Some(old) = self.old.node(id) else { return };
        self.report.moved.push(Words::new(
            format!("“{}”（{id}） → “{}”（{}）", old.label(), new.label(), new.id),
            format!("“{}” ({id}) → “{}” ({})", old.label(), new.label(), new.id),
        ));
        let limit =
            |n: &Node| n.extension.get("limit").map(|l| format!("{l} {}", n.extension.get("unit").map_or("working_day", |u| u)));
        let (before, after) = (limit(old), limit(new));
        if before != after {
            let say = |l: Option<String>, none: &str| l.unwrap_or_else(|| none.to_owned());
            self.report.limits.push(Words::new(
                format!("“{}”由 {} 改为 {}；已用的时间照算", new.label(), say(before.clone(), "无"), say(after.clone(), "无")),
                format!("“{}” from {} to {}; time used stays used", new.label(), say(before, "none"), say(after, "none")),
            ));
        }
    }

    /// Waits go where their node goes; one for an event that the new version does not have there is taken away, and said.
    fn waits(&mut self, run: &mut Run<'a>) {
        let mut kept: Vec<Wait> = Vec::new();
        for mut wait in std::mem::take(&mut run.state.waits) {
            let (Some(old), to) = (self.old.node(&wait.node), self.map(&wait.node).to_owned()) else { continue };
            let twin = kept.iter().any(|k| (k.token, k.scope, &*k.node, k.kind) == (wait.token, wait.scope, &*to, wait.kind));
            let Some(new) = self.new.node(&to).filter(|new| !twin && self.same(old, new)) else {
                self.report.listening.push(Words::new(
                    format!("不再等“{}”（{}）", old.label(), old.id),
                    format!("“{}” ({}) is no longer waited for", old.label(), old.id),
                ));
                continue;
            };
            wait.node = new.key.clone();
            match &new.trigger {
                Trigger::Message(name) | Trigger::Signal(name) => wait.name = Some(name.as_str().into()),
                _ if wait.kind == WaitKind::Process => wait.name = new.called.as_deref().map(Into::into),
                _ => {}
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
                let some = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
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
        differs(("所调流程", "called process"), &called(old), &called(new));
        if old.interrupting != new.interrupting {
            let (zh, en) = match new.interrupting {
                true => ("发生后结束它所在的步骤，原来不结束", "ends its step when it comes, and did not before"),
                false => ("发生后不再结束它所在的步骤", "no longer ends its step when it comes"),
            };
            listening.push(Words::new(format!("“{label}”{zh}"), format!("“{label}” {en}")));
        }
        let (before, after) = (time_of(old), time_of(new));
        if matches!(new.trigger, Trigger::Timer { .. }) && before != after {
            self.report.limits.push(Words::new(
                format!("“{label}”的时间由 {before} 改为 {after}；起算不变"),
                format!("time of “{label}” from {before} to {after}; its beginning stays"),
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
            let mut events: Vec<&'a Node> = new.boundaries_of(&node.id).filter(|event| !self.had(event)).collect();
            if node.kind == NodeKind::EventBasedGateway {
                events.extend(new.outgoing(node).filter_map(|f| new.node(&f.target)));
            }
            for event in events {
                if waits_for(&run.state, Some(token.id), event) {
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
            let by_hand = node.kind == NodeKind::AdHocSubProcess && node.ad_hoc.as_ref().is_none_or(|a| a.until.is_none());
            if by_hand && !waits_for(&run.state, Some(token.id), node) {
                run.wait(token.id, node, WaitKind::Task, None);
                added.push(node);
            }
        }
        for scope in before.scopes.iter().filter(|s| s.rounds.is_none() && s.undoing.is_empty()) {
            let holder = scope.element.as_ref().and_then(|(id, _)| new.node(self.map(id)));
            for (_, start) in &new.inside(holder).events {
                let start = &new.nodes[*start];
                if self.had(start) {
                    continue;
                }
                match run.key_of(start, &run.view(scope.id, None)) {
                    Ok(key) => {
                        run.expect_in(scope.id, None, start, key);
                        added.push(start);
                    }
                    Err(why) => self.cannot_listen(start, &why),
                }
            }
            if let Some(holder) = holder.filter(|h| h.kind == NodeKind::AdHocSubProcess) {
                for activity in new.offers(holder).filter(|activity| !self.had(activity)) {
                    run.wait_in(scope.id, None, activity, WaitKind::Offered, None);
                    added.push(activity);
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

    /// Whether the old version had this event at this very place.
    fn had(&self, new: &Node) -> bool {
        self.old.nodes.iter().any(|old| self.map(&old.id) == new.id && self.same(old, new))
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
            let stuck = match explore_from(self.new, &roots, &nodes, &flows, &mut work) {
                Ok(None) => continue,
                // Where the case has already been it need not come again.
                Ok(Some(found)) if found.flaw == Flaw::Dead => continue,
                Ok(Some(found)) => self.new.nodes[found.node].label().to_owned(),
                Err(_) => "?".to_owned(),
            };
            self.report.refused.push(Words::new(
                format!("从换版后的位置出发，不能保证办到结束：会卡在“{stuck}”"),
                format!("from where the case would then stand the end is not sure to be reached: trouble at “{stuck}”"),
            ));
        }
    }
}

fn waits_for(state: &State, token: Option<u64>, node: &Node) -> bool {
    state.waits.iter().any(|w| w.token == token && *w.node == *node.id)
}

/// When a timer is due, as its chart says it.
fn time_of(node: &Node) -> String {
    let Trigger::Timer { text, .. } = &node.trigger else { return String::new() };
    match node.extension.get("limit") {
        Some(limit) => format!("{limit} {}", node.extension.get("unit").map_or("working_day", |u| u)),
        None => text.clone(),
    }
}
