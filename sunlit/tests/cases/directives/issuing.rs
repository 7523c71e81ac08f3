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
async fn d1_whether_a_notice_without_a_number_is_the_one_of_the_same_title_and_day_is_asked_and_recorded() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let first = issued(&officer, &[]).await;
    let no = first.trim_start_matches("/directives/").to_owned();
    // The same title and day of signature, no number, other words: nothing is decided for the office.
    let changed = demo::NOTICE.replace("加强组织领导", "加强领导");
    let read = sends(&officer, &[("text", &changed), ("then", "read")], None).await.is(OK);
    let read = read
        .has("有标题相同的通知在督办，请比一比")
        .has(&no)
        .has("文字的指纹")
        .has("是另一份通知，照样印发")
        .has_not("这份通知已经印发过了");
    let digest: String = sqlx::query_scalar("select digest from directives").fetch_one(desk.pool()).await.unwrap();
    let another = format!("{no} {digest}");
    let own = oversight::directives::issue::digest(&changed.lines().map(ToOwned::to_owned).collect::<Vec<_>>());
    read.has(&another).has(&own);
    let once = Uuid::new_v4().to_string();
    let tries = async |said: &str| {
        let fields = [("once", once.as_str()), ("text", changed.as_str()), ("then", "issue"), ("beside", said)];
        sends(&officer, &fields, None).await
    };
    tries("").await.is(422).has("请比一比，选是同一份还是另一份").has("#f-beside");
    tries("same").await.is(422).has("这一份就不再印发了");
    tries(&format!("{no} 0")).await.is(422).has("请比一比");
    let second = tries(&another).await.is(303).location();
    assert_ne!(second, first);
    desk.nobody().get(&second).await.is(OK).has("与标题相同的另一份不是同一份通知").has(&no).has(&digest);
    let beside: serde_json::Value = sqlx::query_scalar("select state -> 'beside' from directives where digest = $1")
        .bind(&own)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(beside, serde_json::json!([{ "no": no, "text": digest }]));
    // The same words are a double, whatever is said of them.
    let once = Uuid::new_v4().to_string();
    let again = [("once", once.as_str()), ("text", demo::NOTICE), ("then", "issue"), ("beside", another.as_str())];
    sends(&officer, &again, None).await.is(409).has("这份通知已经印发过了").has(&no);
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d1_a_saved_page_is_issued_without_what_stands_around_the_notice_and_its_doubts_stay_to_the_end() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let saved = include_str!("../../../../oversight/notice/tests/data/page-modern.html");
    let read = sends(&officer, &[("then", "read")], Some(("page.html", saved.as_bytes()))).await.is(OK);
    read.has("清溪省人民政府办公厅关于分解落实2021年政务公开重点任务的通知")
        .has("像是网页上通知四周的文字")
        .has("清政办〔2021〕15号");
    let notice = notice::read(saved.as_bytes()).unwrap();
    let (text, marks) = (notice.source.lines.join("\n"), serde_json::to_string(&notice.source.marks).unwrap());
    let once = Uuid::new_v4().to_string();
    let fields = [
        ("once", once.as_str()),
        ("text", text.as_str()),
        ("marks", marks.as_str()),
        ("then", "issue"),
        ("seen", "yes"),
        ("unlisted", "省政务服务局"),
    ];
    let page = sends(&officer, &fields, None).await.is(303).location();
    let shown = desk.nobody().get(&page).await.is(OK);
    shown.has("公布重大行政决策事项目录").has("清政办〔2021〕15号").has("像是网页上通知四周的文字");
    let lines: Vec<String> = sqlx::query_scalar("select jsonb_array_elements_text(state -> 'text') from directives")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert!(lines.iter().all(|line| !line.contains("网站标识码") && !line.contains("首页")), "{lines:?}");
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
    desk.nobody().get(&task).await.is(OK).has("催：省审计厅。事项：向省政务公开办报告进展");
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
    nobody.get(&format!("{page}/41")).await.is(OK).has("印发前补的").has("各单位要按照省委、省政府要求");
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

