//! 画图 · the chart as SVG, from the drawing that came with it or, without one, from a layout of our own. Colours are
//! presentation attributes, so a style sheet may overrule them by class; state is told by outline and mark, not by colour
//! alone.

pub(crate) mod diagram;
mod draw;
mod layout;
mod text;

use crate::definition::Definition;
use crate::replay::Overlay;
use crate::words::Lang;

/// Draws the chart; with an overlay also what is done, what is under way and what is ahead.
pub fn svg(def: &Definition, overlay: Option<&Overlay>, lang: Lang) -> String {
    match &def.diagram {
        Some(diagram) => draw::draw(def, diagram, overlay, lang),
        None => draw::draw(def, &layout::layout(def, lang), overlay, lang),
    }
}
