use crate::Desk;
use crate::desk::{Client, OK, posts};
use acts::{CaseAct, Entry};
use chrono::Duration;
use services::cases::{Case, Stage};

#[tokio::test]
async fn b4_1_one_approval_runs_from_the_first_question_to_the_public_record() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    citizen.get("/matters?q=开食品厂").await.is(OK).has("/matters/food-production-licence");
    citizen.get("/matters/food-production-licence").await.is(OK).has("食品安全法");
    let no = desk.applies(&citizen, "food-production-licence", &["layout"]).await;
    let officer = desk.sign_in("officer").await;
    officer.get("/counter/queue").await.is(OK).has(&no);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("没有交");
    desk.act(&officer, &no, "accept", &[]).await.is(409).has("一次性告知");
    desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_m_layout", "没有提交，请补交")]).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::CorrectionRequested);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("没有提交，请补交");
    citizen.upload(&format!("/cases/{no}/supplement/files"), "layout", "布局图.pdf", b"%PDF-1.4 x").await.is(303);
    let once = uuid::Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/supplement"), &[("once", &once)]).await.is(303);
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\r\n 马超 "), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "10"), ("why", "检验试制食品")]).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::Paused);
    desk.later(Duration::days(3)).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：合格")]).await.is(303);
    let another = desk.sign_in("officer2").await;
    desk.act(&another, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await.is(303);
    let chief = desk.sign_in("chief").await;
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    desk.act(&officer, &no, "deliver", &[("way", "account")]).await.is(303);
    desk.settle().await;
    let citizen = {
        let login: String =
            sqlx::query_scalar("select login from people where name = '王敏'").fetch_one(desk.pool()).await.unwrap();
        desk.sign_in(&login).await
    };
    let once = uuid::Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/rate"), &[("once", &once), ("grade", "1")]).await.is(303);
    let pdf = citizen.get(&format!("/cases/{no}/papers/certificate")).await.is(OK);
    assert!(pdf.body.starts_with(b"%PDF"));
    let case = desk.case(&no).await;
    assert_eq!((case.stage, case.grade), (Stage::Delivered, Some(1)));
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("真实，有效");
    desk.settle().await;
    desk.nobody().get("/sunlight").await.is(OK).has(&no);
    desk.sign_in("supervisor").await.get("/supervision/board").await.is(OK);

    // The stored fold equals the fold of its acts: nothing changed by another door.
    let mut conn = desk.pool().acquire().await.unwrap();
    let history = services::cases::case::history(&mut conn, &no).await.unwrap();
    let entries: Vec<Entry<CaseAct>> = history.into_iter().map(|(_, e)| e).collect();
    assert_eq!(Case::fold(&entries).unwrap(), case);
}

#[tokio::test]
async fn f068_everything_missing_is_told_once_and_a_second_demand_is_refused_and_recorded() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("李娟").await;
    let no = desk.applies(&citizen, "food-production-licence", &["layout", "process_flow"]).await;
    let officer = desk.sign_in("officer").await;
    let missing =
        services::cases::accept::missing(&desk.case(&no).await, &desk.catalogue.item("food-production-licence").unwrap());
    assert!(!missing.is_empty());
    // Leaving out what is plainly absent is refused: the notice must be whole.
    if missing.len() > 1 {
        desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_m_layout", "请补交")]).await.is(409);
    }
    let item = desk.catalogue.item("food-production-licence").unwrap().clone();
    let fields: Vec<(String, String)> = item
        .materials
        .iter()
        .filter(|m| missing.contains(&m.name))
        .flat_map(|m| [(format!("m_{}", m.key), "yes".to_owned()), (format!("why_m_{}", m.key), "请补交".to_owned())])
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    desk.act(&officer, &no, "correct", &fields).await.is(303);
    assert_eq!(desk.case(&no).await.correction.unwrap().missing.unwrap().len(), missing.len());
    for m in item.materials.iter().filter(|m| missing.contains(&m.name)) {
        citizen.upload(&format!("/cases/{no}/supplement/files"), &m.key, "a.pdf", b"%PDF-1.4").await.is(303);
    }
    let once = uuid::Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/supplement"), &[("once", &once)]).await.is(303);
    desk.act(&officer, &no, "correct", &fields).await.is(409).has("一次性告知过");
    assert_eq!(desk.acts(&no).await.last().unwrap(), "case.attempt_refused");
}

