//! H40: "cannot be deleted", says the help, and an administrator can delete. Everything the owner of the database can do
//! to the record is done here, and the outsider's verification must name the entry.

mod common;

use common::{Log, act, entry, kinds, log_key, naming, witness_key};
use ledger::{
    Checkpoint, LedgerError, TileId, append_after,
    audit::{Audit, Wrong},
    check_opening, consistency_proof, leaf_hash, sign_checkpoint, verify_consistency,
    witness::{Observed, Request},
};

/// Long enough for two full bundles, a partial one and a second level.
const SIZE: u64 = 600;

#[test]
fn f149_an_untouched_log_is_clean() {
    for size in [1, 2, 255, 256, 257, 600] {
        let log = Log::of(size);
        let earlier: Vec<Checkpoint> = (0..=size).step_by(17).map(|size| Log::of(size).checkpoint()).collect();
        let report = log.audit(log.checkpoint(), &earlier);
        assert!(report.is_clean(), "{size}: {:?}", report.findings);
        assert_eq!((report.entries, report.root, report.continues), (size, Some(log.root), earlier.len()));
    }
    assert!(Log::empty().audit(Log::empty().checkpoint(), &[]).is_clean());
}

#[test]
fn h40_one_changed_entry_is_named() {
    let log = Log::of(SIZE);
    for at in [0, 1, 255, 256, 300, 511, 512, 599] {
        let altered = log.with_entries(|entries| entries[at] = entry(9_999));
        let report = altered.audit(log.checkpoint(), &[]);
        assert_eq!(kinds(&report), [Wrong::EntryChanged], "{at}");
        assert_eq!(report.findings[0].entries, Some((at as u64, at as u64)));
        assert!(report.findings[0].zh.contains(&format!("第 {at} 条")) && report.findings[0].en.contains(&format!("entry {at}")));
    }
}

#[test]
fn h40_two_swapped_entries_are_both_named() {
    let log = Log::of(SIZE);
    for (a, b) in [(3, 4), (0, 599), (255, 256), (10, 200), (100, 550)] {
        let altered = log.with_entries(|entries| entries.swap(a, b));
        let report = altered.audit(log.checkpoint(), &[]);
        assert_eq!(kinds(&report), [Wrong::EntriesSwapped, Wrong::EntriesSwapped], "{a} {b}");
        assert_eq!(naming(&report, a as u64).len() + naming(&report, b as u64).len(), 2);
        assert!(report.findings[0].en.contains(&format!("entry {a} was swapped with entry {b}")));
    }
}

#[test]
fn h40_a_deleted_entry_is_named() {
    let log = Log::of(SIZE);
    // The row is gone and its number with it.
    for at in [0u64, 77, 255, 256, 598] {
        let mut audit = Audit::new(log.checkpoint());
        for id in audit.bundles() {
            let rows = id.first()..id.first() + u64::from(id.width);
            audit.rows(id.index, rows.map(|i| (i != at).then(|| &log.entries[i as usize][..])));
        }
        for id in audit.tiles() {
            audit.tile(id, &log.tiles[&id]);
        }
        let report = audit.finish();
        assert_eq!(kinds(&report), [Wrong::EntryDeleted], "{at}: {:?}", report.findings);
        assert_eq!((report.findings[0].entries, report.entries, report.root), (Some((at, at)), SIZE - 1, None));
    }
    // The rows after it were renumbered, so that no gap shows.
    for at in [0, 77, 255, 256, 511, 512, 598] {
        let altered = log.with_entries(|entries| drop(entries.remove(at)));
        let report = altered.audit(log.checkpoint(), &[]);
        assert_eq!(kinds(&report), [Wrong::EntryDeleted], "{at}: {:?}", report.findings);
        assert_eq!(report.findings[0].entries, Some((at as u64, at as u64)));
    }
    // Several at once, and a whole bundle.
    let mut audit = Audit::new(log.checkpoint());
    for id in audit.bundles().filter(|id| id.index != 1) {
        let rows = id.first()..id.first() + u64::from(id.width);
        audit.rows(id.index, rows.map(|i| (i != 20 && i != 21 && i != 255).then(|| &log.entries[i as usize][..])));
    }
    for id in audit.tiles() {
        audit.tile(id, &log.tiles[&id]);
    }
    let report = audit.finish();
    let gaps: Vec<_> = report.findings.iter().map(|finding| finding.entries.unwrap()).collect();
    assert_eq!(gaps, [(20, 21), (255, 511)]);
}

