//! A notice goes in as it is and comes out as work that is followed to its last clause (D1–D3; F141–F146).

use crate::Desk;
use crate::desk::{Client, OK};
use oversight::directives::{assignment, demo};
use uuid::Uuid;

/// Posts the form of the office, as a browser does that sends a file or a text.
async fn sends(client: &Client, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> testing::Page {
    let mut body = Vec::new();
    for (key, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
    }
    if let Some((name, bytes)) = file {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    client.ask("POST", "/directives/new", &[("content-type", "multipart/form-data; boundary=b")], body).await
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
    let today = desk.house().now().date();
    for task in &all {
        use assignment::Standing::*;
        let expected = match demo::manner(task.clause.seq) {
            demo::Manner::Closed => Closed,
            demo::Manner::Done => Done,
            demo::Manner::Reported | demo::Manner::Late => Reported,
            demo::Manner::Silent => Overdue,
        };
        assert_eq!(task.standing(today), expected, "task {}", task.clause.seq);
        // The day as written is a Saturday: due on Monday, chased from Tuesday on, and never before.
        assert_eq!(task.due.unwrap().to_string(), "2012-07-02");
        let chased = task.chased.first().map(|(day, units)| (day.to_string(), units.len()));
        match demo::manner(task.clause.seq) {
            demo::Manner::Late | demo::Manner::Silent => {
                assert_eq!(chased, Some(("2012-07-03".into(), task.clause.leads.len())), "task {}", task.clause.seq);
            }
            _ => assert_eq!(chased, None, "task {}", task.clause.seq),
        }
    }
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
    other.get(&task).await.is(OK).has_not("报进展");
    say(&other, "report", &[("text", "做好了"), ("done", "yes")]).await.is(403);
    say(&officer, "report", &[("text", "做好了"), ("done", "yes")]).await.is(403);
    say(&officer, "close", &[("text", "看过")]).await.is(409).has("牵头单位都报告完成以后才能办结");
    say(&finance, "report", &[("text", "　")]).await.is(422).has("请写做了什么");
    say(&finance, "report", &[("text", "预算已经公开")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("已报进展").has("预算已经公开");
    say(&finance, "report", &[("text", "决算也公开了"), ("done", "yes")]).await.is(303);
    say(&finance, "close", &[("text", "自己办结")]).await.is(403);
    say(&officer, "close", &[("text", "查看了网站，属实")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("已办结");
    say(&finance, "report", &[("text", "再说一句")]).await.is(409).has("不再收报告");
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
    sends(&officer, &look, None).await.is(OK).has("名录里没有这些单位").has("省财正厅").has("公开民生资金");
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
