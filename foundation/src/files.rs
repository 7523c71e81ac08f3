//! 文件 · what people hand in and what we issue. Bytes lie in an object store under their SHA-256; the kind is read from
//! the bytes, never from the name.

use crate::Stop;
use chrono::{DateTime, Utc};
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// The largest file, said before an upload starts (H18).
pub const LARGEST: u64 = 100 * 1024 * 1024;
pub const LARGEST_TEXT: &str = "100 MB";
pub const KINDS_TEXT: &str = "PDF、JPG、PNG、HEIC、WebP、OFD、Word、Excel 或 ZIP";

#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
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
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    .into_iter()
    .find(|known| *known == kind)
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

impl Files {
    pub fn local(dir: &Path) -> Result<Files, Stop> {
        std::fs::create_dir_all(dir)?;
        let store = LocalFileSystem::new_with_prefix(dir).map_err(|e| Stop::Fault(e.to_string()))?.with_fsync(true);
        Ok(Files { store: Arc::new(store) })
    }

    fn path(sha256: &str) -> StorePath {
        StorePath::from(format!("{}/{}/{sha256}", &sha256[..2], &sha256[2..4]))
    }

    /// Keeps bytes and notes who owns them. The bytes are safe before the row exists.
    pub async fn keep(
        &self,
        conn: impl PgExecutor<'_>,
        owner: &str,
        name: &str,
        bytes: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<File, Stop> {
        let name = clean_name(name);
        if bytes.is_empty() {
            return Err(Stop::Unreadable(format!("“{name}”是空文件，请重新选择")));
        }
        if bytes.len() as u64 > LARGEST {
            return Err(Stop::Unreadable(format!("“{name}”超过 {LARGEST_TEXT}，请压缩或分成几个文件")));
        }
        let Some(media_type) = sniff(&bytes) else {
            return Err(Stop::Unreadable(format!("“{name}”不是可以收的文件。请上传 {KINDS_TEXT}")));
        };
        let file = File {
            id: Uuid::now_v7(),
            owner: owner.into(),
            name,
            media_type: media_type.into(),
            size: bytes.len() as i64,
            sha256: hex::encode(Sha256::digest(&bytes)),
            created_at: now,
        };
        self.store.put(&Self::path(&file.sha256), PutPayload::from(bytes)).await.map_err(|e| Stop::Unavailable(e.to_string()))?;
        sqlx::query(
            "insert into files (id, owner, name, media_type, size, sha256, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(file.id)
        .bind(&file.owner)
        .bind(&file.name)
        .bind(&file.media_type)
        .bind(file.size)
        .bind(&file.sha256)
        .bind(file.created_at)
        .execute(conn)
        .await?;
        Ok(file)
    }

    pub async fn bytes(&self, sha256: &str) -> Result<Vec<u8>, Stop> {
        let got = self.store.get(&Self::path(sha256)).await.map_err(|_| Stop::NotFound("文件"))?;
        Ok(got.bytes().await.map_err(|e| Stop::Fault(e.to_string()))?.to_vec())
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
