//! 会签、集体讨论: more people than one before a decision (B4.2; F079).

use crate::Desk;
use crate::desk::{Client, OK};
use services::cases::Stage;
use testing::changed;

const FOOD: &str = "food-production-licence";
const SIGNS: [(&str, &str); 2] = [("agrees", "yes"), ("opinion", "看过案卷，同意")];

/// Hands in the signed minutes of a discussion.
async fn minutes(officer: &Client, no: &str) {
    officer.upload(&format!("/counter/cases/{no}/discuss/files"), "minutes", "讨论记录.pdf", b"%PDF-1.4 minutes").await.is(303);
}

async fn asking(way: &str, people: u32) -> Desk {
    let joint = serde_json::json!({ "way": way, "people": people, "basis": "本机关内部控制规定" });
    Desk::with(changed(FOOD, |item| item["joint"] = joint).unwrap()).await
}

#[tokio::test]
async fn f079_b4_2_02_one_person_never_counts_twice_in_a_joint_sign_off() {
    let desk = asking("signatures", 2).await;
    desk.employ("officer3", "马超", "counter_officer", Some("jinzhai-market")).await;
    let citizen = desk.citizen("何平").await;
    desk.nobody().get(&format!("/matters/{FOOD}")).await.is(OK).has("会签").has("本机关内部控制规定");
    let no = desk.before_the_chief(&citizen).await;
    let (officer, examiner, third) =
        (desk.sign_in("officer").await, desk.sign_in("officer2").await, desk.sign_in("officer3").await);
    let (chief, chief2) = (desk.sign_in("chief").await, desk.sign_in("chief2").await);
    let before = desk.case(&no).await;
    chief.get(&format!("/counter/cases/{no}/grant")).await.is(OK).has("要 2 个人，签了 0 个");
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(409).has("要 2 个人，签了 0 个");
    desk.act(&desk.sign_in("officer-hefei").await, &no, "countersign", &SIGNS).await.is(403);
    desk.act(&examiner, &no, "countersign", &SIGNS).await.is(409).has("请审查人以外的人会签");
    desk.act(&officer, &no, "countersign", &[("opinion", "")]).await.is(422).has("请选会签意见").has("请写会签的说明");

    // Twice at once, with two forms: one signature; and never another by the same hand.
    let (one, two) = tokio::join!(desk.act(&officer, &no, "countersign", &SIGNS), desk.act(&officer, &no, "countersign", &SIGNS));
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    desk.act(&officer, &no, "countersign", &SIGNS).await.is(409).has("一个人只算一次");
    assert_eq!(desk.case(&no).await.signed.len(), 1);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(409).has("签了 1 个");

    // A chief representative may sign, and then does not decide.
    desk.act(&chief, &no, "countersign", &SIGNS).await.is(303);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(409).has("不能再由您决定");
    let deny = [("seal", "yes"), ("facts", "事实"), ("basis_other", "《食品安全法》第三十五条"), ("reasons", "理由")];
    desk.act(&chief, &no, "deny", &deny).await.is(409).has("不能再由您决定");
    desk.act(&third, &no, "countersign", &SIGNS).await.is(409);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("会签意见：同意").has("看过案卷，同意").has_not("/countersign");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("第 2 个人会签，一共 2 个").has_not("看过案卷，同意");
    // It never stopped the clock.
    let case = desk.case(&no).await;
    assert_eq!((&case.promised, &case.statutory), (&before.promised, &before.statutory));
    desk.act(&chief2, &no, "grant", &[("seal", "yes")]).await.is(303);
    assert_eq!(desk.case(&no).await.stage, Stage::Granted);
    let refused: i64 =
        sqlx::query_scalar("select count(*) from acts where subject = $1 and public_body like '%一个人在会签里算了两次%'")
            .bind(&no)
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert!(refused >= 3, "refusals are on record: {refused}");
}

#[tokio::test]
async fn f079_b4_2_02_who_differs_makes_a_grant_need_its_reason() {
    let desk = asking("signatures", 1).await;
    let no = desk.before_the_chief(&desk.citizen("马丽").await).await;
    let (officer, chief) = (desk.sign_in("officer").await, desk.sign_in("chief").await);
    desk.act(&officer, &no, "countersign", &[("agrees", "no"), ("opinion", "设备清单与现场不一致")]).await.is(303);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(422).has("请写明为什么仍然准予");
    desk.act(&chief, &no, "grant", &[("seal", "yes"), ("reason", "复核后一致")]).await.is(303);
}

#[tokio::test]
async fn b4_2_02_a_discussion_counts_each_name_once_and_comes_before_the_decision() {
    let desk = asking("discussion", 3).await;
    let citizen = desk.citizen("许强").await;
    let no = desk.before_the_chief(&citizen).await;
    let (officer, chief) = (desk.sign_in("officer").await, desk.sign_in("chief").await);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(409).has("还没有集体讨论");
    let said = |people| [("people", people), ("conclusion", "grant"), ("text", "逐项讨论，意见一致")];
    desk.act(&officer, &no, "discuss", &said("王建国\n 王建国 \n李明")).await.is(409).has("至少要 3 个人，写了 2 个");
    desk.act(&officer, &no, "discuss", &said("王建国\n李明\n鲁正")).await.is(409).has("集体讨论要有记录");
    minutes(&officer, &no).await;
    desk.act(&officer, &no, "discuss", &said("王建国\n李明\n鲁正")).await.is(303);
    // Whoever comes second is told who was first.
    desk.act(&chief, &no, "discuss", &said("王建国\n李明\n鲁正")).await.is(409).has("陈静").has("集体讨论");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("3 人讨论").has_not("鲁正");
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("鲁正").has("集体讨论：同意准予");
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);

    // Whoever recorded it does not decide.
    let no = desk.before_the_chief(&citizen).await;
    minutes(&chief, &no).await;
    desk.act(&chief, &no, "discuss", &said("王建国\n李明\n鲁正")).await.is(303);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(409).has("不能再由您决定");
    desk.act(&desk.sign_in("chief2").await, &no, "grant", &[("seal", "yes")]).await.is(303);
}

#[test]
fn b4_2_02_fewer_than_three_are_no_meeting() {
    let two = serde_json::json!({ "way": "discussion", "people": 2, "basis": "" });
    let told = changed(FOOD, |item| item["joint"] = two).err().unwrap().to_string();
    assert!(told.contains("集体讨论至少 3 人") && told.contains("请写凭什么要会签或者集体讨论"), "{told}");
}