#[test]
fn h40_deleting_the_only_entry_of_the_last_bundle() {
    let log = Log::of(513);
    let altered = log.with_entries(|entries| drop(entries.remove(100)));
    let report = altered.audit(log.checkpoint(), &[]);
    assert_eq!(kinds(&report), [Wrong::EntryDeleted], "{:?}", report.findings);
    assert_eq!(naming(&report, 100), [Wrong::EntryDeleted]);
}

#[test]
fn h40_a_moved_and_an_inserted_entry_are_named() {
    let log = Log::of(SIZE);
    let moved = log.with_entries(|entries| {
        let entry = entries.remove(10);
        entries.insert(20, entry);
    });
    let report = moved.audit(log.checkpoint(), &[]);
    assert_eq!(kinds(&report), [Wrong::EntryMoved]);
    assert!(report.findings[0].en.contains("entry 10 was moved to the place of entry 20"));
    let back = log.with_entries(|entries| {
        let entry = entries.remove(300);
        entries.insert(5, entry);
    });
    let report = back.audit(log.checkpoint(), &[]);
    assert!(report.findings[0].en.contains("entry 300 was moved to the place of entry 5"), "{:?}", report.findings);
    let inserted = log.with_entries(|entries| entries.insert(40, entry(9_999)));
    let report = inserted.audit(log.checkpoint(), &[]);
    assert_eq!(kinds(&report), [Wrong::EntryInserted, Wrong::ExtraEntries], "{:?}", report.findings);
    assert_eq!(naming(&report, 40), [Wrong::EntryInserted]);
}

/// One row deleted and another pushed in to make up the number, far apart: both are named, and none in between is accused.
#[test]
fn h40_a_deletion_hidden_by_an_insertion_is_named() {
    let log = Log::of(SIZE);
    for (gone, new) in [(50, 400), (400, 50)] {
        let altered = log.with_entries(|entries| {
            entries.remove(gone);
            entries.insert(new, entry(9_999));
        });
        let report = altered.audit(log.checkpoint(), &[]);
        assert_eq!(report.findings.len(), 2, "{:?}", report.findings);
        assert_eq!(naming(&report, gone as u64), [Wrong::EntryDeleted]);
        assert!(matches!(naming(&report, new as u64)[..], [Wrong::EntryInserted | Wrong::EntryChanged]));
    }
}

#[test]
fn h40_a_run_of_changed_entries_is_one_finding() {
    let log = Log::of(SIZE);
    let altered = log.with_entries(|entries| entries[250..260].iter_mut().for_each(|entry| entry.push(b'!')));
    let report = altered.audit(log.checkpoint(), &[]);
    assert_eq!((kinds(&report), report.findings[0].entries), (vec![Wrong::EntryChanged], Some((250, 259))));
}

#[test]
fn h40_a_cut_tail_is_named() {
    let log = Log::of(SIZE);
    for left in [599, 550, 512, 511, 256, 100, 0] {
        // The signed head still tells how many there were.
        let cut = log.with_entries(|entries| entries.truncate(left));
        let report = cut.audit(log.checkpoint(), &[]);
        assert_eq!(kinds(&report), [Wrong::TailCut], "{left}: {:?}", report.findings);
        assert_eq!(report.findings[0].entries, Some((left as u64, SIZE - 1)));
        // The tiles were cut as well, and the log's own key signed the shorter log: only a witness remembers.
        let backup = Log::of(left as u64);
        assert!(backup.audit(backup.checkpoint(), &[]).is_clean());
        let report = backup.audit(backup.checkpoint(), &[log.checkpoint()]);
        assert_eq!(kinds(&report), [Wrong::RolledBack]);
        assert_eq!(report.findings[0].entries, Some((left as u64, SIZE - 1)));
    }
}

