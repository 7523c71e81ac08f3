//! 网页 · the text of a web page as a reader sees it: blocks are lines, rows of tables stay rows, numbered lists keep their numbers.

use super::{Lines, row};
use crate::{Format, Source, Trouble};
use html5gum::{Token, Tokenizer};
use std::collections::BTreeMap;

/// Tables inside tables, lists inside lists.
const DEEPEST: usize = 64;

/// Columns one cell may cover, and rows.
const WIDEST: usize = 100;

/// Lines in one cell of a row; a cell with more lays out a page.
const TALLEST: usize = 8;

/// Whether a text is a web page.
pub fn is_page(text: &str) -> bool {
    let text = text.trim_start();
    if !text.starts_with('<') {
        return false;
    }
    let head: String = text.chars().take(4096).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<p ", "<table", "<h1"].iter().any(|tag| head.contains(tag))
}

pub fn read(text: &str) -> Result<Source, Trouble> {
    let mut page = Page::default();
    for Ok(token) in Tokenizer::new(text) {
        match token {
            Token::StartTag(tag) => {
                let number = |name: &[u8]| {
                    let value = tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned())?;
                    value.trim().parse::<usize>().ok()
                };
                let spans = (number(b"colspan").unwrap_or(1).clamp(1, WIDEST), number(b"rowspan").unwrap_or(1).clamp(1, WIDEST));
                page.open(&tag.name, spans, number(b"start"))?;
            }
            Token::EndTag(tag) => page.close(&tag.name)?,
            Token::String(text) => page.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    page.end()
}

/// What is not read with the text around it.
const LEFT_OUT: [&[u8]; 15] = [
    b"script",
    b"style",
    b"head",
    b"nav",
    b"noscript",
    b"template",
    b"iframe",
    b"svg",
    b"select",
    b"button",
    b"footer",
    b"textarea",
    b"object",
    b"audio",
    b"video",
];

const BLOCKS: [&[u8]; 28] = [
    b"p",
    b"div",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"ul",
    b"ol",
    b"li",
    b"dl",
    b"dt",
    b"dd",
    b"section",
    b"article",
    b"header",
    b"main",
    b"aside",
    b"blockquote",
    b"pre",
    b"hr",
    b"center",
    b"form",
    b"fieldset",
    b"figure",
    b"body",
    b"caption",
];

#[derive(Default)]
struct Table {
    cells: Vec<Cell>,
    /// Columns that a cell above still covers: how many rows more, and its text.
    covered: BTreeMap<usize, (usize, String)>,
    in_cell: bool,
    lines: Vec<String>,
}

#[derive(Default)]
struct Cell {
    lines: Vec<String>,
    columns: usize,
    rows: usize,
    /// It holds a table: it lays out a page.
    layout: bool,
}

#[derive(Default)]
struct Page {
    lines: Lines,
    line: String,
    tables: Vec<Table>,
    /// Lists that are open: the next number, or none for bullets.
    lists: Vec<Option<usize>>,
    /// The element whose text is left out, and how many of its name are open.
    left_out: Option<(Vec<u8>, usize)>,
}

impl Page {
    fn open(&mut self, name: &[u8], (columns, rows): (usize, usize), start: Option<usize>) -> Result<(), Trouble> {
        if let Some((left_out, depth)) = &mut self.left_out {
            *depth += usize::from(left_out == name);
            return Ok(());
        }
        if self.tables.len() > DEEPEST || self.lists.len() > DEEPEST {
            return Err(Trouble::TooDeep);
        }
        match name {
            _ if LEFT_OUT.contains(&name) => self.left_out = Some((name.to_vec(), 1)),
            b"br" => self.end_line()?,
            b"table" => {
                self.end_line()?;
                self.tables.push(Table::default());
            }
            b"tr" => self.end_row()?,
            b"td" | b"th" => {
                self.end_cell()?;
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(Cell { columns, rows, ..Cell::default() });
                    table.in_cell = true;
                }
            }
            b"ol" | b"ul" => {
                self.end_line()?;
                self.lists.push((name == b"ol").then(|| start.unwrap_or(1)));
            }
            b"li" => {
                self.end_line()?;
                if let Some(Some(next)) = self.lists.last_mut() {
                    self.line = format!("{next}．");
                    *next = next.saturating_add(1);
                }
            }
            _ if BLOCKS.contains(&name) => self.end_line()?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) -> Result<(), Trouble> {
        if let Some((left_out, depth)) = &mut self.left_out {
            *depth -= usize::from(left_out == name);
            if *depth == 0 {
                self.left_out = None;
            }
            return Ok(());
        }
        match name {
            b"td" | b"th" => self.end_cell()?,
            b"tr" => self.end_row()?,
            b"table" => self.end_table()?,
            b"ol" | b"ul" => {
                self.end_line()?;
                self.lists.pop();
            }
            _ if BLOCKS.contains(&name) => self.end_line()?,
            _ => {}
        }
        Ok(())
    }

    /// Text of a line; blanks that only lay out the source fall together.
    fn text(&mut self, text: &str) {
        if self.left_out.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                ' ' | '\t' | '\n' | '\r' | '\x0c' => {
                    if !self.line.is_empty() && !self.line.ends_with(' ') {
                        self.line.push(' ');
                    }
                }
                c => self.line.push(c),
            }
        }
    }

    fn end_line(&mut self) -> Result<(), Trouble> {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end_matches(' ');
        if line.trim().is_empty() {
            return Ok(());
        }
        self.put(vec![line.to_owned()])
    }

    /// Adds lines where they belong: to the open cell, or to the page.
    fn put(&mut self, lines: Vec<String>) -> Result<(), Trouble> {
        let Some(table) = self.tables.last_mut() else {
            return lines.into_iter().try_for_each(|line| self.lines.push(line));
        };
        self.lines.spend(lines.iter().map(String::len).sum())?;
        match table.cells.last_mut().filter(|_| table.in_cell) {
            Some(cell) => cell.lines.extend(lines),
            None => table.lines.extend(lines),
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Trouble> {
        self.end_line()?;
        if let Some(table) = self.tables.last_mut() {
            table.in_cell = false;
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Trouble> {
        self.end_cell()?;
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let cells = std::mem::take(&mut table.cells);
        if cells.is_empty() {
            return Ok(());
        }
        let lays_out = |cell: &Cell| cell.layout || cell.lines.len() > TALLEST;
        if cells.len() == 1 && table.covered.is_empty() && cells[0].columns == 1 || cells.iter().any(lays_out) {
            table.lines.extend(cells.into_iter().flat_map(|cell| cell.lines));
            return Ok(());
        }
        let mut texts: Vec<String> = Vec::new();
        let mut spent = 0;
        for cell in cells {
            take_covered(table, &mut texts);
            let text = cell.lines.join("\n");
            for column in 0..cell.columns {
                let text = if column == 0 { text.clone() } else { String::new() };
                spent += text.len() + 1;
                if cell.rows > 1 {
                    table.covered.insert(texts.len(), (cell.rows - 1, text.clone()));
                }
                texts.push(text);
            }
        }
        take_covered(table, &mut texts);
        let line = row(&texts);
        spent += line.len();
        table.lines.push(line);
        self.lines.spend(spent)
    }

    fn end_table(&mut self) -> Result<(), Trouble> {
        self.end_row()?;
        let Some(table) = self.tables.pop() else { return Ok(()) };
        // A table of one row in a cell is a layout as well: its text is the cell's.
        let outer = self.tables.last_mut().filter(|outer| outer.in_cell);
        if let Some(cell) = outer.and_then(|outer| outer.cells.last_mut()) {
            cell.layout = true;
        }
        self.put(table.lines)
    }

    fn end(mut self) -> Result<Source, Trouble> {
        self.left_out = None;
        self.end_line()?;
        while !self.tables.is_empty() {
            self.end_table()?;
        }
        Ok(Source { format: Format::Html, lines: self.lines.lines })
    }
}

/// Puts the cells that reach down from rows above where they stand.
fn take_covered(table: &mut Table, texts: &mut Vec<String>) {
    while let Some((rows, text)) = table.covered.get_mut(&texts.len()) {
        let at = texts.len();
        texts.push(text.clone());
        *rows -= 1;
        if *rows == 0 {
            table.covered.remove(&at);
        }
    }
}
