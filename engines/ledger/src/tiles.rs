//! 散列块与条目包 · tiles and entry bundles, their names and their bytes (c2sp.org/tlog-tiles).

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    hash::BuildHasher,
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Hash, LedgerError, hash::short};

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// The longest entry, in bytes: a bundle holds its length as two.
pub const LONGEST_ENTRY: usize = u16::MAX as usize;

/// A tile of hashes: `tile/<level>/<index>`, partial if narrower than 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 holds leaf hashes; a hash of level *n*+1 is the root of a full tile of level *n*.
    pub level: u8,
    /// Position within the level, from 0.
    pub index: u64,
    /// Hashes in it, 1 to 256.
    pub width: u16,
}

impl TileId {
    /// The path below the log's address, as in `tile/0/x001/234.p/5`.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, number(self.index, self.width))
    }

    /// Reads what [`TileId::path`] writes, and nothing else.
    pub fn parse(path: &str) -> Result<TileId, LedgerError> {
        match path.parse()? {
            LogPath::Tile(id) => Ok(id),
            _ => Err(LedgerError::BadPath(short(path))),
        }
    }

    /// The tile at this place in a log of `size` entries, as wide as it then is; `None` if it has no hash yet.
    pub fn in_log(size: u64, level: u8, index: u64) -> Option<TileId> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = hashes.checked_sub(index.checked_mul(256)?)?.min(256) as u16;
        (width > 0).then_some(TileId { level, index, width })
    }

    /// Whether all 256 hashes are there, so that the tile never changes again.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Checks bytes from a source against this tile and cuts them to its width: a source may hand out a wider tile of
    /// the same place, because tiles only ever grow to the right.
    pub fn read(&self, bytes: &[u8]) -> Result<Vec<Hash>, LedgerError> {
        let want = usize::from(self.width) * 32;
        if bytes.len() < want || !bytes.len().is_multiple_of(32) || bytes.len() > usize::from(TILE_WIDTH) * 32 {
            return Err(LedgerError::TileMalformed { path: self.path(), want, got: bytes.len() });
        }
        Ok(bytes[..want].chunks_exact(32).map(|h| Hash(h.try_into().expect("32 bytes"))).collect())
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl Serialize for TileId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TileId, D::Error> {
        TileId::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A bundle of entries: `tile/entries/<index>`, partial if it holds fewer than 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId {
    /// Position from 0; its first entry is number 256 × index.
    pub index: u64,
    /// Entries in it, 1 to 256.
    pub width: u16,
}

impl BundleId {
    /// The path below the log's address, as in `tile/entries/000.p/5`.
    pub fn path(&self) -> String {
        format!("tile/entries/{}", number(self.index, self.width))
    }

    /// The bundle at this place in a log of `size` entries; `None` if the log does not reach it.
    pub fn in_log(size: u64, index: u64) -> Option<BundleId> {
        TileId::in_log(size, 0, index).map(|tile| BundleId { index, width: tile.width })
    }

    /// Number of its first entry.
    pub fn first(&self) -> u64 {
        self.index * 256
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// Everything a log serves (F147), named by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogPath {
    /// `checkpoint`: the newest signed head; changes all the time.
    Checkpoint,
    /// `tile/<L>/<N>`: hashes; never changes.
    Tile(TileId),
    /// `tile/entries/<N>`: entries; never changes.
    Entries(BundleId),
}

impl LogPath {
    /// The Content-Type to serve it with.
    pub fn content_type(&self) -> &'static str {
        match self {
            LogPath::Checkpoint => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// Whether caches may keep it for ever.
    pub fn is_immutable(&self) -> bool {
        !matches!(self, LogPath::Checkpoint)
    }
}

impl fmt::Display for LogPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogPath::Checkpoint => f.write_str("checkpoint"),
            LogPath::Tile(id) => id.fmt(f),
            LogPath::Entries(id) => id.fmt(f),
        }
    }
}

impl FromStr for LogPath {
    type Err = LedgerError;

    /// Reads a path without leading slash. Only the one canonical spelling is taken, so caches see one name per tile.
    fn from_str(path: &str) -> Result<LogPath, LedgerError> {
        read_path(path).filter(|read| read.to_string() == path).ok_or_else(|| LedgerError::BadPath(short(path)))
    }
}

fn read_path(path: &str) -> Option<LogPath> {
    if path == "checkpoint" {
        return Some(LogPath::Checkpoint);
    }
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (digits, width) = match rest.split_once(".p/") {
        Some((digits, width)) => (digits, decimal(width).filter(|w| (1..256).contains(w))? as u16),
        None => (rest, TILE_WIDTH),
    };
    let mut index = 0u64;
    for group in digits.split('/') {
        let group = group.strip_prefix('x').unwrap_or(group);
        if group.len() != 3 || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(group.parse().ok()?)?;
    }
    if kind == "entries" {
        return Some(LogPath::Entries(BundleId { index, width }));
    }
    let level = decimal(kind).filter(|level| *level < 64)? as u8;
    Some(LogPath::Tile(TileId { level, index, width }))
}

/// 1234067 is written `x001/x234/067`; a partial one gets `.p/<width>`.
fn number(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH {
        path.push_str(&format!(".p/{width}"));
    }
    path
}

/// A number the way all these formats write it: ASCII digits, no leading zero, no sign.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}

/// Where tiles come from: a map already fetched from a database, a directory, an HTTP client.
///
/// `width` is how many hashes the caller needs. A source may answer with a wider tile of the same place; it is cut.
/// Nothing a source says is believed further than the root it leads to.
pub trait TileSource {
    /// The bytes of a tile of hashes.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, LedgerError>;
}

impl TileSource for BTreeMap<TileId, Vec<u8>> {
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, LedgerError> {
        let wanted = TileId { level, index, width };
        // Ids sort by level, index, width: the first one at least this wide will do.
        self.range(wanted..=TileId { width: TILE_WIDTH, ..wanted })
            .next()
            .map(|(_, bytes)| bytes.clone())
            .ok_or_else(|| LedgerError::TileMissing { path: wanted.path() })
    }
}

impl<S: BuildHasher> TileSource for HashMap<TileId, Vec<u8>, S> {
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, LedgerError> {
        let wanted = TileId { level, index, width };
        (width..=TILE_WIDTH)
            .find_map(|width| self.get(&TileId { width, ..wanted }))
            .cloned()
            .ok_or_else(|| LedgerError::TileMissing { path: wanted.path() })
    }
}

impl<T: TileSource + ?Sized> TileSource for &T {
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, LedgerError> {
        (**self).tile(level, index, width)
    }
}

/// Every tile of hashes of a log of `size` entries, bottom level first.
pub fn tiles_in_log(size: u64) -> impl Iterator<Item = TileId> {
    (0..8u8).flat_map(move |level| {
        let hashes = size >> (8 * u32::from(level));
        (0..hashes.div_ceil(256)).filter_map(move |index| TileId::in_log(size, level, index))
    })
}

/// Every entry bundle of a log of `size` entries, in order.
pub fn bundles_in_log(size: u64) -> impl Iterator<Item = BundleId> {
    (0..size.div_ceil(256)).filter_map(move |index| BundleId::in_log(size, index))
}

/// An entry bundle: every entry with its length before it as two bytes, big-endian.
///
/// # Panics
/// If an entry is longer than [`LONGEST_ENTRY`], which [`check_entry`] tells beforehand. Acts are a few hundred bytes.
pub fn encode_entries(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bundle = Vec::with_capacity(entries.iter().map(|e| e.len() + 2).sum());
    for entry in entries {
        let length = u16::try_from(entry.len()).expect("an entry of the log is no longer than LONGEST_ENTRY");
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    bundle
}

/// Whether an entry fits into a bundle; `index` is its number, for the message.
pub fn check_entry(index: u64, entry: &[u8]) -> Result<(), LedgerError> {
    match entry.len() > LONGEST_ENTRY {
        true => Err(LedgerError::EntryTooLong { index, len: entry.len() }),
        false => Ok(()),
    }
}

/// Reads an entry bundle of up to 256 entries.
pub fn parse_entries(bundle: &[u8]) -> Result<Vec<Vec<u8>>, LedgerError> {
    entries_in(bundle, TILE_WIDTH).map(|entry| entry.map(<[u8]>::to_vec)).collect()
}

/// The entries of a bundle, one after the other; ends after the first that cannot be read, or is one more than `most`.
pub(crate) fn entries_in(bundle: &[u8], most: u16) -> impl Iterator<Item = Result<&[u8], LedgerError>> {
    let (mut index, mut rest) = (0, bundle);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let entry = match rest.split_first_chunk::<2>() {
            Some((length, after)) if index < u64::from(most) => after.split_at_checked(usize::from(u16::from_be_bytes(*length))),
            _ => None,
        };
        let offset = bundle.len() - rest.len();
        (index, rest) = (index + 1, entry.map_or(&[][..], |(_, after)| after));
        Some(entry.map(|(entry, _)| entry).ok_or(LedgerError::EntriesBroken { index: index - 1, offset }))
    })
}

