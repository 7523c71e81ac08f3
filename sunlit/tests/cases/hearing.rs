//! 听证权利: told of it, an applicant has five working days to ask for a hearing, and nothing is decided meanwhile (B4.1-10; 许可法 47).

use crate::Desk;
use crate::desk::{Client, OK, posts};
use chrono::{Duration, NaiveDate};
use services::cases::Stage;

const OFFER: [(&str, &str); 1] = [("text", "拟准予；油烟口距相邻住户不足 20 米")];
const OPINION: [(&str, &str); 2] = [("proposal", "grant"), ("opinion", "依据笔录，符合条件")];

/// A case that was surveyed and whose applicant was told of the hearing.
pub async fn told(desk: &Desk, citizen: &Client) -> String {
    let no = desk.accepted(citizen).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    desk.act(&officer, &no, "offer-hearing", &[]).await.is(422).has("请写拟作的决定");
    desk.act(&officer, &no, "offer-hearing", &OFFER).await.is(303);
    no
}

#[tokio::test]
async fn b4_1_10_who_asks_for_a_hearing_is_heard_before_anything_is_decided() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("沈秋").await;
    let no = told(&desk, &citizen).await;
    let (officer, examiner) = (desk.sign_in("officer").await, desk.sign_in("officer2").await);
    let before = desk.case(&no).await;
    let now = desk.house().now();
    let until = now.calendar.add_working_days(now.date(), 5);
    assert_eq!(before.hearing.as_ref().unwrap().until, until);

    // The applicant is told, with a letter; the public learns that and not why; the clock runs on.
    let page = format!("/cases/{no}/hearing");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("您可以要求听证").has(&page).has("不足 20 米");
    assert!(citizen.get(&format!("/cases/{no}/papers/hearing")).await.is(OK).body.starts_with(b"%PDF"));
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("告知听证权利").has_not("不足 20 米").has_not(&page);
    assert!(before.stage == Stage::InReview && before.statutory.as_ref().unwrap().pauses.is_empty());
    desk.act(&officer, &no, "offer-hearing", &OFFER).await.is(409).has("已经告知过听证权利");
    desk.act(&examiner, &no, "examine", &OPINION).await.is(409).has("以前可以要求听证");

    // Nobody answers for the applicant.
    citizen.get(&page).await.is(OK).has("最后一天");
    posts(&desk.citizen("路人").await, &page, &[("wants", "yes")]).await.is(403);
    posts(&officer, &page, &[("wants", "no")]).await.is(403);
    desk.act(&officer, &no, "answer-hearing", &[("wants", "no")]).await.is(409);
    posts(&citizen, &page, &[]).await.is(422).has("请选要不要听证");
    let asks = [("wants", "yes"), ("why", "油烟会不会熏到三楼")];
    let (one, two) = tokio::join!(posts(&citizen, &page, &asks), posts(&citizen, &page, &asks));
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409], "one answer, however often it is sent");
    posts(&citizen, &page, &[("wants", "no")]).await.is(409);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("您要求了听证，最晚").has("听证以后再作决定");
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("申请人要求听证").has("熏到三楼");

    // Then it is held, within twenty working days of the asking, or nothing is decided.
    desk.act(&examiner, &no, "examine", &OPINION).await.is(409).has("先组织听证");
    let day = |days: u32| now.calendar.add_working_days(now.date(), days);
    desk.later(Duration::days((day(4) - now.date()).num_days())).await;
    let officer = desk.sign_in("officer").await;
    let hears = async |on: NaiveDate| {
        let on = on.to_string();
        let fields = [
            ("ground", "听证"),
            ("told_days", "25"),
            ("why", "申请人要求听证"),
            ("heard_on", on.as_str()),
            ("heard_at", "县政务服务中心听证室"),
            ("chair", "顾平"),
        ];
        desk.act(&officer, &no, "pause", &fields).await
    };
    hears(day(21)).await.is(409).has("二十个工作日内");
    hears(day(12)).await.is(303);
    desk.later(Duration::days((day(12) - day(4)).num_days())).await;
    let (officer, examiner) = (desk.sign_in("officer").await, desk.sign_in("officer2").await);
    officer.upload(&format!("/counter/cases/{no}/resume/files"), "report", "听证笔录.pdf", b"%PDF-1.4 heard").await.is(303);
    desk.act(&officer, &no, "resume", &[("result", "双方意见已记入笔录")]).await.is(303);
    desk.act(&examiner, &no, "examine", &OPINION).await.is(303);
    desk.act(&desk.sign_in("chief").await, &no, "grant", &[("seal", "yes")]).await.is(303);
}

