//! Versions in a database of the test's own (B6.1, F089). Without PostgreSQL on the machine these tests say so and pass.

use catalogue::Catalogue;
use foundation::{Moment, Stop, db};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

struct Database {
    pools: [sqlx::PgPool; 2],
    dir: PathBuf,
    server: Option<db::private::Private>,
}

impl Drop for Database {
    fn drop(&mut self) {
        // The server stops before its files go.
        drop(self.server.take());
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Two connections' worth of two instances on one database.
async fn database() -> Option<Database> {
    if db::private::candidates().map_or(true, |found| found.is_empty()) {
        eprintln!("no PostgreSQL here: not tested");
        return None;
    }
    let dir = PathBuf::from(format!("/tmp/sv-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]));
    let data = dir.clone();
    let started = tokio::task::spawn_blocking(move || db::private::Private::start(&data));
    let server = started.await.unwrap().unwrap_or_else(|trouble| panic!("{trouble}"));
    let options = server.database("versions").await.unwrap();
    let pools = [db::connect(options.clone()).await.unwrap(), db::connect(options).await.unwrap()];
    db::migrate(&pools[0]).await.unwrap();
    Some(Database { pools, dir, server: Some(server) })
}

fn now() -> Moment {
    Moment::new("2026-11-25T02:00:00Z".parse().unwrap(), Arc::new(calendar::Calendar::china()))
}

/// The definitions with one sentence of an item changed.
fn changed(dir: &Path) -> Catalogue {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    copy(&root.join("definitions"), &dir.join("definitions"));
    copy(&root.join("reference/items"), &dir.join("reference/items"));
    for file in ["agencies.json", "regions.csv"] {
        std::fs::copy(root.join("reference").join(file), dir.join("reference").join(file)).unwrap();
    }
    let file = dir.join("reference/items/elderly-card.json");
    let mut item: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    item["summary"] = "新的说明".into();
    std::fs::write(&file, item.to_string()).unwrap();
    Catalogue::load(dir).unwrap_or_else(|fault| panic!("{fault}"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

async fn loaded(pool: &sqlx::PgPool) -> i64 {
    let count = "select count(*) from acts where kind = 'definition.loaded'";
    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn f089_a_case_keeps_the_version_it_began_with() {
    let Some(base) = database().await else { return };
    let [one, two] = &base.pools;
    let first = Catalogue::embedded().unwrap_or_else(|fault| panic!("{fault}"));

    // Two instances start at once: each definition is recorded once.
    let now = now();
    let (a, b) = tokio::join!(first.register(one, &now), first.register(two, &now));
    a.unwrap();
    b.unwrap();
    let definitions = first.definitions().len() as i64;
    assert_eq!(loaded(one).await, definitions);
    first.register(one, &now).await.unwrap();
    assert_eq!(loaded(one).await, definitions, "starting again records nothing new");

    // The item changes: its text and so its version are new, and nothing else.
    let second = changed(&base.dir.join("changed"));
    second.register(two, &now).await.unwrap();
    assert_eq!(loaded(one).await, definitions + 2);

    let before = first.item("elderly-card").unwrap();
    let after = second.item("elderly-card").unwrap();
    assert_ne!(before.hash, after.hash);
    let kept = second.item_version(one, "elderly-card", &before.hash).await.unwrap();
    assert_eq!((&kept.summary, &kept.hash), (&before.summary, &before.hash));
    assert_eq!(kept.versions(), before.versions());
    assert_eq!(kept.process.xml(), before.process.xml());
    assert!(kept.fit.is_some());
    // The second time it comes from memory.
    let again = second.item_version(one, "elderly-card", &before.hash).await.unwrap();
    assert!(Arc::ptr_eq(&kept, &again));
    let current = second.item_version(one, "elderly-card", &after.hash).await.unwrap();
    assert!(Arc::ptr_eq(&current, after));

    let none = second.item_version(one, "elderly-card", &"0".repeat(64)).await;
    assert!(matches!(none, Err(Stop::NotFound(_))));
    let other = second.item_version(one, "labour-dispatch-licence", &before.hash).await;
    assert!(matches!(other, Err(Stop::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_3_the_figures_are_read_from_the_migrated_tables() {
    let Some(base) = database().await else { return };
    let pool = &base.pools[0];
    assert_eq!(catalogue::item_figures(pool, "elderly-card", &now()).await.unwrap(), None);
    for n in 0..6 {
        sqlx::query(
            "insert into cases (case_no, item, region, agency, stage, filed_by, once, submitted_at, due, concluded_on, state)
             values ($1, 'elderly-card', '341723109', 'youhua-town', 'granted', gen_random_uuid(), gen_random_uuid(),
                     '2026-11-16 01:00:00Z', '2026-11-18', $2, '{}')",
        )
        .bind(format!("case-{n}"))
        .bind(chrono::NaiveDate::from_ymd_opt(2026, 11, 16 + n).unwrap())
        .execute(pool)
        .await
        .unwrap();
    }
    let told = catalogue::item_figures(pool, "elderly-card", &now()).await.unwrap().unwrap();
    assert_eq!((told.concluded, told.half, told.longest, told.in_time), (6, 2, 4, Some(50)));
    let today = catalogue::today_figures(pool, &now()).await.unwrap();
    assert_eq!((today.submitted, today.open, today.in_time), (0, 0, Some(500)));
}
