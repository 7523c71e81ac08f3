//! 取日志 · fetches the files of a tiled log, from a site or from a directory that holds them under the same names.

use crate::failure::{Failure, why};
use crate::input;
use ledger::{BundleId, TILE_WIDTH, TileId, VerifierKey, encode_entries, parse_entries};
use reqwest::{Client, StatusCode, Url};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// No file of a log is larger: a bundle of 256 entries of 64 KB, or the bodies of as many acts.
const LARGEST: usize = 64 * 1024 * 1024;

pub struct LogClient {
    from: Place,
    /// Where the log is: the address given, or `/log` below it.
    base: String,
    /// The signed head, as it was when the log was looked for.
    checkpoint: Option<String>,
}

enum Place {
    Site(Client),
    Folder(PathBuf),
}

impl LogClient {
    /// Takes the address of a site or of its log, or a directory with a log's files in it, and finds the log there: where a
    /// signed checkpoint is, or at least a key.
    pub async fn find(place: &str) -> Result<LogClient, Failure> {
        let mut client = LogClient::new(place)?;
        let places = client.places();
        for file in ["checkpoint", "key"] {
            for base in &places {
                client.base.clone_from(base);
                let Answer::Body(found) = client.ask(file).await? else { continue };
                let found = String::from_utf8_lossy(&found).into_owned();
                if file == "key" && found.trim().parse::<VerifierKey>().is_ok() {
                    return Ok(client);
                }
                // A page that is shown for every address has no signature.
                if file == "checkpoint" && found.contains("\n— ") {
                    return Ok(LogClient { checkpoint: Some(found), ..client });
                }
            }
        }
        client.base.clone_from(&places[0]);
        Ok(client)
    }

    fn places(&self) -> Vec<String> {
        match self.from {
            Place::Site(_) => vec![self.base.clone(), format!("{}/log", self.base)],
            Place::Folder(_) => vec![self.base.clone()],
        }
    }

    fn new(place: &str) -> Result<LogClient, Failure> {
        let folder = Path::new(place);
        if folder.is_file() {
            return Err(Failure::new(format!("{place} 是文件，不是目录"))
                .english(format!("{place} is a file, not a directory"))
                .mend_both(
                    "给出里面有 checkpoint 和 tile 的目录，或站点的地址",
                    "give the directory that has checkpoint and tile in it, or the address of the site",
                ));
        }
        if folder.is_dir() && !folder.join("checkpoint").is_file() {
            return Err(Failure::new(format!("目录 {place} 里没有 checkpoint，不是一本日志"))
                .mend("给出里面有 checkpoint 和 tile 的目录"));
        }
        if folder.is_dir() {
            let base = place.trim_end_matches('/').to_owned();
            return Ok(LogClient { from: Place::Folder(folder.to_owned()), base, checkpoint: None });
        }
        // The name of a site has a dot, an address a scheme or a path.
        let is_name = !place.contains(['.', '/', ':']) && !is_here(place);
        match place.starts_with(['/', '.']) || is_name {
            true => Err(Failure::new(format!("没有目录 {place}")).mend("给出存着日志文件的目录，里面应有 checkpoint 和 tile")),
            false => LogClient::site(place),
        }
    }

