//! Discretion by tiers (A2.3; F024–F027).

use crate::Desk;
use crate::desk::{OK, posts};
use testing::{Client, Page};

const TABLE: &str = include_str!("../../../catalogue/src/discretion/sample.dmn");
const CODE: &str = "T-2026-01";

async fn open() -> Desk {
    let desk = Desk::open().await;
    desk.employ("legal", "何立", "legal_reviewer", None).await;
    desk
}

/// A standard of the market office above, by which the county's and the town's decide.
async fn published(desk: &Desk, dmn: &str, more: &[(&str, &str)]) -> Page {
    let today = desk.house().now().date().to_string();
    let mut fields = vec![
        ("code", CODE),
        ("title", "食品生产罚款裁量基准"),
        ("maker", "安徽省市场监督管理局"),
        ("violation", "未取得食品生产许可从事食品生产活动"),
        ("basis", "《中华人民共和国食品安全法》第一百二十二条第一款"),
        ("unit", "元"),
        ("source", "皖市监规〔2026〕1号"),
        ("effective_from", today.as_str()),
        ("agencies", "jinzhai-market"),
        ("agencies", "youhua-town"),
        ("dmn", dmn),
    ];
    fields.retain(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
    fields.extend_from_slice(more);
    posts(&desk.sign_in("legal").await, "/discretion/new", &fields).await
}

async fn decides(desk: &Desk, client: &Client, facts: [&str; 2], more: &[(&str, &str)]) -> Page {
    let today = desk.house().now().date().to_string();
    let mut fields = vec![
        ("fact_goods_value", facts[0]),
        ("fact_conduct", facts[1]),
        ("stage", "decide"),
        ("outcome", "amount"),
        ("decided_on", today.as_str()),
        ("violation_ended", today.as_str()),
        ("found_on", today.as_str()),
    ];
    fields.retain(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
    fields.extend_from_slice(more);
    posts(client, &format!("/discretion/{CODE}/apply"), &fields).await
}

const PLAIN: &str = "没有从轻也没有从重的情节";

#[tokio::test]
async fn f025_a_table_with_a_gap_or_an_overlap_is_not_published() {
    let desk = open().await;
    let gap = TABLE.replacen("&gt;= 10000", "&gt; 10000", 3);
    published(&desk, &gap, &[]).await.is(422).has("10000");
    let overlap = TABLE.replacen("&lt; 10000", "&lt;= 10000", 3);
    published(&desk, &overlap, &[]).await.is(422).has("10000");
    let no_tiers = TABLE
        .replace("name=\"tier\" label=\"档次\"", "name=\"step\" label=\"档次\"")
        .replace("<itemComponent id=\"item_name\" name=\"tier\">", "<itemComponent id=\"item_name\" name=\"step\">");
    published(&desk, &no_tiers, &[]).await.is(422).has("tier（档次）");
    published(&desk, "<definitions", &[]).await.is(422);
    // All that is wrong with the form comes at once.
    published(&desk, TABLE, &[("code", "a b"), ("title", ""), ("agencies", "nobody")])
        .await
        .is(422)
        .has("编号请用字母")
        .has("请写裁量基准的全称")
        .has("请至少选一个单位");
    desk.nobody().get("/discretion").await.is(OK).has("还没有公布裁量基准");
    // Nobody else publishes.
    for login in ["officer", "chief", "admin"] {
        posts(&desk.sign_in(login).await, "/discretion/new", &[("code", CODE)]).await.is(403);
    }
}

#[tokio::test]
async fn f026_outside_its_tier_a_decision_needs_a_reason_and_an_approval_and_is_flagged() {
    let desk = open().await;
    published(&desk, TABLE, &[]).await.is(303);
    let address = format!("/discretion/{CODE}");
    // F024: the table itself is there for any engine.
    let table = desk.nobody().get(&format!("{address}/table.dmn")).await.is(OK);
    assert_eq!(table.text(), TABLE);
    desk.nobody().get(&address).await.is(OK).has("从轻").has("货值金额 × 13").has("不到 10000").has_not("照它裁量</a>");

    let officer = desk.sign_in("officer").await;
    officer.get(&address).await.has("照它裁量");
    let page = posts(&officer, &format!("{address}/apply"), &[("fact_goods_value", "x")]).await.is(422);
    page.has("请写成数字").has("请填“情节”");
    let facts = [("fact_goods_value", "２００００.５０"), ("fact_conduct", PLAIN)];
    let page = posts(&officer, &format!("{address}/apply"), &facts).await.is(OK);
    page.has("一般：260006.5 至 340008.5 元").has("其中中间的 40%");
    // What the facts give is recomputed with the decision: a page cannot bring a tier of its own.
    let at = ["20000.50", PLAIN];
    decides(&desk, &officer, at, &[("amount", "260006.49"), ("document", "罚〔2026〕1 号")])
        .await
        .is(422)
        .has("没有批准不能这样决定")
        .has("不在档次以内的，要写明理由")
        .has("请写批准的人");
    // Another body's standard is left with that body's approval only (A2.3-02).
    let outside = [
        ("amount", "200000"),
        ("document", "罚〔2026〕1 号"),
        ("approver", "王建国 处长"),
        ("reason", "当事人主动配合调查"),
        ("way", "head"),
    ];
    decides(&desk, &officer, at, &outside).await.is(422).has("没有批准不能这样决定");
    let outside = [&outside[..4], &[("way", "maker")]].concat();
    decides(&desk, &officer, at, &outside).await.is(303);
    // The number of a decision comes once.
    decides(&desk, &officer, at, &[("amount", "300000"), ("document", "罚〔2026〕1 号")]).await.is(422).has("已经有这个文号");
    decides(&desk, &officer, at, &[("amount", "340008.5"), ("document", "罚〔2026〕2 号")]).await.is(303);
    desk.settle().await;

    let list = desk.nobody().get("/discretion/decisions?only=outside").await.is(OK);
    list.has("罚〔2026〕1 号").has("不在档次以内</span>").has("逐级报请制定机关批准").has("当事人主动配合调查").has_not("王建国");
    let list = desk.nobody().get("/discretion/decisions?only=outside").await;
    list.has_not("罚〔2026〕2 号");
    desk.nobody().get(&address).await.has("不在档次以内 1<");
    let (public, private): (String, String) =
        sqlx::query_as("select public_body, private_body from acts where kind = 'discretion.applied' order by position limit 1")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert!(public.contains("\"inside\":false") && !public.contains("王建国") && private.contains("王建国"), "{public}");

    // Whose agency does not decide by it, does not.
    desk.sign_in("officer-hefei").await.get(&format!("{address}/apply")).await.is(403);
    desk.nobody().get(&format!("{address}/apply")).await.is(303);
    // Ended, it binds nobody any more; what was decided stays.
    let legal = desk.sign_in("legal").await;
    let today = desk.house().now().date().to_string();
    posts(&legal, &format!("{address}/end"), &[("last_day", &today)]).await.is(422).has("请写停止执行的原因");
    posts(&legal, &format!("{address}/end"), &[("last_day", &today), ("because", "被新的基准代替")]).await.is(303);
    decides(&desk, &officer, at, &[("amount", "300000"), ("document", "罚〔2026〕3 号")]).await.is(303);
    desk.later(chrono::Duration::days(1)).await;
    let officer = desk.sign_in("officer").await;
    decides(&desk, &officer, at, &[("amount", "300000"), ("document", "罚〔2026〕4 号")]).await.is(409).has("不在执行");
}

#[tokio::test]
async fn a2_3_03_what_goes_unpunished_goes_by_a_ground_of_the_law() {
    let desk = open().await;
    published(&desk, TABLE, &[]).await.is(303);
    let officer = desk.sign_in("officer").await;
    let at = ["600", PLAIN];
    let today = desk.house().now().date();
    let ago = |days: i64| (today - chrono::Duration::days(days)).to_string();
    let (old, then) = (ago(1200), ago(30));
    let late = [("violation_ended", old.as_str()), ("found_on", then.as_str()), ("document", "罚〔2026〕1 号")];
    let with = |more: &[(&'static str, &'static str)]| [&late[..], more].concat();
    // Two years on it is punished no more; five where there was harm.
    decides(&desk, &officer, at, &with(&[("amount", "70000")])).await.is(422).has("已经超过追责期限");
    decides(&desk, &officer, at, &with(&[("amount", "70000"), ("harm", "yes")])).await.is(303);
    let none = [("outcome", "unpunished"), ("document", "罚〔2026〕2 号")];
    decides(&desk, &officer, at, &none).await.is(422).has("不予处罚要选一条法定的理由");
    decides(&desk, &officer, at, &[&none[..], &[("unpunished", "barred")]].concat()).await.is(422).has("还没有超过追责期限");
    decides(&desk, &officer, at, &[&none[..], &[("unpunished", "first")]].concat()).await.is(303);
    desk.settle().await;
    let list = desk.nobody().get("/discretion/decisions").await.is(OK);
    list.has("不予处罚").has("初次违法且危害后果轻微").has_not("tag--stop");
}

#[tokio::test]
async fn f027_equal_facts_decided_differently_in_two_places_stand_side_by_side() {
    let desk = open().await;
    published(&desk, TABLE, &[]).await.is(303);
    let (county, town) = (desk.sign_in("officer").await, desk.sign_in("officer-youhua").await);
    let same = [("amount", "70000"), ("document", "甲〔2026〕1 号")];
    decides(&desk, &county, ["5000", PLAIN], &same).await.is(303);
    decides(&desk, &town, ["5000.00", PLAIN], &same).await.is(303);
    desk.nobody().get("/discretion/consistency").await.is(OK).has("事实一样的，决定都一样");
    decides(&desk, &town, ["5,000", PLAIN], &[("amount", "85000"), ("document", "甲〔2026〕2 号")]).await.is(422);
    decides(&desk, &town, ["５０００", PLAIN], &[("amount", "85000"), ("document", "甲〔2026〕2 号")]).await.is(303);
    decides(&desk, &town, ["5001", PLAIN], &[("amount", "66000"), ("document", "甲〔2026〕3 号")]).await.is(303);
    let report = desk.nobody().json("/discretion/consistency?as=json").await.text();
    let rows: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1, "{report}");
    assert_eq!((&rows[0]["decisions"], &rows[0]["outcomes"]), (&3.into(), &"70000 元、85000 元".into()));
    let agencies = rows[0]["agencies"].as_str().unwrap();
    assert!(agencies.contains("金寨县市场监督管理局") && agencies.contains('、'), "{agencies}");
    let page = desk.nobody().get("/discretion/consistency").await.is(OK);
    let link = page.text().split("href=\"/discretion/decisions?code=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let list = desk.nobody().get(&format!("/discretion/decisions?code={}", link.replace("&amp;", "&"))).await.is(OK);
    list.has("甲〔2026〕1 号").has("甲〔2026〕2 号").has_not("甲〔2026〕3 号");
}

#[tokio::test]
async fn h14_a_decision_sent_twice_is_recorded_once() {
    let desk = open().await;
    published(&desk, TABLE, &[]).await.is(303);
    let officer = desk.sign_in("officer").await;
    let today = desk.house().now().date().to_string();
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [
        ("once", once.as_str()),
        ("fact_goods_value", "5000"),
        ("fact_conduct", PLAIN),
        ("stage", "decide"),
        ("outcome", "amount"),
        ("amount", "70000"),
        ("decided_on", today.as_str()),
        ("violation_ended", today.as_str()),
        ("found_on", today.as_str()),
        ("document", "罚〔2026〕1 号"),
    ];
    let path = format!("/discretion/{CODE}/apply");
    let (first, second) = tokio::join!(officer.post(&path, &fields), officer.post(&path, &fields));
    first.is(303);
    second.is(303);
    let count: i64 = sqlx::query_scalar("select count(*) from discretion_decisions").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn f017_a_standard_whose_basis_ended_is_flagged_and_binds_nobody() {
    let desk = open().await;
    published(&desk, TABLE, &[]).await.is(303);
    let (officer, legal) = (desk.sign_in("officer").await, desk.sign_in("legal").await);
    desk.nobody().get("/powers/flagged").await.is(OK).has_not("食品生产罚款裁量基准");
    let laws = desk.nobody().get("/laws?q=食品安全法").await.is(OK).text();
    let law = laws.split("href=\"/laws/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let yesterday = (desk.house().now().date() - chrono::Duration::days(1)).to_string();
    let fields = [("article", "第一百二十二条第一款"), ("last_day", yesterday.as_str()), ("because", "修订后改为别的条款")];
    posts(&legal, &format!("/laws/{law}/repeal"), &fields).await.is(303);
    desk.nobody().get("/powers/flagged").await.is(OK).has("食品生产罚款裁量基准").has("第一百二十二条第一款");
    desk.nobody().get(&format!("/discretion/{CODE}")).await.is(OK).has("依据已经失效");
    officer.get(&format!("/discretion/{CODE}")).await.has_not("照它裁量</a>");
    decides(&desk, &officer, ["5000", PLAIN], &[("amount", "70000"), ("document", "罚〔2026〕1 号")]).await.is(409).has("失效");
}
