//! 文件 · what people hand in and what we issue. Bytes lie in an object store under their SHA-256; the kind is read from
//! the bytes, never from the name. A file arrives beside the store, on disk and never whole in memory (H18).

use crate::jobs::{self, Job, Worker};
use crate::{House, Moment, Stop, page};
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, Utc};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use object_store::ObjectStoreExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};
use std::fs::{self, TryLockError};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

/// The largest file, said before an upload starts (H18).
pub const LARGEST: u64 = 1024 * 1024 * 1024;
pub const LARGEST_TEXT: &str = "1 GB";
pub const KINDS_TEXT: &str = "PDF、JPG、PNG、HEIC、WebP、OFD、Word、Excel 或 ZIP";
/// So many bytes tell the kind of a file, unless it is an old Word document.
pub const TELLING: u64 = 64 * 1024;
/// What arrived and was never finished is kept so long.
pub const KEPT_DAYS: i64 = 7;

#[derive(Clone)]
pub struct Files {
    store: Arc<LocalFileSystem>,
    /// What is still arriving, by id.
    arriving: PathBuf,
}

#[derive(Clone, Debug, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
pub struct File {
    pub id: Uuid,
    pub owner: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub created_at: DateTime<Utc>,
}

impl File {
    /// “2.4 MB”
    pub fn size_text(&self) -> String {
        size_text(&self.size)
    }
}

/// “2.4 MB”
pub fn size_text(bytes: &i64) -> String {
    match *bytes {
        ..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", (bytes + 1023) / 1024),
        _ => format!("{:.1} MB", *bytes as f64 / 1_048_576.0),
    }
}

/// What the bytes are, if it is a kind we take. HTML, SVG and programs are none, whatever their name says.
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    let kind = infer::get(bytes)?.mime_type();
    [
        "image/jpeg",
        "image/png",
        "image/heif",
        "image/heic",
        "image/webp",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    .into_iter()
    .find(|known| *known == kind)
}

/// The signature of an old Office file. Whether it is a Word document stands in its directory, which may lie at its end.
const OLD_OFFICE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const OLD_WORD: &str = "00020906-0000-0000-c000-000000000046";

fn beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    fs::File::open(path)?.take(TELLING).read_to_end(&mut head)?;
    Ok(head)
}

fn kind(path: &Path) -> std::io::Result<Option<&'static str>> {
    let head = beginning(path)?;
    if !head.starts_with(OLD_OFFICE) {
        return Ok(sniff(&head));
    }
    let word = cfb::open(path).is_ok_and(|office| office.root_entry().clsid().to_string() == OLD_WORD);
    Ok(word.then_some("application/msword"))
}

/// A name that is safe in a header, a path and a page: no control characters, no separators, not too long.
pub fn clean_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = base
        .chars()
        .filter(|c| {
            !c.is_control() && !"\"<>|:*?\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}".contains(*c)
        })
        .take(120)
        .collect();
    if clean.trim_matches(['.', ' ']).is_empty() { "文件".into() } else { clean.trim().to_owned() }
}

pub fn empty(name: &str) -> Stop {
    Stop::Unreadable(format!("“{name}”是空文件，请重新选择"))
}

pub fn too_large(name: &str) -> Stop {
    Stop::TooLarge(format!("“{name}”超过 {LARGEST_TEXT}，请压缩或分成几个文件"))
}

pub fn of_no_kind(name: &str) -> Stop {
    Stop::Unreadable(format!("“{name}”不是可以收的文件。请上传 {KINDS_TEXT}"))
}

/// What has arrived, when it is looked at whole.
enum Arrived {
    Empty,
    OfNoKind,
    Whole { size: i64, media_type: &'static str, sha256: String, settled: fs::File },
}

impl Files {
    pub fn local(dir: &Path) -> Result<Files, Stop> {
        let arriving = dir.join("arriving");
        fs::create_dir_all(&arriving)?;
        // A directory of an older version was open to read; what lies in it is closed with it. Where we may not, doctor says so.
        let _ = fs::set_permissions(dir, fs::Permissions::from_mode(0o700));
        let store = LocalFileSystem::new_with_prefix(dir).map_err(|e| Stop::Fault(e.to_string()))?;
        Ok(Files { store: Arc::new(store), arriving })
    }

