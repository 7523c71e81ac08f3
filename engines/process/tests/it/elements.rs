//! Every element of the table “executed” in the README, each shown to do what BPMN 2.0 says.

use crate::common::{Case, chart, file, flows, vars};
use process::*;
use serde_json::json;

#[test]
fn a_process_begins_with_a_message_or_a_time_too() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><startEvent id="m"><messageEventDefinition messageRef="msg"/></startEvent>
        <startEvent id="t"><timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition></startEvent>
        <userTask id="a"/><userTask id="b"/><endEvent id="e"/>{}"#,
        flows("s>a m>b t>b a>e b>e")
    ));
    assert_eq!(Case::begin(&def).at(), ["a"]);
    let (state, events) = start_at(&def, "m", &Vars::new(), &SimpleConditions).expect("begins");
    assert!(state.is_waiting_at("b"));
    assert_eq!(restore(&def, &events, &SimpleConditions), Ok(state));
    assert!(start_at(&def, "a", &Vars::new(), &SimpleConditions).is_err());
}

#[test]
fn after_an_event_based_gateway_the_first_event_wins() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><eventBasedGateway id="g"/>
        <intermediateCatchEvent id="m"><messageEventDefinition messageRef="msg"/></intermediateCatchEvent>
        <intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <receiveTask id="r" messageRef="另一消息"/><endEvent id="in"/><endEvent id="late"/>{}"#,
        flows("s>g g>m g>t g>r m>in t>late r>in")
    ));
    let mut case = Case::begin(&def);
    assert_eq!(case.at(), ["m", "t", "r"]);
    case.message("补充", None).ended_at("in");
    let path = replay(&def, &case.events);
    assert!(["g", "g-m", "m"].iter().all(|id| path.done.contains(*id)) && !path.done.contains("g-t"));
    Case::begin(&def).fires("t").ended_at("late");
    assert_eq!(def.sound(), []);
}

#[test]
fn signals_are_heard_by_all_and_conditions_when_they_come_to_hold() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/>
        <intermediateCatchEvent id="c1"><signalEventDefinition signalRef="sig1"/></intermediateCatchEvent>
        <intermediateCatchEvent id="c2"><signalEventDefinition signalRef="sig1"/></intermediateCatchEvent>
        <intermediateCatchEvent id="c3"><conditionalEventDefinition><condition>缴费 = true</condition></conditionalEventDefinition></intermediateCatchEvent>
        <parallelGateway id="j"/><intermediateThrowEvent id="th"><signalEventDefinition signalRef="sig2"/></intermediateThrowEvent><endEvent id="e"/>{}"#,
        flows("s>f f>c1 f>c2 f>c3 c1>j c2>j c3>j j>th th>e")
    ));
    let mut case = Case::begin(&def);
    case.signal("来电", json!({}));
    assert_eq!(case.at(), ["c1", "c2", "c3"], "another signal is not theirs");
    case.signal("停电", json!({}));
    assert_eq!(case.at(), ["c3"]);
    case.signal("来电", json!({"缴费": true})).ended_at("e");
    assert!(case.thrown("signal", "来电"));
}

#[test]
fn a_signal_thrown_is_heard_in_the_same_case() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/>
        <intermediateThrowEvent id="th"><signalEventDefinition signalRef="sig1"/></intermediateThrowEvent><userTask id="b"/>
        <boundaryEvent id="bs" attachedToRef="b"><signalEventDefinition signalRef="sig1"/></boundaryEvent>
        <exclusiveGateway id="m"/><parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>f f>a f>b a>th th>j b>m bs>m m>j j>e")
    ));
    assert_eq!(def.sound(), []);
    Case::begin(&def).done("a").ended_at("e");
}

#[test]
fn a_link_leads_to_the_catch_of_its_name() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><userTask id="a"/><intermediateThrowEvent id="to"><linkEventDefinition name="甲"/></intermediateThrowEvent>
        <intermediateCatchEvent id="from"><linkEventDefinition name="甲"/></intermediateCatchEvent><userTask id="b"/><endEvent id="e"/>{}"#,
        flows("s>a a>to from>b b>e")
    ));
    assert_eq!(def.sound(), []);
    let mut case = Case::begin(&def);
    assert_eq!(what_next(&def, &case.state).len(), 1);
    case.done("a");
    assert_eq!(case.at(), ["b"]);
    case.done("b").ended_at("e");
}

