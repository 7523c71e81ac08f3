//! The seeds of fuzzing are good ones: what `fuzz/fuzz_targets/texts.rs` has signed, held against the engine of today.

use std::{collections::BTreeMap, path::Path};

use ledger::{
    ActLeaf, Checkpoint, Policy, Receipt, SigningKey, TileId, append, append_entries,
    audit::{Audit, Bookmark},
    cosign, leaf_hash, open_checkpoint, sign_checkpoint,
    witness::Request,
};

const SIZE: u64 = 520;

fn entry(number: u64) -> Vec<u8> {
    let id = format!("00000000-0000-7000-8000-{number:012x}");
    ActLeaf::new(id, "case.accepted", leaf_hash(b"public"), leaf_hash(b"private")).unwrap().encode()
}

fn is_seed(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/texts").join(name);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept == text, "{name} should be:\n{text}");
}

#[test]
fn the_seeds_of_fuzzing_are_good() {
    let key = SigningKey::from_seed("fuzz.example/log", &[7; 32]).unwrap();
    let witness = SigningKey::from_seed("witness.example", &[8; 32]).unwrap();
    let entries: Vec<Vec<u8>> = (0..SIZE).map(entry).collect();
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let appended = append(&BTreeMap::<TileId, Vec<u8>>::new(), 0, &leaves).unwrap();
    let head = Checkpoint::new("fuzz.example/log", appended.size, appended.root);
    let tiles: BTreeMap<TileId, Vec<u8>> = appended.tiles.into_iter().collect();
    let note = cosign(&sign_checkpoint(&head, &key), &witness, 1_790_000_000).unwrap();
    is_seed("checkpoint", &note);
    is_seed("key", &key.verifier().to_string());
    is_seed("request", &Request { old: 0, proof: Vec::new(), checkpoint: note.clone() }.encode());

    let policy = Policy { log: key.verifier(), witnesses: vec![witness.witness_verifier()], required: 1 };
    for number in [0, 255, 256, 519] {
        let receipt = Receipt::issue(&tiles, &note, &key.verifier(), number, &entries[number as usize]).unwrap();
        assert_eq!(receipt.verify_witnessed(&policy).unwrap().index, number);
        is_seed(&format!("{number}.tlog-proof"), &receipt.encode());
    }
    let bare = Receipt { extra: Vec::new(), ..Receipt::issue(&tiles, &note, &key.verifier(), 7, &entries[7]).unwrap() };
    is_seed("bare.tlog-proof", &bare.encode());

    let bundles = append_entries(0, None, &entries).unwrap();
    for read in [0, 1, 2] {
        let mut audit = Audit::new(open_checkpoint(&note, &key.verifier()).unwrap());
        for (id, bytes) in bundles.iter().take(read) {
            audit.bundle(id.index, bytes);
            audit.tiles_with(*id).iter().for_each(|id| audit.tile(*id, &tiles[id]));
        }
        let bookmark = audit.bookmark().unwrap();
        assert_eq!(bookmark.entries(), read as u64 * 256);
        let text = serde_json::to_string(bookmark).unwrap();
        assert!(Audit::new(head.clone()).resume(serde_json::from_str::<Bookmark>(&text).unwrap()).is_ok());
        is_seed(&format!("bookmark-{read}.json"), &text);
    }
}
