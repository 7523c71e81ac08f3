//! 续记与证明 · appending, roots and proofs over tiles (RFC 6962 §2.1).

use std::{
    cell::RefCell,
    collections::{BTreeMap, btree_map::Entry},
};

use crate::{Hash, LedgerError, TileId, TileSource, empty_root, node_hash};

/// What has to be stored after an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Entries in the log now.
    pub size: u64,
    /// Root of the log now: sign a checkpoint over it.
    pub root: Hash,
    /// Tiles that are new or grew, with their bytes, bottom level first. The partial tiles they grew from stay valid for
    /// older checkpoints and may be dropped once the full tile exists.
    pub tiles: Vec<(TileId, Vec<u8>)>,
}

/// The tiles at the right edge of a log of `size` entries: all that [`append`] and [`root`] read. At most eight.
pub fn edge_tiles(size: u64) -> Vec<TileId> {
    (0..8u8)
        .filter_map(|level| {
            let hashes = size >> (8 * u32::from(level));
            TileId::in_log(size, level, hashes >> 8)
        })
        .collect()
}

/// Appends leaf hashes to a log of `size` entries. The source must hold [`edge_tiles`]`(size)`; the work is proportional
/// to the new leaves plus the height of the log. Nothing is stored: the caller writes `tiles` in one transaction.
///
/// The edge tiles are believed; [`append_after`] first holds them against the last signed root.
pub fn append(source: &dyn TileSource, size: u64, leaves: &[Hash]) -> Result<Appended, LedgerError> {
    let more = leaves.len() as u64;
    let new_size = size.checked_add(more).ok_or(LedgerError::TooLarge { size, more })?;
    let mut tiles = Vec::new();
    let mut edge = None;
    let mut rising = leaves.to_vec();
    for level in 0..8u8 {
        let held = size >> (8 * u32::from(level));
        let mut hashes = match TileId::in_log(size, level, held >> 8) {
            Some(id) => id.read(&source.tile(id.level, id.index, id.width)?)?,
            None => Vec::new(),
        };
        let grew = !rising.is_empty();
        hashes.append(&mut rising);
        let mut partial: &[Hash] = &[];
        for (index, chunk) in (held >> 8..).zip(hashes.chunks(256)) {
            if grew {
                let id = TileId { level, index, width: chunk.len() as u16 };
                tiles.push((id, chunk.iter().flat_map(|h| h.0).collect()));
            }
            match chunk.len() {
                256 => rising.push(tree_root(chunk)),
                _ => partial = chunk,
            }
        }
        edge = fold_edge(edge, partial);
    }
    Ok(Appended { size: new_size, root: edge.unwrap_or_else(empty_root), tiles })
}

/// [`append`], but only if the tiles at the right edge give `root`, the one that was signed at `size`: tiles altered in
/// the database are found before a new head is signed over them (H40).
pub fn append_after(source: &dyn TileSource, size: u64, root: Hash, leaves: &[Hash]) -> Result<Appended, LedgerError> {
    if self::root(source, size)? != root {
        return Err(LedgerError::RootMismatch { size });
    }
    append(source, size, leaves)
}

/// The root of a log of `size` entries. The source must hold [`edge_tiles`]`(size)`.
pub fn root(source: &dyn TileSource, size: u64) -> Result<Hash, LedgerError> {
    let mut edge = None;
    for id in edge_tiles(size) {
        edge = fold_edge(edge, &id.read(&source.tile(id.level, id.index, id.width)?)?);
    }
    Ok(edge.unwrap_or_else(empty_root))
}

/// The root over leaf hashes, from scratch.
pub fn tree_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => empty_root(),
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(split(hashes.len() as u64) as usize);
            node_hash(tree_root(left), tree_root(right))
        }
    }
}

