//! 发现 · what an auditor says: every way a record can be wrong, in words, with the remedy.

use serde::{Deserialize, Serialize};

use super::Audit;
use crate::{ActLeaf, BundleId, Checkpoint, Hash, LedgerError, TileId};

/// What is wrong, for programs; [`Finding`] says it to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Wrong {
    /// An entry is not the one that was recorded.
    EntryChanged,
    /// An entry is gone.
    EntryDeleted,
    /// Two entries stand in each other's place.
    EntriesSwapped,
    /// An entry was moved elsewhere, those between made room.
    EntryMoved,
    /// An entry was pushed in between others.
    EntryInserted,
    /// The newest entries are gone.
    TailCut,
    /// More entries are there than were signed.
    ExtraEntries,
    /// A bundle cannot be read, from some entry on.
    BundleBroken,
    /// A bundle holds more than its entries, which are whole.
    BundleOverfull,
    /// The body of an act is not the one it committed to.
    BodyChanged,
    /// The public body of an act was not given.
    BodyWithheld,
    /// A tile of hashes was not there.
    TileMissing,
    /// A tile of hashes cannot be read.
    TileBroken,
    /// A tile of hashes was altered; the entries below it are whole.
    TileAltered,
    /// Tiles at the right edge do not give the signed root, and entries differ from them as well.
    EdgeAltered,
    /// Entries and their hashes were rewritten together, and no longer lead to the signed root.
    Rewritten,
    /// The log is shorter than one that was signed before: an old backup, or a cut tail, passed off as the present.
    RolledBack,
    /// An old checkpoint is shown in place of a later one, although the entries signed since are there.
    Replayed,
    /// The log does not continue one that was signed before.
    HistoryRewritten,
    /// As many entries as a checkpoint signed before, and another root: two histories for two audiences.
    SplitView,
    /// A checkpoint that is to be compared belongs to another log.
    OtherLog,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What is wrong.
    pub wrong: Wrong,
    /// The entries it concerns, first and last.
    pub entries: Option<(u64, u64)>,
    /// The file it concerns, as in `tile/0/001`.
    pub path: Option<String>,
    /// In Chinese: what, where, and what to do.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Finding {
    pub(super) fn new(wrong: Wrong, entries: Option<(u64, u64)>, zh: String, en: String) -> Finding {
        Finding { wrong, entries, path: None, zh, en }
    }

    pub(super) fn at(mut self, path: String) -> Finding {
        self.path = Some(path);
        self
    }

    /// Whether an entry is among those it concerns.
    pub fn names(&self, entry: u64) -> bool {
        self.entries.is_some_and(|(first, last)| (first..=last).contains(&entry))
    }
}

/// What an audit came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The checkpoint that was audited.
    pub checkpoint: Checkpoint,
    /// Entries that were read.
    pub entries: u64,
    /// Root recomputed from the entries, if all could be read.
    pub root: Option<Hash>,
    /// Earlier checkpoints the log was held against and continues.
    pub continues: usize,
    /// Entries that differ beyond those the findings tell of: after a million, the auditor only counts.
    pub further: u64,
    /// Everything that is wrong, by entry.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing at all is wrong: every entry is there, unaltered, and leads to the signed root.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// The first entry that is not what it was, or is gone; where only a range is known, the first of the range.
    pub fn first_bad_entry(&self) -> Option<u64> {
        self.first_bad().map(|(first, _)| first)
    }

    /// Between which two the first bad entry is: the same one twice where it is known. `None` if no entry is accused, as
    /// when tiles alone were altered.
    pub fn first_bad(&self) -> Option<(u64, u64)> {
        let accusing = || self.findings.iter().filter(|finding| !finding.wrong.spares_entries());
        let named: Vec<u64> = accusing()
            .filter(|one| one.wrong.is_of_entries() && !one.wrong.is_somewhere())
            .filter_map(|one| Some(one.entries?.0))
            .collect();
        // “Somewhere between” is told already where an entry in between is named.
        let is_told = |one: &Finding| one.wrong.is_somewhere() && named.iter().any(|entry| one.names(*entry));
        let of_entries = || accusing().filter(|one| !is_told(one));
        let first = of_entries().filter_map(|finding| finding.entries).map(|(first, _)| first).min()?;
        let latest = of_entries().filter_map(|finding| {
            let (first, last) = finding.entries?;
            Some(if finding.wrong.is_somewhere() { last } else { first })
        });
        Some((first, latest.min()?))
    }

    /// How many entries are named: each once, however many findings name it. Of a range in which something was rewritten
    /// nobody knows how many.
    pub fn bad_entries(&self) -> u64 {
        let named = self.findings.iter().filter(|f| !f.wrong.spares_entries() && !f.wrong.is_somewhere());
        let mut ranges: Vec<(u64, u64)> = named.filter_map(|finding| finding.entries).collect();
        ranges.sort_unstable();
        let (mut count, mut next) = (self.further, 0);
        for (first, last) in ranges {
            count += last.saturating_add(1).saturating_sub(first.max(next));
            next = next.max(last.saturating_add(1));
        }
        count
    }
}

