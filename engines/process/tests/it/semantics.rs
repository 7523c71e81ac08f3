//! What the executor does, element by element, and the hard cases.

use crate::common::{Case, flows};
use process::*;
use serde_json::json;

/// A chart of one process from its inside; it may have faults.
fn chart(inside: &str) -> Definition {
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
<message id="m1" name="补充意见"/><message id="m2" name="答复"/>
<process id="p" isExecutable="true">{inside}</process></definitions>"#
    );
    Definition::parse(&text).unwrap_or_else(|e| panic!("{e}"))
}

fn complete(node: &str) -> Command {
    Command::Complete { node: node.into(), outputs: Vars::new() }
}

const PARALLEL: &str = r#"<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>
<parallelGateway id="j"/><endEvent id="e"/>"#;

#[test]
fn f020_the_digest_is_that_of_the_text() {
    let text = include_str!("../../examples/approval.bpmn");
    let def = Definition::parse(text).expect("reads");
    assert_eq!(def.xml(), text);
    assert_eq!(def.hash().len(), 64);
    assert!(def.hash().chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)));
    let other = Definition::parse(&text.replace("P30D", "P31D")).expect("reads");
    assert_ne!(def.hash(), other.hash());
    let case = Case::begin(&def);
    assert_eq!(case.state.definition(), def.hash());
    assert!(matches!(step(&other, &case.state, &complete("受理"), &SimpleConditions), Err(Refusal::OtherDefinition { .. })));
}

#[test]
fn f022_the_path_is_shown_on_the_chart_that_ran() {
    let def = Definition::parse(include_str!("../../examples/approval.bpmn")).expect("reads");
    let mut case = Case::begin(&def);
    case.done_with("受理", json!({"outcome": "correct"})).done("补正").done_with("受理", json!({"outcome": "accept"}));
    let path = replay(&def, &case.events);
    assert_eq!(path.current.iter().collect::<Vec<_>>(), ["审查"]);
    for id in ["申请", "受理", "补正", "补齐", "齐全", "不全"] {
        assert!(path.done.contains(id), "{id}");
    }
    for id in ["不予受理", "逾期", "不受理", "决定"] {
        assert_eq!(path.progress(id), Progress::Ahead, "{id}");
    }
    case.done("审查").done("决定").done("送达").ended_at("办结");
    let path = replay(&def, &case.events);
    assert!(path.current.is_empty() && path.done.contains("办结"));
}

#[test]
fn the_refusal_end_is_the_default() {
    let def = Definition::parse(include_str!("../../examples/approval.bpmn")).expect("reads");
    Case::begin(&def).done_with("受理", json!({"outcome": "refuse"})).ended_at("不予受理");
}

#[test]
fn a_boundary_timer_interrupts_and_a_late_completion_is_refused() {
    let def = Definition::parse(include_str!("../../examples/approval.bpmn")).expect("reads");
    let mut case = Case::begin(&def);
    case.done_with("受理", json!({"outcome": "correct"}));
    assert_eq!(case.at(), ["补正", "补正逾期"]);
    let before = case.state.clone();
    case.fires("补正逾期").ended_at("视为撤回");
    assert!(case.events.contains(&Event::Cancelled { node: "补正".into() }));
    assert_eq!(case.refused(complete("补正")), Refusal::Ended);
    // The other way about: completed first, the timer finds nothing.
    let (after, _) = step(&def, &before, &complete("补正"), &SimpleConditions).expect("completes");
    let late = step(&def, &after, &Command::TimerFired { node: "补正逾期".into() }, &SimpleConditions);
    assert_eq!(late, Err(Refusal::NotWaiting("补正逾期".into())));
}

#[test]
fn f093_a_join_waits_for_each_branch() {
    let def = chart(&format!("{PARALLEL}{}", flows("s>f f>a f>b a>j b>j j>e")));
    let mut case = Case::begin(&def);
    assert_eq!(case.at(), ["a", "b"]);
    case.done("b");
    assert_eq!(case.at(), ["a"]);
    case.done("a").ended_at("e");
    assert_eq!(case.faults(), 0);
}

#[test]
fn f093_a_join_waits_for_each_branch_also_in_a_loop() {
    let def = chart(&format!(
        r#"{PARALLEL}<exclusiveGateway id="m"/><exclusiveGateway id="x" default="x-e"/>{}"#,
        flows("s>m m>f f>a f>b a>j b>j j>x x>m?again x>e")
    ));
    let mut case = Case::begin(&def);
    for round in 0..3 {
        case.done_with("a", json!({"again": round < 2}));
        assert_eq!(case.at(), ["b"]);
        case.done("b");
    }
    case.ended_at("e");
    assert_eq!(case.faults(), 0);
}

