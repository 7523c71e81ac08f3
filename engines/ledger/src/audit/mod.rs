//! 审计 · the whole log, verified by an outsider (F149, H40): every leaf hash and every tile is recomputed from the
//! entries and held against the signed root, against the hashes that were published, and against every checkpoint the
//! auditor kept or a witness signed. Whatever does not agree is named: which entry, and what happened to it.
//!
//! The auditor is fed, in any order, and fetches nothing itself. Feed a bundle, its tile, and the tiles above that end there,
//! one after the other, and memory stays small: a [`Bookmark`] of a few kilobytes as long as nothing is wrong, some sixty
//! bytes per 256 entries from the first fault on, and eight kilobytes per bundle whose tile has not come yet.

mod bookmark;
mod diagnose;
mod finding;
mod levels;

use std::collections::{BTreeMap, BTreeSet};

pub use bookmark::Bookmark;
pub use finding::{Finding, Report, Wrong};
use levels::{Levels, gaps};

use crate::{
    ActLeaf, BundleId, Checkpoint, Hash, LedgerError, TileId, edge_bundle, entries_in, leaf_hash, merkle::fold_edge,
    tiles_in_log, tree_root,
};

/// Whether a published body is what the act committed to.
pub fn check_opening(leaf: &ActLeaf, salt: &[u8; 32], public_body: &[u8]) -> bool {
    leaf.opens_public(salt, public_body)
}

/// Differences are kept up to this many; a log that was renumbered from an early entry on differs everywhere after it.
const MOST_DIFFERENCES: usize = 1 << 20;

/// A bundle as it was served, hashed: the heavy part of an audit, which needs nothing but the bytes, so that several threads
/// can do it at once.
#[derive(Debug, Clone)]
pub struct Hashed {
    leaves: Vec<Hash>,
    root: Hash,
    /// Why it could not be read to its end.
    fault: Option<LedgerError>,
}

/// Entries read of one bundle: it has 256, and twice as many still tell what was pushed in between.
const MOST_READ: u16 = 512;

impl Hashed {
    /// Reads a bundle, as far as it can be read, and hashes its entries.
    pub fn of(bundle: &[u8]) -> Hashed {
        let (mut leaves, mut fault) = (Vec::new(), None);
        for entry in entries_in(bundle, MOST_READ) {
            match entry {
                Ok(entry) => leaves.push(leaf_hash(entry)),
                Err(why) => fault = Some(why),
            }
        }
        Hashed { root: tree_root(&leaves), leaves, fault }
    }

    /// The hashes that a level-0 tile publishes, for a log that serves no entries: they are held against the signed root, and the
    /// entries themselves stay unseen.
    ///
    /// # Errors
    ///
    /// A tile of another length than its place calls for.
    pub fn published(id: TileId, tile: &[u8]) -> Result<Hashed, LedgerError> {
        let leaves = id.read(tile)?;
        Ok(Hashed { root: tree_root(&leaves), leaves, fault: None })
    }
}

/// A log being verified. Make it from a checkpoint whose signature was verified, feed it, and [`Audit::finish`].
#[derive(Debug, Clone)]
pub struct Audit {
    head: Checkpoint,
    tiles_too: bool,
    trusted: Vec<Checkpoint>,
    /// What was read from the first entry on and is sound; nothing below is about entries before it.
    sound: Bookmark,
    /// Leaf hashes recomputed from a bundle, until its tile comes.
    leaves: BTreeMap<u64, Vec<Option<Hash>>>,
    /// Bundles that hold more than they should, or could not be read to the end, until their tile tells what is wrong.
    misfits: BTreeMap<u64, Option<LedgerError>>,
    /// Level-0 tiles, until their bundle comes.
    tiles: BTreeMap<u64, Vec<Hash>>,
    /// Roots of the bundles that could be read, and of the level-0 tiles whose bundle came.
    bundle_roots: BTreeMap<u64, Option<Hash>>,
    tile_roots: BTreeMap<u64, Hash>,
    /// Tiles of level 1 and above.
    upper: BTreeMap<TileId, Vec<Hash>>,
    /// Tiles that came but could not be read.
    broken: BTreeSet<TileId>,
    /// Root over the first part of a bundle, for trusted checkpoints that end within it.
    parts: BTreeMap<u64, Hash>,
    /// One past the last entry that is there without being signed.
    beyond: u64,
    differences: Vec<Difference>,
    differences_left_out: u64,
    entries: u64,
    findings: Vec<Finding>,
}

