//! 编码 · a file from a disk into text and back, byte for byte. The byte order mark decides, then the XML declaration,
//! then UTF-8 (XML 1.0, appendix F).

use super::MOST_BYTES;
use crate::fault::ParseError;
use crate::words::Words;

/// How the bytes of a file stand for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// Little or big end first, with or without a byte order mark (which is part of the text).
    Utf16 {
        big: bool,
    },
    /// What the XML declaration names.
    Named(&'static encoding_rs::Encoding),
}

impl Encoding {
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16 { big: true } => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Encoding::Utf16 { big: false } => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            // A character that the encoding lacks is written as a numeric reference, which is what XML wants.
            Encoding::Named(encoding) => encoding.encode(text).0.into_owned(),
        }
    }
}

pub(crate) fn decode(bytes: &[u8]) -> Result<(String, Encoding), ParseError> {
    if bytes.len() > MOST_BYTES {
        return Err(super::too_large());
    }
    let encoding = sniff(bytes)?;
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
        Encoding::Utf16 { big } => {
            let unit =
                |pair: &[u8]| if big { u16::from_be_bytes([pair[0], pair[1]]) } else { u16::from_le_bytes([pair[0], pair[1]]) };
            let units: Vec<u16> = bytes.chunks_exact(2).map(unit).collect();
            bytes.len().is_multiple_of(2).then(|| String::from_utf16(&units).ok()).flatten()
        }
        Encoding::Named(named) => {
            named.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
        }
    };
    match text {
        // Two byte sequences may stand for one character; then the file could not be given back as it came.
        Some(text) if encoding.encode(&text) == bytes => Ok((text, encoding)),
        _ => Err(error(
            Words::new("文件的字节与它声明的编码不符", "the bytes of the file are not in the encoding it declares"),
            Words::new("用流程图软件另存为 UTF-8", "save the file as UTF-8 in the modeler"),
        )),
    }
}

fn sniff(bytes: &[u8]) -> Result<Encoding, ParseError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => return Ok(Encoding::Utf8),
        [0xFE, 0xFF, ..] | [0, b'<', 0, ..] => return Ok(Encoding::Utf16 { big: true }),
        [0xFF, 0xFE, ..] | [b'<', 0, _, 0, ..] => return Ok(Encoding::Utf16 { big: false }),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(200)];
    let head: String = head.iter().map(|b| if b.is_ascii() { char::from(*b) } else { ' ' }).collect();
    let declaration = head.strip_prefix("<?xml").and_then(|h| h.split_once("?>")).map_or("", |(d, _)| d);
    let named = declaration.split_once("encoding").and_then(|(_, rest)| {
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split_once(quote).map(|(name, _)| name)
    });
    let Some(named) = named else { return Ok(Encoding::Utf8) };
    match encoding_rs::Encoding::for_label(named.as_bytes()) {
        // Bytes without zeros that call themselves UTF-16 were saved again as UTF-8 by a tool that left the declaration.
        Some(e) if e == encoding_rs::UTF_8 || e == encoding_rs::UTF_16LE || e == encoding_rs::UTF_16BE => Ok(Encoding::Utf8),
        // GB2312 and GBK are read as the standard that includes them, GB 18030.
        Some(e) if e == encoding_rs::GBK => Ok(Encoding::Named(encoding_rs::GB18030)),
        Some(e) if e.output_encoding() == e => Ok(Encoding::Named(e)),
        _ => Err(error(
            Words::new(format!("不认识文件声明的编码“{named}”"), format!("the encoding “{named}” is not known")),
            Words::new("用流程图软件另存为 UTF-8", "save the file as UTF-8 in the modeler"),
        )),
    }
}

fn error(reason: Words, remedy: Words) -> ParseError {
    ParseError { element: None, line: 1, column: 1, reason, remedy }
}
