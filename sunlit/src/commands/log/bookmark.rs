//! 书签 · the file in which an audit that may be cut off keeps where it stands. Gone once the audit has come to its end.

use super::bodies::Bodies;
use crate::failure::{Failure, why};
use crate::input;
use chrono::{DateTime, Utc};
use ledger::VerifierKey;
use ledger::audit::Bookmark;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Written no more often than this.
const EVERY: Duration = Duration::from_secs(2);

/// At most 255 hashes a level, the checkpoints it was held against, and the acts without bodies: two numbers where they are
/// in one row, as many as there are bundles where every other act has its body.
const LARGEST: u64 = 64 << 20;

/// What stands in the file: the key decides whether the bookmark may be believed.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept<B> {
    key: VerifierKey,
    #[serde(flatten)]
    place: Place<B>,
}

/// How far an audit had come, and when.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Place<B = Bookmark> {
    pub bookmark: B,
    /// By when all before it was read.
    #[serde(default)]
    pub when: Option<DateTime<Utc>>,
    /// What was given of the public bodies before it.
    #[serde(default)]
    pub bodies: Bodies,
}

pub struct Keeper<'a> {
    file: Option<&'a Path>,
    key: &'a VerifierKey,
    kept: Instant,
}

impl<'a> Keeper<'a> {
    /// Keeps nothing without a file.
    pub fn new(file: Option<&'a Path>, key: &'a VerifierKey) -> Keeper<'a> {
        Keeper { file, key, kept: Instant::now() }
    }

    /// The bookmark an earlier audit left; `None` when there is none. One made under another key is no bookmark of this log.
    pub fn read(&self) -> Result<Option<Place>, Failure> {
        let Some(file) = self.file else { return Ok(None) };
        let Some(text) = input::left(file, LARGEST)? else { return Ok(None) };
        let kept: Option<Kept<Bookmark>> = serde_json::from_str(&text).ok();
        match kept.filter(|kept| kept.key == *self.key) {
            Some(kept) => Ok(Some(kept.place)),
            None => Err(Failure::new(format!("{} 不是用这把公钥核验这本日志时留下的书签", file.display()))
                .mend("换一个文件名，或删掉它，从头核验")),
        }
    }

    /// Now and then writes where the audit stands; replaces the file in one step.
    pub fn keep(&mut self, bookmark: Option<&Bookmark>, bodies: &Bodies) -> Result<(), Failure> {
        let (Some(file), Some(bookmark)) = (self.file, bookmark) else { return Ok(()) };
        if self.kept.elapsed() < EVERY {
            return Ok(());
        }
        self.kept = Instant::now();
        let next: PathBuf = file.with_extension(format!("{}.new", std::process::id()));
        let place = Place { bookmark, when: Some(Utc::now()), bodies: bodies.clone() };
        let text = serde_json::to_string(&Kept { key: self.key.clone(), place })?;
        std::fs::write(&next, text).and_then(|()| std::fs::rename(&next, file)).map_err(|error| {
            Failure::new(format!("书签没有记进 {}：{}", file.display(), why(&error))).mend("换一个能写的文件，或去掉 --bookmark")
        })
    }

    /// The audit has come to its end: the next one reads everything again.
    pub fn done(&self) -> Result<(), Failure> {
        match self.file.map(std::fs::remove_file) {
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::audit::Audit;
    use ledger::{Checkpoint, SigningKey, empty_root};

    #[test]
    fn what_was_kept_is_read_under_the_same_key_only() {
        let key = |seed| SigningKey::from_seed("record.example/log", &[seed; 32]).unwrap().verifier();
        let dir = std::env::temp_dir().join(format!("sunlit-bookmark-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join("place.json");
        let (mine, other) = (key(7), key(8));
        let mut keeper = Keeper::new(Some(&file), &mine);
        assert!(keeper.read().unwrap().is_none());
        let audit = Audit::new(Checkpoint::new("record.example/log", 0, empty_root()));
        let bodies = Bodies::default();
        keeper.keep(audit.bookmark(), &bodies).unwrap();
        assert!(!file.exists(), "not yet");
        keeper.kept -= EVERY;
        keeper.keep(audit.bookmark(), &bodies).unwrap();
        let place = keeper.read().unwrap().unwrap();
        assert_eq!((Some(&place.bookmark), &place.bodies), (audit.bookmark(), &bodies));
        assert!(place.when.is_some());
        assert!(Keeper::new(Some(&file), &other).read().is_err());
        // Every other bundle came without bodies.
        let missing: Vec<(u64, u64)> = (0..300_000).map(|n| (n * 512, n * 512 + 255)).collect();
        let holed: Bodies = serde_json::from_value(serde_json::json!({ "given": true, "missing": missing })).unwrap();
        keeper.kept -= EVERY;
        keeper.keep(audit.bookmark(), &holed).unwrap();
        assert_eq!(keeper.read().unwrap().unwrap().bodies, holed);
        keeper.done().unwrap();
        keeper.done().unwrap();
        assert!(!file.exists());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
