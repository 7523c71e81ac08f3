//! Discretion by tiers (A2.3; F024–F027).

use crate::Desk;
use crate::desk::{OK, posts};
use testing::{Client, Page};

pub const TABLE: &str = include_str!("../../../catalogue/src/discretion/sample.dmn");
pub const CODE: &str = "T-2026-01";

async fn open() -> Desk {
    let desk = Desk::open().await;
    desk.employ("legal", "何立", "legal_reviewer", None).await;
    registers_law(&desk).await;
    desk
}

/// What the law is that the standard rests on, and since when.
pub async fn registers_law(desk: &Desk) {
    let law = [("name", "中华人民共和国食品安全法"), ("rank", "法律"), ("from", "2009-06-01")];
    posts(&desk.sign_in("legal").await, "/laws/new", &law).await.is(303);
}

/// A standard of the market office above, by which the county's and the town's decide.
pub async fn published(desk: &Desk, dmn: &str, more: &[(&str, &str)]) -> Page {
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

/// Puts forward by the demonstration's standard that something goes unpunished; the page where it waits.
pub async fn asked(desk: &Desk, officer: &Client) -> String {
    let today = desk.house().now().date().to_string();
    let fields = [
        ("fact_goods_value", "100"),
        ("fact_conduct", PLAIN),
        ("stage", "decide"),
        ("outcome", "unpunished"),
        ("unpunished", "first"),
        ("way", "head"),
        ("violation_ended", today.as_str()),
        ("found_on", today.as_str()),
        ("document", "罚〔2026〕1 号"),
        ("reason", "第一次违法，没有卖出，当天改正"),
    ];
    posts(officer, "/discretion/SCJG-2026-01/apply", &fields).await.is(303).location()
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
    // One tier for one set of facts, in figures, from the least to the most.
    let many = TABLE.replace("hitPolicy=\"UNIQUE\"", "hitPolicy=\"COLLECT\"");
    published(&desk, &many, &[]).await.is(422).has("一组事实只能归一档");
    let words =
        TABLE.replace("name=\"most\" label=\"最高\" typeRef=\"number\"", "name=\"most\" label=\"最高\" typeRef=\"string\"");
    published(&desk, &words, &[]).await.is(422);
    published(&desk, &TABLE.replace("<text>50000</text>", "<text>95000</text>"), &[]).await.is(422).has("第 1 条的最低大于最高");
    let doubled = TABLE.replace("<text>goods_value</text>", "<text>goods_value * 2</text>");
    published(&desk, &doubled, &[]).await.is(422).has("没有自己的一列");
    published(&desk, TABLE, &[("basis", "随便")]).await.is(422).has("依据请写法律的全称和条款");
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
async fn a2_3_01_a_standard_that_cannot_hold_is_refused_with_its_field() {
    let desk = open().await;
    let legal = desk.sign_in("legal").await;
    let old = "《中华人民共和国食品卫生法》第三十九条";
    published(&desk, TABLE, &[("basis", old)]).await.is(422).has("还没有登记").has("href=\"#f-basis\"");
    let known = [("name", "中华人民共和国食品卫生法"), ("rank", "法律"), ("from", "1995-10-30")];
    let law = posts(&legal, "/laws/new", &known).await.is(303).location();
    let repeal = [("article", ""), ("last_day", "2009-05-31"), ("because", "被食品安全法代替")];
    posts(&legal, &format!("{law}/repeal"), &repeal).await.is(303);
    published(&desk, TABLE, &[("basis", old)]).await.is(422).has("已经失效").has("href=\"#f-basis\"");
    published(&desk, TABLE, &[("effective_from", "2009-05-31")])
        .await
        .is(422)
        .has("从 2009-06-01 起施行，基准不能早于它")
        .has("href=\"#f-effective_from\"");
    let owed = TABLE.replace("<text>50000</text>", "<text>-50000</text>");
    published(&desk, &owed, &[]).await.is(422).has("第 1 条的幅度小于零").has("href=\"#f-dmn\"");
    let between =
        TABLE.replace("<text>65000</text></outputEntry>\n      </rule>", "<text>60000</text></outputEntry>\n      </rule>");
    published(&desk, &between, &[]).await.is(422).has("第 1 条的最高是 60000，第 2 条的最低是 65000").has("href=\"#f-dmn\"");
    desk.nobody().get("/discretion").await.is(OK).has("还没有公布裁量基准");
    // Beside one that ended, another that is in force carries it.
    let both = format!("{old}；《中华人民共和国食品安全法》第一百二十二条第一款");
    published(&desk, TABLE, &[("basis", &both)]).await.is(303);
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
    page.has("请写成数字").has("请选“情节”");
    let facts = [("fact_goods_value", "２００００.５０"), ("fact_conduct", PLAIN)];
    let page = posts(&officer, &format!("{address}/apply"), &facts).await.is(OK);
    page.has("一般：260006.5 至 340008.5 元").has("其中中间的 40%");
    // What the facts give is recomputed with the decision: a page cannot bring a tier of its own.
    let at = ["20000.50", PLAIN];
    decides(&desk, &officer, at, &[("amount", "260006.49"), ("document", "罚〔2026〕1 号")])
        .await
        .is(422)
        .has("没有批准不能这样决定")
        .has("不在档次以内的，要写明理由");
    // Another body's standard is left with that body's approval only (A2.3-02).
    let outside = [("amount", "240000"), ("document", "罚〔2026〕1 号"), ("reason", "当事人主动配合调查"), ("way", "head")];
    decides(&desk, &officer, at, &outside).await.is(422).has("没有批准不能这样决定");
    let outside = [&outside[..3], &[("way", "maker")]].concat();
    // Nobody gives more than the law, and below it only article 32 of the penalty law goes.
    let with = |more: &[(&'static str, &'static str)]| {
        let kept = outside.iter().filter(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
        kept.chain(more).copied().collect::<Vec<_>>()
    };
    decides(&desk, &officer, at, &with(&[("amount", "400010.01")])).await.is(422).has("最高的 400010 元");
    let below = with(&[("amount", "200004.99")]);
    decides(&desk, &officer, at, &below).await.is(422).has("最低的 200005 元").has("减轻处罚");
    decides(&desk, &officer, at, &with(&[("amount", "0")])).await.is(422).has("罚零元就是不予处罚");
    let undone = [("amount", "200004.99"), ("mitigated", "undone"), ("document", "罚〔2026〕0 号")];
    let refused = ["20000.50", "拒不改正，或者造成危害后果"];
    decides(&desk, &officer, refused, &with(&undone)).await.is(422).has("没有主动消除或者减轻危害后果");
    let mitigated = decides(&desk, &officer, at, &with(&undone)).await.is(303).location();
    let asked = decides(&desk, &officer, at, &outside).await.is(303).location();
    // Nothing is decided until somebody else approves it, and it keeps its number meanwhile.
    desk.nobody().get("/discretion/decisions").await.is(OK).has_not("罚〔2026〕1 号");
    officer.get("/discretion/approvals?only=waiting").await.is(OK).has("罚〔2026〕1 号").has("等批准");
    officer.get(&asked).await.is(OK).has("自己报的自己不能批").has_not("批准，作出决定");
    let said = [("answer", "approve"), ("approver", "王建国 处长"), ("paper", "皖市监批〔2026〕7 号")];
    posts(&officer, &asked, &said).await.is(403);
    for login in ["officer-hefei", "chief-youhua", "legal", "admin"] {
        let other = desk.sign_in(login).await;
        other.get(&asked).await.is(403);
        posts(&other, &asked, &said).await.is(403);
    }
    let chief = desk.sign_in("chief").await;
    chief
        .get(&asked)
        .await
        .is(OK)
        .has("当事人主动配合调查")
        .has("240000 元")
        .has("260006.5 至 340008.5 元")
        .has("批准，作出决定");
    posts(&chief, &asked, &said[..1]).await.is(422).has("请写是谁批准的").has("请写纪要或者批复的文号");
    let own = [said[0], ("approver", "处长陈静"), said[2]];
    posts(&chief, &asked, &own).await.is(422).has("批准的人不能是报批的人自己");
    // The body that made the standard signs itself, under a number.
    let name = desk.person("chief").await.name;
    let own = [said[0], ("approver", name.as_str()), ("paper", "。")];
    posts(&chief, &asked, &own).await.is(422).has("您是本单位的").has("文号里要有序号");
    decides(&desk, &officer, at, &with(&[("document", "。")])).await.is(422).has("文号里要有序号");
    decides(&desk, &officer, at, &with(&[("mitigated", "other"), undone[0], ("reason", "因为我们觉得应当这样")]))
        .await
        .is(422)
        .has("哪部法律第几条");
    posts(&chief, &asked, &[("answer", "return")]).await.is(422).has("请写为什么退回");
    // What is only asked for is not public.
    let public: String =
        sqlx::query_scalar("select public_body from acts where kind = 'discretion.proposed' order by position desc limit 1")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert!(public.contains(CODE) && !public.contains("240000") && !public.contains("当事人主动配合调查"), "{public}");
    // Two at once: one decision, and the other is told.
    let (one, other) = tokio::join!(posts(&chief, &asked, &said), posts(&chief, &asked, &said));
    let mut answered = [one.status, other.status];
    answered.sort();
    assert_eq!(answered, [303, 409]);
    posts(&chief, &mitigated, &said).await.is(303);
    posts(&chief, &asked, &said).await.is(409).has("已经批准了");
    posts(&officer, &asked, &[("answer", "withdraw")]).await.is(409);
    // The number of a decision comes once.
    for same in ["罚〔2026〕1 号", "罚[2026]1号"] {
        decides(&desk, &officer, at, &[("amount", "300000"), ("document", same)]).await.is(422).has("已经有这个文号");
    }
    decides(&desk, &officer, at, &[("amount", "340008.5"), ("document", "罚〔2026〕2 号")]).await.is(303);
    desk.settle().await;

    let list = desk.nobody().get("/discretion/decisions?only=outside").await.is(OK);
    list.has("罚〔2026〕1 号")
        .has("不在档次以内</span>")
        .has("逐级报请制定机关批准")
        .has("皖市监批〔2026〕7 号")
        .has("当事人主动配合调查")
        .has_not("王建国");
    let list = desk.nobody().get("/discretion/decisions?only=outside").await;
    list.has_not("罚〔2026〕2 号");
    desk.nobody().get(&address).await.has("不在档次以内 2<");
    let (public, private): (String, String) = sqlx::query_as(
        "select public_body, private_body from acts where kind = 'discretion.applied' and public_body like '%mitigated%'",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    assert!(public.contains("\"mitigated\":\"undone\""), "{public}");
    desk.nobody()
        .get("/discretion/decisions")
        .await
        .is(OK)
        .has("减轻处罚，低于基准的最低")
        .has("主动消除或者减轻违法行为危害后果");
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
    // Any other ground leaves the tier: the head or a collective discussion, and a reason (行政处罚法 57).
    let first = [&none[..], &[("unpunished", "first")]].concat();
    decides(&desk, &officer, at, &first).await.is(422).has("不予处罚要经本机关负责人批准");
    let why = [("way", "head"), ("reason", "第一次违法，没有卖出，当天改正")];
    decides(&desk, &officer, at, &[&first[..], &[("way", "maker")], &why[1..]].concat()).await.is(422);
    // Who refused to put it right did not do so in time.
    let refused = ["600", "拒不改正，或者造成危害后果"];
    decides(&desk, &officer, refused, &[&first[..], &why].concat()).await.is(422).has("所填的事实和这条理由合不上");
    decides(&desk, &officer, at, &[&first[..], &why[..1], &[("reason", ".")]].concat()).await.is(422).has("理由太短");
    let asked = decides(&desk, &officer, at, &[&first[..], &why].concat()).await.is(303).location();
    let again = decides(&desk, &officer, at, &[&first[..], &why, &[("document", "罚〔2026〕3 号")]].concat()).await;
    let again = again.is(303).location();
    let third = decides(&desk, &officer, at, &[&first[..], &why, &[("document", "罚〔2026〕4 号")]].concat()).await;
    let third = third.is(303).location();
    let chief = desk.sign_in("chief").await;
    posts(&chief, &again, &[("answer", "return"), ("because", "没有当天改正的证据，请补")]).await.is(303);
    officer.get(&again).await.is(OK).has("退回了").has("没有当天改正的证据");
    posts(&chief, &third, &[("answer", "withdraw")]).await.is(403).has("只有报批的人可以撤回");
    posts(&officer, &third, &[("answer", "withdraw")]).await.is(303);
    // What went back, or was taken back, may be asked again under its number.
    decides(&desk, &officer, at, &[&first[..], &why, &[("document", "罚〔2026〕3 号")]].concat()).await.is(303);
    posts(&chief, &asked, &[("answer", "approve"), ("approver", "王建国 局长")]).await.is(303);
    let before = [("decided_on", old.as_str()), ("found_on", then.as_str()), ("violation_ended", old.as_str())];
    decides(&desk, &officer, at, &[&before[..], &[("amount", "70000"), ("document", "x1")]].concat()).await.is(422);
    desk.settle().await;
    let list = desk.nobody().get("/discretion/decisions?only=outside").await.is(OK);
    list.has("不予处罚").has("初次违法且危害后果轻微").has("经本机关负责人批准").has_not("王建国");
    // What the limitation was computed from is on record.
    let public: String =
        sqlx::query_scalar("select public_body from acts where kind = 'discretion.applied' order by position limit 1")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert!(public.contains(&format!("\"violation_ended\":\"{old}\"")) && public.contains("\"harm\":true"), "{public}");
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
async fn f017_a2_3_04_a_standard_whose_basis_ended_is_flagged_and_counts_for_earlier_violations() {
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
    // What was done before is still punished by it, unless a later law is milder; the list does not call it in force.
    officer.get(&format!("/discretion/{CODE}")).await.has("照它裁量</a>").has("从旧兼从轻");
    officer.get(&format!("/discretion/{CODE}/apply")).await.is(OK).has("从旧兼从轻");
    desk.nobody().get("/discretion").await.is(OK).has("只用于早先的违法行为").has_not("正在执行");
    decides(&desk, &officer, ["5000", PLAIN], &[("amount", "70000"), ("document", "罚〔2026〕1 号")]).await.is(422).has("失效");
    let before = [("amount", "70000"), ("document", "罚〔2026〕1 号"), ("violation_ended", yesterday.as_str())];
    decides(&desk, &officer, ["5000", PLAIN], &before).await.is(303);
}

#[tokio::test]
async fn a2_3_01_a_new_version_takes_nothing_back_that_was_decided_and_leaves_no_day_with_two() {
    let desk = open().await;
    published(&desk, TABLE, &[]).await.is(303);
    let today = desk.house().now().date();
    let on = |days: i64| (today + chrono::Duration::days(days)).to_string();
    let (tomorrow, later, long) = (on(1), on(2), on(300));
    let (officer, legal) = (desk.sign_in("officer").await, desk.sign_in("legal").await);
    let address = format!("/discretion/{CODE}");
    decides(&desk, &officer, ["5000", PLAIN], &[("amount", "70000"), ("document", "甲1")]).await.is(303);
    // It may not begin, nor the old one end, before what was decided.
    let changed = TABLE.replace("<text>85000</text>", "<text>86000</text>").replace("&lt; 10000", "&lt; 10000 ");
    published(&desk, &changed, &[("effective_from", &on(0))]).await.is(422);
    let early = [("last_day", on(-1)), ("because", "废止".into())];
    let early: Vec<(&str, &str)> = early.iter().map(|(key, value)| (*key, value.as_str())).collect();
    posts(&legal, &format!("{address}/end"), &early).await.is(422);
    // An end far off gives way to a version before it.
    posts(&legal, &format!("{address}/end"), &[("last_day", &long), ("because", "届时修订")]).await.is(303);
    published(&desk, &changed, &[("effective_from", &later)]).await.is(303);
    let ends: Vec<Option<chrono::NaiveDate>> =
        sqlx::query_scalar("select last_day from discretion_standards where code = $1 order by version")
            .bind(CODE)
            .fetch_all(desk.pool())
            .await
            .unwrap();
    assert_eq!(ends, [Some(tomorrow.parse().unwrap()), None]);
    // Until then the one in force is shown, listed and decided by.
    desk.nobody().get("/discretion").await.is(OK).has("正在执行").has_not("还没有施行");
    desk.nobody().get(&address).await.is(OK).has("正在执行").has("<td data-h=\"最高\" class=\"w-text\">85000</td>");
    // A page that was opened before decides by what it showed; what was decided then is recorded under the version of then.
    desk.later(chrono::Duration::days(3)).await;
    let officer = desk.sign_in("officer").await;
    officer.get(&address).await.is(OK).has("86000").has("照这一版记早先的决定");
    let now = desk.house().now().date().to_string();
    let old = [("version", "1"), ("amount", "85000"), ("document", "甲2")];
    decides(&desk, &officer, ["5000", PLAIN], &old).await.is(422).has("这一版基准那一天不在执行");
    let old = [&old[..], &[("decided_on", tomorrow.as_str()), ("violation_ended", &tomorrow), ("found_on", &tomorrow)]].concat();
    decides(&desk, &officer, ["5000", PLAIN], &old).await.is(303);
    let new = [("version", "2"), ("amount", "86000"), ("document", "甲3"), ("decided_on", now.as_str())];
    decides(&desk, &officer, ["5000", PLAIN], &new).await.is(303);
    // Another table is another standard: 70000 and 85000 differ under the first, 86000 stands alone.
    let report = desk.nobody().json("/discretion/consistency?as=json").await.json();
    assert_eq!(report.as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report[0]["outcomes"], "70000 元、85000 元");
}

#[tokio::test]
async fn a3_4_06_no_number_of_a_person_becomes_public_as_a_fact() {
    let desk = open().await;
    let free = TABLE.replace(
        "<inputValues id=\"values_conduct\"><text>\"主动消除或者减轻危害后果\",\"没有从轻也没有从重的情节\",\"拒不改正，或者造成危害后果\"</text></inputValues>",
        "",
    );
    let rules = free.replace("\"拒不改正，或者造成危害后果\"", "not(\"主动消除或者减轻危害后果\",\"没有从轻也没有从重的情节\")");
    published(&desk, &rules, &[]).await.is(303);
    let officer = desk.sign_in("officer").await;
    let facts = ["5000", "当事人 341524195806120029 拒不改正"];
    let told = decides(&desk, &officer, facts, &[("amount", "90000"), ("document", "甲1")]).await.is(422);
    told.has("要公开").has_not("341524195806120029</");
}
