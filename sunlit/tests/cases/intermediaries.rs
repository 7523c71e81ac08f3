//! Intermediary services from the register to the rating, paid by the applicant and paid by the agency (B3.2, F066), against real PostgreSQL.

use crate::Desk;
use crate::desk::{OK, answers, posts};
use foundation::work;
use testing::Client;

/// Institutions of the demonstration: two for lifts and boilers, one of the market office itself, one for food.
pub const INSPECTORS: [&str; 2] = ["913415027000000526", "913415027000001832"];
const OWN: &str = "91341502700000319Q";
const FOOD: &str = "9134150270000044XF";
const LAPSED: &str = "91341502700000570E";

/// The register of the demonstration.
pub async fn register(desk: &Desk) {
    catalogue::intermediaries::demo::seed(desk.house(), &desk.person("admin").await).await.unwrap();
    work::settle(desk.house()).await.unwrap();
}

/// A case of a lift whose owner engaged an institution, and one of a food factory for which the office did: both still outside.
pub async fn at_work(desk: &Desk, citizen: &Client) -> (String, String) {
    register(desk).await;
    let lift = desk.applies(citizen, "special-equipment-registration", &[]).await;
    posts(citizen, &engage(&lift), &[("institution", INSPECTORS[0])]).await.is(303);
    let food = surveyed(desk, citizen).await;
    commissions(desk, &food, FOOD).await;
    desk.settle().await;
    (lift, food)
}

fn engage(no: &str) -> String {
    format!("/cases/{no}/intermediaries/inspection")
}

async fn surveyed(desk: &Desk, citizen: &Client) -> String {
    let no = desk.accepted(citizen).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    no
}

/// The choice of an agency, as it is entered.
const CHOICE: [(&str, &str); 3] =
    [("way", "quotes"), ("record", "金市监询〔2026〕7号"), ("reason", "三家报价，这一家价低、承诺的时限最短")];

async fn commissions(desk: &Desk, no: &str, institution: &str) {
    let officer = desk.sign_in("officer2").await;
    let mut fields = CHOICE.to_vec();
    fields.push(("institution", institution));
    posts(&officer, &format!("/counter/cases/{no}/intermediaries/testing"), &fields).await.is(303);
}

/// The same person, after days.
async fn again(desk: &Desk, client: &Client) -> Client {
    let login = desk.of(client).await.login;
    desk.sign_in(&login).await
}

async fn count(desk: &Desk, no: &str, kind: &str) -> usize {
    desk.acts(no).await.iter().filter(|act| *act == kind).count()
}

