//! A few questions before one applies: what is asked of oneself, and the promise of one's situation.

use crate::Desk;
use crate::desk::OK;
use calendar::Limit;

const KITCHEN: &str =
    "asked=by_agent+business_kind+special_business&by_agent=no&business_kind=catering&special_business=central_kitchen";

#[tokio::test]
async fn b4_1_a_few_questions_tell_what_is_asked_of_oneself() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    let page = "/matters/food-business-licence/situation";
    nobody.get("/matters/food-business-licence").await.is(OK).has(page).has("不同情形，承诺不同").has("中央厨房或者集体用餐配送");
    nobody.get(page).await.is(OK).has("主体业态").has("您是代别人来办的吗").has_not("身份证号");
    // What was left open is told, what was answered stays.
    let open = format!("{page}?asked=by_agent+business_kind+special_business&by_agent=no&business_kind=catering");
    nobody.get(&open).await.is(422).has("有没有这些情况").has("checked");
    let kitchen = nobody.get(&format!("{page}?{KITCHEN}")).await.is(OK);
    kitchen.has("中央厨房或者集体用餐配送").has("10 个工作日").has("操作流程").has("不收费").has("开始办理");
    let shop = KITCHEN.replace("catering", "sales").replace("central_kitchen", "none");
    let shop = nobody.get(&format!("{page}?{shop}")).await.is(OK);
    shop.has("卖食品的店").has("7 个工作日").has("上面几种都不是").has("您的情况不用交的");
    // The table goes along, and another engine reads it.
    let table = nobody.get("/matters/food-business-licence/situations.dmn").await.is(OK);
    let table = rules::Table::parse(&table.text()).unwrap();
    assert_eq!(table.rules(), 4);
    nobody.get("/matters/elderly-card/situations.dmn").await.is(404);
}

#[tokio::test]
async fn clk_08_a_case_runs_by_the_promise_of_its_situation() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("许强").await;
    let person = desk.of(&citizen).await;
    desk.company(&person).await;
    // Answered before, it is there when one begins, and can still be changed.
    let begin = citizen.get(&format!("/matters/food-business-licence/apply?{KITCHEN}")).await.is(OK);
    let begin = begin
        .has("刚才答过的，已经替您带上")
        .has("餐饮服务经营者")
        .has("不对，改一下")
        .has(r#"name="business_kind" value="catering""#);
    let company = begin.text().split(r#"name="for" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [
        ("for", company.as_str()),
        ("by_agent", "no"),
        ("business_kind", "catering"),
        ("special_business", "central_kitchen"),
        // Not a question of the situation: not taken.
        ("site_area", "9"),
    ];
    citizen.post("/matters/food-business-licence/apply", &fields).await.is(303);
    let answers: serde_json::Value = sqlx::query_scalar("select answers from drafts where person = $1 and case_no is null")
        .bind(person.id)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!((&answers["business_kind"], &answers["special_business"][0]), (&"catering".into(), &"central_kitchen".into()));
    assert!(answers["site_area"].is_null(), "{answers}");
    // The promise follows from what the application says at last.
    let no = desk.applies(&citizen, "food-business-licence", &[]).await;
    let item = desk.catalogue.item("food-business-licence").unwrap();
    let case = desk.case(&no).await;
    let expected = item.promised_for(&case.answers);
    services::demo::enter(desk.house(), &services::demo::colleagues(&desk.catalogue, &[])).await.unwrap();
    let officer = desk.sign_in("jinzhai-market-1").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    assert_eq!(desk.case(&no).await.promised.unwrap().limit, expected);
    let mut kitchen = case.answers.clone();
    kitchen.insert("special_business".into(), serde_json::json!(["central_kitchen"]));
    assert_eq!(item.promised_for(&kitchen), Limit::working_days(10));
    assert_eq!(item.situation(&kitchen).unwrap().name, "中央厨房或者集体用餐配送");
}
