//! 已有的资料 · what is on file fills a form in: by itself what the account and the register say, by consent what a certificate's form answered;
//! each with its source, changed where it is wrong, and seen by the office (B4.1, B7.2).

use crate::Desk;
use crate::desk::{Client, OK, filled, sends};
use acts::{CaseAct, Origin};
use serde_json::{Value, json};

const MAKES: &str = "food-production-licence";
const SELLS: &str = "food-business-licence";

/// A company whose maker's licence was granted; the number of the licence.
async fn licensed(desk: &Desk, client: &Client) -> String {
    let no = desk.before_the_chief(client).await;
    desk.act(&desk.sign_in("chief").await, &no, "grant", &[("seal", "yes")]).await.is(303);
    desk.settle().await;
    no
}

/// Begins an application of the company; the page it leads to, and `?draft=…`.
async fn begins(desk: &Desk, client: &Client) -> (String, String) {
    let company = desk.company(&desk.of(client).await).await.id.to_string();
    let at = client.post(&format!("/matters/{SELLS}/apply"), &[("for", &company), ("again", "yes")]).await.is(303).location();
    let (path, query) = at.split_once('?').unwrap();
    (path.to_owned(), format!("?{query}"))
}

async fn row(desk: &Desk, named: &str) -> (Value, Value) {
    sqlx::query_as("select answers, on_file -> 'facts' from drafts where id::text = $1")
        .bind(&named["?draft=".len()..])
        .fetch_one(desk.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn b4_1_what_a_certificate_s_form_answered_fills_in_another_once_its_holder_consents() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let no = licensed(&desk, &citizen).await;
    let was = desk.case(&no).await.answers;
    let (path, named) = begins(&desk, &citizen).await;
    let page = format!("/matters/{SELLS}/apply/on-file{named}");
    assert_eq!(path, format!("/matters/{SELLS}/apply/on-file"));

    // Nothing of a certificate is taken before the holder says so; what the register says is there already.
    let address = was["site_address"].as_str().unwrap();
    citizen.get(&page).await.is(OK).has("食品生产许可").has(address).has("统一社会信用代码").has("就是同意");
    assert_eq!(row(&desk, &named).await.0.get("site_address"), None);
    // Only one's own: another number changes nothing.
    citizen.post(&page, &[("use", "341524202609210137")]).await.is(303);
    assert_eq!(row(&desk, &named).await.0.get("site_address"), None);

    let next = citizen.post(&page, &[("use", &no)]).await.is(303).location();
    assert!(next.starts_with(&format!("/matters/{SELLS}/apply/applicant")), "{next}");
    let (answers, facts) = row(&desk, &named).await;
    assert_eq!((&answers["site_address"], &answers["org_address"]), (&was["site_address"], &was["org_address"]));
    assert_eq!(facts["site_address"]["from"], json!({ "kind": "certificate", "no": no, "item": MAKES }));
    assert_eq!(facts["org_uscc"]["from"], json!({ "kind": "organisation" }));

    // Each says where it is from, and can be changed there; what the register says, at the register.
    let site = format!("/matters/{SELLS}/apply/site{named}");
    citizen.get(&site).await.is(OK).has("来自").has("不对，改一下").has(address).has(&format!("/account/certificates/{no}"));
    citizen.get(&format!("/matters/{SELLS}/apply/applicant{named}")).await.is(OK).has("要和登记的一样");
    // Folded, it is sent with the rest.
    let kept = filled(&citizen, &site, &[]).await;
    assert!(kept.iter().any(|(key, value)| key == "site_address" && value == address));

    // Changed, the applicant's own stays, also when the consent is taken back; the rest goes with the consent.
    let mine = "安徽省六安市金寨县梅山镇新城区样例路 8 号";
    sends(&citizen, &site, &filled(&citizen, &site, &[("site_address", mine)]).await).await;
    citizen.get(&site).await.is(OK).has(mine).has(address);
    citizen.get(&page).await.is(OK).has("checked");
    citizen.post(&page, &[]).await.is(303);
    let (answers, facts) = row(&desk, &named).await;
    assert_eq!((&answers["site_address"], answers.get("org_address")), (&json!(mine), None));
    assert!(facts.get("org_address").is_none() && facts.get("org_uscc").is_some());

    // Sent with it, the office reads where each answer is from and what was changed; the act keeps it.
    citizen.post(&page, &[("use", &no)]).await.is(303);
    let item = desk.catalogue.item(SELLS).unwrap();
    let person = desk.of(&citizen).await;
    let party = services::cases::submit::party_of_organisation(&desk.company(&person).await, person.mobile.clone());
    let mut answers = services::demo::answers(&item, &party, &person, desk.house().now().date(), 0);
    for (key, value) in row(&desk, &named).await.0.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()) {
        answers.insert(key.clone(), value.clone());
    }
    desk.answers_draft(&citizen, SELLS, &named, &answers, &[]).await;
    citizen.get(&format!("/matters/{SELLS}/apply/check{named}")).await.is(OK).has("来自");
    let sent = citizen.post(&format!("/matters/{SELLS}/apply/check{named}"), &[("anyway", "yes")]).await.is(303).location();
    let case = sent.trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    let mut conn = desk.pool().acquire().await.unwrap();
    let history = services::cases::case::history(&mut conn, &case).await.unwrap();
    let CaseAct::Submitted { private: Some(submission), .. } = &history[0].1.act else { panic!("no submission") };
    assert_eq!(submission.on_file["site_address"].from, Origin::Certificate { no: no.clone(), item: MAKES.into() });
    assert_eq!(submission.on_file["site_address"].value, was["site_address"]);
    assert_eq!(submission.answers["site_address"], json!(mine));
    let officer = desk.sign_in("officer").await;
    officer.get(&format!("/counter/cases/{case}")).await.is(OK).has("来自").has("那里是").has(address);
}

