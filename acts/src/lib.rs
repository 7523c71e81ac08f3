//! 行政行为 · the vocabulary of the record: every act type of every wing, as it is written down for good.
//!
//! This crate is the public contract. An act has a *public body*, which anyone may read and which therefore never
//! holds personal data, and a *private body*, kept in the state tables and erasable. Both stand in the log only as
//! salted commitments (A3.4-08, F152). A field named `private` is the private body; everything else is public.

mod agent;
mod arrangement;
mod asked;
mod bulletin;
mod case;
mod centre;
mod certificate;
mod clocks;
mod complaint;
mod definition;
mod delegation;
mod directive;
mod discretion;
mod integrity;
mod intermediary;
mod leadership;
mod letter;
mod money;
mod person;
mod power;
mod query;
mod rating;
mod remedy;
mod request;
mod search;
mod stage;
mod supervision;

pub use agent::*;
pub use arrangement::*;
pub use asked::*;
pub use bulletin::{BulletinAct, BulletinKind};
pub use case::*;
pub use centre::*;
pub use certificate::*;
pub use clocks::*;
pub use complaint::*;
pub use definition::*;
pub use delegation::*;
pub use directive::*;
pub use discretion::*;
pub use integrity::*;
pub use intermediary::*;
pub use leadership::*;
pub use letter::LetterAct;
pub use money::*;
pub use person::*;
pub use power::*;
pub use query::*;
pub use rating::*;
pub use remedy::*;
pub use request::{
    OpinionOf, RequestAct, RequestDetails, RequestOpinion, RequestOutcome, RequestWay, ToRequester, Withheld, Withholding,
};
pub use search::*;
pub use stage::*;
pub use supervision::*;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use uuid::Uuid;

/// What an act is about: one row of state, whose fold the act changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `case`, `definition`, `card`, …
    pub kind: String,
    /// Its number: a case number, a definition's key.
    pub no: String,
}

impl Subject {
    pub fn case(no: &str) -> Subject {
        Subject { kind: "case".into(), no: no.into() }
    }
    pub fn certificate(no: &str) -> Subject {
        Subject { kind: "certificate".into(), no: no.into() }
    }
    pub fn person(id: Uuid) -> Subject {
        Subject { kind: "person".into(), no: id.to_string() }
    }
    pub fn definition(key: &str) -> Subject {
        Subject { kind: "definition".into(), no: key.into() }
    }
}

/// Who acted, as the public sees it: an office and a post, never a name (F028).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `applicant`, `officer`, `chief_representative`, `supervisor`, `administrator`, `system`.
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// The post as written on the counter: “8 号窗口”.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
}

impl Actor {
    pub fn system() -> Actor {
        Actor { role: "system".into(), agency: None, post: None }
    }
}

/// Who acted, as only the file says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorPrivate {
    pub person: Uuid,
    pub name: String,
}

/// An act of one wing: an enum with a tag `act` and, in each variant that needs one, a field `private`.
pub trait ActBody: Serialize + DeserializeOwned + Clone {
    /// The subject kind whose acts these are; the kind of an act reads `case.accepted`.
    const SUBJECT: &'static str;
    /// The legal ground of the act, as its reader is told it.
    fn ground(&self) -> Option<String>;
}

/// One act with everything that was true when it was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<A> {
    pub id: Uuid,
    pub subject: Subject,
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// `None` for the system, and after erasure.
    pub person: Option<ActorPrivate>,
    /// 文号: the number of the document this act issued, given once.
    pub document_no: Option<String>,
    /// What its letters are drawn from; acts from before do not say.
    pub letters: Option<Letters>,
    pub act: A,
}

/// 文书所据 · what the letters of an act say that the act does not: as it stood when they were issued, whatever changes later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letters {
    /// The digest of the version of the templates.
    pub templates: String,
    /// The name of the agency.
    pub agency: String,
    /// Days and numbers the calendar gave, by the names the templates have for them.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub computed: Map<String, Value>,
}

/// The two texts of an act, exactly as they are committed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bodies {
    /// `case.accepted`
    pub kind: String,
    pub public: String,
    pub private: String,
}

#[derive(Debug, thiserror::Error)]
#[error("the act cannot be read: {0}")]
pub struct Unreadable(#[from] serde_json::Error);

impl<A: ActBody> Entry<A> {
    /// Splits the act into its two bodies.
    pub fn bodies(&self) -> Bodies {
        let mut act = match serde_json::to_value(&self.act) {
            Ok(Value::Object(map)) => map,
            other => unreachable!("an act is an enum with a tag, never {other:?}"),
        };
        let name = act.get("act").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut private = Map::new();
        if let Some(body) = act.remove("private") {
            private.insert("body".into(), body);
        }
        if let Some(person) = &self.person {
            private.insert("person".into(), json(person));
        }
        let mut public = Map::new();
        public.insert("id".into(), json(&self.id));
        public.insert("subject".into(), json(&self.subject));
        public.insert("at".into(), json(&self.at));
        public.insert("by".into(), json(&self.by));
        if let Some(ground) = self.act.ground() {
            public.insert("ground".into(), Value::String(ground));
        }
        if let Some(no) = &self.document_no {
            public.insert("document_no".into(), Value::String(no.clone()));
        }
        if let Some(letters) = &self.letters {
            public.insert("letters".into(), json(letters));
        }
        // A pause names its own, more exact ground and its basis beside it; nothing else of an act may hide what all acts have.
        debug_assert!(act.keys().all(|key| key == "ground" || !public.contains_key(key)), "{name} hides a field of every act");
        public.extend(act);
        Bodies {
            kind: format!("{}.{name}", A::SUBJECT),
            public: Value::Object(public).to_string(),
            private: Value::Object(private).to_string(),
        }
    }

    /// Reads an act back; `private` is `None` once it has been erased.
    pub fn read(public: &str, private: Option<&str>) -> Result<Entry<A>, Unreadable> {
        #[derive(Deserialize)]
        struct Head {
            id: Uuid,
            subject: Subject,
            at: DateTime<Utc>,
            by: Actor,
            #[serde(default)]
            document_no: Option<String>,
            #[serde(default)]
            letters: Option<Letters>,
        }
        #[derive(Deserialize, Default)]
        struct Private {
            #[serde(default)]
            body: Option<Value>,
            #[serde(default)]
            person: Option<ActorPrivate>,
        }
        let head: Head = serde_json::from_str(public)?;
        let mut act: Map<String, Value> = serde_json::from_str(public)?;
        let private: Private = private.map(serde_json::from_str).transpose()?.unwrap_or_default();
        if let Some(body) = private.body {
            act.insert("private".into(), body);
        }
        Ok(Entry {
            id: head.id,
            subject: head.subject,
            at: head.at,
            by: head.by,
            person: private.person,
            document_no: head.document_no,
            letters: head.letters,
            act: serde_json::from_value(Value::Object(act))?,
        })
    }
}

fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
