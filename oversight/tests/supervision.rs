//! Electronic supervision on a real database, from acts in the record to cards on pages.

mod kit;

use axum::http::StatusCode;
use calendar::{Clock, Limit, local_date};
use foundation::{feed, work};
use kit::{AGENCY, Town, at, waits};
use sqlx::Row;
use uuid::Uuid;

/// Accepted on Friday 18 September 2026: promised until 30 September, by law until 9 October.
const NO: &str = "341524202609180000011";

async fn town(name: &str, when: &str) -> Town {
    Town::new(name, when, oversight::routes(), |catalogue, parts| {
        parts.consumers = oversight::consumers();
        parts.workers = oversight::workers(catalogue);
    })
    .await
}

async fn cards(town: &Town) -> Vec<(String, String)> {
    sqlx::query_as("select rule, colour from cards order by issued_at, id").fetch_all(town.house.pool()).await.unwrap()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(rule, colour): &(&str, &str)| ((*rule).to_owned(), (*colour).to_owned());
    list.iter().map(pair).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn f134_warning_yellow_and_red_come_by_themselves_and_once() {
    let town = town("f134", "2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.becomes("2026-09-18 09:30").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    assert_eq!(cards(&town).await, []);

    // The survey may take as long as its chart says: three working days, until 22 September.
    town.becomes("2026-09-22 23:58").await;
    assert_eq!(cards(&town).await, []);
    town.becomes("2026-09-23 00:00").await;
    let mut expected = vec![("C3.3-02", "warning")];
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-09-29 00:00").await;
    expected.push(("C3.3-01", "warning"));
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-09-30 23:58").await;
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-10-01 00:00").await;
    expected.push(("C3.3-03", "yellow"));
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-10-10 00:00").await;
    expected.push(("C3.3-05", "red"));
    assert_eq!(cards(&town).await, pairs(&expected));
    town.grants(NO, "2026-10-12 10:00").await;
    town.becomes("2026-12-31 00:00").await;
    assert_eq!(cards(&town).await, pairs(&expected));

    // Every card is an act, and its evidence is in the log (F135).
    let red = sqlx::query(
        "select c.evidence, e.n, a.kind, a.public_body
           from cards c
           join acts a on a.position = c.position
           join log_entries e on e.position = c.position
          where c.colour = 'red'",
    )
    .fetch_one(town.house.pool())
    .await
    .unwrap();
    let accepted: i64 =
        sqlx::query_scalar("select e.n from log_entries e join acts a on a.position = e.position where a.kind = 'case.accepted'")
            .fetch_one(town.house.pool())
            .await
            .unwrap();
    assert_eq!(red.get::<serde_json::Value, _>("evidence"), serde_json::json!([accepted]));
    assert_eq!(red.get::<String, _>("kind"), "card.issued");
    assert!(red.get::<i64, _>("n") > accepted);
    assert!(red.get::<String, _>("public_body").contains("最后一天是2026年10月9日"));
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_03_a_late_act_already_concluded_still_gets_its_card() {
    let town = town("late", "2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.grants(NO, "2026-10-08 10:00").await;
    // Nobody was reading while all this happened.
    town.becomes("2026-10-08 10:01").await;
    let expected = [("C3.3-02", "warning"), ("C3.3-03", "yellow")];
    assert_eq!(cards(&town).await, pairs(&expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_05_an_act_not_yet_read_is_waited_for() {
    let town = town("unread", "2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-30 23:50").await;
    let before = cards(&town).await;
    // Granted in the last minute; midnight passes before the feed has been read.
    town.grants(NO, "2026-09-30 23:59").await;
    let now = foundation::Moment::new(at("2026-10-01 00:00"), town.house.now().calendar);
    while foundation::jobs::run_one(&town.house, &now).await.unwrap() {}
    assert_eq!(cards(&town).await, before);
    town.becomes("2026-10-01 00:01").await;
    assert_eq!(cards(&town).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_04_and_06_come_at_once_and_grow_worse() {
    let town = town("atonce", "2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    let on = local_date(at("2026-09-18 09:00"));
    let correct = |id| acts::CaseAct::CorrectionRequested { count: 1, moved: waits("", id), private: None };
    town.acts(NO, "2026-09-18 09:10", correct(2)).await;
    let supplemented = acts::CaseAct::Supplemented {
        acceptance: Clock::start(on, Limit::working_days(5)),
        moved: waits("check_acceptance", 3),
        private: None,
    };
    town.acts(NO, "2026-09-18 09:20", supplemented).await;
    town.acts(NO, "2026-09-18 09:30", correct(4)).await;
    town.becomes("2026-09-18 09:31").await;
    assert_eq!(cards(&town).await, pairs(&[("C3.3-04", "yellow")]));
    town.accepts(NO, "2026-09-18 10:00").await;
    let pause = acts::CaseAct::ClockPaused {
        ground: "公示".into(),
        basis: "无".into(),
        told_days: 1,
        from: local_date(at("2026-09-20 09:00")),
        moved: waits("", 5),
    };
    town.acts(NO, "2026-09-20 09:00", pause).await;
    town.becomes("2026-09-20 09:01").await;
    town.becomes("2026-09-22 00:00").await;
    let expected = [("C3.3-04", "yellow"), ("C3.3-06", "yellow"), ("C3.3-06-2", "red")];
    assert_eq!(cards(&town).await, pairs(&expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_watches_are_rebuilt_from_zero_with_equal_result_and_no_second_card() {
    let town = town("rebuild", "2026-09-18 09:00").await;
    for i in 0..5 {
        let no = format!("34152420260918000{i:03}X");
        town.submits(&no, "2026-09-18 09:00").await;
        town.accepts(&no, "2026-09-18 10:00").await;
    }
    town.grants("34152420260918000002X", "2026-09-21 10:00").await;
    town.becomes("2026-10-10 00:00").await;
    let watches = async || -> Vec<serde_json::Value> {
        sqlx::query_scalar("select to_jsonb(w) from watches w order by case_no").fetch_all(town.house.pool()).await.unwrap()
    };
    let jobs = async || -> Vec<(String, chrono::DateTime<chrono::Utc>)> {
        sqlx::query_as("select key, run_at from jobs where kind = 'supervision' order by key")
            .fetch_all(town.house.pool())
            .await
            .unwrap()
    };
    let (cards_before, watches_before, jobs_before) = (cards(&town).await, watches().await, jobs().await);
    assert_eq!(watches_before.len(), 5);
    let consumer = &oversight::consumers()[0];
    feed::rebuild(town.house.pool(), consumer.as_ref(), &town.house.now()).await.unwrap();
    work::settle(&town.house).await.unwrap();
    assert_eq!(watches().await, watches_before);
    assert_eq!(cards(&town).await, cards_before);
    assert_eq!(jobs().await, jobs_before);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_09_pages_explanation_and_review() {
    let town = town("pages", "2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    let accepted: i64 = sqlx::query_scalar("select max(n) from log_entries").fetch_one(town.house.pool()).await.unwrap();
    town.becomes("2026-10-10 00:30").await;
    let supervisor = town.signed_in("sun", "supervisor", None).await;
    let chief = town.signed_in("wang", "chief_representative", Some(AGENCY)).await;
    let other = town.signed_in("li", "chief_representative", Some("jinzhai-hr")).await;
    let nobody = "";

    // Only a supervisor sees the board; somebody who is not signed in is asked to sign in.
    assert_eq!(town.get(nobody, "/supervision/board").await.status, StatusCode::SEE_OTHER);
    assert_eq!(town.get(&chief, "/supervision/board").await.status, StatusCode::FORBIDDEN);
    let board = town.get(&supervisor, "/supervision/board").await;
    assert_eq!(board.status, StatusCode::OK);
    assert!(board.body.contains(&format!("/supervision/cases/{NO}")));
    assert!(board.body.contains("红牌") && board.body.contains("<svg class=\"chart\""));
    assert!(!board.headers.contains_key("refresh"));
    let screen = town.get(&supervisor, "/supervision/board?refresh=60").await;
    assert_eq!(screen.headers["refresh"], "60");
    for path in [
        "/supervision/board?stage=concluded",
        "/supervision/board?agency=nobody&region=99",
        "/supervision/board?colour=warning",
        "/supervision/board?after=9999-12-31~z",
    ] {
        let page = town.get(&supervisor, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.body.contains(&format!("/supervision/cases/{NO}")), "{path}");
    }
    let csv = town.get(&supervisor, "/supervision/board?as=csv&colour=red").await;
    assert!(csv.body.contains(NO) && csv.body.contains("超 3 天"), "{}", csv.body);
    let json = town.get(&supervisor, "/supervision/board?as=json").await;
    let rows: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(rows[0]["case_no"], NO);
    assert_eq!(town.get(&supervisor, "/supervision/board?as=xlsx").await.status, StatusCode::OK);
    assert_eq!(town.get(nobody, "/supervision/rules").await.status, StatusCode::OK);

    // The list, a page at a time.
    let first = town.get(&supervisor, "/supervision/cards?rows=2").await;
    assert!(first.body.contains("/verify/") && first.body.contains("C3.3-05"));
    let next = first.body.split("rel=\"next\"").next().unwrap();
    let next = next.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let next = next.replace("&amp;", "&").replace("&#38;", "&");
    let second = town.get(&supervisor, &next).await;
    assert!(second.body.contains("C3.3-02") && !second.body.contains(">C3.3-05</a>"), "{next}");
    let yellow = town.get(&supervisor, "/supervision/cards?colour=yellow&progress=issued&as=json").await;
    let rows: serde_json::Value = serde_json::from_str(&yellow.body).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["rule"], "C3.3-03");

    // The case now, and as it stood right after it was accepted (F136).
    let case = format!("/supervision/cases/{NO}");
    let now = town.get(&supervisor, &case).await;
    assert_eq!(now.status, StatusCode::OK);
    assert!(now.body.contains("法定时限") && now.body.contains("id=\"C3.3-05\""));
    let then = town.get(&supervisor, &format!("{case}?at={accepted}")).await;
    assert!(then.body.contains("这是当时的样子") && then.body.contains("没有亮牌"));
    assert!(!then.body.contains("id=\"C3.3-05\""));
    let acts = town.get(&supervisor, &format!("{case}?as=json&at={accepted}")).await;
    let acts: serde_json::Value = serde_json::from_str(&acts.body).unwrap();
    assert_eq!(acts.as_array().unwrap().len(), 2);
    assert_eq!(town.get(&supervisor, "/supervision/cases/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.get(&chief, "/supervision/cases/none").await.status, StatusCode::FORBIDDEN);
    assert_eq!(town.get(&other, &case).await.status, StatusCode::FORBIDDEN);

    // The agency explains, once however often it is sent; the supervisor waits for it.
    let red = format!("{case}/cards/C3.3-05");
    let explain = format!("{red}/explain");
    let review = format!("{red}/review");
    let page = town.get(&chief, &case).await;
    assert!(page.body.contains(&explain) && !page.body.contains(&review));
    let once = Uuid::now_v7().to_string();
    let early = [("once", once.as_str()), ("outcome-C3.3-05", "upheld"), ("reason-C3.3-05", "属实")];
    assert_eq!(town.post(&supervisor, &review, &early).await.status, StatusCode::CONFLICT);
    let empty = town.post(&chief, &explain, &[("once", once.as_str()), ("explanation-C3.3-05", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("请写情况说明") && empty.body.contains("有错误："));
    let said = [("once", once.as_str()), ("explanation-C3.3-05", "经办人住院 <b>三天</b>")];
    assert_eq!(town.post(&other, &explain, &said).await.status, StatusCode::FORBIDDEN);
    assert_eq!(town.post(&supervisor, &explain, &said).await.status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let answer = town.post(&chief, &explain, &said).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.location, format!("{case}#C3.3-05"));
    }
    let again = Uuid::now_v7().to_string();
    let more = [("once", again.as_str()), ("explanation-C3.3-05", "还有")];
    assert_eq!(town.post(&chief, &explain, &more).await.status, StatusCode::CONFLICT);
    work::settle(&town.house).await.unwrap();
    let page = town.get(&supervisor, &case).await;
    assert!(page.body.contains("经办人住院") && !page.body.contains("<b>三天"));

    let halfway = town.post(&supervisor, &review, &[("once", again.as_str())]).await;
    assert_eq!(halfway.status, StatusCode::UNPROCESSABLE_ENTITY);
    let verdict =
        [("once", again.as_str()), ("outcome-C3.3-05", "upheld"), ("reason-C3.3-05", "超期属实，住院不是法定的暂停情形")];
    assert_eq!(town.post(&chief, &review, &verdict).await.status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let answer = town.post(&supervisor, &review, &verdict).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    work::settle(&town.house).await.unwrap();
    let page = town.get(&supervisor, &case).await;
    assert!(page.body.contains("复核维持") && page.body.contains("住院不是法定的暂停情形"));
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from acts where subject_kind = 'card' and kind <> 'card.issued' order by position")
            .fetch_all(town.house.pool())
            .await
            .unwrap();
    assert_eq!(kinds, ["card.explained", "card.reviewed"]);
    let public: String = sqlx::query_scalar("select public_body from acts where kind = 'card.explained'")
        .fetch_one(town.house.pool())
        .await
        .unwrap();
    assert!(!public.contains("住院") && !public.contains("孙某"));
}
