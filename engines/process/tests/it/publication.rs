//! What is said of a chart before it is published, and what it would mean for a case accepted today.

use crate::common::{chart, file, flows};
use process::*;

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
    let said: Vec<(String, String)> = plan.iter().map(|p| (p.step.node.clone(), p.due.expect("a limit").to_string())).collect();
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
    let no = forecast(&chart(&inside(70_000)), day(last), &china).unwrap_err();
    assert!(no.to_string().contains("超出可计算的范围"), "{no}");
}

#[test]
fn a2_2_time_that_is_waited_for_counts_in_the_forecast() {
    let timer = |id: &str, time: &str| {
        format!(
            r#"<intermediateCatchEvent id="{id}"><timerEventDefinition>{time}</timerEventDefinition></intermediateCatchEvent>"#
        )
    };
    let plan = |time: &str| {
        let def = chart(&format!(
            r#"<startEvent id="s"/><userTask id="受理"/>{}<userTask id="决定"><extensionElements><sunlit:task limit="2" unit="working_day"/></extensionElements></userTask>
            <endEvent id="e"/>{}"#,
            timer("公示", time),
            flows("s>受理 受理>公示 公示>决定 决定>e")
        ));
        let monday = calendar::NaiveDate::from_ymd_opt(2026, 7, 6).expect("a day");
        let plan = forecast(&def, monday, &calendar::Calendar::china()).unwrap();
        plan.iter().map(|p| p.due.map_or("-".to_owned(), |due| due.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(plan("<timeDuration>P30D</timeDuration>"), ["-", "2026-08-05", "2026-08-07"]);
    assert_eq!(plan("<timeDuration>P1M</timeDuration>"), ["-", "2026-08-06", "2026-08-10"]);
    // Accepted late in the day, two hours end on the next.
    assert_eq!(plan("<timeDuration>PT2H</timeDuration>"), ["-", "2026-07-07", "2026-07-09"]);
    assert_eq!(plan("<timeDate>2026-07-20</timeDate>"), ["-", "2026-07-20", "2026-07-22"]);
    assert_eq!(plan("<timeDate>2026-07-20T09:00:00+08:00</timeDate>"), ["-", "2026-07-20", "2026-07-22"]);
    assert_eq!(
        plan("<timeDate>2026-07-01</timeDate>"),
        ["-", "2026-07-06", "2026-07-08"],
        "a day that is over keeps nobody waiting"
    );
    let far = chart(&format!(
        r#"<startEvent id="s"/>{}<endEvent id="e"/>{}"#,
        timer("t", "<timeDate>9000-01-01</timeDate>"),
        flows("s>t t>e")
    ));
    let monday = calendar::NaiveDate::from_ymd_opt(2026, 7, 6).expect("a day");
    assert!(forecast(&far, monday, &calendar::Calendar::china()).is_err());
}

#[test]
fn a2_2_a_forecast_goes_the_way_that_was_walked() {
    let limit = |n: u32| format!(r#"<extensionElements><sunlit:task limit="{n}" unit="working_day"/></extensionElements>"#);
    let def = chart(&format!(
        r#"<startEvent id="s"/><exclusiveGateway id="g" default="g-简易"/><userTask id="一般">{}</userTask><userTask id="会审">{}</userTask>
        <userTask id="简易">{}</userTask><endEvent id="e"/>{}"#,
        limit(10),
        limit(5),
        limit(1),
        flows("s>g g>一般?x=1 一般>会审 会审>e g>简易 简易>e")
    ));
    let monday = calendar::NaiveDate::from_ymd_opt(2026, 7, 6).expect("a day");
    let china = calendar::Calendar::china();
    let steps = |plan: Vec<Planned>| plan.into_iter().map(|p| p.step.node).collect::<Vec<_>>();
    assert_eq!(steps(forecast(&def, monday, &china).unwrap()), ["一般", "会审"]);
    let took = [Event::Took { flow: "s-g".to_owned() }, Event::Took { flow: "g-简易".to_owned() }];
    let plan = forecast_along(&def, monday, &china, &took).unwrap();
    assert_eq!(plan[0].due.map(|due| due.to_string()).as_deref(), Some("2026-07-07"));
    assert_eq!(steps(plan), ["简易"]);
}

#[test]
fn a2_2_a_script_whose_result_goes_nowhere_is_a_fault_of_the_chart() {
    let faults = |result: &str, script: &str| {
        let inside = format!(
            r#"<startEvent id="s"/><scriptTask id="a">{result}<script>{script}</script></scriptTask><endEvent id="e"/>{}"#,
            flows("s>a a>e")
        );
        Definition::parse(&file(&inside)).unwrap().check().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let named = r#"<extensionElements><sunlit:task result="x"/></extensionElements>"#;
    assert_eq!(faults(named, "1 + 1"), [""; 0]);
    assert_eq!(faults("", "{x: 1 + 1}"), [""; 0]);
    for result in ["", r#"<extensionElements><sunlit:task result=" "/></extensionElements>"#] {
        let found = faults(result, "1 + 1");
        assert!(found.len() == 1 && found[0].contains("没有地方存"), "{found:?}");
    }
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
        assert!(faults(bad).len() == 1 && faults(bad)[0].contains(&format!("期限“{bad}”看不懂")), "{bad}: {:?}", faults(bad));
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
        def.check_with(&SimpleConditions).iter().map(ToString::to_string).collect::<Vec<_>>()
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

/// What is found, as element and rule.
fn found(inside: &str) -> Vec<(String, Rule)> {
    let def = Definition::parse(&file(inside)).unwrap_or_else(|e| panic!("{e}"));
    def.check_with(&SimpleConditions).into_iter().map(|fault| (fault.element, fault.rule)).collect()
}

fn choice(kind: &str, conditions: &str) -> Vec<(String, Rule)> {
    found(&format!(
        r#"<startEvent id="s"/><{kind} id="g" default="g-d"/><userTask id="a"/><userTask id="b"/><userTask id="d"/><endEvent id="e"/>{}"#,
        flows(&format!("s>g {conditions} g>d a>e b>e d>e"))
    ))
}

#[test]
fn a_branch_is_dead_where_another_condition_always_holds() {
    let dead = |flows: &[&str]| flows.iter().map(|flow| (flow.to_string(), Rule::Unreachable)).collect::<Vec<_>>();
    assert_eq!(choice("exclusiveGateway", "g>a?x=1 g>b?y=1"), []);
    assert_eq!(choice("exclusiveGateway", "g>a?true g>b?y=1"), dead(&["g-b", "g-d"]));
    assert_eq!(choice("exclusiveGateway", "g>a?x=1 g>b?1=1"), dead(&["g-d"]));
    assert_eq!(choice("inclusiveGateway", "g>a?true g>b?y=1"), dead(&["g-d"]));
    assert_eq!(choice("userTask", "g>a?x=1 g>b"), dead(&["g-d"]));
    assert_eq!(choice("exclusiveGateway", "g>a?1=2 g>b?y=1"), [("g-a".to_owned(), Rule::Condition)]);
    assert_eq!(choice("exclusiveGateway", "g>a?1 g>b?y=1"), [("g-a".to_owned(), Rule::Condition)]);
}

#[test]
fn b7_1_a_branch_that_never_has_its_turn_is_told() {
    let dead = |flow: &str| [(flow.to_owned(), Rule::Unreachable)];
    assert_eq!(choice("exclusiveGateway", r#"g>a?x=1 g>b?x=1"#), dead("g-b"));
    assert_eq!(choice("exclusiveGateway", "g>a?x=1 g>b?x=2"), []);
    assert_eq!(choice("exclusiveGateway", "g>a?x=1 g>b?x!=1"), dead("g-d"));
    assert_eq!(choice("inclusiveGateway", "g>a?x=1 g>b?x=1"), []);
    let contradiction = flows("s>g g>b?y=1 g>d b>e d>e")
        + r#"<sequenceFlow id="g-a" sourceRef="g" targetRef="a"><conditionExpression>x = 1 and x = 2</conditionExpression></sequenceFlow>"#
        + &flows("a>e");
    for kind in ["exclusiveGateway", "inclusiveGateway"] {
        let told = found(&format!(
            r#"<startEvent id="s"/><{kind} id="g" default="g-d"/><userTask id="a"/><userTask id="b"/><userTask id="d"/><endEvent id="e"/>{contradiction}"#
        ));
        assert_eq!(told, [("g-a".to_owned(), Rule::Condition)]);
    }
}

#[test]
fn b7_1_a_signal_that_nobody_defines_is_told() {
    let waits = |signal: &str| {
        let inside = format!(
            r#"<startEvent id="s"/><intermediateCatchEvent id="w"><signalEventDefinition signalRef="{signal}"/></intermediateCatchEvent><endEvent id="e"/>{}"#,
            flows("s>w w>e")
        );
        let def = Definition::parse(&file(&inside)).unwrap();
        def.check().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(waits("sig1"), [""; 0]);
    let told = waits("nosuch");
    assert!(told.len() == 1 && told[0].contains("“nosuch”没有定义"), "{told:?}");
}

#[test]
fn a_loop_that_always_goes_on_is_refused() {
    let again = |condition: &str, most: &str| {
        found(&format!(
            r#"<startEvent id="s"/><userTask id="a"><standardLoopCharacteristics {most}><loopCondition>{condition}</loopCondition></standardLoopCharacteristics></userTask><endEvent id="e"/>{}"#,
            flows("s>a a>e")
        ))
    };
    assert_eq!(again("more", ""), []);
    assert_eq!(again("true", r#"loopMaximum="3""#), []);
    assert_eq!(again("true", ""), [("a".to_owned(), Rule::Condition)]);
}

#[test]
fn a_circle_in_which_nothing_is_waited_for_is_refused() {
    let idle = |element: &str| [(element.to_owned(), Rule::Idle)];
    let head = r#"<startEvent id="s"/><exclusiveGateway id="h"/><exclusiveGateway id="g" default="g-e"/><endEvent id="e"/>"#;
    assert_eq!(found(&format!("{head}{}", flows("s>h h>g g>h?x=1 g>e"))), idle("g-h"));
    let with = |step: &str| found(&format!("{head}{step}{}", flows("s>h h>g g>a?x=1 a>h g>e")));
    assert_eq!(with(r#"<userTask id="a"/>"#), []);
    assert_eq!(with(r#"<intermediateThrowEvent id="a"/>"#), idle("a-h"));
    assert_eq!(
        with(
            r#"<scriptTask id="a"><extensionElements><sunlit:task result="x"/></extensionElements><script>x</script></scriptTask>"#
        ),
        []
    );
    let sub = |inside: &str, arrows: &str| {
        with(&format!(r#"<subProcess id="a"><startEvent id="s1"/>{inside}<endEvent id="e1"/>{}</subProcess>"#, flows(arrows)))
    };
    assert_eq!(sub("", "s1>e1"), idle("a-h"));
    assert_eq!(sub(r#"<userTask id="t"/>"#, "s1>t t>e1"), []);
}

#[test]
fn an_event_that_nothing_within_causes_is_refused() {
    let head = r#"<startEvent id="s"/><userTask id="n"/><endEvent id="e"/>"#;
    let escalates = r#"<intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent>"#;
    let border = |trigger: &str, inside: &str, arrows: &str| {
        found(&format!(
            r#"{head}<subProcess id="p1"><startEvent id="s1"/>{inside}<endEvent id="e1"/>{}</subProcess>
            <boundaryEvent id="m" attachedToRef="p1">{trigger}</boundaryEvent>{}"#,
            flows(arrows),
            flows("s>p1 p1>e m>n n>e")
        ))
    };
    let dead = [("m".to_owned(), Rule::Unreachable)];
    let escalation = r#"<escalationEventDefinition escalationRef="esc"/>"#;
    let task = (r#"<userTask id="t"/>"#, "s1>t t>e1");
    assert_eq!(border(escalation, task.0, task.1), dead);
    assert_eq!(border(escalation, escalates, "s1>t t>e1"), []);
    assert_eq!(border("<escalationEventDefinition/>", escalates, "s1>t t>e1"), []);
    assert_eq!(border("<escalationEventDefinition/>", task.0, task.1), dead);
    // Taken further in, it does not come here.
    let inner = format!(
        r#"<subProcess id="p2"><startEvent id="s2"/>{escalates}<endEvent id="e2"/>{}</subProcess>
        <boundaryEvent id="m2" attachedToRef="p2"><escalationEventDefinition/></boundaryEvent>"#,
        flows("s2>t t>e2")
    );
    assert_eq!(border(escalation, &inner, "s1>p2 p2>e1 m2>e1"), dead);
    // Work may fail with any code; where there is no work, only an end raises an error.
    let error = r#"<errorEventDefinition errorRef="err1"/>"#;
    let received = r#"<receiveTask id="t" messageRef="msg"/>"#;
    assert_eq!(border(error, task.0, task.1), []);
    assert_eq!(border(error, received, "s1>t t>e1"), dead);
    let raises = |code: &str| {
        let end = format!(
            r#"{received}<exclusiveGateway id="g" default="g-e1"/><endEvent id="x"><errorEventDefinition errorRef="{code}"/></endEvent>"#
        );
        border(error, &end, "s1>t t>g g>e1 g>x?bad")
    };
    assert_eq!(raises("err1"), []);
    assert_eq!(raises("err2"), dead);
}

#[test]
fn what_stands_in_our_namespace_and_is_read_by_nobody_is_found() {
    let said = |own: &str| {
        let step = format!(r#"<userTask id="a"><extensionElements>{own}</extensionElements></userTask>"#);
        found(&format!(r#"<startEvent id="s"/>{step}<endEvent id="e"/>{}"#, flows("s>a a>e")))
    };
    let stray = |n: usize| vec![("a".to_owned(), Rule::Extension); n];
    assert_eq!(said(r#"<sunlit:task limit="5" unit="working_day" outcomes="x" risk="y"/>"#), []);
    assert_eq!(said(r#"<sunlit:task limt="5"/>"#), stray(1));
    assert_eq!(said(r#"<sunlit:task limt="5" unit="working_day"/>"#), stray(2));
    assert_eq!(said(r#"<sunlit:task unit="working_day"/>"#), stray(1));
    assert_eq!(said(r#"<sunlit:tasks limit="5"/>"#), stray(1));
    assert_eq!(said(r#"<sunlit:task pauses="yes"/>"#), stray(1));
    assert_eq!(said(r#"<sunlit:each in="x" as="y"/>"#), stray(1));
    assert_eq!(said(r#"<other xmlns="urn:of:others" limt="5"/>"#), []);
    assert_eq!(said(r#"<task xmlns="urn:sunlit:bpmn:2" limit="5"/>"#), stray(1));
    let direct = r#"<startEvent id="s"/><userTask id="a" sunlit:limit="5"/><endEvent id="e"/>"#;
    assert_eq!(found(&format!("{direct}{}", flows("s>a a>e"))), stray(1));
}

#[test]
fn b7_1_a_limit_or_a_time_that_is_said_twice_is_told() {
    let told = |timer: &str, ours: &str| {
        let inside = format!(
            r#"<startEvent id="s"/><intermediateCatchEvent id="w"><extensionElements>{ours}</extensionElements><timerEventDefinition>{timer}</timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>{}"#,
            flows("s>w w>e")
        );
        let def = Definition::parse(&file(&inside)).unwrap();
        def.check().iter().map(|fault| (fault.element.clone(), fault.rule)).collect::<Vec<_>>()
    };
    let (days, date) = ("<timeDuration>P30D</timeDuration>", "<timeDate>2026-05-01T00:00:00Z</timeDate>");
    let limit = |n: u32, unit: &str| format!(r#"<sunlit:task limit="{n}" unit="{unit}"/>"#);
    assert_eq!(told(days, ""), []);
    assert_eq!(told("", &limit(5, "working_day")), []);
    assert_eq!(told("", &limit(5, "working_day").repeat(2)), []);
    assert_eq!(told(&format!("{days}{date}"), ""), [("w".to_owned(), Rule::Trigger)]);
    assert_eq!(told(days, &limit(5, "working_day")), [("w".to_owned(), Rule::Trigger)]);
    let twice = told("", &format!("{}{}", limit(20, "working_day"), limit(60, "calendar_day")));
    assert_eq!(twice, [("w".to_owned(), Rule::Extension), ("w".to_owned(), Rule::Extension)], "number and unit");
}

#[test]
fn b7_1_the_second_of_two_waits_for_one_thing_is_told() {
    let catches = |one: &str, other: &str| {
        found(&format!(
            r#"<startEvent id="s"/><eventBasedGateway id="g"/><intermediateCatchEvent id="m1">{one}</intermediateCatchEvent><intermediateCatchEvent id="m2">{other}</intermediateCatchEvent><endEvent id="e"/>{}"#,
            flows("s>g g>m1 g>m2 m1>e m2>e")
        ))
    };
    let message = r#"<messageEventDefinition messageRef="msg"/>"#;
    let about = |key: &str| format!(r#"<extensionElements><sunlit:task correlation="{key}"/></extensionElements>{message}"#);
    let after = |days: u32| format!("<timerEventDefinition><timeDuration>P{days}D</timeDuration></timerEventDefinition>");
    assert_eq!(catches(message, message), [("m2".to_owned(), Rule::Trigger)]);
    assert_eq!(catches(message, &after(3)), []);
    assert_eq!(catches(&after(3), &after(3)), [("m2".to_owned(), Rule::Trigger)]);
    assert_eq!(catches(&about("a"), &about("b")), []);
    let bounds = found(&format!(
        r#"<startEvent id="s"/><userTask id="t"/><boundaryEvent id="b1" attachedToRef="t">{message}</boundaryEvent><boundaryEvent id="b2" attachedToRef="t" cancelActivity="false">{message}</boundaryEvent><endEvent id="e"/>{}"#,
        flows("s>t t>e b1>e b2>e")
    ));
    assert_eq!(bounds, [("b2".to_owned(), Rule::Trigger)]);
}