#[test]
fn h40_an_old_backup_that_grew_again_is_named() {
    let before = Log::of(SIZE);
    let witnessed: Vec<Checkpoint> = [300, 400, 500, SIZE].map(|size| Log::of(size).checkpoint()).to_vec();
    // Restored at 450, and then other acts were recorded until it was longer than before, all duly signed by the log.
    let now = Log::of(450).and((0..200).map(|number| entry(10_000 + number)));
    assert!(now.audit(now.checkpoint(), &[]).is_clean());
    let report = now.audit(now.checkpoint(), &witnessed);
    assert_eq!(kinds(&report), [Wrong::HistoryRewritten]);
    assert_eq!((report.findings[0].entries, report.continues), (Some((400, 499)), 2));
    let proof = consistency_proof(&now.tiles, SIZE, now.size).unwrap();
    let why = verify_consistency(SIZE, now.size, &proof, before.root, now.root).unwrap_err();
    assert_eq!(why, LedgerError::NotConsistent { old: SIZE, new: 650 });
    assert!(matches!(consistency_proof(&now.tiles, SIZE, 450), Err(LedgerError::Shrunk { .. })));
}

#[test]
fn h40_hashes_rewritten_along_with_the_entry() {
    let log = Log::of(SIZE);
    let forged = log.with_entries(|entries| entries[300] = entry(9_999));
    let all = Log::empty().and(forged.entries.clone());
    // Only its own tile was recomputed: the level above still knows better.
    let mut one_tile = forged.clone();
    let id = TileId { level: 0, index: 1, width: 256 };
    one_tile.tiles.insert(id, all.tiles[&id].clone());
    let report = one_tile.audit(log.checkpoint(), &[]);
    assert_eq!(kinds(&report), [Wrong::Rewritten], "{:?}", report.findings);
    assert_eq!((report.findings[0].entries, report.findings[0].path.as_deref()), (Some((256, 511)), Some("tile/0/001")));
    // Every tile was recomputed: the signed root knows better, and kept checkpoints say where.
    let report = all.audit(log.checkpoint(), &[]);
    assert_eq!(kinds(&report), [Wrong::Rewritten]);
    assert_eq!(report.findings[0].entries, Some((0, SIZE - 1)));
    let kept: Vec<Checkpoint> = [280, 299, 301, 310].map(|size| Log::of(size).checkpoint()).to_vec();
    let report = all.audit(log.checkpoint(), &kept);
    assert_eq!(kinds(&report), [Wrong::HistoryRewritten]);
    assert_eq!(report.findings[0].entries, Some((299, 300)));
    // And signed anew: to those who kept nothing it looks well, to those who kept one checkpoint it does not.
    assert!(all.audit(all.checkpoint(), &[]).is_clean());
    assert_eq!(kinds(&all.audit(all.checkpoint(), &[log.checkpoint()])), [Wrong::SplitView]);
}

#[test]
fn h40_an_altered_tile_is_not_blamed_on_the_entries() {
    let log = Log::of(SIZE);
    for (level, index) in [(0, 0), (0, 1), (0, 2), (1, 0)] {
        let id = TileId::in_log(SIZE, level, index).unwrap();
        let mut altered = log.clone();
        altered.tiles.get_mut(&id).unwrap()[33] ^= 1;
        let report = altered.audit(log.checkpoint(), &[]);
        assert_eq!(kinds(&report), [Wrong::TileAltered], "{id}");
        assert_eq!(report.findings[0].path, Some(id.path()));
        assert_eq!(report.root, Some(log.root));
        altered.tiles.remove(&id);
        assert_eq!(kinds(&altered.audit(log.checkpoint(), &[])), [Wrong::TileMissing]);
        altered.tiles.insert(id, vec![0; 31]);
        assert_eq!(kinds(&altered.audit(log.checkpoint(), &[])), [Wrong::TileBroken]);
    }
}

