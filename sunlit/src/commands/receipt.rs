//! 核验凭证 · what a citizen does with the receipt of an act: proves, offline and years later, that the act is in the record.
//!
//! Ends with 0 when the receipt holds, 1 when it does not, 2 when it could not be verified.

use crate::commands::log::{Client, read_key};
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{input, logging};
use ledger::{
    ActLeaf, Checkpoint, Disclosure, LONGEST_ENTRY, Receipt, VerifierKey, consistency_proof, open_checkpoint, signed_by,
    tiles_needed_for_consistency, verify_consistency,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 核验一份行为凭证（.tlog-proof），或带原文的凭证（.json）
    Verify(Verify),
}

#[derive(clap::Args)]
#[group(required = true, multiple = true, args = ["key", "log"])]
pub struct Verify {
    /// 凭证文件；- 从标准输入读
    file: PathBuf,
    /// 条目本身的文件：凭证里没有带条目的，用它给出
    #[arg(long, value_name = "FILE")]
    entry: Option<PathBuf>,
    /// 日志的公钥，或存着公钥的文件：不用网络。给几把（例如 Ed25519 和 SM2），每一把的签名都要有效
    #[arg(long, value_name = "VKEY")]
    key: Vec<String>,
    /// 核对这个站点（或目录）今天的日志是否接着这份凭证；没有给公钥时也向它要
    #[arg(long, value_name = "PATH|URL")]
    log: Option<String>,
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Verify(options) = command;
    verify(options, json).await.or_else(|failure| {
        failure.tell(json);
        Ok(ExitCode::from(BAD_INPUT))
    })
}

/// A receipt is a few kilobytes, with many cosignatures some dozens; with its words no longer than the longest body.
const LARGEST: u64 = 1 << 24;

async fn verify(options: Verify, json: bool) -> Done {
    let text = input::text(&options.file, LARGEST)?;
    let no_receipt = |error| {
        Failure::because(&format!("{} 不是一份凭证", options.file.display()), &error)
            .mend("核对文件名；凭证的文件名以 .tlog-proof 结尾，带原文的以 .json 结尾")
    };
    let (receipt, words) = match text.trim_start().starts_with('{') {
        true => Disclosure::parse(&text).map(|act| (act.receipt.clone(), Some(act))),
        false => Receipt::parse(&text).map(|receipt| (receipt, None)),
    }
    .map_err(no_receipt)?;
    let given = options.entry.as_deref().map(|file| input::bytes(file, LONGEST_ENTRY as u64)).transpose()?;
    let entry = match given {
        Some(entry) => entry,
        None if receipt.extra.is_empty() => {
            let said = format!("凭证里没有带第 {} 条的内容，不知道它证明的是什么", receipt.index);
            return Err(Failure::new(said).mend("用 --entry 给出这一条的文件"));
        }
        None => receipt.extra.clone(),
    };
    let client = match &options.log {
        Some(place) => Some(Client::find(place).await?),
        None => None,
    };
    let (keys, second) = keys(&options.key, client.as_ref()).await?;
    let mut signed = None;
    for key in &keys {
        match receipt.verify_entry(key, &entry) {
            Ok(checkpoint) => signed = Some(checkpoint),
            Err(error) => return tell_wrong(&Failure::because("凭证没有通过", &error), json),
        }
    }
    let (Some(then), Some(key)) = (signed, keys.first()) else { return Err(no_key()) };
    if let Some(Err(error)) = words.as_ref().map(|words| words.verify(key)) {
        return tell_wrong(&Failure::because("凭证没有通过", &error), json);
    }
    // The site's second key may be younger than the receipt.
    if let Some(Err(error)) = second.map(|second| signed_by(&receipt.checkpoint, &second)) {
        return tell_wrong(&Failure::because("凭证没有通过", &error), json);
    }
    let today = match &client {
        None => None,
        Some(client) => match continues(client, key, &then).await? {
            Ok(size) => Some(size),
            Err(failure) => return tell_wrong(&failure, json),
        },
    };
    // It is in the log, act of ours or not.
    let leaf = ActLeaf::parse(&entry).ok();
    logging::about_to_tell();
    if json {
        let said = serde_json::json!({
            "ok": true,
            "n": receipt.index,
            "id": leaf.as_ref().map(|leaf| &leaf.id),
            "kind": leaf.as_ref().map(|leaf| &leaf.kind),
            "leaf": ledger::leaf_hash(&entry).to_string(),
            "log": then.origin,
            "size": then.size,
            "root": then.root.to_string(),
            "continued_to": today,
            "public": words.as_ref().map(|words| read_body(&words.public.body)),
            "private": words.as_ref().and_then(|words| words.private.as_ref()).map(|private| read_body(&private.body)),
        });
        println!("{}", serde_json::to_string_pretty(&said)?);
        return Ok(ExitCode::SUCCESS);
    }
    match &leaf {
        Some(leaf) => {
            println!("凭证有效：{} 在公开日志第 {} 条。", foundation::log::act_name(&leaf.kind), receipt.index);
            println!("  行为    {} {}", leaf.kind, leaf.id);
        }
        None => {
            println!("凭证有效：这一条在公开日志第 {} 条。", receipt.index);
            println!("  内容    {} 字节，不是本系统登记的行为", entry.len());
        }
    }
    if let Some(words) = &words {
        println!("  原文    {}", words.public.body);
        match &words.private {
            Some(private) => println!("  非公开  {}", private.body),
            None => println!("  非公开  没有出示，或者已依法删除"),
        }
    }
    println!("  日志    {}，签名时共 {} 条", then.origin, then.size);
    println!("  根散列  {}", then.root);
    if let Some(size) = today {
        println!("  今天    日志有 {size} 条，接着这份凭证，没有改写过");
    }
    Ok(ExitCode::SUCCESS)
}

