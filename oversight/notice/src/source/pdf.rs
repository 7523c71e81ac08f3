//! PDF · the text layer: what is shown where, put back into lines, and the lines into paragraphs. Encrypted files and scans are refused.

use super::unicode_map::UnicodeMap;
use crate::line::Line;
use crate::outline::mark;
use crate::{Format, LONGEST_TEXT, Marks, Source, Trouble};
use encoding_rs::{GB18030, UTF_16BE};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Error, LoadOptions, Object};
use std::collections::{BTreeMap, HashMap};

/// The most one stream may unpack to.
const LONGEST_STREAM: usize = 8 << 20;

/// The most all of them may, those that are needed again counted again.
const LONGEST_DOCUMENT: usize = 256 << 20;

/// Bytes from the end in which the end is looked for.
const TAIL: usize = 4096;

/// Pages of the longest notice.
const MOST_PAGES: usize = 2000;

pub fn read(bytes: &[u8]) -> Result<Source, Trouble> {
    // A file ends by saying where its table of objects begins; one that was cut off would be read with holes.
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    if !tail.windows(9).any(|words| words == b"startxref") {
        return Err(Trouble::Damaged { format: Format::Pdf, why: "cut off before its end".into() });
    }
    let options = LoadOptions { max_decompressed_size: Some(LONGEST_STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(trouble)?;
    if document.trailer.has(b"Encrypt") {
        return Err(Trouble::Encrypted);
    }
    let pages = document.get_pages();
    if pages.len() > MOST_PAGES {
        return Err(Trouble::Expands);
    }
    let mut lines = Vec::new();
    let mut length = 0;
    let mut unpacked = 0;
    for page in pages.into_values() {
        let runs = runs(&document, page, &mut unpacked)?;
        length += runs.iter().map(|run| run.text.len()).sum::<usize>();
        if length > LONGEST_TEXT {
            return Err(Trouble::Expands);
        }
        lines.push(visual_lines(runs));
    }
    leave_out_running_lines(&mut lines);
    let (lines, joined) = paragraphs(lines);
    Ok(Source { marks: Marks { joined, ..Marks::default() }, ..Source::new(Format::Pdf, lines) })
}

fn spend(unpacked: &mut usize, bytes: usize) -> Result<(), Trouble> {
    *unpacked += bytes;
    if *unpacked > LONGEST_DOCUMENT { Err(Trouble::Expands) } else { Ok(()) }
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => Trouble::Expands,
        Error::Decryption(_) | Error::InvalidPassword => Trouble::Encrypted,
        error => Trouble::Damaged { format: Format::Pdf, why: error.to_string() },
    }
}

/// Text shown in one go.
struct Run {
    x: f32,
    y: f32,
    /// Where it ends, by the usual width of its characters.
    end: f32,
    size: f32,
    text: String,
}

/// How the bytes of a font are read.
enum Code<'a> {
    Mapped(UnicodeMap),
    Named(Encoding<'a>),
    Gbk,
    Utf16,
}

impl Code<'_> {
    fn read(&self, bytes: &[u8]) -> String {
        match self {
            Code::Mapped(map) => map.read(bytes),
            Code::Named(encoding) => encoding.bytes_to_string(bytes).unwrap_or_default(),
            Code::Gbk => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
            Code::Utf16 => UTF_16BE.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

/// A map to Unicode says more than the name of an encoding; a font of glyph numbers with neither has no text.
fn code<'a>(font: &'a Dictionary, document: &'a Document, unpacked: &mut usize) -> Result<Option<Code<'a>>, Trouble> {
    if let Ok(map) = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream) {
        let table = map.get_plain_content_with_limit(LONGEST_STREAM).map_err(trouble)?;
        spend(unpacked, table.len())?;
        return Ok(Some(Code::Mapped(UnicodeMap::parse(&table))));
    }
    let name = font.get(b"Encoding").and_then(Object::as_name).unwrap_or_default();
    if name.starts_with(b"UniGB") {
        return Ok(Some(Code::Utf16));
    }
    if name.starts_with(b"GB") {
        return Ok(Some(Code::Gbk));
    }
    if font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type0") {
        return Ok(None);
    }
    match font.get_font_encoding_with_limit(document, LONGEST_STREAM) {
        Ok(encoding) => Ok(Some(Code::Named(encoding))),
        Err(error @ Error::Decompress(_)) => Err(trouble(error)),
        Err(_) => Ok(None),
    }
}

type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `a`, then `b`.
fn then(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// Everything a page shows as text.
fn runs(document: &Document, page: lopdf::ObjectId, unpacked: &mut usize) -> Result<Vec<Run>, Trouble> {
    let fonts = document.get_page_fonts(page).map_err(trouble)?;
    let mut codes: BTreeMap<&[u8], Code<'_>> = BTreeMap::new();
    for (name, font) in &fonts {
        if let Some(code) = code(font, document, unpacked)? {
            codes.insert(name, code);
        }
    }
    let content = document.get_page_content_with_limit(page, LONGEST_STREAM).map_err(trouble)?;
    spend(unpacked, content.len())?;
    let content = Content::decode(&content).map_err(trouble)?;
    let mut runs = Vec::new();
    let (mut outer, mut saved) = (IDENTITY, Vec::new());
    let (mut text, mut line) = (IDENTITY, IDENTITY);
    let (mut size, mut leading, mut spacing, mut stretch) = (1.0f32, 0.0f32, 0.0f32, 1.0f32);
    let mut font: Option<&Code<'_>> = None;
    for operation in &content.operations {
        let number = |at: usize| operation.operands.get(at).and_then(|operand| operand.as_float().ok()).unwrap_or(0.0);
        let matrix = || [number(0), number(1), number(2), number(3), number(4), number(5)];
        let mut next_line = |text: &mut Matrix, x: f32, y: f32| {
            line = then([1.0, 0.0, 0.0, 1.0, x, y], line);
            *text = line;
        };
        match operation.operator.as_str() {
            "q" if saved.len() < 64 => saved.push(outer),
            "Q" => outer = saved.pop().unwrap_or(outer),
            "cm" => outer = then(matrix(), outer),
            "BT" => {
                line = IDENTITY;
                text = IDENTITY;
            }
            "Tf" => {
                font = operation.operands.first().and_then(|name| name.as_name().ok()).and_then(|name| codes.get(name));
                size = number(1);
            }
            "TL" => leading = number(0),
            "Tc" => spacing = number(0),
            "Tz" => stretch = number(0) / 100.0,
            "Td" => next_line(&mut text, number(0), number(1)),
            "TD" => {
                leading = -number(1);
                next_line(&mut text, number(0), number(1));
            }
            "Tm" => {
                line = matrix();
                text = line;
            }
            "T*" | "'" | "\"" => next_line(&mut text, 0.0, -leading),
            _ => {}
        }
        if !matches!(operation.operator.as_str(), "Tj" | "TJ" | "'" | "\"") {
            continue;
        }
        let shown = match operation.operands.last() {
            Some(Object::Array(parts)) => parts.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => continue,
        };
        for part in shown {
            match (part, font) {
                (Object::String(bytes, _), Some(code)) => {
                    let words = code.read(bytes);
                    let width: f32 = words.chars().map(|c| if c.is_ascii() { 0.5 * size } else { size } + spacing).sum();
                    let from = then(text, outer);
                    text = then([1.0, 0.0, 0.0, 1.0, width * stretch, 0.0], text);
                    let to = then(text, outer);
                    let height = size * from[3].abs().max(from[1].abs());
                    if !words.is_empty() {
                        runs.push(Run { x: from[4], y: from[5], end: to[4], size: height, text: words });
                    }
                }
                (other, _) => {
                    let shift = other.as_float().unwrap_or(0.0) / 1000.0 * size;
                    text = then([1.0, 0.0, 0.0, 1.0, -shift * stretch, 0.0], text);
                }
            }
        }
    }
    Ok(runs)
}

/// A line as it is seen.
struct Visual {
    x: f32,
    y: f32,
    end: f32,
    size: f32,
    text: String,
}

/// Puts what stands at one height side by side, from the top of the page down, without its number.
fn visual_lines(mut runs: Vec<Run>) -> Vec<Visual> {
    runs.retain(|run| run.x.is_finite() && run.y.is_finite() && run.end.is_finite() && run.size.is_finite());
    runs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        match lines.last_mut().filter(|line| (line[0].y - run.y).abs() < 0.5 * line[0].size.max(run.size)) {
            Some(line) => line.push(run),
            None => lines.push(vec![run]),
        }
    }
    let mut lines: Vec<Visual> = lines.into_iter().map(side_by_side).filter(|line| !line.text.trim().is_empty()).collect();
    let is_page_number =
        |line: &Visual| line.text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '—' | '－' | '–'));
    lines.pop_if(|line| is_page_number(line));
    lines
}

