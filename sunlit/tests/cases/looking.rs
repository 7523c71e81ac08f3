//! Who looked at whose data: kept before the answer, told to the person, searched by supervision (B9, F118).

use crate::Desk;
use crate::desk::OK;
use crate::erasure::erases;
use std::time::Duration;
use uuid::Uuid;

/// Looks at this number: what was opened, whether it was let, how often.
async fn kept(desk: &Desk, no: &str) -> Vec<(String, bool, i32)> {
    sqlx::query_as("select opened, allowed, times from looks where no = $1 and leads order by id")
        .bind(no)
        .fetch_all(desk.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn b9_an_officer_opens_a_case_and_its_person_sees_who_when_and_why() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    citizen.get(&format!("/cases/{no}")).await.is(OK);
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK);
    citizen.get("/account/looks").await.is(OK).has("没有别人看过");
    assert!(kept(&desk, &no).await.is_empty(), "neither one's own look nor a masked page is kept");

    let officer = desk.sign_in("officer").await;
    for _ in 0..2 {
        officer.get(&format!("/counter/cases/{no}")).await.is(OK);
    }
    assert_eq!(kept(&desk, &no).await, [("desk".to_owned(), true, 2)]);
    desk.later(chrono::Duration::minutes(11)).await;
    officer.get(&format!("/counter/cases/{no}")).await.is(OK);
    officer.get(&format!("/counter/cases/{no}/accept")).await.is(OK);
    officer.get(&format!("/cases/{no}/papers/application")).await.is(OK);
    officer.get(&format!("/cases/{no}/package")).await;
    let opened: Vec<String> = kept(&desk, &no).await.into_iter().map(|(opened, ..)| opened).collect();
    assert_eq!(opened, ["desk", "desk", "form", "letter", "package"]);

    let page = citizen.get("/account/looks").await.is(OK).has("办件的全部资料").has("行政许可法第三十四条").has("申请书");
    page.has(desk.catalogue.agency_name("jinzhai-market")).has_not("陈静");
    citizen.get(&format!("/account/looks?no={no}")).await.is(OK).has("看全部").has("整个案卷");
    citizen.get("/account/looks?as=csv").await.is(OK).has("看了什么").has(&no).has_not("陈静");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("谁看过这一件");
    citizen.get("/account").await.is(OK).has("谁看过我的资料");
    desk.citizen("邻居").await.get("/account/looks").await.is(OK).has("没有别人看过");
    desk.nobody().get("/account/looks").await.is(303);
}

#[tokio::test]
async fn f118_a_refused_look_is_kept_and_shown_to_the_person() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    desk.sign_in("officer-hefei").await.get(&format!("/counter/cases/{no}")).await.is(403);
    desk.sign_in("supervisor").await.get(&format!("/counter/cases/{no}")).await.is(403).has("归别的部门办");
    desk.citizen("邻居").await.get(&format!("/cases/{no}/papers/receipt")).await.is(403);
    let looks = kept(&desk, &no).await;
    assert_eq!(looks.len(), 3);
    assert!(looks.iter().all(|(_, allowed, _)| !allowed), "{looks:?}");
    let page = citizen.get("/account/looks").await.is(OK).has("没有让看").has("登录的人，不是工作人员").has("归别的部门办");
    page.has(desk.catalogue.agency_name("hefei-hrss")).has_not("邻居").has_not("方芳");
    // As supervision sees it, and what is downloaded of that.
    foundation::work::settle(desk.house()).await.unwrap();
    for form in ["", "?as=csv"] {
        desk.sign_in("officer-hefei").await.get(&format!("/supervision/cases/{no}{form}")).await.is(403);
    }
    assert_eq!(kept(&desk, &no).await[3..], [("supervision".to_owned(), false, 2)]);
    citizen.get("/account/looks").await.is(OK).has("办件全貌（监察）");
    desk.sign_in("supervisor").await.get(&format!("/supervision/looks?no={no}")).await.is(OK).has("办件全貌（监察）");
}

