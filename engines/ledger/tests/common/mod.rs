//! A small log kept in memory, the way a database would keep it.
#![allow(dead_code)] // every test binary uses a part of it

use std::collections::BTreeMap;

use ledger::{
    ActLeaf, BundleId, Checkpoint, Hash, SigningKey, Sm2Key, TileId, append_after, append_entries,
    audit::{Audit, Report, Wrong},
    commit, edge_bundle, empty_root, leaf_hash, sign_checkpoint,
};

pub const ORIGIN: &str = "record.example/sunlit";

pub fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[7; 32]).unwrap()
}

pub fn sm2_key() -> Sm2Key {
    Sm2Key::from_seed(ORIGIN, &[102; 32]).unwrap()
}

pub fn witness_key(number: u8) -> SigningKey {
    SigningKey::from_seed(format!("witness{number}.example"), &[100 + number; 32]).unwrap()
}

/// An act with a public and a private body, distinct for every number.
pub fn act(number: u64) -> ActLeaf {
    let body = |what: &str| format!("{what} {number}").into_bytes();
    ActLeaf::new(
        format!("00000000-0000-7000-8000-{number:012x}"),
        "case.accepted",
        commit(&[1; 32], &body("public")),
        commit(&[2; 32], &body("private")),
    )
    .unwrap()
}

pub fn entry(number: u64) -> Vec<u8> {
    act(number).encode()
}

#[derive(Clone)]
pub struct Log {
    pub size: u64,
    pub root: Hash,
    pub tiles: BTreeMap<TileId, Vec<u8>>,
    pub bundles: BTreeMap<BundleId, Vec<u8>>,
    pub entries: Vec<Vec<u8>>,
}

impl Log {
    pub fn empty() -> Log {
        let (tiles, bundles) = Default::default();
        Log { size: 0, root: empty_root(), tiles, bundles, entries: Vec::new() }
    }

    /// A log of so many acts, appended in one go.
    pub fn of(size: u64) -> Log {
        Log::empty().and((0..size).map(entry))
    }

    pub fn and(mut self, entries: impl IntoIterator<Item = Vec<u8>>) -> Log {
        self.append(entries.into_iter().collect());
        self
    }

    pub fn append(&mut self, entries: Vec<Vec<u8>>) {
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let appended = append_after(&self.tiles, self.size, self.root, &leaves).unwrap();
        let edge = edge_bundle(self.size).map(|id| self.bundles[&id].clone());
        self.bundles.extend(append_entries(self.size, edge.as_deref(), &entries).unwrap());
        self.tiles.extend(appended.tiles);
        self.entries.extend(entries);
        (self.size, self.root) = (appended.size, appended.root);
    }

    /// The tiles at the right edge of the log as it once was, cut from those of today.
    pub fn tiles_at(&self, size: u64) -> BTreeMap<TileId, Vec<u8>> {
        ledger::edge_tiles(size)
            .into_iter()
            .map(|id| {
                let held = self.tiles.range(id..=TileId { width: 256, ..id }).next().unwrap().1;
                (id, held[..usize::from(id.width) * 32].to_vec())
            })
            .collect()
    }

    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(ORIGIN, self.size, self.root)
    }

    pub fn signed(&self) -> String {
        sign_checkpoint(&self.checkpoint(), &log_key())
    }

    /// What the database owner does: other entries, everything else as it was.
    pub fn with_entries(&self, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Log {
        let mut log = self.clone();
        change(&mut log.entries);
        log.bundles = Log::empty().and(log.entries.clone()).bundles;
        log
    }

    /// Audits what is stored against a checkpoint.
    pub fn audit(&self, head: Checkpoint, trusted: &[Checkpoint]) -> Report {
        let mut audit = trusted.iter().cloned().fold(Audit::new(head), Audit::trust);
        self.feed(&mut audit);
        audit.finish()
    }

    /// Feeds an auditor everything stored that it asks for.
    pub fn feed(&self, audit: &mut Audit) {
        for id in audit.bundles() {
            self.feed_bundle(audit, id);
        }
    }

    /// Feeds one bundle and the tiles that go with it.
    pub fn feed_bundle(&self, audit: &mut Audit, id: BundleId) {
        let held = self.bundles.range(BundleId { width: 1, ..id }..=BundleId { width: 256, ..id }).next_back();
        if let Some((_, bytes)) = held {
            audit.bundle(id.index, bytes);
        }
        for id in audit.tiles_with(id) {
            if let Some((_, bytes)) = self.tiles.range(id..=TileId { width: 256, ..id }).next() {
                audit.tile(id, bytes);
            }
        }
    }

    /// Audits the log, but is cut off after so many bundles and goes on from the bookmark alone, against a later head
    /// perhaps; what was wrong before it is found again.
    pub fn audit_cut_off(&self, head: &Checkpoint, trusted: &[Checkpoint], after: usize, later: &Checkpoint) -> Report {
        let start = |head: &Checkpoint| trusted.iter().cloned().fold(Audit::new(head.clone()), Audit::trust);
        let mut audit = start(head);
        for id in audit.bundles().take(after) {
            self.feed_bundle(&mut audit, id);
        }
        let kept = serde_json::to_string(&audit.bookmark().expect("bodies were not fed")).unwrap();
        let mut audit = start(later).resume(serde_json::from_str(&kept).unwrap()).unwrap();
        self.feed(&mut audit);
        audit.finish()
    }
}

/// Kinds of findings that name an entry.
pub fn naming(report: &Report, entry: u64) -> Vec<Wrong> {
    report.findings.iter().filter(|finding| finding.names(entry)).map(|finding| finding.wrong).collect()
}

pub fn kinds(report: &Report) -> Vec<Wrong> {
    report.findings.iter().map(|finding| finding.wrong).collect()
}
