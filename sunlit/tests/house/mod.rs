//! A site as an outsider meets it: the program itself, on a data directory of its own.

#![allow(dead_code, reason = "each test binary uses its part")]

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_sunlit");

/// A directory for one test, removed with it.
pub struct Dir(pub PathBuf);

impl Dir {
    pub fn new(name: &str) -> Dir {
        let dir = PathBuf::from(format!("/tmp/sunlit-t-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o711)).unwrap();
        Dir(dir)
    }
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        for _ in 0..40 {
            if fs::remove_dir_all(&self.0).is_ok() || !self.0.exists() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

pub fn is_root() -> bool {
    // SAFETY: no preconditions.
    unsafe { libc::geteuid() == 0 }
}

/// The program, without whatever this machine has set for it.
pub fn sunlit() -> Command {
    clean(Command::new(PROGRAM))
}

pub fn clean(mut command: Command) -> Command {
    for name in [
        "DATABASE_URL",
        "SUNLIT_DATA",
        "SUNLIT_LISTEN",
        "SUNLIT_ORIGIN",
        "SUNLIT_SITE",
        "SUNLIT_SCAN",
        "SUNLIT_PG_BIN",
        "SUNLIT_WITNESS",
    ] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub fn run(args: &[&str]) -> Output {
    sunlit().args(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running site.
pub struct Site {
    child: Child,
    pub address: String,
    pub http: reqwest::Client,
    told: std::sync::Arc<std::sync::Mutex<String>>,
    /// The line by which it said that it is ready.
    pub ready: serde_json::Value,
}

impl Site {
    pub fn serve(data: &Path) -> Site {
        let mut command = sunlit();
        command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        Site::start(command)
    }

    pub fn demo() -> Site {
        let mut command = sunlit();
        command.args(["demo", "--json", "--listen", "127.0.0.1:0"]);
        Site::start(command)
    }

    /// Starts the command and waits for its line that says it is ready.
    pub fn start(command: Command) -> Site {
        Site::try_start(command).unwrap_or_else(|said| panic!("it did not start: {said}"))
    }

    pub fn try_start(mut command: Command) -> Result<Site, String> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let told = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let (keep, mut stderr) = (told.clone(), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(n) = stderr.read(&mut part) {
                if n == 0 {
                    break;
                }
                keep.lock().unwrap().push_str(&text(&part[..n]));
            }
        });
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let Some(address) = ready["address"].as_str() else {
            let _ = child.kill();
            let _ = child.wait();
            let told = told.lock().unwrap().clone();
            return Err(format!("{line}{told}"));
        };
        // No pool: a kept connection to a killed program would be tried first.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(30));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = address.to_owned();
        Ok(Site { child, address, http: http.build().unwrap(), told, ready })
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }
    pub async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status().as_u16()
    }
    pub async fn post(&self, path: &str, body: &str) -> reqwest::Response {
        self.try_post(path, body, "").await.unwrap()
    }
    pub async fn post_as(&self, path: &str, body: &str, cookie: &str) -> reqwest::Response {
        self.try_post(path, body, cookie).await.unwrap()
    }
    pub async fn try_post(&self, path: &str, body: &str, cookie: &str) -> Result<reqwest::Response, reqwest::Error> {
        self.form(path, body).header("cookie", cookie).send().await
    }

    fn form(&self, path: &str, body: &str) -> reqwest::RequestBuilder {
        self.http.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded").body(body.to_owned())
    }

    /// Opens an account, each from an address of its own; the status says how it went.
    pub async fn sign_up(&self, mobile: &str) -> Result<u16, reqwest::Error> {
        let body =
            format!("name=%E7%8E%8B%E6%95%8F&resident_id=341524199003070003&mobile={mobile}&password=a+long+enough+sentence");
        let from = format!("2001:db8:{}:{}::1", &mobile[..4], &mobile[7..]);
        Ok(self.form("/sign-up", &body).header("x-forwarded-for", from).send().await?.status().as_u16())
    }

    /// Asks until the site is well, or gives up after a minute and a half.
    pub async fn well_again(&self) {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(90) {
            if let Ok(answer) = self.http.get(self.url("/health")).send().await
                && answer.status() == 200
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the site did not come back: {}", self.told());
    }

    /// What it wrote on standard error.
    pub fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }
    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }
    pub fn signal(&self, signal: i32) {
        // SAFETY: the child has not been waited for, so the number is still its own.
        unsafe { libc::kill(self.pid(), signal) };
    }
    /// Killed as by a power failure of its process.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
    /// Asked to end; returns its exit code.
    pub fn end(mut self) -> i32 {
        self.signal(libc::SIGTERM);
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal(libc::SIGTERM);
            let began = Instant::now();
            while began.elapsed() < Duration::from_secs(20) && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(Duration::from_millis(50));
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The database as its owner reaches it, past the program.
pub async fn database(data: &Path) -> PgPool {
    let options =
        PgConnectOptions::new_without_pgpass().socket(data.join("run")).port(5432).username("sunlit").database("sunlit");
    sqlx::postgres::PgPoolOptions::new().max_connections(2).connect_with(options).await.unwrap()
}

/// The process of the private server.
pub fn server_pid(data: &Path) -> i32 {
    let text = fs::read_to_string(data.join("pg/postmaster.pid")).unwrap();
    text.lines().next().unwrap().trim().parse().unwrap()
}

pub fn uid_of(pid: i32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("Uid:")).unwrap();
    line.split_whitespace().nth(2).unwrap().parse().unwrap()
}
