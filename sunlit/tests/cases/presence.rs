//! 窗口到岗: who sat at the counters of a centre follows from the counters they opened (B2.2).

use crate::Desk;
use crate::desk::{OK, posts};

const PAGE: &str = "/centres/jinzhai-centre/presence";

#[tokio::test]
async fn b2_2_01_a_counter_that_was_opened_counts_however_often_and_whoever_sat_there() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    // A day of rest asks for nobody.
    nobody.get(&format!("{PAGE}?day=2012-06-30")).await.is(OK).has("这一天放假").has_not("没有开窗");
    let mut days = 0;
    while !desk.house().now().calendar.is_working_day(desk.house().now().date() + chrono::Days::new(days)) {
        days += 1;
    }
    desk.later(chrono::Duration::days(days as i64)).await;
    nobody.get(PAGE).await.is(OK).has("窗口到岗").has("没有开窗").has_not("开着");
    let officer = desk.sign_in("officer").await;
    let opens = [("centre", "jinzhai-centre"), ("counter", "B05"), ("kinds", "general")];
    posts(&officer, "/counter/calling/open", &opens).await.is(303);
    nobody.get(PAGE).await.is(OK).has("开着").has("B05").has("100%").has_not("王秀英");
    let first: String =
        sqlx::query_scalar("select to_char(opened_at at time zone 'Asia/Shanghai', 'HH24:MI') from hall_sittings")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    // Closed and opened again it is one day kept, from the first opening on.
    posts(&officer, "/counter/calling/close", &[("number", "")]).await.is(303);
    nobody.get(PAGE).await.is(OK).has_not("开着");
    desk.later(chrono::Duration::minutes(30)).await;
    let officer = desk.sign_in("officer").await;
    posts(&officer, "/counter/calling/open", &opens).await.is(303);
    let sittings: i64 = sqlx::query_scalar("select count(*) from hall_sittings").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(sittings, 2);
    let csv = nobody.get(&format!("{PAGE}?as=csv")).await.is(OK).text();
    let row = csv.lines().find(|line| line.contains("B05")).unwrap().to_owned();
    assert!(row.contains(&first) && row.ends_with(",1,1,0,"), "{row}");
    nobody.get(&format!("{PAGE}?day=x")).await.is(422);
    nobody.get("/centres/nowhere/presence").await.is(404);
}
