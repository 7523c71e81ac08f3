//! The list of powers: what is in it, on what it rests, and how it changes (A2.1–A2.2, B6.1–B6.2; F016–F019, F023, F091).

use crate::Desk;
use crate::desk::{Client, OK, posts};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use testing::Page;
use uuid::Uuid;

/// A power as the form asks for it.
const POWER: [(&str, &str); 15] = [
    ("operation", "add"),
    ("title", "新增取水许可"),
    ("decision", "《取水许可和水资源费征收管理条例》"),
    ("code", "000119001000"),
    ("name", "取水许可"),
    ("kind", "行政许可"),
    ("agency", "金寨县水利局"),
    ("region", "341524"),
    ("level", "县级"),
    ("origin", "法定本级行使"),
    ("content", "取用水资源的审批"),
    ("bases", "《中华人民共和国水法》第四十八条\n《取水许可和水资源费征收管理条例》（国务院令第460号）第二条"),
    ("conditions", "有取水设施和计量设施"),
    ("limit", "自受理之日起45个工作日"),
    ("supervision", "上级水行政主管部门监督检查"),
];

/// The fields of the form with some of them said otherwise.
pub fn with<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = POWER.into_iter().filter(|(key, _)| !changed.iter().any(|(k, _)| k == key)).collect();
    fields.extend_from_slice(changed);
    fields
}

