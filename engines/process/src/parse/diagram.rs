//! 读图形 · reads the drawing that shows most of the process. A drawing that misses a step of the top level is not used:
//! a published chart must show every step.

use super::{is, local};
use crate::definition::Node;
use crate::picture::diagram::{Bounds, Diagram, Edge, Shape};
use roxmltree::Node as Xml;
use std::collections::{HashMap, HashSet};

const DI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
const DC: &str = "http://www.omg.org/spec/DD/20100524/DC";
const DD: &str = "http://www.omg.org/spec/DD/20100524/DI";

pub(super) fn read(root: Xml, nodes: &[Node], by_id: &HashMap<&str, Xml>) -> Option<Diagram> {
    let top: HashSet<&str> = nodes.iter().filter(|n| n.parent.is_none()).map(|n| n.id.as_str()).collect();
    let planes = root.children().filter(|n| named(*n, DI, "BPMNDiagram"));
    let planes = planes.flat_map(|d| d.children().filter(|n| named(*n, DI, "BPMNPlane")).collect::<Vec<_>>());
    planes.map(|plane| plane_of(plane, by_id)).find(|diagram| {
        let shown: HashSet<&str> = diagram.shapes.iter().map(|s| s.element.as_str()).collect();
        !top.is_empty() && top.iter().all(|id| shown.contains(id))
    })
}

fn named(node: Xml, namespace: &str, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(namespace)
}

fn plane_of(plane: Xml, by_id: &HashMap<&str, Xml>) -> Diagram {
    let mut diagram = Diagram::default();
    let mut drawn: HashSet<&str> = HashSet::new();
    for figure in plane.children() {
        let Some(reference) = figure.attribute("bpmnElement").map(local) else {
            continue;
        };
        // An element is drawn once in a drawing (BPMN 2.0, 12.1).
        let Some(element) = by_id.get(reference).filter(|_| drawn.insert(reference)) else {
            continue;
        };
        let name = element.attribute("name").map(|n| n.split_whitespace().collect::<Vec<_>>().join(" "));
        let name = name.unwrap_or_else(|| annotation(*element));
        let tag = element.tag_name().name().to_owned();
        let label = figure
            .children()
            .find(|n| named(*n, DI, "BPMNLabel"))
            .and_then(|n| n.children().find(|b| named(*b, DC, "Bounds")))
            .and_then(bounds);
        let truth = |attribute: &str, default: bool| figure.attribute(attribute).map_or(default, |v| v == "true");
        if named(figure, DI, "BPMNShape") {
            if let Some(bounds) = figure.children().find(|n| named(*n, DC, "Bounds")).and_then(bounds) {
                diagram.shapes.push(Shape {
                    element: reference.to_owned(),
                    figure: tag,
                    name,
                    bounds,
                    label,
                    horizontal: truth("isHorizontal", true),
                    expanded: truth("isExpanded", false),
                });
            }
        } else if named(figure, DI, "BPMNEdge") {
            let points: Vec<(f64, f64)> = figure
                .children()
                .filter(|n| named(*n, DD, "waypoint"))
                .filter_map(|n| Some((number(n, "x")?, number(n, "y")?)))
                .collect();
            if points.len() > 1 {
                diagram.edges.push(Edge { element: reference.to_owned(), figure: tag, name, points, label });
            }
        }
    }
    diagram
}

/// The text of a note, which has no name.
fn annotation(element: Xml) -> String {
    let note = is(element, "textAnnotation").then(|| super::child(element, "text")).flatten();
    note.map(super::text).unwrap_or_default()
}

fn bounds(node: Xml) -> Option<Bounds> {
    Some(Bounds {
        x: number(node, "x")?,
        y: number(node, "y")?,
        width: number(node, "width")?.max(0.0),
        height: number(node, "height")?.max(0.0),
    })
}

fn number(node: Xml, attribute: &str) -> Option<f64> {
    // Far-off or infinite figures would make a drawing of nothing.
    node.attribute(attribute)?.trim().parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() < 1e6)
}
