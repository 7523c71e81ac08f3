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
    delegate.get("/counter/queue").await.is(OK).has("受首席代表委托").has_not("/counter/delegations");
    desk.sign_in("chief").await.get("/counter/queue").await.is(OK).has("/counter/delegations");
    // Taken back, it is over at the next page; given again, it works.
    let chief = desk.sign_in("chief").await;
    let first: String = sqlx::query_scalar("select no from delegations").fetch_one(desk.pool()).await.unwrap();
    posts(&chief, &format!("/counter/delegations/{first}/revoke"), &[("why", "")]).await.is(422);
    posts(&chief, &format!("/counter/delegations/{first}/revoke"), &[("why", "提前回来")]).await.is(303);
    posts(&chief, &format!("/counter/delegations/{first}/revoke"), &[("why", "再收一次")]).await.is(409).has("已经收回");
    delegate.get(&format!("/counter/cases/{no}/grant")).await.is(403).has("首席代表给您的委托已于");
    desk.act(&delegate, &no, "grant", &seal).await.is(403).has("收回").has_not("系统管理员");
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

/// The count beside a tab of the queue.
fn counted(page: &testing::Page, tab: &str) -> String {
    let text = page.text();
    let rest = text.split_once(&format!("?show={tab}\"")).unwrap().1;
    rest.split_once("<b>").unwrap().1.split_once("</b>").unwrap().0.to_owned()
}

#[tokio::test]
async fn f055_a_relatives_case_in_the_queue_is_a_colleagues_and_not_ones_own_work() {
    let desk = Desk::open().await;
    let (sun, other) = (desk.citizen("孙美").await, desk.citizen("钱多").await);
    let no = desk.applies(&sun, "food-production-licence", &[]).await;
    let open = desk.applies(&other, "food-production-licence", &[]).await;
    let officer = desk.sign_in("officer").await;
    let page = officer.get("/counter/queue").await.is(OK);
    let page = page.has_not("回避，由同事办");
    assert_eq!(counted(&page, "all"), "2");
    let card = desk.of(&sun).await.resident_id.unwrap();
    let declare = [("name", "孙美"), ("resident_id", card.as_str()), ("relation", "spouse")];
    posts(&officer, "/counter/relatives", &declare).await.is(303);
    let link = |no: &str| format!("/counter/cases/{no}?");
    let page = officer.get("/counter/queue").await.is(OK);
    let page = page.has("回避，由同事办").has_not(&link(&no)).has(&link(&open));
    assert_eq!(counted(&page, "all"), "1");
    let tail: String = no.chars().skip(14).collect();
    officer.get(&format!("/counter/queue?q={tail}")).await.is(OK).has("回避，由同事办").has_not(&link(&no));
    officer.get("/counter/queue?as=csv").await.is(OK).has("回避，由同事办");
    let page = desk.sign_in("officer2").await.get("/counter/queue").await.is(OK);
    let page = page.has(&link(&no)).has_not("回避，由同事办");
    assert_eq!(counted(&page, "all"), "2");
}

