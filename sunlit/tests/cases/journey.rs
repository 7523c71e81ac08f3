use crate::Desk;
use crate::desk::OK;
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
    desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_layout", "没有提交，请补交")]).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::CorrectionRequested);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("没有提交，请补交");
    citizen.upload(&format!("/cases/{no}/supplement/files"), "layout", "布局图.pdf", b"%PDF-1.4 x").await.is(303);
    let once = uuid::Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/supplement"), &[("once", &once)]).await.is(303);
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.act(&officer, &no, "survey", &[("staff", "２"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "10"), ("why", "检验试制食品")]).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::Paused);
    desk.later(Duration::days(3)).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "resume", &[("result", "合格")]).await.is(303);
    desk.act(&officer, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await.is(303);
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
        services::cases::accept::missing(&desk.case(&no).await, desk.catalogue.item("food-production-licence").unwrap());
    assert!(!missing.is_empty());
    // Leaving out what is plainly absent is refused: the notice must be whole.
    if missing.len() > 1 {
        desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_layout", "请补交")]).await.is(409);
    }
    let item = desk.catalogue.item("food-production-licence").unwrap().clone();
    let fields: Vec<(String, String)> = item
        .materials
        .iter()
        .filter(|m| missing.contains(&m.name))
        .flat_map(|m| [(format!("m_{}", m.key), "yes".to_owned()), (format!("why_{}", m.key), "请补交".to_owned())])
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
    desk.act(&officer, &no, "survey", &[("staff", "2"), ("passed", "yes"), ("findings", "看过")]).await.is(303);
    assert_eq!(desk.case(&no).await.promised.unwrap(), before);
    desk.act(&officer, &no, "pause", &[("ground", "现场勘察"), ("told_days", "5"), ("why", "x")]).await.is(409);
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "5"), ("why", "x")]).await.is(303);
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
    let fields =
        [("seal", "yes"), ("facts", "没有洗手设施"), ("basis", "《食品生产许可管理办法》第十二条"), ("reasons", "不符合条件")];
    desk.act(&chief, &no, "deny", &fields).await.is(303);
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
    desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_layout", "没有提交，请补交")]).await.is(303);
    citizen.upload(&format!("/cases/{no}/supplement/files"), "layout", "布局图.pdf", b"%PDF-1.4 x").await.is(303);
    let once = uuid::Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/supplement"), &[("once", &once)]).await.is(303);
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    assert_eq!(receipt, paper("receipt").await, "the receipt lists what was handed in then");
    let acceptance = paper("acceptance").await;

    let why = [("ground", "检验"), ("told_days", "10"), ("why", "检验试制食品")];
    desk.act(&officer, &no, "survey", &[("staff", "2"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    desk.act(&officer, &no, "pause", &why).await.is(303);
    let first = paper("pause").await;
    desk.act(&officer, &no, "resume", &[("result", "要复检")]).await.is(303);
    assert_eq!(first, paper("pause").await, "a pause that has ended is told as it was told");
    assert_eq!(acceptance, paper("acceptance").await);
    citizen.get(&format!("/cases/{no}/papers/pause-2")).await.is(404);
}
