//! 档案包 · BagIt (RFC 8493) in a ZIP: what archives all over the world take in, and check without us. What is in it lies under
//! `data/`, each file with its SHA-256 in the manifest; what is already kept is streamed from the store.

use crate::files::Files;
use axum::body::{Body, Bytes};
use futures::StreamExt;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use tokio::sync::mpsc;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The list of what is in a bag.
pub const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
const DECLARATION: (&str, &str) = ("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
/// A name longer than this many bytes cannot be unpacked everywhere.
const LONGEST_NAME: usize = 180;

/// Where the bytes of a part come from.
#[derive(Clone, Debug)]
pub enum Content {
    Text(Bytes),
    /// In the store, under its SHA-256.
    Kept {
        sha256: String,
        size: u64,
    },
}

/// One file of a bag.
#[derive(Clone, Debug)]
pub struct Part {
    /// Below `data/`, with slashes.
    pub path: String,
    pub content: Content,
}

impl Part {
    pub fn new(path: impl Into<String>, bytes: impl Into<Bytes>) -> Part {
        Part { path: path.into(), content: Content::Text(bytes.into()) }
    }
    pub fn kept(path: impl Into<String>, sha256: &str, size: i64) -> Part {
        Part { path: path.into(), content: Content::Kept { sha256: sha256.into(), size: size.max(0) as u64 } }
    }
    pub fn sha256(&self) -> String {
        match &self.content {
            Content::Text(bytes) => hex::encode(Sha256::digest(bytes)),
            Content::Kept { sha256, .. } => sha256.clone(),
        }
    }
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Text(bytes) => bytes.len() as u64,
            Content::Kept { size, .. } => *size,
        }
    }
}

/// A file's name as it can be unpacked everywhere: short enough, its ending kept.
pub fn file_name(name: &str) -> String {
    let name = crate::files::clean_name(name);
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.len() > 12 { "" } else { ending };
    let stem = &name[..name.len() - ending.len()];
    let room = LONGEST_NAME - ending.len();
    let cut = (0..=stem.len().min(room)).rev().find(|at| stem.is_char_boundary(*at)).unwrap_or(0);
    format!("{}{ending}", &stem[..cut])
}

/// A path as a manifest writes it (RFC 8493, 2.1.3).
fn written(path: &str) -> String {
    path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn manifest(files: impl Iterator<Item = (String, String)>) -> String {
    files.map(|(path, sha256)| format!("{sha256}  {}\n", written(&path))).collect()
}

/// What a bag lists as its content, by path, so that whoever packs the same files anew has the same list.
pub fn manifest_of(parts: &[Part]) -> String {
    let mut files: Vec<(String, String)> = parts.iter().map(|part| (format!("data/{}", part.path), part.sha256())).collect();
    files.sort();
    manifest(files.into_iter())
}

/// The SHA-256 of that list.
pub fn digest_of(parts: &[Part]) -> String {
    Part::new(MANIFEST, manifest_of(parts)).sha256()
}

/// The signature of a bag, beside its content.
pub const SIGNATURE: &str = "manifest-signature.txt";

/// What the log's key signs of the bag of a case: its manifest, and so every file in it, also those that no act speaks of. No head of a log reads so:
/// its second line would be a number.
pub fn vouched(no: &str, manifest_sha256: &str) -> String {
    format!("sunlit package\ncase {no}\nmanifest sha256:{manifest_sha256}\n")
}

/// A bag that is being sent: `name` is its directory, `info` its `bag-info.txt`, `beside` what lies beside the content.
pub fn stream(files: &Files, name: String, info: &[(&str, String)], beside: Vec<Part>, parts: Vec<Part>) -> Body {
    let total: u64 = parts.iter().map(Part::size).sum();
    let mut lines: String =
        info.iter().map(|(label, value)| format!("{label}: {}\n", value.replace(['\r', '\n'], " "))).collect();
    lines.push_str(&format!("Payload-Oxum: {total}.{}\n", parts.len()));
    let mut tags =
        vec![Part::new(DECLARATION.0, DECLARATION.1), Part::new("bag-info.txt", lines), Part::new(MANIFEST, manifest_of(&parts))];
    tags.extend(beside);
    let of_tags = manifest(tags.iter().map(|tag| (tag.path.clone(), tag.sha256())));
    tags.push(Part::new(TAG_MANIFEST, of_tags));
    let all: Vec<Part> = tags
        .into_iter()
        .map(|tag| Part { path: format!("{name}/{}", tag.path), ..tag })
        .chain(parts.into_iter().map(|part| Part { path: format!("{name}/data/{}", part.path), ..part }))
        .collect();
    let (sender, receiver) = mpsc::channel(8);
    let files = files.clone();
    tokio::task::spawn_blocking(move || {
        let sink = Sink(sender.clone());
        if let Err(error) = pack(&files, BufWriter::with_capacity(64 * 1024, sink), &all) {
            // Whoever went away is told nothing.
            let _ = sender.blocking_send(Err(error));
        }
    });
    let chunks = futures::stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|chunk| (chunk, receiver)) });
    // Compression asks once more after the end.
    Body::from_stream(chunks.fuse())
}

