//! 运行与演示 · starting, ending, refusing, and the doors every request passes.

mod house;

use house::{Dir, Site, database, run, sunlit, text};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[tokio::test]
async fn serve_has_no_demonstration() {
    let dir = Dir::new("nodemo");
    let site = Site::serve(&dir.data());
    assert_eq!(site.status("/demo").await, 404);
    assert_eq!(site.post("/demo/sign-in", "login=admin").await.status(), 404);
    assert_eq!(site.post("/demo/clock", "days=1").await.status(), 404);
    assert!(!site.get("/sign-in").await.text().await.unwrap().contains("/demo"));
    // And data of a demonstration are refused, untouched.
    let pool = database(&dir.data()).await;
    sqlx::query("insert into demonstration (offset_seconds) values (0)").execute(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(site.end(), 0);
    let out = run(&["serve", "--listen", "127.0.0.1:0", "--data", dir.data().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("演示数据"), "{}", text(&out.stderr));
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_with_what_to_do() {
    let dir = Dir::new("trouble");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let out = run(&["serve", "--listen", &address, "--data", dir.data().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("已经有程序在用") && text(&out.stderr).contains("--listen"), "{}", text(&out.stderr));
    // A file where the directory should be.
    std::fs::write(dir.data(), "").unwrap();
    let out = run(&["serve", "--listen", "127.0.0.1:0", "--data", dir.data().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("写不进去") && text(&out.stderr).contains("怎么办"), "{}", text(&out.stderr));
    // The log is named for good: where others can come, not after an address to listen on.
    let dir = Dir::new("unnamed");
    let out = run(&["serve", "--listen", "0.0.0.0:0", "--data", dir.data().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("--origin https://"), "{}", text(&out.stderr));
    // A database that is not there: the answer names it, and not the password.
    let out = sunlit()
        .args(["migrate", "--data", dir.0.join("other").to_str().unwrap()])
        .env("DATABASE_URL", "postgres://sunlit:secret-word@127.0.0.1:1/sunlit")
        .output()
        .unwrap();
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1));
    assert!(said.contains("127.0.0.1:1/sunlit") && !said.contains("secret-word"), "{said}");
}

#[tokio::test]
async fn every_answer_carries_its_guards_and_every_refusal_is_a_page() {
    let dir = Dir::new("guards");
    let site = Site::serve(&dir.data());
    let answer = site.get("/sign-in").await;
    let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert!(
        header("content-security-policy").contains("default-src 'self'")
            && header("content-security-policy").contains("base-uri 'none'")
    );
    assert_eq!((header("x-content-type-options").as_str(), header("referrer-policy").as_str()), ("nosniff", "same-origin"));
    assert_eq!(header("cache-control"), "private, no-cache");
    assert_eq!(header("x-request-id").len(), 32);
    // A form sent by another site is not done.
    let answer = site.http.post(site.url("/sign-out")).header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(answer.text().await.unwrap().contains("从别的网站发来"));
    let answer = site.http.post(site.url("/sign-out")).header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(site.http.post(site.url("/sign-out")).header("sec-fetch-site", "same-origin").send().await.unwrap().status(), 303);
    // What the framework would answer in English is a page of ours.
    let answer = site.get("/verify/not-a-number").await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("读不懂"));
    assert_eq!(site.status("/nowhere").await, 404);
    assert_eq!(site.http.delete(site.url("/sign-in")).send().await.unwrap().status(), 405);
    let answer = site.http.get(site.url("/nowhere")).header("accept", "application/json").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    // Too long is refused, and said to whoever is still sending it.
    let long = format!("login={}", "x".repeat(24 << 20));
    let answer = site.post("/preferences", &long).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("最多 1 MB"));
    assert_eq!((site.status("/health").await, site.status("/metrics").await), (200, 200));
    // Each request left one line with its number.
    let told = site.told();
    let line = told.lines().find(|l| l.contains("/nowhere") && l.contains("answered")).unwrap_or_else(|| panic!("{told}"));
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["span"]["id"].as_str().map(str::len), Some(32), "{line}");
}

#[tokio::test]
async fn a_connection_that_says_half_a_request_and_falls_silent_is_closed() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let dir = Dir::new("silent");
    let site = Site::serve(&dir.data());
    let says = async |half: &str, within: u64| {
        let mut line = tokio::net::TcpStream::connect(site.address.trim_start_matches("http://")).await.unwrap();
        line.write_all(half.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(within), line.read_to_end(&mut heard)).await;
        assert!(read.is_ok(), "still open after {within} s: {half:?}");
        text(&heard)
    };
    let form = "POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nlogin=";
    let (nothing, head, body) = tokio::join!(says("", 20), says("GET / HTTP/1.1\r\nhost: x\r\n", 20), says(form, 45));
    assert!(!nothing.contains("200 OK") && !head.contains("200 OK"), "{nothing}{head}");
    assert!(body.starts_with("HTTP/1.1 422") && body.contains("没有传完"), "{body}");
    // Slower than that in all, and never silent so long: it is answered.
    let slow = async {
        let mut line = tokio::net::TcpStream::connect(site.address.trim_start_matches("http://")).await.unwrap();
        let head = form.replace("content-length: 100", "content-length: 9\r\nconnection: close");
        line.write_all(head.as_bytes()).await.unwrap();
        for part in ["a", "b", "c"] {
            tokio::time::sleep(Duration::from_secs(12)).await;
            line.write_all(part.as_bytes()).await.unwrap();
        }
        let mut heard = Vec::new();
        line.read_to_end(&mut heard).await.unwrap();
        text(&heard)
    };
    assert!(slow.await.contains("请填密码"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_finished_when_the_site_ends() {
    let dir = Dir::new("graceful");
    let site = Site::serve(&dir.data());
    let pool = database(&dir.data()).await;
    // Holds the row the request needs, so that it is under way when the signal comes.
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("lock table people in access exclusive mode").execute(&mut *tx).await.unwrap();
    let (http, url) = (site.http.clone(), site.url("/sign-up"));
    let waiting = tokio::spawn(async move {
        http.post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("name=%E7%8E%8B%E6%95%8F&resident_id=341524199003070003&mobile=13900000001&password=a+long+enough+sentence")
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    });
    tokio::time::sleep(Duration::from_millis(800)).await;
    site.signal(libc::SIGTERM);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(site.http.get(site.url("/health")).send().await.is_err(), "no new requests");
    tx.commit().await.unwrap();
    pool.close().await;
    assert_eq!(waiting.await.unwrap(), 303);
    let began = Instant::now();
    assert_eq!(site.end(), 0);
    assert!(began.elapsed() < Duration::from_secs(9));
}

#[tokio::test]
async fn a_demonstration_lives_lets_in_without_a_password_and_leaves_nothing_behind() {
    let site = Site::demo();
    let page = site.get("/demo?next=/matters").await.text().await.unwrap();
    for name in ["王敏", "李倩", "陈静", "周正", "赵明", "孙岚"] {
        assert!(page.contains(name), "{name}");
    }
    assert!(page.contains("样例") && page.contains(r#"name="next" value="/matters""#));
    for login in ["citizen", "agent", "officer", "chief", "supervisor", "admin"] {
        let answer = site.post("/demo/sign-in", &format!("login={login}&next=%2Fdemo")).await;
        assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/demo"), "{login}");
    }
    // A year of cases is there, and what follows from them: the public board, the counter's queue, the log.
    let rows = site.get("/sunlight?as=csv").await.text().await.unwrap().lines().count();
    assert!(rows > 20, "{rows} lines on the public board: {}", site.told());
    for page in ["/", "/matters", "/cases", "/sunlight", "/verify", "/log", "/help", "/accessibility", "/sign-in"] {
        assert_eq!(site.status(page).await, 200, "{page}, which every page links to");
    }
    let out = run(&["log", "verify", &site.address]);
    assert!(out.status.success(), "{}", text(&out.stdout));
    // Below the six, colleagues of the agencies the other matters belong to; nobody else.
    for login in ["officer-jinzhai", "officer-hefei", "chief-hefei", "officer-youhua", "chief-youhua", "village-agent"] {
        assert_eq!(site.post("/demo/sign-in", &format!("login={login}")).await.status(), 303, "{login}");
        assert!(page.find(login) > page.find("value=\"admin\""), "{login}");
    }
    assert_eq!(site.post("/demo/sign-in", "login=demo-001").await.status(), 404);
    assert_eq!(site.post("/demo/sign-in", "login=citizen&next=//evil.example").await.headers()["location"], "/account");
    let dir = std::fs::read_dir("/tmp").unwrap().flatten().map(|e| e.path()).find(|p| {
        p.file_name().unwrap().to_string_lossy().starts_with("sunlit-demo-")
            && p.join("pg/postmaster.pid").exists()
            && parent_of(house::server_pid(p)) == site.pid()
    });
    let dir = dir.expect("the demonstration's directory");
    assert_eq!(site.end(), 0);
    assert!(!dir.exists(), "{}", dir.display());
}

/// The process that started this one.
fn parent_of(pid: i32) -> i32 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().find_map(|l| l.strip_prefix("PPid:")?.trim().parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn the_clock_of_a_demonstration_moves_forward_and_takes_sessions_along() {
    let site = Site::demo();
    let answer = site.post("/demo/sign-in", "login=citizen").await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let nobody = site.post("/demo/clock", "days=20").await;
    assert!(nobody.headers()["location"].to_str().unwrap().ends_with("next=/demo"), "nobody moves it: {nobody:?}");
    let answer = site.post_as("/demo/clock", "days=20", &cookie).await;
    assert_eq!(answer.status(), 303);
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    let days: i64 = to.strip_prefix("/demo?moved=").unwrap().split('&').next().unwrap().parse().unwrap();
    assert!((26..60).contains(&days), "twenty working days are about four weeks: {days}");
    // Still signed in, after a month.
    let answer = site.http.get(site.url("/account/sessions")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    // Never back, never too far, and the date stays in its field.
    for (date, why) in [("2020-01-01", "只能往前拨"), ("2100-01-01", "最多往前拨一年"), ("下周", "例如")] {
        let answer =
            site.http.post(site.url("/demo/clock")).header("cookie", &cookie).form_body(&[("date", date)]).send().await.unwrap();
        assert_eq!(answer.status(), 422);
        let page = answer.text().await.unwrap();
        assert!(page.contains(why) && page.contains(&format!("value=\"{date}\"")), "{date}");
    }
}

/// The form encoding without another dependency.
trait FormBody {
    fn form_body(self, fields: &[(&str, &str)]) -> Self;
}

impl FormBody for reqwest::RequestBuilder {
    fn form_body(self, fields: &[(&str, &str)]) -> Self {
        let body: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", foundation::page::encode(v))).collect();
        self.header("content-type", "application/x-www-form-urlencoded").body(body.join("&"))
    }
}

#[tokio::test]
async fn the_first_administrator_comes_from_the_command_line_and_signs_in_with_a_code() {
    let dir = Dir::new("admin");
    let data = dir.data();
    let add = |args: &[&str], password: &str| {
        use std::io::Write;
        let mut command = sunlit();
        command
            .args(["person", "add"])
            .args(args)
            .arg("--data")
            .arg(&data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let out = add(&["root1", "--name", "孙岚", "--role", "administrator", "--json"], "the sun rises at seven\n");
    let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", text(&out.stderr)));
    let secret = said["totp_secret"].as_str().unwrap();
    assert!(said["otpauth"].as_str().unwrap().starts_with("otpauth://totp/"));
    let again = add(&["ROOT1", "--name", "孙岚", "--role", "administrator"], "the sun rises at seven\n");
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("已经有人用了"), "{}", text(&again.stderr));
    let shown = add(&["root2", "--name", "孙岚", "--role", "administrator"], "");
    let shown = text(&shown.stdout);
    assert!(shown.contains("替您定的密码") && shown.contains('█') && shown.contains("otpauth://"), "{shown}");
    let site = Site::serve(&data);
    // Power given is an act; whose it is stays in the file.
    let pool = database(&data).await;
    let entered: Vec<String> =
        sqlx::query_scalar("select public_body from acts where kind = 'person.entered'").fetch_all(&pool).await.unwrap();
    assert_eq!(entered.len(), 2);
    assert!(entered.iter().all(|body| body.contains("administrator") && !body.contains("孙岚")), "{entered:?}");
    pool.close().await;
    let wrong = site.post("/sign-in", "login=root1&password=the+sun+rises+at+seven&code=").await;
    assert_eq!(wrong.status(), 422);
    let code = foundation::people::code_now(secret, chrono::Utc::now()).unwrap();
    let right = site.post("/sign-in", &format!("login=root1&password=the+sun+rises+at+seven&code={code}")).await;
    assert_eq!(right.status(), 303);
    assert_eq!(right.headers()["location"], "/admin/definitions");
}

#[tokio::test]
async fn an_account_is_given_another_password_and_other_roles_and_is_closed_from_the_command_line() {
    let dir = Dir::new("account");
    let data = dir.data();
    let person = |args: &[&str]| run(&[&["person"], args, &["--data", data.to_str().unwrap()]].concat());
    let office = ["--name", "钱多", "--role", "counter_officer", "--agency"];
    let wrong = person(&[&["add", "clerk"], &office[..], &["jinzhai-marcet"]].concat());
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("jinzhai-market"), "{}", text(&wrong.stderr));
    assert_eq!(person(&[&["add", "clerk"], &office[..], &["jinzhai-market"]].concat()).status.code(), Some(0));
    // Who reports on directives speaks for a unit that notices name, and for none other.
    let liaison = ["add", "liaison", "--name", "丁岚", "--role", "liaison"];
    assert_eq!(person(&liaison).status.code(), Some(1));
    assert_eq!(person(&[&liaison[..], &["--agency", "省财正厅"]].concat()).status.code(), Some(1));
    assert_eq!(person(&[&liaison[..], &["--agency", "省财政厅"]].concat()).status.code(), Some(0));
    let given = person(&["password", "clerk", "--json"]);
    let given: serde_json::Value = serde_json::from_slice(&given.stdout).unwrap_or_else(|_| panic!("{}", text(&given.stderr)));
    assert!(given["password"].as_str().is_some_and(|password| password.len() == 23));
    assert_eq!(person(&["roles", "clerk", "--role", "supervisor"]).status.code(), Some(0));
    let shown = text(&person(&["totp", "clerk"]).stdout);
    assert!(shown.contains('█') && shown.contains("otpauth://"), "{shown}");
    assert_eq!(person(&["deactivate", "clerk"]).status.code(), Some(0));
    let refused = person(&["password", "clerk"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("已经停用"), "{}", text(&refused.stderr));
    assert_eq!(person(&["deactivate", "nobody"]).status.code(), Some(1));
    let _site = Site::serve(&data);
    let pool = database(&data).await;
    let kinds: Vec<String> = sqlx::query_scalar("select kind from acts where subject_kind = 'person' order by position")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(
        kinds,
        [
            "person.entered",
            "person.entered",
            "person.password_set",
            "person.roles_changed",
            "person.factor_set",
            "person.deactivated"
        ]
    );
    let left: (bool, Vec<String>) =
        sqlx::query_as("select active, roles from people where login = 'clerk'").fetch_one(&pool).await.unwrap();
    assert_eq!(left, (false, vec!["supervisor".to_owned()]));
    pool.close().await;
}

#[tokio::test]
async fn what_lies_in_the_data_directory_is_for_its_account_alone_whatever_the_umask() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let dir = Dir::new("closed");
    let data = dir.data();
    let mut command = sunlit();
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
    // SAFETY: umask may be called between fork and exec.
    unsafe {
        command.pre_exec(|| {
            libc::umask(0);
            Ok(())
        });
    }
    let site = Site::start(command);
    let mode = |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("") & 0o767, 0o700, "postgres may pass through when the site runs as root");
    for (name, expected) in [("files", 0o700), ("files/arriving", 0o700), ("postgres.log", 0o600), ("start.lock", 0o600)] {
        assert_eq!(mode(name), expected, "{name}");
    }
    assert_eq!(site.end(), 0);
    let doctor = || text(&run(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    assert!(!doctor().contains("读得到"), "{}", doctor());
    std::fs::set_permissions(data.join("postgres.log"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = doctor();
    assert!(said.contains("postgres.log") && said.contains("chmod -R go-rwx"), "{said}");
}

#[tokio::test]
async fn doctor_names_what_keeps_failing_and_how_to_ask_the_database() {
    let dir = Dir::new("failing");
    let _site = Site::serve(&dir.data());
    let pool = database(&dir.data()).await;
    sqlx::query(
        "insert into jobs (kind, key, payload, run_at, attempts, last_error)
         values ('deemed_acceptance', '34152420260302000', '{}', now() + interval '1 hour', 12, 'the stars were wrong')",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let said = text(&run(&["doctor", "--data", dir.data().to_str().unwrap()]).stdout);
    assert!(said.contains("deemed_acceptance 34152420260302000：the stars were wrong"), "{said}");
    assert!(said.contains(&format!("psql -h {} -U sunlit -d sunlit", dir.data().join("run").display())), "{said}");
}

#[test]
fn migrate_says_what_it_did_and_doctor_finds_all_well() {
    let dir = Dir::new("doctor");
    let data = dir.data();
    let data = data.to_str().unwrap();
    let before = run(&["doctor", "--json", "--data", data]);
    let report: serde_json::Value = serde_json::from_slice(&before.stdout).unwrap();
    assert_eq!(report["ok"], true, "{report}");
    let first: serde_json::Value = serde_json::from_slice(&run(&["migrate", "--json", "--data", data]).stdout).unwrap();
    assert!(first["applied"].as_array().is_some_and(|a| !a.is_empty()), "{first}");
    let second: serde_json::Value = serde_json::from_slice(&run(&["migrate", "--json", "--data", data]).stdout).unwrap();
    assert_eq!(second["applied"].as_array().map(Vec::len), Some(0));
    let after = run(&["doctor", "--data", data]);
    let said = text(&after.stdout);
    assert_eq!(after.status.code(), Some(0), "{said}");
    assert!(said.contains("数据库结构") && said.contains("公开日志"), "{said}");
}

#[tokio::test]
async fn b6_1_01_matters_leave_and_come_back_as_tables_by_command_and_become_a_change_of_somebody_who_may_draft() {
    let dir = Dir::new("tables");
    let data = dir.data();
    let items = |args: &[&str]| run(&[&["items"], args, &["--data", data.to_str().unwrap()]].concat());
    let json = |out: &std::process::Output| serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap();
    let all = dir.0.join("all.xlsx").display().to_string();
    assert_eq!(items(&["export", "-o", &all]).status.code(), Some(0));
    let same = items(&["import", &all, "--json"]);
    assert_eq!(same.status.code(), Some(0));
    let same = json(&same);
    assert!(same["unchanged"].as_u64().unwrap() > 30 && same["changed"] == 0 && same["change"].is_null(), "{same}");
    assert_eq!(items(&["export", "--agency", "火星"]).status.code(), Some(1));
    assert_eq!(items(&["export", "--as", "csv", "--table", "none"]).status.code(), Some(1));

    let table = dir.0.join("事项.csv").display().to_string();
    std::fs::write(&table, "网址名,承诺时限\nhuman-resources-service,99\n").unwrap();
    let wrong = items(&["import", &table, "--json"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(json(&wrong)["faults"][0]["column"], "承诺办结时限");
    std::fs::write(&table, "网址名,承诺时限\nhuman-resources-service,6\n").unwrap();
    let by = |login: &str| items(&["import", &table, "--by", login, "--title", "压减", "--decision", "某号文", "--json"]);
    assert_eq!(by("nobody").status.code(), Some(1));
    let add = |login: &str, role: &str| {
        let args = ["person", "add", login, "--name", "沈清", "--role", role, "--data", data.to_str().unwrap()];
        assert_eq!(run(&args).status.code(), Some(0));
    };
    add("someone", "supervisor");
    add("drafter", "catalogue_administrator");
    assert_eq!(by("someone").status.code(), Some(1));
    let drafted = by("drafter");
    assert_eq!(drafted.status.code(), Some(0), "{}", text(&drafted.stderr));
    assert!(json(&drafted)["change"].as_str().unwrap().starts_with("QD"));
    let again = by("drafter");
    assert_eq!(again.status.code(), Some(1), "it waits for its reviews already");
}
