//! Every matter of the reference, and not only those that tests are written about, is applied for through its own pages and runs to its end.

use crate::Desk;
use crate::desk::OK;
use services::cases::submit;

#[tokio::test]
async fn f083_every_matter_is_found_read_and_applied_for_through_its_own_form() {
    let desk = Desk::open().await;
    let items = desk.catalogue.items();
    let citizen = desk.citizen("王敏").await;
    let person = desk.of(&citizen).await;
    let company = desk.company(&person).await;
    let today = desk.house().now().date();
    // An application that the form accepts can be made from its examples and options.
    let mut wrong = Vec::new();
    for item in items.iter() {
        let party = match item.applies_to_people() {
            true => submit::party_of(&person),
            false => submit::party_of_organisation(&company, person.mobile.clone()),
        };
        let answers = services::demo::answers(item, &party, &person, today, 0);
        let told = item.form.check_all(&answers, today).into_iter();
        wrong.extend(told.map(|(step, error)| format!("{} {step} {}: {}", item.slug, error.field, error.zh)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (n, item) in items.iter().enumerate() {
        let citizen = desk.citizen(["王敏", "许强", "何静", "赵桂兰"][n % 4]).await;
        citizen.get(&format!("/matters/{}", item.slug)).await.is(OK).has(&item.name).has(&item.legal_basis[0].law);
        // By its name and by what people call it.
        for words in [&item.name, &item.aliases[0]] {
            let found = citizen.get(&format!("/matters?q={}", urlencoding(words))).await;
            found.is(OK).has(&format!("/matters/{}\"", item.slug));
        }
        let no = desk.applies(&citizen, &item.slug, &[]).await;
        citizen.get(&format!("/cases/{no}")).await.is(OK).has("待受理");
    }
}

fn urlencoding(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn b4_1_every_matter_runs_from_application_to_its_end() {
    let desk = Desk::open().await;
    services::demo::enter(desk.house(), &services::demo::colleagues(&desk.catalogue, &[])).await.unwrap();
    let items = desk.catalogue.items();
    let made = services::demo::seed(desk.house(), &desk.catalogue, items.len() * 3, &[]).await.unwrap();
    assert_eq!(made, items.len() * 3);
    let concluded: Vec<String> =
        sqlx::query_scalar("select distinct item from cases where stage in ('granted', 'delivered', 'denied')")
            .fetch_all(desk.pool())
            .await
            .unwrap();
    let stuck: Vec<&str> =
        items.iter().map(|item| item.slug.as_str()).filter(|slug| !concluded.iter().any(|one| one == slug)).collect();
    assert!(stuck.is_empty(), "no case of these was decided: {stuck:?}");
}
