//! A notice goes in as it is and comes out as work that is followed to its last clause (D1–D3; F141–F146).

use crate::Desk;
use crate::desk::{Client, OK};
use oversight::directives::{assignment, demo};
use uuid::Uuid;

/// Posts the form of the office, as a browser does that sends a file or a text.
async fn sends(client: &Client, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> testing::Page {
    uploads(client, "/directives/new", fields, file.map(|(name, bytes)| ("file", name, bytes))).await
}

/// Posts a whole form with a file, as a browser does without scripts.
async fn uploads(client: &Client, to: &str, fields: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> testing::Page {
    let mut body = Vec::new();
    for (key, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
    }
    if let Some((field, name, bytes)) = file {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n").bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    client.ask("POST", to, &[("content-type", "multipart/form-data; boundary=b")], body).await
}

async fn office(desk: &Desk) -> Client {
    desk.employ("openness", "何晓", "openness_officer", Some(demo::OFFICE)).await;
    desk.sign_in("openness").await
}

async fn liaison(desk: &Desk, login: &str, unit: &str) -> Client {
    desk.employ(login, "丁岚", "liaison", Some(unit)).await;
    desk.sign_in(login).await
}

#[tokio::test]
async fn f141_the_office_puts_the_notice_in_as_it_is_and_forty_tasks_come_out() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let notice = demo::NOTICE;
    officer.get("/directives/new").await.is(OK).has("录入通知");
    // As a file: text and reading side by side, nothing kept yet.
    sends(&officer, &[("then", "read")], Some(("通知.txt", notice.as_bytes())))
        .await
        .is(OK)
        .has("读出任务 40")
        .has("核对无误，印发");
    desk.nobody().get("/directives").await.is(OK).has("还没有印发过");
    let once = Uuid::new_v4().to_string();
    let fields = [("once", once.as_str()), ("text", notice), ("then", "issue")];
    let (one, two) = tokio::join!(sends(&officer, &fields, None), sends(&officer, &fields, None));
    assert_eq!((one.status, two.status, one.location()), (303, 303, two.location()), "sent twice, issued once");
    let page = one.location();
    let no = page.trim_start_matches("/directives/").to_owned();
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from acts where subject_kind = 'directive'").fetch_all(desk.pool()).await.unwrap();
    assert_eq!(kinds, ["directive.issued"]);
    // A second officer finds it issued.
    let again = Uuid::new_v4().to_string();
    sends(&officer, &[("once", &again), ("text", notice), ("then", "issue")], None).await.is(409).has(&no);

    // F142: four leads are four, none are none, groups stay groups. F143: a task opens the sentence it came from.
    let all = assignment::all(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    assert_eq!(all.len(), 40);
    assert_eq!(all.iter().filter(|task| task.clause.leads.len() == 4).count(), 1);
    assert_eq!(all.iter().filter(|task| task.clause.participants.is_empty()).count(), 1);
    assert!(all[0].clause.participants.iter().any(|unit| unit.collective && unit.name == "省政府各相关部门"));
    let nobody = desk.nobody();
    nobody.get(&page).await.is(OK).has("安徽省关于深化政务公开").has("谁欠什么");
    nobody.get(&format!("{page}/6")).await.is(OK).has("主动向社会公开民生工程资金的管理政策").has(&format!("{page}#l"));
    nobody.get(&format!("{page}/units")).await.is(OK).has("省财政厅").has("统称");
    let rows = nobody.get(&format!("{page}?as=json")).await.is(OK).json();
    assert_eq!(rows.as_array().map_or_else(|| rows["rows"].as_array().unwrap().len(), Vec::len), 40);
    nobody.get(&format!("{page}/41")).await.is(404);
    nobody.get("/directives/RW2012999").await.is(404);
}

#[tokio::test]
async fn d3_01_f145_half_a_year_of_reporting_leaves_exactly_the_right_ones_overdue() {
    let desk = Desk::open().await;
    office(&desk).await;
    let officer = foundation::people::by_login(desk.pool(), "openness").await.unwrap().unwrap();
    let no = demo::seed(desk.house(), &officer).await.unwrap();
    let all = assignment::all(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    for task in &all {
        use assignment::Standing::*;
        let expected = match demo::manner(task.clause.seq) {
            demo::Manner::Closed => Closed,
            demo::Manner::Done => Done,
            demo::Manner::Reported | demo::Manner::Late => Reported,
            demo::Manner::Silent => Overdue,
        };
        assert_eq!(task.standing(&desk.house().now()), expected, "task {}", task.clause.seq);
        // The day as written is a Saturday: due on Monday, chased from Tuesday on, and never before.
        assert_eq!(task.due.unwrap().to_string(), "2012-07-02");
        let chased = task.told.iter().find(|told| told.stage >= 3).map(|told| (told.on.to_string(), told.units.len()));
        match demo::manner(task.clause.seq) {
            demo::Manner::Late | demo::Manner::Silent => {
                assert_eq!(chased, Some(("2012-07-03".into(), task.clause.leads.len())), "task {}", task.clause.seq);
            }
            _ => assert_eq!(chased, None, "task {}", task.clause.seq),
        }
    }
    // The task that is told step by step has come to rest; what returns every year is owed for this year and no other.
    let now = desk.house().now();
    let owed = |seq: u32| {
        oversight::directives::duty::owed(&all[seq as usize - 1], &now.calendar, now.date())
            .into_iter()
            .map(|duty| duty.key)
            .collect::<Vec<_>>()
    };
    assert_eq!(owed(demo::TOLD), Vec::<String>::new());
    assert_eq!(owed(demo::YEARLY), [format!("every:{}-12-31", chrono::Datelike::year(&now.date()))]);
    // What is stored is the fold of the acts.
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d3_lead_units_report_the_office_alone_closes_and_nobody_speaks_for_another() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let page = sends(&officer, &[("once", &once), ("text", demo::NOTICE), ("then", "issue")], None).await.is(303).location();
    // Task 6 is led by 省财政厅 alone.
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let other = liaison(&desk, "audit", "省审计厅").await;
    let say = async |client: &Client, what: &str, fields: &[(&str, &str)]| {
        let once = Uuid::new_v4().to_string();
        let mut all = vec![("once", once.as_str())];
        all.extend(fields);
        client.post(&format!("{task}/{what}"), &all).await
    };
    finance.get(&task).await.is(OK).has("报进展");
    finance.get(&format!("{task}/report")).await.is(OK).has("报进展");
    other.get(&task).await.is(OK).has_not("做到哪一步");
    say(&other, "report", &[("text", "做好了"), ("done", "yes")]).await.is(403);
    say(&officer, "report", &[("text", "做好了"), ("done", "yes")]).await.is(403);
    officer.get(&task).await.is(OK).has_not("核实无误，办结");
    say(&officer, "close", &[("closing", "看过")]).await.is(422).has("牵头单位都报告完成以后才能办结").has("看过");
    for nothing in ["　", "。", "2026.12"] {
        say(&finance, "report", &[("text", nothing)]).await.is(422).has("请写做了什么");
    }
    say(&finance, "report", &[("text", "预算已经公开")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("已报进展").has("预算已经公开");
    say(&finance, "report", &[("text", "决算也公开了"), ("done", "yes")]).await.is(303);
    say(&finance, "close", &[("closing", "自己办结")]).await.is(403);
    say(&officer, "close", &[("closing", "查看了网站，属实")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("已办结");
    say(&finance, "report", &[("text", "再说一句")]).await.is(409).has("不再收报告");
}

#[tokio::test]
async fn d3_a_report_and_the_clock_at_the_same_task_wait_for_each_other_in_one_order() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let page = issued(&officer, &[("report", &working_days_on(&desk, 15))]).await;
    let no = format!("{}-06", page.rsplit_once('/').unwrap().1);
    let finance = liaison(&desk, "finance", "省财政厅").await;
    // As the worker of the timer does: its job first, then the task.
    let mut clock = desk.pool().begin().await.unwrap();
    sqlx::query("select from jobs where kind = $1 and key = $2 for update")
        .bind(oversight::directives::KIND)
        .bind(&no)
        .fetch_one(&mut *clock)
        .await
        .unwrap();
    let report = [("once", once.as_str()), ("text", "预算已经公开")];
    let address = format!("{page}/6/report");
    let (said, ()) = tokio::join!(finance.post(&address, &report), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        sqlx::query("set local lock_timeout = '2s'").execute(&mut *clock).await.unwrap();
        let task = "select from assignments where no = $1 for update";
        sqlx::query(task).bind(&no).fetch_one(&mut *clock).await.expect("the task is not held while its timer is waited for");
        clock.commit().await.unwrap();
    });
    said.is(303);
}

#[tokio::test]
async fn d1_what_is_no_notice_ends_in_a_clear_message() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    sends(&officer, &[("then", "issue"), ("text", "今天天气很好。")], None).await.is(422).has("没有读出任务");
    sends(&officer, &[("then", "read")], Some(("通知.pdf", b"%PDF-1.4 nothing"))).await.is(422).has("没有读成");
    sends(&officer, &[("then", "read")], Some(("通知.docx", b"PK\x03\x04 broken"))).await.is(422).has("没有读成");
    sends(&officer, &[("then", "read")], Some(("图.png", b"\x89PNG\r\n\x1a\n0000"))).await.is(422).has("图片");
    sends(&desk.citizen("路人").await, &[("then", "issue"), ("text", demo::NOTICE)], None).await.is(403);
}

#[tokio::test]
async fn d1_f143_each_field_leads_to_its_very_words_and_is_corrected_before_issuing() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let read = sends(&officer, &[("then", "read"), ("text", demo::NOTICE)], None).await.is(OK).text();
    // Every link of the reading leads to a mark, and the mark of the first lead unit holds its name.
    let links: Vec<&str> = read.split("href=\"#w").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    assert!(links.len() > 200, "only {} links", links.len());
    for link in &links {
        assert_eq!(read.matches(&format!("id=\"w{link}\"")).count(), 1, "w{link}");
    }
    assert!(read.contains("\">省政务公开办</mark>"), "a mark holds the words and nothing else");
    assert!(read.contains("今 安徽省工业和信息化厅"), "the name of today");
    // What cannot stand is told at its field; nothing is issued.
    let once = Uuid::new_v4().to_string();
    let wrong = [("once", once.as_str()), ("text", demo::NOTICE), ("then", "issue"), ("leads-6", ""), ("time-0-21", "年底")];
    sends(&officer, &wrong, None).await.is(422).has("有 2 处要改").has("#f-leads-6").has("#f-time-0-21");
    // An unknown name is listed, and what was typed is still there.
    let look = [("text", demo::NOTICE), ("then", "look"), ("leads-6", "省财正厅"), ("heading-6", "公开民生资金")];
    sends(&officer, &look, None).await.is(OK).has("名录里没有这些单位").has("省财正厅").has("相近的有：").has("公开民生资金");
    let issue = [
        ("once", once.as_str()),
        ("text", demo::NOTICE),
        ("then", "issue"),
        ("leads-6", "安徽省财政厅"),
        ("heading-6", "公开民生资金"),
        ("members-省政府各相关部门", "省审计厅、省民政厅"),
        ("deadline-6", "2027-03-31"),
    ];
    let page = sends(&officer, &issue, None).await.is(303).location();
    let nobody = desk.nobody();
    let task = format!("{page}/6");
    nobody.get(&task).await.is(OK).has("公开民生资金").has("原来读作").has("省财政厅").has("核对时补的");
    nobody.get(&format!("{page}/1")).await.is(OK).has("省审计厅、省民政厅").has(&format!("{page}#w"));
    // The unit is itself under each of its names.
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let once = Uuid::new_v4().to_string();
    finance.post(&format!("{task}/report"), &[("once", &once), ("text", "已公开")]).await.is(303);
    nobody.get(&task).await.is(OK).has("已报进展");
}

/// Issues the notice with these corrections; returns its page.
async fn issued(officer: &Client, corrections: &[(&str, &str)]) -> String {
    let once = Uuid::new_v4().to_string();
    let mut fields = vec![("once", once.as_str()), ("text", demo::NOTICE), ("then", "issue")];
    fields.extend(corrections);
    sends(officer, &fields, None).await.is(303).location()
}

/// An act on a task with a fresh form.
async fn does(client: &Client, task: &str, what: &str, fields: &[(&str, &str)]) -> testing::Page {
    let once = Uuid::new_v4().to_string();
    let mut all = vec![("once", once.as_str())];
    all.extend(fields);
    client.post(&format!("{task}/{what}"), &all).await
}

/// So many working days from today.
fn working_days_on(desk: &Desk, n: u32) -> String {
    let now = desk.house().now();
    now.calendar.add_working_days(now.date(), n).to_string()
}

#[tokio::test]
async fn d2_01_joint_leads_each_break_the_task_down_and_older_versions_stay_readable() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("leads-6", "省财政厅、省审计厅")]).await;
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
    let page = issued(&officer, &[("leads-6", "省财政厅、省审计厅")]).await;
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
    finance.get(&task).await.is(OK).has_not("答复商请").has("等答复");
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
    // Five working days on it is too late; the lead may ask again.
    desk.becomes(&format!("{} 00:30", working_days_on(&desk, 6))).await;
    let weather = desk.sign_in("weather").await;
    let finance = desk.sign_in("finance").await;
    does(&weather, &task, "answer", &[("joins", "yes")]).await.is(409).has("已经过了，请牵头单位重新商请");
    does(&finance, &task, "propose", &[("participant", "省旅游局"), ("why", "提供资料")]).await.is(303);
    does(&weather, &task, "answer", &[("joins", "no"), ("answer", "不属于本局职责")]).await.is(303);
    let nobody = desk.nobody();
    nobody.get(&task).await.is(OK).has("同意参加").has("不属于本局职责").has("商请来的");
    nobody.get(&format!("{page}/units")).await.is(OK).has("省统计局").has_not("省旅游局");
    let kinds: Vec<String> = sqlx::query_scalar(
        "select kind from acts where subject_kind = 'assignment' and kind in ('assignment.proposed', 'assignment.answered') order by position",
    )
    .fetch_all(desk.pool())
    .await
    .unwrap();
    let (asked, said) = ("assignment.proposed", "assignment.answered");
    assert_eq!(kinds, [asked, asked, said, asked, said]);
}

#[tokio::test]
async fn d3_01_a_unit_is_reminded_10_5_and_1_working_days_before_and_chased_after() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let (report, deadline) = (working_days_on(&desk, 15), working_days_on(&desk, 40));
    let page = issued(&officer, &[("report", &report), ("deadline-6", &deadline)]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    finance.get("/directives/mine").await.is(OK).has("剩 15 个工作日").has("剩 40 个工作日").has(&task);
    let no = format!("{}-06", page.trim_start_matches("/directives/"));
    let told = async || {
        let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
        one.told.iter().map(|told| (told.duty.clone(), told.stage)).collect::<Vec<_>>()
    };
    let start = desk.house().now();
    let on = |n: u32| format!("{} 00:30", start.calendar.add_working_days(start.date(), n));
    let by = format!("by:{deadline}");
    desk.becomes(&on(4)).await;
    assert_eq!(told().await, []);
    desk.becomes(&on(5)).await;
    assert_eq!(told().await, [("report".into(), 0)]);
    desk.becomes(&on(10)).await;
    desk.becomes(&on(14)).await;
    assert_eq!(told().await, [("report".into(), 0), ("report".into(), 1), ("report".into(), 2)]);
    desk.nobody().get(&task).await.is(OK).has("还有 1 个工作日，提醒：省财政厅");
    // It reports in time: nothing is chased. The date of the clause itself is watched on.
    let finance = desk.sign_in("finance").await;
    does(&finance, &task, "report", &[("text", "方案已印发")]).await.is(303);
    desk.becomes(&on(30)).await;
    assert_eq!(told().await[3..], [(by.clone(), 0)]);
    desk.becomes(&on(41)).await;
    assert_eq!(told().await[4..], [(by.clone(), 3)]);
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/directives").await.is(OK).has(&task).has("核对时补的期限");
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has(&no);
    let finance = desk.sign_in("finance").await;
    finance.get("/supervision/directives").await.is(403);
    finance.get(&task).await.is(OK).has("过期 1 个工作日");
    // Talk of that very date does not end it; having done it does, and the date stays missed.
    does(&finance, &task, "report", &[("text", "正在办"), ("about", &by)]).await.is(303);
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has(&no);
    desk.nobody().get(&task).await.is(OK).has("逾期");
    does(&finance, &task, "report", &[("text", "办好了"), ("about", &by), ("met", "yes")]).await.is(303);
    let rows = desk.nobody().get(&format!("{page}?as=json")).await.is(OK).json();
    let row = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap()[5].clone();
    assert_eq!(row["missed_due"].as_str(), Some(deadline.as_str()));
    assert!(row["missed"].as_str().unwrap().contains("才办到"), "{row}");
    desk.nobody().get(&task).await.is(OK).has("迟了的").has("才办到");
    assert!(owes(&desk, &page, "省财政厅").await["met_late"].as_str().unwrap().contains("才办到"));
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has_not(&no);
    desk.nobody().get(&task).await.is(OK).has("已报进展");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d3_a_week_that_is_missed_is_chased_and_one_report_takes_every_missed_week_along() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    // Task 31 is led by 省政府办公厅; what it does every year is corrected to every week.
    let page = issued(&officer, &[("kind-0-31", "recurring-weekly"), ("time-0-31", "")]).await;
    let task = format!("{page}/31");
    let no = format!("{}-31", page.trim_start_matches("/directives/"));
    liaison(&desk, "hall", "省政府办公厅").await;
    let held = async || {
        let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
        let now = desk.house().now();
        let owed = oversight::directives::duty::owed(&one, &now.calendar, now.date());
        let every: Vec<_> = owed.into_iter().filter(|duty| duty.key.starts_with("every:")).collect();
        let told = one.told.iter().filter(|told| every.iter().any(|duty| duty.key == told.duty)).count();
        (every.into_iter().map(|duty| duty.key).collect::<Vec<_>>(), told)
    };
    let (first, _) = held().await;
    assert_eq!(first.len(), 1);
    desk.nobody().get(&task).await.is(OK).has("按期要做的事");
    let start = desk.house().now().date();
    for week in 1..=4 {
        desk.becomes(&format!("{} 10:00", start + chrono::Days::new(7 * week))).await;
    }
    let (missed, told) = held().await;
    assert_eq!(missed, first, "four weeks of silence are held as one");
    assert!(told > 1, "reminded of and chased: {told}");
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has(&no);
    let hall = desk.sign_in("hall").await;
    does(&hall, &task, "report", &[("text", "前几周补报"), ("about", &first[0])]).await.is(303);
    let (left, _) = held().await;
    assert!(left.len() == 1 && left != first, "what runs is still owed: {left:?}");
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has_not(&no);
    does(&hall, &task, "report", &[("text", "这一周的")]).await.is(303);
    assert_eq!(held().await.0, Vec::<String>::new());
}

#[tokio::test]
async fn d3_a_report_brings_files_that_its_unit_the_office_and_supervision_open_and_nobody_else() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("leads-6", "省财政厅、省国资委")]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let joint = liaison(&desk, "assets", "省国资委").await;
    let other = liaison(&desk, "audit", "省审计厅").await;
    let to = format!("{task}/report/files");
    let paper = |name: &'static str| Some(("evidence", name, &b"%PDF-1.4 budget"[..]));
    uploads(&other, &to, &[], paper("方案.pdf")).await.is(403);
    uploads(&finance, &to, &[], Some(("evidence", "方案.exe", &b"MZ program"[..]))).await.is(422).has("不是可以收的文件");
    uploads(&finance, &to, &[], Some(("photo", "方案.pdf", &b"%PDF-1.4"[..]))).await.is(422).has("没有要这份材料");
    assert_eq!(uploads(&finance, &to, &[], paper("方案.pdf")).await.is(303).location(), format!("{task}/report"));
    uploads(&finance, &to, &[], paper("写错的.pdf")).await.is(303);
    let waits = finance.get(&format!("{task}/report")).await.is(OK).has("方案.pdf").has("写错的.pdf").text();
    joint.get(&task).await.is(OK).has_not("方案.pdf");
    // One is taken back, the other goes with the report.
    let away =
        waits.split("写错的.pdf").next().unwrap().rsplit("action=\"").next().unwrap().split('"').next().unwrap().to_owned();
    joint.post(&away, &[]).await.is(303);
    finance.get(&task).await.is(OK).has("写错的.pdf");
    finance.post(&away, &[]).await.is(303);
    does(&finance, &task, "report", &[("text", "方案已印发")]).await.is(303);
    let seen = finance.get(&task).await.is(OK).has("佐证材料 1 份").has("方案.pdf").has_not("写错的.pdf").text();
    let file = seen.split("/evidence/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let address = format!("{task}/evidence/{file}");
    let supervisor = desk.sign_in("supervisor").await;
    for client in [&finance, &officer, &supervisor] {
        let page = client.get(&address).await.is(OK);
        assert!(page.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(page.text(), "%PDF-1.4 budget");
    }
    for client in [&other, &joint, &desk.citizen("路人").await] {
        client.get(&address).await.is(403);
    }
    desk.nobody().get(&task).await.is(OK).has("佐证材料 1 份").has("不公开").has_not("方案.pdf").has_not(&file);
    assert_ne!(desk.nobody().get(&address).await.status, 200);
    supervisor.get(&format!("{page}/7/evidence/{file}")).await.is(404);
    // The record says in public how many there are, and only the file which.
    let (public, private): (String, String) =
        sqlx::query_as("select public_body, private_body from acts where kind = 'assignment.reported'")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert!(public.contains("\"papers\":1") && !public.contains("方案.pdf") && private.contains("方案.pdf"), "{public}");
    // The next report brings its own.
    does(&finance, &task, "report", &[("text", "办完了"), ("done", "yes")]).await.is(303);
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &format!("{}-06", &page[12..])).await.unwrap();
    assert_eq!(one.reports.iter().map(|report| report.papers.len()).collect::<Vec<_>>(), [1, 0]);
}