#[test]
fn borders_hear_conditions_and_signals_interrupting_or_not() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><userTask id="a"/><boundaryEvent id="c" attachedToRef="a" cancelActivity="false">
        <conditionalEventDefinition><condition>urgent = true</condition></conditionalEventDefinition></boundaryEvent>
        <boundaryEvent id="g" attachedToRef="a"><signalEventDefinition signalRef="sig1"/></boundaryEvent>
        <userTask id="side"/><endEvent id="e"/><endEvent id="e2"/><endEvent id="e3"/>{}"#,
        flows("s>a a>e c>side side>e2 g>e3")
    ));
    assert_eq!(def.sound(), [], "a branch that ends by itself does no harm");
    let mut case = Case::begin(&def);
    case.signal("来电", json!({"urgent": true}));
    assert_eq!(case.at(), ["a", "c", "g", "side"]);
    case.signal("来电", json!({}));
    assert_eq!(case.at().iter().filter(|n| *n == "side").count(), 1, "it held already");
    case.signal("来电", json!({"urgent": false})).signal("来电", json!({"urgent": true}));
    assert_eq!(case.at().iter().filter(|n| *n == "side").count(), 2, "it holds anew");
    case.done("side").done("side").signal("停电", json!({})).ended_at("e3");
}

#[test]
fn an_error_looks_for_its_border_outwards_the_very_code_before_any() {
    let inner = format!(
        r#"<startEvent id="is"/><serviceTask id="x"/><boundaryEvent id="xb" attachedToRef="x"><errorEventDefinition errorRef="err2"/></boundaryEvent>
        <endEvent id="ie"/><endEvent id="ix"><errorEventDefinition errorRef="err1"/></endEvent>{}"#,
        flows("is>x x>ie xb>ix")
    );
    let def = chart(&format!(
        r#"<startEvent id="s"/><subProcess id="sub">{inner}</subProcess>
        <boundaryEvent id="any" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>
        <boundaryEvent id="one" attachedToRef="sub"><errorEventDefinition errorRef="err1"/></boundaryEvent>
        <endEvent id="e"/><endEvent id="e-any"/><endEvent id="e-one"/>{}"#,
        flows("s>sub sub>e any>e-any one>e-one")
    ));
    assert_eq!(def.sound(), []);
    Case::begin(&def).done("x").ended_at("e");
    Case::begin(&def).fails("x", "E2").ended_at("e-one");
    Case::begin(&def).fails("x", "E1").ended_at("e-one");
    Case::begin(&def).fails("x", "别的").ended_at("e-any");
}

#[test]
fn an_error_nobody_takes_ends_the_process_and_says_so() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>
        <endEvent id="x"><errorEventDefinition errorRef="err1"/></endEvent>{}"#,
        flows("s>f f>a f>b a>e b>x")
    ));
    let mut case = Case::begin(&def);
    case.done("b");
    assert_eq!(case.state.ended(), Some(&How::Failed { error: "E1".into() }));
    assert!(case.thrown("error", "E1") && case.state.size() == 0);
}

#[test]
fn escalation_goes_on_or_interrupts_as_its_border_says() {
    let build = |cancel: &str| {
        let inner = format!(
            r#"<startEvent id="is"/><userTask id="x"/><intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent>
            <userTask id="y"/><endEvent id="ie"/>{}"#,
            flows("is>x x>up up>y y>ie")
        );
        chart(&format!(
            r#"<startEvent id="s"/><subProcess id="sub">{inner}</subProcess><boundaryEvent id="b" attachedToRef="sub" cancelActivity="{cancel}">
            <escalationEventDefinition escalationRef="esc"/></boundaryEvent><userTask id="chief"/><endEvent id="e"/><endEvent id="e2"/>{}"#,
            flows("s>sub sub>e b>chief chief>e2")
        ))
    };
    let going_on = build("false");
    let mut case = Case::begin(&going_on);
    case.done("x");
    assert_eq!(case.at(), ["chief", "y"]);
    case.done("y").done("chief").ended_at("e2");
    let stopping = build("true");
    let mut case = Case::begin(&stopping);
    case.done("x");
    assert_eq!(case.at(), ["chief"]);
    case.done("chief").ended_at("e2");
}

