//! The basic directory, and what regions draw from it (A2.1, X.1; F017, F123).

use crate::Desk;
use crate::desk::{Client, OK, posts, sends};
use crate::ground::statements;
use serde_json::Value;
use sqlx::Row;
use std::collections::BTreeSet;

/// An entry as the form asks for it.
const ENTRY: [(&str, &str); 10] = [
    ("operation", "add"),
    ("directory", "yes"),
    ("title", "目录增加取水许可"),
    ("decision", "皖政〔2026〕9号"),
    ("code", "000119001000"),
    ("name", "取水许可"),
    ("kind", "行政许可"),
    ("agency", "安徽省水利厅"),
    ("region", "340000"),
    ("bases", "《中华人民共和国水法》第四十八条\n《取水许可和水资源费征收管理条例》（国务院令第460号）第二条"),
];
const LEVELS: [(&str, &str); 2] = [("levels", "市级"), ("levels", "县级")];

/// What a county draws: what is local alone.
const DRAWN: [(&str, &str); 9] = [
    ("operation", "add"),
    ("title", "金寨县认领取水许可"),
    ("decision", "金政〔2026〕3号"),
    ("entry", "000119001000"),
    ("agency", "金寨县水利局"),
    ("region", "341524"),
    ("limit", "自受理之日起20个工作日"),
    ("place", "金寨县政务服务中心二楼"),
    ("fees", "不收费"),
];
const CODE: &str = "11341524K0000021794000119001000";
const DECLINED: [(&str, &str); 7] = [
    ("operation", "decline"),
    ("title", "霍山县不认领"),
    ("decision", "霍政〔2026〕1号"),
    ("entry", "000119001000"),
    ("agency", "霍山县水利局"),
    ("region", "341525"),
    ("content", "县域没有取水口（演练）"),
];

/// The fields with some of them said otherwise.
fn with<'a>(fields: &[(&'a str, &'a str)], changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(key, _)| !changed.iter().any(|(k, _)| k == key));
    kept.chain(changed).copied().collect()
}

fn today(desk: &Desk) -> String {
    desk.house().now().date().to_string()
}

/// Drafted, passed by three offices, in force today.
async fn comes(desk: &Desk, drafter: &Client, fields: &[(&str, &str)]) {
    let change = posts(drafter, "/powers/new", fields).await.is(303).location();
    desk.passes(&change, &today(desk)).await;
}

/// Passed by three offices, in force tomorrow; and tomorrow comes.
async fn next_day(desk: &Desk, change: &str) {
    let tomorrow = desk.house().now().date() + chrono::Days::new(1);
    desk.passes(change, &tomorrow.to_string()).await;
    desk.later(chrono::Duration::days(1)).await;
}

/// The directory of one entry.
async fn directory(desk: &Desk) -> Client {
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    comes(desk, &drafter, &with(&ENTRY, &LEVELS)).await;
    drafter
}

/// The form of a change of what is in the list, with some of its fields said otherwise.
async fn drafted(client: &Client, path: &str, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = client.get(path).await.is(OK).fields("/powers/new");
    for (key, value) in &mut fields {
        if let Some((_, other)) = changed.iter().find(|(of, _)| of == key) {
            *value = (*other).to_owned();
        }
    }
    fields
}

async fn rows(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).await.is(OK).json().as_array().unwrap().clone()
}

/// The codes of the places that the pages of a list link to in its rows, in order.
async fn walk(client: &Client, path: &str) -> Vec<String> {
    let (mut path, mut seen) = (path.to_owned(), Vec::new());
    loop {
        let text = client.get(&path).await.is(OK).text();
        let rows = text.split("<tr><th scope=\"row\"").skip(1).filter_map(|row| row.split("/directory/regions/").nth(1));
        seen.extend(rows.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>()));
        let Some((before, _)) = text.split_once("\" rel=\"next\"") else { return seen };
        path = before.rsplit("href=\"").next().unwrap().replace("&#38;", "&");
    }
}

