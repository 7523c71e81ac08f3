//! 见证 · a site and the witnesses of its log, each a program of its own (F147, F150, H40).

mod house;

use acts::{Actor, DefinitionAct, Subject};
use foundation::record;
use house::{Dir, Site, database, run, sunlit, text};
use ledger::witness::Request;
use ledger::{
    Checkpoint, Hash, Receipt, SigningKey, TileId, VerifierKey, append, consistency_proof, leaf_hash, open_checkpoint,
    peek_checkpoint, sign_checkpoint, verify_cosignature,
};
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A port that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

/// A witness that a newspaper runs.
fn newspaper(data: &Path, more: &[&str]) -> Site {
    let mut command = sunlit();
    command
        .args(["witness", "serve", "--json", "--listen", "127.0.0.1:0", "--name", "news.example", "--data"])
        .arg(data)
        .args(more);
    Site::start(command)
}

fn check(data: &Path) -> (Option<i32>, serde_json::Value) {
    let out = run(&["witness", "check", "--json", "--data", path(data)]);
    let said = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}{}", text(&out.stdout), text(&out.stderr)));
    (out.status.code(), said)
}

/// Tries again until it holds, for half a minute.
async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < Duration::from_secs(40), "it did not come about: {what}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A site, and a newspaper that witnesses its log.
struct Both {
    dir: Dir,
    site: Site,
    pool: PgPool,
    newspaper: Site,
    witness: VerifierKey,
}

impl Both {
    async fn open(name: &str, others: &[String]) -> Both {
        let dir = Dir::new(name);
        let address = format!("127.0.0.1:{}", free_port());
        // The witness is there first: it looks until there is something to see.
        let newspaper = newspaper(&dir.0.join("news"), &["--watch", &format!("http://{address}/log"), "--every", "1"]);
        let key = newspaper.ready["key"].as_str().unwrap().to_owned();
        let mut command = sunlit();
        command.args(["serve", "--json", "--listen", &address, "--data"]).arg(dir.data());
        command.args(["--witness", &format!("{key} {}", newspaper.address)]);
        others.iter().for_each(|one| {
            command.args(["--witness", one]);
        });
        let site = Site::start(command);
        let pool = database(&dir.data()).await;
        let both = Both { dir, site, pool, newspaper, witness: key.parse().unwrap() };
        both.cosigned().await;
        both
    }

    async fn note(&self) -> String {
        self.site.get("/log/checkpoint").await.text().await.unwrap()
    }

    /// Waits until the newest head has the newspaper's signature.
    async fn cosigned(&self) -> u64 {
        until("the newspaper signs the newest head", async || verify_cosignature(&self.note().await, &self.witness).is_ok())
            .await;
        peek_checkpoint(&self.note().await).unwrap().size
    }

    /// Records acts and waits until the log has them.
    async fn add(&self, word: &str, count: usize) -> u64 {
        let before = self.size().await;
        let entries: Vec<_> = (0..count)
            .map(|i| {
                let act = DefinitionAct::Loaded { kind: "form".into(), key: format!("{word}-{i}"), hash: format!("{i:064}") };
                record::entry(Subject::definition(&format!("{word}-{i}")), chrono::Utc::now(), Actor::system(), None, act)
            })
            .collect();
        let mut tx = self.pool.begin().await.unwrap();
        record::record(&mut tx, &entries).await.unwrap();
        tx.commit().await.unwrap();
        until("the acts are numbered", async || self.size().await >= before + count as u64).await;
        self.size().await
    }

