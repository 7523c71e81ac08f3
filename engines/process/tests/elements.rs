//! Every element of the table “executed” in the README, each shown to do what BPMN 2.0 says.

use process::*;
use serde_json::json;
use std::collections::BTreeMap;

const HEAD: &str = r#"<message id="msg" name="补充"/><signal id="sig1" name="停电"/><signal id="sig2" name="来电"/>
<error id="err1" name="缺印" errorCode="E1"/><error id="err2" errorCode="E2"/><escalation id="esc" escalationCode="X1"/>"#;

fn file(inside: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:sunlit="urn:sunlit:bpmn:1">{HEAD}
<process id="p" isExecutable="true">{inside}</process></definitions>"#
    )
}

fn chart(inside: &str) -> Definition {
    let def = Definition::parse(&file(inside)).unwrap_or_else(|e| panic!("{e}"));
    let faults: Vec<String> = def.check().iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    def
}

/// `a>b` as a flow named `a-b`; `a>b?condition`.
fn flows(text: &str) -> String {
    let one = |arrow: &str| {
        let (ends, condition) = arrow.split_once('?').unwrap_or((arrow, ""));
        let (source, target) = ends.split_once('>').expect("an arrow");
        let condition = match condition {
            "" => String::new(),
            c => format!("<conditionExpression>{c}</conditionExpression>"),
        };
        format!(r#"<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>"#)
    };
    text.split_whitespace().map(one).collect()
}

fn vars(value: serde_json::Value) -> Vars {
    value.as_object().cloned().expect("an object")
}

struct Case<'a> {
    def: &'a Definition,
    state: State,
    events: Vec<Event>,
}

impl<'a> Case<'a> {
    fn begin(def: &'a Definition) -> Case<'a> {
        Case::begin_with(def, json!({}))
    }

    fn begin_with(def: &'a Definition, given: serde_json::Value) -> Case<'a> {
        let (state, events) = start(def, &vars(given), &SimpleConditions).unwrap_or_else(|r| panic!("{r}"));
        Case { def, state, events }
    }

    fn command(&mut self, command: Command) -> &mut Self {
        let (state, events) = step(self.def, &self.state, &command, &SimpleConditions).unwrap_or_else(|r| panic!("{r}"));
        let text = serde_json::to_string(&state).expect("serialises");
        assert_eq!(serde_json::from_str::<State>(&text).expect("reads back"), state);
        self.state = state;
        self.events.extend(events);
        // The whole history gives this very state again.
        assert_eq!(restore(self.def, &self.events, &SimpleConditions).as_ref(), Ok(&self.state));
        self
    }

    fn done(&mut self, node: &str) -> &mut Self {
        self.done_with(node, json!({}))
    }

    fn done_with(&mut self, node: &str, outputs: serde_json::Value) -> &mut Self {
        self.command(Command::Complete { node: node.into(), outputs: vars(outputs) })
    }

    fn fails(&mut self, node: &str, error: &str) -> &mut Self {
        self.command(Command::Fail { node: node.into(), error: error.into(), outputs: Vars::new() })
    }

    fn message(&mut self, name: &str, key: Option<&str>) -> &mut Self {
        self.command(Command::Message { name: name.into(), key: key.map(Into::into), outputs: Vars::new() })
    }

    fn signal(&mut self, name: &str, outputs: serde_json::Value) -> &mut Self {
        self.command(Command::Signal { name: name.into(), outputs: vars(outputs) })
    }

    fn fires(&mut self, node: &str) -> &mut Self {
        self.command(Command::TimerFired { node: node.into() })
    }

    fn refused(&self, command: Command) -> Refusal {
        step(self.def, &self.state, &command, &SimpleConditions).expect_err("refused")
    }

    fn at(&self) -> Vec<String> {
        self.state.waiting().into_iter().map(|w| w.node).collect()
    }

    fn ended_at(&self, end: &str) {
        assert_eq!(self.state.ended(), Some(&How::Completed { end: end.into() }), "{:?}", self.state);
        assert_eq!(self.state.size(), 0, "nothing is left: {:?}", self.state);
    }

    fn thrown(&self, sort: &str, name: &str) -> bool {
        self.events.iter().any(|e| matches!(e, Event::Thrown { sort: s, name: n, .. } if s == sort && n == name))
    }
}

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

/// Runs on a stack as small as a thread may have.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(128 << 10).spawn(run).expect("a thread").join().expect("no overflow");
}

#[test]
fn a_long_row_of_rounds_done_at_once_takes_no_deeper_stack() {
    let build = |repeat: &str| {
        chart(&format!(
            r#"<startEvent id="s"/><scriptTask id="c"><extensionElements><sunlit:task result="x"/></extensionElements>{repeat}<script>1</script></scriptTask>
            <endEvent id="e"/>{}"#,
            flows("s>c c>e")
        ))
    };
    let multi = |sequential: bool| {
        build(&format!(
            r#"<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>480</loopCardinality></multiInstanceLoopCharacteristics>"#
        ))
    };
    let charts = [multi(true), multi(false)];
    let endless = build("<standardLoopCharacteristics><loopCondition>true</loopCondition></standardLoopCharacteristics>");
    on_a_small_stack(move || {
        for def in &charts {
            Case::begin(def).ended_at("e");
        }
        assert!(matches!(start(&endless, &Vars::new(), &SimpleConditions), Err(Refusal::Circling { .. })));
    });
}

#[test]
fn a_long_row_of_what_is_undone_at_once_takes_no_deeper_stack() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="d"/><boundaryEvent id="db" attachedToRef="d"><compensateEventDefinition/></boundaryEvent>
        <scriptTask id="du" isForCompensation="true"><extensionElements><sunlit:task result="x"/></extensionElements><script>1</script></scriptTask>
        <association id="da" sourceRef="db" targetRef="du"/><exclusiveGateway id="g" default="g-th"/>
        <intermediateThrowEvent id="th"><compensateEventDefinition/></intermediateThrowEvent><endEvent id="e"/>{}"#,
        flows("s>m m>d d>g g>m?again g>th th>e")
    ));
    on_a_small_stack(move || {
        let mut case = Case::begin_with(&def, json!({"again": true}));
        for _ in 0..200 {
            case.done("d");
        }
        case.done_with("d", json!({"again": false})).ended_at("e");
        assert_eq!(case.events.iter().filter(|e| **e == Event::Left { node: "du".into() }).count(), 201);
    });
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

