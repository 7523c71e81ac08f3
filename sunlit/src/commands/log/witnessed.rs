//! 见证 · who else signed the log, and what is held against it that they signed (F150, H40). A log that was cut or restored may have
//! every signature it ever had; it cannot have those that came after, and whoever kept one of them names it.

use super::{LogClient, read_key};
use crate::failure::Failure;
use crate::input;
use chrono::DateTime;
use ledger::audit::{Report, Wrong};
use ledger::{Checkpoint, Cosignature, KeyKind, LedgerError, Policy, VerifierKey};
use std::path::{Path, PathBuf};

/// The key of a witness, or a file that holds it.
pub fn key(text: &str) -> Result<VerifierKey, Failure> {
    let key = read_key(text)?;
    match key.kind() {
        KeyKind::Witness => Ok(key),
        _ => Err(Failure::new("这不是见证人的公钥").mend("整行照抄见证人的 /key 给出的内容，两边加引号")),
    }
}

/// Which witnesses signed.
#[derive(Default)]
pub struct Witnessed {
    by: Vec<Cosignature>,
    /// The head they signed has so many entries.
    size: u64,
    /// That head, where it is not the newest: the newest must continue it.
    pub earlier: Option<Checkpoint>,
    /// Their keys were given by hand, and not by the site.
    given: bool,
}

impl Witnessed {
    /// Asks who signed the newest head; where too few did, which head enough of them signed. `Err` inside: too few did at all.
    pub async fn ask(
        client: &LogClient,
        note: &str,
        log: &VerifierKey,
        witnesses: Vec<VerifierKey>,
        at_least: Option<usize>,
        since: &[Since],
    ) -> Result<Result<Witnessed, Failure>, Failure> {
        let given = !witnesses.is_empty();
        let required = at_least.unwrap_or(witnesses.len());
        let witnesses = match given {
            true => witnesses,
            false => client.witnesses().await?,
        };
        let wanted = if given { required } else { 1 };
        if witnesses.is_empty() {
            return Ok(Ok(Witnessed::default()));
        }
        let policy = |required| Policy { log: log.clone(), witnesses: witnesses.clone(), required };
        let wrong = |error| Failure::because("见证人的签名不对", &error).mend("请保存这份检查点作证，并问见证人");
        let (head, by) = match policy(0).open(note) {
            Ok(opened) => opened,
            Err(error) if given => return Ok(Err(wrong(error))),
            Err(_) => return Ok(Ok(Witnessed::default())),
        };
        if by.len() >= wanted {
            return Ok(Ok(Witnessed { by, size: head.size, earlier: None, given }));
        }
        // What somebody keeps counts as well, whether the site knows of its witness or not: the log is held against each of these heads.
        let (with_kept, least) = together(&witnesses, (by.clone(), head.size), since.iter().map(|one| (&one.by, one.head.size)));
        if given && with_kept.len() >= wanted {
            return Ok(Ok(Witnessed { by: with_kept, size: least, earlier: None, given }));
        }
        let asked = (wanted + by.len()).saturating_sub(with_kept.len()).max(1);
        let older = client.optional(&format!("witnessed/{asked}")).await?;
        let older = older.map(|older| policy(asked).open(&String::from_utf8_lossy(&older)));
        match older {
            Some(Ok((older, older_by))) if asked < wanted => {
                let kept = since.iter().map(|one| (&one.by, one.head.size));
                let (all, least) = together(&witnesses, (by, head.size), kept.chain([(&older_by, older.size)]));
                match all.len() >= wanted {
                    true => Ok(Ok(Witnessed { by: all, size: least, earlier: Some(older), given })),
                    false => Ok(Err(too_few(wanted, all.len()))),
                }
            }
            Some(Ok((older, by))) => Ok(Ok(Witnessed { by, size: older.size, earlier: Some(older), given })),
            Some(Err(error)) if given && !matches!(error, LedgerError::TooFewWitnesses { .. }) => Ok(Err(wrong(error))),
            _ if given => Ok(Err(too_few(wanted, with_kept.len()))),
            _ => Ok(Ok(Witnessed { by, size: head.size, earlier: None, given })),
        }
    }

