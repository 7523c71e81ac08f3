//! 检查点 · checkpoints (c2sp.org/tlog-checkpoint) and witness cosignatures (c2sp.org/tlog-cosignature), F147 and F150.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    Hash, KeyKind, LedgerError, SigningKey, Sm2Key, VerifierKey,
    note::{LAST_TIME, Note, parse_lines},
    tiles::decimal,
};

/// The head of a log: how many entries it has and the root over all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Which log: an address without scheme, the same as the name of the log's key.
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// Root over all entries.
    pub root: Hash,
    /// Further lines. Nobody audits them, so leave this empty.
    #[serde(default)]
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Checkpoint {
        Checkpoint { origin: origin.into(), size, root, extensions: Vec::new() }
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root.base64());
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Whether its lines can be written down and read back. Worth asking of a configured origin when the program starts.
    pub fn check(&self) -> Result<(), LedgerError> {
        match Checkpoint::parse(&self.text()) {
            Ok(read) if read == *self => Ok(()),
            _ => Err(LedgerError::BadCheckpoint("来源或扩展行 origin or extension lines")),
        }
    }

    /// Reads the signed text, without signatures. Verify them first: [`open_checkpoint`].
    pub fn parse(text: &str) -> Result<Checkpoint, LedgerError> {
        let bad = LedgerError::BadCheckpoint;
        if text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(bad("控制字符 control characters"));
        }
        let text = text.strip_suffix('\n').ok_or(bad("末尾缺换行 no newline at the end"))?;
        let lines: Vec<&str> = text.split('\n').collect();
        if lines.iter().any(|line| line.is_empty()) {
            return Err(bad("空行 empty line"));
        }
        let [origin, size, root, extensions @ ..] = &lines[..] else {
            return Err(bad("少于三行 fewer than three lines"));
        };
        Ok(Checkpoint {
            origin: (*origin).to_owned(),
            size: decimal(size).ok_or(bad("条数 size"))?,
            root: Hash::from_base64(root).map_err(|_| bad("根散列 root hash"))?,
            extensions: extensions.iter().map(|line| (*line).to_owned()).collect(),
        })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Signs a checkpoint as the log: the text of a signed note, to be served as `checkpoint`.
///
/// # Panics
/// If [`Checkpoint::check`] fails, that is if the origin or an extension line is empty or holds a newline.
pub fn sign_checkpoint(checkpoint: &Checkpoint, key: &SigningKey) -> String {
    checkpoint.check().expect("the origin of a log is one line of plain text");
    let text = checkpoint.text();
    let signatures = vec![key.sign(&text)];
    Note { text, signatures }.to_string()
}

/// Adds the log's second signature, by SM2, below its first. Clients that do not know the key ignore the line.
pub fn sign_second(note: &str, key: &Sm2Key) -> Result<String, LedgerError> {
    let mut note = Note::parse(note)?;
    let checkpoint = Checkpoint::parse(&note.text)?;
    if checkpoint.origin != key.name() {
        return Err(LedgerError::OtherLog { expected: key.name().to_owned(), found: checkpoint.origin });
    }
    note.add(key.sign(&note.text)?);
    Ok(note.to_string())
}

/// Verifies a signed checkpoint by one key, a log's or a witness's, and reads it. A log's key only vouches for the log
/// of its own name.
pub fn open_checkpoint(note: &str, key: &VerifierKey) -> Result<Checkpoint, LedgerError> {
    let note = Note::parse(note)?;
    note.verify(key)?;
    let checkpoint = Checkpoint::parse(&note.text)?;
    match key.kind() != KeyKind::Witness && checkpoint.origin != key.name() {
        true => Err(LedgerError::OtherLog { expected: key.name().to_owned(), found: checkpoint.origin }),
        false => Ok(checkpoint),
    }
}

/// [`open_checkpoint`] by a log's key, and by its second one if that signed too: a checkpoint older than the second key has no
/// signature by it, and holds; a second signature that does not hold spoils it.
pub fn open_both(note: &str, first: &VerifierKey, second: &VerifierKey) -> Result<Checkpoint, LedgerError> {
    let checkpoint = open_checkpoint(note, first)?;
    signed_by(note, second)?;
    Ok(checkpoint)
}

/// Whether a key signed a checkpoint. A signature by it that does not hold is no answer but an error.
pub fn signed_by(note: &str, key: &VerifierKey) -> Result<bool, LedgerError> {
    match open_checkpoint(note, key) {
        Ok(_) => Ok(true),
        Err(LedgerError::NotSigned(_)) => Ok(false),
        Err(wrong) => Err(wrong),
    }
}

/// Reads a signed checkpoint **without verifying** any signature: for looking things up, never for believing them.
pub fn peek_checkpoint(note: &str) -> Result<Checkpoint, LedgerError> {
    Checkpoint::parse(&Note::parse(note)?.text)
}

/// A witness's statement that at `time` this was the largest head it had seen of this log, and that it continued all
/// those before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cosignature {
    /// Name of the witness.
    pub witness: String,
    /// Seconds since 1970.
    pub time: u64,
}

