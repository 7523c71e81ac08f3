//! 集群 · one private PostgreSQL under all tests of a program, a migrated template in it, and a copy of that for each test.
//!
//! A cluster lies in a slot, `/tmp/sunlit-testing-UID-N`, and belongs to whoever holds the slot's lock. A program takes the first
//! free slot and keeps it to its end, however the end comes. The server dies with the program; its files stay, so that the next
//! program has no `initdb` to wait for, and drops whatever a killed one left behind. Nothing in it is worth a `fsync`.

use crate::catalogue;
use foundation::TimeSource;
use foundation::db::{self, private::Private};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};
use std::fs::{self, File};
use std::future::Future;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Connections of one test; a server has a hundred.
const CONNECTIONS: u32 = 12;
const AT_ONCE: usize = 7;

struct Cluster {
    private: Private,
    dir: PathBuf,
    next: AtomicU32,
    seats: Semaphore,
    _lock: File,
}

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| beside(Cluster::start()).expect("the private PostgreSQL of the tests"));

/// Waits for work on a thread of its own: where we are may be inside a runtime, or unwinding.
fn beside<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> std::thread::Result<T> {
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    std::thread::spawn(run).join()
}

/// The first slot nobody holds.
fn slot() -> (PathBuf, File) {
    let uid = fs::metadata("/proc/self").unwrap().uid();
    let mut slots = (0..100).map(|n| PathBuf::from(format!("/tmp/sunlit-testing-{uid}-{n}")));
    let free = |dir: PathBuf| {
        fs::create_dir_all(&dir).ok()?;
        let lock = File::create(dir.join("lock")).ok()?;
        lock.try_lock().ok()?;
        Some((dir, lock))
    };
    let (dir, lock) = slots.find_map(free).expect("a free slot in /tmp");
    // The server of the last holder ends a moment after it.
    let pid = || fs::read_to_string(dir.join("pg/postmaster.pid")).ok()?.lines().next()?.trim().parse::<u32>().ok();
    for _ in 0..500 {
        if !pid().is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    (dir, lock)
}

impl Cluster {
    async fn start() -> Cluster {
        let (dir, lock) = slot();
        let private = Private::start(&dir).or_else(|_| {
            // Spoilt by a power cut, perhaps; there is nothing in it to lose.
            let _ = fs::remove_dir_all(dir.join("pg"));
            Private::start(&dir)
        });
        let private = private.unwrap_or_else(|trouble| panic!("{trouble}"));
        let mut admin = PgConnection::connect_with(private.admin()).await.unwrap();
        for say in [
            "alter system set fsync = off",
            "alter system set synchronous_commit = off",
            "alter system set full_page_writes = off",
            "select pg_reload_conf()",
        ] {
            sqlx::query(say).execute(&mut admin).await.unwrap();
        }
        let left: Vec<String> = sqlx::query_scalar("select datname from pg_database where datname ~ '^(town_|model$)'")
            .fetch_all(&mut admin)
            .await
            .unwrap();
        for name in left {
            drop_database(&mut admin, &name).await;
        }
        let _ = fs::remove_dir_all(dir.join("files"));
        let model = pool(private.database("model").await.unwrap()).await;
        db::migrate(&model).await.unwrap();
        let now = TimeSource::system(Arc::new(calendar::Calendar::china())).now();
        catalogue().register(&model, &now).await.unwrap();
        model.close().await;
        Cluster { private, dir, next: AtomicU32::new(0), seats: Semaphore::new(AT_ONCE), _lock: lock }
    }
}

async fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await.unwrap()
}

async fn drop_database(admin: &mut PgConnection, name: &str) {
    let drop = format!("drop database if exists {name} with (force)");
    sqlx::query(sqlx::AssertSqlSafe(drop)).execute(admin).await.unwrap();
}

/// A migrated database of one's own, with a directory for files; both go when it is dropped.
pub struct Database {
    pub pool: PgPool,
    pub files: PathBuf,
    name: String,
    _seat: SemaphorePermit<'static>,
}

impl Database {
    pub async fn fresh() -> Database {
        let cluster = &*CLUSTER;
        let seat = cluster.seats.acquire().await.unwrap();
        let name = format!("town_{}", cluster.next.fetch_add(1, Ordering::SeqCst));
        let mut admin = PgConnection::connect_with(cluster.private.admin()).await.unwrap();
        let copy = format!("create database {name} template model strategy file_copy");
        sqlx::query(sqlx::AssertSqlSafe(copy)).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        let pool = pool(cluster.private.admin().clone().database(&name)).await;
        Database { pool, files: cluster.dir.join("files").join(&name), name, _seat: seat }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.files);
        let name = std::mem::take(&mut self.name);
        let _ = beside(async move {
            let mut admin = PgConnection::connect_with(CLUSTER.private.admin()).await.unwrap();
            drop_database(&mut admin, &name).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is_there(name: &str) -> bool {
        let mut admin = PgConnection::connect_with(CLUSTER.private.admin()).await.unwrap();
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut admin)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_database_goes_with_its_test_also_when_that_panics() {
        let (tell, told) = tokio::sync::oneshot::channel();
        let test = tokio::spawn(async move {
            let database = Database::fresh().await;
            fs::create_dir_all(&database.files).unwrap();
            let people: i64 = sqlx::query_scalar("select count(*) from people").fetch_one(&database.pool).await.unwrap();
            assert!(is_there(&database.name).await && people == 0);
            tell.send((database.name.clone(), database.files.clone())).unwrap();
            panic!("as a failing test does");
        });
        let (name, files) = told.await.unwrap();
        assert!(test.await.unwrap_err().is_panic());
        assert!(!is_there(&name).await && !files.exists());
    }

    #[tokio::test]
    async fn two_databases_never_see_each_other() {
        let (one, two) = tokio::join!(Database::fresh(), Database::fresh());
        let insert = "insert into case_numbers (region, day, last) values ('341524', '2026-01-05', 1)";
        sqlx::query(insert).execute(&one.pool).await.unwrap();
        let seen: i64 = sqlx::query_scalar("select count(*) from case_numbers").fetch_one(&two.pool).await.unwrap();
        assert_eq!(seen, 0);
    }
}