#[tokio::test]
async fn a2_1_x_1_an_entry_goes_the_way_of_every_change_and_a_county_draws_it_under_the_national_code() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    drafter.get("/powers/new?directory=yes").await.is(OK).has("目录行使层级").has("主管部门");
    let wrong = with(&with(&ENTRY, &LEVELS), &[("code", "000219001000")]);
    posts(&drafter, "/powers/new", &wrong).await.is(422).has("基本编码的第 3、4 位是类型").has("value=\"县级\" checked");
    let change = posts(&drafter, "/powers/new", &with(&ENTRY, &LEVELS)).await.is(303).location();
    let nobody = desk.nobody();
    nobody.get("/directory").await.is(OK).has("目录里没有这样的条目");
    nobody.get("/directory/000119001000").await.is(404);
    posts(&drafter, "/powers/new", &DRAWN).await.is(404);
    desk.passes(&change, &today(&desk)).await;
    nobody.get("/directory?level=county&kind=permit&q=取水").await.is(OK).has("取水许可").has("安徽省水利厅").has("市级、县级");
    nobody.get("/directory?level=township").await.is(OK).has("目录里没有这样的条目");
    // An entry is no power: nobody exercises it.
    nobody.get("/powers").await.is(OK).has("清单里还没有职权");

    drafter.get("/directory/000119001000").await.is(OK).has("/powers/new?entry=000119001000");
    nobody.get("/directory/000119001000").await.is(OK).has_not("/powers/new?entry");
    drafter.get("/powers/new?entry=000119001000").await.is(OK).has("这几样和基本目录一样").has_not("name=\"name\"");
    desk.sign_in("officer").await.get("/powers/new?entry=000119001000").await.is(403);
    comes(&desk, &drafter, &DRAWN).await;
    let page = nobody.get(&format!("/powers/{CODE}")).await.is(OK);
    page.has("取水许可").has("《中华人民共和国水法》第四十八条").has("二楼").has("/directory/000119001000").has_not("要改：");
    nobody.get("/powers").await.is(OK).has(CODE).has_not("href=\"/powers/000119001000\"");
    let entry = nobody.get("/directory/000119001000").await.is(OK).has("还没有答复").text();
    assert!(
        entry.contains("level=county&#38;answer=drawn\">1</a>") && entry.contains("level=county&#38;answer=missing\">103</a>")
    );
    assert!(entry.contains("level=city&#38;answer=missing\">16</a>"), "the cities of the province");

    // The region's own list, with what is local; and the figure opens to what is missing.
    nobody.get("/directory/regions/341524").await.is(OK).has("1 ÷ 1 = 100%").has("20个工作日").has("二楼").has("不收费");
    nobody.get("/directory/regions/341525?answer=missing").await.is(OK).has("0 ÷ 1 = 0.0%").has("取水许可");
    nobody.get("/directory/regions/341525?answer=drawn").await.is(OK).has_not("/directory/000119001000");
    nobody.get("/directory/regions/999999").await.is(404);
    nobody.get("/directory/regions?on=昨天").await.is(422).has("日期请写年月日");
}

