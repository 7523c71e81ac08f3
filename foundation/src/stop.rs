//! 止步 · all that can end a request. The rules saying no is a `Rejection` of its noun; everything else is here.

use crate::page::{Lang, translate};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt;

#[derive(Debug)]
pub enum Stop {
    /// Not signed in; the way back is kept by the sign-in page.
    SignIn {
        next: String,
    },
    NotAllowed {
        reason: String,
    },
    NotFound(&'static str),
    /// What is stored under this number of the log is not what was written there: told by its number, to whoever asks (H40).
    Astray(i64),
    /// The address is there, and is used in another way.
    OtherMethod,
    /// The rules say no, in the reader's words.
    Rejected(String),
    /// Sent too often; how many seconds to wait.
    TooOften {
        seconds: u64,
    },
    /// An address that no page can have.
    Malformed,
    /// What was sent cannot be read: says what and how to mend it.
    Unreadable(String),
    /// A file over the limit; says the limit (H18).
    TooLarge(String),
    /// Ours: the context goes to the log, the person gets the request number.
    Fault(String),
    /// The database or the disk cannot be reached or is full; nothing was kept, trying again is right.
    Unavailable(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::SignIn { .. } => f.write_str("请先登录"),
            Stop::NotAllowed { reason } => f.write_str(reason),
            Stop::Malformed => f.write_str("这个地址里有不能用的字符，请从首页进来，或者搜索要办的事"),
            Stop::OtherMethod => f.write_str("这个地址不是这样用的，请从页面上的链接或按钮进入"),
            Stop::Astray(n) => {
                write!(f, "日志第 {n} 条和公开日志对不上：库里现在存的不是当初写下的。请保存本页，告诉监督机构和见证人")
            }
            Stop::NotFound(what) => write!(f, "没有找到这个{what}"),
            Stop::Rejected(why) | Stop::Unreadable(why) | Stop::TooLarge(why) => f.write_str(why),
            Stop::TooOften { seconds } => write!(f, "试的次数太多了，请过 {} 分钟再试", seconds.div_ceil(60)),
            Stop::Fault(context) => write!(f, "fault: {context}"),
            Stop::Unavailable(context) => write!(f, "unavailable: {context}"),
        }
    }
}

impl std::error::Error for Stop {}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Stop {
        match &error {
            // 53xxx: out of resources (53100 is a full disk); 57P0x: the server is going down; 08: the connection broke;
            // 40xxx: two waited for each other, and this one was let go.
            sqlx::Error::Database(e)
                if e.code().is_some_and(|c| ["53", "57P", "08", "40"].iter().any(|class| c.starts_with(class))) =>
            {
                Stop::Unavailable(error.to_string())
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Protocol(_) => {
                Stop::Unavailable(error.to_string())
            }
            _ => Stop::Fault(error.to_string()),
        }
    }
}

impl From<acts::Unreadable> for Stop {
    fn from(error: acts::Unreadable) -> Stop {
        Stop::Fault(error.to_string())
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Stop {
        Stop::Fault(error.to_string())
    }
}

impl From<ledger::LedgerError> for Stop {
    fn from(error: ledger::LedgerError) -> Stop {
        Stop::Fault(error.to_string())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Stop {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Stop::Unavailable(error.to_string()),
            _ => Stop::Fault(error.to_string()),
        }
    }
}

impl From<askama::Error> for Stop {
    fn from(error: askama::Error) -> Stop {
        Stop::Fault(format!("page: {error}"))
    }
}

impl Stop {
    pub fn status(&self) -> StatusCode {
        match self {
            Stop::SignIn { .. } => StatusCode::UNAUTHORIZED,
            Stop::NotAllowed { .. } => StatusCode::FORBIDDEN,
            Stop::NotFound(_) => StatusCode::NOT_FOUND,
            Stop::OtherMethod => StatusCode::METHOD_NOT_ALLOWED,
            Stop::Malformed => StatusCode::BAD_REQUEST,
            Stop::Rejected(_) | Stop::Astray(_) => StatusCode::CONFLICT,
            Stop::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Stop::Unreadable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Stop::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Stop::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Stop::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn slug(&self) -> &'static str {
        match self {
            Stop::SignIn { .. } => "sign-in",
            Stop::NotAllowed { .. } => "not-allowed",
            Stop::NotFound(_) => "not-found",
            Stop::Astray(_) => "astray",
            Stop::OtherMethod => "other-method",
            Stop::Malformed => "malformed",
            Stop::Rejected(_) => "rejected",
            Stop::TooOften { .. } => "too-often",
            Stop::Unreadable(_) => "unreadable",
            Stop::TooLarge(_) => "too-large",
            Stop::Fault(_) => "fault",
            Stop::Unavailable(_) => "unavailable",
        }
    }

    /// What a person may read: never the inner context of a fault.
    pub fn told(&self) -> String {
        match self {
            Stop::Fault(_) => "这是我们的问题，已经记下。您填的内容没有提交成功，可以返回上一页再试一次。".into(),
            Stop::Unavailable(_) => "系统暂时连不上数据库，这一次没有办成，什么也没有改动。请过一分钟再试。".into(),
            other => other.to_string(),
        }
    }

    /// RFC 9457 for a program that asked for JSON.
    pub fn problem(&self, lang: Lang) -> Response {
        let status = self.status();
        let body = serde_json::json!({
            "type": format!("/problems/{}", self.slug()),
            "title": status.canonical_reason().unwrap_or("error"),
            "status": status.as_u16(),
            "detail": translate(&self.told(), lang),
        });
        (
            status,
            [(header::CONTENT_TYPE, "application/problem+json"), (header::VARY, "accept-language, cookie")],
            body.to_string(),
        )
            .into_response()
    }
}

/// Carried in the response so that the page layer can draw the stop in the reader's language and modes.
#[derive(Clone)]
pub struct Stopped(pub std::sync::Arc<Stop>);

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        if matches!(self, Stop::Fault(_) | Stop::Unavailable(_) | Stop::Astray(_)) {
            tracing::error!(stop = %self, "request ended");
        }
        let status = self.status();
        let mut response = status.into_response();
        if let Stop::TooOften { seconds } = &self
            && let Ok(value) = seconds.to_string().parse()
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response.extensions_mut().insert(Stopped(std::sync::Arc::new(self)));
        response
    }
}

/// Does the caller want JSON rather than a page? One that speaks of an upload, or sends what no form of a page sends, is a program,
/// whatever it accepts.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (accepts, sends) = (said(header::ACCEPT), said(header::CONTENT_TYPE));
    let page = accepts.contains("text/html");
    let form =
        sends.is_empty() || sends.starts_with("application/x-www-form-urlencoded") || sends.starts_with("multipart/form-data");
    headers.contains_key("upload-complete") || (!page && (accepts.contains("json") || !form))
}
