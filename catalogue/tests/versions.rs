//! Versions in a database of the test's own (B6.1, F089).

use foundation::{Moment, Stop};
use std::sync::Arc;
use testing::Database;

fn now() -> Moment {
    Moment::new("2026-11-25T02:00:00Z".parse().unwrap(), Arc::new(calendar::Calendar::china()))
}

async fn loaded(pool: &sqlx::PgPool) -> i64 {
    let count = "select count(*) from acts where kind = 'definition.loaded'";
    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn f089_a_case_keeps_the_version_it_began_with() {
    let base = Database::fresh().await;
    let pool = &base.pool;
    sqlx::query("truncate acts, definitions, item_versions cascade").execute(pool).await.unwrap();
    let first = testing::catalogue();

    // Two instances start at once: each definition is recorded once.
    let now = now();
    let (a, b) = tokio::join!(first.register(pool, &now), first.register(pool, &now));
    a.unwrap();
    b.unwrap();
    let definitions = first.definitions().len() as i64;
    assert_eq!(loaded(pool).await, definitions);
    first.register(pool, &now).await.unwrap();
    assert_eq!(loaded(pool).await, definitions, "starting again records nothing new");

    // The item changes: its text and so its version are new, and nothing else.
    let second =
        testing::changed("elderly-card", |item| item["summary"] = "新的说明".into()).unwrap_or_else(|fault| panic!("{fault}"));
    second.register(pool, &now).await.unwrap();
    assert_eq!(loaded(pool).await, definitions + 2);

    let before = first.item("elderly-card").unwrap();
    let after = second.item("elderly-card").unwrap();
    assert_ne!(before.hash, after.hash);
    let kept = second.item_version(pool, "elderly-card", &before.hash).await.unwrap();
    assert_eq!((&kept.summary, &kept.hash), (&before.summary, &before.hash));
    assert_eq!(kept.versions(), before.versions());
    assert_eq!(kept.process.xml(), before.process.xml());
    assert!(kept.fit.is_some());
    // The second time it comes from memory.
    let again = second.item_version(pool, "elderly-card", &before.hash).await.unwrap();
    assert!(Arc::ptr_eq(&kept, &again));
    let current = second.item_version(pool, "elderly-card", &after.hash).await.unwrap();
    assert!(Arc::ptr_eq(&current, &after));

    let none = second.item_version(pool, "elderly-card", &"0".repeat(64)).await;
    assert!(matches!(none, Err(Stop::NotFound(_))));
    let other = second.item_version(pool, "labour-dispatch-licence", &before.hash).await;
    assert!(matches!(other, Err(Stop::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_3_the_figures_are_read_from_the_migrated_tables() {
    let base = Database::fresh().await;
    let pool = &base.pool;
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
    assert_eq!((told.concluded, told.half, told.longest, told.in_time().as_deref()), (6, 2, 4, Some("50.0")));
    sqlx::raw_sql(
        "insert into figure_counts (measure, day, region, agency, item, amount, acts)
         values ('on_time', '2026-11-17', '341723109', 'youhua-town', 'elderly-card', 3, 3),
                ('late', '2026-11-19', '341723109', 'youhua-town', 'elderly-card', 3, 3),
                ('late', '2026-01-19', '341723109', 'youhua-town', 'elderly-card', 3, 3)",
    )
    .execute(pool)
    .await
    .unwrap();
    let today = catalogue::today_figures(pool, &now()).await.unwrap();
    assert_eq!((today.submitted, today.open, today.in_time), (0, 0, Some("50.0%".to_owned())));
}
