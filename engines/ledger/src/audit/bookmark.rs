//! 书签 · where an audit stands, as a value small enough to be written to a file after every bundle: an audit that was cut
//! off goes on from there instead of from the first entry.

use serde::{Deserialize, Serialize};

use crate::{Checkpoint, Hash, LedgerError, empty_root, merkle::fold_edge, tree_root};

/// How far a log was read from its first entry on without a fault, and what its hashes come to.
///
/// It holds the right edge of the tree over what was read, at most 255 hashes a level: with the entries that follow it
/// leads to the root, and to no other. So nobody who alters a bookmark makes a log look well; at worst a sound log looks
/// wrong. Its `head` is believed, like any checkpoint an auditor kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// The head that was being verified, its signature verified before.
    pub head: Checkpoint,
    /// Whether the tiles of hashes were verified as well.
    pub(super) tiles_too: bool,
    /// Full bundles read.
    pub(super) bundles: u64,
    /// Hashes beyond the last full tile, from level 1 up.
    pub(super) edge: Vec<Vec<Hash>>,
    /// Roots at the sizes of the checkpoints it was held against.
    pub(super) roots: Vec<(u64, Hash)>,
}

impl Bookmark {
    pub(super) fn at_start(head: Checkpoint) -> Bookmark {
        Bookmark { head, tiles_too: true, bundles: 0, edge: Vec::new(), roots: Vec::new() }
    }

    /// Entries read.
    pub fn entries(&self) -> u64 {
        self.bundles * 256
    }

    /// Whether it can be what an audit left behind.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        let levels = (0..7).filter(|level| self.bundles >> (8 * level) > 0).count();
        let whole = self.bundles <= self.head.size / 256
            && self.edge.len() == levels
            && (0..).zip(&self.edge).all(|(level, hashes)| hashes.len() as u64 == self.bundles >> (8 * level) & 255)
            && self.roots.iter().all(|(size, _)| *size <= self.entries());
        match whole {
            true => Ok(()),
            false => Err(LedgerError::BadBookmark("内容不全 not whole")),
        }
    }

    /// Hashes of a level beyond its last full tile; level 0 is the roots of bundles, which stand in tiles of level 1.
    pub(super) fn edge(&self, level: usize) -> impl Iterator<Item = (u64, Hash)> + '_ {
        let first = self.bundles >> (8 * level) & !255;
        (first..).zip(self.edge.get(level).into_iter().flatten().copied())
    }

    /// Root of a full tile (of a bundle, at level 0), if it is at the edge.
    pub(super) fn over_tile(&self, level: u8, index: u64) -> Option<Hash> {
        self.edge(usize::from(level)).find(|(at, _)| *at == index).map(|(_, hash)| hash)
    }

    /// The full tiles above bundles that adding this one completes, from level 1 up.
    pub(super) fn completed_by(&self, root: Hash) -> Vec<Vec<Hash>> {
        let mut completed = Vec::new();
        let mut rising = root;
        for level in 0.. {
            let tile: Vec<Hash> = self.edge(level).map(|(_, hash)| hash).chain([rising]).collect();
            if tile.len() < 256 {
                break;
            }
            rising = tree_root(&tile);
            completed.push(tile);
        }
        completed
    }

    /// One more bundle; its root, and the tiles it completes.
    pub(super) fn push(&mut self, root: Hash, completed: &[Vec<Hash>]) {
        let mut rising = root;
        for (level, tile) in completed.iter().enumerate() {
            self.edge[level].clear();
            if level + 1 == completed.len() {
                rising = tree_root(tile);
            }
        }
        match self.edge.get_mut(completed.len()) {
            Some(level) => level.push(rising),
            None => self.edge.push(vec![rising]),
        }
        self.bundles += 1;
    }

    /// Root over what was read and a part of the bundle after it.
    pub(super) fn root(&self, part: Option<Hash>) -> Hash {
        self.edge.iter().fold(part, |below, hashes| fold_edge(below, hashes)).unwrap_or_else(empty_root)
    }
}
