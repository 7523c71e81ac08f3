//! 送达 · chosen by the applicant, on its way by post, come back, signed for; each with its proof (B4.1-20, 许可法 44).

use crate::Desk;
use crate::desk::{Client, OK, posts};
use acts::{CaseAct, Entry};
use chrono::{Duration, NaiveDate};
use services::cases::{Case, Stage};

const ADDRESS: [(&str, &str); 4] = [
    ("way", "post"),
    ("to_name", "王敏"),
    ("to_phone", "１３８ ０００１ ３８００"),
    ("to_address", "安徽省六安市金寨县梅山镇新城路 1 号"),
];

/// A case that was granted and waits to be delivered: the applicant, the officer and the number.
async fn granted(desk: &Desk) -> (Client, Client, String) {
    let citizen = desk.citizen("王敏").await;
    let no = desk.applies(&citizen, "elderly-card", &[]).await;
    (citizen, decided(desk, &no).await, no)
}

async fn decided(desk: &Desk, no: &str) -> Client {
    let officer = desk.sign_in("officer-youhua").await;
    desk.act(&officer, no, "accept", &[]).await.is(303);
    desk.act(&desk.sign_in("chief-youhua").await, no, "grant", &[("seal", "yes")]).await.is(303);
    officer
}

/// Two cases that were granted, one of them on its way by post: their numbers.
pub async fn one_on_its_way(desk: &Desk) -> (String, String) {
    let (citizen, officer, mailed) = granted(desk).await;
    let to_mail = desk.applies(&citizen, "elderly-card", &[]).await;
    decided(desk, &to_mail).await;
    mails(desk, &officer, &mailed, desk.house().now().date(), "1234567890123").await.is(303);
    (mailed, to_mail)
}

async fn count(desk: &Desk, no: &str, kind: &str) -> usize {
    desk.acts(no).await.iter().filter(|act| *act == kind).count()
}

