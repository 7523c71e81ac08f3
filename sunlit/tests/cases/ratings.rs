//! 好差评 (C3.2): rated in every channel, counted as received, bad ones put right within the limits, against real PostgreSQL.

use crate::desk::{Desk, OK, posts};
use crate::driver::{Driver, fills_and_presses, follows, presses, says, serve, sign_in, violations};
use testing::Client;

/// A case that is over: refused acceptance, because another agency is competent.
async fn over(desk: &Desk, citizen: &Client) -> String {
    let no = desk.applies(citizen, "food-production-licence", &[]).await;
    let refusal =
        [("basis", "《行政许可法》第三十二条第一款第二项"), ("reasons", "不归本局办"), ("competent", "省市场监督管理局")];
    desk.act(&desk.sign_in("officer").await, &no, "refuse", &refusal).await.is(303);
    no
}

/// Somebody who holds the code of the receipt, without an account.
async fn holder(desk: &Desk, no: &str) -> Client {
    let client = desk.nobody();
    client.post("/cases", &[("no", no), ("code", &desk.house().lookup_code(no))]).await.is(303);
    client
}

async fn rates(client: &Client, no: &str, fields: &[(&str, &str)]) -> testing::Page {
    posts(client, &format!("/cases/{no}/rate"), fields).await
}

/// The order that the rating of this number opened.
async fn order(desk: &Desk, rated: &str) -> String {
    desk.settle().await;
    let sql = "select no from rating_orders where of_no = $1";
    sqlx::query_scalar(sql).bind(rated).fetch_one(desk.pool()).await.unwrap_or_else(|_| panic!("{rated} opened no order"))
}

async fn kinds(desk: &Desk, no: &str) -> Vec<String> {
    sqlx::query_scalar("select kind from acts where subject_kind = 'rating_order' and subject = $1 order by position")
        .bind(no)
        .fetch_all(desk.pool())
        .await
        .unwrap()
}

/// Today's figures, as everybody downloads them: received, by grade, not counted, counted.
async fn today(desk: &Desk) -> [i64; 8] {
    let days = desk.nobody().get("/ratings?as=json").await.is(OK).json();
    let keys = ["received", "grade_1", "grade_2", "grade_3", "grade_4", "grade_5", "not_counted", "counted"];
    keys.map(|key| days[0][key].as_f64().unwrap_or_default() as i64)
}

fn followed(desk: &Desk, rated: &str) -> String {
    format!("/ratings/of/{rated}/{}", desk.house().lookup_code(&format!("rating/{rated}")))
}

/// What the runs over all pages look at: an order that was put right and is disputed; one that runs, with its rater's page; words that wait.
pub struct Story {
    pub disputed: String,
    pub running: String,
    pub followed: String,
    pub case: String,
}

