//! 字体 · fonts. They belong to the machine, not to us: found once, mapped into memory, read only where used.
//!
//! Of the regional cuts of Noto CJK only the Simplified Chinese one is kept. They look alike and differ in the shape
//! of single characters, so falling back to a Japanese or Korean cut would write a name as its bearer does not.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use memmap2::Mmap;
use serde::Serialize;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

/// A style of letter, and the faces that serve for it.
struct Need {
    name: &'static str,
    families: &'static [&'static str],
    package: &'static str,
    required: bool,
}

const NEEDS: &[Need] = &[
    Need {
        name: "宋体",
        families: &["Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "SimSun", "Songti SC", "FandolSong"],
        package: "fonts-noto-cjk",
        required: true,
    },
    Need {
        name: "黑体",
        families: &["Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "SimHei", "Heiti SC", "FandolHei"],
        package: "fonts-noto-cjk",
        required: true,
    },
    Need {
        name: "仿宋",
        families: &["FangSong", "FangSong_GB2312", "仿宋", "STFangsong", "FandolFang R", "FandolFang", "Zhuque Fangsong"],
        package: "texlive-lang-chinese",
        required: false,
    },
    Need {
        name: "生僻字",
        families: &["HanaMinB", "BabelStone Han", "Jigmo2", "Plangothic P2", "SimSun-ExtB"],
        package: "fonts-hanazono",
        required: false,
    },
];

/// The families a letter is set in unless its template says otherwise, best first.
pub(crate) const DEFAULT_FAMILIES: &[&str] =
    &["Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "SimSun", "Songti SC", "FandolSong", "HanaMinB"];

/// Which fonts the letters need, which were found, and how to get the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FontReport {
    /// Every need, in order of weight.
    pub needs: Vec<FontNeed>,
    /// The command that installs all that is missing, on Debian and Ubuntu; `None` if nothing is.
    pub install: Option<String>,
}

/// One style of letter the documents use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FontNeed {
    /// 宋体, 黑体, 仿宋, 生僻字 (rare characters in names).
    pub name: String,
    /// Any of these families serves.
    pub families: Vec<String>,
    /// The first of them found.
    pub found: Option<String>,
    /// The Debian package that brings one.
    pub package: String,
    /// Whether letters cannot be made without it; the others only look less right.
    pub required: bool,
}

impl FontReport {
    /// Whether letters can be made.
    pub fn complete_enough(&self) -> bool {
        self.needs.iter().all(|need| need.found.is_some() || !need.required)
    }

    /// One Chinese sentence on what is missing and how to install it; `None` if nothing is.
    pub fn advice(&self) -> Option<String> {
        let install = self.install.as_ref()?;
        let missing: Vec<_> = self.needs.iter().filter(|need| need.found.is_none()).map(|need| need.name.as_str()).collect();
        Some(format!("缺少字体：{}。请执行：{install}", missing.join("、")))
    }
}

/// Which fonts this machine has for the letters.
pub fn fonts() -> FontReport {
    Fonts::system().report()
}

/// The faces found, in an order that does not depend on the machine's directory order.
pub(crate) struct Fonts {
    book: LazyHash<FontBook>,
    slots: Vec<Slot>,
}

struct Slot {
    file: Arc<Mmap>,
    index: u32,
    font: OnceLock<Option<Font>>,
}

/// A mapped file as the bytes of a font.
struct Mapped(Arc<Mmap>);

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Fonts {
    /// The machine's fonts, looked for once.
    pub(crate) fn system() -> &'static Fonts {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        FONTS.get_or_init(|| Fonts::scan(&directories()))
    }

    pub(crate) fn scan(directories: &[PathBuf]) -> Fonts {
        let mut files = BTreeSet::new();
        for directory in directories {
            font_files(directory, 0, &mut files);
        }
        let mut book = FontBook::new();
        let mut slots = vec![];
        for path in &files {
            let Some(file) = map(path) else { continue };
            for index in 0..ttf_parser::fonts_in_collection(&file).unwrap_or(1) {
                if is_other_region(&file, index) {
                    continue;
                }
                let Some(info) = FontInfo::new(&file, index) else {
                    continue;
                };
                book.push(info);
                slots.push(Slot { file: file.clone(), index, font: OnceLock::new() });
            }
        }
        Fonts { book: LazyHash::new(book), slots }
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        let slot = self.slots.get(index)?;
        slot.font.get_or_init(|| Font::new(Bytes::new(Mapped(slot.file.clone())), slot.index)).clone()
    }

    fn has(&self, family: &str) -> bool {
        self.book.select_family(&family.to_lowercase()).next().is_some()
    }

    pub(crate) fn report(&self) -> FontReport {
        let needs: Vec<_> = NEEDS
            .iter()
            .map(|need| FontNeed {
                name: need.name.into(),
                families: need.families.iter().map(|family| family.to_string()).collect(),
                found: need.families.iter().find(|family| self.has(family)).map(|family| family.to_string()),
                package: need.package.into(),
                required: need.required,
            })
            .collect();
        let mut packages: Vec<&str> = vec![];
        for need in needs.iter().filter(|need| need.found.is_none()) {
            if !packages.contains(&need.package.as_str()) {
                packages.push(&need.package);
            }
        }
        let install =
            (!packages.is_empty()).then(|| format!("sudo apt-get install -y --no-install-recommends {}", packages.join(" ")));
        FontReport { needs, install }
    }
}