#[tokio::test]
async fn b9_a_look_is_kept_before_the_answer_and_when_the_client_is_gone() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let officer = desk.sign_in("officer").await;
    let mut tx = desk.pool().begin().await.unwrap();
    sqlx::query("lock table looks in access exclusive mode").execute(&mut *tx).await.unwrap();
    let path = format!("/counter/cases/{no}");
    let gone = tokio::time::timeout(Duration::from_secs(5), officer.get(&path)).await;
    assert!(gone.is_err(), "nothing is answered before the look is kept");
    tx.rollback().await.unwrap();
    for _ in 0..100 {
        if !kept(&desk, &no).await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(kept(&desk, &no).await, [("desk".to_owned(), true, 1)]);
}

#[tokio::test]
async fn b9_supervision_searches_looks_marks_strangers_and_looks_itself() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let no = desk.accepted(&citizen).await;
    desk.sign_in("officer").await.get(&format!("/counter/cases/{no}")).await.is(OK);
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get(&format!("/supervision/looks?no={no}")).await.is(OK).has("陈静").has_not("没有经手</span>");
    desk.sign_in("officer2").await.get(&format!("/counter/cases/{no}")).await.is(OK);
    supervisor
        .get(&format!("/supervision/looks?no={no}"))
        .await
        .is(OK)
        .has("吴悦")
        .has("没有经手</span>")
        .has("counter.view_case");
    supervisor.get("/supervision/looks?who=officer2").await.is(OK).has("吴悦").has_not("陈静");
    supervisor.get("/supervision/looks?who=陈静").await.is(OK).has("陈静").has_not("吴悦");
    supervisor.get("/supervision/looks?who=没有").await.is(OK).has("没有这个人");
    supervisor.get("/supervision/looks?day=2001-01-01").await.is(OK).has("没有查阅记录");
    supervisor.get("/supervision/looks?day=昨天").await.is(OK).has("日期请写成");
    foundation::work::settle(desk.house()).await.unwrap();
    supervisor.get(&format!("/supervision/cases/{no}")).await.is(OK);
    citizen.get("/account/looks").await.is(OK).has("查阅记录").has("办件全貌").has("监察人员").has_not("赵明");
    // Whoever is searched for sees it.
    desk.sign_in("officer2").await.get("/account/looks").await.is(OK).has("查阅记录");

    desk.sign_in("chief").await.get("/supervision/looks").await.is(OK).has("吴悦").has_not("赵明");
    desk.sign_in("chief-youhua").await.get("/supervision/looks").await.is(OK).has_not("吴悦");
    for login in ["officer", "admin"] {
        desk.sign_in(login).await.get("/supervision/looks").await.is(403);
    }
    citizen.get("/supervision/looks").await.is(403);
}

/// They hold no content, and whoever was looked at keeps the right to know; three years later they are swept.
#[tokio::test]
async fn b9_looks_outlive_the_erasure_of_a_case_and_go_after_three_years() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("郭明").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    desk.sign_in("officer").await.get(&format!("/counter/cases/{no}")).await.is(OK);
    citizen.post(&format!("/cases/{no}/withdraw"), &[("once", &Uuid::new_v4().to_string())]).await.is(303);
    erases(&desk.sign_in("admin").await, &no, &[("ground", "2"), ("sure", "yes")]).await.is(303);
    citizen.get("/account/looks").await.is(OK).has("办件的全部资料").has_not("郭明</td>");
    let held: bool = sqlx::query_scalar("select exists (select from looks where looks::text like '%郭明%')")
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(!held, "a look names nobody");
    // Nobody's data is left to look at.
    let before = kept(&desk, &no).await;
    desk.sign_in("officer").await.get(&format!("/counter/cases/{no}")).await.is(OK);
    assert_eq!(kept(&desk, &no).await, before);

    desk.later(chrono::Duration::days(3 * 366 + 2)).await;
    assert!(kept(&desk, &no).await.is_empty());
}