#[tokio::test]
async fn x7_6_silence_past_five_working_days_is_acceptance_dated_the_day_of_receipt() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("赵磊").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let received = desk.case(&no).await.acceptance.start;
    desk.later(Duration::days(20)).await;
    let case = desk.case(&no).await;
    assert!(case.deemed && case.stage == Stage::InReview);
    assert_eq!(case.promised.unwrap().start, received);
    assert!(desk.acts(&no).await.contains(&"case.deemed_accepted".to_owned()));
}

#[tokio::test]
async fn f081_a_survey_does_not_stop_the_clock_and_testing_stops_it_for_the_recorded_span() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("孙洋").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    let before = desk.case(&no).await.promised.unwrap();
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "看过")]).await.is(303);
    assert_eq!(desk.case(&no).await.promised.unwrap(), before);
    desk.act(&officer, &no, "pause", &[("ground", "现场勘察"), ("told_days", "5"), ("why", "检验试制食品")]).await.is(409);
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "5"), ("why", "检验试制食品")]).await.is(303);
    assert_eq!(desk.case(&no).await.promised.unwrap().pauses.len(), 1);
    assert_eq!(desk.case(&no).await.statutory.unwrap().pauses.len(), 1);
}

#[tokio::test]
async fn f077_the_counter_decides_with_the_seal_and_within_written_authority_only() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("周芳").await;
    let no = desk.before_the_chief(&citizen).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "grant", &[("seal", "yes")]).await.is(403);
    let chief = desk.sign_in("chief").await;
    desk.act(&chief, &no, "grant", &[]).await.is(422).has("审批专用章");
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    // F080: each use of the seal is an act.
    assert!(desk.acts(&no).await.contains(&"case.seal_used".to_owned()));
}

#[tokio::test]
async fn b4_1_08_a_denial_gives_facts_law_reasons_and_remedies() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("吴涛").await;
    let no = desk.before_the_chief(&citizen).await;
    let chief = desk.sign_in("chief").await;
    desk.act(&chief, &no, "deny", &[("seal", "yes")]).await.is(422).has("请写查明的事实").has("请写不予许可的理由");
    let fields = [
        ("seal", "yes"),
        ("facts", "没有洗手设施"),
        ("basis_other", "《食品生产许可管理办法》第十二条"),
        ("reasons", "不符合条件"),
    ];
    // F152: what is public for good has no room for anybody's name or number.
    for typed in ["王敏 13800138000", "《行政许可法》第三十八条，王敏"] {
        let no_article = fields.map(|(key, value)| (key, if key == "basis_other" { typed } else { value }));
        desk.act(&chief, &no, "deny", &no_article).await.is(422).has("用中文数字，不写别的");
    }
    let invented = fields.map(|(key, value)| if key == "basis_other" { ("basis", "王敏 13800138000") } else { (key, value) });
    desk.act(&chief, &no, "deny", &invented).await.is(422).has("请勾选依据的条款");
    desk.act(&chief, &no, "deny", &fields).await.is(303);
    let public = desk.nobody().json(&format!("/cases/{no}")).await.text();
    assert!(public.contains("《食品生产许可管理办法》第十二条") && !public.contains("没有洗手设施"));
    let pdf = citizen.get(&format!("/cases/{no}/papers/denial")).await.is(OK);
    assert!(pdf.body.starts_with(b"%PDF"));
    citizen.get(&format!("/cases/{no}")).await.has("没有洗手设施");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("没有洗手设施");
}

