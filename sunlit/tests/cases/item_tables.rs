//! Matters as tables: exported, changed, imported, reviewed and published like any other change (A2.1-03, B6.1-01; F019, F159).

use crate::Desk;
use crate::desk::{Client, OK, answers, filled, posts, sends};
use testing::Page;
use uuid::Uuid;

const CARD: &str = "elderly-card";
const LICENCE: &str = "human-resources-service";

/// Hands files in; returns the answer, and where it leads.
pub async fn hands_in(client: &Client, again: &str, files: &[(&str, &[u8])]) -> Page {
    let once = Uuid::new_v4().to_string();
    let mut body = Vec::new();
    for (key, value) in [("once", once.as_str()), ("again", again)] {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, bytes) in files {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    client.ask("POST", "/items/import", &[("content-type", "multipart/form-data; boundary=b")], body).await
}

async fn compared(client: &Client, files: &[(&str, &[u8])]) -> String {
    hands_in(client, "", files).await.is(303).location()
}

async fn confirms(client: &Client, report: &str, title: &str) -> Page {
    answers(client, report, &confirmed(title)).await
}

fn confirmed(title: &str) -> [(&str, &str); 2] {
    [("title", title), ("decision", "金政办〔2026〕8号")]
}

/// A report of what is good, one of what is wrong, and the change that another has become.
pub async fn imported(desk: &Desk) -> [String; 3] {
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let table = |slug: &str, days: u32| format!("网址名,承诺时限\n{slug},{days}\n");
    let good = compared(&drafter, &[("a.csv", table("water-abstraction", 19).as_bytes())]).await;
    let wrong = format!("网址名,承诺时限,事项类型,到办事现场次数,行政管辖代码\n{LICENCE},99,x,=,1\nnone,3\n");
    let papers = "网址名,材料名称,是否必备\nroad-freight,其他材料,x\n";
    let wrong = compared(&drafter, &[("事项.csv", wrong.as_bytes()), ("申请材料.csv", papers.as_bytes())]).await;
    let sent = compared(&drafter, &[("a.csv", table("road-freight", 4).as_bytes())]).await;
    let change = confirms(&drafter, &sent, "压减承诺时限").await.is(303).location();
    [good, wrong, change]
}

#[tokio::test]
async fn f019_b6_1_01_a_limit_changed_in_an_exported_table_is_reviewed_and_published() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let nobody = desk.nobody();
    desk.sign_in("officer").await.get("/items/import").await.is(403);
    nobody.get("/items/import").await.is(303);
    drafter.get("/items/drafts").await.is(OK).has("/items/export").has("/items/import");

    // One agency's matters, as a table of their own; a stranger is no agency.
    nobody.get("/items/export?agency=金寨县市场监督管理局").await.is(OK).has("共 3 项");
    nobody.get("/items/export?agency=火星").await.is(422).has("没有叫“火星”的单位");
    nobody.get("/items/export?agency=火星&as=csv").await.is(422);
    nobody.get("/items/export?as=csv&table=none").await.is(404);
    let csv = nobody.get("/items/export?agency=hefei-hrss&as=csv&table=items").await.is(OK);
    assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let csv = csv.text();
    let all = nobody.get("/items/export?as=xlsx").await.is(OK).body;
    let report = compared(&drafter, &[("事项.xlsx", &all)]).await;
    drafter.get(&report).await.is(OK).has("没有要改的").has_not("确认并送审");

    // Changed, and handed in: told old and new, and nothing drafted yet.
    let old = desk.catalogue.item(LICENCE).unwrap();
    let record = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{FEFF}').as_bytes());
    let headings = record(reader.headers().unwrap());
    let at = headings.iter().position(|heading| heading == "承诺办结时限").unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headings).unwrap();
    for row in reader.records() {
        let mut row = record(&row.unwrap());
        if row[0] == LICENCE {
            assert_eq!(row[at], "10");
            row[at] = "6".into();
        }
        writer.write_record(row).unwrap();
    }
    let csv = writer.into_inner().unwrap();
    let report = compared(&drafter, &[("事项.csv", &csv)]).await;
    drafter.get(&report).await.is(OK).has("承诺时限").has("人力资源服务许可").has("确认并送审").has_not("一行也没有收");
    nobody.get(&report).await.is(303);
    assert_eq!(drafter.get("/powers/changes?only=open").await.text().matches("QD2026").count(), 0);
    let rows = drafter.get(&format!("{report}?as=json")).await.json();
    let rows = rows.as_array().unwrap();
    let line = rows.iter().find(|row| row["column"] == "承诺时限").unwrap();
    assert_eq!(
        (line["matter"].as_str(), line["before"].as_str(), line["after"].as_str()),
        (Some(LICENCE), Some("10"), Some("6"))
    );
    confirms(&drafter, &report, "").await.is(422).has("请写变更名称");

    // Confirmed twice at once it is one change; the same table again meets it.
    let mut fields = drafter.get(&report).await.fields(&report);
    fields.iter_mut().for_each(|(key, value)| match key.as_str() {
        "title" => "压减承诺时限".clone_into(value),
        "decision" => "金政办〔2026〕8号".clone_into(value),
        _ => {}
    });
    let (one, two) = tokio::join!(sends(&drafter, &report, &fields), sends(&drafter, &report, &fields));
    assert_eq!((one.status, two.status, one.location()), (303, 303, two.location()));
    let change = one.location();
    drafter.get(&report).await.is(OK).has("已经成为变更").has_not("确认并送审");
    let twin = compared(&drafter, &[("事项.csv", &csv)]).await;
    drafter.get(&twin).await.is(OK).has("正在另一份变更").has_not("确认并送审");

    // Reviewed in the lawful order, with what differs; the running case keeps what it began with.
    nobody.get(&change).await.is(404);
    let legal = desk.sign_in("legal").await;
    legal.get(&change).await.is(OK).has("承诺时限").has("从表格导入的").has("1 个");
    desk.passes(&change, &desk.house().now().date().to_string()).await;
    let new = desk.catalogue.item(LICENCE).unwrap();
    assert_eq!((old.promised_limit.n, new.promised_limit.n), (10, 6));
    assert_eq!((new.process.hash(), new.form.hash(), &new.fit_text), (old.process.hash(), old.form.hash(), &old.fit_text));
    let no = change.rsplit('/').next().unwrap();
    let versions = nobody.get(&format!("/items/changes/{no}/versions.txt")).await.is(OK).text();
    assert_eq!(versions, format!("{LICENCE} {}\n", new.hash));
    nobody.get(&change).await.is(OK).has(&hex::encode(<sha2::Sha256 as sha2::Digest>::digest(versions.as_bytes())));
    nobody.get(&format!("/items/changes/{no}/item.json?of={LICENCE}")).await.is(OK).has(&new.name);
    nobody.get(&format!("/items/changes/{no}/item.json")).await.is(404);
    nobody.get(&format!("/matters/{LICENCE}/versions")).await.is(OK).has("金政办〔2026〕8号");

    // The table exported before is stale now: what it says would undo the change.
    let stale = String::from_utf8(csv).unwrap().replace(",6,", ",7,");
    assert!(stale.contains(",7,"));
    let stale = compared(&drafter, &[("事项.csv", stale.as_bytes())]).await;
    drafter.get(&stale).await.is(OK).has("公布了新的版本").has_not("确认并送审");
}

