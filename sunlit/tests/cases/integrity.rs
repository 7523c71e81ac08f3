//! 廉政风险防控, all the way: the record warns before harm, the control is held by the process, and the chief representative decides with a second
//! person (A6, F054).

use crate::Desk;
use crate::desk::{OK, posts};
use crate::driver::{Driver, leaves, serve, sign_in, sought, violations};
use fantoccini::Locator;
use testing::Client;

const SECOND: &str = "officer-youhua2";

/// Whoever accepts the case has the telephone of whoever applies: a hint, and no more.
async fn shares_a_telephone(desk: &Desk, citizen: &Client) -> String {
    desk.employ(SECOND, "苏敏", "counter_officer", Some("youhua-town")).await;
    let mobile = desk.of(citizen).await.mobile;
    sqlx::query("update people set mobile = $1 where login = 'officer-youhua'").bind(mobile).execute(desk.pool()).await.unwrap();
    let no = desk.applies(citizen, "elderly-card", &[]).await;
    let officer = desk.sign_in("officer-youhua").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.settle().await;
    no
}

async fn hit(desk: &Desk) -> String {
    sqlx::query_scalar("select no from integrity_hits").fetch_one(desk.pool()).await.unwrap()
}

#[tokio::test]
async fn f054_a_warning_holds_the_decision_until_a_second_person_agreed() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("钱老").await;
    let no = shares_a_telephone(&desk, &citizen).await;
    let path = format!("/integrity/hits/{}", hit(&desk).await);
    let (chief, officer, second) =
        (desk.sign_in("chief-youhua").await, desk.sign_in("officer-youhua").await, desk.sign_in(SECOND).await);
    // Both see it on the case before the decision, in words that accuse nobody; the applicant and the public do not.
    for one in [&chief, &officer] {
        one.get(&format!("/counter/cases/{no}")).await.is(OK).has("值得看一看").has("电话和经办人的一样").has("双人");
    }
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("值得看一看");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has_not("值得看一看").has_not("预警");
    citizen.get(&path).await.is(403);
    desk.sign_in("officer").await.get(&path).await.is(403);
    // Nobody decides alone, and the refusal does not tell the public why.
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(409).has("双人");
    desk.settle().await;
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("廉政");
    // The one it is about is no second person; another is, once, and then it is decided.
    let agrees = [("how", "second"), ("case", no.as_str()), ("opinion", "看过申请表和身份证，年龄够")];
    posts(&officer, &path, &agrees).await.is(409).has("第二个人");
    posts(&second, &path, &[("how", "second"), ("case", no.as_str())]).await.is(422).has("请写看了什么");
    posts(&second, &path, &agrees).await.is(303);
    posts(&second, &path, &agrees).await.is(409);
    chief.get(&format!("/counter/cases/{no}")).await.is(OK).has("第二个人看过了");
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    // It stays until somebody else closes it.
    posts(&officer, &path, &[("how", "state"), ("statement", "是我母亲的邻居，登记时留了我的电话")]).await.is(303);
    posts(&chief, &path, &[("how", "close"), ("outcome", "control_added"), ("reason", "第二人看过")]).await.is(303);
    officer.get(&path).await.is(OK).has("加了防控措施").has("第二人看过");
}

#[tokio::test]
async fn f054_whoever_closes_a_warning_has_looked_and_does_not_decide_as_well() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("钱老").await;
    let no = shares_a_telephone(&desk, &citizen).await;
    let path = format!("/integrity/hits/{}", hit(&desk).await);
    let chief = desk.sign_in("chief-youhua").await;
    posts(&chief, &path, &[("how", "close"), ("outcome", "ordinary"), ("reason", "同名同号是登记错了")]).await.is(303);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(409).has("第二个人");
    desk.employ("chief-youhua2", "胡勇", "chief_representative", Some("youhua-town")).await;
    let other = desk.sign_in("chief-youhua2").await;
    desk.act(&other, &no, "grant", &[("seal", "yes")]).await.is(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a6_a_chief_representative_sees_a_warning_a_second_person_agrees_and_the_case_is_decided() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("钱老").await;
    let no = shares_a_telephone(&desk, &citizen).await;
    let hit = hit(&desk).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    let looks = async |path: &str| {
        for (width, height) in [(390, 844), (1280, 900)] {
            browser.set_window_size(width, height).await.unwrap();
            browser.goto(&format!("{site}{path}")).await.unwrap();
            sought(&browser, Locator::Css("h1")).await.unwrap();
            let wide = "return document.documentElement.scrollWidth - window.innerWidth";
            let wide = browser.execute(wide, Vec::new()).await.unwrap();
            assert!(wide.as_i64().unwrap() <= 1, "{path} is {wide} px too wide at {width}");
            assert_eq!(violations(&browser).await, Vec::<String>::new(), "{path} at {width}");
        }
    };
    sign_in(&desk, &browser, &site, "chief-youhua").await;
    looks(&format!("/counter/cases/{no}")).await;
    leaves(&browser, Locator::Css(&format!("a[href='/integrity/hits/{hit}']"))).await;
    let page = sought(&browser, Locator::Css("main")).await.unwrap().text().await.unwrap();
    assert!(page.contains("不是说谁有问题") && page.contains("还没有第二个人看过"), "{page}");
    for path in ["/integrity", "/integrity/elderly-card", "/integrity/elderly-card/decide", "/integrity/hits"] {
        looks(path).await;
    }
    looks(&format!("/integrity/hits/{hit}")).await;
    // The second person reads and agrees.
    sign_in(&desk, &browser, &site, SECOND).await;
    looks(&format!("/integrity/hits/{hit}")).await;
    let field = sought(&browser, Locator::Css("main [name='opinion']")).await.unwrap();
    field.send_keys("看过申请表，年龄够").await.unwrap();
    leaves(&browser, Locator::Css("main section form button.btn")).await;
    sought(&browser, Locator::Css("h1")).await.unwrap();
    sign_in(&desk, &browser, &site, "chief-youhua").await;
    browser.goto(&format!("{site}/counter/cases/{no}/grant")).await.unwrap();
    sought(&browser, Locator::Css("main [name='seal']")).await.unwrap().click().await.unwrap();
    leaves(&browser, Locator::Css("main form button.btn")).await;
    let page = sought(&browser, Locator::Css("main")).await.unwrap().text().await.unwrap();
    assert!(page.contains("第二个人看过了") || !page.contains("值得看一看"), "{page}");
    assert_eq!(desk.case(&no).await.stage, services::cases::Stage::Granted);
    browser.close().await.unwrap();
}
