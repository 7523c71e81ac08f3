//! Electronic supervision on a real database, from acts in the record to cards on pages.

use calendar::{Clock, Limit, local_date};
use foundation::feed;
use sqlx::Row;
use testing::{AGENCY, Client, OK, Town, at, waits};
use uuid::Uuid;

/// Accepted on Friday 18 September 2026: promised until 30 September, by law until 9 October.
const NO: &str = "341524202609180000011";

async fn town(when: &str) -> Town {
    Town::of(when, oversight::routes(), |catalogue, parts| {
        parts.consumers = oversight::consumers(catalogue);
        parts.workers = oversight::workers(catalogue);
    })
    .await
}

async fn cards(town: &Town) -> Vec<(String, String)> {
    sqlx::query_as("select rule, colour from cards order by issued_at, id").fetch_all(town.pool()).await.unwrap()
}

async fn signed_in(town: &Town, login: &str, role: &str, agency: Option<&str>) -> Client {
    town.employ(login, "孙某", role, agency).await;
    town.sign_in(login).await
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(rule, colour): &(&str, &str)| ((*rule).to_owned(), (*colour).to_owned());
    list.iter().map(pair).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn f134_warning_yellow_and_red_come_by_themselves_and_once() {
    let town = town("2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.becomes("2026-09-18 09:30").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    assert_eq!(cards(&town).await, []);

    // The survey may take as long as its chart says: three working days, until 22 September.
    town.becomes("2026-09-22 23:58").await;
    assert_eq!(cards(&town).await, []);
    town.becomes("2026-09-23 00:00").await;
    let mut expected = vec![("C3.3-02", "warning")];
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-09-29 00:00").await;
    expected.push(("C3.3-01", "warning"));
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-09-30 23:58").await;
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-10-01 00:00").await;
    expected.push(("C3.3-03", "yellow"));
    assert_eq!(cards(&town).await, pairs(&expected));
    town.becomes("2026-10-10 00:00").await;
    expected.push(("C3.3-05", "red"));
    assert_eq!(cards(&town).await, pairs(&expected));
    town.grants(NO, "2026-10-12 10:00").await;
    town.becomes("2026-12-31 00:00").await;
    // Granted and never handed over.
    expected.push(("C3.3-16", "yellow"));
    assert_eq!(cards(&town).await, pairs(&expected));

    // Every card is an act, and its evidence is in the log (F135).
    let red = sqlx::query(
        "select c.evidence, e.n, a.kind, a.public_body
           from cards c
           join acts a on a.position = c.position
           join log_entries e on e.position = c.position
          where c.colour = 'red'",
    )
    .fetch_one(town.pool())
    .await
    .unwrap();
    let accepted: i64 =
        sqlx::query_scalar("select e.n from log_entries e join acts a on a.position = e.position where a.kind = 'case.accepted'")
            .fetch_one(town.pool())
            .await
            .unwrap();
    assert_eq!(red.get::<serde_json::Value, _>("evidence"), serde_json::json!([accepted]));
    assert_eq!(red.get::<String, _>("kind"), "card.issued");
    assert!(red.get::<i64, _>("n") > accepted);
    assert!(red.get::<String, _>("public_body").contains("最后一天是2026年10月9日"));
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_03_a_late_act_already_concluded_still_gets_its_card() {
    let town = town("2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.grants(NO, "2026-10-08 10:00").await;
    // Nobody was reading while all this happened.
    town.becomes("2026-10-08 10:01").await;
    let expected = [("C3.3-02", "warning"), ("C3.3-03", "yellow")];
    assert_eq!(cards(&town).await, pairs(&expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_05_an_act_not_yet_read_is_waited_for() {
    let town = town("2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-30 23:50").await;
    let before = cards(&town).await;
    // Granted in the last minute; midnight passes before the feed has been read.
    town.grants(NO, "2026-09-30 23:59").await;
    let now = foundation::Moment::new(at("2026-10-01 00:00"), town.house().now().calendar);
    while foundation::jobs::run_one(town.house(), &now).await.unwrap() {}
    assert_eq!(cards(&town).await, before);
    town.becomes("2026-10-01 00:01").await;
    assert_eq!(cards(&town).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_04_and_06_come_at_once_and_grow_worse() {
    let town = town("2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    let on = local_date(at("2026-09-18 09:00"));
    let correct = |id| acts::CaseAct::CorrectionRequested { count: 1, until: None, moved: waits("", id), private: None };
    town.tells(NO, "2026-09-18 09:10", correct(2)).await;
    let supplemented = acts::CaseAct::Supplemented {
        acceptance: Clock::start(on, Limit::working_days(5)),
        moved: waits("check_acceptance", 3),
        private: None,
    };
    town.tells(NO, "2026-09-18 09:20", supplemented).await;
    town.tells(NO, "2026-09-18 09:30", correct(4)).await;
    town.becomes("2026-09-18 09:31").await;
    assert_eq!(cards(&town).await, pairs(&[("C3.3-04", "yellow")]));
    town.accepts(NO, "2026-09-18 10:00").await;
    let pause = acts::CaseAct::ClockPaused {
        ground: "公示".into(),
        basis: "无".into(),
        told_days: 1,
        from: local_date(at("2026-09-20 09:00")),
        pauses_promise: true,
        hearing: None,
        moved: waits("", 5),
    };
    town.tells(NO, "2026-09-20 09:00", pause).await;
    town.becomes("2026-09-20 09:01").await;
    town.becomes("2026-09-22 00:00").await;
    let expected = [("C3.3-04", "yellow"), ("C3.3-06", "yellow"), ("C3.3-06-2", "red")];
    assert_eq!(cards(&town).await, pairs(&expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_watches_are_rebuilt_from_zero_with_equal_result_and_no_second_card() {
    let town = town("2026-09-18 09:00").await;
    for i in 0..5 {
        let no = format!("34152420260918000{i:03}X");
        town.submits(&no, "2026-09-18 09:00").await;
        town.accepts(&no, "2026-09-18 10:00").await;
    }
    town.grants("34152420260918000002X", "2026-09-21 10:00").await;
    town.becomes("2026-10-10 00:00").await;
    let watches = async || -> Vec<serde_json::Value> {
        sqlx::query_scalar("select to_jsonb(w) from watches w order by case_no").fetch_all(town.pool()).await.unwrap()
    };
    let jobs = async || -> Vec<(String, chrono::DateTime<chrono::Utc>)> {
        sqlx::query_as("select key, run_at from jobs where kind = 'supervision' order by key")
            .fetch_all(town.pool())
            .await
            .unwrap()
    };
    let (cards_before, watches_before, jobs_before) = (cards(&town).await, watches().await, jobs().await);
    assert_eq!(watches_before.len(), 5);
    let consumer = &oversight::consumers(testing::catalogue())[0];
    feed::rebuild(town.pool(), consumer.as_ref(), town.house().time()).await.unwrap();
    town.settle().await;
    assert_eq!(watches().await, watches_before);
    assert_eq!(cards(&town).await, cards_before);
    assert_eq!(jobs().await, jobs_before);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_09_pages_explanation_and_review() {
    let town = town("2026-09-18 09:00").await;
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    let accepted: i64 = sqlx::query_scalar("select max(n) from log_entries").fetch_one(town.pool()).await.unwrap();
    town.becomes("2026-10-10 00:30").await;
    let supervisor = signed_in(&town, "sun", "supervisor", None).await;
    let chief = signed_in(&town, "wang", "chief_representative", Some(AGENCY)).await;
    let other = signed_in(&town, "li", "chief_representative", Some("jinzhai-hr")).await;
    let nobody = town.nobody();

    // Only a supervisor sees the board; somebody who is not signed in is asked to sign in.
    nobody.get("/supervision/board").await.is(303);
    chief.get("/supervision/board").await.is(403);
    let board = supervisor.get("/supervision/board").await.is(OK);
    assert!(board.text().contains(&format!("/supervision/cases/{NO}")));
    assert!(board.text().contains("红牌") && board.text().contains("<svg class=\"chart\""));
    assert!(!board.headers.contains_key("refresh"));
    let screen = supervisor.get("/supervision/board?refresh=60").await;
    assert_eq!(screen.headers["refresh"], "60");
    for path in
        ["/supervision/board?stage=concluded", "/supervision/board?colour=warning", "/supervision/board?after=9999-12-31~z"]
    {
        let page = supervisor.get(path).await.is(OK);
        assert!(!page.text().contains(&format!("/supervision/cases/{NO}")), "{path}");
    }
    // What is no filter there is takes nothing away, and is named.
    let page = supervisor.get("/supervision/board?agency=nobody&region=99").await.is(OK);
    page.has(&format!("/supervision/cases/{NO}")).has("nobody");
    let csv = supervisor.get("/supervision/board?as=csv&colour=red").await;
    assert!(csv.text().contains(NO) && csv.text().contains("超 3 个工作日"), "{}", csv.text());
    let json = supervisor.get("/supervision/board?as=json").await;
    let rows = json.json();
    assert_eq!(rows[0]["case_no"], NO);
    supervisor.get("/supervision/board?as=xlsx").await.is(OK);
    nobody.get("/supervision/rules").await.is(OK);

    // The list, a page at a time.
    let first = supervisor.get("/supervision/cards?rows=2").await;
    assert!(first.text().contains("/verify/") && first.text().contains("C3.3-05"));
    let text = first.text();
    let next = text.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let next = next.replace("&amp;", "&").replace("&#38;", "&");
    let second = supervisor.get(&next).await;
    assert!(second.text().contains("C3.3-02") && !second.text().contains(">C3.3-05</a>"), "{next}");
    let yellow = supervisor.get("/supervision/cards?colour=yellow&progress=issued&as=json").await;
    let rows = yellow.json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["rule"], "C3.3-03");

    // The case now, and as it stood right after it was accepted (F136).
    let case = format!("/supervision/cases/{NO}");
    let now = supervisor.get(&case).await.is(OK);
    assert!(now.text().contains("法定时限") && now.text().contains("id=\"C3.3-05\""));
    let then = supervisor.get(&format!("{case}?at={accepted}")).await;
    then.has("这是当时的样子").has("没有亮牌").has_not("id=\"C3.3-05\"");
    let acts = supervisor.get(&format!("{case}?as=json&at={accepted}")).await;
    let acts = acts.json();
    assert_eq!(acts.as_array().unwrap().len(), 2);
    supervisor.get("/supervision/cases/none").await.is(404);
    chief.get("/supervision/cases/none").await.is(403);
    other.get(&case).await.is(403);

    // The agency explains, once however often it is sent; the supervisor waits for it.
    let red = format!("{case}/cards/C3.3-05");
    let explain = format!("{red}/explain");
    let review = format!("{red}/review");
    let page = chief.get(&case).await;
    page.has(&explain).has_not(&review);
    let once = Uuid::now_v7().to_string();
    let early = [("once", once.as_str()), ("outcome-C3.3-05", "upheld"), ("reason-C3.3-05", "属实")];
    supervisor.post(&review, &early).await.is(409);
    let empty = chief.post(&explain, &[("once", once.as_str()), ("explanation-C3.3-05", " ")]).await.is(422);
    empty.has("请写情况说明").has("有错误：");
    let said = [("once", once.as_str()), ("explanation-C3.3-05", "经办人住院 <b>三天</b>")];
    other.post(&explain, &said).await.is(403);
    supervisor.post(&explain, &said).await.is(403);
    for _ in 0..2 {
        let answer = chief.post(&explain, &said).await.is(303);
        assert_eq!(answer.location(), format!("{case}#C3.3-05"));
    }
    let again = Uuid::now_v7().to_string();
    let more = [("once", again.as_str()), ("explanation-C3.3-05", "还有")];
    chief.post(&explain, &more).await.is(409);
    town.settle().await;
    let page = supervisor.get(&case).await;
    page.has("经办人住院").has_not("<b>三天");

    supervisor.post(&review, &[("once", again.as_str())]).await.is(422);
    let verdict = [
        ("once", again.as_str()),
        ("outcome-C3.3-05", "upheld"),
        ("what-C3.3-05", "住院有人接手"),
        ("reason-C3.3-05", "超期属实，住院不是法定的暂停情形"),
    ];
    chief.post(&review, &verdict).await.is(403);
    for _ in 0..2 {
        supervisor.post(&review, &verdict).await.is(303);
    }
    town.settle().await;
    let page = supervisor.get(&case).await;
    page.has("维持，等单位整改").has("住院不是法定的暂停情形").has("住院有人接手");
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from acts where subject_kind = 'card' and kind <> 'card.issued' order by position")
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert_eq!(kinds, ["card.explained", "card.reviewed"]);
    let public: String =
        sqlx::query_scalar("select public_body from acts where kind = 'card.explained'").fetch_one(town.pool()).await.unwrap();
    assert!(!public.contains("住院") && !public.contains("孙某"));
}

/// A rule that finds every pause, as a form says it.
fn pauses_are_told(name: &str, when: &str) -> Vec<(String, String)> {
    let fields = [
        ("id", "LA-01"),
        ("name", name),
        ("says", "暂停计时都提示一声"),
        ("leads_to", "提示"),
        ("law", "《行政许可法》第四十五条"),
        ("numbers", "least = 1"),
        ("grade-1", "notice"),
        ("answer", "5"),
        ("ways", "1"),
        ("each-0", "pause"),
        ("when-0", when),
        ("at-0", "pause.at"),
        ("unit-0", "working_day"),
        ("computation-0", "{pause.from}因“{pause.ground}”暂停计时，告知 {pause.told_days} 个工作日。"),
        ("evidence-0", "pause.entries"),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

async fn sends(client: &Client, path: &str, fields: &[(String, String)], more: &[(&str, &str)]) -> testing::Page {
    let once = Uuid::now_v7().to_string();
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    all.push(("once", &once));
    all.extend_from_slice(more);
    client.post(path, &all).await
}

fn paused(days: u32, on: &str) -> acts::CaseAct {
    acts::CaseAct::ClockPaused {
        ground: "检验".into(),
        basis: "行政许可法第四十五条".into(),
        told_days: days,
        from: local_date(at(on)),
        pauses_promise: true,
        hearing: None,
        moved: waits("", 5),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f137_a_rule_is_written_tried_and_published_by_two_people_and_ended() {
    let town = town("2026-09-18 09:00").await;
    oversight::begin(town.pool(), &town.house().now()).await.unwrap();
    oversight::begin(town.pool(), &town.house().now()).await.unwrap();
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.tells(NO, "2026-09-20 09:00", paused(3, "2026-09-20 09:00")).await;
    town.becomes("2026-09-20 09:01").await;
    let administrator = signed_in(&town, "sunlan", "administrator", None).await;
    let supervisor = signed_in(&town, "zhao", "supervisor", None).await;
    let officer = signed_in(&town, "chen", "counter_officer", Some(AGENCY)).await;
    let nobody = town.nobody();

    // Who may not write rules is not shown how; what is wrong is told beside its field, in both languages.
    nobody.get("/supervision/rules").await.is(OK).has("C3.3-05").has_not("/supervision/rules/new");
    officer.get("/supervision/rules/new").await.is(403);
    administrator.get("/supervision/rules/new").await.is(OK).has("pause.told_days");
    let new = "/supervision/rules/new";
    let wrong = sends(&administrator, new, &pauses_are_told("暂停提示", "pause.nht >="), &[]).await;
    wrong.is(422).has("href=\"#f-when-0\"").has("第 1 种情形的条件");
    let unknown = sends(&administrator, new, &pauses_are_told("暂停提示", "pause.nht >= 1"), &[]).await;
    unknown.is(422).has("没有“pause.nht”这个变量");
    let checked = sends(&administrator, new, &pauses_are_told("暂停提示", "pause.nth >= rule.least"), &[("then", "check")]).await;
    checked.is(OK).has("各项都读得懂");
    let more = sends(&administrator, new, &pauses_are_told("暂停提示", "pause.nth >= rule.least"), &[("then", "add")]).await;
    more.is(OK).has("name=\"when-1\"");

    // Drafted: nothing is judged by it, and nobody outside reads it.
    let sent = sends(&administrator, new, &pauses_are_told("暂停提示", "pause.nth >= rule.least"), &[]).await;
    sent.is(303);
    let rule = "/supervision/rules/LA-01/1";
    nobody.get(rule).await.is(404);
    officer.get(rule).await.is(404);
    administrator.get(rule).await.is(OK).has("草稿，不生效").has("自己起草的要由另一个人公布");
    town.becomes("2026-09-20 09:02").await;
    assert_eq!(cards(&town).await, []);

    // Tried on the record: it would have found the one pause.
    let tried = sends(&administrator, rule, &[], &[("how", "try"), ("from", "2026-09-01"), ("to", "2026-09-20")]).await;
    let trial = tried.is(303).location();
    town.settle().await;
    let page = administrator.get(&trial).await;
    page.is(OK).has("看完了").has(&format!("/supervision/cases/{NO}?at=")).has("只有这一稿会亮的");
    let found: serde_json::Value =
        sqlx::query_scalar("select found from supervision_trials").fetch_one(town.pool()).await.unwrap();
    assert_eq!((&found["new"], &found["grades"]["notice"], &found["same"]), (&1.into(), &1.into(), &0.into()));
    officer.get(&trial).await.is(403);

    // Not by whoever wrote it, not for a day that is past, not without a reason.
    let publish = |starts: &'static str, reason: &'static str| [("how", "publish"), ("starts", starts), ("reason", reason)];
    let today = publish("2026-09-20", "先从提示做起");
    sends(&officer, rule, &[], &today).await.is(403);
    sends(&administrator, rule, &[], &today).await.is(409);
    sends(&supervisor, rule, &[], &publish("2026-09-19", "先从提示做起")).await.is(422);
    sends(&supervisor, rule, &[], &publish("2026-09-20", " ")).await.is(422);
    sends(&supervisor, rule, &[], &today).await.is(303);
    sends(&supervisor, rule, &[], &today).await.is(409);
    town.becomes("2026-09-20 09:03").await;
    // What was before it binds is not judged by it.
    assert_eq!(cards(&town).await, []);
    nobody.get(rule).await.is(OK).has("在用").has("先从提示做起");
    let text: serde_json::Value = nobody.get(&format!("{rule}?as=json")).await.is(OK).json();
    assert_eq!(text["finds"][0]["when"], "pause.nth >= rule.least");

    // The next pause has its card within the second of its act, with the version, and its own time to answer.
    let resumed = acts::CaseAct::ClockResumed {
        ground: "检验".into(),
        to: local_date(at("2026-09-21 09:00")),
        done: true,
        moved: waits("examine", 6),
        private: None,
    };
    town.tells(NO, "2026-09-21 09:00", resumed).await;
    town.tells(NO, "2026-09-21 10:00", paused(3, "2026-09-21 10:00")).await;
    town.becomes("2026-09-21 10:00").await;
    assert_eq!(cards(&town).await, pairs(&[("C3.3-12", "warning"), ("LA-01", "notice")]));
    let act: String =
        sqlx::query_scalar("select public_body from acts where kind = 'card.issued' and public_body like '%LA-01%'")
            .fetch_one(town.pool())
            .await
            .unwrap();
    let act: serde_json::Value = serde_json::from_str(&act).unwrap();
    assert_eq!((&act["version"], &act["answer"]["n"]), (&1.into(), &5.into()));
    assert_eq!(act["computation"], "2026年9月21日因“检验”暂停计时，告知 3 个工作日。");
    let (administrator, supervisor) = (town.sign_in("sunlan").await, town.sign_in("zhao").await);
    supervisor.get("/supervision/cards?colour=notice").await.is(OK).has("/supervision/rules/LA-01/1");

    // A second version takes over; one that would bind earlier than a timer that stands brings it forward.
    let change = format!("{rule}/change");
    let mut told = pauses_are_told("暂停提示", "true");
    for (key, value) in
        [("each-0", "case"), ("at-0", "promised.start"), ("evidence-0", "case.proof"), ("computation-0", "起算。")]
    {
        told.iter_mut().find(|(name, _)| name == key).unwrap().1 = value.into();
    }
    sends(&supervisor, &change, &told, &[]).await.is(303);
    let second = "/supervision/rules/LA-01/2";
    sends(&administrator, second, &[], &publish("2026-09-22", "换一种写法")).await.is(303);
    town.becomes("2026-09-23 00:00").await;
    assert_eq!(cards(&town).await.len(), 2, "the moment of the case lies before the second version binds");
    nobody.get(rule).await.is(OK).has("到什么时候为止");

    let supervisor = town.sign_in("zhao").await;
    // Ended: nothing is judged by it from then on, and what was stays.
    // By two: who asks does not end it, and until then it binds.
    let ask = [("how", "ask_end"), ("ends", "2026-09-23"), ("end_reason", "不需要了")];
    sends(&supervisor, second, &[], &[("how", "end")]).await.is(409).has("没有人提出停用");
    sends(&supervisor, second, &[], &ask).await.is(303);
    sends(&supervisor, second, &[], &ask).await.is(409).has("已经有人提出停用");
    sends(&supervisor, second, &[], &[("how", "end")]).await.is(409).has("请由另一个人同意");
    nobody.get(second).await.is(OK).has("有人提出停用").has("在用");
    let administrator = town.sign_in("sunlan").await;
    sends(&administrator, second, &[], &[("how", "drop_end")]).await.is(303);
    sends(&supervisor, second, &[], &ask).await.is(303);
    sends(&administrator, second, &[], &[("how", "end")]).await.is(303);
    sends(&administrator, second, &[], &[("how", "end")]).await.is(409);
    town.becomes("2026-10-10 00:00").await;
    let left = cards(&town).await;
    assert_eq!(left.iter().filter(|(rule, _)| rule.starts_with("LA-01")).count(), 1);
    nobody.get("/supervision/rules").await.is(OK).has("已停用").has("LA-01");
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from acts where subject_kind = 'rule' and subject = 'LA-01' order by position")
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert_eq!(
        kinds,
        [
            "rule.drafted",
            "rule.published",
            "rule.drafted",
            "rule.published",
            "rule.end_asked",
            "rule.end_dropped",
            "rule.end_asked",
            "rule.ended"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn f137_a_published_rule_brings_the_timers_of_running_cases_forward_and_a_draft_can_be_withdrawn() {
    let town = town("2026-09-18 09:00").await;
    oversight::begin(town.pool(), &town.house().now()).await.unwrap();
    town.submits(NO, "2026-09-18 09:00").await;
    town.accepts(NO, "2026-09-18 10:00").await;
    town.becomes("2026-09-18 10:01").await;
    let administrator = signed_in(&town, "sunlan", "administrator", None).await;
    let supervisor = signed_in(&town, "zhao", "supervisor", None).await;
    let mut told = pauses_are_told("受理一日", "promised.due != null");
    for (key, value) in
        [("each-0", "case"), ("at-0", ""), ("evidence-0", "case.counted"), ("computation-0", "到{moment.day}没有办结。")]
    {
        told.iter_mut().find(|(name, _)| name == key).unwrap().1 = value.into();
    }
    told.extend(
        [("since-0", "promised.start"), ("within-0", "1"), ("done-0", "promised.stopped")].map(|(k, v)| (k.into(), v.into())),
    );
    sends(&administrator, "/supervision/rules/new", &told, &[]).await.is(303);
    let rule = "/supervision/rules/LA-01/1";
    sends(&supervisor, rule, &[], &[("how", "publish"), ("starts", "2026-09-18"), ("reason", "一日")]).await.is(303);
    town.settle().await;
    // The first working day after Friday the 18th is the make-up Sunday.
    town.becomes("2026-09-20 23:58").await;
    assert_eq!(cards(&town).await, []);
    town.becomes("2026-09-21 00:00").await;
    assert_eq!(cards(&town).await, pairs(&[("LA-01", "notice")]));

    let (administrator, supervisor) = (town.sign_in("sunlan").await, town.sign_in("zhao").await);
    sends(&administrator, &format!("{rule}/change"), &told, &[]).await.is(303);
    let second = "/supervision/rules/LA-01/2";
    sends(&supervisor, second, &[], &[("how", "withdraw")]).await.is(409);
    sends(&administrator, second, &[], &[("how", "withdraw")]).await.is(303);
    sends(&supervisor, second, &[], &[("how", "publish"), ("starts", "2026-09-21"), ("reason", "二")]).await.is(409);
    // A number that a card could be taken to bear is refused.
    told.iter_mut().find(|(name, _)| name == "id").unwrap().1 = "LA-01-2".into();
    sends(&administrator, "/supervision/rules/new", &told, &[]).await.is(422).has("已经有编号 LA-01 的规则");
}