#[tokio::test]
async fn d3_a_finding_is_put_right_by_its_day_answered_by_the_unit_and_struck_off_by_the_office() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let other = liaison(&desk, "audit", "省审计厅").await;
    let (day, later) = (working_days_on(&desk, 5), working_days_on(&desk, 8));
    does(&finance, &task, "inspect", &[("inspected", "很好")]).await.is(403);
    does(&officer, &task, "inspect", &[("finding_unit", "省财政厅"), ("correct_by", "2012-01-01")])
        .await
        .is(422)
        .has("请写看了什么")
        .has("整改期限不能早于今天");
    does(&officer, &task, "inspect", &[("inspected", "台账齐全")]).await.is(303);
    let finding = [("inspected", "网站缺决算表"), ("finding_unit", "省财政厅"), ("correct_by", day.as_str())];
    does(&officer, &task, "inspect", &finding).await.is(303);
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/directives").await.is(OK).has("网站缺决算表").has("等整改");
    finance.get("/directives/mine").await.is(OK).has("网站缺决算表").has("剩 5 个工作日");
    does(&finance, &task, "report", &[("text", "都办完了"), ("done", "yes")]).await.is(303);
    officer.get(&task).await.is(OK).has_not("核实无误，办结");
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(422).has("还没有销号").has("属实");
    does(&officer, &task, "settle", &[("nth", "2"), ("settled", "看过")]).await.is(409).has("还没有报整改情况");
    does(&other, &task, "finding", &[("nth", "2"), ("answer_text", "改了")]).await.is(403);
    does(&finance, &task, "finding", &[("nth", "2")]).await.is(422).has("请写怎么改的");
    does(&finance, &task, "finding", &[("nth", "2"), ("answer_text", "决算表已补上")]).await.is(303);
    does(&finance, &task, "finding", &[("nth", "2"), ("answer_text", "再报")]).await.is(409).has("已经报过整改");
    does(&finance, &task, "settle", &[("nth", "2"), ("settled", "自己销")]).await.is(403);
    officer.get(&task).await.is(OK).has("改好了，销号").has("决算表已补上");
    // What does not satisfy goes back, with a reason and a new day; the unit answers again.
    let back = [("nth", "2"), ("returned", "缺附表"), ("return_by", later.as_str())];
    does(&finance, &task, "return", &back).await.is(403);
    does(&officer, &task, "return", &[("nth", "2"), ("return_by", "2012-01-01")])
        .await
        .is(422)
        .has("请写哪里还没有改好")
        .has("新的整改期限不能早于今天");
    does(&officer, &task, "return", &back).await.is(303);
    does(&officer, &task, "return", &back).await.is(409).has("还没有报整改情况，不能退回");
    does(&officer, &task, "settle", &[("nth", "2"), ("settled", "看过")]).await.is(409).has("不能销号");
    finance.get(&task).await.is(OK).has("上次报的退回了：").has("缺附表");
    finance.get("/directives/mine").await.is(OK).has("剩 8 个工作日");
    desk.nobody().get(&task).await.is(OK).has("退回整改").has("缺附表").has("等整改");
    does(&finance, &task, "finding", &[("nth", "2"), ("answer_text", "附表已补上")]).await.is(303);
    does(&officer, &task, "settle", &[("nth", "2"), ("settled", "网站上有了")]).await.is(303);
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(303);
    supervisor.get("/supervision/directives").await.is(OK).has_not("网站缺决算表");
    desk.nobody().get(&task).await.is(OK).has("已销号").has("网站上有了").has("已办结");
}

