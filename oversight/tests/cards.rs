//! A card from its issue to its close on a real database (C3.3-18 to C3.3-24, C3.4-01).

use acts::{Actor, CaseAct, Subject};
use foundation::record;
use testing::{AGENCY, Client, OK, Page, Town, at};
use uuid::Uuid;

/// Accepted on Friday 18 September 2026: promised until 30 September, by law until 9 October. Its yellow card C3.3-03 comes on 1 October
/// and is explained until the 10th, a day of work; its red card C3.3-05 comes on the 10th and is explained until the 14th.
const NO: &str = "341524202609180000011";
const CASE: &str = "/supervision/cases/341524202609180000011";
const YELLOW: &str = "C3.3-03";
const RED: &str = "C3.3-05";

async fn town() -> Town {
    let town = Town::of("2026-09-18 09:00", oversight::routes(), |catalogue, parts| {
        parts.consumers = oversight::consumers(catalogue);
        parts.workers = oversight::workers(catalogue);
    })
    .await;
    for (login, role, agency) in [
        ("sun", "supervisor", None),
        ("qian", "supervisor", None),
        ("zhou", "supervisor", None),
        ("wang", "chief_representative", Some(AGENCY)),
        ("chen", "counter_officer", Some(AGENCY)),
        ("tian", "liaison", Some(AGENCY)),
        ("he", "chief_representative", Some("jinzhai-hr")),
    ] {
        town.employ(login, "某某", role, agency).await;
    }
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    town.becomes("2026-10-01 00:00").await;
    town.becomes("2026-10-10 00:30").await;
    town
}

/// Takes a step on a card; fields are named without the rule.
async fn takes(client: &Client, rule: &str, step: &str, fields: &[(&str, &str)]) -> Page {
    sends(client, rule, step, fields, &Uuid::now_v7().to_string()).await
}

async fn sends(client: &Client, rule: &str, step: &str, fields: &[(&str, &str)], once: &str) -> Page {
    let named: Vec<(String, &str)> = fields.iter().map(|(key, value)| (format!("{key}-{rule}"), *value)).collect();
    let mut all: Vec<(&str, &str)> = named.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    all.push(("once", once));
    client.post(&format!("{CASE}/cards/{rule}/{step}"), &all).await
}

async fn progress(town: &Town, rule: &str) -> (String, String, Option<String>) {
    sqlx::query_as("select progress, colour, due::text from cards where case_no = $1 and rule = $2")
        .bind(NO)
        .bind(rule)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

fn is(progress: &str, colour: &str, due: &str) -> (String, String, Option<String>) {
    (progress.into(), colour.into(), (!due.is_empty()).then(|| due.into()))
}

/// The kinds of the acts on one card after its issue.
async fn acts_on(town: &Town, rule: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select substr(kind, 6) from acts
          where subject_kind = 'card' and kind <> 'card.issued' and public_body::json ->> 'rule' = $1
          order by position",
    )
    .bind(rule)
    .fetch_all(town.pool())
    .await
    .unwrap()
}

