//! The hall (B4.1) and whoever is asked first (F069), against real PostgreSQL.

use crate::Desk;
use crate::desk::{OK, posts};
use services::demo::{resident_id, uscc};
use std::collections::BTreeSet;
use testing::Client;

const QUEUE: &str = "/centres/jinzhai-centre/queue";
const CALLING: &str = "/counter/calling";

async fn takes(client: &Client, fields: &[(&str, &str)]) -> String {
    posts(client, QUEUE, &[&[("kind", "general")], fields].concat()).await.is(303).location()
}

/// A001, of the address of its page.
fn number(address: &str) -> String {
    address.split('/').nth(4).unwrap().split_once('-').unwrap().1.to_owned()
}

pub async fn opens(client: &Client, counter: &str) {
    let fields = [("centre", "jinzhai-centre"), ("counter", counter), ("kinds", "general")];
    posts(client, &format!("{CALLING}/open"), &fields).await.is(303);
}

/// Presses a button of the counter, with the number that is shown.
async fn presses(client: &Client, what: &str, number: &str) -> testing::Page {
    posts(client, &format!("{CALLING}/{what}"), &[("number", number)]).await
}

async fn called(desk: &Desk) -> BTreeSet<String> {
    let sql = "select number from hall_numbers where state in ('called', 'serving')";
    sqlx::query_scalar(sql).fetch_all(desk.pool()).await.unwrap().into_iter().collect()
}