#[tokio::test]
async fn f002_b6_1_01_nothing_is_taken_by_half_and_what_was_shown_is_what_is_drafted() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let today = desk.house().now().date().to_string();
    hands_in(&drafter, "", &[]).await.is(422).has("请选一个");
    hands_in(&drafter, "QD2026-0001", &[("a.csv", b"x")]).await.is(404);

    // A good row and a bad one: neither is taken.
    let files: [(&str, &[u8]); 2] = [
        ("事项.csv", "网址名,承诺时限\nhuman-resources-service,6\nelderly-card,99\n".as_bytes()),
        ("申请材料.csv", "网址名,编号,材料名称\nelderly-card,resident_id,其他材料\n".as_bytes()),
    ];
    let report = compared(&drafter, &files).await;
    let page = drafter.get(&report).await.is(OK).has("一行也没有收").has("没有说清是哪一样").has("承诺办结时限");
    page.has_not("确认并送审");
    let once = Uuid::new_v4().to_string();
    let forced = [("once", once.as_str()), ("seen", "x"), ("title", "硬来"), ("decision", "无")];
    drafter.post(&report, &forced).await.is(422).has("一行也没有收");
    assert_eq!(drafter.get("/powers/changes?only=open").await.text().matches("QD2026").count(), 0);

    // Two tables at once on one matter: one becomes a change, the other is told which.
    let table = |n: u32| format!("网址名,承诺时限\n{LICENCE},{n}\n");
    let six = compared(&drafter, &[("a.csv", table(6).as_bytes())]).await;
    let seven = compared(&drafter, &[("a.csv", table(7).as_bytes())]).await;
    // Both have the page open before either sends it.
    let of_six = filled(&drafter, &six, &confirmed("改成六天")).await;
    let of_seven = filled(&drafter, &seven, &confirmed("改成七天")).await;
    let (one, two) = tokio::join!(sends(&drafter, &six, &of_six), sends(&drafter, &seven, &of_seven));
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [303, 422]);
    let change = if one.status == 303 { one.location() } else { two.location() };

    // Sent back, it is drafted again by a table, under its number and with more matters.
    let openness = desk.sign_in("openness").await;
    posts(&openness, &format!("{change}/review"), &[("reviewer", "openness"), ("passes", "no"), ("opinion", "再压一天")])
        .await
        .is(303);
    let no = change.rsplit('/').next().unwrap();
    drafter.get(&change).await.is(OK).has(&format!("/items/import?again={no}"));
    drafter.get(&format!("/items/import?again={no}")).await.is(OK).has("改好退回的变更");
    let both = format!("网址名,承诺时限,一句话说明\n{LICENCE},5,职业中介许可，五天办结。\n{CARD},1,满 60 周岁当场领证。\n");
    let again = hands_in(&drafter, no, &[("a.csv", both.as_bytes())]).await.is(303).location();
    let seen = drafter.get(&again).await.is(OK).has("改成").fields(&again);
    assert_eq!(confirms(&drafter, &again, "压减承诺时限").await.is(303).location(), change);
    drafter.get(&change).await.is(OK).has("老年优待证").has("人力资源服务许可").has("2 个");

    // What was seen before a publication is not what would be drafted after it.
    let other = compared(&drafter, &[("a.csv", format!("网址名,一句话说明\n{CARD},年满 60 周岁就办。\n").as_bytes())]).await;
    drafter.get(&other).await.is(OK).has("正在另一份变更");
    desk.passes(&change, &today).await;
    assert_eq!(desk.catalogue.item(LICENCE).unwrap().promised_limit.n, 5);
    assert_eq!(desk.catalogue.item(CARD).unwrap().summary, "满 60 周岁当场领证。");
    drafter.get(&other).await.is(OK).has("满 60 周岁当场领证。").has("确认并送审");
    let seen = seen.into_iter().find(|(key, _)| key == "seen").unwrap().1;
    let once = Uuid::new_v4().to_string();
    let late = [("once", once.as_str()), ("seen", seen.as_str()), ("title", "改说明"), ("decision", "青政办〔2026〕9号")];
    drafter.post(&other, &late).await.is(422).has("和您看到的不一样");
    let change = confirms(&drafter, &other, "改说明").await.is(303).location();
    posts(&drafter, &format!("{change}/withdraw"), &[("reason", "不改了")]).await.is(303);
    let other = compared(&drafter, &[("a.csv", format!("网址名,一句话说明\n{CARD},就办。\n").as_bytes())]).await;
    drafter.get(&other).await.is(OK).has("确认并送审");
}

