//! 见证簿 · what a witness keeps: its key, and of each log the last head it signed. A head is on the disk before its signature is given
//! away, so that a kill at any instant never lets it sign two heads of one size, or a smaller one after a larger.

use super::alarm::{self, Alarm, Kind};
use super::unreadable;
use crate::failure::{Failure, why};
use crate::input;
use chrono::{DateTime, Utc};
use ledger::witness::{Observed, Request};
use ledger::{LedgerError, SigningKey, VerifierKey, add_signatures, leaf_hash, open_checkpoint, peek_checkpoint};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// What is kept of one log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub key: VerifierKey,
    /// Witnessed from then on.
    pub since: DateTime<Utc>,
    /// Where the public reads it, if we look.
    pub address: Option<String>,
    /// Nobody may be unable to read it for longer than this, in seconds.
    pub patience: i64,
    /// The last head signed.
    pub observed: Observed,
    /// That head, with the log's signature and ours.
    pub note: Option<String>,
    /// When it was signed, in seconds since 1970.
    pub time: u64,
    /// When we last looked and all was well.
    pub looked: Option<DateTime<Utc>>,
    /// When we last could read it to the end, whatever came of it.
    #[serde(default)]
    pub read: Option<DateTime<Utc>>,
}

impl Kept {
    pub fn origin(&self) -> &str {
        self.key.name()
    }

    /// The name under which its files lie and are shown.
    pub fn id(&self) -> String {
        id(self.origin())
    }

    /// Whether we look, and could not read it for too long.
    pub fn is_silent(&self, now: DateTime<Utc>) -> bool {
        self.address.is_some() && (now - self.last_read()).num_seconds() > self.patience
    }

    /// When it could be read last; before that, since when it is followed.
    pub fn last_read(&self) -> DateTime<Utc> {
        self.read.max(self.looked).unwrap_or(self.since)
    }

    /// Whether what was read last does not go on from what we signed.
    pub fn disagrees(&self) -> bool {
        self.read > self.looked
    }

    /// For a program.
    pub fn told(&self) -> serde_json::Value {
        serde_json::json!({
            "log": self.origin(),
            "key": self.key,
            "address": self.address,
            "since": self.since,
            "size": self.observed.size,
            "root": self.observed.root.to_string(),
            "cosigned_at": DateTime::from_timestamp(self.time as i64, 0).filter(|_| self.time > 0),
            "looked": self.looked,
            "read": self.read,
            "checkpoint": format!("/checkpoint/{}", self.id()),
        })
    }
}

fn id(origin: &str) -> String {
    hex::encode(&leaf_hash(origin.as_bytes()).0[..8])
}

/// Logs by the name that their checkpoints bear.
type Logs = BTreeMap<String, Arc<Mutex<Kept>>>;

pub struct Book {
    dir: PathBuf,
    key: SigningKey,
    logs: RwLock<Logs>,
    alarms: Mutex<Vec<Alarm>>,
    /// Held as long as the program runs: two with one key could sign two histories.
    _lock: File,
}

