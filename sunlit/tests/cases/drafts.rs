//! 草稿 · what is typed is kept without a button, two devices wipe nothing of each other, and a draft is common to a person and the agent
//! who has the person's consent (F070, B5).

use crate::desk::{Client, Desk, OK, filled, posts, sends};
use crate::driver::*;
use fantoccini::Locator;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testing::Page;

const APPLY: &str = "/matters/elderly-card/apply";

/// Begins a draft of one's own; `?draft=…`.
async fn begins(client: &Client) -> String {
    let at = client.post(APPLY, &[("for", "me")]).await.is(303).location();
    at.split_once('?').map(|(_, query)| format!("?{query}")).unwrap()
}

/// Typing stops on a page that was drawn.
async fn types(client: &Client, path: &str, fields: &[(String, String)]) -> Page {
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    fields.push(("then", "typed"));
    client.post_json(path, &fields).await
}

fn said(fields: &[(String, String)], key: &str, value: &str) -> Vec<(String, String)> {
    let mut fields = fields.to_vec();
    fields.retain(|(there, _)| there != key);
    fields.push((key.into(), value.into()));
    fields
}

async fn kept(desk: &Desk, named: &str) -> Value {
    sqlx::query_scalar("select answers from drafts where id::text = $1")
        .bind(&named["?draft=".len()..])
        .fetch_one(desk.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn f070_what_is_typed_is_kept_without_a_button_also_what_is_wrong() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let named = begins(&citizen).await;
    let path = format!("{APPLY}/person{named}");
    let page = filled(&citizen, &path, &[("elder_mobile", "138"), ("elder_name", "李老太")]).await;
    let answer = types(&citizen, &path, &said(&page, "turn", "1")).await.is(200);
    assert!(answer.json()["saved"].as_str().is_some_and(|at| !at.is_empty()));
    citizen.get(&path).await.is(OK).has("value=\"138\"").has("李老太").has("才会留着");
    // One goes on where one stopped, not behind it.
    assert!(citizen.get(&format!("{APPLY}{named}")).await.is(303).location().starts_with(&format!("{APPLY}/person")));
    // What was typed before and comes after is not written.
    types(&citizen, &path, &said(&said(&page, "turn", "3"), "elder_name", "李奶奶")).await.is(200);
    types(&citizen, &path, &said(&said(&page, "turn", "2"), "elder_name", "李老")).await.is(200);
    assert_eq!(kept(&desk, &named).await["elder_name"], "李奶奶");
    // Nobody else writes into it, and one that is not there any more says so.
    types(&desk.citizen("孙磊").await, &path, &page).await.is(409).has("没有保存");
    types(&desk.nobody(), &path, &page).await.is(401);
}

#[tokio::test]
async fn f070_h17_of_two_devices_at_one_step_the_second_is_told_and_wipes_nothing_unasked() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let named = begins(&citizen).await;
    let (person, residence) = (format!("{APPLY}/person{named}"), format!("{APPLY}/residence{named}"));
    let phone = filled(&citizen, &person, &[("elder_name", "李老太")]).await;
    let desktop = filled(&citizen, &person, &[("elder_name", "张老太")]).await;
    let elsewhere = filled(&citizen, &residence, &[("home_address", "样例村 1 号")]).await;
    types(&citizen, &person, &phone).await.is(200);
    types(&citizen, &person, &desktop).await.is(409).has("另一台设备");
    types(&citizen, &residence, &elsewhere).await.is(200);
    // By a button it is told as well, with what was typed here; sent again, it is meant.
    let again = sends(&citizen, &person, &desktop).await.is(422).has("另一台设备").has("张老太");
    assert_eq!(kept(&desk, &named).await["elder_name"], "李老太");
    let again = again.fields(&person);
    sends(&citizen, &person, &again).await;
    assert_eq!(kept(&desk, &named).await["elder_name"], "张老太");
    types(&citizen, &person, &phone).await.is(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f070_h17_a_page_with_scripts_keeps_what_is_typed_and_warns_when_it_cannot() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let named = begins(&citizen).await;
    let login = desk.of(&citizen).await.login;
    let down = Arc::new(AtomicBool::new(false));
    let line = down.clone();
    let router = desk.router.clone().layer(axum::middleware::from_fn(
        move |request: axum::extract::Request, next: axum::middleware::Next| {
            let down = line.clone();
            async move {
                if request.method() == "POST" && down.load(Ordering::SeqCst) {
                    return axum::response::IntoResponse::into_response(axum::http::StatusCode::BAD_GATEWAY);
                }
                next.run(request).await
            }
        },
    ));
    let site = serve_through(router).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    sign_in(&desk, &browser, &site, &login).await;
    let page = format!("{site}{APPLY}/residence{named}");
    let adds = async |text: &str| {
        sought(&browser, Locator::Css("[name=home_address]")).await.unwrap().send_keys(text).await.unwrap();
    };
    let status = async |text: &str| {
        sought(&browser, Locator::XPath(&format!("//form//p[@role='status'][contains(., '{text}')]"))).await.unwrap();
    };
    browser.goto(&page).await.unwrap();
    status("填的会自动保存").await;
    adds("样例村一组").await;
    status("已保存").await;
    assert_eq!(kept(&desk, &named).await["home_address"], "样例村一组");
    // Left at once, by a link.
    adds("12号").await;
    browser.goto(&format!("{site}/matters")).await.unwrap();
    for _ in 0..100 {
        if kept(&desk, &named).await["home_address"] == "样例村一组12号" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(kept(&desk, &named).await["home_address"], "样例村一组12号");
    browser.goto(&page).await.unwrap();
    let value = sought(&browser, Locator::Css("[name=home_address]")).await.unwrap().prop("value").await.unwrap();
    assert_eq!(value.as_deref(), Some("样例村一组12号"));
    // The line is down: said, and kept once it is there again.
    down.store(true, Ordering::SeqCst);
    adds("东").await;
    status("没有保存上").await;
    assert_eq!(violations(&browser).await, Vec::<String>::new());
    down.store(false, Ordering::SeqCst);
    status("已保存").await;
    assert_eq!(kept(&desk, &named).await["home_address"], "样例村一组12号东");
    browser.close().await.unwrap();
}

/// Somebody with an account consents to the agent there; the number of the consent.
async fn confirms(desk: &Desk, agent: &Client, villager: &Client) -> String {
    let whose = desk.of(villager).await;
    let until = desk.in_days(10);
    let id = whose.resident_id.unwrap();
    let asks = crate::agents::entrusts(&whose.name, &id, &until, &[("way", "account")]);
    let no = posts(agent, "/agent/consents/new", &asks).await.is(303).location().rsplit('/').next().unwrap().to_owned();
    posts(villager, &format!("/consents/{no}/confirm"), &[]).await.is(303);
    no
}

#[tokio::test]
async fn b5_an_agent_goes_on_with_the_draft_of_whoever_gave_the_consent_and_no_longer_when_it_ends() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let villager = desk.citizen("王敏").await;
    let named = begins(&villager).await;
    let path = format!("{APPLY}/person{named}");
    sends(&villager, &path, &filled(&villager, &path, &[("elder_name", "王奶奶")]).await).await;
    // Before there is a consent it is nobody else's.
    assert!(agent.get(&path).await.is(303).location().ends_with("/apply"));
    let no = confirms(&desk, &agent, &villager).await;
    let begun = posts(&agent, &format!("/agent/consents/{no}/begin"), &[("item", "elderly-card")]).await.is(303).location();
    assert!(begun.ends_with(&named), "{begun} is not her draft {named}");
    agent.get(&path).await.is(OK).has("王奶奶").has("替谁办").has("王敏");
    agent.get("/agent").await.is(OK).has(&named);
    // What the agent fills in she sees, and her own account still has it as hers.
    let residence = format!("{APPLY}/residence{named}");
    sends(&agent, &residence, &filled(&agent, &residence, &[("home_address", "样例村三组")]).await).await;
    villager.get(&residence).await.is(OK).has("样例村三组");
    villager.get("/account").await.is(OK).has(&named);
    // Not another of her matters, nor another agent.
    let drafts: i64 = sqlx::query_scalar("select count(*) from drafts").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(drafts, 1, "nothing was begun beside it");
    assert!(desk.citizen("路人").await.get(&path).await.is(303).location().ends_with("/apply"));
    posts(&villager, &format!("/consents/{no}/revoke"), &[]).await.is(303);
    assert!(agent.get(&path).await.is(303).location().ends_with("/apply"));
    agent.get("/agent").await.is(OK).has_not(&named);
    let page = filled(&villager, &path, &[]).await;
    types(&agent, &path, &said(&page, "elder_name", "别人")).await.is(409);
    assert_eq!(kept(&desk, &named).await["elder_name"], "王奶奶");
    villager.get(&path).await.is(OK).has("王奶奶");
}

#[tokio::test]
async fn b5_what_an_agent_files_from_a_persons_own_draft_is_filed_by_the_consent() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let villager = desk.citizen("王敏").await;
    let named = desk.fills(&villager, "elderly-card", &[]).await;
    let no = confirms(&desk, &agent, &villager).await;
    let sent = agent.post(&format!("{APPLY}/check{named}"), &[("anyway", "yes")]).await.is(303).location();
    let case_no = sent.trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    let case = desk.case(&case_no).await;
    assert_eq!(case.agent.as_ref().map(|agent| agent.consent.as_str()), Some(no.as_str()));
    assert_eq!(case.applicant.as_ref().map(|party| party.name.as_str()), Some("王敏"));
    villager.get("/account").await.is(OK).has(&case_no).has_not(&named);
    // Whoever sends it again is led to the case.
    assert!(villager.post(&format!("{APPLY}/check{named}"), &[]).await.is(303).location().contains(&case_no));
}

#[tokio::test]
async fn f070_b5_a_person_sees_what_an_agent_fills_in_for_them_and_goes_on_with_it() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let villager = desk.citizen("王敏").await;
    let no = confirms(&desk, &agent, &villager).await;
    let named = desk.fills_for(&agent, &no, &[]).await;
    villager.get("/account").await.is(OK).has(&named).has("代办的人替您填的").has("章秀云");
    villager.get(APPLY).await.is(OK).has(&named);
    desk.citizen("路人").await.get("/account").await.is(OK).has_not(&named);
    // With the consent over the agent is out, and the person finishes it.
    posts(&villager, &format!("/consents/{no}/revoke"), &[]).await.is(303);
    agent.get(&format!("{APPLY}/person{named}")).await.is(403);
    villager.get(&format!("{APPLY}/check{named}")).await.is(OK);
    let sent = villager.post(&format!("{APPLY}/check{named}"), &[("anyway", "yes")]).await.is(303).location();
    let case = desk.case(sent.trim_start_matches("/cases/").split('?').next().unwrap()).await;
    assert!(case.agent.is_none(), "filed by herself");
}
