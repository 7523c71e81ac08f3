//! 一张桌子 · a desk that opens in milliseconds: a database copied from a migrated template on one real private PostgreSQL per test run,
//! the whole site on it, and people who can sit at it. Two desks never see each other.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use calendar::Calendar;
use catalogue::Catalogue;
use foundation::db::private::Private;
use foundation::people::{self, New, Person};
use foundation::{House, Site, TimeSource};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use sunlit::app::{self, App};
use tower::ServiceExt;
use uuid::Uuid;

struct Cluster {
    private: Private,
    dir: PathBuf,
    catalogue: Catalogue,
    next: AtomicU32,
}

/// One private PostgreSQL for the run; it dies with us, and its directory is swept by the next run.
async fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static MAKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _making = MAKING.lock().await;
    if let Some(cluster) = CLUSTER.get() {
        return cluster;
    }
    for old in std::fs::read_dir("/tmp").into_iter().flatten().flatten() {
        let name = old.file_name().to_string_lossy().into_owned();
        if let Some(pid) = name.strip_prefix("sunlit-desk-")
            && !std::path::Path::new(&format!("/proc/{pid}")).exists()
        {
            let _ = std::fs::remove_dir_all(old.path());
        }
    }
    let dir = PathBuf::from(format!("/tmp/sunlit-desk-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o711)).unwrap();
    let data = dir.clone();
    let private = tokio::task::spawn_blocking(move || Private::start(&data)).await.unwrap().unwrap();
    let options = private.database("template").await.unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let pool = pool(options).await;
    foundation::db::migrate(&pool).await.unwrap();
    let now = TimeSource::system(Arc::new(Calendar::china())).now();
    catalogue.register(&pool, &now).await.unwrap();
    pool.close().await;
    CLUSTER.get_or_init(|| Cluster { private, dir, catalogue, next: AtomicU32::new(0) })
}

async fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(12).connect_with(options).await.unwrap()
}

pub struct Desk {
    pub app: App,
    pub catalogue: Catalogue,
}

pub fn site() -> Site {
    Site {
        name: "阳光政务".into(),
        tagline: "测试".into(),
        host_body: None,
        id_code: None,
        icp: None,
        hotline: "12345".into(),
        origin: "http://localhost".into(),
    }
}

impl Desk {
    /// A fresh database and a site on it, with a clock that can be moved.
    pub async fn open() -> Desk {
        let cluster = cluster().await;
        let n = cluster.next.fetch_add(1, Ordering::SeqCst);
        let name = format!("desk_{n}");
        let admin = pool(cluster.private.admin().clone()).await;
        sqlx::query(sqlx::AssertSqlSafe(format!("create database {name} template template strategy wal_log")))
            .execute(&admin)
            .await
            .unwrap();
        admin.close().await;
        let pool = pool(cluster.private.admin().clone().database(&name)).await;
        let time = TimeSource::demonstration(Arc::new(Calendar::china()), 0);
        let catalogue = cluster.catalogue.clone();
        let app = app::build(pool, time, cluster.dir.join(name), site(), catalogue.clone())
            .await
            .unwrap_or_else(|f| panic!("{}", f.said));
        let desk = Desk { app, catalogue };
        for (login, name, role, agency) in [
            ("officer", "陈静", "counter_officer", "jinzhai-market"),
            ("officer2", "吴悦", "counter_officer", "jinzhai-market"),
            ("chief", "周正", "chief_representative", "jinzhai-market"),
            ("chief2", "郑航", "chief_representative", "jinzhai-market"),
            ("officer-hefei", "方芳", "counter_officer", "hefei-hrss"),
            ("officer-youhua", "程远", "counter_officer", "youhua-town"),
            ("chief-youhua", "钱进", "chief_representative", "youhua-town"),
        ] {
            desk.enter(New {
                login: login.into(),
                name: name.into(),
                roles: vec![role.into()],
                agency: Some(agency.into()),
                post: Some("3 号窗口".into()),
                ..New::default()
            })
            .await;
        }
        for (login, name, role) in [("supervisor", "赵明", "supervisor"), ("admin", "孙岚", "administrator")] {
            desk.enter(New { login: login.into(), name: name.into(), roles: vec![role.into()], ..New::default() }).await;
        }
        desk
    }