#[tokio::test]
async fn letters_say_what_stood_when_they_were_issued_whatever_came_later() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let no = desk.applies(&citizen, "food-production-licence", &["layout"]).await;
    desk.settle().await;
    let paper = async |key: &str| citizen.get(&format!("/cases/{no}/papers/{key}")).await.is(OK).body;
    let receipt = paper("receipt").await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_m_layout", "没有提交，请补交")]).await.is(303);
    citizen.upload(&format!("/cases/{no}/supplement/files"), "layout", "布局图.pdf", b"%PDF-1.4 x").await.is(303);
    let once = uuid::Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/supplement"), &[("once", &once)]).await.is(303);
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    assert_eq!(receipt, paper("receipt").await, "the receipt lists what was handed in then");
    let acceptance = paper("acceptance").await;

    let why = [("ground", "检验"), ("told_days", "10"), ("why", "检验试制食品")];
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    desk.act(&officer, &no, "pause", &why).await.is(303);
    let first = paper("pause").await;
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：要复检")]).await.is(303);
    assert_eq!(first, paper("pause").await, "a pause that has ended is told as it was told");
    assert_eq!(acceptance, paper("acceptance").await);
    citizen.get(&format!("/cases/{no}/papers/pause-2")).await.is(404);
}

#[tokio::test]
async fn b4_1_10_a_hearing_is_told_in_time_held_under_another_and_concluded_by_its_record() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("沈秋").await;
    let login = desk.of(&citizen).await.login;
    let no = desk.accepted(&citizen).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    let now = desk.house().now();
    let on = |days: u32| now.calendar.add_working_days(now.date(), days).to_string();
    let hear = async |on: &str, chair: &str| {
        let fields = [
            ("ground", "听证"),
            ("told_days", "20"),
            ("why", "涉及相邻住户的重大利益"),
            ("heard_on", on),
            ("heard_at", "县政务服务中心听证室"),
            ("chair", chair),
        ];
        desk.act(&officer, &no, "pause", &fields).await
    };
    // All that a hearing needs, at once; the day and the chair as the law has them.
    let page = desk.act(&officer, &no, "pause", &[("ground", "听证"), ("told_days", "20"), ("why", "重大利益")]).await;
    page.is(422).has("请写听证在哪一天举行").has("请写听证在哪里举行").has("请写听证由谁主持");
    hear(&on(6), "顾平").await.is(409).has("提前七个工作日");
    hear(&on(21), "顾平").await.is(409).has("二十个工作日内");
    hear(&on(7), "马超").await.is(409).has("不能主持听证");
    hear(&on(7), "吴悦").await.is(303);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("在县政务服务中心听证室公开举行").has("涉及相邻住户的重大利益");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("县政务服务中心听证室").has_not("吴悦");
    assert!(citizen.get(&format!("/cases/{no}/papers/pause")).await.is(OK).body.starts_with(b"%PDF"));
    // Not before it was held, and not without its record.
    desk.act(&officer, &no, "resume", &[("result", "听证完毕")]).await.is(409).has("还没有到");
    desk.later(Duration::days((on(7).parse::<chrono::NaiveDate>().unwrap() - now.date()).num_days())).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "resume", &[("result", "听证完毕")]).await.is(409).has("听证要有笔录");
    officer.upload(&format!("/counter/cases/{no}/resume/files"), "report", "听证笔录.pdf", b"%PDF-1.4 heard").await.is(303);
    desk.act(&officer, &no, "resume", &[("result", "双方意见已记入笔录")]).await.is(303);
    // Whoever presided does not examine.
    let chair = desk.sign_in("officer2").await;
    let opinion = [("proposal", "grant"), ("opinion", "依据笔录，符合条件")];
    assert_eq!(desk.case(&no).await.chair.as_deref(), Some("吴悦"));
    desk.act(&chair, &no, "examine", &opinion).await.is(409).has("不能主持听证");
    // Who presided is forgotten with the rest of the people (F152).
    let citizen = desk.sign_in(&login).await;
    citizen.post(&format!("/cases/{no}/withdraw"), &[("once", &uuid::Uuid::new_v4().to_string())]).await.is(303);
    let erase = [("no", no.as_str()), ("ground", "2"), ("sure", "yes")];
    posts(&desk.sign_in("admin").await, "/admin/erasure", &erase).await.is(303);
    assert_eq!(desk.case(&no).await.chair, None);
}

