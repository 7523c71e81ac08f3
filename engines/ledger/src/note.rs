//! 签名文本与密钥 · signed notes and their keys (c2sp.org/signed-note): Ed25519, and SM2 as a second.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    LedgerError,
    hash::{digest, short},
    second::{self, SM2},
};

/// Signature type of a log's own signature.
const LOG: u8 = 0x01;
/// Signature type of a witness's timestamped cosignature.
const WITNESS: u8 = 0x04;

/// More than any note here needs, and a limit on what a stranger can make us verify.
const MOST_SIGNATURES: usize = 100;
const MOST_BYTES: usize = 1_000_000;

/// An Ed25519 key that signs notes: a name and a 32-byte seed. The seed is wiped from memory when the key is dropped,
/// and never shown by `Debug`.
///
/// A key belongs to one duty. A log and a witness, or two witnesses, never share a seed.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key for this seed, which the caller took from a secure random source. The name should be an address without
    /// scheme; for a log it is the log's origin.
    pub fn from_seed(name: impl Into<String>, seed: &[u8; 32]) -> Result<SigningKey, LedgerError> {
        let name = name.into();
        check_name(&name)?;
        Ok(SigningKey { name, key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// Reads the text [`SigningKey::secret_text`] writes.
    pub fn parse(text: &str) -> Result<SigningKey, LedgerError> {
        let bad = |why| LedgerError::BadKey { text: "PRIVATE+KEY+…".into(), why };
        let rest = text.trim_end().strip_prefix("PRIVATE+KEY+").ok_or(bad("PRIVATE+KEY+"))?;
        let [name, id, data] = rest.splitn(3, '+').collect::<Vec<_>>()[..] else {
            return Err(bad("名称+编号+密钥 name+id+key"));
        };
        let data = BASE64_STANDARD.decode(data).map_err(|_| bad("base64"))?;
        let Some((&LOG, seed)) = data.split_first() else {
            return Err(bad("类型 type 01"));
        };
        let seed: &[u8; 32] = seed.try_into().map_err(|_| bad("须为 32 字节 32 bytes"))?;
        let key = SigningKey::from_seed(name, seed)?;
        match hex::encode(key.verifier().id) == id {
            true => Ok(key),
            false => Err(bad("编号不符 id does not match")),
        }
    }

    /// The secret itself, as `PRIVATE+KEY+name+id+base64`: for a file that only the log's account can read.
    pub fn secret_text(&self) -> String {
        let mut data = vec![LOG];
        data.extend_from_slice(self.key.as_bytes());
        format!("PRIVATE+KEY+{}+{}+{}", self.name, hex::encode(self.verifier().id), BASE64_STANDARD.encode(data))
    }

    /// The name that stands in the signature line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key under which this key signs as a log.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::new(self.name.clone(), PublicKey::Log(self.key.verifying_key()))
    }

    /// The public key under which this key signs as a witness.
    pub fn witness_verifier(&self) -> VerifierKey {
        VerifierKey::new(self.name.clone(), PublicKey::Witness(self.key.verifying_key()))
    }

    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }

    pub(crate) fn seed(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    pub(crate) fn sign(&self, text: &str) -> SignatureLine {
        let signature = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        SignatureLine { name: self.name.clone(), id: self.verifier().id, signature }
    }

    /// A cosignature/v1: eight bytes of time, then the signature over a head, the time and the text.
    pub(crate) fn sign_at(&self, text: &str, time: u64) -> SignatureLine {
        let mut signature = time.to_be_bytes().to_vec();
        signature.extend_from_slice(&self.key.sign(timed(text, time).as_bytes()).to_bytes());
        SignatureLine { name: self.name.clone(), id: self.witness_verifier().id, signature }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier())
    }
}

fn timed(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Whose signatures a key makes, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// A log's own, by Ed25519 (type 01).
    Log,
    /// A witness's, by Ed25519 (type 04).
    Witness,
    /// A log's second, by SM2 over SM3 (type ff).
    LogSm2,
}

#[derive(Clone)]
pub(crate) enum PublicKey {
    Log(ed25519_dalek::VerifyingKey),
    Witness(ed25519_dalek::VerifyingKey),
    Sm2(Box<sm2::dsa::VerifyingKey>),
}