#[tokio::test]
async fn d1_the_head_is_corrected_before_issuing_and_a_notice_without_a_title_is_not_issued() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let whole = notice_of("各单位要加强领导。");
    let (_, text) = whole.split_once('\n').unwrap();
    sends(&officer, &[("then", "read"), ("text", text)], None).await.is(OK).has("没有标题").has("没有读出").has("2026-11-20");
    let mut fields = vec![("once", once.as_str()), ("text", text), ("then", "issue"), ("seen", "yes")];
    sends(&officer, &fields, None).await.is(422).has("请写通知的标题").has("#f-title");
    fields.push(("title", "关于分解落实重点工作的通知"));
    fields.push(("document_no", "皖公开办〔2026〕5号"));
    let wrong = |day: &'static str| [fields.clone(), vec![("signed", day)]].concat();
    sends(&officer, &wrong("前天"), None).await.is(422).has("#f-signed").has("皖公开办〔2026〕5号");
    sends(&officer, &wrong("2062-01-01"), None).await.is(422).has("落款日期不能晚于今天");
    let page = sends(&officer, &wrong("２０２６-11-19"), None).await.is(303).location();
    let shown = desk.nobody().get(&page).await.is(OK).has("关于分解落实重点工作的通知").has("皖公开办〔2026〕5号");
    shown.has("印发前改过").has("原来没有读出").has("原来读作").has("2026-11-20");
    let body: String =
        sqlx::query_scalar("select public_body from acts where kind = 'directive.issued'").fetch_one(desk.pool()).await.unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let issued = body.to_string();
    assert!(issued.contains("\"signed\":\"2026-11-19\"") && issued.contains("\"read\":\"2026-11-20\""), "{issued}");
}

#[tokio::test]
async fn d1_a_notice_that_holds_the_number_of_a_person_is_not_issued_until_it_is_taken_out() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let text = notice_of("各单位要加强领导，联系人手机１３８ 0013 8000，身份证34010020990101003X。");
    let mut fields = vec![("once", once.as_str()), ("text", text.as_str()), ("then", "issue"), ("seen", "yes")];
    sends(&officer, &fields, None)
        .await
        .is(422)
        .has("138****8000")
        .has("340*************3X")
        .has("印发就公开")
        .has("#f-original");
    fields[3] = ("heading-1", "找 13800138000");
    sends(&officer, &fields, None).await.is(422).has("#f-heading-1").has("标题要公开，里面有手机号码 138****8000");
    let text = text.replace("１３８ 0013 8000", "略").replace("34010020990101003X", "略");
    let fields = [("once", once.as_str()), ("text", text.as_str()), ("then", "issue"), ("seen", "yes")];
    sends(&officer, &fields, None).await.is(303);
}

#[tokio::test]
async fn d1_the_units_of_another_province_are_not_taken_for_ours_and_are_listed() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let audit = liaison(&desk, "audit", "省审计厅").await;
    let once = Uuid::new_v4().to_string();
    let text = notice_of("各单位要加强领导。").replace("省政务公开办", "河南省人民政府办公厅");
    let read = [("then", "read"), ("text", text.as_str())];
    let page = sends(&officer, &read, None).await.is(OK).has("这份通知是河南省的，这些单位不在本省名录里").has("河南省财政厅");
    page.has_not("相近的有：").has_not("今 安徽省");
    let issue = [
        ("once", once.as_str()),
        ("text", text.as_str()),
        ("then", "issue"),
        ("seen", "yes"),
        ("leads-1", "河南省财政厅"),
        // What the office gives to a unit of ours by its full name is ours.
        ("leads-2", "安徽省审计厅"),
    ];
    let page = sends(&officer, &issue, None).await.is(303).location();
    desk.nobody().get(&format!("{page}/1")).await.is(OK).has("河南省财政厅").has("不在本省名录").has_not("印发前改过");
    desk.nobody().get(&format!("{page}/units")).await.is(OK).has("河南省财政厅").has("安徽省审计厅");
    finance.get("/directives/mine").await.is(OK).has_not(&page);
    does(&finance, &format!("{page}/1"), "report", &[("text", "做好了")]).await.is(403);
    does(&audit, &format!("{page}/2"), "report", &[("text", "做好了")]).await.is(303);
    // A notice of ours stays as it was.
    let ours = notice_of("各单位要加强领导。");
    sends(&officer, &[("then", "read"), ("text", ours.as_str())], None).await.is(OK).has_not("不在本省名录");
}

