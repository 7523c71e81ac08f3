//! 投诉和举报 (C3.5): what the runs over all pages look at, and a complainant on a phone.

use crate::desk::{Desk, posts};
use crate::driver::{Driver, fills_and_presses, presses, says, serve, sign_in, violations};
use testing::Client;

const ANSWER: [(&str, &str); 4] =
    [("outcome", "done"), ("answer", "已经办好"), ("public_asked", "取号机没有纸"), ("public_answered", "已换大纸卷")];

/// What there is to look at: whoever complained; an answered one; one that runs at the agency's desk; one at the desk of supervision that was
/// opened again and badly rated, with its code; one that was told another way, with its code.
pub struct Story {
    pub complainant: Client,
    pub answered: String,
    pub running: String,
    pub rated: String,
    pub directed: String,
}

/// For a desk that has the supervisor and `liaison-market`.
pub async fn story(desk: &Desk) -> Story {
    let complainant = desk.citizen("程言").await;
    let files = async |fields: &[(&str, &str)]| {
        posts(&complainant, "/complaints/new", fields).await.is(303).location().trim_start_matches("/complaints/").to_owned()
    };
    let case = desk.applies(&complainant, "food-production-licence", &[]).await;
    let answered = files(&[("kind", "help"), ("agency", "jinzhai-market"), ("text", "取号机没有纸")]).await;
    let running = files(&[
        ("kind", "complaint"),
        ("agency", "jinzhai-market"),
        ("item", "food-production-licence"),
        ("case", &case),
        ("text", "我是程言，等了一个上午"),
        ("name", "程言"),
    ])
    .await;
    let rated = files(&[("kind", "complaint"), ("text", "窗口让我改天来"), ("post", "3 号窗口"), ("conduct", "yes")]).await;
    let directed = files(&[("kind", "complaint"), ("text", "装修公司不退钱")]).await;
    let no = |page: &str| page.split('/').next().unwrap().to_owned();
    let (office, supervisor) = (desk.sign_in("liaison-market").await, desk.sign_in("supervisor").await);
    let work = |page: &str, what: &str| format!("/complaints/desk/{}/{what}", no(page));
    posts(&office, &work(&answered, "answer"), &ANSWER).await.is(303);
    posts(&complainant, &format!("/complaints/{answered}/rate"), &[("grade", "1")]).await.is(303);
    let opened = [("seal_to", "supervision"), ("unseal_reason", "要核对日期")];
    posts(&supervisor, &work(&running, "unseal"), &opened).await.is(303);
    posts(&supervisor, &work(&rated, "answer"), &ANSWER).await.is(303);
    posts(&complainant, &format!("/complaints/{rated}/reopen"), &[("missing", "没有说怎么改")]).await.is(303);
    posts(&supervisor, &work(&rated, "answer"), &ANSWER).await.is(303);
    posts(&complainant, &format!("/complaints/{rated}/rate"), &[("grade", "5")]).await.is(303);
    posts(&supervisor, &work(&directed, "direct"), &[("way", "court"), ("why", "属于民事纠纷")]).await.is(303);
    Story { complainant, answered: no(&answered), running: no(&running), rated, directed }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f139_f140_a_complainant_on_a_phone_with_scripts_off() {
    let desk = Desk::open().await;
    desk.employ("liaison-market", "田野", "liaison", Some("jinzhai-market")).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(false).await;
    browser.set_window_size(390, 844).await.unwrap();

    // Without an account, from the foot of any page.
    browser.goto(&site).await.unwrap();
    crate::driver::follows(&browser, "//footer//a[.='办不成事、投诉、举报']").await;
    presses(&browser, "//input[@name='kind'][@value='help']").await;
    presses(&browser, "//option[@value='jinzhai-market']").await;
    fills_and_presses(&browser, &[("text", "照片总是传不上去")], "提交").await;
    says(&browser, "请收好").await;
    let receipt = browser.current_url().await.unwrap();
    let no = receipt.path().split('/').nth(2).unwrap().to_owned();

    // The agency answers.
    sign_in(&desk, &browser, &site, "liaison-market").await;
    browser.goto(&format!("{site}/complaints/desk/{no}")).await.unwrap();
    presses(&browser, "//input[@name='outcome'][@value='done']").await;
    let answer = [("answer", "已改为可传大照片"), ("public_asked", "照片传不上去"), ("public_answered", "已改好")];
    fills_and_presses(&browser, &answer, "答复").await;
    says(&browser, "已经答复").await;

    // Nobody's account again: the code reads the answer, asks for more, and rates.
    browser.delete_all_cookies().await.unwrap();
    browser.goto(receipt.as_str()).await.unwrap();
    says(&browser, "已改为可传大照片").await;
    fills_and_presses(&browser, &[("missing", "苹果手机还是不行")], "要求重办").await;
    says(&browser, "正在重办").await;
    let scripted = driver.browser(true).await;
    scripted.set_window_size(390, 844).await.unwrap();
    for path in [receipt.path(), "/complaints/new"] {
        scripted.goto(&format!("{site}{path}")).await.unwrap();
        let found = violations(&scripted).await;
        assert!(found.is_empty(), "{path}: {found:?}");
    }
    scripted.close().await.unwrap();
    browser.close().await.unwrap();
}
