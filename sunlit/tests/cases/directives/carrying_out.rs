//! Units break tasks down, wait for each other, take part or object (D2).

use super::{does, issued, liaison, office, owes, working_days_on};
use crate::Desk;
use crate::desk::{Client, OK};
use oversight::directives::assignment;
use uuid::Uuid;

#[tokio::test]
async fn d2_01_joint_leads_each_break_the_task_down_and_older_versions_stay_readable() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("leads-6", "省财政厅、省审计厅"), ("participants-6", "省民政厅")]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let audit = liaison(&desk, "audit", "安徽省审计厅").await;
    let other = liaison(&desk, "other", "省民政厅").await;
    let (first, second) = (working_days_on(&desk, 10), working_days_on(&desk, 20));
    let plan = |version: &'static str, second: &str| {
        [
            ("version", version),
            ("goal", "资金全部公开"),
            ("id-1", "1"),
            ("name-1", "拟定目录"),
            ("due-1", first.as_str()),
            ("post-1", "预算处处长"),
            ("person-1", "邱石"),
            ("id-2", "2"),
            ("name-2", "公布目录"),
            ("due-2", second),
            ("post-2", "办公室主任"),
            ("person-2", "邱石"),
            ("after-2", "1"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    let sends_plan = async |client: &Client, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        does(client, &task, "plan", &fields).await
    };
    finance.get(&format!("{task}/plan")).await.is(OK).has("总目标").has("再加几步");
    other.get(&format!("{task}/plan")).await.is(403);
    sends_plan(&other, &plan("0", &second)).await.is(403);
    does(&finance, &task, "plan", &[("version", "0"), ("name-1", "拟定目录")])
        .await
        .is(422)
        .has("请写负责的岗位")
        .has("#f-due-1");
    does(&finance, &task, "plan", &[("then", "more"), ("rows", "3"), ("name-1", "拟定目录")]).await.is(OK).has("name-6");
    // Two colleagues at once: one plan; the other is told that it changed.
    let (one, two) = (plan("0", &second), plan("0", &second));
    let (one, two) = tokio::join!(sends_plan(&finance, &one), sends_plan(&finance, &two));
    assert_eq!([one.status, two.status].into_iter().min(), Some(303));
    assert_eq!([one.status, two.status].into_iter().max(), Some(409));
    sends_plan(&audit, &plan("0", &second)).await.is(303);
    let later = working_days_on(&desk, 30);
    sends_plan(&finance, &plan("1", &later)).await.is(303);

    // The public reads posts and both versions, never a name; the unit and the office read the name.
    let nobody = desk.nobody();
    let public = nobody.get(&task).await.is(OK).has("预算处处长").has("第 2 版").has("第 1 版").has("省审计厅").has_not("邱石");
    assert!(public.text().matches("资金全部公开").count() > 3, "goals of both leads and of the older version");
    finance.get(&task).await.is(OK).has("邱石");
    officer.get(&task).await.is(OK).has("邱石");
    other.get(&task).await.is(OK).has_not("邱石");
    let bodies: Vec<String> = sqlx::query_scalar("select public_body from acts where kind = 'assignment.planned'")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| !body.contains("邱石")), "no name in a public body");

    // Steps are reached in their order, each once.
    does(&finance, &task, "reach", &[("step", "2"), ("reached", "公布了")])
        .await
        .is(422)
        .has("公布了")
        .has("要等的步骤还没有做到");
    does(&finance, &task, "reach", &[("reached", "拟好了")]).await.is(422).has("请选做到了哪一步");
    does(&finance, &task, "reach", &[("step", "1"), ("reached", "目录拟好了")]).await.is(303);
    does(&finance, &task, "reach", &[("step", "1"), ("reached", "再报")]).await.is(409).has("已经报过");
    nobody.get(&task).await.is(OK).has("目录拟好了").has("做到一步");
    let rows = nobody.get(&format!("{page}?as=json")).await.is(OK).json();
    let row = rows.as_array().or_else(|| rows["rows"].as_array()).and_then(|rows| rows.get(5)).unwrap();
    assert_eq!((row["steps"].as_f64(), row["steps_reached"].as_f64()), (Some(4.0), Some(1.0)), "{row}");
}