#[test]
fn h40_an_entry_and_an_unrelated_tile_are_told_apart() {
    let log = Log::of(SIZE);
    let mut altered = log.with_entries(|entries| entries[5] = entry(9_999));
    altered.tiles.get_mut(&TileId { level: 0, index: 1, width: 256 }).unwrap()[0] ^= 1;
    let report = altered.audit(log.checkpoint(), &[]);
    assert_eq!(kinds(&report), [Wrong::EntryChanged, Wrong::TileAltered], "{:?}", report.findings);
    assert_eq!((naming(&report, 5), naming(&report, 256)), (vec![Wrong::EntryChanged], vec![Wrong::TileAltered]));
    // With the right edge altered too, nothing above can be believed; the entry is still named.
    altered.tiles.get_mut(&TileId { level: 0, index: 2, width: 88 }).unwrap()[0] ^= 1;
    let report = altered.audit(log.checkpoint(), &[]);
    assert!(naming(&report, 5).contains(&Wrong::EntryChanged) && kinds(&report).contains(&Wrong::EdgeAltered));
}

#[test]
fn h40_a_broken_bundle_is_named() {
    let log = Log::of(SIZE);
    let mut altered = log.clone();
    let (id, bytes) = altered.bundles.iter_mut().find(|(id, _)| id.index == 1).unwrap();
    bytes.pop();
    let path = id.path();
    let report = altered.audit(log.checkpoint(), &[]);
    assert_eq!(kinds(&report), [Wrong::BundleBroken]);
    assert_eq!((report.findings[0].entries, report.findings[0].path.clone()), (Some((256, 511)), Some(path)));
}

#[test]
fn h40_a_body_changed_beside_the_record_is_named() {
    let log = Log::of(10);
    let leaf = act(4);
    assert!(check_opening(&leaf, &[1; 32], b"public 4") && !check_opening(&leaf, &[1; 32], b"public 5"));
    assert!(!check_opening(&leaf, &[9; 32], b"public 4"));
    let mut audit = Audit::new(log.checkpoint());
    log.feed(&mut audit);
    audit.public_body(4, &leaf, &[1; 32], b"public 4");
    audit.private_body(4, &leaf, &[2; 32], b"private 4");
    assert!(audit.clone().finish().is_clean());
    audit.public_body(4, &leaf, &[1; 32], b"approved after all");
    let report = audit.finish();
    assert_eq!((kinds(&report), naming(&report, 4)), (vec![Wrong::BodyChanged], vec![Wrong::BodyChanged]));
}

#[test]
fn h40_no_new_head_is_signed_over_an_altered_edge() {
    let mut log = Log::of(SIZE);
    let signed = log.root;
    log.tiles.get_mut(&TileId { level: 0, index: 2, width: 88 }).unwrap()[0] ^= 1;
    let why = append_after(&log.tiles, SIZE, signed, &[leaf_hash(b"next")]).unwrap_err();
    assert_eq!(why, LedgerError::RootMismatch { size: SIZE });
}

#[test]
fn h40_a_witness_signs_no_cut_log_and_no_old_backup() {
    let (log, witness) = (log_key().verifier(), witness_key(1));
    let full = Log::of(SIZE);
    let first = Request { old: 0, proof: Vec::new(), checkpoint: full.signed() };
    let (seen, _) = Observed::default().observe(&first, &log, &witness, 1).unwrap();
    let cut = Log::of(500);
    let ask = |old, proof, log: &Log| Request { old, proof, checkpoint: log.signed() };
    let answer = |request: &Request| seen.observe(request, &log, &witness, 2).unwrap_err();
    assert_eq!(answer(&ask(SIZE, Vec::new(), &cut)), LedgerError::Shrunk { old: SIZE, new: 500 });
    assert_eq!(answer(&ask(500, Vec::new(), &cut)), LedgerError::WitnessElsewhere { known: SIZE });
    let other = Log::of(450).and((0..150).map(|number| entry(10_000 + number)));
    assert_eq!(answer(&ask(SIZE, Vec::new(), &other)), LedgerError::SplitView { size: SIZE });
    let longer = other.and([entry(1)]);
    let proof = consistency_proof(&longer.tiles, SIZE, longer.size).unwrap();
    assert!(matches!(answer(&ask(SIZE, proof, &longer)), LedgerError::NotConsistent { .. }));
}

