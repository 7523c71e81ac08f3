//! Other bodies ask for facts of certificates and cases: signed, answered once, no more than they may, and read by the person (B9, F117, F118).

use crate::Desk;
use crate::certificates::card;
use crate::desk::{Client, OK, posts};
use ledger::{Jws, SigningKey};
use serde_json::{Value, json};
use testing::{Page, site};

pub const BUREAU: &str = "12341500000000001X";

/// A credit code that can be one; made up.
fn uscc(n: u32) -> String {
    services::demo::uscc("341500", n)
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed("bureau", &[seed; 32]).unwrap()
}

fn public(key: &SigningKey) -> String {
    ledger::public_jwk(&key.verifier().public_key().try_into().unwrap())
}

/// What an administrator enters of a body, good for a year.
pub fn form(desk: &Desk, code: &str, scope: &str) -> Vec<(&'static str, String)> {
    let today = desk.house().now().date();
    vec![
        ("uscc", code.to_owned()),
        ("name", "样例住房公积金中心".into()),
        ("key", public(&key(1))),
        ("basis", "《住房公积金管理条例》第二十四条".into()),
        ("purpose", "核对提取条件".into()),
        ("from", today.to_string()),
        ("until", (today + chrono::Duration::days(364)).to_string()),
        ("scope", scope.to_owned()),
    ]
}

async fn sends(client: &Client, path: &str, fields: &[(&str, String)]) -> Page {
    let once = uuid::Uuid::new_v4().to_string();
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
    all.push(("once", &once));
    client.post(path, &all).await
}

/// Registers a body by two people; its code.
pub async fn registered(desk: &Desk, n: u32, scope: &str) -> String {
    let code = uscc(n);
    let admin = desk.sign_in("admin").await;
    sends(&admin, "/queries/bodies/new", &form(desk, &code, scope)).await.is(303);
    if foundation::people::by_login(desk.pool(), "admin2").await.unwrap().is_none() {
        desk.employ("admin2", "许文", "administrator", None).await;
    }
    let other = desk.sign_in("admin2").await;
    step(&other, &code, "publish").await.is(303);
    code
}

/// Presses a button of its page, as it is now.
async fn step(client: &Client, code: &str, step: &str) -> Page {
    let page = client.get(&format!("/queries/bodies/{code}")).await;
    let version = page
        .text()
        .split_once("name=\"version\" value=\"")
        .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
        .unwrap_or_default();
    sends(client, &format!("/queries/bodies/{code}/{step}"), &[("version", version), ("reason", "协议到期前复核".into())]).await
}

/// A question about the card of somebody.
fn claims(desk: &Desk, code: &str, id: &str, name: &str, number: &str) -> Value {
    json!({
        "iss": code, "aud": site().origin, "jti": id, "iat": desk.house().now().at.timestamp(), "purpose": "提取审核",
        "of": "certificate", "item": "elderly-card", "person": { "name": name, "number": number }, "facts": ["valid_from"],
    })
}

async fn asks(desk: &Desk, claims: &Value, by: &SigningKey) -> Page {
    let signed = ledger::sign_jws(by, &claims.to_string());
    desk.nobody().ask("POST", "/queries", &[("content-type", "application/jose")], signed).await
}

/// What a signed answer says, once this site's key holds for it.
fn read(desk: &Desk, text: &str) -> Value {
    let jws = Jws::parse(text).unwrap();
    jws.verify_by(&desk.house().log_key().signing().unwrap().verifier()).unwrap();
    serde_json::from_str(&jws.payload).unwrap()
}

/// A body that asked about somebody, with an answer and a refusal; its code, and the person.
pub async fn at_work(desk: &Desk) -> (String, Client) {
    let citizen = desk.citizen("胡敏").await;
    let code = registered(desk, 30_000_009, "证照 elderly-card 有效期起").await;
    let number = desk.of(&citizen).await.resident_id.unwrap();
    asks(desk, &claims(desk, &code, "1", "胡敏", &number), &key(1)).await.is(OK);
    asks(desk, &claims(desk, &code, "2", "胡敏", &number), &key(2)).await.is(401);
    (code, citizen)
}

/// One question as a program sends it.
pub async fn asked(desk: &Desk, code: &str, id: &str, name: &str, number: &str) {
    asks(desk, &claims(desk, code, id, name, number), &key(1)).await.is(OK);
}

