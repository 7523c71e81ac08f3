//! 随办的材料 · files that come with an act: the page lists what is asked for and takes it in, the act takes all of it along. Its
//! template is `page/papers.html`, which asks the page for `asked`, for the address `action` of the act and for its form, `id="act"`: what is
//! typed there goes with a file that is sent or taken away, so that the page that comes back has it (H17).

use crate::{House, Stop, files};
use acts::Handed;
use uuid::Uuid;

/// One paper that is asked for, with the files there are of it.
pub struct Asked {
    pub key: String,
    pub label: String,
    pub why: String,
    /// The act cannot be done without it.
    pub needed: bool,
    pub files: Vec<Handed>,
    /// Files that the scanner refused after they had been taken.
    pub refused: Vec<Handed>,
}

impl Asked {
    pub fn new(key: &str, label: &str, why: &str, needed: bool) -> Asked {
        Asked { key: key.into(), label: label.into(), why: why.into(), needed, files: Vec::new(), refused: Vec::new() }
    }
}

/// Finds the files of these papers, kept under `owner:<key>`.
pub async fn found(house: &House, owner: &str, mut asked: Vec<Asked>) -> Result<Vec<Asked>, Stop> {
    if asked.is_empty() {
        return Ok(asked);
    }
    let keys: Vec<String> = asked.iter().map(|paper| paper.key.clone()).collect();
    for file in handed(house.pool(), owner, &keys).await? {
        if let Some(paper) = asked.iter_mut().find(|paper| paper.key == file.material) {
            paper.files.push(file);
        }
    }
    for file in refused(house.pool(), owner, &keys).await? {
        if let Some(paper) = asked.iter_mut().find(|paper| paper.key == file.material) {
            paper.refused.push(file);
        }
    }
    Ok(asked)
}

/// The files kept under `owner:<material>`, for the materials named.
pub async fn handed(conn: impl sqlx::PgExecutor<'_>, owner: &str, materials: &[String]) -> Result<Vec<Handed>, Stop> {
    under(conn, owner, materials, false).await
}

/// Files that were taken for these materials and then refused by the scanner: they are not there any more, and whoever handed them in
/// is told so where they stood.
pub async fn refused(conn: impl sqlx::PgExecutor<'_>, owner: &str, materials: &[String]) -> Result<Vec<Handed>, Stop> {
    under(conn, owner, materials, true).await
}

async fn under(conn: impl sqlx::PgExecutor<'_>, owner: &str, materials: &[String], refused: bool) -> Result<Vec<Handed>, Stop> {
    let owners: Vec<String> = materials.iter().map(|m| format!("{owner}:{m}")).collect();
    let rows: Vec<files::File> = sqlx::query_as(
        "select id, owner, name, media_type, size, sha256, created_at, scan
           from files
          where owner = any ($1)
            and (scan is not distinct from 'refused') = $2
          order by created_at, id",
    )
    .bind(&owners)
    .bind(refused)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|f| Handed {
            material: f.owner[owner.len() + 1..].to_owned(),
            file: f.id,
            name: f.name,
            size: f.size,
            sha256: f.sha256,
        })
        .collect())
}

/// Takes a file away from the materials of `owner`.
pub async fn let_go(house: &House, owner: &str, file: Uuid) -> Result<(), Stop> {
    files::take_back(house.pool(), owner, Some(file), house.now().at).await
}
