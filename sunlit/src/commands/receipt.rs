//! 核验凭证 · what a citizen does with the receipt of an act: proves, offline and years later, that the act is in the record.
//!
//! Ends with 0 when the receipt holds, 1 when it does not, 2 when it could not be verified.

use crate::commands::log::{BAD_INPUT, Client, read_key};
use crate::failure::{Done, Failure};
use crate::logging;
use ledger::{
    Checkpoint, Receipt, VerifierKey, consistency_proof, open_checkpoint, tiles_needed_for_consistency, verify_consistency,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 核验一份行为凭证（.tlog-proof）
    Verify(Verify),
}

#[derive(clap::Args)]
#[group(required = true, multiple = true, args = ["key", "log"])]
pub struct Verify {
    /// 凭证文件
    file: PathBuf,
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

/// A receipt is a few kilobytes, with many cosignatures some dozens.
const LARGEST: u64 = 1 << 21;

async fn verify(options: Verify, json: bool) -> Done {
    let unread = |why: String| Failure::new(format!("凭证 {} 读不了：{why}", options.file.display()));
    let large = std::fs::metadata(&options.file).map_err(|error| unread(error.to_string()))?.len() > LARGEST;
    if large {
        return Err(unread("太大，不是一份凭证".into()).mend("核对文件名；凭证的文件名以 .tlog-proof 结尾"));
    }
    let text = std::fs::read_to_string(&options.file).map_err(|error| unread(error.to_string()))?;
    let receipt = Receipt::parse(&text).map_err(|error| unread(error.to_string()))?;
    let client = options.log.as_deref().map(Client::new).transpose()?;
    let mut keys = options.key.iter().map(|text| read_key(text)).collect::<Result<Vec<_>, _>>()?;
    if let Some(client) = client.as_ref().filter(|_| keys.is_empty()) {
        keys.push(client.key().await?);
    }
    let mut verified = None;
    for key in &keys {
        match receipt.verify(key) {
            Ok(held) => verified = Some(held),
            Err(error) => return tell_wrong(&format!("凭证没有通过：{error}"), json),
        }
    }
    let (Some(verified), Some(key)) = (verified, keys.first()) else {
        return Err(Failure::new("没有公钥").mend("用 --key 给出公钥，或用 --log 给出站点"));
    };
    let mut today = None;
    if let Some(client) = &client {
        match continues(client, key, &verified.checkpoint).await? {
            Ok(size) => today = Some(size),
            Err(said) => return tell_wrong(&said, json),
        }
    }
    logging::about_to_tell();
    if json {
        let said = serde_json::json!({
            "ok": true,
            "n": verified.index,
            "id": verified.leaf.id,
            "kind": verified.leaf.kind,
            "log": verified.checkpoint.origin,
            "size": verified.checkpoint.size,
            "root": verified.checkpoint.root.to_string(),
            "continued_to": today,
        });
        println!("{}", serde_json::to_string_pretty(&said)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("凭证有效：{} 在公开日志第 {} 条。", foundation::log::act_name(&verified.leaf.kind), verified.index);
    println!("  行为    {} {}", verified.leaf.kind, verified.leaf.id);
    println!("  日志    {}，签名时共 {} 条", verified.checkpoint.origin, verified.checkpoint.size);
    println!("  根散列  {}", verified.checkpoint.root);
    if let Some(size) = today {
        println!("  今天    日志有 {size} 条，接着这份凭证，没有改写过");
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_wrong(said: &str, json: bool) -> Done {
    logging::about_to_tell();
    if json {
        println!("{}", serde_json::json!({ "ok": false, "wrong": said }));
    } else {
        println!("■ {said}");
    }
    Ok(ExitCode::FAILURE)
}

/// Does the log of today continue the one this receipt was made from? `Err` inside says how it does not.
async fn continues(client: &Client, key: &VerifierKey, then: &Checkpoint) -> Result<Result<u64, String>, Failure> {
    let Some(note) = client.checkpoint().await? else {
        return Ok(Err(format!("凭证本身有效，但站点的日志现在是空的，而凭证签名时有 {} 条：请保存凭证作证", then.size)));
    };
    let now = match open_checkpoint(&note, key) {
        Ok(now) => now,
        Err(error) => {
            return Ok(Err(format!("凭证本身有效，但站点今天的检查点不可信：{error}")));
        }
    };
    if now.size < then.size {
        return Ok(Err(format!(
            "凭证本身有效，但站点的日志今天只有 {} 条，凭证签名时有 {} 条：日志被截断或退回旧备份，请保存凭证作证",
            now.size, then.size
        )));
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
        Err(error) => Err(format!("凭证本身有效，但站点今天的日志不是它的延续（{error}）：请保存凭证作证")),
    })
}