pub async fn imports(client: &Client, bytes: &[u8]) -> Page {
    let once = Uuid::new_v4().to_string();
    let mut body = Vec::new();
    for (key, value) in [("once", once.as_str()), ("title", "导入"), ("decision", "某号文"), ("again", "")] {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list\"\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    client.ask("POST", "/powers/import", &[("content-type", "multipart/form-data; boundary=b")], body).await
}

fn today(desk: &Desk) -> String {
    desk.house().now().date().to_string()
}

/// When the catalogue of open data says that a table last changed.
async fn modified(client: &Client, key: &str) -> Option<DateTime<Utc>> {
    let catalog: Value = serde_json::from_slice(&client.get("/data/catalog.jsonld").await.is(OK).body).unwrap();
    let datasets = catalog["dcat:dataset"].as_array().unwrap();
    let dataset = datasets.iter().find(|dataset| dataset["dct:identifier"] == key).unwrap();
    dataset["dct:modified"]["@value"].as_str().map(|at| at.parse().unwrap())
}

#[tokio::test]
async fn f091_every_file_that_the_catalogue_of_data_names_is_there_and_is_what_it_says() {
    let desk = Desk::open().await;
    desk.powers().await;
    desk.settle().await;
    let nobody = desk.nobody();
    let page = nobody.get("/data").await.is(OK);
    let catalog: Value = serde_json::from_slice(&nobody.get("/data/catalog.jsonld").await.is(OK).body).unwrap();
    assert_eq!(catalog["@type"], "dcat:Catalog");
    let origin = desk.house().site().origin.clone();
    let path = |url: &Value| url["@id"].as_str().unwrap().strip_prefix(&origin).unwrap().to_owned();
    let datasets = catalog["dcat:dataset"].as_array().unwrap();
    assert!(datasets.len() >= 8);
    for dataset in datasets {
        nobody.get(&path(&dataset["dcat:landingPage"])).await.is(OK);
        for file in dataset["dcat:distribution"].as_array().unwrap() {
            let address = path(&file["dcat:downloadURL"]);
            let media = file["dcat:mediaType"]["@id"].as_str().unwrap().rsplit_once("media-types/").unwrap().1;
            let answer = nobody.get(&address).await.is(OK);
            let said = answer.headers["content-type"].to_str().unwrap();
            assert!(said.starts_with(media), "{address}: {said}, not {media}");
            assert!(page.text().contains(&address.replace('&', "&#38;")), "{address} is on the page");
        }
    }
    assert!(modified(&nobody, "powers").await.is_some());
}

#[tokio::test]
async fn f019_a2_1_03_a_power_enters_the_list_by_three_reviews_in_their_order_and_no_other_way() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    drafter.get("/powers/new").await.is(OK).has("起草变更");
    desk.sign_in("officer").await.get("/powers/new").await.is(403);
    posts(&desk.sign_in("admin").await, "/powers/new", &POWER).await.is(403);

    // Everything that is wrong is told at once, and nothing typed is lost.
    let wrong = with(&[("name", ""), ("kind", "许可"), ("region", "999999"), ("decision", "")]);
    let mut told = posts(&drafter, "/powers/new", &wrong).await.is(422);
    for words in
        ["请写依据的文件", "名称：不能空着", "类型：要填这些里的一个", "没有“999999”这个行政区划代码", "自受理之日起45个工作日"]
    {
        told = told.has(words);
    }
    posts(&drafter, "/powers/new", &with(&[("bases", " ")])).await.is(422).has("没有依据的职权不能进清单");

    // Sent twice at once it is drafted once.
    let once = Uuid::new_v4().to_string();
    let mut fields = vec![("once", once.as_str())];
    fields.extend(POWER);
    let (one, two) = tokio::join!(drafter.post("/powers/new", &fields), drafter.post("/powers/new", &fields));
    assert_eq!((one.status, two.status, one.location()), (303, 303, two.location()));
    let change = one.location();
    posts(&drafter, "/powers/new", &POWER).await.is(422).has("正在另一份变更");
    let nobody = desk.nobody();
    nobody.get("/powers").await.is(OK).has("清单里还没有职权");
    assert_eq!(modified(&nobody, "powers").await, None, "a draft changes nothing yet");
    for path in [change.clone(), format!("{change}/rows.jsonl")] {
        nobody.get(&path).await.is(404);
    }
    nobody.get("/powers/changes?only=open").await.is(OK).has_not("新增取水许可");
    drafter.get("/powers/changes?only=open").await.is(OK).has("新增取水许可").has("等 政务公开办审核");
    drafter.get(&change).await.is(OK).has("还没有审核").has_not("提交审核");

    // Neither out of turn, nor in another's name, nor before all have passed it.
    let review = format!("{change}/review");
    let passes_as = |reviewer: &'static str| [("reviewer", reviewer), ("passes", "yes")];
    let legal = desk.sign_in("legal").await;
    posts(&legal, &review, &passes_as("legal")).await.is(409).has("现在轮到政务公开办审核");
    posts(&legal, &review, &passes_as("openness")).await.is(403);
    posts(&drafter, &review, &passes_as("openness")).await.is(403);
    posts(&drafter, &format!("{change}/publish"), &[("from", &today(&desk))]).await.is(409).has("三家审核都通过以后");
    let openness = desk.sign_in("openness").await;
    posts(&openness, &review, &[("reviewer", "openness"), ("passes", "no")]).await.is(422).has("退回要写哪里要改");
    posts(&openness, &review, &[("reviewer", "openness"), ("passes", "no"), ("opinion", "写清条件")]).await.is(303);
    drafter.get(&change).await.is(OK).has("退回修改").has("写清条件");

    // Drafted again it begins anew, under its number.
    let no = change.trim_start_matches("/powers/changes/").to_owned();
    drafter.get(&format!("/powers/new?again={no}")).await.is(OK).has("取用水资源的审批");
    let again = with(&[("again", no.as_str()), ("conditions", "有符合标准的取水设施和计量设施")]);
    assert_eq!(posts(&drafter, "/powers/new", &again).await.is(303).location(), change);
    desk.passes(&change, &today(&desk)).await;
    posts(&drafter, &format!("{change}/withdraw"), &[("reason", "不要了")]).await.is(409).has("已经公布的不能撤回");

    // It is public that moment: the catalogue of data says that it changed, page, table, feed; and what was committed to is what is published (F091).
    assert!(modified(&nobody, "powers").await.is_some());
    nobody.get("/powers").await.is(OK).has("取水许可").has("金寨县水利局");
    nobody.get("/powers/000119001000").await.is(OK).has("有符合标准的取水设施").has("《中华人民共和国水法》第四十八条");
    nobody.get("/powers/changes.atom").await.is(OK).has("新增取水许可").has(&no);
    let rows = nobody.get(&format!("{change}/rows.jsonl")).await.is(OK);
    nobody.get(&change).await.is(OK).has(&hex::encode(Sha256::digest(&rows.body)));
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from acts where subject_kind = 'power_change' and subject = $1 order by position")
            .bind(&no)
            .fetch_all(desk.pool())
            .await
            .unwrap();
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.trim_start_matches("power_change.")).collect();
    assert_eq!(kinds, ["drafted", "reviewed", "drafted", "reviewed", "reviewed", "reviewed", "published"]);
    // Until then the public record has the digest alone (A3.4).
    let public: Vec<String> = sqlx::query_scalar("select public_body from acts where subject = $1 order by position")
        .bind(&no)
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert!(public[..6].iter().all(|body| !body.contains("取水许可") && !body.contains("写清条件")));
    assert!(public[6].contains("新增取水许可"));
}

