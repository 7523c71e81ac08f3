//! 清扫 · what of applications goes of itself (F070, F072).

use super::KEPT_DAYS;
use chrono::{DateTime, Duration, Utc};
use foundation::sweep::{self, Broom};
use foundation::{House, Stop, files};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

/// What is swept of applications.
pub const BROOMS: [Broom; 2] = [unsent, taken_back];

/// Drafts that nobody saved for as long as the page promises, with their files.
fn unsent<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let gone: Vec<Uuid> = sqlx::query_scalar(
            "delete from drafts
              where id in (select id
                             from drafts
                            where case_no is null
                              and saved_at < $1
                            order by saved_at
                            limit $2
                              for update skip locked)
              returning id",
        )
        .bind(now - Duration::days(KEPT_DAYS))
        .bind(sweep::BATCH)
        .fetch_all(&mut *conn)
        .await?;
        for id in &gone {
            files::erase(conn, &format!("draft:{id}"), now).await?;
        }
        Ok(gone.len() as u64)
    })
}

/// Files taken back, but for those that an act names: what was once handed in belongs to its case.
fn taken_back<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let files = files::taken_back(conn, now, sweep::BATCH).await?;
        // `removed:draft:<number>:<material>`, `removed:supplement:<case>:<material>`
        let of: Vec<Option<&str>> = files.iter().map(|file| file.owner.split(':').nth(2)).collect();
        let handed: Vec<Uuid> = sqlx::query_scalar(
            "select f.id
               from unnest($1::uuid[], $2::text[], $3::uuid[]) as f (id, case_no, draft)
              where exists (select
                              from acts a
                             where a.subject_kind = 'case'
                               and a.subject in (f.case_no, (select d.case_no from drafts d where d.id = f.draft))
                               and position(f.id::text in a.private_body) > 0)",
        )
        .bind(files.iter().map(|file| file.id).collect::<Vec<_>>())
        .bind(&of)
        .bind(of.iter().map(|of| of.and_then(|id| id.parse::<Uuid>().ok())).collect::<Vec<_>>())
        .fetch_all(&mut *conn)
        .await?;
        files::keep(conn, &handed).await?;
        for file in files.iter().filter(|file| !handed.contains(&file.id)) {
            files::erase_one(conn, file, now).await?;
        }
        Ok(files.len() as u64)
    })
}
