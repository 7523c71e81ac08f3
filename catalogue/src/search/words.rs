//! 词 · how words are read: everything is folded to one written form; the segmenter and the list of words that mean the same cut a
//! question into terms. Every Latin word asked for must be there; a single character is a question like any other (F157, H35).

use super::synonyms::Synonyms;
use jieba_rs::Jieba;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

/// The segmenter with its own dictionary; made once, when the catalogue is loaded.
pub(super) static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Traditional characters with the simplified ones; the file says where they are from.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    listed(include_str!("traditional.txt")).filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?))).collect()
});

/// English words and what they are called here.
static ENGLISH: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("english.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).collect()
});
/// English words that are read as one.
const TOGETHER: usize = 3;

/// An English question in Chinese words, as far as they are known; `None` where none is, or where it is not English.
pub(super) fn in_chinese(q: &str) -> Option<String> {
    let folded = folded(q);
    let words: Vec<&str> = runs(&folded).into_iter().map(|(latin, run)| latin.then_some(run)).collect::<Option<_>>()?;
    let (mut said, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let most = TOGETHER.min(words.len() - at);
        match (1..=most).rev().find_map(|n| Some((n, *ENGLISH.get(words[at..at + n].join("_").as_str())?))) {
            Some((n, zh)) => {
                said.push(zh);
                at += n;
            }
            None => at += 1,
        }
    }
    said.dedup();
    (!said.is_empty()).then(|| said.join(" "))
}

/// Makes what the first question would have to wait for.
pub(crate) fn warm() {
    LazyLock::force(&SIMPLIFIED);
    LazyLock::force(&ENGLISH);
    LazyLock::force(&COMMON);
    JIEBA.cut("办事", true);
}

/// Characters of a query that are read; more is not a search.
pub(crate) const LONGEST: usize = 80;
/// Words that mean the same that are named to a person.
const MOST_TOLD: usize = 6;
/// Terms of a query that are looked for.
const MOST_TERMS: usize = 24;

/// Said alone it is a need without a matter; beside other words it tells them apart.
const NEED: &[&str] = &["没钱"];

/// Papers without what they are for: beside other words around a question they say no matter.
const BARE: &[&str] = &["证", "证件", "办个", "要办个"];

/// Kinds of papers in English.
const PAPERS: &[&str] = &["permit", "licence", "license", "certificate", "registration", "application", "card", "approval"];

/// The words of a list: what stands in its lines, parted by blanks.
fn listed(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// Words around what is asked; a question of nothing else says no matter.
static AROUND: LazyLock<HashSet<&'static str>> = LazyLock::new(|| listed(include_str!("around.txt")).collect());

/// Words so common in this house that alone they tell nothing apart.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| listed(include_str!("common.txt")).chain(AROUND.iter().copied()).chain(PAPERS.iter().copied()).collect());

pub(super) fn is_common(word: &str) -> bool {
    COMMON.contains(word)
}

/// Digits of Han, ranks, and what is counted by them.
const COUNTED: &str = "〇零一二三四五六七八九十百千万两几第半多岁个家间台辆亩层口头只次年月天号块元";

fn is_number(word: &str) -> bool {
    word.chars().all(|c| COUNTED.contains(c))
}

/// An English word without its ending, as the beginning of the words it belongs to.
fn stem(word: &str) -> &str {
    if word.len() < 5 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let short = ["ings", "ing", "ies", "es", "ed", "s"].iter().filter(|end| !word.ends_with("ss") || **end != "s");
    let short = short.filter_map(|end| word.strip_suffix(end)).find(|short| short.len() >= 3).unwrap_or(word);
    // cutting, planning: the letter before the ending stands twice.
    match short.as_bytes() {
        [.., a, b] if short.len() > 3 && short.len() < word.len() && a == b && !b"lsz".contains(b) => &short[..short.len() - 1],
        _ => short,
    }
}

/// Characters that stand alone in a sentence and are a piece of nothing.
const SMALL: &str = "我你您他她它的了吗呢吧呀啊个不没这那也都就还让把被从到对为与或及上下里外后前小大老新多少家人爸妈爷奶儿女孩岁年月日元次得着过会再又很最以";

/// One character in its plain form: half width, lower case; punctuation becomes a space.
fn fold(c: char) -> char {
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    match c.to_lowercase().next().unwrap_or(c) {
        c if c > '\u{3400}' => SIMPLIFIED.get(&c).copied().unwrap_or(if c.is_alphanumeric() { c } else { ' ' }),
        c if c.is_alphanumeric() => c,
        _ => ' ',
    }
}

/// One character for one of `text`.
pub(super) fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// The same without blanks.
pub(super) fn compact(folded: &str) -> String {
    folded.chars().filter(|c| *c != ' ').collect()
}

/// As much of a question as is read.
pub(super) fn read_of(q: &str) -> String {
    forms::text::fold_text(q).chars().take(LONGEST).collect()
}

pub(super) fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && (c as u32) < 0x2E80
}

