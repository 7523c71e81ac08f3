//! 共同申请 · several who apply as one: each reads the case and agrees in the own account or signs at the counter, nothing is accepted before,
//! and one alone neither acts for the others nor withdraws what they agreed to (B4.1; 不动产登记暂行条例 14).

use crate::Desk;
use crate::desk::{Client, OK, filled, posts, sends};
use crate::erasure::erases;
use foundation::people::New;
use serde_json::{Value, json};

const SLUG: &str = "real-estate-transfer";

/// A couple buys; the seller has no account. The number of the case.
async fn bought(desk: &Desk, husband: &Client, wife: &Client) -> String {
    let name = desk.of(wife).await.name;
    bought_with(desk, husband, wife, &name).await
}

/// The same, with the wife under this name.
async fn bought_with(desk: &Desk, husband: &Client, wife: &Client, name: &str) -> String {
    let agency = Some("jinzhai-natural-resources");
    desk.employ("officer-estate", "梅雪", "counter_officer", agency).await;
    let item = desk.catalogue.item(SLUG).unwrap();
    let (person, other) = (desk.of(husband).await, desk.of(wife).await);
    let party = services::cases::submit::party_of(&person);
    let mut answers = services::demo::answers(&item, &party, &person, desk.house().now().date(), 0);
    let buyer = |name: &str, number: &Option<String>| json!({ "buyer_name": name, "buyer_number": number });
    answers.insert("holding".into(), "joint".into());
    answers.insert("buyers".into(), json!([buyer(&person.name, &person.resident_id), buyer(name, &other.resident_id)]));
    let seller = services::demo::resident_id("340100", chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap(), 1);
    answers.insert("sellers".into(), json!([{ "seller_name": "赵六", "seller_number": seller }]));
    let answers = item.form.answered(&answers);
    let begun = husband.post(&format!("/matters/{SLUG}/apply"), &[("for", "me")]).await.is(303).location();
    let named = format!("?{}", begun.split_once('?').unwrap().1);
    desk.answers_draft(husband, SLUG, &named, &answers, &[]).await;
    let sent = husband.post(&format!("/matters/{SLUG}/apply/check{named}"), &[("anyway", "yes")]).await.is(303).location();
    sent.trim_start_matches("/cases/").split('?').next().unwrap().to_owned()
}

async fn says(client: &Client, no: &str, agrees: &str) -> testing::Page {
    posts(client, &format!("/cases/{no}/join"), &[("agrees", agrees)]).await
}

#[tokio::test]
async fn b4_1_nothing_is_accepted_before_all_who_apply_together_agree() {
    let desk = Desk::open().await;
    let (husband, wife) = (desk.citizen("王强").await, desk.citizen("刘芳").await);
    let no = bought(&desk, &husband, &wife).await;
    let page = format!("/cases/{no}");
    assert_eq!(desk.case(&no).await.together.iter().map(|one| one.who.name.as_str()).collect::<Vec<_>>(), ["刘芳", "赵六"]);

    // She finds it among hers, reads it whole, and does nothing for him.
    wife.get("/account").await.is(OK).has(&page);
    wife.get(&page).await.is(OK).has("您也是申请人").has("同意一起申请").has("还没有说").has_not("/withdraw").has_not("/amend");
    wife.get(&format!("{page}/papers/application")).await.is(OK);
    posts(&wife, &format!("{page}/withdraw"), &[]).await.is(403);
    wife.get(&format!("{page}/amend")).await.is(403);
    // Nobody else is asked, not even whoever signed up with her number.
    let number = desk.of(&wife).await.resident_id.unwrap();
    let claims = New {
        login: "thief".into(),
        name: "刘芳".into(),
        resident_id: Some(number),
        roles: vec!["citizen".into()],
        ..New::default()
    };
    desk.enter(claims).await;
    let thief = desk.sign_in("thief").await;
    thief.get("/account").await.is(OK).has_not(&page);
    thief.get(&page).await.is(OK).has_not("一起申请的人").has_not("刘芳</dt>");
    says(&thief, &no, "yes").await.is(403);
    says(&husband, &no, "yes").await.is(403);

    let officer = desk.sign_in("officer-estate").await;
    officer.get(&format!("/counter/cases/{no}/accept")).await.is(OK).has("还没有同意一起申请的：刘芳、赵六");
    desk.act(&officer, &no, "accept", &[]).await.is(409).has("刘芳、赵六");
    says(&wife, &no, "maybe").await.is(422);
    says(&wife, &no, "yes").await.is(303);
    says(&wife, &no, "yes").await.is(409).has("已经说过了");
    husband.get(&page).await.is(OK).has("1 人同意一起申请").has_not("name=\"agrees\"");
    wife.get(&page).await.is(OK).has("收回同意");
    // What she agreed to, he does not withdraw alone.
    posts(&husband, &format!("{page}/withdraw"), &[]).await.is(409).has("刘芳");
    // Who has no account signs at the counter.
    desk.act(&officer, &no, "accept", &[]).await.is(409).has("赵六").has_not("刘芳、");
    desk.act(&officer, &no, "accept", &[("signed", "yes")]).await.is(303);
    let acts = desk.acts(&no).await;
    assert_eq!(acts.iter().filter(|kind| *kind == "case.joined").count(), 2, "{acts:?}");
    assert!(desk.case(&no).await.together.iter().all(|one| one.agrees.is_some_and(|(agrees, _)| agrees)));
    // What was accepted is what all agreed to: nobody takes that back, or changes it, alone.
    says(&wife, &no, "no").await.is(409).has("已经受理");
    wife.get(&page).await.is(OK).has_not("收回同意");
    husband.get(&format!("{page}/amend")).await.is(303);
    // Strangers read how many, not who.
    desk.nobody().get(&page).await.is(OK).has("同意一起申请").has_not("刘芳").has_not("赵六");
}

