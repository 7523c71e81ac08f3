//! 决策图 · decisions that rest on one another (A2.3, C2.1), and what malice meets in a whole model.

use std::fmt::Write;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rules::{Answer, Model, RuleError, Table};
use serde_json::{Map, Value, json};

fn vars(value: Value) -> Map<String, Value> {
    let Value::Object(vars) = value else { panic!("variables are an object") };
    vars
}

fn file(inside: &str) -> String {
    format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="图" namespace="urn:t">{inside}</definitions>"#
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A model of one decision that is one expression over `x`.
fn expression(text: &str) -> String {
    file(&format!(
        r##"<inputData id="x" name="x"><variable name="x"/></inputData>
        <decision id="d" name="d"><informationRequirement><requiredInput href="#x"/></informationRequirement>
        <literalExpression><text>{}</text></literalExpression></decision>"##,
        escape(text)
    ))
}

fn ask(text: &str) -> Result<Answer, RuleError> {
    Model::parse(&expression(text))?.decide("d", &vars(json!({ "x": null })), None)
}

const FINE: &str = r##"
  <itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"轻微","一般","严重"</text></allowedValues></itemDefinition>
  <inputData id="gain" name="违法所得"><variable name="违法所得" typeRef="number"/></inputData>
  <inputData id="grade" name="情节"><variable name="情节" typeRef="tGrade"/></inputData>
  <inputData id="found" name="发现日"><variable name="发现日" typeRef="date"/></inputData>
  <businessKnowledgeModel id="times" name="倍数"><variable name="倍数"/>
    <encapsulatedLogic><formalParameter name="grade" typeRef="tGrade"/>
      <decisionTable hitPolicy="UNIQUE">
        <input label="情节"><inputExpression typeRef="tGrade"><text>grade</text></inputExpression></input>
        <output name="times" typeRef="number"/>
        <rule><description>轻微的不罚</description><inputEntry><text>"轻微"</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
        <rule><inputEntry><text>"一般"</text></inputEntry><outputEntry><text>1.1</text></outputEntry></rule>
        <rule><inputEntry><text>"严重"</text></inputEntry><outputEntry><text>5</text></outputEntry></rule>
      </decisionTable>
    </encapsulatedLogic>
  </businessKnowledgeModel>
  <decision id="late" name="过时效"><variable name="过时效" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#found"/></informationRequirement>
    <literalExpression><text>发现日 + duration("P2Y") &lt; today()</text></literalExpression></decision>
  <decision id="fine" name="罚款"><variable name="罚款" typeRef="number"/>
    <informationRequirement><requiredInput href="#gain"/></informationRequirement>
    <informationRequirement><requiredInput href="#grade"/></informationRequirement>
    <informationRequirement><requiredDecision href="#late"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#times"/></knowledgeRequirement>
    <conditional><if><literalExpression><text>过时效</text></literalExpression></if>
      <then><literalExpression><text>0</text></literalExpression></then>
      <else><literalExpression><text>违法所得 * 倍数(情节)</text></literalExpression></else></conditional></decision>
  <decisionService id="s" name="问罚款"><variable name="问罚款" typeRef="number"/>
    <outputDecision href="#fine"/><inputDecision href="#late"/><inputData href="#gain"/><inputData href="#grade"/></decisionService>"##;

#[test]
fn a2_3_a_decision_rests_on_others_and_tells_the_tables_it_went_through() {
    let model = Model::parse(&file(FINE)).unwrap();
    assert_eq!(model.decisions(), ["过时效", "罚款", "问罚款"]);
    assert_eq!(model.inputs("罚款").unwrap(), ["违法所得", "情节", "发现日"]);
    let facts = vars(json!({ "违法所得": 1000.1, "情节": "一般", "发现日": "2025-01-01" }));
    let answer = model.decide("罚款", &facts, Some("2026-11-25")).unwrap();
    assert_eq!((answer.value, answer.text.as_str()), (json!(1100.11), "1100.11"));
    assert_eq!(answer.steps.len(), 1);
    let step = &answer.steps[0];
    assert_eq!((step.table.as_str(), step.matched[0].index), ("倍数", 2));
    assert_eq!(step.tried[0].stopped_by, Some(("情节".to_owned(), "\"轻微\"".to_owned())));
    assert_eq!(step.seen, [("情节".to_owned(), json!("一般"))]);

    let late = model.decide("罚款", &facts, Some("2027-01-02")).unwrap();
    assert_eq!((late.value, late.steps.len()), (json!(0), 0), "the day alone makes the difference");
    let service = model.decide("问罚款", &vars(json!({ "违法所得": 10, "情节": "严重", "过时效": false })), None).unwrap();
    assert_eq!(service.value, json!(50), "a decision given is not worked out");
}

#[test]
fn h13_the_day_is_an_input_and_without_it_there_is_no_decision() {
    let model = Model::parse(&file(FINE)).unwrap();
    let facts = vars(json!({ "违法所得": 1000, "情节": "一般", "发现日": "2025-01-01" }));
    assert_eq!(model.decide("罚款", &facts, None), Err(RuleError::NoDay));
    for asks in
        ["if today() > date(\"2020-01-01\") then 1 else 2", "if today() = date(\"2020-01-01\") then 1 else 2", "count([now()])"]
    {
        assert_eq!(ask(asks), Err(RuleError::NoDay), "{asks}");
    }
    let now = Model::parse(&expression("[string(today()), string(now())]")).unwrap();
    let answer = now.decide("d", &vars(json!({ "x": null })), Some("2026-11-25T09:30:00+08:00")).unwrap();
    assert_eq!(answer.value, json!(["2026-11-25", "2026-11-25T09:30:00"]), "Chinese time");
    let late = now.decide("d", &vars(json!({ "x": null })), Some("2026-11-25T20:00:00Z")).unwrap();
    assert_eq!(late.value, json!(["2026-11-26", "2026-11-26T04:00:00"]));
    for day in ["昨天", "2026-02-30", "", "T"] {
        assert!(matches!(model.decide("罚款", &facts, Some(day)), Err(RuleError::Value { .. })), "{day}");
    }
}

#[test]
fn c2_1_what_is_missing_or_not_allowed_is_said_by_name() {
    let model = Model::parse(&file(FINE)).unwrap();
    let decide = |facts: Value| model.decide("罚款", &vars(facts), Some("2026-11-25")).unwrap_err();
    assert_eq!(decide(json!({ "违法所得": 1, "发现日": null })), RuleError::UnknownName("情节".to_owned()));
    assert!(
        matches!(decide(json!({ "违法所得": 1, "情节": "特别严重", "发现日": null })), RuleError::Value { name, .. } if name == "情节")
    );
    assert!(
        matches!(decide(json!({ "违法所得": "一千", "情节": "一般", "发现日": null })), RuleError::Value { name, .. } if name == "违法所得")
    );
    let null = decide(json!({ "违法所得": null, "情节": "一般", "发现日": "2026-01-01" }));
    assert!(matches!(null, RuleError::Null(_)), "a null is a refusal: {null:?}");
    let no = model.decide("罚金", &Map::new(), None).unwrap_err().to_string();
    assert!(no.contains("罚金") && no.contains("“过时效”、“罚款”、“问罚款”"), "{no}");
}

#[test]
fn a2_3_decimals_are_exact() {
    assert_eq!(ask("0.1 + 0.2").unwrap().text, "0.3");
    assert_eq!(ask("1 / 3").unwrap().text, "0.3333333333333333333333333333333333");
    assert_eq!(ask("12345678901234567890.12 + 0.01").unwrap().text, "12345678901234567890.13");
}

#[test]
fn a2_3_a_model_that_does_not_fit_together_is_refused_with_its_place() {
    let needs = |id: &str, on: &str| {
        format!(
            r##"<decision id="{id}" name="{id}"><informationRequirement><requiredDecision href="#{on}"/></informationRequirement>
            <literalExpression><text>1</text></literalExpression></decision>"##
        )
    };
    let java = r#"<decision id="d" name="d"><functionDefinition kind="Java"><formalParameter name="a"/></functionDefinition></decision>"#;
    for (inside, told) in [
        (needs("a", "b"), "b"),
        (needs("a", "a"), "圈"),
        ([needs("a", "b"), needs("b", "c"), needs("c", "a")].concat(), "圈"),
        ((0..60).map(|n| needs(&format!("n{n}"), &format!("n{}", n + 1))).collect(), "层"),
        (r##"<decision id="a" name="a"><informationRequirement><requiredInput href="urn:u#x"/></informationRequirement></decision>"##.to_owned(), "命名空间"),
        (r#"<decision id="a" name="甲"><literalExpression><text>1 +</text></literalExpression></decision>"#.to_owned(), "甲"),
        (r#"<decision id="a" name="甲"><literalExpression expressionLanguage="http://www.ecma.org/js"><text>1</text></literalExpression></decision>"#.to_owned(), "FEEL"),
        (r#"<decision id="a" name="甲"><variable name="甲" typeRef="tX"/><literalExpression><text>1</text></literalExpression></decision>"#.to_owned(), "tX"),
        (r#"<itemDefinition name="tX"><typeRef>tY</typeRef></itemDefinition><itemDefinition name="tY"><typeRef>tX</typeRef></itemDefinition><inputData id="a" name="a"><variable name="a" typeRef="tX"/></inputData>"#.to_owned(), "它自己"),
    ] {
        let no = Model::parse(&file(&inside)).unwrap_err().to_string();
        assert!(no.contains(told), "{told}: {no}");
    }
    let model = Model::parse(&file(java)).unwrap();
    assert!(model.decide("d", &Map::new(), None).is_err(), "a function is no decision, an external one least of all");
}

/// Types that double at each reference, and names whose entries do.
#[test]
fn hostile_types_and_values_end_in_an_error() {
    let mut doubling = String::new();
    for n in 0..40 {
        let next = if n == 39 { "string".to_owned() } else { format!("t{}", n + 1) };
        let _ = write!(
            doubling,
            r#"<itemDefinition name="t{n}"><itemComponent name="a"><typeRef>{next}</typeRef></itemComponent><itemComponent name="b"><typeRef>{next}</typeRef></itemComponent></itemDefinition>"#
        );
    }
    doubling += r#"<inputData id="a" name="a"><variable name="a" typeRef="t0"/></inputData>"#;
    assert!(Model::parse(&file(&doubling)).is_err());
    let mut nested = json!(1);
    for n in 0..30 {
        nested = json!({ format!("a{n}"): nested, "b": 1 });
    }
    let facts = vars(json!({ "x": nested }));
    let begun = Instant::now();
    assert_eq!(rules::evaluate("x.b", &facts), Ok(json!(1)));
    assert_eq!(rules::evaluate("x.a29.a28.a27.a26.b", &facts), Ok(json!(1)));
    assert!(begun.elapsed() < Duration::from_secs(60), "names of nested values do not double at each level");
    assert!(Model::parse(&file(&"<a>".repeat(500_000))).is_err());
    let lol = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>"#;
    assert!(Model::parse(lol).is_err() && Table::parse(lol).is_err());
}

#[test]
fn hostile_expressions_end_in_an_error_in_bounded_time_on_a_small_stack() {
    let mut hostile: Vec<String> = [
        "for i in [1..1000000000] return i",
        "for i in 1..100000, j in 1..100000 return 1",
        "some i in 1..1000000000 satisfies i < 0",
        "count(for i in 1..100000000 return null)",
        "for i in @\"0001-01-01\"..@\"9999-12-31\", j in 1..1000 return i",
        "for i in 1..100000 return partial",
        "for i in 1..100000 return [partial, partial]",
        "{ f: function(n) f(n), r: f(1) }.r",
        "{ f: function(n) f(n + 1) + f(n + 2), r: f(1) }.r",
        "{ y: function(f) f(f), r: y(y) }.r",
        "{ y: function(f) [f(f), f(f)], r: y(y) }.r",
        "(function(external) external(external))(function(f) f(f))",
        "matches(string join(for i in 1..1000 return \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"), \"(((a{1000}){1000}){1000}){1000}\")",
        "matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"((\\\\w{100}){100}){100}\")",
        "for i in 1..100000 return matches(\"a\", \"\\\\p{L}{500}\")",
        "(function(external x) external { java: { class: \"java.lang.Math\", method signature: \"abs(double)\" } })(1)",
        "sort(for i in 1..1000 return modulo(i * 7919, 1000), function(x, y) true)[-2000]",
    ]
    .map(str::to_owned)
    .to_vec();
    let doubling = |first: &str, next: &dyn Fn(usize) -> String| {
        let steps: Vec<String> = (1..60).map(|n| format!("a{n}: {}", next(n - 1))).collect();
        format!("{{ a0: {first}, {} }}.a59", steps.join(", "))
    };
    hostile.push(doubling("[1, 1]", &|n| format!("concatenate(a{n}, a{n})")));
    hostile.push(doubling("[1, 1]", &|n| format!("[a{n}, a{n}]")));
    hostile.push(doubling("\"aa\"", &|n| format!("a{n} + a{n}")));
    hostile.push(doubling("\"aa\"", &|n| format!("replace(a{n}, \"a\", a{n})")));
    hostile.push(doubling("[\"aa\", \"aa\", \"aa\"]", &|n| format!("[string join(a{n}, string join(a{n})), a{n}[1], a{n}[2]]")));
    hostile.push(doubling("{ b: 1 }", &|n| format!("{{ b: a{n}, c: a{n} }}")));
    hostile.push(doubling("function(x) x", &|n| format!("function(x) a{n}(a{n}(x))")) + "(1)");
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a: ", "}"), ("-", ""), ("not(", ")"), ("if true then ", " else 0"), ("(function(x) ", ")(1)")]
    {
        hostile.push(format!("{}1{}", open.repeat(180), close.repeat(180)));
    }
    let names: String = (0..60).map(|n| format!("{{ a{n}: ")).collect();
    hostile.push(format!("{{ y: {names}1{}, z: y.a0, w: z - 1 }}.w", "}".repeat(60)));
    hostile.push(format!("1{}", "+1".repeat(900)));
    hostile.push(format!("x{}", ".x".repeat(900)));
    hostile.push("(".repeat(1999));
    hostile.push("x".repeat(1_000_000));
    let run = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        for text in &hostile {
            let begun = Instant::now();
            let asked = ask(text);
            let short: String = text.chars().take(80).collect();
            assert!(asked.is_err(), "{short}: {:?}", asked.map(|answer| answer.text.chars().take(200).collect::<String>()));
            assert!(begun.elapsed() < Duration::from_secs(60), "{short}: {:?}", begun.elapsed());
        }
    });
    run.unwrap().join().unwrap();
}

#[test]
fn loops_and_functions_within_bounds_do_their_work() {
    for (text, value) in [
        ("sum(for i in 1..1000 return i)", json!(500_500)),
        ("{ fib: function(n) if n < 2 then n else fib(n - 1) + fib(n - 2), r: fib(12) }.r", json!(144)),
        ("{ down: function(n) if n = 0 then 0 else down(n - 1), r: down(40) }.r", json!(0)),
        ("count(distinct values(for i in 1..200 return modulo(i, 7)))", json!(7)),
        ("for i in 1..6 return if i = 1 then 1 else i * partial[-1]", json!([1, 2, 6, 24, 120, 720])),
    ] {
        assert_eq!(ask(text).map(|answer| answer.value), Ok(value), "{text}");
    }
}

#[test]
fn a_chain_of_decisions_that_share_what_they_rest_on_is_worked_out_once() {
    let mut inside =
        String::from(r#"<decision id="n0" name="n0"><literalExpression><text>1</text></literalExpression></decision>"#);
    for n in 1..=30 {
        let before = n - 1;
        let _ = write!(
            inside,
            r##"<decision id="a{n}" name="a{n}"><informationRequirement><requiredDecision href="#n{before}"/></informationRequirement><literalExpression><text>n{before}</text></literalExpression></decision>
            <decision id="n{n}" name="n{n}"><informationRequirement><requiredDecision href="#n{before}"/></informationRequirement>
            <informationRequirement><requiredDecision href="#a{n}"/></informationRequirement><literalExpression><text>n{before} + a{n}</text></literalExpression></decision>"##
        );
    }
    let model = Model::parse(&file(&inside));
    let deep = model.map(|model| model.decide("n15", &Map::new(), None).map(|answer| answer.value));
    match deep {
        Ok(value) => assert_eq!(value, Ok(json!(1 << 15))),
        Err(no) => assert!(no.to_string().contains("层"), "{no}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_a_model_panic_or_hang(text in "\\PC{0,60}|(for|in|return|some|satisfies|function|if|then|else|x|partial|item|sort|replace|string|date|[-0-9\\[\\](){}.,:<>=+*/ \"@?]| ){0,40}") {
        let _ = Model::parse(&text);
        let _ = ask(&text);
        let table = file(&format!(
            r##"<inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData><decision id="d" name="d">
            <informationRequirement><requiredInput href="#x"/></informationRequirement><decisionTable>
            <input><inputExpression><text>x</text></inputExpression></input><output name="r"/>
            <rule><inputEntry><text>{}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>"##,
            escape(&text)
        ));
        if let Ok(model) = Model::parse(&table) {
            let _ = model.decide("d", &vars(json!({ "x": 1 })), None);
            let _ = model.audit();
        }
    }
}

/// 票价: free for those under 18 on a day, a column and a cell as given.
fn fare(column: &str, cell: &str) -> String {
    file(&format!(
        r##"<inputData id="b" name="birth"><variable name="birth" typeRef="date"/></inputData>
        <inputData id="x" name="day"><variable name="day" typeRef="date"/></inputData>
        <decision id="d" name="票价"><informationRequirement><requiredInput href="#b"/></informationRequirement>
        <informationRequirement><requiredInput href="#x"/></informationRequirement>
        <decisionTable hitPolicy="FIRST">
          <input label="出生日期"><inputExpression typeRef="date"><text>{column}</text></inputExpression></input>
          <output name="fee" typeRef="number"/>
          <rule><inputEntry><text>{}</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
          <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>20</text></outputEntry></rule>
        </decisionTable></decision>"##,
        escape(cell)
    ))
}

#[test]
fn h13_null_is_never_a_quiet_no() {
    let decide = |text: &str, facts: Value, day| Model::parse(text).unwrap().decide("票价", &vars(facts), day);
    let fares = fare("birth", "> today() - duration(\"P18Y\")");
    let child = json!({ "birth": "2020-01-01", "day": null });
    assert_eq!(decide(&fares, child.clone(), None), Err(RuleError::NoDay));
    assert_eq!(decide(&fares, child.clone(), Some("2026-11-25")).unwrap().value, 0);
    let unborn = json!({ "birth": null, "day": "2026-11-25" });
    for cell in [
        "> today() - duration(\"P18Y\")",
        "date(\"2020-01-01\")",
        "not(date(\"2020-01-01\"))",
        "[day..day]",
        "? = day",
        "? != day",
    ] {
        let no = decide(&fare("birth", cell), unborn.clone(), Some("2026-11-25")).unwrap_err().to_string();
        assert!(no.contains("第 1 条规则的“出生日期”") && no.contains("null"), "{cell}: {no}");
    }
    // The day that a cell compares with is null, not the value.
    for cell in ["> day", "day", "not(day)", "? = day", "<= date(\"2019-01-01\"), day"] {
        assert!(matches!(decide(&fare("birth", cell), child.clone(), Some("2026-11-25")), Err(RuleError::Null(_))), "{cell}");
    }
    for (cell, fee) in [("null", 0), ("not(null)", 20), ("null, > day", 0), ("? = null or ? > day", 0), ("-", 0)] {
        assert_eq!(decide(&fare("birth", cell), unborn.clone(), None).unwrap().value, fee, "{cell} asks for null");
    }
    assert!(matches!(ask("if x > 1 then 2 else 3"), Err(RuleError::Null(_))));
    for text in ["x + 1", "if x > 1 then x - 1 else x + 1", "count([1, 2][item > 1]) + x", "max([1, 2]) * (3 - x)"] {
        let no = ask(text).unwrap_err().to_string();
        assert_eq!(no, "得不出结果：“x”没有值（null），请先给它一个值", "{text}");
    }
    assert!(matches!(ask("if x = 1 then 2 else 3"), Err(RuleError::Null(_))));
    assert!(matches!(ask("if x in [1, 2] then 2 else 3"), Err(RuleError::Null(_))));
    assert!(matches!(ask("count([1, 2][item > x])"), Err(RuleError::Null(_))));
    assert_eq!(ask("if x = null then 2 else 3").unwrap().value, 2);
    assert_eq!(ask("if x = null or x > 1 then 2 else 3").unwrap().value, 2);
    assert_eq!(ask("if false and x > 1 then 2 else 3").unwrap().value, 3, "one false decides");
    assert_eq!(ask("if 1 in [1, x] then 2 else 3").unwrap().value, 2, "one that fits decides");
}

#[test]
fn h13_a_rule_that_another_cell_stops_does_not_wait_for_null() {
    let two = file(
        r##"<inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
        <inputData id="b" name="b"><variable name="b" typeRef="number"/></inputData>
        <decision id="d" name="d"><informationRequirement><requiredInput href="#a"/></informationRequirement>
        <informationRequirement><requiredInput href="#b"/></informationRequirement>
        <decisionTable hitPolicy="UNIQUE">
          <input label="甲"><inputExpression typeRef="number"><text>a</text></inputExpression></input>
          <input label="乙"><inputExpression typeRef="number"><text>b</text></inputExpression></input>
          <output name="n" typeRef="number"/>
          <rule><inputEntry><text>1</text></inputEntry><inputEntry><text>1</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>
          <rule><inputEntry><text>-</text></inputEntry><inputEntry><text>2</text></inputEntry><outputEntry><text>20</text></outputEntry></rule>
        </decisionTable></decision>"##,
    );
    let model = Model::parse(&two).unwrap();
    assert_eq!(model.decide("d", &vars(json!({ "a": null, "b": 2 })), None).unwrap().value, 20);
    assert!(model.decide("d", &vars(json!({ "a": null, "b": 1 })), None).unwrap_err().to_string().contains("第 1 条规则的“甲”"));
}

#[test]
fn h13_a_name_that_nothing_gives_a_value_is_found() {
    let told = |text: &str| {
        let model = Model::parse(text).unwrap();
        let refused =
            model.decide(model.decisions()[0], &vars(json!({ "birth": null, "day": null, "x": 1 })), Some("2026-11-25"));
        let audit = model.audit();
        let said: Vec<String> = audit.iter().flat_map(rules::Audit::findings).collect();
        (refused.err().map(|no| no.to_string()).unwrap_or_default(), said, audit.iter().all(rules::Audit::is_clean))
    };
    for (text, name, place) in [
        (fare("birht", "> day"), "birht", "“票价”第 1 个条件"),
        (fare("birth", "> daay"), "daay", "“票价”第 1 条规则"),
        (expression("if b > 1 then 2 else 3"), "b", "“d”"),
        (expression("sum(for i in [1, 2] return i * rate)"), "rate", "“d”"),
    ] {
        let (refused, said, clean) = told(&text);
        assert!(refused.contains(&format!("“{name}”")) && refused.contains(place), "{refused}");
        assert!(!clean && said.iter().any(|one| one.contains(&format!("“{name}”")) && one.contains(place)), "{said:?}");
    }
    let graded = |allowed: &str| {
        file(&format!(
            r##"<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>{allowed}</text></allowedValues></itemDefinition>
            <inputData id="x" name="x"><variable name="x" typeRef="tGrade"/></inputData>
            <decision id="d" name="d"><informationRequirement><requiredInput href="#x"/></informationRequirement>
            <literalExpression><text>x</text></literalExpression></decision>"##
        ))
    };
    let (refused, said, clean) = told(&graded(r#""a", foo"#));
    assert!(refused.contains("“foo”") && !clean && said[0].contains("类型“tGrade”") && said[0].contains("“foo”"), "{said:?}");
    for fine in [r#""a", "b""#, r#"string length(?) = 1"#] {
        assert!(told(&graded(fine)).2, "{fine}: {:?}", told(&graded(fine)).1);
    }
    for fine in [
        "sum(for i in [1, 2], j in [i] return i * j + count(partial))",
        "some y in [x] satisfies y > 0",
        "[{a: 1}, {a: 2}][a > x].a",
        "{f: function(n: number) if n < 2 then 1 else n * f(n - 1), g: f(3)}.g",
        "string length(string(x)) instance of number",
    ] {
        assert!(!told(&expression(fine)).0.contains("这个名称"), "{fine}: {}", told(&expression(fine)).0);
    }
}

#[test]
fn c2_1_numbers_beyond_the_range_are_null_with_their_reason() {
    let beyond = [
        "1e6144 * 10",
        "9e6144 + 9e6144",
        "-9e6144 - 9e6144",
        "9e6144 / 0.1",
        "sum([9e6144, 9e6144])",
        "product([9e6144, 9e6144])",
        "mean([9e6144, 9e6144])",
        "median([9e6144, 9e6144])",
        "modulo(9e6144, 1e-6000)",
        "modulo(1e6144, 7)",
        "-(9e6144 * 9)",
        "10 ** 6145",
        "count([9e6144 * 10]) + 9e6144 * 10",
        "string(9e6144 * 10)",
        "1e6144",
        "9e6144 * 10 > 1",
    ];
    for text in beyond {
        let no = ask(text).unwrap_err();
        assert!(matches!(no, RuleError::Null(_)) && no.to_string().chars().count() < 300, "{text}: {no}");
    }
    assert_eq!(ask("modulo(-12, 5)").unwrap().text, "3");
    assert_eq!(ask("0 * 1e6144").unwrap().text, "0");
    let number =
        fare("number(\"1\")", "< 9e6144 * 10").replace("typeRef=\"date\"><text>number", "typeRef=\"number\"><text>number");
    let audit = rules::audit(&number).unwrap();
    assert!(audit[0].unchecked.is_none(), "{audit:?}");
}

#[test]
fn a2_3_a_number_may_be_given_as_text_with_all_its_digits() {
    let cheap = file(
        r##"<inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
        <decision id="d" name="d"><variable name="d" typeRef="boolean"/><informationRequirement><requiredInput href="#a"/></informationRequirement>
        <literalExpression><text>a &lt; 0.1</text></literalExpression></decision>"##,
    );
    let model = Model::parse(&cheap).unwrap();
    assert_eq!(model.decide("d", &vars(json!({ "a": "0.0999999999999999999999999" })), None).unwrap().value, true);
    assert!(matches!(model.decide("d", &vars(json!({ "a": "一成" })), None), Err(RuleError::Value { .. })));
    let wrong = Model::parse(&cheap.replace("a &lt; 0.1", "a + 1")).unwrap();
    let no = wrong.decide("d", &vars(json!({ "a": 1 })), None).unwrap_err().to_string();
    assert!(no.contains("类型与声明的类型不符") && !no.contains("coercion"), "{no}");
}

/// A table over `a` with one result column, as given.
fn sheet(policy: &str, output: &str, rules: &[(&str, &str)]) -> String {
    let rule = |(cell, result): &(&str, &str)| {
        let (cell, result) = (escape(cell), escape(result));
        format!("<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{result}</text></outputEntry></rule>")
    };
    let rules: String = rules.iter().map(rule).collect();
    file(&format!(
        r##"<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"重","轻"</text></allowedValues></itemDefinition>
        <inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
        <decision id="d" name="罚款"><informationRequirement><requiredInput href="#a"/></informationRequirement>
        <decisionTable hitPolicy="{policy}"><input label="所得"><inputExpression typeRef="number"><text>a</text></inputExpression></input>
        {output}{rules}</decisionTable></decision>"##
    ))
}

#[test]
fn a2_3_results_are_of_the_type_declared() {
    for (kind, result) in [("number", "\"x\""), ("date", "\"x\""), ("date", "1"), ("string", "12")] {
        let no =
            Model::parse(&sheet("UNIQUE", &format!(r#"<output name="r" typeRef="{kind}"/>"#), &[("-", result)])).unwrap_err();
        assert!(no.to_string().contains("第 1 条规则") && no.to_string().contains("请改成一样"), "{kind} {result}: {no}");
    }
    let computed = sheet("UNIQUE", r#"<output name="r" typeRef="number"/>"#, &[("-", "if a > 0 then \"x\" else 1")]);
    let no = Model::parse(&computed).unwrap().decide("罚款", &vars(json!({ "a": 1 })), None).unwrap_err().to_string();
    assert!(no.contains("结果“r”") && no.contains("类型与声明的类型不符"), "{no}");
    let graded = sheet("UNIQUE", r#"<output name="r" typeRef="tGrade"/>"#, &[("-", "\"中\"")]);
    assert!(Model::parse(&graded).unwrap().decide("罚款", &vars(json!({ "a": 1 })), None).is_err());
}

#[test]
fn a2_3_priority_needs_an_order_of_results() {
    let rules = [("-", "\"轻\""), ("> 5", "\"重\"")];
    for policy in ["PRIORITY", "OUTPUT ORDER"] {
        let no = Model::parse(&sheet(policy, r#"<output name="r" typeRef="string"/>"#, &rules)).unwrap_err().to_string();
        assert!(no.contains("outputValues"), "{no}");
    }
    for output in [
        r#"<output name="r" typeRef="tGrade"/>"#,
        r#"<output name="r"><outputValues><text>"重","轻"</text></outputValues></output>"#,
    ] {
        let answer = Model::parse(&sheet("PRIORITY", output, &rules)).unwrap().decide("罚款", &vars(json!({ "a": 9 })), None);
        assert_eq!(answer.unwrap().value, "重", "{output}");
    }
}

#[test]
fn f025_a_refusal_tells_the_rules_that_were_tried() {
    let output = r#"<output name="r" typeRef="number"/>"#;
    let gap = Model::parse(&sheet("UNIQUE", output, &[("< 10", "1"), ("> 10", "2")])).unwrap();
    let refusal = gap.explain("罚款", &vars(json!({ "a": 10 })), None).unwrap_err();
    assert_eq!((&refusal.error, refusal.steps.len()), (&RuleError::NoRule, 1));
    let stopped: Vec<_> = refusal.steps[0].tried.iter().filter_map(|tried| tried.stopped_by.clone()).collect();
    assert_eq!(stopped, [("所得".to_owned(), "< 10".to_owned()), ("所得".to_owned(), "> 10".to_owned())]);
    let step = serde_json::to_value(&refusal.steps[0]).unwrap();
    assert_eq!((&step["seen"], &step["refused"]), (&json!([["所得", 10]]), &json!(RuleError::NoRule.to_string())));
    let overlap = Model::parse(&sheet("UNIQUE", output, &[("< 10", "1"), ("< 20", "2")])).unwrap();
    assert_eq!(overlap.decide("罚款", &vars(json!({ "a": 1 })), None), Err(RuleError::SeveralRules(vec![1, 2])));
    let differing = Model::parse(&sheet("ANY", output, &[("< 10", "1"), ("< 20", "2")])).unwrap();
    assert_eq!(differing.decide("罚款", &vars(json!({ "a": 1 })), None), Err(RuleError::DifferingRules(vec![1, 2])));
    let unknown = gap.explain("罚款", &vars(json!({ "a": null })), None).unwrap_err();
    assert!(unknown.error.to_string().contains("第 1 条规则") && unknown.steps.len() == 1);
    for odd in ["? == 1", ">", "a b c"] {
        let said = match Model::parse(&sheet("UNIQUE", output, &[(odd, "1")])) {
            Ok(model) => model.decide("罚款", &vars(json!({ "a": 1 })), None).unwrap_err().to_string(),
            Err(no) => no.to_string(),
        };
        assert!(!said.contains("ParserError") && !said.contains("equal err"), "{said}");
    }
}

#[test]
fn h13_a_negated_test_with_a_question_mark_is_negated() {
    let output = r#"<output name="r" typeRef="number"/>"#;
    for cell in ["not(? > 5)", "not(? > 5, 4)", "? < 2, 3"] {
        let model = Model::parse(&sheet("FIRST", output, &[(cell, "1"), ("-", "2")])).unwrap();
        let decide = |a: Value| model.decide("罚款", &vars(json!({ "a": a })), None);
        assert_eq!((decide(json!(3)).unwrap().value, decide(json!(7)).unwrap().value), (json!(1), json!(2)), "{cell}");
        assert!(decide(Value::Null).is_err(), "{cell} does not ask for null");
    }
}

#[test]
fn h13_a_day_that_the_calendar_does_not_have_is_said() {
    let model = Model::parse(&fare("birth", "> day")).unwrap();
    let said =
        |birth: &str| model.decide("票价", &vars(json!({ "birth": birth, "day": "2026-11-25" })), None).unwrap_err().to_string();
    assert!(said("1995-02-30").contains("日历上没有 1995-02-30 这一天"), "{}", said("1995-02-30"));
    assert!(said("昨天").contains("请给日期，如 \"2025-07-01\""), "{}", said("昨天"));
}
