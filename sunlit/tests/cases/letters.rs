//! What letters and certificates say, read back from their PDF, and what the page behind their QR code believes.

use crate::Desk;
use crate::desk::{Client, OK};
use std::process::Command;
use uuid::Uuid;

const FOOD: &str = "food-production-licence";

/// The text of a letter without white space.
pub async fn said(client: &Client, no: &str, key: &str) -> String {
    let pdf = client.get(&format!("/cases/{no}/papers/{key}")).await.is(OK).body;
    let file = std::env::temp_dir().join(format!("sunlit-letter-{}.pdf", Uuid::new_v4()));
    std::fs::write(&file, pdf).unwrap();
    let read = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().expect("pdftotext, see script/test");
    std::fs::remove_file(file).unwrap();
    String::from_utf8(read.stdout).unwrap().chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

#[track_caller]
pub fn says(letter: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(letter.contains(word), "not “{word}”: {letter}"));
}

#[track_caller]
fn says_not(letter: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(!letter.contains(word), "“{word}”: {letter}"));
}

async fn executes(desk: &Desk, sql: &'static str, no: &str) {
    assert_eq!(sqlx::query(sql).bind(no).execute(desk.pool()).await.unwrap().rows_affected(), 1);
}

#[tokio::test]
async fn b4_1_02_every_document_has_a_number_of_its_own_within_agency_kind_and_year() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("马丽").await;
    let officer = desk.sign_in("officer").await;
    let mut cases = Vec::new();
    for _ in 0..4 {
        cases.push(desk.applies(&citizen, FOOD, &[]).await);
    }
    // At the same moment, and once more, which is refused and takes no number.
    let (a, b, c) = tokio::join!(
        desk.act(&officer, &cases[0], "accept", &[]),
        desk.act(&officer, &cases[1], "accept", &[]),
        desk.act(&officer, &cases[2], "accept", &[]),
    );
    [a, b, c].into_iter().for_each(|page| drop(page.is(303)));
    desk.act(&officer, &cases[2], "accept", &[]).await.is(409);
    desk.act(&officer, &cases[3], "accept", &[]).await.is(303);
    let year = desk.house().now().date().format("%Y").to_string();
    let mut given: Vec<String> = sqlx::query_scalar(
        "select public_body::jsonb ->> 'document_no' from acts where subject_kind = 'case' and kind = 'case.accepted'",
    )
    .fetch_all(desk.pool())
    .await
    .unwrap();
    given.sort();
    assert_eq!(given, [1, 2, 3, 4].map(|n| format!("金市监许受〔{year}〕{n}号")));
    says(&said(&citizen, &cases[3], "acceptance").await, &[&format!("金市监许受〔{year}〕4号")]);
    // A receipt is numbered by its case; another kind and another agency begin at one.
    let receipt = said(&citizen, &cases[3], "receipt").await;
    says(&receipt, &[&cases[3]]);
    says_not(&receipt, &["号〔", "〔2"]);
    let no = desk.before_the_chief(&citizen).await;
    desk.act(&desk.sign_in("chief").await, &no, "grant", &[("seal", "yes")]).await.is(303);
    says(&said(&citizen, &no, "grant").await, &[&format!("金市监许准〔{year}〕1号")]);
    let card = desk.applies(&citizen, "elderly-card", &[]).await;
    desk.act(&desk.sign_in("officer-youhua").await, &card, "accept", &[]).await.is(303);
    says(&said(&citizen, &card, "acceptance").await, &[&format!("酉政服受〔{year}〕1号")]);
    // A document from before there were numbers goes by its case.
    executes(
        &desk,
        "update acts set public_body = (public_body::jsonb - 'document_no')::text where subject = $1 and kind = 'case.granted'",
        &no,
    )
    .await;
    says_not(&said(&citizen, &no, "grant").await, &["许准"]);
}

