//! Who is responsible, and whether the executive meeting heard a report each year (C1-01, F122).

use crate::Desk;
use crate::desk::{Client, OK};
use oversight::leadership::demo;
use uuid::Uuid;

const PAGE: &str = "/leadership/jinzhai-government";

async fn office(desk: &Desk) -> Client {
    desk.employ("openness", "何晓", "openness_officer", Some(oversight::directives::demo::OFFICE)).await;
    desk.sign_in("openness").await
}

async fn records(client: &Client, what: &str, fields: &[(&str, &str)]) -> testing::Page {
    let once = Uuid::new_v4().to_string();
    let mut all = vec![("once", once.as_str())];
    all.extend(fields);
    client.post(&format!("{PAGE}/{what}"), &all).await
}

#[tokio::test]
async fn c1_01_the_office_records_who_is_responsible_what_was_heard_and_what_was_provided() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let nobody = desk.nobody();
    nobody.get("/leadership").await.is(OK).has("金寨县人民政府").has("没有记录");
    nobody.get(PAGE).await.is(OK).has_not("记下");
    nobody.get("/leadership/none").await.is(404);
    let today = desk.house().now().date().to_string();
    let first = [("responsible", "first"), ("name", "样例甲"), ("post", "县长"), ("from", "２０２４-０１-１０")];
    records(&desk.citizen("路人").await, "appoint", &first).await.is(403);
    records(&officer, "appoint", &[("from", "明天")]).await.is(422).has("请选负什么责").has("请写姓名").has("#f-from");
    records(&officer, "appoint", &first).await.is(303);
    records(&officer, "appoint", &first).await.is(422).has("要晚于前一位开始的日子");
    let next = [("responsible", "first"), ("name", "样例丙"), ("post", "县长"), ("from", today.as_str())];
    records(&officer, "appoint", &next).await.is(303);
    records(&officer, "hear", &[("on", &today), ("meeting", "第 2 次常务会议"), ("decided", "同意")]).await.is(303);
    let same = [("on", today.as_str()), ("meeting", "第 2 次常务会议"), ("decided", "同意")];
    records(&officer, "hear", &same).await.is(422).has("这次会议已经记过了");
    records(&officer, "provide", &[("provision", "posts"), ("year", "2025"), ("amount", "12.5")]).await.is(422).has("编制写整数");
    records(&officer, "provide", &[("provision", "funding"), ("year", "２０２５"), ("amount", "１８０.５０")]).await.is(303);
    nobody.get(PAGE).await.is(OK).has("样例甲").has("样例丙").has("已听取汇报").has("180.50");
    nobody.get("/leadership?as=csv").await.is(OK).has("县长 样例丙").has_not("样例甲");
    // Both ends of a time in office have their year where the years are not one.
    let last = desk.house().now().date().pred_opt().unwrap();
    nobody.get(PAGE).await.is(OK).has(&last.format("– %Y 年 %-m 月 %-d 日").to_string());
    // How much openness weighs in appraisal: not below what the rule asks, one for each year, the last that was said.
    let weight = |percent: &'static str| [("weight_year", "2025"), ("percent", percent), ("basis", "县考核办法")];
    records(&desk.citizen("过客").await, "weigh", &weight("5")).await.is(403);
    records(&officer, "weigh", &weight("3.5")).await.is(422).has("不低于 4%（国办发〔2016〕80号）").has("3.5");
    records(&officer, "weigh", &weight("4")).await.is(303);
    records(&officer, "weigh", &weight("４.２５％")).await.is(303);
    let year = chrono::Datelike::year(&desk.house().now().date()).to_string();
    records(&officer, "weigh", &[("weight_year", &year), ("percent", "6"), ("basis", "县考核办法")]).await.is(303);
    nobody.get(PAGE).await.is(OK).has("2025 · 4.25%").has("县考核办法").has("占 4%").has_not("权重（%）");
    nobody.get("/leadership").await.is(OK).has("6%");
    nobody.get("/leadership?as=csv").await.is(OK).has("今年考核权重（%）");
    let once = Uuid::new_v4().to_string();
    officer.post("/leadership/jinzhai-market/weigh", &[("once", &once), ("percent", "5")]).await.is(404);
    // A department has no executive meeting to hear it.
    let once = Uuid::new_v4().to_string();
    officer.post("/leadership/jinzhai-market/hear", &[("once", &once), ("on", &today)]).await.is(404);
    // The same form sent twice is one act.
    let twice = [("once", once.as_str()), ("provision", "premises"), ("year", "2025"), ("amount", "3600")];
    let address = format!("{PAGE}/provide");
    let (one, two) = tokio::join!(officer.post(&address, &twice), officer.post(&address, &twice));
    assert_eq!((one.status, two.status), (303, 303));
    let acts: i64 =
        sqlx::query_scalar("select count(*) from acts where kind = 'leadership.provided'").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(acts, 2);
}