#[tokio::test]
async fn f066_an_applicant_chooses_pays_and_rates_and_the_time_outside_has_its_own_limit() {
    let desk = Desk::open().await;
    register(&desk).await;
    let citizen = desk.citizen("丁浩").await;
    let no = desk.applies(&citizen, "special-equipment-registration", &[]).await;
    let before = desk.case(&no).await;
    // The page names all who are qualified, nobody in front by right, and not the office's own institution.
    let form = citizen.get(&engage(&no)).await.is(OK).has("由谁来做您自己选").has("特种设备安全法");
    form.has(INSPECTORS[0]).has(INSPECTORS[1]).has_not(OWN).has_not(LAPSED);
    posts(&citizen, &engage(&no), &[]).await.is(422).has("请选委托哪一家");
    posts(&citizen, &engage(&no), &[("institution", OWN)]).await.is(409).has("所属或者主管单位");
    posts(&citizen, &engage(&no), &[("institution", FOOD)]).await.is(409).has("没有登记");
    // Five clicks, one engagement; outsiders none.
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("once", once.as_str()), ("institution", INSPECTORS[0])];
    for _ in 0..5 {
        assert_eq!(citizen.post(&engage(&no), &fields).await.is(303).location(), format!("/cases/{no}#intermediaries"));
    }
    assert_eq!(count(&desk, &no, "case.intermediary_engaged").await, 1);
    let stranger = desk.citizen("路人").await;
    posts(&stranger, &engage(&no), &[("institution", INSPECTORS[1])]).await.is(403);
    let officer = desk.sign_in("officer").await;
    let counter = format!("/counter/cases/{no}");
    let theirs = format!("{counter}/intermediaries/inspection");
    let no_designation = [CHOICE.as_slice(), &[("institution", INSPECTORS[1])]].concat();
    posts(&officer, &theirs, &no_designation).await.is(409).has("不能指定");
    posts(&citizen, &engage(&no), &[("institution", INSPECTORS[1])]).await.is(409).has("已经委托了一家");
    // No clock of the case was touched.
    let case = desk.case(&no).await;
    assert_eq!((case.acceptance, case.stage, case.promised), (before.acceptance, before.stage, before.promised));
    // Eight working days, which the institution promised; after twenty it is late, and everybody sees it.
    desk.settle().await;
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("特种设备监督检验").has("限 8 个工作日").has("/intermediaries/");
    desk.later(chrono::Duration::days(20)).await;
    let (citizen, stranger, officer) =
        (again(&desk, &citizen).await, again(&desk, &stranger).await, desk.sign_in("officer").await);
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("超时");
    officer.get(&counter).await.is(OK).has("超时");
    desk.nobody().get(&format!("/intermediaries/{}", INSPECTORS[0])).await.is(OK).has("0/1").has("超时");
    // The result comes with its paper.
    let result = format!("/cases/{no}/engagements/1");
    citizen.get(&result).await.is(OK).has("登记结果");
    stranger.get(&result).await.is(403);
    citizen.upload(&format!("{result}/files"), "report", "检验证明.pdf", b"%PDF-1.4 sample").await.is(303);
    let today = desk.house().now().date().to_string();
    posts(&citizen, &result, &[("outcome", "result"), ("on", "2020-01-01"), ("said", "合格")]).await.is(409).has("不能早于");
    posts(&citizen, &result, &[("on", "2029-01-01")]).await.is(422).has("请选结果怎样").has("不能晚于今天").has("请写结果说明");
    let once = uuid::Uuid::new_v4().to_string();
    let fields = [("once", once.as_str()), ("outcome", "result"), ("on", &today), ("said", "TS-2026-0088 合格")];
    for _ in 0..3 {
        citizen.post(&result, &fields).await.is(303);
    }
    assert_eq!(count(&desk, &no, "case.intermediary_finished").await, 1);
    posts(&citizen, &result, &fields[1..]).await.is(409).has("已经结束");
    let page = citizen.get(&format!("/cases/{no}")).await.is(OK).has("TS-2026-0088").has("超过时限");
    let file = desk.case(&no).await.engagements[0].papers[0].file;
    page.has(&format!("/cases/{no}/files/{file}"));
    citizen.get(&format!("/cases/{no}/files/{file}")).await.is(OK);
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("TS-2026-0088");
    // One rating.
    let rating = format!("/cases/{no}/engagements/1/rate");
    posts(&stranger, &rating, &[("grade", "1")]).await.is(403);
    posts(&citizen, &rating, &[]).await.is(422);
    posts(&citizen, &rating, &[("grade", "2"), ("words", "慢")]).await.is(303);
    posts(&citizen, &rating, &[("grade", "5")]).await.is(409).has("已经评价过");
    desk.settle().await;
    desk.nobody()
        .get(&format!("/intermediaries/{}", INSPECTORS[0]))
        .await
        .is(OK)
        .has("4.0")
        .has("0/1")
        .has("满意")
        .has_not("慢</");
    // What is derived is the same when it is derived anew.
    let all = "select string_agg(e::text, ';' order by case_no, nth) from engagements e";
    let derived: Option<String> = sqlx::query_scalar(all).fetch_one(desk.pool()).await.unwrap();
    let consumer = catalogue::intermediaries::Engaged;
    foundation::feed::rebuild(desk.pool(), &consumer, desk.house().time()).await.unwrap();
    desk.settle().await;
    assert_eq!(sqlx::query_scalar::<_, Option<String>>(all).fetch_one(desk.pool()).await.unwrap(), derived);
    assert!(derived.is_some());
    assert!(services::cases::case::astray(desk.pool()).await.unwrap().is_empty());
    // Whoever engages it again and again has one voice, that of the latest rating.
    let again = "insert into engagements (case_no, nth, uscc, service, began_on, due_on, grade)
                 select case_no, 1 + n, uscc, service, began_on + n, due_on + n, case n when 9 then 5 else 1 end
                   from engagements, generate_series(1, 9) as n
                  where nth = 1";
    sqlx::query(again).execute(desk.pool()).await.unwrap();
    let (mut conn, today) = (desk.pool().acquire().await.unwrap(), desk.house().now().date());
    let figures = catalogue::intermediaries::figures(&mut conn, &[INSPECTORS[0]], today);
    let figures = &figures.await.unwrap()[INSPECTORS[0]];
    assert_eq!((figures.engaged, figures.rated, figures.points), (10, 1, Some(1.0)));
}

