//! Who, on what, in which circumstance: the three things a policy speaks of beside the act. They mirror
//! `schema.cedarschema`, and the answer is a refusal if they ever differ from it.

use serde::{Deserialize, Serialize};

/// A person who asks, or nobody, or the system's own timers.
///
/// Roles the schema does not list grant nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The person's id; empty for nobody.
    pub id: String,
    /// Role names as in the schema: `citizen`, `agent`, `counter_officer`, …
    pub roles: Vec<String>,
    /// The agency the person works for.
    pub agency: Option<String>,
    /// The one service centre the person manages.
    pub centre: Option<String>,
    /// Ids of organisations (or persons with a recorded mandate) the person may act for.
    pub organisations: Vec<String>,
    /// Declared relatives (回避): their ids, and the numbers of their cards, known here or not.
    pub relatives: Vec<String>,
    /// The number of the own identity card, verified or not; nothing is opened by it, much is kept away from.
    pub cards: Vec<String>,
    /// What a village agent may do for whom today, by consents on record: `<id of the person>/<matter>`.
    pub entrusted: Vec<String>,
}

impl Principal {
    /// Whoever has not signed in.
    pub fn nobody() -> Principal {
        Principal {
            id: String::new(),
            roles: vec![],
            agency: None,
            centre: None,
            organisations: vec![],
            relatives: vec![],
            cards: vec![],
            entrusted: vec![],
        }
    }

    /// The timers: what the law makes happen when a limit runs out.
    pub fn system() -> Principal {
        Principal { id: "system".into(), roles: vec!["system".into()], ..Principal::nobody() }
    }

    /// Whether the person holds `role`. For showing menus only; whether an act is allowed is asked of
    /// [`Authority::may`](crate::Authority::may).
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }
}

/// What an act is done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resource {
    /// A case, filed or just being registered.
    Case(CaseResource),
    /// An application not yet filed, of a person or of the organisation it is filled in for.
    Draft {
        /// Id of the person or organisation it belongs to.
        owner: String,
    },
    /// An agency's own pages.
    Agency {
        /// The agency's key.
        key: String,
    },
    /// A service centre, with whoever reviews and whoever approves what it asks for.
    Centre {
        /// The centre's key.
        key: String,
        /// Key of the agency that manages it.
        manager: String,
        /// Key of the government that approves; empty where none is on record.
        government: String,
    },
    /// The whole site.
    Site,
}

/// What policies may know of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResource {
    /// 办件编号.
    pub no: String,
    /// Key of the agency that owns the case.
    pub agency: String,
    /// Id of the applicant, a person or an organisation.
    pub applicant: String,
    /// Id of whoever handed the application in: the applicant himself or his agent. Never the officer who typed it in
    /// at the counter: he would be barred from handling it (F055).
    pub filed_by: String,
    /// Ids of the people known here who apply together with the applicant.
    pub together: Vec<String>,
    /// Numbers of the cards that the application names: who acts for the applicant, who applies together.
    pub cards: Vec<String>,
    /// Filed at an agent point: whose errand it is and in which matter, as a consent covers it; empty for every other case.
    pub errand: String,
    /// The stage's name in code.
    pub stage: String,
    /// `permit` or `public_service`.
    pub kind: String,
    /// 一般事项: within the written authority of the counter (B4.2).
    pub ordinary: bool,
}

/// How the act is to be done. The default is the least: not at the counter, no seal, nothing approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstance {
    /// Done at the counter, the applicant waiting.
    pub at_counter: bool,
    /// At a comprehensive counter 综合窗口 of the centre where the matter is handled.
    pub comprehensive: bool,
    /// The approval seal 审批专用章 is applied.
    pub seal: bool,
    /// The agency's head has approved, and the record shows it.
    pub head_approved: bool,
    /// The site is a demonstration and handles no real cases.
    pub demo: bool,
    /// What is to be decided: `grant`, `deny`, …
    pub outcome: Option<String>,
}
