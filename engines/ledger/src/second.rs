//! 第二签名 · a second signature of the log by the national standards: SM2 (GB/T 32918.2) over SM3 (GB/T 32905), below the
//! Ed25519 one. It is optional: a client that knows nothing of it ignores its line, as c2sp.org/signed-note demands.
//!
//! Signed notes assign SM2 no type byte, so its keys have type `0xff` and, as the specification recommends, a longer
//! identifier after it: the object identifier of SM2-with-SM3. The public key follows as `04 ‖ x ‖ y`, the signature is
//! `r ‖ s`, and the signer's distinguishing identifier is the usual `1234567812345678` (GM/T 0009 §10).

use std::fmt;

use sm2::dsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer, Verifier},
};

use crate::{
    LedgerError, VerifierKey,
    note::{PublicKey, SignatureLine, check_name},
};

/// Type byte and identifier of an SM2-with-SM3 key.
pub(crate) const SM2: &[u8] = b"\xff1.2.156.10197.1.501";

const SIGNER: &str = "1234567812345678";

/// A log's SM2 key: a name, which is the log's origin, and 32 secret bytes. Never shown by `Debug`.
#[derive(Clone)]
pub struct Sm2Key {
    name: String,
    key: SigningKey,
}

impl Sm2Key {
    /// The key for these 32 secret bytes, which the caller took from a secure random source. One draw in 2³² is no
    /// number below the order of the curve and is refused: draw again.
    pub fn from_seed(name: impl Into<String>, seed: &[u8; 32]) -> Result<Sm2Key, LedgerError> {
        let name = name.into();
        check_name(&name)?;
        let bad = || LedgerError::BadKey {
            text: name.clone(),
            why: "不在 1 至 n-2 之间，请另取随机数 not in 1..n-2, draw again",
        };
        let key = SigningKey::from_slice(SIGNER, seed).map_err(|_| bad())?;
        // With n-1 nothing can be signed.
        key.try_sign(b"").map_err(|_| bad())?;
        Ok(Sm2Key { name, key })
    }

    /// The public key, for everybody.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::new(self.name.clone(), PublicKey::Sm2(Box::new(self.key.verifying_key().clone())))
    }

    /// The name that stands in the signature line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Deterministic, like Ed25519 (RFC 6979 with SM3).
    pub(crate) fn sign(&self, text: &str) -> Result<SignatureLine, LedgerError> {
        let signature: Signature =
            self.key.try_sign(text.as_bytes()).map_err(|_| LedgerError::BadSignature(self.name.clone()))?;
        Ok(SignatureLine { name: self.name.clone(), id: self.verifier().id(), signature: signature.to_bytes().to_vec() })
    }
}

impl fmt::Debug for Sm2Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sm2Key({})", self.verifier())
    }
}

/// Reads `04 ‖ x ‖ y`; only a point of the curve will do.
pub(crate) fn read(bytes: &[u8]) -> Option<VerifyingKey> {
    let uncompressed = bytes.len() == 65 && bytes[0] == 4;
    uncompressed.then(|| VerifyingKey::from_sec1_bytes(SIGNER, bytes).ok()).flatten()
}

pub(crate) fn verify(key: &VerifyingKey, text: &[u8], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| key.verify(text, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sm3::{Digest, Sm3};

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        hex::decode(hexadecimal.replace(' ', "")).unwrap()
    }

    /// GB/T 32905-2016, appendix A.
    #[test]
    fn gbt_32905_appendix_a() {
        assert_eq!(hex::encode(Sm3::digest(b"abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        let sixteen = "abcd".repeat(16);
        assert_eq!(hex::encode(Sm3::digest(sixteen)), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }

    /// GB/T 32918.5-2017, appendix A.2: signature over the recommended curve.
    #[test]
    fn gbt_32918_5_appendix_a() {
        let secret = bytes("3945208F 7B2144B1 3F36E38A C6D39F95 88939369 2860B51A 42FB81EF 4DF7C5B8");
        let public = bytes(
            "04 09F9DF31 1E5421A1 50DD7D16 1E4BC5C6 72179FAD 1833FC07 6BB08FF3 56F35020 \
                CCEA490C E26775A5 2DC6EA71 8CC1AA60 0AED05FB F35E084A 6632F607 2DA9AD13",
        );
        let signature = bytes(
            "F5A03B06 48D2C463 0EEAC513 E1BB81A1 5944DA38 27D5B741 43AC7EAC EEE720B3 \
             B1B6AA29 DF212FD8 763182BC 0D421CA1 BB9038FD 1F7F42D4 840B69C4 85BBC1AA",
        );
        let key = read(&public).unwrap();
        assert!(verify(&key, b"message digest", &signature));
        for at in 0..64 {
            let mut altered = signature.clone();
            altered[at] ^= 1;
            assert!(!verify(&key, b"message digest", &altered), "byte {at}");
        }
        assert!(!verify(&key, b"message digesu", &signature) && !verify(&key, b"message digest", &signature[..63]));
        // The same secret gives this public key, and what it signs holds.
        let ours = Sm2Key::from_seed("record.example/log", &secret.try_into().unwrap()).unwrap();
        assert_eq!(ours.verifier().public_key(), public);
        let line = ours.sign("message digest").unwrap();
        assert!(verify(&key, b"message digest", &line.signature));
        assert_eq!(ours.sign("message digest").unwrap(), line, "deterministic");
    }

    #[test]
    fn secrets_outside_the_range_and_points_off_the_curve_are_refused() {
        let order = bytes("FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF 7203DF6B 21C6052B 53BBF409 39D54123");
        let seed = |minus: u8| -> [u8; 32] {
            let mut seed: [u8; 32] = order.clone().try_into().unwrap();
            seed[31] -= minus;
            seed
        };
        for bad in [[0; 32], [0xff; 32], seed(0), seed(1)] {
            assert!(matches!(Sm2Key::from_seed("a.example", &bad), Err(LedgerError::BadKey { .. })));
        }
        let key = Sm2Key::from_seed("a.example", &seed(2)).unwrap();
        let mut point = key.verifier().public_key();
        assert!(read(&point).is_some());
        point[64] ^= 1;
        assert!(read(&point).is_none() && read(&[0]).is_none() && read(&point[..33]).is_none());
    }
}
