use super::*;
use ledger::{Checkpoint, Hash, TileId, append, consistency_proof, sign_checkpoint, verify_cosignature};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};

const ORIGIN: &str = "record.example/log";

/// A directory of its own for each book.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Dir {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        Dir(std::env::temp_dir().join(format!("sunlit-witness-{}-{n}", std::process::id())))
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A log that goes two ways from its fork on.
struct Forked {
    key: SigningKey,
    tiles: [BTreeMap<TileId, Vec<u8>>; 2],
    roots: [Vec<Hash>; 2],
}

const SIZE: u64 = 24;
const FORK: u64 = 9;

impl Forked {
    fn new() -> Forked {
        let key = SigningKey::from_seed(ORIGIN, &[7; 32]).unwrap();
        let way = |way: u64| {
            let (mut tiles, mut roots) = (BTreeMap::new(), vec![ledger::empty_root()]);
            for n in 0..SIZE {
                let entry = if n < FORK { format!("{n}") } else { format!("{n} of {way}") };
                let appended = append(&tiles, n, &[leaf_hash(entry.as_bytes())]).unwrap();
                tiles.extend(appended.tiles);
                roots.push(appended.root);
            }
            (tiles, roots)
        };
        let [(one, first), (two, second)] = [way(0), way(1)];
        Forked { key, tiles: [one, two], roots: [first, second] }
    }