#[tokio::test]
async fn b4_1_a_certificate_that_ended_and_one_of_another_holder_fill_nothing_in() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let no = licensed(&desk, &citizen).await;
    let (_, named) = begins(&desk, &citizen).await;
    let page = format!("/matters/{SELLS}/apply/on-file{named}");
    // Somebody else's draft is not there.
    let other = desk.citizen("路人").await;
    other.get(&page).await.is(303);
    other.post(&page, &[("use", &no)]).await.is(303);
    // For oneself, the certificates of the organisation one acts for are not one's own.
    let at = citizen.post("/matters/temporary-relief/apply", &[("for", "me")]).await.is(303).location();
    assert!(at.contains("/apply/person"), "{at}");
    sqlx::query("update certificates set standing = 'revoked' where no = $1").bind(&no).execute(desk.pool()).await.unwrap();
    citizen.get(&page).await.is(OK).has("没有能用在这张表里的证照");
    citizen.post(&page, &[("use", &no)]).await.is(303);
    assert!(row(&desk, &named).await.0.get("site_address").is_none());
    let (path, _) = begins(&desk, &citizen).await;
    assert!(path.ends_with("/apply/applicant"), "{path}");
}

#[tokio::test]
async fn b4_1_what_was_typed_stays_and_a_consent_is_taken_back_also_after_its_certificate_ended() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何静").await;
    let no = licensed(&desk, &citizen).await;
    let address = desk.case(&no).await.answers["site_address"].as_str().unwrap().to_owned();
    let (_, named) = begins(&desk, &citizen).await;
    let (page, site) = (format!("/matters/{SELLS}/apply/on-file{named}"), format!("/matters/{SELLS}/apply/site{named}"));
    // The same words typed by hand are one's own: they stay when the consent goes.
    sends(&citizen, &site, &filled(&citizen, &site, &[("site_address", address.as_str())]).await).await;
    citizen.post(&page, &[("use", &no)]).await.is(303);
    citizen.post(&page, &[]).await.is(303);
    assert_eq!(row(&desk, &named).await.0["site_address"], json!(address));
    // Ended meanwhile, it says so, and nothing of it goes along as on file.
    citizen.post(&page, &[("use", &no)]).await.is(303);
    sqlx::query("update certificates set standing = 'revoked' where no = $1").bind(&no).execute(desk.pool()).await.unwrap();
    citizen.get(&page).await.is(OK).has("已经失效");
    citizen.post(&page, &[]).await.is(303);
    let (answers, facts) = row(&desk, &named).await;
    assert!(facts.get("org_address").is_none() && answers.get("org_address").is_none());
}
