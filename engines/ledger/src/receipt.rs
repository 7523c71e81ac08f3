//! 回执 · the receipt a citizen keeps (c2sp.org/tlog-proof): one file that proves to anybody, offline and for ever, that
//! an act is in the record.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    ActLeaf, Checkpoint, Cosignature, Hash, LedgerError, Policy, TileSource, VerifierKey, inclusion_proof, leaf_hash,
    open_checkpoint, peek_checkpoint, tiles::decimal, verify_inclusion,
};

const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// A proof that one entry is in the log, with the signed checkpoint it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Number of the entry.
    pub index: u64,
    /// Hashes from beside the leaf up to below the root.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, verbatim, with whatever cosignatures it has.
    pub checkpoint: String,
    /// The entry's own bytes. They prove nothing until [`Receipt::verify`] has hashed them up to the root.
    pub extra: Vec<u8>,
}

/// More than the longest entry, 64 hashes and a checkpoint with a hundred signatures take.
const MOST_BYTES: usize = 2_000_000;

/// What a verified receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The head of the log.
    pub checkpoint: Checkpoint,
    /// Number of the entry.
    pub index: u64,
    /// The act that is recorded there.
    pub leaf: ActLeaf,
    /// Witnesses that vouch for the checkpoint; empty unless a [`Policy`] asked for them.
    pub cosignatures: Vec<Cosignature>,
}

impl Receipt {
    /// Makes the receipt of entry `index` out of the tiles of the log whose signed checkpoint this is, and verifies the
    /// result before handing it out. The source must hold [`crate::tiles_needed_for_inclusion`] for the checkpoint's size.
    pub fn issue(
        source: &dyn TileSource,
        checkpoint: &str,
        key: &VerifierKey,
        index: u64,
        entry: &[u8],
    ) -> Result<Receipt, LedgerError> {
        let head = open_checkpoint(checkpoint, key)?;
        let proof = inclusion_proof(source, head.size, index)?;
        verify_inclusion(leaf_hash(entry), index, head.size, &proof, head.root)?;
        Ok(Receipt { index, proof, checkpoint: checkpoint.to_owned(), extra: entry.to_vec() })
    }

    /// The file, conventionally named `*.tlog-proof`.
    pub fn encode(&self) -> String {
        let mut text = format!("{HEAD}\n");
        if !self.extra.is_empty() {
            text.push_str(&format!("extra {}\n", BASE64_STANDARD.encode(&self.extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in &self.proof {
            text.push_str(&hash.base64());
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads the file. That it reads says nothing yet: [`Receipt::verify`].
    pub fn parse(text: &str) -> Result<Receipt, LedgerError> {
        let bad = |line, why| LedgerError::BadReceipt { line, why };
        if text.len() > MOST_BYTES {
            return Err(bad(1, "过长 too long"));
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(bad(1, "缺空行 no blank line"))?;
        let mut lines = (1..).zip(head.split('\n')).peekable();
        if lines.next().is_none_or(|(_, line)| line != HEAD) {
            return Err(bad(1, HEAD));
        }
        let mut extra = Vec::new();
        if let Some((at, line)) = lines.next_if(|(_, line)| line.starts_with("extra ")) {
            extra = BASE64_STANDARD.decode(&line["extra ".len()..]).map_err(|_| bad(at, "base64"))?;
        }
        let (at, line) = lines.next().ok_or(bad(2, "index"))?;
        let index = line.strip_prefix("index ").and_then(decimal).ok_or(bad(at, "index"))?;
        let proof =
            lines.map(|(at, line)| Hash::from_base64(line).map_err(|_| bad(at, "散列 hash"))).collect::<Result<Vec<_>, _>>()?;
        if proof.len() > 64 {
            return Err(bad(at, "散列过多 too many hashes"));
        }
        let line = head.split('\n').count() + 2;
        peek_checkpoint(checkpoint).map_err(|_| bad(line, "检查点 checkpoint"))?;
        Ok(Receipt { index, proof, checkpoint: checkpoint.to_owned(), extra })
    }

    /// Verifies the receipt with nothing but the log's public key, and reads the act out of it.
    pub fn verify(&self, key: &VerifierKey) -> Result<Verified, LedgerError> {
        let checkpoint = self.verify_entry(key, &self.extra)?;
        self.verified(checkpoint, Vec::new())
    }

    /// Verifies the receipt, and that enough witnesses saw the same log as everybody else (F150).
    pub fn verify_witnessed(&self, policy: &Policy) -> Result<Verified, LedgerError> {
        let (checkpoint, cosignatures) = policy.open(&self.checkpoint)?;
        verify_inclusion(leaf_hash(&self.extra), self.index, checkpoint.size, &self.proof, checkpoint.root)?;
        self.verified(checkpoint, cosignatures)
    }

    /// Verifies that `entry`, any bytes at all, is what the receipt is for: for logs whose entries are no acts, and for
    /// receipts that leave the entry out.
    pub fn verify_entry(&self, key: &VerifierKey, entry: &[u8]) -> Result<Checkpoint, LedgerError> {
        let checkpoint = open_checkpoint(&self.checkpoint, key)?;
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, &self.proof, checkpoint.root)?;
        Ok(checkpoint)
    }

    fn verified(&self, checkpoint: Checkpoint, cosignatures: Vec<Cosignature>) -> Result<Verified, LedgerError> {
        Ok(Verified { checkpoint, index: self.index, leaf: ActLeaf::parse(&self.extra)?, cosignatures })
    }
}
