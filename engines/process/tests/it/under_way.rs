//! Cases under way: sent back, read again from what was saved, and on a small stack.

use crate::common::{Case, chart, flows};
use process::*;
use serde_json::json;

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
    let def = Definition::parse(include_str!("../../examples/approval.bpmn")).expect("reads");
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
fn a_state_with_more_rounds_under_way_than_were_begun_is_not_read() {
    let with = |begun: u32| {
        json!({
            "definition": "x", "seq": 3, "counter": 20, "vars": {}, "waits": [], "ended": null, "last_end": null,
            "scopes": [
                { "id": 1, "parent": null, "element": null },
                { "id": 9, "parent": 1, "element": ["each", 8], "rounds": { "total": 1, "begun": begun, "done": 0 } },
            ],
            "tokens": [
                { "id": 8, "scope": 1, "place": { "node": "each" } },
                { "id": 10, "scope": 9, "place": { "node": "each" }, "round": 0 },
            ],
        })
    };
    assert!(serde_json::from_value::<State>(with(1)).is_ok());
    assert!(serde_json::from_value::<State>(with(0)).is_err(), "found by the fuzzer: done, there were more done than begun");
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
