//! A notice of holidays is recorded, and what runs moves with it (CLK-06, CLK-07, H03, F154).

use crate::Desk;
use crate::desk::{OK, posts};
use calendar::NaiveDate;
use chrono::{Datelike, Duration};

/// The days by which a row of the board, of supervision and of the queue says that the case is due.
async fn shown(desk: &Desk, no: &str) -> [Option<NaiveDate>; 3] {
    let mut days = [None; 3];
    let tables = [
        "select due from cases where case_no = $1",
        "select due from sunlight where case_no = $1",
        "select due from watches where case_no = $1",
    ];
    for (day, table) in days.iter_mut().zip(tables) {
        *day = sqlx::query_scalar(table).bind(no).fetch_one(desk.pool()).await.unwrap();
    }
    days
}

#[tokio::test]
async fn h03_an_open_case_moves_with_the_notice_and_a_concluded_one_stays() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let (open, waiting, over) = (
        desk.accepted(&citizen).await,
        desk.applies(&desk.citizen("许强").await, "food-production-licence", &[]).await,
        desk.applies(&desk.citizen("冯波").await, "food-production-licence", &[]).await,
    );
    // Of another agency: a town's.
    let town = desk.applies(&desk.citizen("赵桂兰").await, "elderly-card", &[]).await;
    let refusal =
        [("basis", "《行政许可法》第三十二条第一款第二项"), ("reasons", "是别的事项的材料"), ("competent", "金寨县水利局")];
    desk.act(&desk.sign_in("officer").await, &over, "refuse", &refusal).await.is(303);
    let concluded = desk.case(&over).await;
    let before = desk.house().now().calendar;
    let today = desk.house().now().date();
    let extended = before.add_working_days(today, 1);
    let address = "https://www.gov.cn/zhengce/content/2026/extended.htm";
    let text = format!("{extended} 放假 延长的假期");
    let fields = [("kind", "change"), ("title", "国务院办公厅关于延长假期的通知"), ("address", address), ("text", text.as_str())];

    // Nobody but the administrator; shown before it is done; nothing moves before it is confirmed.
    posts(&desk.sign_in("chief").await, "/calendar/new", &fields).await.is(403);
    let admin = desk.sign_in("admin").await;
    let page = posts(&admin, "/calendar/new", &fields).await;
    let page = page.is(OK).has("原来上班").has("核对无误，登记");
    let confirm = page.text().split("name=\"confirm\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(desk.house().now().calendar.version(), before.version());
    posts(&admin, "/calendar/new", &[&fields[..], &[("confirm", "something-else")]].concat()).await.is(OK).has("核对无误");
    posts(&admin, "/calendar/new", &[&fields[..], &[("confirm", confirm.as_str())]].concat()).await.is(303);
    let after = desk.house().now().calendar;
    assert!(before.is_working_day(extended) && !after.is_working_day(extended));

    // Every instance has heard of it; then the cases are counted again, once.
    desk.later(Duration::seconds(10)).await;
    let moved = |day: NaiveDate| after.add_working_days(day, 1);
    let case = desk.case(&open).await;
    assert_eq!(case.due(&after), case.due(&before).map(moved));
    assert_eq!(shown(&desk, &open).await, [case.due(&after); 3]);
    let case = desk.case(&waiting).await;
    let [queue, _, watched] = shown(&desk, &waiting).await;
    assert!(queue == case.due(&after) && queue == watched && queue == case.due(&before).map(moved));
    for no in [&open, &waiting, &town] {
        assert_eq!(desk.acts(no).await.last().unwrap(), "case.limits_recomputed");
    }
    assert_eq!(desk.case(&over).await, concluded);
    assert!(!desk.acts(&over).await.contains(&"case.limits_recomputed".to_owned()));
    // The timer of silence stands where the new calendar has it.
    let timer: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select run_at from jobs where kind = 'deemed_acceptance' and key = $1")
            .bind(&waiting)
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert_eq!(timer, calendar::end_of_day(case.due(&after).unwrap()));

    // Whoever looks reads why; the reason cites the notice.
    citizen.get(&format!("/cases/{open}")).await.is(OK).has("按新的放假安排重算期限").has("的最后一天由").has("延长假期的通知");
    let (public, system): (String, i64) =
        sqlx::query_as("select min(public_body), count(*) from acts where subject = $1 and kind = 'case.limits_recomputed'")
            .bind(&open)
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert!(system == 1 && public.contains(address) && public.contains(&extended.to_string()), "{public}");
    desk.nobody().get(&format!("/calendar?year={}", extended.year())).await.is(OK).has("延长的假期").has("延长假期的通知");

    // Read again from the first act, everything is as it was: what was concluded before counts by the calendar of then.
    let figures = async || {
        let sql = "select concat_ws(' ', case_no, due, used_days, statutory_days) from watches order by case_no";
        sqlx::query_scalar::<_, String>(sql).fetch_all(desk.pool()).await.unwrap()
    };
    let lived = figures().await;
    for consumer in desk.house().consumers() {
        foundation::feed::rebuild(desk.pool(), consumer.as_ref(), desk.house().time()).await.unwrap();
    }
    assert_eq!(figures().await, lived);

    // A program that starts now counts by it too.
    let begun = foundation::TimeSource::system(std::sync::Arc::new(calendar::Calendar::china()));
    assert!(begun.keep_up(desk.pool()).await.unwrap());
    assert_eq!(begun.now().calendar.version(), after.version());
}