/// Runs of Latin letters and digits, and runs of Han, in order.
pub(super) fn runs(folded: &str) -> Vec<(bool, &str)> {
    let mut runs = Vec::new();
    let mut rest = folded;
    while let Some(start) = rest.find(|c: char| c != ' ') {
        rest = &rest[start..];
        let latin = rest.chars().next().is_some_and(is_latin);
        let end = rest.find(|c: char| c == ' ' || is_latin(c) != latin).unwrap_or(rest.len());
        runs.push((latin, &rest[..end]));
        rest = &rest[end..];
    }
    runs
}

/// Single characters and pairs of a run of Han; a run of Latin is one gram.
fn grams(folded: &str) -> BTreeSet<String> {
    let mut grams = BTreeSet::new();
    for (latin, run) in runs(folded) {
        if latin {
            grams.insert(run.to_owned());
            continue;
        }
        let chars: Vec<char> = run.chars().collect();
        grams.extend(chars.iter().map(char::to_string));
        grams.extend(chars.windows(2).map(|pair| pair.iter().collect()));
    }
    grams
}

/// The grams of a text, one blank between two, as the database keeps them.
pub(crate) fn grams_of(text: &str) -> String {
    grams(&folded(text)).into_iter().collect::<Vec<_>>().join(" ")
}

/// What the database is asked for a person's words: every word that tells anything must be there, it or one that means the same.
/// `None` when nothing is asked.
pub(crate) fn database_words(q: &str, synonyms: &Synonyms) -> Option<String> {
    let all_of = |word: &str, latin: bool| {
        let chars: Vec<char> = word.chars().collect();
        let grams: BTreeSet<String> = match chars.len() {
            0 | 1 => BTreeSet::from([word.to_owned()]),
            _ if latin => BTreeSet::from([word.to_owned()]),
            _ => chars.windows(2).map(|pair| pair.iter().collect()).collect(),
        };
        grams.iter().map(|gram| format!("'{gram}'")).collect::<Vec<_>>().join(" & ")
    };
    let wanted = |term: &Term| {
        let own = all_of(&term.text, term.latin);
        match term.also.is_empty() {
            true => own,
            false => {
                let also = term.also.iter().map(|word| format!("({})", all_of(word, false))).collect::<Vec<_>>().join(" | ");
                format!("(({own}) | {also})")
            }
        }
    };
    let all: Vec<String> = Query::read(q, synonyms).terms.iter().map(wanted).collect();
    (!all.is_empty()).then(|| all.join(" & "))
}

/// The words of a question for which others were looked for too: what was said, and what means the same here.
pub(crate) fn stood_for(q: &str, synonyms: &Synonyms) -> Vec<(String, String)> {
    let terms = Query::read(q, synonyms).terms;
    let told = |also: &[String]| match also.len() > MOST_TOLD {
        true => format!("{}等", also[..MOST_TOLD].join("、")),
        false => also.join("、"),
    };
    terms
        .into_iter()
        .filter(|term| !term.also.is_empty())
        .map(|term| {
            let also = told(&term.also);
            (term.text, also)
        })
        .collect()
}

