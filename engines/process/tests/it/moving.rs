//! 换版 · cases moved to another version of their chart: what is refused, what is told, and that nothing stands where a case of the new
//! version could not.

use crate::common::{Case, chart, flows};
use process::*;
use serde_json::json;
use std::collections::BTreeMap;

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
        "位置：“审查”（审查） → “初审”（初审）\n等候：开始等“催”（催）\n期限：“初审”由 无 改为 3 个工作日；已用的时间照算"
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

fn told_refused(old: &Definition, new: &Definition, state: &State, plan: &[(&str, &str)]) -> String {
    let plan = plan.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    let (none, report) = migrate(old, new, state, &plan, &SimpleConditions);
    assert!(none.is_none(), "{}", report.tell(Lang::Zh));
    report.tell(Lang::Zh)
}

fn on<'a>(def: &'a Definition, state: State) -> Case<'a> {
    Case { def, state, events: Vec::new() }
}

/// The case goes on; its history began on another version.
fn goes(case: &mut Case<'_>, command: Command) {
    case.state = step(case.def, &case.state, &command, &SimpleConditions).unwrap_or_else(|refusal| panic!("{refusal}")).0;
}

fn complete(node: &str, outputs: serde_json::Value) -> Command {
    Command::Complete { node: node.into(), outputs: outputs.as_object().cloned().expect("an object") }
}

fn message(name: &str) -> Command {
    Command::Message { name: name.into(), key: None, outputs: Vars::new() }
}

#[test]
fn behind_an_event_based_gateway_only_what_stands_there_is_waited_for() {
    const PAID: &str = r#"<intermediateCatchEvent id="付款"><messageEventDefinition messageRef="msg"/></intermediateCatchEvent>"#;
    let late = format!(r#"<intermediateCatchEvent id="逾期">{DAYS_5}</intermediateCatchEvent>"#);
    let old = chart(&format!(
        r#"<startEvent id="s"/><eventBasedGateway id="g"/>{PAID}{late}<endEvent id="e"/><endEvent id="e3"/>{}"#,
        flows("s>g g>付款 g>逾期 付款>e 逾期>e3")
    ));
    let new = chart(&format!(
        r#"<startEvent id="s"/><eventBasedGateway id="g"/>{PAID}
        <intermediateCatchEvent id="撤回"><signalEventDefinition signalRef="sig1"/></intermediateCatchEvent>{late}
        <userTask id="归档"/><endEvent id="e"/><endEvent id="e2"/>{}"#,
        flows("s>g g>付款 g>撤回 付款>归档 归档>逾期 逾期>e 撤回>e2")
    ));
    let (state, report) = moved(&old, &new, &Case::begin(&old).state);
    let case = on(&new, state);
    let fresh = Case::begin(&new);
    let sorted = |mut nodes: Vec<String>| {
        nodes.sort();
        nodes
    };
    assert_eq!(sorted(case.at()), sorted(fresh.at()));
    assert!(report.contains("不再等“逾期”") && report.contains("开始等“撤回”"), "{report}");
    case.refused(Command::TimerFired { node: "逾期".into() });
}

#[test]
fn a_process_that_is_called_is_not_exchanged_for_another_half_way() {
    let version = |called: &str| {
        let text = format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
            <process id="p" isExecutable="true"><startEvent id="s"/><callActivity id="调用" calledElement="{called}"/>
            <userTask id="后"/><callActivity id="再调" calledElement="P2"/><endEvent id="e"/>{}</process>
            <process id="P2"><startEvent id="s2"/><userTask id="核验"/><endEvent id="e2"/>{}</process>
            <process id="P3"><startEvent id="s3"/><userTask id="现场"/><endEvent id="e3"/>{}</process></definitions>"#,
            flows("s>调用 调用>后 后>再调 再调>e"),
            flows("s2>核验 核验>e2"),
            flows("s3>现场 现场>e3")
        );
        Definition::parse_process(&text, "p").unwrap_or_else(|error| panic!("{error}"))
    };
    let (old, new, outside) = (version("P2"), version("P3"), version("外面的"));
    let case = Case::begin(&old);
    assert!(told_refused(&old, &new, &case.state, &[]).contains("它调用的流程“P2”，新的一版调用“P3”"));
    assert!(told_refused(&old, &outside, &case.state, &[]).contains("换不过去"));
    // Whoever says which step is which moves it.
    let plan = BTreeMap::from([("P2", "P3"), ("核验", "现场")].map(|(from, to)| (from.to_owned(), to.to_owned())));
    let (moved_on, report) = migrate(&old, &new, &case.state, &plan, &SimpleConditions);
    let mut case = on(&new, moved_on.unwrap_or_else(|| panic!("{}", report.tell(Lang::Zh))).0);
    assert_eq!(case.at(), ["现场"]);
    goes(&mut case, complete("现场", json!({})));
    assert_eq!(case.at(), ["后"]);
    // Outside stays outside, and what was begun goes on.
    let other = version("另一个");
    let case = Case::begin(&outside);
    let (state, report) = moved(&outside, &other, &case.state);
    assert_eq!(state.waiting()[0].name.as_deref(), Some("外面的"));
    assert!(report.contains("已经开始的“外面的”照办"), "{report}");
    assert!(told_refused(&outside, &old, &case.state, &[]).contains("换不过去"));
}