    fn path(sha256: &str) -> StorePath {
        StorePath::from(format!("{}/{}/{sha256}", &sha256[..2], &sha256[2..4]))
    }

    fn part(&self, id: Uuid) -> PathBuf {
        self.arriving.join(id.simple().to_string())
    }

    /// Opens what has arrived of a file, to add to it; `None` while somebody else does. The lock falls with the program.
    pub fn open(&self, id: Uuid) -> Result<Option<tokio::fs::File>, Stop> {
        let file = fs::OpenOptions::new().append(true).create(true).open(self.part(id))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file.into())),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// How much of a file has arrived. It is on disk before it is told, so what is told survives a power cut.
    pub async fn arrived(&self, id: Uuid) -> Result<u64, Stop> {
        let file = match tokio::fs::File::open(self.part(id)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            file => file?,
        };
        let size = file.metadata().await?.len();
        file.sync_data().await?;
        Ok(size)
    }

    /// Whether the beginning of what arrived may be that of a file we take.
    pub fn may_be_taken(&self, id: Uuid) -> Result<bool, Stop> {
        let head = beginning(&self.part(id))?;
        Ok(head.starts_with(OLD_OFFICE) || sniff(&head).is_some())
    }

    /// Admits what has arrived: reads its kind and its hash, puts it into the store, then notes who owns it and that its
    /// upload is over, in one statement: however often it is tried, it is one file.
    pub async fn admit(
        &self,
        db: impl PgExecutor<'_>,
        id: Uuid,
        from: Option<Uuid>,
        owner: &str,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<File, Stop> {
        let name = clean_name(name);
        let files = self.clone();
        let stored = tokio::task::spawn_blocking(move || files.store(id)).await.map_err(|e| Stop::Fault(e.to_string()))??;
        let (file, _settled) = match stored {
            Arrived::Empty => return Err(empty(&name)),
            Arrived::OfNoKind => return Err(of_no_kind(&name)),
            Arrived::Whole { size, media_type, sha256, settled } => {
                (File { id, owner: owner.into(), name, media_type: media_type.into(), size, sha256, created_at: now }, settled)
            }
        };
        sqlx::query(
            "with over as (delete from uploads where id = $1 returning person)
             insert into files (id, owner, name, media_type, size, sha256, created_at, person)
             values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, (select person from over)))",
        )
        .bind(file.id)
        .bind(&file.owner)
        .bind(&file.name)
        .bind(&file.media_type)
        .bind(file.size)
        .bind(&file.sha256)
        .bind(file.created_at)
        .bind(from)
        .execute(db)
        .await?;
        self.discard(id);
        Ok(file)
    }

    /// Shared by those who admit bytes until their row says whose they are, alone for the one who removes bytes that no row
    /// names: a file handed in while the same content is erased is not lost.
    fn settled(&self) -> Result<fs::File, Stop> {
        Ok(fs::OpenOptions::new().append(true).create(true).open(self.arriving.with_file_name("settled"))?)
    }

    /// Removes bytes that no file is made of any more.
    async fn remove(&self, conn: &mut PgConnection, sha256: &str) -> Result<(), Stop> {
        let alone = self.settled()?;
        let alone =
            tokio::task::spawn_blocking(move || alone.lock().map(|()| alone)).await.map_err(|e| Stop::Fault(e.to_string()))??;
        let held: bool =
            sqlx::query_scalar("select exists (select from files where sha256 = $1)").bind(sha256).fetch_one(conn).await?;
        if !held {
            match self.store.delete(&Self::path(sha256)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(Stop::Fault(error.to_string())),
            }
        }
        drop(alone);
        Ok(())
    }

    /// Puts what has arrived into the store, if it is of a kind we take; returns its size, kind and hash, and the lock under
    /// which its row is written.
    fn store(&self, id: Uuid) -> Result<Arrived, Stop> {
        let part = self.part(id);
        let Some(media_type) = kind(&part)? else {
            return Ok(if fs::metadata(&part)?.len() == 0 { Arrived::Empty } else { Arrived::OfNoKind });
        };
        let mut file = fs::File::open(&part)?;
        file.sync_all()?;
        let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 256 * 1024]);
        loop {
            let n = file.read(&mut buffer)?;
            if n == 0 {
                break;
            }
            hash.update(&buffer[..n]);
            size += n as i64;
        }
        let sha256 = hex::encode(hash.finalize());
        let to = self.store.path_to_filesystem(&Self::path(&sha256)).map_err(|e| Stop::Fault(e.to_string()))?;
        let dirs: Vec<&Path> = to.ancestors().skip(1).take(3).collect();
        fs::create_dir_all(dirs[0])?;
        let settled = self.settled()?;
        settled.lock_shared()?;
        // Linked, not moved: until the row says so, what arrived is still where its upload looks for it.
        match fs::hard_link(&part, &to) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            linked => linked?,
        }
        for dir in dirs {
            fs::File::open(dir)?.sync_all()?;
        }
        Ok(Arrived::Whole { size, media_type, sha256, settled })
    }

    /// Lets go of what arrived.
    pub fn discard(&self, id: Uuid) {
        let _ = fs::remove_file(self.part(id));
    }

    /// Lets go of what nobody finished: a form whose line dropped, an upload whose row is gone.
    pub fn sweep(&self) -> Result<(), Stop> {
        for entry in fs::read_dir(&self.arriving)? {
            let entry = entry?;
            let quiet = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
            if quiet.as_secs() > KEPT_DAYS as u64 * 86_400 {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Begins a file that comes in one go.
    pub fn passing(&self) -> Result<Passing<'_>, Stop> {
        let id = Uuid::now_v7();
        let part = self.open(id)?.ok_or_else(|| Stop::Fault("a new file is locked".into()))?;
        Ok(Passing { files: self, id, from: None, part, size: 0 })
    }

    /// The bytes, for one who reads them on a thread of its own.
    pub fn open_kept(&self, sha256: &str) -> std::io::Result<fs::File> {
        let path = self.store.path_to_filesystem(&Self::path(sha256)).map_err(std::io::Error::other)?;
        fs::File::open(path)
    }

    /// The bytes, as they are read.
    pub async fn read(&self, sha256: &str) -> Result<BoxStream<'static, object_store::Result<bytes::Bytes>>, Stop> {
        Ok(self.store.get(&Self::path(sha256)).await.map_err(|_| Stop::NotFound("文件"))?.into_stream())
    }

    /// The file as an answer, for one who may have it. Never shown inside our pages: a hostile upload stays a download of a sniffed
    /// kind.
    pub async fn attachment(&self, file: File) -> Result<Response, Stop> {
        let bytes = self.read(&file.sha256).await?;
        let disposition = format!("attachment; filename*=UTF-8''{}", page::encode(&file.name).replace('/', "%2F"));
        Ok((
            [
                (header::CONTENT_TYPE, file.media_type),
                (header::CONTENT_LENGTH, file.size.to_string()),
                (header::CONTENT_DISPOSITION, disposition),
                (header::CACHE_CONTROL, "private, no-store".into()),
            ],
            Body::from_stream(bytes),
        )
            .into_response())
    }
}

