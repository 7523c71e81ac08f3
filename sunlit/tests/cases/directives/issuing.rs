//! A notice is read, corrected, issued, and withdrawn where it was a mistake (D1).

use super::{does, issued, liaison, notice_of, office, sends, working_days_on};
use crate::Desk;
use crate::desk::OK;
use oversight::directives::{assignment, demo};
use uuid::Uuid;

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