impl Wrong {
    /// It says nothing against any entry.
    fn spares_entries(self) -> bool {
        matches!(
            self,
            Wrong::TileMissing
                | Wrong::TileBroken
                | Wrong::TileAltered
                | Wrong::EdgeAltered
                | Wrong::OtherLog
                | Wrong::BundleOverfull
        )
    }

    /// It accuses some entry of a range, and not each of them.
    fn is_somewhere(self) -> bool {
        matches!(self, Wrong::Rewritten | Wrong::HistoryRewritten | Wrong::SplitView)
    }

    pub(super) fn is_of_entries(self) -> bool {
        matches!(
            self,
            Wrong::EntryChanged
                | Wrong::EntryDeleted
                | Wrong::EntriesSwapped
                | Wrong::EntryMoved
                | Wrong::EntryInserted
                | Wrong::TailCut
                | Wrong::BundleBroken
                | Wrong::Rewritten
        )
    }
}

/// The sentences. Each names the entry or the file, then what to do.
impl Audit {
    pub(super) fn body_changed(&mut self, index: u64, leaf: &ActLeaf, zh: &str, en: &str) {
        self.findings.push(Finding::new(
            Wrong::BodyChanged,
            Some((index, index)),
            format!("第 {index} 条（{} {}）的{zh}正文已被改动，与登记时的承诺不符：从备份恢复原文", leaf.kind, leaf.id),
            format!(
                "the {en} body of entry {index} ({} {}) was changed and is not what the act committed to: restore it",
                leaf.kind, leaf.id
            ),
        ));
    }

    /// Says that the public body of an act was not given, though everybody may ask for it.
    pub fn body_withheld(&mut self, index: u64, leaf: &ActLeaf) {
        self.findings.push(Finding::new(
            Wrong::BodyWithheld,
            Some((index, index)),
            format!("第 {index} 条（{} {}）的公开正文没有给出：公开正文人人可以索取，不应缺少", leaf.kind, leaf.id),
            format!(
                "the public body of entry {index} ({} {}) was not given: everybody may ask for it, it must not be missing",
                leaf.kind, leaf.id
            ),
        ));
    }

    /// The same of every act between two entries.
    pub fn bodies_withheld(&mut self, (first, last): (u64, u64)) {
        self.findings.push(Finding::new(
            Wrong::BodyWithheld,
            Some((first, last)),
            format!("第 {first} 至 {last} 条的公开正文没有给出：公开正文人人可以索取，不应缺少"),
            format!("the public bodies of entries {first} to {last} were not given: everybody may ask for them"),
        ));
    }

    /// A checkpoint of `size` entries was signed before, and the head has fewer.
    pub(super) fn rolled_back(&mut self, size: u64) {
        let (now, last) = (self.head.size, size - 1);
        self.findings.push(match self.beyond >= size {
            true => Finding::new(
                Wrong::Replayed,
                Some((now, last)),
                format!("出示的是旧检查点（{now} 条）：此前已签到 {size} 条，第 {now} 至 {last} 条也还在，应出示新的"),
                format!(
                    "an old checkpoint of {now} entries is shown: {size} were signed before, and entries {now} to {last} are still there; ask for the newest"
                ),
            ),
            false => Finding::new(
                Wrong::RolledBack,
                Some((now, last)),
                format!("日志只有 {now} 条，而此前已签到 {size} 条：第 {now} 至 {last} 条不见了，是截断或旧备份"),
                format!(
                    "the log has {now} entries, but {size} were signed before: entries {now} to {last} are gone; it was cut or restored from an old backup"
                ),
            ),
        });
    }

