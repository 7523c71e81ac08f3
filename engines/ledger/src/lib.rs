#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod act;
pub mod audit;
mod checkpoint;
mod disclosure;
mod error;
mod hash;
mod json;
mod jws;
mod merkle;
mod note;
mod receipt;
mod second;
mod tiles;
pub mod witness;

pub use act::ActLeaf;
pub use audit::check_opening;
pub use checkpoint::{
    Checkpoint, Cosignature, Policy, add_signatures, cosign, cosignature_line, cosigned_line, open_both, open_checkpoint,
    peek_checkpoint, sign_checkpoint, sign_second, signed_by, verify_cosignature,
};
pub use disclosure::{Disclosure, Opening};
pub use error::LedgerError;
pub use hash::{Hash, commit, empty_root, leaf_hash, node_hash};
pub use json::{canonical_json, commit_json};
pub use jws::{Jws, JwsError, private_jwk, public_jwk, read_public_key, read_seed, sign_jws};
pub use merkle::{
    Appended, append, append_after, consistency_proof, edge_tiles, inclusion_proof, root, tiles_needed_for_consistency,
    tiles_needed_for_inclusion, tree_root, verify_consistency, verify_inclusion,
};
pub use note::{KeyKind, SigningKey, VerifierKey, open_note, sign_note};
pub use receipt::{Receipt, Verified};
pub use second::Sm2Key;
pub(crate) use tiles::entries_in;
pub use tiles::{
    BundleId, LONGEST_ENTRY, LogPath, TILE_WIDTH, TileId, TileSource, append_entries, bundles_in_log, check_entry, edge_bundle,
    encode_entries, parse_entries, tiles_in_log,
};