impl PublicKey {
    /// Type and key, as in a key's text.
    fn read(data: &[u8]) -> Result<PublicKey, &'static str> {
        if let Some(point) = data.strip_prefix(SM2) {
            return second::read(point).map(|key| PublicKey::Sm2(Box::new(key))).ok_or("SM2");
        }
        let (kind, key) = match data.split_first() {
            Some((&kind @ (LOG | WITNESS), key)) => (kind, key),
            _ => return Err("类型须为 01、04、SM2 之一 type must be 01, 04 or SM2"),
        };
        let key: &[u8; 32] = key.try_into().map_err(|_| "须为 32 字节 32 bytes")?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| "Ed25519")?;
        Ok(if kind == LOG { PublicKey::Log(key) } else { PublicKey::Witness(key) })
    }

    fn kind(&self) -> KeyKind {
        match self {
            PublicKey::Log(_) => KeyKind::Log,
            PublicKey::Witness(_) => KeyKind::Witness,
            PublicKey::Sm2(_) => KeyKind::LogSm2,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            PublicKey::Log(key) | PublicKey::Witness(key) => key.to_bytes().to_vec(),
            PublicKey::Sm2(key) => key.to_sec1_bytes().into_vec(),
        }
    }

    fn typed(&self) -> Vec<u8> {
        let kind = match self {
            PublicKey::Log(_) => &[LOG][..],
            PublicKey::Witness(_) => &[WITNESS],
            PublicKey::Sm2(_) => SM2,
        };
        [kind, &self.bytes()].concat()
    }
}

/// A public key, written `name+id+base64`: what a citizen needs to verify a receipt.
#[derive(Clone)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: PublicKey,
}

impl VerifierKey {
    pub(crate) fn new(name: String, key: PublicKey) -> VerifierKey {
        let hash = digest(&[name.as_bytes(), b"\n", &key.typed()]).0;
        VerifierKey { name, id: [hash[0], hash[1], hash[2], hash[3]], key }
    }

    /// Reads `name+id+base64`.
    pub fn parse(text: &str) -> Result<VerifierKey, LedgerError> {
        let text = text.trim_end();
        let bad = |why| LedgerError::BadKey { text: short(text), why };
        // Base64 may hold “+” too, names may not.
        let [name, id, data] = text.splitn(3, '+').collect::<Vec<_>>()[..] else {
            return Err(bad("名称+编号+公钥 name+id+key"));
        };
        check_name(name)?;
        let data = BASE64_STANDARD.decode(data).map_err(|_| bad("base64"))?;
        let key = VerifierKey::new(name.to_owned(), PublicKey::read(&data).map_err(bad)?);
        match hex::encode(key.id) == id {
            true => Ok(key),
            false => Err(bad("编号不符 id does not match")),
        }
    }

    /// The name that stands in the signature line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A log's key or a witness's.
    pub fn kind(&self) -> KeyKind {
        self.key.kind()
    }

    /// The four bytes that, with the name, tell which signature line is this key's.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The bytes of the key, 32 for Ed25519 and 65 for SM2: two keys with the same bytes are one signer, whatever their
    /// names.
    pub fn public_key(&self) -> Vec<u8> {
        self.key.bytes()
    }

    fn verify(&self, text: &str, signature: &[u8]) -> Option<Verified> {
        let holds = |key: &ed25519_dalek::VerifyingKey, text: &str, signature: &[u8]| {
            let signature = Signature::from_slice(signature).ok()?;
            key.verify_strict(text.as_bytes(), &signature).ok()
        };
        match &self.key {
            PublicKey::Log(key) => holds(key, text, signature).map(|()| Verified { time: None }),
            PublicKey::Witness(key) => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time = Some(u64::from_be_bytes(*time)).filter(|time| *time <= LAST_TIME)?;
                holds(key, &timed(text, time), signature).map(|()| Verified { time: Some(time) })
            }
            PublicKey::Sm2(key) => second::verify(key, text.as_bytes(), signature).then_some(Verified { time: None }),
        }
    }
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &VerifierKey) -> bool {
        self.name == other.name && self.key.typed() == other.key.typed()
    }
}

impl Eq for VerifierKey {}

/// Cosignature times end here (2^63 - 1).
pub(crate) const LAST_TIME: u64 = i64::MAX as u64;

pub(crate) struct Verified {
    /// When a witness signed; a log's signature says nothing of time.
    pub time: Option<u64>,
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), BASE64_STANDARD.encode(self.key.typed()))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<VerifierKey, LedgerError> {
        VerifierKey::parse(text)
    }
}

impl Serialize for VerifierKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VerifierKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<VerifierKey, D::Error> {
        VerifierKey::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

pub(crate) fn check_name(name: &str) -> Result<(), LedgerError> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    match name.is_empty() || name.contains(odd) {
        true => Err(LedgerError::BadKeyName(short(name))),
        false => Ok(()),
    }
}

