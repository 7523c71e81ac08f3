//! 译 · the reader's language (F160). A sentence is written once, in Chinese; its English stands in `i18n/en.po`. A sentence
//! composed in Rust, or kept in the record years ago, is known again by its pattern there: “还剩 {} 个工作日” fits
//! “还剩 3 个工作日”, and what fills the gap is put into the reader's language in turn. So law, acts and engines speak one
//! language, and nobody carries sentences in two.

use super::clock::escape;
use axum::http::{HeaderMap, header};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::OnceLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// What a program asks for, which carries no choice made on a page: the first of its languages that we speak.
    pub fn asked(headers: &HeaderMap) -> Lang {
        let tags = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        tags.split(',')
            .find_map(|tag| match tag.trim().split(['-', ';']).next()?.to_ascii_lowercase().as_str() {
                "zh" => Some(Lang::Zh),
                "en" => Some(Lang::En),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// A sentence with gaps, `{}`, and the English that takes what fills them. Into a gap written `{#}` only a number fits.
struct Pattern {
    pieces: Vec<String>,
    counts: bool,
    english: String,
}

impl Pattern {
    fn of(sentence: &str, english: String) -> Pattern {
        let pieces = sentence.replace("{#}", "{}").split("{}").map(ToOwned::to_owned).collect();
        Pattern { pieces, counts: sentence.contains("{#}"), english }
    }

    /// What fills the gaps, if the text is this sentence. A gap in front takes no more than its clause.
    fn fits<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let (first, rest) = self.pieces.split_first()?;
        let (last, between) = rest.split_last()?;
        let mut text = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let mut values = Vec::new();
        for piece in between {
            let (value, after) = text.split_once(piece.as_str())?;
            values.push(value);
            text = after;
        }
        values.push(text);
        let too_much = first.is_empty() && values[0].contains(['。', '；', '，']);
        let counted = !self.counts || values.iter().all(|n| n.parse::<u32>().is_ok());
        (counted && !too_much).then_some(values)
    }

    /// Whether its own words are enough to know it by, when a value is a name; “{}，用于{}” fits too much.
    fn is_telling(&self) -> bool {
        has_han(&self.pieces[0]) || self.pieces.iter().flat_map(|piece| piece.chars()).filter(|c| is_han(*c)).count() > 2
    }

    /// `{0}` is the first value, `{0|day|days}` the word that goes with its number.
    fn fill(&self, values: &[String]) -> String {
        let mut pieces = self.english.split(['{', '}']);
        let mut out = pieces.next().unwrap_or_default().to_owned();
        while let (Some(gap), Some(text)) = (pieces.next(), pieces.next()) {
            let mut gap = gap.split('|');
            let value = gap.next().and_then(|n| values.get(n.parse::<usize>().ok()?)).map_or("", String::as_str);
            out.push_str(match (gap.next(), gap.next()) {
                (Some(one), Some(many)) => {
                    if value == "1" {
                        one
                    } else {
                        many
                    }
                }
                _ => value,
            });
            out.push_str(text);
        }
        out
    }
}

#[derive(Default)]
struct Book {
    sentences: HashMap<String, String>,
    /// Those that say most come first.
    patterns: Vec<Pattern>,
}

fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        let text = include_str!("../../i18n/en.po");
        let Ok(catalogue) = polib::po_file::parse_from_reader(text.as_bytes()) else { return Book::default() };
        let mut book = Book::default();
        for message in catalogue.messages() {
            let Ok(english) = message.msgstr().map(ToOwned::to_owned) else { continue };
            match message.msgid() {
                gaps if gaps.contains("{}") || gaps.contains("{#}") => book.patterns.push(Pattern::of(gaps, english)),
                whole => drop(book.sentences.insert(whole.to_owned(), english)),
            }
        }
        book.patterns.sort_by_key(|p| std::cmp::Reverse(p.pieces.iter().map(String::len).sum::<usize>()));
        book
    })
}

/// A Chinese character, as far as any reader meets one.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn has_han(text: &str) -> bool {
    text.contains(is_han)
}

/// “2026年9月18日”, “12 月 7 日（周一）”, “11 月 25 日 09:30:10” in English.
fn date(text: &str) -> Option<String> {
    let day = text.split_once("（周").map_or(text, |(day, _)| day).replace(' ', "");
    let (day, shown) = if day.contains('年') { (day, "%-d %b %Y") } else { (format!("2000年{day}"), "%-d %b") };
    let (date, rest) = NaiveDate::parse_and_remainder(&day, "%Y年%m月%d日").ok()?;
    match rest {
        "" => Some(date.format(shown).to_string()),
        time if time.chars().all(|c| c.is_ascii_digit() || c == ':') => Some(format!("{}, {time}", date.format(shown))),
        _ => None,
    }
}

/// Where clauses, lists and offices are joined.
const JOINTS: [(&str, &str); 5] = [("；", "; "), ("，", ", "), ("：", ": "), ("、", ", "), (" · ", " · ")];