#[tokio::test]
async fn f159_what_is_no_table_of_matters_is_told_on_its_page() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let long = "网址名\nelderly-card\n".repeat(500_000);
    for (name, bytes, told) in [
        ("a.pdf", b"%PDF-1.7\0\xFF".as_slice(), "这不是 CSV、XLSX 或 JSON 表格"),
        ("a.xlsx", b"PK\x03\x04".as_slice(), "打不开"),
        ("a.csv", long.as_bytes(), "最多"),
        ("a.json", b"{\"x\": [".as_slice(), "JSON 读不出来"),
        ("a.csv", "甲,乙\n1,2\n".as_bytes(), "不是事项的表"),
    ] {
        let report = compared(&drafter, &[(name, bytes)]).await;
        drafter.get(&report).await.is(OK).has(told).has_not("确认并送审");
    }
    drafter.get("/items/import").await.is(OK).has("a.pdf").has("年").has("传过的");
    desk.later(chrono::Duration::days(31)).await;
    desk.settle().await;
    let left: i64 = sqlx::query_scalar("select count(*) from item_imports").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(left, 0, "tables are kept for thirty days");
}

#[tokio::test]
async fn f032_guides_of_elsewhere_are_found_and_shown_as_samples() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    nobody.get("/guides").await.is(OK).has("样例").has("社会保障卡注销").has("共 21 项");
    nobody
        .get("/guides/M01")
        .await
        .is(OK)
        .has("样例")
        .has("不在这里生效")
        .has("来源没有写的")
        .has("37772394")
        .has_not("开始办理");
    nobody.get("/guides/none").await.is(404);
    nobody.get("/matters?q=注销社会保障卡").await.is(OK).has("别处的办事指南（样例）").has("/guides/M01");
    nobody.get("/matters?q=取水许可").await.is(OK).has_not("/guides/");
    let json = nobody.get("/guides?as=json").await.is(OK).json();
    assert_eq!(json.as_array().unwrap().len(), 21);
}

