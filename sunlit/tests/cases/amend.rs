//! 更正申请 · the applicant mends the own statement before it is examined: no clock moves, what was accepted stays what it was, and whoever
//! handles it sees what changed before going on (B4.1, 许可法 31).

use crate::Desk;
use crate::desk::{Client, OK, filled, posts, sends};
use serde_json::json;

const RIGHT: &str = "安徽省六安市金寨县梅山镇新城区样例路 8 号";

/// Mends one answer.
async fn amends(client: &Client, no: &str, key: &str, value: &str) -> testing::Page {
    let page = format!("/cases/{no}/amend");
    let fields = [(key, value), ("amend_why", "门牌号写错了"), ("amend_truth", "yes")];
    sends(client, &page, &filled(client, &page, &fields).await).await
}

#[tokio::test]
async fn b4_1_an_applicant_corrects_the_own_statement_and_no_clock_moves() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let no = desk.accepted(&citizen).await;
    let before = desk.case(&no).await;
    let page = format!("/cases/{no}/amend");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has(&page);
    desk.citizen("路人").await.get(&page).await.is(403);

    // Why, and that it is true, are asked; what the register says of the organisation is not there to be changed.
    let form = filled(&citizen, &page, &[("site_address", RIGHT)]).await;
    assert!(!form.iter().any(|(key, _)| key == "org_uscc"));
    sends(&citizen, &page, &form).await.is(422).has("请写明为什么更正").has("请确认更正后的内容真实").has(RIGHT);
    amends(&citizen, &no, "staff_number", "很多").await.is(422).has("门牌号写错了");
    let same = before.answers["site_address"].as_str().unwrap().to_owned();
    amends(&citizen, &no, "site_address", &same).await.is(409).has("没有改动");
    // Pressed twice, it is once.
    let fields = [("site_address", RIGHT), ("amend_why", "门牌号写错了"), ("amend_truth", "yes")];
    let form = filled(&citizen, &page, &fields).await;
    let (one, two) = tokio::join!(sends(&citizen, &page, &form), sends(&citizen, &page, &form));
    one.is(303);
    two.is(303);

    let case = desk.case(&no).await;
    assert_eq!((case.amended, &case.answers["site_address"]), (1, &json!(RIGHT)));
    assert_eq!((&case.promised, &case.statutory, case.stage), (&before.promised, &before.statutory, before.stage));
    assert_eq!(desk.acts(&no).await.iter().filter(|kind| *kind == "case.amended").count(), 1);
    // The applicant and the office read it with why, strangers that it happened.
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("改了 1 处").has("门牌号写错了");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("改了 1 处").has_not("门牌号写错了").has_not(RIGHT);
    let officer = desk.sign_in("officer").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has(RIGHT).has("原来填的").has(&same).has("门牌号写错了");
    // The application is drawn anew, the old one stays.
    for letter in ["application", "application-2"] {
        assert!(citizen.get(&format!("/cases/{no}/papers/{letter}")).await.is(OK).body.starts_with(b"%PDF"), "{letter}");
    }
}

#[tokio::test]
async fn b4_1_nobody_goes_on_with_a_statement_that_was_corrected_meanwhile() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let no = desk.accepted(&citizen).await;
    let officer = desk.sign_in("officer").await;
    let survey = format!("/counter/cases/{no}/survey");
    let changed = [("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")];
    let open = filled(&officer, &survey, &changed).await;
    // Two pages of the applicant's own: the second was drawn before the first was sent.
    let page = format!("/cases/{no}/amend");
    let fields = [("staff_number", "9"), ("amend_why", "写错了"), ("amend_truth", "yes")];
    let second = filled(&citizen, &page, &fields).await;
    amends(&citizen, &no, "site_address", RIGHT).await.is(303);
    sends(&citizen, &page, &second).await.is(409).has("刚刚更正过").has("您刚才要改的").has("9");
    assert_eq!(desk.case(&no).await.answers["site_address"], json!(RIGHT));

    let told = sends(&officer, &survey, &open).await.is(409).has("申请人刚刚更正了申请").has("一致");
    sends(&officer, &survey, &told.fields(&survey)).await.is(303);
    // Once it was looked at it stands.
    citizen.get(&page).await.is(303);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has_not(&page);
    let late = [("once", "6b9a3f0e-3a44-4a7c-9d0e-0d5f2b7c1a11"), ("shown", "site_address"), ("site_address", "样例路 9 号")];
    let late = [&late[..], &[("amend_why", "又错了"), ("amend_truth", "yes")]].concat();
    citizen.post(&page, &late).await.is(409).has("现场核查已经做过");
    let another = desk.sign_in("officer2").await;
    desk.act(&another, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await.is(303);
}

#[tokio::test]
async fn b4_1_what_was_accepted_is_not_made_another_matter_by_a_correction() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let no = desk.applies(&citizen, "food-business-licence", &[]).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    // What is sold in machines needs a plan of where they stand, which is not there.
    let page = format!("/cases/{no}/amend");
    let fields = [("special_business", "vending"), ("amend_why", "还要放自动售货机"), ("amend_truth", "yes")];
    sends(&citizen, &page, &filled(&citizen, &page, &fields).await).await.is(409).has("请撤回以后重新申请");
    // What hung on an answer goes with it, and a question that is asked only now is asked on the same page.
    assert_eq!(desk.case(&no).await.answers["by_agent"], json!(true));
    let by_agent = async |said| {
        let fields = [("by_agent", said), ("amend_why", "不是代办的"), ("amend_truth", "yes")];
        sends(&citizen, &page, &filled(&citizen, &page, &fields).await).await
    };
    by_agent("no").await.is(303);
    assert!(desk.case(&no).await.answers["agent_name"].is_null());
    by_agent("yes").await.is(422).has("请填代理人姓名");
    // While the one notice waits, everything is mended in the supplement.
    let other = desk.applies(&citizen, "food-production-licence", &[]).await;
    let missing = [("f_site_address", "yes"), ("why_f_site_address", "门牌号不对")];
    desk.act(&officer, &other, "correct", &missing).await.is(303);
    citizen.get(&format!("/cases/{other}/amend")).await.is(303);
    let fields = [("shown", "site_address"), ("site_address", RIGHT), ("amend_why", "写错了"), ("amend_truth", "yes")];
    posts(&citizen, &format!("/cases/{other}/amend"), &fields).await.is(409).has("在补正里一起改");
}

#[tokio::test]
async fn b4_1_whoever_has_no_account_corrects_at_the_counter_in_writing() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let id = services::demo::resident_id("341723", chrono::NaiveDate::from_ymd_opt(1949, 3, 12).unwrap(), 9);
    let who = [("card-name", "胡大爷"), ("card-number", id.as_str()), ("card-mobile", "13800138000")];
    desk.registers(&officer, "elderly-card", &who).await.is(303);
    let no: String = sqlx::query_scalar("select case_no from cases").fetch_one(desk.pool()).await.unwrap();
    let page = format!("/counter/cases/{no}/amend");
    let fields = [("home_address", "样例村 2 组 5 号"), ("amend_why", "组别写错了"), ("amend_truth", "yes")];
    sends(&officer, &page, &filled(&officer, &page, &fields).await).await.is(422).has("没有申请人签名");
    let fields = [&fields[..], &[("written", "yes")]].concat();
    sends(&officer, &page, &filled(&officer, &page, &fields).await).await.is(303);
    assert_eq!(desk.case(&no).await.answers["home_address"], json!("样例村 2 组 5 号"));
}
