//! The sunlight board on a real database.

mod kit;

use acts::CaseAct;
use axum::http::StatusCode;
use foundation::{feed, work};
use kit::{Town, waits};

async fn town(name: &str) -> Town {
    Town::new(name, "2026-09-18 09:00", openness::routes(), |_, parts| {
        parts.consumers = openness::consumers();
    })
    .await
}

fn no(i: usize) -> String {
    format!("341524202609180{i:05}X")
}

async fn rows(town: &Town) -> Vec<serde_json::Value> {
    sqlx::query_scalar("select to_jsonb(s) from sunlight s order by case_no").fetch_all(town.house.pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn f028_anyone_sees_each_case_and_nothing_private() {
    let town = town("f028").await;
    town.submits(&no(1), "2026-09-18 09:00").await;
    town.accepts(&no(1), "2026-09-18 10:00").await;
    town.submits(&no(2), "2026-09-18 09:30").await;
    town.grants(&no(1), "2026-09-21 10:00").await;
    let rated = CaseAct::Rated { grade: 1, private: Some(acts::Opinion { text: "王敏说很好".into() }) };
    town.acts(&no(1), "2026-09-21 11:00", rated).await;
    town.becomes("2026-09-21 12:00").await;

    let page = town.get("/sunlight").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains(&format!("/cases/{}", no(1))));
    assert!(page.body.contains("按承诺办结") && page.body.contains("非常满意"));
    assert!(!page.body.contains("王敏"));
    let entry = page.body.split("/verify/").nth(2).unwrap();
    assert!(entry.starts_with(|c: char| c.is_ascii_digit()));

    let running = town.get("/sunlight?stage=running&as=json").await;
    let running: serde_json::Value = serde_json::from_str(&running.body).unwrap();
    assert_eq!(running.as_array().unwrap().len(), 1);
    assert_eq!(running[0]["case_no"], no(2));
    assert_eq!(running[0]["stage"], "待受理");
    let csv = town.get("/sunlight?as=csv").await;
    assert!(csv.body.contains(&no(1)) && csv.body.contains("按承诺办结"));
    assert_eq!(town.get("/sunlight?as=xlsx").await.status, StatusCode::OK);
    let none = town.get("/sunlight?agency=none&region=11&item=none").await;
    assert!(none.body.contains("没有符合条件的办件"));

    let atom = town.get("/sunlight.atom").await;
    assert_eq!(atom.headers["content-type"], "application/atom+xml; charset=utf-8");
    assert_eq!(atom.body.matches("<entry>").count(), 2);
    assert!(atom.body.contains("https://test.invalid/verify/"));
    assert!(!atom.body.contains("王敏"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a2_4_the_due_day_follows_pauses_and_a_late_case_is_shown_late() {
    let town = town("due").await;
    town.submits(&no(1), "2026-09-18 09:00").await;
    town.accepts(&no(1), "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    assert_eq!(rows(&town).await[0]["due"], "2026-09-30");
    let paused = CaseAct::ClockPaused {
        ground: "检验".into(),
        basis: "行政许可法第四十五条".into(),
        told_days: 15,
        from: "2026-09-21".parse().unwrap(),
        moved: waits("", 3),
    };
    town.acts(&no(1), "2026-09-21 10:00", paused).await;
    town.becomes("2026-09-21 10:01").await;
    let row = &rows(&town).await[0];
    assert_eq!((&row["due"], &row["stage"]), (&serde_json::Value::Null, &"paused".into()));
    let resumed = CaseAct::ClockResumed {
        ground: "检验".into(),
        to: "2026-09-24".parse().unwrap(),
        moved: waits("examine", 4),
        private: None,
    };
    town.acts(&no(1), "2026-09-24 10:00", resumed).await;
    town.becomes("2026-10-12 23:00").await;
    assert_eq!(rows(&town).await[0]["due"], "2026-10-12");
    assert!(town.get("/sunlight").await.body.contains("承诺期内"));
    town.becomes("2026-10-13 00:00").await;
    assert!(town.get("/sunlight").await.body.contains("已超承诺"));
}

#[tokio::test(flavor = "multi_thread")]
async fn f028_the_board_is_rebuilt_from_zero_with_equal_result() {
    let town = town("again").await;
    for i in 0..30 {
        town.submits(&no(i), "2026-09-18 09:00").await;
        if i % 2 == 0 {
            town.accepts(&no(i), "2026-09-18 10:00").await;
        }
        if i % 3 == 0 {
            let withdrawn = CaseAct::Withdrawn { moved: waits("", 8) };
            town.acts(&no(i), "2026-09-20 10:00", withdrawn).await;
        }
    }
    town.becomes("2026-09-21 12:00").await;
    let before = rows(&town).await;
    assert_eq!(before.len(), 30);
    let consumer = &openness::consumers()[0];
    let read = feed::rebuild(town.house.pool(), consumer.as_ref(), &town.house.now()).await.unwrap();
    assert!(read > 50);
    work::settle(&town.house).await.unwrap();
    assert_eq!(rows(&town).await, before);

    // Paging forward meets every case once.
    let mut path = "/sunlight?rows=7".to_owned();
    let mut seen = Vec::new();
    loop {
        let json = town.get(&format!("{path}&as=json")).await;
        let json: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        let page = json.as_array().unwrap();
        seen.extend(page.iter().map(|row| row["case_no"].as_str().unwrap().to_owned()));
        let html = town.get(&path).await.body;
        let Some((before, _)) = html.split_once("rel=\"next\"") else {
            break;
        };
        let link = before.rsplit("href=\"").next().unwrap();
        path = link.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    }
    assert_eq!(seen.len(), 30);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 30);
}
