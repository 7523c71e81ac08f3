//! The templates: every file under `letters/`, held in memory. A template can read only these files, never the disk
//! and never the network.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use typst::foundations::Bytes;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};

use crate::fonts::Fonts;
use crate::render::{self, Pdf};
use crate::{DocumentFault, fault};

/// The letters of a site, ready to be written.
pub struct Letters {
    files: HashMap<FileId, Bytes>,
    sources: HashMap<FileId, Source>,
    fonts: Option<&'static Fonts>,
}

impl Letters {
    /// Takes the template files as (path, bytes), such as `letters/receipt.typ`. Pictures and data lie beside them.
    /// Templates import one another by absolute path: `#import "/letters/_letter.typ": letter`.
    ///
    /// Nothing is compiled yet; [`check`](Letters::check) finds what can be found without data. A path that leaves
    /// its root (`../x`) is left out.
    pub fn load(files: Vec<(String, Vec<u8>)>) -> Letters {
        let mut letters = Letters { files: HashMap::new(), sources: HashMap::new(), fonts: None };
        for (path, bytes) in files {
            let Some(id) = file_id(&path) else { continue };
            if path.ends_with(".typ")
                && let Ok(text) = std::str::from_utf8(&bytes)
            {
                letters.sources.insert(id, Source::new(id, text.trim_start_matches('\u{feff}').to_owned()));
            }
            letters.files.insert(id, Bytes::new(bytes));
        }
        letters
    }

    /// Writes the letter `template` (`receipt` for `letters/receipt.typ`) with `data`, which the template reads as
    /// `json(bytes(sys.inputs.data))`. `title` is the document's title, and `date` the moment it is dated: the same
    /// four give the same bytes.
    ///
    /// Never panics, whatever the text; a failure inside the typesetter is a fault like any other.
    ///
    /// # Errors
    /// No such letter, a mistake in a template, or no Chinese font on this machine (the message says what to
    /// install).
    pub fn render(
        &self,
        template: &str,
        data: &serde_json::Value,
        title: &str,
        date: NaiveDateTime,
    ) -> Result<Pdf, DocumentFault> {
        let main = file_id(&format!("letters/{template}.typ")).filter(|id| self.files.contains_key(id));
        let Some(main) = main else {
            return Err(DocumentFault::new(template, "没有这种文书的模板"));
        };
        let fonts = self.fonts.unwrap_or_else(Fonts::system);
        let report = fonts.report();
        if !report.complete_enough() {
            return Err(DocumentFault::new(template, report.advice().unwrap_or_default()));
        }
        render::render(self, fonts, main, template, data, title, date)
    }

    /// The letters there are: every `letters/NAME.typ` whose name does not begin with `_`, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|id| id.get().vpath().get_without_slash().strip_prefix("letters/")?.strip_suffix(".typ"))
            .filter(|name| !name.starts_with('_') && !name.contains('/'))
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    }

    /// Every mistake of syntax in any template, without needing data: for the moment an administrator saves one.
    pub fn check(&self) -> Vec<DocumentFault> {
        let mut faults = vec![];
        for (id, bytes) in &self.files {
            let path = id.get().vpath().get_without_slash();
            let name = path.trim_start_matches("letters/").trim_end_matches(".typ");
            if path.ends_with(".typ") && std::str::from_utf8(bytes).is_err() {
                faults.push(DocumentFault::new(name, "文件不是 UTF-8 文本"));
            }
        }
        for source in self.sources.values() {
            let path = source.id().get().vpath().get_without_slash();
            let name = path.trim_start_matches("letters/").trim_end_matches(".typ");
            for error in source.root().errors_and_warnings().0 {
                let found = error.into();
                faults.push(DocumentFault {
                    file: Some(path.to_owned()),
                    line: render::line_in(self, &found),
                    ..DocumentFault::new(name, fault::in_chinese(&found))
                });
            }
        }
        faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        faults
    }

    pub(crate) fn source(&self, id: FileId) -> Option<&Source> {
        self.sources.get(&id)
    }

    pub(crate) fn bytes(&self, id: FileId) -> Option<&Bytes> {
        self.files.get(&id)
    }

    /// With other fonts than the machine's.
    #[cfg(test)]
    pub(crate) fn with_fonts(mut self, fonts: &'static Fonts) -> Letters {
        self.fonts = Some(fonts);
        self
    }
}

fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_chinese_font_a_letter_says_what_to_install() {
        let none: &'static Fonts = Box::leak(Box::new(Fonts::scan(&[])));
        let letters = Letters::load(vec![("letters/a.typ".into(), b"a".to_vec())]).with_fonts(none);
        let fault = letters.render("a", &serde_json::Value::Null, "a", NaiveDateTime::MIN).unwrap_err();
        assert!(fault.message.contains("sudo apt-get install"), "{fault}");
        assert!(fault.message.contains("fonts-noto-cjk"), "{fault}");
    }
}
