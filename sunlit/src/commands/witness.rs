//! 见证 · the other end of the log (c2sp.org/tlog-witness, F150, H40): whoever is not the operator – a newspaper, a people's congress –
//! runs it on a machine of their own. It signs a head only if that continues all it signed before, looks at what the public is shown,
//! and raises the alarm, with the evidence, when the two do not agree.

mod alarm;
mod book;
mod look;
mod page;
mod serve;

use crate::commands::log::read_key;
use crate::failure::{BAD_INPUT, Done, Failure, why};
use crate::logging;
use alarm::Alarm;
use book::{Book, Kept};
use chrono::Utc;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 做见证人：核对日志的新检查点接着以前的，签名；自己也去看公众看到的，不对就报警
    Serve(serve::Options),
    /// 看见证的情况：每本日志见证到哪里、有没有报警。没有报警退出码是 0，有是 1，读不了是 2
    Check(Check),
    /// 印出见证人的公钥，交给日志的运营者
    Key(Key),
}

#[derive(clap::Args)]
pub struct Check {
    /// 见证人的数据目录
    #[arg(long, env = "SUNLIT_WITNESS_DATA", default_value = ".witness", value_name = "DIR")]
    data: PathBuf,
}

#[derive(clap::Args)]
pub struct Key {
    /// 见证人的数据目录
    #[arg(long, env = "SUNLIT_WITNESS_DATA", default_value = ".witness", value_name = "DIR")]
    data: PathBuf,
}

pub async fn run(command: Command, json: bool) -> Done {
    match command {
        Command::Serve(options) => serve::run(options, json).await,
        Command::Check(options) => told(check(&options.data, json), json),
        Command::Key(options) => told(key(&options.data, json), json),
    }
}

fn told(done: Done, json: bool) -> Done {
    Ok(done.unwrap_or_else(|failure| {
        failure.tell(json);
        ExitCode::from(BAD_INPUT)
    }))
}

fn key(data: &Path, json: bool) -> Done {
    let key = book::key(data)?.witness_verifier().to_string();
    match json {
        true => println!("{}", serde_json::json!({ "ok": true, "key": key })),
        false => println!("{key}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads what the witness keeps, whether it runs or not: one that has stopped looking is an alarm too.
fn check(data: &Path, json: bool) -> Done {
    logging::start_quiet();
    let key = book::key(data)?.witness_verifier();
    let logs = Book::logs(data)?;
    let mut alarms = alarm::read(data)?;
    let now = Utc::now();
    for log in logs.iter().filter(|log| log.is_silent(now)) {
        if !alarms.iter().any(|alarm| alarm.is_of(log.origin(), alarm::Kind::Silent)) {
            alarms.push(Alarm::silent(log, now));
        }
    }
    let standing = alarms.iter().filter(|alarm| alarm.over.is_none()).count();
    if json {
        let said = serde_json::json!({ "ok": standing == 0, "key": key, "logs": logs.iter().map(Kept::told).collect::<Vec<_>>(), "alarms": alarms });
        println!("{}", serde_json::to_string_pretty(&said)?);
    } else {
        match standing {
            0 => println!("没有报警，见证 {} 本日志。", logs.len()),
            _ => println!("有 {standing} 项报警："),
        }
        for alarm in alarms.iter().filter(|alarm| alarm.over.is_none()) {
            println!("  ■ {}：{}", alarm.log, alarm.zh);
            if let Some(file) = &alarm.evidence {
                println!("    证据 {}", data.join(file).display());
            }
        }
        for log in &logs {
            println!("  日志    {}，见证到 {} 条", log.origin(), log.observed.size);
        }
        println!("  公钥    {key}");
    }
    Ok(if standing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The key of a log, or a file that holds it.
fn log_key(text: &str) -> Result<ledger::VerifierKey, Failure> {
    let key = read_key(text)?;
    match key.kind() {
        ledger::KeyKind::Log => Ok(key),
        _ => Err(Failure::new("这不是日志的公钥").mend("整行照抄站点 /log/key 给出的内容，两边加引号")),
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} 读不了：{}", file.display(), why(error)))
        .mend("核对 --data 是不是见证人的数据目录；先执行 sunlit witness serve")
}
