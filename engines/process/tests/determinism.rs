//! The same input gives the same events; a state that went through the database goes on as if it had not; and replaying
//! events never disagrees with the state. Over random charts and random commands.

use process::*;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// Sound by construction: blocks nested in blocks.
#[derive(Clone, Debug)]
enum Block {
    Task,
    Timed,
    Sequence(Vec<Block>),
    Exclusive(Box<Block>, Box<Block>),
    Parallel(Box<Block>, Box<Block>),
    Inclusive(Box<Block>, Box<Block>),
    Loop(Box<Block>),
    Sub(Box<Block>),
}

fn blocks() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![3 => Just(Block::Task), 1 => Just(Block::Timed)];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Block::Sequence),
            pair.clone().prop_map(|(a, b)| Block::Exclusive(a.into(), b.into())),
            pair.clone().prop_map(|(a, b)| Block::Parallel(a.into(), b.into())),
            pair.prop_map(|(a, b)| Block::Inclusive(a.into(), b.into())),
            inner.clone().prop_map(|a| Block::Loop(a.into())),
            inner.prop_map(|a| Block::Sub(a.into())),
        ]
    })
}

#[derive(Default)]
struct Writer {
    text: String,
    count: usize,
}

impl Writer {
    fn id(&mut self, sort: &str) -> String {
        self.count += 1;
        format!("{sort}{}", self.count)
    }