#[tokio::test]
async fn b6_1_f018_f123_any_day_can_be_asked_and_two_versions_compare() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let first = posts(&drafter, "/powers/new", &POWER).await.is(303).location();
    desk.passes(&first, &today(&desk)).await;
    let later = desk.house().now().date() + chrono::Days::new(30);
    let code = "/powers/000119001000";
    let second = with(&[
        ("operation", "hand_down"),
        ("title", "下放取水许可"),
        ("agency", "燕子河镇人民政府"),
        ("region", "341524103"),
        ("level", "乡镇级"),
    ]);
    let change = posts(&drafter, "/powers/new", &second).await.is(303).location();
    desk.passes(&change, &later.to_string()).await;

    let nobody = desk.nobody();
    nobody.get("/powers").await.is(OK).has("金寨县水利局").has_not("燕子河镇");
    nobody.get(&format!("/powers?on={later}")).await.is(OK).has("燕子河镇人民政府").has_not("金寨县水利局");
    nobody.get(&format!("{code}?on={later}")).await.is(OK).has("燕子河镇人民政府");
    nobody.get(&format!("{code}?on=2000-01-01")).await.is(404);
    nobody.get(&format!("{code}?on=昨天")).await.is(422).has("日期请写年月日");
    nobody
        .get(&format!("{code}?version=2&with=1"))
        .await
        .is(OK)
        .has("<del>金寨县水利局</del>")
        .has("<ins>燕子河镇人民政府</ins>");
    // Neither may a third version begin before the second does.
    let third = with(&[("operation", "change"), ("title", "再改"), ("limit", "20个工作日")]);
    let change = posts(&drafter, "/powers/new", &third).await.is(303).location();
    for (login, reviewer) in [("openness", "openness"), ("establishment", "establishment"), ("legal", "legal")] {
        let office = desk.sign_in(login).await;
        posts(&office, &format!("{change}/review"), &[("reviewer", reviewer), ("passes", "yes")]).await.is(303);
    }
    posts(&drafter, &format!("{change}/publish"), &[("from", &today(&desk))]).await.is(422).has("这次最早从");
    posts(&drafter, &format!("{change}/withdraw"), &[("reason", "等下一批")]).await.is(303);

    // Suspended, it can be resumed or cancelled, and not suspended again.
    let suspend = posts(&drafter, "/powers/new", &with(&[("operation", "suspend"), ("title", "暂停")])).await.is(303).location();
    let after = later + chrono::Days::new(1);
    desk.passes(&suspend, &after.to_string()).await;
    nobody.get(&format!("{code}?on={after}")).await.is(OK).has("暂停");
    drafter.get(&format!("{code}/change?operation=suspend")).await.is(409).has("不能暂停");
    drafter.get(&format!("{code}/change?operation=resume")).await.is(OK);
}