#[test]
fn h09_a_branch_that_arrives_twice_does_not_stand_for_the_other() {
    let def = chart(&format!(
        r#"{PARALLEL}<boundaryEvent id="n" attachedToRef="a" cancelActivity="false">
        <messageEventDefinition messageRef="m1"/></boundaryEvent><exclusiveGateway id="am"/>{}"#,
        flows("s>f f>a f>b a>am n>am am>j b>j j>e")
    ));
    let mut case = Case::begin(&def);
    case.message("补充意见", None).done("a");
    assert_eq!(case.at(), ["b"], "the join waits for B");
    assert!(!case.state.is_ended());
    assert_eq!(case.faults(), 1, "lack of synchronisation is on record");
    case.done("b").ended_at("e");
    let joined = case.events.iter().filter(|e| **e == Event::Entered { node: "j".into() }).count();
    assert_eq!(joined, 1);
}

#[test]
fn a_branch_that_never_comes_is_an_incident_not_a_silence() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><exclusiveGateway id="x" default="x-a"/><userTask id="a"/><userTask id="b"/>
        <parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>x x>a x>b?big a>j b>j j>e").replace("big", "big = true")
    ));
    let mut case = Case::begin(&def);
    case.done("a");
    let waiting = case.state.waiting();
    assert_eq!((waiting[0].node.as_str(), waiting[0].kind), ("j", WaitKind::Incident));
    assert!(replay(&def, &case.events).current.contains("j"));
    case.command(Command::Terminate { reason: "申请人撤回".into() });
    assert_eq!(case.state.ended(), Some(&How::Terminated { reason: "申请人撤回".into() }));
    assert_eq!(case.state.size(), 0);
}

#[test]
fn no_way_on_is_an_incident_that_an_officer_mends() {
    // The condition cannot be decided: that is not “no”.
    let def = chart(&format!(
        r#"<startEvent id="s"/><exclusiveGateway id="x" default="x-e"/><userTask id="a"/><endEvent id="e"/>{}"#,
        flows("s>x x>a?urgent x>e a>e")
    ));
    let mut case = Case::begin(&def);
    assert_eq!(case.state.waiting()[0].kind, WaitKind::Incident);
    assert_eq!(case.faults(), 1);
    let outputs = json!({"urgent": true}).as_object().cloned().expect("an object");
    case.command(Command::Retry { node: "x".into(), outputs });
    assert_eq!(case.at(), ["a"]);
    case.done("a").ended_at("e");
}

#[test]
fn an_inclusive_join_waits_for_what_can_still_come_and_no_more() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><userTask id="t"/><inclusiveGateway id="o" default="o-c"/><userTask id="a"/><userTask id="b"/>
        <userTask id="c"/><inclusiveGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>t t>o o>a?x=true o>b?y=true o>c a>j b>j c>j j>e")
    ));
    let run = |x: bool, y: bool| {
        let mut case = Case::begin(&def);
        case.done_with("t", json!({"x": x, "y": y}));
        case
    };
    let mut both = run(true, true);
    assert_eq!(both.at(), ["a", "b"]);
    both.done("b");
    assert_eq!(both.at(), ["a"]);
    both.done("a").ended_at("e");
    run(true, false).done("a").ended_at("e");
    run(false, false).done("c").ended_at("e");
}

#[test]
fn an_inclusive_join_opens_when_the_awaited_token_goes_elsewhere() {
    // b is diverted by its timer to an end of its own: no arrival makes the join ready.
    let def = chart(&format!(
        r#"<startEvent id="s"/><inclusiveGateway id="o" default="o-e2"/><userTask id="a"/><userTask id="b"/>
        <boundaryEvent id="late" attachedToRef="b"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>
        <inclusiveGateway id="j"/><userTask id="after"/><endEvent id="e"/><endEvent id="e2"/>{}"#,
        flows("s>o o>a?1=1 o>b?1=1 o>e2 a>j b>j late>e2 j>after after>e")
    ));
    let mut case = Case::begin(&def);
    case.done("a");
    assert_eq!(case.at(), ["b", "late"]);
    case.fires("late");
    assert_eq!(case.at(), ["after"]);
    case.done("after").ended_at("e");
}

