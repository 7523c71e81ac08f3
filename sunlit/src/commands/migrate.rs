//! 升级 · brings the schema up to date, and says what was done. `serve` does the same when it starts.

use crate::database::Place;
use crate::failure::{Done, Failure};
use crate::logging;
use foundation::db;
use sqlx::PgPool;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
}

pub async fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    let opened = options.place.open().await?;
    let done = migrate(&opened.pool).await;
    opened.close().await;
    logging::about_to_tell();
    let (had, new) = done?;
    if json {
        println!("{}", serde_json::json!({ "ok": true, "already": had.len(), "applied": new }));
    } else if new.is_empty() {
        println!("数据库结构已经是最新的（{} 步都执行过）。", had.len());
    } else {
        println!("执行了 {} 步：", new.len());
        for (version, name) in &new {
            println!("  {version}  {name}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The versions that were there before, and the steps that are new.
async fn migrate(pool: &PgPool) -> Result<(Vec<i64>, Vec<(i64, String)>), Failure> {
    let had = applied(pool).await?;
    db::migrate(pool).await?;
    let new =
        db::MIGRATIONS.iter().filter(|m| !had.contains(&m.version)).map(|m| (m.version, m.description.to_string())).collect();
    Ok((had, new))
}

/// The migrations this database has.
pub async fn applied(pool: &PgPool) -> Result<Vec<i64>, sqlx::Error> {
    let there: bool = sqlx::query_scalar("select to_regclass('public._sqlx_migrations') is not null").fetch_one(pool).await?;
    if !there {
        return Ok(Vec::new());
    }
    sqlx::query_scalar("select version from _sqlx_migrations where success order by version").fetch_all(pool).await
}
