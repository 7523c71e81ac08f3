//! Files as they lie on a disk: encodings, changes in place, and inputs that would do harm.

use process::*;
use std::path::Path;

const APPROVAL: &str = include_str!("../examples/approval.bpmn");

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

#[test]
fn a2_2_any_encoding_is_read_and_given_back_byte_for_byte() {
    let declared = |name: &str| APPROVAL.replacen("UTF-8", name, 1);
    let gb = encoding_rs::GB18030.encode(&declared("GB18030")).0.into_owned();
    let gbk = encoding_rs::GB18030.encode(&declared("gb2312")).0.into_owned();
    let files = [
        APPROVAL.as_bytes().to_vec(),
        format!("\u{feff}{APPROVAL}").into_bytes(),
        utf16(&format!("\u{feff}{}", declared("UTF-16")), false),
        utf16(&format!("\u{feff}{}", declared("UTF-16")), true),
        utf16(&declared("UTF-16LE"), false),
        utf16(&declared("UTF-16BE"), true),
        gb,
        gbk,
        // Saved again as UTF-8 by a tool that left the declaration.
        declared("UTF-16").into_bytes(),
    ];
    let ids: Vec<String> = Definition::parse(APPROVAL).expect("reads").nodes().iter().map(|n| n.id.clone()).collect();
    for bytes in files {
        let def = Definition::read(&bytes, None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(def.bytes(), bytes);
        assert_eq!(def.nodes().iter().map(|n| n.id.clone()).collect::<Vec<_>>(), ids);
        let edit = Edit::Attribute { id: "审查".into(), name: "name".into(), value: Some("复核".into()) };
        let edited = def.edit(&[edit]).expect("edits");
        let again = Definition::read(&edited.bytes(), None).expect("reads again");
        assert_eq!(again.node("审查").map(Node::label), Some("复核"));
    }
}

#[test]
fn bytes_that_are_not_what_they_say_are_refused() {
    for bytes in [
        &b"\xff\xfe<"[..],
        b"<?xml version='1.0' encoding='GB18030'?><a>\xff\xff</a>",
        b"<?xml version='1.0' encoding='klingon'?><a/>",
        b"<?xml version='1.0'?><a>\xc3\x28</a>",
        b"",
    ] {
        let error = Definition::read(bytes, None).expect_err("refused");
        assert!(!error.reason.zh.is_empty() && !error.remedy.en.is_empty(), "{error}");
    }
}

/// The bytes that differ between two texts, at both ends what is alike taken off.
fn changed<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let common = |a: &mut dyn Iterator<Item = (usize, char)>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b).take_while(|((_, x), y)| x == y).map(|((_, x), _)| x.len_utf8()).sum::<usize>()
    };
    let head = common(&mut before.char_indices(), &mut after.chars());
    let tail = common(&mut before[head..].char_indices().rev(), &mut after[head..].chars().rev());
    (&before[head..before.len() - tail], &after[head..after.len() - tail])
}

#[test]
fn a_change_is_made_in_place_and_nowhere_else() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut tried = 0;
    for folder in ["miwg", "wild"] {
        for entry in std::fs::read_dir(data.join(folder)).expect("test data") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|e| e != "bpmn") {
                continue;
            }
            let bytes = std::fs::read(&path).expect("reads");
            let def = Definition::read(&bytes, None).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert_eq!(def.bytes(), bytes, "{}", path.display());
            let Some(task) = def.nodes().iter().find(|n| n.kind.is_task()) else { continue };
            let id = task.id.clone();
            let name = Edit::Attribute { id: id.clone(), name: "name".into(), value: Some("甲<乙>\"丙\"".into()) };
            let renamed = def.edit(&[name]).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert_eq!(renamed.node(&id).map(|n| n.name.as_str()), Some("甲<乙>\"丙\""));
            assert!(changed(def.xml(), renamed.xml()).1.len() < 80, "{}", path.display());
            let limit =
                |value: Option<&str>| Edit::Extension { id: id.clone(), name: "limit".into(), value: value.map(Into::into) };
            let limited = def.edit(&[limit(Some("5"))]).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert_eq!(
                limited.node(&id).and_then(|n| n.extension.get("limit")).map(String::as_str),
                Some("5"),
                "{}",
                path.display()
            );
            assert_eq!(limited.nodes().len(), def.nodes().len());
            let other = limited.edit(&[limit(Some("7"))]).expect("edits again");
            assert_eq!(changed(limited.xml(), other.xml()), ("5", "7"));
            assert_eq!(other.edit(&[limit(None)]).expect("removes").node(&id).map(|n| n.extension.len()), Some(0));
            if let Some(flow) = def.flows().iter().find(|f| f.condition.is_none()) {
                let edit = Edit::Condition { flow: flow.id.clone(), text: "金额 < 5 and 结论 = \"同意\"".into() };
                let edited = def.edit(&[edit]).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                assert_eq!(edited.flow(&flow.id).and_then(|f| f.condition.as_deref()), Some("金额 < 5 and 结论 = \"同意\""));
            }
            tried += 1;
        }
    }
    assert!(tried >= 45, "{tried}");
    let def = Definition::parse(APPROVAL).expect("reads");
    let bad = [
        Edit::Attribute { id: "没有".into(), name: "name".into(), value: None },
        Edit::Attribute { id: "审查".into(), name: "a b".into(), value: Some("x".into()) },
        Edit::Attribute { id: "审查".into(), name: "id".into(), value: Some("Test 2".into()) },
    ];
    for edit in bad {
        assert!(def.edit(std::slice::from_ref(&edit)).is_err(), "{edit:?}");
    }
}