#[tokio::test]
async fn d2_a_step_of_one_unit_waits_for_a_step_of_another_and_a_circle_is_refused() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("leads-6", "省财政厅、省审计厅"), ("participants-6", "省民政厅")]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let audit = liaison(&desk, "audit", "安徽省审计厅").await;
    let day = working_days_on(&desk, 10);
    let plans = async |client: &Client, version: &str, name: &str, others: &str| {
        let fields = [
            ("version", version),
            ("goal", "资金全部公开"),
            ("id-1", "1"),
            ("name-1", name),
            ("due-1", &day),
            ("post-1", "处长"),
            ("person-1", "邱石"),
            ("others-1", others),
        ];
        does(client, &task, "plan", &fields).await
    };
    finance.get(&format!("{task}/plan")).await.is(OK).has_not("要等别的单位的哪几步");
    plans(&finance, "0", "拟定目录", "省审计厅 1").await.is(422).has("不是别的牵头单位计划里的步骤");
    plans(&finance, "0", "拟定目录", "").await.is(303);
    audit.get(&format!("{task}/plan")).await.is(OK).has("别的牵头单位的步骤").has("拟定目录");
    plans(&audit, "0", "审核目录", "省财政厅 1").await.is(303);
    audit.get(&format!("{task}/plan")).await.is(OK).has("省财政厅 1");
    desk.nobody().get(&task).await.is(OK).has("在等这一步的：").has("省审计厅“审核目录”").has("省财政厅“拟定目录”");
    plans(&finance, "1", "拟定目录", "省审计厅 1").await.is(422).has("这样几步互相等").has("#f-others-1");
    audit.get(&task).await.is(OK).has_not("报这一步做到了");
    let early = [("step", "1"), ("reached", "审好了")];
    does(&audit, &task, "reach", &early).await.is(422).has("审好了").has("这一步要等的步骤还没有做到：省财政厅“拟定目录”");
    does(&finance, &task, "reach", &[("step", "1"), ("reached", "拟好了")]).await.is(303);
    does(&audit, &task, "reach", &early).await.is(303);
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d2_01_f144_a_participant_confirms_or_objects_within_five_working_days_and_both_are_acts() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let archive = liaison(&desk, "archive", "省统计局").await;
    let weather = liaison(&desk, "weather", "省旅游局").await;
    does(&finance, &task, "propose", &[("participant", "各有关部门")])
        .await
        .is(422)
        .has("请写一个具体单位的名称")
        .has("请写要它做什么");
    does(&finance, &task, "propose", &[("participant", "省财政厅"), ("why", "帮忙")]).await.is(422).has("这个单位本来就牵头");
    does(&archive, &task, "propose", &[("participant", "省旅游局"), ("why", "帮忙")]).await.is(403);
    let unknown = does(&finance, &task, "propose", &[("participant", "火星事务局"), ("why", "帮忙")]).await.is(422);
    unknown.has("名录里没有“火星事务局”");
    for unit in ["省统计局", "省旅游局"] {
        does(&finance, &task, "propose", &[("participant", unit), ("why", "提供资料")]).await.is(303);
    }
    does(&finance, &task, "propose", &[("participant", "省统计局"), ("why", "再请")]).await.is(422).has("还在等它答复");
    archive.get("/directives/mine").await.is(OK).has("等本单位答复的商请").has("省财政厅").has(&task);
    archive.get(&task).await.is(OK).has("答复商请");
    finance.get(&task).await.is(OK).has_not("商请本单位参加").has("等答复");
    does(&weather, &task, "answer", &[("joins", "no")]).await.is(422).has("请写理由");
    does(&archive, &task, "answer", &[]).await.is(422).has("请选参加还是不参加");
    does(&finance, &task, "answer", &[("joins", "yes")]).await.is(403);
    // The same form sent twice is answered once.
    let once = Uuid::new_v4().to_string();
    let yes = [("once", once.as_str()), ("joins", "yes")];
    let address = format!("{task}/answer");
    let (one, two) = tokio::join!(archive.post(&address, &yes), archive.post(&address, &yes));
    assert_eq!((one.status, two.status), (303, 303));
    does(&archive, &task, "answer", &[("joins", "no"), ("answer", "反悔")]).await.is(409).has("已经答复过了");
    // Whoever has not answered in five working days is reminded of it, chased by the clock and seen by supervision; what comes
    // then is told as late.
    weather.get("/directives/mine").await.is(OK).has("答复省财政厅的商请").has("剩 5 个工作日");
    desk.becomes(&format!("{} 00:30", working_days_on(&desk, 4))).await;
    let nobody = desk.nobody();
    nobody.get(&task).await.is(OK).has("提醒：省旅游局。事项：答复省财政厅的商请").has_not("催：省旅游局");
    let start = desk.house().now();
    desk.becomes(&format!("{} 00:30", start.calendar.add_working_days(start.date(), 2))).await;
    nobody.get(&task).await.is(OK).has("催：省旅游局。事项：答复省财政厅的商请").has_not("催：省统计局");
    let no = format!("{}-06", page.trim_start_matches("/directives/"));
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/directives").await.is(OK).has("答复商请").has("省旅游局");
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has(&no).has("省旅游局");
    let weather = desk.sign_in("weather").await;
    does(&weather, &task, "answer", &[("joins", "no"), ("answer", "不属于本局职责")]).await.is(303);
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has_not("省旅游局");
    nobody.get(&task).await.is(OK).has("同意参加").has("不属于本局职责").has("商请来的").has("才办到");
    nobody.get(&format!("{page}/units")).await.is(OK).has("省统计局");
    assert!(owes(&desk, &page, "省旅游局").await["met_late"].as_str().unwrap().contains("答复省财政厅的商请"));
    let kinds: Vec<String> = sqlx::query_scalar(
        "select kind from acts where subject_kind = 'assignment' and kind in ('assignment.proposed', 'assignment.answered') order by position",
    )
    .fetch_all(desk.pool())
    .await
    .unwrap();
    let (asked, said) = ("assignment.proposed", "assignment.answered");
    assert_eq!(kinds, [asked, asked, said, said]);
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d2_01_a_unit_that_the_notice_names_confirms_or_objects() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let audit = liaison(&desk, "audit", "省审计厅").await;
    let civil = liaison(&desk, "civil", "安徽省民政厅").await;
    audit.get("/directives/mine").await.is(OK).has("通知列本单位参加");
    audit.get(&task).await.is(OK).has("答复参加");
    does(&audit, &task, "answer", &[("joins", "no")]).await.is(422).has("请写理由");
    does(&audit, &task, "answer", &[("joins", "no"), ("answer", "不属于\u{202E}本厅职责")]).await.is(303);
    does(&audit, &task, "answer", &[("joins", "yes")]).await.is(409).has("已经答复过了");
    does(&civil, &task, "answer", &[("joins", "yes")]).await.is(303);
    let text = desk.nobody().get(&task).await.is(OK).has("不属于本厅职责").has("同意参加").has("通知列为参加单位").text();
    assert!(!text.contains('\u{202E}'));
}

