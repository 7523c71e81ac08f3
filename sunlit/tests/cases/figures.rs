//! 看板的数字 (A2.4, A2.5): counted as acts come, counted anew, and counted from the public log alone, they are the same.

use crate::desk::{Desk, OK};
use acts::{Actor, CaseAct, Subject};
use foundation::{feed, record};
use openness::sunlight::figures::{FIGURES, Figures, Question, Recount};
use serde_json::Value;
use sqlx::PgPool;
use testing::at;

/// Four cases of January and February 2026: one in time, one late, one that runs and is late, one that nobody has accepted.
async fn story(desk: &Desk) {
    for (no, submitted) in
        [("C1", "2026-01-05 09:00"), ("C2", "2026-01-05 10:00"), ("C3", "2026-01-12 09:00"), ("C4", "2026-02-02 09:00")]
    {
        desk.submits(no, submitted).await;
    }
    for (no, accepted) in [("C1", "2026-01-05 11:00"), ("C2", "2026-01-06 09:00"), ("C3", "2026-01-13 09:00")] {
        desk.accepts(no, accepted).await;
    }
    desk.settle().await;
    desk.grants("C1", "2026-01-09 09:00").await;
    desk.settle().await;
    desk.grants("C2", "2026-01-23 09:00").await;
    desk.tells("C1", "2026-01-12 09:00", CaseAct::Rated { grade: 2, private: None }).await;
    desk.settle().await;
}

const MONTHS: &str = "from=2026-01-01&to=2026-02-28";

async fn json(desk: &Desk, key: &str, query: &str) -> Value {
    let page = desk.nobody().get(&format!("/sunlight/figures/{key}?{query}&as=json")).await.is(OK);
    serde_json::from_str(&page.text()).unwrap()
}

/// The counters as they are.
async fn counters(pool: &PgPool) -> [Vec<Value>; 3] {
    let rows = async |sql: &'static str| sqlx::query_scalar(sql).fetch_all(pool).await.unwrap();
    [
        rows("select to_jsonb(c) from figure_counts c order by measure, day, agency, item, region").await,
        rows("select to_jsonb(a) from figure_acts a order by measure, n").await,
        rows("select to_jsonb(s) from figure_cases s order by case_no").await,
    ]
}

#[tokio::test]
async fn a2_4_a_figure_opens_on_its_definition_and_on_the_acts_behind_it() {
    let desk = Desk::open().await;
    story(&desk).await;
    let nobody = desk.nobody();
    let page = nobody.get(&format!("/sunlight/figures/late?{MONTHS}")).await.is(OK);
    page.has("超承诺办结").has("怎么算的").has("C2").has_not("C1").has("sunlit recompute late --log").has("--from 2026-01-01");
    let late = json(&desk, "late", MONTHS).await;
    assert_eq!((&late["value"], &late["acts"], &late["asked"]["to"]), (&"1".into(), &1.into(), &"2026-02-28".into()));
    assert_eq!(json(&desk, "average-promised", MONTHS).await["value"], "8.0");
    assert_eq!(json(&desk, "overdue", MONTHS).await["value"], "1", "the third case was due on 23 January");
    assert_eq!(json(&desk, "overdue", "to=2026-01-23").await["value"], "0");
    assert_eq!(json(&desk, "running", MONTHS).await["value"], "2");
    assert_eq!(json(&desk, "running", &format!("{MONTHS}&region=340100")).await["value"], "0");
    nobody.get(&format!("/sunlight/figures/decided?{MONTHS}&as=csv")).await.is(OK).has("C1").has("按承诺").has("超承诺");
    nobody.get(&format!("/sunlight/figures/decided?{MONTHS}&as=acts")).await.is(OK).has("\"counted_as\"");
    nobody.get("/sunlight/figures").await.is(OK).has("平均法定时限");
    nobody.get("/sunlight/figures/none").await.is(404);
    nobody.get("/sunlight/figures/late?from=x&to=2026-13-01&after=x").await.is(OK);
}

#[tokio::test]
async fn a2_4_the_acts_behind_a_figure_page_by_key() {
    let desk = Desk::open().await;
    for no in 0..53 {
        desk.submits(&format!("N{no:02}"), "2026-01-05 09:00").await;
    }
    desk.settle().await;
    let nobody = desk.nobody();
    let first = nobody.get(&format!("/sunlight/figures/received?{MONTHS}")).await.is(OK).text();
    let next = first.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|link| link.contains("after=")).unwrap();
    let next = next.replace("&amp;", "&").replace("&#38;", "&");
    // What came since moves nothing.
    desk.submits("N99", "2026-01-06 09:00").await;
    desk.settle().await;
    let second = nobody.get(&next).await.is(OK).text();
    let count = |page: &str| (0..53).filter(|no| page.contains(&format!("/cases/N{no:02}\""))).count();
    assert_eq!((count(&first), count(&second), second.contains("N99")), (50, 3, false));
}

#[tokio::test]
async fn a2_4_counted_as_they_come_counted_anew_and_from_the_log_alone_figures_are_the_same() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let no = desk.before_the_chief(&citizen).await;
    story(&desk).await;
    let kept = counters(desk.pool()).await;
    assert!(kept.iter().all(|rows| rows.len() > 3), "{kept:?}");

    feed::rebuild(desk.pool(), &Figures, desk.house().time()).await.unwrap();
    assert_eq!(counters(desk.pool()).await, kept, "{no}");

    let mut conn = desk.pool().acquire().await.unwrap();
    let log = record::entries(&mut conn, 0, i64::MAX).await.unwrap();
    drop(conn);
    let today = desk.house().now().date();
    let months = Question { from: "2026-01-01".parse().unwrap(), ..Question::until(today) };
    let asked = [
        Question::until(today),
        months.clone(),
        Question { region: "3415".into(), agency: "jinzhai-market".into(), ..months.clone() },
        Question { item: "food-production-licence".into(), to: "2026-01-23".parse().unwrap(), ..months.clone() },
        Question { region: "340100".into(), ..months },
    ];
    for figure in &FIGURES {
        for asked in &asked {
            let mut recount = Recount::new(figure, asked.clone(), calendar::Calendar::china());
            for act in &log {
                recount.read(act.n.unwrap(), &act.kind, &act.public_body).unwrap();
            }
            let (value, shown) = (recount.value(), json(&desk, figure.key, &asked.query()).await);
            let ours = serde_json::json!([value.text(), value.sum, value.of, value.acts, log.len()]);
            let site = ["value", "sum", "of", "acts", "entries"].map(|key| shown[key].clone());
            assert_eq!(Value::from(site.to_vec()), ours, "{} {asked:?}", figure.key);
        }
    }
}

#[tokio::test]
async fn a2_4_a_visit_reads_sums_and_no_cases() {
    let desk = Desk::open().await;
    story(&desk).await;
    // A counter that nobody could have counted is shown as it is.
    sqlx::query("update figure_counts set amount = amount + 7000 where measure = 'late'").execute(desk.pool()).await.unwrap();
    assert_eq!(json(&desk, "late", MONTHS).await["value"], "7001");
    let act = record::entry(
        Subject::case("C9"),
        at("2026-02-03 09:00"),
        Actor::system(),
        None,
        CaseAct::Rated { grade: 1, private: None },
    );
    let mut tx = desk.pool().begin().await.unwrap();
    record::record(&mut tx, &[act]).await.unwrap();
    tx.commit().await.unwrap();
    desk.settle().await;
    assert_eq!(json(&desk, "content-share", MONTHS).await["acts"], 1, "what has no case counts for none");
}
