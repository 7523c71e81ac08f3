//! Finding a matter: synonyms, slips of writing, narrowing by agency and theme, and what was not found (F157, F158; A3.4-06).

use crate::Desk;
use crate::desk::{OK, posts};

/// What is done elsewhere.
const RARE: &str = "护照";

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
    nobody.get("/matters?q=老人卡").await.is(OK).has("老年优待证办理").has("您说的“老人卡”，这里按“");
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
    let asks = async |q: &str| nobody.get(&format!("/matters?q={}", foundation::page::encode(q))).await.is(OK);
    for _ in 0..2 {
        let page = asks("补办护照").await;
        page.has("没有找到和这几个字有关的事项").has("这件事可能不在这里办").has("12345").has("按单位").has("/powers?q=");
    }
    // Of a question the words the house knows are kept, whoever's name, address or number stands in it; nothing of one without any, of one
    // that was narrowed to nothing, or that says no matter.
    for q in ["我叫王大锤住梅山镇史河路12号想办护照", "皖a12345护照", "玄幻飞升13800138000", "我想", "需要什么材料"]
    {
        asks(q).await;
    }
    nobody.get("/matters?q=老年证&agency=hefei-hrss").await.is(OK);
    // What only mentions it is little, and is counted too.
    asks("老年护照").await.has("没有找到正好办这件事的事项").has("也许有关");
    let kept: Vec<(String, i64)> =
        sqlx::query_as("select words, asked from search_misses order by asked desc").fetch_all(desk.pool()).await.unwrap();
    assert_eq!(kept, [(RARE.to_owned(), 4), ("护照 老年".to_owned(), 1)]);
    asks("我想").await.has("您想办什么？").has("按主题").has_not("没有找到");

    nobody.get("/items/misses").await.is(303);
    desk.sign_in("officer").await.get("/items/misses").await.is(403);
    let keeper = desk.sign_in("catalogue").await;
    let answer = format!("/items/misses/answer?words={}", foundation::page::encode(RARE));
    keeper.get("/items/misses").await.is(OK).has(RARE).has(&answer).has("姓名、住址、号码").has_not("王大锤").has_not("史河路");
    keeper.get(&answer).await.is(OK).has("没有可选的事项").has("去哪里办");
    keeper.get(&format!("{answer}&q=老年证")).await.is(OK).has("老年优待证办理");
    let send = "/items/misses/answer";
    let (words, item) = (("words", RARE), ("item", "elderly-card"));
    let sentence = ("sentence", "护照到县公安局出入境大厅办，电话 0564-7356110");
    posts(&keeper, send, &[words]).await.is(422).has("请选这几个字指的是哪个事项，或者写去哪里办");
    posts(&keeper, send, &[words, item, sentence]).await.is(422).has("两样只要一样");
    posts(&keeper, send, &[words, ("item", "elsewhere")]).await.is(422).has("请写去哪里办");
    posts(&keeper, send, &[words, ("item", "no-such")]).await.is(422);
    for (said, why) in [
        ("13800138000", "手机号"),
        ("我叫王大锤想办护照", "里面像有谁的姓名"),
        ("皖a12345护照", "里面像有谁的姓名"),
        ("史河村王大锤护照", "不是这里认得的词"),
        ("我想", "没有说办什么事"),
    ] {
        posts(&keeper, send, &[("words", said), item]).await.is(422).has(why);
    }
    posts(&keeper, send, &[words, ("sentence", "加微信wxid12345办")]).await.is(422).has("请写单位和地方");
    posts(&desk.sign_in("legal").await, send, &[words, sentence]).await.is(403);
    assert_eq!(said(&desk).await, Vec::<String>::new());

    // Where to go, for whoever asks with the same telling words; here at once, on another instance when it looks.
    posts(&keeper, send, &[words, ("item", "elsewhere"), sentence]).await.is(303);
    let another = desk.catalogue.apart();
    another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    for q in ["护照", "小孩护照丢了怎么补", "想办 护照，要什么材料"] {
        asks(q).await.has("这件事不在这里办").has("县公安局出入境大厅").has_not("没有找到");
        assert_eq!(another.find(catalogue::Asked::of(q, 5), "").told.as_deref(), Some(sentence.1), "{q}");
    }
    let json = nobody.get("/matters?q=护照&as=json").await.is(OK).json();
    assert_eq!((json["told"].as_str(), json["may_be_elsewhere"].as_bool()), (Some(sentence.1), Some(true)));
    keeper.get("/items/misses").await.is(OK).has("没有还没回答的词").has("县公安局出入境大厅");
    assert_eq!(said(&desk).await, ["search_words.told"]);

    // Or a matter: it comes first.
    posts(&keeper, send, &[words, item]).await.is(303);
    posts(&keeper, send, &[words, item]).await.is(303);
    another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    asks("补办护照").await.has("老年优待证办理").has_not("没有找到").has_not("县公安局出入境大厅");
    assert_eq!(another.search("小孩的护照", 5)[0].item.slug, "elderly-card");
    keeper.get("/items/misses").await.is(OK).has("老年优待证办理");

    // It is taken back, and twice is once.
    posts(&keeper, "/items/misses/release", &[words]).await.is(303);
    posts(&keeper, "/items/misses/release", &[words]).await.is(303);
    posts(&keeper, send, &[words, sentence]).await.is(303);
    posts(&keeper, "/items/misses/release", &[words]).await.is(303);
    let all = ["search_words.told", "search_words.led", "search_words.released", "search_words.told", "search_words.untold"];
    assert_eq!(said(&desk).await, all);
    asks("补办护照").await.has("没有找到和这几个字有关的事项");
    another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    assert!(another.search(RARE, 5).is_empty());
}

#[tokio::test]
async fn f158_what_a_search_was_narrowed_by_that_is_nothing_here_is_told() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    nobody.get("/matters?q=老年证&region=999999").await.is(OK).has("没有编码是“999999”的地区");
    nobody.get("/matters?agency=nobody").await.is(OK).has("没有叫“nobody”的单位");
    nobody.get("/matters?theme=没有的").await.is(OK).has("没有叫“没有的”的主题");
    nobody.get("/matters?region=340000").await.is(OK).has_not("没有编码是");
    let json = nobody.get("/matters?region=999999&as=json").await.is(OK).json();
    assert_eq!(json["unknown"][0]["field"], "region");
}

#[tokio::test]
async fn f158_matters_and_powers_point_to_each_other() {
    let desk = Desk::open().await;
    desk.powers().await;
    let nobody = desk.nobody();
    nobody.get("/matters?q=护照").await.is(OK).has("权责清单里有：").has("普通护照签发").has("样例");
    let json = nobody.get("/matters?q=护照&as=json").await.is(OK).json();
    assert_eq!(json["powers"][0]["name"], "普通护照签发");
    nobody.get("/powers?q=取水").await.is(OK).has("要办的事项：").has("/matters/water-abstraction").has("/matters?q=");
    nobody.get("/powers?q=护照").await.is(OK).has_not("要办的事项：");
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