    pub fn house(&self) -> &House {
        &self.app.house
    }
    pub fn pool(&self) -> &PgPool {
        self.app.house.pool()
    }

    pub async fn enter(&self, new: New) -> Uuid {
        let mut conn = self.pool().acquire().await.unwrap();
        people::create(&mut conn, new, self.house().now().at).await.unwrap()
    }

    /// A citizen with an account; constructed numbers.
    pub async fn citizen(&self, name: &str) -> Client {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let n = NEXT.fetch_add(1, Ordering::SeqCst);
        let born = chrono::NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::Duration::days(i64::from(n));
        let login = format!("citizen{n}");
        self.enter(New {
            login: login.clone(),
            name: name.into(),
            resident_id: Some(services::demo::resident_id("341524", born, n % 1000)),
            mobile: Some(format!("139{n:08}")),
            roles: vec!["citizen".into()],
            ..New::default()
        })
        .await;
        self.sign_in(&login).await
    }

    /// Opens a session for somebody, as signing in does.
    pub async fn sign_in(&self, login: &str) -> Client {
        let client = self.nobody();
        self.sign_in_on(&client, login).await;
        client
    }

    /// Signs somebody in on a browser that is there already.
    pub async fn sign_in_on(&self, client: &Client, login: &str) {
        let person = self.person(login).await;
        let now = self.house().now().at;
        let cookie = foundation::sessions::open(self.pool(), person.id, "test", false, now).await.unwrap();
        client.cookies.lock().unwrap().insert(cookie.name().to_owned(), cookie.value().to_owned());
    }

    pub fn nobody(&self) -> Client {
        Client { app: self.app.router.clone(), cookies: Mutex::default() }
    }

    pub async fn person(&self, login: &str) -> Person {
        people::by_login(self.pool(), login).await.unwrap().unwrap()
    }

    /// Moves the clock to a moment and lets everything due happen.
    pub async fn later(&self, by: chrono::Duration) {
        let clock = self.house().time().movable().unwrap();
        clock.fetch_add(by.num_seconds(), Ordering::SeqCst);
        self.settle().await;
    }

    pub async fn settle(&self) {
        foundation::work::settle(self.house()).await.unwrap();
    }

    /// The case as it is stored.
    pub async fn case(&self, no: &str) -> services::cases::Case {
        let mut conn = self.pool().acquire().await.unwrap();
        services::cases::case::find(&mut conn, no).await.unwrap()
    }

    /// The kinds of the acts on a case, oldest first.
    pub async fn acts(&self, no: &str) -> Vec<String> {
        sqlx::query_scalar("select kind from acts where subject_kind = 'case' and subject = $1 order by position")
            .bind(no)
            .fetch_all(self.pool())
            .await
            .unwrap()
    }

    /// Fills the draft of `client` for an item and puts a file to every material that must be handed in, but those left out.
    pub async fn fills(&self, client: &Client, slug: &str, leave_out: &[&str]) {
        client.post(&format!("/matters/{slug}/apply"), &[("for", "me"), ("again", "yes")]).await.is(303);
        let item = self.catalogue.item(slug).unwrap().clone();
        let person = self.of(client).await;
        let mut party = services::cases::submit::party_of(&person);
        if item.served.iter().all(|s| s != "natural_person") {
            party.organisation = true;
            party.identity = Some(services::demo::uscc("341524", 12_345_678));
            party.name = "金寨县样例食品有限公司".into();
        }
        let today = self.house().now().date();
        let answers = services::demo::answers(&item, &party, &person, today, 0);
        assert!(!answers.is_empty(), "no answers found for {slug}");
        for step in item.form.steps() {
            if step.materials {
                for m in item.materials_for(&answers) {
                    if m.required && m.source == catalogue::MaterialSource::Applicant && !leave_out.contains(&m.key.as_str()) {
                        client
                            .upload(&format!("/matters/{slug}/apply/materials/files"), &m.key, "材料.pdf", b"%PDF-1.4 sample")
                            .await
                            .is(303);
                    }
                }
                let page = client.post(&format!("/matters/{slug}/apply/{}", step.key), &[]).await;
                assert!(page.status == 303 || page.status == 422, "{}", page.text());
            } else {
                let entered = item.form.entered(&step.key, &answers);
                let fields: Vec<(String, String)> =
                    entered.into_iter().flat_map(|(k, vs)| vs.into_iter().map(move |v| (k.clone(), v))).collect();
                let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                client.post(&format!("/matters/{slug}/apply/{}", step.key), &fields).await.is(303);
            }
        }
    }

