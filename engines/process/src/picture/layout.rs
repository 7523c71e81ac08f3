//! 自动布局 · a layered layout for charts that came without a drawing: columns from start to end, a band for each lane,
//! loops led back below. Every flow runs between boxes, never through one.

use super::diagram::{Bounds, Diagram, Edge, Shape};
use super::text;
use crate::definition::{Definition, Flow, Node};
use crate::outline::flow_label;
use crate::words::Lang;
use std::collections::{BTreeMap, HashMap};

const TASK: (f64, f64) = (128.0, 72.0);
const EVENT: f64 = 36.0;
const GATEWAY: f64 = 44.0;
const GUTTER: f64 = 64.0;
const GAP: f64 = 52.0;
const STRIP: f64 = 34.0;
/// From one event on a border to the next, the name between them.
const BORDER: f64 = 98.0;
const PAD: f64 = 24.0;
/// Columns that all arrows of one scope may pass through; where there are more, long arrows are led below, like loops.
const MOST_PASSED: usize = 100_000;

pub(super) fn layout(def: &Definition, lang: Lang) -> Diagram {
    scope(def, None, lang).0
}

/// An arrow under layout: from a node, or from an event on its border, to a node.
struct Arrow<'a> {
    flow: &'a Flow,
    label: String,
    from: usize,
    to: usize,
    boundary: Option<&'a str>,
    back: bool,
}

/// What stands in a column: a node, or an arrow passing through.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Item {
    Node(usize),
    Passing(usize),
}

struct Cell {
    band: usize,
    row: usize,
}

/// Every item by the column it stands in.
type Cells = HashMap<(Item, usize), Cell>;