#[tokio::test]
async fn clk_07_a_year_is_announced_once_in_the_words_of_its_notice() {
    let desk = Desk::open().await;
    let admin = desk.sign_in("admin").await;
    let calendar = desk.house().now().calendar;
    let year = (2020..2100).find(|year| !calendar.has_year(*year)).unwrap();
    desk.nobody().get(&format!("/calendar?year={year}")).await.is(OK).has("还没有公布");
    // Every statutory holiday by itself, and a long one in October.
    let holidays = calendar::statutory_holidays(year).into_iter().filter(|(day, _)| day.month() != 10);
    let lines =
        holidays.map(|(day, name)| format!("{name}：{}放假1天，不调休。\n", day.format("%-m月%-d日"))).collect::<String>();
    let text = format!("国务院办公厅关于{year}年部分节假日安排的通知\n{lines}国庆节：10月1日至7日放假调休，共7天。");
    let send = async |text: &str, year: &str, address: &str, confirm: &str| {
        let fields = [("kind", "year"), ("text", text), ("year", year), ("address", address), ("confirm", confirm)];
        posts(&admin, "/calendar/new", &fields).await
    };
    let address = "https://www.gov.cn/zhengce/content/next.htm";
    // All that is wrong, at once, each with its field.
    let page = send("春节：2月5日至6日放假，共9天。", "", "ftp://x", "").await;
    page.is(422).has("没有写是哪一年").has("请写通知的全称").has("请写通知公布的网址");
    send(&text.replace("共7天", "共8天"), "", address, "").await.is(422).has("前面写的日子是 7 天");
    send("2020-01-01 放假 元旦", "2020", address, "").await.is(422).has("2020 年的安排已经登记过");
    // A notice pasted in part.
    let part = text.split_inclusive('\n').take(2).collect::<String>();
    send(&part, "", address, "").await.is(422).has("法定节假日没有放假").has("春节").has("国庆节");

    let page = send(&text, "", address, "").await;
    let page = page.is(OK);
    let confirm = page.text().split("name=\"confirm\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    send(&text, "", address, &confirm).await.is(303);
    assert!(desk.house().now().calendar.has_year(year));
    let page = desk.nobody().get(&format!("/calendar?year={year}")).await;
    page.is(OK).has(address).has("国庆节").has_not("还没有公布");
    send(&text, "", address, &confirm).await.is(422).has("已经登记过");
    let table = desk.nobody().get(&format!("/calendar?year={year}&as=csv")).await;
    assert!(table.text().contains(&format!("{year}-10-07")));
    desk.nobody().get("/calendar?year=1066").await.is(404);
    desk.nobody().get("/calendar?year=x").await.is(404);
}
