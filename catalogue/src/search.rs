//! 找事 · search by a citizen's own words (F157, F158, H35). Everything is folded to one written form; bigrams of Han
//! characters find candidates whatever the segmenter thinks, and the words the segmenter sees decide the order. Every
//! Latin word asked for must be there; a single character is a query like any other.

use crate::Item;
use jieba_rs::Jieba;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

/// The segmenter with its own dictionary; made once, on the first search or load.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Characters of a query that are read; more is not a search.
const LONGEST: usize = 80;

/// Words so common in this house that alone they tell nothing apart.
const COMMON: &[&str] = &[
    "我",
    "我们",
    "想",
    "要",
    "请问",
    "请",
    "怎么",
    "怎样",
    "怎么办",
    "如何",
    "什么",
    "哪里",
    "哪儿",
    "多少",
    "多久",
    "几天",
    "可以",
    "能",
    "能不能",
    "需要",
    "需",
    "的",
    "了",
    "吗",
    "呢",
    "在",
    "给",
    "和",
    "有",
    "是",
    "去",
    "一个",
    "办",
    "办理",
    "办事",
    "申请",
    "申办",
    "代办",
    "审批",
    "许可",
    "许可证",
    "证",
    "证件",
    "手续",
    "材料",
    "流程",
    "条件",
    "费用",
    "时间",
    "事项",
    "服务",
    "指南",
    "业务",
    "开",
    "做",
    "how",
    "to",
    "apply",
    "for",
    "the",
    "of",
    "my",
    "get",
    "a",
    "换证",
    "补证",
    "换发",
    "补办",
    "丢了",
    "变更",
    "延续",
    "注销",
    "办证",
    "办个",
    "新办",
    "首次",
];

/// What a line of an item is; the better the line, the more a word in it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Name,
    Alias,
    Result,
    Theme,
    Agency,
    Region,
    Summary,
    Question,
    Code,
}

impl Field {
    fn weight(self) -> f64 {
        match self {
            Field::Name => 8.0,
            Field::Alias => 7.0,
            Field::Code => 7.0,
            Field::Result => 5.0,
            Field::Theme => 3.0,
            Field::Agency | Field::Region => 2.5,
            Field::Summary => 2.0,
            Field::Question => 1.5,
        }
    }
    fn zh(self) -> &'static str {
        match self {
            Field::Name => "名称",
            Field::Alias => "大家也叫",
            Field::Result => "办成后拿到",
            Field::Theme => "主题",
            Field::Agency => "实施机关",
            Field::Region => "办理地区",
            Field::Summary => "说明",
            Field::Question => "常见问题",
            Field::Code => "编码",
        }
    }
}

/// Why an item was found: the line and, in it, the words that matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// 名称, 大家也叫, 实施机关 …
    pub what: &'static str,
    /// The line in pieces; `true` where it matched.
    pub pieces: Vec<(String, bool)>,
}

/// One item found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub item: Arc<Item>,
    pub score: f64,
    /// The lines that speak best for it, at most two.
    pub why: Vec<Reason>,
}

struct Line {
    item: usize,
    field: Field,
    text: String,
    /// One character for one of `text`.
    folded: String,
}

/// Lines of all items, with the grams that lead to them.
#[derive(Default)]
pub(crate) struct Index {
    lines: Vec<Line>,
    grams: HashMap<String, Vec<u32>>,
}

/// One character in its plain form: half width, lower case; punctuation becomes a space.
fn fold(c: char) -> char {
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    match c.to_lowercase().next().unwrap_or(c) {
        c if c.is_alphanumeric() => c,
        _ => ' ',
    }
}

fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && (c as u32) < 0x2E80
}

/// Runs of Latin letters and digits, and runs of Han, in order.
fn runs(folded: &str) -> Vec<(bool, &str)> {
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

/// What the database is asked for a person's words: every word that tells anything must be there. `None` when nothing is asked.
pub(crate) fn database_query(q: &str) -> Option<String> {
    let wanted = |term: &Term| {
        let chars: Vec<char> = term.text.chars().collect();
        match chars.len() {
            _ if term.latin => vec![term.text.clone()],
            1 => vec![term.text.clone()],
            _ => chars.windows(2).map(|pair| pair.iter().collect()).collect(),
        }
    };
    let all: BTreeSet<String> = Query::read(q).terms.iter().flat_map(wanted).collect();
    let quoted: Vec<String> = all.iter().map(|gram| format!("'{gram}'")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" & "))
}

