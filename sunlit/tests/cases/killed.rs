//! 断在半路的缴费 · the site is killed between the provider of payments and us, wherever one waits for the other, and started again (B4.1, F075).
//! The site is a process of its own on the database of the desk; where it is killed is held open by a lock of the desk's.

use crate::Desk;
use crate::desk::{Client, OK, posts};
use crate::fees::{at_provider, billed, count, order_of, ordered, pays, says, state_of};
use crate::house::Dir;
use calendar::Calendar;
use foundation::TimeSource;
use foundation::files::Files;
use services::cases::case;
use services::fees::written;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Postgres, Transaction};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use sunlit::{app, serving};
use uuid::Uuid;

/// What the site in its own process is told: the directory of the server's socket, its database, files, and seconds its clock is ahead.
const TOLD: [&str; 4] = ["SUNLIT_TEST_SOCKET", "SUNLIT_TEST_DATABASE", "SUNLIT_TEST_FILES", "SUNLIT_TEST_AHEAD"];
/// The test that is that site.
const ITSELF: &str = "killed::the_site_in_a_process_of_its_own";
/// How it begins the line with its address.
const READY: &str = "ready ";
/// How long anything is waited for on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Run by hand or among the others it has nobody to serve, and ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_site_in_a_process_of_its_own() {
    let told: Vec<String> = TOLD.iter().filter_map(|name| std::env::var(name).ok()).collect();
    let [socket, database, files, ahead] = &told[..] else { return };
    let options = PgConnectOptions::new_without_pgpass().socket(socket).username("sunlit").database(database);
    let pool = PgPoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
    let time = TimeSource::demonstration(Arc::new(Calendar::china()), ahead.parse().unwrap());
    let app =
        app::build(pool, time, Files::local(&PathBuf::from(files)).unwrap(), testing::site(), testing::catalogue().apart()).await;
    let app = app.unwrap_or_else(|failure| panic!("{}", failure.said));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ending = serving::Ending::watch().unwrap_or_else(|failure| panic!("{}", failure.said));
    println!("\n{READY}{}", serving::reachable(listener.local_addr().unwrap()));
    serving::until_asked(listener, app, &ending).await.unwrap_or_else(|failure| panic!("{}", failure.said));
}

/// The site, until it is killed.
struct Site {
    child: Child,
    address: String,
    http: reqwest::Client,
    _files: Dir,
}

impl Site {
    async fn start(desk: &Desk, ahead: chrono::Duration) -> Site {
        let (socket, database): (String, String) =
            sqlx::query_as("select current_setting('unix_socket_directories'), current_database()")
                .fetch_one(desk.pool())
                .await
                .unwrap();
        let files = Dir::new(&format!("killed-{}", Uuid::new_v4().simple()));
        let told = [socket, database, files.data().display().to_string(), ahead.num_seconds().to_string()];
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([ITSELF, "--exact", "--nocapture"]).envs(TOLD.iter().zip(told)).stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let address = tokio::task::spawn_blocking(move || {
            let mut lines = said.lines().map_while(Result::ok);
            let address = lines.find_map(|line| line.strip_prefix(READY).map(ToOwned::to_owned));
            std::thread::spawn(move || lines.for_each(drop));
            address
        });
        let address = address.await.unwrap().expect("the site says where it is");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).pool_max_idle_per_host(0);
        Site { child, address, http: http.build().unwrap(), _files: files }
    }

    /// What somebody who is signed in at the desk, or nobody, posts to the site.
    fn posted(
        &self,
        by: Option<&Client>,
        path: &str,
        kind: &str,
        body: String,
    ) -> impl Future<Output = reqwest::Result<reqwest::Response>> + Send + 'static {
        let cookies = by.map(|client| client.cookies.lock().unwrap().clone()).unwrap_or_default();
        let cookies: Vec<String> = cookies.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.http.post(format!("{}{path}", self.address)).header("content-type", kind).body(body);
        request.header("cookie", cookies.join("; ")).send()
    }

    /// The payer pays at the provider, which is to send its notice by this habit.
    async fn pays(&self, page: &str, habit: &str) -> reqwest::Result<u16> {
        let path = format!("/sandbox/pay/{}", order_of(page));
        Ok(self.posted(None, &path, FORM, format!("habit={habit}")).await?.status().as_u16())
    }

    /// The provider says what it has to say.
    fn told(&self, notice: &str) -> impl Future<Output = reqwest::Result<u16>> + Send + 'static {
        let answer = self.posted(None, NOTICES, "text/plain", notice.to_owned());
        async { Ok(answer.await?.status().as_u16()) }
    }

    /// Killed as by a power failure of its process.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const NOTICES: &str = "/payments/sandbox/notices";

