//! 房子 · what every handler stands on: the database, the clock, the policies, the files, the key of the log.

use crate::Stop;
use crate::feed::Consumer;
use crate::files::Files;
use crate::jobs::Worker;
use crate::moment::{Moment, TimeSource};
use crate::sequencer::LogKey;
use authority::{Act, Authority, Circumstance, Principal, Resource, Verdict};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// What the site calls itself; absent fields are not shown (ui §9).
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub struct Site {
    pub name: String,
    pub tagline: String,
    pub host_body: Option<String>,
    pub id_code: Option<String>,
    pub icp: Option<String>,
    pub hotline: String,
    /// The address people reach us at, for QR codes: `https://zw.example.gov.cn`.
    pub origin: String,
}

impl Site {
    /// Cookies are for TLS alone once the site is reached by it.
    pub fn secure(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

pub struct Parts {
    pub pool: PgPool,
    pub time: TimeSource,
    pub authority: Authority,
    pub files: Files,
    pub log_key: LogKey,
    pub site: Site,
    pub workers: Vec<Arc<dyn Worker>>,
    pub consumers: Vec<Arc<dyn Consumer>>,
}

struct Inner {
    parts: Parts,
    workers: HashMap<&'static str, Arc<dyn Worker>>,
    instance: Uuid,
    wake: Notify,
}

/// Cheap to clone; the state of the router.
#[derive(Clone)]
pub struct House(Arc<Inner>);

impl House {
    pub fn new(parts: Parts) -> House {
        let workers = parts.workers.iter().map(|w| (w.kind(), w.clone())).collect();
        House(Arc::new(Inner { parts, workers, instance: Uuid::new_v4(), wake: Notify::new() }))
    }
    pub fn pool(&self) -> &PgPool {
        &self.0.parts.pool
    }
    pub fn now(&self) -> Moment {
        self.0.parts.time.now()
    }
    pub fn time(&self) -> &TimeSource {
        &self.0.parts.time
    }
    /// A demonstration: its clock moves and its people sign in without a password. Never true in `serve`.
    pub fn is_demonstration(&self) -> bool {
        self.0.parts.time.movable().is_some()
    }
    pub fn authority(&self) -> &Authority {
        &self.0.parts.authority
    }
    pub fn files(&self) -> &Files {
        &self.0.parts.files
    }
    pub fn site(&self) -> &Site {
        &self.0.parts.site
    }
    pub fn log_key(&self) -> &LogKey {
        &self.0.parts.log_key
    }
    /// This running program, among several on one database.
    pub fn instance(&self) -> Uuid {
        self.0.instance
    }
    pub fn consumers(&self) -> &[Arc<dyn Consumer>] {
        &self.0.parts.consumers
    }
    pub(crate) fn worker(&self, kind: &str) -> Option<&Arc<dyn Worker>> {
        self.0.workers.get(kind)
    }
    /// Tells the background that there is something to sequence or to do.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }
    pub(crate) async fn woken(&self) {
        self.0.wake.notified().await;
    }

    /// Asks the policies, and ends the request with their words when they say no.
    pub fn may(&self, who: &Principal, act: Act, on: &Resource, how: &Circumstance) -> Result<Verdict, Stop> {
        House::settle(self.authority().may(who, act, on, how))
    }

    /// What an answer of the policies means for a request.
    pub(crate) fn settle(verdict: Verdict) -> Result<Verdict, Stop> {
        if verdict.allowed {
            return Ok(verdict);
        }
        let reason = verdict
            .grounds
            .first()
            .map(|g| g.reason.clone())
            .unwrap_or_else(|| "您的岗位没有办这一步的权限。需要办的，请找本单位的系统管理员。".into());
        Err(Stop::NotAllowed { reason })
    }

    /// Eight characters that open a case to whoever holds its receipt, without signing in.
    /// Derived, so that the same form sent five times shows the same code.
    pub fn lookup_code(&self, case_no: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(b"sunlit-lookup/1\0");
        hash.update(self.log_key().seed);
        hash.update(case_no.as_bytes());
        // No 0 O 1 I L: read out over a telephone without mistakes.
        const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
        hash.finalize().iter().take(8).map(|b| LETTERS[*b as usize % 31] as char).collect()
    }
}