#[tokio::test]
async fn f122_a_year_without_a_hearing_is_flagged_by_itself() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    desk.becomes("2027-03-01 10:00").await;
    let officer = {
        drop(officer);
        desk.sign_in("openness").await
    };
    records(&officer, "hear", &[("on", "2027-02-20"), ("meeting", "第 3 次常务会议"), ("decided", "同意")]).await.is(303);
    let flagged = async || {
        let bodies: Vec<String> = sqlx::query_scalar("select public_body from acts where kind = 'leadership.hearing_missed'")
            .fetch_all(desk.pool())
            .await
            .unwrap();
        bodies.len()
    };
    desk.becomes("2028-01-02 10:00").await;
    assert_eq!(flagged().await, 0, "2027 was heard");
    desk.nobody().get(PAGE).await.is(OK).has("今年还没有听取汇报");
    desk.becomes("2028-12-31 10:00").await;
    assert_eq!(flagged().await, 0, "2028 is not over");
    desk.becomes("2029-01-01 00:30").await;
    assert_eq!(flagged().await, 1);
    desk.nobody().get(PAGE).await.is(OK).has("2028 年没有常务会议听取汇报的记录，系统标出").has("全年没有听取汇报");
    desk.nobody().get("/leadership").await.is(OK).has("2028");
    // Recorded after all, it says so.
    let officer = desk.sign_in("openness").await;
    records(&officer, "hear", &[("on", "2028-12-30"), ("meeting", "第 30 次常务会议"), ("decided", "同意")]).await.is(303);
    desk.nobody().get(PAGE).await.is(OK).has("标出以后补记的");
}

#[tokio::test]
async fn f122_years_between_an_older_hearing_and_today_are_flagged_tomorrow() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let year = chrono::Datelike::year(&desk.house().now().date());
    let on = format!("{}-05-01", year - 3);
    records(&officer, "hear", &[("on", &on), ("meeting", "第 5 次常务会议"), ("decided", "同意")]).await.is(303);
    let missed = async || {
        sqlx::query_scalar::<_, String>("select public_body from acts where kind = 'leadership.hearing_missed' order by position")
            .fetch_all(desk.pool())
            .await
            .unwrap()
    };
    // Today the years between can still be entered.
    let later = format!("{}-05-01", year - 2);
    records(&officer, "hear", &[("on", &later), ("meeting", "第 6 次常务会议"), ("decided", "同意")]).await.is(303);
    assert_eq!(missed().await.len(), 0);
    let page = desk.nobody().get(PAGE).await.is(OK).has("全年没有听取汇报").text();
    assert!(page.contains(&format!("<li>{} ", year - 3)), "the year of the hearing has its row");
    let tomorrow = desk.house().now().date().succ_opt().unwrap();
    desk.becomes(&format!("{tomorrow} 00:30")).await;
    let missed = missed().await;
    assert_eq!(missed.len(), 1);
    assert!(missed[0].contains(&(year - 1).to_string()), "{missed:?}");
}

