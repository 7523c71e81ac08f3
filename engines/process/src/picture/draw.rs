//! 绘制 · writes a drawing as SVG. Containers first, then flows, then figures, so that nothing is hidden.

use super::diagram::{Bounds, Diagram, Edge, Shape};
use super::text::{escape, wide, wrap};
use crate::definition::{Definition, Node, NodeKind, Repeat, Trigger};
use crate::outline::{kind_word, shown_name};
use crate::replay::{Overlay, Progress};
use crate::words::Lang;
use std::fmt::Write;

const INK: &str = "#17262b";
const PINE: &str = "#0c4a4e";
const SUN: &str = "#f0a81e";
const BRICK: &str = "#a33a2a";
const PAPER: &str = "#faf7f0";
const LINE: &str = "#ded7c8";

/// Size of letters: nothing smaller, so that it can be read on a telephone, where the drawing scrolls.
const LETTER: f64 = 12.0;

struct Pen<'a> {
    def: &'a Definition,
    overlay: Option<&'a Overlay>,
    lang: Lang,
    out: String,
}

pub(super) fn draw(def: &Definition, diagram: &Diagram, overlay: Option<&Overlay>, lang: Lang) -> String {
    let mut pen = Pen { def, overlay, lang, out: String::new() };
    let frame = frame(diagram);
    pen.head(&frame);
    let mut boxes: Vec<&Shape> = diagram.shapes.iter().filter(|s| holds(diagram, s)).collect();
    boxes.sort_by(|a, b| (b.bounds.width * b.bounds.height).total_cmp(&(a.bounds.width * a.bounds.height)));
    for shape in boxes {
        pen.container(shape);
    }
    // Flows taken last, over those that were not.
    let taken = |e: &&Edge| overlay.is_some_and(|o| o.done.contains(&e.element));
    for edge in diagram.edges.iter().filter(|e| !taken(e)).chain(diagram.edges.iter().filter(taken)) {
        pen.edge(edge);
    }
    let figures = diagram.shapes.iter().filter(|s| !holds(diagram, s));
    let (border, others): (Vec<&Shape>, Vec<&Shape>) = figures.partition(|s| s.figure == "boundaryEvent");
    for shape in others.into_iter().chain(border) {
        pen.figure(shape);
    }
    for edge in &diagram.edges {
        pen.edge_label(edge);
    }
    pen.out.push_str("</svg>\n");
    pen.out
}

/// Pools, lanes, groups, and sub-processes drawn open.
fn holds(diagram: &Diagram, shape: &Shape) -> bool {
    match shape.figure.as_str() {
        "participant" | "lane" | "group" => true,
        "subProcess" | "transaction" | "adHocSubProcess" => {
            let b = &shape.bounds;
            let inside = |s: &Shape| {
                let (x, y) = s.bounds.center();
                s.figure != "boundaryEvent" && x > b.x && x < b.x + b.width && y > b.y && y < b.y + b.height
            };
            shape.expanded
                || diagram.shapes.iter().any(|s| {
                    s.element != shape.element
                        && s.figure != "lane"
                        && s.figure != "participant"
                        && s.bounds.width < b.width
                        && inside(s)
                })
        }
        _ => false,
    }
}

fn frame(diagram: &Diagram) -> Bounds {
    let (mut x0, mut y0, mut x1, mut y1) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    let mut see = |x: f64, y: f64| {
        (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y));
    };
    for shape in &diagram.shapes {
        let b = shape.bounds;
        // Names of events and gateways stand below them, and may be wider.
        let (side, below) = if b.width < 60.0 { (30.0, 34.0) } else { (0.0, 0.0) };
        see(b.x - side, b.y);
        see(b.x + b.width + side, b.y + b.height + below);
        if let Some(l) = shape.label {
            see(l.x, l.y);
            see(l.x + l.width, l.y + l.height);
        }
    }
    for edge in &diagram.edges {
        for (x, y) in &edge.points {
            see(*x, *y);
        }
        if let Some(l) = edge.label.filter(|_| !edge.name.is_empty()) {
            see(l.x, l.y);
            see(l.x + l.width.max(40.0), l.y + l.height);
        }
    }
    if x0 > x1 {
        return Bounds { x: 0.0, y: 0.0, width: 120.0, height: 60.0 };
    }
    Bounds { x: x0 - 16.0, y: y0 - 16.0, width: x1 - x0 + 32.0, height: y1 - y0 + 32.0 }
}