#[tokio::test]
async fn b4_1_10_a_matter_that_is_always_heard_is_not_examined_without_its_hearing() {
    let desk = Desk::open().await;
    services::demo::enter(desk.house(), &services::demo::colleagues(&desk.catalogue, &["jinzhai-market"])).await.unwrap();
    let no = desk.applies(&desk.citizen("程晓").await, "entertainment-venue", &[]).await;
    let [counter, surveys] = [desk.sign_in("jinzhai-culture-1").await, desk.sign_in("jinzhai-culture-2").await];
    desk.act(&counter, &no, "accept", &[]).await.is(303);
    let survey = [("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")];
    desk.act(&surveys, &no, "survey", &survey).await.is(303);
    let opinion = [("proposal", "grant"), ("opinion", "符合条件")];
    desk.act(&counter, &no, "examine", &opinion).await.is(409).has("每一件都要先经过听证");
}

#[tokio::test]
async fn clk_09_the_report_of_a_test_is_handed_in_with_the_act_and_given_to_the_applicant() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("许诺").await;
    let no = desk.accepted(&citizen).await;
    let officer = desk.sign_in("officer").await;
    let files = format!("/counter/cases/{no}/resume/files");
    officer.upload(&files, "report", "早了.pdf", b"%PDF-1.4 x").await.is(409);
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "10"), ("why", "检验试制食品")]).await.is(303);
    // Only what is asked for, only by whoever may do the act, and only a file that is what it says.
    officer.upload(&files, "other", "别的.pdf", b"%PDF-1.4 x").await.is(422);
    officer.upload(&files, "report", "报告.pdf", b"MZ not a report").await.is(422);
    citizen.upload(&files, "report", "我的.pdf", b"%PDF-1.4 x").await.is(403);
    officer.upload(&files, "report", "错的.pdf", b"%PDF-1.4 wrong").await.is(303);
    let page = officer.get(&format!("/counter/cases/{no}/resume")).await.is(OK).has("错的.pdf").text();
    let remove = page.split("action=\"").find(|part| part.split('"').next().unwrap().ends_with("/remove")).unwrap();
    officer.post(remove.split('"').next().unwrap(), &[]).await.is(303);
    officer.upload(&files, "report", "检验报告.pdf", b"%PDF-1.4 passed").await.is(303);
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：所检项目合格")]).await.is(303);
    let reports = desk.case(&no).await.reports;
    assert_eq!(reports.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["检验报告.pdf"]);
    let file = format!("/cases/{no}/files/{}", reports[0].file);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has(&file);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has(&file);
    assert!(citizen.get(&file).await.is(OK).body.ends_with(b"passed"));
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not(&file);
    desk.nobody().get(&file).await.is(303);
    // Another test has a report of its own: the first stays with its act.
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "5"), ("why", "再检一次")]).await.is(303);
    officer.get(&format!("/counter/cases/{no}/resume")).await.is(OK).has_not("检验报告.pdf");
    officer.post(&format!("{files}/{}/remove", reports[0].file), &[]).await;
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：复检合格")]).await.is(303);
    assert_eq!(desk.case(&no).await.reports, reports);
    officer.get(&file).await.is(OK);
    assert_eq!(officer.get(&files).await.is(303).location(), format!("/counter/cases/{no}/resume"));
    // A number as people type it, and an address used the wrong way.
    assert_eq!(
        desk.nobody().get(&format!("/cases/{}%20{}", &no[..6], &no[6..])).await.is(308).location(),
        format!("/cases/{no}")
    );
    desk.nobody().get("/preferences").await.is(405).has("请从页面上的链接或按钮进入");
}

