//! The checker against the executor: every chart is run in every way, and both must say the same.

use process::*;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

/// A small generator of numbers, the same in every run.
struct Lots(u64);

impl Lots {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % n
    }
}

#[derive(Clone, Debug)]
struct Chart {
    /// `t` task, `x` exclusive, `p` parallel, `o` inclusive, `e` end; node 0 is the start.
    kinds: Vec<char>,
    flows: Vec<(usize, usize)>,
    /// Tasks with a timer on the border that interrupts, and where it leads.
    timers: Vec<(usize, usize)>,
}

impl Chart {
    /// A sound block from `from`; gives the node it ends in.
    fn block(&mut self, lots: &mut Lots, from: usize, depth: usize) -> usize {
        let add = |chart: &mut Chart, kind: char, from: usize| {
            chart.kinds.push(kind);
            chart.flows.push((from, chart.kinds.len() - 1));
            chart.kinds.len() - 1
        };
        match if depth == 0 { 0 } else { lots.below(6) } {
            0 | 1 => {
                let task = add(self, 't', from);
                if lots.below(6) == 0 {
                    // Late: to the same place as in time.
                    let merge = add(self, 'x', task);
                    self.timers.push((task, merge));
                    return merge;
                }
                task
            }
            2 => {
                let middle = self.block(lots, from, depth - 1);
                self.block(lots, middle, depth - 1)
            }
            3 => {
                let merge = add(self, 'x', from);
                let body = self.block(lots, merge, depth - 1);
                let split = add(self, 'x', body);
                self.flows.push((split, merge));
                split
            }
            _ => {
                let kind = ['x', 'p', 'o'][lots.below(3)];
                let split = add(self, kind, from);
                let ends: Vec<usize> = (0..2).map(|_| self.block(lots, split, depth - 1)).collect();
                let join = add(self, kind, ends[0]);
                self.flows.push((ends[1], join));
                join
            }
        }
    }

    /// A sound chart, and then a few things done to it that may break it.
    fn random(lots: &mut Lots) -> Chart {
        let mut chart = Chart { kinds: vec!['s'], flows: Vec::new(), timers: Vec::new() };
        let depth = 1 + lots.below(3);
        let last = chart.block(lots, 0, depth);
        chart.kinds.push('e');
        chart.flows.push((last, chart.kinds.len() - 1));
        for _ in 0..lots.below(7) {
            let gateways: Vec<usize> = (0..chart.kinds.len()).filter(|i| "xpo".contains(chart.kinds[*i])).collect();
            match lots.below(4) {
                0 | 1 if !gateways.is_empty() => {
                    let at = gateways[lots.below(gateways.len())];
                    chart.kinds[at] = ['x', 'p', 'o'][lots.below(3)];
                }
                2 => {
                    let at = lots.below(chart.flows.len());
                    let to = 1 + lots.below(chart.kinds.len() - 1);
                    chart.flows[at].1 = to;
                }
                _ if !gateways.is_empty() => {
                    let from = gateways[lots.below(gateways.len())];
                    let to = 1 + lots.below(chart.kinds.len() - 1);
                    if !chart.flows.contains(&(from, to)) {
                        chart.flows.push((from, to));
                    }
                }
                _ => {}
            }
        }
        chart
    }

    /// With a task on every flow that leads from no task to no task, so that every marking is one at rest.
    fn spread(&self) -> Chart {
        let mut chart = self.clone();
        for at in 0..self.flows.len() {
            let (_, to) = self.flows[at];
            if self.kinds[to] != 't' {
                chart.kinds.push('t');
                let task = chart.kinds.len() - 1;
                chart.flows[at].1 = task;
                chart.flows.push((task, to));
            }
        }
        for at in 0..self.timers.len() {
            chart.kinds.push('t');
            let task = chart.kinds.len() - 1;
            let to = std::mem::replace(&mut chart.timers[at].1, task);
            chart.flows.push((task, to));
        }
        chart
    }