#[test]
fn sub_processes_open_close_and_are_interrupted_as_a_whole() {
    let inside = format!(
        r#"<startEvent id="is"/><parallelGateway id="if"/><userTask id="x"/><userTask id="y"/><endEvent id="ie"/>{}"#,
        flows("is>if if>x if>y x>ie y>ie")
    );
    let def = chart(&format!(
        r#"<startEvent id="s"/><subProcess id="sub">{inside}</subProcess>
        <boundaryEvent id="stop" attachedToRef="sub"><messageEventDefinition messageRef="m2"/></boundaryEvent>
        <userTask id="after"/><endEvent id="e"/><endEvent id="stopped"/>{}"#,
        flows("s>sub sub>after after>e stop>stopped")
    ));
    let mut case = Case::begin(&def);
    assert_eq!(case.at(), ["stop", "x", "y"]);
    assert!(replay(&def, &case.events).current.contains("sub"));
    let next: Vec<_> = what_next(&def, &case.state).into_iter().map(|s| s.node).collect();
    assert_eq!(next, ["after"]);
    case.done("x").done("y");
    assert_eq!(case.at(), ["after"]);
    case.done("after").ended_at("e");

    let mut stopped = Case::begin(&def);
    stopped.done("x").message("答复", None).ended_at("stopped");
    assert!(stopped.events.contains(&Event::Cancelled { node: "y".into() }));
    assert!(stopped.events.contains(&Event::Cancelled { node: "sub".into() }));
}

#[test]
fn terminate_ends_its_own_scope_only() {
    let inside = format!(
        r#"<startEvent id="is"/><parallelGateway id="if"/><userTask id="x"/><userTask id="y"/>
        <endEvent id="ie"/><endEvent id="it"><terminateEventDefinition/></endEvent>{}"#,
        flows("is>if if>x if>y x>ie y>it")
    );
    let def = chart(&format!(
        r#"<startEvent id="s"/><subProcess id="sub">{inside}</subProcess><userTask id="after"/><endEvent id="e"/>{}"#,
        flows("s>sub sub>after after>e")
    ));
    let mut case = Case::begin(&def);
    case.done("y");
    assert_eq!(case.at(), ["after"]);
    assert!(case.events.contains(&Event::Cancelled { node: "x".into() }));
    case.done("after").ended_at("e");
}

#[test]
fn systems_are_called_and_answer_and_messages_are_waited_for_by_name() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><serviceTask id="svc"/><sendTask id="mail"/><businessRuleTask id="rule"/>
        <intermediateThrowEvent id="milestone"/><receiveTask id="recv" messageRef="m1"/>
        <intermediateCatchEvent id="c"><messageEventDefinition messageRef="m2"/></intermediateCatchEvent>
        <intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <manualTask id="m"/><endEvent id="e"/>{}"#,
        flows("s>svc svc>mail mail>rule rule>milestone milestone>recv recv>c c>t t>m m>e")
    ));
    let mut case = Case::begin(&def);
    assert!(case.events.contains(&Event::Called { node: "svc".into() }));
    assert_eq!(case.state.waiting()[0].kind, WaitKind::Service);
    case.done("svc").done("mail").done("rule");
    assert_eq!(case.state.waiting()[0].name.as_deref(), Some("补充意见"));
    assert_eq!(case.refused(complete("recv")), Refusal::NotWaiting("recv".into()));
    assert_eq!(
        case.refused(Command::Message { name: "别的".into(), key: None, outputs: Vars::new() }),
        Refusal::NoReceiver("别的".into())
    );
    assert_eq!(case.refused(complete("没有")), Refusal::NoSuchNode("没有".into()));
    case.message("补充意见", None).message("答复", None).fires("t").done("m").ended_at("e");
}

#[test]
fn a_circle_in_which_nobody_does_anything_is_refused() {
    // A script might change what the branching asks, so the chart may run; this one does not.
    let def = chart(&format!(
        r#"<startEvent id="s"/><scriptTask id="x"><extensionElements><task xmlns="urn:sunlit:bpmn:1" result="n"/></extensionElements><script>1</script></scriptTask>
        <exclusiveGateway id="y" default="y-x"/><endEvent id="e"/>{}"#,
        flows("s>x x>y y>x y>e?stop=true")
    ));
    let refusal = start(&def, &Vars::new(), &SimpleConditions).expect_err("refused");
    assert!(matches!(refusal, Refusal::Circling { .. }), "{refusal}");
}

