//! 核验 · the log as an outsider meets it, on a sound record and on altered ones (F147, F149, H40), and the receipt of an act.

mod house;

use acts::{Actor, CaseAct, Channel, DefinitionAct, Subject, Versions};
use calendar::{Clock, Limit};
use foundation::record;
use house::{Dir, Site, database, run, sunlit, text};
use ledger::audit::Audit;
use ledger::{ActLeaf, Checkpoint, Hash, SigningKey, TileId, commit, leaf_hash};
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// More than one bundle of 256, so that whole and partial files are both met.
const ACTS: usize = 300;

/// A site with a record of its own.
struct Record {
    dir: Dir,
    site: Site,
    pool: PgPool,
}

impl Record {
    async fn new(name: &str) -> Record {
        let dir = Dir::new(name);
        let site = Site::serve(&dir.data());
        let pool = database(&dir.data()).await;
        let record = Record { dir, site, pool };
        record.add(ACTS).await;
        record
    }

    /// Records acts and waits until the log has them.
    async fn add(&self, count: usize) {
        let before = self.size().await;
        let entries: Vec<_> = (0..count)
            .map(|i| {
                let act = DefinitionAct::Loaded { kind: "form".into(), key: format!("form-{i}"), hash: format!("{i:064}") };
                record::entry(Subject::definition(&format!("form-{i}")), chrono::Utc::now(), Actor::system(), None, act)
            })
            .collect();
        let mut tx = self.pool.begin().await.unwrap();
        record::record(&mut tx, &entries).await.unwrap();
        tx.commit().await.unwrap();
        let began = Instant::now();
        while self.size().await < before + count as i64 {
            assert!(began.elapsed() < Duration::from_secs(30), "the acts were not numbered");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn size(&self) -> i64 {
        sqlx::query_scalar("select coalesce(max(size), 0) from log_checkpoints").fetch_one(&self.pool).await.unwrap()
    }

    async fn key(&self) -> String {
        self.site.get("/log/key").await.text().await.unwrap().trim().to_owned()
    }

    /// As the database's owner would, past every guard.
    async fn tamper(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.pool).await.unwrap();
    }

    fn verify(&self, more: &[&str]) -> (Option<i32>, serde_json::Value) {
        let out = sunlit().args(["log", "verify", &self.site.address, "--json"]).args(more).output().unwrap();
        let said = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}{}", text(&out.stdout), text(&out.stderr)));
        (out.status.code(), said)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.0.join(name)
    }
}