/// An entry whose recomputed hash is not the published one.
#[derive(Debug, Clone, Copy)]
struct Difference {
    index: u64,
    /// Hash of the entry that is there now, if there is one.
    found: Option<Hash>,
    /// Hash that was published for it, if its tile was given.
    published: Option<Hash>,
}

impl Audit {
    /// An audit of the log with this head.
    pub fn new(head: Checkpoint) -> Audit {
        Audit {
            sound: Bookmark::at_start(head.clone()),
            head,
            tiles_too: true,
            trusted: Vec::new(),
            leaves: BTreeMap::new(),
            misfits: BTreeMap::new(),
            tiles: BTreeMap::new(),
            bundle_roots: BTreeMap::new(),
            tile_roots: BTreeMap::new(),
            upper: BTreeMap::new(),
            broken: BTreeSet::new(),
            parts: BTreeMap::new(),
            beyond: 0,
            differences: Vec::new(),
            differences_left_out: 0,
            entries: 0,
            findings: Vec::new(),
        }
    }

    /// Verifies the entries alone. It still finds every alteration, but cannot name the single entry without the hashes.
    pub fn without_tiles(mut self) -> Audit {
        self.tiles_too = false;
        self.sound.tiles_too = false;
        self
    }

    /// Also holds the log against a checkpoint that is believed: kept from an earlier audit, taken from a receipt, or
    /// signed by a witness. The more of them and the closer together, the narrower a rewriting is located. Say so before
    /// feeding entries.
    pub fn trust(mut self, earlier: Checkpoint) -> Audit {
        self.trusted.push(earlier);
        self
    }

    /// Goes on where an audit of this log was cut off; its head is [`Audit::trust`]ed. Say so last before feeding entries,
    /// and then feed what [`Audit::bundles`] and [`Audit::tiles`] still name. A log that has become shorter since is read
    /// from its first entry.
    ///
    /// # Errors
    /// [`LedgerError::OtherLog`] and [`LedgerError::BadBookmark`]: begin anew.
    pub fn resume(mut self, bookmark: Bookmark) -> Result<Audit, LedgerError> {
        bookmark.check()?;
        if bookmark.head.origin != self.head.origin {
            return Err(LedgerError::OtherLog { expected: self.head.origin, found: bookmark.head.origin });
        }
        if bookmark.tiles_too != self.tiles_too {
            return Err(LedgerError::BadBookmark("散列块取舍不同 made with other tiles"));
        }
        let unknown = |size: &u64| bookmark.roots.iter().all(|(at, _)| at != size);
        let mut passed =
            self.trusted.iter().map(|checkpoint| &checkpoint.size).filter(|size| (1..bookmark.entries()).contains(size));
        if passed.any(unknown) {
            return Err(LedgerError::BadBookmark("没有和这份检查点比对过 made without this checkpoint"));
        }
        if bookmark.head != self.head && !self.trusted.contains(&bookmark.head) {
            self.trusted.push(bookmark.head.clone());
        }
        if bookmark.entries() < self.head.size {
            self.sound = Bookmark { head: self.head.clone(), ..bookmark };
            self.entries = self.sound.entries();
        }
        Ok(self)
    }

    /// Where the audit stands: how far the log was read from its first entry on without a fault. Whatever is wrong lies
    /// after it and is found again by whoever goes on from there. `None` if a body before it was found to be wrong.
    pub fn bookmark(&self) -> Option<&Bookmark> {
        let before = |finding: &Finding| finding.entries.is_some_and(|(first, _)| first < self.sound.entries());
        (!self.findings.iter().any(before)).then_some(&self.sound)
    }

    /// The entry bundles to feed.
    pub fn bundles(&self) -> impl Iterator<Item = BundleId> + use<> {
        let size = self.head.size;
        (self.sound.bundles..size.div_ceil(256)).filter_map(move |index| BundleId::in_log(size, index))
    }

