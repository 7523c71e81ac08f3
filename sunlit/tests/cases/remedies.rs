//! 不服怎么办: whoever was refused is told where to go and until which day, and what they did is on record (B4.1-21); a notice names its last
//! day, after which an officer may end the case (B4.1-22); what was right stays as it is; what is late is said to be late (CLK-10).

use crate::Desk;
use crate::desk::{Client, OK, posts};
use crate::letters::{said, says};
use calendar::Limit;
use chrono::{Duration, NaiveDate};
use foundation::page::full_date_zh;
use services::cases::Stage;

const FOOD: &str = "food-production-licence";

/// A food case that the chief denied.
pub async fn denied(desk: &Desk, citizen: &Client) -> String {
    let no = desk.before_the_chief(citizen).await;
    let fields = [
        ("seal", "yes"),
        ("facts", "没有洗手设施"),
        ("basis_other", "《食品生产许可管理办法》第十二条"),
        ("reasons", "不符合条件"),
    ];
    desk.act(&desk.sign_in("chief").await, &no, "deny", &fields).await.is(303);
    no
}

fn zh(day: NaiveDate) -> String {
    full_date_zh(day).chars().filter(|c| !c.is_whitespace()).collect()
}

#[tokio::test]
async fn b4_1_21_who_was_denied_reads_both_remedies_and_their_last_days_and_says_what_was_done() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("吴涛").await;
    let no = denied(&desk, &citizen).await;
    let item = desk.catalogue.item(FOOD).unwrap().clone();
    let (page, outcome) = (format!("/cases/{no}/remedy"), format!("/cases/{no}/remedy-outcome"));
    let body = item.remedies.reconsideration_body.as_str();

    // Not delivered: nobody knows the last day yet. The public reads nothing of it.
    citizen.get(&format!("/cases/{no}")).await.is(OK).has(body).has(&item.remedies.court).has("说不出最后一天");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("不服怎么办");
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "deliver", &[("way", "account")]).await.is(303);
    let now = desk.house().now();
    let last = |limit| now.calendar.due(now.date(), limit).date;
    let (sixty, months) = (last(Limit::calendar_days(60)), last(Limit::months(6)));
    let shown = citizen.get(&format!("/cases/{no}")).await.is(OK).has("最后一天：").text();
    for day in [sixty, months] {
        assert!(shown.contains(&full_date_zh(day)) || shown.contains(&day.format("%-m 月 %-d 日").to_string()), "{day}");
    }
    // The paper of the delivery says the same days.
    says(&said(&citizen, &no, "delivery").await, &[&zh(sixty), &zh(months)]);

    // Told by the applicant, by nobody else, once while it runs, and of a day that can be.
    let today = now.date().to_string();
    let fields =
        |on: &'static str| [("way", "reconsideration"), ("on", on), ("body", "金寨县人民政府"), ("number", "金政复〔2026〕9号")];
    posts(&desk.citizen("路人").await, &page, &fields("2026-11-28")).await.is(403);
    posts(&citizen, &page, &[]).await.is(422).has("请选申请了复议，还是起诉了").has("请写向哪个机关申请了复议");
    posts(&citizen, &page, &fields("2012-01-01")).await.is(409).has("和今天之间");
    let told = [("way", "reconsideration"), ("on", today.as_str()), ("body", "金寨县人民政府"), ("number", "金政复〔2026〕9号")];
    posts(&citizen, &page, &told).await.is(303);
    posts(&citizen, &page, &told).await.is(409).has("行政复议已经登记过");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("金政复〔2026〕9号").has("还没有结果");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("申请复议或者起诉").has_not("金政复〔2026〕9号");
    // The officer reads it, and by when the agency answers; the case stands where it stood.
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("金政复〔2026〕9号").has("十日（工作日）内书面答复");
    assert_eq!(desk.case(&no).await.stage, Stage::Delivered);

    // The counter records the outcome; from its receipt there are fifteen days to sue.
    let upheld = [("way", "reconsideration"), ("outcome", "upheld"), ("on", today.as_str())];
    posts(&citizen, &outcome, &[]).await.is(422).has("请选结果");
    desk.act(&officer, &no, "remedy-outcome", &upheld).await.is(303);
    desk.act(&officer, &no, "remedy-outcome", &upheld).await.is(409);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("维持，或者驳回").has("对复议决定不服的，起诉的最后一天");
    let kinds = desk.acts(&no).await;
    assert!(kinds.contains(&"case.remedy_sought".to_owned()) && kinds.contains(&"case.remedy_ended".to_owned()), "{kinds:?}");
    // What was granted has nothing of it.
    let granted = desk.before_the_chief(&citizen).await;
    desk.act(&desk.sign_in("chief").await, &granted, "grant", &[("seal", "yes")]).await.is(303);
    citizen.get(&format!("/cases/{granted}")).await.is(OK).has_not("不服怎么办");
    posts(&citizen, &format!("/cases/{granted}/remedy"), &told).await.is(409).has("没有可以登记的复议、诉讼");
}

