//! 行与片段 · a line of the source and pieces of it. Reading goes by a folded copy, in which full and half width are the same; what is
//! handed on is always what stands in the source, with its place.

use serde::{Deserialize, Serialize};

/// Where words stand: characters `from..to` (from 0, `to` excluded) of a line (from 1). A page can link to it as it is.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Line of [`Source::lines`](crate::Source::lines), from 1.
    pub line: u32,
    /// First character, from 0.
    pub from: u32,
    /// One past the last.
    pub to: u32,
}

/// Words of the source and where they stand.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// As written.
    pub text: String,
    /// Where.
    #[serde(flatten)]
    pub at: Span,
}

/// A line: as written, and folded for reading. Both have the same number of characters.
pub(crate) struct Line {
    number: u32,
    raw: Vec<char>,
    folded: Vec<char>,
}

impl Line {
    pub fn new(number: u32, text: &str) -> Line {
        let raw: Vec<char> = text.chars().collect();
        let folded = raw.iter().copied().map(fold).collect();
        Line { number, raw, folded }
    }

    /// Leaves characters out of what is read; what is handed on keeps them.
    pub fn hide(&mut self, from: usize, to: usize) {
        self.folded[from..to].fill(' ');
    }

    pub fn whole(&self) -> Piece<'_> {
        Piece { line: self, from: 0, to: self.raw.len() }
    }
}

/// The one form in which the reader looks at a character: digits narrow, punctuation wide, every blank a space.
fn fold(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '(' | '〔' | '［' | '[' | '【' | '﹙' => '（',
        ')' | '〕' | '］' | ']' | '】' | '﹚' => '）',
        ':' | '﹕' | '∶' => '：',
        ';' | '﹔' => '；',
        ',' | '﹐' => '，',
        '﹑' | '､' => '、',
        '.' => '．',
        '|' | '│' | '┃' => '｜',
        '○' | '零' | '◯' => '〇',
        '-' | '–' | '—' | '－' | '~' | '～' | '―' => '—',
        '/' => '／',
        '\t' => '\t',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Part of a line.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    line: &'a Line,
    from: usize,
    to: usize,
}

impl<'a> Piece<'a> {
    pub fn len(self) -> usize {
        self.to - self.from
    }
    pub fn is_empty(self) -> bool {
        self.from == self.to
    }
    /// Nothing but blanks.
    pub fn is_blank(self) -> bool {
        self.position(|c| !c.is_whitespace()).is_none()
    }
    /// The characters to read by.
    pub fn chars(self) -> &'a [char] {
        &self.line.folded[self.from..self.to]
    }
    /// The characters as written.
    pub fn raw(self) -> &'a [char] {
        &self.line.raw[self.from..self.to]
    }
    pub fn text(self) -> String {
        self.raw().iter().collect()
    }
    pub fn span(self) -> Span {
        Span { line: self.line.number, from: self.from as u32, to: self.to as u32 }
    }
    pub fn words(self) -> Words {
        Words { text: self.text(), at: self.span() }
    }
    /// Characters `from..to` of this piece; ends beyond it stop at its end.
    pub fn sub(self, from: usize, to: usize) -> Piece<'a> {
        let to = (self.from + to).min(self.to);
        Piece { line: self.line, from: (self.from + from).min(to), to }
    }
    pub fn after(self, from: usize) -> Piece<'a> {
        self.sub(from, self.len())
    }
    pub fn before(self, to: usize) -> Piece<'a> {
        self.sub(0, to)
    }
    pub fn at(self, at: usize) -> Option<char> {
        self.chars().get(at).copied()
    }
    pub fn starts_with(self, words: &str) -> bool {
        begins(self.chars(), words)
    }
    pub fn ends_with(self, words: &str) -> bool {
        let mut chars = self.chars().iter().rev();
        words.chars().rev().all(|c| chars.next() == Some(&c))
    }
    pub fn find(self, words: &str) -> Option<usize> {
        let (chars, first) = (self.chars(), words.chars().next()?);
        (0..chars.len()).find(|at| chars[*at] == first && begins(&chars[*at..], words))
    }
    pub fn contains(self, words: &str) -> bool {
        self.find(words).is_some()
    }
    pub fn position(self, is: impl Fn(char) -> bool) -> Option<usize> {
        self.chars().iter().position(|c| is(*c))
    }
    /// Without such characters at either end.
    pub fn trim_matches(self, is: impl Fn(char) -> bool) -> Piece<'a> {
        let chars = self.chars();
        let from = chars.iter().position(|c| !is(*c)).unwrap_or(chars.len());
        let to = chars.iter().rposition(|c| !is(*c)).map_or(from, |at| at + 1);
        self.sub(from, to)
    }
    pub fn trim(self) -> Piece<'a> {
        self.trim_matches(char::is_whitespace)
    }
    /// The parts between such characters, empty ones too.
    pub fn split(self, is: impl Fn(char) -> bool) -> Vec<Piece<'a>> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, c) in self.chars().iter().enumerate() {
            if is(*c) {
                parts.push(self.sub(from, at));
                from = at + 1;
            }
        }
        parts.push(self.after(from));
        parts
    }
    /// From the start of this to the end of that, on the same line.
    pub fn through(self, last: Piece<'a>) -> Piece<'a> {
        Piece { line: self.line, from: self.from, to: last.to.max(self.from) }
    }
    /// Where the bracket that opens at `open` closes, at most `within` characters on.
    pub fn closing(self, open: usize, within: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (at, c) in self.chars().iter().enumerate().skip(open).take(within) {
            match c {
                '（' => depth += 1,
                '）' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

pub(crate) fn begins(chars: &[char], words: &str) -> bool {
    let mut chars = chars.iter();
    words.chars().all(|c| chars.next() == Some(&c))
}

/// Punctuation and blanks between clauses.
pub(crate) fn is_stop(c: char) -> bool {
    c.is_whitespace() || matches!(c, '。' | '；' | '，' | '、' | '：')
}

/// Nothing but stops.
pub(crate) fn is_bare(words: Piece<'_>) -> bool {
    words.chars().iter().all(|c| is_stop(*c))
}