#[test]
fn f094_sent_back_into_one_parallel_branch_and_resubmitted_it_reaches_the_end() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/><exclusiveGateway id="m"/><userTask id="消防"/><exclusiveGateway id="x" default="x-j"/>
        <userTask id="补正"/><userTask id="环保"/><parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>f f>m m>消防 消防>x x>补正?退回=true x>j 补正>m f>环保 环保>j j>e")
    ));
    assert_eq!(def.sound(), []);
    let mut case = Case::begin(&def);
    case.done("环保").done_with("消防", json!({"退回": true})).done_with("补正", json!({"退回": false}));
    assert_eq!(case.at(), ["消防"]);
    case.done("消防").ended_at("e");
    assert!(!case.events.iter().any(|e| matches!(e, Event::Fault { .. })));
}

#[test]
fn a_history_that_was_altered_does_not_give_a_state() {
    let def =
        chart(&format!(r#"<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>{}"#, flows("s>a a>b b>e")));
    let mut case = Case::begin(&def);
    case.done("a").done("b");
    let mut left_out = case.events.clone();
    left_out.remove(left_out.len() - 2);
    assert!(restore(&def, &left_out, &SimpleConditions).is_err());
    let altered: Vec<Event> = case.events.iter().filter(|e| **e != Event::Entered { node: "b".into() }).cloned().collect();
    assert!(restore(&def, &altered, &SimpleConditions).expect_err("altered").to_string().contains("第 2 步"));
    assert!(restore(&def, &[], &SimpleConditions).is_err());
}

#[test]
fn a_state_saved_by_the_first_version_of_this_engine_is_read_and_goes_on() {
    let def = Definition::parse(include_str!("../examples/approval.bpmn")).expect("reads");
    let saved = format!(
        r#"{{"definition":"{}","seq":2,"counter":5,"vars":{{"outcome":"correct"}},"scopes":[{{"id":1,"parent":null,"element":null}}],
        "tokens":[{{"id":3,"scope":1,"place":{{"node":"补正"}}}}],"waits":[{{"id":4,"token":3,"scope":1,"node":"补正","kind":"task","since":2}},
        {{"id":5,"token":3,"scope":1,"node":"补正逾期","kind":"timer","since":2}}],"ended":null,"last_end":null}}"#,
        def.hash()
    );
    let state: State = serde_json::from_str(&saved).expect("reads");
    let mut back: serde_json::Value = serde_json::to_value(&state).expect("writes");
    let old: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
    assert_eq!(back, old, "and is written as it was");
    back["seq"] = 3.into();
    let (next, _) = step(&def, &state, &Command::TimerFired { node: "补正逾期".into() }, &SimpleConditions).expect("goes on");
    assert!(next.is_ended());
}