/// Why a head is not signed.
#[derive(Debug)]
pub enum Refusal {
    Ledger(LedgerError),
    /// It could not be written down, so it is not signed.
    Disk(std::io::Error),
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Refusal {
        Refusal::Ledger(error)
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Refusal {
        Refusal::Disk(error)
    }
}

const KEY: &str = "witness.key";
const LOGS: &str = "logs";
/// A log's last head with a hundred signatures takes some dozens of kilobytes.
const LARGEST: u64 = 1 << 21;

/// The key of a witness that was there before.
pub fn key(dir: &Path) -> Result<SigningKey, Failure> {
    let file = dir.join(KEY);
    let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
    Ok(SigningKey::parse(&text)?)
}

impl Book {
    /// Opens the book of a witness, or begins one under this name.
    pub fn open(dir: &Path, name: Option<&str>) -> Result<Book, Failure> {
        let unwritable = |error: std::io::Error| {
            Failure::new(format!("{} 写不进去：{}", dir.display(), why(&error))).mend("用 --data 换一个能写的目录")
        };
        DirBuilder::new().recursive(true).mode(0o700).create(dir.join(LOGS)).map_err(unwritable)?;
        let lock = File::create(dir.join("lock")).map_err(unwritable)?;
        if lock.try_lock().is_err() {
            return Err(Failure::new(format!("{} 已经有一个见证人在用", dir.display()))
                .mend("一个数据目录只能运行一个见证人：换一个 --data，或者先停掉那一个"));
        }
        let key = match dir.join(KEY).exists() {
            true => key(dir)?,
            false => {
                let name = name.ok_or_else(|| {
                    Failure::new("第一次启动要给见证人起名，起了就不能改")
                        .mend("写上 --name，用自己的网址，例如 --name witness.news.example.cn")
                })?;
                let key = SigningKey::from_seed(name, &rand::random())?;
                put(dir, KEY, key.secret_text().as_bytes()).map_err(unwritable)?;
                key
            }
        };
        if let Some(name) = name.filter(|name| *name != key.name()) {
            return Err(Failure::new(format!("这个见证人叫 {}，不叫 {name}", key.name())).mend("去掉 --name，或者换一个 --data"));
        }
        let logs = Book::logs(dir)?.into_iter().map(|kept| (kept.origin().to_owned(), Arc::new(Mutex::new(kept)))).collect();
        let alarms = alarm::read(dir)?;
        Ok(Book { dir: dir.to_owned(), key, logs: RwLock::new(logs), alarms: Mutex::new(alarms), _lock: lock })
    }

    /// What is kept of each log in this directory.
    pub fn logs(dir: &Path) -> Result<Vec<Kept>, Failure> {
        let dir = dir.join(LOGS);
        let mut logs = Vec::new();
        for entry in fs::read_dir(&dir).map_err(|error| unreadable(&dir, &error))?.flatten() {
            let file = entry.path();
            if file.extension().is_some_and(|end| end == "json") {
                // A book that cannot be read is no empty one: with it we might sign again what we refused.
                let wrong = |_| {
                    Failure::new(format!("见证簿 {} 读不懂，没有启动", file.display())).mend("从备份恢复这个文件；不要删掉它")
                };
                logs.push(serde_json::from_str(&input::text(&file, LARGEST)?).map_err(wrong)?);
            }
        }
        logs.sort_by(|a: &Kept, b| a.origin().cmp(b.origin()));
        Ok(logs)
    }

