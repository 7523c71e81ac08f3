//! 数据库 · PostgreSQL, the only database: a private one that we start ourselves, or the server in `DATABASE_URL`.

pub mod private;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgPool, migrate::Migrator};
use std::time::Duration;

/// Every migration, embedded; forward only.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// How long a connection may rest and still be taken for alive.
const FRESH: Duration = Duration::from_millis(500);

/// A pool that gives up quickly enough for a person to be told.
pub async fn connect(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(24)
        .acquire_timeout(Duration::from_secs(8))
        // A connection that has just been used need not be asked whether it is still there.
        .test_before_acquire(false)
        .before_acquire(|conn, about| Box::pin(async move { Ok(about.idle_for < FRESH || conn.ping().await.is_ok()) }))
        // No page is so long that compiling its query pays; for a guessed cost it takes a tenth of a second.
        .connect_with(options.application_name("sunlit").options([("jit", "off")]))
        .await
}

/// Brings the schema up to date. Safe to run from several instances at once: sqlx takes an advisory lock.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    MIGRATIONS.run(pool).await
}
