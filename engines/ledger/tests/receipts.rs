//! What a citizen keeps, what a witness adds, and what the public log does not tell.

mod common;

use common::{Log, act, entry, log_key, witness_key};
use ledger::{
    ActLeaf, Checkpoint, Disclosure, LedgerError, LogPath, Opening, Policy, Receipt, SigningKey, VerifierKey, add_signatures,
    commit, consistency_proof, cosign, cosignature_line, cosigned_line, open_checkpoint, sign_checkpoint,
    tiles_needed_for_inclusion, verify_cosignature,
    witness::{Observed, Request, status},
};

fn receipt(log: &Log, index: u64) -> Receipt {
    let needed = tiles_needed_for_inclusion(log.size, index);
    let fetched: std::collections::BTreeMap<_, _> = needed.into_iter().map(|id| (id, log.tiles[&id].clone())).collect();
    Receipt::issue(&fetched, &log.signed(), &log_key().verifier(), index, &entry(index)).unwrap()
}

#[test]
fn f147_a_receipt_is_verified_offline() {
    let log = Log::of(600);
    for index in [0, 1, 255, 256, 511, 512, 599] {
        let file = receipt(&log, index).encode();
        assert!(file.starts_with("c2sp.org/tlog-proof@v1\nextra "));
        let verified = Receipt::parse(&file).unwrap().verify(&log_key().verifier()).unwrap();
        assert_eq!((verified.index, verified.leaf, verified.checkpoint.size), (index, act(index), 600));
    }
}

#[test]
fn a_receipt_with_any_byte_altered_does_not_verify() {
    let log = Log::of(300);
    let file = receipt(&log, 7).encode();
    let key = log_key().verifier();
    for at in 0..file.len() {
        let mut bytes = file.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(altered) = String::from_utf8(bytes) else {
            continue;
        };
        let held = Receipt::parse(&altered).and_then(|receipt| receipt.verify(&key));
        assert!(held.is_err(), "byte {at} of the receipt");
    }
    for cut in 0..file.len() {
        if file.is_char_boundary(cut) {
            assert!(Receipt::parse(&file[..cut]).and_then(|r| r.verify(&key)).is_err(), "cut at {cut}");
        }
    }
}

#[test]
fn a_receipt_made_of_parts_of_others_does_not_verify() {
    let (log, key) = (Log::of(300), log_key().verifier());
    let mine = receipt(&log, 7);
    let other = receipt(&log, 8);
    let verify = |receipt: Receipt| receipt.verify(&key).unwrap_err();
    assert!(matches!(verify(Receipt { extra: entry(8), ..mine.clone() }), LedgerError::NotIncluded { index: 7, size: 300 }));
    assert!(matches!(verify(Receipt { index: 8, ..mine.clone() }), LedgerError::NotIncluded { .. }));
    assert!(matches!(verify(Receipt { index: 300, ..mine.clone() }), LedgerError::NoSuchEntry { .. }));
    assert!(matches!(verify(Receipt { proof: other.proof, ..mine.clone() }), LedgerError::NotIncluded { .. }));
    assert!(matches!(
        verify(Receipt { checkpoint: Log::of(301).signed(), ..mine.clone() }),
        LedgerError::ProofLength { .. } | LedgerError::NotIncluded { .. }
    ));
    let stranger = SigningKey::from_seed(common::ORIGIN, &[8; 32]).unwrap();
    let forged = sign_checkpoint(&log.checkpoint(), &stranger);
    assert!(matches!(verify(Receipt { checkpoint: forged, ..mine.clone() }), LedgerError::NotSigned(_)));
    assert!(matches!(mine.verify(&witness_key(1).witness_verifier()), Err(LedgerError::NotSigned(_))));
    let why = Receipt::issue(&log.tiles, &log.signed(), &key, 7, &entry(8)).unwrap_err();
    assert!(matches!(why, LedgerError::NotIncluded { index: 7, .. }), "a wrong receipt is never issued");
}

#[test]
fn a_receipt_may_leave_the_entry_out() {
    let log = Log::of(20);
    let bare = Receipt { extra: Vec::new(), ..receipt(&log, 3) };
    let read = Receipt::parse(&bare.encode()).unwrap();
    assert!(!bare.encode().contains("extra") && read == bare);
    assert_eq!(read.verify_entry(&log_key().verifier(), &entry(3)).unwrap(), log.checkpoint());
    assert!(read.verify(&log_key().verifier()).is_err());
}

