//! 看板的数字 (A2.4, A2.5): counted as acts come, counted anew, and counted from the public log alone, they are the same.

use crate::desk::{Desk, OK};
use crate::driver::*;
use crate::house::{sunlit, text};
use ::figures::{FIGURES, Figures, Question, Recount};
use acts::{Actor, CaseAct, Subject};
use axum::http::Method;
use fantoccini::Locator;
use fantoccini::wd::WebDriverCompatibleCommand;
use foundation::{feed, record};
use reqwest::Url;
use serde_json::Value;
use sqlx::PgPool;
use std::str::FromStr;
use std::time::Duration;
use testing::at;

/// Four cases of January and February 2026: one in time, one late, one that runs and is late, one that nobody has accepted.
pub async fn story(desk: &Desk) {
    for (no, submitted) in
        [("C1", "2026-01-05 09:00"), ("C2", "2026-01-05 10:00"), ("C3", "2026-01-12 09:00"), ("C4", "2026-02-02 09:00")]
    {
        desk.submits(no, submitted).await;
    }
    for (no, accepted) in [("C1", "2026-01-05 11:00"), ("C2", "2026-01-06 09:00"), ("C3", "2026-01-13 09:00")] {
        desk.accepts(no, accepted).await;
    }
    desk.settle().await;
    desk.grants("C1", "2026-01-09 09:00").await;
    desk.settle().await;
    desk.grants("C2", "2026-01-23 09:00").await;
    desk.tells("C1", "2026-01-12 09:00", CaseAct::Rated { grade: 2, channel: Default::default(), named: false, private: None })
        .await;
    desk.settle().await;
}

const MONTHS: &str = "from=2026-01-01&to=2026-02-28";

async fn json(desk: &Desk, key: &str, query: &str) -> Value {
    let page = desk.nobody().get(&format!("/sunlight/figures/{key}?{query}&as=json")).await.is(OK);
    serde_json::from_str(&page.text()).unwrap()
}

/// The counters as they are.
async fn counters(pool: &PgPool) -> [Vec<Value>; 3] {
    let rows = async |sql: &'static str| sqlx::query_scalar(sql).fetch_all(pool).await.unwrap();
    [
        rows("select to_jsonb(c) from figure_counts c order by measure, day, agency, item, region").await,
        rows("select to_jsonb(a) from figure_acts a order by measure, n").await,
        rows("select to_jsonb(s) from figure_cases s order by case_no").await,
    ]
}

#[tokio::test]
async fn a2_4_a_figure_opens_on_its_definition_and_on_the_acts_behind_it() {
    let desk = Desk::open().await;
    story(&desk).await;
    let nobody = desk.nobody();
    let page = nobody.get(&format!("/sunlight/figures/late?{MONTHS}")).await.is(OK);
    page.has("超承诺办结").has("怎么算的").has("C2").has_not("C1").has("sunlit recompute late --log").has("--from 2026-01-01");
    let late = json(&desk, "late", MONTHS).await;
    assert_eq!((&late["value"], &late["acts"], &late["asked"]["to"]), (&"1".into(), &1.into(), &"2026-02-28".into()));
    assert_eq!(json(&desk, "average-promised", MONTHS).await["value"], "8.0");
    assert_eq!(json(&desk, "overdue", "").await["value"], "1", "the third case was due on 23 January");
    assert_eq!(json(&desk, "running", "").await["value"], "2");
    assert_eq!(json(&desk, "running", "region=340100").await["value"], "0");
    nobody.get(&format!("/sunlight/figures/decided?{MONTHS}&as=csv")).await.is(OK).has("C1").has("按承诺").has("超承诺");
    nobody.get(&format!("/sunlight/figures/decided?{MONTHS}&as=acts")).await.is(OK).has("\"counted_as\"");
    nobody.get("/sunlight/figures").await.is(OK).has("平均法定时限");
    nobody.get("/sunlight/figures/none").await.is(404);
    nobody.get("/sunlight/figures/late?after=x").await.is(OK);
}

#[tokio::test]
async fn a2_4_the_acts_behind_a_figure_page_by_key() {
    let desk = Desk::open().await;
    for no in 0..53 {
        desk.submits(&format!("N{no:02}"), "2026-01-05 09:00").await;
    }
    desk.settle().await;
    let nobody = desk.nobody();
    let first = nobody.get(&format!("/sunlight/figures/received?{MONTHS}")).await.is(OK).text();
    let next = first.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|link| link.contains("after=")).unwrap();
    let next = next.replace("&amp;", "&").replace("&#38;", "&");
    // What came since moves nothing.
    desk.submits("N99", "2026-01-06 09:00").await;
    desk.settle().await;
    let second = nobody.get(&next).await.is(OK).text();
    let count = |page: &str| (0..53).filter(|no| page.contains(&format!("/cases/N{no:02}\""))).count();
    assert_eq!((count(&first), count(&second), second.contains("N99")), (50, 3, false));
}