/// Lays out one scope at the origin; gives its drawing, width and height.
fn scope(def: &Definition, parent: Option<&str>, lang: Lang) -> (Diagram, f64, f64) {
    // An event on the border goes with its activity; one that hangs on nothing stands by itself.
    let hangs = |n: &Node| {
        n.attached_to
            .as_deref()
            .and_then(|id| def.node(id))
            .filter(|h| h.attached_to.is_none())
            .is_some_and(|h| h.parent == n.parent)
    };
    let nodes: Vec<&Node> = def.children(parent).filter(|n| !hangs(n)).collect();
    let at: BTreeMap<&str, usize> = nodes.iter().enumerate().map(|(i, n)| (n.id.as_str(), i)).collect();
    let inner: Vec<Option<(Diagram, f64, f64)>> = nodes
        .iter()
        .map(|n| (n.kind.holds_nodes() && def.children(Some(&n.id)).next().is_some()).then(|| scope(def, Some(&n.id), lang)))
        .collect();
    let size = |i: usize| match (&inner[i], nodes[i].kind) {
        (Some((_, w, h)), _) => (w + 2.0 * PAD, h + 2.0 * PAD + 16.0),
        (None, kind) if kind.is_event() => (EVENT, EVENT),
        (None, kind) if kind.is_gateway() => (GATEWAY, GATEWAY),
        _ => TASK,
    };
    let mut arrows = arrows(def, parent, &at, lang);
    let order = cut_loops(nodes.len(), &mut arrows);
    let (rank, height) = ranks(nodes.len(), &order, &arrows);
    let passed = |a: &Arrow| if a.back { 0 } else { (rank[a.to] - rank[a.from]).saturating_sub(1) };
    if arrows.iter().map(passed).sum::<usize>() > MOST_PASSED {
        arrows.iter_mut().filter(|a| passed(a) > 0).for_each(|a| a.back = true);
    }

    // Bands: one per lane at the top, one for what is in none.
    let mut bands: Vec<Option<&str>> = Vec::new();
    if parent.is_none() {
        bands.extend(def.lanes.iter().map(|l| Some(l.as_str())).filter(|l| nodes.iter().any(|n| n.lane.as_deref() == *l)));
    }
    let laned = !bands.is_empty();
    if !laned || nodes.iter().any(|n| n.lane.is_none()) {
        bands.push(None);
    }
    let band_of = |n: &&Node| bands.iter().position(|b| *b == n.lane.as_deref()).unwrap_or(bands.len() - 1);
    let band: Vec<usize> = nodes.iter().map(band_of).collect();

    let cells = rows(&arrows, &rank, &height, &band, bands.len());
    let row_of = |item: Item, r: usize| cells.get(&(item, r));

    // Columns.
    let columns = rank.iter().max().map_or(1, |r| r + 1);
    let mut widths = vec![0.0_f64; columns];
    for (i, r) in rank.iter().enumerate() {
        widths[*r] = widths[*r].max(size(i).0).max(72.0);
    }
    let left = if laned { STRIP + PAD } else { 0.0 };
    let mut x = vec![left; columns];
    for c in 1..columns {
        x[c] = x[c - 1] + widths[c - 1] + gutter(&arrows, &rank, c - 1);
    }
    let right = x[columns - 1] + widths[columns - 1];

    // Rows.
    let mut row_heights: Vec<Vec<f64>> = vec![vec![]; bands.len()];
    for ((item, _), cell) in &cells {
        let rows = &mut row_heights[cell.band];
        if rows.len() <= cell.row {
            rows.resize(cell.row + 1, 12.0);
        }
        if let Item::Node(i) = *item {
            rows[cell.row] = rows[cell.row].max(size(i).1);
        }
    }
    let mut tops: Vec<Vec<f64>> = Vec::new();
    let mut band_bounds: Vec<(f64, f64)> = Vec::new();
    let mut y = 0.0;
    for rows in &row_heights {
        let begin = y;
        y += if laned { GAP / 2.0 } else { 0.0 };
        let mut top = Vec::new();
        for h in rows {
            top.push(y);
            y += h + GAP;
        }
        y -= if laned { GAP / 4.0 } else { 0.0 };
        tops.push(top);
        band_bounds.push((begin, y - begin));
    }
    let bottom = y;
    let center = |cell: &Cell| tops[cell.band][cell.row] + row_heights[cell.band][cell.row] / 2.0;
    let row_bottom = |cell: &Cell| tops[cell.band][cell.row] + row_heights[cell.band][cell.row];

    let mut diagram = Diagram::default();
    let backs = arrows.iter().filter(|a| a.back).count();
    let total = if backs > 0 { bottom + 12.0 + 16.0 * backs as f64 } else { bottom };
    for (band, (top, tall)) in bands.iter().zip(&band_bounds) {
        if let Some(name) = band {
            diagram.shapes.push(Shape {
                element: (*name).to_owned(),
                figure: "lane".to_owned(),
                name: (*name).to_owned(),
                bounds: Bounds { x: 0.0, y: *top, width: right + PAD * 2.0, height: *tall },
                label: None,
                horizontal: true,
                expanded: false,
            });
        }
    }

    // Nodes, what is inside them, and events on their border.
    let mut boxes: Vec<Bounds> = Vec::new();
    let mut borders: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (i, node) in nodes.iter().enumerate() {
        let (w, h) = size(i);
        let middle = row_of(Item::Node(i), rank[i]).map_or(h / 2.0, center);
        let bounds = Bounds { x: x[rank[i]] + (widths[rank[i]] - w) / 2.0, y: middle - h / 2.0, width: w, height: h };
        boxes.push(bounds);
        diagram.shapes.push(shape(node, bounds, inner[i].is_some()));
        if let Some((drawing, _, _)) = &inner[i] {
            shift(&mut diagram, drawing, bounds.x + PAD, bounds.y + PAD + 8.0);
        }
    }
    for (i, node) in nodes.iter().enumerate() {
        for (k, boundary) in def.boundaries_of(&node.id).filter(|b| hangs(b)).enumerate() {
            let cx = boxes[i].x + boxes[i].width - 26.0 - BORDER * k as f64;
            let cy = boxes[i].y + boxes[i].height;
            borders.insert(&boundary.id, (cx, cy + EVENT / 2.0));
            let bounds = Bounds { x: cx - EVENT / 2.0, y: cy - EVENT / 2.0, width: EVENT, height: EVENT };
            // Its name stands left of the line that leads down from it.
            let label = Bounds { x: cx - EVENT / 2.0 - BORDER + EVENT, y: cy + 6.0, width: BORDER - EVENT, height: 28.0 };
            diagram.shapes.push(Shape { label: Some(label), ..shape(boundary, bounds, false) });
        }
    }

    // Arrows.
    let turn = |column: usize, spread: usize| x[column] + widths[column] + 14.0 + 7.0 * (spread % 4) as f64;
    let mut channel = 0;
    for (k, arrow) in arrows.iter().enumerate() {
        let (from, to) = (&boxes[arrow.from], &boxes[arrow.to]);
        let mut points = Vec::new();
        let source_cell = row_of(Item::Node(arrow.from), rank[arrow.from]);
        // Sources of one column turn at places of their own.
        let spread = (0..arrow.from).filter(|i| rank[*i] == rank[arrow.from]).count() + usize::from(arrow.boundary.is_some());
        match arrow.boundary.and_then(|id| borders.get(id)) {
            Some(&(bx, by)) => {
                points.push((bx, by));
                points.push((bx, source_cell.map_or(by, row_bottom) + GAP / 2.0 + 4.0));
            }
            None => points.push((from.x + from.width, from.center().1)),
        }
        if arrow.back {
            let below = bottom + 12.0 + 16.0 * channel as f64;
            channel += 1;
            let (out, back) = (turn(rank[arrow.from], spread), to.x - 14.0 - 5.0 * (channel % 3) as f64);
            let y0 = points[points.len() - 1].1;
            points.extend([(out, y0), (out, below), (back, below), (back, to.center().1), (to.x, to.center().1)]);
        } else {
            for column in rank[arrow.from] + 1..=rank[arrow.to] {
                let passing = column < rank[arrow.to];
                let item = if passing { Item::Passing(k) } else { Item::Node(arrow.to) };
                let y1 = row_of(item, column).map_or(to.center().1, center);
                let y0 = points[points.len() - 1].1;
                let out = turn(column - 1, spread);
                if (y0 - y1).abs() > 0.5 {
                    points.extend([(out, y0), (out, y1)]);
                }
                points.push(if passing { (x[column] + widths[column], y1) } else { (to.x, y1) });
            }
        }
        let parted = turn(rank[arrow.from], 3);
        let label = (!arrow.label.is_empty()).then(|| match arrow.back {
            // On the way back, at the right end of the channel below.
            true => {
                let place = label_place(&arrow.label, &points[..1], parted);
                let far = |a: (f64, f64), p: &(f64, f64)| (a.0.max(p.0), a.1.max(p.1));
                let (out, below) = points.iter().fold((0.0, 0.0), far);
                Bounds { x: out - place.width - 6.0, y: below - place.height - 3.0, ..place }
            }
            false => label_place(&arrow.label, &points, parted),
        });
        diagram.edges.push(Edge {
            element: arrow.flow.id.clone(),
            figure: "sequenceFlow".to_owned(),
            name: arrow.label.clone(),
            points,
            label,
        });
    }
    let width = if laned { right + PAD * 2.0 } else { right };
    (diagram, width + if backs > 0 && !laned { 24.0 } else { 0.0 }, total)
}

