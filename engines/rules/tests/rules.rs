//! 规则 · conditions and tables (B4.1, B6, B7.1; H13), and what malice meets.

use proptest::prelude::*;
use rules::{Decision, HitPolicy, Kind, RuleError, Table, check, evaluate, holds};
use serde_json::{Map, Value, json};

fn vars(value: Value) -> Map<String, Value> {
    let Value::Object(vars) = value else { panic!("variables are an object") };
    vars
}

fn house() -> Map<String, Value> {
    vars(json!({ "area": 86.5, "house": "rent", "birth": "1995-08-20", "day": "2025-08-20", "nothing": null, "经营面积": 120,
        "kinds": ["cake", "tea"], "people": [{ "name": "王敏", "age": 30 }, { "name": "李强", "age": 17 }], "house-source": "own" }))
}

/// A table in XML: hit policy, inputs (label, expression, type), outputs (name, type), rules (cells then results).
fn dmn(policy: &str, inputs: &[(&str, &str, &str)], outputs: &[(&str, &str)], rules: &[&[&str]]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="表">
           <inputData name="birth"><variable name="birth" typeRef="date"/></inputData>
           <inputData name="day"><variable name="day" typeRef="date"/></inputData>
           <decision name="结论"><decisionTable hitPolicy="{policy}">"#
    );
    for (label, expression, type_ref) in inputs {
        let expression = escape(expression);
        xml += &format!(
            r#"<input label="{label}"><inputExpression typeRef="{type_ref}"><text>{expression}</text></inputExpression></input>"#
        );
    }
    for (name, type_ref) in outputs {
        xml += &format!(r#"<output name="{name}" typeRef="{type_ref}"/>"#);
    }
    for (at, rule) in rules.iter().enumerate() {
        xml += &format!("<rule><description>说明 {}</description>", at + 1);
        for (i, cell) in rule.iter().enumerate() {
            let entry = if i < inputs.len() { "inputEntry" } else { "outputEntry" };
            xml += &format!("<{entry}><text>{}</text></{entry}>", escape(cell));
        }
        xml += "</rule>";
    }
    xml + "</decisionTable></decision></definitions>"
}

fn ages() -> Table {
    Table::parse(&dmn(
        "FIRST",
        &[("出生日期", "birth", "date")],
        &[("fare", "string")],
        &[&["> day - duration(\"P18Y\")", "\"免票\""], &["> day - duration(\"P65Y\")", "\"全价\""], &["-", "\"优待\""]],
    ))
    .unwrap()
}

fn decide(table: &Table, given: Value) -> Decision {
    table.decide(&vars(given)).unwrap()
}

#[test]
fn h13_the_middle_row_with_the_day_as_an_input() {
    let table = ages();
    let decision = decide(&table, json!({ "birth": "1995-08-20", "day": "2025-08-20" }));
    assert_eq!(decision.outputs["fare"], "全价");
    assert_eq!(decision.matched.len(), 1);
    assert_eq!((decision.matched[0].index, decision.matched[0].description.as_str()), (2, "说明 2"));
    assert_eq!(decision.tried[0].stopped_by, Some(("出生日期".to_owned(), "> day - duration(\"P18Y\")".to_owned())));
    assert_eq!(decision.tried.len(), 2, "FIRST looks no further");
    assert_eq!(decision.seen, [("出生日期".to_owned(), json!("1995-08-20"))]);
}

#[test]
fn h13_birthdays_are_counted_to_the_day() {
    let table = ages();
    let fare = |birth: &str| decide(&table, json!({ "birth": birth, "day": "2025-08-20" })).outputs["fare"].clone();
    assert_eq!(fare("2007-08-21"), "免票");
    assert_eq!(fare("2007-08-20"), "全价", "eighteen today");
    assert_eq!(fare("1960-08-21"), "全价");
    assert_eq!(fare("1960-08-20"), "优待");
}