#[tokio::test]
async fn a2_1_name_code_kind_and_basis_are_the_same_everywhere_or_it_is_refused() {
    let desk = Desk::open().await;
    let drafter = directory(&desk).await;
    for (changed, says) in [
        (("name", "取水审批"), "名称：要和基本目录一样：取水许可"),
        (("kind", "行政处罚"), "类型：要和基本目录一样：行政许可"),
        (("bases", "《中华人民共和国水法》第四十八条"), "设定依据：要和基本目录一样"),
        (("uscc", "11341524K000002178"), "不是统一社会信用代码"),
        (("agency", "不知道的局"), "实施编码是统一社会信用代码"),
        (("region", "341524100"), "基本目录写的是市级、县级，这个区划是乡镇级"),
        (("region", "330106"), "不在这份基本目录的适用范围里"),
    ] {
        posts(&drafter, "/powers/new", &with(&DRAWN, &[changed])).await.is(422).has(says).has("二楼");
    }
    // By a table it is refused the same way, with its line and column, and nothing of it is taken.
    let head = "编码,名称,类型,行使主体,行政区划,行使层级,设定依据,认领自\n";
    let bases = "《中华人民共和国水法》第四十八条；《取水许可和水资源费征收管理条例》（国务院令第460号）第二条";
    let table = format!(
        "{head}{CODE},取水许可,行政许可,金寨县水利局,341524,县级,{bases},000119001000\n\
         X-1,取水许可证,行政许可,霍山县水利局,341525,县级,{bases},000119001000\n"
    );
    let told = crate::powers::imports(&drafter, table.as_bytes()).await.is(422);
    told.has("<td>3</td><td>名称</td>").has("<td>3</td><td>编码</td>").has_not("<td>2</td>");
    // Two places draw at once, and the answers that a place gives do not contradict.
    comes(&desk, &drafter, &DRAWN).await;
    posts(&drafter, "/powers/new", &with(&DECLINED, &[("content", "")])).await.is(422).has("请写不认领的理由");
    let both = with(&DECLINED, &[("region", "341524")]);
    posts(&drafter, "/powers/new", &both).await.is(422).has("这个区划已经用").has(CODE);
    comes(&desk, &drafter, &DECLINED).await;
    let nobody = desk.nobody();
    nobody.get("/directory/regions/341525").await.is(OK).has("1 ÷ 1 = 100%").has("县域没有取水口").has("本地无此情形");
    nobody.get("/directory/000119001000?answer=absent").await.is(OK).has("县域没有取水口").has_not("341524");
    nobody.get("/powers").await.is(OK).has_not("000119001000-341525");
    let later = with(&DRAWN, &[("region", "341525"), ("agency", "霍山县水利局"), ("uscc", "11341524K00000268H")]);
    posts(&drafter, "/powers/new", &later).await.is(422).has("000119001000-341525").has("先取消那一项");
    // Once the answer is withdrawn, the place may draw.
    let cancel =
        drafted(&drafter, "/powers/000119001000-341525/change?operation=cancel", &[("title", "有了"), ("decision", "某号文")])
            .await;
    let change = sends(&drafter, "/powers/new", &cancel).await.is(303).location();
    next_day(&desk, &change).await;
    nobody.get("/directory/regions/341525").await.is(OK).has("0 ÷ 1");
    let drafter = desk.sign_in("catalogue").await;
    comes(&desk, &drafter, &later).await;
    nobody.get("/directory/regions/341525").await.is(OK).has("1 ÷ 1 = 100%").has("霍山县水利局");
}

