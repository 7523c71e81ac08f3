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
    // A page may begin with what says its encoding, and hold nothing but words behind it.
    let opens = |tag: &str| text.get(1..=tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    if ["meta ", "title>", "!--", "center>", "font ", "span", "br>", "br/", "ul>", "ol>", "h2", "h3"].iter().any(|tag| opens(tag))
    {
        return true;
    }
    let head: String = text.chars().take(4096).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<p ", "<table", "<h1"].iter().any(|tag| head.contains(tag))
}

pub fn read(text: &str) -> Result<Source, Trouble> {
    // Words behind a few marks, and nothing that lays them out: their lines are those of the file.
    let laid_out = ["<p", "<br", "<div", "<table", "<li", "<h1", "<h2", "<h3", "<td"];
    let lower = text.to_ascii_lowercase();
    let mut page = Page { keeps: usize::from(!laid_out.iter().any(|tag| lower.contains(tag))), ..Page::default() };
    for Ok(token) in Tokenizer::new(text) {
        match token {
            Token::StartTag(tag) => {
                let number = |name: &[u8]| {
                    let value = tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned())?;
                    value.trim().parse::<usize>().ok()
                };
                let spans = (number(b"colspan").unwrap_or(1).clamp(1, WIDEST), number(b"rowspan").unwrap_or(1).clamp(1, WIDEST));
                let style = tag.attributes.get(&b"style"[..]).map(|style| String::from_utf8_lossy(style).to_ascii_lowercase());
                let hidden = tag.attributes.contains_key(&b"hidden"[..]) || style.is_some_and(|style| hides(&style));
                page.open(&tag.name, spans, number(b"start"), hidden)?;
                page.link(&tag.name, tag.attributes.contains_key(&b"href"[..]));
            }
            Token::EndTag(tag) => {
                page.close(&tag.name)?;
                page.unlink(&tag.name);
            }
            Token::String(text) => page.text(&String::from_utf8_lossy(&text))?,
            _ => {}
        }
    }
    page.end()
}

/// Whether a style lets nobody see what it is of.
fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    style.contains("display:none") || style.contains("visibility:hidden") || style.contains("line-through")
}

/// Elements that hold nothing and are not closed.
const VOID: [&[u8]; 10] = [b"br", b"hr", b"img", b"input", b"link", b"meta", b"col", b"wbr", b"source", b"area"];

/// Elements that need not be closed: another of their name or the end of what is around them closes them.
const CLOSED_BY_THE_NEXT: [&[u8]; 7] = [b"p", b"li", b"dt", b"dd", b"td", b"th", b"tr"];

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

/// Headings are of the page’s text, whatever they link to.
const HEADINGS: [&[u8]; 3] = [b"h1", b"h2", b"h3"];

/// A line, and whether it is links and nothing else.
#[derive(Clone)]
struct Said {
    text: String,
    linked: bool,
    /// It is a row, and one of its cells stands across columns.
    across: bool,
}

#[derive(Default)]
struct Table {
    cells: Vec<Cell>,
    /// Columns that a cell above still covers: how many rows more, and its text.
    covered: BTreeMap<usize, (usize, String)>,
    in_cell: bool,
    lines: Vec<Said>,
}

#[derive(Default)]
struct Cell {
    lines: Vec<Said>,
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
    left_out: Option<LeftOut>,
    /// The link that is open: how many blocks are open inside it.
    link: Option<usize>,
    /// Lines of the file are lines of the text: inside `pre`, and in a page that lays out nothing.
    keeps: usize,
    /// Inside a heading.
    heading: bool,
    /// Whether the line that is being read holds words inside a link, and outside of any.
    said: (bool, bool),
}

/// An element whose text is left out.
struct LeftOut {
    name: Vec<u8>,
    /// How many of its name are open.
    depth: usize,
    /// Tables and lists that are open inside it.
    inner: usize,
    /// The page hides it, or it stands around the text: that it is left out is told.
    told: Option<Told>,
}

#[derive(Clone, Copy)]
enum Told {
    Hidden,
    Around,
}

impl LeftOut {
    /// Whether the beginning or the end of that element ends it, although it is not closed itself.
    fn ends_with(&self, name: &[u8], closes: bool) -> bool {
        let cell = matches!(name, b"td" | b"th");
        let around: &[&[u8]] = match &self.name[..] {
            b"p" => &BLOCKS,
            b"td" | b"th" if cell && !closes => return self.inner == 0,
            b"td" | b"th" => &[b"tr", b"table"],
            b"tr" if !closes => &[b"tr"],
            b"tr" => &[b"table"],
            b"li" if closes => &[b"ul", b"ol"],
            _ if closes => &[b"dl"],
            own => return own == name && self.inner == 0,
        };
        let own = closes && name == &self.name[..];
        CLOSED_BY_THE_NEXT.contains(&&self.name[..]) && self.inner == 0 && !own && around.contains(&name)
    }
}

