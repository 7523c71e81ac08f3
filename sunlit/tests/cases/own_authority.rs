//! Whose authority it is (B4.2, B4.1-18): the chief representative lets a colleague use it for some days, and officers keep away from relatives.

use crate::Desk;
use crate::desk::{OK, posts};
use chrono::Duration;

#[tokio::test]
async fn b4_2_a_delegation_is_dated_revocable_and_said_with_every_act() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("孙美").await;
    let no = desk.before_the_chief(&citizen).await;
    let colleague = desk.person("officer2").await;
    let today = desk.house().now().date();
    let give = |from: chrono::NaiveDate, until: chrono::NaiveDate| {
        [
            ("delegate", colleague.id.to_string()),
            ("from", from.to_string()),
            ("until", until.to_string()),
            ("reason", "出差".into()),
        ]
    };
    let gives = async |from, until| {
        let fields = give(from, until);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        posts(&desk.sign_in("chief").await, "/counter/delegations", &fields).await
    };
    let tomorrow = today + Duration::days(1);
    desk.sign_in("officer2").await.get("/counter/delegations").await.is(403);
    gives(tomorrow, today).await.is(422).has("不能早于第一天");
    gives(today, today + Duration::days(400)).await.is(422).has("一次最长");
    gives(tomorrow, tomorrow).await.is(303);
    // Never two for one person at a time: taken back, it would not be over.
    gives(today, tomorrow).await.is(422).has("已经有委托");

    let seal = [("seal", "yes")];
    desk.act(&desk.sign_in("officer2").await, &no, "grant", &seal).await.is(403);
    desk.later(Duration::days(1)).await;
    let delegate = desk.sign_in("officer2").await;
    delegate.get("/counter/delegations").await.is(403).has("不能再委托");
    // Taken back, it is over at the next page; given again, it works.
    let chief = desk.sign_in("chief").await;
    let first: String = sqlx::query_scalar("select no from delegations").fetch_one(desk.pool()).await.unwrap();
    posts(&chief, &format!("/counter/delegations/{first}/revoke"), &[("why", "")]).await.is(422);
    posts(&chief, &format!("/counter/delegations/{first}/revoke"), &[("why", "提前回来")]).await.is(303);
    posts(&chief, &format!("/counter/delegations/{first}/revoke"), &[("why", "再收一次")]).await.is(409).has("已经收回");
    desk.act(&delegate, &no, "grant", &seal).await.is(403);
    gives(tomorrow, tomorrow).await.is(303);
    desk.act(&delegate, &no, "grant", &seal).await.is(303);
    let by: String = sqlx::query_scalar("select public_body from acts where subject = $1 and kind = 'case.granted'")
        .bind(&no)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(by.contains("受首席代表委托"), "{by}");
    // Nor does it outlast the office of whoever gave it.
    let holds = async || foundation::people::delegated(desk.pool(), colleague.id, tomorrow).await.unwrap();
    assert!(holds().await);
    let giver = desk.person("chief").await;
    let set = async |roles: &[&str]| {
        sqlx::query("update people set roles = $2 where id = $1").bind(giver.id).bind(roles).execute(desk.pool()).await.unwrap();
    };
    set(&["counter_officer"]).await;
    assert!(!holds().await);
    set(&["chief_representative"]).await;
    desk.later(Duration::days(1)).await;
    let over = desk.person("officer2").await;
    assert!(
        !foundation::people::delegated(desk.pool(), over.id, desk.house().now().date()).await.unwrap(),
        "the last day is over"
    );
}

#[tokio::test]
async fn f055_whoever_declares_a_relative_keeps_away_from_the_case_and_cannot_take_it_back_alone() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("孙美").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let officer = desk.sign_in("officer").await;
    let case = format!("/counter/cases/{no}");
    officer.get(&case).await.is(OK);
    let card = desk.of(&citizen).await.resident_id.unwrap();
    posts(&officer, "/counter/relatives", &[("name", "孙美"), ("resident_id", "1"), ("relation", "")])
        .await
        .is(422)
        .has("请选什么关系");
    let declare = [("name", "孙美"), ("resident_id", card.as_str()), ("relation", "spouse")];
    posts(&officer, "/counter/relatives", &declare).await.is(303);
    posts(&officer, "/counter/relatives", &declare).await.is(409).has("已经申报过");
    officer.get("/counter/relatives").await.is(OK).has("孙美").has_not(&card);
    officer.get(&case).await.is(403).has_not("孙美");
    desk.act(&officer, &no, "accept", &[]).await.is(403);
    desk.sign_in("officer2").await.get(&case).await.is(OK);
    // Not by oneself; the chief representative finds that it no longer holds.
    let declared: String = sqlx::query_scalar("select no from declared_relatives").fetch_one(desk.pool()).await.unwrap();
    let end = format!("/counter/relatives/{declared}/end");
    posts(&officer, &end, &[("why", "记错了")]).await.is(403);
    posts(&desk.sign_in("chief-youhua").await, &end, &[("why", "别的机关")]).await.is(404);
    posts(&desk.sign_in("chief").await, &end, &[("why", "已经离婚")]).await.is(303);
    officer.get(&case).await.is(OK);
    let kinds: Vec<String> = sqlx::query_scalar("select kind from acts where kind like 'person.relative%' order by position")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(kinds, ["person.relative_declared", "person.relative_ended"]);
}
