//! H40: "cannot be deleted", says the help, and an administrator can delete. Everything the owner of the database can do
//! to the record is done here, and the outsider's verification must name the entry.

mod common;

use common::{Log, ORIGIN, act, entry, kinds, log_key, naming, witness_key};
use ledger::{
    Checkpoint, LedgerError, Policy, TileId, append_after,
    audit::{Audit, Report, Wrong},
    check_opening, consistency_proof, cosign, encode_entries, leaf_hash, parse_entries, sign_checkpoint, verify_consistency,
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
    assert_eq!((report.findings[0].entries, report.findings[0].path.clone()), (Some((511, 511)), Some(path)));
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
    // An entry rewritten with the tiles of two levels: the third still knows better, and names the 65,536 entries below.
    let all = Log::empty().and(altered.entries.clone());
    let mut two = altered.clone();
    for id in [TileId { level: 0, index: 156, width: 256 }, id] {
        two.tiles.insert(id, all.tiles[&id].clone());
    }
    let report = two.audit(log.checkpoint(), &[]);
    assert_eq!((kinds(&report), report.findings[0].entries), (vec![Wrong::Rewritten], Some((0, 65_535))));
    // Cut off before and after the third level began, it comes to the same, from a bookmark of a few kilobytes.
    let whole = log.audit(log.checkpoint(), &kept);
    for after in [255, 257] {
        let report = log.audit_cut_off(&log.checkpoint(), &kept, after, &log.checkpoint());
        assert_eq!(report, whole, "{after}");
        let report = two.audit_cut_off(&log.checkpoint(), &[], after, &log.checkpoint());
        assert_eq!((kinds(&report), report.findings[0].entries), (vec![Wrong::Rewritten], Some((0, 65_535))), "{after}");
    }
    let mut audit = Audit::new(log.checkpoint());
    log.feed(&mut audit);
    let bookmark = audit.bookmark().unwrap();
    assert_eq!(bookmark.entries(), 65_536 + 256);
    assert!(serde_json::to_string(bookmark).unwrap().len() < 1_000);
}

/// An auditor who is cut off and goes on comes to the same report as one who is not, whatever is wrong and wherever.
#[test]
fn f149_an_audit_cut_off_anywhere_goes_on() {
    let log = Log::of(1_100);
    let kept: Vec<Checkpoint> = [0, 100, 256, 300, 512, 1_000].map(|size| Log::of(size).checkpoint()).to_vec();
    let mut lying = log.clone();
    lying.tiles.get_mut(&TileId { level: 1, index: 0, width: 4 }).unwrap()[40] ^= 1;
    let mut gone = log.clone();
    gone.tiles.remove(&TileId { level: 0, index: 1, width: 256 });
    let logs = [
        log.clone(),
        log.with_entries(|entries| entries[700] = entry(9_999)),
        log.with_entries(|entries| entries.swap(5, 900)),
        log.with_entries(|entries| drop(entries.remove(600))),
        log.with_entries(|entries| entries.truncate(800)),
        Log::of(700).and((0..400).map(|number| entry(10_000 + number))),
        lying,
        gone,
    ];
    for (number, stored) in logs.iter().enumerate() {
        let whole = stored.audit(log.checkpoint(), &kept);
        assert_eq!(whole.is_clean(), number == 0);
        for after in 0..=5 {
            let again = stored.audit_cut_off(&log.checkpoint(), &kept, after, &log.checkpoint());
            assert_eq!(again, whole, "log {number} after {after}");
        }
    }
    // The log has grown meanwhile: the earlier head is held against it as well.
    let grown = log.clone().and((1_100..1_500).map(entry));
    for after in 0..=4 {
        let report = grown.audit_cut_off(&log.checkpoint(), &kept, after, &grown.checkpoint());
        assert!(report.is_clean(), "{after}: {:?}", report.findings);
        assert_eq!((report.entries, report.continues), (1_500, kept.len() + 1));
    }
    // It has become shorter: that is named, and what is left is read again.
    let cut = Log::of(600);
    for after in 0..=4 {
        let report = log.audit_cut_off(&log.checkpoint(), &[], after, &log.checkpoint());
        assert!(report.is_clean());
        let mut audit = Audit::new(log.checkpoint());
        audit.bundles().take(after).for_each(|id| log.feed_bundle(&mut audit, id));
        let mut audit = Audit::new(cut.checkpoint()).resume(audit.bookmark().unwrap().clone()).unwrap();
        cut.feed(&mut audit);
        let report = audit.finish();
        assert_eq!((kinds(&report), report.entries), (vec![Wrong::RolledBack], 600), "{after}");
    }
}

