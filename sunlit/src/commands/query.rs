//! 联网核查 · the other end of `/queries` (F117): a key for a body that asks, one question asked, and the answer verified without a network.
//!
//! `verify` ends with 0 when the answer is this site's, 1 when it is not, 2 when it could not be verified.

use crate::commands::log::{Client, read_key};
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{input, logging};
use ledger::{Jws, Receipt, SigningKey, VerifierKey};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 生成一把密钥：私钥写进文件，公钥打出来，交给站点登记
    Key(Key),
    /// 问一次
    Ask(Box<Ask>),
    /// 核验一份答复：是不是这个站点签的；给出凭证的，还看它在不在公开日志里
    Verify(Verify),
}

#[derive(clap::Args)]
pub struct Key {
    /// 私钥的文件；已经有的只打出公钥
    file: PathBuf,
}

#[derive(clap::Args)]
pub struct Ask {
    /// 私钥的文件：sunlit query key 或者 openssl genpkey -algorithm ed25519 写的
    key: PathBuf,
    /// 站点的地址
    #[arg(long, value_name = "URL")]
    site: String,
    /// 来查单位的统一社会信用代码
    #[arg(long)]
    body: String,
    /// 问证照（certificate）还是办件（case）
    #[arg(long, default_value = "certificate", value_parser = ["certificate", "case"])]
    of: String,
    /// 事项代号
    #[arg(long)]
    item: String,
    /// 证照或者办件的编号
    #[arg(long, default_value = "")]
    no: String,
    /// 姓名或者单位名称
    #[arg(long, requires = "number")]
    name: Option<String>,
    /// 身份证号或者信用代码
    #[arg(long, requires = "name")]
    number: Option<String>,
    /// 查去做什么
    #[arg(long)]
    purpose: String,
    /// 要问的内容，可以写几个
    #[arg(long = "fact")]
    facts: Vec<String>,
    /// 自己的编号；同一个编号再问，答复一样。不写时新编一个
    #[arg(long)]
    id: Option<String>,
    /// 答复写进这个文件
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true, args = ["key", "log"])]
pub struct Verify {
    /// 答复的文件；- 从标准输入读
    file: PathBuf,
    /// 日志的公钥，或存着公钥的文件：不用网络
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// 没有给公钥时，向这个站点要
    #[arg(long, value_name = "PATH|URL")]
    log: Option<String>,
    /// 这次查询的凭证（.tlog-proof），从答复里写的地址取
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let done = match command {
        Command::Key(options) => key(&options.file, json),
        Command::Ask(options) => ask(*options, json).await,
        Command::Verify(options) => verify(options, json).await,
    };
    done.or_else(|failure| {
        failure.tell(json);
        Ok(ExitCode::from(BAD_INPUT))
    })
}

const LONGEST_KEY: u64 = 4096;
const LONGEST: u64 = 1 << 20;

fn read_seed(file: &Path, name: &str) -> Result<SigningKey, Failure> {
    let text = input::text(file, LONGEST_KEY)?;
    let seed = ledger::read_seed(&text)
        .map_err(|_| Failure::new(format!("{} 不是 Ed25519 的私钥", file.display())).mend("用 sunlit query key 生成一把"))?;
    SigningKey::from_seed(name, &seed).map_err(|error| Failure::because("信用代码不能用作密钥的名字", &error))
}

fn key(file: &Path, json: bool) -> Done {
    if !file.exists() {
        let fresh = SigningKey::from_seed("query", &rand::random()).map_err(|error| Failure::because("密钥没有生成", &error))?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(file).and_then(|mut out| writeln!(out, "{}", ledger::private_jwk(&fresh)));
        written.map_err(|error| {
            Failure::new(format!("私钥没有写进 {}：{}", file.display(), crate::failure::why(&error))).mend("换一个能写的地方")
        })?;
    }
    let key = read_seed(file, "query")?;
    let public: [u8; 32] = key.verifier().public_key().try_into().unwrap_or_default();
    logging::about_to_tell();
    match json {
        true => println!("{}", json!({ "ok": true, "public": serde_json::from_str::<Value>(&ledger::public_jwk(&public))? })),
        false => println!("{}", ledger::public_jwk(&public)),
    }
    Ok(ExitCode::SUCCESS)
}