/// Where fonts lie. TeX's own tree is included because Debian puts Fandol there and tells nobody.
fn directories() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
        "/usr/share/texmf/fonts/opentype/public/fandol",
        "/System/Library/Fonts",
        "/Library/Fonts",
        "C:\\Windows\\Fonts",
    ]
    .map(PathBuf::from)
    .to_vec();
    if let Some(home) = std::env::home_dir() {
        places.extend([home.join(".local/share/fonts"), home.join(".fonts"), home.join("Library/Fonts")]);
    }
    places.extend(std::env::var_os("SUNLIT_FONTS").iter().flat_map(std::env::split_paths));
    places
}

fn font_files(directory: &Path, depth: usize, found: &mut BTreeSet<PathBuf>) {
    // Links may lead round in circles.
    if depth > 8 {
        return;
    }
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
        if matches!(kind.as_str(), "otf" | "ttf" | "ttc" | "otc") {
            found.insert(path);
        } else if path.is_dir() {
            font_files(&path, depth + 1, found);
        }
    }
}

fn map(path: &Path) -> Option<Arc<Mmap>> {
    let file = File::open(path).ok()?;
    // SAFETY: a mapping is unsound if the file is changed in place while mapped. Package managers replace font files
    // by renaming new ones over them, which leaves ours as it was.
    let map = unsafe { Mmap::map(&file) }.ok()?;
    Some(Arc::new(map))
}

/// Noto CJK for Japan, Korea, Taiwan or Hong Kong, by PostScript name (`NotoSerifCJKjp-Regular`).
fn is_other_region(data: &[u8], index: u32) -> bool {
    let Ok(face) = ttf_parser::Face::parse(data, index) else {
        return true;
    };
    let name = face.names().into_iter().find(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME);
    let name = name.and_then(|name| name.to_string()).unwrap_or_default();
    name.split_once("CJK").is_some_and(|(noto, rest)| {
        noto.starts_with("Noto") && ["jp", "kr", "tc", "hk"].iter().any(|region| rest.starts_with(region))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_font_says_what_to_install() {
        let report = Fonts::scan(&[]).report();
        assert!(!report.complete_enough());
        assert_eq!(
            report.install.as_deref(),
            Some("sudo apt-get install -y --no-install-recommends fonts-noto-cjk texlive-lang-chinese fonts-hanazono")
        );
        assert!(report.advice().unwrap().starts_with("缺少字体：宋体、黑体、仿宋、生僻字。请执行：sudo apt-get install"));
    }

    #[test]
    fn only_the_simplified_chinese_cut_of_noto_is_used() {
        let families: Vec<_> = Fonts::system().book().families().map(|(name, _)| name.to_owned()).collect();
        for region in ["JP", "KR", "TC", "HK"] {
            assert!(!families.iter().any(|family| family.ends_with(&format!("CJK {region}"))), "{families:?}");
        }
    }

    #[test]
    fn faces_come_in_the_same_order_every_time() {
        let families = |fonts: Fonts| fonts.book.families().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(families(Fonts::scan(&directories())), families(Fonts::scan(&directories())));
    }
}
