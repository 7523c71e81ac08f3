//! 近义词 · words that mean the same, everyday and official, as an administrator keeps them in `definitions/synonyms.csv` (F158).

use super::words::is_latin;
use crate::fault::Faults;
use std::collections::{HashMap, HashSet};

/// Where the groups are kept.
pub(crate) const FILE: &str = "definitions/synonyms.csv";

/// Characters of the longest word.
const LONGEST: usize = 20;

/// Before a group that names a matter of its own: a matter here that only mentions it is not it.
const MATTER: char = '!';

/// Between the name of a kind and the things of that kind.
const KIND: char = '>';

/// Groups of words; each word stands in one.
#[derive(Debug, Default)]
pub struct Synonyms {
    groups: Vec<Vec<String>>,
    group_of: HashMap<String, usize>,
    /// The groups that are matters of their own.
    matters: HashSet<usize>,
    /// Things, each with the kind it is of.
    kinds: HashMap<String, String>,
    longest: usize,
}

impl Synonyms {
    /// Those of the house; an administrator may have others.
    pub fn embedded() -> Synonyms {
        Synonyms::read(include_str!("../../../definitions/synonyms.csv"), &mut Faults::default())
    }

    /// Reads the file, a group a line, and tells every line that cannot be meant so.
    pub(crate) fn read(text: &str, faults: &mut Faults) -> Synonyms {
        let mut synonyms = Synonyms::default();
        for (at, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (kind, line) = line.split_once(KIND).map_or(("", line), |(kind, rest)| (kind.trim(), rest));
            let (line, matter) = line.strip_prefix(MATTER).map_or((line, false), |rest| (rest, true));
            let mut wrong = |why: String| faults.add(FILE, format!("第 {} 行", at + 1), why);
            // A spreadsheet quotes, and pads short lines with commas.
            let words = line.split([',', '，']).map(|word| word.trim().trim_matches('"').trim());
            let mut group: Vec<String> = Vec::new();
            for word in words.filter(|word| !word.is_empty()) {
                let n = word.chars().count();
                if !(2..=LONGEST).contains(&n) || word.chars().any(|c| !c.is_alphanumeric() || is_latin(c)) {
                    wrong(format!("“{word}”不能用：一个词要两个到 {LONGEST} 个汉字"));
                } else if !kind.is_empty() {
                    synonyms.longest = synonyms.longest.max(n);
                    synonyms.kinds.insert(word.to_owned(), kind.to_owned());
                } else if group.iter().any(|known| known == word) || synonyms.group_of.contains_key(word) {
                    wrong(format!("“{word}”写了两次，一个词只能在一组里"));
                } else {
                    group.push(word.to_owned());
                }
            }
            if !kind.is_empty() {
                continue;
            }
            if group.is_empty() || group.len() < 2 && !matter {
                wrong("一组至少要两个词，用逗号隔开".into());
                continue;
            }
            if matter {
                synonyms.matters.insert(synonyms.groups.len());
            }
            for word in &group {
                synonyms.longest = synonyms.longest.max(word.chars().count());
                synonyms.group_of.insert(word.clone(), synonyms.groups.len());
            }
            synonyms.groups.push(group);
        }
        synonyms
    }

    /// The other words of its group.
    pub(crate) fn of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        let group = self.group_of.get(word).map(|at| self.groups[*at].as_slice()).unwrap_or_default();
        group.iter().map(String::as_str).filter(move |other| *other != word)
    }

    /// The first word of its group; itself when it stands in none.
    pub(super) fn first<'a>(&'a self, word: &'a str) -> &'a str {
        self.group_of.get(word).and_then(|at| self.groups[*at].first()).map_or(word, String::as_str)
    }

    /// Whether it names a matter of its own.
    pub(super) fn is_matter(&self, word: &str) -> bool {
        self.group_of.get(word).is_some_and(|at| self.matters.contains(at))
    }

    /// The kind that a thing is of.
    pub(super) fn kind(&self, thing: &str) -> Option<&str> {
        self.kinds.get(thing).map(String::as_str)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().flatten().map(String::as_str)
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.group_of.contains_key(word)
    }

    /// Characters of the longest word.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f158_the_groups_of_the_house_are_sound() {
        let mut faults = Faults::default();
        let synonyms = Synonyms::read(include_str!("../../../definitions/synonyms.csv"), &mut faults);
        assert!(faults.0.is_empty(), "{:?}", faults.0);
        assert!(synonyms.groups.len() >= 60, "{}", synonyms.groups.len());
        assert!(synonyms.of("低保").any(|word| word == "最低生活保障"));
        assert!(synonyms.of("老人卡").any(|word| word == "优待证"));
        assert_eq!(synonyms.of("天上飞的").count(), 0);
        assert_eq!((synonyms.kind("豆腐"), synonyms.kind("饭店")), (Some("食品"), None));
        assert!(synonyms.is_matter("护照") && !synonyms.is_matter("饭店"));
    }

    #[test]
    fn f158_a_line_that_cannot_be_meant_so_is_told_with_its_place() {
        let mut faults = Faults::default();
        Synonyms::read("# 说明\n!饭店,餐馆\n餐馆,食堂,饭堂\n独一个\n证,执照\nSC证,食品证,厂证\n", &mut faults);
        let told: Vec<&str> = faults.0.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(told, ["第 3 行", "第 4 行", "第 5 行", "第 5 行", "第 6 行"], "{:?}", faults.0);
    }
}
