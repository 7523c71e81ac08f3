//! Who somebody is, and for whom one acts: declared until an officer has seen the card and the mandate (B4.1).

use crate::Desk;
use crate::desk::{Client, OK};
use services::demo::{resident_id, uscc};

const FOOD: &str = "food-production-licence";
const CARD: &str = "elderly-card";

fn number(n: u32) -> String {
    resident_id("341524", chrono::NaiveDate::from_ymd_opt(1955, 3, 8).unwrap(), n)
}

/// The case that was registered.
fn no(page: testing::Page) -> String {
    page.is(303).location().trim_start_matches("/counter/cases/").to_owned()
}

/// Whether the papers of a case are open to this browser.
async fn opens(client: &Client, no: &str) -> bool {
    client.get(&format!("/cases/{no}/papers/receipt")).await.status == OK
}

async fn sign_up(desk: &Desk, name: &str, id: &str, mobile: &str) -> Client {
    let client = desk.nobody();
    let fields = [("name", name), ("resident_id", id), ("mobile", mobile), ("password", "a long enough sentence")];
    client.post("/sign-up", &fields).await.is(303);
    client
}

#[tokio::test]
async fn b4_1_the_counter_gives_whoever_hands_in_that_one_case_and_never_the_organisation() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer").await;
    let firm = uscc("341524", 20_000_001);
    let firm = |name: &'static str| [("organisation_name", name), ("organisation_uscc", firm.as_str())];
    let (first, second) = (number(1), number(2));
    let boss = [("applicant_name", "周大成"), ("applicant_id", first.as_str()), ("applicant_mobile", "13700000001")];
    let other = [("applicant_name", "外人"), ("applicant_id", second.as_str()), ("applicant_mobile", "13700000002")];
    let own = no(desk.registers(&officer, FOOD, &[&boss[..], &firm("金寨县周氏食品有限公司")].concat()).await);

    // A false name of the organisation is told, and nothing is registered.
    let wrong = desk.registers(&officer, FOOD, &[&other[..], &firm("金寨县假名食品有限公司")].concat()).await;
    wrong.is(422).has("金寨县周氏食品有限公司”，和填的名称不一样");
    let brought = no(desk.registers(&officer, FOOD, &[&other[..], &firm("金寨县周氏食品有限公司")].concat()).await);
    let agents: i64 = sqlx::query_scalar("select count(*) from organisation_agents").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(agents, 0);

    // With an account, claimed at the counter, he follows what he brought; the company's other case stays closed to him.
    let account = sign_up(&desk, "外人", &second, "13700000009").await;
    assert!(!opens(&account, &brought).await);
    let seen = [("login", "13700000009"), ("applicant_name", "外人"), ("applicant_id", second.as_str())];
    account.post("/counter/people", &seen).await.is(403);
    officer.post("/counter/people", &seen).await.is(OK).has("已核实：外人");
    assert!(opens(&account, &brought).await);
    assert!(!opens(&account, &own).await);
    account.get("/account").await.is(OK).has(&brought).has_not(&own);

    // To act for the company takes a mandate that was seen, and is an act.
    let asks = [&seen[..], &firm("金寨县周氏食品有限公司")].concat();
    officer.post("/counter/people", &asks).await.is(422).has("没有看到授权委托书");
    officer.post("/counter/people", &[&asks[..], &[("mandate", "seen")]].concat()).await.is(OK);
    assert!(opens(&account, &own).await);
    let acts: Vec<String> = sqlx::query_scalar("select kind from acts where subject_kind = 'person' order by position")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(acts, ["person.identity_verified", "person.mandated"]);
}

#[tokio::test]
async fn b4_1_a_declared_identity_number_gets_nobody_elses_case() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let id = number(3);
    let impostor = sign_up(&desk, "冒名", &id, "13700000011").await;
    sign_up(&desk, "冒名", &id, "13700000012").await;
    let who = |name: &'static str| [("applicant_name", name), ("applicant_id", id.as_str()), ("applicant_mobile", "13700000010")];
    let first = no(desk.registers(&officer, CARD, &who("石兰")).await);
    let party = desk.case(&first).await.applicant.unwrap();
    assert_eq!((party.name.as_str(), party.mobile.as_deref()), ("石兰", Some("13700000010")));
    assert!(!opens(&impostor, &first).await);
    impostor.get("/account").await.is(OK).has("您还没有办件");

    // The same person again is the same applicant; another name with this number is told.
    let second = no(desk.registers(&officer, CARD, &who("石兰")).await);
    assert_eq!(desk.case(&second).await.applicant.unwrap().id, party.id);
    desk.registers(&officer, CARD, &who("石岚")).await.is(422).has("已经登记在另一个姓名下");

    // Her own account is hers once the card was seen; then nobody else's can be.
    let own = sign_up(&desk, "石兰", &id, "13700000013").await;
    let seen = |login: &'static str| [("login", login), ("applicant_name", "石兰"), ("applicant_id", id.as_str())];
    officer.post("/counter/people", &seen("13700000013")).await.is(OK);
    own.get("/account").await.is(OK).has(&first).has(&second);
    officer.post("/counter/people", &seen("13700000011")).await.is(422).has("已经核实给另一个账户");
    let third = no(desk.registers(&officer, CARD, &who("石兰")).await);
    assert!(opens(&own, &third).await);
    assert!(!opens(&impostor, &third).await);
}