const UPHELD: [(&str, &str); 3] = [("outcome", "upheld"), ("what", "病假有人接手"), ("reason", "超期属实")];
const PROPOSED: [(&str, &str); 2] = [("outcome", "withdrawn"), ("reason", "道路中断有证明")];

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_18_a_card_is_explained_stands_is_put_right_and_closed_and_every_step_is_on_record_once() {
    let town = town().await;
    let (chief, supervisor) = (town.sign_in("wang").await, town.sign_in("sun").await);
    let list = "/supervision/cards?turn=unit";
    chief.get(list).await.is(OK).has(&format!("#{RED}")).has(&format!("#{YELLOW}")).has("要我们回应的牌");
    town.sign_in("he").await.get(list).await.is(OK).has_not(&format!("#{RED}"));
    supervisor.get("/supervision/cards?turn=desk").await.is(OK).has_not(&format!("#{RED}"));
    town.nobody().get(list).await.is(303);

    for _ in 0..2 {
        sends(&chief, RED, "explain", &[("explanation", "王某住院")], "0192f0c0-0000-7000-8000-000000000001").await.is(303);
    }
    town.settle().await;
    supervisor.get("/supervision/cards?turn=desk").await.is(OK).has(&format!("#{RED}"));
    chief.get(list).await.is(OK).has_not(&format!("#{RED}"));
    let none = [("outcome", "upheld"), ("reason", "属实")];
    takes(&supervisor, RED, "review", &none).await.is(409).has("要写明整改什么");
    let many = [("outcome", "upheld"), ("what", "接手"), ("reason", "属实"), ("within", "90")];
    takes(&supervisor, RED, "review", &many).await.is(422).has("请写 1 到 60 的数");
    takes(&supervisor, RED, "review", &UPHELD).await.is(303);
    assert_eq!(progress(&town, RED).await, is("rectifying", "red", "2026-10-23"));

    // The officer reports, with an entry that is there.
    let officer = town.sign_in("chen").await;
    let page = officer.get(CASE).await.is(OK);
    page.has("病假有人接手").has("单位整改，报结果").has("10 月 23 日").has("接下来");
    let far = [("rectified", "已经安排张某接手"), ("evidence", "1 999999")];
    takes(&officer, RED, "report", &far).await.is(422).has("条不在日志里").has("已经安排张某接手");
    takes(&officer, RED, "accept", &[("verdict", "accepted"), ("reason", "到位")]).await.is(403);
    // Entries of this case or of the agency, and no others.
    let entry: i64 = sqlx::query_scalar("select min(e.n) from log_entries e join acts a using (position) where a.subject = $1")
        .bind(NO)
        .fetch_one(town.pool())
        .await
        .unwrap();
    let entry = entry.to_string();
    let report = [("rectified", "已经安排张某接手"), ("evidence", entry.as_str())];
    takes(&officer, RED, "report", &report).await.is(303);
    takes(&officer, RED, "report", &report).await.is(409);

    // Sent back once, with a new day.
    takes(&supervisor, RED, "accept", &[("verdict", "graver"), ("reason", "不到位")]).await.is(409).has("先退回一次");
    takes(&supervisor, RED, "accept", &[("verdict", "back"), ("within", "3"), ("reason", "没有记录")]).await.is(303);
    assert_eq!(progress(&town, RED).await, is("rectifying", "red", "2026-10-14"));
    takes(&officer, RED, "report", &[("rectified", "补了记录")]).await.is(303);
    takes(&supervisor, RED, "accept", &[("verdict", "back"), ("reason", "没有记录")]).await.is(409).has("只退回一次");
    takes(&supervisor, RED, "accept", &[("verdict", "accepted"), ("reason", "看过记录")]).await.is(303);
    assert_eq!(progress(&town, RED).await, is("closed", "red", ""));
    let steps = ["explained", "reviewed", "rectified", "sent_back", "rectified", "accepted"];
    assert_eq!(acts_on(&town, RED).await, steps);

    // Its course is on the page, its private words in no public body, and it stands as it was at any entry.
    town.settle().await;
    let page = supervisor.get(CASE).await.is(OK);
    page.has("验收整改，亮牌办结").has("已经安排张某接手").has(&format!("第 {entry} 条")).has("看过记录");
    let public: Vec<String> =
        sqlx::query_scalar("select public_body from acts where subject_kind = 'card'").fetch_all(town.pool()).await.unwrap();
    assert!(public.iter().all(|body| !body.contains("住院") && !body.contains("张某") && !body.contains("某某")));
    let explained: i64 = sqlx::query_scalar(
        "select e.n from log_entries e join acts a on a.position = e.position where a.kind = 'card.explained'",
    )
    .fetch_one(town.pool())
    .await
    .unwrap();
    supervisor.get(&format!("{CASE}?at={explained}")).await.is(OK).has("已说明，等复核").has_not("看过记录");
    // No timer is left for it.
    let timers: i64 = sqlx::query_scalar("select count(*) from jobs where kind = 'card' and key like '%C3.3-05'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(timers, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_23_a_withdrawal_takes_two_and_nobody_judges_his_own_case_or_agency() {
    let town = town().await;
    town.employ("kong", "孔某", "supervisor", Some(AGENCY)).await;
    // One supervisor did an act in the case.
    let handled = record::entry(
        Subject::case(NO),
        at("2026-10-10 00:30"),
        Actor { role: "officer".into(), agency: None, post: None },
        Some(town.person("zhou").await.private()),
        CaseAct::AttemptRefused { attempt: "decide".into(), reason: "no".into() },
    );
    let mut tx = town.pool().begin().await.unwrap();
    record::record(&mut tx, &[handled]).await.unwrap();
    tx.commit().await.unwrap();
    town.settle().await;
    let chief = town.sign_in("wang").await;
    takes(&chief, RED, "explain", &[("explanation", "道路中断")]).await.is(303);
    let (sun, qian) = (town.sign_in("sun").await, town.sign_in("qian").await);
    let (zhou, kong) = (town.sign_in("zhou").await, town.sign_in("kong").await);
    takes(&zhou, RED, "review", &UPHELD).await.is(409).has("您经办过这个办件");
    zhou.get(CASE).await.is(OK).has("您经办过这个办件");
    takes(&kong, RED, "review", &UPHELD).await.is(403).has("不由本机关的人复核");
    kong.get(CASE).await.is(OK).has("不由本机关的人复核");

    takes(&sun, RED, "review", &PROPOSED).await.is(303);
    assert_eq!(progress(&town, RED).await.0, "proposed");
    let agreed = [("confirm", "confirmed"), ("reason", "证明属实")];
    takes(&sun, RED, "confirm", &agreed).await.is(409).has("另一位监察人员");
    takes(&zhou, RED, "confirm", &agreed).await.is(409);
    takes(&kong, RED, "confirm", &agreed).await.is(403);
    takes(&chief, RED, "confirm", &agreed).await.is(403);
    takes(&qian, RED, "confirm", &agreed).await.is(303);
    assert_eq!(progress(&town, RED).await, is("withdrawn", "red", ""));
    // Whoever did it is known after private words are erased.
    let judged: Vec<Uuid> =
        sqlx::query_scalar("select judged from cards where rule = $1").bind(RED).fetch_one(town.pool()).await.unwrap();
    assert_eq!(judged.len(), 2);
    // It stays visible, with its reasons.
    town.settle().await;
    sun.get(CASE).await.is(OK).has("复核撤销").has("道路中断有证明").has("证明属实");
    sun.get("/supervision/cards?progress=withdrawn").await.is(OK).has(RED);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_18_of_two_supervisors_at_once_one_judges_and_the_other_is_told() {
    let town = town().await;
    takes(&town.sign_in("wang").await, RED, "explain", &[("explanation", "住院")]).await.is(303);
    let (sun, qian) = (town.sign_in("sun").await, town.sign_in("qian").await);
    let (one, other) = tokio::join!(takes(&sun, RED, "review", &UPHELD), takes(&qian, RED, "review", &PROPOSED));
    let mut answers = [one.status, other.status];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    assert_eq!(acts_on(&town, RED).await.len(), 2);
    // Of a card that stands another proposes knowingly.
    let stood = progress(&town, RED).await.0 == "rectifying";
    let again = takes(&qian, RED, "review", &[("outcome", "reconsidered"), ("reason", "有新的证明")]).await;
    assert_eq!(again.status, if stood { 303 } else { 409 });
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_20_an_appeal_is_decided_by_a_third_and_granted_confirmed_by_a_fourth_hand() {
    let town = town().await;
    let (chief, officer, liaison) = (town.sign_in("wang").await, town.sign_in("chen").await, town.sign_in("tian").await);
    let (sun, qian, zhou) = (town.sign_in("sun").await, town.sign_in("qian").await, town.sign_in("zhou").await);
    takes(&chief, RED, "explain", &[("explanation", "住院")]).await.is(303);
    takes(&sun, RED, "review", &UPHELD).await.is(303);
    let words = [("appeal", "改期有短信为证")];
    takes(&officer, RED, "appeal", &words).await.is(403);
    takes(&town.sign_in("he").await, RED, "appeal", &words).await.is(403);
    liaison.get(CASE).await.is(OK).has("提出申诉");
    takes(&liaison, RED, "appeal", &words).await.is(303);
    takes(&chief, RED, "appeal", &words).await.is(409);
    assert_eq!(progress(&town, RED).await, is("appealed", "red", "2026-10-16"));
    takes(&officer, RED, "report", &[("rectified", "补了")]).await.is(409);
    let granted = [("granted", "granted"), ("reason", "短信属实")];
    takes(&sun, RED, "decide-appeal", &granted).await.is(409).has("另一位监察人员");
    takes(&qian, RED, "decide-appeal", &granted).await.is(303);
    let refused = [("confirm", "refused"), ("reason", "没有登记暂停")];
    takes(&qian, RED, "confirm", &refused).await.is(409);
    takes(&zhou, RED, "confirm", &refused).await.is(303);
    // It stands, and what was asked before still is, from today.
    assert_eq!(progress(&town, RED).await, is("rectifying", "red", "2026-10-23"));
    takes(&chief, RED, "appeal", &words).await.is(409).has("申诉只有一次");
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_22_c3_4_01_the_clock_makes_it_graver_at_its_moment_and_once_then_a_talk_and_a_transfer_end_it() {
    let town = town().await;
    assert_eq!(progress(&town, YELLOW).await, is("issued", "yellow", "2026-10-10"));
    town.becomes("2026-10-10 23:59").await;
    assert_eq!(progress(&town, YELLOW).await.0, "issued");
    town.becomes("2026-10-11 00:00").await;
    assert_eq!(progress(&town, YELLOW).await.0, "unanswered");
    town.becomes("2026-10-11 09:00").await;
    assert_eq!(acts_on(&town, YELLOW).await, ["unanswered"]);

    let supervisor = town.sign_in("sun").await;
    let upheld = [UPHELD.as_slice(), &[("within", "2")]].concat();
    takes(&supervisor, YELLOW, "review", &upheld).await.is(303);
    assert_eq!(progress(&town, YELLOW).await, is("rectifying", "yellow", "2026-10-13"));
    town.becomes("2026-10-13 23:59").await;
    assert_eq!(progress(&town, YELLOW).await.1, "yellow");
    town.becomes("2026-10-14 00:00").await;
    assert_eq!(progress(&town, YELLOW).await, is("rectifying", "red", "2026-10-16"));
    town.becomes("2026-10-17 00:00").await;
    assert_eq!(progress(&town, YELLOW).await, is("accountable", "red", "2026-10-30"));
    let steps = ["unanswered", "reviewed", "escalated", "held_to_account"];
    assert_eq!(acts_on(&town, YELLOW).await, steps);

    // A talk, whose correction is followed to its end; the name and the words of it are not public.
    let supervisor = town.sign_in("sun").await;
    supervisor.get(CASE).await.is(OK).has("没有整改，转入问责").has("登记诫勉谈话").has("原来是");
    takes(&supervisor, YELLOW, "talk", &[]).await.is(422).has("请写职务").has("请写谈话后整改什么");
    let talk = [
        ("office", "分管副局长"),
        ("person", "高峻"),
        ("talk_on", "2026-10-16"),
        ("leadership", "县政务公开领导小组副组长"),
        ("discipline", "县监委第二室主任"),
        ("summary", "本人表示接受"),
        ("what", "专人负责"),
        ("within", "1"),
    ];
    takes(&supervisor, YELLOW, "talk", &talk).await.is(303);
    assert_eq!(progress(&town, YELLOW).await, is("rectifying", "red", "2026-10-19"));
    town.settle().await;
    supervisor.get(CASE).await.is(OK).has("高峻").has("分管副局长");
    town.sign_in("wang").await.get(CASE).await.is(OK).has("分管副局长").has_not("高峻").has_not("本人表示接受");
    town.becomes("2026-10-20 00:00").await;
    assert_eq!(progress(&town, YELLOW).await.0, "accountable");

    let supervisor = town.sign_in("sun").await;
    takes(&supervisor, YELLOW, "talk", &talk).await.is(409).has("已经谈过话了");
    let transfer = |on: &'static str| {
        [("to", "县纪委监委"), ("sent_document", "金监移〔2026〕1 号"), ("sent_on", on), ("why", "高峻没有整改")]
    };
    // Nothing that follows something is dated before it, and what is refused keeps its words.
    takes(&supervisor, YELLOW, "transfer", &transfer("2026-10-19")).await.is(409).has("日期早于上一步").has("金监移〔2026〕1 号");
    takes(&supervisor, YELLOW, "transfer", &transfer("2026-10-20")).await.is(303);
    assert_eq!(progress(&town, YELLOW).await, is("transferred", "red", ""));
    let answer = [("answer_document", "金纪复〔2026〕2 号"), ("answer_on", "2026-10-20"), ("answer", "责令高峻检查")];
    takes(&supervisor, YELLOW, "transfer-answer", &answer).await.is(303);
    assert_eq!(progress(&town, YELLOW).await, is("closed", "red", ""));
    town.becomes("2026-12-31 00:00").await;
    let all = [steps.as_slice(), &["talked", "held_to_account", "transferred", "transfer_answered"]].concat();
    assert_eq!(acts_on(&town, YELLOW).await, all);
    let public: Vec<String> =
        sqlx::query_scalar("select public_body from acts where subject_kind = 'card'").fetch_all(town.pool()).await.unwrap();
    assert!(public.iter().all(|body| !body.contains("高峻") && !body.contains("本人表示接受")));
}
