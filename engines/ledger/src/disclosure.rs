//! 原文凭证 · an act with its words: a receipt together with the bodies it commits to, one JSON file that whoever holds it may
//! show to whom they like, and that is verified offline. What is not shown stays a commitment.

use serde::{Deserialize, Serialize};

use crate::{LedgerError, Receipt, Verified, VerifierKey};

const FORMAT: &str = "sunlit-disclosure/1";

/// More than the longest bodies take.
const MOST_BYTES: usize = 16_000_000;

/// A body with the salt under which it was committed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// The text, byte by byte as it was committed to.
    pub body: String,
}

/// An act of the log and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// That the act is in the log.
    pub receipt: Receipt,
    /// What anybody may read.
    pub public: Opening,
    /// What only the parties may read; `None` where it is not shown, or was erased.
    pub private: Option<Opening>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    public: OpeningFile,
    private: Option<OpeningFile>,
    receipt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpeningFile {
    salt: String,
    body: String,
}

impl From<&Opening> for OpeningFile {
    fn from(opening: &Opening) -> OpeningFile {
        OpeningFile { salt: hex::encode(opening.salt), body: opening.body.clone() }
    }
}

impl OpeningFile {
    fn read(self) -> Result<Opening, LedgerError> {
        let mut salt = [0; 32];
        hex::decode_to_slice(self.salt, &mut salt).map_err(|_| LedgerError::BadDisclosure("盐 salt"))?;
        Ok(Opening { salt, body: self.body })
    }
}

impl Disclosure {
    /// The file, conventionally named `*.json`.
    pub fn encode(&self) -> String {
        let file = File {
            format: FORMAT.into(),
            public: (&self.public).into(),
            private: self.private.as_ref().map(Into::into),
            receipt: self.receipt.encode(),
        };
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// Reads the file. That it reads says nothing yet: [`Disclosure::verify`].
    pub fn parse(text: &str) -> Result<Disclosure, LedgerError> {
        if text.len() > MOST_BYTES {
            return Err(LedgerError::BadDisclosure("过长 too long"));
        }
        let file: File = serde_json::from_str(text).map_err(|_| LedgerError::BadDisclosure("JSON"))?;
        if file.format != FORMAT {
            return Err(LedgerError::BadDisclosure(FORMAT));
        }
        Ok(Disclosure {
            receipt: Receipt::parse(&file.receipt)?,
            public: file.public.read()?,
            private: file.private.map(OpeningFile::read).transpose()?,
        })
    }

    /// Verifies with nothing but the log's public key that the act is in the log and said these very words.
    pub fn verify(&self, key: &VerifierKey) -> Result<Verified, LedgerError> {
        let verified = self.receipt.verify(key)?;
        if !verified.leaf.opens_public(&self.public.salt, self.public.body.as_bytes()) {
            return Err(LedgerError::OtherWords { index: verified.index, body: "公开内容" });
        }
        match &self.private {
            Some(opening) if !verified.leaf.opens_private(&opening.salt, opening.body.as_bytes()) => {
                Err(LedgerError::OtherWords { index: verified.index, body: "非公开内容" })
            }
            _ => Ok(verified),
        }
    }
}