    /// The tiles to feed, none if the audit goes without.
    pub fn tiles(&self) -> impl Iterator<Item = TileId> + use<> {
        let sound = self.sound.bundles;
        tiles_in_log(if self.tiles_too { self.head.size } else { 0 })
            .filter(move |id| id.index >= sound >> (8 * u32::from(id.level)))
    }

    /// The tiles to feed together with a bundle: its own, those above that end there, and with the last bundle the right
    /// edge. Over all bundles these are [`Audit::tiles`].
    pub fn tiles_with(&self, bundle: BundleId) -> Vec<TileId> {
        let size = self.head.size;
        let last = bundle.index + 1 == size.div_ceil(256);
        let levels = (0..if self.tiles_too { 8u8 } else { 0 }).filter(|level| {
            let ends = (bundle.index + 1).trailing_zeros() >= 8 * u32::from(*level);
            last || ends
        });
        levels.filter_map(|level| TileId::in_log(size, level, bundle.index >> (8 * u32::from(level)))).collect()
    }

    /// How many bundles and tiles were fed, and how many there are: for a progress bar.
    pub fn progress(&self) -> (u64, u64) {
        let fed = self.bundle_roots.len() + self.tile_roots.len() + self.tiles.len() + self.upper.len();
        let levels = if self.tiles_too { 8u32 } else { 0 };
        let sound: u64 = (0..levels).map(|level| self.sound.bundles >> (8 * level)).sum();
        let tiles: u64 = (0..levels).map(|level| (self.head.size >> (8 * level)).div_ceil(256)).sum();
        (self.sound.bundles + sound + fed as u64, self.head.size.div_ceil(256) + tiles)
    }

    /// Feeds a bundle as it is served.
    pub fn bundle(&mut self, index: u64, bytes: &[u8]) {
        self.hashed(index, Hashed::of(bytes));
    }

    /// Feeds a bundle that was hashed before, perhaps by another thread.
    pub fn hashed(&mut self, index: u64, bundle: Hashed) {
        let leaves: Vec<Option<Hash>> = bundle.leaves.into_iter().map(Some).collect();
        match (bundle.fault, BundleId::in_log(self.head.size, index)) {
            (None, Some(id)) if leaves.len() == usize::from(id.width) => self.leaves(id, leaves, Some(bundle.root)),
            (None, Some(id)) if leaves.len() > usize::from(id.width) && self.span(id).1 + 1 < self.head.size => {
                self.misfit(id, leaves, None);
            }
            (None, _) => self.rows_hashed(index, leaves),
            (Some(_), None) => {}
            (Some(why), Some(id)) => self.misfit(id, leaves, Some(why)),
        }
    }

    /// A bundle that is not what its place calls for; its tile tells which of its entries are good.
    fn misfit(&mut self, id: BundleId, leaves: Vec<Option<Hash>>, fault: Option<LedgerError>) {
        if id.index < self.sound.bundles || self.bundle_roots.contains_key(&id.index) {
            return;
        }
        self.entries += leaves.len() as u64;
        self.bundle_roots.insert(id.index, None);
        self.misfits.insert(id.index, fault);
        match self.tiles.remove(&id.index) {
            Some(tile) => self.pair(id.index, &leaves, &tile),
            None => drop(self.leaves.insert(id.index, leaves)),
        }
    }