#[tokio::test]
async fn b4_2_a_certificate_carries_the_lines_its_item_names() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("冯波").await;
    let chief = desk.sign_in("chief").await;
    let no = desk.before_the_chief(&citizen).await;
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    let case = desk.case(&no).await;
    let answer = |key: &str| case.answers[key].as_str().unwrap().replace(' ', "");
    let licence = said(&citizen, &no, "certificate").await;
    for (label, key) in [
        ("生产者名称", "org_name"),
        ("社会信用代码", "org_uscc"),
        ("法定代表人（负责人）", "legal_representative"),
        ("生产地址", "site_address"),
        ("食品明细", "product_list"),
    ] {
        says(&licence, &[label, &answer(key)]);
    }
    let decision = case.decision.unwrap();
    let number = decision.certificate_no.unwrap();
    says(&licence, &[&number, "食品类别", "有效期"]);
    says_not(&licence, &["联系人", "主体类型", "手机"]);
    assert_eq!(decision.certified.unwrap().holder, answer("org_name"));
    // The number stands whole on the decision too.
    says(&said(&citizen, &no, "grant").await, &[&number]);

    let card = desk.applies(&citizen, "elderly-card", &[]).await;
    desk.act(&desk.sign_in("officer-youhua").await, &card, "accept", &[]).await.is(303);
    desk.act(&desk.sign_in("chief-youhua").await, &card, "grant", &[("seal", "yes")]).await.is(303);
    // The notice speaks of whoever the card is for, and is none of a permit.
    let holder = desk.case(&card).await.decision.unwrap().certified.unwrap().holder;
    says(&said(&citizen, &card, "grant").await, &["办理结果通知书", &format!("同意为{holder}办理")]);
    let case = desk.case(&card).await;
    let id = forms::ids::check_resident_id(case.answers["elder_id_number"].as_str().unwrap(), chrono::NaiveDate::MAX).unwrap();
    let born = foundation::page::full_date_zh(id.birth);
    says(
        &said(&citizen, &card, "certificate").await,
        &["姓名", "性别", if id.male { "男" } else { "女" }, "出生日期", &born, "居民身份证号", &id.number, "住址"],
    );
}

#[tokio::test]
async fn b4_2_what_was_doubted_is_granted_with_a_reason_only() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("郭军").await;
    let (officer, chief) = (desk.sign_in("officer").await, desk.sign_in("chief").await);
    let another = desk.sign_in("officer2").await;
    let sound = desk.before_the_chief(&citizen).await;
    chief.get(&format!("/counter/cases/{sound}/grant")).await.is(OK).has_not("为什么仍然准予");
    for (passed, proposal) in [("no", "grant"), ("yes", "deny")] {
        let no = desk.accepted(&citizen).await;
        desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", passed), ("findings", "看过")]).await.is(303);
        desk.act(&another, &no, "examine", &[("proposal", proposal), ("opinion", "见核查")]).await.is(303);
        chief.get(&format!("/counter/cases/{no}/grant")).await.is(OK).has("为什么仍然准予");
        desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(422).has("请写明为什么仍然准予");
        let (case, item) = (desk.case(&no).await, desk.catalogue.item(FOOD).unwrap());
        let silent = services::cases::officer::OfficerAct::decide(
            &services::cases::grant::Grant { reason: None, approver: None, papers: Vec::new(), payout: None },
            &case,
            &item,
            &desk.house().now(),
        );
        assert_eq!(silent.unwrap_err(), services::cases::Rejection::ReasonWanted);
        desk.act(&chief, &no, "grant", &[("seal", "yes"), ("reason", "整改后复查合格")]).await.is(303);
        let letter = said(&citizen, &no, "grant").await;
        says(&letter, &["准予的理由：整改后复查合格", "第三十八条第一款", "第二十三条"]);
        says_not(&letter, &["经审查，经审查", "第七条", "第四十五条", "第五十八条"]);
        citizen.get(&format!("/cases/{no}")).await.has("整改后复查合格");
        desk.nobody().get(&format!("/cases/{no}")).await.has_not("整改后复查合格");
    }
}

