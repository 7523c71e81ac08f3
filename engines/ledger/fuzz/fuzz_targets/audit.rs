//! A small log, altered in any way, audited in one go and cut off: both come to the same report, every alteration is found,
//! and nothing that is served makes the auditor panic.
#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use ledger::{
    BundleId, Checkpoint, TileId, append, append_entries,
    audit::{Audit, Bookmark, Hashed},
    leaf_hash,
};
use libfuzzer_sys::fuzz_target;

/// Two whole bundles, a part of one, and a second level.
const SIZE: u64 = 520;
/// Checkpoints that were kept of the log as it grew.
const KEPT: usize = 16;

type Bundles = BTreeMap<BundleId, Vec<u8>>;

struct Log {
    head: Checkpoint,
    tiles: BTreeMap<TileId, Vec<u8>>,
    bundles: Bundles,
    entries: Vec<Vec<u8>>,
    hashed: BTreeMap<BundleId, Hashed>,
    kept: Vec<Checkpoint>,
}

/// What is served in its place.
struct Served {
    tiles: BTreeMap<TileId, Vec<u8>>,
    bundles: Bundles,
}

fn bundles(entries: &[Vec<u8>]) -> Bundles {
    append_entries(0, None, entries).expect("short entries").into_iter().collect()
}

static SOUND: LazyLock<Log> = LazyLock::new(|| {
    let entries: Vec<Vec<u8>> = (0..SIZE).map(|number| number.to_be_bytes().to_vec()).collect();
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let appended = |size: usize| append(&BTreeMap::new(), 0, &leaves[..size]).expect("an empty log takes anything");
    let head = |size: usize| Checkpoint::new("fuzz.example", size as u64, appended(size).root);
    let bundles = bundles(&entries);
    Log {
        head: head(leaves.len()),
        tiles: appended(leaves.len()).tiles.into_iter().collect(),
        hashed: bundles.iter().map(|(id, bytes)| (*id, Hashed::of(bytes))).collect(),
        bundles,
        entries,
        kept: (0..KEPT).map(|number| head(number * leaves.len() / KEPT)).collect(),
    }
});

/// Hashed once, whole bundles not at all: three audits are fed the same.
fn hashed(served: &Served) -> BTreeMap<BundleId, Hashed> {
    let of = |(id, bytes): (&BundleId, &Vec<u8>)| match SOUND.bundles.get(id) == Some(bytes) {
        true => (*id, SOUND.hashed[id].clone()),
        false => (*id, Hashed::of(bytes)),
    };
    served.bundles.iter().map(of).collect()
}

fn feed(served: &Served, hashed: &BTreeMap<BundleId, Hashed>, audit: &mut Audit, most: usize) {
    for id in audit.bundles().take(most) {
        if let Some((_, bundle)) = hashed.iter().find(|(held, _)| held.index == id.index) {
            audit.hashed(id.index, bundle.clone());
        }
        for id in audit.tiles_with(id) {
            if let Some((held, bytes)) = served.tiles.iter().find(|(held, _)| (held.level, held.index) == (id.level, id.index)) {
                audit.tile(*held, bytes);
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let sound = &*SOUND;
    let mut steps = bytes.chunks_exact(5);
    let [cut, trust] = [steps.remainder().first(), steps.remainder().get(1)].map(|byte| byte.copied().unwrap_or_default());
    let mut altered = sound.entries.clone();
    let mut served: Option<Served> = None;
    let serve = |entries: &[Vec<u8>]| Served { tiles: sound.tiles.clone(), bundles: bundles(entries) };
    for step in steps.by_ref().take(20) {
        let number = |at: usize| usize::from(u16::from_be_bytes([step[at], step[at + 1]]));
        let (a, b) = (number(1) % altered.len().max(1), number(3) % altered.len().max(1));
        match (step[0] % 8, &mut served) {
            (_, None) if altered.len() < 2 => break,
            (0, None) => drop(altered.remove(a)),
            (1, None) => altered.swap(a, b),
            (2, None) => altered[a] = step.to_vec(),
            (3, None) => altered.insert(a, step.to_vec()),
            (4, None) => altered.truncate(a),
            // From here on what is served is altered byte by byte.
            (5, None) => served = Some(serve(&altered)),
            (6, Some(served)) => {
                if let Some(tile) = served.tiles.values_mut().nth(number(1) % sound.tiles.len()) {
                    let at = number(3) % tile.len().max(1);
                    tile.get_mut(at).into_iter().for_each(|byte| *byte = byte.wrapping_add(1));
                    tile.truncate(if step[0] > 200 { at } else { usize::MAX });
                }
            }
            (7, Some(served)) => {
                if let Some(bundle) = served.bundles.values_mut().nth(number(1) % sound.bundles.len()) {
                    let at = number(3) % bundle.len().max(1);
                    bundle.get_mut(at).into_iter().for_each(|byte| *byte = byte.wrapping_add(1));
                    bundle.truncate(if step[0] > 200 { at } else { usize::MAX });
                }
            }
            _ => {}
        }
    }
    let served = served.unwrap_or_else(|| serve(&altered));
    let hashed = hashed(&served);
    let start = || Audit::new(sound.head.clone()).trust(sound.kept[usize::from(trust) % KEPT].clone());

    let mut whole = start();
    feed(&served, &hashed, &mut whole, usize::MAX);
    let whole = whole.finish();
    let same = |(index, bytes): (&BundleId, &Vec<u8>)| served.bundles.get(index) == Some(bytes);
    let sound_bundles = sound.bundles.iter().all(same) && served.bundles.len() == sound.bundles.len();
    let sound_tiles = served.tiles == sound.tiles;
    assert_eq!(whole.is_clean(), sound_bundles && sound_tiles, "{:?}", whole.findings);

    let mut before = start();
    feed(&served, &hashed, &mut before, usize::from(cut) % 4);
    if let Some(bookmark) = before.bookmark() {
        let read: Bookmark = serde_json::from_str(&serde_json::to_string(bookmark).expect("it is a value")).expect("as written");
        let mut after = start().resume(read).expect("it fits");
        feed(&served, &hashed, &mut after, usize::MAX);
        assert_eq!(after.finish(), whole);
    }
});
