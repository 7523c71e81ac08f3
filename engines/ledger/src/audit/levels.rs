//! 各层散列 · the upper levels of the tree, recomputed from the entries; and runs of numbers.

use std::collections::BTreeMap;

use super::Bookmark;
use crate::{Hash, TileId, empty_root, merkle::fold_edge, tree_root};

/// The hashes of levels 1 and above, recomputed from the roots of full bundles, as far as they are known. A log may claim
/// any size; no more is held than came.
pub(super) struct Levels(Vec<BTreeMap<u64, Hash>>);

impl Levels {
    /// Above what a bookmark holds and the full bundles that came after it.
    pub(super) fn over(bookmark: &Bookmark, bundles: impl Iterator<Item = (u64, Hash)>) -> Levels {
        let mut levels = Vec::new();
        let mut rising: BTreeMap<u64, Hash> = bundles.collect();
        for level in 0..7 {
            rising.extend(bookmark.edge(level));
            let above = full_tiles(&rising);
            levels.push(rising);
            rising = above;
        }
        Levels(levels)
    }

    /// What a tile of level 1 or above should hold.
    pub(super) fn tile(&self, id: TileId) -> Vec<Option<Hash>> {
        let first = id.index * 256;
        (first..first + u64::from(id.width)).map(|index| self.hash(id.level - 1, index)).collect()
    }

    /// Root of a full tile, or at level 0 of a full bundle.
    pub(super) fn over_tile(&self, id: TileId) -> Option<Hash> {
        self.hash(id.level, id.index)
    }

    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        self.0.get(usize::from(level))?.get(&index).copied()
    }

    /// Root over the first `size` entries. `parts` gives the root of what lies beyond the last full bundle.
    pub(super) fn root(&self, size: u64, parts: &BTreeMap<u64, Hash>) -> Option<Hash> {
        let mut edge = None;
        if !size.is_multiple_of(256) {
            edge = Some(*parts.get(&size)?);
        }
        for (level, hashes) in (1..).zip(&self.0) {
            let end = size >> (8 * level);
            let partial: Option<Vec<Hash>> = (end & !255..end).map(|index| hashes.get(&index).copied()).collect();
            edge = fold_edge(edge, &partial?);
        }
        Some(edge.unwrap_or_else(empty_root))
    }
}

/// Roots of the tiles of which every hash is known.
fn full_tiles(hashes: &BTreeMap<u64, Hash>) -> BTreeMap<u64, Hash> {
    let mut tiles = BTreeMap::new();
    let mut next = hashes.first_key_value().map(|(first, _)| first.next_multiple_of(256));
    while let Some(first) = next {
        let tile: Vec<Hash> = hashes.range(first..=first | 255).map(|(_, hash)| *hash).collect();
        if tile.len() == 256 {
            tiles.insert(first / 256, tree_root(&tile));
        }
        next = hashes.range(first | 255..).find(|(index, _)| **index > first | 255).map(|(index, _)| index & !255);
    }
    tiles
}

/// Ascending numbers as runs of first and last.
pub(super) fn runs(numbers: impl Iterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    runs
}

/// The runs of numbers from `next` to below `all` that are not among the ascending ones given.
pub(super) fn gaps(mut next: u64, came: impl Iterator<Item = u64>, all: u64) -> Vec<(u64, u64)> {
    let mut gaps = Vec::new();
    for number in came.filter(|number| *number < all).chain([all]) {
        if number > next {
            gaps.push((next, number - 1));
        }
        next = next.max(number + 1);
    }
    gaps
}