    async fn size(&self) -> u64 {
        let size: i64 =
            sqlx::query_scalar("select coalesce(max(size), 0) from log_checkpoints").fetch_one(&self.pool).await.unwrap();
        size as u64
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

    /// The last head the newspaper signed, as anybody has it from the newspaper.
    async fn kept(&self, name: &str) -> PathBuf {
        let told: serde_json::Value =
            serde_json::from_str(&self.newspaper.get("/status.json").await.text().await.unwrap()).unwrap();
        let note = self.newspaper.get(told["logs"][0]["checkpoint"].as_str().unwrap()).await.text().await.unwrap();
        let file = self.dir.0.join(name);
        std::fs::write(&file, note).unwrap();
        file
    }

    fn news(&self) -> PathBuf {
        self.dir.0.join("news")
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

#[tokio::test(flavor = "multi_thread")]
async fn f150_a_newspaper_cosigns_and_everybody_can_demand_it() {
    let both = Both::open("witnessed", &[]).await;
    let witness = both.witness.to_string();
    let key = both.site.get("/log/key").await.text().await.unwrap().trim().to_owned();
    let size = both.cosigned().await;
    // Both signatures of the log hold beside the newspaper's.
    let second: VerifierKey = both.site.get("/log/key/sm2").await.text().await.unwrap().trim().parse().unwrap();
    let note = both.note().await;
    assert!(open_checkpoint(&note, &key.parse().unwrap()).is_ok() && open_checkpoint(&note, &second).is_ok());
    let (code, said) = both.verify(&["--key", &key, "--witness", &witness]);
    assert_eq!((code, &said["witnesses"]["signed_by"][0]["name"]), (Some(0), &"news.example".into()), "{said}");
    assert_eq!((said["witnesses"]["size"].as_u64(), &said["witnesses"]["keys_from"]), (Some(size), &"given".into()));
    // Without a key the site names its witnesses; a person reads it.
    let out = run(&["log", "verify", &both.site.address]);
    assert!(text(&out.stdout).contains(&format!("1 家签到 {size} 条：news.example")), "{}", text(&out.stdout));
    // A witness that never signed is missed, and one of two is enough where that is asked.
    let stranger = SigningKey::from_seed("congress.example", &[5; 32]).unwrap().witness_verifier().to_string();
    let (code, said) = both.verify(&["--witness", &witness, "--witness", &stranger]);
    assert!(code == Some(1) && said["error"].as_str().unwrap().contains("要求 2 家见证，只有 1 家"), "{said}");
    assert!(said["error_en"].as_str().unwrap().is_ascii(), "{said}");
    assert_eq!(both.verify(&["--witness", &witness, "--witness", &stranger, "--at-least", "1"]).0, Some(0));
    assert_eq!(both.verify(&["--witness", &key]).0, Some(2), "a log is no witness");
    // The receipt of an act carries the signature, offline and for good.
    let receipt = Receipt::parse(&both.site.get("/log/receipt/0").await.text().await.unwrap()).unwrap();
    verify_cosignature(&receipt.checkpoint, &both.witness).unwrap();
    receipt.verify(&key.parse().unwrap()).unwrap();
    // Pages of both sides.
    let page = both.site.get("/log/witnesses").await.text().await.unwrap();
    assert!(page.contains("news.example") && page.contains(&witness.replace('+', "&#43;")) || page.contains(&witness), "{page}");
    assert!(page.contains("签到了最新一条"), "{page}");
    until("the newspaper has looked", async || check(&both.news()).1["logs"][0]["looked"].is_string()).await;
    let page = both.newspaper.get("/").await.text().await.unwrap();
    assert!(page.contains("No alarm.") && page.contains("没有报警") && page.contains(&both.site.address), "{page}");
    assert_eq!(check(&both.news()).0, Some(0));
    let out = run(&["witness", "key", "--data", path(&both.news())]);
    assert_eq!(text(&out.stdout).trim(), witness);
    // What the newspaper keeps is what the log is held against.
    let since = both.kept("since").await;
    let before = std::fs::read_to_string(&since).unwrap();
    both.add("more", 3).await;
    let (code, said) = both.verify(&["--key", &key, "--witness", &witness, "--since", path(&since)]);
    assert!(code == Some(0) && said["since"][0]["signed_by"][0]["name"] == "news.example", "{said}");
    assert_eq!(std::fs::read_to_string(&since).unwrap(), before);
    // The newspaper is killed; the log goes on, and is witnessed again when it is back.
    let Both { dir, site, pool, newspaper: dead, witness: known } = both;
    let address = dead.address.clone();
    dead.kill();
    let listen = address.trim_start_matches("http://").to_owned();
    let mut command = sunlit();
    command.args(["witness", "serve", "--json", "--listen", &listen, "--data"]).arg(dir.0.join("news"));
    let back = Site::start(command);
    let both = Both { dir, site, pool, newspaper: back, witness: known };
    let size = both.add("again", 2).await;
    assert!(both.cosigned().await >= size);
    // Asked no longer, it stays on the page with what it signed.
    both.tamper("update witnesses set until = now()").await;
    let page = both.site.get("/log/witnesses").await.text().await.unwrap();
    assert!(page.contains("以前的见证人") && page.contains("news.example"), "{page}");
}

/// "cannot be deleted", says the help. The owner of the database does all he can, and outside verification names each.
#[tokio::test(flavor = "multi_thread")]
async fn h40_delete_change_swap_cut_and_restore_are_each_named() {
    let both = Both::open("h40-whole", &[]).await;
    let key = both.site.get("/log/key").await.text().await.unwrap().trim().to_owned();
    let first = both.size().await;
    both.add("form", 300).await;
    let (gone, changed, one, two) = (first + 260, first + 42, first + 7, first + 150);
    assert_eq!(both.verify(&["--key", &key]).0, Some(0));
    let verified = |wrong: &str, entries: &[u64]| {
        let (code, said) = both.verify(&["--key", &key]);
        assert_eq!(code, Some(1), "{wrong}");
        entries.iter().for_each(|n| assert!(names(&said, wrong, *n), "{wrong} {n}: {said}"));
    };
    // Delete one act.
    let position: i64 = sqlx::query_scalar("delete from log_entries where n = $1 returning position")
        .bind(gone as i64)
        .fetch_one(&both.pool)
        .await
        .unwrap();
    verified("entry_deleted", &[gone]);
    let back = "insert into log_entries (n, position) values ($1, $2)";
    sqlx::query(back).bind(gone as i64).bind(position).execute(&both.pool).await.unwrap();
    // Change one.
    let change = "update acts set kind = $2 where position = (select position from log_entries where n = $1)";
    sqlx::query(change).bind(changed as i64).bind("case.granted").execute(&both.pool).await.unwrap();
    verified("entry_changed", &[changed]);
    sqlx::query(change).bind(changed as i64).bind("definition.loaded").execute(&both.pool).await.unwrap();
    // Swap two.
    let swap = async || {
        let pair: Vec<(i64, i64)> = sqlx::query_as("delete from log_entries where n = $1 or n = $2 returning n, position")
            .bind(one as i64)
            .bind(two as i64)
            .fetch_all(&both.pool)
            .await
            .unwrap();
        for (at, position) in [(pair[0].0, pair[1].1), (pair[1].0, pair[0].1)] {
            sqlx::query(back).bind(at).bind(position).execute(&both.pool).await.unwrap();
        }
    };
    swap().await;
    verified("entries_swapped", &[one, two]);
    swap().await;
    assert_eq!(both.verify(&["--key", &key]).0, Some(0));
    // What a backup of now would hold; and what a reader has from the newspaper a little later.
    let old = both.cosigned().await;
    both.tamper(
        "create schema backup;
         create table backup.log_entries as table log_entries;
         create table backup.log_tiles as table log_tiles;
         create table backup.log_checkpoints as table log_checkpoints;
         create table backup.log_cosignatures as table log_cosignatures;
         create table backup.witnesses as table witnesses",
    )
    .await;
    let newer = both.add("later", 20).await;
    assert_eq!(both.cosigned().await, newer);
    until("the newspaper has signed it", async || check(&both.news()).1["logs"][0]["size"].as_u64() == Some(newer)).await;
    let since = both.kept("since").await;
    // Cut the tail: the head of before is shown, with every signature it ever had.
    both.tamper(
        "delete from log_entries where n >= (select max(size) from backup.log_checkpoints);
         delete from log_checkpoints where size > (select max(size) from backup.log_checkpoints)",
    )
    .await;
    let witness = both.witness.to_string();
    assert_eq!(both.verify(&["--key", &key, "--witness", &witness]).0, Some(0), "by itself it looks well");
    let (code, said) = both.verify(&["--key", &key, "--witness", &witness, "--since", path(&since)]);
    assert!(code == Some(1) && names(&said, "rolled_back", old), "{said}");
    let out = run(&["log", "verify", &both.site.address, "--key", &key, "--since", path(&since)]);
    assert!(text(&out.stdout).contains(&format!("{newer} 条")), "{}", text(&out.stdout));
    // The newspaper sees it by itself.
    until("a log that became shorter is an alarm", async || check(&both.news()).0 == Some(1)).await;
    let (_, told) = check(&both.news());
    assert_eq!(told["alarms"][0]["kind"], "shrunk", "{told}");
    // Restore the old state, and go on from it as if nothing had been.
    both.tamper(
        "truncate log_entries, log_tiles, log_checkpoints, log_cosignatures;
         insert into log_entries table backup.log_entries;
         insert into log_tiles table backup.log_tiles;
         insert into log_checkpoints table backup.log_checkpoints;
         update witnesses w set size = b.size, cosigned_at = b.cosigned_at, trouble = null, retry_at = null from backup.witnesses b where b.key = w.key;
         insert into log_cosignatures table backup.log_cosignatures",
    )
    .await;
    let now = both.add("instead", 40).await;
    assert!(now > newer);
    let (code, said) = both.verify(&["--key", &key, "--since", path(&since)]);
    assert!(code == Some(1) && names(&said, "history_rewritten", old), "{said}");
    until("a rewritten log is a fork", async || {
        check(&both.news()).1["alarms"].as_array().unwrap().iter().any(|alarm| alarm["kind"] == "fork")
    })
    .await;
    let (code, told) = check(&both.news());
    let fork = told["alarms"].as_array().unwrap().iter().find(|alarm| alarm["kind"] == "fork").unwrap().clone();
    let file = fork["evidence"].as_str().unwrap();
    let evidence = std::fs::read_to_string(both.news().join(file)).unwrap();
    let log: VerifierKey = key.parse().unwrap();
    // Both heads stand in it, as they were signed: whoever reads it verifies them with the keys that stand there too.
    let heads: Vec<Checkpoint> =
        evidence.split("\n===").filter_map(|part| open_checkpoint(part.split_once('\n')?.1, &log).ok()).collect();
    assert_eq!((code, heads.len()), (Some(1), 2), "{evidence}");
    assert!(
        heads[0].size >= newer && heads[1].size > newer && evidence.contains(&key) && evidence.contains(&witness),
        "{evidence}"
    );
    assert_eq!(both.newspaper.get(&format!("/{file}")).await.text().await.unwrap(), evidence);
    assert_eq!(both.newspaper.status("/alarms/..%2Fwitness.key").await, 404);
    let page = both.newspaper.get("/").await.text().await.unwrap();
    assert!(page.contains("ALARM") && page.contains("报警"), "{page}");
    // And the site says itself that its witness will not sign.
    until("the site tells of it", async || {
        both.site.get("/log/witnesses").await.text().await.unwrap().contains("历史可能被改写")
    })
    .await;
    assert!(verify_cosignature(&both.note().await, &both.witness).is_err());
    let doctor = run(&["doctor", "--data", path(&both.dir.data())]);
    assert!(doctor.status.code() == Some(1) && text(&doctor.stdout).contains("历史可能被改写"), "{}", text(&doctor.stdout));
}

/// A program that takes connections and answers as it likes.
fn odd(answer: &'static (dyn Fn(&str) -> Option<String> + Sync)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut asked = vec![0; 64 * 1024];
                let n = stream.read(&mut asked).unwrap_or_default();
                match answer(&String::from_utf8_lossy(&asked[..n])) {
                    Some(said) => drop(stream.write_all(said.as_bytes())),
                    // Says nothing and holds the line.
                    None => std::thread::sleep(Duration::from_secs(120)),
                }
            });
        }
    });
    address
}