/// What fills a gap between “ and ”: on our pages a name of ours mostly, which has its English; in what a command says of a file, the
/// words of the file, which stay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoted {
    Told,
    Kept,
}

fn english(text: &str, quoted: Quoted) -> Option<String> {
    if let Some(found) = book().sentences.get(text) {
        return Some(found.clone());
    }
    if !has_han(text) {
        return None;
    }
    date(text).or_else(|| by_parts(text, "。", ". ", quoted)).or_else(|| by_pattern(text, quoted)).or_else(|| {
        let (joint, joined) = JOINTS.into_iter().find(|(joint, _)| text.contains(joint))?;
        by_parts(text, joint, joined, quoted)
    })
}

fn by_pattern(text: &str, quoted: Quoted) -> Option<String> {
    let mut partly = None;
    for pattern in &book().patterns {
        let Some(values) = pattern.fits(text) else { continue };
        let own =
            |gap: usize| quoted == Quoted::Kept && pattern.pieces[gap].ends_with('“') && pattern.pieces[gap + 1].starts_with('”');
        let said = |(gap, value): (usize, &str)| match own(gap) {
            true => value.to_owned(),
            false => english(value, quoted).unwrap_or_else(|| value.to_owned()),
        };
        let kept = (0..values.len()).any(own);
        let values: Vec<String> = values.into_iter().enumerate().map(said).collect();
        let said = pattern.fill(&values);
        if !has_han(&said) || kept && pattern.is_telling() {
            return Some(said);
        }
        partly = partly.or(Some(said).filter(|_| pattern.is_telling()));
    }
    partly
}

