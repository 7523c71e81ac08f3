//! 首席代表委托 · the acts by which a chief representative lets a colleague of the agency use the authority for some days, and takes it back
//! (B4.2). The public sees agency, posts and days; the names are in the private body.

use crate::{ActBody, Named};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who gave it to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegates {
    pub giver: Named,
    pub delegate: Named,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DelegationAct {
    Given {
        agency: String,
        /// The post of whoever uses it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<String>,
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        private: Option<Delegates>,
    },
    Revoked {
        reason: String,
    },
}

impl ActBody for DelegationAct {
    const SUBJECT: &'static str = "delegation";
    fn ground(&self) -> Option<String> {
        Some("2012年任务分解通知第一部分（二）4：首席代表制度".into())
    }
}
