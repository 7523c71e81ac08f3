//! 核验日志 · an outsider's audit of a whole log, over the network or in a directory: every entry, every published body,
//! every hash, and the checkpoint seen last time (F147, F149, H40). Needs nothing of ours but the files it serves.
//!
//! Ends with 0 when all is well, 1 when something is wrong with the log, 2 when it could not be verified; so it is with a
//! directory of hash tiles without entries, whose hashes are verified and nothing else.

mod bodies;
mod bookmark;
mod client;
mod trust;
mod witnessed;

use crate::bar::Bar;
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{input, logging};
use bodies::Bodies;
use bookmark::{Keeper, Place};
use chrono::{DateTime, Utc};
use client::LogClient;
use futures::{StreamExt, TryStreamExt};
use ledger::audit::{Audit, Hashed, Report};
use ledger::{BundleId, Checkpoint, KeyKind, LedgerError, TileId, VerifierKey, open_checkpoint, signed_by};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trust::Trusted;
use witnessed::{Since, Witnessed};

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
    #[command(flatten)]
    by: Trusting,
    /// 记住这一次看到的检查点，下一次核验是否接着它；能发现截尾和退回旧备份
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// 边核验边记下读到哪里；中断后再执行一次，从那里接着核验，核验完就删去
    #[arg(long, value_name = "FILE")]
    bookmark: Option<PathBuf>,
    /// 目录里只有散列（tile/0、tile/1……）、没有条目时用：散列都对即为通过，条目本身不核对
    #[arg(long)]
    hashes_only: bool,
}

// Whose signatures are asked for. No doc comment: clap would print it as what the command is about.
#[derive(clap::Args)]
pub struct Trusting {
    /// 日志的公钥，或存着公钥的文件；不给时向站点要，这样只能发现前后不一致，不能发现从一开始就冒名。
    /// 给几把（例如 Ed25519 和 SM2），每一把的签名都要有效
    #[arg(long, value_name = "VKEY")]
    key: Vec<String>,
    /// 见证人的公钥，或存着公钥的文件：这几家都要见证过。它们签的可以是稍早的日志头，今天的要接着它
    #[arg(long, value_name = "VKEY")]
    witness: Vec<String>,
    /// 上面的见证人里至少要有几家；不写就是每一家
    #[arg(long, value_name = "N", requires = "witness")]
    at_least: Option<usize>,
    /// 从见证人那里取来的、或者自己留着的检查点：今天的日志要接着它，能发现截尾和退回旧备份。文件不改；可以给几份
    #[arg(long, value_name = "FILE")]
    since: Vec<PathBuf>,
}

impl Verify {
    /// All of a log, held against these signatures, and nothing kept of it.
    pub fn of(url: &str, by: Trusting) -> Verify {
        Verify { url: url.into(), by, trust: None, bookmark: None, hashes_only: false }
    }
}

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

/// By whom the log must be signed.
struct Keys {
    first: VerifierKey,
    others: Vec<VerifierKey>,
    from: KeyFrom,
}

impl Keys {
    /// Reads a head that these keys signed, and says which. A key that was not given by hand may be younger than the head.
    fn open(&self, note: &str) -> Result<(Checkpoint, Vec<VerifierKey>), LedgerError> {
        let head = open_checkpoint(note, &self.first)?;
        let mut signed = vec![self.first.clone()];
        for key in &self.others {
            let held = match self.from {
                KeyFrom::Given => open_checkpoint(note, key).map(|_| true)?,
                KeyFrom::Remembered | KeyFrom::Site => signed_by(note, key)?,
            };
            if held {
                signed.push(key.clone());
            }
        }
        Ok((head, signed))
    }
}

async fn verify(options: Verify, json: bool) -> Done {
    match look(&options, &mut |_, _, _| {}, json).await? {
        Ok(seen) => seen.tell(json),
        Err(code) => Ok(code),
    }
}