#[tokio::test]
async fn d3_01_a_duty_to_report_without_day_or_period_gets_a_period() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let text = notice_of("各牵头单位要及时将进展情况报送省政务公开办。");
    let of = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("once", once.as_str()), ("text", text.as_str()), ("then", "issue"), ("seen", "yes")];
        fields.extend(more);
        fields
    };
    sends(&officer, &of(&[("every_day", "2026-12-25")]), None).await.is(422).has("请选多久报告一次").has("#f-every");
    sends(&officer, &of(&[("every", "recurring-weekly"), ("every_day", "2026-12-25")]), None).await.is(422).has("#f-every_day");
    let quarterly = of(&[("every", "recurring-quarterly"), ("every_day", "2026-12-25")]);
    let page = sends(&officer, &quarterly, None).await.is(303).location();
    desk.nobody().get(&page).await.is(OK).has("每季度第 3 个月 25 日（核对时补的）").has("按期报告");
    let no = format!("{}-01", page.trim_start_matches("/directives/"));
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    let now = desk.house().now();
    let owed = oversight::directives::duty::owed(&one, &now.calendar, now.date());
    let every: Vec<&str> = owed.iter().filter(|duty| duty.key.starts_with("every:")).map(|duty| &duty.key[13..]).collect();
    assert!(!every.is_empty() && every.iter().all(|day| day.ends_with("-25")), "{every:?}");
}

#[tokio::test]
async fn d1_marks_of_direction_in_a_file_do_not_reach_the_record() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let file = notice_of("各单位要加强领导。").replace("省审计厅", "\u{202E}省审计厅\u{202C}");
    let read = sends(&officer, &[("then", "read")], Some(("通知.txt", file.as_bytes()))).await.is(OK);
    assert!(!read.has("改变文字方向的符号").text().contains(['\u{202E}', '\u{202C}']));
}

#[tokio::test]
async fn d3_an_address_that_names_no_task_is_not_found_and_an_unknown_filter_is_named() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let finance = liaison(&desk, "finance", "省财政厅").await;
    for wrong in ["abc", "0", "41", "-1", "99999999999", "6/evidence/x"] {
        finance.get(&format!("{page}/{wrong}")).await.is(404);
    }
    finance.get(&format!("{page}/x/plan")).await.is(404);
    does(&finance, &format!("{page}/x"), "report", &[("text", "做好了")]).await.is(404);
    let nobody = desk.nobody();
    nobody.get(&format!("{page}?standing=late&as=docx")).await.is(OK).has("没有这个筛选条件：“late”、“docx”，下面列的是全部");
    nobody.get(&format!("{page}?standing=&as=")).await.is(OK).has_not("没有这个筛选条件");
    nobody.get(&format!("{page}?standing=waiting")).await.is(OK).has_not("没有这个筛选条件");
    for address in [format!("{page}/units?as=pdf"), "/directives?after=x".into(), "/leadership?as=pdf".into()] {
        nobody.get(&address).await.is(OK).has("没有这个筛选条件");
    }
    officer.get("/supervision/directives?after=x").await.is(OK).has("没有这个筛选条件：“x”");
}

