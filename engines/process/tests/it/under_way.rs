//! Cases under way: sent back, read again from what was saved, moved to another version, and on a small stack.

use crate::common::{Case, chart, flows};
use process::*;
use serde_json::json;
use std::collections::BTreeMap;

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

/// One chart twice, with other events on the border of its two steps.
fn bordered(events: &str, flows_of_events: &str) -> Definition {
    chart(&format!(
        r#"<startEvent id="s"/><userTask id="审查"/><userTask id="决定"/><endEvent id="e"/>{events}<endEvent id="e2"/>{}"#,
        flows(&format!("s>审查 审查>决定 决定>e {flows_of_events}"))
    ))
}

fn event(id: &str, host: &str, inner: &str) -> String {
    format!(r#"<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="false">{inner}</boundaryEvent>"#)
}

const DAYS_3: &str = "<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>";
const DAYS_5: &str = "<timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition>";

fn moved(old: &Definition, new: &Definition, state: &State) -> (State, String) {
    let (moved, report) = migrate(old, new, state, &BTreeMap::new(), &SimpleConditions);
    (moved.unwrap_or_else(|| panic!("{}", report.tell(Lang::Zh))).0, report.tell(Lang::Zh))
}

#[test]
fn what_the_new_version_waits_for_at_a_step_is_waited_for_wherever_the_old_one_had_it() {
    // The reminder sat on the decision; in the new version it sits on the examination, where the case stands.
    let (old, new) = (bordered(&event("催", "决定", DAYS_3), "催>e2"), bordered(&event("催", "审查", DAYS_3), "催>e2"));
    let case = Case::begin(&old);
    let (state, report) = moved(&old, &new, &case.state);
    assert_eq!(Case { def: &new, state, events: Vec::new() }.at(), ["审查", "催"]);
    assert!(report.contains("开始等“催”"), "{report}");
    // The other way round it is waited for no more, and said.
    let case = Case::begin(&new);
    let (state, report) = moved(&new, &old, &case.state);
    assert_eq!(Case { def: &old, state, events: Vec::new() }.at(), ["审查"]);
    assert!(report.contains("不再等“催”"), "{report}");
    // A time under the same name that was a message before is a new thing to wait for.
    let message = bordered(&event("催", "审查", r#"<messageEventDefinition messageRef="msg"/>"#), "催>e2");
    let case = Case::begin(&message);
    let (state, report) = moved(&message, &new, &case.state);
    assert!(state.waiting().iter().any(|w| w.node == "催" && w.kind == WaitKind::Timer), "{report}");
    assert!(report.contains("不再等“催”") && report.contains("开始等“催”"), "{report}");
}

#[test]
fn a_time_that_has_come_does_not_come_again_and_one_that_differs_is_told() {
    let (old, new) = (bordered(&event("催", "审查", DAYS_3), "催>e2"), bordered(&event("催", "审查", DAYS_5), "催>e2"));
    let mut case = Case::begin(&old);
    let (_, report) = moved(&old, &new, &case.state);
    assert!(report.contains("期限：“催”的时间由 P3D 改为 P5D；起算不变"), "{report}");
    case.fires("催");
    let (state, report) = moved(&old, &new, &case.state);
    assert_eq!(Case { def: &new, state, events: Vec::new() }.at(), ["审查"]);
    assert!(!report.contains('催'), "{report}");
}

#[test]
fn a_version_whose_conditions_cannot_be_read_takes_no_case() {
    let version = |condition: &str| {
        chart(&format!(
            r#"<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="f4"/><userTask id="b"/><endEvent id="e"/>
            <sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="g"/>
            <sequenceFlow id="f3" sourceRef="g" targetRef="b"><conditionExpression>{condition}</conditionExpression></sequenceFlow>
            <sequenceFlow id="f4" sourceRef="g" targetRef="e"/><sequenceFlow id="f5" sourceRef="b" targetRef="e"/>"#
        ))
    };
    let (old, new) = (version("x = 1"), version("x ="));
    let faults = new.check_with(&SimpleConditions);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let case = Case::begin(&old);
    let (none, report) = migrate(&old, &new, &case.state, &BTreeMap::new(), &SimpleConditions);
    assert!(none.is_none() && report.refused[0].zh.contains("1 处问题"), "{}", report.tell(Lang::Zh));
}

#[test]
fn a_plan_that_names_what_is_not_there_or_makes_one_step_of_two_is_refused() {
    let def = chart(&format!(
        r#"<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/><parallelGateway id="j"/><endEvent id="e"/>{}"#,
        flows("s>f f>a f>b a>j b>j j>e")
    ));
    let case = Case::begin(&def);
    let refused = |from: &str, to: &str| {
        let plan = BTreeMap::from([(from.to_owned(), to.to_owned())]);
        let (none, report) = migrate(&def, &def, &case.state, &plan, &SimpleConditions);
        assert!(none.is_none());
        report.tell(Lang::Zh)
    };
    assert!(refused("审察", "b").contains("原来的一版里没有“审察”"));
    assert!(refused("s", "起点").contains("新的一版里没有“起点”"));
    assert!(refused("a", "b").contains("对照表把两步并成了一步"));
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
fn a_version_is_proved_once_however_many_cases_are_moved_to_it() {
    let def = Definition::parse(include_str!("../../fuzz/charts/everything.bpmn")).expect("a good chart");
    let (state, _) = start(&def, &Vars::new(), &SimpleConditions).expect("starts");
    let took = |run: &dyn Fn()| {
        let begun = std::time::Instant::now();
        run();
        begun.elapsed()
    };
    let proof = took(&|| drop(def.sound()));
    // Only that the end is reached from where the case stands is proved for each of them.
    let moved = took(&|| drop(migrate(&def, &def, &state, &BTreeMap::new(), &SimpleConditions)));
    assert!(moved < proof, "the move took {moved:?}, the proof {proof:?}");
}
