//! 各层散列 · the upper levels of the tree, recomputed from the entries; and runs of numbers.

use crate::{Hash, TileId, empty_root, merkle::fold_edge, tree_root};

/// The hashes of levels 1 and above, recomputed from the roots of full bundles. `None` where an entry below is not known.
pub(super) struct Levels(Vec<Vec<Option<Hash>>>);

impl Levels {
    pub(super) fn over(bundles: u64, bundle: impl Fn(u64) -> Option<Hash>) -> Levels {
        let mut levels = vec![(0..bundles).map(bundle).collect::<Vec<_>>()];
        while let Some(below) = levels.last().filter(|below| below.len() >= 256) {
            let above = below.chunks_exact(256).map(|chunk| whole(chunk).map(|hashes| tree_root(&hashes))).collect();
            levels.push(above);
        }
        Levels(levels)
    }

    /// What a tile of level 1 or above should hold.
    pub(super) fn tile(&self, id: TileId) -> &[Option<Hash>] {
        let first = (id.index * 256) as usize;
        self.0
            .get(usize::from(id.level) - 1)
            .and_then(|level| level.get(first..first + usize::from(id.width)))
            .unwrap_or_default()
    }

    /// Root of a full tile of level 1 or above.
    pub(super) fn over_tile(&self, id: TileId) -> Option<Hash> {
        self.0.get(usize::from(id.level)).and_then(|level| level.get(id.index as usize).copied().flatten())
    }

    /// Root over the first `size` entries. `parts` gives the root of what lies beyond the last full bundle.
    pub(super) fn root(&self, size: u64, parts: &[(u64, Hash)]) -> Option<Hash> {
        let mut edge = None;
        if !size.is_multiple_of(256) {
            edge = Some(parts.iter().find(|(at, _)| *at == size)?.1);
        }
        for (level, hashes) in (1..).zip(&self.0) {
            let end = (size >> (8 * level)) as usize;
            edge = match whole(hashes.get(end / 256 * 256..end)?)? {
                none if none.is_empty() => edge,
                some => fold_edge(edge, &some),
            };
        }
        Some(edge.unwrap_or_else(empty_root))
    }
}

fn whole(hashes: &[Option<Hash>]) -> Option<Vec<Hash>> {
    hashes.iter().copied().collect()
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

/// The runs of numbers below `all` that are not among the ascending ones given.
pub(super) fn gaps(came: impl Iterator<Item = u64>, all: u64) -> Vec<(u64, u64)> {
    let mut gaps = Vec::new();
    let mut next = 0;
    for number in came.filter(|number| *number < all).chain([all]) {
        if number > next {
            gaps.push((next, number - 1));
        }
        next = number + 1;
    }
    gaps
}
