//! 认得的词 · which words of a question the house knows: those its matters are called by, those that mean the same, and a list of everyday
//! words. Nothing else of a question is kept or becomes public, so no name, address, plate or number does (A3.4-06).

use super::index::Index;
use super::words::{compact, cut, folded, is_common, is_latin, read_of, runs};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that people say of what they want done; the file says how it was made.
static EVERYDAY: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("everyday.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// The words of a question, each once, that tell what is asked, in their order: those the house knows, and others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub known: Vec<String>,
    pub unknown: Vec<String>,
}

impl Index {
    pub(crate) fn words_of(&self, q: &str) -> Words {
        let folded = folded(&read_of(q));
        let mut words = Words::default();
        let mut put = |word: &str, known: bool| {
            let list = if known { &mut words.known } else { &mut words.unknown };
            if !list.iter().any(|one| one == word) {
                list.push(word.to_owned());
            }
        };
        for (latin, run) in runs(&folded) {
            if latin {
                // An age or a number of things tells nothing and nobody.
                let short = run.len() <= SHORT_NUMBER && run.bytes().all(|b| b.is_ascii_digit());
                if run.chars().count() > 1 && !is_common(run) && !short {
                    put(run, run.chars().all(char::is_alphabetic) && self.knows_word(run));
                }
                continue;
            }
            // Single characters stand between words.
            let telling = |word: &String| word.chars().count() > 1 && !is_common(word);
            for word in cut(run, &self.synonyms).into_iter().filter(telling) {
                match self.in_known_words(&word) {
                    Some(parts) => parts.iter().for_each(|part| put(part, true)),
                    None => put(&word, false),
                }
            }
        }
        words
    }

    pub(super) fn knows_word(&self, word: &str) -> bool {
        self.vocabulary.contains(word) || self.synonyms.has(word) || EVERYDAY.contains(word)
    }

    /// A word, or the known words of two characters and more that it is made of; `None` where anything else is in it.
    fn in_known_words(&self, word: &str) -> Option<Vec<String>> {
        if self.knows_word(word) {
            return Some(vec![word.to_owned()]);
        }
        let chars: Vec<char> = word.chars().collect();
        (2..chars.len().saturating_sub(1)).rev().find_map(|len| {
            let (head, tail): (String, String) = (chars[..len].iter().collect(), chars[len..].iter().collect());
            let tail = if is_common(&tail) { Vec::new() } else { self.in_known_words(&tail)? };
            self.knows_word(&head).then(|| std::iter::once(head).chain(tail).collect())
        })
    }

    /// Whether matters here are told apart by a word, given as the first of those that mean the same.
    pub(crate) fn tells(&self, word: &str) -> bool {
        self.telling.contains(word)
    }
}

/// Whether words hold what may belong to one person: a long number, in digits or written out, a plate, the name of an account, a house
/// number or a street, a name that somebody says is theirs.
pub(crate) fn may_be_somebodys(q: &str) -> bool {
    let text = compact(&folded(&read_of(q)));
    let lives = ["住在", "我住", "家住", "住址", "我家在"].iter().any(|said| text.contains(said));
    let place = text.contains(['路', '街', '巷', '弄', '村', '镇', '组']);
    has_number(q, &text) || has_house(&text) || lives && place
}

/// The same of a sentence that may name an office with its address: no number, plate or account, no name that somebody says is theirs.
pub(crate) fn names_somebody(sentence: &str) -> bool {
    has_plate(&compact(&folded(sentence))) || has_account(&compact(&folded(sentence))) || says_a_name(sentence)
}

fn has_number(q: &str, text: &str) -> bool {
    let mut run = 0;
    let long = text.chars().any(|c| {
        run = if c.is_numeric() || NUMERALS.contains(c) { run + 1 } else { 0 };
        run >= LONG_NUMBER
    });
    long || has_account(text) || says_a_name(text) || has_plate(text) || q.contains('@') || !forms::spotted(q).is_empty()
}

