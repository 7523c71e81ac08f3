//! 签名的 JSON · a text signed for a program (RFC 7515, compact; EdDSA with Ed25519 by RFC 8037): what one body asks another, and the answer.
//!
//! What is signed is two runs of base64url with a dot between them and no line end, so it is never the text of a note: a key that signs notes
//! signs no note by signing this, and the other way round.

use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};

use crate::{KeyKind, SigningKey, VerifierKey};

/// What is in front of the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410 §4), and of a seed in PKCS #8 (§7).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PKCS8: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Why a text is no signed text, or a key no key. Chinese, then English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three parts.
    #[error("不是紧凑格式的 JWS，要三段、用两个点隔开 not a compact JWS")]
    Form,
    /// A header that is no JSON.
    #[error("JWS 头读不懂 the header cannot be read")]
    Header,
    /// Another algorithm.
    #[error("JWS 头里的 alg 要写 EdDSA the alg must be EdDSA")]
    Algorithm,
    /// Asks for what is not understood here.
    #[error("JWS 头里有 crit，里面的要求这里都不认识 the header has critical extensions")]
    Critical,
    /// Not a text.
    #[error("JWS 的内容不是 UTF-8 文本 the payload is not text")]
    Payload,
    /// Not signed by this key.
    #[error("签名和内容、公钥对不上 the signature does not hold")]
    Signature,
    /// No key.
    #[error("不是 Ed25519 密钥；可以写 JWK、PEM 或者 32 字节的 base64 not an Ed25519 key")]
    Key,
}

/// A signed text as it came: nothing of it is to be believed before [`Jws::verify`].
#[derive(Clone, Debug)]
pub struct Jws {
    /// Whose key it says it is.
    pub kid: Option<String>,
    /// What was signed, once it is verified.
    pub payload: String,
    signed: String,
    signature: [u8; 64],
}

impl Jws {
    /// Reads the compact form. Of algorithms only Ed25519 is taken, whatever the header asks for (RFC 8725 §3.1).
    pub fn parse(text: &str) -> Result<Jws, JwsError> {
        let text = text.trim();
        let [head, payload, signature] = text.split('.').collect::<Vec<_>>()[..] else { return Err(JwsError::Form) };
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Form);
        let header: Value = serde_json::from_slice(&decode(head)?).map_err(|_| JwsError::Header)?;
        // RFC 9864 names the curve in the algorithm.
        match header["alg"].as_str() {
            Some("EdDSA" | "Ed25519") => {}
            _ => return Err(JwsError::Algorithm),
        }
        if header.get("crit").is_some() {
            return Err(JwsError::Critical);
        }
        Ok(Jws {
            kid: header["kid"].as_str().map(str::to_owned),
            payload: String::from_utf8(decode(payload)?).map_err(|_| JwsError::Payload)?,
            signed: format!("{head}.{payload}"),
            signature: decode(signature)?.try_into().map_err(|_| JwsError::Signature)?,
        })
    }

    /// Whether this key signed it.
    pub fn verify(&self, public_key: &[u8; 32]) -> Result<(), JwsError> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| JwsError::Key)?;
        key.verify_strict(self.signed.as_bytes(), &Signature::from_bytes(&self.signature)).map_err(|_| JwsError::Signature)
    }

    /// The same for a key written as `name+id+base64`.
    pub fn verify_by(&self, key: &VerifierKey) -> Result<(), JwsError> {
        match key.kind() {
            KeyKind::Log => self.verify(&key.public_key().try_into().map_err(|_| JwsError::Key)?),
            _ => Err(JwsError::Key),
        }
    }
}