/// Each part in English, if all are known; only an office may have a name beside it.
fn by_parts(text: &str, joint: &str, joined: &str, quoted: Quoted) -> Option<String> {
    let parts: Vec<&str> = text.split(joint).collect();
    if parts.len() < 2 {
        return None;
    }
    let said: Vec<Option<String>> =
        parts.iter().map(|part| if has_han(part) { english(part, quoted) } else { Some((*part).to_owned()) }).collect();
    let is_known = if joint == " · " { said.iter().any(Option::is_some) } else { said.iter().all(Option::is_some) };
    let said = said.into_iter().zip(parts).map(|(said, part)| {
        let said = said.unwrap_or_else(|| part.to_owned());
        // What begins with the name of a file begins as that is written; a day in front may have gone behind.
        if joint == "。" && said.chars().next() != part.chars().next() { capital(&said) } else { said }
    });
    is_known.then(|| said.collect::<Vec<_>>().join(joined).trim_end().to_owned())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// Stands around words of people inside a sentence of ours, while it is put into the reader's language; it is never shown.
const OWN: char = '\u{2063}';

/// Words of people inside a sentence of ours: the sentence is put into the reader's language, and they stay as they were written.
pub fn own(text: &str) -> String {
    match text.replace(OWN, "") {
        nothing if nothing.is_empty() => nothing,
        words => format!("{OWN}{words}{OWN}"),
    }
}

/// A text with one sign in the place of the words of people each, and those.
fn apart(text: &str) -> (String, Vec<&str>) {
    let mut out = String::new();
    let mut owned = Vec::new();
    for (at, part) in text.split(OWN).enumerate() {
        match char::from_u32(FIRST_SIGN + owned.len() as u32).filter(|_| at % 2 == 1) {
            Some(sign) => {
                out.push(sign);
                owned.push(part);
            }
            None => out.push_str(part),
        }
    }
    (out, owned)
}

/// The first of the signs, which no language has.
const FIRST_SIGN: u32 = 0xF_0000;

/// Puts the words of people back where their signs stand.
fn put_back(text: String, owned: &[&str], write: impl Fn(&str) -> String) -> String {
    let put = |text: String, (n, words): (u32, &&str)| match char::from_u32(FIRST_SIGN + n) {
        Some(sign) => text.replace(sign, &write(words)),
        None => text,
    };
    (0..).zip(owned).fold(text, put)
}

/// The sentence in the reader's language; names, and what nobody translated, stay as they are.
pub fn translate(text: &str, lang: Lang) -> String {
    if text.contains(OWN) {
        let (text, owned) = apart(text);
        return put_back(translate(&text, lang), &owned, str::to_owned);
    }
    match lang {
        Lang::Zh => text.to_owned(),
        Lang::En => english(text, Quoted::Told).unwrap_or_else(|| text.to_owned()),
    }
}

/// The English of what a command says of somebody's file: names and words of the file, in quotation marks, stay as they are.
pub fn of_command(text: &str) -> String {
    english(text, Quoted::Kept).unwrap_or_else(|| text.to_owned())
}

/// What people wrote as HTML: as it stands, and marked as Chinese, and as theirs, on an English page.
pub fn written(text: &str, lang: Lang) -> String {
    match lang {
        Lang::En if has_han(text) => format!(r#"<span class="own" lang="zh-CN">{}</span>"#, escape(text)),
        _ => escape(text),
    }
}

/// The same as HTML. What stays Chinese on an English page, a name or a quotation, is marked as Chinese (WCAG 3.1.2).
pub fn told(text: &str, lang: Lang) -> String {
    if text.contains(OWN) {
        let (text, owned) = apart(text);
        return put_back(told(&text, lang), &owned, |words| written(words, lang));
    }
    let marked = |text: &str| format!(r#"<span lang="zh-CN">{text}</span>"#);
    let text = match (lang, english(text, Quoted::Told)) {
        (Lang::En, Some(said)) => escape(&said),
        (Lang::En, None) if has_han(text) && !text.starts_with(|c: char| c.is_ascii()) => return marked(&escape(text)),
        (_, _) => escape(text),
    };
    if lang == Lang::Zh {
        return text;
    }
    let belongs = |c: char| is_han(c) || matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF65}');
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(from) = rest.find(belongs) {
        let to = rest[from..].find(|c| !belongs(c)).map_or(rest.len(), |n| from + n);
        let run = &rest[from..to];
        out.push_str(&rest[..from]);
        // 2026年12月31日前: what hangs on a number is of the words around it, and no word of ours.
        let hangs = out.ends_with(|c: char| c.is_ascii_digit());
        out.push_str(&match english(run, Quoted::Told) {
            Some(_) if hangs => written(run, lang),
            Some(said) => said,
            None if has_han(run) => marked(run),
            None => run.to_owned(),
        });
        rest = &rest[to..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn en(text: &str) -> String {
        translate(text, Lang::En)
    }

    #[test]
    fn f160_a_composed_sentence_is_known_by_its_pattern() {
        assert_eq!(en("剩 1 天"), "1 day left");
        assert_eq!(
            en("承诺 8 个工作日，法定 20 个工作日，从次日起算"),
            "Promised 8 working days, statutory 20 working days, counted from the next day"
        );
        assert_eq!(
            en(
                "承诺时限 8 个工作日，从2026年9月18日的次日起算，2026年9月29日批准延长 5 个工作日，最后一天是2026年9月30日。到时没有办结。"
            ),
            "Promised limit 8 working days, counted from the day after 18 Sep 2026, extended by 5 working days on 29 Sep 2026, last day 30 Sep 2026. Not concluded by then."
        );
    }

    #[test]
    fn f160_no_value_is_left_out_of_an_english_sentence() {
        assert_eq!(en("忙（批准人：局长）"), "忙 (approved by 局长)");
        for pattern in &book().patterns {
            assert!(!pattern.english.contains("{}"), "a gap without its number is filled with nothing: {}", pattern.english);
        }
    }

    #[test]
    fn f160_dates_are_english_and_numbers_alone_count() {
        assert_eq!(en("12 月 7 日（周一）"), "7 Dec");
        assert_eq!(en("11 月 25 日 09:30:10"), "25 Nov, 09:30:10");
        assert_eq!(en("5 年"), "5 years");
        assert_eq!(en("有效期 5 年"), "有效期 5 年");
    }

    #[test]
    fn f160_what_stays_chinese_is_marked_as_chinese() {
        let told = |text| told(text, Lang::En);
        assert_eq!(told("王敏"), r#"<span lang="zh-CN">王敏</span>"#);
        assert_eq!(told("请向<省局>申请"), r#"Please apply to &lt;<span lang="zh-CN">省局</span>&gt;"#);
        // Words that hang on numbers are not taken apart, and what people wrote is never put into other words.
        let cut = told("2026年12月31日前完成目录");
        assert!(!cut.contains("years") && cut.contains("年") && cut.contains("月"), "{cut}");
        assert_eq!(written("起草", Lang::En), r#"<span class="own" lang="zh-CN">起草</span>"#);
        assert_eq!((written("a<b", Lang::En), written("起草", Lang::Zh)), ("a&lt;b".into(), "起草".into()));
        // Inside a sentence of ours they stay too.
        let apply = format!("请向{}申请", own("起草<处>"));
        assert_eq!(told(&apply), r#"Please apply to <span class="own" lang="zh-CN">起草&lt;处&gt;</span>"#);
        assert_eq!(super::told(&apply, Lang::Zh), "请向起草&lt;处&gt;申请");
        assert_eq!(own(""), "");
        assert_eq!((translate(&own("起草"), Lang::En), translate(&own("起草"), Lang::Zh)), ("起草".into(), "起草".into()));
        // Prose that is known in part is left whole.
        let prose = "在金寨县办厂加工食品、食品添加剂，投产前要有这个证。";
        assert_eq!(told(prose), format!(r#"<span lang="zh-CN">{prose}</span>"#));
        assert_eq!(super::told(prose, Lang::Zh), prose);
    }
}
