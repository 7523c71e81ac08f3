//! 做见证人 · answers `POST /add-checkpoint` as c2sp.org/tlog-witness says, looks by itself, and shows a small page.

use super::alarm::EVIDENCE;
use super::book::{Book, Refusal};
use super::log_key;
use super::look::{self, Watch};
use super::page::Page;
use crate::failure::{Done, Failure};
use crate::logging;
use crate::serving::{Ending, answering, listen, reachable};
use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use chrono::Utc;
use ledger::LedgerError;
use ledger::witness::{Request, status};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

#[derive(clap::Args)]
pub struct Options {
    /// 监听的地址和端口；端口写 0 由系统选
    #[arg(long, env = "SUNLIT_WITNESS_LISTEN", default_value = "127.0.0.1:8090", value_name = "ADDR")]
    listen: SocketAddr,
    /// 见证人的数据目录：密钥、见证簿、报警的证据。丢了就不再是这个见证人，要备份
    #[arg(long, env = "SUNLIT_WITNESS_DATA", default_value = ".witness", value_name = "DIR")]
    data: PathBuf,
    /// 见证人的名字，用自己的网址；第一次启动时起，以后不能改
    #[arg(long, env = "SUNLIT_WITNESS_NAME", value_name = "NAME")]
    name: Option<String>,
    /// 见证哪本日志：日志的公钥，或存着公钥的文件；几本就写几次。只给了 --watch 的，第一次向站点要
    #[arg(long, value_name = "VKEY")]
    log: Vec<String>,
    /// 自己也去看：公众读日志的地址，例如 https://zw.example.gov.cn/log；几本就写几次
    #[arg(long, value_name = "URL")]
    watch: Vec<String>,
    /// 每隔多少秒看一次
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// 多少秒读不到就报警
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(i64).range(1..=2_592_000))]
    patience: i64,
}

/// A request has a checkpoint with its signatures and at most 63 hashes.
const LONGEST: usize = 256 * 1024;

pub async fn run(options: Options, json: bool) -> Done {
    logging::start(None);
    if options.log.is_empty() && options.watch.is_empty() && !options.data.join("logs").exists() {
        return Err(Failure::new("没有说见证哪本日志").mend("写上 --watch 日志的地址，或者 --log 日志的公钥"));
    }
    let ending = Ending::watch()?;
    let listener = listen(options.listen).await?;
    let address = reachable(listener.local_addr()?);
    let book = Arc::new(Book::open(&options.data, options.name.as_deref())?);
    for key in &options.log {
        book.follow(&log_key(key)?, Utc::now())?;
    }
    // Where one log and one address are given, they belong together; else each address says by itself which log it is.
    if let ([key], [address]) = (&options.log[..], &options.watch[..]) {
        book.watches(log_key(key)?.name(), address.trim_end_matches('/'), options.patience)?;
    }
    let nudge = Arc::new(Notify::new());
    // What was looked at before is looked at again, also where it is not named any more: else it would fall silent.
    let before = book.all().into_iter().filter_map(|kept| kept.address);
    let addresses: BTreeSet<String> =
        options.watch.iter().map(|address| address.trim_end_matches('/').to_owned()).chain(before).collect();
    let every = Duration::from_secs(options.every);
    let watches = addresses.into_iter().map(|address| Watch { address, every, patience: options.patience });
    let looking: Vec<_> = watches.map(|watch| tokio::spawn(look::keep_looking(book.clone(), watch, nudge.clone()))).collect();
    let key = book.key().to_string();
    match json {
        true => println!("{}", serde_json::json!({ "ok": true, "address": address, "key": key })),
        false => println!("见证人已就绪：{address}（按 Ctrl-C 停止）\n公钥和地址交给日志的运营者：\n  {key} {address}"),
    }
    let desk = Desk { book, nudge };
    answering(listener, routes(desk), &ending).await;
    looking.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(ExitCode::SUCCESS)
}

#[derive(Clone)]
struct Desk {
    book: Arc<Book>,
    /// Somebody has reason to think that something is wrong.
    nudge: Arc<Notify>,
}

fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/add-checkpoint", post(add).layer(DefaultBodyLimit::max(LONGEST)))
        .route("/checkpoint/{log}", get(checkpoint))
        .route("/alarms/{file}", get(evidence))
        .route("/status.json", get(told))
        .route("/key", get(async |State(desk): State<Desk>| format!("{}\n", desk.book.key())))
        .route("/health", get(async || "ok\n"))
        .with_state(desk)
}

const PLAIN: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; charset=utf-8");

async fn add(State(desk): State<Desk>, body: Bytes) -> Response {
    let book = desk.book.clone();
    let signed = tokio::task::spawn_blocking(move || {
        let text = std::str::from_utf8(&body).map_err(|_| LedgerError::BadRequest { line: 1, why: "UTF-8" })?;
        book.cosign(&Request::parse(text)?, Utc::now())
    });
    match signed.await {
        Ok(Ok(line)) => ([PLAIN], line).into_response(),
        Ok(Err(Refusal::Ledger(error))) => desk.refuse(&error),
        Ok(Err(Refusal::Disk(error))) => {
            tracing::error!(%error, "a head could not be written down, and is not signed");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a head was not signed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl Desk {
    fn refuse(&self, error: &LedgerError) -> Response {
        tracing::info!("a head was not signed: {}", error.both().1);
        let code = StatusCode::from_u16(status(error)).unwrap_or(StatusCode::BAD_REQUEST);
        if let LedgerError::WitnessElsewhere { known } = error {
            return (code, [(header::CONTENT_TYPE, "text/x.tlog.size")], format!("{known}\n")).into_response();
        }
        // Whoever sends a signed head with a proof that does not hold may have made up the proof: we go and look ourselves.
        if matches!(code, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT) {
            self.nudge.notify_waiters();
        }
        (code, [PLAIN], format!("{error}\n")).into_response()
    }
}

/// The last head that was signed, with the log's signature and ours: what a reader keeps to hold the log against.
async fn checkpoint(State(desk): State<Desk>, Path(log): Path<String>) -> Response {
    match desk.book.all().into_iter().find(|kept| kept.id() == log).and_then(|kept| kept.note) {
        Some(note) => ([PLAIN], note).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn evidence(State(desk): State<Desk>, Path(file): Path<String>) -> Response {
    let named = format!("{EVIDENCE}/{file}");
    // Only what an alarm names: no path is made of what was asked.
    let alarm = desk.book.alarms().into_iter().find(|alarm| alarm.evidence.as_deref() == Some(&named));
    match alarm.map(|_| std::fs::read_to_string(desk.book.dir().join(&named))) {
        Some(Ok(text)) => ([PLAIN], text).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn told(State(desk): State<Desk>) -> Response {
    let logs: Vec<_> = desk.book.all().iter().map(super::Kept::told).collect();
    let said =
        serde_json::json!({ "name": desk.book.key().name(), "key": desk.book.key(), "logs": logs, "alarms": desk.book.alarms() });
    axum::Json(said).into_response()
}

async fn show(State(desk): State<Desk>) -> Response {
    match Page::of(&desk.book, Utc::now()).render() {
        Ok(html) => {
            ([(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'")], Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the page was not drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