#[tokio::test]
async fn f017_a2_1_what_an_entry_says_otherwise_flags_at_once_everything_that_was_drawn_from_it() {
    let desk = Desk::open().await;
    desk.powers().await;
    let item = desk.catalogue.item("elderly-card").unwrap();
    let drafter = desk.sign_in("catalogue").await;
    let nobody = desk.nobody();
    let first = today(&desk);
    nobody.get("/powers/flagged").await.is(OK).has("认领的职权都和基本目录一样");
    let says = [("title", "目录改名"), ("decision", "皖民〔2026〕9号"), ("name", "老年人优待证核发")];
    let entry = format!("/powers/{}/change?operation=change", item.basic_code);
    let change = sends(&drafter, "/powers/new", &drafted(&drafter, &entry, &says).await).await.is(303).location();
    // Reviewers read what is changed, and nothing is flagged before it is published.
    desk.sign_in("legal").await.get(&change).await.is(OK).has("<ins>老年人优待证核发</ins>");
    nobody.get("/powers/flagged").await.is(OK).has("认领的职权都和基本目录一样");
    next_day(&desk, &change).await;
    nobody.get("/powers/flagged").await.is(OK).has(&item.code).has("不一致的要素");
    let flagged = rows(&nobody, "/powers/flagged?of=directory&as=json").await;
    assert_eq!(
        (flagged.len(), flagged[0]["code"].as_str(), &flagged[0]["strays"][0]),
        (1, Some(item.code.as_str()), &"名称".into())
    );
    nobody.get(&format!("/powers/{}", item.code)).await.is(OK).has("和基本目录不一致，要改");
    let list = format!("/directory/regions/{}", item.region);
    nobody.get(&list).await.is(OK).has("和基本目录不一致");
    nobody.get(&format!("{list}?on={first}")).await.is(OK).has_not("和基本目录不一致");
    // It is used on until it is changed: the next draft takes over what the entry says, and the flag goes with it.
    nobody.get("/matters/elderly-card").await.is(OK).has("开始办理");
    let drafter = desk.sign_in("catalogue").await;
    let own = format!("/powers/{}/change?operation=change", item.code);
    let follows = [("title", "跟着改名"), ("decision", "皖民〔2026〕9号")];
    let change = sends(&drafter, "/powers/new", &drafted(&drafter, &own, &follows).await).await.is(303).location();
    next_day(&desk, &change).await;
    nobody.get("/powers/flagged").await.is(OK).has("认领的职权都和基本目录一样");
    nobody.get(&format!("/powers/{}", item.code)).await.is(OK).has("老年人优待证核发").has_not("和基本目录不一致，要改");
    nobody.get(&format!("/powers/{}?on={first}", item.code)).await.is(OK).has("<h1>老年优待证办理");

    // An entry that ends takes along what was drawn: flagged, and nobody can apply any more.
    let drafter = desk.sign_in("catalogue").await;
    let ends = [("title", "取消"), ("decision", "皖政〔2026〕10号")];
    let entry = format!("/powers/{}/change?operation=cancel", item.basic_code);
    let change = sends(&drafter, "/powers/new", &drafted(&drafter, &entry, &ends).await).await.is(303).location();
    next_day(&desk, &change).await;
    nobody.get("/powers/flagged").await.is(OK).has(&item.code);
    let flagged = rows(&nobody, "/powers/flagged?of=directory&as=json").await;
    assert_eq!(flagged[0]["strays"][0], "取消");
    nobody.get("/matters/elderly-card").await.is(OK).has_not("开始办理").has("基本目录取消或者暂停了这一条");
    nobody.get("/matters/temporary-relief").await.is(OK).has("开始办理");
}

#[tokio::test]
async fn a2_1_f123_any_day_can_be_asked_and_the_coverage_of_each_region_opens_to_what_is_missing() {
    let desk = Desk::open().await;
    desk.powers().await;
    let nobody = desk.nobody();
    let entries = rows(&nobody, "/directory?level=county&as=json").await.len();
    let all = rows(&nobody, "/directory/regions?as=json").await;
    assert_eq!(all.len(), 104, "the counties of the province, without its statistical zones");
    let of = |code: &str| all.iter().find(|row| row["region"] == code).unwrap().clone();
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap() as usize;
    let jinzhai = of("341524");
    let drawn = desk.catalogue.items().iter().filter(|item| item.region == "341524").count();
    assert_eq!((number(&jinzhai, "entries"), number(&jinzhai, "drawn"), number(&jinzhai, "absent")), (entries, drawn, 0));
    assert_eq!(number(&jinzhai, "missing"), entries - drawn);
    assert_eq!(number(&of("340103"), "absent"), 1);
    assert!(all.iter().all(|row| number(row, "entries") == entries));
    let missing = rows(&nobody, "/directory/regions/341524?answer=missing&as=json").await;
    assert_eq!(missing.len(), entries - drawn);
    assert_eq!(rows(&nobody, "/directory/regions/341524?as=json").await.len(), entries);
    // Before the directory was published there was none.
    let before = desk.house().now().date() - chrono::Days::new(1);
    assert!(rows(&nobody, &format!("/directory?on={before}&as=json")).await.is_empty());
    nobody.get(&format!("/directory/regions/341524?on={before}")).await.is(OK).has("0 ÷ 0 = —");
    nobody.get(&format!("/directory/000131041000?on={before}")).await.is(404);
    // A table that was downloaded says what is in force, and comes back without a change.
    let table = nobody.get("/directory?as=csv").await.is(OK);
    crate::powers::imports(&desk.sign_in("catalogue").await, &table.body).await.is(422).has("没有要改的");

    // Every place once, page by page: the townships of the province.
    let places = walk(&nobody, "/directory/000120081000").await;
    assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len(), "none twice");
    assert_eq!(places.len(), rows(&nobody, "/directory/000120081000?as=json").await.len());
    assert!(places.len() > 1500);
    let counties: BTreeSet<String> = walk(&nobody, "/directory/regions").await.into_iter().collect();
    assert_eq!(counties.len(), 104);
}