/// Does a finding of this kind name the entry?
fn names(said: &serde_json::Value, wrong: &str, entry: u64) -> bool {
    said["findings"].as_array().unwrap().iter().any(|f| {
        f["wrong"] == wrong
            && f["entries"][0].as_u64().is_some_and(|a| a <= entry)
            && f["entries"][1].as_u64().is_some_and(|b| entry <= b)
    })
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn f147_the_whole_log_is_verified_by_an_outsider() {
    let record = Record::new("f147").await;
    let key = record.key().await;
    let size = record.size().await;
    let (code, said) = record.verify(&["--key", &key]);
    assert_eq!((code, &said["ok"], said["size"].as_i64()), (Some(0), &true.into(), Some(size)), "{said}");
    assert_eq!(said["key_from"], "given");
    // Both signatures, if both keys are given, and as they are known from the site.
    let second = record.site.get("/log/key/sm2").await.text().await.unwrap().trim().to_owned();
    for more in [&["--key", &key, "--key", &second][..], &[]] {
        let (code, said) = record.verify(more);
        assert_eq!((code, &said["signed_by"]), (Some(0), &serde_json::json!([key, second])), "{said}");
    }
    // For a person: without a key it says what that is worth.
    let out = run(&["log", "verify", &record.site.address]);
    assert!(out.status.success());
    assert!(text(&out.stdout).contains("核验通过"), "{}", text(&out.stdout));
    assert!(text(&out.stderr).contains("公钥是向站点自己要的"));
    // Another log's key proves nothing about this one.
    let other = ledger::SigningKey::from_seed("elsewhere.example/log", &[1; 32]).unwrap().verifier().to_string();
    let out = run(&["log", "verify", &record.site.address, "--key", &other]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("不是这把公钥签的"), "{}", text(&out.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn f149_an_altered_row_is_named_by_its_entry() {
    let record = Record::new("f149").await;
    let key = record.key().await;
    let first = record.size().await as u64 - ACTS as u64;
    let (body, kind, gone) = (first + 17, first + 42, first + 260);
    // A public body, a leaf, and a row that is no longer there.
    sqlx::query("update acts set public_body = replace(public_body, 'form', 'firm') where position = (select position from log_entries where n = $1)")
        .bind(body as i64)
        .execute(&record.pool)
        .await
        .unwrap();
    sqlx::query("update acts set kind = 'case.granted' where position = (select position from log_entries where n = $1)")
        .bind(kind as i64)
        .execute(&record.pool)
        .await
        .unwrap();
    let (code, said) = record.verify(&["--key", &key]);
    assert_eq!(code, Some(1));
    assert!(names(&said, "body_changed", body), "{said}");
    assert!(names(&said, "entry_changed", kind), "{said}");
    assert_eq!(said["findings"].as_array().unwrap().len(), 2, "nothing else is accused: {said}");
    // The house's own doctor says the same, from the inside.
    let doctor = run(&["doctor", "--data", path(&record.dir.data())]);
    assert_eq!(doctor.status.code(), Some(1));
    let doctor = text(&doctor.stdout);
    assert!(doctor.contains(&format!("第 {body} 条")) && doctor.contains(&format!("第 {kind} 条")), "{doctor}");
    sqlx::query("delete from log_entries where n = $1").bind(gone as i64).execute(&record.pool).await.unwrap();
    let (code, said) = record.verify(&["--key", &key]);
    assert_eq!(code, Some(1));
    assert!(names(&said, "entry_deleted", gone), "{said}");
    // Those behind it moved up, each with its body: none of them is accused.
    let accused = said["findings"].as_array().unwrap().iter().filter(|f| f["wrong"] == "body_changed");
    assert_eq!(accused.map(|f| f["entries"][0].as_u64().unwrap()).collect::<Vec<_>>(), [body], "{said}");
}

/// What is remembered of a log that was whole does not blur which entries were touched since.
#[tokio::test(flavor = "multi_thread")]
async fn f149_two_rows_that_were_swapped_are_the_two_that_are_named() {
    let record = Record::new("f149-swap").await;
    let seen = record.file("seen.txt");
    assert_eq!(record.verify(&["--trust", path(&seen)]).0, Some(0));
    let first = record.size().await - ACTS as i64;
    let (one, other) = (first + 17, first + 42);
    for (from, to) in [(one, 99_999), (other, one), (99_999, other)] {
        let sql = "update log_entries set n = $2 where n = $1";
        sqlx::query(sql).bind(from).bind(to).execute(&record.pool).await.unwrap();
    }
    for more in [0, 5] {
        record.add(more).await;
        let (code, said) = record.verify(&["--trust", path(&seen)]);
        assert_eq!(code, Some(1));
        assert!(names(&said, "entries_swapped", one as u64) && names(&said, "entries_swapped", other as u64), "{said}");
        let told = (said["first_bad_within"].clone(), said["bad_entries"].as_u64());
        assert_eq!(told, (serde_json::json!([one, one]), Some(2)), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h40_a_cut_tail_and_an_old_backup_contradict_the_checkpoint_that_was_kept() {
    let record = Record::new("h40").await;
    let seen = record.file("seen.txt");
    let kept = record.file("old.sql");
    // What a backup of today would hold.
    let size = record.size().await;
    let (code, said) = record.verify(&["--trust", path(&seen)]);
    assert_eq!((code, said["continues"].as_u64(), &said["key_from"]), (Some(0), Some(0), &"site".into()), "{said}");
    std::fs::copy(&seen, &kept).unwrap();
    record.add(5).await;
    let (code, said) = record.verify(&["--trust", path(&seen)]);
    assert_eq!((code, said["continues"].as_u64(), &said["key_from"]), (Some(0), Some(1), &"remembered".into()), "{said}");
    // The owner cuts the tail and shows the old head, which is signed and whole by itself.
    sqlx::query("delete from log_entries where n >= $1").bind(size).execute(&record.pool).await.unwrap();
    sqlx::query("delete from log_checkpoints where size > $1").bind(size).execute(&record.pool).await.unwrap();
    let before = std::fs::read_to_string(&seen).unwrap();
    let (code, said) = record.verify(&["--trust", path(&seen)]);
    assert_eq!(code, Some(1));
    assert!(names(&said, "rolled_back", size as u64), "{said}");
    assert_eq!(std::fs::read_to_string(&seen).unwrap(), before, "the evidence is not overwritten");
    // Then everything: an empty log.
    record.tamper("truncate log_entries, log_checkpoints, log_tiles").await;
    let (code, _) = record.verify(&["--trust", path(&seen)]);
    assert_eq!(code, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn f147_a_receipt_is_proved_offline_and_against_the_log_of_today() {
    let record = Record::new("receipt").await;
    let key = record.key().await;
    let text_of = record.site.get("/log/receipt/7").await.text().await.unwrap();
    let file = record.file("7.tlog-proof");
    std::fs::write(&file, &text_of).unwrap();
    record.add(3).await;
    let out = run(&["receipt", "verify", path(&file), "--log", &record.site.address, "--json"]);
    let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let second = record.site.get("/log/key/sm2").await.text().await.unwrap().trim().to_owned();
    assert!(run(&["receipt", "verify", path(&file), "--key", &key, "--key", &second]).status.success());
    assert!(said["ok"] == true && said["n"] == 7 && said["continued_to"].as_i64() == Some(record.size().await), "{said}");
    // The log is cut below what the receipt was signed over.
    let size: i64 = said["size"].as_i64().unwrap();
    let key_file = record.file("key");
    std::fs::write(&key_file, &key).unwrap();
    let Record { dir, site, pool } = record;
    pool.close().await;
    assert_eq!(site.end(), 0);
    // Nobody serves any more; the receipt still holds, with the key from a file.
    let out = run(&["receipt", "verify", path(&file), "--key", path(&key_file)]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert!(
        text(&out.stdout).contains("凭证有效") && text(&out.stdout).contains(&format!("共 {size} 条")),
        "{}",
        text(&out.stdout)
    );
    // One character of the act altered, and it proves nothing.
    let extra = text_of.lines().find(|l| l.starts_with("extra ")).unwrap();
    let altered = text_of.replace(extra, &extra.replacen("c3Vu", "c3Vv", 1));
    std::fs::write(&file, altered).unwrap();
    let out = run(&["receipt", "verify", path(&file), "--key", &key]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stdout).contains("凭证没有通过"), "{}", text(&out.stdout));
    drop(dir);
}

/// A copy of a log in a directory, of entries that are no acts: verified without a site, and the exit code tells how it went.
#[test]
fn f149_a_directory_is_verified_and_the_exit_code_tells() {
    let dir = Dir::new("log-directory");
    let copy = dir.0.join("copy");
    let key = ledger::SigningKey::from_seed("record.example/log", &[7; 32]).unwrap();
    let entries: Vec<Vec<u8>> = (0..600).map(|n| format!("entry {n}").into_bytes()).collect();
    let leaves: Vec<ledger::Hash> = entries.iter().map(|entry| ledger::leaf_hash(entry)).collect();
    let none = std::collections::BTreeMap::<ledger::TileId, Vec<u8>>::new();
    let appended = ledger::append(&none, 0, &leaves).unwrap();
    let head = ledger::Checkpoint::new("record.example/log", appended.size, appended.root);
    let put = |path: &str, bytes: &[u8]| {
        let file = copy.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    };
    put("checkpoint", ledger::sign_checkpoint(&head, &key).as_bytes());
    appended.tiles.iter().for_each(|(id, bytes)| put(&id.path(), bytes));
    let bundles = ledger::append_entries(0, None, &entries).unwrap();
    bundles.iter().for_each(|(id, bytes)| put(&id.path(), bytes));
    let vkey = key.verifier().to_string();
    let bookmark = dir.0.join("bookmark.json");
    let verify = || run(&["log", "verify", path(&copy), "--key", &vkey, "--bookmark", path(&bookmark), "--json"]);
    let said = |out: &std::process::Output| serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap();

    let out = verify();
    assert_eq!((out.status.code(), &said(&out)["ok"]), (Some(0), &true.into()), "{}", text(&out.stdout));
    assert!(!bookmark.exists());
    // One entry altered: named first.
    let mut altered = entries.clone();
    altered[300] = b"something else".to_vec();
    ledger::append_entries(0, None, &altered).unwrap().iter().for_each(|(id, bytes)| put(&id.path(), bytes));
    let out = verify();
    assert_eq!((out.status.code(), said(&out)["first_bad_entry"].as_u64()), (Some(1), Some(300)), "{}", text(&out.stdout));
    assert!(names(&said(&out), "entry_changed", 300));
    // What cannot be verified at all.
    for place in [path(&bookmark), "not an address"] {
        let out = run(&["log", "verify", place, "--key", &vkey]);
        assert_eq!(out.status.code(), Some(2), "{place}: {}", text(&out.stderr));
    }
    std::fs::write(&bookmark, "{}").unwrap();
    assert_eq!(verify().status.code(), Some(2), "a bookmark of something else");
    let out = run(&["receipt", "verify", path(&bookmark), "--key", &vkey]);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out.stderr));
}

/// The files of a log as another program keeps them, without a site of ours.
struct Files {
    dir: Dir,
    key: SigningKey,
    entries: Vec<Vec<u8>>,
    head: Checkpoint,
    tiles: BTreeMap<TileId, Vec<u8>>,
}

impl Files {
    fn new(name: &str, entries: Vec<Vec<u8>>) -> Files {
        let key = SigningKey::from_seed("record.example/log", &[7; 32]).unwrap();
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let appended = ledger::append(&BTreeMap::<TileId, Vec<u8>>::new(), 0, &leaves).unwrap();
        let head = Checkpoint::new("record.example/log", appended.size, appended.root);
        let files = Files { dir: Dir::new(name), key, entries, head, tiles: appended.tiles.into_iter().collect() };
        files.put("log/checkpoint", files.note().as_bytes());
        files.tiles.iter().for_each(|(id, bytes)| files.put(&format!("log/{}", id.path()), bytes));
        let bundles = ledger::append_entries(0, None, &files.entries).unwrap();
        bundles.iter().for_each(|(id, bytes)| files.put(&format!("log/{}", id.path()), bytes));
        files
    }

    /// A log of acts, whose public bodies are their numbers.
    fn of_acts(name: &str, count: u64) -> Files {
        let act = |n: u64| {
            let id = format!("0190f3a1-5c5e-7cc0-8000-{n:012x}");
            ActLeaf::new(id, "case.accepted", commit(&[1; 32], n.to_string().as_bytes()), commit(&[2; 32], b"")).unwrap().encode()
        };
        Files::new(name, (0..count).map(act).collect())
    }

    fn note(&self) -> String {
        ledger::sign_checkpoint(&self.head, &self.key)
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let file = self.dir.0.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    /// The public bodies of a bundle.
    fn open(&self, bundle: u64) {
        let numbers = bundle * 256..(bundle * 256 + 256).min(self.head.size);
        let lines = numbers.map(|n| format!("{{\"n\":{n},\"salt\":\"{}\",\"body\":\"{n}\"}}\n", "01".repeat(32)));
        self.put(&format!("log/openings/{bundle}"), lines.collect::<String>().as_bytes());
    }

    /// Serves a directory over HTTP, and 404 for all that is not in it.
    fn serve(&self, below: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let root = self.dir.0.join(below);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let root = root.clone();
                std::thread::spawn(move || {
                    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                    let asked = lines.next().unwrap_or_default();
                    lines.find(String::is_empty);
                    let path = asked.split(' ').nth(1).unwrap_or("/").trim_start_matches('/').to_owned();
                    let (status, body) = match std::fs::read(root.join(path)) {
                        Ok(body) => ("200 OK", body),
                        Err(_) => ("404 Not Found", b"nothing".to_vec()),
                    };
                    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body))
                });
            }
        });
        address
    }

    fn verify(&self, place: &str, more: &[&str]) -> (Option<i32>, serde_json::Value) {
        said(&run(&[&["log", "verify", place, "--key", &self.key.verifier().to_string(), "--json"], more].concat()))
    }

    /// The receipt of an entry, with or without the entry in it.
    fn receipt(&self, n: u64, whole: bool) -> String {
        let entry = &self.entries[n as usize];
        let mut receipt = ledger::Receipt::issue(&self.tiles, &self.note(), &self.key.verifier(), n, entry).unwrap();
        if !whole {
            receipt.extra.clear();
        }
        receipt.encode()
    }
}

fn said(out: &Output) -> (Option<i32>, serde_json::Value) {
    let said = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}{}", text(&out.stdout), text(&out.stderr)));
    (out.status.code(), said)
}

#[test]
fn f149_where_no_checkpoint_is_there_is_no_log() {
    let files = Files::of_acts("log-nowhere", 3);
    let address = files.serve("log/nothing");
    for place in [format!("{address}/nothing"), address] {
        let (code, said) = files.verify(&place, &[]);
        assert_eq!((code, &said["ok"]), (Some(2), &false.into()), "{said}");
        assert!(said["error"].as_str().unwrap().contains(&format!("{place}/log/checkpoint")), "{said}");
        assert!(said["error_en"].as_str().unwrap().contains("no log was found"), "{said}");
    }
    // A page that is shown for every address is no checkpoint.
    files.put("page/checkpoint", b"<!doctype html><title>home</title>");
    assert_eq!(files.verify(&files.serve("page"), &[]).0, Some(2));
    // An empty log has a checkpoint, and it is signed.
    let empty = Files::of_acts("log-empty", 0);
    let (code, said) = empty.verify(&empty.serve(""), &[]);
    assert_eq!((code, &said["ok"], &said["size"]), (Some(0), &true.into(), &0.into()), "{said}");
    let out = run(&["log", "verify", path(&empty.dir.0.join("log")), "--key", &empty.key.verifier().to_string()]);
    assert!(text(&out.stdout).contains("日志还是空的"), "{}", text(&out.stdout));
}

#[test]
fn f149_a_log_is_found_at_the_address_given_or_below_it() {
    let files = Files::of_acts("log-places", 300);
    let (root, below) = (files.serve("log"), files.serve(""));
    for (place, log) in
        [(&root, root.clone()), (&below, format!("{below}/log")), (&format!("{below}/log/"), format!("{below}/log"))]
    {
        let (code, said) = files.verify(place, &[]);
        assert_eq!((code, said["log"].as_str()), (Some(0), Some(log.as_str())), "{said}");
    }
}

#[test]
fn f149_bodies_that_are_not_there_are_not_checked_and_bodies_kept_back_are_named() {
    let files = Files::of_acts("log-bodies", 1_000);
    let folder = files.dir.0.join("log");
    let site = files.serve("");
    for place in [path(&folder), &site] {
        let (code, said) = files.verify(place, &[]);
        assert_eq!((code, &said["bodies_checked"]), (Some(0), &false.into()), "{said}");
    }
    // One entry is altered: it is the first bad one, and the only one.
    let mut altered = files.entries.clone();
    altered[5] = files.entries[900].clone();
    let bundle = ledger::encode_entries(&altered[..256]);
    files.put("log/tile/entries/000", &bundle);
    for place in [path(&folder), &site] {
        let (code, said) = files.verify(place, &[]);
        assert_eq!((code, &said["first_bad_entry"], &said["bad_entries"]), (Some(1), &5.into(), &1.into()), "{said}");
        let out = run(&["log", "verify", place, "--key", &files.key.verifier().to_string()]);
        assert!(text(&out.stdout).contains("有 1 条不对，最先是第 5 条"), "{}", text(&out.stdout));
    }
    files.put("log/tile/entries/000", &ledger::encode_entries(&files.entries[..256]));
    // Some bodies are given, others are kept back.
    files.open(0);
    files.open(3);
    for place in [path(&folder), &site] {
        let (code, said) = files.verify(place, &[]);
        assert_eq!((code, &said["bodies_checked"], &said["bad_entries"]), (Some(1), &true.into(), &512.into()), "{said}");
        assert!(said["findings"].as_array().unwrap().len() == 1 && names(&said, "body_withheld", 256), "{said}");
    }
    (1..3).for_each(|bundle| files.open(bundle));
    let (code, said) = files.verify(&site, &[]);
    assert_eq!((code, &said["bodies_checked"]), (Some(0), &true.into()), "{said}");
}

/// Cut off after two bundles, and gone on with.
#[test]
fn f149_an_audit_gone_on_with_says_what_it_did_not_read() {
    let files = Files::of_acts("log-resumed", 700);
    let folder = files.dir.0.join("log");
    let mut audit = Audit::new(files.head.clone());
    for bundle in audit.bundles().take(2).collect::<Vec<_>>() {
        audit.bundle(bundle.index, &std::fs::read(folder.join(bundle.path())).unwrap());
        audit.tiles_with(bundle).iter().for_each(|id| audit.tile(*id, &files.tiles[id]));
    }
    let leave = |bodies: serde_json::Value| {
        let kept = serde_json::json!({
            "key": files.key.verifier(), "bookmark": audit.bookmark(), "when": "2026-11-20T01:02:03Z", "bodies": bodies,
        });
        files.put("place.json", kept.to_string().as_bytes());
    };
    let none = serde_json::json!({ "given": false, "missing": [[0, 511]] });
    let file = files.dir.0.join("place.json");
    leave(none.clone());
    let (code, said) = files.verify(path(&folder), &["--bookmark", path(&file)]);
    assert_eq!((code, &said["read_from"]), (Some(0), &512.into()), "{said}");
    assert_eq!(said["read_before"], "2026-11-20T01:02:03Z");
    assert!(!file.exists());
    leave(none.clone());
    let out = run(&["log", "verify", path(&folder), "--key", &files.key.verifier().to_string(), "--bookmark", path(&file)]);
    let told = text(&out.stdout);
    assert!(
        told.contains("从第 512 条接着读到第 699 条") && told.contains("2026-11-20 09:02") && !told.contains("700 条全部"),
        "{told}"
    );
    // Bodies that come now were kept back before.
    leave(none);
    files.open(2);
    let (code, said) = files.verify(path(&folder), &["--bookmark", path(&file)]);
    assert!(code == Some(1) && names(&said, "body_withheld", 0) && names(&said, "body_withheld", 511), "{said}");
    // Without a bookmark everything was read.
    let (_, said) = files.verify(path(&folder), &[]);
    assert_eq!((&said["read_from"], &said["read_before"]), (&0.into(), &serde_json::Value::Null));
}

/// A site that got its second key after its last head; and one whose second signature does not hold.
#[test]
fn f147_a_second_signature_may_be_missing_and_not_be_wrong() {
    let files = Files::of_acts("log-second", 3);
    let sm2 = ledger::Sm2Key::from_seed("record.example/log", &[102; 32]).unwrap();
    let (first, second) = (files.key.verifier().to_string(), sm2.verifier().to_string());
    let folder = files.dir.0.join("log");
    files.put("log/key/sm2", second.as_bytes());
    // The site's first key stands beside a directory of that name only over HTTP, so it is remembered here.
    files.put("seen", format!("key {first}\n\n{}", files.note()).as_bytes());
    let seen = files.dir.0.join("seen");
    let verify = |more: &[&str]| said(&run(&[&["log", "verify", path(&folder), "--json"], more].concat()));
    let (code, told) = verify(&["--trust", path(&seen)]);
    assert_eq!((code, &told["signed_by"]), (Some(0), &serde_json::json!([first])), "{told}");
    assert_eq!(verify(&["--key", &first, "--key", &second]).0, Some(1), "asked for by hand, it must be there");
    let signed = ledger::sign_second(&files.note(), &sm2).unwrap();
    files.put("log/checkpoint", signed.as_bytes());
    let (code, told) = verify(&["--trust", path(&seen)]);
    assert_eq!((code, &told["signed_by"]), (Some(0), &serde_json::json!([first, second])), "{told}");
    let other = Checkpoint::new("record.example/log", 3, leaf_hash(b"other"));
    let other = ledger::sign_second(&ledger::sign_checkpoint(&other, &files.key), &sm2).unwrap();
    let spoilt = format!("{}{}\n", files.note(), other.lines().last().unwrap());
    files.put("log/checkpoint", spoilt.as_bytes());
    let (code, told) = verify(&["--trust", path(&seen)]);
    assert!(code == Some(1) && told["error"].as_str().unwrap().contains("签名无效"), "{told}");
}

/// The log's own files, and a checkpoint that somebody else put down, are evidence.
#[test]
fn h40_what_a_log_is_held_against_is_not_overwritten() {
    let files = Files::of_acts("log-evidence", 3);
    let folder = files.dir.0.join("log");
    for file in ["log/checkpoint", "log/new"] {
        for option in ["--trust", "--bookmark"] {
            let (code, told) = files.verify(path(&folder), &[option, path(&files.dir.0.join(file))]);
            assert!(code == Some(2) && told["error"].as_str().unwrap().contains("在要核验的日志里面"), "{told}");
        }
    }
    assert_eq!(std::fs::read_to_string(folder.join("checkpoint")).unwrap(), files.note());
    assert!(!folder.join("new").exists());
    files.put("bare", files.note().as_bytes());
    let bare = files.dir.0.join("bare");
    let (code, told) = files.verify(path(&folder), &["--trust", path(&bare)]);
    assert_eq!((code, &told["continues"]), (Some(0), &1.into()), "{told}");
    assert_eq!(std::fs::read_to_string(&bare).unwrap(), files.note());
    let (code, told) = files.verify(path(&bare), &[]);
    assert!(code == Some(2) && told["error"].as_str().unwrap().contains("是文件，不是目录"), "{told}");
}

#[test]
fn what_never_ends_is_not_read_to_its_end() {
    let files = Files::of_acts("log-endless", 3);
    let folder = files.dir.0.join("log");
    let key = files.key.verifier().to_string();
    for args in [
        &["log", "verify", path(&folder), "--key", "/dev/zero"][..],
        &["log", "verify", path(&folder), "--key", &key, "--trust", "/dev/zero"],
        &["log", "verify", path(&folder), "--key", &key, "--bookmark", "/dev/zero"],
        &["receipt", "verify", "/dev/zero", "--key", &key],
        &["receipt", "verify", path(&folder.join("checkpoint")), "--key", "/dev/zero"],
    ] {
        let (code, said) = said(&run(&[args, &["--json"]].concat()));
        let clear = said["error"].as_str().is_some_and(|said| said.contains("太大") || said.contains("不是一份凭证"));
        assert!(code == Some(2) && clear && said["error_en"].is_string() && said["mend"].is_string(), "{args:?}: {said}");
    }
}

#[test]
fn f147_a_receipt_of_any_entry_is_proved_if_the_entry_is_there() {
    let mut entries: Vec<Vec<u8>> = (0..300).map(|n| format!("entry {n}").into_bytes()).collect();
    entries[9] = Files::of_acts("receipt-act", 1).entries.remove(0);
    let files = Files::new("receipts", entries);
    let key = files.key.verifier().to_string();
    let (whole, bare, entry) = (files.dir.0.join("whole"), files.dir.0.join("bare"), files.dir.0.join("entry"));
    std::fs::write(&whole, files.receipt(7, true)).unwrap();
    std::fs::write(&bare, files.receipt(7, false)).unwrap();
    std::fs::write(&entry, "entry 7").unwrap();
    // Not one of our acts, and in the log all the same.
    let (code, told) = said(&run(&["receipt", "verify", path(&whole), "--key", &key, "--json"]));
    assert_eq!(
        (code, &told["ok"], &told["n"], &told["id"]),
        (Some(0), &true.into(), &7.into(), &serde_json::Value::Null),
        "{told}"
    );
    assert_eq!(told["leaf"], leaf_hash(b"entry 7").to_string());
    let out = run(&["receipt", "verify", path(&whole), "--key", &key]);
    assert!(text(&out.stdout).contains("不是本系统登记的行为"), "{}", text(&out.stdout));
    // Without the entry it proves nothing yet; with it, and with no other, it does.
    let (code, told) = said(&run(&["receipt", "verify", path(&bare), "--key", &key, "--json"]));
    assert!(code == Some(2) && told["error"].as_str().unwrap().contains("没有带第 7 条"), "{told}");
    assert_eq!(run(&["receipt", "verify", path(&bare), "--key", &key, "--entry", path(&entry)]).status.code(), Some(0));
    std::fs::write(&entry, "entry 8").unwrap();
    let (code, told) = said(&run(&["receipt", "verify", path(&bare), "--key", &key, "--entry", path(&entry), "--json"]));
    assert!(code == Some(1) && told["ok"] == false && told["error_en"].as_str().unwrap().contains("not in this log"), "{told}");
    // From standard input as from a file.
    let mut child = sunlit()
        .args(["receipt", "verify", "-", "--key", &key, "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(files.receipt(9, true).as_bytes()).unwrap();
    let (code, told) = said(&child.wait_with_output().unwrap());
    assert_eq!((code, &told["kind"]), (Some(0), &"case.accepted".into()), "{told}");
}

impl Record {
    /// Three cases accepted three weeks ago: one granted in time, one late, one that runs.
    async fn cases(&self) {
        let on = |days: u64| (chrono::Utc::now() - chrono::Days::new(days)).max(chrono::DateTime::UNIX_EPOCH);
        let date = |days| calendar::local_date(on(days));
        let mut entries = Vec::new();
        for no in ["A1", "A2", "A3"] {
            let mut tell = |days, act| entries.push(record::entry(Subject::case(no), on(days), Actor::system(), None, act));
            tell(
                21,
                CaseAct::Submitted {
                    item: "food-production-licence".into(),
                    agency: "jinzhai-market".into(),
                    region: "341524".into(),
                    channel: Channel::Online,
                    versions: Versions { item: String::new(), process: String::new(), form: String::new() },
                    acceptance: Clock::start(date(21), Limit::working_days(5)),
                    moved: testing::waits("check_acceptance", 1),
                    queued: None,
                    about: None,
                    private: None,
                },
            );
            let limit = |n| Clock::start(date(21), Limit::calendar_days(n));
            let (promised, statutory, moved) = (limit(10), limit(20), testing::waits("survey", 2));
            tell(21, CaseAct::Accepted { received: date(21), promised, statutory, moved });
            if let Some(days) = [("A1", 14), ("A2", 2)].into_iter().find(|(case, _)| *case == no).map(|(_, days)| days) {
                tell(
                    days,
                    CaseAct::Granted {
                        on: date(days),
                        certificate_no: None,
                        valid_from: None,
                        valid_to: None,
                        went_back: None,
                        asks: None,
                        moved: testing::waits("", 9),
                        private: None,
                    },
                );
            }
        }
        let mut tx = self.pool.begin().await.unwrap();
        record::record(&mut tx, &entries).await.unwrap();
        tx.commit().await.unwrap();
        let began = Instant::now();
        while self.shown("decided").await["value"] != "2" {
            assert!(began.elapsed() < Duration::from_secs(60), "the figures do not come: {}", self.shown("decided").await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What the site says of a figure to a program.
    async fn shown(&self, key: &str) -> serde_json::Value {
        let said = self.site.get(&format!("/sunlight/figures/{key}?as=json")).await.text().await.unwrap();
        serde_json::from_str(&said).unwrap()
    }

    fn recompute(&self, key: &str, more: &[&str]) -> (Option<i32>, serde_json::Value) {
        let out = sunlit().args(["recompute", key, "--log", &self.site.url("/log"), "--json"]).args(more).output().unwrap();
        let said = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}{}", text(&out.stdout), text(&out.stderr)));
        (out.status.code(), said)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f147_a_figure_is_recomputed_from_the_log_alone_and_is_what_the_site_shows() {
    let record = Record::new("recompute").await;
    record.cases().await;
    for key in ["received", "decided", "late", "on-time-share", "average-working-days", "average-statutory", "running", "overdue"]
    {
        let (code, said) = record.recompute(key, &["--check"]);
        assert_eq!((code, &said["ok"], &said["site"]["equal"]), (Some(0), &true.into(), &true.into()), "{said}");
        assert_eq!(said["value"], record.shown(key).await["value"], "{said}");
    }
    let (_, said) = record.recompute("on-time-share", &["--check"]);
    assert_eq!((&said["value"], &said["acts"]), (&"50.0%".into(), &2.into()), "{said}");

    // The command that stands on the page gives what stands on the page.
    let page = record.site.get("/sunlight/figures/late").await.text().await.unwrap();
    let told = page.split("sunlit recompute late ").nth(1).unwrap().split('<').next().unwrap();
    let mut words: Vec<&str> = told.split_whitespace().collect();
    words.drain(..2);
    let (code, said) = record.recompute("late", &words);
    assert!(code == Some(0) && said["value"] == "1", "{told} {said}");

    // A person reads the definition in both languages, and what it rests on.
    let out = run(&["recompute", "late", "--log", &record.site.address, "--check"]);
    let told = text(&out.stdout);
    for part in ["超承诺办结：1", "定义", "Concluded late", "逐条核验过", "显示的和重算的一样"] {
        assert!(told.contains(part), "{part} is not in\n{told}{}", text(&out.stderr));
    }
    // The log before its cases: the same entries give the same number whenever it is asked.
    assert_eq!(record.recompute("received", &["--entries", "5"]).1["value"], "0");
    assert_eq!(record.recompute("received", &["--entries", "999999"]).0, Some(2));
    assert_eq!(record.recompute("nothing", &[]).0, Some(2));
    assert_eq!(run(&["recompute", "late"]).status.code(), Some(2));
    let listed = text(&run(&["recompute"]).stdout);
    assert!(figures::FIGURES.iter().all(|figure| listed.contains(figure.key)), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f147_a_figure_that_was_changed_is_named_and_one_of_a_changed_log_is_not_computed() {
    let record = Record::new("miscount").await;
    record.cases().await;
    record.tamper("update figure_counts set amount = 0, acts = 0 where measure = 'late'").await;
    let (code, said) = record.recompute("late", &["--check"]);
    assert_eq!(
        (code, &said["ok"], &said["value"], &said["site"]["value"]),
        (Some(1), &false.into(), &"1".into(), &"0".into()),
        "{said}"
    );
    let out = run(&["recompute", "late", "--log", &record.site.address, "--check"]);
    assert!(text(&out.stdout).contains("显示的不一样：网站 0（0 条行为），重算 1（1 条行为）"), "{}", text(&out.stdout));

    // Taken off the list behind a figure, and put on it: the sums agree, the entry is named.
    record.tamper("update figure_counts set amount = 1, acts = 1 where measure = 'late'").await;
    let n: i64 = sqlx::query_scalar("select n from figure_acts where measure = 'late'").fetch_one(&record.pool).await.unwrap();
    assert_eq!(record.recompute("late", &["--check"]).0, Some(0));
    record.tamper("update figure_acts set measure = 'red' where measure = 'late'").await;
    let (code, said) = record.recompute("late", &["--check"]);
    assert_eq!((code, &said["ok"], &said["site"]["missing"]), (Some(1), &false.into(), &serde_json::json!([n])), "{said}");
    let (code, said) = record.recompute("cards", &["--check"]);
    assert_eq!((code, &said["site"]["additional"]), (Some(1), &serde_json::json!([n])), "{said}");
    let out = run(&["recompute", "late", "--log", &record.site.address, "--check"]);
    assert!(text(&out.stdout).contains(&format!("清单少了日志第 {n} 条")), "{}", text(&out.stdout));
    record.tamper("update figure_acts set measure = 'late' where measure = 'red'").await;

    // Made late by whoever owns the database: the entry is named, and no figure is told.
    record
        .tamper(
            "alter table acts disable trigger user;
             update acts set public_body = replace(public_body, '\"granted\"', '\"denied\"') where subject = 'A2' and kind = 'case.granted'",
        )
        .await;
    let n: i64 = sqlx::query_scalar(
        "select e.n from log_entries e join acts a on a.position = e.position where a.subject = 'A2' and a.kind = 'case.granted'",
    )
    .fetch_one(&record.pool)
    .await
    .unwrap();
    let (code, said) = record.recompute("late", &[]);
    assert_eq!((code, &said["ok"], &said["first_bad_entry"]), (Some(1), &false.into(), &n.into()), "{said}");
    assert_eq!(said["value"], serde_json::Value::Null);
}

/// Whoever witnesses need not be known to the site: what they signed is in the hands of whoever keeps it.
#[test]
fn f150_a_witness_that_the_site_does_not_know_counts_by_the_checkpoint_it_signed() {
    let files = Files::of_acts("log-unknown-witness", 300);
    let seed = |name: &str, seed| SigningKey::from_seed(name, &[seed; 32]).unwrap();
    let (news, congress) = (seed("news.example", 9), seed("congress.example", 8));
    let (news_key, congress_key) = (news.witness_verifier().to_string(), congress.witness_verifier().to_string());
    let shorter = Files::of_acts("log-unknown-witness-before", 260);
    let kept = |name: &str, key: &SigningKey, note: &str| {
        let line = ledger::cosignature_line(note, key, 1_700_000_000).unwrap();
        files.put(name, format!("{note}{line}").as_bytes());
        files.dir.0.join(name)
    };
    let cp = kept("news.cp", &news, &shorter.note());
    let place = files.dir.0.join("log");
    let (code, said) = files.verify(path(&place), &["--witness", &news_key, "--since", path(&cp)]);
    assert_eq!((code, &said["ok"], &said["witnesses"]["size"]), (Some(0), &true.into(), &260.into()), "{said}");
    assert_eq!(said["witnesses"]["signed_by"][0]["name"], "news.example", "{said}");
    // Who signed nothing is not counted, and one who signed twice is one.
    let (code, said) = files.verify(path(&place), &["--witness", &congress_key, "--since", path(&cp)]);
    assert!(code == Some(1) && said["error"].as_str().unwrap().contains("只有 0 家签过名"), "{said}");
    let both = ["--witness", &news_key, "--witness", &congress_key, "--since", path(&cp)];
    assert_eq!(files.verify(path(&place), &both).0, Some(1));
    let again = kept("again.cp", &news, &files.note());
    assert_eq!(files.verify(path(&place), &[&both[..], &["--since", path(&again)]].concat()).0, Some(1));
    let second = kept("congress.cp", &congress, &files.note());
    assert_eq!(files.verify(path(&place), &[&both[..], &["--since", path(&second)]].concat()).0, Some(0));
    // What it signed must be continued: a signature under another history is no witness to this one.
    let mut other = Files::of_acts("log-unknown-witness-other", 260);
    other.head.root = leaf_hash(b"another history");
    let fork = kept("fork.cp", &news, &other.note());
    let (code, said) = files.verify(path(&place), &["--witness", &news_key, "--since", path(&fork)]);
    assert_eq!((code, &said["ok"]), (Some(1), &false.into()), "{said}");
}
