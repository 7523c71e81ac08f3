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
    // In the morning of the next working day, so that half an hour later is the same day whenever this runs.
    let now = desk.house().now();
    desk.becomes(&format!("{} 09:00", now.calendar.add_working_days(now.date(), 1))).await;
    nobody.get(PAGE).await.is(OK).has("窗口到岗").has("没有开窗").has_not("开着");
    let officer = desk.sign_in("officer").await;
    let opens = [("centre", "jinzhai-centre"), ("counter", "B05"), ("kinds", "general")];
    posts(&officer, "/counter/calling/open", &opens).await.is(303);
    nobody.get(PAGE).await.is(OK).has("开着").has("B05").has_not("王秀英");
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
    for wrong in ["-262143-01-01", "1900-01-01", "9999-12-31"] {
        nobody.get(&format!("{PAGE}?day={wrong}")).await.is(422);
    }
    // Who opens the counter of another agency keeps nothing for it.
    posts(&officer, "/counter/calling/close", &[("number", "")]).await.is(303);
    posts(&officer, "/counter/calling/open", &[("centre", "jinzhai-centre"), ("counter", "C01"), ("kinds", "general")])
        .await
        .is(303);
    let csv = nobody.get(&format!("{PAGE}?as=csv")).await.is(OK).text();
    let row = csv.lines().find(|line| line.contains(",C01,")).unwrap().to_owned();
    assert!(row.contains("卫生健康") && row.ends_with(",1,0,0,"), "{row}");
    nobody.get(PAGE).await.is(OK).has("别的单位开过");
    // The day counts once it is over; a counter nobody closed is told.
    posts(&officer, "/counter/calling/close", &[("number", "")]).await.is(303);
    posts(&officer, "/counter/calling/open", &opens).await.is(303);
    let day = desk.house().now().date();
    desk.later(chrono::Duration::days(1)).await;
    let over = nobody.get(&format!("{PAGE}?day={day}")).await.is(OK);
    over.has("没有关窗");
    nobody.get(&format!("{PAGE}?day={day}")).await.is(OK).has("100.0%");
    nobody.get("/centres/nowhere/presence").await.is(404);
}
