//! 错字 · slips of writing are mended where the words as typed lead to nothing or little (F158): a character that sounds the same or, with
//! the accents of the south, nearly so (卫身许可 → 卫生许可); in longer words one wrong, left out, doubled or swapped character; in a Latin
//! word of five letters and more one letter. What is read instead stands in the index in a row, so nothing is made up. Numbers and
//! codes are never touched.

use super::index::{END, Index};
use super::words::{JIEBA, LONGEST, cut, folded, is_common, runs};
use pinyin::ToPinyinMulti;
use std::collections::{BTreeSet, HashMap};

/// Characters that are mended in one question; with more it is another question.
const MOST: usize = 3;
/// The shortest Latin word that is mended, and the shortest run of Han in which a character may be wrong altogether.
const SHORTEST_LATIN: usize = 5;
const SHORTEST_HAN: usize = 4;
/// Characters by which one asks.
const ASKING: &str = "谁何啥怎哪几吗呢";
/// Readings of one place that are tried.
const TRIED: usize = 200;

/// Characters of the index by how they nearly sound.
#[derive(Default)]
pub(super) struct Sounds(HashMap<String, Vec<char>>);

impl Sounds {
    pub fn of(chars: &[char]) -> Sounds {
        let mut sounds: HashMap<String, Vec<char>> = HashMap::new();
        for c in chars {
            for sound in nearly(*c) {
                sounds.entry(sound).or_default().push(*c);
            }
        }
        Sounds(sounds)
    }

    fn like(&self, c: char) -> BTreeSet<char> {
        let mut like: BTreeSet<char> = nearly(c).iter().filter_map(|sound| self.0.get(sound)).flatten().copied().collect();
        like.remove(&c);
        like
    }
}

fn readings(c: char) -> BTreeSet<&'static str> {
    c.to_pinyin_multi().into_iter().flatten().map(|one| one.plain()).collect()
}