#[test]
fn h13_a_cell_with_today_or_of_another_type_is_refused_at_loading() {
    let load = |cell: &str| {
        Table::parse(&dmn("FIRST", &[("出生日期", "birth", "date")], &[("fare", "string")], &[&[cell, "\"a\""]]))
            .unwrap_err()
            .to_string()
    };
    assert!(load("> today() - duration(\"P18Y\")").contains("today()"));
    assert!(load("\"1995-08-20\"").contains("请写成 date(\"1995-08-20\")"));
    assert!(load("5").contains("请改成一样"));
    assert!(load("> 18").contains("第 1 条规则“出生日期”"));
    assert!(load("> dya").contains("没有“dya”这个变量"));
    assert!(load(">").contains("第 1 条规则"));
    assert!(load("> day, 5 + > day").contains("第 1 条规则"));
    let no = Table::parse(&dmn("FIRST", &[("年龄", "age", "number")], &[("fare", "string")], &[&[">= 18", "20"]])).unwrap_err();
    assert!(no.to_string().contains("文字"), "{no}");
}

#[test]
fn h13_the_age_may_be_worked_out_in_the_column() {
    let table = Table::parse(&dmn(
        "UNIQUE",
        &[("年龄", "years and months duration(birth, day).years", "number")],
        &[("group", "string")],
        &[&["< 18", "\"minor\""], &["[18..65)", "\"adult\""], &[">= 65", "\"senior\""]],
    ))
    .unwrap();
    let decision = decide(&table, json!({ "birth": "1995-08-20", "day": "2025-08-20" }));
    assert_eq!(decision.outputs["group"], "adult");
    assert_eq!(decision.seen[0].1, json!(30));
    assert_eq!(decision.tried.len(), 3);
}

#[test]
fn b7_1_a_condition_holds_or_not() {
    for (expression, held) in [
        ("area >= 50 and house = \"rent\"", true),
        ("area > 100", false),
        ("经营面积 >= 100", true),
        ("house in (\"own\", \"rent\")", true),
        ("area between 80 and 90", true),
        ("area in [80..90]", true),
        ("list contains(kinds, \"tea\")", true),
        ("nothing = null", true),
        ("date(birth) + duration(\"P18Y\") <= date(day)", true),
        ("some p in people satisfies p.age < 18", true),
        ("every p in people satisfies p.age >= 18", false),
        ("count(people[age < 18]) = 1", true),
        ("if house = \"own\" then area > 1000 else area > 10", true),
        ("not(house = \"own\")", true),
        ("house-source = \"own\"", true),
        ("sum(for p in people return p.age) = 47", true),
    ] {
        assert_eq!(holds(expression, &house()), Ok(held), "{expression}");
        assert_eq!(holds(expression, &house()), Ok(held), "again, from the cache: {expression}");
    }
}

/// Nothing of the evaluator's own words, and none of another language within a sentence: what is quoted aside.
fn is_plain(no: &str) -> bool {
    let outside: String = no.split(['“', '”']).step_by(2).collect();
    let left = outside.replace("null", "").replace("true", "").replace("false", "").replace("if", "").replace("for", "");
    let insides = ["eval_", "err", "core", "type", "incompatible", "number"];
    insides.iter().all(|word| !no.contains(word)) && !left.chars().any(|c| c.is_ascii_alphabetic())
}

