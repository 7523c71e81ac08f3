//! Reports, chases, inspections, and what of it is late (D3).

use super::{does, issued, liaison, notice_of, office, owes, sends, uploads, working_days_on};
use crate::Desk;
use crate::desk::{Client, OK};
use oversight::directives::{assignment, demo};
use uuid::Uuid;

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
    // Each year it names what was heard, and what it says of other things is none of it.
    let yearly = &all[demo::YEARLY as usize - 1];
    assert_eq!(oversight::directives::duty::missed(yearly, &now.calendar), []);
    let named = yearly.reports.iter().filter(|report| report.about.is_some()).count();
    assert_eq!(named as i32, chrono::Datelike::year(&now.date()) - 2012);
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
    say(&finance, "report", &[("text", "再说一句")]).await.is(409).has("这一次没有记下").has("再说一句").has("您写的没有记下");
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
        let of_the_lead = one.told.iter().filter(|told| !told.duty.starts_with("confirm:"));
        of_the_lead.map(|told| (told.duty.clone(), told.stage)).collect::<Vec<_>>()
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
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has_not("核对时补的期限");
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
    // Talk of it takes nothing along; having done it does.
    does(&hall, &task, "report", &[("text", "推迟了，还没有办"), ("about", &first[0])]).await.is(303);
    assert_eq!(held().await.0, first);
    does(&hall, &task, "report", &[("text", "前几周补办"), ("about", &first[0]), ("met", "yes")]).await.is(303);
    let (left, _) = held().await;
    assert!(left.len() == 1 && left != first, "what runs is still owed: {left:?}");
    supervisor.get("/supervision/directives?as=csv").await.is(OK).has_not(&no);
    does(&hall, &task, "report", &[("text", "机房换了一台打印机")]).await.is(303);
    assert_eq!(held().await.0, left);
    does(&hall, &task, "report", &[("text", "这一周的"), ("about", &left[0]), ("met", "yes")]).await.is(303);
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
    let away = waits.split("写错的.pdf").nth(1).unwrap().split("formaction=\"").nth(1).unwrap();
    let away = away.split('"').next().unwrap().to_owned();
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
    does(&officer, &task, "inspect", &[("inspected", "台账齐全"), ("finding_unit", "none")]).await.is(303);
    let finding = [("inspected", "网站缺决算表"), ("finding_unit", "省财政厅"), ("correct_by", day.as_str())];
    does(&officer, &task, "inspect", &finding).await.is(303);
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/directives").await.is(OK).has("网站缺决算表").has("等整改");
    finance.get("/directives/mine").await.is(OK).has("网站缺决算表").has("剩 5 个工作日");
    does(&finance, &task, "report", &[("text", "都办完了"), ("done", "yes"), ("sure", "yes")]).await.is(303);
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
    assert_eq!(two["next_due"].as_str(), Some(report.as_str()));
    // What 省财政厅 has not confirmed yet, it still owes; the report it does not.
    assert!(two["owes"].as_str().unwrap().contains("报进展"), "{two}");
    assert!(!one["owes"].as_str().unwrap().contains("报进展"), "{one}");
    let text = desk.nobody().get(&page).await.is(OK).has("过期 2 个工作日").text();
    assert!(text.contains("/6\" lang=\"zh-CN\">6 逾期</a>"), "the task as a whole is late");
    let rows = desk.nobody().get(&format!("{page}?as=json")).await.is(OK).json();
    let row = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap()[5].clone();
    assert_eq!(row["missed_due"].as_str(), Some(report.as_str()));
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
        // Whoever does not confirm that it takes part is chased for that, and for nothing else.
        let query = "select count(*) from acts where kind = 'assignment.chased' and public_body not like '%\"confirm:%'";
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
    does(&finance, &task, "report", &[("text", "都办完了"), ("done", "yes"), ("sure", "yes")]).await.is(303);
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
async fn d3_01_each_of_several_reports_in_one_sentence_is_shown_owed_and_met_by_its_own() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let (first, second) = (working_days_on(&desk, 8), working_days_on(&desk, 30));
    let words = format!(
        "各牵头责任单位要于{}前、{}前将进展情况报省政务公开办，每季度末月20日前将小结送省政府办公厅。省财政厅要于每月3日前将汇总情况报省政府办公厅。",
        zh(&first),
        zh(&second)
    );
    let text = notice_of(&words);
    let read = sends(&officer, &[("then", "read"), ("text", &text)], None).await.is(OK);
    read.has("还要按这些时间报告进展")
        .has("只要省财政厅报告，不是每项任务的牵头单位都报")
        .has("每季度末月20日前（报送给省政府办公厅）");
    let once = Uuid::new_v4().to_string();
    let fields = [("once", once.as_str()), ("text", text.as_str()), ("then", "issue"), ("seen", "yes")];
    let page = sends(&officer, &fields, None).await.is(303).location();
    let nobody = desk.nobody();
    nobody
        .get(&page)
        .await
        .is(OK)
        .has(&format!("{} 月 {} 日", first[5..7].trim_start_matches('0'), first[8..].trim_start_matches('0')))
        .has("牵头单位还要按这个时间报告进展")
        .has("每季度末月20日前（报送给省政府办公厅）");
    let task = format!("{page}/1");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let owed = async || {
        let no = format!("{}-01", page.trim_start_matches("/directives/"));
        let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
        let now = desk.house().now();
        let owed = oversight::directives::duty::owed(&one, &now.calendar, now.date()).into_iter();
        owed.filter(|duty| duty.about.is_of_the_notice()).map(|duty| duty.key).collect::<Vec<_>>()
    };
    let all = owed().await;
    let single = format!("every:{second}");
    assert!(all.len() == 3 && all.contains(&"report".to_owned()) && all.contains(&single), "{all:?}");
    let quarter = all.iter().find(|key| **key != single && **key != "report").unwrap().clone();
    // The form offers every day that is owed, and a report is for the one it names.
    let form = finance.get(&task).await.is(OK).has("只报总的进展：到期的进展报告就算报了，别的期限照旧");
    all.iter().for_each(|key| assert!(form.text().contains(&format!("value=\"{key}\"")), "{key}"));
    does(&finance, &task, "report", &[("text", "这一季的小结"), ("about", &quarter)]).await.is(303);
    let left = owed().await;
    assert!(left.contains(&"report".to_owned()) && left.contains(&single) && !left.contains(&quarter), "{left:?}");
    does(&finance, &task, "report", &[("text", "机房换了打印机")]).await.is(303);
    assert_eq!(owed().await.as_slice(), std::slice::from_ref(&single), "how far it has come, and no other day");
    does(&finance, &task, "report", &[("text", "第二次进展"), ("about", &single)]).await.is(303);
    assert_eq!(owed().await, Vec::<String>::new());
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