/// A word of the query.
#[derive(Debug)]
struct Term {
    text: String,
    len: f64,
    latin: bool,
    /// Has letters, so it must be found; a bare number need not.
    must: bool,
}

#[derive(Debug)]
struct Query {
    /// The query without spaces.
    whole: String,
    terms: Vec<Term>,
}

impl Query {
    fn read(q: &str) -> Query {
        let q: String = forms::text::fold_text(q).chars().take(LONGEST).collect();
        let folded = folded(&q);
        let mut words: Vec<(bool, String)> = Vec::new();
        for (latin, run) in runs(&folded) {
            if latin {
                words.push((true, run.to_owned()));
            } else {
                let cut = JIEBA.cut(run, true);
                words.extend(cut.iter().map(|token| (false, token.word.to_owned())));
            }
        }
        let telling = |word: &(bool, String)| !COMMON.contains(&word.1.as_str()) && (word.0 || word.1.chars().count() > 1);
        // When nothing but common words or single characters was asked, those are what was asked.
        let some = words.iter().any(telling);
        let mut terms: Vec<Term> = Vec::new();
        for (latin, text) in words.into_iter().filter(|word| !some || telling(word)) {
            if terms.iter().any(|term| term.text == text) {
                continue;
            }
            terms.push(Term {
                len: text.chars().count() as f64,
                must: latin && text.chars().any(char::is_alphabetic),
                latin,
                text,
            });
        }
        Query { whole: folded.replace(' ', ""), terms }
    }
}

impl Index {
    /// `place` tells the names of an item's agency and region.
    pub(crate) fn of(items: &[Arc<Item>], place: impl Fn(&Item) -> (String, String)) -> Index {
        let mut index = Index { lines: Vec::new(), grams: HashMap::new() };
        for (at, item) in items.iter().enumerate() {
            let (agency, region) = place(item);
            let one = [
                (Field::Name, &item.name),
                (Field::Name, &item.name_en),
                (Field::Name, &item.official_name),
                (Field::Result, &item.result.name),
                (Field::Agency, &agency),
                (Field::Region, &region),
                (Field::Summary, &item.summary),
                (Field::Code, &item.code),
                (Field::Code, &item.basic_code),
            ];
            let aliases = item.aliases.iter().chain(&item.aliases_en).map(|alias| (Field::Alias, alias));
            let themes = item.themes.iter().map(|theme| (Field::Theme, theme));
            let questions = item.faq.iter().map(|faq| (Field::Question, &faq.q));
            for (field, text) in one.into_iter().chain(aliases).chain(themes).chain(questions) {
                index.add(at, field, text);
            }
        }
        index
    }

    fn add(&mut self, item: usize, field: Field, text: &str) {
        let text = forms::text::fold_text(text);
        if text.is_empty() {
            return;
        }
        let folded = folded(&text);
        let at = self.lines.len() as u32;
        for gram in grams(&folded) {
            self.grams.entry(gram).or_default().push(at);
        }
        self.lines.push(Line { item, field, text, folded });
    }

    /// The lines any gram of the query leads to. Latin words also lead by their beginning: `licen` to `licence`.
    fn candidates(&self, query: &Query) -> BTreeSet<u32> {
        let mut lines = BTreeSet::new();
        for term in &query.terms {
            if term.latin {
                let begun = self.grams.iter().filter(|(gram, _)| gram.starts_with(&term.text));
                lines.extend(begun.flat_map(|(_, at)| at));
                continue;
            }
            let single = term.text.chars().count() == 1;
            for gram in grams(&term.text) {
                if single || gram.chars().count() > 1 {
                    lines.extend(self.grams.get(&gram).into_iter().flatten());
                }
            }
        }
        lines
    }

