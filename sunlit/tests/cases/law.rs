//! The law of the clock and of the survey, at the doors where officers meet it.

use crate::Desk;
use crate::desk::OK;
use chrono::Duration;
use services::cases::Stage;
use testing::changed;

const FOOD: &str = "food-production-licence";

#[tokio::test]
async fn b4_1_04_a_limit_is_extended_once_in_time_and_by_who_may() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let (no, late) = (desk.accepted(&citizen).await, desk.accepted(&citizen).await);
    let before = desk.case(&no).await;
    let asks = [("approver", "王建国"), ("post", "分管副局长"), ("reason", "检验机构要补做一项"), ("approved", "yes")];
    let (officer, chief) = (desk.sign_in("officer").await, desk.sign_in("chief").await);
    desk.act(&officer, &no, "extend", &asks).await.is(403);
    desk.act(&desk.sign_in("chief-youhua").await, &no, "extend", &asks).await.is(403);
    desk.act(&chief, &no, "extend", &asks[..3]).await.is(422).has("没有负责人批准不能延长");
    let own = [("approver", "周 正 首席代表"), asks[1], asks[2], asks[3]];
    desk.act(&chief, &no, "extend", &own).await.is(409).has("不能是办理的人自己");
    assert_eq!(desk.case(&no).await, before);

    desk.act(&chief, &no, "extend", &asks).await.is(303);
    let by = desk.catalogue.item(FOOD).unwrap().extension.as_ref().unwrap().limit;
    let calendar = desk.house().now().calendar;
    let case = desk.case(&no).await;
    for (clock, before) in [(case.promised, before.promised), (case.statutory, before.statutory)] {
        let (now, before) = (clock.unwrap().due(&calendar).unwrap().date, before.unwrap().due(&calendar).unwrap().date);
        assert_eq!(now, calendar.add_working_days(before, by.n));
    }
    // The post is public, the name is in the file.
    citizen.get(&format!("/cases/{no}")).await.has("检验机构要补做一项").has("分管副局长批准").has_not("王建国");
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("王建国");
    let (public, private): (String, String) =
        sqlx::query_as("select public_body, private_body from acts where subject = $1 and kind = 'case.extended'")
            .bind(&no)
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert!(public.contains("分管副局长") && !public.contains("王建国") && private.contains("王建国"));
    let old = acts::Entry::<acts::CaseAct>::read(&public, None).unwrap();
    assert!(matches!(old.act, acts::CaseAct::Extended { private: None, .. }));
    // F152: the reason is the applicant's to read; the public body keeps none of it.
    assert!(!public.contains("检验机构要补做一项"));
    desk.act(&chief, &no, "extend", &asks).await.is(409).has("已经延长过一次");
    assert_eq!(desk.case(&no).await.statutory.unwrap().extensions.len(), 1);

    desk.later(Duration::days(60)).await;
    let chief = desk.sign_in("chief").await;
    desk.act(&chief, &late, "extend", &asks).await.is(409).has("届满");
    assert!(!desk.case(&late).await.extended);
    assert_eq!(desk.acts(&late).await.last().unwrap(), "case.attempt_refused");
}

#[tokio::test]
async fn b4_2_02_a_name_with_its_post_is_the_same_person() {
    let desk = Desk::open().await;
    let no = desk.accepted(&desk.citizen("许强").await).await;
    let officer = desk.sign_in("officer").await;
    let survey =
        async |who: &str| desk.act(&officer, &no, "survey", &[("surveyors", who), ("passed", "yes"), ("findings", "看过")]).await;
    survey("何伟\n何伟 科员").await.is(409).has("2");
    survey("陈静 科员\n唐宁").await.is(303);
    // Who was there does not examine, however the name was written.
    desk.act(&officer, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await.is(409);
}

#[tokio::test]
async fn b4_1_07_experts_are_told_beforehand_belong_to_nobody_who_applies_and_sign_their_opinion() {
    let desk = Desk::with(changed(FOOD, |item| item["special_procedures"][0]["ground"] = "专家评审".into()).unwrap()).await;
    let citizen = desk.citizen("许强").await;
    let no = desk.accepted(&citizen).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "看过")]).await.is(303);
    let company = desk.case(&no).await.applicant.unwrap().name;
    let pause = async |experts: &str| {
        let fields = [("ground", "专家评审"), ("told_days", "10"), ("why", "工艺复杂，要请专家看"), ("experts", experts)];
        desk.act(&officer, &no, "pause", &fields).await
    };
    pause(" \n").await.is(422).has("请写评审的专家");
    pause("王明，省食品院\n王明，别处").await.is(422).has("写了两次");
    pause(&format!("王明，省食品院，食品工艺\n李红，{company}，质量")).await.is(409).has("李红").has("请换一位专家");
    pause("马超，县市场监管局").await.is(409).has("现场核查过");
    pause("王明，省食品院，食品工艺\n李红，安徽农业大学，食品").await.is(303);
    // The applicant reads who reviews, and that an objection is possible.
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("李红，安徽农业大学").has("申请回避");
    assert!(citizen.get(&format!("/cases/{no}/papers/pause")).await.is(OK).body.starts_with(b"%PDF"));
    // Only those who were told sign; an opinion nobody signed is none.
    let resume = async |fields: &[(&str, &str)]| {
        let fields = [&[("result", "评审意见 2026-07 号：工艺可行")], fields].concat();
        desk.act(&officer, &no, "resume", &fields).await
    };
    resume(&[]).await.is(422).has("签了名的专家");
    resume(&[("signed", "赵六，别处")]).await.is(422);
    resume(&[("signed", "王明，省食品院，食品工艺"), ("signed", "赵六，别处")]).await.is(303);
    let page = officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("签名的专家：王明，省食品院，食品工艺");
    page.has_not("赵六");
    // Whoever reviews does not examine what they said.
    sqlx::query("update people set name = '王明' where login = 'officer2'").execute(desk.pool()).await.unwrap();
    let expert = desk.sign_in("officer2").await;
    let examined = [("proposal", "grant"), ("opinion", "符合")];
    desk.act(&expert, &no, "examine", &examined).await.is(409).has("在这一件的专家里");
}