#[test]
fn an_event_sub_process_runs_beside_or_instead_of_its_scope() {
    let sub = |id: &str, interrupting: &str, event: &str| {
        format!(
            r#"<subProcess id="{id}" triggeredByEvent="true"><startEvent id="{id}s" isInterrupting="{interrupting}">{event}</startEvent>
            <userTask id="{id}t"/><endEvent id="{id}e"/>{}</subProcess>"#,
            flows(&format!("{id}s>{id}t {id}t>{id}e"))
        )
    };
    let def = chart(&format!(
        r#"<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>{}{}{}{}"#,
        sub("q", "false", r#"<messageEventDefinition messageRef="msg"/>"#),
        sub("w", "true", r#"<signalEventDefinition signalRef="sig1"/>"#),
        sub("z", "true", r#"<errorEventDefinition errorRef="err1"/>"#),
        flows("s>a a>e")
    ));
    assert_eq!(def.sound(), []);
    let mut case = Case::begin(&def);
    case.message("补充", None).message("补充", None);
    assert_eq!(case.at().iter().filter(|n| *n == "qt").count(), 2);
    case.done("a").done("qt");
    assert!(!case.state.is_ended(), "the scope waits for what runs beside it");
    case.done("qt").ended_at("qe");
    let mut case = Case::begin(&def);
    case.message("补充", None).signal("停电", json!({}));
    assert_eq!(case.at(), ["wt"]);
    case.done("wt").ended_at("we");
    let mut case = Case::begin(&def);
    case.fails("a", "E1");
    assert_eq!(case.at(), ["zt"]);
}

#[test]
fn a_call_runs_a_process_of_the_same_file_inside_and_any_other_outside() {
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<process id="p" isExecutable="true"><startEvent id="s"/><callActivity id="c" calledElement="q"/><callActivity id="d" calledElement="q"/>
<callActivity id="o" calledElement="别处"/><boundaryEvent id="ob" attachedToRef="o"><errorEventDefinition/></boundaryEvent>
<endEvent id="e"/><endEvent id="x"/>{}</process>
<process id="q"><startEvent id="qs"/><userTask id="qt"/><endEvent id="qe"/>{}</process></definitions>"#,
        flows("s>c c>d d>o o>e ob>x"),
        flows("qs>qt qt>qe")
    );
    let def = Definition::parse(&text).expect("reads");
    assert_eq!((def.check(), def.sound()), (vec![], vec![]));
    let mut case = Case::begin(&def);
    case.done("qt");
    assert_eq!(case.at(), ["qt"], "called twice");
    case.done("qt");
    let waiting = case.state.waiting();
    assert_eq!((waiting[0].kind, waiting[0].name.as_deref()), (WaitKind::Process, Some("别处")));
    assert!(case.events.contains(&Event::Called { node: "o".into() }));
    let mut failed = Case { def: &def, state: case.state.clone(), events: case.events.clone() };
    case.done("o").ended_at("e");
    failed.fails("o", "E9").ended_at("x");
}

#[test]
fn processes_that_call_each_other_in_a_circle_are_refused() {
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<process id="p" isExecutable="true"><startEvent id="s"/><callActivity id="c" calledElement="q"/><endEvent id="e"/>{}</process>
<process id="q"><startEvent id="qs"/><callActivity id="qc" calledElement="r"/><endEvent id="qe"/>{}</process>
<process id="r"><startEvent id="rs"/><callActivity id="rc" calledElement="q"/><endEvent id="re"/>{}</process></definitions>"#,
        flows("s>c c>e"),
        flows("qs>qc qc>qe"),
        flows("rs>rc rc>re")
    );
    let def = Definition::parse(&text).expect("reads");
    let faults: Vec<_> = def.check().into_iter().map(|f| (f.element, f.rule)).collect();
    assert_eq!(faults, [("qc".to_owned(), Rule::NotExecuted), ("rc".to_owned(), Rule::NotExecuted)]);
    let _ = (svg(&def, None, Lang::Zh), outline(&def, None));
}

fn countersign(sequential: bool, until: &str) -> Definition {
    let until = if until.is_empty() { String::new() } else { format!("<completionCondition>{until}</completionCondition>") };
    chart(&format!(
        r#"<startEvent id="s"/><userTask id="t"><multiInstanceLoopCharacteristics isSequential="{sequential}">
        <extensionElements><sunlit:each in="部门" as="部门名" gather="意见" into="各方意见"/></extensionElements>{until}
        </multiInstanceLoopCharacteristics></userTask><boundaryEvent id="late" attachedToRef="t">
        <timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="e"/><endEvent id="x"/>{}"#,
        flows("s>t t>e late>x")
    ))
}

#[test]
fn f097_all_parties_begin_at_once_and_their_opinions_are_gathered() {
    let def = countersign(false, "");
    let given = json!({"部门": ["消防", "环保", "住建"]});
    let mut case = Case::begin_with(&def, given.clone());
    let rounds: Vec<Option<u32>> = case.state.waiting().iter().filter(|w| w.node == "t").map(|w| w.round).collect();
    assert_eq!(rounds, [Some(1), Some(2), Some(3)]);
    // A command names the very wait: the second party answers first.
    let second = case.state.waiting().into_iter().find(|w| w.round == Some(2)).expect("waits").id;
    case.done_with(&second, json!({"意见": "同意"}));
    assert!(matches!(case.refused(Command::Complete { node: second, outputs: Vars::new() }), Refusal::NotWaiting(_)));
    case.done_with("t", json!({"意见": "无"})).done_with("t", json!({"意见": "同意"})).ended_at("e");
    assert_eq!(case.state.vars()["各方意见"], json!(["同意", "无", "同意"]));
    let mut late = Case::begin_with(&def, given);
    late.done("t").fires("late").ended_at("x");
    let nobody = Case::begin_with(&def, json!({"部门": []}));
    nobody.ended_at("e");
}

#[test]
fn one_veto_is_enough_where_the_condition_says_so() {
    let def = countersign(false, "意见 = \"不同意\"");
    let mut case = Case::begin_with(&def, json!({"部门": ["消防", "环保", "住建"]}));
    case.done_with("t", json!({"意见": "同意"})).done_with("t", json!({"意见": "不同意"})).ended_at("e");
}

#[test]
fn one_after_another_each_sees_its_own() {
    let def = countersign(true, "numberOfCompletedInstances = 2");
    let mut case = Case::begin_with(&def, json!({"部门": ["消防", "环保", "住建"]}));
    assert_eq!(case.at(), ["late", "t"]);
    case.done_with("t", json!({"意见": "一"}));
    assert_eq!(case.state.waiting()[1].round, Some(2));
    case.done_with("t", json!({"意见": "二"})).ended_at("e");
}

#[test]
fn a_list_that_is_none_is_an_incident_and_is_mended() {
    let def = countersign(false, "");
    let mut case = Case::begin(&def);
    assert_eq!(case.state.waiting()[0].kind, WaitKind::Incident);
    case.command(Command::Retry { node: "t".into(), outputs: vars(json!({"部门": ["消防"]})) });
    case.done_with("t", json!({"意见": "同意"})).ended_at("e");
}

#[test]
fn sub_processes_repeat_as_wholes() {
    let inner =
        format!(r#"<startEvent id="is"/><userTask id="x"/><userTask id="y"/><endEvent id="ie"/>{}"#, flows("is>x x>y y>ie"));
    let def = chart(&format!(
        r#"<startEvent id="s"/><subProcess id="sub"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>{inner}</subProcess>
        <endEvent id="e"/>{}"#,
        flows("s>sub sub>e")
    ));
    let mut case = Case::begin(&def);
    case.done("x");
    assert_eq!(case.at(), ["x", "y"]);
    case.done("y").done("x").done("y").ended_at("e");
}

#[test]
fn a_loop_goes_round_while_its_condition_holds_and_not_more_often_than_it_may() {
    let build = |attributes: &str| {
        chart(&format!(
            r#"<startEvent id="s"/><userTask id="t"><standardLoopCharacteristics {attributes}><loopCondition>again</loopCondition></standardLoopCharacteristics></userTask>
            <endEvent id="e"/>{}"#,
            flows("s>t t>e")
        ))
    };
    let after = build("");
    Case::begin(&after).done_with("t", json!({"again": true})).done_with("t", json!({"again": false})).ended_at("e");
    let before = build(r#"testBefore="true""#);
    Case::begin_with(&before, json!({"again": false})).ended_at("e");
    let twice = build(r#"loopMaximum="2""#);
    Case::begin(&twice).done_with("t", json!({"again": true})).done_with("t", json!({"again": true})).ended_at("e");
}

#[test]
fn a_script_in_feel_is_computed_on_the_spot() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><scriptTask id="c" scriptFormat="feel"><extensionElements><sunlit:task result="复核"/></extensionElements>
        <script>面积</script></scriptTask><endEvent id="e"/>{}"#,
        flows("s>c c>e")
    ));
    let case = Case::begin_with(&def, json!({"面积": 86}));
    assert_eq!(case.state.vars()["复核"], json!(86));
    case.ended_at("e");
    let foreign = Definition::parse(&file(&format!(
        r#"<startEvent id="s"/><scriptTask id="c" scriptFormat="groovy"><script>x</script></scriptTask><endEvent id="e"/>{}"#,
        flows("s>c c>e")
    )));
    assert_eq!(foreign.expect("reads").check()[0].rule, Rule::Condition);
}

#[test]
fn what_was_done_is_undone_the_last_first() {
    let undo = |n: &str| {
        format!(
            r#"<userTask id="{n}"/><boundaryEvent id="{n}b" attachedToRef="{n}"><compensateEventDefinition/></boundaryEvent>
            <userTask id="{n}u" isForCompensation="true"/><association id="{n}a" sourceRef="{n}b" targetRef="{n}u"/>"#
        )
    };
    let build = |reference: &str| {
        chart(&format!(
            r#"<startEvent id="s"/>{}{}<userTask id="w"/><intermediateThrowEvent id="th"><compensateEventDefinition {reference}/></intermediateThrowEvent>
            <userTask id="after"/><endEvent id="e"/>{}"#,
            undo("d"),
            undo("k"),
            flows("s>d d>k k>w w>th th>after after>e")
        ))
    };
    let all = build("");
    assert_eq!(all.sound(), []);
    let mut case = Case::begin(&all);
    case.done("d").done("k").done("w");
    assert_eq!(case.at(), ["ku"]);
    case.done("ku");
    assert_eq!(case.at(), ["du"]);
    case.done("du");
    assert_eq!(case.at(), ["after"]);
    case.done("after").ended_at("e");
    let one = build(r#"activityRef="d""#);
    let mut case = Case::begin(&one);
    case.done("d").done("k").done("w").done("du").done("after").ended_at("e");
}

#[test]
fn opinions_are_collected_freely_until_enough_or_until_closed() {
    let build = |inside: &str, attributes: &str| {
        chart(&format!(
            r#"<startEvent id="s"/><adHocSubProcess id="h" {attributes}><userTask id="x"/><userTask id="y"/>{inside}</adHocSubProcess><endEvent id="e"/>{}"#,
            flows("s>h h>e")
        ))
    };
    let begin = |node: &str| Command::Begin { node: node.into() };
    let closed = build("", "");
    assert_eq!(closed.sound(), []);
    let mut case = Case::begin(&closed);
    assert_eq!(case.at(), ["h", "x", "y"]);
    case.command(begin("y")).command(begin("x")).command(begin("x")).done("x").done("y");
    assert!(!case.state.is_ended());
    case.done("h").ended_at("e");
    let enough = build("<completionCondition>够了 = true</completionCondition>", r#"ordering="Sequential""#);
    let mut case = Case::begin(&enough);
    case.command(begin("x"));
    assert!(matches!(case.refused(begin("y")), Refusal::OneAtATime(_)));
    case.done_with("x", json!({"够了": false})).command(begin("y")).done_with("y", json!({"够了": true})).ended_at("e");
}

#[test]
fn a_message_finds_the_one_that_waits_for_its_key() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/>
        <receiveTask id="a" messageRef="msg"><extensionElements><sunlit:task correlation="甲号"/></extensionElements></receiveTask>
        <receiveTask id="b" messageRef="msg"><extensionElements><sunlit:task correlation="乙号"/></extensionElements></receiveTask>
        <parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>f f>a f>b a>j b>j j>e")
    ));
    let mut case = Case::begin_with(&def, json!({"甲号": "A-1", "乙号": "B-2"}));
    let other = Command::Message { name: "补充".into(), key: Some("C-3".into()), outputs: Vars::new() };
    assert!(matches!(case.refused(other), Refusal::NoReceiver(_)));
    assert!(matches!(
        case.refused(Command::Message { name: "补充".into(), key: None, outputs: Vars::new() }),
        Refusal::NoReceiver(_)
    ));
    case.message("补充", Some("B-2"));
    assert_eq!(case.at(), ["a"]);
    case.message("补充", Some("A-1")).ended_at("e");
}