/// The acts of queries in the record, oldest first.
async fn acts(desk: &Desk) -> Vec<(String, String)> {
    sqlx::query_as("select kind, public_body from acts where subject_kind = 'query' order by position")
        .fetch_all(desk.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn f117_a_query_is_answered_signed_on_record_and_read_by_the_person() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡敏").await;
    let no = card(&desk, &citizen).await;
    let code = registered(&desk, 30_000_001, "证照 elderly-card 有效期起").await;
    let number = desk.of(&citizen).await.resident_id.unwrap();
    let question = claims(&desk, &code, "2026-1", "胡敏", &number);
    let answer = asks(&desk, &question, &key(1)).await.is(OK);
    let said = read(&desk, &answer.text());
    assert_eq!((&said["facts"]["held"], &said["jti"], &said["aud"]), (&json!(true), &json!("2026-1"), &json!(code)));
    let facts: Vec<&String> = said["facts"].as_object().unwrap().keys().collect();
    assert_eq!(facts, ["held", "valid_from"], "no more than was asked");

    // The same number: the same answer, and no second act.
    let again = asks(&desk, &question, &key(1)).await.is(OK);
    assert_eq!(again.text(), answer.text());
    let acts = acts(&desk).await;
    assert_eq!(acts.len(), 1);
    assert_eq!(acts[0].0, "query.answered");
    for private in ["胡敏", number.as_str(), no.as_str(), "2026-1\""] {
        assert!(!acts[0].1.contains(private), "{private} is public: {}", acts[0].1);
    }

    // The leaf in the answer is the leaf in the log.
    desk.settle().await;
    let receipt = desk.nobody().get(&format!("/queries/{}/receipt", said["query"].as_str().unwrap())).await.is(303).location();
    let proof = ledger::Receipt::parse(&desk.nobody().get(&receipt).await.is(OK).text()).unwrap();
    let verified = proof.verify(&desk.house().log_key().signing().unwrap().verifier()).unwrap();
    assert_eq!(said["record"]["leaf"], json!(verified.leaf.hash().to_string()));

    let page = citizen.get("/account/looks").await.is(OK).has("样例住房公积金中心").has("联网核查").has("有，在有效期内");
    let page = page.has("《住房公积金管理条例》第二十四条").has("提取审核").has("有效期起");
    let look = page.text().split_once("look=").unwrap().1.split('"').next().unwrap().to_owned();
    citizen.get(&format!("/account/looks?no={no}")).await.is(OK).has("样例住房公积金中心");
    citizen.get("/account/looks?as=csv").await.is(OK).has("样例住房公积金中心").has("答了");
    citizen
        .get(&format!("/complaints/new?kind=complaint&look={look}"))
        .await
        .is(OK)
        .has("样例住房公积金中心")
        .has("我觉得不该查");
    let neighbour = desk.citizen("邻居").await;
    neighbour.get("/account/looks").await.is(OK).has("没有别人看过");
    neighbour.get(&format!("/complaints/new?kind=complaint&look={look}")).await.is(OK).has_not("样例住房公积金中心");

    let supervisor = desk.sign_in("supervisor").await;
    for body in [code.as_str(), "样例住房公积金中心", "*"] {
        let path = format!("/supervision/looks?body={}", foundation::page::encode(body));
        supervisor.get(&path).await.is(OK).has("有，在有效期内").has(&code);
    }
    supervisor.get(&format!("/supervision/looks?body={BUREAU}")).await.is(OK).has_not("有，在有效期内");
    desk.nobody().get("/queries").await.is(OK).has("样例住房公积金中心").has("核对提取条件");
    desk.nobody().get(&format!("/queries/bodies/{code}")).await.is(OK).has("公布联网核查单位").has_not("name=\"reason\"");
    desk.nobody().get("/queries?as=csv").await.is(OK).has("样例住房公积金中心");
}

#[tokio::test]
async fn f118_a_refused_query_is_on_record_and_read_by_the_person_too() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡敏").await;
    let code = registered(&desk, 30_000_002, "证照 elderly-card 有效期起").await;
    let number = desk.of(&citizen).await.resident_id.unwrap();
    let question = |id: &str, change: &dyn Fn(&mut Value)| {
        let mut claims = claims(&desk, &code, id, "胡敏", &number);
        change(&mut claims);
        claims
    };
    let refused = async |claims: &Value, by: u8, status: u16, why: &str| {
        let page = asks(&desk, claims, &key(by)).await.is(status);
        assert_eq!(page.headers["content-type"], "application/problem+json");
        let problem = page.json();
        assert_eq!(problem["type"], json!(format!("/problems/query-{why}")));
        assert_eq!(read(&desk, problem["answer"].as_str().unwrap())["outcome"], "refused");
    };
    refused(&question("1", &|_| {}), 2, 401, "signature").await;
    refused(&question("2", &|claims| claims["facts"] = json!(["number"])), 1, 403, "facts").await;
    refused(&question("3", &|claims| claims["item"] = json!("food-business-licence")), 1, 403, "kind").await;
    refused(&question("4", &|claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 400)), 1, 400, "moment").await;
    refused(&question("5", &|claims| claims["aud"] = json!("https://other.example")), 1, 400, "audience").await;
    refused(&question("6", &|claims| claims["iss"] = json!(BUREAU)), 1, 401, "unknown-body").await;
    // A name that is not the number's; the number's person reads of it, and the asker hears what of a stranger is heard.
    refused(&question("7", &|claims| claims["person"]["name"] = json!("胡明")), 1, 404, "person").await;
    refused(&question("8", &|claims| claims["person"]["number"] = json!("341524198001010012")), 1, 404, "person").await;
    let all = acts(&desk).await;
    assert_eq!(all.len(), 8);
    assert!(all.iter().all(|(kind, body)| kind == "query.refused" && !body.contains("胡敏") && !body.contains(&number)));
    let page =
        citizen.get("/account/looks").await.is(OK).has("没有答").has("签名和登记的公钥对不上").has("自称样例住房公积金中心");
    let page = page.has("没有登记的单位").has("证照编号").has("没有姓名和号码都对得上的人");
    assert_eq!(page.text().matches("没有答，因为").count(), 7, "all but the one with somebody else's number");

    // A forged one takes no number; a number is used once; what comes back late is told nothing and writes nothing.
    asks(&desk, &question("1", &|_| {}), &key(1)).await.is(OK);
    refused(&question("1", &|claims| claims["purpose"] = json!("别的事")), 1, 409, "reused").await;
    let late = question("1", &|claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 400));
    let before = acts(&desk).await.len();
    asks(&desk, &late, &key(1)).await.is(400);
    assert_eq!(acts(&desk).await.len(), before);
    let months: (i32, i32) = sqlx::query_as("select answered, refused from query_months where body = $1")
        .bind(&code)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(months, (1, 6), "what others sent in its name is not counted as its own");
    // What is no query at all is refused, and nothing is kept of it.
    desk.nobody().ask("POST", "/queries", &[("content-type", "application/jose")], "a.b").await.is(422);
    assert_eq!(acts(&desk).await.len(), before);
}