#[tokio::test]
async fn f016_f017_a_repeal_flags_everything_that_stood_on_it_and_new_cases_stop() {
    let desk = Desk::open().await;
    desk.powers().await;
    let citizen = desk.citizen("刘勇").await;
    let before = desk.fills(&citizen, "elderly-card", &[]).await;
    let open = desk.applies(&desk.citizen("赵桂兰").await, "elderly-card", &[]).await;
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{open}")).await.is(OK).has_not("设定依据已经失效");
    let law = catalogue::powers::law::key("中华人民共和国老年人权益保障法");
    let nobody = desk.nobody();
    nobody.get(&format!("/laws/{law}")).await.is(OK).has(&desk.catalogue.item("elderly-card").unwrap().name).has("凭它的职权");
    nobody.get("/powers/flagged").await.is(OK).has_not("/matters/elderly-card");
    nobody.get("/matters/elderly-card").await.is(OK);

    let yesterday = (desk.house().now().date() - chrono::Days::new(1)).to_string();
    let repeal = [("article", ""), ("last_day", yesterday.as_str()), ("because", "演练：被新法代替")];
    posts(&desk.sign_in("officer").await, &format!("/laws/{law}/repeal"), &repeal).await.is(403);
    let legal = desk.sign_in("legal").await;
    posts(&legal, &format!("/laws/{law}/repeal"), &[("last_day", "去年"), ("because", "")]).await.is(422).has("请写因何失效");
    posts(&legal, &format!("/laws/{law}/repeal"), &repeal).await.is(303);

    // All of it at once: the power, the matter, the list, the guide; and nobody can apply, whatever was filled in before.
    nobody.get("/powers/flagged").await.is(OK).has("/matters/elderly-card").has("不收新申请").has("在办 1<");
    // Whoever handles what was taken before is told.
    officer.get(&format!("/counter/cases/{open}")).await.is(OK).has("设定依据已经失效").has("先问法制机构");
    let item = desk.catalogue.item("elderly-card").unwrap();
    nobody.get(&format!("/powers/{}", item.code)).await.is(OK).has("没有一条设定依据在效");
    nobody.get("/powers?standing=no_basis&q=老年人").await.is(OK).has("不能用");
    nobody.get("/matters/elderly-card").await.is(OK).has("老年人权益保障法");
    let refused = citizen.post(&format!("/matters/elderly-card/apply/check{before}"), &[("anyway", "yes")]).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    citizen.post("/matters/elderly-card/apply", &[("for", "me"), ("again", "yes")]).await.is(409).has("设定依据已经失效");
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(cases, 1);

    // A text that nobody cited yet is recorded with what it is, once, and by an act.
    let text = [("name", "中华人民共和国渔业法"), ("rank", "法律"), ("from", "1986-07-01")];
    posts(&legal, "/laws/new", &text[..1]).await.is(422).has("请选效力级别").has("中华人民共和国渔业法");
    posts(&desk.sign_in("officer").await, "/laws/new", &text).await.is(403);
    let water = posts(&legal, "/laws/new", &text).await.is(303).location();
    assert_eq!(water, format!("/laws/{}", catalogue::powers::law::key("《中华人民共和国渔业法》")));
    nobody.get(&water).await.is(OK).has("1986").has("登记");

    // Recorded by mistake, it is taken back, and both stay on record.
    posts(&legal, &format!("/laws/{law}/restore"), &[("restored", ""), ("reason", "演练结束")]).await.is(303);
    nobody.get("/powers/flagged").await.is(OK).has_not("/matters/elderly-card");
    nobody.get(&format!("/laws/{law}")).await.is(OK).has("登记失效").has("撤销失效登记");
    // F017: the record names the office that did it.
    posts(&desk.sign_in("catalogue").await, &format!("/laws/{law}/repeal"), &repeal).await.is(303);
    posts(&desk.sign_in("catalogue").await, &format!("/laws/{law}/restore"), &[("restored", ""), ("reason", "登记错了")])
        .await
        .is(303);
    let by: Vec<String> =
        sqlx::query_scalar("select public_body from acts where subject_kind = 'law' and subject = $1 order by position")
            .bind(&law)
            .fetch_all(desk.pool())
            .await
            .unwrap();
    let by: Vec<bool> = by.iter().rev().take(4).map(|body| body.contains("\"catalogue_administrator\"")).collect();
    assert_eq!(by, [true, true, false, false]);
    citizen.post(&format!("/matters/elderly-card/apply/check{before}"), &[("anyway", "yes")]).await.is(303);
}

