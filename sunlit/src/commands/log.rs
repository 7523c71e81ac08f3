//! 核验日志 · an outsider's audit of a whole log over the network: every entry, every published body, every hash, and
//! the checkpoint seen last time (F147, F149, H40). Needs nothing of ours but the addresses it serves.

mod client;
mod trust;

use crate::bar::Bar;
use crate::failure::{Done, Failure};
use crate::logging;
use client::LogClient;
use futures::{StreamExt, TryStreamExt};
use ledger::audit::{Audit, Report};
use ledger::{ActLeaf, BundleId, Checkpoint, TileId, VerifierKey, bundles_in_log, open_checkpoint, parse_entries, tiles_in_log};
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
    /// 站点或日志的地址，例如 https://zw.example.gov.cn
    url: String,
    /// 日志的公钥，或存着公钥的文件；不给时向站点要，这样只能发现前后不一致，不能发现从一开始就冒名
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// 记住这一次看到的检查点，下一次核验是否接着它；能发现截尾和退回旧备份
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    match command {
        Command::Verify(options) => verify(options, json).await,
    }
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
    let earlier = trusted.map(|t| open_checkpoint(&t.note, &key)).transpose().map_err(|error| {
        Failure::new(format!("记住的检查点不是这把公钥签的：{error}"))
            .mend("先弄清是日志换了公钥还是拿错了文件；不要直接删掉它，它可能是证据")
    })?;
    if !json && from == KeyFrom::Site {
        eprintln!("公钥是向站点自己要的：能发现改动，不能发现从一开始就冒名。要更可靠，从别处取得公钥，用 --key 给出：\n  {key}");
    }
    let (outcome, note) = audit(&client, &key, earlier).await?;
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

/// What an audit over the network came to.
struct Outcome {
    report: Option<Report>,
    /// What the ledger cannot see because it was not served.
    withheld: Vec<(u64, String)>,
}

/// Fetches and verifies everything. The signed note comes back with the outcome; none when the log is empty.
async fn audit(client: &LogClient, key: &VerifierKey, earlier: Option<Checkpoint>) -> Result<(Outcome, Option<String>), Failure> {
    let Some(note) = client.checkpoint().await? else {
        let mut outcome = Outcome { report: None, withheld: Vec::new() };
        if let Some(earlier) = earlier.filter(|c| c.size > 0) {
            outcome
                .withheld
                .push((0, format!("日志现在是空的，而此前已签到 {} 条：整本日志不见了，请保存记住的检查点作证", earlier.size)));
        }
        return Ok((outcome, None));
    };
    let head = open_checkpoint(&note, key).map_err(|error| {
        Failure::new(format!("站点给出的检查点不是这把公钥签的：{error}"))
            .mend("核对公钥是不是这个站点的；是的话，站点出示的日志不可信")
    })?;
    let size = head.size;
    let mut audit = Audit::new(head);
    if let Some(earlier) = earlier {
        audit = audit.trust(earlier);
    }
    let mut withheld = Vec::new();
    let mut bar = Bar::new("核验");
    // A bundle, its bodies and its tile come together, a few at a time: memory stays small whatever the size of the log.
    let mut bundles = futures::stream::iter(bundles_in_log(size).map(|bundle| fetch(client, size, bundle))).buffered(6);
    while let Some(part) = bundles.try_next().await? {
        check_bodies(&mut audit, &part, &mut withheld);
        if let Some(bytes) = &part.entries {
            audit.bundle(part.bundle.index, bytes);
        }
        if let Some((id, bytes)) = &part.tile {
            audit.tile(*id, bytes);
        }
        let (done, all) = audit.progress();
        bar.show(done, all);
    }
    drop(bundles);
    for id in tiles_in_log(size).filter(|id| id.level > 0) {
        if let Some(bytes) = client.get(&id.path()).await? {
            audit.tile(id, &bytes);
        }
        let (done, all) = audit.progress();
        bar.show(done, all);
    }
    drop(bar);
    Ok((Outcome { report: Some(audit.finish()), withheld }, Some(note)))
}

/// What is served of 256 entries.
struct Part {
    bundle: BundleId,
    entries: Option<Vec<u8>>,
    bodies: Option<Vec<u8>>,
    tile: Option<(TileId, Vec<u8>)>,
}

async fn fetch(client: &LogClient, size: u64, bundle: BundleId) -> Result<Part, Failure> {
    let tile = TileId::in_log(size, 0, bundle.index);
    let (entries, bodies) = (bundle.path(), format!("openings/{}", bundle.index));
    let hashes = async {
        match tile {
            Some(id) => client.get(&id.path()).await,
            None => Ok(None),
        }
    };
    let (entries, bodies, hashes) = tokio::try_join!(client.get(&entries), client.get(&bodies), hashes)?;
    Ok(Part { bundle, entries, bodies, tile: tile.zip(hashes) })
}

#[derive(serde::Deserialize)]
struct Opening {
    n: Option<u64>,
    salt: String,
    body: String,
}

/// Every published body must be what its entry committed to, and none may be missing.
fn check_bodies(audit: &mut Audit, part: &Part, withheld: &mut Vec<(u64, String)>) {
    let Some(entries) = part.entries.as_deref().and_then(|bytes| parse_entries(bytes).ok()) else {
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
            None => withheld
                .push((n, format!("第 {n} 条（{} {}）的公开正文没有给出：公开正文人人可以索取，不应缺少", leaf.kind, leaf.id))),
        }
    }
}

impl Outcome {
    fn is_clean(&self) -> bool {
        self.withheld.is_empty() && self.report.as_ref().is_none_or(Report::is_clean)
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
        if json {
            let withheld =
                self.withheld.iter().map(|(n, zh)| serde_json::json!({ "wrong": "body_withheld", "entries": [n, n], "zh": zh }));
            let findings = self.report.iter().flat_map(|r| &r.findings).map(|f| serde_json::json!(f));
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
                "findings": findings.chain(withheld).collect::<Vec<_>>(),
            });
            println!("{}", serde_json::to_string_pretty(&said)?);
            return Ok(());
        }
        let Some(head) = head.filter(|_| self.is_clean()) else {
            let count = self.withheld.len() + self.report.as_ref().map_or(0, |r| r.findings.len());
            if count == 0 {
                println!("日志还是空的，没有可核验的条目。");
                return Ok(());
            }
            println!("核验没有通过，有 {count} 处不对：");
            for finding in self.report.iter().flat_map(|r| &r.findings) {
                println!("  ■ {}", finding.zh);
            }
            for (_, said) in &self.withheld {
                println!("  ■ {said}");
            }
            if let Some(further) = self.report.as_ref().map(|r| r.further).filter(|n| *n > 0) {
                println!("  ■ 另有 {further} 条也对不上");
            }
            return Ok(());
        };
        println!("核验通过：{} 条全部完好，没有改动、删除、插入或调换。", head.size);
        println!("  日志    {}", head.origin);
        println!("  根散列  {}", head.root);
        match (trust, self.report.as_ref().map_or(0, |r| r.continues)) {
            (Some(file), 0) => println!("  检查点  已记在 {}，下一次会核对是否接着它", file.display()),
            (Some(file), _) => println!("  检查点  接着 {} 里记住的那一份；已换成这一份", file.display()),
            (None, _) => println!("  加上 --trust 文件，下一次还能发现截尾和退回旧备份"),
        }
        Ok(())
    }
}