impl Page {
    fn open(&mut self, name: &[u8], (columns, rows): (usize, usize), start: Option<usize>, hidden: bool) -> Result<(), Trouble> {
        self.left_out.take_if(|out| CLOSED_BY_THE_NEXT.contains(&&out.name[..]) && out.ends_with(name, false));
        if let Some(out) = &mut self.left_out {
            out.depth += usize::from(out.name == name);
            out.inner += usize::from(matches!(name, b"table" | b"ul" | b"ol" | b"dl"));
            return Ok(());
        }
        // What is struck through does not count either, and is told.
        let hidden = hidden || matches!(name, b"s" | b"strike" | b"del");
        if hidden && !VOID.contains(&name) {
            match name {
                b"td" | b"th" => self.end_cell()?,
                b"tr" => self.end_row()?,
                _ if BLOCKS.contains(&name) || name == b"table" => self.end_line()?,
                _ => {}
            }
            self.left_out = Some(LeftOut { name: name.to_vec(), depth: 1, inner: 0, told: Some(Told::Hidden) });
            return Ok(());
        }
        if self.tables.len() > DEEPEST || self.lists.len() > DEEPEST {
            return Err(Trouble::TooDeep);
        }
        match name {
            _ if LEFT_OUT.contains(&name) => {
                let told = matches!(name, b"nav" | b"footer").then_some(Told::Around);
                self.left_out = Some(LeftOut { name: name.to_vec(), depth: 1, inner: 0, told });
            }
            b"br" => self.end_line()?,
            b"pre" => {
                self.end_line()?;
                self.keeps += 1;
            }
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
        self.left_out.take_if(|out| out.ends_with(name, true));
        if let Some(out) = &mut self.left_out {
            out.depth -= usize::from(out.name == name);
            out.inner = out.inner.saturating_sub(usize::from(matches!(name, b"table" | b"ul" | b"ol" | b"dl")));
            if out.depth == 0 {
                self.left_out = None;
            }
            return Ok(());
        }
        match name {
            b"td" | b"th" => self.end_cell()?,
            b"tr" => self.end_row()?,
            b"table" => self.end_table()?,
            b"pre" => {
                self.end_line()?;
                self.keeps = self.keeps.saturating_sub(1);
            }
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
    fn text(&mut self, text: &str) -> Result<(), Trouble> {
        if let Some(out) = &self.left_out {
            let below = 1 + self.tables.iter().map(|table| table.lines.len()).sum::<usize>();
            match out.told.filter(|_| !text.trim().is_empty()) {
                Some(Told::Hidden) => self.lines.hide(below),
                Some(Told::Around) => self.lines.leave_out(below),
                None => {}
            }
            return Ok(());
        }
        if self.keeps > 0 && text.contains('\n') {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.end_line()?;
                }
                self.words(line);
            }
            return Ok(());
        }
        self.words(text);
        Ok(())
    }

    fn words(&mut self, text: &str) {
        let is_link = self.link.is_some() && !self.heading;
        if text.contains(char::is_alphanumeric) {
            self.said.0 |= is_link;
            self.said.1 |= !is_link;
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
        let (inside, outside) = std::mem::take(&mut self.said);
        let line = line.trim_end_matches(' ');
        if line.trim().is_empty() {
            return Ok(());
        }
        self.put(vec![Said { text: line.to_owned(), linked: inside && !outside, across: false }])
    }

    /// An element begins that may be a link, or stand in one.
    fn link(&mut self, name: &[u8], leads: bool) {
        if self.left_out.is_some() {
            return;
        }
        self.heading |= HEADINGS.contains(&name);
        match name {
            b"a" => self.link = leads.then_some(0),
            _ if is_block(name) => self.link = self.link.map(|inside| inside + 1),
            _ => {}
        }
    }

    /// A link ends with its element, or with the block that it stands in.
    fn unlink(&mut self, name: &[u8]) {
        if self.left_out.is_some() {
            return;
        }
        self.heading &= !HEADINGS.contains(&name);
        match name {
            b"a" => self.link = None,
            _ if is_block(name) => self.link = self.link.and_then(|inside| inside.checked_sub(1)),
            _ => {}
        }
    }

    /// Adds lines where they belong: to the open cell, or to the page.
    fn put(&mut self, lines: Vec<Said>) -> Result<(), Trouble> {
        let Some(table) = self.tables.last_mut() else {
            return lines.into_iter().try_for_each(|line| {
                if line.across {
                    self.lines.across(1);
                }
                match line.linked {
                    true => self.lines.push_linked(line.text),
                    false => self.lines.push(line.text),
                }
            });
        };
        self.lines.spend(lines.iter().map(|line| line.text.len()).sum())?;
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
        let said = || cells.iter().flat_map(|cell| &cell.lines);
        let linked = said().next().is_some() && said().all(|line| line.linked);
        let across = cells.len() > 1 && cells.iter().any(|cell| cell.columns > 1 && !cell.lines.is_empty());
        let mut texts: Vec<String> = Vec::new();
        let mut spent = 0;
        for cell in cells {
            take_covered(table, &mut texts);
            let text = cell.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
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
        let text = row(&texts);
        spent += text.len();
        table.lines.push(Said { text, linked, across });
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
        Ok(self.lines.taken(Format::Html))
    }
}

fn is_block(name: &[u8]) -> bool {
    BLOCKS.contains(&name) && name != b"hr" || matches!(name, b"table" | b"tr" | b"td" | b"th")
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
