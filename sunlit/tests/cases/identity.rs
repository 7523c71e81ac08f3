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
    let firm = |name: &'static str| [("licence-name", name), ("licence-uscc", firm.as_str())];
    let (first, second) = (number(1), number(2));
    let boss = [("card-name", "周大成"), ("card-number", first.as_str()), ("card-mobile", "13700000001")];
    let other = [("card-name", "外人"), ("card-number", second.as_str()), ("card-mobile", "13700000002")];
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
    let seen = [("login", "13700000009"), ("card-name", "外人"), ("card-number", second.as_str())];
    account.post("/counter/people", &seen).await.is(403);
    officer.post("/counter/people", &seen).await.is(OK).has("已核实：外人");
    assert!(opens(&account, &brought).await);
    assert!(!opens(&account, &own).await);
    account.get("/account").await.is(OK).has(&brought).has_not(&own);

    // To act for the company takes a mandate that was seen, and is an act.
    let asks = [&seen[..], &firm("金寨县周氏食品有限公司")].concat();
    officer.post("/counter/people", &asks).await.is(422).has("没有看到授权委托书");
    for _ in 0..2 {
        officer.post("/counter/people", &[&asks[..], &[("mandate", "seen")]].concat()).await.is(OK);
    }
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
    let who = |name: &'static str| [("card-name", name), ("card-number", id.as_str()), ("card-mobile", "13700000010")];
    let first = no(desk.registers(&officer, CARD, &who("石兰")).await);
    let party = desk.case(&first).await.applicant.unwrap();
    assert_eq!((party.name.as_str(), party.mobile.as_deref()), ("石兰", Some("13700000010")));
    assert!(!opens(&impostor, &first).await);
    impostor.get("/account").await.is(OK).has("您还没有办件");

    // The same person again is the same applicant; another name with this number is told.
    let second = no(desk.registers(&officer, CARD, &who("石兰")).await);
    assert_eq!(desk.case(&second).await.applicant.unwrap().id, party.id);
    desk.registers(&officer, CARD, &who("石岚")).await.is(422).has("已经登记在另一个姓名下").has("原件在手");

    // Her own account is hers once the card was seen; then nobody else's can be.
    let own = sign_up(&desk, "石兰", &id, "13700000013").await;
    let seen = |login: &'static str| [("login", login), ("card-name", "石兰"), ("card-number", id.as_str())];
    officer.post("/counter/people", &seen("13700000013")).await.is(OK);
    own.get("/account").await.is(OK).has(&first).has(&second);
    officer.post("/counter/people", &seen("13700000011")).await.is(422).has("已经核实给另一个账户");
    let third = no(desk.registers(&officer, CARD, &who("石兰")).await);
    assert!(opens(&own, &third).await);
    assert!(!opens(&impostor, &third).await);
}

#[tokio::test]
async fn f071_a_matter_for_organisations_is_not_begun_for_oneself_and_its_holder_is_not_typed() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("魏来").await;
    citizen.get(&format!("/matters/{FOOD}/apply")).await.is(OK).has("到窗口登记").has_not("我自己");
    citizen.post(&format!("/matters/{FOOD}/apply"), &[("for", "me")]).await.is(409).has("只办给单位");
    let person = desk.of(&citizen).await;
    let company = desk.company(&person).await;
    let named = desk.fills(&citizen, FOOD, &[]).await;
    let item = desk.catalogue.item(FOOD).unwrap().clone();
    let (step, field) = item
        .form
        .steps()
        .iter()
        .find_map(|s| Some((s, s.fields.iter().find(|f| f.source.as_deref() == Some("organisation.name"))?)))
        .unwrap();
    let draft = &named["?draft=".len()..];
    let answers: serde_json::Value =
        sqlx::query_scalar("select answers from drafts where id::text = $1").bind(draft).fetch_one(desk.pool()).await.unwrap();
    let mut answers = answers.as_object().unwrap().clone();
    answers.insert(field.key.clone(), "合肥市别家食品有限公司".into());
    let entered: Vec<(String, String)> = item
        .form
        .entered(&step.key, &answers)
        .into_iter()
        .flat_map(|(k, v)| v.into_iter().map(move |v| (k.clone(), v)))
        .collect();
    let fields: Vec<(&str, &str)> = entered.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let said = format!("“{}”要和登记的“{}”一样", field.label, company.name);
    citizen.post(&format!("/matters/{FOOD}/apply/{}{named}", step.key), &fields).await.is(422).has(&said);
    citizen.post(&format!("/matters/{FOOD}/apply/check{named}"), &[]).await.is(422).has(&said);

    // At the counter likewise.
    let officer = desk.sign_in("officer").await;
    let id = number(4);
    let who = [("card-name", "魏来"), ("card-number", id.as_str()), ("card-mobile", "13700000020")];
    let oneself = [&who[..], &[("licence-name", ""), ("licence-uscc", "")]].concat();
    let other = uscc("341524", 20_000_009);
    let named = [("licence-name", "金寨县样例食品有限公司"), ("licence-uscc", other.as_str())];
    let once = uuid::Uuid::new_v4().to_string();
    let blank = [&oneself[..], &[("once", once.as_str())]].concat();
    officer.post(&format!("/counter/intake/{FOOD}"), &blank).await.is(422).has("只办给单位");
    let mut typed = [&who[..], &named].concat();
    typed.push((field.key.as_str(), "合肥市别家食品有限公司"));
    desk.registers(&officer, FOOD, &typed).await.is(422).has(&said);
}