#[tokio::test]
async fn f066_b3_2_01_what_the_agency_needs_it_chooses_by_competition_pays_and_pauses_only_by_the_law() {
    let desk = Desk::open().await;
    register(&desk).await;
    let citizen = desk.citizen("邓洁").await;
    let officer = desk.sign_in("officer2").await;
    let no = surveyed(&desk, &citizen).await;
    let before = desk.case(&no).await;
    let theirs = format!("/cases/{no}/intermediaries/testing");
    posts(&citizen, &theirs, &[("institution", FOOD)]).await.is(409).has("不能让申请人付");
    let ours = format!("/counter/cases/{no}/intermediaries/testing");
    officer.get(&ours).await.is(OK).has("费用由行政机关付").has(FOOD).has_not(LAPSED);
    posts(&officer, &ours, &[("institution", FOOD)])
        .await
        .is(422)
        .has("竞争性的方式")
        .has("选择记录的编号")
        .has("为什么是这一家");
    let lapsed = [CHOICE.as_slice(), &[("institution", LAPSED)]].concat();
    posts(&officer, &ours, &lapsed).await.is(409).has("到期");
    let other = desk.sign_in("officer-hefei").await;
    let chosen = [CHOICE.as_slice(), &[("institution", FOOD)]].concat();
    posts(&other, &ours, &chosen).await.is(403);
    commissions(&desk, &no, FOOD).await;
    let case = desk.case(&no).await;
    assert_eq!((&case.promised, &case.statutory, case.stage), (&before.promised, &before.statutory, before.stage));
    desk.settle().await;
    desk.nobody()
        .get(&format!("/cases/{no}"))
        .await
        .is(OK)
        .has("询价、比选")
        .has("金市监询〔2026〕7号")
        .has("费用由行政机关承担");
    // The clock pauses by its own act, told in writing, and goes on only when the result is back.
    desk.act(&officer, &no, "pause", &[("ground", "检验"), ("told_days", "10"), ("why", "检验试制食品")]).await.is(303);
    desk.later(chrono::Duration::days(4)).await;
    let (citizen, officer, other) =
        (again(&desk, &citizen).await, desk.sign_in("officer2").await, desk.sign_in("officer-hefei").await);
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：合格")]).await.is(409).has("还在中介机构那里");
    let today = desk.house().now().date().to_string();
    let said = [("outcome", "result"), ("on", today.as_str()), ("said", "LA2026-0311 合格")];
    posts(&citizen, &format!("/cases/{no}/engagements/1"), &said).await.is(409).has("由窗口登记");
    let result = format!("/counter/cases/{no}/engagements/1");
    posts(&other, &result, &said).await.is(403);
    officer.get(&result).await.is(OK);
    posts(&officer, &result, &said).await.is(303);
    desk.act(&officer, &no, "resume", &[("result", "检验报告 LA2026-0311：合格")]).await.is(303);
    posts(&citizen, &format!("/cases/{no}/engagements/1/rate"), &[("grade", "1")]).await.is(303);
    desk.settle().await;
    desk.nobody().get(&format!("/intermediaries/{FOOD}")).await.is(OK).has("1/1").has("5.0").has("非常满意");
}

#[tokio::test]
async fn b3_2_01_an_institution_beside_the_register_stays_the_applicants_own_and_another_may_follow_one_that_failed() {
    let desk = Desk::open().await;
    register(&desk).await;
    let citizen = desk.citizen("杜宁").await;
    let no = desk.applies(&citizen, "special-equipment-registration", &[]).await;
    let code = services::demo::uscc("341524", 88_000_003);
    let other = [("institution", "other"), ("uscc", code.as_str())];
    posts(&citizen, &engage(&no), &[("institution", "other"), ("uscc", "123")]).await.is(422).has("请填 18 位");
    posts(&citizen, &engage(&no), &other).await.is(422).has("请写它的全称");
    let named = [other.as_slice(), &[("name", "外地甲检验有限公司")]].concat();
    posts(&citizen, &engage(&no), &named).await.is(303);
    desk.settle().await;
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("外地甲检验有限公司");
    desk.nobody()
        .get(&format!("/cases/{no}"))
        .await
        .is(OK)
        .has("申请人自己选的机构")
        .has_not("外地甲检验有限公司")
        .has_not(&code);
    let today = desk.house().now().date().to_string();
    let failed = [("outcome", "none"), ("on", today.as_str()), ("said", "没有空档，退了")];
    posts(&citizen, &format!("/cases/{no}/engagements/1"), &failed).await.is(303);
    // By its code, one of the register is found however it was written.
    let by_code = [("institution", "other"), ("uscc", INSPECTORS[1])];
    posts(&citizen, &engage(&no), &by_code).await.is(303);
    let case = desk.case(&no).await;
    assert_eq!(case.engagements[1].provider.as_ref().map(|one| one.uscc.as_str()), Some(INSPECTORS[1]));
    assert!(case.engagements[0].provider.is_none() && case.engagements[0].other.is_some());
}