    fn request(&self, way: usize, old: u64, size: u64) -> Request {
        let head = Checkpoint::new(ORIGIN, size, self.roots[way][size as usize]);
        let proof = consistency_proof(&self.tiles[way], old.min(size), size).unwrap_or_default();
        Request { old, proof, checkpoint: sign_checkpoint(&head, &self.key) }
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn open(dir: &Dir) -> Book {
    Book::open(&dir.0, Some("news.example")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is asked, in whatever order, with a restart anywhere: never two roots of one size, never a smaller size after a larger.
    #[test]
    fn f150_a_witness_never_signs_two_roots_of_one_size(
        asked in proptest::collection::vec((0..2usize, 0..=SIZE, 0..=SIZE, any::<bool>(), any::<bool>()), 1..24),
    ) {
        let (dir, log) = (Dir::new(), Forked::new());
        let mut book = open(&dir);
        book.follow(&log.key.verifier(), now()).unwrap();
        let (mut signed, mut last) = (HashMap::new(), 0);
        for (way, old, size, honest, restart) in asked {
            if restart {
                drop(book);
                book = open(&dir);
            }
            let old = if honest { book.kept(ORIGIN).unwrap().observed.size } else { old };
            let request = log.request(way, old, size);
            if let Ok(line) = book.cosign(&request, now()) {
                let note = add_signatures(&request.checkpoint, &line).unwrap();
                let (head, _) = verify_cosignature(&note, &book.key()).unwrap();
                prop_assert!(head.size >= last);
                last = head.size;
                prop_assert_eq!(*signed.entry(head.size).or_insert(head.root), head.root);
                prop_assert_eq!(book.kept(ORIGIN).unwrap().note, Some(note));
            }
        }
    }
}

#[test]
fn f150_two_signed_heads_of_one_size_are_an_alarm_that_stays_with_both_in_its_evidence() {
    let (dir, log) = (Dir::new(), Forked::new());
    let book = open(&dir);
    book.follow(&log.key.verifier(), now()).unwrap();
    book.cosign(&log.request(0, 0, 12), now()).unwrap();
    // Nobody else's head is evidence of anything.
    let stranger = SigningKey::from_seed(ORIGIN, &[8; 32]).unwrap();
    let forged = sign_checkpoint(&Checkpoint::new(ORIGIN, 12, log.roots[1][12]), &stranger);
    book.cosign(&Request { old: 12, proof: Vec::new(), checkpoint: forged }, now()).unwrap_err();
    // A proof that somebody made up is none either.
    book.cosign(&Request { proof: Vec::new(), ..log.request(0, 12, 20) }, now()).unwrap_err();
    assert!(book.alarms().is_empty());
    let other = log.request(1, 12, 12);
    let why = book.cosign(&other, now()).unwrap_err();
    assert!(matches!(why, Refusal::Ledger(LedgerError::SplitView { size: 12 })), "{why:?}");
    // Told once, whatever size is named beside it.
    book.cosign(&log.request(1, 3, 12), now()).unwrap_err();
    let alarms = book.alarms();
    assert_eq!((alarms.len(), alarms[0].kind), (1, Kind::Fork));
    let evidence = fs::read_to_string(dir.0.join(alarms[0].evidence.as_ref().unwrap())).unwrap();
    assert!(evidence.contains(&other.checkpoint) && evidence.contains(&book.kept(ORIGIN).unwrap().note.unwrap()), "{evidence}");
    // It stays when all looks well again, and over a restart.
    book.looked(ORIGIN, now()).unwrap();
    drop(book);
    assert!(open(&dir).alarms()[0].over.is_none());
}

#[test]
fn f150_a_log_that_is_read_and_does_not_agree_is_neither_silent_nor_well() {
    let (dir, log) = (Dir::new(), Forked::new());
    let book = open(&dir);
    book.follow(&log.key.verifier(), now()).unwrap();
    book.watches(ORIGIN, "http://log.example", 60).unwrap();
    let at = |minutes| now() + chrono::Duration::minutes(minutes);
    let says = |minutes| {
        let kept = book.kept(ORIGIN).unwrap();
        (kept.is_silent(at(minutes)), kept.disagrees())
    };
    assert_eq!((says(0), says(2)), ((false, false), (true, false)));
    book.looked(ORIGIN, at(2)).unwrap();
    assert_eq!(says(2), (false, false));
    book.read(ORIGIN, at(5)).unwrap();
    assert_eq!((says(5), says(7)), ((false, true), (true, true)));
    book.looked(ORIGIN, at(8)).unwrap();
    assert_eq!(says(8), (false, false));
}

#[test]
fn f150_the_key_is_for_its_owner_alone_and_two_never_run_on_one_book() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Dir::new();
    let book = open(&dir);
    let mode = |file: &str| fs::metadata(dir.0.join(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(KEY), mode("")), (0o600, 0o700));
    assert!(Book::open(&dir.0, None).is_err());
    let key = book.key();
    drop(book);
    assert!(Book::open(&dir.0, Some("other.example")).is_err(), "a name is given once");
    assert_eq!(Book::open(&dir.0, None).unwrap().key(), key);
    assert!(Book::open(&Dir::new().0, None).is_err(), "and must be given");
}

#[test]
fn f150_a_book_that_cannot_be_read_is_not_begun_anew() {
    let (dir, log) = (Dir::new(), Forked::new());
    let book = open(&dir);
    book.follow(&log.key.verifier(), now()).unwrap();
    book.cosign(&log.request(0, 0, 12), now()).unwrap();
    let file = dir.0.join(LOGS).join(format!("{}.json", book.kept(ORIGIN).unwrap().id()));
    drop(book);
    let whole = fs::read_to_string(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(Book::open(&dir.0, None).is_err());
    fs::write(&file, whole).unwrap();
    let book = Book::open(&dir.0, None).unwrap();
    let stranger = SigningKey::from_seed(ORIGIN, &[8; 32]).unwrap();
    assert!(book.follow(&stranger.verifier(), now()).is_err(), "a log keeps its key");
    // A head that cannot be written down is not signed.
    fs::set_permissions(dir.0.join(LOGS), std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
    let asked = book.cosign(&log.request(0, 12, 14), now());
    fs::set_permissions(dir.0.join(LOGS), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    // Root writes where it may not.
    if asked.is_err() {
        assert_eq!(book.kept(ORIGIN).unwrap().observed.size, 12);
    }
}