#[tokio::test]
async fn b4_1_07_the_clock_pauses_on_a_ground_of_the_law_and_of_the_item_only() {
    let desk = Desk::open().await;
    let no = desk.accepted(&desk.citizen("许强").await).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "看过")]).await.is(303);
    let pause = async |ground: &str| {
        desk.act(&officer, &no, "pause", &[("ground", ground), ("told_days", "5"), ("why", "检验试制食品")]).await
    };
    // Not in the law; in the law, but not for this item.
    for ground in ["现场勘察", "集体讨论", "公示", "检验、公示", "拍卖"] {
        pause(ground).await.is(409).has("不能暂停计时");
        assert_eq!(desk.acts(&no).await.last().unwrap(), "case.attempt_refused");
    }
    pause("").await.is(422);
    let case = desk.case(&no).await;
    assert!(case.stage == Stage::InReview && case.statutory.unwrap().pauses.is_empty());
    pause("检验").await.is(303);
    assert_eq!(desk.case(&no).await.statutory.unwrap().pauses[0].ground, "检验");

    // Nor can an administrator add a ninth.
    let ninth = changed(FOOD, |item| item["special_procedures"][0]["ground"] = "公示".into());
    assert!(ninth.err().unwrap().to_string().contains("“公示”不是可以不计入期限的事由"));
}

#[tokio::test]
async fn b4_1_07_where_an_item_says_so_its_promise_runs_on_while_the_law_waits() {
    let desk = Desk::with(changed(FOOD, |item| item["pauses_promise"] = false.into()).unwrap()).await;
    let citizen = desk.citizen("冯波").await;
    let no = desk.accepted(&citizen).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "看过")]).await.is(303);
    officer.get(&format!("/counter/cases/{no}/pause")).await.has("承诺时限照常计算");
    let calendar = desk.house().now().calendar;
    let before = desk.case(&no).await;
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "5"), ("why", "检验试制食品")]).await.is(303);
    let case = desk.case(&no).await;
    assert_eq!((case.stage, &case.promised), (Stage::Paused, &before.promised));
    assert!(case.statutory.as_ref().unwrap().is_paused(desk.house().now().date()));
    assert_eq!(case.due(&calendar), before.due(&calendar));
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("承诺时限照常计算").has_not("不计入办理时限");
    assert!(citizen.get(&format!("/cases/{no}/papers/pause")).await.is(OK).body.starts_with(b"%PDF"));

    desk.later(Duration::days(5)).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：合格")]).await.is(303);
    let case = desk.case(&no).await;
    let days = |clock: &Option<calendar::Clock>| clock.as_ref().unwrap().due(&calendar).unwrap().date;
    assert_eq!((case.stage, days(&case.promised)), (Stage::InReview, days(&before.promised)));
    assert!(days(&case.statutory) > days(&before.statutory));
    // The board and supervision counted the same.
    let shown: chrono::NaiveDate =
        sqlx::query_scalar("select due from sunlight where case_no = $1").bind(&no).fetch_one(desk.pool()).await.unwrap();
    assert_eq!(Some(shown), before.due(&calendar));
    let watched: serde_json::Value =
        sqlx::query_scalar("select watch from watches where case_no = $1").bind(&no).fetch_one(desk.pool()).await.unwrap();
    assert_eq!(watched["promised"]["pauses"], serde_json::json!([]));
    assert_eq!(watched["statutory"]["pauses"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn b4_1_13_a_survey_needs_two_staff() {
    let desk = Desk::open().await;
    let no = desk.accepted(&desk.citizen("韩梅").await).await;
    let officer = desk.sign_in("officer").await;
    let survey = async |surveyors: &str| {
        let fields = [("surveyors", surveyors), ("passed", "yes"), ("findings", "一致")];
        desk.act(&officer, &no, "survey", &fields).await
    };
    survey("").await.is(422);
    survey("99999999").await.is(422).has("请写姓名");
    survey(&(0..21).map(|n| format!("马{}\n", char::from_u32(0x4e00 + n).unwrap())).collect::<String>())
        .await
        .is(422)
        .has("最多写 20 人");
    survey("马超\n马超").await.is(409).has("至少要两名");
    assert_eq!(desk.acts(&no).await.last().unwrap(), "case.attempt_refused");
    assert!(desk.case(&no).await.waits_at("survey"));
    survey("马超\n 唐宁 \n").await.is(303);
    let public = desk.nobody().json(&format!("/cases/{no}")).await.text();
    assert!(public.contains("\"staff\":2") && !public.contains("马超"), "{public}");
    assert!(desk.case(&no).await.waits_at("examine"));

    // Nor can an administrator make one enough.
    let one = changed(FOOD, |item| item["survey"]["officers"] = 1.into());
    assert!(one.err().unwrap().to_string().contains("两名以上"));
}