    pub fn json(&self) -> serde_json::Value {
        let by: Vec<_> = self.by.iter().map(|one| serde_json::json!({ "name": one.witness, "time": one.time })).collect();
        serde_json::json!({ "signed_by": by, "size": self.size, "keys_from": if self.given { "given" } else { "site" } })
    }

    /// For a person; `size` is that of the newest head.
    pub fn tell(&self, size: u64) {
        if self.by.is_empty() {
            return println!("  见证    没有见证人签过");
        }
        let by: Vec<String> = self.by.iter().map(|one| format!("{}（{}）", one.witness, clock(one.time))).collect();
        println!("  见证    {} 家签到 {} 条：{}", by.len(), self.size, by.join("、"));
        if self.size < size {
            println!("          后面的 {} 条还没有人见证", size - self.size);
        }
        if !self.given {
            println!("          公钥是向站点要的；从见证人那里取得，用 --witness 给出更可靠");
        }
    }
}

/// Who signed one of several heads, each once and by the first of them, and the least of the heads that counts.
fn together<'a>(
    witnesses: &[VerifierKey],
    (mut by, mut least): (Vec<Cosignature>, u64),
    others: impl Iterator<Item = (&'a Vec<Cosignature>, u64)>,
) -> (Vec<Cosignature>, u64) {
    let key = |one: &Cosignature| witnesses.iter().find(|key| key.name() == one.witness).map(VerifierKey::public_key);
    for (other, size) in others {
        for one in other {
            if by.iter().all(|known| key(known) != key(one)) {
                by.push(one.clone());
                least = least.min(size);
            }
        }
    }
    (by, least)
}

fn too_few(wanted: usize, signed: usize) -> Failure {
    Failure::new(format!("要求 {wanted} 家见证，只有 {signed} 家签过名"))
        .mend("从见证人那里取它签过的检查点（GET 它的 /checkpoint），用 --since 给出；或者问它是不是还在见证")
}

fn clock(time: u64) -> String {
    let at = i64::try_from(time).ok().and_then(|time| DateTime::from_timestamp(time, 0)).unwrap_or_default();
    at.with_timezone(&calendar::SHANGHAI).format("%Y-%m-%d %H:%M").to_string()
}

/// A checkpoint that somebody kept, and who witnessed it.
pub struct Since {
    file: PathBuf,
    pub head: Checkpoint,
    by: Vec<Cosignature>,
}

/// A signed checkpoint with a hundred signatures has some dozens of kilobytes.
const LARGEST: u64 = 1 << 20;

impl Since {
    /// Reads it. `Err` inside: the log's key did not sign it, or a witness's signature does not hold.
    pub fn read(file: &Path, log: &VerifierKey, witnesses: &[VerifierKey]) -> Result<Result<Since, LedgerError>, Failure> {
        let note = input::text(file, LARGEST)?;
        let policy = Policy { log: log.clone(), witnesses: witnesses.to_vec(), required: 0 };
        Ok(policy.open(&note).map(|(head, by)| Since { file: file.to_owned(), head, by }))
    }

    pub fn json(&self) -> serde_json::Value {
        let by: Vec<_> = self.by.iter().map(|one| serde_json::json!({ "name": one.witness, "time": one.time })).collect();
        serde_json::json!({ "file": self.file, "size": self.head.size, "root": self.head.root.to_string(), "signed_by": by })
    }

    pub fn tell(&self, report: &Report) {
        let by: Vec<String> = self.by.iter().map(|one| format!("{} 于 {}", one.witness, clock(one.time))).collect();
        let by = if by.is_empty() { String::new() } else { format!("，见证的是 {}", by.join("、")) };
        let against = [Wrong::HistoryRewritten, Wrong::SplitView, Wrong::RolledBack, Wrong::Replayed];
        let broken = report.findings.iter().any(|finding| against.contains(&finding.wrong));
        let said = if broken { "对不上" } else { "接着" };
        println!("  检查点  {said} {}：{} 条{by}", self.file.display(), self.head.size);
    }
}
