//! Whatever the sizes: appending equals building from scratch, proofs verify, and nothing else does.

mod common;

use std::{cell::RefCell, collections::BTreeMap};

use common::{Log, entry, kinds, naming};
use ledger::{
    ActLeaf, BundleId, Hash, LedgerError, LogPath, TileId, TileSource, append, append_entries, commit, consistency_proof,
    edge_bundle, edge_tiles, encode_entries, inclusion_proof, leaf_hash, parse_entries, root, tiles_needed_for_consistency,
    tiles_needed_for_inclusion, tree_root, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

fn leaf(number: u64) -> Hash {
    leaf_hash(&number.to_be_bytes())
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(leaf).collect()
}

fn tiles(size: u64) -> BTreeMap<TileId, Vec<u8>> {
    append(&BTreeMap::new(), 0, &leaves(size)).unwrap().tiles.into_iter().collect()
}

/// Remembers which tiles were read.
struct Watched<'a>(&'a BTreeMap<TileId, Vec<u8>>, RefCell<Vec<TileId>>);

impl TileSource for Watched<'_> {
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, LedgerError> {
        self.1.borrow_mut().push(TileId { level, index, width });
        self.0.tile(level, index, width)
    }
}

fn read_by(held: &BTreeMap<TileId, Vec<u8>>, run: impl Fn(&dyn TileSource)) -> Vec<TileId> {
    let watched = Watched(held, RefCell::default());
    run(&watched);
    let mut read = watched.1.into_inner();
    read.sort();
    read
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn f147_append_equals_recomputing_from_scratch(steps in prop::collection::vec(0u64..400, 1..6)) {
        let (mut size, mut held) = (0u64, BTreeMap::new());
        for step in steps {
            let edge: BTreeMap<_, _> = edge_tiles(size).into_iter().map(|id| (id, BTreeMap::get(&held, &id).cloned().unwrap())).collect();
            let new: Vec<Hash> = (size..size + step).map(leaf).collect();
            let read = read_by(&edge, |source| drop(append(source, size, &new)));
            let mut edges = edge_tiles(size);
            edges.sort();
            prop_assert_eq!(read, edges);
            let appended = append(&edge, size, &new).unwrap();
            size += step;
            prop_assert_eq!((appended.size, appended.root), (size, tree_root(&leaves(size))));
            prop_assert!(appended.tiles.len() as u64 <= step / 256 + 4);
            let fresh = tiles(size);
            for (id, bytes) in &appended.tiles {
                prop_assert_eq!(Some(bytes), fresh.get(id));
            }
            held.extend(appended.tiles);
            prop_assert!(fresh.iter().all(|(id, bytes)| held.get(id) == Some(bytes)));
            prop_assert_eq!(root(&held, size).unwrap(), appended.root);
        }
    }

    #[test]
    fn f147_every_entry_can_be_proven(size in 1u64..1500, at in any::<prop::sample::Index>(), bit in 0usize..256) {
        let index = at.index(size as usize) as u64;
        let held = tiles(size);
        let head = tree_root(&leaves(size));
        let proof = inclusion_proof(&held, size, index).unwrap();
        prop_assert!(verify_inclusion(leaf(index), index, size, &proof, head).is_ok());
        prop_assert_eq!(read_by(&held, |source| drop(inclusion_proof(source, size, index))), tiles_needed_for_inclusion(size, index));
        // And nothing else can.
        prop_assert!(verify_inclusion(leaf(index + 1), index, size, &proof, head).is_err());
        prop_assert!(verify_inclusion(leaf(index), (index + 1) % size, size, &proof, head).is_err() || size == 1);
        prop_assert!(verify_inclusion(leaf(index), index, index, &proof, head).is_err());
        for part in 0..proof.len() {
            let mut altered = proof.clone();
            altered[part].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_inclusion(leaf(index), index, size, &altered, head).is_err());
            altered.remove(part);
            prop_assert!(verify_inclusion(leaf(index), index, size, &altered, head).is_err());
        }
    }

    #[test]
    fn f147_every_growth_can_be_proven(new in 1u64..1500, at in any::<prop::sample::Index>(), bit in 0usize..256) {
        let old = at.index(new as usize + 1) as u64;
        let held = tiles(new);
        let (before, after) = (tree_root(&leaves(old)), tree_root(&leaves(new)));
        let proof = consistency_proof(&held, old, new).unwrap();
        prop_assert!(verify_consistency(old, new, &proof, before, after).is_ok());
        prop_assert_eq!(read_by(&held, |source| drop(consistency_proof(source, old, new))), tiles_needed_for_consistency(old, new));
        let mut wrong = before;
        wrong.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_consistency(old, new, &proof, wrong, after).is_err());
        if old > 0 {
            let mut wrong = after;
            wrong.0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_consistency(old, new, &proof, before, wrong).is_err());
        }
        if old < new {
            prop_assert!(verify_consistency(new, old, &proof, after, before).is_err());
        }
        for part in 0..proof.len() {
            let mut altered = proof.clone();
            altered[part].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_consistency(old, new, &altered, before, after).is_err());
            altered.remove(part);
            prop_assert!(verify_consistency(old, new, &altered, before, after).is_err());
        }
    }

    /// Proofs about sizes and places nobody reaches neither panic nor hold.
    #[test]
    fn strange_numbers_do_no_harm(a in any::<u64>(), b in any::<u64>(), count in 0usize..70) {
        let proof = vec![leaf(1); count];
        prop_assert!(verify_inclusion(leaf(1), a, b, &proof, leaf(2)).is_err());
        prop_assert!(verify_consistency(a, b, &proof, leaf(1), leaf(2)).is_err());
        let _ = (tiles_needed_for_inclusion(a, b), tiles_needed_for_consistency(a, b), edge_tiles(a));
        prop_assert!(root(&BTreeMap::new(), a | 1).is_err());
    }

    #[test]
    fn paths_read_back(level in 0u8..64, index in any::<u64>(), width in 1u16..=256) {
        let tile = TileId { level, index, width };
        prop_assert_eq!(TileId::parse(&tile.path()).unwrap(), tile);
        let bundle = LogPath::Entries(BundleId { index, width });
        prop_assert_eq!(bundle.to_string().parse::<LogPath>().unwrap(), bundle);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}|(tile/)?[0-9x/.p]{0,30}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(path) = text.parse::<LogPath>() {
            prop_assert_eq!(path.to_string(), text);
        }
        if let Ok(entries) = parse_entries(&bytes) {
            prop_assert_eq!(encode_entries(&entries), bytes);
        }
    }

    #[test]
    fn bundles_grow_as_if_made_at_once(steps in prop::collection::vec(0u64..300, 1..5)) {
        let (mut size, mut held) = (0u64, BTreeMap::new());
        for step in steps {
            let edge = edge_bundle(size).map(|id| BTreeMap::get(&held, &id).cloned().unwrap());
            let new: Vec<Vec<u8>> = (size..size + step).map(entry).collect();
            held.extend(append_entries(size, edge.as_deref(), &new).unwrap());
            size += step;
        }
        let all: Vec<Vec<u8>> = (0..size).map(entry).collect();
        for (id, entries) in ledger::bundles_in_log(size).zip(all.chunks(256)) {
            prop_assert_eq!(held.get(&id), Some(&encode_entries(entries)));
        }
    }

    #[test]
    fn f148_acts_read_back(id in "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", kind in "[a-z_]{1,20}(\\.[a-z_]{1,20})?", salt in any::<[u8; 32]>(), body in prop::collection::vec(any::<u8>(), 0..50)) {
        let leaf = ActLeaf::new(id, kind, commit(&salt, &body), commit(&salt, b"")).unwrap();
        prop_assert_eq!(ActLeaf::parse(&leaf.encode()).unwrap(), leaf.clone());
        prop_assert!(leaf.opens_public(&salt, &body) && leaf.opens_private(&salt, b""));
        let mut bytes = leaf.encode();
        bytes.push(b'\n');
        prop_assert!(ActLeaf::parse(&bytes).is_err());
    }

    /// Whatever one entry is turned into, wherever it stands, it is the one that is named.
    #[test]
    fn f149_any_single_change_is_named(size in 1u64..700, at in any::<prop::sample::Index>(), new in prop::collection::vec(any::<u8>(), 0..40)) {
        let index = at.index(size as usize);
        let log = Log::of(size);
        let altered = log.with_entries(|entries| entries[index] = new);
        let report = altered.audit(log.checkpoint(), &[]);
        prop_assert_eq!(report.findings.len(), 1);
        prop_assert_eq!(naming(&report, index as u64), [ledger::audit::Wrong::EntryChanged]);
    }

    /// Any mixture of deletions, swaps and changes: something is found, and every changed place is in some finding.
    #[test]
    fn f149_any_mixture_is_found(size in 2u64..400, moves in prop::collection::vec((0u8..3, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..5)) {
        let log = Log::of(size);
        let altered = log.with_entries(|entries| {
            for (what, a, b) in &moves {
                if entries.len() < 2 { continue }
                let (a, b) = (a.index(entries.len()), b.index(entries.len()));
                match what {
                    0 => drop(entries.remove(a)),
                    1 => entries.swap(a, b),
                    _ => entries[a] = entry(10_000 + b as u64),
                }
            }
        });
        let report = altered.audit(log.checkpoint(), &[]);
        prop_assert_eq!(report.is_clean(), altered.entries == log.entries, "{:?}", kinds(&report));
        // Where entries were pushed up or down, those between the ends of the run are told of in words only.
        use ledger::audit::Wrong::{EntryDeleted, EntryInserted};
        let shifted = |i: u64| report.findings.iter().any(|f| matches!(f.wrong, EntryDeleted | EntryInserted) && f.entries.unwrap().0 < i);
        for i in 0..log.entries.len() {
            if altered.entries.get(i) != Some(&log.entries[i]) {
                let told = !naming(&report, i as u64).is_empty() || shifted(i as u64);
                prop_assert!(told, "entry {}: {:?}", i, report.findings);
            }
        }
    }

    /// Every tile of a log goes with one bundle, whatever the size.
    #[test]
    fn every_tile_goes_with_one_bundle(size in prop_oneof![1u64..70_000, 130_000u64..140_000]) {
        let audit = ledger::audit::Audit::new(ledger::Checkpoint::new("a.example", size, leaf(0)));
        let mut with: Vec<TileId> = audit.bundles().flat_map(|id| audit.tiles_with(id)).collect();
        with.sort();
        prop_assert_eq!(with, audit.tiles().collect::<Vec<_>>());
    }

    /// Cut off anywhere, an audit comes to the same report.
    #[test]
    fn f149_any_audit_cut_off_goes_on(size in 1u64..1_300, at in any::<prop::sample::Index>(), after in 0usize..6, earlier in any::<prop::sample::Index>(), what in 0u8..3) {
        let log = Log::of(size);
        let at = at.index(size as usize);
        let stored = log.with_entries(|entries| match what {
            0 => {}
            1 => entries[at] = entry(10_000),
            _ => drop(entries.remove(at)),
        });
        let kept = [Log::of(earlier.index(size as usize) as u64).checkpoint()];
        let whole = stored.audit(log.checkpoint(), &kept);
        prop_assert_eq!(stored.audit_cut_off(&log.checkpoint(), &kept, after, &log.checkpoint()), whole);
    }

    /// However many bits of however many tiles are flipped, no entry is accused while all of them are whole.
    #[test]
    fn f149_altered_tiles_accuse_no_entry(size in 1u64..700, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6)) {
        let log = Log::of(size);
        let mut altered = log.clone();
        for (tile, byte) in flips {
            let place = tile.index(altered.tiles.len());
            let bytes = altered.tiles.values_mut().nth(place).unwrap();
            let at = byte.index(bytes.len());
            bytes[at] = bytes[at].wrapping_add(1);
        }
        let report = altered.audit(log.checkpoint(), &[]);
        prop_assert!(!report.is_clean());
        prop_assert!(kinds(&report).iter().all(|kind| *kind == ledger::audit::Wrong::TileAltered), "{:?}", report.findings);
    }
}