#[test]
fn receipts_are_written_one_way() {
    let file = receipt(&Log::of(20), 3).encode();
    for (from, to) in [
        ("index 3", "index 03"),
        ("index 3", "index +3"),
        ("index 3", "index"),
        ("@v1\n", "@v1 \n"),
        ("\n\n", "\n"),
        ("@v1\n", "@v2\n"),
        ("\n", "\r\n"),
    ] {
        let why = Receipt::parse(&file.replacen(from, to, 1));
        assert!(why.is_err(), "{from:?} → {to:?}");
    }
}

#[test]
fn f150_witnesses_are_counted() {
    let log = Log::of(50);
    let mut note = log.signed();
    let witnesses: Vec<VerifierKey> = (1..=3).map(|number| witness_key(number).witness_verifier()).collect();
    let policy = |required| Policy { log: log_key().verifier(), witnesses: witnesses.clone(), required };
    assert_eq!(policy(1).open(&note).unwrap_err(), LedgerError::TooFewWitnesses { want: 1, got: 0 });
    note = cosign(&note, &witness_key(1), 1_790_000_000).unwrap();
    note = cosign(&note, &witness_key(2), 1_790_000_007).unwrap();
    let (checkpoint, cosignatures) = policy(2).open(&note).unwrap();
    assert_eq!(checkpoint, log.checkpoint());
    assert_eq!(
        cosignatures.iter().map(|c| (c.witness.as_str(), c.time)).collect::<Vec<_>>(),
        [("witness1.example", 1_790_000_000), ("witness2.example", 1_790_000_007)]
    );
    assert_eq!(policy(3).open(&note).unwrap_err(), LedgerError::TooFewWitnesses { want: 3, got: 2 });
    // Signing twice replaces, and does not count twice; nor does one key under two names, nor the log's own key.
    let again = cosign(&note, &witness_key(2), 1_790_000_009).unwrap();
    assert_eq!(again.lines().count(), note.lines().count());
    assert_eq!(verify_cosignature(&again, &witnesses[1]).unwrap().1.time, 1_790_000_009);
    let alias = SigningKey::from_seed("witness9.example", &[101; 32]).unwrap();
    let twice = cosign(&note, &alias, 1).unwrap();
    let mut doubled = policy(3);
    doubled.witnesses.push(alias.witness_verifier());
    assert!(matches!(doubled.open(&twice), Err(LedgerError::TooFewWitnesses { got: 2, .. })));
    let mut own = policy(3);
    own.witnesses.push(log_key().witness_verifier());
    assert!(own.open(&cosign(&note, &log_key(), 1).unwrap()).is_err());
    // A receipt carries them.
    let signed = Receipt { checkpoint: note, ..receipt(&log, 5) };
    let verified = Receipt::parse(&signed.encode()).unwrap().verify_witnessed(&policy(2)).unwrap();
    assert_eq!((verified.leaf, verified.cosignatures.len()), (act(5), 2));
    assert!(receipt(&log, 5).verify_witnessed(&policy(1)).is_err());
}

#[test]
fn f150_a_cosignature_holds_for_its_time_and_text_alone() {
    let log = Log::of(50);
    let key = witness_key(1).witness_verifier();
    let note = cosign(&log.signed(), &witness_key(1), 1_790_000_000).unwrap();
    let line = note.lines().last().unwrap().to_owned() + "\n";
    let moved = add_signatures(&Log::of(51).signed(), &line).unwrap();
    assert_eq!(verify_cosignature(&moved, &key).unwrap_err(), LedgerError::BadSignature("witness1.example".into()));
    let policy = Policy { log: log_key().verifier(), witnesses: vec![key.clone()], required: 0 };
    assert!(policy.open(&moved).is_err(), "a known witness's bad signature spoils the checkpoint");
    assert!(matches!(cosign(&note, &witness_key(1), u64::MAX), Err(LedgerError::BadTime(_))));
    assert!(matches!(verify_cosignature(&note, &log_key().verifier()), Err(LedgerError::WrongKeyKind(_))));
    // As a witness the key has another id than as a log: the one's signature is never taken for the other's.
    assert_ne!(witness_key(1).verifier().id(), key.id());
}