#[tokio::test]
async fn f070_a_form_writes_into_its_own_draft_alone() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("李倩").await;
    let draft = |page: testing::Page| page.is(303).location();
    let apply = format!("/matters/{CARD}/apply");
    let own = draft(citizen.post(&apply, &[("for", "me")]).await);
    // A second draft of the same matter, for somebody else.
    let company = desk.company(&desk.of(&citizen).await).await;
    let (_, id) = own.split_once("?draft=").unwrap();
    let other = uuid::Uuid::now_v7();
    sqlx::query(
        "insert into drafts (id, person, item, answers, visited, organisation, saved_at)
         select $1, person, item, answers, visited, $2, saved_at + interval '1 second' from drafts where id::text = $3",
    )
    .bind(other)
    .bind(company.id)
    .bind(id)
    .execute(desk.pool())
    .await
    .unwrap();
    citizen.post(&own, &[("elder_name", "李老太")]).await.is(422);
    let names: Vec<(uuid::Uuid, Option<String>)> =
        sqlx::query_as("select id, answers ->> 'elder_name' from drafts").fetch_all(desk.pool()).await.unwrap();
    for (draft, name) in names {
        assert_eq!(name.as_deref() == Some("李老太"), draft != other);
    }
    citizen.get("/account").await.is(OK).has(id).has(&other.to_string()).has("我自己").has(&company.name);
    // Without a name neither is meant; begun again, the old tab writes nowhere.
    assert_eq!(draft(citizen.get(&format!("{apply}/check")).await), apply);
    let again = draft(citizen.post(&apply, &[("for", "me"), ("again", "yes")]).await);
    assert_eq!(draft(citizen.post(&own, &[("elder_name", "旧标签页")]).await), apply);
    let written: i64 = sqlx::query_scalar("select count(*) from drafts where answers ->> 'elder_name' = '旧标签页'")
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(again != own && written == 0);
}

#[tokio::test]
async fn h17_a_form_sent_after_signing_out_is_for_nobody_else() {
    let desk = Desk::open().await;
    let browser = desk.citizen("甲人").await;
    let step = browser.post(&format!("/matters/{CARD}/apply"), &[("for", "me")]).await.is(303).location();
    desk.citizen("乙人").await;
    let login: String = sqlx::query_scalar("select login from people where name = '乙人'").fetch_one(desk.pool()).await.unwrap();
    browser.post("/sign-out", &[]).await.is(303);
    browser.get("/account").await.is(303);
    browser.post(&step, &[("elder_name", "甲家老人")]).await.is(303);
    let held = async || -> i64 { sqlx::query_scalar("select count(*) from held_forms").fetch_one(desk.pool()).await.unwrap() };
    assert_eq!(held().await, 1);
    desk.sign_in_on(&browser, &login).await;
    browser.post(&format!("/matters/{CARD}/apply"), &[("for", "me")]).await.is(303);
    let plain = step.split('?').next().unwrap();
    for page in [step.as_str(), plain] {
        let page = browser.get(page).await;
        assert!(!page.text().contains("甲家老人"), "{}", page.asked);
    }
    browser.post("/sign-out", &[]).await.is(303);
    assert_eq!(held().await, 0, "signing out forgets what the browser had kept");

    // Whoever never had a session keeps nothing here, and one person only the last few.
    let nobody = desk.nobody();
    for _ in 0..20 {
        nobody.post(plain, &[("elder_name", "谁")]).await.is(303);
    }
    assert_eq!(held().await, 0);
    for _ in 0..20 {
        browser.post(plain, &[("elder_name", "乙")]).await.is(303);
    }
    assert_eq!(held().await, 5);
}

