//! 核验凭证 · what a citizen does with the receipt of an act: proves, offline and years later, that the act is in the record.

use crate::commands::log::{Client, read_key};
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
    /// 日志的公钥，或存着公钥的文件：不用网络
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// 向这个站点要公钥，并核对它今天的日志是否接着这份凭证
    #[arg(long, value_name = "URL")]
    log: Option<String>,
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Verify(options) = command;
    let text = std::fs::read_to_string(&options.file)
        .map_err(|error| Failure::new(format!("凭证 {} 读不了：{error}", options.file.display())))?;
    let client = options.log.as_deref().map(Client::new).transpose()?;
    let key = match (&options.key, &client) {
        (Some(text), _) => read_key(text)?,
        (None, Some(client)) => client.key().await?,
        (None, None) => {
            return Err(Failure::new("没有公钥").mend("用 --key 给出公钥，或用 --log 给出站点"));
        }
    };
    let verified = Receipt::parse(&text).and_then(|receipt| receipt.verify(&key));
    let verified = match verified {
        Ok(verified) => verified,
        Err(error) => {
            let said = format!("凭证没有通过：{error}");
            return tell_wrong(&said, json);
        }
    };
    let mut today = None;
    if let Some(client) = &client {
        match continues(client, &key, &verified.checkpoint).await? {
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
        if let Some(bytes) = client.get(&id.path()).await? {
            tiles.insert(id, bytes);
        }
    }
    let proof = consistency_proof(&tiles, then.size, now.size);
    Ok(match proof.and_then(|proof| verify_consistency(then.size, now.size, &proof, then.root, now.root)) {
        Ok(()) => Ok(now.size),
        Err(error) => Err(format!("凭证本身有效，但站点今天的日志不是它的延续（{error}）：请保存凭证作证")),
    })
}