    pub(crate) fn search(&self, q: &str, items: &[Arc<Item>], limit: usize) -> Vec<Hit> {
        let query = Query::read(q);
        if query.terms.is_empty() {
            return Vec::new();
        }
        let mut by_item: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
        for at in self.candidates(&query) {
            let line = &self.lines[at as usize];
            by_item.entry(line.item).or_default().push(line);
        }
        let mut hits: Vec<Hit> = by_item.into_iter().filter_map(|(at, lines)| weigh(&query, &lines, &items[at])).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.item.name.cmp(&b.item.name)));
        hits.truncate(limit);
        hits
    }
}

/// How much of a word a line has: all of it, or for three characters and more the part whose pairs it has.
fn share(term: &Term, folded: &str) -> f64 {
    if term.latin {
        let begun = runs(folded).into_iter().any(|(latin, run)| latin && run.starts_with(&term.text));
        return if begun { 1.0 } else { 0.0 };
    }
    if folded.contains(&term.text) {
        return 1.0;
    }
    let chars: Vec<char> = term.text.chars().collect();
    if chars.len() < 3 {
        return 0.0;
    }
    let pairs: Vec<String> = chars.windows(2).map(|pair| pair.iter().collect()).collect();
    let found = pairs.iter().filter(|pair| folded.contains(pair.as_str())).count();
    match found as f64 / pairs.len() as f64 {
        part if part >= 0.5 => part * 0.6,
        _ => 0.0,
    }
}

fn weigh(query: &Query, lines: &[&Line], item: &Arc<Item>) -> Option<Hit> {
    let (mut score, mut covered, mut asked) = (0.0, 0.0, 0.0);
    let mut speaks: BTreeMap<usize, f64> = BTreeMap::new();
    for term in &query.terms {
        asked += term.len;
        let best = lines
            .iter()
            .enumerate()
            .map(|(at, line)| (at, line, share(term, &line.folded)))
            .filter(|(_, _, share)| *share > 0.0)
            .max_by(|(_, a, x), (_, b, y)| {
                let value = |line: &Line, share: f64| line.field.weight() * share - line.folded.chars().count() as f64 / 1000.0;
                value(a, *x).total_cmp(&value(b, *y))
            });
        let Some((at, line, share)) = best else {
            if term.must {
                return None;
            }
            continue;
        };
        covered += term.len * share;
        score += line.field.weight() * share * term.len;
        *speaks.entry(at).or_default() += line.field.weight() * share * term.len;
    }
    // A third of what was asked: people write sentences, and most words of a sentence name nothing here.
    if covered * 3.0 < asked {
        return None;
    }
    for (at, line) in lines.iter().enumerate() {
        let compact = line.folded.replace(' ', "");
        let whole = query.whole.as_str();
        let bonus = match () {
            () if compact == whole => 60.0,
            () if whole.chars().count() > 1 && compact.contains(whole) => 20.0,
            () if compact.chars().count() > 2 && whole.contains(compact.as_str()) => 12.0,
            () => continue,
        };
        let bonus = bonus * line.field.weight() / 8.0;
        score += bonus;
        *speaks.entry(at).or_default() += bonus;
    }
    let mut speaks: Vec<(usize, f64)> = speaks.into_iter().collect();
    speaks.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let why = speaks
        .into_iter()
        .take(2)
        .map(|(at, _)| Reason { what: lines[at].field.zh(), pieces: marked(query, lines[at]) })
        .collect();
    Some(Hit { item: item.clone(), score, why })
}

/// The line in pieces, matched words marked.
fn marked(query: &Query, line: &Line) -> Vec<(String, bool)> {
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
    for term in &query.terms {
        let chars: Vec<char> = term.text.chars().collect();
        if !term.latin && chars.len() > 2 && !line.folded.contains(&term.text) {
            chars.windows(2).for_each(&mut mark);
        } else {
            mark(&chars);
        }
    }
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (c, on) in line.text.chars().zip(on) {
        match pieces.last_mut() {
            Some((text, same)) if *same == on => text.push(c),
            _ => pieces.push((c.to_string(), on)),
        }
    }
    pieces
}