/// Verifies a log and hands over each public body that its entry committed to: its number, the kind of the act, the text. Nothing of it
/// may be believed before [`Seen::is_whole`] says so. `Err` inside: it was told already what is wrong.
pub async fn look(
    options: &Verify,
    each: &mut (dyn FnMut(u64, &str, &str) + Send),
    json: bool,
) -> Result<Result<Seen, ExitCode>, Failure> {
    let client = LogClient::find(&options.url).await?;
    if let Some(file) = options.trust.iter().chain(&options.bookmark).find(|file| client.holds(file)) {
        return Err(Failure::new(format!("{} 在要核验的日志里面，那里的文件一个也不改", file.display()))
            .english(format!("{} lies within the log that is to be verified, and nothing in there is changed", file.display()))
            .mend_both("换一个日志目录以外的文件", "name a file outside the directory of the log"));
    }
    let trusted = options.trust.as_deref().map(Trusted::read).transpose()?.flatten();
    // A bare checkpoint may be somebody's evidence: the log is held against it, and it stays as it is.
    let ours = trusted.as_ref().is_none_or(|trusted| trusted.key.is_some());
    let given = options.by.key.iter().map(|text| read_key(text)).collect::<Result<Vec<_>, _>>()?;
    let mut keys = match (given.split_first(), trusted.as_ref().and_then(|t| t.key.clone())) {
        (Some((first, others)), _) => Keys { first: first.clone(), others: others.to_vec(), from: KeyFrom::Given },
        (None, Some(first)) => Keys { first, others: Vec::new(), from: KeyFrom::Remembered },
        (None, None) => Keys { first: client.key().await?, others: Vec::new(), from: KeyFrom::Site },
    };
    if keys.from != KeyFrom::Given {
        keys.others.extend(client.second_key().await?);
    }
    let key = &keys.first;
    // A signature that does not hold is the answer, not a mishap on the way to one.
    let earlier = match trusted.map(|t| open_checkpoint(&t.note, key)).transpose() {
        Ok(earlier) => earlier,
        Err(error) => {
            let said = Failure::because("记住的检查点不是这把公钥签的", &error);
            said.mend("先弄清是日志换了公钥还是拿错了文件；不要直接删掉它，它可能是证据").tell(json);
            return Ok(Err(ExitCode::FAILURE));
        }
    };
    if !json && keys.from == KeyFrom::Site {
        eprintln!("公钥是向站点自己要的：能发现改动，不能发现从一开始就冒名。要更可靠，从别处取得公钥，用 --key 给出：\n  {key}");
    }
    let witnesses = options.by.witness.iter().map(|text| witnessed::key(text)).collect::<Result<Vec<_>, _>>()?;
    let mut since = Vec::with_capacity(options.by.since.len());
    for file in &options.by.since {
        match Since::read(file, key, &witnesses)? {
            Ok(one) => since.push(one),
            Err(error) => {
                let said = Failure::because(&format!("{} 里的检查点不是这把公钥签的", file.display()), &error);
                said.mend("先弄清是日志换了公钥还是拿错了文件；不要直接删掉它，它可能是证据").tell(json);
                return Ok(Err(ExitCode::FAILURE));
            }
        }
    }
    let mut earlier: Vec<Checkpoint> = earlier.into_iter().chain(since.iter().map(|one| one.head.clone())).collect();
    let Some(note) = client.checkpoint() else {
        let Some(earlier) = earlier.iter().filter(|earlier| earlier.size > 0).max_by_key(|earlier| earlier.size) else {
            return Err(client.no_log());
        };
        if client.lost(key).await {
            let said = format!("日志的检查点不见了，而此前已签到 {} 条：整本日志不见了", earlier.size);
            Failure::new(said).mend("请保存记住的检查点作证").tell(json);
            return Ok(Err(ExitCode::FAILURE));
        }
        return Err(client.no_log());
    };
    let (head, signed) = match keys.open(note) {
        Ok(opened) => opened,
        Err(error) => {
            let said = Failure::because("站点给出的检查点不是这把公钥签的", &error);
            said.mend("核对公钥是不是这个站点的；是的话，站点出示的日志不可信").tell(json);
            return Ok(Err(ExitCode::FAILURE));
        }
    };
    let witnessed = match Witnessed::ask(&client, note, key, witnesses, options.by.at_least, &since).await? {
        Ok(witnessed) => witnessed,
        Err(failure) => {
            failure.tell(json);
            return Ok(Err(ExitCode::FAILURE));
        }
    };
    earlier.extend(witnessed.earlier.clone());
    let mut keeper = Keeper::new(options.bookmark.as_deref(), key);
    let stood = keeper.read()?;
    let mut outcome = audit(&client, head, earlier, stood, &mut keeper, each, json).await.inspect_err(|_| {
        if let Some(file) = options.bookmark.as_deref().filter(|file| !json && file.exists()) {
            eprintln!("读到的地方记在 {}；再执行一次同样的命令，从那里接着核验。", file.display());
        }
    })?;
    outcome.hashes_only = options.hashes_only;
    outcome.witnessed = witnessed;
    outcome.since = since;
    keeper.done()?;
    // Hashes alone prove that the log goes on from what was remembered, so they are worth remembering too.
    if let Some(file) = options.trust.as_deref().filter(|_| ours && outcome.report.is_clean()) {
        Trusted { key: Some(key.clone()), note: note.to_owned() }.keep(file)?;
    }
    let trust = options.trust.clone().map(|file| (file, ours));
    Ok(Ok(Seen { client, keys, signed, trust, outcome }))
}