#[tokio::test]
async fn d3_a_live_figure_is_shown_as_computed_then_and_as_computed_now() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let concludes = async |name: &str| {
        let citizen = desk.citizen(name).await;
        let no = desk.before_the_chief(&citizen).await;
        let chief = desk.sign_in("chief").await;
        desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
        desk.settle().await;
    };
    concludes("王敏").await;
    let today = desk.house().now().date().to_string();
    let wrong = [("text", "按时办结"), ("figure", "on_time"), ("agency", "nobody"), ("from", "去年"), ("to", &today)];
    does(&finance, &task, "report", &wrong).await.is(422).has("请从列出的机关里选一个").has("#f-from");
    let long = [("text", "按时办结"), ("figure", "on_time"), ("from", "2012-05-04"), ("to", &today)];
    does(&finance, &task, "report", &long).await.is(422).has("一次最多统计一年");
    let figure = [("text", "按时办结"), ("figure", "on_time"), ("agency", "jinzhai-market"), ("from", &today), ("to", &today)];
    does(&finance, &task, "report", &figure).await.is(303);
    concludes("李明").await;
    let page = desk.nobody().get(&task).await.is(OK).has("按时办结的办件").has("金寨县市场监督管理局").text();
    let figures = page.split("报送时算得").nth(1).unwrap();
    assert!(
        figures.contains("<strong>1 / 1 (100.0%)</strong>") && figures.contains("<strong>2 / 2 (100.0%)</strong>"),
        "{figures:.300}"
    );
}