/// 2026-12-11 as a notice writes it.
fn zh(day: &str) -> String {
    let day: chrono::NaiveDate = day.parse().unwrap();
    day.format("%Y年%-m月%-d日").to_string()
}

#[tokio::test]
async fn d2_a_unit_that_takes_the_place_of_another_is_late_with_nothing_of_before() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("report", &working_days_on(&desk, 3))]).await;
    let task = format!("{page}/6");
    desk.becomes(&format!("{} 10:00", working_days_on(&desk, 10))).await;
    let nobody = desk.nobody();
    nobody.get(&task).await.is(OK).has("tag tag--stop\">逾期").has("次催办");
    let officer = desk.sign_in("openness").await;
    let change = [("unit", "省财政厅"), ("instead", "省统计局"), ("why_unit", "通知写错了")];
    does(&officer, &task, "unit", &change).await.is(303);
    nobody.get(&task).await.is(OK).has("接手时已过期").has_not("tag tag--stop\">逾期");
    assert_eq!(owes(&desk, &page, "省统计局").await["overdue"].as_f64(), Some(0.0));
    let supervisor = desk.sign_in("supervisor").await;
    let late = supervisor.get("/supervision/directives?as=json").await.is(OK).text();
    assert!(!late.contains("省统计局"), "{late:.600}");
    // The office gives it a day of its own, which is reminded of and chased from the first time on.
    let day = working_days_on(&desk, 4);
    officer.get(&task).await.is(OK).has("重定");
    does(&officer, &task, "day", &[("duty", "report"), ("day", &day), ("why_day", "刚接手")]).await.is(303);
    nobody.get(&task).await.is(OK).has("剩 4 个工作日");
    desk.becomes(&format!("{} 10:00", working_days_on(&desk, 6))).await;
    let no = format!("{}-06", page.trim_start_matches("/directives/"));
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    assert_eq!(oversight::directives::duty::chases(&one, "report"), 1);
    assert!(one.told.iter().filter(|told| told.duty == "report").all(|told| told.units == ["省统计局"]), "{:?}", one.told);
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d3_what_a_notice_says_stays_as_written_in_english_and_a_day_nobody_owes_says_so() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let text = "关于分解落实重点工作的通知\n\n一、工作分工\n1．2099年12月31日前完成目录。2099年9月10日召开会议。（牵头单位：省财政厅、省审计厅）\n\n省政务公开办\n2026年11月20日\n";
    let once = Uuid::new_v4().to_string();
    let fields = [("once", once.as_str()), ("text", text), ("then", "issue"), ("report", "2099-06-30")];
    let read = sends(&officer, &[("then", "read"), ("text", text)], None).await.is(OK);
    read.has("只写了这一天，不作期限，没有人会被提醒");
    let page = sends(&officer, &fields, None).await.is(303).location();
    let task = format!("{page}/1");
    let nobody = desk.nobody();
    nobody.get(&task).await.is(OK).has("只写了这一天，不作期限，没有人会被提醒");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let due = working_days_on(&desk, 20);
    let plan = [("version", "0"), ("goal", "起草"), ("name-1", "起草"), ("due-1", due.as_str()), ("post-1", "处长")];
    let plan = [&plan[..], &[("person-1", "邱石")]].concat();
    does(&finance, &task, "plan", &plan).await.is(303);
    let reader = desk.nobody();
    reader.cookies.lock().unwrap().insert("sunlit_display".into(), "l".into());
    for address in [&task, &page, &format!("{page}/units")] {
        let shown = reader.get(address).await.is(OK).text();
        assert!(!shown.contains("2099years") && !shown.contains("months31"), "{address}");
    }
    let shown = reader.get(&task).await.is(OK).has("That day only").text();
    assert!(shown.contains("2099年12月31日前") && shown.contains(">起草</span>") && !shown.contains("Drafted"));
    // Programs get the units one by one.
    let rows = nobody.get(&format!("{page}?as=json")).await.is(OK).json();
    let row = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap()[0].clone();
    assert_eq!(row["lead_units"], serde_json::json!(["省财政厅", "省审计厅"]));
    assert_eq!(row["participating_units"], serde_json::json!([]));
    nobody.get(&format!("{page}?as=csv")).await.is(OK).has("省财政厅、省审计厅");
}