/// A log that was looked at from its first entry to the signed head.
pub struct Seen {
    client: LogClient,
    keys: Keys,
    signed: Vec<VerifierKey>,
    trust: Option<(PathBuf, bool)>,
    outcome: Outcome,
}

impl Seen {
    /// Whether every entry and every public body was there, and all is well.
    pub fn is_whole(&self) -> bool {
        self.outcome.is_verified() && self.outcome.entries && (self.outcome.bodies || self.head().size == 0)
    }

    pub fn head(&self) -> &Checkpoint {
        &self.outcome.report.checkpoint
    }

    /// Tells what the verification came to.
    pub fn tell(&self, json: bool) -> Done {
        let outcome = &self.outcome;
        let trust = self.trust.as_ref().map(|(file, ours)| (file.as_path(), *ours));
        outcome.tell(&self.client, &self.keys, &self.signed, trust, json)?;
        Ok(match (outcome.is_verified(), outcome.report.is_clean()) {
            (true, true) => ExitCode::SUCCESS,
            (false, true) => ExitCode::from(BAD_INPUT),
            (_, false) => ExitCode::FAILURE,
        })
    }
}

/// A key is one line of text.
const LONGEST_KEY: u64 = 1 << 16;

/// The key itself, or a file that holds it.
pub fn read_key(text: &str) -> Result<VerifierKey, Failure> {
    let file = Path::new(text);
    let kept = if file.exists() { Some(input::text(file, LONGEST_KEY)?) } else { None };
    let text = kept.as_deref().unwrap_or(text).trim();
    text.parse().map_err(|error| Failure::because("公钥读不懂", &error).mend("整行照抄站点 /log/key 给出的内容，两边加引号"))
}

/// What an audit came to.
struct Outcome {
    report: Report,
    /// Whether there were entries to be checked, and not their published hashes alone.
    entries: bool,
    /// Whether nothing but hashes was to be expected.
    hashes_only: bool,
    /// Whether public bodies were there to be checked.
    bodies: bool,
    /// Who else signed it.
    witnessed: Witnessed,
    /// What else it was held against.
    since: Vec<Since>,
    /// Entries that an earlier run had read, and by when; this one went on after them.
    before: Option<(u64, Option<DateTime<Utc>>)>,
}