/// Digits of a number that tells nothing.
const SHORT_NUMBER: usize = 3;
/// Digits in a row from which on they may be somebody's number.
const LONG_NUMBER: usize = 7;
/// Digits of Han, as people read out a number.
const NUMERALS: &str = "〇零一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖";
/// What a plate begins with.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

fn says_a_name(text: &str) -> bool {
    ["我叫", "名叫", "名字是", "姓名"].iter().any(|said| text.contains(said))
}

fn has_account(text: &str) -> bool {
    ["wxid", "weixin", "微信", "qq", "抖音", "支付宝"].iter().any(|name| {
        let rest = text.split_once(name).map_or("", |(_, rest)| rest);
        let id = rest.trim_start_matches(['号', '是', '码']).chars().take_while(|c| is_latin(*c));
        id.count() >= 5
    })
}

fn has_plate(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(7).any(|part| {
        PROVINCES.contains(part[0])
            && part[1].is_ascii_alphabetic()
            && part[2..].iter().all(char::is_ascii_alphanumeric)
            && part[2..].iter().any(char::is_ascii_digit)
    })
}

/// A number before 号, 室, 栋 and the like.
fn has_house(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let number = |c: char| c.is_ascii_digit() || NUMERALS.contains(c) || c == '十' || c == '百';
    chars.windows(2).any(|pair| number(pair[0]) && "号室栋幢弄".contains(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Entry, Field, Synonyms};
    use std::sync::Arc;

    fn known(q: &str) -> String {
        let entry = Entry { lines: vec![(Field::Name, "老年优待证办理".into())], ..Entry::default() };
        Index::of(std::iter::once(entry), Arc::new(Synonyms::embedded())).words_of(q).known.join(" ")
    }

    #[test]
    fn a3_4_06_of_a_question_only_the_words_the_house_knows_are_kept() {
        for (q, kept) in [
            ("我叫王大锤住梅山镇史河路12号想离婚", "离婚"),
            ("皖a12345离婚", "离婚"),
            ("皖AD12345 年检", "年检"),
            ("微信 wxid abc123 离婚", "离婚"),
            ("一三八零零一三八零零零离婚", "离婚"),
            ("３４０１００２０９９０１０１００３Ｘ 老年证", "老年证"),
            ("张伟和李娜要结婚", "结婚"),
            ("欧阳建国 护照", "护照"),
            ("zhang wei passport", "passport"),
            ("someone@example.com 护照", "护照"),
            ("３栋５０２室办证", ""),
            ("玄幻飞升", ""),
            ("我想", ""),
            ("？！", ""),
        ] {
            assert_eq!(known(q), kept, "{q}");
        }
    }

    #[test]
    fn a3_4_06_words_that_may_be_somebodys_are_told() {
        for q in [
            "34010020990101003X 老年证",
            "我的电话 138 0013 8000",
            "１３８００１３８０００",
            "卡号 6222 0210 0111 6245 702",
            "我叫王大锤住梅山镇史河路12号想离婚",
            "皖a12345离婚",
            "微信 wxid abc123 离婚",
            "一三八零零一三八零零零离婚",
            "壹叁捌零零壹叁捌零零零",
            "梅山路十二号漏水",
            "3栋502室办证",
            "家住史河村想离婚",
            "someone@example.com",
        ] {
            assert!(may_be_somebodys(q), "{q}");
        }
        for q in ["住宅小区装电梯", "农村公路怎么修", "12345", "微信办证", "新车上牌", "六十五岁老年证"]
        {
            assert!(!may_be_somebodys(q), "{q}");
        }
        assert!(!names_somebody("到县公安局出入境大厅（梅山镇史河路12号）办，电话 0564-7356110"));
        assert!(names_somebody("找姓名李四的") && names_somebody("加微信wxid12345"));
    }
}