#[test]
fn a_state_whose_parts_do_not_fit_together_is_not_read() {
    let inner = format!(r#"<startEvent id="is"/><userTask id="x"/><endEvent id="ie"/>{}"#, flows("is>x x>ie"));
    let def = chart(&format!(
        r#"<startEvent id="s"/><subProcess id="sub">{inner}</subProcess><endEvent id="e"/>{}"#,
        flows("s>sub sub>e")
    ));
    let sound = serde_json::to_value(Case::begin(&def).state).expect("writes");
    let read = |state: serde_json::Value| serde_json::from_value::<State>(state).map_err(|error| error.to_string());
    assert!(read(sound.clone()).is_ok());
    let last = u64::MAX;
    for (place, value) in [
        ("/counter", json!(last)),
        ("/seq", json!(last)),
        ("/scopes/0/parent", sound["scopes"][1]["id"].clone()),
        ("/scopes/1/parent", sound["scopes"][1]["id"].clone()),
        ("/scopes/1/element/1", json!(last)),
        ("/scopes/1/id", json!(last)),
        ("/tokens/0/scope", sound["tokens"][0]["id"].clone()),
        ("/scopes", json!(vec![sound["scopes"][0].clone(); 2_000])),
    ] {
        let mut state = sound.clone();
        *state.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        assert!(read(state).expect_err(place).contains("流程状态前后不符"), "{place}");
    }
}

#[test]
fn a_case_moves_to_a_new_version_with_a_plan_and_a_report() {
    let old = chart(&format!(
        r#"<startEvent id="s"/><userTask id="审查" name="审查"/><userTask id="决定"/><endEvent id="e"/>{}"#,
        flows("s>审查 审查>决定 决定>e")
    ));
    let new = chart(&format!(
        r#"<startEvent id="s"/><userTask id="初审" name="初审"><extensionElements><sunlit:task limit="3" unit="working_day"/></extensionElements></userTask>
        <boundaryEvent id="催" attachedToRef="初审" cancelActivity="false"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>
        <endEvent id="催了"/><userTask id="复审"/><userTask id="决定"/><endEvent id="e"/>{}"#,
        flows("s>初审 初审>复审 复审>决定 决定>e 催>催了")
    ));
    let case = Case::begin(&old);
    let (none, report) = migrate(&old, &new, &case.state, &BTreeMap::new(), &SimpleConditions);
    assert!(none.is_none() && report.tell(Lang::Zh).contains("新的一版没有“审查”"), "{}", report.tell(Lang::Zh));
    let wrong = BTreeMap::from([("审查".to_owned(), "e".to_owned())]);
    assert!(migrate(&old, &new, &case.state, &wrong, &SimpleConditions).0.is_none());
    let plan = BTreeMap::from([("审查".to_owned(), "初审".to_owned())]);
    let (moved, report) = migrate(&old, &new, &case.state, &plan, &SimpleConditions);
    assert_eq!(
        report.tell(Lang::Zh),
        "位置：“审查”（审查） → “初审”（初审）\n等候：开始等“催”（催）\n期限：“初审”由 无 改为 3 working_day；已用的时间照算"
    );
    let (state, events) = moved.expect("moved");
    assert!(matches!(&events[0], Event::Migrated { to, .. } if to == new.hash()));
    let mut case = Case { def: &new, state, events: Vec::new() };
    assert_eq!(case.at(), ["初审", "催"]);
    let commands = ["初审", "复审", "决定"].map(|node| Command::Complete { node: node.into(), outputs: Vars::new() });
    for command in commands {
        case.state = step(&new, &case.state, &command, &SimpleConditions).expect("goes on").0;
    }
    case.ended_at("e");
}

#[test]
fn a_move_from_which_the_end_cannot_be_reached_is_refused() {
    let old =
        chart(&format!(r#"<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>{}"#, flows("s>a a>b b>e")));
    // In the new version b is one branch of two: a case in b alone would wait at the join for ever.
    let new = chart(&format!(
        r#"<startEvent id="s"/><userTask id="a"/><parallelGateway id="f"/><userTask id="b"/><userTask id="c"/><parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>a a>f f>b f>c b>j c>j j>e")
    ));
    let mut case = Case::begin(&old);
    assert!(migrate(&old, &new, &case.state, &BTreeMap::new(), &SimpleConditions).0.is_some(), "from a it can");
    case.done("a");
    let (none, report) = migrate(&old, &new, &case.state, &BTreeMap::new(), &SimpleConditions);
    assert!(none.is_none() && report.refused[0].zh.contains("会卡在“j”"), "{}", report.tell(Lang::Zh));
}

#[test]
fn h09_the_checker_finds_the_branch_that_arrives_twice() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>
        <boundaryEvent id="n" attachedToRef="a" cancelActivity="false"><messageEventDefinition messageRef="msg"/></boundaryEvent>
        <exclusiveGateway id="am"/><parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>f f>a f>b a>am n>am am>j b>j j>e")
    ));
    let flaws = def.sound();
    assert_eq!(flaws.len(), 1);
    assert_eq!((flaws[0].flaw, flaws[0].element.as_str()), (Flaw::Twice, "j"));
    assert!(flaws[0].tell(&def, Lang::Zh).contains("这样走就会出问题"));
    let drawing = svg(&def, Some(&flaws[0].overlay()), Lang::Zh);
    assert!(drawing.contains("is-trouble") && drawing.contains("有问题"));
}

