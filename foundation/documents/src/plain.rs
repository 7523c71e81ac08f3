//! 只改文字 · what somebody who edits the words of a template may not bring into it: code of their own. Everything that computes must stand in
//! the template of the house in the same shape, words and strings apart; else it must be one of a few plain calls on the data. So no
//! template can be made that eats the machine, reads what it should not, or hides its words from the reader.

use typst::syntax::{LinkedNode, SyntaxKind, SyntaxNode, parse};

use std::collections::HashSet;

/// Calls that may be put anywhere: they fetch, set as a paragraph, or emphasise.
const PLAIN: [&str; 17] = [
    "get",
    "list-of",
    "given",
    "plain",
    "basis-name",
    "basis-names",
    "stop",
    "ordinal",
    "breakable",
    "you",
    "salutation",
    "heading-1",
    "remedies",
    "signature",
    "is-permit",
    "strong",
    "emph",
];

/// What computes.
fn computes(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::FuncCall
            | SyntaxKind::FieldAccess
            | SyntaxKind::Binary
            | SyntaxKind::Unary
            | SyntaxKind::Spread
            | SyntaxKind::LetBinding
            | SyntaxKind::SetRule
            | SyntaxKind::ShowRule
            | SyntaxKind::Contextual
            | SyntaxKind::Conditional
            | SyntaxKind::WhileLoop
            | SyntaxKind::ForLoop
            | SyntaxKind::ModuleImport
            | SyntaxKind::ModuleInclude
            | SyntaxKind::Closure
            | SyntaxKind::DestructAssignment
            | SyntaxKind::Equation
            | SyntaxKind::Ref
    )
}

/// The shape of code: words within brackets and strings are left out, so are blanks.
fn shape(node: &SyntaxNode, into: &mut String) {
    match node.kind() {
        SyntaxKind::ContentBlock => into.push_str("[]"),
        SyntaxKind::Str => into.push_str("\"\""),
        SyntaxKind::Space | SyntaxKind::Parbreak | SyntaxKind::LineComment | SyntaxKind::BlockComment => {}
        _ if node.children().len() == 0 => into.push_str(node.leaf_text()),
        _ => node.children().for_each(|child| shape(child, into)),
    }
}

fn shape_of(node: &SyntaxNode) -> (SyntaxKind, String) {
    // Of what is brought in from elsewhere the path is no word.
    if matches!(node.kind(), SyntaxKind::ModuleImport | SyntaxKind::ModuleInclude) {
        return (node.kind(), node.full_text().to_string());
    }
    let mut shape_of = String::new();
    shape(node, &mut shape_of);
    (node.kind(), shape_of)
}

fn shapes(node: &SyntaxNode, into: &mut HashSet<(SyntaxKind, String)>) {
    if computes(node.kind()) {
        into.insert(shape_of(node));
    }
    node.children().for_each(|child| shapes(child, into));
}

/// Whether a node is a plain call, or a choice by one; what stands in it is looked at by itself.
fn is_plain(node: &SyntaxNode) -> bool {
    let parts = || node.children().filter(|child| !matches!(child.kind(), SyntaxKind::Space | SyntaxKind::Parbreak));
    match node.kind() {
        SyntaxKind::FuncCall => {
            let callee = parts().next().filter(|callee| callee.kind() == SyntaxKind::Ident);
            callee.is_some_and(|callee| PLAIN.contains(&callee.leaf_text().as_str())) && parts().skip(1).all(is_argument)
        }
        // #if given(get(d, "x")) […] else […], #if permit […]
        SyntaxKind::Conditional => parts().all(|part| match part.kind() {
            SyntaxKind::FuncCall => is_plain(part),
            SyntaxKind::Ident | SyntaxKind::If | SyntaxKind::Else | SyntaxKind::ContentBlock => true,
            SyntaxKind::Conditional => is_plain(part),
            _ => false,
        }),
        _ => false,
    }
}

