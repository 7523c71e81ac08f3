//! 拔电 · eight people apply while the program and its database are killed at a hundred random moments. What was answered with
//! yes is there, once; what was not answered can be sent again and makes one case; the log verifies.

mod house;

use catalogue::{Catalogue, Item, MaterialSource};
use house::{Dir, Site, database, run, server_pid, text};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use uuid::Uuid;

const APPLICANTS: usize = 8;
const KILLS: u32 = 100;
const MATTER: &str = "elderly-card";

/// One application that was answered with yes.
struct Acknowledged {
    form: Uuid,
    case: String,
    /// SHA-256 of the paper whose upload was answered with yes before.
    paper: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_lose_no_acknowledged_act_and_double_none() {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let dir = Dir::new("torture");
    let mut site = Site::serve(&dir.data());
    let door = Arc::new(Door { address: RwLock::new(site.address.clone()), closing: AtomicBool::new(false) });
    let applicants: Vec<_> =
        (0..APPLICANTS).map(|n| tokio::spawn(Applicant::new(n, door.clone()).apply_until_closing())).collect();

    let began = Instant::now();
    let mut program = 0;
    for _ in 0..KILLS {
        if chance.random_bool(0.8) {
            site.well_again().await;
        }
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..500))).await;
        if chance.random_bool(0.5) {
            program += 1;
            site.kill();
            let data = dir.data();
            site = tokio::task::spawn_blocking(move || Site::serve(&data)).await.unwrap();
            *door.address.write().unwrap() = site.address.clone();
        } else if let Some(server) = running_server(&dir.data()) {
            // SAFETY: the number was read from the server's own file a moment ago.
            unsafe { libc::kill(server, libc::SIGKILL) };
        }
    }
    site.well_again().await;
    let took = began.elapsed();
    door.closing.store(true, Ordering::SeqCst);
    let mut acknowledged = Vec::new();
    for applicant in applicants {
        acknowledged.extend(applicant.await.unwrap());
    }
    println!(
        "{} applications acknowledged through {program} kills of the program and {} of the database in {took:.0?}",
        acknowledged.len(),
        KILLS - program
    );
    assert!(acknowledged.len() >= APPLICANTS * 3, "hardly anybody got through: {}", acknowledged.len());

    let pool = database(&dir.data()).await;
    let pending = "select count(*) from acts_pending";
    let began = Instant::now();
    while sqlx::query_scalar::<_, i64>(pending).fetch_one(&pool).await.unwrap() > 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "the acts were not numbered");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Every yes is one case, by the number that was answered, and there is no other case.
    let cases: Vec<(Uuid, String, Value)> =
        sqlx::query_as("select once, case_no, state -> 'materials' from cases").fetch_all(&pool).await.unwrap();
    for yes in &acknowledged {
        let (_, no, papers) = cases.iter().find(|(form, ..)| *form == yes.form).expect("an acknowledged application is there");
        assert_eq!(no, &yes.case);
        assert!(papers.to_string().contains(&yes.paper), "the paper of {no} is lost: {papers}");
        let stored = dir.data().join("files").join(&yes.paper[..2]).join(&yes.paper[2..4]).join(&yes.paper);
        assert!(stored.exists(), "{} is not on the disk", stored.display());
    }
    assert_eq!(cases.len(), acknowledged.len(), "one case for each application, and no other");
    // Each has been recorded once and numbered once, without a gap.
    let (submitted, subjects): (i64, i64) =
        sqlx::query_as("select count(*), count(distinct subject) from acts where kind = 'case.submitted'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((submitted, subjects), (cases.len() as i64, cases.len() as i64));
    let (entries, last, acts): (i64, i64, i64) =
        sqlx::query_as("select count(*), max(n) + 1, (select count(*) from acts) from log_entries")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((entries, last), (acts, acts));
    // And an outsider finds the log sound, as does the house itself.
    let out = run(&["log", "verify", &site.url("/log")]);
    assert_eq!(out.status.code(), Some(0), "{}{}", text(&out.stdout), text(&out.stderr));
    let out = run(&["doctor", "--json", "--data", dir.data().to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    for check in report["checks"].as_array().unwrap() {
        assert_ne!(check["verdict"], "fail", "{check}");
    }
}

/// The server's process, unless it is between two lives.
fn running_server(data: &Path) -> Option<i32> {
    data.join("pg/postmaster.pid").exists().then(|| std::panic::catch_unwind(|| server_pid(data)).ok()).flatten()
}

/// Where the site is to be found now.
struct Door {
    address: RwLock<String>,
    closing: AtomicBool,
}

/// A person who does not give up: whatever is not answered is sent again.
struct Applicant {
    n: usize,
    door: Arc<Door>,
    http: reqwest::Client,
    cookie: String,
    item: Arc<Item>,
    answers: Map<String, Value>,
}

impl Applicant {
    fn new(n: usize, door: Arc<Door>) -> Applicant {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(10));
        let item = Catalogue::embedded().unwrap().item(MATTER).unwrap().clone();
        Applicant { n, door, http: http.build().unwrap(), cookie: String::new(), item, answers: Map::new() }
    }

    async fn apply_until_closing(mut self) -> Vec<Acknowledged> {
        self.sign_up().await;
        let mut acknowledged = Vec::new();
        while !self.door.closing.load(Ordering::SeqCst) {
            acknowledged.push(self.apply(acknowledged.len()).await);
        }
        acknowledged
    }

    async fn sign_up(&mut self) {
        let mobile = format!("1390000{:04}", self.n);
        let person = [
            ("name", "王敏"),
            ("resident_id", "341524199003070003"),
            ("mobile", &mobile),
            ("password", "a long enough sentence"),
        ];
        let body = serde_urlencoded::to_string(person).unwrap();
        let answer = self.until_answered("/sign-up", FORM, body.into()).await;
        // Had the first yes been lost, the mobile is taken now, and signing in is what is left.
        let answer = match answer.status().as_u16() {
            303 => answer,
            _ => {
                let body =
                    serde_urlencoded::to_string([("login", mobile.as_str()), ("password", "a long enough sentence")]).unwrap();
                self.until_answered("/sign-in", FORM, body.into()).await
            }
        };
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()?.split(';').next());
        self.cookie = cookies.collect::<Vec<_>>().join("; ");
        assert!(self.cookie.contains("sunlit_session="), "{}: {}", answer.status(), self.cookie);
        let person = foundation::people::Person {
            id: Uuid::nil(),
            login: mobile.clone(),
            name: "王敏".into(),
            resident_id: Some("341524199003070003".into()),
            mobile: Some(mobile),
            roles: vec!["citizen".into()],
            agency: None,
            post: None,
            centre: None,
            agent_point: None,
            helps: false,
            entrusted: Vec::new(),
            delegated: false,
            relatives: Vec::new(),
            relative_cards: Vec::new(),
            organisations: Vec::new(),
            active: true,
            identity_verified_at: None,
            walk_in: false,
        };
        let today = chrono::Utc::now().with_timezone(&calendar::SHANGHAI).date_naive();
        self.answers =
            services::demo::answers(&self.item, &services::cases::submit::party_of(&person), &person, today, self.n as u64);
        assert!(!self.answers.is_empty());
    }

    /// From the first question to the number.
    async fn apply(&self, round: usize) -> Acknowledged {
        let base = format!("/matters/{MATTER}/apply");
        let begun = self.must(&base, FORM, "for=me&again=yes".into()).await;
        // Every page of an application names its draft.
        let (_, draft) = begun.split_once('?').unwrap_or_else(|| panic!("no draft but {begun}"));
        let paper = format!("%PDF-1.4 paper {} of applicant {}", round, self.n).into_bytes();
        for step in self.item.form.steps() {
            if step.materials {
                for material in self.item.materials_for(&self.answers) {
                    if material.required && material.source == MaterialSource::Applicant {
                        let (kind, body) = multipart(&material.key, &paper);
                        self.must(&format!("{base}/materials/files?{draft}"), &kind, body).await;
                    }
                }
            }
            let entered = self.item.form.entered(&step.key, &self.answers);
            let fields: Vec<(String, String)> =
                entered.into_iter().flat_map(|(k, vs)| vs.into_iter().map(move |v| (k.clone(), v))).collect();
            self.must(&format!("{base}/{}?{draft}", step.key), FORM, serde_urlencoded::to_string(fields).unwrap().into()).await;
        }
        assert!(self.page(&format!("{base}/check?{draft}")).await.contains(&format!("/check?{draft}")));
        let location = self.must(&format!("{base}/check?{draft}"), FORM, Vec::new()).await;
        let case = location.strip_prefix("/cases/").unwrap_or_else(|| panic!("no case but {location}"));
        let case = case.split('?').next().unwrap().to_owned();
        use sha2::Digest;
        Acknowledged {
            form: draft.trim_start_matches("draft=").parse().unwrap(),
            case,
            paper: hex::encode(sha2::Sha256::digest(&paper)),
        }
    }

    /// Sends until there is a yes, and returns where it leads.
    async fn must(&self, path: &str, kind: &str, body: Vec<u8>) -> String {
        let answer = self.until_answered(path, kind, body).await;
        let status = answer.status().as_u16();
        let location = answer.headers().get("location").map(|l| l.to_str().unwrap().to_owned());
        assert_eq!(status, 303, "POST {path}: {}", answer.text().await.unwrap_or_default());
        location.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        loop {
            if let Ok(answer) = self.http.get(self.url(path)).header("cookie", &self.cookie).send().await
                && answer.status() == 200
                && let Ok(text) = answer.text().await
            {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// No answer and “not now” (503) are no answers.
    async fn until_answered(&self, path: &str, kind: &str, body: Vec<u8>) -> reqwest::Response {
        loop {
            let sent = self.http.post(self.url(path)).header("cookie", &self.cookie).header("content-type", kind);
            let sent = sent.header("x-forwarded-for", format!("2001:db8:{}::1", self.n));
            match sent.body(body.clone()).send().await {
                Ok(answer) if answer.status() != 503 => return answer,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.door.address.read().unwrap())
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn multipart(field: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let head = format!("--line\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"paper.pdf\"\r\n\r\n");
    (String::from("multipart/form-data; boundary=line"), [head.as_bytes(), bytes, b"\r\n--line--\r\n"].concat())
}