fn mail(on: NaiveDate, number: &str) -> Vec<(String, String)> {
    let mut fields = vec![("carrier", "中国邮政 EMS".to_owned()), ("number", number.to_owned()), ("on", on.to_string())];
    fields.extend(ADDRESS[1..].iter().map(|(key, value)| (*key, (*value).to_owned())));
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

async fn mails(desk: &Desk, officer: &Client, no: &str, on: NaiveDate, number: &str) -> testing::Page {
    let fields = mail(on, number);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    desk.act(officer, no, "mail", &fields).await
}

#[tokio::test]
async fn b4_1_20_by_post_it_is_delivered_when_it_is_signed_for_and_not_before() {
    let desk = Desk::open().await;
    let (citizen, officer, no) = granted(&desk).await;
    let choosing = format!("/cases/{no}/delivery");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has(&choosing);
    citizen.get(&choosing).await.is(OK).has("免费邮寄给我");
    posts(&citizen, &choosing, &[("way", "post"), ("to_name", ""), ("to_phone", "12"), ("to_address", "")])
        .await
        .is(422)
        .has("有 3 处要改");
    posts(&citizen, &choosing, &ADDRESS).await.is(303);
    posts(&citizen, &choosing, &ADDRESS).await.is(303);
    assert_eq!(count(&desk, &no, "case.delivery_chosen").await, 1, "the same once more changes nothing");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("新城路 1 号");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("新城路");
    let other = desk.citizen("李强").await;
    posts(&other, &choosing, &ADDRESS).await.is(403);

    desk.act(&officer, &no, "deliver", &[("way", "account")]).await.is(409).has("申请人选的是“免费邮寄");
    desk.act(&officer, &no, "deliver", &[("way", "post")]).await.is(409).has("还没有交邮");
    officer.get(&format!("/counter/cases/{no}/mail")).await.is(OK).has("新城路 1 号").has("13800013800");
    let today = desk.house().now().date();
    mails(&desk, &officer, &no, today, "EA 12").await.is(422).has("6 到 40 位");
    mails(&desk, &officer, &no, today + Duration::days(1), "1234567890123").await.is(422).has("不能晚于今天");
    mails(&desk, &officer, &no, today - Duration::days(1), "1234567890123").await.is(409).has("早于作出决定的");
    mails(&desk, &officer, &no, today, "1234567890123").await.is(303);
    mails(&desk, &officer, &no, today, "1234567890124").await.is(409).has("已经交邮");
    assert_eq!(desk.case(&no).await.stage, Stage::Granted, "on its way is not delivered");
    posts(&citizen, &choosing, &[("way", "counter")]).await.is(409).has("已经交邮");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("1234567890123");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("交邮").has_not("1234567890123").has_not("新城路");

    // It comes back, is sent anew, and is signed for two days later.
    desk.act(&officer, &no, "mail-returned", &[("on", "2020-01-01"), ("reason", "查无此人")]).await.is(409);
    let back = today.to_string();
    desk.act(&officer, &no, "mail-returned", &[("on", &back), ("reason", "三次投递没有人接收")]).await.is(303);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("三次投递没有人接收");
    desk.act(&officer, &no, "deliver", &[("way", "post"), ("receiver", "王敏"), ("received_on", &back)]).await.is(409);
    mails(&desk, &officer, &no, today, "9876543210987").await.is(303);
    desk.later(Duration::days(3)).await;
    let officer = desk.sign_in("officer-youhua").await;
    let day = |days: i64| (today + Duration::days(days)).to_string();
    let signed = |on: String, who: &'static str| [("way", "post".to_owned()), ("receiver", who.to_owned()), ("received_on", on)];
    for (on, who, status, told) in [
        (day(-1), "王敏", 409, "早于交邮日期"),
        (day(9), "王敏", 422, "不能晚于今天"),
        (day(2), "", 422, "是谁签收的"),
        (day(2), "王小敏（女儿）", 303, ""),
    ] {
        let fields = signed(on, who);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
        desk.act(&officer, &no, "deliver", &fields).await.is(status).has(told);
    }
    let case = desk.case(&no).await;
    assert_eq!((case.stage, case.delivered_on), (Stage::Delivered, Some(today + Duration::days(2))));
    let login: String = sqlx::query_scalar("select login from people where name = '王敏'").fetch_one(desk.pool()).await.unwrap();
    let citizen = desk.sign_in(&login).await;
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("签收人：王小敏（女儿）").has("送达回证");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("王小敏");
    assert!(citizen.get(&format!("/cases/{no}/papers/delivery")).await.is(OK).body.starts_with(b"%PDF"));
    posts(&citizen, &choosing, &[("way", "counter")]).await.is(409);

    let mut conn = desk.pool().acquire().await.unwrap();
    let history = services::cases::case::history(&mut conn, &no).await.unwrap();
    let entries: Vec<Entry<CaseAct>> = history.into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(Case::fold(&entries).unwrap(), case);
}

#[tokio::test]
async fn b4_1_20_at_the_counter_it_is_delivered_to_whoever_is_named_even_if_another_way_was_chosen() {
    let desk = Desk::open().await;
    let (citizen, officer, no) = granted(&desk).await;
    posts(&citizen, &format!("/cases/{no}/delivery"), &ADDRESS).await.is(303);
    desk.act(&officer, &no, "deliver", &[("way", "counter")]).await.is(303);
    let case = desk.case(&no).await;
    assert_eq!(case.delivered_on, Some(desk.house().now().date()));
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("窗口当面领取").has("签收人：王敏");
}

#[tokio::test]
async fn f152_where_a_result_was_sent_is_private_and_erased_with_the_case() {
    let desk = Desk::open().await;
    let (citizen, officer, no) = granted(&desk).await;
    posts(&citizen, &format!("/cases/{no}/delivery"), &ADDRESS).await.is(303);
    let today = desk.house().now().date();
    mails(&desk, &officer, &no, today, "1234567890123").await.is(303);
    let day = today.to_string();
    desk.act(&officer, &no, "deliver", &[("way", "post"), ("receiver", "王敏"), ("received_on", &day)]).await.is(303);
    desk.settle().await;
    let public: Vec<String> =
        sqlx::query_scalar("select public_body from acts where subject = $1").bind(&no).fetch_all(desk.pool()).await.unwrap();
    assert!(public.iter().all(|body| !body.contains("新城路") && !body.contains("1234567890123")), "{public:#?}");
    let known = async || -> bool {
        sqlx::query_scalar(
            "select exists (select from acts where coalesce(private_body, '') ~ '新城路|1234567890123')
                 or exists (select from cases where state::text ~ '新城路|1234567890123')",
        )
        .fetch_one(desk.pool())
        .await
        .unwrap()
    };
    assert!(known().await);
    let admin = desk.sign_in("admin").await;
    crate::erasure::erases(&admin, &no, &[("ground", "4"), ("sure", "yes")]).await.is(303);
    assert!(!known().await, "erased with the case");
}

#[tokio::test]
async fn b4_1_20_how_to_have_the_result_may_be_said_while_applying() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何平").await;
    let named = desk.fills(&citizen, "elderly-card", &[]).await;
    let check = format!("/matters/elderly-card/apply/check{named}");
    citizen.get(&check).await.is(OK).has("怎样领取").has("value=\"何平\"");
    // What is wrong with the address is told, and nothing is filed; what was typed stays.
    let half = [("anyway", "yes"), ("way", "post"), ("to_name", "何平"), ("to_phone", "13800138000"), ("to_address", "梅山镇")];
    citizen.post(&check, &half).await.is(422).has("收件地址太短").has("梅山镇");
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(cases, 0);
    let whole = [
        ("anyway", "yes"),
        ("way", "post"),
        ("to_name", "何平"),
        ("to_phone", "13800138000"),
        ("to_address", "安徽省六安市金寨县梅山镇新城路 8 号"),
    ];
    let (one, two) = tokio::join!(citizen.post(&check, &whole), citizen.post(&check, &whole));
    assert_eq!((one.status, two.status), (303, 303));
    let no = one.location().trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    assert_eq!(desk.acts(&no).await, ["case.submitted", "case.delivery_chosen"], "once, in one transaction");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("免费邮寄给我").has("新城路 8 号");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("新城路 8 号");
    // Said nothing, nothing is chosen.
    let other = desk.applies(&citizen, "elderly-card", &[]).await;
    assert_eq!(desk.acts(&other).await, ["case.submitted"]);
}
