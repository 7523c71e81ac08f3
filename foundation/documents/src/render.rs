//! One letter, from template and data to bytes.

use chrono::{Datelike, NaiveDateTime, Timelike};
use serde::Serialize;
use sha2::{Digest, Sha256};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue, Smart};
use typst::layout::{Abs, Frame, FrameItem, Point, Size};
use typst::syntax::{DiagSpanKind, FileId, Source};
use typst::text::{Font, FontBook, FontFamily, FontList, Lang, Locale, Region, TextElem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::{DEFAULT_FAMILIES, Fonts};
use crate::{DocumentFault, Letters, fault};

/// A finished letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages.
    pub pages: usize,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The standards the file keeps: `PDF/A-2a, PDF/UA-1` unless something in the letter forbids it.
    pub standard: &'static str,
    /// Characters no font on this machine can draw. They are in the file's text, but print as an empty box: a letter
    /// with any of them should not go out before a font is installed.
    pub unshown: Vec<char>,
    /// Its words in the order they are set, without white space; what stands beyond the edge of a page is none.
    pub words: String,
}

/// From the strictest to none: a letter with a character nobody can draw, or a picture without description, is still
/// written, and says that it keeps less.
const STANDARDS: &[(&str, &[PdfStandard])] = &[
    ("PDF/A-2a, PDF/UA-1", &[PdfStandard::A_2a, PdfStandard::Ua_1]),
    ("PDF/A-2b, PDF/UA-1", &[PdfStandard::A_2b, PdfStandard::Ua_1]),
    ("PDF/A-2b", &[PdfStandard::A_2b]),
    ("PDF/UA-1", &[PdfStandard::Ua_1]),
    ("PDF 1.7", &[PdfStandard::V_1_7]),
];

/// Beijing time, in minutes: letters are dated where their agency is.
const UTC_OFFSET: i32 = 8 * 60;

/// Deeply nested templates recurse deeply; the threads that serve requests have little stack.
const STACK: usize = 32 << 20;

pub(crate) fn render(
    letters: &Letters,
    fonts: &Fonts,
    main: FileId,
    template: &str,
    data: &serde_json::Value,
    title: &str,
    date: NaiveDateTime,
) -> Result<Pdf, DocumentFault> {
    let desk = Desk { letters, fonts, standard: LazyHash::new(library(data)), main, date: datetime(date) };
    let written = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("letter".into()).stack_size(STACK);
        let writing = thread.spawn_scoped(scope, || write(&desk, template, title));
        // A panic inside the typesetter ends that thread, and is a fault of this one letter.
        writing.ok().and_then(|writing| writing.join().ok())
    });
    // Results are remembered between letters; what ten letters did not use is forgotten.
    typst::comemo::evict(10);
    written.unwrap_or_else(|| Err(DocumentFault::new(template, "排版程序意外中止，未生成文书")))
}

fn write(desk: &Desk, template: &str, title: &str) -> Result<Pdf, DocumentFault> {
    let refused = |found: &[SourceDiagnostic]| located(desk.letters, template, found);
    let mut document: PagedDocument = typst::compile(desk).output.map_err(|found| refused(&found))?;

    let title: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let info = document.info_mut();
    info.title = Some(title.into());
    info.date = Smart::Auto;
    if info.locale.is_auto() {
        info.locale = Smart::Custom(Locale::new(Lang::CHINESE, "CN".parse::<Region>().ok()));
    }

    let mut unshown = vec![];
    for page in document.pages() {
        missing(&page.frame, &mut unshown);
    }
    unshown.sort();
    unshown.dedup();
    let mut words = String::new();
    for page in document.pages() {
        read(&page.frame, Point::zero(), page.frame.size(), &mut words);
    }

    let mut last = None;
    for (standard, list) in STANDARDS {
        let Ok(standards) = PdfStandards::new(list) else {
            continue;
        };
        let options = PdfOptions {
            creator: Smart::Custom(Some("Sunlit 阳光政务".into())),
            timestamp: desk.date.and_then(|date| Timestamp::new_local(date, UTC_OFFSET)),
            standards,
            ..PdfOptions::default()
        };
        match typst_pdf::pdf(&document, &options) {
            Ok(bytes) => {
                let sha256 = hex::encode(Sha256::digest(&bytes));
                return Ok(Pdf { bytes, pages: document.pages().len(), sha256, standard, unshown, words });
            }
            Err(found) => last = Some(refused(&found)),
        }
    }
    Err(last.unwrap_or_else(|| DocumentFault::new(template, "无法写出 PDF 文件")))
}

