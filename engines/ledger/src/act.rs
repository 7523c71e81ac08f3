//! 一件行政行为在日志里的样子 · what the log holds of one act (F148, F152): who it is, what kind it is, and two salted
//! commitments. No body, no name, no number of a person is ever in an entry.

use serde::{Deserialize, Serialize};

use crate::{Hash, LedgerError, commit, leaf_hash};

const HEAD: &str = "sunlit-act/1";

/// The entry of one act: five lines of text,
/// `sunlit-act/1`, id, kind, and the public and the private commitment in hexadecimal.
///
/// ```
/// # use ledger::{ActLeaf, commit};
/// let leaf = ActLeaf::new(
///     "0190f3a1-5c5e-7cc0-8000-000000000001", "case.accepted",
///     commit(&[1; 32], b"public body"), commit(&[2; 32], b"private body"),
/// )?;
/// assert_eq!(ActLeaf::parse(&leaf.encode())?, leaf);
/// # Ok::<(), ledger::LedgerError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActLeaf {
    /// The act's UUID, lower case with hyphens.
    pub id: String,
    /// What was done, for instance `case.accepted`: printable, without spaces.
    pub kind: String,
    /// Commitment to the body anyone may read.
    pub public: Hash,
    /// Commitment to the body only the parties may read.
    pub private: Hash,
}

impl ActLeaf {
    /// A leaf whose id and kind are known to be well formed.
    pub fn new(id: impl Into<String>, kind: impl Into<String>, public: Hash, private: Hash) -> Result<ActLeaf, LedgerError> {
        let leaf = ActLeaf { id: id.into(), kind: kind.into(), public, private };
        leaf.check()?;
        Ok(leaf)
    }

    /// Whether id and kind can be written down: [`ActLeaf::parse`] refuses whatever fails here.
    pub fn check(&self) -> Result<(), LedgerError> {
        if !is_uuid(&self.id) {
            return Err(LedgerError::BadAct { field: "id" });
        }
        let odd = |c: char| c.is_control() || c.is_whitespace();
        if self.kind.is_empty() || self.kind.len() > 200 || self.kind.contains(odd) {
            return Err(LedgerError::BadAct { field: "kind" });
        }
        Ok(())
    }

    /// The bytes that are appended to the log. Written from fields that fail [`ActLeaf::check`], they cannot be parsed.
    pub fn encode(&self) -> Vec<u8> {
        format!("{HEAD}\n{}\n{}\n{}\n{}\n", self.id, self.kind, self.public, self.private).into_bytes()
    }

    /// Reads an entry, and nothing but what [`ActLeaf::encode`] writes: one act, one spelling.
    pub fn parse(entry: &[u8]) -> Result<ActLeaf, LedgerError> {
        let bad = |line, why| LedgerError::BadLeaf { line, why };
        let text = std::str::from_utf8(entry).map_err(|_| bad(1, "UTF-8"))?;
        let lines: Vec<&str> = text.split('\n').collect();
        if lines[0] != HEAD {
            return Err(bad(1, HEAD));
        }
        let [_, id, kind, public, private, ""] = lines[..] else {
            return Err(bad(lines.len(), "五行 five lines"));
        };
        let leaf = ActLeaf::new(
            id,
            kind,
            public.parse().map_err(|_| bad(4, "公开承诺 public commitment"))?,
            private.parse().map_err(|_| bad(5, "非公开承诺 private commitment"))?,
        );
        leaf.map_err(|no| match no {
            LedgerError::BadAct { field: "id" } => bad(2, "UUID"),
            LedgerError::BadAct { .. } => bad(3, "行为种类 kind"),
            no => no,
        })
    }

    /// The hash under which the log holds this act.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }

    /// Whether `body` with `salt` is what the act publicly said.
    pub fn opens_public(&self, salt: &[u8; 32], body: &[u8]) -> bool {
        commit(salt, body) == self.public
    }

    /// Whether `body` with `salt` is what the act said to its parties.
    pub fn opens_private(&self, salt: &[u8; 32], body: &[u8]) -> bool {
        commit(salt, body) == self.private
    }
}

fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}