    async fn of(&self, client: &Client) -> Person {
        let token = client.cookies.lock().unwrap().get("sunlit_session").cloned().unwrap();
        use sha2::Digest;
        let hash = sha2::Sha256::digest(token.as_bytes()).to_vec();
        let id: Uuid = sqlx::query_scalar("select person from sessions where token_hash = $1")
            .bind(hash)
            .fetch_one(self.pool())
            .await
            .unwrap();
        people::find(self.pool(), id).await.unwrap().unwrap()
    }

    /// Applies and returns the case number.
    pub async fn applies(&self, client: &Client, slug: &str, leave_out: &[&str]) -> String {
        self.fills(client, slug, leave_out).await;
        let page = client.post(&format!("/matters/{slug}/apply/check"), &[("anyway", "yes")]).await.is(303);
        page.location().trim_start_matches("/cases/").split('?').next().unwrap().to_owned()
    }

    /// An officer's act on a case with a fresh form.
    pub async fn act(&self, client: &Client, no: &str, act: &str, fields: &[(&str, &str)]) -> Page {
        let once = Uuid::new_v4().to_string();
        let mut all = vec![("once", once.as_str())];
        all.extend_from_slice(fields);
        client.post(&format!("/counter/cases/{no}/{act}"), &all).await
    }

    /// A food case brought before the chief representative.
    pub async fn before_the_chief(&self, client: &Client) -> String {
        let no = self.applies(client, "food-production-licence", &[]).await;
        let officer = self.sign_in("officer").await;
        self.act(&officer, &no, "accept", &[]).await.is(303);
        self.act(&officer, &no, "survey", &[("staff", "2"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
        self.act(&officer, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await.is(303);
        no
    }
}

/// A browser without scripts: cookies, forms, no redirects followed.
pub struct Client {
    app: axum::Router,
    pub cookies: Mutex<BTreeMap<String, String>>,
}

pub struct Page {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
    pub asked: String,
}

impl Page {
    #[track_caller]
    pub fn is(self, status: u16) -> Page {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    #[track_caller]
    pub fn has(self, text: &str) -> Page {
        assert!(self.text().contains(text), "{} does not say “{text}”: {}", self.asked, self.text());
        self
    }
    #[track_caller]
    pub fn has_not(self, text: &str) -> Page {
        assert!(!self.text().contains(text), "{} says “{text}”", self.asked);
        self
    }
    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Client {
    async fn send(&self, request: Request<Body>) -> Page {
        let asked = format!("{} {}", request.method(), request.uri());
        let response: Response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            if let Some((name, value)) = text.split(';').next().and_then(|c| c.split_once('=')) {
                let mut cookies = self.cookies.lock().unwrap();
                if value.is_empty() {
                    cookies.remove(name)
                } else {
                    cookies.insert(name.to_owned(), value.to_owned())
                };
            }
        }
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Page { status: parts.status.as_u16(), headers: parts.headers, body, asked }
    }

    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        Request::builder().method(method).uri(path).header(header::COOKIE, cookies.join("; ")).header(header::HOST, "localhost")
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }
    pub async fn json(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path).header(header::ACCEPT, "application/json").body(Body::empty()).unwrap()).await
    }
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
    pub async fn post_json(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = self
            .request(Method::POST, path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
    /// Any request, with its headers.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Page {
        let mut request = self.request(method.parse().unwrap(), path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }
    pub async fn upload(&self, path: &str, field: &str, name: &str, bytes: &[u8]) -> Page {
        let boundary = "----sunlit";
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let request =
            self.request(Method::POST, path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

pub const OK: u16 = StatusCode::OK.as_u16();