    fn flow(&mut self, from: &str, to: &str, condition: Option<&str>) -> String {
        let id = self.id("流");
        let inside = condition.map(|c| format!("<conditionExpression>{c}</conditionExpression>")).unwrap_or_default();
        self.text.push_str(&format!(r#"<sequenceFlow id="{id}" sourceRef="{from}" targetRef="{to}">{inside}</sequenceFlow>"#));
        id
    }

    fn node(&mut self, element: &str, id: &str, attributes: &str) {
        self.text.push_str(&format!(r#"<{element} id="{id}"{attributes}/>"#));
    }

    /// Writes a block; gives its first and last node.
    fn block(&mut self, block: &Block) -> (String, String) {
        match block {
            Block::Task => {
                let id = self.id("步");
                self.node("userTask", &id, "");
                (id.clone(), id)
            }
            Block::Timed => {
                let (task, timer, side, join) = (self.id("步"), self.id("期"), self.id("步"), self.id("合"));
                self.node("userTask", &task, "");
                self.node("userTask", &side, "");
                self.node("exclusiveGateway", &join, "");
                self.text.push_str(&format!(
                    r#"<boundaryEvent id="{timer}" attachedToRef="{task}"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"#
                ));
                self.flow(&task, &join, None);
                self.flow(&timer, &side, None);
                self.flow(&side, &join, None);
                (task, join)
            }
            Block::Sequence(all) => {
                let ends: Vec<_> = all.iter().map(|b| self.block(b)).collect();
                for pair in ends.windows(2) {
                    self.flow(&pair[0].1, &pair[1].0, None);
                }
                (ends[0].0.clone(), ends[ends.len() - 1].1.clone())
            }
            Block::Parallel(a, b) => self.split("parallelGateway", a, b, [None, None]),
            Block::Exclusive(a, b) => self.split("exclusiveGateway", a, b, [Some("甲 = true"), None]),
            Block::Inclusive(a, b) => self.split("inclusiveGateway", a, b, [Some("甲 = true"), Some("乙 = true")]),
            Block::Loop(a) => {
                let (merge, fork) = (self.id("合"), self.id("分"));
                let out = self.id("步");
                let (first, last) = self.block(a);
                self.node("exclusiveGateway", &merge, "");
                self.node("userTask", &out, "");
                self.flow(&merge, &first, None);
                self.flow(&last, &fork, None);
                self.flow(&fork, &merge, Some("再 = true"));
                let default = self.flow(&fork, &out, None);
                self.node("exclusiveGateway", &fork, &format!(r#" default="{default}""#));
                (merge, out)
            }
            Block::Sub(a) => {
                let (id, start, end) = (self.id("子"), self.id("始"), self.id("终"));
                self.text.push_str(&format!(r#"<subProcess id="{id}">"#));
                self.node("startEvent", &start, "");
                self.node("endEvent", &end, "");
                let (first, last) = self.block(a);
                self.flow(&start, &first, None);
                self.flow(&last, &end, None);
                self.text.push_str("</subProcess>");
                (id.clone(), id)
            }
        }
    }

    fn split(&mut self, element: &str, a: &Block, b: &Block, conditions: [Option<&str>; 2]) -> (String, String) {
        let (fork, join) = (self.id("分"), self.id("合"));
        let (a, b) = (self.block(a), self.block(b));
        self.flow(&fork, &a.0, conditions[0]);
        let second = self.flow(&fork, &b.0, conditions[1]);
        self.flow(&a.1, &join, None);
        self.flow(&b.1, &join, None);
        let default = match element {
            "parallelGateway" => String::new(),
            "exclusiveGateway" => format!(r#" default="{second}""#),
            // A third way past both.
            _ => format!(r#" default="{}""#, self.flow(&fork, &join, None)),
        };
        self.node(element, &fork, &default);
        self.node(element, &join, "");
        (fork, join)
    }
}

fn chart(block: &Block) -> Definition {
    let mut writer = Writer::default();
    let (first, last) = writer.block(block);
    writer.node("startEvent", "开始", "");
    writer.node("endEvent", "结束", "");
    writer.flow("开始", &first, None);
    writer.flow(&last, "结束", None);
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="随机">{}</process></definitions>"#,
        writer.text
    );
    Definition::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Any command the state would take, by lot.
fn command(state: &State, lot: u32) -> Command {
    let waiting = state.waiting();
    let wait = &waiting[lot as usize % waiting.len()];
    let bit = |n: u32| lot >> n & 1 == 1;
    match wait.kind {
        WaitKind::Timer => Command::TimerFired { node: wait.node.clone() },
        _ => Command::Complete {
            node: wait.node.clone(),
            outputs: json!({"甲": bit(8), "乙": bit(9), "再": bit(10) && bit(11)}).as_object().cloned().unwrap_or_default(),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn sound_charts_run_to_their_end_the_same_way_every_time(block in blocks(), lots in prop::collection::vec(any::<u32>(), 60)) {
        let def = chart(&block);
        prop_assert_eq!(def.check(), vec![]);
        let (mut state, mut events) = start(&def, &Vars::new(), &SimpleConditions).expect("starts");
        let mut commands = Vec::new();
        let mut lots = lots.into_iter();
        // Then without further loops, until the end.
        while !state.is_ended() {
            prop_assert!(!state.waiting().is_empty(), "stands still: {:?}\n{}", state, def.xml());
            let command = command(&state, lots.next().unwrap_or(0));
            let (next, more) = step(&def, &state, &command, &SimpleConditions).expect("a command that is waited for");
            let stored: State = serde_json::from_str(&serde_json::to_string(&next).expect("writes")).expect("reads");
            prop_assert_eq!(&stored, &next);
            commands.push(command);
            events.extend(more);
            state = stored;
            // Moved to the very same chart it stands where it stood, and waits for what it waited for.
            if !state.is_ended() {
                let (moved, report) = migrate(&def, &def, &state, &BTreeMap::new(), &SimpleConditions);
                prop_assert!(moved.is_some(), "{}\n{}", report.tell(Lang::En), def.xml());
                prop_assert_eq!((&report.listening, &report.limits), (&vec![], &vec![]));
                prop_assert_eq!(moved.map(|(state, _)| state.waiting()), Some(state.waiting()));
            }

            let path = replay(&def, &events);
            for wait in state.waiting() {
                let node = def.node(&wait.node).expect("on the chart");
                prop_assert!(node.kind == NodeKind::BoundaryEvent || path.current.contains(&wait.node));
            }
            prop_assert!(commands.len() < 2000);
        }
        prop_assert_eq!(state.ended(), Some(&How::Completed { end: "结束".into() }));
        prop_assert_eq!(state.size(), 0);
        let faults = events.iter().filter(|e| matches!(e, Event::Fault { .. })).count();
        prop_assert_eq!(faults, 0);
        prop_assert!(replay(&def, &events).current.is_empty());
        // What happened can be told again, event for event.
        let again = rerun(&def, &Vars::new(), &commands, &SimpleConditions).expect("runs again");
        prop_assert_eq!(&again, &(state, events.clone()));
        let told: Vec<Event> = serde_json::from_str(&serde_json::to_string(&events).expect("writes")).expect("reads");
        prop_assert_eq!(told, events);
    }

    /// Two charts that share the ids of what they share in kind: a case that can be moved stands where a case of the new one may, and
    /// comes to its end there.
    #[test]
    fn a_case_moved_to_another_random_chart_comes_to_its_end(a in blocks(), b in blocks(), lots in prop::collection::vec(any::<u32>(), 12)) {
        let (old, new) = (chart(&a), chart(&b));
        let mut state = start(&old, &Vars::new(), &SimpleConditions).expect("starts").0;
        for lot in lots {
            if state.is_ended() {
                break;
            }
            if let (Some((moved, _)), report) = migrate(&old, &new, &state, &BTreeMap::new(), &SimpleConditions) {
                prop_assert!(report.holds());
                let mut moved: State = serde_json::from_str(&serde_json::to_string(&moved).expect("writes")).expect("reads");
                let mut steps = 0;
                while !moved.is_ended() {
                    prop_assert!(!moved.waiting().is_empty(), "stands still: {}\n{}\n{}", report.tell(Lang::En), old.xml(), new.xml());
                    moved = step(&new, &moved, &command(&moved, 0), &SimpleConditions).expect("a command that is waited for").0;
                    steps += 1;
                    prop_assert!(steps < 2000);
                }
            }
            state = step(&old, &state, &command(&state, lot), &SimpleConditions).expect("a command that is waited for").0;
        }
    }

    #[test]
    fn every_random_chart_is_drawn_without_one_box_on_another(block in blocks()) {
        let def = chart(&block);
        let drawing = svg(&def, None, Lang::Zh);
        let document = roxmltree::Document::parse(&drawing).expect("well-formed");
        let mut boxes: Vec<(String, [f64; 4])> = Vec::new();
        for g in document.descendants().filter(|n| n.attribute("class") == Some("bpmn-task")) {
            let rect = g.children().find(|n| n.has_tag_name(("http://www.w3.org/2000/svg", "rect"))).expect("a box");
            let of = |a: &str| rect.attribute(a).and_then(|v| v.parse::<f64>().ok()).expect("a number");
            boxes.push((g.attribute("data-element").unwrap_or_default().to_owned(), [of("x"), of("y"), of("width"), of("height")]));
        }
        let tasks = def.nodes().iter().filter(|n| n.kind.is_task()).count();
        prop_assert_eq!(boxes.len(), tasks);
        for (i, (one, a)) in boxes.iter().enumerate() {
            for (other, b) in &boxes[i + 1..] {
                let apart = a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
                prop_assert!(apart, "{} on {}", one, other);
            }
        }
    }

    #[test]
    fn any_chart_that_passes_the_check_ends_or_waits_and_never_stands_still_in_silence(
        kinds in prop::collection::vec(0_usize..7, 2..8),
        extra in prop::collection::vec((0_usize..8, 0_usize..8), 0..6),
        lots in prop::collection::vec(any::<u32>(), 40),
    ) {
        let def = tangle(&kinds, &extra);
        let _ = svg(&def, None, Lang::Zh);
        prop_assert_eq!(outline(&def, None).len(), def.nodes().len());
        let (mut state, mut events) = match start(&def, &Vars::new(), &SimpleConditions) {
            Ok(begun) => begun,
            Err(Refusal::NotRunnable(_) | Refusal::Circling { .. }) => return Ok(()),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        for lot in lots {
            prop_assert!(state.is_ended() == state.waiting().is_empty(), "{:?}\n{}", state, def.xml());
            let _ = what_next(&def, &state);
            if state.waiting().iter().all(|w| w.kind == WaitKind::Incident) {
                break;
            }
            let command = command(&state, lot);
            match step(&def, &state, &command, &SimpleConditions) {
                Ok((next, more)) => {
                    let again = step(&def, &state, &command, &SimpleConditions);
                    prop_assert_eq!(again, Ok((next.clone(), more.clone())));
                    state = next;
                    events.extend(more);
                }
                // An incident is not completed; a circle is refused and leaves the state as it was.
                Err(Refusal::NotWaiting(_) | Refusal::Circling { .. }) => {}
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            }
            let path = replay(&def, &events);
            prop_assert_eq!(path.current.is_empty(), state.is_ended());
        }
    }
}

/// A chain of any elements with flows thrown in: mostly unsound.
fn tangle(kinds: &[usize], extra: &[(usize, usize)]) -> Definition {
    let elements = [
        "userTask",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "serviceTask",
        "userTask",
        "intermediateThrowEvent",
    ];
    let mut flows: Vec<(String, String)> = vec![("始".into(), "n0".into())];
    flows.extend((1..kinds.len()).map(|i| (format!("n{}", i - 1), format!("n{i}"))));
    flows.push((format!("n{}", kinds.len() - 1), "终".into()));
    for (from, to) in extra {
        flows.push((format!("n{}", from % kinds.len()), format!("n{}", to % kinds.len())));
    }
    let mut text = String::from(r#"<startEvent id="始"/><endEvent id="终"/>"#);
    for (i, kind) in kinds.iter().enumerate() {
        let id = format!("n{i}");
        let first = flows.iter().position(|(from, _)| *from == id).unwrap_or(0);
        let default = if [1, 3].contains(kind) { format!(r#" default="f{first}""#) } else { String::new() };
        text.push_str(&format!(r#"<{} id="{id}"{default}/>"#, elements[*kind]));
    }
    for (k, (from, to)) in flows.iter().enumerate() {
        let kind = from.strip_prefix('n').and_then(|i| i.parse::<usize>().ok()).map(|i| kinds[i]);
        let first = flows.iter().position(|(f, _)| f == from) == Some(k);
        let condition = match kind {
            Some(1 | 3) if !first => {
                format!("<conditionExpression>{} = true</conditionExpression>", ["甲", "乙", "再"][k % 3])
            }
            _ => String::new(),
        };
        text.push_str(&format!(r#"<sequenceFlow id="f{k}" sourceRef="{from}" targetRef="{to}">{condition}</sequenceFlow>"#));
    }
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="乱">{text}</process></definitions>"#
    );
    Definition::parse(&text).unwrap_or_else(|e| panic!("{e}"))
}
