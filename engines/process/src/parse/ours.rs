//! 自家的标注 · what charts carry in our namespace. An attribute that nobody reads is a mistake: `limt="5"` would lose a
//! limit of the law without a word.

use super::place::Lines;
use super::{BPMN, SUNLIT};
use crate::fault::{Fault, Rule};
use crate::words::Words;
use roxmltree::Node as Xml;

/// Elements of ours: what each stands under (the parent of its `extensionElements`; any step where none is named), and its
/// attributes. The engine reads some of them, the house the others.
const KNOWN: [(&str, Option<&str>, &[&str]); 3] = [
    (
        "task",
        None,
        &[
            "act",
            "limit",
            "unit",
            "basis",
            "risk",
            "outputs",
            "outcomes",
            "pauses",
            "forwards",
            "ground",
            "correlation",
            "result",
        ],
    ),
    ("each", Some("multiInstanceLoopCharacteristics"), &["in", "as", "gather", "into"]),
    ("flow", Some("sequenceFlow"), &["usual"]),
];

/// Attributes that mean nothing without the other.
const TOGETHER: [(&str, &str); 3] = [("unit", "limit"), ("gather", "into"), ("into", "gather")];

/// Attributes that are `true` or `false`.
const YES_OR_NO: [&str; 3] = ["usual", "pauses", "forwards"];

/// So many are told of one process; nobody mends more at once.
const MOST: usize = 200;

/// Whatever stands in our namespace below an element and is read by nobody.
pub(super) fn strays(process: Xml, lines: &Lines) -> Vec<Fault> {
    let mut faults = Vec::new();
    for element in process.descendants().filter(Xml::is_element) {
        if faults.len() >= MOST {
            break;
        }
        let mut add = |zh: String, en: String, remedy: Words| {
            let owner = element.ancestors().find(|n| n.tag_name().namespace() == Some(BPMN) && n.has_attribute("id"));
            let said = |name: &str| owner.and_then(|owner| owner.attribute(name)).unwrap_or_default().to_owned();
            faults.push(Fault {
                element: said("id"),
                name: said("name"),
                line: lines.line(element.range().start),
                rule: Rule::Extension,
                reason: Words::new(zh, en),
                remedy,
            });
        };
        let name = element.tag_name().name();
        if !element.tag_name().namespace().is_some_and(is_ours) {
            for attribute in element.attributes().filter(|a| a.namespace().is_some_and(is_ours)) {
                let name = attribute.name();
                add(
                    format!("属性 sunlit:{name} 写在元素上，没有人读"),
                    format!("the attribute sunlit:{name} stands on the element itself, where nobody reads it"),
                    Words::new("写进 extensionElements 里的 sunlit:task", "write it in a sunlit:task under extensionElements"),
                );
            }
            continue;
        }
        let known = KNOWN.iter().find(|(known, ..)| *known == name && element.tag_name().namespace() == Some(SUNLIT));
        let Some((_, under, attributes)) = known else {
            add(
                format!("没有 sunlit:{name} 这种标注（命名空间 {}）", element.tag_name().namespace().unwrap_or_default()),
                format!("there is no sunlit:{name} (namespace {})", element.tag_name().namespace().unwrap_or_default()),
                Words::new(
                    format!("改为 sunlit:task、sunlit:each 或 sunlit:flow，命名空间 {SUNLIT}"),
                    format!("make it sunlit:task, sunlit:each or sunlit:flow in the namespace {SUNLIT}"),
                ),
            );
            continue;
        };
        let holder = element.parent().filter(|n| super::is(*n, "extensionElements")).and_then(|n| n.parent());
        if !holder.is_some_and(|holder| stands_under(holder, *under)) {
            let place = under.unwrap_or("userTask");
            add(
                format!("sunlit:{name} 写在这里没有人读"),
                format!("nobody reads sunlit:{name} here"),
                Words::new(
                    format!("写在它所说的元素（如 {place}）的 extensionElements 里"),
                    format!("write it under the extensionElements of what it is about, such as {place}"),
                ),
            );
        }
        let own = |a: &roxmltree::Attribute| a.namespace().is_none_or(is_ours);
        for attribute in element.attributes().filter(own) {
            let (own, value) = (attribute.name(), attribute.value());
            if !attributes.contains(&own) {
                add(
                    format!("sunlit:{name} 没有属性 {own}，写了也没有人读"),
                    format!("sunlit:{name} has no attribute {own}: nobody reads it"),
                    Words::new(
                        format!("改为 {} 之一，或删去", attributes.join("、")),
                        format!("make it one of {}, or remove it", attributes.join(", ")),
                    ),
                );
            } else if YES_OR_NO.contains(&own) && !["true", "false"].contains(&value) {
                add(
                    format!("{own} 写的是“{value}”，只能写 true 或 false"),
                    format!("{own} is “{value}”; only true or false is understood"),
                    Words::new("改为 true 或 false", "make it true or false"),
                );
            }
        }
        for (one, other) in TOGETHER {
            let has = |name: &str| element.attributes().any(|a| a.name() == name);
            if has(one) && !has(other) {
                add(
                    format!("写了 {one}，没有写 {other}"),
                    format!("{one} is given without {other}"),
                    Words::new(format!("补上 {other}，或删去 {one}"), format!("add {other}, or remove {one}")),
                );
            }
        }
    }
    faults
}

fn is_ours(namespace: &str) -> bool {
    namespace.starts_with("urn:sunlit:")
}

/// `sunlit:task` stands on whatever is entered: anything but a flow, and nothing that only describes.
fn stands_under(holder: Xml, under: Option<&str>) -> bool {
    match under {
        Some(name) => super::is(holder, name),
        None => super::nodes::kind(holder).is_some(),
    }
}
