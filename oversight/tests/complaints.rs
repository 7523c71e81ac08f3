//! 投诉和举报 · one channel (C3.5, F139, F140) on a real database: from the form to the answer, and who never sees what.

use foundation::people::New;
use testing::{AGENCY, Client, OK, Page, Town};
use uuid::Uuid;

const OTHER: &str = "hefei-hrss";

async fn town(when: &str) -> Town {
    let town = Town::of(when, oversight::routes(), |catalogue, parts| {
        parts.consumers = oversight::consumers(catalogue);
        parts.workers = oversight::workers(catalogue);
    })
    .await;
    town.employ("sun", "孙某", "supervisor", None).await;
    town.employ("market", "田野", "liaison", Some(AGENCY)).await;
    town.employ("hr", "吴某", "liaison", Some(OTHER)).await;
    town
}

async fn posts(client: &Client, path: &str, fields: &[(&str, &str)]) -> Page {
    let once = Uuid::now_v7().to_string();
    client.post(path, &[fields, &[("once", once.as_str())]].concat()).await
}

/// Files one; its number, and where whoever has the code reads it.
async fn files(client: &Client, fields: &[(&str, &str)]) -> (String, String) {
    let page = posts(client, "/complaints/new", fields).await.is(303).location();
    (page.split('/').nth(2).unwrap().to_owned(), page)
}

const ANSWER: [(&str, &str); 4] = [
    ("outcome", "done"),
    ("answer", "已经办好，见短信。"),
    ("public_asked", "照片传不上去怎么办？"),
    ("public_answered", "已改为可传大照片。"),
];

async fn kinds(town: &Town, no: &str) -> Vec<String> {
    sqlx::query_scalar("select kind from acts where subject_kind = 'complaint' and subject = $1 order by position")
        .bind(no)
        .fetch_all(town.pool())
        .await
        .unwrap()
}

