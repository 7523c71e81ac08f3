//! 诊断 · what was done to entries whose hashes are not the published ones: changed, deleted, swapped, moved, inserted.

use std::collections::HashMap;

use super::{Audit, Difference, levels::runs};
use crate::Hash;

impl Audit {
    /// What was done to the entries whose hashes differ from the published ones.
    pub(super) fn diagnose(&mut self, gaps: Vec<(u64, u64)>) {
        let differences = std::mem::take(&mut self.differences);
        let place: HashMap<Hash, usize> =
            (0..).zip(&differences).filter_map(|(at, d)| d.published.map(|hash| (hash, at))).collect();
        // Where the entry that is now at `at` was published, if it was.
        let origin = |at: usize| differences[at].found.and_then(|hash| place.get(&hash).copied());
        let cut_short = self.differences_left_out > 0;
        let mut told = vec![false; differences.len()];
        let (mut changed, mut gone): (Vec<u64>, Vec<u64>) = Default::default();
        let mut at = 0;
        while at < differences.len() {
            if std::mem::replace(&mut told[at], true) {
                at += 1;
                continue;
            }
            let index = differences[at].index;
            let follows = |at: usize| differences.get(at + 1).is_some_and(|next| next.index == differences[at].index + 1);
            match origin(at) {
                Some(other) if other > at && origin(other) == Some(at) => {
                    told[other] = true;
                    self.swapped(index, differences[other].index);
                }
                // Everything moved one place up, to where a place is empty: one entry was deleted, the rest renumbered.
                Some(next) if next == at + 1 && follows(at) => {
                    let mut end = at;
                    while follows(end) && origin(end) == Some(end + 1) {
                        end += 1;
                    }
                    let closes = origin(end) == Some(at);
                    let open = differences[end].found.is_some() && !closes && !(cut_short && end + 1 == differences.len());
                    if open && end == next {
                        self.changed((index, index), Some(differences[next].index));
                    } else {
                        // What stands at an open end came from elsewhere and is looked at by itself.
                        told[at..end].fill(true);
                        told[end] |= !open;
                        match closes {
                            true => self.moved(index, differences[end].index),
                            false => self.deleted_and_renumbered(index, differences[end].index),
                        }
                    }
                }
                origin => {
                    // Everything moved one place down: an entry was pushed in here, or comes from the end of the run.
                    let mut end = at;
                    while follows(end) && place_of(&differences, &place, end + 1) == Some(end) {
                        end += 1;
                    }
                    let pushed = end > at && differences[at].found.is_some();
                    match (differences[at].found, origin) {
                        (None, _) => gone.push(index),
                        (Some(_), Some(from)) if pushed && from == end => {
                            told[at..=end].fill(true);
                            self.moved(differences[end].index, index);
                        }
                        // What stood at the end of the run has no place any more, unless that is the end of the log.
                        (Some(_), _) if pushed => {
                            told[at..=end].fill(true);
                            self.inserted(index, differences[end].index);
                            if differences[end].index + 1 != self.head.size && !cut_short {
                                gone.push(differences[end].index);
                            }
                        }
                        (Some(_), Some(from)) => {
                            let from = differences[from].index;
                            self.changed((index, index), Some(from));
                        }
                        (Some(_), None) => changed.push(index),
                    }
                }
            }
            at += 1;
        }
        for range in runs(changed.into_iter()) {
            self.changed(range, None);
        }
        gone.sort_unstable();
        // Bundles that are not there, and entries beside them, are one gap.
        let mut ranges: Vec<(u64, u64)> = runs(gone.into_iter()).into_iter().chain(gaps).collect();
        ranges.sort_unstable();
        ranges.dedup();
        let mut joined: Vec<(u64, u64)> = Vec::new();
        for (first, last) in ranges {
            match joined.last_mut() {
                Some(before) if before.1 + 1 >= first => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        for range in joined {
            self.gone(range);
        }
    }
}

/// Where the entry that was published at `at - 1` is now: at `at`, if entries moved down.
fn place_of(differences: &[Difference], place: &HashMap<Hash, usize>, at: usize) -> Option<usize> {
    differences[at].found.and_then(|hash| place.get(&hash).copied())
}