/// Keeps everybody from the rows of these orders.
async fn holding<'a>(desk: &'a Desk, orders: &[Uuid]) -> Transaction<'a, Postgres> {
    let mut tx = desk.pool().begin().await.unwrap();
    sqlx::query("select from payments where id = any ($1) for update").bind(orders).execute(&mut *tx).await.unwrap();
    tx
}

/// Waits until so many wait for what is held.
async fn until_waiting(desk: &Desk, many: i64) {
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    until(async || sqlx::query_scalar::<_, i64>(waiting).fetch_one(desk.pool()).await.unwrap() >= many, "somebody waits").await;
}

async fn until(holds: impl AsyncFn() -> bool, what: &str) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn until_paid(desk: &Desk, no: &str) {
    until(async || desk.case(no).await.paid.is_some(), "it is paid").await;
}

/// One act of paying, one payment, nothing given back; the payer sees it, with a receipt, and the case is the fold of its acts.
async fn paid_once(desk: &Desk, citizen: &Client, no: &str, page: &str) {
    // The act is numbered by whoever runs.
    desk.settle().await;
    assert_eq!((count(desk, no, "case.paid").await, count(desk, no, "case.payment_returned").await), (1, 0));
    assert_eq!(state_of(desk, no).await, ["paid"]);
    citizen.get(page).await.is(OK).has("已经缴了");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("缴费凭证").has_not("网上缴费：");
    let receipt = citizen.get(&format!("/cases/{no}/papers/payment")).await.is(OK);
    assert!(receipt.body.starts_with(b"%PDF"));
    let mut conn = desk.pool().acquire().await.unwrap();
    let entries: Vec<_> = case::history(&mut conn, no).await.unwrap().into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(case::Case::fold(&entries).unwrap(), desk.case(no).await);
    let asks: i64 = sqlx::query_scalar("select count(*) from jobs where kind = 'payment_check' and key = $1")
        .bind(order_of(page).to_string())
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(asks, 0, "nobody asks about it any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f075_killed_between_the_money_and_the_notice_there_is_one_payment() {
    let desk = Desk::open().await;
    let site = Site::start(&desk, chrono::Duration::zero()).await;
    let mut bills = Vec::new();
    for habit in ["at_once", "twice", "late", "lost"] {
        let (citizen, no) = billed(&desk).await;
        let page = ordered(&citizen, &no).await;
        bills.push((citizen, no, page, habit));
    }
    let orders: Vec<Uuid> = bills.iter().map(|(_, _, page, _)| order_of(page)).collect();
    let held = holding(&desk, &orders).await;
    for (_, _, page, habit) in &bills {
        assert_eq!(site.pays(page, habit).await.unwrap(), 303);
    }
    // The provider has the money and is telling us; we are about to book it.
    until_waiting(&desk, 1).await;
    site.kill();
    held.rollback().await.unwrap();
    for (_, no, page, _) in &bills {
        assert_eq!((state_of(&desk, no).await, desk.case(no).await.paid), (vec!["open".to_owned()], None));
        at_provider(&desk, order_of(page)).await;
    }
    let _again = Site::start(&desk, chrono::Duration::minutes(3)).await;
    for (_, no, _, _) in &bills {
        until_paid(&desk, no).await;
    }
    for (citizen, no, page, _) in &bills {
        paid_once(&desk, citizen, no, page).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f075_killed_before_or_after_the_notice_is_answered_there_is_one_payment() {
    let desk = Desk::open().await;
    let site = Site::start(&desk, chrono::Duration::zero()).await;
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    pays(&desk, &page, "lost").await;
    let order = order_of(&page);
    let notice = written(desk.house(), &at_provider(&desk, order).await).unwrap();
    // The notice is there and not answered.
    let held = holding(&desk, &[order]).await;
    let answer = tokio::spawn(site.told(&notice));
    until_waiting(&desk, 1).await;
    site.kill();
    assert!(answer.await.unwrap().is_err(), "nobody answered");
    held.rollback().await.unwrap();
    assert_eq!(desk.case(&no).await.paid, None);
    // Sent again it is answered, and the program killed before the payer has looked.
    let site = Site::start(&desk, chrono::Duration::zero()).await;
    assert_eq!(site.told(&notice).await.unwrap(), 200);
    site.kill();
    assert!(desk.case(&no).await.paid.is_some(), "what was answered with yes is there");
    // Had the answer been lost, it would come a third time, and the payer would ask besides.
    let site = Site::start(&desk, chrono::Duration::minutes(3)).await;
    assert_eq!(site.told(&notice).await.unwrap(), 200);
    assert_eq!(site.posted(Some(&citizen), &page, FORM, String::new()).await.unwrap().status(), 303);
    paid_once(&desk, &citizen, &no, &page).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f075_killed_between_our_order_and_the_provider_one_can_still_pay() {
    let desk = Desk::open().await;
    let site = Site::start(&desk, chrono::Duration::zero()).await;
    let (citizen, no) = billed(&desk).await;
    // Our order is kept; the provider is not told of it yet.
    let mut held = desk.pool().begin().await.unwrap();
    sqlx::query("lock table sandbox_payments in share row exclusive mode").execute(&mut *held).await.unwrap();
    let pressed = tokio::spawn(site.posted(Some(&citizen), &format!("/cases/{no}/pay"), FORM, String::new()));
    until_waiting(&desk, 1).await;
    site.kill();
    assert!(pressed.await.unwrap().is_err(), "nobody answered");
    assert_eq!(state_of(&desk, &no).await, ["open"]);
    held.rollback().await.unwrap();
    // What was left of the killed one writes no more.
    let writing = "select count(*) from pg_locks l join pg_class c on c.oid = l.relation where c.relname = 'sandbox_payments' and l.mode = 'RowExclusiveLock'";
    until(async || sqlx::query_scalar::<_, i64>(writing).fetch_one(desk.pool()).await.unwrap() == 0, "it is over").await;
    sqlx::query("delete from sandbox_payments").execute(desk.pool()).await.unwrap();
    // Pressed again at once, it is the same order, and paid.
    let site = Site::start(&desk, chrono::Duration::zero()).await;
    let pressed = site.posted(Some(&citizen), &format!("/cases/{no}/pay"), FORM, String::new()).await.unwrap();
    assert_eq!(pressed.status(), 303);
    let page = pressed.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(site.pays(&page, "at_once").await.unwrap(), 303);
    until_paid(&desk, &no).await;
    paid_once(&desk, &citizen, &no, &page).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f075_killed_while_it_gives_back_what_was_paid_twice_it_gives_back_once() {
    let desk = Desk::open().await;
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    let officer = desk.sign_in("officer-estate").await;
    posts(&officer, &format!("/counter/fees/{no}"), &[("way", "cash")]).await.is(303);
    pays(&desk, &page, "lost").await;
    let order = order_of(&page);
    says(&desk, &written(desk.house(), &at_provider(&desk, order).await).unwrap()).await.is(OK);
    // The provider has given it back; that it did is about to be recorded.
    let held = holding(&desk, &[order]).await;
    let site = Site::start(&desk, chrono::Duration::zero()).await;
    until_waiting(&desk, 1).await;
    site.kill();
    held.rollback().await.unwrap();
    let back = "select returned_on is not null from sandbox_payments where id = $1";
    assert!(sqlx::query_scalar::<_, bool>(back).bind(order).fetch_one(desk.pool()).await.unwrap());
    let _again = Site::start(&desk, chrono::Duration::minutes(3)).await;
    until(async || state_of(&desk, &no).await.contains(&"returned".to_owned()), "it is recorded").await;
    desk.settle().await;
    assert_eq!((count(&desk, &no, "case.paid").await, count(&desk, &no, "case.payment_returned").await), (2, 1));
    citizen.get(&page).await.is(OK).has("多付的已经退回");
}

/// So often the site is killed at a moment nobody chose.
const KILLS: u64 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f075_killed_at_any_moment_a_payer_who_does_not_give_up_pays_once() {
    use rand::{RngExt, SeedableRng};
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let mut chance = rand::rngs::StdRng::seed_from_u64(seed);
    let desk = Desk::open().await;
    let mut site = Site::start(&desk, chrono::Duration::zero()).await;
    for _ in 0..KILLS {
        let (citizen, no) = billed(&desk).await;
        let path = format!("/cases/{no}/pay");
        let page = ordered(&citizen, &no).await;
        let habit = if chance.random_bool(0.5) { "at_once" } else { "twice" };
        let pressed = tokio::spawn(site.posted(Some(&citizen), &path, FORM, String::new()));
        let paying =
            tokio::spawn(site.posted(None, &format!("/sandbox/pay/{}", order_of(&page)), FORM, format!("habit={habit}")));
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..120))).await;
        site.kill();
        let _ = (pressed.await.unwrap(), paying.await.unwrap());
        site = Site::start(&desk, chrono::Duration::zero()).await;
        // Whatever was answered or not, it is sent again.
        assert_eq!(site.pays(&page, habit).await.unwrap(), 303);
        until_paid(&desk, &no).await;
        assert_eq!(site.pays(&page, habit).await.unwrap(), 303);
        paid_once(&desk, &citizen, &no, &page).await;
    }
}
