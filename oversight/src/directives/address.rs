//! 地址 · what an address names: a task of a notice, a file of it. A number that is none names nothing, and is answered with 404.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use foundation::{House, Stop};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A notice, and the number of a task in it.
pub struct TaskAt(pub String, pub u32);

/// A task, and a file of it.
pub struct FileAt(pub String, pub u32, pub Uuid);

/// The parts of the address by the names its route gives them.
async fn parts(parts: &mut Parts, house: &House) -> Result<BTreeMap<String, String>, Stop> {
    let Path(named) = Path::from_request_parts(parts, house).await.map_err(|_| Stop::NotFound("任务"))?;
    Ok(named)
}

fn task(named: &mut BTreeMap<String, String>) -> Result<TaskAt, Stop> {
    let seq = named.get("seq").and_then(|seq| seq.parse().ok());
    named.remove("no").zip(seq).map(|(no, seq)| TaskAt(no, seq)).ok_or(Stop::NotFound("任务"))
}

impl FromRequestParts<House> for TaskAt {
    type Rejection = Stop;

    async fn from_request_parts(request: &mut Parts, house: &House) -> Result<TaskAt, Stop> {
        task(&mut parts(request, house).await?)
    }
}

impl FromRequestParts<House> for FileAt {
    type Rejection = Stop;

    async fn from_request_parts(request: &mut Parts, house: &House) -> Result<FileAt, Stop> {
        let mut named = parts(request, house).await?;
        let TaskAt(no, seq) = task(&mut named)?;
        let file = named.get("file").and_then(|file| file.parse().ok()).ok_or(Stop::NotFound("文件"))?;
        Ok(FileAt(no, seq, file))
    }
}
