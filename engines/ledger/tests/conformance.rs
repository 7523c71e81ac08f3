//! Published vectors of the standards, and independent implementations of them; see `tests/data/README.md`.

mod common;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use common::{Log, entry, log_key};
use ledger::{
    Checkpoint, Hash, KeyKind, LogPath, TileId, VerifierKey, append, bundles_in_log, consistency_proof, empty_root,
    encode_entries, inclusion_proof, leaf_hash, node_hash, open_checkpoint, open_note, parse_entries, peek_checkpoint, root,
    tiles_in_log, verify_consistency, verify_cosignature, verify_inclusion,
};
use serde_json::Value;

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(data(path)).unwrap()
}

fn vectors(dir: &Path, found: &mut Vec<(PathBuf, Value)>) {
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            vectors(&path, found);
        } else if path.extension().is_some_and(|e| e == "json") {
            let value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            found.push((path, value));
        }
    }
}

/// Some corrupted vectors carry hashes that are not 32 bytes long: those are refused on reading.
fn hash(value: &Value) -> Option<Hash> {
    Hash::from_base64(value.as_str()?).ok()
}

fn proof(value: &Value) -> Option<Vec<Hash>> {
    value["proof"].as_array().map_or(Some(Vec::new()), |list| list.iter().map(hash).collect())
}

#[test]
fn f147_merkle_inclusion_vectors() {
    let mut found = Vec::new();
    vectors(&data("merkle-proofs/inclusion"), &mut found);
    assert!(found.len() > 90, "{}", found.len());
    for (path, v) in found {
        let number = |name: &str| v[name].as_u64();
        let verified = || {
            verify_inclusion(hash(&v["leafHash"])?, number("leafIdx")?, number("treeSize")?, &proof(&v)?, hash(&v["root"])?).ok()
        };
        assert_eq!(verified().is_none(), v["wantErr"].as_bool().unwrap(), "{}", path.display());
    }
}

#[test]
fn f147_merkle_consistency_vectors() {
    let mut found = Vec::new();
    vectors(&data("merkle-proofs/consistency"), &mut found);
    assert!(found.len() > 90, "{}", found.len());
    for (path, v) in found {
        if path.ends_with("sizes-are-equal-one-and-proof-is-empty.json") {
            continue; // its root is a dummy of twelve bytes, which is no hash here
        }
        let verified = || {
            let (old, new) = (v["size1"].as_u64()?, v["size2"].as_u64()?);
            verify_consistency(old, new, &proof(&v)?, hash(&v["root1"])?, hash(&v["root2"])?).ok()
        };
        assert_eq!(verified().is_none(), v["wantErr"].as_bool().unwrap(), "{}", path.display());
    }
}

#[test]
fn signed_note_vectors() {
    let cases: Vec<Value> = serde_json::from_str(&text("signed-note/cases.json")).unwrap();
    for case in &cases {
        let strings = |name: &str| -> Vec<String> {
            case[name].as_array().unwrap().iter().map(|s| s.as_str().unwrap().to_owned()).collect()
        };
        let keys: Vec<VerifierKey> = strings("vkeys").iter().map(|key| key.parse().unwrap()).collect();
        match open_note(case["note"].as_str().unwrap(), &keys) {
            Ok((_, held)) => {
                assert!(case["ok"].as_bool().unwrap(), "{}", case["name"]);
                assert_eq!(held.iter().map(|key| key.name()).collect::<Vec<_>>(), strings("verified"));
            }
            Err(why) => assert!(!case["ok"].as_bool().unwrap(), "{}: {why}", case["name"]),
        }
    }
}

/// The Go dialect has the tile height in the path and calls bundles `data`; take the one for the other.
#[test]
fn f147_tile_paths() {
    let cases: Value = serde_json::from_str(&text("tile-paths-go.json")).unwrap();
    let ours = |go: &Value| {
        let path = go.as_str().unwrap().splitn(3, '/').nth(2).unwrap();
        format!("tile/{}", path.replace("data/", "entries/"))
    };
    for go in cases["valid"].as_array().unwrap() {
        let path = ours(go);
        assert_eq!(path.parse::<LogPath>().unwrap().to_string(), path);
    }
    for go in cases["invalid"].as_array().unwrap() {
        assert!(ours(go).parse::<LogPath>().is_err(), "{go}");
    }
    assert_eq!(TileId { level: 0, index: 1_234_067, width: 256 }.path(), "tile/0/x001/x234/067");
    for odd in [
        "",
        "/checkpoint",
        "tile/0/1",
        "tile/0/0001",
        "tile/0/x000/001",
        "tile/00/001",
        "tile/64/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/05",
        "tile/0/001/",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/+01",
        "tile/entries/x001",
        "tile/data/001",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert!(odd.parse::<LogPath>().is_err(), "{odd}");
    }
    // The specification's own example of 70,000 entries.
    let tiles: Vec<TileId> = tiles_in_log(70_000).collect();
    let count = |level, full| tiles.iter().filter(|id| id.level == level && id.is_full() == full).count();
    assert_eq!((count(0, true), count(0, false), count(1, true), count(1, false), count(2, false)), (273, 1, 1, 1, 1));
    let widths: Vec<u16> = tiles.iter().filter(|id| !id.is_full()).map(|id| id.width).collect();
    assert_eq!(widths, [112, 17, 1]);
    assert_eq!(tiles_in_log(256).map(|id| id.path()).collect::<Vec<_>>(), ["tile/0/000", "tile/1/000.p/1"]);
}

