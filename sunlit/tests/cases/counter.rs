//! The counter's own pages (B4.1): what was typed is never lost, whoever applies is one person on the whole page, and what comes in parts is
//! taken in parts (B4.1-22).

use crate::Desk;
use crate::desk::{Client, OK, posts};
use crate::hall::{of_another, opens, takes_in};
use chrono::NaiveDate;
use services::demo::resident_id;

const CARD: &str = "elderly-card";

fn number(n: u32) -> String {
    resident_id("341524", NaiveDate::from_ymd_opt(1951, 3, 8).unwrap(), n)
}

fn case_of(page: testing::Page) -> String {
    page.is(303).location().trim_start_matches("/counter/cases/").to_owned()
}

#[tokio::test]
async fn b4_1_who_applies_is_one_person_above_the_form_and_in_it() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let id = number(41);
    let who = [("card-name", "石兰"), ("card-number", id.as_str()), ("card-mobile", "13700000041")];
    // What differs is told at both places, and all of it is still there.
    let other = [&who[..], &[("elder_name", "石岚")]].concat();
    let page = desk.registers(&officer, CARD, &other).await.is(422);
    page.has("#f-card-name").has("#f-elder_name").has("value=\"石岚\"").has("value=\"石兰\"").has("两处要一样");
    // What the form asks once more is filled in.
    let left = [&who[..], &[("elder_name", ""), ("elder_id_number", ""), ("elder_mobile", "")]].concat();
    let no = case_of(desk.registers(&officer, CARD, &left).await);
    let case = desk.case(&no).await;
    assert_eq!(case.answers["elder_name"], "石兰");
    assert_eq!(case.answers["elder_id_number"], id.as_str());
    assert_eq!(case.applicant.unwrap().name, "石兰");
}

#[tokio::test]
async fn b4_1_a_buyer_who_is_not_among_the_buyers_is_told_at_the_field_and_nothing_is_lost() {
    let desk = Desk::open().await;
    desk.employ("officer-estate", "梅雪", "counter_officer", Some("jinzhai-natural-resources")).await;
    let officer = desk.sign_in("officer-estate").await;
    let (id, other) = (number(42), number(43));
    let who = [
        ("card-name", "王强"),
        ("card-number", id.as_str()),
        ("card-mobile", "13700000042"),
        ("buyers.0.buyer_name", "刘芳"),
        ("buyers.0.buyer_number", other.as_str()),
    ];
    let page = desk.registers(&officer, "real-estate-transfer", &who).await.is(422);
    page.has("里要有申请人自己").has("#f-buyers").has("value=\"刘芳\"").has("value=\"王强\"").has("代他来的人填在下面表里");
}

#[tokio::test]
async fn h17_a_counter_closed_in_mid_typing_keeps_the_form_until_it_is_open_again() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer").await;
    let slug = of_another(&desk);
    let page = format!("/counter/intake/{slug}");
    officer.get("/counter/intake").await.is(OK).has("没有开着的综合窗口").has("/counter/calling").has_not(&page);
    officer.get(&page).await.is(403).has("请先到“叫号”里开窗口").has_not("系统管理员");
    takes_in(&desk, &officer, &slug).await.is(403).has("先开窗口").has("value=\"周大成\"").has("填的都还在下面");
    // Coming back before it is open loses nothing.
    officer.get(&page).await.is(403).has("先开窗口").has("value=\"周大成\"");
    opens(&officer, "B05").await;
    officer.get("/counter/intake").await.is(OK).has(&page).has_not("没有开着的综合窗口");
    officer.get(&page).await.is(OK).has("value=\"周大成\"");
    takes_in(&desk, &officer, &slug).await.is(303);
}