#[tokio::test]
async fn b3_2_the_register_is_kept_by_acts_and_read_by_everybody_page_by_page() {
    let desk = Desk::open().await;
    register(&desk).await;
    let admin = desk.sign_in("admin").await;
    let nobody = desk.nobody();
    for (who, path) in [("officer", "/intermediaries/new"), ("supervisor", "/intermediaries/new")] {
        desk.sign_in(who).await.get(path).await.is(403);
    }
    // All that is wrong is told at once.
    let wrong = [("uscc", "1"), ("services.0.services__name", "食品检验")];
    posts(&admin, "/intermediaries/new", &wrong).await.is(422).has("请填 18 位").has("请写依据").has("机构名称").has("收费标准");
    let code = services::demo::uscc("341524", 88_000_001);
    let fields = [
        ("uscc", code.as_str()),
        ("name", "金寨样例新检验有限公司"),
        ("address", "金寨县梅山镇"),
        ("phone", "0564-0000299"),
        ("services.0.services__name", "食品检验"),
        ("services.0.services__price", "每批次 600 元"),
        ("services.0.services__days", "6"),
        ("basis", "机构提交的证书"),
    ];
    let once = uuid::Uuid::new_v4().to_string();
    let twice = [&[("once", once.as_str())], fields.as_slice()].concat();
    for _ in 0..2 {
        assert_eq!(admin.post("/intermediaries/new", &twice).await.is(303).location(), format!("/intermediaries/{code}"));
    }
    posts(&admin, "/intermediaries/new", &fields).await.is(422).has("已经在名册上");
    let page = format!("/intermediaries/{code}");
    nobody.get(&page).await.is(OK).has("每批次 600 元").has("机构提交的证书").has_not("出册的理由");
    nobody.get("/intermediaries?service=食品检验").await.is(OK).has("金寨样例新检验有限公司").has_not("水土保持");
    let table = nobody.get("/intermediaries?service=食品检验&as=csv").await.is(OK);
    table.has("金寨样例新检验有限公司").has("每批次 600 元").has_not("大别山样例生态咨询有限公司");
    let change = format!("{page}/change");
    answers(&admin, &change, &[("services.0.services__price", "每批次 650 元"), ("basis", "机构改价")]).await.is(303);
    nobody.get(&page).await.is(OK).has("每批次 650 元").has("机构改价");
    // A page drawn before is not the last word.
    posts(&admin, &change, &[fields.as_slice(), &[("version", "1")]].concat()).await.is(409).has("别人改过");
    posts(&admin, &format!("{page}/end"), &[]).await.is(422).has("请写出册的理由");
    posts(&admin, &format!("{page}/end"), &[("reason", "自己申请退出")]).await.is(303);
    nobody.get(&page).await.is(OK).has("已经出册").has("自己申请退出");
    nobody.get("/intermediaries?service=食品检验").await.is(OK).has_not("金寨样例新检验有限公司");
    let citizen = desk.citizen("方宁").await;
    let no = surveyed(&desk, &citizen).await;
    let officer = desk.sign_in("officer2").await;
    let ended = [CHOICE.as_slice(), &[("institution", "other"), ("uscc", &code)]].concat();
    posts(&officer, &format!("/counter/cases/{no}/intermediaries/testing"), &ended).await.is(409).has("已经出册");
    // Forty more: every one is on exactly one page.
    for n in 0..40 {
        let code = services::demo::uscc("340102", 60_000_000 + n);
        let name = format!("样例第{n}号检验有限公司");
        let mut more: Vec<(&str, &str)> = fields.iter().copied().filter(|(key, _)| !["uscc", "name"].contains(key)).collect();
        more.extend([("uscc", code.as_str()), ("name", name.as_str())]);
        posts(&admin, "/intermediaries/new", &more).await.is(303);
    }
    let (mut path, mut seen, mut pages) = ("/intermediaries?service=食品检验".to_owned(), Vec::new(), 0);
    loop {
        let text = nobody.get(&path).await.is(OK).text();
        pages += 1;
        seen.extend(text.split("<a href=\"/intermediaries/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        let Some((before, _)) = text.split_once("\" rel=\"next\"") else { break };
        path = before.rsplit("href=\"").next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len(), pages), (43, 43, 3));
}

#[tokio::test]
async fn b3_2_01_the_guide_says_what_is_done_outside_by_which_law_and_who_pays() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    let guide = nobody.get("/matters/soil-conservation-plan").await.is(OK);
    guide
        .has("水土保持方案编制")
        .has("也可以自己做")
        .has("申请人自己选、自己付")
        .has("行政机关选、行政机关付")
        .has("第二十五条第一款");
    nobody.get("/matters/elderly-card").await.is(OK).has_not("要不要找中介机构");
}