#[test]
fn a_condition_that_was_replaced_is_heard_anew_and_one_that_holds_already_at_once() {
    let version = |condition: &str| {
        chart(&format!(
            r#"<startEvent id="s"/><userTask id="审查"/><userTask id="提醒"/><endEvent id="e"/><endEvent id="e2"/>{}{}"#,
            event(
                "催",
                "审查",
                &format!("<conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>")
            ),
            flows("s>审查 审查>e 催>提醒 提醒>e2")
        ))
    };
    let (old, new) = (version("金额 = 1"), version(r#"级别 = "高""#));
    let case = Case::begin_with(&old, json!({"金额": 1, "级别": "低"}));
    assert!(case.at().contains(&"提醒".to_owned()), "heard");
    let (state, report) = moved(&old, &new, &case.state);
    assert!(report.contains("“催”的条件由 金额 = 1 改为"), "{report}");
    let mut case = on(&new, state);
    let reminders = |case: &Case<'_>| case.at().iter().filter(|node| *node == "提醒").count();
    assert_eq!(reminders(&case), 1);
    goes(&mut case, complete("提醒", json!({"级别": "高"})));
    assert_eq!(reminders(&case), 1, "the new condition came to hold");
    // One that holds already is heard with the move, as it is when a case comes there.
    let plain = chart(&format!(
        r#"<startEvent id="s"/><userTask id="审查"/><userTask id="提醒"/><endEvent id="e"/><endEvent id="e2"/>{}"#,
        flows("s>审查 审查>提醒 提醒>e2 审查>e")
    ));
    let case = Case::begin_with(&plain, json!({"级别": "高"}));
    let (state, report) = moved(&plain, &new, &case.state);
    assert_eq!(reminders(&on(&new, state)), 1);
    assert!(report.contains("换版以后随即到“催”"), "{report}");
}

#[test]
fn in_a_scope_that_was_interrupted_nothing_more_is_waited_for() {
    let sub = |id: &str, definition: &str| {
        format!(
            r#"<subProcess id="{id}" triggeredByEvent="true"><startEvent id="{id}s">{definition}</startEvent><userTask id="{id}t"/><endEvent id="{id}e"/>{}</subProcess>"#,
            flows(&format!("{id}s>{id}t {id}t>{id}e"))
        )
    };
    let version = |more: &str| {
        chart(&format!(
            r#"<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>{}{more}{}"#,
            sub("撤", r#"<messageEventDefinition messageRef="msg"/>"#),
            flows("s>a a>e")
        ))
    };
    let (old, new) = (version(""), version(&sub("停", r#"<signalEventDefinition signalRef="sig1"/>"#)));
    let mut case = Case::begin(&old);
    let (state, _) = moved(&old, &new, &case.state);
    assert!(on(&new, state).at().contains(&"停s".to_owned()), "before it is interrupted");
    case.command(message("补充"));
    let (state, report) = moved(&old, &new, &case.state);
    assert_eq!(on(&new, state).at(), ["撤t"]);
    assert!(!report.contains('停'), "{report}");
}

#[test]
fn an_ad_hoc_sub_process_offers_and_closes_as_the_new_version_says() {
    let version = |inner: &str, until: &str| {
        chart(&format!(
            r#"<startEvent id="s"/><adHocSubProcess id="ah"><userTask id="a"/><userTask id="b"/>{inner}{until}</adHocSubProcess><endEvent id="e"/>{}"#,
            flows("s>ah ah>e")
        ))
    };
    let free = version("", "");
    let ordered = version(&flows("a>b"), "");
    let until = version("", "<completionCondition>够了 = true</completionCondition>");
    let begin = |node: &str| Command::Begin { node: node.into() };
    let case = Case::begin(&free);
    let (state, report) = moved(&free, &ordered, &case.state);
    assert!(report.contains("不再等“b”"), "{report}");
    on(&ordered, state).refused(begin("b"));
    let (state, report) = moved(&free, &until, &case.state);
    assert!(report.contains("不再等“ah”"), "{report}");
    on(&until, state).refused(complete("ah", json!({})));
    // And back.
    let (state, report) = moved(&ordered, &free, &Case::begin(&ordered).state);
    assert!(report.contains("开始等“b”"), "{report}");
    goes(&mut on(&free, state), begin("b"));
    let (state, report) = moved(&until, &free, &Case::begin(&until).state);
    assert!(report.contains("开始等“ah”"), "{report}");
    let mut case = on(&free, state);
    goes(&mut case, complete("ah", json!({})));
    case.ended_at("e");
}

#[test]
fn what_differs_for_whoever_works_at_a_step_is_told() {
    let version = |lane: &str, act: &str, border: &str, more: &str| {
        chart(&format!(
            r#"<laneSet><lane name="{lane}"><flowNodeRef>a</flowNodeRef></lane></laneSet>
            <startEvent id="s"/><userTask id="a"><extensionElements><sunlit:task act="{act}" limit="5"/></extensionElements></userTask>
            {border}<endEvent id="e"/>{}"#,
            flows(&format!("s>a a>e {more}"))
        ))
    };
    let error =
        r#"<boundaryEvent id="错" attachedToRef="a"><errorEventDefinition errorRef="err1"/></boundaryEvent><endEvent id="e2"/>"#;
    let (old, new) = (version("窗口", "examine", error, "错>e2"), version("局长", "decide", "", ""));
    let (_, report) = moved(&old, &new, &Case::begin(&old).state);
    for told in ["办理角色由 窗口 改为 局长", "行为由 examine 改为 decide", "“a”出的差错或上报不再接住于“错”"]
    {
        assert!(report.contains(told), "{report}");
    }
    let (_, back) = moved(&new, &old, &Case::begin(&new).state);
    assert!(back.contains("“a”出的差错或上报接住于“错”"), "{back}");

    let rounds = |sequential: bool, count: u8| {
        chart(&format!(
            r#"<startEvent id="s"/><userTask id="会签"><multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>{}"#,
            flows("s>会签 会签>e")
        ))
    };
    let (two, five) = (rounds(false, 2), rounds(false, 5));
    let case = Case::begin(&two);
    let (_, report) = moved(&two, &five, &case.state);
    assert_eq!(report.matches("“会签”（会签）").count(), 2, "once, from and to: {report}");
    assert!(report.contains("次数照已经开始的"), "{report}");
    assert!(told_refused(&two, &rounds(true, 2), &case.state, &[]).contains("不是同一种步骤"));
}