/// The language a letter is in, the face it is set in, and its data, before its template says anything.
fn library(data: &serde_json::Value) -> Library {
    let mut inputs = Dict::new();
    inputs.insert("data".into(), data.to_string().into_value());
    let mut library = Library::builder().with_inputs(inputs).build();
    library.styles.set(TextElem::lang, Lang::CHINESE);
    library.styles.set(TextElem::region, "CN".parse::<Region>().ok());
    let families = DEFAULT_FAMILIES.iter().map(|family| FontFamily::new(family)).collect();
    library.styles.set(TextElem::font, FontList(families));
    library
}

fn datetime(date: NaiveDateTime) -> Option<Datetime> {
    let small = |value: u32| u8::try_from(value).ok();
    Datetime::from_ymd_hms(
        date.year(),
        small(date.month())?,
        small(date.day())?,
        small(date.hour())?,
        small(date.minute())?,
        small(date.second())?,
    )
}

/// What stands on a page, within its edges; places to break a line are no words.
fn read(frame: &Frame, from: Point, page: Size, words: &mut String) {
    for (at, item) in frame.items() {
        let at = from + *at;
        match item {
            FrameItem::Group(group) => read(&group.frame, at, page, words),
            FrameItem::Text(text) if (Abs::zero()..=page.x).contains(&at.x) && (Abs::zero()..=page.y).contains(&at.y) => {
                words.extend(text.text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}'));
            }
            _ => {}
        }
    }
}

/// Characters set as glyph 0, which is the empty box.
fn missing(frame: &Frame, found: &mut Vec<char>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => missing(&group.frame, found),
            FrameItem::Text(text) => {
                for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                    let range = usize::from(glyph.range.start)..usize::from(glyph.range.end);
                    found.extend(text.text.get(range).unwrap_or_default().chars().filter(|c| !c.is_whitespace()));
                }
            }
            _ => {}
        }
    }
}

fn located(letters: &Letters, template: &str, found: &[SourceDiagnostic]) -> DocumentFault {
    let Some(first) = found.first() else {
        return DocumentFault::new(template, "原因不明");
    };
    DocumentFault {
        template: template.into(),
        file: first.span.id().map(|id| id.get().vpath().get_without_slash().to_owned()),
        line: line_in(letters, first),
        message: fault::in_chinese(first),
    }
}

pub(crate) fn line_in(letters: &Letters, found: &SourceDiagnostic) -> Option<usize> {
    let source = letters.source(found.span.id()?)?;
    let at = match found.span.get() {
        DiagSpanKind::Detached => return None,
        DiagSpanKind::Number { num, sub_range, .. } => source.range(num, sub_range)?,
        DiagSpanKind::Range { range, .. } => range,
    };
    Some(source.lines().byte_to_line(at.start)? + 1)
}

/// What the typesetter may see: these templates, these fonts, this data, this date.
struct Desk<'a> {
    letters: &'a Letters,
    fonts: &'a Fonts,
    standard: LazyHash<Library>,
    main: FileId,
    date: Option<Datetime>,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.standard
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let unreadable = || match self.letters.bytes(id) {
            Some(_) => FileError::InvalidUtf8,
            None => not_found(id),
        };
        self.letters.source(id).cloned().ok_or_else(unreadable)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.letters.bytes(id).cloned().ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.date
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
