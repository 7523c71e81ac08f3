//! 人员 · the acts on who may act: somebody is entered with roles and an agency, is known by the card, is given a mandate.

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
        /// The service centre this person manages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        centre: Option<String>,
        private: Option<Named>,
    },
    /// A new password was given by somebody else than its owner, or taken by somebody with an office.
    PasswordSet { private: Option<Named> },
    /// Other roles, agency or post than before.
    RolesChanged {
        roles: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<String>,
        /// The service centre this person manages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        centre: Option<String>,
        private: Option<Named>,
    },
    /// The account was closed; nobody signs in with it any more.
    Deactivated { private: Option<Named> },
    /// A closed account was opened again.
    Activated { private: Option<Named> },
    /// A new secret for one-time codes was given; the one before opens nothing any more.
    FactorSet { private: Option<Named> },
    /// The identity card of an account's owner was seen.
    IdentityVerified {
        /// `card`: by an officer at the counter; `command`: said by the operator.
        how: String,
        private: Option<Named>,
    },
    /// An identity number had been typed at a counter under a wrong name, and was taken off it when the card was seen again.
    NumberFreed { private: Option<Named> },
    /// A near relative was declared, whose cases this person keeps away from (公务员法 76).
    RelativeDeclared { relation: String, private: Option<Relative> },
    /// Somebody else found that a declaration no longer holds, and why.
    RelativeEnded { reason: String, private: Option<Relative> },
    /// A written mandate was seen: somebody acts for an organisation.
    Mandated { private: Option<Mandate> },
}

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub login: String,
    pub name: String,
}

/// A relative, as declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relative {
    pub name: String,
    pub resident_id: String,
}

/// Who acts for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    pub organisation: String,
    pub uscc: String,
    pub agent: String,
}

impl ActBody for PersonAct {
    const SUBJECT: &'static str = "person";
    fn ground(&self) -> Option<String> {
        match self {
            PersonAct::Mandated { .. } => Some("《行政许可法》第二十九条".into()),
            PersonAct::RelativeDeclared { .. } | PersonAct::RelativeEnded { .. } => Some("《公务员法》第七十六条".into()),
            _ => None,
        }
    }
}
