use crate::Desk;
use crate::desk::OK;
use chrono::Duration;

#[tokio::test]
async fn h17_f070_a_draft_and_a_form_survive_an_expired_session_and_nobody_else_sees_them() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("高桂兰").await;
    desk.fills(&citizen, "elderly-card", &[]).await;
    let login: String =
        sqlx::query_scalar("select login from people where name = '高桂兰'").fetch_one(desk.pool()).await.unwrap();
    desk.later(Duration::minutes(60)).await;
    let item = desk.catalogue.item("elderly-card").unwrap().clone();
    let step = item.form.steps()[0].key.clone();
    let key = item.form.steps()[0].fields[0].key.clone();
    let path = format!("/matters/elderly-card/apply/{step}");
    let page = citizen.post(&path, &[(key.as_str(), "高桂兰老人")]).await.is(303);
    assert!(page.location().starts_with("/sign-in?next=/matters/elderly-card/apply/"), "{}", page.location());

    // Another person on the same browser sees none of it.
    let other = desk.citizen("别人").await;
    for (name, value) in citizen.cookies.lock().unwrap().iter().filter(|(n, _)| *n != "sunlit_session") {
        other.cookies.lock().unwrap().insert(name.clone(), value.clone());
    }
    other.get(&path).await.has_not("高桂兰老人");

    desk.sign_in_on(&citizen, &login).await;
    citizen.get(&path).await.is(OK).has("高桂兰老人").has("您刚才填的内容都在");
    // The draft itself, files included, is there from another browser too.
    let phone = desk.sign_in(&login).await;
    phone.get("/account").await.is(OK).has("没填完的");
    phone.get("/matters/elderly-card/apply/check").await.is(OK).has("材料.pdf");
    phone.post("/matters/elderly-card/apply/check", &[]).await.is(303);
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(cases, 1);
}

#[tokio::test]
async fn h20_full_width_digits_are_folded_and_accepted() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    let id = services::demo::resident_id("341524", chrono::NaiveDate::from_ymd_opt(1990, 2, 3).unwrap(), 77);
    let wide: String = id.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
    let fields = [
        ("name", "王　敏"),
        ("resident_id", wide.as_str()),
        ("mobile", "１３８００１３８０００"),
        ("password", "一句很好记的话就行了"),
        ("next", "/account"),
    ];
    nobody.post("/sign-up", &fields).await.is(303);
    let (mobile, number): (String, String) = sqlx::query_as("select mobile, resident_id from people where login = '13800138000'")
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!((mobile.as_str(), number), ("13800138000", id));
    // A refusal says why and keeps the entry.
    let page = nobody
        .post("/sign-up", &[("name", "李"), ("resident_id", "１２３"), ("mobile", "１２３"), ("password", "x")])
        .await
        .is(422);
    page.has("１２３").has("身份证号");
}

#[tokio::test]
async fn h21_f157_every_middle_dot_finds_the_same_person() {
    let desk = Desk::open().await;
    for (i, dot) in ["\u{00B7}", "\u{2022}", "\u{2027}", "\u{30FB}", "\u{FF0E}"].into_iter().enumerate() {
        desk.enter(foundation::people::New {
            login: format!("dot{i}"),
            name: format!("买买提{dot}吐尔逊"),
            ..Default::default()
        })
        .await;
    }
    for dot in ["\u{00B7}", "\u{2022}", "\u{2027}", "\u{30FB}", "\u{FF0E}"] {
        let found = foundation::people::by_name(desk.pool(), &format!("买买提{dot}吐尔逊")).await.unwrap();
        assert_eq!(found.len(), 5);
        assert!(found.iter().all(|p| p.name == "买买提\u{00B7}吐尔逊"));
    }
    let long = "阿卜杜热合曼".repeat(4) + "江";
    assert_eq!(long.chars().count(), 25);
    desk.enter(foundation::people::New { login: "long".into(), name: long.clone(), ..Default::default() }).await;
    assert_eq!(foundation::people::by_name(desk.pool(), &long).await.unwrap().len(), 1);
}

#[tokio::test]
async fn f073_all_errors_of_a_form_appear_at_once_each_linked_to_its_field() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("朱艳").await;
    citizen.post("/matters/elderly-card/apply", &[("for", "me"), ("again", "yes")]).await.is(303);
    let item = desk.catalogue.item("elderly-card").unwrap().clone();
    let step = &item.form.steps()[0];
    let page = citizen.post(&format!("/matters/elderly-card/apply/{}", step.key), &[]).await.is(422);
    let text = page.text();
    let required: Vec<_> = step.fields.iter().filter(|f| f.required && f.when.is_none()).collect();
    assert!(required.len() > 1);
    for field in required {
        assert!(
            text.contains(&format!("href=\"#f-{}\"", field.key)) && text.contains(&format!("id=\"f-{}\"", field.key)),
            "{}",
            field.key
        );
    }
    assert!(text.contains("role=\"alert\"") && text.contains("<title>有错误："));
}