/// The table of units, by the name of each.
async fn owes(desk: &Desk, page: &str, unit: &str) -> serde_json::Value {
    let rows = desk.nobody().get(&format!("{page}/units?as=json")).await.is(OK).json();
    let rows = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap().clone();
    rows.into_iter().find(|row| row["unit"] == unit).unwrap_or_else(|| panic!("{unit} is in no row"))
}

#[tokio::test]
async fn d3_a_joint_lead_that_reported_in_time_is_not_shown_as_late() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let report = working_days_on(&desk, 5);
    let page = issued(&officer, &[("report", &report), ("leads-6", "省财政厅、省国资委"), ("leads-7", "安徽省财政厅")]).await;
    let finance = liaison(&desk, "finance", "省财政厅").await;
    for task in [6, 7] {
        does(&finance, &format!("{page}/{task}"), "report", &[("text", "方案已印发")]).await.is(303);
    }
    desk.becomes(&format!("{} 10:00", working_days_on(&desk, 7))).await;
    let (one, two) = (owes(&desk, &page, "省财政厅、安徽省财政厅").await, owes(&desk, &page, "省国资委").await);
    assert_eq!((one["overdue"].as_f64(), two["overdue"].as_f64()), (Some(0.0), Some(1.0)), "{one} {two}");
    assert_eq!((one["next_due"].as_str(), two["next_due"].as_str()), (None, Some(report.as_str())));
    assert!(two["owes"].as_str().unwrap().contains("报进展"), "{two}");
    let text = desk.nobody().get(&page).await.is(OK).has("过期 2 个工作日").text();
    assert!(text.contains("/6\" lang=\"zh-CN\">6 逾期</a>"), "the task as a whole is late");
    let rows = desk.nobody().get(&format!("{page}?as=json")).await.is(OK).json();
    let row = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap()[5].clone();
    assert_eq!(row["missed_due"].as_str(), Some(report.as_str()));
}

