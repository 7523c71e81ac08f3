//! 文本 · where the definitions come from: built into the program, or a directory an administrator edits.

use crate::fault::Faults;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::Path;

static DEFINITIONS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../definitions");
static ITEMS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../reference/items");
static AGENCIES: &str = include_str!("../../reference/agencies.json");
static REGIONS: &str = include_str!("../../reference/regions.csv");

/// A definition is read whole into memory; none is larger than this.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Every text by its path, `definitions/forms/elderly-card.json`, in order.
#[derive(Default)]
pub(crate) struct Texts(BTreeMap<String, Vec<u8>>);

impl Texts {
    pub(crate) fn embedded() -> Texts {
        let mut texts = Texts::default();
        texts.take("definitions", &DEFINITIONS);
        texts.take("reference/items", &ITEMS);
        texts.put("reference/agencies.json", AGENCIES.as_bytes());
        texts.put("reference/regions.csv", REGIONS.as_bytes());
        texts
    }

    fn take(&mut self, root: &str, dir: &Dir) {
        for file in dir.files() {
            if let Some(path) = file.path().to_str() {
                self.put(&format!("{root}/{}", path.replace('\\', "/")), file.contents());
            }
        }
        for inner in dir.dirs() {
            self.take(root, inner);
        }
    }

    pub(crate) fn put(&mut self, path: &str, bytes: &[u8]) {
        self.0.insert(path.to_owned(), bytes.to_vec());
    }

    /// The same layout from a directory.
    pub(crate) fn read(dir: &Path, faults: &mut Faults) -> Texts {
        let mut texts = Texts::default();
        texts.walk(dir, "definitions", faults);
        texts.walk(dir, "reference/items", faults);
        texts.one(dir, "reference/agencies.json", faults);
        texts.one(dir, "reference/regions.csv", faults);
        texts
    }

    fn walk(&mut self, dir: &Path, under: &str, faults: &mut Faults) {
        let entries = match std::fs::read_dir(dir.join(under)) {
            Ok(entries) => entries,
            Err(error) => return faults.add(under, "", format!("这个目录打不开（{error}）")),
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                faults.add(under, "", "有一个文件名读不出来，请用 UTF-8 命名");
                continue;
            };
            let path = format!("{under}/{name}");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.walk(dir, &path, faults),
                Ok(_) if name.starts_with('.') || name.ends_with('~') => {}
                _ => self.one(dir, &path, faults),
            }
        }
    }

    fn one(&mut self, dir: &Path, path: &str, faults: &mut Faults) {
        let file = dir.join(path);
        match std::fs::metadata(&file) {
            Ok(about) if about.len() > LARGEST => faults.add(path, "", "文件超过 8 MB，请拆小"),
            Ok(_) => match std::fs::read(&file) {
                Ok(bytes) => self.put(path, &bytes),
                Err(error) => faults.add(path, "", format!("读不出来（{error}）")),
            },
            Err(error) => faults.add(path, "", format!("找不到这个文件（{error}）")),
        }
    }

    /// The text of a file, without a byte order mark.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.0.get(path)?).ok()
    }

    /// Files under a folder, `definitions/forms/`, with an ending, in order.
    pub(crate) fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0
            .range(folder.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(folder))
            .filter(move |(path, _)| path.ends_with(ending))
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Every file whose text must be readable.
    pub(crate) fn check_encoding(&self, faults: &mut Faults) {
        for (path, bytes) in &self.0 {
            let is_text =
                [".json", ".csv", ".bpmn", ".dmn", ".typ", ".cedar", ".cedarschema"].iter().any(|ending| path.ends_with(ending));
            if is_text && let Err(error) = std::str::from_utf8(bytes) {
                faults.add(path, format!("第 {} 字节", error.valid_up_to() + 1), "不是 UTF-8 文字，请另存为 UTF-8");
            }
        }
    }
}