#[tokio::test]
async fn d1_a_unit_that_nobody_knows_leads_or_is_a_member_only_when_the_office_says_that_there_is_such_a_unit() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let text = notice_of("各单位要加强领导。");
    let of = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("once", once.as_str()), ("text", text.as_str()), ("then", "issue"), ("seen", "yes")];
        fields.extend(more);
        fields
    };
    let lead = ("leads-1", "省财正厅");
    sends(&officer, &of(&[lead]), None).await.is(422).has("名录里没有：省财正厅").has("相近的有：省财政厅").has("#f-unlisted");
    // What was confirmed of other names is no answer.
    sends(&officer, &of(&[lead, ("unlisted", "省航天厅")]), None).await.is(422).has("核对过，确有这些单位：省财正厅");
    let group = [lead, ("participants-1", "省直有关部门"), ("members-省直有关部门", "省财政厅、省航天厅")];
    let both = sends(&officer, &of(&group), None).await.is(422).has("省财正厅、省航天厅");
    both.has("确有这些单位");
    let confirmed = [&group[..], &[("unlisted", "省财正厅、省航天厅")]].concat();
    let page = sends(&officer, &of(&confirmed), None).await.is(303).location();
    desk.nobody().get(&page).await.is(OK).has("印发前核对过确有的单位").has("省财正厅、省航天厅");
    let body: String =
        sqlx::query_scalar("select public_body from acts where kind = 'directive.issued'").fetch_one(desk.pool()).await.unwrap();
    assert!(body.contains("\"unlisted\":[\"省财正厅\",\"省航天厅\"]"), "{body}");
    // So it is when the office says later whom a group means.
    let task = format!("{page}/1");
    let members = [("group", "省直有关部门"), ("members", "省审计厅、省星际厅")];
    does(&officer, &task, "members", &members).await.is(422).has("名录里没有：省星际厅").has("核对过，确有这些单位");
    let members = [&members[..], &[("unlisted_members", "省星际厅")]].concat();
    does(&officer, &task, "members", &members).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("名录里没有、核对过确有的：省星际厅");
}

#[tokio::test]
async fn d1_times_follow_the_signature_when_its_day_is_corrected_and_a_unit_of_other_years_is_a_doubt() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let text = notice_of("各单位要加强领导。").replace("做好甲事项。", "自印发之日起10个工作日内做好甲事项。");
    let read = sends(&officer, &[("then", "read"), ("text", text.as_str())], None).await.is(OK);
    // 2026-11-20 is a Friday.
    read.has("value=\"2026-12-04\"");
    let mut fields = vec![("once", once.as_str()), ("text", text.as_str()), ("seen", "yes"), ("time-0-1", "2026-12-04")];
    fields.extend([("signed", "2026-11-19"), ("drawn_as", "2026-11-20"), ("then", "issue")]);
    sends(&officer, &fields, None).await.is(422).has("按它推算的时间跟着变了").has("value=\"2026-12-03\"");
    let at = fields.len() - 2;
    (fields[3].1, fields[at].1) = ("2026-12-03", "2026-11-19");
    let page = sends(&officer, &fields, None).await.is(303).location();
    desk.nobody().get(&format!("{page}/1")).await.is(OK).has_not("印发前改过");
    let early = text.replace("2026年11月20日", "2016年11月18日").replace("省财政厅", "省市场监管局");
    let read = sends(&officer, &[("then", "read"), ("text", early.as_str())], None).await.is(OK);
    read.has("“省市场监管局”2018 年才有，2016 年这些事归：安徽省质量技术监督局、安徽省工商行政管理局").has("名称不是当年的");
}

#[tokio::test]
async fn d1_a_deadline_that_the_office_added_is_told_as_added() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let deadline = working_days_on(&desk, 40);
    let page = issued(&officer, &[("deadline-6", &deadline)]).await;
    let shown = desk.nobody().get(&format!("{page}/6")).await.is(OK).has("印发前补的").has("不是从原文里读出来的");
    shown.has_not("原来读作");
}

#[tokio::test]
async fn f142_a_unit_that_leads_does_not_take_part_too_whatever_it_is_called() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let text = notice_of("各单位要加强领导。");
    let with = |fields: &[(&'static str, &'static str)]| {
        let all = [("once", once.as_str()), ("text", text.as_str()), ("then", "issue"), ("seen", "yes")];
        all.into_iter().chain(fields.iter().copied()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect::<Vec<_>>()
    };
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        sends(&officer, &fields, None).await
    };
    let refused = send(with(&[("participants-1", "省财政厅")])).await.is(422);
    refused.has("“省财政厅”写了两次").has("#f-participants-1");
    send(with(&[("participants-1", "安徽省财政厅")])).await.is(422).has("“安徽省财政厅”和“省财政厅”是同一个单位");
    send(with(&[("leads-1", "省财政厅、安徽省财政厅")])).await.is(422).has("#f-leads-1");
    // What the notice itself says so is told where it is read.
    let twice = text.replace("参加单位：省审计厅", "参加单位：安徽省财政厅");
    sends(&officer, &[("text", &twice), ("then", "read")], None).await.is(OK).has("是同一个单位，一项任务里只能写一次");
    send(with(&[("participants-1", "省民政厅")])).await.is(303);
}

