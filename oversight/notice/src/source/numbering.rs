//! 自动编号 · numbers that Word counts itself: the paragraph names a list and a level, `numbering.xml` says how it is written.

use crate::outline::chinese;
use std::collections::{HashMap, HashSet};

/// Levels of a list in Word.
pub const LEVELS: usize = 9;

/// How a level is written.
#[derive(Clone, Default)]
pub struct Level {
    /// `chineseCounting`, `decimal` …
    pub format: String,
    /// `（%1）`
    pub text: String,
    pub start: u32,
}

/// The lists of a document and how far each has counted.
#[derive(Default)]
pub struct Numbering {
    /// Abstract list → its levels.
    pub levels: HashMap<String, Vec<Level>>,
    /// List → its abstract list, and levels that begin anew with it.
    pub lists: HashMap<String, (String, HashMap<usize, u32>)>,
    counts: HashMap<String, [Option<u32>; LEVELS]>,
    begun: HashSet<String>,
}

impl Numbering {
    /// Counts one more paragraph, and writes its number; nothing for a bullet or an unknown list.
    pub fn next(&mut self, list: &str, level: usize) -> String {
        let Some((of, anew)) = self.lists.get(list) else { return String::new() };
        let Some(levels) = self.levels.get(of) else { return String::new() };
        let Some(this) = levels.get(level).filter(|this| this.format != "bullet" && this.format != "none") else {
            return String::new();
        };
        let counts = self.counts.entry(of.clone()).or_default();
        if self.begun.insert(list.to_owned()) {
            for (level, start) in anew.iter().filter(|(level, _)| **level < LEVELS) {
                counts[*level] = start.checked_sub(1);
            }
        }
        counts[level] = Some(counts[level].map_or(this.start, |count| count.saturating_add(1)));
        counts[level + 1..].fill(None);
        let mut number = this.text.clone();
        for (at, of) in levels.iter().enumerate().take(level + 1) {
            let value = counts[at].unwrap_or(of.start);
            number = number.replace(&format!("%{}", at + 1), &written(value, &of.format));
        }
        number
    }
}

fn written(value: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "ideographDigital"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "chineseLegalSimplified" => chinese(value),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&value) => {
            char::from_u32('①' as u32 + value - 1).map(String::from).unwrap_or_default()
        }
        "decimalFullWidth" => value.to_string().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap_or(c)).collect(),
        "lowerLetter" | "upperLetter" if (1..=26).contains(&value) => {
            let first = if format == "lowerLetter" { b'a' } else { b'A' };
            char::from(first + value as u8 - 1).to_string()
        }
        _ => value.to_string(),
    }
}