#[tokio::test]
async fn f117_two_at_once_with_one_number_are_one_query() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡敏").await;
    let code = registered(&desk, 30_000_003, "证照 elderly-card 有效期起").await;
    let number = desk.of(&citizen).await.resident_id.unwrap();
    let question = claims(&desk, &code, "1", "胡敏", &number);
    let by = key(1);
    let (one, two) = tokio::join!(asks(&desk, &question, &by), asks(&desk, &question, &by));
    assert_eq!(one.is(OK).text(), two.is(OK).text());
    assert_eq!(acts(&desk).await.len(), 1);
    // Nobody else of this name is asked about: the number says who.
    let namesake = desk.citizen("胡敏").await;
    namesake.get("/account/looks").await.is(OK).has("没有别人看过");
    citizen.get("/account/looks").await.is(OK).has("没有有效的");
}

#[tokio::test]
async fn f117_a_body_asks_only_while_two_people_let_it() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡敏").await;
    let no = card(&desk, &citizen).await;
    let number = desk.of(&citizen).await.resident_id.unwrap();
    let code = uscc(30_000_004);
    let admin = desk.sign_in("admin").await;
    citizen.get("/queries/bodies/new").await.is(403);
    let mut wrong = form(&desk, &code, "证照 elderly-card 血型");
    wrong[2].1 = "私钥".into();
    sends(&admin, "/queries/bodies/new", &wrong).await.is(422).has("公钥读不懂").has("血型");
    sends(&admin, "/queries/bodies/new", &form(&desk, &code, "证照 elderly-card\n办件 elderly-card 办到哪一步")).await.is(303);
    desk.nobody().get(&format!("/queries/bodies/{code}")).await.is(404);
    let ask = async |id: &str| asks(&desk, &claims(&desk, &code, id, "胡敏", &number), &key(1)).await;
    ask("1").await.is(403);
    step(&admin, &code, "publish").await.is(409).has("另一个人公布");
    desk.employ("admin2", "许文", "administrator", None).await;
    let other = desk.sign_in("admin2").await;
    step(&other, &code, "publish").await.is(303);
    ask("2").await.is(403).has("有效期起");
    let of_case = |id: &str, who: &str| {
        let mut claims = claims(&desk, &code, id, "胡敏", who);
        (claims["of"], claims["no"], claims["facts"]) = (json!("case"), json!(no), json!(["stage"]));
        claims
    };
    let answer = asks(&desk, &of_case("3", &number), &key(1)).await.is(OK);
    assert_eq!(read(&desk, &answer.text())["facts"]["found"], true);
    let neighbour = desk.citizen("胡敏").await;
    let theirs = desk.of(&neighbour).await.resident_id.unwrap();
    let answer = asks(&desk, &of_case("4", &theirs), &key(1)).await.is(OK);
    assert_eq!(read(&desk, &answer.text())["facts"], json!({ "found": false }));

    step(&admin, &code, "suspend").await.is(303);
    ask("5").await.is(403).has("暂停");
    step(&admin, &code, "resume").await.is(303);
    step(&admin, &code, "end").await.is(303);
    ask("6").await.is(403).has("终止");
    desk.nobody().get(&format!("/queries/bodies/{code}")).await.is(OK).has("终止联网核查").has("协议到期前复核");
}