/// Joins the hashes of a level's partial tile with everything to the right of and below them.
pub(crate) fn fold_edge(below: Option<Hash>, mut hashes: &[Hash]) -> Option<Hash> {
    let mut edge = below;
    while !hashes.is_empty() {
        // The rightmost complete subtree is as large as the lowest bit of the width.
        let (rest, subtree) = hashes.split_at(hashes.len() - (1 << hashes.len().trailing_zeros()));
        let subtree = tree_root(subtree);
        edge = Some(edge.map_or(subtree, |right| node_hash(subtree, right)));
        hashes = rest;
    }
    edge
}

/// Proves that entry `index` is in the log of `size` entries: the hashes beside its way to the root, lowest first.
/// The source must hold [`tiles_needed_for_inclusion`].
pub fn inclusion_proof(source: &dyn TileSource, size: u64, index: u64) -> Result<Vec<Hash>, LedgerError> {
    Reader::new(source, size).ranges(&inclusion_ranges(size, index)?)
}

/// Proves that the log of `new` entries continues the log of `old` entries.
/// The source must hold [`tiles_needed_for_consistency`].
pub fn consistency_proof(source: &dyn TileSource, old: u64, new: u64) -> Result<Vec<Hash>, LedgerError> {
    Reader::new(source, new).ranges(&consistency_ranges(old, new)?)
}

/// The tiles [`inclusion_proof`] reads, so that an asynchronous caller can fetch them all first. Empty if there is no
/// such entry.
pub fn tiles_needed_for_inclusion(size: u64, index: u64) -> Vec<TileId> {
    inclusion_ranges(size, index).map(|ranges| needed(size, &ranges)).unwrap_or_default()
}

/// The tiles [`consistency_proof`] reads. Empty if `old` is larger than `new`.
pub fn tiles_needed_for_consistency(old: u64, new: u64) -> Vec<TileId> {
    consistency_ranges(old, new).map(|ranges| needed(new, &ranges)).unwrap_or_default()
}

/// Verifies that `leaf` is entry `index` of the log of `size` entries with this root.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> Result<(), LedgerError> {
    if index >= size {
        return Err(LedgerError::NoSuchEntry { index, size });
    }
    let inner = fork(index, size);
    let want = inner + (index.checked_shr(inner as u32).unwrap_or(0)).count_ones() as usize;
    if proof.len() != want {
        return Err(LedgerError::ProofLength { want, got: proof.len() });
    }
    let (inside, border) = proof.split_at(inner);
    match climb(leaf, index, inside, border) == root {
        true => Ok(()),
        false => Err(LedgerError::NotIncluded { index, size }),
    }
}

/// Verifies that the log of `new` entries with `new_root` continues the log of `old` entries with `old_root`. Every log
/// continues the empty one.
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: Hash, new_root: Hash) -> Result<(), LedgerError> {
    let wrong = LedgerError::NotConsistent { old, new };
    if old > new {
        return Err(LedgerError::Shrunk { old, new });
    }
    if old == 0 || old == new {
        return match proof.len() {
            0 if old == new && old_root != new_root => Err(LedgerError::SplitView { size: new }),
            0 if old == 0 && old_root != empty_root() => Err(wrong),
            0 => Ok(()),
            got => Err(LedgerError::ProofLength { want: 0, got }),
        };
    }
    // A complete old tree is a subtree of the new one, and its root need not be repeated in the proof.
    let shift = old.trailing_zeros();
    let complete = old == 1 << shift;
    let last = old - 1;
    let inner = fork(last, new) - shift as usize;
    let border = last.checked_shr(fork(last, new) as u32).unwrap_or(0).count_ones() as usize;
    let want = usize::from(!complete) + inner + border;
    if proof.len() != want {
        return Err(LedgerError::ProofLength { want, got: proof.len() });
    }
    let (seed, rest) = match complete {
        true => (old_root, proof),
        false => (proof[0], &proof[1..]),
    };
    let (inside, border) = rest.split_at(inner);
    let way = last >> shift;
    let mut was = seed;
    for (height, hash) in inside.iter().enumerate() {
        if way >> height & 1 == 1 {
            was = node_hash(*hash, was);
        }
    }
    for hash in border {
        was = node_hash(*hash, was);
    }
    match was == old_root && climb(seed, way, inside, border) == new_root {
        true => Ok(()),
        false => Err(wrong),
    }
}

