//! 取文字 · the lines of a file, whatever kind it is. The kind is told by the content; size, depth and what a file unpacks to are bounded.

mod docx;
mod html;
mod numbering;
mod pdf;
mod text;
mod unicode_map;

use crate::{Format, LONGEST_FILE, LONGEST_TEXT, MOST_LINES, Marks, Source, Trouble};

/// Takes the text out of a file.
pub(crate) fn source(bytes: &[u8]) -> Result<Source, Trouble> {
    if bytes.len() > LONGEST_FILE {
        return Err(Trouble::TooLarge { bytes: bytes.len() });
    }
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let mut source = if bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
        pdf::read(bytes)?
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
        if html::is_page(&text) { html::read(&text)? } else { Source::new(format, text::lines(&text)?) }
    };
    source.marks.turned = straighten(&mut source.lines);
    let lines = source.lines.iter().filter(|line| !line.trim().is_empty()).count();
    if lines > MOST_LINES {
        return Err(Trouble::TooManyLines { lines });
    }
    if lines == 0 {
        return Err(if source.format == Format::Pdf { Trouble::NoText } else { Trouble::Empty });
    }
    Ok(source)
}

/// Takes the marks of direction out, so that a text is read and shown in one order; says in which lines there were any that show words
/// in another order than they stand in.
fn straighten(lines: &mut [String]) -> Vec<u32> {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_mark = |c: char| turns(c) || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}');
    let mut turned = Vec::new();
    for (n, line) in (1..).zip(lines) {
        if line.contains(is_mark) {
            turned.extend(line.contains(turns).then_some(n));
            line.retain(|c| !is_mark(c));
        }
    }
    turned
}

/// Lines as they are gathered; more text than a notice has is refused.
#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    bytes: usize,
    marks: Marks,
}

impl Lines {
    /// One more, which a page shows as links and nothing else.
    fn push_linked(&mut self, line: String) -> Result<(), Trouble> {
        self.push(line)?;
        self.marks.linked.push(self.lines.len() as u32);
        Ok(())
    }

    fn push(&mut self, line: String) -> Result<(), Trouble> {
        self.spend(line.len() + 1)?;
        self.lines.push(line);
        Ok(())
    }

    /// Words are hidden so many lines below the last one.
    fn hide(&mut self, below: usize) {
        note(&mut self.marks.hidden, self.lines.len() + below);
    }

    /// In the row so many lines below the last one a cell stands across columns.
    fn across(&mut self, below: usize) {
        note(&mut self.marks.across, self.lines.len() + below);
    }

    /// A menu or a foot of a page stands so many lines below the last one.
    fn leave_out(&mut self, below: usize) {
        note(&mut self.marks.around, self.lines.len() + below);
    }

    fn taken(mut self, format: Format) -> Source {
        let last = self.lines.len().max(1) as u32;
        for marked in [&mut self.marks.hidden, &mut self.marks.around] {
            marked.iter_mut().for_each(|line| *line = (*line).clamp(1, last));
            marked.dedup();
        }
        Source { format, lines: self.lines, marks: self.marks }
    }

    /// Counts bytes that are kept somewhere on the way here.
    fn spend(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.bytes += bytes;
        if self.bytes > 2 * LONGEST_TEXT { Err(Trouble::Expands) } else { Ok(()) }
    }
}

fn note(marked: &mut Vec<u32>, line: usize) {
    if marked.last() != Some(&(line as u32)) {
        marked.push(line as u32);
    }
}

/// One line of a row: cells parted by tabs, and inside a cell no tab and no line feed.
fn row(cells: &[String]) -> String {
    let plain =
        |cell: &String| cell.split(['\t', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    cells.iter().map(plain).collect::<Vec<_>>().join("\t")
}