impl Pen<'_> {
    fn put(&mut self, piece: std::fmt::Arguments) {
        // Writing to a String cannot fail.
        let _ = self.out.write_fmt(piece);
    }

    fn progress(&self, id: &str) -> Option<Progress> {
        self.overlay.map(|o| o.progress(id))
    }

    fn head(&mut self, frame: &Bounds) {
        let id = &self.def.hash[..8.min(self.def.hash.len())];
        let lang = match self.lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        };
        let (x, y, w, h) = (n(frame.x), n(frame.y), n(frame.width), n(frame.height));
        let title = escape(&match self.lang {
            Lang::Zh => format!("流程图：{}", self.def.name),
            Lang::En => format!("Process chart: {}", self.def.name),
        });
        let desc = escape(&self.description());
        self.put(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" role="img" lang="{lang}" aria-labelledby="bpmn-{id}-title bpmn-{id}-desc" width="{w}" height="{h}" viewBox="{x} {y} {w} {h}" font-family="'Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif" font-size="{LETTER}">
<title id="bpmn-{id}-title">{title}</title>
<desc id="bpmn-{id}-desc">{desc}</desc>
<rect class="bpmn-paper" x="{x}" y="{y}" width="{w}" height="{h}" fill="{PAPER}"/>
"#
        ));
    }

    fn description(&self) -> String {
        let names = |wanted: Progress| -> String {
            let steps = self.def.nodes.iter().filter(|n| n.kind.is_activity() || n.kind == NodeKind::EndEvent);
            let matching = steps.filter(|n| self.progress(&n.id) == Some(wanted));
            let names: Vec<String> = matching.map(|n| shown_name(n, self.lang)).collect();
            names.join(if self.lang == Lang::Zh { "、" } else { ", " })
        };
        let count = self.def.nodes.iter().filter(|n| n.kind.is_task()).count();
        let mut said = match self.lang {
            Lang::Zh => format!("共 {count} 个步骤。"),
            Lang::En => format!("{count} steps. "),
        };
        for (progress, zh, en) in [
            (Progress::Done, "已完成", "Done"),
            (Progress::Now, "正在进行", "Under way"),
            (Progress::Trouble, "有问题", "At fault"),
        ] {
            let names = names(progress);
            if !names.is_empty() {
                match self.lang {
                    Lang::Zh => said.push_str(&format!("{zh}：{names}。")),
                    Lang::En => said.push_str(&format!("{en}: {names}. ")),
                }
            }
        }
        said.trim_end().to_owned()
    }

    /// `<g>` with class, element id and a title that says name, sort, role and state.
    fn open(&mut self, class: &str, element: &str, name: &str) {
        let state = match self.progress(element) {
            Some(Progress::Done) => " is-done",
            Some(Progress::Now) => " is-now",
            Some(Progress::Ahead) => " is-ahead",
            Some(Progress::Trouble) => " is-trouble",
            None => "",
        };
        let mut title = name.to_owned();
        if let Some(node) = self.def.node(element) {
            title = shown_name(node, self.lang);
            if !node.name.is_empty() {
                title.push_str(&format!("（{}）", kind_word(node, self.lang)));
            }
            if let Some(lane) = &node.lane {
                title.push_str(&format!(" · {lane}"));
            }
        }
        match (self.progress(element), self.lang) {
            (Some(Progress::Done), Lang::Zh) => title.push_str(" · ✓ 已完成"),
            (Some(Progress::Done), Lang::En) => title.push_str(" · ✓ done"),
            (Some(Progress::Trouble), Lang::Zh) => title.push_str(" · ✕ 有问题"),
            (Some(Progress::Trouble), Lang::En) => title.push_str(" · ✕ at fault"),
            (Some(Progress::Now), Lang::Zh) => title.push_str(" · ● 正在进行"),
            (Some(Progress::Now), Lang::En) => title.push_str(" · ● under way"),
            _ => {}
        }
        let (element, title) = (escape(element), escape(&title));
        self.put(format_args!(r#"<g class="{class}{state}" data-element="{element}"><title>{title}</title>"#));
    }

    fn close(&mut self) {
        self.out.push_str("</g>\n");
    }

    fn container(&mut self, shape: &Shape) {
        let b = shape.bounds;
        let (x, y, w, h) = (n(b.x), n(b.y), n(b.width), n(b.height));
        match shape.figure.as_str() {
            "participant" | "lane" => {
                self.put(format_args!(r#"<g class="bpmn-lane" data-element="{}">"#, escape(&shape.element)));
                self.put(format_args!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="none" stroke="{LINE}"/>"#));
                if shape.horizontal {
                    self.standing(&shape.name, b.x + 15.0, b.y + b.height / 2.0, b.height - 8.0);
                } else {
                    let lines = wrap(&shape.name, (b.width - 8.0) / LETTER, 2);
                    self.lines(&lines, b.x + b.width / 2.0, b.y + 8.0, false);
                }
                self.close();
            }
            "group" => {
                self.put(format_args!(
                    r#"<rect class="bpmn-group" x="{x}" y="{y}" width="{w}" height="{h}" rx="3" fill="none" stroke="{LINE}" stroke-dasharray="6 4"/>
"#
                ));
            }
            _ => {
                self.open("bpmn-task bpmn-subprocess", &shape.element, &shape.name);
                let (stroke, thick) = self.outline(&shape.element);
                self.put(format_args!(
                    r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="3" fill="{PAPER}" stroke="{stroke}" stroke-width="{thick}"/>"#
                ));
                let lines = wrap(&shape.name, (b.width - 16.0) / LETTER, 1);
                self.lines(&lines, b.x + b.width / 2.0, b.y + 6.0, false);
                self.badge(&shape.element, b.x + b.width, b.y);
                self.close();
            }
        }
    }

    fn figure(&mut self, shape: &Shape) {
        let node = self.def.node(&shape.element);
        let figure = shape.figure.as_str();
        if figure.ends_with("Event") {
            self.event(shape, node);
        } else if figure.ends_with("Gateway") {
            self.gateway(shape);
        } else if figure.ends_with("ask") || matches!(figure, "callActivity" | "subProcess" | "transaction" | "adHocSubProcess") {
            self.task(shape, node);
        } else {
            self.data(shape);
        }
    }

    fn outline(&self, element: &str) -> (&'static str, f64) {
        match self.progress(element) {
            Some(Progress::Done) => (PINE, 2.0),
            Some(Progress::Now) => (PINE, 3.5),
            Some(Progress::Trouble) => (BRICK, 3.5),
            Some(Progress::Ahead) | None => (INK, 1.0),
        }
    }

    /// A sun-coloured ground under what is under way.
    fn glow(&self, element: &str) -> &'static str {
        match self.progress(element) {
            Some(Progress::Now) => SUN,
            Some(Progress::Trouble) => BRICK,
            _ => "none",
        }
    }

    fn task(&mut self, shape: &Shape, node: Option<&Node>) {
        let b = shape.bounds;
        let (x, y, w, h) = (n(b.x), n(b.y), n(b.width), n(b.height));
        let (stroke, thick) = self.outline(&shape.element);
        let glow = self.glow(&shape.element);
        self.open("bpmn-task", &shape.element, &shape.name);
        let dash = if shape.figure == "callActivity" { 2.0 * thick } else { thick };
        self.put(format_args!(
            r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="3" fill="{PAPER}" stroke="{stroke}" stroke-width="{dash}"/><rect class="bpmn-glow" x="{x}" y="{y}" width="{w}" height="{h}" rx="3" fill="{glow}" fill-opacity="0.22"/>"#
        ));
        self.sort(&shape.figure, b.x + 4.0, b.y + 3.5);
        let repeats = node.and_then(|n| n.repeats.as_ref());
        let foot = match (repeats, shape.figure.ends_with("rocess")) {
            (Some(Repeat::Multi { sequential: true, .. }), _) => "≡",
            (Some(Repeat::Multi { .. }), _) => "|||",
            (Some(_), _) => "↻",
            (None, true) => "+",
            (None, false) => "",
        };
        // The sign in the corner keeps the first line down.
        let sign = if matches!(shape.figure.as_str(), "task" | "subProcess" | "callActivity") { 0.0 } else { 8.0 };
        let most = ((b.height - 8.0 - sign) / (LETTER * 1.3)).floor().max(1.0) as usize;
        let lines = wrap(&shape.name, (b.width - 14.0).max(LETTER) / LETTER, most);
        let down = if lines.len() > 1 { sign / 2.0 } else { 0.0 };
        self.lines(&lines, b.x + b.width / 2.0, b.y + b.height / 2.0 + down, true);
        if !foot.is_empty() {
            self.lines(&[foot.to_owned()], b.x + b.width / 2.0, b.y + b.height - 16.0, false);
        }
        self.badge(&shape.element, b.x + b.width, b.y);
        self.close();
    }

    /// A small sign for the sort of task.
    fn sort(&mut self, figure: &str, x: f64, y: f64) {
        let d = match figure {
            "userTask" => "M6 1a2.5 2.5 0 1 1 0 5a2.5 2.5 0 1 1 0-5M1 12v-1.5q0-3 5-3t5 3V12z",
            "manualTask" => "M1 5h6M1 8h5M1 11h5M7 5l-2-3M7 5v6H1",
            "serviceTask" => {
                "M6 3.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 1 1 0-5M6 0v2M6 10v2M0 6h2M10 6h2M2 2l1.4 1.4M8.6 8.6L10 10M10 2L8.6 3.4M3.4 8.6L2 10"
            }
            "sendTask" | "receiveTask" => "M0 2h12v8H0zM0 2l6 4.5L12 2",
            "businessRuleTask" => "M0 1h12v10H0zM0 4h12M0 7.5h12M4 4v7",
            "scriptTask" => "M2 1h8v10H2zM4 3.5h4M4 6h4M4 8.5h4",
            _ => return,
        };
        let fill = if figure == "sendTask" { LINE } else { "none" };
        self.put(format_args!(
            r#"<path class="bpmn-sort" transform="translate({} {}) scale(0.85)" d="{d}" fill="{fill}" stroke="{INK}"/>"#,
            n(x),
            n(y)
        ));
    }

    fn event(&mut self, shape: &Shape, node: Option<&Node>) {
        let (cx, cy) = shape.bounds.center();
        let r = shape.bounds.width.min(shape.bounds.height) / 2.0;
        let (stroke, thick) = self.outline(&shape.element);
        let glow = self.glow(&shape.element);
        let end = shape.figure == "endEvent";
        let start = shape.figure == "startEvent";
        let thick = if end { thick.max(3.0) } else { thick };
        let dash = match node {
            Some(n) if n.kind == NodeKind::BoundaryEvent && !n.interrupting => r#" stroke-dasharray="4 3""#,
            _ => "",
        };
        self.open("bpmn-event", &shape.element, &shape.name);
        let (x, y) = (n(cx), n(cy));
        self.put(format_args!(
            r#"<circle cx="{x}" cy="{y}" r="{}" fill="{PAPER}" stroke="{stroke}" stroke-width="{thick}"{dash}/>"#,
            n(r)
        ));
        if glow != "none" {
            self.put(format_args!(
                r#"<circle class="bpmn-glow" cx="{x}" cy="{y}" r="{}" fill="{glow}" fill-opacity="0.22"/>"#,
                n(r)
            ));
        }
        if !end && !start {
            self.put(format_args!(
                r#"<circle cx="{x}" cy="{y}" r="{}" fill="none" stroke="{stroke}"{dash}/>"#,
                n((r - 3.0).max(1.0))
            ));
        }
        let sign = match node.map(|n| &n.trigger) {
            Some(Trigger::Message(_)) => "M-8 -5h16v10h-16zM-8 -5l8 6l8 -6",
            Some(Trigger::Timer { .. }) => "M0 -8a8 8 0 1 1 0 16a8 8 0 1 1 0 -16M0 -6v6l4 2",
            Some(Trigger::Terminate) => "M0 -8a8 8 0 1 1 0 16a8 8 0 1 1 0 -16",
            Some(Trigger::Signal(_)) => "M0 -8l8 13h-16z",
            Some(Trigger::Error(_)) => "M-8 7l4 -13l5 7l5 -8l-3 13l-5 -7z",
            Some(Trigger::Escalation(_)) => "M0 -8l6 15l-6 -6l-6 6z",
            Some(Trigger::Condition(_)) => "M-6 -8h12v16h-12zM-4 -4h8M-4 0h8M-4 4h8",
            Some(Trigger::Link(_)) => "M-8 -3h9v-4l7 7l-7 7v-4h-9z",
            Some(Trigger::Compensation(_)) => "M-8 0l7 -6v12zM0 0l7 -6v12z",
            Some(Trigger::Other(_)) => "M0 -7l7 5l-3 8h-8l-3 -8z",
            Some(Trigger::None) | None => "",
        };
        if !sign.is_empty() {
            let full =
                matches!(node.map(|n| &n.trigger), Some(Trigger::Terminate)) || (end || shape.figure == "intermediateThrowEvent");
            let (fill, line) = if full { (INK, PAPER) } else { ("none", INK) };
            self.put(format_args!(
                r#"<path transform="translate({x} {y}) scale({})" d="{sign}" fill="{fill}" stroke="{line}"/>"#,
                n(r / 18.0)
            ));
        }
        self.badge(&shape.element, cx + r * 0.75, cy - r * 0.75);
        self.close();
        self.name_below(shape);
    }

    fn gateway(&mut self, shape: &Shape) {
        let (cx, cy) = shape.bounds.center();
        let (rx, ry) = (shape.bounds.width / 2.0, shape.bounds.height / 2.0);
        let (stroke, thick) = self.outline(&shape.element);
        let glow = self.glow(&shape.element);
        self.open("bpmn-gateway", &shape.element, &shape.name);
        let diamond =
            format!("{},{} {},{} {},{} {},{}", n(cx), n(cy - ry), n(cx + rx), n(cy), n(cx), n(cy + ry), n(cx - rx), n(cy));
        self.put(format_args!(
            r#"<polygon points="{diamond}" fill="{PAPER}" stroke="{stroke}" stroke-width="{thick}" stroke-linejoin="round"/>"#
        ));
        if glow != "none" {
            self.put(format_args!(r#"<polygon class="bpmn-glow" points="{diamond}" fill="{glow}" fill-opacity="0.22"/>"#));
        }
        let (sign, width) = match shape.figure.as_str() {
            "exclusiveGateway" => ("M-6 -7l12 14M6 -7l-12 14", 2.5),
            "parallelGateway" => ("M0 -9v18M-9 0h18", 2.5),
            "inclusiveGateway" => ("M0 -8a8 8 0 1 1 0 16a8 8 0 1 1 0 -16", 2.5),
            "eventBasedGateway" => ("M0 -9a9 9 0 1 1 0 18a9 9 0 1 1 0 -18M0 -6l6 4l-2 7h-8l-2 -7z", 1.0),
            _ => ("M0 -9v18M-9 0h18M-6 -6l12 12M6 -6l-12 12", 2.0),
        };
        self.put(format_args!(
            r#"<path transform="translate({} {}) scale({})" d="{sign}" fill="none" stroke="{INK}" stroke-width="{width}"/>"#,
            n(cx),
            n(cy),
            n(rx.min(ry) / 25.0)
        ));
        self.badge(&shape.element, cx + rx * 0.6, cy - ry * 0.6);
        self.close();
        self.name_below(shape);
    }

    /// Data, stores and notes.
    fn data(&mut self, shape: &Shape) {
        let b = shape.bounds;
        let (x, y, w, h) = (n(b.x), n(b.y), n(b.width), n(b.height));
        self.put(format_args!(r#"<g class="bpmn-data" data-element="{}">"#, escape(&shape.element)));
        if shape.figure == "textAnnotation" {
            self.put(format_args!(r#"<path d="M{} {y}h-10v{h}h10" fill="none" stroke="{INK}"/>"#, n(b.x + 10.0)));
            let most = (b.height / (LETTER * 1.3)).floor().max(1.0) as usize;
            let lines = wrap(&shape.name, (b.width - 8.0).max(LETTER) / LETTER, most);
            self.lines(&lines, b.x + b.width / 2.0 + 2.0, b.y + b.height / 2.0, true);
            self.close();
        } else {
            self.put(format_args!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="3" fill="{PAPER}" stroke="{LINE}"/>"#));
            self.close();
            self.name_below(shape);
        }
    }

    fn name_below(&mut self, shape: &Shape) {
        if shape.name.is_empty() {
            return;
        }
        let b = shape.bounds;
        let (cx, top, wide) = match shape.label {
            Some(l) => {
                // Modelers with smaller letters put the name where ours would touch the figure.
                let cx = l.x + l.width / 2.0;
                let under = cx > b.x && cx < b.x + b.width && l.y > b.y + b.height / 2.0;
                let top = if under { l.y.max(b.y + b.height + 4.0) } else { l.y };
                (cx, top, l.width.max(60.0))
            }
            None => (b.x + b.width / 2.0, b.y + b.height + 4.0, (b.width + 56.0).max(80.0)),
        };
        let lines = wrap(&shape.name, wide / LETTER, 4);
        self.lines(&lines, cx, top, false);
    }

    fn edge(&mut self, edge: &Edge) {
        let flow = edge.figure == "sequenceFlow";
        let taken = self.overlay.is_some_and(|o| o.done.contains(&edge.element));
        let class = match (self.overlay, taken) {
            (None, _) => "bpmn-flow",
            (_, true) => "bpmn-flow is-done",
            (_, false) => "bpmn-flow is-ahead",
        };
        let (stroke, thick) = if taken { (PINE, 2.5) } else { (INK, 1.0) };
        let points: Vec<String> = edge.points.iter().map(|(x, y)| format!("{},{}", n(*x), n(*y))).collect();
        let points = points.join(" ");
        let element = escape(&edge.element);
        if !flow {
            self.put(format_args!(
                r#"<polyline class="bpmn-association" data-element="{element}" points="{points}" fill="none" stroke="{INK}" stroke-dasharray="3 4"/>
"#
            ));
            return;
        }
        self.put(format_args!(
            r#"<g class="{class}" data-element="{element}"><polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="{thick}" stroke-linejoin="round"/>"#
        ));
        if let Some(head) = arrow_head(&edge.points) {
            self.put(format_args!(r#"<polygon points="{head}" fill="{stroke}"/>"#));
        }
        let source = self.def.flow(&edge.element).and_then(|f| self.def.node(&f.source));
        if source.is_some_and(|s| s.default.as_deref() == Some(edge.element.as_str()) && s.outgoing.len() > 1)
            && let [(x, y), (u, v), ..] = edge.points.as_slice()
        {
            // The stroke across the default flow, near where it begins.
            let long = (u - x).hypot(v - y).max(1.0);
            let (x, y) = (x + (u - x) / long * 9.0, y + (v - y) / long * 9.0);
            self.put(format_args!(
                r#"<line class="bpmn-default" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{stroke}"/>"#,
                n(x - 3.0),
                n(y + 5.0),
                n(x + 3.0),
                n(y - 5.0)
            ));
        }
        self.close();
    }

    fn edge_label(&mut self, edge: &Edge) {
        if edge.name.is_empty() {
            return;
        }
        let (cx, top, wide) = match edge.label {
            Some(l) => (l.x + l.width / 2.0, l.y, l.width.max(48.0)),
            None => {
                let longest = edge.points.windows(2).max_by(|a, b| {
                    let long = |p: &[(f64, f64)]| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1);
                    long(a).total_cmp(&long(b))
                });
                let Some([a, b]) = longest else { return };
                ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0 - LETTER - 6.0, 96.0)
            }
        };
        let lines = wrap(&edge.name, (wide / LETTER).max(4.0) + 0.4, 3);
        self.lines(&lines, cx, top, false);
    }

    /// Lines of text, centred; around a middle, or from a top down. A halo of paper keeps them apart from flows.
    fn lines(&mut self, lines: &[String], cx: f64, y: f64, middle: bool) {
        if lines.is_empty() {
            return;
        }
        let step = LETTER * 1.3;
        let first = if middle { y - step * (lines.len() as f64 - 1.0) / 2.0 + LETTER * 0.36 } else { y + LETTER * 0.9 };
        self.put(format_args!(
            r#"<text text-anchor="middle" fill="{INK}" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">"#
        ));
        for (i, line) in lines.iter().enumerate() {
            self.put(format_args!(r#"<tspan x="{}" y="{}">{}</tspan>"#, n(cx), n(first + step * i as f64), escape(line)));
        }
        self.out.push_str("</text>");
    }

    /// The name of a pool or lane on its side: Chinese upright, one character below the other; other scripts turned.
    fn standing(&mut self, name: &str, cx: f64, cy: f64, tall: f64) {
        let chinese = name.chars().filter(|c| wide(*c)).count() * 2 > name.chars().count();
        if chinese {
            let most = (tall / (LETTER * 1.3)).floor().max(1.0) as usize;
            let mut letters: Vec<String> = name.chars().filter(|c| *c != ' ').map(String::from).collect();
            if letters.len() > most {
                letters.truncate(most);
                if let Some(last) = letters.last_mut() {
                    *last = "…".to_owned();
                }
            }
            self.lines(&letters, cx, cy, true);
        } else if !name.is_empty() {
            let line = wrap(name, tall / LETTER, 1).into_iter().next().unwrap_or_default();

            self.put(format_args!(
                r#"<text transform="translate({} {}) rotate(-90)" text-anchor="middle" fill="{INK}">{}</text>"#,
                n(cx + LETTER * 0.36),
                n(cy),
                escape(&line)
            ));
        }
    }

    /// ✓ for done, ● for under way, ✕ for at fault, drawn so that no font is needed.
    fn badge(&mut self, element: &str, x: f64, y: f64) {
        let (x, y) = (n(x), n(y));
        match self.progress(element) {
            Some(Progress::Done) => self.put(format_args!(
                r#"<g class="bpmn-badge" transform="translate({x} {y})"><circle r="8" fill="{PINE}" stroke="{PAPER}" stroke-width="1.5"/><path d="M-4 0l3 3.5l5 -6.5" fill="none" stroke="{PAPER}" stroke-width="2"/></g>"#
            )),
            Some(Progress::Now) => self.put(format_args!(
                r#"<g class="bpmn-badge" transform="translate({x} {y})"><circle r="8" fill="{PAPER}" stroke="{PINE}" stroke-width="1.5"/><circle r="4.5" fill="{SUN}" stroke="{INK}"/></g>"#
            )),
            Some(Progress::Trouble) => self.put(format_args!(
                r#"<g class="bpmn-badge" transform="translate({x} {y})"><circle r="8" fill="{BRICK}" stroke="{PAPER}" stroke-width="1.5"/><path d="M-3.5 -3.5l7 7M3.5 -3.5l-7 7" fill="none" stroke="{PAPER}" stroke-width="2"/></g>"#
            )),
            Some(Progress::Ahead) | None => {}
        }
    }
}

fn arrow_head(points: &[(f64, f64)]) -> Option<String> {
    let (x, y) = *points.last()?;
    let before = points.iter().rev().find(|(u, v)| (u - x).hypot(v - y) > 0.5)?;
    let long = (x - before.0).hypot(y - before.1);
    let (dx, dy) = ((x - before.0) / long, (y - before.1) / long);
    let (bx, by) = (x - dx * 9.0, y - dy * 9.0);
    Some(format!("{},{} {},{} {},{}", n(x), n(y), n(bx - dy * 4.5), n(by + dx * 4.5), n(bx + dy * 4.5), n(by - dx * 4.5)))
}

/// Numbers short and the same everywhere.
fn n(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".to_owned() } else { format!("{rounded}") }
}