#[test]
fn the_two_commonest_mistakes_are_named_with_the_shortest_run() {
    let deadlock = chart(&format!(
        r#"<startEvent id="s"/><exclusiveGateway id="x" default="x-a"/><userTask id="a"/><userTask id="b"/><parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>x x>a x>b?big=true a>j b>j j>e")
    ));
    let flaw = &deadlock.sound()[0];
    assert_eq!((flaw.flaw, flaw.element.as_str()), (Flaw::Stuck, "j"));
    assert_eq!(flaw.run, ["s", "s-x", "x", "x-a", "a", "a-j"]);
    let twice = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/><exclusiveGateway id="m"/><userTask id="c"/><endEvent id="e"/>{}"#,
        flows("s>f f>a f>b a>m b>m m>c c>e")
    ));
    let flaw = &twice.sound()[0];
    assert_eq!((flaw.flaw, flaw.element.as_str()), (Flaw::Twice, "c"));
    assert!(flaw.reason.zh.contains("做两遍"));
}

#[test]
fn an_expression_that_cannot_be_read_is_named_before_anybody_comes_to_it() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><exclusiveGateway id="x" default="x-a"/><userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>"three</loopCardinality></multiInstanceLoopCharacteristics></userTask><userTask id="b"/><endEvent id="e"/>{}"#,
        flows("s>x x>a x>b?big=!true a>e b>e")
    ));
    let faults = def.check_with(&SimpleConditions);
    let named: Vec<(&str, Rule)> = faults.iter().map(|fault| (fault.element.as_str(), fault.rule)).collect();
    assert_eq!(named, [("a", Rule::Condition), ("x-b", Rule::Condition)]);
    assert!(faults[1].tell(Lang::Zh).contains("“big=!true”读不懂"), "{}", faults[1].tell(Lang::Zh));
}