#[test]
fn b7_1_a_null_is_told_by_the_name_that_is_null_or_of_the_wrong_type() {
    let given = vars(json!({
        "x": null, "面积": null, "n": 2, "t": "甲", "o": { "a": null }, "l": [1, 2], "d": "2025-02-30", "zero": 0
    }));
    for (expression, told) in [
        ("x + 1", "“x”没有值（null）"),
        ("1 + n * (面积 - 3)", "“面积”没有值（null）"),
        ("n + t", "“n”（现为数字 2）与“t”（现为文字 \"甲\"）：类型不同，不能相加"),
        ("t * 2", "“t”（现为文字 \"甲\"）与数字 2：类型不同，不能相乘"),
        ("n / zero", "除数“zero”是 0"),
        ("o.a + 1", "“o.a”没有值（null）"),
        ("1 + o.b", "“o”里没有“b”这一项"),
        ("-t", "“t”是文字 \"甲\"，不能取负"),
        ("if n > 1 then x + 1 else 2", "“x”没有值（null）"),
    ] {
        let no = evaluate(expression, &given).expect_err(expression).to_string();
        assert!(no.contains(told), "{expression}: {no}");
    }
    for (condition, told) in [
        ("x > 1", "“x”没有值（null）"),
        ("n > 1 and x > 3", "“x”没有值（null）"),
        ("n > t", "类型不同，不能比较"),
        ("n > 1 and n", "“n”要得出 true 或 false，现在是数字 2"),
        ("date(d) > date(\"2025-01-01\")", "“date(d)”"),
        ("x between 1 and 3", "“x”没有值（null）"),
        ("x", "“x”没有值（null）"),
    ] {
        let no = holds(condition, &given).unwrap_err().to_string();
        assert!(
            no.contains(told) || told.starts_with("“date") && no.contains("date() 用不了 文字 \"2025-02-30\""),
            "{condition}: {no}"
        );
        assert!(is_plain(&no.replace("date()", "")), "{condition}: {no}");
    }
    // In a cell, a result, a condition of a table.
    let xml = |asked: &str, cell: &str, result: &str| {
        let inputs = [("来源", "house", "string"), ("条件", asked, "number")];
        dmn("FIRST", &inputs, &[("r", "number")], &[&["-", cell, result], &["-", "-", "0"]])
    };
    let given = vars(json!({ "birth": null, "day": null, "house": "甲" }));
    for (asked, cell, result, told) in [
        ("string length(house) + 1", "> string length(house) * house", "1", "不能相乘"),
        ("string length(house)", "> 0", "string length(house) + house", "类型不同，不能相加"),
        ("string length(house) + house", "> 0", "1", "类型不同，不能相加"),
    ] {
        let no = Table::parse(&xml(asked, cell, result)).unwrap().decide(&given).unwrap_err().to_string();
        assert!(no.contains(told) && is_plain(&no.replace("string length", "").replace("house", "")), "{no}");
    }
    let no = holds("面积 >= ", &house()).unwrap_err().to_string();
    assert!(no.ends_with("（有一处读不懂）"), "{no}");
}

#[test]
fn b7_1_what_is_not_true_or_false_is_a_refusal_with_its_reason() {
    assert_eq!(holds("area", &house()), Err(RuleError::NotBoolean("数字".to_owned())));
    assert!(matches!(holds("nothing > 5", &house()), Err(RuleError::Null(_))));
    assert!(matches!(holds("area > \"80\"", &house()), Err(RuleError::Null(_))));
    assert!(matches!(holds("null", &house()), Err(RuleError::Null(_))));
    assert_eq!(holds("hosue != \"rent\"", &house()), Err(RuleError::UnknownName("hosue".to_owned())));
    assert!(matches!(holds("area >", &house()), Err(RuleError::Syntax(_))));
    assert!(matches!(holds("", &house()), Err(RuleError::Syntax(_))));
}

#[test]
fn b7_1_years_before_year_0_have_four_digits() {
    for (expression, written) in [
        ("date(-1, 1, 1)", "-0001-01-01"),
        ("string(date(-1, 1, 1))", "-0001-01-01"),
        ("date and time(date(-44, 3, 15), time(\"12:00:00\"))", "-0044-03-15T12:00:00"),
        ("date(-12345, 1, 1)", "-12345-01-01"),
        ("date(1, 1, 1)", "0001-01-01"),
        ("duration(\"-P1D\")", "-P1D"),
    ] {
        assert_eq!(rules::evaluate(expression, &Map::new()), Ok(json!(written)), "{expression}");
    }
}

#[test]
fn b7_1_numbers_are_decimal_and_dates_are_text() {
    assert_eq!(evaluate("0.1 + 0.2", &Map::new()), Ok(json!(0.3)));
    assert_eq!(evaluate("area * 2", &house()), Ok(json!(173)));
    assert_eq!(evaluate("10 / 4", &house()), Ok(json!(2.5)));
    assert_eq!(evaluate("date(birth) + duration(\"P1M\")", &house()), Ok(json!("1995-09-20")));
    assert_eq!(evaluate("people[1]", &house()), Ok(json!({ "age": 30, "name": "王敏" })));
    assert_eq!(evaluate("nothing", &house()), Ok(Value::Null));
    assert!(matches!(evaluate("1 / 0", &house()), Err(RuleError::Null(_))));
    assert!(matches!(evaluate("[1, area + \"x\"]", &house()), Err(RuleError::Null(_))));
}

