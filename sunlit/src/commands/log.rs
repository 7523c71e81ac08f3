//! 核验日志 · an outsider's audit of a whole log, over the network or in a directory: every entry, every published body,
//! every hash, and the checkpoint seen last time (F147, F149, H40). Needs nothing of ours but the files it serves.
//!
//! Ends with 0 when all is well, 1 when something is wrong with the log, 2 when it could not be verified.

mod bookmark;
mod client;
mod trust;

use crate::bar::Bar;
use crate::failure::{Done, Failure};
use crate::logging;
use bookmark::Keeper;
use client::LogClient;
use futures::{StreamExt, TryStreamExt};
use ledger::audit::{Audit, Bookmark, Hashed, Report};
use ledger::{ActLeaf, BundleId, Checkpoint, LedgerError, TileId, VerifierKey, open_checkpoint, parse_entries};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trust::Trusted;

pub use client::LogClient as Client;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 取回整本公开日志逐条核验，指出每一条有问题的记录
    Verify(Verify),
}

#[derive(clap::Args)]
pub struct Verify {
    /// 站点或日志的地址，例如 https://zw.example.gov.cn；或存着日志文件的目录
    #[arg(value_name = "PATH|URL")]
    url: String,
    /// 日志的公钥，或存着公钥的文件；不给时向站点要，这样只能发现前后不一致，不能发现从一开始就冒名
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// 记住这一次看到的检查点，下一次核验是否接着它；能发现截尾和退回旧备份
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// 边核验边记下读到哪里；中断后再执行一次，从那里接着核验，核验完就删去
    #[arg(long, value_name = "FILE")]
    bookmark: Option<PathBuf>,
}

/// What ends a verification before it says anything about the log.
pub const BAD_INPUT: u8 = 2;

/// No log leaves out so many bundles one after the other by mistake; whoever claims to be enormous is not believed longer.
const MOST_MISSING: usize = 64;
/// Findings told to a person; a program gets all of them.
const MOST_TOLD: usize = 50;

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Verify(options) = command;
    Ok(verify(options, json).await.unwrap_or_else(|failure| {
        failure.tell(json);
        ExitCode::from(BAD_INPUT)
    }))
}

/// Where the key came from, which is what the whole answer rests on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyFrom {
    Given,
    Remembered,
    Site,
}