    pub(super) fn extra(&mut self, first: u64, count: u64) {
        if count > 0 {
            let last = first.saturating_add(count - 1);
            self.beyond = self.beyond.max(last.saturating_add(1));
            self.findings.push(Finding::new(
                Wrong::ExtraEntries,
                Some((first, last)),
                format!("第 {first} 至 {last} 条不在已签名的 {} 条之内", self.head.size),
                format!("entries {first} to {last} are beyond the {} that were signed", self.head.size),
            ));
        }
    }

    pub(super) fn bundle_broken(&mut self, id: BundleId, (first, last): (u64, u64), why: &LedgerError) {
        let (zh, en) = why.both();
        let (which_zh, which_en) = match first == last {
            true => (format!("第 {first} 条"), format!("entry {first}")),
            false => (format!("第 {first} 至 {last} 条"), format!("entries {first} to {last}")),
        };
        self.findings.push(
            Finding::new(
                Wrong::BundleBroken,
                Some((first, last)),
                format!("{which_zh}读不出来（{zh}）"),
                format!("{which_en} cannot be read ({en})"),
            )
            .at(id.path()),
        );
    }

    /// After the entries of a bundle there are so many more, or bytes that are none.
    pub(super) fn overfull(&mut self, id: BundleId, more: Option<usize>) {
        let path = id.path();
        let (what_zh, what_en) = match more {
            Some(more) => (format!("多出 {more} 条"), format!("{more} more")),
            None => ("多出一些字节".to_owned(), "bytes that are none".to_owned()),
        };
        self.findings.push(
            Finding::new(
                Wrong::BundleOverfull,
                None,
                format!("条目包 {path} 在它的 {} 条之后{what_zh}：删去多出的，并查是谁添的", id.width),
                format!(
                    "after its {} entries the bundle {path} has {what_en}: remove them, and find out who added them",
                    id.width
                ),
            )
            .at(path),
        );
    }

    /// Entries that are not there: deleted, or the tail cut.
    pub(super) fn gone(&mut self, (first, last): (u64, u64)) {
        let remedy_zh = "从备份恢复，并查是谁删除";
        let remedy_en = "restore from a backup, and find out who deleted";
        let size = self.head.size;
        let finding = if last + 1 == size {
            Finding::new(
                Wrong::TailCut,
                Some((first, last)),
                format!("日志尾部被截：已签名 {size} 条，第 {first} 条起不见了：{remedy_zh}"),
                format!("the tail of the log was cut: {size} entries were signed, those from {first} on are gone: {remedy_en}"),
            )
        } else if first == last {
            Finding::new(
                Wrong::EntryDeleted,
                Some((first, last)),
                format!("第 {first} 条被删除：{remedy_zh}"),
                format!("entry {first} was deleted: {remedy_en}"),
            )
        } else {
            Finding::new(
                Wrong::EntryDeleted,
                Some((first, last)),
                format!("第 {first} 至 {last} 条被删除：{remedy_zh}"),
                format!("entries {first} to {last} were deleted: {remedy_en}"),
            )
        };
        self.findings.push(finding);
    }

    pub(super) fn tile_altered(&mut self, id: TileId, places: &[u64]) {
        let at = match places {
            [] => String::new(),
            _ => {
                let shown: Vec<String> = places.iter().take(8).map(u64::to_string).collect();
                format!("[{}{}]", shown.join(", "), if places.len() > 8 { ", …" } else { "" })
            }
        };
        self.findings.push(
            Finding::new(
                Wrong::TileAltered,
                Some(self.below(id)),
                format!("散列块 {id}{at} 被改动，条目本身完好：由条目重新计算这一块"),
                format!("tile {id}{at} was altered, the entries are whole: recompute the tile from them"),
            )
            .at(id.path()),
        );
    }