#[tokio::test]
async fn d3_the_office_is_told_why_it_cannot_close_a_task_and_where_that_stands() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("report", &working_days_on(&desk, 30))]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    officer.get(&task).await.is(OK).has("现在还不能办结").has("牵头单位都报告完成以后才能办结").has("href=\"#hs\"");
    finance.get(&task).await.is(OK).has_not("现在还不能办结");
    let due = working_days_on(&desk, 20);
    let plan = [
        ("version", "0"),
        ("goal", "全部公开"),
        ("id-1", "1"),
        ("name-1", "整理目录"),
        ("due-1", due.as_str()),
        ("post-1", "预算处处长"),
        ("person-1", "邱石"),
    ];
    does(&finance, &task, "plan", &plan).await.is(303);
    does(&finance, &task, "report", &[("text", "做好了"), ("done", "yes"), ("sure", "yes")]).await.is(303);
    officer.get(&task).await.is(OK).has("计划里还有步骤没有做到：整理目录").has("href=\"#pl\"").has_not("核实无误，办结");
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(422).has("计划里还有步骤没有做到：整理目录");
    does(&finance, &task, "reach", &[("step", "1"), ("reached", "整理好了")]).await.is(303);
    officer.get(&task).await.is(OK).has_not("现在还不能办结").has("核实无误，办结");
}

