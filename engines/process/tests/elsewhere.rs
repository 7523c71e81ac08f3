//! Charts made elsewhere: each is read or refused with element, line and reason; each is drawn; none makes us fall over.

use process::*;
use std::path::{Path, PathBuf};

fn files() -> Vec<(PathBuf, String)> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut files: Vec<PathBuf> = ["miwg", "wild"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(data.join(folder)).expect("test data"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "bpmn"))
        .collect();
    files.sort();
    assert!(files.len() >= 57, "{}", files.len());
    files.into_iter().map(|p| (p.clone(), std::fs::read_to_string(p).expect("UTF-8"))).collect()
}

/// Every process of every file.
fn charts() -> Vec<(String, Definition)> {
    let mut charts = Vec::new();
    for (path, text) in files() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let first = Definition::parse(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        for key in first.processes() {
            let def = Definition::parse_process(&text, key).unwrap_or_else(|e| panic!("{name}: {e}"));
            charts.push((format!("{name}#{key}"), def));
        }
    }
    charts
}

#[test]
fn every_chart_is_read_and_runs_or_is_refused_with_element_line_and_reason() {
    let mut running = Vec::new();
    for (name, def) in charts() {
        let faults = def.check();
        for fault in &faults {
            let lines = def.xml().lines().count();
            assert!((1..=lines).contains(&fault.line), "{name}: {fault}");
            assert!(!fault.element.is_empty() && !fault.reason.zh.is_empty() && !fault.reason.en.is_empty(), "{name}");
            let place: Vec<&str> = def.xml().lines().collect();
            let near = place[fault.line - 1..lines.min(fault.line + 12)].join(" ");
            assert!(near.contains(&fault.element), "{name}: {fault}: {near}");
        }
        match start(&def, &Vars::new(), &SimpleConditions) {
            Ok((state, events)) => {
                assert!(faults.is_empty());
                let path = replay(&def, &events);
                let _ = what_next(&def, &state);
                assert_eq!(outline(&def, Some(&path)).len(), def.nodes().len());
                running.push(name);
            }
            Err(Refusal::NotRunnable(all)) => assert!(!all.is_empty() && all == faults, "{name}"),
            Err(other) => panic!("{name}: {other}"),
        }
    }
    // Found to run as they are; fewer would mean that we have become stricter without noticing.
    assert!(running.len() >= 12, "{running:#?}");
}

#[test]
fn every_chart_is_drawn_as_well_formed_svg_that_shows_every_step() {
    for (name, def) in charts() {
        let everything = Overlay {
            done: def.nodes().iter().map(|n| n.id.clone()).chain(def.flows().iter().map(|f| f.id.clone())).collect(),
            current: def.nodes().iter().take(1).map(|n| n.id.clone()).collect(),
            trouble: def.nodes().iter().skip(1).take(1).map(|n| n.id.clone()).collect(),
        };
        for overlay in [None, Some(&everything)] {
            for lang in [Lang::Zh, Lang::En] {
                let drawing = svg(&def, overlay, lang);
                let document = roxmltree::Document::parse(&drawing).unwrap_or_else(|e| panic!("{name}: {e}"));
                let root = document.root_element();
                assert_eq!(root.attribute("role"), Some("img"));
                assert!(
                    ["title", "desc"]
                        .iter()
                        .all(|t| { root.children().any(|n| n.has_tag_name(("http://www.w3.org/2000/svg", *t))) })
                );
                assert!(!drawing.contains("style=") && !drawing.contains("NaN") && !drawing.contains("inf\""), "{name}");
                for node in def.nodes().iter().filter(|n| n.parent.is_none()) {
                    assert!(
                        document.descendants().any(|d| d.attribute("data-element") == Some(&node.id)),
                        "{name}: {} is not drawn",
                        node.id
                    );
                }
            }
        }
    }
}

#[test]
fn broken_text_is_refused_and_never_a_panic() {
    for (path, text) in files() {
        // Cut anywhere: the XML is broken, the error has a place.
        for part in 1..12 {
            let mut at = text.len() * part / 12;
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let error = Definition::parse(&text[..at]).expect_err("cut");
            assert!(error.line >= 1 && error.line <= text.lines().count() + 1, "{}", path.display());
        }
        // Ids that lead nowhere.
        for hurt in ["sourceRef", "targetRef", "attachedToRef", "bpmnElement", "messageRef", "flowNodeRef"] {
            if let Ok(def) = Definition::parse(&text.replace(hurt, "lost")) {
                let _ = (def.check(), svg(&def, None, Lang::Zh), outline(&def, None));
            }
        }
    }
    for text in ["", "<a/>", "<definitions/>", "{}", "\u{feff}", "<!DOCTYPE x [<!ENTITY y \"z\">]><x>&y;</x>"] {
        assert!(Definition::parse(text).is_err(), "{text}");
    }
    let empty = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>"#;
    assert!(Definition::parse(empty).expect_err("no process").reason.zh.contains("没有流程"));
    let deep = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">{}{}</process></definitions>"#,
        (0..300).map(|i| format!(r#"<subProcess id="s{i}">"#)).collect::<String>(),
        "</subProcess>".repeat(300)
    );
    assert!(Definition::parse(&deep).is_err());
}