/// A word of the query.
#[derive(Debug)]
pub(super) struct Term {
    pub text: String,
    pub len: f64,
    pub latin: bool,
    /// Has letters, so it must be found; a bare number need not.
    pub must: bool,
    /// Names a matter of its own.
    pub matter: bool,
    /// Words that mean the same.
    pub also: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Query {
    /// The query without spaces.
    pub whole: String,
    pub terms: Vec<Term>,
    /// Characters between the words that are no word here: where a word was mistyped, its pieces.
    pub pieces: f64,
    /// Nothing but words that stand around what is asked.
    pub vague: bool,
}

/// The words of a text that tell it apart, each as the first of those that mean the same; `saw` is told all of them as they stand.
pub(super) fn core(folded: &str, synonyms: &Synonyms, mut saw: impl FnMut(&str)) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (latin, run) in runs(folded) {
        if latin {
            words.push(run.to_owned());
        } else {
            words.extend(cut(run, synonyms));
        }
    }
    words.retain(|word| !is_common(word) && (word.chars().count() > 1));
    words.iter().for_each(|word| saw(word));
    words.iter().map(|word| synonyms.first(stem(word)).to_owned()).collect()
}

/// Words however they are ordered.
pub(super) fn key_of(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

impl Query {
    pub fn read(q: &str, synonyms: &Synonyms) -> Query {
        let q = read_of(q);
        let folded = folded(&q);
        let mut words: Vec<(bool, String)> = Vec::new();
        for (latin, run) in runs(&folded) {
            if latin {
                words.push((true, run.to_owned()));
            } else {
                words.extend(cut(run, synonyms).into_iter().map(|word| (false, word)));
            }
        }
        let is_around = |word: &str| is_common(word) || is_number(word) || synonyms.of(word).any(is_common);
        let telling = |word: &(bool, String)| !is_around(&word.1) && (word.0 || word.1.chars().count() > 1);
        let filler = |word: &(bool, String)| {
            let text = word.1.as_str();
            AROUND.contains(text) || NEED.contains(&text) || BARE.contains(&text) || !word.0 && SMALL.contains(text)
        };
        let bare = |word: &(bool, String)| BARE.contains(&word.1.as_str());
        let whole = compact(&folded);
        let around = whole.chars().count() > 1 && words.iter().all(filler) && !words.iter().all(bare);
        let vague = NEED.contains(&whole.as_str()) || around;
        let han = words.iter().any(|word| !word.0);
        let is_piece =
            |word: &&(bool, String)| !word.0 && !is_around(&word.1) && word.1.chars().count() == 1 && !SMALL.contains(&word.1);
        let pieces = words.iter().filter(is_piece).count() as f64;
        // When nothing but common words or single characters was asked, those are what was asked.
        let some = words.iter().any(telling);
        let many = words.iter().filter(|word| telling(word)).count() > 1;
        let mut terms: Vec<Term> = Vec::new();
        for (latin, text) in words.into_iter().filter(|word| !some || telling(word)) {
            if terms.len() == MOST_TERMS {
                break;
            }
            let text = if latin { stem(&text).to_owned() } else { text };
            let letter = latin && han && text.len() == 1 && !text.bytes().all(|b| b.is_ascii_digit());
            if terms.iter().any(|term| term.text == text) || letter && many {
                continue;
            }
            terms.push(Term {
                len: text.chars().count() as f64,
                // Beside Chinese a Latin word is a name; an English sentence has words that nothing here needs.
                must: latin && han && text.len() > 1 && text.chars().any(char::is_alphabetic),
                matter: synonyms.is_matter(&text),
                also: synonyms.of(&text).map(str::to_owned).collect(),
                latin,
                text,
            });
        }
        Query { whole, terms, pieces: if some { pieces } else { 0.0 }, vague }
    }
}

/// A question with the things in it called by their kind: 豆腐厂 is a 食品厂. `None` where there is none.
pub(super) fn in_kinds(q: &str, synonyms: &Synonyms) -> Option<String> {
    let folded = folded(q);
    let mut said = String::new();
    let mut found = false;
    for (latin, run) in runs(&folded) {
        if !said.is_empty() && latin {
            said.push(' ');
        }
        if latin {
            said.push_str(run);
            continue;
        }
        let chars: Vec<char> = run.chars().collect();
        let ends = ends(run);
        let mut at = 0;
        while at < chars.len() {
            let longest = synonyms.longest().min(chars.len() - at);
            let kind = |len: usize| Some((len, synonyms.kind(&chars[at..at + len].iter().collect::<String>())?));
            let here = ends.contains(&at).then(|| (2..=longest).rev().filter(|len| ends.contains(&(at + len))).find_map(kind));
            match here.flatten() {
                Some((len, kind)) => {
                    said.push_str(kind);
                    at += len;
                    found = true;
                }
                None => {
                    said.push(chars[at]);
                    at += 1;
                }
            }
        }
    }
    found.then_some(said)
}

/// Where words of the dictionary begin and end in a run.
fn ends(run: &str) -> BTreeSet<usize> {
    let mut ends = BTreeSet::from([0]);
    let mut at = 0;
    for token in JIEBA.cut(run, false) {
        at += token.word.chars().count();
        ends.insert(at);
    }
    ends
}

/// Phrases by which one asks; the words around them are no part of them.
const PHRASES: &[&str] = &[
    "能不能",
    "要不要",
    "是不是",
    "可不可以",
    "有没有",
    "会不会",
    "用不用",
    "需不需要",
    "需要",
    "怎么",
    "什么",
    "请问",
    "哪里",
    "哪些",
    "如何",
    "可以",
];

/// A run of Han in words, parted by the phrases of asking.
pub(super) fn cut(run: &str, synonyms: &Synonyms) -> Vec<String> {
    let first = PHRASES.iter().filter_map(|phrase| Some((run.find(phrase)?, *phrase))).min_by_key(|(at, _)| *at);
    let Some((at, phrase)) = first.filter(|_| !synonyms.has(run)) else { return cut_plain(run, synonyms) };
    let mut words = if at == 0 { Vec::new() } else { cut_plain(&run[..at], synonyms) };
    words.push(phrase.to_owned());
    let rest = &run[at + phrase.len()..];
    if !rest.is_empty() {
        words.extend(cut(rest, synonyms));
    }
    words
}

/// A run of Han in words. A word of the list of synonyms stays whole where it begins and ends with words of the dictionary; the segmenter
/// cuts what is between.
fn cut_plain(run: &str, synonyms: &Synonyms) -> Vec<String> {
    let chars: Vec<char> = run.chars().collect();
    let ends = ends(run);
    let spans = |from: usize| {
        let longest = synonyms.longest().min(chars.len() - from);
        // At the end of a question nothing follows that the word could belong to.
        let whole = |len: usize| ends.contains(&from) && ends.contains(&(from + len)) || from + len == chars.len();
        let known = |len: &usize| whole(*len) && synonyms.has(&chars[from..from + len].iter().collect::<String>());
        (2..=longest).rev().find(known)
    };
    let mut words = Vec::new();
    let segmented = |from: usize, to: usize, words: &mut Vec<String>| {
        let between: String = chars[from..to].iter().collect();
        words.extend(JIEBA.cut(&between, true).iter().map(|token| token.word.to_owned()));
    };
    let (mut begun, mut at) = (0, 0usize);
    while at < chars.len() {
        match spans(at) {
            Some(len) => {
                segmented(begun, at, &mut words);
                words.push(chars[at..at + len].iter().collect());
                at += len;
                begun = at;
            }
            None => at += 1,
        }
    }
    segmented(begun, chars.len(), &mut words);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Faults;

    fn synonyms() -> Synonyms {
        Synonyms::read("饭店,餐馆,餐饮\n低保,最低生活保障\n公司,企业\n", &mut Faults::default())
    }

    fn words(q: &str) -> Vec<String> {
        Query::read(q, &synonyms()).terms.into_iter().map(|term| term.text).collect()
    }

    #[test]
    fn f158_a_word_of_the_list_stays_whole_and_cuts_no_other() {
        assert_eq!(words("最低生活保障"), ["最低生活保障"]);
        assert_eq!(words("我想开饭店"), ["饭店"]);
        // 低保 crosses the words 降低 and 保费.
        assert!(!words("降低保费").contains(&"低保".to_owned()));
    }

    #[test]
    fn f158_the_database_is_asked_for_the_word_or_one_that_means_the_same() {
        let asked = database_words("开饭店 食品", &synonyms()).unwrap();
        assert_eq!(asked, "(('饭店') | ('餐馆') | ('餐饮')) & '食品'");
        assert_eq!(database_words("？！", &synonyms()), None);
        assert_eq!(stood_for("开饭店", &synonyms()), [("饭店".to_owned(), "餐馆、餐饮".to_owned())]);
    }
}