#[test]
fn b7_1_the_clock_is_refused() {
    for expression in
        ["date(birth) < today()", "now() > date and time(\"2020-01-01T00:00:00\")", "[today()]", "string( today ( ) ) = \"\""]
    {
        assert!(
            matches!(holds(expression, &house()), Err(RuleError::Forbidden { .. })),
            "{expression}: {:?}",
            holds(expression, &house())
        );
    }
    assert!(holds("today = \"x\"", &house()).is_err());
    assert_eq!(holds("today = \"周一\"", &vars(json!({ "today": "周一" }))), Ok(true), "a variable may be called so");
}

#[test]
fn b7_1_hostile_expressions_end_in_an_error() {
    let deep = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    let hostile = [
        deep("(", ")", 900),
        deep("[", "]", 900),
        deep("not(", ")", 300),
        deep("-", "", 1999),
        deep("if 1 then ", " else 0", 105),
        format!("1{}", "+1".repeat(900)),
        format!("true{}", " and true".repeat(200)),
        format!("1{}", "**9".repeat(300)),
        format!("a{}", ".a".repeat(900)),
        format!("people{}", "[true]".repeat(100)),
        "x".repeat(1_000_000),
        "(".repeat(1999),
        "\"".repeat(1999),
        "for i in 1..1000000000 return i".to_owned(),
        "for i in [1..1000000000] return i".to_owned(),
        "some i in 1..1000000000 satisfies i < 0".to_owned(),
        "some i in [[1..1000000000]] satisfies i < 0".to_owned(),
        "for i in range(\"[1..1000000000]\") return i".to_owned(),
        "for i in people, j in people, k in people return 1".to_owned(),
        "for i in people return for j in people return for k in people return 1".to_owned(),
        "{ f: function(n) f(n), r: f(1) }.r".to_owned(),
        "(function(n) n + 1)(1)".to_owned(),
        "(function(a) external { java: { class: \"java.lang.Math\", method signature: \"abs(double)\" } })(1)".to_owned(),
        "sort(people, function(x, y) true)".to_owned(),
        "{ a: [1,1], b: concatenate(a, a), c: concatenate(b, b) }".to_owned(),
        "\u{0}\u{1F600}".to_owned(),
    ];
    for expression in hostile {
        let short: String = expression.chars().take(60).collect();
        assert!(evaluate(&expression, &house()).is_err(), "{short}");
    }
}

#[test]
fn b7_1_a_range_of_numbers_is_gone_through_one_by_one() {
    assert_eq!(evaluate("for a in 1..2 return a * 10", &Map::new()), Ok(json!([10, 20])));
    assert_eq!(evaluate("for a in [1..n] return a", &vars(json!({ "n": 3 }))), Ok(json!([1, 2, 3])));
    assert_eq!(evaluate("for a in n..1 return a", &vars(json!({ "n": 3 }))), Ok(json!([3, 2, 1])));
    assert!(matches!(holds("every a in [1..3] satisfies a < 4", &Map::new()), Err(RuleError::Forbidden { .. })));
    assert!(evaluate("for a in 1..unknown return a", &Map::new()).is_err());
    assert_eq!(evaluate("for a in 1..1000000000 return a", &Map::new()), Err(RuleError::TooMuch));
}

#[test]
fn b7_1_the_deepest_allowed_expression_runs_on_a_small_stack() {
    let chain = format!("1{}", "+1".repeat(95));
    let nested = format!("{}1{}", "(-".repeat(45), ")".repeat(45));
    let choice = format!("{}1{}", "if true then ".repeat(90), " else 0".repeat(90));
    let runs = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        (
            evaluate(&chain, &Map::new()),
            evaluate(&nested, &Map::new()),
            evaluate(&choice, &Map::new()),
            evaluate(&"-".repeat(1999), &Map::new()),
        )
    });
    let (chain, nested, choice, hostile) = runs.unwrap().join().unwrap();
    assert_eq!((chain, nested, choice), (Ok(json!(96)), Ok(json!(-1)), Ok(json!(1))));
    assert!(hostile.is_err());
}