#[tokio::test]
async fn f072_a_material_takes_twenty_files_and_only_one_that_is_asked_for() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("许多").await;
    citizen.post(&format!("/matters/{CARD}/apply"), &[("for", "me")]).await.is(303);
    let item = desk.catalogue.item(CARD).unwrap().clone();
    let key = &item.materials.iter().find(|m| m.source == catalogue::MaterialSource::Applicant).unwrap().key;
    let files = format!("/matters/{CARD}/apply/materials/files");
    citizen.upload(&files, "invented", "a.pdf", b"%PDF-1.4 x").await.is(422).has("没有要这份材料");
    for _ in 0..20 {
        citizen.upload(&files, key, "a.pdf", b"%PDF-1.4 x").await.is(303);
    }
    citizen.upload(&files, key, "a.pdf", b"%PDF-1.4 x").await.is(422).has("最多 20 个文件");
    let kept: i64 = sqlx::query_scalar("select count(*) from files").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(kept, 20);
}

#[tokio::test]
async fn f148_the_same_attempt_refused_again_is_one_entry_a_day() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("丁一").await;
    let no = desk.applies(&citizen, CARD, &[]).await;
    for _ in 0..6 {
        let once = uuid::Uuid::new_v4().to_string();
        citizen.post(&format!("/cases/{no}/rate"), &[("once", &once), ("grade", "1")]).await.is(409);
    }
    assert_eq!(desk.acts(&no).await, ["case.submitted", "case.attempt_refused"]);
}

#[tokio::test]
async fn guesses_sent_at_once_are_as_few_as_guesses_sent_one_by_one() {
    let desk = Desk::open().await;
    sign_up(&desk, "常客", &number(5), "13700000030").await;
    let now = desk.house().now().at;
    let guesses =
        (0..30).map(|_| foundation::people::sign_in(desk.pool(), "13700000030", "wrong, and long enough", "", "somewhere", now));
    let answers = futures::future::join_all(guesses).await;
    let tried = answers.iter().filter(|a| matches!(a, Err(foundation::Stop::Rejected(_)))).count();
    assert_eq!(tried, 5);
}

#[tokio::test]
async fn papers_of_others_are_refused_with_the_reason() {
    let desk = Desk::open().await;
    let no = desk.applies(&desk.citizen("本人").await, CARD, &[]).await;
    desk.citizen("旁人").await.get(&format!("/cases/{no}/papers/receipt")).await.is(403).has("没有办这一步的权限");
}