#[tokio::test]
async fn b4_1_01_a_field_of_the_form_that_the_notice_names_is_corrected_itself() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("冯雪").await;
    let no = desk.applies(&citizen, "food-production-licence", &["layout"]).await;
    let officer = desk.sign_in("officer").await;
    let supplement = format!("/cases/{no}/supplement");
    let send = async |fields: &[(&str, &str)]| {
        let once = uuid::Uuid::new_v4().to_string();
        citizen.post(&supplement, &[&[("once", once.as_str())], fields].concat()).await
    };
    let mut notice = vec![("m_layout", "yes"), ("why_m_layout", "没有提交，请补交"), ("f_site_address", "yes")];
    let old = desk.case(&no).await.answers.clone();
    assert_eq!(old["product_kind"], "food");
    desk.act(&officer, &no, "correct", &notice).await.is(422).has("请写明“生产地址”怎么补、怎么改");
    notice.extend([
        ("why_f_site_address", "写到门牌号"),
        ("f_product_kind", "yes"),
        ("why_f_product_kind", "布局图上是食品添加剂"),
    ]);
    desk.act(&officer, &no, "correct", &notice).await.is(303);
    let old = old["site_address"].as_str().unwrap();

    // The page asks these fields, with the answers as they stand, and what hangs on them; nothing else.
    citizen.get(&supplement).await.is(OK).has("写到门牌号").has(old).has("name=\"additive_names\"").has_not("name=\"org_name\"");
    // A file put there by mistake is taken back.
    citizen.upload(&format!("{supplement}/files"), "layout", "错.pdf", b"%PDF-1.4 x").await.is(303);
    let page = citizen.get(&supplement).await.has("错.pdf").text();
    let remove = page.split("action=\"").find(|part| part.split('"').next().unwrap().ends_with("/remove")).unwrap();
    citizen.post(remove.split('"').next().unwrap(), &[]).await.is(303);
    citizen.get(&supplement).await.has_not("错.pdf");
    citizen.upload(&format!("{supplement}/files"), "layout", "布局图.pdf", b"%PDF-1.4 x").await.is(303);

    // What is unchanged is not corrected, and the form engine finds the faults it always finds.
    let unchanged = [("site_address", old), ("product_kind", "food"), ("food_categories", "01")];
    send(&unchanged).await.is(422).has("还有 2 样没有补：生产的是、生产地址");
    let new = "安徽省六安市金寨县梅山镇青山村 99 号";
    let mut mended = vec![("site_address", new), ("product_kind", "additive")];
    send(&mended).await.is(422).has("href=\"#f-additive_names\"").has(new);
    mended.push(("additive_names", "碳酸钙"));
    send(&mended).await.is(303);
    let case = desk.case(&no).await;
    assert_eq!((case.stage, &case.answers["additive_names"]), (Stage::Submitted, &"碳酸钙".into()));
    assert!(case.answers["food_categories"].is_null(), "what is no longer asked is taken back");
    let page = officer.get(&format!("/counter/cases/{no}")).await.is(OK).has(new).text();
    let struck = page.split("<del>").find(|part| part.contains(old)).expect("the old address is struck");
    assert!(struck.contains("原来填的："));
    // The application is drawn up from what was sent, and again from what was mended; the first stays as it was.
    for key in ["application", "application-2"] {
        assert!(citizen.get(&format!("/cases/{no}/papers/{key}")).await.is(OK).body.starts_with(b"%PDF"), "{key}");
    }
    assert!(page.contains(&format!("/cases/{no}/papers/application-2\">见申请书")));
    desk.nobody().get(&format!("/cases/{no}/papers/application")).await.is(303);
}

