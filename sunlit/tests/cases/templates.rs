//! 文书模板: edited in the browser, tried against what the law wants, published by another, and the letters of before stay (B4.1).

use crate::Desk;
use crate::desk::{OK, answers, posts};

const CHANGE: &str = "/letters/acceptance/change";
const NEW: &str = "另请保存好本通知。";

/// The template in force with a sentence more.
fn longer(desk: &Desk) -> String {
    let text = desk.catalogue.templates().texts["acceptance"].clone();
    text.replace("可以投诉。", &format!("可以投诉。{NEW}"))
}

#[tokio::test]
async fn b4_1_a_template_is_edited_tried_and_published_by_another_and_older_letters_stay() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let (admin, legal) = (desk.sign_in("admin").await, desk.sign_in("legal").await);
    let citizen = desk.citizen("马丽").await;
    let officer = desk.sign_in("officer-youhua").await;
    let before = desk.applies(&citizen, "elderly-card", &[]).await;
    desk.act(&officer, &before, "accept", &[]).await.is(303);
    let old = citizen.get(&format!("/cases/{before}/papers/acceptance")).await.is(OK).body;

    // Everybody reads the templates and their samples; only the administrator changes them.
    let nobody = desk.nobody();
    nobody.get("/letters").await.is(OK).has("受理通知书").has("/letters/denial");
    nobody.get("/letters/acceptance").await.is(OK).has("promised_date_text").has_not("改这个模板");
    assert!(nobody.get("/letters/acceptance/sample/1").await.is(OK).body.starts_with(b"%PDF"));
    nobody.get("/letters/acceptance/sample/9").await.is(404);
    nobody.get("/letters/nothing").await.is(404);
    officer.get(CHANGE).await.is(403);
    posts(&legal, CHANGE, &[("text", "x")]).await.is(403);

    // What lacks something the law wants, has a mistake or changes nothing is not proposed; all is told at once.
    let text = desk.catalogue.templates().texts["acceptance"].clone();
    answers(&admin, CHANGE, &[("text", &text), ("reason", "")]).await.is(422).has("没有改动").has("请写为什么改");
    let without = text.replace("#get(d, \"accepted_text\")", "当日");
    answers(&admin, CHANGE, &[("text", &without), ("reason", "改短")])
        .await
        .is(422)
        .has("要写明受理日期，不论哪一件（行政许可法第三十二条第二款）");
    answers(&admin, CHANGE, &[("text", &format!("{text}\n#nobody")), ("reason", "改")]).await.is(422).has("没有“nobody”这个变量");
    // No code of one's own, however it is meant; no number of a person; a name; what was typed stays.
    for (words, told) in [
        ("#(\"a\"*9000000000000).len()", "网页上只改文字"),
        ("#lorem(9000000000)", "网页上只改文字"),
        ("#text(fill: white)[看不见]", "网页上只改文字"),
        ("#d.nothing", "网页上只改文字"),
        ("经办人 13800138000", "里面有"),
    ] {
        let page = answers(&admin, CHANGE, &[("text", &format!("{text}\n{words}")), ("reason", "改")]).await.is(422);
        page.has(told);
    }
    posts(&admin, "/letters/acceptance/preview", &[("text", "// 甲\n#(\"a\"*9000000000000)")])
        .await
        .is(422)
        .has("网页上只改文字");
    answers(&admin, CHANGE, &[("text", &format!("\n{text}")), ("reason", "改")]).await.is(422).has("第一行要写它叫什么");
    admin.get("/letters/_letter/change").await.is(409);
    nobody.get("/letters/_letter").await.is(OK).has_not("改这个模板");
    answers(&admin, CHANGE, &[("text", ""), ("reason", "改")]).await.is(422).has("模板不能是空的");

    // The editor shows what it would look like and keeps nothing.
    let text = longer(&desk);
    let preview = posts(&admin, "/letters/acceptance/preview", &[("text", &text)]).await.is(OK).body;
    assert!(preview.starts_with(b"%PDF"));
    posts(&admin, "/letters/acceptance/preview", &[("text", "#("), ("base", "x")]).await.is(422).has("模板");

    // Proposed once, however often it is pressed; a second proposal waits for the first.
    let page = admin.get(CHANGE).await.is(OK);
    let base = page.fields(CHANGE).into_iter().find(|(key, _)| key == "base").unwrap().1;
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("once", once.as_str()), ("base", &base), ("text", &text), ("reason", "提醒保存")];
    let (one, two) = tokio::join!(admin.post(CHANGE, &fields), admin.post(CHANGE, &fields));
    assert_eq!((one.status, two.status, one.location()), (303, 303, two.location()));
    let change = one.location();
    answers(&admin, CHANGE, &[("text", &format!("{text}\n")), ("reason", "再改")])
        .await
        .is(422)
        .has("也在改这个模板")
        .has("再改");
    nobody.get(&change).await.is(OK).has("等法制部门审核").has(NEW).has("提醒保存").has_not("公布，从现在起用它");
    let no = change.rsplit('/').next().unwrap();
    assert!(nobody.get(&format!("/letters/acceptance/sample/1?change={no}")).await.is(OK).body.starts_with(b"%PDF"));

    // Whoever proposed it does not publish it; what is published is taken up at once, here and by another instance.
    posts(&admin, &change, &[("how", "publish")]).await.is(403);
    posts(&legal, &change, &[("how", "withdraw")]).await.is(403);
    posts(&legal, &change, &[("how", "return"), ("reason", "")]).await.is(422).has("请写为什么退回");
    let another = desk.catalogue.apart();
    posts(&legal, &change, &[("how", "publish")]).await.is(303);
    posts(&legal, &change, &[("how", "publish")]).await.is(409).has("已公布");
    assert!(desk.catalogue.templates().texts["acceptance"].contains(NEW));
    assert!(another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap());
    assert_eq!(another.letters_hash(), desk.catalogue.letters_hash());
    assert!(!another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap());
    nobody.get("/letters/acceptance").await.is(OK).has(no).has(NEW);

    // A letter of before is what it was; the next one says what is in force.
    let same = citizen.get(&format!("/cases/{before}/papers/acceptance")).await.is(OK).body;
    assert!(same == old, "the letter of before is the same, byte by byte");
    let after = desk.applies(&desk.citizen("李强").await, "elderly-card", &[]).await;
    desk.act(&officer, &after, "accept", &[]).await.is(303);
    let public: String = sqlx::query_scalar("select public_body from acts where subject = $1 and kind = 'case.accepted'")
        .bind(&after)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(public.contains(&desk.catalogue.letters_hash()));
}

