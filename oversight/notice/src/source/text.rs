//! 文本 · plain text: UTF-8 with or without a mark, UTF-16, GB18030.

use crate::{Format, LONGEST_TEXT, Trouble};
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

/// The text and its encoding.
pub fn decode(bytes: &[u8]) -> Result<(String, Format), Trouble> {
    if bytes.is_empty() {
        return Err(Trouble::Empty);
    }
    let (text, format) = if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        (utf8(rest)?, Format::Utf8)
    } else if let Some((encoding, rest)) = utf16(bytes) {
        (whole(encoding, rest)?, Format::Utf16)
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        (text.to_owned(), Format::Utf8)
    } else if is_mostly_utf8(bytes) {
        return Err(broken(bytes, std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)));
    } else {
        (whole(GB18030, bytes)?, Format::Gb18030)
    };
    let controls = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0b' | '\x0c')).count();
    if controls * 200 > text.chars().count() {
        return Err(Trouble::UnknownKind);
    }
    Ok((text, format))
}

fn utf8(bytes: &[u8]) -> Result<String, Trouble> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| broken(bytes, error.valid_up_to()))
}

/// UTF-16 by its mark, or by its line feeds.
fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Some((UTF_16LE, rest));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return Some((UTF_16BE, rest));
    }
    let has = |feed: [u8; 2]| bytes.as_chunks().0.contains(&feed);
    match (has([b'\n', 0]), has([0, b'\n'])) {
        (true, false) => Some((UTF_16LE, bytes)),
        (false, true) => Some((UTF_16BE, bytes)),
        _ => None,
    }
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Trouble> {
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        // Text in no encoding at all is no text.
        None if bytes.iter().take(4096).filter(|byte| **byte < 9).count() > 8 => Err(Trouble::UnknownKind),
        None => {
            let (text, _) = encoding.decode_without_bom_handling(bytes);
            let line = text.split('\u{FFFD}').next().map_or(1, |good| good.matches('\n').count() + 1);
            Err(Trouble::Encoding { line })
        }
    }
}

/// Chinese in UTF-8 is runs of three bytes, which other encodings hold by chance only, one in a hundred. So many of them among what
/// is not UTF-8, or at the head of the file, mean a damaged file or two encodings in one, not another encoding.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let wide = |text: &str| text.chars().filter(|c| c.len_utf8() == 3).count();
    if bytes.utf8_chunks().next().is_some_and(|head| wide(head.valid()) >= 10) {
        return true;
    }
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += wide(chunk.valid());
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 10 && good * 8 > bad
}

fn broken(bytes: &[u8], at: usize) -> Trouble {
    Trouble::Encoding { line: bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1 }
}

/// The lines of a text; every kind of line end ends one.
pub fn lines(text: &str) -> Result<Vec<String>, Trouble> {
    if text.len() > LONGEST_TEXT {
        return Err(Trouble::Expands);
    }
    let text = text.replace("\r\n", "\n");
    let mut lines: Vec<String> = text
        .split(['\n', '\r', '\x0b', '\x0c', '\u{85}', '\u{2028}', '\u{2029}'])
        .map(|line| line.trim_start_matches('\u{FEFF}').to_owned())
        .collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    Ok(lines)
}