#[tokio::test]
async fn f077_what_is_beyond_the_written_authority_is_decided_with_the_approval_of_the_head() {
    let beyond = |item: &mut serde_json::Value| item["ordinary_unless"][0]["is"] = serde_json::json!(["01"]);
    let desk = Desk::with(testing::changed("food-production-licence", beyond).unwrap()).await;
    let citizen = desk.citizen("谢芳").await;
    let no = desk.before_the_chief(&citizen).await;
    let chief = desk.sign_in("chief").await;
    chief.get(&format!("/counter/cases/{no}/grant")).await.is(OK).has("超出书面授权的范围");
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(422).has("没有机关负责人批准不能决定");
    assert_eq!(desk.case(&no).await.stage, Stage::InReview);
    // What the head signed lies in the file, for the agency's own people.
    let files = format!("/counter/cases/{no}/grant/files");
    chief.upload(&files, "approval", "批件.pdf", b"%PDF-1.4 approved").await.is(303);
    chief.get(&format!("/counter/cases/{no}/grant")).await.is(OK).has("批件.pdf");
    desk.act(&chief, &no, "grant", &[("seal", "yes"), ("approved", "yes"), ("approver", "王建国 局长")]).await.is(303);
    chief.upload(&files, "approval", "另一份.pdf", b"%PDF-1.4 too late").await.is(409);
    let approval = desk.case(&no).await.papers[0].file;
    let file = format!("/cases/{no}/files/{approval}");
    chief.get(&format!("/counter/cases/{no}")).await.is(OK).has("王建国 局长").has(&file);
    assert!(chief.get(&file).await.is(OK).body.ends_with(b"approved"));
    citizen.get(&file).await.is(404);
    assert!(!desk.nobody().json(&format!("/cases/{no}")).await.text().contains("王建国"), "the name stays in the file");
    // Nor does an item name a field its form does not have.
    let wrong = testing::changed("food-production-licence", |item| item["ordinary_unless"][0]["field"] = "x".into());
    assert!(wrong.err().unwrap().to_string().contains("申请表里没有“x”这个字段"));
}

#[tokio::test]
async fn f077_whoever_surveyed_does_not_examine_and_proposals_are_not_public() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("邓超").await;
    let no = desk.accepted(&citizen).await;
    let (officer, another) = (desk.sign_in("officer").await, desk.sign_in("officer2").await);
    let survey = [("surveyors", "马超\n吴悦"), ("passed", "no"), ("findings", "没有洗手设施")];
    desk.act(&officer, &no, "survey", &survey).await.is(303);
    let examine = [("proposal", "deny"), ("opinion", "不符合")];
    // One put it on record, the other was there.
    for surveyor in [&officer, &another] {
        desk.act(surveyor, &no, "examine", &examine).await.is(409).has("请换一名工作人员审查");
        assert_eq!(desk.acts(&no).await.last().unwrap(), "case.attempt_refused");
    }
    desk.employ("officer3", "江河", "counter_officer", Some("jinzhai-market")).await;
    desk.act(&desk.sign_in("officer3").await, &no, "examine", &examine).await.is(303);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("拟不准予").has("马超");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has_not("拟不准予").has_not("有不符合的地方");
    let public = desk.nobody().json(&format!("/cases/{no}")).await.is(OK).text();
    for word in ["deny", "fail", "passed", "马超", "没有洗手设施"] {
        assert!(!public.contains(word), "{word}: {public}");
    }
}

