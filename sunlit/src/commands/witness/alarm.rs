//! 报警 · what a witness has to tell: two heads that contradict each other, a log that became shorter, a signature that does not hold, a
//! log nobody can read. The evidence lies beside it as a text that a court reads: what happened, when, and the signed heads as they came.

use super::book::{Kept, put};
use crate::failure::Failure;
use crate::input;
use chrono::{DateTime, Utc};
use ledger::{Hash, VerifierKey, peek_checkpoint};
use serde::{Deserialize, Serialize};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Two signed heads, and one does not continue the other.
    Fork,
    /// The head that is shown has fewer entries than one that was signed before.
    Shrunk,
    /// What is shown is not signed by the log's key.
    BadSignature,
    /// The log's files do not lead from the head we signed to the one that is shown.
    Unproven,
    /// It cannot be read.
    Silent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    pub log: String,
    pub kind: Kind,
    pub since: DateTime<Utc>,
    /// It was well again then; a fork never is.
    pub over: Option<DateTime<Utc>>,
    pub zh: String,
    pub en: String,
    /// The file of the evidence, below the directory of the witness.
    pub evidence: Option<String>,
    /// What goes into that file: a heading and a text each.
    #[serde(skip)]
    parts: Vec<(String, String)>,
}

const SIGNED: &str = "此前见证并签名的检查点 / the checkpoint that was witnessed and signed before";
const SHOWN: &str = "后来出示的检查点 / the checkpoint that was shown later";

impl Alarm {
    fn new(kept: &Kept, kind: Kind, now: DateTime<Utc>, (zh, en): (String, String), parts: Vec<(String, String)>) -> Alarm {
        let mut all = vec![
            ("日志 / log".to_owned(), kept.origin().to_owned()),
            ("日志的公钥 / key of the log".to_owned(), kept.key.to_string()),
        ];
        all.extend(kept.address.iter().map(|address| ("地址 / address".to_owned(), address.clone())));
        all.extend(kept.note.iter().map(|note| (SIGNED.to_owned(), note.clone())));
        all.extend(parts);
        Alarm { log: kept.origin().into(), kind, since: now, over: None, zh, en, evidence: None, parts: all }
    }

    /// Two heads that contradict each other. `proof` leads from the entries the later one has to its root.
    pub fn fork(kept: &Kept, shown: &str, proof: Option<(&[Hash], Hash)>, now: DateTime<Utc>) -> Alarm {
        let old = kept.observed.size;
        let new = peek_checkpoint(shown).map_or(old, |head| head.size);
        let said = match new == old {
            true => (
                format!("分叉：同样是 {old} 条，日志签了两个不同的根"),
                format!("fork: the log signed two different roots over the same {old} entries"),
            ),
            false => (
                format!("分叉：日志签名的 {new} 条，接不上它签过名、我们见证过的 {old} 条"),
                format!(
                    "fork: the {new} entries the log signed do not continue the {old} entries that it signed and we witnessed"
                ),
            ),
        };
        let mut parts = vec![(SHOWN.to_owned(), shown.to_owned())];
        if let Some((proof, other)) = proof {
            let hashes: Vec<String> = proof.iter().map(ToString::to_string).collect();
            let heading = format!(
                "后一份的前 {old} 条的根是下面第一行，不是前一份所签的；其余各行是 RFC 6962 一致性证明 / \
                 the first {old} entries of the later one have the root in the first line below, not the one that was signed; the other lines are the consistency proof of RFC 6962"
            );
            parts.push((heading, format!("{other}\n{}\n", hashes.join("\n"))));
        }
        Alarm::new(kept, Kind::Fork, now, said, parts)
    }

    pub fn shrunk(kept: &Kept, shown: &str, size: u64, now: DateTime<Utc>) -> Alarm {
        let old = kept.observed.size;
        let said = (
            format!("变短：日志现在只有 {size} 条，而它签过名、我们见证过 {old} 条"),
            format!("shrunk: the log now has {size} entries, and had signed {old} that we witnessed"),
        );
        Alarm::new(kept, Kind::Shrunk, now, said, vec![(SHOWN.into(), shown.into())])
    }

