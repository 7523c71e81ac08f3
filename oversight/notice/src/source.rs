//! 取文字 · the lines of a file, whatever kind it is. The kind is told by the content; size, depth and what a file unpacks to are bounded.

mod docx;
mod html;
mod numbering;
mod pdf;
mod text;
mod unicode_map;

use crate::{Format, LONGEST_FILE, LONGEST_TEXT, MOST_LINES, Source, Trouble};

/// What is taken out of a file.
pub(crate) struct Taken {
    pub source: Source,
    /// Lines, from 1, at which the file hides words from its readers.
    pub hidden: Vec<u32>,
}

impl From<Source> for Taken {
    fn from(source: Source) -> Taken {
        Taken { source, hidden: Vec::new() }
    }
}

/// Takes the text out of a file.
pub(crate) fn source(bytes: &[u8]) -> Result<Taken, Trouble> {
    if bytes.len() > LONGEST_FILE {
        return Err(Trouble::TooLarge { bytes: bytes.len() });
    }
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let taken = if bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
        pdf::read(bytes)?.into()
    } else if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        docx::read(bytes)?
    } else if begins(b"\xD0\xCF\x11\xE0") {
        return Err(Trouble::OldWord);
    } else if begins(b"{\\rtf") {
        return Err(Trouble::Rtf);
    } else if [&b"\x89PNG"[..], b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*", b"BM"].iter().any(|magic| begins(magic)) {
        return Err(Trouble::Picture);
    } else {
        let (text, format) = text::decode(bytes)?;
        if html::is_page(&text) { html::read(&text)? } else { Source { format, lines: text::lines(&text)? }.into() }
    };
    let source = &taken.source;
    let lines = source.lines.iter().filter(|line| !line.trim().is_empty()).count();
    if lines > MOST_LINES {
        return Err(Trouble::TooManyLines { lines });
    }
    if lines == 0 {
        return Err(if source.format == Format::Pdf { Trouble::NoText } else { Trouble::Empty });
    }
    Ok(taken)
}

/// Lines as they are gathered; more text than a notice has is refused.
#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    bytes: usize,
    hidden: Vec<u32>,
}

impl Lines {
    fn push(&mut self, line: String) -> Result<(), Trouble> {
        self.spend(line.len() + 1)?;
        self.lines.push(line);
        Ok(())
    }

    /// Words are hidden so many lines below the last one.
    fn hide(&mut self, below: usize) {
        let line = (self.lines.len() + below) as u32;
        if self.hidden.last() != Some(&line) {
            self.hidden.push(line);
        }
    }

    fn taken(mut self, format: Format) -> Taken {
        let last = self.lines.len().max(1) as u32;
        self.hidden.iter_mut().for_each(|line| *line = (*line).clamp(1, last));
        self.hidden.dedup();
        Taken { source: Source { format, lines: self.lines }, hidden: self.hidden }
    }

    /// Counts bytes that are kept somewhere on the way here.
    fn spend(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.bytes += bytes;
        if self.bytes > 2 * LONGEST_TEXT { Err(Trouble::Expands) } else { Ok(()) }
    }
}

/// One line of a row: cells parted by tabs, and inside a cell no tab and no line feed.
fn row(cells: &[String]) -> String {
    let plain =
        |cell: &String| cell.split(['\t', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    cells.iter().map(plain).collect::<Vec<_>>().join("\t")
}