async fn citizen(town: &Town, login: &str, name: &str) -> Client {
    town.enter(New { login: login.into(), name: name.into(), roles: vec!["citizen".into()], ..New::default() }).await;
    town.sign_in(login).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f139_web_counter_and_telephone_end_in_one_queue_under_one_clock_and_are_answered() {
    let town = town("2026-09-18 09:00").await;
    let nobody = town.nobody();
    nobody.get("/complaints/new").await.is(OK).has("办不成事");
    posts(&nobody, "/complaints/new", &[("kind", "help")]).await.is(422).has("请写是什么事");
    let help = [("kind", "help"), ("agency", AGENCY), ("text", "照片传不上去"), ("name", "李小四"), ("contact", "13800138000")];
    let (web, page) = files(&nobody, &help).await;
    town.employ("officer", "陈静", "counter_officer", Some(OTHER)).await;
    let officer = town.sign_in("officer").await;
    let told = [("kind", "help"), ("agency", AGENCY), ("text", "排不上号"), ("channel", "telephone")];
    let taken = posts(&officer, "/complaints/desk/new", &told).await.is(303).location();
    officer.get(&taken).await.is(OK).has("查询码");
    officer.get("/complaints/desk").await.is(403);

    let desk = town.sign_in("market").await;
    let queue = desk.get("/complaints/desk").await.is(OK);
    queue.has("照片传不上去").has("排不上号").has("网上").has("热线电话");
    town.sign_in("hr").await.get(&format!("/complaints/desk/{web}")).await.is(403);
    let work = format!("/complaints/desk/{web}");
    desk.get(&work).await.is(OK).has("李小四").has("共 10 个工作日");
    let answer = format!("{work}/answer");
    posts(&desk, &answer, &[("outcome", "done")]).await.is(422).has("请写答复的内容").has("请写公开的答复");
    let named = [("outcome", "done"), ("answer", "好了"), ("public_asked", "李小四问照片"), ("public_answered", "好了")];
    posts(&desk, &answer, &named).await.is(422).has("能认出诉求人");
    posts(&desk, &answer, &ANSWER).await.is(303);

    // With the code all of it, without it what everybody may read.
    nobody.get(&page).await.is(OK).has("已经办好，见短信。").has("照片传不上去</dd>").has_not("问</b>");
    let public = nobody.get(&format!("/complaints/{web}")).await.is(OK).has("已改为可传大照片");
    public.has_not("见短信").has_not("照片传不上去</dd>").has_not("13800138000");
    nobody.get(&format!("/complaints/{web}/AAAAAAAA")).await.is(404);
    nobody.get("/complaints/answers").await.is(OK).has("照片传不上去怎么办？").has_not("李小四");
    let json = nobody.get("/complaints/answers?as=json").await.json();
    assert_eq!(json[0]["no"], web.as_str());
    let figures = nobody.get("/complaints/figures?as=json").await.json();
    assert_eq!((&figures[0]["received"], &figures[0]["answered"], &figures[0]["in_time"]), (&2.into(), &1.into(), &1.into()));
    nobody.get("/complaints/figures").await.is(OK).has("按时答复");
    nobody.get(&format!("/complaints/{web}/clock")).await.is(OK);
    for form in ["csv", "xlsx"] {
        nobody.get(&format!("/complaints/answers?as={form}")).await.is(OK);
        nobody.get(&format!("/complaints/figures?as={form}")).await.is(OK);
    }
    assert_eq!(kinds(&town, &web).await, ["complaint.filed", "complaint.answered"]);
    let bodies: Vec<String> =
        sqlx::query_scalar("select public_body from acts where subject_kind = 'complaint'").fetch_all(town.pool()).await.unwrap();
    assert!(bodies.iter().all(|body| !body.contains("李小四") && !body.contains("13800138000") && !body.contains("传不上去\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn f140_it_is_closed_by_an_answer_alone_opened_again_and_rated() {
    let town = town("2026-09-18 09:00").await;
    let complainant = citizen(&town, "wang", "王小敏").await;
    let (no, page) = files(&complainant, &[("kind", "help"), ("agency", AGENCY), ("text", "系统总是报错")]).await;
    let (desk, work) = (town.sign_in("market").await, format!("/complaints/desk/{no}"));
    posts(&complainant, &format!("{page}/reopen"), &[("missing", "没有人理")]).await.is(409);
    posts(&desk, &format!("{work}/answer"), &ANSWER).await.is(303);
    posts(&desk, &format!("{work}/answer"), &ANSWER).await.is(409);
    // Staff do not speak for the complainant.
    posts(&desk, &format!("{page}/rate"), &[("grade", "1")]).await.is(403);
    posts(&complainant, &format!("{page}/reopen"), &[]).await.is(422).has("请写还缺什么");
    posts(&complainant, &format!("{page}/reopen"), &[("missing", "苹果手机还是不行")]).await.is(303);
    desk.get(&work).await.is(OK).has("正在重办").has("苹果手机还是不行");
    posts(&desk, &format!("{work}/answer"), &ANSWER).await.is(303);
    posts(&complainant, &format!("{page}/rate"), &[]).await.is(422);
    posts(&complainant, &format!("{page}/rate"), &[("grade", "5"), ("comment", "没有解决")]).await.is(303);
    posts(&complainant, &format!("{page}/rate"), &[("grade", "1")]).await.is(409);

    // A second pair of eyes reads the bad rating; it is justified, and done again.
    let supervisor = town.sign_in("sun").await;
    supervisor.get("/complaints/desk").await.is(OK).has("差评等复核").has(&no);
    supervisor.get(&work).await.is(OK).has("没有解决").has("差评属不属实");
    let review = [("justified", "yes"), ("review_reason", "确实没有解决")];
    posts(&desk, &format!("{work}/review"), &review).await.is(403);
    posts(&supervisor, &format!("{work}/review"), &review).await.is(303);
    complainant.get(&format!("/complaints/{no}")).await.is(OK).has("正在重办").has("差评属实，重办");
    complainant.get("/complaints/mine").await.is(OK).has("系统总是报错");

    // Too late: ten working days after the answer.
    posts(&desk, &format!("{work}/answer"), &ANSWER).await.is(303);
    town.becomes("2026-10-20 09:00").await;
    let complainant = town.sign_in("wang").await;
    posts(&complainant, &format!("{page}/reopen"), &[("missing", "还有")]).await.is(409).has("已经过了");
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_5_05_who_complains_is_sealed_and_opening_the_seal_is_told() {
    let town = town("2026-09-18 09:00").await;
    let complainant = citizen(&town, "wang", "王小敏").await;
    let fields = [
        ("kind", "complaint"),
        ("agency", AGENCY),
        ("case", "3415 2420 2609 1800 0001 Z"),
        ("text", "我是王小敏，电话 138-0013-8000，取号机没有纸"),
        ("secret", "我穿红衣服"),
        ("name", "王小敏"),
        ("contact", "13800138000"),
    ];
    let (no, page) = files(&complainant, &fields).await;
    let work = format!("/complaints/desk/{no}");
    let desk = town.sign_in("market").await;
    let secrets = ["王小敏", "13800138000", "0013-8000", "红衣服", "3415242026"];
    let sealed = |page: Page| secrets.into_iter().fold(page, Page::has_not);
    sealed(desk.get(&work).await.is(OK).has("取号机没有纸").has("封存"));
    sealed(desk.get("/complaints/desk").await.is(OK).has("取号机没有纸"));
    let supervisor = town.sign_in("sun").await;
    sealed(supervisor.get(&work).await.is(OK));
    // An online complaint about an approval is accepted or not.
    posts(&desk, &format!("{work}/accept"), &[]).await.is(303);

    let open = [("seal_to", "supervision"), ("unseal_reason", "要回电话核对日期")];
    posts(&desk, &format!("{work}/unseal"), &open).await.is(403);
    posts(&supervisor, &format!("{work}/unseal"), &[("seal_to", "supervision")]).await.is(422).has("请写为什么要知道是谁");
    posts(&supervisor, &format!("{work}/unseal"), &open).await.is(303);
    supervisor.get(&work).await.is(OK).has("王小敏").has("红衣服");
    sealed(desk.get(&work).await.is(OK));
    complainant.get(&page).await.is(OK).has("有人看了您是谁").has("要回电话核对日期");
    posts(&supervisor, &format!("{work}/unseal"), &open).await.is(409);
    assert_eq!(kinds(&town, &no).await, ["complaint.filed", "complaint.accepted", "complaint.seal_opened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_5_nobody_handles_what_is_about_himself_and_a_report_publishes_figures_only() {
    let town = town("2026-09-18 09:00").await;
    let nobody = town.nobody();
    let report = [("kind", "report"), ("agency", AGENCY), ("text", "收了中介的钱")];
    let (no, page) = files(&nobody, &report).await;
    let work = format!("/complaints/desk/{no}");
    let (desk, other, supervisor) = (town.sign_in("market").await, town.sign_in("hr").await, town.sign_in("sun").await);
    desk.get("/complaints/desk").await.is(OK).has_not("中介的钱");
    desk.get(&work).await.is(403).has_not("中介的钱");
    supervisor.get("/complaints/desk").await.is(OK).has("中介的钱");
    let to = |to: &'static str| [("to", to), ("transfer_reason", "请核实")];
    posts(&supervisor, &format!("{work}/transfer"), &to(AGENCY)).await.is(409).has("不交给这个单位自己办");
    posts(&supervisor, &format!("{work}/transfer"), &to(OTHER)).await.is(303);
    let due = other.get(&work).await.is(OK).has("收了中介的钱").text();
    assert!(due.contains("2026") || due.contains("10月"), "the clock is shown");
    posts(&other, &format!("{work}/return"), &[("return_reason", "")]).await.is(422);
    posts(&other, &format!("{work}/return"), &[("return_reason", "不归我们")]).await.is(303);
    posts(&supervisor, &format!("{work}/answer"), &[("outcome", "justified"), ("answer", "已立案")]).await.is(303);
    nobody.get(&page).await.is(OK).has("已立案");
    nobody.get(&format!("/complaints/{no}")).await.is(OK).has("举报只公布数字").has_not("已立案").has_not("不归我们");
    nobody.get("/complaints/answers").await.is(OK).has_not(&no);
    nobody.get("/complaints/figures").await.is(OK).has("不分单位");
    let public: String =
        sqlx::query_scalar("select public_body from acts where kind = 'complaint.filed'").fetch_one(town.pool()).await.unwrap();
    assert!(!public.contains(AGENCY) && !public.contains("中介"), "{public}");

    // A liaison who complains of something at his own desk leaves it to a colleague.
    let (own, _) = files(&desk, &[("kind", "suggestion"), ("agency", AGENCY), ("text", "多放几把椅子")]).await;
    desk.get("/complaints/desk").await.is(OK).has("回避").has_not("多放几把椅子");
    desk.get(&format!("/complaints/desk/{own}")).await.is(403);
    posts(&desk, &format!("/complaints/desk/{own}/answer"), &ANSWER).await.is(403);
    town.employ("market-2", "钱某", "liaison", Some(AGENCY)).await;
    town.sign_in("market-2").await.get("/complaints/desk").await.is(OK).has("多放几把椅子");
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_5_02_what_belongs_elsewhere_is_told_the_way_where_and_until_when() {
    let town = town("2026-09-18 09:00").await;
    let nobody = town.nobody();
    let (no, page) = files(&nobody, &[("kind", "complaint"), ("text", "公司欠我工资")]).await;
    let (supervisor, work) = (town.sign_in("sun").await, format!("/complaints/desk/{no}"));
    posts(&supervisor, &format!("{work}/direct"), &[]).await.is(422).has("请选一条").has("请写为什么不归这里办");
    posts(&supervisor, &format!("{work}/direct"), &[("way", "arbitration"), ("why", "劳动争议先仲裁")]).await.is(303);
    nobody.get(&page).await.is(OK).has("仲裁委员会").has("一年以内").has("劳动争议先仲裁").has("告知了另一条路");
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_11_c3_5_03_a_day_that_passes_is_marked_at_its_second_and_listed() {
    let town = town("2026-09-18 09:00").await;
    let nobody = town.nobody();
    // Friday 18 September 2026: five working days end on the 24th, by the calendar of that year ten on 9 October at the latest.
    let fields = [("kind", "complaint"), ("agency", AGENCY), ("case", "34152420260918000001Z"), ("text", "迟迟不受理")];
    let (no, _) = files(&nobody, &fields).await;
    let accept: chrono::NaiveDate = town.house().now().calendar.add_working_days("2026-09-18".parse().unwrap(), 5);
    let due = town.house().now().calendar.add_working_days("2026-09-18".parse().unwrap(), 10);
    town.becomes(&format!("{accept} 23:59")).await;
    assert_eq!(kinds(&town, &no).await, ["complaint.filed"]);
    town.becomes(&format!("{} 00:00", accept + chrono::Duration::days(1))).await;
    assert_eq!(kinds(&town, &no).await, ["complaint.filed", "complaint.overdue"]);
    town.becomes(&format!("{due} 23:59")).await;
    let supervisor = town.sign_in("sun").await;
    supervisor.get("/complaints/late").await.is(OK).has_not(&no);
    let desk = town.sign_in("market").await;
    town.becomes(&format!("{} 00:00", due + chrono::Duration::days(1))).await;
    let late = town.sign_in("sun").await;
    late.get("/complaints/late").await.is(OK).has(&no);
    nobody.get(&format!("/complaints/{no}")).await.is(OK).has("逾期没有答复");
    assert_eq!(kinds(&town, &no).await, ["complaint.filed", "complaint.overdue", "complaint.overdue"]);
    let (work, why) = (format!("/complaints/desk/{no}"), [("approver", "局长"), ("extend_reason", "忙")]);
    drop(desk);
    let desk = town.sign_in("market").await;
    posts(&desk, &format!("{work}/extend"), &why).await.is(409).has("过了以后不能延期");
    posts(&desk, &format!("{work}/answer"), &ANSWER).await.is(303);
    let figures = nobody.get("/complaints/figures?as=json").await.json();
    assert_eq!((&figures[0]["answered"], &figures[0]["in_time"]), (&1.into(), &0.into()));
    late.get("/complaints/late").await.is(OK).has_not(&no);
}

#[tokio::test(flavor = "multi_thread")]
async fn f139_the_demonstration_tells_twenty_of_them_by_the_same_law() {
    let town = Town::of("2026-11-27 15:00", oversight::routes(), |_, _| {}).await;
    town.employ("supervisor", "赵明", "supervisor", None).await;
    town.employ("liaison-market", "田野", "liaison", Some(AGENCY)).await;
    town.employ("liaison-hrss", "宋洁", "liaison", Some(OTHER)).await;
    town.enter(New { login: "citizen".into(), name: "王敏".into(), roles: vec!["citizen".into()], ..New::default() }).await;
    oversight::complaints::demo::seed(town.house()).await.unwrap();
    let count = async |what: &'static str| -> i64 { sqlx::query_scalar(what).fetch_one(town.pool()).await.unwrap() };
    assert_eq!(count("select count(*) from complaints").await, 20);
    assert_eq!(count("select count(*) from complaints where overdue and state = 'running'").await, 1);
    assert_eq!(count("select count(*) from complaints where disputed").await, 1);
    assert_eq!(count("select count(*) from acts where kind = 'complaint.reopened'").await, 1);
    assert_eq!(count("select count(*) from acts where kind = 'complaint.seal_opened'").await, 1);
    assert_eq!(count("select count(*) from acts where kind = 'complaint.returned'").await, 1);
    // Kept with every act, the figures are those that counting all of them gives.
    assert_eq!(count("select sum(received)::bigint from complaint_figures").await, 20);
    let answered = count("select count(*) from complaints where state = 'answered'").await;
    assert_eq!(count("select sum(answered)::bigint from complaint_figures").await, answered);
    assert!(count("select count(distinct agency) from complaint_figures").await >= 3);
    town.nobody().get("/complaints/answers").await.is(OK).has("社保卡").has_not("有人收了中介的钱");
    town.sign_in("supervisor").await.get("/complaints/late").await.is(OK).has("电话打了五次没有人接");
}
