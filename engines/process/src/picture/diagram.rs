//! 图形交换 · the drawing that came with the chart (BPMN DI): where each figure stands and how each line runs.

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Bounds {
    pub(crate) fn center(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// One figure.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// Id of the element drawn.
    pub(crate) element: String,
    /// Its BPMN element name: `userTask`, `lane`, `dataObjectReference`.
    pub(crate) figure: String,
    pub(crate) name: String,
    pub(crate) bounds: Bounds,
    pub(crate) label: Option<Bounds>,
    /// A pool or lane that runs from left to right.
    pub(crate) horizontal: bool,
    pub(crate) expanded: bool,
}

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) element: String,
    pub(crate) figure: String,
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) label: Option<Bounds>,
}

/// A drawing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diagram {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) edges: Vec<Edge>,
}