#[test]
fn the_size_of_the_state_follows_what_is_open_not_what_happened() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="x" default="x-e"/><endEvent id="e"/>{}"#,
        flows("s>a a>x x>a?again=true x>e")
    ));
    let mut case = Case::begin(&def);
    let size = case.state.size();
    for _ in 0..50 {
        case.done_with("a", json!({"again": true}));
    }
    assert_eq!(case.state.size(), size);
    assert!(serde_json::to_string(&case.state).expect("serialises").len() < 600);
    assert_eq!(case.state.seq(), 51);
    case.done_with("a", json!({"again": false})).ended_at("e");
}

#[test]
fn h11_a_space_in_an_id_is_refused_with_place_and_remedy_and_chinese_is_accepted() {
    let text = |id: &str| {
        format!(
            "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\">\n\n  <bpmn:process id=\"{id}\">\
             <bpmn:startEvent id=\"开始\"/><bpmn:endEvent id=\"结束\"/>\
             <bpmn:sequenceFlow id=\"流\" sourceRef=\"开始\" targetRef=\"结束\"/></bpmn:process></bpmn:definitions>"
        )
    };
    let error = Definition::parse(&text("Test 2")).expect_err("refused");
    assert_eq!((error.line, error.column), (3, 3));
    assert_eq!(error.element.as_deref(), Some("process “Test 2”"));
    assert!(error.tell(Lang::Zh).contains("第 3 行") && error.remedy.zh.contains("Test_2"));
    assert!(error.tell(Lang::En).contains("line 3") && error.remedy.en.contains("Test_2"));
    let good = Definition::parse(&text("行政许可")).expect("accepted");
    assert_eq!(good.key(), "行政许可");
    assert_eq!(good.check(), []);
    Case::begin(&good).ended_at("结束");
}