#[tokio::test]
async fn d2_01_the_office_decides_on_an_objection_and_sees_what_nobody_answered() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let audit = liaison(&desk, "audit", "省审计厅").await;
    let civil = liaison(&desk, "civil", "省民政厅").await;
    let finance = liaison(&desk, "finance", "省财政厅").await;
    for client in [&audit, &civil] {
        does(client, &task, "answer", &[("joins", "no"), ("answer", "不属于本厅职责")]).await.is(303);
    }
    does(&finance, &task, "propose", &[("participant", "省统计局"), ("why", "提供资料")]).await.is(303);
    let pending = "/supervision/directives";
    officer.get(pending).await.is(OK).has("等政务公开办定").has("省审计厅").has_not("省统计局");
    desk.nobody().get(&task).await.is(OK).has("等政务公开办定").has_not("定下来");
    officer.get(&task).await.is(OK).has("定下来");
    let decide =
        |unit: &'static str, released: &'static str| [("objector", unit), ("released", released), ("decision", "职责不在该厅")];
    does(&audit, &task, "objection", &decide("省审计厅", "yes")).await.is(403);
    does(&officer, &task, "objection", &[("objector", "省审计厅")]).await.is(422).has("请选准予不参加").has("请写为什么这样定");
    does(&officer, &task, "objection", &decide("省审计厅", "yes")).await.is(303);
    does(&officer, &task, "objection", &decide("省审计厅", "yes")).await.is(409);
    let no = format!("{}-06", page.trim_start_matches("/directives/"));
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    let civil_name = one.objections().next().unwrap().participant.clone();
    does(&officer, &task, "objection", &[("objector", &civil_name), ("released", "no"), ("decision", "通知列明由其参加")])
        .await
        .is(303);
    desk.nobody().get(&task).await.is(OK).has("准予不参加").has("仍要参加").has("通知列明由其参加");
    audit.get("/directives/mine").await.is(OK).has_not(&format!("\"{task}\""));
    civil.get("/directives/mine").await.is(OK).has(&format!("\"{task}\""));
    officer.get(pending).await.is(OK).has_not("等政务公开办定");
    // A proposal that nobody answered in time is told until it is made anew.
    desk.becomes(&format!("{} 00:30", working_days_on(&desk, 6))).await;
    let (officer, finance) = (desk.sign_in("openness").await, desk.sign_in("finance").await);
    officer.get(pending).await.is(OK).has("省统计局").has("答复商请");
    does(&finance, &task, "propose", &[("participant", "省统计局"), ("why", "提供资料")]).await.is(303);
    officer.get(pending).await.is(OK).has_not("省统计局");
    desk.nobody().get(&task).await.is(OK).has("没有答复，重新商请了");
    // It keeps nobody from closing what is done.
    desk.becomes(&format!("{} 00:30", working_days_on(&desk, 6))).await;
    let (officer, finance) = (desk.sign_in("openness").await, desk.sign_in("finance").await);
    does(&finance, &task, "report", &[("text", "做好了"), ("done", "yes")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("逾期没有答复");
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(303);
    officer.get(pending).await.is(OK).has_not("省统计局");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d2_the_number_of_a_person_is_refused_wherever_it_would_become_public() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let audit = liaison(&desk, "audit", "省审计厅").await;
    let report = [("text", "已公开，联系手机 １３８-0013-8000")];
    does(&finance, &task, "report", &report).await.is(422).has("里面有手机号码 138****8000").has("#f-text").has("写单位和岗位");
    let id = [("text", "受益人 340100 20990101 003X 已领取")];
    does(&finance, &task, "report", &id).await.is(422).has("里面有公民身份号码 340*************3X");
    let day = working_days_on(&desk, 10);
    let plan = |post: &'static str| {
        [
            ("version", "0"),
            ("goal", "资金全部公开"),
            ("name-1", "拟定目录"),
            ("due-1", day.as_str()),
            ("post-1", post),
            ("person-1", "邱石 13900139000"),
        ]
    };
    does(&finance, &task, "plan", &plan("处长 13800138000")).await.is(422).has("#f-post-1").has("138****8000");
    does(&finance, &task, "plan", &plan("处长")).await.is(303);
    let joins = [("joins", "yes"), ("answer", "找 13800138000")];
    does(&audit, &task, "answer", &joins).await.is(422).has("138****8000").has("#f-answer");
    does(&officer, &task, "inspect", &[("inspected", "问了 13800138000")]).await.is(422).has("138****8000");
    let bodies: Vec<String> = sqlx::query_scalar("select public_body from acts").fetch_all(desk.pool()).await.unwrap();
    assert!(bodies.iter().all(|body| !body.contains("13800138000") && !body.contains("13900139000")));
}

