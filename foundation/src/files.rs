//! 文件 · what people hand in and what we issue. Bytes lie in an object store under their SHA-256; the kind is read from
//! the bytes, never from the name. A file arrives beside the store, on disk and never whole in memory (H18).

use crate::jobs::{self, Job, Worker};
use crate::kind::{self, Kind};
use crate::scan::Said;
use crate::{House, Moment, Stop, page, view};
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
/// What arrived and was never finished is kept so long.
pub const KEPT_DAYS: i64 = 7;

#[derive(Clone)]
pub struct Files {
    store: Arc<LocalFileSystem>,
    /// What is still arriving, by id.
    arriving: PathBuf,
    /// Copies of pictures for the eye, by the hash of their original.
    copies: PathBuf,
    /// The program that looks at what comes in.
    scanner: Option<Arc<Path>>,
    /// The program that decodes HEIC.
    converter: Option<Arc<Path>>,
    /// Held by whoever draws a copy.
    drawing: Arc<tokio::sync::Mutex<()>>,
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
    /// What the scanner said of it; nothing where there was none.
    pub scan: Option<Said>,
}

impl File {
    /// Ends the request while it is not to be opened: refused, or not looked at yet by the scanner there is.
    pub fn opens(&self, files: &Files) -> Result<(), Stop> {
        match self.scan {
            Some(Said::Refused) => {
                Err(Stop::Rejected("这个文件没有通过安全检查，已经删除，没有留下。需要的请对方换一个文件".into()))
            }
            Some(Said::Waiting) if files.scanner.is_some() => {
                Err(Stop::Rejected("这个文件还没有查过病毒，查过才能打开。系统会接着查，请过几分钟再来".into()))
            }
            _ => Ok(()),
        }
    }

    /// The name it is saved under: it ends as what the file is, also where it was taken in before names did.
    pub fn saved_as(&self) -> String {
        kind::named(&self.name, &self.media_type)
    }

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

fn broken(name: &str) -> Stop {
    Stop::Unreadable(format!("“{name}”打不开：文件不完整，或者里面不是它开头说的那种。请在自己的设备上打开看看，重新保存后再传"))
}

fn refused(name: &str) -> Stop {
    Stop::Unreadable(format!("“{name}”没有通过安全检查，可能带有病毒，没有收下，也没有留存。请换一个文件"))
}

/// What has arrived, when it is looked at whole.
enum Arrived {
    Empty,
    OfNoKind,
    Broken,
    Whole { size: i64, media_type: &'static str, sha256: String, settled: fs::File },
}

impl Files {
    pub fn local(dir: &Path) -> Result<Files, Stop> {
        let (arriving, copies) = (dir.join("arriving"), dir.join("copies"));
        for dir in [&arriving, &copies] {
            fs::create_dir_all(dir)?;
        }
        // A directory of an older version was open to read; what lies in it is closed with it. Where we may not, doctor says so.
        let _ = fs::set_permissions(dir, fs::Permissions::from_mode(0o700));
        let store = LocalFileSystem::new_with_prefix(dir).map_err(|e| Stop::Fault(e.to_string()))?;
        let converter = view::converter().map(|path| Arc::from(path.as_path()));
        Ok(Files { store: Arc::new(store), arriving, copies, scanner: None, converter, drawing: Arc::default() })
    }

    /// Has this program look at everything that comes in.
    pub fn scanned_by(self, program: Option<&Path>) -> Files {
        Files { scanner: program.map(Arc::from), ..self }
    }

    pub(crate) fn scanner(&self) -> Option<&Path> {
        self.scanner.as_deref()
    }

    /// Decodes HEIC with this program, or not at all.
    pub fn converted_by(self, program: Option<&Path>) -> Files {
        Files { converter: program.map(Arc::from), ..self }
    }

    /// The program that decodes HEIC, where there is one.
    pub fn converter(&self) -> Option<&Path> {
        self.converter.as_deref()
    }

    pub(crate) async fn drawing(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.drawing.lock().await
    }

    pub(crate) fn copies(&self) -> &Path {
        &self.copies
    }

    /// Where the copy for the eye lies of what has this hash.
    pub(crate) fn copy_at(&self, sha256: &str) -> PathBuf {
        self.copies.join(format!("{sha256}.jpg"))
    }