#[test]
fn thirty_parallel_agencies_are_proved_at_once() {
    let mut inside = String::from(r#"<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>"#);
    let mut arrows = String::from("s>f j>e ");
    for i in 0..30 {
        inside.push_str(&format!(
            r#"<exclusiveGateway id="m{i}"/><userTask id="t{i}"/><exclusiveGateway id="x{i}" default="x{i}-j"/><userTask id="b{i}"/>"#
        ));
        arrows.push_str(&format!("f>m{i} m{i}>t{i} t{i}>x{i} x{i}>j x{i}>b{i}?back{i} b{i}>m{i} "));
    }
    let def = chart(&format!("{inside}{}", flows(&arrows)));
    assert_eq!(def.sound(), []);
}

#[test]
fn if_accepted_today_what_happens_when() {
    let limit = |n: u32| format!(r#"<extensionElements><sunlit:task limit="{n}" unit="working_day"/></extensionElements>"#);
    let def = chart(&format!(
        r#"<startEvent id="s"/><userTask id="受理">{}</userTask><parallelGateway id="f"/><userTask id="消防">{}</userTask><userTask id="环保">{}</userTask>
        <parallelGateway id="j"/><userTask id="决定">{}</userTask><endEvent id="e"/>{}"#,
        limit(1),
        limit(5),
        limit(3),
        limit(2),
        flows("s>受理 受理>f f>消防 f>环保 消防>j 环保>j j>决定 决定>e")
    ));
    // Monday 2025-09-22; 1–8 October are holidays, 28 September and 11 October are worked.
    let monday = calendar::NaiveDate::from_ymd_opt(2025, 9, 22).expect("a day");
    let plan = forecast(&def, monday, &calendar::Calendar::china()).unwrap();
    let said: Vec<(String, String)> = plan.iter().map(|p| (p.step.node.clone(), p.due.to_string())).collect();
    let expected = [("受理", "2025-09-23"), ("消防", "2025-09-29"), ("环保", "2025-09-26"), ("决定", "2025-10-09")];
    assert_eq!(said, expected.map(|(n, d)| (n.to_owned(), d.to_owned())));
    assert!(plan.iter().all(|p| p.step.certain && !p.provisional));
}

#[test]
fn clk_07_a_forecast_says_what_a_notice_may_still_move_and_computes_no_other_days() {
    let limit = |n: u32| format!(r#"<extensionElements><sunlit:task limit="{n}" unit="working_day"/></extensionElements>"#);
    let inside = |n| {
        let steps =
            format!(r#"<startEvent id="s"/><userTask id="a">{}</userTask><userTask id="b"/><endEvent id="e"/>"#, limit(n));
        steps + &flows("s>a a>b b>e")
    };
    let china = calendar::Calendar::china();
    let last = china.years().next_back().expect("a year");
    let day = |year: i32| calendar::NaiveDate::from_ymd_opt(year, 6, 1).expect("a day");
    let def = chart(&inside(5));
    let unsure = |year| forecast(&def, day(year), &china).unwrap().iter().map(|p| p.provisional).collect::<Vec<_>>();
    assert_eq!(unsure(last), [false, false]);
    assert_eq!(unsure(last + 1), [true, true], "what follows an uncertain day is uncertain");
    for year in [0, 1989, 2101, 9999, 262_142] {
        assert!(forecast(&def, day(year), &china).is_err(), "{year}");
    }
    let no = forecast(&chart(&inside(100_000)), day(last), &china).unwrap_err();
    assert!(no.to_string().contains("超出可计算的范围"), "{no}");
}

#[test]
fn a2_2_a_limit_that_cannot_be_read_is_a_fault_of_the_chart() {
    let faults = |task: &str| {
        let inside = format!(
            r#"<startEvent id="s"/><userTask id="a"><extensionElements><sunlit:task {task}/></extensionElements></userTask><endEvent id="e"/>{}"#,
            flows("s>a a>e")
        );
        Definition::parse(&file(&inside)).unwrap().check().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(faults(r#"limit="5""#), [""; 0]);
    assert_eq!(faults(r#"limit="5" unit="month""#), [""; 0]);
    for bad in [r#"limit="abc""#, r#"limit="5" unit="fortnight""#, r#"limit="4294967295""#, r#"limit="-3""#, r#"limit="""#] {
        assert!(faults(bad).len() == 1 && faults(bad)[0].contains("期限看不懂"), "{bad}: {:?}", faults(bad));
    }
}

#[test]
fn a2_2_a_process_that_calls_itself_is_refused() {
    let calling = |id: &str, called: &str| {
        format!(
            r#"<process id="{id}" isExecutable="true"><startEvent id="s{id}"/><callActivity id="c{id}" calledElement="{called}"/><endEvent id="e{id}"/>{}</process>"#,
            flows(&format!("s{id}>c{id} c{id}>e{id}"))
        )
    };
    let faults = |processes: &str| {
        let text = format!(r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">{processes}</definitions>"#);
        let def = Definition::parse_process(&text, "a").unwrap_or_else(|e| panic!("{e}"));
        def.check().iter().filter(|fault| fault.reason.zh.contains("调用了自己")).map(|f| f.element.clone()).collect::<Vec<_>>()
    };
    assert_eq!(faults(&calling("a", "a")), ["ca"]);
    assert_eq!(faults(&(calling("a", "b") + &calling("b", "a"))), ["ca", "cb"]);
    assert_eq!(faults(&(calling("a", "b") + &calling("b", "b"))), ["cb"]);
    assert_eq!(faults(&(calling("a", "b") + &calling("b", "elsewhere"))), [""; 0]);
}

#[test]
fn a2_2_what_can_never_run_is_refused_before_it_does() {
    let faults = |inside: &str| {
        let def = Definition::parse(&file(inside)).unwrap_or_else(|e| panic!("{e}"));
        def.check().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let repeated = |count: &str| {
        format!(
            r#"<startEvent id="s"/><userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>{}"#,
            flows("s>a a>e")
        )
    };
    assert_eq!(faults(&repeated("500")), [""; 0]);
    assert_eq!(faults(&repeated("n")), [""; 0]);
    for count in ["501", "1000000000", "-1", "2.5"] {
        assert!(faults(&repeated(count))[0].contains("最多 500 次"), "{count}");
    }
    let exit = |condition: &str| {
        format!(
            r#"<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="g-a"/><endEvent id="e"/>{}"#,
            flows(&format!("s>a a>g g>a g>e?{condition}"))
        )
    };
    assert_eq!(faults(&exit("done")), [""; 0]);
    assert!(faults(&exit("false"))[0].contains("永远走不到"));
}