/// A case of a walk-in, sent back for two papers.
async fn sent_back(desk: &Desk, officer: &Client) -> (String, Vec<String>) {
    let id = number(44);
    let who = [("card-name", "石兰"), ("card-number", id.as_str()), ("card-mobile", "13700000044")];
    let no = case_of(desk.registers(officer, CARD, &who).await);
    let item = desk.catalogue.item(CARD).unwrap();
    let answers = desk.case(&no).await.answers;
    let papers: Vec<String> = item.materials_for(&answers).into_iter().map(|m| m.key.clone()).collect();
    let told: Vec<(String, String)> = papers
        .iter()
        .flat_map(|key| [(format!("m_{key}"), "yes".to_owned()), (format!("why_m_{key}"), "看不清，请换一份".to_owned())])
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    desk.act(officer, &no, "correct", &told).await.is(303);
    (no, papers)
}

#[tokio::test]
async fn b4_1_22_whoever_brings_half_of_it_is_taken_in_with_a_receipt_and_the_case_waits_on() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let (no, papers) = sent_back(&desk, &officer).await;
    assert!(papers.len() > 1, "{papers:?}");
    desk.act(&officer, &no, "receive", &[]).await.is(422).has("请勾选收到了什么");
    desk.act(&officer, &no, "receive", &[("papers", &papers[0])]).await.is(303);
    let case = desk.case(&no).await;
    assert_eq!(case.stage, acts::Stage::CorrectionRequested);
    assert!(case.materials.iter().any(|handed| handed.material == papers[0]));
    assert_eq!(desk.acts(&no).await.last().unwrap(), "case.partly_supplemented");
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("补正收件凭证").has("收到一部分补正");
    officer.get(&format!("/cases/{no}/papers/receipt-2")).await.is(OK);
    officer.get(&format!("/counter/cases/{no}/receive")).await.is(OK).has("已经收到过");
    // The same once more is nothing new; the rest completes it, and the clock of acceptance begins anew.
    desk.act(&officer, &no, "receive", &[("papers", &papers[0])]).await.is(422).has("还差");
    let rest: Vec<(&str, &str)> = papers[1..].iter().map(|key| ("papers", key.as_str())).collect();
    desk.act(&officer, &no, "receive", &rest).await.is(303);
    assert_eq!(desk.case(&no).await.stage, acts::Stage::Submitted);
    assert_eq!(desk.acts(&no).await.last().unwrap(), "case.supplemented");
}

#[tokio::test]
async fn b4_1_22_a_refusal_after_a_part_came_says_what_did_not() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let (no, papers) = sent_back(&desk, &officer).await;
    desk.act(&officer, &no, "receive", &[("papers", &papers[0])]).await.is(303);
    let until = desk.case(&no).await.correction.unwrap().until.unwrap();
    desk.becomes(&format!("{} 09:00", until.succ_opt().unwrap())).await;
    let officer = desk.sign_in("officer-youhua").await;
    desk.act(
        &officer,
        &no,
        "refuse-incomplete",
        &[("basis", "《行政许可法》第三十二条第一款第五项"), ("reasons", "电话催过一次")],
    )
    .await
    .is(303);
    let case = desk.case(&no).await;
    let reasons = case.decision.unwrap().reasons.unwrap().reasons;
    assert!(reasons.contains("到期只补了一部分，还差："), "{reasons}");
}

#[tokio::test]
async fn f069_who_comes_second_hears_who_took_the_question() {
    let desk = Desk::open().await;
    let (first, second) = (desk.sign_in("officer").await, desk.sign_in("officer2").await);
    let to = desk.person("officer").await.agency.unwrap();
    desk.employ("officer3", "路平", "counter_officer", Some(&to)).await;
    let third = desk.sign_in("officer3").await;
    let page = posts(&first, "/counter/asked/new", &[("way", "counter"), ("text", "排水找谁办")]).await.is(303).location();
    posts(&first, &format!("{page}/offer"), &[("to", &to), ("reason", "不在岗")]).await.is(303);
    posts(&second, &format!("{page}/accept"), &[]).await.is(303);
    let name = desk.person("officer2").await.name;
    posts(&third, &format!("{page}/accept"), &[]).await.is(409).has(&format!("已经由 {name} 接手了"));
}
