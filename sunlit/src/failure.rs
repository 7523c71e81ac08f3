//! 没有办成 · how a command says that it failed: what happened, then what to do.

use foundation::Stop;
use foundation::db::private::Trouble;
use std::process::ExitCode;

/// Why a command stops, in a sentence, and the remedy when we know one.
#[derive(Debug)]
pub struct Failure {
    pub said: String,
    pub mend: Option<String>,
}

/// What a command ends with: its exit code, or why it could not do its work.
pub type Done = Result<ExitCode, Failure>;

impl Failure {
    pub fn new(said: impl Into<String>) -> Failure {
        Failure { said: said.into(), mend: None }
    }

    pub fn mend(mut self, mend: impl Into<String>) -> Failure {
        self.mend = Some(mend.into());
        self
    }

    /// To a person on standard error, to a program as one JSON object on standard output.
    pub fn tell(&self, json: bool) {
        if json {
            println!("{}", serde_json::json!({ "ok": false, "error": self.said, "mend": self.mend }));
            return;
        }
        eprintln!("没有办成：{}", self.said);
        if let Some(mend) = &self.mend {
            eprintln!("怎么办：{mend}");
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        Failure::new(trouble.to_string())
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
        Failure::new(error.to_string())
    }
}

impl From<ledger::LedgerError> for Failure {
    fn from(error: ledger::LedgerError) -> Failure {
        Failure::new(error.to_string())
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