#[tokio::test]
async fn b4_1_02_notices_name_the_counter_the_reason_and_promise_no_more_than_the_law() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("高洋").await;
    let officer = desk.sign_in("officer").await;
    let item = desk.catalogue.item(FOOD).unwrap().clone();
    let no = desk.applies(&citizen, FOOD, &["layout"]).await;
    let receipt = said(&citizen, &no, "receipt").await;
    assert_eq!(receipt.matches("是否受理").count(), 1, "{receipt}");
    says(&receipt, &["电子件", &desk.house().lookup_code(&no), "/cases/"]);
    desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_m_layout", "没有提交，请补交")]).await.is(303);
    let notice = said(&citizen, &no, "correction").await;
    says(&notice, &["企业服务综合窗口", &item.consultation_phone, "没有提交，请补交", "符合法定形式的，本机关予以受理"]);
    says_not(&notice, &[&item.counter, "即予受理"]);

    let no = desk.accepted(&citizen).await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "看过")]).await.is(303);
    let why = "微生物检验，由六安市食品药品检验中心承担";
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "5"), ("why", why)]).await.is(303);
    let notice = said(&citizen, &no, "pause").await;
    says(&notice, &[why]);
    says_not(&notice, &["承担机构"]);
    citizen.get(&format!("/cases/{no}")).await.has(why);
    desk.nobody().get(&format!("/cases/{no}")).await.has_not(why);
}

#[tokio::test]
async fn b4_1_02_papers_seen_at_the_counter_are_not_called_files() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("林平").await;
    let no = desk.applies(&citizen, FOOD, &["layout"]).await;
    // As the counter records a paper that was shown and handed back.
    executes(
        &desk,
        "update acts
            set private_body = jsonb_set(private_body::jsonb, '{body,materials,0,file}', '\"00000000-0000-0000-0000-000000000000\"')::text
          where subject = $1 and kind = 'case.submitted'",
        &no,
    )
    .await;
    says(&said(&citizen, &no, "receipt").await, &["纸质件", "核对后退回", "电子件"]);
}

#[tokio::test]
async fn h40_f028_the_page_behind_the_code_believes_the_log_and_names_nobody_before_the_grant() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("罗霞").await;
    let pending = desk.before_the_chief(&citizen).await;
    let granted = desk.before_the_chief(&citizen).await;
    desk.act(&desk.sign_in("chief").await, &granted, "grant", &[("seal", "yes")]).await.is(303);
    desk.settle().await;
    let shown = async |no: &str| desk.nobody().get(&format!("/certificates/{no}")).await;
    shown(&granted).await.is(OK).has("真实，有效").has("金市监许准").has("金寨县样例食品有限公司");
    shown(&pending).await.is(404).has("没有找到这个证照").has_not("金寨县样例食品有限公司");
    let astray = async || services::cases::case::astray(desk.pool()).await.unwrap();
    assert_eq!(astray().await, Vec::<String>::new());

    // A row that says what was never done.
    sqlx::query(
        "update cases c
            set state = c.state || jsonb_build_object('decision', g.state -> 'decision', 'stage', g.state -> 'stage')
           from cases g
          where c.case_no = $1 and g.case_no = $2",
    )
    .bind(&pending)
    .bind(&granted)
    .execute(desk.pool())
    .await
    .unwrap();
    assert!(desk.case(&pending).await.decision.unwrap().granted);
    shown(&pending).await.is(404).has_not("真实，有效");
    assert_eq!(astray().await, std::slice::from_ref(&pending));
    executes(
        &desk,
        "update cases set state = jsonb_set(state, '{decision,valid_to}', '\"2099-01-01\"') where case_no = $1",
        &granted,
    )
    .await;
    shown(&granted).await.is(OK).has_not("2099");
    let mut both = vec![pending, granted.clone()];
    both.sort();
    assert_eq!(astray().await, both);
    // An act that is not the one in the log.
    executes(
        &desk,
        "update acts set public_body = replace(public_body, '\"valid_to\":\"20', '\"valid_to\":\"29') where subject = $1 and kind = 'case.granted'",
        &granted,
    )
    .await;
    shown(&granted).await.is(409).has_not("真实，有效");
}