pub async fn story(desk: &Desk) -> Story {
    let citizen = desk.citizen("罗宁").await;
    let (one, two) = (over(desk, &citizen).await, over(desk, &citizen).await);
    let words = [("grade", "5"), ("words", "等了一上午，电话 13800138000"), ("named", "yes")];
    rates(&citizen, &one, &words).await.is(303);
    rates(&citizen, &two, &[("grade", "4"), ("words", "问了三遍才说")]).await.is(303);
    let (disputed, running) = (order(desk, &one).await, order(desk, &two).await);
    let chief = desk.sign_in("chief").await;
    let work = format!("/ratings/desk/{disputed}");
    posts(&chief, &format!("{work}/call"), &[("reached", "yes"), ("call_note", "道了歉")]).await.is(303);
    posts(&chief, &format!("{work}/correct"), &[("measure", "多开一个窗口"), ("answer", "谢谢您")]).await.is(303);
    posts(&citizen, &followed(desk, &one), &[("satisfied", "no"), ("missing", "还是等")]).await.is(303);
    posts(&chief, &format!("/ratings/desk/{running}/aside"), &[("ground", "mistaken"), ("proof", "监控")]).await.is(303);
    desk.settle().await;
    Story { disputed, running, followed: followed(desk, &one), case: one }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h39_f132_f133_five_grades_on_five_cases_are_five_more_and_the_bad_ones_open_orders() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("程燕").await;
    let mut cases = Vec::new();
    for _ in 0..5 {
        cases.push(over(&desk, &citizen).await);
    }
    desk.settle().await;
    desk.nobody().get("/ratings").await.is(OK).has("没有");
    for (grade, no) in ["1", "2", "3", "4", "5"].into_iter().zip(&cases) {
        rates(&citizen, no, &[("grade", grade)]).await.is(303);
    }
    desk.settle().await;
    assert_eq!(today(&desk).await, [5, 1, 1, 1, 1, 1, 0, 5]);
    let page = desk.nobody().get("/ratings").await.is(OK).has("非常满意").has("非常不满意").text();
    // The worst came last and stands first, in the same list.
    let each = page.split("id=\"each\"").nth(1).unwrap();
    assert!(each.find("非常不满意").unwrap() < each.find("基本满意").unwrap());
    let orders: Vec<(String, i32)> = sqlx::query_as("select of_no, (rating_order->>'grade')::int from rating_orders order by no")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(orders, [(cases[3].clone(), 4), (cases[4].clone(), 5)], "one star and two, each once");
    let no = order(&desk, &cases[4]).await;
    desk.nobody().get(&format!("/ratings/orders/{no}")).await.is(OK).has("改好最晚").has_not("程燕");
    // Anybody counts again: the grade stands in the public bodies of the log.
    let bodies: Vec<String> =
        sqlx::query_scalar("select public_body from acts where kind = 'case.rated'").fetch_all(desk.pool()).await.unwrap();
    assert_eq!(bodies.iter().filter(|body| body.contains("\"grade\":")).count(), 5);
    // The night counts again, and says so.
    desk.later(chrono::Duration::days(1)).await;
    desk.nobody().get("/ratings").await.is(OK).has("一致。");
    let checks: Vec<(i64, i64)> =
        sqlx::query_as("select acts, counted from rating_checks where acts > 0").fetch_all(desk.pool()).await.unwrap();
    assert_eq!(checks, [(5, 5)]);
    // Derived anew it is the same, and no order is opened twice.
    let consumers = desk.house().consumers();
    let ratings = consumers.iter().find(|consumer| consumer.name() == "ratings").unwrap();
    foundation::feed::rebuild(desk.pool(), ratings.as_ref(), desk.house().time()).await.unwrap();
    let counted: i64 = sqlx::query_scalar("select count(*) from ratings").fetch_one(desk.pool()).await.unwrap();
    let opened: i64 = sqlx::query_scalar("select count(*) from rating_orders").fetch_one(desk.pool()).await.unwrap();
    assert_eq!((counted, opened), (5, 2));
    for (path, rows) in [
        ("/ratings?of=each&as=json", 5),
        ("/ratings?of=each&as=json&agency=hefei-hrss", 0),
        ("/ratings?of=each&as=json&channel=account", 5),
    ] {
        assert_eq!(desk.nobody().get(path).await.is(OK).json().as_array().unwrap().len(), rows, "{path}");
    }
    for form in ["csv", "xlsx"] {
        desk.nobody().get(&format!("/ratings?as={form}")).await.is(OK);
        desk.nobody().get(&format!("/ratings?of=each&as={form}")).await.is(OK);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f131_c3_2_02_the_code_of_a_receipt_rates_once_and_staff_never_for_others() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("汪洋").await;
    let no = over(&desk, &citizen).await;
    let path = format!("/cases/{no}/rate");
    // Nobody without a code, and no officer with one.
    posts(&desk.nobody(), &path, &[("grade", "1")]).await.is(303).location();
    let officer = desk.sign_in("officer").await;
    officer.post("/cases", &[("no", &no), ("code", &desk.house().lookup_code(&no))]).await.is(303);
    rates(&officer, &no, &[("grade", "1")]).await.is(403);
    let elsewhere = desk.sign_in("officer-hefei").await;
    elsewhere.post("/cases", &[("no", &no), ("code", &desk.house().lookup_code(&no))]).await.is(303);
    rates(&elsewhere, &no, &[("grade", "1")]).await.is(403);
    assert_eq!(desk.case(&no).await.grade, None);

    // One star is sent as easily as five: five equal controls, none chosen.
    let holder = holder(&desk, &no).await;
    let page = holder.get(&format!("/cases/{no}")).await.is(OK).text();
    assert_eq!(page.matches("type=\"radio\" name=\"grade\"").count(), 5);
    assert!(!page.contains("name=\"grade\" value=\"1\" checked"));
    rates(&holder, &no, &[]).await.is(422);
    let once = uuid::Uuid::new_v4().to_string();
    let form = [("once", once.as_str()), ("grade", "5"), ("words", "等太久")];
    // The slip of the counter is scanned: it holds the code.
    let other = desk.nobody();
    let scanned = format!("/cases/{no}?code={}", desk.house().lookup_code(&no));
    assert_eq!(other.get(&scanned).await.is(303).location(), format!("/cases/{no}"));
    desk.nobody().get(&format!("/cases/{no}?code=AAAAAAAA")).await.is(303);
    other.get(&format!("/cases/{no}")).await.is(OK).has("请您评价");
    let (a, b) = tokio::join!(holder.post(&path, &form), holder.post(&path, &form));
    assert_eq!((a.status, b.status), (303, 303), "a double click is answered twice");
    let (a, b) = tokio::join!(rates(&other, &no, &[("grade", "1")]), rates(&citizen, &no, &[("grade", "1")]));
    assert_eq!((a.status, b.status), (409, 409), "one case, one rating");
    assert_eq!(desk.case(&no).await.grade, Some(5));
    let no_of_order = order(&desk, &no).await;
    assert_eq!(kinds(&desk, &no_of_order).await, ["rating_order.opened"]);
    assert_eq!(today(&desk).await, [1, 0, 0, 0, 0, 1, 0, 1]);
    holder.get(&format!("/cases/{no}")).await.is(OK).has("看差评怎么改的");
    officer.get(&format!("/cases/{no}")).await.is(OK).has_not("/ratings/of/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c3_2_03_it_is_called_back_put_right_disputed_and_reviewed_and_nobody_handles_his_own() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何芳").await;
    let no = over(&desk, &citizen).await;
    let words = [("grade", "5"), ("words", "陈静让我跑了三趟，电话 13800138000"), ("named", "yes")];
    rates(&citizen, &no, &words).await.is(303);
    let no_of_order = order(&desk, &no).await;
    let work = format!("/ratings/desk/{no_of_order}");
    let (chief, rated, supervisor) =
        (desk.sign_in("chief").await, desk.sign_in("officer").await, desk.sign_in("supervisor").await);
    chief.get("/ratings/desk").await.is(OK).has(&no_of_order).has("等回访");
    chief.get(&work).await.is(OK).has("跑了三趟").has("登记回访");
    let correct = [("measure", "一次告知单改成打勾的"), ("answer", "谢谢您，改好了")];
    posts(&chief, &format!("{work}/correct"), &correct).await.is(409).has("先回访");
    // Whoever was rated reads and states, and does not close it; a colleague at the counter does neither.
    rated.get("/ratings/desk").await.is(OK).has(&no_of_order);
    rated.get(&work).await.is(OK).has("提交陈述").has_not("登记回访");
    posts(&rated, &format!("{work}/state"), &[("statement", "那天系统坏了")]).await.is(303);
    posts(&rated, &format!("{work}/call"), &[("reached", "yes"), ("call_note", "x")]).await.is(409).has("评价的是自己");
    desk.sign_in("officer2").await.get(&work).await.is(403);
    desk.sign_in("officer-hefei").await.get(&work).await.is(403);
    citizen.get(&work).await.is(403);

    posts(&chief, &format!("{work}/call"), &[]).await.is(422).has("请写说了什么");
    posts(&chief, &format!("{work}/call"), &[("reached", "yes"), ("call_note", "说清楚了")]).await.is(303);
    let late = (desk.house().now().date() + chrono::Days::new(60)).to_string();
    posts(&chief, &format!("{work}/plan"), &[("until", &late), ("plan_reason", "要等")]).await.is(409).has("第 15 个工作日");
    posts(&chief, &format!("{work}/correct"), &correct).await.is(303);
    let own = followed(&desk, &no);
    citizen.get(&own).await.is(OK).has("谢谢您，改好了").has("您满意吗");
    desk.nobody()
        .get(&format!("/ratings/orders/{no_of_order}"))
        .await
        .is(OK)
        .has("打勾的")
        .has_not("谢谢您，改好了")
        .has_not("何芳");
    desk.nobody().get(&format!("/ratings/of/{no}/AAAAAAAA")).await.is(404);
    posts(&rated, &own, &[("satisfied", "yes")]).await.is(403);
    posts(&citizen, &own, &[]).await.is(422);
    posts(&citizen, &own, &[("satisfied", "no"), ("missing", "还是三趟")]).await.is(303);
    posts(&citizen, &own, &[("satisfied", "yes")]).await.is(409);
    // A second pair of eyes.
    supervisor.get("/ratings/desk").await.is(OK).has(&no_of_order);
    supervisor.get(&work).await.is(OK).has("还是三趟");
    let review = [("justified", "yes"), ("review_reason", "没有改到位")];
    posts(&chief, &format!("{work}/review"), &review).await.is(403);
    posts(&supervisor, &format!("{work}/review"), &review).await.is(303);
    posts(&chief, &format!("{work}/correct"), &correct).await.is(303);
    posts(&citizen, &own, &[("satisfied", "yes")]).await.is(303);
    let all = ["opened", "stated", "called_back", "corrected", "satisfied", "reviewed", "corrected", "satisfied"];
    assert_eq!(kinds(&desk, &no_of_order).await, all.map(|act| format!("rating_order.{act}")));

    // The words: read by nobody until somebody looked, and then without the numbers.
    desk.settle().await;
    desk.nobody().get("/ratings").await.is(OK).has_not("跑了三趟").has("打勾的");
    chief.get("/ratings/words").await.is(403);
    let page = supervisor.get("/ratings/words").await.is(OK).has("跑了三趟").has_not("13800138000").text();
    let rating = page.split("/ratings/words/").nth(1).unwrap()[..36].to_owned();
    let path = format!("/ratings/words/{rating}");
    posts(&supervisor, &path, &[("what", "keep")]).await.is(422);
    posts(&supervisor, &path, &[("what", "show"), ("text", "■■让我跑了三趟")]).await.is(303);
    posts(&supervisor, &path, &[("what", "show"), ("text", "x")]).await.is(409);
    desk.settle().await;
    desk.nobody().get("/ratings").await.is(OK).has("■■让我跑了三趟");
    let bodies: Vec<String> = sqlx::query_scalar("select public_body from acts").fetch_all(desk.pool()).await.unwrap();
    assert!(bodies.iter().all(|body| !body.contains("13800138000") && !body.contains("何芳")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c3_2_03_not_counted_only_by_two_people_of_two_bodies_and_it_stays_visible() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("马平").await;
    let (one, two) = (over(&desk, &citizen).await, over(&desk, &citizen).await);
    rates(&citizen, &one, &[("grade", "4")]).await.is(303);
    rates(&citizen, &two, &[("grade", "5")]).await.is(303);
    let (first, second) = (order(&desk, &one).await, order(&desk, &two).await);
    let (chief, supervisor, rated) =
        (desk.sign_in("chief").await, desk.sign_in("supervisor").await, desk.sign_in("officer").await);
    let at = |no: &str, what: &str| format!("/ratings/desk/{no}/{what}");
    posts(&chief, &at(&first, "aside"), &[("ground", "mistaken")]).await.is(422).has("没有证据的照样计入");
    posts(&chief, &at(&first, "aside"), &[("ground", "mistaken"), ("proof", "回访录音")]).await.is(303);
    let yes = [("set_aside", "yes"), ("decide_reason", "听了录音，属实")];
    posts(&chief, &at(&first, "decide"), &yes).await.is(403);
    posts(&supervisor, &at(&second, "decide"), &yes).await.is(409);
    let decide = at(&first, "decide");
    let (a, b) = tokio::join!(posts(&supervisor, &decide, &yes), posts(&supervisor, &decide, &yes));
    assert_eq!([a.status, b.status].iter().filter(|status| **status == 303).count(), 1, "decided once");
    // C3.2-05: whoever was rated asks for a review; it stands.
    posts(&rated, &at(&second, "appeal"), &[("appeal_reason", "那天不是我的班")]).await.is(303);
    posts(&supervisor, &at(&second, "decide"), &[("set_aside", "no"), ("decide_reason", "是他的班")]).await.is(303);
    posts(&rated, &at(&second, "appeal"), &[("appeal_reason", "再看一遍")]).await.is(409);
    desk.settle().await;
    assert_eq!(today(&desk).await, [2, 0, 0, 0, 1, 1, 1, 1], "received is counted and not counted");
    desk.nobody().get("/ratings").await.is(OK).has("不计入的理由").has("听了录音，属实");
    citizen.get(&followed(&desk, &one)).await.is(OK).has("照样列在收到的评价里");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c3_2_04_each_last_day_that_passes_is_on_record_once_and_whoever_has_not_rated_is_asked() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("方宁").await;
    let login = desk.of(&citizen).await.login;
    let (rated, unrated) = (over(&desk, &citizen).await, over(&desk, &citizen).await);
    rates(&citizen, &rated, &[("grade", "5"), ("named", "yes")]).await.is(303);
    let no = order(&desk, &rated).await;
    citizen.get("/account").await.is(OK).has_not("请您评价");
    desk.later(chrono::Duration::days(40)).await;
    let overdue = kinds(&desk, &no).await;
    assert_eq!(
        overdue,
        ["rating_order.opened", "rating_order.overdue", "rating_order.overdue"],
        "to call back, and to put right"
    );
    desk.settle().await;
    assert_eq!(kinds(&desk, &no).await, overdue);
    desk.sign_in("supervisor").await.get("/ratings/late").await.is(OK).has(&no).has("逾期没有改正");
    desk.sign_in("chief").await.get("/ratings/late").await.is(403);
    let citizen = desk.sign_in(&login).await;
    citizen.get("/account").await.is(OK).has("请您评价").has(&format!("/cases/{unrated}/rate"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c3_2_02_a_visit_that_became_no_case_is_rated_once_by_its_slip() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer").await;
    let visitor = desk.nobody();
    let ticket = posts(&visitor, "/centres/jinzhai-centre/queue", &[("kind", "general")]).await.is(303).location();
    let path = format!("{ticket}/rate");
    posts(&visitor, &path, &[("grade", "5")]).await.is(409);
    crate::hall::opens(&officer, "B05").await;
    for (what, number) in [("next", ""), ("here", "A001"), ("done", "A001")] {
        posts(&officer, &format!("/counter/calling/{what}"), &[("number", number)]).await.is(303);
    }
    visitor.get(&ticket).await.is(OK).has("窗口办得怎么样");
    posts(&officer, &path, &[("grade", "1")]).await.is(403);
    let bad = [("grade", "5"), ("words", "没有人理"), ("named", "yes"), ("contact", "0564-1234567")];
    let other = desk.nobody();
    let (a, b) = tokio::join!(posts(&visitor, &path, &bad), posts(&other, &path, &[("grade", "1")]));
    assert_eq!([a.status, b.status].iter().filter(|status| **status == 303).count(), 1, "one visit, one rating");
    desk.settle().await;
    let days = desk.nobody().get("/ratings?as=json&channel=hall&agency=jinzhai-market").await.is(OK).json();
    assert_eq!(days[0]["received"].as_f64(), Some(1.0));
    visitor.get(&ticket).await.is(OK).has("评价").has_not("窗口办得怎么样");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f131_f133_one_star_by_the_code_of_a_receipt_with_scripts_off_is_called_back_and_put_right() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("许诺").await;
    let no = over(&desk, &citizen).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(false).await;
    browser.set_window_size(390, 844).await.unwrap();

    // Without an account: the number and the code of the receipt.
    browser.goto(&format!("{site}/cases")).await.unwrap();
    fills_and_presses(&browser, &[("no", &no), ("code", &desk.house().lookup_code(&no))], "查询").await;
    presses(&browser, "//input[@name='grade'][@value='5']").await;
    presses(&browser, "//input[@name='named']").await;
    fills_and_presses(&browser, &[("words", "等了一个上午"), ("contact", "0564-1234567")], "提交评价").await;
    says(&browser, "看差评怎么改的").await;
    let no_of_order = order(&desk, &no).await;

    // The agency calls back and puts it right.
    sign_in(&desk, &browser, &site, "chief").await;
    browser.goto(&format!("{site}/ratings/desk")).await.unwrap();
    follows(&browser, &format!("//main//a[.='{no_of_order}']")).await;
    says(&browser, "0564-1234567").await;
    presses(&browser, "//input[@name='reached'][@value='yes']").await;
    fills_and_presses(&browser, &[("call_note", "听了经过，道了歉")], "登记回访").await;
    fills_and_presses(&browser, &[("measure", "上午多开一个窗口"), ("answer", "谢谢您，下次来就知道了")], "改好了").await;
    says(&browser, "已经改正").await;

    // Nobody's account again.
    browser.delete_all_cookies().await.unwrap();
    browser.goto(&format!("{site}{}", followed(&desk, &no))).await.unwrap();
    says(&browser, "下次来就知道了").await;
    presses(&browser, "//input[@name='satisfied'][@value='yes']").await;
    fills_and_presses(&browser, &[], "提交").await;
    says(&browser, "评价人说满意不满意").await;
    desk.settle().await;
    browser.goto(&format!("{site}/ratings")).await.unwrap();
    says(&browser, "上午多开一个窗口").await;
    let scripted = driver.browser(true).await;
    scripted.set_window_size(390, 844).await.unwrap();
    for path in [followed(&desk, &no), "/ratings".into(), format!("/ratings/orders/{no_of_order}")] {
        scripted.goto(&format!("{site}{path}")).await.unwrap();
        let found = violations(&scripted).await;
        assert!(found.is_empty(), "{path}: {found:?}");
    }
    scripted.close().await.unwrap();
    browser.close().await.unwrap();
}