#[tokio::test]
async fn b4_1_a_change_of_a_template_is_returned_or_withdrawn_and_another_may_begin() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let (admin, legal) = (desk.sign_in("admin").await, desk.sign_in("legal").await);
    let text = longer(&desk);
    let proposed = |text: String| {
        let admin = &admin;
        async move { answers(admin, CHANGE, &[("text", &text), ("reason", "提醒保存")]).await.is(303).location() }
    };
    let first = proposed(text.clone()).await;
    posts(&legal, &first, &[("how", "return"), ("reason", "措辞再斟酌")]).await.is(303);
    desk.nobody().get(&first).await.is(OK).has("已退回").has("措辞再斟酌");
    let second = proposed(text.clone()).await;
    posts(&admin, &second, &[("how", "withdraw")]).await.is(303);
    posts(&legal, &second, &[("how", "publish")]).await.is(409).has("已撤回");
    assert!(!desk.catalogue.templates().texts["acceptance"].contains(NEW));
    // An editor that was opened before another version was published does not overwrite it.
    let stale = admin.get(CHANGE).await.is(OK).fields(CHANGE);
    let third = proposed(text.clone()).await;
    posts(&legal, &third, &[("how", "publish")]).await.is(303);
    let base = &stale.iter().find(|(key, _)| key == "base").unwrap().1;
    posts(&admin, CHANGE, &[("base", base), ("text", "// x"), ("reason", "改")]).await.is(422).has("公布了新的一版");
}
