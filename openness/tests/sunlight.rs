//! The sunlight board on a real database.

use acts::CaseAct;
use foundation::feed;
use testing::{OK, Town, waits};

async fn town() -> Town {
    Town::of("2026-09-18 09:00", openness::routes(), |_, parts| parts.consumers = openness::consumers()).await
}

fn no(i: usize) -> String {
    format!("341524202609180{i:05}X")
}

async fn rows(town: &Town) -> Vec<serde_json::Value> {
    sqlx::query_scalar("select to_jsonb(s) from sunlight s order by case_no").fetch_all(town.pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn f028_anyone_sees_each_case_and_nothing_private() {
    let town = town().await;
    town.submits(&no(1), "2026-09-18 09:00").await;
    town.accepts(&no(1), "2026-09-18 10:00").await;
    town.submits(&no(2), "2026-09-18 09:30").await;
    town.grants(&no(1), "2026-09-21 10:00").await;
    let rated = CaseAct::Rated {
        grade: 1,
        channel: acts::RatingChannel::Account,
        named: false,
        private: Some(acts::RatingSaid { text: "王敏说很好".into(), contact: String::new() }),
    };
    town.tells(&no(1), "2026-09-21 11:00", rated).await;
    town.becomes("2026-09-21 12:00").await;

    let page = town.nobody().get("/sunlight").await;
    let page = page.is(OK).has(&format!("/cases/{}", no(1))).has("按承诺办结").has("非常满意").has_not("王敏").text();
    let entry = page.split("/verify/").nth(2).unwrap();
    assert!(entry.starts_with(|c: char| c.is_ascii_digit()));

    let running = town.nobody().get("/sunlight?stage=running&as=json").await;
    let running = running.json();
    assert_eq!(running.as_array().unwrap().len(), 1);
    assert_eq!(running[0]["case_no"], no(2));
    assert_eq!(running[0]["stage"], "待受理");
    let csv = town.nobody().get("/sunlight?as=csv").await;
    csv.has(&no(1)).has("按承诺办结");
    town.nobody().get("/sunlight?as=xlsx").await.is(OK);
    let none = town.nobody().get("/sunlight?agency=none&region=11&item=none").await;
    none.has("没有代号是“none”的单位");
    town.nobody().get("/sunlight?region=11").await.has("没有符合条件的办件");

    let atom = town.nobody().get("/sunlight.atom").await;
    assert_eq!(atom.headers["content-type"], "application/atom+xml; charset=utf-8");
    assert_eq!(atom.text().matches("<entry>").count(), 2);
    atom.has("http://localhost/verify/").has_not("王敏");
}

#[tokio::test(flavor = "multi_thread")]
async fn a2_4_the_due_day_follows_pauses_and_a_late_case_is_shown_late() {
    let town = town().await;
    town.submits(&no(1), "2026-09-18 09:00").await;
    town.accepts(&no(1), "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    assert_eq!(rows(&town).await[0]["due"], "2026-09-30");
    let paused = CaseAct::ClockPaused {
        ground: "检验".into(),
        basis: "行政许可法第四十五条".into(),
        told_days: 15,
        from: "2026-09-21".parse().unwrap(),
        pauses_promise: true,
        hearing: None,
        moved: waits("", 3),
    };
    town.tells(&no(1), "2026-09-21 10:00", paused).await;
    town.becomes("2026-09-21 10:01").await;
    let row = &rows(&town).await[0];
    assert_eq!((&row["due"], &row["stage"]), (&serde_json::Value::Null, &"paused".into()));
    let resumed = CaseAct::ClockResumed {
        done: true,
        ground: "检验".into(),
        to: "2026-09-24".parse().unwrap(),
        moved: waits("examine", 4),
        private: None,
    };
    town.tells(&no(1), "2026-09-24 10:00", resumed).await;
    town.becomes("2026-10-12 23:00").await;
    assert_eq!(rows(&town).await[0]["due"], "2026-10-12");
    town.nobody().get("/sunlight").await.has("承诺期内");
    town.becomes("2026-10-13 00:00").await;
    town.nobody().get("/sunlight").await.has("已超承诺");
}

#[tokio::test(flavor = "multi_thread")]
async fn f028_the_board_is_rebuilt_from_zero_with_equal_result() {
    let town = town().await;
    for i in 0..30 {
        town.submits(&no(i), "2026-09-18 09:00").await;
        if i % 2 == 0 {
            town.accepts(&no(i), "2026-09-18 10:00").await;
        }
        if i % 3 == 0 {
            let withdrawn = CaseAct::Withdrawn { moved: waits("", 8) };
            town.tells(&no(i), "2026-09-20 10:00", withdrawn).await;
        }
    }
    town.becomes("2026-09-21 12:00").await;
    let before = rows(&town).await;
    assert_eq!(before.len(), 30);
    let consumer = &openness::consumers()[0];
    let read = feed::rebuild(town.pool(), consumer.as_ref(), town.house().time()).await.unwrap();
    assert!(read > 50);
    town.settle().await;
    assert_eq!(rows(&town).await, before);

    // Paging forward meets every case once.
    let mut path = "/sunlight?rows=7".to_owned();
    let mut seen = Vec::new();
    loop {
        let json = town.nobody().get(&format!("{path}&as=json")).await.json();
        let page = json.as_array().unwrap();
        seen.extend(page.iter().map(|row| row["case_no"].as_str().unwrap().to_owned()));
        let html = town.nobody().get(&path).await.text();
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