/// Read to its very end, a log that ends on a full bundle still wants the tiles at its right edge.
#[test]
fn f149_an_audit_cut_off_at_the_end_goes_on() {
    for size in [256, 512, 1_024] {
        let log = Log::of(size);
        let after = size as usize / 256;
        let report = log.audit_cut_off(&log.checkpoint(), &[], after, &log.checkpoint());
        assert!(report.is_clean() && report.entries == size, "{size}: {:?}", report.findings);
        let report = log.audit_cut_off(&log.checkpoint(), &[], after - 1, &log.checkpoint());
        assert!(report.is_clean() && report.entries == size, "{size}: {:?}", report.findings);
    }
}

#[test]
fn f149_a_bookmark_that_does_not_fit_is_refused() {
    let log = Log::of(700);
    let mut audit = Audit::new(log.checkpoint());
    log.feed(&mut audit);
    let bookmark = audit.bookmark().unwrap().clone();
    let mut json = serde_json::to_value(&bookmark).unwrap();
    let mut bent = |path: &str, to: serde_json::Value| {
        let held = std::mem::replace(json.pointer_mut(path).unwrap(), to);
        let read = serde_json::from_value(json.clone());
        *json.pointer_mut(path).unwrap() = held;
        Audit::new(log.checkpoint()).resume(read.unwrap()).map(|_| ()).unwrap_err()
    };
    assert!(matches!(bent("/bundles", 3.into()), LedgerError::BadBookmark(_)));
    assert!(matches!(bent("/bundles", u64::MAX.into()), LedgerError::BadBookmark(_)));
    assert!(matches!(bent("/edge/0", serde_json::json!([])), LedgerError::BadBookmark(_)));
    assert!(matches!(bent("/head/origin", "elsewhere.example".into()), LedgerError::OtherLog { .. }));
    // It says nothing of a checkpoint it passed without knowing it, nor of tiles it left out.
    let earlier = Log::of(300).checkpoint();
    let why = Audit::new(log.checkpoint()).trust(earlier).resume(bookmark.clone()).map(|_| ()).unwrap_err();
    assert!(matches!(why, LedgerError::BadBookmark(_)) && why.to_string().contains("从头核验"));
    assert!(Audit::new(log.checkpoint()).without_tiles().resume(bookmark.clone()).is_err());
    // Altered, it makes a sound log look wrong, and never a wrong one sound.
    let edge = bookmark.clone();
    let altered = serde_json::to_string(&edge).unwrap().replacen("\"edge\":[[\"", "\"edge\":[[\"0", 1);
    let at = altered.find("\"edge\":[[\"").unwrap() + 10 + 64;
    let altered = format!("{}{}", &altered[..at], &altered[at + 1..]);
    let mut audit = Audit::new(log.checkpoint()).resume(serde_json::from_str(&altered).unwrap()).unwrap();
    log.feed(&mut audit);
    assert!(!audit.finish().is_clean());
    // A body found wrong before it: there is none to go on from.
    let mut audit = Audit::new(log.checkpoint());
    log.feed(&mut audit);
    audit.body_withheld(3, &act(3));
    assert!(audit.bookmark().is_none());
    assert_eq!(kinds(&audit.finish()), [Wrong::BodyWithheld]);
}