#[tokio::test]
async fn b4_1_who_agreed_agrees_anew_to_what_was_corrected_and_may_take_it_back() {
    let desk = Desk::open().await;
    let (husband, wife) = (desk.citizen("王强").await, desk.citizen("刘芳").await);
    let no = bought(&desk, &husband, &wife).await;
    says(&wife, &no, "yes").await.is(303);
    let page = format!("/cases/{no}/amend");
    let fields = [("price", "880000"), ("amend_why", "写错了一位"), ("amend_truth", "yes")];
    sends(&husband, &page, &filled(&husband, &page, &fields).await).await.is(303);
    assert!(desk.case(&no).await.together.iter().all(|one| one.agrees.is_none()));
    // She is asked anew, and still bound: a yuan more or less lets him neither withdraw alone nor take her out.
    posts(&husband, &format!("/cases/{no}/withdraw"), &[]).await.is(409).has("刘芳");
    let stranger = services::demo::resident_id("340100", chrono::NaiveDate::from_ymd_opt(1971, 1, 1).unwrap(), 2);
    let another = [("buyers.1.buyer_number", stranger.as_str()), ("amend_why", "写错了"), ("amend_truth", "yes")];
    sends(&husband, &page, &filled(&husband, &page, &another).await).await.is(409).has("刘芳已经同意一起申请");
    let nonsense = [("buyers.1.buyer_number", "340100197101010000"), ("amend_why", "写错了"), ("amend_truth", "yes")];
    sends(&husband, &page, &filled(&husband, &page, &nonsense).await).await.is(422).has("证件号码不对");
    // On a page drawn before, she would agree to something else.
    posts(&wife, &format!("/cases/{no}/join"), &[("agrees", "yes"), ("amended", "0")]).await.is(409).has("刚刚更正过");
    says(&wife, &no, "yes").await.is(303);
    // Who says no reads it no more, and nobody's tick turns it.
    says(&wife, &no, "no").await.is(303);
    wife.get("/account").await.is(OK).has_not(&no);
    wife.get(&format!("/cases/{no}")).await.is(OK).has_not("一起申请的人");
    let officer = desk.sign_in("officer-estate").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("不同意一起申请").has("刘芳");
    desk.act(&officer, &no, "accept", &[("signed", "yes")]).await.is(409).has("刘芳不同意");
    // Nobody holds him any more.
    posts(&husband, &format!("/cases/{no}/withdraw"), &[]).await.is(303);
    says(&wife, &no, "yes").await.is(403);
    // Erased, nothing of them stays.
    let kept = async || -> (Option<Vec<String>>, Value) {
        sqlx::query_as("select together, state from cases where case_no = $1").bind(&no).fetch_one(desk.pool()).await.unwrap()
    };
    assert_eq!(kept().await.0.map(|left| left.len()), Some(1), "the seller");
    desk.settle().await;
    erases(&desk.sign_in("admin").await, &no, &[("ground", "4"), ("sure", "yes")]).await.is(303);
    let (numbers, state) = kept().await;
    assert!(numbers.is_none() && !state.to_string().contains("赵六"));
}

#[tokio::test]
async fn b4_1_silence_of_the_office_accepts_and_nothing_is_granted_before_all_agree() {
    let desk = Desk::open().await;
    let (husband, wife) = (desk.citizen("王强").await, desk.citizen("刘芳").await);
    let no = bought(&desk, &husband, &wife).await;
    let login = desk.of(&wife).await.login;
    desk.later(chrono::Duration::days(15)).await;
    assert!(desk.acts(&no).await.contains(&"case.deemed_accepted".to_owned()));
    let officer = desk.sign_in("officer-estate").await;
    let opinion = [("proposal", "grant"), ("opinion", "符合")];
    desk.act(&officer, &no, "examine", &opinion).await.is(409).has("刘芳、赵六");
    says(&desk.sign_in(&login).await, &no, "yes").await.is(303);
    desk.act(&officer, &no, "examine", &opinion).await.is(409).has("赵六").has_not("刘芳、");
    desk.act(&officer, &no, "examine", &[opinion[0], opinion[1], ("signed", "yes")]).await.is(303);
    assert!(desk.case(&no).await.together.iter().all(|one| one.agrees.is_some_and(|(agrees, _)| agrees)));
}

#[tokio::test]
async fn b4_1_a_slip_in_a_number_or_a_name_shows_the_case_to_nobody() {
    let desk = Desk::open().await;
    let (husband, wife) = (desk.citizen("王强").await, desk.citizen("刘芳").await);
    let no = bought_with(&desk, &husband, &wife, "刘方").await;
    wife.get("/account").await.is(OK).has_not(&no);
    wife.get(&format!("/cases/{no}")).await.is(OK).has_not("一起申请的人");
    assert_eq!(wife.get(&format!("/cases/{no}/papers/application")).await.status, 403);
    says(&wife, &no, "no").await.is(403);
}

#[tokio::test]
async fn f055_nobody_handles_a_case_in_which_they_or_a_relative_apply_together() {
    let desk = Desk::open().await;
    let (husband, wife) = (desk.citizen("王强").await, desk.citizen("刘芳").await);
    let no = bought(&desk, &husband, &wife).await;
    // The wife works at the counter.
    let id = desk.of(&wife).await.id;
    sqlx::query("update people set roles = '{citizen,counter_officer}', agency = 'jinzhai-natural-resources' where id = $1")
        .bind(id)
        .execute(desk.pool())
        .await
        .unwrap();
    let login = desk.of(&wife).await.login;
    let at_work = desk.sign_in(&login).await;
    desk.act(&at_work, &no, "accept", &[("signed", "yes")]).await.is(403).has("回避");
}
