//! Finding a matter: synonyms, slips of writing, narrowing by agency and theme, and what was not found (F157, F158; A3.4-06).

use crate::Desk;
use crate::desk::{OK, posts};

/// Words without a place in any matter of the house.
const RARE: &str = "给爷爷奶奶申领那个本本";

/// The acts on those words, oldest first.
async fn said(desk: &Desk) -> Vec<String> {
    sqlx::query_scalar("select kind from acts where subject_kind = 'search_words' and subject = $1 order by position")
        .bind(RARE)
        .fetch_all(desk.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn f158_other_words_stand_for_those_of_the_matter_and_slips_are_mended_in_the_open() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    nobody.get("/matters?q=老人卡").await.is(OK).has("老年优待证办理").has("您说的“老人卡”，这里叫“");
    let page = nobody.get("/matters?q=食品生铲许可").await.is(OK);
    page.has("没有找到“食品生铲许可”，下面是“食品生产许可”的结果").has("食品生产许可").has("exact=1");
    nobody.get("/matters?q=食品生铲许可&exact=1").await.is(OK).has_not("下面是");
    let json = nobody.get("/matters?q=食品生铲许可&as=json").await.is(OK).json();
    assert_eq!(json["read_as"], "食品生产许可");
    assert_eq!(json["items"][0]["slug"], "food-production-licence");
}

#[tokio::test]
async fn f158_what_is_found_narrows_by_links_and_says_how_many() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    let all = nobody.get("/matters?as=json").await.is(OK).json();
    let items = desk.catalogue.listed();
    let many = |test: &dyn Fn(&catalogue::Item) -> bool| items.iter().filter(|item| test(item)).count();
    assert_eq!(all["count"], items.len());
    let theme = all["narrow"]["theme"].as_array().unwrap().iter().find(|one| one["key"] == "企业开办").unwrap().clone();
    assert_eq!(theme["count"], many(&|item| item.themes.iter().any(|theme| theme == "企业开办")));
    let page = nobody.get(theme["address"].as_str().unwrap()).await.is(OK);
    page.has("劳务派遣经营许可").has("食品生产许可").has_not("老年优待证办理");
    // One narrowing leaves the others.
    let address = format!("{}&agency=hefei-hrss", theme["address"].as_str().unwrap());
    nobody.get(&address).await.is(OK).has("劳务派遣经营许可").has_not("href=\"/matters/food-production-licence\"");
    // A region holds those below it: both are in 安徽, one in 金寨县.
    for (asked, many) in [
        ("region=340000", many(&|item| item.region.starts_with("34"))),
        ("region=341524", many(&|item| item.region.starts_with("341524"))),
        ("region=110000", 0),
        ("serves=person", many(&|item| item.applies_to_people())),
        ("serves=company", many(&|item| item.applies_to_organisations())),
    ] {
        let json = nobody.get(&format!("/matters?{asked}&as=json")).await.is(OK).json();
        assert_eq!(json["count"], many, "{asked}");
    }
    nobody.get("/matters?q=老年证&agency=hefei-hrss").await.is(OK).has("这样筛选，一项也没有");
    nobody.get("/matters?after=zzz~zzz&serves=robots&agency='").await.is(OK);
}

#[tokio::test]
async fn f158_a_search_that_found_nothing_is_counted_and_answered_everywhere() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let nobody = desk.nobody();
    let asked = format!("/matters?q={RARE}");
    for _ in 0..2 {
        nobody.get(&asked).await.is(OK).has("没有找到和这几个字有关的事项").has("12345").has("按单位");
    }
    // What holds somebody's number is not kept, nor what was narrowed to nothing.
    nobody.get("/matters?q=玄幻飞升13800138000").await.is(OK);
    nobody.get("/matters?q=老年证&agency=hefei-hrss").await.is(OK);
    let kept: Vec<(String, i64)> = sqlx::query_as("select words, asked from search_misses").fetch_all(desk.pool()).await.unwrap();
    assert_eq!(kept, [(RARE.to_owned(), 2)]);

    nobody.get("/items/misses").await.is(303);
    desk.sign_in("officer").await.get("/items/misses").await.is(403);
    let keeper = desk.sign_in("catalogue").await;
    let answer = format!("/items/misses/answer?words={}", foundation::page::encode(RARE));
    keeper.get("/items/misses").await.is(OK).has(RARE).has(&answer);
    keeper.get(&answer).await.is(OK).has("还没有可选的事项");
    keeper.get(&format!("{answer}&q=老年证")).await.is(OK).has("老年优待证办理");
    let send = "/items/misses/answer";
    posts(&keeper, send, &[("words", RARE)]).await.is(422).has("请选这几个字指的是哪个事项");
    posts(&keeper, send, &[("words", "13800138000"), ("item", "elderly-card")]).await.is(422).has("手机号");
    posts(&keeper, send, &[("words", RARE), ("item", "no-such")]).await.is(422);
    posts(&desk.sign_in("legal").await, send, &[("words", RARE), ("item", "elderly-card")]).await.is(403);
    posts(&keeper, send, &[("words", RARE), ("item", "elderly-card")]).await.is(303);

    // Here at once, on another instance when it looks, however the words are parted; the answered question is no longer listed.
    nobody.get(&asked).await.is(OK).has("老年优待证办理").has_not("没有找到");
    nobody
        .get(&format!("/matters?q={}", foundation::page::encode(&RARE.replace("那个", " 那个，"))))
        .await
        .is(OK)
        .has("老年优待证办理");
    let another = desk.catalogue.apart();
    another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    assert_eq!(another.search(RARE, 5)[0].item.slug, "elderly-card");
    assert_eq!(said(&desk).await, ["search_words.led"]);
    keeper.get("/items/misses").await.is(OK).has("没有还没回答的词").has("老年优待证办理");

    // It is taken back, and twice is once.
    let release = [("words", RARE)];
    posts(&keeper, "/items/misses/release", &release).await.is(303);
    posts(&keeper, "/items/misses/release", &release).await.is(303);
    assert_eq!(said(&desk).await, ["search_words.led", "search_words.released"]);
    nobody.get(&asked).await.is(OK).has("没有找到和这几个字有关的事项");
    another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    assert!(another.search(RARE, 5).is_empty());
}

#[tokio::test]
async fn f158_the_list_of_powers_is_searched_by_words_that_mean_the_same() {
    let desk = Desk::open().await;
    desk.powers().await;
    let nobody = desk.nobody();
    nobody.get("/powers?q=低保").await.is(OK).has("也当作“低保”找了");
    nobody.get("/powers?q=取水").await.is(OK).has("也当作“取水”找了");
    nobody.get("/powers?q=%27%3B%20drop%20table").await.is(OK);
}