#[tokio::test]
async fn d1_a_notice_is_issued_once_however_it_is_spaced_and_a_mistaken_one_is_withdrawn_and_stays() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let page = issued(&officer, &[]).await;
    let no = page.trim_start_matches("/directives/").to_owned();
    let once = || Uuid::new_v4().to_string();
    let spaced = demo::NOTICE.replace('\n', "\n\n");
    let again = once();
    sends(&officer, &[("once", &again), ("text", &spaced), ("then", "issue")], None).await.is(409).has(&no);
    sends(&officer, &[("text", &spaced), ("then", "read")], None).await.is(OK).has("这份通知已经印发过了").has(&no);
    // The same title and day of signature, other words.
    let changed = demo::NOTICE.replace("加强组织领导", "加强领导");
    sends(&officer, &[("once", &again), ("text", &changed), ("then", "issue")], None).await.is(409).has(&no);

    let withdraw = format!("{page}/withdraw");
    finance.post(&withdraw, &[("once", &once()), ("withdrawn", "不办了")]).await.is(403);
    officer.post(&withdraw, &[("once", &once()), ("withdrawn", " ")]).await.is(422).has("请写为什么撤回");
    officer.post(&withdraw, &[("once", &once()), ("withdrawn", "版本用错了")]).await.is(303);
    officer.post(&withdraw, &[("once", &once()), ("withdrawn", "再撤一次")]).await.is(409).has("撤回");
    let nobody = desk.nobody();
    nobody.get(&page).await.is(OK).has("这份通知已经撤回").has("版本用错了").has("主动向社会公开民生工程资金的管理政策");
    nobody.get(&format!("{page}/6")).await.is(OK).has("通知已撤回").has("版本用错了");
    nobody.get("/directives").await.is(OK).has("已撤回");
    does(&finance, &format!("{page}/6"), "report", &[("text", "做好了")]).await.is(409).has("任务不再办");
    finance.get("/directives/mine").await.is(OK).has("没有要办的日子").has_not(&format!("{page}/6"));
    let timers: i64 = sqlx::query_scalar("select count(*) from jobs where kind = $1")
        .bind(oversight::directives::KIND)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(timers, 0);
    // The right one can be issued now.
    let page = issued(&officer, &[("report", &working_days_on(&desk, 5))]).await;
    nobody.get(&page).await.is(OK).has_not("已经撤回");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn f142_a_clause_led_by_a_group_is_carried_out_by_those_the_office_names() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let report = working_days_on(&desk, 5);
    let page = issued(&officer, &[("report", &report), ("leads-6", "省政府各相关部门"), ("participants-6", "")]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let audit = liaison(&desk, "audit", "省审计厅").await;
    does(&finance, &task, "report", &[("text", "做好了"), ("done", "yes")]).await.is(403);
    let group = "省政府各相关部门";
    does(&finance, &task, "members", &[("group", group), ("members", "省审计厅")]).await.is(403);
    does(&officer, &task, "members", &[("group", group), ("members", "各部门")]).await.is(422).has("还不是一个具体的单位");
    let named = [("group", group), ("members", "省财政厅、省审计厅"), ("alike", "yes")];
    does(&officer, &task, "members", &named).await.is(303);
    desk.nobody().get(&format!("{page}/1")).await.is(OK).has("省财政厅、省审计厅").has("明确统称所指");
    does(&finance, &task, "report", &[("text", "做好了"), ("done", "yes")]).await.is(303);
    audit.get(&format!("{task}/plan")).await.is(OK);
    desk.becomes(&format!("{} 10:00", working_days_on(&desk, 7))).await;
    desk.nobody().get(&task).await.is(OK).has("催：省审计厅。事项：向政务公开办报告进展");
    let (audit, officer) = (desk.sign_in("audit").await, desk.sign_in("openness").await);
    does(&audit, &task, "report", &[("text", "做好了"), ("done", "yes")]).await.is(303);
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("已办结");
}