    fn site(url: &str) -> Result<LogClient, Failure> {
        let with_scheme = match url {
            _ if url.contains("://") => url.to_owned(),
            _ if is_here(url) => format!("http://{url}"),
            _ => format!("https://{url}"),
        };
        let parsed = Url::parse(&with_scheme)
            .ok()
            .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
            .ok_or_else(|| {
                Failure::new(format!("{url} 不是目录，也不是读得懂的地址"))
                    .mend("写成 https://zw.example.gov.cn，或存着日志的目录")
            })?;
        let base = parsed.as_str().trim_end_matches('/').to_owned();
        // One provider for the whole program; a second installation is refused, and means that it is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .user_agent(concat!("sunlit/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            // Who takes the connection and says nothing is not waited for as long as a large answer may take.
            .read_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60));
        // A log on this machine is not asked for through a proxy.
        let local = parsed.host_str().is_some_and(is_here);
        let builder = if local { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(|error| Failure::new(format!("网络没有准备好：{error}")))?;
        Ok(LogClient { from: Place::Site(http), base, checkpoint: None })
    }

    /// Whether a file lies, or would lie, within the directory of the log.
    pub fn holds(&self, file: &Path) -> bool {
        let Place::Folder(folder) = &self.from else { return false };
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Ok(folder) = folder.canonicalize() else { return false };
        [file, parent].iter().any(|place| place.canonicalize().is_ok_and(|place| place.starts_with(&folder)))
    }

    /// Whether this is a directory of hash tiles alone.
    pub fn has_no_entries(&self) -> bool {
        matches!(&self.from, Place::Folder(folder) if !folder.join("tile/entries").exists())
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// The site whose log it is; none where the log lies in a directory.
    pub fn site_of(&self) -> Option<LogClient> {
        let Place::Site(http) = &self.from else { return None };
        let base = self.base.strip_suffix("/log").unwrap_or(&self.base).to_owned();
        Some(LogClient { from: Place::Site(http.clone()), base, checkpoint: None })
    }

    /// A tile of hashes. Whoever keeps a log may drop a partial tile once the full one is there.
    pub async fn tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Failure> {
        match self.get(&id.path()).await? {
            None if !id.is_full() => self.get(&TileId { width: TILE_WIDTH, ..id }.path()).await,
            found => Ok(found),
        }
    }

    /// A bundle of entries; out of a full one, as many as there were.
    pub async fn bundle(&self, id: BundleId) -> Result<Option<Vec<u8>>, Failure> {
        match self.get(&id.path()).await? {
            None if id.width < TILE_WIDTH => {
                let full = self.get(&BundleId { width: TILE_WIDTH, ..id }.path()).await?;
                let cut = |bytes: Vec<u8>| match parse_entries(&bytes) {
                    Ok(entries) => encode_entries(&entries[..entries.len().min(usize::from(id.width))]),
                    Err(_) => bytes,
                };
                Ok(full.map(cut))
            }
            found => Ok(found),
        }
    }

    /// One file of the log; `None` when it is not there.
    pub async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.ask(path).await? {
            Answer::Body(body) => Ok(Some(body)),
            Answer::NotThere => Ok(None),
            Answer::Refused(status) | Answer::Later(status) => {
                let said = format!("{}/{path} 回答 {}", self.base, status.as_u16());
                Err(Failure::new(said).mend("核对地址是不是这个站点的日志"))
            }
        }
    }

    /// A file that a log need not have; one that is refused is not given.
    pub async fn optional(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.ask(path).await? {
            Answer::Body(body) => Ok(Some(body)),
            _ => Ok(None),
        }
    }

    /// What is answered for one file. What can be a moment's trouble is tried again.
    async fn ask(&self, path: &str) -> Result<Answer, Failure> {
        let http = match &self.from {
            Place::Site(http) => http,
            Place::Folder(folder) => return Ok(read(folder.join(path)).await?.map_or(Answer::NotThere, Answer::Body)),
        };
        let url = format!("{}/{path}", self.base);
        let mut tries = 0;
        loop {
            tries += 1;
            let why = match once(http, &url).await {
                Ok(Answer::Later(status)) => format!("站点回答 {}", status.as_u16()),
                Ok(answer) => return Ok(answer),
                Err(error) => said(&error),
            };
            if tries == 4 {
                return Err(
                    Failure::new(format!("取不到 {url}：{why}")).mend("看网络和地址；站点忙的话过一会儿再核验，核验可以重复做")
                );
            }
            eprintln!("{url}：{why}。再试，第 {} 次，共 4 次", tries + 1);
            tokio::time::sleep(Duration::from_millis(300 << tries)).await;
        }
    }

    /// The signed head; `None` where there is no log.
    pub fn checkpoint(&self) -> Option<&str> {
        self.checkpoint.as_deref()
    }

    /// No checkpoint, so no log: an empty one has a signed checkpoint too.
    pub fn no_log(&self) -> Failure {
        let missing: Vec<String> = self.places().iter().map(|base| format!("{base}/checkpoint")).collect();
        Failure::new(format!("没有找到日志，没有签过名的检查点：{}", missing.join(" ")))
            .mend("核对地址；空的日志也有一份签过名的检查点")
    }

    /// Whether the log of this key was here and is no more: its key still is.
    pub async fn lost(&self, key: &VerifierKey) -> bool {
        self.checkpoint.is_none() && self.key().await.is_ok_and(|here| here == *key)
    }

    /// The key of the second signature, where the site gives one.
    pub async fn second_key(&self) -> Result<Option<VerifierKey>, Failure> {
        let found = self.optional("key/sm2").await?;
        Ok(found.and_then(|text| String::from_utf8_lossy(&text).trim().parse().ok()))
    }

    /// The keys of those who witness it, as the site itself gives them.
    pub async fn witnesses(&self) -> Result<Vec<VerifierKey>, Failure> {
        let found = self.optional("witness-keys").await?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&found).lines().filter_map(|line| line.trim().parse().ok()).collect())
    }

    /// The key as the site itself gives it.
    pub async fn key(&self) -> Result<VerifierKey, Failure> {
        let missing =
            || Failure::new(format!("{}/key 没有公钥", self.base)).mend("核对地址；别的软件做的日志不给公钥，请用 --key 给出");
        let text = self.get("key").await?.ok_or_else(missing)?;
        String::from_utf8_lossy(&text).trim().parse().map_err(|_| missing())
    }
}

async fn read(file: PathBuf) -> Result<Option<Vec<u8>>, Failure> {
    let read = move || match std::fs::metadata(&file) {
        Ok(found) if !found.is_file() => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        _ => input::bytes(&file, LARGEST as u64)
            .map(Some)
            .map_err(|failure| failure.mend("核对目录里放的是不是一本日志，看目录的权限和磁盘")),
    };
    tokio::task::spawn_blocking(read).await?
}

async fn once(http: &Client, url: &str) -> Result<Answer, reqwest::Error> {
    let mut response = http.get(url).send().await?;
    match response.status() {
        StatusCode::OK => {
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await? {
                if body.len() + chunk.len() > LARGEST {
                    return Ok(Answer::Refused(StatusCode::PAYLOAD_TOO_LARGE));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Answer::Body(body))
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Answer::NotThere),
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => Ok(Answer::Later(status)),
        status => Ok(Answer::Refused(status)),
    }
}

/// This machine, with or without a port.
fn is_here(host: &str) -> bool {
    host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]")
}

enum Answer {
    Body(Vec<u8>),
    NotThere,
    Later(StatusCode),
    Refused(StatusCode),
}

/// The innermost cause, which is the one that helps.
fn said(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "等得太久，没有应答".into();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.downcast_ref::<std::io::Error>().map_or_else(|| cause.to_string(), why)
}