/// Wide enough for the labels of flows that leave the column.
fn gutter(arrows: &[Arrow], rank: &[usize], column: usize) -> f64 {
    let labels = arrows.iter().filter(|a| rank[a.from] == column).map(|a| text::width(&a.label).min(8.0));
    GUTTER + labels.fold(0.0, f64::max) * 12.0
}

/// On the level stretch after the turn, where branches have parted; `parted` is the place of the last turn.
fn label_place(label: &str, points: &[(f64, f64)], parted: f64) -> Bounds {
    let wide = text::width(label).min(8.0) * 12.0 + 4.0;
    let tall = 14.0 * (text::width(label) / 8.0).ceil().clamp(1.0, 3.0);
    let level = points.windows(2).filter(|p| (p[0].1 - p[1].1).abs() < 0.5 && p[1].0 > p[0].0);
    let after = level.map(|p| (p[0].0.max(parted), p[1].0, p[0].1)).find(|(x0, x1, _)| x1 - x0 > wide * 0.6);
    let (x, y) = after.map_or(points[0], |(x0, _, y)| (x0 + 5.0, y));
    Bounds { x, y: y - tall - 5.0, width: wide, height: tall }
}

fn shape(node: &Node, bounds: Bounds, expanded: bool) -> Shape {
    Shape {
        element: node.id.clone(),
        figure: node.element.clone(),
        name: node.name.clone(),
        bounds,
        label: None,
        horizontal: true,
        expanded,
    }
}

fn shift(into: &mut Diagram, from: &Diagram, dx: f64, dy: f64) {
    let moved = |b: Bounds| Bounds { x: b.x + dx, y: b.y + dy, ..b };
    into.shapes.extend(from.shapes.iter().cloned().map(|s| Shape { bounds: moved(s.bounds), label: s.label.map(moved), ..s }));
    into.edges.extend(from.edges.iter().cloned().map(|e| Edge {
        points: e.points.iter().map(|(x, y)| (x + dx, y + dy)).collect(),
        label: e.label.map(moved),
        ..e
    }));
}

