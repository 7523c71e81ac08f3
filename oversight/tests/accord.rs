//! 三位一体 on a real database: the three views are read from their own rows, and what one of them lacks is named (A2.5, F029).

use oversight::accord;
use serde_json::Value;
use testing::{OK, Town};

const NO: &str = "341524202609180000011";

async fn town() -> Town {
    let town = Town::of("2026-09-18 09:00", oversight::routes(), |catalogue, parts| {
        parts.consumers = oversight::consumers(catalogue);
        parts.workers = oversight::workers(catalogue);
    })
    .await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.grants(NO, "2026-09-21 10:00").await;
    town.becomes("2026-09-21 10:01").await;
    town
}

async fn shown(town: &Town) -> Value {
    town.nobody().get("/supervision/accord?as=json").await.is(OK).json()
}

/// As the owner of the database, who switches foreign keys off.
async fn as_owner(town: &Town, sql: &str) {
    let mut tx = town.pool().begin().await.unwrap();
    sqlx::query("set local session_replication_role = replica").execute(&mut *tx).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn f029_the_three_views_list_the_same_acts_and_the_difference_is_zero() {
    let town = town().await;
    let said = shown(&town).await;
    assert_eq!(said["acts"], serde_json::json!({ "internal": 5, "disclosed": 5, "supervision": 5 }));
    assert_eq!((said["odd"].as_array().unwrap().len(), said["not_compared"].as_i64()), (0, Some(0)));
    town.nobody().get("/supervision/accord").await.is(OK).has("相差是零");
    // By day, agency, region and kind.
    let of = async |query: &str| {
        let said = town.nobody().get(&format!("/supervision/accord?as=json&{query}")).await.json();
        said["acts"]["internal"].as_i64().unwrap()
    };
    assert_eq!(of("from=2026-09-18&to=2026-09-18").await, 2);
    assert_eq!(of("kind=case.granted").await, 1);
    assert_eq!(of("agency=jinzhai-market&region=341524").await, 5);
    assert_eq!(of("region=340100").await, 0);
    let (counted, odd, agrees) = accord::check(&mut town.pool().acquire().await.unwrap()).await.unwrap();
    assert!(counted.is_even() && odd.is_empty() && agrees, "{odd:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f029_a_row_taken_from_one_view_is_named_whichever_view_it_is() {
    let accepted = "(select position from acts where kind = 'case.accepted')";
    for (sql, view) in [
        ("delete from acts where kind = 'case.accepted'".to_owned(), "internal"),
        (format!("delete from log_entries where position = {accepted}"), "disclosed"),
        ("delete from watched_acts where kind = 'case.accepted'".to_owned(), "supervision"),
    ] {
        let town = town().await;
        assert_eq!(shown(&town).await["odd"], serde_json::json!([]));
        let (n, id): (i64, uuid::Uuid) =
            sqlx::query_as("select n, id from watched_acts where kind = 'case.accepted'").fetch_one(town.pool()).await.unwrap();
        as_owner(&town, &sql).await;
        let said = shown(&town).await;
        let odd = said["odd"].as_array().unwrap();
        assert_eq!(odd.len(), 1, "{view}: {said}");
        assert_eq!((odd[0]["n"].as_i64(), odd[0]["id"].as_str()), (Some(n), Some(id.to_string().as_str())), "{view}");
        for other in ["internal", "disclosed", "supervision"] {
            assert_eq!(odd[0][other].as_bool(), Some(other != view), "{view}: {said}");
            assert_eq!(said["acts"][other].as_i64(), Some(if other == view { 4 } else { 5 }), "{view}: {said}");
        }
        town.nobody().get("/supervision/accord").await.is(OK).has(&format!("/verify/{n}")).has_not(NO);
        let (_, odd, agrees) = accord::check(&mut town.pool().acquire().await.unwrap()).await.unwrap();
        assert!(odd.len() == 1 && agrees, "{odd:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f029_an_act_put_in_the_place_of_another_is_named() {
    let town = town().await;
    shown(&town).await;
    as_owner(&town, "update watched_acts set id = gen_random_uuid() where kind = 'case.granted'").await;
    let said = shown(&town).await;
    assert_eq!(said["odd"][0]["supervision"].as_bool(), Some(false), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f029_what_is_on_its_way_is_no_difference_and_a_rebuild_comes_to_the_same() {
    let town = town().await;
    let before = shown(&town).await;
    // Written, and not numbered yet.
    town.grants(NO, "2026-09-21 10:02").await;
    assert_eq!(shown(&town).await["odd"], serde_json::json!([]));
    town.becomes("2026-09-21 10:03").await;
    assert_eq!(shown(&town).await["acts"]["supervision"].as_i64(), Some(8));
    for consumer in oversight::consumers(&town.catalogue) {
        foundation::feed::rebuild(town.pool(), consumer.as_ref(), town.house().time()).await.unwrap();
    }
    let after = shown(&town).await;
    assert_eq!(after["odd"], before["odd"]);
    assert_eq!(after["acts"]["supervision"].as_i64(), Some(8));
}
