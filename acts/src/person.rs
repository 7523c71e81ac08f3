//! 人员 · the acts on who may act: somebody is entered with roles and an agency.

use crate::ActBody;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum PersonAct {
    /// Somebody was given roles. The public sees which power came to which agency and post, the file says to whom.
    Entered {
        roles: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<String>,
        private: Option<Named>,
    },
}

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub login: String,
    pub name: String,
}

impl ActBody for PersonAct {
    const SUBJECT: &'static str = "person";
    fn ground(&self) -> Option<String> {
        None
    }
}