#[tokio::test]
async fn a2_4_counted_as_they_come_counted_anew_and_from_the_log_alone_figures_are_the_same() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let no = desk.before_the_chief(&citizen).await;
    story(&desk).await;
    let kept = counters(desk.pool()).await;
    assert!(kept.iter().all(|rows| rows.len() > 3), "{kept:?}");

    feed::rebuild(desk.pool(), &Figures, desk.house().time()).await.unwrap();
    assert_eq!(counters(desk.pool()).await, kept, "{no}");

    let mut conn = desk.pool().acquire().await.unwrap();
    let log = record::entries(&mut conn, 0, i64::MAX).await.unwrap();
    drop(conn);
    let today = desk.house().now().date();
    let months = Question { from: "2026-01-01".parse().unwrap(), ..Question::until(today) };
    let asked = [
        Question::until(today),
        months.clone(),
        Question { region: "3415".into(), agency: "jinzhai-market".into(), ..months.clone() },
        Question { item: "food-production-licence".into(), to: "2026-01-23".parse().unwrap(), ..months.clone() },
        Question { region: "340100".into(), ..months },
    ];
    for figure in &FIGURES {
        // How things stand is told of today alone.
        for asked in asked.iter().filter(|asked| asked.to == today || !figure.is_standing()) {
            let mut recount = Recount::new(figure, asked.clone(), calendar::Calendar::china());
            for act in &log {
                recount.read(act.n.unwrap(), &act.kind, &act.public_body).unwrap();
            }
            let (value, shown) = (recount.value(), json(&desk, figure.key, &asked.query()).await);
            let ours = serde_json::json!([value.text(), value.sum, value.of, value.acts, log.len()]);
            let site = ["value", "sum", "of", "acts", "entries"].map(|key| shown[key].clone());
            assert_eq!(Value::from(site.to_vec()), ours, "{} {asked:?}", figure.key);
        }
    }
}

