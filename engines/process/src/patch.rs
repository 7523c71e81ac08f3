//! 改图 · changes to a chart are made in its text, at the very place, and nowhere else: drawing, extensions of other
//! makers, comments, line ends and the encoding stay byte for byte.

use crate::definition::Definition;
use crate::fault::ParseError;
use crate::parse::{SUNLIT, child, is};
use crate::words::Words;
use roxmltree::{Document, Node as Xml};
use std::ops::Range;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Sets an attribute of an element, such as `name`; none removes it.
    Attribute {
        /// Id of the element.
        id: String,
        /// Name of the attribute, without prefix.
        name: String,
        /// Its value.
        value: Option<String>,
    },
    /// Sets the FEEL condition of a flow.
    Condition {
        /// Id of the flow.
        flow: String,
        /// The condition.
        text: String,
    },
    /// Sets an attribute of our `sunlit:task` (of `sunlit:flow` on a flow); none removes it.
    Extension {
        /// Id of the element.
        id: String,
        /// `limit`, `basis`, `risk` …
        name: String,
        /// Its value.
        value: Option<String>,
    },
}

impl Definition {
    /// The chart with these changes made, one after another; a new version with a digest of its own.
    pub fn edit(&self, edits: &[Edit]) -> Result<Definition, ParseError> {
        let mut text = self.xml.clone();
        for edit in edits {
            let (place, with) = patch(&text, edit)?;
            text.replace_range(place, &with);
        }
        crate::parse::definition(&text, Some(&self.key), self.encoding)
    }
}

fn no(element: &str, reason: Words, remedy: Words) -> ParseError {
    ParseError { element: Some(element.to_owned()), line: 1, column: 1, reason, remedy }
}

/// What to replace, and by what.
fn patch(text: &str, edit: &Edit) -> Result<(Range<usize>, String), ParseError> {
    let (id, name, value) = match edit {
        Edit::Attribute { id, name, value } | Edit::Extension { id, name, value } => (id, name.as_str(), value.as_deref()),
        Edit::Condition { flow, text } => (flow, "", Some(text.as_str())),
    };
    let document = Document::parse(text).map_err(|e| {
        no(
            id,
            Words::new(format!("不是格式正确的 XML（{e}）"), format!("not well-formed XML ({e})")),
            Words::new("先改正文件", "mend the file"),
        )
    })?;
    let mut named = document.descendants().filter(|n| n.attribute("id") == Some(id) && is(*n, n.tag_name().name()));
    let Some(element) = named.next() else {
        return Err(no(
            id,
            Words::new(format!("图上没有“{id}”"), format!("there is no “{id}” on the chart")),
            Words::new("请核对 id", "check the id"),
        ));
    };
    if named.next().is_some() {
        return Err(no(
            id,
            Words::new(format!("不止一处的 id 是“{id}”，不知道改哪一处"), format!("more than one element has the id “{id}”")),
            Words::new("先让每个 id 只用一次", "first give each element an id of its own"),
        ));
    }
    if !matches!(edit, Edit::Condition { .. }) && crate::parse::ncname_remedy(name).is_some() {
        return Err(no(
            id,
            Words::new(format!("“{name}”不能作属性名"), format!("“{name}” cannot name an attribute")),
            Words::new("只用字母、数字和下划线", "use letters, digits and underscores"),
        ));
    }
    Ok(match edit {
        Edit::Attribute { .. } => attribute(text, element, name, value),
        Edit::Condition { .. } => {
            let condition = escape(value.unwrap_or_default());
            match child(element, "conditionExpression") {
                Some(old) => content(text, old, &condition),
                None => {
                    let tag = prefixed(text, element, "conditionExpression");
                    inside(text, element, &format!("<{tag}>{condition}</{tag}>"), false)
                }
            }
        }
        Edit::Extension { .. } => extension(text, element, name, value),
    })
}

/// Sets one attribute in the start tag.
fn attribute(text: &str, element: Xml, name: &str, value: Option<&str>) -> (Range<usize>, String) {
    match (element.attribute_node(name), value) {
        (Some(old), Some(value)) => (old.range_value(), escape(value)),
        (Some(old), None) => {
            let from = text[..old.range().start].trim_end().len();
            (from..old.range().end, String::new())
        }
        (None, Some(value)) => {
            let at = element.range().start + 1 + qualified(text, element).len();
            (at..at, format!(r#" {name}="{}""#, escape(value)))
        }
        (None, None) => (element.range().start..element.range().start, String::new()),
    }
}

fn extension(text: &str, element: Xml, name: &str, value: Option<&str>) -> (Range<usize>, String) {
    let ours = if is(element, "sequenceFlow") { "flow" } else { "task" };
    let holder = child(element, "extensionElements");
    let own = holder.and_then(|h| h.children().find(|n| n.tag_name().name() == ours && n.tag_name().namespace() == Some(SUNLIT)));
    if let Some(own) = own {
        return attribute(text, own, name, value);
    }
    let Some(value) = value else { return (element.range().start..element.range().start, String::new()) };
    let said = match element.lookup_prefix(SUNLIT) {
        Some(prefix) => format!(r#"<{prefix}:{ours} {name}="{}"/>"#, escape(value)),
        None => format!(r#"<sunlit:{ours} xmlns:sunlit="{SUNLIT}" {name}="{}"/>"#, escape(value)),
    };
    match holder {
        Some(holder) => inside(text, holder, &said, true),
        None => {
            let tag = prefixed(text, element, "extensionElements");
            // The schema wants documentation first.
            let whole = format!("<{tag}>{said}</{tag}>");
            match element.children().rfind(|n| is(*n, "documentation")) {
                Some(last) => (last.range().end..last.range().end, whole),
                None => inside(text, element, &whole, true),
            }
        }
    }
}

/// Puts something inside an element, first or last; opens `<a/>` if need be.
fn inside(text: &str, element: Xml, what: &str, first: bool) -> (Range<usize>, String) {
    let Range { start, end } = element.range();
    if text[start..end].ends_with("/>") {
        return (end - 2..end, format!(">{what}</{}>", qualified(text, element)));
    }
    let at = if first { start + open_tag(&text[start..end]) } else { end - close_tag(&text[start..end]) };
    (at..at, what.to_owned())
}

/// Replaces all that is inside an element.
fn content(text: &str, element: Xml, what: &str) -> (Range<usize>, String) {
    let Range { start, end } = element.range();
    if text[start..end].ends_with("/>") {
        return inside(text, element, what, true);
    }
    (start + open_tag(&text[start..end])..end - close_tag(&text[start..end]), what.to_owned())
}

/// Length of the start tag; a `>` within quotes does not end it.
fn open_tag(element: &str) -> usize {
    let mut quote = None;
    for (at, c) in element.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return at + 1,
            (Some(q), c) if q == c => quote = None,
            _ => {}
        }
    }
    element.len()
}

/// Length of the end tag.
fn close_tag(element: &str) -> usize {
    element.rfind("</").map_or(0, |at| element.len() - at)
}

/// The name of an element as written, with its prefix.
fn qualified<'t>(text: &'t str, element: Xml) -> &'t str {
    let name = &text[element.range().start + 1..element.range().end];
    name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
}

fn prefixed(text: &str, element: Xml, name: &str) -> String {
    match qualified(text, element).split_once(':') {
        Some((prefix, _)) => format!("{prefix}:{name}"),
        None => name.to_owned(),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\r' | '\t' => out.push_str(&format!("&#{};", c as u32)),
            // No other control character can stand in XML.
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