/// Fetches and verifies everything, from where an earlier audit was cut off.
async fn audit(
    client: &LogClient,
    head: Checkpoint,
    earlier: Vec<Checkpoint>,
    stood: Option<Place>,
    keeper: &mut Keeper<'_>,
    each: &mut (dyn FnMut(u64, &str, &str) + Send),
    json: bool,
) -> Result<Outcome, Failure> {
    let size = head.size;
    let start = || earlier.iter().cloned().fold(Audit::new(head.clone()), Audit::trust);
    let (mut audit, mut bodies, mut before) = (start(), Bodies::default(), None);
    if let Some(place) = stood {
        let read = place.bookmark.entries();
        match start().resume(place.bookmark) {
            // Of a log that is no longer than what was read, everything is read again.
            Ok(resumed) if resumed.bookmark().is_some_and(|at| at.entries() == read) && read > 0 => {
                (audit, bodies, before) = (resumed, place.bodies, Some((read, place.when)));
            }
            Ok(resumed) => audit = resumed,
            Err(why) if !json => eprintln!("{why}"),
            Err(_) => {}
        }
    }
    let mut missing = 0;
    let mut bar = Bar::new("核验");
    // A bundle, its bodies and its tiles come together, a few at a time: memory stays small whatever the size of the log.
    let wanted = start();
    let fetches = audit.bundles().map(|bundle| fetch(client, bundle, wanted.tiles_with(bundle)));
    let mut parts = futures::stream::iter(fetches).buffered(6);
    while let Some(part) = parts.try_next().await? {
        if let Some((entries, _)) = &part.entries {
            bodies.check(&mut audit, part.bundle.first(), entries, part.bodies.as_deref(), each);
        }
        missing = if part.entries.is_some() || part.published.is_some() { 0 } else { missing + 1 };
        if missing == MOST_MISSING {
            break;
        }
        if let Some(published) = part.published {
            audit.hashed(part.bundle.index, published);
        }
        if let Some((_, hashed)) = part.entries {
            audit.hashed(part.bundle.index, hashed);
        }
        for (id, bytes) in &part.tiles {
            audit.tile(*id, bytes);
        }
        keeper.keep(audit.bookmark(), &bodies)?;
        let (done, all) = audit.progress();
        bar.show(done, all);
    }
    drop(parts);
    // An old checkpoint, shown while the later entries are there, is no old backup.
    if let Some(earlier) = earlier.iter().filter(|earlier| earlier.size > head.size).max_by_key(|earlier| earlier.size) {
        for index in head.size / 256..earlier.size.div_ceil(256).min(head.size / 256 + MOST_MISSING as u64) {
            let Some(id) = BundleId::in_log(earlier.size, index) else { break };
            let Some(bytes) = client.bundle(id).await? else { break };
            audit.bundle(index, &bytes);
        }
    }
    drop(bar);
    let bodies = bodies.finish(&mut audit);
    Ok(Outcome {
        report: audit.finish(),
        entries: size == 0 || !client.has_no_entries(),
        hashes_only: false,
        bodies,
        witnessed: Witnessed::default(),
        since: Vec::new(),
        before,
    })
}

/// What is served of 256 entries.
struct Part {
    bundle: BundleId,
    /// As served, and hashed by a thread of its own.
    entries: Option<(Vec<u8>, Hashed)>,
    /// The published hashes, where no entries are served at all.
    published: Option<Hashed>,
    bodies: Option<Vec<u8>>,
    tiles: Vec<(TileId, Vec<u8>)>,
}