    /// The entries of a misfit in their places, as far as they are there: what was pushed in is named and left out, and so is
    /// what cannot be read. Without the published hashes nobody knows which entry is the one too many.
    fn fit(&mut self, id: BundleId, leaves: &[Option<Hash>], tile: &[Hash]) -> Vec<Option<Hash>> {
        let Some(fault) = self.misfits.remove(&id.index) else { return leaves.to_vec() };
        let (first, last) = self.span(id);
        let width = usize::from(id.width);
        let same = |(leaf, hash): &(&Option<Hash>, &Hash)| **leaf == Some(**hash);
        let mut leaves = leaves.to_vec();
        let more = leaves.len().saturating_sub(width);
        if more > 0 {
            let before = leaves.iter().zip(tile).take_while(same).count();
            let after = leaves.iter().rev().zip(tile[before..].iter().rev()).take_while(same).count();
            let at = if tile.is_empty() { width } else { width - after };
            match at == width {
                true => self.overfull(id, Some(more)),
                false => self.pushed_in(first + at as u64, more as u64, last),
            }
            leaves.drain(at..at + more);
        }
        if let Some(why) = fault {
            let good = match tile {
                [] => leaves.len(),
                _ => leaves.iter().zip(tile).rposition(|pair| same(&pair)).map_or(0, |at| at + 1),
            };
            match good == width {
                true if more == 0 => self.overfull(id, None),
                true => {}
                false => self.bundle_broken(id, (first + good as u64, last), &why),
            }
            leaves.truncate(good);
        }
        if leaves.len() == width {
            let whole: Option<Vec<Hash>> = leaves.iter().copied().collect();
            self.bundle_roots.insert(id.index, whole.as_deref().map(tree_root));
        }
        self.parts_of(id, &leaves);
        leaves
    }