/// Found by fuzzing: the second element of an id, here inside a documentation, was changed in place of the one that runs.
#[test]
fn an_id_of_two_elements_is_not_changed() {
    let flow = r#"<sequenceFlow id="f" sourceRef="a" targetRef="b"/>"#;
    let def = Definition::parse(&format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><documentation>{flow}</documentation>
        <startEvent id="a"/><endEvent id="b"/>{flow}</process></definitions>"#
    ))
    .expect("reads");
    let refused = def.edit(&[Edit::Condition { flow: "f".into(), text: "金额 < 5".into() }]).expect_err("which of the two?");
    assert_eq!(refused.element.as_deref(), Some("f"));
}

#[test]
fn inputs_that_would_do_harm_end_in_a_clear_error() {
    let head = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">"#;
    let steps: String = (0..100_000).map(|i| format!(r#"<userTask id="t{i}"/>"#)).collect();
    let flows: String = (0..100_000).map(|i| format!(r#"<sequenceFlow id="f{i}" sourceRef="a" targetRef="b"/>"#)).collect();
    let attributes: String = (0..50_000).map(|i| format!(r#" a{i}="""#)).collect();
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let bomb = r#"<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><definitions>&c;</definitions>"#;
    for (what, text) in [
        ("steps", format!("{head}{steps}</process></definitions>")),
        ("flows", format!("{head}{flows}</process></definitions>")),
        ("attributes", format!("<definitions{attributes}/>")),
        ("depth", deep),
        ("entities", bomb.to_owned()),
        ("size", " ".repeat(17 << 20)),
        ("names", format!(r#"{head}<userTask id="t" name="{}"/></process></definitions>"#, "长".repeat(4_000))),
    ] {
        let begun = std::time::Instant::now();
        let error = Definition::read(text.as_bytes(), None).expect_err(what);
        assert!(!error.reason.zh.is_empty(), "{what}");
        assert!(begun.elapsed().as_secs() < 60, "{what} took {:?}", begun.elapsed());
    }
}

#[test]
fn a_chart_with_very_many_long_ways_is_drawn_soon_and_each_of_them_once() {
    let flow = |from: usize, to: usize| format!(r#"<sequenceFlow id="f{from}-{to}" sourceRef="t{from}" targetRef="t{to}"/>"#);
    let steps: String = (0..1_000).map(|i| format!(r#"<userTask id="t{i}" name="{}"/>"#, "w".repeat(9_000))).collect();
    let flows: String = (0..999).flat_map(|i| [Some(flow(i, i + 1)), (i < 900).then(|| flow(i, 999))]).flatten().collect();
    // One figure shown again and again, as no modeler does.
    let shape = r#"<BPMNShape bpmnElement="t0"><Bounds xmlns="http://www.omg.org/spec/DD/20100524/DC" x="0" y="0" width="1" height="1"/></BPMNShape>"#;
    let drawing = format!(
        r#"<BPMNDiagram xmlns="http://www.omg.org/spec/BPMN/20100524/DI"><BPMNPlane>{}</BPMNPlane></BPMNDiagram>"#,
        shape.repeat(20_000)
    );
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">{steps}{flows}</process>{drawing}</definitions>"#
    );
    let begun = std::time::Instant::now();
    let picture = svg(&Definition::parse(&text).expect("reads"), None, Lang::Zh);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    assert_eq!(picture.matches(r#"class="bpmn-flow""#).count(), 999 + 900);
    assert_eq!(picture.matches(r#"data-element="t0""#).count(), 1);
}

#[test]
fn f020_the_processes_of_the_house_still_run_and_are_proved() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../definitions/processes");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("definitions") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "bpmn") {
            let def = Definition::read(&std::fs::read(&path).expect("reads"), None).expect("a chart");
            assert_eq!((def.check(), def.sound()), (vec![], vec![]), "{}", path.display());
            assert!(start(&def, &Vars::new(), &SimpleConditions).is_ok());
            count += 1;
        }
    }
    assert!(count >= 30, "{count} charts");
}