#[tokio::test]
async fn f080_silence_uses_the_seal_in_an_act_and_certifies_no_paper_that_is_missing() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("叶青").await;
    let item = desk.catalogue.item(FOOD).unwrap().clone();
    let name = |key: &str| item.materials.iter().find(|m| m.key == key).unwrap().name.clone();
    let no = desk.applies(&citizen, FOOD, &["layout"]).await;
    let login = desk.of(&citizen).await.login;
    desk.later(chrono::Duration::days(12)).await;
    let acts = desk.acts(&no).await;
    assert_eq!(acts[acts.len() - 2..], ["case.deemed_accepted", "case.seal_used"]);
    let citizen = desk.sign_in(&login).await;
    let notice = said(&citizen, &no, "acceptance").await;
    says(&notice, &[&name("flow")]);
    says_not(&notice, &[&name("layout")]);
    // Its file is called what it is.
    let page = citizen.get(&format!("/cases/{no}/papers/acceptance")).await.is(OK);
    let called = page.headers["content-disposition"].to_str().unwrap().to_owned();
    assert!(called.contains(&foundation::page::encode("受理通知书")), "{called}");
}

#[tokio::test]
async fn b4_1_07_the_clock_pauses_for_the_procedures_of_the_matter_alone() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("夏雨").await;
    let officer = desk.sign_in("officer").await;
    let no = desk.accepted(&citizen).await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    let auction = [("ground", "拍卖"), ("told_days", "5"), ("why", "拍卖所伐林木")];
    desk.act(&officer, &no, "pause", &auction).await.is(409).has("拍卖");
    assert!(desk.case(&no).await.pause.is_none());
}

#[tokio::test]
async fn b4_1_02_a_letter_stays_as_it_was_issued_whatever_template_and_agency_become() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("韩冰").await;
    let no = desk.accepted(&citizen).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "10"), ("why", "检验试制食品")]).await.is(303);
    desk.settle().await;
    let keys = ["application", "acceptance", "pause"];
    let papers = async |who: &Client| {
        let mut papers = Vec::new();
        for key in keys {
            papers.push(who.get(&format!("/cases/{no}/papers/{key}")).await.is(OK).body);
        }
        papers
    };
    let before = papers(&officer).await;

    // Another template and another name of the agency, and the program started again.
    let later = testing::edited(|dir| {
        for key in keys {
            let file = dir.join(format!("definitions/letters/{key}.typ"));
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, text + "\n新的一句。\n").unwrap();
        }
        let file = dir.join("reference/agencies.json");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("金寨县市场监督管理局"));
        std::fs::write(&file, text.replace("金寨县市场监督管理局", "金寨县市场监管局")).unwrap();
    })
    .unwrap();
    assert_ne!(later.letters_hash(), desk.catalogue.letters_hash());
    let (pool, files) = (desk.pool().clone(), std::env::temp_dir().join(format!("sunlit-letters-{}", Uuid::new_v4())));
    let time = foundation::TimeSource::demonstration(std::sync::Arc::new(calendar::Calendar::china()), 0);
    let files = foundation::files::Files::local(&files).unwrap();
    let Ok(app) = sunlit::app::build(pool, time, files, testing::site(), later.clone()).await else { panic!("starts again") };
    let again = Client::new(app.router);
    desk.sign_in_on(&again, "officer").await;
    let after = papers(&again).await;
    for (key, (before, after)) in keys.iter().zip(before.iter().zip(&after)) {
        assert!(before == after, "{key} is as it was");
    }
    // What is issued from now on is issued by what is in force now.
    desk.act(&again, &no, "resume", &[("result", "检验报告 LA2026-0311：合格")]).await.is(303);
    desk.act(&again, &no, "pause", &[("ground", "检验"), ("told_days", "5"), ("why", "再检一次")]).await.is(303);
    let history = services::cases::case::history(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    let letters = history.iter().rev().find_map(|(_, entry)| entry.letters.clone()).unwrap();
    assert_eq!((letters.templates, letters.agency.as_str()), (later.letters_hash(), "金寨县市场监管局"));
    assert!(said(&again, &no, "pause-2").await.contains("新的一句。"));
}