/// A notice with a unit that nobody knows among those that take part.
fn with_an_unknown_unit() -> String {
    notice_of("各单位要加强领导。").replace("参加单位：省审计厅", "参加单位：省火星局")
}

#[tokio::test]
async fn d1_d2_01_a_unit_nobody_knows_is_confirmed_before_it_takes_part_and_is_taken_out_or_replaced_later() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let text = with_an_unknown_unit();
    let once = Uuid::new_v4().to_string();
    let issue = [("once", once.as_str()), ("text", text.as_str()), ("then", "issue")];
    sends(&officer, &issue, None).await.is(422).has("名录里没有：省火星局").has("#f-unlisted");
    let confirmed = [issue.as_slice(), &[("unlisted", "省火星局")]].concat();
    let page = sends(&officer, &confirmed, None).await.is(303).location();
    let task = format!("{page}/1");
    let nobody = desk.nobody();
    nobody.get(&task).await.is(OK).has("省火星局").has("确认参加").has_not("撤下单位，或者改由别的单位");
    // Only the office, only a unit of the task, with a reason; the only lead is replaced, not taken out.
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let fields = |unit: &'static str, instead: &'static str, why: &'static str| {
        [("then", "unit"), ("unit", unit), ("instead", instead), ("why_unit", why)]
    };
    does(&finance, &task, "unit", &fields("省火星局", "", "没有这个单位")).await.is(403);
    officer.get(&task).await.is(OK).has("撤下单位，或者改由别的单位");
    does(&officer, &task, "unit", &fields("省民政厅", "", "没有")).await.is(422).has("请从列出的单位里选一个");
    does(&officer, &task, "unit", &fields("省火星局", "", "")).await.is(422).has("请写为什么撤下或者改");
    does(&officer, &task, "unit", &fields("省财政厅", "", "写错了")).await.is(422).has("只有它牵头");
    does(&officer, &task, "unit", &fields("省火星局", "安徽省财政厅", "写错了")).await.is(422).has("已经在这项任务里");
    does(&officer, &task, "unit", &fields("省火星局", "各部门", "写错了")).await.is(422).has("还不是一个具体的单位");
    does(&officer, &task, "unit", &fields("省火星局", "省水星局", "写错了")).await.is(422).has("名录里没有：省水星局");
    does(&officer, &task, "unit", &fields("省火星局", "省民政厅", "通知写错了单位")).await.is(303);
    nobody.get(&task).await.is(OK).has("省火星局不再承担，改由省民政厅：通知写错了单位").has("省民政厅");
    let owed = async |seq: u32| {
        let no = assignment::number(page.trim_start_matches("/directives/"), seq);
        let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
        let now = desk.house().now();
        let owed = oversight::directives::duty::owed(&one, &now.calendar, now.date());
        (owed.into_iter().flat_map(|duty| duty.units).collect::<Vec<_>>(), one.units())
    };
    let (owes, units) = owed(1).await;
    assert!(owes.contains(&"省民政厅".to_owned()) && !owes.contains(&"省火星局".to_owned()), "{owes:?}");
    assert!(!units.contains(&"省火星局".to_owned()), "it is on nobody's desk");
    does(&officer, &task, "unit", &fields("省民政厅", "", "不需要它")).await.is(303);
    let (owes, _) = owed(1).await;
    assert!(!owes.contains(&"省民政厅".to_owned()), "{owes:?}");
    // A lead is replaced by another, who owes what the first owed.
    does(&officer, &task, "unit", &fields("省财政厅", "省司法厅", "职责已划转")).await.is(303);
    let justice = liaison(&desk, "justice", "省司法厅").await;
    does(&justice, &task, "report", &[("text", "接手办理")]).await.is(303);
    does(&finance, &task, "report", &[("text", "再报")]).await.is(403);
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d1_requirements_stand_beside_their_words_and_one_can_be_made_a_task() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let text = notice_of("各单位要加强领导。\n各单位要在2026年12月10日前摸清底数，报送省政务公开办。");
    let read = sends(&officer, &[("then", "read"), ("text", &text)], None).await.is(OK);
    let read = read.has("工作要求 2").has("谁来做").has("交给谁").has("asked_text_2").text();
    for link in read.split("href=\"#w").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
        assert_eq!(read.matches(&format!("id=\"w{link}\"")).count(), 1, "w{link}");
    }
    // The words of the requirement are marked themselves.
    assert!(read.contains("各单位</mark>要"), "who must do it is marked within the words");
    let look = [("text", text.as_str()), ("then", "look"), ("asked_2", "task"), ("asked_1", "out")];
    sends(&officer, &look, None).await.is(422).has("改作任务").has("#f-leads-3").has("请写谁牵头");
    let once = Uuid::new_v4().to_string();
    let issue = [
        ("once", once.as_str()),
        ("text", text.as_str()),
        ("then", "issue"),
        ("asked_1", "out"),
        ("asked_2", "task"),
        ("asked_as_2", "3"),
        ("added", "1"),
        ("heading-3", "摸清底数"),
        ("text-3", "各单位要在2026年12月10日前摸清底数，报送省政务公开办"),
        ("leads-3", "省财政厅"),
    ];
    let page = sends(&officer, &issue, None).await.is(303).location();
    desk.nobody().get(&format!("{page}/3")).await.is(OK).has("摸清底数").has("省财政厅");
    let body: String =
        sqlx::query_scalar("select public_body from acts where kind = 'directive.issued'").fetch_one(desk.pool()).await.unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let act = body.pointer("/requirements").or_else(|| body.pointer("/act/requirements")).unwrap_or(&body);
    assert_eq!(act.as_array().map(Vec::len), Some(0), "{body}");
}

