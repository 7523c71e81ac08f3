//! 文件种类 · what the bytes of a file are, never what its name says. The first bytes name a kind; then the file has to be one: a picture
//! has a size, an office file opens and says what it holds. Nothing here keeps a file in memory.

use crate::heic;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// So many bytes tell the kind a file begins as, unless it is an old Word document.
pub const TELLING: u64 = 64 * 1024;
/// What stands before the pixels of a photograph: its exposure, its thumbnail, its colours.
const BEFORE_PIXELS: u64 = 8 * 1024 * 1024;
/// A table of contents of so many bytes names some eighty thousand files; one that takes more is a trap.
const CONTENTS: u64 = 8 * 1024 * 1024;

pub const JPEG: &str = "image/jpeg";
pub const PNG: &str = "image/png";
pub const WEBP: &str = "image/webp";
pub const HEIF: &str = "image/heif";
const ZIP: &str = "application/zip";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How the names of files of each kind end; the first is given to one that ends otherwise.
const ENDINGS: [(&str, &[&str]); 9] = [
    ("application/pdf", &["pdf"]),
    (JPEG, &["jpg", "jpeg", "jpe", "jfif"]),
    (PNG, &["png"]),
    (WEBP, &["webp"]),
    (HEIF, &["heic", "heif"]),
    (WORD, &["docx"]),
    (EXCEL, &["xlsx"]),
    ("application/msword", &["doc"]),
    (ZIP, &["zip", "ofd"]),
];