/// A morning with somebody at the counter, and a question: the pages of a number and of the question, as their owners have them.
pub async fn morning(desk: &Desk) -> (String, String) {
    let officer = desk.sign_in("officer").await;
    let ticket = takes(&desk.nobody(), &[]).await;
    takes(&desk.nobody(), &[("priority", "elder")]).await;
    opens(&officer, "B05").await;
    presses(&officer, "next", "").await.is(303);
    let page = posts(&officer, "/counter/asked/new", &[("way", "counter"), ("text", "排水找谁办")]).await.is(303).location();
    let no = page.rsplit('/').next().unwrap();
    let code = desk.house().lookup_code(no);
    (ticket, format!("/asked/{no}/{code}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b4_1_two_officers_at_once_call_two_numbers_and_a_double_click_calls_once() {
    let desk = Desk::open().await;
    let (one, two) = (desk.sign_in("officer").await, desk.sign_in("officer2").await);
    let visitors: Vec<Client> = (0..12).map(|_| desk.nobody()).collect();
    let taken = futures::future::join_all(visitors.iter().map(|client| takes(client, &[]))).await;
    let numbers: BTreeSet<String> = taken.iter().map(|address| number(address)).collect();
    assert_eq!(numbers, (1..=12).map(|n| format!("A{n:03}")).collect(), "no gap, none twice");
    opens(&one, "B05").await;
    posts(&two, &format!("{CALLING}/open"), &[("centre", "jinzhai-centre"), ("counter", "b05"), ("kinds", "general")])
        .await
        .is(422)
        .has("今天已经有人开着");
    opens(&two, "B06").await;
    let (a, b) = tokio::join!(presses(&one, "next", ""), presses(&two, "next", ""));
    assert_eq!((a.status, b.status), (303, 303));
    assert_eq!(called(&desk).await, ["A001".to_owned(), "A002".to_owned()].into());
    // The same form twice; then another form drawn before the call.
    let mine = desk.of(&one).await.id;
    let own: String =
        sqlx::query_scalar("select number from hall_numbers where officer = $1").bind(mine).fetch_one(desk.pool()).await.unwrap();
    presses(&one, "next", &own).await.is(409).has("还没有说来没来");
    presses(&one, "here", &own).await.is(303);
    let once = uuid::Uuid::new_v4().to_string();
    let (path, form) = (format!("{CALLING}/next"), [("once", once.as_str()), ("number", own.as_str())]);
    let (a, b) = tokio::join!(one.post(&path, &form), one.post(&path, &form));
    assert_eq!((a.status, b.status), (303, 303));
    presses(&one, "next", &own).await.is(409).has("刚才可能已经点过了");
    assert_eq!(called(&desk).await.len(), 2);
    desk.nobody().get("/centres/jinzhai-centre/screen").await.is(OK).has("A003").has("B06").has_not("陈静");
}

#[tokio::test]
async fn b4_1_the_elderly_go_first_a_missed_one_comes_back_and_one_passed_on_keeps_its_place() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer").await;
    let first = takes(&desk.nobody(), &[]).await;
    takes(&desk.nobody(), &[]).await;
    let elder = takes(&desk.nobody(), &[("priority", "elder")]).await;
    desk.nobody().get(&first).await.is(OK).has("前面还有 1 人").has("没有窗口开着");
    opens(&officer, "B05").await;
    presses(&officer, "next", "").await.is(303);
    desk.nobody().get(&elder).await.is(OK).has("请到 B05 号窗口");
    presses(&officer, "missed", "A003").await.is(303);
    presses(&officer, "next", "").await.is(303);
    desk.nobody().get(&elder).await.is(OK).has("叫过了，您没有来");
    posts(&officer, &format!("{CALLING}/back"), &[("missed", "A003")]).await.is(303);
    posts(&officer, &format!("{CALLING}/back"), &[("missed", "A003")]).await.is(409);
    posts(&officer, &format!("{CALLING}/pass"), &[("number", "A001"), ("to", "advice")]).await.is(303);
    desk.nobody().get(&first).await.is(OK).has("下一个就是您").has("咨询");
    presses(&officer, "next", "").await.is(303);
    assert_eq!(called(&desk).await, ["A003".to_owned()].into(), "advice is not called here; the elderly go first again");

    // Without its code a number shows nothing; one device does not take twenty; the day ends at midnight.
    let (page, _) = first.rsplit_once('/').unwrap();
    desk.nobody().get(&format!("{page}/AAAAAAAA")).await.is(404).has_not("下一个就是您").has_not("金寨县");
    let greedy = desk.nobody();
    takes(&greedy, &[]).await;
    takes(&greedy, &[]).await;
    posts(&greedy, QUEUE, &[("kind", "general")]).await.is(409).has("已经有 2 个号在等");
    desk.later(chrono::Duration::days(1)).await;
    desk.nobody().get(&first).await.is(OK).has("已经过了");
    assert_eq!(number(&takes(&desk.nobody(), &[]).await), "A001");
    let officer = desk.sign_in("officer").await;
    officer.get(CALLING).await.is(OK).has("开窗口");
}

#[tokio::test]
async fn f069_whoever_is_asked_first_answers_for_it_until_another_accepts() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer").await;
    let (_, asker) = morning(&desk).await;
    let no = asker.split('/').nth(2).unwrap().to_owned();
    let page = format!("/counter/asked/{no}");
    let nobody = desk.nobody();
    nobody.get(&asker).await.is(OK).has("金寨县市场监督管理局").has("排水找谁办");
    nobody.get(&format!("/asked/{no}/AAAAAAAA")).await.is(404).has_not("排水");
    let (other, colleague) = (desk.sign_in("officer-youhua").await, desk.sign_in("officer2").await);
    other.get(&page).await.is(403).has_not("排水");
    posts(&officer, &format!("{page}/offer"), &[("to", "youhua-town"), ("reason", "")]).await.is(422);
    posts(&colleague, &format!("{page}/answer"), &[("told", "x")]).await.is(409).has("现在不是您负责");
    let offer = [("to", "youhua-town"), ("reason", "排水归镇里管")];
    posts(&officer, &format!("{page}/offer"), &offer).await.is(303);
    nobody.get(&asker).await.is(OK).has("排水归镇里管");
    let holder = async || -> String {
        sqlx::query_scalar("select agency from asked where no = $1").bind(&no).fetch_one(desk.pool()).await.unwrap()
    };
    assert_eq!(holder().await, "jinzhai-market", "an offer changes nothing");
    posts(&other, &format!("{page}/refuse"), &[("why", "不是镇里的事")]).await.is(303);
    nobody.get(&asker).await.is(OK).has("不是镇里的事");
    posts(&other, &format!("{page}/accept"), &[]).await.is(403);
    assert_eq!(holder().await, "jinzhai-market");
    posts(&officer, &format!("{page}/offer"), &offer).await.is(303);
    posts(&other, &format!("{page}/accept"), &[]).await.is(303);
    assert_eq!(holder().await, "youhua-town");
    // The day passes: the clock says so, and supervision sees it.
    desk.later(chrono::Duration::days(20)).await;
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/asked").await.is(OK).has(&no).has_not("排水找谁办");
    let other = desk.sign_in("officer-youhua").await;
    posts(&other, &format!("{page}/answer"), &[("told", "找镇里的建设办")]).await.is(303);
    nobody.get(&asker).await.is(OK).has("找镇里的建设办");
    supervisor.get("/supervision/asked").await.is(OK).has_not(&no);
    let acts: Vec<String> = sqlx::query_scalar("select kind from acts where subject_kind = 'asked' order by position")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    let kinds =
        ["first_asked", "handover_offered", "handover_refused", "handover_offered", "handover_accepted", "overdue", "answered"];
    assert_eq!(acts, kinds.map(|kind| format!("asked.{kind}")));
}