#[tokio::test]
async fn d1_what_is_refused_at_issuing_comes_back_on_the_page_with_what_was_corrected() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[]).await;
    let once = Uuid::new_v4().to_string();
    let again = [("once", once.as_str()), ("text", demo::NOTICE), ("then", "issue"), ("heading-6", "公开民生资金")];
    let refused = sends(&officer, &again, None).await.is(409);
    refused.has(page.trim_start_matches("/directives/")).has("已经印发过了").has("公开民生资金").has("按改的再看一遍");
}

#[tokio::test]
async fn d1_a_long_notice_is_corrected_page_by_page_and_nothing_typed_is_lost() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let tasks: String = (1..=400).map(|n| format!("{n}．做好第{n}件事。（牵头单位：省财政厅）\n")).collect();
    let text = format!("关于分解落实重点工作的通知\n\n一、工作分工\n{tasks}\n省政务公开办\n2026年11月20日\n");
    let first = sends(&officer, &[("then", "read"), ("text", &text)], None).await.is(OK);
    let first = first.has("读出任务 400").has("第 1 页，共 3 页").has("id=\"t150\"").has_not("id=\"t151\"").text();
    for link in first.split("href=\"#w").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
        assert_eq!(first.matches(&format!("id=\"w{link}\"")).count(), 1, "w{link}");
    }
    let next = first.split("value=\"to-").nth(1).unwrap().split('"').next().unwrap();
    let to = format!("to-{next}");
    // What was typed on the first page goes along, what stands as it was read does not.
    let turn = [("text", text.as_str()), ("then", &to), ("from", "1"), ("heading-7", "改过的标题"), ("leads-8", "省财政厅")];
    let second = sends(&officer, &turn, None).await.is(OK).has("第 2 页，共 3 页").has("id=\"t151\"").has_not("id=\"t150\"");
    second.has("name=\"heading-7\" value=\"改过的标题\"").has_not("name=\"leads-8\"");
    // What is wrong on another page is shown there.
    let once = Uuid::new_v4().to_string();
    let wrong = [("once", once.as_str()), ("text", &text), ("then", "issue"), ("from", next), ("leads-7", "")];
    sends(&officer, &wrong, None).await.is(422).has("第 1 页，共 3 页").has("#f-leads-7");
    let issue = [("once", once.as_str()), ("text", &text), ("then", "issue"), ("from", next), ("heading-7", "改过的标题")];
    let page = sends(&officer, &issue, None).await.is(303).location();
    desk.nobody().get(&format!("{page}/7")).await.is(OK).has("改过的标题");
}
