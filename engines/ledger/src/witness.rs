//! 见证 · what a witness does (c2sp.org/tlog-witness, F150): it remembers the last head it signed of a log and signs a
//! new one only if that continues it. A log that was cut, or restored from an old backup, gets no more signatures (H40).

use serde::{Deserialize, Serialize};

use crate::{
    Checkpoint, Hash, LedgerError, SigningKey, VerifierKey, checkpoint::cosignature_line, empty_root, open_checkpoint,
    tiles::decimal, verify_consistency,
};

/// What a log asks of a witness: the body of `POST <witness>/add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Size the witness last signed, as far as the log knows; zero if it never did.
    pub old: u64,
    /// Consistency proof from there to the checkpoint.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed by the log.
    pub checkpoint: String,
}

/// More than 63 hashes and a checkpoint with a hundred signatures take.
const MOST_BYTES: usize = 2_000_000;

impl Request {
    /// The text of the request.
    pub fn encode(&self) -> String {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            text.push_str(&hash.base64());
            text.push('\n');
        }
        format!("{text}\n{}", self.checkpoint)
    }

    /// Reads the text of a request.
    pub fn parse(text: &str) -> Result<Request, LedgerError> {
        let bad = |line, why| LedgerError::BadRequest { line, why };
        if text.len() > MOST_BYTES {
            return Err(bad(1, "过长 too long"));
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(bad(1, "缺空行 no blank line"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal).ok_or(bad(1, "old"))?;
        let proof = (2..)
            .zip(lines)
            .map(|(at, line)| Hash::from_base64(line).map_err(|_| bad(at, "散列 hash")))
            .collect::<Result<Vec<_>, _>>()?;
        if proof.len() > 63 {
            return Err(bad(65, "散列过多 too many hashes"));
        }
        Ok(Request { old, proof, checkpoint: checkpoint.to_owned() })
    }
}

/// The last head a witness signed of one log. It must be stored, in the same transaction that compares it, before the
/// signature is given away; otherwise two requests at once could roll it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// Entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

impl Default for Observed {
    /// Nothing seen yet: the empty log, which every log continues.
    fn default() -> Observed {
        Observed { size: 0, root: empty_root() }
    }
}

impl From<&Checkpoint> for Observed {
    fn from(checkpoint: &Checkpoint) -> Observed {
        Observed { size: checkpoint.size, root: checkpoint.root }
    }
}

impl Observed {
    /// Examines a log's new head. If it continues the one observed, returns the head and the signature line to answer
    /// with. `time` is now, in seconds since 1970.
    ///
    /// | error | HTTP answer of a witness |
    /// |---|---|
    /// | [`LedgerError::OtherLog`] | 404 |
    /// | [`LedgerError::NotSigned`], [`LedgerError::BadSignature`] | 403 |
    /// | [`LedgerError::WitnessElsewhere`] | 409, with the known size as body |
    /// | [`LedgerError::SplitView`] | 409 |
    /// | [`LedgerError::NotConsistent`], [`LedgerError::ProofLength`] | 422 |
    /// | anything else | 400 |
    pub fn observe(
        &self,
        request: &Request,
        log: &VerifierKey,
        witness: &SigningKey,
        time: u64,
    ) -> Result<(Observed, String), LedgerError> {
        let head = open_checkpoint(&request.checkpoint, log)?;
        if request.old > head.size {
            return Err(LedgerError::Shrunk { old: request.old, new: head.size });
        }
        if request.old != self.size {
            return Err(LedgerError::WitnessElsewhere { known: self.size });
        }
        verify_consistency(self.size, head.size, &request.proof, self.root, head.root)?;
        let line = cosignature_line(&request.checkpoint, witness, time)?;
        Ok((Observed::from(&head), line))
    }
}

/// The HTTP status a witness answers an error of [`Observed::observe`] with.
pub fn status(error: &LedgerError) -> u16 {
    match error {
        LedgerError::OtherLog { .. } => 404,
        LedgerError::NotSigned(_) | LedgerError::BadSignature(_) => 403,
        LedgerError::WitnessElsewhere { .. } | LedgerError::SplitView { .. } => 409,
        LedgerError::NotConsistent { .. } | LedgerError::ProofLength { .. } => 422,
        _ => 400,
    }
}
