//! A house of its own for a test: a database on a private PostgreSQL, a clock that moves, the definitions of the program.

use acts::{Actor, CaseAct, Channel, Moved, Subject};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::{Extension, Router, middleware};
use calendar::{Calendar, Clock, Limit, local_date};
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::db::{self, private::Private};
use foundation::files::Files;
use foundation::sequencer::LogKey;
use foundation::{House, Parts, Site, TimeSource, page, people, record, sessions, work};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};
use tower::ServiceExt;
use uuid::Uuid;

pub const ITEM: &str = "food-production-licence";
pub const AGENCY: &str = "jinzhai-market";

/// One server for all tests of this program; it ends with the program.
static SERVER: LazyLock<Private> = LazyLock::new(|| {
    let data = PathBuf::from(format!("/tmp/sunlit-{}", env!("CARGO_PKG_NAME")));
    Private::start(&data).expect("a private PostgreSQL")
});

pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +08:00"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

/// The chart waits for staff at this node; nowhere when empty.
pub fn waits(node: &str, id: u64) -> Moved {
    let waits = match node {
        "" => json!([]),
        node => json!([{ "id": id, "token": null, "scope": 0, "node": node, "kind": "task", "since": 1 }]),
    };
    let state = json!({ "definition": "", "seq": 1, "counter": id, "vars": {}, "scopes": [], "tokens": [],
                        "waits": waits, "ended": null, "last_end": null });
    Moved { state: serde_json::from_value(state).unwrap(), took: Vec::new() }
}

pub struct Town {
    pub house: House,
    pub catalogue: Catalogue,
    pub router: Router,
}

/// An answer of the site.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Town {
    /// A new database with the time standing at `when`.
    pub async fn new(name: &str, when: &str, routes: Router<House>, wing: impl FnOnce(&Catalogue, &mut Parts)) -> Town {
        let server = tokio::task::spawn_blocking(|| &*SERVER).await.unwrap();
        let mut admin = PgConnection::connect_with(server.admin()).await.unwrap();
        let drop = format!("drop database if exists {name} with (force)");
        sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&mut admin).await.unwrap();
        let pool = db::connect(server.database(name).await.unwrap()).await.unwrap();
        db::migrate(&pool).await.unwrap();
        let calendar = Arc::new(Calendar::china());
        let offset = (at(when) - Utc::now()).num_seconds();
        let catalogue = Catalogue::embedded().unwrap();
        let mut parts = Parts {
            time: TimeSource::demonstration(calendar, offset),
            authority: authority::Authority::load(&catalogue.policy_files()).unwrap(),
            letters: documents::Letters::load(catalogue.letter_files()),
            files: Files::local(&std::env::temp_dir().join("sunlit-test-files")).unwrap(),
            log_key: LogKey::read_or_create(&pool, "test.invalid/log").await.unwrap(),
            site: Site {
                name: "阳光政务".into(),
                tagline: "金寨县".into(),
                host_body: None,
                id_code: None,
                icp: None,
                hotline: "12345".into(),
                origin: "https://test.invalid".into(),
            },
            workers: Vec::new(),
            consumers: Vec::new(),
            pool,
        };
        wing(&catalogue, &mut parts);
        let house = House::new(parts);
        catalogue.register(house.pool(), &house.now()).await.unwrap();
        let router = routes
            .layer(Extension(catalogue.clone()))
            .layer(middleware::from_fn_with_state(house.clone(), page::front))
            .with_state(house.clone());
        Town { house, catalogue, router }
    }

    /// Moves the clock, and does whatever is due by then.
    pub async fn becomes(&self, when: &str) {
        let offset = (at(when) - Utc::now()).num_seconds() + 1;
        let clock = self.house.time().movable().unwrap();
        clock.store(offset, Ordering::Relaxed);
        work::settle(&self.house).await.unwrap();
    }

    pub async fn acts(&self, no: &str, when: &str, act: CaseAct) {
        let mut tx = self.house.pool().begin().await.unwrap();
        let entry = record::entry(Subject::case(no), at(when), Actor::system(), None, act);
        record::record(&mut tx, &[entry]).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn submits(&self, no: &str, when: &str) {
        let versions = self.catalogue.item(ITEM).unwrap().versions();
        sqlx::query(
            "insert into cases (case_no, item, region, agency, stage, applicant, filed_by, once, submitted_at, state)
             values ($1, $2, '341524', $3, 'submitted', $4, $4, $5, $6, '{}')",
        )
        .bind(no)
        .bind(ITEM)
        .bind(AGENCY)
        .bind(Uuid::now_v7())
        .bind(Uuid::now_v7())
        .bind(at(when))
        .execute(self.house.pool())
        .await
        .unwrap();
        let act = CaseAct::Submitted {
            item: ITEM.into(),
            agency: AGENCY.into(),
            region: "341524".into(),
            channel: Channel::Online,
            versions,
            acceptance: Clock::start(local_date(at(when)), Limit::working_days(5)),
            moved: waits("check_acceptance", 1),
            private: None,
        };
        self.acts(no, when, act).await;
    }

    /// Promised 8, by law 10 working days.
    pub async fn accepts(&self, no: &str, when: &str) {
        let on = local_date(at(when));
        let act = CaseAct::Accepted {
            received: on,
            promised: Clock::start(on, Limit::working_days(8)),
            statutory: Clock::start(on, Limit::working_days(10)),
            moved: waits("survey", 2),
        };
        self.acts(no, when, act).await;
    }

    pub async fn grants(&self, no: &str, when: &str) {
        let act = CaseAct::Granted {
            on: local_date(at(when)),
            certificate_no: None,
            valid_from: None,
            valid_to: None,
            moved: waits("", 9),
            private: None,
        };
        self.acts(no, when, act).await;
    }

    /// Somebody who is signed in: the cookie.
    pub async fn signed_in(&self, login: &str, role: &str, agency: Option<&str>) -> String {
        let now = self.house.now().at;
        let mut conn = self.house.pool().acquire().await.unwrap();
        let new = people::New {
            login: login.into(),
            name: "孙某".into(),
            roles: vec![role.into()],
            agency: agency.map(str::to_owned),
            post: Some("8 号窗口".into()),
            ..people::New::default()
        };
        let id = people::create(&mut conn, new, now).await.unwrap();
        self.again(id).await
    }

    async fn again(&self, id: Uuid) -> String {
        let now = self.house.now().at;
        let cookie = sessions::open(self.house.pool(), id, "test", false, now).await;
        let cookie = cookie.unwrap();
        format!("{}={}", cookie.name(), cookie.value())
    }

    pub async fn get(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={}", page::encode(value))).collect();
        let request =
            Request::post(path).header(header::COOKIE, cookie).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let location = parts.headers.get(header::LOCATION);
        Answer {
            status: parts.status,
            location: location.map_or(String::new(), |v| v.to_str().unwrap().to_owned()),
            headers: parts.headers.clone(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