/// A log another implementation grew from nothing to fifteen entries: same bundles, same tiles, same roots, signatures hold.
#[test]
fn f147_a_log_of_fifteen_is_grown_alike() {
    let key: VerifierKey = text("tiled-log-15/verifier.vkey").parse().unwrap();
    let words = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten";
    let words: Vec<Vec<u8>> = words.split(' ').map(|word| word.as_bytes().to_vec()).collect();
    let mut tiles = BTreeMap::new();
    let mut checkpoints: Vec<Checkpoint> = Vec::new();
    let empty = peek_checkpoint(&text("tiled-log-15/checkpoint.0")).map(|checkpoint| checkpoint.root);
    assert_eq!(empty, Ok(empty_root()));
    for size in 1..=15u64 {
        let appended = append(&tiles, size - 1, &[leaf_hash(&words[size as usize - 1])]).unwrap();
        let checkpoint = open_checkpoint(&text(&format!("tiled-log-15/checkpoint.{size}")), &key).unwrap();
        assert_eq!((appended.size, appended.root), (checkpoint.size, checkpoint.root));
        for (id, bytes) in &appended.tiles {
            assert_eq!(&fs::read(data("tiled-log-15").join(id.path())).unwrap(), bytes);
        }
        tiles.extend(appended.tiles);
        for id in bundles_in_log(size) {
            let bundle = fs::read(data("tiled-log-15").join(id.path())).unwrap();
            assert_eq!(parse_entries(&bundle).unwrap(), words[..size as usize]);
            assert_eq!(encode_entries(&words[..size as usize]), bundle);
        }
        for index in 0..size {
            let proof = inclusion_proof(&tiles, size, index).unwrap();
            verify_inclusion(leaf_hash(&words[index as usize]), index, size, &proof, checkpoint.root).unwrap();
        }
        for earlier in &checkpoints {
            let proof = consistency_proof(&tiles, earlier.size, size).unwrap();
            verify_consistency(earlier.size, size, &proof, earlier.root, checkpoint.root).unwrap();
        }
        checkpoints.push(checkpoint);
    }
}

#[test]
fn f150_a_cosigned_log_of_three_hundred() {
    let tiles: BTreeMap<TileId, Vec<u8>> =
        tiles_in_log(300).map(|id| (id, fs::read(data("tiled-log-300-cosigned").join(id.path())).unwrap())).collect();
    let key: VerifierKey = text("tiled-log-300-cosigned/cosigner.vkey").parse().unwrap();
    let other: VerifierKey = text("tiled-log-300-cosigned/cosigner.other.vkey").parse().unwrap();
    assert_eq!((key.kind(), other.kind()), (KeyKind::Witness, KeyKind::Witness));
    let (checkpoint, cosignature) = verify_cosignature(&text("tiled-log-300-cosigned/checkpoint"), &key).unwrap();
    assert_eq!((checkpoint.size, cosignature.witness.as_str(), cosignature.time), (300, "mirror.example.org", 1_767_139_200));
    assert_eq!(root(&tiles, 300).unwrap(), checkpoint.root);
    let leaves = |index: u64| {
        let tile = &tiles[&TileId::in_log(300, 0, index / 256).unwrap()];
        Hash(tile[(index % 256) as usize * 32..][..32].try_into().unwrap())
    };
    for index in 0..300 {
        let proof = inclusion_proof(&tiles, 300, index).unwrap();
        verify_inclusion(leaves(index), index, 300, &proof, checkpoint.root).unwrap();
    }
    // The other checkpoint was cosigned too, with as many entries and another root.
    let split = text("tiled-log-300-cosigned/checkpoint.other-root-cosigned");
    let (split, _) = verify_cosignature(&split, &other).unwrap();
    let why = verify_consistency(300, 300, &[], checkpoint.root, split.root).unwrap_err();
    assert_eq!(why, ledger::LedgerError::SplitView { size: 300 });
    let audit = ledger::audit::Audit::new(checkpoint).trust(split);
    assert!(audit.finish().findings.iter().any(|finding| finding.wrong == ledger::audit::Wrong::SplitView));
}