/// The first bad entry is told as narrowly as it is known, and entries are counted, not findings.
#[test]
fn f149_the_first_bad_entry_and_how_many() {
    let log = Log::of(SIZE);
    let head = log.checkpoint();
    let changed = log.with_entries(|entries| [5, 6, 300].into_iter().for_each(|at| entries[at][20] ^= 1));
    let report = changed.audit(head.clone(), &[]);
    assert_eq!((report.first_bad(), report.bad_entries()), (Some((5, 5)), 3), "{:?}", report.findings);
    // A body that is kept back beside a changed entry is the same entry.
    let mut audit = Audit::new(head.clone());
    audit.body_withheld(5, &act(5));
    audit.bodies_withheld((256, 511));
    changed.feed(&mut audit);
    let report = audit.finish();
    assert_eq!((report.first_bad(), report.bad_entries()), (Some((5, 5)), 2 + 256), "{:?}", report.findings);
    // Of two histories only a range is known; an entry named before its end narrows it.
    let fork = log.with_entries(|entries| entries[5][20] ^= 1);
    let fork = Log::empty().and(fork.entries.iter().cloned());
    let report = fork.audit(fork.checkpoint(), std::slice::from_ref(&head));
    assert_eq!((report.first_bad(), report.bad_entries()), (Some((0, SIZE - 1)), 0), "{:?}", report.findings);
    let mut audit = Audit::new(fork.checkpoint()).trust(head.clone());
    audit.body_withheld(40, &act(40));
    fork.feed(&mut audit);
    let report = audit.finish();
    assert_eq!((report.first_bad(), report.bad_entries()), (Some((0, 40)), 1), "{:?}", report.findings);
    // Tiles that are gone accuse no entry.
    let mut bare = log.clone();
    bare.tiles.clear();
    let report = bare.audit(head, &[]);
    assert!(!report.is_clean());
    assert_eq!((report.first_bad_entry(), report.bad_entries()), (None, 0), "{:?}", report.findings);
}

/// A signed head of no entries has one root.
#[test]
fn h40_an_empty_log_with_another_root_is_found() {
    let sound = Audit::new(Checkpoint::new(ORIGIN, 0, ledger::empty_root())).finish();
    assert!(sound.is_clean());
    let report = Audit::new(Checkpoint::new(ORIGIN, 0, leaf_hash(b"something"))).finish();
    assert_eq!((kinds(&report), report.first_bad_entry()), (vec![Wrong::Rewritten], None));
    assert!(report.findings[0].zh.contains("0 条") && report.findings[0].en.contains("empty log"));
}

/// Everything one can do to a record, side by side, each under its own name.
#[test]
fn h40_every_attack_has_its_name() {
    let log = Log::of(SIZE);
    let (head, earlier) = (log.checkpoint(), Log::of(500).checkpoint());
    let kept = [earlier.clone(), head.clone()];
    let named = |what: &str, report: &Report, wrong: Wrong, first: u64| {
        assert_eq!(kinds(report).first(), Some(&wrong), "{what}: {:?}", report.findings);
        assert_eq!(report.first_bad_entry(), Some(first), "{what}");
        assert!(
            report.findings[0].zh.contains(&first.to_string()) && report.findings[0].en.contains(&first.to_string()),
            "{what}"
        );
    };
    let flipped = log.with_entries(|entries| entries[123][20] ^= 1);
    named("flip", &flipped.audit(head.clone(), &[]), Wrong::EntryChanged, 123);
    let dropped = log.with_entries(|entries| drop(entries.remove(321)));
    named("drop", &dropped.audit(head.clone(), &[]), Wrong::EntryDeleted, 321);
    let swapped = log.with_entries(|entries| entries.swap(7, 570));
    named("swap", &swapped.audit(head.clone(), &[]), Wrong::EntriesSwapped, 7);
    let truncated = log.with_entries(|entries| entries.truncate(555));
    named("truncate", &truncated.audit(head.clone(), &[]), Wrong::TailCut, 555);
    // Two histories, each signed and whole by itself.
    let fork = Log::of(550).and((0..50).map(|number| entry(10_000 + number)));
    named("fork", &fork.audit(fork.checkpoint(), &kept), Wrong::SplitView, 500);
    let backup = Log::of(500);
    named("roll back", &backup.audit(backup.checkpoint(), &kept), Wrong::RolledBack, 500);
    // An old checkpoint, shown while the later entries are still served.
    let mut audit = kept.iter().cloned().fold(Audit::new(earlier.clone()), Audit::trust);
    log.feed(&mut audit);
    let last = log.bundles.last_key_value().unwrap();
    audit.bundle(last.0.index, last.1);
    let report = audit.finish();
    assert_eq!(kinds(&report), [Wrong::ExtraEntries, Wrong::Replayed, Wrong::ExtraEntries], "{:?}", report.findings);
    assert_eq!(report.first_bad_entry(), Some(500));
    // Replayed to somebody who kept nothing: the witnesses' times give it away.
    let (witness, log) = (witness_key(1), log_key().verifier());
    let policy = Policy { log, witnesses: vec![witness.witness_verifier()], required: 1 };
    let note = cosign(&backup.signed(), &witness, 1_790_000_000).unwrap();
    assert!(policy.open(&note).is_ok() && policy.open_since(&note, 1_790_000_000).is_ok());
    let why = policy.open_since(&note, 1_790_000_001).unwrap_err();
    assert_eq!(why, LedgerError::Stale { newest: Some(1_790_000_000), since: 1_790_000_001 });
    let alone = Policy { required: 0, ..policy };
    assert_eq!(alone.open_since(&backup.signed(), 1).unwrap_err(), LedgerError::Stale { newest: None, since: 1 });
}

