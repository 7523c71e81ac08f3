//! 书签 · the file in which an audit that may be cut off keeps where it stands. Gone once the audit has come to its end.

use crate::failure::Failure;
use ledger::VerifierKey;
use ledger::audit::Bookmark;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Written no more often than this.
const EVERY: Duration = Duration::from_secs(2);

/// What stands in the file: the key decides whether the bookmark may be believed.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept<B> {
    key: VerifierKey,
    bookmark: B,
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
    pub fn read(&self) -> Result<Option<Bookmark>, Failure> {
        let Some(file) = self.file else { return Ok(None) };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::new(format!("{} 读不了：{error}", file.display()))),
        };
        let kept: Option<Kept<Bookmark>> = serde_json::from_str(&text).ok();
        match kept.filter(|kept| kept.key == *self.key) {
            Some(kept) => Ok(Some(kept.bookmark)),
            None => Err(Failure::new(format!("{} 不是用这把公钥核验这本日志时留下的书签", file.display()))
                .mend("换一个文件名，或删掉它，从头核验")),
        }
    }

    /// Now and then writes where the audit stands; replaces the file in one step.
    pub fn keep(&mut self, bookmark: Option<&Bookmark>) -> Result<(), Failure> {
        let (Some(file), Some(bookmark)) = (self.file, bookmark) else { return Ok(()) };
        if self.kept.elapsed() < EVERY {
            return Ok(());
        }
        self.kept = Instant::now();
        let next: PathBuf = file.with_extension(format!("{}.new", std::process::id()));
        let text = serde_json::to_string(&Kept { key: self.key.clone(), bookmark })?;
        std::fs::write(&next, text).and_then(|()| std::fs::rename(&next, file)).map_err(|error| {
            Failure::new(format!("书签没有记进 {}：{error}", file.display())).mend("换一个能写的文件，或去掉 --bookmark")
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
        keeper.keep(audit.bookmark()).unwrap();
        assert!(!file.exists(), "not yet");
        keeper.kept -= EVERY;
        keeper.keep(audit.bookmark()).unwrap();
        assert_eq!(keeper.read().unwrap().as_ref(), audit.bookmark());
        assert!(Keeper::new(Some(&file), &other).read().is_err());
        keeper.done().unwrap();
        keeper.done().unwrap();
        assert!(!file.exists());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