    pub fn key(&self) -> VerifierKey {
        self.key.witness_verifier()
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn log(&self, origin: &str) -> Option<Arc<Mutex<Kept>>> {
        self.logs.read().unwrap_or_else(PoisonError::into_inner).get(origin).cloned()
    }

    /// What is kept of a log just now.
    pub fn kept(&self, origin: &str) -> Option<Kept> {
        self.log(origin).map(|log| held(&log).clone())
    }

    /// What is kept of every log just now.
    pub fn all(&self) -> Vec<Kept> {
        let logs: Vec<_> = self.logs.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        logs.iter().map(|log| held(log).clone()).collect()
    }

    /// Takes up a log. Its key is kept from its first day: another one later is refused.
    pub fn follow(&self, key: &VerifierKey, now: DateTime<Utc>) -> Result<(), Failure> {
        let mut logs = self.logs.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = logs.get(key.name()) {
            return match held(known).key == *key {
                true => Ok(()),
                false => Err(Failure::new(format!("{} 的公钥和见证簿里的不一样", key.name()))
                    .mend("先弄清是日志换了公钥还是拿错了；要见证新的一本，换一个 --data")),
            };
        }
        let kept = Kept {
            key: key.clone(),
            since: now,
            address: None,
            patience: 0,
            observed: Observed::default(),
            note: None,
            time: 0,
            looked: None,
            read: None,
        };
        self.write(&kept)?;
        logs.insert(key.name().to_owned(), Arc::new(Mutex::new(kept)));
        Ok(())
    }

    /// Says where the public reads a log, and how long it may be unreadable.
    pub fn watches(&self, origin: &str, address: &str, patience: i64) -> std::io::Result<()> {
        self.change(origin, |kept| {
            kept.address = Some(address.to_owned());
            kept.patience = patience;
        })
    }

    /// It could be read to the end, and all was not well.
    pub fn read(&self, origin: &str, now: DateTime<Utc>) -> std::io::Result<()> {
        self.change(origin, |kept| kept.read = Some(now))
    }

    /// All was well when we looked.
    pub fn looked(&self, origin: &str, now: DateTime<Utc>) -> std::io::Result<()> {
        self.change(origin, |kept| (kept.looked, kept.read) = (Some(now), Some(now)))?;
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = alarms.clone();
        // Two heads that contradict each other do so for ever.
        for alarm in next.iter_mut().filter(|alarm| alarm.log == origin && alarm.over.is_none() && alarm.kind != Kind::Fork) {
            alarm.over = Some(now);
        }
        if next != *alarms {
            alarm::write(&self.dir, &next)?;
            *alarms = next;
        }
        Ok(())
    }

    fn change(&self, origin: &str, change: impl FnOnce(&mut Kept)) -> std::io::Result<()> {
        let Some(log) = self.log(origin) else { return Ok(()) };
        let mut kept = held(&log);
        let mut next = kept.clone();
        change(&mut next);
        if next != *kept {
            self.write(&next)?;
            *kept = next;
        }
        Ok(())
    }

    fn write(&self, kept: &Kept) -> std::io::Result<()> {
        put(&self.dir.join(LOGS), &format!("{}.json", kept.id()), serde_json::to_string_pretty(kept)?.as_bytes())
    }

    /// Signs a head that continues the last one, and answers the line of its signature. One head after the other: what is compared
    /// and what is written are under one lock.
    pub fn cosign(&self, request: &Request, now: DateTime<Utc>) -> Result<String, Refusal> {
        let origin = peek_checkpoint(&request.checkpoint)?.origin;
        let expected = || LedgerError::OtherLog {
            expected: self.all().first().map_or_else(String::new, |log| log.origin().into()),
            found: origin.clone(),
        };
        let log = self.log(&origin).ok_or_else(expected)?;
        let mut kept = held(&log);
        // Its times never go back, whatever the clock does.
        let time = u64::try_from(now.timestamp()).unwrap_or_default().max(kept.time);
        match kept.observed.observe(request, &kept.key, &self.key, time) {
            Ok((observed, line)) => {
                let note = Some(add_signatures(&request.checkpoint, &line)?);
                let next = Kept { observed, note, time, ..kept.clone() };
                self.write(&next)?;
                *kept = next;
                Ok(line)
            }
            Err(error) => {
                // Two heads of one size, both signed by the log: it has been caught, whatever size it said we had signed.
                let other = open_checkpoint(&request.checkpoint, &kept.key).ok();
                if other.is_some_and(|head| head.size == kept.observed.size && head.root != kept.observed.root) {
                    self.raise(Alarm::fork(&kept, &request.checkpoint, None, now), now)?;
                }
                Err(error.into())
            }
        }
    }

    /// Raises an alarm, with its evidence on the disk first. One that stands already is not raised again.
    pub fn raise(&self, alarm: Alarm, now: DateTime<Utc>) -> std::io::Result<()> {
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        if alarms.iter().any(|stands| stands.is_of(&alarm.log, alarm.kind)) {
            return Ok(());
        }
        tracing::error!(log = alarm.log, kind = ?alarm.kind, "ALARM: {}", alarm.en);
        let alarm = alarm.kept(&self.dir, &self.key(), now)?;
        let mut next = alarms.clone();
        next.push(alarm);
        alarm::write(&self.dir, &next)?;
        *alarms = next;
        Ok(())
    }

    pub fn alarms(&self) -> Vec<Alarm> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A panic elsewhere leaves what is kept whole: it is replaced in one step.
fn held(log: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Replaces a file in one step, and is sure of it: at any instant the old one or the new one is there, whole.
pub fn put(dir: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let next = dir.join(format!("{name}.new"));
    match fs::remove_file(&next) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&next)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&next, dir.join(name))?;
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests;