#[tokio::test]
async fn a2_4_what_cannot_be_meant_is_told_and_not_answered_as_something_else() {
    let desk = Desk::open().await;
    story(&desk).await;
    let nobody = desk.nobody();
    for (query, said) in [
        ("late?from=2026-02-30", "不是能算的日子"),
        ("late?from=abc", "不是能算的日子"),
        ("late?from=1900-01-01", "不是能算的日子"),
        ("late?from=2026-03-01&to=2026-02-01", "在截止日 2026-02-01 后面"),
        ("late?agency=nobody", "没有代号是“nobody”的单位"),
        ("late?item=nothing", "没有代号是“nothing”的事项"),
        ("late?region=99", "没有代码是“99”的区划"),
        // How things stand is known of now alone.
        ("running?to=2026-06-01", "说的是今天的情形"),
        ("overdue?to=2030-01-01", "说的是今天的情形"),
    ] {
        nobody.get(&format!("/sunlight/figures/{query}")).await.is(422).has(said);
        nobody.get(&format!("/sunlight/figures/{query}&as=json")).await.is(422);
    }
    nobody.get("/sunlight?agency=nobody").await.is(OK).has("没有代号是“nobody”的单位");
    nobody.get("/sunlight?item=nothing").await.is(OK).has("没有代号是“nothing”的事项");
    // A matter that is no longer offered keeps its figures.
    let ended = "insert into item_versions (slug, version, effective_from) values ('ended-matter', 1, '2026-01-01')";
    sqlx::query(ended).execute(desk.pool()).await.unwrap();
    nobody.get("/sunlight/figures/late?item=ended-matter").await.is(OK);
    let today = desk.house().now().date();
    nobody.get(&format!("/sunlight/figures/running?to={today}")).await.is(OK);
    nobody.get("/sunlight/figures?to=2026-02-28&from=2026-01-01").await.is(OK).has("超承诺办结").has_not("超期未办结");
    nobody.get("/sunlight/year?figure=running").await.is(422).has("不是一天一天数的");
    nobody.get("/sunlight/tiles?from=abc").await.is(422);
    nobody.get("/sunlight/times?agency=nobody").await.is(422);
    // A screen is no load, whatever is asked of it.
    for every in ["0", "-1", "0.2"] {
        nobody.get(&format!("/sunlight/hall?every={every}")).await.is(OK).has(r#"data-screen="3""#);
    }
}

#[tokio::test]
async fn a2_4_a_visit_reads_sums_and_no_cases() {
    let desk = Desk::open().await;
    story(&desk).await;
    // A counter that nobody could have counted is shown as it is.
    sqlx::query("update figure_counts set amount = amount + 7000 where measure = 'late'").execute(desk.pool()).await.unwrap();
    assert_eq!(json(&desk, "late", MONTHS).await["value"], "7001");
    let act = record::entry(
        Subject::case("C9"),
        at("2026-02-03 09:00"),
        Actor::system(),
        None,
        CaseAct::Rated { grade: 1, channel: Default::default(), named: false, private: None },
    );
    let mut tx = desk.pool().begin().await.unwrap();
    record::record(&mut tx, &[act]).await.unwrap();
    tx.commit().await.unwrap();
    desk.settle().await;
    assert_eq!(json(&desk, "content-share", MONTHS).await["acts"], 1, "what has no case counts for none");
}

/// Every page of the board, of the months of the story.
fn pages() -> Vec<String> {
    let of = |page: &str| format!("/sunlight/{page}{}{MONTHS}", if page.contains('?') { '&' } else { '?' });
    let mut pages: Vec<String> =
        ["figures", "figures/late", "figures/average-working-days", "year?figure=received", "times", "tiles"].map(of).into();
    pages.extend(["tiles?by=item", "tiles?by=region"].map(of));
    pages.extend(["today", "agencies", "times", "cases"].map(|page| format!("/sunlight/hall?page={page}")));
    pages.push("/sunlight".into());
    pages
}

#[tokio::test]
async fn a2_4_a_year_tiles_and_times_lead_down_to_the_single_case() {
    let desk = Desk::open().await;
    story(&desk).await;
    let nobody = desk.nobody();
    let year = nobody.get(&format!("/sunlight/year?figure=late&{MONTHS}")).await.is(OK);
    year.has("from=2026-01-23&#38;to=2026-01-23").has("合计 1");
    let tiles = nobody.get(&format!("/sunlight/tiles?{MONTHS}")).await.is(OK);
    tiles.has("已作决定 2").has("超承诺 1").has("50.0%").has("by=item");
    nobody.get(&format!("/sunlight/tiles?by=item&agency=jinzhai-market&{MONTHS}")).await.is(OK).has("/sunlight/figures/decided?");
    nobody.get(&format!("/sunlight/tiles?by=region&{MONTHS}")).await.is(OK).has("金寨县");
    let times = nobody.get(&format!("/sunlight/times?{MONTHS}")).await.is(OK);
    // Four working days and thirteen; eight promised, ten by law.
    times.has(">8.5</a>").has(">8.0</a>").has(">10.0</a>").has("average-statutory?");
    for page in pages() {
        nobody.get(&page).await.is(OK);
    }
    nobody.get(&format!("/sunlight/year?figure=late&{MONTHS}&as=csv")).await.is(OK).has("2026-01-23,1").has("2026-01-22,0");
    nobody.get(&format!("/sunlight/tiles?{MONTHS}&as=json")).await.is(OK).has("\"decided\": 2").has("jinzhai-market");
    nobody.get(&format!("/sunlight/times?{MONTHS}&as=csv")).await.is(OK).has("food-production-licence").has(",8.5,8.0,10.0");
    // A key on which the page before ended.
    // A tile has the number of what it opens on, a province that of all that lies under it.
    desk.nobody()
        .get(&format!("/sunlight/tiles?by=region&{MONTHS}"))
        .await
        .is(OK)
        .has("一个区划的数包括它下面的区划")
        .has("已作决定 2");
    for region in ["34", "340000", "341500", "3415", "341524"] {
        assert_eq!(json(&desk, "decided", &format!("{MONTHS}&region={region}")).await["value"], "2", "{region}");
    }
    nobody.get(&format!("/sunlight/tiles?{MONTHS}&after=2~jinzhai-market")).await.is(OK).has_not("已作决定 2");
    nobody.get(&format!("/sunlight/times?{MONTHS}&after=x")).await.is(OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a2_4_a_journalist_opens_a_figure_and_recomputes_it_from_the_log_alone() {
    let desk = Desk::open().await;
    story(&desk).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    for (width, height) in [(390, 844), (1280, 900)] {
        browser.set_window_size(width, height).await.unwrap();
        for page in pages() {
            browser.goto(&format!("{site}{page}")).await.unwrap();
            let wide = "return document.documentElement.scrollWidth - window.innerWidth";
            let wide = browser.execute(wide, Vec::new()).await.unwrap();
            assert!(wide.as_i64().unwrap() <= 0, "{page} is {wide} px too wide at {width}");
            assert_eq!(violations(&browser).await, Vec::<String>::new(), "{page} at {width}");
        }
        // From the board to the figure, and to its command.
        pressed(&browser, Locator::Css(".kpis a[href*='on-time-share']")).await;
        sought(&browser, Locator::Css("#again")).await.unwrap();
        browser.goto(&format!("{site}/sunlight/figures/on-time-share?{MONTHS}")).await.unwrap();
        let shown = sought(&browser, Locator::Css(".kpis dd")).await.unwrap().text().await.unwrap();
        assert_eq!(shown, "50.0%");
        let command = sought(&browser, Locator::Css(".hash")).await.unwrap().text().await.unwrap();
        let words: Vec<String> = command.split_whitespace().skip(1).map(ToOwned::to_owned).collect();
        let log = words.iter().position(|word| word == "--log").unwrap();
        let mut own = words.clone();
        own[log + 1] = format!("{site}/log");
        let run = move || sunlit().args(own).arg("--json").output().unwrap();
        let out = tokio::task::spawn_blocking(run).await.unwrap();
        let said: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", text(&out.stderr)));
        assert_eq!((out.status.code(), &said["value"]), (Some(0), &Value::from(shown)), "{said}");
    }
    browser.close().await.unwrap();
}

/// A command of the browser's own protocol, by its name.
#[derive(Debug)]
struct Protocol(&'static str);

impl WebDriverCompatibleCommand for Protocol {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(serde_json::json!({ "cmd": self.0, "params": {} }).to_string()))
    }
}

/// Bytes on the heap of scripts, and nodes of documents, after everything that nobody holds is gone.
async fn held(browser: &Browser) -> (f64, f64) {
    browser.issue_cmd(Protocol("HeapProfiler.collectGarbage")).await.unwrap();
    let all = browser.issue_cmd(Protocol("Performance.getMetrics")).await.unwrap();
    let of = |name: &str| {
        let all = all["metrics"].as_array().unwrap();
        all.iter().find(|metric| metric["name"] == name).and_then(|metric| metric["value"].as_f64()).unwrap()
    };
    (of("JSHeapUsedSize"), of("Nodes"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a2_4_the_screen_of_a_hall_turns_its_pages_for_hundreds_of_times_and_holds_no_more() {
    let desk = Desk::open().await;
    story(&desk).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    browser.set_window_size(1920, 1080).await.unwrap();
    browser.goto(&format!("{site}/sunlight/hall?every=3")).await.unwrap();
    browser.issue_cmd(Protocol("Performance.enable")).await.unwrap();
    // Faster than anybody may ask for.
    let count = "const own = window.setTimeout.bind(window); window.setTimeout = (what, wait) => own(what, Math.min(wait, 300));
                 window.turned = 0; window.seen = {};
                 new MutationObserver(() => { window.turned++; window.seen[document.querySelector('h1').textContent] = 1 })
                     .observe(document.querySelector('[data-screen]'), { childList: true })";
    browser.execute(count, Vec::new()).await.unwrap();
    let turned = async |times: u64| {
        let began = std::time::Instant::now();
        loop {
            let now = browser.execute("return window.turned", Vec::new()).await.unwrap().as_u64().unwrap();
            if now >= times {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(400), "only {now} pages were turned");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    turned(40).await;
    let (heap, nodes) = held(&browser).await;
    turned(340).await;
    let (later_heap, later_nodes) = held(&browser).await;
    assert!(later_heap < 1.1 * heap + 200_000.0, "{heap} bytes grew to {later_heap}");
    assert!(later_nodes < nodes + 600.0, "{nodes} nodes grew to {later_nodes}");
    let seen = browser.execute("return Object.keys(window.seen).length", Vec::new()).await.unwrap();
    assert_eq!(seen, 4, "all pages come");
    let wide = "return [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]";
    let wide = browser.execute(wide, Vec::new()).await.unwrap();
    assert!(wide[0].as_i64().unwrap() <= 0 && wide[1].as_i64().unwrap() <= 0, "{wide}");
    browser.close().await.unwrap();

    // Without scripts the page asks for the next one itself.
    desk.nobody().get("/sunlight/hall").await.is(OK).has(r#"<noscript><meta http-equiv="refresh" content="15">"#);
    desk.nobody().get("/sunlight/hall?page=today").await.is(OK).has_not("http-equiv").has("自动翻页");
}
