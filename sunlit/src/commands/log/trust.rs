//! 记住 · the checkpoint an auditor keeps between audits, and the key it was verified with. A log that was cut, or
//! restored from an old backup, looks perfect by itself and contradicts this file (H40).

use crate::failure::{Failure, why};
use crate::input;
use ledger::{VerifierKey, peek_checkpoint};
use std::io::Write;
use std::path::Path;

const KEY: &str = "key ";

/// A signed checkpoint has a few lines, with many cosignatures some dozens of kilobytes.
const LARGEST: u64 = 1 << 20;

pub struct Trusted {
    /// `None` in a file that holds a signed checkpoint and nothing else.
    pub key: Option<VerifierKey>,
    /// The signed checkpoint, verbatim.
    pub note: String,
}

impl Trusted {
    /// Reads the file; `None` when there is none yet.
    pub fn read(file: &Path) -> Result<Option<Trusted>, Failure> {
        let Some(text) = input::left(file, LARGEST)? else { return Ok(None) };
        let wrong =
            || Failure::new(format!("{} 不是记住的检查点", file.display())).mend("换一个文件名；或者放入一份签过名的检查点");
        let (key, note) = match text.strip_prefix(KEY).and_then(|rest| rest.split_once("\n\n")) {
            Some((key, note)) => (Some(key.trim().parse().map_err(|_| wrong())?), note),
            None => (None, text.as_str()),
        };
        peek_checkpoint(note).map_err(|_| wrong())?;
        Ok(Some(Trusted { key, note: note.to_owned() }))
    }

    /// Replaces the file in one step: cut off half-way, the old one is still there.
    pub fn keep(&self, file: &Path) -> Result<(), Failure> {
        let mut text = self.key.as_ref().map(|key| format!("{KEY}{key}\n\n")).unwrap_or_default();
        text.push_str(&self.note);
        let next = file.with_extension(format!("{}.new", std::process::id()));
        let kept = std::fs::File::create(&next)
            .and_then(|mut f| f.write_all(text.as_bytes()).and_then(|()| f.sync_all()))
            .and_then(|()| std::fs::rename(&next, file));
        kept.map_err(|error| {
            Failure::new(format!("检查点没有记进 {}：{}", file.display(), why(&error)))
                .mend("核验本身已经通过；换一个能写的文件再执行一次")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{Checkpoint, SigningKey, empty_root, sign_checkpoint};

    #[test]
    fn what_was_kept_reads_back_and_a_bare_checkpoint_reads_too() {
        let key = SigningKey::from_seed("record.example/log", &[7; 32]).unwrap();
        let note = sign_checkpoint(&Checkpoint::new("record.example/log", 0, empty_root()), &key);
        let dir = std::env::temp_dir().join(format!("sunlit-trust-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join("seen.txt");
        assert!(Trusted::read(&file).unwrap().is_none());
        Trusted { key: Some(key.verifier()), note: note.clone() }.keep(&file).unwrap();
        let read = Trusted::read(&file).unwrap().unwrap();
        assert_eq!((read.key.unwrap().to_string(), &read.note), (key.verifier().to_string(), &note));
        std::fs::write(&file, &note).unwrap();
        let read = Trusted::read(&file).unwrap().unwrap();
        assert!(read.key.is_none() && read.note == note);
        std::fs::write(&file, "something else").unwrap();
        assert!(Trusted::read(&file).is_err());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