#[tokio::test]
async fn f122_the_demonstration_has_a_year_without() {
    let desk = Desk::open().await;
    office(&desk).await;
    let officer = desk.person("openness").await;
    demo::seed(desk.house(), &officer).await.unwrap();
    let missed: Vec<String> = sqlx::query_scalar("select public_body from acts where kind = 'leadership.hearing_missed'")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(missed.len(), 1);
    desk.nobody().get(PAGE).await.is(OK).has("样例甲").has("全年没有听取汇报");
}

#[tokio::test]
async fn c1_01_what_the_task_of_the_demonstration_reports_each_year_the_record_of_the_province_holds() {
    let desk = Desk::open().await;
    office(&desk).await;
    let officer = desk.person("openness").await;
    let no = oversight::directives::demo::seed(desk.house(), &officer).await.unwrap();
    demo::seed(desk.house(), &officer).await.unwrap();
    let page = desk.nobody().get(&format!("/leadership/{}", demo::PROVINCE)).await.is(OK).text();
    let task = format!("/directives/{no}/{}", oversight::directives::demo::YEARLY);
    let task = desk.nobody().get(&task).await.is(OK).text();
    let year = chrono::Datelike::year(&desk.house().now().date());
    for year in [year - 2, year - 1] {
        assert!(task.contains(&format!("{year} 年省政府常务会议已听取工作汇报")), "{year}");
        assert!(page.contains(&format!("{year}-11-06")), "{year}");
    }
    assert!(!page.contains("全年没有听取汇报"));
}

/// The address at which the latest entry with these words is corrected.
async fn correcting(officer: &Client, words: &str) -> String {
    let page = officer.get(PAGE).await.is(OK).text();
    let link = page
        .split("<a href=\"")
        .skip(1)
        .find(|rest| rest.contains("/amend/") && rest.split("</a>").next().unwrap().contains(words));
    link.unwrap_or_else(|| panic!("no entry says {words}")).split('"').next().unwrap().to_owned()
}

async fn corrects(client: &Client, address: &str, fields: &[(&str, &str)]) -> testing::Page {
    let once = Uuid::new_v4().to_string();
    let mut all = vec![("once", once.as_str())];
    all.extend(fields);
    client.post(address, &all).await
}