fn said(status: &str, body: &str) -> Option<String> {
    Some(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()))
}

#[tokio::test(flavor = "multi_thread")]
async fn f150_a_witness_that_lies_is_dead_or_never_ends_holds_up_nobody() {
    let key = |name: &str| SigningKey::from_seed(name, &[9; 32]).unwrap().witness_verifier();
    let others = [
        (
            "liar.example",
            odd(&|_| {
                said(
                    "200 OK",
                    "— liar.example AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
                )
            }),
        ),
        ("silent.example", odd(&|_| None)),
        ("ahead.example", odd(&|_| said("409 Conflict", "999999999\n"))),
        ("turning.example", odd(&|_| said("409 Conflict", &format!("{}\n", std::process::id() % 7)))),
        ("endless.example", odd(&|_| said("200 OK", &"x".repeat(1 << 20)))),
        (
            "elsewhere.example",
            odd(&|_| {
                Some("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".into())
            }),
        ),
        ("dead.example", "http://127.0.0.1:1".to_owned()),
    ];
    let named: Vec<String> = others.iter().map(|(name, url)| format!("{} {url}", key(name))).collect();
    let both = Both::open("odd-witnesses", &named).await;
    let began = Instant::now();
    let size = both.add("on", 5).await;
    assert!(began.elapsed() < Duration::from_secs(5), "the log waits for nobody");
    assert!(both.cosigned().await >= size);
    // Nothing but the newspaper's signature stands beside the log's own two.
    let note = both.note().await;
    assert_eq!(note.lines().filter(|line| line.starts_with('—')).count(), 3, "{note}");
    let told = both.site.http.get(both.site.url("/log/witnesses")).header("accept", "application/json").send().await.unwrap();
    let told: serde_json::Value = serde_json::from_str(&told.text().await.unwrap()).unwrap();
    let trouble = |name: &str| {
        let all = told["witnesses"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["trouble"].as_str().map(str::to_owned)
    };
    for (name, why) in [
        ("news.example", None),
        ("liar.example", Some("false")),
        ("silent.example", Some("silent")),
        ("ahead.example", Some("ahead")),
        ("turning.example", Some("odd")),
        ("endless.example", Some("odd")),
        ("elsewhere.example", Some("odd")),
        ("dead.example", Some("silent")),
    ] {
        assert_eq!(trouble(name).as_deref(), why, "{name}: {told}");
    }
    let page = both.site.get("/log/witnesses").await.text().await.unwrap();
    assert!(page.contains("它的回答不是它的签名，没有采用") && page.contains("它没有应答"), "{page}");
}

/// A log that the test keeps itself, and may fork.
struct Log {
    key: SigningKey,
    tiles: BTreeMap<TileId, Vec<u8>>,
    roots: Vec<Hash>,
}

impl Log {
    fn new() -> Log {
        let key = SigningKey::from_seed("record.example/log", &[7; 32]).unwrap();
        Log { key, tiles: BTreeMap::new(), roots: vec![ledger::empty_root()] }
    }

    fn add(&mut self, entry: &str) {
        let appended = append(&self.tiles, self.roots.len() as u64 - 1, &[leaf_hash(entry.as_bytes())]).unwrap();
        self.tiles.extend(appended.tiles);
        self.roots.push(appended.root);
    }

    fn request(&self, old: u64, size: u64) -> Request {
        let head = Checkpoint::new("record.example/log", size, self.roots[size as usize]);
        let proof = consistency_proof(&self.tiles, old, size).unwrap();
        Request { old, proof, checkpoint: sign_checkpoint(&head, &self.key) }
    }
}

/// Killed again and again in the middle of signing, it never goes back behind a signature it has given away.
#[tokio::test(flavor = "multi_thread")]
async fn f150_a_witness_killed_at_any_instant_never_signs_two_histories() {
    let dir = Dir::new("witness-killed");
    let mut log = Log::new();
    let mut fork = Log::new();
    for n in 0..4000 {
        log.add(&format!("{n}"));
        fork.add(&format!("{n} otherwise"));
    }
    let key = log.key.verifier().to_string();
    let mut given = 0u64;
    for round in 0..6u64 {
        let witness = newspaper(&dir.0.join("news"), &["--log", &key]);
        let vkey: VerifierKey = witness.ready["key"].as_str().unwrap().parse().unwrap();
        let told: serde_json::Value = serde_json::from_str(&witness.get("/status.json").await.text().await.unwrap()).unwrap();
        let mut known = told["logs"][0]["size"].as_u64().unwrap();
        assert!(known >= given, "it signed {given} and knows of {known}");
        // At the size it stands at, another history is refused, and so is a shorter one.
        if known > 0 {
            let other = fork.request(known, known).encode();
            assert_eq!(witness.post("/add-checkpoint", &other).await.status(), 409);
            let shorter = log.request(known - 1, known - 1).encode();
            assert_eq!(witness.post("/add-checkpoint", &shorter).await.status(), 409);
        }
        let pid = witness.pid();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(60 + 37 * round));
            // SAFETY: the child has not been waited for, so the number is still its own.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        });
        while let Ok(answer) =
            witness.http.post(witness.url("/add-checkpoint")).body(log.request(known, known + 1).encode()).send().await
        {
            let status = answer.status();
            let Ok(line) = answer.text().await else { break };
            assert_eq!(status, 200, "{line}");
            let note = ledger::add_signatures(&log.request(known, known + 1).checkpoint, &line).unwrap();
            verify_cosignature(&note, &vkey).unwrap();
            known += 1;
            given = known;
        }
        witness.kill();
    }
    assert!(given > 0);
    let (code, told) = check(&dir.0.join("news"));
    assert_eq!((code, &told["alarms"][0]["kind"]), (Some(1), &"fork".into()), "the other history was an alarm: {told}");
}

