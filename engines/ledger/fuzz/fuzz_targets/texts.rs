//! Any text a stranger hands in: read or refused, never a panic; what is read is written the same way again; and no text makes a
//! receipt of what is not in the log, or a clean audit of a log that was altered.
#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use ledger::{
    ActLeaf, BundleId, Checkpoint, LogPath, Policy, Receipt, SigningKey, TileId, VerifierKey, append, append_entries,
    audit::{Audit, Bookmark},
    canonical_json, encode_entries, leaf_hash, open_checkpoint, parse_entries, peek_checkpoint, verify_cosignature,
    witness::{Observed, Request},
};
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed("fuzz.example/log", &[7; 32]).expect("a good name"));
static WITNESS: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed("witness.example", &[8; 32]).expect("a good name"));
static LOG: LazyLock<VerifierKey> = LazyLock::new(|| KEY.verifier());
static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy { log: LOG.clone(), witnesses: vec![WITNESS.witness_verifier()], required: 1 });

/// A log of 520 acts whose last one was altered after it was signed.
struct Altered {
    head: Checkpoint,
    entries: Vec<Vec<u8>>,
    tiles: BTreeMap<TileId, Vec<u8>>,
    bundles: BTreeMap<BundleId, Vec<u8>>,
}

static ALTERED: LazyLock<Altered> = LazyLock::new(|| {
    let act = |number: u64| {
        let id = format!("00000000-0000-7000-8000-{number:012x}");
        ActLeaf::new(id, "case.accepted", leaf_hash(b"public"), leaf_hash(b"private")).expect("a good leaf")
    };
    let mut entries: Vec<Vec<u8>> = (0..520).map(|number| act(number).encode()).collect();
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let appended = append(&BTreeMap::new(), 0, &leaves).expect("an empty log takes anything");
    let head = Checkpoint::new(KEY.name(), appended.size, appended.root);
    let signed = entries.clone();
    entries[519].push(b'!');
    let bundles = append_entries(0, None, &entries).expect("short entries").into_iter().collect();
    Altered { head, entries: signed, tiles: appended.tiles.into_iter().collect(), bundles }
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = parse_entries(bytes) {
        assert_eq!(encode_entries(&entries), bytes);
    }
    if let Ok(leaf) = ActLeaf::parse(bytes) {
        assert_eq!(leaf.encode(), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(canonical) = canonical_json(text) {
        assert_eq!(canonical_json(&canonical).as_ref(), Ok(&canonical));
        assert!(serde_json::from_str::<serde_json::Value>(&canonical).is_ok());
    }
    if let Ok(path) = text.parse::<LogPath>() {
        assert_eq!(path.to_string(), text);
        if let LogPath::Tile(TileId { index, width, .. }) = path {
            let _ = BundleId { index, width }.path();
        }
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text.trim_end());
        let _ = open_checkpoint(text, &key);
    }
    if let Ok(checkpoint) = peek_checkpoint(text) {
        assert!(checkpoint.check().is_ok());
        let _ = verify_cosignature(text, &POLICY.witnesses[0]);
    }
    if let Ok(checkpoint) = open_checkpoint(text, &LOG) {
        assert_eq!(checkpoint, ALTERED.head, "nothing else was ever signed");
    }
    if let Ok(receipt) = Receipt::parse(text) {
        assert_eq!(Receipt::parse(&receipt.encode()).as_ref(), Ok(&receipt));
        for verified in [receipt.verify(&LOG), receipt.verify_witnessed(&POLICY)].into_iter().flatten() {
            assert_eq!(ALTERED.entries[verified.index as usize], verified.leaf.encode());
        }
    }
    if let Ok(request) = Request::parse(text) {
        assert_eq!(Request::parse(&request.encode()).as_ref(), Ok(&request));
        let _ = Observed::default().observe(&request, &LOG, &WITNESS, 1_790_000_000);
    }
    if let Ok(bookmark) = serde_json::from_slice::<Bookmark>(bytes) {
        let Ok(mut audit) = Audit::new(ALTERED.head.clone()).resume(bookmark) else { return };
        for id in audit.bundles() {
            audit.bundle(id.index, &ALTERED.bundles[&id]);
            for id in audit.tiles_with(id) {
                audit.tile(id, &ALTERED.tiles[&id]);
            }
        }
        let _ = (audit.progress(), audit.bookmark().is_some());
        assert!(!audit.finish().is_clean());
    }
});