/// The log with one bundle as somebody left it.
fn with_bundle(log: &Log, index: u64, change: impl FnOnce(&mut Vec<u8>)) -> Log {
    let mut altered = log.clone();
    change(altered.bundles.iter_mut().find(|(id, _)| id.index == index).unwrap().1);
    altered
}

#[test]
fn h40_an_entry_pushed_into_one_bundle_is_named_and_no_other_accused() {
    let log = Log::of(SIZE);
    let earlier = Log::of(400).checkpoint();
    for (at, count) in [(0, 1), (10, 1), (255, 1), (10, 3)] {
        let altered = with_bundle(&log, 1, |bytes| {
            let mut entries = parse_entries(bytes).unwrap();
            entries.splice(at..at, (0..count).map(|n| entry(9_000 + n)));
            *bytes = encode_entries(&entries);
        });
        let report = altered.audit(log.checkpoint(), std::slice::from_ref(&earlier));
        assert_eq!(kinds(&report), [Wrong::EntryInserted], "{at}: {:?}", report.findings);
        let index = 256 + at as u64;
        assert_eq!((report.first_bad_entry(), report.bad_entries(), report.continues), (Some(index), 1, 1));
    }
    // Beside a change in the same bundle both are told.
    let altered = with_bundle(&log, 1, |bytes| {
        let mut entries = parse_entries(bytes).unwrap();
        entries[5] = entry(9_999);
        entries.insert(10, entry(9_998));
        *bytes = encode_entries(&entries);
    });
    let report = altered.audit(log.checkpoint(), &[]);
    assert_eq!((naming(&report, 261), naming(&report, 266)), (vec![Wrong::EntryChanged], vec![Wrong::EntryInserted]));
    assert_eq!(report.bad_entries(), 2, "{:?}", report.findings);
}

#[test]
fn h40_bytes_after_the_entries_of_a_bundle_accuse_none() {
    let log = Log::of(SIZE);
    for more in [&[0u8, 9, 9][..], &[1], &[0, 0]] {
        for (index, kind) in [(1, Wrong::BundleOverfull), (0, Wrong::BundleOverfull)] {
            let altered = with_bundle(&log, index, |bytes| bytes.extend_from_slice(more));
            let report = altered.audit(log.checkpoint(), &[]);
            assert_eq!(kinds(&report), [kind], "{more:?}: {:?}", report.findings);
            assert_eq!((report.first_bad_entry(), report.bad_entries(), report.root), (None, 0, Some(log.root)));
            let mut alone = Audit::new(log.checkpoint()).without_tiles();
            altered.feed(&mut alone);
            assert_eq!(kinds(&alone.finish()), [kind], "{more:?}");
        }
    }
}

#[test]
fn h40_what_is_said_of_a_broken_file_is_said_in_one_language() {
    let log = Log::of(SIZE);
    let mut altered = with_bundle(&log, 1, |bytes| bytes.truncate(1000));
    altered.tiles.iter_mut().find(|(id, _)| id.level == 0 && id.index == 0).unwrap().1.pop();
    let report = altered.audit(log.checkpoint(), &[]);
    assert_eq!(report.findings.len(), 2, "{:?}", report.findings);
    for finding in &report.findings {
        assert!(!finding.zh.contains(" · ") && !finding.zh.contains("bundle"), "{}", finding.zh);
        assert!(finding.en.chars().all(|c| c < '\u{3000}'), "{}", finding.en);
    }
    // The entries before the break are good.
    assert!(report.first_bad_entry().is_some_and(|first| first > 256));
}