#[tokio::test]
async fn b4_1_01_what_need_not_be_applied_for_and_an_extension_are_told_by_letter() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("吴涛").await;
    let officer = desk.sign_in("officer").await;
    let item = desk.catalogue.item(FOOD).unwrap().clone();
    let no = desk.applies(&citizen, FOOD, &[]).await;
    desk.act(&officer, &no, "not-required", &[("reasons", "只做餐饮服务，办食品经营许可就行")]).await.is(303);
    let now = desk.house().now();
    let sixty = now.calendar.due(now.date(), Limit::calendar_days(60)).date;
    let words = said(&citizen, &no, "not_required").await;
    let year = now.date().format("%Y");
    let number = format!("金市监许免〔{year}〕1号");
    says(
        &words,
        &["不需要办理告知书", "只做餐饮服务", &item.remedies.reconsideration_body, &item.remedies.court, &zh(sixty), &number],
    );
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("不服怎么办").has("最后一天：");

    let no = desk.accepted(&citizen).await;
    let before = desk.case(&no).await.promised.unwrap().due(&now.calendar).unwrap().date;
    let fields = [("approver", "王建国"), ("post", "局长"), ("reason", "要向外省核实原料来源"), ("approved", "yes")];
    desk.act(&desk.sign_in("chief").await, &no, "extend", &fields).await.is(303);
    let case = desk.case(&no).await;
    let after = case.promised.unwrap().due(&now.calendar).unwrap().date;
    assert_eq!(after, now.calendar.add_working_days(before, 5));
    let words = said(&citizen, &no, "extension").await;
    says(&words, &["延长办理期限告知书", "要向外省核实原料来源", "局长", "5个工作日", &zh(before), &zh(after), "第四十二条"]);
    assert!(!words.contains("王建国"), "{words}");
}

#[tokio::test]
async fn b4_1_22_papers_that_stay_incomplete_are_refused_and_silence_only_after_the_last_day_that_was_told() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("冯雪").await;
    let login = desk.of(&citizen).await.login;
    let officer = desk.sign_in("officer").await;
    let notice = [("m_layout", "yes"), ("why_m_layout", "没有标出口，请重画")];
    let reasons = [("basis", "《行政许可法》第三十二条第一款第五项"), ("reasons", "补来的仍没有标出口")];

    // Before a notice nobody is refused for it.
    let no = desk.applies(&citizen, FOOD, &["layout"]).await;
    officer.get(&format!("/counter/cases/{no}/refuse-incomplete")).await.is(409);
    desk.act(&officer, &no, "refuse-incomplete", &[&reasons[..], &[("left", "layout")]].concat()).await.is(422);
    let short = [&notice[..], &[("days", "2")]].concat();
    desk.act(&officer, &no, "correct", &short).await.is(422).has("补正的工作日请填 5 到 60 的数字");
    desk.act(&officer, &no, "correct", &notice).await.is(303);
    let now = desk.house().now();
    let until = now.calendar.add_working_days(now.date(), 15);
    assert_eq!(desk.case(&no).await.correction.unwrap().until, Some(until));
    says(&said(&citizen, &no, "correction").await, &[&format!("补正的最后一天是{}", zh(until)), "可以决定不予受理"]);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("最后一天是").has("以后可以重新申请");
    citizen.get(&format!("/cases/{no}/supplement")).await.is(OK).has("最后一天：");

    // It came and is still not right: no other agency is asked for, only what was told may be named.
    citizen.upload(&format!("/cases/{no}/supplement/files"), "layout", "布局图.pdf", b"%PDF-1.4 x").await.is(303);
    posts(&citizen, &format!("/cases/{no}/supplement"), &[]).await.is(303);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("补正后仍不齐全，不予受理");
    let other = [&reasons[..], &[("left", "equipment_list")]].concat();
    desk.act(&officer, &no, "refuse-incomplete", &other).await.is(422).has("请勾选告知过、仍没有补好的");
    desk.act(&officer, &no, "refuse-incomplete", &[&reasons[..], &[("left", "layout")]].concat()).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::RefusedAcceptance);
    let words = said(&citizen, &no, "refusal").await;
    says(&words, &["不予受理通知书", "补来的仍没有标出口", "申请行政复议的最后一天是"]);
    assert!(!words.contains("请向该机关提出申请"), "{words}");

    // Nothing came: not before the day is over, then by an officer and not by the clock.
    let no = desk.applies(&citizen, FOOD, &["layout"]).await;
    desk.act(&officer, &no, "correct", &notice).await.is(303);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("过了这一天还没有补，才能不予受理");
    desk.act(&officer, &no, "refuse-incomplete", &reasons).await.is(409).has("过了这一天还没有补");
    desk.later(Duration::days((until - now.date()).num_days() + 1)).await;
    assert_eq!(desk.case(&no).await.stage, Stage::CorrectionRequested);
    let (officer, citizen) = (desk.sign_in("officer").await, desk.sign_in(&login).await);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("已经过了").has("现在补还来得及");
    desk.act(&officer, &no, "refuse-incomplete", &reasons).await.is(303);
    let case = desk.case(&no).await;
    assert!(case.stage == Stage::RefusedAcceptance && case.process.is_ended());
    says(&said(&citizen, &no, "refusal").await, &["到期没有补正"]);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("不服怎么办");
}

