//! Any text as an expression, a cell and a whole decision: an answer or an error, within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let Value::Object(facts) = json!({ "x": 1, "day": "2026-11-25", "list": [1, 2, { "a": { "b": 3 } }], "house": "租赁" }) else { return };
    let _ = rules::evaluate(text, &facts);
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
        let _ = rules::Table::parse(&xml).map(|table| table.decide(&facts));
        if let Ok(model) = rules::Model::parse(&xml) {
            let _ = model.decide("d", &facts, Some("2026-11-25"));
            let _ = model.audit();
        }
    }
});