/// What is written goes to whoever downloads, a piece at a time.
struct Sink(mpsc::Sender<io::Result<Bytes>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn pack(files: &Files, to: impl Write, parts: &[Part]) -> io::Result<()> {
    let mut zip: ZipWriter<StreamWriter<_>> = ZipWriter::new_stream(to);
    for part in parts {
        // What is kept is compressed already, mostly.
        let method = match part.content {
            Content::Text(_) => CompressionMethod::Deflated,
            Content::Kept { .. } => CompressionMethod::Stored,
        };
        let options = SimpleFileOptions::default().compression_method(method).large_file(part.size() > u64::from(u32::MAX) / 2);
        zip.start_file(&part.path, options)?;
        match &part.content {
            Content::Text(bytes) => zip.write_all(bytes)?,
            Content::Kept { sha256, .. } => {
                io::copy(&mut files.open_kept(sha256)?, &mut zip)?;
            }
        }
    }
    zip.finish()?.into_inner().flush()
}

/// What is wrong with a bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no ZIP, or none that can be read.
    Unreadable(String),
    /// It is not a bag of ours or of anybody else's.
    NoBag(String),
    Missing(String),
    /// Not in the manifest.
    Stray(String),
    Altered(String),
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wrong::Unreadable(why) => write!(f, "打不开：{why}"),
            Wrong::NoBag(why) => write!(f, "不是档案包：{why}"),
            Wrong::Missing(path) => write!(f, "少了 {path}"),
            Wrong::Stray(path) => write!(f, "多出 {path}，清单里没有"),
            Wrong::Altered(path) => write!(f, "{path} 被改动过，与清单里的指纹不符"),
        }
    }
}

fn sha256(from: &mut impl Read) -> io::Result<String> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

impl Wrong {
    /// The same in English.
    pub fn english(&self) -> String {
        match self {
            Wrong::Unreadable(why) => format!("cannot be opened: {why}"),
            Wrong::NoBag(_) => "is not a bag (RFC 8493)".into(),
            Wrong::Missing(path) => format!("{path} is missing"),
            Wrong::Stray(path) => format!("{path} is not in the manifest"),
            Wrong::Altered(path) => format!("{path} was altered: it is not what the manifest says"),
        }
    }
}

/// A bag that is read: its files were hashed one by one, never more than a piece of one in memory.
pub struct Bag {
    zip: ZipArchive<File>,
    root: String,
    /// The SHA-256 of each file below its directory, as it is.
    pub files: BTreeMap<String, String>,
    /// The SHA-256 of the manifest.
    pub manifest: String,
    pub wrong: Vec<Wrong>,
}

/// More files than a case has; whoever claims more is not believed.
const MOST_FILES: usize = 20_000;
/// A file that is read whole is no longer than this.
const LONGEST_TEXT: u64 = 32 << 20;

impl Bag {
    /// Reads and checks a bag; `Err` where there is no saying what is in it.
    pub fn open(mut file: File) -> Result<Bag, Wrong> {
        let unreadable = |error: &dyn std::fmt::Display| Wrong::Unreadable(error.to_string());
        file.rewind().map_err(|e| unreadable(&e))?;
        let mut zip = ZipArchive::new(file).map_err(|e| unreadable(&e))?;
        if zip.len() > MOST_FILES {
            return Err(Wrong::NoBag(format!("里面有 {} 个文件", zip.len())));
        }
        let first = zip.name_for_index(0).and_then(Result::ok);
        let root = first.as_deref().and_then(|name| name.split_once('/')).map(|(root, _)| format!("{root}/"));
        let root = root.ok_or_else(|| Wrong::NoBag("没有一个总的文件夹".into()))?;
        let mut files = BTreeMap::new();
        let mut wrong = Vec::new();
        for at in 0..zip.len() {
            let mut entry = zip.by_index(at).map_err(|e| unreadable(&e))?;
            if entry.is_dir() {
                continue;
            }
            let name = entry.name().map_err(|e| unreadable(&e))?.into_owned();
            let Some(path) = name.strip_prefix(&root) else {
                wrong.push(Wrong::Stray(name));
                continue;
            };
            match sha256(&mut entry) {
                Ok(sha256) => {
                    files.insert(path.to_owned(), sha256);
                }
                // Its checksum in the ZIP is wrong already.
                Err(_) => wrong.push(Wrong::Altered(path.to_owned())),
            }
        }
        let mut bag = Bag { zip, root, manifest: files.get(MANIFEST).cloned().unwrap_or_default(), files, wrong };
        if bag.text(DECLARATION.0).is_none_or(|text| !text.starts_with("BagIt-Version:")) {
            return Err(Wrong::NoBag(format!("没有 {}", DECLARATION.0)));
        }
        bag.compare(MANIFEST, |path| path.starts_with("data/"));
        bag.compare(TAG_MANIFEST, |path| !path.starts_with("data/") && path != TAG_MANIFEST);
        Ok(bag)
    }

    /// Holds the files of one manifest against it.
    fn compare(&mut self, manifest: &str, of: impl Fn(&str) -> bool) {
        let Some(text) = self.text(manifest) else {
            self.wrong.push(Wrong::Missing(manifest.into()));
            return;
        };
        let mut listed = BTreeMap::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            match line.split_once(char::is_whitespace) {
                Some((sha256, path)) => {
                    let path = path.trim_start().replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
                    listed.insert(path, sha256.to_owned());
                }
                None => self.wrong.push(Wrong::Altered(manifest.into())),
            }
        }
        for (path, sha256) in &listed {
            // What could not be read was told.
            let told = self.wrong.contains(&Wrong::Altered(path.clone()));
            match self.files.get(path) {
                None if !told => self.wrong.push(Wrong::Missing(path.clone())),
                Some(is) if is != sha256 => self.wrong.push(Wrong::Altered(path.clone())),
                _ => {}
            }
        }
        for path in self.files.keys().filter(|path| of(path) && !listed.contains_key(*path)) {
            self.wrong.push(Wrong::Stray(path.clone()));
        }
    }

    /// A file of the bag as text.
    pub fn text(&mut self, path: &str) -> Option<String> {
        let entry = self.zip.by_name(&format!("{}{path}", self.root)).ok()?;
        let mut text = String::new();
        entry.take(LONGEST_TEXT).read_to_string(&mut text).ok()?;
        Some(text)
    }
}
