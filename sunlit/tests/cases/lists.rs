//! Long lists (ui §4): read from an index, page by page, and every case is met once.

use crate::Desk;
use crate::desk::OK;
use crate::ground::statements;
use sqlx::Row;
use std::collections::BTreeSet;
use testing::Client;

/// Six thousand cases of one agency and one applicant, one in twenty of them still open.
async fn years(desk: &Desk) -> Client {
    let citizen = desk.citizen("沈岚").await;
    let no = desk.accepted(&citizen).await;
    sqlx::query(
        "with made as (
           select n, left($1, 14) || 100000 + n || 'X' as no, (array['王', '李', '张'])[1 + n % 3] || n as name,
                  case when n % 20 = 0 then 'in_review' else 'delivered' end as stage, date '2020-01-01' + n % 2000 as day
             from generate_series(1, 6000) as n)
         insert into cases (case_no, item, region, agency, stage, applicant, filed_by, once, submitted_at, due, concluded_on, state)
         select no, item, region, agency, made.stage, applicant, filed_by, gen_random_uuid(), submitted_at - n * interval '1 minute',
                due + n % 90, case when made.stage = 'delivered' then day end,
                jsonb_set(state || jsonb_build_object('no', no, 'stage', made.stage), '{applicant,name}', to_jsonb(name))
           from made
           join cases on case_no = $1",
    )
    .bind(&no)
    .execute(desk.pool())
    .await
    .unwrap();
    sqlx::query("analyze cases").execute(desk.pool()).await.unwrap();
    citizen
}

/// The cases a list links to, in order, over at most so many pages.
pub async fn walk(client: &Client, path: &str, link: &str, pages: usize) -> Vec<String> {
    let (mut path, mut seen) = (path.to_owned(), Vec::new());
    for _ in 0..pages {
        let text = client.get(&path).await.is(OK).text();
        seen.extend(text.split(link).skip(1).map(|rest| rest[..21].to_owned()));
        let Some((before, _)) = text.split_once("\" rel=\"next\"") else { break };
        path = before.rsplit("href=\"").next().unwrap().replace("&#38;", "&");
    }
    seen
}

/// How the line of a case begins in the queue, and in “我的”.
pub const QUEUE: &str = "<li><a href=\"/counter/cases/";
const MINE: &str = "<a href=\"/cases/";

fn once_each(seen: &[String]) -> bool {
    seen.iter().collect::<BTreeSet<_>>().len() == seen.len()
}