/// How a character sounds where zh and z, n and l, -ng and -n are the same.
fn nearly(c: char) -> BTreeSet<String> {
    let near = |sound: &str| {
        let sound = match sound.strip_suffix("ng") {
            Some(short) if short.ends_with(['a', 'e', 'i']) => format!("{short}n"),
            _ => sound.to_owned(),
        };
        let initial = [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")];
        let whole = initial.iter().find_map(|(from, to)| Some(format!("{to}{}", sound.strip_prefix(from)?)));
        whole.unwrap_or(sound)
    };
    readings(c).into_iter().map(near).collect()
}

fn sounds_same(a: char, b: char) -> bool {
    !readings(a).is_disjoint(&readings(b))
}

/// What may have been meant in one place.
struct Reading {
    chars: Vec<char>,
    /// Where to go on.
    next: usize,
    /// How likely such a slip is.
    likely: f64,
}

impl Index {
    /// The question with its slips mended; `None` when nothing could be.
    pub(super) fn mended(&self, q: &str) -> Option<String> {
        let q: String = forms::text::fold_text(q).chars().take(LONGEST).collect();
        let words = folded(&q);
        let mut mended = String::new();
        let mut changed = 0;
        let mut at = 0;
        for (latin, run) in runs(&words) {
            let begins = run.as_ptr() as usize - words.as_ptr() as usize;
            if begins > at && !mended.is_empty() {
                mended.push(' ');
            }
            at = begins + run.len();
            let other = match latin {
                true => self.latin_word(run),
                false => self.han(run, MOST - changed.min(MOST)).map(|(text, n)| {
                    changed += n;
                    text
                }),
            };
            mended.push_str(other.as_deref().unwrap_or(run));
        }
        (mended != words.split_whitespace().collect::<Vec<_>>().join(" ")).then_some(mended)
    }

    fn latin_word(&self, word: &str) -> Option<String> {
        let letters = |word: &str| word.chars().all(|c| c.is_alphabetic());
        let known = self.begun(word).next().is_some();
        if known || !letters(word) || word.chars().count() < SHORTEST_LATIN || is_common(word) {
            return None;
        }
        let said: Vec<char> = word.chars().collect();
        let near = self.latin.iter().filter(|(other, _)| {
            other.len().abs_diff(word.len()) <= 4 && letters(other) && is_one_edit(&said, &other.chars().collect::<Vec<_>>())
        });
        near.max_by_key(|(_, lines)| lines.len()).map(|(other, _)| other.to_string())
    }

    /// A run of Han with at most so many characters mended, and how many were.
    fn han(&self, run: &str, most: usize) -> Option<(String, usize)> {
        let mut chars: Vec<char> = run.chars().collect();
        let (mut at, mut changed) = (0, 0);
        let mut right = self.right(run);
        while at < chars.len() && changed < most {
            if right.get(at).copied().unwrap_or(false) {
                at += 1;
                continue;
            }
            let left = at > 0 && !self.knows(chars[at - 1], chars[at]);
            let after = at + 1 < chars.len() && !self.knows(chars[at], chars[at + 1]);
            let alone = chars.len() == 1;
            match (left || after || alone).then(|| self.reading(&chars, at, left, after)).flatten() {
                Some(reading) => {
                    (chars, at) = (reading.chars, reading.next);
                    right = self.right(&chars.iter().collect::<String>());
                    changed += 1;
                }
                None => at += 1,
            }
        }
        (changed > 0).then(|| (chars.into_iter().collect(), changed))
    }

    /// The characters of a run that are right as they are: those that ask, and those of words that mean the same as some here.
    fn right(&self, run: &str) -> Vec<bool> {
        let mut right: Vec<bool> = run.chars().map(|c| ASKING.contains(c)).collect();
        let mut at = 0;
        for word in cut(run, &self.synonyms) {
            let n = word.chars().count();
            if self.synonyms.has(&word) {
                right[at..at + n].fill(true);
            }
            at += n;
        }
        right
    }

    /// What was most likely meant by the character at a place one of whose neighbours it is never seen with.
    fn reading(&self, chars: &[char], at: usize, left: bool, right: bool) -> Option<Reading> {
        let n = chars.len();
        if n < 2 {
            return None;
        }
        let mut best: Option<Reading> = None;
        let mut offer = |chars: Vec<char>, next: usize, likely: f64| {
            if best.as_ref().is_none_or(|best| likely > best.likely) {
                best = Some(Reading { chars, next, likely });
            }
        };
        let replaced = |from: usize, to: usize, with: &[char]| {
            let mut other = chars[..from].to_vec();
            other.extend_from_slice(with);
            other.extend_from_slice(&chars[to..]);
            other
        };
        // The place with so many characters before and after it.
        let around = |other: &[char], from: usize, to: usize, margin: usize| {
            self.has(&other[from.saturating_sub(margin)..(to + margin).min(other.len())])
        };
        let said = chars[at];
        // What is part of a word of the dictionary is most likely right.
        let in_word = is_in_word(chars, at);
        for like in self.sounds.like(said).into_iter().take(TRIED) {
            let other = replaced(at, at + 1, &[like]);
            let same = if sounds_same(said, like) { 1.0 } else { 0.0 };
            // It fits on both sides, and with its neighbours stands in a line; or makes a word of the dictionary with one of them.
            let fits = (at == 0 || self.knows(chars[at - 1], like)) && (at + 1 == n || self.knows(like, chars[at + 1]));
            if fits && around(&other, at, at + 1, 1) && (n > 2 || is_word(&other)) {
                offer(other.clone(), at + 2, 4.0 + same);
                continue;
            }
            let word = |pair: [char; 2], before: [char; 2]| self.knows(pair[0], pair[1]) && is_word(&pair) && !is_word(&before);
            if in_word {
                continue;
            }
            let makes_left = left && word([chars[at - 1], like], [chars[at - 1], said]);
            let makes_right = right && word([like, chars[at + 1]], [said, chars[at + 1]]);
            if makes_left || makes_right {
                offer(other, at + 2, 2.0 + same);
            }
        }
        if n < SHORTEST_HAN {
            return best;
        }
        let empty = Vec::new();
        let after = |c: char| self.after.get(&c).unwrap_or(&empty);
        // Two characters swapped.
        if at + 1 < n && chars[at] != chars[at + 1] {
            let other = replaced(at, at + 2, &[chars[at + 1], chars[at]]);
            if around(&other, at, at + 2, 1) {
                offer(other, at + 3, 3.5);
            }
        }
        // A character too much.
        if n > SHORTEST_HAN && at > 0 && at + 1 < n {
            let other = replaced(at, at + 1, &[]);
            if around(&other, at, at, 2) {
                offer(other, at + 1, if chars[at - 1] == said { 4.5 } else { 1.5 });
            }
        }
        // A character left out behind this one.
        if right {
            let between = after(said).iter().filter(|c| **c != END && self.knows(**c, chars[at + 1])).take(TRIED);
            for c in between {
                let other = replaced(at + 1, at + 1, &[*c]);
                if around(&other, at + 1, at + 2, 2) {
                    offer(other, at + 3, 2.0);
                    break;
                }
            }
        }
        // Another character altogether.
        if (left || right) && !in_word {
            let follows: Vec<char> = match at {
                0 => self.before.get(&chars[1]).cloned().unwrap_or_default(),
                _ => after(chars[at - 1]).clone(),
            };
            for c in follows.into_iter().filter(|c| *c != END && *c != said).take(TRIED) {
                if at + 1 < n && !self.knows(c, chars[at + 1]) {
                    continue;
                }
                let other = replaced(at, at + 1, &[c]);
                let (from, to) = window(at, n);
                if self.has(&other[from..to]) {
                    offer(other, at + 2, 1.0);
                    break;
                }
            }
        }
        best
    }
}

/// Four characters with this one, as much in the middle as can be.
fn window(at: usize, n: usize) -> (usize, usize) {
    let from = at.saturating_sub(2).min(n - SHORTEST_HAN);
    (from, from + SHORTEST_HAN)
}

/// Whether the dictionary cuts a run so that this character is part of a longer word.
fn is_in_word(chars: &[char], at: usize) -> bool {
    let run: String = chars.iter().collect();
    let mut end = 0;
    let token = JIEBA.cut(&run, false).into_iter().map(|token| token.word.chars().count()).find(|n| {
        end += n;
        end > at
    });
    token.is_some_and(|n| n > 1)
}

fn is_word(chars: &[char]) -> bool {
    JIEBA.has_word(&chars.iter().collect::<String>())
}

/// One letter wrong, left out, too much, or two swapped.
fn is_one_edit(a: &[char], b: &[char]) -> bool {
    if a == b || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a.len(), b.len()) {
        (x, y) if x > y => a[1..] == *b,
        (x, y) if x < y => *a == b[1..],
        _ => a[1..] == b[1..] || a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Asked, Entry, Field, Synonyms};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn index() -> Index {
        let matters = [
            ("公共场所卫生许可", "public health permit"),
            ("食品生产许可（首次申请）", "food production licence"),
            ("最低生活保障对象认定", "subsistence allowance"),
            ("建筑工程施工许可证核发", "construction permit"),
            ("道路货物运输经营许可", "road freight licence"),
        ];
        let entries = matters.iter().map(|(zh, en)| Entry {
            lines: vec![
                (Field::Name, (*zh).to_owned()),
                (Field::Name, (*en).to_owned()),
                (Field::Code, "11341426JX4000131009000".into()),
            ],
            ..Entry::default()
        });
        Index::of(entries, Arc::new(Synonyms::embedded()))
    }

    fn read(q: &str) -> (Option<String>, Vec<usize>) {
        let found = index().search(&Asked::of(q, 10));
        (found.instead, found.rows.iter().map(|row| row.at).collect())
    }

    #[test]
    fn f158_slips_of_writing_are_mended() {
        for (q, meant, at) in [
            // Sounds the same, nearly the same.
            ("卫身许可", "卫生许可", 0),
            ("办卫身许可证", "办卫生许可证", 0),
            ("食品生铲许可", "食品生产许可", 1),
            ("最低生活宝障", "最低生活保障", 2),
            ("建竹工程施工许可", "建筑工程施工许可", 3),
            // Left out, too much, swapped, another.
            ("食品产许可", "食品生产许可", 1),
            ("卫口生许可", "卫生许可", 0),
            ("生卫许可", "卫生许可", 0),
            ("最低生恬保障", "最低生活保障", 2),
            ("licnece", "licence", 1),
            ("constuction permit", "construction permit", 3),
        ] {
            let (instead, rows) = read(q);
            assert_eq!(instead.as_deref(), Some(meant), "{q}");
            assert!(rows.contains(&at), "{q} {rows:?}");
        }
    }

    #[test]
    fn f158_what_is_written_right_is_left_alone() {
        for q in ["卫生许可", "食品生产许可", "开食品厂办什么证", "licence", "road freight"] {
            let (instead, rows) = read(q);
            assert_eq!(instead, None, "{q}");
            assert!(!rows.is_empty(), "{q}");
        }
        // No code becomes another, no short word, and nothing that is not here.
        for q in ["11341426JX4000131009001", "JX4000131009000", "raod", "结婚登记", "驾驶证换证", "公积金提取", "zzzzzz"]
        {
            assert_eq!(read(q), (None, Vec::new()), "{q}");
        }
    }

    #[test]
    fn f158_the_words_as_typed_can_be_asked_for() {
        let found = index().search(&Asked { exact: true, ..Asked::of("卫身许可", 10) });
        assert_eq!((found.instead, found.total), (None, 0));
    }

    #[test]
    fn f158_one_letter_is_one_edit() {
        let is = |a: &str, b: &str| is_one_edit(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        for (a, b) in
            [("licence", "license"), ("licence", "licnece"), ("licence", "licenc"), ("licence", "liccence"), ("ab", "ba")]
        {
            assert!(is(a, b) && is(b, a), "{a} {b}");
        }
        for (a, b) in [("licence", "licence"), ("licence", "lisense"), ("abcd", "badc"), ("a", "abc"), ("", "ab")] {
            assert!(!is(a, b) && !is(b, a), "{a} {b}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn f158_any_words_are_read_without_a_panic(q in "[食品生产许可卫最低活保障a-d0-9 ]{0,24}") {
            let _ = index_once().search(&Asked::of(&q, 5));
        }
    }

    fn index_once() -> &'static Index {
        static INDEX: std::sync::OnceLock<Index> = std::sync::OnceLock::new();
        INDEX.get_or_init(index)
    }
}
