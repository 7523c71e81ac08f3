//! 缺陷 · why a catalogue is not loaded. An administrator edits these files, so every mistake is told at once, each
//! with its file, its place and its reason.

use serde::Serialize;
use std::fmt;

/// One mistake in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileFault {
    /// The file, from the directory that holds `definitions` and `reference`.
    pub file: String,
    /// Where in it; empty when the whole file is meant.
    pub place: String,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => write!(f, "{}：{}", self.file, self.reason),
            place => write!(f, "{} · {place}：{}", self.file, self.reason),
        }
    }
}

/// All that is wrong with a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("事项和定义有 {} 处要改：\n{}", faults.len(), faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct CatalogueFault {
    /// Each mistake, in the order of the files.
    pub faults: Vec<FileFault>,
}

/// Gathers mistakes instead of stopping at the first.
#[derive(Default)]
pub(crate) struct Faults(pub(crate) Vec<FileFault>);

impl Faults {
    pub(crate) fn add(&mut self, file: impl Into<String>, place: impl Into<String>, reason: impl Into<String>) {
        self.0.push(FileFault { file: file.into(), place: place.into(), reason: reason.into() });
    }

    pub(crate) fn json(&mut self, file: &str, error: &serde_json::Error) {
        self.add(
            file,
            format!("第 {} 行第 {} 列", error.line(), error.column()),
            format!("读不出来，请补上或改对这一处（{error}）"),
        );
    }
}
