use crate::Desk;
use services::cases::Stage;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn h14_f078_of_two_officers_deciding_at_once_one_succeeds_and_the_other_is_told_who_and_when() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何平").await;
    let (one, two) = (desk.sign_in("chief").await, desk.sign_in("chief2").await);
    // The case is put back before the chief by copying its row: two hundred decisions need no two hundred applications.
    let no = desk.before_the_chief(&citizen).await;
    let state: serde_json::Value =
        sqlx::query_scalar("select state from cases where case_no = $1").bind(&no).fetch_one(desk.pool()).await.unwrap();
    let mut outcomes = std::collections::BTreeMap::new();
    for round in 0..200 {
        let no = format!("{}{:06}X", &no[..14], 900_000 + round);
        let mut copy = state.clone();
        copy["no"] = no.clone().into();
        sqlx::query(
            "insert into cases (case_no, item, region, agency, stage, applicant, filed_by, once, submitted_at, due, statutory, state)
             select $1, item, region, agency, stage, applicant, filed_by, $2, submitted_at, due, statutory, $3 from cases where case_no = $4",
        )
        .bind(&no)
        .bind(Uuid::new_v4())
        .bind(&copy)
        .bind(state["no"].as_str().unwrap())
        .execute(desk.pool())
        .await
        .unwrap();
        let deny = [("seal", "yes"), ("facts", "事实"), ("basis_other", "《食品安全法》第三十五条"), ("reasons", "理由")];
        let (a, b) = tokio::join!(desk.act(&one, &no, "grant", &[("seal", "yes")]), desk.act(&two, &no, "deny", &deny));
        let (won, lost) = if a.status == 303 { (a, b) } else { (b, a) };
        assert_eq!((won.status, lost.status), (303, 409), "{}", lost.text());
        let winner = if won.asked.contains("grant") { "周正" } else { "郑航" };
        lost.has(winner).has("已于");
        let acts = desk.acts(&no).await;
        let decisions = acts.iter().filter(|k| *k == "case.granted" || *k == "case.denied").count();
        assert_eq!(decisions, 1, "{acts:?}");
        assert_eq!(acts.iter().filter(|k| *k == "case.attempt_refused").count(), 1, "{acts:?}");
        let decided = if winner == "周正" { Stage::Granted } else { Stage::Denied };
        assert_eq!(desk.case(&no).await.stage, decided, "the case stands as whoever won decided it");
        *outcomes.entry(decided.key()).or_insert(0) += 1;
    }
    assert_eq!(outcomes.values().sum::<u32>(), 200, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn h15_f071_the_same_form_sent_five_times_is_one_case_and_the_same_answer() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("马丽").await;
    let named = desk.fills(&citizen, "elderly-card", &[]).await;
    let form = format!("/matters/elderly-card/apply/check{named}");
    let send = || citizen.post(&form, &[]);
    let (a, b, c, d, e) = tokio::join!(send(), send(), send(), send(), send());
    let mut places: Vec<String> =
        [a, b, c, d, e].into_iter().map(|p| p.is(303).location().split('?').next().unwrap().to_owned()).collect();
    places.dedup();
    assert_eq!(places.len(), 1, "{places:?}");
    assert!(places[0].starts_with("/cases/"));
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(cases, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn h15_an_officers_act_sent_five_times_is_one_act() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("罗强").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let officer = desk.sign_in("officer").await;
    let once = Uuid::new_v4().to_string();
    let path = format!("/counter/cases/{no}/accept");
    let fields = [("once", once.as_str())];
    let send = || officer.post(&path, &fields);
    let (a, b, c, d, e) = tokio::join!(send(), send(), send(), send(), send());
    for page in [a, b, c, d, e] {
        assert_eq!(page.is(303).location(), format!("/counter/cases/{no}"));
    }
    assert_eq!(desk.acts(&no).await.iter().filter(|k| *k == "case.accepted").count(), 1);
}

#[tokio::test]
async fn f148_a_program_gets_rfc_9457_and_its_refused_attempt_is_an_entry() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("梁明").await;
    let no = desk.before_the_chief(&citizen).await;
    let officer = desk.sign_in("officer").await;
    let page = officer.post_json(&format!("/counter/cases/{no}/accept"), &[]).await.is(409);
    assert_eq!(page.headers["content-type"], "application/problem+json");
    let problem = page.json();
    assert_eq!((problem["status"].as_u64(), problem["type"].as_str()), (Some(409), Some("/problems/rejected")));
    assert!(problem["detail"].as_str().unwrap().contains("不能再受理"));
    assert_eq!(desk.acts(&no).await.last().unwrap(), "case.attempt_refused");
}