#[test]
fn f150_of_what_a_witness_answers_only_its_own_line_is_taken() {
    let log = Log::of(50);
    let (note, key) = (log.signed(), witness_key(1).witness_verifier());
    let by = |number, log: &Log| cosignature_line(&log.signed(), &witness_key(number), 1_790_000_000).unwrap();
    let (mine, other, elsewhere) = (by(1, &log), by(2, &log), by(1, &Log::of(51)));
    let taken = |answer: &str| cosigned_line(&note, answer, &key).map(|(line, _)| line);
    assert_eq!(taken(&mine), Ok(mine.clone()));
    assert_eq!(taken(&format!("{other}{elsewhere}{mine}")), Ok(mine.clone()));
    assert_eq!(taken(&other), Err(LedgerError::NotSigned("witness1.example".into())));
    assert_eq!(taken(&elsewhere), Err(LedgerError::BadSignature("witness1.example".into())));
    for odd in ["", "hello", "— witness1.example AAAA", &mine[..mine.len() - 1]] {
        assert!(taken(odd).is_err(), "{odd:?}");
    }
}

#[test]
fn f150_a_witness_follows_a_growing_log() {
    let (key, witness) = (log_key().verifier(), witness_key(1));
    let mut seen = Observed::default();
    for size in [0, 1, 40, 40, 300, 600] {
        let log = Log::of(size);
        let proof = consistency_proof(&log.tiles, seen.size, size).unwrap();
        let request = Request { old: seen.size, proof, checkpoint: log.signed() };
        let request = Request::parse(&request.encode()).unwrap();
        let (next, line) = seen.observe(&request, &key, &witness, 1_790_000_000 + size).unwrap();
        let note = add_signatures(&log.signed(), &line).unwrap();
        assert_eq!(verify_cosignature(&note, &witness.witness_verifier()).unwrap().1.time, 1_790_000_000 + size);
        seen = next;
    }
    assert_eq!(seen, Observed::from(&Log::of(600).checkpoint()));
    let ask = |old, checkpoint: String| {
        let why = seen.observe(&Request { old, proof: Vec::new(), checkpoint }, &key, &witness, 1).unwrap_err();
        status(&why)
    };
    let stranger = SigningKey::from_seed(common::ORIGIN, &[8; 32]).unwrap();
    assert_eq!(ask(600, sign_checkpoint(&Log::of(700).checkpoint(), &stranger)), 403);
    assert_eq!(ask(600, sign_checkpoint(&Checkpoint::new("other.example", 700, Log::of(700).root), &log_key())), 404);
    assert_eq!(ask(600, Log::of(700).signed()), 422);
    assert_eq!(ask(500, Log::of(700).signed()), 409);
    assert_eq!(ask(800, Log::of(700).signed()), 400);
    for odd in ["", "old 1", "old 01\n\nx", "old 1\nzz\n\nx", "new 1\n\nx"] {
        assert!(Request::parse(odd).is_err(), "{odd:?}");
    }
}

#[test]
fn f152_nothing_personal_is_in_an_entry_and_erasure_keeps_the_proof() {
    let (name, number) = ("王敏", "110101199003074514");
    let private = format!("{{\"applicant\":\"{name}\",\"id\":\"{number}\"}}");
    let (public_salt, private_salt) = ([3; 32], [4; 32]);
    let leaf = ActLeaf::new(
        "0190f3a1-5c5e-7cc0-8000-000000000001",
        "case.accepted",
        commit(&public_salt, b"a food licence was applied for"),
        commit(&private_salt, private.as_bytes()),
    )
    .unwrap();
    let log = Log::of(10).and([leaf.encode()]);
    for bytes in log.bundles.values().chain(log.tiles.values()) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(name) && !text.contains(number) && !text.contains("applicant"));
    }
    assert!(leaf.opens_private(&private_salt, private.as_bytes()));
    // Body and salt are erased: the receipt and the audit need neither.
    let receipt = Receipt::issue(&log.tiles, &log.signed(), &log_key().verifier(), 10, &leaf.encode()).unwrap();
    assert_eq!(receipt.verify(&log_key().verifier()).unwrap().leaf, leaf);
    assert!(log.audit(log.checkpoint(), &[]).is_clean());
    // Whoever guesses the body right, without the salt, cannot tell.
    assert!(!leaf.opens_private(&public_salt, private.as_bytes()) && !leaf.opens_private(&[0; 32], private.as_bytes()));
    // The same body twice does not look the same.
    assert_ne!(commit(&[5; 32], private.as_bytes()), commit(&[6; 32], private.as_bytes()));
}