async fn fetch(client: &LogClient, bundle: BundleId, wanted: Vec<TileId>) -> Result<Part, Failure> {
    let openings = format!("openings/{}", bundle.index);
    let entries = async {
        let Some(bytes) = client.bundle(bundle).await? else { return Ok::<_, Failure>(None) };
        let hash = move || {
            let hashed = Hashed::of(&bytes);
            (bytes, hashed)
        };
        Ok(Some(tokio::task::spawn_blocking(hash).await?))
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
    let (entries, bodies, tiles) = tokio::try_join!(entries, client.optional(&openings), tiles)?;
    let leaves = tiles.iter().find(|(id, _)| id.level == 0).filter(|_| client.has_no_entries());
    let published = leaves.and_then(|(id, bytes)| Hashed::published(*id, bytes).ok());
    Ok(Part { bundle, entries, published, bodies, tiles })
}

impl Outcome {
    /// Whether everything was there and is well.
    fn is_verified(&self) -> bool {
        (self.entries || self.hashes_only) && self.report.is_clean()
    }

    fn tell(
        &self,
        client: &LogClient,
        keys: &Keys,
        signed: &[VerifierKey],
        trust: Option<(&Path, bool)>,
        json: bool,
    ) -> Result<(), Failure> {
        logging::about_to_tell();
        let report = &self.report;
        let head = &report.checkpoint;
        if json {
            let from = match keys.from {
                KeyFrom::Given => "given",
                KeyFrom::Remembered => "remembered",
                KeyFrom::Site => "site",
            };
            let said = serde_json::json!({
                "ok": self.is_verified(),
                "entries_checked": self.entries,
                "log": client.base(),
                "key": keys.first,
                "signed_by": signed,
                "key_from": from,
                "size": head.size,
                "root": head.root.to_string(),
                "continues": report.continues,
                "witnesses": self.witnessed.json(),
                "since": self.since.iter().map(Since::json).collect::<Vec<_>>(),
                "read_from": self.before.map_or(0, |(entries, _)| entries),
                "read_before": self.before.and_then(|(_, when)| when),
                "further": report.further,
                "first_bad_entry": report.first_bad_entry(),
                "first_bad_within": report.first_bad(),
                "bad_entries": report.bad_entries(),
                "bodies_checked": self.bodies,
                "findings": report.findings,
            });
            println!("{}", serde_json::to_string_pretty(&said)?);
            return Ok(());
        }
        if !report.is_clean() {
            println!("{}", headline(report));
            for finding in report.findings.iter().take(MOST_TOLD) {
                println!("  ■ {}", finding.zh);
            }
            if report.findings.len() > MOST_TOLD {
                println!("  ■ 还有 {} 处，加 --json 全部列出", report.findings.len() - MOST_TOLD);
            }
            if report.further > 0 {
                println!("  ■ 另有 {} 条也对不上", report.further);
            }
        } else if !self.entries {
            println!("散列核验通过：{} 条的散列通向签名的根。那里没有条目（tile/entries），条目本身没有核对。", head.size);
            if !self.hashes_only {
                println!("  本来就只有散列的，加上 --hashes-only；本该有条目的，请向提供目录的人要 tile/entries。");
            }
        } else {
            match self.before {
                _ if head.size == 0 => println!("日志还是空的：检查点的签名有效，没有条目可核验。"),
                None => println!("核验通过：{} 条全部完好，没有改动、删除、插入或调换。", head.size),
                Some((from, _)) => println!("核验通过：从第 {from} 条接着读到第 {} 条，全部完好。", head.size - 1),
            }
        }
        println!("  日志    {}，取自 {}", head.origin, client.base());
        println!("  根散列  {}", head.root);
        let kinds: Vec<&str> = signed.iter().map(|key| if key.kind() == KeyKind::LogSm2 { "SM2" } else { "Ed25519" }).collect();
        println!("  签名    {} 有效", kinds.join("、"));
        self.witnessed.tell(head.size);
        self.since.iter().for_each(|one| one.tell(report));
        if let Some((from, when)) = self.before {
            let when = when.map_or("上一次执行时".into(), |when| {
                format!(" {} 以前", when.with_timezone(&calendar::SHANGHAI).format("%Y-%m-%d %H:%M"))
            });
            println!("  书签    前 {from} 条是{when}读的，这一次没有再读");
            if report.is_clean() {
                println!("          那时记下的散列，连同这一次读到的，通向今天签名的根");
            }
        }
        if self.entries && !self.bodies && head.size > 0 {
            println!("  正文    那里没有 openings，公开正文没有核对");
        }
        if !report.is_clean() {
            println!("  请存下这份结果和检查点：恢复和追查是运行这本日志的单位的事，可以凭它要求说明。");
            return Ok(());
        }
        match (trust, report.continues) {
            (Some((file, false)), _) => println!("  检查点  接着 {} 里的那一份；它不是本命令记下的，没有改动", file.display()),
            (Some((file, _)), 0) => println!("  检查点  已记在 {}，下一次会核对是否接着它", file.display()),
            (Some((file, _)), _) => println!("  检查点  接着 {} 里记住的那一份；已换成这一份", file.display()),
            (None, _) if !self.since.is_empty() => {}
            (None, _) => println!("  加上 --trust 文件，下一次还能发现截尾和退回旧备份"),
        }
        Ok(())
    }
}

/// What is wrong in one line: how many entries, and the first.
fn headline(report: &Report) -> String {
    match (report.first_bad(), report.bad_entries()) {
        (None, _) => format!("核验没有通过：没有查出哪一条不对，别的有 {} 处不对：", report.findings.len()),
        (Some((first, last)), count) if first == last => format!("核验没有通过：有 {count} 条不对，最先是第 {first} 条："),
        (Some((first, last)), _) => {
            format!("核验没有通过：最先不对的是第 {first} 至 {last} 条中的一条，已签名的散列说不出是哪一条：")
        }
    }
}
