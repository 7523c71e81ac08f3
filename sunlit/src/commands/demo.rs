//! 演示 · a living demonstration in a directory that is thrown away: people one can be without a password, and a clock
//! that can be moved forward.

mod clock;
mod people;

use crate::bar::Bar;
use crate::database::{Opened, Place};
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::serving::{self, Ending, listen, reachable};
use crate::throw_away::ThrowAway;
use crate::{app, input, logging};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use calendar::Calendar;
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::held::Posted;
use foundation::page::{self, Shell, filters, safe_next};
use foundation::{House, Moment, SignedIn, Site, Stop, TimeSource, sessions};
use notice::Notice;
use people::{COLLEAGUES, Colleague, SIX, Six};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

pub use people::seed;

/// Enough for every list, chart and ranking to have something in it, and there within half a minute.
const CASES: usize = 300;
/// More people than this the demonstration cannot give a number of their own.
const MOST_CASES: i64 = 50_000;
/// The oldest case is younger, in days.
const YEAR: i64 = 366;

/// Day by day: what follows from the cases by itself, and what agencies and supervisors did about it that day.
async fn live(house: &House, began: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Stop> {
    let mut from = began;
    while from < now {
        let morning = calendar::start_of_day(calendar::local_date(from) + chrono::Days::new(1)) + chrono::Duration::hours(10);
        let until = morning.min(now);
        foundation::work::relive(house, from, until).await?;
        let day = Moment::new(until, house.time().calendar());
        if day.calendar.is_working_day(day.date()) {
            oversight::supervision::demo::works(house, &day).await?;
        }
        from = until;
    }
    Ok(())
}

#[derive(clap::Args)]
pub struct Options {
    /// 监听的地址和端口；不写时从 127.0.0.1:8080 起找一个空的
    #[arg(long, env = "SUNLIT_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// 把这份任务分解通知也放进去：读出来、印发，再印出它的公开页
    #[arg(long, value_name = "FILE")]
    directive: Option<PathBuf>,
    /// 一年里有多少件；5000 件要几分钟
    #[arg(long, value_name = "N", default_value_t = CASES, value_parser = number_of_cases)]
    cases: usize,
    /// 运行日志的写法；缺省在终端上只说出错的事
    #[arg(long, value_enum)]
    log: Option<logging::Format>,
}

fn number_of_cases(text: &str) -> Result<usize, String> {
    match text.parse::<i64>() {
        Ok(number @ 0..=MOST_CASES) => Ok(number as usize),
        _ => Err(format!("写 0 到 {MOST_CASES} 的整数")),
    }
}

/// A notice that was given is in: its number and how many tasks it divides.
struct Entered {
    no: String,
    tasks: usize,
    /// Places of it that were not read; nobody looked at them before it was issued.
    unread: usize,
}

pub async fn run(options: Options, json: bool) -> Done {
    match options.log {
        Some(format) => logging::start(Some(format)),
        None => logging::start_quiet(),
    }
    let notice = match options.directive.as_deref().map(given).transpose() {
        Ok(notice) => notice,
        Err(failure) => {
            failure.tell(json);
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    let began = Instant::now();
    let ending = Ending::watch()?;
    let listener = free_address(options.listen).await?;
    let address = reachable(listener.local_addr()?);
    let gone = ThrowAway::make()?;
    if !json {
        eprintln!("正在准备演示……");
    }
    // Never the operator's own database: the demonstration brings its own.
    let place = Place { data: gone.dir().to_owned(), database_url: None, definitions: None };
    let opened = place.open().await?;
    let shown = show(&opened, listener, site(&address), &ending, (notice, options.cases), |entered| {
        ready(&address, began, entered, json)
    })
    .await;
    opened.close().await;
    drop(gone);
    shown?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the notice before anything is prepared: what cannot be issued is told at once.
fn given(file: &Path) -> Result<Notice, Failure> {
    let bytes = input::bytes(file, notice::LONGEST_FILE as u64)?;
    let notice = notice::read(&bytes).map_err(|trouble| Failure::new(trouble.to_string()).english(trouble.english()))?;
    if notice.assignments.is_empty() {
        let said = format!("{} 里没有读出任务", file.display());
        return Err(Failure::new(said).mend("先用 sunlit directive read 看读出了什么"));
    }
    Ok(notice)
}

async fn show(
    opened: &Opened,
    listener: TcpListener,
    site: Site,
    ending: &Ending,
    (notice, count): (Option<Notice>, usize),
    ready: impl Fn(Option<Entered>),
) -> Result<(), Failure> {
    let time = TimeSource::demonstration(Arc::new(Calendar::china()), 0);
    let preparing = async {
        // What is thrown away need not be on the disk before the next step.
        for setting in ["alter system set synchronous_commit = off", "select pg_reload_conf()"] {
            sqlx::query(setting).execute(&opened.pool).await?;
        }
        let catalogue = app::definitions(None)?;
        let app = app::build(opened.pool.clone(), time, opened.files()?, site, catalogue.clone()).await?;
        sqlx::query("insert into demonstration (offset_seconds) values (0) on conflict do nothing").execute(&opened.pool).await?;
        seed(&app.house).await?;
        services::demo::enter(&app.house, &others(&catalogue)).await?;
        let officer = foundation::people::by_login(&opened.pool, "openness").await?.ok_or(Stop::NotFound("演示身份"))?;
        let directive = oversight::directives::demo::seed(&app.house, &officer).await?;
        oversight::leadership::demo::seed(&app.house, &officer).await?;
        powers(&app.house, &catalogue).await?;
        let now = app.house.now().at;
        let began = now - chrono::Duration::days(YEAR);
        let reading = tokio::spawn(foundation::work::read_along(app.house.clone(), began));
        cases(&app.house, &catalogue, count).await;
        reading.abort();
        let _ = reading.await;
        let at_the_counter = foundation::people::by_login(&opened.pool, "officer").await?.ok_or(Stop::NotFound("演示身份"))?;
        services::hall::demo::seed(&app.house, &at_the_counter).await?;
        services::demo::asked::seed(&app.house, &at_the_counter).await?;
        agent_point(&app.house, &catalogue).await?;
        let agent = foundation::people::by_login(&opened.pool, "agent").await?.ok_or(Stop::NotFound("演示身份"))?;
        services::demo::certificates::seed(&app.house, &catalogue, &agent).await?;
        // Bad ratings are handled before the limits of their orders ring.
        foundation::work::relive(&app.house, began, began).await?;
        oversight::ratings::demo::seed(&app.house).await?;
        // What follows from a year of cases is there before the first visitor.
        live(&app.house, began, now).await?;
        oversight::complaints::demo::seed(&app.house).await?;
        queries(&app.house, &catalogue).await?;
        oversight::directives::demo::report_of_today(&app.house, &directive, &officer).await?;
        let entered = match &notice {
            Some(notice) => Some(oversight::directives::demo::enter(&app.house, &officer, notice).await?),
            None => None,
        };
        foundation::work::settle(&app.house).await?;
        oversight::ratings::demo::count(&app.house).await?;
        // What visitors do is on the disk before they are told so.
        for setting in ["alter system reset synchronous_commit", "select pg_reload_conf()"] {
            sqlx::query(setting).execute(&opened.pool).await?;
        }
        Ok::<_, Failure>((app, entered.map(|(no, tasks, unread)| Entered { no, tasks, unread })))
    };
    let (app, entered) = tokio::select! {
        prepared = preparing => prepared?,
        () = ending.asked(1) => return Ok(()),
    };
    ready(entered);
    serving::until_asked(listener, app, ending).await
}

/// The list of powers, drafted, reviewed and published by those whose work it is.
async fn powers(house: &House, catalogue: &Catalogue) -> Result<(), Stop> {
    let person = async |login: &str| foundation::people::by_login(house.pool(), login).await?.ok_or(Stop::NotFound("演示身份"));
    let by = catalogue::powers::demo::By {
        drafter: person("catalogue").await?,
        openness: person("openness").await?,
        establishment: person("establishment").await?,
        legal: person("legal").await?,
    };
    catalogue::powers::demo::seed(house, catalogue, &by).await?;
    let officers = [
        (person("officer-jinzhai").await?, person("chief").await?),
        (person("officer-youhua").await?, person("chief-youhua").await?),
    ];
    catalogue::discretion::demo::seed(house, &by.legal, &officers).await?;
    catalogue::intermediaries::demo::seed(house, &person("admin").await?).await?;
    catalogue::centres::demo::seed(house, catalogue, &person("admin").await?).await
}

/// Two bodies that query, put on record by two people, and what they asked.
async fn queries(house: &House, catalogue: &Catalogue) -> Result<(), Stop> {
    let person = async |login: &str| foundation::people::by_login(house.pool(), login).await?.ok_or(Stop::NotFound("演示身份"));
    let by = (&person("admin").await?, &person("legal").await?);
    services::queries::demo::seed(house, catalogue, by, &person("citizen").await?, &person("agent").await?).await
}

/// A village point with its agent, who has helped some people.
async fn agent_point(house: &House, catalogue: &Catalogue) -> Result<(), Stop> {
    let person = async |login: &str| foundation::people::by_login(house.pool(), login).await?.ok_or(Stop::NotFound("演示身份"));
    let township = (&person("chief-youhua").await?, &person("officer-youhua").await?);
    services::demo::agents::seed(house, catalogue, township, &person("village-agent").await?, &person("citizen").await?).await
}

/// A year of cases. Without all of them there is still much to see, so that is said and no more.
async fn cases(house: &House, catalogue: &Catalogue, count: usize) {
    let made = tokio::select! {
        made = services::demo::seed(house, catalogue, count, &people::OWN) => made,
        never = progress(house, count) => never,
    };
    if let Err(stop) = made {
        eprintln!("样例办件没有全部造好（{stop}），其余照常");
    }
}

/// Draws how many cases there are, until the seeding ends.
async fn progress(house: &House, count: usize) -> Result<usize, Stop> {
    let mut bar = Bar::new("样例办件");
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let made: Result<i64, sqlx::Error> = sqlx::query_scalar("select count(*) from cases").fetch_one(house.pool()).await;
        if let Ok(made) = made {
            bar.show(made as u64, count as u64);
        }
    }
}

/// The address asked for; without one, the first free port from 8080 on.
async fn free_address(wanted: Option<SocketAddr>) -> Result<TcpListener, Failure> {
    if let Some(wanted) = wanted {
        return listen(wanted).await;
    }
    for port in 8080..8100 {
        if let Ok(listener) = listen(SocketAddr::from(([127, 0, 0, 1], port))).await {
            return Ok(listener);
        }
    }
    listen(SocketAddr::from(([127, 0, 0, 1], 0))).await
}

fn site(address: &str) -> Site {
    Site { name: "阳光政务（演示）".into(), ..super::serve::usual_site(address) }
}

fn ready(address: &str, began: Instant, entered: Option<Entered>, json: bool) {
    let seconds = began.elapsed().as_secs_f64();
    if json {
        let people: Vec<_> =
            SIX.iter().map(|p| serde_json::json!({ "login": p.login, "name": p.name, "role": p.role })).collect();
        let mut said = serde_json::json!({ "ok": true, "address": address, "seconds": (seconds * 1000.0).round() / 1000.0, "people": people });
        if let Some(Entered { no, tasks, unread }) = entered {
            said["directive"] = serde_json::json!({
                "no": no, "page": format!("{address}/directives/{no}"), "assignments": tasks, "unread": unread
            });
        }
        println!("{said}");
        return;
    }
    println!("演示已就绪：{address}（用时 {seconds:.1} 秒，按 Ctrl-C 停止）\n");
    if let Some(Entered { no, tasks, unread }) = entered {
        println!("通知已经放进去，{tasks} 项任务，公开页在 {address}/directives/{no}");
        if unread > 0 {
            println!("有 {unread} 处没有读懂，演示里没有人核对就印发了；逐处看：sunlit directive read 通知的文件");
        }
        println!();
    }
    println!("打开 {address}/demo ，用下面任何一个身份进入，不用密码：\n");
    for person in &SIX {
        println!("  {:<11}{}　{}", person.login, person.name, person.role);
        println!("  {:<11}可以试试：{}", "", person.try_this);
    }
    println!("\n人和企业都是虚构的样例。同一页可以把时钟往前拨。退出时数据全部删除。");
}

/// The demonstration's own doors, mounted only where the clock can be moved.
pub fn routes() -> Router<House> {
    Router::new().route("/demo", get(page_of)).route("/demo/sign-in", post(sign_in)).route("/demo/clock", post(move_clock))
}

#[derive(serde::Deserialize)]
struct Way {
    next: Option<String>,
    moved: Option<i64>,
}

#[derive(Template)]
#[template(path = "demo.html")]
struct DemoPage {
    shell: Shell,
    six: &'static [Six],
    colleagues: &'static [Colleague],
    /// Those at the counters of the other agencies, with the names of these.
    others: Vec<(String, services::demo::Colleague)>,
    next: String,
    now: String,
    /// How many days the clock has just been moved.
    moved: Option<i64>,
    wrong: Option<String>,
    date: String,
}

/// Those at the counters of agencies that nobody was named for by hand.
fn others(catalogue: &Catalogue) -> Vec<services::demo::Colleague> {
    services::demo::colleagues(catalogue, &people::AGENCIES)
}

impl DemoPage {
    fn new(shell: Shell, catalogue: &Catalogue, next: String) -> DemoPage {
        let now = shell.time(&shell.now.at);
        let others = others(catalogue).into_iter().map(|one| (catalogue.agency_name(&one.agency).to_owned(), one)).collect();
        DemoPage { shell, six: &SIX, colleagues: &COLLEAGUES, others, next, now, moved: None, wrong: None, date: String::new() }
    }
}

async fn page_of(catalogue: Catalogue, shell: Shell, Query(way): Query<Way>) -> Result<Response, Stop> {
    let mut page = DemoPage::new(shell.clone(), &catalogue, safe_next(way.next.as_deref()).to_owned());
    page.moved = way.moved;
    page::render(&shell, &page)
}

async fn sign_in(
    catalogue: Catalogue,
    State(house): State<House>,
    jar: CookieJar,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Stop> {
    let login = posted.one("login");
    let known = SIX.iter().any(|p| p.login == login)
        || COLLEAGUES.iter().any(|p| p.login == login)
        || others(&catalogue).iter().any(|p| p.login == login);
    let person = match known {
        true => foundation::people::by_login(house.pool(), login).await?,
        false => None,
    };
    let person = person.ok_or(Stop::NotFound("演示身份"))?;
    let device = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let cookie = sessions::open(house.pool(), person.id, device, false, house.now().at).await?;
    let next = safe_next(Some(posted.one("next")));
    let to = if next == "/" { person.home() } else { next };
    Ok((jar.add(cookie), Redirect::to(to)).into_response())
}

async fn move_clock(
    catalogue: Catalogue,
    State(house): State<House>,
    shell: Shell,
    person: Option<SignedIn>,
    posted: Posted,
) -> Result<Response, Stop> {
    let person = person.ok_or_else(|| Stop::SignIn { next: "/demo".into() })?;
    let how = Circumstance { demo: house.is_demonstration(), ..Circumstance::default() };
    house.may(&person.principal(), Act::MoveDemoClock, &Resource::Site, &how)?;
    let next = safe_next(Some(posted.one("next"))).to_owned();
    let wanted = clock::Wanted::read(posted.one("days"), posted.one("date"));
    match wanted.and_then(|wanted| wanted.target(&house.now())) {
        Ok(target) => {
            let days = clock::advance(&house, target).await?;
            Ok(Redirect::to(&format!("/demo?moved={days}&next={}", page::encode(&next))).into_response())
        }
        Err(wrong) => {
            let mut page = DemoPage::new(shell.clone(), &catalogue, next);
            page.date = posted.one("date").to_owned();
            page.wrong = Some(wrong.to_string());
            page::render_status(&shell, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_cases_as_there_are_numbers_for() {
        assert_eq!(number_of_cases("5000"), Ok(5000));
        for wrong in ["-1", "50001", "many", ""] {
            assert!(number_of_cases(wrong).is_err(), "{wrong}");
        }
    }
}
