//! 案情 · cases told straight to the record, for wings that read acts and know nothing of who made them.

use crate::Town;
use acts::{Actor, CaseAct, Channel, Moved, Subject};
use calendar::{Clock, Limit, local_date};
use chrono::{DateTime, Utc};
use foundation::record;
use serde_json::json;
use uuid::Uuid;

pub const ITEM: &str = "food-production-licence";
pub const AGENCY: &str = "jinzhai-market";

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

impl Town {
    /// Puts an act of the case on record, as the system.
    pub async fn tells(&self, no: &str, when: &str, act: CaseAct) {
        let mut tx = self.pool().begin().await.unwrap();
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
        .execute(self.pool())
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
            queued: None,
            about: None,
            private: None,
        };
        self.tells(no, when, act).await;
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
        self.tells(no, when, act).await;
    }

    /// Surveyed and examined in the same moment.
    pub async fn grants(&self, no: &str, when: &str) {
        let examined = |moved| CaseAct::Examined { outcome: "proposed".into(), moved, private: None };
        self.tells(no, when, CaseAct::Surveyed { staff: 2, passed: None, moved: waits("examine", 3), private: None }).await;
        self.tells(no, when, examined(waits("decide", 4))).await;
        let act = CaseAct::Granted {
            on: local_date(at(when)),
            certificate_no: None,
            valid_from: None,
            valid_to: None,
            went_back: Some(false),
            asks: None,
            moved: waits("", 9),
            private: None,
        };
        self.tells(no, when, act).await;
    }
}