/// As c2sp.org/tlog-witness has it.
#[tokio::test(flavor = "multi_thread")]
async fn f150_the_answers_are_those_of_the_standard() {
    let dir = Dir::new("witness-answers");
    let mut log = Log::new();
    (0..30).for_each(|n| log.add(&format!("{n}")));
    let witness = newspaper(&dir.0.join("news"), &["--log", &log.key.verifier().to_string()]);
    let ask = async |body: String| witness.http.post(witness.url("/add-checkpoint")).body(body).send().await.unwrap();
    assert_eq!(ask(log.request(0, 10).encode()).await.status(), 200);
    let answer = ask(log.request(0, 20).encode()).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (409, "text/x.tlog.size"));
    assert_eq!(answer.text().await.unwrap(), "10\n");
    assert_eq!(ask(Request { proof: Vec::new(), ..log.request(10, 20) }.encode()).await.status(), 422);
    let head = Checkpoint::new("record.example/log", 20, log.roots[20]);
    let by =
        |key: &SigningKey, head: &Checkpoint| Request { checkpoint: sign_checkpoint(head, key), ..log.request(10, 20) }.encode();
    let stranger = SigningKey::from_seed("record.example/log", &[8; 32]).unwrap();
    assert_eq!(ask(by(&stranger, &head)).await.status(), 403);
    let other = Checkpoint { origin: "other.example/log".into(), ..head.clone() };
    assert_eq!(ask(by(&log.key, &other)).await.status(), 404);
    assert_eq!(ask(Request { old: 25, ..log.request(10, 20) }.encode()).await.status(), 400);
    for odd in ["", "old 1", "old 01\n\nx", "\u{0}", "old 10\n\n\n"] {
        assert_eq!(ask(odd.to_owned()).await.status(), 400, "{odd:?}");
    }
    assert!(matches!(ask("x".repeat(1 << 20)).await.status().as_u16(), 400 | 413));
    assert_eq!(ask(log.request(10, 20).encode()).await.status(), 200);
    // The same head once more is signed once more.
    assert_eq!(ask(log.request(20, 20).encode()).await.status(), 200);
    assert_eq!(check(&dir.0.join("news")).0, Some(0));
    // Two on one book: the second does not start.
    let out = run(&["witness", "serve", "--listen", "127.0.0.1:0", "--data", path(&dir.0.join("news"))]);
    assert!(!out.status.success() && text(&out.stderr).contains("已经有一个见证人在用"), "{}", text(&out.stderr));
    // What is nowhere cannot be checked.
    assert_eq!(run(&["witness", "check", "--data", path(&dir.0.join("nowhere"))]).status.code(), Some(2));
}

