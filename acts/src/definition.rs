//! 定义 · the acts on what an administrator changes: policies, processes, tables, forms, items.

use crate::ActBody;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum DefinitionAct {
    /// The house started to work by this text. Recorded once for each new hash, so nothing widens unseen.
    Loaded { kind: String, key: String, hash: String },
}

impl ActBody for DefinitionAct {
    const SUBJECT: &'static str = "definition";
    fn ground(&self) -> Option<String> {
        None
    }
}