#[tokio::test]
async fn a2_1_a_hundred_counties_are_read_from_an_index() {
    let desk = Desk::open().await;
    let drafter = directory(&desk).await;
    comes(&desk, &drafter, &DRAWN).await;
    // 300 entries, each drawn by a hundred counties; and as many powers of nobody's directory.
    sqlx::query(
        "insert into power_versions (code, version, change, effective_from, name, kind, region, agency, standing, sample, missing, facts,
                                     grams, levels, entry)
         select 'E' || e, 1, change, effective_from, name, kind, region, agency, standing, false, 0, facts, grams, levels, null
           from power_versions, generate_series(1, 300) e
          where code = '000119001000'
         union all
         select 'D' || e || '-' || r, 1, change, effective_from, name, kind, (341000 + r)::text, agency, standing, false, 0, facts, grams,
                null, 'E' || e
           from power_versions, generate_series(1, 300) e, generate_series(1, 100) r
          where code = $1
         union all
         select 'P' || e, 1, change, effective_from, name, kind, (341000 + e % 100)::text, agency, standing, false, 0, facts, grams, null, null
           from power_versions, generate_series(1, 30000) e
          where code = $1",
    )
    .bind(CODE)
    .execute(desk.pool())
    .await
    .unwrap();
    sqlx::query("analyze power_versions").execute(desk.pool()).await.unwrap();
    let mut conn = desk.pool().acquire().await.unwrap();
    sqlx::query("set plan_cache_mode = force_generic_plan").execute(&mut *conn).await.unwrap();
    let of_directory = |s: &&String| {
        ["levels is not null", "min(effective_from)", "entry = ", "strays_from"].iter().any(|part| s.contains(part))
    };
    let statements: Vec<String> =
        statements().iter().filter(|s| s.contains("power_versions")).filter(of_directory).cloned().collect();
    assert!(statements.len() > 8, "{statements:?}");
    for statement in statements.iter().filter(|s| s.starts_with("select")) {
        let unknown = vec!["null"; (1..9).filter(|n| statement.contains(&format!("${n}"))).count()].join(", ");
        let asked = format!("prepare page as {statement}; explain execute page ({unknown}); deallocate page");
        let lines = sqlx::raw_sql(sqlx::AssertSqlSafe(asked)).fetch_all(&mut *conn).await.unwrap();
        let plan: String = lines.iter().map(|line| line.get::<String, _>(0) + "\n").collect();
        assert!(!plan.contains("Seq Scan on power_versions"), "{statement}\n{plan}");
    }
    let nobody = desk.nobody();
    nobody.get("/directory/E1?level=county").await.is(OK);
    nobody.get("/directory/regions/341024").await.is(OK).has("300 ÷ 301");
    nobody.get("/directory/regions?after=341000").await.is(OK).has("99.7%");
}

/// An entry that waits for its day is taken back before it only as long as no place has drawn from it.
#[tokio::test]
async fn b6_1_an_entry_that_was_drawn_from_is_taken_back_after_what_was_drawn() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let tomorrow = (desk.house().now().date() + chrono::Days::new(1)).to_string();
    let comes = async |fields: &[(&str, &str)]| {
        let change = posts(&drafter, "/powers/new", fields).await.is(303).location();
        desk.passes(&change, &tomorrow).await;
        format!("{change}/recall")
    };
    let (entry, drawn) = (comes(&with(&ENTRY, &LEVELS)).await, comes(&DRAWN).await);
    let back = [("decision", "皖政〔2026〕12号"), ("reason", "层级写错了")];
    posts(&drafter, &entry, &back).await.is(409).has("已经有地方认领");
    posts(&drafter, &drawn, &back).await.is(303);
    posts(&drafter, &entry, &back).await.is(303);
    desk.nobody().get(&format!("/powers/{CODE}")).await.is(OK).has("从未生效");
}
