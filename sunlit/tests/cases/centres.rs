//! Service centres, what stays outside them, and what they cover (B2.1, B3.1, B4.4, B6.3), against real PostgreSQL.

use crate::Desk;
use crate::desk::{OK, posts};
use catalogue::centres::close;
use foundation::people::New;
use foundation::work;
use serde_json::Value;
use testing::{Client, Page};

const JINZHAI: &str = "/centres/jinzhai-centre";

/// The demonstration's centres, with a matter outside that was approved and one that was not.
pub async fn seeded(desk: &Desk) {
    let admin = desk.person("admin").await;
    catalogue::centres::demo::seed(desk.house(), &desk.catalogue, &admin).await.unwrap();
    work::settle(desk.house()).await.unwrap();
}

/// The centre of Hefei, closed since yesterday, its work gone on with by nobody.
pub async fn closed(desk: &Desk) {
    let (admin, now) = (desk.person("admin").await, desk.house().now());
    let day = now.date().pred_opt().unwrap();
    let closing = acts::Closing {
        name: "合肥市人民政府政务服务中心".into(),
        last_day: day,
        reason: "并入省级中心".into(),
        reviewed_by: "合肥市数据资源管理局".into(),
        reviewed_on: day,
        approved_by: "合肥市人民政府".into(),
        approved_on: day,
        document: "合政〔2026〕7号".into(),
        approval: String::new(),
        successor: None,
    };
    let mut conn = desk.pool().acquire().await.unwrap();
    close::keep(&mut conn, "hefei-centre", closing, &admin, &now).await.unwrap();
    drop(conn);
    close::known(desk.house(), &desk.catalogue).await;
    desk.settle().await;
}

fn today(desk: &Desk) -> String {
    desk.house().now().date().to_string()
}