/// A file that comes in one go: what arrived of it goes with it, admitted or not.
pub struct Passing<'a> {
    files: &'a Files,
    id: Uuid,
    from: Option<Uuid>,
    part: tokio::fs::File,
    size: u64,
}

impl Passing<'_> {
    /// It takes up room of this person until it is handed in.
    pub fn from(mut self, person: Uuid) -> Self {
        self.from = Some(person);
        self
    }

    /// Takes the next bytes; those past the limit are read and not kept.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.size += bytes.len() as u64;
        if self.size <= LARGEST {
            self.part.write_all(bytes).await?;
        }
        Ok(())
    }

    pub async fn admit(mut self, db: impl PgExecutor<'_>, owner: &str, name: &str, now: DateTime<Utc>) -> Result<File, Stop> {
        self.part.flush().await?;
        if self.size > LARGEST {
            return Err(too_large(&clean_name(name)));
        }
        self.files.admit(db, self.id, self.from, owner, name, now).await
    }
}

impl Drop for Passing<'_> {
    fn drop(&mut self) {
        self.files.discard(self.id);
    }
}

pub async fn find(conn: impl PgExecutor<'_>, id: Uuid) -> Result<Option<File>, Stop> {
    Ok(sqlx::query_as("select id, owner, name, media_type, size, sha256, created_at from files where id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?)
}

pub async fn find_all(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<File>, Stop> {
    Ok(sqlx::query_as("select id, owner, name, media_type, size, sha256, created_at from files where id = any ($1)")
        .bind(ids)
        .fetch_all(conn)
        .await?)
}

/// From and up to where the owners `owner:…` lie, byte by byte: a range of an index.
pub(crate) fn under(owner: &str) -> [String; 2] {
    [format!("{owner}:"), format!("{owner};")]
}

/// The owner takes its files back, or one of them: nobody finds them under it any more, and a day later they are swept.
pub async fn take_back(conn: impl PgExecutor<'_>, owner: &str, file: Option<Uuid>, now: DateTime<Utc>) -> Result<(), Stop> {
    let [from, to] = under(owner);
    sqlx::query(
        "update files
            set owner = 'removed:' || owner, removed_at = $4
          where owner >= $1
            and owner < $2
            and ($3::uuid is null or id = $3)",
    )
    .bind(from)
    .bind(to)
    .bind(file)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// The owner's files were handed in: they take up nobody's room any more.
pub async fn hand_in(conn: &mut PgConnection, owner: &str) -> Result<(), Stop> {
    let [from, to] = under(owner);
    sqlx::query("update files set person = null where owner >= $1 and owner < $2").bind(from).bind(to).execute(conn).await?;
    Ok(())
}

/// The same where the owner may ask for more: these files go on to another owner and stand in no form any more; what came meanwhile
/// stays.
pub async fn hand_over(conn: &mut PgConnection, owner: &str, to: &str, files: &[Uuid]) -> Result<(), Stop> {
    let [from, until] = under(owner);
    sqlx::query(
        "update files
            set person = null, owner = $3 || substr(owner, length($4) + 1)
          where owner >= $1
            and owner < $2
            and id = any ($5)",
    )
    .bind(from)
    .bind(until)
    .bind(to)
    .bind(owner)
    .bind(files)
    .execute(conn)
    .await?;
    Ok(())
}

/// Files taken back more than a day ago, those of longest ago first.
pub async fn taken_back(conn: &mut PgConnection, now: DateTime<Utc>, most: i64) -> Result<Vec<File>, Stop> {
    Ok(sqlx::query_as(
        "select id, owner, name, media_type, size, sha256, created_at
           from files
          where removed_at < $1
          order by removed_at
          limit $2
            for update skip locked",
    )
    .bind(now - Duration::days(1))
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// Keeps files that were taken back.
pub async fn keep(conn: &mut PgConnection, ids: &[Uuid]) -> Result<(), Stop> {
    sqlx::query("update files set removed_at = null, person = null where id = any ($1)").bind(ids).execute(conn).await?;
    Ok(())
}

/// Erases one file; its bytes go as with [`erase`].
pub async fn erase_one(conn: &mut PgConnection, file: &File, now: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query("delete from files where id = $1").bind(file.id).execute(&mut *conn).await?;
    jobs::set(conn, ERASED, &file.sha256, &json!({}), now).await
}

/// Erases the files of an owner, with what the owner took back and what is still arriving; their bytes go when the caller's
/// transaction is done, unless another file is made of the same.
pub async fn erase(conn: &mut PgConnection, owner: &str, now: DateTime<Utc>) -> Result<(), Stop> {
    for owner in [owner.to_owned(), format!("removed:{owner}")] {
        let [from, to] = under(&owner);
        sqlx::query("delete from uploads where owner >= $1 and owner < $2").bind(&from).bind(&to).execute(&mut *conn).await?;
        let contents: Vec<String> = sqlx::query_scalar(
            "with gone as (delete from files where owner >= $1 and owner < $2 returning sha256)
             select distinct sha256 from gone",
        )
        .bind(&from)
        .bind(&to)
        .fetch_all(&mut *conn)
        .await?;
        let contents: Vec<_> = contents.iter().map(|sha256| (sha256.as_str(), now)).collect();
        jobs::set_each(conn, ERASED, &contents, &json!({})).await?;
    }
    Ok(())
}

const ERASED: &str = "erased_file";

/// Removes the bytes of erased files.
pub struct Erased;

impl Worker for Erased {
    fn kind(&self) -> &'static str {
        ERASED
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        _: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(house.files().remove(conn, &job.key))
    }
}