#[tokio::test]
async fn f074_a_receipt_with_the_case_number_comes_at_once_on_screen_and_paper() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("林杰").await;
    let no = desk.applies(&citizen, "elderly-card", &[]).await;
    let grouped: String =
        no.chars().collect::<Vec<_>>().chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    let code = desk.house().lookup_code(&no);
    citizen.get(&format!("/cases/{no}?new=1")).await.is(OK).has(&grouped).has(&code);
    let pdf = citizen.get(&format!("/cases/{no}/papers/receipt")).await.is(OK);
    assert!(pdf.body.starts_with(b"%PDF"));
    // The code opens it without an account; a wrong one does not.
    let other = desk.nobody();
    other.post("/cases", &[("no", &grouped), ("code", "AAAAAAAA")]).await.is(422);
    other.get(&format!("/cases/{no}/papers/receipt")).await.is(303);
    other.post("/cases", &[("no", &grouped), ("code", &code.to_lowercase())]).await.is(303);
    assert!(other.get(&format!("/cases/{no}/papers/receipt")).await.is(OK).body.starts_with(b"%PDF"));
}

#[tokio::test]
async fn f028_anyone_with_the_number_sees_each_step_its_time_and_post_and_nothing_private() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡建国").await;
    let no = desk.before_the_chief(&citizen).await;
    desk.settle().await;
    let page = desk.nobody().get(&format!("/cases/{no}")).await.is(OK);
    let page = page.has("受理").has("现场核查").has("3 号窗口").has("金寨县市场监督管理局");
    let text = page.text();
    let person: (String, String) =
        sqlx::query_as("select resident_id, mobile from people where name = '胡建国'").fetch_one(desk.pool()).await.unwrap();
    for private in ["胡建国", "陈静", &person.0, &person.1] {
        assert!(!text.contains(private), "{private}");
    }
    let open = desk.nobody().json(&format!("/cases/{no}")).await.is(OK).text();
    let log = desk.nobody().get("/log/openings/0").await.is(OK).text();
    for private in ["胡建国", "陈静", &person.0, &person.1] {
        assert!(!open.contains(private) && !log.contains(private), "{private}");
    }
}

#[tokio::test]
async fn f038_every_due_date_has_a_page_listing_each_day_counted_or_skipped_and_why() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("徐秀英").await;
    let no = desk.before_the_chief(&citizen).await;
    let page = desk.nobody().get(&format!("/cases/{no}/clock")).await.is(OK).has("承诺时限").has("法定时限");
    let case = desk.case(&no).await;
    let calendar = &desk.house().now().calendar;
    for day in case.promised.unwrap().explain(calendar, desk.house().now().date()) {
        assert!(page.text().contains(&day.zh), "{}", day.zh);
    }
    let days = desk.nobody().json(&format!("/cases/{no}/clock")).await.is(OK).json();
    assert!(days.as_array().unwrap().iter().any(|c| c["days"].as_array().unwrap().len() > 5), "{days}");
}

#[tokio::test]
async fn f022_a_case_shows_the_path_it_took_on_the_very_chart_that_was_deployed() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("杨静").await;
    let no = desk.before_the_chief(&citizen).await;
    let case = desk.case(&no).await;
    let page = desk.nobody().get(&format!("/cases/{no}/chart")).await.is(OK);
    let item = desk.catalogue.item("food-production-licence").unwrap();
    assert_eq!(case.versions.process, item.process.hash());
    let page = page.has(item.process.hash()).has("<svg");
    assert!(page.text().contains("is-done") && page.text().contains("is-now"));
    assert!(case.passed.contains("check_acceptance") && !case.passed.contains("decide"));
}

#[tokio::test]
async fn f020_the_digest_of_the_published_chart_is_that_of_the_definition_that_runs() {
    use sha2::{Digest, Sha256};
    let desk = Desk::open().await;
    let citizen = desk.citizen("刘勇").await;
    let no = desk.applies(&citizen, "elderly-card", &[]).await;
    let published = desk.nobody().get("/matters/elderly-card/process.bpmn").await.is(OK);
    assert_eq!(hex::encode(Sha256::digest(&published.body)), desk.case(&no).await.process.definition());
}

#[tokio::test]
async fn f016_a_power_without_a_basis_in_force_cannot_be_used_in_a_new_case() {
    let desk = Desk::open().await;
    let item = desk.catalogue.item("food-production-licence").unwrap();
    let now = desk.house().now();
    let none = catalogue::Foundations::default();
    let before_the_law = chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap();
    assert!(item.basis_in_force(now.date(), &none) && !item.basis_in_force(before_the_law, &none));
    let early = foundation::Moment::new(calendar::start_of_day(before_the_law), now.calendar.clone());
    let application = services::cases::submit::Application {
        applicant: acts::Party { id: uuid::Uuid::nil(), name: "x".into(), identity: None, mobile: None, organisation: false },
        organisation: None,
        filed_by: uuid::Uuid::nil(),
        account: true,
        channel: acts::Channel::Online,
        answers: serde_json::Map::new(),
        on_file: Default::default(),
        materials: Vec::new(),
        queued: None,
        about: None,
        agent: None,
    };
    let no = services::cases::submit::decide(&application, &item, &none, &early).unwrap_err();
    assert!(matches!(no, services::cases::Rejection::BasisLapsed(_)), "{no}");
}

#[tokio::test]
async fn a_nul_byte_is_a_wrong_address_and_never_a_fault() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    for path in ["/cases/00%00", "/certificates/00%00", "/sunlight?item=%00", "/matters?q=a%00b"] {
        nobody.get(path).await.is(400).has("地址写错了");
        assert_eq!(nobody.json(path).await.is(400).json()["type"], "/problems/malformed");
    }
    // Typed into a form it is folded away.
    nobody.post("/cases", &[("no", "\0"), ("code", "\0")]).await.is(422);
    nobody.post("/sign-in", &[("login", "x\0"), ("password", "\0y")]).await.is(422);
}
