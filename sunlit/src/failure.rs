//! 没有办成 · how a command says that it failed: what happened, then what to do, in Chinese and in English.

use foundation::Stop;
use foundation::db::private::Trouble;
use foundation::page::{Lang, of_command, translate};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::process::ExitCode;

/// What a command ends with that was given what it cannot read.
pub const BAD_INPUT: u8 = 2;

/// Why a command stops, in a sentence, and the remedy when we know one.
#[derive(Debug)]
pub struct Failure {
    pub said: String,
    pub mend: Option<String>,
    /// The same in English, from an engine that says it itself; otherwise it stands in `en.po`.
    english: Option<String>,
    mend_english: Option<String>,
}

/// What a command ends with: its exit code, or why it could not do its work.
pub type Done = Result<ExitCode, Failure>;

impl Failure {
    pub fn new(said: impl Into<String>) -> Failure {
        Failure { said: said.into(), mend: None, english: None, mend_english: None }
    }

    /// A sentence of ours, and why, as the ledger says it: in Chinese, then in English.
    pub fn because(said: &str, error: &ledger::LedgerError) -> Failure {
        let (zh, en) = error.both();
        Failure::new(format!("{said}：{zh}")).english(format!("{}: {en}", translate(said, Lang::En)))
    }

    pub fn english(mut self, english: impl Into<String>) -> Failure {
        self.english = Some(english.into());
        self
    }

    pub fn mend(mut self, mend: impl Into<String>) -> Failure {
        self.mend = Some(mend.into());
        self
    }

    /// A remedy of an engine that says it in English itself.
    pub fn mend_both(self, zh: &str, en: &str) -> Failure {
        Failure { mend_english: Some(en.to_owned()), ..self.mend(zh) }
    }

    /// What happened and what to do, in English.
    pub fn in_english(&self) -> (String, Option<String>) {
        let or = |own: &Option<String>, zh: &str| own.clone().unwrap_or_else(|| of_command(zh));
        (or(&self.english, &self.said), self.mend.as_deref().map(|mend| or(&self.mend_english, mend)))
    }

    /// The one shape in which every command tells a program that it failed; a command may add what it promises besides.
    pub fn json(&self) -> Value {
        let (error, mend) = self.in_english();
        json!({ "ok": false, "error": self.said, "error_en": error, "mend": self.mend, "mend_en": mend })
    }

    /// To a person on standard error, to a program as one JSON object on standard output.
    pub fn tell(&self, json: bool) {
        crate::logging::about_to_tell();
        if json {
            println!("{}", self.json());
            return;
        }
        eprintln!("没有办成：{}", self.said);
        if let Some(mend) = &self.mend {
            eprintln!("怎么办：{mend}");
        }
        let (said, mend) = self.in_english();
        if said != self.said {
            eprintln!("Failed: {said}");
            mend.into_iter().for_each(|mend| eprintln!("What to do: {mend}"));
        }
    }
}

/// Why the system could not read or write, in words of ours.
pub fn why(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "没有这个文件".into(),
        ErrorKind::PermissionDenied => "当前账户没有权限".into(),
        ErrorKind::IsADirectory => "是目录，不是文件".into(),
        ErrorKind::NotADirectory => "路径中间有一段不是目录".into(),
        ErrorKind::StorageFull => "磁盘满了".into(),
        ErrorKind::ReadOnlyFilesystem => "文件系统是只读的".into(),
        ErrorKind::InvalidFilename => "文件名太长或写法不对".into(),
        ErrorKind::ConnectionRefused => "那里没有程序应答".into(),
        ErrorKind::TimedOut => "等得太久，没有应答".into(),
        _ => error.raw_os_error().map_or_else(|| error.to_string(), |code| format!("系统错误 {code}")),
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        Failure::new(trouble.to_string()).english(trouble.english())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Failure {
        Failure::new(format!("数据库没有答应：{error}")).mend("执行 sunlit doctor，它会指出哪里不对、怎么修")
    }
}

impl From<sqlx::migrate::MigrateError> for Failure {
    fn from(error: sqlx::migrate::MigrateError) -> Failure {
        use sqlx::migrate::MigrateError::{VersionMismatch, VersionMissing, VersionTooNew};
        match error {
            VersionMissing(version) | VersionTooNew(version, _) => {
                Failure::new(format!("数据库已经升到 {version}，比这个程序新")).mend("换用新版本的 sunlit；数据没有改动")
            }
            VersionMismatch(version) => Failure::new(format!("升级步骤 {version} 和当初执行的不一样"))
                .mend("换用原来发布的 sunlit；已经发布的升级步骤不应改动"),
            other => Failure::new(format!("数据库结构没有升成：{other}"))
                .mend("数据停在上一个完整的版本；按上面的原因处理后再执行 sunlit migrate"),
        }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Failure {
        Failure::new(stop.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(why(&error))
    }
}

impl From<ledger::LedgerError> for Failure {
    fn from(error: ledger::LedgerError) -> Failure {
        let (zh, en) = error.both();
        Failure::new(zh).english(en)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        Failure::new(error.to_string())
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Failure {
        Failure::new(error.to_string())
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Failure {
        Failure::new(format!("内部任务中断：{error}"))
    }
}