#[tokio::test]
async fn d3_01_days_over_at_the_issue_are_told_to_the_officer_shown_as_such_and_chased_only_when_set_anew() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    sends(&officer, &[("then", "read"), ("text", demo::NOTICE)], None).await.is(OK).has("有的期限今天已经过了");
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    desk.becomes(&format!("{} 10:00", working_days_on(&desk, 9))).await;
    let chased = async || {
        let query = "select count(*) from acts where kind = 'assignment.chased'";
        sqlx::query_scalar::<_, i64>(query).fetch_one(desk.pool()).await.unwrap()
    };
    assert_eq!(chased().await, 0);
    desk.nobody().get(&page).await.is(OK).has("印发时已过期");
    let late = desk.nobody().get(&format!("{page}?as=json&standing=overdue")).await.is(OK).json();
    assert_eq!(late.as_array().or_else(|| late["rows"].as_array()).map(Vec::len), Some(0));
    assert_eq!(owes(&desk, &page, "省财政厅").await["overdue"].as_f64(), Some(0.0));
    let officer = desk.sign_in("openness").await;
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let day = working_days_on(&desk, 2);
    does(&finance, &task, "day", &[("duty", "report"), ("day", &day), ("why_day", "晚印发")]).await.is(403);
    does(&officer, &task, "day", &[("duty", "report"), ("day", "2012-06-30")])
        .await
        .is(422)
        .has("不能早于今天")
        .has("请写为什么");
    does(&officer, &task, "day", &[("duty", "report"), ("day", &day), ("why_day", "晚印发"), ("alike_day", "yes")]).await.is(303);
    does(&officer, &task, "day", &[("duty", "report"), ("day", &day), ("why_day", "再改")]).await.is(409);
    desk.nobody().get(&task).await.is(OK).has("重定期限").has("晚印发").has("剩 2 个工作日");
    desk.becomes(&format!("{} 10:00", working_days_on(&desk, 3))).await;
    assert_eq!(chased().await, 40, "every task of the notice, one working day after");
    desk.nobody().get(&task).await.is(OK).has("过期 1 个工作日");
}