/// Signs a text. The key is named by its name and, where it is a log's, its id.
pub fn sign_jws(key: &SigningKey, payload: &str) -> String {
    let header = json!({ "alg": "EdDSA", "kid": key.name() }).to_string();
    let signed = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(payload));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign_bytes(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// The body of a PEM block, whatever it is of.
fn pem(text: &str) -> Option<Vec<u8>> {
    let inner = text.trim().strip_prefix("-----BEGIN ")?;
    let (_, inner) = inner.split_once("-----")?;
    let (inner, _) = inner.split_once("-----END ")?;
    let bare: String = inner.chars().filter(|c| !c.is_whitespace()).collect();
    BASE64_STANDARD.decode(bare).ok()
}

fn jwk(text: &str, field: &str) -> Option<[u8; 32]> {
    let key: Value = serde_json::from_str(text).ok()?;
    let ours = key["kty"] == "OKP" && key["crv"] == "Ed25519";
    BASE64_URL_SAFE_NO_PAD.decode(key[field].as_str().filter(|_| ours)?).ok()?.try_into().ok()
}

/// Reads a public key: a JWK (RFC 8037), PEM as `openssl pkey -pubout` writes it, or the 32 bytes in base64. One that no message can be
/// verified with is none.
pub fn read_public_key(text: &str) -> Result<[u8; 32], JwsError> {
    let text = text.trim();
    let plain = || {
        let bare = text.trim_end_matches('=');
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(bare.replace('+', "-").replace('/', "_")).ok()?;
        <[u8; 32]>::try_from(bytes).ok()
    };
    let found = match text.chars().next() {
        Some('{') => jwk(text, "x"),
        Some('-') => pem(text).and_then(|der| der.strip_prefix(&SPKI)?.try_into().ok()),
        _ => plain(),
    };
    let key = found.ok_or(JwsError::Key)?;
    match VerifyingKey::from_bytes(&key) {
        Ok(point) if !point.is_weak() => Ok(key),
        _ => Err(JwsError::Key),
    }
}

/// Reads the seed of a key that signs: a private JWK, or PEM as `openssl genpkey -algorithm ed25519` writes it.
pub fn read_seed(text: &str) -> Result<[u8; 32], JwsError> {
    let text = text.trim();
    let found = match text.chars().next() {
        Some('{') => jwk(text, "d"),
        _ => pem(text).and_then(|der| der.strip_prefix(&PKCS8)?.try_into().ok()),
    };
    found.ok_or(JwsError::Key)
}

/// A public key as a JWK (RFC 8037 §2).
pub fn public_jwk(key: &[u8; 32]) -> String {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64_URL_SAFE_NO_PAD.encode(key) }).to_string()
}

/// A key that signs as a JWK: for a file that nobody else can read.
pub fn private_jwk(key: &SigningKey) -> String {
    let (seed, public) = (key.seed(), key.verifier().public_key());
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    json!({ "kty": "OKP", "crv": "Ed25519", "d": encode(&seed), "x": encode(&public) }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn f117_the_example_of_rfc_8037_verifies_and_its_signature_is_ours() {
        // RFC 8037, A.4; its header has no kid.
        let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let jws = Jws::parse(text).unwrap();
        assert_eq!(jws.payload, "Example of Ed25519 signing");
        jws.verify(&read_public_key(PRIVATE).unwrap()).unwrap();
        let key = SigningKey::from_seed("example", &read_seed(PRIVATE).unwrap()).unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign_bytes(jws.signed.as_bytes()));
        assert_eq!(Some(signature.as_str()), text.rsplit('.').next());
        assert_eq!(private_jwk(&key), PRIVATE);
    }

    #[test]
    fn f117_what_is_changed_unsigned_or_signed_otherwise_is_not_taken() {
        let key = SigningKey::from_seed("example", &[7; 32]).unwrap();
        let public: [u8; 32] = key.verifier().public_key().try_into().unwrap();
        let text = sign_jws(&key, r#"{"a":1}"#);
        let jws = Jws::parse(&text).unwrap();
        assert_eq!((jws.kid.as_deref(), jws.verify(&public), jws.verify_by(&key.verifier())), (Some("example"), Ok(()), Ok(())));
        assert_eq!(
            jws.verify(&SigningKey::from_seed("x", &[8; 32]).unwrap().verifier().public_key().try_into().unwrap()),
            Err(JwsError::Signature)
        );
        let parts: Vec<&str> = text.split('.').collect();
        let other = BASE64_URL_SAFE_NO_PAD.encode(r#"{"a":2}"#);
        assert_eq!(Jws::parse(&format!("{}.{other}.{}", parts[0], parts[2])).unwrap().verify(&public), Err(JwsError::Signature));
        let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        assert_eq!(Jws::parse(&format!("{none}.{}.", parts[1])).unwrap_err(), JwsError::Algorithm);
        let critical = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#);
        assert_eq!(Jws::parse(&format!("{critical}.{}.{}", parts[1], parts[2])).unwrap_err(), JwsError::Critical);
        for odd in ["", "a.b", "a.b.c.d", "....", "é.é.é"] {
            assert!(Jws::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn f117_a_key_is_read_as_people_have_it() {
        let key = SigningKey::from_seed("example", &[7; 32]).unwrap();
        let public: [u8; 32] = key.verifier().public_key().try_into().unwrap();
        let wrap =
            |kind: &str, der: Vec<u8>| format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", BASE64_STANDARD.encode(der));
        let pem = wrap("PUBLIC KEY", [&SPKI[..], &public].concat());
        for text in [public_jwk(&public), pem, BASE64_STANDARD.encode(public), BASE64_URL_SAFE_NO_PAD.encode(public)] {
            assert_eq!(read_public_key(&text), Ok(public), "{text}");
        }
        assert_eq!(read_seed(&wrap("PRIVATE KEY", [&PKCS8[..], &[7; 32]].concat())), Ok([7; 32]));
        // The neutral point verifies what nobody signed.
        let mut weak = [0; 32];
        weak[0] = 1;
        assert_eq!(read_public_key(&BASE64_STANDARD.encode(weak)), Err(JwsError::Key));
        assert_eq!(read_public_key("钥匙"), Err(JwsError::Key));
    }
}