/// A permit that no list names is told where it is drawn up and where it is read, and not published: nobody could apply for what all would find.
#[tokio::test]
async fn a2_1_02_a_new_matter_whose_power_is_not_in_the_list_is_told_at_once_and_not_published() {
    let desk = Desk::open().await;
    desk.powers().await;
    let drafter = desk.sign_in("catalogue").await;
    let old = desk.catalogue.item(LICENCE).unwrap();
    let text = desk.nobody().get("/items/export?agency=hefei-hrss&as=json").await.is(OK).text();
    let of_its_own = format!("{}999", &old.basic_code[..old.basic_code.len() - 3]);
    let new = text.replace(LICENCE, "talent-service").replace(&old.basic_code, &of_its_own);
    let report = compared(&drafter, &[("a.json", new.as_bytes())]).await;
    drafter.get(&report).await.is(OK).has("talent-service").has("不在公布的权责清单里").has("确认并送审");
    let change = confirms(&drafter, &report, "新设一项").await.is(303).location();
    let legal = desk.sign_in("legal").await;
    legal.get(&change).await.is(OK).has("不在公布的权责清单里");
    for (login, reviewer) in [("openness", "openness"), ("establishment", "establishment"), ("legal", "legal")] {
        let office = desk.sign_in(login).await;
        posts(&office, &format!("{change}/review"), &[("reviewer", reviewer), ("passes", "yes")]).await.is(303);
    }
    let today = desk.house().now().date().to_string();
    let publish = format!("{change}/publish");
    posts(&drafter, &publish, &[("from", &today)]).await.is(409).has("请先公布这项职权");

    // From the first day of its power on it can be published; then the power is not taken back from under it.
    let tomorrow = (desk.house().now().date() + chrono::Days::new(1)).to_string();
    let code = old.code.replace(&old.basic_code, &of_its_own);
    let agency = desk.catalogue.agency_name(&old.agency).to_owned();
    let own =
        [("code", code.as_str()), ("name", "人才服务许可"), ("region", &old.region), ("agency", &agency), ("level", "市级")];
    let power = posts(&drafter, "/powers/new", &crate::powers::with(&own)).await.is(303).location();
    desk.passes(&power, &tomorrow).await;
    posts(&drafter, &publish, &[("from", &today)]).await.is(409).has("请先公布这项职权");
    posts(&drafter, &publish, &[("from", &tomorrow)]).await.is(303);
    let back = [("decision", "合政办〔2026〕11号"), ("reason", "写错了单位")];
    posts(&drafter, &format!("{power}/recall"), &back).await.is(409).has("请先撤回那个事项");
    posts(&drafter, &format!("{change}/recall"), &back).await.is(303);
    posts(&drafter, &format!("{power}/recall"), &back).await.is(303);
    desk.nobody().get(&format!("/powers/{code}")).await.is(OK).has("从未生效").has_not("● 在用");
    let version = desk.nobody().get("/matters/talent-service/versions/1").await;
    version.is(OK).has("哪一天也没有生效过");
}