/// Heads and feet of pages: lines that stand at the same height of several pages and differ in numbers at most, and what a browser
/// prints around a page of its own accord.
fn leave_out_running_lines(pages: &mut [Vec<Visual>]) {
    for page in pages.iter_mut() {
        if page.last().is_some_and(|line| is_address_and_page(&line.text)) {
            page.pop();
            if page.first().is_some_and(|line| begins_with_a_day(&line.text)) {
                page.remove(0);
            }
        }
    }
    for _ in 0..MOST_RUNNING {
        for head in [true, false] {
            let line = |page: &Vec<Visual>| if head { page.first() } else { page.last() }.map(seen);
            let mut counts: HashMap<(String, i32), usize> = HashMap::new();
            for key in pages.iter().filter_map(line) {
                *counts.entry(key).or_default() += 1;
            }
            // Even and odd pages may have heads of their own, and the first has none.
            let few = (pages.len() / 3).max(2);
            for page in pages.iter_mut() {
                let repeats = line(page).is_some_and(|key| !says_a_task(&key.0) && counts[&key] >= few);
                if repeats && head {
                    page.remove(0);
                } else if repeats {
                    page.pop();
                }
            }
        }
    }
}

/// Lines of the longest head or foot.
const MOST_RUNNING: usize = 3;