#[tokio::test]
async fn d3_whoever_reports_done_with_open_steps_or_findings_is_asked_first() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let due = working_days_on(&desk, 10);
    let plan = [
        ("version", "0"),
        ("goal", "资金全部公开"),
        ("id-1", "1"),
        ("name-1", "拟定目录"),
        ("due-1", due.as_str()),
        ("post-1", "预算处处长"),
        ("person-1", "邱石"),
    ];
    does(&finance, &task, "plan", &plan).await.is(303);
    let finds = [("inspected", "抽查"), ("finding_unit", "省财政厅"), ("correct_by", due.as_str())];
    does(&officer, &task, "inspect", &finds).await.is(303);
    finance.get(&task).await.is(OK).has_not("看过了，还是报完成");
    let done = [("text", "做好了"), ("done", "yes")];
    let asked = does(&finance, &task, "report", &done).await.is(422);
    asked.has("计划里还有步骤没有做到：拟定目录").has("1 个没有销号").has("看过了，还是报完成").has("做好了");
    desk.nobody().get(&task).await.is(OK).has_not("报告完成，等核实");
    // Progress is asked nothing; whoever has seen it reports all the same.
    does(&finance, &task, "report", &[("text", "还在办")]).await.is(303);
    does(&finance, &task, "report", &[done.as_slice(), &[("sure", "yes")]].concat()).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("报告完成，等核实");
}