#[tokio::test]
async fn d3_late_corrections_and_steps_are_late_in_public_and_for_supervision_and_keep_a_task_open() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let day = working_days_on(&desk, 2);
    does(&officer, &task, "inspect", &[("inspected", "缺决算表"), ("finding_unit", "省财政厅"), ("correct_by", &day)])
        .await
        .is(303);
    let step = [
        ("version", "0"),
        ("goal", "全部公开"),
        ("name-1", "拟定目录"),
        ("due-1", day.as_str()),
        ("post-1", "处长"),
        ("person-1", "邱石"),
    ];
    does(&finance, &task, "plan", &step).await.is(303);
    does(&finance, &task, "report", &[("text", "都办完了"), ("done", "yes")]).await.is(303);
    desk.becomes(&format!("{} 10:00", working_days_on(&desk, 4))).await;
    let nobody = desk.nobody();
    nobody.get(&task).await.is(OK).has("逾期没有整改").has("到期没有做到");
    nobody.get("/directives").await.is(OK).has("逾期 1</span>");
    assert_eq!(owes(&desk, &page, "省财政厅").await["overdue"].as_f64(), Some(1.0));
    let rows = nobody.get(&format!("{page}?as=json&standing=overdue")).await.is(OK).json();
    assert_eq!(rows.as_array().or_else(|| rows["rows"].as_array()).map(Vec::len), Some(1));
    let supervisor = desk.sign_in("supervisor").await;
    let csv = supervisor.get("/supervision/directives?as=csv").await.is(OK).text();
    assert!(csv.contains("缺决算表") && csv.contains("拟定目录"), "each late day has its row: {csv}");
    let (officer, finance) = (desk.sign_in("openness").await, desk.sign_in("finance").await);
    does(&finance, &task, "finding", &[("nth", "1"), ("answer_text", "补上了")]).await.is(303);
    does(&officer, &task, "settle", &[("nth", "1"), ("settled", "看过")]).await.is(303);
    officer.get(&task).await.is(OK).has_not("核实无误，办结");
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(422).has("计划里还有步骤没有做到：拟定目录");
    does(&finance, &task, "reach", &[("step", "1"), ("reached", "拟好了")]).await.is(303);
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(303);
}

