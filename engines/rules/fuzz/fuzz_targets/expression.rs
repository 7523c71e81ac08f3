//! Any text as an expression, a cell and a whole decision: an answer or an error within bounds, and the same one again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::{Model, Table};
use serde_json::{Value, json};

// A panic inside the parser or evaluator is an error of that one rule; let it come so far. Any other still ends the run.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |text: &str| {
    let Value::Object(facts) = json!({ "x": 1, "day": "2026-11-25", "list": [1, 2, { "a": { "b": 3 } }], "house": "租赁" }) else { return };
    let value = rules::evaluate(text, &facts);
    assert_eq!(rules::evaluate(text, &facts), value);
    if let Ok(held) = rules::holds(text, &facts) {
        assert_eq!(value, Ok(Value::Bool(held)));
    }
    if let Err(error) = value {
        assert!(!error.to_string().is_empty());
    }
    let _ = rules::reads(text);
    if let Some(Ok(held)) = rules::always(text) {
        assert_eq!(rules::holds(text, &facts), Ok(held));
    }
    let _ = rules::check(text, &["x", "day", "list", "house"]);
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let one = |logic: &str| {
        format!(
            r##"<definitions namespace="u"><inputData id="x"><variable name="x" typeRef="number"/></inputData>
            <decision id="d" name="d"><informationRequirement><requiredInput href="#x"/></informationRequirement>{logic}</decision></definitions>"##
        )
    };
    let literal = one(&format!("<literalExpression><text>{escaped}</text></literalExpression>"));
    let cell = one(&format!(
        "<decisionTable><input><inputExpression><text>x</text></inputExpression></input><output name=\"r\"/><rule><inputEntry><text>{escaped}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>"
    ));
    for xml in [literal, cell] {
        if let Ok(table) = Table::parse(&xml) {
            assert_eq!(table.decide(&facts), table.decide(&facts));
        }
        if let Ok(model) = Model::parse(&xml) {
            let decide = || model.decide("d", &facts, Some("2026-11-25"));
            assert_eq!(decide(), decide());
            assert_eq!(model.audit(), model.audit());
        }
    }
});