#[tokio::test]
async fn a_password_is_changed_by_its_owner_and_other_sessions_end() {
    let desk = Desk::open().await;
    let here = sign_up(&desk, "换人", &number(6), "13700000040").await;
    let there = desk.sign_in("13700000040").await;
    let change = |old: &'static str| [("old", old), ("password", "another long sentence")];
    here.post("/account/password", &change("not this one at all")).await.is(422).has("现在的密码不对");
    here.post("/account/password", &[("old", "a long enough sentence"), ("password", "short")]).await.is(422);
    here.post("/account/password", &change("a long enough sentence")).await.is(303);
    here.get("/account").await.is(OK);
    there.get("/account").await.is(303);
    let nobody = desk.nobody();
    nobody.post("/sign-in", &[("login", "13700000040"), ("password", "a long enough sentence")]).await.is(422);
    nobody.post("/sign-in", &[("login", "13700000040"), ("password", "another long sentence")]).await.is(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f070_two_devices_saving_at_once_lose_nothing() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("彭霞").await;
    let named = desk.fills(&citizen, "elderly-card", &[]).await;
    let item = desk.catalogue.item("elderly-card").unwrap().clone();
    let id: uuid::Uuid = named["?draft=".len()..].parse().unwrap();
    let answers = |desk: &Desk| {
        let pool = desk.pool().clone();
        async move {
            sqlx::query_scalar::<_, serde_json::Value>("select answers from drafts where id = $1")
                .bind(id)
                .fetch_one(&pool)
                .await
                .unwrap()
        }
    };
    let full = answers(&desk).await;
    let steps: Vec<_> = item.form.steps().iter().filter(|step| !step.materials).collect();
    for _ in 0..8 {
        sqlx::query("update drafts set answers = '{}' where id = $1").bind(id).execute(desk.pool()).await.unwrap();
        let saves = steps.iter().map(|step| {
            let entered = item.form.entered(&step.key, full.as_object().unwrap());
            let path = format!("/matters/elderly-card/apply/{}{named}", step.key);
            let citizen = &citizen;
            async move {
                let fields: Vec<(&str, &str)> = entered
                    .iter()
                    .flat_map(|(key, values)| values.iter().map(move |value| (key.as_str(), value.as_str())))
                    .collect();
                citizen.post(&path, &fields).await
            }
        });
        futures::future::join_all(saves).await;
        let kept = answers(&desk).await;
        for field in
            steps.iter().flat_map(|step| &step.fields).filter(|field| !full[&field.key].is_null() && field.when.is_none())
        {
            assert_eq!(kept[&field.key], full[&field.key], "{}", field.key);
        }
    }
}

#[tokio::test]
async fn accounts_opened_from_one_address_are_counted_and_a_password_has_an_end() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    let id = number(60);
    let asks = |mobile: u64, password: &str| {
        let (mobile, id, password) = (mobile.to_string(), id.clone(), password.to_owned());
        let nobody = &nobody;
        async move {
            let fields = [("name", "王敏"), ("resident_id", &*id), ("mobile", &*mobile), ("password", &*password)];
            nobody.post("/sign-up", &fields).await
        }
    };
    asks(13_700_000_100, &"长".repeat(201)).await.is(422).has("密码最多 200 个字");
    asks(13_700_000_100, &"长".repeat(200)).await.is(303);
    for n in 1..20 {
        asks(13_700_000_100 + n, "a long enough sentence").await.is(303);
    }
    asks(13_700_000_120, "a long enough sentence").await.is(429);
    desk.later(chrono::Duration::minutes(61)).await;
    asks(13_700_000_120, "a long enough sentence").await.is(303);
}

#[tokio::test]
async fn every_role_but_an_applicants_has_a_second_factor_and_one_administrator_is_left() {
    use foundation::people::{self, New};
    let desk = Desk::open().await;
    sqlx::query("update people set roles = '{citizen}' where roles @> '{administrator}'").execute(desk.pool()).await.unwrap();
    let now = desk.house().now().at;
    let by = || (acts::Actor { role: "administrator".into(), agency: None, post: None }, None);
    let mut conn = desk.pool().acquire().await.unwrap();
    let enters = async |conn: &mut sqlx::PgConnection, login: &str, role: &str| {
        let new = New { login: format!("new-{login}"), name: "钱多".into(), roles: vec![role.into()], ..New::default() };
        people::enter(conn, new, by().0, now).await.unwrap()
    };
    for role in ["administrator", "supervisor", "openness_officer", "liaison", "counter_officer", "chief_representative"] {
        assert!(enters(&mut conn, role, role).await.is_some(), "{role}");
        assert!(desk.person(&format!("new-{role}")).await.is_staff(), "{role}");
    }
    assert!(enters(&mut conn, "one", "citizen").await.is_none());
    let roles = |role: &str| people::Office { roles: vec![role.to_owned()], ..Default::default() };

    // Whoever becomes staff gets a secret once, and keeps it.
    let one = desk.person("new-one").await;
    let given = people::change_roles(&mut conn, &one, roles("liaison"), by(), now).await.unwrap();
    assert!(people::code_now(&given.unwrap(), now).is_ok());
    assert_eq!(people::change_roles(&mut conn, &one, roles("administrator"), by(), now).await.unwrap(), None);

    // Of two administrators one goes; the last neither goes nor becomes something else.
    let (first, closed) = (desk.person("new-administrator").await, |said: &str| said.contains("早已停用"));
    people::deactivate(&mut conn, &first, by(), now).await.unwrap();
    assert!(closed(&people::deactivate(&mut conn, &first, by(), now).await.unwrap_err().to_string()));
    let last = people::deactivate(&mut conn, &one, by(), now).await.unwrap_err().to_string();
    assert!(last.contains("最后一个系统管理员"), "{last}");
    assert!(people::change_roles(&mut conn, &one, roles("citizen"), by(), now).await.is_err());

    // A closed account is given neither password nor factor until it is opened again.
    let password = people::hash_password("a long enough sentence".into()).await.unwrap();
    assert!(people::set_password(&mut conn, &first, password, Some(by()), now).await.is_err());
    assert!(people::set_factor(&mut conn, &first, by(), now).await.is_err());
    people::activate(&mut conn, &first, by(), now).await.unwrap();
    assert!(people::activate(&mut conn, &first, by(), now).await.is_err());
    let again = people::set_factor(&mut conn, &first, by(), now).await.unwrap();
    let kept: Option<String> =
        sqlx::query_scalar("select totp_secret from people where id = $1").bind(first.id).fetch_one(&mut *conn).await.unwrap();
    assert_eq!(kept, Some(again));
}

