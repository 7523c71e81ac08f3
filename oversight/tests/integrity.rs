//! 廉政风险防控 on a real database: from the acts of many cases to one warning, its hold on the open case, and its closing (A6, F054).

use acts::{Actor, ActorPrivate, CaseAct, Choice, Institution, Payer, Subject};
use calendar::{Clock, Limit, local_date};
use foundation::{integrity, record};
use testing::{AGENCY, Client, OK, Page, Town, at};
use uuid::Uuid;

const A: &str = "91340100MA2RDEMO1X";
const B: &str = "91340100MA2RDEMO2Y";

async fn town() -> Town {
    let town = Town::of("2026-09-18 09:00", oversight::routes(), |catalogue, parts| {
        parts.consumers = oversight::consumers(catalogue);
        parts.workers = oversight::workers(catalogue);
    })
    .await;
    for (login, name, role, agency) in [
        ("chen", "陈静", "counter_officer", Some(AGENCY)),
        ("he", "何伟", "counter_officer", Some(AGENCY)),
        ("zhou", "周正", "chief_representative", Some(AGENCY)),
        ("elsewhere", "吴某", "chief_representative", Some("hefei-hrss")),
        ("sun", "孙某", "supervisor", None),
    ] {
        town.employ(login, name, role, agency).await;
    }
    town
}

fn no(n: u32) -> String {
    format!("3415242026091800{n:05}")
}

