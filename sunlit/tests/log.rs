//! 核验 · the log as an outsider meets it, on a sound record and on altered ones (F147, F149, H40), and the receipt of an act.

mod house;

use acts::{Actor, DefinitionAct, Subject};
use foundation::record;
use house::{Dir, Site, database, run, sunlit, text};
use sqlx::PgPool;
use std::path::{Path, PathBuf};
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
    assert!(!said["findings"].as_array().unwrap().iter().all(|f| f["entries"][1].as_u64() < Some(gone)), "{said}");
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