    pub(super) fn edge_altered(&mut self) {
        let path = crate::edge_tiles(self.head.size).first().map(TileId::path).unwrap_or_default();
        self.findings.push(
            Finding::new(
                Wrong::EdgeAltered,
                None,
                "日志右缘的散列块给不出已签名的根：散列块也被改过，下列条目以备份为准".into(),
                "the tiles at the right edge do not give the signed root: the tiles were altered too; trust a backup for \
                 the entries named"
                    .into(),
            )
            .at(path),
        );
    }

    pub(super) fn rewritten(&mut self, id: TileId) {
        let (first, last) = self.below(id);
        self.findings.push(
            Finding::new(
                Wrong::Rewritten,
                Some((first, last)),
                format!("第 {first} 至 {last} 条之间有条目连同 {id} 一起被改写，与上层散列不符：从备份逐条核对"),
                format!(
                    "an entry between {first} and {last} was rewritten together with {id}, which no longer fits the \
                     level above: compare them with a backup"
                ),
            )
            .at(id.path()),
        );
    }

    pub(super) fn changed(&mut self, (first, last): (u64, u64), from: Option<u64>) {
        let (zh, en) = match from {
            Some(from) => (format!("，现为第 {from} 条的内容"), format!(" and now holds what entry {from} said")),
            None => (String::new(), String::new()),
        };
        let (which_zh, which_en) = match first == last {
            true => (format!("第 {first} 条"), format!("entry {first} was")),
            false => (format!("第 {first} 至 {last} 条"), format!("entries {first} to {last} were")),
        };
        self.findings.push(Finding::new(
            Wrong::EntryChanged,
            Some((first, last)),
            format!("{which_zh}被改动{zh}：从备份恢复原文，并查是谁改的"),
            format!("{which_en} changed{en}: restore from a backup, and find out who changed it"),
        ));
    }

    pub(super) fn swapped(&mut self, one: u64, other: u64) {
        // Two findings, so that a search by entry finds both.
        for (this, that) in [(one, other), (other, one)] {
            self.findings.push(Finding::new(
                Wrong::EntriesSwapped,
                Some((this, this)),
                format!("第 {this} 条与第 {that} 条被对调：换回原位，并查是谁改的"),
                format!("entry {this} was swapped with entry {that}: put them back, and find out who did it"),
            ));
        }
    }

    pub(super) fn moved(&mut self, from: u64, to: u64) {
        self.findings.push(Finding::new(
            Wrong::EntryMoved,
            Some((from.min(to), from.max(to))),
            format!("第 {from} 条被移到第 {to} 条的位置，其间各条随之错位：放回原位"),
            format!("entry {from} was moved to the place of entry {to} and those between shifted: put it back"),
        ));
    }

    pub(super) fn deleted_and_renumbered(&mut self, index: u64, last: u64) {
        self.findings.push(Finding::new(
            Wrong::EntryDeleted,
            Some((index, index)),
            format!("第 {index} 条被删除，其后至第 {last} 条依次前移补位：从备份恢复，并查是谁删除"),
            format!(
                "entry {index} was deleted and those after it, up to {last}, were moved up: restore it from a backup, and \
                 find out who deleted it"
            ),
        ));
    }

    /// In one bundle alone `count` entries were pushed in, so that it holds more than it should.
    pub(super) fn pushed_in(&mut self, index: u64, count: u64, last: u64) {
        if count == 1 {
            return self.inserted(index, last);
        }
        self.findings.push(Finding::new(
            Wrong::EntryInserted,
            Some((index, index)),
            format!("第 {index} 条起的 {count} 条是后来插入的，其后至第 {last} 条依次后移：删去它们，并查是谁插入"),
            format!(
                "from entry {index} on {count} were pushed in later and those after them, up to {last}, moved down: remove them"
            ),
        ));
    }

    pub(super) fn inserted(&mut self, index: u64, last: u64) {
        self.findings.push(Finding::new(
            Wrong::EntryInserted,
            Some((index, index)),
            format!("第 {index} 条是后来插入的，其后至第 {last} 条依次后移：删去它，并查是谁插入"),
            format!("entry {index} was pushed in later and those after it, up to {last}, moved down: remove it"),
        ));
    }
}