/// A line as it is compared between pages: its words, whatever its numbers are, and its height.
fn seen(line: &Visual) -> (String, i32) {
    let mut words = String::new();
    for c in line.text.chars().filter(|c| !c.is_whitespace()) {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !words.ends_with('#') {
            words.push(c);
        }
    }
    (words, (line.y / 2.0).round() as i32)
}

/// What repeats and is still of the notice: the head of a table, a sentence.
fn says_a_task(words: &str) -> bool {
    words.contains('。') || words.contains("牵头") || words.contains("单位")
}

/// `file:///notice.html 1/8`
fn is_address_and_page(text: &str) -> bool {
    // A font may join f and i to one character.
    let text = text.replace('\u{fb01}', "fi");
    let Some((address, page)) = text.trim().rsplit_once(' ') else { return false };
    let is_page = |(page, of): (&str, &str)| page.parse::<u32>().is_ok() && of.parse::<u32>().is_ok();
    let begins = ["file:", "http:", "https:", "about:", "data:", "blob:"].iter().any(|scheme| address.starts_with(scheme));
    begins && page.split_once('/').is_some_and(is_page)
}

/// `11/26/26, 3:06 PM`, `2026/11/26 15:06`
fn begins_with_a_day(text: &str) -> bool {
    let day = text.trim().split([',', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

fn side_by_side(mut runs: Vec<Run>) -> Visual {
    runs.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut line = Visual { x: runs[0].x, y: runs[0].y, end: runs[0].x, size: runs[0].size, text: String::new() };
    for run in runs {
        if run.x - line.end > 0.8 * run.size && !line.text.is_empty() && !line.text.ends_with(' ') {
            line.text.push(' ');
        }
        line.text.push_str(&run.text);
        line.end = line.end.max(run.end);
        line.size = line.size.max(run.size);
    }
    line
}

/// Joins lines that were only broken at the margin: the one reaches it, and the next neither is set in nor begins a number.
/// Where pages meet, height tells nothing. In a document whose paragraphs are set in, a line that is not goes on; in another, two that
/// may be apart are joined and told, by the line they became.
fn paragraphs(pages: Vec<Vec<Visual>>) -> (Vec<String>, Vec<(u32, String)>) {
    let all = || pages.iter().flatten();
    let right = all().map(|line| line.end).fold(f32::MIN, f32::max);
    let left = all().map(|line| line.x).fold(f32::MAX, f32::min);
    let room = room(&pages);
    let sets_in = all().filter(|line| (0.8..4.0).contains(&((line.x - left) / line.size))).count() > all().count() / 20;
    let mut joined = Vec::new();
    let mut paragraphs: Vec<String> = Vec::new();
    let mut before: Option<&Visual> = None;
    let is_set_in = |line: &Visual| line.x > left + 0.8 * line.size;
    for line in all() {
        let goes_on = before.is_some_and(|before| {
            // A stop may not begin a line, so that up to two characters go with it to the next.
            let full = before.end > right - 2.5 * before.size;
            let set_in = is_set_in(line);
            // Between paragraphs there may be more room than between lines. The head of a page is above the foot of the last: there
            // only the words show where a paragraph ends.
            let apart = before.y - line.y > room * line.size;
            let closed = line.y > before.y && paragraphs.last().is_some_and(|text| ends_with_units(text));
            let numbered = ends_with_a_stop(&before.text) && begins_a_number(&line.text);
            full && !set_in && !apart && !closed && !numbered
        });
        match paragraphs.last_mut().filter(|_| goes_on) {
            Some(paragraph) => {
                let meets = before.is_some_and(|before| line.y > before.y && before.text.trim_end().ends_with(['。', '）', ')']));
                let words: String = line.text.trim().chars().take(LONGEST_TOLD).collect();
                paragraph.push_str(line.text.trim());
                if meets && !sets_in {
                    joined.push((paragraphs.len() as u32, words));
                }
            }
            None => paragraphs.push(line.text.trim_end().to_owned()),
        }
        before = Some(line);
    }
    // A numbered paragraph goes on until its units close it.
    joined.retain(|(line, _): &(u32, String)| {
        let whole = &paragraphs[*line as usize - 1];
        !(begins_a_number(whole) && ends_with_units(whole))
    });
    (paragraphs, joined)
}

/// Characters that are told of the place where two pages meet.
const LONGEST_TOLD: usize = 20;

/// The most room between two lines of a paragraph, in their size: somewhat more than most lines have.
fn room(pages: &[Vec<Visual>]) -> f32 {
    let pairs = pages.iter().flat_map(|page| page.windows(2));
    let mut steps: Vec<f32> = pairs.map(|pair| (pair[0].y - pair[1].y) / pair[1].size).filter(|step| step.is_finite()).collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 4).map_or(2.6, |usual| (1.3 * usual).clamp(1.3, 2.6))
}

/// A paragraph that ends with a bracket of units is at its end.
fn ends_with_units(text: &str) -> bool {
    let bracket = text.strip_suffix(['）', ')']).and_then(|text| text.rsplit(['（', '(']).next());
    bracket.is_some_and(|words| words.contains("单位") || words.contains("牵头") || words.ends_with("负责"))
}

/// A line up to the margin may be the last of its paragraph, if it ends with a stop.
fn ends_with_a_stop(text: &str) -> bool {
    text.trim_end().ends_with(['。', '）', ')', '；', ';', '：', ':'])
}

fn begins_a_number(text: &str) -> bool {
    mark(Line::new(0, text).whole()).is_some()
}