/// The bundles to be stored after `entries` are added to a log of `size` entries. `edge` is the partial bundle at the
/// log's right edge ([`edge_bundle`]), or nothing if the log ends on a full one.
pub fn append_entries(size: u64, edge: Option<&[u8]>, entries: &[Vec<u8>]) -> Result<Vec<(BundleId, Vec<u8>)>, LedgerError> {
    let mut held = match (edge_bundle(size), edge) {
        (None, _) => Vec::new(),
        (Some(id), None) => return Err(LedgerError::TileMissing { path: id.path() }),
        (Some(id), Some(bytes)) => {
            let mut held = parse_entries(bytes)?;
            if held.len() < usize::from(id.width) {
                return Err(LedgerError::EntriesBroken { index: held.len() as u64, offset: bytes.len() });
            }
            held.truncate(usize::from(id.width));
            held
        }
    };
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    for (number, entry) in (size..).zip(entries) {
        check_entry(number, entry)?;
    }
    held.extend_from_slice(entries);
    let bundles = (size / 256..).zip(held.chunks(256));
    Ok(bundles.map(|(index, chunk)| (BundleId { index, width: chunk.len() as u16 }, encode_entries(chunk))).collect())
}

/// The partial bundle at the right edge of a log, if its last bundle is not full.
pub fn edge_bundle(size: u64) -> Option<BundleId> {
    BundleId::in_log(size, size / 256)
}