fn arrows<'a>(def: &'a Definition, parent: Option<&str>, at: &BTreeMap<&str, usize>, lang: Lang) -> Vec<Arrow<'a>> {
    let mut arrows = Vec::new();
    for flow in def.flows.iter().filter(|f| f.parent.as_deref() == parent) {
        let (Some(source), Some(&to)) = (def.node(&flow.source), at.get(flow.target.as_str())) else {
            continue;
        };
        let alone = at.get(source.id.as_str());
        let Some(&from) = alone.or_else(|| at.get(source.attached_to.as_deref()?)) else {
            continue;
        };
        let boundary = alone.is_none().then_some(source.id.as_str());
        let label = flow_label(source, flow, lang);
        arrows.push(Arrow { flow, label, from, to, boundary, back: false });
    }
    arrows
}

/// Marks arrows that turn back; gives the nodes with later ones first.
fn cut_loops(count: usize, arrows: &mut [Arrow]) -> Vec<usize> {
    let mut state = vec![0_u8; count];
    let mut order = Vec::with_capacity(count);
    let fed: Vec<bool> = (0..count).map(|i| arrows.iter().any(|a| a.to == i && a.from != i)).collect();
    let roots: Vec<usize> = (0..count).filter(|i| !fed[*i]).chain(0..count).collect();
    for root in roots {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut stack = vec![(root, 0)];
        while let Some((i, next)) = stack.pop() {
            let Some(k) = (next..arrows.len()).find(|k| arrows[*k].from == i) else {
                state[i] = 2;
                order.push(i);
                continue;
            };
            stack.push((i, k + 1));
            match state[arrows[k].to] {
                1 => arrows[k].back = true,
                0 => {
                    state[arrows[k].to] = 1;
                    stack.push((arrows[k].to, 0));
                }
                _ => {}
            }
        }
    }
    order
}

/// Longest way from a start, and longest way to an end.
fn ranks(count: usize, order: &[usize], arrows: &[Arrow]) -> (Vec<usize>, Vec<usize>) {
    let (mut rank, mut height) = (vec![0; count], vec![0; count]);
    for &i in order.iter().rev() {
        for arrow in arrows.iter().filter(|a| !a.back && a.from == i) {
            rank[arrow.to] = rank[arrow.to].max(rank[i] + 1);
        }
    }
    for &i in order {
        for arrow in arrows.iter().filter(|a| !a.back && a.from == i) {
            height[i] = height[i].max(height[arrow.to] + 1);
        }
    }
    (rank, height)
}

/// Gives every node and passing arrow a row of its band: that of what leads to it where it is free, so that the longest
/// way runs straight.
fn rows(arrows: &[Arrow], rank: &[usize], height: &[usize], band: &[usize], bands: usize) -> Cells {
    let mut cells = Cells::new();
    let mut into: Vec<Vec<usize>> = vec![Vec::new(); rank.len()];
    for (k, arrow) in arrows.iter().enumerate().filter(|(_, a)| !a.back) {
        into[arrow.to].push(k);
    }
    let columns = rank.iter().max().map_or(0, |r| r + 1);
    for column in 0..columns {
        let mut items: Vec<(usize, usize, bool, usize, Item)> = Vec::new();
        let before = |k: usize| {
            let at = |item: Item| cells.get(&(item, column.checked_sub(1)?));
            at(Item::Passing(k)).or_else(|| at(Item::Node(arrows[k].from)))
        };
        let wish = |leading: &[usize], band: usize| -> usize {
            leading.iter().filter_map(|k| before(*k)).filter(|c| c.band == band).map(|c| c.row).min().unwrap_or(0)
        };
        for i in (0..rank.len()).filter(|i| rank[*i] == column) {
            items.push((band[i], wish(&into[i], band[i]), false, usize::MAX - height[i], Item::Node(i)));
        }
        for (k, arrow) in arrows.iter().enumerate() {
            if !arrow.back && rank[arrow.from] < column && column < rank[arrow.to] {
                let band = band[arrow.to];
                items.push((band, wish(&[k], band), arrow.boundary.is_some(), usize::MAX - height[arrow.to], Item::Passing(k)));
            }
        }
        items.sort_by_key(|(band, wish, side, tall, _)| (*band, *wish, *side, *tall));
        let mut free = vec![0; bands];
        for (band, wish, _, _, item) in items {
            let row = wish.max(free[band]);
            free[band] = row + 1;
            cells.insert((item, column), Cell { band, row });
        }
    }
    cells
}