    pub fn bad_signature(kept: &Kept, shown: &str, (zh, en): (String, String), now: DateTime<Utc>) -> Alarm {
        let said = (
            format!("出示的检查点不是这本日志的公钥签的：{zh}"),
            format!("the checkpoint shown is not signed by the key of the log: {en}"),
        );
        Alarm::new(kept, Kind::BadSignature, now, said, vec![(SHOWN.into(), shown.into())])
    }

    pub fn unproven(kept: &Kept, shown: &str, (zh, en): (String, String), now: DateTime<Utc>) -> Alarm {
        let said = (
            format!("日志的文件不能证明现在这份接着我们见证过的：{zh}"),
            format!("the files of the log do not prove that it continues what we witnessed: {en}"),
        );
        Alarm::new(kept, Kind::Unproven, now, said, vec![(SHOWN.into(), shown.into())])
    }

    pub fn silent(kept: &Kept, now: DateTime<Utc>) -> Alarm {
        let last = kept.last_read().format("%Y-%m-%dT%H:%M:%SZ");
        let said = (format!("读不到：上一次读到是 {last}"), format!("unreadable: it was last read at {last}"));
        Alarm::new(kept, Kind::Silent, now, said, Vec::new())
    }

    /// Whether it stands, of this log and this kind.
    pub fn is_of(&self, log: &str, kind: Kind) -> bool {
        self.log == log && self.kind == kind && self.over.is_none()
    }

    /// Writes its evidence down.
    pub fn kept(mut self, dir: &Path, witness: &VerifierKey, now: DateTime<Utc>) -> std::io::Result<Alarm> {
        let folder = dir.join(EVIDENCE);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let kind = serde_json::to_value(self.kind)?;
        let stem = format!("{}-{}", now.format("%Y%m%dT%H%M%S%3fZ"), kind.as_str().unwrap_or_default());
        let taken = |n: &u32| !folder.join(named(&stem, *n)).exists();
        let name = named(&stem, (1..).find(taken).unwrap_or_default());
        put(&folder, &name, self.text(witness, now).as_bytes())?;
        self.evidence = Some(format!("{EVIDENCE}/{name}"));
        Ok(self)
    }

    fn text(&self, witness: &VerifierKey, now: DateTime<Utc>) -> String {
        let mut text = format!(
            "见证人报警 / alarm of a witness\n\n{}\n{}\n\n时间 / time: {}\n见证人的公钥 / key of the witness: {witness}\n",
            self.zh,
            self.en,
            now.format("%Y-%m-%dT%H:%M:%SZ"),
        );
        for (heading, part) in &self.parts {
            text.push_str(&format!("\n=== {heading}\n{}{}", part, if part.ends_with('\n') { "" } else { "\n" }));
        }
        text.push_str(
            "\n=== 怎样核对 / how to verify\n\
             每份检查点各存成一个文件（从日志名那一行起，到最后一行签名止，末尾有换行）。用上面的公钥，任何读得懂\n\
             C2SP signed-note 的工具都能核对签名；两份都签得有效而又互相矛盾，日志就赖不掉。\n\
             Save each checkpoint to a file of its own, from the line with the name of the log to the last signature. Any tool for\n\
             C2SP signed notes verifies the signatures with the keys above; where both hold and contradict each other, the log has\n\
             been caught: sunlit log verify URL --key KEY --since FILE\n",
        );
        text
    }
}

fn named(stem: &str, n: u32) -> String {
    if n <= 1 { format!("{stem}.txt") } else { format!("{stem}-{n}.txt") }
}

pub const EVIDENCE: &str = "alarms";
const FILE: &str = "alarms.json";

/// Every alarm there ever was, oldest first.
pub fn read(dir: &Path) -> Result<Vec<Alarm>, Failure> {
    match input::left(&dir.join(FILE), 1 << 24)? {
        None => Ok(Vec::new()),
        Some(text) => serde_json::from_str(&text)
            .map_err(|_| Failure::new(format!("{} 读不懂", dir.join(FILE).display())).mend("从备份恢复这个文件；不要删掉它")),
    }
}

pub fn write(dir: &Path, alarms: &[Alarm]) -> std::io::Result<()> {
    put(dir, FILE, serde_json::to_string_pretty(alarms)?.as_bytes())
}