#[test]
fn f148_only_the_one_spelling_of_an_act_is_read() {
    let text = String::from_utf8(act(1).encode()).unwrap();
    assert_eq!(text.lines().count(), 5);
    for (from, to) in [
        ("sunlit-act/1", "sunlit-act/2"),
        ("case.accepted", "case accepted"),
        ("case.accepted", ""),
        ("0000-7000", "0000-700"),
        ("\n", "\r\n"),
        ("-7000-", "-700G-"),
    ] {
        let why = ActLeaf::parse(text.replacen(from, to, 1).as_bytes());
        assert!(matches!(why, Err(LedgerError::BadLeaf { .. })), "{from:?} → {to:?}");
    }
    for bytes in [&b""[..], b"\xff", b"sunlit-act/1", b"sunlit-act/1\n\n\n\n\n"] {
        assert!(ActLeaf::parse(bytes).is_err());
    }
    assert!(ActLeaf::parse(text.to_uppercase().as_bytes()).is_err());
}

#[test]
fn f147_checkpoints_are_read_strictly() {
    let (key, log) = (log_key(), Log::of(3));
    let note = log.signed();
    assert_eq!(open_checkpoint(&note, &key.verifier()).unwrap(), log.checkpoint());
    let root = log.root.base64();
    for text in [
        format!("{}\n03\n{root}\n", common::ORIGIN),
        format!("{}\n-3\n{root}\n", common::ORIGIN),
        format!("{}\n3\n{}\n", common::ORIGIN, &root[1..]),
        format!("{}\n3\n", common::ORIGIN),
        format!("\n3\n{root}\n"),
        format!("{}\n3\n{root}\n\nx\n", common::ORIGIN),
        format!("{}\n99999999999999999999\n{root}\n", common::ORIGIN),
    ] {
        let signed = ledger::sign_note(&text, &key).unwrap();
        let why = open_checkpoint(&signed, &key.verifier()).unwrap_err();
        assert!(matches!(why, LedgerError::BadCheckpoint(_)), "{text:?}: {why}");
    }
    let extended = Checkpoint { extensions: vec!["note 1".into()], ..log.checkpoint() };
    assert_eq!(open_checkpoint(&sign_checkpoint(&extended, &key), &key.verifier()).unwrap(), extended);
    for bad in [vec![String::new()], vec!["a\nb".into()]] {
        assert!(Checkpoint { extensions: bad, ..log.checkpoint() }.check().is_err());
    }
    let elsewhere = Checkpoint::new("other.example", 3, log.root);
    let why = open_checkpoint(&sign_checkpoint(&elsewhere, &key), &key.verifier()).unwrap_err();
    assert!(matches!(why, LedgerError::OtherLog { .. }));
    for odd in
        ["", "\n\n", "a\n\n— b\n", "a\n\n— b c", &note.replace("— ", "- "), &note[..note.len() - 1], &note.replace('\n', "\r\n")]
    {
        assert!(open_checkpoint(odd, &key.verifier()).is_err(), "{odd:?}");
    }
    let mut many = note.clone();
    for number in 0..200u8 {
        let name = format!("w{number}.example");
        many = cosign(&note, &SigningKey::from_seed(name, &[number; 32]).unwrap(), 1)
            .map(|n| many.clone() + n.lines().last().unwrap() + "\n")
            .unwrap();
    }
    assert!(matches!(open_checkpoint(&many, &key.verifier()), Err(LedgerError::BadNote(_))), "too many signatures");
}

