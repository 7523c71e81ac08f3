//! 贯通各级 · from the village to the province and back (B1, F060), and places that were merged or renamed (B2.1, F063).

use crate::Desk;
use crate::agents::number;
use crate::desk::OK;
use testing::changed;

const CARD: &str = "elderly-card";

#[tokio::test]
async fn f060_b1_a_case_filed_in_a_village_reaches_the_province_and_returns_entered_once() {
    // The same card, were it the province's to give.
    let provincial = changed(CARD, |item| {
        for (key, value) in [
            ("agency", "anhui-ecology"),
            ("region", "340000"),
            ("centre", "anhui-centre"),
            ("counter", "anhui-ecology-1"),
            ("supervision_body", "anhui-data"),
        ] {
            item[key] = value.into();
        }
    });
    let desk = Desk::with(provincial.unwrap()).await;
    desk.employ("officer-anhui", "秦川", "counter_officer", Some("anhui-ecology")).await;
    desk.employ("chief-anhui", "韩松", "chief_representative", Some("anhui-ecology")).await;
    let agent = desk.agent_point().await;
    let consent = desk.entrusts(&agent, "汪德福", &number(1), &[("collects", "yes")]).await;
    let no = desk.files_for(&agent, &consent, &[]).await;
    assert!(no.starts_with("340000"), "{no}");
    let filed = desk.case(&no).await;

    // The township has no part in it; the province finds it in its queue as it was filed, and enters nothing again.
    desk.act(&desk.sign_in("officer-youhua").await, &no, "accept", &[]).await.is(403);
    let (officer, chief) = (desk.sign_in("officer-anhui").await, desk.sign_in("chief-anhui").await);
    officer.get("/counter/queue").await.is(OK).has(&no);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("汪德福").has("由代办员代办");
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    let decided = desk.case(&no).await;
    assert_eq!((&decided.answers, &decided.materials, decided.filed_by), (&filed.answers, &filed.materials, filed.filed_by));

    // The result comes back to the village.
    agent.get(&format!("/cases/{no}")).await.is(OK).has("已准予");
    desk.act(&officer, &no, "deliver", &[("way", "agent"), ("checked", "yes")]).await.is(303);
    agent.get(&format!("/cases/{no}")).await.is(OK).has("已办结");
    let acts = desk.acts(&no).await;
    assert_eq!(acts.iter().filter(|kind| *kind == "case.submitted").count(), 1, "{acts:?}");
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(cases, 1);
    // The public follows it under its number, at the level it belongs to.
    desk.nobody().get("/sunlight?region=340000&stage=all").await.is(OK).has("安徽省");
}

#[tokio::test]
async fn f063_b2_1_a_merged_or_renamed_region_keeps_its_old_code_for_old_papers_and_cases() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("何平").await;
    let no = desk.accepted(&citizen).await;
    desk.settle().await;
    // As if it had been filed in 庐江县 of 巢湖市, which is 庐江县 of 合肥市 since 2011.
    for table in ["cases", "sunlight", "watches"] {
        let sql = format!("update {table} set region = '341421'");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(desk.pool()).await.unwrap();
    }
    let watch = "update watches set watch = jsonb_set(watch, '{region}', '\"341421\"')";
    sqlx::query(watch).execute(desk.pool()).await.unwrap();
    sqlx::query("update cases set state = jsonb_set(state, '{region}', '\"341421\"')").execute(desk.pool()).await.unwrap();

    // It opens, says what it was, and counts where it belongs now — and under its own code.
    let nobody = desk.nobody();
    citizen.get(&format!("/cases/{no}")).await.is(OK).has(&no);
    desk.sign_in("officer").await.get(&format!("/counter/cases/{no}")).await.is(OK);
    for region in ["341421", "340124", "3401", "34"] {
        let board = nobody.get(&format!("/sunlight?region={region}&as=csv")).await.is(OK);
        board.has("庐江县（已撤销）");
    }
    nobody.get("/sunlight?region=341421").await.is(OK).has("现在是").has("庐江县");
    nobody.get("/sunlight?region=3401").await.is(OK).has_not("没有这个区划").has_not("现在是");
    nobody.get("/sunlight?region=999999").await.is(OK).has("没有这个区划");
    nobody.get("/sunlight?region=341524&as=csv").await.is(OK).has_not("庐江县（已撤销）");
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/supervision/board?region=3401&as=csv").await.is(OK).has("庐江县（已撤销）");
    supervisor.get("/supervision/board?region=341524&as=csv").await.is(OK).has_not("庐江县（已撤销）");

    // What is asked for by the old code leads to the place it became; a code that never was is told.
    assert_eq!(desk.catalogue.region_code("341421"), Some("340124"));
    assert_eq!(desk.catalogue.region_name("341421"), "庐江县（已撤销）");
    nobody.get("/matters?region=000001").await.is(OK).has("没有编码是“000001”的地区");
    // Old papers: an identity number that names the old county is good.
    let born = chrono::NaiveDate::from_ymd_opt(1950, 3, 2).unwrap();
    let old = services::demo::resident_id("341421", born, 7);
    assert!(forms::ids::check_resident_id(&old, born.checked_add_months(chrono::Months::new(900)).unwrap()).is_ok());
}
