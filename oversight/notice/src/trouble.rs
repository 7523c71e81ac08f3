//! 读不了 · why a file yields no text at all. A text that is only read in part is a [`Notice`](crate::Notice) with
//! [`unread`](crate::Notice::unread) places.

use crate::Format;
use serde::Serialize;

/// The largest file that is read, in bytes.
pub const LONGEST_FILE: usize = 32 << 20;

/// The longest text that is read, in bytes of UTF-8: some five million characters.
pub const LONGEST_TEXT: usize = 16 << 20;

/// The most lines with words that are read: ten times the longest notice.
pub const MOST_LINES: usize = 50_000;

/// Why a file cannot be read.
#[derive(thiserror::Error, Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(tag = "trouble", rename_all = "kebab-case")]
pub enum Trouble {
    /// Nothing is in it.
    #[error("文件是空的，请选择通知的原文件")]
    Empty,
    /// Larger than [`LONGEST_FILE`].
    #[error("文件有 {bytes} 字节，超过 {LONGEST_FILE} 字节，不像是一份通知")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It holds more text than [`LONGEST_TEXT`], or unpacks to far more than a notice has.
    #[error("文件展开后的内容过多，不像是一份通知，已停止读取")]
    Expands,
    /// It has more lines than [`MOST_LINES`].
    #[error("文件有 {lines} 行，超过 {MOST_LINES} 行，不像是一份通知")]
    TooManyLines {
        /// Lines with words.
        lines: usize,
    },
    /// Elements lie in elements without end.
    #[error("文件内部嵌套过深，不像是一份通知，已停止读取")]
    TooDeep,
    /// Neither text nor a kind of document that is read.
    #[error("不能识别文件的类型；可以读入文本、.docx、网页和带文字层的 PDF")]
    UnknownKind,
    /// A Word document of the old kind, or one with a password.
    #[error("这是旧版 Word（.doc）或加密的文档，请另存为不加密的 .docx")]
    OldWord,
    /// RTF.
    #[error("这是 RTF 文档，请另存为 .docx")]
    Rtf,
    /// A picture.
    #[error("这是图片，没有文字；请提供文字版，或先做文字识别")]
    Picture,
    /// Packed, but no Word document.
    #[error("这是压缩包，里面没有 Word 正文；请解压后选择通知本身")]
    NotWord,
    /// A sheet of a spreadsheet.
    #[error("这是电子表格（.xlsx），不能直接读入；请另存为 .docx、网页（.html）或文本（.txt），或者把表格复制粘贴过来")]
    Spreadsheet,
    /// Slides.
    #[error("这是演示文稿（.pptx），不能直接读入；请另存为 .docx 或文本（.txt），或者把文字复制粘贴过来")]
    Slides,
    /// The characters do not fit one encoding.
    #[error("第 {line} 行起文字编码混乱或已损坏，请用 UTF-8 另存")]
    Encoding {
        /// The first line that does not.
        line: usize,
    },
    /// The file is cut off or broken.
    #[error("{} 文件已损坏，读不出内容（{why}）", name(.format))]
    Damaged {
        /// What it should be.
        format: Format,
        /// What the reader of that kind said.
        why: String,
    },
    /// A PDF that a password protects.
    #[error("PDF 已加密，请提供没有密码的文件")]
    Encrypted,
    /// A PDF of pictures.
    #[error("PDF 没有文字层，多半是扫描件；请提供文字版，或先做文字识别")]
    NoText,
}

impl Trouble {
    /// The message in English.
    pub fn english(&self) -> String {
        let said = match self {
            Trouble::Empty => "the file is empty; choose the notice itself",
            Trouble::TooLarge { bytes } => {
                return format!("the file has {bytes} bytes, more than {LONGEST_FILE}; it is hardly a notice");
            }
            Trouble::Expands => "the file unpacks to far more than a notice has; reading was stopped",
            Trouble::TooManyLines { lines } => {
                return format!("the file has {lines} lines, more than {MOST_LINES}; it is hardly a notice");
            }
            Trouble::TooDeep => "the file is nested too deeply for a notice; reading was stopped",
            Trouble::UnknownKind => "this kind of file is not known; text, .docx, web pages and PDF with text are read",
            Trouble::OldWord => "an old Word document (.doc) or an encrypted one; save it as .docx without a password",
            Trouble::Rtf => "an RTF document; save it as .docx",
            Trouble::Picture => "a picture, not text; provide the text, or have it recognised first",
            Trouble::NotWord => "a packed file without a Word document in it; unpack it and choose the notice",
            Trouble::Spreadsheet => {
                "a spreadsheet (.xlsx), which is not read; save it as .docx, .html or .txt, or copy the table and paste it"
            }
            Trouble::Slides => "slides (.pptx), which are not read; save them as .docx or .txt, or copy the words and paste them",
            Trouble::Encoding { line } => {
                return format!("from line {line} on the characters fit no single encoding; save the file as UTF-8");
            }
            Trouble::Damaged { format, why } => {
                return format!("the {} file is damaged and cannot be read ({why})", name(format));
            }
            Trouble::Encrypted => "the PDF is encrypted; provide one without a password",
            Trouble::NoText => "the PDF has no text, it is probably scanned; provide the text, or have it recognised first",
        };
        said.to_owned()
    }
}

fn name(format: &Format) -> &'static str {
    match format {
        Format::Utf8 | Format::Utf16 | Format::Gb18030 => "text",
        Format::Docx => "Word",
        Format::Html => "HTML",
        Format::Pdf => "PDF",
    }
}