async fn establishes(client: &Client, today: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![
        ("region", "341524100"),
        ("manager", "金寨县数据资源管理局"),
        ("address", "梅山镇红军大道"),
        ("phone", "0564-7000000"),
        ("hours", "工作日 9:00—12:00"),
        ("basis", "金政办〔2026〕8号"),
        ("from", today),
    ];
    fields.retain(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
    fields.extend_from_slice(more);
    posts(client, "/centres/new", &fields).await
}

async fn kinds(desk: &Desk, subject: &str, no: &str) -> Vec<String> {
    sqlx::query_scalar("select kind from acts where subject_kind = $1 and subject = $2 order by position")
        .bind(subject)
        .bind(no)
        .fetch_all(desk.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn f062_the_name_of_a_centre_is_made_from_its_region_and_another_is_refused() {
    let desk = Desk::open().await;
    let (admin, today) = (desk.sign_in("admin").await, today(&desk));
    let town = desk.catalogue.region("341524100").unwrap().name.clone();
    let no = establishes(&admin, &today, &[("name", "梅山镇政务大厅"), ("phone", ""), ("basis", "")]).await.is(422);
    no.has(&format!("这里是“{town}便民服务中心”")).has("不能叫“梅山镇政务大厅”").has("请写依据");
    // The name of 2012 is no name of today; the one by the rule is taken, and so is none at all.
    establishes(&admin, &today, &[("name", &format!("{town}为民服务中心"))]).await.is(422);
    establishes(&admin, &today, &[("name", &format!("{town}便民服务中心"))]).await.is(303);
    let page = desk.nobody().get("/centres/341524100").await.is(OK);
    page.has(&format!("{town}便民服务中心")).has("金政办〔2026〕8号");
    establishes(&admin, &today, &[("region", "340000"), ("manager", "安徽省数据资源管理局")])
        .await
        .is(422)
        .has("这个区划已经有政务服务中心");
    // Who manages it is of that region, or of one above.
    establishes(&admin, &today, &[("region", "安徽省六安市")]).await.is(422).has("管理机构要是这个区划的");
    establishes(&admin, &today, &[("region", "安徽省六安市"), ("manager", "六安市人民政府")]).await.is(303);
    desk.nobody().get("/centres/341500").await.is(OK).has("六安市人民政府政务服务中心");
    establishes(&admin, &today, &[("region", "340101")]).await.is(422);
    establishes(&admin, &today, &[("region", "没有这个地方")]).await.is(422).has("没有这个区划");
    // By region, for everybody; nobody else establishes one.
    let list = desk.nobody().get("/centres?region=3415").await.is(OK);
    list.has("没有叫“3415”的区划");
    let list = desk.nobody().get("/centres?region=341500").await.is(OK);
    list.has(&format!("{town}便民服务中心")).has("金寨县人民政府政务服务中心").has_not("合肥市人民政府政务服务中心");
    for login in ["officer", "chief", "supervisor"] {
        posts(&desk.sign_in(login).await, "/centres/new", &[("region", "341501")]).await.is(403);
    }
    assert_eq!(kinds(&desk, "centre", "341524100").await, ["centre.established"]);
    // It is a centre like the others: one may take a number there.
    desk.nobody().get("/centres/341524100/queue").await.is(OK).has(&format!("{town}便民服务中心"));
}

#[tokio::test]
async fn b2_1_each_change_of_a_centre_is_an_act_and_the_version_before_stays() {
    let desk = Desk::open().await;
    let (admin, today) = (desk.sign_in("admin").await, today(&desk));
    let path = "/centres/qingyang-centre/change/counters";
    let drawn = admin.get(path).await.is(OK).has("青阳县民政局").has("社会事务综合窗口");
    let version =
        |page: &Page| page.text().split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let version = version(&drawn);
    let fields = |version: &str| {
        [
            ("version", version),
            ("counters.0.counters__number", "03"),
            ("counters.0.counters__name", "社会事务综合窗口"),
            ("counters.0.counters__agency", "青阳县民政局"),
            ("counters.0.counters__key", "qingyang-civil-affairs-1"),
            ("counters.0.counters__staff", "４"),
            ("counters.1.counters__number", "04"),
            ("counters.1.counters__name", "监察窗口"),
            ("counters.1.counters__agency", "青阳县数据资源管理局"),
            ("counters.1.counters__floor", "2 楼"),
            ("basis", "青政办〔2026〕3号"),
            ("from", &today),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    let send = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        posts(&admin, path, &fields).await
    };
    let mut wrong = fields(&version).to_vec();
    wrong[6].1 = "03".into();
    wrong[8].1 = "青阳县没有的局".into();
    wrong[10].1 = String::new();
    send(&wrong).await.is(422).has("上面已经有这个窗口号").has("没有叫这个名称的机关").has("请写依据");
    send(&fields(&version)).await.is(303);
    // A page drawn before does not overwrite it.
    send(&fields(&version)).await.is(409).has("别人改过");
    let page = desk.nobody().get("/centres/qingyang-centre").await.is(OK);
    page.has("监察窗口").has("2 楼").has("青政办〔2026〕3号");
    assert_eq!(kinds(&desk, "centre", "qingyang-centre").await, ["centre.established", "centre.changed"]);
    let versions: Vec<(i32, i64)> = sqlx::query_as(
        "select version, jsonb_array_length(facts -> 'counters')::bigint
           from centre_versions
          where key = 'qingyang-centre'
          order by version",
    )
    .fetch_all(desk.pool())
    .await
    .unwrap();
    assert_eq!(versions, [(1, 1), (2, 2)]);
    // A row more, without scripts: nothing is kept by it.
    let row = posts(&admin, path, &[("version", &version), ("then", "add:counters")]).await.is(OK);
    row.has("counters.1.counters__number");
    desk.sign_in("officer").await.get(path).await.is(403);
}

async fn finds(admin: &Client, today: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![
        ("item", "tree-felling"),
        ("hall", "县林业局大厅"),
        ("address", "梅山镇林业路"),
        ("since", today),
        ("because", "site"),
        ("reason", "大厅没有放样品的场地"),
    ];
    fields.retain(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
    fields.extend_from_slice(more);
    posts(admin, &format!("{JINZHAI}/outside"), &fields).await
}

async fn figure(desk: &Desk, figure: &str) -> (usize, Vec<Value>) {
    let rows = desk.nobody().get(&format!("{JINZHAI}/coverage?figure={figure}&as=json")).await.is(OK).json();
    let rows = rows.as_array().unwrap().clone();
    let missing: Vec<Value> = rows.iter().filter(|row| row["standing"] == "缺").cloned().collect();
    let counted = rows.iter().filter(|row| row["standing"] != "经审核、批准不进中心，不算在内").count();
    (counted, missing)
}

#[tokio::test]
async fn f065_b3_1_01_outside_without_review_and_approval_lowers_coverage_and_is_listed() {
    let desk = Desk::open().await;
    let (admin, today) = (desk.sign_in("admin").await, today(&desk));
    let (all, missing) = figure(&desk, "matters").await;
    assert_eq!((all, missing.len()), (24, 0));
    desk.nobody().get(JINZHAI).await.is(OK).has("24/24").has("100%");

    finds(&admin, &today, &[("item", ""), ("because", ""), ("reason", "")])
        .await
        .is(422)
        .has("请从列表里选一个事项")
        .has("请选一种情形")
        .has("请写为什么不在中心办");
    let at = finds(&admin, &today, &[]).await.is(303).location();
    assert_eq!(at, "/centres/outside/tree-felling");
    finds(&admin, &today, &[]).await.is(409).has("已经登记在中心外办理");
    let (all, missing) = figure(&desk, "matters").await;
    assert_eq!((all, missing.len()), (24, 1), "it counts and is missing");
    assert_eq!((&missing[0]["key"], &missing[0]["place"]), (&"tree-felling".into(), &"县林业局大厅".into()));
    desk.nobody().get(JINZHAI).await.is(OK).has("23/24").has("95.8%");
    // Who wants it done is sent to where it is done.
    desk.nobody().get("/matters/tree-felling").await.is(OK).has("这件事不在中心办").has("县林业局大厅");
    let list = desk.nobody().get("/centres/outside?only=lacking").await.is(OK);
    list.has("/centres/outside/tree-felling").has("没有管理机构审核").has("没有本级政府批准");

    // The government does not come first, and not with an earlier day.
    let approves = [("approved", "yes"), ("approved_on", &today), ("document", "金政〔2026〕9号"), ("approval_reason", "同意")];
    posts(&admin, &format!("{at}/approve"), &approves).await.is(409).has("还没有审核同意");
    posts(&admin, &format!("{at}/review"), &[("reviewed", "yes")]).await.is(422).has("请写理由").has("审核日期");
    let reviews = [("reviewed", "yes"), ("reviewed_on", &today), ("review_reason", "场地确实不够")];
    posts(&admin, &format!("{at}/review"), &reviews).await.is(303);
    desk.nobody().get(JINZHAI).await.is(OK).has("23/24");
    let earlier =
        [("approved", "yes"), ("approved_on", "2026-01-05"), ("document", "金政〔2026〕9号"), ("approval_reason", "同意")];
    posts(&admin, &format!("{at}/approve"), &earlier).await.is(409).has("早于审核的日期");
    posts(&admin, &format!("{at}/approve"), &approves).await.is(303);
    // Approved, it stands in neither number.
    let (all, missing) = figure(&desk, "matters").await;
    assert_eq!((all, missing.len()), (23, 0));
    desk.nobody().get(JINZHAI).await.is(OK).has("23/23").has("另有经批准不进的");
    desk.nobody().get("/centres/outside?only=lacking").await.is(OK).has_not("/centres/outside/tree-felling\"");
    let page = desk.nobody().get(&at).await.is(OK);
    page.has("金政〔2026〕9号").has("场地确实不够").has("金寨县人民政府").has("金寨县数据资源管理局");
    assert_eq!(
        kinds(&desk, "outside_matter", "tree-felling").await,
        ["outside_matter.found", "outside_matter.reviewed", "outside_matter.approved"]
    );

    // It comes in, and counts again.
    posts(&admin, &format!("{at}/enter"), &[("entered_on", &today), ("entered_by", "金政办〔2026〕12号")]).await.is(303);
    desk.nobody().get(JINZHAI).await.is(OK).has("24/24");
    posts(&admin, &format!("{at}/review"), &reviews).await.is(409).has("已经进驻中心");
    // Without one of the two grounds it is not entered at all.
    finds(&admin, &today, &[("because", "none")]).await.is(422).has("应当在中心办");
    desk.nobody().get("/matters/tree-felling").await.is(OK).has_not("这件事不在中心办");
    posts(&desk.sign_in("chief").await, &format!("{at}/review"), &reviews).await.is(403);
}

#[tokio::test]
async fn b3_1_03_a_stay_outside_is_asked_for_and_begins_only_with_an_approval() {
    let desk = Desk::open().await;
    people(&desk).await;
    let on = |days: i64| (desk.house().now().date() + chrono::Duration::days(days)).to_string();
    let (tomorrow, later, far) = (on(1), on(10), on(200));
    let manager = desk.sign_in("manager").await;
    finds(&manager, &far, &[]).await.is(422).has("最多提前半年");
    let at = finds(&manager, &later, &[]).await.is(303).location();
    assert_eq!(kinds(&desk, "outside_matter", "tree-felling").await, ["outside_matter.asked"]);
    finds(&manager, &tomorrow, &[]).await.is(409).has("已经报请");
    // It changes nothing of where one goes, nor of what is covered, and waits for the management body.
    let inside = async |desk: &Desk| {
        desk.nobody().get("/matters/tree-felling").await.is(OK).has_not("这件事不在中心办");
        desk.nobody().get(JINZHAI).await.is(OK).has("24/24");
        desk.nobody().get("/centres/outside?only=lacking").await.is(OK).has_not("/centres/outside/tree-felling\"");
    };
    inside(&desk).await;
    desk.nobody().get(&at).await.is(OK).has("现在在中心办").has("没有管理机构审核");
    manager.get("/centres/desk").await.is(OK).has("/centres/outside/tree-felling");
    let admin = desk.sign_in("admin").await;
    posts(&admin, &format!("{at}/enter"), &[("entered_on", &on(0)), ("entered_by", "x")]).await.is(409).has("还在中心办");
    let (review, approval) = (
        [("reviewed", "yes"), ("review_reason", "场地确实不够")],
        [("approved", "yes"), ("document", "金政〔2026〕9号"), ("approval_reason", "同意")],
    );
    posts(&desk.sign_in("reviewer").await, &format!("{at}/review"), &review).await.is(303);
    // Its day goes by without an approval: it stays, and is asked for anew.
    desk.later(chrono::Duration::days(11)).await;
    inside(&desk).await;
    desk.nobody().get(&at).await.is(OK).has("没有批准，仍在中心办");
    posts(&desk.sign_in("office").await, &format!("{at}/approve"), &approval).await.is(409).has("那天已经过了");
    let again = (desk.house().now().date() + chrono::Duration::days(5)).to_string();
    finds(&desk.sign_in("manager").await, &again, &[]).await.is(303);
    posts(&desk.sign_in("reviewer").await, &format!("{at}/review"), &review).await.is(303);
    posts(&desk.sign_in("office").await, &format!("{at}/approve"), &approval).await.is(303);
    inside(&desk).await;
    desk.nobody().get(&at).await.is(OK).has("在那之前在中心办");
    // Approved in time, it goes out on its day, and stands in neither number.
    desk.later(chrono::Duration::days(5)).await;
    desk.nobody().get("/matters/tree-felling").await.is(OK).has("这件事不在中心办").has("县林业局大厅");
    desk.nobody().get(JINZHAI).await.is(OK).has("23/23");
}

#[tokio::test]
async fn f064_a_department_hall_outside_stands_in_the_same_monitor_and_ranking() {
    let desk = Desk::open().await;
    desk.employ("chief-culture", "许平", "chief_representative", Some("jinzhai-culture")).await;
    seeded(&desk).await;
    let company = desk.citizen("许可人").await;
    let no = desk.applies(&company, "internet-cafe", &[]).await;
    let citizen = desk.citizen("王敏").await;
    desk.applies(&citizen, "elderly-card", &[]).await;
    work::settle(desk.house()).await.unwrap();
    let supervisor = desk.sign_in("supervisor").await;
    let board = supervisor.get("/supervision/board").await.is(OK);
    let board = board.has("各中心和部门大厅").has("金寨县文化旅游体育局办事大厅").has("酉华镇便民服务中心");
    let board = board.has(&format!("/supervision/cases/{no}"));
    let hall = board.text().split("href=\"/supervision/board?place=hall").nth(1).expect("the hall is ranked").to_owned();
    let link = format!("/supervision/board?place=hall{}", hall.split('"').next().unwrap());
    let of_hall = supervisor.get(&link).await.is(OK);
    of_hall.has(&format!("/supervision/cases/{no}"));
    let rows = supervisor.json(&format!("{link}&as=json")).await.json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["case_no"], &rows[0]["hall"]), (&no.as_str().into(), &"金寨县文化旅游体育局办事大厅（演示）".into()));
    let rows = supervisor.json("/supervision/board?place=youhua-centre&as=json").await.json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    supervisor.get("/supervision/board?place=nowhere").await.is(OK).has("没有这个筛选条件");
}

#[tokio::test]
async fn f085_b4_4_01_three_coverages_are_computed_with_denominator_date_and_the_missing() {
    let desk = Desk::open().await;
    let page = desk.nobody().get(JINZHAI).await.is(OK);
    // Nobody has said yet in which division the approvals are: that is missing, and not assumed.
    page.has("11/11").has("0/11").has("0.0%");
    seeded(&desk).await;
    let (agencies, missing) = figure(&desk, "counters").await;
    assert_eq!((agencies, missing.len()), (11, 1));
    assert_eq!((&missing[0]["key"], &missing[0]["why"]), (&"jinzhai-culture".into(), &"在中心没有窗口".into()));
    let (all, missing) = figure(&desk, "functions").await;
    assert_eq!(all, 11);
    let why: Vec<(&str, &str)> = missing.iter().map(|row| (row["key"].as_str().unwrap(), row["why"].as_str().unwrap())).collect();
    assert_eq!(
        why,
        [
            ("jinzhai-culture", "内设机构没有进驻中心"),
            ("jinzhai-forestry", "内设机构没有进驻中心"),
            ("jinzhai-market", "审批职能分在几个内设机构；内设机构没有进驻中心"),
        ]
    );
    let (matters, missing) = figure(&desk, "matters").await;
    assert_eq!((matters, missing.len()), (23, 1));
    assert_eq!(missing[0]["key"], "entertainment-venue");
    // The page says the same, with the day; and what it says is kept for that day.
    let page = desk.nobody().get(JINZHAI).await.is(OK);
    page.has("10/11").has("90.9%").has("8/11").has("72.7%").has("22/23").has("95.7%").has("按这一天的目录和登记算");
    let open = desk.nobody().get(&format!("{JINZHAI}/coverage?figure=functions")).await.is(OK);
    open.has("8 ÷ 11 = 72.7%").has("特种设备安全监察股").has("/centres/jinzhai-centre/agencies/jinzhai-market");
    let kept: Vec<(String, i64)> = sqlx::query_as(
        "select day::text, (figures #>> '{functions,of}')::bigint from centre_coverage where centre = 'jinzhai-centre'",
    )
    .fetch_all(desk.pool())
    .await
    .unwrap();
    assert_eq!(kept, [(today(&desk), 8)]);
    desk.nobody().get("/centres").await.is(OK).has("72.7%");
    // A power of the list that nobody can apply for here is missing too.
    desk.powers().await;
    let before = figure(&desk, "matters").await;
    sqlx::query(
        "insert into power_versions (code, version, change, effective_from, name, kind, region, agency, standing, sample, missing, facts, grams)
         select 'X-1', 1, change, effective_from, '一项没有事项的许可', 'permit', region, agency, 'in_use', false, 0, facts, grams
           from power_versions
          where region = '341524'
          limit 1",
    )
    .execute(desk.pool())
    .await
    .unwrap();
    sqlx::query("delete from centre_coverage").execute(desk.pool()).await.unwrap();
    let after = figure(&desk, "matters").await;
    assert_eq!((after.0, after.1.len()), (before.0 + 1, before.1.len() + 1));
    assert!(after.1.iter().any(|row| row["name"] == "一项没有事项的许可" && row["why"] == "清单上有，还没有可以申请的事项"));
}

#[tokio::test]
async fn f092_b6_3_two_concentrations_and_two_in_place_come_from_the_cases_of_each_agency() {
    let beyond = |item: &mut Value| item["ordinary_unless"][0]["is"] = serde_json::json!(["01"]);
    let desk = Desk::with(testing::changed("food-production-licence", beyond).unwrap()).await;
    seeded(&desk).await;
    let market = format!("{JINZHAI}/agencies/jinzhai-market");
    desk.nobody().get(&market).await.is(OK).has("2/3 · 66.7%").has("特种设备安全监察股").has("不在中心");
    let (agent, chief) = (desk.citizen("李倩").await, desk.sign_in("chief").await);
    let decided = [desk.before_the_chief(&agent).await, desk.before_the_chief(&desk.citizen("王敏").await).await];
    // The first is of a kind that the written authority covers.
    sqlx::query("update cases set state = jsonb_set(state, '{answers,food_categories}', '[\"02\"]') where case_no = $1")
        .bind(&decided[0])
        .execute(desk.pool())
        .await
        .unwrap();
    desk.act(&chief, &decided[0], "grant", &[("seal", "yes")]).await.is(303);
    chief.upload(&format!("/counter/cases/{}/grant/files", decided[1]), "approval", "批件.pdf", b"%PDF-1.4 x").await.is(303);
    let approved = [("seal", "yes"), ("approved", "yes"), ("approver", "王建国 局长")];
    desk.act(&chief, &decided[1], "grant", &approved).await.is(303);
    work::settle(desk.house()).await.unwrap();
    // What is decided today counts from tomorrow on.
    desk.nobody().get(&format!("{market}?cases=all")).await.is(OK).has_not(&decided[0]);
    desk.later(chrono::Duration::days(1)).await;
    let page = desk.nobody().get(&format!("{market}?cases=all")).await.is(OK);
    page.has("1/2 · 50.0%").has("2/2 · 100%").has(&format!("/cases/{}", decided[0])).has(&format!("/cases/{}", decided[1]));
    let page = desk.nobody().get(&market).await.is(OK);
    page.has(&format!("/cases/{}", decided[1])).has_not(&format!("/cases/{}", decided[0])).has("退回机关，负责人批准");
    let rows = desk.nobody().get(&format!("{market}?as=json")).await.is(OK).json();
    let wheres: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["where"].as_str().unwrap()).collect();
    assert_eq!(wheres.iter().filter(|said| **said == "窗口决定").count(), 1);
    assert_eq!(wheres.len(), 2);
    let table = desk.nobody().get(&format!("{JINZHAI}?as=json")).await.is(OK).json();
    let row = table.as_array().unwrap().iter().find(|row| row["agency"] == "金寨县市场监督管理局").unwrap().clone();
    assert_eq!((&row["at_the_counter"], &row["at_the_counter_of"]), (&1.into(), &2.into()));
    // Derived from the public record alone, and the same when it is derived anew.
    let consumer = catalogue::centres::Decided;
    foundation::feed::rebuild(desk.pool(), &consumer, desk.house().time()).await.unwrap();
    desk.nobody().get(&market).await.is(OK).has("1/2 · 50.0%");
}

/// Two townships of one county, each with its people.
async fn two_townships() -> Desk {
    let catalogue = testing::edited(|dir| {
        let file = dir.join("reference/agencies.json");
        let mut all: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let agencies = all["agencies"].as_array_mut().unwrap();
        let mut other = agencies.iter().find(|agency| agency["key"] == "youhua-town").unwrap().clone();
        for (key, value) in [
            ("key", "rongcheng-town"),
            ("name", "青阳县蓉城镇人民政府"),
            ("short_name", "蓉城镇政府"),
            ("mark", "蓉政"),
            ("region", "341723100"),
        ] {
            other[key] = value.into();
        }
        agencies.push(other);
        std::fs::write(file, all.to_string()).unwrap();
    });
    let desk = Desk::with(catalogue.unwrap()).await;
    desk.employ("chief-rongcheng", "程前", "chief_representative", Some("rongcheng-town")).await;
    desk
}

#[tokio::test]
async fn b2_1_a_centre_is_merged_into_another_and_nothing_of_it_is_lost() {
    let desk = two_townships().await;
    let (admin, today) = (desk.sign_in("admin").await, today(&desk));
    let yesterday = desk.house().now().date().pred_opt().unwrap().to_string();
    const AT: &str = "/centres/youhua-centre";
    let name = desk.catalogue.centre("youhua-centre").unwrap().name.clone();
    let other = desk.catalogue.centre("qingyang-centre").unwrap().name.clone();
    // What is there before: a village point, a number of today, a case.
    let chief = desk.sign_in("chief-youhua").await;
    let point = [
        ("region", "341723109200"),
        ("name", "样例村代办点"),
        ("address", "样例村委会"),
        ("hours", "周一、周四上午"),
        ("phone", "0566-7000001"),
    ];
    posts(&chief, "/counter/agent-points", &point).await.is(303);
    let take = [("kind", "general"), ("priority", "none")];
    posts(&desk.nobody(), &format!("{AT}/queue"), &take).await.is(303);
    let citizen = desk.citizen("王敏").await;
    let no = desk.applies(&citizen, "elderly-card", &[]).await;

    let close = format!("{AT}/close");
    admin.get(&close).await.is(OK).has("青阳县酉华镇人民政府").has("窗口搬到接续的中心几号窗口");
    desk.sign_in("officer").await.get(&close).await.is(403);
    let closes = async |more: &[(&str, &str)]| {
        let mut fields = vec![
            ("last_day", today.as_str()),
            ("reason", "两镇的便民服务合到一处"),
            ("reviewed_on", &yesterday),
            ("approved_on", &yesterday),
            ("document", "青政〔2026〕5号"),
            ("successor", &other),
            ("to_youhua-1", "03"),
        ];
        fields.retain(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
        fields.extend_from_slice(more);
        posts(&admin, &close, &fields).await
    };
    closes(&[("reason", ""), ("document", ""), ("reviewed_on", "")])
        .await
        .is(422)
        .has("请写为什么撤销")
        .has("请写批准的文号")
        .has("审核日期请按");
    // The township gives its village points to another keeper first.
    closes(&[]).await.is(409).has("还管着 1 个代办点");
    let hand = format!("/counter/agent-points/{}/hand-over", point[0].1);
    posts(&chief, &hand, &[("keeper", "青阳县民政局"), ("why", "两镇合并")]).await.is(422).has("交给同一个县里别的乡镇");
    posts(&chief, &hand, &[("keeper", "青阳县蓉城镇人民政府"), ("why", "")]).await.is(422).has("请写为什么交出");
    posts(&chief, &hand, &[("keeper", "青阳县蓉城镇人民政府"), ("why", "两镇合并")]).await.is(303);
    chief.get("/counter/agent-points/341723109200").await.is(403);
    desk.sign_in("chief-rongcheng").await.get("/counter/agent-points/341723109200").await.is(OK).has("样例村代办点");
    assert_eq!(kinds(&desk, "agent_point", "341723109200").await, ["agent_point.opened", "agent_point.handed_over"]);
    // Not before what happened there, not to itself, not to a counter that is not there.
    closes(&[("last_day", &yesterday)]).await.is(422).has(&format!("{today} 那天还"));
    closes(&[("last_day", "2099-01-01")]).await.is(422).has("最后开放的一天最晚是");
    closes(&[("successor", &name)]).await.is(422).has("自己不能接续自己");
    closes(&[("to_youhua-1", "99")]).await.is(422).has("没有登记这个窗口号");
    closes(&[("successor", "没有的中心")]).await.is(422).has("没有叫这个名称的中心");
    let (one, two) = tokio::join!(closes(&[]), closes(&[]));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [303, 409], "nobody closes twice");
    closes(&[]).await.is(409).has("撤销已经登记");
    assert_eq!(kinds(&desk, "centre", "youhua-centre").await, ["centre.established", "centre.closed"]);

    // Its last day is a day like the others.
    desk.nobody().get(AT).await.is(OK).has("这个中心要撤销").has(&other).has("取号");
    posts(&desk.nobody(), &format!("{AT}/queue"), &take).await.is(303);
    posts(&chief, "/counter/agent-points", &[("region", "341723109201"), point[1], point[2], point[3], point[4]])
        .await
        .is(409)
        .has("已经撤销，或者要撤销");

    desk.later(chrono::Duration::days(1)).await;
    desk.catalogue.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    let nobody = desk.nobody();
    let page =
        nobody.get(AT).await.is(OK).has("这个中心已经撤销").has("href=\"/centres/qingyang-centre\"").has("青政〔2026〕5号");
    // The counters stay in the record of their days, and what was handled at them is handled at the other centre.
    page.has("原来在这里办的事项")
        .has(&format!("{other} 03"))
        .has("<th scope=\"row\" data-h=\"窗口号\">1</th>")
        .has_not("/centres/youhua-centre/queue");
    nobody.get("/matters/elderly-card").await.is(OK).has(&other).has("03 · ").has_not("新的窗口还没有公布");
    nobody.get("/centres").await.is(OK).has_not("/centres/youhua-centre").has("已经撤销的中心");
    nobody.get("/centres?only=closed").await.is(OK).has("/centres/youhua-centre").has_not("/centres/hefei-centre");
    nobody.get("/queue").await.is(OK).has_not("/centres/youhua-centre");
    nobody.get("/help").await.is(OK).has_not(&name);
    let rows = nobody.get("/centres?as=json").await.is(OK).json();
    let row = rows.as_array().unwrap().iter().find(|row| row["key"] == "youhua-centre").unwrap();
    assert_eq!((row["last_day"].as_str(), row["successor"].as_str()), (Some(today.as_str()), Some("qingyang-centre")));
    // Counters of it take no numbers and are not opened; those of the other centre have its matters.
    assert_eq!(nobody.get(&format!("{AT}/queue")).await.is(303).location(), AT);
    posts(&nobody, &format!("{AT}/queue"), &take).await.is(409).has("不再取号");
    posts(&nobody, "/centres/qingyang-centre/queue", &[take[0], take[1], ("item", "elderly-card")]).await.is(303);
    let officer = desk.sign_in("officer-youhua").await;
    posts(&officer, "/counter/calling/open", &[("centre", "youhua-centre"), ("counter", "1"), ("kinds", "general")])
        .await
        .is(422)
        .has("没有窗口，不能叫号");
    // Its presence is that of its days, and it is counted on none after.
    nobody.get(&format!("{AT}/presence?day={today}")).await.is(OK).has("青阳县酉华镇人民政府");
    let csv = async |day: &str| nobody.get(&format!("{AT}/presence?day={day}&as=csv")).await.is(OK);
    csv(&today).await.has(&format!("当天的窗口,{today},1,"));
    let tomorrow = desk.house().now().date().to_string();
    csv(&tomorrow).await.has_not(&format!("当天的窗口,{tomorrow}"));
    nobody.get(&format!("{AT}/coverage?figure=matters")).await.is(409).has("已经撤销");
    let after: i64 = sqlx::query_scalar("select count(*) from centre_coverage where centre = 'youhua-centre' and day > $1::date")
        .bind(desk.house().now().date().pred_opt())
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(after, 0);
    // Its record changes no more; the cases go on.
    let admin = desk.sign_in("admin").await;
    admin.get(&format!("{AT}/change/counters")).await.is(409).has("登记不再变更");
    admin.get(&format!("{AT}/outside")).await.is(409);
    assert_eq!(admin.get(&close).await.is(303).location(), AT);
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    let versions: i64 = sqlx::query_scalar(
        "select count(*) from centre_versions where key = 'youhua-centre' and jsonb_array_length(facts -> 'counters') = 1",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    assert_eq!(versions, 1);
    // A new instance reads the same from the record.
    let fresh = desk.catalogue.apart();
    fresh.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    assert_eq!(fresh.centre("youhua-centre"), desk.catalogue.centre("youhua-centre"));
}

#[tokio::test]
async fn b2_1_a_matter_whose_counter_was_closed_is_listed_until_it_has_another() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    closed(&desk).await;
    let nobody = desk.nobody();
    nobody
        .get("/centres/hefei-centre")
        .await
        .is(OK)
        .has("没有接续的中心")
        .has("窗口已经撤了")
        .has("/matters/labour-dispatch-licence");
    nobody.get("/matters/labour-dispatch-licence").await.is(OK).has("新的窗口还没有公布").has_not("/centres/hefei-centre/queue");
    let drafter = desk.sign_in("catalogue").await;
    let list = drafter.get("/items/drafts").await.is(OK);
    list.has("窗口已经撤了的事项")
        .has("/items/drafts?from=labour-dispatch-licence")
        .has_not("/items/drafts?from=food-business-licence");
    // It is not published anew before it names a counter that stays.
    let begun = posts(&drafter, "/items/drafts", &[("from", "labour-dispatch-licence"), ("what", "change")]).await.is(303);
    drafter.get(&begun.location()).await.is(OK).has("请写接着办的中心");
    // Nobody is followed by one that is closed.
    let day = today(&desk);
    let fields = [
        ("last_day", day.as_str()),
        ("reason", "合并"),
        ("reviewed_on", &day),
        ("approved_on", &day),
        ("document", "皖政〔2026〕1号"),
        ("successor", "hefei-centre"),
    ];
    let admin = desk.sign_in("admin").await;
    posts(&admin, "/centres/qingyang-centre/close", &fields).await.is(422).has("不能由它接续");
    // Without anybody to go on it can be closed, and from tomorrow on.
    let tomorrow = desk.house().now().date().succ_opt().unwrap().to_string();
    let alone = [("last_day", tomorrow.as_str()), fields[1], fields[2], fields[3], fields[4]];
    posts(&admin, "/centres/qingyang-centre/close", &alone).await.is(303);
    desk.later(chrono::Duration::days(1)).await;
    nobody.get("/centres/qingyang-centre").await.is(OK).has("这个中心要撤销").has("取号");
    desk.later(chrono::Duration::days(1)).await;
    nobody.get("/centres/qingyang-centre").await.is(OK).has("这个中心已经撤销");
}

/// Whoever manages the county's centre, whoever reviews for its management body, and two who approve for its government.
pub async fn people(desk: &Desk) {
    let office = |login: &str, role: &str, agency: &str, centre: Option<&str>| New {
        login: login.into(),
        name: format!("{login}甲"),
        roles: vec![role.into()],
        agency: Some(agency.into()),
        centre: centre.map(Into::into),
        ..New::default()
    };
    for new in [
        office("manager", "centre_manager", "jinzhai-data", Some("jinzhai-centre")),
        office("manager-youhua", "centre_manager", "youhua-town", Some("youhua-centre")),
        office("reviewer", "centre_reviewer", "jinzhai-data", None),
        office("office", "centre_reviewer", "jinzhai-government", None),
        office("reviewer-youhua", "centre_reviewer", "youhua-town", None),
        office("office-youhua", "centre_reviewer", "youhua-town", None),
    ] {
        desk.enter(new).await;
    }
}

fn version(page: &Page) -> String {
    page.text().split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn b2_1_the_manager_of_a_centre_keeps_its_record_and_no_others() {
    let desk = Desk::open().await;
    people(&desk).await;
    let (manager, today) = (desk.sign_in("manager").await, today(&desk));
    manager.get("/centres/desk").await.is(OK).has("金寨县人民政府政务服务中心").has("报请撤销").has_not("管代办点");
    manager.get(JINZHAI).await.is(OK).has(&format!("{JINZHAI}/change/place"));
    desk.nobody().get(JINZHAI).await.is(OK).has_not("/change/place");
    // Address, hours, budget, intake point: one section; who did it, the record says by the role.
    let drawn = manager.get(&format!("{JINZHAI}/change/place")).await.is(OK);
    let version = version(&drawn);
    let place = [
        ("version", version.as_str()),
        ("manager", "金寨县数据资源管理局"),
        ("address", "安徽省六安市金寨县梅山镇"),
        ("phone", "0564-7000000"),
        ("hours", "工作日 8:30—17:30"),
        ("budget", "3900000"),
        ("intake_point", "一楼 A01 窗口"),
        ("basis", "金数〔2026〕3号"),
        ("from", &today),
    ];
    // Not who reviews them, not days that are over, and no number of a person, wherever it is written.
    let other = |key: &'static str, value: &'static str| {
        let mut other = place.to_vec();
        other.iter_mut().filter(|(there, _)| *there == key).for_each(|(_, was)| *was = value);
        other
    };
    let change = format!("{JINZHAI}/change/place");
    posts(&manager, &change, &other("manager", "金寨县文化旅游体育局")).await.is(422).has("管理机构要由管理员登记");
    posts(&manager, &change, &other("from", "2026-01-05")).await.is(422).has("最早从今天起");
    let mut named = place.to_vec();
    named.extend([("sites.rows", "1"), ("sites.0.sites__name", "主厅 340102199001011236"), ("sites.0.sites__address", "梅山镇")]);
    posts(&manager, &change, &named).await.is(422).has("要公开");
    posts(&manager, &format!("{JINZHAI}/change/place"), &place).await.is(303);
    desk.nobody().get(JINZHAI).await.is(OK).has("工作日 8:30—17:30").has("一楼 A01 窗口").has("3900000.00");
    let body: String = sqlx::query_scalar(
        "select public_body from acts where subject_kind = 'centre' and kind = 'centre.changed' order by position desc limit 1",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    assert!(body.contains("centre_manager") && !body.contains("manager甲"));
    let told =
        [("kind", "employment"), ("title", "招工"), ("text", "二十人"), ("source", "金寨县人社局"), ("contact", "0564-7000001")];
    let bulletin = posts(&manager, &format!("{JINZHAI}/bulletins"), &told).await.is(303).location();
    manager.get(&bulletin).await.is(OK).has("撤下");

    // No other centre, none founded, nothing reviewed, approved or entered by documents.
    for path in ["change/place", "change/counters", "bulletins", "outside", "close"] {
        manager.get(&format!("/centres/qingyang-centre/{path}")).await.is(403);
    }
    manager.get("/centres/qingyang-centre").await.is(OK).has_not("/change/place");
    posts(&manager, "/centres/qingyang-centre/change/place", &place).await.is(403);
    posts(&manager, "/centres/qingyang-centre/bulletins", &told).await.is(403);
    establishes(&manager, &today, &[]).await.is(403);
    posts(&manager, &format!("{JINZHAI}/close"), &[("last_day", &today)]).await.is(403);
    desk.sign_in("manager-youhua").await.get(&bulletin).await.is(OK).has_not("撤下的原因");
    posts(&desk.sign_in("manager-youhua").await, &bulletin, &[("reason", "错了")]).await.is(403);
    posts(&manager, &bulletin, &[("reason", "招满了")]).await.is(303);
    desk.sign_in("officer").await.get("/centres/desk").await.is(403);
    // The one of a township keeps its village points.
    let township = desk.sign_in("manager-youhua").await;
    township.get("/centres/desk").await.is(OK).has("/counter/agent-points");
    township.get("/counter/agent-points").await.is(OK);
}

#[tokio::test]
async fn b3_1_01_the_manager_asks_the_management_body_reviews_the_government_approves_each_signed_in() {
    let desk = Desk::open().await;
    people(&desk).await;
    let [manager, reviewer, office] =
        [desk.sign_in("manager").await, desk.sign_in("reviewer").await, desk.sign_in("office").await];
    let today = today(&desk);
    let at = finds(&manager, &today, &[]).await.is(303).location();
    let reviews = [("reviewed", "yes"), ("review_reason", "场地确实不够")];
    let approves = [("approved", "yes"), ("document", "金政〔2026〕9号"), ("approval_reason", "同意")];
    manager.get(&at).await.is(OK).has("登记进驻中心").has_not("review_reason").has_not("approval_reason");
    for (who, what) in [(&manager, "review"), (&manager, "approve"), (&office, "review"), (&reviewer, "approve")] {
        posts(who, &format!("{at}/{what}"), if what == "review" { &reviews[..] } else { &approves[..] }).await.is(403);
    }
    office.get("/centres/desk").await.is(OK).has(&at).has_not("等您办");
    reviewer.get("/centres/desk").await.is(OK).has(&at).has("等您办");
    reviewer.get(&at).await.is(OK).has("review_reason").has_not("reviewed_on").has_not("approval_reason");
    posts(&reviewer, &format!("{at}/review"), &[("reviewed", "yes")]).await.is(422).has("请写理由");
    // Nobody says yes to something else than what they read.
    let old = [reviews[0], reviews[1], ("seen", "0123456789abcdef")];
    posts(&reviewer, &format!("{at}/review"), &old).await.is(409).has("登记的内容改过");
    let drawn = reviewer.get(&at).await.is(OK).text();
    let seen = drawn.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    posts(&reviewer, &format!("{at}/review"), &[reviews[0], reviews[1], ("seen", seen.as_str())]).await.is(303);
    reviewer.get(&at).await.is(OK).has_not("review_reason");
    office.get("/centres/desk").await.is(OK).has(&at).has("等您办");
    posts(&office, &format!("{at}/approve"), &approves).await.is(303);
    desk.nobody().get(&at).await.is(OK).has("经管理机构审核、本级政府批准").has("金政〔2026〕9号").has("场地确实不够");
    office.get("/centres/desk").await.is(OK).has_not(&at);
    posts(&office, &format!("{at}/enter"), &[("entered_on", &today), ("entered_by", "金政办〔2026〕12号")]).await.is(403);
    posts(&manager, &format!("{at}/enter"), &[("entered_on", &today), ("entered_by", "金政办〔2026〕12号")]).await.is(303);
}

#[tokio::test]
async fn b2_1_a_closing_is_asked_for_reviewed_and_approved_by_three_people() {
    let desk = two_townships().await;
    people(&desk).await;
    let [manager, reviewer, office] =
        [desk.sign_in("manager-youhua").await, desk.sign_in("reviewer-youhua").await, desk.sign_in("office-youhua").await];
    let today = today(&desk);
    const AT: &str = "/centres/youhua-centre";
    let other = desk.catalogue.centre("qingyang-centre").unwrap().name.clone();
    let (propose, review, approve) = (format!("{AT}/close/propose"), format!("{AT}/close/review"), format!("{AT}/close/approve"));
    let asks = [("last_day", today.as_str()), ("reason", "两镇的便民服务合到一处"), ("successor", &other), ("to_youhua-1", "03")];
    let yes = [("verdict", "yes"), ("why", "属实"), ("document", "青政〔2026〕5号")];
    posts(&reviewer, &review, &yes).await.is(409).has("没有报请撤销");
    manager.get(&format!("{AT}/close")).await.is(OK).has("窗口搬到接续的中心几号窗口").has_not("批准文号");
    posts(&manager, &propose, &[("last_day", ""), ("reason", "")]).await.is(422).has("请写为什么撤销");
    posts(&manager, &propose, &[("last_day", "2099-01-01"), ("reason", "合并")]).await.is(422).has("最后开放的一天最晚是");
    posts(&reviewer, &propose, &asks).await.is(403);
    posts(&manager, &propose, &asks).await.is(303);
    posts(&manager, &propose, &asks).await.is(409).has("已经报请");
    posts(&manager, &review, &yes).await.is(403);
    desk.nobody().get(AT).await.is(OK).has("报请撤销，还没有办结").has("等管理机构审核");
    desk.nobody().get(&format!("{AT}/close")).await.is(303);

    // Here one body reviews and approves: not by one person.
    posts(&office, &approve, &yes).await.is(409).has("还没有审核同意");
    reviewer.get(&format!("{AT}/close")).await.is(OK).has("两镇的便民服务合到一处").has("name=\"verdict\"");
    posts(&reviewer, &review, &[("why", "属实")]).await.is(422).has("请选同意还是不同意");
    posts(&reviewer, &review, &yes).await.is(303);
    reviewer.get(&format!("{AT}/close")).await.is(OK).has("您在前面已经做过一步").has_not("name=\"verdict\"");
    posts(&reviewer, &approve, &yes).await.is(409).has("由不同的人来做");
    posts(&office, &approve, &[("verdict", "yes"), ("why", "属实")]).await.is(422).has("请写批准的文号");
    // What is refused may be asked for anew.
    posts(&office, &approve, &[("verdict", "no"), ("why", "再等一年"), ("document", "青政〔2026〕4号")]).await.is(303);
    desk.nobody().get(AT).await.is(OK).has("本级政府不批准撤销中心").has("再等一年").has_not("还没有办结");
    posts(&manager, &propose, &asks).await.is(303);
    posts(&reviewer, &review, &yes).await.is(303);
    posts(&office, &approve, &yes).await.is(303);
    desk.nobody()
        .get(AT)
        .await
        .is(OK)
        .has("这个中心要撤销")
        .has("青政〔2026〕5号")
        .has("批准：属实")
        .has(&other)
        .has_not("还没有办结");
    let said = kinds(&desk, "centre", "youhua-centre").await;
    let round = ["centre.closing_proposed", "centre.closing_reviewed"];
    let all = [&["centre.established"], &round[..], &["centre.closing_declined"], &round[..], &["centre.closed"]].concat();
    assert_eq!(said, all);
    manager.get("/centres/desk").await.is(OK).has("撤销已经登记");
    // Nothing is left to ask for, also where somebody signs in again over a form that was begun before.
    for address in [format!("{AT}/close"), propose, review, approve] {
        assert_eq!(manager.get(&address).await.is(303).location(), AT, "{address}");
    }
    let left: i64 = sqlx::query_scalar("select count(*) from centre_closings").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(left, 0);
}