/// The keys that were given; where none was, those of the site, the second apart: it may be younger than what it is held against.
pub async fn keys(given: &[String], client: Option<&Client>) -> Result<(Vec<VerifierKey>, Option<VerifierKey>), Failure> {
    let keys = given.iter().map(|text| read_key(text)).collect::<Result<Vec<_>, _>>()?;
    match client.filter(|_| keys.is_empty()) {
        Some(client) => Ok((vec![client.key().await?], client.second_key().await?)),
        None => Ok((keys, None)),
    }
}

pub fn no_key() -> Failure {
    Failure::new("没有公钥").mend("用 --key 给出公钥，或用 --log 给出站点")
}

fn read_body(body: &str) -> serde_json::Value {
    serde_json::from_str(body).unwrap_or_else(|_| body.into())
}

pub fn tell_wrong(failure: &Failure, json: bool) -> Done {
    logging::about_to_tell();
    if json {
        println!("{}", failure.json());
    } else {
        println!("■ {}", failure.said);
        failure.mend.iter().for_each(|mend| println!("怎么办：{mend}"));
    }
    Ok(ExitCode::FAILURE)
}

const KEEP: &str = "请保存凭证作证";

/// Does the log of today continue the one this receipt was made from? `Err` inside says how it does not.
pub async fn continues(client: &Client, key: &VerifierKey, then: &Checkpoint) -> Result<Result<u64, Failure>, Failure> {
    let Some(note) = client.checkpoint() else {
        if !client.lost(key).await {
            return Err(client.no_log());
        }
        let said = format!("凭证本身有效，但站点的检查点不见了，而凭证签名时有 {} 条", then.size);
        return Ok(Err(Failure::new(said).mend(KEEP)));
    };
    let now = match open_checkpoint(note, key) {
        Ok(now) => now,
        Err(error) => return Ok(Err(Failure::because("凭证本身有效，但站点今天的检查点不可信", &error).mend(KEEP))),
    };
    if now.size < then.size {
        let said =
            format!("凭证本身有效，但站点的日志今天只有 {} 条，凭证签名时有 {} 条：日志被截断或退回旧备份", now.size, then.size);
        return Ok(Err(Failure::new(said).mend(KEEP)));
    }
    let mut tiles = BTreeMap::new();
    for id in tiles_needed_for_consistency(then.size, now.size) {
        if let Some(bytes) = client.tile(id).await? {
            tiles.insert(id, bytes);
        }
    }
    let proof = consistency_proof(&tiles, then.size, now.size);
    Ok(match proof.and_then(|proof| verify_consistency(then.size, now.size, &proof, then.root, now.root)) {
        Ok(()) => Ok(now.size),
        Err(error) => Err(Failure::because("凭证本身有效，但站点今天的日志不是它的延续", &error).mend(KEEP)),
    })
}
