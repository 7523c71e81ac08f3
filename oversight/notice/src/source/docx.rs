//! Word · paragraphs, rows of tables and automatic numbers of a .docx. Deleted text is left out; nothing is unpacked beyond a bound.

use super::numbering::{LEVELS, Level, Numbering};
use super::{Lines, row};
use crate::{Format, LONGEST_TEXT, Source, Trouble};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The most a part of the file may unpack to: markup is many times its text.
const LONGEST_PART: usize = 8 * LONGEST_TEXT;

/// Elements inside elements.
const DEEPEST: usize = 200;

/// Cells that one may cover, and columns of a row.
const WIDEST: usize = 100;

pub fn read(bytes: &[u8]) -> Result<Source, Trouble> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    let holds = |part: &str| archive.index_for_name(part).is_some();
    let other = match () {
        () if holds("xl/workbook.xml") => Trouble::Spreadsheet,
        () if holds("ppt/presentation.xml") => Trouble::Slides,
        () => Trouble::NotWord,
    };
    let document = part(&mut archive, "word/document.xml")?.ok_or(other)?;
    let numbering = part(&mut archive, "word/numbering.xml")?;
    let styles = part(&mut archive, "word/styles.xml")?;
    let mut body = Body {
        numbering: numbering.map(|xml| lists(&xml)).transpose()?.unwrap_or_default(),
        hiding: styles.as_deref().map(hiding).transpose()?.unwrap_or_default(),
        styles: styles.map(|xml| styled(&xml)).transpose()?.unwrap_or_default(),
        ..Body::default()
    };
    walk(&document, |step| body.step(step))?;
    Ok(body.lines.taken(Format::Docx))
}

fn damaged(why: String) -> Trouble {
    Trouble::Damaged { format: Format::Docx, why }
}

/// A part of the package as text.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Trouble> {
    let Some(index) = archive.index_for_name(name) else { return Ok(None) };
    let mut file = archive.by_index(index).map_err(|error| damaged(error.to_string()))?.take(LONGEST_PART as u64 + 1);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| damaged(error.to_string()))?;
    if bytes.len() > LONGEST_PART {
        return Err(Trouble::Expands);
    }
    super::text::decode(&bytes).map(|(text, _)| Some(text))
}