/// A file's name with an ending of its kind: what was handed in as 说明.hta and is a PDF is kept as 说明.hta.pdf, so that nobody's machine runs it.
pub fn named(name: &str, media_type: &str) -> String {
    let known = ENDINGS.iter().find(|(kind, _)| *kind == media_type).map(|(_, endings)| *endings);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match known {
        Some(endings) if !ending.is_some_and(|ending| endings.contains(&ending.as_str())) => format!("{name}.{}", endings[0]),
        _ => name.to_owned(),
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Is(&'static str),
    /// It begins as a kind we take, and is not one.
    Broken,
    /// None that we take. HTML, SVG and programs are none.
    None,
}

/// What a file that begins so would be.
fn begins(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    let kind = infer::get(head)?.mime_type();
    [JPEG, PNG, WEBP, HEIF, ZIP, WORD, EXCEL].into_iter().find(|known| *known == kind)
}

/// The signature of an old Office file. Whether it is a Word document stands in its directory, which may lie at its end.
const OLD_OFFICE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const OLD_WORD: &str = "00020906-0000-0000-c000-000000000046";

fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether what has arrived may become a file we take.
pub fn may_become(path: &Path) -> io::Result<bool> {
    let head = beginning(path, TELLING)?;
    Ok(head.starts_with(OLD_OFFICE) || begins(&head).is_some())
}

/// What the whole file is.
pub fn of(path: &Path) -> io::Result<Kind> {
    let head = beginning(path, TELLING)?;
    if head.starts_with(OLD_OFFICE) {
        let word = cfb::open(path).is_ok_and(|office| office.root_entry().clsid().to_string() == OLD_WORD);
        return Ok(if word { Kind::Is("application/msword") } else { Kind::None });
    }
    let Some(kind) = begins(&head) else { return Ok(Kind::None) };
    let found = match kind {
        JPEG | PNG | WEBP | HEIF => picture(path, kind)?.map(|_| kind),
        ZIP | WORD | EXCEL => package(path, kind)?,
        kind => Some(kind),
    };
    Ok(found.map_or(Kind::Broken, Kind::Is))
}

/// How large a picture is in pixels; `None` when it is none.
pub fn picture(path: &Path, kind: &str) -> io::Result<Option<(u32, u32)>> {
    let format = match kind {
        HEIF => return heic::size(&mut BufReader::new(File::open(path)?)),
        PNG => image::ImageFormat::Png,
        WEBP => image::ImageFormat::WebP,
        // Its decoder would read all of the file at once.
        _ => {
            let head = Cursor::new(beginning(path, BEFORE_PIXELS)?);
            return Ok(seen(image::ImageReader::with_format(head, image::ImageFormat::Jpeg)));
        }
    };
    Ok(seen(image::ImageReader::with_format(BufReader::new(File::open(path)?), format)))
}

fn seen(mut reader: image::ImageReader<impl io::BufRead + Seek>) -> Option<(u32, u32)> {
    // The size alone is asked; how much we draw is another question.
    reader.no_limits();
    reader.into_dimensions().ok().filter(|(wide, high)| *wide > 0 && *high > 0)
}

/// What a package is by the list of what it holds; `None` when it does not open, or begins as an office file and has no such list.
fn package(path: &Path, begins: &str) -> io::Result<Option<&'static str>> {
    let file = Sparing { inner: BufReader::new(File::open(path)?), left: CONTENTS };
    let Ok(mut package) = zip::ZipArchive::new(file) else { return Ok(None) };
    let mut types = Vec::new();
    let listed = match package.by_name("[Content_Types].xml") {
        Ok(list) => list.take(CONTENTS).read_to_end(&mut types).is_ok(),
        Err(_) => false,
    };
    let types = String::from_utf8_lossy(&types);
    Ok(match listed {
        _ if types.contains("wordprocessingml.document.main+xml") => Some(WORD),
        _ if types.contains("spreadsheetml.sheet.main+xml") => Some(EXCEL),
        // OFD, a program's package, or files that somebody put together.
        true => Some(ZIP),
        false => (begins == ZIP).then_some(ZIP),
    })
}

/// Reads so much and no more: whoever claims a million entries is not followed through them.
struct Sparing<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Sparing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other("the table of contents is too long"));
        }
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for Sparing<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_1_a_name_ends_as_the_kind_of_its_file() {
        for (name, kind, kept) in [
            ("申请书.hta", "application/pdf", "申请书.hta.pdf"),
            ("run.bat", "application/pdf", "run.bat.pdf"),
            ("报告.PDF", "application/pdf", "报告.PDF"),
            ("a.jpg.exe", JPEG, "a.jpg.exe.jpg"),
            ("照片.jpeg", JPEG, "照片.jpeg"),
            ("发票.ofd", ZIP, "发票.ofd"),
            ("x.jar", ZIP, "x.jar.zip"),
            ("文件", PNG, "文件.png"),
        ] {
            assert_eq!(named(name, kind), kept);
        }
    }
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn is(bytes: &[u8]) -> Kind {
        let path = std::env::temp_dir().join(format!("kind-{}", uuid::Uuid::new_v4().simple()));
        std::fs::write(&path, bytes).unwrap();
        let kind = of(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        kind
    }

    fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn drawn(format: image::ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::new(40, 30).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn noise() -> Vec<u8> {
        (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
    }

    #[test]
    fn f072_a_picture_has_a_size_or_is_none() {
        for (format, kind) in [(image::ImageFormat::Jpeg, JPEG), (image::ImageFormat::Png, PNG), (image::ImageFormat::WebP, WEBP)]
        {
            let picture = drawn(format);
            assert_eq!(is(&picture), Kind::Is(kind));
            assert_eq!(is(&[&picture[..12], &noise()].concat()), Kind::Broken, "{kind}");
        }
        assert_eq!(is(include_bytes!("heic/slope.heic")), Kind::Is(HEIF));
        assert_eq!(is(&[&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &noise()].concat()), Kind::Broken);
    }

    #[test]
    fn f072_a_package_opens_and_says_what_it_holds() {
        let types = |main: &str| {
            format!("<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument.{main}\"/></Types>")
        };
        let word =
            zipped(&[("[Content_Types].xml", &types("wordprocessingml.document.main+xml")), ("word/document.xml", "<w/>")]);
        let excel = zipped(&[("[Content_Types].xml", &types("spreadsheetml.sheet.main+xml")), ("xl/workbook.xml", "<x/>")]);
        assert_eq!((is(&word), is(&excel)), (Kind::Is(WORD), Kind::Is(EXCEL)));
        assert_eq!(is(&zipped(&[("OFD.xml", "<ofd/>")])), Kind::Is(ZIP));
        // The names alone do not make a document.
        let named = zipped(&[("_rels/.rels", ""), ("docProps/app.xml", ""), ("word/document.xml", "<w/>")]);
        assert_ne!(is(&named), Kind::Is(WORD));
        assert_eq!(is(&[&b"PK\x03\x04"[..], &noise()[..500]].concat()), Kind::Broken);
        assert_eq!(is(&word[..word.len() / 2]), Kind::Broken);
        assert_eq!(is(b"PK"), Kind::None);
    }

    #[test]
    fn f072_a_list_that_never_ends_is_not_read_to_its_end() {
        let mut endless = Sparing { inner: io::repeat(0), left: 100 };
        let mut read = Vec::new();
        assert!(endless.read_to_end(&mut read).is_err());
        assert_eq!(read.len(), 100);
    }
}