#[tokio::test]
async fn b4_1_a_case_taken_in_with_a_called_number_tells_how_long_its_applicant_waited() {
    let desk = Desk::open().await;
    // In the morning, so that twelve minutes later is the same day whenever this runs.
    let now = desk.house().now();
    desk.becomes(&format!("{} 09:00", now.calendar.add_working_days(now.date(), 1))).await;
    let officer = desk.sign_in("officer").await;
    takes(&desk.nobody(), &[]).await;
    desk.later(chrono::Duration::minutes(12)).await;
    opens(&officer, "B05").await;
    presses(&officer, "next", "").await.is(303);
    presses(&officer, "here", "A001").await.is(303);
    let id = resident_id("341524", chrono::NaiveDate::from_ymd_opt(1955, 3, 8).unwrap(), 7);
    let firm = uscc("341524", 20_000_077);
    let who = |number| {
        [
            ("card-name", "周大成"),
            ("card-number", id.as_str()),
            ("card-mobile", "13700000077"),
            ("licence-name", "金寨县周氏食品有限公司"),
            ("licence-uscc", firm.as_str()),
            ("queue-number", number),
        ]
    };
    // A number that is not the one at the counter goes with nothing.
    for (number, queued) in
        [("A001", serde_json::json!({ "number": "A001", "waited_minutes": 12 })), ("A002", serde_json::Value::Null)]
    {
        let to = desk.registers(&officer, "food-production-licence", &who(number)).await.is(303).location();
        let no = to.rsplit('/').next().unwrap();
        let sql = "select public_body::jsonb -> 'queued' from acts where subject = $1 and kind = 'case.submitted'";
        let said: Option<serde_json::Value> = sqlx::query_scalar(sql).bind(no).fetch_one(desk.pool()).await.unwrap();
        assert_eq!(said.unwrap_or_default(), queued);
    }
}

#[tokio::test]
async fn b4_1_nobody_of_the_demonstration_is_called_before_they_came() {
    let desk = Desk::open().await;
    services::hall::demo::seed(desk.house(), &desk.person("officer").await).await.unwrap();
    let sql = "select count(*) filter (where called_at < taken_at), count(*) filter (where state = 'done') from hall_numbers";
    let (early, done): (i64, i64) = sqlx::query_as(sql).fetch_one(desk.pool()).await.unwrap();
    assert_eq!((early, done), (0, 4));
}

/// A matter that another agency decides, in the centre where the officers of the market bureau sit.
pub fn of_another(desk: &Desk) -> String {
    let items = desk.catalogue.items();
    let here = items.iter().find(|i| i.centre == "jinzhai-centre" && i.agency != "jinzhai-market" && i.applies_to_people());
    here.unwrap().slug.clone()
}

/// Registers somebody for it; the slip, where one may.
pub async fn takes_in(desk: &Desk, officer: &Client, slug: &str) -> testing::Page {
    let id = resident_id("341524", chrono::NaiveDate::from_ymd_opt(1975, 3, 8).unwrap(), 9);
    let who = [("card-name", "周大成"), ("card-number", id.as_str()), ("card-mobile", "13700000077")];
    desk.registers(officer, slug, &who).await
}

#[tokio::test]
async fn b4_1_16_the_comprehensive_counter_takes_in_for_every_agency_of_its_centre_and_they_decide() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer").await;
    let slug = of_another(&desk);
    let elsewhere = desk.catalogue.items().iter().find(|i| i.centre != "jinzhai-centre").unwrap().slug.clone();
    // Away from such a counter nobody takes in what another agency decides.
    officer.get(&format!("/counter/intake/{slug}")).await.is(403);
    takes_in(&desk, &officer, &slug).await.is(403);
    opens(&officer, "B05").await;
    officer.get("/counter/intake").await.is(OK).has("替同一中心的单位收件").has(&format!("/counter/intake/{slug}"));
    officer.get(&format!("/counter/intake/{elsewhere}")).await.is(403);
    let slip = takes_in(&desk, &officer, &slug).await.is(303).location();
    let no = slip.strip_prefix("/counter/taken/").unwrap().to_owned();
    officer.get(&slip).await.is(OK).has(&desk.house().lookup_code(&no)).has("周大成");
    // What is taken in is the agency's; the slip is for whoever took it in.
    officer.get(&format!("/counter/cases/{no}")).await.is(403);
    desk.sign_in("officer2").await.get(&slip).await.is(403).has_not("周大成");
    assert_eq!(desk.case(&no).await.agency, desk.catalogue.item(&slug).unwrap().agency);
    desk.later(chrono::Duration::days(1)).await;
    desk.sign_in("officer").await.get(&slip).await.is(403).has_not("周大成");
}