#[tokio::test]
async fn long_lists_are_read_from_an_index_page_by_page() {
    let desk = Desk::open().await;
    years(&desk).await;
    let mut plans = String::new();
    let mut conn = desk.pool().acquire().await.unwrap();
    sqlx::query("set plan_cache_mode = force_generic_plan").execute(&mut *conn).await.unwrap();
    for statement in statements().iter().filter(|s| s.contains("from cases") && s.contains("limit")) {
        let unknown = vec!["null"; (1..20).filter(|n| statement.contains(&format!("${n}"))).count()].join(", ");
        let run = if unknown.is_empty() { "execute page".to_owned() } else { format!("execute page ({unknown})") };
        let asked = format!("prepare page as {statement}; explain {run}; deallocate page");
        let lines = sqlx::raw_sql(sqlx::AssertSqlSafe(asked)).fetch_all(&mut *conn).await.unwrap();
        let plan: Vec<String> = lines.iter().map(|line| line.get(0)).collect();
        let plan = plan.join("\n");
        assert!(!plan.contains("Seq Scan on cases"), "{statement}\n{plan}");
        plans.push_str(&plan);
    }
    // What lies under one owner is a range of an index, however much others have.
    sqlx::query("set enable_seqscan = off").execute(&mut *conn).await.unwrap();
    let ranges: Vec<String> = statements().into_iter().filter(|s| s.contains("owner >= ")).collect();
    assert!(ranges.len() > 3, "{ranges:?}");
    for statement in ranges {
        let unknown = vec!["null"; (1..9).filter(|n| statement.contains(&format!("${n}"))).count()].join(", ");
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("prepare page as {statement}"))).execute(&mut *conn).await.unwrap();
        let asked = sqlx::AssertSqlSafe(format!("explain execute page ({unknown})"));
        let lines = sqlx::raw_sql(asked).fetch_all(&mut *conn).await.unwrap();
        let plan: String = lines.iter().map(|line| line.get::<String, _>(0) + "\n").collect();
        for table in ["files", "uploads"].iter().filter(|table| statement.contains(&format!(" {table} "))) {
            assert!(plan.contains(&format!("{table}_of_owner")), "{statement}\n{plan}");
        }
        sqlx::query("deallocate page").execute(&mut *conn).await.unwrap();
    }
    // What one applies for together with others is found by its own index, and so is what an officer keeps away from.
    let together: Vec<String> =
        statements().into_iter().filter(|s| s.contains("together @> ") || s.contains("cards && ")).collect();
    assert_eq!(together.len(), 2, "{together:?}");
    for statement in together {
        let unknown = vec!["null"; (1..9).filter(|n| statement.contains(&format!("${n}"))).count()].join(", ");
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("prepare page as {statement}"))).execute(&mut *conn).await.unwrap();
        let asked = sqlx::AssertSqlSafe(format!("explain execute page ({unknown})"));
        let lines = sqlx::raw_sql(asked).fetch_all(&mut *conn).await.unwrap();
        let plan: String = lines.iter().map(|line| line.get::<String, _>(0) + "\n").collect();
        assert!(plan.contains("cases_of_together") || plan.contains("cases_of_cards"), "{statement}\n{plan}");
        sqlx::query("deallocate page").execute(&mut *conn).await.unwrap();
    }
    for index in ["open", "done", "by_number", "by_tail", "by_name", "of_applicant", "of_filer", "unpaid"] {
        assert!(plans.contains(&format!("cases_{index} on cases")), "cases_{index}: {plans}");
    }

    let officer = desk.sign_in("officer").await;
    let open = walk(&officer, "/counter/queue", QUEUE, 30).await;
    assert!(open.len() == 301 && once_each(&open), "{}", open.len());
    let done = walk(&officer, "/counter/queue?show=done", QUEUE, 3).await;
    assert!(done.len() == 60 && once_each(&done));
    let latest: String = sqlx::query_scalar(
        "select case_no from cases where stage = 'delivered' order by concluded_on desc, case_no desc offset 59 limit 1",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    assert_eq!(done.last(), Some(&latest));
}

#[tokio::test]
async fn a_case_is_found_by_how_its_number_its_last_seven_or_its_name_begins() {
    let desk = Desk::open().await;
    years(&desk).await;
    let officer = desk.sign_in("officer").await;
    let find =
        async |q: &str| walk(&officer, &format!("/counter/queue?show=done&q={}", foundation::page::encode(q)), QUEUE, 4).await;
    let all = find("王").await;
    assert!(all.len() == 80 && once_each(&all));
    let one = find("王4998").await;
    assert_eq!(one.len(), 1);
    let no = &one[0];
    assert_eq!(find(&no[14..]).await, one);
    assert_eq!(find(no).await, one);
    // As it is shown, and as it comes from a Chinese keyboard.
    assert_eq!(find(&format!("{} {}", &no[..4], &no[4..])).await, one);
    let wide: String = no[14..20].chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
    assert_eq!(find(&wide).await, one);
    assert!(find("4998").await.is_empty() && find("%").await.is_empty());
}

#[tokio::test]
async fn my_cases_come_a_page_at_a_time() {
    let desk = Desk::open().await;
    let citizen = years(&desk).await;
    let seen = walk(&citizen, "/account", MINE, 4).await;
    let wanted: Vec<String> = sqlx::query_scalar("select case_no from cases order by submitted_at desc, case_no desc limit 80")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn tries_to_sign_in_are_forgotten_when_nobody_counts_them_any_more() {
    let desk = Desk::open().await;
    let tries = async || -> i64 {
        sqlx::query_scalar("select count(distinct id) from sign_in_attempts").fetch_one(desk.pool()).await.unwrap()
    };
    for login in ["甲", "乙", "丙"] {
        desk.nobody().post("/sign-in", &[("login", login), ("password", "猜的")]).await.is(422);
    }
    assert_eq!(tries().await, 3);
    desk.later(chrono::Duration::minutes(61)).await;
    desk.nobody().post("/sign-in", &[("login", "丁"), ("password", "猜的")]).await.is(422);
    assert_eq!(tries().await, 1);
}
