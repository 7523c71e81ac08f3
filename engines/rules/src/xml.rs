//! 读 XML · what both readers of DMN need of an XML text.

use std::collections::HashMap;

use roxmltree::{Document, Node};

use crate::error::cut;
use crate::table::no;
use crate::{MAX_XML, RuleError};

/// The text as a tree whose outermost element is `definitions`.
pub(crate) fn definitions(dmn_xml: &str) -> Result<Document<'_>, RuleError> {
    if dmn_xml.len() > MAX_XML {
        return Err(no("文件", format!("有 {} 字节，最多 {MAX_XML}，请拆成几个文件", dmn_xml.len())));
    }
    let document = Document::parse(dmn_xml).map_err(|error| match error {
        roxmltree::Error::DtdDetected => no("文件", "有 DTD（<!DOCTYPE …>），DTD 和实体不接受，请删去，实体换成它代表的文字"),
        error => no("文件", format!("不是完整的 XML，请重新导出（{error}）")),
    })?;
    let name = document.root_element().tag_name();
    let is_dmn = name.namespace().is_none_or(|space| {
        let omg = space.strip_prefix("https://").or_else(|| space.strip_prefix("http://"));
        omg.is_some_and(|rest| rest.starts_with("www.omg.org/spec/DMN/"))
    });
    if name.name() != "definitions" || !is_dmn {
        return Err(no("文件", "最外层要是 DMN 的 definitions，请导出 DMN 格式"));
    }
    unrepeated(&document)?;
    Ok(document)
}

/// What can be required or asked for has an id and a name of its own (DMN 1.5, 6.3.7 and 7.3.1): of two, one would never be
/// looked at.
fn unrepeated(document: &Document) -> Result<(), RuleError> {
    let (mut ids, mut names) = (HashMap::new(), HashMap::new());
    let line = |node: Node| document.text_pos_at(node.range().start).row;
    for node in document.root_element().children().filter(Node::is_element) {
        let is_asked = matches!(
            node.tag_name().name(),
            "inputData" | "decision" | "businessKnowledgeModel" | "decisionService" | "knowledgeSource"
        );
        let by_name = node.attribute("name").filter(|_| is_asked).map(|name| ("name", name.trim(), &mut names));
        for (what, value, seen) in node.attribute("id").map(|id| ("id", id, &mut ids)).into_iter().chain(by_name) {
            if let Some(before) = seen.insert(value, line(node)) {
                let (value, now) = (cut(value.to_owned()), line(node));
                return Err(no("文件", format!("第 {before} 行和第 {now} 行的 {what} 都是“{value}”，请改成各不相同")));
            }
        }
    }
    Ok(())
}

pub(crate) fn children<'a, 'input>(node: Node<'a, 'input>, name: &'static str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

pub(crate) fn child<'a, 'input>(node: Node<'a, 'input>, name: &'static str) -> Option<Node<'a, 'input>> {
    children(node, name).next()
}

/// The text of the `<text>` in an element.
pub(crate) fn inner_text(node: Node) -> Option<String> {
    child(node, "text").map(text_of)
}

pub(crate) fn text_of(node: Node) -> String {
    let text: String = node.descendants().filter(|inner| inner.is_text()).filter_map(|inner| inner.text()).collect();
    text.trim().to_owned()
}

/// The rule's own words: its description, or else its annotations.
pub(crate) fn described(rule: Node) -> String {
    let described = child(rule, "description").map(text_of).filter(|text| !text.is_empty());
    described.unwrap_or_else(|| {
        let notes = children(rule, "annotationEntry").filter_map(inner_text);
        notes.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("；")
    })
}
