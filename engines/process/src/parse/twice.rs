//! 说了两遍 · a limit or a time that one element says twice, differently: whichever the engine took, the other would be lost without a word.

use super::place::Lines;
use super::{SUNLIT, is};
use crate::fault::{Fault, Rule};
use crate::words::Words;
use roxmltree::Node as Xml;
use std::collections::BTreeMap;

/// What a timer's time is written in.
pub(super) const TIMES: [&str; 3] = ["timeDuration", "timeDate", "timeCycle"];

/// What is said twice in this process.
pub(super) fn said(process: Xml, lines: &Lines) -> Vec<Fault> {
    let mut faults = Vec::new();
    for element in process.descendants().filter(Xml::is_element) {
        if is(element, "extensionElements") {
            of_ours(element, lines, &mut faults);
        } else if is(element, "timerEventDefinition") {
            let times: Vec<Xml> = element.children().filter(|n| TIMES.iter().any(|time| is(*n, time))).collect();
            if let [first, second, ..] = times[..] {
                let (one, other) = (first.tag_name().name(), second.tag_name().name());
                faults.push(fault(
                    second,
                    lines,
                    Rule::Trigger,
                    Words::new(
                        format!("定时又写了 {one} 又写了 {other}，不知道照哪个"),
                        format!("the timer has both {one} and {other}: which one holds is not known"),
                    ),
                    Words::new("只留一个", "keep one of them"),
                ));
            }
        }
    }
    faults
}

/// Elements of ours under one `extensionElements` that say one attribute differently.
fn of_ours(element: Xml, lines: &Lines, faults: &mut Vec<Fault>) {
    let ours = element.children().filter(|n| n.tag_name().namespace() == Some(SUNLIT));
    let mut before: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for own in ours {
        for attribute in own.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let first = *before.entry((own.tag_name().name(), name)).or_insert(value);
            if first != value {
                faults.push(fault(
                    own,
                    lines,
                    Rule::Extension,
                    Words::new(
                        format!("{name} 写了两遍，一处是“{first}”，一处是“{value}”"),
                        format!("{name} is given twice, as “{first}” and as “{value}”"),
                    ),
                    Words::new("只留一处", "keep one of them"),
                ));
            }
        }
    }
}

fn fault(at: Xml, lines: &Lines, rule: Rule, reason: Words, remedy: Words) -> Fault {
    let owner = at
        .ancestors()
        .skip(1)
        .find(|n| n.tag_name().namespace() == Some(super::BPMN) && n.has_attribute("id") && super::nodes::kind(*n).is_some());
    let said = |name: &str| owner.and_then(|owner| owner.attribute(name)).unwrap_or_default().to_owned();
    Fault { element: said("id"), name: said("name"), line: lines.line(at.range().start), rule, reason, remedy }
}