    /// Where the bytes of this hash lie.
    pub(crate) fn kept_at(&self, sha256: &str) -> Result<PathBuf, Stop> {
        let path = self.store.path_to_filesystem(&Self::path(sha256)).map_err(|e| Stop::Fault(e.to_string()))?;
        Ok(std::path::absolute(path)?)
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
        Ok(kind::may_become(&self.part(id))?)
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
        // Before anything is kept of it.
        let scan = self.scanned(&std::path::absolute(self.part(id))?).await;
        if scan == Some(Said::Refused) {
            return Err(refused(&name));
        }
        let files = self.clone();
        let stored = tokio::task::spawn_blocking(move || files.store(id)).await.map_err(|e| Stop::Fault(e.to_string()))??;
        let (file, _settled) = match stored {
            Arrived::Empty => return Err(empty(&name)),
            Arrived::OfNoKind => return Err(of_no_kind(&name)),
            Arrived::Broken => return Err(broken(&name)),
            Arrived::Whole { size, media_type, sha256, settled } => {
                let name = kind::named(&name, media_type);
                let media_type = media_type.into();
                (File { id, owner: owner.into(), name, media_type, size, sha256, created_at: now, scan }, settled)
            }
        };
        sqlx::query(
            "with over as (delete from uploads where id = $1 returning person)
             insert into files (id, owner, name, media_type, size, sha256, created_at, person, scan)
             values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, (select person from over)), $9)",
        )
        .bind(file.id)
        .bind(&file.owner)
        .bind(&file.name)
        .bind(&file.media_type)
        .bind(file.size)
        .bind(&file.sha256)
        .bind(file.created_at)
        .bind(from)
        .bind(file.scan)
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
            sqlx::query_scalar("select exists (select from files where sha256 = $1 and scan is distinct from 'refused')")
                .bind(sha256)
                .fetch_one(conn)
                .await?;
        if !held {
            match self.store.delete(&Self::path(sha256)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(Stop::Fault(error.to_string())),
            }
            match fs::remove_file(self.copy_at(sha256)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        drop(alone);
        Ok(())
    }

    /// Puts what has arrived into the store, if it is of a kind we take; returns its size, kind and hash, and the lock under
    /// which its row is written.
    fn store(&self, id: Uuid) -> Result<Arrived, Stop> {
        let part = self.part(id);
        let media_type = match kind::of(&part)? {
            Kind::Is(media_type) => media_type,
            Kind::Broken => return Ok(Arrived::Broken),
            Kind::None if fs::metadata(&part)?.len() == 0 => return Ok(Arrived::Empty),
            Kind::None => return Ok(Arrived::OfNoKind),
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
        self.sweep_copies()
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

    /// The file as an answer, for one who may have it: as it was handed in, or with `?as=picture` its copy for the eye.
    pub async fn answer(&self, file: File, asked: &As) -> Result<Response, Stop> {
        match asked.way.as_deref() {
            Some("picture") => self.shown(&file).await,
            _ => self.attachment(file).await,
        }
    }

    /// The file as an answer, for one who may have it. Never shown inside our pages: a hostile upload stays a download of a sniffed
    /// kind.
    pub async fn attachment(&self, file: File) -> Result<Response, Stop> {
        file.opens(self)?;
        let bytes = self.read(&file.sha256).await?;
        let disposition = format!("attachment; filename*=UTF-8''{}", page::encode(&file.saved_as()).replace('/', "%2F"));
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

/// `?as=picture`
#[derive(serde::Deserialize)]
pub struct As {
    #[serde(rename = "as")]
    way: Option<String>,
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
    Ok(sqlx::query_as("select id, owner, name, media_type, size, sha256, created_at, scan from files where id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?)
}

pub async fn find_all(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<File>, Stop> {
    Ok(sqlx::query_as("select id, owner, name, media_type, size, sha256, created_at, scan from files where id = any ($1)")
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
        "select id, owner, name, media_type, size, sha256, created_at, scan
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

/// What has these bytes was refused: they go when the caller's transaction is done, and so does every other file made of them.
pub(crate) async fn refuse(conn: &mut PgConnection, sha256: &str, now: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query("update files set scan = 'refused' where sha256 = $1").bind(sha256).execute(&mut *conn).await?;
    jobs::set(conn, ERASED, sha256, &json!({}), now).await
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
