//! 索引 · the lines of all matters, with the pairs of characters and the Latin words that lead to them. A line that many matters share is
//! kept once. A search costs what its words lead to, not what there is.

use super::facets::{Asked, Counts, Entry, Facets};
use super::slips::Sounds;
use super::synonyms::Synonyms;
use super::words::{Query, Term, compact, core, folded, in_chinese, in_kinds, key_of, read_of, runs};
use super::{Field, Reason, StoodFor};
use pinyin::ToPinyin;
use std::borrow::Cow;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::ops::Bound;
use std::sync::Arc;

/// What a word that means the same is worth beside the word itself.
const SAME: f64 = 0.9;
/// What the words leading to a matter by being told so are worth: it comes first.
const MEANT: f64 = 1_000_000.0;
/// Below such a share of what was asked, little was found.
const LITTLE: f64 = 0.75;
/// Below such a share, what was found is not what was asked, unless a name was said whole.
const WEAK: f64 = 0.51;
/// Below such a share of the score of the first, a matter may be needed as well.
const ALSO: f64 = 0.6;
/// What it is worth that the words of a question are those of a name.
const NAMED: f64 = 60.0;
/// What a word counts of a question that the house does not know.
const UNKNOWN: f64 = 0.5;
/// What it is worth that a name is said before the last word of a question, which says what it is about; and in other words.
const BEFORE: f64 = 0.6;
const OTHERWISE: f64 = 0.9;
/// Words that many ask about with many matters, and what one of them answers.
const GENERAL: [&str; 4] = ["公司", "企业", "有限公司", "项目"];
const GENERALLY: f64 = 0.4;
/// What a mention of another matter answers.
const MENTIONED: f64 = 0.15;
/// Letters of the shortest words that are read as pinyin.
const SHORTEST_PINYIN: usize = 5;

struct Line {
    field: Field,
    text: Box<str>,
    /// One character for one of `text`.
    folded: Box<str>,
    /// The words of a name that tell it apart, and how many characters they have.
    core: Box<str>,
    core_len: f64,
    /// The matters that have it.
    items: Vec<u32>,
}

impl Line {
    /// Whether a matter is called so: all the words that tell its name apart were said.
    fn is_called_by(&self, words: &[String]) -> bool {
        !self.core.is_empty() && self.core.split(' ').all(|own| words.iter().any(|word| word == own))
    }

    /// How much of a line a word says: of a name with much else in it less.
    fn said_by(&self, len: f64) -> f64 {
        match self.core_len {
            0.0 => 0.6,
            core => 0.5 + 0.5 * (len / core).min(1.0),
        }
    }
}

/// How far what a line says answers a question: what is mentioned in passing does not, nor a theme that only means the same.
fn answers(field: Field, share: f64) -> f64 {
    match field {
        Field::Question => 0.2,
        Field::Summary => 0.34,
        Field::Theme if share < 1.0 => 0.2,
        _ => 1.0,
    }
}

/// Two characters of Han that stand together; a run ends with a pair of its last and nothing.
pub(super) type Pair = (char, char);
pub(super) const END: char = '\0';

/// Finds matters by words.
#[derive(Default)]
pub struct Index {
    lines: Vec<Line>,
    /// The lines of each matter; none for one that is not listed.
    of_item: Vec<Vec<u32>>,
    pub(super) pairs: HashMap<Pair, Vec<u32>>,
    pub(super) after: HashMap<char, Vec<char>>,
    pub(super) before: HashMap<char, Vec<char>>,
    pub(super) latin: BTreeMap<Box<str>, Vec<u32>>,
    /// Lines by what they say without blanks.
    whole: HashMap<u64, Vec<u32>>,
    /// Names by the words that tell them apart.
    cores: HashMap<u64, Vec<u32>>,
    /// Names, and words that mean the same as some of them, by how they are written in pinyin.
    pinyin: BTreeMap<Box<str>, Box<str>>,
    pub(super) sounds: Sounds,
    /// The words of all names; and those that tell them apart, each as the first of those that mean the same.
    pub(super) vocabulary: HashSet<Box<str>>,
    pub(super) telling: HashSet<Box<str>>,
    facets: Facets,
    pub(super) synonyms: Arc<Synonyms>,
}