/// Height at which the way of entry `index` joins the right edge of the tree.
fn fork(index: u64, size: u64) -> usize {
    (u64::BITS - (index ^ (size - 1)).leading_zeros()) as usize
}

fn climb(mut hash: Hash, way: u64, inside: &[Hash], border: &[Hash]) -> Hash {
    for (height, beside) in inside.iter().enumerate() {
        hash = match way >> height & 1 {
            0 => node_hash(hash, *beside),
            _ => node_hash(*beside, hash),
        };
    }
    border.iter().fold(hash, |hash, left| node_hash(*left, hash))
}

/// The largest power of two below `n`, which is at least 2: where RFC 6962 splits a tree.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

type Range = (u64, u64);

fn inclusion_ranges(size: u64, index: u64) -> Result<Vec<Range>, LedgerError> {
    if index >= size {
        return Err(LedgerError::NoSuchEntry { index, size });
    }
    let (mut from, mut to) = (0, size);
    let mut ranges = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            ranges.push((middle, to));
            to = middle;
        } else {
            ranges.push((from, middle));
            from = middle;
        }
    }
    ranges.reverse();
    Ok(ranges)
}

fn consistency_ranges(old: u64, new: u64) -> Result<Vec<Range>, LedgerError> {
    if old > new {
        return Err(LedgerError::Shrunk { old, new });
    }
    let mut ranges = Vec::new();
    if old == 0 {
        return Ok(ranges);
    }
    let (mut from, mut to) = (0, new);
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            ranges.push((middle, to));
            to = middle;
        } else {
            ranges.push((from, middle));
            from = middle;
        }
    }
    if from > 0 {
        ranges.push((from, to));
    }
    ranges.reverse();
    Ok(ranges)
}

/// A complete subtree over 2^height entries from `from` on: the tile it lies in, and where in it.
fn locate(size: u64, from: u64, height: u32) -> (TileId, usize, usize) {
    let level = height / 8;
    let first = from >> (8 * level);
    let id = TileId::in_log(size, level as u8, first >> 8).expect("a complete subtree lies within the log");
    (id, (first & 255) as usize, 1 << (height % 8))
}

/// Complete subtrees that make up a range, left to right.
fn subtrees((mut from, to): Range) -> impl Iterator<Item = (u64, u32)> {
    std::iter::from_fn(move || {
        let height = (to - from).checked_ilog2()?;
        let subtree = (from, height);
        from += 1 << height;
        Some(subtree)
    })
}

fn needed(size: u64, ranges: &[Range]) -> Vec<TileId> {
    let tiles = ranges.iter().flat_map(|range| subtrees(*range));
    let mut tiles: Vec<TileId> = tiles.map(|(from, height)| locate(size, from, height).0).collect();
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// Reads each tile once per proof.
struct Reader<'a> {
    source: &'a dyn TileSource,
    size: u64,
    seen: RefCell<BTreeMap<TileId, Vec<Hash>>>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a dyn TileSource, size: u64) -> Reader<'a> {
        Reader { source, size, seen: RefCell::default() }
    }

    fn ranges(&self, ranges: &[Range]) -> Result<Vec<Hash>, LedgerError> {
        ranges.iter().map(|range| self.range(*range)).collect()
    }

    fn range(&self, range: Range) -> Result<Hash, LedgerError> {
        let subtrees: Vec<Hash> = subtrees(range).map(|(from, height)| self.subtree(from, height)).collect::<Result<_, _>>()?;
        let folded = subtrees.into_iter().rev().reduce(|right, left| node_hash(left, right));
        Ok(folded.unwrap_or_else(empty_root))
    }

    fn subtree(&self, from: u64, height: u32) -> Result<Hash, LedgerError> {
        let (id, at, count) = locate(self.size, from, height);
        let mut seen = self.seen.borrow_mut();
        let hashes = match seen.entry(id) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(free) => free.insert(id.read(&self.source.tile(id.level, id.index, id.width)?)?),
        };
        Ok(tree_root(&hashes[at..at + count]))
    }
}