#[tokio::test]
async fn a2_1_a_list_is_taken_whole_or_not_at_all_and_a_round_trip_changes_nothing() {
    let desk = Desk::open().await;
    desk.powers().await;
    let drafter = desk.sign_in("catalogue").await;
    for form in ["csv", "xlsx", "json"] {
        let table = desk.nobody().get(&format!("/powers?as={form}")).await.is(OK);
        imports(&drafter, &table.body).await.is(422).has("和现在的清单一样，没有要改的");
    }
    let head = "编码,名称,类型,行使主体,行政区划,设定依据,状态,并入\n";
    let changes =
        async || sqlx::query_scalar::<_, i64>("select count(*) from power_changes").fetch_one(desk.pool()).await.unwrap();
    let before = changes().await;
    let wrong = format!(
        "{head}NEW-1,好的,行政许可,某局,341524,,,\nNEW-2,,许可,某局,999999,,,\nNEW-1,又一个,行政许可,某局,341524,,,\nNEW-3,坏的,行政许可,某局,341524,,取消,\n"
    );
    let mut told = imports(&drafter, wrong.as_bytes()).await.is(422);
    for words in ["一行也没有收", "没有“999999”这个行政区划代码", "和第 2 行的编码一样", "不能一来就是“取消”"]
    {
        told = told.has(words);
    }
    assert_eq!(changes().await, before, "nothing by half");
    // A permit on a departmental rule alone is refused (A2.1-01).
    let rule = format!("{head}NEW-1,某许可,行政许可,某局,341524,《食品生产许可管理办法》第二条,,\n");
    imports(&drafter, rule.as_bytes()).await.is(422).has("都不能设定行政许可");
    // What differs becomes one change, and nothing else is in it.
    let good = format!("{head}NEW-1,某许可,行政许可,某局,341524,《中华人民共和国食品安全法》第三十五条,,\n");
    let change = imports(&drafter, good.as_bytes()).await.is(303).location();
    drafter.get(&change).await.is(OK).has("某许可").has("新增");
    desk.sign_in("officer").await.get("/powers/import").await.is(403);
}

#[tokio::test]
async fn f023_a2_2_what_is_missing_is_counted_by_agency_and_lists_page_by_key() {
    let desk = Desk::open().await;
    desk.powers().await;
    let nobody = desk.nobody();
    let rows = nobody.get("/powers/agencies?as=json").await.is(OK).json();
    let rows = rows.as_array().unwrap();
    let sum = |key: &str| rows.iter().map(|row| row[key].as_i64().unwrap()).sum::<i64>();
    let matters = desk.catalogue.items().len() as i64;
    assert_eq!(sum("powers"), 1178 + matters);
    assert_eq!(sum("incomplete"), 1178, "those behind the matters are whole, the samples are not");
    // 1,150 list no basis; one stands on a repealed law alone.
    assert_eq!(sum("without_basis"), 1151);
    let mut seen = std::collections::BTreeSet::new();
    let mut at = "/powers?q=许可".to_owned();
    loop {
        let page = nobody.get(&at).await.is(OK).text();
        for code in page.split("href=\"/powers/").skip(1).filter_map(|rest| rest.split('"').next()) {
            if code.chars().any(|c| c.is_ascii_digit()) && !code.contains("changes") {
                assert!(seen.insert(code.to_owned()), "{code} twice");
            }
        }
        match page.split("href=\"").find(|rest| rest.contains("rel=\"next\"")).and_then(|rest| rest.split('"').next()) {
            Some(next) => at = next.replace("&amp;", "&").replace("&#38;", "&"),
            None => break,
        }
    }
    let all = nobody.get("/powers?q=许可&as=json").await.is(OK).json();
    assert_eq!(seen.len(), all.as_array().unwrap().len());
    assert!(seen.len() > 500);
}