#[test]
fn what_is_wrong_with_a_chart_is_said_with_element_line_and_remedy() {
    let rules = |inside: &str| -> Vec<(String, Rule)> {
        let def = chart(inside);
        let faults = def.check();
        for fault in &faults {
            assert!(fault.line >= 3 && !fault.reason.zh.is_empty() && !fault.remedy.en.is_empty(), "{fault:?}");
        }
        assert_eq!(faults.is_empty(), start(&def, &Vars::new(), &SimpleConditions).is_ok());
        faults.into_iter().map(|f| (f.element, f.rule)).collect()
    };
    let one = |inside: &str| rules(inside).into_iter().map(|(id, rule)| format!("{id} {rule:?}")).collect::<Vec<_>>();
    let both = r#"<startEvent id="s"/><endEvent id="e"/>"#;
    assert_eq!(one(&format!("{both}{}", flows("s>e"))), Vec::<String>::new());
    assert_eq!(one(&format!(r#"{both}<task id="t"/>{}"#, flows("s>t t>e"))), ["t NotExecuted"]);
    assert_eq!(one(&format!(r#"{both}<userTask id="t"/>{}"#, flows("s>e t>e"))), ["t Unreachable"]);
    assert_eq!(one(&format!(r#"{both}<userTask id="t"/>{}"#, flows("s>e s>t"))), ["t NoEnd"]);
    assert_eq!(one(&format!("{both}{}", flows("s>e e>nowhere"))), ["e-nowhere Dangling"]);
    assert_eq!(one(r#"<endEvent id="e"/>"#), ["e Unreachable", "p Start"]);
    assert_eq!(one(&format!(r#"{both}<startEvent id="s2"/>{}"#, flows("s>e s2>e"))), ["p Start"]);
    assert_eq!(
        one(&format!(r#"{both}<exclusiveGateway id="x"/><endEvent id="e2"/>{}"#, flows("s>x x>e?a x>e2"))),
        ["x Branching", "x-e2 Branching"]
    );
    assert_eq!(
        one(&format!(r#"{both}<exclusiveGateway id="x" default="x-e"/><endEvent id="e2"/>{}"#, flows("s>x x>e?a x>e2?${b}"))),
        ["x-e Branching", "x-e2 Condition"]
    );
    assert_eq!(
        one(&format!(r#"{both}<boundaryEvent id="b"><timerEventDefinition/></boundaryEvent>{}"#, flows("s>e b>e"))),
        ["b Boundary", "b Trigger"]
    );
    assert_eq!(
        one(&format!(
            r#"{both}<intermediateCatchEvent id="c"><signalEventDefinition/></intermediateCatchEvent>{}"#,
            flows("s>c c>e")
        )),
        ["c Trigger"]
    );
    assert_eq!(one(&format!(r#"{both}<userTask id="t"/><userTask id="t"/>{}"#, flows("s>t t>e")))[0], "t Duplicate");
    assert_eq!(one(&format!(r#"{both}<subProcess id="sub"/>{}"#, flows("s>sub sub>e"))), ["sub Start"]);
    assert_eq!(
        one(&format!(r#"{both}<userTask id="t"><multiInstanceLoopCharacteristics/></userTask>{}"#, flows("s>t t>e"))),
        ["t Trigger"]
    );
}

#[test]
fn two_inclusive_joins_that_wait_for_each_other_are_refused() {
    // Each join is fed by the fork and by the other join.
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/><inclusiveGateway id="j"/><inclusiveGateway id="k"/>
        <parallelGateway id="jf"/><parallelGateway id="kf"/><endEvent id="e"/>{}"#,
        flows("s>f f>j f>k j>jf k>kf jf>k kf>j jf>e kf>e")
    ));
    assert!(def.check().iter().any(|f| f.rule == Rule::MutualWait), "{:?}", def.check());
    // A loop around an inclusive block is no such thing.
    let def = chart(&format!(
        r#"<startEvent id="s"/><exclusiveGateway id="m"/><inclusiveGateway id="o" default="o-a"/><userTask id="a"/><userTask id="b"/>
        <inclusiveGateway id="j"/><inclusiveGateway id="o2" default="o2-c"/><userTask id="c"/><userTask id="d"/><inclusiveGateway id="j2"/>
        <exclusiveGateway id="x" default="x-e"/><endEvent id="e"/>{}"#,
        flows("s>m m>o o>a o>b?b=true a>j b>j j>o2 o2>c o2>d?d=true c>j2 d>j2 j2>x x>m?again=true x>e")
    ));
    assert_eq!(def.check(), []);
}

#[test]
fn what_happens_next_follows_the_way_to_the_end_and_says_what_is_certain() {
    let def = Definition::parse(include_str!("../../examples/approval.bpmn")).expect("reads");
    let case = Case::begin(&def);
    let next = what_next(&def, &case.state);
    let names: Vec<_> = next.iter().map(|s| (s.node.as_str(), s.certain)).collect();
    // Refused applications never reach examination: expected, not certain.
    assert_eq!(names, [("审查", false), ("决定", false), ("送达", false)]);
    let mut case = Case::begin(&def);
    case.done_with("受理", json!({"outcome": "accept"}));
    assert!(what_next(&def, &case.state).iter().all(|s| s.certain));
    assert_eq!(what_next(&def, &case.state)[0].lane.as_deref(), Some("分管负责人"));
}

#[test]
fn the_outline_says_what_the_drawing_says() {
    let def = Definition::parse(include_str!("../../examples/approval.bpmn")).expect("reads");
    let mut case = Case::begin(&def);
    case.done_with("受理", json!({"outcome": "accept"}));
    let path = replay(&def, &case.events);
    let list = outline(&def, Some(&path));
    assert_eq!(list.len(), def.nodes().len());
    let item = |id: &str| list.iter().find(|i| i.id == id).expect("listed");
    assert_eq!(item("受理").state, Progress::Done);
    assert_eq!(item("审查").state, Progress::Now);
    assert_eq!(item("补正").state, Progress::Ahead);
    assert_eq!(item("补正逾期").attached_to.as_deref(), Some("补正材料"));
    assert_eq!(
        item("受理结论").next,
        [("齐全", "审查"), ("不全", "补正材料"), ("不属于受理范围", "不予受理")].map(|(a, b)| (a.into(), b.into()))
    );
}

#[test]
fn foreign_definitions_survive_because_the_text_is_the_master() {
    let text = include_str!("../data/miwg/C.8.1.bpmn");
    let def = Definition::parse(text).expect("reads");
    assert_eq!(def.xml(), text);
    for node in def.nodes() {
        let piece = &text[node.span.clone()];
        assert!(piece.contains(&node.element) && piece.contains(&format!("id=\"{}\"", node.id)), "{piece}");
        assert_eq!(text[..node.span.start].matches('\n').count() + 1, node.line);
    }
}