/// A matter that was found: its place, and what speaks for it.
#[derive(Clone, Debug)]
pub struct Row {
    pub at: usize,
    pub score: f64,
    pub why: Vec<Reason>,
}

/// What was found, by places.
pub struct Rows {
    pub total: usize,
    pub rows: Vec<Row>,
    /// Whether more come after them.
    pub more: bool,
    pub instead: Option<String>,
    /// The question says no matter.
    pub vague: bool,
    /// Little of what was asked was found.
    pub weak: bool,
    /// The rows from this on are worth much less than the first.
    pub also: usize,
    pub counts: Counts,
}

/// Everything a question leads to.
struct Weighed {
    /// Score and place, in the order of places.
    found: Vec<(f64, u32)>,
    /// How many characters of what was asked the best of them has, and how much that is of all.
    covered: f64,
    best: f64,
    /// The same of the words that are no story.
    told: f64,
    /// Whether the question says a name whole.
    named: bool,
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Index {
    /// An entry without lines takes its place and is never found.
    pub fn of(entries: impl Iterator<Item = Entry>, synonyms: Arc<Synonyms>) -> Index {
        let mut index = Index { synonyms, ..Index::default() };
        let mut known: HashMap<(Field, Box<str>), u32> = HashMap::new();
        for (at, entry) in entries.enumerate() {
            let mut own = Vec::with_capacity(entry.lines.len());
            for (field, text) in &entry.lines {
                let text = forms::text::fold_text(text);
                if text.is_empty() {
                    continue;
                }
                let key = (*field, text.into_boxed_str());
                let line = match known.get(&key) {
                    Some(line) => *line,
                    None => {
                        let line = index.add(*field, &key.1);
                        known.insert(key, line);
                        line
                    }
                };
                let items = &mut index.lines[line as usize].items;
                if items.last() != Some(&(at as u32)) {
                    items.push(at as u32);
                    own.push(line);
                }
            }
            index.of_item.push(own);
            index.facets.add(&entry);
        }
        for &(a, b) in index.pairs.keys() {
            index.after.entry(a).or_default().push(b);
            if b != END {
                index.before.entry(b).or_default().push(a);
            }
        }
        // Maps have no order; whoever reads these must always find the same.
        index.after.values_mut().chain(index.before.values_mut()).for_each(|chars| chars.sort_unstable());
        for word in index.synonyms.clone().words() {
            if index.has(&word.chars().collect::<Vec<_>>()) {
                index.spell(word);
            }
        }
        let mut chars: Vec<char> = index.after.keys().copied().collect();
        chars.sort_unstable();
        index.sounds = Sounds::of(&chars);
        index
    }

    fn add(&mut self, field: Field, text: &str) -> u32 {
        let folded = folded(text);
        let at = self.lines.len() as u32;
        let put = |lines: &mut Vec<u32>| {
            if lines.last() != Some(&at) {
                lines.push(at);
            }
        };
        for (latin, run) in runs(&folded) {
            if latin {
                put(self.latin.entry(run.into()).or_default());
                continue;
            }
            let mut chars = run.chars().peekable();
            while let Some(c) = chars.next() {
                put(self.pairs.entry((c, chars.peek().copied().unwrap_or(END))).or_default());
            }
        }
        put(self.whole.entry(digest(&compact(&folded))).or_default());
        let (mut words, mut core_len) = (String::new(), 0.0);
        if matches!(field, Field::Name | Field::Alias | Field::Result) {
            let core = core(&folded, &self.synonyms, |word| {
                if !self.vocabulary.contains(word) {
                    self.vocabulary.insert(word.into());
                }
            });
            for word in core.iter().filter(|word| !self.telling.contains(word.as_str())).collect::<Vec<_>>() {
                self.telling.insert(word.as_str().into());
            }
            core_len = folded_len(&core).max(1.0);
            words = key_of(&core);
            if !words.is_empty() {
                self.cores.entry(digest(&words)).or_default().push(at);
            }
            self.spell(&folded);
        }
        self.lines.push(Line {
            field,
            text: text.into(),
            folded: folded.into(),
            core: words.into(),
            core_len,
            items: Vec::new(),
        });
        at
    }

    fn spell(&mut self, folded: &str) {
        let han: String = folded.chars().take_while(|c| c.to_pinyin().is_some()).collect();
        if han.chars().count() > 1 {
            self.pinyin.entry(spelt(&han).into()).or_insert_with(|| han.into());
        }
    }

    /// What was written in pinyin, with blanks or without: the beginning of a name.
    fn pinyin_of(&self, q: &str) -> Option<String> {
        let letters = compact(&folded(q));
        if letters.len() < SHORTEST_PINYIN || !letters.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        let look = |letters: &str| {
            let range = self.pinyin.range::<str, _>((Bound::Included(letters), Bound::Unbounded));
            range.take_while(|(spelt, _)| spelt.starts_with(letters)).find_map(|(_, han)| begins(han, letters))
        };
        // To open, to do, to sell, to run something: the thing itself is a name.
        let inner = ["kai", "ban", "mai", "zuo", "shenqing"].iter().filter_map(|verb| letters.strip_prefix(verb));
        // And the paper, or how it is done, may be said of it.
        let ends = ["xukezheng", "xuke", "zhengshu", "zheng", "dengji", "banli", "shouxu", "zenmeban"];
        let outer = ends.iter().filter_map(|end| letters.strip_suffix(end));
        look(&letters).or_else(|| inner.chain(outer).filter(|rest| rest.len() >= SHORTEST_PINYIN).find_map(look))
    }

    fn lines_of(&self, pair: Pair) -> &[u32] {
        self.pairs.get(&pair).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn knows(&self, a: char, b: char) -> bool {
        self.pairs.contains_key(&(a, b))
    }

    /// The lines that have these characters in a row, as an iterator over those of its rarest pair.
    fn having<'a>(&'a self, word: &'a [char]) -> impl Iterator<Item = u32> + 'a {
        let rarest = word.windows(2).map(|pair| self.lines_of((pair[0], pair[1]))).min_by_key(|lines| lines.len());
        let text: String = word.iter().collect();
        let long = word.len() > 2;
        let lines = rarest.unwrap_or_default().iter().copied();
        lines.filter(move |at| !long || self.lines[*at as usize].folded.contains(&text))
    }

    /// Whether some line has these characters in a row.
    pub(super) fn has(&self, word: &[char]) -> bool {
        word.len() > 1 && self.having(word).next().is_some()
    }

    /// The Latin words that begin so, with their lines; of two letters and less the words themselves: `sc` is not the beginning of `school`.
    pub(super) fn begun<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Vec<u32>> {
        let from = (Bound::Included(text), Bound::Unbounded);
        let begun = self.latin.range::<str, _>(from).take_while(move |(word, _)| leads(text, word));
        begun.map(|(_, lines)| lines)
    }

    /// Whether the whole word is there, it or one that means the same.
    pub(super) fn has_term(&self, term: &Term) -> bool {
        let has = |word: &str| {
            let chars: Vec<char> = word.chars().collect();
            match chars.len() {
                1 => self.after.contains_key(&chars[0]),
                _ => self.has(&chars),
            }
        };
        match term.latin {
            true => self.begun(&term.text).next().is_some(),
            false => has(&term.text) || term.also.iter().any(|word| has(word)),
        }
    }

    /// The lines that have a word, or part of it, each with how much of it.
    fn matches(&self, term: &Term) -> Vec<(u32, f64)> {
        if term.latin {
            return self.begun(&term.text).flatten().map(|at| (*at, 1.0)).collect();
        }
        let chars: Vec<char> = term.text.chars().collect();
        let mut found: Vec<(u32, f64)> = match chars.as_slice() {
            [one] => {
                let ends = self.after.get(one).into_iter().flatten();
                ends.flat_map(|next| self.lines_of((*one, *next))).map(|at| (*at, 1.0)).collect()
            }
            _ => self.having(&chars).map(|at| (at, 1.0)).collect(),
        };
        for word in &term.also {
            let chars: Vec<char> = word.chars().collect();
            found.extend(self.having(&chars).map(|at| (at, SAME)));
        }
        if chars.len() > 2 {
            let mut seen: HashMap<u32, usize> = HashMap::new();
            for pair in pairs_of(&chars) {
                self.lines_of(pair).iter().for_each(|at| *seen.entry(*at).or_default() += 1);
            }
            let pairs = pairs_of(&chars).len();
            found.extend(seen.into_iter().filter_map(|(at, n)| Some((at, part(n, pairs)?))));
        }
        found
    }

    fn weigh(&self, query: &Query) -> Weighed {
        let n = self.of_item.len();
        let (mut score, mut covered, mut musts) = (vec![0.0; n], vec![0.0; n], vec![0u8; n]);
        let mut best: Vec<(f64, f64)> = vec![(0.0, 0.0); n];
        // How many words of the question a line has whole.
        let mut whole = vec![0u8; self.lines.len()];
        // The last word that saw a line; what has most of the word comes first.
        let mut seen = vec![u8::MAX; self.lines.len()];
        let mut touched: Vec<u32> = Vec::new();
        let mut last: Vec<u32> = Vec::new();
        let all: f64 = query.terms.iter().map(|term| term.len).sum();
        let mut asked = 0.0;
        let wanted = query.terms.iter().filter(|term| term.must).count() as u8;
        let words: Vec<String> = query.terms.iter().map(|term| self.synonyms.first(&term.text).to_owned()).collect();
        for (nth, term) in query.terms.iter().enumerate() {
            touched.clear();
            last.clear();
            let matches = self.matches(term);
            // What nobody here has a word for is the story around a question.
            let known = !matches.is_empty() || self.knows_word(&term.text);
            asked += if known { term.len } else { term.len * UNKNOWN };
            for (at, share) in matches {
                if std::mem::replace(&mut seen[at as usize], nth as u8) == nth as u8 {
                    continue;
                }
                let line = &self.lines[at as usize];
                if share == 1.0 && whole[at as usize] == nth as u8 {
                    whole[at as usize] += 1;
                    last.push(at);
                }
                let answers = match term.matter && !line.is_called_by(&words) {
                    true => MENTIONED,
                    false if GENERAL.contains(&term.text.as_str()) => answers(line.field, share) * GENERALLY,
                    false => answers(line.field, share),
                };
                let worth = line.field.weight() * share * answers.max(0.3) * line.said_by(term.len);
                let share = share * answers;
                for item in &line.items {
                    let known = &mut best[*item as usize];
                    if known.0 == 0.0 {
                        touched.push(*item);
                    }
                    *known = (known.0.max(worth), known.1.max(share));
                }
            }
            for item in &touched {
                let item = *item as usize;
                let (worth, share) = std::mem::take(&mut best[item]);
                score[item] += worth * term.len;
                covered[item] += share * term.len;
                musts[item] += u8::from(term.must);
            }
        }
        // Lines that say all of it in one, or that it says whole.
        let said = query.whole.as_str();
        let chars: Vec<char> = said.chars().collect();
        let alone = chars.len() == 1;
        for at in last {
            let line = &self.lines[at as usize];
            // A character alone is said by lines that are no longer; most lines have no blank to be taken out.
            if alone && line.folded.len() > said.len() + 2 {
                continue;
            }
            let text = if line.folded.contains(' ') { Cow::Owned(compact(&line.folded)) } else { Cow::Borrowed(&*line.folded) };
            let bonus = match () {
                () if text == said => 60.0,
                () if !alone && text.contains(said) => 20.0,
                () => continue,
            };
            self.add_bonus(&mut score, line, bonus);
        }
        let mut within: BTreeSet<u32> = BTreeSet::new();
        for from in 0..chars.len() {
            for to in from + 3..=chars.len() {
                if to - from == chars.len() {
                    continue;
                }
                let part: String = chars[from..to].iter().collect();
                let lines = self.whole.get(&digest(&part)).into_iter().flatten();
                within.extend(lines.filter(|at| compact(&self.lines[**at as usize].folded) == part));
            }
        }
        for at in within {
            self.add_bonus(&mut score, &self.lines[at as usize], 12.0);
        }
        // Names whose telling words are all there, however they are said and ordered.
        let mut named = vec![0.0f64; n];
        for from in 0..words.len() {
            for to in from + 1..=words.len() {
                let key = key_of(&words[from..to]);
                let len: f64 = query.terms[from..to].iter().map(|term| term.len).sum();
                for at in self.cores.get(&digest(&key)).into_iter().flatten() {
                    let line = &self.lines[*at as usize];
                    if *line.core == *key {
                        let last = if to == words.len() { 1.0 } else { BEFORE };
                        let own = query.terms[from..to].iter().all(|term| line.folded.contains(&term.text));
                        let own = if own { 1.0 } else { OTHERWISE };
                        let worth = NAMED * (len / asked).min(1.0) * last * own * line.field.weight() / 8.0;
                        line.items.iter().for_each(|item| named[*item as usize] = named[*item as usize].max(worth));
                    }
                }
            }
        }
        score.iter_mut().zip(&named).for_each(|(score, named)| *score += named);
        // A third of what was asked: people write sentences, and most words of a sentence name nothing here.
        let passes = |at: &usize| {
            let enough = covered[*at] * 3.0 >= asked || named[*at] > 0.0;
            covered[*at] > 0.0 && enough && musts[*at] == wanted
        };
        let found: Vec<(f64, u32)> = (0..n).filter(passes).map(|at| (score[at], at as u32)).collect();
        let covered = found.iter().map(|(_, at)| covered[*at as usize]).fold(0.0, f64::max);
        let is_named = found.iter().any(|(_, at)| named[*at as usize] > 0.0);
        let share = |of: f64| covered / (of + query.pieces).max(1.0);
        Weighed { found, covered, best: share(all), told: share(asked), named: is_named }
    }

    fn add_bonus(&self, score: &mut [f64], line: &Line, bonus: f64) {
        let bonus = bonus * line.field.weight() / 8.0;
        line.items.iter().for_each(|item| score[*item as usize] += bonus);
    }

    /// One page of what was asked.
    pub fn search(&self, asked: &Asked) -> Rows {
        let mut query = Query::read(&asked.q, &self.synonyms);
        let said = read_of(&asked.q);
        let in_chinese = in_chinese(&said);
        query.vague &= in_chinese.is_none();
        let (mut instead, mut weak) = (None, false);
        let all = match query.terms.is_empty() {
            true if asked.q.trim().is_empty() => {
                let listed = self.of_item.iter().enumerate().filter(|(_, lines)| !lines.is_empty());
                listed.map(|(at, _)| (0.0, at as u32)).collect()
            }
            true => Vec::new(),
            false if query.vague => Vec::new(),
            false => {
                let mut weighed = self.weigh(&query);
                let unknown = query.pieces > 0.0 || query.terms.iter().any(|term| !self.has_term(term));
                let little = weighed.best < LITTLE && unknown;
                if !asked.exact && asked.meant.is_none() && (weighed.found.is_empty() || little) {
                    // What it says in other words: in Chinese, as a kind of thing, spelt, and mended.
                    let english = in_chinese.is_some();
                    let readings: [&dyn Fn() -> Option<String>; 4] =
                        [&|| in_chinese.clone(), &|| in_kinds(&said, &self.synonyms), &|| self.pinyin_of(&said), &|| {
                            self.mended(&said)
                        }];
                    for (nth, reading) in readings.into_iter().enumerate() {
                        if weighed.best >= LITTLE && !weighed.found.is_empty() || english && nth > 0 && instead.is_some() {
                            break;
                        }
                        let Some(read) = reading() else { continue };
                        let other = Query::read(&read, &self.synonyms);
                        let again = self.weigh(&other);
                        // Not fewer words, but more of them found; words of two languages are not counted against each other.
                        let more = english && nth == 0 || again.covered > weighed.covered || weighed.found.is_empty();
                        // The name of a matter that is not here is still what was asked.
                        let elsewhere = english && nth == 0 && other.terms.iter().any(|term| term.matter);
                        if again.best > weighed.best && more || elsewhere {
                            (query, weighed, instead) = (other, again, Some(read));
                        }
                    }
                }
                weak = !weighed.found.is_empty() && weighed.told < WEAK && !weighed.named;
                weighed.found
            }
        };
        let weak = weak && asked.meant.is_none();
        let mut all: Vec<(f64, u32)> = all;
        if let Some(meant) = asked.meant.filter(|at| self.of_item.get(*at).is_some_and(|lines| !lines.is_empty())) {
            match all.binary_search_by_key(&(meant as u32), |(_, at)| *at) {
                Ok(known) => all[known].0 += MEANT,
                Err(place) => all.insert(place, (MEANT, meant as u32)),
            }
        }
        let (mut passed, counts) = self.facets.narrow(all, asked);
        let total = passed.len();
        if let Some((score, place)) = asked.after {
            passed.retain(|(own, at)| *own < score || *own == score && *at as usize > place);
        }
        let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let more = passed.len() > asked.limit;
        if more {
            passed.select_nth_unstable_by(asked.limit, order);
            passed.truncate(asked.limit);
        }
        passed.sort_unstable_by(order);
        let row = |(score, at): (f64, u32)| Row { at: at as usize, score, why: self.why(&query, at as usize) };
        let vague = query.vague && asked.meant.is_none();
        let also = passed.iter().position(|(score, _)| *score < passed[0].0 * ALSO).unwrap_or(passed.len());
        Rows { total, rows: passed.into_iter().map(row).collect(), more, instead, vague, weak, also, counts }
    }

    /// The lines that speak best for a matter, at most two, with what matched in them.
    fn why(&self, query: &Query, at: usize) -> Vec<Reason> {
        let lines: Vec<&Line> = self.of_item[at].iter().map(|line| &self.lines[*line as usize]).collect();
        let mut speaks: BTreeMap<usize, f64> = BTreeMap::new();
        for term in &query.terms {
            let shares = lines.iter().enumerate().map(|(at, line)| (at, line.field.weight() * share(term, &line.folded), line));
            // Of two lines worth the same, the shorter says it better.
            let best = shares.filter(|(_, worth, _)| *worth > 0.0).max_by(|(_, a, x), (_, b, y)| {
                let value = |worth: f64, line: &Line| worth - line.folded.chars().count() as f64 / 1000.0;
                value(*a, x).total_cmp(&value(*b, y))
            });
            if let Some((at, worth, _)) = best {
                *speaks.entry(at).or_default() += worth * term.len;
            }
        }
        let whole = query.whole.as_str();
        for (at, line) in lines.iter().enumerate() {
            let compact = compact(&line.folded);
            let bonus = match () {
                () if compact == whole => 60.0,
                () if whole.chars().count() > 1 && compact.contains(whole) => 20.0,
                () if compact.chars().count() > 2 && whole.contains(compact.as_str()) => 12.0,
                () => continue,
            };
            *speaks.entry(at).or_default() += bonus * line.field.weight() / 8.0;
        }
        let mut speaks: Vec<(usize, f64)> = speaks.into_iter().collect();
        speaks.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        speaks.into_iter().take(2).map(|(at, _)| reason(query, lines[at])).collect()
    }
}

fn folded_len(words: &[String]) -> f64 {
    words.iter().map(|word| word.chars().count()).sum::<usize>() as f64
}

/// A run of Han in plain pinyin.
fn spelt(han: &str) -> String {
    han.chars().filter_map(|c| c.to_pinyin()).map(|one| one.plain()).collect()
}

/// The characters that are written with exactly these letters.
fn begins(han: &str, letters: &str) -> Option<String> {
    let (mut said, mut rest) = (String::new(), letters);
    for c in han.chars() {
        if rest.is_empty() {
            break;
        }
        rest = rest.strip_prefix(c.to_pinyin()?.plain())?;
        said.push(c);
    }
    rest.is_empty().then_some(said)
}

/// Whether a Latin word of a question leads to a word.
fn leads(asked: &str, word: &str) -> bool {
    match asked.chars().count() > 2 {
        true => word.starts_with(asked),
        false => word == asked,
    }
}

fn pairs_of(chars: &[char]) -> BTreeSet<Pair> {
    chars.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// How much of a word of several pairs is there with so many of them.
fn part(found: usize, pairs: usize) -> Option<f64> {
    match found as f64 / pairs as f64 {
        part if part >= 0.5 => Some(part * 0.6),
        _ => None,
    }
}

/// How much of a word a line has: all of it, another that means the same, or for three characters and more the part whose pairs it has.
fn share(term: &Term, folded: &str) -> f64 {
    if term.latin {
        let begun = runs(folded).into_iter().any(|(latin, run)| latin && leads(&term.text, run));
        return if begun { 1.0 } else { 0.0 };
    }
    if folded.contains(&term.text) {
        return 1.0;
    }
    if term.also.iter().any(|word| folded.contains(word)) {
        return SAME;
    }
    let chars: Vec<char> = term.text.chars().collect();
    if chars.len() < 3 {
        return 0.0;
    }
    let pairs = pairs_of(&chars);
    let found = pairs.iter().filter(|(a, b)| folded.contains(&format!("{a}{b}"))).count();
    part(found, pairs.len()).unwrap_or(0.0)
}

/// The line in pieces, matched words marked, and the words that stood for others.
fn reason(query: &Query, line: &Line) -> Reason {
    let folded: Vec<char> = line.folded.chars().collect();
    let mut on = vec![false; folded.len()];
    let mut mark = |word: &[char]| {
        if word.is_empty() || word.len() > folded.len() {
            return;
        }
        for at in 0..=folded.len() - word.len() {
            if folded[at..at + word.len()] == *word {
                on[at..at + word.len()].fill(true);
            }
        }
    };
    let mut stood_for = Vec::new();
    for term in &query.terms {
        let chars: Vec<char> = term.text.chars().collect();
        if line.folded.contains(&term.text) {
            mark(&chars);
        } else if let Some(here) = term.also.iter().filter(|word| line.folded.contains(*word)).max_by_key(|word| word.len()) {
            mark(&here.chars().collect::<Vec<_>>());
            stood_for.push(StoodFor { said: term.text.clone(), here: here.clone() });
        } else if !term.latin && chars.len() > 2 {
            chars.windows(2).for_each(&mut mark);
        }
    }
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (c, on) in line.text.chars().zip(on) {
        match pieces.last_mut() {
            Some((text, same)) if *same == on => text.push(c),
            _ => pieces.push((c.to_string(), on)),
        }
    }
    Reason { what: line.field.zh(), pieces, stood_for }
}
