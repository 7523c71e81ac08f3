//! 镇子 · a house on a database of its own, with doors, a clock that moves and people who can sign in.

use crate::cluster::Database;
use crate::{Client, at, catalogue};
use axum::{Extension, Router, middleware};
use calendar::Calendar;
use catalogue::Catalogue;
use chrono::Utc;
use foundation::files::Files;
use foundation::people::{self, New, Person};
use foundation::sequencer::LogKey;
use foundation::{House, Parts, Site, TimeSource, page, sessions, work};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

pub struct Town {
    pub catalogue: Catalogue,
    pub router: Router,
    house: House,
    _database: Database,
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

impl Town {
    /// A house that stands on this database already.
    pub fn new(database: Database, catalogue: Catalogue, house: House, router: Router) -> Town {
        Town { catalogue, router, house, _database: database }
    }

    /// A house with nothing but these doors and what `wing` adds, its time standing at `when`.
    pub async fn of(when: &str, routes: Router<House>, wing: impl FnOnce(&Catalogue, &mut Parts)) -> Town {
        let database = Database::fresh().await;
        let catalogue = catalogue().apart();
        let mut parts = Parts {
            time: TimeSource::demonstration(Arc::new(Calendar::china()), (at(when) - Utc::now()).num_seconds()),
            authority: authority::Authority::load(&catalogue.policy_files()).unwrap(),
            files: Files::local(&database.files).unwrap(),
            log_key: LogKey::read_or_create(&database.pool, "localhost/log").await.unwrap(),
            site: site(),
            workers: Vec::new(),
            consumers: Vec::new(),
            pool: database.pool.clone(),
        };
        wing(&catalogue, &mut parts);
        let house = House::new(parts);
        let router = routes
            .layer(Extension(catalogue.clone()))
            .layer(middleware::from_fn_with_state(house.clone(), page::front))
            .with_state(house.clone());
        Town::new(database, catalogue, house, router)
    }

    pub fn house(&self) -> &House {
        &self.house
    }
    pub fn pool(&self) -> &PgPool {
        self.house.pool()
    }

    /// Moves the clock on, and lets everything due by then happen.
    pub async fn later(&self, by: chrono::Duration) {
        self.house.time().movable().unwrap().fetch_add(by.num_seconds(), Ordering::SeqCst);
        self.settle().await;
    }

    /// Moves the clock to a moment, and lets everything due by then happen.
    pub async fn becomes(&self, when: &str) {
        let offset = (at(when) - Utc::now()).num_seconds() + 1;
        self.house.time().movable().unwrap().store(offset, Ordering::SeqCst);
        self.settle().await;
    }

    pub async fn settle(&self) {
        work::settle(&self.house).await.unwrap();
    }

    pub async fn enter(&self, new: New) -> Uuid {
        let mut conn = self.pool().acquire().await.unwrap();
        people::create(&mut conn, new, self.house.now().at).await.unwrap()
    }

    /// Enters somebody who works in this role.
    pub async fn employ(&self, login: &str, name: &str, role: &str, agency: Option<&str>) {
        let post = agency.map(|_| "3 号窗口".into());
        let (roles, agency) = (vec![role.into()], agency.map(Into::into));
        self.enter(New { login: login.into(), name: name.into(), roles, agency, post, ..New::default() }).await;
    }

    pub async fn person(&self, login: &str) -> Person {
        people::by_login(self.pool(), login).await.unwrap().unwrap()
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
        let cookie = sessions::open(self.pool(), person.id, "test", false, self.house.now().at).await.unwrap();
        client.cookies.lock().unwrap().insert(cookie.name().to_owned(), cookie.value().to_owned());
    }

    pub fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }
}