#[tokio::test]
async fn d2_01_a_unit_that_the_notice_names_is_reminded_and_chased_until_it_confirms_or_objects() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("report", &working_days_on(&desk, 30))]).await;
    let task = format!("{page}/6");
    let audit = liaison(&desk, "audit", "省审计厅").await;
    liaison(&desk, "civil", "省民政厅").await;
    audit.get("/directives/mine").await.is(OK).has("确认参加").has("剩 5 个工作日");
    audit.get(&task).await.is(OK).has("请在这一天前答复");
    does(&audit, &task, "answer", &[("joins", "yes")]).await.is(303);
    desk.becomes(&format!("{} 00:30", working_days_on(&desk, 6))).await;
    let shown = desk.nobody().get(&task).await.is(OK).has("第 1 次催办").has("确认参加，或者写不参加的理由");
    // Its silence is its own: the task itself is not late; for supervision the unit is.
    shown.has("还没有报告").has_not("tag tag--stop\">逾期");
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/directives").await.is(OK).has("确认参加").has("省民政厅").has(">参加</span>");
    let listed = supervisor.get("/supervision/directives?as=json").await.is(OK).json();
    let listed = listed.as_array().or_else(|| listed["rows"].as_array()).unwrap().clone();
    let of_task = |row: &&serde_json::Value| row["no"].as_str().is_some_and(|no| no.ends_with("-06"));
    let row = listed.iter().find(of_task).unwrap();
    assert_eq!((row["what"].as_str(), row["units_are"].as_str()), (Some("确认参加"), Some("参加")), "{row}");
    let public = desk.nobody().get(&page).await.is(OK);
    public.has("参加单位逾期").has("/6\" lang=\"zh-CN\">6 还没有报告</a>").has_not("6 逾期</a>");
    desk.nobody().get("/directives").await.is(OK).has_not("tag--stop\">逾期");
    let civil = owes(&desk, &page, "省民政厅").await;
    assert!(civil["overdue_taking_part"].as_f64().is_some_and(|n| n > 0.0), "the unit is late itself: {civil}");
    let no = format!("{}-06", page.trim_start_matches("/directives/"));
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    let chased: Vec<_> = one.told.iter().filter(|told| told.duty.starts_with("confirm:") && told.stage == 3).collect();
    assert_eq!(chased.len(), 1);
    assert!(chased[0].units.iter().any(|unit| unit == "省民政厅") && !chased[0].units.iter().any(|unit| unit == "省审计厅"));
    assert!(owes(&desk, &page, "省民政厅").await.to_string().contains("确认参加"));
    let civil = desk.sign_in("civil").await;
    does(&civil, &task, "answer", &[("joins", "no"), ("answer", "不属于本厅职责")]).await.is(303);
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    let now = desk.house().now();
    let owed = oversight::directives::duty::owed(&one, &now.calendar, now.date());
    assert!(owed.iter().all(|duty| !duty.units.iter().any(|unit| unit == "省民政厅")), "{owed:?}");
    // What came late stays told as late, in both languages, and the list lets it go.
    let late = owes(&desk, &page, "省民政厅").await;
    assert!(
        late["met_late"].as_str().unwrap().contains("确认参加") && late["met_late"].as_str().unwrap().contains("才办到"),
        "{late}"
    );
    desk.nobody().get(&task).await.is(OK).has("迟了的").has("才办到");
    let reader = desk.nobody();
    reader.cookies.lock().unwrap().insert("sunlit_display".into(), "l".into());
    reader.get(&task).await.is(OK).has("reached only on").has_not("才办到");
    let row = desk.nobody().get(&format!("{page}?as=json")).await.is(OK).json();
    let row = row.as_array().or_else(|| row["rows"].as_array()).unwrap()[5].clone();
    assert!(row["missed"].is_null() || row["missed"] == "", "it is no lateness of the task: {row}");
    assert!(row["participants_late"].as_str().unwrap().contains("省民政厅"), "{row}");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d3_01_a_period_of_reporting_is_added_after_the_issue_as_an_act_and_owed_from_that_day_on() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("report", &working_days_on(&desk, 200))]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let monthly = [("every", "recurring-monthly"), ("why_every", "年底前要看到每月的进展"), ("alike_every", "yes")];
    does(&finance, &task, "reporting", &monthly).await.is(403);
    does(&officer, &task, "reporting", &[("why_every", "要看进展")]).await.is(422).has("请选多久报告一次");
    does(&officer, &task, "reporting", &[("every", "recurring-monthly")]).await.is(422).has("请写为什么要按期报告");
    does(&officer, &task, "reporting", &monthly).await.is(303);
    does(&officer, &task, "reporting", &monthly[..2]).await.is(422).has("已经这样按期报告了");
    for task in [&task, &format!("{page}/7")] {
        desk.nobody().get(task).await.is(OK).has("补定按期的报告").has("年底前要看到每月的进展").has("印发后补的");
    }
    let no = format!("{}-06", page.trim_start_matches("/directives/"));
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    let now = desk.house().now();
    let owed = oversight::directives::duty::owed(&one, &now.calendar, now.date());
    let every: Vec<_> = owed.iter().filter(|duty| duty.key.starts_with("every:")).collect();
    assert!(every.len() == 1 && every[0].units == ["省财政厅"] && every[0].due >= now.date(), "{every:?}");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d3_a_day_to_correct_by_without_a_unit_is_told_and_nothing_is_kept() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let task = format!("{}/6", issued(&officer, &[]).await);
    let day = working_days_on(&desk, 5);
    let half = [("inspected", "看了网站，没有公开"), ("correct_by", day.as_str())];
    let again = does(&officer, &task, "inspect", &half).await.is(422);
    again.has("写了整改期限，请选由谁整改").has("#f-finding_unit").has("看了网站，没有公开").has(&day);
    desk.nobody().get(&task).await.is(OK).has_not("看了网站，没有公开");
    does(&officer, &task, "inspect", &[half[0], half[1], ("finding_unit", "省财政厅")]).await.is(303);
    // A finding typed without choosing whose it is is no clean inspection.
    let unsaid = does(&officer, &task, "inspect", &[("inspected", "再看，缺一张表"), ("correct_by", " ")]).await.is(422);
    unsaid.has("请选由谁整改").has("再看，缺一张表");
    does(&officer, &task, "inspect", &[("inspected", "再看，没有问题"), ("finding_unit", "none"), ("correct_by", " ")])
        .await
        .is(303);
}

