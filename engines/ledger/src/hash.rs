//! 散列与承诺 · hashes (RFC 6962 §2.1, SHA-256) and salted commitments.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256, block_api::compress256};

use crate::LedgerError;

/// A SHA-256 hash. Shown and serialised in lower-case hexadecimal; [`Hash::base64`] is the form checkpoints use.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Standard base64 with padding, as in checkpoints and proofs.
    pub fn base64(&self) -> String {
        BASE64_STANDARD.encode(self.0)
    }

    /// Reads what [`Hash::base64`] writes.
    pub fn from_base64(text: &str) -> Result<Hash, LedgerError> {
        BASE64_STANDARD
            .decode(text)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Hash)
            .ok_or_else(|| LedgerError::BadHash(short(text)))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = LedgerError;

    /// Reads lower-case hexadecimal only: one hash, one spelling.
    fn from_str(text: &str) -> Result<Hash, LedgerError> {
        let bad = || LedgerError::BadHash(short(text));
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| bad())?;
        Ok(Hash(bytes))
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The hash of one entry: SHA-256(0x00 ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    prefixed(0x00, entry)
}

/// The hash of two neighbours: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut both = [0; 64];
    both[..32].copy_from_slice(&left.0);
    both[32..].copy_from_slice(&right.0);
    prefixed(0x01, &both)
}

/// The root of a log without entries: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    digest(&[])
}

/// A salted commitment: SHA-256("sunlit-commitment/1\0" ‖ salt ‖ body).
///
/// Without the salt nobody can guess the body from the commitment, however few bodies are possible, so erasing body
/// and salt leaves the log's proofs whole and tells nothing (F152). That holds only while **every commitment has its own
/// random salt**: the public salt of an act is published with its public body, and would open the private one too.
pub fn commit(salt: &[u8; 32], body: &[u8]) -> Hash {
    digest(&[b"sunlit-commitment/1\0", salt, body])
}

pub(crate) fn digest(parts: &[&[u8]]) -> Hash {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    Hash(sha.finalize().into())
}

/// SHA-256(prefix ‖ body). A log hashes nothing but short messages, some of them by the million: those are padded here
/// (FIPS 180-4 §5.1.1) and handed to the block function in one piece, which takes a third less time.
fn prefixed(prefix: u8, body: &[u8]) -> Hash {
    const MOST: usize = 4;
    let length = 1 + body.len();
    let count = (length + 9).div_ceil(64);
    if count > MOST {
        return digest(&[&[prefix], body]);
    }
    let mut message = [0; 64 * MOST];
    message[0] = prefix;
    message[1..length].copy_from_slice(body);
    message[length] = 0x80;
    message[64 * count - 8..64 * count].copy_from_slice(&(8 * length as u64).to_be_bytes());
    let mut state = START;
    compress256(&mut state, &message.as_chunks().0[..count]);
    let mut hash = [0; 32];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    Hash(hash)
}

/// FIPS 180-4 §5.3.3.
const START: [u32; 8] = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// Enough of a stranger's text to recognise it in an error message.
pub(crate) fn short(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(64).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_messages_are_hashed_alike() {
        let body: Vec<u8> = (0..400u16).map(|byte| byte as u8).collect();
        for length in 0..body.len() {
            assert_eq!(prefixed(7, &body[..length]), digest(&[&[7], &body[..length]]), "{length}");
        }
    }
}
