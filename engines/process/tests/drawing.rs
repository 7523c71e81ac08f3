//! The drawing tells state without colour, holds its text, and looks the same each time.

use process::*;
use serde_json::json;

fn half_way() -> (Definition, Overlay) {
    let def = Definition::parse(include_str!("../examples/approval.bpmn")).expect("reads");
    let (state, mut events) = start(&def, &Vars::new(), &SimpleConditions).expect("starts");
    let outputs = json!({"outcome": "accept"}).as_object().cloned().expect("an object");
    let command = Command::Complete { node: "受理".into(), outputs };
    let (_, more) = step(&def, &state, &command, &SimpleConditions).expect("completes");
    events.extend(more);
    let path = replay(&def, &events);
    (def, path)
}

/// The part of the drawing for one element.
fn group<'a>(document: &'a roxmltree::Document, id: &str) -> roxmltree::Node<'a, 'a> {
    document.descendants().find(|n| n.attribute("data-element") == Some(id)).unwrap_or_else(|| panic!("{id}"))
}

#[test]
fn f022_state_is_told_by_outline_mark_and_words_not_by_colour_alone() {
    let (def, path) = half_way();
    let drawing = svg(&def, Some(&path), Lang::Zh);
    let document = roxmltree::Document::parse(&drawing).expect("well-formed");
    let of = |id: &str| {
        let group = group(&document, id);
        let thick = group.descendants().find_map(|n| n.attribute("stroke-width")).expect("an outline").to_owned();
        let badge = group.descendants().any(|n| n.attribute("class") == Some("bpmn-badge"));
        let title = group.descendants().find(|n| n.tag_name().name() == "title").and_then(|n| n.text()).unwrap_or("");
        (group.attribute("class").unwrap_or("").to_owned(), thick, badge, title.to_owned())
    };
    let task = |state: &str| format!("bpmn-task {state}");
    assert_eq!(of("受理"), (task("is-done"), "2".into(), true, "受理（人工办理） · 综合窗口 · ✓ 已完成".into()));
    assert_eq!(of("审查"), (task("is-now"), "3.5".into(), true, "审查（人工办理） · 审查科室 · ● 正在进行".into()));
    assert_eq!(of("送达"), (task("is-ahead"), "1".into(), false, "送达决定（人工办理） · 综合窗口".into()));
    assert_eq!(group(&document, "齐全").attribute("class"), Some("bpmn-flow is-done"));
    assert_eq!(group(&document, "不全").attribute("class"), Some("bpmn-flow is-ahead"));
    let desc = document.descendants().find(|n| n.tag_name().name() == "desc").and_then(|n| n.text());
    assert_eq!(desc, Some("共 5 个步骤。已完成：受理。正在进行：审查。"));
}

#[test]
fn a_chart_without_a_case_has_no_state_and_is_drawn_the_same_each_time() {
    let (def, _) = half_way();
    let drawing = svg(&def, None, Lang::En);
    assert!(!drawing.contains("is-done") && !drawing.contains("is-now") && !drawing.contains("is-ahead"));
    assert!(drawing.contains(r#"lang="en""#) && drawing.contains("5 steps."));
    assert_eq!(drawing, svg(&def, None, Lang::En));
}

#[test]
fn names_are_text_and_never_markup() {
    let name = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;甲&quot;";
    let text = include_str!("../examples/approval.bpmn").replace("name=\"审查\"", &format!("name=\"{name}\""));
    let def = Definition::parse(&text).expect("reads");
    assert_eq!(def.node("审查").map(Node::label), Some("<script>alert(1)</script> & \"甲\""));
    let drawing = svg(&def, None, Lang::Zh);
    assert!(!drawing.contains("<script"));
    roxmltree::Document::parse(&drawing).expect("well-formed");
}

#[test]
fn letters_are_never_smaller_than_twelve_and_the_size_is_fixed_so_that_a_telephone_scrolls() {
    let (def, path) = half_way();
    let drawing = svg(&def, Some(&path), Lang::Zh);
    let document = roxmltree::Document::parse(&drawing).expect("well-formed");
    let root = document.root_element();
    for n in document.descendants() {
        if let Some(size) = n.attribute("font-size") {
            assert!(size.parse::<f64>().is_ok_and(|s| s >= 12.0));
        }
    }
    let view: Vec<&str> = root.attribute("viewBox").unwrap_or("").split(' ').collect();
    assert_eq!((root.attribute("width"), root.attribute("height")), (Some(view[2]), Some(view[3])));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_obstacle() {
    let text = format!("\u{feff}{}", include_str!("../examples/approval.bpmn").replace('\n', "\r\n"));
    let def = Definition::parse(&text).expect("reads");
    let plain = Definition::parse(include_str!("../examples/approval.bpmn")).expect("reads");
    assert_eq!(def.check(), []);
    for (one, other) in def.nodes().iter().zip(plain.nodes()) {
        assert_eq!((&one.id, one.line, &one.lane), (&other.id, other.line, &other.lane));
    }
    assert_ne!(def.hash(), plain.hash(), "the digest is that of the bytes");
}

#[test]
fn the_drawing_that_came_with_the_chart_is_used() {
    let def = Definition::parse(include_str!("data/miwg/C.1.1.bpmn")).expect("reads");
    let drawing = svg(&def, None, Lang::En);
    let document = roxmltree::Document::parse(&drawing).expect("well-formed");
    let diagram = roxmltree::Document::parse(def.xml()).expect("well-formed");
    for node in def.nodes().iter().filter(|n| n.kind.is_task()) {
        let shape = diagram.descendants().find(|n| n.attribute("bpmnElement") == Some(&node.id)).expect("drawn");
        let bounds = shape.descendants().find(|n| n.tag_name().name() == "Bounds").expect("bounds");
        let rect = group(&document, &node.id).children().find(|n| n.tag_name().name() == "rect").expect("a box");
        for side in ["x", "y", "width", "height"] {
            let of = |n: &roxmltree::Node| n.attribute(side).and_then(|v| v.parse::<f64>().ok());
            assert!((of(&bounds).unwrap_or(-1.0) - of(&rect).unwrap_or(-2.0)).abs() < 0.06, "{} {side}", node.id);
        }
    }
}