/// A line `— name base64` below a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignatureLine {
    pub name: String,
    pub id: [u8; 4],
    pub signature: Vec<u8>,
}

impl SignatureLine {
    fn parse(line: &str) -> Result<SignatureLine, LedgerError> {
        let bad = LedgerError::BadNote("签名行 signature line");
        let Some((name, data)) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')) else {
            return Err(bad);
        };
        check_name(name)?;
        let Ok(data) = BASE64_STANDARD.decode(data) else {
            return Err(bad);
        };
        match data.split_first_chunk::<4>() {
            Some((id, signature)) if !signature.is_empty() => {
                Ok(SignatureLine { name: name.to_owned(), id: *id, signature: signature.to_vec() })
            }
            _ => Err(bad),
        }
    }

    pub(crate) fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name && self.id == key.id
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = [&self.id[..], &self.signature].concat();
        writeln!(f, "— {} {}", self.name, BASE64_STANDARD.encode(data))
    }
}

/// A text and the signatures below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// With its final newline.
    pub text: String,
    pub signatures: Vec<SignatureLine>,
}

impl Note {
    pub(crate) fn parse(note: &str) -> Result<Note, LedgerError> {
        if note.len() > MOST_BYTES {
            return Err(LedgerError::BadNote("过长 too long"));
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(LedgerError::BadNote("控制字符 control characters"));
        }
        let Some(below) = note.rfind("\n\n") else {
            return Err(LedgerError::BadNote("签名前缺空行 no blank line before the signatures"));
        };
        let (text, lines) = (&note[..below + 1], &note[below + 2..]);
        let signatures = parse_lines(lines)?;
        if signatures.is_empty() {
            return Err(LedgerError::BadNote("没有签名 no signatures"));
        }
        Ok(Note { text: text.to_owned(), signatures })
    }

    /// Verifies the signature of one key. A line that names the key but does not hold spoils the whole note.
    pub(crate) fn verify(&self, key: &VerifierKey) -> Result<Verified, LedgerError> {
        let line = self.signatures.iter().find(|line| line.is_by(key));
        let line = line.ok_or_else(|| LedgerError::NotSigned(key.name.clone()))?;
        key.verify(&self.text, &line.signature).ok_or_else(|| LedgerError::BadSignature(key.name.clone()))
    }

    /// Adds a signature below the others, in place of one by the same key.
    pub(crate) fn add(&mut self, line: SignatureLine) {
        self.signatures.retain(|held| held.name != line.name || held.id != line.id);
        self.signatures.push(line);
    }
}

pub(crate) fn parse_lines(lines: &str) -> Result<Vec<SignatureLine>, LedgerError> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let lines = lines.strip_suffix('\n').ok_or(LedgerError::BadNote("末尾缺换行 no newline at the end"))?;
    if lines.split('\n').count() > MOST_SIGNATURES {
        return Err(LedgerError::BadNote("签名过多 too many signatures"));
    }
    lines.split('\n').map(SignatureLine::parse).collect()
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| line.fmt(f))
    }
}

/// Verifies any signed note, checkpoint or not, by all the keys that signed it: returns the text and the keys whose
/// signatures hold. Unknown signatures are ignored; a known one that does not hold, or none at all, is an error.
pub fn open_note<'k>(note: &str, keys: &'k [VerifierKey]) -> Result<(String, Vec<&'k VerifierKey>), LedgerError> {
    let note = Note::parse(note)?;
    let mut held = Vec::new();
    for key in keys {
        match note.verify(key) {
            Ok(_) => held.push(key),
            Err(LedgerError::NotSigned(_)) => {}
            Err(wrong) => return Err(wrong),
        }
    }
    match held.is_empty() {
        true => {
            let names: Vec<&str> = keys.iter().map(VerifierKey::name).collect();
            Err(LedgerError::NotSigned(names.join("、")))
        }
        false => Ok((note.text, held)),
    }
}

/// Signs a text that is not a checkpoint, for instance a published notice of a new key.
pub fn sign_note(text: &str, key: &SigningKey) -> Result<String, LedgerError> {
    if !text.ends_with('\n') {
        return Err(LedgerError::BadNote("末尾缺换行 no newline at the end"));
    }
    if text.len() > MOST_BYTES || text.chars().any(|c| c < ' ' && c != '\n') {
        return Err(LedgerError::BadNote("控制字符 control characters"));
    }
    Ok(Note { text: text.to_owned(), signatures: vec![key.sign(text)] }.to_string())
}
