//! 行列与名称 · lines and columns for people, and the rule for ids (XML NCName).

use crate::fault::ParseError;
use crate::words::Words;
use roxmltree::Node as Xml;

/// Where lines begin, so that each look-up is a binary search.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t str) -> Lines<'t> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Lines { text, starts }
    }

    /// Line of a byte, from 1.
    pub(crate) fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    pub(crate) fn error(&self, node: Xml, reason: Words, remedy: Words) -> ParseError {
        let byte = node.range().start;
        let line = self.line(byte);
        let start = self.starts[line - 1];
        let name = node.tag_name().name();
        let label = node.attribute("name").or(node.attribute("id")).unwrap_or_default();
        ParseError {
            element: Some(if label.is_empty() { name.to_owned() } else { format!("{name} “{label}”") }),
            line,
            column: self.text.get(start..byte).map_or(1, |t| t.chars().count() + 1),
            reason,
            remedy,
        }
    }
}

/// How to mend an id that is no NCName; none when it is one.
pub(crate) fn ncname_remedy(id: &str) -> Option<Words> {
    let mut chars = id.chars();
    let Some(first) = chars.next() else {
        return Some(Words::new("id 不能为空", "an id cannot be empty"));
    };
    if name_start(first) && chars.all(name_char) {
        return None;
    }
    let mended: String = id.trim().chars().map(|c| if name_char(c) { c } else { '_' }).collect();
    let mended = match mended.chars().next() {
        Some(c) if name_start(c) => mended,
        _ => format!("_{mended}"),
    };
    Some(Words::new(
        format!("id 只能用文字、数字、下划线、连字符和点，不能有空格，不能以数字开头；可改为“{mended}”，引用它的地方一并改"),
        format!(
            "an id holds letters, digits, _, - and . only, no spaces, and does not begin with a digit; write “{mended}” here and wherever it is referred to"
        ),
    ))
}

/// XML 1.0 (5th ed.) production 4, without the colon.
fn name_start(c: char) -> bool {
    matches!(c, 'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// XML 1.0 (5th ed.) production 4a, without the colon.
fn name_char(c: char) -> bool {
    name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h11_chinese_is_a_name_and_a_space_is_not() {
        // Full-width brackets lie inside U+FDF0–U+FFFD and so are name characters.
        for good in ["行政许可", "_1", "a-b.c", "𠮷", "受理·初审", "受理（初审）"] {
            assert_eq!(ncname_remedy(good), None, "{good}");
        }
        for bad in ["Test 2", "1a", "", "a:b", "受理、初审 "] {
            assert!(ncname_remedy(bad).is_some(), "{bad}");
        }
        assert!(ncname_remedy("Test 2").is_some_and(|w| w.zh.contains("“Test_2”")));
    }
}