/// Somebody without an account applies for the elderly card at the counter.
async fn walks_in(desk: &Desk, officer: &Client) -> String {
    let item = desk.catalogue.item("elderly-card").unwrap();
    let born = chrono::NaiveDate::from_ymd_opt(1950, 1, 1).unwrap();
    let person = foundation::people::Person {
        id: uuid::Uuid::now_v7(),
        login: String::new(),
        name: "余桂兰".into(),
        resident_id: Some(services::demo::resident_id("341524", born, 8)),
        mobile: Some("13900000008".into()),
        roles: Vec::new(),
        agency: None,
        post: None,
        centre: None,
        relatives: Vec::new(),
        relative_cards: Vec::new(),
        organisations: Vec::new(),
        active: true,
        identity_verified_at: None,
        walk_in: true,
        agent_point: None,
        helps: false,
        entrusted: Vec::new(),
        delegated: false,
    };
    let party = services::cases::submit::party_of(&person);
    let answers = services::demo::answers(&item, &party, &person, desk.house().now().date(), 0);
    let entered = item.form.steps().iter().flat_map(|step| item.form.entered(&step.key, &answers));
    let mut fields: Vec<(String, String)> = entered.flat_map(|(k, vs)| vs.into_iter().map(move |v| (k.clone(), v))).collect();
    fields.extend(item.materials.iter().map(|m| ("papers-seen".into(), m.key.clone())));
    fields.push(("once".into(), uuid::Uuid::new_v4().to_string()));
    fields.push(("card-name".into(), person.name));
    fields.push(("card-number".into(), person.resident_id.unwrap()));
    fields.push(("card-mobile".into(), person.mobile.unwrap()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let page = officer.post("/counter/intake/elderly-card", &fields).await.is(303);
    page.location().trim_start_matches("/counter/cases/").to_owned()
}

#[tokio::test]
async fn a_result_is_not_sent_to_an_account_that_does_not_exist() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let no = walks_in(&desk, &officer).await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    let chief = desk.sign_in("chief-youhua").await;
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    officer.get(&format!("/counter/cases/{no}/deliver")).await.is(OK).has("免费邮寄").has_not("发到申请人账户");
    desk.act(&officer, &no, "deliver", &[("way", "account")]).await.is(409).has("请当面交给申请人，或者免费邮寄");
    desk.act(&officer, &no, "deliver", &[("way", "counter")]).await.is(303);
}

#[tokio::test]
async fn b4_1_who_handed_in_at_the_counter_supplements_and_withdraws_there() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let no = walks_in(&desk, &officer).await;
    let item = desk.catalogue.item("elderly-card").unwrap().clone();
    let paper = item.materials.iter().find(|m| m.source == catalogue::MaterialSource::Applicant).unwrap();
    let (tick, why) = (format!("m_{}", paper.key), format!("why_m_{}", paper.key));
    desk.act(&officer, &no, "correct", &[(&tick, "yes"), (&why, "照片看不清，请换一张")]).await.is(303);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("收到补正材料");
    desk.act(&officer, &no, "receive", &[]).await.is(422).has("请勾选收到了什么");
    desk.act(&officer, &no, "receive", &[("papers", &paper.key)]).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::Submitted);
    assert_eq!(desk.acts(&no).await.last().unwrap(), "case.supplemented");
    // Out of turn it is said before anything is typed.
    officer.get(&format!("/counter/cases/{no}/receive")).await.is(409);
    desk.act(&officer, &no, "withdraw", &[]).await.is(422).has("没有申请人签名的撤回申请");
    desk.act(&officer, &no, "withdraw", &[("written", "yes")]).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::Withdrawn);
    // Who has an account withdraws there, and nobody at a counter does it instead.
    let citizen = desk.citizen("沈月").await;
    let own = desk.applies(&citizen, "elderly-card", &[]).await;
    officer.get(&format!("/counter/cases/{own}")).await.is(OK).has_not("登记撤回");
    officer.get(&format!("/counter/cases/{own}/withdraw")).await.is(409);
    desk.act(&officer, &own, "withdraw", &[("written", "yes")]).await.is(409).has("由他自己在“我的”里撤回");
    assert_eq!(desk.case(&own).await.stage, Stage::Submitted);
}

#[tokio::test]
async fn h17_a_rating_typed_before_signing_in_again_is_not_lost() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("程燕").await;
    let no = desk.before_the_chief(&citizen).await;
    let chief = desk.sign_in("chief").await;
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    let rate = format!("/cases/{no}/rate");
    let once = uuid::Uuid::new_v4().to_string();
    let rated = [("once", once.as_str()), ("grade", "2"), ("words", "等得不久")];
    // What is not delivered yet is not rated yet.
    citizen.post(&rate, &rated).await.is(409).has("送达以后再评价");
    desk.act(&desk.sign_in("officer").await, &no, "deliver", &[("way", "account")]).await.is(303);
    citizen.get(&rate).await.is(OK).has("请您评价");
    let login = desk.of(&citizen).await.login;
    desk.later(chrono::Duration::minutes(60)).await;
    citizen.post(&rate, &rated).await.is(303);
    desk.sign_in_on(&citizen, &login).await;
    citizen.get(&rate).await.is(OK).has("等得不久").has("value=\"2\" checked");
}