async fn ask(options: Ask, json: bool) -> Done {
    let key = read_seed(&options.key, &options.body)?;
    let site = options.site.trim_end_matches('/');
    let mut claims = json!({
        "iss": options.body,
        "aud": site,
        "jti": options.id.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
        "iat": chrono::Utc::now().timestamp(),
        "purpose": options.purpose,
        "of": options.of,
        "item": options.item,
        "facts": options.facts,
    });
    if !options.no.is_empty() {
        claims["no"] = options.no.into();
    }
    if let (Some(name), Some(number)) = (options.name, options.number) {
        claims["person"] = json!({ "name": name, "number": number });
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let lost = |error: reqwest::Error| Failure::new(format!("没有连上 {site}：{error}")).mend("核对站点的地址，和到它的网络");
    let builder = reqwest::Client::builder().timeout(Duration::from_secs(30));
    let here = ["//localhost", "//127.", "//[::1]"].iter().any(|here| site.contains(here));
    let client = if here { builder.no_proxy() } else { builder }.build().map_err(lost)?;
    let answer = client
        .post(format!("{site}/queries"))
        .header("content-type", "application/jose")
        .header("accept", "application/jose, application/problem+json")
        .body(ledger::sign_jws(&key, &claims.to_string()))
        .send()
        .await
        .map_err(lost)?;
    let status = answer.status();
    let text = answer.text().await.map_err(lost)?;
    let problem: Option<Value> = (!status.is_success()).then(|| serde_json::from_str(&text).unwrap_or_default());
    let signed = match &problem {
        Some(problem) => problem["answer"].as_str().unwrap_or_default().to_owned(),
        None => text,
    };
    let said: Value = Jws::parse(&signed).ok().and_then(|jws| serde_json::from_str(&jws.payload).ok()).unwrap_or_default();
    if let Some(file) = options.out.filter(|_| !signed.is_empty()) {
        std::fs::write(&file, &signed).map_err(|error| {
            Failure::new(format!("答复没有写进 {}：{}", file.display(), crate::failure::why(&error))).mend("换一个能写的地方")
        })?;
    }
    logging::about_to_tell();
    match (json, &problem) {
        (true, problem) => {
            println!("{}", json!({ "ok": problem.is_none(), "answer": said, "problem": problem, "signed": signed }))
        }
        (false, None) => println!("{}", serde_json::to_string_pretty(&said)?),
        (false, Some(problem)) => println!("没有答：{}", problem["detail"].as_str().unwrap_or(status.as_str())),
    }
    Ok(if problem.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn verify(options: Verify, json: bool) -> Done {
    let text = input::text(&options.file, LONGEST)?;
    let unread = |error: ledger::JwsError| {
        Failure::new(format!("{} 不是一份答复：{error}", options.file.display())).mend("整份照存站点发来的答复，不要改")
    };
    let jws = Jws::parse(&text).map_err(unread)?;
    let key: VerifierKey = match (&options.key, &options.log) {
        (Some(key), _) => read_key(key)?,
        (None, Some(place)) => Client::find(place).await?.key().await?,
        (None, None) => return Err(super::receipt::no_key()),
    };
    let mut wrong = jws.verify_by(&key).err().map(|error| format!("答复没有通过：{error}"));
    let said: Value = serde_json::from_str(&jws.payload)?;
    let mut entry = None;
    if let Some(file) = options.receipt.filter(|_| wrong.is_none()) {
        let text = input::text(&file, LONGEST)?;
        let receipt = Receipt::parse(&text).map_err(|error| Failure::because("不是一份凭证", &error))?;
        match receipt.verify(&key) {
            Ok(verified) if Some(verified.leaf.hash().to_string().as_str()) == said["record"]["leaf"].as_str() => {
                entry = Some(verified.index);
            }
            Ok(_) => wrong = Some("凭证有效，可证明的是别的一条，不是这次查询".into()),
            Err(error) => wrong = Some(format!("凭证没有通过：{}", error.both().0)),
        }
    }
    logging::about_to_tell();
    if json {
        println!("{}", json!({ "ok": wrong.is_none(), "error": wrong, "answer": said, "n": entry }));
    } else if let Some(wrong) = &wrong {
        println!("■ {wrong}");
    } else {
        println!("答复有效：{} 签的。", key.name());
        if let Some(n) = entry {
            println!("  记录    在公开日志第 {n} 条。");
        }
        println!("{}", serde_json::to_string_pretty(&said)?);
    }
    Ok(if wrong.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