#[tokio::test]
async fn f117_an_officer_checks_a_certificate_of_another_agency_for_a_case_in_hand() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡敏").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let page = format!("/counter/cases/{no}/check-certificate");
    let officer = desk.sign_in("officer").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has(&page);
    posts(&officer, &page, &[]).await.is(422).has("请写为什么要查");
    let asked = [("certificate", "elderly-card"), ("reason", "核对年龄")];
    posts(&officer, &page, &asked).await.is(303);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("核对年龄").has("没有领过");
    assert!(desk.acts(&no).await.contains(&"case.certificate_checked".to_owned()));
    let public: String = sqlx::query_scalar("select public_body from acts where kind = 'case.certificate_checked'")
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(!public.contains("elderly") && !public.contains("核对年龄"));
    citizen.get("/account/looks").await.is(OK).has("核查证照").has("核对年龄").has(desk.catalogue.agency_name("jinzhai-market"));
    // What somebody else tries is refused, and read by the applicant.
    posts(&desk.sign_in("officer-hefei").await, &page, &asked).await.is(403);
    citizen.get("/account/looks").await.is(OK).has("没有让看").has(desk.catalogue.agency_name("hefei-hrss"));
    // Of the own agency there is nothing to check, and nothing of a case that is over.
    posts(&officer, &page, &[("certificate", "food-production-licence"), ("reason", "核对")]).await.is(422);
    citizen.post(&format!("/cases/{no}/withdraw"), &[("once", &uuid::Uuid::new_v4().to_string())]).await;
    posts(&officer, &page, &asked).await.is(409);
    assert!(desk.acts(&no).await.contains(&"case.attempt_refused".to_owned()));
}

#[tokio::test]
async fn f117_nobody_checks_about_themselves_or_a_relative() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡敏").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let number = desk.of(&citizen).await.resident_id.unwrap();
    let page = format!("/counter/cases/{no}/check-certificate");
    let officer = desk.sign_in("officer").await;
    officer.get(&page).await.is(OK);
    let declare = [("name", "胡敏"), ("resident_id", number.as_str()), ("relation", "spouse")];
    posts(&officer, "/counter/relatives", &declare).await.is(303);
    officer.get(&page).await.is(403);
    citizen.get(&page).await.is(403);
    citizen.get("/account/looks").await.is(OK).has("没有让看");
}