#[tokio::test]
async fn a2_1_02_the_list_binds_what_is_suspended_or_not_in_it_cannot_be_used() {
    let desk = Desk::open().await;
    desk.powers().await;
    let item = desk.catalogue.item("food-business-licence").unwrap();
    let guide = "/matters/food-business-licence";
    desk.nobody().get(guide).await.is(OK).has("开始办理");
    let drafter = desk.sign_in("catalogue").await;
    let page = format!("/powers/{}/change?operation=suspend", item.code);
    let suspends = async || {
        let mut fields = drafter.get(&page).await.is(OK).fields("/powers/new");
        for (key, value) in &mut fields {
            match key.as_str() {
                "title" => *value = "暂停食品经营许可".into(),
                "decision" => *value = "皖政〔2026〕9号".into(),
                _ => {}
            }
        }
        crate::desk::sends(&drafter, "/powers/new", &fields).await.is(303).location()
    };
    let change = suspends().await;
    // Reviewers read what is changed.
    desk.sign_in("legal").await.get(&change).await.is(OK).has("<del>在用</del>").has("<ins>暂停</ins>");
    let tomorrow = desk.house().now().date() + chrono::Days::new(1);
    desk.passes(&change, &tomorrow.to_string()).await;
    // Taken back before its day, it is drafted anew: another version, beside what goes on.
    let fault = [("decision", "皖政〔2026〕10号"), ("reason", "写错了单位")];
    posts(&drafter, &format!("{change}/recall"), &fault).await.is(303);
    let power = format!("/powers/{}", item.code);
    desk.nobody().get(&power).await.is(OK).has("生效前撤回").has("在用");
    desk.nobody().get(&format!("{power}?on={tomorrow}&as=json")).await.is(OK).has("\"in_use\"");
    let change = suspends().await;
    desk.passes(&change, &tomorrow.to_string()).await;
    desk.nobody().get(&power).await.is(OK).has("第 3 版");
    desk.nobody().get(guide).await.is(OK).has("开始办理");
    // A table that was downloaded now says what is in force, and does not undo what waits for its day.
    let table = desk.nobody().get("/powers?as=csv").await.is(OK);
    imports(&drafter, &table.body).await.is(422).has("没有要改的");
    desk.later(chrono::Duration::days(1)).await;
    let citizen = desk.citizen("刘毅").await;
    desk.nobody().get(guide).await.is(OK).has_not("开始办理").has("权责清单暂停了这项职权");
    desk.nobody().get("/matters?q=食品经营许可").await.is(OK).has("现在不能申请");
    citizen.post(&format!("{guide}/apply"), &[("for", "me")]).await.is(409).has("权责清单暂停了这项职权");
    desk.sign_in("officer").await.get("/counter/intake/food-business-licence").await.is(409).has("权责清单暂停了这项职权");
    desk.nobody().get("/matters/elderly-card").await.is(OK).has("开始办理");
    // A code that the list does not have.
    let stranger = catalogue::Foundations::of(&mut desk.pool().acquire().await.unwrap(), [item.as_ref()]).await.unwrap();
    let day = desk.house().now().date();
    let barred = |kind, code: &str, basic: &str, region: &str| stranger.barred(kind, (code, basic), region, day);
    use catalogue::{Barred, ItemKind};
    assert_eq!(barred(ItemKind::Permit, "", "000131888000", "341524"), Some(Barred::NotListed));
    assert_eq!(barred(ItemKind::PublicService, "", "342011001999", "341524"), None, "a service is no power");
    // What the list has under the code is of another kind, or of elsewhere.
    assert_eq!(barred(ItemKind::Benefit, &item.code, "", "341524"), Some(Barred::Elsewhere));
    assert_eq!(barred(ItemKind::Permit, &item.code, "", "440303"), Some(Barred::Elsewhere));
}

#[tokio::test]
async fn a2_1_01_a_permit_rests_on_a_text_that_is_known_to_create_one() {
    let desk = Desk::open().await;
    let by = desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    for (bases, says) in [
        ("按规定", "效力级别还没有登记"),
        ("《不存在的法》第一条", "效力级别还没有登记"),
        ("《中华人民共和国行政许可法》第三十二条", "都不能设定行政许可"),
    ] {
        posts(&drafter, "/powers/new", &with(&[("bases", bases)])).await.is(422).has(says);
    }
    drop(by);
    posts(&drafter, "/powers/new", &POWER).await.is(303);
}