#[tokio::test]
async fn b4_1_10_who_waives_or_stays_silent_is_not_waited_for() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("许诺").await;
    let login = desk.of(&citizen).await.login;
    let (waived, silent) = (told(&desk, &citizen).await, told(&desk, &citizen).await);
    let examiner = desk.sign_in("officer2").await;
    posts(&citizen, &format!("/cases/{waived}/hearing"), &[("wants", "no")]).await.is(303);
    citizen.get(&format!("/cases/{waived}")).await.is(OK).has("不要求听证");
    desk.act(&examiner, &waived, "examine", &OPINION).await.is(303);

    // On its last day it may still be asked for; the day after it may not, and the case goes on.
    let (today, until) = (desk.house().now().date(), desk.case(&silent).await.hearing.unwrap().until);
    desk.later(Duration::days((until - today).num_days())).await;
    let examiner = desk.sign_in("officer2").await;
    desk.act(&examiner, &silent, "examine", &OPINION).await.is(409).has("以前可以要求听证");
    desk.later(Duration::days(1)).await;
    let (citizen, examiner) = (desk.sign_in(&login).await, desk.sign_in("officer2").await);
    posts(&citizen, &format!("/cases/{silent}/hearing"), &[("wants", "yes")]).await.is(409).has("已经过了");
    desk.act(&examiner, &silent, "examine", &OPINION).await.is(303);
}

#[tokio::test]
async fn b4_1_10_a_hearing_is_set_after_the_answer_and_called_off_when_nobody_wants_it() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("许诺").await;
    let no = told(&desk, &citizen).await;
    let officer = desk.sign_in("officer").await;
    let now = desk.house().now();
    let on = now.calendar.add_working_days(now.date(), 9).to_string();
    let hears = async |days: &str, chair: &str| {
        let fields = [
            ("ground", "听证"),
            ("told_days", days),
            ("why", "涉及相邻住户，关系公共利益"),
            ("heard_on", on.as_str()),
            ("heard_at", "县政务服务中心听证室"),
            ("chair", chair),
        ];
        desk.act(&officer, &no, "pause", &fields).await
    };
    hears("15", "顾平").await.is(409).has("以前可以要求听证");
    posts(&citizen, &format!("/cases/{no}/hearing"), &[("wants", "no")]).await.is(303);
    hears("120", "顾平").await.is(409).has("最多 25 个");
    hears("15", "许诺 先生").await.is(409).has("申请人一方");
    hears("15", "顾平").await.is(303);
    // Nobody wants it: the clock goes on without a made-up transcript, and the hearing is not on record as held.
    let result = [("result", "申请人不要求，相邻住户也不要求，不举行了")];
    desk.act(&officer, &no, "resume", &result).await.is(409).has("还没有到");
    desk.act(&officer, &no, "resume", &[result[0], ("not_held", "yes")]).await.is(303);
    let case = desk.case(&no).await;
    assert!(case.stage == Stage::InReview && case.special.is_empty() && case.pause.is_none());
    let statutory = case.statutory.as_ref().unwrap();
    assert_eq!(statutory.pauses[0].to, Some(statutory.pauses[0].from), "what needed no time stops no clock");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("听证没有举行，暂停的日子算回期限里");
    // What somebody asked for is held.
    let other = told(&desk, &citizen).await;
    posts(&citizen, &format!("/cases/{other}/hearing"), &[("wants", "yes")]).await.is(303);
    let fields = [
        ("ground", "听证"),
        ("told_days", "15"),
        ("why", "申请人要求听证"),
        ("heard_on", on.as_str()),
        ("heard_at", "县政务服务中心听证室"),
        ("chair", "顾平"),
    ];
    desk.act(&officer, &other, "pause", &fields).await.is(303);
    desk.act(&officer, &other, "resume", &[result[0], ("not_held", "yes")]).await.is(409).has("不能不举行");
}