#[test]
fn b7_1_an_expression_is_checked_before_there_are_values() {
    assert_eq!(check("area > 50 and house = \"rent\"", &["area", "house"]), Ok(()));
    assert_eq!(check("area > 50", &["house"]), Err(RuleError::UnknownName("area".to_owned())));
    assert!(check("area > today()", &["area"]).is_err());
}

#[test]
fn b4_1_a_table_tells_its_columns_and_what_it_needs() {
    let table = ages();
    assert_eq!(table.hit_policy(), HitPolicy::First);
    assert_eq!((table.name(), table.rules(), table.hash().len()), ("结论", 3, 64));
    let needed: Vec<(&str, Kind)> = table.variables().iter().map(|v| (v.name.as_str(), v.kind)).collect();
    assert_eq!(needed, [("birth", Kind::Date), ("day", Kind::Date)]);
    assert_eq!(table.inputs()[0].label, "出生日期");
    assert_eq!(table.outputs()[0].kind, Kind::Text);
    assert_eq!(table.decide(&vars(json!({ "birth": "1995-08-20" }))), Err(RuleError::UnknownName("day".to_owned())));
    let no = table.decide(&vars(json!({ "birth": "1995-02-30", "day": "2025-08-20" }))).unwrap_err();
    assert_eq!(no.to_string(), "“birth”的值用不了：日历上没有 1995-02-30 这一天，请给日期，如 \"2025-07-01\"");
}

