//! 核验案卷 · what anybody does with the package of a case: proves offline that each file is the one that was put in, each act is in
//! the record and says these very words, and each paper is the one that was handed in (B9-01, F119).
//!
//! Ends with 0 when the package holds, 1 when it does not, 2 when it could not be verified.

use crate::commands::log::Client;
use crate::commands::receipt::{continues, keys, no_key, tell_wrong};
use crate::failure::{BAD_INPUT, Done, Failure, why};
use crate::logging;
use foundation::bag::{self, Bag, SIGNATURE};
use ledger::{Checkpoint, Disclosure, VerifierKey, signed_by};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 核验一件的案卷（.zip）：每个文件、每一步行为、每份材料
    Verify(Verify),
}

#[derive(clap::Args)]
#[group(required = true, multiple = true, args = ["key", "log"])]
pub struct Verify {
    /// 案卷文件
    file: PathBuf,
    /// 日志的公钥，或存着公钥的文件：不用网络。给几把（例如 Ed25519 和 SM2），每一把的签名都要有效
    #[arg(long, value_name = "VKEY")]
    key: Vec<String>,
    /// 核对这个站点（或目录）今天的日志是否接着这份案卷；没有给公钥时也向它要
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

const AGAIN: (&str, &str) = (
    "案卷是 ZIP 文件，从办件的页面下载；下载断了的，重新下载",
    "a package is a ZIP file from the page of its case; if the download broke off, download it again",
);
const KEEP: (&str, &str) = (
    "向办理机关重新要一份；仍然不对的，保存这一份作证",
    "ask the agency for another; if that does not hold either, keep this one as evidence",
);

/// What a package that holds says.
struct Sound {
    case: String,
    acts: usize,
    first: u64,
    last: u64,
    then: Checkpoint,
    /// Papers whose digest an act names, and those that no act shown here speaks of.
    papers: usize,
    unproven: Vec<String>,
    /// Papers that acts name and the package does not hold.
    absent: Vec<String>,
    letters: usize,
}

async fn verify(options: Verify, json: bool) -> Done {
    let shown = options.file.display();
    let file = std::fs::File::open(&options.file)
        .map_err(|error| Failure::new(format!("{shown} 读不了：{}", why(&error))).mend("核对文件名；从标准输入读就写 -"))?;
    let mut bag = Bag::open(file).map_err(|wrong| {
        Failure::new(format!("{shown} {wrong}")).english(format!("{shown} {}", wrong.english())).mend_both(AGAIN.0, AGAIN.1)
    })?;
    let client = match &options.log {
        Some(place) => Some(Client::find(place).await?),
        None => None,
    };
    let (keys, second) = keys(&options.key, client.as_ref()).await?;
    let sound = match check(&mut bag, &keys, second.as_ref()) {
        Ok(sound) => sound,
        Err(wrong) => {
            let (zh, en): (Vec<_>, Vec<_>) = wrong.into_iter().unzip();
            let said = Failure::new(format!("案卷没有通过，{} 处不对：\n  {}", zh.len(), zh.join("\n  ")))
                .english(format!("the package does not hold, {} faults:\n  {}", en.len(), en.join("\n  ")))
                .mend_both(KEEP.0, KEEP.1);
            return tell_wrong(&said, json);
        }
    };
    let today = match &client {
        None => None,
        Some(client) => match continues(client, keys.first().ok_or_else(no_key)?, &sound.then).await? {
            Ok(size) => Some(size),
            Err(failure) => return tell_wrong(&failure, json),
        },
    };
    logging::about_to_tell();
    if json {
        let said = serde_json::json!({
            "ok": true,
            "case_no": sound.case,
            "acts": sound.acts,
            "entries": [sound.first, sound.last],
            "papers": sound.papers,
            "unproven": sound.unproven,
            "absent": sound.absent,
            "letters": sound.letters,
            "manifest": bag.manifest,
            "log": sound.then.origin,
            "size": sound.then.size,
            "continued_to": today,
        });
        println!("{}", serde_json::to_string_pretty(&said)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "案卷可信：办件 {}，{} 步行为、{} 份材料、{} 份文书，一个文件也没有改动过。",
        sound.case, sound.acts, sound.papers, sound.letters
    );
    println!("  行为    在公开日志第 {} 条到第 {} 条，原文与登记时一字不差", sound.first, sound.last);
    if sound.papers > 0 {
        println!("  材料    与交来时登记的指纹一致");
    }
    for path in &sound.unproven {
        println!("  注意    {path}：这里出示的行为没有登记它的指纹，只能证明装卷以后没有改动");
    }
    for name in &sound.absent {
        println!("  注意    行为登记了材料“{name}”，案卷里没有它的文件");
    }
    println!("  日志    {}，签名时共 {} 条", sound.then.origin, sound.then.size);
    println!("  清单    {}", bag.manifest);
    if let Some(size) = today {
        println!("  今天    日志有 {size} 条，接着这份案卷，没有改写过");
    }
    Ok(ExitCode::SUCCESS)
}

/// What is wrong, in Chinese and in English.
type Said = (String, String);

/// Everything that is wrong at once, or what the package says.
fn check(bag: &mut Bag, keys: &[VerifierKey], second: Option<&VerifierKey>) -> Result<Sound, Vec<Said>> {
    let mut wrong: Vec<Said> = bag.wrong.iter().map(|wrong| (wrong.to_string(), wrong.english())).collect();
    let under = |bag: &Bag, dir: &str| bag.files.keys().filter(|path| path.starts_with(dir)).cloned().collect::<Vec<_>>();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let (mut cases, mut entries) = (BTreeSet::new(), Vec::new());
    let mut then: Option<Checkpoint> = None;
    for path in under(bag, "data/acts/") {
        match act(bag, &path, keys, second) {
            Ok((index, head, disclosure)) => {
                entries.push(index);
                if then.as_ref().is_none_or(|then| then.size < head.size) {
                    then = Some(head);
                }
                let public: Value = serde_json::from_str(&disclosure.public.body).unwrap_or_default();
                cases.extend(public["subject"]["no"].as_str().map(ToOwned::to_owned));
                let private = disclosure.private.iter().filter_map(|private| serde_json::from_str(&private.body).ok());
                std::iter::once(public.clone()).chain(private).for_each(|body| digests(&body, &mut named));
            }
            Err((zh, en)) => wrong.push((format!("{path}：{zh}"), format!("{path}: {en}"))),
        }
    }
    // What is here twice hides that something else is not.
    let mut numbers = entries.clone();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() != entries.len() {
        wrong.push(("同一步行为放了两次".into(), "an act is in it twice".into()));
    }
    if entries.is_empty() && wrong.is_empty() {
        wrong.push(("里面没有行为，不是一件的案卷".into(), "no act is in it: it is not the package of a case".into()));
    }
    if cases.len() > 1 {
        let all = |between| cases.iter().map(String::as_str).collect::<Vec<_>>().join(between);
        wrong.push((format!("里面有几件的行为：{}", all("、")), format!("acts of several cases are in it: {}", all(", "))));
    }
    let case = cases.first().cloned().unwrap_or_default();
    if let Err(said) = signature(bag, &case, keys) {
        wrong.push(said);
    }
    let papers = under(bag, "data/papers/");
    let unproven: Vec<String> = papers.iter().filter(|path| !named.contains_key(&bag.files[*path])).cloned().collect();
    let there: BTreeSet<&String> = papers.iter().map(|path| &bag.files[path]).collect();
    let absent = named.iter().filter(|(sha256, _)| !there.contains(sha256)).map(|(_, name)| name.clone()).collect();
    match (then, wrong.is_empty()) {
        (Some(then), true) => Ok(Sound {
            case,
            acts: entries.len(),
            first: numbers.first().copied().unwrap_or_default(),
            last: numbers.last().copied().unwrap_or_default(),
            then,
            papers: papers.len(),
            unproven,
            absent,
            letters: under(bag, "data/letters/").len(),
        }),
        _ => Err(wrong),
    }
}

/// Whether the site signed this very manifest: letters, definitions and the table of contents are in no act, and are proven by it.
fn signature(bag: &mut Bag, case: &str, keys: &[VerifierKey]) -> Result<(), Said> {
    let Some(note) = bag.text(SIGNATURE) else {
        let zh = format!("没有 {SIGNATURE}：清单没有签名，文书和定义证明不了");
        return Err((zh, format!("{SIGNATURE} is missing: the manifest is not signed, letters and definitions are not proven")));
    };
    let (signed, _) = ledger::open_note(&note, keys).map_err(|error| {
        let (zh, en) = error.both();
        (format!("{SIGNATURE}：{zh}"), format!("{SIGNATURE}: {en}"))
    })?;
    if signed == bag::vouched(case, &bag.manifest) {
        return Ok(());
    }
    let zh = format!("{SIGNATURE} 签的不是这份清单：里面的文书、定义或者材料换过");
    Err((zh, format!("{SIGNATURE} is about another manifest: a letter, a definition or a paper was replaced")))
}

/// One act of the package, proven by every key.
fn act(
    bag: &mut Bag,
    path: &str,
    keys: &[VerifierKey],
    second: Option<&VerifierKey>,
) -> Result<(u64, Checkpoint, Disclosure), Said> {
    let text = bag.text(path).ok_or_else(|| ("读不了".to_owned(), "cannot be read".to_owned()))?;
    let told = |error: ledger::LedgerError| error.both();
    let disclosure = Disclosure::parse(&text).map_err(told)?;
    let mut head = None;
    for key in keys {
        head = Some(disclosure.verify(key).map_err(told)?);
    }
    if let Some(second) = second {
        signed_by(&disclosure.receipt.checkpoint, second).map_err(told)?;
    }
    let head = head.ok_or_else(no_key).map_err(|no| (no.said.clone(), no.in_english().0))?;
    Ok((head.index, head.checkpoint, disclosure))
}

/// The digests of files that a body names, each with the file's name.
fn digests(body: &Value, into: &mut BTreeMap<String, String>) {
    match body {
        Value::Object(fields) => {
            if let (Some(sha256), Some(name)) =
                (fields.get("sha256").and_then(Value::as_str), fields.get("name").and_then(Value::as_str))
                && !sha256.is_empty()
            {
                into.insert(sha256.to_owned(), name.to_owned());
            }
            fields.values().for_each(|value| digests(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| digests(value, into)),
        _ => {}
    }
}
