//! 文字 · how wide a text is, where it breaks, and how it is written into XML. No font is at hand: a CJK character is taken
//! as one em, a Latin letter as a little more than half.

/// Width in em.
pub(crate) fn width(text: &str) -> f64 {
    text.chars().map(em).sum()
}

fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.32,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.9,
        'A'..='Z' => 0.68,
        c if wide(c) => 1.0,
        _ => 0.57,
    }
}

/// Ideographs, kana, hangul and full-width forms.
pub(crate) fn wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}

/// Marks that may not begin a line.
fn closes(c: char) -> bool {
    "，。、；：！？）》〉」』】〕”’…,.;:!?)]}".contains(c)
}

/// Breaks a text into at most `lines` lines of at most `em` width; what does not fit ends in an ellipsis.
pub(crate) fn wrap(text: &str, em: f64, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if done.len() > lines {
            break;
        }
        let fits = width(line.trim_end()) + width(piece.trim_end()) <= em;
        let hangs = piece.chars().next().is_some_and(closes) && width(&line) <= em;
        if line.is_empty() || fits || hangs {
            line.push_str(piece);
        } else {
            done.push(std::mem::take(&mut line).trim().to_owned());
            line.push_str(piece.trim_start());
        }
        // A single word wider than the box is cut where it must be.
        while done.len() <= lines && width(line.trim_end()) > em + 1.0 && line.chars().count() > 1 {
            let mut at = 0;
            let mut so_far = 0.0;
            for (i, c) in line.char_indices() {
                so_far += self::em(c);
                if so_far > em && i > 0 {
                    break;
                }
                at = i + c.len_utf8();
            }
            let rest = line.split_off(at);
            if rest.is_empty() {
                break;
            }
            done.push(std::mem::replace(&mut line, rest));
        }
    }
    if !line.trim().is_empty() {
        done.push(line.trim().to_owned());
    }
    if done.len() > lines {
        done.truncate(lines.max(1));
        if let Some(last) = done.last_mut() {
            while width(last) + 1.0 > em && last.chars().count() > 1 {
                last.pop();
            }
            last.push('…');
        }
    }
    done
}

/// Where a line may break: after a space, before and after each wide character.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut before: Option<char> = None;
    for (i, c) in text.char_indices() {
        if let Some(b) = before
            && i > begin
            && (b == ' ' || b == '-' || wide(b) || wide(c))
        {
            pieces.push(&text[begin..i]);
            begin = i;
        }
        before = Some(c);
    }
    if begin < text.len() {
        pieces.push(&text[begin..]);
    }
    pieces
}

/// Escapes for XML text and attributes; characters that XML does not have are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            c if c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_breaks_anywhere_but_not_before_a_closing_mark() {
        assert_eq!(wrap("受理申请材料", 4.0, 3), ["受理申请", "材料"]);
        assert_eq!(wrap("受理申请，材料", 4.0, 3), ["受理申请，", "材料"]);
        assert_eq!(wrap("Request additional documents", 9.0, 3), ["Request", "additional", "documents"]);
        assert_eq!(wrap("一二三四五六七八九", 3.0, 2), ["一二三", "四五…"]);
        assert_eq!(wrap("", 3.0, 2), Vec::<String>::new());
        assert!(wrap("Donaudampfschifffahrtsgesellschaft", 8.0, 9).len() > 1);
    }
}