/// What the public is shown is held against what was signed, and what cannot be read is told.
#[tokio::test(flavor = "multi_thread")]
async fn f150_a_witness_looks_by_itself_and_tells_a_fork_a_forged_head_and_silence() {
    let dir = Dir::new("witness-looks");
    let (mut log, mut fork) = (Log::new(), Log::new());
    for n in 0..20 {
        log.add(&format!("{n}"));
        fork.add(&format!("{n} otherwise"));
    }
    let key = log.key.verifier().to_string();
    let shows = |note: String| {
        let answer = move |asked: &str| match asked.starts_with("GET /log/checkpoint ") {
            true => said("200 OK", &note),
            false => said("404 Not Found", "nothing"),
        };
        format!("{}/log", odd(Box::leak(Box::new(answer))))
    };
    let look = async |name: &str, address: String| {
        let data = dir.0.join(name);
        // It has signed a head before it first looks.
        let witness = newspaper(&data, &["--log", &key]);
        let body = log.request(0, 12).encode();
        assert_eq!(witness.http.post(witness.url("/add-checkpoint")).body(body).send().await.unwrap().status(), 200);
        assert_eq!(witness.end(), 0);
        let _witness = newspaper(&data, &["--watch", &address, "--log", &key, "--every", "1", "--patience", "2"]);
        until(name, async || check(&data).0 == Some(1)).await;
        check(&data).1["alarms"]
            .as_array()
            .unwrap()
            .iter()
            .map(|alarm| alarm["kind"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // To the witness one history, to the public another.
    assert_eq!(look("fork", shows(fork.request(0, 12).checkpoint)).await, ["fork"]);
    assert_eq!(look("shorter", shows(log.request(0, 7).checkpoint)).await, ["shrunk"]);
    // Longer, and the files that would prove that it is the same are not there.
    assert_eq!(look("unproven", shows(log.request(0, 20).checkpoint)).await, ["unproven"]);
    let stranger = SigningKey::from_seed("record.example/log", &[8; 32]).unwrap();
    let forged = sign_checkpoint(&Checkpoint::new("record.example/log", 12, log.roots[12]), &stranger);
    assert_eq!(look("forged", shows(forged)).await, ["bad_signature"]);
    assert_eq!(look("silent", "http://127.0.0.1:1/log".into()).await, ["silent"]);
    // A page that is shown for every address is nothing to see, and no forgery.
    let page = odd(&|_| said("200 OK", "<!doctype html><title>home</title>"));
    assert_eq!(look("page", page).await, ["silent"]);
    // Nobody looks any more: that is told from the disk.
    let (_, told) = check(&dir.0.join("silent"));
    assert!(told["alarms"][0]["en"].as_str().unwrap().contains("last read at"), "{told}");
    // All is well: it looks, signs, and tells nothing.
    let data = dir.0.join("well");
    let witness = newspaper(&data, &["--log", &key, "--watch", &shows(log.request(0, 12).checkpoint), "--every", "1"]);
    until("it has looked", async || check(&data).1["logs"][0]["size"].as_u64() == Some(12)).await;
    assert_eq!(check(&data).0, Some(0));
    drop(witness);
}