#[tokio::test]
async fn c1_01_an_entry_is_corrected_or_taken_back_and_the_old_one_stays_in_the_history() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let nobody = desk.nobody();
    let entry = |name: &'static str| [("responsible", "first"), ("name", name), ("post", "县长"), ("from", "2024-01-10")];
    records(&officer, "appoint", &entry("样例假")).await.is(303);
    records(&officer, "provide", &[("provision", "funding"), ("year", "2025"), ("amount", "180")]).await.is(303);
    nobody.get(PAGE).await.is(OK).has_not("/amend/");
    let address = correcting(&officer, "样例假").await;
    officer.get(&address).await.is(OK).has("value=\"样例假\"").has("2024-01-10");
    assert_ne!(nobody.get(&address).await.status, 200);
    corrects(&desk.citizen("路人").await, &address, &[("then", "none"), ("amended", "错了")]).await.is(403);
    officer.get(&format!("{PAGE}/amend/{}", Uuid::nil())).await.is(404);
    officer.get(&format!("{PAGE}/amend/x")).await.is(404);
    corrects(&officer, &address, &[]).await.is(422).has("请选怎么更正").has("请写哪里错了");
    let with = |name: &'static str| {
        let mut fields = entry(name).to_vec();
        fields.extend([("then", "instead"), ("amended", "任命文件写的是另一人")]);
        fields
    };
    corrects(&officer, &address, &with("")).await.is(422).has("请写姓名").has("任命文件写的是另一人");
    corrects(&officer, &address, &with("样例甲 13800138000")).await.is(422).has("138****8000");
    corrects(&officer, &address, &with("样例甲")).await.is(303);
    corrects(&officer, &address, &with("样例甲")).await.is(409).has("和现在记的一样");
    let page = nobody.get(PAGE).await.is(OK).has("改为“第一责任人：县长 样例甲").has("任命文件写的是另一人").has("后来更正过");
    page.has("样例假");
    nobody.get("/leadership?as=csv").await.is(OK).has("县长 样例甲").has_not("样例假");
    // It is corrected again from what it says now; in the end nothing of it counts.
    officer.get(&address).await.is(OK).has("value=\"样例甲\"");
    corrects(&officer, &address, &[("then", "none"), ("amended", "没有这次任命")]).await.is(303);
    officer.get(&address).await.is(OK).has("已经撤去");
    nobody.get("/leadership?as=csv").await.is(OK).has_not("样例甲").has_not("样例假");
    nobody.get(PAGE).await.is(OK).has("不算了。理由：没有这次任命").has("180");
    let funding = correcting(&officer, "180").await;
    let more = [("then", "instead"), ("amended", "漏了追加"), ("provision", "funding"), ("year", "2025"), ("amount", "200")];
    corrects(&officer, &funding, &more).await.is(303);
    nobody.get(PAGE).await.is(OK).has("2025 · 经费 200 万元");
    let kinds: Vec<String> = sqlx::query_scalar("select kind from acts where subject_kind = 'leadership' order by position")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    let amended = "leadership.amended";
    assert_eq!(kinds, ["leadership.appointed", "leadership.provided", amended, amended, amended]);
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn f122_a_hearing_that_is_taken_back_leaves_its_year_without() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let year = chrono::Datelike::year(&desk.house().now().date());
    for (year, meeting) in [(year - 2, "第 5 次常务会议"), (year - 1, "第 6 次常务会议")] {
        let on = format!("{year}-05-01");
        records(&officer, "hear", &[("on", &on), ("meeting", meeting), ("decided", "同意")]).await.is(303);
    }
    let address = correcting(&officer, "第 6 次常务会议").await;
    corrects(&officer, &address, &[("then", "none"), ("amended", "没有听取")]).await.is(303);
    let tomorrow = desk.house().now().date().succ_opt().unwrap();
    desk.becomes(&format!("{tomorrow} 00:30")).await;
    desk.nobody().get(PAGE).await.is(OK).has(&format!("{} 年没有常务会议听取汇报的记录，系统标出", year - 1));
}

#[tokio::test]
async fn c1_01_a_vacant_post_is_recorded_and_shown() {
    let desk = Desk::open().await;
    let officer = office(&desk).await;
    let nobody = desk.nobody();
    let deputy = [("responsible", "deputy"), ("name", "样例乙"), ("post", "副县长"), ("from", "2024-01-10")];
    records(&officer, "appoint", &deputy).await.is(303);
    records(&officer, "vacate", &[]).await.is(422).has("请选负什么责").has("请写为什么空缺").has("#f-vacant_from");
    let vacant = |from: &'static str| [("vacant_responsible", "deputy"), ("vacant_from", from), ("vacant_why", "调离")];
    records(&officer, "vacate", &vacant("2024-01-10")).await.is(422).has("要晚于前一位开始的日子");
    records(&officer, "vacate", &vacant("2025-06-01")).await.is(303);
    records(&officer, "vacate", &vacant("2025-07-01")).await.is(422).has("已经记为空缺");
    nobody.get(PAGE).await.is(OK).has("空缺").has("调离").has("样例乙").has("分管负责人从 2025-06-01 起空缺");
    nobody.get("/leadership").await.is(OK).has("空缺");
    nobody.get("/leadership?as=csv").await.is(OK).has("空缺").has_not("样例乙");
    let next = [("responsible", "deputy"), ("name", "样例丁"), ("post", "副县长"), ("from", "2025-09-01")];
    records(&officer, "appoint", &next).await.is(303);
    nobody.get("/leadership?as=csv").await.is(OK).has("副县长 样例丁").has_not("空缺");
}
