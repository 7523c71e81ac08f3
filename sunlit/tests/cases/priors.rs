//! 前置审批: what must be approved before a matter can be applied for (B6.1; F090).

use crate::Desk;
use crate::desk::{OK, answers, posts, sends};
use testing::changed;

/// Copies of one case, concluded as cases of this matter: a day each of how long they took and when they were due.
async fn concluded(desk: &Desk, matter: &str, took: i32, due: i32, many: std::ops::Range<i32>) {
    let citizen = desk.citizen("沈岚").await;
    let no = desk.applies(&citizen, "elderly-card", &[]).await;
    sqlx::query(
        "insert into cases (case_no, item, region, agency, stage, applicant, filed_by, once, submitted_at, due, concluded_on, state)
         select left($1, 14) || 100000 + n || 'X', $2, region, agency, 'delivered', applicant, filed_by, gen_random_uuid(),
                submitted_at - interval '60 days', (submitted_at - interval '60 days')::date + $4,
                (submitted_at - interval '60 days')::date + $3, state
           from generate_series($5, $6) as n
           join cases on case_no = $1",
    )
    .bind(&no)
    .bind(matter)
    .bind(took)
    .bind(due)
    .bind(many.start)
    .bind(many.end - 1)
    .execute(desk.pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn f090_b6_1_02_prior_approvals_without_basis_are_listed_for_cancelling_and_no_draft_keeps_one() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let nobody = desk.nobody();
    // What a document alone demands comes first; what a law or regulation demands does not.
    let page =
        nobody.get("/priors").await.is(OK).has("没有依据，应当取消 1<").has("医疗机构设置批准文件").has("依据只是规范性文件");
    page.has_not("改这个事项").has_not("建设工程规划许可证");
    nobody.get("/priors?only=fine").await.is(OK).has("建设工程规划许可证").has("/matters/medical-institution-registration");
    nobody.get("/matters/sewage-discharge").await.is(OK).has("前置审批").has("/matters/construction-permit");
    nobody.get("/priors?as=csv").await.is(OK).has("没有依据，应当取消").has("医疗器械监督管理条例");

    // A repeal puts what stood on it among them at once.
    let law = catalogue::powers::law::key("互联网上网服务营业场所管理条例（国务院令第363号，2022年修订）");
    let legal = desk.sign_in("legal").await;
    let yesterday = (desk.house().now().date() - chrono::Days::new(1)).to_string();
    let repeal = [("article", "第十一条第一款"), ("last_day", yesterday.as_str()), ("because", "修订后不再要求筹建")];
    posts(&legal, &format!("/laws/{law}/repeal"), &repeal).await.is(303);
    nobody.get("/priors").await.is(OK).has("没有依据，应当取消 2<").has("同意筹建的批准文件").has("以后失效");

    // The catalogue administrator takes it up; a change that keeps it is not sent to review, one without it is.
    let drafter = desk.sign_in("catalogue").await;
    drafter.get("/priors").await.is(OK).has("/items/drafts?from=large-medical-equipment");
    let draft =
        posts(&drafter, "/items/drafts", &[("from", "large-medical-equipment"), ("what", "change")]).await.is(303).location();
    drafter.get(&draft).await.is(OK).has("前置审批要有法律、法规或者国务院决定作依据");
    let title = [("title", "取消设置批准文件"), ("decision", "六政办〔2026〕3号")];
    answers(&drafter, &draft, &title).await.is(422).has("前置审批要有法律、法规或者国务院决定作依据");
    let materials = format!("{draft}/facts/materials");
    let held = drafter.get(&materials).await.fields(&materials);
    let at = held
        .iter()
        .find(|(key, value)| key.ends_with("prior__law") && value == "大型医用设备配置与使用管理办法（试行）")
        .unwrap();
    let (law, rank) = (at.0.as_str(), at.0.replace("prior__law", "prior__rank"));
    answers(&drafter, &materials, &[(law, ""), (rank.as_str(), "")]).await.is(303);
    drafter.get(&draft).await.is(OK).has("取消就要把材料也删掉");
    answers(&drafter, &draft, &title).await.is(422);
    let row = format!("remove:{}", law.split(".materials__").next().unwrap());
    let left = answers(&drafter, &materials, &[("then", row.as_str())]).await.is(OK).fields(&materials);
    sends(&drafter, &materials, &left).await.is(303);
    answers(&drafter, &draft, &title).await.is(303);
}

#[tokio::test]
async fn f090_b6_1_03_slow_prior_approvals_come_with_their_figures_and_a_proposal() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    // Quick ones are no burden, and too few tell nothing.
    concluded(&desk, "medical-institution-registration", 9, 30, 0..6).await;
    concluded(&desk, "construction-permit", 30, 40, 10..14).await;
    nobody.get("/priors").await.is(OK).has("影响效率，应当改进 0<");
    nobody.get("/priors?only=fine").await.has("近 90 天办结不到五件").has("，按时 100.0%");

    concluded(&desk, "construction-permit", 30, 10, 20..24).await;
    let page = nobody.get("/priors?only=improve").await.is(OK).has("影响效率，应当改进 1<").has("建筑施工许可文件");
    page.has("建议两项同时受理、同步审查")
        .has("近 90 天只有 50.0% 按时办结")
        .has("90 天内办结 8 件")
        .has_not("医疗机构执业许可证");
    let table = nobody.get("/priors?as=json").await.is(OK);
    table.has("建议两项同时受理").has("建筑施工许可文件");
}

#[test]
fn b6_1_02_a_document_is_not_made_a_law_by_saying_so() {
    let called_a_law = changed("large-medical-equipment", |item| {
        let materials = item["materials"].as_array_mut().unwrap();
        let prior = materials.iter_mut().find(|material| material["key"] == "establishment").unwrap();
        prior["prior"]["rank"] = "law".into();
    });
    let told = called_a_law.err().unwrap().to_string();
    assert!(told.contains("看名称不是法律，请核对效力级别"), "{told}");
}