/// Somebody of the agency commissions an institution for a case.
async fn commissions(town: &Town, n: u32, login: &str, uscc: &str) {
    let when = format!("2026-09-18 10:{:02}", n % 60);
    town.submits(&no(n), "2026-09-18 09:00").await;
    let person = town.person(login).await;
    let act = CaseAct::IntermediaryEngaged {
        nth: 1,
        service: "inspection".into(),
        name: "食品检验".into(),
        paid_by: Payer::Agency,
        clock: Clock::start(local_date(at(&when)), Limit::working_days(5)),
        provider: Some(Institution { uscc: uscc.into(), name: if uscc == A { "甲检测" } else { "乙检测" }.into() }),
        choice: Some(Choice { way: "quotes".into(), record: "询价 1".into(), reason: "价低".into() }),
        private: None,
    };
    let by = Actor { role: "officer".into(), agency: Some(AGENCY.into()), post: None };
    let who = ActorPrivate { person: person.id, name: person.name.clone() };
    let mut tx = town.pool().begin().await.unwrap();
    record::record(&mut tx, &[record::entry(Subject::case(&no(n)), at(&when), by, Some(who), act)]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn posts(client: &Client, path: &str, fields: &[(&str, &str)]) -> Page {
    let once = Uuid::now_v7().to_string();
    client.post(path, &[fields, &[("once", once.as_str())]].concat()).await
}

async fn hits(town: &Town) -> Vec<(String, String)> {
    sqlx::query_as("select no, rule from integrity_hits order by no").fetch_all(town.pool()).await.unwrap()
}

/// Others use both alike; one officer uses one of them again and again.
async fn story(town: &Town) {
    for n in 0..10 {
        commissions(town, n, "he", if n % 2 == 0 { A } else { B }).await;
    }
    for n in 10..19 {
        commissions(town, n, "chen", if n == 12 { B } else { A }).await;
    }
    town.becomes("2026-09-18 11:00").await;
    assert_eq!(hits(town).await, [], "nine cases say nothing yet");
    commissions(town, 20, "chen", A).await;
    town.becomes("2026-09-18 11:01").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f054_the_same_officer_and_institution_too_often_is_one_warning_that_accuses_nobody() {
    let town = town().await;
    story(&town).await;
    let found = hits(&town).await;
    assert_eq!(found.len(), 1);
    let (hit, rule) = &found[0];
    assert_eq!(rule, "F054-1");
    let path = format!("/integrity/hits/{hit}");
    let chief = town.sign_in("zhou").await;
    let page = chief.get(&path).await.is(OK).has("值得看一看").has("最近 10 件里有 9 件和甲检测一起；别人的 10 件里有 5 件");
    page.has("不是说谁有问题").has("平常的情形").has("/verify/").has("双人");
    // In public stands the rule, and no name, case or entry.
    let public: String =
        sqlx::query_scalar("select public_body from acts where kind = 'integrity.warned'").fetch_one(town.pool()).await.unwrap();
    assert!(public.contains("F054-1") && !public.contains("陈静") && !public.contains(&no(20)) && !public.contains("evidence"));
    // For the head of the unit, supervision and the person; the list shows each theirs.
    town.sign_in("sun").await.get(&path).await.is(OK);
    town.sign_in("elsewhere").await.get(&path).await.is(403);
    town.sign_in("elsewhere").await.get("/integrity/hits").await.is(OK).has_not(hit);
    let chen = town.sign_in("chen").await;
    chen.get("/integrity/hits").await.is(OK).has(hit).has("只列说到您的");
    // A further case of the same two joins it.
    commissions(&town, 21, "chen", A).await;
    town.becomes("2026-09-18 11:02").await;
    assert_eq!(hits(&town).await.len(), 1);
    let holds: i64 = sqlx::query_scalar("select count(*) from integrity_holds").fetch_one(town.pool()).await.unwrap();
    assert_eq!(holds, 2);
    // The person says something to it, once, and does not close it; another does, and what waited goes on.
    posts(&chen, &path, &[("how", "state"), ("statement", "乙检测九月停业检修")]).await.is(303);
    posts(&chen, &path, &[("how", "state"), ("statement", "再说一次")]).await.is(409);
    posts(&chen, &path, &[("how", "close"), ("outcome", "ordinary"), ("reason", "没事")]).await.is(403);
    posts(&chief, &path, &[("how", "close"), ("reason", "核对过")]).await.is(422).has("请选怎么办结");
    posts(&chief, &path, &[("how", "close"), ("outcome", "ordinary"), ("reason", "停业公告属实")]).await.is(303);
    chief.get(&path).await.is(OK).has("属于正常").has("乙检测九月停业检修");
    let mut conn = town.pool().acquire().await.unwrap();
    let chief_id = town.person("zhou").await.id;
    let holds = integrity::holds(&mut conn, &no(20)).await.unwrap();
    assert_eq!(integrity::f054_may(&holds, chief_id, true), Err(integrity::Held::SecondDecides), "who closed it has looked");
    assert_eq!(integrity::f054_may(&holds, Uuid::nil(), true), Ok(()));
    drop(conn);
    posts(&town.sign_in("sun").await, &path, &[("how", "close"), ("outcome", "supervision"), ("reason", "再看")]).await.is(409);
    // It is quiet for a while, and what is read again finds what was given.
    commissions(&town, 22, "chen", A).await;
    town.becomes("2026-09-18 11:03").await;
    for consumer in oversight::consumers(&town.catalogue).iter().filter(|consumer| consumer.name() == "integrity") {
        foundation::feed::rebuild(town.pool(), consumer.as_ref(), town.house().time()).await.unwrap();
    }
    assert_eq!(hits(&town).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn f054_what_all_do_is_no_warning() {
    let town = town().await;
    for n in 0..10 {
        commissions(&town, n, "he", A).await;
    }
    for n in 10..22 {
        commissions(&town, n, "chen", A).await;
    }
    town.becomes("2026-09-18 11:00").await;
    assert_eq!(hits(&town).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a6_every_step_of_every_matter_has_a_published_point_changed_by_two_people() {
    let town = town().await;
    for item in town.catalogue.items().iter() {
        let points = oversight::integrity::rules::shipped(item);
        assert!(points.len() >= 3, "{}", item.slug);
        assert!(points.iter().all(|point| !point.wrong.is_empty() && !point.controls.is_empty()), "{}: {points:?}", item.slug);
    }
    let nobody = town.nobody();
    nobody.get("/integrity").await.is(OK).has("廉政风险防控").has("什么情况会预警");
    nobody.get("/integrity?level=low&control=random&agency=jinzhai-market").await.is(OK).has("送达").has_not("越权决定");
    nobody.get("/integrity/food-production-licence").await.is(OK).has("单人核查").has("双人");
    nobody.get("/integrity/none").await.is(404);
    let path = "/integrity/food-production-licence/survey";
    let new = [
        ("how", "draft"),
        ("level", "middle"),
        ("wrong", "核查人员和企业熟"),
        ("controls", "rotation"),
        ("against", "每季度换一次片区"),
        ("who", "chief_representative"),
    ];
    town.sign_in("chen").await.get(path).await.is(403);
    let chief = town.sign_in("zhou").await;
    chief.get(path).await.is(OK).has("改风险点");
    posts(&chief, path, &[("how", "draft")]).await.is(422).has("请选风险等级").has("请至少选一种防控措施");
    posts(&chief, path, &new).await.is(303);
    nobody.get("/integrity/food-production-licence").await.is(OK).has_not("每季度换一次片区");
    posts(&chief, path, &[("how", "publish"), ("version", "1"), ("why", "三季度复核")]).await.is(409).has("另一个人");
    town.employ("cat", "季某", "catalogue_administrator", None).await;
    let other = town.sign_in("cat").await;
    other.get(path).await.is(OK).has("每季度换一次片区");
    posts(&other, path, &[("how", "publish"), ("version", "1"), ("why", "三季度复核")]).await.is(303);
    nobody.get("/integrity/food-production-licence").await.is(OK).has("每季度换一次片区").has("轮岗");
    // Rules by which cards are issued know nothing of it.
    nobody.get("/supervision/rules").await.is(OK).has_not("每季度换一次片区");
}
