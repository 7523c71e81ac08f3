//! The second signature of a checkpoint, by SM2 over SM3, beside the first by Ed25519 (F147). The standards' own vectors are
//! tested where the algorithm is used, in `src/second.rs`.

mod common;

use common::{Log, entry, log_key, sm2_key};
use ledger::{
    Checkpoint, KeyKind, LedgerError, Policy, Receipt, Sm2Key, VerifierKey, leaf_hash, open_both, open_checkpoint, open_note,
    sign_checkpoint, sign_second,
};

fn data(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/data/sm2-openssl/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn f147_two_signatures_hold_each_by_its_own_key() {
    let log = Log::of(300);
    let (ed25519, sm2) = (log_key().verifier(), sm2_key().verifier());
    let note = sign_second(&log.signed(), &sm2_key()).unwrap();
    assert!(note.starts_with(&log.signed()), "the first signature stays as it was");
    assert_eq!(note.lines().count(), log.signed().lines().count() + 1);
    for key in [&ed25519, &sm2] {
        assert_eq!(open_checkpoint(&note, key).unwrap(), log.checkpoint());
    }
    assert_eq!((ed25519.kind(), sm2.kind()), (KeyKind::Log, KeyKind::LogSm2));
    assert_eq!(open_note(&note, &[ed25519.clone(), sm2.clone()]).unwrap().1.len(), 2);
    // Whoever knows only the first key is not troubled by the second line; whoever asks for both misses the one that is not there.
    assert_eq!(open_note(&note, &[ed25519]).unwrap().1.len(), 1);
    assert_eq!(open_checkpoint(&log.signed(), &sm2).unwrap_err(), LedgerError::NotSigned(common::ORIGIN.into()));
    assert_eq!(sign_second(&note, &sm2_key()).unwrap(), note, "signing again changes nothing");
    // One bit of the text, and neither holds.
    let altered = note.replacen("\n300\n", "\n301\n", 1);
    assert_eq!(open_checkpoint(&altered, &sm2).unwrap_err(), LedgerError::BadSignature(common::ORIGIN.into()));
    // Another log's key signs nothing here, and vouches for nothing here.
    let stranger = Sm2Key::from_seed("other.example/log", &[9; 32]).unwrap();
    assert!(matches!(sign_second(&log.signed(), &stranger), Err(LedgerError::OtherLog { .. })));
}

/// Old checkpoints have one signature, and hold; a second that is there and does not hold spoils the checkpoint.
#[test]
fn a_checkpoint_older_than_the_second_key_holds() {
    let log = Log::of(300);
    let (first, second) = (log_key().verifier(), sm2_key().verifier());
    let note = sign_second(&log.signed(), &sm2_key()).unwrap();
    for held in [&note, &log.signed()] {
        assert_eq!(open_both(held, &first, &second).unwrap(), log.checkpoint());
    }
    let mut lines: Vec<&str> = note.lines().collect();
    let other = sign_second(&Log::of(299).signed(), &sm2_key()).unwrap();
    *lines.last_mut().unwrap() = other.lines().last().unwrap();
    let spoilt = lines.join("\n") + "\n";
    assert!(open_checkpoint(&spoilt, &first).is_ok());
    assert_eq!(open_both(&spoilt, &first, &second).unwrap_err(), LedgerError::BadSignature(common::ORIGIN.into()));
    assert!(open_both(&note, &second, &first).is_ok() && open_both(&log.signed(), &second, &first).is_err());
}

#[test]
fn f147_a_receipt_is_verified_by_either_key() {
    let log = Log::of(40);
    let checkpoint = sign_second(&log.signed(), &sm2_key()).unwrap();
    let receipt = Receipt::issue(&log.tiles, &checkpoint, &log_key().verifier(), 7, &entry(7)).unwrap();
    let receipt = Receipt::parse(&receipt.encode()).unwrap();
    for key in [log_key().verifier(), sm2_key().verifier()] {
        assert_eq!(receipt.verify(&key).unwrap().index, 7);
        assert!(receipt.verify_witnessed(&Policy::log_only(key)).is_ok());
    }
}

#[test]
fn sm2_keys_read_back_and_are_read_strictly() {
    let key = sm2_key().verifier();
    let text = key.to_string();
    assert_eq!(text.parse::<VerifierKey>().unwrap(), key);
    assert_eq!(serde_json::from_str::<VerifierKey>(&serde_json::to_string(&key).unwrap()).unwrap(), key);
    assert_ne!(key, log_key().verifier());
    for odd in [text.replacen("record", "Record", 1), text[..text.len() - 4].to_owned(), text.replacen("/zEu", "/zIu", 1)] {
        assert!(odd != text && odd.parse::<VerifierKey>().is_err(), "{odd}");
    }
    let secret = hex::encode([102; 32]);
    assert!(!format!("{:?}", sm2_key()).contains(&secret));
}

/// A checkpoint signed by OpenSSL, and the signature of ours that OpenSSL verified; see `tests/data/README.md`.
#[test]
fn openssl_and_we_verify_each_other() {
    let key: VerifierKey = data("verifier.vkey").parse().unwrap();
    let one = Checkpoint::new(common::ORIGIN, 1, leaf_hash(b"one"));
    assert_eq!(open_checkpoint(&data("checkpoint"), &key).unwrap(), one);
    let altered = data("checkpoint").replacen("\n1\n", "\n2\n", 1);
    assert!(matches!(open_checkpoint(&altered, &key), Err(LedgerError::BadSignature(_))));

    let ours = sign_second(&sign_checkpoint(&one, &log_key()), &sm2_key()).unwrap();
    assert_eq!(ours, data("checkpoint.ours"), "these very bytes were verified");
}
