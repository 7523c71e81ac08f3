//! 联网核查 · other bodies ask this house for the facts of one certificate or one case (B9, F117): who may ask what, on which ground, is public; what was
//! asked of whom is not, and whoever it is about reads it.

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// What a query is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryOf {
    Certificate,
    Case,
}

impl QueryOf {
    pub fn key(self) -> &'static str {
        match self {
            QueryOf::Certificate => "certificate",
            QueryOf::Case => "case",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            QueryOf::Certificate => "证照",
            QueryOf::Case => "办件",
        }
    }
}

/// What may be asked of the certificates or cases of one matter; of a certificate always whether there is one in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryScope {
    pub of: QueryOf,
    /// The key of the matter.
    pub item: String,
    #[serde(default)]
    pub facts: Vec<String>,
}

/// 来查的单位 · what is on record of it; its number is its credit code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryingBodyFacts {
    pub name: String,
    /// Its public key of Ed25519, 32 bytes in base64url.
    pub key: String,
    /// The law and the agreement it asks by.
    pub basis: String,
    pub purpose: String,
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    pub scope: Vec<QueryScope>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum QueryingBodyAct {
    /// 送审: holds nothing until somebody else publishes it.
    Proposed { facts: QueryingBodyFacts },
    /// 公布: this is what it may ask from now on.
    Published { facts: QueryingBodyFacts },
    /// 退回: what was proposed is not published.
    Returned { reason: String },
    /// 暂停.
    Suspended { reason: String },
    /// 恢复.
    Resumed { reason: String },
    /// 终止.
    Ended { reason: String },
}

impl ActBody for QueryingBodyAct {
    const SUBJECT: &'static str = "querying_body";
    fn ground(&self) -> Option<String> {
        Some("《个人信息保护法》第六条、第三十四条".into())
    }
}

/// What only the person and those who answer for it may read of a query.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueryPrivate {
    /// The number that the asker gave it.
    pub asker_id: String,
    pub name: String,
    pub number: String,
    /// The certificate or case that was named or found.
    pub no: String,
    pub purpose: String,
    pub facts: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<Uuid>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub answer: Map<String, Value>,
}

/// One query of another body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum QueryAct {
    Answered {
        body: String,
        of: QueryOf,
        item: String,
        /// What the registered body asks by, as it stood.
        basis: String,
        private: Option<QueryPrivate>,
    },
    Refused {
        /// The body on record in whose name it came; nothing where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// Why, as a key.
        why: String,
        private: Option<QueryPrivate>,
    },
}

impl ActBody for QueryAct {
    const SUBJECT: &'static str = "query";
    fn ground(&self) -> Option<String> {
        match self {
            QueryAct::Answered { basis, .. } => Some(basis.clone()),
            QueryAct::Refused { .. } => Some("《个人信息保护法》第六条、第三十四条".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Entry, Subject};

    #[test]
    fn f117_whom_a_query_is_about_is_private() {
        let private = QueryPrivate {
            name: "王敏".into(),
            number: "341524198001010012".into(),
            no: "202600001".into(),
            ..QueryPrivate::default()
        };
        for act in [
            QueryAct::Answered {
                body: "12340000000000001X".into(),
                of: QueryOf::Certificate,
                item: "elderly-card".into(),
                basis: "《住房公积金管理条例》".into(),
                private: Some(private.clone()),
            },
            QueryAct::Refused { body: None, why: "signature".into(), private: Some(private.clone()) },
        ] {
            let entry = Entry {
                id: Uuid::nil(),
                subject: Subject { kind: "query".into(), no: "1".into() },
                at: chrono::DateTime::UNIX_EPOCH,
                by: Actor { role: "querying_body".into(), agency: None, post: None },
                person: None,
                document_no: None,
                letters: None,
                act,
            };
            let bodies = entry.bodies();
            assert!(!bodies.public.contains("王敏") && !bodies.public.contains("341524") && !bodies.public.contains("202600001"));
            assert_eq!(Entry::read(&bodies.public, Some(&bodies.private)).unwrap(), entry);
        }
    }
}
