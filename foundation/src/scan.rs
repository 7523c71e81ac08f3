//! 查毒 · the operator's own program looks at every file that comes in, before anybody else does (F072, H18). It is given the path of
//! the file and answers by its exit code: 0 clean, 1 refused, anything else (or silence) that it could not look. A refused file is not
//! kept. One that was not looked at waits, opens for nobody, and is looked at again.

use crate::files::{self, Files};
use crate::{House, Stop, program};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// Whoever uploads waits so long; a file that takes longer is looked at afterwards.
const AT_ONCE: Duration = Duration::from_secs(20);
const AFTERWARDS: Duration = Duration::from_secs(600);
/// How long a file rests that could not be looked at.
const AGAIN: Duration = Duration::from_secs(60);

/// What the program said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Said {
    Clean,
    Refused,
    /// It has not been able to look.
    Waiting,
}

/// Asks the program of the operator.
pub(crate) async fn ask(scanner: &Path, file: &Path, time: Duration) -> Said {
    let dir = file.parent().unwrap_or(Path::new("/"));
    match program::run(scanner, &[file.as_os_str()], dir, time, None).await {
        Some(0) => Said::Clean,
        Some(1) => Said::Refused,
        code => {
            tracing::warn!(?code, "the scanner could not look at a file; it will be asked again");
            Said::Waiting
        }
    }
}

impl Files {
    /// What the scanner says of a file on its way in; nothing where there is no scanner.
    pub(crate) async fn scanned(&self, path: &Path) -> Option<Said> {
        Some(ask(self.scanner()?, path, AT_ONCE).await)
    }
}

/// Looks again at the files that wait, those of longest ago first; says how many are looked at now. What is refused is let go of,
/// and stays in the table to be told.
pub async fn again(house: &House) -> Result<u64, Stop> {
    let Some(scanner) = house.files().scanner() else { return Ok(0) };
    let waiting: Vec<(Uuid, String)> =
        sqlx::query_as("select id, sha256 from files where scan = 'waiting' order by created_at limit 100")
            .fetch_all(house.pool())
            .await?;
    let mut looked = 0;
    for (id, sha256) in waiting {
        let said = ask(scanner, &house.files().kept_at(&sha256)?, AFTERWARDS).await;
        if said == Said::Waiting {
            continue;
        }
        looked += 1;
        let mut tx = house.pool().begin().await?;
        sqlx::query("update files set scan = $2 where id = $1 and scan = 'waiting'")
            .bind(id)
            .bind(said)
            .execute(&mut *tx)
            .await?;
        if said == Said::Refused {
            files::refuse(&mut tx, &sha256, house.now().at).await?;
        }
        tx.commit().await?;
        house.wake();
    }
    Ok(looked)
}

/// Looks again for as long as the program runs.
pub async fn keep_looking(house: House) {
    if house.files().scanner().is_none() {
        return std::future::pending().await;
    }
    loop {
        match again(&house).await {
            Ok(0) => tokio::time::sleep(AGAIN).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "files that wait for the scanner were not looked at");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