/// An independent implementation verifies every proof and root we make.
#[test]
fn f147_tlog_tiles_verifies_our_proofs() {
    let theirs = |hash: Hash| tlog_tiles::Hash(hash.0);
    assert_eq!(theirs(leaf_hash(b"x")).0, tlog_tiles::record_hash(b"x").0);
    let (a, b) = (leaf_hash(b"a"), leaf_hash(b"b"));
    assert_eq!(theirs(node_hash(a, b)).0, tlog_tiles::node_hash(theirs(a), theirs(b)).0);
    let log = Log::of(700);
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 600, 700] {
        let head = root(&Log::of(size).tiles, size).unwrap();
        for index in (0..size).step_by(37).chain([size - 1]) {
            let proof = inclusion_proof(&log.tiles, size, index).unwrap();
            let proof = proof.into_iter().map(theirs).collect();
            tlog_tiles::check_record(&proof, size, theirs(head), index, theirs(leaf_hash(&entry(index)))).unwrap();
        }
        for old in (1..size).step_by(41) {
            let earlier = root(&Log::of(old).tiles, old).unwrap();
            let proof = consistency_proof(&log.tiles, old, size).unwrap();
            let proof = proof.into_iter().map(theirs).collect();
            tlog_tiles::check_tree(&proof, size, theirs(head), old, theirs(earlier)).unwrap();
        }
    }
}

/// A receipt, the file a citizen keeps, verified by code that is none of ours: the signature of its checkpoint and the
/// proof of its entry. Only the lines are taken apart here, as c2sp.org/tlog-proof says.
#[test]
fn f147_a_receipt_is_verified_by_code_that_is_not_ours() {
    let log = Log::of(600);
    let verifier = || signed_note::StandardVerifier::new(&log_key().verifier().to_string()).unwrap();
    let verify = |file: &str| -> Option<(u64, Vec<u8>)> {
        let (head, note) = file.strip_prefix("c2sp.org/tlog-proof@v1\n")?.split_once("\n\n")?;
        let mut lines = head.lines();
        let entry = BASE64_STANDARD.decode(lines.next()?.strip_prefix("extra ")?).ok()?;
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let proof = lines.map(|line| tlog_tiles::Hash::parse_hash(line).ok()).collect::<Option<Vec<_>>>()?;
        let note = signed_note::Note::from_bytes(note.as_bytes()).ok()?;
        note.verify(&signed_note::VerifierList::new(vec![Box::new(verifier())])).ok()?;
        let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).ok()?;
        let leaf = tlog_tiles::record_hash(&entry);
        tlog_tiles::check_record(&proof, checkpoint.size(), *checkpoint.hash(), index, leaf).ok()?;
        Some((index, entry))
    };
    for index in [0, 255, 256, 511, 512, 599] {
        let receipt = ledger::Receipt::issue(&log.tiles, &log.signed(), &log_key().verifier(), index, &entry(index)).unwrap();
        let file = receipt.encode();
        assert_eq!(verify(&file), Some((index, entry(index))));
        // With the second signature and a cosignature below, it verifies all the same.
        let more = ledger::sign_second(&receipt.checkpoint, &common::sm2_key()).unwrap();
        let more = ledger::cosign(&more, &common::witness_key(1), 1_790_000_000).unwrap();
        assert_eq!(verify(&ledger::Receipt { checkpoint: more, ..receipt }.encode()), Some((index, entry(index))));
        assert_eq!(verify(&file.replacen(&format!("index {index}"), &format!("index {}", index + 1), 1)), None);
        assert_eq!(verify(&file.replacen("\n600\n", "\n601\n", 1)), None);
    }
}

/// An independent implementation opens our notes, reads our checkpoints, and we open its notes.
#[test]
fn f147_signed_note_opens_our_checkpoints() {
    let log = Log::of(5);
    let note = signed_note::Note::from_bytes(log.signed().as_bytes()).unwrap();
    let verifier = signed_note::StandardVerifier::new(&log_key().verifier().to_string()).unwrap();
    let verifiers = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    assert_eq!(note.verify(&verifiers).unwrap().0.len(), 1);
    let read = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((read.origin(), read.size(), read.hash().0), (common::ORIGIN, 5, log.root.0));

    let signer = signed_note::StandardSigner::new(&log_key().secret_text()).unwrap();
    let mut note = signed_note::Note::new(log.checkpoint().text().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    assert_eq!(String::from_utf8(note.to_bytes()).unwrap(), log.signed());
    assert_eq!(open_checkpoint(&log.signed(), &log_key().verifier()).unwrap(), log.checkpoint());
}

/// Ed25519 key pair of RFC 8032 §7.1, test 1, under our note format.
#[test]
fn keys_come_from_the_seed() {
    let seed: [u8; 32] =
        hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap().try_into().unwrap();
    let key = ledger::SigningKey::from_seed("a.example", &seed).unwrap();
    let public = hex::encode(key.verifier().public_key());
    assert_eq!(public, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_eq!(ledger::SigningKey::parse(&key.secret_text()).unwrap().verifier(), key.verifier());
    assert_eq!(VerifierKey::parse(&key.verifier().to_string()).unwrap(), key.verifier());
    assert!(!format!("{key:?}").contains(&BASE64_STANDARD.encode(seed)));
    assert!(!format!("{key:?}").contains(&hex::encode(seed)));
}