#[tokio::test]
async fn d1_what_was_not_read_is_confirmed_by_its_number_and_stays_on_the_page_and_so_do_corrections() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let notice = demo::NOTICE.replacen("（牵头责任单位：省财政厅；", "（牵头责任单位：；", 1);
    assert_ne!(notice, demo::NOTICE);
    let once = Uuid::new_v4().to_string();
    let mut fields = vec![("once", once.as_str()), ("text", notice.as_str()), ("then", "issue"), ("time-0-21", "2027-02-01")];
    let refused = sends(&officer, &fields, None).await.is(422).has("处没有读出，请逐处看过").text();
    if refused.contains("#f-leads-6") {
        fields.push(("leads-6", "省财政厅"));
    }
    fields.push(("seen", "yes"));
    let page = sends(&officer, &fields, None).await.is(303).location();
    let nobody = desk.nobody();
    nobody.get(&page).await.is(OK).has("处没有读出").has("已按更正");
    nobody.get(&format!("{page}/21")).await.is(OK).has("印发时按更正定为").has_not("，即");
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
async fn d1_a_task_is_added_left_out_and_cut_anew_on_the_form() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let add = [("text", demo::NOTICE), ("then", "add"), ("added", "0")];
    sends(&officer, &add, None).await.is(OK).has("补一项任务").has("name=\"heading-41\"");
    let page = issued(
        &officer,
        &[
            ("added", "1"),
            ("heading-41", "加强领导"),
            ("text-41", "各单位要按照省委、省政府要求"),
            ("leads-41", "省财政厅"),
            ("omit-40", "yes"),
            ("text-6", "主动向社会公开民生工程资金的管理政策"),
        ],
    )
    .await;
    let nobody = desk.nobody();
    nobody.get(&page).await.is(OK).has("印发时略去 1 段").has("加强领导");
    nobody.get(&format!("{page}/41")).await.is(OK).has("补的任务").has("各单位要按照省委、省政府要求");
    nobody.get(&format!("{page}/40")).await.is(404);
    nobody.get(&format!("{page}/6")).await.is(OK).has("任务的文字");
}

/// A notice of two tasks whose units report in these words.
fn notice_of(report: &str) -> String {
    format!(
        "关于分解落实重点工作的通知\n\n一、工作分工\n1．做好甲事项。（牵头单位：省财政厅；参加单位：省审计厅）\n\
         2．做好乙事项。（牵头单位：省审计厅；参加单位：省财政厅）\n\n二、工作要求\n{report}\n\n省政务公开办\n2026年11月20日\n"
    )
}

#[tokio::test]
async fn d3_01_a_duty_to_report_every_quarter_is_shown_issued_and_owed_and_a_day_can_be_added() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let quarterly = notice_of("各牵头责任单位要于每季度末月25日前将进展情况报送省政务公开办。");
    sends(&officer, &[("then", "read"), ("text", &quarterly)], None)
        .await
        .is(OK)
        .has("还要按这些时间报告进展")
        .has("补一个报告期限")
        .has("做好甲事项");
    let once = Uuid::new_v4().to_string();
    let day = working_days_on(&desk, 5);
    let fields = [("once", once.as_str()), ("text", quarterly.as_str()), ("then", "issue"), ("seen", "yes"), ("report", &day)];
    let page = sends(&officer, &fields, None).await.is(303).location();
    desk.nobody().get(&page).await.is(OK).has("牵头单位还要按这个时间报告进展");
    let one = owes(&desk, &page, "省财政厅").await;
    let owes = one["owes"].as_str().unwrap();
    assert!(owes.contains("报告进展：") && owes.contains(&day), "{one}");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d1_a_notice_marked_as_not_public_is_a_doubt_before_it_is_issued() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let text = format!("机密\n{}（此件不公开）\n", notice_of("各单位要加强领导。"));
    let mut fields = vec![("once", once.as_str()), ("text", text.as_str()), ("then", "issue")];
    sends(&officer, &fields, None).await.is(422).has("标着“机密”").has("标着“此件不公开”");
    fields.push(("seen", "yes"));
    sends(&officer, &fields, None).await.is(303);
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
    officer.get(pending).await.is(OK).has("省统计局").has("逾期没有答复");
    does(&finance, &task, "propose", &[("participant", "省统计局"), ("why", "提供资料")]).await.is(303);
    officer.get(pending).await.is(OK).has_not("逾期没有答复");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}