    /// Feeds a bundle entry by entry, for instance from rows of a table: an entry that is not there is `None`.
    pub fn rows<'a>(&mut self, index: u64, rows: impl IntoIterator<Item = Option<&'a [u8]>>) {
        self.rows_hashed(index, rows.into_iter().map(|row| row.map(leaf_hash)).collect());
    }

    fn rows_hashed(&mut self, index: u64, mut leaves: Vec<Option<Hash>>) {
        let Some(id) = BundleId::in_log(self.head.size, index) else {
            return self.extra(index.saturating_mul(256), leaves.len() as u64);
        };
        let width = usize::from(id.width);
        if leaves.len() > width {
            self.extra(id.first() + width as u64, (leaves.len() - width) as u64);
        }
        leaves.resize(width, None);
        let whole: Option<Vec<Hash>> = leaves.iter().copied().collect();
        self.leaves(id, leaves, whole.as_deref().map(tree_root));
    }

    fn leaves(&mut self, id: BundleId, leaves: Vec<Option<Hash>>, root: Option<Hash>) {
        let index = id.index;
        if index < self.sound.bundles || self.bundle_roots.contains_key(&index) {
            return;
        }
        self.entries += leaves.iter().flatten().count() as u64;
        self.bundle_roots.insert(index, root);
        self.parts_of(id, &leaves);
        match self.tiles.remove(&index) {
            Some(tile) => self.pair(index, &leaves, &tile),
            None if self.tiles_too => {
                self.leaves.insert(index, leaves);
            }
            None => {
                self.compare(index, &leaves, &[]);
                self.advance();
            }
        }
    }

    /// The roots at which checkpoints that are believed end within a bundle.
    fn parts_of(&mut self, id: BundleId, leaves: &[Option<Hash>]) {
        let inside = id.first() + 1..id.first() + 256;
        for size in self.trusted.iter().map(|checkpoint| checkpoint.size).filter(|size| inside.contains(size)) {
            let part: Option<Vec<Hash>> = leaves.iter().take((size - id.first()) as usize).copied().collect();
            if let Some(part) = part.filter(|part| part.len() as u64 == size - id.first()) {
                self.parts.insert(size, tree_root(&part));
            }
        }
    }

    /// Feeds a tile of hashes as it is served.
    pub fn tile(&mut self, id: TileId, bytes: &[u8]) {
        // The tile this log calls for, whatever width it was found under.
        let Some(id) = TileId::in_log(self.head.size, id.level, id.index).filter(|_| self.tiles_too) else {
            return;
        };
        if id.index < self.sound.bundles >> (8 * u32::from(id.level)) {
            return;
        }
        let hashes = match id.read(bytes) {
            Ok(hashes) => hashes,
            Err(why) => {
                let (zh, en) = why.both();
                let finding = Finding::new(
                    Wrong::TileBroken,
                    Some(self.below(id)),
                    format!("散列块 {id} 读不出来（{zh}）"),
                    format!("tile {id} cannot be read ({en})"),
                );
                self.findings.push(finding.at(id.path()));
                self.broken.insert(id);
                return;
            }
        };
        if id.level > 0 {
            self.upper.insert(id, hashes);
            self.advance();
        } else if !self.tile_roots.contains_key(&id.index) {
            match self.leaves.remove(&id.index) {
                Some(leaves) => self.pair(id.index, &leaves, &hashes),
                None => {
                    self.tiles.insert(id.index, hashes);
                }
            }
        }
    }

    /// A bundle and its tile have both come.
    fn pair(&mut self, index: u64, leaves: &[Option<Hash>], tile: &[Hash]) {
        if let Some(id) = BundleId::in_log(self.head.size, index).filter(|_| self.misfits.contains_key(&index)) {
            let fitted = self.fit(id, leaves, tile);
            self.tile_roots.insert(index, tree_root(tile));
            self.compare(index, &fitted, tile);
        } else if leaves.len() == tile.len() && leaves.iter().zip(tile).all(|(leaf, hash)| *leaf == Some(*hash)) {
            let root = self.bundle_roots.get(&index).copied().flatten();
            self.tile_roots.insert(index, root.unwrap_or_else(|| tree_root(tile)));
            self.advance();
        } else {
            self.tile_roots.insert(index, tree_root(tile));
            self.compare(index, leaves, tile);
        }
    }

    /// Moves the bookmark over every bundle that is sound, with the tiles that end there, up to the first fault.
    fn advance(&mut self) {
        while self.findings.is_empty() && self.differences.is_empty() {
            let index = self.sound.bundles;
            // Never past the last bundle: with it come the tiles at the right edge.
            let full = (index + 1) * 256 < self.head.size;
            let Some(root) = self.bundle_roots.get(&index).copied().flatten().filter(|_| full) else {
                return;
            };
            let completed = self.sound.completed_by(root);
            let above: Vec<TileId> = (1u8..)
                .zip(&completed)
                .map(|(level, _)| TileId { level, index: index >> (8 * u32::from(level)), width: 256 })
                .collect();
            let right = |(id, tile): (&TileId, &Vec<Hash>)| self.upper.get(id) == Some(tile);
            let agree = || self.tile_roots.get(&index) == Some(&root) && above.iter().zip(&completed).all(right);
            if self.tiles_too && !agree() {
                return;
            }
            let (first, last) = (index * 256 + 1, index * 256 + 255);
            for (size, part) in self.parts.range(first..=last) {
                self.sound.roots.push((*size, self.sound.root(Some(*part))));
            }
            self.parts = self.parts.split_off(&(last + 1));
            self.sound.push(root, &completed);
            let end = self.sound.entries();
            if self.trusted.iter().any(|checkpoint| checkpoint.size == end) {
                self.sound.roots.push((end, self.sound.root(None)));
            }
            self.bundle_roots.remove(&index);
            self.tile_roots.remove(&index);
            above.iter().for_each(|id| drop(self.upper.remove(id)));
        }
    }

    /// Checks the body that is published for an act against the act's leaf: an administrator who alters a body in the
    /// database, and not the record, is found here. Do so before feeding the bundle, or a bookmark may be past it already.
    pub fn public_body(&mut self, index: u64, leaf: &ActLeaf, salt: &[u8; 32], body: &[u8]) {
        if !leaf.opens_public(salt, body) {
            self.body_changed(index, leaf, "公开", "public");
        }
    }

    /// The same for the body that only the parties may read; an auditor who may not see it leaves it out.
    pub fn private_body(&mut self, index: u64, leaf: &ActLeaf, salt: &[u8; 32], body: &[u8]) {
        if !leaf.opens_private(salt, body) {
            self.body_changed(index, leaf, "非公开", "private");
        }
    }

    fn compare(&mut self, bundle: u64, leaves: &[Option<Hash>], tile: &[Hash]) {
        for (at, found) in leaves.iter().enumerate() {
            let published = tile.get(at).copied();
            // Without a published hash only an absent entry is known to be wrong.
            if found.is_some() && (published.is_none() || *found == published) {
                continue;
            }
            match self.differences.len() < MOST_DIFFERENCES {
                true => self.differences.push(Difference { index: bundle * 256 + at as u64, found: *found, published }),
                false => self.differences_left_out += 1,
            }
        }
    }

    /// Everything is fed: what is wrong?
    pub fn finish(mut self) -> Report {
        for (bundle, mut leaves) in std::mem::take(&mut self.leaves) {
            if let Some(id) = BundleId::in_log(self.head.size, bundle) {
                leaves = self.fit(id, &leaves, &[]);
            }
            self.compare(bundle, &leaves, &[]);
        }
        // A bundle that did not come, or could not be read, though its tile did.
        for (bundle, tile) in std::mem::take(&mut self.tiles) {
            if !self.bundle_roots.contains_key(&bundle) {
                self.compare(bundle, &vec![None; tile.len()], &tile);
            }
            self.tile_roots.insert(bundle, tree_root(&tile));
        }
        self.differences.sort_unstable_by_key(|difference| difference.index);
        let full = self.bundle_roots.range(..self.head.size / 256);
        let recomputed = Levels::over(&self.sound, full.filter_map(|(index, root)| Some((*index, (*root)?))));
        if let Some(root) = edge_bundle(self.head.size).and_then(|id| self.bundle_roots.get(&id.index).copied().flatten()) {
            self.parts.insert(self.head.size, root);
        }
        let root = recomputed.root(self.head.size, &self.parts);

        let gaps = self.absent();
        if root == Some(self.head.root) {
            self.tiles_against(&recomputed);
        } else {
            self.entries_against_tiles(&recomputed, gaps);
        }
        let (continues, rewritten) = self.against_trusted(&recomputed, root);
        // Nothing named so far, and yet not the signed root: entries and hashes were rewritten together.
        if root.is_some_and(|root| root != self.head.root)
            && !rewritten
            && !self.findings.iter().any(|finding| finding.wrong.is_of_entries())
        {
            let first = self.last_good(&recomputed);
            self.findings.push(match self.head.size.checked_sub(1) {
                Some(last) => Finding::new(
                    Wrong::Rewritten,
                    Some((first, last)),
                    format!("第 {first} 至 {last} 条之间有条目连同散列一起被改写，与已签名的根不符：与见证人或备份逐条核对"),
                    format!(
                        "entries between {first} and {last} were rewritten together with their hashes and do not give the \
                         signed root: compare them with a witness's copy or a backup"
                    ),
                ),
                None => Finding::new(
                    Wrong::Rewritten,
                    None,
                    "检查点写着 0 条，已签名的根却不是空日志的根：请保存这份检查点作证".into(),
                    "the checkpoint says 0 entries, and its signed root is not that of an empty log: keep it as evidence".into(),
                ),
            });
        }
        self.findings.sort_by_key(|finding| finding.entries.map_or(u64::MAX, |(first, _)| first));
        Report {
            checkpoint: self.head,
            entries: self.entries,
            root,
            continues,
            further: self.differences_left_out,
            findings: self.findings,
        }
    }

    /// First and last entry of a bundle.
    fn span(&self, id: BundleId) -> (u64, u64) {
        (id.first(), id.first() + u64::from(id.width) - 1)
    }

    /// First and last entry below a tile.
    fn below(&self, id: TileId) -> (u64, u64) {
        let shift = 8 * u32::from(id.level);
        let first = (id.index * 256) << shift;
        let end = u128::from(id.index * 256 + u64::from(id.width)) << shift;
        (first, u64::try_from(end - 1).unwrap_or(u64::MAX).min(self.head.size - 1))
    }

    /// Names the tiles that did not come; returns entries of which neither bundle nor tile did.
    fn absent(&mut self) -> Vec<(u64, u64)> {
        let size = self.head.size;
        let (bundles, tiles) = (self.bundle_roots.keys(), self.tile_roots.keys());
        let came: BTreeSet<u64> = bundles.chain(tiles).copied().collect();
        let unknown = gaps(self.sound.bundles, came.into_iter(), size.div_ceil(256));
        for level in (0..8u8).filter(|_| self.tiles_too) {
            let mut came: BTreeSet<u64> = match level {
                0 => self.tile_roots.keys().copied().collect(),
                _ => self.upper.keys().filter(|id| id.level == level).map(|id| id.index).collect(),
            };
            came.extend(self.broken.iter().filter(|id| id.level == level).map(|id| id.index));
            let all = (size >> (8 * u32::from(level))).div_ceil(256);
            let sound = self.sound.bundles >> (8 * u32::from(level));
            for (first, last) in gaps(sound, came.into_iter(), all) {
                let id = |index| TileId::in_log(size, level, index).expect("it is in the log");
                let range = (self.below(id(first)).0, self.below(id(last)).1);
                let (from, to) = (id(first).path(), id(last).path());
                let (zh, en) = match first == last {
                    true => (from.clone(), from.clone()),
                    false => (format!("{from} 至 {to}"), format!("{from} to {to}")),
                };
                self.findings.push(
                    Finding::new(
                        Wrong::TileMissing,
                        Some(range),
                        format!("缺散列块 {zh}：由条目重新计算，或从备份恢复"),
                        format!("missing hash tiles: {en}; recompute them from the entries or restore a backup"),
                    )
                    .at(from),
                );
            }
        }
        unknown.into_iter().map(|(first, last)| (first * 256, (last * 256 + 255).min(size - 1))).collect()
    }

    /// The entries are proven whole by the signed root, so wherever a tile differs the tile is wrong.
    fn tiles_against(&mut self, recomputed: &Levels) {
        let mut altered: BTreeMap<TileId, Vec<u64>> = BTreeMap::new();
        for difference in self.differences.drain(..).filter(|difference| difference.published.is_some()) {
            if let Some(id) = TileId::in_log(self.head.size, 0, difference.index / 256) {
                altered.entry(id).or_default().push(difference.index % 256);
            }
        }
        for (id, hashes) in &self.upper {
            let right = recomputed.tile(*id);
            let wrong: Vec<u64> =
                (0..).zip(hashes.iter().zip(right)).filter(|(_, (a, b))| Some(**a) != *b).map(|(at, _)| at).collect();
            if !wrong.is_empty() {
                altered.insert(*id, wrong);
            }
        }
        for (id, places) in altered {
            self.tile_altered(id, &places);
        }
    }

    /// The entries do not give the signed root. The published hashes, as far as they lead to it, tell which entry is at
    /// fault; where the hashes were altered too, only the tile or the range can be named.
    fn entries_against_tiles(&mut self, recomputed: &Levels, gaps: Vec<(u64, u64)>) {
        if !self.tiles_too || self.tile_roots.is_empty() && self.sound.bundles == 0 {
            return self.diagnose(gaps);
        }
        let signed = self.signed_hashes();
        if signed.is_none() && !self.differences.is_empty() {
            self.edge_altered();
        }
        let signed = signed.unwrap_or_default();
        // Whole tiles that are not what the level above, which is proven, says of them.
        let mut innocent = Vec::new();
        for (id, hash) in &signed {
            let published = match id.level {
                0 => self.tile_roots.get(&id.index).copied(),
                _ => self.upper.get(id).map(|hashes| tree_root(hashes)),
            };
            let published = published.or_else(|| self.sound.over_tile(id.level, id.index));
            let now = recomputed.over_tile(*id);
            match (published == Some(*hash), now == Some(*hash)) {
                (true, _) => {}
                (false, true) if published.is_none() => {}
                (false, true) => innocent.push(*id),
                (false, false) if published.is_some() && now == published => self.rewritten(*id),
                (false, false) => {}
            }
        }
        // The tile lies, not the entries; and so does any tile below it that differs.
        let mut lying: BTreeSet<TileId> = innocent.iter().copied().collect();
        for id in innocent {
            let (first, last) = self.below(id);
            self.differences.retain(|difference| {
                let below = (first..=last).contains(&difference.index);
                if below {
                    lying.extend(TileId::in_log(self.head.size, 0, difference.index / 256));
                }
                !below
            });
        }
        for id in lying {
            self.tile_altered(id, &[]);
        }
        self.diagnose(gaps);
    }

    /// Full tiles whose root is known from a tile above that itself leads to the signed root. Nothing, if the tiles at the
    /// right edge do not lead there; empty, if some of those did not come.
    fn signed_hashes(&self) -> Option<BTreeMap<TileId, Hash>> {
        let size = self.head.size;
        let mut signed = BTreeMap::new();
        // The right edge gives the root, or nothing is known.
        let mut edge = None;
        for level in 0..8u8 {
            let Some(id) = TileId::in_log(size, level, size.checked_shr(8 * u32::from(level) + 8).unwrap_or(0)) else {
                continue;
            };
            edge = match level {
                0 => self.tile_roots.get(&id.index).copied(),
                _ => match self.upper.get(&id) {
                    Some(hashes) => fold_edge(edge, hashes),
                    None => return Some(signed),
                },
            };
            if edge.is_none() {
                return Some(signed);
            }
        }
        if edge != Some(self.head.root) {
            return None;
        }
        for level in (1..8u8).rev() {
            for (id, hashes) in self.upper.iter().filter(|(id, _)| id.level == level) {
                let proven = !id.is_full() || signed.get(id).is_some_and(|hash| *hash == tree_root(hashes));
                if proven {
                    for (index, hash) in (id.index * 256..).zip(hashes) {
                        signed.insert(TileId { level: level - 1, index, width: 256 }, *hash);
                    }
                }
            }
        }
        Some(signed)
    }

    /// Holds the log against checkpoints that are believed. Returns how many it continues, and whether one of them
    /// showed that history was rewritten.
    fn against_trusted(&mut self, recomputed: &Levels, root: Option<Hash>) -> (usize, bool) {
        let mut trusted = std::mem::take(&mut self.trusted);
        trusted.sort_by_key(|checkpoint| checkpoint.size);
        let (mut continues, mut good, mut rewritten) = (0, 0, false);
        for earlier in trusted.iter() {
            let (size, now) = (earlier.size, self.head.size);
            if earlier.origin != self.head.origin {
                self.findings.push(Finding::new(
                    Wrong::OtherLog,
                    None,
                    format!("用来比对的检查点属于“{}”，不是“{}”", earlier.origin, self.head.origin),
                    format!("the checkpoint to compare with is of “{}”, not of “{}”", earlier.origin, self.head.origin),
                ));
            } else if size > now {
                self.rolled_back(size);
            } else if size == now && earlier.root == self.head.root {
                // The same head: entries that do not lead to it are told as such.
                if root == Some(earlier.root) {
                    (continues, good) = (continues + 1, size);
                }
            } else if size == now {
                rewritten = true;
                self.findings.push(Finding::new(
                    Wrong::SplitView,
                    Some((good, now.saturating_sub(1))),
                    format!("同为 {now} 条，另一份检查点的根不同，分歧在第 {good} 条或其后：日志对不同的人出示不同的历史，请保存两份作证"),
                    format!(
                        "another checkpoint of {now} entries has a different root: the log shows two histories, which part at \
                         entry {good} or after it; keep both as evidence"
                    ),
                ));
            } else {
                match self.root_at(size, recomputed) {
                    Some(found) if found == earlier.root => (continues, good) = (continues + 1, size),
                    Some(_) if !rewritten => {
                        // The first that differs says where; those after it differ for the same reason.
                        rewritten = true;
                        let last = size.saturating_sub(1);
                        self.findings.push(Finding::new(
                            Wrong::HistoryRewritten,
                            Some((good.min(last), last)),
                            format!(
                                "日志不是 {size} 条时那份检查点的延续：第 {good} 至 {last} 条之间被改写，请保存那份检查点作证"
                            ),
                            format!(
                                "the log does not continue the checkpoint of {size} entries: something between entries {good} \
                                 and {last} was rewritten; keep that checkpoint as evidence"
                            ),
                        ));
                    }
                    // Cannot be told: entries are missing, and that is a finding already.
                    _ => {}
                }
            }
        }
        self.trusted = trusted;
        (continues, rewritten)
    }

    /// Root over the first `size` entries, if it is known.
    fn root_at(&self, size: u64, recomputed: &Levels) -> Option<Hash> {
        let passed = self.sound.roots.iter().find(|(at, _)| *at == size).map(|(_, root)| *root);
        passed.or_else(|| recomputed.root(size, &self.parts))
    }

    /// Size of the largest trusted checkpoint that still holds.
    fn last_good(&self, recomputed: &Levels) -> u64 {
        let holds = |c: &&Checkpoint| c.size < self.head.size && self.root_at(c.size, recomputed) == Some(c.root);
        self.trusted.iter().filter(holds).map(|c| c.size).max().unwrap_or(0)
    }
}
