//! What can go wrong with a letter, told to whoever edits its template: which letter, which line, in Chinese.

use typst::diag::SourceDiagnostic;

/// A letter could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("文书“{template}”{}无法生成：{message}", place(.file, .line))]
pub struct DocumentFault {
    /// The letter asked for, such as `receipt`.
    pub template: String,
    /// The file the mistake is in, if it lies in one: the letter's own or one it imports.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<usize>,
    /// What is wrong and, where known, what to do.
    pub message: String,
}

fn place(file: &Option<String>, line: &Option<usize>) -> String {
    match (file, line) {
        (Some(file), Some(line)) => format!("（{file} 第 {line} 行）"),
        (Some(file), None) => format!("（{file}）"),
        _ => String::new(),
    }
}

impl DocumentFault {
    pub(crate) fn new(template: &str, message: impl Into<String>) -> DocumentFault {
        DocumentFault { template: template.into(), file: None, line: None, message: message.into() }
    }
}

/// The compiler's English in Chinese, for the mistakes people make in letters; anything else is quoted as it is.
pub(crate) fn in_chinese(found: &SourceDiagnostic) -> String {
    let english = found.message.as_str();
    let between =
        |before: &str, after: &str| english.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).map(str::to_owned);
    if let Some(key) = between("dictionary does not contain key \"", "\"") {
        return format!("数据里没有“{key}”这一项");
    }
    if let Some(name) = between("unknown variable: ", "") {
        return format!("没有“{name}”这个变量或函数");
    }
    if english.starts_with("file not found") {
        return format!("引用的文件不存在（{english}）");
    }
    if english.starts_with("unclosed delimiter") {
        return "括号没有闭合".into();
    }
    if english.starts_with("unresolved import") {
        return "所引入的文件里没有这个名字".into();
    }
    let mut message = english.to_owned();
    for hint in &found.hints {
        message = format!("{message}；{}", hint.v);
    }
    format!("模板有误：{message}")
}