#[test]
fn h40_a_checkpoint_of_another_log_is_no_comparison() {
    let log = Log::of(10);
    let other = Checkpoint::new("elsewhere.example", 5, Log::of(5).root);
    assert_eq!(kinds(&log.audit(log.checkpoint(), &[other])), [Wrong::OtherLog]);
}

#[test]
fn h40_entries_alone_still_give_the_change_away() {
    let log = Log::of(SIZE);
    let altered = log.with_entries(|entries| entries[300] = entry(9_999));
    let kept = [256, 350].map(|size| Log::of(size).checkpoint());
    let mut audit = kept.into_iter().fold(Audit::new(log.checkpoint()).without_tiles(), Audit::trust);
    altered.feed(&mut audit);
    assert_eq!(audit.progress(), (3, 3));
    let report = audit.finish();
    assert_eq!(kinds(&report), [Wrong::HistoryRewritten]);
    assert_eq!(report.findings[0].entries, Some((256, 349)));
    // A deleted row is named even so.
    let mut audit = Audit::new(log.checkpoint()).without_tiles();
    for id in audit.bundles() {
        let rows = id.first()..id.first() + u64::from(id.width);
        audit.rows(id.index, rows.map(|i| (i != 42).then(|| &log.entries[i as usize][..])));
    }
    assert_eq!(naming(&audit.finish(), 42), [Wrong::EntryDeleted]);
}

/// A log that claims to be enormous costs the auditor nothing.
#[test]
fn h40_an_absurd_size_does_no_harm() {
    let log = Log::of(300);
    let mut head = log.checkpoint();
    head.size = u64::MAX;
    sign_checkpoint(&head, &log_key());
    let mut audit = Audit::new(head);
    audit.bundle(0, &log.bundles.values().next().unwrap().clone());
    audit.bundle(u64::MAX, b"");
    audit.tile(TileId { level: 63, index: u64::MAX, width: 1 }, b"");
    let report = audit.finish();
    assert!(kinds(&report).contains(&Wrong::TailCut), "{:?}", kinds(&report));
}

/// Above 65,536 entries there is a third level.
#[test]
fn f149_a_log_of_three_levels() {
    let size = 65_536 + 300;
    let log = Log::of(size);
    let kept = [1_000, 65_536, 65_800]
        .map(|size| Checkpoint::new(common::ORIGIN, size, ledger::root(&log.tiles_at(size), size).unwrap()));
    let report = log.audit(log.checkpoint(), &kept);
    assert!(report.is_clean() && report.continues == 3, "{:?}", report.findings);
    let altered = log.with_entries(|entries| entries[40_000] = entry(99_999));
    assert_eq!(naming(&altered.audit(log.checkpoint(), &[]), 40_000), [Wrong::EntryChanged]);
    // An altered tile of the middle level accuses no entry.
    let id = TileId { level: 1, index: 0, width: 256 };
    let mut lying = altered.clone();
    lying.tiles.get_mut(&id).unwrap()[32 * 7] ^= 1;
    let report = lying.audit(log.checkpoint(), &[]);
    assert_eq!(naming(&report, 40_000), [Wrong::EntryChanged]);
    let mut lying = log.clone();
    lying.tiles.get_mut(&id).unwrap()[32 * 7] ^= 1;
    assert_eq!(kinds(&lying.audit(log.checkpoint(), &[])), [Wrong::TileAltered]);
}