/// Adds a witness's cosignature/v1 to a signed checkpoint. Whether the checkpoint deserves it is decided before, by
/// [`crate::witness::Observed::observe`]. `time` is in seconds since 1970.
pub fn cosign(note: &str, key: &SigningKey, time: u64) -> Result<String, LedgerError> {
    let line = cosignature_line(note, key, time)?;
    add_signatures(note, &line)
}

/// Only the signature line [`cosign`] adds: what a witness answers to a log.
pub fn cosignature_line(note: &str, key: &SigningKey, time: u64) -> Result<String, LedgerError> {
    if time > LAST_TIME {
        return Err(LedgerError::BadTime(time));
    }
    let note = Note::parse(note)?;
    Checkpoint::parse(&note.text)?;
    Ok(key.sign_at(&note.text, time).to_string())
}

/// Adds signature lines, for instance a witness's answer, below a signed checkpoint. Lines of the same key are replaced.
/// They are not verified here.
pub fn add_signatures(note: &str, lines: &str) -> Result<String, LedgerError> {
    let mut note = Note::parse(note)?;
    for line in parse_lines(lines)? {
        note.add(line);
    }
    Ok(note.to_string())
}

/// Verifies one witness's cosignature on a checkpoint and says when it was given.
pub fn verify_cosignature(note: &str, key: &VerifierKey) -> Result<(Checkpoint, Cosignature), LedgerError> {
    let note = Note::parse(note)?;
    if key.kind() != KeyKind::Witness {
        return Err(LedgerError::WrongKeyKind(key.name().to_owned()));
    }
    let time = note.verify(key)?.time.unwrap_or_default();
    Ok((Checkpoint::parse(&note.text)?, Cosignature { witness: key.name().to_owned(), time }))
}

/// Out of the signature lines that a witness answered, the one by the key that is known, verified against the checkpoint
/// it was asked to sign. Lines by keys nobody knows are ignored, as c2sp.org/tlog-witness wants.
pub fn cosigned_line(note: &str, answer: &str, key: &VerifierKey) -> Result<(String, Cosignature), LedgerError> {
    let mut wrong = LedgerError::NotSigned(key.name().to_owned());
    for line in parse_lines(answer)?.into_iter().filter(|line| line.is_by(key)) {
        let line = line.to_string();
        match add_signatures(note, &line).and_then(|signed| verify_cosignature(&signed, key)) {
            Ok((_, cosignature)) => return Ok((line, cosignature)),
            Err(error) => wrong = error,
        }
    }
    Err(wrong)
}

/// Whom somebody trusts: the log's key, and how many of which witnesses must have signed as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The log's key.
    pub log: VerifierKey,
    /// Witnesses known.
    pub witnesses: Vec<VerifierKey>,
    /// How many of them must have cosigned. Zero trusts the log alone.
    pub required: usize,
}

impl Policy {
    /// Trusts the log alone.
    pub fn log_only(log: VerifierKey) -> Policy {
        Policy { log, witnesses: Vec::new(), required: 0 }
    }

    /// [`Policy::open`], and enough of the witnesses, at least one, signed no earlier than `since` (seconds since 1970): an
    /// old checkpoint that is replayed to somebody who has kept none is found out (H40).
    pub fn open_since(&self, note: &str, since: u64) -> Result<(Checkpoint, Vec<Cosignature>), LedgerError> {
        let (checkpoint, cosignatures) = self.open(note)?;
        let fresh = cosignatures.iter().filter(|cosignature| cosignature.time >= since).count();
        match fresh < self.required.max(1) {
            true => Err(LedgerError::Stale { newest: cosignatures.iter().map(|c| c.time).max(), since }),
            false => Ok((checkpoint, cosignatures)),
        }
    }

    /// Verifies a checkpoint by the log and by the witnesses, and says which of these signed. A witness listed under two
    /// names counts once; a known witness's signature that does not hold spoils the checkpoint.
    pub fn open(&self, note: &str) -> Result<(Checkpoint, Vec<Cosignature>), LedgerError> {
        if self.log.kind() == KeyKind::Witness {
            return Err(LedgerError::WrongKeyKind(self.log.name().to_owned()));
        }
        let checkpoint = open_checkpoint(note, &self.log)?;
        let mut signers = BTreeSet::from([self.log.public_key()]);
        let mut cosignatures = Vec::new();
        for witness in &self.witnesses {
            match verify_cosignature(note, witness) {
                Ok((_, cosignature)) => {
                    // The log is no witness of itself.
                    if signers.insert(witness.public_key()) {
                        cosignatures.push(cosignature);
                    }
                }
                Err(LedgerError::NotSigned(_)) => {}
                Err(wrong) => return Err(wrong),
            }
        }
        match cosignatures.len() < self.required {
            true => Err(LedgerError::TooFewWitnesses { want: self.required, got: cosignatures.len() }),
            false => Ok((checkpoint, cosignatures)),
        }
    }
}