#[test]
fn b4_1_allowed_values_are_kept_to() {
    let xml = dmn("UNIQUE", &[("来源", "house", "tHouse")], &[("need", "string")], &[&["\"rent\"", "\"租赁合同\""], &["not(\"rent\")", "\"产权证\""]])
        .replace("<decision ", r#"<itemDefinition name="tHouse"><typeRef>string</typeRef><allowedValues><text>"own","rent"</text></allowedValues></itemDefinition><decision "#);
    let table = Table::parse(&xml).unwrap();
    assert_eq!(table.inputs()[0].allowed, [json!("own"), json!("rent")]);
    let given = |house: Value| vars(json!({ "birth": null, "day": null, "house": house }));
    assert_eq!(table.decide(&given(json!("rent"))).unwrap().outputs["need"], "租赁合同");
    assert_eq!(table.decide(&given(json!("own"))).unwrap().outputs["need"], "产权证");
    let no = table.decide(&given(json!("lent"))).unwrap_err();
    assert_eq!(no.to_string(), "“来源”的值用不了：不在允许的值里，请给其中之一：\"own\"、\"rent\"");
}

#[test]
fn b4_1_each_hit_policy_does_what_it_says() {
    let table = |policy: &str, rules: &[&[&str]]| {
        Table::parse(&dmn(policy, &[("面积", "area", "number")], &[("fee", "number")], rules)).unwrap()
    };
    let given = vars(json!({ "birth": null, "day": null, "area": 60 }));
    let rows: &[&[&str]] = &[&["> 100", "9"], &["> 50", "3"], &["> 10", "5"]];
    let fee = |policy: &str| table(policy, rows).decide(&given).map(|decision| decision.outputs["fee"].clone());
    assert_eq!(fee("UNIQUE"), Err(RuleError::SeveralRules(vec![2, 3])));
    assert_eq!(fee("ANY"), Err(RuleError::DifferingRules(vec![2, 3])));
    assert_eq!(fee("FIRST"), Ok(json!(3)));
    assert_eq!(fee("RULE ORDER"), Ok(json!([3, 5])));
    assert_eq!(fee("COLLECT"), Ok(json!([3, 5])));
    for (aggregation, expected) in [("SUM", 8), ("MIN", 3), ("MAX", 5), ("COUNT", 2)] {
        assert_eq!(fee(&format!("COLLECT\" aggregation=\"{aggregation}")), Ok(json!(expected)));
    }
    assert_eq!(table("ANY", &[&["> 50", "3"], &["> 10", "3"]]).decide(&given).unwrap().matched.len(), 2 - 1);
    assert_eq!(table("UNIQUE", &[&["> 100", "9"]]).decide(&given), Err(RuleError::NoRule));
    let ordered = |policy: &str| {
        dmn(policy, &[("面积", "area", "number")], &[("fee", "number")], rows).replace(
            r#"<output name="fee" typeRef="number"/>"#,
            r#"<output name="fee" typeRef="number"><outputValues><text>9,5,3</text></outputValues></output>"#,
        )
    };
    let priority = Table::parse(&ordered("PRIORITY")).unwrap().decide(&given).unwrap();
    assert_eq!((priority.outputs["fee"].clone(), priority.matched[0].index), (json!(5), 3));
    let all = Table::parse(&ordered("OUTPUT ORDER")).unwrap().decide(&given).unwrap();
    assert_eq!((all.outputs["fee"].clone(), all.matched[0].index), (json!([5, 3]), 3));
    let default = dmn("UNIQUE", &[("面积", "area", "number")], &[("fee", "number")], &[&["> 100", "9"]]).replace(
        r#"<output name="fee" typeRef="number"/>"#,
        r#"<output name="fee" typeRef="number"><defaultOutputEntry><text>1</text></defaultOutputEntry></output>"#,
    );
    let decision = Table::parse(&default).unwrap().decide(&given).unwrap();
    assert_eq!((decision.outputs["fee"].clone(), decision.matched.len()), (json!(1), 0));
}

#[test]
fn b4_1_null_fits_only_a_cell_that_asks_for_it_and_question_marks_work() {
    let table = Table::parse(&dmn(
        "FIRST",
        &[("面积", "area", "number")],
        &[("say", "string")],
        &[&["null", "\"未知\""], &["? > 10 and ? != 13", "\"大\""], &["7, 8", "\"七八\""], &["-", "\"小\""]],
    ))
    .unwrap();
    let say =
        |area: Value| table.decide(&vars(json!({ "birth": null, "day": null, "area": area }))).unwrap().outputs["say"].clone();
    assert_eq!(say(Value::Null), "未知");
    assert_eq!(say(json!(12)), "大");
    assert_eq!(say(json!(13)), "小");
    assert_eq!(say(json!(8)), "七八");
    let rows: &[&[&str]] = &[&["> 10", "\"大\""], &["-", "\"小\""]];
    let silent = Table::parse(&dmn("FIRST", &[("面积", "area", "number")], &[("say", "string")], rows)).unwrap();
    let no = silent.decide(&vars(json!({ "birth": null, "day": null, "area": null }))).unwrap_err().to_string();
    assert!(no.contains("第 1 条规则“面积”") && no.contains("null"), "{no}");
}

#[test]
fn h13_not_and_lists_take_tests_with_a_question_mark() {
    for (kind, cell, fits, other) in [
        ("number", "not(? > 5)", json!(3), json!(7)),
        ("number", "not(? > 5, 2)", json!(3), json!(2)),
        ("number", "? > 5, 2", json!(2), json!(3)),
        ("string", "not(starts with(?, \"34\"))", json!("1101"), json!("3401")),
        ("string", "not(string length(?) = 18)", json!("34"), json!("340100209901010039")),
        ("string", "starts with(?, \"34\"), \"其他\"", json!("其他"), json!("1101")),
    ] {
        let xml = dmn("FIRST", &[("甲", "a", kind)], &[("r", "number")], &[&[cell, "1"], &["-", "2"]]);
        let table = Table::parse(&xml).unwrap();
        for (value, result) in [(fits, 1), (other, 2)] {
            let given = vars(json!({ "birth": null, "day": null, "a": value }));
            assert_eq!(table.decide(&given).unwrap().outputs["r"], result, "{cell}");
        }
        let unknown = vars(json!({ "birth": null, "day": null, "a": null }));
        assert!(table.decide(&unknown).is_err(), "{cell} does not ask for null");
    }
}

#[test]
fn b4_1_a_long_value_that_does_not_fit_a_cell_is_told_short() {
    let xml = dmn("UNIQUE", &[("来源", "house", "string")], &[("need", "string")], &[&["number(?, null, null) > 1", "\"a\""]]);
    let given = vars(json!({ "birth": null, "day": null, "house": "屋".repeat(10_000) }));
    let no = Table::parse(&xml).unwrap().decide(&given).unwrap_err().to_string();
    assert!(no.contains("比不了") && no.chars().count() < 600, "{} {no:.300}", no.chars().count());
}

#[test]
fn b4_1_a_file_that_is_no_table_is_refused_with_its_place() {
    for (xml, told) in [
        ("<x", "XML"),
        ("<html/>", "definitions"),
        ("<definitions/>", "decision"),
        ("<definitions><decision name=\"a\"/></definitions>", "decisionTable"),
        ("<definitions><decision name=\"a\"><decisionTable/></decision></definitions>", "结果列"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><definitions>&a;</definitions>", "DTD"),
    ] {
        let no = Table::parse(xml).unwrap_err().to_string();
        assert!(no.contains(told), "{xml}: {no}");
    }
    assert!(Table::parse(&"<a>".repeat(300_000)).is_err());
    assert!(Table::parse(&format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000))).is_err());
    let short = dmn("FIRST", &[("面积", "area", "number")], &[("fee", "number")], &[&["1"]]);
    assert!(Table::parse(&short).unwrap_err().to_string().contains("第 1 条规则"));
    let strange = dmn("FIRST", &[("面积", "area", "tArea")], &[("fee", "number")], &[&["1", "1"]]);
    assert!(Table::parse(&strange).unwrap_err().to_string().contains("tArea"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn b7_1_no_string_makes_the_engine_panic(text in "\\PC{0,40}|[-a-z0-9()\\[\\]{}.,<>=+*/ \"?@]{0,60}|(area|house|people|and|or|not|in|for|some|if|then|else|between|[-0-9\\[\\]().,<>= \"]| ){0,25}") {
        let _ = evaluate(&text, &house());
        let _ = (rules::reads(&text), rules::always(&text));
        let _ = Table::parse(&text);
        let _ = Table::parse(&dmn("FIRST", &[("面积", "area", "number")], &[("fee", "number")], &[&[&text, "1"]]));
    }

    /// What is offered instead of a habit is read, and no text is too odd to be told.
    #[test]
    fn b7_1_no_condition_makes_the_reading_of_habits_panic(text in "(n|面积|或|且|并且|或者|&&|\\|\\||==|=<|=>|<>|<|>|=| |10|2026-01-01|2026/1/1|50%|1万|1.2.3|'甲'|‘乙’|\"丙\"|\\(|\\)|;|。|，|AND|OR){0,14}") {
        if let Err(no) = rules::reads(&text) {
            let no = no.to_string();
            if let Some((_, meant)) = no.rsplit_once("在条件里不这样写，请写成 ") {
                prop_assert!(rules::reads(meant.trim_end_matches('）')).is_ok(), "{}: {}", text, no);
            }
        }
    }
}

#[test]
fn a_condition_written_as_elsewhere_is_told_with_how_to_write_it_here() {
    for (written, meant) in [
        ("受理日期 > 2026-01-01", r#"受理日期 > date("2026-01-01")"#),
        ("受理日期 > 2026/1/1", r#"受理日期 > date("2026-01-01")"#),
        ("n >= 10 && n < 20", "n >= 10 and n < 20"),
        ("n >= 10 并且 n < 20", "n >= 10 and n < 20"),
        ("n >= 10且n < 20 或者 n = 30", "n >= 10 and n < 20 or n = 30"),
        ("10 < n < 20", "10 < n and n < 20"),
        ("10 <= n < 20 && 结论 = '同意'", r#"10 <= n and n < 20 and 结论 = "同意""#),
        ("结论 = '同意'", r#"结论 = "同意""#),
        ("n > 10;", "n > 10"),
        ("n > 50%", "n > 0.5"),
        ("n >= 1万", "n >= 10000"),
        ("n == 1", "n = 1"),
    ] {
        let no = rules::reads(written).unwrap_err().to_string();
        assert!(no.ends_with(&format!("请写成 {meant}）")), "{written}: {no}");
        assert!(rules::reads(meant).is_ok(), "{meant}");
    }
    // What is within quotation marks, and names that hold such words, are as they are.
    for good in
        [r#"名称 = "2026-01-01""#, r#"结论 = "甲 && 乙""#, "或有负债 > 3", r#"day > date("2026-01-01")"#, "n > 2026 - 1 - 1"]
    {
        assert!(rules::reads(good).is_ok(), "{good}");
    }
}
