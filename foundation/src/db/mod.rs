//! 数据库 · PostgreSQL, the only database: a private one that we start ourselves, or the server in `DATABASE_URL`.

pub mod private;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, migrate::Migrator};
use std::time::Duration;

/// Every migration, embedded; forward only.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// A pool that gives up quickly enough for a person to be told.
pub async fn connect(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(24)
        .acquire_timeout(Duration::from_secs(8))
        .connect_with(options.application_name("sunlit"))
        .await
}

/// Brings the schema up to date. Safe to run from several instances at once: sqlx takes an advisory lock.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    MIGRATIONS.run(pool).await
}
