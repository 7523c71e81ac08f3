//! How fast a whole log is verified, beside how fast this machine hashes at all, measured in the same run.
//!
//! `cargo bench -p ledger` prints the ratio. Every hash of a log is of a few hundred bytes at most, and SHA-256 works in
//! blocks of 64, so the ratio is of blocks: those the log's own hashes take (RFC 6962: every entry, every node) against
//! those of one long message in the same time.

use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput};
use ledger::{
    ActLeaf, BundleId, Checkpoint, TileId, append, append_entries,
    audit::{Audit, Hashed},
    canonical_json, commit, inclusion_proof, leaf_hash, verify_inclusion,
};
use sha2::{Digest, Sha256};

const SIZE: u64 = 1 << 17;
const ROUNDS: usize = 40;
/// Bundles that one thread hashes in one go.
const PART: usize = 32;

struct Log {
    head: Checkpoint,
    tiles: BTreeMap<TileId, Vec<u8>>,
    bundles: BTreeMap<BundleId, Vec<u8>>,
}

/// A log of acts as the house writes them.
fn log() -> Log {
    let entries: Vec<Vec<u8>> = (0..SIZE)
        .map(|number| {
            let id = format!("0190f3a1-5c5e-7cc0-8000-{number:012x}");
            let body = number.to_be_bytes();
            ActLeaf::new(id, "case.accepted", commit(&[1; 32], &body), commit(&[2; 32], &body)).expect("well formed").encode()
        })
        .collect();
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let appended = append(&BTreeMap::new(), 0, &leaves).expect("an empty log takes anything");
    let bundles = append_entries(0, None, &entries).expect("short entries");
    Log {
        head: Checkpoint::new("bench.example/log", appended.size, appended.root),
        tiles: appended.tiles.into_iter().collect(),
        bundles: bundles.into_iter().collect(),
    }
}

/// Every bundle and every tile, in the order in which they are fetched; `threads` hash side by side. Returns how long each
/// part took.
fn verify(log: &Log, threads: usize) -> Vec<Duration> {
    let mut laps = Vec::new();
    let mut audit = Audit::new(log.head.clone());
    let ids: Vec<BundleId> = audit.bundles().collect();
    for ids in ids.chunks(PART * threads) {
        let began = Instant::now();
        let hashed: Vec<_> = std::thread::scope(|scope| {
            let hash = |ids: &[BundleId]| ids.iter().map(|id| (*id, Hashed::of(&log.bundles[id]))).collect::<Vec<_>>();
            let mut parts = ids.chunks(PART);
            let first = parts.next().unwrap_or_default();
            let others: Vec<_> = parts.map(|ids| scope.spawn(move || hash(ids))).collect();
            let mut hashed = hash(first);
            others.into_iter().for_each(|other| hashed.extend(other.join().expect("hashing does not fail")));
            hashed
        });
        for (id, hashed) in hashed {
            audit.hashed(id.index, hashed);
            audit.tiles_with(id).into_iter().for_each(|id| audit.tile(id, &log.tiles[&id]));
        }
        laps.push(began.elapsed());
    }
    let began = Instant::now();
    assert!(audit.finish().is_clean());
    laps.push(began.elapsed());
    laps
}

/// Blocks SHA-256 takes for a message, its padding included.
fn blocks(length: usize) -> u64 {
    (length as u64 + 9).div_ceil(64)
}

fn raw(message: &[u8], threads: usize) {
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| black_box(Sha256::digest(message)));
        }
        black_box(Sha256::digest(message));
    });
}

fn ratio(log: &Log, threads: usize) {
    let message = vec![7u8; 1 << 20];
    // Turn by turn, so that both meet the same machine; of every part its best time, whoever else was at work.
    let (mut laps, mut hashing) = (verify(log, threads), Duration::MAX);
    for _ in 0..ROUNDS {
        for (best, lap) in laps.iter_mut().zip(verify(log, threads)) {
            *best = lap.min(*best);
        }
        for _ in 0..8 {
            let began = Instant::now();
            raw(&message, threads);
            hashing = hashing.min(began.elapsed());
        }
    }
    let verifying: Duration = laps.iter().sum();
    let entry = 1 + log.bundles.values().next().map_or(0, |bundle| bundle.len() / 256 - 2);
    let work = SIZE * blocks(entry) + (SIZE - 1) * blocks(65);
    let read: usize = log.bundles.values().chain(log.tiles.values()).map(Vec::len).sum();
    let rate = |bytes: u64, time: Duration| bytes as f64 / time.as_secs_f64() / 1e6;
    let (verified, hashed) = (rate(64 * work, verifying), rate((threads * message.len()) as u64, hashing));
    println!(
        "verify: {SIZE} entries in {verifying:.1?} on {threads} thread(s): {:.0} entries/s, {:.0} MB/s of log, {verified:.0} MB/s of \
         blocks; raw SHA-256 {hashed:.0} MB/s; ratio {:.0} %",
        SIZE as f64 / verifying.as_secs_f64(),
        rate(read as u64, verifying),
        100.0 * verified / hashed,
    );
}

fn main() {
    let log = log();
    ratio(&log, 1);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if threads > 1 {
        ratio(&log, threads);
    }
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("ledger");
    group.throughput(Throughput::Elements(SIZE));
    group.bench_function("verify a whole log", |bench| bench.iter(|| verify(&log, 1)));
    group.throughput(Throughput::Elements(1));
    let proof = inclusion_proof(&log.tiles, SIZE, 77_777).expect("it is in the log");
    let bundle = &log.bundles[&BundleId { index: 77_777 / 256, width: 256 }];
    let leaf = leaf_hash(&ledger::parse_entries(bundle).expect("well formed")[77_777 % 256]);
    group.bench_function("prove an entry", |bench| bench.iter(|| inclusion_proof(&log.tiles, SIZE, black_box(77_777))));
    group.bench_function("verify a proof", |bench| {
        bench.iter(|| verify_inclusion(leaf, black_box(77_777), SIZE, &proof, log.head.root))
    });
    let body = r#"{"subject":"case","no":"340100-2026-000123","fees":[1.50,20],"materials":[{"name":"身份证","ok":true}],"at":"2026-03-02"}"#;
    group.bench_function("canonical JSON of a body", |bench| bench.iter(|| canonical_json(black_box(body))));
    group.finish();
    criterion.final_summary();
}