fn is_argument(node: &SyntaxNode) -> bool {
    match node.kind() {
        SyntaxKind::Args | SyntaxKind::Named => node.children().all(is_argument),
        SyntaxKind::FuncCall => is_plain(node),
        SyntaxKind::LeftParen
        | SyntaxKind::RightParen
        | SyntaxKind::Comma
        | SyntaxKind::Colon
        | SyntaxKind::Space
        | SyntaxKind::Ident
        | SyntaxKind::Str
        | SyntaxKind::Bool
        | SyntaxKind::None
        | SyntaxKind::ContentBlock => true,
        _ => false,
    }
}

/// The code in `text` that is neither plain nor stands in `house` in the same shape: its line, from 1, and its first characters.
///
/// ```
/// use documents::foreign;
/// let house = "#let d = data()\n#for x in list-of(d, \"xs\") [第#x。]\n#stop(get(d, \"a\"))";
/// assert!(foreign("#let d = data()\n#for x in list-of(d, \"xs\") [请看#x。]\n#strong(get(d, \"b\"))", house).is_empty());
/// assert_eq!(foreign("好\n#(\"a\" * 9000000)", house), [(2, "\"a\" * 9000000".to_owned())]);
/// ```
pub fn foreign(text: &str, house: &str) -> Vec<(usize, String)> {
    let mut known = HashSet::new();
    shapes(&parse(house), &mut known);
    let root = parse(text);
    let mut found = Vec::new();
    look(&LinkedNode::new(&root), text, &known, &mut found);
    found
}

fn look(node: &LinkedNode<'_>, text: &str, known: &HashSet<(SyntaxKind, String)>, found: &mut Vec<(usize, String)>) {
    let at = node.get();
    if computes(at.kind()) && !is_plain(at) && !known.contains(&shape_of(at)) {
        let range = node.range();
        let line = text.get(..range.start).map_or(0, |before| before.matches('\n').count()) + 1;
        let code: String = text.get(range).unwrap_or_default().chars().take(LONGEST).collect();
        found.push((line, code));
        return;
    }
    node.children().for_each(|child| look(&child, text, known, found));
}

/// Characters that are shown of it.
const LONGEST: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    const HOUSE: &str = r#"#import "/letters/_letter.typ": *
#let d = data()
#let permit = is-permit(d)
#if permit [准予。] else [同意。]
#for (i, x) in list-of(d, "duties").enumerate() { par("（" + ordinal(i + 1) + "）" + stop(plain(x))) }
#set text(size: 14pt)
#signature(d)[#remedies(d)]
"#;

    #[test]
    fn words_may_be_changed_and_data_fetched() {
        assert_eq!(foreign(HOUSE, HOUSE), []);
        let other = HOUSE
            .replace("准予。", "准予，请保存好。#if given(get(d, \"content\")) [内容：#stop(get(d, \"content\"))]")
            .replace("（", "【");
        assert_eq!(foreign(&other, HOUSE), []);
    }

    #[test]
    fn code_of_ones_own_is_named_with_its_line() {
        for code in [
            "#(\"a\" * 9000000000000).len()",
            "#((0,) * 9000000000000)",
            "#lorem(9000000000)",
            "#numbering(\"I\", 900000000)",
            "#if datetime.today().year() < 1971 [#remedies(d)]",
            "#if get(d, \"agency_name\").contains(\"样例\") [甲]",
            "#if get(d, \"case_no\") == \"1\" [甲]",
            "#text(fill: white)[甲]",
            "#set text(fill: white)",
            "#scale(1%)[甲]",
            "#place(dx: 500cm)[甲]",
            "#let remedies(d) = []",
            "#let d = (:)",
            "#d.nothing",
            "#read(\"/etc/passwd\")",
            "#import \"/letters/other.typ\": *",
            "#include \"x.typ\"",
            "#eval(\"1\")",
            "#while true {}",
            "#for i in range(9) [甲]",
            "#pagebreak()",
            "#show \"不\": \"\"",
            "$ 1 / 2 $",
            "#get(d, \"a\", default: \"x\" * 9)",
        ] {
            let found = foreign(&format!("{HOUSE}{code}\n"), HOUSE);
            assert_eq!(found.first().map(|(line, _)| *line), Some(8), "{code}: {found:?}");
        }
    }
}