/// What is met on the way through XML.
enum Step<'a> {
    Open(&'a str, &'a BytesStart<'a>),
    Text(&'a str),
    Close(&'a str),
}

/// Goes through a document from the first element to the last. Entities of its own are never expanded.
fn walk(xml: &str, mut visit: impl FnMut(Step<'_>) -> Result<(), Trouble>) -> Result<(), Trouble> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0;
    loop {
        match reader.read_event().map_err(|error| damaged(error.to_string()))? {
            Event::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Trouble::TooDeep);
                }
                visit(Step::Open(tag.local_name().as_ref(), &tag))?;
            }
            Event::Empty(tag) => {
                visit(Step::Open(tag.local_name().as_ref(), &tag))?;
                visit(Step::Close(tag.local_name().as_ref()))?;
            }
            Event::End(tag) => {
                depth -= 1;
                visit(Step::Close(tag.local_name().as_ref()))?;
            }
            Event::Text(text) => visit(Step::Text(&text))?,
            Event::CData(text) => visit(Step::Text(&text))?,
            Event::GeneralRef(entity) => {
                let character = entity.resolve_char_ref().map_err(|error| damaged(error.to_string()))?;
                let named = || quick_xml::escape::resolve_xml_entity(&entity).map(str::to_owned);
                visit(Step::Text(&character.map(String::from).or_else(named).unwrap_or_default()))?;
            }
            Event::DocType(_) => return Err(damaged("正文带有 DOCTYPE 声明，其中的实体不展开；请用 Word 另存后再选".to_owned())),
            Event::Eof if depth > 0 => return Err(damaged("XML 不完整".to_owned())),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn value(tag: &BytesStart<'_>) -> String {
    attribute(tag, "val").unwrap_or_default()
}

/// `numbering.xml`.
fn lists(xml: &str) -> Result<Numbering, Trouble> {
    let mut numbering = Numbering::default();
    let (mut of, mut list, mut level) = (String::new(), String::new(), 0usize);
    walk(xml, |step| {
        let Step::Open(name, tag) = step else { return Ok(()) };
        match name {
            "abstractNum" => of = attribute(tag, "abstractNumId").unwrap_or_default(),
            "num" => {
                of.clear();
                list = attribute(tag, "numId").unwrap_or_default();
            }
            "abstractNumId" => {
                numbering.lists.insert(list.clone(), (value(tag), HashMap::new()));
            }
            "lvl" | "lvlOverride" => {
                level = attribute(tag, "ilvl").and_then(|level| level.parse().ok()).unwrap_or(0).min(LEVELS - 1);
            }
            "startOverride" => {
                if let Some((_, anew)) = numbering.lists.get_mut(&list) {
                    anew.insert(level, value(tag).parse().unwrap_or(1));
                }
            }
            "start" | "numFmt" | "lvlText" if !of.is_empty() => {
                let levels = numbering.levels.entry(of.clone()).or_default();
                if levels.len() <= level {
                    levels.resize(level + 1, Level { start: 1, ..Level::default() });
                }
                match name {
                    "start" => levels[level].start = value(tag).parse().unwrap_or(1),
                    "numFmt" => levels[level].format = value(tag),
                    _ => levels[level].text = value(tag),
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(numbering)
}

/// A list and a level in it.
type Numbered = (String, usize);

/// `styles.xml`: styles whose paragraphs are numbered, through the styles they are based on.
fn styled(xml: &str) -> Result<HashMap<String, Numbered>, Trouble> {
    let mut styles: HashMap<String, (Option<String>, Numbered)> = HashMap::new();
    let mut style = String::new();
    walk(xml, |step| {
        let Step::Open(name, tag) = step else { return Ok(()) };
        if name == "style" {
            style = attribute(tag, "styleId").unwrap_or_default();
        }
        let entry = styles.entry(style.clone()).or_default();
        match name {
            "basedOn" => entry.0 = Some(value(tag)),
            "numId" => entry.1.0 = value(tag),
            "ilvl" => entry.1.1 = value(tag).parse().unwrap_or(0).min(LEVELS - 1),
            _ => {}
        }
        Ok(())
    })?;
    let list_of = |style: &String| {
        let (mut at, mut level) = (styles.get(style)?, 0);
        for _ in 0..20 {
            level = level.max(at.1.1);
            if !at.1.0.is_empty() {
                return Some((style.clone(), (at.1.0.clone(), level)));
            }
            at = styles.get(at.0.as_ref()?)?;
        }
        None
    };
    Ok(styles.keys().filter_map(list_of).collect())
}

/// `styles.xml`: styles whose text is hidden, through the styles they are based on.
fn hiding(xml: &str) -> Result<HashSet<String>, Trouble> {
    let mut styles: HashMap<String, (Option<String>, Option<bool>)> = HashMap::new();
    let mut style = String::new();
    walk(xml, |step| {
        let Step::Open(name, tag) = step else { return Ok(()) };
        match name {
            "style" => style = attribute(tag, "styleId").unwrap_or_default(),
            "basedOn" => styles.entry(style.clone()).or_default().0 = Some(value(tag)),
            "vanish" => styles.entry(style.clone()).or_default().1 = Some(is_on(tag)),
            _ => {}
        }
        Ok(())
    })?;
    let hides = |style: &&String| {
        let mut at = styles.get(*style);
        for _ in 0..20 {
            let Some((above, hides)) = at else { return false };
            if let Some(hides) = hides {
                return *hides;
            }
            at = above.as_ref().and_then(|above| styles.get(above));
        }
        false
    };
    Ok(styles.keys().filter(hides).filter(|style| !style.is_empty()).cloned().collect())
}

/// A switch such as `<w:vanish/>`: on, unless it says otherwise.
fn is_on(tag: &BytesStart<'_>) -> bool {
    !matches!(value(tag).as_str(), "0" | "false" | "off")
}

/// A table that is being read.
#[derive(Default)]
struct Table {
    cells: Vec<String>,
    /// The cell that is open.
    cell: String,
    span: usize,
    /// It goes on with the cell above it.
    merged: bool,
    above: Vec<String>,
    /// The row that is open is hidden.
    hidden: bool,
    /// A cell with words in it, of the row that is open, stands across columns.
    across: bool,
}

#[derive(Default)]
struct Paragraph {
    text: String,
    style: String,
    list: Option<String>,
    level: Option<usize>,
}

/// A run of text: of which paragraph it is, and whether it is hidden where it says so itself.
#[derive(Default)]
struct Run {
    depth: usize,
    hidden: Option<bool>,
    style_hides: bool,
}

/// `document.xml`.
#[derive(Default)]
struct Body {
    lines: Lines,
    numbering: Numbering,
    styles: HashMap<String, Numbered>,
    /// Paragraphs that are open: a frame of text stands inside another's.
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    /// Styles that hide their text.
    hiding: HashSet<String>,
    runs: Vec<Run>,
    /// How many elements are open whose text does not count: what was deleted or moved away, and second copies.
    left_out: usize,
    in_text: bool,
}

impl Body {
    fn step(&mut self, step: Step<'_>) -> Result<(), Trouble> {
        match step {
            Step::Open("del" | "moveFrom" | "Fallback", _) => self.left_out += 1,
            Step::Close("del" | "moveFrom" | "Fallback") => self.left_out = self.left_out.saturating_sub(1),
            _ if self.left_out > 0 => {}
            Step::Open("p", _) => self.paragraphs.push(Paragraph::default()),
            Step::Close("p") => self.end_paragraph()?,
            Step::Open("t", _) => self.in_text = true,
            Step::Close("t") => self.in_text = false,
            Step::Open("r", _) => self.runs.push(Run { depth: self.paragraphs.len(), ..Run::default() }),
            Step::Close("r") => drop(self.runs.pop()),
            Step::Open("vanish", tag) => self.run(|run, _| run.hidden = Some(is_on(tag))),
            // What is struck through does not count either, and is told.
            Step::Open("strike" | "dstrike", tag) if is_on(tag) => self.run(|run, _| run.hidden = Some(true)),
            Step::Open("rStyle", tag) => self.run(|run, hiding| run.style_hides = hiding.contains(&value(tag))),
            Step::Open("hidden", tag) => self.table(|table| table.hidden = is_on(tag)),
            Step::Text(_) | Step::Open("tab" | "br" | "cr" | "noBreakHyphen", _) if self.is_hidden() => {
                if matches!(step, Step::Text(text) if self.in_text && !text.trim().is_empty()) {
                    self.lines.hide(1);
                }
            }
            Step::Text(text) if self.in_text => self.paragraph(|paragraph| paragraph.text.push_str(text)),
            Step::Open("tab", _) => self.paragraph(|paragraph| paragraph.text.push(' ')),
            Step::Open("br" | "cr", _) => self.paragraph(|paragraph| paragraph.text.push('\n')),
            Step::Open("noBreakHyphen", _) => self.paragraph(|paragraph| paragraph.text.push('-')),
            Step::Open("pStyle", tag) => self.paragraph(|paragraph| paragraph.style = value(tag)),
            Step::Open("numId", tag) => self.paragraph(|paragraph| paragraph.list = Some(value(tag))),
            Step::Open("ilvl", tag) => self.paragraph(|paragraph| paragraph.level = value(tag).parse().ok()),
            Step::Open("tbl", _) => self.tables.push(Table { span: 1, ..Table::default() }),
            Step::Close("tbl") => self.end_table()?,
            Step::Open("gridSpan", tag) => self.table(|table| table.span = value(tag).parse().unwrap_or(1).clamp(1, WIDEST)),
            Step::Open("vMerge", tag) => self.table(|table| table.merged = value(tag) != "restart"),
            Step::Close("tc") => self.end_cell()?,
            Step::Close("tr") => self.end_row()?,
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    /// Changes the run that is open in the paragraph that is open.
    fn run(&mut self, change: impl FnOnce(&mut Run, &HashSet<String>)) {
        let depth = self.paragraphs.len();
        if let Some(run) = self.runs.last_mut().filter(|run| run.depth == depth) {
            change(run, &self.hiding);
        }
    }

    /// Whether text that stands here is seen by nobody.
    fn is_hidden(&self) -> bool {
        let by_style = |run: &Run| {
            let paragraph = run.depth.checked_sub(1).and_then(|at| self.paragraphs.get(at));
            run.style_hides || paragraph.is_some_and(|paragraph| self.hiding.contains(&paragraph.style))
        };
        self.runs.iter().any(|run| run.hidden.unwrap_or_else(|| by_style(run)))
    }

    fn paragraph(&mut self, change: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            change(paragraph);
        }
    }

    fn end_paragraph(&mut self) -> Result<(), Trouble> {
        let Some(paragraph) = self.paragraphs.pop() else { return Ok(()) };
        let style = self.styles.get(&paragraph.style);
        let list = paragraph.list.or_else(|| style.map(|(list, _)| list.clone()));
        let level = paragraph.level.or_else(|| style.map(|(_, level)| *level)).unwrap_or(0).min(LEVELS - 1);
        let number = match list {
            // A cell that holds nothing else shows its number.
            Some(list) if !paragraph.text.trim().is_empty() || self.is_bare_cell() => self.numbering.next(&list, level),
            _ => String::new(),
        };
        let joint = if number.is_empty() || number.ends_with(|c| matches!(c, '、' | '．' | '）' | ')' | '.' | '①'..='⑳')) {
            ""
        } else {
            " "
        };
        let text = format!("{number}{joint}{}", paragraph.text);
        match self.tables.last_mut() {
            Some(table) => {
                self.lines.spend(text.len())?;
                if !table.cell.is_empty() {
                    table.cell.push('\n');
                }
                table.cell.push_str(&text);
            }
            None => {
                for line in text.split('\n') {
                    self.lines.push(line.to_owned())?;
                }
            }
        }
        Ok(())
    }

    /// Whether the cell that is open holds nothing yet, and does not go on with the one above it.
    fn is_bare_cell(&self) -> bool {
        self.tables.last().is_some_and(|table| table.cell.is_empty() && !table.merged)
    }

    fn end_cell(&mut self) -> Result<(), Trouble> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let at = table.cells.len();
        let text = std::mem::take(&mut table.cell);
        let text = if table.merged && text.trim().is_empty() { table.above.get(at).cloned().unwrap_or_default() } else { text };
        self.lines.spend(text.len())?;
        table.across |= table.span > 1 && !text.trim().is_empty();
        table.cells.push(text);
        table.cells.extend((1..table.span).map(|_| String::new()));
        (table.span, table.merged) = (1, false);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Trouble> {
        let nested = self.tables.len() > 1;
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let cells = std::mem::take(&mut table.cells);
        if std::mem::take(&mut table.hidden) {
            self.lines.hide(1);
            return Ok(());
        }
        let across = std::mem::take(&mut table.across) && cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 1;
        let line = if cells.len() == 1 { cells[0].clone() } else { row(&cells) };
        table.above = cells;
        if nested {
            // A table in a cell is text of that cell.
            table.cell.push_str(&line);
            table.cell.push('\n');
            return Ok(());
        }
        if across {
            self.lines.across(1);
        }
        for line in line.split('\n') {
            self.lines.push(line.to_owned())?;
        }
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), Trouble> {
        let inner = self.tables.pop().map(|table| table.cell).unwrap_or_default();
        self.table(|table| table.cell.push_str(&inner));
        Ok(())
    }
}