#[tokio::test]
async fn b4_1_03_a_field_that_was_right_stays_as_it_is_with_a_reason() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("冯雪").await;
    let officer = desk.sign_in("officer").await;
    let no = desk.applies(&citizen, FOOD, &[]).await;
    desk.act(&officer, &no, "correct", &[("f_site_address", "yes"), ("why_f_site_address", "写到门牌号")]).await.is(303);
    let supplement = format!("/cases/{no}/supplement");
    let old = desk.case(&no).await.answers["site_address"].as_str().unwrap().to_owned();
    citizen.get(&supplement).await.is(OK).has("没有错，原样提交");
    let mut fields = vec![("site_address", old.as_str())];
    posts(&citizen, &supplement, &fields).await.is(422).has("还有 1 样没有补");
    fields.push(("keep_site_address", "yes"));
    posts(&citizen, &supplement, &fields).await.is(422).has("请写明“生产地址”为什么没有错");
    fields.push(("keep_why_site_address", "村里没有编门牌号"));
    posts(&citizen, &supplement, &fields).await.is(303);
    let case = desk.case(&no).await;
    assert_eq!((case.stage, case.answers["site_address"].as_str()), (Stage::Submitted, Some(old.as_str())));
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("“生产地址”没有改：村里没有编门牌号");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("村里没有编门牌号");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("村里没有编门牌号");
    desk.act(&officer, &no, "accept", &[]).await.is(303);
}

#[tokio::test]
async fn clk_10_what_is_overdue_is_not_extended_and_a_pause_does_not_hide_it() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("孙洋").await;
    let login = desk.of(&citizen).await.login;
    let survey = [("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "看过")];
    let testing = [("ground", "检验"), ("told_days", "5"), ("why", "检验试制食品")];
    let officer = desk.sign_in("officer").await;

    // On the last day of a pause nothing is said to be paused.
    let no = desk.accepted(&citizen).await;
    desk.act(&officer, &no, "survey", &survey).await.is(303);
    desk.sign_in("chief").await.get(&format!("/counter/cases/{no}")).await.is(OK).has(&format!("/counter/cases/{no}/extend\""));
    desk.act(&officer, &no, "pause", &testing).await.is(303);
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：合格")]).await.is(303);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("明天恢复计时").has_not("计时暂停中");

    let no = desk.accepted(&citizen).await;
    desk.act(&officer, &no, "survey", &survey).await.is(303);
    desk.later(Duration::days(60)).await;
    let (officer, chief, citizen) = (desk.sign_in("officer").await, desk.sign_in("chief").await, desk.sign_in(&login).await);
    chief
        .get(&format!("/counter/cases/{no}"))
        .await
        .is(OK)
        .has("过了期限不能再延长")
        .has_not(&format!("/counter/cases/{no}/extend\""));
    chief.get(&format!("/counter/cases/{no}/extend")).await.is(409).has("过了期限不能再延长");
    let fields = [("approver", "王建国"), ("post", "局长"), ("reason", "核实原料来源"), ("approved", "yes")];
    desk.act(&chief, &no, "extend", &fields).await.is(409).has("过了期限不能再延长");
    desk.act(&officer, &no, "pause", &testing).await.is(303);
    let page = citizen.get(&format!("/cases/{no}")).await.is(OK).has("已经超期").has("正在做检验").text();
    assert!(!page.contains("最晚"), "what is over is not promised again");
}
