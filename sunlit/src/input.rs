//! 读入 · what a command is given to read: a file, or standard input for `-`, and never more of it than it may have.

use crate::failure::{Failure, why};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// The bytes of a file, at most so many.
pub fn bytes(file: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match file.to_str() {
        Some("-") => std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes),
        _ => std::fs::File::open(file).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| {
        Failure::new(format!("{} 读不了：{}", file.display(), why(&error))).mend("核对文件名；从标准输入读就写 -")
    })?;
    match bytes.len() as u64 > most {
        true => Err(Failure::new(format!("{} 太大，最多 {most} 字节", file.display())).mend("核对文件名，给出要读的那一个文件")),
        false => Ok(bytes),
    }
}

/// The text of a file, at most so many bytes of it.
pub fn text(file: &Path, most: u64) -> Result<String, Failure> {
    let text = String::from_utf8(bytes(file, most)?).map_err(|_| {
        Failure::new(format!("{} 不是 UTF-8 编码", file.display())).mend("给出原文件；是文本的，另存为 UTF-8 再试")
    })?;
    Ok(match text.strip_prefix('\u{FEFF}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

/// The text of a file that an earlier run may have left; `None` when there is none.
pub fn left(file: &Path, most: u64) -> Result<Option<String>, Failure> {
    match std::fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => text(file, most).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_may_be() {
        for endless in [bytes(Path::new("/dev/zero"), 1000), left(Path::new("/dev/zero"), 1000).map(|_| Vec::new())] {
            assert!(endless.unwrap_err().said.contains("太大"));
        }
        assert!(text(Path::new("/dev/null"), 0).unwrap().is_empty());
        let folder = text(Path::new("/tmp"), 1000).unwrap_err();
        assert!(folder.said.contains("是目录，不是文件"), "{}", folder.said);
        assert!(left(Path::new("/tmp/there/is/no/such"), 1000).unwrap().is_none());
        assert!(text(Path::new("/tmp/there/is/no/such"), 1000).unwrap_err().said.contains("没有这个文件"));
    }
}