#[test]
fn keys_are_read_strictly() {
    let vkey = log_key().verifier().to_string();
    assert_eq!(serde_json::to_string(&log_key().verifier()).unwrap(), format!("{vkey:?}"));
    for odd in [
        "",
        "a",
        "a+b",
        "a+00000000+AAAA",
        &vkey.replace("record", "rec ord"),
        &vkey.replace("record", "Record"),
        &vkey[..vkey.len() - 1],
        &vkey.to_uppercase(),
    ] {
        assert!(odd.parse::<VerifierKey>().is_err(), "{odd}");
    }
    for name in ["", "a b", "a+b", "a\nb", "a\u{3000}b"] {
        assert!(matches!(SigningKey::from_seed(name, &[1; 32]), Err(LedgerError::BadKeyName(_))));
    }
    assert!(SigningKey::parse("PRIVATE+KEY+a+00000000+AAAA").is_err() && SigningKey::parse("x").is_err());
}

#[test]
fn f147_paths_tell_how_to_serve_them() {
    let checkpoint: LogPath = "checkpoint".parse().unwrap();
    let tile: LogPath = "tile/0/000".parse().unwrap();
    assert_eq!((checkpoint.content_type(), checkpoint.is_immutable()), ("text/plain; charset=utf-8", false));
    assert_eq!((tile.content_type(), tile.is_immutable()), ("application/octet-stream", true));
}

#[test]
fn messages_name_the_entry_and_the_remedy() {
    let why = LedgerError::NotIncluded { index: 12, size: 34 }.to_string();
    assert!(why.contains("第 12 条") && why.contains("entry 12") && why.contains("请") && why.contains("ask"));
    let long = ledger::append_entries(7, Some(&ledger::encode_entries(&vec![vec![1]; 7])), &[vec![0; 70_000]]).unwrap_err();
    assert_eq!(long, LedgerError::EntryTooLong { index: 7, len: 70_000 });
}

#[test]
fn hashes_are_hexadecimal_in_json() {
    let hash = ledger::leaf_hash(b"");
    let json = serde_json::to_string(&hash).unwrap();
    assert_eq!(json, "\"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\"");
    assert_eq!(serde_json::from_str::<ledger::Hash>(&json).unwrap(), hash);
    assert!(json.to_uppercase().trim_matches('"').parse::<ledger::Hash>().is_err());
}

/// Act 7 with its words, its private ones shown or not.
fn disclosure(log: &Log, private: bool) -> Disclosure {
    let opening = |salt, body: &str| Opening { salt: [salt; 32], body: body.into() };
    Disclosure { receipt: receipt(log, 7), public: opening(1, "public 7"), private: private.then(|| opening(2, "private 7")) }
}

#[test]
fn f119_an_act_with_its_words_verifies_offline_and_what_is_not_shown_stays_a_commitment() {
    let (log, key) = (Log::of(300), log_key().verifier());
    for private in [true, false] {
        let file = disclosure(&log, private).encode();
        let read = Disclosure::parse(&file).unwrap();
        assert_eq!(read, disclosure(&log, private));
        assert_eq!(read.verify(&key).unwrap().leaf, act(7));
    }
}

#[test]
fn f119_no_word_salt_or_proof_of_an_act_can_be_altered() {
    let (log, key) = (Log::of(300), log_key().verifier());
    let other = |change: fn(&mut Disclosure)| {
        let mut altered = disclosure(&log, true);
        change(&mut altered);
        Disclosure::parse(&altered.encode()).unwrap().verify(&key).unwrap_err()
    };
    let words = |body| LedgerError::OtherWords { index: 7, body };
    assert_eq!(other(|d| d.public.body.push(' ')), words("公开内容"));
    assert_eq!(other(|d| d.public.salt[31] ^= 1), words("公开内容"));
    assert_eq!(other(|d| d.private.as_mut().unwrap().body = "private 8".into()), words("非公开内容"));
    assert_eq!(other(|d| d.private = Some(d.public.clone())), words("非公开内容"));
    assert!(matches!(other(|d| d.receipt.index = 8), LedgerError::NotIncluded { .. }));
    let file = disclosure(&log, true).encode();
    for (from, to) in [("disclosure/1", "disclosure/2"), ("\"salt\"", "\"salz\""), ("0101", "01"), ("{", "")] {
        assert!(Disclosure::parse(&file.replacen(from, to, 1)).is_err(), "{from:?} → {to:?}");
    }
}