#[tokio::test]
async fn d3_01_reports_go_to_whom_the_notice_says_and_its_issue_has_a_receipt() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let once = Uuid::new_v4().to_string();
    let text = notice_of("各牵头责任单位要在2099年6月30日前将进展情况报省政府办公厅。");
    let fields = [("once", once.as_str()), ("text", text.as_str()), ("then", "issue"), ("seen", "yes")];
    let page = sends(&officer, &fields, None).await.is(303).location();
    let nobody = desk.nobody();
    nobody.get(&format!("{page}/1")).await.is(OK).has("向省政府办公厅报告进展").has_not("向政务公开办报告进展");
    desk.settle().await;
    let n: i64 = sqlx::query_scalar(
        "select e.n from log_entries e join acts a on a.position = e.position where a.kind = 'directive.issued'",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    for address in [page.clone(), format!("{page}/1"), format!("{page}/2")] {
        nobody.get(&address).await.is(OK).has(&format!("/verify/{n}\"")).has("印发");
    }
    let finance = liaison(&desk, "finance", "省财政厅").await;
    finance.get("/directives/mine").await.is(OK).has("向省政府办公厅报告进展");
}

#[tokio::test]
async fn d3_a_closed_task_is_opened_again_by_the_office_and_a_closing_ends_what_was_asked() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let page = issued(&officer, &[("report", &working_days_on(&desk, 30))]).await;
    let task = format!("{page}/6");
    let finance = liaison(&desk, "finance", "省财政厅").await;
    let asked = liaison(&desk, "asked", "省统计局").await;
    let day = working_days_on(&desk, 5);
    let again = [("reopening", "网站上查不到了"), ("report_by", day.as_str())];
    does(&finance, &task, "propose", &[("participant", "省统计局"), ("why", "提供资料")]).await.is(303);
    does(&finance, &task, "propose", &[("participant", "省工商局"), ("why", "提供资料")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("名称不是当年的").has("2018 年已经改组").has("等答复");
    does(&officer, &task, "reopen", &again).await.is(409).has("这项任务还在办");
    does(&finance, &task, "report", &[("text", "做好了"), ("done", "yes")]).await.is(303);
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("办结时还没有答复").has_not("等答复").has_not("重新督办的理由");
    does(&asked, &task, "answer", &[("joins", "yes")]).await.is(409);
    does(&finance, &task, "reopen", &again).await.is(403);
    officer.get(&task).await.is(OK).has("重新督办的理由");
    does(&officer, &task, "reopen", &[]).await.is(422).has("请写为什么要重新督办").has("#f-report_by");
    does(&officer, &task, "reopen", &again).await.is(303);
    // It is followed again: the report of before does not say that it is done now, and what was asked before asks nobody.
    let shown = desk.nobody().get(&task).await.is(OK);
    shown.has("重新督办后报告进展").has("网站上查不到了").has("已报进展").has("办结时还没有答复").has_not("等答复");
    asked.get("/directives/mine").await.is(OK).has_not(&task);
    finance.get("/directives/mine").await.is(OK).has("剩 5 个工作日");
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(422).has("牵头单位都报告完成以后才能办结");
    does(&finance, &task, "propose", &[("participant", "省统计局"), ("why", "再提供资料")]).await.is(303);
    does(&asked, &task, "answer", &[("joins", "yes")]).await.is(303);
    does(&finance, &task, "report", &[("text", "又做好了"), ("done", "yes")]).await.is(303);
    does(&officer, &task, "close", &[("closing", "复查属实")]).await.is(303);
    desk.nobody().get(&task).await.is(OK).has("已办结").has("重新督办").has("复查属实");
    // A notice that was withdrawn is opened by nobody.
    does(&officer, &page, "withdraw", &[("withdrawn", "印发错了")]).await.is(303);
    does(&officer, &task, "reopen", &again).await.is(409).has("撤回");
    desk.nobody().get("/directives").await.is(OK).has("已撤回").has_not("已办结 1");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d3_a_closing_says_of_what_is_still_to_come_whether_it_goes_on_or_ends_and_why() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    // Task 31 is led by 省政府办公厅; what it does every year is corrected to every week.
    let report = working_days_on(&desk, 30);
    let page = issued(&officer, &[("kind-0-31", "recurring-weekly"), ("time-0-31", ""), ("report", &report)]).await;
    let task = format!("{page}/31");
    let hall = liaison(&desk, "hall", "省政府办公厅").await;
    does(&hall, &task, "report", &[("text", "做好了"), ("done", "yes")]).await.is(303);
    let listed = async |officer: &Client| {
        let form = officer.get(&task).await.is(OK).has("下面这些还没到日子").has("继续，按期照样报").has("（下一次 ").text();
        form.split_once("name=\"to_come\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    let closes = async |officer: &Client, said: &[(&str, &str)]| {
        let listed = listed(officer).await;
        let mut all = vec![("closing", "属实"), ("to_come", listed.as_str())];
        all.extend(said);
        does(officer, &task, "close", &all).await
    };
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(422).has("还有没到日子的事");
    closes(&officer, &[]).await.is(422).has("请选这件事继续，还是到此为止").has("#f-come-1");
    closes(&officer, &[("come-1", "end")]).await.is(422).has("请写为什么到此为止");
    // Carried on: the task is found done, and the next week is owed as before.
    closes(&officer, &[("come-1", "carry")]).await.is(303);
    let nobody = desk.nobody();
    nobody.get(&task).await.is(OK).has("核实，按期的事继续").has("已经核实").has("已报进展").has_not("等核实").has_not("已办结");
    closes(&officer, &[("come-1", "carry")]).await.is(422).has("这些事已经定了继续");
    let start = desk.house().now().date();
    desk.becomes(&format!("{} 10:00", start + chrono::Days::new(15))).await;
    nobody.get(&task).await.is(OK).has("按期要做的事").has("tag tag--stop\">逾期");
    let (officer, hall) = (desk.sign_in("openness").await, desk.sign_in("hall").await);
    does(&hall, &task, "report", &[("text", "几周的都做了"), ("done", "yes")]).await.is(303);
    // Ended: the reason is on the page, and nothing is owed or chased any more.
    closes(&officer, &[("come-1", "end"), ("come_why-1", "专项行动已经结束")]).await.is(303);
    nobody.get(&task).await.is(OK).has("已办结").has("到此为止，专项行动已经结束").has_not("这些按期的事继续");
    let no = format!("{}-31", page.trim_start_matches("/directives/"));
    let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
    assert_eq!(oversight::directives::duty::owed(&one, &desk.house().now().calendar, start + chrono::Days::new(60)), []);
    // Opened again, what was ended stays so, until the office asks for it anew.
    let to_come = async || {
        let one = assignment::find(&mut desk.pool().acquire().await.unwrap(), &no).await.unwrap();
        let now = desk.house().now();
        oversight::directives::duty::to_come(&one, &now.calendar, now.date()).len()
    };
    let day = working_days_on(&desk, 5);
    officer.get(&task).await.is(OK).has("（已经到此为止：专项行动已经结束）").has("重新按期做");
    does(&officer, &task, "reopen", &[("reopening", "又有了"), ("report_by", day.as_str())]).await.is(303);
    assert_eq!(to_come().await, 0);
    nobody.get(&task).await.is(OK).has_not("按期要做的事");
    does(&hall, &task, "report", &[("text", "又做好了"), ("done", "yes")]).await.is(303);
    does(&officer, &task, "close", &[("closing", "属实")]).await.is(303);
    let anew = [("reopening", "专项行动又开始了"), ("report_by", day.as_str()), ("anew-1", "yes")];
    does(&officer, &task, "reopen", &anew).await.is(303);
    assert_eq!(to_come().await, 1);
    nobody.get(&task).await.is(OK).has("重新按期做");
    desk.becomes(&format!("{} 10:00", start + chrono::Days::new(25))).await;
    nobody.get(&task).await.is(OK).has("按期要做的事");
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn d3_01_the_page_says_when_the_clock_chases_no_more() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let task = format!("{}/6", issued(&officer, &[("report", &working_days_on(&desk, 3))]).await);
    let days = [4, 10, 16, 22, 28, 34, 40].map(|n| working_days_on(&desk, n));
    for day in &days[..5] {
        desk.becomes(&format!("{day} 10:00")).await;
    }
    desk.nobody().get(&task).await.is(OK).has("第 5 次催办").has_not("不再自动催");
    for day in &days[5..] {
        desk.becomes(&format!("{day} 10:00")).await;
    }
    desk.nobody().get(&task).await.is(OK).has("第 6 次催办").has_not("第 7 次催办").has("催办满 6 次，系统不再自动催");
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/directives").await.is(OK).has("催办满 6 次，系统不再自动催");
}

#[tokio::test]
async fn f134_a_filter_that_there_is_not_is_named_on_the_board_and_the_list_of_cards() {
    let desk = Desk::open().await;
    desk.employ("openness", "何晓", "openness_officer", Some(demo::OFFICE)).await;
    let supervisor = desk.sign_in("supervisor").await;
    for address in [
        "/supervision/board?stage=late",
        "/supervision/board?agency=nowhere&region=99",
        "/supervision/cards?rule=R99",
        "/supervision/cards?progress=x&as=docx",
    ] {
        supervisor.get(address).await.is(OK).has("没有这个筛选条件");
    }
    for address in
        ["/supervision/board?stage=all&colour=red", "/supervision/cards?progress=explained", "/supervision/board?region=34"]
    {
        supervisor.get(address).await.is(OK).has_not("没有这个筛选条件");
    }
}
