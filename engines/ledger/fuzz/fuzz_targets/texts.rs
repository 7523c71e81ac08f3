//! Any text a stranger hands in: read or refused, never a panic; and what is read is written the same way again.
#![no_main]

use ledger::{
    ActLeaf, BundleId, LogPath, Receipt, TileId, VerifierKey, canonical_json, encode_entries, open_checkpoint, parse_entries,
    peek_checkpoint, witness::Request,
};
use libfuzzer_sys::fuzz_target;

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
    }
    if let Ok(receipt) = Receipt::parse(text) {
        assert_eq!(Receipt::parse(&receipt.encode()), Ok(receipt));
    }
    if let Ok(request) = Request::parse(text) {
        assert_eq!(Request::parse(&request.encode()), Ok(request));
    }
});