#[tokio::test]
async fn f055_nobody_takes_in_ones_own_or_a_relatives_case_at_the_counter() {
    let desk = Desk::open().await;
    let born = chrono::NaiveDate::from_ymd_opt(1955, 3, 8).unwrap();
    let (wife, uncle, own) = (
        services::demo::resident_id("341524", born, 31),
        services::demo::resident_id("341524", born, 32),
        services::demo::resident_id("341524", born, 33),
    );
    let officer = desk.sign_in("officer-youhua").await;
    let sign_up = [("name", "王敏"), ("resident_id", &wife), ("mobile", "13700000031"), ("password", "a long enough sentence")];
    desk.nobody().post("/sign-up", &sign_up).await.is(303);
    // One has an account, the other is not known here yet.
    for (name, card) in [("王敏", &wife), ("王建", &uncle)] {
        let declare = [("name", name), ("resident_id", card.as_str()), ("relation", "spouse")];
        posts(&officer, "/counter/relatives", &declare).await.is(303);
    }
    let me = desk.person("officer-youhua").await;
    sqlx::query("update people set resident_id = $2 where id = $1").bind(me.id).bind(&own).execute(desk.pool()).await.unwrap();
    let before: i64 = sqlx::query_scalar("select count(*) from people").fetch_one(desk.pool()).await.unwrap();
    let comes = |name: &'static str, card: &str| {
        [("card-name", name.to_owned()), ("card-number", card.to_owned()), ("card-mobile", "13700000031".to_owned())]
    };
    let takes = async |client: &crate::desk::Client, slug: &str, name: &'static str, card: &str| {
        let who = comes(name, card);
        let who: Vec<(&str, &str)> = who.iter().map(|(key, value)| (*key, value.as_str())).collect();
        desk.registers(client, slug, &who).await
    };
    takes(&officer, "elderly-card", "王敏", &wife).await.is(403).has("不得经办申报的近亲属");
    takes(&officer, "elderly-card", "王建", &uncle).await.is(403).has("不得经办申报的近亲属");
    takes(&officer, "elderly-card", "本人", &own).await.is(403).has("不得经办自己申请");
    // Nor is the card of a relative seen for an account, or a mandate.
    let seen = [("login", "13700000031"), ("card-name", "王敏"), ("card-number", wife.as_str())];
    officer.post("/counter/people", &seen).await.is(403).has("不得经办申报的近亲属");
    let firm = services::demo::uscc("341524", 20_000_031);
    let mandate = [("licence-name", "金寨县王氏食品有限公司"), ("licence-uscc", firm.as_str()), ("mandate", "seen")];
    officer.post("/counter/people", &[&seen[..], &mandate].concat()).await.is(403).has("不得经办申报的近亲属");
    let left: (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from people), (select count(*) from cases), (select count(*) from organisation_agents)",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    assert_eq!(left, (before, 0, 0));
    let kinds: Vec<String> = sqlx::query_scalar(
        "select kind from acts where kind in ('case.submitted', 'person.identity_verified', 'person.mandated')",
    )
    .fetch_all(desk.pool())
    .await
    .unwrap();
    assert_eq!(kinds, Vec::<String>::new());
    // A colleague takes it in; at the comprehensive counter of another agency it is the same.
    let colleague = desk.sign_in("chief-youhua").await;
    takes(&colleague, "elderly-card", "王敏", &wife).await.is(303);
    let general = desk.sign_in("officer").await;
    let declare = [("name", "王建"), ("resident_id", uncle.as_str()), ("relation", "in_law")];
    posts(&general, "/counter/relatives", &declare).await.is(303);
    crate::hall::opens(&general, "B05").await;
    let slug = crate::hall::of_another(&desk);
    takes(&general, &slug, "王敏", &wife).await.is(303);
    takes(&general, &slug, "王建", &uncle).await.is(403).has("不得经办申报的近亲属");
}

/// Nobody can tell an officer whose card is not on record from an applicant of the same name: a colleague handles the case.
#[tokio::test]
async fn f055_an_officer_without_a_card_on_record_keeps_away_from_a_namesake() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let name = desk.person("officer-youhua").await.name;
    let namesake = desk.citizen(&name).await;
    let no = desk.applies(&namesake, "elderly-card", &[]).await;
    desk.act(&officer, &no, "accept", &[]).await.is(409).has("和您同名");
    let card = [("card-name", name.as_str()), ("card-number", "341524199003070003"), ("card-mobile", "13700000030")];
    desk.registers(&officer, "elderly-card", &card).await.is(422).has("和您同名");
}

#[tokio::test]
async fn b4_1_13_nobody_whom_the_application_names_surveys_it() {
    let desk = Desk::open().await;
    let no = desk.accepted(&desk.citizen("贺兰").await).await;
    let case = desk.case(&no).await;
    let item = desk.catalogue.item(&case.item).unwrap().clone();
    let party = services::cases::experts::theirs(&case, &item).into_iter().find(|name| name.chars().count() < 5).unwrap();
    let surveyors = format!("马超\n{party}");
    let survey = [("surveyors", surveyors.as_str()), ("passed", "yes"), ("findings", "现场和材料一致")];
    desk.act(&desk.sign_in("officer").await, &no, "survey", &survey).await.is(409).has("不能到场核查自己这一件");
}