async fn verify(options: Verify, json: bool) -> Done {
    let client = LogClient::new(&options.url)?;
    let trusted = options.trust.as_deref().map(Trusted::read).transpose()?.flatten();
    let (key, from) = match (&options.key, trusted.as_ref().and_then(|t| t.key.clone())) {
        (Some(text), _) => (read_key(text)?, KeyFrom::Given),
        (None, Some(key)) => (key, KeyFrom::Remembered),
        (None, None) => (client.key().await?, KeyFrom::Site),
    };
    // A signature that does not hold is the answer, not a mishap on the way to one.
    let earlier = match trusted.map(|t| open_checkpoint(&t.note, &key)).transpose() {
        Ok(earlier) => earlier,
        Err(error) => {
            let said = Failure::new(format!("记住的检查点不是这把公钥签的：{error}"));
            said.mend("先弄清是日志换了公钥还是拿错了文件；不要直接删掉它，它可能是证据").tell(json);
            return Ok(ExitCode::FAILURE);
        }
    };
    if !json && from == KeyFrom::Site {
        eprintln!("公钥是向站点自己要的：能发现改动，不能发现从一开始就冒名。要更可靠，从别处取得公钥，用 --key 给出：\n  {key}");
    }
    let note = client.checkpoint().await?;
    let head = match note.as_deref().map(|note| open_checkpoint(note, &key)).transpose() {
        Ok(head) => head,
        Err(error) => {
            let said = Failure::new(format!("站点给出的检查点不是这把公钥签的：{error}"));
            said.mend("核对公钥是不是这个站点的；是的话，站点出示的日志不可信").tell(json);
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut keeper = Keeper::new(options.bookmark.as_deref(), &key);
    let stood = keeper.read()?;
    let outcome = match head {
        Some(head) => audit(&client, head, earlier, stood, &mut keeper, json).await.inspect_err(|_| {
            if let Some(file) = options.bookmark.as_deref().filter(|file| !json && file.exists()) {
                eprintln!("读到的地方记在 {}；再执行一次同样的命令，从那里接着核验。", file.display());
            }
        })?,
        None => Outcome { report: None, vanished: earlier.filter(|c| c.size > 0) },
    };
    keeper.done()?;
    if let (Some(file), Some(note)) = (&options.trust, &note)
        && outcome.is_clean()
    {
        Trusted { key: Some(key.clone()), note: note.clone() }.keep(file)?;
    }
    outcome.tell(&client, &key, from, options.trust.as_deref(), json)?;
    Ok(if outcome.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The key itself, or a file that holds it.
pub fn read_key(text: &str) -> Result<VerifierKey, Failure> {
    let kept = std::fs::read_to_string(text).ok();
    let text = kept.as_deref().unwrap_or(text).trim();
    text.parse()
        .map_err(|error| Failure::new(format!("公钥读不懂：{error}")).mend("整行照抄站点 /log/key 给出的内容，两边加引号"))
}

/// What an audit came to.
struct Outcome {
    /// `None` when the log is empty.
    report: Option<Report>,
    /// The checkpoint kept of a log that is empty now.
    vanished: Option<Checkpoint>,
}

/// Fetches and verifies everything, from where an earlier audit was cut off.
async fn audit(
    client: &LogClient,
    head: Checkpoint,
    earlier: Option<Checkpoint>,
    stood: Option<Bookmark>,
    keeper: &mut Keeper<'_>,
    json: bool,
) -> Result<Outcome, Failure> {
    let start = || earlier.iter().cloned().fold(Audit::new(head.clone()), Audit::trust);
    let mut audit = start();
    if let Some(bookmark) = stood {
        match start().resume(bookmark) {
            Ok(resumed) => audit = resumed,
            Err(why) if !json => eprintln!("{why}"),
            Err(_) => {}
        }
    }
    let bodies = client.has_bodies();
    let mut missing = 0;
    let mut bar = Bar::new("核验");
    // A bundle, its bodies and its tiles come together, a few at a time: memory stays small whatever the size of the log.
    let wanted = start();
    let fetches = audit.bundles().map(|bundle| fetch(client, bundle, wanted.tiles_with(bundle), bodies));
    let mut parts = futures::stream::iter(fetches).buffered(6);
    while let Some(part) = parts.try_next().await? {
        if bodies {
            check_bodies(&mut audit, &part);
        }
        missing = if part.entries.is_some() { 0 } else { missing + 1 };
        if missing == MOST_MISSING {
            break;
        }
        if let Some((_, hashed)) = part.entries {
            audit.hashed(part.bundle.index, hashed);
        }
        for (id, bytes) in &part.tiles {
            audit.tile(*id, bytes);
        }
        keeper.keep(audit.bookmark())?;
        let (done, all) = audit.progress();
        bar.show(done, all);
    }
    drop(parts);
    // An old checkpoint, shown while the later entries are there, is no old backup.
    if let Some(earlier) = earlier.as_ref().filter(|earlier| earlier.size > head.size) {
        for index in head.size / 256..earlier.size.div_ceil(256).min(head.size / 256 + MOST_MISSING as u64) {
            let Some(id) = BundleId::in_log(earlier.size, index) else { break };
            let Some(bytes) = client.bundle(id).await? else { break };
            audit.bundle(index, &bytes);
        }
    }
    drop(bar);
    Ok(Outcome { report: Some(audit.finish()), vanished: None })
}

/// What is served of 256 entries.
struct Part {
    bundle: BundleId,
    /// As served, and hashed by a thread of its own.
    entries: Option<(Vec<u8>, Result<Hashed, LedgerError>)>,
    bodies: Option<Vec<u8>>,
    tiles: Vec<(TileId, Vec<u8>)>,
}

async fn fetch(client: &LogClient, bundle: BundleId, wanted: Vec<TileId>, bodies: bool) -> Result<Part, Failure> {
    let openings = format!("openings/{}", bundle.index);
    let entries = async {
        let Some(bytes) = client.bundle(bundle).await? else { return Ok::<_, Failure>(None) };
        let hash = move || {
            let hashed = Hashed::of(&bytes);
            (bytes, hashed)
        };
        Ok(Some(tokio::task::spawn_blocking(hash).await?))
    };
    let bodies = async {
        match bodies {
            true => client.get(&openings).await,
            false => Ok(None),
        }
    };
    let tiles = async {
        let mut tiles = Vec::with_capacity(wanted.len());
        for id in wanted {
            if let Some(bytes) = client.tile(id).await? {
                tiles.push((id, bytes));
            }
        }
        Ok::<_, Failure>(tiles)
    };
    let (entries, bodies, tiles) = tokio::try_join!(entries, bodies, tiles)?;
    Ok(Part { bundle, entries, bodies, tiles })
}

#[derive(serde::Deserialize)]
struct Opening {
    n: Option<u64>,
    salt: String,
    body: String,
}

/// Every published body must be what its entry committed to, and none may be missing.
fn check_bodies(audit: &mut Audit, part: &Part) {
    let Some(entries) = part.entries.as_ref().and_then(|(bytes, _)| parse_entries(bytes).ok()) else {
        return;
    };
    let text = part.bodies.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let openings: std::collections::HashMap<u64, Opening> =
        text.lines().filter_map(|line| serde_json::from_str::<Opening>(line).ok()).filter_map(|o| Some((o.n?, o))).collect();
    for (n, entry) in (part.bundle.first()..).zip(&entries) {
        // An entry that is no act was altered, and the hashes say so.
        let Ok(leaf) = ActLeaf::parse(entry) else {
            continue;
        };
        match openings.get(&n) {
            Some(opening) => {
                let salt = hex::decode(&opening.salt).ok().and_then(|s| s.try_into().ok()).unwrap_or([0; 32]);
                audit.public_body(n, &leaf, &salt, opening.body.as_bytes());
            }
            None => audit.body_withheld(n, &leaf),
        }
    }
}

impl Outcome {
    fn first_bad_entry(&self) -> Option<u64> {
        self.vanished.as_ref().map(|_| 0).or_else(|| self.report.as_ref()?.first_bad_entry())
    }

    fn is_clean(&self) -> bool {
        self.vanished.is_none() && self.report.as_ref().is_none_or(Report::is_clean)
    }

    fn tell(
        &self,
        client: &LogClient,
        key: &VerifierKey,
        from: KeyFrom,
        trust: Option<&Path>,
        json: bool,
    ) -> Result<(), Failure> {
        logging::about_to_tell();
        let head = self.report.as_ref().map(|r| &r.checkpoint);
        let vanished = self
            .vanished
            .as_ref()
            .map(|earlier| format!("日志现在是空的，而此前已签到 {} 条：整本日志不见了，请保存记住的检查点作证", earlier.size));
        if json {
            let findings = self.report.iter().flat_map(|r| &r.findings).map(|f| serde_json::json!(f));
            let vanished = vanished
                .iter()
                .zip(&self.vanished)
                .map(|(zh, earlier)| serde_json::json!({ "wrong": "rolled_back", "entries": [0, earlier.size - 1], "zh": zh }));
            let from = match from {
                KeyFrom::Given => "given",
                KeyFrom::Remembered => "remembered",
                KeyFrom::Site => "site",
            };
            let said = serde_json::json!({
                "ok": self.is_clean(),
                "log": client.base(),
                "key": key.to_string(),
                "key_from": from,
                "size": head.map_or(0, |h| h.size),
                "root": head.map(|h| h.root.to_string()),
                "continues": self.report.as_ref().map_or(0, |r| r.continues),
                "further": self.report.as_ref().map_or(0, |r| r.further),
                "first_bad_entry": self.first_bad_entry(),
                "bodies_checked": client.has_bodies(),
                "findings": findings.chain(vanished).collect::<Vec<_>>(),
            });
            println!("{}", serde_json::to_string_pretty(&said)?);
            return Ok(());
        }
        let Some(head) = head.filter(|_| self.is_clean()) else {
            let findings: Vec<&str> = self.report.iter().flat_map(|r| &r.findings).map(|f| &f.zh[..]).collect();
            let findings: Vec<&str> = findings.into_iter().chain(vanished.as_deref()).collect();
            if findings.is_empty() {
                println!("日志还是空的，没有可核验的条目。");
                return Ok(());
            }
            match self.first_bad_entry() {
                Some(first) => println!("核验没有通过，有 {} 处不对，最先是第 {first} 条：", findings.len()),
                None => println!("核验没有通过，有 {} 处不对：", findings.len()),
            }
            for said in findings.iter().take(MOST_TOLD) {
                println!("  ■ {said}");
            }
            if findings.len() > MOST_TOLD {
                println!("  ■ 还有 {} 处，加 --json 全部列出", findings.len() - MOST_TOLD);
            }
            if let Some(further) = self.report.as_ref().map(|r| r.further).filter(|n| *n > 0) {
                println!("  ■ 另有 {further} 条也对不上");
            }
            return Ok(());
        };
        println!("核验通过：{} 条全部完好，没有改动、删除、插入或调换。", head.size);
        println!("  日志    {}", head.origin);
        println!("  根散列  {}", head.root);
        if !client.has_bodies() {
            println!("  正文    目录里没有 openings，公开正文没有核对");
        }
        match (trust, self.report.as_ref().map_or(0, |r| r.continues)) {
            (Some(file), 0) => println!("  检查点  已记在 {}，下一次会核对是否接着它", file.display()),
            (Some(file), _) => println!("  检查点  接着 {} 里记住的那一份；已换成这一份", file.display()),
            (None, _) => println!("  加上 --trust 文件，下一次还能发现截尾和退回旧备份"),
        }
        Ok(())
    }
}