#[tokio::test]
async fn h17_the_cookie_of_a_kept_form_is_for_tls_alone_where_the_site_is() {
    for (origin, secure) in [("https://zw.example.gov.cn", true), ("http://localhost", false)] {
        let house = |_: &_, parts: &mut foundation::Parts| parts.site.origin = origin.into();
        let town = testing::Town::of("2026-03-02 09:00", foundation::sign_in::routes(), house).await;
        town.enter(foundation::people::New { login: "wang".into(), name: "王敏".into(), ..Default::default() }).await;
        let browser = town.sign_in("wang").await;
        browser.post("/sign-out", &[]).await.is(303);
        let page = browser.post("/account/sessions", &[]).await.is(303);
        let cookie = page.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("sunlit_held=") && cookie.contains("; Secure") == secure, "{cookie}");
        // Passwords are kept nowhere as they were typed.
        browser.post("/account/password", &[("old", "one secret"), ("password", "another secret")]).await.is(303);
        let kept: Vec<serde_json::Value> =
            sqlx::query_scalar("select body from held_forms").fetch_all(town.pool()).await.unwrap();
        assert!(kept.len() == 2 && !format!("{kept:?}").contains("secret"), "{kept:?}");
    }
}

/// Whoever has the card has the number: one that was typed under a wrong name is taken off it, and the act says so. What was handed in stays.
#[tokio::test]
async fn b4_1_a_number_typed_under_a_wrong_name_is_had_back_with_the_card() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let id = number(4);
    let who = |name: &'static str| [("card-name", name), ("card-number", id.as_str()), ("card-mobile", "13700000020")];
    let wrong = no(desk.registers(&officer, CARD, &who("程东")).await);
    let again = [&who("陈冬")[..], &[("card-seen", "yes")]].concat();
    let right = no(desk.registers(&officer, CARD, &again).await);
    let parties = [desk.case(&wrong).await.applicant.unwrap(), desk.case(&right).await.applicant.unwrap()];
    assert_ne!(parties[0].id, parties[1].id);
    assert_eq!([parties[0].name.as_str(), parties[1].name.as_str()], ["程东", "陈冬"]);
    let acts: Vec<String> = sqlx::query_scalar("select kind from acts where subject_kind = 'person' order by position")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(acts, ["person.number_freed"]);
    // Who was verified by the card keeps the number, whoever ticks what.
    let own = sign_up(&desk, "陈冬", &id, "13700000021").await;
    officer
        .post("/counter/people", &[("login", "13700000021"), ("card-name", "陈冬"), ("card-number", id.as_str())])
        .await
        .is(OK);
    own.get("/account").await.is(OK).has(&right).has_not(&wrong);
    let stolen = [&who("程东")[..], &[("card-seen", "yes")]].concat();
    desk.registers(&officer, CARD, &stolen).await.is(422).has("已经登记在另一个姓名下");
}