    /// Whether gateways alone lead in a circle: there choices are not free, for nothing changes, and a run is refused.
    fn circles_idly(&self) -> bool {
        let idle = |n: usize| "xpo".contains(self.kinds[n]);
        (0..self.kinds.len()).filter(|n| idle(*n)).any(|from| {
            let mut seen = HashSet::new();
            let mut todo = vec![from];
            while let Some(at) = todo.pop() {
                for (_, to) in self.flows.iter().filter(|(a, to)| *a == at && idle(*to)) {
                    if *to == from {
                        return true;
                    }
                    if seen.insert(*to) {
                        todo.push(*to);
                    }
                }
            }
            false
        })
    }

    fn definition(&self) -> Definition {
        let mut text = String::from(r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">"#);
        for (i, kind) in self.kinds.iter().enumerate() {
            let element = match kind {
                's' => "startEvent",
                'e' => "endEvent",
                'x' => "exclusiveGateway",
                'p' => "parallelGateway",
                'o' => "inclusiveGateway",
                _ => "userTask",
            };
            let out: Vec<usize> = (0..self.flows.len()).filter(|f| self.flows[*f].0 == i).collect();
            let default =
                if "xo".contains(*kind) && out.len() > 1 { format!(r#" default="f{}""#, out[0]) } else { String::new() };
            text.push_str(&format!(r#"<{element} id="{kind}{i}"{default}/>"#));
        }
        for (f, (from, to)) in self.flows.iter().enumerate() {
            let first = self.flows.iter().position(|(o, _)| o == from) == Some(f);
            let alone = self.flows.iter().filter(|(o, _)| o == from).count() == 1;
            let asks = "xo".contains(self.kinds[*from]) && !first && !alone;
            let condition = if asks { format!("<conditionExpression>c{f}</conditionExpression>") } else { String::new() };
            let (a, b) = (self.kinds[*from], self.kinds[*to]);
            text.push_str(&format!(
                r#"<sequenceFlow id="f{f}" sourceRef="{a}{from}" targetRef="{b}{to}">{condition}</sequenceFlow>"#
            ));
        }
        for (k, (host, to)) in self.timers.iter().enumerate() {
            let b = self.kinds[*to];
            text.push_str(&format!(
                r#"<boundaryEvent id="b{k}" attachedToRef="t{host}"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>
                <sequenceFlow id="g{k}" sourceRef="b{k}" targetRef="{b}{to}"/>"#
            ));
        }
        text.push_str("</process></definitions>");
        Definition::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
    }
}

type Outcome = Result<(State, Vec<Event>), Refusal>;

/// Answers conditions as told, and keeps how many were asked.
#[derive(Default)]
struct Told {
    answers: RefCell<(Vec<bool>, usize)>,
}

impl Conditions for Told {
    fn holds(&self, _: &str, _: &Vars) -> Result<bool, String> {
        let mut answers = self.answers.borrow_mut();
        let at = answers.1;
        answers.1 += 1;
        if at == answers.0.len() {
            answers.0.push(false);
        }
        Ok(answers.0[at])
    }
}

/// Everything one command may lead to, over all answers to the conditions asked on the way.
fn all(run: impl Fn(&Told) -> Outcome) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let mut answers: Vec<bool> = Vec::new();
    loop {
        let told = Told { answers: RefCell::new((answers, 0)) };
        outcomes.push(run(&told));
        let (mut given, asked) = told.answers.into_inner();
        given.truncate(asked);
        while given.last() == Some(&true) {
            given.pop();
        }
        match given.last_mut() {
            Some(last) => *last = true,
            None => return outcomes,
        }
        answers = given;
    }
}

/// Where a case stands, whatever came before.
fn standing(state: &State) -> String {
    let value = serde_json::to_value(state).expect("serialises");
    let mut places: Vec<String> = value["tokens"].as_array().expect("tokens").iter().map(|t| t["place"].to_string()).collect();
    places.sort();
    let mut waits: Vec<String> = state.waiting().into_iter().map(|w| w.node).collect();
    waits.sort();
    format!("{places:?}{waits:?}")
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Sound,
    Unsound(&'static str),
    TooLarge,
}

fn commands(state: &State) -> Vec<Command> {
    let of = |w: Waiting| match w.kind {
        WaitKind::Timer => Some(Command::TimerFired { node: w.node }),
        WaitKind::Task => Some(Command::Complete { node: w.node, outputs: Vars::new() }),
        _ => None,
    };
    state.waiting().into_iter().filter_map(of).collect()
}

/// What is wrong with a step that was made.
fn wrong(outcome: &Result<(State, Vec<Event>), Refusal>) -> Option<&'static str> {
    let (state, events) = match outcome {
        Ok(done) => done,
        Err(Refusal::Circling { .. }) => return Some("circling"),
        Err(other) => panic!("{other}"),
    };
    if state.waiting().iter().any(|w| w.kind == WaitKind::Incident) {
        return Some("stuck");
    }
    if events.iter().any(|e| matches!(e, Event::Fault { .. })) {
        return Some("twice");
    }
    let mut seen = HashSet::new();
    state.waiting().into_iter().any(|w| !seen.insert(w.node)).then_some("twice")
}

/// Runs a chart in every way.
fn exhaust(def: &Definition, most: usize) -> Verdict {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut sources: Vec<Vec<usize>> = Vec::new();
    let mut ended: Vec<usize> = Vec::new();
    let mut entered: BTreeSet<String> = BTreeSet::new();
    let mut todo: VecDeque<(usize, State)> = VecDeque::new();
    let mut outcomes: Vec<(Option<usize>, Outcome)> =
        all(|told| start(def, &Vars::new(), told)).into_iter().map(|o| (None, o)).collect();
    loop {
        for (from, outcome) in outcomes.drain(..) {
            if let Some(why) = wrong(&outcome) {
                return Verdict::Unsound(why);
            }
            let Ok((state, events)) = outcome else { continue };
            entered.extend(events.iter().filter_map(|e| match e {
                Event::Entered { node } => Some(node.clone()),
                _ => None,
            }));
            let key = standing(&state);
            let new = known.len();
            let id = *known.entry(key).or_insert(new);
            if id == new {
                sources.push(Vec::new());
                if state.is_ended() {
                    ended.push(id);
                } else {
                    todo.push_back((id, state));
                }
            }
            sources[id].extend(from);
        }
        if known.len() > most {
            return Verdict::TooLarge;
        }
        let Some((id, state)) = todo.pop_front() else { break };
        for command in commands(&state) {
            outcomes.extend(all(|told| step(def, &state, &command, told)).into_iter().map(|o| (Some(id), o)));
        }
    }
    let mut good = vec![false; sources.len()];
    while let Some(i) = ended.pop() {
        if !std::mem::replace(&mut good[i], true) {
            ended.extend(&sources[i]);
        }
    }
    if !good.iter().all(|g| *g) {
        return Verdict::Unsound("endless");
    }
    if def.nodes().iter().any(|n| !entered.contains(&n.id)) {
        return Verdict::Unsound("dead");
    }
    Verdict::Sound
}

/// Whether the run that the checker gives can be walked by the executor, and comes to grief there.
fn shows(def: &Definition, flaw: &Unsound) -> bool {
    // A task is on the run when it is begun; it is done where its own flow comes next, and not its timer.
    let done = |at: usize| {
        let node = def.node(&flaw.run[at]).filter(|n| n.kind.is_task());
        node.is_some_and(|task| {
            let timers: Vec<&str> = def.boundaries_of(&task.id).map(|b| b.id.as_str()).collect();
            let next = flaw.run[at + 1..]
                .iter()
                .find(|id| **id == task.id || timers.contains(&id.as_str()) || task.outgoing.contains(id));
            next.is_some_and(|id| task.outgoing.contains(id))
        })
    };
    let fired = |at: usize| def.node(&flaw.run[at]).is_some_and(|n| n.kind == NodeKind::BoundaryEvent);
    let steps: Vec<&str> = (0..flaw.run.len()).filter(|at| done(*at) || fired(*at)).map(|at| flaw.run[at].as_str()).collect();
    let mut states: Vec<State> = Vec::new();
    for outcome in all(|told| start(def, &Vars::new(), told)) {
        if wrong(&outcome).is_some() {
            return true;
        }
        states.extend(outcome.map(|(s, _)| s));
    }
    for id in &steps {
        let mut next = Vec::new();
        let mut known = HashSet::new();
        for state in &states {
            let timer = def.node(id).is_some_and(|n| n.kind == NodeKind::BoundaryEvent);
            let node = (*id).to_owned();
            let command = if timer { Command::TimerFired { node } } else { Command::Complete { node, outputs: Vars::new() } };
            if !state.is_waiting_at(id) {
                continue;
            }
            for outcome in all(|told| step(def, state, &command, told)) {
                if wrong(&outcome).is_some() {
                    return true;
                }
                if let Ok((state, _)) = outcome
                    && known.insert(standing(&state))
                {
                    next.push(state);
                }
            }
        }
        states = next;
    }
    // From a state where the end is lost no run ends.
    flaw.flaw == Flaw::Endless && states.iter().any(|s| !can_end(def, s))
}

fn can_end(def: &Definition, from: &State) -> bool {
    let mut known = HashSet::from([standing(from)]);
    let mut todo = vec![from.clone()];
    while let Some(state) = todo.pop() {
        for command in commands(&state) {
            for (next, _) in all(|told| step(def, &state, &command, told)).into_iter().flatten() {
                if next.is_ended() {
                    return true;
                }
                if known.insert(standing(&next)) {
                    todo.push(next);
                }
            }
        }
    }
    false
}

#[test]
fn checker_and_executor_agree_on_ten_thousand_random_charts() {
    let mut lots = Lots(0x5EED_0BAD_CAFE);
    let (mut sound, mut unsound) = (0, HashMap::new());
    while sound + unsound.values().sum::<usize>() < 10_000 {
        let chart = Chart::random(&mut lots);
        if chart.kinds.len() > 12 {
            continue;
        }
        let plain = chart.definition();
        let spread = chart.spread();
        if !plain.check().is_empty() {
            continue;
        }
        let spread = spread.definition();
        assert_eq!(spread.check(), [], "{}", spread.xml());
        let ran = exhaust(&spread, 200);
        if ran == Verdict::TooLarge {
            continue;
        }
        let said = spread.sound();
        assert_eq!(said.is_empty(), ran == Verdict::Sound, "{ran:?} {said:?}\n{}", spread.xml());
        // Without tasks between its gateways a chart runs in fewer ways: what is proved with them holds without, and what
        // is proved is so in every run.
        let short = plain.sound();
        assert!(short.is_empty() || !said.is_empty(), "{short:?} {said:?}\n{}\n{}", plain.xml(), spread.xml());
        if short.is_empty() && !chart.circles_idly() {
            assert_eq!(exhaust(&plain, usize::MAX), Verdict::Sound, "{}", plain.xml());
        }
        match said.first() {
            None => sound += 1,
            Some(flaw) => {
                *unsound.entry(flaw.flaw).or_insert(0) += 1;
                // The shortest run is a run.
                if flaw.flaw != Flaw::Dead {
                    assert!(shows(&spread, flaw), "{flaw:?}\n{}", spread.xml());
                }
            }
        }
    }
    println!("sound {sound}, unsound {unsound:?}");
    assert!(sound > 2_000 && unsound.values().sum::<usize>() > 1_500, "{sound} {unsound:?}");
}
